//! compose.yaml, as far as we write one.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::CODE;
use crate::facts::Facts;
use crate::report::Finding;
use crate::yaml::{self, At, line};

pub(super) const FILE: &str = "compose.yaml";

const FORM: &str = "compose.yaml has the fields that we know, each in its form";
const SAFE: &str = "a container runs without rights, reachable only where it must be";
const ORDER: &str = "a container begins after what it needs, and has the time to end";

const GONE: &[(&str, &str)] = &[
    ("version", "take it away: compose has no versions any more"),
    ("links", "take it away: services know each other by name"),
];

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Compose {
    #[expect(dead_code, reason = "its form is all that is asked of it")]
    name: Option<String>,
    services: BTreeMap<String, At<Service>>,
    #[serde(default)]
    volumes: BTreeMap<String, serde_json::Value>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Service {
    build: Option<String>,
    image: Option<At<String>>,
    command: Option<At<Vec<String>>>,
    env_file: Option<At<String>>,
    #[serde(default)]
    environment: BTreeMap<String, At<String>>,
    #[serde(default)]
    depends_on: BTreeMap<String, DependsOn>,
    #[serde(default)]
    ports: Vec<At<String>>,
    restart: Option<String>,
    healthcheck: Option<HealthCheck>,
    stop_grace_period: Option<At<String>>,
    read_only: Option<bool>,
    #[expect(dead_code, reason = "its form is all that is asked of it")]
    tmpfs: Option<Vec<String>>,
    #[serde(default)]
    cap_drop: Vec<String>,
    #[serde(default)]
    security_opt: Vec<String>,
    #[serde(default)]
    volumes: Vec<At<String>>,
    #[expect(dead_code, reason = "its form is all that is asked of it")]
    shm_size: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct DependsOn {
    condition: Condition,
}

#[derive(Debug, PartialEq, Eq, Deserialize)]
enum Condition {
    #[serde(rename = "service_started")]
    Started,
    #[serde(rename = "service_healthy")]
    Healthy,
    #[serde(rename = "service_completed_successfully")]
    Completed,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "its form is all that is asked of it")]
struct HealthCheck {
    test: Vec<String>,
    interval: String,
    timeout: String,
    retries: u32,
    start_period: Option<String>,
}

/// What is wrong with it.
pub(super) fn breaches(text: &str, facts: &Facts) -> Vec<Finding> {
    let compose: Compose = match yaml::read(Path::new(FILE), text, FORM, GONE) {
        Ok(compose) => compose,
        Err(finding) => return vec![finding],
    };
    let mut findings = Vec::new();
    let mut find = |line: usize, rule, what: String, remedy: &str| {
        findings.push(Finding { file: PathBuf::from(FILE), line, what, rule, remedy: remedy.to_owned() });
    };
    for (name, service) in &compose.services {
        let (at, service) = (line(service), &service.value);
        let is_ours = service.build.is_some();
        if service.restart.is_none() {
            find(at, ORDER, format!("`{name}` stays down after a crash"), "write `restart: unless-stopped`");
        }
        match &service.image {
            Some(image) if is_ours || image.value.split_once(':').is_some_and(|(_, tag)| tag != "latest") => {}
            Some(image) => {
                find(line(image), ORDER, format!("`{}` may change under the books", image.value), "name a version")
            }
            None if is_ours => {}
            None => find(at, ORDER, format!("`{name}` has neither `build` nor `image`"), "write one"),
        }
        for (needed, how) in &service.depends_on {
            match compose.services.get(needed) {
                None => find(at, ORDER, format!("there is no service `{needed}`"), "name one of `services`"),
                Some(other) if how.condition == Condition::Healthy && other.value.healthcheck.is_none() => {
                    let remedy = "give it a `healthcheck`, such as `pg_isready`";
                    find(line(other), ORDER, format!("nobody can tell when `{needed}` is healthy"), remedy);
                }
                Some(_) => {}
            }
        }
        for volume in &service.volumes {
            let source = volume.value.split(':').next().unwrap_or_default();
            if !source.starts_with(['.', '/']) && !compose.volumes.contains_key(source) {
                find(line(volume), ORDER, format!("there is no volume `{source}`"), "name it under `volumes`");
            }
        }
        for port in &service.ports {
            if !port.value.starts_with("127.0.0.1:") {
                let remedy = "write `127.0.0.1:` before it: the proxy with TLS is on this machine, and Docker passes by the firewall";
                find(line(port), SAFE, format!("`{}` is open to the whole internet", port.value), remedy);
            }
        }
        if is_ours {
            ours(name, at, service, facts, &mut find);
        }
    }
    if !compose.services.values().any(|service| service.value.build.is_some()) {
        find(0, CODE, "no service is built from here".to_owned(), "write `build: .` at the bot");
    }
    findings
}

fn ours(
    name: &str,
    at: usize,
    service: &Service,
    facts: &Facts,
    find: &mut impl FnMut(usize, &'static str, String, &str),
) {
    for (variable, value) in &service.environment {
        match facts.variable(variable) {
            None => find(line(value), CODE, format!("nothing reads `{variable}`"), "README.md lists what is read"),
            Some(known) if known.secret && !value.value.contains("${") => {
                let remedy = "put it into the env file, which git does not see";
                find(line(value), SAFE, format!("`{variable}` is a secret, and its value stands here"), remedy);
            }
            Some(_) => {}
        }
    }
    if service.env_file.as_ref().is_none_or(|file| !file.value.starts_with("deploy/") || !file.value.ends_with(".env"))
    {
        find(
            at,
            SAFE,
            format!("`{name}` has no env file that git does not see"),
            "write `env_file: deploy/kiebot.env`",
        );
    }
    if let Some(command) = &service.command
        && let Some(wrong) = facts.wrong_with(command.value.iter().map(String::as_str))
    {
        find(line(command), CODE, wrong, "see `kiebot --help`");
    }
    let seconds =
        service.stop_grace_period.as_ref().and_then(|period| period.value.strip_suffix('s')?.parse::<u64>().ok());
    let least = facts.shutdown_s_min();
    if seconds.is_none_or(|seconds| seconds < least) {
        let place = service.stop_grace_period.as_ref().map_or(at, line);
        find(place, ORDER, format!("`{name}` may need {least} s to end"), "write `stop_grace_period: 35s`");
    }
    if service.read_only != Some(true) {
        find(at, SAFE, format!("`{name}` may write to its own image"), "write `read_only: true` and `tmpfs: [/tmp]`");
    }
    if !service.cap_drop.iter().any(|cap| cap == "ALL") {
        find(at, SAFE, format!("`{name}` has rights that it does not need"), "write `cap_drop: [ALL]`");
    }
    if !service.security_opt.iter().any(|option| option == "no-new-privileges:true") {
        find(at, SAFE, format!("`{name}` may gain rights"), "write `security_opt: [\"no-new-privileges:true\"]`");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::sample;

    const SOUND: &str = include_str!("../../../compose.yaml");

    #[test]
    fn the_file_of_the_workspace_is_sound() {
        assert_eq!(breaches(SOUND, &sample()), []);
    }

    #[test]
    fn each_spoiled_file_is_found() {
        for (is, instead, piece) in [
            ("name: kiebot\n", "version: \"3\"\n", "no versions any more"),
            ("    restart: unless-stopped\n    # What", "    # What", "stays down"),
            ("command: [serve]", "command: [sevre]", "`kiebot sevre`"),
            ("stop_grace_period: 35s", "stop_grace_period: 10s", "need 30 s"),
            ("    stop_grace_period: 35s\n", "", "need 30 s"),
            ("PORT: \"8080\"", "PROT: \"8080\"", "nothing reads `PROT`"),
            ("PORT: \"8080\"", "KIE_API_KEY: sk-1", "its value stands here"),
            ("env_file: deploy/kiebot.env", "env_file: kiebot.txt", "env file"),
            ("\"127.0.0.1:8080:8080\"", "\"8080:8080\"", "whole internet"),
            ("cap_drop: [ALL]", "cap_drop: [NET_RAW]", "does not need"),
            ("read_only: true", "read_only: false", "its own image"),
            ("no-new-privileges:true", "no-new-privileges:false", "may gain rights"),
            ("postgres:17.6-bookworm", "postgres:latest", "under the books"),
            ("condition: service_healthy", "condition: healthy", "healthy"),
            ("    healthcheck:\n", "    health_check:\n", "no field `health_check`"),
            ("      db:\n        condition", "      base:\n        condition", "no service `base`"),
            ("\"books:/var", "\"book:/var", "no volume `book`"),
            ("    build: .\n", "", "no service is built"),
        ] {
            assert!(SOUND.contains(is), "compose.yaml has no `{is}` any more");
            let findings = breaches(&SOUND.replacen(is, instead, 1), &sample());
            let told = findings.iter().map(ToString::to_string).any(|finding| finding.contains(piece));
            assert!(told, "`{instead}`: no `{piece}` in {findings:#?}");
        }
    }
}
