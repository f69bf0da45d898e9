//! The throwaway cluster for real: it serves while its user lives, and nothing of it stays when the user has gone.
//!
//! The user is played by this test: it starts the guard as `xtask` does and holds the other end of its stdin. Letting
//! go of that end is all the kernel does for a user that returns, panics or is killed.
#![cfg(test)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

/// A directory for temporary files of this test only, so that no other guard sweeps here; open to the user that the
/// cluster runs as when we are root.
fn temporary() -> TempDir {
    let place = tempfile::tempdir_in("/tmp").unwrap();
    std::fs::set_permissions(place.path(), PermissionsExt::from_mode(0o711)).unwrap();
    place
}

/// Starts the guard; `None`, counted as skipped, where there is no PostgreSQL.
fn start(case: &str, temporary: &Path) -> Option<(Child, String)> {
    let mut guard = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .arg("guard-cluster")
        .env("TMPDIR", temporary)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut url = String::new();
    BufReader::new(guard.stdout.take().unwrap()).read_line(&mut url).unwrap();
    if url.is_empty() {
        let mut said = String::new();
        guard.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        assert!(said.contains("there is no PostgreSQL on this machine"), "{said}");
        guard.wait().unwrap();
        count_as_skipped(case);
        return None;
    }
    Some((guard, url.trim().to_owned()))
}

#[expect(clippy::disallowed_methods, reason = "the name of the file is agreed between `xtask test` and the tests")]
fn count_as_skipped(case: &str) {
    if let Some(log) = std::env::var_os("KIEBOT_PG_SKIPPED_LOG") {
        writeln!(std::fs::OpenOptions::new().append(true).open(log).unwrap(), "xtask::guard::{case}").unwrap();
    }
}

fn address(url: &str) -> &str {
    url.strip_prefix("postgres://postgres@").unwrap().strip_suffix("/postgres").unwrap()
}

fn is_empty(place: &Path) -> bool {
    std::fs::read_dir(place).unwrap().next().is_none()
}

#[test]
fn the_cluster_ends_with_its_user() {
    let place = temporary();
    let Some((mut guard, url)) = start("the_cluster_ends_with_its_user", place.path()) else { return };
    TcpStream::connect(address(&url)).expect("the cluster accepts connections");
    assert!(!is_empty(place.path()));

    drop(guard.stdin.take());
    assert!(guard.wait().unwrap().success());
    TcpStream::connect(address(&url)).expect_err("the server is gone");
    assert!(is_empty(place.path()));
}

#[test]
fn what_a_killed_guard_leaves_is_swept_by_the_next() {
    let place = temporary();
    let case = "what_a_killed_guard_leaves_is_swept_by_the_next";
    let Some((mut killed, old_url)) = start(case, place.path()) else { return };
    killed.kill().unwrap();
    killed.wait().unwrap();
    TcpStream::connect(address(&old_url)).expect("a server outlives its killed guard");

    let (mut next, _) = start(case, place.path()).unwrap();
    TcpStream::connect(address(&old_url)).expect_err("the old server is gone");
    drop(next.stdin.take());
    assert!(next.wait().unwrap().success());
    assert!(is_empty(place.path()));
}
