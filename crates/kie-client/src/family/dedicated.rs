//! The older families. Each has its own paths, words and codes; a request is a flat object of names in camelCase.

use domain::generation::FailureReason::{self, ContentRefused};
use domain::ports::CreateRequest;
use serde_json::Value;

use super::Family;
use super::dialect::{Dialect, NotCreated, Word};
use crate::results;
use crate::wire::TaskRecord;

/// An older family. Where a task is made is told by the request: several endpoints of a family share one place to ask.
pub(super) struct Dedicated {
    query_path: &'static str,
    dialect: Dialect,
}

/// A family that has no words but the flag (0 running, 1 success, 2 and 3 failed), and no codes of its own.
const FLAG_ONLY: Dialect =
    Dialect { words: &[], create_codes: &[], failed_codes: &[408, 501], failure_codes: POLICY_IS_400 };

/// In records and callbacks of the older families 400 is the content policy; bad values are refused at once.
const POLICY_IS_400: &[(&str, FailureReason)] = &[("400", ContentRefused)];

pub(super) static VEO: Dedicated = Dedicated { query_path: "/api/v1/veo/record-info", dialect: FLAG_ONLY };

pub(super) static ALEPH: Dedicated = Dedicated { query_path: "/api/v1/aleph/record-info", dialect: FLAG_ONLY };

pub(super) static FLUX_KONTEXT: Dedicated =
    Dedicated { query_path: "/api/v1/flux/kontext/record-info", dialect: FLAG_ONLY };

pub(super) static RUNWAY: Dedicated = Dedicated {
    query_path: "/api/v1/runway/record-detail",
    dialect: Dialect {
        words: &[
            ("wait", Word::Running),
            ("queueing", Word::Running),
            ("generating", Word::Running),
            ("success", Word::Succeeded),
            ("fail", Word::Failed(None)),
        ],
        ..FLAG_ONLY
    },
};

pub(super) static FOUR_O_IMAGE: Dedicated = Dedicated {
    query_path: "/api/v1/gpt4o-image/record-info",
    dialect: Dialect {
        words: &[
            ("GENERATING", Word::Running),
            ("SUCCESS", Word::Succeeded),
            ("CREATE_TASK_FAILED", Word::Failed(None)),
            ("GENERATE_FAILED", Word::Failed(None)),
        ],
        create_codes: &[(400, NotCreated::Refused(ContentRefused))],
        ..FLAG_ONLY
    },
};

pub(super) static SUNO: Dedicated = Dedicated {
    query_path: "/api/v1/generate/record-info",
    dialect: Dialect {
        words: &[
            ("PENDING", Word::Running),
            // The words of the tracks are there, then the first of the two tracks.
            ("TEXT_SUCCESS", Word::Running),
            ("FIRST_SUCCESS", Word::Running),
            ("SUCCESS", Word::Succeeded),
            ("CREATE_TASK_FAILED", Word::Failed(None)),
            ("GENERATE_AUDIO_FAILED", Word::Failed(None)),
            ("SENSITIVE_WORD_ERROR", Word::Failed(Some(ContentRefused))),
            // Our address did not take the callback. The tracks know nothing of that.
            ("CALLBACK_EXCEPTION", Word::SucceededIf(every_track_is_there)),
        ],
        ..SUNOS
    },
};

pub(super) static SUNO_LYRICS: Dedicated = Dedicated {
    query_path: "/api/v1/lyrics/record-info",
    dialect: Dialect {
        words: &[
            ("PENDING", Word::Running),
            ("SUCCESS", Word::Succeeded),
            ("CREATE_TASK_FAILED", Word::Failed(None)),
            ("GENERATE_LYRICS_FAILED", Word::Failed(None)),
            ("SENSITIVE_WORD_ERROR", Word::Failed(Some(ContentRefused))),
            ("CALLBACK_EXCEPTION", Word::SucceededIf(some_text_is_there)),
        ],
        ..SUNOS
    },
};

/// The codes of all of Suno's endpoints.
const SUNOS: Dialect = Dialect {
    words: &[],
    create_codes: &[
        // Here this is the limit of the rate, and nothing was made.
        (408, NotCreated::Later),
        (413, NotCreated::Refused(ContentRefused)),
    ],
    // 531: failed, and the credits were given back. 408 is about the question, as above.
    failed_codes: &[501, 531],
    failure_codes: &[("400", ContentRefused), ("413", ContentRefused)],
};

impl Family for Dedicated {
    fn create_path<'a>(&self, request: &'a CreateRequest) -> Option<&'a str> {
        request.path.as_deref().filter(|path| path.starts_with('/'))
    }

    fn body(&self, request: &CreateRequest) -> Vec<u8> {
        let mut body = request.input.clone();
        if let Some(url) = &request.callback_url {
            // With a capital B, as in the unified family.
            body.insert("callBackUrl".to_owned(), Value::from(url.as_str()));
        }
        Value::Object(body).to_string().into_bytes()
    }

    fn query_path(&self) -> &'static str {
        self.query_path
    }

    fn dialect(&self) -> &Dialect {
        &self.dialect
    }
}

/// Whether each track of the record has its final file: a track on its way has an address for listening only, or none.
fn every_track_is_there(record: &TaskRecord) -> bool {
    let tracks = results::parts(&record.response, "sunoData");
    let has_file = |track: &Value| ["audioUrl", "audio_url"].iter().any(|key| says_something(track, key));
    !tracks.is_empty() && tracks.iter().all(has_file)
}

/// Lyrics come at once: one text that is there says that the others have failed.
fn some_text_is_there(record: &TaskRecord) -> bool {
    results::parts(&record.response, "data").iter().any(|lyrics| says_something(lyrics, "text"))
}

fn says_something(value: &Value, key: &str) -> bool {
    value.get(key).and_then(Value::as_str).is_some_and(|text| !text.trim().is_empty())
}
