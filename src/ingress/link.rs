//! One connection, as the accept loop and the handler both see it: whose it is, what it is doing and since when.

use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};
use std::time::Duration;

use super::limits::Limits;

/// What a connection is doing; each phase but [`Phase::Working`] has a deadline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Phase {
    /// Waits for the first byte of a request.
    Idle = 0,
    /// Receives a head, or shakes hands.
    Head = 1,
    /// Receives a body.
    Body = 2,
    /// The handler has it.
    Working = 3,
    /// Sends the answer.
    Answering = 4,
}

/// How the handler wants the answer spoiled, for faults.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Sabotage {
    /// Not at all.
    None = 0,
    /// The connection is reset (RST) instead of answered.
    Reset = 1,
    /// Bytes that are no HTTP take the place of the answer.
    Garbage = 2,
}

/// How often a client that is being kept waiting is looked after.
const LOOK: Duration = Duration::from_secs(1);

/// Milliseconds since the listener started, refreshed a few times a second: exact enough for deadlines, and free to
/// read on every request.
#[derive(Debug, Default)]
pub(crate) struct CoarseClock(AtomicU64);

impl CoarseClock {
    pub(crate) fn set(&self, millis: u64) {
        self.0.store(millis, Ordering::Relaxed);
    }

    pub(crate) fn now(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// A connection's shared state.
#[derive(Debug)]
pub struct Link {
    peer: SocketAddr,
    clock: Arc<CoarseClock>,
    phase: AtomicU8,
    since: AtomicU64,
    sabotage: AtomicU8,
    held: AtomicBool,
    watched: AtomicBool,
}

/// Says that an answer which comes in pieces is still being sent, until it is dropped with them.
#[derive(Debug)]
pub struct Hold(Arc<Link>);

impl Hold {
    pub(crate) fn on(link: &Arc<Link>) -> Self {
        link.held.store(true, Ordering::Release);
        Self(Arc::clone(link))
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        self.0.held.store(false, Ordering::Release);
    }
}

impl Link {
    pub(crate) fn new(peer: SocketAddr, clock: Arc<CoarseClock>) -> Self {
        let since = AtomicU64::new(clock.now());
        Self {
            peer,
            clock,
            phase: AtomicU8::new(Phase::Head as u8),
            since,
            sabotage: AtomicU8::new(Sabotage::None as u8),
            held: AtomicBool::new(false),
            watched: AtomicBool::new(false),
        }
    }

    /// The address at the other end.
    pub fn peer(&self) -> SocketAddr {
        self.peer
    }

    /// Spoils the answer that comes next; the connection ends with it.
    pub fn sabotage(&self, how: Sabotage) {
        self.sabotage.store(how as u8, Ordering::Release);
    }

    pub(crate) fn sabotaged(&self) -> Sabotage {
        match self.sabotage.load(Ordering::Acquire) {
            1 => Sabotage::Reset,
            2 => Sabotage::Garbage,
            _ => Sabotage::None,
        }
    }

    /// Waits for something that may take long. An ordinary answer is worked out whether or not its client is still
    /// there; during this the connection ends, and its place is free, when the client closes its side.
    pub async fn watched<F: Future>(&self, long: F) -> F::Output {
        self.watch();
        let mut long = pin!(long);
        let output = loop {
            // Whoever awaits this looks after the connection, too: at once where it is told so, else now and then.
            if let Ok(output) = tokio::time::timeout(LOOK, long.as_mut()).await {
                break output;
            }
        };
        self.watched.store(false, Ordering::Release);
        output
    }

    /// From now on the connection ends when the client closes its side.
    pub(crate) fn watch(&self) {
        self.watched.store(true, Ordering::Release);
    }

    pub(crate) fn is_watched(&self) -> bool {
        self.watched.load(Ordering::Acquire)
    }

    pub(crate) fn enter(&self, phase: Phase) {
        self.phase.store(phase as u8, Ordering::Release);
        self.since.store(self.clock.now(), Ordering::Release);
    }

    pub(crate) fn phase(&self) -> Phase {
        match self.phase.load(Ordering::Acquire) {
            0 => Phase::Idle,
            1 => Phase::Head,
            2 => Phase::Body,
            3 => Phase::Working,
            _ => Phase::Answering,
        }
    }

    pub(crate) fn since(&self) -> u64 {
        self.since.load(Ordering::Acquire)
    }

    /// Whether nobody would miss the connection: it has no request in work.
    pub(crate) fn is_waiting(&self) -> bool {
        matches!(self.phase(), Phase::Idle | Phase::Head)
    }

    /// Whether a body has been coming for longer than `allowed`.
    pub(crate) fn is_slow(&self, allowed: Duration) -> bool {
        self.phase() == Phase::Body && self.lasts_longer_than(allowed)
    }

    /// Whether the phase has lasted longer than `limits` allow.
    pub(crate) fn is_overdue(&self, limits: &Limits) -> bool {
        let allowed = match self.phase() {
            Phase::Idle => limits.idle_time,
            Phase::Head => limits.head_time,
            Phase::Body => limits.body_time,
            Phase::Answering => limits.stall_time,
            Phase::Working => return false,
        };
        self.lasts_longer_than(allowed)
    }

    fn lasts_longer_than(&self, allowed: Duration) -> bool {
        u128::from(self.clock.now().saturating_sub(self.since())) > allowed.as_millis()
    }

    /// Bytes came in.
    pub(crate) fn received(&self) {
        if self.phase() == Phase::Idle {
            self.enter(Phase::Head);
        }
    }

    /// Bytes of an answer went out; an endless one goes on while the connection counts as idle.
    pub(crate) fn sent(&self) {
        if matches!(self.phase(), Phase::Answering | Phase::Idle) {
            self.since.store(self.clock.now(), Ordering::Release);
        }
    }

    /// Everything written so far has gone out.
    pub(crate) fn flushed(&self) {
        if self.phase() == Phase::Answering && !self.held.load(Ordering::Acquire) {
            self.enter(Phase::Idle);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link() -> (Arc<CoarseClock>, Arc<Link>) {
        let clock = Arc::new(CoarseClock::default());
        let link = Arc::new(Link::new(SocketAddr::from(([127, 0, 0, 1], 9)), Arc::clone(&clock)));
        (clock, link)
    }

    #[test]
    fn an_answer_in_pieces_keeps_its_connection_busy_until_the_last_one() {
        let (_, link) = link();
        link.enter(Phase::Answering);
        let hold = Hold::on(&link);
        link.flushed();
        assert!(!link.is_waiting());
        drop(hold);
        link.flushed();
        assert!(link.is_waiting());
    }

    #[test]
    fn an_endless_answer_is_idle_and_lasts_as_long_as_something_is_sent() {
        let (clock, link) = link();
        let limits = Limits { idle_time: Duration::from_secs(75), ..Limits::default() };
        link.enter(Phase::Answering);
        for millis in [0, 60_000, 120_000] {
            clock.set(millis);
            link.sent();
            link.flushed();
            assert!(link.is_waiting() && !link.is_overdue(&limits), "{millis}");
        }
        clock.set(200_000);
        assert!(link.is_overdue(&limits));
    }

    #[test]
    fn a_body_that_takes_long_is_slow() {
        let (clock, link) = link();
        link.enter(Phase::Body);
        assert!(!link.is_slow(Duration::from_secs(2)));
        clock.set(2_001);
        assert!(link.is_slow(Duration::from_secs(2)));
        link.enter(Phase::Working);
        clock.set(9_000);
        assert!(!link.is_slow(Duration::from_secs(2)));
    }
}
