//! The audit: each invariant of the books as one aggregate in SQL, so that it costs the database a pass and us a few rows.
//!
//! All checks read one snapshot. A check counts what it looks at and names each row that breaks it. To add one: a [`Check`] in [`checks`]
//! and a test that corrupts a row by hand and finds it named.

mod gifts;
mod incoming;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use diesel_async::RunQueryDsl;
use domain::ports::{AuditCheck, AuditReport};
use futures_util::FutureExt;

use super::dialect::hex;
use super::{Conn, snapshot};
use crate::error::Fault;
use crate::rows::count;

/// Findings per check that are named; enough to see what kind of damage it is.
const FINDINGS_MAX: u32 = 100;

/// One invariant.
struct Check {
    name: &'static str,
    /// A table or condition: what stands after `SELECT COUNT(*) FROM`.
    rows: &'static str,
    /// A query with one text column, a row per offence.
    offences: String,
}

#[derive(QueryableByName)]
struct Figure {
    #[diesel(sql_type = BigInt)]
    figure: i64,
}

#[derive(QueryableByName)]
struct Finding {
    #[diesel(sql_type = Text)]
    finding: String,
}

/// Checks everything inside one read-only snapshot.
pub(crate) async fn audit(conn: &mut Conn) -> Result<AuditReport, Fault> {
    snapshot(conn, |conn| async move { run(conn).await }.boxed()).await
}

async fn run(conn: &mut Conn) -> Result<AuditReport, Fault> {
    let mut report = AuditReport::default();
    for check in checks() {
        let rows = format!("SELECT COUNT(*) AS figure FROM {}", check.rows);
        let rows = diesel::sql_query(rows).get_result::<Figure>(conn).await?;
        let offences =
            format!("SELECT finding FROM ({}) AS offences ORDER BY finding LIMIT {FINDINGS_MAX}", check.offences);
        let findings = diesel::sql_query(offences).load::<Finding>(conn).await?;
        report.checks.push(AuditCheck {
            name: check.name,
            checked: count(check.rows, rows.figure)?,
            findings: findings.into_iter().map(|row| row.finding).collect(),
        });
    }
    Ok(report)
}

/// In the order of the design's list.
fn checks() -> Vec<Check> {
    let mut checks = holds();
    checks.extend(figures());
    checks.extend(generations());
    checks.extend(payments());
    checks.extend(incoming::lists());
    checks.extend(charges());
    checks.extend(incoming::explained());
    checks.extend(gifts::checks());
    checks.push(movements());
    checks
}

/// 1: holds and their resolutions.
fn holds() -> Vec<Check> {
    let (pending, hold, user) = (hex("p.id"), hex("h.id"), hex("h.user_id"));
    vec![
        Check {
            name: "a pending transfer has at most one resolution, of at most its amount",
            rows: "transfers WHERE phase = 'pending'",
            offences: format!(
                "SELECT 'transfer ' || {pending} || ' (' || p.phase || ', ' || p.amount || ') is resolved ' || COUNT(*)
                     || ' times, by ' || SUM(r.amount) AS finding
                 FROM transfers p JOIN transfers r ON r.resolves = p.id
                 GROUP BY p.id, p.phase, p.amount, p.unit, p.debit
                 HAVING COUNT(*) > 1 OR SUM(r.amount) > p.amount OR p.phase <> 'pending'
                     OR SUM(CASE WHEN r.unit <> p.unit OR r.debit <> p.debit THEN 1 ELSE 0 END) > 0"
            ),
        },
        Check {
            name: "a hold says what its transfers say",
            rows: "holds",
            offences: format!(
                "SELECT 'hold ' || {hold} || ' (' || h.state || ', captured ' || h.captured || ' of ' || h.amount
                     || ') differs from its transfers' AS finding
                 FROM holds h LEFT JOIN transfers p ON p.id = h.id LEFT JOIN transfers r ON r.resolves = h.id
                 WHERE p.id IS NULL OR p.phase <> 'pending' OR p.amount <> h.amount OR p.unit <> h.unit
                     OR p.debit <> 'wallet/' || {user}
                     OR (h.state = 'pending' AND r.id IS NOT NULL)
                     OR (h.state <> 'pending' AND (r.id IS NULL OR r.phase <> h.state))
                     OR (h.state = 'captured' AND r.amount <> h.captured)
                 UNION ALL
                 SELECT 'transfer ' || {pending} || ' is pending and has no hold' AS finding
                 FROM transfers p LEFT JOIN holds h ON h.id = p.id WHERE p.phase = 'pending' AND h.id IS NULL"
            ),
        },
    ]
}

/// 2 and 3: stored figures against the fold of what moved them.
fn figures() -> Vec<Check> {
    let (user, wallet) = (hex("user_id"), hex("w.user_id"));
    vec![
        Check {
            name: "a wallet equals the fold of its transfers",
            rows: "wallets",
            offences: format!(
                "SELECT account || ' (' || unit || '): the row has ' || SUM(row_posted) || ' posted, '
                     || SUM(row_reserved) || ' reserved; its transfers say ' || SUM(posted) || ' and ' || SUM(reserved)
                     AS finding
                 FROM (
                     SELECT credit AS account, unit, amount AS posted, 0 AS reserved, 0 AS row_posted, 0 AS row_reserved
                     FROM transfers WHERE phase = 'posted' AND credit LIKE 'wallet/%'
                     UNION ALL
                     SELECT debit, unit, -amount, 0, 0, 0
                     FROM transfers WHERE phase IN ('posted', 'captured') AND debit LIKE 'wallet/%'
                     UNION ALL
                     SELECT debit, unit, 0, amount, 0, 0 FROM transfers WHERE phase = 'pending'
                     UNION ALL
                     SELECT p.debit, p.unit, 0, -p.amount, 0, 0 FROM transfers r JOIN transfers p ON p.id = r.resolves
                     UNION ALL
                     SELECT 'wallet/' || {user}, unit, 0, 0, posted, reserved FROM wallets
                 ) AS moves
                 GROUP BY account, unit
                 HAVING SUM(posted) <> SUM(row_posted) OR SUM(reserved) <> SUM(row_reserved)"
            ),
        },
        Check {
            name: "a statement adds up to its wallet",
            rows: "operations WHERE user_id IS NOT NULL",
            offences: format!(
                "SELECT 'wallet/' || {user} || ' (' || unit || '): the statement adds up to ' || SUM(posted) || ' posted, '
                     || SUM(reserved) || ' reserved; the row has ' || SUM(row_posted) || ' and ' || SUM(row_reserved)
                     AS finding
                 FROM (
                     SELECT user_id, unit, posted, reserved, 0 AS row_posted, 0 AS row_reserved
                     FROM operations WHERE user_id IS NOT NULL
                     UNION ALL
                     SELECT user_id, unit, 0, 0, posted, reserved FROM wallets
                 ) AS lines
                 GROUP BY user_id, unit
                 HAVING SUM(posted) <> SUM(row_posted) OR SUM(reserved) <> SUM(row_reserved)"
            ),
        },
        Check {
            name: "a receivable equals the fold of its transfers",
            rows: "receivables",
            offences: format!(
                "SELECT account || ': the row has ' || SUM(row_amount) || '; its transfers say ' || SUM(amount) AS finding
                 FROM (
                     SELECT debit AS account, amount, 0 AS row_amount FROM transfers WHERE debit LIKE 'receivable/%'
                     UNION ALL
                     SELECT credit, -amount, 0 FROM transfers WHERE credit LIKE 'receivable/%'
                     UNION ALL
                     SELECT 'receivable/' || {user}, 0, amount FROM receivables
                 ) AS moves
                 GROUP BY account HAVING SUM(amount) <> SUM(row_amount)"
            ),
        },
        Check {
            name: "no wallet is overdrawn, and no hold eats another",
            rows: "wallets",
            offences: format!(
                "SELECT 'wallet/' || {wallet} || ' (' || w.unit || '): ' || w.posted || ' posted, ' || w.reserved
                     || ' reserved' AS finding
                 FROM wallets w WHERE w.reserved < 0 OR w.posted < w.reserved"
            ),
        },
    ]
}

/// 4: whose a hold is.
fn generations() -> Vec<Check> {
    let (hold, generation) = (hex("h.id"), hex("g.id"));
    vec![
        Check {
            name: "a pending hold belongs to one live generation or one open payback",
            rows: "holds WHERE state = 'pending'",
            offences: format!(
                "SELECT 'hold ' || {hold} || ' is pending, and its generation is ' || COALESCE(g.state, 'missing') AS finding
                 FROM holds h LEFT JOIN generations g ON g.hold_id = h.id
                 WHERE h.state = 'pending' AND h.purpose = 'generation'
                     AND (g.id IS NULL OR g.state NOT IN ('queued', 'submitting', 'running'))
                 UNION ALL
                 SELECT 'hold ' || {hold} || ' is pending for a payment that is refunded or missing' AS finding
                 FROM holds h LEFT JOIN payments p ON p.provider = h.provider AND p.payment = h.payment
                 WHERE h.state = 'pending' AND h.purpose = 'payback' AND (p.payment IS NULL OR p.refunded)"
            ),
        },
        Check {
            name: "a live generation has a pending hold of its own",
            rows: "generations WHERE paid_by <> 'free'",
            offences: format!(
                "SELECT 'generation ' || {generation} || ' is ' || g.state || ', and its hold is '
                     || COALESCE(h.state, 'missing') AS finding
                 FROM generations g LEFT JOIN holds h ON h.id = g.hold_id AND h.generation_id = g.id
                 WHERE g.paid_by <> 'free'
                     AND (h.id IS NULL OR (g.state IN ('queued', 'submitting', 'running') AND h.state <> 'pending'))"
            ),
        },
    ]
}

/// 5: payments, their top-ups and refunds.
fn payments() -> Vec<Check> {
    vec![Check {
        name: "a payment has one top-up, and a refund exactly if it was taken back",
        rows: "payments",
        offences: "SELECT 'payment ' || p.provider || ':' || p.payment || ' has ' || COUNT(t.id) || ' top-ups, '
                     || COUNT(r.id) || ' refunds, and is ' || CASE WHEN p.refunded THEN 'refunded' ELSE 'kept' END AS finding
                 FROM payments p
                     LEFT JOIN operations t ON t.cause_group = 'top_up' AND t.cause_key = p.provider || ':' || p.payment
                     LEFT JOIN operations r
                         ON r.cause_group = 'refund_payment' AND r.cause_key = p.provider || ':' || p.payment
                 GROUP BY p.provider, p.payment, p.refunded
                 HAVING COUNT(t.id) <> 1 OR COUNT(r.id) <> CASE WHEN p.refunded THEN 1 ELSE 0 END
                 UNION ALL
                 SELECT 'operation ' || o.name || ' ' || o.cause_key || ' has no payment' AS finding
                 FROM operations o LEFT JOIN payments p ON o.cause_key = p.provider || ':' || p.payment
                 WHERE o.cause_group IN ('top_up', 'refund_payment') AND p.payment IS NULL"
            .to_owned(),
    }]
}

/// 6 and 7: what was charged, and for what; beside the list, that the margins speak of the same money.
fn charges() -> Vec<Check> {
    let (generation, user) = (hex("g.id"), hex("user_id"));
    vec![
        Check {
            name: "a captured generation has a result, a released one was not delivered",
            rows: "generations",
            offences: format!(
                "SELECT 'generation ' || {generation} || ' is ' || g.state || ', and its hold is ' || h.state AS finding
                 FROM generations g JOIN holds h ON h.id = g.hold_id
                     LEFT JOIN successes s ON s.generation_id = g.id
                 WHERE (h.state = 'captured' AND g.state NOT IN ('succeeded', 'delivered', 'undeliverable'))
                     OR (h.state = 'released' AND g.state IN ('succeeded', 'delivered', 'undeliverable')
                         AND NOT (COALESCE(s.metered, FALSE) AND g.paid_by = 'money'))"
            ),
        },
        Check {
            name: "refunds never exceed the capture, and each one is a transfer",
            rows: "holds WHERE refunded > 0",
            offences: format!(
                "SELECT account || ' (' || unit || '): ' || SUM(refunded) || ' refunded by its holds, ' || SUM(given)
                     || ' by transfers' AS finding
                 FROM (
                     SELECT 'wallet/' || {user} AS account, unit, refunded, 0 AS given FROM holds
                     UNION ALL
                     SELECT credit, unit, 0, amount FROM transfers WHERE debit = 'revenue/generation' AND phase = 'posted'
                 ) AS refunds
                 GROUP BY account, unit HAVING SUM(refunded) <> SUM(given)
                 UNION ALL
                 SELECT 'hold ' || {hold} || ': ' || h.refunded || ' refunded of ' || h.captured AS finding
                 FROM holds h WHERE h.refunded > h.captured OR h.refunded < 0",
                hold = hex("h.id"),
            ),
        },
        Check {
            name: "nobody was charged more than the quote that was confirmed",
            rows: "generations",
            offences: format!(
                "SELECT 'generation ' || {generation} || ' was quoted ' || g.price || ', reserved ' || h.amount
                     || ', captured ' || h.captured AS finding
                 FROM generations g JOIN holds h ON h.id = g.hold_id
                 WHERE (h.unit = 'money' AND (h.amount > g.price OR h.captured > g.price))
                     OR (h.unit = 'run' AND h.amount <> 1)"
            ),
        },
        Check {
            name: "a success earned what its hold captured",
            rows: "successes WHERE earned IS NOT NULL",
            offences: format!(
                "SELECT 'generation ' || {generation} || ' earned ' || s.earned || ', and its hold captured ' || h.captured
                     AS finding
                 FROM successes s JOIN generations g ON g.id = s.generation_id JOIN holds h ON h.id = g.hold_id
                 WHERE h.unit = 'money' AND s.earned <> h.captured
                 UNION ALL
                 SELECT 'generation ' || {generation} || ' is paid by ' || g.paid_by || ' and earned ' || s.earned AS finding
                 FROM successes s JOIN generations g ON g.id = s.generation_id
                 WHERE g.paid_by <> 'money' AND s.earned IS NOT NULL"
            ),
        },
    ]
}

/// Beside the list: what a statement and a receipt say of a generation. A refund names no hold, so those of a generation are held against what
/// its hold gave back. What an older version wrote may name none.
fn movements() -> Check {
    let (operation, generation, hold) = (hex("o.id"), hex("o.generation_id"), hex("h.id"));
    Check {
        name: "a movement that names a generation is about that one",
        rows: "operations WHERE generation_id IS NOT NULL",
        offences: format!(
            "SELECT 'operation ' || {operation} || ' (' || o.name || ') names generation ' || {generation}
                 || ', whose hold is another one' AS finding
             FROM operations o LEFT JOIN holds h ON h.generation_id = o.generation_id
             WHERE o.generation_id IS NOT NULL
                 AND (h.id IS NULL OR o.user_id IS NULL OR h.user_id <> o.user_id OR h.unit <> o.unit OR CASE
                     WHEN o.name = 'reserve' THEN o.cause_key <> {generation}
                     WHEN o.name IN ('capture', 'release') THEN o.cause_key <> {hold}
                     ELSE o.name <> 'refund_generation' END)
             UNION ALL
             SELECT 'generation ' || {named} || ' is named by refunds of ' || SUM(o.posted) || ', its hold gave back '
                 || h.refunded AS finding
             FROM operations o JOIN holds h ON h.generation_id = o.generation_id
             WHERE o.name = 'refund_generation'
             GROUP BY h.id, h.generation_id, h.refunded HAVING SUM(o.posted) > h.refunded",
            named = hex("h.generation_id"),
        ),
    }
}
