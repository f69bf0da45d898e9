//! What a user's `/start` costs on PostgreSQL: one transaction and at most six round trips, BEGIN and COMMIT counted.
//!
//! Method: a proxy before the server counts how often the client speaks after the server has spoken. A statement that waits for its answer is
//! one turn, however many packets it takes.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use domain::ports::{ConversationChange, Person, PersonChange, Store};
use storage::conformance::{Backend, World};
use storage::testing::TestDatabase;
use storage::{DatabaseUrl, PoolOptions, Tls, connect};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What the budget is, from the issue that this crate was built for.
const ROUND_TRIPS_MAX: usize = 6;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_start_of_a_known_user_costs_six_round_trips() {
    let Some(database) = TestDatabase::postgres("sql_round_trips::a_start_of_a_known_user").await else { return };
    let database = Arc::new(database);
    let backend: Arc<dyn Backend> = Arc::<TestDatabase>::clone(&database);
    let world = World::new(backend);
    let person = world.funded(100).await;
    let count = Count::default();
    let url = proxied(database.url(), count.clone()).await;
    let options = PoolOptions { size: 1, ..PoolOptions::default() };
    let store = connect(&url, &options).await.expect("the proxy is open");
    for update in [false, true] {
        start(&world, store.as_ref(), &person, update).await; // prepares the statements
        count.reset();
        start(&world, store.as_ref(), &person, update).await;
        let (turns, begins, commits) = count.figures();
        println!("/start{}: {turns} round trips", if update { " with a new name" } else { "" });
        assert!(turns <= ROUND_TRIPS_MAX, "{turns} round trips, update = {update}");
        assert_eq!((begins, commits), (1, 1), "update = {update}");
    }
}

/// What intake does: load, commit with the mark, note the window.
async fn start(world: &World, store: &dyn Store, person: &Person, update: bool) {
    let session = store.session(person.chat).await.expect("the store answers").expect("the person is known");
    let mut change = world.change();
    change.mark = Some(world.update());
    change.person = update.then(|| PersonChange::Update(Person { first_name: "Пётр".to_owned(), ..person.clone() }));
    let (user, expected) = (person.user, session.conversation.version);
    let body = "{\"view\": \"menu\"}".to_owned();
    change.conversation = Some(ConversationChange { user, expected, body, forget_window: false });
    let answer = store.commit(&change).await.expect("the store answers");
    assert_eq!(answer, domain::ports::Commit::Committed);
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
        self.0.commits.fetch_add(said(b"COMMIT"), Ordering::SeqCst);
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
