//! Money that comes in and goes back, against what explains it: providers' own lists, invoices, paybacks.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use domain::clock::Timestamp;
use domain::ledger::{Account, Hold, HoldPurpose, HoldState, Payment, Phase, Provider};
use domain::payment::{Invoice, InvoiceState};
use domain::ports::{AuditCheck, Payback, PaybackEnd, ProviderRecord};

use super::{Rows, check};

/// So long after a payment the provider's list has it for certain.
const LIST_DELAY: Duration = Duration::from_secs(60);

/// The rows that explain payments.
#[derive(Clone, Debug, Default)]
pub(in crate::memory) struct Incoming<'a> {
    pub(in crate::memory) invoices: Vec<&'a Invoice>,
    pub(in crate::memory) paybacks: Vec<&'a Payback>,
    pub(in crate::memory) records: Vec<&'a ProviderRecord>,
    /// When each list was asked for last.
    pub(in crate::memory) asked_at: Vec<(Provider, Timestamp)>,
}

type Payments<'a> = BTreeMap<(Provider, &'a str), &'a Payment>;

/// All checks of these rows.
pub(super) fn checks(rows: &Rows<'_>) -> Vec<AuditCheck> {
    let payments: Payments<'_> = rows.payments.iter().map(|row| ((row.provider, row.payment.as_str()), *row)).collect();
    let Incoming { invoices, paybacks, records, .. } = &rows.incoming;
    let paid = invoices.iter().filter(|row| matches!(row.state, InvoiceState::Paid { .. })).count();
    vec![
        check("the cash of a provider is what its payments brought", rows.payments.len(), cash(rows).into_iter()),
        check(
            "a provider's own list agrees with its payments, each one and in sum",
            records.len(),
            lists(&rows.incoming, &payments).into_iter(),
        ),
        check(
            "a paid invoice names its user's payment, and what it credited",
            paid,
            invoices.iter().filter_map(|row| unpaid(row, &payments)),
        ),
        check(
            "a payback fits its payment and its hold, and each pending hold of one serves one that is under way",
            paybacks.len(),
            paybacks.iter().filter_map(|row| misfit(row, rows, &payments)).chain(idle_holds(rows)),
        ),
    ]
}

fn cash(rows: &Rows<'_>) -> Vec<String> {
    let mut sums: BTreeMap<Provider, (i64, i64)> = BTreeMap::new();
    for transfer in rows.transfers.iter().filter(|row| matches!(row.phase, Phase::Posted | Phase::Captured)) {
        for (account, sign) in [(transfer.debit, 1), (transfer.credit, -1)] {
            if let Account::Cash(provider) = account {
                sums.entry(provider).or_default().0 += sign * transfer.amount;
            }
        }
    }
    for payment in rows.payments.iter().filter(|row| !row.refunded) {
        sums.entry(payment.provider).or_default().1 += payment.amount.kopecks();
    }
    let wrong = sums.into_iter().filter(|(_, (moved, paid))| moved != paid);
    wrong
        .map(|(provider, (moved, paid))| {
            format!("cash/{}: its transfers say {moved}, its payments {paid}", provider.code())
        })
        .collect()
}

fn lists(rows: &Incoming<'_>, payments: &Payments<'_>) -> Vec<String> {
    let mut findings = Vec::new();
    let mut listed: BTreeSet<(Provider, &str)> = BTreeSet::new();
    let mut sums: BTreeMap<(Provider, &str), (i64, i64)> = BTreeMap::new();
    for record in &rows.records {
        let key = (record.provider, record.payment.as_str());
        if !record.is_refund {
            listed.insert(key);
        }
        let Some(payment) = payments.get(&key) else { continue };
        let named = format!("payment `{}:{}`", record.provider.code(), record.payment);
        let (ours, theirs) = (
            (payment.native_amount, payment.native_currency.as_str()),
            (record.native_amount, record.native_currency.as_str()),
        );
        if ours != theirs {
            findings.push(format!("{named} brought {ours:?}, and the list says {theirs:?}"));
        }
        if record.is_refund && !payment.refunded {
            findings.push(format!("{named} went back by the list, and is kept here"));
            continue;
        }
        let sign = if record.is_refund { -1 } else { 1 };
        let sum = sums.entry((record.provider, ours.1)).or_default();
        *sum = (sum.0 + sign * theirs.0, sum.1 + sign * ours.0);
    }
    for (provider, asked_at) in &rows.asked_at {
        let lost = payments.values().filter(|row| row.provider == *provider && row.at + LIST_DELAY < *asked_at);
        let lost = lost.filter(|row| !listed.contains(&(row.provider, row.payment.as_str())));
        findings.extend(lost.map(|row| format!("payment `{}:{}` is not in the list", provider.code(), row.payment)));
    }
    for ((provider, currency), (theirs, ours)) in sums.into_iter().filter(|(_, (theirs, ours))| theirs != ours) {
        let cash = provider.code();
        findings.push(format!("cash/{cash}: the list adds up to {theirs} {currency}, the payments in it to {ours}"));
    }
    findings
}

fn unpaid(row: &Invoice, payments: &Payments<'_>) -> Option<String> {
    let InvoiceState::Paid { payment, credited, .. } = &row.state else { return None };
    let found = payments.get(&(row.provider, payment.as_str())).map(|row| (row.user, row.amount));
    (found != Some((row.user, *credited))).then(|| {
        let (id, provider) = (row.id, row.provider.code());
        format!("invoice `{id}` was paid by `{provider}:{payment}` with {credited}, and that payment is {found:?}")
    })
}

fn misfit(row: &Payback, rows: &Rows<'_>, payments: &Payments<'_>) -> Option<String> {
    let payment = payments.get(&(row.provider, row.payment.as_str()));
    let hold = rows.holds.get(&row.hold);
    let is_own = |hold: &&Hold| hold.purpose == HoldPurpose::Payback(row.provider, row.payment.clone());
    let is_pending = hold.is_some_and(|hold| hold.state == HoldState::Pending);
    let fits = payment.is_some_and(|payment| match row.end {
        None => payment.refunded || hold.is_none() || is_pending,
        Some(PaybackEnd::Done) => payment.refunded,
        Some(PaybackEnd::Refused { .. }) => !is_pending,
    });
    let fine = fits && hold.as_ref().is_none_or(|hold| is_own(hold));
    (!fine).then(|| {
        let (named, refunded) = (format!("{}:{}", row.provider.code(), row.payment), payment.map(|row| row.refunded));
        let (action, end, hold) = (row.action, &row.end, hold.map(|hold| hold.state.code()));
        format!("payback `{action}` of `{named}` is at {end:?}, its payment refunded {refunded:?}, its hold {hold:?}")
    })
}

fn idle_holds(rows: &Rows<'_>) -> impl Iterator<Item = String> {
    let pending = rows.holds.values().filter(|hold| hold.state == HoldState::Pending);
    pending.filter(|hold| matches!(hold.purpose, HoldPurpose::Payback(..))).filter_map(|hold| {
        let served = rows.incoming.paybacks.iter().filter(|row| row.hold == hold.id && row.end.is_none()).count();
        (served != 1).then(|| format!("hold `{}` is pending for {served} paybacks under way", hold.id))
    })
}
