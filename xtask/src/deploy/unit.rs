//! The systemd unit, and the example of its environment.

use std::path::PathBuf;

use super::{CODE, wrong_command};
use crate::facts::Facts;
use crate::report::Finding;

pub(super) const FILE: &str = "deploy/kiebot.service";
pub(super) const EXAMPLE: &str = "deploy/kiebot.env.example";

const SAFE: &str = "the service has no right that it does not need";
const ENDS: &str = "the service has the time to end, and begins again";

/// A setting, the values that will do, and why.
const WANTED: &[(&str, &[&str], &str)] = &[
    ("DynamicUser", &["yes"], "a user of its own, without a password and a home"),
    ("NoNewPrivileges", &["yes"], "it starts nobody"),
    ("CapabilityBoundingSet", &[""], "it needs none"),
    ("ProtectSystem", &["strict"], "it writes into its own folder only"),
    ("ProtectHome", &["yes"], "homes are none of its business"),
    ("PrivateTmp", &["yes"], "files of users pass through it"),
    ("PrivateDevices", &["yes"], "it needs none"),
    ("ProtectKernelTunables", &["yes"], "it needs none"),
    ("ProtectKernelModules", &["yes"], "it needs none"),
    ("ProtectControlGroups", &["yes"], "it needs none"),
    ("RestrictAddressFamilies", &["AF_INET AF_INET6 AF_UNIX"], "TCP, and a socket of PostgreSQL"),
    ("RestrictNamespaces", &["yes"], "it makes none"),
    ("MemoryDenyWriteExecute", &["yes"], "it makes no code"),
    ("SystemCallArchitectures", &["native"], "it has one"),
    ("UMask", &["0077"], "the books are nobody else's to read"),
];

/// A setting with its line.
struct Setting<'t> {
    line: usize,
    section: &'t str,
    name: &'t str,
    value: &'t str,
}

fn settings(text: &str) -> (Vec<Setting<'_>>, Vec<usize>) {
    let (mut found, mut nonsense, mut section) = (Vec::new(), Vec::new(), "");
    for (line, text) in (1..).zip(text.lines()) {
        let text = text.trim();
        if text.is_empty() || text.starts_with(['#', ';']) {
            continue;
        }
        if let Some(name) = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')) {
            section = name;
        } else if let Some((name, value)) = text.split_once('=') {
            found.push(Setting { line, section, name: name.trim(), value: value.trim() });
        } else {
            nonsense.push(line);
        }
    }
    (found, nonsense)
}

/// What is wrong with the unit.
pub(super) fn breaches(text: &str, facts: &Facts) -> Vec<Finding> {
    let (settings, nonsense) = settings(text);
    let mut findings = Vec::new();
    let mut find = |line: usize, rule, what: String, remedy: String| {
        findings.push(Finding { file: PathBuf::from(FILE), line, what, rule, remedy });
    };
    for line in nonsense {
        find(line, CODE, "neither a section nor `Name=value`".to_owned(), "see `man systemd.syntax`".to_owned());
    }
    let of = |name: &str| settings.iter().rev().find(|setting| setting.section == "Service" && setting.name == name);
    match of("ExecStart") {
        None => {
            find(0, CODE, "nothing is started".to_owned(), "write `ExecStart=/usr/local/bin/kiebot serve`".to_owned())
        }
        Some(start) => {
            let words: Vec<String> = start.value.split_whitespace().map(str::to_owned).collect();
            if let Some(wrong) = wrong_command(&words, facts) {
                find(start.line, CODE, wrong, "write `/usr/local/bin/kiebot serve`".to_owned());
            }
            if !start.value.starts_with('/') {
                find(
                    start.line,
                    CODE,
                    "systemd wants a whole path".to_owned(),
                    "write `/usr/local/bin/kiebot serve`".to_owned(),
                );
            }
        }
    }
    for setting in settings.iter().filter(|setting| setting.name == "Environment") {
        let name = setting.value.trim_matches('"').split('=').next().unwrap_or_default();
        match facts.variable(name) {
            None => {
                find(setting.line, CODE, format!("nothing reads `{name}`"), "README.md lists what is read".to_owned())
            }
            Some(known) if known.secret => {
                let remedy = "put it into the file of `EnvironmentFile`: everybody may read a unit".to_owned();
                find(setting.line, SAFE, format!("`{name}` is a secret, and its value stands here"), remedy);
            }
            Some(_) => {}
        }
    }
    if of("EnvironmentFile").is_none_or(|file| !file.value.starts_with('/')) {
        find(
            0,
            CODE,
            "nothing tells it the secrets".to_owned(),
            "write `EnvironmentFile=/etc/kiebot/kiebot.env`".to_owned(),
        );
    }
    let least = facts.shutdown_s_min();
    let stop = of("TimeoutStopSec").map(|stop| (stop.line, stop.value.trim_end_matches('s').parse::<u64>()));
    if let Some((line, seconds)) = stop
        && seconds.as_ref().map_or(true, |seconds| *seconds < least)
    {
        find(line, ENDS, format!("it may need {least} s to end"), "write `TimeoutStopSec=35`".to_owned());
    }
    if of("Restart").is_none_or(|restart| restart.value != "always") {
        find(0, ENDS, "it stays down after a crash".to_owned(), "write `Restart=always`".to_owned());
    }
    if !settings.iter().any(|setting| setting.section == "Install" && setting.name == "WantedBy") {
        find(
            0,
            ENDS,
            "it does not begin with the machine".to_owned(),
            "write `[Install]` and `WantedBy=multi-user.target`".to_owned(),
        );
    }
    if of("SystemCallFilter").is_none() {
        find(0, SAFE, "it may call everything".to_owned(), "write `SystemCallFilter=@system-service`".to_owned());
    }
    for (name, values, why) in WANTED {
        let found = of(name);
        if found.is_none_or(|setting| !values.contains(&setting.value)) {
            let remedy = format!("write `{name}={}`: {why}", values.join("` or `"));
            find(found.map_or(0, |setting| setting.line), SAFE, format!("`{name}` is not as it should be"), remedy);
        }
    }
    findings
}

/// What is wrong with the example of an environment. What stands there for compose alone is known by its prefix.
pub(super) fn example(text: &str, facts: &Facts) -> Vec<Finding> {
    const COMPOSE: &str = "POSTGRES_";
    let finding = |line: usize, rule, what: String, remedy: &str| Finding {
        file: PathBuf::from(EXAMPLE),
        line,
        what,
        rule,
        remedy: remedy.to_owned(),
    };
    let mut findings = Vec::new();
    let mut set = Vec::new();
    for (line, text) in (1..).zip(text.lines()) {
        let (text, is_commented) = text.strip_prefix("# ").map_or((text, false), |text| (text, true));
        let Some((name, value)) = text.split_once('=') else { continue };
        let is_name = !name.is_empty()
            && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_');
        if !is_name || name.starts_with(COMPOSE) {
            continue;
        }
        match facts.variable(name) {
            None => {
                findings.push(finding(line, CODE, format!("nothing reads `{name}`"), "README.md lists what is read"))
            }
            Some(known) if known.secret && !value.is_empty() && !value.contains("password") => {
                findings.push(finding(line, SAFE, format!("`{name}` looks like a true secret"), "leave it empty"));
            }
            Some(_) if !is_commented => set.push(name),
            Some(_) => {}
        }
        if value.starts_with(['"', '\'']) {
            findings.push(finding(
                line,
                CODE,
                "compose takes quotes away, and old ones do not".to_owned(),
                "write it without",
            ));
        }
    }
    for required in
        facts.variables.iter().filter(|variable| variable.required && !set.contains(&variable.name.as_str()))
    {
        findings.push(finding(
            0,
            CODE,
            format!("`{}` is missing, and nothing runs without it", required.name),
            "add it, empty",
        ));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::sample;

    const SOUND: &str = include_str!("../../../deploy/kiebot.service");

    #[test]
    fn the_unit_of_the_workspace_is_sound() {
        assert_eq!(breaches(SOUND, &sample()), []);
    }

    #[test]
    fn each_spoiled_unit_is_found() {
        for (is, instead, piece) in [
            ("kiebot serve", "kiebot sevre", "`kiebot sevre`"),
            ("/usr/local/bin/kiebot serve", "/usr/bin/python3 serve", "is not the bot"),
            ("ExecStart=/usr/local/bin/", "ExecStart=", "whole path"),
            ("EnvironmentFile=", "EnvironmentFiles=", "the secrets"),
            ("TimeoutStopSec=35", "TimeoutStopSec=10", "need 30 s"),
            ("TimeoutStopSec=35", "TimeoutStopSec=soon", "need 30 s"),
            ("Restart=always", "Restart=no", "stays down"),
            ("DynamicUser=yes", "User=root", "`DynamicUser`"),
            ("ProtectSystem=strict", "ProtectSystem=full", "`ProtectSystem=strict`"),
            ("UMask=0077", "UMask=0022", "nobody else's to read"),
            ("[Install]\n", "", "begin with the machine"),
            ("UMask=0077", "UMask=0077\nEnvironment=KIE_API_KEY=sk-1", "everybody may read a unit"),
            ("UMask=0077", "UMask=0077\nEnvironment=LOG_LEVLE=info", "nothing reads"),
            ("UMask=0077", "UMask=0077\nUMask", "neither a section"),
        ] {
            assert!(SOUND.contains(is), "the unit has no `{is}` any more");
            let findings: Vec<_> =
                breaches(&SOUND.replacen(is, instead, 1), &sample()).iter().map(ToString::to_string).collect();
            assert!(
                findings.iter().any(|finding| finding.contains(piece)),
                "`{instead}`: no `{piece}` in {findings:#?}"
            );
        }
    }

    #[test]
    fn an_example_has_what_is_required_and_no_secret() {
        let sound =
            "# Words = words\nTELEGRAM_BOT_TOKEN=\nKIE_API_KEY=\nADMIN_ID=\n# LOG_LEVEL=info\n# POSTGRES_PASSWORD=\n";
        assert_eq!(example(sound, &sample()), []);
        for (is, instead, piece) in [
            ("ADMIN_ID=", "# ADMIN_ID=", "`ADMIN_ID` is missing"),
            ("LOG_LEVEL", "LOG_LEVLE", "nothing reads"),
            ("KIE_API_KEY=", "KIE_API_KEY=sk-1", "true secret"),
            ("ADMIN_ID=", "ADMIN_ID=\"1\"", "without"),
        ] {
            let findings: Vec<_> =
                example(&sound.replace(is, instead), &sample()).iter().map(ToString::to_string).collect();
            assert!(findings.iter().any(|finding| finding.contains(piece)), "`{instead}`: {findings:#?}");
        }
    }
}
