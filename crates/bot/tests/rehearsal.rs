//! `kiebot rehearse`: a sound binary passes, and each spoiled one fails by the right line. The spoiled ones are scripts before the true one.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

const KIEBOT: &str = env!("CARGO_BIN_EXE_kiebot");

struct Rehearsed {
    code: Option<i32>,
    lines: Vec<Value>,
}

impl Rehearsed {
    fn of(bin: &Path) -> Self {
        let output = Command::new(KIEBOT).args(["rehearse", "--json", "--bin"]).arg(bin).output().expect("it starts");
        let lines = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
        Self { code: output.status.code(), lines }
    }

    fn line(&self, check: &str) -> &Value {
        let line = self.lines.iter().find(|line| line["check"] == check);
        line.unwrap_or_else(|| panic!("no line `{check}` in {:#?}", self.lines))
    }
}

#[test]
fn a_sound_binary_starts_answers_and_ends() {
    let rehearsed = Rehearsed::of(Path::new(KIEBOT));
    assert_eq!(rehearsed.code, Some(0), "{:#?}", rehearsed.lines);
    for check in ["migrations", "start", "/start", "end", "its doctor", "its audit"] {
        assert_eq!(rehearsed.line(check)["verdict"], "ok", "{:#?}", rehearsed.lines);
    }
    assert!(rehearsed.line("migrations")["found"].as_str().unwrap().contains("up, down and up again on sqlite"));
    // The tests' own build has the simulators.
    assert_eq!(rehearsed.line("features")["verdict"], "warning");
}

#[test]
fn each_spoiled_binary_is_told_by_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let table = [
        ("nothing", "exit 1", "migrations", "`migrate` ended with"),
        ("unstarted", "[ \"$1\" = serve ] && { echo no room; exit 3; }", "start", "no room"),
        ("deaf", "[ \"$1\" = serve ] && export TELEGRAM_API_URL=http://127.0.0.1:1", "/start", "it said last"),
        ("unending", "[ \"$1\" = serve ] && { \"$0\" run & trap 'kill -9 $!; exit 7' TERM; wait; }", "end", "7"),
        ("ill", "[ \"$1\" = doctor ] && { echo PROBLEM; exit 1; }", "its doctor", "PROBLEM"),
        ("unsound", "[ \"$1\" = audit ] && { echo FAIL; exit 1; }", "its audit", "FAIL"),
    ];
    // Side by side: the deaf one is waited for.
    std::thread::scope(|scope| {
        for (name, spoils, check, piece) in table {
            let bin = script(folder.path(), name, spoils);
            scope.spawn(move || {
                let rehearsed = Rehearsed::of(&bin);
                let line = rehearsed.line(check);
                assert_eq!((rehearsed.code, &line["verdict"]), (Some(1), &Value::from("problem")), "{name}: {line}");
                assert!(line["found"].as_str().unwrap().contains(piece), "{name}: {line}");
                assert!(!line["wanted"].as_str().unwrap().is_empty() && !line["do"].as_str().unwrap().is_empty());
            });
        }
    });
    let missing = Command::new(KIEBOT).args(["rehearse", "--bin", "/nowhere/kiebot"]).output().unwrap();
    assert_eq!(missing.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&missing.stderr).contains("/nowhere/kiebot"));
}

fn script(folder: &Path, name: &str, spoils: &str) -> PathBuf {
    let file = folder.join(name);
    let text = format!("#!/bin/sh\n{spoils}\n[ \"$1\" = run ] && set -- serve\nexec {KIEBOT} \"$@\"\n");
    std::fs::write(&file, text).expect("the folder is ours");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755)).expect("the file is ours");
    file
}
