//! Receipts of bank transfers, as owners decide about them.

use domain::ids::InvoiceId;
use domain::payment::{BadTopUp, Invoice, InvoiceStateKind, top_up_amount};
use domain::screen::ClaimAct;
use domain::staff::Duty;

use super::decide::{Context, Decision, Effect, go};
use super::{Notice, Talk, View};

/// Longer reasons are letters.
const REASON_LENGTH_MAX: usize = 500;

/// A button under a receipt was pressed.
pub(super) fn press(mut next: Talk, id: InvoiceId, act: ClaimAct, context: &Context<'_>) -> Decision {
    let Some(invoice) = claimed(id, context) else { return gone(next, context, false) };
    match act {
        ClaimAct::Approve => {
            next.notice = Some(approved(invoice, invoice.amount));
            let amount = invoice.amount;
            Decision {
                fresh: true,
                ..Decision::with(next, Effect::Approve { invoice: Box::new(invoice.clone()), amount })
            }
        }
        ClaimAct::Other => {
            go(&mut next, View::ClaimAmount { invoice: id });
            Decision::fresh(next)
        }
        ClaimAct::Reject => {
            go(&mut next, View::ClaimReason { invoice: id });
            Decision::fresh(next)
        }
    }
}

/// An owner typed how much came in.
pub(super) fn amount(mut next: Talk, text: &str, context: &Context<'_>) -> Decision {
    let View::ClaimAmount { invoice: id } = next.view else { return Decision::fresh(next) };
    let Some(invoice) = claimed(id, context) else { return gone(next, context, true) };
    match top_up_amount(text) {
        Ok(amount) => {
            next.view = next.trail.pop().unwrap_or_default();
            next.notice = Some(approved(invoice, amount));
            let effect = Effect::Approve { invoice: Box::new(invoice.clone()), amount };
            Decision { fresh: true, ..Decision::with(next, effect) }
        }
        Err(BadTopUp::NotAnAmount) => {
            next.notice = Some(Notice::new("notice-not-an-amount"));
            Decision::fresh(next)
        }
        Err(BadTopUp::TooSmall | BadTopUp::TooLarge) => {
            next.notice = Some(super::payments::out_of_bounds());
            Decision::fresh(next)
        }
    }
}

/// An owner typed why a receipt is turned down.
pub(super) fn reason(mut next: Talk, text: &str, context: &Context<'_>) -> Decision {
    let View::ClaimReason { invoice: id } = next.view else { return Decision::fresh(next) };
    let Some(invoice) = claimed(id, context) else { return gone(next, context, true) };
    let reason: String = text.trim().chars().take(REASON_LENGTH_MAX).collect();
    if reason.is_empty() {
        return Decision::fresh(next);
    }
    next.view = next.trail.pop().unwrap_or_default();
    next.notice = Some(Notice::new("notice-claim-rejected").words("reference", invoice.reference()));
    let effect = Effect::Reject { invoice: Box::new(invoice.clone()), reason };
    Decision { fresh: true, ..Decision::with(next, effect) }
}

fn approved(invoice: &Invoice, amount: domain::money::Money) -> Notice {
    Notice::new("notice-claim-approved").words("reference", invoice.reference()).money("amount", amount)
}

fn claimed<'a>(id: InvoiceId, context: &Context<'a>) -> Option<&'a Invoice> {
    context.invoice.filter(|invoice| {
        context.may(Duty::Money) && invoice.id == id && invoice.state.kind() == InvoiceStateKind::Claimed
    })
}

/// Another owner was quicker, or whoever pressed is no owner any more.
fn gone(mut next: Talk, context: &Context<'_>, leaves: bool) -> Decision {
    if leaves {
        next.view = next.trail.pop().unwrap_or_default();
    }
    next.notice = Some(Notice::new(if context.may(Duty::Money) { "notice-claim-gone" } else { "notice-stale" }));
    Decision::fresh(next)
}
