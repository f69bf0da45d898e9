//! Files that a person sends: real ones, small, each with other bytes, and what is known of each without looking into it.

use domain::models::{Media, MediaFacts, MediaKey, MediaRef, MediaRule};
use sandbox::picture::picture;
use sandbox::telegram::{IncomingMedia, MediaKind};

/// Two seconds of film, 320 x 180.
const CLIP: &[u8] = include_bytes!("../../../sandbox/assets/clip.mp4");
/// Two seconds of speech, as Telegram's apps record it.
const VOICE: &[u8] = include_bytes!("../../../probe/tests/fixtures/voice.oga");
/// All that plays here lasts so long.
const MILLIS: u64 = 2000;
/// The sides of a picture in pixels.
const SIDES: (u32, u32) = (96, 64);
/// One byte is one sample of a sound.
const SAMPLES_PER_SECOND: u32 = 8000;

/// A file that was sent.
#[derive(Clone, Debug)]
pub(crate) struct SentFile {
    /// Its bytes.
    pub(crate) bytes: Vec<u8>,
    /// What it is.
    facts: MediaFacts,
}

impl SentFile {
    /// The file as a value of a form; `number` is its place among all files of the order.
    pub(crate) fn reference(&self, number: usize) -> MediaRef {
        MediaRef { key: MediaKey(number.to_string()), facts: self.facts.clone() }
    }

    fn new(bytes: Vec<u8>, media: Media, mime: &str, sides: Option<(u32, u32)>) -> Self {
        let facts = MediaFacts {
            bytes: u64::try_from(bytes.len()).ok(),
            mime: Some(mime.to_owned()),
            width: sides.map(|(width, _)| width),
            height: sides.map(|(_, height)| height),
            millis: matches!(media, Media::Video | Media::Audio).then_some(MILLIS),
            ..MediaFacts::unknown(media)
        };
        Self { bytes, facts }
    }
}

/// File number `number` of an order, such as an input wants: the even ones as their own kind, the odd ones as documents.
pub(crate) fn file_for(rule: &MediaRule, number: usize) -> (IncomingMedia, SentFile) {
    let takes = |mime: &str| rule.mime.is_empty() || rule.mime.iter().any(|one| one == mime);
    let is_plain = number.is_multiple_of(2);
    let (kind, name, file) = match rule.media {
        Media::Image => {
            let bytes = picture(&number.to_string(), "camera", SIDES.0, SIDES.1);
            (MediaKind::Photo, "cat.png", SentFile::new(bytes, Media::Image, "image/png", Some(SIDES)))
        }
        Media::Video => {
            let file = SentFile::new(clip(number), Media::Video, "video/mp4", Some((320, 180)));
            (MediaKind::Video, "clip.mp4", file)
        }
        // Only one voice sounds like this one: further recordings have another form.
        Media::Audio if number == 0 && takes("audio/ogg") => {
            (MediaKind::Voice, "voice.oga", SentFile::new(VOICE.to_vec(), Media::Audio, "audio/ogg", None))
        }
        // Telegram plays no WAV: it comes as a document in any case.
        Media::Audio => {
            (MediaKind::Document, "sound.wav", SentFile::new(tone(number), Media::Audio, "audio/wav", None))
        }
        Media::Document => {
            let bytes = format!("%PDF-1.4\n% page {number}\n%%EOF\n").into_bytes();
            (MediaKind::Document, "page.pdf", SentFile::new(bytes, Media::Document, "application/pdf", None))
        }
    };
    let kind = if is_plain { kind } else { MediaKind::Document };
    (IncomingMedia::new(kind, file.bytes.clone()).named(name), file)
}

/// The film with a box behind it that every player passes over.
fn clip(number: usize) -> Vec<u8> {
    let note = format!("free{number:08}");
    let length = u32::try_from(note.len() + 4).expect("it is short");
    [CLIP, &length.to_be_bytes(), note.as_bytes()].concat()
}

/// Two seconds of WAV: 8 bits, mono, a tone of its own for each number.
fn tone(number: usize) -> Vec<u8> {
    let count = SAMPLES_PER_SECOND * 2;
    let swing = u32::try_from(number % 40).expect("it is small") + 20;
    let samples: Vec<u8> = (0..count).map(|at| if at % swing < swing / 2 { 96 } else { 160 }).collect();
    let format: [&[u8]; 6] = [
        &1_u16.to_le_bytes(), // PCM
        &1_u16.to_le_bytes(), // channels
        &SAMPLES_PER_SECOND.to_le_bytes(),
        &SAMPLES_PER_SECOND.to_le_bytes(), // bytes per second
        &1_u16.to_le_bytes(),              // bytes per sample
        &8_u16.to_le_bytes(),              // bits per sample
    ];
    let (format, size) = (format.concat(), (36 + count).to_le_bytes());
    let parts: [&[u8]; 7] =
        [b"RIFF", &size, b"WAVEfmt ", &16_u32.to_le_bytes(), &format, b"data", &count.to_le_bytes()];
    [parts.concat(), samples].concat()
}

/// What is said of these files above is what their headers say.
#[tokio::test]
async fn the_files_are_what_they_are_said_to_be() {
    use domain::ports::Prober as _;

    let folder = tempfile::tempdir().unwrap();
    for media in [Media::Image, Media::Video, Media::Audio, Media::Document] {
        let rule = MediaRule {
            media,
            list: true,
            min_items: 1,
            max_items: 9,
            max_file_bytes: None,
            mime: Vec::new(),
            max_millis: None,
            max_total_millis: None,
        };
        let mut seen = Vec::new();
        for number in 0..4 {
            let (_, file) = file_for(&rule, number);
            let path = folder.path().join("file");
            std::fs::write(&path, &file.bytes).unwrap();
            assert_eq!(probe::HeaderProber.probe(&path).await.unwrap(), file.facts, "{media:?} {number}");
            assert!(!seen.contains(&file.bytes), "each has other bytes");
            seen.push(file.bytes);
        }
    }
}
