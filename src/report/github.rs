//! Findings as GitHub workflow commands, which CI shows as annotations of the file's lines.

use std::io::Write;

use super::event::{Event, FindingNote, Observer};
use crate::lang::Lang;

/// Writes one workflow command a finding; everything else is for other renderers.
#[derive(Debug)]
pub struct Github<W> {
    out: W,
    lang: Lang,
}

impl<W: Write> Github<W> {
    /// A renderer to `out`.
    pub fn new(out: W, lang: Lang) -> Self {
        Self { out, lang }
    }

    fn finding(&mut self, note: &FindingNote) {
        let command = match note.severity {
            "error" => "error",
            "warning" => "warning",
            _ => "notice",
        };
        let mut properties = Vec::new();
        properties.extend(note.file.as_deref().map(|file| format!("file={}", property(file))));
        properties.extend(note.line.map(|line| format!("line={line}")));
        let title = match &note.column {
            Some(column) => format!("{} · {column}", note.code),
            None => note.code.to_owned(),
        };
        properties.push(format!("title={}", property(&title)));
        let (message, hint) = (note.message.get(self.lang), note.hint.get(self.lang));
        let text = if hint.is_empty() { message.to_owned() } else { format!("{message}\n→ {hint}") };
        // A closed pipe is the reader's choice.
        writeln!(self.out, "::{command} {}::{}", properties.join(","), data(&text)).ok();
    }
}

impl<W: Write> Observer for Github<W> {
    fn observe(&mut self, event: Event) {
        match event {
            Event::Finding(note) => self.finding(&note),
            Event::Summary(_) => {
                self.out.flush().ok();
            }
            _ => {}
        }
    }
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::said;

    #[test]
    fn a_finding_points_to_its_line_and_can_not_break_out() {
        let mut out = Vec::new();
        Github::new(&mut out, Lang::En).observe(Event::Finding(FindingNote {
            file: Some("a,b.csv".into()),
            row: Some(7),
            line: Some(9),
            column: Some("Cel::x".into()),
            field: None,
            code: "T04",
            severity: "error",
            value: None,
            heading: said!(en: "", es: ""),
            message: said!(en: "50 %\n::error::no", es: ""),
            hint: said!(en: "", es: ""),
        }));
        insta::assert_snapshot!(String::from_utf8(out).unwrap(), @"::error file=a%2Cb.csv,line=9,title=T04 · Cel%3A%3Ax::50 %25%0A::error::no");
    }
}
