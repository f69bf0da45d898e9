//! The owner's desk with its effects: what its screens show, and what is done there.

use domain::generation::Generation;
use domain::ids::UserId;
use domain::ports::{AuditLogQuery, ChangeSet, HistoryQuery, PeopleQuery, StoreError, StoreResult};
use domain::screen::{ModelSetting, PersonTab};
use domain::staff::{Actor, Deed, Duty};

use super::App;
use crate::conversation::{DeskQuestion, DeskView, Draft, Notice, WatchView, Wish};
use crate::desk::{
    APPROVAL_LIFE, Desk, DeskError, ModelPeriod, PAYMENTS_SHOWN, Period, Refused, Room, Work, earned_lately,
};
use crate::screens::{DeskFacts, FiguresShown, PAGE, PersonFacts};
use crate::settings::{json_of_limits, model_of};

/// So many large credits are shown; each owner is told of each one anyway.
const APPROVALS_SHOWN: u32 = 10;

impl App {
    /// Does something at the desk within a change set. Returns what is said instead of "done".
    pub(super) async fn work_at_desk(
        &self,
        change: &mut ChangeSet,
        actor: Option<Actor>,
        work: &Work,
    ) -> StoreResult<Option<Notice>> {
        let Some(actor) = actor else { return Ok(Some(Notice::new("notice-stale"))) };
        let (known, by) = (self.office_now(), actor.chat.to_string());
        let room = Room {
            office: &*self.office,
            outreach: &*self.outreach,
            watch: &*self.watch,
            staff: &known.staff,
            owners: &self.settings.owners,
            settings: &known.settings,
            live: &known.live,
        };
        let before = change.clone();
        match self.desk(&by).perform(change, actor, work, room).await {
            Ok(more) => Ok(more),
            Err(DeskError::Store(error)) => Err(error),
            Err(DeskError::Refused(refused)) => {
                *change = before;
                Ok(Some(refusal(&refused)))
            }
        }
    }

    /// Notes in the audit log what was decided by a button of a message.
    pub(super) fn note_at_desk(
        &self,
        change: &mut ChangeSet,
        actor: Option<Actor>,
        deed: Deed,
        subject: String,
        reason: Option<&str>,
    ) {
        if let Some(actor) = actor {
            self.desk(&actor.chat.to_string()).note(change, actor, deed, subject, reason);
        }
    }

    fn desk<'a>(&'a self, by: &'a str) -> Desk<'a> {
        Desk { store: &*self.store, catalog: &self.catalog, clock: &*self.clock, ids: &*self.ids, by }
    }

    /// What a screen of the desk shows; nothing for somebody who may not see it.
    pub(super) async fn desk_facts(&self, view: &DeskView, actor: Option<Actor>) -> StoreResult<DeskFacts> {
        let mut facts = DeskFacts::default();
        let Some(actor) = actor else { return Ok(facts) };
        let may = |duty| actor.role.may(duty);
        let known = self.office_now();
        let limit = u32::try_from(PAGE + 1).unwrap_or(u32::MAX);
        let skip = |page: u16| u32::from(page).saturating_mul(limit - 1);
        match view {
            DeskView::Home => {
                facts.selling = known.live.selling;
                facts.pause = known.pause.filter(domain::pause::Pause::stands);
                if may(Duty::Money) {
                    let waiting = self.desk("").waiting().await.map_err(defect)?;
                    let since = self.now() - APPROVAL_LIFE;
                    let approvals = self.office.waiting_approvals(since, APPROVALS_SHOWN).await?;
                    facts.waits = waiting.receipts.len() + waiting.unmatched.len() + approvals.len();
                }
            }
            DeskView::Statistics { period } if may(Duty::Statistics) => {
                let (now, days) = (self.now(), usize::from(period.days()));
                let figures = Period::of(&*self.reports, now, &self.settings.zone, days).await?;
                facts.figures = Some(FiguresShown { figures, states: self.reports.states().await? });
            }
            DeskView::People { query, page } if may(Duty::Users) => {
                facts.people = self.reports.people(&PeopleQuery::of(query), skip(*page), limit).await?;
            }
            DeskView::Person { user, tab, page } if may(Duty::Users) => {
                facts.person = self.person_facts(*user, *tab, skip(*page), limit).await?;
            }
            DeskView::Generation { generation } if may(Duty::Users) => {
                facts.generation = self.generation_facts(*generation).await?;
            }
            DeskView::Ask(question) => facts.person = self.person_asked_about(question).await?,
            DeskView::Sure(wish) => match wish {
                Wish::Adjust { user, .. } => facts.person = self.person_facts(*user, PersonTab::Card, 0, limit).await?,
                Wish::PayBack { user, payment, .. } => {
                    facts.payment = self.desk("").payment_of(*user, *payment).await.ok();
                }
                Wish::Rollback(entry) => {
                    let lines = self.office.audit_log(AuditLogQuery { limit: 200, ..AuditLogQuery::default() }).await?;
                    facts.log = lines.into_iter().filter(|line| line.id == *entry).collect();
                }
                Wish::Dismiss(_) | Wish::StopSelling | Wish::CleanLog { .. } | Wish::Set { .. } => {}
            },
            DeskView::Waiting if may(Duty::Money) => {
                let since = self.now() - APPROVAL_LIFE;
                facts.waiting = self.desk("").waiting().await.map_err(defect)?;
                facts.approvals = self.office.waiting_approvals(since, APPROVALS_SHOWN).await?;
                facts.me = Some(actor.chat);
            }
            DeskView::Model { model } if may(Duty::Models) => {
                facts.model = ModelPeriod::all(&*self.reports, self.now(), &self.settings.zone, model).await?;
                facts.live = Some(known.live.clone());
            }
            DeskView::Models { .. } if may(Duty::Models) => {
                facts.earned = earned_lately(&*self.reports, self.now(), &self.settings.zone).await?;
                facts.live = Some(known.live.clone());
            }
            DeskView::Settings | DeskView::Texts if may(Duty::Settings) => facts.live = Some(known.live.clone()),
            DeskView::Setting { name } if may(Duty::Settings) => {
                facts.live = Some(known.live.clone());
                facts.configured = self.configured(name);
                facts.set = known.settings.iter().find(|setting| setting.name == *name).cloned();
                let query = AuditLogQuery { subject: Some(name.clone()), limit, ..AuditLogQuery::default() };
                facts.log = self.office.audit_log(query).await?;
            }
            DeskView::Staff | DeskView::Appoint { .. } if may(Duty::Staff) => {
                facts.staff.clone_from(&known.staff);
                facts.owners.clone_from(&self.settings.owners);
            }
            DeskView::Health if may(Duty::Health) => {
                facts.health = Some(self.health_facts(self.outside_soon().await).await);
            }
            DeskView::Watch(WatchView::Alerts) if may(Duty::Maintenance) => facts.alerts = self.watch.alerts().await?,
            DeskView::Watch(WatchView::Events { filter, page }) if may(Duty::Logs) => {
                facts.events = self.found_events(filter, skip(*page), limit).await?;
            }
            DeskView::Watch(WatchView::Event(id)) if may(Duty::Logs) => {
                facts.events = self.event_log.event(*id).await?.into_iter().collect();
            }
            DeskView::AuditLog { page } if may(Duty::AuditLog) => {
                let query = AuditLogQuery { skip: skip(*page), limit, ..AuditLogQuery::default() };
                facts.log = self.office.audit_log(query).await?;
            }
            DeskView::Broadcast(view) if may(Duty::Broadcast) => {
                facts.outreach = self.broadcast_facts(view, skip, limit).await?;
            }
            DeskView::Promo(view) if may(Duty::Promo) => facts.outreach = self.promo_facts(view, skip, limit).await?,
            _ => {}
        }
        Ok(facts)
    }

    /// What the configuration, or the catalog's files, say of a setting.
    fn configured(&self, name: &str) -> Option<String> {
        match model_of(name) {
            Some((ModelSetting::Free, model)) => {
                self.catalog.model(&model)?.free.map(|limits| json_of_limits(Some(limits)))
            }
            _ => self.settings.live().value(name),
        }
    }

    /// Notes in the audit log that a model is tried.
    pub(super) fn note_trial(&self, change: &mut ChangeSet, actor: Actor, draft: &Draft) {
        self.desk(&actor.chat.to_string()).note_trial(change, actor, &draft.model, draft.id);
    }

    async fn person_facts(
        &self,
        user: UserId,
        tab: PersonTab,
        skip: u32,
        limit: u32,
    ) -> StoreResult<Option<PersonFacts>> {
        let Some(session) = self.store.session_of(user).await? else { return Ok(None) };
        let mut facts = PersonFacts::new(session);
        match tab {
            PersonTab::Card => facts.figures = self.reports.user_figures(user).await?,
            PersonTab::Statement => {
                facts.statement = self.store.statement(user, skip, limit).await?;
                facts.generations = self.orders_of(user, &facts.statement).await?;
            }
            PersonTab::Generations => {
                let query = HistoryQuery { user, models: None, with_result: false, skip, limit };
                facts.generations = self.store.history(query).await?;
            }
            PersonTab::Payments => facts.payments = self.store.payments(user, PAYMENTS_SHOWN).await?,
        }
        Ok(Some(facts))
    }

    async fn generation_facts(&self, id: domain::ids::GenerationId) -> StoreResult<Option<Generation>> {
        self.store.generation(id).await
    }

    async fn person_asked_about(&self, question: &DeskQuestion) -> StoreResult<Option<PersonFacts>> {
        let user = match question {
            DeskQuestion::Credit(user)
            | DeskQuestion::Debit(user)
            | DeskQuestion::Runs(user)
            | DeskQuestion::Block(user)
            | DeskQuestion::Write(user)
            | DeskQuestion::PayBack { user, .. } => *user,
            _ => return Ok(None),
        };
        self.person_facts(user, PersonTab::Card, 0, 1).await
    }
}

fn defect(error: DeskError) -> StoreError {
    match error {
        DeskError::Store(error) => error,
        DeskError::Refused(refused) => StoreError::Defect(format!("the desk's overview was refused: {refused}")),
    }
}

/// A refusal in the words of the bot; what the command line says more of is said shorter.
fn refusal(refused: &Refused) -> Notice {
    match refused {
        Refused::NotAllowed => Notice::new("desk-not-yours"),
        Refused::IsOwner => Notice::new("desk-is-owner"),
        Refused::IsConfigured => Notice::new("desk-is-configured"),
        Refused::OwnWish => Notice::new("desk-own-wish"),
        Refused::NoSuchUser(_) | Refused::Forgotten => Notice::new("desk-nobody"),
        Refused::TooLittle { available } => Notice::new("desk-too-little").money("available", *available),
        Refused::MoreThanLeft { left } => Notice::new("desk-more-than-left").amount("left", *left),
        Refused::AllGivenBack => Notice::new("desk-all-given-back"),
        Refused::NothingTaken(_) => Notice::new("desk-nothing-taken"),
        Refused::WasFree(_) => Notice::new("desk-was-free"),
        Refused::UnderWay(_) => Notice::new("desk-under-way"),
        Refused::PaidWithRun(_) | Refused::WaitsForUser(_) => Notice::new("desk-only-whole"),
        Refused::PaidBackBefore => Notice::new("desk-paid-back-before"),
        Refused::OtherBroadcast => Notice::new("broadcast-other"),
        Refused::NameTaken => Notice::new("campaign-taken"),
        Refused::CodeTaken => Notice::new("promo-taken"),
        Refused::NotGiven { max, .. } => Notice::new("desk-not-given").amount("max", *max),
        _ => Notice::new("desk-changed"),
    }
}
