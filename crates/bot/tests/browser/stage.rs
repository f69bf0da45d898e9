//! [`Stage`]: the real executable, `kiebot sandbox`, as a child process.

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use tempfile::TempDir;

/// The bot greets its three people first; a debug build on a busy machine takes its time.
const START_TIME: Duration = Duration::from_secs(120);
/// Lines of the log that a failed test shows.
const LINES_SHOWN: usize = 60;

/// A running sandbox.
pub(crate) struct Stage {
    child: Child,
    /// The address of its page.
    pub(crate) url: String,
    folder: TempDir,
}

impl Stage {
    /// Starts it with these arguments and waits for its page.
    pub(crate) fn start(arguments: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let log = File::create(folder.path().join("log")).expect("the folder is ours");
        let mut child = Command::new(env!("CARGO_BIN_EXE_kiebot"))
            .arg("sandbox")
            .args(arguments)
            .env_clear()
            // The people of the tests look at prices.
            .env("FREE_GENERATIONS", "false")
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .expect("the executable starts");
        let output = BufReader::new(child.stdout.take().expect("asked for as a pipe"));
        let (told, lines) = channel();
        std::thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                let _nobody_waits = told.send(line);
            }
        });
        let mut stage = Self { child, url: String::new(), folder };
        loop {
            match lines.recv_timeout(START_TIME) {
                Ok(line) => {
                    if let Some(at) = line.find("http://") {
                        line[at..].trim().clone_into(&mut stage.url);
                        return stage;
                    }
                }
                Err(RecvTimeoutError::Timeout) => {
                    panic!("the sandbox has no page after {START_TIME:?}:\n{}", stage.log())
                }
                Err(RecvTimeoutError::Disconnected) => panic!("the sandbox ended:\n{}", stage.log()),
            }
        }
    }

    /// Puts a file where the browser can choose it.
    pub(crate) fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.folder.path().join(name);
        File::create(&path).and_then(|mut file| file.write_all(bytes)).expect("the folder is ours");
        path
    }

    fn log(&self) -> String {
        let log = std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(LINES_SHOWN)..].join("\n")
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("---- the sandbox said last:\n{}", self.log());
        }
        // By a signal that it takes in order, so that its own folder goes too.
        let _ = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        let _ = self.child.wait();
    }
}
