//! Health: whether the receiver is there at all.
//!
//! Comes in: how tries went. Goes out: open or paused. A question to the receiver is a request that creates nothing: an
//! object without a client, which it answers with 400 where address and token are right.

use std::cell::{Cell, RefCell};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use tokio::sync::{Mutex, watch};
use tokio::time::{Instant, sleep};

use crate::delivery::retry::retry_after;
use crate::delivery::verdict::{Verdict, verdict};
use crate::delivery::{Answer, Cancel, Request, Transport, TransportError};
use crate::error::{Failure, Kind};
use crate::lang::Said;
use crate::report::event::ErrorNote;

/// Tries in a row without an answer, or with one that says "not now", that are a reason to ask.
const TROUBLE_IN_A_ROW: u32 = 5;
/// Waits between two questions; the last one repeats.
const ASK_AFTER: [Duration; 5] = [
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(5),
    Duration::from_secs(10),
    Duration::from_secs(30),
];
/// The longest `Retry-After` that a question waits for.
const ASK_WITHIN: Duration = Duration::from_secs(300);
/// What is asked with; never an id of a presencia.
const QUESTION: (&str, &[u8]) = ("crm-bridge-probe", b"{}");

/// What a receiver answered to a question.
enum Reply {
    Well,
    /// Not there, or not now; perhaps with a wish for how long.
    Away(ErrorNote, Option<Duration>),
    /// It does not want us.
    Refuses(ErrorNote),
}

/// Whether the receiver is there.
pub(super) struct Health<'h, T> {
    transport: &'h T,
    cancel: &'h Cancel,
    open: watch::Sender<bool>,
    /// One question at a time answers all who ask.
    asking: Mutex<()>,
    last_good: Cell<Option<Instant>>,
    last_bad: Cell<Option<Instant>>,
    trouble: Cell<u32>,
    fatal: RefCell<Option<Failure>>,
}

impl<'h, T: Transport> Health<'h, T> {
    /// Paused until the receiver has answered for the first time.
    pub(super) fn new(transport: &'h T, cancel: &'h Cancel) -> Self {
        Self {
            transport,
            cancel,
            open: watch::Sender::new(false),
            asking: Mutex::new(()),
            last_good: Cell::new(None),
            last_bad: Cell::new(None),
            trouble: Cell::new(0),
            fatal: RefCell::new(None),
        }
    }

    /// Why the worker must end.
    pub(super) fn fatal(&self) -> Option<Failure> {
        self.fatal.borrow().clone()
    }

    pub(super) fn is_open(&self) -> bool {
        *self.open.borrow()
    }

    /// Waits until the receiver is there; false where the worker is to end instead.
    pub(super) async fn open_or_cancelled(&self) -> bool {
        let mut open = self.open.subscribe();
        tokio::select! {
            biased;
            () = self.cancel.gently() => false,
            _ = open.wait_for(|open| *open) => true,
        }
    }

    /// Waits until the receiver is away.
    pub(super) async fn paused(&self) {
        let mut open = self.open.subscribe();
        open.wait_for(|open| !*open).await.ok();
    }

    /// Takes nothing more until the receiver has answered.
    pub(super) fn pause(&self, why: &Said) {
        if self.open.send_replace(false) {
            tracing::warn!(why = %why, "paused: asking the receiver until it is there again");
        }
    }

    /// Notes how a try went that began at `begun`.
    pub(super) fn saw(&self, result: &Result<Answer, TransportError>, begun: Instant) {
        match result {
            Ok(answer) if matches!(answer.status, 502..=504) => {}
            Ok(answer) => {
                self.trouble.set(0);
                if matches!(answer.status, 200..=299 | 400 | 409 | 422) {
                    self.last_good.set(Some(begun));
                }
                return;
            }
            Err(_) => {}
        }
        self.trouble.set(self.trouble.get() + 1);
        if self.trouble.get() >= TROUBLE_IN_A_ROW {
            self.trouble.set(0);
            let Verdict::Retry { error, .. } = verdict(result, false) else { return };
            self.pause(&error.message);
        }
    }

    /// Whether the receiver was there all the time since `since`, so that a failure is the delivery's own. Asks it where
    /// nothing else has shown that.
    pub(super) async fn was_there(&self, since: Instant) -> bool {
        let _one = self.asking.lock().await;
        if !self.is_open() || self.last_bad.get().is_some_and(|bad| bad >= since) {
            return false;
        }
        if self.last_good.get().is_some_and(|good| good >= since) {
            return true;
        }
        match self.ask().await {
            Reply::Well => true,
            Reply::Away(error, _) | Reply::Refuses(error) => {
                self.pause(&error.message);
                false
            }
        }
    }

    /// Asks while paused, until the end of the worker.
    pub(super) async fn keep(&self) {
        let mut steps = ASK_AFTER.iter();
        let mut wait = Duration::ZERO;
        loop {
            self.paused().await;
            sleep(wait).await;
            let reply = {
                let _one = self.asking.lock().await;
                self.ask().await
            };
            let step = steps.next().copied().unwrap_or(ASK_AFTER[ASK_AFTER.len() - 1]);
            match reply {
                Reply::Well => {
                    tracing::info!("the receiver is there");
                    self.trouble.set(0);
                    (steps, wait) = (ASK_AFTER.iter(), ASK_AFTER[0]);
                    self.open.send_replace(true);
                }
                Reply::Away(error, asked) => {
                    tracing::warn!(why = %error.message, "the receiver is away");
                    wait = step.max(asked.unwrap_or_default().min(ASK_WITHIN));
                }
                Reply::Refuses(error) if self.last_good.get().is_none() => {
                    // It never wanted us: that is a setting to correct, not a trouble to wait for.
                    let failure = Failure::new(Kind::Refused, error.message).hint(error.hint);
                    self.fatal.replace(Some(failure));
                    self.cancel.press();
                    std::future::pending::<()>().await;
                }
                Reply::Refuses(error) => {
                    tracing::error!(why = %error.message, hint = %error.hint, "the receiver refuses us");
                    wait = step;
                }
            }
        }
    }

    async fn ask(&self) -> Reply {
        let (id, body) = QUESTION;
        let begun = Instant::now();
        let request = Request { id: id.to_owned(), body: Bytes::from_static(body) };
        let result = self.transport.attempt(request).await;
        let reply = match verdict(&result, false) {
            Verdict::Delivered { .. } | Verdict::Rejected(_) => Reply::Well,
            Verdict::Refused(error) | Verdict::Astray { refusal: error, .. } => Reply::Refuses(error),
            Verdict::Retry { error, retry_after: asked } => {
                Reply::Away(error, asked.and_then(|asked| retry_after(&asked, SystemTime::now())))
            }
            Verdict::Again(error) | Verdict::Unknown(error) => Reply::Away(error, None),
        };
        let seen = if matches!(reply, Reply::Well) { &self.last_good } else { &self.last_bad };
        seen.set(Some(begun));
        reply
    }
}
