//! All rows, and what a commit does to them.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use domain::clock::Timestamp;
use domain::figures::Span;
use domain::ids::{GenerationId, ModelId, TaskId, UserId};
use domain::ledger::{Book, Payment, Plan, Posting, Unit};
use domain::ports::{
    ChangeSet, Commit, DeadUpdate, JobKey, MessageEnd, Orphan, PersonChange, ProviderRecord, Rates, Session,
    StatementLine, Stop, StopChange, StoreError, StoreResult, Tries, UpdateKey,
};
use domain::quote::Margin;

use super::audit::Incoming;
use super::events::Events;
use super::generations::Generations;
use super::gifts::Gifts;
use super::invoices::Invoices;
use super::jobs::Jobs;
use super::messages::Messages;
use super::office::Office;
use super::outreach::Outreach;
use super::paybacks::Paybacks;
use super::people::People;
use super::rates;
use super::records::Records;
use super::watch::Watch;

/// All rows.
#[derive(Default)]
pub(super) struct State {
    pub(super) generations: Generations,
    pub(super) gifts: Gifts,
    pub(super) jobs: Jobs,
    pub(super) messages: Messages,
    pub(super) book: Book,
    pub(super) people: People,
    pub(super) invoices: Invoices,
    pub(super) paybacks: Paybacks,
    pub(super) records: Records,
    pub(super) rates: Rates,
    pub(super) office: Office,
    pub(super) outreach: Outreach,
    pub(super) watch: Watch,
    pub(super) events: Events,
    marks: BTreeMap<UpdateKey, Tries>,
    dead: Vec<DeadUpdate>,
    /// Oldest first.
    statements: BTreeMap<UserId, Vec<StatementLine>>,
    /// The same lines by what they are about, oldest first.
    movements: BTreeMap<GenerationId, Vec<StatementLine>>,
    /// Oldest first, each with since when it is listed.
    orphans: Vec<(Timestamp, Orphan)>,
    /// The last stop of each model that was ever stopped, and since when it is sold again, if it is.
    stops: BTreeMap<ModelId, (Stop, Option<Timestamp>)>,
    /// Who holds a name, and until when.
    singletons: BTreeMap<String, (String, Timestamp)>,
    /// Where each bot's updates shall go.
    pub(super) receptions: BTreeMap<i64, String>,
    keepsakes: BTreeMap<String, [u8; 32]>,
    /// The spans of which somebody said that they are over. Their figures are folded again all the same.
    pub(super) rolled: BTreeSet<Span>,
}

impl State {
    /// Writes a change set, or nothing but the count of tries.
    pub(super) fn commit(&mut self, change: &ChangeSet) -> StoreResult<Commit> {
        if let Some(tries) = change.mark.and_then(|mark| self.marks.get_mut(&mark)) {
            tries.count += 1;
            return Ok(Commit::AlreadyDone(*tries));
        }
        if change.lease.as_ref().is_some_and(|end| !self.jobs.holds(&end.lease, change.at)) {
            return Ok(Commit::LeaseLost);
        }
        let forgotten = forgotten(change);
        if !self.people.expected(change)? || forgotten.is_some_and(|user| self.generations.unfinished(user)) {
            return Ok(Commit::VersionConflict);
        }
        if !self.generations.expected(&change.generations)? {
            return Ok(Commit::VersionConflict);
        }
        if !self.invoices.expected(&change.invoices)?
            || !self.paybacks.expected(&change.paybacks)
            || !rates::expected(&self.rates, change.rate.as_ref())
            || !self.people.blocks_fit(change)
            || !self.office.expected(change)
            || !self.outreach.expected(change, &self.people)
            || !self.watch.expected(change)
        {
            return Ok(Commit::VersionConflict);
        }
        self.check_references(change)?;
        let Some(given) = self.gifts.changed(change)? else { return Ok(Commit::VersionConflict) };
        match self.book.apply_all(&change.operations) {
            Err((operation, reason)) => Ok(Commit::Refused { operation, reason }),
            Ok(plans) => {
                self.gifts.write(given);
                self.write(change, &plans);
                Ok(Commit::Committed)
            }
        }
    }

    /// A message must be known to be marked or ended: a change set that says otherwise is a defect.
    fn check_references(&self, change: &ChangeSet) -> StoreResult<()> {
        let known = |id| self.messages.knows(id) || change.messages.iter().any(|message| message.id == id);
        let mut named = change.parts.iter().map(|(id, _)| *id).chain(change.ended.iter().map(|(id, _)| *id));
        match named.find(|id| !known(*id)) {
            Some(id) => Err(StoreError::Defect(format!("message `{id}` is not there"))),
            None => Ok(()),
        }
    }

    /// Everything but the ledger, which is written. Cannot fail.
    fn write(&mut self, change: &ChangeSet, plans: &[Option<Plan>]) {
        if let Some(mark) = change.mark {
            self.marks.insert(mark, Tries { count: 1, first_at: change.at });
        }
        if let Some(end) = &change.lease {
            self.jobs.end(end);
        }
        let chat = forgotten(change).and_then(|user| self.people.get(user)).map(|person| person.chat);
        chat.into_iter().for_each(|chat| self.records.forget(chat));
        self.people.write(change);
        if let Some(user) = forgotten(change) {
            self.invoices.forget(user);
            self.generations.forget(user);
            self.messages.forget(user);
        }
        change.generations.iter().for_each(|generation| self.generations.write(generation, change.at));
        for (posting, plan) in change.operations.iter().zip(plans) {
            self.write_line(posting, plan.as_ref());
        }
        change
            .invoices
            .iter()
            .for_each(|invoice| self.invoices.write(invoice, change.at, |user| self.people.get(user).is_some()));
        change.paybacks.iter().for_each(|payback| self.paybacks.write(payback));
        change.messages.iter().for_each(|message| self.messages.add(message, change.at));
        change.parts.iter().for_each(|(id, mark)| self.messages.mark(*id, mark));
        for (id, end) in &change.ended {
            match end {
                MessageEnd::Sent | MessageEnd::Refused => self.messages.end(*id),
            }
        }
        change.schedule.iter().for_each(|schedule| self.jobs.schedule(schedule));
        change.orphans.iter().for_each(|orphan| self.write_orphan(orphan, change.at));
        change.reconciliation.iter().for_each(|list| self.records.keep(list));
        change.rate.iter().for_each(|rate| rates::write(&mut self.rates, rate));
        change.stops.iter().for_each(|stop| self.write_stop(stop, change.at));
        self.office.write(change);
        self.outreach.write(change);
        self.watch.write(change);
    }

    fn write_line(&mut self, posting: &Posting, plan: Option<&Plan>) {
        let Some((user, plan)) = plan.and_then(|plan| plan.user.zip(Some(plan))) else { return };
        let line = StatementLine::of(posting, plan);
        if let Some(generation) = line.generation {
            self.movements.entry(generation).or_default().push(line.clone());
        }
        self.statements.entry(user).or_default().push(line);
    }

    fn write_orphan(&mut self, new: &Orphan, at: Timestamp) {
        match self.orphans.iter_mut().map(|(_, known)| known).find(|known| known.generation == new.generation) {
            Some(known) => {
                known.task = new.task.clone().or_else(|| known.task.take());
                known.late_results = new.late_results.clone().or_else(|| known.late_results.take());
                known.reason.clone_from(&new.reason);
            }
            None => self.orphans.push((at, new.clone())),
        }
    }

    fn write_stop(&mut self, change: &StopChange, at: Timestamp) {
        match change {
            StopChange::Stop(model, reason) => {
                if self.stops.get(model).is_none_or(|(_, resumed_at)| resumed_at.is_some()) {
                    let stop = Stop { model: model.clone(), reason: *reason, at };
                    self.stops.insert(model.clone(), (stop, None));
                }
            }
            StopChange::Rest(rest) => self.watch.rest(rest),
            StopChange::Resume(model) => {
                self.watch.end_rest(model, at);
                if let Some((_, resumed_at)) = self.stops.get_mut(model) {
                    resumed_at.get_or_insert(at);
                }
            }
        }
    }

    /// Everything an update starts from.
    pub(super) fn session(&self, user: UserId) -> Option<Session> {
        Some(Session {
            person: self.people.get(user)?.clone(),
            conversation: self.people.conversation(user)?.clone(),
            money: self.book.wallet(user, Unit::Money),
            runs: self.book.wallet(user, Unit::Run),
        })
    }

    /// The first message of a user that has not ended; none for somebody who was deleted.
    pub(super) fn next_message(&self, user: UserId) -> Option<domain::ports::Message> {
        self.messages.next(user, self.people.get(user)?.chat)
    }

    /// A page of a statement, newest first.
    pub(super) fn statement(&self, user: UserId, skip: usize, limit: usize) -> Vec<StatementLine> {
        let newest_first = self.statements.get(&user).into_iter().flat_map(|lines| lines.iter().rev());
        newest_first.skip(skip).take(limit).cloned().collect()
    }

    /// The lines about one generation, oldest first.
    pub(super) fn movements_of(&self, generation: GenerationId) -> Vec<StatementLine> {
        self.movements.get(&generation).cloned().unwrap_or_default()
    }

    /// The lines of all statements, each with whose it is.
    pub(super) fn lines(&self) -> impl Iterator<Item = (UserId, &StatementLine)> {
        self.statements.iter().flat_map(|(user, lines)| lines.iter().map(|line| (*user, line)))
    }

    /// The generation of a task, orphans included.
    pub(super) fn generation_of_task(&self, task: &TaskId) -> Option<GenerationId> {
        let orphan = || self.orphans.iter().find(|(_, orphan)| orphan.task.as_ref() == Some(task));
        self.generations.of_task(task).or_else(|| orphan().map(|(_, orphan)| orphan.generation))
    }

    /// Keeps an update that could not be taken; a repeat is kept once.
    pub(super) fn bury(&mut self, dead: &DeadUpdate) {
        let same = |known: &DeadUpdate| match dead.update {
            Some(update) => (known.bot, known.update) == (dead.bot, Some(update)),
            None => (known.bot, known.update) == (dead.bot, None) && known.body == dead.body,
        };
        if !self.dead.iter().any(same) {
            self.dead.push(dead.clone());
        }
        if let Some(update) = dead.update {
            let key = UpdateKey { bot: dead.bot, update };
            self.marks.entry(key).or_insert(Tries { count: 1, first_at: dead.at });
        }
    }

    /// Whether an update is done or buried.
    pub(super) fn is_done(&self, key: UpdateKey) -> bool {
        let buried = |dead: &DeadUpdate| (dead.bot, dead.update) == (key.bot, Some(key.update));
        self.marks.contains_key(&key) || self.dead.iter().any(buried)
    }

    /// Takes, renews or gives up a name.
    pub(super) fn hold_singleton(&mut self, name: &str, owner: &str, now: Timestamp, lease: Duration) -> bool {
        if self.singletons.get(name).is_some_and(|(holder, until)| holder != owner && now < *until) {
            return false;
        }
        self.singletons.insert(name.to_owned(), (owner.to_owned(), now + lease));
        !lease.is_zero()
    }

    /// What is noted of a generation's task.
    pub(super) fn orphan(&self, generation: GenerationId) -> Option<Orphan> {
        let known = self.orphans.iter().find(|(_, orphan)| orphan.generation == generation);
        known.map(|(_, orphan)| orphan.clone())
    }

    /// The orphans, newest first.
    pub(super) fn orphans(&self, limit: usize) -> Vec<Orphan> {
        self.orphans.iter().rev().take(limit).map(|(_, orphan)| orphan.clone()).collect()
    }

    /// How many orphans were listed since then.
    pub(super) fn orphans_since(&self, since: Timestamp) -> usize {
        self.orphans.iter().filter(|(at, _)| *at >= since).count()
    }

    /// How many dead updates came since then, and how many of them name a payment.
    pub(super) fn dead_since(&self, since: Timestamp) -> (usize, usize) {
        const PAYMENT: &[u8] = b"successful_payment";
        let dead: Vec<_> = self.dead.iter().filter(|dead| dead.at >= since).collect();
        let pays = |dead: &&&DeadUpdate| dead.body.windows(PAYMENT.len()).any(|window| window == PAYMENT);
        (dead.len(), dead.iter().filter(pays).count())
    }

    /// A user's payments, newest first.
    pub(super) fn payments(&self, user: UserId, limit: usize) -> Vec<Payment> {
        let mut rows: Vec<_> = self.book.payments().filter(|payment| payment.user == user).collect();
        rows.sort_unstable_by_key(|row| Reverse((row.at, row.provider.code(), &row.payment)));
        rows.into_iter().take(limit).cloned().collect()
    }

    /// Records of providers' lists that no payment agrees with, newest first.
    pub(super) fn unmatched_records(&self, limit: usize) -> Vec<ProviderRecord> {
        self.records.unmatched(|provider, payment| self.book.payment(provider, payment), limit)
    }

    /// What explains the money that came in.
    pub(super) fn incoming(&self) -> Incoming<'_> {
        Incoming {
            invoices: self.invoices.all().collect(),
            paybacks: self.paybacks.all().collect(),
            records: self.records.all().collect(),
            asked_at: self.records.moments().collect(),
        }
    }

    /// The stopped models, by model.
    pub(super) fn stops(&self) -> Vec<Stop> {
        let stopped = self.stops.values().filter(|(_, resumed_at)| resumed_at.is_none());
        stopped.map(|(stop, _)| stop.clone()).collect()
    }

    /// The margins of a model's last successes since it was sold again, the newest first.
    pub(super) fn margins(&self, model: &ModelId, limit: usize) -> Vec<Margin> {
        let resumed_at = self.stops.get(model).and_then(|(_, resumed_at)| *resumed_at);
        self.generations.successes.margins(model, resumed_at, limit)
    }

    /// How many queued generations come before this one.
    pub(super) fn queue_position(&self, id: GenerationId) -> usize {
        self.generations.queue_position(id, |id| self.jobs.turn(JobKey::generation(id)))
    }

    /// The value of this name; `fresh` becomes it if there is none.
    pub(super) fn keepsake(&mut self, name: &str, fresh: [u8; 32]) -> [u8; 32] {
        *self.keepsakes.entry(name.to_owned()).or_insert(fresh)
    }

    /// Removes old marks, dead updates and input files; returns how many.
    pub(super) fn purge(&mut self, marks_before: Timestamp, dead_before: Timestamp) -> usize {
        let before = self.marks.len() + self.dead.len();
        self.marks.retain(|_, tries| tries.first_at >= marks_before);
        self.dead.retain(|dead| dead.at >= dead_before);
        before - self.marks.len() - self.dead.len() + self.people.purge(dead_before) + self.outreach.purge(dead_before)
    }
}

/// Whom a change set forgets.
fn forgotten(change: &ChangeSet) -> Option<UserId> {
    match change.person {
        Some(PersonChange::Forget { user, .. }) => Some(user),
        _ => None,
    }
}
