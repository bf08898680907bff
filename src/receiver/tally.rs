//! What was answered since the start: how many of each status, which faults struck, and which requests were refused and
//! why.
//!
//! Comes in: each answered request. Goes out: the counts and the [`Refusal`]s, which a CI job is told at its end. Unlike
//! the list of requests it forgets nothing but by a reset, and is bounded all the same.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use http::Method;
use serde_json::Value;

use super::note::Note;
use super::received::{MASKED, Received, id_of};
use super::webhook::Verdict;
use crate::config::Token;
use crate::mask::Scrub;
use crate::rules::person;

/// Different refusals that are kept; more are counted.
const KEPT: usize = 20;
/// Characters of an id, a path or a sentence that are kept.
const LONGEST: usize = 300;
/// Bytes about the person of a body that are looked for in the answer; where there are more, the answer is not quoted.
const PERSON: usize = 4096;
/// Fields of one refusal that are kept.
const FIELDS: usize = 30;

/// Why a request was refused, in the words of the answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reason {
    /// The answer's `detail`, or the title of its page.
    pub detail: Option<String>,
    /// The answer's `errors`: sentences by field.
    pub errors: BTreeMap<String, Vec<String>>,
}

/// A request that was refused; the same one sent again is counted in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Number of the first such request.
    pub n: u64,
    /// Method.
    pub method: Method,
    /// Path, shortened.
    pub path: String,
    /// Status that the rules gave; a fault may have sent another.
    pub status: u16,
    /// `id_presencia_crm` of the body, where it has one; shortened.
    pub id: Option<String>,
    /// What became of it.
    pub note: Note,
    /// Why, with the person of the body masked.
    pub reason: Reason,
    /// Why, word for word.
    pub unmasked: Reason,
    /// Whether it is a sender's fault: no probe by GET or HEAD, and nothing that the same request would not meet again.
    pub counted: bool,
    /// How often it came.
    pub times: u64,
}

/// What was answered since the start.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answered {
    /// Requests by the status of the answer; 0 where there was none.
    pub by_status: BTreeMap<u16, u64>,
    /// Faults that struck, by name.
    pub by_fault: BTreeMap<String, u64>,
    /// The first different refusals.
    pub refusals: Vec<Refusal>,
    /// Refused requests that are their sender's fault.
    pub refused: u64,
}

/// Keeps count.
#[derive(Debug)]
pub(super) struct Tally {
    /// Requests by status: each is counted, so that none may wait for another.
    by_status: Box<[AtomicU64]>,
    /// All else.
    answered: Mutex<Answered>,
}

impl Default for Tally {
    fn default() -> Self {
        Self { by_status: (0..=999).map(|_| AtomicU64::new(0)).collect(), answered: Mutex::default() }
    }
}

impl Tally {
    fn answered(&self) -> MutexGuard<'_, Answered> {
        self.answered.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn now(&self) -> Answered {
        let counts = self.by_status.iter().map(|count| count.load(Ordering::Relaxed));
        let by_status = (0..).zip(counts).filter(|(_, count)| *count > 0).collect();
        Answered { by_status, ..self.answered().clone() }
    }

    pub(super) fn clear(&self) {
        for count in &self.by_status {
            count.store(0, Ordering::Relaxed);
        }
        *self.answered() = Answered::default();
    }

    /// Counts an answer.
    pub(super) fn count(&self, request: &Received) {
        if let Some(count) = self.by_status.get(usize::from(request.status)) {
            count.fetch_add(1, Ordering::Relaxed);
        }
        if let Some(fault) = &request.fault {
            *self.answered().by_fault.entry(fault.clone()).or_default() += 1;
        }
    }

    /// Takes note of what the rules answered, before a fault may spoil it; `is_webhook` where the request was meant for
    /// the webhook.
    pub(super) fn note(&self, request: &Received, verdict: &Verdict, is_webhook: bool, token: &Token) {
        let status = verdict.reply.status.as_u16();
        let refused = match verdict.note {
            Note::BrokenOff
            | Note::Refused
            | Note::OtherContent
            | Note::VentaRefused
            | Note::NeverSaved
            | Note::LostRace => status >= 400,
            Note::Elsewhere | Note::Tested => status >= 300,
            // Without an id it is a new row and a 500 at each send, for ever.
            Note::SavedBut500 => id_of(&request.body).is_none_or(|id| id.is_empty()),
            Note::Faulted | Note::Created | Note::Repeated | Note::Swallowed | Note::VentaAgain => false,
        };
        if !refused {
            return;
        }
        let lasting = status <= 500 && verdict.note != Note::LostRace;
        let reason = reason(verdict.reply.bytes().map_or(&[], |bytes| bytes));
        let secrets = Scrub::default().secret(token.expose());
        let mut refusal = Refusal {
            n: request.n,
            method: request.method.clone(),
            path: short(&secrets.text(request.path())),
            status,
            id: id_of(&request.body).map(|id| short(&id)),
            note: verdict.note,
            reason: Reason::default(),
            unmasked: reason.each(short),
            counted: is_webhook && lasting && !request.method.is_safe(),
            times: 1,
        };
        let mut answered = self.answered();
        answered.refused += u64::from(refusal.counted);
        if let Some(same) = answered.refusals.iter_mut().find(|known| known.is_like(&refusal)) {
            same.times += 1;
        } else if answered.refusals.len() < KEPT {
            // Only here: a flood of refusals is not searched for people.
            refusal.reason = reason.masked(&request.body, secrets);
            answered.refusals.push(refusal);
        }
    }
}

impl Refusal {
    fn is_like(&self, other: &Self) -> bool {
        (self.status, &self.id, &self.method, &self.path, &self.unmasked)
            == (other.status, &other.id, &other.method, &other.path, &other.unmasked)
    }
}

impl Reason {
    /// Without the person of `body`.
    fn masked(&self, body: &[u8], mut scrub: Scrub) -> Self {
        let payload = serde_json::from_slice(body).unwrap_or_default();
        if person::add(&payload, PERSON, &mut scrub) {
            // Masked before it is shortened: half a name would not be found any more.
            self.each(|text| short(&scrub.text(text)))
        } else {
            let fields = self.errors.keys().map(|field| (short(field), vec![MASKED.to_owned()]));
            Self { detail: None, errors: fields.collect() }
        }
    }

    fn each(&self, change: impl Fn(&str) -> String) -> Self {
        Self {
            detail: self.detail.as_deref().map(&change),
            errors: self
                .errors
                .iter()
                .map(|(field, problems)| {
                    (change(field), problems.iter().map(|problem| change(problem)).collect())
                })
                .collect(),
        }
    }
}

/// Reads what an answer says of its own accord.
fn reason(answer: &[u8]) -> Reason {
    let Ok(answer) = serde_json::from_slice::<Value>(answer) else {
        return Reason { detail: title(answer), errors: BTreeMap::new() };
    };
    let texts = |problems: &Value| match problems {
        Value::Array(problems) => problems.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        Value::String(problem) => vec![problem.clone()],
        _ => Vec::new(),
    };
    let errors = answer["errors"].as_object().into_iter().flatten().take(FIELDS);
    Reason {
        detail: answer["detail"].as_str().map(str::to_owned),
        errors: errors.map(|(field, problems)| (field.clone(), texts(problems))).collect(),
    }
}

/// The title of an HTML page.
fn title(page: &[u8]) -> Option<String> {
    let page = String::from_utf8_lossy(page);
    let (_, rest) = page.split_once("<title>")?;
    Some(rest.split_once("</title>")?.0.trim().to_owned())
}

fn short(text: &str) -> String {
    if text.len() <= LONGEST {
        return text.to_owned();
    }
    let mut cut: String = text.chars().take(LONGEST).collect();
    if cut.len() < text.len() {
        cut.push('…');
    }
    cut
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;
    use chrono::{DateTime, Utc};
    use http::StatusCode;
    use smallvec::SmallVec;

    use crate::ingress::Reply;

    fn request(n: u64, body: &str) -> Received {
        Received {
            n,
            time: DateTime::<Utc>::MIN_UTC,
            peer: std::net::SocketAddr::from(([127, 0, 0, 1], 1)),
            method: Method::POST,
            target: "/api/webhook-presencia-crm/?token=s3cret-token".into(),
            head: Bytes::new(),
            body: Bytes::copy_from_slice(body.as_bytes()),
            status: 400,
            answer: SmallVec::new(),
            micros: 1,
            presencia: None,
            note: Note::Refused,
            fault: None,
        }
    }

    fn refused(status: StatusCode, body: &'static str) -> Verdict {
        Verdict::refused(Reply::json(status, body.to_owned()))
    }

    fn token() -> Token {
        Token::new("s3cret-token")
    }

    #[test]
    fn a_refusal_says_why_without_the_person() {
        let tally = Tally::default();
        let body =
            r#"{"id_presencia_crm":"CRM-1","cliente":{"nombres_completos_razon_social":"Rosa Quispe"}}"#;
        let answer = r#"{"detail":"Rosa Quispe no","errors":{"tipo_documento":["\"Quispe\" no es una elección válida."]}}"#;
        for n in [4, 5] {
            tally.note(&request(n, body), &refused(StatusCode::BAD_REQUEST, answer), true, &token());
        }
        let answered = tally.now();
        let [refusal] = &answered.refusals[..] else { panic!("{answered:?}") };
        assert_eq!((answered.refused, refusal.n, refusal.times, refusal.counted), (2, 4, 2, true));
        assert_eq!(refusal.id.as_deref(), Some("CRM-1"));
        assert_eq!(refusal.path, "/api/webhook-presencia-crm/");
        assert_eq!(refusal.reason.detail.as_deref(), Some("R*** Q*** no"));
        assert_eq!(refusal.reason.errors["tipo_documento"], ["\"Q***\" no es una elección válida."]);
        assert_eq!(refusal.unmasked.detail.as_deref(), Some("Rosa Quispe no"));
    }

    #[test]
    fn a_crowd_in_a_body_keeps_nobody_busy_and_is_not_quoted() {
        let tally = Tally::default();
        let crowd: Vec<_> = (0..100_000).map(|n| format!("Rosa{n}")).collect();
        let body = serde_json::json!({ "nombre": crowd.join(" "), "notas": crowd }).to_string();
        let answer = r#"{"detail":"Rosa7","errors":{"nombre":["Rosa7"]}}"#;
        tally.note(&request(1, &body), &refused(StatusCode::BAD_REQUEST, answer), true, &token());
        let refusal = &tally.now().refusals[0];
        assert_eq!(
            (&refusal.reason.detail, &refusal.reason.errors["nombre"]),
            (&None, &vec!["***".to_owned()])
        );
    }

    #[test]
    fn refusals_are_bounded_and_a_reset_forgets_them() {
        let tally = Tally::default();
        for n in 0..100 {
            let body = format!(r#"{{"id_presencia_crm":"{}-{n}"}}"#, "x".repeat(10_000));
            tally.note(&request(n, &body), &refused(StatusCode::BAD_REQUEST, "{}"), true, &token());
            let body = format!(r#"{{"id_presencia_crm":"{n}"}}"#);
            tally.note(&request(n, &body), &refused(StatusCode::BAD_REQUEST, "{}"), true, &token());
        }
        let answered = tally.now();
        assert_eq!((answered.refused, answered.refusals.len()), (200, KEPT));
        let longest =
            answered.refusals.iter().filter_map(|refusal| refusal.id.as_ref()).map(String::len).max();
        assert!(longest < Some(LONGEST + 10));
        tally.clear();
        assert_eq!(tally.now(), Answered::default());
    }

    #[test]
    fn probes_and_lost_races_are_listed_but_are_nobodys_fault() {
        let tally = Tally::default();
        let mut probe = request(1, "");
        probe.method = Method::GET;
        tally.note(&probe, &refused(StatusCode::METHOD_NOT_ALLOWED, "{}"), true, &token());
        let mut lost = refused(StatusCode::INTERNAL_SERVER_ERROR, "");
        lost.note = Note::LostRace;
        tally.note(&request(2, ""), &lost, true, &token());
        tally.note(&request(3, ""), &refused(StatusCode::INSUFFICIENT_STORAGE, "{}"), true, &token());
        tally.note(&request(4, ""), &refused(StatusCode::NOT_FOUND, "{}"), false, &token());
        let answered = tally.now();
        assert_eq!((answered.refused, answered.refusals.len()), (0, 4));
        tally.note(&request(5, ""), &refused(StatusCode::UNAUTHORIZED, "{}"), true, &token());
        assert_eq!(tally.now().refused, 1);
    }
}
