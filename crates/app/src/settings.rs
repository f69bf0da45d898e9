//! What an owner may set while the bot runs: a registry of names, kinds and bounds, and the values that hold now. Pure.
//!
//! Invariants
//! - What is stored was checked by [`Spec::read`], whoever wrote it; what can't be read all the same is left out, and the configuration's holds.
//! - A name is never given another meaning.
//!
//! To add one: a line in [`SPECS`], a field of [`Live`], its titles `setting-<name>` in both languages. One of each model is a kind in
//! `ModelSetting`, a text of the owner's one in [`OwnText`].

mod of_model;
mod own_text;

use domain::models::Overrides;
use domain::money::{Markup, Money};
use domain::screen::{Key, Language, ModelSetting};
use domain::staff::Setting;

pub(crate) use of_model::limits_of_json;
pub use of_model::{json_of_limits, model_of, of_model};
pub(crate) use own_text::filled;
pub use own_text::{OwnText, OwnTexts};

use crate::screens::Shop;

/// A price of the owner's, in kopecks: some price, and no more than anybody would top up for one work.
const PRICE_BOUNDS: (i64, i64) = (1, 5_000_000);
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
    /// A price of one model's own, in kopecks.
    Price,
    /// How often one model may be had for nothing.
    Limits,
    /// A text that users read, in one language.
    Text(OwnText, Language),
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

/// The owner's own texts, in the order of their buttons: each in both languages.
pub const TEXTS: [Spec; 8] = [
    text("text:greeting:ru", OwnText::Greeting, Language::Ru),
    text("text:greeting:en", OwnText::Greeting, Language::En),
    text("text:terms:ru", OwnText::Terms, Language::Ru),
    text("text:terms:en", OwnText::Terms, Language::En),
    text("text:help:ru", OwnText::HelpMore, Language::Ru),
    text("text:help:en", OwnText::HelpMore, Language::En),
    text("text:paysupport:ru", OwnText::PaySupport, Language::Ru),
    text("text:paysupport:en", OwnText::PaySupport, Language::En),
];

const fn text(name: &'static str, text: OwnText, language: Language) -> Spec {
    Spec { name, kind: Kind::Text(text, language) }
}

const fn of_each_model(setting: ModelSetting) -> Spec {
    match setting {
        ModelSetting::Markup => Spec { name: "model_markup", kind: Kind::Markup },
        ModelSetting::Price => Spec { name: "model_price", kind: Kind::Price },
        ModelSetting::Free => Spec { name: "model_free", kind: Kind::Limits },
    }
}

/// Why a typed value is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BadValue {
    /// It can't be read as what is wanted.
    Unreadable,
    /// It is outside of these, as they are typed.
    OutOfBounds(String, String),
    /// It has more characters than this.
    TooLong(usize),
    /// An hour has more than the day, or the day none, or more than this.
    Limits(u32),
    /// Something in braces that is no variable of the text.
    Variable(String),
    /// A mark that is not closed, or closed without being open.
    Mark(String),
}

impl Spec {
    /// The setting with this name, a model's included.
    pub fn of(name: &str) -> Option<Self> {
        if let Some((setting, _)) = model_of(name) {
            return Some(of_each_model(setting));
        }
        SPECS.into_iter().chain(TEXTS).find(|spec| spec.name == name)
    }

    /// The setting whose name has this key; not a model's.
    pub fn by_key(key: Key) -> Option<Self> {
        SPECS.into_iter().chain(TEXTS).find(|spec| Key::of(spec.name) == key)
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
            Kind::Words { .. } | Kind::Text(..) if typed.is_empty() => Err(BadValue::Unreadable),
            Kind::Words { max } if typed.chars().count() > max => Err(BadValue::TooLong(max)),
            Kind::Words { .. } => Ok(json(typed)),
            Kind::Price => {
                let price = figure().parse::<Money>().map_err(|_| BadValue::Unreadable)?;
                let (min, max) = PRICE_BOUNDS;
                within(price.kopecks(), min, max, |kopecks| Money::from_kopecks(kopecks).to_string())?;
                Ok(price.kopecks().to_string())
            }
            Kind::Limits => of_model::read_limits(typed),
            Kind::Text(text, _) => {
                let max = text.length_max();
                if typed.chars().count() > max {
                    return Err(BadValue::TooLong(max));
                }
                text.check(typed)?;
                Ok(json(typed))
            }
        }
    }
}

fn json(text: &str) -> String {
    serde_json::Value::from(text).to_string()
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
    /// What was set for single models.
    pub models: Overrides,
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
        if let Some((setting, model)) = model_of(name) {
            match setting {
                ModelSetting::Markup => drop(self.models.markups.insert(model, words()?.parse().ok()?)),
                ModelSetting::Price => {
                    let price = Money::from_kopecks(value.as_i64().filter(|kopecks| *kopecks > 0)?);
                    self.models.prices.insert(model, price);
                }
                ModelSetting::Free => drop(self.models.free.insert(model, limits_of_json(&value)?)),
            }
            return Some(());
        }
        if let Some(Spec { kind: Kind::Text(text, language), .. }) = Spec::of(name) {
            self.shop.texts.0.insert((text, language), words()?);
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
        if let Some((setting, model)) = model_of(name) {
            return match setting {
                ModelSetting::Markup => self.models.markups.get(&model).map(|markup| json(&markup.to_string())),
                ModelSetting::Price => self.models.prices.get(&model).map(|price| price.kopecks().to_string()),
                ModelSetting::Free => self.models.free.get(&model).map(|limits| json_of_limits(*limits)),
            };
        }
        if let Some(Spec { kind: Kind::Text(text, language), .. }) = Spec::of(name) {
            return self.shop.texts.get(text, language).map(json);
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
    use domain::free::FreeLimits;
    use domain::ids::ModelId;

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
            models: Overrides::default(),
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
            ("price:house/picture", "12,5"),
            ("free:house/picture", "3/2"),
            ("text:greeting:ru", "Привет, {name}!"),
            ("text:greeting:en", "<b>Hi</b>, {name}!"),
            ("text:terms:ru", "Честно."),
            ("text:terms:en", "Fair."),
            ("text:help:ru", "Звоните."),
            ("text:help:en", "Call us."),
            ("text:paysupport:ru", "Пишите."),
            ("text:paysupport:en", "Write."),
        ];
        assert!(SPECS.iter().chain(&TEXTS).all(|spec| typed.iter().any(|(name, _)| *name == spec.name)));
        let read = |(name, typed): &(&str, &str)| {
            let spec = Spec::of(name).unwrap();
            setting(name, Some(spec.read(typed).unwrap_or_else(|problem| panic!("{name}: {problem:?}"))))
        };
        let settings: Vec<Setting> = typed.iter().map(read).collect();
        let set = live().with(&settings);
        let texts = TEXTS.iter().filter_map(|spec| {
            let Kind::Text(text, language) = spec.kind else { return None };
            let (_, typed) = typed.iter().find(|(name, _)| *name == spec.name)?;
            Some(((text, language), (*typed).to_owned()))
        });
        let texts = OwnTexts(texts.collect());
        assert_eq!(texts.0.len(), OwnText::ALL.len() * Language::ALL.len(), "each text in each language");
        let shop =
            Shop {
                support_contact: Some("@shop".to_owned()), support_text: Some("Пишите днём".to_owned()), texts
            };
        let picture = || ModelId("house/picture".to_owned());
        let wanted = Live {
            selling: false,
            selling_note: Some("Back at noon, \"sharp\"".to_owned()),
            markup: "2.55".parse().unwrap(),
            welcome: Money::from_kopecks(1_250),
            live_max: 7,
            losses_to_stop: 0,
            shop,
            alone_max: Money::from_kopecks(100_000),
            models: Overrides {
                markups: [(picture(), "3".parse().unwrap())].into(),
                prices: [(picture(), Money::from_kopecks(1_250))].into(),
                free: [(picture(), Some(FreeLimits { day: 3, hour: 2 }))].into(),
            },
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
        assert_eq!(refused("price:a", "0"), BadValue::OutOfBounds("0.01".to_owned(), "50000.00".to_owned()));
        assert_eq!(refused("price:a", "dear"), BadValue::Unreadable);
        for limits in ["0", "2 3", "3 0", "1001 1"] {
            assert_eq!(refused("free:a", limits), BadValue::Limits(1_000), "{limits}");
        }
        for limits in ["", "many", "3 2 1", "-3 2"] {
            assert_eq!(refused("free:a", limits), BadValue::Unreadable, "{limits}");
        }
        assert_eq!(refused("text:terms:en", "{name}"), BadValue::Variable("name".to_owned()));
        assert_eq!(refused("text:terms:en", &"a".repeat(3_001)), BadValue::TooLong(3_000));
        assert_eq!(refused("text:terms:en", ""), BadValue::Unreadable);
        assert_eq!(Spec::of("colour"), None);
    }

    #[test]
    fn what_can_not_be_read_leaves_the_configurations() {
        let settings = [
            setting("markup", Some("{".to_owned())),
            setting("live_max", Some("-1".to_owned())),
            setting("of tomorrow", Some("1".to_owned())),
            setting("welcome", None),
            setting("price:a", Some("0".to_owned())),
            setting("free:a", Some("true".to_owned())),
            setting("free:a", Some(r#"{"day":1,"hour":2}"#.to_owned())),
        ];
        assert_eq!(live().with(&settings), live());
    }

    #[test]
    fn keys_find_their_settings() {
        for spec in SPECS.into_iter().chain(TEXTS) {
            assert_eq!(Spec::by_key(Key::of(spec.name)), Some(spec));
        }
    }
}
