//! What the types of a blueprint cannot say. Each rule is a function over the blueprint, what the binary says of itself, and which paths exist.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::FILE;
use super::blueprint::{Blueprint, Database, DatabaseProperty, EnvVar, Group, Pool, Runtime, Service, Type};
use crate::facts::Facts;
use crate::report::Finding;
use crate::yaml::{At, line};

const KIND: &str = "a service has what its type and its runtime need, and nothing of another's";
const PLAN: &str = "a free plan has neither a pre-deploy step nor a shutdown delay nor a disk, and one instance";
const SOURCE: &str = "a variable is set once, from one source that exists";
const SECRET: &str = "no secret stands in the repository, nor in a group";
const CODE: &str = "the blueprint says what the code says";
const SHUTDOWN: &str = "who is told to end has the time for it";
const DATABASE: &str = "nothing that is deployed loses the books";
const FILTER: &str = "a build begins with each change of what is built, and with no other";

/// Where Render puts a Rust build.
const BINARY: &str = "./target/release/kiebot";
/// Secrets that nobody else has to know beforehand, and that Render may make up therefore: 32 bytes in base64.
const MADE_UP: [&str; 1] = ["METRICS_TOKEN"];
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

struct Judge<'b> {
    blueprint: &'b Blueprint,
    facts: &'b Facts,
    exists: &'b dyn Fn(&str) -> bool,
    findings: Vec<Finding>,
}

impl Judge<'_> {
    fn find(&mut self, line: usize, rule: &'static str, what: impl Into<String>, remedy: impl Into<String>) {
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

    /// The variables of a service, each with its line; those of its groups have the line of the group.
    fn variables(&mut self, service: &Service) {
        let mut set: BTreeMap<String, usize> = BTreeMap::new();
        for variable in &service.env_vars {
            let at = line(variable);
            self.source(variable);
            let mut names = Vec::new();
            if let Some(key) = &variable.value.key {
                names.push((key.clone(), at));
                self.known(key, at);
                self.plain_secret(variable, at);
                self.generated(variable, at);
                self.platform(variable, at);
            }
            if let Some(group) = &variable.value.from_group
                && let Some(group) = self.blueprint.env_var_groups.iter().find(|known| known.name.value == *group)
            {
                names.extend(group.env_vars.iter().filter_map(|variable| Some((variable.value.key.clone()?, at))));
            }
            for (name, at) in names {
                if set.insert(name.clone(), at).is_some() {
                    self.find(at, SOURCE, format!("`{name}` is set twice"), "keep one of them");
                }
            }
        }
        let required: Vec<String> = self
            .facts
            .variables
            .iter()
            .filter(|variable| variable.required)
            .map(|variable| variable.name.clone())
            .collect();
        for name in required.into_iter().chain(["DATABASE_URL".to_owned()]) {
            if !set.contains_key(&name) {
                let remedy =
                    format!("add `- key: {name}` with its source (`sync: false` for what only the owner knows)");
                self.find(
                    line(&service.name),
                    CODE,
                    format!("`{name}` is not set, and nothing runs without it"),
                    remedy,
                );
            }
        }
    }

    fn source(&mut self, variable: &At<EnvVar>) {
        let (at, EnvVar { key, value, generate_value, sync, from_database, from_service, from_group }) =
            (line(variable), &variable.value);
        let sources = [
            value.is_some(),
            generate_value.is_some(),
            sync.is_some(),
            from_database.is_some(),
            from_service.is_some(),
        ];
        let sources = sources.iter().filter(|source| **source).count();
        let name = key.as_deref().or(from_group.as_deref()).unwrap_or("it");
        match (key, from_group) {
            (None, None) => self.find(at, SOURCE, "neither `key` nor `fromGroup`", "name the variable or the group"),
            (Some(_), Some(_)) => self.find(at, SOURCE, "`key` and `fromGroup` in one", "make two of it"),
            (Some(_), None) if sources != 1 => {
                let remedy = "one of `value`, `generateValue: true`, `sync: false`, `fromDatabase`, `fromService`";
                self.find(at, SOURCE, format!("`{name}` has {sources} sources"), remedy);
            }
            (None, Some(group)) if !self.blueprint.env_var_groups.iter().any(|known| known.name.value == *group) => {
                self.find(at, SOURCE, format!("there is no group `{group}`"), "name one of `envVarGroups`");
            }
            _ => {}
        }
        if *sync == Some(true) || *generate_value == Some(false) {
            let remedy = "write `sync: false` or `generateValue: true`, or nothing";
            self.find(at, SOURCE, format!("`{name}`: the other value of a switch that has one"), remedy);
        }
        if let Some(from) = from_database {
            match self.blueprint.databases.iter().find(|database| database.name.value == from.name) {
                None => {
                    self.find(at, SOURCE, format!("there is no database `{}`", from.name), "name one of `databases`")
                }
                Some(database) => {
                    let pooled = from.property == DatabaseProperty::ConnectionPoolString;
                    if pooled && database.connection_pool.as_ref().is_none_or(|pool| pool.value != Pool::Pgbouncer) {
                        let what = format!("`{}` has no pooler", from.name);
                        self.find(
                            at,
                            SOURCE,
                            what,
                            "write `connectionPool: pgbouncer` at the database, or `connectionString`",
                        );
                    }
                }
            }
        }
        if let Some(from) = from_service {
            if !self.blueprint.services.iter().any(|service| service.name.value == from.name) {
                self.find(at, SOURCE, format!("there is no service `{}`", from.name), "name one of `services`");
            }
            if from.property.is_some() == from.env_var_key.is_some() {
                self.find(at, SOURCE, "`fromService` has `property` or `envVarKey`", "write one of them");
            }
        }
    }

    fn known(&mut self, key: &str, at: usize) {
        if self.facts.variable(key).is_none() {
            let remedy = match self.facts.meant_by(key) {
                Some(meant) => format!("write `{meant}`"),
                None => "take it away; README.md lists what is read".to_owned(),
            };
            self.find(at, CODE, format!("nothing reads `{key}`"), remedy);
        }
    }

    fn plain_secret(&mut self, variable: &At<EnvVar>, at: usize) {
        let EnvVar { key: Some(key), value: Some(value), .. } = &variable.value else { return };
        let is_file = key == "DATABASE_URL" && value.starts_with("sqlite://");
        if self.facts.variable(key).is_some_and(|variable| variable.secret) && !is_file {
            self.find(
                at,
                SECRET,
                format!("`{key}` is a secret, and its value stands here"),
                "write `sync: false`, and renew it: it is known now",
            );
        }
    }

    /// Base64 has `+`, `/` and `=`, which Telegram does not take.
    fn generated(&mut self, variable: &At<EnvVar>, at: usize) {
        let EnvVar { key: Some(key), generate_value: Some(true), .. } = &variable.value else { return };
        if key == "WEBHOOK_SECRET_TOKEN" {
            let remedy =
                "take it away: the bot derives one from its token; Render's base64 has letters that Telegram refuses";
            self.find(at, CODE, "a generated `WEBHOOK_SECRET_TOKEN` has the wrong form", remedy);
        } else if !MADE_UP.contains(&key.as_str()) {
            let remedy = "write `sync: false`: it is given by somebody else, or is no secret";
            self.find(at, CODE, format!("`{key}` can't be made up"), remedy);
        }
    }

    fn platform(&mut self, variable: &At<EnvVar>, at: usize) {
        let Some(key) = &variable.value.key else { return };
        let is_set_by_render = key == "PORT" || self.facts.variable(key).is_some_and(|variable| variable.platform);
        if is_set_by_render {
            self.find(at, CODE, format!("Render sets `{key}` itself"), "take it away");
        }
        if key == "HOST" && variable.value.value.as_deref() != Some("0.0.0.0") {
            self.find(at, CODE, "Render reaches only what listens on 0.0.0.0", "take it away: that is the default");
        }
    }

    fn books(&mut self, service: &Service) {
        let find = |name: &str| service.env_vars.iter().find(|variable| variable.value.key.as_deref() == Some(name));
        let migrates = service.pre_deploy_command.as_ref().is_some_and(|command| command.value.contains(" migrate"));
        if let Some(on_start) = find("MIGRATE_ON_START")
            && on_start.value.value.as_deref() == Some("false")
            && !migrates
        {
            self.find(line(on_start), DATABASE, "nobody migrates", "take it away, or migrate in `preDeployCommand`");
        }
        let Some(database) = find("DATABASE_URL") else { return };
        let at = line(database);
        if let Some(path) = database.value.value.as_deref().and_then(|value| value.strip_prefix("sqlite://")) {
            let on_disk =
                service.disk.as_ref().is_some_and(|disk| path.starts_with(&format!("{}/", disk.value.mount_path)));
            if !on_disk {
                self.find(
                    at,
                    DATABASE,
                    "the file is wiped at each deploy",
                    "put it below the `mountPath` of a `disk`, or take PostgreSQL",
                );
            }
            if let Some(before) = &service.pre_deploy_command {
                let remedy = "take it away: the pre-deploy step has no disk, and `serve` migrates at its start";
                self.find(line(before), DATABASE, "the pre-deploy step would migrate another file", remedy);
            }
        }
        if let Some(disk) = &service.disk
            && (service.num_instances.as_ref().is_some_and(|number| number.value > 1) || service.scaling.is_some())
        {
            self.find(line(disk), DATABASE, "a disk belongs to one instance", "take PostgreSQL for several instances");
        }
        let Some(from) = &database.value.from_database else { return };
        if from.property != DatabaseProperty::ConnectionPoolString {
            if from.property != DatabaseProperty::ConnectionString {
                self.find(at, DATABASE, "`DATABASE_URL` is no whole address", "write `property: connectionString`");
            }
            return;
        }
        let direct = find("DATABASE_MIGRATION_URL").and_then(|variable| variable.value.from_database.as_ref());
        if direct.is_none_or(|direct| direct.name != from.name || direct.property != DatabaseProperty::ConnectionString)
        {
            let remedy = format!(
                "add `DATABASE_MIGRATION_URL` with `fromDatabase: {{ name: {}, property: connectionString }}`",
                from.name
            );
            self.find(at, DATABASE, "migrations would go through the pooler, where their lock does not hold", remedy);
        }
    }

    fn group(&mut self, group: &Group) {
        for variable in &group.env_vars {
            let at = line(variable);
            let EnvVar { key, value, generate_value, sync, from_database, from_service, from_group } = &variable.value;
            if sync.is_some() || from_database.is_some() || from_service.is_some() || from_group.is_some() {
                let remedy = "write it at the service; a group takes `value` and `generateValue` only";
                self.find(at, SECRET, format!("the group `{}` can't hold this source", group.name.value), remedy);
            } else if value.is_some() == generate_value.is_some() {
                self.find(at, SOURCE, "a group's variable has one source", "`value` or `generateValue: true`");
            }
            match key {
                Some(key) => {
                    self.known(key, at);
                    self.plain_secret(variable, at);
                    self.generated(variable, at);
                    self.platform(variable, at);
                }
                None => self.find(at, SOURCE, "a variable without `key`", "name it"),
            }
        }
    }

    fn database(&mut self, database: &Database) {
        if let Some(replicas) = &database.read_replicas
            && replicas.value.is_empty()
        {
            let remedy = "take the field away: an empty list destroys every replica";
            self.find(line(replicas), DATABASE, "`readReplicas: []` destroys", remedy);
        }
        if let Some(rules) = &database.ip_allow_list
            && rules.value.iter().any(|rule| rule.source == "0.0.0.0/0")
        {
            let remedy = "write `ipAllowList: []`, or the one address that you come from";
            self.find(line(rules), DATABASE, "the whole internet may try passwords", remedy);
        }
        for service in &self.blueprint.services {
            let uses = service.env_vars.iter().filter_map(|variable| variable.value.from_database.as_ref());
            let (here, there) =
                (service.region.as_ref().map(|at| at.value), database.region.as_ref().map(|at| at.value));
            if uses.into_iter().any(|from| from.name == database.name.value) && here != there {
                let at = database.region.as_ref().map_or(line(&database.name), line);
                let what = "the private address of a database leads nowhere from another region";
                self.find(at, DATABASE, what, "write the same `region` at both: it can't be changed later");
                break;
            }
        }
    }
}
