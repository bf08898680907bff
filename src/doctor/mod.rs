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

use self::answers::{Answers, wants_the_token};
use self::probe::Answer;
use self::visit::Visit;
use crate::config::{Found, SendSettings, Token};
use crate::error::Failure;
use crate::report::event::{Event, Observer};
use crate::said;

/// The usual checks, in their order.
const CHAIN: [&str; 9] = ["settings", "url", "dns", "tcp", "tls", "path", "auth", "answer", "clock"];

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
    /// Whether `write` is asked for.
    writes: bool,
    diagnosis: Diagnosis,
}

impl<'o> Doctor<'o> {
    /// A doctor that tells `observer`; `now` is the wall clock.
    pub fn new(observer: &'o mut dyn Observer, now: fn() -> SystemTime) -> Self {
        Self { observer, now, writes: false, diagnosis: Diagnosis::default() }
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

    /// Says of all that would have come after `failed` that it was not tried.
    fn stop_at(&mut self, failed: &'static str) {
        let rest = CHAIN.iter().skip_while(|name| **name != failed).skip(1).copied();
        let write = self.writes.then_some("write");
        for name in rest.chain(write).collect::<Vec<_>>() {
            self.say(Check::after(name, failed));
        }
    }

    /// Runs every check. `found` is what was read of the settings, or why it could not be read.
    pub async fn examine(mut self, found: Result<&Found, &Failure>, further: &Further) -> Diagnosis {
        self.writes = further.write;
        match found {
            Err(failure) => {
                self.say(settings::from_failure(failure));
                self.stop_at("settings");
                if further.via_crm.is_some() {
                    self.say(Check::after("via-crm", "settings"));
                }
            }
            Ok(found) => {
                self.receiver(found, further).await;
                if let Some((crm, bearer)) = &further.via_crm {
                    self.diagnosis.requests += 1;
                    let check = via_crm::via_crm(crm, bearer, found, self.now).await;
                    self.say(check);
                }
            }
        }
        self.diagnosis
    }

    async fn receiver(&mut self, found: &Found, further: &Further) {
        let Some(url) = &found.url else {
            let only_crm = further.via_crm.is_some();
            self.say(if only_crm { settings::only_crm() } else { settings::settings(found) });
            return self.stop_at("settings");
        };
        // Without a token of ours, everything up to the answer to a wrong one can still be told.
        let token = found.token.clone();
        let settings = found
            .clone()
            .with_receiver(url.clone(), token.clone().unwrap_or_else(|| Token::new("unset")))
            .settings;
        let setting = said!(en: "COMERCIAL_WEBHOOK_URL or --url", es: "COMERCIAL_WEBHOOK_URL o --url");
        let visit = match Visit::new(&settings, found, setting, self.now) {
            Ok(visit) => visit,
            Err(failure) => {
                self.say(settings::from_failure(&failure));
                return self.stop_at("settings");
            }
        };
        self.say(settings::settings(found));
        if !self.say(settings::url(url, found)) {
            return self.stop_at("url");
        }
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
                return self.stop_at("path");
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
        let (check, addresses) = reach::dns(&visit.route).await;
        if !self.say(check) {
            self.stop_at("dns");
            return None;
        }
        let (check, line) = visit.open(&addresses).await;
        self.say(check);
        let Some(line) = line else {
            self.stop_at("tcp");
            return None;
        };
        let (check, line) = visit.secure(line).await;
        self.say(check);
        if line.is_none() {
            self.stop_at("tls");
        }
        line
    }

    /// `path`, `auth` and `answer`.
    async fn judge(&mut self, visit: &Visit, settings: &SendSettings, token: Option<&Token>, wrong: &Answer) {
        let url = &settings.url;
        let alone = Answers { url, wrong, right: None };
        let path = alone.path().took(wrong.first_byte);
        if !self.say(path) {
            for name in ["auth", "answer"] {
                self.say(Check::after(name, "path"));
            }
            return;
        }
        let right = match token {
            Some(token) if wants_the_token(wrong) => {
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
