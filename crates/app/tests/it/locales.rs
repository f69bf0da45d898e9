//! Typography and width of the texts: what a proof-reader would mark.

use app::texts::{Texts, source};
use domain::screen::Language;

const FILES: [(Language, &str); 2] = [(Language::Ru, source(Language::Ru)), (Language::En, source(Language::En))];
const NBSP: char = '\u{a0}';

/// Each line of a file that is not a comment, with its number.
fn lines(source: &'static str) -> impl Iterator<Item = (usize, &'static str)> {
    (1..).zip(source.lines()).filter(|(_, line)| !line.starts_with('#'))
}

fn check(language: Language, breaks: impl Fn(&str) -> bool) -> Vec<String> {
    let source = FILES.iter().find(|(known, _)| *known == language).map_or("", |(_, source)| source);
    let broken = lines(source).filter(|(_, line)| breaks(line));
    broken.map(|(number, line)| format!("{}:{number}: {line}", language.code())).collect()
}

#[test]
fn a_figure_keeps_its_unit_and_a_word_its_dash() {
    let units = [
        "₽",
        "сек",
        "мин",
        "ч",
        "МБ",
        "символ",
        "файл",
        "заказ",
        "запуск",
        "sec",
        "min",
        "MB",
        "character",
        "file",
        "order",
        "run",
    ];
    for language in Language::ALL {
        let loose = check(language, |line| {
            units.iter().any(|unit| line.contains(&format!("}} {unit}")))
                || line.contains(" — ")
                || line.contains(" – ")
        });
        assert_eq!(loose, Vec::<String>::new(), "a plain space may break the line here");
    }
}

#[test]
fn each_language_has_its_own_dash_and_quotes() {
    assert_eq!(check(Language::Ru, |line| line.contains('–') || line.contains(['“', '”'])), Vec::<String>::new());
    assert_eq!(check(Language::En, |line| line.contains('—') || line.contains(['«', '»'])), Vec::<String>::new());
}

#[test]
fn no_line_has_stray_spaces_or_three_dots() {
    for language in Language::ALL {
        let stray = |line: &str| {
            let words = line.trim_start();
            let doubled =
                words.contains("  ") || words.contains(&format!(" {NBSP}")) || words.contains(&format!("{NBSP} "));
            doubled || line.ends_with([' ', NBSP]) || line.contains("...") || line.contains('\t')
        };
        assert_eq!(check(language, stray), Vec::<String>::new());
    }
}

#[test]
fn only_known_marks_are_used_and_each_is_closed() {
    for (language, source) in FILES {
        let texts: String = lines(source).map(|(_, line)| format!("{line}\n")).collect();
        let marks: Vec<&str> =
            texts.split('<').skip(1).filter_map(|rest| rest.split_once('>').map(|(mark, _)| mark)).collect();
        let mut open = Vec::new();
        for mark in marks {
            match mark.strip_prefix('/') {
                Some(closed) => assert_eq!(open.pop(), Some(closed), "{language:?}"),
                None => {
                    assert!(["b", "i", "code", "q"].contains(&mark), "{language:?}: <{mark}>");
                    open.push(mark);
                }
            }
        }
        assert_eq!(open, Vec::<&str>::new());
    }
}

/// Two buttons share the width of a phone: about twenty letters each, then they are cut.
#[test]
fn buttons_that_stand_two_by_two_fit_a_phone() {
    let texts = Texts::load().unwrap();
    for (language, source) in FILES {
        let keys = lines(source).filter_map(|(_, line)| line.split_once(" =")).map(|(key, _)| key);
        let alone = [
            "button-write-support",
            "button-resume",
            "button-confirm",
            "button-confirm-metered",
            "button-keep",
            "button-edit",
            "button-waiting",
            "button-stop-selling",
            "button-resume-selling",
            "button-pay-back",
            "button-dismiss",
            "button-rollback",
        ];
        for key in keys.filter(|key| (key.starts_with("kind-") || key.starts_with("button-")) && !alone.contains(key)) {
            let label = texts.in_language(language).plain(key, &[("n", 10.into())]);
            // Emoji are two wide.
            let width: usize = label.chars().map(|letter| if u32::from(letter) > 0x2300 { 2 } else { 1 }).sum();
            assert!(width <= 23, "{label} is {width} wide");
        }
    }
}
