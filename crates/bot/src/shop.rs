//! The catalog's files, built into the binary, and `kiebot catalog check`.

use std::path::Path;

use domain::models::{Catalog, Problem};

/// Every file under `config/models`; a test compares this list with the folder.
const FILES: &[(&str, &str)] = &[
    ("config/models/common.toml", include_str!("../../../config/models/common.toml")),
    ("config/models/aliases.toml", include_str!("../../../config/models/aliases.toml")),
    ("config/models/alibaba.toml", include_str!("../../../config/models/alibaba.toml")),
    ("config/models/elevenlabs.toml", include_str!("../../../config/models/elevenlabs.toml")),
    ("config/models/flux.toml", include_str!("../../../config/models/flux.toml")),
    ("config/models/free.toml", include_str!("../../../config/models/free.toml")),
    ("config/models/google-speech.toml", include_str!("../../../config/models/google-speech.toml")),
    ("config/models/google-video.toml", include_str!("../../../config/models/google-video.toml")),
    ("config/models/google.toml", include_str!("../../../config/models/google.toml")),
    ("config/models/happyhorse.toml", include_str!("../../../config/models/happyhorse.toml")),
    ("config/models/ideogram.toml", include_str!("../../../config/models/ideogram.toml")),
    ("config/models/infinitalk.toml", include_str!("../../../config/models/infinitalk.toml")),
    ("config/models/kling-people.toml", include_str!("../../../config/models/kling-people.toml")),
    ("config/models/kling.toml", include_str!("../../../config/models/kling.toml")),
    ("config/models/midjourney.toml", include_str!("../../../config/models/midjourney.toml")),
    ("config/models/minimax.toml", include_str!("../../../config/models/minimax.toml")),
    ("config/models/openai.toml", include_str!("../../../config/models/openai.toml")),
    ("config/models/pixverse.toml", include_str!("../../../config/models/pixverse.toml")),
    ("config/models/qwen-classic.toml", include_str!("../../../config/models/qwen-classic.toml")),
    ("config/models/qwen.toml", include_str!("../../../config/models/qwen.toml")),
    ("config/models/recraft.toml", include_str!("../../../config/models/recraft.toml")),
    ("config/models/runway.toml", include_str!("../../../config/models/runway.toml")),
    ("config/models/seedance-1.toml", include_str!("../../../config/models/seedance-1.toml")),
    ("config/models/seedance.toml", include_str!("../../../config/models/seedance.toml")),
    ("config/models/seedream.toml", include_str!("../../../config/models/seedream.toml")),
    ("config/models/suno-tools.toml", include_str!("../../../config/models/suno-tools.toml")),
    ("config/models/suno.toml", include_str!("../../../config/models/suno.toml")),
    ("config/models/topaz.toml", include_str!("../../../config/models/topaz.toml")),
    ("config/models/wan-more.toml", include_str!("../../../config/models/wan-more.toml")),
    ("config/models/wan-sound.toml", include_str!("../../../config/models/wan-sound.toml")),
    ("config/models/wan.toml", include_str!("../../../config/models/wan.toml")),
    ("config/models/xai.toml", include_str!("../../../config/models/xai.toml")),
];

/// Says what is free within limits.
const FREE: &str = "/free.toml";

/// Loads and proves the catalog. A bad one means that the bot does not start.
///
/// # Errors
/// Everything that is wrong, by file and line.
pub(crate) fn load() -> Result<Catalog, Vec<Problem>> {
    Catalog::load(FILES)
}

/// The same for selling: without what is free within limits, if the owner gives nothing away.
///
/// # Errors
/// As [`load`].
pub(crate) fn load_for(free: bool) -> Result<Catalog, Vec<Problem>> {
    let files: Vec<_> = FILES.iter().copied().filter(|(name, _)| free || !name.ends_with(FREE)).collect();
    Catalog::load(&files)
}

/// `kiebot catalog check`: what was found in order, of the built-in files or of a folder's.
///
/// # Errors
/// Everything that is wrong, by file and line.
pub(crate) fn check(folder: Option<&Path>) -> Result<String, Vec<Problem>> {
    let catalog = match folder {
        None => load()?,
        Some(folder) => {
            let files = read(folder).map_err(|problem| vec![problem])?;
            Catalog::load(&files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect::<Vec<_>>())?
        }
    };
    let (all, sold) = (catalog.all().count(), sold_of(&catalog));
    Ok(format!("{all} models, {sold} of them sold: every rule holds"))
}

/// How many models of the built-in catalog can be bought.
///
/// # Errors
/// As [`load`].
pub(crate) fn sold() -> Result<usize, Vec<Problem>> {
    Ok(sold_of(&load()?))
}

fn sold_of(catalog: &Catalog) -> usize {
    catalog.live().filter(|model| app::conversation::askable(model)).count()
}

/// Problems, a line each.
pub(crate) fn lines(problems: &[Problem]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

fn read(folder: &Path) -> Result<Vec<(String, String)>, Problem> {
    let problem = |path: &Path, error: std::io::Error| Problem {
        file: path.display().to_string(),
        line: 1,
        rule: domain::models::Rule::Syntax,
        message: format!("it can't be read: {error}"),
        remedy: "name a folder of readable .toml files".to_owned(),
    };
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(|error| problem(folder, error))? {
        let path = entry.map_err(|error| problem(folder, error))?.path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            let text = std::fs::read_to_string(&path).map_err(|error| problem(&path, error))?;
            files.push((path.display().to_string(), text));
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::screen::Key;
    use std::collections::BTreeSet;

    #[test]
    fn every_file_of_the_folder_is_built_in() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../config/models");
        let found: BTreeSet<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| format!("config/models/{}", entry.unwrap().file_name().to_string_lossy()))
            .collect();
        let listed: BTreeSet<String> = FILES.iter().map(|(name, _)| (*name).to_owned()).collect();
        assert_eq!(found, listed);
    }

    #[test]
    fn the_catalog_loads_and_sells_three_kinds() {
        let catalog = load().unwrap_or_else(|problems| panic!("{problems:#?}"));
        assert!(catalog.kinds().count() >= 3);
    }

    /// Buttons carry 32-bit keys: two names of one list must not share one.
    #[test]
    fn no_two_names_of_one_list_share_a_key() {
        let catalog = load().unwrap();
        let unique = |names: Vec<&str>| {
            let keys: BTreeSet<_> = names.iter().map(|name| Key::of(name)).collect();
            assert_eq!(keys.len(), names.len(), "{names:?}");
        };
        unique(catalog.all().map(|model| model.id.0.as_str()).collect());
        for model in catalog.all() {
            unique(model.inputs().iter().map(|input| input.name.as_str()).collect());
            for input in model.inputs() {
                unique(input.choices().iter().map(|choice| choice.key.as_str()).collect());
            }
        }
    }
}
