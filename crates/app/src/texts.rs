//! Every word a user reads, from the Fluent files under `config/locales`, in Russian and English.
//!
//! A message may carry the marks `<b> <i> <code> <q>`; they count only in the translator's own words. What is put in for a `{ $variable }`
//! is isolated by Fluent, so that a user's prompt with a `<b>` in it stays five characters of text.

use std::fmt::Write as _;

use domain::clock::Timestamp;
use domain::money::Money;
use domain::screen::{Language, Span, Style, Text};
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use jiff::Zoned;
use jiff::tz::TimeZone;

use crate::settings::filled;

macro_rules! files {
    ($language:literal) => {
        concat!(
            include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../config/locales/", $language, "/bot.ftl")),
            include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../config/locales/", $language, "/browse.ftl")),
            include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../config/locales/", $language, "/wizard.ftl")),
            include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../config/locales/", $language, "/results.ftl")),
            include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../config/locales/", $language, "/account.ftl")),
            include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../config/locales/", $language, "/owner-money.ftl")),
            include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../config/locales/", $language, "/gifts.ftl")),
            include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../config/locales/", $language, "/desk.ftl")),
            include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../config/locales/", $language, "/outreach.ftl")),
            include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../config/locales/", $language, "/watch.ftl")),
            include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../config/locales/", $language, "/payments.ftl")),
            include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../config/locales/", $language, "/shop.ftl")),
        )
    };
}

const RU: &str = files!("ru");
const EN: &str = files!("en");

/// The files of a language as they are, one after the other: for checks of the texts themselves.
pub const fn source(language: Language) -> &'static str {
    match language {
        Language::Ru => RU,
        Language::En => EN,
    }
}

/// Fluent's marks around what was put in for a variable.
const ISOLATES: [char; 2] = ['\u{2068}', '\u{2069}'];

/// A value for a `{ $variable }`.
#[derive(Clone, Debug)]
pub enum Arg {
    /// Words.
    Words(String),
    /// A number, for plural forms.
    Number(i64),
}

impl From<&str> for Arg {
    fn from(words: &str) -> Self {
        Self::Words(words.to_owned())
    }
}

impl From<String> for Arg {
    fn from(words: String) -> Self {
        Self::Words(words)
    }
}

impl From<i64> for Arg {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

/// The texts are broken: a file does not parse. Found by every test and at the start, never by a user.
#[derive(Debug, thiserror::Error)]
#[error("config/locales/{language}/*.ftl: {problem}")]
pub struct BadTexts {
    language: &'static str,
    problem: String,
}

/// All texts of all languages.
pub struct Texts {
    ru: FluentBundle<FluentResource>,
    en: FluentBundle<FluentResource>,
    zone: TimeZone,
}

impl std::fmt::Debug for Texts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Texts")
    }
}

/// The texts in one language.
#[derive(Clone, Copy, Debug)]
pub struct Words<'a> {
    texts: &'a Texts,
    language: Language,
}

impl Texts {
    /// Reads the files that are built in.
    ///
    /// # Errors
    /// [`BadTexts`].
    pub fn load() -> Result<Self, BadTexts> {
        Ok(Self { ru: bundle(Language::Ru, RU)?, en: bundle(Language::En, EN)?, zone: TimeZone::UTC })
    }

    /// The same with the days and hours of this zone.
    #[must_use]
    pub fn in_zone(self, zone: TimeZone) -> Self {
        Self { zone, ..self }
    }

    /// The texts in `language`.
    pub const fn in_language(&self, language: Language) -> Words<'_> {
        Words { texts: self, language }
    }
}

impl Words<'_> {
    /// Which language.
    pub const fn language(&self) -> Language {
        self.language
    }

    /// A styled text.
    pub fn text(&self, key: &str, args: &[(&str, Arg)]) -> Text {
        parse_marks(&self.format(key, args))
    }

    /// An owner's own text, with what its names in braces stand for.
    pub fn own(&self, text: &str, args: &[(&str, String)]) -> Text {
        parse_marks(&filled(text, args, ISOLATES))
    }

    /// The same texts in another language.
    pub const fn in_language(&self, language: Language) -> Self {
        Self { texts: self.texts, language }
    }

    /// The characters alone: for buttons and notices.
    pub fn plain(&self, key: &str, args: &[(&str, Arg)]) -> String {
        self.text(key, args).to_plain()
    }

    /// `1 234,50 ₽`; whole roubles without kopecks. The spaces do not break.
    pub fn money(&self, money: Money) -> String {
        let kopecks = money.kopecks().unsigned_abs();
        let mut text = String::from(if money.kopecks() < 0 { "\u{2212}" } else { "" });
        text.push_str(&self.grouped(kopecks / 100));
        if !kopecks.is_multiple_of(100) {
            let point = if self.language == Language::Ru { ',' } else { '.' };
            write!(text, "{point}{:02}", kopecks % 100).expect("writing to a String cannot fail");
        }
        text.push_str("\u{a0}₽");
        text
    }

    /// A whole number with its groups.
    pub fn count(&self, count: i64) -> String {
        let sign = if count < 0 { "\u{2212}" } else { "" };
        format!("{sign}{}", self.grouped(count.unsigned_abs()))
    }

    /// Money as short as an axis needs it: whole roubles, thousands from ten thousand on.
    pub fn short_money(&self, money: Money) -> String {
        const THOUSANDS_FROM: i64 = 10_000;
        let roubles = money.kopecks() / 100;
        if roubles.abs() < THOUSANDS_FROM {
            return self.count(roubles);
        }
        self.plain("short-thousands", &[("n", self.count(roubles / 1000).into())])
    }

    /// Day and short month, in the texts' zone.
    pub fn short_day(&self, at: Timestamp) -> String {
        self.named_day("date-day-short", &self.zoned(at))
    }

    /// The day in ISO form, in the texts' zone.
    pub fn iso_day(&self, at: Timestamp) -> String {
        self.zoned(at).date().to_string()
    }

    /// A decimal number, given with a point, with the language's own sign before the fraction.
    pub fn decimal(&self, number: &str) -> String {
        if self.language == Language::Ru { number.replace('.', ",") } else { number.to_owned() }
    }

    /// A duration as one would say it: seconds up to two minutes, minutes up to two hours, then hours; to the nearest.
    pub fn duration(&self, duration: std::time::Duration) -> String {
        const MINUTE: i64 = 60;
        const HOUR: i64 = 60 * MINUTE;
        let seconds = i64::try_from(duration.as_secs()).unwrap_or(i64::MAX - HOUR).clamp(1, i64::MAX - HOUR);
        let (key, n) = if seconds < 2 * MINUTE {
            ("duration-seconds", seconds)
        } else if seconds < 2 * HOUR {
            ("duration-minutes", (seconds + MINUTE / 2).div_euclid(MINUTE))
        } else {
            ("duration-hours", (seconds + HOUR / 2).div_euclid(HOUR))
        };
        self.plain(key, &[("n", n.into())])
    }

    /// Day, month in full and time, in the texts' zone; with the year if it is not the present one.
    pub fn moment(&self, at: Timestamp, now: Timestamp) -> String {
        let then = self.zoned(at);
        let time = self.time(at);
        let day = self.named_day("date-day", &then);
        if then.year() == self.zoned(now).year() {
            return self.plain("date-moment", &[("day", day.into()), ("time", time.into())]);
        }
        let year = then.year().to_string();
        self.plain("date-moment-with-year", &[("day", day.into()), ("year", year.into()), ("time", time.into())])
    }

    /// The time of the day, in the texts' zone.
    pub fn time(&self, at: Timestamp) -> String {
        let then = self.zoned(at);
        format!("{:02}:{:02}", then.hour(), then.minute())
    }

    /// Day and short month, in the texts' zone; with the year if it is not the present one.
    pub fn day(&self, at: Timestamp, now: Timestamp) -> String {
        let then = self.zoned(at);
        let day = self.named_day("date-day-short", &then);
        if then.year() == self.zoned(now).year() {
            return day;
        }
        self.plain("date-day-with-year", &[("day", day.into()), ("year", then.year().to_string().into())])
    }

    /// Day, short month and year of a day in ISO form; what is none stays as it is.
    pub fn calendar_day(&self, iso: &str) -> String {
        let day = iso.parse::<jiff::civil::Date>().ok().and_then(|date| date.to_zoned(TimeZone::UTC).ok());
        let Some(then) = day else { return iso.to_owned() };
        let day = self.named_day("date-day-short", &then);
        self.plain("date-day-with-year", &[("day", day.into()), ("year", then.year().to_string().into())])
    }

    fn named_day(&self, key: &str, then: &Zoned) -> String {
        let month = i64::from(then.month());
        self.plain(key, &[("day", then.day().to_string().into()), ("month", month.into())])
    }

    fn zoned(&self, at: Timestamp) -> Zoned {
        // What no calendar holds does not occur; a wrong date is better than none at all.
        jiff::Timestamp::from_microsecond(at.as_micros()).unwrap_or_default().to_zoned(self.texts.zone.clone())
    }

    fn grouped(&self, number: u64) -> String {
        let digits = number.to_string();
        let space = if self.language == Language::Ru { '\u{a0}' } else { ',' };
        let mut text = String::with_capacity(digits.len() + digits.len() / 3);
        for (at, digit) in digits.chars().enumerate() {
            if at > 0 && (digits.len() - at).is_multiple_of(3) {
                text.push(space);
            }
            text.push(digit);
        }
        text
    }

    fn format(&self, key: &str, args: &[(&str, Arg)]) -> String {
        let bundle = match self.language {
            Language::Ru => &self.texts.ru,
            Language::En => &self.texts.en,
        };
        let Some(pattern) = bundle.get_message(key).and_then(|message| message.value()) else {
            tracing::error!(key, "a text is missing");
            return key.to_owned();
        };
        let args: FluentArgs<'_> = args
            .iter()
            .map(|(name, value)| {
                let value = match value {
                    Arg::Words(words) => FluentValue::from(words.replace(ISOLATES, "")),
                    Arg::Number(number) => FluentValue::from(*number),
                };
                (*name, value)
            })
            .collect();
        let mut errors = Vec::new();
        let text = bundle.format_pattern(pattern, Some(&args), &mut errors).into_owned();
        if !errors.is_empty() {
            tracing::error!(key, ?errors, "a text lacks an argument");
        }
        text
    }
}

fn bundle(language: Language, source: &str) -> Result<FluentBundle<FluentResource>, BadTexts> {
    let code = language.code();
    let bad = |problem: String| BadTexts { language: code, problem };
    let resource = FluentResource::try_new(source.to_owned()).map_err(|(_, errors)| bad(format!("{errors:?}")))?;
    let id = code.parse().map_err(|error| bad(format!("{error}")))?;
    let mut bundle = FluentBundle::new_concurrent(vec![id]);
    bundle.add_resource(resource).map_err(|errors| bad(format!("{errors:?}")))?;
    Ok(bundle)
}

/// Turns the translator's marks into styles; what stands between isolates is taken as it is.
fn parse_marks(text: &str) -> Text {
    let mut spans: Vec<Span> = Vec::new();
    let mut style = Style::default();
    let mut depth = 0_u32;
    let mut rest = text;
    let mut run = String::new();
    while let Some(character) = rest.chars().next() {
        match character {
            '\u{2068}' => depth += 1,
            '\u{2069}' => depth = depth.saturating_sub(1),
            '<' if depth == 0 => {
                if let Some((mark, after)) = mark(rest) {
                    flush(&mut spans, &mut run, &style);
                    let (name, on) = mark;
                    match name {
                        "b" => style.bold = on,
                        "i" => style.italic = on,
                        "code" => style.code = on,
                        _ => style.quote = on,
                    }
                    rest = after;
                    continue;
                }
                run.push(character);
            }
            other => run.push(other),
        }
        rest = &rest[character.len_utf8()..];
    }
    flush(&mut spans, &mut run, &style);
    Text(spans)
}

fn flush(spans: &mut Vec<Span>, run: &mut String, style: &Style) {
    if !run.is_empty() {
        spans.push(Span { text: std::mem::take(run), style: style.clone() });
    }
}

fn mark(text: &str) -> Option<((&'static str, bool), &str)> {
    let inner = text.strip_prefix('<')?;
    let (inner, on) = inner.strip_prefix('/').map_or((inner, true), |rest| (rest, false));
    ["b", "i", "code", "q"]
        .into_iter()
        .find_map(|name| Some(((name, on), inner.strip_prefix(name)?.strip_prefix('>')?)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;
    use std::time::Duration;

    fn keys(source: &str) -> BTreeMap<&str, Vec<&str>> {
        let mut keys: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        let mut current = None;
        for line in source.lines().filter(|line| !line.starts_with('#')) {
            if let Some((key, _)) = line.split_once(" =").filter(|(key, _)| !key.starts_with(' ')) {
                current = Some(key);
                keys.entry(key).or_default();
            }
            let variables = line.split('$').skip(1).filter_map(|rest| rest.split([' ', '}', ')']).next());
            if let Some(entry) = current.and_then(|key| keys.get_mut(key)) {
                entry.extend(variables);
                entry.sort_unstable();
                entry.dedup();
            }
        }
        keys
    }

    #[test]
    fn both_languages_have_the_same_keys_with_the_same_variables() {
        assert_eq!(keys(RU), keys(EN));
    }

    fn sources(folder: &str) -> String {
        let mut sources = String::new();
        let mut folders = vec![std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    sources.push_str(&std::fs::read_to_string(path).unwrap());
                }
            }
        }
        sources
    }

    /// Reads the sources: each key that this crate asks for exists, and each that exists is asked for, here or by the binary.
    #[test]
    fn every_key_in_the_code_exists_and_none_is_left_over() {
        let known = keys(RU);
        let (own, binary) = (sources("src"), sources("../bot/src"));
        let is_asked = |key: &str| [&own, &binary].iter().any(|sources| sources.contains(&format!("\"{key}\"")));
        let unused: Vec<_> = known.keys().filter(|key| !is_asked(key)).collect();
        assert!(unused.is_empty(), "texts that nothing asks for: {unused:?}");
        let quoted = own.split([' ', '(', ',', '\n']).filter_map(|word| word.strip_prefix('"')?.split('"').next());
        for asked in quoted {
            let is_key = asked.contains('-')
                && !asked.ends_with('-')
                && asked.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
            assert!(!is_key || known.contains_key(asked), "no text `{asked}`");
        }
    }

    #[test]
    fn marks_are_styles_only_in_the_translators_words() {
        let text = parse_marks("a <b>bold \u{2068}<i>x</i> & <b>\u{2069}</b> 1 < 2 <u>");
        let shown: Vec<_> =
            text.0.iter().map(|span| (span.text.as_str(), span.style.bold, span.style.italic)).collect();
        assert_eq!(shown, [("a ", false, false), ("bold <i>x</i> & <b>", true, false), (" 1 < 2 <u>", false, false)]);
    }

    /// Whoever closes the isolation in their own name would speak with the translator's voice.
    #[test]
    fn nobody_breaks_out_of_their_variable() {
        let texts = Texts::load().unwrap();
        for name in ["\u{2069}<i>x</i>", "\u{2068}\u{2069}\u{2069}<i>x</i>", "<i>x</i>\u{2068}"] {
            let text =
                texts.in_language(Language::En).text("welcome-text", &[("name", name.into()), ("balance", "0".into())]);
            assert!(text.0.iter().all(|span| !span.style.italic), "{text:?}");
            assert!(text.to_plain().starts_with("Hello, <i>x</i>!") && text.to_plain().ends_with("0"), "{text:?}");
        }
    }

    #[test]
    fn moments_are_told_in_the_owners_zone() {
        let texts = Texts::load().unwrap().in_zone(TimeZone::get("Europe/Moscow").unwrap());
        let (ru, en) = (texts.in_language(Language::Ru), texts.in_language(Language::En));
        // 2026-11-22 12:04 UTC, and the last second of that year in Moscow.
        let (noon, eve) = (Timestamp::from_seconds(1_795_349_040), Timestamp::from_seconds(1_798_750_799));
        assert_eq!(ru.moment(noon, noon), "22\u{a0}ноября, 15:04");
        assert_eq!(en.moment(noon, noon), "22\u{a0}Nov, 15:04");
        assert_eq!((ru.day(noon, noon), en.day(noon, noon)), ("22\u{a0}ноя".into(), "22\u{a0}Nov".into()));
        let next_year = eve + Duration::from_secs(1);
        assert_eq!(ru.moment(eve, eve), "31\u{a0}декабря, 23:59");
        assert_eq!(ru.moment(eve, next_year), "31\u{a0}декабря 2026, 23:59");
        assert_eq!(
            (en.moment(next_year, next_year), en.day(eve, next_year)),
            ("1\u{a0}Jan, 00:00".into(), "31\u{a0}Dec 2026".into())
        );
        let months: Vec<_> = (0..12).map(|month| ru.day(noon + Duration::from_secs(month * 2_629_800), noon)).collect();
        assert!(months.iter().all(|day| !day.contains('{')), "{months:?}");
        let far = Timestamp::from_micros(i64::MAX);
        assert!(!ru.moment(far, noon).is_empty());
    }

    #[test]
    fn money_and_durations_read_natively() {
        let texts = Texts::load().unwrap();
        let (ru, en) = (texts.in_language(Language::Ru), texts.in_language(Language::En));
        let money = |kopecks| Money::from_kopecks(kopecks);
        assert_eq!(ru.money(money(123_456_750)), "1\u{a0}234\u{a0}567,50\u{a0}₽");
        assert_eq!(en.money(money(123_450)), "1,234.50\u{a0}₽");
        assert_eq!((ru.money(money(500)), ru.money(money(-5))), ("5\u{a0}₽".into(), "\u{2212}0,05\u{a0}₽".into()));
        assert_eq!(
            (ru.decimal("0.05"), en.decimal("0.05"), ru.decimal("30")),
            ("0,05".into(), "0.05".into(), "30".into())
        );
        let durations = [(0, "1", "сек"), (21, "21", "сек"), (119, "119", "сек"), (120, "2", "мин"), (150, "3", "мин")];
        for (seconds, figure, unit) in
            durations.into_iter().chain([(7199, "120", "мин"), (7200, "2", "ч"), (86_400, "24", "ч")])
        {
            assert_eq!(ru.duration(Duration::from_secs(seconds)), format!("{figure}\u{a0}{unit}"));
        }
        assert_eq!(en.duration(Duration::from_secs(180)), "3\u{a0}min");
        assert!(en.duration(Duration::MAX).ends_with("\u{a0}h"));
    }
}
