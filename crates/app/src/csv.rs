//! Rows as a CSV document: RFC 4180 in UTF-8 with a byte order mark, so that a spreadsheet reads every alphabet.
//!
//! A cell that a spreadsheet would run as a formula is shown as text: names and comments come from users, and the file is opened by an owner.

/// What stands between two cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Separator {
    /// As RFC 4180 has it.
    Comma,
    /// For spreadsheets of countries that write decimals with a comma, Russia among them: they take a file with commas for one column.
    Semicolon,
}

/// The rows as a document; the first one may be the header. Numbers stay numbers: an optional sign, digits, at most one point or comma
/// between them.
pub fn document<Row, Cell>(rows: impl IntoIterator<Item = Row>, separator: Separator) -> Vec<u8>
where
    Row: IntoIterator<Item = Cell>,
    Cell: AsRef<str>,
{
    let separator = match separator {
        Separator::Comma => ',',
        Separator::Semicolon => ';',
    };
    let mut text = String::from('\u{feff}');
    for row in rows {
        for (at, cell) in row.into_iter().enumerate() {
            if at > 0 {
                text.push(separator);
            }
            push_cell(&mut text, cell.as_ref());
        }
        text.push_str("\r\n");
    }
    text.into_bytes()
}

fn push_cell(text: &mut String, cell: &str) {
    let guard = if is_formula(cell) { "'" } else { "" };
    if !cell.contains([',', ';', '"', '\r', '\n', '\t']) {
        text.push_str(guard);
        text.push_str(cell);
        return;
    }
    text.push('"');
    text.push_str(guard);
    text.push_str(&cell.replace('"', "\"\""));
    text.push('"');
}

/// Whether a spreadsheet may take the cell for a formula; the wide forms count, as Japanese spreadsheets read them.
fn is_formula(cell: &str) -> bool {
    cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']) && !is_number(cell)
}

fn is_number(cell: &str) -> bool {
    let digits = cell.strip_prefix(['+', '-']).unwrap_or(cell);
    let (whole, fraction) = digits.split_once(['.', ',']).unwrap_or((digits, "0"));
    [whole, fraction].iter().all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(rows: &[&[&str]], separator: Separator) -> String {
        let bytes = document(rows.iter().map(|row| row.iter()), separator);
        String::from_utf8(bytes).unwrap()
    }

    fn cell(text: &str) -> String {
        let written = written(&[&[text]], Separator::Comma);
        written.trim_start_matches('\u{feff}').strip_suffix("\r\n").unwrap().to_owned()
    }

    /// A reader of RFC 4180, written a second way: what a spreadsheet would have in its cells.
    fn read(document: &str, separator: char) -> Vec<Vec<String>> {
        let mut letters = document.strip_prefix('\u{feff}').unwrap().chars().peekable();
        let (mut rows, mut row, mut cell) = (Vec::new(), Vec::new(), String::new());
        let mut is_quoted = false;
        while let Some(letter) = letters.next() {
            match letter {
                '"' if is_quoted && letters.next_if_eq(&'"').is_some() => cell.push('"'),
                '"' => is_quoted = !is_quoted,
                _ if is_quoted => cell.push(letter),
                '\r' => {
                    assert_eq!(letters.next(), Some('\n'), "a row ends with both");
                    row.push(std::mem::take(&mut cell));
                    rows.push(std::mem::take(&mut row));
                }
                _ if letter == separator => row.push(std::mem::take(&mut cell)),
                _ => cell.push(letter),
            }
        }
        assert!(!is_quoted && row.is_empty() && cell.is_empty(), "the document ends with a row's end");
        rows
    }

    #[test]
    fn rows_end_with_both_signs_and_the_document_begins_with_a_mark() {
        assert_eq!(document(Vec::<Vec<String>>::new(), Separator::Comma), [0xef, 0xbb, 0xbf]);
        let rows: &[&[&str]] = &[&["День", "Выручка"], &["1 ноября", "12,50"], &[""]];
        assert_eq!(written(rows, Separator::Comma), "\u{feff}День,Выручка\r\n1 ноября,\"12,50\"\r\n\r\n");
        assert_eq!(written(rows, Separator::Semicolon), "\u{feff}День;Выручка\r\n1 ноября;\"12,50\"\r\n\r\n");
    }

    #[test]
    fn what_was_written_is_read_again() {
        let rows: &[&[&str]] = &[
            &["a", "", "c"],
            &["a,b;c", "say \"yes\"", "\"", ""],
            &["two\r\nlines", "two\nlines", "a\rb", "a\tb"],
            &[" spaces ", "ёж", "🍌", ",", ";", "\"\"\""],
        ];
        for (separator, sign) in [(Separator::Comma, ','), (Separator::Semicolon, ';')] {
            assert_eq!(read(&written(rows, separator), sign), rows);
        }
    }

    #[test]
    fn a_formula_becomes_text() {
        for formula in [
            "=1+1",
            "=cmd|' /C calc'!A0",
            "+7 999 000-00-00",
            "-1+1",
            "@SUM(A1)",
            "\t=1",
            "\r=1",
            "\n=1",
            "＝1",
            "=",
            "+",
            "-",
            "-.5",
            "-1.",
            "+1.2.3",
            "-1e5",
            "--1",
            "-1 000",
            "=1,5",
        ] {
            let document = written(&[&["a", formula]], Separator::Comma);
            assert_eq!(read(&document, ','), [["a".to_owned(), format!("'{formula}")]], "{formula:?}");
        }
    }

    #[test]
    fn numbers_and_plain_words_stay_as_they_are() {
        for plain in ["-5", "+5", "0", "-12.50", "1-2", "a=b", "−5", "user@example.org", "'quoted'", "–"] {
            assert_eq!(cell(plain), plain);
        }
        assert_eq!(cell("-12,50"), "\"-12,50\"");
    }
}
