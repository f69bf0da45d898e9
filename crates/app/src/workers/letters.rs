//! Letters between users and owners: what was said, then the file, if there is one, each marked by itself.

use std::time::Duration;

use domain::ids::InvoiceId;
use domain::payment::InvoiceState;
use domain::ports::{
    ChangeSet, LeaseOutcome, Message, MessageEnd, PartMark, PartOutcome, SendError, Session, StoreResult,
};
use domain::screen::Screen;

use super::messages::{Sending, TEXT_BUDGET};
use super::{Attempt, Step};
use crate::conversation::Notice;
use crate::outbox::{Body, Mail};
use crate::screens;
use crate::service::App;

/// The part with the words.
const HEADER: i64 = 0;
/// The part with the file.
const FILE: i64 = 1;

impl App {
    /// A user's letter to an owner.
    pub(super) async fn send_letter(
        &self,
        attempt: &Attempt,
        message: &Message,
        owner: &Session,
        mail: &Mail,
    ) -> StoreResult<Sending> {
        let words = self.texts.in_language(owner.person.language);
        let from = self.store.session_of(mail.from).await?;
        let person = from.as_ref().map(|session| &session.person);
        let header = screens::letter(words, person, mail.text.as_deref(), mail.copy.is_some());
        let lost = Notice::new("notice-letter-file-lost");
        self.send_mail(attempt, message, owner, header, mail, from.as_ref(), lost).await
    }

    /// An owner's answer to a user.
    pub(super) async fn send_answer(
        &self,
        attempt: &Attempt,
        message: &Message,
        user: &Session,
        mail: &Mail,
    ) -> StoreResult<Sending> {
        let words = self.texts.in_language(user.person.language);
        let from = self.store.session_of(mail.from).await?;
        let header = screens::answer(words, mail.text.as_deref(), mail.copy.is_some());
        let lost = Notice::new("notice-answer-file-lost").words("who", screens::who(&user.person));
        self.send_mail(attempt, message, user, header, mail, from.as_ref(), lost).await
    }

    /// A receipt to an owner, with its own message below the words.
    pub(super) async fn send_claim(
        &self,
        attempt: &Attempt,
        message: &Message,
        owner: &Session,
        id: InvoiceId,
    ) -> StoreResult<Sending> {
        let words = self.texts.in_language(owner.person.language);
        let Some(invoice) = self.store.invoice(id).await? else {
            return self.end(attempt, message, MessageEnd::Refused, |_| ()).await;
        };
        let InvoiceState::Claimed { receipt, .. } = &invoice.state else {
            // Another owner has decided meanwhile.
            return self.end(attempt, message, MessageEnd::Sent, |_| ()).await;
        };
        let from = self.store.session_of(invoice.user).await?;
        let header = screens::claim(words, &invoice, from.as_ref().map(|session| &session.person));
        let mail = Mail { from: invoice.user, text: None, copy: Some(receipt.message) };
        let lost = Notice::new("notice-receipt-lost").words("reference", invoice.reference());
        self.send_mail(attempt, message, owner, header, &mail, from.as_ref(), lost).await
    }

    /// `from` = the sender as they are now; `lost` = what they are told if their file can't be copied.
    #[expect(clippy::too_many_arguments, reason = "a letter has two ends, two parts and a claim")]
    async fn send_mail(
        &self,
        attempt: &Attempt,
        message: &Message,
        to: &Session,
        header: Screen,
        mail: &Mail,
        from: Option<&Session>,
        lost: Notice,
    ) -> StoreResult<Sending> {
        let is_marked = |part: i64| message.parts.iter().any(|mark| mark.part == part);
        let (chat, silent) = (to.person.chat, to.person.silent);
        if !is_marked(HEADER) {
            let Some(left) = attempt.remaining(self.now()) else { return Ok(Sending::Later(Some(Duration::ZERO))) };
            let header = Screen { silent, ..header };
            let shown = self.messenger.show(chat, None, &header, left.min(TEXT_BUDGET)).await;
            if let Some(stopped) = self.mark(attempt, message, HEADER, shown, |_| ()).await? {
                return Ok(stopped);
            }
        }
        if let (Some(copy), Some(from)) = (mail.copy.filter(|_| !is_marked(FILE)), from) {
            let Some(left) = attempt.remaining(self.now()) else { return Ok(Sending::Later(Some(Duration::ZERO))) };
            let copied = self.messenger.copy(from.person.chat, copy, chat, left.min(TEXT_BUDGET)).await;
            let tell = |change: &mut ChangeSet| self.post(change, from.person.user, &Body::Notice(lost), None);
            if let Some(stopped) = self.mark(attempt, message, FILE, copied, tell).await? {
                return Ok(stopped);
            }
        }
        self.end(attempt, message, MessageEnd::Sent, |_| ()).await
    }

    /// Marks a part with its outcome, with what a refusal brings; returns how the message goes if it does not go on.
    async fn mark(
        &self,
        attempt: &Attempt,
        message: &Message,
        part: i64,
        sent: Result<i64, SendError>,
        refused: impl FnOnce(&mut ChangeSet),
    ) -> StoreResult<Option<Sending>> {
        let mut change = attempt.change(self.now(), LeaseOutcome::Keep);
        let outcome = match sent {
            Ok(id) => PartOutcome::Sent { message_ids: vec![id], files: Vec::new() },
            Err(SendError::ChatGone) => return Ok(Some(Sending::Gone)),
            Err(SendError::Later { retry_after, detail, .. }) => {
                tracing::info!(detail, "a letter could not be sent yet");
                return Ok(Some(Sending::Later(retry_after)));
            }
            Err(error) => {
                tracing::warn!(%error, message = %message.id, part, "a part of a letter was refused");
                refused(&mut change);
                PartOutcome::Refused { reason: error.to_string() }
            }
        };
        change.parts.push((message.id, PartMark { part, outcome }));
        match self.commit_step(&change).await? {
            Step::Onward => Ok(None),
            Step::Ended => Ok(Some(Sending::Later(Some(Duration::ZERO)))),
        }
    }

    /// The addressee has turned out to be gone: the sender is told. What was sent waits for their return.
    pub(super) async fn report_lost_mail(&self, change: &mut ChangeSet, message: &Message) -> StoreResult<()> {
        let (mail, notice) = match serde_json::from_str::<Body>(&message.body) {
            Ok(Body::Answer(mail)) => (mail, Notice::new("notice-answer-waits")),
            Ok(Body::Letter(mail)) => {
                let others = self.owners_at_hand().await?;
                if others.iter().any(|owner| owner.person.user != message.user) {
                    return Ok(());
                }
                (mail, self.unreachable())
            }
            _ => return Ok(()),
        };
        if self.store.session_of(mail.from).await?.is_some() {
            self.post(change, mail.from, &Body::Notice(notice), None);
        }
        Ok(())
    }
}
