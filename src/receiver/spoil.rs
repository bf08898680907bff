//! Lets a fault take its course: what it makes of an answer, and of the connection.

use std::time::Duration;

use http::StatusCode;
use http::header::{CONNECTION, HeaderValue, RETRY_AFTER};
use tokio::sync::mpsc;

use super::arrival::Arrival;
use super::fault::FaultKind;
use super::server::Server;
use super::webhook::Verdict;
use crate::ingress::reply::BrokenOff;
use crate::ingress::{Hangup, Link, Reply, ReplyBody, Sabotage};

/// How long a silent receiver holds its connection at most.
const SILENCE: Duration = Duration::from_secs(600);
/// What a proxy or a login page answers, with status 200.
const LOGIN_PAGE: &str =
    "<!doctype html>\n<html><head><title>Iniciar sesión</title></head><body><form></form></body></html>\n";

impl Server {
    /// Lets a fault take its course.
    pub(super) async fn spoil(
        &self,
        kind: FaultKind,
        arrival: Arrival,
        verdict: Verdict,
        delay: Option<Duration>,
        link: &Link,
    ) -> Result<Reply, Hangup> {
        let silent = matches!(kind, FaultKind::Reset | FaultKind::Silence | FaultKind::Garbage);
        let verdict = match &kind {
            FaultKind::Status(..) | FaultKind::Html => Verdict { reply: fault_reply(&kind), ..verdict },
            _ => verdict,
        };
        let mut reply = if silent {
            // Nothing that the client could call an answer: the list shows status 0.
            self.keep_unanswered(arrival, &verdict).await;
            self.signed(verdict.reply)
        } else {
            self.conclude(arrival, verdict).await
        };
        wait(delay, link).await;
        match kind {
            FaultKind::Reset => {
                link.sabotage(Sabotage::Reset);
                return Err(Hangup);
            }
            FaultKind::Silence => {
                link.watched(tokio::time::sleep(SILENCE)).await;
                return Err(Hangup);
            }
            FaultKind::Garbage => {
                link.sabotage(Sabotage::Garbage);
                return Ok(reply.header(CONNECTION, HeaderValue::from_static("close")));
            }
            FaultKind::Truncate => in_pieces(&mut reply, Pace::BreakOff),
            FaultKind::SlowBody => in_pieces(&mut reply, Pace::Drip),
            FaultKind::Status(..) | FaultKind::Html | FaultKind::Delay { .. } => {}
        }
        Ok(reply)
    }
}

pub(super) async fn wait(delay: Option<Duration>, link: &Link) {
    if let Some(delay) = delay {
        link.watched(tokio::time::sleep(delay)).await;
    }
}

/// What a fault answers in place of the webhook.
pub(super) fn fault_reply(kind: &FaultKind) -> Reply {
    match kind {
        FaultKind::Status(status, retry_after) => {
            let reply = Reply::detail(*status, "Falla simulada.");
            match retry_after.as_deref().map(HeaderValue::from_str) {
                Some(Ok(value)) => reply.header(RETRY_AFTER, value),
                _ => reply,
            }
        }
        FaultKind::Html => Reply::new(StatusCode::OK, "text/html; charset=utf-8", LOGIN_PAGE),
        _ => Reply::empty(StatusCode::OK),
    }
}

/// How an answer comes in pieces.
#[derive(Debug, Clone, Copy)]
enum Pace {
    /// Half of it, then the connection ends.
    BreakOff,
    /// A byte at a time.
    Drip,
}

fn in_pieces(reply: &mut Reply, pace: Pace) {
    let Some(whole) = reply.bytes().cloned() else { return };
    let (send, pieces) = mpsc::channel(1);
    let length = Some(whole.len() as u64);
    tokio::spawn(async move {
        match pace {
            Pace::BreakOff => {
                send.send(Ok(whole.slice(..whole.len() / 2))).await.ok();
                // The half must have gone out before the end comes.
                tokio::time::sleep(Duration::from_millis(10)).await;
                send.send(Err(BrokenOff)).await.ok();
            }
            Pace::Drip => {
                for at in 0..whole.len() {
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    if send.send(Ok(whole.slice(at..=at))).await.is_err() {
                        return;
                    }
                }
            }
        }
    });
    reply.body = ReplyBody::pieces(pieces, length);
}
