//! What the registry says of one variable: meaning, form with bounds, default, secrecy.

use std::fmt;

/// One variable of the environment.
#[derive(Debug)]
pub(crate) struct Variable {
    /// Its name, which is also how it is spelled in the environment.
    pub(crate) name: &'static str,
    /// Where it stands in the table.
    pub(crate) section: Section,
    /// What it means and what follows from it. Sentences.
    pub(crate) doc: &'static str,
    /// What a value looks like, bounds and unit included.
    pub(crate) form: Form,
    /// What holds without it.
    pub(crate) default: Fallback,
    /// A value that would be accepted; empty if the default says enough.
    pub(crate) example: &'static str,
    /// How much of a value may be shown.
    pub(crate) sight: Sight,
    /// Names that people write when they mean this one.
    pub(crate) mistaken_for: &'static [&'static str],
}

/// The groups of the table, in its order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Section {
    /// The Bot API and how updates come in.
    Telegram,
    /// The KIE.ai API.
    Kie,
    /// Where everything is kept.
    Database,
    /// Our own listener.
    Http,
    /// What a generation costs.
    Pricing,
    /// How money comes in.
    Money,
    /// Who runs the bot.
    Shop,
    /// How much at once, how long.
    Workers,
    /// What is told of the run.
    Log,
    /// Read, but set by the hosting.
    Platform,
}

impl Section {
    /// The heading of its table.
    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::Telegram => "Telegram",
            Self::Kie => "KIE.ai",
            Self::Database => "Database",
            Self::Http => "Listener",
            Self::Pricing => "Prices",
            Self::Money => "Payments and bonuses",
            Self::Shop => "Owner and support",
            Self::Workers => "Work and limits",
            Self::Log => "Logs",
            Self::Platform => "Set by Render",
        }
    }
}

/// What a value looks like. Shown to people, and used by the reader as the bounds: they can't disagree.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Form {
    /// One of these words.
    Words(&'static [&'static str]),
    /// Yes or no.
    Switch,
    /// An integer; both bounds are allowed values.
    Whole {
        /// The least.
        min: i64,
        /// The most.
        max: i64,
        /// What is counted; empty if nothing is.
        unit: &'static str,
    },
    /// An exact decimal number; both bounds are allowed values, written as the value is.
    Decimal {
        /// The least.
        min: &'static str,
        /// The most.
        max: &'static str,
        /// What is counted.
        unit: &'static str,
    },
    /// Free text on one line.
    Text {
        /// The most characters.
        chars_max: usize,
    },
    /// Something with rules of its own, in words.
    Described(&'static str),
}

impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Words(words) => {
                for (position, word) in words.iter().enumerate() {
                    let glue = match position {
                        0 => "",
                        _ if position + 1 == words.len() => " or ",
                        _ => ", ",
                    };
                    write!(f, "{glue}`{word}`")?;
                }
                Ok(())
            }
            Self::Switch => f.write_str("`true` or `false`"),
            Self::Whole { min, max, unit: "" } => write!(f, "a whole number from {min} to {max}"),
            Self::Whole { min, max, unit } => write!(f, "a whole number from {min} to {max}, {unit}"),
            Self::Decimal { min, max, unit } => write!(f, "a number from {min} to {max}, {unit}"),
            Self::Text { chars_max } => write!(f, "text of at most {chars_max} characters"),
            Self::Described(words) => f.write_str(words),
        }
    }
}

/// What holds without a value.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Fallback {
    /// `serve` and `doctor` refuse to run; the text tells how to get a value.
    Required(&'static str),
    /// This text, read as if it had been set.
    Text(&'static str),
    /// It follows from something else, in words.
    Follows(&'static str),
    /// The thing is off.
    Nothing,
}

/// How much of a value may be shown in a problem or a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sight {
    /// All of it.
    Open,
    /// Nothing but its length.
    Secret,
    /// Nothing but its scheme: it may hold a password.
    Scheme,
}
