//! The unified family, which knows every model: `createTask` and `recordInfo`.

use domain::ports::CreateRequest;
use serde::Serialize;
use serde_json::{Map, Value};

use super::Family;
use super::dialect::{Dialect, Word};

/// The unified family.
pub(super) struct Market;

const DIALECT: Dialect = Dialect {
    words: &[
        ("waiting", Word::Running),
        ("queuing", Word::Running),
        ("generating", Word::Running),
        ("success", Word::Succeeded),
        ("fail", Word::Failed(None)),
    ],
    create_codes: &[],
    // 408: the model was silent for over ten minutes.
    failed_codes: &[408, 501],
    failure_codes: &[],
};

#[derive(Serialize)]
struct CreateTask<'a> {
    model: &'a str,
    input: &'a Map<String, Value>,
    /// With a capital B: any other spelling is dropped without a word.
    #[serde(rename = "callBackUrl", skip_serializing_if = "Option::is_none")]
    callback_url: Option<&'a str>,
}

impl Family for Market {
    fn create_path<'a>(&self, _request: &'a CreateRequest) -> Option<&'a str> {
        Some("/api/v1/jobs/createTask")
    }

    fn body(&self, request: &CreateRequest) -> Vec<u8> {
        let CreateRequest { model, input, callback_url, .. } = request;
        let body = CreateTask { model: &model.0, input, callback_url: callback_url.as_deref() };
        serde_json::to_vec(&body).expect("text and JSON values with text keys are always JSON")
    }

    fn query_path(&self) -> &'static str {
        "/api/v1/jobs/recordInfo"
    }

    fn dialect(&self) -> &Dialect {
        &DIALECT
    }
}
