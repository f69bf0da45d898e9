//! [`Stage`]: the real executable, `kiebot sandbox`, as a child process.

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use domain::clock::{ManualClock, Timestamp};
use sandbox::kie::KieOptions;
use sandbox::telegram::SimulatorOptions;
use tempfile::TempDir;

use crate::devtools::{Browser, Screen};
use crate::leaks::Leaks;

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
    leaks: Arc<Mutex<Leaks>>,
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
            .env("LOG_LEVEL", "debug")
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
        let mut stage = Self { child, url: String::new(), folder, leaks: Arc::new(Mutex::new(secrets())) };
        loop {
            match lines.recv_timeout(START_TIME) {
                Ok(line) => {
                    if let Some(at) = line.find("http://") {
                        line[at..].trim().clone_into(&mut stage.url);
                        return stage;
                    }
                }
                Err(RecvTimeoutError::Timeout) => {
                    panic!("the sandbox has no page after {START_TIME:?}:\n{}", stage.last_words())
                }
                Err(RecvTimeoutError::Disconnected) => panic!("the sandbox ended:\n{}", stage.last_words()),
            }
        }
    }

    /// Puts a file where the browser can choose it.
    pub(crate) fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.folder.path().join(name);
        File::create(&path).and_then(|mut file| file.write_all(bytes)).expect("the folder is ours");
        path
    }

    /// A browser with its page open. `query` is the page's own: who is shown.
    pub(crate) fn visit(&self, screen: Screen, query: &str) -> Browser {
        let mut browser = Browser::start(screen, Arc::clone(&self.leaks));
        browser.open(&format!("{}/{query}", self.url));
        browser
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).expect("the child writes it")
    }

    /// The end of the log.
    fn last_words(&self) -> String {
        let log = self.log();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(LINES_SHOWN)..].join("\n")
    }
}

/// What the sandbox's bot has for secrets.
fn secrets() -> Leaks {
    let (telegram, kie) = (SimulatorOptions::new(Arc::new(ManualClock::new(Timestamp::EPOCH))), KieOptions::quick());
    let mut leaks = Leaks::default();
    leaks.environment([("TELEGRAM_BOT_TOKEN", telegram.token.as_str()), ("KIE_API_KEY", kie.api_key.as_str())]);
    leaks
}

impl Drop for Stage {
    fn drop(&mut self) {
        // By a signal that it takes in order, so that its own folder goes too.
        let _ = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        let _ = self.child.wait();
        if std::thread::panicking() {
            eprintln!("---- the sandbox said last:\n{}", self.last_words());
        } else {
            self.leaks.lock().expect("nobody panics with it").check("the sandbox's log", &self.log());
        }
    }
}
