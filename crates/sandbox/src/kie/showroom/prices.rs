//! The rows of KIE's price page, and its prose about the price of a model.
//!
//! Recorded row: `{"modelDescription":"Seedance 1.5 Pro, 12s 720P with audio","interfaceType":"video","provider":"ByteDance",
//! "creditPrice":"84.0","creditUnit":" per video","usdPrice":"0.42","anchor":"https://kie.ai/seedance-1-5-pro",...}`. People type them at KIE:
//! the typing errors that are kept here were all seen.

use serde_json::{Value, json};

use super::{id, provider, task, title};
use crate::kie::credits::Credits;

/// A model's rows on the price page, in the order of its description.
pub(super) fn rows(model: &Value) -> Vec<Value> {
    prices(model).map(|price| row(model, price)).collect()
}

/// Models that only talk have no task and no place in our table, but KIE prices them on the same page, with links that name no
/// model. These rows are ours, their oddities KIE's: a missing letter, a comma, nothing at all.
pub(super) fn of_chat_models() -> impl Iterator<Item = Value> {
    let rows = [
        ("Gemini 3.5 flash, Chat, input", "Google", "gemini-3-5-flash", "60.0", "per milion tokens", "0,3"),
        ("Gemini 3.5 flash, Chat, output", "Google", "gemini-3-5-flash", "500.0", "per million tokens", "2.5"),
        ("Gemini 3.5 flash, Chat, web search", "Google", "gemini-3-5-flash", "", "", ""),
    ];
    rows.into_iter().map(|(label, provider, page, credits, unit, dollars)| {
        json!({
            "modelDescription": label, "interfaceType": "chat", "provider": provider, "creditPrice": credits, "creditUnit": unit,
            "usdPrice": dollars, "falPrice": null, "discountRate": 0, "anchor": format!("https://kie.ai/{page}"), "discountPrice": false,
        })
    })
}

/// KIE's sentences about the price, a line each; null for a model without prices.
pub(super) fn prose(model: &Value) -> Option<String> {
    let sentences = prices(model).map(|price| {
        let case = if conditions(price).is_empty() { String::new() } else { format!("{}: ", conditions(price)) };
        format!("{case}{} credits ({} USD) {}.", credits(price), dollars(price), unit(model, price))
    });
    Some(sentences.collect::<Vec<_>>().join("\n")).filter(|prose| !prose.is_empty())
}

fn prices(model: &Value) -> impl Iterator<Item = &Value> {
    model["credits"].as_array().into_iter().flatten()
}

fn row(model: &Value, price: &Value) -> Value {
    let label = [title(model), task(model).to_lowercase().replace(' ', "-"), conditions(price)];
    let label: Vec<String> = label.into_iter().filter(|part| !part.is_empty()).collect();
    let page = id(model).split('/').next().unwrap_or_default();
    json!({
        "modelDescription": label.join(", "),
        "interfaceType": if model["output"] == "audio" { json!("music") } else { model["output"].clone() },
        "provider": provider(model),
        "creditPrice": credits(price),
        "creditUnit": mistyped(id(model), unit(model, price)),
        "usdPrice": if id(model).starts_with("elevenlabs/") { dollars(price).replace('.', ",") } else { dollars(price) },
        "falPrice": null,
        "discountRate": 0,
        "anchor": format!("https://kie.ai/{page}?model={}", id(model).replace('/', "%2F")),
        "discountPrice": false,
    })
}

/// What a price depends on: `10s without sound`.
fn conditions(price: &Value) -> String {
    let when = price["when"].as_object().into_iter().flatten().map(|(name, value)| {
        let words = name.replace('_', " ");
        match value {
            Value::Bool(true) => format!("with {words}"),
            Value::Bool(false) => format!("without {words}"),
            Value::String(text) if text == "given" => format!("with {words}"),
            Value::String(text) if text == "absent" => format!("without {words}"),
            value => {
                let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                if name == "duration" { format!("{text}s") } else { text }
            }
        }
    });
    let extra = (price["surcharge"] == true).then(|| "extra".to_owned());
    when.chain(extra).collect::<Vec<_>>().join(" ")
}

fn unit(model: &Value, price: &Value) -> &'static str {
    match (price["per"].as_str().unwrap_or_default(), model["output"].as_str().unwrap_or_default()) {
        ("generation", "image") | ("image" | "input image", _) => "per image",
        ("generation", "video") => "per video",
        ("generation", _) => "per request",
        ("second" | "second of input video" | "second of audio", _) => "per second",
        ("megapixel", _) => "per megapixel",
        ("1k chars", _) => "per 1000 characters",
        ("1M tokens", _) => "per million tokens",
        _ => "",
    }
}

/// The unit as KIE has it for some families.
fn mistyped(id: &str, unit: &'static str) -> &'static str {
    match unit {
        "per video" if id.starts_with("hailuo/") => "per vedio",
        "per video" if id.starts_with("bytedance/") => " per video",
        "per million tokens" if id.starts_with("google/gemini-3-8") => "per milion tokens",
        "per megapixel" => "",
        unit => unit,
    }
}

/// Credits as KIE writes them, `84.0`. A description may bring a text, which stays as it is.
fn credits(price: &Value) -> String {
    match &price["credits"] {
        Value::String(text) => text.clone(),
        number => amount(number).map(|credits| credits.to_string()).unwrap_or_default(),
    }
}

/// 200 credits are a dollar, so a thousandth of a credit is five millionths of one.
fn dollars(price: &Value) -> String {
    let Some(credits) = amount(&price["credits"]) else { return String::new() };
    let millionths = credits.thousandths().saturating_mul(5);
    let text = format!("{}.{:06}", millionths / 1_000_000, millionths % 1_000_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn amount(number: &Value) -> Option<Credits> {
    Credits::parse(&number.as_number()?.to_string())
}
