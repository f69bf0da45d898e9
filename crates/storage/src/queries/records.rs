//! What providers' own lists say, and how far they were read.

use diesel::prelude::*;
use diesel::query_dsl::methods;
use diesel_async::RunQueryDsl;
use domain::clock::Timestamp;
use domain::ledger::Provider;
use domain::ports::{ProviderRecord, Reconciled, Reconciliation};

use super::Conn;
use crate::error::Fault;
use crate::prepared::Prepare;
use crate::rows::{RecordRow, count};
use crate::schema::{payments, people, provider_records, reconciliations};

/// Keeps what came anew; a record that is known stays as it was, and so does a later moment. The provider's row comes first, so that two who
/// keep the same list take turns.
pub(crate) async fn keep(conn: &mut Conn, list: &Reconciliation) -> Result<(), Fault> {
    let asked_at = list.asked_at.as_micros();
    let fresh = diesel::insert_into(reconciliations::table)
        .values((reconciliations::provider.eq(list.provider.code()), reconciliations::asked_at.eq(asked_at)))
        .on_conflict(reconciliations::provider)
        .do_update()
        .set(reconciliations::asked_at.eq(asked_at));
    methods::FilterDsl::filter(fresh, reconciliations::asked_at.lt(asked_at)).prepared().execute(conn).await?;
    // SQLite has no such insert of several rows in diesel; a page of a list is short.
    for record in &list.records {
        let row = RecordRow::of(record);
        diesel::insert_into(provider_records::table).values(row).on_conflict_do_nothing().execute(conn).await?;
    }
    Ok(())
}

/// How far a provider's list was read.
pub(crate) async fn reconciled(conn: &mut Conn, provider: Provider) -> Result<Reconciled, Fault> {
    let records = provider_records::table.filter(provider_records::provider.eq(provider.code())).count();
    let asked_at = reconciliations::table.find(provider.code()).select(reconciliations::asked_at);
    let both = diesel::select((records.single_value(), asked_at.single_value()));
    let (records, asked_at) = both.get_result::<(Option<i64>, Option<i64>)>(conn).await?;
    Ok(Reconciled {
        records: count("provider_records", records.unwrap_or(0))?,
        asked_at: asked_at.map(Timestamp::from_micros),
    })
}

/// Records that no payment of ours agrees with, newest first; of payments, which have a payer or at least a payload.
pub(crate) async fn unmatched(conn: &mut Conn, limit: u32) -> Result<Vec<ProviderRecord>, Fault> {
    let ours = payments::provider.eq(provider_records::provider).and(payments::payment.eq(provider_records::payment));
    let returned = provider_records::is_refund.and(payments::refunded.nullable().eq(false));
    let rows = provider_records::table
        .left_join(payments::table.on(ours))
        .filter(payments::payment.nullable().is_null().or(returned.assume_not_null()))
        .filter(provider_records::payer.is_not_null().or(provider_records::payload.ne("")))
        .order((provider_records::at.desc(), provider_records::payment.desc(), provider_records::is_refund.desc()))
        .limit(limit.into())
        .select(provider_records::all_columns)
        .load::<RecordRow>(conn)
        .await?;
    rows.into_iter().map(RecordRow::into_record).collect()
}

/// Takes the payer out of a person's records.
pub(super) async fn forget(conn: &mut Conn, user: &[u8]) -> Result<(), Fault> {
    let chat = people::table.filter(people::user_id.eq(user)).select(people::chat_id.nullable());
    let paid = provider_records::table.filter(provider_records::payer.eq_any(chat));
    diesel::update(paid).set(provider_records::payer.eq(None::<i64>)).prepared().execute(conn).await?;
    Ok(())
}
