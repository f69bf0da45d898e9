//! What is said of an answer that can't be taken: what is wrong, and what is accepted.

use domain::models::{Input, InputKind, InputProblem, Localized, Media, MediaRule, Model, Refusal as InputRefusal};
use domain::ports::InputFault;

use super::Notice;
use super::files::{MEGABYTE, TELEGRAM_FILE_MAX, file_bytes_max, format_names};

/// What kind of answer is wanted.
pub(super) fn not_an_answer(input: &Input) -> Notice {
    match &input.kind {
        InputKind::Integer(_) => Notice::new("notice-whole-number-wanted"),
        InputKind::Number(_) => Notice::new("notice-number-wanted"),
        InputKind::Media(rule) => wanted(rule.media),
        InputKind::Text(_) | InputKind::Texts(_) => Notice::new("notice-missing"),
        InputKind::Objects(_) => Notice::new("notice-item-wanted"),
        InputKind::Task(_) => Notice::new("notice-own-work-wanted"),
        InputKind::Choice(_) | InputKind::Bool | InputKind::Fixed(_) => Notice::new("notice-use-buttons"),
    }
}

fn wanted(media: Media) -> Notice {
    Notice::new(match media {
        Media::Image => "notice-picture-wanted",
        Media::Video => "notice-video-wanted",
        Media::Audio => "notice-sound-wanted",
        Media::Document => "notice-file-wanted",
    })
}

/// The file has more bytes than this.
pub(super) fn too_large(bytes_max: u64) -> Notice {
    Notice::new("notice-file-too-large").number("max", bytes_max / MEGABYTE)
}

/// Why a file that was fetched can't be used.
pub(super) fn fault(fault: InputFault, rule: &MediaRule) -> Notice {
    match fault {
        InputFault::TooLarge => Notice::new("notice-fault-too-large").number("max", file_bytes_max(rule) / MEGABYTE),
        InputFault::Gone => Notice::new("notice-fault-gone"),
        InputFault::BadLink => Notice::new("notice-fault-link"),
        InputFault::UnknownKind => with_formats("notice-fault-kind", &rule.mime),
        InputFault::Damaged => Notice::new("notice-fault-damaged"),
        InputFault::Refused => with_formats("notice-fault-refused", &rule.mime),
    }
}

fn with_formats(key: &str, mime: &[String]) -> Notice {
    match format_names(mime) {
        names if names.is_empty() => Notice::new(key).text("formats", "formats-any"),
        names => Notice::new(key).words("formats", names),
    }
}

/// What is wrong with an answer, with the figures that help to make it right.
pub(super) fn refusal(model: &Model, problems: &[InputProblem]) -> Notice {
    let Some(problem) = problems.first() else { return Notice::new("notice-missing") };
    let kind = model.input(&problem.input).map(|input| &input.kind);
    match &problem.refusal {
        InputRefusal::TooShort { length, min } => {
            Notice::new("notice-too-short").number("length", *length).number("min", *min)
        }
        InputRefusal::TooLong { length, max } => {
            Notice::new("notice-too-long").number("length", *length).number("max", *max)
        }
        InputRefusal::BelowMin { min, .. } => Notice::new("notice-below-min").figure("min", min),
        InputRefusal::AboveMax { max, .. } => Notice::new("notice-above-max").figure("max", max),
        InputRefusal::OffStep { min, step, .. } => {
            Notice::new("notice-off-step").figure("min", min).figure("step", step)
        }
        InputRefusal::TooFew { count, min } => {
            let key = if is_list(kind) { "notice-too-few-items" } else { "notice-too-few" };
            Notice::new(key).number("count", *count).number("min", *min)
        }
        InputRefusal::TooMany { count, max } if is_list(kind) => {
            Notice::new("notice-items-over").number("count", *count).number("max", *max)
        }
        InputRefusal::TooMany { count, max } => {
            Notice::new("notice-too-many").number("count", *count).number("max", *max)
        }
        InputRefusal::TooLarge { max, .. } => too_large((*max).min(TELEGRAM_FILE_MAX)),
        InputRefusal::TooLongMedia { max, .. } => Notice::new("notice-media-too-long").number("max", max / 1000),
        InputRefusal::WrongFormat { accepted, .. } => {
            Notice::new("notice-wrong-format").words("formats", format_names(accepted))
        }
        InputRefusal::WrongMedia { wanted: media, .. } => wanted(*media),
        InputRefusal::NotAChoice(_) => Notice::new("notice-use-buttons"),
        InputRefusal::WrongTask(_) => Notice::new("notice-own-work-wanted"),
        InputRefusal::InEntry { problem, .. } => refusal(model, std::slice::from_ref(problem)),
        InputRefusal::NoneOf(names) => Notice::new("notice-none-of").title("inputs", titles(model, names)),
        InputRefusal::Together(names) => Notice::new("notice-apart").title("inputs", titles(model, names)),
        InputRefusal::Combination(names) => Notice::new("notice-not-together").title("inputs", titles(model, names)),
        InputRefusal::Missing | InputRefusal::Unknown | InputRefusal::WrongType => Notice::new("notice-missing"),
    }
}

/// Whether its entries are something else than files.
const fn is_list(kind: Option<&InputKind>) -> bool {
    matches!(kind, Some(InputKind::Objects(_) | InputKind::Texts(_)))
}

/// The titles of inputs, each once.
fn titles(model: &Model, names: &[String]) -> Localized {
    let (mut ru, mut en): (Vec<&str>, Vec<&str>) = (Vec::new(), Vec::new());
    for input in names.iter().filter_map(|name| model.input(name)) {
        if !ru.contains(&input.title.ru.as_str()) || !en.contains(&input.title.en.as_str()) {
            ru.push(&input.title.ru);
            en.push(&input.title.en);
        }
    }
    Localized { ru: ru.join(", "), en: en.join(", ") }
}
