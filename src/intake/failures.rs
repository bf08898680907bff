//! What went wrong with which row, kept on disk until `failed.csv` is written.
//!
//! A file in which every row is wrong must not fill the memory: a row costs 16 bytes here, its texts are in an unnamed
//! temporary file.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};

/// What is wrong with a row, in the words of `failed.csv`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowFailure {
    /// Code of the rule, or class of the delivery's error.
    pub code: String,
    /// Field of the record or payload; may be empty.
    pub field: String,
    /// Message and remedy, in the run's language; personal values are not in it.
    pub error: String,
}

impl RowFailure {
    /// What is wrong and what to do, as one text; whoever wrote the message may have ended it already.
    pub fn text(message: &str, hint: &str) -> String {
        if hint.is_empty() {
            return message.to_owned();
        }
        format!("{}. » {hint}", message.trim_end_matches([' ', '.', ':', ';']))
    }
}

/// The failures of a run, by row.
#[derive(Debug)]
pub struct Failures {
    spool: BufWriter<File>,
    written: u64,
    places: Vec<(u64, u64)>,
}

impl Failures {
    /// An empty list; fails where no temporary file can be made.
    pub fn new() -> io::Result<Self> {
        Ok(Self { spool: BufWriter::new(tempfile::tempfile()?), written: 0, places: Vec::new() })
    }

    /// Adds what is wrong with `row`; a row may fail more than once.
    pub fn add(&mut self, row: u64, failure: &RowFailure) -> io::Result<()> {
        self.places.push((row, self.written));
        for text in [&failure.code, &failure.field, &failure.error] {
            let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
            let kept = &text.as_bytes()[..length as usize];
            self.spool.write_all(&length.to_le_bytes())?;
            self.spool.write_all(kept)?;
            self.written += 4 + u64::from(length);
        }
        Ok(())
    }

    /// Whether nothing failed.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// The failed rows in the order of the file, each with all that is wrong with it.
    pub fn rows(&mut self) -> io::Result<Rows<'_>> {
        self.spool.flush()?;
        self.places.sort_unstable();
        Ok(Rows { reader: BufReader::new(self.spool.get_ref()), places: &self.places })
    }
}

/// Failed rows, in order.
#[derive(Debug)]
pub struct Rows<'f> {
    reader: BufReader<&'f File>,
    places: &'f [(u64, u64)],
}

impl Rows<'_> {
    /// The next failed row and all that is wrong with it.
    pub fn next(&mut self) -> io::Result<Option<(u64, Vec<RowFailure>)>> {
        let Some(&(row, _)) = self.places.first() else { return Ok(None) };
        let mut failures = Vec::new();
        while let Some(&(same, offset)) = self.places.first().filter(|(same, _)| *same == row) {
            debug_assert_eq!(same, row);
            self.places = &self.places[1..];
            self.seek(offset)?;
            failures.push(RowFailure { code: self.text()?, field: self.text()?, error: self.text()? });
        }
        Ok(Some((row, failures)))
    }

    fn seek(&mut self, offset: u64) -> io::Result<()> {
        let now = self.reader.stream_position()?;
        // Rows mostly failed in order; a relative seek keeps the buffer.
        match i64::try_from(i128::from(offset) - i128::from(now)) {
            Ok(distance) => self.reader.seek_relative(distance),
            Err(_) => self.reader.seek(SeekFrom::Start(offset)).map(drop),
        }
    }

    fn text(&mut self) -> io::Result<String> {
        let mut length = [0; 4];
        self.reader.read_exact(&mut length)?;
        let mut bytes = vec![0; u32::from_le_bytes(length) as usize];
        self.reader.read_exact(&mut bytes)?;
        String::from_utf8(bytes).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure(code: &str) -> RowFailure {
        RowFailure { code: code.into(), field: "lead.celular".into(), error: "sin teléfono".into() }
    }

    #[test]
    fn a_message_that_ended_itself_is_not_ended_again() {
        assert_eq!(RowFailure::text("Simulated fault.", "send it again"), "Simulated fault. » send it again");
        assert_eq!(RowFailure::text("no date: ", "fill it in"), "no date. » fill it in");
        assert_eq!(RowFailure::text("no date.", ""), "no date.");
    }

    #[test]
    fn gives_rows_in_order_with_all_that_is_wrong() {
        let mut failures = Failures::new().unwrap();
        failures.add(9, &failure("T01")).unwrap();
        failures.add(4, &failure("A01")).unwrap();
        failures.add(9, &failure("N01")).unwrap();
        let mut rows = failures.rows().unwrap();
        assert_eq!(rows.next().unwrap(), Some((4, vec![failure("A01")])));
        assert_eq!(rows.next().unwrap(), Some((9, vec![failure("T01"), failure("N01")])));
        assert_eq!(rows.next().unwrap(), None);
    }
}
