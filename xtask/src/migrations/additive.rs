//! What would break the binary of the release before: during a deploy it runs beside the new one, on the new schema.
//!
//! Only what stood before the script counts: nobody knows a table that the script itself makes.

use std::collections::BTreeSet;

/// What stands behind `ALTER TABLE t DROP` and is no column.
const NO_COLUMN: [&str; 5] = ["CONSTRAINT", "DEFAULT", "NOT", "EXPRESSION", "IDENTITY"];
/// What stands behind `ALTER TABLE t ADD` and is no column: a new rule for rows that an older binary writes.
const RULES: [&str; 6] = ["CONSTRAINT", "CHECK", "UNIQUE", "PRIMARY", "FOREIGN", "EXCLUDE"];

/// The tables that these statements (one line each, upper case) make.
pub(super) fn tables_made<'a>(statements: impl Iterator<Item = &'a str>) -> BTreeSet<String> {
    statements.filter_map(|statement| Some(table(statement.strip_prefix("CREATE TABLE ")?))).collect()
}

/// What a statement does to a binary that knows the schema before it; `own` are the script's own tables.
pub(super) fn breach(statement: &str, own: &BTreeSet<String>) -> Option<&'static str> {
    let is_ours = |rest: &str| own.contains(&table(rest));
    if let Some(rest) = statement.strip_prefix("DROP TABLE ") {
        return (!is_ours(rest)).then_some("takes a table away");
    }
    if statement.starts_with("DROP SEQUENCE ") {
        return Some("takes a sequence away");
    }
    if let Some(rest) = statement.strip_prefix("ALTER TABLE ") {
        return if is_ours(rest) { None } else { altered(rest) };
    }
    // The first ON: a condition behind it may say it again.
    let on = statement.split_once(" ON ").map(|(_, rest)| rest);
    let touches = |on: Option<&str>| on.is_some_and(|rest| !is_ours(rest));
    if statement.starts_with("CREATE UNIQUE INDEX ") && touches(on) {
        return Some("makes a table refuse what was taken so far (UNIQUE)");
    }
    let words = statement.split(' ').take(6).collect::<Vec<_>>();
    let is_trigger = words.first() == Some(&"CREATE") && words.contains(&"TRIGGER");
    if is_trigger && words.contains(&"BEFORE") && touches(on) {
        return Some("lets a trigger refuse what was taken so far");
    }
    None
}

/// What stands behind `ALTER TABLE`, of a table that was there.
fn altered(rest: &str) -> Option<&'static str> {
    let has = |words: &str| format!("{rest} ").contains(&format!(" {words} "));
    if has("RENAME") {
        return Some("renames what a running binary asks for by name");
    }
    let mut drops = rest.split(" DROP ").skip(1).filter_map(|drop| drop.split(' ').next());
    if drops.any(|word| !NO_COLUMN.contains(&word)) {
        return Some("takes a column away");
    }
    if has("DROP DEFAULT") {
        return Some("takes a default away that a running binary's rows need");
    }
    if has("SET NOT NULL") {
        return Some("makes a column refuse what was taken so far (NOT NULL)");
    }
    if has("TYPE") {
        return Some("changes a column's type");
    }
    rest.split(" ADD ").skip(1).find_map(added)
}

/// What stands behind an `ADD`.
fn added(what: &str) -> Option<&'static str> {
    if what.split([' ', '(']).next().is_some_and(|first| RULES.contains(&first)) {
        return Some("makes a table refuse what was taken so far (a constraint)");
    }
    let demands = what.replace("IS NOT NULL", "").contains("NOT NULL");
    let has_value = what.contains(" DEFAULT ") || what.contains(" GENERATED ");
    (demands && !has_value).then_some("wants a value that a running binary does not write (NOT NULL without DEFAULT)")
}

/// The name that a piece of a statement begins with.
fn table(rest: &str) -> String {
    let mut words = rest.split([' ', '(']).skip_while(|word| ["IF", "NOT", "EXISTS", "ONLY"].contains(word));
    words.next().unwrap_or_default().trim_matches('"').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_older_binary_does_not_survive_is_found() {
        let breaks = [
            "DROP TABLE A",
            "DROP TABLE IF EXISTS A",
            "DROP SEQUENCE JOB_FENCES",
            "ALTER TABLE A RENAME TO B",
            "ALTER TABLE A RENAME COLUMN B TO C",
            "ALTER TABLE ONLY A DROP COLUMN B",
            "ALTER TABLE A DROP B",
            "ALTER TABLE A ALTER COLUMN B DROP DEFAULT",
            "ALTER TABLE A ALTER COLUMN B SET NOT NULL",
            "ALTER TABLE A ALTER COLUMN B TYPE BIGINT",
            "ALTER TABLE A ADD COLUMN B TEXT NOT NULL",
            "ALTER TABLE A ADD COLUMN B TEXT NOT NULL CHECK (B <> '')",
            "ALTER TABLE A ADD COLUMN B TEXT, ADD COLUMN C TEXT NOT NULL",
            "ALTER TABLE A ADD CONSTRAINT SHORT CHECK (LENGTH(B) < 10)",
            "ALTER TABLE A ADD CHECK(B > 0)",
            "ALTER TABLE A ADD UNIQUE (B)",
            "CREATE UNIQUE INDEX I ON A (B) WHERE C = 'ON'",
            "CREATE TRIGGER T BEFORE INSERT ON A BEGIN SELECT RAISE(ABORT, 'NO')",
            "CREATE OR REPLACE TRIGGER T BEFORE UPDATE ON A FOR EACH ROW EXECUTE FUNCTION F()",
        ];
        for statement in breaks {
            assert!(breach(statement, &BTreeSet::new()).is_some(), "{statement}");
            let own = BTreeSet::from(["A".to_owned()]);
            let is_of_a_table = !statement.contains("SEQUENCE");
            assert_eq!(breach(statement, &own).is_none(), is_of_a_table, "{statement}, of the script's own table");
        }
    }

    #[test]
    fn what_is_added_beside_the_old_is_fine() {
        let fine = [
            "CREATE TABLE A (B TEXT NOT NULL)",
            "ALTER TABLE A ADD COLUMN B TEXT",
            "ALTER TABLE A ADD COLUMN B TEXT NOT NULL DEFAULT 'X'",
            "ALTER TABLE A ADD COLUMN B TEXT CHECK ((B IS NOT NULL) = (C = 'FREE'))",
            "ALTER TABLE A DROP CONSTRAINT B_CHECK",
            "ALTER TABLE A ALTER COLUMN B DROP NOT NULL",
            "ALTER TABLE A DISABLE TRIGGER T",
            "CREATE INDEX I ON A (B)",
            "DROP INDEX I",
            "CREATE TRIGGER T AFTER INSERT ON A FOR EACH ROW EXECUTE FUNCTION F()",
            "UPDATE A SET B = 'DROP TABLE'",
        ];
        for statement in fine {
            assert_eq!(breach(statement, &BTreeSet::new()), None, "{statement}");
        }
    }

    #[test]
    fn the_tables_of_a_script_are_known_however_they_are_written() {
        let statements = ["CREATE TABLE A (B TEXT)", "CREATE TABLE IF NOT EXISTS C(D TEXT)", "CREATE INDEX E ON F (G)"];
        let made = tables_made(statements.into_iter());
        assert_eq!(made.into_iter().collect::<Vec<_>>(), ["A", "C"]);
    }
}
