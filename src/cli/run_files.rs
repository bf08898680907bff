//! The files of a run: `failed.csv`, `unprocessed.csv`, `report.json`, `report.html`.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::error::{Failure, Kind};
use crate::intake::{Failures, Revisit, RowFailure};
use crate::lang::{Lang, Said};
use crate::report::files::Report;
use crate::said;
use crate::source::{self, ADDED, Binding, Charset, Input, ReadOptions, RowNote, TableWriter};

/// Where the files of a run go.
#[derive(Debug)]
pub(crate) struct RunFiles {
    folder: PathBuf,
    inputs: Vec<PathBuf>,
    lang: Lang,
    revisit: Revisit,
    written: Vec<String>,
    /// Those with rows to correct.
    to_correct: Vec<ToCorrect>,
    /// Files that were there before, with other content: what they are called now.
    kept: Vec<(PathBuf, PathBuf)>,
}

/// A file with rows to correct.
#[derive(Debug)]
pub(crate) struct ToCorrect {
    /// The index of the input that they are of.
    pub(crate) input: usize,
    /// Its name.
    pub(crate) file: String,
    /// Its character set, where its rows alone do not show it.
    pub(crate) encoding: Option<Charset>,
}

impl RunFiles {
    /// Files in `folder`, which is made where it is missing; an input is never overwritten, and what an earlier run wrote
    /// is kept under another name.
    pub(crate) fn new(folder: &Path, revisit: Revisit, lang: Lang) -> Result<Self, Failure> {
        fs::create_dir_all(folder).map_err(|error| cannot_write(folder, &error))?;
        let inputs =
            revisit.tables().iter().filter_map(|table| fs::canonicalize(table.name()).ok()).collect();
        Ok(Self {
            folder: folder.to_owned(),
            inputs,
            lang,
            revisit,
            written: Vec::new(),
            to_correct: Vec::new(),
            kept: Vec::new(),
        })
    }

    /// Writes the rows that failed, with what is wrong with each; nothing where none did.
    pub(crate) fn failed(&mut self, failures: &mut Failures) -> Result<(), Failure> {
        let mut rows = failures.rows().map_err(|error| cannot_write(&self.folder, &error))?;
        let mut open: Option<(usize, TableWriter)> = None;
        while let Some((number, failures)) =
            rows.next().map_err(|error| cannot_write(&self.folder, &error))?
        {
            let note = joined(&failures);
            if let Some((input, path)) = self.write(&mut open, "failed", number, &note)? {
                let file = path.display().to_string();
                self.to_correct.push(ToCorrect { input, file, encoding: None });
            }
        }
        self.close(open)?;
        for to_correct in &mut self.to_correct {
            let written_as = self.revisit.tables().get(to_correct.input).source().decided().encoding;
            let read_as =
                source::open(&Input::Path(to_correct.file.as_str().into()), &ReadOptions::default())
                    .map(|source| source.decided().encoding);
            // What is read as UTF-8 holds nothing that the sets write differently.
            let shown = read_as.is_ok_and(|found| found == written_as || found == Charset::UTF_8);
            to_correct.encoding = (!shown).then_some(written_as);
        }
        Ok(())
    }

    /// Writes the rows that were not tried; nothing where all were.
    pub(crate) fn unprocessed(&mut self, numbers: impl Iterator<Item = u64>) -> Result<(), Failure> {
        let note = RowFailure {
            code: "unprocessed".to_owned(),
            field: String::new(),
            error: self
                .lang
                .pick("not tried, since the run stopped", "sin intentar, porque la ejecución se detuvo")
                .to_owned(),
        };
        let mut open = None;
        for number in numbers {
            self.write(&mut open, "unprocessed", number, &note)?;
        }
        self.close(open)
    }

    /// Puts away what an earlier part of the run had left untried, now that nothing is: whoever found it there would send it
    /// again.
    pub(crate) fn retire_unprocessed(&mut self) -> Result<(), Failure> {
        for index in 0..self.revisit.tables().len() {
            let path = self.path("unprocessed", index);
            if self.is_of(index, &path)? {
                let kept = self.old(&path);
                fs::rename(&path, &kept).map_err(|error| cannot_write(&kept, &error))?;
                self.kept.push((path, kept));
            }
        }
        Ok(())
    }

    /// Whether what is at `path` was written for input `index`: its first row is the row of that input which it names.
    fn is_of(&mut self, index: usize, path: &Path) -> Result<bool, Failure> {
        let Ok(source) = source::open(&Input::Path(path.to_owned()), &ReadOptions::default()) else {
            return Ok(false);
        };
        let header = source.header().to_vec();
        let Some(place) = header.iter().position(|name| name == ADDED[0]) else { return Ok(false) };
        let mut rows = source.rows(&Binding::default());
        let Some(Ok(first)) = rows.next() else { return Ok(false) };
        let Some(row) = first.cells.get(place).and_then(|row| row.parse().ok()) else { return Ok(false) };
        let number = {
            let tables = self.revisit.tables();
            tables.number(Some(tables.get(index).name()), row).1
        };
        let same = self
            .revisit
            .row(number, |own| own.cells.iter().take(place).eq(first.cells.iter().take(place)))?;
        Ok(same.unwrap_or(false))
    }

    /// The files with rows to correct.
    pub(crate) fn to_correct(&self) -> &[ToCorrect] {
        &self.to_correct
    }

    /// What became of earlier files, which may hold corrections that nobody has sent yet.
    pub(crate) fn told(&self) -> Option<Said> {
        let list: Vec<String> =
            self.kept.iter().map(|(path, kept)| format!("{} → {}", path.display(), kept.display())).collect();
        let list = list.join(", ");
        (!list.is_empty()).then(|| {
            said!(
                en: "files of an earlier run were there; they are kept: {list}",
                es: "había archivos de una ejecución anterior; se conservan: {list}",
            )
        })
    }

    /// A free name for what is at `path` now.
    fn old(&self, path: &Path) -> PathBuf {
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        let name = |number: u32| {
            if number < 2 { format!("{stem}-old.csv") } else { format!("{stem}-old-{number}.csv") }
        };
        let mut paths = (1..).map(|number| self.folder.join(name(number)));
        paths.find(|path| !path.exists()).unwrap_or_else(|| path.to_owned())
    }

    /// The files that were written, at the end.
    pub(crate) fn into_written(self) -> Vec<String> {
        self.written
    }

    /// Writes one row; gives the file that it began, where it is the first one of its input.
    fn write(
        &mut self,
        open: &mut Option<(usize, TableWriter)>,
        stem: &str,
        number: u64,
        note: &RowFailure,
    ) -> Result<Option<(usize, PathBuf)>, Failure> {
        let (index, row) = self.revisit.tables().locate(number);
        let mut begun = None;
        if open.as_ref().is_none_or(|(known, _)| *known != index) {
            self.close(open.take())?;
            let path = self.path(stem, index);
            let table = self.revisit.tables().get(index);
            let writer = TableWriter::create(table.source(), table.binding(), &path)
                .map_err(|error| cannot_write(&path, &error))?;
            *open = Some((index, writer));
            begun = Some((index, path));
        }
        let Some((_, writer)) = open else { return Ok(begun) };
        let row_note = RowNote { row, code: &note.code, field: &note.field, error: &note.error };
        let written = self.revisit.row(number, |row| writer.write(row.cells, row_note))?;
        written.unwrap_or(Ok(())).map_err(|error| cannot_write(&self.folder, &error))?;
        Ok(begun)
    }

    fn close(&mut self, open: Option<(usize, TableWriter)>) -> Result<(), Failure> {
        if let Some((_, writer)) = open {
            let failed = |error| cannot_write(&self.folder, &error);
            let (path, kept) = writer.finish_beside(|path| self.old(path)).map_err(failed)?;
            self.written.push(path.display().to_string());
            self.kept.extend(kept.map(|kept| (path, kept)));
        }
        Ok(())
    }

    /// A name that belongs to no input, and to no file of another one; each of several inputs has a file of its own, since
    /// their columns differ.
    fn path(&self, stem: &str, index: usize) -> PathBuf {
        let several = self.revisit.tables().len();
        let own = if several > 1 { format!("{stem}-{}.csv", index + 1) } else { format!("{stem}.csv") };
        // Beyond the names that the other inputs have by themselves.
        let others = (several + 1..).map(|number| format!("{stem}-{number}.csv"));
        let is_free = |path: &PathBuf| {
            let is_input = fs::canonicalize(path).is_ok_and(|path| self.inputs.contains(&path));
            !is_input && !self.written.contains(&path.display().to_string())
        };
        let mut names = std::iter::once(own).chain(others).map(|name| self.folder.join(name));
        names.find(is_free).unwrap_or_else(|| self.folder.join(stem))
    }
}

/// Fails where nothing can be written into `folder`, which is made where it is missing: what a run has to give back is not
/// lost after it was sent.
pub(crate) fn demand_writable(folder: &Path) -> Result<(), Failure> {
    fs::create_dir_all(folder)
        .and_then(|()| tempfile::tempfile_in(folder))
        .map(drop)
        .map_err(|error| cannot_write(folder, &error))
}

/// Where the reports of a run are.
pub(crate) fn report_names(folder: &Path) -> [String; 2] {
    ["report.json", "report.html"].map(|name| folder.join(name).display().to_string())
}

/// Writes both reports of a run that has ended, where it has a folder for them.
pub(crate) fn write_reports(folder: Option<&Path>, report: Option<&Report>) -> Result<(), Failure> {
    let (Some(folder), Some(report)) = (folder, report) else { return Ok(()) };
    fs::create_dir_all(folder).map_err(|error| cannot_write(folder, &error))?;
    for (path, text) in report_names(folder).iter().zip([report.json(), report.html()]) {
        let path = Path::new(path);
        put(path, text.unwrap_or_default().as_bytes()).map_err(|error| cannot_write(path, &error))?;
    }
    Ok(())
}

fn joined(failures: &[RowFailure]) -> RowFailure {
    let mut all = RowFailure { code: String::new(), field: String::new(), error: String::new() };
    for failure in failures {
        append(&mut all.code, &failure.code, " ");
        append(&mut all.field, &failure.field, " ");
        append(&mut all.error, &failure.error, " | ");
    }
    all
}

fn append(list: &mut String, item: &str, between: &str) {
    if !list.is_empty() && !item.is_empty() {
        list.push_str(between);
    }
    list.push_str(item);
}

/// Writes a whole file beside its place and renames it; only its owner can read it.
fn put(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(bytes)?;
    file.persist(path).map(drop).map_err(|error| error.error)
}

fn cannot_write(path: &Path, error: &io::Error) -> Failure {
    let path = path.display();
    Failure::new(Kind::Input, said!(en: "can't write {path}", es: "no se puede escribir {path}").because(error))
        .hint(said!(en: "choose a folder that you may write to with --out DIR", es: "elija con --out CARPETA una carpeta donde pueda escribir"))
}
