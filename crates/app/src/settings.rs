//! What an owner may set while the bot runs: a registry of names, kinds and bounds, and the values that hold now. Pure.
//!
//! Invariants
//! - What is stored was checked by [`Spec::read`], whoever wrote it; what can't be read all the same is left out, and the configuration's holds.
//! - A name is never given another meaning.
//!
//! To add one: a line in [`SPECS`], a field of [`Live`], its titles `setting-<name>` in both languages.

use std::collections::BTreeMap;

use domain::ids::ModelId;
use domain::money::{Markup, Money};
use domain::screen::Key;
use domain::staff::Setting;

use crate::screens::Shop;

/// The setting of one model begins so; its id follows.
const OF_MODEL: &str = "model:";
/// What can be multiplied: a shop that sells below cost by hand has other means (a gift).
const MARKUP_BOUNDS: (i64, i64) = (10_000, 200_000);

/// What a setting's value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Yes or no.
    Switch,
    /// A factor with up to four decimals.
    Markup,
    /// Roubles, between these.
    Roubles {
        /// The least.
        min: i64,
        /// The most.
        max: i64,
    },
    /// A whole number, between these.
    Count {
        /// The least.
        min: i64,
        /// The most.
        max: i64,
    },
    /// Words, up to so many characters.
    Words {
        /// The most.
        max: usize,
    },
}

/// One setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spec {
    /// Its name for ever.
    pub name: &'static str,
    /// What its value is.
    pub kind: Kind,
}

/// All settings that are not one model's, in the order of their buttons.
pub const SPECS: [Spec; 9] = [
    Spec { name: "selling", kind: Kind::Switch },
    Spec { name: "selling_note", kind: Kind::Words { max: 500 } },
    Spec { name: "markup", kind: Kind::Markup },
    Spec { name: "welcome", kind: Kind::Roubles { min: 0, max: 10_000 } },
    Spec { name: "live_max", kind: Kind::Count { min: 1, max: 50 } },
    Spec { name: "losses_to_stop", kind: Kind::Count { min: 0, max: 1_000 } },
    Spec { name: "support_contact", kind: Kind::Words { max: 100 } },
    Spec { name: "support_text", kind: Kind::Words { max: 1_000 } },
    Spec { name: "alone_max", kind: Kind::Roubles { min: 0, max: 1_000_000 } },
];

/// The markup of one model.
const MODEL_SPEC: Spec = Spec { name: "model_markup", kind: Kind::Markup };

/// Why a typed value is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BadValue {
    /// It can't be read as what is wanted.
    Unreadable,
    /// It is outside of these, as they are typed.
    OutOfBounds(String, String),
    /// It has more characters than this.
    TooLong(usize),
}

impl Spec {
    /// The setting with this name, a model's included.
    pub fn of(name: &str) -> Option<Self> {
        if name.starts_with(OF_MODEL) {
            return Some(MODEL_SPEC);
        }
        SPECS.into_iter().find(|spec| spec.name == name)
    }

    /// The setting whose name has this key; not a model's.
    pub fn by_key(key: Key) -> Option<Self> {
        SPECS.into_iter().find(|spec| Key::of(spec.name) == key)
    }

    /// What an owner typed, as it is stored.
    ///
    /// # Errors
    /// See [`BadValue`].
    pub fn read(&self, typed: &str) -> Result<String, BadValue> {
        let typed = typed.trim();
        let figure = || typed.replace(',', ".").replace([' ', '\u{a0}', '₽'], "");
        let within = |value: i64, min: i64, max: i64, show: fn(i64) -> String| {
            if (min..=max).contains(&value) { Ok(()) } else { Err(BadValue::OutOfBounds(show(min), show(max))) }
        };
        match self.kind {
            Kind::Switch => match typed {
                "true" | "false" => Ok(typed.to_owned()),
                _ => Err(BadValue::Unreadable),
            },
            Kind::Markup => {
                let markup = figure().parse::<Markup>().map_err(|_| BadValue::Unreadable)?;
                within(markup.raw(), MARKUP_BOUNDS.0, MARKUP_BOUNDS.1, |raw| Markup::from_raw(raw).to_string())?;
                Ok(json(&markup.to_string()))
            }
            Kind::Roubles { min, max } => {
                let money = figure().parse::<Money>().map_err(|_| BadValue::Unreadable)?;
                within(money.kopecks(), min * 100, max * 100, |kopecks| (kopecks / 100).to_string())?;
                Ok(money.kopecks().to_string())
            }
            Kind::Count { min, max } => {
                let count = figure().parse::<i64>().map_err(|_| BadValue::Unreadable)?;
                within(count, min, max, |count| count.to_string())?;
                Ok(count.to_string())
            }
            Kind::Words { .. } if typed.is_empty() => Err(BadValue::Unreadable),
            Kind::Words { max } if typed.chars().count() > max => Err(BadValue::TooLong(max)),
            Kind::Words { .. } => Ok(json(typed)),
        }
    }
}

fn json(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// The name of a model's markup.
pub fn of_model(model: &ModelId) -> String {
    format!("{OF_MODEL}{}", model.0)
}

/// The values that hold now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Live {
    /// Whether new generations are sold.
    pub selling: bool,
    /// What users are told while they are not.
    pub selling_note: Option<String>,
    /// Our margin, where a model has none of its own.
    pub markup: Markup,
    /// Given to each new user; zero = nothing.
    pub welcome: Money,
    /// How many generations a user may have at once.
    pub live_max: usize,
    /// A model stops itself after so many losses in a row; zero = never.
    pub losses_to_stop: u32,
    /// What the owner says of themselves.
    pub shop: Shop,
    /// A larger credit by hand needs a second owner, if there is one.
    pub alone_max: Money,
    /// Models with a margin of their own.
    pub markups: BTreeMap<ModelId, Markup>,
}

impl Live {
    /// The configuration's, with what was set at run time over it.
    #[must_use]
    pub fn with(mut self, settings: &[Setting]) -> Self {
        for setting in settings {
            let Some(value) = &setting.value else { continue };
            if self.set(&setting.name, value).is_none() {
                tracing::warn!(setting = setting.name, "a stored setting can't be read; the configuration's holds");
            }
        }
        self
    }

    /// `None` if the name is unknown or the value is none.
    fn set(&mut self, name: &str, value: &str) -> Option<()> {
        let value: serde_json::Value = serde_json::from_str(value).ok()?;
        let words = || value.as_str().map(str::to_owned);
        if let Some(model) = name.strip_prefix(OF_MODEL) {
            self.markups.insert(ModelId(model.to_owned()), words()?.parse().ok()?);
            return Some(());
        }
        match name {
            "selling" => self.selling = value.as_bool()?,
            "selling_note" => self.selling_note = Some(words()?),
            "markup" => self.markup = words()?.parse().ok()?,
            "welcome" => self.welcome = Money::from_kopecks(value.as_i64()?),
            "live_max" => self.live_max = value.as_u64()?.try_into().ok()?,
            "losses_to_stop" => self.losses_to_stop = value.as_u64()?.try_into().ok()?,
            "support_contact" => self.shop.support_contact = Some(words()?),
            "support_text" => self.shop.support_text = Some(words()?),
            "alone_max" => self.alone_max = Money::from_kopecks(value.as_i64()?),
            _ => return None,
        }
        Some(())
    }

    /// A setting's value as it is stored; `None`: nothing is set.
    pub fn value(&self, name: &str) -> Option<String> {
        if let Some(model) = name.strip_prefix(OF_MODEL) {
            return self.markups.get(&ModelId(model.to_owned())).map(|markup| json(&markup.to_string()));
        }
        match name {
            "selling" => Some(self.selling.to_string()),
            "selling_note" => self.selling_note.as_deref().map(json),
            "markup" => Some(json(&self.markup.to_string())),
            "welcome" => Some(self.welcome.kopecks().to_string()),
            "live_max" => Some(self.live_max.to_string()),
            "losses_to_stop" => Some(self.losses_to_stop.to_string()),
            "support_contact" => self.shop.support_contact.as_deref().map(json),
            "support_text" => self.shop.support_text.as_deref().map(json),
            "alone_max" => Some(self.alone_max.kopecks().to_string()),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::clock::Timestamp;

    use super::*;

    fn live() -> Live {
        Live {
            selling: true,
            selling_note: None,
            markup: "2".parse().unwrap(),
            welcome: Money::ZERO,
            live_max: 3,
            losses_to_stop: 5,
            shop: Shop::default(),
            alone_max: Money::from_kopecks(500_000),
            markups: BTreeMap::new(),
        }
    }

    fn setting(name: &str, value: Option<String>) -> Setting {
        Setting { name: name.to_owned(), value, version: 1, at: Timestamp::EPOCH }
    }

    #[test]
    fn every_setting_is_read_stored_and_holds() {
        let typed = [
            ("selling", "false"),
            ("selling_note", "Back at noon, \"sharp\""),
            ("markup", "2,55"),
            ("welcome", "12.50 ₽"),
            ("live_max", "7"),
            ("losses_to_stop", "0"),
            ("support_contact", "@shop"),
            ("support_text", "Пишите днём"),
            ("alone_max", "1 000"),
            ("model:house/picture", "3"),
        ];
        assert!(SPECS.iter().all(|spec| typed.iter().any(|(name, _)| *name == spec.name)));
        let read = |(name, typed): &(&str, &str)| {
            let spec = Spec::of(name).unwrap();
            setting(name, Some(spec.read(typed).unwrap_or_else(|problem| panic!("{name}: {problem:?}"))))
        };
        let settings: Vec<Setting> = typed.iter().map(read).collect();
        let set = live().with(&settings);
        let shop =
            Shop { support_contact: Some("@shop".to_owned()), support_text: Some("Пишите днём".to_owned()) };
        let wanted = Live {
            selling: false,
            selling_note: Some("Back at noon, \"sharp\"".to_owned()),
            markup: "2.55".parse().unwrap(),
            welcome: Money::from_kopecks(1_250),
            live_max: 7,
            losses_to_stop: 0,
            shop,
            alone_max: Money::from_kopecks(100_000),
            markups: [(ModelId("house/picture".to_owned()), "3".parse().unwrap())].into(),
        };
        assert_eq!(set, wanted);
        for setting in &settings {
            assert_eq!(set.value(&setting.name), setting.value, "{}", setting.name);
        }
    }

    #[test]
    fn what_is_no_value_is_refused_with_its_bounds() {
        let refused = |name: &str, typed: &str| Spec::of(name).unwrap().read(typed).unwrap_err();
        assert_eq!(refused("selling", "maybe"), BadValue::Unreadable);
        assert_eq!(refused("markup", "double"), BadValue::Unreadable);
        assert_eq!(refused("markup", "0.9"), BadValue::OutOfBounds("1".to_owned(), "20".to_owned()));
        assert_eq!(refused("welcome", "-1"), BadValue::OutOfBounds("0".to_owned(), "10000".to_owned()));
        assert_eq!(refused("live_max", "0"), BadValue::OutOfBounds("1".to_owned(), "50".to_owned()));
        assert_eq!(refused("live_max", "2.5"), BadValue::Unreadable);
        assert_eq!(refused("support_contact", &"a".repeat(101)), BadValue::TooLong(100));
        assert_eq!(refused("support_text", "  "), BadValue::Unreadable);
        assert_eq!(Spec::of("colour"), None);
    }

    #[test]
    fn what_can_not_be_read_leaves_the_configurations() {
        let settings = [
            setting("markup", Some("{".to_owned())),
            setting("live_max", Some("-1".to_owned())),
            setting("of tomorrow", Some("1".to_owned())),
            setting("welcome", None),
        ];
        assert_eq!(live().with(&settings), live());
    }

    #[test]
    fn keys_find_their_settings() {
        for spec in SPECS {
            assert_eq!(Spec::by_key(Key::of(spec.name)), Some(spec));
        }
    }
}
