//! What is said of an answer that can't be taken.

use domain::models::{Input, InputKind, InputProblem, Media, Refusal as InputRefusal};

use super::Notice;
use super::files::{MEGABYTE, TELEGRAM_FILE_MAX, format_names};

/// What kind of answer is wanted.
pub(super) fn not_an_answer(input: &Input) -> Notice {
    match &input.kind {
        InputKind::Integer(_) => Notice::new("notice-whole-number-wanted"),
        InputKind::Number(_) => Notice::new("notice-number-wanted"),
        InputKind::Media(rule) => wanted(rule.media),
        InputKind::Text(_) => Notice::new("notice-missing"),
        _ => Notice::new("notice-use-buttons"),
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

/// What is wrong with an answer, with the figures that help to make it right.
pub(super) fn refusal(problems: &[InputProblem]) -> Notice {
    let Some(problem) = problems.first() else { return Notice::new("notice-missing") };
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
            Notice::new("notice-too-few").number("count", *count).number("min", *min)
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
        InputRefusal::Combination(_) | InputRefusal::Together(_) => Notice::new("notice-not-together"),
        _ => Notice::new("notice-missing"),
    }
}
