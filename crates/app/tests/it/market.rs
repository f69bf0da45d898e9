//! A catalog of two hundred models, spread over tasks and vendors as a real provider's are: for ways to a model and for the search.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::OnceLock;

use domain::models::Catalog;

/// vendor, its name, kind, further kinds, output, id, title.
const ROWS: &str = include_str!("market.tsv");

/// Everything of `market.tsv` is sold here.
pub(crate) fn market() -> &'static Catalog {
    static MARKET: OnceLock<Catalog> = OnceLock::new();
    MARKET.get_or_init(|| {
        let mut files: BTreeMap<String, String> = BTreeMap::new();
        for row in ROWS.lines().filter(|row| !row.starts_with('#')) {
            let [vendor, name, kind, also, output, id, title] = row.split('\t').collect::<Vec<_>>()[..] else {
                panic!("seven columns: {row}");
            };
            let also: Vec<_> = also.split(',').filter(|kind| !kind.is_empty()).map(|kind| format!("{kind:?}")).collect();
            let file = files.entry(format!("{vendor}.toml")).or_insert_with(|| {
                format!("vendor = {{ slug = {vendor:?}, name = {name:?} }}\n[titles]\nprompt = {{ ru = \"Описание\", en = \"Prompt\" }}\n")
            });
            write!(
                file,
                r#"
[[model]]
id = {id:?}
kind = {kind:?}
also = [{}]
output = {output:?}
title = {{ ru = {title:?}, en = {title:?} }}
summary = {{ ru = "Делает что-то своё под номером {id}.", en = "Does something of its own, number {id}." }}
example = {{ ru = "Бумажный кораблик", en = "A paper boat" }}

[[model.input]]
name = "prompt"
type = "text"
required = true
max_length = 100

[model.price]
date = 2026-10-10
source = "made up"
rows = [{{ credits = 10, per = "generation" }}]
"#,
                also.join(", ")
            )
            .expect("writing to a String cannot fail");
        }
        let files: Vec<_> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        Catalog::load(&files)
            .unwrap_or_else(|problems| panic!("{}", problems.iter().map(|p| format!("{p}\n")).collect::<String>()))
    })
}
