//! Rows written back as they came: same columns, order, separator, character set and line ends, then what is wrong with
//! them.
//!
//! Comes in: an opened [`Source`], how it is bound, rows of it, a note on each. Goes out: a file that its user corrects in the program
//! that the export came from, and gives back as it is: the added columns are no fields on reading, and the apostrophe
//! before what a spreadsheet would execute is taken off again. Written beside its place and renamed when whole; only this
//! user can read it.

use std::fs;
use std::io::{self, BufRead as _, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::columns;
use super::dialect::Newline;
use super::options::Charset;
use super::returned;
use super::row::Cells;
use super::split::guards;
use super::transcode::cp850_byte;
use super::{Binding, Decided, Source};

/// The columns that are added; never read back.
pub const ADDED: [&str; 4] = ["_row", "_code", "_field", "_error"];

/// What is wrong with a row.
#[derive(Debug, Clone, Copy)]
pub struct RowNote<'n> {
    /// Its physical row in the file that it came from.
    pub row: u64,
    /// The rule, or the class of the delivery's error.
    pub code: &'n str,
    /// The field that it is about.
    pub field: &'n str,
    /// What is wrong, and what to do.
    pub error: &'n str,
}

/// Writes rows of one source.
#[derive(Debug)]
pub struct TableWriter {
    file: BufWriter<NamedTempFile>,
    path: PathBuf,
    layout: Layout,
    record: csv::Writer<Vec<u8>>,
    /// The columns of the source that are kept: not those that an earlier run added.
    kept: Vec<usize>,
    /// Empty cells behind the added ones, under names that say how the columns are bound.
    memory: usize,
    width: usize,
    rows: u64,
}

/// How text becomes bytes.
#[derive(Debug, Clone)]
struct Layout {
    charset: Charset,
    delimiter: u8,
    newline: Newline,
    quote_all: bool,
}

impl TableWriter {
    /// Starts a file that will be at `path` when it is finished, with the header of `source`, which is bound
    /// so: what the names of its columns do not say of that is added to them.
    pub fn create(source: &Source, binding: &Binding, path: &Path) -> io::Result<Self> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let file = tempfile::Builder::new().prefix(".crm-bridge-").tempfile_in(folder)?;
        let decided = source.decided();
        let layout = Layout::of(decided);
        let header = source.header();
        let kept = returned::own(header);
        let memory = columns::remembered(source, binding);
        let mut writer = Self {
            file: BufWriter::with_capacity(64 * 1024, file),
            path: path.to_owned(),
            record: layout.record_writer(),
            layout,
            kept,
            memory: memory.len(),
            width: header.len(),
            rows: 0,
        };
        if decided.bom {
            writer.put("\u{feff}")?;
        }
        let names = writer.kept.iter().map(|column| header[*column].as_str()).chain(ADDED);
        let names: Vec<String> = names.chain(memory.iter().map(String::as_str)).map(guarded).collect();
        writer.write_record(&names)?;
        Ok(writer)
    }

    /// Writes one row and what is wrong with it. Cells beyond the header, where the row has some, come last.
    pub fn write(&mut self, cells: Cells<'_>, note: RowNote<'_>) -> io::Result<()> {
        let number = note.row.to_string();
        let own = self.kept.iter().map(|column| cells.get(*column).unwrap_or_default());
        let error = returned::marked(note.error, note.code, &self.kept, self.width, cells);
        let added = [number.as_str(), note.code, note.field, &error];
        let beyond = cells.iter().skip(self.width);
        let memory = std::iter::repeat_n("", self.memory);
        let row: Vec<String> = own.chain(added).chain(memory).chain(beyond).map(guarded).collect();
        // Empty cells beyond the header are of no use to anyone.
        let filled = self.kept.len() + ADDED.len() + self.memory;
        let end = row.iter().rposition(|cell| !cell.is_empty()).map_or(filled, |last| (last + 1).max(filled));
        self.rows += 1;
        self.write_record(&row[..end])
    }

    /// Rows written so far.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Puts the file in its place. What was there with other content is moved to where `elsewhere` says, which is the
    /// second path that is returned.
    pub fn finish_beside(
        self,
        elsewhere: impl FnOnce(&Path) -> PathBuf,
    ) -> io::Result<(PathBuf, Option<PathBuf>)> {
        let file = self.file.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.as_file().sync_all()?;
        let kept = if has_other_content(&self.path, file.path())? {
            let place = elsewhere(&self.path);
            fs::rename(&self.path, &place)?;
            Some(place)
        } else {
            None
        };
        file.persist(&self.path).map_err(|error| error.error)?;
        Ok((self.path, kept))
    }

    fn write_record(&mut self, cells: &[String]) -> io::Result<()> {
        self.record.write_record(cells)?;
        let record = std::mem::replace(&mut self.record, self.layout.record_writer());
        let bytes = record.into_inner().map_err(csv::IntoInnerError::into_error)?;
        let text =
            String::from_utf8(bytes).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
        self.put(&text)
    }

    fn put(&mut self, text: &str) -> io::Result<()> {
        let bytes = self.layout.encode(text);
        self.file.write_all(&bytes)
    }
}

impl Layout {
    fn of(decided: &Decided) -> Self {
        Self {
            charset: decided.encoding,
            delimiter: decided.delimiter.byte(),
            newline: decided.newline,
            quote_all: decided.quote_all,
        }
    }

    fn record_writer(&self) -> csv::Writer<Vec<u8>> {
        csv::WriterBuilder::new()
            .delimiter(self.delimiter)
            .flexible(true)
            .quote_style(if self.quote_all { csv::QuoteStyle::Always } else { csv::QuoteStyle::Necessary })
            .terminator(match self.newline {
                Newline::CrLf => csv::Terminator::CRLF,
                Newline::Lf => csv::Terminator::Any(b'\n'),
                Newline::Cr => csv::Terminator::Any(b'\r'),
            })
            .from_writer(Vec::new())
    }

    /// The bytes of `text`; a letter that the character set lacks, as a message may hold, becomes a question mark.
    fn encode(&self, text: &str) -> Vec<u8> {
        if self.charset == Charset::UTF_16LE {
            return text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        }
        if self.charset == Charset::UTF_16BE {
            return text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        }
        let Charset::Known(encoding) = self.charset else {
            return text.chars().map(|sign| cp850_byte(sign).unwrap_or(b'?')).collect();
        };
        let (bytes, _, lost) = encoding.encode(text);
        if !lost {
            return bytes.into_owned();
        }
        let known = |sign: char| !encoding.encode(sign.encode_utf8(&mut [0; 4])).2;
        let kept: String = text.chars().map(|sign| if known(sign) { sign } else { '?' }).collect();
        encoding.encode(&kept).0.into_owned()
    }
}

/// Whether there is a file at `path` that differs from `new`.
fn has_other_content(path: &Path, new: &Path) -> io::Result<bool> {
    let size = |path| fs::metadata(path).map(|metadata| metadata.len());
    if !path.is_file() {
        return Ok(false);
    }
    if size(path)? != size(new)? {
        return Ok(true);
    }
    let read = |path| fs::File::open(path).map(|file| io::BufReader::with_capacity(64 * 1024, file));
    let (mut old, mut new) = (read(path)?, read(new)?);
    loop {
        let (a, b) = (old.fill_buf()?, new.fill_buf()?);
        let same = a.len().min(b.len());
        if a[..same] != b[..same] || (same == 0 && a.len() != b.len()) {
            return Ok(true);
        }
        if same == 0 {
            return Ok(false);
        }
        old.consume(same);
        new.consume(same);
    }
}

/// The cell with an apostrophe before it where a spreadsheet would execute it.
fn guarded(cell: &str) -> String {
    if guards(cell.as_bytes()) { format!("'{cell}") } else { cell.to_owned() }
}
