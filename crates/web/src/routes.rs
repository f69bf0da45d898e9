//! From a path to a route: the table of the outside contract.

use hyper::Method;

use crate::pages::Mount;

/// Answers while the process lives: what a platform asks.
pub const HEALTH: &str = "/health";

/// Answers 200 only if updates can be taken: what people ask, since a platform would restart the bot at each hiccup of the database.
pub const READY: &str = "/ready";

/// Our callback tokens are far shorter; a longer one is none of ours.
const CALLBACK_TOKEN_BYTES_MAX: usize = 128;

/// Our names of providers are shorter.
const PROVIDER_BYTES_MAX: usize = 32;

/// Where a request goes.
pub(crate) enum Route {
    TelegramWebhook,
    /// `None`: the path has the form, but what stands there can't be a token of ours.
    KieCallback(Option<String>),
    /// The provider's name; a short word, or it would not be one.
    PaymentHint(String),
    Health,
    Ready,
    Metrics,
    Mounted(Mount),
    Unmatched,
}

impl Route {
    pub(crate) fn find(path: &str, mounts: &[Mount]) -> Self {
        match path {
            "/telegram/webhook" => Self::TelegramWebhook,
            HEALTH => Self::Health,
            READY => Self::Ready,
            "/metrics" => Self::Metrics,
            _ => match path.strip_prefix("/kie/callback/") {
                Some(rest) if rest.is_empty() || rest.contains('/') => Self::Unmatched,
                Some(token) => Self::KieCallback(is_token(token).then(|| token.to_owned())),
                None if payment_provider(path).is_some() => {
                    Self::PaymentHint(payment_provider(path).unwrap_or_default().to_owned())
                }
                None => match mounts.iter().find(|mount| mount.covers(path)) {
                    Some(mount) => Self::Mounted(mount.clone()),
                    None => Self::Unmatched,
                },
            },
        }
    }

    /// The route's name for metrics and logs; it holds nothing that a client chose.
    pub(crate) fn template(&self) -> &'static str {
        match self {
            Self::TelegramWebhook => "/telegram/webhook",
            Self::KieCallback(_) => "/kie/callback/{token}",
            Self::PaymentHint(_) => "/payments/{provider}/webhook",
            Self::Health => HEALTH,
            Self::Ready => READY,
            Self::Metrics => "/metrics",
            Self::Mounted(mount) => mount.prefix(),
            Self::Unmatched => "unmatched",
        }
    }

    /// The methods of a 405's Allow header, if `method` is not among them.
    pub(crate) fn refused_method(&self, method: &Method) -> Option<&'static str> {
        match self {
            Self::TelegramWebhook | Self::KieCallback(_) | Self::PaymentHint(_) => {
                (method != Method::POST).then_some("POST")
            }
            Self::Health | Self::Ready | Self::Metrics => {
                (method != Method::GET && method != Method::HEAD).then_some("GET, HEAD")
            }
            Self::Mounted(_) | Self::Unmatched => None,
        }
    }
}

/// The provider that a path names.
fn payment_provider(path: &str) -> Option<&str> {
    let name = path.strip_prefix("/payments/")?.strip_suffix("/webhook")?;
    let is_word = name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    ((1..=PROVIDER_BYTES_MAX).contains(&name.len()) && is_word).then_some(name)
}

/// Tokens are made of characters that need no escaping in a path, so nothing is decoded here.
fn is_token(text: &str) -> bool {
    text.len() <= CALLBACK_TOKEN_BYTES_MAX
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_lead_to_their_route_and_never_leak_into_the_template() {
        let cases = [
            ("/telegram/webhook", "/telegram/webhook"),
            ("/telegram/webhook/", "unmatched"),
            ("/telegram", "unmatched"),
            ("/kie/callback/abc-DEF_1.~", "/kie/callback/{token}"),
            ("/kie/callback/%2e%2e", "/kie/callback/{token}"),
            ("/kie/callback/", "unmatched"),
            ("/kie/callback", "unmatched"),
            ("/kie/callback/a/b", "unmatched"),
            ("/payments/yookassa/webhook", "/payments/{provider}/webhook"),
            ("/payments/crypto_pay/webhook", "/payments/{provider}/webhook"),
            ("/payments//webhook", "unmatched"),
            ("/payments/a/b/webhook", "unmatched"),
            ("/payments/yookassa", "unmatched"),
            ("/health", "/health"),
            ("/healthz", "unmatched"),
            ("/ready", "/ready"),
            ("/metrics", "/metrics"),
            ("/admin", "unmatched"),
            ("/admin/users", "unmatched"),
            ("/", "unmatched"),
            ("", "unmatched"),
            ("*", "unmatched"),
        ];
        for (path, template) in cases {
            assert_eq!(Route::find(path, &[]).template(), template, "{path}");
        }
    }

    #[test]
    fn what_cannot_be_a_token_is_not_handed_on() {
        let long = "a".repeat(CALLBACK_TOKEN_BYTES_MAX + 1);
        for (token, expected) in [("abc", true), ("a%20b", false), ("a b", false), (long.as_str(), false)] {
            match Route::find(&format!("/kie/callback/{token}"), &[]) {
                Route::KieCallback(found) => assert_eq!(found.is_some(), expected, "{token}"),
                other => panic!("{token}: {}", other.template()),
            }
        }
    }
}
