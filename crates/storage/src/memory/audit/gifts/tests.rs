//! Sound rows are clean; each kind of spoiled row is found by the check that is there for it.

use domain::free::FreeWindows;
use domain::ids::ModelId;
use domain::ledger::Amount;
use domain::payment::Referral;
use domain::promo::PromoCode;

use super::*;

const AT: Timestamp = Timestamp::EPOCH;

fn user(byte: u8) -> UserId {
    UserId::from_bytes([byte; 16])
}

/// One of everything: a free generation, a code that was redeemed once, a referral that was rewarded and one that was not.
fn sound() -> Rows {
    let taken = keys(user(1), &ModelId("m".to_owned()), FreeWindows { day: AT, hour: AT });
    let (code, gift, created_at) = ("CODE".to_owned(), Amount::runs(1), AT);
    let promo = PromoCode { code: code.clone(), gift, total_max: 1, per_user_max: 1, expires_at: None, created_at };
    let (promos, mut referrals) = (
        PromoRows { codes: [(code.clone(), (promo, 1))].into(), uses: [((code, user(1)), 1)].into() },
        ReferralRows { days: [((user(2), AT), 1)].into(), ..ReferralRows::default() },
    );
    let referral = |invited, rewarded_at| Referral { invited, inviter: user(2), at: AT, rewarded_at };
    referrals.referrals.insert(user(1), (referral(user(1), Some(AT)), Some(AT)));
    referrals.referrals.insert(user(3), (referral(user(3), None), None));
    Rows {
        counters: taken.iter().map(|key| (key.clone(), 1)).collect(),
        taken: taken.to_vec(),
        promos,
        referrals,
        promo_bonuses: vec![format!("CODE:{}:0", user(1))],
        referral_bonuses: [
            (format!("{}:invited", user(1)), user(1)),
            (format!("{}:inviter", user(1)), user(2)),
            ("friend".to_owned(), user(9)),
        ]
        .into(),
    }
}

/// The numbers of the checks that found something, from 1, after `spoil`.
fn found(spoil: impl FnOnce(&mut Rows)) -> Vec<usize> {
    let mut rows = sound();
    spoil(&mut rows);
    let checks = audit(&rows);
    (1..).zip(&checks).filter(|(_, check)| !check.findings.is_empty()).map(|(number, _)| number).collect()
}

fn referral_of(rows: &mut Rows, byte: u8) -> &mut (Referral, Option<Timestamp>) {
    rows.referrals.referrals.get_mut(&user(byte)).unwrap()
}

#[test]
fn sound_rows_are_clean_and_looked_at() {
    assert_eq!(found(|_| {}), [0; 0]);
    assert!(audit(&sound()).iter().all(|check| check.checked > 0));
}

#[test]
fn a_counter_that_differs_from_its_generations_is_found() {
    assert_eq!(found(|rows| rows.counters.values_mut().for_each(|uses| *uses += 1)), [1]);
    assert_eq!(found(|rows| drop(rows.counters.pop_last())), [1]);
    assert_eq!(found(|rows| drop(rows.taken.pop())), [1]);
}

#[test]
fn a_code_that_differs_from_its_uses_and_bonuses_is_found() {
    assert_eq!(found(|rows| rows.promos.codes.values_mut().for_each(|(_, used)| *used = 0)), [2]);
    assert_eq!(found(|rows| rows.promos.codes.clear()), [2]);
    assert_eq!(found(|rows| rows.promos.uses.clear()), [2]);
    assert_eq!(found(|rows| rows.promo_bonuses.clear()), [2]);
    assert_eq!(found(|rows| rows.promo_bonuses.push("OTHER:1:0".to_owned())), [2]);
    assert_eq!(found(|rows| rows.promos.codes.values_mut().for_each(|(promo, _)| promo.total_max = 0)), [2]);
    assert_eq!(found(|rows| rows.promos.codes.values_mut().for_each(|(promo, _)| promo.per_user_max = 0)), [2]);
}

#[test]
fn whoever_brought_themselves_or_goes_in_a_circle_is_found() {
    assert_eq!(found(|rows| referral_of(rows, 3).0.inviter = user(3)), [3]);
    let circle = found(|rows| {
        let back = Referral { invited: user(2), inviter: user(3), at: AT, rewarded_at: None };
        rows.referrals.referrals.insert(user(2), (back, None));
    });
    assert_eq!(circle, [3]);
}

#[test]
fn a_reward_without_its_bonuses_and_bonuses_without_a_reward_are_found() {
    assert_eq!(found(|rows| referral_of(rows, 3).0.rewarded_at = Some(AT)), [4]);
    assert_eq!(found(|rows| referral_of(rows, 1).0.rewarded_at = None), [4]);
    assert_eq!(found(|rows| drop(rows.referral_bonuses.pop_first())), [4]);
    // The inviter has a bonus that no day counts.
    assert_eq!(found(|rows| referral_of(rows, 1).1 = None), [4, 5]);
}

#[test]
fn a_day_that_differs_from_its_referrals_is_found() {
    assert_eq!(found(|rows| rows.referrals.days.values_mut().for_each(|rewards| *rewards += 1)), [5]);
    assert_eq!(found(|rows| rows.referrals.days.clear()), [5]);
}
