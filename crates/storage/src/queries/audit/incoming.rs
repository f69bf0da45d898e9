//! Money that comes in and goes back, against what explains it: providers' own lists, invoices, paybacks.

use super::super::dialect::hex;
use super::Check;

/// So many microseconds after a payment the provider's list has it for certain.
const LIST_DELAY_MICROS: i64 = 60_000_000;

/// 5: `cash/<provider>` against our payments, and those against the provider's own list. A record whose payer nobody knows is no offence: it
/// is listed for the owner (`unmatched_records`).
pub(super) fn lists() -> Vec<Check> {
    let ours = "provider_records r JOIN payments p ON p.provider = r.provider AND p.payment = r.payment";
    vec![
        Check {
            name: "the cash of a provider is what its payments brought",
            rows: "payments",
            offences: "SELECT account || ': its transfers say ' || SUM(moved) || ', its payments ' || SUM(paid) AS finding
                 FROM (
                     SELECT debit AS account, amount AS moved, 0 AS paid
                     FROM transfers WHERE phase IN ('posted', 'captured') AND debit LIKE 'cash/%'
                     UNION ALL
                     SELECT credit, -amount, 0
                     FROM transfers WHERE phase IN ('posted', 'captured') AND credit LIKE 'cash/%'
                     UNION ALL
                     SELECT 'cash/' || provider, 0, amount FROM payments WHERE NOT refunded
                 ) AS moves
                 GROUP BY account HAVING SUM(moved) <> SUM(paid)"
                .to_owned(),
        },
        Check {
            name: "a provider's own list agrees with its payments, each one and in sum",
            rows: "provider_records",
            offences: format!(
                "SELECT 'payment ' || p.provider || ':' || p.payment || ' brought ' || p.native_amount || ' '
                     || p.native_currency || ', and the list says ' || r.native_amount || ' ' || r.native_currency
                     || CASE WHEN r.is_refund THEN ' back' ELSE '' END AS finding
                 FROM {ours}
                 WHERE r.native_amount <> p.native_amount OR r.native_currency <> p.native_currency
                 UNION ALL
                 SELECT 'payment ' || p.provider || ':' || p.payment || ' went back by the list, and is kept here' AS finding
                 FROM {ours} WHERE r.is_refund AND NOT p.refunded
                 UNION ALL
                 SELECT 'payment ' || p.provider || ':' || p.payment || ' is not in the list' AS finding
                 FROM payments p JOIN reconciliations c ON c.provider = p.provider
                     LEFT JOIN provider_records r
                         ON r.provider = p.provider AND r.payment = p.payment AND NOT r.is_refund
                 WHERE p.at < c.asked_at - {LIST_DELAY_MICROS} AND r.payment IS NULL
                 UNION ALL
                 SELECT 'cash/' || p.provider || ': the list adds up to ' || SUM(sign * r.native_amount) || ' '
                     || p.native_currency || ', the payments in it to ' || SUM(sign * p.native_amount) AS finding
                 FROM (SELECT provider_records.*, CASE WHEN is_refund THEN -1 ELSE 1 END AS sign
                       FROM provider_records) AS r
                     JOIN payments p ON p.provider = r.provider AND p.payment = r.payment
                 WHERE p.refunded OR NOT r.is_refund
                 GROUP BY p.provider, p.native_currency
                 HAVING SUM(sign * r.native_amount) <> SUM(sign * p.native_amount)"
            ),
        },
    ]
}

/// Beside the list: what invoices say, and 4 and 5 for paybacks.
pub(super) fn explained() -> Vec<Check> {
    let (invoice, action, hold) = (hex("i.id"), hex("b.action"), hex("h.id"));
    vec![
        Check {
            name: "a paid invoice names its user's payment, and what it credited",
            rows: "invoices WHERE state = 'paid'",
            offences: format!(
                "SELECT 'invoice ' || {invoice} || ' was paid by ' || i.provider || ':' || COALESCE(i.payment, 'nothing')
                     || ' with ' || COALESCE(i.credited, 0) || ', and that payment is ' || CASE
                         WHEN p.payment IS NULL THEN 'missing'
                         WHEN p.user_id <> i.user_id THEN 'of another user'
                         ELSE 'of ' || p.amount END AS finding
                 FROM invoices i LEFT JOIN payments p ON p.provider = i.provider AND p.payment = i.payment
                 WHERE i.state = 'paid'
                     AND (p.payment IS NULL OR p.user_id <> i.user_id OR p.amount <> COALESCE(i.credited, 0))"
            ),
        },
        Check {
            name: "a payback fits its payment and its hold, and each pending hold of one serves one that is under way",
            rows: "paybacks",
            offences: format!(
                "SELECT 'payback ' || {action} || ' of ' || b.provider || ':' || b.payment || ' is '
                     || COALESCE(b.ended, 'under way') || ', its payment ' || CASE
                         WHEN p.payment IS NULL THEN 'missing' WHEN p.refunded THEN 'taken back' ELSE 'kept' END
                     || ', its hold ' || COALESCE(h.state, 'none') AS finding
                 FROM paybacks b LEFT JOIN payments p ON p.provider = b.provider AND p.payment = b.payment
                     LEFT JOIN holds h ON h.id = b.hold_id
                 WHERE p.payment IS NULL
                     OR (h.id IS NOT NULL AND (h.purpose <> 'payback' OR h.provider <> b.provider OR h.payment <> b.payment))
                     OR (b.ended IS NULL AND NOT p.refunded AND h.state <> 'pending')
                     OR (b.ended = 'done' AND NOT p.refunded)
                     OR (b.ended = 'refused' AND h.state = 'pending')
                 UNION ALL
                 SELECT 'hold ' || {hold} || ' is pending for ' || COUNT(b.action) || ' paybacks under way' AS finding
                 FROM holds h LEFT JOIN paybacks b ON b.hold_id = h.id AND b.ended IS NULL
                 WHERE h.state = 'pending' AND h.purpose = 'payback'
                 GROUP BY h.id HAVING COUNT(b.action) <> 1"
            ),
        },
    ]
}
