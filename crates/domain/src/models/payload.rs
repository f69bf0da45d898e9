//! The `input` object of a request, exactly as KIE wants it.

use serde_json::{Map, Value as Json};

use super::check::Checked;
use super::condition::View;
use super::model::Model;
use super::schema::{Input, InputKind, IntegerRule, MediaRule};
use super::value::{Inputs, MediaKey, MediaRef, Value};
use crate::ids::ModelId;

/// Why there is no payload.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoPayload {
    /// A file has no address yet, or no more: upload it (again) first.
    #[error("no address for the file `{0}`")]
    NoAddress(MediaKey),
    /// The inputs were checked against another model, or against this one before it changed. Check them again.
    #[error("input `{input}` was not checked for model `{model}`")]
    NotChecked {
        /// The model asked for a payload.
        model: ModelId,
        /// The first input that does not fit.
        input: String,
    },
}

impl Model {
    /// The `input` object. `address` gives each file's https address.
    ///
    /// Sent are: what was filled in; constants; and defaults that the model requires or that the price hangs on, so that a
    /// default changed at KIE's side cannot change what was quoted. Other inputs left alone are not sent, unless the catalog
    /// says what goes in their place.
    ///
    /// # Errors
    /// [`NoPayload`]
    pub fn payload(
        &self,
        checked: &Checked,
        mut address: impl FnMut(&MediaRef) -> Option<String>,
    ) -> Result<Map<String, Json>, NoPayload> {
        if *checked.model() != self.id {
            return Err(NoPayload::NotChecked { model: self.id.clone(), input: String::new() });
        }
        self.form(&self.inputs, checked.inputs(), &mut address)
    }

    fn form(
        &self,
        schema: &[Input],
        inputs: &Inputs,
        address: &mut dyn FnMut(&MediaRef) -> Option<String>,
    ) -> Result<Map<String, Json>, NoPayload> {
        let view = View::new(schema, inputs);
        let mut payload = Map::new();
        for (index, input) in schema.iter().enumerate() {
            if view.applies(index) != Some(true) {
                payload.extend(input.otherwise.clone().map(|constant| (input.name.clone(), constant)));
                continue;
            }
            let sent_default = input.default.as_ref().filter(|_| input.required || input.always_sent);
            let json = match (&input.kind, view.given(index).or(sent_default)) {
                (InputKind::Fixed(constant), _) => constant.clone(),
                (_, Some(value)) => self.json(input, value, address)?,
                (_, None) => match &input.otherwise {
                    Some(constant) => constant.clone(),
                    None => continue,
                },
            };
            payload.insert(input.name.clone(), json);
        }
        Ok(payload)
    }

    fn json(
        &self,
        input: &Input,
        value: &Value,
        address: &mut dyn FnMut(&MediaRef) -> Option<String>,
    ) -> Result<Json, NoPayload> {
        let not_checked = || NoPayload::NotChecked { model: self.id.clone(), input: input.name.clone() };
        match (&input.kind, value) {
            (InputKind::Text(_), Value::Text(text)) => Ok(text.as_str().into()),
            (InputKind::Choice(_), Value::Choice(key)) => {
                input.choice(key).map(|choice| choice.wire.to_json()).ok_or_else(not_checked)
            }
            (InputKind::Integer(rule), Value::Integer(integer)) => Ok(integer_json(rule, *integer)),
            (InputKind::Number(_), Value::Decimal(decimal)) => Ok(Json::Number(decimal.to_json())),
            (InputKind::Bool, Value::Bool(flag)) => Ok((*flag).into()),
            (InputKind::Media(rule), Value::Media(files)) => media_json(rule, files, address, not_checked),
            (InputKind::Texts(_), Value::Texts(texts)) => Ok(texts.as_slice().into()),
            (InputKind::Objects(rule), Value::Objects(objects)) => {
                let forms = objects.iter().map(|object| self.form(&rule.fields, object, address).map(Json::Object));
                forms.collect::<Result<Vec<_>, _>>().map(Json::Array)
            }
            (InputKind::Task(_), Value::Task(task)) => Ok(task.task.0.as_str().into()),
            _ => Err(not_checked()),
        }
    }
}

fn integer_json(rule: &IntegerRule, integer: i64) -> Json {
    if rule.as_text { integer.to_string().into() } else { integer.into() }
}

fn media_json(
    rule: &MediaRule,
    files: &[MediaRef],
    address: &mut dyn FnMut(&MediaRef) -> Option<String>,
    not_checked: impl Fn() -> NoPayload,
) -> Result<Json, NoPayload> {
    let mut addresses = Vec::with_capacity(files.len());
    for file in files {
        addresses.push(Json::String(address(file).ok_or_else(|| NoPayload::NoAddress(file.key.clone()))?));
    }
    if rule.list { Ok(Json::Array(addresses)) } else { addresses.into_iter().next().ok_or_else(not_checked) }
}
