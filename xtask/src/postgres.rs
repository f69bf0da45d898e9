//! The PostgreSQL that tests and benches use: the one that is given, one of our own, or none.

use std::ffi::OsStr;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::bail;

use crate::cluster::Cluster;
use crate::workspace;

/// The variable by which tests learn the server. They create and drop their own databases in it.
pub(crate) const URL_VARIABLE: &str = "TEST_DATABASE_URL";

/// What to do when there is none.
pub(crate) const HOW_TO_GET_IT: &str = "install it (Debian: `apt-get install postgresql`; it need not run), \
    or set TEST_DATABASE_URL to a server in which databases may be created";

/// Why there is none.
pub(crate) const NONE_HERE: &str = "there is no PostgreSQL on this machine";

/// The tools a throwaway cluster takes.
const TOOLS: [&str; 3] = ["initdb", "postgres", "pg_ctl"];

/// Where distributions keep the tools outside PATH: a directory per version, then `bin`.
const VERSIONS: &str = "/usr/lib/postgresql";

/// A server for tests; a throwaway one is gone when this is dropped.
#[derive(Debug)]
pub(crate) enum Database {
    /// From the environment; used as it is.
    Given(String),
    Throwaway(Cluster),
    /// The reason.
    Missing(String),
}

impl Database {
    /// Takes the given server, or starts one, and says so.
    ///
    /// # Errors
    /// If the given address is not one of PostgreSQL.
    pub(crate) fn find() -> anyhow::Result<Self> {
        if let Some(url) = workspace::variable(URL_VARIABLE) {
            let url = url.to_string_lossy().into_owned();
            if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
                bail!(
                    "{URL_VARIABLE} does not begin with `postgres://`; correct it, or unset it to get a throwaway cluster"
                );
            }
            eprintln!("PostgreSQL: the server in {URL_VARIABLE}");
            return Ok(Self::Given(url));
        }
        let Some(bin_dir) = find_bin_dir() else {
            return Ok(Self::Missing(NONE_HERE.to_owned()));
        };
        match Cluster::start(&bin_dir) {
            Ok(cluster) => {
                eprintln!("PostgreSQL: a throwaway cluster of `{}` at {}", bin_dir.display(), cluster.url());
                Ok(Self::Throwaway(cluster))
            }
            Err(error) => {
                Ok(Self::Missing(format!("the PostgreSQL in `{}` did not start: {error:#}", bin_dir.display())))
            }
        }
    }

    /// The address of the server, if there is one.
    pub(crate) fn url(&self) -> Option<&str> {
        match self {
            Self::Given(url) => Some(url),
            Self::Throwaway(cluster) => Some(cluster.url()),
            Self::Missing(_) => None,
        }
    }

    /// Tells a child where the server is, or that there is none.
    pub(crate) fn announce(&self, command: &mut Command) {
        match self.url() {
            Some(url) => command.env(URL_VARIABLE, url),
            None => command.env_remove(URL_VARIABLE),
        };
    }
}

/// The directory that holds the tools of this machine's PostgreSQL.
pub(crate) fn find_bin_dir() -> Option<PathBuf> {
    let path = workspace::variable("PATH").unwrap_or_default();
    find_tools(&path, Path::new(VERSIONS), bin_dir_of_pg_config)
}

/// The directory that holds the tools: by PATH (links followed, so that all of them are found together), else the
/// newest below `versions`, else what `pg_config` says.
fn find_tools(path: &OsStr, versions: &Path, pg_config: impl FnOnce() -> Option<PathBuf>) -> Option<PathBuf> {
    let from_path = std::env::split_paths(path).filter_map(|directory| {
        let initdb = directory.join(TOOLS[0]).canonicalize().ok()?;
        initdb.parent().map(Path::to_owned)
    });
    let newest_first = || {
        let entries = std::fs::read_dir(versions).into_iter().flatten().flatten();
        let mut found: Vec<(u32, PathBuf)> = entries
            .filter_map(|entry| Some((entry.file_name().to_str()?.split('.').next()?.parse().ok()?, entry.path())))
            .collect();
        found.sort();
        found.into_iter().rev().map(|(_, directory)| directory.join("bin"))
    };
    from_path
        .chain(std::iter::once_with(newest_first).flatten())
        .chain(std::iter::once_with(pg_config).flatten())
        .find(|directory| TOOLS.iter().all(|tool| is_executable(&directory.join(tool))))
}

fn is_executable(path: &Path) -> bool {
    path.metadata().is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o111 != 0)
}

fn bin_dir_of_pg_config() -> Option<PathBuf> {
    let output = Command::new("pg_config").arg("--bindir").output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| PathBuf::from(text.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put_tools(directory: &Path, tools: &[&str], mode: u32) {
        std::fs::create_dir_all(directory).unwrap();
        for tool in tools {
            let file = directory.join(tool);
            std::fs::write(&file, "").unwrap();
            std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).unwrap();
        }
    }

    /// A fake machine: `path` and `versions` below one directory.
    fn find(place: &Path, pg_config: Option<PathBuf>) -> Option<PathBuf> {
        let path = std::env::join_paths([place.join("empty"), place.join("path")]).unwrap();
        find_tools(&path, &place.join("versions"), || pg_config)
    }

    fn place() -> (tempfile::TempDir, PathBuf) {
        let place = tempfile::tempdir().unwrap();
        let root = place.path().canonicalize().unwrap();
        (place, root)
    }

    #[test]
    fn nothing_is_found_on_a_bare_machine() {
        let (_keep, root) = place();
        assert_eq!(find(&root, None), None);
        assert_eq!(find(&root, Some(root.join("nowhere"))), None);
    }

    #[test]
    fn path_goes_first_and_links_are_followed() {
        let (_keep, root) = place();
        put_tools(&root.join("versions/15/bin"), &TOOLS, 0o755);
        put_tools(&root.join("versions/17/bin"), &TOOLS, 0o755);
        std::fs::create_dir(root.join("path")).unwrap();
        std::os::unix::fs::symlink(root.join("versions/15/bin/initdb"), root.join("path/initdb")).unwrap();
        assert_eq!(find(&root, None), Some(root.join("versions/15/bin")));
    }

    #[test]
    fn the_newest_version_goes_before_pg_config_and_only_a_complete_one_counts() {
        let (_keep, root) = place();
        put_tools(&root.join("versions/9.6/bin"), &TOOLS, 0o755);
        put_tools(&root.join("versions/16/bin"), &TOOLS, 0o755);
        put_tools(&root.join("versions/17/bin"), &TOOLS[1..], 0o755);
        put_tools(&root.join("versions/18/bin"), &TOOLS, 0o644);
        put_tools(&root.join("versions/current/bin"), &TOOLS, 0o755);
        put_tools(&root.join("elsewhere"), &TOOLS, 0o755);
        assert_eq!(find(&root, Some(root.join("elsewhere"))), Some(root.join("versions/16/bin")));
        std::fs::remove_dir_all(root.join("versions")).unwrap();
        assert_eq!(find(&root, Some(root.join("elsewhere"))), Some(root.join("elsewhere")));
    }
}
