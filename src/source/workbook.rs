//! Workbooks: the cells of a sheet as delimited text.
//!
//! Comes in: an `.xlsx` or `.ods`, told by its contents whatever it is called. Goes out: a temporary file of UTF-8 text,
//! whose rows have the numbers that the sheet shows, and the sheet's name. A date becomes ISO 8601, a time of the day
//! `HH:MM:SS`, a whole number loses its `.0`.

mod unpacked;

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Write};
use std::panic::AssertUnwindSafe;

use calamine::{Data, DataRef, ExcelDateTime, ExcelDateTimeType, Ods, Reader, Sheet, SheetVisible, Xlsx};

use super::SourceError;
use super::input::{Cursor, Loaded};
use super::options::Delimiter;
use super::split::guards;
use crate::lang::Said;
use crate::said;

/// The separator of the temporary text.
pub(super) const DELIMITER: Delimiter = Delimiter::SEMICOLON;

/// A sheet as text.
pub(super) struct SheetText {
    pub(super) text: Loaded,
    pub(super) sheet: String,
    /// The other sheets that its user sees.
    pub(super) others: Vec<String>,
}

type Bytes = BufReader<Cursor>;

/// As many rows and columns as the largest spreadsheet has; a broken file may claim more.
const MOST_ROWS: usize = 1_048_576;
const MOST_COLUMNS: usize = 16_384;

/// Reads a sheet of `loaded`, the first visible one unless one is `asked` for; none where this is no workbook.
pub(super) fn read(loaded: &Loaded, asked: Option<&str>) -> Result<Option<SheetText>, SourceError> {
    let head = loaded.head(256).map_err(|error| SourceError::io(loaded.name(), error))?;
    if !head.starts_with(b"PK\x03\x04") {
        return Ok(None);
    }
    // The library panics on some broken files (a row number that overflows); to the user they are unreadable files.
    std::panic::catch_unwind(AssertUnwindSafe(|| read_zip(loaded, &head, asked)))
        .unwrap_or_else(|_| Err(unreadable(loaded, &"it is damaged")))
}

fn read_zip(loaded: &Loaded, head: &[u8], asked: Option<&str>) -> Result<Option<SheetText>, SourceError> {
    let bytes = || BufReader::with_capacity(64 * 1024, loaded.reader(0));
    if let Some(detail) = unpacked::oversized(bytes()) {
        return Err(SourceError::NotText { name: loaded.name().to_owned(), detail, row: None, remedy: None });
    }
    let open_document = b"application/vnd.oasis.opendocument.spreadsheet";
    if memchr::memmem::find(head, open_document).is_some() {
        let book = Ods::new(bytes()).map_err(|error| unreadable(loaded, &error))?;
        return ods(loaded, book, asked).map(Some);
    }
    match Xlsx::new(bytes()) {
        Ok(book) => xlsx(loaded, book, asked).map(Some),
        // Whatever else is packed as ZIP is told by the one who looks for text.
        Err(_) if memchr::memmem::find(head, b"[Content_Types].xml").is_none() => Ok(None),
        Err(error) => Err(unreadable(loaded, &error)),
    }
}

fn xlsx(loaded: &Loaded, mut book: Xlsx<Bytes>, asked: Option<&str>) -> Result<SheetText, SourceError> {
    let (sheet, others) = choose(loaded, book.sheets_metadata(), asked)?;
    let mut cells = book.worksheet_cells_reader(&sheet).map_err(|error| unreadable(loaded, &error))?;
    let mut text = SheetWriter::new().map_err(|error| SourceError::io(loaded.name(), error))?;
    while let Some(cell) = cells.next_cell().map_err(|error| unreadable(loaded, &error))? {
        let (row, column) = cell.get_position();
        text.put(row as usize, column as usize, &worded(cell.get_value()))
            .map_err(|error| SourceError::io(loaded.name(), error))?;
    }
    text.finish(loaded, sheet, others)
}

/// `OpenDocument` sheets can only be read whole.
fn ods(loaded: &Loaded, mut book: Ods<Bytes>, asked: Option<&str>) -> Result<SheetText, SourceError> {
    let (sheet, others) = choose(loaded, book.sheets_metadata(), asked)?;
    let range = book.worksheet_range(&sheet).map_err(|error| unreadable(loaded, &error))?;
    let (first_row, first_column) = range.start().unwrap_or_default();
    let failed = |error| SourceError::io(loaded.name(), error);
    let mut text = SheetWriter::new().map_err(failed)?;
    for (row, column, value) in range.used_cells() {
        text.put(row + first_row as usize, column + first_column as usize, &worded(&borrowed(value)))
            .map_err(failed)?;
    }
    text.finish(loaded, sheet, others)
}

fn choose(
    loaded: &Loaded,
    sheets: &[Sheet],
    asked: Option<&str>,
) -> Result<(String, Vec<String>), SourceError> {
    let found = match asked {
        None => sheets.iter().find(|sheet| sheet.visible == SheetVisible::Visible).or(sheets.first()),
        Some(name) => sheets
            .iter()
            .find(|sheet| sheet.name == name)
            .or_else(|| sheets.iter().find(|sheet| sheet.name.to_lowercase() == name.trim().to_lowercase())),
    };
    let Some(found) = found else {
        return Err(SourceError::NoSheet {
            name: loaded.name().to_owned(),
            sheet: asked.unwrap_or_default().to_owned(),
            sheets: sheets.iter().map(|sheet| sheet.name.clone()).collect(),
        });
    };
    let seen = sheets.iter().filter(|sheet| sheet.visible == SheetVisible::Visible);
    let others = seen.filter(|sheet| sheet.name != found.name).map(|sheet| sheet.name.clone()).collect();
    Ok((found.name.clone(), others))
}

fn unreadable(loaded: &Loaded, error: &dyn std::fmt::Display) -> SourceError {
    // What the library says is about the parts inside, which only programmers know.
    damaged(loaded, said!(en: "a workbook that can't be read ({error})", es: "un libro dañado o incompleto"))
}

/// A workbook that only the spreadsheet can mend.
pub(super) fn damaged(loaded: &Loaded, detail: Said) -> SourceError {
    SourceError::NotText {
        name: loaded.name().to_owned(),
        detail,
        row: None,
        remedy: Some(Box::new(said!(
            en: "open it in the spreadsheet and save it again, as .xlsx or as CSV UTF-8; a download that broke off has to be repeated",
            es: "ábralo en la hoja de cálculo y guárdelo otra vez, como .xlsx o como CSV UTF-8; una descarga cortada hay que repetirla",
        ))),
    }
}

/// Writes cells, in the order of rows and columns, as delimited text.
struct SheetWriter {
    out: csv::Writer<BufWriter<File>>,
    row: usize,
    cells: Vec<String>,
}

impl SheetWriter {
    fn new() -> io::Result<Self> {
        let file = BufWriter::with_capacity(128 * 1024, tempfile::tempfile()?);
        let out = csv::WriterBuilder::new().delimiter(DELIMITER.byte()).flexible(true).from_writer(file);
        Ok(Self { out, row: 0, cells: Vec::new() })
    }

    fn put(&mut self, row: usize, column: usize, text: &str) -> io::Result<()> {
        if text.is_empty() {
            return Ok(());
        }
        if row >= MOST_ROWS || column >= MOST_COLUMNS {
            return Err(io::Error::other("a cell beyond the last row or column of a sheet"));
        }
        while self.row < row {
            self.end_row()?;
        }
        if self.cells.len() <= column {
            self.cells.resize(column + 1, String::new());
        }
        if let Some(cell) = self.cells.get_mut(column) {
            cell.clear();
            // The reader takes one apostrophe off such a cell.
            if text.starts_with('\'') && guards(text.as_bytes()) {
                cell.push('\'');
            }
            cell.push_str(text);
        }
        Ok(())
    }

    fn end_row(&mut self) -> io::Result<()> {
        // Even a row of nothing is a row, and a lone empty cell would not be told from the end of the text.
        if self.cells.len() < 2 {
            self.cells.resize(2, String::new());
        }
        self.out.write_record(&self.cells)?;
        self.cells.clear();
        self.row += 1;
        Ok(())
    }

    fn finish(
        mut self,
        loaded: &Loaded,
        sheet: String,
        others: Vec<String>,
    ) -> Result<SheetText, SourceError> {
        if self.row == 0 && self.cells.is_empty() {
            return Err(SourceError::Empty { name: format!("{} ({sheet})", loaded.name()) });
        }
        let written = self
            .end_row()
            .and_then(|()| self.out.into_inner().map_err(csv::IntoInnerError::into_error))
            .and_then(|mut file| {
                file.flush()?;
                file.into_inner().map_err(io::IntoInnerError::into_error)
            })
            .and_then(|file| Loaded::from_file(loaded.name(), file));
        let text = written.map_err(|error| SourceError::io(loaded.name(), error))?;
        Ok(SheetText { text, sheet, others })
    }
}

fn borrowed(value: &Data) -> DataRef<'_> {
    match value {
        Data::String(text) => DataRef::SharedString(text),
        Data::Int(number) => DataRef::Int(*number),
        Data::Float(number) => DataRef::Float(*number),
        Data::Bool(truth) => DataRef::Bool(*truth),
        Data::DateTime(at) => DataRef::DateTime(*at),
        Data::DateTimeIso(text) => DataRef::DateTimeIso(text.clone()),
        Data::DurationIso(text) => DataRef::DurationIso(text.clone()),
        Data::Error(error) => DataRef::Error(error.clone()),
        Data::Empty => DataRef::Empty,
    }
}

/// The text of a cell, as the readers of cells understand it.
fn worded(value: &DataRef<'_>) -> String {
    match value {
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::String(text) | DataRef::DateTimeIso(text) => text.clone(),
        DataRef::Int(number) => number.to_string(),
        // Prints whole numbers without a fraction, and never an exponent.
        DataRef::Float(number) => number.to_string(),
        DataRef::Bool(truth) => truth.to_string(),
        DataRef::DateTime(at) => date_or_time(*at),
        DataRef::DurationIso(text) => iso_duration(text).unwrap_or_else(|| text.clone()),
        DataRef::Error(error) => error.to_string(),
        DataRef::Empty => String::new(),
    }
}

fn date_or_time(at: ExcelDateTime) -> String {
    let days = at.as_f64();
    if !(0.0..2_958_466.0).contains(&days) {
        return days.to_string();
    }
    if at.is_duration() || days < 1.0 {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "between 0 and the year 9999"
        )]
        let seconds = (days * 86_400.0).round() as u64;
        // No day has an hour 24: what is left of it is its last second.
        return clock(if days < 1.0 { seconds.min(86_399) } else { seconds });
    }
    // A moment is a binary fraction of a day: half past two may be a millisecond before it.
    let rounded = (days * 86_400.0).round() / 86_400.0 + 1e-9;
    let (year, month, day, hour, minute, second, _) = match rebuilt(at, rounded) {
        Some(at) => at.to_ymd_hms_milli(),
        None => at.to_ymd_hms_milli(),
    };
    if (hour, minute, second) == (0, 0, 0) {
        format!("{year:04}-{month:02}-{day:02}")
    } else {
        format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")
    }
}

/// The same kind of moment at `days`. Whether the workbook counts from 1904 is only to be seen in what it makes of a day.
fn rebuilt(at: ExcelDateTime, days: f64) -> Option<ExcelDateTime> {
    [false, true]
        .map(|from_1904| (ExcelDateTime::new(at.as_f64(), ExcelDateTimeType::DateTime, from_1904), from_1904))
        .into_iter()
        .find(|(same, _)| same.to_ymd_hms_milli() == at.to_ymd_hms_milli())
        .map(|(_, from_1904)| ExcelDateTime::new(days, ExcelDateTimeType::DateTime, from_1904))
}

fn clock(seconds: u64) -> String {
    format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

/// `PT14H30M00S` as `14:30:00`.
fn iso_duration(text: &str) -> Option<String> {
    let mut seconds = 0.0;
    let mut number = String::new();
    for sign in text.strip_prefix("PT")?.chars() {
        let unit = match sign {
            'H' => 3600.0,
            'M' => 60.0,
            'S' => 1.0,
            _ => {
                number.push(sign);
                continue;
            }
        };
        seconds += number.replace(',', ".").parse::<f64>().ok()? * unit;
        number.clear();
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "checked to be a few days at most"
    )]
    let whole = (0.0..1e6).contains(&seconds).then(|| seconds.round() as u64)?;
    number.is_empty().then(|| clock(whole))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_become_texts_that_the_readers_of_cells_know() {
        let at = |days, kind| DataRef::DateTime(ExcelDateTime::new(days, kind, false));
        for (value, text) in [
            (DataRef::Float(999_888_777.0), "999888777"),
            (DataRef::Float(150.5), "150.5"),
            (DataRef::Float(1e15), "1000000000000000"),
            (DataRef::Bool(true), "true"),
            (at(45_306.604_166_666_664, ExcelDateTimeType::DateTime), "2024-01-15T14:30:00"),
            (at(45_306.999_999_99, ExcelDateTimeType::DateTime), "2024-01-16"),
            (at(45_306.0, ExcelDateTimeType::DateTime), "2024-01-15"),
            (at(0.604_166_666_666_666_6, ExcelDateTimeType::DateTime), "14:30:00"),
            (at(0.999_999, ExcelDateTimeType::DateTime), "23:59:59"),
            (at(0.999_999, ExcelDateTimeType::TimeDelta), "23:59:59"),
            (at(1.5, ExcelDateTimeType::TimeDelta), "36:00:00"),
            (DataRef::DurationIso("PT14H30M00S".to_owned()), "14:30:00"),
            (DataRef::DurationIso("P1D".to_owned()), "P1D"),
        ] {
            assert_eq!(worded(&value), text);
        }
    }

    #[test]
    fn days_counted_from_1904_stay_so() {
        let at = ExcelDateTime::new(43_844.604_166_666_664, ExcelDateTimeType::DateTime, true);
        assert_eq!(date_or_time(at), "2024-01-15T14:30:00");
    }
}
