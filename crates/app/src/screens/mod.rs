//! Screens: from a [`Talk`] and the rows it speaks of to words and buttons in the user's language. Pure.
//!
//! Every word comes from the Fluent files or the catalog; every screen has a snapshot in both languages (`tests/snapshots`).

mod account;
mod browse;
mod desk;
mod draft;
mod free;
mod generation;
mod gifts;
mod history;
mod menu;
mod model;
mod offer;
mod owner;
mod pages;
mod receipt;
mod result;
mod top_up;
mod wallet;
mod why;

pub(crate) use account::{answer, letter, who};
pub(crate) use desk::{Days, approval, flyer, rows, sheet, told};
pub use desk::{DeskFacts, FiguresShown, OutreachFacts, PersonFacts};
pub use gifts::Friends;
pub(crate) use owner::{rate_jumped, stopped};
pub(crate) use result::{caption, prompt, result_buttons};
pub(crate) use top_up::claim;

use std::time::Duration;

use domain::clock::Timestamp;
use domain::generation::Generation;
use domain::ids::ModelId;
use domain::ledger::Provider;
use domain::models::{ApiFamily, Catalog};
use domain::money::PriceFactor;
use domain::payment::Invoice;
use domain::ports::{InputFile, NativePrice, Person, Session, StatementLine};
use domain::screen::{Action, Button, Emphasis, Press, Screen, Text};
use domain::staff::{Actor, Duty};

use crate::conversation::{Talk, View};
use crate::free::FreeNow;
use crate::search::Search;
use crate::service::BankDetails;
use crate::settings::{OwnText, OwnTexts};
use crate::texts::Words;

/// How many models, generations or movements one page shows: what fits a phone's screen without scrolling twice.
pub const PAGE: usize = 8;

/// A generation with what its progress shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GenerationFacts {
    /// Its row.
    pub generation: Generation,
    /// How many wait before it.
    pub ahead: u64,
    /// It waits for KIE to answer again, whatever its place in the queue.
    pub rests: bool,
    /// How long such a generation usually takes.
    pub usual: Duration,
    /// 95 of 100 take no longer; `None` = `usual` is a guess, too few were measured.
    pub rare: Option<Duration>,
    /// Whether its model is among the user's favourites; looked up only once it has ended.
    pub favourite: bool,
}

/// The rows that a view speaks of; loaded before drawing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// Of [`View::Generation`].
    pub generation: Option<GenerationFacts>,
    /// Of [`View::History`]: one more than a page if there is a next one.
    pub history: Vec<Generation>,
    /// Of [`View::Shelf`]; of the menu: what the user made last, if anything.
    pub shelf: Vec<ModelId>,
    /// The user's favourites, for [`View::Model`] and the menu.
    pub favourites: Vec<ModelId>,
    /// What people really make, the most used first, for every list of models.
    pub popular: std::sync::Arc<[ModelId]>,
    /// Of [`View::Draft`] and [`View::Offer`]: the files that draft and stash name, as far as they are known.
    pub inputs: Vec<InputFile>,
    /// Of [`View::Draft`]: the own generations that the open question offers.
    pub own: Vec<Generation>,
    /// Of [`View::Draft`]: the way of KIE's API that the order would go.
    pub family: ApiFamily,
    /// Of [`View::Statement`]: one more than a page if there is a next one.
    pub statement: Vec<StatementLine>,
    /// Of [`View::Statement`]: the generations that its lines are about.
    pub orders: Vec<Generation>,
    /// Of [`View::Receipt`].
    pub receipt: Option<Receipt>,
    /// Of [`View::Model`], [`View::Draft`] and the shelf of what is free: what the user has had for nothing.
    pub free: FreeNow,
    /// Of [`View::Friends`].
    pub friends: Option<Friends>,
    /// Of [`View::Invoice`], and of an owner's views of a claim.
    pub invoice: Option<Invoice>,
    /// Of [`View::TopUp`] and [`View::TopUpWay`]: the ways to pay that are open, with what each one asks for the amount of the view.
    pub ways: Vec<Way>,
    /// Of [`View::Invoice`]: where a bank transfer goes.
    pub bank: Option<BankDetails>,
    /// Of [`View::Desk`].
    pub desk: DeskFacts,
    /// Of [`View::Reply`]: who is to be answered, unless they have deleted their data.
    pub correspondent: Option<Person>,
}

/// What a receipt is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// What it is about.
    pub generation: Generation,
    /// What the books say of it, oldest first.
    pub movements: Vec<StatementLine>,
}

/// A way to pay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    /// Who takes the money.
    pub provider: Provider,
    /// What is asked for the amount of the view, if the view has one.
    pub price: Option<NativePrice>,
}

/// What the owner says of themselves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shop {
    /// `@name` or address of the support.
    pub support_contact: Option<String>,
    /// The owner's own words on the support screen.
    pub support_text: Option<String>,
    /// The owner's texts in place of the files'.
    pub texts: OwnTexts,
}

/// Everything that drawing may look at.
#[derive(Clone, Copy, Debug)]
pub struct Canvas<'a> {
    /// The texts in the user's language.
    pub words: Words<'a>,
    /// The models.
    pub catalog: &'a Catalog,
    /// Finds models by words.
    pub search: &'a Search,
    /// Today's rate, markup and step.
    pub factor: PriceFactor,
    /// Who looks.
    pub session: &'a Session,
    /// What this user is at the owner's desk.
    pub actor: Option<Actor>,
    /// The rows of the view.
    pub facts: &'a Facts,
    /// What the owner says.
    pub shop: &'a Shop,
    /// Now.
    pub now: Timestamp,
}

impl Canvas<'_> {
    /// Whether this user may do that at the desk.
    pub(crate) fn may(&self, duty: Duty) -> bool {
        self.actor.is_some_and(|actor| actor.role.may(duty))
    }
}

impl Canvas<'_> {
    /// A text of the files, or what the owner wrote instead.
    pub(crate) fn own_or(&self, text: OwnText, key: &str, args: &[(&str, String)]) -> Text {
        match self.shop.texts.get(text, self.words.language()) {
            Some(own) => self.words.own(own, args),
            None => {
                let args: Vec<_> = args.iter().map(|(name, value)| (*name, value.clone().into())).collect();
                self.words.text(key, &args)
            }
        }
    }
}

/// Draws the window.
pub fn render(talk: &Talk, canvas: &Canvas<'_>) -> Screen {
    let draft = talk.draft.as_ref();
    let mut screen = match &talk.view {
        View::Welcome => menu::welcome(canvas),
        View::Menu => menu::menu(canvas, draft),
        View::Section { section, page } => browse::section(canvas, *section, *page),
        View::Model { model } => model::card(canvas, model, draft),
        View::Draft => match &talk.draft {
            Some(draft) => draft::draft(canvas, draft),
            None => menu::menu(canvas, None),
        },
        View::Generation { .. } => match &canvas.facts.generation {
            Some(facts) => generation::in_window(canvas, facts),
            None => menu::menu(canvas, draft),
        },
        View::Balance => wallet::balance(canvas),
        View::Statement { page } => wallet::statement(canvas, *page),
        View::SectionVendor { section, vendor, page } => browse::section_vendor(canvas, *section, *vendor, *page),
        View::Vendors { page } => browse::vendors(canvas, *page),
        View::Vendor { vendor, page } => browse::vendor(canvas, *vendor, *page),
        View::Shelf { shelf, page } => browse::shelf(canvas, *shelf, *page),
        View::Search => browse::search(canvas),
        View::Found { query, page } => browse::found(canvas, query, *page),
        View::Offer => offer::offer(canvas, talk.stash.as_ref()),
        View::Offered { section, page } => offer::of_section(canvas, talk.stash.as_ref(), *section, *page),
        View::Receipt { .. } => receipt::receipt(canvas),
        View::History { filter, page } => history::history(canvas, *filter, *page),
        View::Promo => gifts::promo(canvas),
        View::Friends => gifts::friends(canvas),
        View::TopUp => top_up::top_up(canvas, draft),
        View::TopUpWay { kopecks } => top_up::ways(canvas, *kopecks),
        View::Invoice { .. } => top_up::invoice(canvas, draft),
        View::ClaimAmount { .. } => top_up::claim_question(canvas, "claim-amount-text"),
        View::ClaimReason { .. } => top_up::claim_question(canvas, "claim-reason-text"),
        View::Settings => account::settings(canvas),
        View::Help => pages::help(canvas),
        View::Support => account::support(canvas),
        View::PaySupport => account::pay_support(canvas),
        View::Terms => account::terms(canvas),
        View::Privacy => account::privacy(canvas),
        View::Forget => account::forget(canvas),
        View::Forgotten => account::forgotten(canvas),
        View::Reply { .. } => account::reply(canvas),
        View::Desk(view) => desk::desk(canvas, view),
        View::Blocked => desk::blocked(canvas),
    };
    if let Some(notice) = &talk.notice {
        let mut text = notice.render(canvas.words);
        text.extend(Text::plain("\n\n"));
        text.extend(std::mem::take(&mut screen.text));
        screen.text = text;
    }
    screen
}

/// The progress or the end of a generation, for edits outside of a conversation.
pub fn progress(words: Words<'_>, catalog: &Catalog, facts: &GenerationFacts, now: Timestamp) -> Screen {
    generation::card(words, catalog, facts, now)
}

pub(crate) fn button(label: impl Into<String>, action: Action) -> Button {
    Button { label: label.into(), press: Press::Action(action), emphasis: Emphasis::Normal }
}

pub(crate) fn primary(label: impl Into<String>, action: Action) -> Button {
    Button { emphasis: Emphasis::Primary, ..button(label, action) }
}

/// A button whose words are a text without arguments.
pub(crate) fn labelled(words: Words<'_>, key: &str, action: Action) -> Button {
    button(words.plain(key, &[]), action)
}

/// Buttons two by two, as wide as a phone reads them.
pub(crate) fn pairs(buttons: impl IntoIterator<Item = Button>) -> Vec<Vec<Button>> {
    let mut rows: Vec<Vec<Button>> = Vec::new();
    for button in buttons {
        match rows.last_mut().filter(|row| row.len() < 2) {
            Some(row) => row.push(button),
            None => rows.push(vec![button]),
        }
    }
    rows
}

/// The row that turns pages.
pub(crate) fn pager(words: Words<'_>, page: u16, more: bool, to: impl Fn(u16) -> Action) -> Option<Vec<Button>> {
    let mut row = Vec::new();
    if let Some(previous) = page.checked_sub(1) {
        row.push(labelled(words, "button-previous", to(previous)));
    }
    if more {
        row.push(labelled(words, "button-next", to(page.saturating_add(1))));
    }
    (!row.is_empty()).then_some(row)
}

/// The price of a model as its card says it: one figure, or from the lowest.
pub(crate) fn price_from(canvas: &Canvas<'_>, model: &domain::models::Model) -> Option<(String, bool)> {
    let range = model.price_range()?;
    let low = model.price_of(range.low, canvas.factor).ok()?;
    let is_least = range.low != range.high && model.price_of(range.high, canvas.factor) != Ok(low);
    Some((canvas.words.money(low), is_least))
}
