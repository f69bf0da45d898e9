//! What a user sees of a generation: its progress, its end, what can be done with the result, the receipt, the history. And what its buttons do.
//!
//! Everything stands before `studio`, a catalog that does not grow with what is really sold.

use std::time::Duration;

use app::conversation::{Effect, View};
use app::screens::{PAGE, Receipt};
use domain::generation::{Failure, FailureReason, Generation, ResultFile, Results, State, Success, Undeliverable};
use domain::ids::{GenerationId, ModelId, OperationId, TaskId};
use domain::ledger::Amount;
use domain::models::{Inputs, Media, MediaFacts, MediaKey, MediaRef, Value};
use domain::money::Money;
use domain::ports::StatementLine;
use domain::screen::{Action, Emphasis, GenerationAct, HistoryFilter, Key, Language, Press};

use crate::snapshots::{Case, Group, case_in, check};
use crate::world::*;

const UPSCALE: &str = "studio/upscale";
const SONG: &str = "studio/song";
const TRANSCRIPT: &str = "studio/transcript";

pub(crate) const GROUPS: [Group; 4] =
    [("progress", progress), ("results", results), ("receipts", receipts), ("history", history)];

#[test]
fn every_progress_result_receipt_and_history() {
    for (group, cases) in GROUPS {
        check(group, cases());
    }
}

fn at(name: impl Into<String>, prepare: impl FnOnce(&mut World)) -> Case {
    case_in(name, World::before(studio()), prepare)
}

fn progress() -> Vec<Case> {
    let mut cases = Vec::new();
    for ahead in [0, 1, 2, 5, 21] {
        cases.push(card(&format!("queued_{ahead}_ahead"), generation(State::Queued), ahead));
    }
    let failed = |reason| State::Failed(Failure { reason, detail: Some("500: internal error, key abc".to_owned()) });
    let undeliverable = |reason| State::Undeliverable { success: success(None), reason };
    let states = [
        ("submitting", State::Submitting),
        ("running", State::Running { task: TaskId("t".to_owned()) }),
        ("succeeded", State::Succeeded(success(None))),
        ("delivered", State::Delivered(success(None))),
        ("undeliverable_chat_gone", undeliverable(Undeliverable::ChatGone)),
        ("undeliverable_refused", undeliverable(Undeliverable::Refused)),
        ("cancelled", State::Cancelled),
        ("failed_inputs_refused", failed(FailureReason::InputsRefused)),
        ("failed_content_refused", failed(FailureReason::ContentRefused)),
        ("failed_provider_failed", failed(FailureReason::ProviderFailed)),
        ("failed_model_unavailable", failed(FailureReason::ModelUnavailable)),
        ("failed_service_unavailable", failed(FailureReason::ServiceUnavailable)),
        ("failed_answer_lost", failed(FailureReason::AnswerLost)),
        ("failed_timed_out", failed(FailureReason::TimedOut)),
        ("failed_queued_too_long", failed(FailureReason::QueuedTooLong)),
    ];
    cases.extend(states.map(|(name, state)| card(name, generation(state), 0)));
    let running = || generation(State::Running { task: TaskId("t".to_owned()) });
    for (name, seconds) in [("running_for_eight_minutes", 8 * 60), ("running_for_five_hours", 5 * 3600)] {
        let mut overdue = running();
        overdue.created_at = NOON - Duration::from_secs(seconds);
        overdue.since = overdue.created_at;
        cases.push(card(name, overdue, 0));
    }
    // A metered model consumed less than its bound: what is shown is what was captured.
    let metered = |state| generation_of(VIDEO, "30", true, state);
    cases.push(card("delivered_metered", metered(State::Delivered(success(Some("12.5")))), 0));
    let refused = State::Undeliverable { success: success(Some("12.5")), reason: Undeliverable::Refused };
    cases.push(card("undeliverable_refused_metered", metered(refused), 0));
    cases.push(card("of_a_model_that_is_gone", generation_of("old/model", "4", false, State::Cancelled), 0));
    cases.push(at("too_late_to_cancel", |world| {
        world.facts = facts_of(running(), 0);
        world.about(&running(), GenerationAct::Cancel);
    }));
    cases.push(at("gone", |world| {
        let press = Action::Generation { generation: GenerationId::from_bytes([3; 16]), act: GenerationAct::Show };
        world.press(press);
    }));
    let measured = |name: &str, rare: u64| {
        let mut case = World::before(studio());
        case.facts = facts_of(generation(State::Queued), 2);
        if let Some(facts) = &mut case.facts.generation {
            facts.rare = Some(Duration::from_secs(rare));
        }
        case_in(name, case, |world| {
            world.talk.view = View::Generation { generation: GenerationId::from_bytes([9; 16]) }
        })
    };
    cases.push(measured("queued_with_a_measured_time", 118));
    cases.push(measured("queued_with_a_steady_time", 40));
    cases
}

fn results() -> Vec<Case> {
    let delivered = |model: &str, results: Results| {
        generation_of(model, "4", false, State::Delivered(Success { results, ..success(None) }))
    };
    let files = |extension: &str| Results { files: vec![file(extension)], ..Results::default() };
    let mut of_another = delivered(EDIT, files("png"));
    of_another.made_from = Some(GenerationId::from_bytes([7; 16]));
    let mut cases = vec![
        card("picture", delivered(PICTURE, files("png")), 0),
        card("picture_without_words", delivered(UPSCALE, files("png")), 0),
        card("picture_of_a_withdrawn_model", delivered("workshop/hidden", files("png")), 0),
        card("video", delivered(VIDEO, files("mp4")), 0),
        card("song", delivered(SONG, files("mp3")), 0),
        card("text", delivered(TRANSCRIPT, Results { text: Some("Ла".to_owned()), ..Results::default() }), 0),
        card("made_from_an_earlier_one", of_another, 0),
    ];
    cases.push(at("of_a_favourite_model", |world| {
        world.facts = facts_of(delivered(PICTURE, files("png")), 0);
        if let Some(facts) = &mut world.facts.generation {
            facts.favourite = true;
        }
        world.talk.view = View::Generation { generation: GenerationId::from_bytes([9; 16]) };
    }));
    cases
}

fn file(extension: &str) -> ResultFile {
    let url = format!("https://kie.example/1.{extension}");
    ResultFile { url, title: None, cover_url: None, duration_ms: None }
}

fn receipts() -> Vec<Case> {
    let receipt = |name: &str, generation: Generation, lines: Vec<StatementLine>| {
        at(name, |world| {
            world.talk.view = View::Receipt { generation: generation.id };
            let later = |(at, line): (u32, StatementLine)| StatementLine {
                at: generation.created_at + Duration::from_secs(40) * at,
                ..line
            };
            let movements = (0..).zip(lines).map(later).collect();
            world.facts.receipt = Some(Receipt { generation: generation.clone(), movements });
        })
    };
    let metered = |state| generation_of(VIDEO, "30", true, state);
    let filled = |model: &str, inputs: Inputs| Generation {
        inputs: serde_json::to_value(&inputs).expect("inputs are JSON"),
        ..{
            let entry = studio().model(&ModelId(model.to_owned())).expect("it is sold");
            let cost = entry.credits(&inputs).expect("it has a price");
            generation_of(model, &cost.credits.to_string(), cost.metered, State::Delivered(success(None)))
        }
    };
    let choices = Inputs::new()
        .with("prompt", Value::text("Лес"))
        .with("quality", Value::choice("fine"))
        .with("seconds", Value::Integer(8))
        .with("sound", Value::Bool(false));
    let facts = MediaFacts { millis: Some(61_200), ..MediaFacts::unknown(Media::Audio) };
    let recording = Value::Media(vec![MediaRef { key: MediaKey("file".to_owned()), facts }]);
    let said = |text: &str| Inputs::new().with("text", Value::text(text)).with("voice", Value::choice("v00Xk"));
    let lines = Value::Objects(vec![said("Привет!"), said("И тебе привет.")]);
    let failed = Failure { reason: FailureReason::TimedOut, detail: Some("500: secret words".to_owned()) };
    let refused = State::Undeliverable { success: success(None), reason: Undeliverable::Refused };
    vec![
        receipt("queued", generation(State::Queued), vec![line("reserve", 0, 3_90)]),
        receipt(
            "delivered",
            generation(State::Delivered(success(None))),
            vec![line("reserve", 0, 3_90), line("capture", -3_90, -3_90)],
        ),
        receipt(
            "metered",
            metered(State::Delivered(success(Some("12.5")))),
            vec![line("reserve", 0, 28_70), line("capture", -12_00, -28_70)],
        ),
        receipt("failed", generation(State::Failed(failed)), vec![line("reserve", 0, 3_90), line("release", 0, -3_90)]),
        receipt("cancelled", generation(State::Cancelled), vec![line("reserve", 0, 3_90), line("release", 0, -3_90)]),
        receipt(
            "refunded",
            generation(refused),
            vec![line("reserve", 0, 3_90), line("capture", -3_90, -3_90), line("refund_generation", 3_90, 0)],
        ),
        receipt(
            "refunded_in_parts_by_an_owner",
            generation(State::Delivered(success(None))),
            vec![
                line("reserve", 0, 3_90),
                line("capture", -3_90, -3_90),
                noted(line("refund_generation", 1_00, 0), "Кот вышел <b>не тот</b>, извините"),
                noted(line("refund_generation", 90, 0), &"И ещё раз извините. ".repeat(20)),
            ],
        ),
        receipt("metered_at_its_bound", metered(State::Delivered(success(None))), Vec::new()),
        receipt(
            "metered_and_running",
            metered(State::Running { task: TaskId("t".to_owned()) }),
            vec![line("reserve", 0, 28_70)],
        ),
        receipt("without_its_end", generation(State::Delivered(success(None))), vec![line("reserve", 0, 3_90)]),
        receipt("of_a_model_that_is_gone", generation_of("old/model", "4", false, State::Queued), Vec::new()),
        receipt("priced_by_choices", filled(EVERYTHING, choices.clone()), Vec::new()),
        receipt("priced_by_defaults", filled(VIDEO, Inputs::new().with("prompt", Value::text("Лес"))), Vec::new()),
        receipt(
            "of_another_price_than_todays",
            Generation { quote: generation(State::Queued).quote, ..filled(EVERYTHING, choices) },
            Vec::new(),
        ),
        receipt("priced_by_seconds", filled("workshop/voice", Inputs::new().with("audio", recording)), Vec::new()),
        receipt("priced_by_characters", filled("workshop/dialogue", Inputs::new().with("lines", lines)), Vec::new()),
        receipt("too_old_to_be_found", generation(State::Delivered(success(None))), Vec::new()),
        at("of_nothing", |world| {
            world.talk.view = View::Receipt { generation: GenerationId::from_bytes([3; 16]) };
        }),
    ]
}

fn history() -> Vec<Case> {
    let rows = || {
        vec![
            generation(State::Queued),
            generation(State::Submitting),
            generation_of(VIDEO, "14.4", false, State::Running { task: TaskId("t".to_owned()) }),
            generation(State::Succeeded(success(None))),
            generation_of(PICTURE, "0.8", false, State::Delivered(success(Some("0.8")))),
            generation(State::Undeliverable { success: success(None), reason: Undeliverable::Refused }),
            generation(State::Cancelled),
            generation(State::Failed(Failure { reason: FailureReason::TimedOut, detail: None })),
        ]
    };
    let page = |name: &str, rows: Vec<Generation>, page| {
        at(name, |world| {
            world.facts.history = rows;
            world.talk.view = View::History { filter: HistoryFilter::All, page };
        })
    };
    vec![
        page("empty", Vec::new(), 0),
        page("one_of_each_state", rows(), 0),
        page("first_of_two_pages", [rows(), rows()].concat().drain(..=PAGE).collect(), 0),
        page("middle_page", [rows(), rows()].concat().drain(..=PAGE).collect(), 1),
        page("last_page", rows().drain(..2).collect(), 2),
        at("empty_of_one_kind", |world| {
            world.talk.view = View::History { filter: HistoryFilter::Audios, page: 0 };
        }),
        at("pictures_of_last_year", |world| {
            let mut old = generation_of(PICTURE, "0.8", false, State::Delivered(success(None)));
            old.created_at = NOON - Duration::from_secs(365 * 24 * 60 * 60);
            world.facts.history = vec![old];
            world.talk.view = View::History { filter: HistoryFilter::Images, page: 0 };
        }),
        case_in("where_only_one_kind_is_sold", World::before(gallery()), |world| {
            world.facts.history = rows();
            world.talk.view = View::History { filter: HistoryFilter::All, page: 0 };
        }),
    ]
}

fn card(name: &str, generation: Generation, ahead: u64) -> Case {
    at(name, |world| {
        world.talk.view = View::Generation { generation: generation.id };
        world.facts = facts_of(generation, ahead);
    })
}

/// The same with an owner's reason.
pub(crate) fn noted(line: StatementLine, note: &str) -> StatementLine {
    StatementLine { note: Some(note.to_owned()), ..line }
}

pub(crate) fn line(name: &str, posted: i64, reserved: i64) -> StatementLine {
    StatementLine {
        operation: OperationId::from_bytes([4; 16]),
        name: name.to_owned(),
        group: name.to_owned(),
        generation: matches!(name, "reserve" | "capture" | "release" | "refund_generation")
            .then_some(GenerationId::from_bytes([9; 16])),
        note: None,
        cause: "cause".to_owned(),
        posted: Amount::money(Money::from_kopecks(posted)),
        reserved: Amount::money(Money::from_kopecks(reserved)),
        at: NOON,
    }
}

/// Every button under a result leads somewhere: to a draft, to a screen, to models that take it.
#[test]
fn every_button_of_a_card_does_something() {
    let failed = |reason| State::Failed(Failure { reason, detail: None });
    let reasons = [
        FailureReason::InputsRefused,
        FailureReason::ContentRefused,
        FailureReason::ProviderFailed,
        FailureReason::ModelUnavailable,
        FailureReason::ServiceUnavailable,
        FailureReason::AnswerLost,
        FailureReason::TimedOut,
        FailureReason::QueuedTooLong,
    ];
    let states = [State::Cancelled, State::Succeeded(success(None)), State::Delivered(success(None))];
    let states = states.into_iter().chain(reasons.map(failed));
    for state in states {
        for model in [PICTURE, EDIT, VIDEO, UPSCALE, SONG, TRANSCRIPT, "workshop/hidden", "old/model"] {
            let generation = generation_of(model, "4", false, state.clone());
            let mut world = World::before(studio());
            world.talk.view = View::Generation { generation: generation.id };
            world.facts = facts_of(generation.clone(), 0);
            world.generation = Some(generation);
            let before = world.talk.clone();
            for action in actions(&world.render(Language::Ru)) {
                world.talk = before.clone();
                let decision = world.press(action.clone());
                let moved = world.talk.view != before.view || decision.effect.is_some();
                let refreshes = matches!(action, Action::Generation { act: GenerationAct::Refresh, .. });
                assert!(moved || refreshes, "{action:?} of {model} does nothing: {}", world.notice());
                if let Action::Use { .. } | Action::Generation { act: GenerationAct::Vary, .. } = action {
                    assert_ne!(world.notice(), "notice-no-result", "{action:?} of {model}");
                    assert!(world.talk.stash.is_some(), "{action:?} of {model}");
                }
            }
        }
    }
}

#[test]
fn the_best_way_on_after_a_failure_stands_first() {
    let table = [
        (FailureReason::ContentRefused, Some(GenerationAct::Reword)),
        (FailureReason::InputsRefused, Some(GenerationAct::Reword)),
        (FailureReason::ProviderFailed, Some(GenerationAct::Again)),
        (FailureReason::QueuedTooLong, Some(GenerationAct::Again)),
        (FailureReason::ModelUnavailable, None),
    ];
    for (reason, act) in table {
        let generation = generation(State::Failed(Failure { reason, detail: None }));
        let mut world = World::before(studio());
        world.talk.view = View::Generation { generation: generation.id };
        world.facts = facts_of(generation.clone(), 0);
        let screen = world.render(Language::En);
        let primary = screen.keyboard.iter().flatten().find(|button| button.emphasis == Emphasis::Primary);
        let others = Action::Section { section: Key::of("image-edit"), page: 0 };
        let wanted = act.map_or(others, |act| Action::Generation { generation: generation.id, act });
        assert_eq!(primary.map(|button| &button.press), Some(&Press::Action(wanted)), "{reason:?}");
        assert!(actions(&screen).contains(&Action::Support), "{reason:?}");
    }
}

#[test]
fn a_receipt_and_the_earlier_work_are_one_press_away_and_back_leads_back() {
    let mut generation = generation(State::Delivered(success(None)));
    generation.made_from = Some(GenerationId::from_bytes([7; 16]));
    let mut world = World::before(studio());
    world.press(Action::History { filter: HistoryFilter::Images, page: 2 });
    world.about(&generation, GenerationAct::Show);
    world.about(&generation, GenerationAct::Receipt);
    assert_eq!(world.talk.view, View::Receipt { generation: generation.id });
    world.press(Action::Back);
    assert_eq!(world.talk.view, View::Generation { generation: generation.id });
    world.press(Action::Back);
    assert_eq!(world.talk.view, View::History { filter: HistoryFilter::Images, page: 2 });
}

#[test]
fn again_keeps_what_it_was_made_from() {
    let mut old = generation_of(PICTURE, "0.8", false, State::Delivered(success(None)));
    old.made_from = Some(GenerationId::from_bytes([7; 16]));
    for act in [GenerationAct::Again, GenerationAct::Reword] {
        let mut world = World::before(studio());
        world.about(&old, act);
        assert_eq!(world.draft().made_from, old.made_from, "{act:?}");
    }
}

#[test]
fn a_press_on_somebody_elses_result_takes_nothing() {
    let mut world = World::before(studio());
    let section = Key::of("upscale");
    let decision = world.press(Action::Use { generation: GenerationId::from_bytes([3; 16]), section });
    assert_eq!((world.notice(), decision.effect), ("notice-generation-gone", None));
    assert_eq!(world.talk.stash, None);
    let own = generation(State::Delivered(success(None)));
    assert_eq!(world.about(&own, GenerationAct::Resend).effect, Some(Effect::Resend(own.id)));
}
