//! `cargo xtask fuzz`: what strangers send, made up by libFuzzer.
//!
//! The targets are in `fuzz/`, a workspace of its own; docs/SECURITY.md says what each promises. What is found on the way is kept among the
//! builds, so that the corpus of the tree stays small. It takes minutes, so it is run on demand and is no step of `ci`, which has the short
//! run among its tests.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, bail};

use crate::report::{Verdict, shout};
use crate::workspace::{cargo, files_below, has_subcommand, passthrough, root};

/// The longest input that libFuzzer makes, as in the short run.
const BYTES_MAX: u32 = 64 * 1024;
/// One input that takes longer is a finding, in seconds.
const INPUT_SECONDS_MAX: u32 = 10;

/// Runs one target, or all one after the other, each for so many seconds.
///
/// # Errors
/// If there is no such target, or cargo cannot be started.
pub(crate) fn run(target: Option<&str>, seconds: u64) -> anyhow::Result<Verdict> {
    let known = targets(&root().join("fuzz/fuzz_targets"))?;
    let chosen = chosen(&known, target)?;
    if !has_subcommand("fuzz") {
        let text = "cargo-fuzz is missing: `cargo install cargo-fuzz --locked` brings it\n\
                    the short run needs nothing: `cargo test -p domain -p kie-client -p telegram-adapter --lib fuzzing::`, KIEBOT_FUZZ_ROUNDS for more";
        shout(text);
        return Ok(Verdict::Failed(1));
    }
    for target in chosen {
        let verdict = passthrough(&mut fuzzer(target, seconds)?)?;
        if verdict.is_failure() {
            println!("    remedy: mend it, and keep the input of fuzz/artifacts/{target} in fuzz/corpus/{target}");
            return Ok(verdict);
        }
    }
    Ok(Verdict::Passed)
}

/// The names of the targets in a directory, sorted.
fn targets(directory: &Path) -> anyhow::Result<Vec<String>> {
    let files = files_below(directory)?;
    let name = |file: &Path| Some(file.file_stem()?.to_str()?.to_owned());
    Ok(files.iter().filter_map(|file| name(file)).collect())
}

fn chosen<'a>(known: &'a [String], target: Option<&str>) -> anyhow::Result<Vec<&'a str>> {
    let chosen: Vec<&str> =
        known.iter().map(String::as_str).filter(|known| target.is_none_or(|target| target == *known)).collect();
    if chosen.is_empty() {
        bail!("there is no fuzz target `{}`; there are `{}`", target.unwrap_or("at all"), known.join("`, `"));
    }
    Ok(chosen)
}

/// cargo-fuzz with a growing corpus among the builds before the one in the tree: new inputs go to the first.
fn fuzzer(target: &str, seconds: u64) -> anyhow::Result<Command> {
    let grown = format!("fuzz/target/corpus/{target}");
    std::fs::create_dir_all(root().join(&grown)).with_context(|| format!("cannot make `{grown}`"))?;
    // No unsafe code is ours, so an address sanitizer would find nothing of ours and take most of the time.
    let mut command = cargo(["fuzz", "run", "--sanitizer", "none", target]);
    command.arg(grown).arg(format!("fuzz/corpus/{target}")).arg("--");
    command.arg(format!("-max_total_time={seconds}")).arg(format!("-max_len={BYTES_MAX}"));
    command.arg(format!("-timeout={INPUT_SECONDS_MAX}")).arg("-print_final_stats=1");
    // What libFuzzer needs is the instrumentation, which the pinned compiler has, too: no second toolchain.
    command.env("RUSTC_BOOTSTRAP", "1");
    Ok(command)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fuzz_target_has_a_binary_a_corpus_and_a_night() {
        let read = |file: &str| std::fs::read_to_string(root().join(file)).unwrap();
        let (manifest, night) = (read("fuzz/Cargo.toml"), read(".github/workflows/fuzz.yml"));
        let known = targets(&root().join("fuzz/fuzz_targets")).unwrap();
        assert!(!known.is_empty());
        let nightly = night.lines().find_map(|line| line.trim().strip_prefix("target: [")?.strip_suffix(']')).unwrap();
        let mut nightly: Vec<&str> = nightly.split(", ").collect();
        nightly.sort_unstable();
        assert_eq!(nightly, known);
        for target in &known {
            assert!(manifest.contains(&format!("path = \"fuzz_targets/{target}.rs\"")), "{target}");
            assert!(!files_below(&root().join("fuzz/corpus").join(target)).unwrap().is_empty(), "{target}");
        }
    }

    #[test]
    fn one_target_or_all_are_run_and_no_other() {
        let known = ["press".to_owned(), "update".to_owned()];
        assert_eq!(chosen(&known, None).unwrap(), ["press", "update"]);
        assert_eq!(chosen(&known, Some("press")).unwrap(), ["press"]);
        assert!(chosen(&known, Some("other")).unwrap_err().to_string().contains("`press`, `update`"));
        assert!(chosen(&[], None).is_err());
    }
}
