//! Records as a table: JSON goes the way that exports go, with the same rules, order and files.
//!
//! A temporary file holds one row a record and one column a field, under the fields' own names; a record's number is
//! its row. A key that no field has is a column of its own, so that it is reported like any column that is not used.

use std::borrow::Cow;
use std::io::{self, BufWriter, Write};

use super::{Body, entries};
use crate::record::Field;
use crate::said;
use crate::source::input::Loaded;
use crate::source::options::{Charset, Delimiter};
use crate::source::split::guards;
use crate::source::{Binding, Decided, Newline, Position, Source, SourceError};

/// Reads the records of `loaded` as a table whose columns are bound already; fails where an entry is a payload.
pub fn records_as_table(loaded: &Loaded) -> Result<(Source, Binding), SourceError> {
    let failed = |error: io::Error| SourceError::io(loaded.name(), error);
    let file = tempfile::tempfile().map_err(failed)?;
    let mut writer = csv::WriterBuilder::new()
        .delimiter(Delimiter::SEMICOLON.byte())
        .from_writer(BufWriter::new(file.try_clone().map_err(failed)?));
    for entry in entries(loaded)? {
        let entry = entry?;
        let Body::Record { record, .. } = entry.body else {
            return Err(SourceError::Json {
                name: loaded.name().to_owned(),
                line: entry.line,
                column: 1,
                detail: said!(en: "a payload among records", es: "un payload entre registros"),
            });
        };
        let cells = Field::ALL.iter().map(|field| guarded(record.get(*field).unwrap_or_default()));
        writer.write_record(cells.map(Cow::into_owned)).map_err(|error| failed(error.into()))?;
    }
    let mut buffer = writer.into_inner().map_err(|error| failed(error.into_error()))?;
    buffer.flush().map_err(failed)?;
    let mut binding = Binding::default();
    for (column, field) in Field::ALL.iter().enumerate() {
        binding.set(*field, vec![column]);
    }
    let source = Source {
        text: Loaded::from_file(loaded.name(), file).map_err(failed)?,
        decided: Decided {
            encoding: Charset::UTF_8,
            bom: true,
            delimiter: Delimiter::SEMICOLON,
            newline: Newline::CrLf,
            quote_all: false,
            transcoded: true,
            sheet: None,
        },
        header: Field::ALL.iter().map(|field| field.name().to_owned()).collect(),
        header_row: 0,
        first: Position { byte: 0, row: 1 },
        other_sheets: Vec::new(),
    };
    Ok((source, binding))
}

/// Protects a text from losing the apostrophe that it begins with itself.
fn guarded(text: &str) -> Cow<'_, str> {
    if text.starts_with('\'') && guards(text.as_bytes()) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}
