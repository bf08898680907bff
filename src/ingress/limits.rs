//! How much a client may take, and for how long.

use std::time::Duration;

/// Bounds of one listener. The defaults keep the process under 150 MB whatever clients do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Longest body, in bytes; a longer one is answered 413.
    pub body: usize,
    /// Longest head, in bytes; a longer one is answered 431.
    pub head: usize,
    /// Connections open at once; one more closes the longest idle one, or is refused where none is idle.
    pub connections: usize,
    /// From the first byte of a head (or of a TLS handshake) to its last.
    pub head_time: Duration,
    /// From the end of a head to the end of the body.
    pub body_time: Duration,
    /// Between two requests of a connection.
    pub idle_time: Duration,
    /// Without the client taking a byte of the answer.
    pub stall_time: Duration,
    /// Bytes of long bodies (above 16 KiB) being read at once, over all connections.
    pub bodies_in_flight: usize,
    /// For requests in work when the listener is told to stop.
    pub drain_time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body: 1024 * 1024,
            head: 16 * 1024,
            connections: 512,
            head_time: Duration::from_secs(10),
            body_time: Duration::from_secs(30),
            idle_time: Duration::from_secs(75),
            stall_time: Duration::from_secs(30),
            bodies_in_flight: 16 * 1024 * 1024,
            drain_time: Duration::from_secs(5),
        }
    }
}
