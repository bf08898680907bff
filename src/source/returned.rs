//! Rows of a `failed.csv` that were given back as they were.
//!
//! Most mistakes speak for themselves when a file of the wrong rows is read. Some do not: a row that clashes with another
//! one, which is not in that file, or one that lacked cells and was filled up. Such a row is written with a mark of its
//! cells behind its `_error`, by which it is known again as long as nobody has corrected it.

use std::fmt::Write;

use super::columns::is_memory;
use super::row::Cells;
use super::table_writer::ADDED;

/// The rules that say nothing of such a row when it stands alone.
const SILENT: [&str; 5] = ["R02", "X02", "X03", "X06", AGAIN];
/// The rule that speaks of such a row; what spoke first is named behind it.
const AGAIN: &str = "X08";

/// The columns by which such rows are known, where a table has them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Returned {
    code: usize,
    error: usize,
    width: usize,
    /// The columns that were there before.
    own: Vec<usize>,
}

impl Returned {
    /// Looks for the columns that [`TableWriter`](super::TableWriter) adds.
    pub(super) fn of(header: &[String]) -> Option<Self> {
        let place = |name: &str| header.iter().position(|column| column.trim().eq_ignore_ascii_case(name));
        let [_, code, _, error] = ADDED.map(place);
        Some(Self { code: code?, error: error?, width: header.len(), own: own(header) })
    }

    /// The rules by which a row was wrong, where it was given back as it was and none of them can be seen in it.
    pub fn uncorrected(&self, cells: Cells<'_>) -> Option<String> {
        let codes = cells.get(self.code).filter(|codes| is_silent(codes))?;
        let (_, marked) = cells.get(self.error)?.trim_end().strip_suffix(']')?.rsplit_once('[')?;
        // Those that can't be seen in the row: nothing else that somebody may have written there is repeated.
        let silent = |code: &&str| *code != AGAIN && SILENT.contains(code);
        let codes: Vec<&str> = codes.split_whitespace().filter(silent).collect();
        (mark(&self.own, self.width, cells) == marked).then(|| codes.join(" "))
    }
}

/// The columns of a table but for those that an earlier run added.
pub(super) fn own(header: &[String]) -> Vec<usize> {
    let added =
        |column: &str| ADDED.iter().any(|name| column.trim().eq_ignore_ascii_case(name)) || is_memory(column);
    (0..header.len()).filter(|column| !added(&header[*column])).collect()
}

/// What stands in `_error`: the text, and the mark of a row whose mistake can't be seen in it.
pub(super) fn marked(error: &str, codes: &str, own: &[usize], width: usize, cells: Cells<'_>) -> String {
    if is_silent(codes) { format!("{error} [{}]", mark(own, width, cells)) } else { error.to_owned() }
}

fn is_silent(codes: &str) -> bool {
    codes.split_whitespace().any(|code| SILENT.contains(&code))
}

/// A cell without what a spreadsheet changes of its own accord when it saves it: kinds of spaces and line ends, zeros in
/// front of a number, seconds that are none.
fn as_a_spreadsheet_would(cell: &str) -> String {
    let cell = cell.split_whitespace().collect::<Vec<_>>().join(" ");
    if !cell.is_empty() && cell.bytes().all(|byte| byte.is_ascii_digit()) {
        return cell.trim_start_matches('0').to_owned();
    }
    match cell.strip_suffix(":00") {
        Some(clock) if clock.contains(':') => clock.to_owned(),
        _ => cell,
    }
}

/// A few digits that any correction changes; empty cells at the end are none.
fn mark(own: &[usize], width: usize, cells: Cells<'_>) -> String {
    let beyond = cells.iter().skip(width);
    let texts = own.iter().map(|column| cells.get(*column).unwrap_or_default()).chain(beyond);
    let texts: Vec<String> = texts.map(as_a_spreadsheet_would).collect();
    let filled = texts.iter().rposition(|text| !text.is_empty()).map_or(0, |last| last + 1);
    let digest = ring::digest::digest(&ring::digest::SHA256, texts[..filled].join("\u{1f}").as_bytes());
    digest.as_ref().iter().take(4).fold(String::new(), |mut digits, byte| {
        // Writing to a string does not fail.
        write!(digits, "{byte:02x}").ok();
        digits
    })
}
