//! One order: from a model's card to what arrived in the chat.

use domain::generation::{Generation, Success};
use domain::ids::GenerationId;
use domain::ledger::{Unit, Wallet};
use domain::models::{InputKind, Media, MediaFacts, Model, Output, TaskRef};
use domain::ports::{StatementLine, Store};
use domain::screen::Key;
use sandbox::kie::Route;
use sandbox::telegram::ChatMessage;

use crate::checks;
use crate::house::sold;
use crate::person::{Person, words};
use crate::wizard::{self, Form, OwnWork};

/// Works that are made of works that are made of works: more is a circle in the catalog.
const DEPTH_MAX: usize = 3;
/// A person has not more lines than this.
const LINES_MAX: u32 = 50;

/// How things stand around an order.
pub(crate) struct Standing {
    pub(crate) wallet: Wallet,
    pub(crate) lines: Vec<StatementLine>,
    pub(crate) created: usize,
    pub(crate) refused: usize,
    pub(crate) dropped: usize,
    pub(crate) by_market: usize,
    pub(crate) by_dedicated: usize,
}

/// An order that was carried out.
pub(crate) struct Done {
    pub(crate) generation: Generation,
    pub(crate) success: Success,
    /// What was answered.
    pub(crate) form: Form,
    /// What stood on the order before the confirm.
    pub(crate) review: String,
    /// What the confirm button said, in kopecks.
    pub(crate) shown: i64,
    /// The words of the confirm button say that it is an upper bound.
    pub(crate) shown_as_bound: bool,
    /// What the bot sent after the confirm.
    pub(crate) news: Vec<ChatMessage>,
    pub(crate) before: Standing,
    pub(crate) after: Standing,
}

/// Orders a model, and what it builds on before, and checks all of it.
pub(crate) async fn order(person: &Person<'_>, model: &Model) -> Result<OwnWork, String> {
    order_at(person, model, 0).await
}

async fn order_at(person: &Person<'_>, model: &Model, depth: usize) -> Result<OwnWork, String> {
    let mut own = Vec::new();
    for source in sources(person, model)? {
        if depth >= DEPTH_MAX {
            return Err("a work of a work of a work is wanted".to_owned());
        }
        let made = Box::pin(order_at(person, source, depth + 1)).await;
        own.push(made.map_err(|fault| format!("made of `{}`: {fault}", source.id))?);
    }
    let done = carry_out(person, model, &own).await?;
    checks::all(person.house, model, &done).await?;
    Ok(as_own_work(model, &done))
}

/// The models whose works the model asks for.
fn sources<'h>(person: &Person<'h>, model: &Model) -> Result<Vec<&'h Model>, String> {
    let asked = model.inputs().iter().filter(|input| input.must_be_asked());
    let rules = asked.filter_map(|input| match &input.kind {
        InputKind::Task(rule) => Some(rule),
        _ => None,
    });
    let steps = |model: &Model| model.inputs().iter().filter(|input| input.must_be_asked()).count();
    let catalog = &person.house.catalog;
    let source = |rule: &domain::models::TaskRule| {
        let offered = sold(catalog).filter(|one| rule.of.contains(&one.id) && one.id != model.id);
        offered.min_by_key(|one| steps(one)).ok_or_else(|| format!("nothing sold makes {:?}", rule.of))
    };
    rules.map(source).collect()
}

/// The way of a person: the link to the card, the questions, the order, and the wait.
async fn carry_out(person: &Person<'_>, model: &Model, own: &[OwnWork]) -> Result<Done, String> {
    person.say(&format!("/start m_{:08x}", Key::of(&model.id.0).0)).await?;
    let card = person.window()?.text;
    if !card.contains(model.title.en.as_str()) {
        return Err(format!("the link leads to {card:?}"));
    }
    person.press_words("button-create").await?;
    let form = wizard::fill_in(person, model, own).await?;
    let (draft, review) = (person.draft().await?, person.window()?.text);
    let before = standing(person).await?;
    person.looks_away();
    // `Create for` and `Create, up to`.
    let labels = ["button-confirm", "button-confirm-metered"].map(words);
    let label = person.press("that confirms", |label| labels.iter().any(|words| label.starts_with(words))).await?;
    let after = standing(person).await?;
    let generation = generation(person, draft.id).await?;
    let success = generation.state.success().cloned();
    let success = success.ok_or_else(|| format!("it ended as {:?}; KIE: {:?}", generation.state, refusal(person)))?;
    Ok(Done {
        generation,
        success,
        form,
        review,
        shown: kopecks(&label)?,
        shown_as_bound: label.starts_with(&labels[1]),
        news: person.news(),
        before,
        after,
    })
}

fn refusal(person: &Person<'_>) -> Option<String> {
    person.house.kie.refused().pop().map(|refused| format!("{} {}", refused.code, refused.msg))
}

async fn generation(person: &Person<'_>, id: GenerationId) -> Result<Generation, String> {
    let found = person.house.store.generation(id).await.map_err(|error| error.to_string())?;
    found.ok_or_else(|| format!("nothing was ordered; shown is {:?}", person.window().map(|window| window.text)))
}

async fn standing(person: &Person<'_>) -> Result<Standing, String> {
    let (house, user) = (person.house, person.session().await?.person.user);
    let wallet = house.store.wallet(user, Unit::Money).await.map_err(|error| error.to_string())?;
    let lines = house.store.statement(user, 0, LINES_MAX).await.map_err(|error| error.to_string())?;
    Ok(Standing {
        wallet,
        lines,
        created: house.kie.created().len(),
        refused: house.kie.refused().len(),
        dropped: house.kie.dropped_fields().len(),
        by_market: house.kie.requests(Route::CreateTask),
        by_dedicated: house.kie.requests(Route::DedicatedCreate),
    })
}

/// What a later order may be made of.
fn as_own_work(model: &Model, done: &Done) -> OwnWork {
    let media = match model.output {
        Output::Image => Media::Image,
        Output::Video => Media::Video,
        Output::Audio => Media::Audio,
        Output::Text => Media::Document,
    };
    let millis = done.success.results.files.first().and_then(|file| file.duration_ms);
    let facts =
        MediaFacts { millis: millis.and_then(|millis| u64::try_from(millis).ok()), ..MediaFacts::unknown(media) };
    let task = TaskRef { task: done.success.task.clone(), model: model.id.clone(), facts };
    OwnWork { task, title: model.title.en.clone() }
}

/// The amount in an English label: `Create for 1,234.50 ₽`, with a kopeck part or without.
pub(crate) fn kopecks(label: &str) -> Result<i64, String> {
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let amount: String = label.chars().filter(|letter| letter.is_ascii_digit() || *letter == '.').collect();
    let (roubles, fraction) = amount.split_once('.').unwrap_or((&amount, "00"));
    let number = digits(&format!("{roubles}{fraction}")).parse();
    match (label.contains('₽'), fraction.len(), number) {
        (true, 2, Ok(kopecks)) => Ok(kopecks),
        _ => Err(format!("no amount in {label:?}")),
    }
}

#[test]
fn amounts_are_read_from_labels() {
    let table =
        [("Create for 0.80\u{a0}₽", Ok(80)), ("Create, up to 1,234.50\u{a0}₽", Ok(123_450)), ("5\u{a0}₽", Ok(500))];
    for (label, expected) in table {
        assert_eq!(kopecks(label), expected, "{label}");
    }
    assert!(kopecks("Create").is_err() && kopecks("Create for 5").is_err());
}
