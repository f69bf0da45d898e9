//! Menu, sections, model cards and the pages of plain text.

use domain::ids::ModelId;
use domain::models::{Kind, Model};
use domain::money::Money;
use domain::screen::{Action, Button, DraftAct, Emphasis, Key, Language, Press, Screen};

use super::{Canvas, PAGE, button, labelled, pager, pairs, price_from, primary};
use crate::conversation::{Draft, is_sold};

pub(super) fn welcome(canvas: &Canvas<'_>) -> Screen {
    let name = canvas.session.person.first_name.clone();
    let mut screen = menu(canvas, None);
    screen.text = canvas.words.text("welcome-text", &[("name", name.into()), ("balance", balance(canvas).into())]);
    screen
}

pub(super) fn menu(canvas: &Canvas<'_>, draft: Option<&Draft>) -> Screen {
    let words = canvas.words;
    let sections = Kind::ALL.iter().copied().filter(|kind| offered(canvas, *kind).next().is_some());
    let sections = sections.map(|kind| {
        button(words.plain(kind_key(kind), &[]), Action::Section { section: Key::of(kind.as_str()), page: 0 })
    });
    let unfinished = draft.and_then(|draft| unfinished(canvas, draft));
    let mut keyboard: Vec<Vec<Button>> = unfinished.iter().map(|(_, resume)| vec![resume.clone()]).collect();
    keyboard.extend(pairs(sections));
    keyboard.push(vec![
        labelled(words, "button-balance", Action::Balance),
        labelled(words, "button-history", Action::History { page: 0 }),
    ]);
    keyboard
        .push(vec![labelled(words, "button-settings", Action::Settings), labelled(words, "button-help", Action::Help)]);
    let text = match unfinished {
        Some((model, _)) => {
            let title = model.title.get(words.language());
            words.text("menu-text-draft", &[("balance", balance(canvas).into()), ("model", title.into())])
        }
        None => words.text("menu-text", &[("balance", balance(canvas).into())]),
    };
    Screen { text, keyboard }
}

/// The model of a draft that can go on, and the button that leads back to it.
pub(super) fn unfinished<'a>(canvas: &Canvas<'a>, draft: &Draft) -> Option<(&'a Model, Button)> {
    let model = canvas.catalog.model(&draft.model).filter(|model| is_sold(model))?;
    let go_on = Action::Draft { draft: draft.id, revision: draft.revision, act: DraftAct::Review };
    Some((model, labelled(canvas.words, "button-resume", go_on)))
}

pub(super) fn section(canvas: &Canvas<'_>, section: Key, page: u16) -> Screen {
    let words = canvas.words;
    let Some(kind) = crate::conversation::kind_of(section) else { return menu(canvas, None) };
    let skip = usize::from(page) * PAGE;
    let models: Vec<_> = offered(canvas, kind).skip(skip).take(PAGE + 1).collect();
    let mut keyboard: Vec<Vec<Button>> = models.iter().take(PAGE).map(|model| vec![row(canvas, model)]).collect();
    let to = |page| Action::Section { section, page };
    keyboard.extend(pager(words, page, models.len() > PAGE, to));
    keyboard.push(vec![labelled(words, "button-menu", Action::Menu)]);
    Screen { text: words.text("section-text", &[("section", words.plain(kind_key(kind), &[]).into())]), keyboard }
}

pub(super) fn model(canvas: &Canvas<'_>, id: &ModelId, draft: Option<&Draft>) -> Screen {
    let words = canvas.words;
    let Some(model) = canvas.catalog.model(id).filter(|model| is_sold(model)) else { return menu(canvas, None) };
    let language = words.language();
    let (price, ranged) = price_from(canvas, model).unwrap_or_default();
    let price = if ranged { words.plain("price-from", &[("price", price.into())]) } else { price };
    let mut text = words.text(
        "model-text",
        &[
            ("title", model.title.get(language).into()),
            ("summary", model.summary.get(language).into()),
            ("vendor", model.vendor.name.as_str().into()),
            ("price", price.into()),
            ("usual", words.duration(model.usual_duration).into()),
        ],
    );
    if let Some(example) = &model.example {
        text.extend(words.text("model-example", &[("example", example.get(language).into())]));
    }
    let key = Key::of(&model.id.0);
    let section = Action::Section { section: Key::of(model.kind.as_str()), page: 0 };
    let unfinished = draft.filter(|draft| draft.model == *id).and_then(|draft| unfinished(canvas, draft));
    let mut keyboard: Vec<Vec<Button>> = unfinished.into_iter().map(|(_, resume)| vec![resume]).collect();
    keyboard.push(vec![primary(words.plain("button-create", &[]), Action::Create { model: key })]);
    keyboard.push(vec![labelled(words, "button-back", section), labelled(words, "button-menu", Action::Menu)]);
    Screen { text, keyboard }
}

pub(super) fn settings(canvas: &Canvas<'_>) -> Screen {
    let words = canvas.words;
    let language = |language: Language, label: &str| Button {
        emphasis: if words.language() == language { Emphasis::Primary } else { Emphasis::Normal },
        ..button(label, Action::Language(language))
    };
    let keyboard = vec![
        vec![
            language(Language::Ru, &words.plain("language-ru", &[])),
            language(Language::En, &words.plain("language-en", &[])),
        ],
        vec![labelled(words, "button-menu", Action::Menu)],
    ];
    Screen { text: words.text("settings-text", &[]), keyboard }
}

pub(super) fn page(canvas: &Canvas<'_>, key: &str) -> Screen {
    let keyboard = vec![vec![labelled(canvas.words, "button-menu", Action::Menu)]];
    Screen { text: canvas.words.text(key, &[]), keyboard }
}

pub(super) fn support(canvas: &Canvas<'_>, key: &str) -> Screen {
    let words = canvas.words;
    let mut screen = page(canvas, key);
    if let Some(own) = &canvas.shop.support_text {
        screen.text.extend(domain::screen::Text::plain(format!("\n\n{own}")));
    }
    if let Some(contact) = &canvas.shop.support_contact {
        let url = format!("https://t.me/{}", contact.trim_start_matches('@'));
        let write = Button {
            label: words.plain("button-write-support", &[]),
            press: Press::Url(url),
            emphasis: Emphasis::Normal,
        };
        screen.keyboard.insert(0, vec![write]);
    } else if canvas.shop.support_text.is_none() {
        screen.text.extend(words.text("support-none", &[]));
    }
    screen
}

fn offered<'a>(canvas: &Canvas<'a>, kind: Kind) -> impl Iterator<Item = &'a Model> {
    canvas.catalog.by_kind(kind).filter(|model| is_sold(model))
}

fn row(canvas: &Canvas<'_>, model: &Model) -> Button {
    let words = canvas.words;
    let title = model.title.get(words.language());
    let label = match price_from(canvas, model) {
        Some((price, true)) => words.plain("model-row-from", &[("title", title.into()), ("price", price.into())]),
        Some((price, false)) => words.plain("model-row", &[("title", title.into()), ("price", price.into())]),
        None => title.to_owned(),
    };
    button(label, Action::Model { model: Key::of(&model.id.0) })
}

fn balance(canvas: &Canvas<'_>) -> String {
    canvas.words.money(Money::from_kopecks(canvas.session.money.available()))
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
