//! The listener's life: bind, accept under a bound, and on the signal finish what is in flight.

use std::convert::Infallible;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use secrecy::SecretString;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Instant, sleep, timeout_at};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::{debug, info, warn};

use crate::Error;
use crate::door::Door;
use crate::limits::Limits;
use crate::line::Line;
use crate::pages::{Mount, Pages};
use crate::service::Service;
use crate::sight::{self, OpenConnection};
use crate::slots::Slots;
use crate::webhook::WebhookSecret;

/// Heads with more lines than this are not from Telegram, KIE or a proxy.
const HEADERS_MAX: usize = 64;
/// The first wait after a refused accept, doubled each time: mostly the process is out of file descriptors.
const ACCEPT_WAIT_MIN: Duration = Duration::from_millis(10);
const ACCEPT_WAIT_MAX: Duration = Duration::from_secs(1);
/// About a minute of refusals; then a restart is the better answer.
const ACCEPT_TRIES_MAX: u32 = 66;

/// A bound listener. The port is open from [`bind`](Self::bind) on; connections are served from [`run`](Self::run) on.
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    service: Service,
}

/// What a shutdown could not finish in time; all zero after a clean one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[must_use]
pub struct Drained {
    /// Connections that were ended before their answer.
    pub connections_cut: usize,
    /// Calls into the house that still ran. They are not aborted here: they live as long as the runtime does, and what
    /// they had not committed comes again.
    pub work_unfinished: usize,
}

impl Drained {
    /// Whether everything was finished.
    #[must_use]
    pub fn is_clean(self) -> bool {
        self == Self::default()
    }
}

impl Server {
    /// Opens the port; port 0 takes a free one. `webhook_secret` is what Telegram must send with each update.
    ///
    /// # Errors
    /// [`Error::Bind`], [`Error::Limit`] or [`Error::EmptySecret`]; the port is not open then.
    pub async fn bind(
        address: SocketAddr,
        door: Arc<Door>,
        webhook_secret: SecretString,
        limits: Limits,
    ) -> Result<Self, Error> {
        limits.check()?;
        let secret = WebhookSecret::new(webhook_secret)?;
        let refused = |source| Error::Bind { address, source };
        let listener = TcpListener::bind(address).await.map_err(refused)?;
        let address = listener.local_addr().map_err(refused)?;
        Ok(Self { listener, address, service: Service::new(door, secret, limits) })
    }

    /// The address that is really listened on.
    #[must_use]
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// Gives every path at and below `prefix` (such as `/admin`) to `pages`. The earlier of two overlapping mounts wins.
    ///
    /// # Panics
    /// If `prefix` is not of the form `/word`, or covers a route of the listener.
    #[must_use]
    pub fn mount(mut self, prefix: &'static str, pages: Arc<dyn Pages>) -> Self {
        self.service.mounts.push(Mount::new(prefix, pages));
        self
    }

    /// Serves until `shutdown` is cancelled, then refuses new connections, finishes what is in flight within
    /// [`Limits::drain`], cuts the rest and says how much that was.
    ///
    /// # Errors
    /// [`Error::Accept`] if the system hands over no connection for about a minute; what was in flight is finished
    /// first, as on a shutdown.
    pub async fn run(self, shutdown: CancellationToken) -> Result<Drained, Error> {
        let Self { listener, address, service } = self;
        sight::describe();
        let lives = Lives {
            service: Arc::new(service),
            connections: TaskTracker::new(),
            soft: shutdown.child_token(),
            hard: CancellationToken::new(),
        };
        info!(address = %address, "listening on `{address}`");
        let accepted = lives.accept_until_shutdown(&listener).await;
        // From here on the kernel refuses new connections.
        drop(listener);
        let drained = lives.drain().await;
        accepted.map(|()| drained)
    }
}

/// Everything that lives while the server runs.
struct Lives {
    service: Arc<Service>,
    connections: TaskTracker,
    /// Asks connections to end after the request at hand.
    soft: CancellationToken,
    /// Ends connections where they are.
    hard: CancellationToken,
}

impl Lives {
    async fn accept_until_shutdown(&self, listener: &TcpListener) -> Result<(), Error> {
        let slots = Arc::new(Slots::new(self.service.limits.connections_max));
        let mut failures: u32 = 0;
        let mut wait = ACCEPT_WAIT_MIN;
        loop {
            // The slot comes first: what can't be served stays in the kernel's backlog, where it costs us nothing.
            let slot = tokio::select! {
                biased;
                () = self.soft.cancelled() => return Ok(()),
                slot = slots.take() => slot,
            };
            let accepted = tokio::select! {
                biased;
                () = self.soft.cancelled() => return Ok(()),
                accepted = listener.accept() => accepted,
            };
            match accepted {
                Ok((stream, peer)) => {
                    (failures, wait) = (0, ACCEPT_WAIT_MIN);
                    let Some(connected) = self.service.callers.connect(peer.ip()) else {
                        sight::turned_away();
                        continue;
                    };
                    let connection = self.connection(stream, peer.ip(), Arc::clone(&slots));
                    self.connections.spawn(async move {
                        let (_slot, _connected) = (slot, connected);
                        connection.await;
                    });
                }
                Err(error) if is_of_one_connection(&error) => {}
                Err(source) => {
                    failures += 1;
                    if failures >= ACCEPT_TRIES_MAX {
                        return Err(Error::Accept { tries: failures, source });
                    }
                    warn!(error = %source, failures, "no connection could be accepted ({failures} in a row)");
                    tokio::select! {
                        () = self.soft.cancelled() => return Ok(()),
                        () = sleep(wait) => wait = (wait * 2).min(ACCEPT_WAIT_MAX),
                    }
                }
            }
        }
    }

    /// One connection from its first byte to its end.
    fn connection(
        &self,
        stream: TcpStream,
        peer: IpAddr,
        slots: Arc<Slots>,
    ) -> impl Future<Output = ()> + Send + 'static {
        let (service, soft, hard) = (Arc::clone(&self.service), self.soft.clone(), self.hard.clone());
        async move {
            let _open = OpenConnection::begin();
            // Answers are one small packet each; there is nothing to wait for. Without it they'd only be later.
            let _ = stream.set_nodelay(true);
            let limits = service.limits;
            let (line, pulse) = Line::new(stream, limits, slots);
            let serve = service_fn(move |request| {
                let turn = pulse.begin_turn();
                let (service, pulse) = (Arc::clone(&service), Arc::clone(&pulse));
                async move {
                    let _turn = turn;
                    Ok::<_, Infallible>(service.respond(request, peer, &pulse).await)
                }
            });
            let mut http = http1::Builder::new();
            // The line keeps the time of heads.
            http.header_read_timeout(None)
                .max_headers(HEADERS_MAX)
                .max_header_size(limits.head_bytes_max)
                .max_buf_size(limits.head_bytes_max);
            let mut connection = pin!(http.serve_connection(TokioIo::new(line), serve));
            let ended = tokio::select! {
                ended = connection.as_mut() => ended,
                () = soft.cancelled() => {
                    connection.as_mut().graceful_shutdown();
                    tokio::select! {
                        ended = connection.as_mut() => ended,
                        () = hard.cancelled() => return,
                    }
                }
            };
            if let Err(error) = ended {
                // hyper's texts name the kind of trouble and never quote the client.
                debug!(error = %error, "a connection ended early: {error}");
            }
        }
    }

    async fn drain(self) -> Drained {
        let started = Instant::now();
        let deadline = started + self.service.limits.drain;
        self.soft.cancel();
        self.connections.close();
        let finish = async {
            self.connections.wait().await;
            self.service.work.finish().await;
        };
        // Past the deadline the counts below say what is left.
        let _ = timeout_at(deadline, finish).await;
        let drained = Drained { connections_cut: self.connections.len(), work_unfinished: self.service.work.running() };
        self.hard.cancel();
        self.connections.wait().await;

        let Drained { connections_cut, work_unfinished } = drained;
        let duration_ms = sight::millis(started.elapsed());
        if drained.is_clean() {
            info!(duration_ms, "the listener is closed, everything in flight was finished in {duration_ms} ms");
        } else {
            warn!(
                connections_cut,
                work_unfinished,
                duration_ms,
                "the listener is closed after {duration_ms} ms: {connections_cut} connections cut, {work_unfinished} calls unfinished"
            );
        }
        drained
    }
}

/// Errors of a client that gave up between its knock and our accept; the next one may be fine.
fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset | Interrupted)
}
