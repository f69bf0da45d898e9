//! A TCP proxy before PostgreSQL that can be cut: open connections break, new ones are refused at once, until it is mended. It can also hold
//! one COMMIT: before the server saw it, or after it was done and before its answer goes back.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;

use crate::bound::bounded;
use crate::gate::When;

/// More than a statement of ours with its values.
const PIECE_BYTES: usize = 64 * 1024;

/// The proxy; it ends when it is dropped.
pub(crate) struct Cable {
    address: SocketAddr,
    shared: Arc<Shared>,
    server: JoinHandle<()>,
}

struct Shared {
    whole: watch::Sender<bool>,
    rule: Mutex<Option<Rule>>,
}

/// The next COMMIT of a transaction that wrote these words is held, once.
struct Rule {
    words: &'static str,
    when: When,
    caught: oneshot::Sender<()>,
}

/// A COMMIT that is to be held, or is; held until its connection ends.
pub(crate) struct HeldCommit(oneshot::Receiver<()>);

impl HeldCommit {
    /// Waits until it is there.
    pub(crate) async fn caught(self) {
        bounded("a COMMIT to hold", self.0).await.expect("the cable is there");
    }
}

impl Cable {
    /// To the server at `host:port`.
    pub(crate) async fn to(server: String) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
        let address = listener.local_addr().expect("it is bound");
        let shared = Arc::new(Shared { whole: watch::Sender::new(true), rule: Mutex::default() });
        let server = tokio::spawn(serve(listener, server, Arc::clone(&shared)));
        Self { address, shared, server }
    }

    pub(crate) fn address(&self) -> String {
        self.address.to_string()
    }

    pub(crate) fn cut(&self) {
        self.shared.whole.send_replace(false);
    }

    pub(crate) fn mend(&self) {
        self.shared.whole.send_replace(true);
    }

    /// The next COMMIT of a transaction in which these words were sent will be held.
    pub(crate) fn hold_commit(&self, when: When, words: &'static str) -> HeldCommit {
        let (caught, when_caught) = oneshot::channel();
        *self.shared.rule() = Some(Rule { words, when, caught });
        HeldCommit(when_caught)
    }
}

impl Drop for Cable {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Shared {
    fn rule(&self) -> std::sync::MutexGuard<'_, Option<Rule>> {
        self.rule.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The rule, if this piece is the COMMIT that it waits for. `is_meant` is kept for one connection.
    fn rule_for(&self, piece: &[u8], is_meant: &mut bool) -> Option<Rule> {
        let says = |words: &str| piece.windows(words.len()).any(|window| window == words.as_bytes());
        let mut rule = self.rule();
        if says("BEGIN") {
            *is_meant = false;
        }
        *is_meant |= rule.as_ref().is_some_and(|rule| says(rule.words));
        if *is_meant && says("COMMIT") { rule.take() } else { None }
    }
}

async fn serve(listener: TcpListener, server: String, shared: Arc<Shared>) {
    while let Ok((near, _)) = listener.accept().await {
        let mut whole = shared.whole.subscribe();
        if !*whole.borrow() {
            continue;
        }
        let (server, shared) = (server.clone(), Arc::clone(&shared));
        tokio::spawn(async move {
            let Ok(far) = TcpStream::connect(&server).await else { return };
            tokio::select! {
                // Either side ends its connection badly, on purpose.
                _ = pass(near, far, &shared) => {}
                _ = whole.wait_for(|whole| !whole) => {}
            }
        });
    }
}

async fn pass(mut near: TcpStream, mut far: TcpStream, shared: &Shared) -> std::io::Result<()> {
    let (mut up, mut down) = (vec![0; PIECE_BYTES], vec![0; PIECE_BYTES]);
    let mut is_meant = false;
    loop {
        tokio::select! {
            read = near.read(&mut up) => {
                let piece = &up[..read?];
                if piece.is_empty() {
                    return Ok(());
                }
                let Some(Rule { when, caught, .. }) = shared.rule_for(piece, &mut is_meant) else {
                    far.write_all(piece).await?;
                    continue;
                };
                if when == When::After {
                    far.write_all(piece).await?;
                    // It is done as soon as it is answered.
                    far.readable().await?;
                }
                let _ = caught.send(());
                while near.read(&mut up).await? > 0 {}
                return Ok(());
            }
            read = far.read(&mut down) => {
                let piece = &down[..read?];
                if piece.is_empty() {
                    return Ok(());
                }
                near.write_all(piece).await?;
            }
        }
    }
}
