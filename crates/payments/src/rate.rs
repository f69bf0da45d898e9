//! The daily file of the Bank of Russia: what a dollar costs, read without a float.

use std::time::Duration;

use async_trait::async_trait;
use domain::money::Rate;
use domain::ports::{RateError, RateReading, RateSource};
use jiff::civil::Date;
use reqwest::Url;
use roxmltree::{Document, Node, ParsingOptions};

use crate::options::{BuildError, Connection, address};
use crate::retry::deadline;
use crate::transport::{Answer, Transport, Trouble};

/// The dollar in the bank's list.
const USD: &str = "USD";
/// The bank's list has some 60 currencies of 8 nodes each, white space not counted.
const NODES_MAX: u32 = 10_000;

/// Where the rate is read.
#[derive(Clone, Debug)]
pub struct RateOptions {
    /// The bank's file, or another of the same shape.
    pub url: String,
    /// How the server is reached.
    pub connection: Connection,
}

impl Default for RateOptions {
    fn default() -> Self {
        Self { url: "https://www.cbr.ru/scripts/XML_daily.asp".to_owned(), connection: Connection::default() }
    }
}

/// The Bank of Russia, or whoever gives a file of its shape.
pub struct BankOfRussia {
    transport: Transport,
    url: Url,
}

impl BankOfRussia {
    /// A source with these options. No call is made.
    ///
    /// # Errors
    /// [`BuildError`] names the setting to mend.
    pub fn new(options: RateOptions) -> Result<Self, BuildError> {
        let transport = Transport::new("bank_of_russia", &options.connection, Vec::new())?;
        Ok(Self { transport, url: address("url", &options.url)? })
    }
}

#[async_trait]
impl RateSource for BankOfRussia {
    async fn usd(&self, budget: Duration) -> Result<RateReading, RateError> {
        let request = || self.transport.get(self.url.clone());
        let reading = self.transport.call("rate", deadline(budget), request, read).await;
        reading.map_err(|trouble| RateError { detail: trouble.detail() })
    }
}

fn read(answer: Answer) -> Result<RateReading, Trouble> {
    if answer.status != 200 {
        return Err(Trouble::of_status(&answer, ""));
    }
    let Some(body) = &answer.body else { return Err(answer.nonsense()) };
    // The file is in windows-1251. Only its currencies' Russian names are not ASCII, and nobody reads them here: they may come out as question
    // marks, and a table of a legacy encoding is saved.
    let text = String::from_utf8_lossy(body);
    // A file that is wrong now is wrong a second later; the job asks again after hours.
    daily(&text).map_err(|detail| Trouble::Refused { detail })
}

/// The dollar's rate in a file of the bank.
fn daily(text: &str) -> Result<RateReading, String> {
    let options = ParsingOptions { allow_dtd: false, nodes_limit: NODES_MAX, ..ParsingOptions::default() };
    let document = Document::parse_with_options(text, options).map_err(|error| format!("no XML: {error}"))?;
    let root = document.root_element();
    if root.tag_name().name() != "ValCurs" {
        return Err("no file of the bank's shape: its root is not `ValCurs`".to_owned());
    }
    let date = root.attribute("Date").ok_or("`ValCurs` has no `Date`")?;
    let date = Date::strptime("%d.%m.%Y", date).map_err(|_| format!("`{}` is no date", short(date)))?;
    let is_dollar = |node: &Node<'_, '_>| node.has_tag_name("Valute") && child(*node, "CharCode") == Some(USD);
    let dollar = root.children().find(is_dollar).ok_or("`USD` is not in the list")?;
    let nominal = child(dollar, "Nominal").ok_or("`USD` has no `Nominal`")?;
    let value = child(dollar, "Value").ok_or("`USD` has no `Value`")?;
    Ok(RateReading { rate: for_one(value, nominal)?, date: date.to_string() })
}

/// What one costs if `nominal` cost `value`. What has more digits than a rate keeps is rounded up: a price is never below its cost.
fn for_one(value: &str, nominal: &str) -> Result<Rate, String> {
    let bad_value = || format!("`{}` is no rate", short(value));
    let all: Rate = value.replace(',', ".").parse().map_err(|_| bad_value())?;
    let many: i64 = nominal.parse().map_err(|_| format!("`{}` is no nominal", short(nominal)))?;
    if all.raw() <= 0 || many <= 0 {
        return Err(format!("`{}` for `{}` is no rate", short(value), short(nominal)));
    }
    let rest = all.raw() % many;
    Ok(Rate::from_raw(all.raw() / many + i64::from(rest > 0)))
}

fn child<'a>(node: Node<'a, '_>, name: &str) -> Option<&'a str> {
    node.children().find(|child| child.has_tag_name(name))?.text().map(str::trim)
}

/// A strange value, short enough for a log line.
fn short(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_read_exactly_and_for_one() {
        let table = [
            ("81,2345", "1", Ok("81.2345")),
            ("82.9977", "1", Ok("82.9977")),
            ("812,345", "10", Ok("81.2345")),
            ("81", "1", Ok("81")),
            // 0.58656 exactly: the last digit is rounded up.
            ("58,6556", "100", Ok("0.5866")),
            ("81,23456", "1", Err("`81,23456` is no rate")),
            ("0", "1", Err("`0` for `1` is no rate")),
            ("-81,2345", "1", Err("`-81,2345` for `1` is no rate")),
            ("81,2345", "0", Err("`81,2345` for `0` is no rate")),
            ("81,2345", "1,5", Err("`1,5` is no nominal")),
            ("1e2", "1", Err("`1e2` is no rate")),
            ("", "1", Err("`` is no rate")),
            ("99999999999999999999", "1", Err("`99999999999999999999` is no rate")),
        ];
        for (value, nominal, expected) in table {
            let expected = expected.map(|rate: &str| rate.parse().unwrap()).map_err(str::to_owned);
            assert_eq!(for_one(value, nominal), expected, "{value} for {nominal}");
        }
    }

    #[test]
    fn a_file_of_another_shape_is_told_apart() {
        let dollar = |inner: &str| format!("<ValCurs Date=\"29.11.2026\"><Valute>{inner}</Valute></ValCurs>");
        let table = [
            ("", "no XML: "),
            ("<html><body>Sorry", "no XML: "),
            ("<!DOCTYPE a [<!ENTITY b \"c\">]><ValCurs Date=\"29.11.2026\"/>", "no XML: "),
            ("<Valuta/>", "no file of the bank's shape"),
            ("<ValCurs/>", "`ValCurs` has no `Date`"),
            ("<ValCurs Date=\"31.02.2026\"/>", "`31.02.2026` is no date"),
            ("<ValCurs Date=\"29.11.2026\"/>", "`USD` is not in the list"),
            (&dollar("<CharCode>EUR</CharCode><Nominal>1</Nominal><Value>95,1</Value>"), "`USD` is not in the list"),
            (&dollar("<CharCode>USD</CharCode><Value>81,2345</Value>"), "`USD` has no `Nominal`"),
            (&dollar("<CharCode>USD</CharCode><Nominal>1</Nominal>"), "`USD` has no `Value`"),
        ];
        for (text, expected) in table {
            let error = daily(text).unwrap_err();
            assert!(error.starts_with(expected), "{error}");
        }
    }
}
