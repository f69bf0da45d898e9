//! What commits cost on PostgreSQL: one transaction each, and few round trips, BEGIN and COMMIT counted. A user's `/start` takes six at most.
//!
//! Method: a proxy before the server counts how often the client speaks after the server has spoken. A statement that waits for its answer is
//! one turn, however many packets it takes.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use domain::clock::Timestamp;
use domain::ids::{InputId, InvoiceId, ModelId};
use domain::ledger::Provider;
use domain::ports::{
    Commit, ConversationChange, HistoryQuery, InputChange, InputFile, InputSource, InputState, JobKey, Person,
    PersonChange, Rates, Reconciled, Schedule, Store,
};
use storage::conformance::{Backend, World};
use storage::testing::TestDatabase;
use storage::{DatabaseUrl, PoolOptions, SqlStore, Tls, connect};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// Of a known user's `/start`: load, BEGIN, mark, person and conversation, COMMIT, note the window.
const START_MAX: usize = 6;
/// Of a confirm: BEGIN, mark, job, conversation, generation, operation, transfer and hold, wallet, COMMIT.
const CONFIRM_MAX: usize = 9;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_start_of_a_known_user_costs_six_round_trips() {
    let Some(bench) = Bench::new("sql_round_trips::a_start_of_a_known_user_costs_six_round_trips").await else {
        return;
    };
    let Bench { world, person, store, count } = &bench;
    for update in [false, true] {
        // The first one prepares the statements.
        start(world, store.as_ref(), person, update).await;
        count.reset();
        start(world, store.as_ref(), person, update).await;
        let (turns, begins, commits) = count.figures();
        println!("/start{}: {turns} round trips", if update { " with a new name" } else { "" });
        assert!(turns <= START_MAX, "{turns} round trips, update = {update}");
        assert_eq!((begins, commits), (1, 1), "update = {update}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_confirm_costs_nine_round_trips() {
    let Some(bench) = Bench::new("sql_round_trips::a_confirm_costs_nine_round_trips").await else { return };
    let Bench { world, person, store, count } = &bench;
    for version in 0..2 {
        count.reset();
        let mut change = world.confirm(&world.order(person, 10));
        change.mark = Some(world.update());
        change.conversation = Some(conversation(person, version));
        let key = JobKey::messages(person.user);
        change.schedule.push(Schedule::new(key, change.at));
        assert_eq!(store.commit(&change).await.expect("the store answers"), Commit::Committed);
    }
    let (turns, begins, commits) = count.figures();
    println!("confirm: {turns} round trips");
    assert!(turns <= CONFIRM_MAX, "{turns} round trips");
    assert_eq!((begins, commits), (1, 1));
}

/// What a screen asks for is one question each, however many files, models and generations it is about.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn look_ups_cost_one_round_trip() {
    let Some(bench) = Bench::new("sql_round_trips::look_ups_cost_one_round_trip").await else { return };
    let Bench { world, person, store, count } = &bench;
    let mut change = world.change();
    for _ in 0..10 {
        let source = InputSource::Link { url: "https://example.org/a".to_owned() };
        let id = InputId::ordered(&world.clock, &world.ids);
        let file = InputFile { id, user: person.user, source, state: InputState::Pending, at: change.at };
        change.inputs.push(InputChange::Create(file));
    }
    assert_eq!(store.commit(&change).await.expect("the store answers"), Commit::Committed);
    let model = world.ordered(person, 10).await.generation.model;
    let ids: Vec<_> = change.inputs.iter().map(input_of).collect();
    let models = [model, ModelId("other".to_owned())];
    let query = HistoryQuery { user: person.user, models: Some(&models), with_result: false, skip: 0, limit: 5 };
    // The first one prepares the statements.
    for wanted in [usize::MAX, 8] {
        count.reset();
        assert!(store.session(person.chat).await.expect("the store answers").is_some());
        assert_eq!(store.inputs(&ids).await.expect("the store answers").len(), 10);
        assert_eq!(store.history(query).await.expect("the store answers").len(), 1);
        assert_eq!(store.recent_models(person.user, 5).await.expect("the store answers"), models[..1]);
        assert_eq!(store.favourites(person.user).await.expect("the store answers"), []);
        assert_eq!(store.margins(&models[0], 5).await.expect("the store answers"), []);
        assert_eq!(store.drifts(Timestamp::EPOCH).await.expect("the store answers"), []);
        assert_eq!(store.stops().await.expect("the store answers"), []);
        let (turns, ..) = count.figures();
        assert!(turns <= wanted, "{turns} round trips for 8 look-ups");
    }
}

/// So do the questions about what came in, and how far lists were read.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn look_ups_of_payments_cost_one_round_trip() {
    let case = "sql_round_trips::look_ups_of_payments_cost_one_round_trip";
    let Some(bench) = Bench::new(case).await else { return };
    let Bench { world, person, store, count } = &bench;
    let (id, action) = (InvoiceId::ordered(&world.clock, &world.ids), world.action());
    for wanted in [usize::MAX, 11] {
        count.reset();
        assert_eq!(store.invoice(id).await.expect("the store answers"), None);
        assert_eq!(store.invoice_of(Provider::Bank, "a").await.expect("the store answers"), None);
        assert_eq!(store.invoices(person.user, 5).await.expect("the store answers"), []);
        assert_eq!(store.claimed_invoices(5).await.expect("the store answers"), []);
        assert_eq!(store.claimed_with("a", id).await.expect("the store answers"), None);
        assert_eq!(store.payment(Provider::Bank, "a").await.expect("the store answers"), None);
        assert_eq!(store.payments(person.user, 5).await.expect("the store answers").len(), 1);
        assert_eq!(store.payback(action).await.expect("the store answers"), None);
        assert_eq!(store.reconciled(Provider::Stars).await.expect("the store answers"), Reconciled::default());
        assert_eq!(store.unmatched_records(5).await.expect("the store answers"), []);
        assert_eq!(store.rates().await.expect("the store answers"), Rates::default());
        let (turns, ..) = count.figures();
        assert!(turns <= wanted, "{turns} round trips for 11 look-ups");
    }
}

fn input_of(change: &InputChange) -> InputId {
    match change {
        InputChange::Create(InputFile { id, .. }) | InputChange::Settle { id, .. } => *id,
    }
}

/// A person with money, and a store behind a proxy that counts.
struct Bench {
    world: World,
    person: Person,
    store: Arc<SqlStore>,
    count: Count,
}

impl Bench {
    async fn new(case: &str) -> Option<Self> {
        let database = Arc::new(TestDatabase::postgres(case).await?);
        let backend: Arc<dyn Backend> = Arc::<TestDatabase>::clone(&database);
        let world = World::new(backend);
        let person = world.funded(100).await;
        let count = Count::default();
        let url = proxied(database.url(), count.clone()).await;
        let options = PoolOptions { size: 1, ..PoolOptions::default() };
        let store = connect(&url, &options).await.expect("the proxy is open");
        Some(Self { world, person, store, count })
    }
}

fn conversation(person: &Person, expected: i64) -> ConversationChange {
    let body = "{\"view\": \"menu\"}".to_owned();
    ConversationChange { user: person.user, expected, body, forget_window: false }
}

/// What intake does: load, commit with the mark, note the window.
async fn start(world: &World, store: &dyn Store, person: &Person, update: bool) {
    let session = store.session(person.chat).await.expect("the store answers").expect("the person is known");
    let mut change = world.change();
    change.mark = Some(world.update());
    change.person =
        update.then(|| PersonChange::Update(Person { first_name: "Пётр".to_owned(), ..person.clone() }));
    let expected = session.conversation.version;
    change.conversation = Some(conversation(person, expected));
    let answer = store.commit(&change).await.expect("the store answers");
    assert_eq!(answer, Commit::Committed);
    store.note_window(person.user, expected + 1, 77).await.expect("the store answers");
}

/// Turns, and the words that begin and end transactions.
#[derive(Clone, Default)]
struct Count(Arc<Figures>);

#[derive(Default)]
struct Figures {
    turns: AtomicUsize,
    begins: AtomicUsize,
    commits: AtomicUsize,
    client_spoke_last: AtomicBool,
}

impl Count {
    fn client_says(&self, bytes: &[u8]) {
        if !self.0.client_spoke_last.swap(true, Ordering::SeqCst) {
            self.0.turns.fetch_add(1, Ordering::SeqCst);
        }
        let said = |word: &[u8]| bytes.windows(word.len()).filter(|window| *window == word).count();
        self.0.begins.fetch_add(said(b"BEGIN"), Ordering::SeqCst);
        self.0.commits.fetch_add(said(b"COMMIT\0"), Ordering::SeqCst);
    }

    fn server_says(&self) {
        self.0.client_spoke_last.store(false, Ordering::SeqCst);
    }

    fn reset(&self) {
        for figure in [&self.0.turns, &self.0.begins, &self.0.commits] {
            figure.store(0, Ordering::SeqCst);
        }
    }

    fn figures(&self) -> (usize, usize, usize) {
        let read = |figure: &AtomicUsize| figure.load(Ordering::SeqCst);
        (read(&self.0.turns), read(&self.0.begins), read(&self.0.commits))
    }
}

/// The same database behind a counting proxy on a port of its own.
async fn proxied(url: &DatabaseUrl, count: Count) -> DatabaseUrl {
    let server = storage::testing::tcp_address(url);
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    let port = listener.local_addr().expect("it is bound").port();
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let server = TcpStream::connect(&server).await.expect("the server answers");
            let (from_client, to_client) = client.into_split();
            let (from_server, to_server) = server.into_split();
            let (asking, answering) = (count.clone(), count.clone());
            tokio::spawn(pass(from_client, to_server, move |bytes| asking.client_says(bytes)));
            tokio::spawn(pass(from_server, to_client, move |_| answering.server_says()));
        }
    });
    storage::testing::at_port(url, port, "").with_tls(Tls::Off)
}

async fn pass(
    mut from: tokio::net::tcp::OwnedReadHalf,
    mut to: tokio::net::tcp::OwnedWriteHalf,
    note: impl Fn(&[u8]) + Send,
) {
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(length) = from.read(&mut buffer).await {
        if length == 0 {
            return;
        }
        note(&buffer[..length]);
        if to.write_all(&buffer[..length]).await.is_err() {
            return;
        }
    }
}
