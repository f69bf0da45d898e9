//! A throwaway PostgreSQL cluster that does not outlive its user.
//!
//! Two processes. [`Cluster`], in the process that runs the tests, starts `xtask guard-cluster`; the guard makes the
//! cluster, writes its address on stdout, and waits for the end of its stdin, whose other end only we hold. However this
//! process ends (a return, a panic, Ctrl-C, even SIGKILL), the kernel closes that end, and the guard stops the server and
//! removes the directory. The guard has a process group of its own, so Ctrl-C does not reach it. If the guard itself was
//! killed, the next start sweeps up ([`crate::stale`]).
//!
//! Proven for real in `tests/guard.rs`.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};

use anyhow::{Context, bail};

use crate::report::Verdict;
use crate::server::Server;
use crate::{postgres, stale};

/// The cluster as its user sees it: an address, good until this is dropped.
#[derive(Debug)]
pub(crate) struct Cluster {
    guard: Child,
    /// Closing it ends the guard.
    lifeline: Option<ChildStdin>,
    url: String,
    bin_dir: PathBuf,
}

impl Cluster {
    /// Starts a cluster with the tools in `bin_dir`; returns when it accepts connections.
    ///
    /// # Errors
    /// If it does not start; the guard has said why on stderr.
    pub(crate) fn start(bin_dir: &Path) -> anyhow::Result<Self> {
        let mut guard = Command::new(std::env::current_exe()?)
            .args(["guard-cluster", "--bin-dir"])
            .arg(bin_dir)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .process_group(0)
            .spawn()
            .context("cannot start the guard of the cluster")?;
        let lifeline = guard.stdin.take();
        let mut cluster = Self { guard, lifeline, url: String::new(), bin_dir: bin_dir.to_owned() };
        let stdout = cluster.guard.stdout.take().expect("stdout was asked for as a pipe");
        BufReader::new(stdout).read_line(&mut cluster.url)?;
        cluster.url.truncate(cluster.url.trim_end().len());
        if cluster.url.is_empty() {
            bail!("the reason stands above");
        }
        Ok(cluster)
    }

    /// The address of a database in which others may be created.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Where its tools are.
    pub(crate) fn bin_dir(&self) -> &Path {
        &self.bin_dir
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.lifeline.take());
        if let Err(error) = self.guard.wait() {
            eprintln!("cannot wait for the guard of the cluster: {error}");
        }
    }
}

/// The guard's side: keeps a cluster until stdin ends.
///
/// # Errors
/// If there is no PostgreSQL, or the cluster does not start.
pub(crate) fn guard(bin_dir: Option<PathBuf>) -> anyhow::Result<Verdict> {
    let bin_dir = bin_dir.or_else(postgres::find_bin_dir).context(postgres::NONE_HERE)?;
    stale::sweep(&bin_dir);
    let server = Server::start(&bin_dir)?;
    // Whoever asked may be gone by now. Then stdin has ended, too, and that is what decides.
    let mut stdout = std::io::stdout();
    let _ = writeln!(stdout, "{}", server.url()).and_then(|()| stdout.flush());
    std::io::copy(&mut std::io::stdin().lock(), &mut std::io::sink())?;
    drop(server);
    Ok(Verdict::Passed)
}
