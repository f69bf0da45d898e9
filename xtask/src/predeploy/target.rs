//! What `kiebot doctor` says of the target, and what is made of it.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::Context;

use super::env_file::Environment;
use super::line::{How, Line};
use crate::facts::Facts;

/// Lines of the binary itself and of what is optional: they hold without any target.
const ANYWAY: [&str; 5] = ["catalog", "configuration", "plan", "figures", "errors"];
/// What is asked of whom, and the variable without which it can't be.
const ASKED: [(&[&str], &str); 2] = [(&["telegram", "updates"], "TELEGRAM_BOT_TOKEN"), (&["kie"], "KIE_API_KEY")];
/// What is the old version's business: work that stands still may be what the new one mends.
const WORK: [&str; 6] = ["queue", "generations", "orphans", "receipts", "payments", "audit"];

/// Asks the doctor of this binary.
///
/// # Errors
/// If it cannot be started, or says what no doctor says.
pub(super) fn lines(
    binary: &Path,
    environment: &Environment,
    mandatory: bool,
    facts: &Facts,
) -> anyhow::Result<Vec<Line>> {
    let mut command = Command::new(binary);
    environment.put_on(&mut command);
    // Its log goes to stderr, and its exit code is in its lines.
    let output = command.args(["doctor", "--json"]).stdin(Stdio::null()).stderr(Stdio::inherit()).output();
    let output = output.with_context(|| format!("cannot start `{}`", binary.display()))?;
    let said = String::from_utf8(output.stdout).context("the doctor did not write UTF-8")?;
    let said: Vec<Line> = serde_json::from_str(&said).context("cannot read what the doctor said")?;
    Ok(judged(said, mandatory, &|name| environment.has(name), facts))
}

/// The doctor's lines as they count here. Without a target that must be there, what needs a variable that is not set is *not checked*.
fn judged(said: Vec<Line>, mandatory: bool, is_set: &dyn Fn(&str) -> bool, facts: &Facts) -> Vec<Line> {
    let is_variable = |line: &Line| facts.variable(&line.check).is_some();
    let needs = |check: &str| {
        let asked = ASKED.iter().find(|(checks, _)| checks.contains(&check));
        asked.map_or("DATABASE_URL", |(_, variable)| variable)
    };
    let is_open = |variable: &str| !mandatory && !is_set(variable);
    let mut lines = Vec::new();
    let mut open: Vec<String> = Vec::new();
    for mut line in said {
        if ANYWAY.contains(&line.check.as_str()) {
            lines.push(line);
        } else if is_variable(&line) {
            if is_open(&line.check) {
                open.push(line.check);
            } else {
                lines.push(line);
            }
        } else if is_open(needs(&line.check)) {
            open.push(needs(&line.check).to_owned());
        } else {
            if WORK.contains(&line.check.as_str()) && line.verdict == How::Problem {
                line.verdict = How::Warning;
            }
            lines.push(line);
        }
    }
    open.sort();
    open.dedup();
    lines.extend(open.iter().map(|variable| {
        let wanted = match variable.as_str() {
            "TELEGRAM_BOT_TOKEN" => "getMe answers, and how updates come in is known",
            "KIE_API_KEY" => "the key is taken, and credits are left",
            "DATABASE_URL" => {
                "the database answers as it was asked for, its migrations are current, its books are sound"
            }
            _ => "it is set, in its form",
        };
        let remedy = format!("set {variable}, or name the target's environment with `--env-file FILE`");
        Line::bad(variable, How::NotChecked, format!("{variable} is not set"), wanted, remedy)
    }));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::sample;

    /// As `kiebot doctor --json` says it in a fresh clone.
    fn fresh() -> Vec<Line> {
        let unset = |name: &str| Line::bad(name, How::Problem, "nothing", "a value", "get one");
        vec![
            Line::ok("catalog", "154 models are sold", "rules"),
            unset("TELEGRAM_BOT_TOKEN"),
            unset("KIE_API_KEY"),
            unset("ADMIN_ID"),
            Line::ok("database", "data/kiebot.db does not exist yet", "a file"),
            Line::ok("disk", "data can be written to", "a folder"),
            Line::ok("errors", "kept in the log", "somebody learns of them"),
        ]
    }

    fn verdicts(lines: &[Line]) -> Vec<(&str, How)> {
        lines.iter().map(|line| (line.check.as_str(), line.verdict)).collect()
    }

    #[test]
    fn a_fresh_clone_is_told_what_to_set_and_does_not_fail() {
        let lines = judged(fresh(), false, &|_| false, &sample());
        let open = How::NotChecked;
        let wanted = [
            ("catalog", How::Ok),
            ("errors", How::Ok),
            ("ADMIN_ID", open),
            ("DATABASE_URL", open),
            ("KIE_API_KEY", open),
            ("TELEGRAM_BOT_TOKEN", open),
        ];
        assert_eq!(verdicts(&lines), wanted);
        assert!(
            lines.iter().all(|line| line.verdict == How::Ok || line.remedy.contains(&format!("set {}", line.check)))
        );
    }

    #[test]
    fn a_target_that_is_named_must_have_everything() {
        let lines = judged(fresh(), true, &|_| false, &sample());
        assert_eq!(lines, fresh());
    }

    /// What is set is judged, also in a fresh clone; the work of the old version fails nothing.
    #[test]
    fn what_is_set_is_judged() {
        let said = vec![
            Line::bad("KIE_API_KEY", How::Problem, "*** (3 characters)", "a key", "correct it"),
            Line::bad("telegram", How::Problem, "telegram refused with `401`", "getMe", "check it"),
            Line::bad("database", How::Problem, "cannot connect", "it answers", "check it"),
            Line::bad("queue", How::Problem, "7 wait", "none waits", "see the log"),
            Line::bad("migrations", How::Problem, "missing: 0042", "none", "migrate"),
        ];
        let lines = judged(said, false, &|name| name != "ADMIN_ID", &sample());
        let problem = How::Problem;
        let wanted = [
            ("KIE_API_KEY", problem),
            ("telegram", problem),
            ("database", problem),
            ("queue", How::Warning),
            ("migrations", problem),
        ];
        assert_eq!(verdicts(&lines), wanted);
    }
}
