//! The desk's port, method by method.

use async_trait::async_trait;
use domain::clock::Timestamp;
use domain::ids::ActionId;
use domain::ports::{AuditLogQuery, Office, StoreResult};
use domain::staff::{Approval, AuditEntry, Setting, StaffMember};

use super::{Backend, SqlStore};
use crate::{postgres, sqlite};

#[async_trait]
impl Office for SqlStore {
    async fn staff(&self) -> StoreResult<Vec<StaffMember>> {
        ask!(self, reader, office::staff())
    }

    async fn settings(&self) -> StoreResult<Vec<Setting>> {
        ask!(self, reader, office::settings())
    }

    async fn audit_log(&self, query: AuditLogQuery) -> StoreResult<Vec<AuditEntry>> {
        ask!(self, reader, office::audit_log(query))
    }

    async fn approval(&self, id: ActionId) -> StoreResult<Option<Approval>> {
        ask!(self, reader, office::approval(id))
    }

    async fn waiting_approvals(&self, since: Timestamp, limit: u32) -> StoreResult<Vec<Approval>> {
        ask!(self, reader, office::waiting_approvals(since, limit))
    }
}
