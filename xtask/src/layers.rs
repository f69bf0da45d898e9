//! `cargo xtask layers`: arrows point down.
//!
//! The law: `domain` knows nobody of ours; `app` knows `domain`; adapters know `domain` and may know `app`, never each
//! other; only binaries name several adapters; some outside packages live in one crate only. [`breaches`] is the whole
//! law as a pure function. To allow an edge, change the law here, with its test, in a commit that says why.

use std::path::{Path, PathBuf};

use crate::manifest::{self, Kind};
use crate::report::{Finding, Verdict, conclude};
use crate::workspace;

/// Checks the manifests of the workspace.
///
/// # Errors
/// If cargo cannot read them.
pub(crate) fn run() -> anyhow::Result<Verdict> {
    let metadata = workspace::metadata()?;
    let mut nodes = Vec::new();
    let mut findings = Vec::new();
    let mut keys_used = Vec::new();
    for package in &metadata.packages {
        let entries = manifest::dependencies(&manifest::read(&package.manifest_path)?)?;
        findings.extend(not_inherited(package.manifest(), &entries));
        let edges = package.dependencies.iter().map(|dependency| {
            let kind = Kind::from_metadata(dependency.kind.as_deref());
            let key = dependency.rename.as_ref().unwrap_or(&dependency.name);
            let entry = entries.iter().find(|entry| entry.kind == kind && entry.key == *key);
            Edge { to: dependency.name.clone(), kind, line: entry.map_or(0, |entry| entry.line) }
        });
        nodes.push(Node {
            name: package.name.clone(),
            file: package.manifest().to_owned(),
            role: Role::of(&package.name, package.manifest()),
            edges: edges.collect(),
        });
        keys_used.extend(entries.into_iter().map(|entry| entry.key));
    }
    let shared = manifest::workspace_dependencies(&manifest::read(&workspace::root().join("Cargo.toml"))?)?;
    findings.extend(breaches(&nodes));
    findings.extend(without_use(&shared, &keys_used));
    let edges: usize = nodes.iter().map(|node| node.edges.len()).sum();
    Ok(conclude("layers", &format!("{} packages, {edges} dependencies", nodes.len()), &findings))
}

/// The place of a package in the house.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Domain,
    App,
    Adapter,
    /// `kiebot` and what lies under `examples/`: may name everything.
    Binary,
    Xtask,
    /// Not in the law yet.
    Unknown,
}

impl Role {
    fn of(name: &str, manifest: &Path) -> Self {
        match name {
            "domain" => Self::Domain,
            "app" => Self::App,
            "telegram-adapter" | "kie-client" | "payments" | "probe" | "storage" | "web" | "sandbox" | "curator"
            | "charts" => Self::Adapter,
            "kiebot" => Self::Binary,
            "xtask" => Self::Xtask,
            _ if manifest.starts_with("examples") => Self::Binary,
            _ => Self::Unknown,
        }
    }
}

/// A package and the arrows that leave it.
#[derive(Debug)]
struct Node {
    name: String,
    file: PathBuf,
    role: Role,
    edges: Vec<Edge>,
}

#[derive(Debug)]
struct Edge {
    to: String,
    kind: Kind,
    line: usize,
}

/// An outside package that has a home.
struct Reserved {
    /// Names; one that ends in `*` stands for all names that begin so.
    packages: &'static [&'static str],
    is_home: fn(&Node, Kind) -> bool,
    rule: &'static str,
    remedy: &'static str,
}

const RESERVED: &[Reserved] = &[
    Reserved {
        packages: &["frankenstein"],
        is_home: |node, _| node.name == "telegram-adapter",
        rule: "`frankenstein` lives in `telegram-adapter` only: its wire types go no further, and it compiles longest",
        remedy: "speak in `domain` or `app` types and let `telegram-adapter` translate",
    },
    Reserved {
        packages: &["diesel*", "tokio-postgres*", "libsqlite3-sys"],
        is_home: |node, _| node.name == "storage",
        rule: "database packages live in `storage` only: SQL has one home and one transaction helper per backend",
        remedy: "add a method to a port in `domain::ports`, with its conformance case, and write the query in `storage`",
    },
    Reserved {
        packages: &["reqwest"],
        is_home: |node, kind| matches!(node.role, Role::Adapter | Role::Binary) || kind == Kind::Dev,
        rule: "`reqwest` lives in adapters and binaries: `domain` and `app` never speak to the network",
        remedy: "define a port in `domain::ports` and implement it in an adapter",
    },
    Reserved {
        packages: &["anyhow"],
        is_home: |node, _| matches!(node.role, Role::Binary | Role::Xtask),
        rule: "`anyhow` is for binaries: a library's error has a variant per thing that its caller does differently",
        remedy: "write an enum with `thiserror`",
    },
];

/// Every arrow that the law does not allow.
fn breaches(nodes: &[Node]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for node in nodes {
        if node.role == Role::Unknown {
            findings.push(Finding {
                file: node.file.clone(),
                line: 0,
                what: format!("`{}` has no place in the law of the layers", node.name),
                rule: "every package has a place",
                remedy: "give it a role in `Role::of` of xtask/src/layers.rs, and draw it in docs/ARCHITECTURE.md"
                    .to_owned(),
            });
            continue;
        }
        for edge in &node.edges {
            let target = nodes.iter().find(|other| other.name == edge.to);
            let broken = match target {
                Some(target) => broken_by_ours(node, edge, target.role),
                None => broken_by_outside(node, edge),
            };
            findings.extend(broken.map(|(rule, remedy)| Finding {
                file: node.file.clone(),
                line: edge.line,
                what: format!("`{}` names `{}` in its [{}]", node.name, edge.to, edge.kind.table()),
                rule,
                remedy: remedy.to_owned(),
            }));
        }
    }
    findings
}

type Law = (&'static str, &'static str);

fn broken_by_ours(node: &Node, edge: &Edge, target: Role) -> Option<Law> {
    // A crate that names itself asks for a feature of its own in its tests.
    if edge.kind == Kind::Dev && node.name == edge.to {
        return None;
    }
    let test_with_sandbox = edge.kind == Kind::Dev && edge.to == "sandbox";
    match (node.role, target) {
        (Role::Domain, _) => Some((
            "`domain` knows none of our packages",
            "move the type down into `domain`, or define a port in `domain::ports` for the other to implement",
        )),
        (_, Role::Domain) => None,
        (Role::Xtask, _) => Some(("`xtask` links `domain` only", "spawn `kiebot` or cargo instead of linking it")),
        (_, Role::Binary | Role::Xtask) => {
            Some(("nobody depends on a binary", "move what you need into the library crate where it belongs"))
        }
        (Role::Binary, _) => None,
        (Role::App | Role::Adapter, Role::Adapter) if test_with_sandbox => None,
        (Role::App, _) => Some((
            "`app` knows `domain` only",
            "define a trait in `domain::ports` or in `app`; the adapter implements it and `bot` wires it",
        )),
        (Role::Adapter, Role::Adapter) => Some((
            "adapters know `domain` and `app`, and never name each other; tests may use `sandbox`",
            "name what you need as a trait in `domain::ports` or `app`, implement it there, and wire both in `bot`",
        )),
        // A package without a role is a finding of its own.
        (Role::Adapter, Role::App | Role::Unknown) | (Role::Unknown, _) => None,
    }
}

fn broken_by_outside(node: &Node, edge: &Edge) -> Option<Law> {
    let matches = |name: &&'static str| match name.strip_suffix('*') {
        Some(start) => edge.to.starts_with(start),
        None => edge.to == *name,
    };
    let reserved = RESERVED.iter().find(|reserved| reserved.packages.iter().any(matches))?;
    if (reserved.is_home)(node, edge.kind) { None } else { Some((reserved.rule, reserved.remedy)) }
}

fn not_inherited(file: &Path, entries: &[manifest::Entry]) -> Vec<Finding> {
    let strays = entries.iter().filter(|entry| !entry.inherited);
    let finding = |entry: &manifest::Entry| Finding {
        file: file.to_owned(),
        line: entry.line,
        what: format!("`{}` does not say `workspace = true`", entry.key),
        rule: "each dependency is named once, in the root manifest, with its purpose",
        remedy: format!("name it in [workspace.dependencies] and write `{} = {{ workspace = true }}` here", entry.key),
    };
    strays.map(finding).collect()
}

fn without_use(shared: &[(String, usize)], keys_used: &[String]) -> Vec<Finding> {
    let idle = shared.iter().filter(|(name, _)| !keys_used.contains(name));
    let finding = |(name, line): &(String, usize)| Finding {
        file: PathBuf::from("Cargo.toml"),
        line: *line,
        what: format!("no package uses `{name}`"),
        rule: "the root manifest names what is used, nothing else",
        remedy: format!("delete the line of `{name}`, or use it"),
    };
    idle.map(finding).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The packages of the house without arrows, and one arrow added.
    fn house_with(from: &str, to: &str, kind: Kind) -> Vec<Node> {
        let places = [
            ("domain", "crates/domain"),
            ("app", "crates/app"),
            ("telegram-adapter", "crates/telegram-adapter"),
            ("kie-client", "crates/kie-client"),
            ("payments", "crates/payments"),
            ("probe", "crates/probe"),
            ("storage", "crates/storage"),
            ("web", "crates/web"),
            ("sandbox", "crates/sandbox"),
            ("charts", "crates/charts"),
            ("kiebot", "crates/bot"),
            ("xtask", "xtask"),
            ("shop", "examples/shop"),
        ];
        let node = |(name, directory): (&str, &str)| {
            let file = Path::new(directory).join("Cargo.toml");
            let role = Role::of(name, &file);
            let arrow = Edge { to: to.to_owned(), kind, line: 12 };
            Node { name: name.to_owned(), role, file, edges: if name == from { vec![arrow] } else { Vec::new() } }
        };
        places.into_iter().map(node).collect()
    }

    fn allowed(from: &str, to: &str, kind: Kind) -> bool {
        breaches(&house_with(from, to, kind)).is_empty()
    }

    /// The law written down a second time, on purpose: each row is a package, each `+` an arrow that may leave it.
    #[test]
    fn every_arrow_between_ours_is_decided() {
        let columns = [
            "domain",
            "app",
            "telegram-adapter",
            "kie-client",
            "payments",
            "probe",
            "storage",
            "web",
            "sandbox",
            "charts",
            "kiebot",
            "xtask",
        ];
        let rows = [
            ("domain", "------------"),
            ("app", "+-----------"),
            ("telegram-adapter", "++----------"),
            ("kie-client", "++----------"),
            ("payments", "++----------"),
            ("probe", "++----------"),
            ("storage", "++----------"),
            ("web", "++----------"),
            ("sandbox", "++----------"),
            ("charts", "++----------"),
            ("kiebot", "++++++++++--"),
            ("shop", "++++++++++--"),
            ("xtask", "+-----------"),
        ];
        for (from, marks) in rows {
            for (to, mark) in columns.into_iter().zip(marks.chars()) {
                if from != to {
                    assert_eq!(allowed(from, to, Kind::Normal), mark == '+', "{from} -> {to}");
                    assert_eq!(allowed(from, to, Kind::Build), mark == '+', "{from} -> {to} (build)");
                }
            }
        }
    }

    #[test]
    fn tests_may_use_the_sandbox_and_no_other_adapter() {
        for from in ["app", "telegram-adapter", "kie-client", "payments", "probe", "storage", "web", "charts"] {
            assert!(allowed(from, "sandbox", Kind::Dev), "{from}");
            assert!(!allowed(from, "sandbox", Kind::Normal), "{from}");
        }
        for (from, to) in [
            ("web", "storage"),
            ("kie-client", "web"),
            ("payments", "kie-client"),
            ("app", "storage"),
            ("domain", "sandbox"),
        ] {
            assert!(!allowed(from, to, Kind::Dev), "{from} -> {to}");
        }
        assert!(!allowed("xtask", "sandbox", Kind::Dev));
    }

    #[test]
    fn outside_packages_stay_in_their_homes() {
        let cases = [
            ("telegram-adapter", "frankenstein", Kind::Normal, true),
            ("sandbox", "frankenstein", Kind::Dev, false),
            ("kiebot", "frankenstein", Kind::Normal, false),
            ("storage", "diesel", Kind::Normal, true),
            ("storage", "diesel-async", Kind::Normal, true),
            ("kiebot", "diesel_migrations", Kind::Normal, false),
            ("web", "tokio-postgres", Kind::Normal, false),
            ("domain", "libsqlite3-sys", Kind::Normal, false),
            ("kie-client", "reqwest", Kind::Normal, true),
            ("kiebot", "reqwest", Kind::Normal, true),
            ("app", "reqwest", Kind::Normal, false),
            ("app", "reqwest", Kind::Dev, true),
            ("kiebot", "anyhow", Kind::Normal, true),
            ("xtask", "anyhow", Kind::Normal, true),
            ("storage", "anyhow", Kind::Normal, false),
            ("domain", "serde", Kind::Normal, true),
        ];
        for (from, to, kind, expected) in cases {
            assert_eq!(allowed(from, to, kind), expected, "{from} -> {to} ({})", kind.table());
        }
    }

    #[test]
    fn a_breach_names_place_rule_and_remedy() {
        let findings = breaches(&house_with("web", "storage", Kind::Normal));
        let [finding] = findings.as_slice() else { panic!("one finding, not {findings:?}") };
        assert_eq!((finding.file.as_path(), finding.line), (Path::new("crates/web/Cargo.toml"), 12));
        assert_eq!(finding.what, "`web` names `storage` in its [dependencies]");
        assert!(finding.rule.contains("never name each other"));
        assert!(finding.remedy.contains("trait"));
    }

    #[test]
    fn a_package_without_a_place_is_a_breach() {
        let file = PathBuf::from("crates/new/Cargo.toml");
        let role = Role::of("new", &file);
        let findings = breaches(&[Node { name: "new".to_owned(), file, role, edges: Vec::new() }]);
        assert_eq!(findings.len(), 1);
    }

    #[test]
    fn a_version_in_a_crate_and_an_idle_shared_name_are_found() {
        let entries = manifest::dependencies("[dependencies]\nserde = \"1\"\ntoml = { workspace = true }\n").unwrap();
        let findings = not_inherited(Path::new("crates/web/Cargo.toml"), &entries);
        assert_eq!(findings.iter().map(|finding| finding.line).collect::<Vec<_>>(), [2]);

        let shared = [("serde".to_owned(), 20), ("png".to_owned(), 21)];
        let findings = without_use(&shared, &["serde".to_owned()]);
        assert_eq!(findings.iter().map(|finding| finding.line).collect::<Vec<_>>(), [21]);
    }
}
