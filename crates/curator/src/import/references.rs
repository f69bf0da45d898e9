//! `$ref` and `allOf` of an OpenAPI document, followed within the document and within bounds.

use std::cell::Cell;

use super::node::Node;

/// A reference to a reference to a reference: KIE's documents have one level.
const LEVELS_MAX: usize = 8;
/// References that name each other several times grow with every level: KIE's largest request has about a thousand nodes.
const NODES_MAX: usize = 100_000;

/// A document whose references are followed, and how much may still be unfolded.
#[derive(Debug)]
pub(super) struct References<'d> {
    document: &'d Node,
    left: Cell<usize>,
}

impl<'d> References<'d> {
    pub(super) const fn of(document: &'d Node) -> Self {
        Self { document, left: Cell::new(NODES_MAX) }
    }

    /// The schema without references and without `allOf`. What leads nowhere, or round in a circle, is null.
    pub(super) fn follow(&self, schema: &Node) -> Node {
        self.unfold(schema, 0)
    }

    /// Whether something was cut off for its size.
    pub(super) const fn are_cut(&self) -> bool {
        self.left.get() == 0
    }

    fn unfold(&self, schema: &Node, level: usize) -> Node {
        let left = self.left.get();
        if left == 0 || level > LEVELS_MAX {
            return Node::Null;
        }
        self.left.set(left - 1);
        match schema {
            Node::List(items) => Node::List(items.iter().map(|item| self.unfold(item, level)).collect()),
            Node::Table(entries) => match schema.text_of("$ref") {
                Some(target) => self.target(target).map_or(Node::Null, |found| self.unfold(found, level + 1)),
                None => self.table(entries, level),
            },
            plain => plain.clone(),
        }
    }

    /// What `#/components/schemas/...` names.
    fn target(&self, target: &str) -> Option<&'d Node> {
        let path: Vec<_> = target.strip_prefix("#/")?.split('/').collect();
        self.document.at(&path)
    }

    fn table(&self, entries: &[(String, Node)], level: usize) -> Node {
        // The editor's own notes hold references too, which say nothing of the request.
        let known = entries.iter().filter(|(key, _)| !key.starts_with("x-"));
        let mut whole: Vec<_> = known.map(|(key, value)| (key.clone(), self.unfold(value, level))).collect();
        if let Some(index) = whole.iter().position(|(key, value)| key == "allOf" && !value.items().is_empty()) {
            let (_, parts) = whole.remove(index);
            for part in parts.items() {
                add(&mut whole, part);
            }
        }
        Node::Table(whole)
    }
}

/// Adds what `part` says to a schema: keys that are missing, and properties and required names beside those that are there.
fn add(whole: &mut Vec<(String, Node)>, part: &Node) {
    for (key, value) in part.entries() {
        match (whole.iter_mut().find(|(other, _)| other == key), value) {
            (None, _) => whole.push((key.clone(), value.clone())),
            (Some((_, Node::Table(own))), Node::Table(more)) if key == "properties" => {
                let known: Vec<_> = own.iter().map(|(name, _)| name.clone()).collect();
                own.extend(more.iter().filter(|(name, _)| !known.contains(name)).cloned());
            }
            (Some((_, Node::List(own))), Node::List(items)) if key == "required" => own.extend(items.iter().cloned()),
            _ => {}
        }
    }
}
