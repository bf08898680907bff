//! What became of each row while a run delivers: passed on to the renderer, counted, and kept for the files of the run.

use std::collections::BTreeMap;
use std::io;

use super::ending::Ending;
use crate::intake::{Failures, PassError, RowFailure, Tables};
use crate::journal::RowSet;
use crate::lang::Lang;
use crate::report::event::{DeliveryNote, ErrorNote, Event, Observer, Outcome};

/// An observer that remembers which rows came to an end, and what is wrong with those that did not go well.
pub(crate) struct Settling<'s> {
    next: &'s mut dyn Observer,
    tables: &'s Tables,
    lang: Lang,
    failures: &'s mut Failures,
    ended: RowSet,
    by_code: BTreeMap<&'static str, u64>,
    spool: io::Result<()>,
}

impl<'s> Settling<'s> {
    pub(crate) fn new(
        next: &'s mut dyn Observer,
        tables: &'s Tables,
        lang: Lang,
        failures: &'s mut Failures,
    ) -> Self {
        Self {
            next,
            tables,
            lang,
            failures,
            ended: RowSet::default(),
            by_code: BTreeMap::new(),
            spool: Ok(()),
        }
    }

    /// Gives the rules that spoke to the ending, and the rows that came to their end to the caller. Where what is wrong
    /// with a row could not be kept, the ending says so: what was sent is told all the same.
    pub(crate) fn end(self, ending: &mut Ending) -> RowSet {
        for (code, count) in self.by_code {
            *ending.by_code.entry(code).or_default() += count;
        }
        if let Err(error) = self.spool {
            ending.stopped.get_or_insert(PassError::Spool(error).into());
        }
        self.ended
    }

    fn delivery(&mut self, note: &DeliveryNote) {
        let (file, number) = self.tables.number(note.file.as_deref(), note.row);
        if note.outcome == Outcome::Unprocessed {
            return;
        }
        self.ended.insert(file, note.row);
        let Some(error) = &note.error else { return };
        if let Some(code) = rule(note.outcome, error) {
            *self.by_code.entry(code).or_default() += 1;
        }
        let failure = row_failure(note.outcome, error, self.lang);
        if let Err(error) = self.failures.add(number, &failure) {
            self.spool = Err(error);
        }
    }
}

impl Observer for Settling<'_> {
    fn observe(&mut self, event: Event) {
        if let Event::Delivery(note) = &event {
            self.delivery(note);
        }
        self.next.observe(event);
    }
}

/// What is wrong with a row whose delivery ended so.
pub(crate) fn row_failure(outcome: Outcome, error: &ErrorNote, lang: Lang) -> RowFailure {
    let fields: Vec<&str> = error.fields.iter().map(|(field, _)| field.as_str()).collect();
    let (message, hint) = (error.message.get(lang), error.hint.get(lang));
    let details: String = error.fields.iter().map(|(field, text)| format!("; {field}: {text}")).collect();
    RowFailure {
        code: rule(outcome, error).unwrap_or(error.class).to_owned(),
        field: fields.join(" "),
        error: RowFailure::text(&format!("{message}{details}"), hint),
    }
}

/// The rule of the catalogue behind an outcome, where there is one; what comes from the journal names none.
fn rule(outcome: Outcome, error: &ErrorNote) -> Option<&'static str> {
    match (outcome, error.class) {
        (Outcome::Collision, _) => Some("P01"),
        (_, "changed") => Some("X05"),
        _ => error.rule,
    }
}
