//! Two writes in one round trip: PostgreSQL runs both as parts of one statement.

use diesel::pg::Pg;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::BigInt;

/// Two INSERTs or UPDATEs of different tables, without RETURNING. Its row says how many rows each of them touched.
pub(crate) struct Both<A, B> {
    first: A,
    second: B,
}

impl<A, B> Both<A, B> {
    /// Both at once: neither sees what the other one writes.
    pub(crate) const fn new(first: A, second: B) -> Self {
        Self { first, second }
    }
}

impl<A, B> Query for Both<A, B> {
    type SqlType = (BigInt, BigInt);
}

impl<A, B> QueryId for Both<A, B> {
    type QueryId = ();

    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<A: QueryFragment<Pg>, B: QueryFragment<Pg>> QueryFragment<Pg> for Both<A, B> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("WITH a AS (");
        self.first.walk_ast(out.reborrow())?;
        out.push_sql(" RETURNING 1), b AS (");
        self.second.walk_ast(out.reborrow())?;
        out.push_sql(" RETURNING 1) SELECT (SELECT COUNT(*) FROM a), (SELECT COUNT(*) FROM b)");
        Ok(())
    }

    /// As in [`crate::prepared`]: few texts, and the text is the key.
    fn is_safe_to_cache_prepared(&self, _backend: &Pg) -> QueryResult<bool> {
        Ok(true)
    }
}

/// The row of [`Both`] as counts.
pub(crate) fn counts((first, second): (i64, i64)) -> (usize, usize) {
    (usize::try_from(first).unwrap_or(usize::MAX), usize::try_from(second).unwrap_or(usize::MAX))
}
