//! A line of carets under the part of a cell that is wrong.

use crate::report::event::FindingNote;

/// The line that goes under a line in which `before` stands left of the finding's cell; none where there is no cell, or
/// it would not stand on one line.
pub(super) fn under(before: &str, note: &FindingNote) -> Option<String> {
    let cell = note.value.as_deref().filter(|cell| !cell.is_empty())?;
    if cell.chars().any(char::is_control) {
        return None;
    }
    let (skip, length) = wrong(note.code, cell);
    Some(format!("{}{}", " ".repeat(before.chars().count() + skip), "^".repeat(length)))
}

/// Where in the cell the wrong part begins, and how long it is, in characters: one sign where a rule is about signs.
fn wrong(code: &str, cell: &str) -> (usize, usize) {
    let whole = (0, cell.chars().count());
    if code != "I01" {
        return whole;
    }
    let fits = |sign: char| sign.is_ascii_alphanumeric() || matches!(sign, '-' | '_' | '.');
    cell.chars().position(|sign| !fits(sign)).map_or(whole, |at| (at, 1))
}
