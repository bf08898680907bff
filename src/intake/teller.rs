//! Says findings: gives them their place, counts them, keeps the errors for `failed.csv`.

use std::io;

use super::failures::{Failures, RowFailure};
use super::table::Table;
use super::verdicts::Said;
use crate::lang::{self, Lang};
use crate::record::Field;
use crate::report::event::{DeliveryNote, Event, FindingNote, Observer, Outcome};
use crate::rules::finding::Place;
use crate::rules::{Code, Finding, Policy, Severity};
use crate::source::SourceError;

/// Events that are held back at most: a few megabytes.
const MOST_HELD: usize = 4_000;

/// How findings are worded.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wording {
    pub(super) lang: Lang,
    pub(super) show_pii: bool,
    pub(super) list_repairs: bool,
}

/// Who is told, at once or once it is certain that what is said will stand.
pub(super) struct Voice<'o> {
    observer: &'o mut dyn Observer,
    held: Option<Vec<Event>>,
}

impl<'o> Voice<'o> {
    /// Tells `observer` at once.
    pub(super) fn new(observer: &'o mut dyn Observer) -> Self {
        Self { observer, held: None }
    }

    /// Tells `observer` once it is released.
    pub(super) fn holding(observer: &'o mut dyn Observer) -> Self {
        Self { observer, held: Some(Vec::new()) }
    }

    fn say(&mut self, event: Event) {
        match &mut self.held {
            Some(held) => held.push(event),
            None => self.observer.observe(event),
        }
    }

    /// Whether anything is held back.
    pub(super) fn holds(&self) -> bool {
        self.held.is_some()
    }

    /// Whether no more should be held back.
    pub(super) fn is_full(&self) -> bool {
        self.held.as_ref().is_some_and(|held| held.len() >= MOST_HELD)
    }

    /// Says all that was held back, and from now on everything at once.
    pub(super) fn release(&mut self) {
        self.held.take().into_iter().flatten().for_each(|event| self.observer.observe(event));
    }
}

/// Counts and says findings.
pub(super) struct Teller<'o> {
    pub(super) voice: Voice<'o>,
    pub(super) failures: Failures,
    pub(super) by_code: [u64; Code::COUNT],
    pub(super) policy: Policy,
    pub(super) wording: Wording,
    /// Names of the inputs, where there are several.
    pub(super) files: Vec<String>,
    /// Why nothing may be sent: the first error about a whole file.
    pub(super) stopped: Option<(lang::Said, lang::Said)>,
}

impl Teller<'_> {
    /// Says what is to be said of a row of `table`.
    pub(super) fn tell_row(&mut self, table: &Table, said: &Said) -> io::Result<()> {
        for code in &said.repaired {
            self.by_code[*code as usize] += 1;
        }
        said.listed.iter().try_for_each(|finding| self.say(table, said.row, finding))
    }

    /// Counts repairs that are not listed.
    pub(super) fn count(&mut self, repaired: &[u64; Code::COUNT]) {
        self.by_code.iter_mut().zip(repaired).for_each(|(count, more)| *count += more);
    }

    /// Says one finding that came later, under the policy; returns whether it blocks the row.
    pub(super) fn tell_late(&mut self, table: &Table, row: u64, mut finding: Finding) -> io::Result<bool> {
        let Some(severity) = self.policy.judge(finding.code, finding.severity) else { return Ok(false) };
        finding.severity = severity;
        self.say(table, row, &finding)?;
        Ok(severity == Severity::Error)
    }

    /// Says that a row is not sent, since the same content was delivered before or stands in an earlier row.
    pub(super) fn duplicate(&mut self, place: (u16, u64), id: &str, id_presencia: Option<String>) {
        self.voice.say(Event::Delivery(DeliveryNote {
            file: self.files.get(usize::from(place.0)).cloned(),
            row: place.1,
            id_presencia_crm: id.to_owned(),
            outcome: Outcome::Duplicate,
            attempts: 0,
            http_status: None,
            ms: 0.0,
            id_presencia,
            id_venta: None,
            error: None,
        }));
    }

    /// Says why an input can't be read to its end, where a rule has a name for it.
    pub(super) fn tell_broken(&mut self, error: &SourceError) {
        if let Some(finding) = error.finding() {
            self.by_code[finding.code as usize] += 1;
            let place = Place { file: Some(error.name()), row: error.row(), column: None };
            self.voice.say(Event::Finding(finding.note(place, self.wording.show_pii)));
        }
    }

    /// Says a finding about the whole of `table`.
    pub(super) fn tell_file(&mut self, table: &Table, finding: Finding) {
        self.tell_place(Place { file: Some(table.name()), row: None, column: None }, finding);
    }

    /// Says a finding about a column of `table`.
    pub(super) fn tell_column(&mut self, table: &Table, finding: Finding) {
        let place = Place { file: Some(table.name()), row: None, column: column(table, &finding) };
        self.tell_place(place, finding);
    }

    fn tell_place(&mut self, place: Place<'_>, mut finding: Finding) {
        let Some(severity) = self.policy.judge(finding.code, finding.severity) else { return };
        let raised = severity != finding.severity;
        finding.severity = severity;
        self.by_code[finding.code as usize] += 1;
        let note = finding.note(place, self.wording.show_pii);
        if severity == Severity::Error {
            self.stopped.get_or_insert_with(|| note.stop(raised));
        }
        self.voice.say(Event::Finding(note));
    }

    fn say(&mut self, table: &Table, row: u64, finding: &Finding) -> io::Result<()> {
        self.by_code[finding.code as usize] += 1;
        if finding.severity == Severity::Info && !self.wording.list_repairs {
            return Ok(());
        }
        let place = Place { file: Some(table.name()), row: Some(row), column: column(table, finding) };
        let note = finding.note(place, self.wording.show_pii);
        if finding.severity == Severity::Error {
            let mut failure = failure(&note, self.wording.lang);
            if let Some((_, codes)) = finding.args.iter().find(|_| finding.code == Code::X08) {
                // The next time it is these that count.
                failure.code = format!("{} {}", failure.code, codes.en);
            }
            self.failures.add(table.number(row), &failure)?;
        }
        self.voice.say(Event::Finding(note));
        Ok(())
    }
}

fn column<'t>(table: &'t Table, finding: &Finding) -> Option<&'t str> {
    let field = Field::from_name(finding.field.as_deref()?)?;
    let column = table.binding().columns(field).first()?;
    table.source().header().get(*column).map(String::as_str)
}

fn failure(note: &FindingNote, lang: Lang) -> RowFailure {
    let (message, hint) = (note.message.get(lang), note.hint.get(lang));
    let error = RowFailure::text(message, hint);
    RowFailure { code: note.code.to_owned(), field: note.field.clone().unwrap_or_default(), error }
}
