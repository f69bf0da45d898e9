//! The registry as Markdown, for README.md.

use std::fmt::Write;

use super::registry::VARIABLES;
use super::variable::{Fallback, Variable};

/// One table per section. Ends without a line break.
pub(crate) fn table() -> String {
    let mut text = String::new();
    let mut section = None;
    for variable in VARIABLES {
        if section != Some(variable.section) {
            let gap = if section.is_some() { "\n" } else { "" };
            section = Some(variable.section);
            put(&mut text, format_args!("{gap}**{}**\n\n", variable.section.title()));
            put(&mut text, format_args!("| variable | default | meaning |\n|---|---|---|\n"));
        }
        put(&mut text, format_args!("| `{}` | {} | {} |\n", variable.name, default(variable), meaning(variable)));
    }
    text.truncate(text.trim_end().len());
    text
}

fn default(variable: &Variable) -> String {
    match variable.default {
        Fallback::Required(_) => "**required** by `serve` and `doctor`".to_owned(),
        Fallback::Text(text) => format!("`{text}`"),
        Fallback::Follows(words) => words.to_owned(),
        Fallback::Nothing => "none".to_owned(),
    }
}

fn meaning(variable: &Variable) -> String {
    let remedy = match variable.default {
        Fallback::Required(remedy) => format!(" To get it: {remedy}."),
        _ => String::new(),
    };
    let example = match variable.example {
        "" => String::new(),
        example => format!("; for example `{example}`"),
    };
    format!("{}{remedy} Value: {}{example}.", variable.doc, variable.form)
}

fn put(text: &mut String, piece: std::fmt::Arguments<'_>) {
    text.write_fmt(piece).expect("a String takes all text");
}
