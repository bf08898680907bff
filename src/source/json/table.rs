//! Records as a table: JSON goes the way that exports go, with the same rules, order and files.
//!
//! A temporary file holds one row a record and one column a field, under the fields' own names; a record's number is
//! its row. A key that no field has is a column of its own, so that it is reported like any column that is not used.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, BufWriter, Write};

use super::{Body, entries};
use crate::record::Field;
use crate::said;
use crate::source::input::Loaded;
use crate::source::options::{Charset, Delimiter};
use crate::source::split::guards;
use crate::source::{Decided, Newline, Position, Source, SourceError};

/// How many keys that no field has become columns.
const UNKNOWN: usize = 200;

/// Reads the records of `loaded` as a table; fails where an entry is a payload.
pub fn records_as_table(loaded: &Loaded) -> Result<Source, SourceError> {
    let failed = |error: io::Error| SourceError::io(loaded.name(), error);
    let (mut file, unknown) = write_table(loaded, &[])?;
    if !unknown.is_empty() {
        // Once more, now that all of its columns are known.
        file = write_table(loaded, &unknown)?.0;
    }
    let fields = Field::ALL.iter().map(|field| field.name().to_owned());
    Ok(Source {
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
        header: fields.chain(unknown).collect(),
        header_row: 0,
        first: Position { byte: 0, row: 1 },
        other_sheets: Vec::new(),
    })
}

/// Writes each record as a row: its fields, then what stands under the keys of `more`. Gives the keys that no field has.
fn write_table(loaded: &Loaded, more: &[String]) -> Result<(File, Vec<String>), SourceError> {
    let failed = |error: io::Error| SourceError::io(loaded.name(), error);
    let file = tempfile::tempfile().map_err(failed)?;
    let mut writer = csv::WriterBuilder::new()
        .delimiter(Delimiter::SEMICOLON.byte())
        .from_writer(BufWriter::new(file.try_clone().map_err(failed)?));
    let mut keys: Vec<String> = Vec::new();
    for entry in entries(loaded)? {
        let entry = entry?;
        let Body::Record { record, unknown } = entry.body else {
            return Err(SourceError::Json {
                name: loaded.name().to_owned(),
                line: entry.line,
                column: 1,
                detail: said!(en: "a payload among records", es: "un payload entre registros"),
            });
        };
        let under =
            |key: &String| unknown.iter().find(|(known, _)| known == key).map(|(_, text)| text.as_str());
        let fields = Field::ALL.iter().map(|field| record.get(*field));
        let cells = fields.chain(more.iter().map(under)).map(|text| guarded(text.unwrap_or_default()));
        writer.write_record(cells.map(Cow::into_owned)).map_err(|error| failed(error.into()))?;
        for (key, _) in unknown {
            if keys.len() < UNKNOWN && !keys.contains(&key) {
                keys.push(key);
            }
        }
    }
    let mut buffer = writer.into_inner().map_err(|error| failed(error.into_error()))?;
    buffer.flush().map_err(failed)?;
    Ok((file, keys))
}

/// Protects a text from losing the apostrophe that it begins with itself.
fn guarded(text: &str) -> Cow<'_, str> {
    if text.starts_with('\'') && guards(text.as_bytes()) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}
