//! YAML into typed values, strictly: an unknown field, a field twice, a wrong type are findings with their lines.

use std::path::Path;

use serde::de::DeserializeOwned;
use serde_saphyr::options::DuplicateKeyPolicy;

use crate::report::Finding;

/// A value and where it stands.
pub(crate) type At<T> = serde_saphyr::Spanned<T>;

/// The line of a value.
pub(crate) fn line<T>(at: &At<T>) -> usize {
    usize::try_from(at.referenced.line()).unwrap_or(0)
}

/// Reads a file's text; `remedies` are the words for fields that Render or others once had.
pub(crate) fn read<T: DeserializeOwned>(
    file: &Path,
    text: &str,
    rule: &'static str,
    remedies: &[(&str, &str)],
) -> Result<T, Finding> {
    let options = serde_saphyr::options! {
        duplicate_keys: DuplicateKeyPolicy::Error,
        strict_booleans: true,
        with_snippet: false,
    };
    serde_saphyr::from_str_with_options(text, options).map_err(|error| {
        let line = error.location().map_or(0, |location| usize::try_from(location.line()).unwrap_or(0));
        let said = error.to_string();
        let said = said.lines().next().unwrap_or_default();
        let said = said.split(" at line ").next().unwrap_or(said);
        let written = text.lines().nth(line.saturating_sub(1)).unwrap_or_default().trim();
        let unknown = said.split_once("unknown field `").and_then(|(_, rest)| rest.split('`').next());
        let known = remedies.iter().find(|(field, _)| unknown == Some(*field)).map(|(_, remedy)| (*remedy).to_owned());
        let what = match unknown {
            Some(field) => format!("there is no field `{field}` here"),
            None => format!("`{written}`: {said}"),
        };
        let remedy = known.unwrap_or_else(|| match said.split_once("expected one of ") {
            Some((_, fields)) => format!("take one of {fields}"),
            None => "write it as wanted".to_owned(),
        });
        Finding { file: file.to_owned(), line, what, rule, remedy }
    })
}
