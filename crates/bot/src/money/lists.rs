//! What the commands about money list.

use anyhow::Result;
use app::desk::{Desk, OfUser, Waiting};
use domain::clock::Timestamp;
use domain::exchange::ExchangeRate;
use domain::ledger::{Amount, Payment, Unit};
use domain::money::Money;
use domain::payment::{Invoice, InvoiceState};
use domain::ports::{Payback, PaybackEnd, ProviderRecord, Rates};
use jiff::tz::TimeZone;

/// `kiebot payments`.
pub(super) async fn payments(desk: &Desk<'_>, user: Option<&str>, zone: &TimeZone) -> Result<String> {
    match user {
        Some(user) => {
            let session = desk.person(user).await?;
            Ok(of_user(&desk.payments_of(session.person.user).await?, zone))
        }
        None => Ok(waiting(&desk.waiting().await?, zone)),
    }
}

fn of_user(found: &OfUser, zone: &TimeZone) -> String {
    let payments = found.payments.iter().map(|payment| self::payment(payment, zone)).collect();
    let paybacks = found.paybacks.iter().map(|payback| self::payback(payback, zone)).collect();
    let invoices = found.invoices.iter().map(|invoice| self::invoice(invoice, zone)).collect();
    [section("payments", payments), section("paybacks", paybacks), section("invoices", invoices)].concat()
}

fn waiting(found: &Waiting, zone: &TimeZone) -> String {
    let receipts = found.receipts.iter().map(|invoice| invoice_of_user(invoice, zone)).collect();
    let unmatched = found.unmatched.iter().map(|record| self::record(record, zone)).collect();
    let mut text = section("receipts that wait for approval in the bot", receipts);
    text.push_str(&section("in a provider's own list, and not in our books", unmatched));
    text
}

/// `kiebot rate`.
pub(super) fn rates(rates: &Rates, zone: &TimeZone) -> String {
    let line = |rate: &ExchangeRate| {
        format!("{} RUB for a dollar, of {}, read on {}", rate.rate, rate.date, moment(rate.read_at, zone))
    };
    let holds = rates.current.as_ref().map_or_else(|| "none was read yet: USD_RATE is used".to_owned(), line);
    let mut text = format!("holds:  {holds}\n");
    if let Some(waiting) = &rates.waiting {
        text.push_str(&format!("waits:  {}\n", line(waiting)));
        text.push_str(&format!("        if it is right: kiebot rate --accept {}\n", waiting.date));
    }
    text
}

/// Money or runs, for a line.
pub(super) fn amount(amount: Amount) -> String {
    match amount.unit {
        Unit::Money => format!("{} RUB", Money::from_kopecks(amount.value)),
        Unit::Run if amount.value == 1 => "1 run".to_owned(),
        Unit::Run => format!("{} runs", amount.value),
    }
}

fn section(title: &str, lines: Vec<String>) -> String {
    if lines.is_empty() {
        return format!("{title}: none\n");
    }
    format!("{title}:\n{}", lines.iter().map(|line| format!("  {line}\n")).collect::<String>())
}

fn payment(payment: &Payment, zone: &TimeZone) -> String {
    let Payment { provider, payment: id, amount, native_amount, native_currency, at, refunded, .. } = payment;
    let back = if *refunded { ", went back" } else { "" };
    let at = moment(*at, zone);
    format!("{at}  {} {id}  {amount} RUB ({native_amount} {native_currency}){back}", provider.code())
}

fn payback(payback: &Payback, zone: &TimeZone) -> String {
    let end = match &payback.end {
        None => "under way".to_owned(),
        Some(PaybackEnd::Done) => "done".to_owned(),
        Some(PaybackEnd::Refused { detail }) => format!("refused: {detail}"),
    };
    let Payback { action, provider, payment, reason, by, at, .. } = payback;
    format!("{}  {} {payment}  {end}  (payback {action}, by {by}: {reason})", moment(*at, zone), provider.code())
}

fn invoice(invoice: &Invoice, zone: &TimeZone) -> String {
    let Invoice { provider, amount, native_amount, native_currency, created_at, .. } = invoice;
    let (at, state) = (moment(*created_at, zone), state(&invoice.state));
    let number = invoice.reference();
    format!("{at}  {} {number}  {amount} RUB ({native_amount} {native_currency})  {state}", provider.code())
}

fn invoice_of_user(one: &Invoice, zone: &TimeZone) -> String {
    format!("{}  user {}", invoice(one, zone), one.user)
}

fn state(state: &InvoiceState) -> String {
    match state {
        InvoiceState::Asked => "asked for".to_owned(),
        InvoiceState::Open { .. } => "not paid yet".to_owned(),
        InvoiceState::Claimed { repeats: Some(other), .. } => format!("receipt waits; the same as that of {other}"),
        InvoiceState::Claimed { .. } => "receipt waits".to_owned(),
        InvoiceState::Paid { payment, credited, .. } => format!("paid by {payment}, {credited} RUB credited"),
        InvoiceState::Rejected { reason, .. } => format!("rejected: {reason}"),
        InvoiceState::Expired { .. } => "expired".to_owned(),
        InvoiceState::Cancelled { .. } => "cancelled".to_owned(),
        InvoiceState::Failed { detail } => format!("failed: {detail}"),
    }
}

fn record(record: &ProviderRecord, zone: &TimeZone) -> String {
    let ProviderRecord { provider, payment, native_amount, native_currency, .. } = record;
    let what = if record.is_refund { "paid back" } else { "paid" };
    let who = record.payer.map_or_else(|| "an unknown payer".to_owned(), |payer| format!("Telegram id {payer}"));
    format!(
        "{}  {} {payment}  {what} {native_amount} {native_currency} by {who}",
        moment(record.at, zone),
        provider.code()
    )
}

fn moment(at: Timestamp, zone: &TimeZone) -> String {
    let at = jiff::Timestamp::from_microsecond(at.as_micros()).unwrap_or_default().to_zoned(zone.clone());
    at.strftime("%Y-%m-%d %H:%M").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(rate: &str, date: &str) -> Option<ExchangeRate> {
        let read_at = Timestamp::from_seconds(1_795_348_800);
        Some(ExchangeRate { rate: rate.parse().unwrap(), date: date.to_owned(), read_at })
    }

    #[test]
    fn a_rate_that_waits_is_shown_with_the_command_that_accepts_it() {
        let shown = rates(&Rates::default(), &TimeZone::UTC);
        assert_eq!(shown, "holds:  none was read yet: USD_RATE is used\n");
        let both = Rates { current: rate("95", "2026-11-21"), waiting: rate("110.5", "2026-11-22") };
        assert_eq!(
            rates(&both, &TimeZone::UTC),
            "holds:  95 RUB for a dollar, of 2026-11-21, read on 2026-11-22 12:00\n\
             waits:  110.5 RUB for a dollar, of 2026-11-22, read on 2026-11-22 12:00\n        \
             if it is right: kiebot rate --accept 2026-11-22\n"
        );
    }

    #[test]
    fn nothing_is_said_to_be_none() {
        let none = waiting(&Waiting::default(), &TimeZone::UTC);
        assert_eq!(none.matches(": none").count(), 2, "{none}");
        assert_eq!(of_user(&OfUser::default(), &TimeZone::UTC).matches(": none").count(), 3);
    }
}
