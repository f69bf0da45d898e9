//! What a price is for: KIE's label of the unit, typing errors included, and ours, on one ground.

use domain::models::Per;
use domain::money::Credits;

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Measure {
    /// A picture, a video, a song, a request.
    Piece,
    /// Seconds of anything.
    Second,
    /// Millions of pixels.
    Megapixel,
    /// Letters.
    Character,
    /// Tokens.
    Token,
    /// The label does not say.
    Unknown,
}

/// Credits for so many of what is counted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Figure {
    pub(super) measure: Measure,
    pub(super) credits: Credits,
    /// At least one.
    pub(super) of: i64,
}

impl Figure {
    /// Of a row of ours.
    pub(super) const fn ours(credits: Credits, per: Per) -> Self {
        let (measure, of) = match per {
            Per::Generation | Per::Image | Per::InputImage => (Measure::Piece, 1),
            Per::Second | Per::SecondOfInputVideo | Per::SecondOfAudio => (Measure::Second, 1),
            Per::MinuteOfAudio => (Measure::Second, 60),
            Per::Megapixel => (Measure::Megapixel, 1),
            Per::ThousandChars => (Measure::Character, 1000),
            Per::MillionTokens => (Measure::Token, 1_000_000),
        };
        Self { measure, credits, of }
    }

    /// Of a row of KIE's: by its unit; and by the length that its label names, if it is for a whole video.
    pub(super) fn theirs(credits: Credits, unit: &str, label: &str) -> Vec<Self> {
        let (measure, of) = read_unit(unit);
        let mut figures = vec![Self { measure, credits, of }];
        if measure == Measure::Piece && of > 1 {
            // `per 2 images`: a request that makes two of them at once costs that.
            figures.push(Self { measure, credits, of: 1 });
        }
        if matches!(measure, Measure::Piece | Measure::Unknown)
            && let Some(seconds) = seconds_in(label)
        {
            figures.push(Self { measure: Measure::Second, credits, of: seconds });
        }
        figures
    }

    /// Whether both can be compared at all.
    pub(super) fn is_comparable(&self, other: &Self) -> bool {
        self.measure == other.measure || [self.measure, other.measure].contains(&Measure::Unknown)
    }

    /// The dearer, if they can be compared; what has no unit is compared by the bare figure.
    pub(super) fn compare(&self, other: &Self) -> Option<std::cmp::Ordering> {
        if !self.is_comparable(other) {
            return None;
        }
        if self.measure != other.measure {
            return Some(self.credits.cmp(&other.credits));
        }
        let (one, two) = (i128::from(self.credits.raw()), i128::from(other.credits.raw()));
        Some((one * i128::from(other.of)).cmp(&(two * i128::from(self.of))))
    }
}

/// `per second`, `per vedio`, `per 1000 characters`, `per milion tokens`, `5s`, or nothing.
fn read_unit(unit: &str) -> (Measure, i64) {
    let lower = unit.to_lowercase();
    let words: Vec<_> = lower.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let starts = |stems: &[&str]| words.iter().any(|word| stems.iter().any(|stem| word.starts_with(stem)));
    let number = words.iter().find_map(|word| leading_number(word));
    let thousands = words.iter().any(|word| word.starts_with("thousand") || is_scaled(word, 'k'));
    let millions = words.iter().any(|word| word.starts_with("mil") || is_scaled(word, 'm'));
    let scale = if millions {
        1_000_000
    } else if thousands {
        1000
    } else {
        1
    };
    let of = number.unwrap_or(1).max(1).saturating_mul(scale);
    let is_seconds = |word: &&str| word.trim_start_matches(|c: char| c.is_ascii_digit()) == "s";
    if starts(&["token", "tokn"]) {
        (Measure::Token, of)
    } else if starts(&["char", "letter"]) {
        (Measure::Character, of)
    } else if starts(&["megapix", "mp", "mega"]) || (millions && starts(&["pix"])) {
        (Measure::Megapixel, number.unwrap_or(1).max(1))
    } else if starts(&["sec", "seco", "scond"]) || words.iter().any(is_seconds) {
        (Measure::Second, of)
    } else if starts(&["min"]) {
        (Measure::Second, of.saturating_mul(60))
    } else if starts(PIECES) {
        (Measure::Piece, number.unwrap_or(1).max(1))
    } else {
        (Measure::Unknown, 1)
    }
}

/// Beginnings of the words for a whole thing, as they were seen or can be mistyped.
const PIECES: &[&str] = &[
    "image", "img", "imge", "iamge", "pic", "photo", "video", "vedio", "vidio", "clip", "song", "track", "audio",
    "upsc", "generat", "request", "call", "task", "time", "run", "use", "file", "piece", "layer",
];

/// The digits at the beginning of a word: 1000 of `1000`, 5 of `5s`.
fn leading_number(word: &str) -> Option<i64> {
    let digits: String = word.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

/// `1k`, `2m`.
fn is_scaled(word: &str, letter: char) -> bool {
    word.strip_suffix(letter)
        .is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The one length that a label names: 10 of `image to video, 10s, 720p` and of `10.0s`; none if it names several.
fn seconds_in(label: &str) -> Option<i64> {
    let lower = label.to_lowercase();
    let found = lower.split(|letter: char| !letter.is_alphanumeric() && letter != '.').filter_map(|word| {
        let number = word.strip_suffix("sec").or_else(|| word.strip_suffix('s'))?;
        number.strip_suffix(".0").unwrap_or(number).parse::<i64>().ok()
    });
    let mut found: Vec<_> = found.filter(|seconds| *seconds > 0).collect();
    found.dedup();
    match found.as_slice() {
        [seconds] => Some(*seconds),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_read_through_their_typing_errors() {
        let table = [
            ("per second", Measure::Second, 1),
            ("Per Second ", Measure::Second, 1),
            ("per 5 seconds", Measure::Second, 5),
            ("5s", Measure::Second, 5),
            ("per second of input video", Measure::Second, 1),
            ("per minute of audio", Measure::Second, 60),
            ("per image", Measure::Piece, 1),
            ("per input image", Measure::Piece, 1),
            ("per vedio", Measure::Piece, 1),
            ("per video", Measure::Piece, 1),
            ("per generation", Measure::Piece, 1),
            ("per upscale", Measure::Piece, 1),
            ("per 2 images", Measure::Piece, 2),
            ("per 1000 characters", Measure::Character, 1000),
            ("per 1k chars", Measure::Character, 1000),
            ("per thousand characters", Measure::Character, 1000),
            ("per milion tokens", Measure::Token, 1_000_000),
            ("per 1M tokens", Measure::Token, 1_000_000),
            ("per megapixel", Measure::Megapixel, 1),
            ("", Measure::Unknown, 1),
            ("per", Measure::Unknown, 1),
            ("???", Measure::Unknown, 1),
        ];
        for (unit, measure, of) in table {
            assert_eq!(read_unit(unit), (measure, of), "{unit}");
        }
    }

    #[test]
    fn a_length_in_a_label_is_read_if_it_is_the_only_one() {
        let table = [
            ("grok imagine extend, 10s 720p", Some(10)),
            ("kling 2.6, without audio-5.0s", Some(5)),
            ("hailuo 02, 6sec", Some(6)),
            ("5s or 10s", None),
            ("seedance 1.5 pro, 720p", None),
            ("0s", None),
        ];
        for (label, seconds) in table {
            assert_eq!(seconds_in(label), seconds, "{label}");
        }
    }

    #[test]
    fn every_unit_of_ours_is_read_back_from_its_own_name() {
        for per in Per::ALL {
            let ours = Figure::ours(Credits::from_raw(1), *per);
            assert_eq!(read_unit(&format!("per {per}")), (ours.measure, ours.of), "{per}");
        }
    }
}
