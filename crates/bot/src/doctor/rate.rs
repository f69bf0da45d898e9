//! Which exchange rate prices are made with, how old it is, and whether one waits for an owner.

use domain::money::Rate;
use domain::ports::Rates;
use jiff::civil::Date;

use super::{Line, Verdict};

/// A rate of a day so long ago is old. The Bank of Russia sets none on weekends and holidays, but for the longest ones these are fewer.
const DAYS_MAX: i32 = 5;

/// `configured` = `USD_RATE`; `has_source` = the rate is read somewhere.
pub(super) fn rate(rates: &Rates, configured: Rate, has_source: bool, today: Date) -> Line {
    const WANTED: &str = "a rate of these days, and none that waits for a decision";
    if !has_source {
        return Line::ok("rate", format!("USD_RATE, {configured} roubles for a dollar, always holds"), WANTED);
    }
    let holds = match &rates.current {
        Some(current) => format!("{} roubles for a dollar, of {}", current.rate, current.date),
        None => format!("USD_RATE, {configured} roubles for a dollar, until one is read"),
    };
    if let Some(waiting) = &rates.waiting {
        let found = format!("{holds}; {} of {} waits for an owner", waiting.rate, waiting.date);
        let remedy = "compare it with the bank's own page; if it is right, press the button in the bot or run `kiebot rate --accept` with its date";
        return Line::bad("rate", Verdict::Warning, found, WANTED, remedy);
    }
    let Some(current) = &rates.current else {
        let remedy = "start `kiebot serve`: it reads one; if it has run for an hour, see its log for why it can't, and USD_RATE_URL";
        return Line::bad("rate", Verdict::Warning, holds, WANTED, remedy);
    };
    let days = current.date.parse::<Date>().ok().and_then(|date| date.until(today).ok()).map(|span| span.get_days());
    match days {
        Some(days) if days <= DAYS_MAX => Line::ok("rate", holds, WANTED),
        _ => {
            let age = days.map_or_else(|| "which is no day".to_owned(), |days| format!("{days} days ago"));
            let remedy = "long holidays apart: see the log of `kiebot serve` for why none is read, and whether USD_RATE_URL can be reached";
            Line::bad("rate", Verdict::Warning, format!("{holds}, {age}"), WANTED, remedy)
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::clock::Timestamp;
    use domain::exchange::ExchangeRate;

    use super::*;

    fn read(rate: &str, date: &str) -> Option<ExchangeRate> {
        Some(ExchangeRate { rate: rate.parse().unwrap(), date: date.to_owned(), read_at: Timestamp::EPOCH })
    }

    #[test]
    fn an_old_rate_and_one_that_waits_are_told_with_what_to_do() {
        let configured = "95".parse().unwrap();
        let (fresh, old) = (read("96.5", "2026-11-27"), read("90", "2026-11-10"));
        let table = [
            (false, None, None, Verdict::Ok, "USD_RATE, 95 roubles for a dollar, always holds"),
            (false, old.clone(), old.clone(), Verdict::Ok, "USD_RATE, 95 roubles for a dollar, always holds"),
            (true, None, None, Verdict::Warning, "USD_RATE, 95 roubles for a dollar, until one is read"),
            (true, fresh.clone(), None, Verdict::Ok, "96.5 roubles for a dollar, of 2026-11-27"),
            (true, old, None, Verdict::Warning, "90 roubles for a dollar, of 2026-11-10, 19 days ago"),
            (
                true,
                fresh,
                read("110", "2026-11-29"),
                Verdict::Warning,
                "96.5 roubles for a dollar, of 2026-11-27; 110 of 2026-11-29 waits for an owner",
            ),
        ];
        for (has_source, current, waiting, verdict, found) in table {
            let line = rate(&Rates { current, waiting }, configured, has_source, Date::constant(2026, 11, 29));
            assert_eq!((line.verdict, line.found.as_str()), (verdict, found));
            assert_eq!(line.remedy.is_empty(), verdict == Verdict::Ok);
        }
    }
}
