//! What happens in a run, as plain data: the core emits these, renderers turn them into text, JSON or HTML.
//!
//! Leaf module: it imports only the languages. Human and JSON output can't disagree, because both are made of the
//! same events.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::lang::{Lang, Said};

/// Something that happened.
#[derive(Debug, Clone)]
pub enum Event {
    /// What was decided about an input: encoding, separator, columns (a sentence for people).
    Decided(Said),
    /// A rule spoke.
    Finding(FindingNote),
    /// What is about to be done, after the first pass.
    Plan(PlanNote),
    /// A person is about to be asked whether it may be done; what was found until then is told before.
    Asking,
    /// The body that would be sent (`--dry-run`); unmasked.
    Payload(PayloadNote),
    /// A delivery came to its end.
    Delivery(DeliveryNote),
    /// How the run stands now; at most a few a second.
    Progress(ProgressNote),
    /// One check of the doctor.
    Check(CheckNote),
    /// The last event of every run.
    Summary(Box<SummaryNote>),
    /// The last event of one that could not begin; the error itself is told by whoever ends the program.
    BrokenOff(Box<SummaryNote>),
}

/// Receives events. Implementations write to what they were given, never to stdout by themselves.
pub trait Observer {
    /// Takes one event.
    fn observe(&mut self, event: Event);
}

/// A finding in words; values masked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindingNote {
    /// File as the user wrote it.
    pub file: Option<String>,
    /// Physical row; none for a finding about the file.
    pub row: Option<u64>,
    /// Line of the file where the row begins; known only where it was asked for.
    pub line: Option<u64>,
    /// Header of the column.
    pub column: Option<String>,
    /// Field of the record or payload.
    pub field: Option<String>,
    /// Code of the rule.
    pub code: &'static str,
    /// `info`, `warning` or `error`.
    pub severity: &'static str,
    /// The cell, masked where it is personal.
    pub value: Option<String>,
    /// What the rule is about, without what is special of this row: for headings.
    pub heading: Said,
    /// What is wrong.
    pub message: Said,
    /// What to do; empty where there is nothing.
    pub hint: Said,
}

impl FindingNote {
    /// Why a run stops because of it, and what to do; `raised` where only `--strict` makes it an error.
    pub fn stop(&self, raised: bool) -> (Said, Said) {
        let code = self.code;
        let Said { en, es } = &self.message;
        let why = Said { en: format!("{en} ({code})"), es: format!("{es} ({code})") };
        if !raised {
            return (why, self.hint.clone());
        }
        let Said { en, es } = &self.hint;
        let hint = Said { en: format!("{en}; or leave --strict out"), es: format!("{es}; o quite --strict") };
        (why, hint)
    }
}

/// What the first pass found and what the second will do.
#[derive(Debug, Clone, Default)]
pub struct PlanNote {
    /// Where it will be sent (scheme, host, path; never a secret).
    pub target: String,
    /// The counts so far; `prepared` are the deliveries to make.
    pub counts: Counts,
    /// In which order, and why.
    pub order: Said,
}

/// A body that would be sent.
#[derive(Debug, Clone)]
pub struct PayloadNote {
    /// File, where there are several.
    pub file: Option<String>,
    /// Physical row.
    pub row: u64,
    /// The exact JSON text.
    pub body: Vec<u8>,
}

/// How a delivery ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// The receiver gave a receipt.
    Delivered,
    /// Delivered before with the same content, or repeated in the file with the same content.
    Duplicate,
    /// The receiver says that the data is wrong.
    Rejected,
    /// Given up.
    Failed,
    /// The receiver took it for another id.
    Collision,
    /// It may or may not have arrived; never re-sent by itself.
    Unknown,
    /// Would be sent.
    Prepared,
    /// Handed to the queue.
    Queued,
    /// Not tried, since the run stopped.
    Unprocessed,
}

impl Outcome {
    /// The word for people.
    pub fn said(self, lang: Lang) -> &'static str {
        let spanish = match self {
            Self::Delivered => "entregada",
            Self::Duplicate => "ya entregada",
            Self::Rejected => "rechazada",
            Self::Failed => "fallida",
            Self::Collision => "colisión",
            Self::Unknown => "dudosa",
            Self::Prepared => "válida",
            Self::Queued => "en la cola",
            Self::Unprocessed => "sin intentar",
        };
        lang.pick(self.name(), spanish)
    }

    /// The word in JSON, in the singular.
    pub fn name(self) -> &'static str {
        match self {
            Self::Delivered => "delivered",
            Self::Duplicate => "duplicate",
            Self::Rejected => "rejected",
            Self::Failed => "failed",
            Self::Collision => "collision",
            Self::Unknown => "unknown",
            Self::Prepared => "prepared",
            Self::Queued => "queued",
            Self::Unprocessed => "unprocessed",
        }
    }
}

/// Why a delivery did not go well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorNote {
    /// A stable word: `refused`, `transport`, `timeout`, `rejected`, `server`, `collision`, `unknown` …
    pub class: &'static str,
    /// What happened; control characters escaped, no secret.
    pub message: Said,
    /// What to do.
    pub hint: Said,
    /// The rule of the catalogue behind it, where there is one and it is known.
    pub rule: Option<&'static str>,
    /// The receiver's own errors by payload field, where it named some.
    pub fields: Vec<(String, String)>,
}

/// A delivery that came to its end.
#[derive(Debug, Clone, PartialEq)]
pub struct DeliveryNote {
    /// File, where there are several.
    pub file: Option<String>,
    /// Physical row; the number of the record for JSON.
    pub row: u64,
    /// The id that was sent.
    pub id_presencia_crm: String,
    /// How it ended.
    pub outcome: Outcome,
    /// HTTP tries.
    pub attempts: u32,
    /// Status of the last answer.
    pub http_status: Option<u16>,
    /// Milliseconds of the attempt that decided.
    pub ms: f64,
    /// The receipt.
    pub id_presencia: Option<String>,
    /// The receipt of the sale.
    pub id_venta: Option<String>,
    /// Where it did not go well.
    pub error: Option<ErrorNote>,
}

/// How a run stands.
#[derive(Debug, Clone, Copy, Default)]
pub struct ProgressNote {
    /// Deliveries that came to an end.
    pub done: u64,
    /// Deliveries to make.
    pub total: u64,
    /// Requests allowed at once, now.
    pub jobs: usize,
    /// Deliveries a second, where a limit is set.
    pub rate: Option<f64>,
    /// Deliveries that failed and wait for their next try.
    pub waiting: u64,
    /// How long the first of them still waits.
    pub next_try: Duration,
}

/// State of a doctor's check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckStatus {
    /// As it should be.
    Ok,
    /// Works, but should be changed.
    Warn,
    /// The reason why the integration does not work.
    Fail,
    /// Not tried, since an earlier one failed, or does not apply.
    Skip,
}

impl CheckStatus {
    /// The word in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Fail => "fail",
            Self::Skip => "skip",
        }
    }
}

/// One check of the doctor.
#[derive(Debug, Clone, PartialEq)]
pub struct CheckNote {
    /// `settings`, `url`, `dns`, `tcp`, `tls`, `path`, `auth`, `answer`, `clock` …
    pub name: &'static str,
    /// How it went.
    pub status: CheckStatus,
    /// Milliseconds it took.
    pub ms: Option<f64>,
    /// What was seen.
    pub detail: Said,
    /// What to do, where something is to be done.
    pub hint: Option<Said>,
    /// When it was seen, where checks are repeated.
    pub at: Option<String>,
}

/// The counts of a run. Each row of the input is exactly one of them, `ignored` apart.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Records of the input.
    pub rows: u64,
    /// Header, blank, title, total and footer lines; not records.
    pub ignored: u64,
    /// No events.
    pub skipped: u64,
    /// Events with an error.
    pub invalid: u64,
    /// Already delivered, or repeated, with the same content.
    pub duplicates: u64,
    /// Acknowledged by the receiver with a receipt.
    pub delivered: u64,
    /// The receiver says that the data is wrong.
    pub rejected: u64,
    /// Given up.
    pub failed: u64,
    /// Taken by the receiver for another id.
    pub collisions: u64,
    /// May or may not have arrived.
    pub unknown: u64,
    /// Would be sent (dry run), or valid (validate).
    pub prepared: u64,
    /// Handed to the queue.
    pub queued: u64,
    /// Not tried.
    pub unprocessed: u64,
}

impl Counts {
    /// Rows that are events.
    pub fn events(&self) -> u64 {
        self.rows.saturating_sub(self.skipped)
    }

    /// Whether each row is exactly one of the counts.
    pub fn add_up(&self) -> bool {
        let sum: u64 = self.named().iter().map(|(_, count)| count).sum();
        sum == self.rows
    }

    /// The counts that must add up to `rows`, by their JSON names.
    pub fn named(&self) -> [(&'static str, u64); 11] {
        [
            ("skipped", self.skipped),
            ("invalid", self.invalid),
            ("duplicates", self.duplicates),
            ("delivered", self.delivered),
            ("rejected", self.rejected),
            ("failed", self.failed),
            ("collisions", self.collisions),
            ("unknown", self.unknown),
            ("prepared", self.prepared),
            ("queued", self.queued),
            ("unprocessed", self.unprocessed),
        ]
    }

    /// Counts one delivery that ended with `outcome`.
    pub fn add(&mut self, outcome: Outcome) {
        let count = match outcome {
            Outcome::Delivered => &mut self.delivered,
            Outcome::Duplicate => &mut self.duplicates,
            Outcome::Rejected => &mut self.rejected,
            Outcome::Failed => &mut self.failed,
            Outcome::Collision => &mut self.collisions,
            Outcome::Unknown => &mut self.unknown,
            Outcome::Prepared => &mut self.prepared,
            Outcome::Queued => &mut self.queued,
            Outcome::Unprocessed => &mut self.unprocessed,
        };
        *count += 1;
    }

    /// Whether something went wrong that makes the exit code 1; what nobody tried is not done either.
    pub fn any_wrong(&self) -> bool {
        let wrong = self.invalid + self.rejected + self.failed + self.collisions + self.unknown;
        wrong + self.unprocessed > 0
    }
}

/// Latency of the attempts of a run, in milliseconds.
#[derive(Debug, Clone, Default)]
pub struct LatencyNote {
    /// Median.
    pub p50: f64,
    /// 90th percentile.
    pub p90: f64,
    /// 99th percentile.
    pub p99: f64,
    /// Slowest.
    pub max: f64,
    /// Counts by power-of-two bucket, `(upper bound in ms, attempts)`: for the histogram.
    pub buckets: Vec<(f64, u64)>,
}

/// The end of a run.
#[derive(Debug, Clone, Default)]
pub struct SummaryNote {
    /// Name of the command.
    pub command: &'static str,
    /// Id of the run, where it has one.
    pub run: Option<String>,
    /// What became of each row.
    pub counts: Counts,
    /// Rows skipped, by their status as it stood in the file.
    pub skipped_by_status: BTreeMap<String, u64>,
    /// HTTP tries.
    pub attempts: u64,
    /// Seconds from start to end.
    pub elapsed_s: f64,
    /// Rows a second.
    pub rows_per_s: f64,
    /// Latency; none where nothing was sent.
    pub latency_ms: Option<LatencyNote>,
    /// Findings by code, repairs included.
    pub by_code: BTreeMap<&'static str, u64>,
    /// Files that the run wrote (`failed.csv` …).
    pub files: Vec<String>,
    /// Why it stopped before its end, and what to do.
    pub stopped: Option<(Said, Option<Said>)>,
    /// The exact command to run next, where there is one.
    pub next: Option<Said>,
}
