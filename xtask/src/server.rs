//! A server of PostgreSQL in a directory of its own, run by the guard of a throwaway cluster.
//!
//! PostgreSQL refuses to run as root: then the cluster belongs to an unprivileged user of this machine. Durability stays
//! as in production (fsync on), for tests that kill processes; only the making of the cluster skips it.

use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use tempfile::TempDir;

/// Directories of clusters are named so, followed by the guard's process id.
pub(crate) const DIRECTORY_PREFIX: &str = "kiebot-pg-";

/// Test processes run side by side, each with pools of its own.
const CONNECTIONS_MAX: &str = "max_connections=200";

/// A loaded machine takes seconds; this long means that something is wrong.
const START_TIMEOUT: Duration = Duration::from_secs(90);

/// A port that was free may be taken before PostgreSQL binds it; that this happens often means that something is wrong.
const PORT_TRIES: u32 = 5;

/// Users to run as when we are root, the first that exists.
const UNPRIVILEGED_USERS: [&str; 3] = ["postgres", "nobody", "daemon"];

/// A running server and its directory.
#[derive(Debug)]
pub(crate) struct Server {
    bin_dir: PathBuf,
    /// Removed when dropped, after `drop` has stopped the server.
    place: TempDir,
    owner: Option<Owner>,
    postgres: Option<Child>,
    port: u16,
}

impl Server {
    /// Makes a cluster and starts it on a free port; returns when it accepts connections.
    ///
    /// # Errors
    /// If a tool of PostgreSQL fails, with what it said.
    pub(crate) fn start(bin_dir: &Path) -> anyhow::Result<Self> {
        let (place, owner) = make_place()?;
        let mut server = Self { bin_dir: bin_dir.to_owned(), place, owner, postgres: None, port: 0 };
        for directory in [server.data(), server.sockets()] {
            std::fs::create_dir(&directory)?;
            std::fs::set_permissions(&directory, PermissionsExt::from_mode(0o700))?;
            if let Some(owner) = owner {
                chown(&directory, Some(owner.user), Some(owner.group))?;
            }
        }
        server.initialize()?;
        for _ in 0..PORT_TRIES {
            if server.launch()? {
                return Ok(server);
            }
        }
        bail!("every port that was free was taken before PostgreSQL could bind it")
    }

    /// The address of a database in which others may be created.
    pub(crate) fn url(&self) -> String {
        format!("postgres://postgres@{}:{}/postgres", Ipv4Addr::LOCALHOST, self.port)
    }

    fn data(&self) -> PathBuf {
        self.place.path().join("data")
    }

    fn sockets(&self) -> PathBuf {
        self.place.path().join("sockets")
    }

    fn initialize(&self) -> anyhow::Result<()> {
        let output = tool(&self.bin_dir, "initdb", self.place.path(), self.owner)
            .args(["--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C", "--no-sync", "-D"])
            .arg(self.data())
            .stdin(Stdio::null())
            .output()
            .context("cannot start initdb")?;
        if !output.status.success() {
            bail!("initdb ended with {}: {}", output.status, String::from_utf8_lossy(&output.stderr).trim());
        }
        Ok(())
    }

    /// Starts the server; `false` if its port was taken in the meantime.
    fn launch(&mut self) -> anyhow::Result<bool> {
        self.port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        let mut postgres = tool(&self.bin_dir, "postgres", self.place.path(), self.owner)
            .arg("-D")
            .arg(self.data())
            .arg("-k")
            .arg(self.sockets())
            .args(["-h", "127.0.0.1", "-p", &self.port.to_string(), "-c", CONNECTIONS_MAX, "-c", "lc_messages=C"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .context("cannot start postgres")?;
        let lines = follow(postgres.stderr.take().expect("stderr was asked for as a pipe"));
        self.postgres = Some(postgres);
        match await_ready(&lines, START_TIMEOUT) {
            Start::Ready => Ok(true),
            Start::PortTaken => {
                self.stop();
                Ok(false)
            }
            Start::Failed(said) => bail!("PostgreSQL did not start; it said:\n{said}"),
        }
    }

    fn stop(&mut self) {
        let Some(mut postgres) = self.postgres.take() else { return };
        let has_ended = matches!(postgres.try_wait(), Ok(Some(_)));
        if !has_ended {
            let stopped = stop_command(&self.bin_dir, &self.data(), self.owner).status();
            if !stopped.is_ok_and(|status| status.success()) {
                // It is ours and its data is worth nothing; it must only not stay.
                let _ = postgres.kill();
            }
            let _ = postgres.wait();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Stops the server on `data` and waits for its end. Nothing of it will be read again, so it need not tidy up.
pub(crate) fn stop_command(bin_dir: &Path, data: &Path, owner: Option<Owner>) -> Command {
    let mut command = tool(bin_dir, "pg_ctl", data, owner);
    command.args(["stop", "-m", "immediate", "-w", "-t", "30", "-D"]).arg(data);
    command.stdin(Stdio::null()).stdout(Stdio::null());
    command
}

/// The user who runs the tools of PostgreSQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Owner {
    pub(crate) user: u32,
    pub(crate) group: u32,
}

impl Owner {
    /// The first of [`UNPRIVILEGED_USERS`] in the text of /etc/passwd.
    fn unprivileged(passwd: &str) -> Option<Self> {
        let find = |wanted: &str| {
            passwd.lines().find_map(|line| {
                let mut fields = line.split(':');
                let name = fields.next()?;
                let (user, group) = (fields.nth(1)?.parse().ok()?, fields.next()?.parse().ok()?);
                (name == wanted && user != 0).then_some(Self { user, group })
            })
        };
        UNPRIVILEGED_USERS.into_iter().find_map(find)
    }
}

/// A tool of PostgreSQL with nothing of our environment (PGDATA and the like, cargo's library path), as its owner.
fn tool(bin_dir: &Path, name: &str, directory: &Path, owner: Option<Owner>) -> Command {
    let mut command = Command::new(bin_dir.join(name));
    command.env_clear().env("LC_ALL", "C").current_dir(directory);
    if let Some(owner) = owner {
        // The standard library drops the supplementary groups of root as well.
        command.uid(owner.user).gid(owner.group);
    }
    command
}

/// A directory for the cluster and, if we are root, another user who can reach it.
fn make_place() -> anyhow::Result<(TempDir, Option<Owner>)> {
    let name = format!("{DIRECTORY_PREFIX}{}-", std::process::id());
    let make = |base: &Path| tempfile::Builder::new().prefix(&name).tempdir_in(base);
    let mut place = make(&std::env::temp_dir())?;
    if place.path().metadata()?.uid() != 0 {
        return Ok((place, None));
    }
    let passwd = std::fs::read_to_string("/etc/passwd").context("cannot read `/etc/passwd`")?;
    let Some(owner) = Owner::unprivileged(&passwd) else {
        bail!("PostgreSQL refuses to run as root, and none of the users {UNPRIVILEGED_USERS:?} exists");
    };
    if !is_open_to_all(&std::env::temp_dir()) {
        place = make(Path::new("/tmp"))?;
    }
    std::fs::set_permissions(place.path(), PermissionsExt::from_mode(0o711))?;
    Ok((place, Some(owner)))
}

/// Whether every user may pass through a directory and all above it.
fn is_open_to_all(directory: &Path) -> bool {
    let may_pass = |path: &Path| path.metadata().is_ok_and(|metadata| metadata.mode() & 0o001 != 0);
    directory.ancestors().all(may_pass)
}

/// What came of starting the server.
#[derive(Debug, PartialEq, Eq)]
enum Start {
    Ready,
    PortTaken,
    /// What it said until then.
    Failed(String),
}

/// Reads the server's words until it is ready, or has ended, or the time is over.
fn await_ready(lines: &Receiver<String>, timeout: Duration) -> Start {
    let deadline = Instant::now() + timeout;
    let mut said = String::new();
    let mut port_is_taken = false;
    while let Ok(line) = lines.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
        if line.contains("database system is ready to accept connections") {
            return Start::Ready;
        }
        port_is_taken |= line.contains("Address already in use");
        said.push_str(&line);
        said.push('\n');
    }
    if port_is_taken { Start::PortTaken } else { Start::Failed(said) }
}

/// Hands the server's words on, and keeps them in a file beside this executable: what tests made it complain about.
fn follow(stderr: ChildStderr) -> Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    let log = std::env::current_exe().and_then(|path| std::fs::File::create(path.with_file_name("xtask-postgres.log")));
    std::thread::spawn(move || {
        let mut log = log.ok();
        for line in BufReader::new(stderr).split(b'\n').map_while(Result::ok) {
            let line = String::from_utf8_lossy(&line).into_owned();
            if let Some(file) = &mut log {
                let _ = writeln!(file, "{line}");
            }
            // After the start nobody listens any more; the pipe must be emptied all the same.
            let _ = sender.send(line);
        }
    });
    receiver
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_unprivileged_user_that_exists_is_taken() {
        let passwd = "root:x:0:0:root:/root:/bin/bash\ndaemon:x:1:1::/:/bin/false\nbroken line\n\
            nobody:x:65534:65534::/:/bin/false\n";
        assert_eq!(Owner::unprivileged(passwd), Some(Owner { user: 65534, group: 65534 }));
        let passwd = format!("{passwd}postgres:x:101:104::/var/lib/postgresql:/bin/bash\n");
        assert_eq!(Owner::unprivileged(&passwd), Some(Owner { user: 101, group: 104 }));
        assert_eq!(Owner::unprivileged("postgres:x:0:0::/:/bin/bash\n"), None, "root by another name");
        assert_eq!(Owner::unprivileged(""), None);
    }

    fn start_after(lines: &[&str]) -> Start {
        let (sender, receiver) = mpsc::channel();
        for line in lines {
            sender.send((*line).to_owned()).unwrap();
        }
        drop(sender);
        await_ready(&receiver, Duration::from_secs(60))
    }

    #[test]
    fn the_words_of_the_server_decide() {
        assert_eq!(
            start_after(&["LOG:  starting", "LOG:  database system is ready to accept connections"]),
            Start::Ready
        );
        assert_eq!(
            start_after(&[
                "LOG:  could not bind IPv4 address \"127.0.0.1\": Address already in use",
                "FATAL:  no socket"
            ]),
            Start::PortTaken
        );
        assert_eq!(start_after(&["FATAL:  no space"]), Start::Failed("FATAL:  no space\n".to_owned()));
    }

    #[test]
    fn a_silent_server_is_not_waited_for_without_end() {
        let (_sender, receiver) = mpsc::channel();
        assert_eq!(await_ready(&receiver, Duration::from_millis(1)), Start::Failed(String::new()));
    }

    #[test]
    fn a_closed_directory_above_is_noticed() {
        let place = tempfile::tempdir().unwrap();
        let inner = place.path().join("inner");
        std::fs::create_dir(&inner).unwrap();
        std::fs::set_permissions(place.path(), PermissionsExt::from_mode(0o700)).unwrap();
        assert!(!is_open_to_all(&inner));
        assert!(is_open_to_all(Path::new("/")));
    }
}
