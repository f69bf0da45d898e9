//! A line of the report, in the same form as those of `kiebot doctor --json`, which it also reads.

use serde::{Deserialize, Serialize};

/// How a check went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum How {
    Ok,
    /// It works, and may bite.
    Warning,
    /// It does not work.
    Problem,
    /// It could not be asked; the line says what is missing.
    NotChecked,
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Line {
    pub(super) check: String,
    pub(super) verdict: How,
    pub(super) found: String,
    pub(super) wanted: String,
    #[serde(rename = "do")]
    pub(super) remedy: String,
}

impl Line {
    pub(super) fn ok(check: &str, found: impl Into<String>, wanted: &str) -> Self {
        Self::bad(check, How::Ok, found, wanted, "")
    }

    pub(super) fn bad(
        check: &str,
        verdict: How,
        found: impl Into<String>,
        wanted: &str,
        remedy: impl Into<String>,
    ) -> Self {
        Self { check: check.to_owned(), verdict, found: found.into(), wanted: wanted.to_owned(), remedy: remedy.into() }
    }
}

/// The lines for a reader, and how many there are of each kind.
pub(super) fn text(lines: &[Line]) -> String {
    let width = lines.iter().map(|line| line.check.len()).max().unwrap_or(0);
    let mut text = String::new();
    for line in lines {
        let mark = match line.verdict {
            How::Ok => "ok         ",
            How::Warning => "warning    ",
            How::Problem => "PROBLEM    ",
            How::NotChecked => "not checked",
        };
        text.push_str(&format!("{mark}  {:width$}  {}", line.check, one_line(&line.found)));
        if line.verdict != How::Ok {
            text.push_str(&format!(" | wanted: {} | do: {}", one_line(&line.wanted), one_line(&line.remedy)));
        }
        text.push('\n');
    }
    let count = |how: How| lines.iter().filter(|line| line.verdict == how).count();
    let (warnings, problems, skipped) = (count(How::Warning), count(How::Problem), count(How::NotChecked));
    let end = if problems == 0 { "may be deployed" } else { "must not be deployed" };
    text.push_str(&format!(
        "predeploy: {} lines, {warnings} warnings, {skipped} not checked, {problems} problems: {end}",
        lines.len()
    ));
    text
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_thing_is_one_line_with_what_to_do() {
        let lines = [
            Line::ok("render.yaml", "sound", "sound"),
            Line::bad("kie", How::Problem, "the key is\nrefused", "a key that is taken", "renew it"),
        ];
        let text = text(&lines);
        assert_eq!(text.lines().count(), 3, "{text}");
        assert!(
            text.contains(
                "PROBLEM      kie          the key is refused | wanted: a key that is taken | do: renew it\n"
            ),
            "{text}"
        );
        assert!(text.ends_with("2 lines, 0 warnings, 0 not checked, 1 problems: must not be deployed"), "{text}");
    }

    #[test]
    fn the_doctors_lines_are_read() {
        let said = r#"[{"check":"kie","verdict":"warning","found":"3 credits left","wanted":"credits","do":"top up"}]"#;
        let lines: Vec<Line> = serde_json::from_str(said).unwrap();
        assert_eq!(lines, [Line::bad("kie", How::Warning, "3 credits left", "credits", "top up")]);
    }
}
