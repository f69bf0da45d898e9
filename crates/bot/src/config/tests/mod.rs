//! The configuration under test: each rule in a table, the texts that people read, and that no secret shows.

mod registry;
mod rules;
mod sections;
mod texts;

use super::{Config, Environment, Problems};

/// What `serve` can't do without.
const REQUIRED: [(&str, &str); 3] =
    [("TELEGRAM_BOT_TOKEN", "123456:test-token-0"), ("KIE_API_KEY", "test-kie-key"), ("ADMIN_ID", "42")];

/// An environment with the required variables and these.
fn environment(variables: &[(&str, &str)]) -> Environment {
    let start = Environment { directory: "/app".into(), ..Environment::default() };
    REQUIRED.iter().chain(variables).fold(start, |environment, (name, value)| environment.with(name, *value))
}

fn load(variables: &[(&str, &str)]) -> Result<Config, Problems> {
    Config::load(&environment(variables))
}

fn loaded(variables: &[(&str, &str)]) -> Config {
    load(variables).unwrap_or_else(|problems| panic!("{variables:?}: {problems}"))
}

/// The variables that are complained about.
fn refused(variables: &[(&str, &str)]) -> Vec<&'static str> {
    load(variables).map_or_else(|problems| problems.0.iter().map(|problem| problem.variable).collect(), |_| Vec::new())
}

/// The only complaint's hint.
fn hint(variables: &[(&str, &str)]) -> Option<String> {
    let problems = load(variables).expect_err("something is wrong");
    let all: Vec<_> = problems.0.iter().collect();
    assert_eq!(all.len(), 1, "{problems}");
    all[0].hint.clone()
}
