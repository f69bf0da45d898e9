//! The part of an [`Action`](domain::screen::Action)'s data that is about the watch over the shop: a letter and its fields.

use domain::ids::EventId;
use domain::ports::EventLevel;
use domain::screen::WatchAct;

use super::{Reader, Writer};

pub(super) fn encode(data: &mut Writer, act: WatchAct) -> &mut Writer {
    match act {
        WatchAct::Alerts => data.letter('a'),
        WatchAct::Mute { alert } => data.letter('m').key(alert),
        WatchAct::Unmute { alert } => data.letter('u').key(alert),
        WatchAct::EndPause => data.letter('p'),
        WatchAct::Events { page } => data.letter('e').number(page),
        WatchAct::EventsFrom { level } => data.letter('l').letter(level_letter(level)),
        WatchAct::AllEvents => data.letter('A'),
        WatchAct::Event { event } => data.letter('o').bytes(event.as_bytes()),
        WatchAct::ExportEvents => data.letter('x'),
        WatchAct::CleanEvents => data.letter('c'),
    }
}

pub(super) fn decode(data: &mut Reader<'_>) -> Option<WatchAct> {
    Some(match data.letter()? {
        'a' => WatchAct::Alerts,
        'm' => WatchAct::Mute { alert: data.key()? },
        'u' => WatchAct::Unmute { alert: data.key()? },
        'p' => WatchAct::EndPause,
        'e' => WatchAct::Events { page: data.number()? },
        'l' => WatchAct::EventsFrom { level: data.one_of(&EventLevel::ALL, level_letter)? },
        'A' => WatchAct::AllEvents,
        'o' => WatchAct::Event { event: data.bytes().map(EventId::from_bytes)? },
        'x' => WatchAct::ExportEvents,
        'c' => WatchAct::CleanEvents,
        _ => return None,
    })
}

const fn level_letter(level: EventLevel) -> char {
    match level {
        EventLevel::Debug => 'd',
        EventLevel::Info => 'i',
        EventLevel::Warn => 'w',
        EventLevel::Error => 'e',
    }
}
