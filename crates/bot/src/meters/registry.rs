//! The one list of what is counted. docs/METRICS.md is printed from here; the recorder's HELP lines are these sentences.
//!
//! To add one: the call of the macro where it happens, an entry here, `cargo xtask docs --write`; and a panel that shows it.

use domain::generation::StateKind;
use domain::ledger::Provider;
use domain::ports::JobKind;

/// One figure.
#[derive(Debug)]
pub(super) struct Meter {
    /// Its name, by Prometheus' rules: what is measured, the unit, `_total` for what only grows.
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    /// Where it stands in the table.
    pub(super) theme: &'static str,
    pub(super) labels: &'static [Label],
    /// What it means. A sentence.
    pub(super) doc: &'static str,
}

/// How a figure behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// It grows as long as the process lives.
    Counter,
    /// It goes up and down.
    Gauge,
    /// Many values in steps, with their sum and their count.
    Histogram,
}

impl Kind {
    /// As Prometheus calls it.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Histogram => "histogram",
        }
    }
}

/// What a figure is split by.
#[derive(Debug)]
pub(super) struct Label {
    pub(super) name: &'static str,
    pub(super) values: Values,
}

/// Which values a label may have: few, in any case.
#[derive(Clone, Copy, Debug)]
pub(super) enum Values {
    /// These.
    These(&'static [&'static str]),
    /// Those of a type.
    Of(fn() -> Vec<&'static str>),
    /// Not known beforehand; what bounds them, in words.
    Open(&'static str),
}

impl Values {
    /// All of them, if they are known.
    pub(super) fn known(&self) -> Option<Vec<&'static str>> {
        match self {
            Self::These(values) => Some(values.to_vec()),
            Self::Of(values) => Some(values()),
            Self::Open(_) => None,
        }
    }
}

impl Meter {
    /// Tells the recorder what it is.
    pub(super) fn describe(&self) {
        let unit = match self.name {
            name if name.trim_end_matches("_total").ends_with("_seconds") => metrics::Unit::Seconds,
            name if name.trim_end_matches("_total").ends_with("_bytes") => metrics::Unit::Bytes,
            _ => metrics::Unit::Count,
        };
        match self.kind {
            Kind::Counter => metrics::describe_counter!(self.name, unit, self.doc),
            Kind::Gauge => metrics::describe_gauge!(self.name, unit, self.doc),
            Kind::Histogram => metrics::describe_histogram!(self.name, unit, self.doc),
        }
    }
}

const fn these(name: &'static str, values: &'static [&'static str]) -> Label {
    Label { name, values: Values::These(values) }
}

const fn open(name: &'static str, words: &'static str) -> Label {
    Label { name, values: Values::Open(words) }
}

const JOB: Label = Label { name: "kind", values: Values::Of(|| JobKind::ALL.iter().map(|kind| kind.code()).collect()) };
const PROVIDER: Label =
    Label { name: "provider", values: Values::Of(|| Provider::ALL.iter().map(|provider| provider.code()).collect()) };
const STATE: Label =
    Label { name: "state", values: Values::Of(|| StateKind::ALL.iter().map(|state| state.code()).collect()) };
const LIVE_STATE: Label = Label {
    name: "state",
    values: Values::Of(|| StateKind::ALL.iter().filter(|state| state.is_live()).map(|state| state.code()).collect()),
};
const MODEL_KIND: Label = open("kind", "a kind of the catalog, or `other`");
const ROUTE: Label = these(
    "route",
    &[
        "/telegram/webhook",
        "/kie/callback/{token}",
        "/payments/{provider}/webhook",
        "/health",
        "/ready",
        "/metrics",
        "unmatched",
    ],
);
const EVENT: Label = these(
    "kind",
    &[
        "command",
        "text",
        "press",
        "file",
        "unsupported",
        "edited",
        "membership",
        "pre_checkout",
        "paid",
        "refunded",
        "wake",
        "elsewhere",
    ],
);
const METHOD: Label = open("method", "a method of the Bot API");
const KIE_CALL: Label = open("call", "a call of KIE's API: `create`, `query`, `upload`, `fetch`, ...");
const POOL: Label = open("pool", "`all` on PostgreSQL, `writer` and `readers` on SQLite");

macro_rules! meters {
    ($($theme:literal { $($kind:ident $name:ident [$($label:expr),* $(,)?] $doc:literal)* })*) => {
        /// All of them, in the order of the table.
        pub(super) const METERS: &[Meter] = &[$($(Meter {
            name: stringify!($name),
            kind: Kind::$kind,
            theme: $theme,
            labels: &[$($label),*],
            doc: $doc,
        },)*)*];
    };
}

meters! {
    "Requests" {
        Counter http_requests_total [ROUTE, open("status", "an HTTP status that we answer")] "Requests answered."
        Histogram http_request_duration_seconds [ROUTE] "From the end of a request's head to its answer."
        Counter http_requests_abandoned_total [ROUTE] "Requests whose client hung up before the answer."
        Counter http_work_panics_total [ROUTE] "Panics behind a route."
        Counter http_work_overruns_total [ROUTE] "Requests answered 503 while their work went on."
        Gauge http_connections_open [] "Connections open now."
        Counter http_connections_cut_total [these("reason", &["slow_head", "silent", "idle", "idle_while_full", "slow_reader", "address"])]
            "Connections that the listener ended."
        Counter callbacks_refused_total [] "Callbacks of KIE whose signature was wrong."
    }
    "Updates" {
        Counter telegram_updates_total [these("outcome", &["read", "not_json", "unknown", "broken", "no_sender"])]
            "Updates that came from Telegram, by whether they could be read."
        Counter updates_total [EVENT, these("outcome", &["done", "later"])]
            "Updates that were handled; `later` = Telegram was asked to send it again."
        Histogram update_duration_seconds [EVENT] "From a read update to the end of its handling, its screen included."
        Counter updates_too_fast_total [] "Updates of users who came more often than one may; answered with a word at most."
        Counter updates_repeated_total [] "Updates that were done before; only their screen was drawn again."
        Counter updates_dead_total [] "Updates that could not be taken and are kept in dead_updates."
        Gauge telegram_poll_pending [] "Polling: updates that were fetched and are not done yet."
        Counter telegram_poll_repeats_total [] "Polling: updates that were tried again after an outage."
    }
    "Queue" {
        Gauge jobs_due [JOB] "Jobs that are due and that nobody works on."
        Gauge jobs_oldest_seconds [JOB] "How long the first of them has been due."
        Counter jobs_total [JOB, these("outcome", &["done", "away", "defect"])]
            "Claims that were worked on; `away` = the store went away, `defect` = an error of ours."
        Histogram job_duration_seconds [JOB] "How long a claim was worked on."
        Counter jobs_lost_total [JOB] "Claims whose lease was lost to somebody else."
    }
    "Generations" {
        Counter generations_total [
            open("model", "a model of the catalog, or `other`"),
            these("outcome", &["ordered", "succeeded", "failed"]),
        ] "Generations by what became of them."
        Counter generation_steps_total [STATE] "Steps of generations into a state, orders included."
        Gauge generations_live [LIVE_STATE] "Generations under way."
        Counter generation_failures_total [
            these("reason", &[
                "inputs_refused", "content_refused", "provider_failed", "model_unavailable", "service_unavailable", "answer_lost",
                "timed_out", "queued_too_long",
            ]),
        ] "Generations that nothing came of."
        Histogram generation_duration_seconds [MODEL_KIND] "From the order to KIE's success."
        Counter result_parts_total [these("outcome", &["sent", "refused"])] "Parts of results that Telegram took or refused for good."
        Counter inputs_total [these("outcome", &["pending", "ready", "refused"])] "Input files by what became of them."
        Counter price_drift_total [] "Successes for which KIE took something else than the price table says."
        Counter models_stopped_total [] "Models that stopped themselves after losses."
    }
    "KIE" {
        Counter kie_requests_total [KIE_CALL, open("outcome", "`ok`, or the class of the error")] "Tries of calls to KIE."
        Histogram kie_request_duration_seconds [KIE_CALL] "How long a try took."
        Counter kie_creations_unknown_total [] "Calls of createTask whose answer was lost."
        Counter kie_account_trouble_total [these("trouble", &["key_refused", "out_of_credits", "key_cap_reached", "maintenance"])]
            "Refusals of our account at KIE."
        Gauge kie_breaker_open [open("family", "a way of KIE's API")] "1 while new tasks of a family are kept back, since KIE does not answer."
        Gauge kie_credits [] "Credits left at KIE, as it said last."
    }
    "Telegram" {
        Counter telegram_requests_total [METHOD, open("outcome", "`ok`, `flood` (429), or another class of the error")]
            "Tries of calls to Telegram."
        Histogram telegram_request_duration_seconds [METHOD] "How long a try took."
        Histogram telegram_retry_after_seconds [] "How long Telegram asked us to wait with a 429; 0 = it did not say."
        Counter telegram_downloads_total [these("outcome", &["ok", "too_large", "gone", "later"])]
            "Files of users that were fetched from Telegram."
        Counter broadcast_messages_total [] "Messages of broadcasts that were sent or refused."
    }
    "Money" {
        Counter ledger_operations_total [
            these("operation", &[
                "top_up", "reserve", "capture", "release", "refund_generation", "reserve_payback", "refund_payment", "bonus", "adjust",
            ]),
        ] "Operations that were committed to the books."
        Counter ledger_refusals_total [
            these("reason", &[
                "conflict", "not_positive", "hold_not_found", "payment_not_found", "already_captured", "already_released",
                "not_captured", "wrong_purpose", "already_refunded", "exceeds_hold", "exceeds_capture", "insufficient_funds",
                "overflow",
            ]),
        ] "Change sets that the ledger refused."
        Counter invoices_total [PROVIDER] "Invoices that were made."
        Counter checkouts_total [these("outcome", &["allowed", "refused"])] "Telegram's questions before a payment."
        Counter payments_total [PROVIDER] "Payments that were credited."
        Counter payments_reconciled_total [] "Payments that only a provider's own list told of."
        Counter paybacks_total [these("outcome", &["done", "refused"])] "Payments that were to be paid back."
        Counter referrals_total [] "Newcomers who came by a personal link."
        Counter referrals_rewarded_total [] "Referrals that were rewarded."
        Counter people_forgotten_total [] "People whose data were deleted at their wish."
        Counter rate_failures_total [] "Exchange rates that could not be read."
    }
    "Store" {
        Histogram store_call_duration_seconds [
            open("call", "a query of the store"),
            these("outcome", &["ok", "away", "defect"]),
        ] "How long a call to the store took, the wait for a connection included."
        Counter store_collisions_total [] "Transactions that collided with another one and were tried again."
        Counter store_conflicts_total [] "Change sets that found something else than they expected; decided again."
        Gauge store_pool_size [POOL] "Connections at most."
        Gauge store_pool_connections [POOL, these("state", &["idle", "in_use"])] "Connections that are there."
        Gauge store_pool_waiting [POOL] "Calls that wait for a connection now."
        Counter store_pool_waits_total [POOL, these("outcome", &["served", "timed_out"])] "Calls that had to wait for a connection."
        Counter store_pool_made_total [POOL] "Connections that were made."
    }
    "Process" {
        Gauge kiebot_build_info [open("version", "the version that runs"), open("commit", "the commit it was made of, or `unknown`")]
            "Always 1."
        Gauge process_start_time_seconds [] "When the process began, in seconds since 1970."
        Gauge process_resident_memory_bytes [] "Memory in use."
        Gauge process_threads [] "Threads."
        Gauge process_open_fds [] "Open files and sockets."
        Counter panics_total [] "Panics anywhere in the process."
        Counter log_events_dropped_total [] "Lines of the log that the desk's log lost."
        Counter mishaps_total [these("outcome", &["sent", "dropped", "refused", "failed"])]
            "Events for Sentry; `dropped` = too many at once, `refused` = Sentry did not take it, `failed` = it was not reached."
    }
}
