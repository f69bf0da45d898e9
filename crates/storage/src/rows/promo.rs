//! Rows of promo codes.

use diesel::prelude::{Insertable, Queryable};
use domain::clock::Timestamp;
use domain::ledger::{Amount, Unit};
use domain::ports::PromoFigures;
use domain::promo::{PromoCode, PromoState};

use super::{code, figure};
use crate::error::Fault;
use crate::schema::promo_codes;

/// A row of `promo_codes`.
#[derive(Queryable, Insertable)]
#[diesel(table_name = promo_codes, treat_none_as_default_value = false)]
pub(crate) struct PromoRow {
    code: String,
    gift_unit: String,
    gift: i64,
    total_max: i64,
    per_user_max: i64,
    expires_at: Option<i64>,
    created_at: i64,
    used: i64,
}

impl PromoRow {
    /// The row of a new code.
    pub(crate) fn of(promo: &PromoCode) -> Self {
        Self {
            code: promo.code.clone(),
            gift_unit: promo.gift.unit.code().to_owned(),
            gift: promo.gift.value,
            total_max: promo.total_max.into(),
            per_user_max: promo.per_user_max.into(),
            expires_at: promo.expires_at.map(Timestamp::as_micros),
            created_at: promo.created_at.as_micros(),
            used: 0,
        }
    }

    /// What the row means to the desk.
    pub(crate) fn into_figures(self) -> Result<PromoFigures, Fault> {
        self.into_state(0).map(|PromoState { promo, used, .. }| PromoFigures { promo, used })
    }

    /// What the row means to a user who redeemed the code so often.
    pub(crate) fn into_state(self, used_by_user: u32) -> Result<PromoState, Fault> {
        let unit = code("promo_codes.gift_unit", &self.gift_unit, Unit::from_code)?;
        Ok(PromoState {
            promo: PromoCode {
                code: self.code,
                gift: Amount { unit, value: self.gift },
                total_max: figure("promo_codes.total_max", self.total_max)?,
                per_user_max: figure("promo_codes.per_user_max", self.per_user_max)?,
                expires_at: self.expires_at.map(Timestamp::from_micros),
                created_at: Timestamp::from_micros(self.created_at),
            },
            used: figure("promo_codes.used", self.used)?,
            used_by_user,
        })
    }
}
