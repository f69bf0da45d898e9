//! The Bot API simulator: an HTTP server on loopback that answers the bot as `api.telegram.org` does, and drives it as Telegram's users do.
//!
//! Two sides. The bot's side is HTTP: `/bot<token>/<method>` and `/file/bot<token>/<path>`, with updates by webhook or `getUpdates`.
//! The users' side is [`TelegramSimulator`] itself: make users, write, press, pay, look at the chat, wait for what the bot does.
//!
//! Must not know: the client that calls it. It shares no type with `telegram-adapter`; names and limits stand in [`spec`], each with its
//! page in Telegram's documentation.
//!
//! Invariants:
//! - every call is checked against [`spec`]; what a correct client never sends is kept as a [`Violation`], so a test that ends with
//!   `assert_eq!(simulator.violations(), [])` proves that the bot kept to the published interface;
//! - one lock holds the state and is never held across an await; every change wakes those who wait ([`TelegramSimulator::wait_for`]), so
//!   no test sleeps;
//! - dates and ages come from the [`Clock`] given; real time serves only long polls, webhook pauses and wait bounds;
//! - nothing leaves loopback: files are fetched and webhooks called there only.
//!
//! ```no_run
//! # async fn play(clock: std::sync::Arc<dyn domain::clock::Clock>) -> Result<(), Box<dyn std::error::Error>> {
//! use sandbox::telegram::{SimulatorOptions, TelegramSimulator, User};
//! use std::time::Duration;
//!
//! let telegram = TelegramSimulator::start(SimulatorOptions::new(clock)).await?;
//! // ... start the bot with `telegram.base_url()` and `telegram.token()` ...
//! telegram.add_user(User::new(7, "Ann").with_language("en"));
//! let start = telegram.send_text(7, "/start")?;
//! let menu = telegram.wait_reply(7, start.message_id, |message| !message.keyboard.is_empty(), Duration::from_secs(5)).await?;
//! telegram.press_label(7, menu.message_id, "Balance")?;
//! assert_eq!(telegram.violations(), []);
//! # Ok(())
//! # }
//! ```
//!
//! To add a method: a row in [`spec::METHODS`], a function in `methods/`, an arm in its dispatcher, a test. To add something a user can
//! do: a function in `control/`.

mod chat;
mod check;
mod control;
mod delivery;
mod entities;
mod faults;
mod files;
mod found;
mod html;
mod journal;
mod markup;
mod media;
mod methods;
mod params;
mod people;
mod played;
mod refusal;
mod server;
mod sniff;
pub mod spec;
mod stars;
mod state;
mod updates;

use std::{
    fmt, io,
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use domain::clock::Clock;
use tokio::{
    net::TcpListener,
    sync::{Notify, watch},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

pub use chat::{ChatMessage, Invoice, MessageKind, Payment};
pub use control::{ControlError, IncomingMedia, Moved, Sent, WaitError};
pub use entities::Entity;
pub use faults::{ANY_METHOD, ANY_SENDING, Fault};
pub use files::{Media, MediaKind};
pub use journal::{Call, Outcome, UploadNote, Violation, ViolationKind};
pub use markup::Button;
pub use people::{Standing, User};
pub use stars::{Checkout, CheckoutView, StarTransaction};
pub use state::{CallbackAnswer, ChatAction};
pub use updates::{UpdateState, UpdateView};

use people::Bot;
use state::State;

/// How a simulator is set up.
#[derive(Clone)]
pub struct SimulatorOptions {
    /// Port on 127.0.0.1; 0 takes a free one.
    pub port: u16,
    /// The one token that is accepted, `<number>:<letters>`.
    pub token: String,
    /// The bot's shown name.
    pub bot_name: String,
    /// The bot's public name without `@`.
    pub bot_username: String,
    /// Source of every date and age.
    pub clock: Arc<dyn Clock>,
    /// Length of a second in the pauses between webhook tries; tests take some milliseconds.
    pub retry_unit: Duration,
    /// How long a webhook may take to answer.
    pub webhook_timeout: Duration,
    /// Whether a parameter outside the table is refused with 400 (and noted), or only noted, as the real one passes over it.
    pub strict: bool,
}

impl SimulatorOptions {
    /// A free port, a made-up token, Telegram's own times, strict.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self {
            port: 0,
            token: "7000000001:SIMULATED-TOKEN-SIMULATED-TOKEN-123".to_owned(),
            bot_name: "Simulated bot".to_owned(),
            bot_username: "simulated_bot".to_owned(),
            clock,
            retry_unit: Duration::from_secs(1),
            webhook_timeout: Duration::from_secs(60),
            strict: true,
        }
    }
}

impl fmt::Debug for SimulatorOptions {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("SimulatorOptions")
            .field("port", &self.port)
            .field("strict", &self.strict)
            .finish_non_exhaustive()
    }
}

/// A running simulator. Dropping it stops its server and deliveries; [`Self::stop`] also waits for them.
pub struct TelegramSimulator {
    shared: Arc<Shared>,
    address: SocketAddr,
}

impl TelegramSimulator {
    /// Binds the port and starts to serve.
    ///
    /// # Errors
    /// When the port cannot be bound.
    pub async fn start(options: SimulatorOptions) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, options.port)).await?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared::new(options));
        let handler = Arc::clone(&shared);
        shared.tasks.spawn(crate::http::serve(listener, shared.shutdown.clone(), move |request| {
            server::handle(Arc::clone(&handler), request)
        }));
        shared.tasks.spawn(delivery::dispatch(Arc::clone(&shared)));
        Ok(Self { shared, address })
    }

    /// What stands in for `https://api.telegram.org`, without a slash at the end.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The one token that is accepted.
    pub fn token(&self) -> &str {
        &self.shared.token
    }

    /// Closes every connection and waits until nothing of the simulator runs.
    pub async fn stop(self) {
        self.shared.shutdown.cancel();
        self.shared.tasks.close();
        self.shared.tasks.wait().await;
    }
}

impl Drop for TelegramSimulator {
    fn drop(&mut self) {
        self.shared.shutdown.cancel();
    }
}

impl fmt::Debug for TelegramSimulator {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("TelegramSimulator").field("address", &self.address).finish_non_exhaustive()
    }
}

/// What server, deliveries and control share.
struct Shared {
    state: Mutex<State>,
    changes: watch::Sender<u64>,
    wake: Notify,
    webhook_generation: watch::Sender<u64>,
    tasks: TaskTracker,
    shutdown: CancellationToken,
    clock: Arc<dyn Clock>,
    token: String,
    retry_unit: Duration,
    webhook_timeout: Duration,
    strict: bool,
}

impl Shared {
    fn new(options: SimulatorOptions) -> Self {
        let id = options.token.split(':').next().and_then(|number| number.parse().ok()).unwrap_or(7_000_000_001);
        let bot = Bot { id, name: options.bot_name, username: options.bot_username };
        Self {
            state: Mutex::new(State::new(bot)),
            changes: watch::Sender::new(0),
            wake: Notify::new(),
            webhook_generation: watch::Sender::new(0),
            tasks: TaskTracker::new(),
            shutdown: CancellationToken::new(),
            clock: options.clock,
            token: options.token,
            retry_unit: options.retry_unit,
            webhook_timeout: options.webhook_timeout,
            strict: options.strict,
        }
    }

    /// Changes the state and wakes everyone who waits for a change.
    fn change<T>(&self, step: impl FnOnce(&mut State) -> T) -> T {
        let result = self.quietly(step);
        self.changes.send_modify(|count| *count += 1);
        self.wake.notify_one();
        result
    }

    /// Changes the state in a way that nobody waits for.
    fn quietly<T>(&self, step: impl FnOnce(&mut State) -> T) -> T {
        // A test that panicked inside a step must not hide its own message behind a poisoned lock.
        step(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Looks at the state.
    fn read<T>(&self, look: impl FnOnce(&State) -> T) -> T {
        look(&self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
