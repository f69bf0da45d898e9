//! Telegram and KIE: whether they take our keys, and how updates come in.

use std::time::Duration;

use domain::ports::{Generator, QueryError};
use telegram_adapter::{CallError, Client, Setup};

use super::{Line, Moment, Verdict};
use crate::config::kie::Access;
use crate::config::{Intake, Telegram};

/// Each call to the outside may take so long.
const BUDGET: Duration = Duration::from_secs(10);
/// Fewer credits than this buy hardly a video.
const CREDITS_LOW: i64 = 200;

pub(super) async fn telegram(config: &Telegram, moment: Moment) -> Vec<Line> {
    const WANTED: &str = "getMe answers with the bot's name";
    const REMEDY: &str = "check TELEGRAM_BOT_TOKEN (from @BotFather) and that this machine may reach api.telegram.org";
    let options = telegram_adapter::Options {
        api_url: config.api_url.clone(),
        ..telegram_adapter::Options::new(config.token.clone())
    };
    let client = match Client::new(options) {
        Ok(client) => client,
        Err(error) => return vec![Line::bad("telegram", Verdict::Problem, error.to_string(), WANTED, REMEDY)],
    };
    let setup = Setup::new(client);
    let identity = match setup.identify(BUDGET).await {
        Ok(identity) => identity,
        Err(error) => {
            let verdict = by_weather(!matches!(error, CallError::Refused { code: 401 | 404, .. }), moment);
            return vec![Line::bad("telegram", verdict, error.to_string(), WANTED, REMEDY)];
        }
    };
    vec![Line::ok("telegram", format!("@{}", identity.username), WANTED), updates(config, &setup, moment).await]
}

/// How bad it is that somebody did not answer, or said no.
fn by_weather(may_pass: bool, moment: Moment) -> Verdict {
    if may_pass && moment == Moment::BeforeDeploy { Verdict::Warning } else { Verdict::Problem }
}

async fn updates(config: &Telegram, setup: &Setup, moment: Moment) -> Line {
    const REMEDY: &str =
        "start `kiebot serve`: it sets or removes the webhook; see that the address is reachable from outside";
    let report = match setup.webhook_info(BUDGET).await {
        Ok(report) => report,
        Err(error) => {
            let verdict = by_weather(true, moment);
            return Line::bad("updates", verdict, error.to_string(), "getWebhookInfo answers", REMEDY);
        }
    };
    let pending = report.pending_update_count;
    if moment == Moment::BeforeDeploy {
        let found = format!("{pending} wait; the new version sets or removes the webhook at its start");
        return Line::ok("updates", found, "getWebhookInfo answers");
    }
    match &config.intake {
        Intake::Webhook { base_url, .. } => {
            let wanted = "the webhook points here and its last delivery went well";
            if !report.url.starts_with(base_url.as_str()) {
                let found = if report.url.is_empty() {
                    "no webhook is set".to_owned()
                } else {
                    "another address is set".to_owned()
                };
                return Line::bad("updates", Verdict::Warning, found, wanted, REMEDY);
            }
            match &report.last_error_message {
                Some(error) if pending > 0 => {
                    let found = format!("{pending} updates wait; the last delivery failed: {error}");
                    Line::bad("updates", Verdict::Warning, found, wanted, REMEDY)
                }
                _ => Line::ok("updates", format!("by webhook, {pending} wait"), wanted),
            }
        }
        Intake::Polling => {
            let wanted = "no webhook is set, so that getUpdates may be asked";
            if report.url.is_empty() {
                Line::ok("updates", format!("by polling, {pending} wait"), wanted)
            } else {
                Line::bad("updates", Verdict::Warning, "a webhook is set", wanted, REMEDY)
            }
        }
    }
}

pub(super) async fn kie(access: &Access, moment: Moment) -> Line {
    const WANTED: &str = "the key is taken and credits are left";
    const TOP_UP: &str = "top up at https://kie.ai; selling stops by itself when they are gone";
    let client = match crate::kie::client(access) {
        Ok(client) => client,
        Err(error) => {
            let remedy = "check KIE_API_KEY and KIE_API_URL";
            return Line::bad("kie", Verdict::Problem, error.to_string(), WANTED, remedy);
        }
    };
    match client.credits(BUDGET).await {
        Ok(credits) if credits.raw() < CREDITS_LOW * 1_000_000 => {
            Line::bad("kie", Verdict::Warning, format!("{credits} credits left"), WANTED, TOP_UP)
        }
        Ok(credits) => Line::ok("kie", format!("{credits} credits left"), WANTED),
        Err(error) => {
            let verdict = by_weather(matches!(error, QueryError::Later { .. }), moment);
            let remedy = "check KIE_API_KEY (https://kie.ai/api-key), its list of addresses and its cap";
            Line::bad("kie", verdict, error.to_string(), WANTED, remedy)
        }
    }
}
