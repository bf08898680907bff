//! What became of each row while a run delivers: passed on to the renderer, counted, and kept for the files of the run.

use std::collections::BTreeMap;
use std::io;

use crate::intake::{Failure as RowFailure, Failures, RowSet, Tables};
use crate::lang::Lang;
use crate::report::event::{DeliveryNote, Event, Observer, Outcome};

/// An observer that remembers which rows came to an end, and what is wrong with those that did not go well.
pub(crate) struct Settling<'s> {
    next: &'s mut dyn Observer,
    tables: &'s Tables,
    lang: Lang,
    /// What is wrong with which row, the first pass included.
    pub(crate) failures: Failures,
    /// Rows that came to their end.
    pub(crate) ended: RowSet,
    /// Rules that spoke while delivering.
    pub(crate) by_code: BTreeMap<&'static str, u64>,
    /// The first failure to keep something.
    pub(crate) spool: io::Result<()>,
}

impl<'s> Settling<'s> {
    pub(crate) fn new(
        next: &'s mut dyn Observer,
        tables: &'s Tables,
        lang: Lang,
        failures: Failures,
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

    fn delivery(&mut self, note: &DeliveryNote) {
        let number = self.tables.number(note.file.as_deref(), note.row);
        if note.outcome == Outcome::Unprocessed {
            return;
        }
        self.ended.insert(number);
        let Some(error) = &note.error else { return };
        if let Some(code) = rule(note.outcome, error.class) {
            *self.by_code.entry(code).or_default() += 1;
        }
        let fields: Vec<&str> = error.fields.iter().map(|(field, _)| field.as_str()).collect();
        let (message, hint) = (error.message.get(self.lang), error.hint.get(self.lang));
        let details: String = error.fields.iter().map(|(field, text)| format!("; {field}: {text}")).collect();
        let failure = RowFailure {
            code: rule(note.outcome, error.class).unwrap_or(error.class).to_owned(),
            field: fields.join(" "),
            error: if hint.is_empty() {
                format!("{message}{details}")
            } else {
                format!("{message}{details}. → {hint}")
            },
        };
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

/// The rule of the catalogue behind an outcome, where there is one.
fn rule(outcome: Outcome, class: &str) -> Option<&'static str> {
    match (outcome, class) {
        (Outcome::Collision, _) => Some("P01"),
        (_, "changed") => Some("X05"),
        (_, "no-receipt") => Some("P02"),
        _ => None,
    }
}
