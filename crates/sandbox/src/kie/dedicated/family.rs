//! The families of older endpoints.

use serde::Deserialize;

/// A family: endpoints whose tasks are asked for at one place, in one language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::kie) enum Family {
    Veo,
    Runway,
    Aleph,
    FluxKontext,
    #[serde(rename = "4o-image")]
    FourOImage,
    Suno,
    SunoLyrics,
}

impl Family {
    pub(super) const ALL: [Self; 7] =
        [Self::Veo, Self::Runway, Self::Aleph, Self::FluxKontext, Self::FourOImage, Self::Suno, Self::SunoLyrics];

    /// The family whose tasks are asked for at this path.
    pub(super) fn asked_at(path: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|family| family.query_path() == path)
    }

    /// Suno wants a callback, and tells status by words in capitals.
    pub(super) const fn is_sunos(self) -> bool {
        matches!(self, Self::Suno | Self::SunoLyrics)
    }

    const fn query_path(self) -> &'static str {
        match self {
            Self::Veo => "/api/v1/veo/record-info",
            Self::Runway => "/api/v1/runway/record-detail",
            Self::Aleph => "/api/v1/aleph/record-info",
            Self::FluxKontext => "/api/v1/flux/kontext/record-info",
            Self::FourOImage => "/api/v1/gpt4o-image/record-info",
            Self::Suno => "/api/v1/generate/record-info",
            Self::SunoLyrics => "/api/v1/lyrics/record-info",
        }
    }
}
