//! The table of Bot API methods that the simulator plays: each parameter with its type, whether it is required, and its limits.
//!
//! Source: <https://core.telegram.org/bots/api>, Bot API 10.1; [`Method::page`] is the address of each method's section. What a method
//! takes but this bot never sends (business connections, topics, rich messages...) is left out on purpose: a caller that sends
//! it gets a violation instead of a simulation that silently differs from the real thing.
//!
//! To add a method: a row in [`METHODS`] here, a function in `methods/`, an arm in its dispatcher. The test `published` compares
//! the table with the published specification when that is at hand.

mod objects;

pub use objects::{
    BOT_COMMAND, BOT_COMMAND_SCOPES, FORCE_REPLY, INLINE_BUTTON, INLINE_KEYBOARD, INPUT_MEDIA, KEYBOARD_BUTTON,
    LABELED_PRICE, LINK_PREVIEW_OPTIONS, MESSAGE_ENTITY, REPLY_KEYBOARD, REPLY_KEYBOARD_REMOVE, REPLY_PARAMETERS,
};
use objects::{BOT_COMMANDS, ENTITIES, INLINE_MARKUP, MARKUP, MEDIA_GROUP, MEDIA_ITEM, PRICES};

/// Longest text of a message, in UTF-16 code units after entity parsing. Telegram says characters; counting as its clients do
/// is the stricter reading, so a text that passes here passes there.
pub const TEXT_LENGTH_MAX: usize = 4096;
/// Longest caption, counted like [`TEXT_LENGTH_MAX`].
pub const CAPTION_LENGTH_MAX: usize = 1024;
/// Photos sent by URL: 5 MB.
pub const PHOTO_URL_BYTES_MAX: usize = 5 * 1024 * 1024;
/// Other files sent by URL: 20 MB; files that a bot may download too.
pub const FILE_URL_BYTES_MAX: usize = 20 * 1024 * 1024;
/// Voice messages sent by URL: 1 MB.
pub const VOICE_URL_BYTES_MAX: usize = 1024 * 1024;
/// Uploaded photos: 10 MB.
pub const PHOTO_UPLOAD_BYTES_MAX: usize = 10 * 1024 * 1024;
/// Other uploads: 50 MB.
pub const FILE_UPLOAD_BYTES_MAX: usize = 50 * 1024 * 1024;

/// One method of the Bot API.
#[derive(Debug)]
pub struct Method {
    /// As in the URL.
    pub name: &'static str,
    /// Groups of parameters; no name occurs twice.
    pub groups: &'static [&'static [Parameter]],
}

impl Method {
    /// All parameters.
    pub fn parameters(&self) -> impl Iterator<Item = &'static Parameter> {
        self.groups.iter().flat_map(|group| group.iter())
    }

    /// The parameter of that name.
    pub fn parameter(&self, name: &str) -> Option<&'static Parameter> {
        self.parameters().find(|parameter| parameter.name == name)
    }

    /// Address of its section in Telegram's documentation.
    pub fn page(&self) -> String {
        format!("https://core.telegram.org/bots/api#{}", self.name.to_lowercase())
    }
}

/// A parameter of a method, or a field of an object.
#[derive(Debug)]
pub struct Parameter {
    /// As on the wire.
    pub name: &'static str,
    /// Type and limits.
    pub kind: Kind,
    /// Whether Telegram refuses the call without it.
    pub required: bool,
}

/// An object type of the Bot API.
#[derive(Debug)]
pub struct Object {
    /// As in the documentation.
    pub name: &'static str,
    /// Its fields; the first one tells it from its siblings in a [`Kind::Union`].
    pub fields: &'static [Parameter],
}

/// Type and limits of a value.
#[derive(Debug)]
pub enum Kind {
    /// A whole number within both bounds.
    Integer {
        /// Smallest.
        min: i64,
        /// Largest.
        max: i64,
    },
    /// `true` or `false`.
    Boolean,
    /// A text of bounded length.
    Text(Limit),
    /// A text whose length counts after entity parsing, so the method checks it.
    Parsed,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// A chat's number, or `@name` of a public one.
    ChatId,
    /// An upload, a `file_id`, an HTTP URL or `attach://` with a part's name.
    File,
    /// An object of one type.
    Object(&'static Object),
    /// One of several objects, told apart by their first field.
    Union(&'static [&'static Object]),
    /// One of several objects, told apart by their field `type`.
    Tagged {
        /// The common name in the documentation.
        name: &'static str,
        /// Value of `type` and the object it stands for.
        objects: &'static [(&'static str, Object)],
    },
    /// An array of bounded length.
    List {
        /// Type of the elements.
        of: &'static Kind,
        /// Fewest elements.
        min: usize,
        /// Most elements.
        max: usize,
        /// What Telegram says when the length is wrong; empty for the general words.
        refusal: &'static str,
    },
}

/// Bounds of a text.
#[derive(Debug)]
pub struct Limit {
    /// Shortest.
    pub min: usize,
    /// Longest.
    pub max: usize,
    /// What is counted.
    pub unit: Unit,
    /// What Telegram says when a bound is broken; empty for the general words.
    pub refusal: &'static str,
}

/// What a text's length counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Bytes of its UTF-8 form.
    Bytes,
    /// UTF-16 code units, as Telegram's clients count.
    Utf16,
}

/// The method of that exact name.
pub fn method(name: &str) -> Option<&'static Method> {
    METHODS.iter().find(|method| method.name == name)
}

pub(super) const fn req(name: &'static str, kind: Kind) -> Parameter {
    Parameter { name, kind, required: true }
}

pub(super) const fn opt(name: &'static str, kind: Kind) -> Parameter {
    Parameter { name, kind, required: false }
}

pub(super) const fn text(min: usize, max: usize) -> Kind {
    Kind::Text(Limit { min, max, unit: Unit::Utf16, refusal: "" })
}

pub(super) const fn bytes(min: usize, max: usize, refusal: &'static str) -> Kind {
    Kind::Text(Limit { min, max, unit: Unit::Bytes, refusal })
}

/// A number with no documented bound.
pub(super) const NUMBER: Kind = Kind::Integer { min: i64::MIN, max: i64::MAX };
/// A count or a length, never negative.
pub(super) const COUNT: Kind = Kind::Integer { min: 0, max: i64::MAX };
/// A text with no documented bound; the number only keeps the journal small.
pub(super) const ANY_TEXT: Kind = text(0, 65_536);

const PAGE_SIZE: Kind = Kind::Integer { min: 1, max: 100 };
const UPDATE_KINDS: Kind = Kind::List { of: &ANY_TEXT, min: 0, max: 100, refusal: "" };
const LANGUAGE: Kind = text(0, 2);

/// What a chat action may be, <https://core.telegram.org/bots/api#sendchataction>.
const CHAT_ACTIONS: Kind = Kind::OneOf(&[
    "typing",
    "upload_photo",
    "record_video",
    "upload_video",
    "record_voice",
    "upload_voice",
    "upload_document",
    "choose_sticker",
    "find_location",
    "record_video_note",
    "upload_video_note",
]);

/// Where a message goes.
const TO: &[Parameter] = &[req("chat_id", Kind::ChatId)];
/// How any message may be sent.
const SEND: &[Parameter] = &[
    opt("disable_notification", Kind::Boolean),
    opt("protect_content", Kind::Boolean),
    opt("allow_paid_broadcast", Kind::Boolean),
    opt("message_effect_id", ANY_TEXT),
    opt("reply_parameters", Kind::Object(&REPLY_PARAMETERS)),
];
const REPLY_MARKUP: &[Parameter] = &[opt("reply_markup", MARKUP)];
const KEYBOARD: &[Parameter] = &[opt("reply_markup", INLINE_MARKUP)];
const TEXT: &[Parameter] = &[
    req("text", Kind::Parsed),
    opt("parse_mode", ANY_TEXT),
    opt("entities", ENTITIES),
    opt("link_preview_options", Kind::Object(&LINK_PREVIEW_OPTIONS)),
];
/// Since 10.1 a rich message may stand for the text, so the documentation calls it optional; this bot always sends a text.
const EDITED_TEXT: &[Parameter] = &[
    opt("text", Kind::Parsed),
    opt("parse_mode", ANY_TEXT),
    opt("entities", ENTITIES),
    opt("link_preview_options", Kind::Object(&LINK_PREVIEW_OPTIONS)),
];
const CAPTION: &[Parameter] =
    &[opt("caption", Kind::Parsed), opt("parse_mode", ANY_TEXT), opt("caption_entities", ENTITIES)];
const ABOVE: &[Parameter] = &[opt("show_caption_above_media", Kind::Boolean)];
const SPOILER: &[Parameter] = &[opt("has_spoiler", Kind::Boolean)];
const SIZE: &[Parameter] = &[opt("width", COUNT), opt("height", COUNT)];
const DURATION: &[Parameter] = &[opt("duration", COUNT)];
const THUMBNAIL: &[Parameter] = &[opt("thumbnail", Kind::File)];
/// Which message is edited; required unless an inline message is meant, which this bot has none of.
const EDITED: &[Parameter] = &[opt("chat_id", Kind::ChatId), opt("message_id", NUMBER)];

/// What an invoice is made of, whether it is sent or linked to. Subscriptions, tips and addresses are left out: this bot sells none.
const BILL: &[Parameter] = &[
    req("title", text(1, 32)),
    req("description", text(1, 255)),
    req("payload", bytes(1, 128, "INVOICE_PAYLOAD_INVALID")),
    opt("provider_token", ANY_TEXT),
    req("currency", text(3, 3)),
    req("prices", PRICES),
    opt("photo_url", ANY_TEXT),
    opt("photo_size", COUNT),
    opt("photo_width", COUNT),
    opt("photo_height", COUNT),
];

/// Every method that the simulator answers.
pub static METHODS: &[Method] = &[
    Method { name: "getMe", groups: &[] },
    Method {
        name: "getUpdates",
        groups: &[&[
            opt("offset", NUMBER),
            opt("limit", PAGE_SIZE),
            opt("timeout", COUNT),
            opt("allowed_updates", UPDATE_KINDS),
        ]],
    },
    Method {
        name: "setWebhook",
        groups: &[&[
            req("url", ANY_TEXT),
            opt("ip_address", ANY_TEXT),
            opt("max_connections", PAGE_SIZE),
            opt("allowed_updates", UPDATE_KINDS),
            opt("drop_pending_updates", Kind::Boolean),
            opt("secret_token", bytes(1, 256, "secret token is too long")),
        ]],
    },
    Method { name: "deleteWebhook", groups: &[&[opt("drop_pending_updates", Kind::Boolean)]] },
    Method { name: "getWebhookInfo", groups: &[] },
    Method {
        name: "setMyCommands",
        groups: &[&[req("commands", BOT_COMMANDS), opt("scope", BOT_COMMAND_SCOPES), opt("language_code", LANGUAGE)]],
    },
    Method { name: "getMyCommands", groups: &[&[opt("scope", BOT_COMMAND_SCOPES), opt("language_code", LANGUAGE)]] },
    Method { name: "sendMessage", groups: &[TO, TEXT, SEND, REPLY_MARKUP] },
    Method { name: "editMessageText", groups: &[EDITED, EDITED_TEXT, KEYBOARD] },
    Method { name: "editMessageCaption", groups: &[EDITED, CAPTION, ABOVE, KEYBOARD] },
    Method { name: "editMessageMedia", groups: &[EDITED, &[req("media", MEDIA_ITEM)], KEYBOARD] },
    Method { name: "editMessageReplyMarkup", groups: &[EDITED, KEYBOARD] },
    Method {
        name: "copyMessage",
        groups: &[
            TO,
            &[req("from_chat_id", Kind::ChatId), req("message_id", NUMBER)],
            CAPTION,
            ABOVE,
            SEND,
            REPLY_MARKUP,
        ],
    },
    Method { name: "deleteMessage", groups: &[TO, &[req("message_id", NUMBER)]] },
    Method {
        name: "sendPhoto",
        groups: &[TO, &[req("photo", Kind::File)], CAPTION, ABOVE, SPOILER, SEND, REPLY_MARKUP],
    },
    Method {
        name: "sendVideo",
        groups: &[
            TO,
            &[req("video", Kind::File), opt("cover", Kind::File), opt("start_timestamp", COUNT)],
            &[opt("supports_streaming", Kind::Boolean)],
            CAPTION,
            ABOVE,
            SPOILER,
            SIZE,
            DURATION,
            THUMBNAIL,
            SEND,
            REPLY_MARKUP,
        ],
    },
    Method {
        name: "sendAnimation",
        groups: &[
            TO,
            &[req("animation", Kind::File)],
            CAPTION,
            ABOVE,
            SPOILER,
            SIZE,
            DURATION,
            THUMBNAIL,
            SEND,
            REPLY_MARKUP,
        ],
    },
    Method {
        name: "sendAudio",
        groups: &[
            TO,
            &[req("audio", Kind::File), opt("performer", ANY_TEXT), opt("title", ANY_TEXT)],
            CAPTION,
            DURATION,
            THUMBNAIL,
            SEND,
            REPLY_MARKUP,
        ],
    },
    Method { name: "sendVoice", groups: &[TO, &[req("voice", Kind::File)], CAPTION, DURATION, SEND, REPLY_MARKUP] },
    Method {
        name: "sendDocument",
        groups: &[
            TO,
            &[req("document", Kind::File), opt("disable_content_type_detection", Kind::Boolean)],
            CAPTION,
            THUMBNAIL,
            SEND,
            REPLY_MARKUP,
        ],
    },
    Method { name: "sendMediaGroup", groups: &[TO, &[req("media", MEDIA_GROUP)], SEND] },
    Method { name: "sendChatAction", groups: &[TO, &[req("action", CHAT_ACTIONS)]] },
    Method { name: "getFile", groups: &[&[req("file_id", ANY_TEXT)]] },
    Method {
        name: "answerCallbackQuery",
        groups: &[&[
            req("callback_query_id", ANY_TEXT),
            opt("text", Kind::Text(Limit { min: 0, max: 200, unit: Unit::Utf16, refusal: "MESSAGE_TOO_LONG" })),
            opt("show_alert", Kind::Boolean),
            opt("url", ANY_TEXT),
            opt("cache_time", COUNT),
        ]],
    },
    Method {
        name: "sendInvoice",
        groups: &[TO, BILL, &[opt("start_parameter", bytes(0, 64, "START_PARAM_INVALID"))], SEND, KEYBOARD],
    },
    Method { name: "createInvoiceLink", groups: &[BILL] },
    Method {
        name: "answerPreCheckoutQuery",
        groups: &[&[req("pre_checkout_query_id", ANY_TEXT), req("ok", Kind::Boolean), opt("error_message", ANY_TEXT)]],
    },
    Method {
        name: "refundStarPayment",
        groups: &[&[req("user_id", NUMBER), req("telegram_payment_charge_id", ANY_TEXT)]],
    },
    Method { name: "getStarTransactions", groups: &[&[opt("offset", COUNT), opt("limit", PAGE_SIZE)]] },
];
