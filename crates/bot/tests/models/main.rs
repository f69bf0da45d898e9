//! Every model that is sold, the whole way: the wizard from its schema, the payload, a KIE that knows the schema, the result in the model's
//! shape, its delivery into the chat, and the right charge.
//!
//! App, Telegram adapter, KIE client and prober are the real ones, between the two simulators on loopback sockets; only the store is in
//! memory and time is moved by hand. Cases are made from the catalog: nothing here knows a single model, so a new one is proved the day it
//! is added. What a failing model said stands under its name, with the end of its chat.
//!
//! Code map: `house` puts the parts together and does the work; `person` is somebody in Telegram; `wizard` answers the questions of any
//! model as `answers` has it, with files from `files`; `order` goes from the card to the delivered result; `checks`, `told` and
//! `delivery` say what must be true then. At the end of a house no secret and no prompt may stand in what it said: `ear` heard it, `leaks` looks.

mod answers;
mod checks;
mod delivery;
#[path = "../shared/ear.rs"]
mod ear;
mod files;
mod house;
#[path = "../shared/leaks.rs"]
mod leaks;
mod order;
mod person;
#[path = "../shared/played.rs"]
mod played;
mod told;
mod wizard;

use std::collections::BTreeSet;
use std::panic::AssertUnwindSafe;

use domain::models::{ApiFamily, Catalog, Kind, Model};
use futures_util::FutureExt as _;

use crate::house::{House, Way};
use crate::person::Person;

/// Fewer sold models than this mean that a file of the catalog was not read.
const SOLD_MIN: usize = 150;

/// One test for each kind, over the models whose main task it is.
macro_rules! kinds {
    ($($test:ident = $kind:ident,)*) => {
        const TESTED: &[Kind] = &[$(Kind::$kind),*];

        $(
            #[tokio::test]
            async fn $test() {
                let house = House::open(Way::Market).await;
                prove_all(&house, &of_kind(&house.catalog, Kind::$kind)).await;
            }
        )*
    };
}

kinds! {
    text_to_image = TextToImage,
    image_edit = ImageEdit,
    image_to_image = ImageToImage,
    text_to_video = TextToVideo,
    image_to_video = ImageToVideo,
    video_to_video = VideoToVideo,
    avatar = Avatar,
    speech_to_video = SpeechToVideo,
    music = Music,
    text_to_speech = TextToSpeech,
    sound_effect = SoundEffect,
    audio_isolation = AudioIsolation,
    speech_to_text = SpeechToText,
    upscale = Upscale,
    background_removal = BackgroundRemoval,
    watermark_removal = WatermarkRemoval,
}

/// The models that KIE also makes through an older endpoint, through that one.
#[tokio::test]
async fn the_older_endpoints() {
    let house = House::open(Way::Dedicated).await;
    let models: Vec<&Model> = house.sold().filter(|model| model.dedicated().is_some()).collect();
    let family = |model: &&Model| model.dedicated().map(|dedicated| dedicated.family);
    let families: BTreeSet<ApiFamily> = models.iter().filter_map(family).collect();
    let older = ApiFamily::ALL.iter().copied().filter(|family| *family != ApiFamily::Market);
    assert_eq!(families, older.collect(), "each family has a model that is sold");
    prove_all(&house, &models).await;
}

#[test]
fn every_sold_model_is_in_one_of_the_tests() {
    let catalog = house::catalog();
    let tested: Vec<&str> =
        TESTED.iter().flat_map(|kind| of_kind(&catalog, *kind)).map(|model| model.id.0.as_str()).collect();
    let sold: BTreeSet<&str> = house::sold(&catalog).map(|model| model.id.0.as_str()).collect();
    assert_eq!(tested.iter().copied().collect::<BTreeSet<_>>(), sold);
    assert_eq!(tested.len(), sold.len(), "each one once");
    assert!(sold.len() >= SOLD_MIN, "{} models are sold", sold.len());
}

fn of_kind(catalog: &Catalog, kind: Kind) -> Vec<&Model> {
    house::sold(catalog).filter(|model| model.kind == kind).collect()
}

/// Orders each model as a new person; at the end says everything that was wrong with any of them.
async fn prove_all(house: &House, models: &[&Model]) {
    let mut faults = Vec::new();
    for (number, model) in (1..).zip(models) {
        let person = Person::arrive(house, number);
        // One model that panics must not hide what the others would have shown.
        let outcome = AssertUnwindSafe(order::order(&person, model)).catch_unwind().await;
        let fault = match outcome {
            Ok(Ok(_)) => continue,
            Ok(Err(fault)) => fault,
            Err(panic) => format!("a panic: {}", words_of(&*panic)),
        };
        faults.push(format!("==== {}: {fault}\n{}", model.id, person.transcript()));
    }
    faults.extend(house.close().await);
    assert!(faults.is_empty(), "{} of {} models:\n{}", faults.len(), models.len(), faults.join("\n\n"));
}

fn words_of(panic: &(dyn std::any::Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("without words")
}
