//! The predecessor's registries. JSON: a list of `model_id`, `modality`, `pricing`, `input_schema`. YAML: a table by id with `model_type`
//! and `input`. Some of its ids are no ids of KIE: the catalog's aliases know them.

use super::error::ImportError;
use super::node::Node;
use super::property::is_transport;
use super::sheet::{Property, Sheet};

const INPUTS: [&str; 4] = ["input_schema", "input", "inputs", "parameters"];

pub(super) fn sheets(root: &Node) -> Result<Vec<Sheet>, ImportError> {
    let sheets: Vec<_> = match root.get("models") {
        Some(Node::List(models)) => models.iter().filter_map(|model| sheet(None, model)).collect(),
        Some(Node::Table(models)) => models.iter().filter_map(|(id, model)| sheet(Some(id), model)).collect(),
        _ => Vec::new(),
    };
    if sheets.is_empty() { Err(ImportError::NoModels) } else { Ok(sheets) }
}

fn sheet(key: Option<&str>, model: &Node) -> Option<Sheet> {
    let said = ["kie_model", "model_id", "id"].iter().find_map(|key| model.text_of(key));
    let id = said.or(key).map(str::trim).filter(|id| !id.is_empty())?.to_owned();
    let inputs = model.any(&INPUTS)?;
    let words = ["modality", "model_type", "model_mode", "category"].iter().filter_map(|key| model.text_of(key));
    let words = words.collect::<Vec<_>>().join(" ").replace('_', "-");
    let title = model.text_of("display_name").or_else(|| model.text_of("name")).map(str::to_owned);
    let mut remarks = vec![
        "the predecessor's registry guessed names and values of inputs: compare them with KIE's page of the model"
            .to_owned(),
    ];
    if model.get("enabled").and_then(Node::flag) == Some(false) {
        remarks.push("the predecessor had it switched off".to_owned());
    }
    if key.is_some_and(|key| key != id) {
        remarks.push(format!("the predecessor called it `{}`: add that to `[aliases]`", key.unwrap_or_default()));
    }
    Some(Sheet {
        words: format!("{id} {} {words}", title.as_deref().unwrap_or_default()).to_lowercase(),
        title,
        vendor: model.text_of("provider").map(str::to_owned),
        output: model.at(&["output", "type"]).and_then(Node::text).map(str::to_owned),
        properties: properties(inputs),
        prices: prices(model),
        source: "the predecessor's registry",
        remarks,
        reviews: Vec::new(),
        id,
    })
}

fn properties(inputs: &Node) -> Vec<Property> {
    let list = inputs.get("required").map(Node::items).unwrap_or_default();
    let required: Vec<_> = list.iter().filter_map(Node::text).collect();
    let one = |(name, schema): &(String, Node)| Property {
        name: name.trim().to_owned(),
        required: required.contains(&name.as_str()) || schema.get("required").and_then(Node::flag) == Some(true),
        schema: schema.clone(),
        samples: Vec::new(),
        reviews: Vec::new(),
    };
    let all = inputs.get("properties").unwrap_or(inputs).entries();
    all.iter()
        .filter(|(_, schema)| !schema.entries().is_empty())
        .map(one)
        .filter(|property| !is_transport(property))
        .collect()
}

/// Prices in credits by what they hang on: `credits_per_gen` is the only one, `credits_per_gen_1k` is for `1k`.
fn prices(model: &Node) -> Vec<(String, String)> {
    let pricing = model.get("pricing").map(Node::entries).unwrap_or_default();
    let one = |(key, price): &(String, Node)| {
        let name = key.strip_prefix("credits_per_gen").or_else(|| key.strip_prefix("credits"))?;
        let price = price.decimal().filter(|price| price.raw() > 0)?;
        Some((name.trim_matches('_').to_owned(), price.to_string()))
    };
    pricing.iter().filter_map(one).collect()
}
