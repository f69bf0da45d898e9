//! [`Phone`]: one user's chat on the page, used as a person uses it: by what can be read and tapped.

use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};

use crate::devtools::Browser;

/// Any step of the bot; generous, since a debug build on a busy machine takes it too.
pub(crate) const SOON: Duration = Duration::from_secs(60);

/// In a body: the messages beneath which a result's buttons stand.
const RESULTS: &str = "theirs.filter((each) => [...each.querySelectorAll('.row > *')].some((key) => /^(Again|Ещё раз)$/.test(key.textContent)))";

/// A chat on the page.
pub(crate) struct Phone<'a> {
    pub(crate) browser: &'a mut Browser,
    user: i64,
}

impl<'a> Phone<'a> {
    /// The chat of a user who is shown.
    pub(crate) fn of(browser: &'a mut Browser, user: i64) -> Self {
        let mut phone = Self { browser, user };
        phone.wait("the chat", "return chat");
        phone
    }

    /// Writes a message and sends it by Enter.
    pub(crate) fn say(&mut self, text: &str) {
        self.click("a place to write", "return chat.querySelector('[data-input]')");
        self.browser.write(text);
        self.browser.enter();
        self.wait("the sent message", "return chat.querySelector('[data-input]').value === ''");
    }

    /// Sends files as that kind.
    pub(crate) fn attach(&mut self, kind: &str, files: &[&Path]) {
        let before = self.messages();
        self.browser.choose_files(&format!("[data-chat='{}'] [data-attach={kind}]", self.user), files);
        self.wait("the sent file", &format!("return chat.querySelectorAll('[data-message]').length > {before}"));
    }

    /// Taps the newest button whose label matches a regular expression; gives the label.
    pub(crate) fn press(&mut self, label: &str) -> String {
        let button = format!("return buttons.filter((each) => /{label}/.test(each.textContent)).at(-1)");
        let words = self.wait(&format!("a button `{label}`"), &format!("{button}?.textContent"));
        self.click(&format!("a tap on `{label}`"), &button);
        words.as_str().expect("a label").to_owned()
    }

    /// Whether such a button is there within a moment.
    pub(crate) fn is_offered(&mut self, label: &str, limit: Duration) -> bool {
        let body = self.body(&format!("return buttons.some((each) => /{label}/.test(each.textContent))"));
        self.browser.find(&body, limit).is_some()
    }

    /// Waits for a message of the bot that matches a regular expression.
    pub(crate) fn reads(&mut self, text: &str) {
        self.wait(
            &format!("a message `{text}`"),
            &format!("return theirs.some((each) => /{text}/.test(each.textContent))"),
        );
    }

    /// How many messages of the bot have that kind (an album counts once).
    pub(crate) fn count(&mut self, kind: &str) -> u64 {
        let counted = self.wait(
            "a count",
            &format!("return {{ n: theirs.filter((each) => each.dataset.kind === '{kind}').length }}"),
        );
        counted["n"].as_u64().expect("a number")
    }

    /// Waits until the bot has sent so many messages of that kind, with everything in them loaded.
    pub(crate) fn gets(&mut self, kind: &str, count: u64) {
        self.wait(
            &format!("{count} of `{kind}`"),
            &format!(
                "const found = theirs.filter((each) => each.dataset.kind === '{kind}');
                const ready = (node) => node.tagName === 'IMG' ? node.complete && node.naturalWidth > 0 : node.readyState > 0;
                return found.length >= {count} && found.every((each) => [...each.querySelectorAll('img, video, audio')].every(ready))"
            ),
        );
    }

    /// The number of the newest message, to be told from what comes later.
    pub(crate) fn newest(&mut self) -> u64 {
        let newest = self.wait("a message", "return { n: Number(theirs.at(-1).dataset.message) }");
        newest["n"].as_u64().expect("a number")
    }

    /// Waits for a result, of whatever kind, sent after that message, with everything in it loaded.
    ///
    /// Counting results would not do: the message of an order's progress has the same buttons until it gives way to the result below it.
    pub(crate) fn gets_result_after(&mut self, message: u64) {
        self.wait(
            &format!("a result after message {message}"),
            &format!(
                "const found = {RESULTS}.filter((each) => Number(each.dataset.message) > {message}).at(-1);
                const ready = (node) => node.tagName === 'IMG' ? node.complete && node.naturalWidth > 0 : node.readyState > 0;
                return found && [...found.querySelectorAll('img, video, audio')].every(ready)"
            ),
        );
    }

    /// Gives the progress of an order a moment to make way for the result below it, as it does in the chat's own pace; a picture is nicer then.
    pub(crate) fn may_close_the_progress(&mut self) {
        const MOMENT: Duration = Duration::from_secs(4);
        let body = self.body("return !theirs.some((each) => each.textContent.includes('⏳'))");
        let _is_closed = self.browser.find(&body, MOMENT);
    }

    /// Kopecks that the ledger beside the chat shows: available and set aside.
    pub(crate) fn figures(&mut self) -> (i64, i64) {
        let shown = self.wait(
            "the ledger",
            "const [a, r] = ['available', 'reserved'].map((name) => chat.querySelector(`[data-${name}]`).dataset[name]);
            return a === '' ? null : [Number(a), Number(r)]",
        );
        (shown[0].as_i64().expect("kopecks"), shown[1].as_i64().expect("kopecks"))
    }

    /// Waits until the ledger shows these figures.
    pub(crate) fn has(&mut self, available: i64, reserved: i64) {
        self.wait(
            &format!("{available} kopecks available and {reserved} set aside"),
            &format!(
                "return ['available', 'reserved'].every((name, place) =>
                    chat.querySelector(`[data-${{name}}]`).dataset[name] === ['{available}', '{reserved}'][place])"
            ),
        );
    }

    /// Waits until the ledger lists so many movements of that name.
    pub(crate) fn moved(&mut self, operation: &str, count: usize) {
        self.wait(
            &format!("{count} movements `{operation}`"),
            &format!("return chat.querySelectorAll('[data-movement={operation}]').length === {count}"),
        );
    }

    /// What the newest message with buttons is, and how often it was drawn; to be compared with `drawn()` in a body.
    pub(crate) fn drawn(&mut self) -> Value {
        self.wait("a message with buttons", "return drawn()")
    }

    /// Clicks something of the chat that is no part of a message.
    pub(crate) fn tap(&mut self, attribute: &str) {
        self.click(&format!("`{attribute}`"), &format!("return chat.querySelector('[{attribute}]')"));
    }

    fn messages(&mut self) -> u64 {
        let counted = self.wait("a count", "return { n: chat.querySelectorAll('[data-message]').length }");
        counted["n"].as_u64().expect("a number")
    }

    /// Waits until a body over `chat`, its `theirs` (messages of the bot), `buttons` and `drawn` gives something.
    pub(crate) fn wait(&mut self, what: &str, body: &str) -> Value {
        let body = self.body(body);
        self.browser.wait(what, &body, SOON)
    }

    /// Clicks what a body (see [`Phone::wait`]) finds.
    pub(crate) fn click(&mut self, what: &str, body: &str) {
        let body = self.body(body);
        self.browser.click(what, &body, SOON);
    }

    fn body(&self, body: &str) -> String {
        format!(
            "const chat = document.querySelector(`[data-chat='${{{}}}']`);
            if (!chat) return null;
            const theirs = [...chat.querySelectorAll('[data-message][data-from=bot]')];
            const buttons = [...chat.querySelectorAll('[data-message] .row > *')];
            const drawn = () => {{
                const newest = theirs.filter((each) => each.querySelector('.row')).at(-1);
                return newest && `${{newest.dataset.message}} ${{newest.dataset.edits}}`;
            }};
            {body}",
            json!(self.user)
        )
    }
}

/// The kopecks that a label or text says last.
pub(crate) fn kopecks(text: &str) -> i64 {
    let end = text.rfind('₽').unwrap_or_else(|| panic!("no price in `{text}`"));
    let is_part = |letter: &char| letter.is_ascii_digit() || ",.\u{a0}\u{202f} ".contains(*letter);
    let figure: Vec<char> = text[..end].chars().rev().take_while(is_part).collect();
    let figure: String =
        figure.into_iter().rev().filter(|letter| letter.is_ascii_digit() || ",.".contains(*letter)).collect();
    let (roubles, rest) = figure.split_once([',', '.']).unwrap_or((&figure, "0"));
    let rest = format!("{rest:0<2}");
    roubles.parse::<i64>().expect("roubles") * 100 + rest.parse::<i64>().expect("kopecks")
}
