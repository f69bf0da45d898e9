//! An own result as what was sent: to be edited, set in motion, varied.

use domain::generation::{Generation, ResultFile};
use domain::models::{InputKind, Inputs, Kind, Media, MediaFacts, Model, Output, Value};
use domain::ports::{InputSource, MediaKind, PartMark, PartOutcome, SentFile};
use domain::screen::Key;

use super::fit::{offered, takes};
use super::{name, offer};
use crate::conversation::decide::{Context, Decision, go};
use crate::conversation::{Notice, Section, Stash, Talk, View};

/// A generation's result becomes the stash, for the models of a section.
pub(in crate::conversation) fn take_result(
    mut next: Talk,
    generation: &Generation,
    section: Key,
    context: &Context<'_>,
) -> Decision {
    let (inputs, stash) = match stashed(&next, generation, context) {
        Ok(stashed) => stashed,
        Err(notice) => return refused(next, notice),
    };
    let mut stash = Stash { text: None, ..stash };
    let section_of = Section::of(section);
    let is_taken = |stash: &Stash| {
        section_of.is_some_and(|section| section.models(context.catalog).any(|model| takes(model, stash)))
    };
    // Of several pictures as many as a model of the section takes; the first ones if it takes none of these.
    while stash.files.len() > 1 && !is_taken(&stash) {
        stash.files.pop();
    }
    let inputs = inputs.into_iter().filter(|row| names(&stash, row)).collect();
    next.stash = Some(stash);
    go(&mut next, View::Offered { section, page: 0 });
    Decision { inputs, ..Decision::show(next) }
}

/// A generation's result and its prompt become the stash, for a model that makes new pictures after given ones.
pub(in crate::conversation) fn vary(mut next: Talk, generation: &Generation, context: &Context<'_>) -> Decision {
    let (inputs, stash) = match stashed(&next, generation, context) {
        Ok(stashed) => stashed,
        Err(notice) => return refused(next, notice),
    };
    let text = context.catalog.model(&generation.model).and_then(|model| prompt(model, generation));
    let mut stash = Stash { text, ..stash };
    let tasks = [Kind::ImageToImage, Kind::ImageEdit].map(Section::Task);
    let taker =
        |stash: &Stash| tasks.into_iter().find(|section| offered(context.catalog, *section, stash).next().is_some());
    while stash.files.len() > 1 && taker(&stash).is_none() {
        stash.files.pop();
    }
    let inputs = inputs.into_iter().filter(|row| names(&stash, row)).collect();
    let section = taker(&stash);
    next.stash = Some(stash);
    match section {
        Some(section) => go(&mut next, View::Offered { section: section.key(), page: 0 }),
        None => offer(&mut next),
    }
    Decision { inputs, ..Decision::show(next) }
}

fn refused(mut next: Talk, notice: Notice) -> Decision {
    next.notice = Some(notice);
    Decision::show(next)
}

fn names(stash: &Stash, row: &domain::ports::InputFile) -> bool {
    stash.files.iter().any(|arrival| arrival.file.key.0.parse() == Ok(row.id))
}

/// The result's files with new names, or the ones that wait already if the same button was pressed before.
fn stashed(
    next: &Talk,
    generation: &Generation,
    context: &Context<'_>,
) -> Result<(Vec<domain::ports::InputFile>, Stash), Notice> {
    let Some(success) = generation.state.success() else { return Err(Notice::new("notice-no-result")) };
    let known = next.stash.as_ref().filter(|stash| stash.made_from == Some(generation.id));
    if let Some(stash) = known.filter(|stash| stash.files.len() == success.results.files.len()) {
        return Ok((Vec::new(), stash.clone()));
    }
    let output = context.catalog.model(&generation.model).map_or(Output::Image, |model| model.output);
    let Some(media) = output.media() else { return Err(Notice::new("notice-no-result")) };
    if success.results.files.is_empty() {
        return Err(Notice::new("notice-no-result"));
    }
    let copies = copies(context.sent, success.results.files.len());
    let named = success.results.files.iter().enumerate().map(|(at, file)| {
        let file_id = copies.as_ref().and_then(|copies| copies.get(at)).map(|copy| copy.file_id.clone());
        let source = InputSource::Result { generation: generation.id, url: file.url.clone(), file_id };
        name(facts(media, file), source, 0, context)
    });
    let (files, rows) = named.unzip();
    Ok((rows, Stash { text: None, files, album: None, made_from: Some(generation.id) }))
}

/// What is known of a result's file before it is fetched.
fn facts(media: Media, file: &ResultFile) -> MediaFacts {
    let millis = file.duration_ms.and_then(|millis| u64::try_from(millis).ok());
    MediaFacts { millis, ..MediaFacts::unknown(media) }
}

/// Telegram's copies of the result's files, in their order: the documents, which are uncompressed and come last, else the others. `None` if
/// they can't be told apart, since some were refused.
fn copies(sent: &[PartMark], count: usize) -> Option<Vec<SentFile>> {
    let mut marks: Vec<_> = sent.iter().collect();
    marks.sort_by_key(|mark| mark.part);
    let files = marks.into_iter().filter_map(|mark| match &mark.outcome {
        PartOutcome::Sent { files, .. } => Some(files.iter().cloned()),
        PartOutcome::Refused { .. } => None,
    });
    let (documents, mut others): (Vec<_>, Vec<_>) =
        files.flatten().partition(|file: &SentFile| file.kind == MediaKind::Document);
    // The covers that come along with tracks are no result.
    if others.iter().any(|file| file.kind != MediaKind::Photo) {
        others.retain(|file| file.kind != MediaKind::Photo);
    }
    let last = documents.len().checked_sub(count).map(|skip| documents[skip..].to_vec());
    last.or_else(|| (others.len() == count).then_some(others))
}

/// The words that a generation was ordered with.
fn prompt(model: &Model, generation: &Generation) -> Option<String> {
    let inputs: Inputs = serde_json::from_value(generation.inputs.clone()).ok()?;
    let mut texts = model.inputs().iter().filter_map(|input| match (&input.kind, inputs.get(&input.name)) {
        (InputKind::Text(_), Some(Value::Text(text))) => Some((input.must_be_asked(), text.clone())),
        _ => None,
    });
    let first = texts.next()?;
    let asked = if first.0 { None } else { texts.find(|(is_asked, _)| *is_asked) };
    Some(asked.unwrap_or(first).1)
}
