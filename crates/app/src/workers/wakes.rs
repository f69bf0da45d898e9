//! Waking: a conversation goes on without its user, because files are ready or an album is complete. The same turn as an update's, committed
//! under the claim of the wake instead of a mark.
//!
//! The screen is sent between two commits: the first stores what is to be shown, the second ends the claim. Whatever dies in between, the
//! next claim shows it again; so a wake is never lost, at worst drawn twice.

use std::time::Duration;

use domain::ids::UserId;
use domain::ports::{Commit, LeaseEnd, LeaseOutcome, Session, StoreError, StoreResult};

use super::Attempt;
use crate::event::Event;
use crate::outbox::Body;
use crate::service::{App, Showing, Shown, read_talk};

/// A conflict means that the user was quicker; after five in a row they are answered by their own updates.
const CONFLICTS_MAX: u32 = 5;
/// After so many tries a screen that can't be shown becomes a durable message.
const SHOW_TRIES_MAX: i64 = 3;
/// An update of the user that is being answered ends within this, most of the time.
const TALKING_WAIT: Duration = Duration::from_millis(100);

/// What is left to do after the commit.
enum Woken {
    /// The screen.
    Show(Box<Shown>),
    /// Nothing.
    Ended,
}

impl App {
    pub(super) async fn wake(&self, attempt: &Attempt) -> StoreResult<()> {
        let user = UserId::from_bytes(attempt.lease.key.subject);
        for _ in 0..CONFLICTS_MAX {
            // Who was forgotten or blocked the bot hears nothing; what waits is drawn when they return.
            let session = self.store.session_of(user).await?.filter(|session| !session.person.gone);
            let Some(session) = session else { return self.finish(attempt).await };
            match self.wake_session(attempt, session).await? {
                Some(Woken::Show(shown)) => return self.show_woken(attempt, &shown).await,
                Some(Woken::Ended) => return Ok(()),
                None => {}
            }
        }
        self.again(attempt, attempt.backoff()).await.map(drop)
    }

    /// One turn, committed; `None` = the user was quicker.
    async fn wake_session(&self, attempt: &Attempt, mut session: Session) -> StoreResult<Option<Woken>> {
        let now = self.now();
        let talk = read_talk(&session.conversation);
        let early = talk.quiet_until.filter(|until| now < *until).map(|until| until.since(now));
        let busy = self.talking.holds(session.person.chat).then_some(TALKING_WAIT);
        let late = attempt.remaining(now).is_none().then_some(Duration::ZERO);
        if let Some(wait) = early.or(busy).or(late) {
            return self.progress(attempt, wait).await.map(|_| Some(Woken::Ended));
        }
        let mut change = attempt.change(now, LeaseOutcome::Keep);
        let mut turn = self.turn(&mut change, &mut session, &talk, &Event::Wake, false).await?;
        // The claim before this one may have died between its commit and its screen: then it is drawn, whatever there is to say now.
        let draws = !turn.quiet || attempt.lease.attempts > 1;
        if !draws {
            change.lease = Some(LeaseEnd { lease: attempt.lease.clone(), outcome: LeaseOutcome::Done });
        }
        if turn.quiet && !turn.changed {
            // Nothing to write: the screen that an update may be noting at this moment keeps its version, and its notice.
            change.conversation = None;
            (turn.talk, turn.version) = (talk, session.conversation.version);
        }
        match self.commit_patiently(&change).await? {
            Commit::Committed if draws => {
                let shown = Shown { session, talk: turn.talk, edit: turn.edit, version: turn.version };
                Ok(Some(Woken::Show(Box::new(shown))))
            }
            Commit::Committed | Commit::LeaseLost => Ok(Some(Woken::Ended)),
            Commit::VersionConflict => Ok(None),
            other => Err(StoreError::Defect(format!("a wake's change set ended as {other:?}"))),
        }
    }

    async fn show_woken(&self, attempt: &Attempt, shown: &Shown) -> StoreResult<()> {
        let Some(left) = attempt.remaining(self.now()) else {
            return self.again(attempt, Duration::ZERO).await.map(drop);
        };
        match self.show(shown, left.min(self.settings.send_budget)).await? {
            Showing::Done => self.finish(attempt).await,
            Showing::Later { retry_after, .. } if attempt.lease.attempts < SHOW_TRIES_MAX => {
                self.again(attempt, retry_after.unwrap_or_else(|| attempt.backoff())).await.map(drop)
            }
            Showing::Later { screen, .. } => {
                let mut change = attempt.change(self.now(), LeaseOutcome::Done);
                self.post(&mut change, shown.session.person.user, &Body::Screen(screen), None);
                self.commit_step(&change).await.map(drop)
            }
        }
    }
}
