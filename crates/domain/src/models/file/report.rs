//! A file being read, and the problems found in it so far.

use crate::models::problem::{Problem, Rule};

/// Collects problems of one file; turns offsets into lines.
#[derive(Debug)]
pub(super) struct Report<'a> {
    pub(super) file: &'a str,
    text: &'a str,
    pub(super) problems: Vec<Problem>,
}

impl<'a> Report<'a> {
    pub(super) const fn new(file: &'a str, text: &'a str) -> Self {
        Self { file, text, problems: Vec::new() }
    }

    /// Notes a problem at a byte offset.
    pub(super) fn add(&mut self, at: usize, rule: Rule, message: impl Into<String>, remedy: impl Into<String>) {
        let line = self.line(at);
        let (message, remedy) = (message.into(), remedy.into());
        self.problems.push(Problem { file: self.file.to_owned(), line, rule, message, remedy });
    }

    /// The line of a byte offset, from 1.
    fn line(&self, at: usize) -> usize {
        let before = &self.text.as_bytes()[..at.min(self.text.len())];
        before.iter().filter(|byte| **byte == b'\n').count() + 1
    }
}
