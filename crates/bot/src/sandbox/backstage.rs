//! [`StageDoor`]: the chat page's way to the books and the bot's life.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use domain::ids::ChatId;
use domain::money::Money;
use domain::ports::StatementLine;
use sandbox::page::{Audit, Backstage, Ledger, LedgerLine};

use super::OWNER;
use super::stage::Stage;

/// Movements shown, the newest ones: what fits beside a phone, twice.
const LINES_SHOWN: u32 = 30;

/// The page's far side.
pub(super) struct StageDoor(pub(super) Arc<Stage>);

#[async_trait]
impl Backstage for StageDoor {
    fn is_owner(&self, user: i64) -> bool {
        user == OWNER
    }

    async fn ledger(&self, user: i64) -> Result<Option<Ledger>, String> {
        let store = self.0.store();
        let Some(session) = store.session(ChatId(user)).await.map_err(words)? else { return Ok(None) };
        let lines = store.statement(session.person.user, 0, LINES_SHOWN).await.map_err(words)?;
        Ok(Some(Ledger {
            available: session.money.available(),
            reserved: session.money.reserved,
            runs: session.runs.available(),
            lines: lines.into_iter().map(line).collect(),
        }))
    }

    async fn audit(&self) -> Result<Audit, String> {
        let report = self.0.store().audit().await.map_err(words)?;
        Ok(Audit {
            invariants: report.checks.len(),
            rows: report.checks.iter().map(|check| check.checked).sum(),
            findings: report
                .checks
                .into_iter()
                .flat_map(|check| check.findings.into_iter().map(move |finding| format!("{}: {finding}", check.name)))
                .collect(),
        })
    }

    async fn credit(&self, user: i64, kopecks: i64) -> Result<(), String> {
        self.0.credit(user, Money::from_kopecks(kopecks)).await.map_err(|error| format!("{error:#}"))
    }

    fn shifted(&self) -> Duration {
        self.0.veil.shift_so_far()
    }

    fn shift(&self, by: Duration) {
        self.0.veil.shift(by);
    }

    fn is_storage_away(&self) -> bool {
        self.0.veil.is_storage_away()
    }

    fn take_storage_away(&self, away: bool) {
        self.0.veil.take_storage_away(away);
    }

    async fn restart(&self) -> Result<(), String> {
        self.0.restart().await.map_err(|error| format!("{error:#}"))
    }
}

fn line(line: StatementLine) -> LedgerLine {
    LedgerLine {
        operation: line.name,
        cause: line.cause,
        unit: line.posted.unit.code(),
        posted: line.posted.value,
        reserved: line.reserved.value,
        at: line.at.as_seconds(),
    }
}

fn words(error: impl std::fmt::Display) -> String {
    error.to_string()
}
