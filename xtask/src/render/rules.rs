//! What the types of a blueprint cannot say. Each rule is a function over the blueprint, what the binary says of itself, and which paths exist.
//! Variables, their sources and the books are in [`super::sources`].

use std::path::PathBuf;

use super::FILE;
use super::blueprint::{Blueprint, Runtime, Service, Type};
use crate::facts::Facts;
use crate::report::Finding;
use crate::yaml::{At, line};

const KIND: &str = "a service has what its type and its runtime need, and nothing of another's";
const PLAN: &str = "a free plan has neither a pre-deploy step nor a shutdown delay nor a disk, and one instance";
pub(super) const CODE: &str = "the blueprint says what the code says";
const SHUTDOWN: &str = "who is told to end has the time for it";
const FILTER: &str = "a build begins with each change of what is built, and with no other";

/// Where Render puts a Rust build.
const BINARY: &str = "./target/release/kiebot";
/// What a build is made of; a change elsewhere needs none.
const BUILT_FROM: [&str; 6] = ["Cargo.toml", "Cargo.lock", "rust-toolchain.toml", "crates", "config", "migrations"];
const SHUTDOWN_S: std::ops::RangeInclusive<u64> = 1..=300;
/// What Render grants without a word.
const SHUTDOWN_S_DEFAULT: u64 = 30;

/// Everything that is wrong.
pub(super) fn breaches(blueprint: &Blueprint, facts: &Facts, exists: &dyn Fn(&str) -> bool) -> Vec<Finding> {
    let mut judge = Judge { blueprint, facts, exists, findings: Vec::new() };
    for service in &blueprint.services {
        judge.kind(service);
        judge.plan(service);
        judge.commands(service);
        judge.health(service);
        judge.shutdown(service);
        judge.filter(service);
        judge.variables(service);
        judge.books(service);
    }
    for group in &blueprint.env_var_groups {
        judge.group(group);
    }
    for database in &blueprint.databases {
        judge.database(database);
    }
    judge.findings.sort_by_key(|finding| finding.line);
    judge.findings
}

/// What is known, and what was found so far.
pub(super) struct Judge<'b> {
    pub(super) blueprint: &'b Blueprint,
    pub(super) facts: &'b Facts,
    exists: &'b dyn Fn(&str) -> bool,
    findings: Vec<Finding>,
}

impl Judge<'_> {
    pub(super) fn find(&mut self, line: usize, rule: &'static str, what: impl Into<String>, remedy: impl Into<String>) {
        self.findings.push(Finding { file: PathBuf::from(FILE), line, what: what.into(), rule, remedy: remedy.into() });
    }

    fn kind(&mut self, service: &Service) {
        let at = line(&service.name);
        let Some(runtime) = service.runtime.as_ref().map(|runtime| runtime.value) else {
            return self.find(at, KIND, "the service has no `runtime`", "write `runtime: rust` (or `docker`)");
        };
        let (native, docker) = (runtime == Runtime::Rust, runtime == Runtime::Docker);
        let wanted = [
            ("buildCommand", service.build_command.as_ref().map(line), native, native),
            ("startCommand", service.start_command.as_ref().map(line), native, native),
            ("rootDir", service.root_dir.as_ref().map(line), false, native || docker),
            ("dockerfilePath", service.dockerfile_path.as_ref().map(line), false, docker),
            ("dockerContext", service.docker_context.as_ref().map(line), false, docker),
            ("dockerCommand", service.docker_command.as_ref().map(line), false, !native),
            ("image", service.image.as_ref().map(line), runtime == Runtime::Image, runtime == Runtime::Image),
            (
                "healthCheckPath",
                service.health_check_path.as_ref().map(line),
                service.r#type.value == Type::Web,
                service.r#type.value == Type::Web,
            ),
            (
                "schedule",
                service.schedule.as_ref().map(line),
                service.r#type.value == Type::Cron,
                service.r#type.value == Type::Cron,
            ),
        ];
        for (field, found, needed, allowed) in wanted {
            match found {
                None if needed => self.find(at, KIND, format!("`{field}` is missing"), format!("write `{field}`")),
                Some(at) if !allowed => {
                    let what = format!("`{field}` does not belong to this type and runtime");
                    self.find(at, KIND, what, "take it away, or change `type` or `runtime`");
                }
                _ => {}
            }
        }
        if service.r#type.value == Type::Worker {
            let remedy = "write `type: web`: KIE's callbacks and Telegram's webhook come by HTTP";
            self.find(line(&service.r#type), KIND, "nobody can call a worker", remedy);
        }
        for path in [&service.dockerfile_path, &service.docker_context].into_iter().flatten() {
            if !(self.exists)(&path.value) {
                self.find(line(path), KIND, format!("there is no `{}`", path.value), "name a path below the root");
            }
        }
        if let Some(image) = &service.image
            && (image.value.url.ends_with(":latest") || !image.value.url.contains(':'))
        {
            let remedy = "name a version: nobody knows what is deployed otherwise";
            self.find(line(image), KIND, format!("the image `{}` may change under the bot", image.value.url), remedy);
        }
    }

    fn plan(&mut self, service: &Service) {
        if service.plan.as_ref().is_none_or(|plan| plan.value != "free") {
            return;
        }
        let found = [
            ("preDeployCommand", service.pre_deploy_command.as_ref().map(line)),
            ("initialDeployHook", service.initial_deploy_hook.as_ref().map(line)),
            ("maxShutdownDelaySeconds", service.max_shutdown_delay_seconds.as_ref().map(line)),
            ("disk", service.disk.as_ref().map(line)),
            ("scaling", service.scaling.as_ref().map(line)),
            ("numInstances", service.num_instances.as_ref().filter(|number| number.value > 1).map(line)),
        ];
        for (field, at) in found.into_iter().filter_map(|(field, at)| Some((field, at?))) {
            let remedy = "take it away, or take a paid plan; `serve` migrates by itself at its start";
            self.find(at, PLAN, format!("the free plan has no `{field}`"), remedy);
        }
        if service.r#type.value != Type::Web {
            self.find(line(&service.r#type), PLAN, "only a web service may be free", "take a paid plan");
        }
    }

    fn commands(&mut self, service: &Service) {
        let is_native = service.runtime.as_ref().is_some_and(|runtime| runtime.value == Runtime::Rust);
        let binary = if is_native { BINARY } else { "kiebot" };
        if let Some(build) = &service.build_command {
            for (words, why) in [
                ("cargo build", "cargo builds it"),
                ("--release", "an unoptimized build is many times slower"),
                ("--locked", "what was tested is what is built"),
                ("-p kiebot", "only the bot is deployed"),
                ("--no-default-features", "the simulators stay out of a deployed build"),
            ] {
                if !build.value.contains(words) {
                    self.find(line(build), CODE, format!("the build has no `{words}`"), format!("add it: {why}"));
                }
            }
        }
        for (field, command) in [
            ("startCommand", &service.start_command),
            ("preDeployCommand", &service.pre_deploy_command),
            ("dockerCommand", &service.docker_command),
        ] {
            let Some(command) = command else { continue };
            for part in command.value.split("&&") {
                self.command(field, command, binary, part.trim());
            }
        }
        if let Some(before) = &service.pre_deploy_command
            && !before.value.contains(" migrate")
        {
            let remedy = format!("begin with `{binary} migrate &&`: the new version must find its tables");
            self.find(line(before), CODE, "the pre-deploy step does not migrate", remedy);
        }
    }

    fn command(&mut self, field: &str, at: &At<String>, binary: &str, command: &str) {
        let mut words = command.split_whitespace();
        let program = words.next().unwrap_or_default();
        if program != binary {
            let remedy = format!("write `{binary}`, which the build makes");
            return self.find(line(at), CODE, format!("`{field}` runs `{program}`"), remedy);
        }
        let words: Vec<&str> = words.collect();
        if let Some(wrong) = self.facts.wrong_with(words.iter().copied()) {
            self.find(line(at), CODE, format!("`{field}`: {wrong}"), "see `kiebot --help`");
        }
        let first = words.first().copied().unwrap_or("serve");
        if field == "startCommand" && first != "serve" {
            self.find(line(at), CODE, format!("the service runs `kiebot {first}`, which ends"), "write `serve`");
        }
        if field == "preDeployCommand" && first == "serve" {
            self.find(line(at), CODE, "the pre-deploy step never ends", "write `migrate` and `doctor --before-deploy`");
        }
        if field == "preDeployCommand" && first == "doctor" && !words.contains(&"--before-deploy") {
            let remedy = "add `--before-deploy`: the webhook is still the old version's, and KIE's bad hour must not keep a repair away";
            self.find(line(at), CODE, "the pre-deploy step judges what is not the new version's", remedy);
        }
    }

    fn health(&mut self, service: &Service) {
        let Some(path) = &service.health_check_path else { return };
        let wanted = &self.facts.health_path;
        if path.value == *wanted {
            return;
        }
        let remedy = if path.value == self.facts.ready_path {
            format!("write `{wanted}`: Render restarts the bot at each hiccup of the database otherwise")
        } else {
            format!("write `{wanted}`")
        };
        self.find(
            line(path),
            CODE,
            format!("`{}` is not the route that tells whether the process lives", path.value),
            remedy,
        );
    }

    fn shutdown(&mut self, service: &Service) {
        let least = self.facts.shutdown_s_min();
        let Some(delay) = &service.max_shutdown_delay_seconds else {
            if least > SHUTDOWN_S_DEFAULT {
                let what = format!("Render grants {SHUTDOWN_S_DEFAULT} s, and the bot may need {least}");
                self.find(line(&service.name), SHUTDOWN, what, format!("write `maxShutdownDelaySeconds: {least}`"));
            }
            return;
        };
        if !SHUTDOWN_S.contains(&delay.value) {
            self.find(line(delay), SHUTDOWN, format!("{} s is none of Render's", delay.value), "write 1 to 300");
        } else if delay.value < least {
            let what = format!("{} s are granted, and the bot may need {least}", delay.value);
            self.find(line(delay), SHUTDOWN, what, format!("write {least} or more"));
        }
    }

    fn filter(&mut self, service: &Service) {
        let Some(filter) = &service.build_filter else { return };
        let prefix =
            |path: &str| path.split(['*', '?', '[']).next().unwrap_or_default().trim_end_matches('/').to_owned();
        for path in filter.value.paths.iter().chain(&filter.value.ignored_paths) {
            let fixed = prefix(&path.value);
            if !fixed.is_empty() && !(self.exists)(&fixed) {
                self.find(line(path), FILTER, format!("there is no `{fixed}`"), "name a path below the root");
            }
        }
        let covers = |path: &At<String>, wanted: &str| {
            path.value == wanted || path.value == format!("{wanted}/**") || path.value == "**"
        };
        for wanted in BUILT_FROM {
            if !filter.value.paths.is_empty() && !filter.value.paths.iter().any(|path| covers(path, wanted)) {
                let what = format!("a change of `{wanted}` begins no build");
                self.find(line(filter), FILTER, what, format!("add `{wanted}`, or `{wanted}/**` if it is a folder"));
            }
            for path in filter.value.ignored_paths.iter().filter(|path| covers(path, wanted)) {
                self.find(line(path), FILTER, format!("`{wanted}` is ignored"), "take it away: it is built");
            }
        }
    }
}
