//! A Markdown table whose columns line up, so that it reads as text too.

use std::fmt;

/// Rows of cells under a headline. Cells are Markdown already: see [`prose`] and [`code`].
#[derive(Debug)]
pub(super) struct Grid {
    rows: Vec<Vec<String>>,
    right: Vec<usize>,
}

impl Grid {
    /// With a headline, which also says how many columns there are.
    pub(super) fn new(headline: &[&str]) -> Self {
        Self { rows: vec![headline.iter().map(|title| (*title).to_owned()).collect()], right: Vec::new() }
    }

    /// These columns are set to the right: figures.
    pub(super) fn right(mut self, columns: &[usize]) -> Self {
        self.right = columns.to_vec();
        self
    }

    /// One more row; it has a cell for each column.
    pub(super) fn row<const N: usize>(&mut self, cells: [String; N]) {
        debug_assert_eq!(self.rows[0].len(), N, "a cell for each column");
        self.rows.push(cells.into());
    }

    /// The same without columns that say nothing.
    pub(super) fn without_empty_columns(self) -> Self {
        let empty = |column: &usize| self.rows.iter().skip(1).all(|row| row[*column].is_empty());
        let kept: Vec<_> = (0..self.rows[0].len()).filter(|column| !empty(column)).collect();
        let right = kept.iter().enumerate().filter(|(_, old)| self.right.contains(old)).map(|(new, _)| new).collect();
        let rows = self.rows.iter().map(|row| kept.iter().map(|column| row[*column].clone()).collect()).collect();
        Self { rows, right }
    }

    fn line(&self, f: &mut fmt::Formatter<'_>, cells: &[String], widths: &[usize]) -> fmt::Result {
        for (column, (cell, width)) in cells.iter().zip(widths).enumerate() {
            if self.right.contains(&column) {
                write!(f, "| {cell:>width$} ")?;
            } else {
                write!(f, "| {cell:<width$} ")?;
            }
        }
        f.write_str("|\n")
    }
}

impl fmt::Display for Grid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        /// Markdown wants three dashes.
        const NARROWEST: usize = 3;
        let width =
            |column: usize| self.rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0).max(NARROWEST);
        let widths: Vec<usize> = (0..self.rows[0].len()).map(width).collect();
        self.line(f, &self.rows[0], &widths)?;
        for (column, width) in widths.iter().enumerate() {
            // The colon that sets a column to the right takes the place of the space.
            let end = if self.right.contains(&column) { ':' } else { ' ' };
            write!(f, "| {}{end}", "-".repeat(*width))?;
        }
        f.write_str("|\n")?;
        self.rows.iter().skip(1).try_for_each(|row| self.line(f, row, &widths))
    }
}

/// Any text as a cell: one line, shown as it is.
pub(super) fn prose(text: &str) -> String {
    let mut cell = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !cell.is_empty() {
            cell.push(' ');
        }
        for letter in word.chars() {
            if matches!(letter, '|' | '\\' | '*' | '<' | '`' | '[') {
                cell.push('\\');
            }
            cell.push(letter);
        }
    }
    cell
}

/// A name of the machine's world as a cell.
pub(super) fn code(name: &str) -> String {
    // Within a table a bar ends the cell even in code; GitHub takes the backslash away again.
    format!("`{}`", name.replace('`', "'").replace('|', "\\|"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_and_silent_ones_go() {
        let mut grid = Grid::new(&["Name", "Nothing", "Price"]).right(&[1, 2]);
        grid.row(["Ёлка".to_owned(), String::new(), "7".to_owned()]);
        grid.row(["A|B".to_owned(), String::new(), "12.5".to_owned()]);
        let expected = "| Name | Price |\n| ---- | -----:|\n| Ёлка |     7 |\n| A|B  |  12.5 |\n";
        assert_eq!(grid.without_empty_columns().to_string(), expected);
    }

    #[test]
    fn what_markdown_would_read_is_escaped() {
        assert_eq!(prose("a|b *c*\n <d> [e](f) `g` h_i"), "a\\|b \\*c\\* \\<d> \\[e](f) \\`g\\` h_i");
        assert_eq!(code("a|b`c"), "`a\\|b'c`");
    }
}
