//! How `map` shows columns: a table for a person, one object a line for a script.
//!
//! Samples of what a field holds about a person are masked as everywhere; of a column that feeds nothing, and may hold
//! anything, only the shape of its cells is shown.

use std::io::Write;

use comfy_table::{Attribute, Cell, Color, ContentArrangement, Table, presets};
use serde_json::json;

use super::Context;
use crate::mask::shape;
use crate::record::Field;
use crate::report::event::{Event, Observer, SummaryNote};
use crate::report::ndjson::Ndjson;
use crate::rules::Finding;
use crate::rules::finding::{Place, shown as shown_cell};
use crate::source::Source;
use crate::source::columns::{Explained, Report, Verdict};

/// The widest sample that is shown, in characters.
const WIDEST: usize = 24;

/// Prints each column as a row of a table, under a line that says how the file was read.
pub(super) fn print_table(out: &mut impl Write, source: &Source, report: &Report, context: &Context) {
    let lang = context.lang;
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    if context.color {
        table.enforce_styling();
    } else {
        table.force_no_tty();
    }
    table.set_header([
        Cell::new("#"),
        Cell::new(lang.pick("column", "columna")),
        Cell::new(lang.pick("field", "campo")),
        Cell::new(lang.pick("score", "puntaje")),
        Cell::new(lang.pick("decision", "decisión")),
        Cell::new(lang.pick("samples", "ejemplos")),
    ]);
    for told in &report.columns {
        let field = told.field.map_or("", |field| field.name());
        let score = told.score.map(|score| format!("{score:.2}")).unwrap_or_default();
        let (word, color) = (verdict(told.verdict, context), color(told.verdict));
        let mut decision = Cell::new(word);
        if let Some(color) = color {
            decision = decision.fg(color);
        }
        table.add_row([
            Cell::new(told.column + 1),
            Cell::new(&told.header).add_attribute(Attribute::Bold),
            Cell::new(field),
            Cell::new(score),
            decision,
            Cell::new(samples(told, context).join(" · ")),
        ]);
    }
    let (name, decided, row) = (source.name(), source.decided().said(), source.header_row());
    let header = lang.pick("header in row", "cabecera en la fila");
    // Into memory: this can't fail.
    writeln!(out, "{name}: {}, {header} {row}", decided.get(lang)).ok();
    writeln!(out, "{table}").ok();
}

/// Prints each column, each finding and the summary as one object a line.
pub(super) fn print_json(out: &mut Vec<u8>, source: &Source, report: &Report, context: &Context) {
    for told in &report.columns {
        let line = json!({
            "kind": "column",
            "file": source.name(),
            "number": told.column + 1,
            "column": told.header,
            "field": told.field.map(Field::name),
            "score": told.score,
            "decision": word(told.verdict),
            "samples": samples(told, context),
        });
        writeln!(out, "{line}").ok();
    }
    let mut summary = SummaryNote { command: "map", ..SummaryNote::default() };
    let mut lines = Ndjson::new(out, context.lang);
    for finding in report.errors.iter().chain(&report.notes) {
        *summary.by_code.entry(finding.code.name()).or_default() += 1;
        let place = Place { file: Some(source.name()), ..Place::default() };
        lines.observe(Event::Finding(finding.note(place, context.show_pii)));
    }
    lines.observe(Event::Summary(Box::new(summary)));
}

/// Prints what is to be decided, and what is only said.
pub(super) fn print_problems(out: &mut impl Write, report: &Report, context: &Context) {
    use colored::Colorize;
    let mut print = |finding: &Finding| {
        let note = finding.note(Place::default(), context.show_pii);
        let code = if report.errors.contains(finding) { note.code.red() } else { note.code.yellow() };
        // Nobody is left to be told when stderr is closed.
        writeln!(out, "{}  {}", code.bold(), note.message.get(context.lang)).ok();
        writeln!(out, "     {}", note.hint.get(context.lang).dimmed()).ok();
    };
    report.errors.iter().for_each(&mut print);
    if !context.quiet {
        report.notes.iter().for_each(&mut print);
    }
}

fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Taken => "taken",
        Verdict::Decided => "decided",
        Verdict::Accepted => "accepted",
        Verdict::Suggested => "suggested",
        Verdict::Tie => "tie",
        Verdict::Read => "read",
        Verdict::Unused => "unused",
    }
}

fn verdict(verdict: Verdict, context: &Context) -> &'static str {
    let spanish = match verdict {
        Verdict::Taken => "tomada",
        Verdict::Decided => "decidida",
        Verdict::Accepted => "aceptada",
        Verdict::Suggested => "sugerida",
        Verdict::Tie => "empate",
        Verdict::Read => "leída",
        Verdict::Unused => "sin uso",
    };
    context.lang.pick(word(verdict), spanish)
}

fn color(verdict: Verdict) -> Option<Color> {
    match verdict {
        Verdict::Taken | Verdict::Decided | Verdict::Accepted | Verdict::Read => Some(Color::Green),
        Verdict::Suggested => Some(Color::Yellow),
        Verdict::Tie => Some(Color::Red),
        Verdict::Unused => None,
    }
}

fn samples(told: &Explained, context: &Context) -> Vec<String> {
    let shown = |cell: &String| {
        if context.show_pii {
            return shortened(cell);
        }
        match told.field {
            Some(field) => shortened(&shown_cell(Some(field.name()), cell)),
            None => shortened(&shape(cell)),
        }
    };
    told.samples.iter().map(shown).collect()
}

/// One line, not too wide, without signs that a terminal would obey.
fn shortened(cell: &str) -> String {
    let plain: String = cell.chars().map(|sign| if sign.is_control() { ' ' } else { sign }).collect();
    if plain.chars().count() <= WIDEST {
        return plain;
    }
    plain.chars().take(WIDEST - 1).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shape_of_a_cell_tells_its_kind_and_nothing_else() {
        assert_eq!(shape("Jr. Unión 123-Á"), "Xx. Xxxxx 999-X");
        assert_eq!(shortened("a\u{1b}[31mb"), "a [31mb");
        assert_eq!(shortened(&"x".repeat(40)).chars().count(), WIDEST);
    }
}
