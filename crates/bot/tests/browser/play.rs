//! What a user goes through: an order with a photo, one that fails, one with a restart in the middle; faults and time.

use domain::screen::Key;
use sandbox::picture::picture;

use crate::devtools::{Browser, Screen};
use crate::phone::{Phone, SOON, kopecks};
use crate::stage::Stage;

/// A developer's window: phone and ledger side by side, twice.
pub(crate) const DESK: Screen = Screen { width: 1440, height: 900, phone: false };
/// A picture from pictures.
const EDIT: &str = "google/nano-banana-edit";
/// A picture from words.
const PICTURE: &str = "z-image";
/// The gift of the ledger's button.
const GIFT: i64 = 50_000;
/// Ann of the sandbox.
pub(crate) const ANN: i64 = 1001;
/// Who is shown at first.
const PEOPLE: [i64; 2] = [ANN, 1002];

/// Buttons by the beginning of their labels, in both languages.
pub(crate) const CREATE: &str = "^(Create|Создать)$";
pub(crate) const CONFIRM: &str = "^(Create for|Create, up to|Создать за|Создать, до)";
pub(crate) const DONE: &str = "^(Done|Готово)";

pub(crate) fn a_user_buys_fails_and_outlives_a_restart() {
    let stage = Stage::start(&[]);
    let mut browser = stage.visit(DESK, "");
    let eve = newcomer(&mut browser, "Eve", "en");
    // Alone, so that there is room for the ledger.
    for other in PEOPLE {
        browser.click(
            "a tab",
            &format!("return document.querySelector('[data-tab=\"{other}\"][aria-pressed=true]')"),
            SOON,
        );
    }
    let photo = stage.file("cat.png", &picture("a cat", "camera", 640, 480));
    let mut phone = Phone::of(&mut browser, eve);
    phone.tap("data-start");
    phone.reads("Eve");
    let (nothing, _) = phone.figures();
    phone.tap("data-gift");
    phone.has(nothing + GIFT, 0);

    // Paid, with an uploaded photo.
    let before = nothing + GIFT;
    open(&mut phone, EDIT);
    phone.attach("photo", &[&photo]);
    phone.press(DONE);
    let price = order(&mut phone, "make it rain");
    phone.has(before - price, price);
    phone.gets("photo", 1);
    phone.has(before - price, 0);
    phone.moved("capture", 1);

    // One that fails costs nothing.
    phone.browser.click("a switch", "return document.querySelector('[data-switch=kie-fail-next]')", SOON);
    open(&mut phone, PICTURE);
    let second = order(&mut phone, "a lighthouse");
    phone.has(before - price - second, second);
    phone.moved("release", 1);
    phone.has(before - price, 0);
    phone.reads("❌");
    assert_eq!(phone.count("photo"), 1, "nothing came of it");

    // A restart in the middle loses nothing.
    open(&mut phone, PICTURE);
    let third = order(&mut phone, "a second lighthouse");
    phone.has(before - price - third, third);
    phone.wait("a running task", "return document.querySelector('[data-running]').textContent === '1'");
    restart(&mut phone);
    phone.gets("photo", 2);
    phone.moved("capture", 2);
    phone.has(before - price - third, 0);

    is_sound(&mut browser);
}

pub(crate) fn faults_and_time_do_what_their_buttons_say() {
    let stage = Stage::start(&["--fast"]);
    let mut browser = stage.visit(DESK, "");
    let mut phone = Phone::of(&mut browser, ANN);
    let (before, _) = phone.figures();
    let has_windows =
        |count: u64| format!("return theirs.filter((each) => each.querySelector('.row')).length >= {count}");
    phone.wait("the greeting", &has_windows(1));

    // A storage that is away takes nothing in; what was written then is answered once it is back.
    switch(&mut phone, "storage-away", true);
    phone.say("/balance");
    let noted = "return document.querySelector('[data-switch=storage-away]').getAttribute('aria-pressed') === 'true'";
    phone.wait("the switch", noted);
    let windows = phone.count("text");
    switch(&mut phone, "storage-away", false);
    phone.wait(
        "the answer",
        &format!("return theirs.filter((each) => each.dataset.kind === 'text').length > {windows}"),
    );

    // Telegram refuses three times; the answer comes all the same.
    switch(&mut phone, "telegram-429", true);
    phone.say("/menu");
    phone.wait(
        "no more refusals",
        "return document.querySelector('[data-switch=telegram-429]').getAttribute('aria-pressed') === 'false'",
    );
    phone.wait("the menu", &has_windows(3));

    // A quarter of an hour later the quoted price does not hold any more: a confirm buys nothing at once.
    open(&mut phone, PICTURE);
    phone.say("a tower");
    assert!(phone.is_offered(CONFIRM, SOON));
    pass(&mut phone, 900, "15 min");
    pass(&mut phone, 60, "16 min");
    let drawn = phone.drawn();
    phone.press(CONFIRM);
    // The order is drawn anew with its price, in place of the old one or below it.
    phone.wait("a new order", &format!("return drawn() !== {drawn}"));
    phone.moved("reserve", 0);
    phone.has(before, 0);
    // The price was made anew; now it counts.
    let price = kopecks(&phone.press(CONFIRM));
    phone.gets("photo", 1);
    phone.has(before - price, 0);

    is_sound(&mut browser);
}

/// Adds a user by the page's own dialog; gives the number.
fn newcomer(browser: &mut Browser, name: &str, language: &str) -> i64 {
    browser.click("+", "return document.querySelector('[data-add-user]')", SOON);
    browser.click("a name", "return document.querySelector('[data-newcomer] [name=name]')", SOON);
    browser.write(name);
    let choose = format!(
        "const select = document.querySelector('[data-newcomer] [name=language]'); select.value = '{language}'; return select.value"
    );
    browser.wait("the language", &choose, SOON);
    browser.click("Add", "return document.querySelector('[data-newcomer-add]')", SOON);
    let found = format!(
        "const chat = [...document.querySelectorAll('[data-chat]')].find((each) => each.querySelector('[data-name]').textContent === '{name}');
        return chat?.dataset.chat"
    );
    let id = browser.wait("the new chat", &found, SOON);
    id.as_str().and_then(|id| id.parse().ok()).expect("a number")
}

/// Opens a model by its link and begins an order.
pub(crate) fn open(phone: &mut Phone<'_>, model: &str) {
    phone.say(&format!("/start m_{:08x}", Key::of(model).0));
    phone.press(CREATE);
    // The first question has no such button.
    phone.wait("a question", &format!("return !buttons.some((each) => /{CREATE}/.test(each.textContent))"));
}

/// Answers with the prompt and confirms; gives the price that the button said.
fn order(phone: &mut Phone<'_>, prompt: &str) -> i64 {
    phone.say(prompt);
    kopecks(&phone.press(CONFIRM))
}

/// Ends the bot in order and waits until it is back.
pub(crate) fn restart(phone: &mut Phone<'_>) {
    let button = "return document.querySelector('[data-restart]')";
    phone.browser.click("restart", button, SOON);
    phone.wait(
        "the bot is back",
        &format!(
            "const button = (() => {{ {button} }})(); return !button.disabled && button.textContent === 'restart'"
        ),
    );
}

/// Lets the simulators' time pass.
pub(crate) fn pass(phone: &mut Phone<'_>, seconds: u32, told: &str) {
    phone.browser.click("time", &format!("return document.querySelector('[data-time=\"{seconds}\"]')"), SOON);
    phone.wait("the time", &format!("return document.querySelector('[data-shifted]').textContent.includes('{told}')"));
}

pub(crate) fn switch(phone: &mut Phone<'_>, name: &str, on: bool) {
    phone.browser.click(name, &format!("return document.querySelector('[data-switch={name}]')"), SOON);
    let told = format!("return document.querySelector('[data-switch={name}]').getAttribute('aria-pressed') === '{on}'");
    phone.wait(name, &told);
}

/// The page's own verdict, and no call of the bot that breaks Telegram's rules.
pub(crate) fn is_sound(browser: &mut Browser) {
    browser.wait("sound books", "return document.querySelector('[data-audit]').dataset.audit === 'sound'", SOON);
    let wrong =
        "const wrong = document.querySelector('[data-violations]'); return { text: wrong.hidden ? '' : wrong.title }";
    let wrong = browser.wait("the calls", wrong, SOON);
    assert_eq!(wrong["text"], "", "calls that break Telegram's rules");
    let errors = "return { text: [...document.querySelectorAll('[data-error]')].filter((each) => !each.hidden).map((each) => each.textContent).join() }";
    let errors = browser.wait("the page", errors, SOON);
    assert_eq!(errors["text"], "", "what the page could not do");
}
