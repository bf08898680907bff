//! Tables in memory, read as the program reads files.

use crm_bridge::source::{Binding, ReadOptions, RowKind, Source, SourceError, load_bytes, open_loaded};

/// Opens bytes as an export of that name.
pub(crate) fn open(bytes: &[u8]) -> Result<Source, SourceError> {
    open_with(bytes, &ReadOptions::default())
}

/// Opens bytes as an export of that name, with what the user said about it.
pub(crate) fn open_with(bytes: &[u8], options: &ReadOptions) -> Result<Source, SourceError> {
    open_loaded(load_bytes("export.csv", bytes)?, options)
}

/// Every row below the header: number, kind, cells.
pub(crate) type Table = Vec<(u64, RowKind, Vec<String>)>;

/// Reads all rows, or the first error.
pub(crate) fn rows(source: &Source, binding: &Binding) -> Result<Table, SourceError> {
    let mut rows = source.rows(binding);
    let mut table = Vec::new();
    while let Some(row) = rows.next() {
        let row = row?;
        table.push((row.number, row.kind(), row.cells.iter().map(str::to_owned).collect()));
    }
    Ok(table)
}

/// The cells of the records of `bytes`.
pub(crate) fn records(bytes: &[u8]) -> Vec<Vec<String>> {
    let source = open(bytes).expect("opens");
    let rows = rows(&source, &Binding::default()).expect("reads");
    rows.into_iter().filter(|(_, kind, _)| *kind == RowKind::Record).map(|(_, _, cells)| cells).collect()
}
