//! KIE's OpenAPI documents: `POST /api/v1/jobs/createTask`, the model's id as the one choice of `model`, its inputs below `input`.

use super::error::ImportError;
use super::node::Node;
use super::references::References;
use super::sheet::{Property, Sheet};

/// The one endpoint that drafts are made of.
pub(super) const CREATE_TASK: &str = "/api/v1/jobs/createTask";
/// Of the paths of another document, this many are told.
const SHOWN_PATHS: usize = 4;

/// The models of these documents. `title` is the heading of the page.
pub(super) fn sheets(documents: &[Node], title: Option<&str>) -> Result<Vec<Sheet>, ImportError> {
    let mut sheets: Vec<Sheet> = Vec::new();
    for document in documents {
        let Some(operation) = document.at(&["paths", CREATE_TASK, "post"]) else { continue };
        for sheet in of_operation(document, operation, title)? {
            if sheets.iter().all(|other| other.id != sheet.id) {
                sheets.push(sheet);
            }
        }
    }
    if sheets.is_empty() {
        let paths = documents.iter().flat_map(|document| document.get("paths")).flat_map(Node::entries);
        let paths: Vec<_> = paths.take(SHOWN_PATHS).map(|(path, _)| format!("`{path}`")).collect();
        return Err(ImportError::NoCreateTask { paths: paths.join(", ") });
    }
    Ok(sheets)
}

fn of_operation(document: &Node, operation: &Node, title: Option<&str>) -> Result<Vec<Sheet>, ImportError> {
    let references = References::of(document);
    let body = operation.at(&["requestBody", "content", "application/json"]);
    let envelope = body.and_then(|body| body.get("schema")).map(|schema| references.follow(schema));
    let samples = body.map(request_samples).unwrap_or_default();
    let envelope = envelope.unwrap_or(Node::Null);
    let ids = model_ids(envelope.at(&["properties", "model"]), &samples);
    if ids.is_empty() {
        return Err(ImportError::NoModelId);
    }
    let menu = menu(operation);
    let summary = operation.text_of("summary");
    let prose = operation.text_of("description").unwrap_or_default();
    let (properties, mut reviews) = inputs(&envelope, &samples);
    if super::prose::excludes(prose) || properties.iter().any(|property| super::prose::excludes(description(property)))
    {
        reviews.push("the source speaks of inputs that exclude each other: say it in `rules`".to_owned());
    }
    let mut remarks = Vec::new();
    if operation.get("responses").is_none() {
        remarks
            .push("the document says nothing of the answer: it may be cut short, compare it with the page".to_owned());
    }
    if properties.is_empty() {
        remarks.push("the document has no `input` with properties: add the inputs by hand".to_owned());
    }
    if references.are_cut() {
        remarks.push("the document's references unfold to too much and were cut: compare it with the page".to_owned());
    }
    let sheet = |id: String| Sheet {
        // One heading can't name several models.
        title: if ids.len() == 1 { name(&id, title, summary) } else { None },
        vendor: menu.last().cloned(),
        words: format!("{id} {} {} {}", title.unwrap_or_default(), summary.unwrap_or_default(), menu.join(" "))
            .to_lowercase(),
        output: None,
        properties: properties.clone(),
        prices: Vec::new(),
        source: "KIE's OpenAPI page",
        remarks: remarks.clone(),
        reviews: reviews.clone(),
        id,
    };
    Ok(ids.iter().cloned().map(sheet).collect())
}

fn description(property: &Property) -> &str {
    property.schema.text_of("description").unwrap_or_default()
}

/// A name for people: the heading or the summary, if it is one rather than a sentence about the endpoint.
fn name(id: &str, title: Option<&str>, summary: Option<&str>) -> Option<String> {
    /// Names are short; what is longer explains.
    const WORDS_MAX: usize = 8;
    let is_name = |text: &&str| {
        text.is_ascii() && !text.contains(id) && !text.contains('/') && text.split_whitespace().count() <= WORDS_MAX
    };
    let found = [title, summary].into_iter().flatten().find(is_name)?;
    Some(found.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// The page's place in the menu, `["Video Models", "Kling"]`, from its tag or folder.
fn menu(operation: &Node) -> Vec<String> {
    let tag = operation.get("tags").and_then(|tags| tags.items().first()).and_then(Node::text);
    let folder = tag.or_else(|| operation.text_of("x-apidog-folder")).unwrap_or_default();
    let parts = folder.split('/').map(|part| part.split_whitespace().collect::<Vec<_>>().join(" "));
    parts.skip_while(|part| part != "Market").skip(1).filter(|part| !part.is_empty()).collect()
}

/// Whole requests that the document shows.
fn request_samples(body: &Node) -> Vec<Node> {
    let one = body.get("example").cloned();
    let several = body.get("examples").map(Node::entries).unwrap_or_default();
    one.into_iter().chain(several.iter().filter_map(|(_, sample)| sample.get("value").cloned())).collect()
}

/// The ids that `model` can have: its choices, else its default, else what the samples send.
fn model_ids(model: Option<&Node>, samples: &[Node]) -> Vec<String> {
    let schema = |key: &str| model.and_then(|model| model.get(key));
    let all = |node: Option<&Node>| -> Vec<String> {
        let texts = node.into_iter().flat_map(|node| match node {
            Node::List(items) => items.as_slice(),
            one => std::slice::from_ref(one),
        });
        let ids = texts
            .filter_map(Node::text)
            .map(str::trim)
            .filter(|id| !id.is_empty() && !id.contains(char::is_whitespace));
        ids.map(str::to_owned).collect()
    };
    let sampled = || samples.iter().flat_map(|sample| all(sample.get("model"))).collect::<Vec<_>>();
    let mut ids = [
        all(schema("enum")),
        all(schema("const")),
        all(schema("default")),
        all(schema("example")),
        all(schema("examples")),
    ]
    .into_iter()
    .find(|ids| !ids.is_empty())
    .unwrap_or_else(sampled);
    let mut seen = std::collections::BTreeSet::new();
    ids.retain(|id| seen.insert(id.clone()));
    ids
}

/// The inputs, and what is to be decided about them together.
fn inputs(envelope: &Node, samples: &[Node]) -> (Vec<Property>, Vec<String>) {
    let Some(input) = envelope.at(&["properties", "input"]) else { return (Vec::new(), Vec::new()) };
    let samples: Vec<_> = samples.iter().filter_map(|sample| sample.get("input")).collect();
    let forms: Vec<Node> = ["oneOf", "anyOf"]
        .iter()
        .filter_map(|key| input.get(key))
        .flat_map(Node::items)
        .filter(|form| form.get("properties").is_some())
        .cloned()
        .collect();
    if forms.is_empty() {
        return (properties(input, &samples), Vec::new());
    }
    (merged(&forms, &samples), vec![told_forms(&forms)])
}

/// One list of inputs out of several forms: what each form wants is required, what differs is pointed at.
fn merged(forms: &[Node], samples: &[&Node]) -> Vec<Property> {
    let mut all: Vec<Property> = Vec::new();
    let lists: Vec<_> = forms.iter().map(|form| properties(form, samples)).collect();
    for property in lists.iter().flatten() {
        if all.iter().any(|other| other.name == property.name) {
            continue;
        }
        let same: Vec<_> = lists.iter().map(|list| list.iter().find(|other| other.name == property.name)).collect();
        let mut property = property.clone();
        property.required = same.iter().all(|other| other.is_some_and(|other| other.required));
        if same.iter().any(Option::is_none) {
            property.reviews.push(
                "not every form of the request knows it: tie it to another input by `when`, or leave it out".to_owned(),
            );
        }
        if same.iter().flatten().any(|other| other.schema != property.schema) {
            property.reviews.push("the forms of the request bound it differently; this is the first one".to_owned());
        }
        all.push(property);
    }
    all
}

fn told_forms(forms: &[Node]) -> String {
    let told = forms.iter().enumerate().map(|(index, form)| {
        let title = form.text_of("title").map_or_else(|| format!("form {}", index + 1), |title| format!("`{title}`"));
        let required: Vec<_> =
            form.get("required").map(Node::items).unwrap_or_default().iter().filter_map(Node::text).collect();
        format!("{title} needs {}", required.join(", "))
    });
    let told: Vec<_> = told.collect();
    format!("a request has one of {} forms; say in `rules` what goes together: {}", forms.len(), told.join("; "))
}

/// The properties of an object's schema, in the order of the page.
fn properties(object: &Node, samples: &[&Node]) -> Vec<Property> {
    let required: Vec<_> =
        object.get("required").map(Node::items).unwrap_or_default().iter().filter_map(Node::text).collect();
    let one = |(name, schema): &(String, Node)| {
        let trimmed = name.trim();
        let reviews = if trimmed == name {
            Vec::new()
        } else {
            vec!["the source writes its name with a blank: check it".to_owned()]
        };
        Property {
            name: trimmed.to_owned(),
            required: required.iter().any(|other| other.trim() == trimmed),
            schema: schema.clone(),
            samples: samples.iter().filter_map(|sample| sample.get(trimmed).cloned()).collect(),
            reviews,
        }
    };
    let all = object.get("properties").map(Node::entries).unwrap_or_default();
    all.iter().map(one).filter(|property| !super::property::is_transport(property)).collect()
}
