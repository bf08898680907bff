//! Payloads as JSON or NDJSON, which others wrote: their checks, and the way to deliver them.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Context;
use super::ending::Ending;
use crate::error::Failure;
use crate::report::event::{Counts, Event, Observer};
use crate::rules::finding::Place;
use crate::rules::payload;
use crate::rules::{Policy, Severity};
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
    let mut counts = Counts::default();
    let mut by_code = BTreeMap::new();
    for loaded in inputs {
        for entry in entries(loaded)? {
            let entry = entry?;
            counts.rows += 1;
            let value = match &entry.body {
                Body::Payload(text) => serde_json::from_str(text.get()).unwrap_or(Value::Null),
                Body::Record { .. } => Value::Null,
            };
            let place = Place { file: Some(loaded.name()), row: Some(entry.number), column: None };
            let mut wrong = false;
            for mut finding in payload::check(&value) {
                let Some(severity) = policy.judge(finding.code, finding.severity) else { continue };
                finding.severity = severity;
                wrong |= severity == Severity::Error;
                *by_code.entry(finding.code.name()).or_default() += 1;
                observer.observe(Event::Finding(finding.note(place, context.show_pii)));
            }
            *if wrong { &mut counts.invalid } else { &mut counts.prepared } += 1;
        }
    }
    Ok(Ending { command: "validate", counts, by_code, ..Ending::default() })
}
