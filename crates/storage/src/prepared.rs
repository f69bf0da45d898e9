//! Statements that are prepared once per connection although diesel does not dare to.
//!
//! diesel caches no UPDATE and no DO UPDATE, because their text may depend on values. Ours have a handful of texts each, and the text is
//! the key of the cache, so a wrong statement can't be taken. On PostgreSQL this halves the round trips of a commit.

use diesel::backend::Backend;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::result::QueryResult;

/// A statement of few texts.
pub(crate) struct Prepared<Q>(Q);

/// Gives statements `.prepared()`.
pub(crate) trait Prepare: Sized {
    /// The same statement, prepared once per connection. Not for statements whose text grows with their values without bound.
    fn prepared(self) -> Prepared<Self> {
        Prepared(self)
    }
}

impl<Q> Prepare for Q {}

impl<Q: Query> Query for Prepared<Q> {
    type SqlType = Q::SqlType;
}

/// No type stands for the text, so the text itself is the key.
impl<Q> QueryId for Prepared<Q> {
    type QueryId = ();

    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<DB: Backend, Q: QueryFragment<DB>> QueryFragment<DB> for Prepared<Q> {
    fn walk_ast<'b>(&'b self, pass: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.0.walk_ast(pass)
    }

    fn is_safe_to_cache_prepared(&self, _backend: &DB) -> QueryResult<bool> {
        Ok(true)
    }
}
