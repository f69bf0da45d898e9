//! Models walked at a phone's width in both languages, from the card to the result: data, no code per model.
//!
//! To add a model: an entry in [`WALKS`]. Its steps answer the bot's questions in order; what is left at its default needs no step.

use std::path::{Path, PathBuf};

use domain::screen::Key;
use sandbox::picture::picture;

use crate::devtools::Screen;
use crate::phone::{Phone, SOON};
use crate::play::{CONFIRM, CREATE, DONE};
use crate::stage::Stage;

/// A phone as most people have it, in CSS pixels.
const PHONE: Screen = Screen { width: 390, height: 844, phone: true };
/// A picture of the documentation is no larger.
const BYTES_MAX: usize = 120 * 1024;
/// The sandbox's users by language: number, suffix of the pictures.
const PEOPLE: [(i64, &str); 2] = [(1001, "en"), (1002, "ru")];

/// A step of an answer.
enum Step {
    /// Words in both languages: en, ru.
    Say(&'static str, &'static str),
    /// So many pictures, as an album if there are several.
    Photos(usize),
    /// A film of the sandbox's.
    Video,
    /// A sound of the sandbox's.
    Audio,
    /// The button that ends a list of files.
    Done,
    /// A button by a regular expression.
    Press(&'static str),
}

/// A model and how its questions are answered.
struct Walk {
    model: &'static str,
    /// Begins the pictures' names.
    name: &'static str,
    steps: &'static [Step],
}

const WALKS: &[Walk] = &[
    Walk {
        model: "z-image",
        name: "text-to-image",
        steps: &[Step::Say("A lighthouse on a cliff in a storm, oil painting", "Маяк на скале в шторм, масло")],
    },
    Walk {
        model: "google/nano-banana-edit",
        name: "image-edit",
        steps: &[
            Step::Photos(2),
            Step::Done,
            Step::Say("Put both into one frame, evening light", "Собери оба в одну рамку, вечерний свет"),
        ],
    },
    Walk {
        model: "grok-imagine/text-to-video",
        name: "text-to-video",
        steps: &[Step::Say("A drone circles a lighthouse at dawn", "Дрон облетает маяк на рассвете")],
    },
    Walk {
        model: "grok-imagine/image-to-video",
        name: "image-to-video",
        steps: &[Step::Photos(1), Step::Done, Step::Say("The cat turns its head", "Кот поворачивает голову")],
    },
    Walk { model: "topaz/image-upscale", name: "upscale", steps: &[Step::Photos(1)] },
    Walk {
        model: "elevenlabs/text-to-speech-turbo-2-5",
        name: "text-to-speech",
        steps: &[Step::Say(
            "Good evening! The train leaves in five minutes.",
            "Добрый вечер! Поезд отправляется через пять минут.",
        )],
    },
    Walk {
        model: "ai-music-api/generate",
        name: "music",
        steps: &[Step::Say("A calm evening song about the sea", "Спокойная вечерняя песня о море")],
    },
    Walk {
        model: "kling/ai-avatar-standard",
        name: "avatar",
        steps: &[
            Step::Photos(1),
            Step::Audio,
            Step::Say("Speaks calmly, smiles at the end", "Говорит спокойно, в конце улыбается"),
        ],
    },
    Walk {
        model: "wan/2-6-video-to-video",
        name: "video-to-video",
        steps: &[Step::Video, Step::Done, Step::Say("The same scene in winter", "Та же сцена зимой")],
    },
    Walk {
        model: "elevenlabs/text-to-dialogue-v3",
        name: "object-list",
        steps: &[Step::Press("James"), Step::Say("Where have you been?", "Где ты был?"), Step::Done],
    },
];

/// Walks all of them; the pictures go to `folder`, or nowhere if there is none.
///
/// Both people at once: a chat's pace, which Telegram sets, is what takes the time.
pub(crate) fn walk_all(folder: Option<&Path>) {
    let stage = Stage::start(&["--fast"]);
    let films = Films::lay_out(&stage);
    std::thread::scope(|both| {
        for (user, language) in PEOPLE {
            let (stage, films) = (&stage, &films);
            both.spawn(move || {
                let mut browser = stage.visit(PHONE, &format!("?only={user}"));
                let mut album = Album { folder, language };
                let mut phone = Phone::of(&mut browser, user);
                phone.say("/menu");
                phone.wait("the menu", "return theirs.length > 1 && theirs.at(-1).querySelector('.row')");
                album.keep(&mut phone, "menu");
                for walk in WALKS {
                    one(&mut phone, walk, language, films, &mut album);
                }
            });
        }
    });
}

fn one(phone: &mut Phone<'_>, walk: &Walk, language: &str, films: &Films, album: &mut Album<'_>) {
    phone.say(&format!("/start m_{:08x}", Key::of(walk.model).0));
    phone.wait("the card", &format!("return buttons.some((each) => /{CREATE}/.test(each.textContent))"));
    phone.press(CREATE);
    phone.wait("a question", &format!("return !buttons.some((each) => /{CREATE}/.test(each.textContent))"));
    for step in walk.steps {
        match step {
            Step::Say(en, ru) => phone.say(if language == "ru" { ru } else { en }),
            Step::Photos(count) => {
                let files: Vec<&Path> = films.photos.iter().take(*count).map(PathBuf::as_path).collect();
                phone.attach("photo", &files);
            }
            Step::Video => phone.attach("video", &[&films.video]),
            Step::Audio => phone.attach("audio", &[&films.audio]),
            Step::Done => drop(phone.press(DONE)),
            Step::Press(label) => drop(phone.press(label)),
        }
    }
    if !phone.is_offered(CONFIRM, SOON) {
        panic!("{}: there is no order to confirm:\n{}", walk.model, phone.browser.text());
    }
    album.keep(phone, &format!("{}-order", walk.name));
    // Each order before has brought its result: what comes now is this one's, not a late one of theirs.
    let order = phone.newest();
    phone.press(CONFIRM);
    phone.gets_result_after(order);
    phone.wait("an end of what is sent", "return !chat.querySelector('.waits')");
    phone.may_close_the_progress();
    album.keep(phone, &format!("{}-result", walk.name));
}

/// Where the pictures go.
struct Album<'a> {
    folder: Option<&'a Path>,
    language: &'a str,
}

impl Album<'_> {
    /// Takes a picture of the whole phone.
    fn keep(&mut self, phone: &mut Phone<'_>, name: &str) {
        settle(phone);
        let bytes = phone.browser.picture();
        assert!(bytes.starts_with(b"\x89PNG"), "{name}");
        assert!(bytes.len() <= BYTES_MAX, "{name}: {} bytes are more than {BYTES_MAX}", bytes.len());
        if let Some(folder) = self.folder {
            std::fs::create_dir_all(folder).expect("the folder can be made");
            std::fs::write(folder.join(format!("{name}-{}.png", self.language)), bytes).expect("the folder takes it");
        }
    }
}

/// Waits until the messages have not changed for a moment: the bot edits and sends in several steps.
fn settle(phone: &mut Phone<'_>) {
    let still = "const text = chat.querySelector('[data-messages]').innerHTML;
        if (window.settled?.text !== text) window.settled = { text, at: performance.now() };
        return performance.now() - window.settled.at > 400";
    phone.wait("a chat that has come to rest", still);
}

/// Files that a user sends.
struct Films {
    photos: Vec<PathBuf>,
    video: PathBuf,
    audio: PathBuf,
}

impl Films {
    fn lay_out(stage: &Stage) -> Self {
        let photo = |(place, scene): (usize, &str)| {
            stage.file(&format!("photo-{place}.png"), &picture(scene, "camera", 800, 600))
        };
        let clip = include_bytes!("../../../sandbox/assets/clip.mp4");
        Self {
            photos: ["a cat", "a dog", "a garden"].into_iter().enumerate().map(photo).collect(),
            video: stage.file("clip.mp4", clip),
            audio: stage.file("voice.mp3", &tone()),
        }
    }
}

/// Ten seconds of silence as MP3: frames of 128 kbit/s at 44.1 kHz whose side information is empty.
fn tone() -> Vec<u8> {
    const FRAME_BYTES: usize = 417;
    const FRAMES: usize = 383;
    let mut frame = vec![0xff, 0xfb, 0x90, 0x00];
    frame.resize(FRAME_BYTES, 0);
    frame.repeat(FRAMES)
}
