-- The exchange rate that holds, and one that jumped and waits for an owner.

CREATE TABLE exchange_rates (
    place TEXT NOT NULL PRIMARY KEY CHECK (place IN ('current', 'waiting')),
    rate BIGINT NOT NULL CHECK (rate > 0), -- roubles for a dollar, in ten-thousandths
    date TEXT NOT NULL,                    -- the day that it is for: `2026-11-29`
    read_at BIGINT NOT NULL                -- when it was read
);
