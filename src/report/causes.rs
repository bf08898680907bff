//! Why rows did not go through, grouped by cause, with a few examples each: what every renderer for people shows.
//!
//! Memory does not grow with the input: what a rule says is one cause, however often it said it.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::event::{DeliveryNote, FindingNote};
use crate::lang::{Lang, Said};
use crate::said;

/// How many examples of a cause are kept.
const EXAMPLES: usize = 5;

/// How grave a cause is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rank {
    /// A rule blocked rows.
    Error,
    /// The receiver did not take deliveries.
    Delivery,
    /// A rule warned.
    Warning,
    /// Only repaired.
    Repair,
}

impl Rank {
    /// The word in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Delivery => "delivery",
            Self::Warning => "warning",
            Self::Repair => "info",
        }
    }
}

/// One cause: a rule, or the class of a delivery's error.
#[derive(Debug, Clone)]
pub struct Cause {
    /// Code of the rule, or class of the error.
    pub code: &'static str,
    /// How grave it is, at its worst.
    pub rank: Rank,
    /// How often it was met.
    pub count: u64,
    /// What is wrong: with its particulars where it was met once, as a heading otherwise.
    pub message: Said,
    /// What to do.
    pub hint: Said,
    /// Where it was met, the first few times; masked.
    pub examples: Vec<Said>,
    /// The finding of the first example; none of a delivery.
    pub first: Option<FindingNote>,
}

/// The causes met so far.
#[derive(Debug, Default)]
pub struct Causes {
    /// By code, and by what a rule says where it says several things.
    causes: BTreeMap<(&'static str, String), Cause>,
}

impl Causes {
    /// Takes a finding.
    pub fn add(&mut self, note: &FindingNote) {
        let rank = match note.severity {
            "error" => Rank::Error,
            "warning" => Rank::Warning,
            _ => Rank::Repair,
        };
        // A rule without a word of its own: what it says of each place is told there.
        let wordless = !note.heading.en.contains(char::is_alphabetic);
        let told = |lang: Lang| if wordless { particular(note, lang) } else { place(note, lang) };
        let place = || Said { en: told(Lang::En), es: told(Lang::Es) };
        // What is wrong with one column says nothing about another one.
        let apart = note.code.starts_with('H');
        let variant = if apart { &note.message } else { &note.heading };
        let several = said!(en: "several places are wrong", es: "varios lugares están mal");
        let cause = self.note(
            (note.code, variant.en.clone()),
            rank,
            (if wordless { &several } else { variant }, &note.message),
            &note.hint,
            place,
        );
        cause.first.get_or_insert_with(|| note.clone());
    }

    /// Takes a delivery, where it did not go well.
    pub fn add_delivery(&mut self, note: &DeliveryNote) {
        let Some(error) = &note.error else { return };
        let place = || {
            let (row, id) = (note.row, &note.id_presencia_crm);
            let status = note.http_status.map(|status| format!(" · HTTP {status}")).unwrap_or_default();
            let fields: String =
                error.fields.iter().map(|(field, text)| format!(" · {field}: {text}")).collect();
            Said {
                en: format!("row {row} · {id}{status}{fields}"),
                es: format!("fila {row} · {id}{status}{fields}"),
            }
        };
        let heading = &error.message;
        self.note((error.class, String::new()), Rank::Delivery, (heading, heading), &error.hint, place);
    }

    fn note(
        &mut self,
        (code, variant): (&'static str, String),
        rank: Rank,
        (heading, message): (&Said, &Said),
        hint: &Said,
        place: impl FnOnce() -> Said,
    ) -> &mut Cause {
        let cause = self.causes.entry((code, variant)).or_insert_with(|| Cause {
            code,
            rank,
            count: 0,
            message: message.clone(),
            hint: hint.clone(),
            examples: Vec::new(),
            first: None,
        });
        cause.count += 1;
        if cause.count == 2 {
            // Once is told with its particulars; several share a heading, and their hint if it is the same.
            cause.message = heading.clone();
        }
        cause.rank = cause.rank.min(rank);
        if cause.examples.len() < EXAMPLES {
            cause.examples.push(place());
        }
        cause
    }

    /// The causes that people must know of, worst first, then the most frequent.
    pub fn worst_first(&self) -> Vec<&Cause> {
        let mut causes: Vec<&Cause> =
            self.causes.values().filter(|cause| cause.rank < Rank::Repair).collect();
        causes.sort_by_key(|cause| (cause.rank, Reverse(cause.count), cause.code));
        causes
    }
}

/// Where a finding is, and what is said of that place.
fn particular(note: &FindingNote, lang: Lang) -> String {
    let (place, message) = (place(note, lang), note.message.get(lang));
    let field = note.field.as_deref().unwrap_or_default();
    match message.strip_prefix(field).and_then(|rest| rest.strip_prefix(": ")) {
        Some(detail) if place.contains(field) && !field.is_empty() => format!("{place}: {detail}"),
        _ => format!("{} · {message}", place.trim_end_matches([' ', '·'])),
    }
}

/// Where a finding is, in a few words: file, row, column, value.
pub fn place(note: &FindingNote, lang: Lang) -> String {
    let mut parts = Vec::new();
    parts.extend(note.file.clone());
    parts.extend(note.row.map(|row| format!("{} {row}", lang.pick("row", "fila"))));
    parts.extend(note.column.clone().or_else(|| note.field.clone()));
    parts.extend(note.value.clone().filter(|value| !value.is_empty()));
    parts.join(" · ")
}
