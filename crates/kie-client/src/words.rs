//! What KIE's texts mean, and how they are made fit for an error: shortened, in one line, without our secrets.
//!
//! KIE answers refused inputs with 422 and with 500 alike, so the words have to be read. The patterns are lower case; some come from recorded
//! answers, the others are our guesses at their like. A text that matches none keeps the meaning that its code has.

use domain::generation::FailureReason;
use serde_json::{Map, Value};

/// The longest text of KIE's that is kept: enough for each recorded one, short enough for a log line.
const CHARS_MAX: usize = 300;
/// A secret shorter than this is not looked for: it would blot out common words.
const SECRET_CHARS_MIN: usize = 6;

/// A value is missing or out of its range. Strict: also told by a 500, where a wrong match would resell what was made.
const INPUTS: &[&str] = &[
    "not within the range",
    "is required",
    "are required",
    "cannot be empty",
    "can not be empty",
    "can't be empty",
    "must not be empty",
    "cannot be null",
    "cannot exceed",
    "must be ",
    "is not a valid",
    "has too many items",
    "has too few items",
    "is too long",
    "is too short",
    "please enter",
    "ratio error",
    "only english prompts",
];

/// Against the rules of the model.
const CONTENT: &[&str] = &[
    "nsfw",
    "sensitive",
    "policy",
    "policies",
    "violat",
    "prohibited",
    "moderation",
    "safety",
    "flagged",
    "inappropriate",
    "copyright",
    "against the rules",
    "risk control",
    "public figure",
    "sexual",
    "敏感",
    "违规",
    "违反",
    "审核",
    "不合规",
];

/// The model is switched off or unknown.
const MODEL: &[&str] = &[
    "temporarily paused",
    "is paused",
    "no longer available",
    "has been discontinued",
    "is offline",
    "model not found",
    "model does not exist",
    "model not exist",
    "no such model",
];

/// Our account has no credits left; recorded once with code 500.
const CREDITS: &[&str] =
    &["credits insufficient", "insufficient credits", "credits are insufficient", "credits not enough"];

/// What a text says of the inputs, the content or the model; `None` if nothing that we know.
pub(crate) fn reason(text: &str) -> Option<FailureReason> {
    let text = text.to_lowercase();
    let says = |patterns: &[&str]| patterns.iter().any(|pattern| text.contains(pattern));
    // "The model name you specified is not supported" names the model, "4:3 is not supported by this model" an input.
    let unsupported = text.split_once("not supported").map(|(before, _)| before);
    if says(MODEL) || unsupported.is_some_and(|what| what.contains("model") || what.contains("interface")) {
        Some(FailureReason::ModelUnavailable)
    } else if says(INPUTS) || unsupported.is_some() {
        Some(FailureReason::InputsRefused)
    } else if says(CONTENT) {
        Some(FailureReason::ContentRefused)
    } else {
        None
    }
}

/// Whether a text says that our account is empty.
pub(crate) fn out_of_credits(text: &str) -> bool {
    let text = text.to_lowercase();
    CREDITS.iter().any(|pattern| text.contains(pattern))
}

/// A text of KIE's, fit for an error: our secrets are stars, control characters are spaces, the end is cut off.
pub(crate) fn clean(text: &str, secrets: &[&str]) -> String {
    let in_line = |text: &str| text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect::<String>();
    let mut line = in_line(text);
    for secret in secrets.iter().filter(|secret| secret.len() >= SECRET_CHARS_MIN) {
        // In one line as well: KIE may repeat a prompt of several lines in one.
        line = line.replace(&in_line(secret), "***");
    }
    let line = line.trim();
    match line.char_indices().nth(CHARS_MAX) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.to_owned(),
    }
}

/// What a person has written, as secrets for [`clean`]: KIE repeats prompts now and then. Written is what has a space in it; the words of a schema
/// (`image-to-video`) and addresses have none.
pub(crate) fn written(input: &Map<String, Value>) -> impl Iterator<Item = &str> {
    input.values().filter_map(Value::as_str).map(str::trim).filter(|text| text.len() >= 12 && text.contains(' '))
}

/// A callback's address and the parts of its path that may be its token, as secrets for [`clean`].
pub(crate) fn callback_secrets(url: &str) -> Vec<&str> {
    let path = url.split(['?', '#']).next().unwrap_or(url);
    // The address first, so that it becomes one star and not a row of them. Short parts are words such as `callback`.
    let parts = path.split('/').skip(3).filter(|part| part.len() >= 16);
    std::iter::once(url).chain(parts).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_mean_what_the_table_says() {
        use FailureReason::{ContentRefused, InputsRefused, ModelUnavailable};
        let table = [
            ("aspect_ratio is not within the range of allowed options", Some(InputsRefused)),
            ("prompt is required", Some(InputsRefused)),
            ("voiceId cannot be empty", Some(InputsRefused)),
            ("The text length cannot exceed the maximum limit", Some(InputsRefused)),
            ("Please enter callBackUrl", Some(InputsRefused)),
            ("Ratio error", Some(InputsRefused)),
            ("Only English prompts are taken", Some(InputsRefused)),
            ("safety_tolerance must be between 0 and 6", Some(InputsRefused)),
            ("resolution 4k is not supported", Some(InputsRefused)),
            ("This interface is temporarily paused", Some(ModelUnavailable)),
            ("The model name you specified is not supported. Please verify your input", Some(ModelUnavailable)),
            ("model not found", Some(ModelUnavailable)),
            ("aspect_ratio 4:3 is not supported by this model", Some(InputsRefused)),
            ("the input image was not found by the model", None),
            ("Your prompt was flagged by our content policy", Some(ContentRefused)),
            ("The input image may contain NSFW content", Some(ContentRefused)),
            ("提示词包含敏感内容", Some(ContentRefused)),
            ("Internal Error, Please try again later.", None),
            ("Server exception, please try again later or contact customer service", None),
            ("", None),
        ];
        for (text, expected) in table {
            assert_eq!(reason(text), expected, "{text}");
        }
        assert!(out_of_credits("Credits insufficient"));
        assert!(!out_of_credits("Internal Error"));
    }

    #[test]
    fn texts_are_cut_cleaned_and_robbed_of_secrets() {
        assert_eq!(clean("a\r\nb\u{0}", &[]), "a  b");
        assert_eq!(clean(&"я".repeat(400), &[]), format!("{}…", "я".repeat(300)));
        let url = "https://bot.example/kie/callback/0123456789abcdef0123456789abcdef?x=1";
        let secrets = callback_secrets(url);
        assert_eq!(clean(&format!("`{url}` is wrong"), &secrets), "`***` is wrong");
        let path = "callback 0123456789abcdef0123456789abcdef of bot.example";
        assert_eq!(clean(path, &secrets), "callback *** of bot.example");
        assert_eq!(clean("common words stay", &["on", ""]), "common words stay");
        for text in ["bad: a cat\nover the sea", "bad: a cat over the sea", "bad: a cat\tover\rthe sea"] {
            assert_eq!(clean(text, &["a cat\nover the sea"]), "bad: ***", "{text:?}");
        }
    }
}
