//! The main menu, and the greeting above it.

use domain::ids::ModelId;
use domain::models::Model;
use domain::money::Money;
use domain::screen::{Action, Button, DeskAct, DraftAct, HistoryFilter, Screen, Shelf};
use domain::staff::Duty;

use super::{Canvas, browse, free, labelled, pairs};
use crate::conversation::{Draft, Section, can_go_on};
use crate::settings::OwnText;

pub(super) fn welcome(canvas: &Canvas<'_>) -> Screen {
    let name = canvas.session.person.first_name.clone();
    let mut screen = menu(canvas, None);
    let args = [("name", name), ("balance", balance(canvas))];
    screen.text = canvas.own_or(OwnText::Greeting, "welcome-text", &args);
    screen
}

/// Ten rows at most, eleven with an unfinished order: what a phone shows without scrolling; one more for who works at the desk. What would be
/// empty is left out.
pub(super) fn menu(canvas: &Canvas<'_>, draft: Option<&Draft>) -> Screen {
    let words = canvas.words;
    let unfinished = draft.and_then(|draft| unfinished(canvas, draft));
    let mut keyboard: Vec<Vec<Button>> = unfinished.iter().map(|(_, resume)| vec![resume.clone()]).collect();
    let sections = Section::MENU.into_iter().filter(|section| section.models(canvas.catalog).next().is_some());
    let sections = sections.map(|section| {
        labelled(words, browse::section_key(section), Action::Section { section: section.key(), page: 0 })
    });
    keyboard.extend(pairs(sections.chain([labelled(words, "button-vendors", Action::Vendors { page: 0 })])));
    keyboard.extend(pairs([labelled(words, "button-search", Action::Search)].into_iter().chain(shelves(canvas))));
    let history = Action::History { filter: HistoryFilter::All, page: 0 };
    keyboard.push(vec![labelled(words, "button-balance", Action::Balance), labelled(words, "button-history", history)]);
    keyboard
        .push(vec![labelled(words, "button-settings", Action::Settings), labelled(words, "button-help", Action::Help)]);
    if canvas.may(Duty::Health) {
        keyboard.push(vec![labelled(words, "button-desk", Action::Desk(DeskAct::Home))]);
    }
    let text = match unfinished {
        Some((model, _)) => {
            let title = model.title.get(words.language());
            words.text("menu-text-draft", &[("balance", balance(canvas).into()), ("model", title.into())])
        }
        None => words.text("menu-text", &[("balance", balance(canvas).into())]),
    };
    Screen::new(text, keyboard)
}

/// The model of a draft that can go on, and the button that leads back to it.
pub(super) fn unfinished<'a>(canvas: &Canvas<'a>, draft: &Draft) -> Option<(&'a Model, Button)> {
    let model = canvas.catalog.model(&draft.model).filter(|model| can_go_on(draft, model, canvas.actor))?;
    let go_on = Action::Draft { draft: draft.id, revision: draft.revision, act: DraftAct::Review };
    Some((model, labelled(canvas.words, "button-resume", go_on)))
}

/// The shelves that are not empty.
fn shelves(canvas: &Canvas<'_>) -> impl Iterator<Item = Button> {
    let facts = canvas.facts;
    let shelves: [(&[ModelId], Shelf); 3] =
        [(&facts.popular, Shelf::Popular), (&facts.favourites, Shelf::Favourites), (&facts.shelf, Shelf::Recent)];
    let full = shelves.into_iter().filter(|(models, _)| browse::sold(canvas, models).next().is_some());
    let free = free::given(canvas).next().map(|_| Shelf::Free);
    free.into_iter()
        .chain(full.map(|(_, shelf)| shelf))
        .map(|shelf| labelled(canvas.words, browse::shelf_key(shelf), Action::Shelf { shelf, page: 0 }))
}

fn balance(canvas: &Canvas<'_>) -> String {
    canvas.words.money(Money::from_kopecks(canvas.session.money.available()))
}
