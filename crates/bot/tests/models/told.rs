//! What came back from KIE: whether all of it was read, in the shape that the model promises.

use domain::models::{ApiFamily, Model, Output};
use serde_json::Value as Json;

use crate::checks::{holds, same};
use crate::house::House;
use crate::order::Done;

/// What was read of KIE's answer is all that stands there, in the shape that the model promises.
pub(crate) async fn results(house: &House, model: &Model, done: &Done) -> Result<(), String> {
    let results = &done.success.results;
    same("what was not understood of the result", &results.unknown, &None)?;
    let promised = match model.output {
        Output::Text => results.text.is_some() || !results.files.is_empty(),
        Output::Image | Output::Video | Output::Audio => !results.files.is_empty(),
    };
    holds(promised, || format!("`{}` is promised, the result is {results:?}", model.output))?;
    let family = done.generation.family;
    let told = Told::of(&house.told(&done.success.task.0, family).await?, family);
    let files: Vec<&str> = results.files.iter().map(|file| file.url.as_str()).collect();
    same("the files of the result", &files, &told.files.iter().map(String::as_str).collect())?;
    if !told.covers.is_empty() {
        let covers: Vec<&str> = results.files.iter().filter_map(|file| file.cover_url.as_deref()).collect();
        same("the covers of the tracks", &covers, &told.covers.iter().map(String::as_str).collect())?;
    }
    same("words besides files", &results.text.is_some(), &told.has_words)
}

/// What KIE's answer holds, read once more in the plainest way.
struct Told {
    files: Vec<String>,
    covers: Vec<String>,
    has_words: bool,
}

impl Told {
    fn of(told: &Json, family: ApiFamily) -> Self {
        let texts = |found: Vec<&Json>| found.into_iter().filter_map(Json::as_str).map(str::to_owned).collect();
        let list = |name: &str| told[name].as_array().map(Vec::as_slice).unwrap_or_default();
        let tracks =
            |list: &'_ str, name: &str| told[list].as_array().into_iter().flatten().map(|one| &one[name]).collect();
        // A list of links; two sorts of tracks; a single video, beside whose still picture it comes first; a single picture.
        let one = ["videoUrl", "resultVideoUrl", "resultImageUrl"].iter().find_map(|name| told.get(*name));
        let found: [Vec<&Json>; 4] = [
            list("resultUrls").iter().collect(),
            tracks("data", "audio_url"),
            tracks("sunoData", "audioUrl"),
            one.into_iter().collect(),
        ];
        let covers: [Vec<&Json>; 2] = [tracks("data", "image_url"), tracks("sunoData", "imageUrl")];
        let has_words = told.get("resultObject").is_some() || family == ApiFamily::SunoLyrics;
        Self { files: texts(found.concat()), covers: texts(covers.concat()), has_words }
    }
}
