//! The doctor: is the integration working, and if not, which of the known troubles is it.
//!
//! Comes in: settings, complete or not. Goes out: one [`Event::Check`] for each check, in the order in which a
//! connection comes about, and a [`Diagnosis`] with the exit code. Each check is one function; after one that failed,
//! those that need it are skipped and say so. Nothing is created at the receiver, unless `write` is asked for.
//!
//! | check | asks |
//! |---|---|
//! | `settings` | are URL and token there, from where, does the token look like one |
//! | `url` | scheme, last slash, usual path |
//! | `dns`, `tcp`, `tls` | name, connection, handshake and chain |
//! | `path` | is the webhook at this address: answer to a wrong token |
//! | `auth` | is the token checked, and is ours taken |
//! | `answer` | 400 to an empty body, as documented |
//! | `clock` | how far apart are the clocks |
//! | `write` | is a presencia that is sent twice one presencia (`--write`) |
//! | `via-crm` | does the CRM itself get through (`--via-crm`) |

mod answers;
mod chain;
mod check;
mod clock;
mod line;
mod probe;
mod reach;
mod settings;
mod tls;
mod via_crm;
mod visit;
mod write;

use std::time::SystemTime;

use bytes::Bytes;
use reqwest::Url;

pub use check::Check;

use self::answers::{Answers, Meaning};
use self::probe::Answer;
use self::visit::Visit;
use crate::config::{Found, SendSettings, Token};
use crate::error::Failure;
use crate::report::event::{Event, Observer};

/// What is examined besides the usual checks.
#[derive(Debug, Clone, Default)]
pub struct Further {
    /// Send a `TEST-…` presencia twice.
    pub write: bool,
    /// The CRM's address and its Bearer.
    pub via_crm: Option<(Url, Token)>,
}

/// The result of an examination.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Diagnosis {
    /// Every check, in order.
    pub checks: Vec<Check>,
    /// Requests that were sent.
    pub requests: u64,
}

impl Diagnosis {
    /// The exit code: that of the first check that failed, since the later ones follow from it.
    pub fn exit_code(&self) -> u8 {
        self.checks.iter().find(|check| check.failed()).map_or(0, |check| check.code)
    }
}

/// Examines the integration, step by step.
pub struct Doctor<'o> {
    observer: &'o mut dyn Observer,
    now: fn() -> SystemTime,
    diagnosis: Diagnosis,
}

impl<'o> Doctor<'o> {
    /// A doctor that tells `observer`; `now` is the wall clock.
    pub fn new(observer: &'o mut dyn Observer, now: fn() -> SystemTime) -> Self {
        Self { observer, now, diagnosis: Diagnosis::default() }
    }

    fn say(&mut self, check: Check) -> bool {
        let went_well = !check.failed();
        tracing::debug!(
            check = check.note.name,
            status = check.note.status.name(),
            ms = check.note.ms,
            "checked"
        );
        self.observer.observe(Event::Check(check.note.clone()));
        self.diagnosis.checks.push(check);
        went_well
    }

    fn skip_after(&mut self, failed: &'static str, names: &[&'static str]) {
        for name in names {
            self.say(Check::after(name, failed));
        }
    }

    /// Runs every check. `found` is what was read of the settings, or why it could not be read.
    pub async fn examine(mut self, found: Result<&Found, &Failure>, further: &Further) -> Diagnosis {
        match found {
            Err(failure) => {
                self.say(settings::from_failure(failure));
                self.skip_after("settings", &["url", "dns", "tcp", "tls", "path", "auth", "answer", "clock"]);
            }
            Ok(found) => {
                let only_crm = found.url.is_none() && further.via_crm.is_some();
                self.say(if only_crm { settings::only_crm() } else { settings::settings(found) });
                match &found.url {
                    Some(url) => self.receiver(url, found, further).await,
                    None => {
                        self.skip_after(
                            "settings",
                            &["url", "dns", "tcp", "tls", "path", "auth", "answer", "clock"],
                        );
                    }
                }
                if let Some((crm, bearer)) = &further.via_crm {
                    self.diagnosis.requests += 1;
                    let check = via_crm::via_crm(crm, bearer, found, self.now).await;
                    self.say(check);
                }
            }
        }
        self.diagnosis
    }

    async fn receiver(&mut self, url: &Url, found: &Found, further: &Further) {
        if !self.say(settings::url(url, found)) {
            return self.skip_after("url", &["dns", "tcp", "tls", "path", "auth", "answer", "clock"]);
        }
        // Without a token of ours, everything up to the answer to a wrong one can still be told.
        let token = found.token.clone();
        let settings = found
            .clone()
            .with_receiver(url.clone(), token.clone().unwrap_or_else(|| Token::new("unset")))
            .settings;
        let visit = match Visit::new(&settings, self.now) {
            Ok(visit) => visit,
            Err(failure) => {
                self.say(settings::from_failure(&failure));
                let rest = ["dns", "tcp", "tls", "path", "auth", "answer", "clock"];
                return self.skip_after("settings", &rest);
            }
        };
        self.examine_receiver(&visit, &settings, token.as_ref(), further).await;
        self.diagnosis.requests += visit.requests();
    }

    async fn examine_receiver(
        &mut self,
        visit: &Visit,
        settings: &SendSettings,
        token: Option<&Token>,
        further: &Further,
    ) {
        let Some(line) = self.connect(visit).await else { return };
        let wrong = visit.post(line, empty(), visit.headers(PROBE_ID, &empty(), &wrong_token())).await;
        let wrong = match wrong {
            Ok(answer) => answer,
            Err(silence) => {
                self.say(visit.silence("path", &silence));
                return self.skip_after("path", &["auth", "answer", "clock"]);
            }
        };
        let received = (self.now)();
        self.judge(visit, settings, token, &wrong).await;
        self.say(clock::clock(&wrong, received, !settings.signing_secrets.is_empty()));
        if further.write {
            let check = if self.diagnosis.exit_code() == 0 {
                write::write(visit, settings, received).await
            } else {
                Check::after("write", self.first_failed())
            };
            self.say(check);
        }
    }

    fn first_failed(&self) -> &'static str {
        self.diagnosis.checks.iter().find(|check| check.failed()).map_or("settings", |check| check.note.name)
    }

    /// `dns`, `tcp` and `tls`; the line on which the first request goes.
    async fn connect(&mut self, visit: &Visit) -> Option<line::Line> {
        let rest = ["tcp", "tls", "path", "auth", "answer", "clock"];
        let (check, addresses) = reach::dns(&visit.route).await;
        if !self.say(check) {
            self.skip_after("dns", &rest);
            return None;
        }
        let (check, line) = visit.open(&addresses).await;
        self.say(check);
        let Some(line) = line else {
            self.skip_after("tcp", &rest[1..]);
            return None;
        };
        let (check, line) = visit.secure(line).await;
        self.say(check);
        if line.is_none() {
            self.skip_after("tls", &rest[2..]);
        }
        line
    }

    /// `path`, `auth` and `answer`.
    async fn judge(&mut self, visit: &Visit, settings: &SendSettings, token: Option<&Token>, wrong: &Answer) {
        let url = &settings.url;
        let alone = Answers { url, wrong, right: None };
        let path = alone.path().took(wrong.first_byte);
        if !self.say(path) {
            return self.skip_after("path", &["auth", "answer"]);
        }
        // The token goes only where the answer to a wrong one was the webhook's own.
        let right = match token {
            Some(token) if Meaning::of(wrong).is_the_webhook() => {
                Some(visit.post_anew(empty(), visit.headers(PROBE_ID, &empty(), token)).await)
            }
            _ => None,
        };
        match right {
            None => {
                self.say(alone.auth());
                self.say(alone.answer());
            }
            Some(Ok(right)) => {
                let both = Answers { url, wrong, right: Some(&right) };
                self.say(both.auth().took(right.first_byte));
                self.say(both.answer());
            }
            Some(Err(silence)) => {
                self.say(alone.unanswered());
                self.say(visit.silence("answer", &silence));
            }
        }
    }
}

/// Names the requests that create nothing, where they are signed.
const PROBE_ID: &str = "crm-bridge-test";

/// The body that creates nothing.
fn empty() -> Bytes {
    Bytes::from_static(b"{}")
}

/// A token that can't be right.
fn wrong_token() -> Token {
    Token::new(format!("crm-bridge-test-{}", uuid::Uuid::now_v7().simple()))
}
