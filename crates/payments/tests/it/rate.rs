//! The bank's file, in its own encoding.

use domain::ports::{RateReading, RateSource};
use payments::{BankOfRussia, RateOptions};

use crate::fixtures::folder;
use crate::server::{Answer, BUDGET, Server};

fn file(name: &str) -> Answer {
    let bytes = std::fs::read(folder().join(name)).unwrap();
    assert!(String::from_utf8(bytes.clone()).is_err(), "{name} is in windows-1251");
    assert!(String::from_utf8_lossy(&bytes).contains("<!-- source: "), "{name} names no source");
    Answer::http(200, bytes)
}

#[tokio::test]
async fn the_dollar_is_read_for_one_with_its_day() {
    for name in ["bank_daily.xml", "bank_daily_nominal.xml"] {
        let server = Server::start([file(name)]).await;
        let reading = server.bank(1).usd(BUDGET).await.unwrap();
        let expected = RateReading { rate: "81.2345".parse().unwrap(), date: "2026-11-28".to_owned() };
        assert_eq!(reading, expected, "{name}");
        assert_eq!(server.requests()[0].line, "GET /scripts/XML_daily.asp?date_req=28/11/2026");
    }
}

#[tokio::test]
async fn a_file_without_a_dollar_is_told_and_not_asked_for_again() {
    let server = Server::start([file("bank_daily_without_usd.xml"), file("bank_daily.xml")]).await;
    let error = server.bank(3).usd(BUDGET).await.unwrap_err();
    assert_eq!(error.to_string(), "the exchange rate can't be read now: `USD` is not in the list");
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_page_instead_of_the_file_is_told() {
    let cases = [
        (Answer::http(200, "<html><body>Sorry<br></body></html>"), "no XML"),
        (Answer::http(200, ""), "no XML"),
        (Answer::http(403, "<html>"), "HTTP 403"),
        (Answer::http(404, ""), "HTTP 404"),
        (Answer::http(302, "").with_header("location", "http://elsewhere.example/"), "HTTP 302"),
        (Answer::http(503, ""), "HTTP 503"),
    ];
    for (answer, expected) in cases {
        let server = Server::start([answer]).await;
        let error = server.bank(1).usd(BUDGET).await.unwrap_err();
        assert!(error.detail.starts_with(expected), "{error}");
    }
}

#[test]
fn an_address_that_is_none_is_named() {
    let options = RateOptions { url: "cbr.ru".to_owned(), ..RateOptions::default() };
    assert!(BankOfRussia::new(options).map(|_| ()).unwrap_err().to_string().starts_with("`url`"));
    assert!(BankOfRussia::new(RateOptions::default()).is_ok());
}
