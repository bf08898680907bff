//! Findings as JUnit XML: a test suite of one case for each error, and one that passes for what is right.
//!
//! The counts stand before the cases, so the cases wait in an unnamed temporary file: memory does not grow with them.

use std::fs::File;
use std::io::{self, BufWriter, Seek, SeekFrom, Write};

use super::event::{Event, FindingNote, Observer, SummaryNote};
use crate::lang::{Lang, Said};

/// Writes the document when the summary comes.
#[derive(Debug)]
pub struct Junit<W> {
    out: W,
    lang: Lang,
    cases: BufWriter<File>,
    failures: u64,
}

impl<W: Write> Junit<W> {
    /// A renderer to `out`; fails where no temporary file can be made.
    pub fn new(out: W, lang: Lang) -> io::Result<Self> {
        Ok(Self { out, lang, cases: BufWriter::new(tempfile::tempfile()?), failures: 0 })
    }

    fn case(&mut self, note: &FindingNote) -> io::Result<()> {
        self.failures += 1;
        let file = attribute(note.file.as_deref().unwrap_or("-"));
        let row =
            note.row.map_or_else(String::new, |row| format!(" {} {row}", self.lang.pick("row", "fila")));
        let name = attribute(&format!("{}{row}", note.code));
        let line = note.line.map_or_else(String::new, |line| format!(" line=\"{line}\""));
        let (code, message) = (note.code, attribute(note.message.get(self.lang)));
        let (hint, column) = (text(note.hint.get(self.lang)), text(note.column.as_deref().unwrap_or("")));
        writeln!(self.cases, "    <testcase classname=\"{file}\" name=\"{name}\" file=\"{file}\"{line}>")?;
        writeln!(
            self.cases,
            "      <failure type=\"{code}\" message=\"{message}\">{column}\n{hint}</failure>"
        )?;
        writeln!(self.cases, "    </testcase>")
    }

    /// Nothing passes that was not looked at to its end.
    fn stopped(&mut self, command: &str, why: &Said, hint: Option<&Said>) -> io::Result<()> {
        self.failures += 1;
        let (name, why) = (self.lang.pick("stopped", "detenido"), attribute(why.get(self.lang)));
        let hint = text(hint.map_or("", |hint| hint.get(self.lang)));
        writeln!(self.cases, "    <testcase classname=\"crm-bridge {command}\" name=\"{name}\">")?;
        writeln!(self.cases, "      <failure type=\"{name}\" message=\"{why}\">{hint}</failure>")?;
        writeln!(self.cases, "    </testcase>")
    }

    fn document(&mut self, note: &SummaryNote) -> io::Result<()> {
        if let Some((why, hint)) = &note.stopped {
            self.stopped(note.command, why, hint.as_ref())?;
        }
        let good = note.counts.events().saturating_sub(note.counts.invalid);
        let (failures, tests) = (self.failures, self.failures + 1);
        let time = note.elapsed_s;
        let name = attribute(&format!("crm-bridge {}", note.command));
        let passed =
            attribute(&format!("{good} {}", self.lang.pick("events are valid", "eventos son válidos")));
        writeln!(self.out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
        writeln!(self.out, "<testsuites tests=\"{tests}\" failures=\"{failures}\" time=\"{time:.3}\">")?;
        writeln!(
            self.out,
            "  <testsuite name=\"{name}\" tests=\"{tests}\" failures=\"{failures}\" time=\"{time:.3}\">"
        )?;
        writeln!(self.out, "    <testcase classname=\"{name}\" name=\"{passed}\"/>")?;
        self.cases.flush()?;
        let cases = self.cases.get_mut();
        cases.seek(SeekFrom::Start(0))?;
        io::copy(cases, &mut self.out)?;
        writeln!(self.out, "  </testsuite>\n</testsuites>")?;
        self.out.flush()
    }
}

impl<W: Write> Observer for Junit<W> {
    fn observe(&mut self, event: Event) {
        // A closed pipe is the reader's choice; a full temporary folder shows as a document that ends early.
        match event {
            Event::Finding(note) if note.severity == "error" => self.case(&note).ok(),
            Event::Summary(note) | Event::BrokenOff(note) => self.document(&note).ok(),
            _ => None,
        };
    }
}

/// Escapes what XML reserves, and leaves out what it can't hold at all.
fn text(raw: &str) -> String {
    let allowed = |sign: &char| !sign.is_control() || matches!(sign, '\n' | '\t');
    raw.chars()
        .filter(allowed)
        .collect::<String>()
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

fn attribute(raw: &str) -> String {
    text(raw).replace('"', "&quot;").replace(['\n', '\t'], " ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::event::Counts;
    use crate::said;

    #[test]
    fn an_error_is_a_failure_and_its_text_is_escaped() {
        let mut out = Vec::new();
        let mut junit = Junit::new(&mut out, Lang::En).unwrap();
        junit.observe(Event::Finding(FindingNote {
            file: Some("citas.csv".into()),
            row: Some(7),
            line: Some(9),
            column: Some("<Celular>".into()),
            field: None,
            code: "T04",
            severity: "error",
            value: None,
            heading: said!(en: "", es: ""),
            message: said!(en: "\"x\" & \u{1}y", es: ""),
            hint: said!(en: "write 9 digits", es: ""),
        }));
        let counts = Counts { rows: 3, invalid: 1, prepared: 2, ..Counts::default() };
        junit.observe(Event::Summary(Box::new(SummaryNote {
            command: "validate",
            counts,
            ..SummaryNote::default()
        })));
        drop(junit);
        insta::assert_snapshot!(String::from_utf8(out).unwrap(), @r#"
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuites tests="2" failures="1" time="0.000">
          <testsuite name="crm-bridge validate" tests="2" failures="1" time="0.000">
            <testcase classname="crm-bridge validate" name="2 events are valid"/>
            <testcase classname="citas.csv" name="T04 row 7" file="citas.csv" line="9">
              <failure type="T04" message="&quot;x&quot; &amp; y">&lt;Celular&gt;
        write 9 digits</failure>
            </testcase>
          </testsuite>
        </testsuites>
        "#);
    }
}
