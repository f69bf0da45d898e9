//! The KIE.ai simulator: createTask, recordInfo, the older endpoints, credits, download links, uploads and result files on one loopback port.
//!
//! Start it with [`KieSimulator::start`], give its [`base_url`](KieSimulator::base_url) to the bot as `KIE_API_URL` and `KIE_UPLOAD_URL`, and
//! steer it with the handle: faults, endings, balance, and what it saw.
//!
//! Must not know: our client or catalog. Field names and texts come from docs.kie.ai and from recorded answers, named beside each reply; where
//! no recording exists, the comment says that the wording is ours.
//!
//! Invariants:
//! - every answer of the API is HTTP 200 whose `code` is the true status, unless a fault or an unknown path says otherwise;
//! - the balance falls by the price when a task is made, and returns when it fails;
//! - unknown input fields are dropped without a word to the client and kept in [`KieSimulator::dropped_fields`];
//! - an accepted creation is listed in [`KieSimulator::created`] even if its answer was lost; a task ends once;
//! - callbacks go to loopback only.
//!
//! To add a model: put it into `assets/kie_models.json` (form: `assets/README.md`), or for one test append a `serde_json` value to
//! [`KieOptions::models`]; nothing else. A new kind of result is a variant of `schema::Shape`, laid out in `results.rs`, with its file made in
//! `files.rs`.
//!
//! To add a fault: see the front page of `faults.rs`. A failing task needs no fault: [`KieSimulator::next_task_fails`], or in the sandbox
//! the word `fail` or `ошибка` in the prompt.
//!
//! To change what KIE lists (a model is new or gone, an input or a price changed): [`KieSimulator::list`] and [`KieSimulator::relist`].
//!
//! Code map: `server` (route, key, fault) → `create` (with `check` and `schema`), `query`, `dedicated` (the older endpoints, told apart by
//! family), `upload`, `files`, `showroom` (catalogue, schemas, price page); `lifecycle` moves a task and calls `results` and `callback` at its
//! end; `task` knows the two JSON forms of a task of createTask; `book` is everything remembered.

mod book;
mod callback;
mod check;
mod create;
mod credits;
mod dedicated;
mod faults;
mod files;
mod lifecycle;
mod options;
mod query;
mod results;
mod schema;
mod server;
mod showroom;
mod simulator;
mod task;
mod tune;
mod upload;

pub use book::{CreatedTask, Delivery, DroppedField, RefusedCreation};
pub use check::RefusalStyle;
pub use credits::Credits;
pub use faults::{CallbackFault, Fault, Route};
pub use options::{CALLBACK_RETRIES_MAX, KieOptions, Pace, ReplyAge};
pub use schema::{SchemaError, default_models};
pub use simulator::{KieSimulator, StartError, TaskView};
pub use task::TaskState;
