//! `POST /api/v1/jobs/createTask`, and what every way of making a task has in common.

use std::sync::Arc;

use domain::clock::Timestamp;
use serde_json::{Map, Value, json};

use super::{
    book::{CreatedTask, DroppedField, RefusedCreation, Shared},
    check::{Accepted, Refusal, check},
    dedicated::Family,
    faults::CallbackFault,
    lifecycle,
    schema::ModelSchema,
    server::Reply,
    task::{Task, TaskState},
};

/// The fields beside `input` that KIE reads; exactly this spelling of the callback.
const ENVELOPE: [&str; 3] = ["model", "input", CALLBACK];
/// Where a request says who is to be told of the end.
pub(super) const CALLBACK: &str = "callBackUrl";

/// A request whose outer form was read, whatever door it came through.
pub(super) struct Order<'a> {
    pub(super) schema: &'a ModelSchema,
    /// Whose older endpoint it came to; `None` for createTask.
    pub(super) family: Option<Family>,
    pub(super) input: Map<String, Value>,
    pub(super) callback_url: Option<String>,
    /// Names beside `input` that nobody reads.
    pub(super) unread: Vec<String>,
}

/// Makes a task or says why not. docs.kie.ai, market model pages, 2026: the answer is `taskId`, often with an equal `recordId`.
pub(super) async fn create_task(shared: &Arc<Shared>, body: &[u8]) -> Reply {
    match place(shared, read(shared, body)).await {
        Ok(task_id) => Reply::success(json!({ "taskId": task_id, "recordId": task_id })),
        Err(refusal) => refusal,
    }
}

/// Makes the task of an order and lets it begin: its id, or the answer that refuses it.
pub(super) async fn place(shared: &Arc<Shared>, order: Result<Order<'_>, Refusal>) -> Result<String, Reply> {
    let task_id = match order.and_then(|order| make(shared, order)) {
        Ok(task_id) => task_id,
        Err(Refusal { code, msg }) => {
            shared.book().refused.push(RefusedCreation { code, msg: msg.clone() });
            return Err(Reply::refusal(code, msg));
        }
    };
    let fault = lifecycle::callback_fault(&shared.book(), &task_id);
    if fault == Some(CallbackFault::BeforeAnswer) {
        lifecycle::end_and_call_back(shared, &task_id).await;
    } else {
        lifecycle::start(shared, task_id.clone());
    }
    Ok(task_id)
}

/// The body of a request, which must be an object.
pub(super) fn object(body: &[u8]) -> Result<Map<String, Value>, Refusal> {
    match serde_json::from_slice(body) {
        Ok(Value::Object(object)) => Ok(object),
        _ => Err(Refusal::new(400, "The request body is not a JSON object")),
    }
}

/// Who is to be told of the end, if anybody.
pub(super) fn callback_url(request: &Map<String, Value>) -> Result<Option<String>, Refusal> {
    match request.get(CALLBACK) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(url)) => Ok(Some(url.clone()).filter(|url| !url.is_empty())),
        Some(_) => Err(Refusal::new(422, "callBackUrl must be a string")),
    }
}

fn make(shared: &Shared, order: Order<'_>) -> Result<String, Refusal> {
    let Accepted { input, dropped } = check(order.schema, &order.input, shared.options.refusals)?;
    let price = order.schema.price(&input);
    let task_id = shared.new_id();
    let now = shared.options.clock.now();

    let mut book = shared.book();
    if !book.admit_creation(now, shared.options.creations_per_10_s_max) {
        // Recorded 2026, also as HTTP 429; the request is not queued.
        return Err(Refusal::new(429, "Your call frequency is too high. Please try again later."));
    }
    if book.credits < price {
        // 402 is the documented code; a 500 with this text was recorded once in 2026.
        return Err(Refusal::new(402, "Credits insufficient"));
    }
    let callback_fault = book.callbacks_next.pop_front();
    let ending = book.endings.pop_front().or_else(|| book.endings_standing.clone()).unwrap_or_default();
    let place = if order.family.is_none() { "input." } else { "" };
    let unread = dropped.into_iter().map(|name| format!("{place}{name}")).chain(order.unread.iter().cloned());
    let dropped =
        unread.map(|field| DroppedField { task_id: task_id.clone(), model: order.schema.id.clone(), field }).collect();
    let created = order.receipt(&task_id, now);
    let task = Task {
        id: task_id.clone(),
        model: order.schema.id.clone(),
        family: order.family,
        output: order.schema.output,
        shape: order.schema.shape(),
        links: links(order.schema, &input),
        input,
        callback_url: order.callback_url,
        state: TaskState::Waiting,
        price,
        ending,
        callback_fault,
        created: now,
        updated: now,
        completed: None,
        callback_failed: false,
        result_json: String::new(),
    };
    book.file(task, created, dropped);
    Ok(task_id)
}

fn read<'a>(shared: &'a Shared, body: &[u8]) -> Result<Order<'a>, Refusal> {
    let envelope = object(body)?;
    let Some(model) = envelope.get("model").and_then(Value::as_str).filter(|model| !model.is_empty()) else {
        return Err(Refusal::new(422, "model is required"));
    };
    let Some(schema) = shared.schemas.iter().find(|schema| schema.id == model) else {
        // Recorded by several clients, August to September 2026.
        return Err(Refusal::new(
            422,
            "The model name you specified is not supported. Please verify your input and use one of the supported models provided by KIE.",
        ));
    };
    let Some(Value::Object(input)) = envelope.get("input") else {
        return Err(Refusal::new(422, "input is required"));
    };
    let callback_url = callback_url(&envelope)?;
    let unread = envelope.keys().filter(|name| !ENVELOPE.contains(&name.as_str())).cloned().collect();
    Ok(Order { schema, family: None, input: input.clone(), callback_url, unread })
}

impl Order<'_> {
    fn receipt(&self, task_id: &str, at: Timestamp) -> CreatedTask {
        CreatedTask {
            task_id: task_id.to_owned(),
            model: self.schema.id.clone(),
            input: self.input.clone(),
            callback_url: self.callback_url.clone(),
            at,
        }
    }
}

fn links(schema: &ModelSchema, input: &Map<String, Value>) -> Vec<String> {
    let values = schema.inputs.iter().filter(|field| field.kind.is_link()).filter_map(|field| input.get(&field.name));
    values
        .flat_map(|value| match value {
            Value::Array(items) => items.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
            value => value.as_str().map(str::to_owned).into_iter().collect::<Vec<_>>(),
        })
        .collect()
}
