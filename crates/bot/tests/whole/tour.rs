//! The tour: a person presses every button that can be reached from /start, once, and answers every question with words, files and
//! nonsense. After each step: the press is answered, something is shown, the words are of the person's language, and there is a way on.
//!
//! A step is known by its sign: the button's data without the ids and revisions in it, so that each kind of button is pressed once per
//! screen that shows it anew, not once per draft. What is left untried on other screens is reached again by the shortest known way.
//!
//! An owner who is told of something gets a button to the desk with it, whenever that is. The tour does not go in: the desk has a walk of its
//! own, as every role (`service/admin.rs`), and a way that began with such a message can't be gone a second time.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use app::texts::source;
use domain::screen::Language;
use sandbox::picture::picture;
use sandbox::telegram::{ChatMessage, IncomingMedia, MediaKind, MessageKind, TelegramSimulator, User};

use crate::bound::SOON;
use crate::ground::Ground;
use crate::stage::{OWNER, Plan, Stage};
use crate::walk::Words;

const NEWCOMER: i64 = 801;
const RICH: i64 = 802;
/// A tour is not longer than this: more means that some sign changes from press to press.
const STEPS_MAX: usize = 3_000;
/// The way to a screen is tried again so often; a screen may be gone for good once its draft or generation has moved on.
const RETURNS_MAX: usize = 2;
/// How the data of the desk's buttons begins.
const DESK: &str = "1D";

pub(crate) async fn of_a_newcomer_in_english(ground: Ground) {
    tour(ground, NEWCOMER, Words::En, "0").await;
}

pub(crate) async fn of_a_newcomer_in_russian(ground: Ground) {
    tour(ground, NEWCOMER, Words::Ru, "0").await;
}

pub(crate) async fn of_a_rich_user_in_english(ground: Ground) {
    tour(ground, RICH, Words::En, "10000").await;
}

pub(crate) async fn of_a_rich_user_in_russian(ground: Ground) {
    tour(ground, RICH, Words::Ru, "10000").await;
}

pub(crate) async fn of_an_owner_in_english(ground: Ground) {
    tour(ground, OWNER, Words::En, "1000").await;
}

pub(crate) async fn of_an_owner_in_russian(ground: Ground) {
    tour(ground, OWNER, Words::Ru, "1000").await;
}

async fn tour(ground: Ground, id: i64, words: Words, welcome: &'static str) {
    let plan = Plan::webhook().with("WELCOME_BALANCE_RUB", welcome).with("TELEGRAM_CHAT_INTERVAL_MS", "1");
    let mut stage = Stage::open(ground, plan).await;
    stage.telegram.add_stranger(User::new(id, "Tourist").with_language(words.language()));
    let mut tourist = Tourist::new(Arc::clone(&stage.telegram), id, words);
    tourist.take(&Step::Say("/start")).await;
    tourist.explore().await;
    tourist.is_never_met_with_silence().await;
    let before = tourist.window().expect("a screen with buttons");
    stage.bot.kill9();
    stage.bot.start().await;
    tourist.old_buttons_still_answer(&before).await;
    assert!(tourist.tried.len() > 200, "the tour saw little: {} signs", tourist.tried.len());
    assert!(tourist.given_up.len() * 20 < tourist.tried.len(), "not found again: {:?}", tourist.given_up);
    stage.close().await;
}

/// One thing that a person does.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    /// A button, by its sign.
    Press(String),
    Say(&'static str),
    /// An answer to a question of the wizard.
    Answer {
        question: String,
        answer: Answer,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Answer {
    Say(&'static str),
    Send(Sent),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Sent {
    Photo,
    Video,
    Voice,
    Audio,
    Nonsense,
}

/// What is tried at each question of the wizard.
const ANSWERS: [Answer; 8] = [
    Answer::Say("A red cat on the moon"),
    Answer::Say("5"),
    Answer::Say("https://127.0.0.1/private.png"),
    Answer::Send(Sent::Photo),
    Answer::Send(Sent::Video),
    Answer::Send(Sent::Voice),
    Answer::Send(Sent::Audio),
    Answer::Send(Sent::Nonsense),
];

struct Tourist {
    telegram: Arc<TelegramSimulator>,
    id: i64,
    words: Words,
    steps: usize,
    tried: BTreeSet<Step>,
    /// Steps seen on some screen and not tried yet, with the way from the menu to that screen.
    waiting: VecDeque<(Vec<Step>, Step)>,
    known: BTreeSet<Step>,
    returns: BTreeMap<Step, usize>,
    given_up: Vec<Step>,
    /// From the menu to where the person stands.
    way: Vec<Step>,
    keys: BTreeSet<&'static str>,
}

impl Tourist {
    fn new(telegram: Arc<TelegramSimulator>, id: i64, words: Words) -> Self {
        let files = source(Language::En);
        let keys = files.lines().filter_map(|line| line.split_once(" =")).map(|(key, _)| key.trim());
        let keys = keys.filter(|key| key.contains('-')).collect();
        Self {
            telegram,
            id,
            words,
            steps: 0,
            tried: BTreeSet::new(),
            waiting: VecDeque::new(),
            known: BTreeSet::new(),
            returns: BTreeMap::new(),
            given_up: Vec::new(),
            way: Vec::new(),
            keys,
        }
    }

    async fn explore(&mut self) {
        loop {
            let waiting: Vec<&Step> = self.waiting.iter().rev().take(20).map(|(_, step)| step).collect();
            assert!(self.steps < STEPS_MAX, "the tour does not end, {} wait: {waiting:?}", self.waiting.len());
            self.look_around();
            if let Some(step) = self.untried_here() {
                self.take(&step).await;
                continue;
            }
            let Some((way, step)) = self.waiting.pop_front() else { return };
            if self.tried.contains(&step) {
                continue;
            }
            if !self.go(&way, &step).await {
                let returns = self.returns.entry(step.clone()).or_default();
                *returns += 1;
                if *returns < RETURNS_MAX { self.waiting.push_back((way, step)) } else { self.given_up.push(step) }
            }
        }
    }

    /// From the menu along `way`, and there the step; false if the way is not there any more.
    async fn go(&mut self, way: &[Step], step: &Step) -> bool {
        self.take(&Step::Say("/menu")).await;
        for each in way.iter().chain([step]) {
            let is_possible = match each {
                Step::Press(sign) => self.buttons().iter().any(|(found, _)| found == sign),
                Step::Say(_) => true,
                Step::Answer { question, .. } => self.question().as_ref() == Some(question),
            };
            if !is_possible {
                return false;
            }
            self.take(each).await;
        }
        true
    }

    /// Notes every step that the present screen offers.
    fn look_around(&mut self) {
        let presses = self.buttons().into_iter().map(|(sign, _)| Step::Press(sign));
        let question = self.question();
        let answers = question
            .iter()
            .flat_map(|question| ANSWERS.into_iter().map(|answer| Step::Answer { question: question.clone(), answer }));
        for step in presses.chain(answers).collect::<Vec<_>>() {
            if self.known.insert(step.clone()) {
                self.waiting.push_back((self.way.clone(), step));
            }
        }
    }

    /// What the wizard asks for, if it asks: the input's title, the same for every model that has such an input.
    fn question(&self) -> Option<String> {
        let window = self.window()?;
        let is_draft = window
            .keyboard
            .iter()
            .flatten()
            .any(|button| button.data.as_deref().is_some_and(|data| sign(data) == "1d-q"));
        let title = window.text.lines().filter(|line| !line.trim().is_empty()).nth(1)?;
        is_draft.then(|| title.chars().filter(|letter| !letter.is_ascii_digit()).collect())
    }

    fn untried_here(&self) -> Option<Step> {
        let signs = self.buttons();
        // What throws a draft or the data away comes last, so that the rest of a screen is seen first.
        let rank = |sign: &str| u8::from(sign.contains("-q") || sign == "1Z") + u8::from(sign == "1Z");
        let mut untried: Vec<&String> = signs
            .iter()
            .map(|(sign, _)| sign)
            .filter(|sign| !self.tried.contains(&Step::Press((*sign).clone())))
            .collect();
        untried.sort_by_key(|sign| rank(sign));
        untried.first().map(|sign| Step::Press((*sign).clone()))
    }

    /// The newest message with buttons.
    fn window(&self) -> Option<ChatMessage> {
        self.telegram.newest(self.id, |message| message.is_from_bot() && !message.keyboard.is_empty())
    }

    /// The buttons of the window that come back to the bot: sign and data.
    fn buttons(&self) -> Vec<(String, String)> {
        let window = self.window();
        let buttons = window.iter().flat_map(|message| message.keyboard.iter().flatten());
        let datas = buttons.filter_map(|button| button.data.clone()).filter(|data| !data.starts_with(DESK));
        datas.map(|data| (sign(&data), data)).collect()
    }

    async fn take(&mut self, step: &Step) {
        self.steps += 1;
        self.tried.insert(step.clone());
        let before = self.telegram.drawn(self.id);
        let told = match step {
            Step::Press(sign) => {
                let window = self.window().expect("it has buttons");
                let (_, data) = self.buttons().into_iter().find(|(found, _)| found == sign).expect("it is there");
                let query = self.telegram.press(self.id, window.message_id, &data).expect("the button is there");
                Some(query)
            }
            Step::Say(text) | Step::Answer { answer: Answer::Say(text), .. } => {
                self.telegram.send_text(self.id, text).expect("the person may write");
                None
            }
            Step::Answer { answer: Answer::Send(sent), .. } => {
                self.send(*sent);
                None
            }
        };
        self.settled().await;
        if let Some(query) = told {
            assert!(self.telegram.is_answered(&query), "{step:?} was not answered");
        } else {
            assert_ne!(before, self.telegram.drawn(self.id), "silence after {step:?}");
        }
        if matches!(step, Step::Press(sign) if *sign == format!("1l{}", self.other_language())) {
            // Back to the language that the tour reads.
            let window = self.window().expect("the settings have buttons");
            let own = format!("1l{}", self.words.language());
            self.telegram.press(self.id, window.message_id, &own).expect("the settings offer it");
            self.settled().await;
        }
        match step {
            Step::Say("/menu" | "/start") => self.way.clear(),
            Step::Press(sign) if sign == "1m" => self.way.clear(),
            other => self.way.push(other.clone()),
        }
        self.check(step);
    }

    /// Until the bot has taken every update, and what it prepares in the background is shown.
    async fn settled(&self) {
        self.telegram.wait_idle(SOON).await.unwrap_or_else(|error| panic!("{error}"));
        let preparing = self.words.after("preparing-text");
        let is_ready = |telegram: &TelegramSimulator| {
            telegram.last_from_bot(self.id).filter(|shown| !shown.text.contains(&preparing)).map(drop)
        };
        self.telegram.wait_until("an end of preparing", SOON, is_ready).await.unwrap_or_else(|error| panic!("{error}"));
        self.telegram.wait_idle(SOON).await.unwrap_or_else(|error| panic!("{error}"));
    }

    /// The newest message of the bot says something, in the right language, without a hole, and leads on.
    fn check(&self, step: &Step) {
        let shown = self.telegram.newest(self.id, ChatMessage::is_from_bot);
        let shown = shown.unwrap_or_else(|| panic!("nothing was said after {step:?}"));
        let labels = shown.keyboard.iter().flatten().map(|button| button.label.as_str());
        let words: Vec<&str> = labels.chain([shown.text.as_str()]).collect();
        for said in &words {
            assert!(!said.contains('{') && !said.contains("??"), "a hole in {said:?} after {step:?}");
            let torn =
                said.split(|c: char| !(c.is_ascii_lowercase() || c == '-')).find(|word| self.keys.contains(word));
            assert_eq!(torn, None, "a key instead of words in {said:?} after {step:?}");
            if matches!(self.words, Words::En) && *said != self.words_of_languages() {
                let foreign = said.chars().find(|c| ('а'..='я').contains(&c.to_lowercase().next().unwrap_or(*c)));
                assert_eq!(foreign, None, "Russian in {said:?} after {step:?}");
            }
        }
        let leads_on = shown.keyboard.iter().flatten().next().is_some() || shown.kind != MessageKind::Text;
        let ends = ["progress-done", "progress-failed", "forgotten-text"].map(|key| self.words.of(key));
        assert!(
            leads_on || ends.iter().any(|end| shown.text.contains(end.trim())) || self.window().is_some(),
            "a dead end after {step:?}: {:?}",
            shown.text
        );
    }

    fn other_language(&self) -> &'static str {
        match self.words {
            Words::En => Words::Ru.language(),
            Words::Ru => Words::En.language(),
        }
    }

    /// Every language is named in its own words.
    fn words_of_languages(&self) -> String {
        self.words.of("language-ru")
    }

    fn send(&self, sent: Sent) {
        let media = match sent {
            Sent::Photo => IncomingMedia::new(MediaKind::Photo, picture("cat", "camera", 640, 480)),
            Sent::Video => IncomingMedia::new(MediaKind::Video, CLIP.to_vec()),
            Sent::Voice => IncomingMedia::new(MediaKind::Voice, VOICE.to_vec()),
            Sent::Audio => IncomingMedia::new(MediaKind::Audio, SOUND.to_vec()),
            Sent::Nonsense => IncomingMedia::new(MediaKind::Document, b"no picture at all".to_vec()).named("odd.bin"),
        };
        self.telegram.send_media(self.id, media).expect("the person may send");
    }

    /// Unknown commands, stickers, edits, stray files and words: each has an answer.
    async fn is_never_met_with_silence(&mut self) {
        for text in ["/nonsense", "/cancel", "/search", "kling", "/start c_autumn", "/menu", "hello there", "/help"] {
            self.take(&Step::Say(text)).await;
        }
        for sent in [Sent::Photo, Sent::Voice, Sent::Nonsense] {
            self.take(&Step::Say("/menu")).await;
            let before = self.telegram.drawn(self.id);
            self.send(sent);
            self.settled().await;
            assert_ne!(before, self.telegram.drawn(self.id), "silence after {sent:?}");
        }
        let before = self.telegram.drawn(self.id);
        self.telegram.send_sticker(self.id, "🐈").expect("the person may send");
        self.settled().await;
        assert_ne!(before, self.telegram.drawn(self.id), "silence after a sticker");
        let said = self.telegram.send_text(self.id, "one").expect("the person may write");
        self.settled().await;
        let before = self.telegram.drawn(self.id);
        self.telegram.edit_text(self.id, said.message_id, "two").expect("it is theirs");
        self.settled().await;
        assert_ne!(before, self.telegram.drawn(self.id), "silence after an edited message");
    }

    /// Buttons of a screen from before a restart, and ones that never were.
    async fn old_buttons_still_answer(&mut self, before: &ChatMessage) {
        let data: Vec<String> = before.keyboard.iter().flatten().filter_map(|button| button.data.clone()).collect();
        for data in data.iter().map(String::as_str).chain(["0old", "1dnonsense", "🐈"]) {
            let query = self.telegram.press_stale(self.id, before.message_id, data).expect("the person may press");
            self.settled().await;
            assert!(self.telegram.is_answered(&query), "{data} was not answered");
        }
    }
}

/// What a button means, without the ids and revisions in its data. Of models and choices a fixed sample is told apart, the others count as
/// one: each model has a test of its own elsewhere.
fn sign(data: &str) -> String {
    // An id takes 22 characters, a revision 3, a key 6: see the adapter's front page of buttons.
    match data.get(..2) {
        Some("1d") => match data.get(27..).unwrap_or_default() {
            choose if choose.starts_with('c') && choose.len() == 13 => {
                format!("1d-{}{}", &choose[..7], sample(&choose[7..], 8))
            }
            other => format!("1d-{other}"),
        },
        Some("1g" | "1x") => format!("{}-{}", &data[..2], data.get(24..).unwrap_or_default()),
        Some("1R") => "1R".to_owned(),
        Some("1o" | "1c" | "1a") if data.len() >= 8 => {
            format!("{}{}{}", &data[..2], sample(&data[2..8], 25), &data[8..])
        }
        _ => data.to_owned(),
    }
}

/// One of so many keys stays itself.
fn sample(key: &str, of: u32) -> &str {
    if key.bytes().map(u32::from).sum::<u32>().is_multiple_of(of) { key } else { "*" }
}

/// Two seconds of film, as the simulated KIE makes it.
const CLIP: &[u8] = include_bytes!("../../../sandbox/assets/clip.mp4");
const VOICE: &[u8] = include_bytes!("../../../probe/tests/fixtures/voice.oga");
const SOUND: &[u8] = include_bytes!("../../../probe/tests/fixtures/constant.mp3");
