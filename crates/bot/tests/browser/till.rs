//! Paying in Stars on the page: the bot's invoice, Telegram's sheet, the balance; a payment that the bot hears of twice, or never.

use crate::phone::{Phone, SOON};
use crate::play::{ANN, DESK, is_sound, pass, restart, switch};
use crate::stage::Stage;

/// The smallest preset: 100 roubles.
const AMOUNT: i64 = 100 * 100;

pub(crate) fn a_user_pays_by_stars_and_each_payment_counts_once() {
    let stage = Stage::start(&["--fast"]);
    let mut browser = stage.visit(DESK, "");
    let mut phone = Phone::of(&mut browser, ANN);
    let (before, _) = phone.figures();

    // Put away first, then paid.
    ask_for_an_invoice(&mut phone);
    open_the_sheet(&mut phone);
    phone.tap("data-sheet-cancel");
    phone.wait("no sheet", "return !chat.querySelector('[data-sheet]').open");
    phone.has(before, 0);
    pay(&mut phone);
    phone.moved("top_up", 1);
    phone.has(before + AMOUNT, 0);
    phone.reads("100.₽ came in");

    switch(&mut phone, "payment-doubled", true);
    ask_for_an_invoice(&mut phone);
    pay(&mut phone);
    phone.moved("top_up", 2);
    phone.has(before + 2 * AMOUNT, 0);

    // What the bot never hears of, it finds in Telegram's own list: at its next start at the latest.
    switch(&mut phone, "payment-lost", true);
    ask_for_an_invoice(&mut phone);
    pay(&mut phone);
    pass(&mut phone, 900, "15 min");
    phone.moved("top_up", 2);
    restart(&mut phone);
    phone.moved("top_up", 3);
    phone.has(before + 3 * AMOUNT, 0);

    // Telegram takes a payment back by itself.
    phone.click("the last payment's return", "return [...chat.querySelectorAll('[data-return]')].at(-1)");
    phone.moved("refund_payment", 1);
    phone.has(before + 2 * AMOUNT, 0);

    is_sound(&mut browser);
}

/// From the balance to the button that pays.
fn ask_for_an_invoice(phone: &mut Phone<'_>) {
    let newest = phone.newest();
    phone.say("/balance");
    phone.wait("the balance", &format!("return Number(theirs.at(-1).dataset.message) > {newest}"));
    phone.press("^Top up$");
    phone.press("^100.₽$");
    phone.wait("a button that pays", "return theirs.at(-1).querySelector('[data-invoice]')");
}

fn open_the_sheet(phone: &mut Phone<'_>) {
    phone.click("the invoice", "return theirs.at(-1).querySelector('[data-invoice]')");
    phone.wait("the sheet", "return chat.querySelector('[data-sheet]').open");
}

/// Pays, and waits until Telegram says that it is paid.
fn pay(phone: &mut Phone<'_>) {
    let notes = "chat.querySelectorAll('[data-kind=successful_payment]').length";
    let before = phone.wait("a count", &format!("return {{ n: {notes} }}"))["n"].as_u64().expect("a number");
    open_the_sheet(phone);
    phone.click("pay", "return chat.querySelector('[data-sheet-pay]')");
    phone.wait("no sheet", "return !chat.querySelector('[data-sheet]').open");
    phone.browser.wait(
        "the note of the payment",
        &format!("const chat = document.querySelector(`[data-chat='{ANN}']`); return {notes} > {before}"),
        SOON,
    );
}
