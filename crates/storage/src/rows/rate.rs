//! Rows of the exchange rate.

use diesel::prelude::{AsChangeset, Insertable, Queryable};
use domain::clock::Timestamp;
use domain::exchange::ExchangeRate;
use domain::money::Rate;
use domain::ports::Rates;

use crate::error::Fault;
use crate::schema::exchange_rates;

/// The place of the rate that holds.
pub(crate) const CURRENT: &str = "current";
/// The place of the rate that waits for an owner.
pub(crate) const WAITING: &str = "waiting";

/// A row of `exchange_rates`.
#[derive(Queryable, Insertable, AsChangeset)]
#[diesel(table_name = exchange_rates, primary_key(place))]
pub(crate) struct RateRow {
    place: String,
    rate: i64,
    date: String,
    read_at: i64,
}

impl RateRow {
    /// The row of a rate in its place.
    pub(crate) fn of(place: &str, rate: &ExchangeRate) -> Self {
        Self {
            place: place.to_owned(),
            rate: rate.rate.raw(),
            date: rate.date.clone(),
            read_at: rate.read_at.as_micros(),
        }
    }

    /// The same rate in another place.
    pub(crate) fn moved(self, place: &str) -> Self {
        Self { place: place.to_owned(), ..self }
    }
}

/// What the rows mean.
pub(crate) fn into_rates(rows: Vec<RateRow>) -> Result<Rates, Fault> {
    let mut rates = Rates::default();
    for row in rows {
        let place = match row.place.as_str() {
            CURRENT => &mut rates.current,
            WAITING => &mut rates.waiting,
            other => return Err(Fault::row("exchange_rates.place", other)),
        };
        *place = Some(ExchangeRate {
            rate: Rate::from_raw(row.rate),
            date: row.date,
            read_at: Timestamp::from_micros(row.read_at),
        });
    }
    Ok(rates)
}
