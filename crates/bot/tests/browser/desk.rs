//! The owner's desk on the page: from /admin to the figures, their picture and their table, a user, a credit, who did it, and the log.

use crate::phone::Phone;
use crate::play::{ANN, DESK, is_sound};
use crate::stage::Stage;

/// The sandbox's owner.
const OWNER: i64 = 1000;

pub(crate) fn an_owner_runs_the_shop_from_the_desk() {
    let stage = Stage::start(&["--fast"]);
    let mut browser = stage.visit(DESK, &format!("?only={OWNER}"));
    let mut phone = Phone::of(&mut browser, OWNER);
    phone.wait("the greeting", "return theirs.length");
    phone.say("/admin");
    phone.reads("You are here as owner");
    phone.press("Figures$");
    phone.reads("Figures: today");
    phone.press("^7 days$");
    phone.reads("Figures: 7 days");
    phone.press("Picture$");
    phone.gets("photo", 1);
    phone.press("Table$");
    phone.gets("document", 1);

    phone.say("/admin 1001");
    phone.press("^Ann");
    phone.reads("With us since");
    phone.press("Credit$");
    phone.reads("Send the amount and the reason");
    phone.say("2500 a prize");
    phone.reads("Credit 2,500");
    phone.press("^Yes, do it$");
    phone.reads("the balance is changed");
    phone.say("/admin");
    phone.press("Who did what$");
    phone.reads("credited");
    phone.reads("a prize");
    phone.say("/admin");
    phone.press("Log$");
    phone.reads("Log from");
    phone.say("ready");
    phone.reads("ready to work");

    browser.open(&format!("{}/?only={ANN}", stage.url));
    let mut phone = Phone::of(&mut browser, ANN);
    phone.reads("2,500.₽ was added");
    is_sound(&mut browser);
}
