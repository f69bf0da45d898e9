//! The families of the API, each by tables: what is sent, and what is read from each answer.

mod create;
mod query;
mod results;

use domain::ids::ModelId;
use domain::models::ApiFamily;
use domain::ports::CreateRequest;
use serde_json::Value;

/// Every family but the unified one.
pub(super) const DEDICATED: [ApiFamily; 7] = [
    ApiFamily::Veo,
    ApiFamily::Runway,
    ApiFamily::Aleph,
    ApiFamily::FluxKontext,
    ApiFamily::FourOImage,
    ApiFamily::Suno,
    ApiFamily::SunoLyrics,
];

pub(super) const CALLBACK: &str = "https://bot.example/kie/callback/00112233445566778899aabbccddeeff";

/// A request of that family, with a callback.
pub(super) fn request(family: ApiFamily, path: &str, input: &Value) -> CreateRequest {
    CreateRequest {
        model: ModelId("a/model".into()),
        family,
        path: Some(path.into()),
        input: input.as_object().unwrap().clone(),
        callback_url: Some(CALLBACK.into()),
    }
}

#[test]
fn the_tables_speak_of_every_family() {
    let older: Vec<ApiFamily> = ApiFamily::ALL.iter().copied().filter(|family| *family != ApiFamily::Market).collect();
    assert_eq!(older, DEDICATED);
}
