//! What is fed with anything at all: the body of the fuzz target `catalog`, which panics if the loader breaks its word.
//!
//! Behind the feature `fuzzing`, for `fuzz/` only; the short run is a test below.

use crate::models::Catalog;

#[cfg(test)]
#[path = "../../../fuzz/short.rs"]
mod short;

const FILE: &str = "models.toml";

/// `bytes` are a file of the catalog: it loads with everything that is sold priced, or each finding says where it is and what to do.
pub fn catalog(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    match Catalog::load(&[(FILE, text)]) {
        Ok(catalog) => {
            for model in catalog.live() {
                assert!(!model.inputs().is_empty() && model.price_range().is_some(), "sold without: {model:?}");
                assert!(catalog.model(&model.id).is_some_and(|found| found.id == model.id), "{}", model.id.0);
            }
            for (name, _) in catalog.aliases() {
                assert!(catalog.resolve(name).is_some(), "an alias that leads nowhere: `{name}`");
            }
        }
        Err(problems) => {
            assert!(!problems.is_empty(), "refused without a reason");
            let lines = text.split('\n').count();
            for problem in problems {
                assert!(problem.file == FILE && (1..=lines).contains(&problem.line), "{problem}");
                assert!(!problem.message.is_empty() && !problem.remedy.is_empty(), "{problem:?}");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_stands_in_a_catalog_is_loaded_or_refused_with_place_and_remedy() {
        short::run("catalog", 3_000, catalog);
    }
}
