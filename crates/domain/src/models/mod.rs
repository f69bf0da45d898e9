//! The catalog: which models are sold, what each takes, what it costs, and the payload that KIE gets. All of it is data.
//!
//! Must not know: files and directories (text comes in), users, roubles (see [`crate::quote`]), HTTP. Nothing about a single model
//! stands in Rust code.
//!
//! ```text
//! Catalog -- Model -- Input* (schema)      what the wizard asks and the payload holds
//!                  \- PriceTable -- Row*   credits by inputs: first match is the base, surcharges are added
//! Inputs (draft) --check--> Checked --payload--> JSON       Inputs --credits--> Cost (-> Quote)
//! ```
//!
//! Invariants, proven when the catalog is loaded; a catalog that breaks one does not load, and says file, line, rule and remedy:
//!
//! - A sold model has inputs and a price for **every** combination that it offers; none is zero, all are within a sane band.
//! - Every price row has a use. What the price hangs on has a value at confirm and goes on the wire, default or not.
//! - A quantity has an upper bound: what is not known at quote time takes the dearest row and the bound, and is marked metered.
//! - Wire types are exact: `"5"`, `5`, `5.0` and `true` are told apart. Decimals are read from their digits, never through a float.
//! - Every title, label and summary exists in both languages; no summary is used twice, no label just repeats the wire value.
//!
//! # How to add a model
//!
//! 1. Open the vendor's file in `config/models`, or start one with `vendor = { slug = "...", name = "..." }`.
//! 2. Add a `[[model]]` with `id` (KIE's), `kind`, `title`, `summary`, `example`; see the neighbours. Doubtful ones get `hidden = "why"`.
//! 3. Add its inputs in the order in which they shall be asked: `[[model.input]]` with `name` and `type`, and the keys of that type:
//!    `text` (`min_length`, `max_length`), `choice` (`options`), `integer` and `number` (`min`, `max`, `step`, `usual`), `bool`, `image`,
//!    `video`, `audio`, `document` or their plurals for lists (`max_items`, `max_file_mb`, `mime`, `max_seconds` each,
//!    `max_total_seconds`), `texts`, `objects` (`[[model.input.field]]`), `task` (`of`), `fixed` (`value`). Then `required`, `default`,
//!    `when`, `hint`; `always = true` sends a default that is ours and not KIE's; `otherwise = []` is sent while the input is empty or
//!    does not apply. A title may be left out if the name has a common one in `[titles]`.
//! 4. Say what does not go together in `rules` (`any_of`, `one_of`, `apart`, `forbid`).
//! 5. Add `[model.price]` with `date`, `source` and `rows`: `{ when = { ... }, credits = 14.4, per = "second", seconds = "duration" }`.
//!    Each unit names what it counts: `seconds`, `characters`, `count`, `times`; tokens name a bound. `surcharges` are added.
//! 6. An older endpoint that makes the same goes into `[model.dedicated]`: `family`, `path`, what its inputs and values are called there
//!    (`names`, `values`), what it does not know (`without`), and a `note` for the user if it makes something else.
//! 7. A name that the model had before goes to `[aliases]`.
//! 8. Load it; the messages lead the rest of the way.

mod catalog;
mod check;
mod condition;
mod dedicated;
mod file;
mod kind;
mod model;
mod offer;
mod overrides;
mod payload;
mod price;
mod priced;
mod problem;
mod rate;
mod schema;
mod value;
mod words;

pub use self::catalog::Catalog;
pub use self::check::{Checked, InputProblem, Refusal};
pub use self::dedicated::Dedicated;
pub use self::kind::{ApiFamily, Delivery, Kind, Output};
pub use self::model::{Model, Status, Vendor};
pub use self::overrides::{GIFT_MAX, NoGift, Overrides};
pub use self::payload::NoPayload;
pub use self::price::{NoPrice, Per, PriceRange, PriceTable, Row};
pub use self::priced::{Measure, PriceInput};
pub use self::problem::{Problem, Rule};
pub use self::rate::Rate;
pub use self::schema::{
    Choice, Input, InputKind, IntegerRule, Language, Localized, MediaRule, NumberRule, ObjectsRule, TaskRule, TextRule,
    TextsRule,
};
pub use self::value::{ChoiceKey, Decimal, Inputs, Media, MediaFacts, MediaKey, MediaRef, TaskRef, Value, WireValue};
