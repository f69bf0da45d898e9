//! Who sent an update: a newcomer becomes a person with a conversation and a welcome, a known person's row follows what Telegram shows.

use domain::clock::Timestamp;
use domain::ids::UserId;
use domain::ledger::{Amount, BonusKind, Operation, Posting, Wallet};
use domain::money::Money;
use domain::ports::{ChangeSet, Conversation, JobKey, Person, PersonChange, Schedule, Session, StoreResult};
use domain::screen::Language;

use super::App;
use crate::event::{Event, Incoming};

impl App {
    /// The session of somebody whom nobody knows yet. Who was here before and was forgotten gets no second welcome bonus.
    pub(super) async fn newcomer(&self, incoming: &Incoming, now: Timestamp) -> StoreResult<Session> {
        let (sender, welcome) = (&incoming.sender, self.office_now().live.welcome);
        let is_due = welcome > Money::ZERO && !self.is_former(sender.chat).await?;
        let welcome = if is_due { welcome } else { Money::ZERO };
        Ok(Session {
            person: Person {
                user: UserId::random(&*self.ids),
                chat: sender.chat,
                first_name: sender.first_name.clone(),
                username: sender.username.clone(),
                language: Language::from_tag(sender.language.as_deref()),
                gone: false,
                silent: false,
                news: true,
                blocked: false,
                origin: crate::conversation::origin_of(&incoming.event),
                created_at: now,
            },
            conversation: Conversation { version: 0, body: String::new(), window: None },
            money: Wallet { posted: welcome.kopecks(), reserved: 0 },
            runs: Wallet::default(),
        })
    }

    /// Puts into the change set what an update tells of its sender.
    pub(super) fn note_person(&self, change: &mut ChangeSet, session: &mut Session, incoming: &Incoming, is_new: bool) {
        let gone = matches!(incoming.event, Event::Membership { gone: true });
        if is_new {
            session.person.gone = gone;
            change.person = Some(PersonChange::Create(session.person.clone()));
            let (user, amount) = (session.person.user, Amount::money(Money::from_kopecks(session.money.posted)));
            if amount.value > 0 {
                let bonus = Operation::Bonus { user, kind: BonusKind::Welcome, cause: user.to_string(), amount };
                change.operations.push(Posting::new(bonus, &*self.clock, &*self.ids));
            }
            return;
        }
        let (person, sender) = (&mut session.person, &incoming.sender);
        if person.gone && !gone {
            // They are back: what could not be delivered is tried again.
            change.schedule.push(Schedule::new(JobKey::messages(person.user), change.at));
        }
        if person.first_name != sender.first_name || person.username != sender.username || person.gone != gone {
            person.first_name.clone_from(&sender.first_name);
            person.username.clone_from(&sender.username);
            person.gone = gone;
            change.person = Some(PersonChange::Update(person.clone()));
        }
    }
}

/// The person's row as it is now, whether it is new or known.
pub(super) fn rewrite_person(change: &mut ChangeSet, person: &Person) {
    change.person = match change.person.take() {
        Some(PersonChange::Create(_)) => Some(PersonChange::Create(person.clone())),
        _ => Some(PersonChange::Update(person.clone())),
    };
}
