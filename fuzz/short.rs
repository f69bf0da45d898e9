//! The short run of a fuzz target: its corpus, and a fixed number of mutations of it. An ordinary test, on every machine.
//!
//! The unit tests of three crates include this file by its path. It is no crate, since `domain` stands below all of them and none of their
//! users shall build it.
//!
//! The same rounds give the same inputs, and no clock is asked. `KIEBOT_FUZZ_ROUNDS` sets how many, instead of what the test says. What makes
//! a target panic is kept in `fuzz/artifacts`; with the fix it goes to `fuzz/corpus`, and is then run first.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::{Path, PathBuf};

/// The longest input; a mutation that would be longer is cut.
const BYTES_MAX: usize = 64 * 1024;
/// How many mutations are laid over one another.
const MUTATIONS_MAX: usize = 4;

/// What breaks readers of numbers.
const NUMBERS: &[&str] = &[
    "0",
    "-1",
    "1",
    "2",
    "255",
    "256",
    "65536",
    "2147483648",
    "4294967296",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808",
    "18446744073709551615",
    "99999999999999999999999999999999999999999",
    "0.1",
    "1e400",
    "1e-400",
    "-0",
    "00",
];
/// What breaks readers of structure.
const PIECES: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    "\"",
    "\\",
    ",",
    ":",
    "=",
    "\n",
    "\u{0}",
    "\u{202e}",
    "\u{1f600}",
    "null",
    "true",
    "{}",
    "[]",
    "\"\"",
    "\\u0000",
    "\\ud800",
    "nan",
    "inf",
    "[[",
    "]]",
    "'''",
    "\"\"\"",
    "#",
    ".",
];

/// Feeds `body` with the corpus of `target` and with mutations of it.
///
/// # Panics
/// If the body does, with the place where the input is kept; or if there is no corpus.
pub(crate) fn run(target: &str, rounds: u64, body: fn(&[u8])) {
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz");
    let corpus = corpus(&fuzz.join("corpus").join(target));
    assert!(!corpus.is_empty(), "the target `{target}` has no corpus");
    let artifacts = fuzz.join("artifacts").join(target);
    for seed in &corpus {
        fed(seed, &artifacts, body);
    }
    let mut chance = Chance(0x6b69_6562_6f74);
    for _ in 0..wanted().unwrap_or(rounds) {
        let mut input = chance.one_of(&corpus).clone();
        for _ in 0..=chance.below(MUTATIONS_MAX) {
            mutate(&mut input, &corpus, &mut chance);
        }
        input.truncate(BYTES_MAX);
        fed(&input, &artifacts, body);
    }
}

#[expect(clippy::disallowed_methods, reason = "how a test learns what its runner wants")]
fn wanted() -> Option<u64> {
    let rounds = std::env::var("KIEBOT_FUZZ_ROUNDS").ok()?;
    Some(rounds.parse().expect("KIEBOT_FUZZ_ROUNDS is a number"))
}

/// In the order of the names, so that every machine mutates the same.
fn corpus(directory: &Path) -> Vec<Vec<u8>> {
    let entries = std::fs::read_dir(directory).unwrap_or_else(|error| panic!("`{}`: {error}", directory.display()));
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("a directory can be listed").path()).collect();
    files.sort();
    files.iter().map(|file| std::fs::read(file).expect("a file of the corpus can be read")).collect()
}

fn fed(input: &[u8], artifacts: &Path, body: fn(&[u8])) {
    if let Err(panic) = catch_unwind(AssertUnwindSafe(|| body(input))) {
        let sum = input
            .iter()
            .fold(0xcbf2_9ce4_8422_2325_u64, |sum, byte| (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3));
        let file = artifacts.join(format!("short-{sum:016x}"));
        std::fs::create_dir_all(artifacts).and_then(|()| std::fs::write(&file, input)).expect("an input can be kept");
        eprintln!("the input is kept in `{}`: {:?}", file.display(), String::from_utf8_lossy(input));
        resume_unwind(panic);
    }
}

fn mutate(input: &mut Vec<u8>, corpus: &[Vec<u8>], chance: &mut Chance) {
    let is_digit = |byte: u8| byte.is_ascii_digit();
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    match chance.below(9) {
        0 => {
            let at = chance.below(input.len());
            if let Some(byte) = input.get_mut(at) {
                *byte ^= 1 << chance.below(8);
            }
        }
        1 => drop(input.drain(chance.piece(input.len()))),
        2 => {
            let piece = input[chance.piece(input.len())].to_vec();
            insert(input, &piece.repeat(1 + chance.below(3)), chance);
        }
        3 => insert(input, chance.one_of(PIECES).as_bytes(), chance),
        4 => replace(input, is_digit, chance.one_of(NUMBERS).as_bytes(), chance),
        5 => swap(input, is_digit, chance),
        6 => swap(input, is_word, chance),
        7 => {
            let other = chance.one_of(corpus);
            let piece = other[chance.piece(other.len())].to_vec();
            insert(input, &piece, chance);
        }
        _ => input.truncate(chance.below(input.len() + 1)),
    }
}

fn insert(input: &mut Vec<u8>, piece: &[u8], chance: &mut Chance) {
    let at = chance.below(input.len() + 1);
    input.splice(at..at, piece.iter().copied());
}

/// Puts `new` in the place of one run of bytes of a kind: a number, a word.
fn replace(input: &mut Vec<u8>, is_of_kind: fn(u8) -> bool, new: &[u8], chance: &mut Chance) {
    let runs = runs(input, is_of_kind);
    if !runs.is_empty() {
        input.splice(chance.one_of(&runs).clone(), new.iter().copied());
    }
}

/// Swaps two such runs.
fn swap(input: &mut Vec<u8>, is_of_kind: fn(u8) -> bool, chance: &mut Chance) {
    let runs = runs(input, is_of_kind);
    if runs.is_empty() {
        return;
    }
    let (one, other) = (chance.one_of(&runs).clone(), chance.one_of(&runs).clone());
    let (first, second) = if one.start <= other.start { (one, other) } else { (other, one) };
    let (before, after) = (input[first.clone()].to_vec(), input[second.clone()].to_vec());
    // The later one first, so that the places of the earlier one stay true.
    input.splice(second, before);
    input.splice(first, after);
}

fn runs(input: &[u8], is_of_kind: fn(u8) -> bool) -> Vec<std::ops::Range<usize>> {
    let mut runs: Vec<std::ops::Range<usize>> = Vec::new();
    for at in (0..input.len()).filter(|at| is_of_kind(input[*at])) {
        match runs.last_mut() {
            Some(run) if run.end == at => run.end += 1,
            _ => runs.push(at..at + 1),
        }
    }
    runs
}

/// SplitMix64: <https://prng.di.unimi.it/splitmix64.c>.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        word ^ (word >> 31)
    }

    /// Less than `bound`; 0 if that is 0.
    fn below(&mut self, bound: usize) -> usize {
        let bound = u64::try_from(bound).expect("a length fits").max(1);
        usize::try_from(self.next() % bound).expect("less than a length")
    }

    fn one_of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }

    fn piece(&mut self, length: usize) -> std::ops::Range<usize> {
        let (one, other) = (self.below(length + 1), self.below(length + 1));
        one.min(other)..one.max(other)
    }
}
