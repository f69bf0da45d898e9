//! Promo codes and campaigns at the desk. A code is made step by step, since a phone's keyboard makes one long line with commas a trial: each
//! step is a number, typed or on a button.

use std::time::Duration;

use domain::campaign::{NOTE_LENGTH_MAX, normal_name};
use domain::ledger::{Amount, Unit};
use domain::money::Money;
use domain::promo::normal_code;
use domain::screen::PromoAct;
use domain::staff::Duty;
use serde::{Deserialize, Serialize};

use super::{DeskView, go, said, stale, work};
use crate::conversation::decide::{Context, Decision};
use crate::conversation::{Notice, Talk, View};
use crate::desk::{GIFT_MONEY_MAX, GIFT_RUNS_MAX, PROMO_USES_MAX, Promo, PromoWork, Work};

/// A code lives at most ten years; more is a slip of the finger.
const DAYS_MAX: u32 = 3650;
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// A screen about promo codes and campaigns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PromoView {
    /// The codes.
    Codes {
        /// From 0.
        page: u16,
    },
    /// A new code, at its first open step.
    Make(PromoDraft),
    /// The campaigns.
    Campaigns {
        /// From 0.
        page: u16,
    },
    /// Asking for a new campaign's name and note.
    Launch,
}

/// A code that is being made, step by step.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PromoDraft {
    /// As users will type it, in its normal form.
    pub code: Option<String>,
    /// What it gives.
    pub unit: Option<Unit>,
    /// How much of it: kopecks or runs.
    pub value: Option<i64>,
    /// Redemptions in all.
    pub total: Option<u32>,
    /// Redemptions by one user.
    pub per_user: Option<u32>,
    /// For how many days; 0 = for ever.
    pub days: Option<u32>,
}

/// What is asked next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PromoStep {
    /// The code.
    Code,
    /// Money or runs.
    Unit,
    /// How many roubles.
    Roubles,
    /// How many runs.
    Runs,
    /// Redemptions in all.
    Total,
    /// Redemptions by one user.
    PerUser,
    /// For how many days.
    Days,
    /// Nothing: make it?
    Sure,
}

impl PromoDraft {
    /// The first step that is open.
    pub const fn step(&self) -> PromoStep {
        match self {
            Self { code: None, .. } => PromoStep::Code,
            Self { unit: None, .. } => PromoStep::Unit,
            Self { unit: Some(Unit::Money), value: None, .. } => PromoStep::Roubles,
            Self { unit: Some(Unit::Run), value: None, .. } => PromoStep::Runs,
            Self { total: None, .. } => PromoStep::Total,
            Self { per_user: None, .. } => PromoStep::PerUser,
            Self { days: None, .. } => PromoStep::Days,
            _ => PromoStep::Sure,
        }
    }

    /// What each redemption gives, once it is known.
    pub fn gift(&self) -> Option<Amount> {
        Some(Amount { unit: self.unit?, value: self.value? })
    }

    /// Takes the answer to the open step.
    ///
    /// # Errors
    /// What is wrong with it.
    fn take(&mut self, text: &str) -> Result<(), Notice> {
        let text = text.trim();
        let within = |max: u32| {
            let number = text.parse::<u32>().ok().filter(|number| (1..=max).contains(number));
            number.ok_or_else(|| Notice::new("promo-bad-number").number("max", i64::from(max)))
        };
        match self.step() {
            PromoStep::Code => self.code = Some(normal_code(text).ok_or_else(|| Notice::new("promo-bad-code"))?),
            PromoStep::Roubles => {
                let money = text.trim_end_matches(['₽', ' ']).replace(',', ".").parse::<Money>();
                let money = money.ok().filter(|money| (1..=GIFT_MONEY_MAX).contains(&money.kopecks()));
                let max = || Notice::new("promo-bad-roubles").money("max", Money::from_kopecks(GIFT_MONEY_MAX));
                self.value = Some(money.ok_or_else(max)?.kopecks());
            }
            PromoStep::Runs => self.value = Some(within(u32::try_from(GIFT_RUNS_MAX).unwrap_or(u32::MAX))?.into()),
            PromoStep::Total => self.total = Some(within(PROMO_USES_MAX)?),
            PromoStep::PerUser => self.per_user = Some(within(self.total.unwrap_or(PROMO_USES_MAX))?),
            PromoStep::Days if text == "0" => self.days = Some(0),
            PromoStep::Days => self.days = Some(within(DAYS_MAX)?),
            PromoStep::Unit | PromoStep::Sure => return Err(Notice::new("promo-press")),
        }
        Ok(())
    }

    fn into_wish(self, context: &Context<'_>) -> Option<Promo> {
        let days = self.days.filter(|days| *days > 0);
        Some(Promo {
            gift: self.gift()?,
            code: self.code?,
            total_max: self.total?,
            per_user_max: self.per_user?,
            expires_at: days.map(|days| context.now + DAY * days),
        })
    }
}

/// A button was pressed by somebody who may.
pub(super) fn press(mut next: Talk, act: PromoAct, context: &Context<'_>) -> Decision {
    let view = match act {
        PromoAct::Codes { page } => PromoView::Codes { page },
        PromoAct::Make => PromoView::Make(PromoDraft::default()),
        PromoAct::Campaigns { page } => PromoView::Campaigns { page },
        PromoAct::Launch => PromoView::Launch,
        PromoAct::Gift { .. } | PromoAct::Pick { .. } | PromoAct::Yes => {
            let View::Desk(DeskView::Promo(PromoView::Make(draft))) = &mut next.view else { return stale(next) };
            match act {
                PromoAct::Gift { unit } if draft.step() == PromoStep::Unit => draft.unit = Some(unit),
                PromoAct::Pick { number } if !matches!(draft.step(), PromoStep::Code | PromoStep::Sure) => {
                    next.notice = draft.take(&number.to_string()).err();
                }
                PromoAct::Yes if draft.step() == PromoStep::Sure => {
                    let Some(wish) = draft.clone().into_wish(context) else { return stale(next) };
                    // The steps are done with: Back leads to where they began.
                    next.trail.pop();
                    next.view = View::Desk(DeskView::Promo(PromoView::Codes { page: 0 }));
                    return work(said(next, "promo-made"), Work::Promo(PromoWork::Make(wish)));
                }
                _ => return stale(next),
            }
            return Decision::show(next);
        }
    };
    go(&mut next, View::Desk(DeskView::Promo(view)));
    Decision::show(next)
}

/// Words about a code or a campaign; `None`: none are asked for.
pub(super) fn typed(next: &Talk, view: &PromoView, text: &str, context: &Context<'_>) -> Option<Decision> {
    if !matches!(view, PromoView::Make(_) | PromoView::Launch) {
        return None;
    }
    let mut next = next.clone();
    if !context.may(Duty::Promo) {
        return Some(Decision::fresh(said(next, "desk-not-yours")));
    }
    if let View::Desk(DeskView::Promo(PromoView::Make(draft))) = &mut next.view {
        next.notice = draft.take(text).err();
        return Some(Decision::fresh(next));
    }
    let (name, note) = text.trim().split_once(char::is_whitespace).unwrap_or((text.trim(), ""));
    let Some(name) = normal_name(name) else { return Some(Decision::fresh(said(next, "campaign-bad-name"))) };
    let note: String = note.trim().chars().take(NOTE_LENGTH_MAX).collect();
    next.trail.pop();
    next.view = View::Desk(DeskView::Promo(PromoView::Campaigns { page: 0 }));
    let launch = PromoWork::Launch { name, note: (!note.is_empty()).then_some(note) };
    Some(Decision { fresh: true, ..work(said(next, "campaign-made"), Work::Promo(launch)) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_made_step_by_step() {
        let mut draft = PromoDraft::default();
        let mut walk = |step: PromoStep, wrong: &[&str], right: &str| {
            assert_eq!(draft.step(), step);
            for wrong in wrong {
                assert!(draft.take(wrong).is_err(), "{wrong}");
                assert_eq!(draft.step(), step, "{wrong}");
            }
            if step == PromoStep::Unit {
                draft.unit = Some(Unit::Money);
            } else {
                draft.take(right).unwrap();
            }
        };
        walk(PromoStep::Code, &["", "a/b"], "spring 26");
        walk(PromoStep::Unit, &["10"], "");
        walk(PromoStep::Roubles, &["0", "-5", "many", "100000.01"], "12,50 ₽");
        walk(PromoStep::Total, &["0", "1.5", "1000001"], "100");
        walk(PromoStep::PerUser, &["0", "101"], "2");
        walk(PromoStep::Days, &["-1", "3651"], "0");
        assert!(draft.take("5").is_err());
        let wanted = PromoDraft {
            code: Some("SPRING26".to_owned()),
            unit: Some(Unit::Money),
            value: Some(1_250),
            total: Some(100),
            per_user: Some(2),
            days: Some(0),
        };
        assert_eq!((draft.step(), draft.gift()), (PromoStep::Sure, wanted.gift()));
        assert_eq!(draft, wanted);
    }
}
