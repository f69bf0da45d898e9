//! Reads variables one by one and collects what is wrong instead of stopping at the first.
//!
//! A section reads all its fields before it uses `?` on the first: so each bad one is reported.

use std::fmt::Display;
use std::str::FromStr;
use std::time::Duration;

use super::environment::Environment;
use super::problem::{Problem, Problems, shown};
use super::spelling;
use super::variable::{Fallback, Form, Variable};

/// A problem was noted, and the value is missing therefore.
#[derive(Clone, Copy, Debug)]
pub(super) struct Noted;

/// A value, unless a problem was noted.
pub(super) type Read<T> = Result<T, Noted>;

/// Why a text is refused. What is wanted stands in the registry; this says what else helps.
#[derive(Debug, Default)]
pub(super) struct Refusal {
    /// What to do about it.
    pub(super) hint: Option<String>,
}

impl Refusal {
    /// With advice.
    pub(super) fn hint(text: impl Into<String>) -> Self {
        Self { hint: Some(text.into()) }
    }
}

/// The reader of one environment.
pub(super) struct Reader<'e> {
    pub(super) environment: &'e Environment,
    problems: Vec<Problem>,
    notes: Vec<String>,
}

impl<'e> Reader<'e> {
    pub(super) fn new(environment: &'e Environment) -> Self {
        Self { environment, problems: Vec::new(), notes: Vec::new() }
    }

    /// What was read and what is worth a warning, or everything that is wrong.
    pub(super) fn finish<T>(self, read: Read<T>) -> Result<(T, Vec<String>), Problems> {
        match read {
            Ok(value) if self.problems.is_empty() => Ok((value, self.notes)),
            _ => {
                assert!(!self.problems.is_empty(), "a section is missing only after a problem was noted");
                Err(Problems(self.problems))
            }
        }
    }

    /// A thing that works and is probably not meant.
    pub(super) fn note(&mut self, text: String) {
        self.notes.push(text);
    }

    /// A problem with a value that is fine by itself but not beside the others, or that is missing beside them.
    pub(super) fn refuse(&mut self, variable: &'static Variable, wanted: String, hint: Option<String>) -> Noted {
        let found = self.environment.raw(variable.name).filter(|_| self.environment.has(variable.name));
        let found = found.map(|value| shown(variable, value));
        self.problems.push(Problem { variable: variable.name, found, wanted, hint });
        Noted
    }

    /// The value if one is set.
    pub(super) fn optional<T>(
        &mut self,
        variable: &'static Variable,
        parse: impl FnOnce(&str) -> Result<T, Refusal>,
    ) -> Read<Option<T>> {
        let environment = self.environment;
        let Some(raw) = environment.raw(variable.name) else { return Ok(None) };
        let Some(text) = raw.to_str().map(str::trim) else {
            return Err(self.refuse(variable, variable.form.to_string(), None));
        };
        if text.is_empty() {
            return Ok(None);
        }
        match parse(text) {
            Ok(value) => Ok(Some(value)),
            Err(Refusal { hint }) => {
                let hint = hint.or_else(|| {
                    in_quotes(text).then(|| "the quotes belong to the value here: take them away".to_owned())
                });
                Err(self.refuse(variable, variable.form.to_string(), hint))
            }
        }
    }

    /// The value, or the registry's default; a required one that is missing is a problem.
    pub(super) fn value<T>(
        &mut self,
        variable: &'static Variable,
        mut parse: impl FnMut(&str) -> Result<T, Refusal>,
    ) -> Read<T> {
        if let Some(value) = self.optional(variable, &mut parse)? {
            return Ok(value);
        }
        let hint = match variable.default {
            Fallback::Text(default) => match parse(default) {
                Ok(value) => return Ok(value),
                Err(Refusal { hint }) => hint,
            },
            Fallback::Required(remedy) => Some(spelling::meant_by(variable, self.environment).map_or_else(
                || remedy.to_owned(),
                |name| format!("`{name}` is set; rename it to `{}`", variable.name),
            )),
            Fallback::Follows(_) | Fallback::Nothing => None,
        };
        Err(self.refuse(variable, variable.form.to_string(), hint))
    }

    /// An integer within the registry's bounds.
    pub(super) fn whole<T: TryFrom<i64>>(&mut self, variable: &'static Variable) -> Read<T> {
        self.value(variable, |text| whole(variable, text))
    }

    /// An integer within the registry's bounds, or what follows from something else.
    pub(super) fn whole_or<T: TryFrom<i64>>(&mut self, variable: &'static Variable, otherwise: T) -> Read<T> {
        Ok(self.optional(variable, |text| whole(variable, text))?.unwrap_or(otherwise))
    }

    /// Whether a variable is set.
    pub(super) fn has(&self, variable: &'static Variable) -> bool {
        self.environment.has(variable.name)
    }

    /// Milliseconds within the registry's bounds.
    pub(super) fn millis(&mut self, variable: &'static Variable) -> Read<Duration> {
        self.whole(variable).map(Duration::from_millis)
    }

    /// Milliseconds within the registry's bounds, if set.
    pub(super) fn millis_if_set(&mut self, variable: &'static Variable) -> Read<Option<Duration>> {
        let millis = self.optional(variable, |text| whole(variable, text))?;
        Ok(millis.map(Duration::from_millis))
    }

    /// An exact decimal within the registry's bounds.
    pub(super) fn decimal<T: FromStr<Err: Display> + PartialOrd>(&mut self, variable: &'static Variable) -> Read<T> {
        let Form::Decimal { min, max, .. } = variable.form else { unreachable!("`{}` is a decimal", variable.name) };
        self.value(variable, |text| {
            let bound = |text: &str| text.parse::<T>().map_err(|error| Refusal::hint(error.to_string()));
            let (min, max) = (bound(min)?, bound(max)?);
            let comma = || text.contains(',').then(|| "write a point instead of the comma".to_owned());
            let value = text.parse::<T>().map_err(|_| Refusal { hint: comma() })?;
            if (min..=max).contains(&value) { Ok(value) } else { Err(Refusal::default()) }
        })
    }

    /// Yes or no.
    pub(super) fn switch(&mut self, variable: &'static Variable) -> Read<bool> {
        self.value(variable, |text| match text.to_ascii_lowercase().as_str() {
            "true" | "yes" | "on" | "1" => Ok(true),
            "false" | "no" | "off" | "0" => Ok(false),
            _ => Err(Refusal::default()),
        })
    }

    /// Free text of bounded length, if set.
    pub(super) fn text(&mut self, variable: &'static Variable) -> Read<Option<String>> {
        let Form::Text { chars_max } = variable.form else { unreachable!("`{}` is text", variable.name) };
        self.optional(variable, |text| {
            let chars = text.chars().count();
            if chars <= chars_max { Ok(text.to_owned()) } else { Err(Refusal::hint(format!("it has {chars}"))) }
        })
    }
}

fn whole<T: TryFrom<i64>>(variable: &Variable, text: &str) -> Result<T, Refusal> {
    let Form::Whole { min, max, unit } = variable.form else { unreachable!("`{}` is a whole number", variable.name) };
    let number: i64 = text.parse().map_err(|_| {
        let with_unit = text.starts_with(|first: char| first.is_ascii_digit());
        Refusal { hint: (with_unit && !unit.is_empty()).then(|| format!("write the number alone; it counts {unit}")) }
    })?;
    if !(min..=max).contains(&number) {
        return Err(Refusal::default());
    }
    T::try_from(number).map_err(|_| Refusal::default())
}

fn in_quotes(text: &str) -> bool {
    ['"', '\''].iter().any(|quote| text.len() > 1 && text.starts_with(*quote) && text.ends_with(*quote))
}
