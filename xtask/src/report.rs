//! What a task answers: a verdict for the exit code, findings for the reader.
//!
//! A finding is complete in itself: where, what, by which rule, and what to do. Nobody has to open the check to pass it.

use std::fmt;
use std::path::PathBuf;
use std::process::{ExitCode, ExitStatus};

/// How a task ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Everything that the task promises was checked or done.
    Passed,
    /// It did what it could; the text says what is missing here and how to get it.
    Incomplete(String),
    /// It failed and has said why; the code is handed on to the shell.
    Failed(u8),
}

impl Verdict {
    /// The verdict of a child process that has talked for itself.
    ///
    /// A child ended by a signal has no code; it counts as 1.
    pub(crate) fn of(status: ExitStatus) -> Self {
        match status.code() {
            Some(0) => Self::Passed,
            Some(code) => Self::Failed(u8::try_from(code).unwrap_or(1)),
            None => Self::Failed(1),
        }
    }

    pub(crate) fn exit_code(&self) -> ExitCode {
        match self {
            Self::Passed | Self::Incomplete(_) => ExitCode::SUCCESS,
            Self::Failed(code) => ExitCode::from(*code),
        }
    }

    pub(crate) fn is_failure(&self) -> bool {
        matches!(self, Self::Failed(_))
    }
}

/// One breach of one rule at one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Finding {
    /// Relative to the root of the workspace.
    pub(crate) file: PathBuf,
    /// Counted from 1; 0 means the file as a whole.
    pub(crate) line: usize,
    pub(crate) what: String,
    pub(crate) rule: &'static str,
    pub(crate) remedy: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.file.display())?;
        if self.line > 0 {
            write!(out, ":{}", self.line)?;
        }
        write!(out, ": {}\n    rule:   {}\n    remedy: {}", self.what, self.rule, self.remedy)
    }
}

/// Prints the findings of a check and turns them into its verdict; `subject` says what was looked at.
pub(crate) fn conclude(task: &str, subject: &str, findings: &[Finding]) -> Verdict {
    for finding in findings {
        println!("{finding}");
    }
    if findings.is_empty() {
        println!("{task}: {subject}: clean");
        Verdict::Passed
    } else {
        println!("{task}: {subject}: {} to put right", findings.len());
        Verdict::Failed(1)
    }
}

/// Says on stderr what must not be overlooked, in a frame.
pub(crate) fn shout(text: &str) {
    let rule = "=".repeat(100);
    eprintln!("\n{rule}");
    for line in text.lines() {
        eprintln!("!! {line}");
    }
    eprintln!("{rule}\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_names_place_rule_and_remedy() {
        let finding = Finding {
            file: PathBuf::from("crates/web/Cargo.toml"),
            line: 7,
            what: "`web` depends on `storage`".to_owned(),
            rule: "adapters never name each other",
            remedy: "add a trait".to_owned(),
        };
        assert_eq!(
            finding.to_string(),
            "crates/web/Cargo.toml:7: `web` depends on `storage`\n    rule:   adapters never name each other\n    remedy: add a trait"
        );
        assert!(!Finding { line: 0, ..finding }.to_string().contains(":0"));
    }

    #[test]
    fn an_incomplete_check_is_no_failure() {
        assert!(!Verdict::Incomplete("no cargo-deny".to_owned()).is_failure());
        assert!(Verdict::Failed(100).is_failure());
    }
}
