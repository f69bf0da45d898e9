//! Where it runs: the risks of the plan and the disk.

use std::path::Path;

use domain::clock::IdSource;

use super::{Line, Verdict};
use crate::config::{Parts, Target};
use crate::world::OsIds;

pub(super) fn lines(parts: &Parts) -> Vec<Line> {
    let mut lines = Vec::new();
    if parts.on_render {
        lines.push(Line::bad(
            "plan",
            Verdict::Warning,
            "Render",
            "a paid plan",
            "on a free plan the service sleeps after 15 min and misses payments' 10 s; do not sell on it",
        ));
    }
    if let Some(Target::Sqlite { path }) = parts.database.as_ref().map(|database| &database.target) {
        lines.push(disk(path));
    }
    lines
}

fn disk(path: &Path) -> Line {
    const WANTED: &str = "the database's folder can be written to";
    const REMEDY: &str = "choose another path in DATABASE_URL, or give this user the right to write there";
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    let existing = folder.ancestors().find(|folder| folder.exists()).unwrap_or_else(|| Path::new("."));
    let mut suffix = [0; 4];
    OsIds::default().fill(&mut suffix);
    let probe = existing.join(format!(".kiebot-doctor-{:08x}", u32::from_be_bytes(suffix)));
    match std::fs::write(&probe, b"doctor").and_then(|()| std::fs::remove_file(&probe)) {
        Ok(()) => Line::ok("disk", format!("{} can be written to", existing.display()), WANTED),
        Err(error) => Line::bad("disk", Verdict::Problem, format!("{}: {error}", existing.display()), WANTED, REMEDY),
    }
}
