//! What a description says in words only: lengths, sizes, formats, bounds. Every figure read here is pointed at in the draft.

use domain::models::{Decimal, Media};

use super::node::whole;

/// MIME types by the names of formats that people use, for each sort of file.
const FORMATS: &[(Media, &str, &str)] = &[
    (Media::Image, "jpg", "image/jpeg"),
    (Media::Image, "jpeg", "image/jpeg"),
    (Media::Image, "png", "image/png"),
    (Media::Image, "webp", "image/webp"),
    (Media::Image, "bmp", "image/bmp"),
    (Media::Image, "tiff", "image/tiff"),
    (Media::Image, "gif", "image/gif"),
    (Media::Image, "heic", "image/heic"),
    (Media::Image, "avif", "image/avif"),
    (Media::Video, "mp4", "video/mp4"),
    (Media::Video, "mov", "video/quicktime"),
    (Media::Video, "mkv", "video/x-matroska"),
    (Media::Video, "webm", "video/webm"),
    (Media::Video, "avi", "video/x-msvideo"),
    (Media::Audio, "mp3", "audio/mpeg"),
    (Media::Audio, "wav", "audio/wav"),
    (Media::Audio, "aac", "audio/aac"),
    (Media::Audio, "m4a", "audio/mp4"),
    (Media::Audio, "ogg", "audio/ogg"),
    (Media::Audio, "flac", "audio/flac"),
];

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    Number(Decimal),
    /// Lower case.
    Word(String),
}

impl Token {
    fn word(&self) -> &str {
        match self {
            Self::Word(word) => word,
            Self::Number(_) => "",
        }
    }

    const fn number(&self) -> Option<Decimal> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Word(_) => None,
        }
    }

    fn size(&self) -> Option<usize> {
        // Sizes are told as `30.0MB` too: the whole part counts.
        let raw = self.number()?.raw();
        usize::try_from(raw / Decimal::SCALE).ok().filter(|size| *size > 0)
    }
}

/// How many characters a text may have: `Max length: 5000 characters`, `3,072 characters`.
pub(super) fn characters(text: &str) -> Option<usize> {
    let tokens = tokens(text);
    let counted =
        tokens.windows(2).filter(|pair| pair[1].word().starts_with("char") || pair[1].word().contains("字符"));
    let said = tokens.windows(3).filter(|three| three[0].word().starts_with("max") && three[1].word() == "length");
    counted.filter_map(|pair| pair[0].size()).chain(said.filter_map(|three| three[2].size())).max()
}

/// The sizes in megabytes that it speaks of, the smallest first.
pub(super) fn megabytes(text: &str) -> Vec<usize> {
    let tokens = tokens(text);
    let pairs = tokens.windows(2).filter(|pair| matches!(pair[1].word(), "mb" | "mib" | "megabytes"));
    let mut sizes: Vec<_> = pairs.filter_map(|pair| pair[0].size()).collect();
    sizes.sort_unstable();
    sizes.dedup();
    sizes
}

/// How long files may last, in seconds: each, and all together.
pub(super) fn seconds(text: &str) -> (Option<usize>, Option<usize>) {
    /// So far before its figure the word `total` still speaks of it.
    const REACH: usize = 8;
    let tokens = tokens(text);
    let (mut each, mut total) = (None, None);
    for (index, pair) in tokens.windows(2).enumerate() {
        let factor = match pair[1].word() {
            "s" | "sec" | "secs" | "second" | "seconds" => 1,
            "minute" | "minutes" => 60,
            _ => continue,
        };
        let Some(figure) = pair[0].size().and_then(|size| size.checked_mul(factor)) else { continue };
        let before = &tokens[index.saturating_sub(REACH)..index];
        let slot = if before.iter().any(|token| token.word() == "total") { &mut total } else { &mut each };
        *slot = (*slot).max(Some(figure));
    }
    (each, total)
}

/// How many things a list may hold: `up to 14 images`, `exactly 1`, `maximum 3 videos`, `only one`.
pub(super) fn items(text: &str) -> Option<usize> {
    let tokens = tokens(text);
    let unit = |index: usize| tokens.get(index).map_or("", Token::word);
    let is_count = |index: usize| {
        !matches!(unit(index), "mb" | "mib" | "s" | "sec" | "second" | "seconds" | "px" | "pixels" | ":" | "-" | "x")
            && !unit(index).starts_with("char")
    };
    let before = |index: usize, back: usize| index.checked_sub(back).map_or("", unit);
    let counts = |index: usize| {
        let word = before(index, 1);
        (word == "to" && before(index, 2) == "up")
            || (word == "most" && before(index, 2) == "at")
            || matches!(word, "exactly" | "maximum" | "最多支持" | "最多")
    };
    let told = tokens.iter().enumerate().filter(|(index, _)| counts(*index) && is_count(index + 1));
    let only_one = tokens.windows(2).any(|pair| pair[0].word() == "only" && pair[1].word() == "one");
    told.filter_map(|(_, token)| token.size()).next().or(only_one.then_some(1))
}

/// The bounds of a number: `Min: 2, Max: 250`, `from 3 to 15`, `4-15 seconds`, `between 1 and 10`.
pub(super) fn range(text: &str) -> (Option<Decimal>, Option<Decimal>) {
    let tokens = tokens(text);
    let after = |names: [&str; 2]| {
        let at = tokens.iter().position(|token| names.contains(&token.word()))?;
        tokens.iter().skip(at + 1).take(2).find_map(Token::number)
    };
    let (min, max) = (after(["min", "minimum"]), after(["max", "maximum"]));
    if min.is_some() && max.is_some() && min < max {
        return (min, max);
    }
    let spans = tokens.windows(3).filter(|three| matches!(three[1].word(), "to" | "-" | "and"));
    let mut spans = spans.filter_map(|three| Some((three[0].number()?, three[2].number()?)));
    spans.find(|(low, high)| low < high).map_or((min, max), |(low, high)| (Some(low), Some(high)))
}

/// The step of a number: `step: 0.1`.
pub(super) fn step(text: &str) -> Option<Decimal> {
    let tokens = tokens(text);
    let steps = tokens.windows(2).filter(|pair| pair[0].word() == "step");
    steps.filter_map(|pair| pair[1].number()).find(|step| step.raw() > 0)
}

/// The MIME types of one sort of file that it speaks of, in order.
pub(super) fn mimes(text: &str, media: Media) -> Vec<String> {
    let prefix = match media {
        Media::Image => "image/",
        Media::Video => "video/",
        Media::Audio => "audio/",
        Media::Document => return Vec::new(),
    };
    let mut found = std::collections::BTreeSet::new();
    for token in tokens(text) {
        let word = token.word().trim_matches(['-', '/']);
        if word.len() > prefix.len() && word.starts_with(prefix) {
            found.insert(word.to_owned());
        }
        for part in word.split('/') {
            let known = FORMATS.iter().filter(|(of, name, _)| *of == media && *name == part);
            found.extend(known.map(|(_, _, mime)| (*mime).to_owned()));
        }
    }
    // `image/jpg` is no registered type, and no file says it of itself.
    if found.remove("image/jpg") {
        found.insert("image/jpeg".to_owned());
    }
    found.into_iter().collect()
}

/// Whether it speaks of inputs that exclude each other.
pub(super) fn excludes(text: &str) -> bool {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    ["mutually exclusive", "used simultaneously", "used together", "at the same time", "exactly one of"]
        .iter()
        .any(|words| text.contains(words))
}

/// Whether it names another input, as code or as a name that no sentence has by chance.
pub(super) fn mentions(text: &str, name: &str) -> bool {
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let mut words = text.split(|letter: char| !is_part(letter));
    text.contains(&format!("`{name}`")) || (name.contains('_') && words.any(|word| word == name))
}

/// Words and numbers; addresses are passed over.
fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    for chunk in text.split_whitespace().filter(|chunk| !chunk.contains("://")) {
        let mut rest = chunk;
        while let Some(first) = rest.chars().next() {
            let next = rest[first.len_utf8()..].chars().next();
            let after_number = rest.len() < chunk.len() && matches!(tokens.last(), Some(Token::Number(_)));
            let length = if first.is_ascii_digit() {
                number_length(rest)
            } else if first == '-' && !after_number && next.is_some_and(|next| next.is_ascii_digit()) {
                1 + number_length(&rest[1..])
            } else if first.is_ascii_alphabetic() {
                rest.find(|letter: char| !(letter.is_ascii_alphanumeric() || "/_+-".contains(letter)))
                    .unwrap_or(rest.len())
            } else if first.is_alphabetic() {
                rest.find(|letter: char| letter.is_ascii() || !letter.is_alphabetic()).unwrap_or(rest.len())
            } else {
                // A dash, a colon or a cross binds two numbers; other marks only part.
                if matches!(first, '-' | '–' | ':' | '~') && after_number {
                    tokens.push(Token::Word(if first == ':' { ":" } else { "-" }.to_owned()));
                }
                rest = &rest[first.len_utf8()..];
                continue;
            };
            let (piece, tail) = rest.split_at(length);
            match piece.replace(',', "").parse() {
                Ok(number) if !first.is_alphabetic() => tokens.push(Token::Number(number)),
                _ => tokens.push(Token::Word(piece.to_lowercase())),
            }
            rest = tail;
        }
    }
    tokens
}

/// How far a number goes: `5000`, `3,072`, `30.0`.
fn number_length(text: &str) -> usize {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let mut length = digits(text);
    while text[length..].starts_with(',') && digits(&text[length + 1..]) == 3 {
        length += 4;
    }
    if text[length..].starts_with('.') {
        let fraction = digits(&text[length + 1..]);
        if fraction > 0 {
            length += 1 + fraction;
        }
    }
    length
}

/// The whole number that a bound is.
pub(super) fn whole_range(text: &str) -> (Option<i64>, Option<i64>) {
    let (min, max) = range(text);
    (min.and_then(whole), max.and_then(whole))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Option<Decimal> {
        Some(text.parse().unwrap())
    }

    #[test]
    fn lengths_are_read_in_every_spelling() {
        for (text, wanted) in [
            ("What to draw (Max length: 5000 characters)", Some(5000)),
            ("Maximum length: 3,072 characters.", Some(3072)),
            ("提示词（最大长度：20000 字符）", Some(20000)),
            ("At least 3, at most 800 chars", Some(800)),
            ("The prompt.", None),
            ("See https://example.com/5000 characters", None),
        ] {
            assert_eq!(characters(text), wanted, "{text}");
        }
    }

    #[test]
    fn sizes_and_formats_are_read() {
        let text = "Up to 14 files; Supported: image/jpeg、image/png, webp; audio/mpeg; Max size: 30.0MB";
        assert_eq!(megabytes(text), [30]);
        assert_eq!(items(text), Some(14));
        assert_eq!(mimes(text, Media::Image), ["image/jpeg", "image/png", "image/webp"]);
        assert_eq!(mimes(text, Media::Audio), ["audio/mpeg"]);
        assert_eq!(mimes("JPG/JPEG or PNG files", Media::Image), ["image/jpeg", "image/png"]);
    }

    #[test]
    fn lengths_of_files_are_told_from_their_sum() {
        assert_eq!(seconds("2 to 15 s each, total duration of all videos at most 45 seconds"), (Some(15), Some(45)));
        assert_eq!(seconds("No longer than 2 minutes."), (Some(120), None));
        assert_eq!(seconds("Within 5s of the end"), (Some(5), None));
    }

    #[test]
    fn bounds_are_read_in_every_spelling() {
        for (text, wanted) in [
            ("(Min: 0, Max: 20, Step: 0.1)", (number("0"), number("20"))),
            ("- Minimum: `2`\n- Maximum: `15`", (number("2"), number("15"))),
            ("Supports integer values from 3 to 15.", (number("3"), number("15"))),
            ("Length of the video, 4-15 seconds.", (number("4"), number("15"))),
            ("between -1 and 1", (number("-1"), number("1"))),
            ("16:9 or 9:16", (None, None)),
        ] {
            assert_eq!(range(text), wanted, "{text}");
        }
        assert_eq!(step("(Min: 0, Max: 20, Step: 0.1)"), number("0.1"));
    }

    #[test]
    fn another_input_is_recognised_only_by_its_whole_name() {
        assert!(mentions("Needs `mode` to be set", "mode"));
        assert!(mentions("when multi_shots is on", "multi_shots"));
        assert!(!mentions("the mode of the camera", "mode"));
        assert!(!mentions("custom_multi_shots", "multi_shots"));
    }
}
