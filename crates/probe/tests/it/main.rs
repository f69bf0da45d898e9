//! Facts of real and of built files, of every format; then of broken, cut and hostile ones.

#![expect(clippy::unwrap_used, reason = "helpers of tests: a panic is a failed test")]

mod broken;
mod build;
mod formats;
mod hostile;
mod limits;
mod turned;

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use domain::models::{Media, MediaFacts};
use domain::ports::{ProbeError, Prober};
use probe::HeaderProber;

fn fixture(name: &str) -> Vec<u8> {
    let path = fixtures().join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

/// The real files by name, without the page about them.
fn all_fixtures() -> Vec<(String, Vec<u8>)> {
    let names = std::fs::read_dir(fixtures()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> = names.filter(|name| name != "README.md").collect();
    names.sort();
    names.into_iter().map(|name| (name.clone(), fixture(&name))).collect()
}

/// Probes bytes: in a file without a name that could help.
fn probe(bytes: &[u8]) -> Result<MediaFacts, ProbeError> {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), bytes).unwrap();
    probe_path(file.path())
}

fn probe_path(path: &Path) -> Result<MediaFacts, ProbeError> {
    static RUNTIME: OnceLock<tokio::runtime::Runtime> = OnceLock::new();
    let runtime =
        RUNTIME.get_or_init(|| tokio::runtime::Builder::new_multi_thread().worker_threads(1).build().unwrap());
    runtime.block_on(HeaderProber.probe(path))
}

#[track_caller]
fn facts(bytes: &[u8]) -> MediaFacts {
    probe(bytes).unwrap()
}

#[track_caller]
fn check_picture(bytes: &[u8], mime: &str, size: (u32, u32)) {
    let facts = facts(bytes);
    let expected = MediaFacts {
        bytes: Some(u64::try_from(bytes.len()).unwrap()),
        mime: Some(mime.to_owned()),
        width: Some(size.0),
        height: Some(size.1),
        ..MediaFacts::unknown(Media::Image)
    };
    assert_eq!(facts, expected);
}

#[track_caller]
fn check_damaged(bytes: &[u8]) {
    let outcome = probe(bytes);
    assert!(matches!(outcome, Err(ProbeError::Damaged { .. })), "{outcome:?}");
}
