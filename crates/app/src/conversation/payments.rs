//! Putting money on the balance: an amount, a way to pay, an invoice, a receipt.

use domain::ids::InvoiceId;
use domain::ledger::Provider;
use domain::money::Money;
use domain::payment::{
    BadTopUp, Invoice, InvoiceState, InvoiceStateKind, Receipt, ReceiptForm, TOP_UP_RUB_MAX, TOP_UP_RUB_MIN,
    top_up_amount, top_up_within,
};
use domain::screen::InvoiceAct;

use super::decide::{Context, Decision, Effect, go};
use super::{Notice, Step, Talk, View, wizard};
use crate::event::{Event, FileKind};

/// So many invoices may wait for one user at once: nobody needs more, and each one costs a provider a call.
pub(super) const WAITING_INVOICES_MAX: usize = 5;

/// An amount was chosen by a button.
pub(super) fn amount(next: Talk, kopecks: u32, context: &Context<'_>) -> Decision {
    chosen(next, top_up_within(Money::from_kopecks(kopecks.into())), false, context)
}

/// An amount was typed.
pub(super) fn typed(next: Talk, text: &str, context: &Context<'_>) -> Decision {
    Decision { fresh: true, ..chosen(next, top_up_amount(text), true, context) }
}

fn chosen(mut next: Talk, amount: Result<Money, BadTopUp>, is_typed: bool, context: &Context<'_>) -> Decision {
    let amount = match amount {
        Ok(amount) => amount,
        Err(bad) => {
            next.notice = Some(refused(bad, is_typed));
            return Decision::show(next);
        }
    };
    match context.ways {
        [] => next.notice = Some(Notice::new("notice-payments-off")),
        [only] => return invoice(next, *only, amount, context),
        _ => go(&mut next, View::TopUpWay { kopecks: kopecks(amount) }),
    }
    Decision::show(next)
}

fn refused(bad: BadTopUp, is_typed: bool) -> Notice {
    match bad {
        BadTopUp::NotAnAmount if is_typed => Notice::new("notice-not-an-amount"),
        _ => out_of_bounds(),
    }
}

/// What is said of an amount that is too small or too large.
pub(super) fn out_of_bounds() -> Notice {
    Notice::new("notice-amount-out-of-bounds")
        .money("min", Money::from_kopecks(TOP_UP_RUB_MIN * 100))
        .money("max", Money::from_kopecks(TOP_UP_RUB_MAX * 100))
}

fn kopecks(amount: Money) -> u32 {
    u32::try_from(amount.kopecks()).expect("an amount within its bounds fits")
}

/// A way to pay was chosen.
pub(super) fn pay(mut next: Talk, provider: Provider, kopecks: u32, context: &Context<'_>) -> Decision {
    let amount = top_up_within(Money::from_kopecks(kopecks.into()));
    match amount {
        Ok(amount) if context.ways.contains(&provider) => invoice(next, provider, amount, context),
        Ok(_) => {
            go(&mut next, View::TopUp);
            next.notice = Some(Notice::new("notice-way-closed"));
            Decision::show(next)
        }
        Err(bad) => {
            next.notice = Some(refused(bad, false));
            Decision::show(next)
        }
    }
}

/// Goes to an invoice over that amount: to one that waits already, else to a new one.
fn invoice(mut next: Talk, provider: Provider, amount: Money, context: &Context<'_>) -> Decision {
    let waiting: Vec<&Invoice> = context.invoices.iter().filter(|invoice| waits(invoice, context)).collect();
    let same = waiting.iter().find(|invoice| {
        let kind = invoice.state.kind();
        invoice.provider == provider && invoice.amount == amount && kind != InvoiceStateKind::Claimed
    });
    if let Some(same) = same {
        go(&mut next, View::Invoice { invoice: same.id });
        return Decision::show(next);
    }
    if waiting.len() >= WAITING_INVOICES_MAX {
        next.notice = Some(Notice::new("notice-too-many-invoices").number("max", WAITING_INVOICES_MAX));
        return Decision::show(next);
    }
    let id = InvoiceId::ordered(context.clock, context.ids);
    go(&mut next, View::Invoice { invoice: id });
    Decision::with(next, Effect::Invoice { id, provider, amount })
}

fn waits(invoice: &Invoice, context: &Context<'_>) -> bool {
    let kind = invoice.state.kind();
    kind == InvoiceStateKind::Claimed || (kind.is_waiting() && context.now < invoice.expires_at)
}

/// A button of an invoice was pressed.
pub(super) fn press(mut next: Talk, id: InvoiceId, act: InvoiceAct, context: &Context<'_>) -> Decision {
    let Some(invoice) = context.invoice.filter(|invoice| invoice.id == id && invoice.user == context.user) else {
        next.notice = Some(Notice::new("notice-stale"));
        return Decision::show(next);
    };
    match act {
        InvoiceAct::Show => {
            go(&mut next, View::Invoice { invoice: id });
            if invoice.state.kind() != InvoiceStateKind::Open || invoice.state.external().is_none() {
                return Decision::show(next);
            }
            next.notice = Some(Notice::new("notice-invoice-asking"));
            Decision::with(next, Effect::CheckInvoice(id))
        }
        InvoiceAct::Cancel if matches!(invoice.state, InvoiceState::Asked | InvoiceState::Open { .. }) => {
            next.view = View::TopUp;
            next.notice = Some(Notice::new("notice-invoice-cancelled"));
            Decision::with(next, Effect::CancelInvoice(id))
        }
        InvoiceAct::Cancel => {
            // It was paid, claimed or has expired meanwhile: its screen says so.
            go(&mut next, View::Invoice { invoice: id });
            Decision::show(next)
        }
    }
}

/// Whether a file that is sent now is a receipt.
pub(super) fn awaits_receipt(context: &Context<'_>) -> bool {
    context.invoice.is_some_and(|invoice| {
        invoice.provider == Provider::Bank
            && invoice.user == context.user
            && matches!(invoice.state.kind(), InvoiceStateKind::Open | InvoiceStateKind::Claimed)
    })
}

/// A file came in while an invoice of a bank transfer is open.
pub(super) fn receipt(mut next: Talk, event: &Event, context: &Context<'_>) -> Decision {
    let open = context.invoice.filter(|invoice| invoice.state.kind() == InvoiceStateKind::Open);
    let (Some(invoice), Event::File { kind, file, message, .. }) = (open, event) else {
        next.notice = Some(Notice::new("notice-receipt-is-there"));
        return Decision::fresh(next);
    };
    let is_paper = file.mime.as_deref().is_some_and(|mime| mime == "application/pdf" || mime.starts_with("image/"));
    let form = match kind {
        FileKind::Photo => ReceiptForm::Photo,
        FileKind::Document if is_paper => ReceiptForm::Document,
        _ => {
            next.notice = Some(Notice::new("notice-not-a-receipt"));
            return Decision::fresh(next);
        }
    };
    let receipt = Receipt { form, file_id: file.file_id.clone(), unique_id: file.unique_id.clone(), message: *message };
    let effect = Effect::ClaimPaid { invoice: invoice.id, receipt };
    Decision { fresh: true, ..Decision::with(next, effect) }
}

/// A payment came in. Whoever topped up on the way to an order is back at that order.
pub(super) fn paid(mut next: Talk, context: &Context<'_>) -> Decision {
    let notice = context.credited.map(|amount| Notice::new("notice-credited").money("amount", amount));
    if next.draft.as_ref().is_some_and(|draft| matches!(draft.step, Step::Short { .. } | Step::Review { .. })) {
        let decision = wizard::resume(next, context);
        let talk = Talk { notice: notice.or(decision.talk.notice), ..decision.talk };
        return Decision { talk, fresh: true, ..decision };
    }
    next.view = View::Balance;
    next.trail = vec![View::Menu];
    next.notice = notice;
    Decision::fresh(next)
}

/// Something became of the invoice on the screen: it can be paid, it is paid, it has expired.
pub(super) fn woken(next: Talk, context: &Context<'_>) -> Decision {
    match context.invoice.map(|invoice| &invoice.state) {
        Some(InvoiceState::Paid { credited, .. }) => {
            let context = Context { credited: Some(*credited), ..*context };
            Decision { fresh: false, ..paid(next, &context) }
        }
        _ => Decision::show(next),
    }
}
