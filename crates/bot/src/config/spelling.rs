//! Names that are nearly right. A variable that nobody reads is silent, and a silent `PRICING_MARKUPS` costs money.

use super::environment::Environment;
use super::registry::VARIABLES;
use super::variable::Variable;

/// Shorter names have too many neighbours that mean something else (`PORT`, `HOST`).
const GUESSED_CHARS_MIN: usize = 7;
/// A slip or two of the finger.
const DISTANCE_MAX: usize = 2;

/// A name that is set, that nobody reads, and that was probably meant to be `variable`.
pub(super) fn meant_by<'e>(variable: &Variable, environment: &'e Environment) -> Option<&'e str> {
    let unread = || environment.names().filter(|name| environment.has(name) && !is_known(name));
    unread().find(|name| variable.mistaken_for.iter().any(|wrong| wrong.eq_ignore_ascii_case(name))).or_else(|| {
        let near = |name: &&str| {
            // A slip in a short word makes another word; two slips want a long one.
            let allowed = if variable.name.len() > GUESSED_CHARS_MIN { DISTANCE_MAX } else { 1 };
            variable.name.len() >= GUESSED_CHARS_MIN && distance(&name.to_ascii_uppercase(), variable.name) <= allowed
        };
        unread().find(near)
    })
}

/// One sentence for each unread name that was probably meant to be a variable which is not set.
pub(super) fn warnings(environment: &Environment) -> Vec<String> {
    let unset = VARIABLES.iter().filter(|variable| !environment.has(variable.name));
    unset
        .filter_map(|variable| {
            let name = meant_by(variable, environment)?;
            Some(format!("`{name}` is set, but nothing reads it; did you mean `{}`?", variable.name))
        })
        .collect()
}

fn is_known(name: &str) -> bool {
    VARIABLES.iter().any(|variable| variable.name == name)
}

/// Levenshtein's: how many letters must be put in, taken out or replaced.
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (line, letter) in left.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = line + 1;
        for (column, other) in right.iter().enumerate() {
            let replaced = diagonal + usize::from(letter != *other);
            diagonal = row[column + 1];
            row[column + 1] = replaced.min(row[column] + 1).min(diagonal + 1);
        }
    }
    row[right.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distance_counts_letters() {
        let table =
            [("", "", 0), ("WORKER", "WORKERS", 1), ("kitten", "sitting", 3), ("", "abc", 3), ("PORT", "PORT", 0)];
        for (left, right, expected) in table {
            assert_eq!(distance(left, right), expected, "{left} {right}");
            assert_eq!(distance(right, left), expected, "{right} {left}");
        }
    }

    #[test]
    fn no_variable_is_mistaken_for_another_one() {
        for variable in VARIABLES {
            for wrong in variable.mistaken_for {
                assert!(!is_known(wrong), "{wrong}");
                let claims = VARIABLES.iter().filter(|other| other.mistaken_for.contains(wrong)).count();
                assert_eq!(claims, 1, "{wrong}");
            }
        }
    }

    #[test]
    fn names_that_belong_to_others_are_left_alone() {
        let foreign = [
            "HOSTNAME",
            "PATH",
            "HOME",
            "RENDER_SERVICE_ID",
            "RENDER_EXTERNAL_HOSTNAME",
            "PGHOST",
            "LOGNAME",
            "TERM",
            "TZ",
        ];
        let environment = foreign.iter().fold(Environment::default(), |environment, name| environment.with(name, "x"));
        assert_eq!(warnings(&environment), Vec::<String>::new());
    }
}
