//! The part of an [`Action`](domain::screen::Action)'s data that names something at the owner's desk: a letter and its fields.

use domain::ids::{ActionId, ChatId, GenerationId, UserId};
use domain::screen::{DeskAct, Period, PersonDeed, PersonTab};
use domain::staff::Role;

use super::{Reader, Writer, outreach, shop, watch};

pub(super) fn encode<'a>(data: &'a mut Writer, act: &DeskAct) -> &'a mut Writer {
    match act {
        DeskAct::Home => data.letter('h'),
        DeskAct::Statistics { period } => data.letter('s').letter(period_letter(*period)),
        DeskAct::Chart { period } => data.letter('c').letter(period_letter(*period)),
        DeskAct::Export { period } => data.letter('e').letter(period_letter(*period)),
        DeskAct::FindPeople => data.letter('f'),
        DeskAct::People { page } => data.letter('u').number(*page),
        DeskAct::Person { user, tab, page } => {
            data.letter('p').bytes(user.as_bytes()).letter(tab_letter(*tab)).number(*page)
        }
        DeskAct::Do { user, deed } => data.letter('d').bytes(user.as_bytes()).letter(deed_letter(*deed)),
        DeskAct::Generation { generation } => data.letter('g').id(generation),
        DeskAct::Refund { generation } => data.letter('r').id(generation),
        DeskAct::PayBack { user, payment } => data.letter('b').bytes(user.as_bytes()).key(*payment),
        DeskAct::Sure => data.letter('y'),
        DeskAct::Waiting => data.letter('w'),
        DeskAct::Decide { approval, granted } => data.letter('a').bytes(approval.as_bytes()).flag(*granted),
        DeskAct::Models { page } => data.letter('m').number(*page),
        DeskAct::Model { model } => data.letter('o').key(*model),
        DeskAct::Sell { model, on } => data.letter('x').key(*model).flag(*on),
        DeskAct::Selling { on } => data.letter('X').flag(*on),
        DeskAct::Settings => data.letter('i'),
        DeskAct::Setting { name } => data.letter('j').key(*name),
        DeskAct::Set { name } => data.letter('k').key(*name),
        DeskAct::Switch { name, on } => data.letter('l').key(*name).flag(*on),
        DeskAct::Reset { name } => data.letter('n').key(*name),
        DeskAct::Rollback { entry } => data.letter('q').bytes(entry.as_bytes()),
        DeskAct::Staff => data.letter('t'),
        DeskAct::Appoint => data.letter('A'),
        DeskAct::Role { chat, role } => data.letter('T').long(chat.0).letter(role_letter(*role)),
        DeskAct::Dismiss { chat } => data.letter('D').long(chat.0),
        DeskAct::AuditLog { page } => data.letter('L').number(*page),
        DeskAct::Health => data.letter('H'),
        DeskAct::Broadcast(act) => outreach::encode_broadcast(data.letter('B'), act),
        DeskAct::Promo(act) => outreach::encode_promo(data.letter('P'), act),
        DeskAct::Watch(act) => watch::encode(data.letter('W'), *act),
        DeskAct::OfModel { model, deed } => shop::encode(data.letter('O').key(*model), *deed),
        DeskAct::Texts => data.letter('E'),
    }
}

pub(super) fn decode(data: &mut Reader<'_>) -> Option<DeskAct> {
    Some(match data.letter()? {
        'h' => DeskAct::Home,
        's' => DeskAct::Statistics { period: data.one_of(&Period::ALL, period_letter)? },
        'c' => DeskAct::Chart { period: data.one_of(&Period::ALL, period_letter)? },
        'e' => DeskAct::Export { period: data.one_of(&Period::ALL, period_letter)? },
        'f' => DeskAct::FindPeople,
        'u' => DeskAct::People { page: data.number()? },
        'p' => {
            DeskAct::Person { user: user(data)?, tab: data.one_of(&PersonTab::ALL, tab_letter)?, page: data.number()? }
        }
        'd' => DeskAct::Do { user: user(data)?, deed: data.one_of(&PersonDeed::ALL, deed_letter)? },
        'g' => DeskAct::Generation { generation: generation(data)? },
        'r' => DeskAct::Refund { generation: generation(data)? },
        'b' => DeskAct::PayBack { user: user(data)?, payment: data.key()? },
        'y' => DeskAct::Sure,
        'w' => DeskAct::Waiting,
        'a' => DeskAct::Decide { approval: action(data)?, granted: data.flag()? },
        'm' => DeskAct::Models { page: data.number()? },
        'o' => DeskAct::Model { model: data.key()? },
        'x' => DeskAct::Sell { model: data.key()?, on: data.flag()? },
        'X' => DeskAct::Selling { on: data.flag()? },
        'i' => DeskAct::Settings,
        'j' => DeskAct::Setting { name: data.key()? },
        'k' => DeskAct::Set { name: data.key()? },
        'l' => DeskAct::Switch { name: data.key()?, on: data.flag()? },
        'n' => DeskAct::Reset { name: data.key()? },
        'q' => DeskAct::Rollback { entry: action(data)? },
        't' => DeskAct::Staff,
        'A' => DeskAct::Appoint,
        'T' => DeskAct::Role { chat: chat(data)?, role: data.one_of(&Role::ALL, role_letter)? },
        'D' => DeskAct::Dismiss { chat: chat(data)? },
        'L' => DeskAct::AuditLog { page: data.number()? },
        'H' => DeskAct::Health,
        'B' => DeskAct::Broadcast(outreach::decode_broadcast(data)?),
        'P' => DeskAct::Promo(outreach::decode_promo(data)?),
        'W' => DeskAct::Watch(watch::decode(data)?),
        'O' => DeskAct::OfModel { model: data.key()?, deed: shop::decode(data)? },
        'E' => DeskAct::Texts,
        _ => return None,
    })
}

fn user(data: &mut Reader<'_>) -> Option<UserId> {
    data.bytes().map(UserId::from_bytes)
}

fn generation(data: &mut Reader<'_>) -> Option<GenerationId> {
    data.bytes().map(GenerationId::from_bytes)
}

fn action(data: &mut Reader<'_>) -> Option<ActionId> {
    data.bytes().map(ActionId::from_bytes)
}

fn chat(data: &mut Reader<'_>) -> Option<ChatId> {
    data.bytes().map(i64::from_be_bytes).map(ChatId)
}

const fn period_letter(period: Period) -> char {
    match period {
        Period::Today => 'd',
        Period::Week => 'w',
        Period::Month => 'm',
    }
}

const fn tab_letter(tab: PersonTab) -> char {
    match tab {
        PersonTab::Card => 'c',
        PersonTab::Statement => 's',
        PersonTab::Generations => 'g',
        PersonTab::Payments => 'p',
    }
}

const fn deed_letter(deed: PersonDeed) -> char {
    match deed {
        PersonDeed::Credit => 'c',
        PersonDeed::Debit => 'd',
        PersonDeed::GiveRuns => 'r',
        PersonDeed::Block => 'b',
        PersonDeed::Unblock => 'u',
        PersonDeed::Write => 'w',
    }
}

const fn role_letter(role: Role) -> char {
    match role {
        Role::Owner => 'o',
        Role::Manager => 'm',
        Role::Support => 's',
    }
}
