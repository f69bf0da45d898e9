//! What a fiscal receipt is made of, where YooKassa makes them (54-FZ, or the tax of the self-employed).

use super::wire;
use crate::options::BuildError;

/// Where receipts go.
#[derive(Clone, PartialEq, Eq)]
pub enum Customer {
    /// An e-mail address.
    Email(String),
    /// A telephone number, digits only: `79000000000`. YooKassa's own receipts go to e-mail addresses only.
    Phone(String),
}

impl std::fmt::Debug for Customer {
    /// Somebody's address is nobody else's business.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Email(_) => "Email(..)",
            Self::Phone(_) => "Phone(..)",
        })
    }
}

/// What a receipt says of the one thing that we sell. Which of the codes are right is the accountant's word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipts {
    /// Where they go. The bot knows no address of a payer, so it is one for all.
    pub customer: Customer,
    /// The VAT rate by YooKassa's table: `1` = without VAT.
    pub vat_code: u8,
    /// What is sold: `service`, `payment`, ...
    pub payment_subject: String,
    /// How it is paid: `full_payment`, `full_prepayment`, `advance`, ...
    pub payment_mode: String,
    /// The system of taxation by YooKassa's table, if the cash register knows several.
    pub tax_system_code: Option<u8>,
}

impl Receipts {
    /// A service, paid in full.
    pub fn new(customer: Customer, vat_code: u8) -> Self {
        Self {
            customer,
            vat_code,
            payment_subject: "service".to_owned(),
            payment_mode: "full_payment".to_owned(),
            tax_system_code: None,
        }
    }

    pub(super) fn check(&self) -> Result<(), BuildError> {
        let (Customer::Email(customer) | Customer::Phone(customer)) = &self.customer;
        let texts = [
            ("receipts.customer", customer),
            ("receipts.payment_subject", &self.payment_subject),
            ("receipts.payment_mode", &self.payment_mode),
        ];
        match texts.into_iter().find(|(_, text)| text.trim().is_empty()) {
            Some((setting, _)) => Err(BuildError::Empty { setting }),
            None => Ok(()),
        }
    }

    /// The receipt of one payment.
    pub(super) fn of<'a>(&'a self, description: &'a str, amount: &'a wire::Amount) -> wire::NewReceipt<'a> {
        let (email, phone) = match &self.customer {
            Customer::Email(email) => (Some(email.as_str()), None),
            Customer::Phone(phone) => (None, Some(phone.as_str())),
        };
        wire::NewReceipt {
            customer: wire::NewCustomer { email, phone },
            items: [wire::NewItem {
                description,
                quantity: "1.00",
                amount,
                vat_code: self.vat_code,
                payment_mode: &self.payment_mode,
                payment_subject: &self.payment_subject,
            }],
            tax_system_code: self.tax_system_code,
        }
    }
}
