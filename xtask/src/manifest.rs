//! Dependencies as the manifests spell them, with their lines: what `cargo metadata` does not tell.

use std::path::Path;

use anyhow::{Context, anyhow};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// In which of a package's tables a dependency stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Normal,
    Dev,
    Build,
}

impl Kind {
    const ALL: [Self; 3] = [Self::Normal, Self::Dev, Self::Build];

    /// The name of the table.
    pub(crate) fn table(self) -> &'static str {
        match self {
            Self::Normal => "dependencies",
            Self::Dev => "dev-dependencies",
            Self::Build => "build-dependencies",
        }
    }

    /// From the word that `cargo metadata` uses.
    pub(crate) fn from_metadata(word: Option<&str>) -> Self {
        match word {
            Some("dev") => Self::Dev,
            Some("build") => Self::Build,
            _ => Self::Normal,
        }
    }
}

/// One dependency as a manifest spells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    /// The key: the package's name, or the name it was given here.
    pub(crate) key: String,
    pub(crate) kind: Kind,
    /// Whether it says `workspace = true`.
    pub(crate) inherited: bool,
    /// Counted from 1.
    pub(crate) line: usize,
}

/// The dependencies of a package, those for one platform only included.
///
/// # Errors
/// If the text is not TOML.
pub(crate) fn dependencies(text: &str) -> anyhow::Result<Vec<Entry>> {
    let manifest = parse(text)?;
    let mut found = Vec::new();
    collect(manifest.get_ref(), text, &mut found);
    if let Some(targets) = table(manifest.get_ref(), "target") {
        for target in targets.values().filter_map(|value| value.get_ref().as_table()) {
            collect(target, text, &mut found);
        }
    }
    Ok(found)
}

/// The names in `[workspace.dependencies]` with their lines.
///
/// # Errors
/// If the text is not TOML.
pub(crate) fn workspace_dependencies(text: &str) -> anyhow::Result<Vec<(String, usize)>> {
    let manifest = parse(text)?;
    let shared = table(manifest.get_ref(), "workspace").and_then(|workspace| table(workspace, "dependencies"));
    let names = shared.into_iter().flat_map(DeTable::keys);
    Ok(names.map(|key| (key.get_ref().to_string(), line_at(text, key))).collect())
}

/// Reads a manifest, or another file of the workspace, for the functions above.
///
/// # Errors
/// If the file cannot be read.
pub(crate) fn read(path: &Path) -> anyhow::Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("cannot read `{}`", path.display()))
}

fn parse(text: &str) -> anyhow::Result<Spanned<DeTable<'_>>> {
    DeTable::parse(text).map_err(|error| anyhow!("not a manifest: {error}"))
}

fn table<'t, 'i>(parent: &'t DeTable<'i>, name: &str) -> Option<&'t DeTable<'i>> {
    parent.get(name)?.get_ref().as_table()
}

fn collect(parent: &DeTable<'_>, text: &str, found: &mut Vec<Entry>) {
    for kind in Kind::ALL {
        for (key, value) in table(parent, kind.table()).into_iter().flatten() {
            let inherited = value.get_ref().as_table().and_then(|entry| entry.get("workspace"));
            found.push(Entry {
                key: key.get_ref().to_string(),
                kind,
                inherited: inherited.is_some_and(|flag| matches!(flag.get_ref(), DeValue::Boolean(true))),
                line: line_at(text, key),
            });
        }
    }
}

fn line_at<T>(text: &str, place: &Spanned<T>) -> usize {
    text.bytes().take(place.span().start).filter(|byte| *byte == b'\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANIFEST: &str = "[package]\nname = \"x\"\n\n[dependencies]\nserde = { workspace = true }\ntoml.workspace = true\n\
        [dev-dependencies]\ntempfile = \"3\"\n[target.'cfg(unix)'.build-dependencies]\ncc = { version = \"1\" }\n";

    #[test]
    fn every_table_is_read_with_its_lines() {
        let entry = |key: &str, kind, inherited, line| Entry { key: key.to_owned(), kind, inherited, line };
        let mut found = dependencies(MANIFEST).unwrap();
        found.sort_by_key(|entry| entry.line);
        assert_eq!(
            found,
            [
                entry("serde", Kind::Normal, true, 5),
                entry("toml", Kind::Normal, true, 6),
                entry("tempfile", Kind::Dev, false, 8),
                entry("cc", Kind::Build, false, 10),
            ]
        );
    }

    #[test]
    fn shared_names_are_read_with_their_lines() {
        let text =
            "[workspace]\nmembers = []\n[workspace.dependencies]\n# why\nserde = \"1\"\ntoml = { version = \"1\" }\n";
        let mut found = workspace_dependencies(text).unwrap();
        found.sort_by_key(|(_, line)| *line);
        assert_eq!(found, [("serde".to_owned(), 5), ("toml".to_owned(), 6)]);
        assert_eq!(workspace_dependencies("[package]").unwrap(), []);
    }

    #[test]
    fn what_is_no_manifest_is_an_error() {
        assert!(dependencies("[dependencies").is_err());
    }
}
