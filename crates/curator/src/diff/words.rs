//! What a maintainer reads of a finding, and what to do about it.

use std::fmt;

use super::difference::{Difference, What};

impl Difference {
    /// What a maintainer does about it.
    pub fn remedy(&self) -> String {
        let said = match &self.what {
            What::New { .. } => {
                let id = self.model.as_ref().map_or("<id>", |id| command_word(&id.0));
                return format!("draft an entry: `cargo xtask catalog import {id}`");
            }
            What::Gone => "ask KIE with one request; if it is refused, set `hidden = \"withdrawn: ...\"`",
            What::ListedAgain { .. } => "try it with one paid request, then drop `hidden` or say what is known now",
            What::StillListed { .. } => "nothing, unless a trial shows that it works again",
            What::PricedNow { .. } => "write the price table with today's date, then drop `hidden`",
            What::Unreadable => "read its page at KIE's; see `diff::document` for what is understood",
            What::InputMissing { .. } => "add the input, or a `fixed` one if the user need not choose",
            What::NowRequired { .. } => {
                "set `required = true`, or give it a `default` with `always = true`, or `otherwise`"
            }
            What::NoLongerRequired { .. } => "make it optional, if the model does well without",
            What::InputUnknown { .. } => "look for its new name; take it out if there is none",
            What::NotOffered { .. } => "nothing, unless users would want them",
            What::TypeDiffers { .. } => "write the type and the values as KIE has them (`\"5\"` is not `5`; `as_text`)",
            What::ValuesGone { .. } => "take them out of what is offered, and out of the price table",
            What::ValuesNew { .. } => "nothing, or offer them with their prices and words for people",
            What::NowChoices { .. } => "make it a `choice` of these",
            What::DefaultDiffers { .. } => "write KIE's default, or send ours with `always = true`",
            What::Tighter { .. } => "write KIE's bound",
            What::PriceUp { .. } => "write the new price and its date at once: each order is short of it",
            What::PriceDown { .. } => "write the new price and its date",
            What::PriceGone { .. } => "look on KIE's page whether the variant is still there; KIE may have merged rows",
            What::PriceNew { .. } => "look which variant it is; add the row if it is offered",
            What::PriceUnread { .. } => "read the figures on KIE's page",
            What::Unpriced { .. } => "compare these by hand now and then",
            What::RowsAdrift { .. } => "nothing: the page has labels for people",
            What::OnlyTalk { .. } => "nothing: this bot sells no chat",
        };
        said.to_owned()
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.what {
            What::New { title, provider, tasks, pricing } => {
                write!(f, "new at KIE: \"{title}\" by {provider} ({})", tasks.join(", "))?;
                pricing.as_ref().map_or(Ok(()), |pricing| write!(f, ", {pricing}"))
            }
            What::Gone => f.write_str("sold here, not listed at KIE any more"),
            What::ListedAgain { reason } => write!(f, "listed at KIE; we hide it: {reason}"),
            What::StillListed { reason } => write!(f, "still listed at KIE; we hide it: {reason}"),
            What::PricedNow { reason, rows } => {
                write!(f, "KIE shows a price: {}; we hide it: {reason}", Rows(rows))
            }
            What::Unreadable => f.write_str("KIE's document has no readable inputs"),
            What::InputMissing { input } => write!(f, "input `{input}`: required at KIE, unknown here"),
            What::NowRequired { input } => write!(f, "input `{input}`: required at KIE, may be left out here"),
            What::NoLongerRequired { input } => write!(f, "input `{input}`: optional at KIE, required here"),
            What::InputUnknown { input } => write!(f, "input `{input}`: sent here, unknown at KIE"),
            What::NotOffered { inputs } => write!(f, "optional at KIE, not offered here: {}", Listed(inputs)),
            What::TypeDiffers { input, ours, theirs } => {
                write!(f, "input `{input}`: we send {ours}, KIE wants {theirs}")
            }
            What::ValuesGone { input, values } => {
                write!(f, "input `{input}`: KIE does not take {}", Listed(values))
            }
            What::ValuesNew { input, values } => {
                write!(f, "input `{input}`: KIE also takes {}", Listed(values))
            }
            What::NowChoices { input, values } => {
                write!(f, "input `{input}`: free here, KIE takes only {}", Listed(values))
            }
            What::DefaultDiffers { input, ours, theirs } => {
                write!(f, "input `{input}`: we show the default {ours}, KIE's is {theirs}")
            }
            What::Tighter { input, bound, ours, theirs } => {
                write!(f, "input `{input}`: {bound} {theirs} at KIE, {ours} here")
            }
            What::PriceUp { ours, theirs } => write!(f, "price went up: {theirs}; ours: {ours}"),
            What::PriceDown { ours, theirs } => write!(f, "price went down: {theirs}; ours: {ours}"),
            What::PriceGone { rows } => write!(f, "prices that KIE does not show: {}", Rows(rows)),
            What::PriceNew { rows } => write!(f, "prices that we do not have: {}", Rows(rows)),
            What::PriceUnread { rows } => write!(f, "price rows without a figure: {}", Rows(rows)),
            What::Unpriced { models } => write!(f, "no price row links to {}", Listed(models)),
            What::RowsAdrift { rows, models } if models.is_empty() => {
                write!(f, "price rows without a model: {rows}")
            }
            What::RowsAdrift { rows, models } => {
                write!(f, "price rows without a model of ours: {rows}; they name {}", Listed(models))
            }
            What::OnlyTalk { models } => write!(f, "models that only talk: {}", Listed(models)),
        }
    }
}

/// A stranger's id as a word of a command line: whatever else could be in it, somebody may paste it into a shell.
fn command_word(id: &str) -> &str {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "/._-".contains(letter);
    if id.starts_with('-') || !id.chars().all(is_plain) { "<id>" } else { id }
}

/// Some of many, on one line.
fn some<T>(
    f: &mut fmt::Formatter<'_>,
    items: &[T],
    separator: &str,
    show: impl Fn(&mut fmt::Formatter<'_>, &T) -> fmt::Result,
) -> fmt::Result {
    const SHOWN_MAX: usize = 12;
    for (index, item) in items.iter().take(SHOWN_MAX).enumerate() {
        if index > 0 {
            f.write_str(separator)?;
        }
        show(f, item)?;
    }
    match items.len().saturating_sub(SHOWN_MAX) {
        0 => Ok(()),
        more => write!(f, "{separator}and {more} more"),
    }
}

/// Names in backticks.
pub(super) struct Listed<'a, T>(pub(super) &'a [T]);

impl<T: fmt::Display> fmt::Display for Listed<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        some(f, self.0, ", ", |f, item| write!(f, "`{}`", one_line(&item.to_string())))
    }
}

/// Whole rows; they have commas of their own.
struct Rows<'a>(&'a [String]);

impl fmt::Display for Rows<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        some(f, self.0, "; ", |f, row| f.write_str(row))
    }
}

/// A stranger's text on one line of the terminal: no control characters, not endless.
pub(super) fn one_line(text: &str) -> String {
    const CHARACTERS_MAX: usize = 160;
    let words: Vec<_> = text.split(|letter: char| letter.is_whitespace() || letter.is_control()).collect();
    let line = words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(CHARACTERS_MAX) {
        Some((end, _)) => format!("{}…", line[..end].trim_end()),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_strangers_id_is_no_command() {
        assert_eq!(command_word("kling-3.0/video_2"), "kling-3.0/video_2");
        for id in ["a; rm b", "$(a)", "--from", "a\nb", "ж"] {
            assert_eq!(command_word(id), "<id>", "{id}");
        }
    }

    #[test]
    fn a_strangers_text_stays_on_its_line() {
        assert_eq!(one_line(" a\n\tb\u{1b}[31m c "), "a b [31m c");
        let long = one_line(&"ы ".repeat(500));
        assert!(long.chars().count() <= 161 && long.ends_with('…'), "{long}");
    }
}
