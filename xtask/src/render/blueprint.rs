//! The fields of a blueprint that we know, as types: our own strict schema, since Render's lies behind its API.
//!
//! Stricter than Render on purpose: a field that is not here is refused, also if it would be taken there. To use one more, look it up in Render's
//! blueprint reference and put it here, with its rules in [`super::rules`].

use serde::Deserialize;

use crate::yaml::At;

/// Fields that Render has given up, or never had, and what to write instead.
pub(super) const GONE: &[(&str, &str)] = &[
    ("env", "write `runtime`: `env` is its old name"),
    ("autoDeploy", "write `autoDeployTrigger: commit`, `checksPass` or `off`: `autoDeploy` is deprecated"),
    ("previewsEnabled", "write `previews: { generation: ... }`: `previewsEnabled` is deprecated"),
    ("pullRequestPreviewsEnabled", "write `previews: { generation: ... }`: it is deprecated"),
    ("healthCheckInterval", "take it away: Render's own times hold (every few seconds, 5 s for an answer)"),
    ("healthCheckTimeout", "take it away: Render's own times hold (every few seconds, 5 s for an answer)"),
    ("previewPlan", "write it within `previews`"),
];

/// A blueprint.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Blueprint {
    pub(super) services: Vec<Service>,
    #[serde(default)]
    pub(super) databases: Vec<Database>,
    #[serde(default)]
    pub(super) env_var_groups: Vec<Group>,
    #[serde(default)]
    #[expect(dead_code, reason = "its form is all that is asked of it")]
    previews: Option<Previews>,
}

/// A service.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Service {
    pub(super) r#type: At<Type>,
    pub(super) name: At<String>,
    pub(super) runtime: Option<At<Runtime>>,
    pub(super) plan: Option<At<String>>,
    pub(super) region: Option<At<Region>>,
    #[expect(dead_code, reason = "its form is all that is asked of it")]
    repo: Option<String>,
    #[expect(dead_code, reason = "its form is all that is asked of it")]
    branch: Option<String>,
    pub(super) root_dir: Option<At<String>>,
    pub(super) build_command: Option<At<String>>,
    pub(super) start_command: Option<At<String>>,
    pub(super) pre_deploy_command: Option<At<String>>,
    pub(super) initial_deploy_hook: Option<At<String>>,
    pub(super) docker_command: Option<At<String>>,
    pub(super) dockerfile_path: Option<At<String>>,
    pub(super) docker_context: Option<At<String>>,
    pub(super) image: Option<At<Image>>,
    #[expect(dead_code, reason = "its form is all that is asked of it")]
    auto_deploy_trigger: Option<AutoDeployTrigger>,
    pub(super) health_check_path: Option<At<String>>,
    pub(super) max_shutdown_delay_seconds: Option<At<u64>>,
    pub(super) num_instances: Option<At<u32>>,
    pub(super) scaling: Option<At<Scaling>>,
    pub(super) disk: Option<At<Disk>>,
    pub(super) build_filter: Option<At<BuildFilter>>,
    #[expect(dead_code, reason = "its form is all that is asked of it")]
    domains: Option<Vec<String>>,
    pub(super) schedule: Option<At<String>>,
    #[expect(dead_code, reason = "its form is all that is asked of it")]
    previews: Option<Previews>,
    #[serde(default)]
    pub(super) env_vars: Vec<At<EnvVar>>,
}

/// What a service is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Type {
    Web,
    Pserv,
    Worker,
    Cron,
}

/// What it is built and run by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Runtime {
    Rust,
    Docker,
    Image,
}

/// Where it runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Region {
    Oregon,
    Ohio,
    Virginia,
    Frankfurt,
    Singapore,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
enum AutoDeployTrigger {
    Commit,
    ChecksPass,
    Off,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[expect(dead_code, reason = "its form is all that is asked of it")]
struct Previews {
    generation: Generation,
    expire_after_days: Option<u32>,
    num_instances: Option<u32>,
    plan: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Generation {
    Off,
    Manual,
    Automatic,
}

/// A finished image.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Image {
    pub(super) url: String,
}

/// How many instances, by load.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[expect(dead_code, reason = "its form is all that is asked of it")]
pub(super) struct Scaling {
    min_instances: u32,
    max_instances: u32,
    target_memory_percent: Option<u32>,
    #[serde(rename = "targetCPUPercent")]
    target_cpu_percent: Option<u32>,
}

/// A disk that outlives deploys.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Disk {
    #[expect(dead_code, reason = "its form is all that is asked of it")]
    name: String,
    pub(super) mount_path: String,
    #[serde(rename = "sizeGB")]
    #[expect(dead_code, reason = "its form is all that is asked of it")]
    size_gb: Option<u32>,
}

/// Which changes make a build.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct BuildFilter {
    #[serde(default)]
    pub(super) paths: Vec<At<String>>,
    #[serde(default)]
    pub(super) ignored_paths: Vec<At<String>>,
}

/// A variable, or a group of them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct EnvVar {
    pub(super) key: Option<String>,
    pub(super) value: Option<String>,
    pub(super) generate_value: Option<bool>,
    pub(super) sync: Option<bool>,
    pub(super) from_database: Option<FromDatabase>,
    pub(super) from_service: Option<FromService>,
    pub(super) from_group: Option<String>,
}

/// A property of a database.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FromDatabase {
    pub(super) name: String,
    pub(super) property: DatabaseProperty,
}

/// What a database tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum DatabaseProperty {
    ConnectionString,
    ConnectionPoolString,
    Host,
    Port,
    User,
    Password,
    Database,
}

/// A property of another service.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct FromService {
    #[expect(dead_code, reason = "its form is all that is asked of it")]
    r#type: Type,
    pub(super) name: String,
    pub(super) property: Option<String>,
    pub(super) env_var_key: Option<String>,
}

/// Variables that several services share.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Group {
    pub(super) name: At<String>,
    #[serde(default)]
    pub(super) env_vars: Vec<At<EnvVar>>,
}

/// A PostgreSQL.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Database {
    pub(super) name: At<String>,
    #[expect(dead_code, reason = "its form is all that is asked of it")]
    plan: Option<String>,
    pub(super) region: Option<At<Region>>,
    #[expect(dead_code, reason = "its form is all that is asked of it")]
    postgres_major_version: Option<MajorVersion>,
    #[expect(dead_code, reason = "its form is all that is asked of it")]
    database_name: Option<String>,
    #[expect(dead_code, reason = "its form is all that is asked of it")]
    user: Option<String>,
    #[serde(rename = "diskSizeGB")]
    #[expect(dead_code, reason = "its form is all that is asked of it")]
    disk_size_gb: Option<u32>,
    pub(super) ip_allow_list: Option<At<Vec<IpRule>>>,
    pub(super) connection_pool: Option<At<Pool>>,
    pub(super) read_replicas: Option<At<Vec<Replica>>>,
}

/// The versions that Render makes.
#[derive(Debug, Deserialize)]
enum MajorVersion {
    #[serde(rename = "13")]
    V13,
    #[serde(rename = "14")]
    V14,
    #[serde(rename = "15")]
    V15,
    #[serde(rename = "16")]
    V16,
    #[serde(rename = "17")]
    V17,
    #[serde(rename = "18")]
    V18,
}

/// The pooler beside a database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Pool {
    Pgbouncer,
}

/// Who may come from outside.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct IpRule {
    pub(super) source: String,
    #[expect(dead_code, reason = "its form is all that is asked of it")]
    description: Option<String>,
}

/// A copy that is read.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Replica {
    #[expect(dead_code, reason = "its form is all that is asked of it")]
    name: String,
}
