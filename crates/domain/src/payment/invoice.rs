//! An invoice: one enum whose variants hold the facts of that state, one transition function, and its inverse.
//!
//! ```text
//! asked -> open -> paid
//!   |       └-> claimed -> paid | rejected          (bank transfer: a receipt waits for an owner)
//!   └-> failed     open | asked -> expired | cancelled
//! expired | cancelled | failed | asked -> paid       (a real payment is always credited)
//! ```

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::ids::{ChatId, InvoiceId, UserId};
use crate::kinds::kinds;
use crate::ledger::Provider;
use crate::money::Money;

/// What a user was asked to pay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invoice {
    /// Ours; a provider hands it back with the payment.
    pub id: InvoiceId,
    /// Who asked for it, and who alone may pay it.
    pub user: UserId,
    /// Who takes the money.
    pub provider: Provider,
    /// What is credited.
    pub amount: Money,
    /// What is to be paid, in the provider's own unit (stars, kopecks, cents).
    pub native_amount: i64,
    /// That unit: `XTR`, `RUB`, `USDT`.
    pub native_currency: String,
    /// Where it is in its life.
    pub state: InvoiceState,
    /// Since when it is in that state.
    pub since: Timestamp,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// Until when it may be paid.
    pub expires_at: Timestamp,
}

impl Invoice {
    /// The number that a payer writes beside a bank transfer and reads on the screen: eight digits of the id, enough to find one among
    /// those that wait.
    pub fn reference(&self) -> String {
        let text = self.id.to_string();
        text[text.len() - 8..].to_uppercase()
    }
}

/// Where an invoice is, with the facts of that state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum InvoiceState {
    /// The provider is to be asked where it can be paid.
    Asked,
    /// It can be paid.
    Open {
        /// The provider's id of it, for asking how it stands.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        external: Option<String>,
        /// Where it is paid; absent for a bank transfer.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        url: Option<String>,
    },
    /// A receipt waits for an owner.
    Claimed {
        /// The receipt.
        receipt: Receipt,
        /// SHA-256 of its bytes, once they were looked at.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        hash: Option<String>,
        /// An earlier invoice that was claimed with the same bytes.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        repeats: Option<InvoiceId>,
    },
    /// Credited.
    Paid {
        /// The provider's id of the payment.
        payment: String,
        /// What was credited; an owner may have found another amount than was asked.
        credited: Money,
        /// Who approved it; absent if a provider said so.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<ChatId>,
    },
    /// An owner did not find the money.
    Rejected {
        /// Why, in the owner's words.
        reason: String,
        /// Who.
        by: ChatId,
    },
    /// Nobody paid in time.
    Expired {
        /// The provider's id of it: a late payment is looked for all the same.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        external: Option<String>,
    },
    /// The user took it back.
    Cancelled {
        /// The provider's id of it: its page may still be open.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        external: Option<String>,
    },
    /// The provider gave no place to pay at.
    Failed {
        /// Its words, for the owner.
        detail: String,
    },
}

/// A file that shall prove a transfer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// In which form it was sent.
    pub form: ReceiptForm,
    /// Telegram's id of the file.
    pub file_id: String,
    /// The same file has the same one, whoever sends it.
    pub unique_id: String,
    /// The message that bears it, in the payer's chat.
    pub message: i64,
}

/// How a receipt was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReceiptForm {
    /// A picture.
    Photo,
    /// A PDF, or a picture as a file.
    Document,
}

/// What can happen to an invoice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InvoiceEvent {
    /// The provider told where it can be paid.
    Offered {
        /// The provider's id of it.
        external: Option<String>,
        /// Where it is paid.
        url: Option<String>,
    },
    /// The provider gave no place to pay at.
    Failed {
        /// Its words, for the owner.
        detail: String,
    },
    /// The payer sent a receipt.
    Claimed(Receipt),
    /// A receipt's bytes were looked at.
    Checked {
        /// The receipt.
        receipt: Receipt,
        /// SHA-256 of its bytes; absent if they can't be had.
        hash: Option<String>,
        /// An earlier invoice with the same bytes.
        repeats: Option<InvoiceId>,
    },
    /// The provider says that it was paid.
    Paid {
        /// The provider's id of the payment.
        payment: String,
        /// What is credited.
        credited: Money,
    },
    /// An owner found the money.
    Approved {
        /// Our own id of the payment.
        payment: String,
        /// What came in.
        credited: Money,
        /// Who.
        by: ChatId,
    },
    /// An owner did not find the money.
    Rejected {
        /// Why.
        reason: String,
        /// Who.
        by: ChatId,
    },
    /// Nobody paid in time.
    Expired,
    /// The user takes it back.
    Cancelled,
}

kinds! {
    /// [`InvoiceState`] without its facts.
    InvoiceStateKind {
        /// See [`InvoiceState::Asked`].
        Asked = "asked",
        /// See [`InvoiceState::Open`].
        Open = "open",
        /// See [`InvoiceState::Claimed`].
        Claimed = "claimed",
        /// See [`InvoiceState::Paid`].
        Paid = "paid",
        /// See [`InvoiceState::Rejected`].
        Rejected = "rejected",
        /// See [`InvoiceState::Expired`].
        Expired = "expired",
        /// See [`InvoiceState::Cancelled`].
        Cancelled = "cancelled",
        /// See [`InvoiceState::Failed`].
        Failed = "failed",
    }
}

kinds! {
    /// [`InvoiceEvent`] without its facts.
    InvoiceEventKind {
        /// See [`InvoiceEvent::Offered`].
        Offered = "offered",
        /// See [`InvoiceEvent::Failed`].
        Failed = "failed",
        /// See [`InvoiceEvent::Claimed`].
        Claimed = "claimed",
        /// See [`InvoiceEvent::Checked`].
        Checked = "checked",
        /// See [`InvoiceEvent::Paid`].
        Paid = "paid",
        /// See [`InvoiceEvent::Approved`].
        Approved = "approved",
        /// See [`InvoiceEvent::Rejected`].
        Rejected = "rejected",
        /// See [`InvoiceEvent::Expired`].
        Expired = "expired",
        /// See [`InvoiceEvent::Cancelled`].
        Cancelled = "cancelled",
    }
}

/// The event can't happen in this state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an invoice that is {} can't take the event {}", state.code(), event.code())]
pub struct Forbidden {
    /// Where it is.
    pub state: InvoiceStateKind,
    /// What was tried.
    pub event: InvoiceEventKind,
}

impl InvoiceEventKind {
    /// The states that the event may find: the inverse of [`InvoiceState::after`], and the WHERE of the UPDATE.
    pub const fn from(self) -> &'static [InvoiceStateKind] {
        use InvoiceStateKind as Kind;
        match self {
            Self::Offered | Self::Failed => &[Kind::Asked],
            Self::Claimed => &[Kind::Open],
            Self::Checked | Self::Approved | Self::Rejected => &[Kind::Claimed],
            // Whoever pays what has expired, or was taken back, has paid all the same.
            Self::Paid => &[Kind::Asked, Kind::Open, Kind::Expired, Kind::Cancelled, Kind::Failed],
            Self::Expired | Self::Cancelled => &[Kind::Asked, Kind::Open],
        }
    }
}

impl InvoiceEvent {
    /// Without its facts.
    pub const fn kind(&self) -> InvoiceEventKind {
        match self {
            Self::Offered { .. } => InvoiceEventKind::Offered,
            Self::Failed { .. } => InvoiceEventKind::Failed,
            Self::Claimed(_) => InvoiceEventKind::Claimed,
            Self::Checked { .. } => InvoiceEventKind::Checked,
            Self::Paid { .. } => InvoiceEventKind::Paid,
            Self::Approved { .. } => InvoiceEventKind::Approved,
            Self::Rejected { .. } => InvoiceEventKind::Rejected,
            Self::Expired => InvoiceEventKind::Expired,
            Self::Cancelled => InvoiceEventKind::Cancelled,
        }
    }
}

impl InvoiceStateKind {
    /// Whether it still waits for its money.
    pub const fn is_waiting(self) -> bool {
        matches!(self, Self::Asked | Self::Open | Self::Claimed)
    }
}

impl InvoiceState {
    /// Without its facts.
    pub const fn kind(&self) -> InvoiceStateKind {
        match self {
            Self::Asked => InvoiceStateKind::Asked,
            Self::Open { .. } => InvoiceStateKind::Open,
            Self::Claimed { .. } => InvoiceStateKind::Claimed,
            Self::Paid { .. } => InvoiceStateKind::Paid,
            Self::Rejected { .. } => InvoiceStateKind::Rejected,
            Self::Expired { .. } => InvoiceStateKind::Expired,
            Self::Cancelled { .. } => InvoiceStateKind::Cancelled,
            Self::Failed { .. } => InvoiceStateKind::Failed,
        }
    }

    /// The state after an event.
    ///
    /// # Errors
    /// [`Forbidden`] if the event can't happen here.
    pub fn after(&self, event: InvoiceEvent) -> Result<Self, Forbidden> {
        let (state, kind) = (self.kind(), event.kind());
        if !kind.from().contains(&state) {
            return Err(Forbidden { state, event: kind });
        }
        Ok(match event {
            InvoiceEvent::Offered { external, url } => Self::Open { external, url },
            InvoiceEvent::Failed { detail } => Self::Failed { detail },
            InvoiceEvent::Claimed(receipt) => Self::Claimed { receipt, hash: None, repeats: None },
            InvoiceEvent::Checked { receipt, hash, repeats } => Self::Claimed { receipt, hash, repeats },
            InvoiceEvent::Paid { payment, credited } => Self::Paid { payment, credited, by: None },
            InvoiceEvent::Approved { payment, credited, by } => Self::Paid { payment, credited, by: Some(by) },
            InvoiceEvent::Rejected { reason, by } => Self::Rejected { reason, by },
            InvoiceEvent::Expired => Self::Expired { external: self.external().map(str::to_owned) },
            InvoiceEvent::Cancelled => Self::Cancelled { external: self.external().map(str::to_owned) },
        })
    }

    /// The provider's id of an invoice that can be paid, or could, for asking how it stands.
    pub fn external(&self) -> Option<&str> {
        match self {
            Self::Open { external, .. } | Self::Expired { external } | Self::Cancelled { external } => {
                external.as_deref()
            }
            _ => None,
        }
    }

    /// SHA-256 of the receipt's bytes.
    pub fn receipt_hash(&self) -> Option<&str> {
        match self {
            Self::Claimed { hash, .. } => hash.as_deref(),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn receipt() -> Receipt {
        Receipt { form: ReceiptForm::Photo, file_id: "f".to_owned(), unique_id: "u".to_owned(), message: 7 }
    }

    fn some(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    fn states() -> Vec<InvoiceState> {
        let (credited, by) = (Money::from_kopecks(100), None);
        vec![
            InvoiceState::Asked,
            InvoiceState::Open { external: some("ext"), url: some("url") },
            InvoiceState::Claimed { receipt: receipt(), hash: some("ab"), repeats: None },
            InvoiceState::Paid { payment: "p".to_owned(), credited, by },
            InvoiceState::Rejected { reason: "none".to_owned(), by: ChatId(1) },
            InvoiceState::Expired { external: some("ext") },
            InvoiceState::Cancelled { external: some("ext") },
            InvoiceState::Failed { detail: "no".to_owned() },
        ]
    }

    fn events() -> Vec<InvoiceEvent> {
        let (payment, credited) = ("q".to_owned(), Money::from_kopecks(200));
        vec![
            InvoiceEvent::Offered { external: some("new"), url: some("there") },
            InvoiceEvent::Failed { detail: "off".to_owned() },
            InvoiceEvent::Claimed(receipt()),
            InvoiceEvent::Checked { receipt: receipt(), hash: some("cd"), repeats: None },
            InvoiceEvent::Paid { payment: payment.clone(), credited },
            InvoiceEvent::Approved { payment, credited, by: ChatId(2) },
            InvoiceEvent::Rejected { reason: "bad".to_owned(), by: ChatId(2) },
            InvoiceEvent::Expired,
            InvoiceEvent::Cancelled,
        ]
    }

    /// The allowed pairs, written down a second time on purpose: one row per event, one letter per state in the order of a life.
    #[test]
    fn every_pair_of_state_and_event_is_allowed_or_refused_as_the_table_says() {
        let table = [
            ("offered", "O-------"),
            ("failed", "F-------"),
            ("claimed", "-C------"),
            ("checked", "--C-----"),
            ("paid", "PP---PPP"),
            ("approved", "--P-----"),
            ("rejected", "--R-----"),
            ("expired", "EE------"),
            ("cancelled", "XX------"),
        ];
        for (event, (name, row)) in events().into_iter().zip(table) {
            assert_eq!(event.kind().code(), name);
            for (state, wanted) in states().into_iter().zip(row.chars()) {
                let found = match state.after(event.clone()).map(|state| state.kind()) {
                    Ok(InvoiceStateKind::Open) => 'O',
                    Ok(InvoiceStateKind::Failed) => 'F',
                    Ok(InvoiceStateKind::Claimed) => 'C',
                    Ok(InvoiceStateKind::Paid) => 'P',
                    Ok(InvoiceStateKind::Rejected) => 'R',
                    Ok(InvoiceStateKind::Expired) => 'E',
                    Ok(InvoiceStateKind::Cancelled) => 'X',
                    Ok(InvoiceStateKind::Asked) => 'A',
                    Err(forbidden) => {
                        assert_eq!((forbidden.state, forbidden.event), (state.kind(), event.kind()));
                        '-'
                    }
                };
                assert_eq!(found, wanted, "{name} in {}", state.kind().code());
            }
        }
    }

    #[test]
    fn codes_of_states_and_events_lead_back_and_states_survive_json() {
        for state in states() {
            let kind = state.kind();
            assert_eq!(InvoiceStateKind::from_code(kind.code()), Some(kind));
            let json = serde_json::to_string(&state).unwrap();
            assert_eq!(serde_json::from_str::<InvoiceState>(&json).unwrap(), state, "{json}");
        }
        for event in events() {
            assert_eq!(InvoiceEventKind::from_code(event.kind().code()), Some(event.kind()));
        }
        assert_eq!(InvoiceStateKind::ALL.len(), states().len());
        assert_eq!(InvoiceEventKind::ALL.len(), events().len());
    }

    #[test]
    fn the_facts_of_an_event_become_the_facts_of_the_state() {
        let open = InvoiceState::Asked.after(events().remove(0)).unwrap();
        assert_eq!(open, InvoiceState::Open { external: some("new"), url: some("there") });
        assert_eq!(open.external(), Some("new"));
        // Who pays too late is still asked for by the provider's id.
        for event in [InvoiceEvent::Expired, InvoiceEvent::Cancelled] {
            assert_eq!(open.after(event).unwrap().external(), Some("new"));
        }
        let claimed = &states()[2];
        assert_eq!((claimed.receipt_hash(), open.receipt_hash(), claimed.external()), (Some("ab"), None, None));
        let checked = claimed.after(events().remove(3)).unwrap();
        assert_eq!(checked.receipt_hash(), Some("cd"));
        let credited = Money::from_kopecks(200);
        let approved = InvoiceState::Paid { payment: "q".to_owned(), credited, by: Some(ChatId(2)) };
        assert_eq!(claimed.after(events().remove(5)).unwrap(), approved);
        let waiting: Vec<_> = InvoiceStateKind::ALL.iter().filter(|kind| kind.is_waiting()).collect();
        assert_eq!(waiting, [&InvoiceStateKind::Asked, &InvoiceStateKind::Open, &InvoiceStateKind::Claimed]);
    }

    #[test]
    fn a_reference_is_the_end_of_the_id() {
        let mut bytes = [0; 16];
        bytes[12..].copy_from_slice(&[0xAB, 0xCD, 0x12, 0x34]);
        let at = Timestamp::EPOCH;
        let invoice = Invoice {
            id: InvoiceId::from_bytes(bytes),
            user: UserId::from_bytes([1; 16]),
            provider: Provider::Bank,
            amount: Money::from_kopecks(1),
            native_amount: 1,
            native_currency: "RUB".to_owned(),
            state: InvoiceState::Asked,
            since: at,
            created_at: at,
            expires_at: at,
        };
        assert_eq!(invoice.reference(), "ABCD1234");
    }
}
