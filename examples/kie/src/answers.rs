//! `name=value` on the command line as a filled-in input. Pure: a file is only named here.

use anyhow::{Context, Result, bail};
use domain::ids::TaskId;
use domain::models::{Input, InputKind, Inputs, MediaFacts, MediaKey, MediaRef, Model, TaskRef, Value};

/// What an input takes, in words.
pub(crate) fn takes(input: &Input) -> String {
    match &input.kind {
        InputKind::Text(_) => "text".to_owned(),
        InputKind::Choice(choices) => choices.iter().map(|choice| choice.key.as_str()).collect::<Vec<_>>().join(" | "),
        InputKind::Integer(rule) => format!("a whole number, {} to {}", rule.min, rule.max),
        InputKind::Number(rule) => format!("a number, {} to {}", rule.min, rule.max),
        InputKind::Bool => "true | false".to_owned(),
        InputKind::Media(rule) => {
            format!("{:?}: {} to {} files or https addresses, by comma", rule.media, rule.min_items, rule.max_items)
        }
        InputKind::Texts(_) => "texts, by comma".to_owned(),
        InputKind::Objects(rule) => {
            let fields = rule.fields.iter().map(|field| format!("{:?}: {}", field.name, takes(field)));
            format!("JSON: [{{ {} }}]", fields.collect::<Vec<_>>().join(", "))
        }
        InputKind::Task(rule) => {
            let models = rule.of.iter().map(|model| model.0.as_str()).collect::<Vec<_>>().join(", ");
            format!("the id of a task of {models}")
        }
        InputKind::Fixed(_) => "nothing: it is a constant".to_owned(),
    }
}

/// All of them.
///
/// # Errors
/// The first that the model has no place for, or that can't be read.
pub(crate) fn read(model: &Model, answers: &[String]) -> Result<Inputs> {
    let mut inputs = Inputs::default();
    for answer in answers {
        let (name, text) = answer.split_once('=').with_context(|| format!("`{answer}` is not `name=value`"))?;
        let Some(input) = model.input(name) else {
            bail!("{} has no input `{name}`; `kie inputs {}` lists them", model.id, model.id)
        };
        let value = value(input, text).with_context(|| format!("`{name}` takes {}", takes(input)))?;
        inputs.set(name, value);
    }
    Ok(inputs)
}

fn value(input: &Input, text: &str) -> Result<Value> {
    let pieces = || text.split(',').map(|piece| piece.trim().to_owned()).filter(|piece| !piece.is_empty());
    Ok(match &input.kind {
        InputKind::Bool => Value::Bool(text.parse()?),
        InputKind::Media(rule) => {
            let file = |name: String| MediaRef { key: MediaKey(name), facts: MediaFacts::unknown(rule.media) };
            Value::Media(pieces().map(file).collect())
        }
        InputKind::Texts(_) => Value::Texts(pieces().collect()),
        InputKind::Objects(rule) => {
            let objects: Vec<serde_json::Map<String, serde_json::Value>> = serde_json::from_str(text)?;
            Value::Objects(objects.iter().map(|object| form(&rule.fields, object)).collect::<Result<_>>()?)
        }
        InputKind::Task(rule) => {
            let model = rule.of.first().context("no model's tasks are taken")?;
            let facts = MediaFacts::unknown(domain::models::Media::Document);
            Value::Task(TaskRef { task: TaskId(text.to_owned()), model: model.clone(), facts })
        }
        _ => input.read_typed(text).context("it can't be read as that")?,
    })
}

fn form(fields: &[Input], object: &serde_json::Map<String, serde_json::Value>) -> Result<Inputs> {
    let mut inputs = Inputs::default();
    for (name, json) in object {
        let field = fields.iter().find(|field| field.name == *name);
        let field = field.with_context(|| format!("there is no field `{name}`"))?;
        let text = json.as_str().map_or_else(|| json.to_string(), str::to_owned);
        inputs.set(name.clone(), value(field, &text)?);
    }
    Ok(inputs)
}
