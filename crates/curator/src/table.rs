//! The shop window as Markdown.
