//! Ways to a model: sections, vendors, shelves, the search.
//!
//! Any model is at most four taps from the main menu: a section, its vendor, a page, the model. A list that fits one page is shown as it is; a
//! longer one of several vendors shows these first; every page of a list is one tap away (`tests/it/browsing.rs` walks to each of 200 models).

use std::collections::BTreeMap;

use domain::ids::ModelId;
use domain::models::{Kind, Model, Vendor};
use domain::screen::{Action, Button, Key, Screen, Shelf, Text};

use super::{Canvas, PAGE, button, free, labelled, menu, pager, pairs, price_from};
use crate::conversation::{Section, is_sold};
use crate::texts::Words;

/// How many vendors one page shows, two in a row: all that there are today, in twelve rows.
const VENDORS_PAGE: usize = 24;
/// So many of the most used models stand above the vendors of a section: for those who do not know vendors.
const FIRST_PICKS: usize = 3;
/// Telegram takes no more buttons in one row.
const NUMBERS_MAX: usize = 8;
/// Telegram cuts longer labels on every phone; letters.
const LABEL_MAX: usize = 64;

pub(super) fn section(canvas: &Canvas<'_>, key: Key, page: u16) -> Screen {
    let words = canvas.words;
    let Some(section) = Section::of(key) else { return menu::menu(canvas, None) };
    let name = words.plain(section_key(section), &[]);
    let models = by_use(canvas, section.models(canvas.catalog));
    let tasks: Vec<_> = section
        .tasks()
        .iter()
        .map(|kind| Section::Task(*kind))
        .filter(|task| task.models(canvas.catalog).next().is_some())
        .collect();
    let stalls = stalls(&models);
    let is_short = models.len() <= PAGE || (stalls.len() < 2 && tasks.len() < 2);
    if is_short {
        let text = words.text("section-text", &[("section", name.into())]);
        return list(canvas, text, &models, page, |page| Action::Section { section: key, page });
    }
    if section.is_of_different_tasks() && tasks.len() > 1 {
        let parts = tasks.into_iter().map(|task| {
            let count = task.models(canvas.catalog).count();
            counted(words, words.plain(section_key(task), &[]), count, Action::Section { section: task.key(), page: 0 })
        });
        let text = words.text("section-text-tasks", &[("section", name.into())]);
        return with_first_picks(canvas, text, &models, pairs(parts));
    }
    let text = words.text("section-text-vendors", &[("section", name.into())]);
    let (page, pages) = (clamped(page, stalls.len(), VENDORS_PAGE), stalls.len().div_ceil(VENDORS_PAGE));
    let shown = stalls.iter().skip(usize::from(page) * VENDORS_PAGE).take(VENDORS_PAGE);
    let to = |vendor: &Vendor| Action::SectionVendor { section: key, vendor: Key::of(&vendor.slug), page: 0 };
    let mut rows = pairs(shown.map(|(vendor, models)| stall(words, vendor, models, to(vendor))));
    rows.extend(turner(words, page, pages, |page| Action::Section { section: key, page }));
    let picks = if page == 0 { models.as_slice() } else { &[] };
    with_first_picks(canvas, text, picks, rows)
}

pub(super) fn section_vendor(canvas: &Canvas<'_>, key: Key, vendor: Key, page: u16) -> Screen {
    let words = canvas.words;
    let (Some(section), Some(maker)) = (Section::of(key), vendor_of(canvas, vendor)) else {
        return menu::menu(canvas, None);
    };
    let models = section.models(canvas.catalog).filter(|model| model.vendor.slug == maker.slug);
    let models = by_use(canvas, models);
    let name = words.plain(section_key(section), &[]);
    let text = words.text("section-vendor-text", &[("section", name.into()), ("vendor", maker.name.as_str().into())]);
    list(canvas, text, &models, page, |page| Action::SectionVendor { section: key, vendor, page })
}

pub(super) fn vendors(canvas: &Canvas<'_>, page: u16) -> Screen {
    let words = canvas.words;
    let models: Vec<_> = canvas.catalog.live().filter(|model| is_sold(model)).collect();
    let stalls = stalls(&models);
    let (page, pages) = (clamped(page, stalls.len(), VENDORS_PAGE), stalls.len().div_ceil(VENDORS_PAGE));
    let shown = stalls.iter().skip(usize::from(page) * VENDORS_PAGE).take(VENDORS_PAGE);
    let to = |vendor: &Vendor| Action::Vendor { vendor: Key::of(&vendor.slug), page: 0 };
    let mut keyboard = pairs(shown.map(|(vendor, models)| stall(words, vendor, models, to(vendor))));
    keyboard.extend(turner(words, page, pages, |page| Action::Vendors { page }));
    keyboard.push(ways_out(words));
    Screen::new(words.text("vendors-text", &[]), keyboard)
}

pub(super) fn vendor(canvas: &Canvas<'_>, key: Key, page: u16) -> Screen {
    let Some(vendor) = vendor_of(canvas, key) else { return vendors(canvas, 0) };
    let models = canvas.catalog.by_vendor(&vendor.slug).filter(|model| is_sold(model));
    let models = by_use(canvas, models);
    let text = canvas.words.text("vendor-text", &[("vendor", vendor.name.as_str().into())]);
    list(canvas, text, &models, page, |page| Action::Vendor { vendor: key, page })
}

pub(super) fn shelf(canvas: &Canvas<'_>, shelf: Shelf, page: u16) -> Screen {
    if shelf == Shelf::Free {
        return free::shelf(canvas);
    }
    // What is the user's own does not vanish for half an hour: it says that it rests.
    let is_own = matches!(shelf, Shelf::Recent | Shelf::Favourites);
    let is_shown = |model: &&Model| is_sold(model) || (is_own && model.rest().is_some());
    let known = canvas.facts.shelf.iter().filter_map(|id| canvas.catalog.model(id));
    let models: Vec<_> = known.filter(is_shown).collect();
    let text = match shelf {
        Shelf::Popular if models.is_empty() => "shelf-popular-empty",
        Shelf::Popular => "shelf-popular-text",
        Shelf::Recent if models.is_empty() => "shelf-recent-empty",
        Shelf::Recent => "shelf-recent-text",
        Shelf::Favourites if models.is_empty() => "shelf-favourites-empty",
        Shelf::Favourites | Shelf::Free => "shelf-favourites-text",
    };
    list(canvas, canvas.words.text(text, &[]), &models, page, |page| Action::Shelf { shelf, page })
}

/// Asks for the words; they are simply written.
pub(super) fn search(canvas: &Canvas<'_>) -> Screen {
    let words = canvas.words;
    let mut keyboard = pairs(elsewhere(canvas));
    keyboard.push(ways_out(words));
    Screen::new(words.text("search-text", &[]), keyboard)
}

pub(super) fn found(canvas: &Canvas<'_>, query: &str, page: u16) -> Screen {
    let words = canvas.words;
    let ids = canvas.search.find(query);
    let models: Vec<_> = sold(canvas, &ids).collect();
    if models.is_empty() {
        let mut keyboard = pairs(elsewhere(canvas));
        keyboard.push(ways_out(words));
        return Screen::new(words.text("found-nothing", &[("query", query.into())]), keyboard);
    }
    let count = i64::try_from(models.len()).unwrap_or(i64::MAX);
    let text = words.text("found-text", &[("query", query.into()), ("n", count.into())]);
    list(canvas, text, &models, page, |page| Action::Found { page })
}

/// One model in a list: its title and what it costs at least.
pub(super) fn row(canvas: &Canvas<'_>, model: &Model) -> Button {
    let words = canvas.words;
    let act = Action::Model { model: Key::of(&model.id.0) };
    if model.rest().is_some() {
        let label = |title: &str| words.plain("model-row-rests", &[("title", title.into())]);
        return button(fitted(model.title.get(words.language()), label), act);
    }
    let price = price_from(canvas, model);
    let label = |title: &str| match &price {
        Some((price, true)) => {
            words.plain("model-row-from", &[("title", title.into()), ("price", price.clone().into())])
        }
        Some((price, false)) => words.plain("model-row", &[("title", title.into()), ("price", price.clone().into())]),
        None => title.to_owned(),
    };
    let label = fitted(model.title.get(words.language()), label);
    button(label, act)
}

/// The last row of every screen that something leads to.
pub(super) fn ways_out(words: Words<'_>) -> Vec<Button> {
    vec![labelled(words, "button-back", Action::Back), labelled(words, "button-menu", Action::Menu)]
}

/// Those of these models that are sold, in the given order.
pub(super) fn sold<'a>(canvas: &Canvas<'a>, ids: &[ModelId]) -> impl Iterator<Item = &'a Model> {
    let catalog = canvas.catalog;
    ids.iter().filter_map(|id| catalog.model(id)).filter(|model| is_sold(model))
}

pub(super) const fn shelf_key(shelf: Shelf) -> &'static str {
    match shelf {
        Shelf::Popular => "button-popular",
        Shelf::Recent => "button-recent",
        Shelf::Favourites => "button-favourites",
        Shelf::Free => "button-free",
    }
}

pub(super) const fn section_key(section: Section) -> &'static str {
    match section {
        Section::Pictures => "kind-text-to-image",
        Section::PictureEdits => "kind-image-edit",
        Section::Videos => "kind-text-to-video",
        Section::Animations => "kind-image-to-video",
        Section::VideoEdits => "kind-video-to-video",
        Section::Avatars => "kind-avatar",
        Section::Music => "kind-music",
        Section::Voice => "button-section-voice",
        Section::Quality => "button-section-quality",
        Section::Task(kind) => kind_key(kind),
    }
}

pub(super) const fn kind_key(kind: Kind) -> &'static str {
    match kind {
        Kind::TextToImage => "kind-text-to-image",
        Kind::ImageEdit => "kind-image-edit",
        Kind::ImageToImage => "kind-image-to-image",
        Kind::TextToVideo => "kind-text-to-video",
        Kind::ImageToVideo => "kind-image-to-video",
        Kind::VideoToVideo => "kind-video-to-video",
        Kind::Avatar => "kind-avatar",
        Kind::SpeechToVideo => "kind-speech-to-video",
        Kind::Music => "kind-music",
        Kind::TextToSpeech => "kind-text-to-speech",
        Kind::SoundEffect => "kind-sound-effect",
        Kind::AudioIsolation => "kind-audio-isolation",
        Kind::SpeechToText => "kind-speech-to-text",
        Kind::Upscale => "kind-upscale",
        Kind::BackgroundRemoval => "kind-background-removal",
        Kind::WatermarkRemoval => "kind-watermark-removal",
    }
}

/// A page of models under a heading.
pub(super) fn list(
    canvas: &Canvas<'_>,
    mut heading: Text,
    models: &[&Model],
    page: u16,
    to: impl Fn(u16) -> Action,
) -> Screen {
    let words = canvas.words;
    let (page, pages) = (clamped(page, models.len(), PAGE), models.len().div_ceil(PAGE));
    if pages > 1 {
        let (here, all) = (i64::from(page) + 1, i64::try_from(pages).unwrap_or(i64::MAX));
        heading.extend(words.text("page-of", &[("page", here.into()), ("pages", all.into())]));
    }
    let shown = models.iter().skip(usize::from(page) * PAGE).take(PAGE);
    let mut keyboard: Vec<Vec<Button>> = shown.map(|model| vec![row(canvas, model)]).collect();
    keyboard.extend(turner(words, page, pages, to));
    keyboard.push(ways_out(words));
    Screen::new(heading, keyboard)
}

fn with_first_picks(canvas: &Canvas<'_>, text: Text, models: &[&Model], rows: Vec<Vec<Button>>) -> Screen {
    let picks = models.iter().take(FIRST_PICKS).map(|model| vec![row(canvas, model)]);
    let keyboard = picks.chain(rows).chain([ways_out(canvas.words)]).collect();
    Screen::new(text, keyboard)
}

/// Where to look without words.
fn elsewhere(canvas: &Canvas<'_>) -> Vec<Button> {
    let words = canvas.words;
    let mut buttons = vec![labelled(words, "button-vendors", Action::Vendors { page: 0 })];
    if sold(canvas, &canvas.facts.popular).next().is_some() {
        let popular = Action::Shelf { shelf: Shelf::Popular, page: 0 };
        buttons.push(labelled(words, shelf_key(Shelf::Popular), popular));
    }
    buttons
}

/// What people use most comes first; the rest keeps the catalog's order.
fn by_use<'a>(canvas: &Canvas<'_>, models: impl Iterator<Item = &'a Model>) -> Vec<&'a Model> {
    let popular = &canvas.facts.popular;
    let mut models: Vec<_> = models.collect();
    models.sort_by_cached_key(|model| popular.iter().position(|id| *id == model.id).unwrap_or(usize::MAX));
    models
}

/// The models of each vendor, the vendors by name.
fn stalls<'a>(models: &[&'a Model]) -> Vec<(&'a Vendor, Vec<&'a Model>)> {
    let mut stalls: BTreeMap<(String, &str), (&Vendor, Vec<&Model>)> = BTreeMap::new();
    for model in models {
        let vendor = &model.vendor;
        let stall = stalls.entry((vendor.name.to_lowercase(), &vendor.slug)).or_insert((vendor, Vec::new()));
        stall.1.push(model);
    }
    stalls.into_values().collect()
}

/// A vendor with how many models there are; the only one is reached at once.
fn stall(words: Words<'_>, vendor: &Vendor, models: &[&Model], to: Action) -> Button {
    match models {
        [only] => button(fitted(&vendor.name, str::to_owned), Action::Model { model: Key::of(&only.id.0) }),
        _ => counted(words, vendor.name.clone(), models.len(), to),
    }
}

pub(super) fn counted(words: Words<'_>, name: String, count: usize, to: Action) -> Button {
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    button(fitted(&name, |name| words.plain("counted-row", &[("name", name.into()), ("n", count.into())])), to)
}

fn vendor_of<'a>(canvas: &Canvas<'a>, key: Key) -> Option<&'a Vendor> {
    canvas.catalog.vendors().into_iter().find(|vendor| Key::of(&vendor.slug) == key)
}

/// A page that exists: the catalog may have become shorter since the button was drawn.
fn clamped(page: u16, count: usize, size: usize) -> u16 {
    let last = count.div_ceil(size).saturating_sub(1);
    page.min(u16::try_from(last).unwrap_or(u16::MAX))
}

/// Two pages are turned; of more each has its number, so that none is far. With very many, those around and both ends.
fn turner(words: Words<'_>, page: u16, pages: usize, to: impl Fn(u16) -> Action) -> Option<Vec<Button>> {
    let last = u16::try_from(pages).unwrap_or(u16::MAX).checked_sub(1)?;
    if pages <= 2 {
        return pager(words, page, page < last, to);
    }
    let numbers: Vec<u16> = if pages <= NUMBERS_MAX {
        (0..=last).collect()
    } else {
        let around = u16::try_from(NUMBERS_MAX - 2).unwrap_or(u16::MAX);
        let first = page.saturating_sub(around / 2).clamp(1, last - around);
        std::iter::once(0).chain(first..first + around).chain([last]).collect()
    };
    let number = |number: u16| {
        let key = if number == page { "button-page-here" } else { "button-page" };
        button(words.plain(key, &[("n", (i64::from(number) + 1).into())]), to(number))
    };
    Some(numbers.into_iter().map(number).collect())
}

/// A label whose name is cut so that the rest of it, a price or a count, stays readable.
pub(super) fn fitted(name: &str, label: impl Fn(&str) -> String) -> String {
    let whole = label(name);
    let Some(excess) = whole.chars().count().checked_sub(LABEL_MAX + 1) else { return whole };
    let keep = name.chars().count().saturating_sub(excess + 2);
    let cut: String = name.chars().take(keep).collect();
    label(&format!("{}…", cut.trim_end()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::Texts;
    use domain::screen::{Language, Press};

    #[test]
    fn a_long_name_is_cut_and_its_price_is_not() {
        let label = |name: &str| format!("{name} · 1 234,50 ₽");
        for length in [0, 1, 40, 51, 52, 53, 64, 200] {
            let fitted = fitted(&"ж".repeat(length), label);
            assert!(fitted.chars().count() <= LABEL_MAX && fitted.ends_with(" · 1 234,50 ₽"), "{fitted}");
            assert_eq!(fitted.contains('…'), length > 51, "{length}: {fitted}");
        }
    }

    #[test]
    fn every_page_of_a_list_is_one_tap_away() {
        let texts = Texts::load().unwrap();
        let words = texts.in_language(Language::En);
        let turned = |page, pages| -> Vec<u16> {
            let row = turner(words, page, pages, |page| Action::Found { page }).unwrap_or_default();
            let page = |button: &Button| match button.press {
                Press::Action(Action::Found { page }) => page,
                _ => panic!("another press"),
            };
            row.iter().map(page).collect()
        };
        assert_eq!((turned(0, 0), turned(0, 1)), (vec![], vec![]));
        assert_eq!((turned(0, 2), turned(1, 2)), (vec![1], vec![0]));
        for pages in 3..=8 {
            for page in 0..pages {
                assert_eq!(turned(page, usize::from(pages)), (0..pages).collect::<Vec<_>>());
            }
        }
        for page in 0..30 {
            let row = turned(page, 30);
            assert!(row.len() == 8 && row.is_sorted() && row.contains(&page), "{page}: {row:?}");
            assert!(row.contains(&0) && row.contains(&29), "{row:?}");
        }
    }
}
