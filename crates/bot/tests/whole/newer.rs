//! Beside a newer version: rows with words that this one does not know hide no others, stop nobody, and are not lost.

use app::conversation::Notice;
use app::outbox::Body;

use crate::bound::until;
use crate::ground::Ground;
use crate::stage::{OWNER, Plan, Stage};
use crate::walk::{PICTURE, PICTURE_PRICE, WELCOME, Words};

const ANN: i64 = 501;
const BEN: i64 = 502;
const CID: i64 = 503;

/// What a newer version writes, and the migrations that came with it.
const OF_A_NEWER_VERSION: &str = "
    ALTER TABLE staff DROP CONSTRAINT staff_role_check;
    ALTER TABLE people ADD COLUMN aura TEXT NOT NULL DEFAULT 'green';
    CREATE TABLE auras (name TEXT NOT NULL PRIMARY KEY);
    INSERT INTO __diesel_schema_migrations (version) VALUES ('9999');
    INSERT INTO staff (chat_id, role, since) VALUES (777, 'auditor', 0);
    INSERT INTO settings (key, value, at) VALUES ('aura', '\"blue\"', 0);
    INSERT INTO stops (model, reason, at) VALUES ('STOPPED', 'weather', 0);
    INSERT INTO alerts (kind, subject, level, first_at, last_at, open, version) VALUES ('aura_dim', '', 'purple', 0, 0, TRUE, 1);
    INSERT INTO jobs (kind, subject, run_at, turn_at, fence, revision, attempts)
        VALUES ('teleport', decode(repeat('07', 16), 'hex'), 0, 0, 0, 1, 0);
    INSERT INTO broadcasts (id, text, segment, audience, state, taken, sent, blocked, failed, unknown, created_at)
        VALUES (decode(repeat('08', 16), 'hex'), 'a', 'auratic', 0, 'simmering', 0, 0, 0, 0, 0, 0);
    UPDATE people SET language = 'kk' WHERE chat_id = 502;
    UPDATE conversations SET body = '{\"view\":{\"hologram\":{\"depth\":3}}}';
    INSERT INTO messages (id, user_id, number, body, at)
        SELECT decode(repeat('09', 16), 'hex'), user_id, 1000, '{\"hologram\":3}', CAST(EXTRACT(EPOCH FROM now()) * 1000000 AS BIGINT)
        FROM people WHERE chat_id = 503;
    INSERT INTO jobs (kind, subject, run_at, turn_at, fence, revision, attempts)
        SELECT 'messages', user_id, 0, 0, 0, 1, 0 FROM people WHERE chat_id = 503;
";
const STOPPED: &str = "google/nano-banana";

pub(crate) async fn its_words_hide_nothing_and_stop_nobody(ground: Ground) {
    let mut stage = Stage::open(ground, Plan::webhook()).await;
    let (ann, ben, cid) = (stage.person(ANN, Words::En), stage.person(BEN, Words::Ru), stage.person(CID, Words::En));
    for person in [&ann, &ben, &cid] {
        person.start().await;
    }
    stage.telegram.wait_idle(crate::bound::SOON).await.expect("no update waits");
    stage.ground.execute(&OF_A_NEWER_VERSION.replace("STOPPED", STOPPED)).await;
    // One that runs, and one that starts.
    let waits = "a durable message can't be read here; it waits for a version that can";
    until("the message was looked at", async || stage.bot.log().contains(waits).then_some(())).await;
    stage.bot.signal_term();
    assert_eq!(stage.bot.ended().await, Some(0));
    stage.bot.start().await;
    // A view that it does not know: the menu is a good place to be.
    for person in [&ann, &ben] {
        person.order("a cat").await;
        person.gets_picture().await;
        assert_eq!(person.balance().await, (WELCOME - PICTURE_PRICE, 0));
    }
    assert_ne!(STOPPED, PICTURE);
    let log = stage.bot.log();
    assert!(
        log.lines().any(|line| line.contains("the stopped or resting models") && line.contains(STOPPED)),
        "it is not sold"
    );
    // The desk's staff and alerts are read all the same.
    let owner = stage.person(OWNER, Words::En);
    owner.say("/admin").await;
    owner.sees(|message| !message.keyboard.is_empty()).await;
    for trouble in
        ["could not be refreshed", "the showcase could not", "could not be counted", "job met a defect", "panicked"]
    {
        assert!(!log.contains(trouble), "{trouble}");
    }
    // Here comes the version that can read it, or the text that this one can.
    let body = serde_json::to_string(&Body::Notice(Notice::new("notice-asked"))).expect("it is plain");
    stage.ground.execute(&format!("UPDATE messages SET body = '{body}' WHERE number = 1000")).await;
    cid.is_told("notice-asked").await;
    stage.close().await;
}
