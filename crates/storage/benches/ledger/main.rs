//! Reservations with their captures per second: our store on PostgreSQL, beside what PostgreSQL does for the same statements in the same
//! transactions.
//!
//! Method: the store makes one pair of change sets through a proxy that listens; what it said becomes a script of pgbench (`-M prepared`), so
//! both say the same statements, prepared, in the same two transactions per pair, to the same server with the same durability, each in a
//! database of its own, over TCP on this machine. A cell is so many clients that each make one pair after the other for so many seconds, on
//! wallets by chance or all on one; ours and pgbench take turns. Afterwards the sums of both databases must say that every pair moved its
//! money, and nothing else did.
//!
//! `cargo xtask bench ledger [-- --seconds 5 --show]`.
#![expect(clippy::print_stdout, reason = "a bench tells its figures on stdout")]

mod script;
mod tap;

use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use domain::clock::{Clock, IdSource, ManualClock, SeededIds, Timestamp};
use domain::ids::{GenerationId, OperationId, TransferId, UserId};
use domain::ledger::{Amount, Operation, Posting, Provider};
use domain::money::Money;
use domain::ports::{ChangeSet, Commit, Store};
use script::{MARKS, MOMENT, Wallets};
use storage::testing::{TestDatabase, server_address};
use storage::{PoolOptions, SqlStore, connect};
use tap::Heard;

/// What a pair reserves and captures, in kopecks.
const PRICE: i64 = 80;

/// Enough for every pair that a bench can make.
const FUNDS: i64 = 1_000_000_000_000;

/// Wallets to choose from.
const WALLETS: u64 = 1_000;

const CLIENTS: [u32; 3] = [1, 8, 32];

/// How often ours and pgbench take turns in a cell.
const ROUNDS: u64 = 2;

fn main() {
    let (seconds, show) = asked();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime starts");
    runtime.block_on(run(seconds, show));
}

/// Seconds for each side of a cell, and whether the script is to be shown.
fn asked() -> (u64, bool) {
    let words: Vec<_> = std::env::args().collect();
    let at = words.iter().position(|word| word == "--seconds").map(|place| place + 1);
    let seconds = at.and_then(|place| words.get(place)).map_or(6, |word| word.parse().expect("a number of seconds"));
    (seconds.max(ROUNDS), words.iter().any(|word| word == "--show"))
}

async fn run(seconds: u64, show: bool) {
    let Some(ours) = TestDatabase::postgres("bench ledger").await else { return };
    let theirs = TestDatabase::postgres("bench ledger, pgbench").await.expect("the server is there");
    let pair = overheard(&ours).await;
    if show {
        println!("{}", script::script(&pair, Wallets::Random(WALLETS)));
    }
    let begins = pair.iter().filter(|statement| statement.text.starts_with("BEGIN")).count();
    println!("a pair is {} statements in {begins} transactions; {seconds} s for each side of a row", pair.len());
    fund_ours(&ours).await;
    fund_theirs(&theirs).await;
    let pgbench = Pgbench::find(&theirs);
    println!("{:<16} {:>7} {:>14} {:>14} {:>10}", "wallets", "clients", "ours, pairs/s", "pgbench", "ours is");
    let mut cell = 0;
    let (mut made, mut made_by_pgbench) = (0, 0);
    for (name, wallets) in [("random of 1000", Wallets::Random(WALLETS)), ("one hot", Wallets::Hot)] {
        let script = script::script(&pair, wallets);
        for clients in CLIENTS {
            let (mut of_store, mut of_pgbench) = (0, 0);
            for _ in 0..ROUNDS {
                cell += 1;
                of_store += store_pairs(&ours, clients, wallets, Duration::from_secs(seconds / ROUNDS), cell).await;
                of_pgbench += pgbench.as_ref().map_or(0, |it| it.pairs(&script, clients, seconds / ROUNDS, cell));
            }
            let measured = seconds / ROUNDS * ROUNDS;
            (made, made_by_pgbench) = (made + of_store, made_by_pgbench + of_pgbench);
            let ratio =
                (of_store * 100).checked_div(of_pgbench).map_or("?".to_owned(), |percent| format!("{percent} %"));
            let (a, b) = (of_store / measured, of_pgbench / measured);
            println!("{name:<16} {clients:>7} {a:>14} {b:>14} {ratio:>10}");
        }
    }
    // Ours has the two pairs that were listened to as well, and a payment for each wallet.
    assert_moved(&ours, made + 2, WALLETS).await;
    assert_moved(&theirs, made_by_pgbench, 0).await;
}

/// What the store says for one pair: the second one, when everything is prepared.
async fn overheard(database: &TestDatabase) -> Vec<tap::Statement> {
    let heard = Heard::default();
    let url = tap::tapped(database.url(), heard.clone()).await;
    let store = connect(&url, &PoolOptions { size: 1, ..PoolOptions::default() }).await.expect("the proxy is open");
    let (clock, ids) = (ManualClock::new(Timestamp::from_micros(MOMENT)), SeededIds::new(1));
    let marked = UserId::from_bytes(*MARKS[0]);
    committed(&store, top_up(marked, "marked", &clock, &ids)).await;
    let (reserve, hold) = reservation(marked, &clock, &ids);
    committed(&store, reserve).await;
    committed(&store, posting(Operation::Capture { hold, amount: PRICE }, &clock, &ids)).await;
    heard.take();
    let generation = GenerationId::from_bytes(*MARKS[1]);
    let amount = Amount::money(Money::from_kopecks(PRICE));
    let with_ids = |operation, id, transfer| Posting {
        id: OperationId::from_bytes(id),
        transfer: TransferId::from_bytes(transfer),
        ..posting(operation, &clock, &ids)
    };
    let reserve = Operation::Reserve { user: marked, generation, amount };
    committed(&store, with_ids(reserve, *MARKS[2], *MARKS[3])).await;
    let capture = Operation::Capture { hold: TransferId::from_bytes(*MARKS[3]), amount: PRICE };
    committed(&store, with_ids(capture, *MARKS[4], *MARKS[5])).await;
    heard.take()
}

/// Pairs that the store makes.
async fn store_pairs(database: &TestDatabase, clients: u32, wallets: Wallets, time: Duration, cell: u64) -> u64 {
    let options = PoolOptions { size: clients, ..PoolOptions::default() };
    let store = connect(database.url(), &options).await.expect("the server answers");
    let clock = Arc::new(ManualClock::new(Timestamp::from_seconds(1_800_000_000 + i64::try_from(cell).expect("few"))));
    let (ids, made) = (Arc::new(SeededIds::new(cell << 32)), Arc::new(AtomicU64::new(0)));
    let end = Instant::now() + time;
    let clients: Vec<_> = (0..clients)
        .map(|_| {
            let (store, clock, ids, made) = (store.clone(), clock.clone(), ids.clone(), made.clone());
            tokio::spawn(async move {
                while Instant::now() < end {
                    clock.advance(Duration::from_micros(50));
                    let user = UserId::from_bytes(match wallets {
                        Wallets::Hot => script::user(1),
                        Wallets::Random(count) => script::user(1 + chance(ids.as_ref()) % count),
                    });
                    let (reserve, hold) = reservation(user, clock.as_ref(), ids.as_ref());
                    committed(&store, reserve).await;
                    let capture = Operation::Capture { hold, amount: PRICE };
                    committed(&store, posting(capture, clock.as_ref(), ids.as_ref())).await;
                    made.fetch_add(1, Ordering::Relaxed);
                }
            })
        })
        .collect();
    for client in clients {
        client.await.expect("a client does not panic");
    }
    made.load(Ordering::Relaxed)
}

fn chance(ids: &SeededIds) -> u64 {
    let mut bytes = [0; 8];
    ids.fill(&mut bytes);
    u64::from_le_bytes(bytes)
}

fn posting(operation: Operation, clock: &dyn Clock, ids: &dyn IdSource) -> Posting {
    Posting::new(operation, clock, ids)
}

fn reservation(user: UserId, clock: &dyn Clock, ids: &dyn IdSource) -> (Posting, TransferId) {
    let (generation, amount) = (GenerationId::ordered(clock, ids), Amount::money(Money::from_kopecks(PRICE)));
    let reserve = posting(Operation::Reserve { user, generation, amount }, clock, ids);
    let hold = reserve.transfer;
    (reserve, hold)
}

fn top_up(user: UserId, payment: &str, clock: &dyn Clock, ids: &dyn IdSource) -> Posting {
    let (payment, amount) = (payment.to_owned(), Money::from_kopecks(FUNDS));
    let (native_amount, native_currency) = (1, "XTR".to_owned());
    let operation =
        Operation::TopUp { user, provider: Provider::Stars, payment, amount, native_amount, native_currency };
    posting(operation, clock, ids)
}

/// A change set of one operation, as a worker commits it beside its other rows.
async fn committed(store: &SqlStore, posting: Posting) {
    let mut change = ChangeSet::new(posting.at);
    change.operations.push(posting);
    assert_eq!(store.commit(&change).await.expect("the store answers"), Commit::Committed);
}

/// Money in every wallet of ours, by payments.
async fn fund_ours(database: &TestDatabase) {
    let (clock, ids) = (ManualClock::new(Timestamp::from_seconds(1_790_000_000)), SeededIds::new(2));
    // The first one was funded when the statements were listened to.
    let users: Vec<_> = (2..=WALLETS).map(script::user).collect();
    for some in users.chunks(50) {
        let mut change = ChangeSet::new(clock.now());
        change.operations = some
            .iter()
            .map(|user| UserId::from_bytes(*user))
            .map(|user| top_up(user, &user.to_string(), &clock, &ids))
            .collect();
        assert_eq!(database.store().commit(&change).await.expect("the store answers"), Commit::Committed);
    }
}

/// The same wallets for pgbench.
async fn fund_theirs(database: &TestDatabase) {
    let sql = format!(
        "INSERT INTO wallets (user_id, unit, posted, reserved) \
         SELECT ('7' || lpad(n::text, 15, '0'))::bytea, 'money', {FUNDS}, 0 FROM generate_series(1, {WALLETS}) AS n"
    );
    database.execute(&sql).await;
}

/// The wallets and the rows of `payments` top-ups and of so many pairs, and nothing else.
async fn assert_moved(database: &TestDatabase, pairs: u64, payments: u64) {
    let rows = 2 * pairs + payments;
    let taken = format!("{FUNDS}::numeric * {WALLETS} - {PRICE}::numeric * {pairs}");
    let sql = format!(
        "DO $$ BEGIN
            IF (SELECT (SUM(posted), SUM(reserved)) FROM wallets) <> ({taken}, 0::numeric)
                OR (SELECT COUNT(*) FROM holds WHERE state = 'captured' AND captured = {PRICE}) <> {pairs}
                OR (SELECT COUNT(*) FROM transfers) <> {rows} OR (SELECT COUNT(*) FROM operations) <> {rows}
            THEN RAISE EXCEPTION 'not every pair moved its money: %', (SELECT (SUM(posted), SUM(reserved)) FROM wallets);
            END IF;
        END $$"
    );
    database.execute(&sql).await;
}

/// The yardstick.
struct Pgbench {
    address: String,
}

impl Pgbench {
    /// `None`, said aloud, if it is not installed.
    fn find(database: &TestDatabase) -> Option<Self> {
        let version = Command::new("pgbench").arg("--version").output();
        let Ok(version) = version.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned()) else {
            println!("pgbench is not in PATH: ours alone is measured (Debian: `apt-get install postgresql` brings it)");
            return None;
        };
        println!("{version}, -M prepared; the server's own settings of durability");
        let server = server_address().expect("the server is there");
        let server = server.rsplit_once('/').expect("an address has a path").0.to_owned();
        let name = database.url().to_string();
        let name = name.rsplit_once('/').expect("an address has a path").1;
        Some(Self { address: format!("{server}/{name}") })
    }

    /// Pairs that it makes.
    fn pairs(&self, script: &str, clients: u32, seconds: u64, cell: u64) -> u64 {
        let place = tempfile::tempdir().expect("there is room for a script");
        let file = place.path().join("pair.sql");
        std::fs::write(&file, script).expect("there is room for a script");
        let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get).to_string();
        let (clients, seconds, cell) = (clients.to_string(), seconds.to_string(), format!("cell={cell}"));
        let output = Command::new("pgbench")
            .args(["--no-vacuum", "--protocol=prepared", "--client", &clients, "--jobs", &threads, "--time", &seconds])
            .args(["--define", "counter=0", "--define", &cell, "--file"])
            .arg(&file)
            .arg(&self.address)
            .output()
            .expect("it is in PATH");
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let complaints = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "pgbench: {said}{complaints}");
        let figure = |name: &str| said.lines().find_map(|line| line.strip_prefix(name)?.split_whitespace().next());
        let count = figure("number of transactions actually processed:").expect("pgbench tells what it did");
        count.trim_end_matches('/').parse().expect("a number")
    }
}
