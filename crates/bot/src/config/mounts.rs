//! Which mount a path lies on, by the text of `/proc/self/mountinfo` (its fields: `man 5 proc_pid_mountinfo`).

use std::path::{Component, Path, PathBuf};

/// A line of the table.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Mount {
    /// Where it is mounted.
    pub(super) point: PathBuf,
    /// Its file system: `ext4`, `overlay`, `tmpfs`.
    pub(super) kind: String,
}

impl Mount {
    /// Whether it is the file system that the machine (a container, mostly) starts with, and loses at its end.
    pub(super) fn is_root(&self) -> bool {
        self.point == Path::new("/")
    }

    /// Whether its files live in memory.
    pub(super) fn is_memory(&self) -> bool {
        matches!(self.kind.as_str(), "tmpfs" | "ramfs" | "devtmpfs")
    }
}

/// The mount under an absolute path: the longest mount point above it; of two at one point the later one, which hides the other.
pub(super) fn mount_of(path: &Path, mountinfo: &str) -> Option<Mount> {
    let path = plain(path);
    mountinfo
        .lines()
        .filter_map(line)
        .filter(|mount| path.starts_with(&mount.point))
        .max_by_key(|mount| mount.point.components().count())
}

fn line(text: &str) -> Option<Mount> {
    let (before, after) = text.split_once(" - ")?;
    let point = unescaped(before.split(' ').nth(4)?);
    Some(Mount { point: PathBuf::from(point), kind: after.split(' ').next()?.to_owned() })
}

/// Blanks and backslashes are written as three octal digits.
fn unescaped(text: &str) -> String {
    [("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")]
        .iter()
        .fold(text.to_owned(), |text, (code, letter)| text.replace(code, letter))
}

/// Without `.` and `..`, by the text alone: the file need not exist yet.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                plain.pop();
            }
            other => plain.push(other),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "\
21 1 0:20 / / rw,relatime - overlay overlay rw,lowerdir=/a
22 21 0:21 / /proc rw,nosuid shared:1 - proc proc rw
23 21 0:22 / /dev rw - tmpfs tmpfs rw
24 23 0:23 / /dev/shm rw - tmpfs shm rw
25 21 259:1 / /var/data rw,relatime shared:7 master:1 - ext4 /dev/nvme1n1 rw
26 21 259:2 / /with\\040blank rw - xfs /dev/nvme2n1 rw
27 25 259:3 / /var/data rw - ext4 /dev/nvme3n1 rw
a line of another form
";

    #[test]
    fn the_longest_mount_point_above_a_path_wins() {
        let table = [
            ("/", "/", "overlay"),
            ("/opt/data/kiebot.db", "/", "overlay"),
            ("/var/data/kiebot.db", "/var/data", "ext4"),
            ("/var/data/./a/../kiebot.db", "/var/data", "ext4"),
            ("/var/data/../kiebot.db", "/", "overlay"),
            ("/var/database/kiebot.db", "/", "overlay"),
            ("/dev/shm/kiebot.db", "/dev/shm", "tmpfs"),
            ("/with blank/kiebot.db", "/with blank", "xfs"),
        ];
        for (path, point, kind) in table {
            let mount = mount_of(Path::new(path), TABLE).unwrap();
            assert_eq!((mount.point.to_str().unwrap(), mount.kind.as_str()), (point, kind), "{path}");
        }
    }

    #[test]
    fn without_a_table_nothing_is_known() {
        assert_eq!(mount_of(Path::new("/var/data/kiebot.db"), ""), None);
    }
}
