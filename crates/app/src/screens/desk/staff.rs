//! Who works at the desk, and what they did.

use domain::ids::ChatId;
use domain::screen::{Action, DeskAct, Screen};
use domain::staff::{AuditEntry, Deed, Role};

use super::shop;
use super::{Canvas, back, danger, labelled};
use crate::screens::{PAGE, button, pager};
use crate::texts::Words;

pub(super) fn staff(canvas: &Canvas<'_>) -> Screen {
    let (words, facts) = (canvas.words, &canvas.facts.desk);
    let mut text = words.text("desk-staff", &[]);
    for owner in &facts.owners {
        text.extend(words.text("desk-staff-configured", &[("chat", owner.to_string().into())]));
    }
    let mut keyboard = Vec::new();
    for member in &facts.staff {
        let role = words.plain(role_key(member.role), &[]);
        let args = [("chat", member.chat.to_string().into()), ("role", role.into())];
        text.extend(words.text("desk-staff-member", &args));
        let label = words.plain("button-dismiss", &[("chat", member.chat.to_string().into())]);
        let act = DeskAct::Dismiss { chat: member.chat };
        keyboard.push(vec![button(label, Action::Desk(act))]);
    }
    keyboard.push(vec![labelled(words, "button-appoint", Action::Desk(DeskAct::Appoint))]);
    keyboard.push(back(words));
    Screen::new(text, keyboard)
}

pub(super) fn appoint(canvas: &Canvas<'_>, chat: ChatId) -> Screen {
    let words = canvas.words;
    let role = |role: Role| {
        let act = DeskAct::Role { chat, role };
        vec![match role {
            Role::Owner => danger(words, "role-owner", act),
            Role::Manager => labelled(words, "role-manager", Action::Desk(act)),
            Role::Support => labelled(words, "role-support", Action::Desk(act)),
        }]
    };
    let mut keyboard: Vec<_> = [Role::Support, Role::Manager, Role::Owner].into_iter().map(role).collect();
    keyboard.push(back(words));
    Screen::new(words.text("desk-appoint", &[("chat", chat.to_string().into())]), keyboard)
}

pub(super) fn audit_log(canvas: &Canvas<'_>, page: u16) -> Screen {
    let (words, log) = (canvas.words, &canvas.facts.desk.log);
    let mut text = words.text("desk-audit-log", &[]);
    for entry in log.iter().take(PAGE) {
        text.extend(line(canvas, entry));
    }
    if log.is_empty() {
        text.extend(words.text("desk-nothing", &[]));
    }
    let mut keyboard = Vec::new();
    keyboard.extend(pager(words, page, log.len() > PAGE, |page| Action::Desk(DeskAct::AuditLog { page })));
    keyboard.push(back(words));
    Screen::new(text, keyboard)
}

fn line(canvas: &Canvas<'_>, entry: &AuditEntry) -> domain::screen::Text {
    let words = canvas.words;
    let mut text = words.text(
        "desk-audit-line",
        &[
            ("when", words.moment(entry.at, canvas.now).into()),
            ("by", entry.by.chat.to_string().into()),
            ("role", words.plain(role_key(entry.by.role), &[]).into()),
            ("deed", words.plain(deed_key(entry.deed), &[]).into()),
            ("subject", subject(words, entry).into()),
        ],
    );
    let value = |value: Option<&String>| match (entry.deed, value) {
        (Deed::Set, value) => shop::shown(words, &entry.subject, value.map(String::as_str)),
        (_, Some(value)) => value.clone(),
        (_, None) => words.plain("desk-no-value", &[]),
    };
    if entry.before.is_some() || entry.after.is_some() {
        let args = [("before", value(entry.before.as_ref()).into()), ("after", value(entry.after.as_ref()).into())];
        text.extend(words.text("desk-audit-change", &args));
    }
    if let Some(reason) = &entry.reason {
        text.extend(words.text("desk-audit-reason", &[("reason", reason.as_str().into())]));
    }
    text
}

fn subject(words: Words<'_>, entry: &AuditEntry) -> String {
    if entry.deed == Deed::Set { shop::title(words, &entry.subject) } else { entry.subject.clone() }
}

pub(super) const fn role_key(role: Role) -> &'static str {
    match role {
        Role::Owner => "role-owner",
        Role::Manager => "role-manager",
        Role::Support => "role-support",
    }
}

const fn deed_key(deed: Deed) -> &'static str {
    match deed {
        Deed::Credit => "deed-credit",
        Deed::Debit => "deed-debit",
        Deed::AskCredit => "deed-ask-credit",
        Deed::GrantCredit => "deed-grant-credit",
        Deed::RefuseCredit => "deed-refuse-credit",
        Deed::GiveRuns => "deed-give-runs",
        Deed::Block => "deed-block",
        Deed::Unblock => "deed-unblock",
        Deed::Write => "deed-write",
        Deed::RefundGeneration => "deed-refund-generation",
        Deed::RefundPayment => "deed-refund-payment",
        Deed::ApproveReceipt => "deed-approve-receipt",
        Deed::RejectReceipt => "deed-reject-receipt",
        Deed::AcceptRate => "deed-accept-rate",
        Deed::StopModel => "deed-stop-model",
        Deed::SellModel => "deed-sell-model",
        Deed::Set => "deed-set",
        Deed::Appoint => "deed-appoint",
        Deed::Dismiss => "deed-dismiss",
        Deed::MakePromo => "deed-make-promo",
        Deed::StartBroadcast => "deed-start-broadcast",
        Deed::PauseBroadcast => "deed-pause-broadcast",
        Deed::ResumeBroadcast => "deed-resume-broadcast",
        Deed::CancelBroadcast => "deed-cancel-broadcast",
        Deed::MakeCampaign => "deed-make-campaign",
        Deed::CleanLog => "deed-clean-log",
        Deed::Export => "deed-export",
        Deed::MuteAlert => "deed-mute-alert",
        Deed::UnmuteAlert => "deed-unmute-alert",
        Deed::EndPause => "deed-end-pause",
        Deed::TryModel => "deed-try-model",
    }
}
