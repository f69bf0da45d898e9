//! The watch over the shop as a conversation: alerts, a pause of selling, and the log.

use domain::ids::EventId;
use domain::ports::EventLevel;
use domain::screen::WatchAct;
use domain::staff::Duty;
use serde::{Deserialize, Serialize};

use super::{DeskView, Question, go, said, work};
use crate::conversation::decide::{Context, Decision};
use crate::conversation::{Talk, View};
use crate::desk::{WatchWork, Work};

/// Nobody looks for longer words.
const NEEDLE_LENGTH_MAX: usize = 100;

/// A screen about the watch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WatchView {
    /// The alerts that are open or muted.
    Alerts,
    /// The log.
    Events {
        /// What is looked for.
        filter: EventFilter,
        /// From 0.
        page: u16,
    },
    /// One event.
    Event(EventId),
}

/// What is looked for in the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventFilter {
    /// At least this.
    pub level: EventLevel,
    /// A correlation, a user, a generation or words, as typed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub needle: Option<String>,
}

impl Default for EventFilter {
    fn default() -> Self {
        Self { level: EventLevel::Info, needle: None }
    }
}

/// A button about the watch was pressed by somebody who may. The buttons of an alert's own message lead to the list of them.
pub(super) fn press(mut next: Talk, act: WatchAct) -> Decision {
    let filter = filter_of(&next).cloned().unwrap_or_default();
    let view = match act {
        WatchAct::Alerts | WatchAct::Mute { .. } | WatchAct::Unmute { .. } => WatchView::Alerts,
        WatchAct::Events { page } => WatchView::Events { filter, page },
        WatchAct::EventsFrom { level } => WatchView::Events { filter: EventFilter { level, ..filter }, page: 0 },
        WatchAct::AllEvents => WatchView::Events { filter: EventFilter::default(), page: 0 },
        WatchAct::Event { event } => WatchView::Event(event),
        WatchAct::ExportEvents => {
            return work(said(next, "desk-table-comes"), Work::Watch(WatchWork::ExportEvents(filter)));
        }
        WatchAct::EndPause => {
            go(&mut next, View::Desk(DeskView::Home));
            return work(said(next, "desk-pause-ended"), Work::Watch(WatchWork::EndPause));
        }
        WatchAct::CleanEvents => {
            go(&mut next, View::Desk(DeskView::Ask(Question::CleanLog)));
            return Decision::show(next);
        }
    };
    go(&mut next, View::Desk(DeskView::Watch(view)));
    match act {
        WatchAct::Mute { alert } => work(said(next, "alert-muted"), Work::Watch(WatchWork::Mute(alert))),
        WatchAct::Unmute { alert } => work(said(next, "alert-unmuted"), Work::Watch(WatchWork::Unmute(alert))),
        _ => Decision::show(next),
    }
}

/// Words on the log's screen are looked for; `None`: the screen does not ask for any.
pub(super) fn typed(next: &Talk, text: &str, context: &Context<'_>) -> Option<Decision> {
    let filter = filter_of(next).filter(|_| context.may(Duty::Logs))?;
    let needle: String = text.trim().chars().take(NEEDLE_LENGTH_MAX).collect();
    let filter = EventFilter { needle: (!needle.is_empty()).then_some(needle), ..filter.clone() };
    let mut next = next.clone();
    go(&mut next, View::Desk(DeskView::Watch(WatchView::Events { filter, page: 0 })));
    Some(Decision::fresh(next))
}

fn filter_of(talk: &Talk) -> Option<&EventFilter> {
    match &talk.view {
        View::Desk(DeskView::Watch(WatchView::Events { filter, .. })) => Some(filter),
        _ => None,
    }
}
