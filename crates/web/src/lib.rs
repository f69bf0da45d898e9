//! The HTTP listener: connections, limits, routes, and the answers of the outside contract.
//!
//! Bytes come in, are bounded in size and time, and go to [`app::intake::Intake`]; its outcome becomes a status code.
//!
//! What this crate must not know: what an update or a callback means, how it is signed, where it is stored, and which
//! adapter stands behind `Intake`. It names no adapter; `bot` puts the real intake behind the [`Door`].
//!
//! Invariants
//! - The port opens first. [`Server::bind`] needs nothing slow; until [`Door::open`] was called, `/health` answers 200
//!   from what is known and everything else that needs the house answers 503 with Retry-After.
//! - The secret of `/telegram/webhook` is compared in constant time, before one byte of the body is read.
//! - `/metrics` is for whoever shows its token or, without one, is near ([`Server::guard_metrics`]).
//! - Nothing waits for ever and nothing grows without bound: every wait and every size is a field of [`Limits`].
//! - Work of the house runs in its own task. A client that hangs up, or a time limit that passes, ends the answer and
//!   never the work: a dropped future must not decide about money.
//! - A panic behind a route is a 503 for that one request; the connection and the process live on.
//! - Metrics and logs carry route templates (`/kie/callback/{token}`), never a path, a header or a body.
//!
//! The walk of a request: `server` accepts under the bound of `slots`, `caller` counts who calls, `line` watches the socket's clock, `service` finds the route
//! and calls its handler (`webhook`, `callback`, `status` or mounted `pages`), `work` runs the intake, `sight` counts and
//! logs the outcome.
//!
//! To add a route: a variant in `routes::Route` with its template and methods, a handler that yields an `Answer`, an arm
//! in `service`, a row in the contract's table and in `tests/http/contract.rs`. To mount a family of pages under a
//! prefix (a dashboard), implement [`Pages`] elsewhere and call [`Server::mount`]; this crate stays as it is.

mod answer;
mod body;
mod callback;
mod caller;
mod door;
mod error;
mod hint;
mod limits;
mod line;
mod pages;
mod routes;
mod scrape;
mod server;
mod service;
mod sight;
mod slots;
mod status;
mod webhook;
mod work;

pub use bytes::Bytes;
pub use door::Door;
pub use error::Error;
pub use hyper::{Method, Request, Response, StatusCode, header};
pub use limits::Limits;
pub use pages::Pages;
pub use routes::{HEALTH, READY};
pub use server::{Drained, Server};
