//! The watch's port, method by method.

use async_trait::async_trait;
use domain::clock::Timestamp;
use domain::pause::Pause;
use domain::ports::{Backlog, Ended, Figures, FiguresQuery, StoreResult, Watch};
use domain::rest::Rest;
use domain::watch::{Alert, AuditRun};

use super::{Backend, SqlStore};
use crate::{postgres, sqlite};

#[async_trait]
impl Watch for SqlStore {
    async fn figures(&self, query: FiguresQuery) -> StoreResult<Figures> {
        ask!(self, reader, watch::figures(query))
    }

    async fn backlog(&self, now: Timestamp) -> StoreResult<Backlog> {
        ask!(self, reader, watch::backlog(now))
    }

    async fn ended(&self, since: Timestamp, limit: u32) -> StoreResult<Vec<Ended>> {
        ask!(self, reader, watch::ended(since, limit))
    }

    async fn audits(&self, limit: u32) -> StoreResult<Vec<AuditRun>> {
        ask!(self, reader, watch::audits(limit))
    }

    async fn alerts(&self) -> StoreResult<Vec<Alert>> {
        ask!(self, reader, watch::alerts())
    }

    async fn pause(&self) -> StoreResult<Option<Pause>> {
        ask!(self, reader, stops::pause())
    }

    async fn rests(&self) -> StoreResult<Vec<Rest>> {
        ask!(self, reader, stops::rests())
    }
}
