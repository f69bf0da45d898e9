//! Which models take a stash, and what of it goes where.

use domain::models::{Catalog, Input, InputKind, Inputs, Kind, Media, MediaRef, MediaRule, Model, Refusal, Value};

use crate::conversation::decide::is_sold;
use crate::conversation::{Section, Stash};

/// Whether a model takes all that was sent. Words under files are a help, not a demand: a model that asks for none takes the files alone.
pub fn takes(model: &Model, stash: &Stash) -> bool {
    let placed = Placed::of(model, stash);
    placed.all_files && (!stash.files.is_empty() || placed.words)
}

/// What of a stash a model takes, as a draft's first answers. A list may still want more files than there are.
pub fn fill(model: &Model, stash: &Stash) -> Inputs {
    Placed::of(model, stash).inputs
}

/// The models of a section that take the stash, in the catalog's order.
pub(crate) fn offered<'a>(catalog: &'a Catalog, section: Section, stash: &'a Stash) -> impl Iterator<Item = &'a Model> {
    section.models(catalog).filter(|model| takes(model, stash))
}

/// The tasks that take the stash, with the number of their models, in the order of the menu.
pub(crate) fn sections(catalog: &Catalog, stash: &Stash) -> Vec<(Section, usize)> {
    let counted = |kind: Kind| {
        let section = Section::Task(kind);
        (section, offered(catalog, section, stash).count())
    };
    let found = Kind::ALL.iter().copied().filter(|kind| suits(*kind, stash)).map(counted);
    let found: Vec<_> = found.filter(|(_, count)| *count > 0).collect();
    if !found.is_empty() {
        return found;
    }
    // Nothing of what one would expect: then whatever takes it.
    Kind::ALL.iter().copied().map(counted).filter(|(_, count)| *count > 0).collect()
}

/// Whether a task is one that people mean when they send this.
fn suits(kind: Kind, stash: &Stash) -> bool {
    let is_made_of = |media: Media| match kind {
        Kind::ImageEdit | Kind::ImageToImage | Kind::ImageToVideo | Kind::BackgroundRemoval => media == Media::Image,
        Kind::Upscale | Kind::WatermarkRemoval => matches!(media, Media::Image | Media::Video),
        Kind::VideoToVideo => media == Media::Video,
        Kind::Avatar | Kind::SpeechToVideo => matches!(media, Media::Image | Media::Audio),
        Kind::Music | Kind::AudioIsolation => media == Media::Audio,
        Kind::SpeechToText => matches!(media, Media::Audio | Media::Video),
        Kind::TextToImage | Kind::TextToVideo | Kind::TextToSpeech | Kind::SoundEffect => false,
    };
    if stash.files.is_empty() {
        return matches!(
            kind,
            Kind::TextToImage | Kind::TextToVideo | Kind::Music | Kind::TextToSpeech | Kind::SoundEffect
        );
    }
    stash.files.iter().any(|arrival| is_made_of(arrival.file.facts.media))
}

/// A stash in the inputs of a model.
struct Placed {
    inputs: Inputs,
    all_files: bool,
    words: bool,
}

impl Placed {
    fn of(model: &Model, stash: &Stash) -> Self {
        let mut placed = Self { inputs: Inputs::new(), all_files: true, words: false };
        if !is_sold(model) {
            placed.all_files = false;
            return placed;
        }
        for media in [Media::Image, Media::Video, Media::Audio, Media::Document] {
            let files = stash.files.iter().map(|arrival| &arrival.file).filter(|file| file.facts.media == media);
            placed.put_files(model, media, files.cloned().collect());
        }
        if let Some(text) = stash.text.as_deref() {
            placed.put_words(model, text);
        }
        placed
    }

    /// All into one input if one takes them all; else into several, in the order of the wizard: a first and a last frame.
    fn put_files(&mut self, model: &Model, media: Media, files: Vec<MediaRef>) {
        if files.is_empty() {
            return;
        }
        let wanted = |input: &&Input| matches!(&input.kind, InputKind::Media(rule) if rule.media == media);
        let before = self.inputs.clone();
        let mut open: Vec<&Input> = model.open_inputs(&before).filter(wanted).collect();
        // What the model insists on comes first.
        open.sort_by_key(|input| !input.must_be_asked());
        let one = open.iter().find(|input| room(input) >= files.len() && fits(model, input, &files));
        if let Some(input) = one {
            self.inputs.set(input.name.clone(), Value::Media(files));
            return;
        }
        let mut rest = files;
        for input in open {
            let taken: Vec<_> = rest.iter().take(room(input)).cloned().collect();
            if !taken.is_empty() && fits(model, input, &taken) {
                rest.drain(..taken.len());
                self.inputs.set(input.name.clone(), Value::Media(taken));
            }
        }
        self.all_files &= rest.is_empty();
    }

    /// The first text that the wizard would ask for, else the first that is more than a line: a prompt may be optional.
    fn put_words(&mut self, model: &Model, text: &str) {
        let before = self.inputs.clone();
        let texts: Vec<_> = model
            .open_inputs(&before)
            .filter_map(|input| match &input.kind {
                InputKind::Text(rule) => Some((input, rule)),
                _ => None,
            })
            .collect();
        let asked = texts.iter().find(|(input, _)| input.must_be_asked());
        let Some((input, _)) = asked.or_else(|| texts.iter().find(|(_, rule)| rule.multiline)) else { return };
        let (name, value) = (input.name.clone(), Value::text(text));
        if model.check_value(&name, &value).is_ok() {
            self.inputs.set(name, value);
            self.words = true;
        }
    }
}

fn room(input: &Input) -> usize {
    match &input.kind {
        InputKind::Media(MediaRule { max_items, .. }) => *max_items,
        _ => 0,
    }
}

/// Whether an input takes these files as far as they are known. Too few are no obstacle: the wizard asks for the rest.
fn fits(model: &Model, input: &Input, files: &[MediaRef]) -> bool {
    match model.check_value(&input.name, &Value::Media(files.to_vec())) {
        Ok(()) => true,
        Err(problems) => problems.iter().all(|problem| matches!(problem.refusal, Refusal::TooFew { .. })),
    }
}
