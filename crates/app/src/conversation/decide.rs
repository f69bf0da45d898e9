//! From a talk and an event to what changes. Pure.

use domain::clock::{Clock, IdSource, Timestamp};
use domain::generation::{Generation, StateKind};
use domain::ids::GenerationId;
use domain::ledger::Wallet;
use domain::models::{Catalog, Inputs, Kind, Model};
use domain::money::PriceFactor;
use domain::screen::{Action, GenerationAct, Key, Language};

use super::wizard;
use super::{Draft, Notice, Talk, View};
use crate::event::Event;

/// A draft's revision stays below this; nobody edits one draft so often.
pub(super) const DRAFT_REVISION_MAX: u16 = u16::MAX - 1;

/// What a decision may look at.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The models.
    pub catalog: &'a Catalog,
    /// Today's rate, markup and step.
    pub factor: PriceFactor,
    /// The user's money.
    pub money: Wallet,
    /// The generation that the event speaks of, if it exists and is this user's.
    pub generation: Option<&'a Generation>,
    /// How many generations of this user are queued or running; looked up only for a confirm.
    pub live: usize,
    /// How many there may be at once.
    pub live_max: usize,
    /// Whether new generations are sold at the moment.
    pub selling: bool,
    /// Now.
    pub now: Timestamp,
    /// For the id of a new draft.
    pub clock: &'a dyn Clock,
    /// For the id of a new draft.
    pub ids: &'a dyn IdSource,
}

/// What an event changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The new state.
    pub talk: Talk,
    /// Draw a new message instead of editing the window: the user wrote something below it.
    pub fresh: bool,
    /// What happens besides.
    pub effect: Option<Effect>,
}

/// What happens besides a new screen. At most one per event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Reserve the price and create the generation.
    Order(Box<Draft>, Box<domain::quote::Quote>),
    /// Take a queued generation back.
    Cancel(GenerationId),
    /// Send a result again.
    Resend(GenerationId),
    /// Speak another language.
    Speak(Language),
}

impl Decision {
    pub(super) const fn show(talk: Talk) -> Self {
        Self { talk, fresh: false, effect: None }
    }
}

/// What `event` changes in `talk`. Every event has an answer; what can't be taken says so in a notice.
pub fn decide(talk: &Talk, event: &Event, context: &Context<'_>) -> Decision {
    let mut next = Talk { notice: None, ..talk.clone() };
    match event {
        Event::Command { name, arguments } => {
            let effect = command(&mut next, name, arguments, context);
            Decision { talk: next, fresh: true, effect }
        }
        Event::Press { action: Some(action), .. } => press(next, action, context),
        Event::Press { action: None, .. } => {
            next.notice = Some(Notice::new("notice-stale"));
            Decision::show(next)
        }
        Event::Text { text } => {
            wizard::typed(&mut next, text, context);
            Decision { talk: next, fresh: true, effect: None }
        }
        Event::File { kind, file, caption, .. } => {
            wizard::sent_file(&mut next, *kind, file, caption.as_deref(), context);
            Decision { talk: next, fresh: true, effect: None }
        }
        Event::Unsupported => {
            next.notice = Some(Notice::new("notice-unsupported"));
            Decision { talk: next, fresh: true, effect: None }
        }
        Event::Edited => {
            next.notice = Some(Notice::new("notice-edited"));
            Decision { talk: next, fresh: true, effect: None }
        }
        Event::Paid { .. } | Event::Refunded { .. } => {
            next.view = View::Balance;
            Decision { talk: next, fresh: true, effect: None }
        }
        Event::Membership { .. } | Event::PreCheckout { .. } | Event::Elsewhere => Decision::show(next),
    }
}

fn command(next: &mut Talk, name: &str, arguments: &str, context: &Context<'_>) -> Option<Effect> {
    next.view = match name {
        "start" => start_view(arguments, context.catalog),
        "menu" => View::Menu,
        "balance" => View::Balance,
        "history" => View::History { page: 0 },
        "help" => View::Help,
        "settings" => View::Settings,
        "support" => View::Support,
        "paysupport" => View::PaySupport,
        "terms" => View::Terms,
        "cancel" => {
            let had = next.draft.take().is_some();
            next.notice = Some(Notice::new(if had { "notice-draft-discarded" } else { "notice-nothing-to-cancel" }));
            View::Menu
        }
        _ => {
            next.notice = Some(Notice::new("notice-unknown-command"));
            View::Menu
        }
    };
    None
}

/// `/start m_<key>` leads to a model's card; other payloads are kept for campaigns and lead to the menu.
fn start_view(arguments: &str, catalog: &Catalog) -> View {
    let model = arguments
        .strip_prefix("m_")
        .and_then(|key| u32::from_str_radix(key, 16).ok())
        .and_then(|key| sold_model(catalog, Key(key)));
    model.map_or(View::Menu, |model| View::Model { model: model.id.clone() })
}

fn press(mut next: Talk, action: &Action, context: &Context<'_>) -> Decision {
    match action {
        Action::Menu => next.view = View::Menu,
        Action::Section { section, page } => next.view = View::Section { section: *section, page: *page },
        Action::Model { model } => match sold_model(context.catalog, *model) {
            Some(model) => next.view = View::Model { model: model.id.clone() },
            None => next.notice = Some(Notice::new("notice-model-gone")),
        },
        Action::Create { model } => match sold_model(context.catalog, *model) {
            Some(model) => wizard::begin(&mut next, model, Inputs::new(), context),
            None => next.notice = Some(Notice::new("notice-model-gone")),
        },
        Action::Draft { draft, revision, act } => return wizard::press(next, *draft, *revision, *act, context),
        Action::Generation { generation, act } => return about_generation(next, *generation, *act, context),
        Action::Balance => next.view = View::Balance,
        Action::Statement { page } => next.view = View::Statement { page: *page },
        Action::History { page } => next.view = View::History { page: *page },
        Action::Help => next.view = View::Help,
        Action::Settings => next.view = View::Settings,
        Action::TopUp => next.view = View::TopUp,
        Action::Language(language) => {
            next.view = View::Settings;
            return Decision { talk: next, fresh: false, effect: Some(Effect::Speak(*language)) };
        }
    }
    Decision::show(next)
}

fn about_generation(mut next: Talk, id: GenerationId, act: GenerationAct, context: &Context<'_>) -> Decision {
    let Some(generation) = context.generation.filter(|generation| generation.id == id) else {
        next.notice = Some(Notice::new("notice-generation-gone"));
        return Decision::show(next);
    };
    match act {
        GenerationAct::Refresh | GenerationAct::Show => next.view = View::Generation { generation: id },
        GenerationAct::Cancel => {
            next.view = View::Generation { generation: id };
            next.notice = match generation.state.kind() {
                StateKind::Queued => return Decision { talk: next, fresh: false, effect: Some(Effect::Cancel(id)) },
                StateKind::Submitting | StateKind::Running | StateKind::Succeeded => {
                    Some(Notice::new("notice-too-late-to-cancel"))
                }
                _ => Some(Notice::new("notice-cancel-ended")),
            };
        }
        GenerationAct::Resend => {
            if generation.state.success().is_some() {
                return Decision { talk: next, fresh: false, effect: Some(Effect::Resend(id)) };
            }
            next.notice = Some(Notice::new("notice-no-result"));
        }
        GenerationAct::Again | GenerationAct::Reword => {
            let model = context.catalog.model(&generation.model).filter(|model| is_sold(model));
            let inputs: Option<Inputs> = serde_json::from_value(generation.inputs.clone()).ok();
            let (Some(model), Some(mut inputs)) = (model, inputs) else {
                next.notice = Some(Notice::new("notice-model-gone"));
                return Decision::show(next);
            };
            if act == GenerationAct::Reword {
                wizard::forget_words(model, &mut inputs);
            }
            wizard::begin(&mut next, model, inputs, context);
        }
    }
    Decision::show(next)
}

/// Whether a model is offered: the catalog says so, and the wizard can ask for all that it needs.
pub(crate) fn is_sold(model: &Model) -> bool {
    model.is_live() && super::askable(model)
}

/// The offered model with this key.
pub(crate) fn sold_model(catalog: &Catalog, key: Key) -> Option<&Model> {
    catalog.live().find(|model| Key::of(&model.id.0) == key).filter(|model| is_sold(model))
}

/// The kind with this key.
pub(crate) fn kind_of(section: Key) -> Option<Kind> {
    Kind::ALL.iter().copied().find(|kind| Key::of(kind.as_str()) == section)
}
