//! The drill of docs/DEPLOY.md, "Backup and restore", with the same tools: a copy while the bot works, the database gone, the copy in its
//! place.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use sandbox::kie::Route;
use storage::testing::{note_skipped, variable};

use crate::ground::Ground;
use crate::stage::{Plan, Stage};
use crate::walk::{PICTURE_PRICE, WELCOME, Words};

const ANN: i64 = 501;
const BEN: i64 = 502;

/// What stood in the copy is there again, what was in flight at its moment is charged once and delivered, and the books are sound. What came
/// after the copy is lost, and nothing worse.
pub(crate) async fn a_copy_is_restored_and_what_was_in_flight_settles(ground: Ground) {
    let copy = tempfile::tempdir().expect("a temporary folder");
    let mut stage = Stage::open(ground, Plan::webhook().manual().with("JOB_LEASE_MS", "2000")).await;
    let Some(keeper) = Keeper::of(&stage.database()) else {
        note_skipped("whole::drill: pg_dump, pg_restore and psql are not here");
        return stage.close().await;
    };
    let (ann, ben) = (stage.person(ANN, Words::En), stage.person(BEN, Words::Ru));
    ann.start().await;
    ben.start().await;
    ann.order("a cat").await;
    assert!(stage.kie.complete(&stage.created(1).await));
    ann.gets_picture().await;
    let asked = stage.kie.requests(Route::RecordInfo);
    ben.order("a dog").await;
    let bens = stage.created(2).await;
    // Only a task whose id is in the database is asked for.
    stage.asked_more_than(Route::RecordInfo, asked).await;

    let file = copy.path().join("copy");
    keeper.copy(&stage, &file).await;
    stage.adjust(ANN, "5").await;
    stage.bot.kill9();
    keeper.lose();
    keeper.restore(&file);

    stage.bot.start().await;
    stage.audit().await;
    assert!(stage.kie.complete(&bens));
    ben.gets_picture().await;
    assert_eq!((ann.files(), ben.files()), ((1, 1), (1, 1)));
    for person in [&ann, &ben] {
        assert_eq!(person.balance().await, (WELCOME - PICTURE_PRICE, 0), "as at the copy, and charged once");
    }
    assert_eq!(stage.kie.created().len(), 2, "nothing was ordered again");
    stage.close().await;
}

/// Who keeps a database, by its kind.
enum Keeper {
    File(PathBuf),
    Server {
        /// The database.
        url: String,
        /// Another one of the same server, to be in while the first is not there.
        beside: String,
        /// Its name.
        name: String,
        tools: PathBuf,
    },
}

impl Keeper {
    /// `None` if the tools of PostgreSQL are not on this machine.
    fn of(url: &str) -> Option<Self> {
        if let Some(path) = url.strip_prefix("sqlite://") {
            return Some(Self::File(PathBuf::from(path)));
        }
        let (place, parameters) = url.split_once('?').expect("the stage names an sslmode");
        let (server, name) = place.rsplit_once('/').expect("it names a database");
        let beside = format!("{server}/postgres?{parameters}");
        Some(Self::Server { url: url.to_owned(), beside, name: name.to_owned(), tools: tools()? })
    }

    async fn copy(&self, stage: &Stage, file: &Path) {
        match self {
            Self::File(_) => {
                let (code, said) = stage.bot.run(&["backup", file.to_str().expect("it is ours")]).await;
                assert_eq!(code, Some(0), "{said}");
            }
            Self::Server { url, tools, .. } => {
                run(tools, "pg_dump", ["--format=custom".as_ref(), "--file".as_ref(), file.as_os_str(), url.as_ref()]);
            }
        }
    }

    fn lose(&self) {
        match self {
            Self::File(path) => {
                for end in ["", "-wal", "-shm"] {
                    let mut part = path.clone().into_os_string();
                    part.push(end);
                    if Path::new(&part).exists() {
                        std::fs::remove_file(&part).expect("it is ours");
                    }
                }
                assert!(!path.exists());
            }
            Self::Server { beside, name, tools, .. } => {
                let drop = format!("DROP DATABASE {name} WITH (FORCE)");
                run(tools, "psql", ["--no-psqlrc", "--quiet", "--dbname", beside, "--command", &drop]);
            }
        }
    }

    fn restore(&self, file: &Path) {
        match self {
            Self::File(path) => drop(std::fs::copy(file, path).expect("there is room")),
            Self::Server { url, beside, name, tools } => {
                let create = format!("CREATE DATABASE {name}");
                run(tools, "psql", ["--no-psqlrc", "--quiet", "--dbname", beside, "--command", &create]);
                let words = ["--no-owner".as_ref(), "--exit-on-error".as_ref(), "--dbname".as_ref(), url.as_ref()];
                run(tools, "pg_restore", words.into_iter().chain([file.as_os_str()]));
            }
        }
    }
}

fn run<W: AsRef<OsStr>>(tools: &Path, tool: &str, words: impl IntoIterator<Item = W>) {
    let output = Command::new(tools.join(tool)).args(words).output().expect("the tool starts");
    assert!(output.status.success(), "{tool}: {}", String::from_utf8_lossy(&output.stderr));
}

/// The newest of the distribution's folders (a dump wants tools no older than its server), or one of PATH.
fn tools() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut versions: Vec<(u32, PathBuf)> = versions
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .collect();
    versions.sort();
    let folders = versions.into_iter().rev().map(|(_, folder)| folder);
    let path = variable("PATH").unwrap_or_default();
    folders
        .chain(std::env::split_paths(&path))
        .find(|folder| ["pg_dump", "pg_restore", "psql"].iter().all(|tool| folder.join(tool).exists()))
}
