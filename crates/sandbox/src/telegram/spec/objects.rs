//! The object types that the methods of the table take; each one's section is `https://core.telegram.org/bots/api#` + its name in
//! lower case.

use super::{ANY_TEXT, COUNT, Kind, Limit, NUMBER, Object, Unit, bytes, opt, req, text};

/// A keyboard beneath a message.
pub static INLINE_KEYBOARD: Object = Object {
    name: "InlineKeyboardMarkup",
    fields: &[req(
        "inline_keyboard",
        Kind::List { of: &INLINE_ROW, min: 0, max: 100, refusal: "REPLY_MARKUP_TOO_LONG" },
    )],
};

/// A button of such a keyboard.
pub static INLINE_BUTTON: Object = Object {
    name: "InlineKeyboardButton",
    fields: &[
        req("text", text(1, 4096)),
        opt("icon_custom_emoji_id", ANY_TEXT),
        opt("style", Kind::OneOf(&["danger", "success", "primary"])),
        opt("url", ANY_TEXT),
        opt("callback_data", bytes(1, 64, "BUTTON_DATA_INVALID")),
        opt("web_app", Kind::Object(&WEB_APP)),
        opt("switch_inline_query", ANY_TEXT),
        opt("switch_inline_query_current_chat", ANY_TEXT),
        opt("copy_text", Kind::Object(&COPY_TEXT)),
        opt("pay", Kind::Boolean),
    ],
};

static WEB_APP: Object = Object { name: "WebAppInfo", fields: &[req("url", ANY_TEXT)] };
static COPY_TEXT: Object = Object {
    name: "CopyTextButton",
    fields: &[req(
        "text",
        Kind::Text(Limit { min: 1, max: 256, unit: Unit::Utf16, refusal: "BUTTON_COPY_TEXT_INVALID" }),
    )],
};

/// A keyboard in place of the letters.
pub static REPLY_KEYBOARD: Object = Object {
    name: "ReplyKeyboardMarkup",
    fields: &[
        req("keyboard", Kind::List { of: &KEYBOARD_ROW, min: 0, max: 100, refusal: "REPLY_MARKUP_TOO_LONG" }),
        opt("is_persistent", Kind::Boolean),
        opt("resize_keyboard", Kind::Boolean),
        opt("one_time_keyboard", Kind::Boolean),
        opt("input_field_placeholder", text(1, 64)),
        opt("selective", Kind::Boolean),
    ],
};

/// A button of such a keyboard.
pub static KEYBOARD_BUTTON: Object = Object {
    name: "KeyboardButton",
    fields: &[
        req("text", text(1, 4096)),
        opt("icon_custom_emoji_id", ANY_TEXT),
        opt("style", Kind::OneOf(&["danger", "success", "primary"])),
        opt("request_contact", Kind::Boolean),
        opt("request_location", Kind::Boolean),
        opt("web_app", Kind::Object(&WEB_APP)),
    ],
};

/// Takes that keyboard away.
pub static REPLY_KEYBOARD_REMOVE: Object = Object {
    name: "ReplyKeyboardRemove",
    fields: &[req("remove_keyboard", Kind::Boolean), opt("selective", Kind::Boolean)],
};

/// Opens the answer field.
pub static FORCE_REPLY: Object = Object {
    name: "ForceReply",
    fields: &[
        req("force_reply", Kind::Boolean),
        opt("input_field_placeholder", text(1, 64)),
        opt("selective", Kind::Boolean),
    ],
};

/// How links are shown.
pub static LINK_PREVIEW_OPTIONS: Object = Object {
    name: "LinkPreviewOptions",
    fields: &[
        opt("is_disabled", Kind::Boolean),
        opt("url", ANY_TEXT),
        opt("prefer_small_media", Kind::Boolean),
        opt("prefer_large_media", Kind::Boolean),
        opt("show_above_text", Kind::Boolean),
    ],
};

/// Which message is answered.
pub static REPLY_PARAMETERS: Object = Object {
    name: "ReplyParameters",
    fields: &[
        req("message_id", NUMBER),
        opt("chat_id", Kind::ChatId),
        opt("allow_sending_without_reply", Kind::Boolean),
        opt("quote", text(0, 1024)),
        opt("quote_parse_mode", ANY_TEXT),
        opt("quote_entities", ENTITIES),
        opt("quote_position", COUNT),
    ],
};

/// A styled stretch of a text.
pub static MESSAGE_ENTITY: Object = Object {
    name: "MessageEntity",
    fields: &[
        req("type", ANY_TEXT),
        req("offset", COUNT),
        req("length", COUNT),
        opt("url", ANY_TEXT),
        opt("language", ANY_TEXT),
        opt("custom_emoji_id", ANY_TEXT),
    ],
};

/// A line of a bill.
pub static LABELED_PRICE: Object =
    Object { name: "LabeledPrice", fields: &[req("label", text(1, 255)), req("amount", NUMBER)] };

/// A command of the menu.
pub static BOT_COMMAND: Object = Object {
    name: "BotCommand",
    fields: &[
        req("command", bytes(1, 32, "BOT_COMMAND_INVALID")),
        req(
            "description",
            Kind::Text(Limit { min: 1, max: 256, unit: Unit::Utf16, refusal: "BOT_COMMAND_DESCRIPTION_INVALID" }),
        ),
    ],
};

/// For whom commands are shown.
pub const BOT_COMMAND_SCOPES: Kind = Kind::Tagged {
    name: "BotCommandScope",
    objects: &[
        ("default", Object { name: "BotCommandScopeDefault", fields: &[SCOPE] }),
        ("all_private_chats", Object { name: "BotCommandScopeAllPrivateChats", fields: &[SCOPE] }),
        ("all_group_chats", Object { name: "BotCommandScopeAllGroupChats", fields: &[SCOPE] }),
        ("chat", Object { name: "BotCommandScopeChat", fields: &[SCOPE, req("chat_id", Kind::ChatId)] }),
    ],
};

/// A picture, video, sound or file given inside a JSON parameter.
pub const INPUT_MEDIA: Kind = Kind::Tagged {
    name: "InputMedia",
    objects: &[
        ("photo", Object { name: "InputMediaPhoto", fields: &[TYPE, MEDIA, CAPTION, MODE, STYLES, ABOVE, SPOILER] }),
        (
            "video",
            Object {
                name: "InputMediaVideo",
                fields: &[
                    TYPE,
                    MEDIA,
                    CAPTION,
                    MODE,
                    STYLES,
                    ABOVE,
                    SPOILER,
                    THUMBNAIL,
                    WIDTH,
                    HEIGHT,
                    DURATION,
                    opt("cover", Kind::File),
                    opt("start_timestamp", COUNT),
                    opt("supports_streaming", Kind::Boolean),
                ],
            },
        ),
        (
            "animation",
            Object {
                name: "InputMediaAnimation",
                fields: &[TYPE, MEDIA, CAPTION, MODE, STYLES, ABOVE, SPOILER, THUMBNAIL, WIDTH, HEIGHT, DURATION],
            },
        ),
        (
            "audio",
            Object {
                name: "InputMediaAudio",
                fields: &[
                    TYPE,
                    MEDIA,
                    CAPTION,
                    MODE,
                    STYLES,
                    THUMBNAIL,
                    DURATION,
                    opt("performer", ANY_TEXT),
                    opt("title", ANY_TEXT),
                ],
            },
        ),
        (
            "document",
            Object {
                name: "InputMediaDocument",
                fields: &[
                    TYPE,
                    MEDIA,
                    CAPTION,
                    MODE,
                    STYLES,
                    THUMBNAIL,
                    opt("disable_content_type_detection", Kind::Boolean),
                ],
            },
        ),
    ],
};

const SCOPE: super::Parameter = req("type", ANY_TEXT);
const TYPE: super::Parameter = req("type", ANY_TEXT);
const MEDIA: super::Parameter = req("media", Kind::File);
const CAPTION: super::Parameter = opt("caption", Kind::Parsed);
const MODE: super::Parameter = opt("parse_mode", ANY_TEXT);
const STYLES: super::Parameter = opt("caption_entities", ENTITIES);
const ABOVE: super::Parameter = opt("show_caption_above_media", Kind::Boolean);
const SPOILER: super::Parameter = opt("has_spoiler", Kind::Boolean);
const THUMBNAIL: super::Parameter = opt("thumbnail", Kind::File);
const WIDTH: super::Parameter = opt("width", COUNT);
const HEIGHT: super::Parameter = opt("height", COUNT);
const DURATION: super::Parameter = opt("duration", COUNT);

/// Any `reply_markup`.
pub(super) const MARKUP: Kind = Kind::Union(&[&INLINE_KEYBOARD, &REPLY_KEYBOARD, &REPLY_KEYBOARD_REMOVE, &FORCE_REPLY]);
/// A `reply_markup` where only an inline keyboard fits.
pub(super) const INLINE_MARKUP: Kind = Kind::Object(&INLINE_KEYBOARD);
/// Entities given beside a text.
pub(super) const ENTITIES: Kind = Kind::List { of: &Kind::Object(&MESSAGE_ENTITY), min: 0, max: 100, refusal: "" };
/// Exactly one price for Stars; other currencies are not simulated.
pub(super) const PRICES: Kind =
    Kind::List { of: &Kind::Object(&LABELED_PRICE), min: 1, max: 1, refusal: "STARS_INVOICE_INVALID" };
/// The command list.
pub(super) const BOT_COMMANDS: Kind =
    Kind::List { of: &Kind::Object(&BOT_COMMAND), min: 0, max: 100, refusal: "BOT_COMMANDS_TOO_MUCH" };
/// One medium.
pub(super) const MEDIA_ITEM: Kind = INPUT_MEDIA;
/// An album.
pub(super) const MEDIA_GROUP: Kind =
    Kind::List { of: &INPUT_MEDIA, min: 2, max: 10, refusal: "wrong number of media in the album, must be 2-10" };

static INLINE_ROW: Kind =
    Kind::List { of: &Kind::Object(&INLINE_BUTTON), min: 0, max: 100, refusal: "REPLY_MARKUP_TOO_LONG" };
static KEYBOARD_ROW: Kind =
    Kind::List { of: &Kind::Object(&KEYBOARD_BUTTON), min: 0, max: 100, refusal: "REPLY_MARKUP_TOO_LONG" };
