//! The shop window: a small made catalog as a snapshot, and the real one by its rules.

use std::collections::BTreeMap;
use std::path::Path;

use curator::table::table;
use domain::models::Catalog;

const MADE: &str = r#"
    vendor = { slug = "acme", name = "Acme | Sons" }

    [[model]]
    id = "acme/clip"
    kind = "text-to-video"
    also = ["image-to-video"]
    title = { ru = "Клип", en = "Clip *one*" }
    summary = { ru = "Короткий клип.", en = "A short clip." }
    example = { ru = "Кот на крыше", en = "A cat on a roof" }
    usual_seconds = 90

    [[model.input]]
    name = "prompt"
    type = "text"
    title = { ru = "Описание", en = "Prompt" }
    required = true
    max_length = 500

    [[model.input]]
    name = "image_urls"
    type = "images"
    title = { ru = "Фото", en = "Photos" }
    max_items = 4

    [[model.input]]
    name = "duration"
    type = "choice"
    title = { ru = "Длительность", en = "Length" }
    required = true
    options = ["5", "10"]
    default = "5"

    [[model.input]]
    name = "sound"
    type = "bool"
    title = { ru = "Звук", en = "Sound" }
    default = false

    [[model.input]]
    name = "watermark"
    type = "fixed"
    value = false

    [model.price]
    date = 2026-10-10
    source = "made up"
    rows = [
      { when = { sound = true }, credits = 2.5, per = "second", seconds = "duration" },
      { credits = 1.25, per = "second", seconds = "duration" },
    ]
    surcharges = [{ credits = 0.5, per = "input image", count = "image_urls", beyond = 1 }]

    [[model]]
    id = "acme/picture"
    kind = "text-to-image"
    title = { ru = "Picture", en = "Picture" }
    summary = { ru = "Картинка.", en = "A picture." }
    example = { ru = "Кот на крыше", en = "A cat on a roof" }

    [[model.input]]
    name = "prompt"
    type = "text"
    title = { ru = "Описание", en = "Prompt" }
    required = true
    max_length = 500

    [model.price]
    date = 2026-09-01
    source = "made up"
    rows = [{ credits = 0.8, per = "image" }]

    [[model]]
    id = "acme/old"
    kind = "image-to-video"
    title = { ru = "Старый клип", en = "Old clip" }
    summary = { ru = "Клип прошлых лет.", en = "A clip of years gone by." }
    hidden = "withdrawn: gone | since June"

    [aliases]
    "acme/v1" = "acme/clip"
"#;

#[test]
fn a_small_catalog() {
    let catalog = Catalog::load(&[("made.toml", MADE)]).expect("it is sound");
    insta::assert_snapshot!(table(&catalog));
}

#[test]
fn an_empty_catalog_is_a_head_alone() {
    let document = table(&Catalog::load(&[]).expect("nothing is wrong with nothing"));
    assert!(document.contains("**0** models are sold"), "{document}");
    assert!(!document.contains("\n## "), "{document}");
}

#[test]
fn every_real_model_has_exactly_one_row_and_the_document_is_stable() {
    let catalog = real();
    let document = table(&catalog);
    assert_eq!(document, table(&real()));
    let (rows, aliases) = document.split_once("## Older names").expect("there are aliases");
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for line in rows.lines().filter(|line| line.starts_with("| ")) {
        for cell in line.split(" | ").map(str::trim) {
            if let Some(id) = cell.strip_prefix('`').and_then(|cell| cell.strip_suffix('`')) {
                *seen.entry(id).or_default() += 1;
            }
        }
    }
    for model in catalog.all() {
        assert_eq!(seen.remove(model.id.0.as_str()), Some(1), "{}", model.id);
    }
    assert_eq!(seen, BTreeMap::new(), "nothing else stands there");
    for (name, id) in catalog.aliases() {
        assert!(aliases.lines().any(|line| line.contains(&format!("`{name}`")) && line.contains(&format!("`{id}`"))));
    }
}

#[test]
fn every_real_row_is_whole() {
    let document = table(&real());
    let mut columns = None;
    for line in document.lines() {
        if !line.starts_with('|') {
            columns = None;
            continue;
        }
        let bars = line.replace("\\|", "").matches('|').count();
        assert_eq!(*columns.get_or_insert(bars), bars, "{line}");
    }
    // A sold model takes something and has a price with its day.
    for model in real().live() {
        let row = document.lines().find(|line| line.contains(&format!("`{}`", model.id))).expect("it has a row");
        assert!(row.contains(&model.price_table().expect("it is sold").date) && row.contains(" per "), "{row}");
    }
}

fn real() -> Catalog {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../config/models");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .expect("config/models is there")
        .map(|entry| entry.expect("it can be read").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .map(|path| (path.display().to_string(), std::fs::read_to_string(&path).expect("it is text")))
        .collect();
    files.sort();
    let files: Vec<_> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    Catalog::load(&files).expect("the real catalog is sound")
}
