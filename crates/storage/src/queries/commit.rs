//! A change set in one transaction.

use std::sync::Arc;

use domain::ports::{ChangeSet, Commit};
use futures_util::FutureExt;

use super::{
    Conn, broadcasts, campaigns, favourites, free, generations, inputs, invoices, jobs, ledger, messages, office,
    orphans, paybacks, people, promos, rates, records, referrals, stops, tx, updates, watch,
};
use crate::error::Fault;

/// How often a commit is tried that another one collided with. The lock order makes collisions rare; three in a row is an outage.
const ATTEMPTS_MAX: u32 = 3;

/// Writes `change`, or nothing.
pub(crate) async fn commit(conn: &mut Conn, change: Arc<ChangeSet>) -> Result<Commit, Fault> {
    let mut attempt = 1;
    loop {
        let work = Arc::clone(&change);
        match tx(conn, move |conn| async move { write(conn, &work).await }.boxed()).await {
            Err(Fault::Stop(answer)) => return Ok(*answer),
            Err(fault) if fault.is_collision() && attempt < ATTEMPTS_MAX => {
                metrics::counter!("store_collisions_total").increment(1);
                tracing::warn!(attempt, "a commit collided with another one and is tried again");
                attempt += 1;
            }
            result => return result,
        }
    }
}

/// In the port's order, which is the one lock order of all rows: mark, jobs by key, person, conversation, input files, favourites,
/// generations, invoices, paybacks, messages, orphans, referrals, free counters, promo codes, reconciliation, rate, stops, the desk, alerts, the
/// pause, audits, ledger with the wallets last. Who forgets a person goes the same way through all of it.
///
/// Promo codes, reconciliation, rate, stops, the desk, alerts and the pause belong to no user, so anybody's commits meet at them: late, so that they are not held while the
/// rest is written, and before the ledger, so that nobody waits for them with a wallet in hand.
async fn write(conn: &mut Conn, change: &ChangeSet) -> Result<Commit, Fault> {
    if let Some(key) = change.mark {
        let tries = updates::mark(conn, key, change.at).await?;
        if tries.count > 1 {
            return Ok(Commit::AlreadyDone(tries));
        }
    }
    // All rows of jobs before all rows of other tables: a worker and a user's tap would otherwise wait for each other.
    jobs::change(conn, change.lease.as_ref(), &change.schedule, change.at).await?;
    broadcasts::mark_gone(conn, &change.broadcasts).await?;
    people::change(conn, change.person.as_ref(), change.conversation.as_ref(), change.at).await?;
    for file in &change.inputs {
        inputs::change(conn, file).await?;
    }
    for favourite in &change.favourites {
        favourites::change(conn, favourite, change.at).await?;
    }
    for step in &change.generations {
        generations::change(conn, step, change.at).await?;
    }
    for step in &change.invoices {
        invoices::change(conn, step, change.at).await?;
    }
    for step in &change.paybacks {
        paybacks::change(conn, step, change.at).await?;
    }
    messages::append(conn, &change.messages, change.at).await?;
    messages::note_parts(conn, &change.parts, change.at).await?;
    messages::end(conn, &change.ended, change.at).await?;
    orphans::list(conn, &change.orphans, change.at).await?;
    referrals::change(conn, &change.referrals, change.at).await?;
    free::change(conn, &change.free).await?;
    promos::change(conn, &change.promos, change.at).await?;
    if let Some(list) = &change.reconciliation {
        records::keep(conn, list).await?;
    }
    if let Some(rate) = &change.rate {
        rates::change(conn, rate).await?;
    }
    stops::change(conn, &change.stops, change.at).await?;
    office::change_blocks(conn, &change.blocks).await?;
    office::check(conn, &change.audit_log).await?;
    office::change_staff(conn, &change.staff, change.at).await?;
    office::change_settings(conn, &change.settings, change.at).await?;
    office::change_approvals(conn, &change.approvals, change.at).await?;
    broadcasts::change(conn, &change.broadcasts, change.at).await?;
    campaigns::change(conn, &change.campaigns).await?;
    office::log(conn, &change.audit_log).await?;
    watch::change_alerts(conn, &change.alerts).await?;
    if let Some(pause) = &change.pause {
        stops::change_pause(conn, pause).await?;
    }
    if let Some(run) = &change.audit {
        watch::keep_audit(conn, run).await?;
    }
    ledger::post(conn, &change.operations).await?;
    Ok(Commit::Committed)
}
