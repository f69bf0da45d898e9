//! `cargo xtask bench`: the figures, with the machine, the versions and the method above them.
//!
//! Benches are targets of the packages (`benches/*.rs`, criterion); this finds them, gives them the same PostgreSQL as
//! the tests get, and runs them one after the other. Figures of different machines are not comparable: only ratios are.

use std::process::Command;

use crate::postgres::{Database, HOW_TO_GET_IT};
use crate::report::{Verdict, shout};
use crate::workspace::{self, Package};

/// Those that run only when they are named: they fill a database with gigabytes.
const ON_DEMAND: [&str; 1] = ["desk"];

/// Runs every bench that is not run on demand, or the one of this name; `bench_args` go to each of them.
///
/// # Errors
/// If cargo cannot be started, or no bench has this name.
pub(crate) fn run(only: Option<&str>, bench_args: &[String]) -> anyhow::Result<Verdict> {
    let metadata = workspace::metadata()?;
    let mut benches = benches(&metadata.packages);
    if let Some(only) = only {
        let names: Vec<_> = benches.iter().map(|(_, bench)| *bench).collect();
        anyhow::ensure!(names.contains(&only), "there is no bench `{only}`; there are {}", names.join(", "));
        benches.retain(|(_, bench)| *bench == only);
    } else {
        benches.retain(|(_, bench)| !ON_DEMAND.contains(bench));
    }
    if benches.is_empty() {
        let text = "the workspace has no bench yet; add `benches/<noun>.rs` and a [[bench]] with `harness = false`";
        shout(text);
        return Ok(Verdict::Incomplete(text.to_owned()));
    }
    let database = Database::find()?;
    if let Database::Missing(reason) = &database {
        shout(&format!("{reason}: what needs PostgreSQL is not measured; {HOW_TO_GET_IT}"));
    }
    println!("{}", surroundings(&database));
    for (package, bench) in benches {
        let mut command = workspace::cargo(["bench", "--package", package, "--bench", bench, "--"]);
        database.announce(&mut command);
        // A yardstick of PostgreSQL's own, such as pgbench, lies beside its server.
        if let Some(path) = path_with_tools(&database) {
            command.env("PATH", path);
        }
        let verdict = workspace::passthrough(command.args(bench_args))?;
        if verdict.is_failure() {
            return Ok(verdict);
        }
    }
    println!("reports: {}", metadata.target_directory.join("criterion/report/index.html").display());
    Ok(Verdict::Passed)
}

/// PATH, with the tools of the throwaway cluster behind everything else.
fn path_with_tools(database: &Database) -> Option<std::ffi::OsString> {
    let Database::Throwaway(cluster) = database else { return None };
    let path = workspace::variable("PATH").unwrap_or_default();
    std::env::join_paths(std::env::split_paths(&path).chain([cluster.bin_dir().to_owned()])).ok()
}

/// (package, bench), sorted.
fn benches(packages: &[Package]) -> Vec<(&str, &str)> {
    fn of_package(package: &Package) -> Vec<(&str, &str)> {
        let targets = package.targets.iter().filter(|target| target.kind.iter().any(|kind| kind == "bench"));
        targets.map(|target| target.name.as_str()).map(|bench| (package.name.as_str(), bench)).collect()
    }
    let mut found: Vec<_> = packages.iter().flat_map(of_package).collect();
    found.sort_unstable();
    found
}

fn surroundings(database: &Database) -> String {
    let unknown = || "unknown".to_owned();
    let file = |path: &str| std::fs::read_to_string(path).ok();
    let field = |path: &str, name: &str| field_of(&file(path)?, name);
    let says = |program: &str, args: &[&str]| {
        let output = Command::new(program).args(args).current_dir(workspace::root()).output().ok()?;
        let text = String::from_utf8(output.stdout).ok()?;
        (output.status.success() && !text.trim().is_empty()).then(|| text.trim().to_owned())
    };
    let cores = std::thread::available_parallelism().map_or_else(|_| unknown(), |cores| cores.to_string());
    let server = match database {
        Database::Given(_) => "the server in TEST_DATABASE_URL".to_owned(),
        Database::Throwaway(cluster) => {
            let postgres = cluster.bin_dir().join("postgres");
            let version = says(&postgres.to_string_lossy(), &["--version"]).unwrap_or_else(unknown);
            format!("{version}, fsync on, same machine")
        }
        Database::Missing(_) => "none".to_owned(),
    };
    let rows = [
        ("processor", field("/proc/cpuinfo", "model name").unwrap_or_else(unknown)),
        ("cores", cores),
        ("memory", field("/proc/meminfo", "MemTotal").unwrap_or_else(unknown)),
        ("kernel", file("/proc/sys/kernel/osrelease").map_or_else(unknown, |text| text.trim().to_owned())),
        ("load before", file("/proc/loadavg").map_or_else(unknown, |text| text.trim().to_owned())),
        ("rustc", says("rustc", &["--version"]).unwrap_or_else(unknown)),
        ("commit", says("git", &["describe", "--always", "--dirty"]).unwrap_or_else(unknown)),
        ("PostgreSQL", server),
        (
            "method",
            "release profile, one bench at a time; criterion's defaults where a bench says nothing else".to_owned(),
        ),
    ];
    rows.iter().map(|(name, value)| format!("{name:<12} {value}\n")).collect()
}

/// The value of the first line `name : value`, as the files of /proc write it.
fn field_of(text: &str, name: &str) -> Option<String> {
    let mut pairs = text.lines().filter_map(|line| line.split_once(':'));
    pairs.find_map(|(key, value)| (key.trim() == name).then(|| value.trim().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn benches_are_found_sorted_among_other_targets() {
        let json = r#"[
            {"name":"storage","manifest_path":"/w/crates/storage/Cargo.toml","dependencies":[],
             "targets":[{"name":"storage","kind":["lib"]},{"name":"ledger","kind":["bench"]}]},
            {"name":"app","manifest_path":"/w/crates/app/Cargo.toml","dependencies":[],
             "targets":[{"name":"intake","kind":["bench"]},{"name":"screens","kind":["test"]}]}
        ]"#;
        let packages: Vec<Package> = serde_json::from_str(json).unwrap();
        assert_eq!(benches(&packages), [("app", "intake"), ("storage", "ledger")]);
    }

    #[test]
    fn fields_of_proc_are_read() {
        let text = "processor\t: 0\nmodel name\t: Some CPU @ 2.50GHz\nprocessor\t: 1\nmodel name\t: Other\n";
        assert_eq!(field_of(text, "model name").as_deref(), Some("Some CPU @ 2.50GHz"));
        assert_eq!(field_of(text, "absent"), None);
    }
}
