//! What is said above a screen, kept without a language.

use domain::ledger::{Amount, Unit};
use domain::models::{Decimal, Localized};
use domain::money::{Credits, Money, Rate};
use domain::screen::{Language, Text};
use serde::{Deserialize, Serialize};

use crate::texts::{Arg, Words};

/// One line above a screen: a text and its arguments, so that it is drawn in whatever language is set by then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// The text's key.
    pub key: String,
    /// Its arguments.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub args: Vec<(String, NoticeArg)>,
}

/// An argument of a [`Notice`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum NoticeArg {
    /// A number, for plural forms.
    Number(i64),
    /// Words.
    Words(String),
    /// Another text, by its key.
    Text {
        /// Its key.
        key: String,
    },
    /// An exact decimal number, drawn with the language's own sign before the fraction.
    Figure {
        /// With a point.
        figure: String,
    },
    /// A day, drawn with its month's name.
    Day {
        /// In ISO form.
        day: String,
    },
    /// Money, drawn as the language writes it.
    Money {
        /// In kopecks.
        kopecks: i64,
    },
    /// A span of time, drawn in the unit that suits it.
    Span {
        /// In seconds.
        seconds: u64,
    },
    /// Free runs, counted as the language counts them.
    Runs {
        /// How many.
        runs: i64,
    },
    /// The catalog's own words, such as an input's title.
    Title {
        /// In Russian.
        ru: String,
        /// In English.
        en: String,
    },
}

impl Notice {
    /// Without arguments.
    pub fn new(key: &str) -> Self {
        Self { key: key.to_owned(), args: Vec::new() }
    }

    /// With one more number.
    #[must_use]
    pub fn number(mut self, name: &str, number: impl TryInto<i64>) -> Self {
        self.args.push((name.to_owned(), NoticeArg::Number(number.try_into().unwrap_or(i64::MAX))));
        self
    }

    /// With one more piece of text.
    #[must_use]
    pub fn words(mut self, name: &str, words: impl Into<String>) -> Self {
        self.args.push((name.to_owned(), NoticeArg::Words(words.into())));
        self
    }

    /// With one more decimal number.
    #[must_use]
    pub fn figure(mut self, name: &str, figure: &Decimal) -> Self {
        self.args.push((name.to_owned(), NoticeArg::Figure { figure: figure.to_string() }));
        self
    }

    /// With some of KIE's credits.
    #[must_use]
    pub fn credits(mut self, name: &str, credits: Credits) -> Self {
        self.args.push((name.to_owned(), NoticeArg::Figure { figure: credits.to_string() }));
        self
    }

    /// With an exchange rate.
    #[must_use]
    pub fn rate(mut self, name: &str, rate: Rate) -> Self {
        self.args.push((name.to_owned(), NoticeArg::Figure { figure: rate.to_string() }));
        self
    }

    /// With a change in tenths of a per cent, with its sign.
    #[must_use]
    pub fn change(mut self, name: &str, tenths: i64) -> Self {
        let sign = if tenths < 0 { '\u{2212}' } else { '+' };
        let (whole, tenth) = (tenths.unsigned_abs() / 10, tenths.unsigned_abs() % 10);
        let figure = if tenth == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{tenth}") };
        self.args.push((name.to_owned(), NoticeArg::Figure { figure }));
        self
    }

    /// With a day, in ISO form.
    #[must_use]
    pub fn day(mut self, name: &str, day: &str) -> Self {
        self.args.push((name.to_owned(), NoticeArg::Day { day: day.to_owned() }));
        self
    }

    /// With a span of time.
    #[must_use]
    pub fn span(mut self, name: &str, span: std::time::Duration) -> Self {
        self.args.push((name.to_owned(), NoticeArg::Span { seconds: span.as_secs() }));
        self
    }

    /// With some money.
    #[must_use]
    pub fn money(mut self, name: &str, money: Money) -> Self {
        self.args.push((name.to_owned(), NoticeArg::Money { kopecks: money.kopecks() }));
        self
    }

    /// With an amount of either unit.
    #[must_use]
    pub fn amount(mut self, name: &str, amount: Amount) -> Self {
        let arg = match amount.unit {
            Unit::Money => NoticeArg::Money { kopecks: amount.value },
            Unit::Run => NoticeArg::Runs { runs: amount.value },
        };
        self.args.push((name.to_owned(), arg));
        self
    }

    /// With another text put in.
    #[must_use]
    pub fn text(mut self, name: &str, key: &str) -> Self {
        self.args.push((name.to_owned(), NoticeArg::Text { key: key.to_owned() }));
        self
    }

    /// With the catalog's own words put in.
    #[must_use]
    pub fn title(mut self, name: &str, title: Localized) -> Self {
        self.args.push((name.to_owned(), NoticeArg::Title { ru: title.ru, en: title.en }));
        self
    }

    /// The notice in words.
    pub fn render(&self, words: Words<'_>) -> Text {
        let arg = |arg: &NoticeArg| match arg {
            NoticeArg::Number(number) => Arg::Number(*number),
            NoticeArg::Words(text) => Arg::Words(text.clone()),
            NoticeArg::Text { key } => Arg::Words(words.plain(key, &[])),
            NoticeArg::Figure { figure } => Arg::Words(words.decimal(figure)),
            NoticeArg::Day { day } => Arg::Words(words.calendar_day(day)),
            NoticeArg::Span { seconds } => Arg::Words(words.duration(std::time::Duration::from_secs(*seconds))),
            NoticeArg::Money { kopecks } => Arg::Words(words.money(Money::from_kopecks(*kopecks))),
            NoticeArg::Runs { runs } => Arg::Words(words.plain("amount-runs", &[("n", (*runs).into())])),
            NoticeArg::Title { ru, en } => Arg::Words(
                match words.language() {
                    Language::Ru => ru,
                    Language::En => en,
                }
                .clone(),
            ),
        };
        let args: Vec<_> = self.args.iter().map(|(name, value)| (name.as_str(), arg(value))).collect();
        words.text(&self.key, &args)
    }
}
