//! One model at the desk: its own price, margin and free ones, and trying it.

use domain::models::NoGift;
use domain::money::Money;
use domain::screen::{Key, ModelDeed, ModelSetting};

use super::{DeskView, Question, go, gone, said, work};
use crate::conversation::decide::{Context, Decision};
use crate::conversation::{Notice, Talk, View, wizard};
use crate::desk::Work;
use crate::settings::{Kind, Spec, json_of_limits, model_of, of_model};

pub(super) fn press(mut next: Talk, key: Key, deed: ModelDeed, context: &Context<'_>) -> Decision {
    // Hidden ones too: an owner sees them, and may try them.
    let Some(model) = context.catalog.by_key(key) else { return gone(next) };
    let name = |setting| of_model(setting, &model.id);
    let view = match deed {
        ModelDeed::Setting(setting) => DeskView::Setting { name: name(setting) },
        ModelDeed::Set(setting) => DeskView::Ask(Question::Setting(name(setting))),
        ModelDeed::Reset(setting) => {
            return work(said(next, "desk-set"), Work::Set { name: name(setting), value: None });
        }
        ModelDeed::NeverFree => {
            let value = Some(json_of_limits(None));
            return work(said(next, "desk-set"), Work::Set { name: name(ModelSetting::Free), value });
        }
        ModelDeed::Try => return wizard::try_out(next, model, context),
    };
    go(&mut next, View::Desk(view));
    Decision::show(next)
}

/// Whether a value is shown once more before it is set: a price below cost, and every text, as users will read it.
///
/// # Errors
/// What is said instead of setting it: the rules do not allow it for that model.
pub(super) fn asks_again(name: &str, value: &str, context: &Context<'_>) -> Result<bool, Notice> {
    if let Some(Spec { kind: Kind::Text(..), .. }) = Spec::of(name) {
        return Ok(true);
    }
    let Some((setting, id)) = model_of(name) else { return Ok(false) };
    let model = context.catalog.model(&id).ok_or_else(|| Notice::new("notice-model-gone"))?;
    match setting {
        ModelSetting::Markup => Ok(false),
        ModelSetting::Price => Ok(below_cost(model, value, context.factor).is_some()),
        ModelSetting::Free => match model.gift() {
            Ok(()) => Ok(false),
            Err(NoGift::Hidden) => Err(Notice::new("desk-gift-hidden")),
            Err(NoGift::TooDear(high)) => {
                let cost = context.factor.cost(high).unwrap_or(Money::ZERO);
                let most = context.factor.cost(domain::models::GIFT_MAX).unwrap_or(Money::ZERO);
                Err(Notice::new("desk-gift-too-dear").money("cost", cost).money("max", most))
            }
        },
    }
}

/// What a model costs us at its dearest, if a stored price is below that.
pub(crate) fn below_cost(
    model: &domain::models::Model,
    value: &str,
    shop: domain::money::PriceFactor,
) -> Option<Money> {
    model.cost_above(Money::from_kopecks(value.parse().ok()?), shop)
}
