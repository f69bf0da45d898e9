//! The part of an [`Action`](domain::screen::Action)'s data that is about one model's terms at the desk: a letter and its fields.

use domain::screen::{ModelDeed, ModelSetting};

use super::{Reader, Writer};

pub(super) fn encode(data: &mut Writer, deed: ModelDeed) -> &mut Writer {
    match deed {
        ModelDeed::Setting(setting) => data.letter('s').letter(setting_letter(setting)),
        ModelDeed::Set(setting) => data.letter('c').letter(setting_letter(setting)),
        ModelDeed::Reset(setting) => data.letter('r').letter(setting_letter(setting)),
        ModelDeed::NeverFree => data.letter('n'),
        ModelDeed::Try => data.letter('t'),
    }
}

pub(super) fn decode(data: &mut Reader<'_>) -> Option<ModelDeed> {
    Some(match data.letter()? {
        's' => ModelDeed::Setting(data.one_of(&ModelSetting::ALL, setting_letter)?),
        'c' => ModelDeed::Set(data.one_of(&ModelSetting::ALL, setting_letter)?),
        'r' => ModelDeed::Reset(data.one_of(&ModelSetting::ALL, setting_letter)?),
        'n' => ModelDeed::NeverFree,
        't' => ModelDeed::Try,
        _ => return None,
    })
}

const fn setting_letter(setting: ModelSetting) -> char {
    match setting {
        ModelSetting::Markup => 'm',
        ModelSetting::Price => 'p',
        ModelSetting::Free => 'f',
    }
}
