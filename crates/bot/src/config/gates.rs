//! The providers that take money for us beside Telegram: off until they are set.

use secrecy::SecretString;

use super::address::{self, PlainHttp};
use super::reader::{Read, Reader, Refusal};
use super::registry::{
    CRYPTO_PAY_API_URL, CRYPTO_PAY_TOKEN, YOOKASSA_API_URL, YOOKASSA_RECEIPT_EMAIL, YOOKASSA_RETURN_URL,
    YOOKASSA_SECRET_KEY, YOOKASSA_SHOP_ID, YOOKASSA_VAT_CODE,
};
use super::variable::Variable;

/// YooKassa: cards and SBP.
#[derive(Clone, Debug)]
pub(crate) struct Yookassa {
    /// The shop's number.
    pub(crate) shop_id: String,
    /// The shop's key.
    pub(crate) secret_key: SecretString,
    /// Where its page leads back to.
    pub(crate) return_url: String,
    /// The API, its version included.
    pub(crate) api_url: String,
    /// Where fiscal receipts go, with the VAT code; absent = none is asked for.
    pub(crate) receipts: Option<(String, u8)>,
}

/// Crypto Pay.
#[derive(Clone, Debug)]
pub(crate) struct CryptoPay {
    /// The app's token.
    pub(crate) token: SecretString,
    /// The API.
    pub(crate) api_url: String,
}

/// All of them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Gates {
    /// Set if both shop and key are.
    pub(crate) yookassa: Option<Yookassa>,
    /// Set if its token is.
    pub(crate) crypto_pay: Option<CryptoPay>,
}

impl Gates {
    pub(super) fn read(reader: &mut Reader<'_>) -> Read<Self> {
        let (yookassa, crypto_pay) = (yookassa(reader), crypto_pay(reader));
        Ok(Self { yookassa: yookassa?, crypto_pay: crypto_pay? })
    }
}

fn yookassa(reader: &mut Reader<'_>) -> Read<Option<Yookassa>> {
    let shop_id = reader.optional(&YOOKASSA_SHOP_ID, |text| {
        if text.bytes().all(|byte| byte.is_ascii_digit()) { Ok(text.to_owned()) } else { Err(Refusal::default()) }
    });
    let secret_key = reader.optional(&YOOKASSA_SECRET_KEY, secret);
    let return_url =
        reader.optional(&YOOKASSA_RETURN_URL, |text| address::page(text, PlainHttp::Private).map(String::from));
    let api_url = reader.value(&YOOKASSA_API_URL, server);
    let email = reader.optional(&YOOKASSA_RECEIPT_EMAIL, email);
    let vat_code = reader.whole::<u8>(&YOOKASSA_VAT_CODE);
    let (api_url, vat_code) = (api_url?, vat_code?);
    let receipts = email?.map(|email| (email, vat_code));
    match (shop_id?, secret_key?, return_url?) {
        (None, None, _) => Ok(None),
        (Some(shop_id), Some(secret_key), Some(return_url)) => {
            Ok(Some(Yookassa { shop_id, secret_key, return_url, api_url, receipts }))
        }
        (None, Some(_), _) => Err(lacks(reader, &YOOKASSA_SHOP_ID)),
        (Some(_), None, _) => Err(lacks(reader, &YOOKASSA_SECRET_KEY)),
        (Some(_), Some(_), None) => Err(lacks(reader, &YOOKASSA_RETURN_URL)),
    }
}

fn crypto_pay(reader: &mut Reader<'_>) -> Read<Option<CryptoPay>> {
    let token = reader.optional(&CRYPTO_PAY_TOKEN, secret);
    let api_url = reader.value(&CRYPTO_PAY_API_URL, server);
    let (token, api_url) = (token?, api_url?);
    Ok(token.map(|token| CryptoPay { token, api_url }))
}

fn lacks(reader: &mut Reader<'_>, variable: &'static Variable) -> super::reader::Noted {
    let hint = "YooKassa is offered only with number, key and return address: set all three, or none".to_owned();
    reader.refuse(variable, variable.form.to_string(), Some(hint))
}

fn server(text: &str) -> Result<String, Refusal> {
    address::base(text, PlainHttp::Private).map(|url| address::without_slash(&url))
}

fn secret(text: &str) -> Result<SecretString, Refusal> {
    if text.bytes().all(|byte| byte.is_ascii_graphic()) { Ok(text.into()) } else { Err(Refusal::default()) }
}

fn email(text: &str) -> Result<String, Refusal> {
    let fits = text.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.'));
    if fits && !text.contains(char::is_whitespace) { Ok(text.to_owned()) } else { Err(Refusal::default()) }
}
