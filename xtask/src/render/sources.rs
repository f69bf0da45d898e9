//! The variables of a blueprint: that each is known and has one source, that no secret stands there, and that nobody loses the books.

use std::collections::BTreeMap;

use super::blueprint::{Database, DatabaseProperty, EnvVar, Group, Pool, Service};
use super::rules::{CODE, Judge};
use crate::yaml::{At, line};

const SOURCE: &str = "a variable is set once, from one source that exists";
const SECRET: &str = "no secret stands in the repository, nor in a group";
const DATABASE: &str = "nothing that is deployed loses the books";

/// Secrets that nobody else has to know beforehand, and that Render may make up therefore: 32 bytes in base64.
const MADE_UP: [&str; 1] = ["METRICS_TOKEN"];

impl Judge<'_> {
    /// The variables of a service, each with its line; those of its groups have the line of the group.
    pub(super) fn variables(&mut self, service: &Service) {
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

    pub(super) fn books(&mut self, service: &Service) {
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

    pub(super) fn group(&mut self, group: &Group) {
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

    pub(super) fn database(&mut self, database: &Database) {
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
