//! 8 and what belongs to it: what was given stands against what it was given for.

use super::super::dialect::{before_colon, hex};
use super::Check;

/// Free generations, promo codes, referrals.
pub(super) fn checks() -> Vec<Check> {
    vec![funding(), counters(), promo_codes(), referrals(), rewards(), days()]
}

fn funding() -> Check {
    let generation = hex("g.id");
    Check {
        name: "a generation is paid as it says: with a hold of that unit, or with counters and no hold",
        rows: "generations",
        offences: format!(
            "SELECT 'generation ' || {generation} || ' is paid by ' || g.paid_by || ', and its hold is of ' || h.unit AS finding
             FROM generations g JOIN holds h ON h.generation_id = g.id WHERE h.unit <> g.paid_by
             UNION ALL
             SELECT 'generation ' || {generation} || ' is paid by ' || g.paid_by || ', and its windows say otherwise' AS finding
             FROM generations g
             WHERE (g.free_day IS NOT NULL) <> (g.paid_by = 'free') OR (g.free_hour IS NOT NULL) <> (g.paid_by = 'free')"
        ),
    }
}

fn counters() -> Check {
    let user = hex("user_id");
    Check {
        name: "a counter of free generations equals the fold of those that took it",
        rows: "free_uses",
        // One that can't be delivered keeps what it took; one that was cancelled or failed gave it back.
        offences: format!(
            "SELECT 'counter of ' || {user} || ', ' || model || ', ' || kind || ' ' || begins_at || ': the row has '
                 || SUM(uses) || '; its generations say ' || SUM(taken) AS finding
             FROM (
                 SELECT user_id, model, kind, begins_at, uses, 0 AS taken FROM free_uses
                 UNION ALL
                 SELECT user_id, model, 'day', free_day, 0, 1 FROM generations
                 WHERE paid_by = 'free' AND free_day IS NOT NULL AND state NOT IN ('failed', 'cancelled')
                 UNION ALL
                 SELECT user_id, model, 'hour', free_hour, 0, 1 FROM generations
                 WHERE paid_by = 'free' AND free_hour IS NOT NULL AND state NOT IN ('failed', 'cancelled')
             ) AS windows
             GROUP BY user_id, model, kind, begins_at HAVING SUM(uses) <> SUM(taken)"
        ),
    }
}

fn promo_codes() -> Check {
    let (user, code) = (hex("u.user_id"), before_colon("cause_key"));
    Check {
        name: "a promo code was used as often as its users did and as bonuses were given, within its limits",
        rows: "promo_codes",
        offences: format!(
            "SELECT 'promo code ' || code || ' was used ' || SUM(used) || ' times, by its users ' || SUM(by_users)
                 || ' times, and gave ' || SUM(given) || ' bonuses' AS finding
             FROM (
                 SELECT code, used, 0 AS by_users, 0 AS given FROM promo_codes
                 UNION ALL
                 SELECT code, 0, uses, 0 FROM promo_uses
                 UNION ALL
                 SELECT {code}, 0, 0, 1 FROM operations WHERE cause_group = 'bonus_promo'
             ) AS figures
             GROUP BY code HAVING SUM(used) <> SUM(by_users) OR SUM(used) <> SUM(given)
             UNION ALL
             SELECT 'promo code ' || p.code || ' was used ' || p.used || ' times of ' || p.total_max AS finding
             FROM promo_codes p WHERE p.used > p.total_max
             UNION ALL
             SELECT 'promo code ' || u.code || ' was used ' || u.uses || ' times by ' || {user} AS finding
             FROM promo_uses u LEFT JOIN promo_codes p ON p.code = u.code
             WHERE p.code IS NULL OR u.uses > p.per_user_max OR u.uses < 1"
        ),
    }
}

fn referrals() -> Check {
    let (invited, inviter) = (hex("r.invited"), hex("r.inviter"));
    Check {
        name: "nobody brought themselves, and no two brought each other",
        rows: "referrals",
        offences: format!(
            "SELECT 'user ' || {invited} || ' was brought by ' || {inviter} || ', who is the same or was brought by them'
                 AS finding
             FROM referrals r LEFT JOIN referrals b ON b.invited = r.inviter AND b.inviter = r.invited
             WHERE r.invited = r.inviter OR b.invited IS NOT NULL"
        ),
    }
}

fn rewards() -> Check {
    let invited = hex("r.invited");
    let user = hex("r.user_id");
    Check {
        name: "a referral has its bonuses exactly if it was rewarded",
        rows: "referrals WHERE rewarded_at IS NOT NULL",
        offences: format!(
            "SELECT 'referral of ' || {invited} || ' was rewarded, and ' || {user} || ' got no bonus ' || r.side AS finding
             FROM (
                 SELECT invited, invited AS user_id, 'invited' AS side FROM referrals WHERE rewarded_at IS NOT NULL
                 UNION ALL
                 SELECT invited, inviter, 'inviter' FROM referrals WHERE rewarded_at IS NOT NULL AND reward_day IS NOT NULL
             ) AS r
                 LEFT JOIN operations o ON o.cause_group = 'bonus_referral'
                     AND o.cause_key = {invited} || ':' || r.side AND o.user_id = r.user_id
             WHERE o.id IS NULL
             UNION ALL
             SELECT 'bonus ' || o.cause_key || ' has no referral that was rewarded' AS finding
             FROM operations o LEFT JOIN referrals r ON {invited} = {by}
                 AND (r.reward_day IS NOT NULL OR r.rewarded_at IS NOT NULL AND o.cause_key LIKE '%:invited')
             WHERE o.cause_group = 'bonus_referral' AND r.invited IS NULL
                 AND (o.cause_key LIKE '%:invited' OR o.cause_key LIKE '%:inviter')",
            by = before_colon("o.cause_key"),
        ),
    }
}

fn days() -> Check {
    let inviter = hex("inviter");
    Check {
        name: "a day of an inviter equals the fold of the referrals that it counts",
        rows: "referral_days",
        offences: format!(
            "SELECT 'day ' || day || ' of ' || {inviter} || ': the row has ' || SUM(rewards) || ' rewards; its referrals say '
                 || SUM(counted) AS finding
             FROM (
                 SELECT inviter, day, rewards, 0 AS counted FROM referral_days
                 UNION ALL
                 SELECT inviter, reward_day, 0, 1 FROM referrals WHERE reward_day IS NOT NULL
             ) AS rewards
             GROUP BY inviter, day HAVING SUM(rewards) <> SUM(counted)"
        ),
    }
}
