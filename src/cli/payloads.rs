//! Payloads as JSON or NDJSON, which others wrote: their checks, and the way to deliver them.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Context;
use super::ending::Ending;
use crate::error::Failure;
use crate::report::event::{Counts, DeliveryNote, Event, Observer, Outcome};
use crate::rules::finding::Place;
use crate::rules::payload;
use crate::rules::payload::repeats::{Repeat, Repeats};
use crate::rules::{Code, Finding, Policy, Severity};
use crate::said;
use crate::source::Loaded;
use crate::source::json::{Body, entries, looks_like_json};

/// Whether the inputs hold payloads rather than exports or records: the first entry of the first one decides.
pub(crate) fn are_payloads(inputs: &[Loaded]) -> Result<bool, Failure> {
    let Some(first) = inputs.first().filter(|loaded| looks_like_json(loaded)) else { return Ok(false) };
    let entry = entries(first)?.next().transpose()?;
    Ok(entry.is_some_and(|entry| matches!(entry.body, Body::Payload(_))))
}

/// Checks every payload of `inputs`; each is one row.
pub(crate) fn check_payloads(
    inputs: &[Loaded],
    policy: &Policy,
    context: &Context,
    observer: &mut dyn Observer,
) -> Result<Ending, Failure> {
    let mut check = Check { inputs, policy, show_pii: context.show_pii, by_code: BTreeMap::new(), observer };
    let mut counts = Counts::default();
    let mut repeats = Repeats::default();
    for (index, loaded) in inputs.iter().enumerate() {
        for entry in entries(loaded)? {
            let entry = entry?;
            counts.rows += 1;
            let place = (index, entry.number);
            let (value, findings) = match &entry.body {
                Body::Payload(text) => {
                    let value = serde_json::from_str(text.get()).unwrap_or(Value::Null);
                    let findings = payload::check(&value);
                    (value, findings)
                }
                Body::Record { .. } => (Value::Null, vec![record_among_payloads()]),
            };
            let mut wrong = false;
            for finding in findings {
                wrong |= check.tell(place, finding);
            }
            match repeats.take(&value, place, !wrong) {
                Repeat::Nothing => {}
                Repeat::Same(first) => {
                    check.tell(place, repeated(&value, check.label(first), true));
                    check.duplicate(place, &value);
                    counts.duplicates += 1;
                    continue;
                }
                Repeat::Other { place: other, first } => {
                    if let Some(was_valid) = first {
                        check.tell(other, repeated(&value, check.label(place), false));
                        counts.prepared -= u64::from(was_valid);
                        counts.invalid += u64::from(was_valid);
                    }
                    wrong |= check.tell(place, repeated(&value, check.label(other), false));
                }
            }
            *if wrong { &mut counts.invalid } else { &mut counts.prepared } += 1;
        }
    }
    let by_code = check.by_code;
    Ok(Ending { command: "validate", counts, by_code, ..Ending::default() })
}

/// A check of payloads under way.
struct Check<'c> {
    inputs: &'c [Loaded],
    policy: &'c Policy,
    show_pii: bool,
    by_code: BTreeMap<&'static str, u64>,
    observer: &'c mut dyn Observer,
}

impl Check<'_> {
    /// Says a finding about the payload at `place`; returns whether it makes it invalid.
    fn tell(&mut self, (index, row): (usize, u64), mut finding: Finding) -> bool {
        let Some(severity) = self.policy.judge(finding.code, finding.severity) else { return false };
        finding.severity = severity;
        *self.by_code.entry(finding.code.name()).or_default() += 1;
        if severity > Severity::Info || self.policy.list_repairs {
            let place = Place { file: Some(self.inputs[index].name()), row: Some(row), column: None };
            self.observer.observe(Event::Finding(finding.note(place, self.show_pii)));
        }
        severity == Severity::Error
    }

    fn duplicate(&mut self, (index, row): (usize, u64), payload: &Value) {
        let file = (self.inputs.len() > 1).then(|| self.inputs[index].name().to_owned());
        self.observer.observe(Event::Delivery(DeliveryNote {
            file,
            row,
            id_presencia_crm: id(payload).to_owned(),
            outcome: Outcome::Duplicate,
            attempts: 0,
            http_status: None,
            ms: 0.0,
            id_presencia: None,
            id_venta: None,
            error: None,
        }));
    }

    /// How people name a payload: its number, and the file where there are several.
    fn label(&self, (index, row): (usize, u64)) -> String {
        if self.inputs.len() == 1 {
            row.to_string()
        } else {
            format!("{row} ({})", self.inputs[index].name())
        }
    }
}

fn id(payload: &Value) -> &str {
    payload.get("id_presencia_crm").and_then(Value::as_str).unwrap_or_default()
}

fn repeated(payload: &Value, other: String, same: bool) -> Finding {
    let id = id(payload);
    let finding =
        Finding::new(Code::X01).pointer("/id_presencia_crm").value(id).arg("id", id).arg("other", other);
    if same {
        let what =
            said!(en: "the same content, which is sent once", es: "el mismo contenido, que se envía una vez");
        finding.severity(Severity::Info).said("what", what)
    } else {
        finding.said("what", said!(en: "other content", es: "otro contenido"))
    }
}

fn record_among_payloads() -> Finding {
    Finding::new(Code::S01).pointer("").arg("pointer", "/").said(
        "detail",
        said!(
            en: "a record of the CRM among payloads; put the records into a file of their own",
            es: "un registro del CRM entre payloads; ponga los registros en un archivo aparte",
        ),
    )
}
