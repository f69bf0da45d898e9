//! The blueprint of the workspace is sound, and each way to spoil it is found at its line.

use super::*;
use crate::facts::sample;

const SOUND: &str = include_str!("../../../render.yaml");

fn found(text: &str) -> Vec<Finding> {
    breaches(text, &sample(), &|path| workspace::root().join(path).exists())
}

#[test]
fn the_blueprint_of_the_workspace_is_sound() {
    assert_eq!(found(SOUND), []);
}

/// What a user of the free plan is told to delete and write leaves a sound one.
#[test]
fn the_free_plan_as_the_comment_tells_it_is_sound() {
    let paid = ["plan: starter", "plan: basic-256mb"];
    let free = paid.iter().fold(SOUND.to_owned(), |text, plan| text.replace(plan, "plan: free"));
    let is_kept = |line: &&str| {
        !line.trim_start().starts_with("preDeployCommand:")
            && !line.trim_start().starts_with("maxShutdownDelaySeconds:")
    };
    assert_eq!(found(&free.lines().filter(is_kept).collect::<Vec<_>>().join("\n")), []);
    let rules: Vec<_> = found(&free).into_iter().map(|finding| finding.what).collect();
    assert_eq!(rules, ["the free plan has no `preDeployCommand`", "the free plan has no `maxShutdownDelaySeconds`"]);
}

/// So does the pooler.
#[test]
fn the_pooler_as_the_comment_tells_it_is_sound() {
    let pooled = SOUND
        .replace("property: connectionString }\n      # Through", "property: connectionPoolString }\n      # Through")
        .replace(
            "      # - key: DATABASE_MIGRATION_URL\n      #   from",
            "      - key: DATABASE_MIGRATION_URL\n        from",
        )
        .replace("    plan: basic-256mb\n", "    plan: basic-256mb\n    connectionPool: pgbouncer\n");
    assert_eq!(found(&pooled), []);
}

/// (what stands there, what is written instead, the line that is named, a piece of what or of the remedy).
const SPOILED: &[(&str, &str, &str, &str)] = &[
    // Fields and types.
    ("runtime: rust", "env: rust", "env: rust", "write `runtime`"),
    ("autoDeployTrigger: checksPass", "autoDeploy: true", "autoDeploy", "deprecated"),
    ("autoDeployTrigger: checksPass", "autoDeployTrigger: always", "autoDeployTrigger", "always"),
    (
        "    healthCheckPath: /health",
        "    healthCheckInterval: 5\n    healthCheckPath: /health",
        "healthCheckInterval",
        "Render's own times",
    ),
    ("    plan: starter", "    plan: starter\n    plan: pro", "plan: pro", "plan"),
    (
        "maxShutdownDelaySeconds: 30",
        "maxShutdownDelaySeconds: half a minute",
        "maxShutdownDelaySeconds",
        "half a minute",
    ),
    ("runtime: rust", "runtime: cobol", "runtime: cobol", "cobol"),
    ("region: frankfurt\n    # The", "region: paris\n    # The", "region: paris", "paris"),
    ("type: web", "type: website", "type: website", "website"),
    ("postgresMajorVersion: \"17\"", "postgresMajorVersion: \"9\"", "postgresMajorVersion", "9"),
    ("services:", "redis: []\nservices:", "redis", "no field `redis`"),
    // Types and runtimes.
    ("    startCommand: ./target/release/kiebot serve\n", "", "name: kiebot", "`startCommand` is missing"),
    ("runtime: rust", "runtime: docker", "buildCommand", "`buildCommand` does not belong"),
    ("    healthCheckPath: /health\n", "", "name: kiebot", "`healthCheckPath` is missing"),
    ("type: web", "type: worker", "type: worker", "write `type: web`"),
    (
        "    healthCheckPath: /health",
        "    schedule: \"0 0 * * *\"\n    healthCheckPath: /health",
        "schedule",
        "does not belong",
    ),
    // Commands.
    ("kiebot serve", "kiebot sevre", "startCommand", "`kiebot sevre` is no command"),
    ("kiebot serve", "kiebot migrate", "startCommand", "which ends"),
    (
        "startCommand: ./target/release/kiebot",
        "startCommand: ./target/debug/kiebot",
        "startCommand",
        "./target/release/kiebot",
    ),
    ("--before-deploy", "--before-deplyo", "preDeployCommand", "`--before-deplyo`"),
    (" --before-deploy", "", "preDeployCommand", "add `--before-deploy`"),
    ("./target/release/kiebot migrate && ", "", "preDeployCommand", "does not migrate"),
    (" --locked", "", "buildCommand", "`--locked`"),
    (" --no-default-features", "", "buildCommand", "simulators"),
    // Route and times.
    ("healthCheckPath: /health", "healthCheckPath: /ready", "healthCheckPath", "hiccup"),
    ("healthCheckPath: /health", "healthCheckPath: /healthz", "healthCheckPath", "write `/health`"),
    ("maxShutdownDelaySeconds: 30", "maxShutdownDelaySeconds: 20", "maxShutdownDelaySeconds", "write 30 or more"),
    ("maxShutdownDelaySeconds: 30", "maxShutdownDelaySeconds: 400", "maxShutdownDelaySeconds", "1 to 300"),
    // Variables and their sources.
    ("      - key: ADMIN_ID\n        sync: false\n", "", "name: kiebot", "`ADMIN_ID` is not set"),
    ("key: TELEGRAM_BOT_TOKEN", "key: BOT_TOKEN", "key: BOT_TOKEN", "write `TELEGRAM_BOT_TOKEN`"),
    ("key: SUPPORT_TELEGRAM", "key: SUPPORT_TELEGRAMM", "key: SUPPORT_TELEGRAMM", "nothing reads"),
    ("key: SUPPORT_TELEGRAM", "key: ADMIN_ID", "key: ADMIN_ID", "set twice"),
    (
        "key: KIE_API_KEY\n        sync: false",
        "key: KIE_API_KEY\n        value: sk-1",
        "key: KIE_API_KEY",
        "its value stands here",
    ),
    ("key: ADMIN_ID\n        sync: false", "key: ADMIN_ID", "key: ADMIN_ID", "0 sources"),
    (
        "key: ADMIN_ID\n        sync: false",
        "key: ADMIN_ID\n        sync: false\n        value: \"1\"",
        "key: ADMIN_ID",
        "2 sources",
    ),
    ("key: ADMIN_ID\n        sync: false", "key: ADMIN_ID\n        sync: true", "key: ADMIN_ID", "`sync: false`"),
    (
        "key: SUPPORT_TELEGRAM\n        sync: false",
        "key: WEBHOOK_SECRET_TOKEN\n        generateValue: true",
        "WEBHOOK_SECRET",
        "base64",
    ),
    (
        "key: SUPPORT_TELEGRAM\n        sync: false",
        "key: SUPPORT_TELEGRAM\n        generateValue: true",
        "SUPPORT_TEL",
        "made up",
    ),
    (
        "key: SUPPORT_TELEGRAM\n        sync: false",
        "key: PORT\n        value: \"8080\"",
        "key: PORT",
        "Render sets `PORT`",
    ),
    (
        "key: SUPPORT_TELEGRAM\n        sync: false",
        "key: RENDER\n        value: \"true\"",
        "key: RENDER",
        "Render sets `RENDER`",
    ),
    ("key: SUPPORT_TELEGRAM\n        sync: false", "key: HOST\n        value: 127.0.0.1", "key: HOST", "0.0.0.0"),
    ("key: SUPPORT_TELEGRAM\n        sync: false", "fromGroup: shared", "fromGroup: shared", "no group `shared`"),
    ("name: kiebot-db, property", "name: other-db, property", "key: DATABASE_URL", "no database `other-db`"),
    ("property: connectionString", "property: connectionPoolString", "key: DATABASE_URL", "has no pooler"),
    ("property: connectionString", "property: host", "key: DATABASE_URL", "no whole address"),
    ("property: connectionString", "property: connection_string", "fromDatabase", "connection_string"),
    // The books.
    (
        "key: SUPPORT_TELEGRAM\n        sync: false",
        "key: MIGRATE_ON_START\n        value: \"perhaps\"\n        sync: false",
        "MIGRATE",
        "2 sources",
    ),
    (
        "fromDatabase: { name: kiebot-db, property: connectionString }\n      # Through",
        "value: sqlite://data/kiebot.db\n      # Through",
        "key: DATABASE_URL",
        "wiped at each deploy",
    ),
    ("ipAllowList: []", "ipAllowList: [{ source: 0.0.0.0/0 }]", "ipAllowList", "whole internet"),
    ("ipAllowList: []", "readReplicas: []", "readReplicas", "destroys every replica"),
    ("    region: frankfurt\n    postgres", "    region: oregon\n    postgres", "region: oregon", "another region"),
    // What begins a build.
    ("        - config/**\n", "", "buildFilter|paths", "`config` begins no build"),
    ("- config/**", "- confg/**", "confg", "there is no `confg`"),
    ("      paths:", "      ignoredPaths: [migrations/**]\n      paths:", "ignoredPaths", "is ignored"),
];

#[test]
fn each_spoiled_blueprint_is_found_at_its_line() {
    let mut silent = Vec::new();
    for (is, instead, place, piece) in SPOILED {
        assert!(SOUND.contains(is), "the blueprint has no `{is}` any more");
        let text = SOUND.replacen(is, instead, 1);
        let findings = found(&text);
        let line = |finding: &Finding| text.lines().nth(finding.line.saturating_sub(1)).unwrap_or_default();
        let told = |finding: &Finding| {
            let is_named = finding.what.contains(piece) || finding.remedy.contains(piece);
            is_named && !finding.remedy.is_empty() && place.split('|').any(|place| line(finding).contains(place))
        };
        if !findings.iter().any(told) {
            silent.push(format!("`{instead}`: no `{piece}` at `{place}` in {findings:#?}"));
        }
    }
    assert!(silent.is_empty(), "{}", silent.join("\n"));
}

/// A disk with its SQLite file: what is sound there, and what spoils it.
#[test]
fn a_file_on_a_disk_is_sound_without_a_pre_deploy_step() {
    let on_disk = SOUND
        .replace(
            "fromDatabase: { name: kiebot-db, property: connectionString }\n      # Through",
            "value: sqlite:///var/data/kiebot.db\n      # Through",
        )
        .replace(
            "    autoDeployTrigger",
            "    disk: { name: books, mountPath: /var/data, sizeGB: 1 }\n    autoDeployTrigger",
        );
    let what = |text: &str| found(text).into_iter().map(|finding| finding.what).collect::<Vec<_>>();
    assert_eq!(what(&on_disk), ["the pre-deploy step would migrate another file"]);
    let migrates_at_start: Vec<_> = on_disk.lines().filter(|line| !line.contains("preDeployCommand:")).collect();
    let sound = migrates_at_start.join("\n");
    assert_eq!(what(&sound), [""; 0]);
    let two = sound.replace("    disk:", "    numInstances: 2\n    disk:");
    assert_eq!(what(&two), ["a disk belongs to one instance"]);
    let never = sound.replace(
        "      - key: ADMIN_ID",
        "      - key: MIGRATE_ON_START\n        value: \"false\"\n      - key: ADMIN_ID",
    );
    assert_eq!(what(&never), ["nobody migrates"]);
}

/// A group holds what several services share, and no secret.
#[test]
fn a_group_holds_no_secret_and_no_foreign_source() {
    let group = |inner: &str| {
        let text = SOUND.replace("      - key: SUPPORT_TELEGRAM\n        sync: false", "      - fromGroup: shared");
        format!("{text}envVarGroups:\n  - name: shared\n    envVars:\n{inner}")
    };
    assert_eq!(found(&group("      - { key: LOG_LEVEL, value: info }\n")), []);
    for (inner, piece) in [
        ("      - { key: KIE_WEBHOOK_HMAC_KEY, sync: false }\n", "can't hold this source"),
        ("      - { key: WEBHOOK_SECRET_TOKEN, value: hunter2 }\n", "its value stands here"),
        ("      - { key: LOG_LEVEL }\n", "one source"),
        ("      - { key: LOG_LEVLE, value: info }\n", "nothing reads"),
        ("      - { key: ADMIN_ID, value: \"1\" }\n", "set twice"),
        ("      - { value: info }\n", "without `key`"),
    ] {
        let findings = found(&group(inner));
        assert!(findings.iter().any(|finding| finding.what.contains(piece)), "{inner}: {findings:#?}");
    }
}
