//! Events as NDJSON, one object a line, `"kind"` first: the form that scripts read.
//!
//! The keys are a contract. Messages and hints are in the language of the run; codes, words and numbers never change.

mod explain;

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use super::event::{
    CheckNote, Counts, DeliveryNote, ErrorNote, Event, FindingNote, LatencyNote, Observer, PayloadNote,
    SummaryNote,
};
use crate::lang::Lang;

/// Writes each event that scripts are promised as one line; plans and progress are for people.
#[derive(Debug)]
pub struct Ndjson<W> {
    out: W,
    lang: Lang,
    /// Findings by code: what a run that breaks off has counted.
    found: BTreeMap<&'static str, u64>,
}

impl<W: Write> Ndjson<W> {
    /// A renderer to `out`.
    pub fn new(out: W, lang: Lang) -> Self {
        Self { out, lang, found: BTreeMap::new() }
    }

    fn line(&mut self, value: &impl Serialize) {
        // A closed pipe is the reader's choice; what was delivered stays delivered.
        if serde_json::to_writer(&mut self.out, value).is_ok() {
            self.out.write_all(b"\n").ok();
        }
    }
}

impl<W: Write> Observer for Ndjson<W> {
    fn observe(&mut self, event: Event) {
        match event {
            Event::Finding(note) => {
                *self.found.entry(note.code).or_default() += 1;
                self.line(&FindingLine::new(&note, self.lang));
            }
            Event::Payload(note) => self.payload(&note),
            Event::Delivery(note) => self.line(&DeliveryLine::new(&note, self.lang)),
            Event::Check(note) => self.line(&CheckLine::new(&note, self.lang)),
            Event::BrokenOff(mut note) => {
                note.by_code = std::mem::take(&mut self.found);
                self.line(&SummaryLine::new(&note, self.lang));
                self.out.flush().ok();
            }
            Event::Summary(note) => {
                self.line(&SummaryLine::new(&note, self.lang));
                self.out.flush().ok();
            }
            Event::Decided(_) | Event::Plan(_) | Event::Asking | Event::Progress(_) => {}
        }
    }
}

impl<W: Write> Ndjson<W> {
    fn payload(&mut self, note: &PayloadNote) {
        // A body that was written over several lines must not break the one-object-a-line promise.
        let several = memchr::memchr(b'\n', &note.body).is_some();
        let compact =
            several.then(|| serde_json::from_slice::<Value>(&note.body).map(|value| value.to_string()));
        let compact = compact.as_ref().and_then(|text| text.as_deref().ok());
        let body = compact.map_or(note.body.as_slice(), str::as_bytes).trim_ascii();
        // A closed pipe is the reader's choice.
        self.write_payload(note, body).ok();
    }

    /// The body is JSON already; parsing it once more would cost more than all the rest.
    fn write_payload(&mut self, note: &PayloadNote, body: &[u8]) -> io::Result<()> {
        self.out.write_all(b"{\"kind\":\"payload\"")?;
        if let Some(file) = &note.file {
            self.out.write_all(b",\"file\":")?;
            serde_json::to_writer(&mut self.out, file)?;
        }
        write!(self.out, ",\"row\":{},\"payload\":", note.row)?;
        self.out.write_all(body)?;
        self.out.write_all(b"}\n")
    }
}

#[derive(Serialize)]
struct FindingLine<'a> {
    kind: &'static str,
    file: Option<&'a str>,
    row: Option<u64>,
    column: Option<&'a str>,
    field: Option<&'a str>,
    code: &'static str,
    severity: &'static str,
    value: Option<&'a str>,
    message: &'a str,
    hint: &'a str,
}

impl<'a> FindingLine<'a> {
    fn new(note: &'a FindingNote, lang: Lang) -> Self {
        Self {
            kind: "finding",
            file: note.file.as_deref(),
            row: note.row,
            column: note.column.as_deref(),
            field: note.field.as_deref(),
            code: note.code,
            severity: note.severity,
            value: note.value.as_deref(),
            message: note.message.get(lang),
            hint: note.hint.get(lang),
        }
    }
}

#[derive(Serialize)]
struct DeliveryLine<'a> {
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<&'a str>,
    row: u64,
    id_presencia_crm: &'a str,
    outcome: &'static str,
    attempts: u32,
    http_status: Option<u16>,
    #[serde(serialize_with = "milliseconds")]
    ms: f64,
    id_presencia: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id_venta: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<ErrorObject<'a>>,
}

impl<'a> DeliveryLine<'a> {
    fn new(note: &'a DeliveryNote, lang: Lang) -> Self {
        Self {
            kind: "delivery",
            file: note.file.as_deref(),
            row: note.row,
            id_presencia_crm: &note.id_presencia_crm,
            outcome: note.outcome.name(),
            attempts: note.attempts,
            http_status: note.http_status,
            ms: note.ms,
            id_presencia: note.id_presencia.as_deref(),
            id_venta: note.id_venta.as_deref(),
            error: note.error.as_ref().map(|error| ErrorObject::new(error, lang)),
        }
    }
}

#[derive(Serialize)]
struct ErrorObject<'a> {
    class: &'static str,
    message: &'a str,
    hint: &'a str,
    #[serde(skip_serializing_if = "Map::is_empty")]
    fields: Map<String, Value>,
}

impl<'a> ErrorObject<'a> {
    fn new(error: &'a ErrorNote, lang: Lang) -> Self {
        let fields =
            error.fields.iter().map(|(name, text)| (name.clone(), Value::String(text.clone()))).collect();
        Self { class: error.class, message: error.message.get(lang), hint: error.hint.get(lang), fields }
    }
}

#[derive(Serialize)]
struct CheckLine<'a> {
    kind: &'static str,
    name: &'static str,
    status: &'static str,
    #[serde(serialize_with = "optional_milliseconds")]
    ms: Option<f64>,
    detail: &'a str,
    hint: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<&'a str>,
}

impl<'a> CheckLine<'a> {
    fn new(note: &'a CheckNote, lang: Lang) -> Self {
        Self {
            kind: "check",
            name: note.name,
            status: note.status.name(),
            ms: note.ms,
            detail: note.detail.get(lang),
            hint: note.hint.as_ref().map(|hint| hint.get(lang)),
            at: note.at.as_deref(),
        }
    }
}

#[derive(Serialize)]
struct SummaryLine<'a> {
    kind: &'static str,
    command: &'static str,
    run: Option<&'a str>,
    #[serde(flatten)]
    counts: CountsObject,
    skipped_by_status: &'a BTreeMap<String, u64>,
    attempts: u64,
    #[serde(serialize_with = "milliseconds")]
    elapsed_s: f64,
    #[serde(serialize_with = "milliseconds")]
    rows_per_s: f64,
    latency_ms: Option<LatencyObject>,
    by_code: &'a std::collections::BTreeMap<&'static str, u64>,
    files: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    stopped: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<&'a str>,
}

impl<'a> SummaryLine<'a> {
    fn new(note: &'a SummaryNote, lang: Lang) -> Self {
        Self {
            kind: "summary",
            command: note.command,
            run: note.run.as_deref(),
            counts: CountsObject(note.counts),
            skipped_by_status: &note.skipped_by_status,
            attempts: note.attempts,
            elapsed_s: note.elapsed_s,
            rows_per_s: note.rows_per_s,
            latency_ms: note.latency_ms.as_ref().map(LatencyObject::new),
            by_code: &note.by_code,
            files: &note.files,
            stopped: note.stopped.as_ref().map(|(message, _)| message.get(lang)),
            next: note.next.as_ref().map(|next| next.get(lang)),
        }
    }
}

struct CountsObject(Counts);

impl Serialize for CountsObject {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let counts = &self.0;
        let head = [("rows", counts.rows), ("ignored", counts.ignored), ("events", counts.events())];
        serializer.collect_map(head.into_iter().chain(counts.named()))
    }
}

#[derive(Serialize)]
struct LatencyObject {
    #[serde(serialize_with = "milliseconds")]
    p50: f64,
    #[serde(serialize_with = "milliseconds")]
    p90: f64,
    #[serde(serialize_with = "milliseconds")]
    p99: f64,
    #[serde(serialize_with = "milliseconds")]
    max: f64,
}

impl LatencyObject {
    fn new(note: &LatencyNote) -> Self {
        Self { p50: note.p50, p90: note.p90, p99: note.p99, max: note.max }
    }
}

/// Three decimals are a microsecond; more would only be noise in a diff.
fn milliseconds<S: Serializer>(value: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64((value * 1000.0).round() / 1000.0)
}

#[expect(clippy::ref_option, reason = "serde's signature")]
fn optional_milliseconds<S: Serializer>(value: &Option<f64>, serializer: S) -> Result<S::Ok, S::Error> {
    match value {
        Some(value) => milliseconds(value, serializer),
        None => serializer.serialize_none(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::event::Outcome;

    fn lines(event: Event) -> String {
        let mut out = Vec::new();
        Ndjson::new(&mut out, Lang::En).observe(event);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_delivery_has_the_promised_keys_in_order() {
        let note = DeliveryNote {
            file: None,
            row: 12,
            id_presencia_crm: "CRM-12".into(),
            outcome: Outcome::Delivered,
            attempts: 2,
            http_status: Some(200),
            ms: 84.0,
            id_presencia: Some("PRS00012".into()),
            id_venta: None,
            error: None,
        };
        insta::assert_snapshot!(lines(Event::Delivery(note)), @r#"{"kind":"delivery","row":12,"id_presencia_crm":"CRM-12","outcome":"delivered","attempts":2,"http_status":200,"ms":84.0,"id_presencia":"PRS00012"}"#);
    }

    #[test]
    fn a_payload_keeps_its_exact_text() {
        let note = PayloadNote { file: None, row: 3, body: r#"{"b":1.0,"a":"é"}"#.into() };
        assert_eq!(
            lines(Event::Payload(note)),
            "{\"kind\":\"payload\",\"row\":3,\"payload\":{\"b\":1.0,\"a\":\"é\"}}\n"
        );
    }

    #[test]
    fn a_summary_begins_with_kind_and_has_every_count() {
        let note = SummaryNote {
            command: "validate",
            counts: Counts { rows: 2, skipped: 1, ..Counts::default() },
            ..SummaryNote::default()
        };
        let line = lines(Event::Summary(Box::new(note)));
        assert!(line.starts_with(r#"{"kind":"summary","command":"validate","run":null,"rows":2,"ignored":0,"events":1,"skipped":1,"invalid":0,"#), "{line}");
    }
}
