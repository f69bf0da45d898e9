//! `kiebot doctor`: live checks, each with what was found, what is wanted and what to do.
//!
//! Each part of the configuration is read by itself, so that a missing KIE key does not keep the database from being asked. What the desk's
//! health judges, too, is judged by it and told in its words ([`work`]).
//!
//! To add a check: a function that gives a [`Line`], in the file of its theme; a row in `tests.rs` that spoils it.

mod database;
mod outside;
mod place;
mod prices;
mod seen;
#[cfg(test)]
mod tests;
mod work;

use std::borrow::Cow;

use serde::Serialize;

use crate::config::{Config, Environment, Parts};

/// So many models are promised; fewer means that some lost their price or their schema.
const SOLD_MIN: usize = 150;

/// When the doctor is asked, which decides how bad a thing is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Moment {
    /// Any time.
    AnyTime,
    /// Between the build and the start of a new version, while the old one serves: the webhook is the old one's, and neither somebody else's
    /// outage nor work that stands still may keep a repair from being deployed.
    BeforeDeploy,
}

/// How a check went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Verdict {
    /// As it should be.
    Ok,
    /// It works, and may bite.
    Warning,
    /// It does not work.
    Problem,
}

/// One line of the report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Line {
    /// What was checked: a word, or the name of a variable.
    pub(crate) check: Cow<'static, str>,
    /// How it went.
    pub(crate) verdict: Verdict,
    /// What was found; no secret.
    pub(crate) found: String,
    /// What is wanted.
    pub(crate) wanted: Cow<'static, str>,
    /// What to do; empty if all is well.
    #[serde(rename = "do")]
    pub(crate) remedy: Cow<'static, str>,
}

impl Line {
    pub(crate) fn ok(check: &'static str, found: impl Into<String>, wanted: &'static str) -> Self {
        Self {
            check: check.into(),
            verdict: Verdict::Ok,
            found: found.into(),
            wanted: wanted.into(),
            remedy: "".into(),
        }
    }

    pub(crate) fn bad(
        check: impl Into<Cow<'static, str>>,
        verdict: Verdict,
        found: impl Into<String>,
        wanted: impl Into<Cow<'static, str>>,
        remedy: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self { check: check.into(), verdict, found: found.into(), wanted: wanted.into(), remedy: remedy.into() }
    }
}

/// Checks everything that this environment tells how to reach. Slow parts have bounds; nothing is changed anywhere.
pub(crate) async fn check(environment: &Environment, moment: Moment) -> Vec<Line> {
    let parts = Parts::load(environment);
    let mut lines = vec![catalog()];
    lines.extend(configuration(environment));
    if let Some(database) = &parts.database {
        lines.extend(database::lines(database, &parts, moment).await);
    }
    if let Some(telegram) = &parts.telegram {
        lines.extend(outside::telegram(telegram, moment).await);
    }
    if let Some(access) = &parts.kie {
        lines.push(outside::kie(access, moment).await);
    }
    lines.extend(place::lines(&parts));
    lines.extend(parts.seen.iter().flat_map(seen::lines));
    lines
}

/// The report in lines for a reader.
pub(crate) fn text(lines: &[Line]) -> String {
    let mut text = String::new();
    for line in lines {
        let mark = match line.verdict {
            Verdict::Ok => "ok     ",
            Verdict::Warning => "warning",
            Verdict::Problem => "PROBLEM",
        };
        text.push_str(&format!("{mark}  {:<13} {}\n", line.check, line.found));
        if !line.remedy.is_empty() {
            text.push_str(&format!("         wanted: {}\n         do:     {}\n", line.wanted, line.remedy));
        }
    }
    text
}

/// Whether nothing is broken.
pub(crate) fn is_sound(lines: &[Line]) -> bool {
    lines.iter().all(|line| line.verdict != Verdict::Problem)
}

fn catalog() -> Line {
    const WANTED: &str = "every rule of the catalog holds, and at least 150 models are sold";
    const REMEDY: &str = "run `kiebot catalog check` and mend the files that it names";
    match crate::shop::sold() {
        Ok(sold) if sold >= SOLD_MIN => Line::ok("catalog", format!("{sold} models are sold"), WANTED),
        Ok(sold) => Line::bad("catalog", Verdict::Problem, format!("only {sold} models are sold"), WANTED, REMEDY),
        Err(problems) => {
            let first = problems.first().map(ToString::to_string).unwrap_or_default();
            let found = format!("{} problems, the first: {first}", problems.len());
            Line::bad("catalog", Verdict::Problem, found, WANTED, REMEDY)
        }
    }
}

/// A line for each variable that is not right, under its name; or one for all of them.
fn configuration(environment: &Environment) -> Vec<Line> {
    let config = match Config::load(environment) {
        Ok(config) => config,
        Err(problems) => {
            let line = |problem: &crate::config::Problem| {
                let found = problem.found.clone().unwrap_or_else(|| "nothing".to_owned());
                let remedy = problem.hint.clone().unwrap_or_else(|| format!("set `{}` as wanted", problem.variable));
                Line::bad(problem.variable, Verdict::Problem, found, problem.wanted.clone(), remedy)
            };
            return problems.all().iter().map(line).collect();
        }
    };
    const WANTED: &str = "every required variable is set, each in its form";
    if config.notes.is_empty() {
        return vec![Line::ok("configuration", "every variable has its form", WANTED)];
    }
    let remedy = "correct it, or take it away";
    let notes = config.notes.into_iter();
    notes.map(|note| Line::bad("configuration", Verdict::Warning, note, WANTED, remedy)).collect()
}
