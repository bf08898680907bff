//! Ingress: what stands between the network and whoever answers webhooks here, the receiver and the relay alike.
//!
//! Comes in: TCP connections, from anybody. Goes out: whole requests within [`Limits`], and strict [`json`]. A slow or
//! hostile client costs its own connection and nothing else: heads, bodies, idle time and stalled answers have
//! deadlines, connections and bytes in flight have bounds, and where all connections are taken the longest idle one
//! makes room. Knows nothing of presencias.

pub mod body;
pub mod json;
pub mod limits;
pub mod link;
pub mod listener;
pub mod registry;
pub mod reply;
mod threads;
pub mod tls;
mod wire;

pub use body::{BodyRefused, Budget, Share, hold_body, is_short, read_body};
pub use limits::Limits;
pub use link::{Link, Sabotage};
pub use listener::{Handler, Hangup, Ingress};
pub use reply::{Reply, ReplyBody};
