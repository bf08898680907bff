//! From the bytes of a webhook to an entry of the outbox: strict JSON, the live CRM's oddities, the rules.
//!
//! Comes in: a body, as the CRM sent it. Goes out: an [`Arrival`], ready to be sent or with the reason why a rule
//! forbids it. Only what is no JSON at all is refused. Does no I/O; the time is a parameter.

mod person;
mod repair;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};

use super::outbox::{Arrival, Refusal};
use crate::config::{DateTimeFormat, DocumentoSource, SendSettings};
use crate::delivery::{ContentHash, Delivery};
use crate::ingress::json;
use crate::rules::finding::Place;
use crate::rules::{Code, Finding, Findings, Policy, Severity, payload};
use crate::said;

/// How bodies are read.
#[derive(Debug, Clone, Default)]
pub struct Intake {
    /// What stands for a document that the CRM does not have.
    pub documento: DocumentoSource,
    /// How dates are sent.
    pub datetime: DateTimeFormat,
    /// Appended to each id after all checks.
    pub id_terminator: String,
}

/// A body that was read.
#[derive(Debug)]
pub struct Read {
    /// What is stored.
    pub arrival: Arrival,
    /// The rules that spoke, warnings too.
    pub codes: Vec<Code>,
}

/// A body that is no JSON; what is wrong with it, in English.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NoJson(String);

impl From<&SendSettings> for Intake {
    fn from(settings: &SendSettings) -> Self {
        Self {
            documento: settings.documento,
            datetime: settings.datetime,
            id_terminator: settings.id_terminator.clone(),
        }
    }
}

impl Intake {
    /// Reads `body`, received at `now`.
    pub fn read(&self, body: &Bytes, now: DateTime<Utc>) -> Result<Read, NoJson> {
        json::parse(body).map_err(|refused| NoJson(refused.to_string()))?;
        // Numbers that no float can hold pass the first reading and fail the second.
        let value: Value = serde_json::from_slice(body).map_err(|error| NoJson(error.to_string()))?;
        let mut findings = Findings::new(Policy::default());
        let read = match value {
            Value::Object(map) => self.object(map, now, &mut findings),
            _ => Err(String::new()),
        };
        let refused = findings.listed().iter().find(|finding| finding.severity == Severity::Error);
        let arrival = match (read, refused) {
            (Ok(arrival), None) => arrival,
            (Ok(arrival), Some(first)) => refusal(arrival.id, body, first, &findings),
            (Err(id), first) => {
                let nothing = not_an_object();
                refusal(id, body, first.unwrap_or(&nothing), &findings)
            }
        };
        let codes = findings.listed().iter().map(|finding| finding.code).collect();
        Ok(Read { arrival, codes })
    }

    /// Repairs and checks an object; an error holds the id, where it has one, of what can't be sent.
    fn object(
        &self,
        mut map: Map<String, Value>,
        now: DateTime<Utc>,
        findings: &mut Findings,
    ) -> Result<Arrival, String> {
        repair::repair(&mut map, self, now, findings);
        let mut id = map.get("id_presencia_crm").and_then(Value::as_str).unwrap_or_default().to_owned();
        let mut value = Value::Object(map);
        for finding in payload::check(&value) {
            findings.push(finding);
        }
        if findings.has_errors() {
            return Err(id);
        }
        if !self.id_terminator.is_empty() && !id.ends_with(&self.id_terminator) {
            id.push_str(&self.id_terminator);
            value["id_presencia_crm"] = Value::String(id.clone());
        }
        let body = Bytes::from(crate::payload::canonical(value).to_string());
        let delivery = Delivery::from_json((0, 0), &body).map_err(|error| {
            findings.push(problem("/", error.to_string()));
            id.clone()
        })?;
        Ok(Arrival {
            // Kept on disk, as the number that SQLite has for it.
            lane: delivery.lane.cast_signed(),
            id,
            content: delivery.content,
            venta: delivery.venta_content,
            body,
            refused: None,
        })
    }
}

/// A dead letter; what was received is kept as it came.
fn refusal(id: String, body: &Bytes, first: &Finding, findings: &Findings) -> Arrival {
    let note = first.note(Place::default(), false);
    let listed: Vec<Value> = findings
        .listed()
        .iter()
        .map(|finding| {
            let note = finding.note(Place::default(), false);
            json!({
                "code": note.code,
                "severity": note.severity,
                "field": note.field,
                "value": note.value,
                "message": { "en": note.message.en, "es": note.message.es },
            })
        })
        .collect();
    Arrival {
        lane: 0,
        content: ContentHash::of(body),
        venta: None,
        body: body.clone(),
        refused: Some(Refusal {
            code: note.code,
            message: note.message,
            findings: Value::Array(listed).to_string(),
        }),
        id,
    }
}

fn not_an_object() -> Finding {
    Finding::new(Code::S01)
        .pointer("")
        .arg("pointer", "/")
        .said("detail", said!(en: "not a JSON object", es: "no es un objeto JSON"))
}

fn problem(pointer: &'static str, detail: String) -> Finding {
    Finding::new(Code::S01).pointer(pointer).arg("pointer", pointer).arg("detail", detail)
}

#[cfg(test)]
mod tests;
