//! Every notice with its arguments, and every text with plural forms for the numbers that tell the forms apart.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use app::conversation::Notice;
use app::texts::Arg;
use domain::ledger::Amount;
use domain::models::Localized;
use domain::money::Money;
use domain::screen::Language;

use crate::notation::text;
use crate::world::texts;

/// The snapshot files of this module.
pub(crate) const FILES: [&str; 2] = ["notices", "numbers"];

const RU: &str = app::texts::source(Language::Ru);
/// These tell all plural forms of both languages apart.
const NUMBERS: [i64; 8] = [0, 1, 2, 5, 11, 21, 22, 100];

fn check(name: &str, shown: &str) {
    insta::with_settings!({
        snapshot_path => "../snapshots/notices",
        prepend_module_to_snapshot => false,
        omit_expression => true,
    }, {
        insta::assert_snapshot!(name, shown);
    });
}

/// The messages of the Russian file: each key with what is written for it.
fn messages() -> BTreeMap<&'static str, String> {
    let mut messages: BTreeMap<&str, String> = BTreeMap::new();
    let mut current = None;
    for line in RU.lines().filter(|line| !line.starts_with('#')) {
        if let Some((key, rest)) = line.split_once(" =").filter(|(key, _)| !key.starts_with(' ')) {
            current = Some(key);
            messages.insert(key, rest.to_owned());
        } else if let Some(message) = current.and_then(|key| messages.get_mut(key)) {
            message.push_str(line);
        }
    }
    messages
}

/// The names of a message's variables.
fn variables(message: &str) -> Vec<&str> {
    let mut names: Vec<_> = message.split('$').skip(1).filter_map(|rest| rest.split([' ', '}', ')']).next()).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// What `decide` puts in for the variables of notices.
fn with_samples(key: &str, names: &[&str]) -> Notice {
    names.iter().fold(Notice::new(key), |notice, name| match *name {
        "length" => notice.number("length", 1001),
        "count" => notice.number("count", 1),
        "formats" => notice.words("formats", "JPEG, PNG, WEBP"),
        "min" if key == "notice-below-min" || key == "notice-off-step" => {
            notice.figure("min", &"0.1".parse().expect("a decimal"))
        }
        "max" if key == "notice-above-max" => notice.figure("max", &"1.2".parse().expect("a decimal")),
        "step" => notice.figure("step", &"0.05".parse().expect("a decimal")),
        "min" if key == "notice-amount-out-of-bounds" => notice.money("min", Money::from_kopecks(50_00)),
        "max" if key == "notice-amount-out-of-bounds" => notice.money("max", Money::from_kopecks(50_000_00)),
        "min" => notice.number("min", 2),
        "max" => notice.number("max", 3),
        "minutes" => notice.number("minutes", 15),
        "wait" => notice.span("wait", std::time::Duration::from_secs(40)),
        "inputs" => {
            let (ru, en) = ("Портрет, Ещё снимки".to_owned(), "Portrait, More pictures".to_owned());
            notice.title("inputs", Localized { ru, en })
        }
        "trouble" => notice.text("trouble", "trouble-out-of-credits"),
        "contact" => notice.words("contact", "@kiebot_help"),
        "model" => {
            let (ru, en) = ("Тихий океан".to_owned(), "Pacific".to_owned());
            notice.title("model", Localized { ru, en })
        }
        "quoted" => notice.credits("quoted", "4.5".parse().expect("credits")),
        "taken" => notice.credits("taken", "10".parse().expect("credits")),
        "earned" => notice.money("earned", Money::from_kopecks(4_30)),
        "cost" => notice.money("cost", Money::from_kopecks(4_78)),
        "losses" => notice.number("losses", 3),
        "old" => notice.rate("old", "95".parse().expect("a rate")),
        "new" => notice.rate("new", "106.7832".parse().expect("a rate")),
        "rate" => notice.rate("rate", "106.7832".parse().expect("a rate")),
        "change" => notice.change("change", 124),
        "day" => notice.day("day", "2026-11-29"),
        "amount" => notice.money("amount", Money::from_kopecks(4_30)),
        "reason" => notice.words("reason", "на картинке не тот кот"),
        "runs" => notice.number("runs", 5),
        "who" => notice.words("who", "Анна (@anna)"),
        "gift" => notice.amount("gift", Amount::runs(3)),
        "asked" => notice.money("asked", Money::from_kopecks(5_00)),
        "reference" => notice.words("reference", "ABCD1234"),
        "user" => notice.words("user", "0123456789abcdef0123456789abcdef"),
        "payment" => notice.words("payment", "stx_charge_1"),
        "provider" => notice.words("provider", "yookassa"),
        "detail" => notice.words("detail", "401 unauthorized"),
        "currency" => notice.words("currency", "USD"),
        "stars" => notice.number("stars", 50),
        other => panic!("no sample for `{other}` of `{key}`"),
    })
}

#[test]
fn notices() {
    let mut shown = String::new();
    for language in Language::ALL {
        writeln!(shown, "=== {}", language.code()).expect("a String");
        let words = texts().in_language(language);
        for (key, message) in messages() {
            let is_sent_alone = ["notice-", "owner-", "progress-", "result-"].iter().any(|kind| key.starts_with(kind));
            if is_sent_alone && key != "result-caption" {
                let notice = with_samples(key, &variables(&message));
                writeln!(shown, "{key}: {}", text(&notice.render(words))).expect("a String");
            }
        }
        shown.push('\n');
    }
    check("notices", &shown);
}

#[test]
fn numbers() {
    let mut shown = String::new();
    for language in Language::ALL {
        writeln!(shown, "=== {}", language.code()).expect("a String");
        let words = texts().in_language(language);
        for (key, message) in messages() {
            let counted: Vec<_> = message.match_indices(" ->").map(|(at, _)| &message[..at]).collect();
            let Some(name) = counted.first().and_then(|before| before.rsplit('$').next()) else { continue };
            writeln!(shown, "{key}").expect("a String");
            for number in NUMBERS {
                let others = variables(&message).into_iter().filter(|other| *other != name);
                let mut args: Vec<(&str, Arg)> = others.map(|other| (other, Arg::Words("…".to_owned()))).collect();
                args.push((name, Arg::Number(number)));
                writeln!(shown, "    {}", text(&words.text(key, &args)).replace('\n', " / ")).expect("a String");
            }
        }
        shown.push('\n');
    }
    check("numbers", &shown);
}

/// A notice whose text is missing would be shown as its key.
#[test]
fn every_notice_has_words_of_its_own() {
    for language in Language::ALL {
        let mut seen = BTreeMap::new();
        for (key, message) in messages().into_iter().filter(|(key, _)| key.starts_with("notice-")) {
            let said = with_samples(key, &variables(&message)).render(texts().in_language(language)).to_plain();
            assert!(!said.is_empty() && !said.contains(key) && !said.contains('{'), "{key}: {said}");
            let twin = seen.insert(said, key);
            assert_eq!(twin, None, "`{key}` says the same");
        }
    }
}
