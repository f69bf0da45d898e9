//! What the databases themselves refuse, whoever asks: the last line behind the statements that are conditional already.

use std::sync::Arc;

use storage::conformance::{Backend, World};
use storage::on_both_databases;
use storage::testing::TestDatabase;

on_both_databases! {
    operations_and_transfers_are_immutable
    no_column_of_the_books_may_be_changed
    nobody_replaces_a_row_of_the_books
    a_wallet_is_never_overdrawn
    a_hold_is_never_resolved_twice
    amounts_are_positive
    nothing_of_a_person_stays_without_them
}

/// A database with a captured and a pending hold.
async fn with_history(database: &Arc<TestDatabase>) -> World {
    let backend: Arc<dyn Backend> = Arc::<TestDatabase>::clone(database);
    let world = World::new(backend);
    let person = world.funded(1_000).await;
    world.succeeded(&person, 300, 200).await;
    world.ordered(&person, 100).await;
    world
}

async fn refuses(database: &TestDatabase, sql: &str, because: &str) {
    let error = database.try_execute(sql).await.expect_err(sql);
    assert!(error.to_lowercase().contains(because), "`{sql}`: {error}");
}

async fn operations_and_transfers_are_immutable(database: Arc<TestDatabase>) {
    let world = with_history(&database).await;
    for table in ["operations", "transfers"] {
        refuses(&database, &format!("UPDATE {table} SET at = at + 1"), "immutable").await;
        refuses(&database, &format!("DELETE FROM {table}"), "immutable").await;
    }
    if world.store.kind() == "postgres" {
        refuses(&database, "TRUNCATE transfers, holds", "immutable").await;
    }
    world.assert_audit_is_clean().await;
}

/// Not one column, not one row, not even to the value that it has.
async fn no_column_of_the_books_may_be_changed(database: Arc<TestDatabase>) {
    let world = with_history(&database).await;
    let columns = [
        ("operations", "id cause_group cause_key hash name user_id unit posted reserved reason actor place at"),
        ("transfers", "id operation_id debit credit unit amount phase resolves at"),
    ];
    for (table, columns) in columns {
        for column in columns.split(' ') {
            let one = format!("WHERE id IN (SELECT id FROM {table} LIMIT 1)");
            refuses(&database, &format!("UPDATE {table} SET {column} = {column} {one}"), "immutable").await;
        }
        refuses(&database, &format!("DELETE FROM {table} WHERE at = (SELECT MIN(at) FROM {table})"), "immutable").await;
    }
    world.assert_audit_is_clean().await;
}

/// An INSERT that puts itself in the place of a row that is there is a change by another name.
async fn nobody_replaces_a_row_of_the_books(database: Arc<TestDatabase>) {
    let world = with_history(&database).await;
    let columns = "id, operation_id, debit, credit, unit, amount, phase, resolves, at";
    let more =
        "SELECT id, operation_id, debit, credit, unit, amount + 1, phase, resolves, at FROM transfers WHERE true";
    let upsert = "ON CONFLICT (id) DO UPDATE SET amount = excluded.amount";
    refuses(&database, &format!("INSERT INTO transfers ({columns}) {more} {upsert}"), "immutable").await;
    let operations =
        "id, cause_group, cause_key, hash, name, user_id, unit, posted, reserved, reason, actor, place, at";
    let same = format!("SELECT {operations} FROM operations WHERE true");
    let upsert = "ON CONFLICT (cause_group, cause_key) DO UPDATE SET at = 0";
    refuses(&database, &format!("INSERT INTO operations ({operations}) {same} {upsert}"), "immutable").await;
    if world.store.kind() == "sqlite" {
        refuses(&database, &format!("REPLACE INTO transfers ({columns}) {more}"), "immutable").await;
        refuses(&database, &format!("REPLACE INTO operations ({operations}) {same}"), "immutable").await;
    }
    world.assert_audit_is_clean().await;
}

async fn a_wallet_is_never_overdrawn(database: Arc<TestDatabase>) {
    let world = with_history(&database).await;
    for change in ["reserved = posted + 1", "posted = reserved - 1", "reserved = -1"] {
        refuses(&database, &format!("UPDATE wallets SET {change}"), "check constraint").await;
    }
    world.assert_audit_is_clean().await;
}

async fn a_hold_is_never_resolved_twice(database: Arc<TestDatabase>) {
    let world = with_history(&database).await;
    let again = "INSERT INTO transfers (id, operation_id, debit, credit, unit, amount, phase, resolves, at) \
         SELECT operation_id, operation_id, debit, credit, unit, amount, phase, resolves, at \
         FROM transfers WHERE phase = 'captured'";
    refuses(&database, again, "unique").await;
    refuses(&database, "UPDATE holds SET captured = amount + 1 WHERE state = 'captured'", "check constraint").await;
    refuses(&database, "UPDATE holds SET refunded = captured + 1", "check constraint").await;
    refuses(&database, "UPDATE holds SET captured = 1 WHERE state = 'pending'", "check constraint").await;
    world.assert_audit_is_clean().await;
}

async fn amounts_are_positive(database: Arc<TestDatabase>) {
    let world = with_history(&database).await;
    for amount in ["0", "-1"] {
        let sql = format!(
            "INSERT INTO transfers (id, operation_id, debit, credit, unit, amount, phase, at) \
             SELECT operation_id, operation_id, debit, credit, unit, {amount}, 'posted', at FROM transfers \
             WHERE phase = 'pending'"
        );
        refuses(&database, &sql, "check constraint").await;
    }
    world.assert_audit_is_clean().await;
}

/// Whatever the code forgets to remove, the database does not let the person go without it.
async fn nothing_of_a_person_stays_without_them(database: Arc<TestDatabase>) {
    let world = with_history(&database).await;
    let user = "SELECT user_id FROM people LIMIT 1";
    for belonging in [
        format!(
            "INSERT INTO input_files (id, user_id, source, state, at) SELECT user_id, ({user}), '', '', 0 FROM people"
        ),
        format!("INSERT INTO favourites (user_id, model, at) VALUES (({user}), 'a', 0)"),
    ] {
        database.execute(&belonging).await;
        refuses(&database, "DELETE FROM people", "foreign key").await;
        database.execute("DELETE FROM input_files; DELETE FROM favourites").await;
    }
    let stranger = "INSERT INTO favourites (user_id, model, at) SELECT id, 'b', 0 FROM operations";
    refuses(&database, stranger, "foreign key").await;
    refuses(&database, "INSERT INTO keepsakes (name, value) SELECT 'a', id FROM operations", "check constraint").await;
    world.assert_audit_is_clean().await;
}
