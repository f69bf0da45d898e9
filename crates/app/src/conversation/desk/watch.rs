//! The watch over the shop as a conversation.

use domain::screen::WatchAct;
use serde::{Deserialize, Serialize};

use super::{DeskView, go, said, work};
use crate::conversation::decide::Decision;
use crate::conversation::{Talk, View};
use crate::desk::{WatchWork, Work};

/// A screen about the watch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WatchView {
    /// The alerts that are open or muted.
    Alerts,
}

/// A button about the watch was pressed by somebody who may. The buttons of an alert's own message lead to the list of them.
pub(super) fn press(mut next: Talk, act: WatchAct) -> Decision {
    go(&mut next, View::Desk(DeskView::Watch(WatchView::Alerts)));
    match act {
        WatchAct::Alerts => Decision::show(next),
        WatchAct::Mute { alert } => work(said(next, "alert-muted"), Work::Watch(WatchWork::Mute(alert))),
        WatchAct::Unmute { alert } => work(said(next, "alert-unmuted"), Work::Watch(WatchWork::Unmute(alert))),
    }
}
