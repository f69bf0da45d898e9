//! What models are for, what they give back, and how that reaches the user.

use std::time::Duration;

use super::value::Media;

/// Defines an enum whose variants have one text name each, used in the catalog's files and wherever a name is stored.
macro_rules! named {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name {
            $($(#[$variant_doc])* #[serde(rename = $text)] $variant,)*
        }

        impl $name {
            /// Every variant, in the order of the menu.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The name in the catalog's files.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }

            /// The variant with this name.
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|variant| variant.as_str() == name)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}
pub(super) use named;

named! {
    /// The task that a model does: the menu's sections.
    Kind {
        /// A picture from words.
        TextToImage = "text-to-image",
        /// A picture changed by words.
        ImageEdit = "image-edit",
        /// A new picture after given ones.
        ImageToImage = "image-to-image",
        /// A video from words.
        TextToVideo = "text-to-video",
        /// A picture set in motion.
        ImageToVideo = "image-to-video",
        /// A video made into another one.
        VideoToVideo = "video-to-video",
        /// A portrait that speaks with a given voice.
        Avatar = "avatar",
        /// A scene played to given speech.
        SpeechToVideo = "speech-to-video",
        /// Music, songs, lyrics.
        Music = "music",
        /// A text read aloud.
        TextToSpeech = "text-to-speech",
        /// A sound or noise from words.
        SoundEffect = "sound-effect",
        /// A voice freed from noise or music.
        AudioIsolation = "audio-isolation",
        /// Speech written down.
        SpeechToText = "speech-to-text",
        /// More resolution.
        Upscale = "upscale",
        /// A subject cut out.
        BackgroundRemoval = "background-removal",
        /// A mark taken away.
        WatermarkRemoval = "watermark-removal",
    }
}

impl Kind {
    /// What a model of this kind can give back.
    pub const fn outputs(self) -> &'static [Output] {
        match self {
            Self::TextToImage | Self::ImageEdit | Self::ImageToImage | Self::BackgroundRemoval => &[Output::Image],
            Self::TextToVideo | Self::ImageToVideo | Self::VideoToVideo | Self::Avatar | Self::SpeechToVideo => {
                &[Output::Video]
            }
            Self::Music => &[Output::Audio, Output::Video, Output::Text],
            Self::TextToSpeech | Self::SoundEffect | Self::AudioIsolation => &[Output::Audio],
            Self::SpeechToText => &[Output::Text],
            Self::Upscale | Self::WatermarkRemoval => &[Output::Image, Output::Video],
        }
    }

    /// How long a generation of this kind usually takes, before we have measured it: a tenth of the time after which
    /// others give up on such a task.
    pub const fn usual_duration(self, output: Output) -> Duration {
        match (self, output) {
            (Self::Music, _) => Duration::from_secs(120),
            (_, Output::Image) => Duration::from_secs(40),
            (_, Output::Video) => Duration::from_secs(150),
            (_, Output::Audio) => Duration::from_secs(20),
            (_, Output::Text) => Duration::from_secs(30),
        }
    }
}

named! {
    /// What comes back.
    Output {
        /// One or several pictures.
        Image = "image",
        /// One or several videos.
        Video = "video",
        /// One or several sounds or tracks.
        Audio = "audio",
        /// Words.
        Text = "text",
    }
}

impl Output {
    /// Its best native form in a chat.
    pub const fn delivery(self) -> Delivery {
        match self {
            Self::Image => Delivery::Photo,
            Self::Video => Delivery::Video,
            Self::Audio => Delivery::Audio,
            Self::Text => Delivery::Message,
        }
    }
}

impl Output {
    /// The sort of its files; words are none.
    pub const fn media(self) -> Option<Media> {
        match self {
            Self::Image => Some(Media::Image),
            Self::Video => Some(Media::Video),
            Self::Audio => Some(Media::Audio),
            Self::Text => None,
        }
    }
}

/// The form in which a result reaches a chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Delivery {
    /// A photo, or an album; the full-quality original as a document beside it.
    Photo,
    /// A playable video.
    Video,
    /// A track with title and length.
    Audio,
    /// A message, or a text file if it is long.
    Message,
}

named! {
    /// Which way of KIE's API a task goes. All but the first are the older, dedicated ones: each has its own requests, status words and results.
    #[derive(Default)]
    ApiFamily {
        /// The unified `createTask` / `recordInfo`, which knows every model.
        #[default]
        Market = "market",
        /// Google's video: `/api/v1/veo/...`.
        Veo = "veo",
        /// Runway's video: `/api/v1/runway/...`.
        Runway = "runway",
        /// Runway Aleph: `/api/v1/aleph/...`.
        Aleph = "aleph",
        /// Flux Kontext: `/api/v1/flux/kontext/...`.
        FluxKontext = "flux-kontext",
        /// OpenAI's 4o image: `/api/v1/gpt4o-image/...`.
        FourOImage = "4o-image",
        /// Suno's songs: `/api/v1/generate...`.
        Suno = "suno",
        /// Suno's lyrics: `/api/v1/lyrics...`.
        SunoLyrics = "suno-lyrics",
    }
}

impl ApiFamily {
    /// Whether a task of this family can only be made with an address for KIE's callback (422 otherwise).
    pub const fn needs_callback(self) -> bool {
        matches!(self, Self::Suno | Self::SunoLyrics)
    }
}
