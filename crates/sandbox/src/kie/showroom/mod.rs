//! What KIE lists: its catalogue, the schema of a model, and the price page of its web site.
//!
//! All three are made from the descriptions of `Book::listed`, which begin as the simulator's own models and change apart from them: see
//! [`KieSimulator::list`](super::KieSimulator::list). `openapi` writes a schema, `prices` the rows and the prose of a price; the catalogue's
//! words stand here.
//!
//! Sources: paths and fields of the catalogue are those of KIE's published skill for agents (September 2026) and of answers that public
//! clients print (`total`, `models`, 404 for an unknown id, a null document); those of the price page are what public clients of 2026 read.

mod openapi;
mod prices;

use hyper::Method;
use serde_json::{Value, json};

use super::{book::Shared, faults::Route, server::Reply};
use crate::http::{Request, form};

const MODELS: &str = "/api/v1/models";
const PRICES: &str = "/client/v1/model-pricing/page";
/// More rows are not given at once.
const PAGE_ROWS_MAX: usize = 100;

/// The door behind a path, if it is one of the catalogue.
pub(super) fn route(path: &str) -> Option<(Route, Method)> {
    match path {
        MODELS => Some((Route::Showroom, Method::GET)),
        PRICES => Some((Route::Showroom, Method::POST)),
        path => schema_of(path).map(|_| (Route::Showroom, Method::GET)),
    }
}

/// Whether the path answers without a key.
pub(super) fn is_open(path: &str) -> bool {
    path == PRICES
}

/// Answers a question about what KIE lists.
pub(super) fn answer(shared: &Shared, request: &Request) -> Reply {
    let listed = shared.book().listed.clone();
    match (request.path.as_str(), schema_of(&request.path)) {
        (PRICES, _) => price_page(&listed, &request.body),
        (_, Some(id)) => schema(&listed, id),
        (_, None) => {
            let models: Vec<Value> = listed.iter().map(listing).collect();
            Reply::success(json!({ "total": models.len(), "models": models }))
        }
    }
}

/// The id in `/api/v1/models/ID/schema`, as it was sent.
fn schema_of(path: &str) -> Option<&str> {
    path.strip_prefix(MODELS)?.strip_prefix('/')?.strip_suffix("/schema")
}

fn schema(listed: &[Value], sent: &str) -> Reply {
    // KIE does not see a slash in `%2F`.
    let id = form::percent_decoded(sent, false);
    let is_one_path = !sent.to_ascii_lowercase().contains("%2f");
    match listed.iter().find(|model| is_one_path && model["id"] == id.as_str()) {
        Some(model) => Reply::success(json!({ "model": id, "openapi": openapi::document(model) })),
        // Printed by a public client in September 2026.
        None => Reply::refusal(
            404,
            "The model name you specified is not supported. Please verify your input and use one of the supported models provided by KIE.",
        ),
    }
}

fn price_page(listed: &[Value], body: &[u8]) -> Reply {
    let asked: Value = serde_json::from_slice(body).unwrap_or_default();
    let number = |name: &str, default: usize| {
        asked[name].as_u64().and_then(|number| usize::try_from(number).ok()).unwrap_or(default).max(1)
    };
    let size = number("pageSize", 10).min(PAGE_ROWS_MAX);
    let rows: Vec<Value> = listed.iter().flat_map(prices::rows).chain(prices::of_chat_models()).collect();
    let records: Vec<&Value> = rows.iter().skip(size.saturating_mul(number("pageNum", 1) - 1)).take(size).collect();
    Reply::success(json!({ "records": records, "total": rows.len(), "pages": rows.len().div_ceil(size) }))
}

fn listing(model: &Value) -> Value {
    json!({
        "model": id(model),
        "slug": id(model),
        "title": title(model),
        "provider": provider(model),
        "taskType": model.get("tasks").cloned().unwrap_or_else(|| json!([task(model)])),
        // Null for many models at KIE.
        "description": null,
        "pricingDesc": prices::prose(model),
    })
}

fn id(model: &Value) -> &str {
    model["id"].as_str().unwrap_or_default()
}

/// As described, or the words of the id: `kling-2.6/text-to-video` becomes `Kling 2.6 Text To Video`.
fn title(model: &Value) -> String {
    let given = model["title"].as_str().map(str::to_owned);
    given.unwrap_or_else(|| id(model).split(['/', '-', '_']).map(capitalized).collect::<Vec<_>>().join(" "))
}

/// Who made it, by the first letters of the id.
fn provider(model: &Value) -> &str {
    const PROVIDERS: [(&str, &str); 27] = [
        ("4o-image", "OpenAI"),
        ("ai-music-api", "Suno"),
        ("bytedance", "ByteDance"),
        ("elevenlabs", "ElevenLabs"),
        ("flux", "Black Forest Labs"),
        ("gemini", "Google"),
        ("google", "Google"),
        ("gpt-image", "OpenAI"),
        ("grok", "Grok"),
        ("hailuo", "Hailuo"),
        ("happyhorse", "Alibaba"),
        ("ideogram", "Ideogram"),
        ("infinitalk", "MeiGen"),
        ("kling", "Kling"),
        ("minimax", "MiniMax"),
        ("nano-banana", "Google"),
        ("omnihuman", "ByteDance"),
        ("pixverse", "PixVerse"),
        ("qwen", "Qwen"),
        ("recraft", "Recraft"),
        ("runway", "Runway"),
        ("seedream", "ByteDance"),
        ("topaz", "Topaz"),
        ("veo", "Google"),
        ("volcengine", "ByteDance"),
        ("wan", "Wan"),
        ("z-image", "Qwen"),
    ];
    let known = || PROVIDERS.iter().find(|(start, _)| id(model).starts_with(start)).map(|(_, name)| *name);
    model["provider"].as_str().or_else(known).unwrap_or("KIE")
}

/// What it does, in KIE's form: `Text to Video`. The id tells it, or else what must go in and what comes out.
fn task(model: &Value) -> String {
    let sources = ["text", "image", "video", "speech", "reference"];
    let mut told = sources.iter().flat_map(|from| ["image", "video", "speech"].map(|to| (*from, to)));
    let told = told.find(|(from, to)| id(model).contains(&format!("{from}-to-{to}")));
    let (from, to) = told.unwrap_or_else(|| {
        let mut required = model["inputs"].as_array().into_iter().flatten().filter(|field| field["required"] == true);
        let file = required.find_map(|field| Some(field["type"].as_str()?.split_once("_url")?.0));
        (file.unwrap_or("text"), model["output"].as_str().unwrap_or("file"))
    });
    format!("{} to {}", capitalized(from), capitalized(to))
}

fn capitalized(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
