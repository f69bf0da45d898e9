//! Broken catalogs: each rule is broken once, and the finding must name the rule, the file and the line.

use domain::models::{Catalog, Problem, Rule};

/// A sound model; cases replace a piece of it. Line numbers of the cases count from here.
const SOUND: &str = r#"vendor = { slug = "test", name = "Test" }

[[model]]
id = "test/one"
kind = "text-to-video"
title = { ru = "Первая", en = "The first" }
summary = { ru = "Даёт одно.", en = "Gives one thing." }
example = { ru = "Проба", en = "A try" }

[[model.input]]
name = "prompt"
type = "text"
title = { ru = "Описание", en = "Prompt" }
required = true
max_length = 100

[[model.input]]
name = "duration"
type = "integer"
title = { ru = "Длина", en = "Length" }
min = 5
max = 15
default = 5

[[model.input]]
name = "resolution"
type = "choice"
title = { ru = "Разрешение", en = "Resolution" }
options = ["480p", "720p"]
default = "480p"

[[model.input]] # fourth
name = "clip"
type = "video"
title = { ru = "Ролик", en = "Clip" }
max_seconds = 30

[model.price]
date = 2026-10-10
source = "made up"
rows = [
  { when = { resolution = "480p" }, credits = 2, per = "second", seconds = "duration" },
  { when = { resolution = "720p" }, credits = 4, per = "second", seconds = "duration" },
]
"#;

fn problems(text: &str) -> Vec<Problem> {
    Catalog::load(&[("test.toml", text)]).err().unwrap_or_default()
}

fn shown(problems: &[Problem]) -> String {
    problems.iter().map(|problem| format!("\n  {problem}")).collect()
}

/// The last line that contains `mark`, from 1.
fn last_line(text: &str, mark: &str) -> usize {
    let before = text.rfind(mark).unwrap_or_else(|| panic!("no line with {mark}"));
    text[..before].lines().count() + usize::from(text[..before].ends_with('\n'))
}

/// Replaces `from` by `to` in the sound model and wants exactly this finding at the line of `mark`.
fn check(from: &str, to: &str, rule: Rule, mark: &str) {
    assert!(SOUND.contains(from), "the case is stale: {from}");
    let text = SOUND.replacen(from, to, 1);
    let line = text.lines().position(|line| line.contains(mark)).unwrap_or_else(|| panic!("no line with {mark}")) + 1;
    let found = problems(&text);
    let rules: Vec<_> = found.iter().map(|problem| problem.rule).collect();
    assert_eq!(rules, [rule], "{from} -> {to}:{}", shown(&found));
    assert_eq!((found[0].file.as_str(), found[0].line), ("test.toml", line), "{}", shown(&found));
    assert!(!found[0].message.is_empty() && !found[0].remedy.is_empty());
}

#[test]
fn the_sound_model_is_sound() {
    let found = problems(SOUND);
    assert!(found.is_empty(), "{}", shown(&found));
}

#[test]
fn the_form_of_the_file() {
    check("min = 5", "min = = 5", Rule::Syntax, "min = = 5");
    check("max_length = 100", "max_length = 100\nmaxlength = 3", Rule::UnknownKey, "maxlength");
    check(
        "  { when = { resolution = \"480p\" }, credits",
        "  { wen = 1, when = { resolution = \"480p\" }, credits",
        Rule::UnknownKey,
        "wen",
    );
    check("[model.price]\n", "[model.price]\nvalid = true\n", Rule::UnknownKey, "valid");
    check("max_length = 100\n", "", Rule::MissingKey, "[[model.input]]");
    check("source = \"made up\"\n", "", Rule::MissingKey, "[model.price]");
    check("max_length = 100", "max_length = \"100\"", Rule::WrongType, "max_length");
    check("date = 2026-10-10", "date = \"2026-10-10\"", Rule::WrongType, "date = ");
    check("credits = 2,", "credits = 1e3,", Rule::WrongType, "1e3");
    check("credits = 2,", "credits = 0.0000001,", Rule::WrongType, "0.0000001");
    check("kind = \"text-to-video\"", "kind = \"text-to-film\"", Rule::UnknownName, "text-to-film");
    check("type = \"video\"", "type = \"film\"", Rule::UnknownName, "film");
    check("per = \"second\"", "per = \"hour\"", Rule::UnknownName, "hour");
    check("vendor = { slug = \"test\", name = \"Test\" }", "", Rule::MissingKey, "");
}

#[test]
fn names_are_unique() {
    let twice = format!(
        "{SOUND}{}",
        SOUND.split_once("\n\n").unwrap().1.replace("Первая", "Вторая").replace("The first", "The second")
    );
    let twice = twice.replacen("Даёт одно.", "Даёт другое.", 1).replacen("Gives one thing.", "Gives another thing.", 1);
    let found = problems(&twice);
    assert_eq!(
        found.iter().map(|problem| (problem.rule, problem.line)).collect::<Vec<_>>(),
        [(Rule::DuplicateModel, last_line(&twice, "id = "))],
        "{}",
        shown(&found)
    );
    check("name = \"clip\"", "name = \"prompt\"", Rule::DuplicateInput, "[[model.input]] # fourth");
}

#[test]
fn two_files_of_a_vendor_write_it_alike() {
    let second = SOUND
        .replace("test/one", "test/two")
        .replace("Первая", "Вторая")
        .replace("The first", "The second")
        .replace("Даёт одно.", "Даёт другое.")
        .replace("Gives one thing.", "Gives another thing.");
    let found = |vendor: &str| {
        let second = second.replace("slug = \"test\", name = \"Test\"", vendor);
        let files = [("first.toml", SOUND), ("second.toml", second.as_str())];
        let problems = Catalog::load(&files).err().unwrap_or_default();
        problems.into_iter().map(|problem| (problem.file, problem.line, problem.rule)).collect::<Vec<_>>()
    };
    assert_eq!(found("slug = \"test\", name = \"Test\""), []);
    assert_eq!(found("slug = \"other\", name = \"Other\""), []);
    let finding = [("second.toml".to_owned(), 1, Rule::VendorName)];
    assert_eq!(found("slug = \"test\", name = \"Other\""), finding, "one slug, two names");
    assert_eq!(found("slug = \"other\", name = \"Test\""), finding, "one name, two slugs");
}

#[test]
fn aliases_lead_from_free_names_to_models() {
    let found = |aliases: &str| {
        let text = format!("{SOUND}\n[aliases]\n{aliases}\n");
        let problems = problems(&text);
        problems.into_iter().map(|problem| (problem.line - SOUND.lines().count() - 2, problem.rule)).collect::<Vec<_>>()
    };
    assert_eq!(found("\"test/old\" = \"test/one\""), []);
    assert_eq!(found("\"test/old\" = \"test/two\""), [(1, Rule::BadReference)]);
    assert_eq!(found("\"test/one\" = \"test/one\""), [(1, Rule::DuplicateModel)]);
    assert_eq!(found("\"test/old\" = 5"), [(1, Rule::WrongType)]);
}

#[test]
fn gifts_are_sold_models_of_little_cost_with_sane_limits() {
    let cheap = |model: &str| model.replace("credits = 2,", "credits = 0.1,").replace("credits = 4,", "credits = 0.2,");
    let found = |model: &str, limits: &str| {
        let text = format!("{model}\n[free]\n{limits}\n");
        let problems = problems(&text);
        let first = model.lines().count() + 2;
        problems.into_iter().map(|problem| (problem.line - first, problem.rule)).collect::<Vec<_>>()
    };
    let sound = cheap(SOUND);
    let table: &[(&str, &[Rule])] = &[
        ("\"test/one\" = { day = 3, hour = 1 }", &[]),
        ("\"test/one\" = { day = 3, hour = 3 }", &[]),
        ("\"test/two\" = { day = 3, hour = 1 }", &[Rule::BadReference]),
        ("\"test/one\" = { day = 0, hour = 1 }", &[Rule::BadBounds]),
        ("\"test/one\" = { day = 3, hour = 0 }", &[Rule::BadBounds]),
        ("\"test/one\" = { day = 3, hour = -1 }", &[Rule::BadBounds]),
        ("\"test/one\" = { day = 3, hour = 4 }", &[Rule::BadBounds]),
        ("\"test/one\" = { day = 3 }", &[Rule::MissingKey]),
        ("\"test/one\" = { day = 3, hour = 1, week = 9 }", &[Rule::UnknownKey]),
        ("\"test/one\" = 3", &[Rule::WrongType]),
    ];
    for (limits, rules) in table {
        let wanted: Vec<_> = rules.iter().map(|rule| (1, *rule)).collect();
        assert_eq!(found(&sound, limits), wanted, "{limits}");
    }
    let limits = "\"test/one\" = { day = 3, hour = 1 }";
    let hidden = sound.replacen("kind =", "hidden = \"withdrawn\"\nkind =", 1);
    assert_eq!(found(&hidden, limits), [(1, Rule::NotSellable)]);
    assert_eq!(found(SOUND, limits), [(1, Rule::PriceOutOfBand)], "sixty credits are no gift");
    let twice = [("one.toml", format!("{sound}\n[free]\n{limits}")), ("two.toml", format!("[free]\n{limits}"))];
    let problems = Catalog::load(&twice.each_ref().map(|(name, text)| (*name, text.as_str()))).unwrap_err();
    let places: Vec<_> = problems.iter().map(|problem| (problem.file.as_str(), problem.line, problem.rule)).collect();
    assert_eq!(places, [("two.toml", 2, Rule::DuplicateModel)]);
    let free = Catalog::load(&[("one.toml", &twice[0].1)]).unwrap();
    assert_eq!(free.live().next().unwrap().free, Some(domain::free::FreeLimits { day: 3, hour: 1 }));
}

#[test]
fn a_source_that_nobody_can_have_is_refused() {
    let second = SOUND
        .replace("test/one", "test/two")
        .replace("Первая", "Вторая")
        .replace("The first", "The second")
        .replace("Даёт одно.", "Даёт другое.")
        .replace("Gives one thing.", "Gives another thing.");
    let source = "[[model.input]]\nname = \"task_id\"\ntype = \"task\"\ntitle = { ru = \"Из чего\", en = \"From what\" }\nrequired = true\nof = [\"test/one\"]\n\n[model.price]";
    let second = second.replacen("[model.price]", source, 1);
    let found = |first: &str| {
        let problems = Catalog::load(&[("first.toml", first), ("second.toml", &second)]).err().unwrap_or_default();
        problems.into_iter().map(|problem| (problem.file, problem.line, problem.rule)).collect::<Vec<_>>()
    };
    let line = last_line(&second, "of = [");
    assert_eq!(found(SOUND), []);
    let hidden = SOUND.replacen("kind =", "hidden = \"withdrawn\"\nkind =", 1);
    assert_eq!(found(&hidden), [("second.toml".to_owned(), line, Rule::BadReference)], "the source is hidden");
    let gone = SOUND.replace("test/one", "test/other");
    assert_eq!(found(&gone), [("second.toml".to_owned(), line, Rule::BadReference)], "the source is gone");
}

#[test]
fn a_dedicated_endpoint_is_said_in_full() {
    let found = |entry: &str| {
        let text = format!("{SOUND}\n[model.dedicated]\n{entry}\n");
        let first = SOUND.lines().count() + 2;
        let problems = problems(&text);
        problems.into_iter().map(|problem| (problem.line - first, problem.rule)).collect::<Vec<_>>()
    };
    let sound = "family = \"veo\"\npath = \"/api/v1/veo/generate\"\n";
    assert_eq!(found(sound), []);
    let more =
        "names = { clip = \"videoUrl\" }\nvalues = { resolution = [[\"720p\", \"hd\"]] }\nwithout = [\"duration\"]";
    assert_eq!(found(&format!("{sound}{more}")), []);
    let table: &[(&str, usize, Rule)] = &[
        ("names = { film = \"videoUrl\" }", 3, Rule::BadReference),
        ("without = [\"film\"]", 3, Rule::BadReference),
        ("values = { film = [[1, 2]] }", 3, Rule::BadReference),
        ("values = { resolution = [[\"8k\", \"hd\"]] }", 0, Rule::BadReference),
        ("values = { resolution = [[\"720p\"]] }", 3, Rule::WrongType),
        ("names = { clip = \"prompt\" }", 0, Rule::DuplicateInput),
        ("note = { ru = \"Иначе.\" }", 3, Rule::MissingLanguage),
        ("colour = 1", 3, Rule::UnknownKey),
    ];
    for (entry, line, rule) in table {
        assert_eq!(found(&format!("{sound}{entry}")), [(*line, *rule)], "{entry}");
    }
    assert_eq!(found(&sound.replace("veo\"", "market\"")), [(1, Rule::UnknownName)], "the unified one is no other way");
    assert_eq!(found(&sound.replace("/api/v1/", "veo/")), [(2, Rule::WrongType)]);
    assert_eq!(found("family = \"veo\""), [(0, Rule::MissingKey)]);
}

#[test]
fn every_rule_is_broken_by_a_case_of_this_file() {
    let named = include_str!("catalog_problems.rs").split("Rule::").skip(1);
    let named: Vec<&str> = named.map(|rest| rest.split(|c: char| !c.is_alphanumeric()).next().unwrap()).collect();
    let without: Vec<_> = Rule::ALL.iter().filter(|rule| !named.contains(&format!("{rule:?}").as_str())).collect();
    assert!(without.is_empty(), "no case breaks {without:?}");
}

#[test]
fn choices_are_sound() {
    check(
        "options = [\"480p\", \"720p\"]",
        "options = [\"480p\", \"720p\", \"480p\"]",
        Rule::DuplicateChoice,
        "options",
    );
    check("options = [\"480p\", \"720p\"]", "options = [\"480p\", \"720p\", 5]", Rule::MixedWireTypes, "options");
    check("default = \"480p\"", "default = \"1080p\"", Rule::DefaultNotOffered, "default = \"1080p\"");
    check("default = \"480p\"", "default = 480", Rule::DefaultNotOffered, "default = 480");
    check("options = [\"480p\", \"720p\"]", "options = [\"480p\", \"720p\", \"auto\"]", Rule::LabelIsWireValue, "auto");
    let same = "options = [\"480p\", \"720p\", { value = \"auto\", ru = \"Сам\", en = \"auto\" }]";
    check("options = [\"480p\", \"720p\"]", same, Rule::LabelIsWireValue, "auto");
    let long = "options = [\"480p\", \"720p\", { value = \"FIRST_AND_LAST_FRAMES_2_VIDEO_AND_MORE\", ru = \"Кадры\", en = \"Frames\" }]";
    check("options = [\"480p\", \"720p\"]", long, Rule::LongKey, "FIRST_AND");
    let alike = "options = [{ value = \"480p\", ru = \"Чёткое\", en = \"Sharp\" }, { value = \"720p\", ru = \"Чётче\", en = \"sharp\" }]";
    check("options = [\"480p\", \"720p\"]", alike, Rule::DuplicateLabel, "options");
    check("options = [\"480p\", \"720p\"]", "options = []", Rule::BadBounds, "options");
}

#[test]
fn bounds_are_sane() {
    check("min = 5", "min = 16", Rule::BadBounds, "max = 15");
    check("default = 5", "default = 4", Rule::BadBounds, "default = 4");
    check("max = 15", "max = 15\nstep = 0", Rule::BadBounds, "max = 15");
    check("max = 15", "max = 15\nstep = 3\nusual = [5, 10]", Rule::BadBounds, "max = 15");
    check("max_length = 100", "max_length = 100\nmin_length = 101", Rule::BadBounds, "max_length");
    check("max_seconds = 30", "max_seconds = 30\nmax_total_seconds = 0", Rule::BadBounds, "type = \"video\"");
    check("type = \"video\"", "type = \"videos\"\nmin_items = 3\nmax_items = 2", Rule::BadBounds, "videos");
}

#[test]
fn texts_are_there_in_both_languages() {
    check(
        "summary = { ru = \"Даёт одно.\", en = \"Gives one thing.\" }",
        "summary = { ru = \"Даёт одно.\" }",
        Rule::MissingLanguage,
        "summary",
    );
    check(
        "title = { ru = \"Длина\", en = \"Length\" }",
        "title = { en = \"Length\" }",
        Rule::MissingLanguage,
        "\"Length\"",
    );
    check("en = \"Gives one thing.\"", "en = \" \"", Rule::EmptyText, "summary");
    check("title = { ru = \"Ролик\", en = \"Clip\" }\n", "", Rule::MissingKey, "[[model.input]] # fourth");
    let second = SOUND.replace("test/one", "test/two").replace("vendor = { slug = \"test\", name = \"Test\" }", "");
    let both = format!("{SOUND}{second}");
    let found = problems(&both);
    let (title, summary) = (last_line(&both, "title = { ru = \"Первая"), last_line(&both, "summary = "));
    let rules: Vec<_> = found.iter().map(|problem| (problem.rule, problem.line)).collect();
    assert_eq!(rules, [title, title, summary, summary].map(|line| (Rule::DuplicateText, line)), "{}", shown(&found));
}

#[test]
fn what_is_sold_can_be_bought_and_delivered() {
    check("kind = \"text-to-video\"", "kind = \"text-to-video\"\noutput = \"audio\"", Rule::NoDelivery, "output");
    check(
        "kind = \"text-to-video\"",
        "kind = \"text-to-video\"\nalso = [\"music\", \"text-to-image\"]",
        Rule::NoDelivery,
        "kind = ",
    );
    check("example = { ru = \"Проба\", en = \"A try\" }\n", "", Rule::NotSellable, "id = ");
    let unpriced = SOUND.split_once("[model.price]").unwrap().0;
    let found = problems(unpriced);
    assert_eq!(
        found.iter().map(|problem| (problem.rule, problem.line)).collect::<Vec<_>>(),
        [(Rule::NotSellable, 4)],
        "{}",
        shown(&found)
    );
    let hidden = unpriced.replacen("kind =", "hidden = \"no price found\"\nkind =", 1);
    assert!(problems(&hidden).is_empty(), "hidden with a reason is fine: {}", shown(&problems(&hidden)));
    check("kind = \"text-to-video\"", "kind = \"text-to-video\"\nhidden = \"\"", Rule::EmptyText, "hidden");
}

#[test]
fn prices_cover_what_is_offered_and_nothing_else() {
    let last = "  { when = { resolution = \"720p\" }, credits = 4, per = \"second\", seconds = \"duration\" },\n";
    check(last, "", Rule::NoPrice, "[model.price]");
    check("{ when = { resolution = \"480p\" }, credits = 2", "{ credits = 2", Rule::UnreachableRow, "credits = 4");
    check(last, &format!("{last}{}", last.replace("4", "5")), Rule::UnreachableRow, "credits = 5");
    let surcharge = "source = \"made up\"\nsurcharges = [{ when = { clip = \"given\", duration = { at_least = 16 } }, credits = 1, per = \"generation\" }]";
    check("source = \"made up\"", surcharge, Rule::UnreachableRow, "surcharges");
    check("credits = 2,", "credits = 0.01,", Rule::PriceOutOfBand, "[model.price]");
    check("credits = 2,", "credits = 400,", Rule::PriceOutOfBand, "[model.price]");
    check("credits = 2,", "credits = 0,", Rule::PriceOutOfBand, "credits = 0");
    // A video that may be left out would make the generation free.
    check("seconds = \"duration\" },\n  { when", "seconds = \"clip\" },\n  { when", Rule::NoPrice, "[model.price]");
    // A rule that forbids the rest makes the missing row right.
    let forbidden = SOUND.replacen(last, "", 1).replacen(
        "example =",
        "rules = [{ forbid = { resolution = \"720p\" } }]\nexample =",
        1,
    );
    assert!(problems(&forbidden).is_empty(), "{}", shown(&problems(&forbidden)));
}

#[test]
fn prices_hang_on_what_is_known() {
    check("seconds = \"duration\" },\n  { when", "seconds = \"length\" },\n  { when", Rule::BadReference, "\"length\"");
    check("when = { resolution = \"720p\" }", "when = { quality = \"720p\" }", Rule::BadReference, "quality");
    check("when = { resolution = \"720p\" }", "when = { resolution = \"1080p\" }", Rule::BadReference, "1080p");
    check("when = { resolution = \"720p\" }", "when = { resolution = 720 }", Rule::BadReference, "720 }");
    check("when = { resolution = \"720p\" }", "when = { clip.characters = 3 }", Rule::BadReference, "characters");
    check(
        "when = { resolution = \"720p\" }",
        "when = { output.pixels = { at_most = 3 } }",
        Rule::BadReference,
        "output",
    );
    check(
        "max_seconds = 30\n\n[model.price]",
        "when = { later = \"given\" }\n\n[model.price]",
        Rule::BadReference,
        "later",
    );
    check("default = 5\n", "", Rule::OpenPriceInput, "[model.price]");
    check("default = \"480p\"\n", "", Rule::OpenPriceInput, "[model.price]");
}

#[test]
fn measured_prices_have_an_upper_bound() {
    let unbounded = SOUND.replacen("max_seconds = 30\n", "", 1).replacen(
        "seconds = \"duration\"",
        "seconds = [\"duration\", \"clip\"]",
        1,
    );
    let found = problems(&unbounded);
    assert_eq!(
        found.iter().map(|problem| (problem.rule, problem.line)).collect::<Vec<_>>(),
        [(Rule::UnboundedPrice, 41)],
        "{}",
        shown(&found)
    );
    let tokens = "credits = 2, per = \"1M tokens\" }, #";
    check("credits = 2,", tokens, Rule::UnboundedPrice, "1M tokens");
}

#[test]
fn a_price_with_too_many_combinations_is_refused() {
    let mut inputs = String::new();
    let mut when = String::new();
    for number in 0..5 {
        let options: Vec<_> = (0..10).map(|option| option.to_string()).collect();
        inputs += &format!(
            "[[model.input]]\nname = \"x{number}\"\ntype = \"choice\"\ntitle = {{ ru = \"Х\", en = \"X\" }}\noptions = [{}]\ndefault = 1\n",
            options.join(", ")
        );
        when += &format!(", x{number} = 1");
    }
    let from = "[model.price]";
    let text = SOUND.replacen(from, &format!("{inputs}{from}"), 1).replacen(
        "resolution = \"480p\" }",
        &format!("resolution = \"480p\"{when} }}"),
        1,
    );
    let found = problems(&text);
    assert_eq!(
        found.iter().map(|problem| problem.rule).collect::<Vec<_>>(),
        [Rule::TooManyCombinations],
        "{}",
        shown(&found)
    );
}

#[test]
fn all_problems_are_shown_at_once_and_across_files() {
    let first = SOUND.replacen("min = 5", "min = 16", 1).replacen("type = \"video\"", "type = \"film\"", 1);
    let second = "vendor = { slug = \"x\", name = \"X\" }\n[[model]]\nid = \"x\"\ncolour = 1\n";
    let found = Catalog::load(&[("first.toml", &first), ("second.toml", second)]).unwrap_err();
    let places: Vec<_> = found.iter().map(|problem| (problem.file.as_str(), problem.line, problem.rule)).collect();
    assert!(places.contains(&("first.toml", last_line(&first, "max = 15"), Rule::BadBounds)), "{}", shown(&found));
    assert!(places.contains(&("first.toml", last_line(&first, "film"), Rule::UnknownName)), "{}", shown(&found));
    assert!(places.contains(&("second.toml", 4, Rule::UnknownKey)), "{}", shown(&found));
    assert!(places.contains(&("second.toml", 2, Rule::MissingKey)), "{}", shown(&found));
    let line = found[0].to_string();
    assert!(line.starts_with("first.toml:22: bad-bounds: "), "{line}");
}
