//! Who takes money for us, as the configuration says: Telegram always, the others once they are set.

use std::sync::Arc;

use anyhow::{Context, Result};
use domain::clock::Clock;
use domain::ports::PaymentGate;
use payments::{CryptoPay, CryptoPayOptions, Customer, Receipts, Yookassa, YookassaOptions};
use telegram_adapter::{Client, TelegramStars};

use crate::config::money::Money;

/// Builds them in the order of their buttons; nothing is sent.
///
/// # Errors
/// If one of them can't be built from its options; the text says which and what to do.
pub(crate) fn open(money: &Money, client: Client, clock: Arc<dyn Clock>) -> Result<Vec<Arc<dyn PaymentGate>>> {
    let mut gates: Vec<Arc<dyn PaymentGate>> = vec![Arc::new(TelegramStars::new(client, money.stars_per_rub))];
    if let Some(set) = &money.gates.yookassa {
        let receipts = set.receipts.clone();
        let options = YookassaOptions {
            api_url: set.api_url.clone(),
            receipts: receipts.map(|(email, vat_code)| Receipts::new(Customer::Email(email), vat_code)),
            ..YookassaOptions::new(set.shop_id.clone(), set.secret_key.clone(), set.return_url.clone())
        };
        gates.push(Arc::new(Yookassa::new(options).context("YooKassa can't be used")?));
    }
    if let Some(set) = &money.gates.crypto_pay {
        let options = CryptoPayOptions { api_url: set.api_url.clone(), ..CryptoPayOptions::new(set.token.clone()) };
        gates.push(Arc::new(CryptoPay::new(options, clock).context("Crypto Pay can't be used")?));
    }
    Ok(gates)
}
