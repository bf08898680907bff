//! Why rows did not go through, grouped by cause, worst first, with a few examples each.

use std::collections::BTreeMap;

use colored::Colorize;

use super::number::grouped;
use crate::lang::{Lang, Said};
use crate::report::event::{DeliveryNote, FindingNote};

const EXAMPLES: usize = 5;

/// One cause: a rule, or the class of a delivery's error.
#[derive(Debug)]
struct Cause {
    rank: u8,
    count: u64,
    hint: Said,
    title: Said,
    examples: Vec<Said>,
}

/// The causes met so far.
#[derive(Debug, Default)]
pub(super) struct Causes {
    by_code: BTreeMap<&'static str, Cause>,
}

impl Causes {
    pub(super) fn add(&mut self, note: FindingNote) {
        let rank = match note.severity {
            "error" => 0,
            "warning" => 2,
            _ => 3,
        };
        let place = Said { en: place(&note, Lang::En), es: place(&note, Lang::Es) };
        // A rule's message names the cell; the group's title is the first one met, its examples name the rest.
        self.note(note.code, rank, note.message, note.hint, place);
    }

    pub(super) fn add_delivery(&mut self, note: &DeliveryNote) {
        let Some(error) = &note.error else { return };
        let id = &note.id_presencia_crm;
        let row = note.row;
        let status = note.http_status.map(|status| format!(" · HTTP {status}")).unwrap_or_default();
        let fields: String = error.fields.iter().map(|(field, text)| format!(" · {field}: {text}")).collect();
        let place = Said {
            en: format!("row {row} · {id}{status}{fields}"),
            es: format!("fila {row} · {id}{status}{fields}"),
        };
        self.note(error.class, 1, error.message.clone(), error.hint.clone(), place);
    }

    fn note(&mut self, code: &'static str, rank: u8, title: Said, hint: Said, place: Said) {
        let cause = self.by_code.entry(code).or_insert_with(|| Cause {
            rank,
            count: 0,
            hint,
            title,
            examples: Vec::new(),
        });
        cause.count += 1;
        cause.rank = cause.rank.min(rank);
        if cause.examples.len() < EXAMPLES {
            cause.examples.push(place);
        }
    }

    pub(super) fn text(&self, lang: Lang) -> String {
        let mut causes: Vec<_> = self.by_code.iter().filter(|(_, cause)| cause.rank < 3).collect();
        causes.sort_by_key(|(code, cause)| (cause.rank, std::cmp::Reverse(cause.count), **code));
        let mut out = String::new();
        for (code, cause) in causes {
            out.push_str(&cause.text(code, lang));
        }
        out
    }
}

impl Cause {
    fn text(&self, code: &str, lang: Lang) -> String {
        let head = if self.rank < 2 { code.red().bold() } else { code.yellow().bold() };
        let times = if self.count == 1 { String::new() } else { format!("  ({}×)", grouped(self.count)) };
        let mut out = format!("\n{head} {}{times}\n", self.title.get(lang));
        for example in &self.examples {
            out.push_str("     ");
            out.push_str(example.get(lang));
            out.push('\n');
        }
        let hidden = self.count.saturating_sub(self.examples.len() as u64);
        if hidden > 0 {
            let more = lang.pick("more", "más");
            out.push_str(&format!("     … {} {more}\n", grouped(hidden)));
        }
        if !self.hint.get(lang).is_empty() {
            out.push_str(&format!("   {} {}\n", "→".cyan(), self.hint.get(lang)));
        }
        out
    }
}

fn place(note: &FindingNote, lang: Lang) -> String {
    let mut parts = Vec::new();
    if let Some(file) = &note.file {
        parts.push(file.clone());
    }
    if let Some(row) = note.row {
        parts.push(format!("{} {row}", lang.pick("row", "fila")));
    }
    if let Some(column) = note.column.as_ref().or(note.field.as_ref()) {
        parts.push(column.clone());
    }
    if let Some(value) = note.value.as_ref().filter(|value| !value.is_empty()) {
        parts.push(value.clone());
    }
    parts.join(" · ")
}

/// One finding on one line, for `-v`.
pub(super) fn line(note: &FindingNote, lang: Lang) -> String {
    let code = match note.severity {
        "error" => note.code.red(),
        "warning" => note.code.yellow(),
        _ => note.code.blue(),
    };
    let place = place(note, lang);
    let message = note.message.get(lang);
    if place.is_empty() { format!("{code} {message}") } else { format!("{code} {place}: {message}") }
}
