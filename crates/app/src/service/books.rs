//! What a user is shown of the books: a page of the statement with what its lines are about, and the movements of one generation.

use domain::generation::Generation;
use domain::ids::{GenerationId, UserId};
use domain::ports::{HistoryQuery, StatementLine, StoreResult};

use super::App;
use crate::screens::{PAGE, is_about};

/// Generations may be under way for long while others are ordered and paid: so many more are looked through for the one of an old line.
const UNDER_WAY: u32 = 20;
/// A statement's deep pages name no model for what is found no more by looking through so many generations.
const ORDERS_MAX: u32 = 200;
/// The books are read in pieces of so many lines, newest first.
const PIECE: u32 = 100;
/// A receipt is found within so many pieces, or its generation's own figures have to do.
const PIECES_MAX: u32 = 10;

impl App {
    /// The generations that these lines speak of, as far as they are found. `skip` lines came before them.
    pub(super) async fn orders_of(
        &self,
        user: UserId,
        lines: &[StatementLine],
        skip: u32,
    ) -> StoreResult<Vec<Generation>> {
        let about_orders = lines.iter().filter(|line| is_of_an_order(&line.name)).count();
        if about_orders == 0 {
            return Ok(Vec::new());
        }
        // Each generation that was ordered later has a line of its own before this page, but for those under way.
        let page = u32::try_from(PAGE).unwrap_or(u32::MAX);
        let limit = skip.saturating_add(page).saturating_add(UNDER_WAY).min(ORDERS_MAX);
        let query = HistoryQuery { user, models: None, with_result: false, skip: 0, limit };
        let mut orders = self.store.history(query).await?;
        orders.retain(|generation| lines.iter().any(|line| is_about(line, generation)));
        // A reservation and a refund name their generation.
        for line in lines.iter().filter(|line| is_of_an_order(&line.name)) {
            let named = line.cause.parse::<GenerationId>().ok();
            let missing = named.filter(|_| !orders.iter().any(|generation| is_about(line, generation)));
            if let Some(id) = missing.filter(|_| matches!(line.name.as_str(), "reserve" | "refund_generation")) {
                orders.extend(self.store.generation(id).await?.filter(|generation| generation.user == user));
            }
        }
        Ok(orders)
    }

    /// What the books say of one generation, oldest first.
    pub(super) async fn movements_of(&self, generation: &Generation) -> StoreResult<Vec<StatementLine>> {
        let mut found = Vec::new();
        for piece in 0..PIECES_MAX {
            let lines = self.store.statement(generation.user, piece * PIECE, PIECE).await?;
            let is_last = lines.len() < usize::try_from(PIECE).unwrap_or(usize::MAX);
            let past = lines.last().is_none_or(|line| line.at < generation.created_at);
            found.extend(lines.into_iter().filter(|line| is_about(line, generation)));
            let is_reserved = found.iter().any(|line| line.name == "reserve");
            if is_last || past || is_reserved {
                break;
            }
        }
        found.reverse();
        Ok(found)
    }
}

fn is_of_an_order(name: &str) -> bool {
    matches!(name, "reserve" | "capture" | "release" | "refund_generation")
}
