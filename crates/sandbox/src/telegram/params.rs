//! Reads a call's parameters from query, JSON, form or multipart body, and checks them against the table.

use std::{collections::BTreeMap, sync::Arc};

use serde_json::{Map, Value};

use super::{
    check,
    journal::{UploadNote, ViolationKind},
    refusal::Refusal,
    spec::{Kind, Method},
};
use crate::http::{Request, form};

/// A file given in the body, or fetched.
#[derive(Debug, Clone)]
pub(super) struct Upload {
    /// The sender's name for it.
    pub(super) file_name: Option<String>,
    /// The bytes.
    pub(super) bytes: Arc<Vec<u8>>,
}

/// The parameters of one call.
#[derive(Debug, Clone, Default)]
pub(super) struct Params {
    /// By name; checked once [`Params::checked`] returned them.
    pub(super) values: Map<String, Value>,
    /// By name of the part.
    pub(super) uploads: BTreeMap<String, Upload>,
}

impl Params {
    /// Reads what the request carries, unchecked.
    pub(super) fn read(request: &Request) -> Result<Self, Refusal> {
        let mut params = Self::default();
        params.add_pairs(form::urlencoded(&request.query));
        let content_type = request.header("content-type").unwrap_or_default().to_owned();
        if request.body.is_empty() {
            return Ok(params);
        }
        if let Some(boundary) = form::boundary(&content_type) {
            let parts = form::multipart(&request.body, &boundary)
                .ok_or_else(|| Refusal::wrong(ViolationKind::WrongType, "can't parse multipart body"))?;
            for part in parts {
                params.add_part(part);
            }
        } else if content_type.starts_with("application/json") {
            match serde_json::from_slice(&request.body) {
                Ok(Value::Object(map)) => params.values.extend(map),
                _ => return Err(Refusal::wrong(ViolationKind::WrongType, "can't parse request: JSON object expected")),
            }
        } else {
            params.add_pairs(form::urlencoded(&String::from_utf8_lossy(&request.body)));
        }
        Ok(params)
    }

    fn add_pairs(&mut self, pairs: Vec<(String, String)>) {
        self.values.extend(pairs.into_iter().map(|(name, value)| (name, Value::String(value))));
    }

    fn add_part(&mut self, part: form::Part) {
        if part.file_name.is_some() {
            let bytes = Arc::new(part.bytes);
            self.uploads.insert(part.name, Upload { file_name: part.file_name, bytes });
        } else {
            self.values.insert(part.name, Value::String(String::from_utf8_lossy(&part.bytes).into_owned()));
        }
    }

    /// Checks every parameter. The second value lists what is not in the table: those parameters are left out, as Telegram does.
    pub(super) fn checked(mut self, method: &Method) -> Result<(Self, Vec<String>), Refusal> {
        let mut unknown = Vec::new();
        for (name, value) in std::mem::take(&mut self.values) {
            let Some(parameter) = method.parameter(&name) else {
                unknown.push(name);
                continue;
            };
            let value =
                check::fit(parameter, value, true).map_err(|misfit| Refusal::wrong(misfit.kind, misfit.answer))?;
            self.values.insert(name, value);
        }
        for parameter in method.parameters().filter(|parameter| parameter.required) {
            let uploaded = matches!(parameter.kind, Kind::File) && self.uploads.contains_key(parameter.name);
            if !uploaded && !self.values.contains_key(parameter.name) {
                return Err(Refusal::wrong(ViolationKind::MissingParameter, missing(parameter.name, &parameter.kind)));
            }
        }
        unknown.extend(self.stray_uploads(method));
        Ok((self, unknown))
    }

    /// Files that neither are a parameter nor are named by one.
    fn stray_uploads(&self, method: &Method) -> Vec<String> {
        if self.uploads.is_empty() {
            return Vec::new();
        }
        let text = Value::Object(self.values.clone()).to_string();
        let stray = |field: &&String| {
            let parameter = method.parameter(field).is_some_and(|parameter| matches!(parameter.kind, Kind::File));
            !parameter && !text.contains(&format!("\"attach://{field}\""))
        };
        self.uploads.keys().filter(stray).cloned().collect()
    }

    /// A parameter as it is.
    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        self.values.get(name)
    }

    /// A text parameter.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.get(name).and_then(Value::as_str)
    }

    /// A number.
    pub(super) fn number(&self, name: &str) -> Option<i64> {
        self.get(name).and_then(Value::as_i64)
    }

    /// A truth value; absent is false.
    pub(super) fn flag(&self, name: &str) -> bool {
        self.get(name).and_then(Value::as_bool).unwrap_or(false)
    }

    /// A list of texts; `None` when absent.
    pub(super) fn texts(&self, name: &str) -> Option<Vec<String>> {
        let items = self.get(name)?.as_array()?;
        Some(items.iter().filter_map(Value::as_str).map(str::to_owned).collect())
    }

    /// The uploads without their bytes, for the journal.
    pub(super) fn upload_notes(&self) -> Vec<UploadNote> {
        self.uploads
            .iter()
            .map(|(field, upload)| UploadNote {
                field: field.clone(),
                file_name: upload.file_name.clone(),
                bytes: upload.bytes.len(),
            })
            .collect()
    }
}

/// Telegram has its own words for the parameters that are forgotten most.
fn missing(name: &str, kind: &Kind) -> String {
    match (name, kind) {
        ("chat_id", _) => "chat_id is empty".to_owned(),
        ("text", _) => "message text is empty".to_owned(),
        ("message_id", _) => "message identifier is not specified".to_owned(),
        ("file_id", _) => "file_id not specified".to_owned(),
        (_, Kind::File) => format!("there is no {name} in the request"),
        _ => format!("parameter \"{name}\" is required"),
    }
}
