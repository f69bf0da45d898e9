//! `POST /api/v1/jobs/createTask`.

use std::sync::Arc;

use domain::clock::Timestamp;
use serde_json::{Map, Value, json};

use super::{
    book::{CreatedTask, DroppedField, RefusedCreation, Shared},
    check::{Accepted, Refusal, check},
    faults::CallbackFault,
    lifecycle,
    schema::ModelSchema,
    server::Reply,
    task::{Task, TaskState},
};

/// The fields beside `input` that KIE reads; exactly this spelling of the callback.
const ENVELOPE: [&str; 3] = ["model", "input", "callBackUrl"];

/// Makes a task or says why not. docs.kie.ai, market model pages, 2026: the answer is `taskId`, often with an equal `recordId`.
pub(super) async fn create_task(shared: &Arc<Shared>, body: &[u8]) -> Reply {
    let task_id = match make(shared, body) {
        Ok(task_id) => task_id,
        Err(Refusal { code, msg }) => {
            shared.book().refused.push(RefusedCreation { code, msg: msg.clone() });
            return Reply::refusal(code, msg);
        }
    };
    let fault = lifecycle::callback_fault(&shared.book(), &task_id);
    if fault == Some(CallbackFault::BeforeAnswer) {
        lifecycle::end_and_call_back(shared, &task_id).await;
    } else {
        lifecycle::start(shared, task_id.clone());
    }
    Reply::success(json!({ "taskId": task_id, "recordId": task_id }))
}

fn make(shared: &Shared, body: &[u8]) -> Result<String, Refusal> {
    let order = Order::read(shared, body)?;
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
    let unread = dropped.into_iter().map(|name| format!("input.{name}")).chain(order.unread.iter().cloned());
    let dropped =
        unread.map(|field| DroppedField { task_id: task_id.clone(), model: order.schema.id.clone(), field }).collect();
    let created = order.receipt(&task_id, now);
    let task = Task {
        id: task_id.clone(),
        model: order.schema.id.clone(),
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
        result_json: String::new(),
    };
    book.file(task, created, dropped);
    Ok(task_id)
}

/// The request's outer form, read.
struct Order<'a> {
    schema: &'a ModelSchema,
    input: Map<String, Value>,
    callback_url: Option<String>,
    /// Names beside `input` that nobody reads.
    unread: Vec<String>,
}

impl<'a> Order<'a> {
    fn read(shared: &'a Shared, body: &[u8]) -> Result<Self, Refusal> {
        let Ok(Value::Object(envelope)) = serde_json::from_slice(body) else {
            return Err(Refusal::new(400, "The request body is not a JSON object"));
        };
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
        let callback_url = match envelope.get("callBackUrl") {
            None | Some(Value::Null) => None,
            Some(Value::String(url)) => Some(url.clone()).filter(|url| !url.is_empty()),
            Some(_) => return Err(Refusal::new(422, "callBackUrl must be a string")),
        };
        let unread = envelope.keys().filter(|name| !ENVELOPE.contains(&name.as_str())).cloned().collect();
        Ok(Self { schema, input: input.clone(), callback_url, unread })
    }

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
