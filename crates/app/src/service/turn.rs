//! One turn of a conversation: what an event changes, put into a change set. Updates and wakes share it; each commits it in its own way.

use domain::ids::{GenerationId, InvoiceId, UserId};
use domain::ledger::{Amount, BonusKind, Operation, Posting, Unit};
use domain::models::Catalog;
use domain::money::Money;
use domain::ports::{
    ChangeSet, Conversation, ConversationChange, FavouriteChange, GenerationChange, InputChange, InputState, JobKey,
    PromoChange, Schedule, Session, StopChange, StoreError, StoreResult,
};
use domain::promo;
use domain::screen::{Action, DraftAct, GenerationAct, Preference};
use domain::staff::{Deed, Duty};

use super::App;
use super::orders::input_yields;
use super::senders::rewrite_person;
use super::showcase::Showcase;
use crate::conversation::{Context, Decision, Effect, Notice, Talk, View, code_in, decide};
use crate::event::Event;
use crate::outbox::Body;

/// What an event made of a talk; true once its change set is committed.
pub(crate) struct Turn {
    /// The new state.
    pub(crate) talk: Talk,
    /// The message to edit, if not a new one.
    pub(crate) edit: Option<i64>,
    /// The conversation's version after the commit.
    pub(crate) version: i64,
    /// Nothing is drawn.
    pub(crate) quiet: bool,
    /// Whether anything but a notice that was read differs from before.
    pub(crate) changed: bool,
}

/// What a user had under way before an event: it decides how far new work stands back behind that of others.
#[derive(Clone, Copy, Debug)]
struct Load {
    /// Generations that are queued or running.
    live: usize,
    /// Input files that are fetched or uploaded.
    pending: usize,
}

/// Of a user's invoices so many are looked at for one that waits.
const INVOICES_LOOKED_AT: u32 = 20;

impl App {
    /// Decides about an event and puts everything that follows into `change`: effects, input files, jobs, and the conversation with its
    /// expected version. `session` becomes what it will be.
    pub(crate) async fn turn(
        &self,
        change: &mut ChangeSet,
        session: &mut Session,
        talk: &Talk,
        event: &Event,
        is_new: bool,
    ) -> StoreResult<Turn> {
        // One showcase from the decision to its effects, so that an order is paid as it was shown.
        let showcase = self.showcase();
        let (mut decision, load) = self.decision(talk, event, session, is_new, change, &showcase).await?;
        if let Some(notice) = self.apply(change, session, &decision, load, &showcase.catalog).await? {
            let stays = if decision.effect == Some(Effect::Forget) { talk.clone() } else { decision.talk };
            decision.talk = Talk { notice: Some(notice), ..stays };
        }
        // Whose data go has no conversation any more.
        if decision.talk.view != View::Forgotten {
            change.conversation = Some(ConversationChange {
                user: session.person.user,
                expected: session.conversation.version,
                body: serde_json::to_string(&decision.talk)
                    .map_err(|error| StoreError::Defect(format!("a talk does not serialise: {error}")))?,
                forget_window: decision.fresh,
            });
        }
        let read = Talk { notice: None, ..talk.clone() };
        let edit = message_to_edit(decision.fresh, pressed(event), session.conversation.window);
        // Where the progress of what was just ordered will be: whatever is lost from now on, it is closed in the end.
        for generation in &mut change.generations {
            if let GenerationChange::Create(created) = generation {
                created.progress_message = edit;
            }
        }
        Ok(Turn {
            edit,
            version: session.conversation.version + 1,
            quiet: decision.quiet,
            changed: decision.talk != read
                || decision.effect.is_some()
                || decision.wake_at.is_some()
                || !decision.inputs.is_empty(),
            talk: decision.talk,
        })
    }

    /// The decision, and what the user had under way; that is looked up only where it matters.
    async fn decision(
        &self,
        talk: &Talk,
        event: &Event,
        session: &Session,
        is_new: bool,
        change: &ChangeSet,
        showcase: &Showcase,
    ) -> StoreResult<(Decision, Load)> {
        let user = session.person.user;
        let generation = match named_generation(event) {
            Some(id) if !is_new => self.store.generation(id).await?.filter(|generation| generation.user == user),
            _ => None,
        };
        let sent = match (event, &generation) {
            (Event::Press { action: Some(action), .. }, Some(generation)) if takes_result(action) => {
                self.store.result_parts(generation.id).await?
            }
            _ => Vec::new(),
        };
        let live = if (is_confirm(event) && generation.is_none()) || is_farewell(event) {
            self.store.live_generations(user).await?.len()
        } else {
            0
        };
        let orders = is_confirm(event) && generation.is_none();
        let order_wait = if orders { self.order_wait(user, change.at).await? } else { None };
        let repeated = generation.as_ref().filter(|_| is_repeat(event));
        let (inputs, own) = (self.inputs_of(talk, repeated).await?, self.own_results(user, talk).await?);
        let free = self.free_of(user, self.model_at_stake(talk, event, generation.as_ref()), change.at).await?;
        let promo = match code_in(talk, event, change.at) {
            Some(code) => self.store.promo(&code, user).await?,
            None => None,
        };
        let invoice = match named_invoice(event, talk) {
            Some(id) => self.store.invoice(id).await?,
            None => None,
        };
        let actor = self.actor(session.person.chat);
        let may_decide = actor.is_some_and(|actor| actor.role.may(Duty::Money));
        // Who decides about money looks at anybody's receipt; everybody else at nothing but their own.
        let invoice = invoice.filter(|invoice| invoice.user == user || may_decide);
        let invoices = if asks_for_invoice(event, talk) {
            self.store.invoices(user, INVOICES_LOOKED_AT).await?
        } else {
            Vec::new()
        };
        let office = self.office_now();
        let context = Context {
            catalog: &showcase.catalog,
            factor: self.factor(),
            money: session.money,
            runs: session.runs,
            free: &free,
            promo: promo.as_ref(),
            generation: generation.as_ref(),
            sent: &sent,
            inputs: &inputs,
            own: &own,
            search: &showcase.search,
            actor,
            user,
            blocked: session.person.blocked && actor.is_none(),
            live,
            live_max: self.office_now().live.live_max,
            order_wait,
            ways: &self.ways(),
            invoice: invoice.as_ref(),
            invoices: &invoices,
            credited: credited_in(change, user),
            selling: self.is_selling(change.at),
            paused: self.paused(change.at).filter(|_| office.live.selling),
            selling_note: office.live.selling_note.as_deref().filter(|_| !office.live.selling),
            now: change.at,
            clock: &*self.clock,
            ids: &*self.ids,
        };
        let mut decision = decide(talk, event, &context);
        if is_new && decision.talk.view == View::Menu {
            decision.talk.view = View::Welcome;
            decision.fresh = true;
            if !change.referrals.is_empty() && decision.talk.notice.is_none() {
                decision.talk.notice = Some(self.greeting_of_a_friend());
            }
        }
        let pending = inputs.iter().filter(|input| input.state == InputState::Pending).count();
        Ok((decision, Load { live, pending }))
    }

    /// Puts what a decision does besides the screen into the change set. Returns what is said instead if it can't be done.
    async fn apply(
        &self,
        change: &mut ChangeSet,
        session: &mut Session,
        decision: &Decision,
        load: Load,
        catalog: &Catalog,
    ) -> StoreResult<Option<Notice>> {
        let mut instead = None;
        let actor = self.actor(session.person.chat);
        match &decision.effect {
            None => {}
            Some(Effect::Order(draft, quote)) if draft.trial => {
                match actor.filter(|actor| actor.role.may(Duty::Models)) {
                    Some(actor) => {
                        self.order(change, catalog, session, (draft, quote), load.live);
                        self.note_trial(change, actor, draft);
                    }
                    // Dismissed between the decision and its effects.
                    None => instead = Some(Notice::new("desk-not-yours")),
                }
            }
            Some(Effect::Order(draft, quote)) => self.order(change, catalog, session, (draft, quote), load.live),
            Some(Effect::Cancel(id)) => {
                if let Some(generation) = self.store.generation(*id).await? {
                    self.cancel(change, &generation);
                }
            }
            Some(Effect::Resend(id)) => self.post(change, session.person.user, &Body::Resend(*id), None),
            Some(Effect::Speak(language)) => {
                session.person.language = *language;
                rewrite_person(change, &session.person);
            }
            Some(Effect::Prefer { preference, on }) => {
                match preference {
                    Preference::Sound => session.person.silent = !on,
                    Preference::News => session.person.news = *on,
                }
                rewrite_person(change, &session.person);
            }
            Some(Effect::Favour { model, on }) => {
                let user = session.person.user;
                change.favourites.push(FavouriteChange { user, model: model.clone(), on: *on });
            }
            Some(Effect::Redeem { code, nth, gift }) => self.redeem(change, session, code, *nth, *gift),
            Some(Effect::SellAgain(model)) => {
                change.stops.push(StopChange::Resume(model.clone()));
                self.note_at_desk(change, actor, Deed::SellModel, model.0.clone(), None);
            }
            Some(Effect::AcceptRate { date }) => {
                instead = Some(self.accept_rate(change, date).await?);
                if change.rate.is_some() {
                    self.note_at_desk(change, actor, Deed::AcceptRate, date.clone(), None);
                }
            }
            Some(Effect::Desk(work)) => instead = self.work_at_desk(change, actor, work).await?,
            Some(Effect::Invoice { id, provider, amount }) => {
                instead = self.make_invoice(change, session.person.user, *id, *provider, *amount);
            }
            Some(Effect::CheckInvoice(id)) => change.schedule.push(Schedule::new(JobKey::invoice(*id), change.at)),
            Some(Effect::CancelInvoice(id)) => self.cancel_invoice(change, *id).await?,
            Some(Effect::ClaimPaid { invoice, receipt }) => self.claim_paid(change, *invoice, receipt).await?,
            Some(Effect::Approve { invoice, amount }) => {
                self.approve_claim(change, invoice, *amount, session.person.chat).await?;
                self.note_at_desk(change, actor, Deed::ApproveReceipt, invoice.reference(), None);
            }
            Some(Effect::Reject { invoice, reason }) => {
                self.reject_claim(change, invoice, reason, session.person.chat);
                self.note_at_desk(change, actor, Deed::RejectReceipt, invoice.reference(), Some(reason));
            }
            Some(Effect::Forget) => instead = self.forget(change, session).await?,
            Some(Effect::Ask(letter)) => instead = self.ask_owners(change, session, letter).await?,
            Some(Effect::Answer { user, letter }) => {
                instead = self.answer_user(change, session, *user, letter).await?;
            }
        }
        for (input, before) in decision.inputs.iter().zip(load.pending..) {
            change.inputs.push(InputChange::Create(input.clone()));
            let schedule = Schedule::new(JobKey::input(input.id), change.at);
            change.schedule.push(Schedule { yields: input_yields(before), ..schedule });
        }
        if let Some(wake_at) = decision.wake_at {
            change.schedule.push(Schedule::new(JobKey::wake(session.person.user), wake_at));
        }
        Ok(instead)
    }

    /// Counts a redemption and gives what it gives, together; the session shows it at once.
    fn redeem(&self, change: &mut ChangeSet, session: &mut Session, code: &str, nth: u32, gift: Amount) {
        let user = session.person.user;
        change.promos.push(PromoChange::Redeem { code: code.to_owned(), user, nth });
        let cause = promo::cause(code, user, nth);
        let bonus = Operation::Bonus { user, kind: BonusKind::Promo, cause, amount: gift };
        change.operations.push(Posting::new(bonus, &*self.clock, &*self.ids));
        let wallet = match gift.unit {
            Unit::Money => &mut session.money,
            Unit::Run => &mut session.runs,
        };
        wallet.posted = wallet.posted.saturating_add(gift.value);
    }
}

/// The talk that a conversation's row keeps.
pub(crate) fn read_talk(conversation: &Conversation) -> Talk {
    serde_json::from_str(&conversation.body).unwrap_or_else(|error| {
        // A body of a version that this one does not know: the menu is always a good place to be.
        tracing::warn!(%error, "a conversation could not be read; it starts anew");
        Talk::default()
    })
}

/// The window, if that is where the user is. A button under anything else (a result, an older screen) brings a new window, so that a result
/// that was paid for is never written over.
fn message_to_edit(fresh: bool, pressed: Option<i64>, window: Option<i64>) -> Option<i64> {
    window.filter(|window| !fresh && pressed.is_none_or(|pressed| pressed == *window))
}

const fn pressed(event: &Event) -> Option<i64> {
    match event {
        Event::Press { message, .. } => *message,
        _ => None,
    }
}

const fn named_generation(event: &Event) -> Option<GenerationId> {
    match event {
        Event::Press {
            action: Some(Action::Generation { generation, .. } | Action::Use { generation, .. }), ..
        } => Some(*generation),
        Event::Press { action: Some(Action::Draft { draft, act: DraftAct::Confirm, .. }), .. } => Some(*draft),
        _ => None,
    }
}

/// The invoice that an event speaks of, or that is on the screen.
const fn named_invoice(event: &Event, talk: &Talk) -> Option<InvoiceId> {
    match (event, &talk.view) {
        (Event::Press { action: Some(Action::Invoice { invoice, .. } | Action::Claim { invoice, .. }), .. }, _) => {
            Some(*invoice)
        }
        (
            Event::Text { .. } | Event::File { .. } | Event::Wake,
            View::Invoice { invoice } | View::ClaimAmount { invoice } | View::ClaimReason { invoice },
        ) => Some(*invoice),
        _ => None,
    }
}

/// Whether an event may lead to a new invoice.
const fn asks_for_invoice(event: &Event, talk: &Talk) -> bool {
    match event {
        Event::Press { action: Some(Action::TopUpAmount { .. } | Action::Pay { .. }), .. } => true,
        Event::Text { .. } => matches!(talk.view, View::TopUp | View::TopUpWay { .. }),
        _ => false,
    }
}

/// What a payment in this change set credits.
fn credited_in(change: &ChangeSet, of: UserId) -> Option<Money> {
    change.operations.iter().find_map(|posting| match &posting.operation {
        Operation::TopUp { user, amount, .. } if *user == of => Some(*amount),
        _ => None,
    })
}

/// Whether an order is made again, with its inputs.
const fn is_repeat(event: &Event) -> bool {
    matches!(
        event,
        Event::Press { action: Some(Action::Generation { act: GenerationAct::Again | GenerationAct::Reword, .. }), .. }
    )
}

/// Whether an action makes an input of a generation's result.
const fn takes_result(action: &Action) -> bool {
    matches!(action, Action::Use { .. } | Action::Generation { act: GenerationAct::Vary, .. })
}

const fn is_farewell(event: &Event) -> bool {
    matches!(event, Event::Press { action: Some(Action::ForgetForGood), .. })
}

const fn is_confirm(event: &Event) -> bool {
    matches!(event, Event::Press { action: Some(Action::Draft { act: DraftAct::Confirm, .. }), .. })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_window_is_edited_and_only_where_the_user_pressed() {
        let table = [
            (false, Some(5), Some(5), Some(5)),
            (false, None, Some(5), Some(5)),
            // A button under a result or an older screen.
            (false, Some(9), Some(5), None),
            (false, Some(9), None, None),
            (false, None, None, None),
            (true, Some(5), Some(5), None),
            (true, None, Some(5), None),
        ];
        for (fresh, pressed, window, wanted) in table {
            assert_eq!(message_to_edit(fresh, pressed, window), wanted, "{fresh} {pressed:?} {window:?}");
        }
    }

    #[test]
    fn a_body_that_can_not_be_read_starts_anew() {
        for body in ["", "{", r#"{"view":"a screen of tomorrow"}"#] {
            let conversation = Conversation { version: 3, body: body.to_owned(), window: None };
            assert_eq!(read_talk(&conversation), Talk::default(), "{body}");
        }
    }
}
