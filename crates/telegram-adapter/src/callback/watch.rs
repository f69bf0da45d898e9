//! The part of an [`Action`](domain::screen::Action)'s data that is about the watch over the shop: a letter and its fields.

use domain::screen::WatchAct;

use super::{Reader, Writer};

pub(super) fn encode(data: &mut Writer, act: WatchAct) -> &mut Writer {
    match act {
        WatchAct::Alerts => data.letter('a'),
        WatchAct::Mute { alert } => data.letter('m').key(alert),
        WatchAct::Unmute { alert } => data.letter('u').key(alert),
    }
}

pub(super) fn decode(data: &mut Reader<'_>) -> Option<WatchAct> {
    Some(match data.letter()? {
        'a' => WatchAct::Alerts,
        'm' => WatchAct::Mute { alert: data.key()? },
        'u' => WatchAct::Unmute { alert: data.key()? },
        _ => return None,
    })
}
