//! The part of a desk button's data that names something about broadcasts, promo codes and campaigns: a letter and its fields.

use domain::broadcast::Segment;
use domain::ids::BroadcastId;
use domain::ledger::Unit;
use domain::screen::{BroadcastAct, Language, PromoAct};

use super::{Reader, Writer};

pub(super) fn encode_broadcast<'a>(data: &'a mut Writer, act: &BroadcastAct) -> &'a mut Writer {
    match act {
        BroadcastAct::List { page } => data.letter('l').number(*page),
        BroadcastAct::Write => data.letter('w'),
        BroadcastAct::Open { id } => data.letter('o').bytes(id.as_bytes()),
        BroadcastAct::Aim { id, segment } => data.letter('a').bytes(id.as_bytes()).letter(segment_letter(*segment)),
        BroadcastAct::Preview { id } => data.letter('v').bytes(id.as_bytes()),
        BroadcastAct::Start { id } => data.letter('s').bytes(id.as_bytes()),
        BroadcastAct::Pause { id } => data.letter('p').bytes(id.as_bytes()),
        BroadcastAct::Resume { id } => data.letter('r').bytes(id.as_bytes()),
        BroadcastAct::Cancel { id } => data.letter('c').bytes(id.as_bytes()),
        BroadcastAct::Yes => data.letter('y'),
    }
}

pub(super) fn decode_broadcast(data: &mut Reader<'_>) -> Option<BroadcastAct> {
    Some(match data.letter()? {
        'l' => BroadcastAct::List { page: data.number()? },
        'w' => BroadcastAct::Write,
        'o' => BroadcastAct::Open { id: id(data)? },
        'a' => BroadcastAct::Aim { id: id(data)?, segment: data.one_of(&Segment::ALL, segment_letter)? },
        'v' => BroadcastAct::Preview { id: id(data)? },
        's' => BroadcastAct::Start { id: id(data)? },
        'p' => BroadcastAct::Pause { id: id(data)? },
        'r' => BroadcastAct::Resume { id: id(data)? },
        'c' => BroadcastAct::Cancel { id: id(data)? },
        'y' => BroadcastAct::Yes,
        _ => return None,
    })
}

pub(super) fn encode_promo<'a>(data: &'a mut Writer, act: &PromoAct) -> &'a mut Writer {
    match act {
        PromoAct::Codes { page } => data.letter('l').number(*page),
        PromoAct::Make => data.letter('m'),
        PromoAct::Gift { unit } => data.letter('g').letter(unit_letter(*unit)),
        PromoAct::Pick { number } => data.letter('p').bytes(&number.to_be_bytes()),
        PromoAct::Yes => data.letter('y'),
        PromoAct::Campaigns { page } => data.letter('c').number(*page),
        PromoAct::Launch => data.letter('n'),
    }
}

pub(super) fn decode_promo(data: &mut Reader<'_>) -> Option<PromoAct> {
    Some(match data.letter()? {
        'l' => PromoAct::Codes { page: data.number()? },
        'm' => PromoAct::Make,
        'g' => PromoAct::Gift { unit: data.one_of(&[Unit::Money, Unit::Run], unit_letter)? },
        'p' => PromoAct::Pick { number: data.bytes().map(u32::from_be_bytes)? },
        'y' => PromoAct::Yes,
        'c' => PromoAct::Campaigns { page: data.number()? },
        'n' => PromoAct::Launch,
        _ => return None,
    })
}

fn id(data: &mut Reader<'_>) -> Option<BroadcastId> {
    data.bytes().map(BroadcastId::from_bytes)
}

const fn segment_letter(segment: Segment) -> char {
    match segment {
        Segment::Everybody => 'e',
        Segment::Active => 'a',
        Segment::Paid => 'p',
        Segment::NeverPaid => 'n',
        Segment::Language(Language::Ru) => 'R',
        Segment::Language(Language::En) => 'E',
    }
}

const fn unit_letter(unit: Unit) -> char {
    match unit {
        Unit::Money => 'm',
        Unit::Run => 'r',
    }
}
