//! Input files.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use domain::ids::InputId;
use domain::ports::{Commit, InputChange, InputFile};

use super::Conn;
use super::people::of_a_person;
use crate::error::Fault;
use crate::prepared::Prepare;
use crate::rows::{InputRow, to_json};
use crate::schema::input_files;

/// Adds a file, or notes what became of it.
///
/// # Errors
/// `Fault::Stop` with a version conflict if its user has no person (any more); a defect if its id is another file's.
pub(crate) async fn change(conn: &mut Conn, change: &InputChange) -> Result<(), Fault> {
    match change {
        InputChange::Create(file) => create(conn, file).await,
        InputChange::Settle { id, state } => {
            let state = to_json("input_files.state", state)?;
            let row = input_files::table.find(id.as_bytes().as_slice());
            diesel::update(row).set(input_files::state.eq(state)).prepared().execute(conn).await?;
            Ok(())
        }
    }
}

async fn create(conn: &mut Conn, file: &InputFile) -> Result<(), Fault> {
    let row = InputRow::of(file)?;
    let new = diesel::insert_into(input_files::table).values(row).on_conflict_do_nothing().execute(conn).await;
    if of_a_person(new)? == 1 {
        return Ok(());
    }
    match of_ids(conn, vec![file.id]).await?.pop() {
        Some(known) if (known.user, &known.source) == (file.user, &file.source) => Ok(()),
        Some(_) => Err(Fault::Row(format!("the id `{}` is another input file's", file.id))),
        None => Err(Commit::VersionConflict.into()),
    }
}

/// Those of these files that are there.
pub(crate) async fn of_ids(conn: &mut Conn, ids: Vec<InputId>) -> Result<Vec<InputFile>, Fault> {
    let ids: Vec<_> = ids.iter().map(|id| id.as_bytes().to_vec()).collect();
    let rows = input_files::table.filter(input_files::id.eq_any(ids)).load::<InputRow>(conn).await?;
    rows.into_iter().map(InputRow::into_file).collect()
}
