//! What the documents tell an owner to type: commands and variables that there are.

use std::path::PathBuf;

use super::CODE;
use crate::facts::Facts;
use crate::report::Finding;

/// The documents that owners follow.
pub(super) const FILES: [&str; 3] = ["docs/DEPLOY.md", "README.md", "README.ru.md"];

/// Names in capitals that are not the bot's: of compose, of systemd, of the tests.
const FOREIGN: [&str; 4] = ["POSTGRES_", "KIEBOT_", "TEST_", "RUST_"];

/// What is wrong with a document. What stands between backquotes, or in a block of code, is code.
pub(super) fn breaches(file: &str, text: &str, facts: &Facts) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut in_block = false;
    for (line, text) in (1..).zip(text.lines()) {
        if text.trim_start().starts_with("```") {
            in_block = !in_block;
            continue;
        }
        // Every second piece stands between backquotes.
        let pieces: Vec<&str> = if in_block {
            vec![text.split(" #").next().unwrap_or(text)]
        } else {
            text.split('`').skip(1).step_by(2).collect()
        };
        for piece in pieces {
            for what in wrong_commands(piece, facts).into_iter().chain(wrong_names(piece, facts)) {
                let remedy = "see `kiebot --help`, and the table of variables in README.md".to_owned();
                findings.push(Finding { file: PathBuf::from(file), line, what, rule: CODE, remedy });
            }
        }
    }
    findings
}

fn wrong_commands(code: &str, facts: &Facts) -> Vec<String> {
    let commands = code.split("&&").filter_map(|part| {
        let mut words = part.split_whitespace().skip_while(|word| word.rsplit('/').next() != Some("kiebot")).skip(1);
        let first = words.next()?;
        // A word of prose, a placeholder, a path of a script: no command is spelled so.
        let is_command = first.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-') && !first.starts_with('-');
        let rest: Vec<&str> = words.take_while(|word| !["|", ">", "||", ";"].contains(word)).collect();
        is_command.then(|| facts.wrong_with(std::iter::once(first).chain(rest)))?
    });
    commands.collect()
}

fn wrong_names(code: &str, facts: &Facts) -> Vec<String> {
    let is_letter = |letter: char| letter.is_ascii_uppercase() || letter.is_ascii_digit() || letter == '_';
    let words = code.split(|letter: char| !is_letter(letter) && !letter.is_ascii_lowercase());
    let names = words.filter(|word| word.contains('_') && word.len() > 4 && word.chars().all(is_letter));
    let unknown = names.filter(|name| {
        let is_prefix = name.ends_with('_') && facts.variables.iter().any(|known| known.name.starts_with(name));
        facts.variable(name).is_none() && !is_prefix && !FOREIGN.iter().any(|prefix| name.starts_with(prefix))
    });
    unknown.map(|name| format!("nothing reads `{name}`")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::sample;

    fn found(text: &str) -> Vec<String> {
        breaches("docs/DEPLOY.md", text, &sample()).into_iter().map(|finding| finding.what).collect()
    }

    #[test]
    fn commands_and_variables_of_code_are_held_against_the_binary() {
        for sound in [
            "run `kiebot doctor` and `KIE_API_KEY`, in kiebot we trust",
            "```sh\nsudo -u kiebot /usr/local/bin/kiebot backup /var/x.db  # a kiebot sevre in a comment\n```",
            "`KIE_*` and `KIE_API_KEY=...`, `POSTGRES_PASSWORD`, `kiebot` and `kiebot --version`",
            "`kiebot migrate && kiebot doctor --before-deploy`",
        ] {
            assert_eq!(found(sound), [""; 0], "{sound}");
        }
        for (wrong, piece) in [
            ("run `kiebot docter`", "`kiebot docter`"),
            ("```sh\nkiebot migrate && kiebot doctor --quick\n```", "`--quick`"),
            ("set `KIE_APIKEY`", "`KIE_APIKEY`"),
            ("```sh\nexport TELEGRAM_TOKEN=1\n```", "`TELEGRAM_TOKEN`"),
        ] {
            let findings = found(wrong);
            assert!(findings.iter().any(|what| what.contains(piece)), "{wrong}: {findings:?}");
        }
    }
}
