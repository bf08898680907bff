//! Reads a request's body within its limits of length, time and memory.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::body::{Body, Incoming};

use super::link::{Link, Phase};

/// Bodies up to this length are never refused for want of memory, so that long ones can't shut them out.
const SHORT: usize = 16 * 1024;

/// Whether a body is a short one.
pub fn is_short(body: &[u8]) -> bool {
    body.len() <= SHORT
}

/// Bytes of a body that is too long which are still read, for courtesy.
const PATIENCE: usize = 16 * 1024 * 1024;

/// How long the next piece of such a body is waited for.
const COURTESY: Duration = Duration::from_secs(1);

/// Why a body was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BodyRefused {
    /// Longer than allowed: 413.
    #[error("the body is longer than {0} bytes")]
    TooLong(usize),
    /// Too many long bodies are being read at once: 503.
    #[error("too many long bodies at once")]
    Busy,
    /// The client broke it off, or sent something that is no HTTP.
    #[error("the body broke off")]
    BrokenOff,
}

/// The bytes of long bodies that are being read at once, over all connections.
#[derive(Debug)]
pub struct Budget {
    used: AtomicUsize,
    most: usize,
}

impl Budget {
    /// A budget of `most` bytes.
    pub fn new(most: usize) -> Self {
        Self { used: AtomicUsize::new(0), most }
    }
}

/// What one body has taken from the budget; given back when dropped.
#[derive(Debug)]
pub struct Share<'b> {
    budget: &'b Budget,
    taken: usize,
}

impl Share<'_> {
    fn grow(&mut self, to: usize) -> bool {
        let more = to.saturating_sub(SHORT).saturating_sub(self.taken);
        if more == 0 {
            return true;
        }
        let before = self.budget.used.fetch_add(more, Ordering::AcqRel);
        self.taken += more;
        before + more <= self.budget.most
    }
}

impl Drop for Share<'_> {
    fn drop(&mut self) {
        if self.taken > 0 {
            self.budget.used.fetch_sub(self.taken, Ordering::AcqRel);
        }
    }
}

/// Reads the whole body. The bytes are a copy of their own, so that keeping them keeps no read buffer alive.
pub async fn read_body(
    body: Incoming,
    longest: usize,
    budget: &Budget,
    link: &Link,
) -> Result<Bytes, BodyRefused> {
    let (body, _) = hold_body(body, longest, budget, link).await?;
    Ok(if is_short(&body) { Bytes::copy_from_slice(&body) } else { body })
}

/// As [`read_body`], for who has to wait before the body can go: it counts until its [`Share`] is dropped. A short one
/// may still be a part of the read buffer: who keeps it copies it.
pub async fn hold_body<'b>(
    mut body: Incoming,
    longest: usize,
    budget: &'b Budget,
    link: &Link,
) -> Result<(Bytes, Share<'b>), BodyRefused> {
    let announced = body.size_hint().exact().and_then(|length| usize::try_from(length).ok());
    if body.size_hint().lower() > longest as u64 {
        link.enter(Phase::Body);
        return Err(too_long(body, longest).await);
    }
    let mut share = Share { budget, taken: 0 };
    if body.is_end_stream() {
        return Ok((Bytes::new(), share));
    }
    link.enter(Phase::Body);
    let mut read = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| BodyRefused::BrokenOff)?.into_data() else { continue };
        let length = read.len() + data.len();
        if length > longest {
            drop(read);
            return Err(too_long(body, longest).await);
        }
        if !share.grow(length) {
            return Err(BodyRefused::Busy);
        }
        if announced == Some(data.len()) {
            // The usual case: one piece.
            link.enter(Phase::Working);
            return Ok((if is_short(&data) { data } else { Bytes::copy_from_slice(&data) }, share));
        }
        if read.is_empty() {
            // Growing step by step would hold a long body twice; what never comes of it is never touched.
            read = BytesMut::with_capacity(announced.unwrap_or(data.len()));
        }
        read.extend_from_slice(&data);
    }
    link.enter(Phase::Working);
    let whole = if read.len() == read.capacity() { read.freeze() } else { Bytes::copy_from_slice(&read) };
    Ok((whole, share))
}

/// Reads on for a while and forgets it: a client that is still sending would otherwise see a reset, not the answer. One
/// that sends nothing is answered soon.
async fn too_long(mut body: Incoming, longest: usize) -> BodyRefused {
    let mut forgotten = 0;
    while let Ok(Some(Ok(frame))) = tokio::time::timeout(COURTESY, body.frame()).await {
        forgotten += frame.data_ref().map_or(0, Bytes::len);
        if forgotten > PATIENCE {
            break;
        }
    }
    BodyRefused::TooLong(longest)
}
