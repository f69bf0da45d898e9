//! Reads an OpenAPI document: what may the `input` of createTask be?
//!
//! Understood are references within the document, `allOf`, `oneOf` and `anyOf` at every place, lists of types, and documents
//! that are cut out too deep or not deep enough. What is not understood is left out: then nothing is said about it.

use serde_json::{Map, Value as Json};

use super::shape::{Bound, Shape, WireType, decimal};

/// Deeper than any real document; a reference in a circle ends here.
const DEPTH_MAX: usize = 16;
/// More than any real document has; a malicious one does not keep us busy.
const NODES_MAX: usize = 20_000;

/// The `input` object of the request; none if there is none, or none with fields.
pub(super) fn input(document: &Json) -> Option<Shape> {
    // Some APIs send a document as text within JSON.
    let parsed = document.as_str().and_then(|text| serde_json::from_str(text).ok());
    let document = parsed.as_ref().unwrap_or(document);
    let mut reader = Reader { document, nodes: 0 };
    let shape = match request(document, &reader) {
        Some(body) => reader.shape(body, 0),
        None => reader.shape(document, 0),
    };
    let input = match shape.fields.get("input") {
        Some(input) => input.clone(),
        // A document of the input alone, as far as one can tell.
        None if shape.fields.contains_key("model") || shape.fields.contains_key("callBackUrl") => return None,
        None => shape,
    };
    (!input.fields.is_empty()).then_some(input)
}

/// The schema of the body of createTask, or of the only other POST.
fn request<'a>(document: &'a Json, reader: &Reader<'a>) -> Option<&'a Json> {
    let paths = document.get("paths")?.as_object()?;
    let posts = || paths.iter().filter_map(|(path, methods)| methods.get("post").map(|post| (path, post)));
    let (_, post) = posts().find(|(path, _)| path.ends_with("/createTask")).or_else(|| posts().next())?;
    let body = reader.resolve(post.get("requestBody")?);
    let content = body.get("content")?.as_object()?;
    let json = content.iter().find(|(media, _)| media.contains("json")).or_else(|| content.iter().next());
    json.and_then(|(_, content)| content.get("schema"))
}

struct Reader<'a> {
    document: &'a Json,
    nodes: usize,
}

impl<'a> Reader<'a> {
    /// Follows references within the document.
    fn resolve(&self, node: &'a Json) -> &'a Json {
        let mut node = node;
        for _ in 0..DEPTH_MAX {
            let target = node.get("$ref").and_then(Json::as_str).and_then(|target| target.strip_prefix('#'));
            match target.and_then(|pointer| self.document.pointer(pointer)) {
                Some(target) => node = target,
                None => break,
            }
        }
        node
    }

    fn shape(&mut self, node: &'a Json, depth: usize) -> Shape {
        self.nodes += 1;
        let Some(schema) = node.as_object().filter(|_| depth < DEPTH_MAX && self.nodes < NODES_MAX) else {
            return Shape::default();
        };
        let mut shape = self.own(schema, depth);
        let target = self.resolve(node);
        if !std::ptr::eq(target, node) {
            shape = shape.and(self.shape(target, depth + 1));
        }
        for part in list(schema, "allOf") {
            shape = shape.and(self.shape(part, depth + 1));
        }
        for key in ["oneOf", "anyOf"] {
            let is_null = |part: &&Json| part.get("type").and_then(Json::as_str) == Some("null");
            let parts: Vec<_> = list(schema, key).iter().filter(|part| !is_null(part)).collect();
            let alternatives = parts.into_iter().map(|part| self.shape(part, depth + 1));
            if let Some(either) = alternatives.reduce(Shape::or) {
                shape = shape.and(either);
            }
        }
        if !shape.values.is_empty() {
            // Values say more than the type beside them, which is often forgotten or wrong.
            shape.types = shape.values.iter().filter_map(WireType::of).collect();
        }
        shape
    }

    /// What stands in the schema itself.
    fn own(&mut self, schema: &'a Map<String, Json>, depth: usize) -> Shape {
        let mut shape =
            Shape { default: schema.get("default").filter(|default| !default.is_null()).cloned(), ..Shape::default() };
        let types = match schema.get("type") {
            Some(Json::String(name)) => vec![name.as_str()],
            Some(Json::Array(names)) => names.iter().filter_map(Json::as_str).collect(),
            _ => Vec::new(),
        };
        shape.types = types.into_iter().filter_map(WireType::from_name).collect();
        shape.values =
            list(schema, "enum").iter().chain(schema.get("const")).filter(|value| !value.is_null()).cloned().collect();
        for bound in Bound::ALL {
            let value = keys(bound).iter().find_map(|key| schema.get(*key).and_then(decimal));
            shape.bounds.extend(value.map(|value| (bound, value)));
        }
        shape.items = schema.get("items").map(|items| Box::new(self.shape(items, depth + 1)));
        if let Some(fields) = schema.get("properties").and_then(Json::as_object) {
            shape.fields = fields.iter().map(|(name, field)| (name.clone(), self.shape(field, depth + 1))).collect();
        }
        let required = list(schema, "required").iter().filter_map(Json::as_str);
        shape.required = required.map(str::to_owned).collect();
        // The older way: `required: true` at the field itself.
        let by_itself = schema.get("properties").and_then(Json::as_object).into_iter().flatten();
        let by_itself = by_itself.filter(|(_, field)| field.get("required") == Some(&Json::Bool(true)));
        shape.required.extend(by_itself.map(|(name, _)| name.clone()));
        shape
    }
}

/// What a bound is called in a schema. An exclusive bound is read as if it were inclusive: then we may say too little, not too much.
const fn keys(bound: Bound) -> &'static [&'static str] {
    match bound {
        Bound::Least => &["minimum", "exclusiveMinimum"],
        Bound::Most => &["maximum", "exclusiveMaximum"],
        Bound::LengthLeast => &["minLength"],
        Bound::LengthMost => &["maxLength"],
        Bound::ItemsLeast => &["minItems"],
        Bound::ItemsMost => &["maxItems"],
    }
}

fn list<'a>(schema: &'a Map<String, Json>, key: &str) -> &'a [Json] {
    schema.get(key).and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default()
}
