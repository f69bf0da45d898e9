//! What must be true of an order that was carried out: what KIE got and what was charged; `told` and `delivery` say what came back.

use std::collections::BTreeMap;
use std::fmt::Debug;

use domain::models::{ApiFamily, Model};
use domain::money::{Credits, Money};
use serde_json::Value as Json;

use crate::house::{CALLBACK_BASE, House, Way};
use crate::order::Done;
use crate::{delivery, told};

pub(crate) async fn all(house: &House, model: &Model, done: &Done) -> Result<(), String> {
    way(house, model, done)?;
    payload(house, model, done).await?;
    told::results(house, model, done).await?;
    delivery::delivery(house, model, done).await?;
    money(house, model, done)?;
    same("violations of Telegram's rules", &house.telegram.violations(), &Vec::new())
}

pub(crate) fn same<T: Debug + PartialEq>(what: &str, found: &T, wanted: &T) -> Result<(), String> {
    if found == wanted { Ok(()) } else { Err(format!("{what}:\n   found {found:?}\n  wanted {wanted:?}")) }
}

pub(crate) fn holds(is_true: bool, what: impl FnOnce() -> String) -> Result<(), String> {
    if is_true { Ok(()) } else { Err(what()) }
}

/// One creation, through the right door, of which the user was told what it makes otherwise; nothing refused or dropped.
fn way(house: &House, model: &Model, done: &Done) -> Result<(), String> {
    let dedicated = model.dedicated().filter(|_| house.way == Way::Dedicated).map(|dedicated| dedicated.family);
    same("the family", &done.generation.family, &dedicated.unwrap_or(ApiFamily::Market))?;
    let note = model.dedicated().and_then(|way| way.note.as_ref());
    let is_told = note.is_some_and(|note| done.review.contains(note.en.as_str()));
    same("the older endpoint's note on the order", &is_told, &(note.is_some() && dedicated.is_some()))?;
    let (before, after) = (&done.before, &done.after);
    let doors = (after.by_market - before.by_market, after.by_dedicated - before.by_dedicated);
    same("calls of (createTask, older endpoints)", &doors, &if dedicated.is_some() { (0, 1) } else { (1, 0) })?;
    let refused = house.kie.refused();
    same("what KIE refused", &refused.get(before.refused..), &Some(&[][..]))?;
    let dropped = house.kie.dropped_fields();
    same("what KIE dropped", &dropped.get(before.dropped..), &Some(&[][..]))
}

/// What KIE got is the catalog's payload for what was answered, with the files that were sent in their places.
async fn payload(house: &House, model: &Model, done: &Done) -> Result<(), String> {
    let checked = model.check(&done.form.inputs).map_err(|problems| format!("answered with {problems:?}"))?;
    let wanted = model.payload(&checked, |file| Some(mark(&file.key.0))).map_err(|error| error.to_string())?;
    let wanted = match model.dedicated().filter(|_| house.way == Way::Dedicated) {
        Some(dedicated) => dedicated.request(wanted),
        None => wanted,
    };
    let created = house.kie.created();
    let Some([task]) = created.get(done.before.created..) else {
        return Err(format!("{} tasks were made", created.len() - done.before.created));
    };
    same("the task", &task.task_id, &done.success.task.0)?;
    let maker =
        model.dedicated().filter(|_| house.way == Way::Dedicated).map_or(&model.id.0, |dedicated| &dedicated.path);
    same("the model, or the older endpoint", &task.model, maker)?;
    let callback = format!("{CALLBACK_BASE}/kie/callback/{}", done.generation.token.expose());
    same("the callback", &task.callback_url, &Some(callback))?;
    let got = with_marks(house, done, Json::Object(task.input.clone())).await?;
    same("the input", &got, &Json::Object(wanted))
}

fn mark(number: &str) -> String {
    format!("file {number}")
}

/// The same with each address of an upload replaced by the mark of the file whose bytes lie there.
async fn with_marks(house: &House, done: &Done, input: Json) -> Result<Json, String> {
    let uploads = format!("{}/files/uploads/", house.kie.base_url());
    let mut addresses = Vec::new();
    visit(&input, &mut |text| {
        if text.starts_with(&uploads) {
            addresses.push(text.to_owned());
        }
    });
    let mut marks = BTreeMap::new();
    for address in addresses {
        let bytes = house.bytes(&address).await?;
        let number = done.form.files.iter().position(|file| file.bytes == bytes);
        let number = number.ok_or_else(|| format!("KIE got bytes that nobody sent: {address}"))?;
        marks.insert(address, mark(&number.to_string()));
    }
    Ok(replaced(input, &marks))
}

fn visit(json: &Json, look: &mut dyn FnMut(&str)) {
    match json {
        Json::String(text) => look(text),
        Json::Array(items) => items.iter().for_each(|item| visit(item, look)),
        Json::Object(fields) => fields.values().for_each(|field| visit(field, look)),
        Json::Null | Json::Bool(_) | Json::Number(_) => {}
    }
}

fn replaced(json: Json, marks: &BTreeMap<String, String>) -> Json {
    match json {
        Json::String(text) => Json::String(marks.get(&text).cloned().unwrap_or(text)),
        Json::Array(items) => items.into_iter().map(|item| replaced(item, marks)).collect(),
        Json::Object(fields) => fields.into_iter().map(|(name, field)| (name, replaced(field, marks))).collect(),
        other => other,
    }
}

/// The wallet lost what the button said; of a metered model what KIE took, and never more than the button said.
fn money(house: &House, model: &Model, done: &Done) -> Result<(), String> {
    let cost = model.credits(&done.form.inputs).map_err(|error| format!("no price: {error}"))?;
    let price = |credits| house.factor.price(credits).map(Money::kopecks).map_err(|error| error.to_string());
    let quoted = price(cost.credits)?;
    same("the price on the button", &done.shown, &quoted)?;
    same("a price `up to`", &done.shown_as_bound, &cost.metered)?;
    same("the frozen price", &done.generation.quote.price.kopecks(), &quoted)?;
    let taken = taken(house, done)?;
    let wanted = match taken.filter(|_| cost.metered) {
        Some(taken) => price(taken)?.min(quoted),
        None => quoted,
    };
    same("what was charged", &charged(done), &wanted)?;
    same("what is still set aside", &done.after.wallet.reserved, &0)?;
    lines(done, quoted, wanted)
}

/// What KIE took, which the record must have told, at least in the unified way.
fn taken(house: &House, done: &Done) -> Result<Option<Credits>, String> {
    if house.way == Way::Dedicated {
        return Ok(done.success.cost);
    }
    let task = house.kie.task(&done.success.task.0).ok_or("KIE does not know the task")?;
    let taken: Credits = task.credits_consumed.to_string().parse().map_err(|_| "no amount of credits")?;
    same("what KIE says that it took", &done.success.cost, &Some(taken))?;
    Ok(Some(taken))
}

/// One reserve and one capture, and nothing else.
fn lines(done: &Done, quoted: i64, charged: i64) -> Result<(), String> {
    let new = done.after.lines.len() - done.before.lines.len();
    let new = done.after.lines[..new].iter();
    let new: Vec<_> = new.map(|line| (line.name.as_str(), line.posted.value, line.reserved.value)).collect();
    same("the ledger's new lines", &new, &vec![("capture", -charged, -quoted), ("reserve", 0, quoted)])
}

/// What left the wallet, in kopecks.
pub(crate) const fn charged(done: &Done) -> i64 {
    done.before.wallet.posted - done.after.wallet.posted
}
