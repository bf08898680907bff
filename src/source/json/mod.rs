//! Records and payloads as JSON: one object, an array of them, or one after the other (NDJSON).
//!
//! Comes in: a loaded file or stdin. Goes out: [`Entry`]s with their number. Each is either a record
//! (`{"lead", "appointment", "sale"}`), whose texts go the way that the cells of an export go, or a payload (it has a
//! `cliente`, or what only a payload has), kept as the exact text that it was. Reads one entry at a time: memory does not grow with the file.

mod frame;
mod record;
mod table;

use serde_json::value::RawValue;

use super::SourceError;
use super::encoding;
use super::input::Loaded;
use super::options::Charset;
use super::transcode;
use crate::lang::Said;
use crate::record::RawRecord;
use crate::said;
use frame::Frames;

pub use table::records_as_table;

/// The longest entry that is read, in bytes.
pub const LONGEST_ENTRY: usize = 1024 * 1024;

/// How deep objects and arrays may be nested.
pub const DEEPEST: usize = 64;

/// One object of the input.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its number, from 1: the `row` of findings and deliveries.
    pub number: u64,
    /// The line where it starts, from 1.
    pub line: u64,
    /// What it is.
    pub body: Body,
}

/// What an entry is.
#[derive(Debug, Clone)]
pub enum Body {
    /// A record of the CRM, as texts by field.
    Record {
        /// The texts; numbers as they were written, null as absent.
        record: Box<RawRecord<'static>>,
        /// What stands under keys that no field has, by dotted name.
        unknown: Vec<(String, String)>,
    },
    /// A payload, as it was written.
    Payload(Box<RawValue>),
}

/// Whether `loaded` begins like JSON: its name says so, or its first sign is a brace or a bracket.
pub fn looks_like_json(loaded: &Loaded) -> bool {
    let name = loaded.name().to_ascii_lowercase();
    if [".json", ".ndjson", ".jsonl"].iter().any(|ending| name.ends_with(ending)) {
        return true;
    }
    let head = loaded.head(4096).unwrap_or_default();
    let signs = head.iter().filter(|byte| !matches!(byte, 0 | 0xEF | 0xBB | 0xBF | 0xFE | 0xFF));
    let mut signs = signs.filter(|byte| !byte.is_ascii_whitespace());
    match signs.next() {
        Some(b'{') => true,
        // A bracket may begin a title too.
        Some(b'[') => matches!(signs.next(), Some(b'{' | b']')),
        _ => false,
    }
}

/// Reads the entries of `loaded`. Fails where it is no text (F01) or in a character set that has to be named (F03).
pub fn entries(loaded: &Loaded) -> Result<Entries, SourceError> {
    let decoding = encoding::decide(loaded, None)?;
    let (text, start) = if decoding.charset == Charset::UTF_8 {
        (loaded.clone(), decoding.bom as u64)
    } else {
        (transcode::to_utf8(loaded, decoding)?, 0)
    };
    Ok(Entries { name: text.name().to_owned(), frames: Frames::new(&text, start), number: 0, failed: false })
}

/// The entries of an input, one after the other; ends after an error.
#[derive(Debug)]
pub struct Entries {
    name: String,
    frames: Frames,
    number: u64,
    failed: bool,
}

impl Iterator for Entries {
    type Item = Result<Entry, SourceError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed {
            return None;
        }
        let entry = match self.frames.next() {
            Ok(None) => return None,
            Ok(Some(frame)) => {
                self.number += 1;
                entry(self.number, frame.line, frame.column, &frame.text)
            }
            Err(fault) => Err(fault),
        };
        self.failed = entry.is_err();
        Some(entry.map_err(|fault| fault.into_error(&self.name)))
    }
}

fn entry(number: u64, line: u64, column: u64, text: &str) -> Result<Entry, Fault> {
    let whole: &RawValue =
        serde_json::from_str(text).map_err(|error| Fault::malformed(&error, line, column))?;
    let keys = record::members(whole).map_err(|detail| Fault::At { line, column, detail })?;
    let has = |names: &[&str]| names.iter().any(|name| keys.contains_key(*name));
    let is_record = has(&["lead", "appointment", "sale"]);
    // One that lacks its client is a payload all the same, and a rule says what it lacks.
    let body = if has(&["cliente"]) || (!is_record && has(&["id_presencia_crm", "fecha_hora_presencia"])) {
        Body::Payload(whole.to_owned())
    } else if is_record {
        let (record, unknown) = record::read(&keys).map_err(|detail| Fault::At { line, column, detail })?;
        Body::Record { record: Box::new(record), unknown }
    } else {
        let detail = said!(
            en: "neither a record (lead, appointment) nor a payload (cliente)",
            es: "no es un registro (lead, appointment) ni un payload (cliente)"
        );
        return Err(Fault::At { line, column, detail });
    };
    Ok(Entry { number, line, body })
}

/// What is wrong, before the input's name is known.
#[derive(Debug)]
pub(super) enum Fault {
    At { line: u64, column: u64, detail: Said },
    Io(std::io::Error),
}

impl Fault {
    fn malformed(error: &serde_json::Error, line: u64, column: u64) -> Self {
        let (inner_line, inner_column) = (error.line() as u64, error.column() as u64);
        let Said { en, es } = Said::of_parser(&error.to_string());
        Self::At {
            line: line + inner_line.saturating_sub(1),
            column: if inner_line <= 1 { column + inner_column.saturating_sub(1) } else { inner_column },
            detail: said!(en: "not well formed: {en}", es: "JSON mal formado: {es}"),
        }
    }

    fn into_error(self, name: &str) -> SourceError {
        match self {
            Self::At { line, column, detail } => {
                SourceError::Json { name: name.to_owned(), line, column, detail }
            }
            Self::Io(error) => SourceError::io(name, error),
        }
    }
}
