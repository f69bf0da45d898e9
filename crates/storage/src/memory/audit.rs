//! The invariants of the books as pure checks over rows. Each check looks at rows only, never at the code that wrote them.
//!
//! The numbers of the list of invariants: 1 holds, 2 folds, 3 available, 4 holds and generations, 5 payments, 6 results, 7 quotes; after them come
//! the margins, then what explains the money that came in. The eighth (counters of free models) stands in `gifts`, with all that is given.

mod incoming;

use std::collections::{BTreeMap, BTreeSet};

use domain::free::Means;
use domain::generation::{Generation, State, StateKind};
use domain::ids::{GenerationId, TransferId, UserId};
use domain::ledger::{
    Account, Book, Cause, Group, Hold, HoldPurpose, HoldState, Payment, Phase, Transfer, Unit, Wallet,
};
use domain::money::Money;
use domain::ports::{AuditCheck, AuditReport, StatementLine};

pub(super) use incoming::Incoming;

/// A report names no more offenders per check: the first hundred are enough to see what is wrong.
const FINDINGS_MAX: usize = 100;

/// The rows that are looked at.
pub(super) struct Rows<'a> {
    transfers: Vec<&'a Transfer>,
    holds: BTreeMap<TransferId, &'a Hold>,
    wallets: Vec<(UserId, Unit, Wallet)>,
    receivables: Vec<(UserId, i64)>,
    payments: Vec<&'a Payment>,
    causes: Vec<Cause>,
    lines: Vec<(UserId, &'a StatementLine)>,
    generations: BTreeMap<GenerationId, &'a Generation>,
    incoming: Incoming<'a>,
}

impl<'a> Rows<'a> {
    /// The rows of a book, and what stands beside it.
    pub(super) fn of(
        book: &'a Book,
        lines: impl Iterator<Item = (UserId, &'a StatementLine)>,
        generations: impl Iterator<Item = &'a Generation>,
        incoming: Incoming<'a>,
    ) -> Self {
        Self {
            transfers: book.transfers().iter().collect(),
            holds: book.holds().map(|hold| (hold.id, hold)).collect(),
            wallets: book.wallets().collect(),
            receivables: book.receivables().collect(),
            payments: book.payments().collect(),
            causes: book.postings().map(|(posting, _)| posting.operation.cause()).collect(),
            lines: lines.collect(),
            generations: generations.map(|generation| (generation.id, generation)).collect(),
            incoming,
        }
    }
}

/// Looks at every invariant.
pub(super) fn audit(rows: &Rows<'_>) -> AuditReport {
    let mut report = AuditReport {
        checks: vec![
            check(
                "a hold has at most one resolution, for no more than it holds",
                rows.holds.len(),
                holds_resolved_once(rows),
            ),
            check(
                "stored wallets and receivables equal the fold of their transfers",
                rows.wallets.len() + rows.receivables.len(),
                stored_figures_equal_folds(rows),
            ),
            check("nothing available is below zero", rows.wallets.len(), available_is_not_negative(rows)),
            check(
                "a pending hold belongs to one live generation or payback, a finished one is resolved",
                rows.holds.len() + rows.generations.len(),
                holds_belong(rows),
            ),
            check("a payment has one top-up and at most one payback", rows.payments.len(), payments_have_causes(rows)),
            check(
                "a captured generation has a result, a released one was not delivered, refunds stay within the capture",
                rows.holds.len(),
                results_match_money(rows),
            ),
            check("nobody was charged more than the quote", rows.generations.len(), charges_stay_within_quotes(rows)),
            check("a success earned what its hold captured", rows.generations.len(), margins_match_captures(rows)),
        ],
    };
    report.checks.extend(incoming::checks(rows));
    report.checks.push(check(
        "a movement that names a generation is about that one",
        rows.lines.iter().filter(|(_, line)| line.generation.is_some()).count(),
        movements_name_their_generations(rows),
    ));
    report
}

fn check(name: &'static str, checked: usize, findings: impl Iterator<Item = String>) -> AuditCheck {
    let checked = u64::try_from(checked).unwrap_or(u64::MAX);
    AuditCheck { name, checked, findings: findings.take(FINDINGS_MAX).collect() }
}

fn holds_resolved_once(rows: &Rows<'_>) -> impl Iterator<Item = String> {
    let mut resolutions: BTreeMap<TransferId, Vec<&Transfer>> = BTreeMap::new();
    let mut pending: BTreeMap<TransferId, &Transfer> = BTreeMap::new();
    for transfer in &rows.transfers {
        match transfer.resolves {
            Some(hold) => resolutions.entry(hold).or_default().push(transfer),
            None if transfer.phase == Phase::Pending => drop(pending.insert(transfer.id, transfer)),
            None => {}
        }
    }
    let taken = move |hold: &Hold| {
        let taken = pending.get(&hold.id).map(|taken| (taken.amount, taken.unit, taken.debit));
        taken == Some((hold.amount, hold.unit, Account::Wallet(hold.user)))
    };
    let unknown: Vec<_> = resolutions.keys().filter(|hold| !rows.holds.contains_key(hold)).copied().collect();
    let wrong = rows.holds.values().filter_map(move |hold| {
        let found = resolutions.get(&hold.id).map_or(&[][..], Vec::as_slice);
        let right = match (hold.state, found) {
            (HoldState::Pending, []) => hold.captured == 0,
            (HoldState::Captured, [one]) => (one.phase, one.amount) == (Phase::Captured, hold.captured),
            (HoldState::Released, [one]) => one.phase == Phase::Released && hold.captured == 0,
            _ => false,
        };
        let fine = right && taken(hold) && (0..=hold.amount).contains(&hold.captured);
        (!fine).then(|| {
            let (state, captured, amount) = (hold.state.code(), hold.captured, hold.amount);
            format!("hold `{}` is {state}, took {captured} of {amount}, has {} resolutions", hold.id, found.len())
        })
    });
    wrong.chain(unknown.into_iter().map(|hold| format!("hold `{hold}` is resolved and not there")))
}

fn stored_figures_equal_folds(rows: &Rows<'_>) -> impl Iterator<Item = String> {
    let mut wallets: BTreeMap<(UserId, Unit), (Wallet, Wallet)> = BTreeMap::new();
    let mut receivables: BTreeMap<UserId, (i64, i64)> = BTreeMap::new();
    for (user, unit, wallet) in &rows.wallets {
        wallets.entry((*user, *unit)).or_default().0 = *wallet;
    }
    for (user, owed) in &rows.receivables {
        receivables.entry(*user).or_default().0 = *owed;
    }
    for transfer in &rows.transfers {
        let Transfer { amount, phase, .. } = **transfer;
        let held = transfer.resolves.and_then(|hold| rows.holds.get(&hold)).map_or(0, |hold| hold.amount);
        let posted = if matches!(phase, Phase::Posted | Phase::Captured) { amount } else { 0 };
        let reserved = if phase == Phase::Pending { amount } else { -held };
        for (account, sign) in [(transfer.debit, -1), (transfer.credit, 1)] {
            match account {
                Account::Wallet(user) => {
                    let fold = &mut wallets.entry((user, transfer.unit)).or_default().1;
                    fold.posted += sign * posted;
                    fold.reserved += if sign < 0 { reserved } else { 0 };
                }
                Account::Receivable(user) => receivables.entry(user).or_default().1 -= sign * posted,
                _ => {}
            }
        }
    }
    let wallets =
        wallets.into_iter().filter(|(_, (stored, fold))| stored != fold).map(|((user, unit), (stored, fold))| {
            format!("wallet `{user}` in {} stores {stored:?}, its transfers say {fold:?}", unit.code())
        });
    let receivables = receivables.into_iter().filter(|(_, (stored, fold))| stored != fold);
    wallets.chain(
        receivables
            .map(|(user, (stored, fold))| format!("receivable `{user}` stores {stored}, its transfers say {fold}")),
    )
}

fn available_is_not_negative(rows: &Rows<'_>) -> impl Iterator<Item = String> {
    let bad = rows.wallets.iter().filter(|(_, _, wallet)| wallet.available() < 0 || wallet.reserved < 0);
    let debts = rows.receivables.iter().filter(|(_, owed)| *owed < 0);
    bad.map(|(user, unit, wallet)| format!("wallet `{user}` in {} is {wallet:?}", unit.code()))
        .chain(debts.map(|(user, owed)| format!("receivable `{user}` is {owed}")))
}

fn holds_belong(rows: &Rows<'_>) -> impl Iterator<Item = String> {
    let strays = rows.holds.values().filter(|hold| hold.state == HoldState::Pending).filter_map(|hold| {
        let belongs = match &hold.purpose {
            HoldPurpose::Generation(id) => rows
                .generations
                .get(id)
                .is_some_and(|row| row.funding.hold() == Some(hold.id) && row.state.kind().is_live()),
            HoldPurpose::Payback(provider, payment) => {
                let same = |row: &&&Payment| (row.provider, &row.payment) == (*provider, payment) && !row.refunded;
                let twin = |row: &&&Hold| row.state == HoldState::Pending && row.purpose == hold.purpose;
                rows.payments.iter().find(same).is_some() && rows.holds.values().filter(twin).count() == 1
            }
        };
        (!belongs).then(|| format!("pending hold `{}` serves nothing that lives: {:?}", hold.id, hold.purpose))
    });
    let claimed: BTreeSet<GenerationId> = rows
        .holds
        .values()
        .filter_map(|hold| match hold.purpose {
            HoldPurpose::Generation(id) => Some(id),
            HoldPurpose::Payback(..) => None,
        })
        .collect();
    let unpaid = rows.generations.values().filter_map(move |row| {
        let unit = match row.funding.means() {
            Means::Free if claimed.contains(&row.id) => {
                return Some(format!("generation `{}` is free and has a hold", row.id));
            }
            Means::Free => return None,
            Means::Money => Unit::Money,
            Means::Run => Unit::Run,
        };
        let hold = row
            .funding
            .hold()
            .and_then(|hold| rows.holds.get(&hold))
            .filter(|hold| hold.purpose == HoldPurpose::Generation(row.id));
        let state = row.state.kind();
        match hold {
            None => Some(format!("generation `{}` has no hold of its own", row.id)),
            Some(hold) if hold.unit != unit => Some(format!(
                "generation `{}` is paid in {} and its hold is of {}",
                row.id,
                unit.code(),
                hold.unit.code()
            )),
            Some(hold) if !state.is_live() && hold.state == HoldState::Pending => {
                Some(format!("generation `{}` is {} and its hold pending", row.id, state.code()))
            }
            Some(hold) if state.is_live() && hold.state != HoldState::Pending => {
                Some(format!("generation `{}` is {} and its hold {}", row.id, state.code(), hold.state.code()))
            }
            Some(_) => None,
        }
    });
    strays.chain(unpaid)
}

fn payments_have_causes(rows: &Rows<'_>) -> impl Iterator<Item = String> {
    let mut causes: BTreeMap<(Group, &str), usize> = BTreeMap::new();
    for cause in &rows.causes {
        *causes.entry((cause.group, &cause.key)).or_default() += 1;
    }
    let top_ups = causes.keys().filter(|(group, _)| *group == Group::TopUp).count();
    let lost = (top_ups != rows.payments.len())
        .then(|| format!("{top_ups} top-ups stand against {} payments", rows.payments.len()));
    let wrong = rows.payments.iter().filter_map(move |row| {
        let key = format!("{}:{}", row.provider.code(), row.payment);
        let count = |group| causes.get(&(group, key.as_str())).copied().unwrap_or(0);
        let found = (count(Group::TopUp), count(Group::RefundPayment));
        let wanted = (1, usize::from(row.refunded));
        (found != wanted || row.amount <= Money::ZERO)
            .then(|| format!("payment `{key}` of {} has {} top-ups and {} paybacks", row.amount, found.0, found.1))
    });
    wrong.chain(lost)
}

fn results_match_money(rows: &Rows<'_>) -> impl Iterator<Item = String> {
    rows.holds.values().filter_map(|hold| {
        let refunds_fit = (0..=hold.captured).contains(&hold.refunded);
        let row = match hold.purpose {
            HoldPurpose::Generation(id) => rows.generations.get(&id),
            HoldPurpose::Payback(..) => None,
        };
        let state_fits = row.is_none_or(|row| match hold.state {
            HoldState::Pending => true,
            HoldState::Captured => row.state.success().is_some(),
            HoldState::Released => row.state.kind() != StateKind::Delivered || costs_nothing(row),
        });
        (!refunds_fit || !state_fits).then(|| {
            let (state, captured, refunded) = (hold.state.code(), hold.captured, hold.refunded);
            let of = row.map_or("none", |row| row.state.kind().code());
            format!("hold `{}` is {state} (captured {captured}, refunded {refunded}), its generation {of}", hold.id)
        })
    })
}

/// A metered result that turned out to cost no money is released and delivered all the same.
fn costs_nothing(row: &Generation) -> bool {
    let (State::Succeeded(success) | State::Delivered(success)) = &row.state else { return false };
    row.funding.means() == Means::Money && row.quote.settle(success.cost).capture == Money::ZERO
}

fn charges_stay_within_quotes(rows: &Rows<'_>) -> impl Iterator<Item = String> {
    rows.generations.values().filter_map(|row| {
        let hold = row.funding.hold().and_then(|hold| rows.holds.get(&hold))?;
        let price = row.quote.price.kopecks();
        let is_fair = match hold.unit {
            Unit::Money => hold.captured <= price && hold.amount <= price,
            Unit::Run => hold.amount == 1,
        };
        (!is_fair).then(|| {
            format!("generation `{}` was quoted {price}, reserved {}, charged {}", row.id, hold.amount, hold.captured)
        })
    })
}

/// What a success earned is the capture of its settlement, in the margins as in the books.
fn margins_match_captures(rows: &Rows<'_>) -> impl Iterator<Item = String> {
    rows.generations.values().filter_map(|row| {
        let hold = row.funding.hold().and_then(|hold| rows.holds.get(&hold)).filter(|hold| hold.unit == Unit::Money)?;
        let earned = row.quote.margin(row.state.success()?.cost).earned.kopecks();
        (hold.captured != earned).then(|| {
            format!("generation `{}` earned {earned}, and its hold `{}` captured {}", row.id, hold.id, hold.captured)
        })
    })
}

/// Told by its hold; of refunds, which name none, that they are no more than its hold gave back.
fn movements_name_their_generations(rows: &Rows<'_>) -> impl Iterator<Item = String> {
    let holds: BTreeMap<GenerationId, &Hold> =
        rows.holds.values().filter_map(|hold| Some((hold.purpose.generation()?, *hold))).collect();
    let mut refunds: BTreeMap<GenerationId, i64> = BTreeMap::new();
    let mut wrong = Vec::new();
    for (user, line) in &rows.lines {
        let Some(generation) = line.generation else { continue };
        let fits = holds.get(&generation).is_some_and(|hold| {
            let tells = match line.name.as_str() {
                "reserve" => line.cause == generation.to_string(),
                "capture" | "release" => line.cause == hold.id.to_string(),
                name => name == "refund_generation",
            };
            tells && (hold.user, hold.unit) == (*user, line.posted.unit)
        });
        if !fits {
            let (name, id) = (&line.name, line.operation);
            wrong.push(format!("operation `{id}` ({name}) names generation `{generation}`, whose hold is another one"));
        } else if line.name == "refund_generation" {
            *refunds.entry(generation).or_default() += line.posted.value;
        }
    }
    let beyond = refunds.into_iter().filter_map(move |(generation, given)| {
        let refunded = holds.get(&generation).map_or(0, |hold| hold.refunded);
        (given > refunded)
            .then(|| format!("generation `{generation}` is named by refunds of {given}, its hold gave back {refunded}"))
    });
    wrong.into_iter().chain(beyond)
}

pub(super) mod gifts;
#[cfg(test)]
mod tests;
