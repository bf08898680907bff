//! The cells by which columns are judged.
//!
//! Comes in: an opened source. Goes out: its columns with their first filled cells. What is left out: rows that are no
//! records, and cells that hold nothing, whatever is written in them.

use super::content::SAMPLES;
use super::detect::Column;
use super::remembered::is_memory;
use crate::rules::cell::is_absent;
use crate::source::{Binding, RowKind, Source};

/// How many bytes of cells are kept to judge columns by.
const SAMPLED_BYTES: usize = 4 * 1024 * 1024;

/// A row with no more cells than this is text outside the table where others have more.
const FOOTER: usize = 2;

/// Whether the cells of `source` help to judge its columns: not where it holds a few rows that were given back.
pub(super) fn is_judged_by_cells(source: &Source) -> bool {
    source.returned().is_none() && !source.header().iter().any(|name| is_memory(name))
}

/// The columns of `source` with their first cells.
pub(super) fn sample(source: &Source, judged: bool) -> Vec<Column> {
    let mut columns: Vec<Column> = source
        .header()
        .iter()
        .enumerate()
        .map(|(index, header)| Column { index, header: header.clone(), cells: Vec::new(), judged })
        .collect();
    let rows = first_rows(source, columns.len());
    // Which columns a record can't be without isn't known yet.
    let outside = |row: &Vec<(usize, String)>| row.len() <= FOOTER;
    let all_alike = rows.iter().all(outside);
    for row in rows.into_iter().filter(|row| all_alike || !outside(row)) {
        for (index, cell) in row {
            if let Some(column) = columns.get_mut(index).filter(|_| !is_absent(&cell)) {
                column.cells.push(cell);
            }
        }
    }
    columns
}

/// The first rows: of each the filled cells, with their places.
fn first_rows(source: &Source, width: usize) -> Vec<Vec<(usize, String)>> {
    let mut rows = source.rows(&Binding::default());
    let mut sampled = Vec::new();
    let mut bytes = 0;
    while sampled.len() < SAMPLES && bytes < SAMPLED_BYTES {
        let Some(Ok(row)) = rows.next() else { break };
        if row.kind() != RowKind::Record {
            continue;
        }
        let filled = row.cells.iter().take(width).enumerate().filter(|(_, cell)| !cell.trim().is_empty());
        // A comment's length says nothing about its kind.
        let kept: Vec<(usize, String)> =
            filled.map(|(index, cell)| (index, cell.trim().chars().take(120).collect())).collect();
        bytes += kept.iter().map(|(_, cell)| cell.len()).sum::<usize>();
        sampled.push(kept);
    }
    sampled
}
