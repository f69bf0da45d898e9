//! What a search finds, by the words that people really type.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use app::search::Search;
use domain::models::{Kind, Model};

use crate::market::market;
use crate::world::*;

fn found(query: &str) -> Vec<&'static Model> {
    static SEARCH: OnceLock<Search> = OnceLock::new();
    let ids = SEARCH.get_or_init(|| Search::new(market())).find(query);
    ids.iter().map(|id| market().model(id).expect("only models of the catalog are found")).collect()
}

/// Goal: typing errors, both alphabets, the wrong layout and whole phrases lead to the model that is meant.
/// Method: the beginning of the first hit's id, over two hundred models.
#[test]
fn the_model_that_is_meant_comes_first() {
    let table = [
        // As it is written, and as it sounds.
        ("kling", "kling"),
        ("клинг", "kling"),
        ("Клинг 2.6", "kling-2.6/"),
        ("kling 3.0 omni", "kling-3.0-omni/"),
        ("флюкс", "flux"),
        ("flux kontext", "flux1-kontext"),
        ("флюкс контекст", "flux1-kontext"),
        ("сора", "sora-2"),
        ("сора 2 про", "sora-2-pro"),
        ("нано банана", "google/nano-banana"),
        ("нанобанана", "google/nano-banana"),
        ("нано банана про", "nano-banana-pro"),
        ("вео", "veo"),
        ("veo3.1", "veo"),
        ("вео 3,1 быстрый", "veo"),
        ("сиданс", "bytedance/seedance"),
        ("сидрим 4.5", "seedream/4.5"),
        ("миджорни", "dedicated/mj"),
        ("хайлуо", "hailuo"),
        ("квен", "qwen"),
        ("ранвей", "runway"),
        ("алеф", "runway/gen4-aleph"),
        ("грок", "grok-imagine"),
        ("илон маск", "grok-imagine"),
        ("чатгпт", "gpt-image"),
        ("имаген 4 ультра", "google/imagen4-ultra"),
        ("топаз видео", "topaz/video-upscale"),
        ("элевенлабс", "elevenlabs"),
        ("z-image", "z-image"),
        // Typing errors.
        ("клниг", "kling"),
        ("klng", "kling"),
        ("флкс", "flux"),
        ("seadream", "bytedance/seedream"),
        ("midjurney", "dedicated/mj"),
        ("элевнлабс", "elevenlabs"),
        ("gogle", "google"),
        // A look-alike letter, and the other keyboard.
        ("klinɡ", "kling"),
        ("sоrа", "sora-2"),
        ("rkbyu", "kling"),
        ("cjhf", "sora-2"),
        ("лдштп", "kling"),
        ("адгч", "flux"),
        // The beginning of a word.
        ("recr", "recraft"),
        ("элевен", "elevenlabs"),
        // A task with a name.
        ("видео клинг", "kling"),
        ("suno караоке вокал", "ai-music-api"),
        ("recraft удалить фон", "recraft/remove-background"),
    ];
    let missed = table.into_iter().filter_map(|(query, wanted)| {
        let found = found(query);
        let first: Vec<_> = found.iter().take(3).map(|model| model.id.0.as_str()).collect();
        let is_first = first.first().is_some_and(|id| id.starts_with(wanted));
        (!is_first).then(|| format!("{query}: {wanted} is not the first of {first:?}"))
    });
    assert_eq!(missed.collect::<Vec<_>>(), Vec::<String>::new());
}

#[test]
fn a_task_in_plain_words_finds_models_that_do_it() {
    let table = [
        ("оживить фото", Kind::ImageToVideo),
        ("хочу оживить старую фотографию", Kind::ImageToVideo),
        ("animate a photo", Kind::ImageToVideo),
        ("музыка", Kind::Music),
        ("песню сочинить", Kind::Music),
        ("озвучка текста", Kind::TextToSpeech),
        ("убрать фон", Kind::BackgroundRemoval),
        ("remove background", Kind::BackgroundRemoval),
        ("водяной знак", Kind::WatermarkRemoval),
        ("апскейл", Kind::Upscale),
        ("улучшить качество фото", Kind::Upscale),
        ("нарисуй кота", Kind::TextToImage),
        ("логотип", Kind::TextToImage),
        ("говорящий аватар", Kind::Avatar),
        ("расшифровка речи", Kind::SpeechToText),
        ("субтитры", Kind::SpeechToText),
        ("звуковой эффект", Kind::SoundEffect),
        ("снять ролик", Kind::TextToVideo),
    ];
    let missed = table.into_iter().filter_map(|(query, wanted)| match found(query).first() {
        Some(first) if first.does(wanted) => None,
        Some(first) => Some(format!("{query}: {} does {}", first.id, first.kind)),
        None => Some(format!("{query}: nothing")),
    });
    assert_eq!(missed.collect::<Vec<_>>(), Vec::<String>::new());
}

#[test]
fn a_name_finds_all_that_bear_it_and_little_else() {
    for (query, word) in [("recraft", "recraft"), ("суно", "suno"), ("пиксверс", "pixverse"), ("seedance", "seedance")]
    {
        let all: Vec<_> = market().live().filter(|model| model.title.en.to_lowercase().contains(word)).collect();
        let found = found(query);
        let first: Vec<_> = found.iter().take(all.len()).map(|model| &model.id).collect();
        assert!(all.iter().all(|model| first.contains(&&model.id)), "{query}: {first:?}");
        assert!(found.len() <= all.len() + 3, "{query} finds {} models too many", found.len() - all.len());
    }
}

#[test]
fn a_number_is_a_version_and_not_a_part_of_one() {
    let found = found("seedream 4.5");
    assert!(found.iter().all(|model| model.title.en.contains("4.5")), "{:?}", found[0].id);
}

#[test]
fn nonsense_finds_nothing_and_breaks_nothing() {
    let long = "клинг ".repeat(200);
    for query in ["", " ", "…", "ъ", "щщщщщ", "12345678", "<b>", "z", "\u{2068}\u{0}", "🎨", "а", "и для с"]
    {
        let found = found(query);
        assert!(found.is_empty(), "{query}: {:?}", found[0].id);
    }
    assert!(!found(&long).is_empty());
}

/// Each real model is found by its own title, in either language, among the first.
#[test]
fn every_model_that_is_sold_is_found_by_its_title() {
    let mut missed = Vec::new();
    for catalog in [shop(), market()] {
        let search = Search::new(catalog);
        for model in catalog.live().filter(|model| app::conversation::askable(model)) {
            for title in [&model.title.ru, &model.title.en] {
                let place = search.find(title).iter().position(|id| *id == model.id);
                if place.is_none_or(|place| place > 2) {
                    missed.push(format!("{title}: {place:?}"));
                }
            }
        }
    }
    assert_eq!(missed, Vec::<String>::new());
}

#[test]
fn the_same_query_finds_the_same_in_the_same_order() {
    let (one, other) = (Search::new(market()), Search::new(market()));
    for query in ["kling", "видео", "оживить фото", "клниг про"] {
        assert_eq!(one.find(query), other.find(query));
    }
}

/// A screen is drawn from it: it must not be felt. The bound is generous, since tests run without optimisation on busy machines.
#[test]
fn a_search_takes_no_time_that_anybody_feels() {
    let search = Search::new(market());
    let queries =
        ["клинг", "оживить старую фотографию в видео", "rkbyu", "midjurney v7 pro turbo fast lite image video"];
    // The best of several: others use the machine as well.
    let quickest = (0..20)
        .map(|_| {
            let start = Instant::now();
            for query in queries {
                assert!(!search.find(query).is_empty(), "{query}");
            }
            start.elapsed()
        })
        .min()
        .unwrap_or_default();
    assert!(quickest < Duration::from_millis(40), "{quickest:?} for {} queries", queries.len());
}
