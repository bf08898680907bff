//! What a file of given-back rows remembers of the columns of its export.
//!
//! Comes in: an opened source and its binding, or a header. Goes out: names of columns that say how an export was bound
//! (`_lead.celular=Celular 2`, `_lead.email=` for a field without a column), and what such names mean.
//!
//! A few wrong rows do not show what the whole export showed, and other cells than before must not decide that another
//! column is sent. So such a file is read by the names of its columns alone, and where these say something else than the
//! export did, a column without cells says it.

use super::detect::{Column, Decision, Detected, detect};
use super::inspect::{called, find_column};
use super::sample::{is_judged_by_cells, sample};
use crate::record::Field;
use crate::source::returned::own;
use crate::source::{Binding, Source};

/// The names of the columns to add where `source`, which was bound so, gives rows back.
pub(in crate::source) fn remembered(source: &Source, binding: &Binding) -> Vec<String> {
    let columns = sample(source, is_judged_by_cells(source));
    let as_read = detect(&columns);
    let by_name = detect(&columns.iter().map(Column::without_cells).collect::<Vec<_>>());
    let before = recalled(source.header());
    // Only these are written again, and numbers count them.
    let kept = own(source.header());
    let written: Vec<String> = kept.iter().map(|column| source.header()[*column].clone()).collect();
    let mut names = Vec::new();
    for field in Field::ALL.iter().copied() {
        let bound = binding.columns(field);
        if !before.iter().any(|(known, _)| *known == field) && says_the_same(field, &by_name, &as_read, bound)
        {
            continue;
        }
        let name = |column: &str| format!("_{}={column}", field.name());
        if bound.is_empty() {
            names.push(name(""));
        }
        let places = bound.iter().filter_map(|column| kept.iter().position(|known| known == column));
        names.extend(places.map(|place| name(&called(&written, place))));
    }
    names
}

/// Whether the names alone lead to the columns that `field` is `bound` to.
fn says_the_same(field: Field, by_name: &Detected, as_read: &Detected, bound: &[usize]) -> bool {
    match by_name.decide(field, &[]) {
        Decision::Taken(guess) => bound == [guess.column],
        Decision::None => bound.is_empty(),
        unclear => bound.is_empty() && unclear.is_like(&as_read.decide(field, &[])),
    }
}

/// Which columns feed which field, as far as `header` says; a column that is gone is none.
pub(super) fn recalled(header: &[String]) -> Vec<(Field, Vec<usize>)> {
    let mut recalled: Vec<(Field, Vec<usize>)> = Vec::new();
    for (field, column) in header.iter().filter_map(|name| meant(name)) {
        let place = find_column(header, column).ok();
        match recalled.iter_mut().find(|(known, _)| *known == field) {
            Some((_, columns)) => columns.extend(place),
            None if place.is_some() || column.is_empty() => {
                recalled.push((field, place.into_iter().collect()));
            }
            None => {}
        }
    }
    recalled
}

/// Whether a column of that name only says how others are bound.
pub(in crate::source) fn is_memory(name: &str) -> bool {
    meant(name).is_some()
}

/// The field and the column that a name is about; no column where the field had none.
fn meant(name: &str) -> Option<(Field, &str)> {
    let said = name.trim().strip_prefix('_')?;
    let (field, column) = said.split_once('=')?;
    Some((Field::from_name(field)?, column.trim()))
}
