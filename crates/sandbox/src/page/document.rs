//! The document with its styles and scripts inside, and the policy that lets in nothing else.
//!
//! To add a file of style or script: put it into `assets/` and into its list here. They are joined in this order into one text, whose hash
//! stands in the policy; a script sees the functions of those before it.

use std::sync::LazyLock;

use base64::{Engine, engine::general_purpose::STANDARD};
use sha2::{Digest, Sha256};

use crate::http::Response;

const STYLES: &[&str] = &[
    include_str!("assets/css/base.css"),
    include_str!("assets/css/strip.css"),
    include_str!("assets/css/phone.css"),
    include_str!("assets/css/message.css"),
    include_str!("assets/css/media.css"),
    include_str!("assets/css/composer.css"),
    include_str!("assets/css/ledger.css"),
];

const SCRIPTS: &[&str] = &[
    include_str!("assets/js/base.js"),
    include_str!("assets/js/words.js"),
    include_str!("assets/js/pay.js"),
    include_str!("assets/js/media.js"),
    include_str!("assets/js/message.js"),
    include_str!("assets/js/composer.js"),
    include_str!("assets/js/ledger.js"),
    include_str!("assets/js/chat.js"),
    include_str!("assets/js/strip.js"),
    include_str!("assets/js/main.js"),
];

/// The answer to `GET /`.
pub(super) fn document() -> Response {
    static DOCUMENT: LazyLock<(String, String)> = LazyLock::new(|| {
        let (style, script) = (STYLES.concat(), SCRIPTS.concat());
        let html = include_str!("assets/page.html").replace("/*styles*/", &style).replace("/*scripts*/", &script);
        let hash = |text: &str| format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)));
        let policy = format!(
            "default-src 'none'; style-src {}; script-src {}; img-src 'self'; media-src 'self'; connect-src 'self'; \
             base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            hash(&style),
            hash(&script),
        );
        (html, policy)
    });
    let (html, policy) = &*DOCUMENT;
    Response::new(200, "text/html; charset=utf-8", html.as_str()).with_header("content-security-policy", policy)
}
