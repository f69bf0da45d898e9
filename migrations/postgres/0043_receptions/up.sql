-- Where updates shall go, as the installation says that was started last: so two with different addresses do not take them from each other for ever.

CREATE TABLE receptions (
    bot BIGINT NOT NULL PRIMARY KEY, -- Telegram's id of the bot
    address TEXT NOT NULL,           -- the webhook as it was set; empty: by polling
    at BIGINT NOT NULL               -- when that installation was started
);
