//! The one list of the variables that the bot reads. The parser takes defaults and bounds from here, the table in README.md is printed from
//! here, and a variable that is not here can't be read.
//!
//! To add one: an entry here, in its section; a field with its unit or type in that section's struct; a row in `tests/rules.rs`; then
//! `cargo xtask docs --write`.

use super::variable::{Fallback, Form, Section, Sight, Variable};

const BLANK: Variable = Variable {
    name: "",
    section: Section::Platform,
    doc: "",
    form: Form::Switch,
    default: Fallback::Nothing,
    example: "",
    sight: Sight::Open,
    mistaken_for: &[],
};

macro_rules! variables {
    ($($section:ident { $($name:ident { $($field:ident: $value:expr),* $(,)? })* })*) => {
        $($(
            pub(crate) const $name: Variable =
                Variable { name: stringify!($name), section: Section::$section, $($field: $value,)* ..BLANK };
        )*)*

        /// All of them, in the order of the table.
        pub(crate) const VARIABLES: &[&Variable] = &[$($(&$name),*),*];
    };
}

const ADDRESS: Form =
    Form::Described("an https address without a query; plain http only for a loopback or private host");
const NOTE: Form = Form::Text { chars_max: 200 };

variables! {
    Telegram {
        TELEGRAM_BOT_TOKEN {
            doc: "The bot's token.",
            form: Form::Described("digits, a colon and at least 10 letters, digits, `_` or `-`"),
            default: Fallback::Required("send `/newbot` to @BotFather in Telegram, or `/token` for a bot that exists"),
            sight: Sight::Secret,
            mistaken_for: &["TELEGRAM_TOKEN", "BOT_TOKEN", "TG_BOT_TOKEN", "TELEGRAM_API_TOKEN"],
        }
        BOT_MODE {
            doc: "How updates come in: Telegram calls us, or we ask Telegram.",
            form: Form::Words(&["webhook", "polling"]),
            default: Fallback::Follows("`webhook` if a base address is known, else `polling`"),
        }
        WEBHOOK_BASE_URL {
            doc: "Our public address. Telegram's updates come to it if `BOT_MODE` is `webhook`, KIE's callbacks in both modes.",
            form: Form::Described("an https address without a query; plain http only for a loopback host; Telegram knows the ports 443, 80, 88 and 8443"),
            default: Fallback::Follows("`RENDER_EXTERNAL_URL`"),
            example: "https://bot.example.com",
            mistaken_for: &["WEBHOOK_URL", "BASE_URL", "PUBLIC_URL", "PUBLIC_BASE_URL", "WEBHOOK_HOST"],
        }
        WEBHOOK_SECRET_TOKEN {
            doc: "What Telegram sends in `X-Telegram-Bot-Api-Secret-Token`, so that nobody else can post updates.",
            form: Form::Described("1 to 256 letters, digits, `_` or `-`"),
            default: Fallback::Follows("derived from the bot's token"),
            sight: Sight::Secret,
            mistaken_for: &["WEBHOOK_SECRET", "TELEGRAM_WEBHOOK_SECRET", "TELEGRAM_WEBHOOK_SECRET_TOKEN"],
        }
        TELEGRAM_API_URL {
            doc: "The Bot API server; a local one works.",
            form: ADDRESS,
            default: Fallback::Text("https://api.telegram.org"),
        }
        TELEGRAM_CHAT_INTERVAL_MS {
            doc: "After three messages at once into one chat, the next ones wait so long for each other. Telegram allows about one a second; processes that serve one bot together share that.",
            form: Form::Whole { min: 1, max: 60_000, unit: "milliseconds" },
            default: Fallback::Text("1000"),
        }
        WEBHOOK_CHECK_MS {
            doc: "How often a process looks whether Telegram still has its webhook, and sets it again if not.",
            form: Form::Whole { min: 100, max: 86_400_000, unit: "milliseconds" },
            default: Fallback::Text("60000"),
        }
    }
    Kie {
        KIE_API_KEY {
            doc: "The key of the KIE.ai account that pays for the generations.",
            form: Form::Described("visible characters without blanks"),
            default: Fallback::Required("create one at https://kie.ai/api-key"),
            sight: Sight::Secret,
            mistaken_for: &["KIE_KEY", "KIE_TOKEN", "KIE_API_TOKEN", "KIEAI_API_KEY", "KIE_AI_API_KEY"],
        }
        KIE_WEBHOOK_HMAC_KEY {
            doc: "KIE's callbacks must be signed with it if it is set; it stands in the settings of the KIE account.",
            form: Form::Described("visible characters without blanks"),
            sight: Sight::Secret,
            mistaken_for: &["KIE_HMAC_KEY", "KIE_WEBHOOK_SECRET", "KIE_CALLBACK_SECRET"],
        }
        KIE_API_URL {
            doc: "KIE's API server. Results on its host are fetched even if it is private.",
            form: ADDRESS,
            default: Fallback::Text("https://api.kie.ai"),
        }
        KIE_UPLOAD_URL {
            doc: "KIE's server for input files. Results on its host are fetched even if it is private.",
            form: ADDRESS,
            default: Fallback::Text("https://kieai.redpandaai.co"),
        }
        KIE_DEDICATED {
            doc: "Families of KIE's API whose older, dedicated endpoints are used instead of createTask where a model has one: a fallback for days on which createTask does not work for them. Orders that are under way end the way they began.",
            form: Form::Described("`none`, or some of `veo`, `runway`, `aleph`, `flux-kontext`, `4o-image`, `suno`, `suno-lyrics`, separated by commas"),
            default: Fallback::Text("none"),
            example: "veo,suno",
            mistaken_for: &["KIE_FALLBACK", "KIE_FAMILIES", "KIE_API_FAMILY"],
        }
        KIE_POLL_MIN_MS {
            doc: "The state of a running generation is not asked for more often than this.",
            form: Form::Whole { min: 50, max: 60_000, unit: "milliseconds" },
            default: Fallback::Text("2000"),
        }
        KIE_CREATE_BUDGET_MS {
            doc: "How long createTask may take before its answer counts as lost. At most half of `JOB_LEASE_MS`.",
            form: Form::Whole { min: 100, max: 300_000, unit: "milliseconds" },
            default: Fallback::Follows("30000, or half of `JOB_LEASE_MS` if that is less"),
            example: "30000",
        }
        KIE_ANSWER_WAIT_MIN_MS {
            doc: "After a lost answer of createTask KIE's callback is awaited at least so long before the money is released.",
            form: Form::Whole { min: 100, max: 86_400_000, unit: "milliseconds" },
            default: Fallback::Text("600000"),
        }
    }
    Database {
        DATABASE_URL {
            doc: "PostgreSQL, or a file for the embedded SQLite. On Render a SQLite file must lie on a mounted disk: everything else is wiped at each deploy.",
            form: Form::Described("`postgres://user:password@host/name` (`postgresql://` too, with `?sslmode=` if wanted) or `sqlite://path`"),
            default: Fallback::Text("sqlite://data/kiebot.db"),
            sight: Sight::Scheme,
            mistaken_for: &["DB_URL", "POSTGRES_URL", "POSTGRESQL_URL", "PG_URL", "DATABASE_DSN"],
        }
        DATABASE_MIGRATION_URL {
            doc: "The direct address for migrations, when `DATABASE_URL` leads through a pooler such as PgBouncer; another host or port than there means that it does.",
            form: Form::Described("a `postgres://` address, only beside a `postgres://` `DATABASE_URL`"),
            default: Fallback::Follows("`DATABASE_URL`"),
            example: "postgres://user:password@direct-host/name",
            sight: Sight::Scheme,
        }
        DATABASE_TLS {
            doc: "How PostgreSQL's certificate is judged: by the public roots, by your own CA, not at all, or without TLS.",
            form: Form::Described("`verify`, the path of a CA file (PEM), `insecure` or `off`"),
            default: Fallback::Follows("by `sslmode` in the address"),
            example: "verify",
        }
        DB_POOL_SIZE {
            doc: "Database connections at most, per process.",
            form: Form::Whole { min: 1, max: 500, unit: "connections" },
            default: Fallback::Text("10"),
        }
        MIGRATE_ON_START {
            doc: "`serve` brings the database up to date first, under a lock, so that several instances may start at once.",
            form: Form::Switch,
            default: Fallback::Text("true"),
        }
    }
    Http {
        HOST {
            doc: "The address to listen on.",
            form: Form::Described("an IP address"),
            default: Fallback::Text("0.0.0.0"),
        }
        PORT {
            doc: "The port to listen on; with 0 the system chooses one.",
            form: Form::Whole { min: 0, max: 65_535, unit: "" },
            default: Fallback::Text("8080"),
        }
        METRICS_TOKEN {
            doc: "Who shows it as `Authorization: Bearer` may read `/metrics`. Without it only clients on this machine or in a private network may, unless a proxy brought them.",
            form: Form::Described("at least 16 visible characters without blanks"),
            sight: Sight::Secret,
            mistaken_for: &["METRICS_SECRET", "PROMETHEUS_TOKEN", "METRICS_KEY"],
        }
        TRUSTED_PROXIES {
            doc: "Proxies before the bot that add to `X-Forwarded-For`. The caller's address is what the outermost of them saw; a wrong number lets callers name their own. 0 = the header is not read.",
            form: Form::Whole { min: 0, max: 10, unit: "proxies" },
            default: Fallback::Follows("1 on Render, else 0"),
            example: "1",
            mistaken_for: &["TRUST_PROXY", "PROXY_COUNT", "FORWARDED_ALLOW_IPS"],
        }
    }
    Pricing {
        PRICING_MARKUP {
            doc: "What KIE's cost is multiplied by.",
            form: Form::Decimal { min: "1", max: "100", unit: "at most 4 digits after the point" },
            default: Fallback::Text("2.0"),
            mistaken_for: &["MARKUP", "PRICE_MARKUP", "PRICING_MULTIPLIER"],
        }
        LOSSES_TO_STOP {
            doc: "A model stops itself once KIE took more for so many of its results in a row than their users paid; the owners are told and may sell it again. Each loss is told in any case. 0 = it never stops itself.",
            form: Form::Whole { min: 0, max: 100, unit: "results" },
            default: Fallback::Text("3"),
        }
        USD_RATE {
            doc: "The exchange rate as long as none could be had from `USD_RATE_URL`.",
            form: Form::Decimal { min: "10", max: "1000", unit: "roubles per dollar" },
            // Inside the range of the last years (official rates of about 52 to 120). With the default markup it stays above cost up to a
            // real rate of 190, so the hours until the first true rate can't sell below cost.
            default: Fallback::Text("95"),
            mistaken_for: &["USD_RUB_RATE", "USD_TO_RUB", "EXCHANGE_RATE"],
        }
        USD_RATE_URL {
            doc: "Where the rate is read once a day, in the form of the Bank of Russia; `off` = `USD_RATE` always holds.",
            form: Form::Described("`off`, or an https address; plain http only for a loopback or private host"),
            default: Fallback::Text("https://www.cbr.ru/scripts/XML_daily.asp"),
        }
        PRICE_STEP_KOPECKS {
            doc: "Prices are rounded up to a multiple of it.",
            form: Form::Whole { min: 1, max: 10_000, unit: "kopecks" },
            default: Fallback::Text("10"),
        }
    }
    Money {
        WELCOME_BALANCE_RUB {
            doc: "The bonus of a new user; 0 = none.",
            form: Form::Decimal { min: "0", max: "10000", unit: "roubles" },
            default: Fallback::Text("0"),
            mistaken_for: &["WELCOME_BALANCE", "WELCOME_BONUS_RUB"],
        }
        STARS_PER_RUB {
            doc: "How many Telegram Stars a rouble of balance costs. Withdrawn, a star brings about 0.013 USD, so 1 covers its rouble at any rate above 77.",
            form: Form::Decimal { min: "0.01", max: "100", unit: "stars per rouble" },
            default: Fallback::Text("1"),
            mistaken_for: &["STARS_RATE", "STARS_PER_RUBLE", "STARS_PER_ROUBLE"],
        }
        PAYMENT_BANK {
            doc: "Bank transfer: the bank's name. Bank transfer is offered only if a card or a phone is set.",
            form: NOTE,
            example: "Example Bank",
        }
        PAYMENT_CARD {
            doc: "Bank transfer: the card's number.",
            form: Form::Described("12 to 19 digits, blanks between them allowed"),
            example: "2200 0000 0000 0000",
        }
        PAYMENT_CARD_HOLDER {
            doc: "Bank transfer: the receiver's name as the payer's bank shows it.",
            form: NOTE,
            example: "Ivan I.",
        }
        PAYMENT_PHONE {
            doc: "Bank transfer: the phone number for a transfer by phone.",
            form: Form::Described("7 to 15 digits; `+`, blanks, hyphens and brackets allowed"),
            example: "+7 900 000-00-00",
        }
        YOOKASSA_SHOP_ID {
            doc: "YooKassa: the shop's number. Telegram wants digital goods to be sold for Stars inside its apps: further ways to pay are yours to answer for.",
            form: Form::Described("digits"),
            example: "100500",
            mistaken_for: &["YOOKASSA_ACCOUNT_ID", "YOOKASSA_ID"],
        }
        YOOKASSA_SECRET_KEY {
            doc: "YooKassa: the shop's key.",
            form: Form::Described("letters, digits and signs without blanks"),
            sight: Sight::Secret,
            example: "live_example",
            mistaken_for: &["YOOKASSA_KEY", "YOOKASSA_TOKEN", "YOOKASSA_SECRET"],
        }
        YOOKASSA_RETURN_URL {
            doc: "YooKassa: where its page leads back to, the bot.",
            form: Form::Described("an https address; plain http only for a loopback or private host"),
            example: "https://t.me/example_bot",
        }
        YOOKASSA_RECEIPT_EMAIL {
            doc: "YooKassa: the address that fiscal receipts go to; without it none is asked for. The bot knows no address of a payer.",
            form: Form::Described("an e-mail address"),
            example: "books@example.com",
        }
        YOOKASSA_VAT_CODE {
            doc: "YooKassa: the VAT rate in receipts, by its table; 1 = without VAT.",
            form: Form::Whole { min: 1, max: 12, unit: "" },
            default: Fallback::Text("1"),
        }
        YOOKASSA_API_URL {
            doc: "YooKassa's API, its version included.",
            form: ADDRESS,
            default: Fallback::Text("https://api.yookassa.ru/v3"),
        }
        CRYPTO_PAY_TOKEN {
            doc: "Crypto Pay: the app's token, from @CryptoBot. The same word about Telegram's rules holds as for YooKassa.",
            form: Form::Described("letters, digits and signs without blanks"),
            sight: Sight::Secret,
            example: "12345:AAexample",
            mistaken_for: &["CRYPTOBOT_TOKEN", "CRYPTO_BOT_TOKEN", "CRYPTOPAY_TOKEN"],
        }
        CRYPTO_PAY_API_URL {
            doc: "Crypto Pay's API.",
            form: ADDRESS,
            default: Fallback::Text("https://pay.crypt.bot/api"),
        }
        FREE_GENERATIONS {
            doc: "Models that `config/models/free.toml` names are free within limits per user; `false` = everything is paid.",
            form: Form::Switch,
            default: Fallback::Text("true"),
        }
        REFERRAL_RUNS_FRIEND {
            doc: "Free runs for a new user who came by a personal link, once they have paid for the first time.",
            form: Form::Whole { min: 1, max: 1000, unit: "runs" },
            default: Fallback::Text("3"),
        }
        REFERRAL_RUNS_INVITER {
            doc: "Free runs for who brought them, at the same moment.",
            form: Form::Whole { min: 1, max: 1000, unit: "runs" },
            default: Fallback::Text("5"),
        }
        REFERRAL_DAY_MAX {
            doc: "So many friends a day reward who brought them; further ones get their own runs all the same.",
            form: Form::Whole { min: 0, max: 1000, unit: "friends" },
            default: Fallback::Text("10"),
        }
    }
    Shop {
        ADMIN_ID {
            doc: "The owners: they see the figures, approve payments and get the alerts.",
            form: Form::Described("Telegram ids, positive numbers, separated by commas"),
            default: Fallback::Required("ask @userinfobot in Telegram for your number"),
            example: "123456789,987654321",
            mistaken_for: &["ADMIN_IDS", "ADMINS", "ADMIN", "OWNER_ID", "OWNER_IDS", "ADMIN_CHAT_ID", "ADMIN_USER_ID"],
        }
        SUPPORT_TELEGRAM {
            doc: "Whom users may write to.",
            form: Form::Described("a Telegram name: `@name`, `name` or `https://t.me/name`"),
            example: "@example_support",
        }
        SUPPORT_TEXT {
            doc: "Your own words on the support screen.",
            form: Form::Text { chars_max: 1000 },
            example: "Answers every day from 10 to 20 h",
        }
        TIME_ZONE {
            doc: "Whose days and hours users are told.",
            form: Form::Described("a name of the IANA list"),
            default: Fallback::Text("Europe/Moscow"),
            mistaken_for: &["TIMEZONE"],
        }
    }
    Workers {
        WORKERS {
            doc: "Jobs (submit, poll, deliver) done at once, per process.",
            form: Form::Whole { min: 1, max: 256, unit: "jobs" },
            default: Fallback::Text("8"),
        }
        JOB_LEASE_MS {
            doc: "A claim on a job lasts so long; after a crash another process takes the job over then.",
            form: Form::Whole { min: 1000, max: 600_000, unit: "milliseconds" },
            default: Fallback::Text("120000"),
        }
        LIVE_MAX {
            doc: "Generations that a user may have waiting or running at once.",
            form: Form::Whole { min: 1, max: 100, unit: "generations" },
            default: Fallback::Text("5"),
        }
        USER_UPDATE_INTERVAL_MS {
            doc: "After 30 updates at once, a user's next one is worked on after so long; what comes earlier is answered with a word. Payments always are. 0 = no such limit.",
            form: Form::Whole { min: 0, max: 60_000, unit: "milliseconds" },
            default: Fallback::Text("300"),
        }
        USER_ORDERS_PER_MINUTE {
            doc: "Orders that a user may confirm within a minute.",
            form: Form::Whole { min: 1, max: 1000, unit: "orders" },
            default: Fallback::Text("10"),
        }
        SELLING_PAUSE_MS {
            doc: "Selling first pauses for so long when KIE is under maintenance or our key has reached its cap; then one order tries, and each failure doubles it, up to an hour.",
            form: Form::Whole { min: 1000, max: 86_400_000, unit: "milliseconds" },
            default: Fallback::Text("300000"),
        }
        SHUTDOWN_MS {
            doc: "After SIGTERM everything ends within this; keep it below what the platform waits before it kills. What is not done then is handed back, and another process goes on with it.",
            form: Form::Whole { min: 1000, max: 300_000, unit: "milliseconds" },
            default: Fallback::Text("25000"),
        }
    }
    Log {
        LOG_LEVEL {
            doc: "What is logged: a level, or a filter with a level per module.",
            form: Form::Described("`error`, `warn`, `info`, `debug`, `trace`, `off`, or pairs such as `info,app=debug`"),
            default: Fallback::Text("info"),
        }
        EVENT_LOG_LEVEL {
            doc: "What of it the desk's log keeps for 30 days.",
            form: Form::Described("as `LOG_LEVEL`"),
            default: Fallback::Text("info"),
        }
        LOG_FORMAT {
            doc: "One JSON object per line, or lines for people.",
            form: Form::Words(&["json", "pretty"]),
            default: Fallback::Follows("`pretty` on a terminal, else `json`"),
        }
        SENTRY_DSN {
            doc: "Errors and panics are told to this project of Sentry: what happened and where, never a text, a name or an address of anybody's.",
            form: Form::Described("a DSN, `https://key@host/project`; plain http only for a loopback or private host"),
            sight: Sight::Secret,
            mistaken_for: &["SENTRY_URL", "SENTRY_KEY", "DSN"],
        }
        SENTRY_ENVIRONMENT {
            doc: "The name of this installation at Sentry.",
            form: Form::Described("up to 64 characters without blanks and slashes"),
            default: Fallback::Text("production"),
            mistaken_for: &["SENTRY_ENV"],
        }
    }
    Platform {
        RENDER {
            doc: "Any value tells that the bot runs on Render.",
            form: Form::Text { chars_max: 200 },
        }
        RENDER_GIT_COMMIT {
            doc: "The commit that runs, as figures and Sentry name it.",
            form: Form::Text { chars_max: 64 },
        }
        RENDER_EXTERNAL_URL {
            doc: "The public address that Render gave the service.",
            form: Form::Described("an https address"),
            example: "https://kiebot.onrender.com",
        }
    }
}
