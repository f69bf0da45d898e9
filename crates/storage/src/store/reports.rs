//! The port of figures, method by method.

use async_trait::async_trait;
use domain::clock::Timestamp;
use domain::figures::{DayFigures, ModelFigures, Span};
use domain::ids::{ModelId, UserId};
use domain::ports::{Drift, Funnel, LiveFigures, PeopleQuery, Person, Reports, StoreResult, UserFigures};

use super::{Backend, SqlStore};
use crate::{postgres, sqlite};

#[async_trait]
impl Reports for SqlStore {
    async fn days(&self, days: &[Span]) -> StoreResult<Vec<DayFigures>> {
        let days = days.to_vec();
        ask!(self, reader, reports::days(days))
    }

    async fn active(&self, since: Timestamp) -> StoreResult<u64> {
        ask!(self, reader, reports::active(since))
    }

    async fn funnel(&self, span: Span) -> StoreResult<Funnel> {
        ask!(self, reader, reports::funnel(span))
    }

    async fn states(&self) -> StoreResult<Vec<LiveFigures>> {
        ask!(self, reader, reports::states())
    }

    async fn people(&self, query: &PeopleQuery, skip: u32, limit: u32) -> StoreResult<Vec<Person>> {
        let query = query.clone();
        ask!(self, reader, reports::page(query, skip, limit))
    }

    async fn user_figures(&self, user: UserId) -> StoreResult<Option<UserFigures>> {
        ask!(self, reader, reports::user_figures(user))
    }

    async fn unrolled(&self, days: &[Span]) -> StoreResult<Vec<Span>> {
        let days = days.to_vec();
        ask!(self, reader, reports::unrolled(days))
    }

    async fn roll_up(&self, day: Span) -> StoreResult<()> {
        // Counted by a reader, so that SQLite's one writer is not kept from its work.
        let figures = ask!(self, reader, reports::counted(day))?;
        ask!(self, writer, reports::keep(day, figures))
    }

    async fn complete_names(&self, limit: u32) -> StoreResult<u64> {
        ask!(self, writer, reports::complete_names(limit))
    }

    async fn model_days(&self, model: &ModelId, days: &[Span]) -> StoreResult<Vec<ModelFigures>> {
        let (model, days) = (model.clone(), days.to_vec());
        ask!(self, reader, reports::model_days(model, days))
    }

    async fn drifts_of(&self, model: &ModelId, since: Timestamp) -> StoreResult<Vec<Drift>> {
        let model = model.clone();
        ask!(self, reader, models::drifts_of(model, since))
    }
}
