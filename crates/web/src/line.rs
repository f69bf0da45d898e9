//! A socket with a clock: how long a client may take to ask, to be silent, and to listen.
//!
//! hyper has one timer for all reading of a head, and it runs from the end of the last answer: a short one would close
//! idle connections under a proxy's feet, a long one would let a slow head hold a slot. So the line tells the cases apart
//! by itself. hyper reads the line and calls the service within one task, which is why the shared [`Pulse`] needs no lock.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use metrics::counter;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep, sleep_until};

use crate::limits::Limits;
use crate::sight::CONNECTIONS_CUT;
use crate::slots::Slots;

/// What is thrown away at most after an answer to an unread body; more than any bound on bodies, far below a flood.
const LINGER_BYTES_MAX: usize = 8 * 1024 * 1024;
/// Sent as it is, because hyper has no request yet that it could answer.
const SLOW_HEAD: &[u8] = b"HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";

/// What the client is expected to do now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// Send the (rest of the) head of a request. A new connection begins here.
    Head,
    /// Wait for the answer, or send the body: the service has its own limits.
    Served,
    /// Nothing: the last request is answered.
    Idle,
}

const HEAD: u8 = 0;
const SERVED: u8 = 1;
const IDLE: u8 = 2;

/// What the service and the line of one connection tell each other.
pub(crate) struct Pulse {
    phase: AtomicU8,
    unread: AtomicBool,
}

impl Pulse {
    /// A request is being served until the returned turn is dropped.
    pub(crate) fn begin_turn(self: &Arc<Self>) -> Turn {
        self.set_phase(Phase::Served);
        Turn(Arc::clone(self))
    }

    /// Whether the current request has a body of which some was not read.
    pub(crate) fn is_unread(&self) -> bool {
        self.unread.load(Ordering::Relaxed)
    }

    pub(crate) fn set_unread(&self, unread: bool) {
        self.unread.store(unread, Ordering::Relaxed);
    }

    fn phase(&self) -> Phase {
        match self.phase.load(Ordering::Relaxed) {
            HEAD => Phase::Head,
            SERVED => Phase::Served,
            _ => Phase::Idle,
        }
    }

    fn set_phase(&self, phase: Phase) {
        let code = match phase {
            Phase::Head => HEAD,
            Phase::Served => SERVED,
            Phase::Idle => IDLE,
        };
        self.phase.store(code, Ordering::Relaxed);
    }
}

/// One request's time with the service.
pub(crate) struct Turn(Arc<Pulse>);

impl Drop for Turn {
    fn drop(&mut self) {
        self.0.set_phase(Phase::Idle);
    }
}

/// A connection's socket.
pub(crate) struct Line {
    stream: TcpStream,
    pulse: Arc<Pulse>,
    limits: Limits,
    /// Says whether idle connections should make room.
    slots: Arc<Slots>,
    /// Ends the wait of the phase in `timed`.
    timer: Pin<Box<Sleep>>,
    timed: Option<Phase>,
    idle_since: Instant,
    /// Some byte of the current head is here.
    head_begun: bool,
    /// Runs while the client takes nothing of our answer.
    stalled: Option<Pin<Box<Sleep>>>,
    lingering: Option<Lingering>,
}

/// The throwing away of what still arrives.
struct Lingering {
    until: Pin<Box<Sleep>>,
    bytes_left: usize,
}

impl Line {
    pub(crate) fn new(stream: TcpStream, limits: Limits, slots: Arc<Slots>) -> (Self, Arc<Pulse>) {
        let pulse = Arc::new(Pulse { phase: AtomicU8::new(HEAD), unread: AtomicBool::new(false) });
        let now = Instant::now();
        let line = Self {
            stream,
            pulse: Arc::clone(&pulse),
            limits,
            slots,
            timer: Box::pin(sleep_until(now)),
            timed: None,
            idle_since: now,
            head_begun: false,
            stalled: None,
            lingering: None,
        };
        (line, pulse)
    }

    fn note_bytes(&mut self) {
        match self.pulse.phase() {
            Phase::Idle => {
                self.pulse.set_phase(Phase::Head);
                self.timed = None;
                self.head_begun = true;
            }
            Phase::Head => self.head_begun = true,
            Phase::Served => {}
        }
    }

    /// Starts the clock of the present phase, if it doesn't run yet.
    fn keep_time(&mut self) -> Phase {
        let phase = self.pulse.phase();
        if self.timed != Some(phase) {
            self.timed = Some(phase);
            match phase {
                Phase::Head => self.wake_in(self.limits.header_read),
                Phase::Idle => {
                    self.idle_since = Instant::now();
                    self.wake_in(self.idle_step());
                }
                Phase::Served => {}
            }
        }
        phase
    }

    /// Nothing to read now: is the client still within its time? `Ready` ends the connection.
    fn poll_patience(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.keep_time() {
            Phase::Served => Poll::Pending,
            Phase::Head => {
                ready!(self.timer.as_mut().poll(cx));
                if self.head_begun {
                    cut("slow_head");
                    // Never into the middle of an earlier answer. Best effort: an idle socket has room for a line.
                    if self.stalled.is_none() {
                        let _ = self.stream.try_write(SLOW_HEAD);
                    }
                } else {
                    cut("silent");
                }
                Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
            }
            Phase::Idle => loop {
                ready!(self.timer.as_mut().poll(cx));
                if self.stalled.is_some() {
                    // Not idle: the answer is still on its way, on the clock of the write.
                    self.idle_since = Instant::now();
                    self.wake_in(self.idle_step());
                    continue;
                }
                let full = self.slots.all_taken();
                if full || self.idle_since.elapsed() >= self.limits.idle {
                    cut(if full { "idle_while_full" } else { "idle" });
                    // As if the client had closed: hyper then ends the connection in order.
                    return Poll::Ready(Ok(()));
                }
                self.wake_in(self.idle_step());
            },
        }
    }

    /// Idle connections look up from time to time whether they are in the way.
    fn idle_step(&self) -> Duration {
        self.limits.idle_crowded.min(self.limits.idle)
    }

    fn wake_in(&mut self, wait: Duration) {
        self.timer.as_mut().reset(Instant::now() + wait);
    }

    /// The clock on a client that doesn't take its answer.
    fn watch_write<T>(&mut self, cx: &mut Context<'_>, written: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if written.is_ready() {
            if self.stalled.take().is_some() && self.timed == Some(Phase::Idle) {
                // The idle time begins anew after the last byte.
                self.timed = None;
            }
            return written;
        }
        let until = Instant::now() + self.limits.response_write;
        let stalled = self.stalled.get_or_insert_with(|| Box::pin(sleep_until(until)));
        ready!(stalled.as_mut().poll(cx));
        cut("slow_reader");
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl AsyncRead for Line {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        match Pin::new(&mut self.stream).poll_read(cx, buf) {
            Poll::Ready(read) => {
                if buf.filled().len() > before {
                    self.note_bytes();
                }
                Poll::Ready(read)
            }
            Poll::Pending => self.poll_patience(cx),
        }
    }
}

impl AsyncWrite for Line {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.watch_write(cx, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, slices);
        self.watch_write(cx, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        // Once an answer is out, hyper may not read again before the socket wakes it: the idle time starts here.
        if self.keep_time() == Phase::Idle {
            // Polled for its waker only; whether the time is over is asked where there is nothing to read.
            let _ = self.timer.as_mut().poll(cx);
        }
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    /// Says goodbye; after an unread body also hears the client out, because closing a socket with unread bytes sends a
    /// reset that can overtake our answer.
    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if this.lingering.is_none() {
            ready!(Pin::new(&mut this.stream).poll_shutdown(cx))?;
            if !this.pulse.is_unread() {
                return Poll::Ready(Ok(()));
            }
        }
        let until = Instant::now() + this.limits.linger;
        let lingering = this
            .lingering
            .get_or_insert_with(|| Lingering { until: Box::pin(sleep_until(until)), bytes_left: LINGER_BYTES_MAX });
        let mut scratch = [0; 4096];
        loop {
            if lingering.until.as_mut().poll(cx).is_ready() {
                return Poll::Ready(Ok(()));
            }
            let mut buf = ReadBuf::new(&mut scratch);
            let read = ready!(Pin::new(&mut this.stream).poll_read(cx, &mut buf));
            let bytes = buf.filled().len();
            lingering.bytes_left = lingering.bytes_left.saturating_sub(bytes);
            // An error means that the client is gone, which is what we wait for.
            if read.is_err() || bytes == 0 || lingering.bytes_left == 0 {
                return Poll::Ready(Ok(()));
            }
        }
    }
}

fn cut(reason: &'static str) {
    counter!(CONNECTIONS_CUT, "reason" => reason).increment(1);
}
