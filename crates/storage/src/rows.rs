//! Rows, and what they mean. Shared by both backends: a row holds only what the columns hold; turning it into a domain value checks it.
//!
//! A row that breaks its own rules is a [`Fault::Row`], which names the column: a defect, never a default. During a deploy a newer version writes
//! beside this one, and may use words that came with it: such a row is a [`Fault::Unknown`], which hides no others in a list.

mod broadcast;
pub(crate) mod counts;
mod event;
mod generation;
mod input;
mod invoice;
mod job;
mod ledger;
mod message;
mod office;
mod payback;
mod person;
mod promo;
mod rate;
mod record;
mod referral;
mod report;
mod selling;
mod success;
mod watch;

pub(crate) use broadcast::{BroadcastRow, CampaignRow, TargetRow};
pub(crate) use event::EventRow;
pub(crate) use generation::{GenerationRow, OrphanRow, Page};
pub(crate) use input::InputRow;
pub(crate) use invoice::{InvoiceRow, InvoiceStep, impersonal};
pub(crate) use job::Wanted;
pub(crate) use ledger::{HoldRow, OperationRow, PaymentRow, StatementRow, TransferRow};
pub(crate) use message::{MessageRow, PartRow};
pub(crate) use office::{ApprovalRow, AuditRow, SettingRow, StaffRow};
pub(crate) use payback::{PaybackRow, ended};
pub(crate) use person::{PersonRow, SearchKeys, SessionRow, into_session};
pub(crate) use promo::PromoRow;
pub(crate) use rate::{CURRENT, RateRow, WAITING, into_rates};
pub(crate) use record::RecordRow;
pub(crate) use referral::ReferralRow;
pub(crate) use report::{
    CountRow, DayRow, EarnedRow, LiveRow, MadeRow, ModelRow, MovedRow, UserRow, figures_of, funnel_of,
    model_figures_of, span, states_of, user_figures_of,
};
pub(crate) use selling::{PauseRow, RestRow, SELLING};
pub(crate) use success::{DriftRow, MarginRow, StopRow, SuccessRow};
pub(crate) use watch::{AlertRow, AuditRunRow, into_ended};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::Fault;

/// The 16 bytes of an id, as a parameter or a column.
pub(crate) type Bytes = Vec<u8>;

/// Turns a column's bytes into an id.
pub(crate) fn id<T>(place: &str, bytes: &[u8], make: impl FnOnce([u8; 16]) -> T) -> Result<T, Fault> {
    let sized: [u8; 16] = bytes.try_into().map_err(|_| Fault::row(place, bytes))?;
    Ok(make(sized))
}

/// Turns a column's code into its meaning.
pub(crate) fn code<T>(place: &str, text: &str, meaning: impl FnOnce(&str) -> Option<T>) -> Result<T, Fault> {
    meaning(text).ok_or_else(|| Fault::Unknown(format!("{place} holds {text:?}, which this version does not know")))
}

/// What those rows mean that this version understands.
pub(crate) fn understood<R, T>(rows: Vec<R>, meaning: impl Fn(R) -> Result<T, Fault>) -> Result<Vec<T>, Fault> {
    let meanings = rows.into_iter().filter_map(|row| match meaning(row) {
        Err(Fault::Unknown(detail)) => {
            tracing::debug!(detail, "a row of a newer version is left out");
            None
        }
        understood => Some(understood),
    });
    meanings.collect()
}

/// Reads a JSON column. The text itself may hold a user's words, so the error only says where it breaks.
pub(crate) fn from_json<T: DeserializeOwned>(place: &str, text: &str) -> Result<T, Fault> {
    serde_json::from_str(text).map_err(|error| {
        let detail = format!("{place} can't be read: line {} column {}", error.line(), error.column());
        // serde has no kind for it, only these words.
        if error.to_string().starts_with("unknown variant") { Fault::Unknown(detail) } else { Fault::Row(detail) }
    })
}

/// Writes a JSON column.
pub(crate) fn to_json<T: Serialize>(place: &str, value: &T) -> Result<String, Fault> {
    serde_json::to_string(value).map_err(|error| Fault::Row(format!("{place} can't be written: {error}")))
}

/// A figure of a column that holds a `u32`.
pub(crate) fn figure(place: &str, figure: i64) -> Result<u32, Fault> {
    u32::try_from(figure).map_err(|_| Fault::row(place, figure))
}

/// A count as the database gives it.
pub(crate) fn count(place: &str, figure: i64) -> Result<u64, Fault> {
    u64::try_from(figure).map_err(|_| Fault::row(place, figure))
}

#[cfg(test)]
mod tests {
    use domain::generation::State;
    use domain::staff::Role;

    use super::*;

    #[test]
    fn a_word_of_a_newer_version_is_told_from_a_broken_row() {
        assert!(matches!(code("staff.role", "auditor", Role::from_code), Err(Fault::Unknown(_))));
        let state = |text: &str| from_json::<State>("generations.facts", text);
        assert!(matches!(state(r#"{"state":"frozen"}"#), Err(Fault::Unknown(_))));
        assert!(matches!(state("{"), Err(Fault::Row(_))));
        assert!(matches!(state("7"), Err(Fault::Row(_))));
    }

    #[test]
    fn a_word_of_a_newer_version_hides_no_other_row() {
        let role = |text: &str| code("staff.role", text, Role::from_code);
        assert_eq!(understood(vec!["owner", "auditor", "support"], role).unwrap(), [Role::Owner, Role::Support]);
        let broken = |text: &str| if text.is_empty() { Err(Fault::row("staff.role", text)) } else { role(text) };
        assert!(matches!(understood(vec!["owner", ""], broken), Err(Fault::Row(_))));
    }
}
