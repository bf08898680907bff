//! Which header feeds which field, as far as names and cells tell.
//!
//! Comes in: the columns with their samples. Goes out: for each column the field that it looks like, and how much; for
//! each field whether that decides it. Knows nothing of what is required or was said by flags.

use super::aliases::{self, TABLE};
use super::content::{Fit, fit, is_cell, is_time};
use super::fold;
use super::score::{Score, score};
use crate::record::Field;

/// From here a column is taken, if no other comes within [`LEAD`].
pub(super) const TAKEN: Score = 90;
/// From here a column is worth a suggestion.
pub(super) const SUGGESTED: Score = 75;
/// How far the best column has to be ahead of the next.
pub(super) const LEAD: Score = 10;
/// A field's own name needs no cells to speak for it, and is ahead of everything else.
const OWN_NAME: Score = 120;

/// A column of the file.
#[derive(Debug, Clone)]
pub(super) struct Column {
    pub(super) index: usize,
    pub(super) header: String,
    /// The first filled cells.
    pub(super) cells: Vec<String>,
    /// Whether its cells help to tell what it is; else its name alone does.
    pub(super) judged: bool,
}

impl Column {
    /// Whether it belongs to no export: it has no name, or is one of those that this program adds (`_row`, `_error` …).
    pub(super) fn is_outside(&self) -> bool {
        self.header.is_empty() || self.is_added()
    }

    /// Whether it is one of those that this program adds.
    pub(super) fn is_added(&self) -> bool {
        self.header.starts_with('_')
    }

    /// The same column, to be judged by its name.
    pub(super) fn without_cells(&self) -> Self {
        Self { cells: Vec::new(), judged: false, header: self.header.clone(), ..*self }
    }

    fn fit(&self, field: Field) -> Fit {
        if self.judged { fit(field, &self.cells) } else { Fit::Unknown }
    }
}

/// What a column looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Guess {
    pub(super) column: usize,
    pub(super) field: Field,
    pub(super) score: Score,
    pub(super) fit: Fit,
}

/// The guesses for every column, and what kind of export this is.
#[derive(Debug)]
pub(super) struct Detected {
    pub(super) guesses: Vec<Guess>,
    /// An export of leads: nothing in it is about an appointment.
    pub(super) of_leads: bool,
}

/// What the guesses say about one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Decision {
    /// This column, plainly.
    Taken(Guess),
    /// Perhaps this one.
    Suggested(Guess),
    /// Several, equally.
    Tie(Vec<Guess>),
    /// None.
    None,
}

impl Decision {
    /// Whether it is about the same columns, decided alike.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        let columns = |guesses: &[Guess]| {
            let mut columns: Vec<usize> = guesses.iter().map(|guess| guess.column).collect();
            columns.sort_unstable();
            columns
        };
        match (self, other) {
            (Self::Taken(own), Self::Taken(other)) | (Self::Suggested(own), Self::Suggested(other)) => {
                own.column == other.column
            }
            (Self::Tie(own), Self::Tie(other)) => columns(own) == columns(other),
            (Self::None, Self::None) => true,
            _ => false,
        }
    }
}

impl Detected {
    /// Decides `field`, not counting the columns in `gone`.
    pub(super) fn decide(&self, field: Field, gone: &[usize]) -> Decision {
        let mut own: Vec<Guess> = self
            .guesses
            .iter()
            .filter(|guess| guess.field == field && guess.score >= SUGGESTED && !gone.contains(&guess.column))
            .copied()
            .collect();
        own.sort_by_key(|guess| std::cmp::Reverse(guess.score));
        let Some(best) = own.first().copied() else { return Decision::None };
        own.retain(|guess| guess.score > best.score - LEAD);
        if own.len() > 1 {
            return Decision::Tie(own);
        }
        if best.score >= TAKEN { Decision::Taken(best) } else { Decision::Suggested(best) }
    }

    /// Whether the header is a row of data: it holds what only a cell holds, and no name of a column that an export has.
    pub(super) fn lacks_header(&self, columns: &[Column]) -> bool {
        // Others may be words of a cell, such as a channel called OPC.
        let plain = [Field::AppointmentId, Field::Nombre, Field::Celular, Field::FechaHora];
        let named = self.guesses.iter().any(|guess| guess.score >= SUGGESTED && plain.contains(&guess.field));
        !named && columns.iter().any(|column| is_cell(&column.header))
    }

    /// What `column` looks like, if it looks like anything.
    pub(super) fn guess(&self, column: usize) -> Option<Guess> {
        self.guesses.iter().copied().find(|guess| guess.column == column && guess.score >= SUGGESTED)
    }
}

/// Guesses what each column is. One header feeds one field: the one whose name it resembles most.
pub(super) fn detect(columns: &[Column]) -> Detected {
    let named: Vec<(&Column, String)> = columns
        .iter()
        .filter(|column| !column.is_outside())
        .map(|column| (column, fold(&column.header)))
        .collect();
    let mut guesses: Vec<Guess> =
        named.iter().filter_map(|(column, folded)| best_guess(column, folded)).collect();
    pair_dates_with_times(&mut guesses, &named);
    let of_leads = demote_bare_ids(&mut guesses, &named);
    Detected { guesses, of_leads }
}

fn best_guess(column: &Column, folded: &str) -> Option<Guess> {
    if let Some(field) = aliases::own(folded) {
        let fit = column.fit(field);
        return Some(Guess { column: column.index, field, score: OWN_NAME, fit });
    }
    TABLE
        .iter()
        .map(|row| (score(folded, row), row.field))
        .max_by_key(|(score, _)| *score)
        .filter(|(score, _)| *score > 0)
        .map(|(score, field)| {
            let fit = column.fit(field);
            Guess { column: column.index, field, score: score + fit.bonus(), fit }
        })
}

/// *Fecha* alone may be any date; beside a column of times it is the visit's. Where the same name stands twice, the
/// column that holds nothing but times is the hour.
fn pair_dates_with_times(guesses: &mut [Guess], named: &[(&Column, String)]) {
    let bare = |column: usize| {
        named.iter().any(|(known, folded)| {
            known.index == column && matches!(folded.as_str(), "fecha" | "date" | "fecha cita" | "dia")
        })
    };
    let times = |column: usize| {
        named.iter().any(|(known, _)| {
            known.index == column
                && known.judged
                && !known.cells.is_empty()
                && known.cells.iter().all(|cell| is_time(cell.trim()))
        })
    };
    for guess in guesses.iter_mut() {
        if guess.field == Field::FechaHora && bare(guess.column) && times(guess.column) {
            *guess = Guess { field: Field::Hora, score: 100, fit: Fit::Fits, ..*guess };
        }
    }
    let hour = guesses.iter().any(|guess| guess.field == Field::Hora && guess.score >= TAKEN);
    let dates = guesses.iter().filter(|guess| guess.field == Field::FechaHora && bare(guess.column)).count();
    if hour && dates == 1 {
        for guess in guesses.iter_mut().filter(|guess| guess.field == Field::FechaHora && bare(guess.column))
        {
            guess.score = 100 + guess.fit.bonus();
        }
    }
}

/// A bare *id* is the appointment's only where something else in the table is about an appointment; in an export of
/// leads it is the lead's, and would be taken for the id of somebody else's visit.
fn demote_bare_ids(guesses: &mut [Guess], named: &[(&Column, String)]) -> bool {
    let bare = |column: usize| named.iter().any(|(known, folded)| known.index == column && folded == "id");
    let about_appointments = guesses.iter().any(|guess| {
        let named_so = match guess.field {
            Field::FechaHora | Field::Estado | Field::Lugar => true,
            Field::AppointmentId => !bare(guess.column),
            _ => false,
        };
        named_so && guess.score >= TAKEN
    });
    if about_appointments {
        return false;
    }
    for guess in guesses.iter_mut().filter(|guess| guess.field == Field::AppointmentId && bare(guess.column))
    {
        guess.score = 80 + guess.fit.bonus();
    }
    true
}
