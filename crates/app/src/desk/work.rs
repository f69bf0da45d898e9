//! What staff may do at the desk, each with its line in the audit log: the bot and the web share it.
//!
//! Invariants
//! - [`Desk::perform`] holds the actor's role against the deed, and its change set holds it against the database once more.
//! - Deed and line are one change set: what is not logged did not happen.

use std::time::Duration;

use domain::generation::StateKind;
use domain::ids::{ActionId, ChatId, GenerationId, ModelId, UserId};
use domain::ledger::{Amount, Operation, Payment, Unit};
use domain::money::Money;
use domain::ports::{
    ApprovalChange, BlockChange, ChangeSet, Office, Outreach, SettingChange, StaffChange, StopChange, StopReason, Watch,
};
use domain::screen::{Key, Period};
use domain::staff::{Actor, Approval, AuditEntry, Deed, Duty, Role, Setting, StaffMember};

use super::{BroadcastWork, Desk, DeskError, PromoWork, Refused, Share, WatchWork};
use crate::conversation::{Letter, Notice};
use crate::outbox::{Body, Mail};
use crate::settings::{Live, Spec};

/// So many of a user's payments can be paid back at the desk; older ones by the command line.
pub const PAYMENTS_SHOWN: u32 = 20;
/// A large credit that nobody decided about for so long is forgotten.
pub(crate) const APPROVAL_LIFE: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// What is done at the desk besides a new screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Work {
    /// A balance is raised or lowered.
    Adjust {
        /// Whose.
        user: UserId,
        /// Negative takes away.
        amount: Money,
        /// Why.
        reason: String,
    },
    /// Free runs are given.
    GiveRuns {
        /// To whom.
        user: UserId,
        /// How many.
        runs: i64,
    },
    /// A user is shut out.
    Block {
        /// Who.
        user: UserId,
        /// Why.
        reason: String,
    },
    /// A user is let in again.
    Unblock(UserId),
    /// A user is written to.
    Write {
        /// Who.
        user: UserId,
        /// What.
        letter: Letter,
    },
    /// A generation is refunded.
    Refund {
        /// Which.
        generation: GenerationId,
        /// How much of it.
        share: Share,
        /// Why.
        reason: String,
    },
    /// A payment is paid back.
    PayBack {
        /// Whose.
        user: UserId,
        /// Of the provider's code and the payment's id there.
        payment: Key,
        /// Why.
        reason: String,
    },
    /// Another owner's large credit is decided about.
    Decide {
        /// Which.
        approval: ActionId,
        /// Yes or no.
        granted: bool,
    },
    /// A model is stopped or sold again.
    Sell {
        /// Which.
        model: ModelId,
        /// Sell it.
        on: bool,
    },
    /// A setting is changed.
    Set {
        /// Which.
        name: String,
        /// As it is stored; `None`: the configuration's.
        value: Option<String>,
    },
    /// A setting gets the value back that it had before an entry of the audit log.
    Rollback(ActionId),
    /// Somebody is appointed.
    Appoint {
        /// Who.
        chat: ChatId,
        /// As what.
        role: Role,
    },
    /// Somebody is dismissed.
    Dismiss(ChatId),
    /// A picture of the figures is sent.
    Chart(Period),
    /// The figures are sent as a table.
    Export(Period),
    /// Something is done with a broadcast.
    Broadcast(BroadcastWork),
    /// A promo code or a campaign is made.
    Promo(PromoWork),
    /// About alerts.
    Watch(WatchWork),
}

impl Work {
    /// What it belongs to.
    pub const fn duty(&self) -> Duty {
        match self {
            Self::Adjust { .. }
            | Self::GiveRuns { .. }
            | Self::Refund { .. }
            | Self::PayBack { .. }
            | Self::Decide { .. } => Duty::Money,
            Self::Block { .. } | Self::Unblock(_) => Duty::Block,
            Self::Write { .. } => Duty::Write,
            Self::Sell { .. } => Duty::Models,
            Self::Set { name, .. } => duty_of(name.as_str()),
            Self::Rollback(_) => Duty::Settings,
            Self::Appoint { .. } | Self::Dismiss(_) => Duty::Staff,
            Self::Chart(_) | Self::Export(_) => Duty::Statistics,
            Self::Broadcast(_) => Duty::Broadcast,
            Self::Promo(_) => Duty::Promo,
            Self::Watch(work) => work.duty(),
        }
    }
}

/// Whose business a setting is: stopping to sell is a manager's too.
const fn duty_of(name: &str) -> Duty {
    match name.as_bytes() {
        b"selling" => Duty::Maintenance,
        _ => Duty::Settings,
    }
}

/// What the office knows when something is done.
#[derive(Clone, Copy)]
pub struct Room<'a> {
    /// To be asked for more.
    pub office: &'a dyn Office,
    /// To be asked about broadcasts and campaigns.
    pub outreach: &'a dyn Outreach,
    /// To be asked for alerts.
    pub watch: &'a dyn Watch,
    /// Who was appointed.
    pub staff: &'a [StaffMember],
    /// Whom the configuration names.
    pub owners: &'a [ChatId],
    /// What was set at run time.
    pub settings: &'a [Setting],
    /// What holds now.
    pub live: &'a Live,
}

impl Room<'_> {
    fn is_owner(&self, chat: ChatId) -> bool {
        let appointed = |member: &StaffMember| member.chat == chat && member.role == Role::Owner;
        self.owners.contains(&chat) || self.staff.iter().any(appointed)
    }

    /// The owners besides this one.
    pub fn other_owners(&self, than: ChatId) -> Vec<ChatId> {
        let appointed = self.staff.iter().filter(|member| member.role == Role::Owner).map(|member| member.chat);
        let mut owners: Vec<ChatId> =
            self.owners.iter().copied().chain(appointed).filter(|owner| *owner != than).collect();
        owners.sort_unstable();
        owners.dedup();
        owners
    }
}

/// A line of the audit log without what every line has.
pub(super) struct Line {
    deed: Deed,
    subject: String,
    before: Option<String>,
    after: Option<String>,
    reason: Option<String>,
}

impl Line {
    pub(super) fn new(deed: Deed, subject: impl ToString) -> Self {
        Self { deed, subject: subject.to_string(), before: None, after: None, reason: None }
    }

    pub(super) fn after(self, after: impl ToString) -> Self {
        Self { after: Some(after.to_string()), ..self }
    }

    fn because(self, reason: &str) -> Self {
        Self { reason: Some(reason.to_owned()), ..self }
    }
}

impl Desk<'_> {
    /// Puts a deed and its line of the audit log into a change set. Returns what the actor is told instead of "done", if there is more to say.
    ///
    /// # Errors
    /// [`Refused::NotAllowed`], and what each deed says.
    pub async fn perform(
        &self,
        change: &mut ChangeSet,
        actor: Actor,
        work: &Work,
        room: Room<'_>,
    ) -> Result<Option<Notice>, DeskError> {
        if !actor.role.may(work.duty()) {
            return Err(Refused::NotAllowed.into());
        }
        match work {
            Work::Adjust { user, amount, reason } => {
                return self.adjust_by(change, actor, *user, *amount, reason, room).await;
            }
            Work::GiveRuns { user, runs } => {
                let session = self.session(*user).await?;
                self.gift(change, &session, Amount::runs(*runs))?;
                self.log(change, actor, Line::new(Deed::GiveRuns, user).after(runs));
            }
            Work::Block { user, reason } => {
                let session = self.session(*user).await?;
                if session.person.blocked {
                    return Err(Refused::Changed.into());
                }
                if room.is_owner(session.person.chat) {
                    return Err(Refused::IsOwner.into());
                }
                change.blocks.push(BlockChange { user: *user, on: true });
                self.log(change, actor, Line::new(Deed::Block, user).because(reason));
            }
            Work::Unblock(user) => {
                if !self.session(*user).await?.person.blocked {
                    return Err(Refused::Changed.into());
                }
                change.blocks.push(BlockChange { user: *user, on: false });
                self.log(change, actor, Line::new(Deed::Unblock, user));
            }
            Work::Write { user, letter } => {
                let from = self.store.session(actor.chat).await?.ok_or(Refused::Changed)?.person.user;
                let session = self.session(*user).await?;
                let mail = Mail { from, text: letter.text.clone(), copy: letter.copy };
                self.tell(change, *user, &Body::Answer(mail));
                self.log(change, actor, Line::new(Deed::Write, user));
                return Ok(session.person.gone.then(|| Notice::new("notice-answer-waits")));
            }
            Work::Refund { generation, share, reason } => {
                let found = self.store.generation(*generation).await?;
                let found = found.ok_or_else(|| Refused::NoSuchGeneration(generation.to_string()))?;
                let left = self.left_of(&found).await?;
                let share = match (share, left.unit) {
                    _ if left.value <= 0 => return Err(Refused::AllGivenBack.into()),
                    (Share::Part(part), _) if part.kopecks() > left.value => {
                        return Err(Refused::MoreThanLeft { left }.into());
                    }
                    (Share::All, Unit::Money) if found.state.kind() == StateKind::Delivered => {
                        Share::Part(Money::from_kopecks(left.value))
                    }
                    (share, _) => *share,
                };
                let refund = self.plan_refund(change, &found, share, reason).await?;
                let line = Line::new(Deed::RefundGeneration, generation).after(refund.amount).because(reason);
                self.log(change, actor, line);
            }
            Work::PayBack { user, payment, reason } => {
                let found = self.payment_of(*user, *payment).await?;
                self.refund_payment(change, found.provider, &found.payment, reason).await?;
                let subject = format!("{}:{}", found.provider.code(), found.payment);
                let line = Line { before: Some(found.amount.to_string()), ..Line::new(Deed::RefundPayment, subject) };
                self.log(change, actor, line.because(reason));
            }
            Work::Decide { approval, granted } => return self.decide(change, actor, *approval, *granted, room).await,
            Work::Sell { model, on } => {
                change.stops.push(if *on {
                    StopChange::Resume(model.clone())
                } else {
                    StopChange::Stop(model.clone(), StopReason::Desk)
                });
                self.log(change, actor, Line::new(if *on { Deed::SellModel } else { Deed::StopModel }, &model.0));
            }
            Work::Set { name, value } => self.set(change, actor, name, value.as_deref(), room)?,
            Work::Rollback(entry) => {
                let lines =
                    room.office.audit_log(domain::ports::AuditLogQuery { limit: LOG_LOOKED_AT, ..Default::default() });
                let lines = lines.await?;
                let entry = lines.into_iter().find(|line| line.id == *entry && line.deed == Deed::Set);
                let entry = entry.ok_or(Refused::Changed)?;
                self.set(change, actor, &entry.subject, entry.before.as_deref(), room)?;
            }
            Work::Appoint { chat, role } => {
                if room.owners.contains(chat) {
                    return Err(Refused::IsConfigured.into());
                }
                let before = room.staff.iter().find(|member| member.chat == *chat);
                change.staff.push(StaffChange::Appoint { chat: *chat, role: *role });
                let before = before.map(|member| member.role.code().to_owned());
                self.log(change, actor, Line { before, ..Line::new(Deed::Appoint, chat).after(role.code()) });
            }
            Work::Dismiss(chat) => {
                if room.owners.contains(chat) {
                    return Err(Refused::IsConfigured.into());
                }
                let before = room.staff.iter().find(|member| member.chat == *chat).ok_or(Refused::Changed)?;
                change.staff.push(StaffChange::Dismiss(*chat));
                let before = Some(before.role.code().to_owned());
                self.log(change, actor, Line { before, ..Line::new(Deed::Dismiss, chat) });
            }
            Work::Chart(period) => self.print(change, actor, *period, |period| Body::Chart { period }).await?,
            Work::Export(period) => {
                self.print(change, actor, *period, |period| Body::Table { period }).await?;
                self.log(change, actor, Line::new(Deed::Export, format!("{} days", period.days())));
            }
            Work::Broadcast(work) => self.broadcast(change, actor, work, room).await?,
            Work::Promo(work) => self.promote(change, actor, work, room).await?,
            Work::Watch(work) => self.watch_by(change, actor, work, room).await?,
        }
        Ok(None)
    }

    /// Notes in the audit log that somebody decided about a receipt, a rate or a model by a button of a message.
    pub fn note(&self, change: &mut ChangeSet, actor: Actor, deed: Deed, subject: String, reason: Option<&str>) {
        self.log(change, actor, Line { reason: reason.map(str::to_owned), ..Line::new(deed, subject) });
    }

    /// A payment of a user by its key.
    ///
    /// # Errors
    /// [`Refused::Changed`] if it is not among the last ones.
    pub async fn payment_of(&self, user: UserId, key: Key) -> Result<Payment, DeskError> {
        let payments = self.store.payments(user, PAYMENTS_SHOWN).await?;
        payments.into_iter().find(|payment| key_of(payment) == key).ok_or_else(|| Refused::Changed.into())
    }

    /// A balance is raised or lowered; a large credit by one of several owners waits for another one.
    async fn adjust_by(
        &self,
        change: &mut ChangeSet,
        actor: Actor,
        user: UserId,
        amount: Money,
        reason: &str,
        room: Room<'_>,
    ) -> Result<Option<Notice>, DeskError> {
        let session = self.session(user).await?;
        let others = room.other_owners(actor.chat);
        if amount > room.live.alone_max && !others.is_empty() {
            let id = self.action();
            let (reason, at) = (reason.to_owned(), change.at);
            let approval = Approval { id, by: actor.chat, user, amount, reason, at, end: None };
            for owner in others {
                if let Some(owner) = self.store.session(owner).await? {
                    let notice = asked(&approval, &session.person.first_name);
                    self.tell(change, owner.person.user, &Body::Approval { approval: id, notice });
                }
            }
            self.log(change, actor, Line::new(Deed::AskCredit, user).after(amount).because(&approval.reason));
            change.approvals.push(ApprovalChange::Ask(approval));
            return Ok(Some(Notice::new("desk-credit-waits").money("amount", amount)));
        }
        let before = Some(Money::from_kopecks(session.money.posted).to_string());
        self.adjust(change, &session, amount, reason)?;
        if amount > Money::ZERO {
            self.tell(change, user, &Body::Notice(credited(amount, reason)));
        }
        let after = Money::from_kopecks(session.money.posted.saturating_add(amount.kopecks()));
        let deed = if amount < Money::ZERO { Deed::Debit } else { Deed::Credit };
        self.log(change, actor, Line { before, ..Line::new(deed, user).after(after).because(reason) });
        Ok(None)
    }

    /// Another owner says yes or no to a large credit.
    async fn decide(
        &self,
        change: &mut ChangeSet,
        actor: Actor,
        id: ActionId,
        granted: bool,
        room: Room<'_>,
    ) -> Result<Option<Notice>, DeskError> {
        if actor.role != Role::Owner {
            return Err(Refused::NotAllowed.into());
        }
        let waits = |approval: &Approval| approval.end.is_none() && change.at < approval.at + APPROVAL_LIFE;
        let approval = room.office.approval(id).await?.filter(waits).ok_or(Refused::Changed)?;
        if approval.by == actor.chat {
            return Err(Refused::OwnWish.into());
        }
        change.approvals.push(ApprovalChange::Decide { id, granted, by: actor.chat });
        let Approval { user, amount, ref reason, by, .. } = approval;
        if granted {
            self.session(user).await?;
            change.operations.push(self.posting(Operation::Adjust {
                action: id,
                user,
                amount: Amount::money(amount),
                reason: reason.clone(),
                by: format!("{by}, {}", actor.chat),
            }));
            self.tell(change, user, &Body::Notice(credited(amount, reason)));
        }
        if let Some(asker) = self.store.session(by).await? {
            let key = if granted { "desk-your-credit-granted" } else { "desk-your-credit-refused" };
            self.tell(change, asker.person.user, &Body::Notice(Notice::new(key).money("amount", amount)));
        }
        let deed = if granted { Deed::GrantCredit } else { Deed::RefuseCredit };
        self.log(change, actor, Line::new(deed, user).after(amount).because(reason));
        Ok(None)
    }

    /// A setting changes; whoever looked at another version of it is told so by the commit.
    fn set(
        &self,
        change: &mut ChangeSet,
        actor: Actor,
        name: &str,
        value: Option<&str>,
        room: Room<'_>,
    ) -> Result<(), DeskError> {
        Spec::of(name).ok_or(Refused::Changed)?;
        let known = room.settings.iter().find(|setting| setting.name == name);
        let before = known.and_then(|setting| setting.value.clone());
        let value = value.map(str::to_owned);
        change.settings.push(SettingChange {
            name: name.to_owned(),
            expected: known.map_or(0, |setting| setting.version),
            value: value.clone(),
        });
        self.log(change, actor, Line { before, after: value, ..Line::new(Deed::Set, name) });
        Ok(())
    }

    async fn print(
        &self,
        change: &mut ChangeSet,
        actor: Actor,
        period: Period,
        body: impl Fn(Period) -> Body,
    ) -> Result<(), DeskError> {
        let reader = self.store.session(actor.chat).await?.ok_or(Refused::Changed)?;
        self.tell(change, reader.person.user, &body(period));
        Ok(())
    }

    async fn session(&self, user: UserId) -> Result<domain::ports::Session, DeskError> {
        self.store.session_of(user).await?.ok_or_else(|| Refused::Forgotten.into())
    }

    pub(super) fn log(&self, change: &mut ChangeSet, by: Actor, line: Line) {
        let Line { deed, subject, before, after, reason } = line;
        let (id, at) = (self.action(), change.at);
        change.audit_log.push(AuditEntry { id, by, deed, subject, before, after, reason, at });
    }
}

/// So many lines of the audit log are looked through for one that is to be rolled back.
const LOG_LOOKED_AT: u32 = 200;

/// A payment's name in a button.
pub fn key_of(payment: &Payment) -> Key {
    Key::of(&format!("{}:{}", payment.provider.code(), payment.payment))
}

fn credited(amount: Money, reason: &str) -> Notice {
    Notice::new("notice-balance-raised").money("amount", amount).words("reason", reason)
}

fn asked(approval: &Approval, name: &str) -> Notice {
    Notice::new("desk-credit-asked")
        .money("amount", approval.amount)
        .words("user", name)
        .words("by", approval.by.to_string())
        .words("reason", approval.reason.clone())
}
