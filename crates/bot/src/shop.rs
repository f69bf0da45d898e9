//! The catalog's files, built into the binary, and `kiebot catalog check`.

use domain::models::{Catalog, Problem};

/// Every file under `config/models`; a test compares this list with the folder.
const FILES: &[(&str, &str)] = &[
    ("config/models/common.toml", include_str!("../../../config/models/common.toml")),
    ("config/models/alibaba.toml", include_str!("../../../config/models/alibaba.toml")),
    ("config/models/google.toml", include_str!("../../../config/models/google.toml")),
    ("config/models/xai.toml", include_str!("../../../config/models/xai.toml")),
];

/// Loads and proves the catalog. A bad one means that the bot does not start.
///
/// # Errors
/// Everything that is wrong, by file and line.
pub(crate) fn load() -> Result<Catalog, Vec<Problem>> {
    Catalog::load(FILES)
}

/// `kiebot catalog check`: one line per problem, or what was found in order.
///
/// # Errors
/// The lines, if there is a problem.
pub(crate) fn check() -> Result<String, Vec<Problem>> {
    let catalog = load()?;
    let (all, sold) = (catalog.all().count(), catalog.live().filter(|model| app::conversation::askable(model)).count());
    Ok(format!("{all} models in {} files, {sold} of them sold: every rule holds", FILES.len()))
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
