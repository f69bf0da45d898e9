//! A request's body, bounded in bytes and in time.

use std::time::Duration;

use http_body_util::BodyExt;
use hyper::StatusCode;
use hyper::body::{Body, Incoming};
use tokio::time::timeout;

use crate::answer::Answer;
use crate::line::Pulse;

/// Memory taken before the first byte is there, whatever the client announces.
const FIRST_CAPACITY_BYTES: usize = 16 * 1024;

/// A body that nobody has read yet.
pub(crate) struct Inbound<'line> {
    body: Incoming,
    pulse: &'line Pulse,
}

/// Why there is no body to work with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BodyRefusal {
    TooLarge,
    TooSlow,
    Broken,
}

impl From<BodyRefusal> for Answer {
    fn from(refusal: BodyRefusal) -> Self {
        match refusal {
            BodyRefusal::TooLarge => Self::refusal(StatusCode::PAYLOAD_TOO_LARGE, "body too large"),
            BodyRefusal::TooSlow => Self::refusal(StatusCode::REQUEST_TIMEOUT, "body too slow to arrive"),
            BodyRefusal::Broken => Self::refusal(StatusCode::BAD_REQUEST, "body broken off or malformed"),
        }
    }
}

impl<'line> Inbound<'line> {
    /// Marks the line as carrying an unread body, until [`read`](Self::read) has taken it all.
    pub(crate) fn new(body: Incoming, pulse: &'line Pulse) -> Self {
        pulse.set_unread(!body.is_end_stream());
        Self { body, pulse }
    }

    /// The whole body. An announced length over the bound is refused before a byte is read.
    pub(crate) async fn read(self, bytes_max: usize, within: Duration) -> Result<Vec<u8>, BodyRefusal> {
        let announced = usize::try_from(self.body.size_hint().lower()).unwrap_or(usize::MAX);
        if announced > bytes_max {
            return Err(BodyRefusal::TooLarge);
        }
        let pulse = self.pulse;
        let read =
            timeout(within, gather(self.body, announced, bytes_max)).await.map_err(|_| BodyRefusal::TooSlow)??;
        pulse.set_unread(false);
        Ok(read)
    }
}

async fn gather(mut body: Incoming, announced: usize, bytes_max: usize) -> Result<Vec<u8>, BodyRefusal> {
    let mut read = Vec::with_capacity(announced.min(FIRST_CAPACITY_BYTES));
    while let Some(frame) = body.frame().await {
        // Trailers are of no use to anybody here.
        let Ok(piece) = frame.map_err(|_| BodyRefusal::Broken)?.into_data() else { continue };
        if piece.len() > bytes_max.saturating_sub(read.len()) {
            return Err(BodyRefusal::TooLarge);
        }
        read.extend_from_slice(&piece);
    }
    Ok(read)
}
