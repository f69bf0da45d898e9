//! Where the exchange rate is read.

use std::sync::Arc;

use anyhow::{Context, Result};
use domain::ports::RateSource;
use payments::{BankOfRussia, RateOptions};

use crate::config::Pricing;

/// The source that the configuration names; `None` = the configured rate always holds.
///
/// # Errors
/// If its address can't be used.
pub(crate) fn source(pricing: &Pricing) -> Result<Option<Arc<dyn RateSource>>> {
    let Some(url) = &pricing.usd_rate_url else { return Ok(None) };
    let options = RateOptions { url: url.clone(), ..RateOptions::default() };
    let bank = BankOfRussia::new(options).context("the exchange rate's address can't be used")?;
    Ok(Some(Arc::new(bank)))
}
