//! `report.json` and `report.html`: a run to keep and to hand on.
//!
//! Comes in: the events of a run. Goes out: two documents, as text; writing them to disk is the caller's. Personal
//! data is masked as it is in the events.

mod html;

use serde::Serialize;

use super::causes::Causes;
use super::event::{Event, Observer, SummaryNote};
use crate::lang::Lang;

/// Version of `report.json`; it grows when a key changes its meaning or goes.
pub const VERSION: u32 = 1;

/// Gathers what the reports show.
#[derive(Debug)]
pub struct Report {
    lang: Lang,
    causes: Causes,
    summary: Option<SummaryNote>,
}

impl Report {
    /// A report in `lang`.
    pub fn new(lang: Lang) -> Self {
        Self { lang, causes: Causes::default(), summary: None }
    }

    /// The text of `report.json`; none before the summary.
    pub fn json(&self) -> Option<String> {
        serde_json::to_string_pretty(&self.document()?).ok()
    }

    /// The text of `report.html`; none before the summary.
    pub fn html(&self) -> Option<String> {
        html::render(&self.document()?, self.lang)
    }

    fn document(&self) -> Option<Document<'_>> {
        let summary = self.summary.as_ref()?;
        let counts = summary.counts;
        let head = [("rows", counts.rows), ("ignored", counts.ignored), ("events", counts.events())];
        Some(Document {
            version: VERSION,
            command: summary.command,
            run: summary.run.as_deref(),
            counts: head.into_iter().chain(counts.named()).collect(),
            skipped_by_status: summary.skipped_by_status.iter().map(|(k, v)| (k.as_str(), *v)).collect(),
            attempts: summary.attempts,
            elapsed_s: summary.elapsed_s,
            rows_per_s: summary.rows_per_s,
            latency_ms: summary.latency_ms.as_ref().map(|latency| Latency {
                p50: latency.p50,
                p90: latency.p90,
                p99: latency.p99,
                max: latency.max,
                buckets: &latency.buckets,
            }),
            by_code: summary.by_code.iter().map(|(k, v)| (*k, *v)).collect(),
            causes: self
                .causes
                .worst_first()
                .into_iter()
                .map(|cause| CauseObject {
                    code: cause.code,
                    name: cause.name(self.lang),
                    severity: cause.rank.name(),
                    count: cause.count,
                    message: cause.message.get(self.lang),
                    hint: cause.hint.get(self.lang),
                    examples: cause.examples.iter().map(|example| example.get(self.lang)).collect(),
                })
                .collect(),
            stopped: summary.stopped.as_ref().map(|(message, _)| message.get(self.lang)),
            next: summary.next.as_ref().map(|next| next.get(self.lang)),
        })
    }
}

impl Observer for Report {
    fn observe(&mut self, event: Event) {
        match event {
            Event::Finding(note) => self.causes.add(&note),
            Event::Delivery(note) => self.causes.add_delivery(&note),
            Event::Summary(note) => self.summary = Some(*note),
            Event::Decided(_)
            | Event::Plan(_)
            | Event::Asking
            | Event::Payload(_)
            | Event::Progress(_)
            | Event::Check(_)
            | Event::BrokenOff(_) => {}
        }
    }
}

/// Lends a report to a [`Tee`](super::tee::Tee), so that it can be written afterwards.
impl Observer for &mut Report {
    fn observe(&mut self, event: Event) {
        (**self).observe(event);
    }
}

type Named<'a> = Vec<(&'a str, u64)>;

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    command: &'static str,
    run: Option<&'a str>,
    #[serde(serialize_with = "as_map")]
    counts: Named<'a>,
    #[serde(serialize_with = "as_map")]
    skipped_by_status: Named<'a>,
    attempts: u64,
    elapsed_s: f64,
    rows_per_s: f64,
    latency_ms: Option<Latency<'a>>,
    #[serde(serialize_with = "as_map")]
    by_code: Named<'a>,
    causes: Vec<CauseObject<'a>>,
    stopped: Option<&'a str>,
    next: Option<&'a str>,
}

#[derive(Serialize)]
struct Latency<'a> {
    p50: f64,
    p90: f64,
    p99: f64,
    max: f64,
    buckets: &'a [(f64, u64)],
}

#[derive(Serialize)]
struct CauseObject<'a> {
    code: &'a str,
    name: &'a str,
    severity: &'static str,
    count: u64,
    message: &'a str,
    hint: &'a str,
    examples: Vec<&'a str>,
}

fn as_map<S: serde::Serializer>(pairs: &[(&str, u64)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(pairs.iter().copied())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::event::{Counts, FindingNote, LatencyNote};
    use crate::said;

    fn report(lang: Lang) -> Report {
        let mut report = Report::new(lang);
        report.observe(Event::Finding(FindingNote {
            file: Some("citas.csv".into()),
            row: Some(7),
            line: None,
            column: Some("<script>".into()),
            field: Some("lead.celular".into()),
            code: "T04",
            severity: "error",
            value: Some("9998****".into()),
            heading: said!(en: "not a phone", es: "no es un celular"),
            message: said!(en: "not a phone", es: "no es un celular"),
            hint: said!(en: "write 9 digits", es: "escriba 9 dígitos"),
        }));
        let latency =
            LatencyNote { p50: 1.0, p90: 2.0, p99: 3.0, max: 4.0, buckets: vec![(1.0, 90), (2.0, 10)] };
        let counts = Counts { rows: 101, invalid: 1, delivered: 100, ..Counts::default() };
        let summary = SummaryNote {
            command: "replay-csv",
            counts,
            latency_ms: Some(latency),
            ..SummaryNote::default()
        };
        report.observe(Event::Summary(Box::new(summary)));
        report
    }

    #[test]
    fn json_says_its_version_and_every_count() {
        let json: serde_json::Value = serde_json::from_str(&report(Lang::En).json().unwrap()).unwrap();
        assert_eq!(json["version"], 1);
        assert_eq!(json["counts"]["delivered"], 100);
        assert_eq!(json["causes"][0]["code"], "T04");
    }

    #[test]
    fn html_is_escaped_self_contained_and_in_the_language() {
        let html = report(Lang::Es).html().unwrap();
        assert!(html.contains("no es un celular") && html.contains("lang=\"es\""));
        assert!(!html.contains("<script>"));
        assert!(!html.contains("http://") && !html.contains("https://"));
        assert!(html.contains("<svg"));
    }

    #[test]
    fn nothing_is_reported_before_the_end() {
        assert!(Report::new(Lang::En).json().is_none());
    }
}
