//! Clusters whose guard was killed: stopped and removed at the next start.
//!
//! A directory of ours names its guard's process. It is stale when no such process runs, or another program has got its
//! number since. Only what belongs to the user that runs us is touched. Without /proc (not Linux) nothing is swept.

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::server::{DIRECTORY_PREFIX, Owner, stop_command};

const PROC: &str = "/proc";

/// Stops and removes stale clusters; says what it did, and what it could not do.
pub(crate) fn sweep(bin_dir: &Path) {
    let base = std::env::temp_dir();
    let mut places = stale_places(&base, Path::new(PROC));
    if base != Path::new("/tmp") {
        places.extend(stale_places(Path::new("/tmp"), Path::new(PROC)));
    }
    for place in places {
        match remove(&place, bin_dir) {
            Ok(()) => eprintln!("removed the cluster of a killed process: `{}`", place.display()),
            Err(error) => eprintln!("cannot remove the cluster of a killed process `{}`: {error:#}", place.display()),
        }
    }
}

fn stale_places(base: &Path, proc: &Path) -> Vec<PathBuf> {
    let Ok(me) = proc.join("self").metadata() else { return Vec::new() };
    let Ok(my_name) = std::fs::read_to_string(proc.join("self/comm")) else { return Vec::new() };
    let is_stale = |path: &PathBuf| {
        let is_mine = path.symlink_metadata().is_ok_and(|found| found.is_dir() && found.uid() == me.uid());
        is_mine && guard_of(path).is_some_and(|guard| !runs(proc, guard, &my_name))
    };
    let entries = std::fs::read_dir(base).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).filter(is_stale).collect()
}

/// The process that the name of a cluster's directory tells.
fn guard_of(place: &Path) -> Option<u32> {
    let rest = place.file_name()?.to_str()?.strip_prefix(DIRECTORY_PREFIX)?;
    rest.split_once('-')?.0.parse().ok()
}

fn runs(proc: &Path, process: u32, name: &str) -> bool {
    std::fs::read_to_string(proc.join(process.to_string()).join("comm")).is_ok_and(|found| found == name)
}

fn remove(place: &Path, bin_dir: &Path) -> anyhow::Result<()> {
    let data = place.join("data");
    if let Some(process) = postmaster(&data) {
        let command_line = std::fs::read(Path::new(PROC).join(process.to_string()).join("cmdline")).unwrap_or_default();
        // Its number may have gone to another process; the server on this directory names it.
        if String::from_utf8_lossy(&command_line).contains(&*data.to_string_lossy()) {
            let found = data.metadata()?;
            let other = found.uid() != place.metadata()?.uid();
            let owner = other.then_some(Owner { user: found.uid(), group: found.gid() });
            stop_command(bin_dir, &data, owner).status().context("cannot start pg_ctl")?;
        }
    }
    std::fs::remove_dir_all(place).context("cannot remove the directory")
}

fn postmaster(data: &Path) -> Option<u32> {
    std::fs::read_to_string(data.join("postmaster.pid")).ok()?.lines().next()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_directories_without_their_guard_are_stale() {
        let root = tempfile::tempdir().unwrap();
        let (base, proc) = (root.path().join("tmp"), root.path().join("proc"));
        for (process, name) in [("self", "xtask"), ("10", "xtask"), ("11", "other")] {
            std::fs::create_dir_all(proc.join(process)).unwrap();
            std::fs::write(proc.join(process).join("comm"), format!("{name}\n")).unwrap();
        }
        let names = ["kiebot-pg-10-live", "kiebot-pg-11-reused", "kiebot-pg-12-gone", "kiebot-pg-x-odd", "else-12-a"];
        for name in names {
            std::fs::create_dir_all(base.join(name)).unwrap();
        }
        std::fs::write(base.join("kiebot-pg-13-file"), "").unwrap();
        let mut found = stale_places(&base, &proc);
        found.sort();
        assert_eq!(found, [base.join("kiebot-pg-11-reused"), base.join("kiebot-pg-12-gone")]);
        assert_eq!(stale_places(&base, &root.path().join("no-proc")), Vec::<PathBuf>::new());
    }

    #[test]
    fn a_cluster_without_a_server_is_simply_removed() {
        let root = tempfile::tempdir().unwrap();
        let place = root.path().join("kiebot-pg-12-gone");
        std::fs::create_dir_all(place.join("data")).unwrap();
        std::fs::write(place.join("data/postmaster.pid"), "4294967295\n/data\n").unwrap();
        remove(&place, Path::new("/nonexistent")).unwrap();
        assert!(!place.exists());
    }
}
