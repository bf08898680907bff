//! The columns of a file, decided.
//!
//! Comes in: an opened source and what is [`Wanted`] of its columns. Goes out: a [`Report`]: the binding, how each
//! column was judged, every problem of the header at once (H01, H02), and what is only said (H03).

use super::detect::{Column, Decision, Detected, Guess, detect};
use super::remembered::recalled;
use super::sample::{is_judged_by_cells, sample};
use super::unused::unused;
use super::wanted::{Wanted, nearest};
use super::{fold, problems};
use crate::record::Field;
use crate::rules::Finding;
use crate::source::{Binding, Source};

/// How a column was judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It feeds the field.
    Taken,
    /// It feeds the field, because the user said so.
    Decided,
    /// It feeds the field, because suggestions are accepted.
    Accepted,
    /// It may be the field's; the user has to say so.
    Suggested,
    /// So may another one.
    Tie,
    /// A mapping file or a template reads it.
    Read,
    /// Nothing reads it.
    Unused,
}

/// A column of the file, and what was made of it.
#[derive(Debug, Clone)]
pub struct Explained {
    /// Its place, from 0.
    pub column: usize,
    /// Its name; empty where it has none.
    pub header: String,
    /// The field that it feeds, or looks like.
    pub field: Option<Field>,
    /// How much it looks like it, 0 to 1.
    pub score: Option<f64>,
    /// What was decided.
    pub verdict: Verdict,
    /// Its first filled cells, three at most, unmasked.
    pub samples: Vec<String>,
}

/// Everything that is known about the columns of a file.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// Which columns feed which field.
    pub binding: Binding,
    /// Each column, from left to right.
    pub columns: Vec<Explained>,
    /// What keeps the file from being used (H01, H02).
    pub errors: Vec<Finding>,
    /// What is said (H03).
    pub notes: Vec<Finding>,
}

/// A file whose columns are known.
#[derive(Debug, Clone)]
pub struct Bound {
    /// Which columns feed which field.
    pub binding: Binding,
    /// Each column, from left to right.
    pub columns: Vec<Explained>,
    /// What is said (H03).
    pub notes: Vec<Finding>,
}

impl Report {
    /// The binding, or every problem of the header.
    pub fn bound(self) -> Result<Bound, Vec<Finding>> {
        let Self { binding, columns, errors, notes } = self;
        if errors.is_empty() { Ok(Bound { binding, columns, notes }) } else { Err(errors) }
    }
}

/// Decides the columns of `source`; fails with every problem of its header at once.
pub fn bind(source: &Source, wanted: &Wanted) -> Result<Bound, Vec<Finding>> {
    inspect(source, wanted).bound()
}

/// Looks at the columns of `source` and its first rows. Rows that can't be read are left for the reading to tell.
pub fn inspect(source: &Source, wanted: &Wanted) -> Report {
    let columns = sample(source, is_judged_by_cells(source));
    let detected = detect(&columns);
    if detected.lacks_header(&columns) {
        return without_header(source, &columns);
    }
    Inspection { source, wanted, columns: &columns, detected: &detected, report: Report::default() }.run()
}

/// What is known of a file that begins with a row of data, which is as private as any other.
fn without_header(source: &Source, columns: &[Column]) -> Report {
    let columns = columns.iter().map(|column| Explained {
        column: column.index,
        header: format!("#{}", column.index + 1),
        field: None,
        score: None,
        verdict: Verdict::Unused,
        samples: std::iter::once(&column.header).chain(&column.cells).take(3).cloned().collect(),
    });
    let errors = vec![problems::no_header(source)];
    Report { columns: columns.collect(), errors, ..Report::default() }
}

/// What the parts of a report are made from.
pub(super) struct Inspection<'a> {
    pub(super) source: &'a Source,
    pub(super) wanted: &'a Wanted,
    pub(super) columns: &'a [Column],
    pub(super) detected: &'a Detected,
    pub(super) report: Report,
}

impl Inspection<'_> {
    fn run(mut self) -> Report {
        self.take_what_was_said();
        let remembered = self.take_what_is_remembered();
        let decided: Vec<usize> =
            self.report.binding.iter().flat_map(|(_, columns)| columns.to_vec()).collect();
        let mut unclear = Vec::new();
        for field in Field::ALL.iter().copied() {
            if self.is_said(field) || remembered.contains(&field) {
                continue;
            }
            match self.detected.decide(field, &decided) {
                Decision::Taken(guess) => self.report.binding.set(field, vec![guess.column]),
                Decision::Suggested(guess) if self.wanted.accept_suggestions => {
                    self.report.binding.set(field, vec![guess.column]);
                }
                Decision::Suggested(guess) => unclear.push((field, vec![guess])),
                Decision::Tie(guesses) => unclear.push((field, guesses)),
                Decision::None => {}
            }
        }
        self.find_problems(&unclear);
        self.explain(&unclear);
        self.report
    }

    /// Binds the fields that `--map` or a mapping file decided.
    fn take_what_was_said(&mut self) {
        for (field, names) in &self.wanted.decided {
            let mut columns = Vec::new();
            for name in names {
                match self.find_column(name) {
                    Ok(column) => columns.push(column),
                    Err(finding) => self.report.errors.push(finding.field(*field)),
                }
            }
            self.report.binding.set(*field, columns);
        }
        for name in &self.wanted.read {
            if let Err(finding) = self.find_column(name) {
                self.report.errors.push(finding);
            }
        }
    }

    /// Binds the fields of which the header itself says to which columns they belong; gives these fields.
    fn take_what_is_remembered(&mut self) -> Vec<Field> {
        let mut remembered = recalled(self.source.header());
        remembered.retain(|(field, _)| !self.is_said(*field));
        // What flags say of a column now counts more than what it was before.
        let said: Vec<usize> = self.report.binding.iter().flat_map(|(_, columns)| columns.to_vec()).collect();
        for (field, columns) in &mut remembered {
            columns.retain(|column| !said.contains(column));
            self.report.binding.set(*field, columns.clone());
        }
        remembered.into_iter().map(|(field, _)| field).collect()
    }

    fn is_said(&self, field: Field) -> bool {
        self.wanted.decided.iter().any(|(known, _)| *known == field)
    }

    /// The column called `name`: as it stands in the file, then whatever the case, then folded; `#3` is the third one.
    fn find_column(&self, name: &str) -> Result<usize, Finding> {
        find_column(self.source.header(), name)
    }

    fn explain(&mut self, unclear: &[(Field, Vec<Guess>)]) {
        let binding = &self.report.binding;
        self.report.columns = self
            .columns
            .iter()
            .map(|column| {
                let fed = binding.field(column.index);
                let guess = self.detected.guess(column.index);
                let read = self.wanted.read.iter().any(|name| self.find_column(name) == Ok(column.index));
                let open = unclear
                    .iter()
                    .find(|(_, guesses)| guesses.iter().any(|guess| guess.column == column.index));
                let said =
                    fed.is_some_and(|field| self.wanted.decided.iter().any(|(known, _)| *known == field));
                let verdict = match (fed, open) {
                    (Some(_), _) if said => Verdict::Decided,
                    (Some(_), _) if guess.is_some_and(|guess| guess.score < super::detect::TAKEN) => {
                        Verdict::Accepted
                    }
                    (Some(_), _) => Verdict::Taken,
                    (None, _) if read => Verdict::Read,
                    (None, Some((_, guesses))) if guesses.len() > 1 => Verdict::Tie,
                    (None, Some(_)) => Verdict::Suggested,
                    (None, None) => Verdict::Unused,
                };
                Explained {
                    column: column.index,
                    header: column.header.clone(),
                    field: fed.or(open.map(|(field, _)| *field)),
                    score: guess.filter(|_| !said).map(|guess| f64::from(guess.score.clamp(0, 100)) / 100.0),
                    verdict,
                    samples: column.cells.iter().take(3).cloned().collect(),
                }
            })
            .collect();
        let notes = unused(self);
        self.report.notes.extend(notes);
    }
}

/// The place of the column called `name` in `header`; a finding that names the nearest one (H01), or all of that name
/// (H02), otherwise.
pub(super) fn find_column(header: &[String], name: &str) -> Result<usize, Finding> {
    let folded = fold(name);
    let equal: [&dyn Fn(&str) -> bool; 3] =
        [&|known| known == name, &|known| known.to_lowercase() == name.to_lowercase(), &|known| {
            fold(known) == folded
        }];
    for same in equal {
        let found: Vec<usize> = header
            .iter()
            .enumerate()
            .filter(|(_, known)| !known.is_empty() && same(known))
            .map(|(i, _)| i)
            .collect();
        match found.as_slice() {
            [] => {}
            [column] => return Ok(*column),
            several => return Err(problems::repeated_name(name, several)),
        }
    }
    let numbered = name.strip_prefix('#').and_then(|number| number.parse::<usize>().ok());
    match numbered.and_then(|number| number.checked_sub(1)) {
        Some(column) if column < header.len() => Ok(column),
        _ => Err(problems::no_such_column(name, nearest(name, header.iter().map(String::as_str)))),
    }
}

/// The name by which a column of `header` is found again: its own, or its number where it has none or shares it.
pub(super) fn called(header: &[String], column: usize) -> String {
    match header.get(column) {
        Some(name) if !name.is_empty() && find_column(header, name) == Ok(column) => name.clone(),
        _ => format!("#{}", column + 1),
    }
}
