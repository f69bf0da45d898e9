//! Figures about everybody, each one a plain fold over all rows: the reference for what the databases count, keep and find by their indexes.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use async_trait::async_trait;
use domain::clock::Timestamp;
use domain::figures::{DayFigures, ModelFigures, Span};
use domain::generation::{Generation, StateKind};
use domain::ids::{GenerationId, ModelId, OperationId, UserId};
use domain::ledger::{Account, Operation, Phase, Transfer, Unit};
use domain::money::{Money, Overflow};
use domain::ports::{
    Drift, Funnel, LiveFigures, PeopleQuery, Person, Reports, StoreError, StoreResult, UserFigures, seen_hour,
};

use super::MemoryStore;
use super::state::State;

#[async_trait]
impl Reports for MemoryStore {
    async fn days(&self, days: &[Span]) -> StoreResult<Vec<DayFigures>> {
        let figures = self.lock(|state| days.iter().map(|day| state.figures(*day)).collect::<Result<_, _>>())?;
        figures.map_err(|overflow: Overflow| StoreError::Defect(overflow.to_string()))
    }

    async fn active(&self, since: Timestamp) -> StoreResult<u64> {
        self.lock(|state| count(state.people.seen().values().filter(|at| **at >= seen_hour(since))))
    }

    async fn funnel(&self, span: Span) -> StoreResult<Funnel> {
        self.lock(|state| state.funnel(span))
    }

    async fn states(&self) -> StoreResult<Vec<LiveFigures>> {
        self.lock(|state| state.live_figures())
    }

    async fn people(&self, query: &PeopleQuery, skip: u32, limit: u32) -> StoreResult<Vec<Person>> {
        let bound = |figure| usize::try_from(figure).unwrap_or(usize::MAX);
        self.lock(|state| {
            let found = state.found(query);
            found.into_iter().skip(bound(skip)).take(bound(limit)).cloned().collect()
        })
    }

    async fn user_figures(&self, user: UserId) -> StoreResult<Option<UserFigures>> {
        self.lock(|state| state.user_figures(user))
    }

    async fn unrolled(&self, days: &[Span]) -> StoreResult<Vec<Span>> {
        self.lock(|state| days.iter().filter(|day| !state.rolled.contains(day)).copied().collect())
    }

    async fn roll_up(&self, day: Span) -> StoreResult<()> {
        self.lock(|state| {
            state.rolled.retain(|kept| kept.from != day.from || kept.until >= day.until);
            state.rolled.insert(day);
        })
    }

    async fn complete_names(&self, _limit: u32) -> StoreResult<u64> {
        // A name is compared as it stands.
        Ok(0)
    }

    async fn model_days(&self, model: &ModelId, days: &[Span]) -> StoreResult<Vec<ModelFigures>> {
        let days = self.days(days).await?;
        Ok(days.into_iter().map(|mut day| day.models.remove(model).unwrap_or_default()).collect())
    }

    async fn drifts_of(&self, model: &ModelId, since: Timestamp) -> StoreResult<Vec<Drift>> {
        let mut drifts = self.lock(|state| state.generations.successes.drifts(since))??;
        drifts.retain(|drift| drift.model == *model);
        Ok(drifts)
    }
}

impl State {
    fn figures(&self, day: Span) -> Result<DayFigures, Overflow> {
        let mut figures = DayFigures {
            new_users: count(self.people.users().values().filter(|at| day.contains(**at))),
            ..DayFigures::default()
        };
        for generation in self.generations.all() {
            let model = || Some(generation.model.clone());
            if day.contains(generation.created_at) {
                figures.of_model(model()).ordered += 1;
            }
            match generation.state.kind() {
                StateKind::Failed if day.contains(generation.since) => figures.of_model(model()).failed += 1,
                StateKind::Cancelled if day.contains(generation.since) => figures.of_model(model()).cancelled += 1,
                _ => {}
            }
        }
        for (id, at, cost) in self.generations.successes.all().filter(|(_, at, _)| day.contains(*at)) {
            let Some(generation) = self.generations.get(id) else { continue };
            let model = figures.of_model(Some(generation.model.clone()));
            model.succeeded += 1;
            model.waits.note(at.since(generation.created_at));
            match cost {
                Some(cost) => model.cost = model.cost.checked_add(cost)?,
                None => model.costless += 1,
            }
        }
        let about = self.generations_of_operations();
        for moved in self.book.transfers().iter().filter(|moved| moved.unit == Unit::Money && day.contains(moved.at)) {
            let generation = about.get(&moved.operation).and_then(|id| self.generations.get(*id));
            add_transfer(&mut figures, moved, generation)?;
        }
        Ok(figures)
    }

    /// The generations that captures and refunds are about.
    fn generations_of_operations(&self) -> BTreeMap<OperationId, GenerationId> {
        let of_hold = |hold| self.book.hold(hold).and_then(|hold| hold.purpose.generation());
        let about = |operation: &Operation| match operation {
            Operation::Capture { hold, .. } | Operation::RefundGeneration { hold, .. } => of_hold(*hold),
            _ => None,
        };
        self.book.postings().filter_map(|(posting, _)| Some((posting.id, about(&posting.operation)?))).collect()
    }

    fn funnel(&self, span: Span) -> Funnel {
        let came = || self.people.users().iter().filter(|(_, at)| span.contains(**at)).map(|(user, _)| *user);
        Funnel {
            came: count(came()),
            ordered: count(came().filter(|user| self.generations.all().any(|row| row.user == *user))),
            paid: count(came().filter(|user| self.book.payments().any(|row| row.user == *user))),
        }
    }

    fn live_figures(&self) -> Vec<LiveFigures> {
        let live = StateKind::ALL.iter().copied().filter(|state| state.is_live());
        live.map(|state| {
            let rows = || self.generations.all().filter(|row| row.state.kind() == state);
            LiveFigures { state, count: count(rows()), oldest: rows().map(|row| row.created_at).min() }
        })
        .collect()
    }

    fn found(&self, query: &PeopleQuery) -> Vec<&Person> {
        if query.is_everybody() {
            let mut everybody: Vec<_> = self.people.all().collect();
            everybody.sort_unstable_by_key(|person| Reverse((person.created_at, person.user)));
            return everybody;
        }
        let found = self.people.all().filter_map(|person| Some((query.place(person)?, person)));
        found.collect::<BTreeMap<_, _>>().into_values().collect()
    }

    fn user_figures(&self, user: UserId) -> Option<UserFigures> {
        let first_seen = *self.people.users().get(&user)?;
        let (mut generations, mut models) = (BTreeMap::<_, u64>::new(), BTreeMap::<&ModelId, u64>::new());
        for generation in self.generations.all().filter(|row| row.user == user) {
            *generations.entry(generation.state.kind()).or_default() += 1;
            *models.entry(&generation.model).or_default() += 1;
        }
        let most = models.values().max().copied();
        let (wallet, revenue) = (Account::Wallet(user), Account::Revenue);
        let earned = self.book.transfers().iter().filter(|moved| moved.unit == Unit::Money).map(|moved| {
            match (moved.debit, moved.credit, moved.phase) {
                (debit, credit, Phase::Captured) if (debit, credit) == (wallet, revenue) => moved.amount,
                (debit, credit, Phase::Posted) if (debit, credit) == (revenue, wallet) => -moved.amount,
                _ => 0,
            }
        });
        let payments = || self.book.payments().filter(|row| row.user == user);
        let sum = |amounts: &mut dyn Iterator<Item = i64>| Money::from_kopecks(amounts.sum());
        Some(UserFigures {
            first_seen,
            last_seen: self.people.seen().get(&user).copied().filter(|at| *at > Timestamp::EPOCH),
            generations,
            spent: sum(&mut { earned }),
            paid_in: sum(&mut payments().map(|row| row.amount.kopecks())),
            paid_back: sum(&mut payments().filter(|row| row.refunded).map(|row| row.amount.kopecks())),
            top_model: models.iter().find(|(_, figure)| Some(**figure) == most).map(|(model, _)| (*model).clone()),
        })
    }
}

/// What a movement of money adds to the figures of its day.
fn add_transfer(day: &mut DayFigures, moved: &Transfer, generation: Option<&Generation>) -> Result<(), Overflow> {
    let amount = Money::from_kopecks(moved.amount);
    let model = generation.map(|generation| generation.model.clone());
    let figure = match (moved.phase, moved.debit, moved.credit) {
        (Phase::Pending | Phase::Released, ..) => return Ok(()),
        (_, Account::Cash(_), _) => &mut day.paid_in,
        (_, _, Account::Cash(_)) => &mut day.paid_back,
        (_, Account::Bonus(_), _) => &mut day.given,
        (Phase::Captured, _, Account::Revenue) => &mut day.of_model(model).captured,
        (Phase::Posted, Account::Revenue, _) => &mut day.of_model(model).refunded,
        _ => return Ok(()),
    };
    *figure = figure.checked_add(amount)?;
    Ok(())
}

fn count<T>(rows: impl Iterator<Item = T>) -> u64 {
    u64::try_from(rows.count()).unwrap_or(u64::MAX)
}
