//! The exchange rate that waits for an owner.

use domain::exchange::ExchangeRate;
use domain::ports::{ChangeSet, RateChange};

use super::{Desk, DeskError, Refused};

impl Desk<'_> {
    /// The rate of this day, which waits, holds from now on. Every instance of the bot takes it over within a minute.
    ///
    /// # Errors
    /// [`Refused::NoSuchRate`].
    pub async fn accept_rate(&self, change: &mut ChangeSet, date: &str) -> Result<ExchangeRate, DeskError> {
        let waiting = self.store.rates().await?.waiting.filter(|waiting| waiting.date == date);
        let waiting = waiting.ok_or_else(|| Refused::NoSuchRate(date.to_owned()))?;
        change.rate = Some(RateChange::Accept { date: date.to_owned() });
        Ok(waiting)
    }
}
