//! Who learns of a run: the readers of its figures, and where its errors go. Both are the owner's choice, so nothing here is wrong.

use super::Line;
use crate::config::seen::Seen;

pub(super) fn lines(seen: &Seen) -> [Line; 2] {
    let figures = match seen.metrics_token {
        Some(_) => "`/metrics` is for who shows METRICS_TOKEN",
        None => "`/metrics` is for this machine and its network; METRICS_TOKEN opens it to your Prometheus elsewhere",
    };
    let errors = match &seen.sentry {
        Some(sentry) => format!("told to {}, as `{}`", sentry.host, sentry.environment),
        None => "kept in the log and at the desk; SENTRY_DSN reports them to Sentry, too".to_owned(),
    };
    [
        Line::ok("figures", figures, "they are read by whom you want"),
        Line::ok("errors", errors, "somebody learns of them"),
    ]
}
