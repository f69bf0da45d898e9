//! The shop window meets KIE's documentation: each model that is sold sends what the simulator takes, and nothing that it drops.
//!
//! The catalog and the simulator's table are written apart, so a wrong name, type, bound or price shows as a difference.

mod kie_common;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use domain::clock::{ManualClock, Timestamp};
use domain::ids::TaskId;
use domain::models::{
    Catalog, Input, InputKind, Inputs, Media, MediaFacts, MediaKey, MediaRef, Model, NumberRule, TaskRef, Value,
};
use kie_common::{KEY, client, start};
use sandbox::kie::{Credits, KieSimulator, Pace};
use serde_json::json;

/// A clip of a length that KIE's simulator assumes for every file.
const MILLIS: u64 = 5000;

/// How much of a form is filled in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Filling {
    /// What must be asked.
    Least,
    /// Everything, with the first choices and the least numbers.
    First,
    /// Everything, with the last choices and the greatest numbers.
    Last,
}

/// A request: the path, the body.
type Request = (String, serde_json::Value);

#[tokio::test]
async fn kie_takes_what_every_sold_model_sends() {
    order_all(|model, inputs| Some(unified(model, inputs))).await;
}

#[tokio::test]
async fn the_older_endpoints_take_what_their_models_send() {
    order_all(dedicated).await;
}

/// Orders every model that has such a request, each way it may be filled in.
async fn order_all(request: impl Fn(&Model, &Inputs) -> Option<Request>) {
    let clock = Arc::new(ManualClock::new(Timestamp::EPOCH));
    let kie = simulator(clock.clone()).await;
    let http = client();
    let (mut faults, mut sent_in_all) = (Vec::new(), 0);
    for model in catalog().live() {
        let fillings = [Filling::Least, Filling::First, Filling::Last];
        let filled: Vec<Inputs> = fillings.into_iter().filter_map(|filling| acceptable(model, filling)).collect();
        if filled.is_empty() {
            faults.push(format!("{}: no way to fill it in was found", model.id));
        }
        for inputs in &filled {
            let Some(request) = request(model, inputs) else { continue };
            sent_in_all += 1;
            clock.advance(Duration::from_secs(1));
            let fault = order(&kie, &http, model, inputs, &request).await;
            faults.extend(fault.map(|fault| format!("{}: {fault}", model.id)));
        }
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
    assert!(sent_in_all > 0, "something is sold that way");
}

/// What goes to KIE, model by model: with what must be asked, and with everything. A change here is a change of real requests.
#[test]
fn the_payload_of_every_sold_model() {
    insta::assert_snapshot!(golden(catalog().live(), |_| String::new(), payload));
}

/// The same for the models that an older endpoint makes too: with their names and values there, and with what is told beforehand.
#[test]
fn the_request_of_every_older_endpoint() {
    let catalog = catalog();
    let models = catalog.live().filter(|model| model.dedicated().is_some());
    let way = |model: &Model| {
        let dedicated = model.dedicated().expect("chosen for it");
        let note = dedicated.note.as_ref().map_or(String::new(), |note| format!("\n  note  {} / {}", note.ru, note.en));
        format!(" = {} {}{note}", dedicated.family, dedicated.path)
    };
    let request =
        |model: &Model, inputs: &Inputs| model.dedicated().expect("chosen for it").request(payload(model, inputs));
    insta::assert_snapshot!(golden(models, way, request));
}

/// Two requests of each model, by name.
fn golden<'a>(
    models: impl Iterator<Item = &'a Model>,
    remark: impl Fn(&Model) -> String,
    request: impl Fn(&Model, &Inputs) -> serde_json::Map<String, serde_json::Value>,
) -> String {
    use std::fmt::Write as _;

    let mut golden = String::new();
    for model in models {
        writeln!(golden, "{}{}", model.id, remark(model)).expect("a text takes lines");
        for (name, filling) in [("least", Filling::Least), ("full ", Filling::First)] {
            if let Some(inputs) = acceptable(model, filling) {
                let request = serde_json::Value::Object(request(model, &inputs));
                writeln!(golden, "  {name} {request}").expect("a text takes lines");
            }
        }
    }
    golden
}

fn unified(model: &Model, inputs: &Inputs) -> Request {
    ("/api/v1/jobs/createTask".to_owned(), json!({"model": model.id.0, "input": payload(model, inputs)}))
}

fn dedicated(model: &Model, inputs: &Inputs) -> Option<Request> {
    let dedicated = model.dedicated()?;
    let mut body = dedicated.request(payload(model, inputs));
    body.insert("callBackUrl".to_owned(), json!("https://bot.example/kie/callback/token"));
    Some((dedicated.path.clone(), serde_json::Value::Object(body)))
}

fn payload(model: &Model, inputs: &Inputs) -> serde_json::Map<String, serde_json::Value> {
    let checked = model.check(inputs).expect("it was checked before");
    let address = |file: &MediaRef| Some(format!("https://files.example/{}.bin", file.key));
    model.payload(&checked, address).expect("every file has an address")
}

/// Orders a task; says what KIE makes of it that we did not expect.
async fn order(
    kie: &KieSimulator,
    http: &reqwest::Client,
    model: &Model,
    inputs: &Inputs,
    (path, body): &Request,
) -> Option<String> {
    let dropped_before = kie.dropped_fields().len();
    let create = http.post(format!("{}{path}", kie.base_url())).bearer_auth(KEY).json(body);
    let answer: serde_json::Value = create.send().await.expect("an answer").json().await.expect("JSON");
    let Some(id) = answer["data"]["taskId"].as_str() else { return Some(format!("refused: {answer} for {inputs:?}")) };
    if let Some(dropped) = kie.dropped_fields().get(dropped_before) {
        return Some(format!("KIE does not know `{}`", dropped.field));
    }
    // The quote covers what KIE takes, and is exactly that unless something is measured.
    let cost = model.credits(inputs).expect("what is sold has a price");
    let taken = kie.task(id).expect("made").price;
    // KIE rounds its shares up to thousandths.
    let quoted = Credits::from_thousandths((cost.credits.raw() + 999).div_euclid(1000));
    let right = if cost.metered { taken <= quoted } else { taken == quoted };
    (!right).then(|| format!("KIE takes {taken}, the quote is {quoted} for {inputs:?}"))
}

async fn simulator(clock: Arc<ManualClock>) -> KieSimulator {
    start(move |options| {
        options.pace = Pace::Manual;
        options.credits = Credits::whole(10_000_000);
        options.clock = clock;
    })
    .await
}

fn catalog() -> Catalog {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../config/models");
    let paths = std::fs::read_dir(folder).expect("the catalog's folder").map(|entry| entry.expect("an entry").path());
    let mut files: Vec<_> = paths
        .map(|path| (path.display().to_string(), std::fs::read_to_string(&path).expect("a readable file")))
        .collect();
    files.sort();
    Catalog::load(&files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect::<Vec<_>>())
        .expect("the catalog's own tests prove it")
}

/// Inputs that keep the rules between inputs: optional ones are left out until they do. None if required ones can't.
fn acceptable(model: &Model, filling: Filling) -> Option<Inputs> {
    let mut inputs = Inputs::new();
    // What applies may hang on what was filled in before.
    for input in model.inputs().iter().filter(|input| !input.is_fixed()) {
        let open = model.open_inputs(&inputs).any(|open| open.name == input.name);
        if open && (filling != Filling::Least || input.must_be_asked()) {
            inputs.set(input.name.as_str(), value(input, filling));
        }
    }
    let optional = model.inputs().iter().filter(|input| !input.must_be_asked()).map(|input| input.name.as_str());
    let mut left: Vec<&str> = optional.collect();
    while model.check(&inputs).is_err() {
        inputs.remove(left.pop()?);
    }
    Some(inputs)
}

fn value(input: &Input, filling: Filling) -> Value {
    let last = filling == Filling::Last;
    match &input.kind {
        InputKind::Text(rule) => Value::Text("я".repeat(if last { rule.max_length } else { rule.min_length.max(1) })),
        InputKind::Choice(choices) => {
            let choice = if last { choices.last() } else { choices.first() };
            Value::Choice(choice.expect("a choice has options").key.clone())
        }
        InputKind::Integer(rule) => {
            let greatest = rule.max - (rule.max - rule.min) % rule.step;
            Value::Integer(if last { greatest } else { rule.min })
        }
        InputKind::Number(NumberRule { min, max, .. }) => Value::Decimal(if last { *max } else { *min }),
        InputKind::Bool => Value::Bool(last),
        InputKind::Media(rule) => {
            let total = rule.max_total_millis.and_then(|total| usize::try_from(total / MILLIS).ok());
            let most = total.map_or(rule.max_items, |total| total.min(rule.max_items));
            let count = if last { most } else { rule.min_items };
            Value::Media((0..count).map(|number| file(rule.media, number)).collect())
        }
        InputKind::Texts(rule) => Value::Texts(vec!["a".repeat(rule.max_length); rule.max_items]),
        InputKind::Objects(rule) => {
            let object: Inputs = rule.fields.iter().map(|field| (field.name.clone(), value(field, filling))).collect();
            Value::Objects(vec![object; if last { rule.max_items } else { rule.min_items }])
        }
        InputKind::Task(rule) => Value::Task(TaskRef {
            task: TaskId("0123456789abcdef0123456789abcdef".to_owned()),
            model: rule.of.first().expect("a task is of some model").clone(),
            facts: MediaFacts::unknown(Media::Video),
        }),
        InputKind::Fixed(_) => unreachable!("constants are not filled in"),
    }
}

fn file(media: Media, number: usize) -> MediaRef {
    let millis = matches!(media, Media::Video | Media::Audio).then_some(MILLIS);
    let facts = MediaFacts { millis, ..MediaFacts::unknown(media) };
    MediaRef { key: MediaKey(number.to_string()), facts }
}
