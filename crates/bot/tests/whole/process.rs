//! The real executable as a child process: started, watched, killed, and its other commands.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::bound::until;
use crate::leaks::Leaks;

/// Lines of the log that a failed test shows.
const LINES_SHOWN: usize = 200;

/// For a page that says how the service is.
const ANSWER_TIME: Duration = Duration::from_secs(20);

/// The executable under test.
pub(crate) const OURS: &str = env!("CARGO_BIN_EXE_kiebot");

/// `kiebot serve`, and what is needed to start it again.
pub(crate) struct Bot {
    executable: PathBuf,
    environment: Vec<(&'static str, String)>,
    folder: PathBuf,
    http: reqwest::Client,
    base_url: String,
    child: Option<Child>,
}

impl Bot {
    /// Not started yet. `folder` takes its log and its temporary files.
    pub(crate) fn new(
        environment: Vec<(&'static str, String)>,
        folder: &Path,
        base_url: String,
        http: reqwest::Client,
    ) -> Self {
        Self { executable: OURS.into(), environment, folder: folder.to_owned(), http, base_url, child: None }
    }

    /// Another instance on the same database, which listens elsewhere; not started yet.
    pub(crate) fn twin(&self, port: u16) -> Self {
        let base_url = format!("http://127.0.0.1:{port}");
        let mut environment = self.environment.clone();
        for (name, value) in &mut environment {
            match *name {
                "PORT" => *value = port.to_string(),
                "WEBHOOK_BASE_URL" => value.clone_from(&base_url),
                _ => {}
            }
        }
        let (executable, folder) = (OURS.into(), self.folder.clone());
        Self { executable, environment, folder, http: self.http.clone(), base_url, child: None }
    }

    /// Another instance on the same database behind the same public address, which listens elsewhere; not started yet.
    pub(crate) fn ally(&self, port: u16) -> Self {
        let base_url = format!("http://127.0.0.1:{port}");
        Self {
            executable: OURS.into(),
            base_url,
            child: None,
            environment: self.environment.clone(),
            folder: self.folder.clone(),
            http: self.http.clone(),
        }
        .with("PORT", &port.to_string())
    }

    /// The same of another release.
    pub(crate) fn of(mut self, executable: &Path) -> Self {
        executable.clone_into(&mut self.executable);
        self
    }

    /// The same with another value of its environment.
    pub(crate) fn with(mut self, name: &'static str, value: &str) -> Self {
        self.environment.retain(|(known, _)| *known != name);
        self.environment.push((name, value.to_owned()));
        self
    }

    /// From its next start on a variable has this value.
    pub(crate) fn set(&mut self, name: &'static str, value: &str) {
        self.environment.push((name, value.to_owned()));
    }

    /// An address of its listener.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base_url)
    }

    /// Starts it and waits until it is ready.
    pub(crate) async fn start(&mut self) {
        self.launch();
        self.ready().await;
    }

    /// Starts it, without waiting.
    pub(crate) fn launch(&mut self) {
        assert!(self.child.is_none(), "it runs already");
        let log = File::options().create(true).append(true).open(self.log_path()).expect("the folder is ours");
        let errors = log.try_clone().expect("a file handle");
        let mut command = self.command(&["serve"]);
        let child = command.stdout(log).stderr(errors).spawn().expect("the executable starts");
        self.child = Some(child);
    }

    /// Waits until it is ready.
    pub(crate) async fn ready(&mut self) {
        until("the bot is ready", async || {
            let child = self.child.as_mut().expect("it was started");
            if let Some(status) = child.try_wait().expect("a child of ours") {
                panic!("the bot ended with {status} before it was ready");
            }
            self.status("/ready").await.filter(|status| *status == 200)
        })
        .await;
    }

    /// Status of a GET; `None` if nobody listens. Who listens answers.
    pub(crate) async fn status(&self, path: &str) -> Option<u16> {
        match self.http.get(self.url(path)).timeout(ANSWER_TIME).send().await {
            Ok(answer) => Some(answer.status().as_u16()),
            Err(error) if error.is_timeout() => panic!("`{path}` gave no answer within {ANSWER_TIME:?}: {error:?}"),
            Err(_) => None,
        }
    }

    /// SIGKILL: nothing is finished, nothing is handed back.
    pub(crate) fn kill9(&mut self) {
        let mut child = self.child.take().expect("it runs");
        child.kill().expect("a child of ours");
        child.wait().expect("a child of ours");
    }

    /// SIGTERM, without waiting.
    pub(crate) fn signal_term(&self) {
        self.signal("TERM");
    }

    /// Any signal, by its name without SIG.
    pub(crate) fn signal(&self, name: &str) {
        let pid = self.child.as_ref().expect("it runs").id().to_string();
        let sent = Command::new("kill").args([&format!("-{name}"), &pid]).status().expect("there is a `kill`");
        assert!(sent.success(), "SIG{name} was not sent");
    }

    /// Waits for its end; gives the exit code, or none after a signal.
    pub(crate) async fn ended(&mut self) -> Option<i32> {
        let mut child = self.child.take().expect("it runs");
        let status = until("the bot ends", async || child.try_wait().expect("a child of ours")).await;
        status.code()
    }

    /// Runs another command of the executable on the same database: exit code and everything that it said.
    pub(crate) async fn run(&self, arguments: &[&str]) -> (Option<i32>, String) {
        let mut command = self.command(arguments);
        let output = tokio::task::spawn_blocking(move || command.output().expect("the executable starts"));
        let output = output.await.expect("it does not panic");
        let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        let said = said.concat();
        self.leaks().check(&format!("`{}`", arguments.join(" ")), &said);
        (output.status.code(), said)
    }

    /// The secrets that it was started with.
    pub(crate) fn leaks(&self) -> Leaks {
        let mut leaks = Leaks::default();
        leaks.environment(self.environment.iter().map(|(name, value)| (*name, value.as_str())));
        leaks
    }

    /// Everything that it logged, over all its lives.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(self.log_path()).unwrap_or_default()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.executable);
        let own = self.environment.iter().map(|(name, value)| (*name, value.as_str()));
        command.args(arguments).env_clear().envs(own).current_dir(&self.folder).stdin(Stdio::null());
        command
    }

    fn log_path(&self) -> PathBuf {
        self.folder.join("bot.log")
    }
}

impl Drop for Bot {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            // It may have ended by itself.
            let _ = child.kill();
            let _ = child.wait();
        }
        if std::thread::panicking() {
            let log = self.log();
            let lines: Vec<&str> = log.lines().collect();
            eprintln!("---- the bot said last:\n{}", lines[lines.len().saturating_sub(LINES_SHOWN)..].join("\n"));
        }
    }
}
