//! Rows of input files.

use diesel::prelude::{Insertable, Queryable};
use domain::clock::Timestamp;
use domain::ids::{InputId, UserId};
use domain::ports::InputFile;

use super::{Bytes, from_json, id, to_json};
use crate::error::Fault;
use crate::schema::input_files;

/// A row of `input_files`.
#[derive(Queryable, Insertable)]
#[diesel(table_name = input_files)]
pub(crate) struct InputRow {
    id: Bytes,
    user_id: Bytes,
    source: String,
    state: String,
    at: i64,
}

impl InputRow {
    /// The row of an input file.
    pub(crate) fn of(file: &InputFile) -> Result<Self, Fault> {
        Ok(Self {
            id: file.id.as_bytes().to_vec(),
            user_id: file.user.as_bytes().to_vec(),
            source: to_json("input_files.source", &file.source)?,
            state: to_json("input_files.state", &file.state)?,
            at: file.at.as_micros(),
        })
    }

    /// What the row means.
    pub(crate) fn into_file(self) -> Result<InputFile, Fault> {
        Ok(InputFile {
            id: id("input_files.id", &self.id, InputId::from_bytes)?,
            user: id("input_files.user_id", &self.user_id, UserId::from_bytes)?,
            source: from_json("input_files.source", &self.source)?,
            state: from_json("input_files.state", &self.state)?,
            at: Timestamp::from_micros(self.at),
        })
    }
}
