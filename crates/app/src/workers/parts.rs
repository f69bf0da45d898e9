//! How a result is delivered: which items in which order. Pure, so that a part's number means the same after a crash.

use domain::generation::{Generation, ResultFile};
use domain::models::{Catalog, Output};
use domain::ports::{DeliverItem, Media, MediaKind, SentFile, Source};
use domain::screen::{Button, Screen, Text};

use crate::screens::{caption, prompt, result_buttons};
use crate::texts::Words;

/// Telegram's albums hold two to ten.
const ALBUM_MAX: usize = 10;
/// A text result longer than this is a file: four messages are the most that anybody scrolls back through.
const TEXT_MAX: usize = 12_000;
/// A track without a title of its own has the beginning of its prompt, or else its model's name.
const TITLE_MAX: usize = 60;

/// One part of a result's delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part {
    /// What is sent.
    pub(super) what: What,
    /// Whether the generation counts as delivered only with it; others are a bonus.
    pub(super) main: bool,
}

/// What one part sends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum What {
    /// A file or an album.
    Files(DeliverItem),
    /// Words.
    Words(Screen),
    /// More words than fit messages.
    Written(Written),
}

/// A text that is sent as a file of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Written {
    /// What the user sees it called.
    pub(super) file_name: String,
    /// What stands in it.
    pub(super) text: String,
    /// Under it.
    pub(super) caption: Text,
    /// Its buttons.
    pub(super) keyboard: Vec<Vec<Button>>,
}

impl Written {
    /// The same as Telegram has it.
    pub(super) fn as_sent(&self, file: &SentFile) -> DeliverItem {
        let media = Media {
            kind: file.kind,
            source: Source::FileId(file.file_id.clone()),
            title: None,
            file_name: Some(self.file_name.clone()),
            duration_s: None,
        };
        let (caption, keyboard) = (self.caption.clone(), self.keyboard.clone());
        DeliverItem { media: vec![media], caption, keyboard, silent: false }
    }
}

/// The parts of a generation's result, in order; at least one of them is main, and the last main one bears the buttons. Empty only before
/// there is a result.
pub(super) fn plan(words: Words<'_>, catalog: &Catalog, generation: &Generation) -> Vec<Part> {
    let Some(success) = generation.state.success() else { return Vec::new() };
    let results = &success.results;
    let output = catalog.model(&generation.model).map_or(Output::Image, |model| model.output);
    let kind = match output {
        Output::Image => MediaKind::Photo,
        Output::Video => MediaKind::Video,
        Output::Audio => MediaKind::Audio,
        Output::Text => MediaKind::Document,
    };
    let caption = caption(words, catalog, generation);
    let title = || {
        let model = || catalog.model(&generation.model).map(|model| model.title.get(words.language()).to_owned());
        prompt(catalog, generation).or_else(model).map(|title| title.chars().take(TITLE_MAX).collect())
    };
    let mut parts: Vec<Part> =
        results.text.iter().map(|text| main(text_part(generation, text, caption.clone()))).collect();
    match (kind, results.files.len()) {
        (_, 0) => {}
        (MediaKind::Photo, count) if count > 1 => {
            parts.extend(
                files(generation, kind, None).chunks(ALBUM_MAX).map(|album| main(item(album, Text::default()))),
            );
            // An album bears no buttons: they come under a line of their own.
            parts.push(main(What::Words(Screen::new(caption, Vec::new()))));
        }
        _ => {
            let title = if kind == MediaKind::Audio { title() } else { None };
            let media = files(generation, kind, title.as_ref());
            parts.extend(media.iter().map(|one| main(item(std::slice::from_ref(one), caption.clone()))));
        }
    }
    if parts.is_empty() {
        parts.push(main(What::Words(Screen::new(words.text("result-unknown", &[]), Vec::new()))));
    }
    give_buttons(&mut parts, &result_buttons(words, catalog, generation));
    parts.extend(extras(generation, kind));
    parts
}

const fn main(what: What) -> Part {
    Part { what, main: true }
}

/// What comes along: the originals of pictures, which Telegram compresses in a chat, and the covers of tracks.
fn extras(generation: &Generation, kind: MediaKind) -> Vec<Part> {
    let media = match kind {
        MediaKind::Photo => files(generation, MediaKind::Document, None),
        MediaKind::Audio => covers(generation),
        MediaKind::Video | MediaKind::Document => Vec::new(),
    };
    media.chunks(ALBUM_MAX).map(|album| Part { what: item(album, Text::default()), main: false }).collect()
}

fn text_part(generation: &Generation, text: &str, caption: Text) -> What {
    if text.chars().count() > TEXT_MAX {
        let file_name = format!("{}.txt", generation.id);
        return What::Written(Written { file_name, text: text.to_owned(), caption, keyboard: Vec::new() });
    }
    let mut said = caption;
    said.extend(Text::plain(format!("\n\n{text}")));
    What::Words(Screen::new(said, Vec::new()))
}

fn item(media: &[Media], caption: Text) -> What {
    What::Files(DeliverItem { media: media.to_vec(), caption, keyboard: Vec::new(), silent: false })
}

fn give_buttons(parts: &mut [Part], buttons: &[Vec<Button>]) {
    let keyboard = match parts.iter_mut().rev().find(|part| part.main).map(|part| &mut part.what) {
        Some(What::Files(item)) => &mut item.keyboard,
        Some(What::Words(screen)) => &mut screen.keyboard,
        Some(What::Written(written)) => &mut written.keyboard,
        None => return,
    };
    *keyboard = buttons.to_vec();
}

/// The files of a result, in KIE's order.
fn files(generation: &Generation, kind: MediaKind, title: Option<&String>) -> Vec<Media> {
    let found = generation.state.success().map(|success| success.results.files.as_slice()).unwrap_or_default();
    let file = |(at, file): (usize, &ResultFile)| Media {
        kind,
        source: Source::Url(file.url.clone()),
        title: file.title.clone().or_else(|| title.cloned()),
        file_name: Some(format!("{}-{}.{}", generation.id, at + 1, file_extension(&file.url, kind))),
        duration_s: file.duration_ms.and_then(|ms| u32::try_from(ms / 1000).ok()),
    };
    found.iter().enumerate().map(file).collect()
}

/// The covers of tracks, each once: a song and its variation often share one.
fn covers(generation: &Generation) -> Vec<Media> {
    let found = generation.state.success().map(|success| success.results.files.as_slice()).unwrap_or_default();
    let mut covers: Vec<Media> = Vec::new();
    for (at, file) in found.iter().enumerate() {
        let Some(url) = &file.cover_url else { continue };
        let source = Source::Url(url.clone());
        if covers.iter().any(|cover| cover.source == source) {
            continue;
        }
        let file_name = format!("{}-{}-cover.{}", generation.id, at + 1, file_extension(url, MediaKind::Photo));
        covers.push(Media {
            kind: MediaKind::Photo,
            source,
            title: None,
            file_name: Some(file_name),
            duration_s: None,
        });
    }
    covers
}

/// The words with links for what no form of Telegram takes.
pub(super) fn links(words: Words<'_>, item: &DeliverItem) -> Screen {
    let mut text = words.text("result-links", &[]);
    for media in &item.media {
        if let Source::Url(url) = &media.source {
            text.extend(Text(vec![domain::screen::Span {
                text: format!("\n{url}"),
                style: domain::screen::Style { link: Some(url.clone()), ..Default::default() },
            }]));
        }
    }
    Screen::new(text, item.keyboard.clone())
}

fn file_extension(url: &str, kind: MediaKind) -> String {
    let path = url.split(['?', '#']).next().unwrap_or(url);
    let name = path.rsplit('/').next().unwrap_or(path);
    match name.rsplit_once('.') {
        Some((_, extension))
            if (1..=4).contains(&extension.len()) && extension.bytes().all(|byte| byte.is_ascii_alphanumeric()) =>
        {
            extension.to_ascii_lowercase()
        }
        _ => match kind {
            MediaKind::Photo | MediaKind::Document => "png".to_owned(),
            MediaKind::Video => "mp4".to_owned(),
            MediaKind::Audio => "mp3".to_owned(),
        },
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use domain::clock::Timestamp;
    use domain::free::Funding;
    use domain::generation::{ResultFile, Results, State, Success};
    use domain::ids::{CallbackToken, ChatId, GenerationId, TaskId, TransferId, UserId};
    use domain::money::{Money, PriceFactor};
    use domain::quote::{Cost, Quote};
    use domain::screen::Language;
    use proptest::prelude::*;

    use super::*;
    use crate::texts::Texts;

    /// A picture model, a video model and a sound model.
    fn catalog() -> Catalog {
        let folder = "../../../../config/models/";
        let files = [
            (folder, include_str!("../../../../config/models/alibaba.toml")),
            (folder, include_str!("../../../../config/models/xai.toml")),
            (folder, include_str!("../../../../config/models/common.toml")),
            ("workshop", include_str!("../../tests/it/workshop.toml")),
        ];
        Catalog::load(&files).unwrap()
    }

    fn made(catalog: &Catalog, output: Output, results: Results) -> Generation {
        let model = catalog.live().find(|model| model.output == output).unwrap();
        let factor =
            PriceFactor { rate: "95.5".parse().unwrap(), markup: "2".parse().unwrap(), step: Money::from_kopecks(10) };
        let cost = Cost { credits: "4".parse().unwrap(), metered: false };
        let success = Success { task: TaskId("t".into()), results, cost: None, took_ms: 38_000 };
        Generation {
            id: GenerationId::from_bytes([9; 16]),
            user: UserId::from_bytes([1; 16]),
            chat: ChatId(7),
            model: model.id.clone(),
            family: domain::models::ApiFamily::Market,
            inputs: serde_json::Value::Null,
            quote: Quote::new(cost, factor, Timestamp::EPOCH).unwrap(),
            funding: Funding::Money(TransferId::from_bytes([2; 16])),
            token: CallbackToken::from_text("t".into()),
            state: State::Succeeded(success),
            since: Timestamp::EPOCH + Duration::from_secs(38),
            created_at: Timestamp::EPOCH,
            relinked: false,
            progress_message: None,
            made_from: None,
            trial: false,
        }
    }

    fn files(count: usize, extension: &str) -> Results {
        let file = |number| ResultFile {
            url: format!("https://kie.example/r/{number}.{extension}?sign=a.b"),
            title: Some(format!("Track {number}")),
            cover_url: None,
            duration_ms: Some(61_500),
        };
        Results { files: (1..=count).map(file).collect(), ..Results::default() }
    }

    /// One line per part: `+` counts, `-` is a bonus; what it is; how many; whether it bears a caption and buttons.
    fn shape(parts: &[Part]) -> Vec<String> {
        let line = |part: &Part| {
            let main = if part.main { '+' } else { '-' };
            let (what, caption, keyboard) = match &part.what {
                What::Files(item) => {
                    (format!("{} {:?}", item.media.len(), item.media[0].kind), &item.caption, &item.keyboard)
                }
                What::Words(screen) => ("words".to_owned(), &screen.text, &screen.keyboard),
                What::Written(written) => ("text file".to_owned(), &written.caption, &written.keyboard),
            };
            let caption = if *caption == Text::default() { "" } else { " captioned" };
            let buttons = if keyboard.is_empty() { "" } else { " with buttons" };
            format!("{main}{what}{caption}{buttons}")
        };
        parts.iter().map(line).collect()
    }

    fn plan_of(output: Output, results: Results) -> Vec<Part> {
        let (catalog, texts) = (catalog(), Texts::load().unwrap());
        let generation = made(&catalog, output, results);
        plan(texts.in_language(Language::Ru), &catalog, &generation)
    }

    #[test]
    fn each_result_has_its_best_native_form() {
        let text = |text: &str| Results { text: Some(text.to_owned()), ..Results::default() };
        let unknown = Results { unknown: Some("{}".to_owned()), ..Results::default() };
        let table: Vec<(Output, Results, &[&str])> = vec![
            (Output::Image, files(1, "png"), &["+1 Photo captioned with buttons", "-1 Document"]),
            (Output::Image, files(2, "png"), &["+2 Photo", "+words captioned with buttons", "-2 Document"]),
            (Output::Image, files(10, "png"), &["+10 Photo", "+words captioned with buttons", "-10 Document"]),
            (
                Output::Image,
                files(11, "png"),
                &["+10 Photo", "+1 Photo", "+words captioned with buttons", "-10 Document", "-1 Document"],
            ),
            (Output::Video, files(1, "mp4"), &["+1 Video captioned with buttons"]),
            (Output::Audio, files(2, "mp3"), &["+1 Audio captioned", "+1 Audio captioned with buttons"]),
            (Output::Audio, text("La la la"), &["+words captioned with buttons"]),
            (Output::Image, unknown, &["+words captioned with buttons"]),
            (Output::Image, Results::default(), &["+words captioned with buttons"]),
        ];
        for (output, results, wanted) in table {
            assert_eq!(shape(&plan_of(output, results.clone())), wanted, "{results:?}");
        }
    }

    #[test]
    fn a_track_keeps_its_title_and_length_and_a_file_a_name() {
        let parts = plan_of(Output::Audio, files(2, "MP3"));
        let What::Files(second) = &parts[1].what else { panic!("{parts:?}") };
        let media = &second.media[0];
        assert_eq!((media.title.as_deref(), media.duration_s), (Some("Track 2"), Some(61)));
        let name = format!("{}-2.mp3", GenerationId::from_bytes([9; 16]));
        assert_eq!(media.file_name.as_deref(), Some(name.as_str()));
        assert_eq!(media.source, Source::Url("https://kie.example/r/2.MP3?sign=a.b".to_owned()));
    }

    #[test]
    fn a_caption_says_model_price_and_time() {
        let (catalog, texts) = (catalog(), Texts::load().unwrap());
        let generation = made(&catalog, Output::Image, files(1, "png"));
        for (language, wanted) in
            [(Language::Ru, "Z-Image\n3,90\u{a0}₽ · 38\u{a0}сек"), (Language::En, "Z-Image\n3.90\u{a0}₽ · 38\u{a0}sec")]
        {
            let parts = plan(texts.in_language(language), &catalog, &generation);
            let What::Files(item) = &parts[0].what else { panic!("{parts:?}") };
            assert_eq!(item.caption.to_plain(), wanted);
        }
    }

    #[test]
    fn a_text_that_is_too_long_for_messages_is_a_file_with_every_letter() {
        let text = |length: usize| Results { text: Some("ё".repeat(length)), ..Results::default() };
        assert_eq!(shape(&plan_of(Output::Audio, text(TEXT_MAX))), ["+words captioned with buttons"]);
        let parts = plan_of(Output::Audio, text(TEXT_MAX + 1));
        assert_eq!(shape(&parts), ["+text file captioned with buttons"]);
        let What::Written(written) = &parts[0].what else { panic!("{parts:?}") };
        assert_eq!((written.text.chars().count(), written.file_name.ends_with(".txt")), (TEXT_MAX + 1, true));
        let sent = written.as_sent(&SentFile { kind: MediaKind::Document, file_id: "f".to_owned() });
        assert_eq!(sent.media[0].source, Source::FileId("f".to_owned()));
        assert_eq!((&sent.caption, &sent.keyboard), (&written.caption, &written.keyboard));
    }

    #[test]
    fn words_and_a_track_bear_their_buttons_once() {
        let results = Results { text: Some("La".to_owned()), ..files(1, "mp3") };
        assert_eq!(shape(&plan_of(Output::Audio, results)), ["+words captioned", "+1 Audio captioned with buttons"]);
    }

    #[test]
    fn covers_come_along_each_once() {
        let mut results = files(3, "mp3");
        for (file, cover) in results.files.iter_mut().zip(["a", "b", "a"]) {
            file.cover_url = Some(format!("https://kie.example/{cover}.jpeg"));
        }
        let parts = plan_of(Output::Audio, results);
        let track = "+1 Audio captioned";
        assert_eq!(shape(&parts), [track, track, "+1 Audio captioned with buttons", "-2 Photo"]);
        let What::Files(covers) = &parts[3].what else { panic!("{parts:?}") };
        let names: Vec<_> = covers.media.iter().filter_map(|media| media.file_name.as_deref()).collect();
        assert!(names[0].ends_with("-1-cover.jpeg") && names[1].ends_with("-2-cover.jpeg"), "{names:?}");
    }

    #[test]
    fn a_track_without_a_title_has_its_prompt() {
        let (catalog, texts) = (catalog(), Texts::load().unwrap());
        let mut results = files(1, "mp3");
        results.files[0].title = None;
        let mut generation = made(&catalog, Output::Audio, results);
        generation.inputs =
            serde_json::json!({ "prompt": { "text": "Колыбельная\nдля кота".to_owned() + &"!".repeat(99) } });
        let parts = plan(texts.in_language(Language::Ru), &catalog, &generation);
        let What::Files(item) = &parts[0].what else { panic!("{parts:?}") };
        let title = item.media[0].title.as_deref().unwrap();
        assert!(title.starts_with("Колыбельная для кота!") && title.chars().count() == TITLE_MAX, "{title}");
    }

    #[test]
    fn a_track_of_a_dialogue_has_its_first_line_and_one_without_words_its_models_name() {
        let (catalog, texts) = (catalog(), Texts::load().unwrap());
        let mut results = files(1, "mp3");
        results.files[0].title = None;
        let mut generation = made(&catalog, Output::Audio, results);
        let name = catalog.model(&generation.model).unwrap().title.ru.clone();
        let lines =
            serde_json::json!({ "objects": [{ "voice": { "choice": "a" }, "text": { "text": "Где ты был?" } }] });
        let table = [(serde_json::json!({ "dialogue": lines }), "Где ты был?"), (serde_json::json!({}), name.as_str())];
        for (inputs, wanted) in table {
            generation.inputs = inputs;
            let parts = plan(texts.in_language(Language::Ru), &catalog, &generation);
            let What::Files(item) = &parts[0].what else { panic!("{parts:?}") };
            assert_eq!(item.media[0].title.as_deref(), Some(wanted));
        }
    }

    #[test]
    fn the_extension_comes_from_the_address_or_the_kind() {
        let table = [
            ("https://a.b/c/d.WEBP?x=1.2#f.gif", MediaKind::Photo, "webp"),
            ("https://a.b/c/d", MediaKind::Photo, "png"),
            ("https://a.b/c/d.", MediaKind::Video, "mp4"),
            ("https://a.b/c/d.longer", MediaKind::Audio, "mp3"),
            ("https://a.b/c/d.e/", MediaKind::Document, "png"),
            ("https://a.b/c/d.m p", MediaKind::Audio, "mp3"),
        ];
        for (url, kind, wanted) in table {
            assert_eq!(file_extension(url, kind), wanted, "{url}");
        }
    }

    #[test]
    fn what_has_no_result_has_no_parts() {
        let (catalog, texts) = (catalog(), Texts::load().unwrap());
        let queued = Generation { state: State::Queued, ..made(&catalog, Output::Image, files(1, "png")) };
        assert_eq!(plan(texts.in_language(Language::Ru), &catalog, &queued), []);
    }

    #[test]
    fn links_name_each_address_and_lead_there() {
        let parts = plan_of(Output::Image, files(2, "png"));
        let What::Files(item) = &parts[0].what else { panic!("{parts:?}") };
        let screen = links(Texts::load().unwrap().in_language(Language::En), item);
        let linked: Vec<_> = screen.text.0.iter().filter_map(|span| span.style.link.as_deref()).collect();
        assert_eq!(linked, ["https://kie.example/r/1.png?sign=a.b", "https://kie.example/r/2.png?sign=a.b"]);
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

        /// A crash between two parts, or a change of the language, must not make another thing of part n: nothing is sent twice or left out.
        #[test]
        fn numbers_mean_the_same_in_each_plan_and_each_file_is_in_one_main_part(
            count in 0_usize..25,
            text in prop::option::of("[a-z]{1,9}"),
            output in prop::sample::select(vec![Output::Image, Output::Video, Output::Audio]),
        ) {
            let (catalog, texts) = (catalog(), Texts::load().unwrap());
            let generation = made(&catalog, output, Results { text, ..files(count, "bin") });
            let plan = |language| plan(texts.in_language(language), &catalog, &generation);
            let parts = plan(Language::Ru);
            prop_assert_eq!(&plan(Language::Ru), &parts);
            prop_assert_eq!(shape(&plan(Language::En)), shape(&parts));
            prop_assert!(parts.iter().any(|part| part.main));
            let main = parts.iter().filter(|part| part.main);
            let sources: Vec<_> = main
                .filter_map(|part| if let What::Files(item) = &part.what { Some(&item.media) } else { None })
                .flatten()
                .map(|media| media.source.clone())
                .collect();
            let wanted: Vec<_> = files(count, "bin").files.into_iter().map(|file| Source::Url(file.url)).collect();
            prop_assert_eq!(sources, wanted);
            for part in &parts {
                if let What::Files(item) = &part.what {
                    prop_assert!((1..=ALBUM_MAX).contains(&item.media.len()));
                    prop_assert!(item.media.len() == 1 || item.keyboard.is_empty(), "an album bears no buttons");
                }
            }
            let bearing = parts.iter().filter(|part| match &part.what {
                What::Files(item) => !item.keyboard.is_empty(),
                What::Words(screen) => !screen.keyboard.is_empty(),
                What::Written(written) => !written.keyboard.is_empty(),
            });
            prop_assert_eq!(bearing.count(), 1, "one part bears the buttons");
        }
    }
}
