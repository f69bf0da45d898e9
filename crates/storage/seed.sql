-- A year of a shop's life in an empty, migrated PostgreSQL: users, generations and transfers by the number, with whole books. For benches and
-- for tries by hand, never for a shop. The sizes are said before: SET kiebot.users = '...', kiebot.generations, kiebot.transfers.
--
-- One row by arithmetic of its number, never by chance: the same sizes give the same shop, but for the moment at which the year ends. All
-- rows of a table stand in the order of time, as in life. Wants a superuser, because foreign keys and triggers are left out meanwhile.

DO $$
BEGIN
    IF EXISTS (SELECT 1 FROM users) OR EXISTS (SELECT 1 FROM operations) THEN
        RAISE EXCEPTION 'the database is not empty: a seed is for a new one';
    END IF;
    IF (SELECT max(version) FROM __diesel_schema_migrations) IS NULL THEN
        RAISE EXCEPTION 'the database is not migrated';
    END IF;
END
$$;

SET session_replication_role = replica;
SET synchronous_commit = off;
SET work_mem = '256MB';
SET maintenance_work_mem = '512MB';
SET client_min_messages = warning;

-- Indexes are quicker made at once than row by row; constraints stay.
CREATE TEMP TABLE seed_indexes AS
SELECT i.indexname, i.indexdef FROM pg_indexes i
WHERE i.schemaname = current_schema()
    AND i.tablename IN ('users', 'people', 'conversations', 'first_steps', 'operations', 'transfers', 'holds', 'payments', 'generations',
                        'successes', 'events')
    AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = format('%I', i.indexname)::regclass);
DO $$
DECLARE name TEXT;
BEGIN
    FOR name IN SELECT indexname FROM seed_indexes LOOP EXECUTE format('DROP INDEX %I', name); END LOOP;
END
$$;

CREATE TEMP TABLE seed_sizes AS
SELECT current_setting('kiebot.users')::BIGINT AS users, current_setting('kiebot.generations')::BIGINT AS generations,
       current_setting('kiebot.transfers')::BIGINT AS transfers,
       (extract(epoch FROM now()) * 1000000)::BIGINT AS until;

-- All of these are expressions that PostgreSQL writes into the statement that calls them: hence the casts, and the end of the year as an
-- argument. The moment of the n-th of so many things that are spread over the year:
CREATE FUNCTION pg_temp.moment(n BIGINT, many BIGINT, until BIGINT) RETURNS BIGINT LANGUAGE sql IMMUTABLE AS $$
    SELECT until - 31536000000000 + floor((n::DOUBLE PRECISION - 0.5) / many::DOUBLE PRECISION * 31536000000000)::BIGINT
$$;
-- A number from 0 to `below` - 1 that looks like chance; `salt` tells one from the other.
CREATE FUNCTION pg_temp.lot(n BIGINT, salt BIGINT, below BIGINT) RETURNS BIGINT LANGUAGE sql IMMUTABLE AS $$
    SELECT (hashint8extended(n, salt) & 9223372036854775807) % below
$$;
-- Time-ordered ids, as ours are.
CREATE FUNCTION pg_temp.ordered(kind TEXT, n BIGINT, at BIGINT) RETURNS BYTEA LANGUAGE sql IMMUTABLE AS $$
    SELECT decode(lpad(to_hex(at / 1000), 12, '0') || '7' || substr(md5(kind || n::TEXT), 1, 19), 'hex')
$$;
CREATE FUNCTION pg_temp.user_id(n BIGINT) RETURNS BYTEA LANGUAGE sql IMMUTABLE AS $$
    SELECT decode(md5('user' || n::TEXT), 'hex')
$$;

-- Users come evenly over the year; most are seen for the last time soon after.
INSERT INTO users (id, created_at)
SELECT pg_temp.user_id(n), pg_temp.moment(n, s.users, s.until) FROM seed_sizes s, generate_series(1, s.users) AS n;

INSERT INTO people (chat_id, user_id, first_name, username, language, gone, created_at, silent, news, origin, name_key, username_key)
SELECT 10000000000 + n, pg_temp.user_id(n), names[1 + k], CASE WHEN n % 3 > 0 THEN 'User_' || n END,
       CASE WHEN n % 5 > 0 THEN 'ru' ELSE 'en' END, n % 50 = 0, pg_temp.moment(n, s.users, s.until), FALSE, n % 20 > 0,
       CASE WHEN n % 4 = 0 THEN 'c_seed-' || floor(12 * power(pg_temp.lot(n, 9, 1000) / 1000.0, 2))::INT END,
       keys[1 + k], CASE WHEN n % 3 > 0 THEN 'user_' || n END
FROM seed_sizes s, generate_series(1, s.users) AS n,
     LATERAL (SELECT pg_temp.lot(n, 1, 8) AS k) AS chosen,
     (SELECT ARRAY['Иван', 'Анна', 'Мария', 'Ёлка', 'Alex', 'Olga', 'Дмитрий', 'Ирина'] AS names,
             ARRAY['иван', 'анна', 'мария', 'ёлка', 'alex', 'olga', 'дмитрий', 'ирина'] AS keys) AS words;

INSERT INTO conversations (user_id, version, body, window_message, seen_at)
SELECT pg_temp.user_id(n), 0, '', NULL, seen - seen % 3600000000
FROM seed_sizes s, generate_series(1, s.users) AS n,
     LATERAL (SELECT pg_temp.moment(n, s.users, s.until) AS came) AS c,
     LATERAL (SELECT came + floor((s.until - came) * power(pg_temp.lot(n, 2, 1000) / 1000.0, 3))::BIGINT AS seen) AS last;

-- Generations: by whom (somebody who has come by then), of which model, how paid, and how they end.
CREATE TEMP TABLE seed_generations AS
SELECT n, u, at, at + 3000000 + 120 * power(pg_temp.lot(n, 4, 1000), 2)::BIGINT AS ended, 100 + pg_temp.lot(n, 5, 900) AS price,
       pg_temp.lot(n, 6, 5) > 0 AS paid, 'seed/model-' || lpad((power(pg_temp.lot(n, 7, 1000) / 1000.0, 2) * 30)::INT::TEXT, 2, '0') AS model,
       CASE WHEN n > s.generations - least(60, s.generations / 20) THEN (ARRAY['queued', 'submitting', 'running'])[1 + n % 3]
            WHEN lot < 7 THEN 'failed' WHEN lot < 10 THEN 'cancelled' ELSE 'delivered' END AS state
FROM seed_sizes s, generate_series(1, s.generations) AS n,
     LATERAL (SELECT 1 + pg_temp.lot(n, 3, 1 + floor((n - 0.5::DOUBLE PRECISION) / s.generations * s.users)::BIGINT) AS u,
                     pg_temp.moment(n, s.generations, s.until) AS at, pg_temp.lot(n, 8, 100) AS lot) AS g;

INSERT INTO generations (id, user_id, chat_id, model, inputs, quote, price, hold_id, token, state, facts, since, created_at, relinked,
                         progress_message, task_id, made_from, family, paid_by, free_day, free_hour)
SELECT pg_temp.ordered('g', n, at), pg_temp.user_id(u), 10000000000 + u, model,
       json_build_object('prompt', repeat('a boat on a river, ', 10) || n)::TEXT,
       json_build_object('price', price, 'cost', json_build_object('credits', (price / 2)::TEXT, 'metered', FALSE),
                         'factor', json_build_object('rate', '100', 'markup', '2', 'step', 1), 'expires_at', at + 900000000)::TEXT,
       price, pg_temp.ordered(CASE WHEN paid THEN 'h' ELSE 'g' END, n, at), md5('token' || n), state,
       CASE state
           WHEN 'delivered' THEN json_build_object('state', state, 'task', 'seed-' || n, 'results',
                json_build_object('files', json_build_array(json_build_object('url', 'https://example.org/' || n))),
                'cost', (price / 2)::TEXT, 'took_ms', (ended - at) / 1000)
           WHEN 'failed' THEN json_build_object('state', state, 'reason', 'provider_failed')
           WHEN 'running' THEN json_build_object('state', state, 'task', 'seed-' || n)
           ELSE json_build_object('state', state) END::TEXT,
       CASE WHEN state IN ('failed', 'cancelled', 'delivered') THEN ended ELSE at END, at, FALSE, NULL,
       CASE WHEN state IN ('delivered', 'running') THEN 'seed-' || n END, NULL, 'market', CASE WHEN paid THEN 'money' ELSE 'free' END,
       CASE WHEN NOT paid THEN at - at % 86400000000 END, CASE WHEN NOT paid THEN at - at % 3600000000 END
FROM seed_generations ORDER BY seed_generations.at;

INSERT INTO free_uses (user_id, kind, begins_at, model, uses)
SELECT pg_temp.user_id(u), kind, at - at % size, model, count(*)
FROM seed_generations, (VALUES ('day', 86400000000), ('hour', 3600000000)) AS windows (kind, size)
WHERE NOT paid AND state NOT IN ('failed', 'cancelled') GROUP BY 1, 2, 3, 4;

INSERT INTO successes (generation_id, model, metered, cost_credits, took_ms, at, quoted_credits, earned, cost)
SELECT pg_temp.ordered('g', n, at), model, FALSE, price * 500000, (ended - at) / 1000, ended, price * 500000,
       CASE WHEN paid THEN price END, price / 2
FROM seed_generations WHERE state = 'delivered' ORDER BY ended;

-- Every operation has one transfer. `n` numbers within a kind; of a generation it is the generation's.
CREATE TEMP TABLE seed_moves (kind TEXT, n BIGINT, u BIGINT, at BIGINT, amount BIGINT);
INSERT INTO seed_moves
SELECT 'bonus', n, n, pg_temp.moment(n, s.users, s.until), 100000 FROM seed_sizes s, generate_series(1, s.users) AS n
UNION ALL
SELECT 'reserve', n, u, at, price FROM seed_generations WHERE paid
UNION ALL
SELECT CASE state WHEN 'delivered' THEN 'capture' ELSE 'release' END, n, u, ended, price FROM seed_generations
WHERE paid AND state IN ('delivered', 'failed', 'cancelled')
UNION ALL
SELECT 'refund_generation', n, u, ended + 3600000000, price / 2 FROM seed_generations WHERE paid AND state = 'delivered' AND n % 100 = 0;

-- The rest: half of it payments of every third user, half of it corrections. Each two hundredth payment goes back after an hour.
DO $$
DECLARE
    rest BIGINT := (SELECT transfers FROM seed_sizes) - (SELECT count(*) FROM seed_moves);
BEGIN
    IF rest < 0 THEN
        RAISE EXCEPTION 'so many users and generations take % transfers more than there shall be', -rest;
    END IF;
    INSERT INTO seed_moves
    SELECT 'top_up', n, 1 + 3 * pg_temp.lot(n, 9, 1 + floor((n - 0.5::DOUBLE PRECISION) / (rest / 2) * s.users / 3)::BIGINT),
           pg_temp.moment(n, rest / 2, s.until), 10000
    FROM seed_sizes s, generate_series(1, rest / 2) AS n;
    UPDATE seed_moves SET u = u - 3 FROM seed_sizes s WHERE kind = 'top_up' AND u > s.users;
    INSERT INTO seed_moves SELECT 'refund_payment', n, u, at + 3600000000, amount FROM seed_moves WHERE kind = 'top_up' AND n % 200 = 0;
    rest := (SELECT transfers FROM seed_sizes) - (SELECT count(*) FROM seed_moves);
    INSERT INTO seed_moves
    SELECT 'adjust', n, 1 + pg_temp.lot(n, 10, s.users), pg_temp.moment(n, rest, s.until), 100
    FROM seed_sizes s, generate_series(1, rest) AS n;
END
$$;
ANALYZE seed_moves;

INSERT INTO operations (id, cause_group, cause_key, hash, name, user_id, unit, posted, reserved, reason, actor, place, at, generation_id)
SELECT pg_temp.ordered('o' || m.kind, m.n, m.at),
       CASE m.kind WHEN 'bonus' THEN 'bonus_welcome' WHEN 'capture' THEN 'resolve' WHEN 'release' THEN 'resolve' ELSE m.kind END,
       CASE m.kind
           WHEN 'bonus' THEN encode(pg_temp.user_id(m.u), 'hex')
           WHEN 'reserve' THEN encode(pg_temp.ordered('g', m.n, m.at), 'hex')
           WHEN 'capture' THEN encode(pg_temp.ordered('h', m.n, g.at), 'hex')
           WHEN 'release' THEN encode(pg_temp.ordered('h', m.n, g.at), 'hex')
           WHEN 'top_up' THEN 'stars:seed-' || m.n
           WHEN 'refund_payment' THEN 'stars:seed-' || m.n
           ELSE encode(pg_temp.ordered('a' || m.kind, m.n, m.at), 'hex') END,
       sha256(convert_to(m.kind || m.n, 'UTF8')), m.kind, pg_temp.user_id(m.u), 'money',
       CASE m.kind WHEN 'reserve' THEN 0 WHEN 'release' THEN 0 WHEN 'capture' THEN -m.amount WHEN 'refund_payment' THEN -m.amount
            ELSE m.amount END,
       CASE m.kind WHEN 'reserve' THEN m.amount WHEN 'release' THEN -m.amount WHEN 'capture' THEN -m.amount ELSE 0 END,
       CASE WHEN m.kind IN ('adjust', 'refund_generation') THEN 'seed' END,
       CASE WHEN m.kind IN ('adjust', 'refund_generation') THEN 'seed' END, 0, m.at, pg_temp.ordered('g', g.n, g.at)
FROM seed_moves m LEFT JOIN seed_generations g ON g.n = m.n AND m.kind IN ('reserve', 'capture', 'release', 'refund_generation')
ORDER BY m.at;

INSERT INTO transfers (id, operation_id, debit, credit, unit, amount, phase, resolves, at)
SELECT CASE m.kind WHEN 'reserve' THEN pg_temp.ordered('h', m.n, m.at) ELSE pg_temp.ordered('t' || m.kind, m.n, m.at) END,
       pg_temp.ordered('o' || m.kind, m.n, m.at),
       CASE m.kind WHEN 'bonus' THEN 'bonus/welcome' WHEN 'top_up' THEN 'cash/stars' WHEN 'adjust' THEN 'adjustment/admin'
            WHEN 'refund_generation' THEN 'revenue/generation' ELSE wallet END,
       CASE m.kind WHEN 'reserve' THEN 'revenue/generation' WHEN 'capture' THEN 'revenue/generation'
            WHEN 'release' THEN 'revenue/generation' WHEN 'refund_payment' THEN 'cash/stars' ELSE wallet END,
       'money', m.amount,
       CASE m.kind WHEN 'reserve' THEN 'pending' WHEN 'capture' THEN 'captured' WHEN 'release' THEN 'released' ELSE 'posted' END,
       CASE WHEN m.kind IN ('capture', 'release') THEN pg_temp.ordered('h', g.n, g.at) END, m.at
FROM seed_moves m LEFT JOIN seed_generations g ON g.n = m.n AND m.kind IN ('capture', 'release'),
     LATERAL (SELECT 'wallet/' || encode(pg_temp.user_id(m.u), 'hex') AS wallet) AS w
ORDER BY m.at;

INSERT INTO holds (id, user_id, unit, amount, purpose, generation_id, provider, payment, state, captured, refunded)
SELECT pg_temp.ordered('h', n, at), pg_temp.user_id(u), 'money', price, 'generation', pg_temp.ordered('g', n, at), NULL, NULL,
       CASE state WHEN 'delivered' THEN 'captured' WHEN 'failed' THEN 'released' WHEN 'cancelled' THEN 'released' ELSE 'pending' END,
       CASE state WHEN 'delivered' THEN price ELSE 0 END, CASE WHEN state = 'delivered' AND n % 100 = 0 THEN price / 2 ELSE 0 END
FROM seed_generations WHERE paid ORDER BY seed_generations.at;

INSERT INTO payments (provider, payment, user_id, amount, native_amount, native_currency, at, refunded)
SELECT 'stars', 'seed-' || n, pg_temp.user_id(u), amount, 50, 'XTR', at, n % 200 = 0 FROM seed_moves WHERE kind = 'top_up' ORDER BY seed_moves.at;

INSERT INTO wallets (user_id, unit, posted, reserved)
SELECT pg_temp.user_id(u), 'money',
       sum(CASE WHEN kind IN ('reserve', 'release') THEN 0 WHEN kind IN ('capture', 'refund_payment') THEN -amount ELSE amount END),
       sum(CASE kind WHEN 'reserve' THEN amount WHEN 'capture' THEN -amount WHEN 'release' THEN -amount ELSE 0 END)
FROM seed_moves GROUP BY u;

INSERT INTO first_steps (user_id, step, came_at)
SELECT pg_temp.user_id(u), step, pg_temp.moment(u, s.users, s.until)
FROM seed_sizes s,
     (SELECT DISTINCT u, 'order' AS step FROM seed_generations
      UNION ALL
      SELECT DISTINCT u, 'payment' FROM seed_moves WHERE kind = 'top_up') AS steps;

-- What the desk keeps beside the books: links that a quarter of the people came by, codes, broadcasts, its own log, the bot's log.
INSERT INTO campaigns (name, note, created_at)
SELECT 'seed-' || n, 'seed', s.until - 31536000000000 + n FROM seed_sizes s, generate_series(0, 11) AS n;

INSERT INTO promo_codes (code, gift_unit, gift, total_max, per_user_max, expires_at, created_at, used)
SELECT 'SEED' || n, 'money', 10000, 1000, 1, NULL, pg_temp.moment(n, 300, s.until), 0 FROM seed_sizes s, generate_series(1, 300) AS n;

INSERT INTO broadcasts (id, text, photo, segment, audience, state, cursor_user, taken, sent, blocked, failed, unknown, created_at, started_at,
                        ended_at)
SELECT pg_temp.ordered('b', n, at), 'seed', NULL, 'everybody', 1000, 'done', NULL, 1000, 990, 10, 0, 0, at, at, at + 60000000
FROM seed_sizes s, generate_series(1, 200) AS n, LATERAL (SELECT pg_temp.moment(n, 200, s.until) AS at) AS b;

INSERT INTO audit_log (id, actor, role, standing, deed, subject, before, after, reason, at)
SELECT pg_temp.ordered('a', n, at), 10000000001 + n % 3, 'owner', 'configured', 'set',
       (ARRAY['markup', 'welcome', 'selling'])[1 + n % 3], '1', '2', NULL, at
FROM seed_sizes s, generate_series(1, s.users / 20) AS n, LATERAL (SELECT pg_temp.moment(n, s.users / 20, s.until) AS at) AS a;

-- A month of it: what is older was removed.
INSERT INTO events (id, at, level, target, message, fields, correlation, user_id, generation_id)
SELECT pg_temp.ordered('e', n, at), at, CASE WHEN lot < 2 THEN 4 WHEN lot < 10 THEN 3 ELSE 2 END, 'app::seed',
       (ARRAY['kie made nothing; queued again', 'the inputs are not ready', 'a user was told', 'the webhook was set'])[1 + n % 4],
       '{"duration_ms":12}', 'update:' || n / 4, md5('user' || (1 + n % s.users)::TEXT)::UUID::TEXT, NULL
FROM seed_sizes s, generate_series(1, s.generations / 2) AS n,
     LATERAL (SELECT s.until - 2592000000000 + floor(n::DOUBLE PRECISION / (s.generations / 2) * 2592000000000)::BIGINT AS at,
                     pg_temp.lot(n, 10, 100) AS lot) AS e;

DO $$
DECLARE definition TEXT;
BEGIN
    FOR definition IN SELECT indexdef FROM seed_indexes LOOP EXECUTE definition; END LOOP;
END
$$;

DROP TABLE seed_moves, seed_generations, seed_indexes;
RESET session_replication_role;
RESET synchronous_commit;
RESET work_mem;
RESET maintenance_work_mem;
RESET client_min_messages;
