//! From a talk and an event to what changes. Pure.

use std::time::Duration;

use domain::clock::{Clock, IdSource, Timestamp};
use domain::generation::Generation;
use domain::ids::{GenerationId, InvoiceId, ModelId, UserId};
use domain::ledger::{Amount, Provider, Wallet};
use domain::models::{Catalog, Model};
use domain::money::{Money, PriceFactor};
use domain::pause::PauseReason;
use domain::payment::{Invoice, Receipt};
use domain::ports::{InputFile, PartMark};
use domain::promo::PromoState;
use domain::screen::{Action, HistoryFilter, Key, Language, Preference};
use domain::staff::{Actor, Duty};

use super::{Draft, Notice, TRAIL_MAX, Talk, View};
use super::{account, browse, claims, desk, owner, payments, promo, results, stash, wizard};
use crate::event::Event;
use crate::free::FreeNow;
use crate::search::Search;

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
    /// The user's free runs.
    pub runs: Wallet,
    /// What the user has had for nothing; looked up where the event may lead to an order of a model that has free ones.
    pub free: &'a FreeNow,
    /// The promo code that the event names, as this user finds it.
    pub promo: Option<&'a PromoState>,
    /// The generation that the event speaks of, if it exists and is this user's.
    pub generation: Option<&'a Generation>,
    /// What Telegram took of that generation's result, for an event that takes the result as an input.
    pub sent: &'a [PartMark],
    /// The input files that the draft and the stash name, as far as they are known.
    pub inputs: &'a [InputFile],
    /// The own generations that the open question offers, newest first; empty unless it asks for one.
    pub own: &'a [Generation],
    /// Finds models by words.
    pub search: &'a Search,
    /// What this user is at the owner's desk.
    pub actor: Option<Actor>,
    /// Who it is.
    pub user: UserId,
    /// Shut out by the desk.
    pub blocked: bool,
    /// How many generations of this user are queued or running; looked up only for a confirm.
    pub live: usize,
    /// How many there may be at once.
    pub live_max: usize,
    /// How long the user has to wait for another order after many within a minute; looked up only for a confirm.
    pub order_wait: Option<Duration>,
    /// The ways to pay that are open, in the order of their buttons.
    pub ways: &'a [Provider],
    /// The invoice that the event or the view speaks of: the user's own, or, for an owner, anybody's.
    pub invoice: Option<&'a Invoice>,
    /// The user's last invoices, newest first; looked up only for asking for another one.
    pub invoices: &'a [Invoice],
    /// What a payment credits in the same change set.
    pub credited: Option<Money>,
    /// Whether new generations are sold at the moment.
    pub selling: bool,
    /// Why they are not, if it is not the desk's word.
    pub paused: Option<PauseReason>,
    /// What the desk says of it while they are not.
    pub selling_note: Option<&'a str>,
    /// Now.
    pub now: Timestamp,
    /// For the id of a new draft.
    pub clock: &'a dyn Clock,
    /// For the id of a new draft.
    pub ids: &'a dyn IdSource,
}

impl Context<'_> {
    /// Whether this user may do that at the desk.
    pub(super) fn may(&self, duty: Duty) -> bool {
        self.actor.is_some_and(|actor| actor.role.may(duty))
    }
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
    /// Input files that came with it; each is prepared by a job of its own.
    pub inputs: Vec<InputFile>,
    /// When the conversation goes on by itself, at the latest.
    pub wake_at: Option<Timestamp>,
    /// Draws nothing: more is about to come, or nobody would see a difference.
    pub quiet: bool,
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
    /// Keep a model among the favourites, or take it out.
    Favour {
        /// Which.
        model: ModelId,
        /// Keep it.
        on: bool,
    },
    /// Set a preference.
    Prefer {
        /// Which.
        preference: Preference,
        /// What it becomes.
        on: bool,
    },
    /// Redeem a promo code.
    Redeem {
        /// In its normal form.
        code: String,
        /// How often this user did before.
        nth: u32,
        /// What it gives.
        gift: Amount,
    },
    /// Sell a stopped model again.
    SellAgain(ModelId),
    /// Accept an exchange rate that jumped.
    AcceptRate {
        /// Of this day.
        date: String,
    },
    /// Make an invoice.
    Invoice {
        /// Minted with the decision.
        id: InvoiceId,
        /// Who takes the money.
        provider: Provider,
        /// What is credited.
        amount: Money,
    },
    /// Ask the provider now how an invoice stands.
    CheckInvoice(InvoiceId),
    /// Take an invoice back.
    CancelInvoice(InvoiceId),
    /// A receipt shall prove a transfer.
    ClaimPaid {
        /// Of which invoice.
        invoice: InvoiceId,
        /// The file.
        receipt: Receipt,
    },
    /// An owner found the money.
    Approve {
        /// Of which invoice.
        invoice: Box<Invoice>,
        /// How much.
        amount: Money,
    },
    /// An owner did not find the money.
    Reject {
        /// Of which invoice.
        invoice: Box<Invoice>,
        /// Why.
        reason: String,
    },
    /// Something is done at the owner's desk.
    Desk(Box<crate::desk::Work>),
    /// Delete everything that leads to the person.
    Forget,
    /// A user writes to the owners.
    Ask(Letter),
    /// An owner answers a user.
    Answer {
        /// Whom.
        user: UserId,
        /// With what.
        letter: Letter,
    },
}

/// What one person says to another through the bot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// Words.
    pub text: Option<String>,
    /// The sender's own message, to be copied: it bears a file.
    pub copy: Option<i64>,
}

impl Decision {
    /// Edits the window.
    pub(super) fn show(talk: Talk) -> Self {
        Self { talk, fresh: false, effect: None, inputs: Vec::new(), wake_at: None, quiet: false }
    }

    /// Draws a new message.
    pub(super) fn fresh(talk: Talk) -> Self {
        Self { fresh: true, ..Self::show(talk) }
    }

    /// Edits the window, and something happens besides.
    pub(super) fn with(talk: Talk, effect: Effect) -> Self {
        Self { effect: Some(effect), ..Self::show(talk) }
    }
}

/// Goes to another screen and remembers where Back leads. Turning a page, or drawing the same again, is no step.
pub(super) fn go(next: &mut Talk, view: View) {
    if view == View::Menu {
        next.trail.clear();
    } else if !next.view.is_same_place(&view) {
        if next.trail.len() == TRAIL_MAX {
            next.trail.remove(0);
        }
        let left = std::mem::take(&mut next.view);
        next.trail.push(left);
    }
    next.view = view;
}

/// What `event` changes in `talk`. Every event has an answer; what can't be taken says so in a notice.
pub fn decide(talk: &Talk, event: &Event, context: &Context<'_>) -> Decision {
    let mut next = Talk { notice: None, ..talk.clone() };
    if context.blocked && !desk::is_open_to_the_blocked(&next, event) {
        next.view = View::Blocked;
        next.trail.clear();
        return Decision::fresh(next);
    }
    match event {
        Event::Command { name, arguments } => {
            if let Some(code) = promo::said(name, arguments) {
                return promo::brought(next, name, code, context);
            }
            command(&mut next, name, arguments, context);
            Decision::fresh(next)
        }
        Event::Press { action: Some(action), .. } => press(next, action, context),
        Event::Press { action: None, .. } => {
            next.notice = Some(Notice::new("notice-stale"));
            Decision::show(next)
        }
        Event::Text { text } => said(next, text, context),
        Event::File { .. } => sent(next, event, context),
        Event::Wake if matches!(next.view, View::Invoice { .. }) => payments::woken(next, context),
        Event::Wake if next.view == View::Draft && next.draft.is_some() => wizard::woken(next, context),
        Event::Wake => stash::woken(next, context),
        Event::Unsupported => {
            next.notice = Some(Notice::new("notice-unsupported"));
            Decision::fresh(next)
        }
        Event::Edited => {
            next.notice = Some(Notice::new("notice-edited"));
            Decision::fresh(next)
        }
        Event::Paid { .. } => payments::paid(next, context),
        Event::Refunded { .. } => {
            next.view = View::Balance;
            next.notice = Some(Notice::new("notice-payment-refunded"));
            Decision::fresh(next)
        }
        Event::Membership { .. } | Event::PreCheckout { .. } | Event::Elsewhere => Decision::show(next),
    }
}

/// Words without a button: they belong to what is open, else they are kept for a model to take.
fn said(mut next: Talk, text: &str, context: &Context<'_>) -> Decision {
    if let Some(decision) = desk::typed(&next, text, context) {
        return decision;
    }
    match &next.view {
        View::Search | View::Found { .. } => browse::search(&mut next, text),
        View::Promo => return promo::typed(next, text, context),
        View::Support => return account::ask(next, text, context),
        View::TopUp | View::TopUpWay { .. } => return payments::typed(next, text, context),
        View::ClaimAmount { .. } => return claims::amount(next, text, context),
        View::ClaimReason { .. } => return claims::reason(next, text, context),
        View::Reply { user } => {
            let user = *user;
            return account::answer(next, user, text, context);
        }
        View::Draft if next.draft.is_some() => return wizard::typed(next, text, context),
        _ => return stash::words(next, text, context),
    }
    Decision::fresh(next)
}

/// A file without a button.
fn sent(next: Talk, event: &Event, context: &Context<'_>) -> Decision {
    if let Some(decision) = desk::sent(&next, event, context) {
        return decision;
    }
    match &next.view {
        View::Support => account::ask_with_file(next, event, context),
        View::Invoice { .. } if payments::awaits_receipt(context) => payments::receipt(next, event, context),
        View::Reply { user } => {
            let user = *user;
            account::answer_with_file(next, user, event, context)
        }
        View::Draft if next.draft.is_some() => wizard::sent_file(next, event, context),
        _ => stash::file(next, event, context),
    }
}

fn command(next: &mut Talk, name: &str, arguments: &str, context: &Context<'_>) {
    // A command is a way out of everything: Back leads to the menu from here.
    next.trail = vec![View::Menu];
    next.view = match name {
        "start" => {
            next.stash = None;
            start_view(arguments, context.catalog)
        }
        "menu" => {
            next.stash = None;
            View::Menu
        }
        "search" if !arguments.is_empty() => {
            (next.view, next.trail) = (View::Menu, Vec::new());
            return browse::search(next, arguments);
        }
        "search" => View::Search,
        "balance" => View::Balance,
        "admin" => desk::command(next, arguments, context),
        "promo" => View::Promo,
        "friends" => View::Friends,
        "history" => View::History { filter: HistoryFilter::All, page: 0 },
        "help" => View::Help,
        "settings" => View::Settings,
        "support" => View::Support,
        "paysupport" => View::PaySupport,
        "terms" => View::Terms,
        "privacy" => View::Privacy,
        "cancel" => {
            let had = next.draft.take().is_some() | next.stash.take().is_some();
            next.notice = Some(Notice::new(if had { "notice-draft-discarded" } else { "notice-nothing-to-cancel" }));
            View::Menu
        }
        _ => {
            next.notice = Some(Notice::new("notice-unknown-command"));
            View::Menu
        }
    };
    if next.view == View::Menu {
        next.trail.clear();
    }
}

/// `/start m_<key>` leads to a model's card; other payloads are kept for campaigns and lead to the menu.
fn start_view(arguments: &str, catalog: &Catalog) -> View {
    let model = arguments
        .strip_prefix("m_")
        .and_then(|key| u32::from_str_radix(key, 16).ok())
        .and_then(|key| shown_model(catalog, Key(key)));
    model.map_or(View::Menu, |model| View::Model { model: model.id.clone() })
}

fn press(mut next: Talk, action: &Action, context: &Context<'_>) -> Decision {
    match action {
        Action::Menu => {
            next.stash = None;
            go(&mut next, View::Menu);
        }
        Action::Back => next.view = next.trail.pop().unwrap_or_default(),
        Action::Section { section, page } => go(&mut next, View::Section { section: *section, page: *page }),
        Action::SectionVendor { section, vendor, page } => {
            go(&mut next, View::SectionVendor { section: *section, vendor: *vendor, page: *page });
        }
        Action::Vendors { page } => go(&mut next, View::Vendors { page: *page }),
        Action::Vendor { vendor, page } => go(&mut next, View::Vendor { vendor: *vendor, page: *page }),
        Action::Shelf { shelf, page } => go(&mut next, View::Shelf { shelf: *shelf, page: *page }),
        Action::Search => go(&mut next, View::Search),
        Action::Found { page } => browse::turn(&mut next, *page),
        Action::Offer => stash::offer(&mut next),
        Action::Offered { section, page } => go(&mut next, View::Offered { section: *section, page: *page }),
        Action::Model { model } => {
            stash::chosen(&mut next, *model, context);
            match shown_model(context.catalog, *model) {
                Some(model) => go(&mut next, View::Model { model: model.id.clone() }),
                None => next.notice = Some(Notice::new("notice-model-gone")),
            }
        }
        Action::Create { model } => match shown_model(context.catalog, *model) {
            // The card says why it can't be ordered.
            Some(model) if model.is_off_for_now() => go(&mut next, View::Model { model: model.id.clone() }),
            Some(model) => return wizard::create(next, model, context),
            None => next.notice = Some(Notice::new("notice-model-gone")),
        },
        Action::Favourite { model, on } => match shown_model(context.catalog, *model) {
            Some(model) => {
                let effect = Effect::Favour { model: model.id.clone(), on: *on };
                next.notice = Some(Notice::new(if *on { "notice-favourite-on" } else { "notice-favourite-off" }));
                return Decision::with(next, effect);
            }
            None => next.notice = Some(Notice::new("notice-model-gone")),
        },
        Action::Draft { draft, revision, act } => return wizard::press(next, *draft, *revision, *act, context),
        Action::Generation { generation, act } => return results::press(next, *generation, *act, context),
        Action::Use { generation, section } => return results::use_result(next, *generation, *section, context),
        Action::Balance => go(&mut next, View::Balance),
        Action::Promo => go(&mut next, View::Promo),
        Action::Friends => go(&mut next, View::Friends),
        Action::Statement { page } => go(&mut next, View::Statement { page: *page }),
        Action::History { filter, page } => go(&mut next, View::History { filter: *filter, page: *page }),
        Action::Help => go(&mut next, View::Help),
        Action::Settings => go(&mut next, View::Settings),
        Action::TopUp => go(&mut next, View::TopUp),
        Action::TopUpAmount { kopecks } => return payments::amount(next, *kopecks, context),
        Action::Pay { provider, kopecks } => return payments::pay(next, *provider, *kopecks, context),
        Action::Invoice { invoice, act } => return payments::press(next, *invoice, *act, context),
        Action::Claim { invoice, act } => return claims::press(next, *invoice, *act, context),
        Action::Terms => go(&mut next, View::Terms),
        Action::Privacy => go(&mut next, View::Privacy),
        Action::Support => go(&mut next, View::Support),
        Action::Reply { user } => return account::reply(next, *user, context),
        Action::SellAgain { model } => return owner::sell_again(next, *model, context),
        Action::Desk(act) => return desk::press(next, act, context),
        Action::AcceptRate { date } => return owner::accept_rate(next, date, context),
        Action::Forget => go(&mut next, View::Forget),
        Action::ForgetForGood => return account::forget(next, context),
        Action::Prefer { preference, on } => {
            go(&mut next, View::Settings);
            return Decision::with(next, Effect::Prefer { preference: *preference, on: *on });
        }
        Action::Language(language) => {
            go(&mut next, View::Settings);
            return Decision::with(next, Effect::Speak(*language));
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
    catalog.by_key(key).filter(|model| is_sold(model))
}

/// The model with this key that has a card: it is offered, or would be if it were not stopped for now.
fn shown_model(catalog: &Catalog, key: Key) -> Option<&Model> {
    catalog.by_key(key).filter(|model| is_sold(model) || model.is_off_for_now())
}
