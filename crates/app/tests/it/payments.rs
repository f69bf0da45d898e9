//! Putting money on the balance: amounts, ways to pay, an invoice in each of its states.

use std::time::Duration;

use app::conversation::View;
use app::screens::Way;
use app::service::BankDetails;
use domain::ids::{ChatId, InvoiceId, UserId};
use domain::ledger::Provider;
use domain::money::Money;
use domain::payment::{Invoice, InvoiceState, Receipt, ReceiptForm};
use domain::ports::NativePrice;

use crate::snapshots::{Case, Group, case, check};
use crate::world::*;

pub(crate) const GROUPS: [Group; 1] = [("payments", payments)];

#[test]
fn everything_about_payments() {
    for (group, cases) in GROUPS {
        check(group, cases());
    }
}

const ID: InvoiceId = InvoiceId::from_bytes([0xA7; 16]);

fn invoice(provider: Provider, state: InvoiceState) -> Invoice {
    let (native_amount, native_currency) = match provider {
        Provider::Stars => (500, "XTR"),
        _ => (500_00, "RUB"),
    };
    Invoice {
        id: ID,
        user: UserId::from_bytes([4; 16]),
        provider,
        amount: Money::from_kopecks(500_00),
        native_amount,
        native_currency: native_currency.to_owned(),
        state,
        since: NOON,
        created_at: NOON,
        expires_at: NOON + Duration::from_secs(3600),
    }
}

fn way(provider: Provider, price: Option<(i64, &str)>) -> Way {
    let price = price.map(|(amount, currency)| NativePrice { amount, currency: currency.to_owned() });
    Way { provider, price }
}

fn shown(name: &str, provider: Provider, state: InvoiceState) -> Case {
    case(name, move |world| {
        world.facts.invoice = Some(invoice(provider, state));
        world.talk.view = View::Invoice { invoice: ID };
    })
}

fn amounts() -> Vec<Case> {
    vec![
        case("amounts", |world| {
            world.facts.ways = vec![way(Provider::Stars, None), way(Provider::Bank, None)];
            world.talk.view = View::TopUp;
        }),
        case("ways", |world| {
            world.facts.ways = vec![
                way(Provider::Stars, Some((500, "XTR"))),
                way(Provider::Yookassa, Some((500_00, "RUB"))),
                way(Provider::CryptoPay, Some((500_00, "RUB"))),
                way(Provider::Bank, None),
            ];
            world.talk.view = View::TopUpWay { kopecks: 500_00 };
        }),
    ]
}

fn payments() -> Vec<Case> {
    let url = Some("https://t.me/$invoice".to_owned());
    let receipt = Receipt { form: ReceiptForm::Photo, file_id: "f".to_owned(), unique_id: "u".to_owned(), message: 7 };
    let claimed = InvoiceState::Claimed { receipt, hash: None, repeats: None };
    let paid = InvoiceState::Paid { payment: "p".to_owned(), credited: Money::from_kopecks(500_00), by: None };
    let rejected = InvoiceState::Rejected { reason: "перевода нет".to_owned(), by: ChatId(1) };
    let for_stars = InvoiceState::Open { external: None, url: url.clone() };
    let for_a_card = InvoiceState::Open { external: Some("e".to_owned()), url };
    let mut cases = amounts();
    cases.extend([
        shown("asked", Provider::Stars, InvoiceState::Asked),
        shown("open_for_stars", Provider::Stars, for_stars),
        shown("open_for_a_card", Provider::Yookassa, for_a_card),
        case("transfer", |world| {
            world.facts.bank = Some(BankDetails {
                bank: Some("Пример Банк".to_owned()),
                card: Some("2200 0000 0000 0000".to_owned()),
                card_holder: Some("Иван И.".to_owned()),
                phone: Some("+7 900 000-00-00".to_owned()),
            });
            world.facts.invoice = Some(invoice(Provider::Bank, InvoiceState::Open { external: None, url: None }));
            world.talk.view = View::Invoice { invoice: ID };
        }),
        shown("claimed", Provider::Bank, claimed.clone()),
        shown("paid", Provider::Stars, paid),
        shown("rejected", Provider::Bank, rejected),
        shown("expired", Provider::Stars, InvoiceState::Expired { external: None }),
        shown("cancelled", Provider::Stars, InvoiceState::Cancelled { external: None }),
        shown("failed", Provider::Yookassa, InvoiceState::Failed { detail: "401".to_owned() }),
        case("nothing_there", |world| world.talk.view = View::Invoice { invoice: ID }),
    ]);
    for (name, view) in
        [("claim_amount", View::ClaimAmount { invoice: ID }), ("claim_reason", View::ClaimReason { invoice: ID })]
    {
        let claimed = claimed.clone();
        cases.push(case(name, move |world| {
            world.facts.invoice = Some(invoice(Provider::Bank, claimed));
            world.talk.view = view;
        }));
    }
    cases
}
