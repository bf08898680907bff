//! One connection, as the accept loop and the handler both see it: whose it is, what it is doing and since when.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};

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

    /// Whether the phase has lasted longer than `limits` allow.
    pub(crate) fn is_overdue(&self, limits: &Limits) -> bool {
        let allowed = match self.phase() {
            Phase::Idle => limits.idle_time,
            Phase::Head => limits.head_time,
            Phase::Body => limits.body_time,
            Phase::Answering => limits.stall_time,
            Phase::Working => return false,
        };
        u128::from(self.clock.now().saturating_sub(self.since())) > allowed.as_millis()
    }

    /// Bytes came in.
    pub(crate) fn received(&self) {
        if self.phase() == Phase::Idle {
            self.enter(Phase::Head);
        }
    }

    /// Bytes of an answer went out.
    pub(crate) fn sent(&self) {
        if self.phase() == Phase::Answering {
            self.since.store(self.clock.now(), Ordering::Release);
        }
    }

    /// Everything written so far has gone out.
    pub(crate) fn flushed(&self) {
        if self.phase() == Phase::Answering {
            self.enter(Phase::Idle);
        }
    }
}
