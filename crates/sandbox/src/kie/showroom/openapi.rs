//! The OpenAPI document of a model, in the form of the pages of docs.kie.ai: one path, the input inside the body of createTask.

use serde_json::{Map, Value, json};

use super::{id, title};

/// The document. A description may bring its own as `openapi`, null for a model whose document KIE has not made yet.
pub(super) fn document(model: &Value) -> Value {
    model.get("openapi").cloned().unwrap_or_else(|| made(model))
}

fn made(model: &Value) -> Value {
    let body = json!({
        "type": "object",
        "required": ["model", "input"],
        "properties": {
            "model": { "type": "string", "enum": [id(model)], "default": id(model) },
            "callBackUrl": { "type": "string", "format": "uri" },
            "input": input(model["inputs"].as_array().map(Vec::as_slice).unwrap_or_default()),
        },
    });
    json!({
        "openapi": "3.1.0",
        "info": { "title": title(model), "version": "1.0.0" },
        "servers": [{ "url": "https://api.kie.ai" }],
        "security": [{ "BearerAuth": [] }],
        "paths": { "/api/v1/jobs/createTask": { "post": {
            "operationId": id(model).replace('/', "-"),
            "requestBody": { "required": true, "content": { "application/json": { "schema": body } } },
            "responses": { "200": { "description": "Task created", "content": {
                "application/json": { "schema": { "$ref": "#/components/schemas/ApiResponse" } },
            } } },
        } } },
        "components": {
            "securitySchemes": { "BearerAuth": { "type": "http", "scheme": "bearer" } },
            "schemas": { "ApiResponse": {
                "type": "object",
                "properties": { "code": { "type": "integer" }, "msg": { "type": "string" }, "data": { "type": "object" } },
            } },
        },
    })
}

fn input(fields: &[Value]) -> Value {
    let name = |field: &Value| field["name"].as_str().unwrap_or_default().to_owned();
    let properties: Map<String, Value> = fields.iter().map(|field| (name(field), property(field))).collect();
    let required: Vec<String> = fields.iter().filter(|field| field["required"] == true).map(name).collect();
    let mut input = json!({ "type": "object", "properties": properties });
    // OpenAPI's `required` is absent rather than empty.
    if !required.is_empty() {
        input["required"] = json!(required);
    }
    input
}

fn property(field: &Value) -> Value {
    let mut property = kind(field);
    let bounds = [
        ("values", "enum"),
        ("default", "default"),
        ("min", "minimum"),
        ("max", "maximum"),
        ("min_length", "minLength"),
        ("max_length", "maxLength"),
        ("min_items", "minItems"),
        ("max_items", "maxItems"),
    ];
    for (ours, theirs) in bounds {
        if let Some(bound) = field.get(ours).filter(|bound| !bound.is_null()) {
            property[theirs] = bound.clone();
        }
    }
    property
}

fn kind(field: &Value) -> Value {
    match field["type"].as_str().unwrap_or("string") {
        "enum" => json!({ "type": field["value_type"].as_str().unwrap_or("string") }),
        "bool" => json!({ "type": "boolean" }),
        plain @ ("number" | "integer") => json!({ "type": plain }),
        "image_url" | "audio_url" | "video_url" => json!({ "type": "string", "format": "uri" }),
        "image_urls" | "audio_urls" | "video_urls" | "urls" => {
            json!({ "type": "array", "items": { "type": "string", "format": "uri" } })
        }
        "object_list" => json!({ "type": "array", "items": { "type": "object" } }),
        "string_list" => json!({ "type": "array", "items": { "type": "string" } }),
        "integer_list" => json!({ "type": "array", "items": { "type": "integer" } }),
        _ => json!({ "type": "string" }),
    }
}
