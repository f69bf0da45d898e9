//! A screen on paper: its words with their styles as marks, a non-breaking space as `⍽`, and one line per row of buttons.
//!
//! `[label]` is an ordinary button, `[[label]]` the way on, `[!label!]` what can't be taken back; what a press means stands below.

use std::collections::BTreeMap;

use app::conversation::Section;
use domain::models::{Catalog, InputKind, Kind};
use domain::screen::{Action, Button, DraftAct, Emphasis, Key, Press, Screen, Text};

/// What the short keys of buttons stand for.
pub(crate) struct Names(BTreeMap<Key, String>);

impl Names {
    pub(crate) fn of(catalog: &Catalog) -> Self {
        let mut names: Vec<String> = Kind::ALL.iter().map(|kind| kind.as_str().to_owned()).collect();
        names.extend(Section::MENU.map(|section| section.code().to_owned()));
        names.extend(["true", "false", "options"].map(str::to_owned));
        for model in catalog.all() {
            names.extend([model.id.0.clone(), model.vendor.slug.clone()]);
            let fields = model.inputs().iter().flat_map(|input| match &input.kind {
                InputKind::Objects(rule) => rule.fields.as_slice(),
                _ => &[],
            });
            for input in model.inputs().iter().chain(fields) {
                names.push(input.name.clone());
                names.extend(input.choices().iter().map(|choice| choice.key.as_str().to_owned()));
                match &input.kind {
                    InputKind::Integer(rule) => names.extend(rule.usual.iter().map(ToString::to_string)),
                    InputKind::Number(rule) => names.extend(rule.usual.iter().map(ToString::to_string)),
                    _ => {}
                }
            }
        }
        Self(names.into_iter().map(|name| (Key::of(&name), name)).collect())
    }

    fn name(&self, key: Key) -> &str {
        self.0.get(&key).map_or("?", String::as_str)
    }

    pub(crate) fn action(&self, action: &Action) -> String {
        match action {
            Action::Menu => "menu".to_owned(),
            Action::Desk(act) => format!("desk {act:?}").to_lowercase(),
            Action::Section { section, page } => format!("section {} page {page}", self.name(*section)),
            Action::Model { model } => format!("model {}", self.name(*model)),
            Action::Create { model } => format!("create {}", self.name(*model)),
            Action::Draft { revision, act, .. } => format!("draft r{revision} {}", self.draft_act(*act)),
            Action::Generation { act, .. } => format!("generation {act:?}").to_lowercase(),
            Action::Balance => "balance".to_owned(),
            Action::Promo => "promo".to_owned(),
            Action::Friends => "friends".to_owned(),
            Action::Statement { page } => format!("statement page {page}"),
            Action::History { filter, page } => format!("history {filter:?} page {page}").to_lowercase(),
            Action::Help => "help".to_owned(),
            Action::Settings => "settings".to_owned(),
            Action::Language(language) => format!("language {}", language.code()),
            Action::TopUp => "top up".to_owned(),
            Action::TopUpAmount { kopecks } => format!("top up {kopecks}"),
            Action::Pay { provider, kopecks } => format!("pay {kopecks} {}", provider.code()),
            Action::Invoice { act, .. } => format!("invoice {act:?}").to_lowercase(),
            Action::Claim { act, .. } => format!("claim {act:?}").to_lowercase(),
            Action::Back => "back".to_owned(),
            Action::SectionVendor { section, vendor, page } => {
                format!("section {} vendor {} page {page}", self.name(*section), self.name(*vendor))
            }
            Action::Vendors { page } => format!("vendors page {page}"),
            Action::Vendor { vendor, page } => format!("vendor {} page {page}", self.name(*vendor)),
            Action::Shelf { shelf, page } => format!("shelf {shelf:?} page {page}").to_lowercase(),
            Action::Search => "search".to_owned(),
            Action::Found { page } => format!("found page {page}"),
            Action::Offer => "offer".to_owned(),
            Action::Offered { section, page } => format!("offered {} page {page}", self.name(*section)),
            Action::Favourite { model, on } => format!("favourite {} {on}", self.name(*model)),
            Action::Use { section, .. } => format!("use for {}", self.name(*section)),
            Action::Prefer { preference, on } => format!("prefer {preference:?} {on}").to_lowercase(),
            Action::Terms => "terms".to_owned(),
            Action::Privacy => "privacy".to_owned(),
            Action::Support => "support".to_owned(),
            Action::Forget => "forget".to_owned(),
            Action::ForgetForGood => "forget for good".to_owned(),
            Action::Reply { .. } => "reply".to_owned(),
            Action::SellAgain { model } => format!("sell again {}", self.name(*model)),
            Action::AcceptRate { date } => format!("accept rate of {date}"),
        }
    }

    fn draft_act(&self, act: DraftAct) -> String {
        match act {
            DraftAct::Choose { input, choice } => format!("{} = {}", self.name(input), self.name(choice)),
            DraftAct::Edit { input } => format!("edit {}", self.name(input)),
            DraftAct::Done { input } => format!("done {}", self.name(input)),
            DraftAct::Clear { input } => format!("clear {}", self.name(input)),
            DraftAct::Page { input, page } => format!("{} page {page}", self.name(input)),
            DraftAct::AddItem { input } => format!("add to {}", self.name(input)),
            DraftAct::EditItem { input, index } => format!("edit {} #{index}", self.name(input)),
            DraftAct::RemoveItem { input, index } => format!("remove {} #{index}", self.name(input)),
            DraftAct::Options => "options".to_owned(),
            DraftAct::Review => "review".to_owned(),
            DraftAct::Back => "back".to_owned(),
            DraftAct::Confirm => "confirm".to_owned(),
            DraftAct::Discard => "discard".to_owned(),
        }
    }

    pub(crate) fn screen(&self, screen: &Screen) -> String {
        let mut shown = text(&screen.text);
        shown.push('\n');
        for row in &screen.keyboard {
            let labels: Vec<_> = row.iter().map(label).collect();
            let presses: Vec<_> = row.iter().map(|button| self.press(&button.press)).collect();
            shown.push_str(&format!("\n{}\n    {}", labels.join(" "), presses.join(" | ")));
        }
        shown
    }

    fn press(&self, press: &Press) -> String {
        match press {
            Press::Action(action) => self.action(action),
            Press::Url(url) => url.clone(),
            Press::Copy(text) => format!("copy {text}"),
        }
    }
}

fn label(button: &Button) -> String {
    let label = visible(&button.label);
    match button.emphasis {
        Emphasis::Normal => format!("[{label}]"),
        Emphasis::Primary => format!("[[{label}]]"),
        Emphasis::Danger => format!("[!{label}!]"),
    }
}

/// Words with their styles as marks.
pub(crate) fn text(text: &Text) -> String {
    let mut shown = String::new();
    for span in &text.0 {
        let style = &span.style;
        let marks = [(style.bold, "b"), (style.italic, "i"), (style.code, "code"), (style.quote, "q")];
        let on: Vec<_> = marks.into_iter().filter_map(|(on, mark)| on.then_some(mark)).collect();
        on.iter().for_each(|mark| shown.push_str(&format!("<{mark}>")));
        shown.push_str(&visible(&span.text));
        on.iter().rev().for_each(|mark| shown.push_str(&format!("</{mark}>")));
        if let Some(link) = &style.link {
            shown.push_str(&format!(" <{link}>"));
        }
    }
    shown
}

fn visible(text: &str) -> String {
    text.replace('\u{a0}', "⍽")
}
