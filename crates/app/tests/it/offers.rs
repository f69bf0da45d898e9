//! The offers as a user sees them, over a small shop of their own.

use std::sync::OnceLock;

use app::conversation::Talk;
use app::event::{Event, FileKind};
use domain::models::{Catalog, Kind};
use domain::ports::{InputFault, InputState, TelegramFile};

use crate::snapshots::{Case, Group, case_in, check};
use crate::stash::{PROMPT, bare, of_album, offered, result, used};
use crate::world::*;

pub(crate) const GROUPS: [Group; 1] = [("offers", cases)];

/// A small shop of a few tasks, so that no change of the real shelves is seen here.
fn stall() -> &'static Catalog {
    static STALL: OnceLock<Catalog> = OnceLock::new();
    STALL.get_or_init(|| {
        let input = |name: &str, kind: &str| format!("[[model.input]]\nname = {name:?}\ntype = {kind:?}\nrequired = true\n");
        let (words, picture, sound) = (input("prompt", "text") + "max_length = 2000\n", input("image", "image"), input("audio", "audio"));
        let mut models = vec![
            ("lighthouse", "Lighthouse", "text-to-image", words.clone()),
            ("lighthouse-film", "Lighthouse Film", "text-to-video", words.clone()),
            ("brush", "Brush", "image-edit", format!("{}{words}", input("images", "images"))),
            ("lens", "Lens", "upscale", picture.clone()),
            ("silence", "Silence", "audio-isolation", sound.clone()),
            ("mask", "Mask", "avatar", format!("{picture}{sound}")),
        ];
        let reels: Vec<_> = (1..=10).map(|number| (format!("reel-{number}"), format!("Reel {number}"))).collect();
        let moving = format!("{picture}{words}");
        models.extend(reels.iter().map(|(id, title)| (id.as_str(), title.as_str(), "image-to-video", moving.clone())));
        let shelf = models.iter().map(|(id, title, kind, inputs)| {
            format!(
                "[[model]]\nid = {id:?}\nkind = {kind:?}\ntitle = {{ ru = {title:?}, en = {title:?} }}\n\
                 summary = {{ ru = \"Это {title}\", en = \"This is {title}\" }}\nexample = {{ ru = \"Маяк {id}\", en = \"A lighthouse {id}\" }}\n{inputs}[model.price]\ndate = 2026-10-10\n\
                 source = \"made up\"\nrows = [{{ credits = 10, per = \"generation\" }}]\n"
            )
        });
        let titles = "[titles]\nprompt = { ru = \"Описание\", en = \"Prompt\" }\nimage = { ru = \"Фото\", en = \"Photo\" }\n\
                      images = { ru = \"Фото\", en = \"Photos\" }\naudio = { ru = \"Звук\", en = \"Sound\" }\n";
        let file = format!(
            "vendor = {{ slug = \"stall\", name = \"Stall\" }}\n{titles}{}",
            shelf.collect::<String>()
        );
        Catalog::load(&[("stall.toml", &file)])
            .unwrap_or_else(|problems| panic!("{}", problems.iter().map(|p| format!("{p}\n")).collect::<String>()))
    })
}

fn voice(id: &str) -> TelegramFile {
    TelegramFile { mime: Some("audio/ogg".to_owned()), duration_s: Some(7), width: None, height: None, ..photo(id) }
}

fn case(name: &str, prepare: impl FnOnce(&mut World)) -> Case {
    case_in(name, World::before(stall()), prepare)
}

#[test]
fn offers() {
    check("offers", cases());
}

fn cases() -> Vec<Case> {
    vec![
        case("words", |world| drop(world.say(PROMPT))),
        case("long_words", |world| drop(world.say(&"Лес осенью. ".repeat(100)))),
        case("words_that_name_a_model", |world| drop(world.say("reel"))),
        case("photo", |world| drop(world.photo("a"))),
        case("photo_with_words", |world| {
            world.live(&bare(FileKind::Photo, photo("a"), Some("Сделай <b>ночь</b>")));
        }),
        case("voice", |world| drop(world.live(&bare(FileKind::Voice, voice("a"), None)))),
        case("album", |world| {
            for message in [11, 12, 13] {
                world.live(&of_album("a", message, None));
            }
            world.clock.advance(std::time::Duration::from_secs(1));
            world.live(&Event::Wake);
        }),
        case("photo_for_a_task", |world| {
            world.photo("a");
            world.press(offered(Kind::ImageToVideo));
        }),
        case("result_for_a_task", |world| {
            let (made, sent) = result(1);
            used(world, &made, &sent, Kind::ImageEdit);
        }),
        case("file_being_looked_at", |world| {
            world.prepares = false;
            world.live(&bare(FileKind::Document, TelegramFile { mime: None, ..photo("a") }, None));
            world.facts.inputs = world.inputs.clone();
        }),
        case("file_that_nothing_takes", |world| {
            world.live(&bare(FileKind::Document, document("a", "application/pdf", 1000), None));
        }),
        case("damaged_file", |world| {
            world.prepares = false;
            world.photo("a");
            world.settle(InputState::Refused { reason: InputFault::Damaged });
            world.live(&Event::Wake);
        }),
        case("nothing_waits_any_more", |world| {
            world.say(PROMPT);
            let view = world.talk.view.clone();
            world.talk = Talk { view, ..Talk::default() };
        }),
    ]
}
