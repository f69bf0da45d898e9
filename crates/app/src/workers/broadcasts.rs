//! Sending a broadcast: a round of people is taken in one commit, then sent to, then their outcomes are noted in one commit.
//!
//! Invariants
//! - Nobody is sent to who was not taken before, and nobody is taken twice: whatever is killed when, nobody gets it twice.
//! - Between two rounds nothing of ours is under way. So whoever is without an outcome then was taken by a claim that died, or in a commit whose
//!   answer was lost: nobody knows, and nobody tries them again.
//! - A round begins only while the broadcast is being sent: pausing or cancelling holds within a round.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use domain::broadcast::{Broadcast, BroadcastEvent, BroadcastState, Content, Outcome, Target};
use domain::ids::{BroadcastId, ChatId, UserId};
use domain::ports::{
    BroadcastChange, Commit, DeliverItem, LeaseOutcome, Media, MediaKind, Message, MessageEnd, Messenger, Person,
    SendError, Source, StoreResult,
};
use domain::screen::{Language, Screen};
use tokio::task::JoinSet;

use super::messages::{Sending, TEXT_BUDGET};
use super::{Attempt, Step, step_after};
use crate::screens;
use crate::service::App;

/// From one message to the next: 20 a second. Telegram takes about 30 over all chats, and our own pacer lets 25 through in the long run, so a
/// fifth of that is left for answers to people who press buttons meanwhile.
pub const BROADCAST_INTERVAL: Duration = Duration::from_millis(50);
/// So many are taken at once: about a second's worth, so that a pause holds and the figures move within a second or two, and a kill leaves few
/// of whom nobody knows.
const ROUND: u32 = 20;
/// One message; a wait that Telegram demands for longer comes back to us and holds the whole broadcast.
const SEND_BUDGET: Duration = Duration::from_secs(5);
/// A whole round takes up to so long: 20 intervals, the last message, and a commit.
const ROUND_TIME: Duration = Duration::from_secs(8);

/// How many a round takes, and how long each message of it may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Extent {
    people: u32,
    budget: Duration,
}

impl Extent {
    const WHOLE: Self = Self { people: ROUND, budget: SEND_BUDGET };

    /// What fits into the rest of a claim of that length; `None` = a new claim first. Claims so short that a whole round hardly fits get on by
    /// small ones: a quarter of the time for the pace, half of it for the last message.
    fn within(left: Duration, claim: Duration) -> Option<Self> {
        let most = claim / 2;
        if left >= ROUND_TIME {
            Some(Self::WHOLE)
        } else if most >= ROUND_TIME * 2 || left < most / 4 {
            None
        } else {
            let people = u32::try_from(left.as_millis() / 4 / BROADCAST_INTERVAL.as_millis()).unwrap_or(ROUND);
            Some(Self { people: people.clamp(1, ROUND), budget: SEND_BUDGET.min(left / 2) })
        }
    }
}

/// What came of a round.
#[derive(Debug, Default, PartialEq, Eq)]
struct Round {
    outcomes: Vec<(UserId, Outcome)>,
    /// Surely not sent to; they are next again.
    unsent: Vec<UserId>,
    /// Telegram is in trouble: nothing more for a while.
    trouble: bool,
    /// For so long at least, by Telegram's word.
    wait: Option<Duration>,
}

impl Round {
    fn land(&mut self, user: UserId, sent: Result<(), SendError>) {
        let outcome = match sent {
            Ok(()) => Outcome::Sent,
            Err(SendError::ChatGone) => Outcome::Blocked,
            Err(SendError::Later { retry_after, unsent, detail }) => {
                tracing::info!(detail, unsent, "a broadcast has to wait");
                self.trouble = true;
                self.wait = self.wait.max(retry_after);
                if unsent {
                    self.unsent.push(user);
                    return;
                }
                Outcome::Unknown
            }
            Err(error) => {
                tracing::warn!(%error, "a broadcast was refused for somebody");
                Outcome::Failed
            }
        };
        self.outcomes.push((user, outcome));
    }

    /// Telegram refuses the message itself: it would refuse it to everybody.
    fn is_hopeless(&self) -> bool {
        !self.outcomes.is_empty() && self.outcomes.iter().all(|(_, outcome)| *outcome == Outcome::Failed)
    }

    fn has_reached_somebody(&self) -> bool {
        self.outcomes.iter().any(|(_, outcome)| *outcome == Outcome::Sent)
    }
}

/// What everybody who speaks one language gets.
#[derive(Debug)]
enum Flyer {
    Text(Screen),
    Photo(DeliverItem),
}

impl App {
    pub(super) async fn work_on_broadcast(&self, attempt: &Attempt) -> StoreResult<()> {
        let id = BroadcastId::from_bytes(attempt.lease.key.subject);
        loop {
            let Some(broadcast) = self.outreach.broadcast(id).await? else { return self.finish(attempt).await };
            if broadcast.figures.open() > 0 {
                tracing::warn!(broadcast = %id, open = broadcast.figures.open(), "nobody knows whether these were sent to");
                let mut change = attempt.change(self.now(), LeaseOutcome::Keep);
                change.broadcasts.push(BroadcastChange::Lose(id));
                match self.commit_step(&change).await? {
                    Step::Onward => continue,
                    Step::Ended => return Ok(()),
                }
            }
            if broadcast.state != BroadcastState::Sending {
                return self.finish(attempt).await;
            }
            let left = attempt.remaining(self.now());
            let Some(extent) = left.and_then(|left| Extent::within(left, self.settings.lease)) else {
                return self.progress(attempt, Duration::ZERO).await.map(drop);
            };
            let targets = self.outreach.next_targets(&broadcast, extent.people).await?;
            let step = if targets.is_empty() {
                self.finish_broadcast(attempt, id).await?
            } else {
                self.send_round(attempt, &broadcast, targets, extent.budget).await?
            };
            if step == Step::Ended {
                return Ok(());
            }
        }
    }

    async fn finish_broadcast(&self, attempt: &Attempt, id: BroadcastId) -> StoreResult<Step> {
        let mut change = attempt.change(self.now(), LeaseOutcome::Done);
        change.broadcasts.push(BroadcastChange::Step { id, event: BroadcastEvent::Finish });
        self.commit_step(&change).await
    }

    /// Takes these people, sends to them, notes what came of it.
    async fn send_round(
        &self,
        attempt: &Attempt,
        broadcast: &Broadcast,
        targets: Vec<Target>,
        budget: Duration,
    ) -> StoreResult<Step> {
        let (id, after) = (broadcast.id, broadcast.cursor);
        let users = targets.iter().map(|target| target.user).collect();
        let mut change = attempt.change(self.now(), LeaseOutcome::Keep);
        change.broadcasts.push(BroadcastChange::Take { id, after, users });
        match self.commit_patiently(&change).await? {
            Commit::Committed => {}
            // Paused, cancelled, or somebody of them has gone meanwhile: look again.
            commit => return step_after(&change, commit),
        }
        let round = self.send_to(&broadcast.content, targets, budget).await;
        let outcome = if round.trouble {
            let wait = round.wait.unwrap_or_else(|| attempt.backoff());
            LeaseOutcome::Again { run_at: self.now() + wait, progress: round.has_reached_somebody() }
        } else {
            LeaseOutcome::Keep
        };
        let mut change = attempt.change(self.now(), outcome);
        let is_hopeless = round.is_hopeless();
        change.broadcasts.push(BroadcastChange::Note { id, outcomes: round.outcomes });
        if !round.unsent.is_empty() {
            change.broadcasts.push(BroadcastChange::Return { id, users: round.unsent, after });
        }
        let step = self.commit_step(&change).await?;
        if is_hopeless {
            self.hold_back(id).await?;
        }
        Ok(step)
    }

    /// Telegram refused it to everybody of a round: an owner looks at it before it goes on.
    async fn hold_back(&self, id: BroadcastId) -> StoreResult<()> {
        tracing::error!(broadcast = %id, "telegram refuses this broadcast; it is paused");
        let mut change = domain::ports::ChangeSet::new(self.now());
        change.broadcasts.push(BroadcastChange::Step { id, event: BroadcastEvent::Pause });
        // Whoever paused or cancelled it was quicker.
        self.commit(&change).await.map(drop)
    }

    /// One after the other at the pace, without waiting for Telegram's answers in between.
    async fn send_to(&self, content: &Content, targets: Vec<Target>, budget: Duration) -> Round {
        let flyers: BTreeMap<Language, Arc<Flyer>> =
            Language::ALL.into_iter().map(|language| (language, Arc::new(self.flyer(content, language)))).collect();
        let (mut round, mut flights) = (Round::default(), JoinSet::new());
        for Target { user, chat, language, silent } in targets {
            if !round.trouble {
                tokio::time::sleep(BROADCAST_INTERVAL).await;
            }
            while let Some(landed) = flights.try_join_next() {
                settle(&mut round, landed);
            }
            match flyers.get(&language) {
                Some(flyer) if !round.trouble => {
                    let (messenger, flyer) = (Arc::clone(&self.messenger), Arc::clone(flyer));
                    flights.spawn(async move { (user, put(&*messenger, &flyer, chat, silent, budget).await) });
                }
                _ => round.unsent.push(user),
            }
        }
        while let Some(landed) = flights.join_next().await {
            settle(&mut round, landed);
        }
        metrics::counter!("broadcast_messages_total").increment(u64::try_from(round.outcomes.len()).unwrap_or(0));
        round
    }

    fn flyer(&self, content: &Content, language: Language) -> Flyer {
        let Screen { text, keyboard, .. } = screens::flyer(self.texts.in_language(language), &content.text);
        match &content.photo {
            None => Flyer::Text(Screen::new(text, keyboard)),
            Some(file_id) => Flyer::Photo(DeliverItem {
                media: vec![Media {
                    kind: MediaKind::Photo,
                    source: Source::FileId(file_id.clone()),
                    title: None,
                    file_name: None,
                    duration_s: None,
                }],
                caption: text,
                keyboard,
                silent: false,
            }),
        }
    }

    /// Shows a broadcast to who writes it, as users will see it.
    pub(super) async fn send_preview(
        &self,
        attempt: &Attempt,
        message: &Message,
        person: &Person,
        id: BroadcastId,
    ) -> StoreResult<Sending> {
        let Some(broadcast) = self.outreach.broadcast(id).await? else {
            return self.end(attempt, message, MessageEnd::Refused, |_| ()).await;
        };
        let Some(left) = attempt.remaining(self.now()) else { return Ok(Sending::Later(Some(Duration::ZERO))) };
        let flyer = self.flyer(&broadcast.content, person.language);
        match put(&*self.messenger, &flyer, person.chat, person.silent, left.min(TEXT_BUDGET)).await {
            Ok(()) => self.end(attempt, message, MessageEnd::Sent, |_| ()).await,
            Err(SendError::ChatGone) => Ok(Sending::Gone),
            Err(SendError::Later { retry_after, detail, .. }) => {
                tracing::info!(detail, "a preview could not be sent yet");
                Ok(Sending::Later(retry_after))
            }
            Err(error) => {
                tracing::warn!(%error, broadcast = %id, "a preview was refused");
                self.end(attempt, message, MessageEnd::Refused, |_| ()).await
            }
        }
    }
}

type Landed = Result<(UserId, Result<(), SendError>), tokio::task::JoinError>;

/// Who was being sent to when a call panicked has no outcome, and is lost before the next round.
fn settle(round: &mut Round, landed: Landed) {
    match landed {
        Ok((user, sent)) => round.land(user, sent),
        Err(error) => tracing::error!(%error, "a broadcast's message broke off"),
    }
}

async fn put(
    messenger: &dyn Messenger,
    flyer: &Flyer,
    chat: ChatId,
    silent: bool,
    budget: Duration,
) -> Result<(), SendError> {
    match flyer {
        Flyer::Text(screen) => {
            let screen = Screen { silent, ..screen.clone() };
            messenger.show(chat, None, &screen, budget).await.map(drop)
        }
        Flyer::Photo(item) => {
            let item = DeliverItem { silent, ..item.clone() };
            messenger.deliver(chat, &item, budget).await.map(drop)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_round_fits_into_its_claim() {
        let ms = Duration::from_millis;
        let part = |people, budget| Some(Extent { people, budget: ms(budget) });
        // What is left of a claim of that length, and the round.
        let table = [
            (60_000, 120_000, Some(Extent::WHOLE)),
            (8_000, 120_000, Some(Extent::WHOLE)),
            (7_999, 120_000, None),
            (7_999, 32_000, None),
            (7_900, 16_000, part(20, 3_950)),
            (5_000, 10_000, part(20, 2_500)),
            (1_250, 10_000, part(6, 625)),
            (1_249, 10_000, None),
            (500, 1_000, part(2, 250)),
            (150, 1_000, part(1, 75)),
            (100, 1_000, None),
        ];
        for (left, claim, extent) in table {
            assert_eq!(Extent::within(ms(left), ms(claim)), extent, "{left} of {claim}");
        }
        // The first round of any claim that may be configured begins.
        for claim in (1_000..=600_000).step_by(500) {
            let first = Extent::within(ms(claim / 2 - 50), ms(claim));
            assert!(first.is_some_and(|extent| extent.people > 0), "{claim}");
        }
    }

    #[test]
    fn each_answer_of_telegram_has_its_outcome() {
        let user = |number| UserId::from_bytes([number; 16]);
        let later = |unsent, seconds: Option<u64>| {
            Err(SendError::Later { retry_after: seconds.map(Duration::from_secs), unsent, detail: String::new() })
        };
        let mut round = Round::default();
        round.land(user(1), Ok(()));
        round.land(user(2), Err(SendError::ChatGone));
        round.land(user(3), Err(SendError::Refused { description: String::new() }));
        assert!(!round.trouble && !round.is_hopeless());
        round.land(user(4), later(false, None));
        round.land(user(5), later(true, Some(7)));
        round.land(user(6), later(true, Some(3)));
        let outcomes = [Outcome::Sent, Outcome::Blocked, Outcome::Failed, Outcome::Unknown];
        let outcomes = (1..).zip(outcomes).map(|(number, outcome)| (user(number), outcome)).collect();
        let (unsent, wait) = (vec![user(5), user(6)], Some(Duration::from_secs(7)));
        assert_eq!(round, Round { outcomes, unsent, trouble: true, wait });
    }

    #[test]
    fn a_message_that_is_refused_to_everybody_is_hopeless() {
        let mut round = Round::default();
        assert!(!round.is_hopeless());
        round.land(UserId::from_bytes([1; 16]), Err(SendError::TooLarge));
        assert!(round.is_hopeless() && !round.has_reached_somebody());
        round.land(UserId::from_bytes([2; 16]), Err(SendError::ChatGone));
        assert!(!round.is_hopeless());
    }
}
