//! Broadcasts with whom they reached, campaigns, and what the desk reads of promo codes.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

use async_trait::async_trait;
use domain::broadcast::{ACTIVE_WITHIN, Broadcast, BroadcastEvent, BroadcastState, Outcome, Segment, Target};
use domain::campaign::{Campaign, CampaignFigures};
use domain::clock::Timestamp;
use domain::ids::{BroadcastId, UserId};
use domain::money::Money;
use domain::ports::{BroadcastChange, ChangeSet, Outreach as OutreachPort, Person, PromoFigures, StoreResult};

use super::MemoryStore;
use super::people::People;
use super::state::State;

/// Its rows.
#[derive(Default)]
pub(super) struct Outreach {
    broadcasts: BTreeMap<BroadcastId, Row>,
    campaigns: BTreeMap<String, Campaign>,
}

struct Row {
    broadcast: Broadcast,
    /// Who was taken, and with what outcome.
    targets: BTreeMap<UserId, Option<Outcome>>,
}

impl Outreach {
    /// Whether a change set finds what it expects, one change after the other.
    pub(super) fn expected(&self, change: &ChangeSet, people: &People) -> bool {
        let mut names = BTreeSet::new();
        let mut foreseen = Foreseen::default();
        change.campaigns.iter().all(|new| !self.campaigns.contains_key(&new.name) && names.insert(&new.name))
            && change.broadcasts.iter().all(|change| self.fits(change, people, &mut foreseen))
    }

    fn fits(&self, change: &BroadcastChange, people: &People, foreseen: &mut Foreseen) -> bool {
        let known = |id: BroadcastId, foreseen: &Foreseen| {
            let stored = || self.broadcasts.get(&id).map(|row| (row.broadcast.state, row.broadcast.cursor));
            foreseen.rows.get(&id).copied().or_else(stored)
        };
        match change {
            BroadcastChange::Create(new) => {
                known(new.id, foreseen).is_none() && foreseen.rows.insert(new.id, (new.state, new.cursor)).is_none()
            }
            BroadcastChange::Aim { id, .. } => {
                known(*id, foreseen).is_some_and(|(state, _)| state == BroadcastState::Draft)
            }
            BroadcastChange::Step { id, event } => {
                let Some((state, cursor)) = known(*id, foreseen) else { return false };
                let Some(after) = state.after(*event) else { return false };
                let is_sending = |other: &BroadcastId| {
                    other != id && known(*other, foreseen).is_some_and(|(state, _)| state == BroadcastState::Sending)
                };
                if after == BroadcastState::Sending && self.broadcasts.keys().any(is_sending) {
                    return false;
                }
                foreseen.rows.insert(*id, (after, cursor));
                true
            }
            BroadcastChange::Take { id, after, users } => {
                let Some((state, cursor)) = known(*id, foreseen) else { return false };
                let taken = self.broadcasts.get(id).map(|row| &row.targets);
                let is_new = |user: &UserId| taken.is_none_or(|taken| !taken.contains_key(user));
                let is_there = |user: &UserId| people.get(*user).is_some_and(is_welcome);
                let fits = state == BroadcastState::Sending && cursor == *after;
                foreseen.rows.insert(*id, (state, users.last().copied().or(cursor)));
                fits && users.iter().all(|user| is_new(user) && is_there(user))
            }
            BroadcastChange::Return { id, after, .. } => {
                let Some((state, _)) = known(*id, foreseen) else { return false };
                foreseen.rows.insert(*id, (state, *after));
                true
            }
            BroadcastChange::Note { id, .. } | BroadcastChange::Lose(id) => known(*id, foreseen).is_some(),
        }
    }

    /// Writes what [`Outreach::expected`] found good.
    pub(super) fn write(&mut self, change: &ChangeSet) {
        self.campaigns.extend(change.campaigns.iter().map(|campaign| (campaign.name.clone(), campaign.clone())));
        for deed in &change.broadcasts {
            match deed {
                BroadcastChange::Create(new) => {
                    let row = Row { broadcast: new.clone(), targets: BTreeMap::new() };
                    self.broadcasts.insert(new.id, row);
                }
                BroadcastChange::Aim { id, segment, audience } => self.with(*id, |row| {
                    (row.broadcast.segment, row.broadcast.audience) = (*segment, *audience);
                }),
                BroadcastChange::Step { id, event } => self.with(*id, |row| row.step(*event, change.at)),
                BroadcastChange::Take { id, users, .. } => self.with(*id, |row| row.take(users)),
                BroadcastChange::Note { id, outcomes } => self.with(*id, |row| row.note(outcomes)),
                BroadcastChange::Return { id, users, after } => self.with(*id, |row| row.give_back(users, *after)),
                BroadcastChange::Lose(id) => self.with(*id, Row::lose),
            }
        }
    }

    /// Removes whom old broadcasts reached; returns how many.
    pub(super) fn purge(&mut self, ended_before: Timestamp) -> usize {
        let is_old = |row: &&mut Row| row.broadcast.ended_at.is_some_and(|ended_at| ended_at < ended_before);
        self.broadcasts.values_mut().filter(is_old).map(|row| std::mem::take(&mut row.targets).len()).sum()
    }

    fn with(&mut self, id: BroadcastId, deed: impl FnOnce(&mut Row)) {
        if let Some(row) = self.broadcasts.get_mut(&id) {
            deed(row);
        }
    }
}

/// State and cursor as the earlier changes of one change set leave them.
#[derive(Default)]
struct Foreseen {
    rows: BTreeMap<BroadcastId, (BroadcastState, Option<UserId>)>,
}

impl Row {
    fn step(&mut self, event: BroadcastEvent, at: Timestamp) {
        self.broadcast.state = event.to();
        if event == BroadcastEvent::Start {
            self.broadcast.started_at = Some(at);
        }
        if event.to().is_over() {
            self.broadcast.ended_at = Some(at);
        }
    }

    fn take(&mut self, users: &[UserId]) {
        self.broadcast.cursor = users.last().copied().or(self.broadcast.cursor);
        self.broadcast.figures.taken += count(users.len());
        self.targets.extend(users.iter().map(|user| (*user, None)));
    }

    fn note(&mut self, outcomes: &[(UserId, Outcome)]) {
        for (user, outcome) in outcomes {
            if let Some(open) = self.targets.get_mut(user).filter(|known| known.is_none()) {
                *open = Some(*outcome);
                self.broadcast.figures.count(*outcome);
            }
        }
    }

    fn give_back(&mut self, users: &[UserId], after: Option<UserId>) {
        for user in users {
            if self.targets.get(user) == Some(&None) {
                self.targets.remove(user);
                self.broadcast.figures.taken -= 1;
            }
        }
        self.broadcast.cursor = after;
    }

    fn lose(&mut self) {
        for known in self.targets.values_mut().filter(|known| known.is_none()) {
            *known = Some(Outcome::Unknown);
            self.broadcast.figures.count(Outcome::Unknown);
        }
    }
}

/// Whom a change set's broadcasts found gone.
pub(super) fn gone(change: &ChangeSet) -> impl Iterator<Item = UserId> {
    change.broadcasts.iter().flat_map(|change| {
        let outcomes = if let BroadcastChange::Note { outcomes, .. } = change { outcomes.as_slice() } else { &[] };
        outcomes.iter().filter(|(_, outcome)| *outcome == Outcome::Blocked).map(|(user, _)| *user)
    })
}

const fn is_welcome(person: &Person) -> bool {
    person.news && !person.gone && !person.blocked
}

impl State {
    /// Whether somebody is of a segment for a broadcast that starts at this time.
    fn is_of(&self, person: &Person, segment: Segment, at: Timestamp, payers: &BTreeSet<UserId>) -> bool {
        if !is_welcome(person) || person.created_at > at {
            return false;
        }
        let since = at - ACTIVE_WITHIN;
        match segment {
            Segment::Everybody => true,
            Segment::Active => {
                person.created_at >= since || self.generations.last_of(person.user).is_some_and(|last| last >= since)
            }
            Segment::Paid => payers.contains(&person.user),
            Segment::NeverPaid => !payers.contains(&person.user),
            Segment::Language(language) => person.language == language,
        }
    }

    /// Everybody who ever paid, if the segment asks for it.
    fn payers(&self, segment: Segment) -> BTreeSet<UserId> {
        match segment {
            Segment::Paid | Segment::NeverPaid => self.book.payments().map(|payment| payment.user).collect(),
            _ => BTreeSet::new(),
        }
    }

    fn next_targets(&self, broadcast: &Broadcast, limit: usize) -> Vec<Target> {
        let Some(started_at) = broadcast.started_at else { return Vec::new() };
        let (segment, payers) = (broadcast.segment, self.payers(broadcast.segment));
        let taken = self.outreach.broadcasts.get(&broadcast.id).map(|row| &row.targets);
        let is_new = |user: &UserId| taken.is_none_or(|taken| !taken.contains_key(user));
        let after = broadcast.cursor.map_or(Bound::Unbounded, Bound::Excluded);
        let next = self.people.behind(after).filter(|person| self.is_of(person, segment, started_at, &payers));
        let target = |person: &Person| Target {
            user: person.user,
            chat: person.chat,
            language: person.language,
            silent: person.silent,
        };
        next.filter(|person| is_new(&person.user)).take(limit).map(target).collect()
    }

    fn figures_of(&self, campaign: &Campaign) -> CampaignFigures {
        let origin = campaign.origin();
        let brought = self.people.behind(Bound::Unbounded).filter(|person| person.origin.as_ref() == Some(&origin));
        let came: BTreeSet<UserId> = brought.map(|person| person.user).collect();
        let paid = self.book.payments().filter(|payment| !payment.refunded && came.contains(&payment.user));
        let paid: Vec<_> = paid.collect();
        CampaignFigures {
            campaign: campaign.clone(),
            came: count(came.len()),
            ordered: count(came.iter().filter(|user| self.generations.last_of(**user).is_some()).count()),
            paid: count(paid.iter().map(|payment| payment.user).collect::<BTreeSet<_>>().len()),
            income: Money::from_kopecks(paid.iter().map(|payment| payment.amount.kopecks()).sum()),
        }
    }
}

#[async_trait]
impl OutreachPort for MemoryStore {
    async fn broadcast(&self, id: BroadcastId) -> StoreResult<Option<Broadcast>> {
        self.lock(|state| state.outreach.broadcasts.get(&id).map(|row| row.broadcast.clone()))
    }

    async fn broadcasts(&self, skip: u32, limit: u32) -> StoreResult<Vec<Broadcast>> {
        self.lock(|state| {
            let mut rows: Vec<_> = state.outreach.broadcasts.values().map(|row| &row.broadcast).collect();
            rows.sort_by_key(|row| Reverse((row.created_at, row.id)));
            rows.into_iter().skip(size(skip)).take(size(limit)).cloned().collect()
        })
    }

    async fn sending(&self) -> StoreResult<Option<BroadcastId>> {
        self.lock(|state| {
            let mut rows = state.outreach.broadcasts.values().map(|row| &row.broadcast);
            rows.find(|row| row.state == BroadcastState::Sending).map(|row| row.id)
        })
    }

    async fn audience(&self, segment: Segment, at: Timestamp) -> StoreResult<u64> {
        self.lock(|state| {
            let payers = state.payers(segment);
            let everybody = state.people.behind(Bound::Unbounded);
            count(everybody.filter(|person| state.is_of(person, segment, at, &payers)).count())
        })
    }

    async fn recount(&self, _at: Timestamp) -> StoreResult<()> {
        // Everything is counted when somebody asks.
        Ok(())
    }

    async fn next_targets(&self, broadcast: &Broadcast, limit: u32) -> StoreResult<Vec<Target>> {
        self.lock(|state| state.next_targets(broadcast, size(limit)))
    }

    async fn campaigns(&self, skip: u32, limit: u32) -> StoreResult<Vec<CampaignFigures>> {
        self.lock(|state| {
            let mut rows: Vec<_> = state.outreach.campaigns.values().collect();
            rows.sort_by_key(|row| (Reverse(row.created_at), &row.name));
            rows.into_iter().skip(size(skip)).take(size(limit)).map(|row| state.figures_of(row)).collect()
        })
    }

    async fn campaign(&self, name: &str) -> StoreResult<Option<CampaignFigures>> {
        self.lock(|state| state.outreach.campaigns.get(name).map(|row| state.figures_of(row)))
    }

    async fn promos(&self, skip: u32, limit: u32) -> StoreResult<Vec<PromoFigures>> {
        self.lock(|state| {
            let mut rows: Vec<_> = state.gifts.promos.rows().codes.values().collect();
            rows.sort_by_key(|(promo, _)| (Reverse(promo.created_at), &promo.code));
            let figures = |(promo, used): &(_, u32)| PromoFigures { promo: Clone::clone(promo), used: *used };
            rows.into_iter().skip(size(skip)).take(size(limit)).map(figures).collect()
        })
    }
}

fn size(bound: u32) -> usize {
    usize::try_from(bound).unwrap_or(usize::MAX)
}

fn count(size: usize) -> u64 {
    u64::try_from(size).unwrap_or(u64::MAX)
}
