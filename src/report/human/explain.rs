//! A row from end to end as a table for a person.

use std::io::Write;

use colored::Colorize;
use comfy_table::{Attribute, Cell, ContentArrangement, Table, presets};

use super::causes;
use crate::lang::Lang;
use crate::report::event::FindingNote;
use crate::report::explanation::{Explanation, Fate, Step};
use crate::rules::Code;

/// The longest text that the table shows of a cell, in characters.
const LONGEST: usize = 48;

/// Writes what became of a row, its cells, and what the rules say of it.
pub fn explanation(out: &mut impl Write, told: &Explanation, lang: Lang, color: bool) {
    let row = format!("{} · {} {}", told.file, lang.pick("row", "fila"), told.row);
    // Nobody is left to be told when stdout is closed.
    writeln!(out, "{}: {}. {}", row.bold(), told.why.get(lang), fate(told.fate, lang)).ok();
    let (fed, unused): (Vec<&Step>, Vec<&Step>) =
        told.steps.iter().partition(|step| step.field.is_some() || step.payload_field.is_some());
    if !fed.is_empty() {
        writeln!(out, "\n{}", chain(&fed, lang, color)).ok();
    }
    if !told.findings.is_empty() {
        writeln!(out).ok();
    }
    for note in &told.findings {
        finding(out, note, lang);
    }
    if !unused.is_empty() {
        let head = if told.fate == Fate::Ignored {
            lang.pick("its cells", "sus celdas")
        } else {
            lang.pick("columns that feed nothing", "columnas que no alimentan nada")
        };
        writeln!(out, "\n{head}:").ok();
        for step in unused {
            let column = step.column.as_deref().unwrap_or(lang.pick("(no header)", "(sin cabecera)"));
            let line = format!("  {column}: {}", short(step.cell.as_deref()));
            writeln!(out, "{}", line.trim_end()).ok();
        }
    }
}

fn fate(fate: Fate, lang: Lang) -> String {
    match fate {
        Fate::Prepared => lang.pick("It would be sent", "Se enviaría").green(),
        Fate::Invalid => lang.pick("Invalid: not sent", "Inválida: no se envía").red(),
        Fate::Duplicate => {
            lang.pick("Not sent: it repeats an earlier row", "No se envía: repite una fila anterior").yellow()
        }
        Fate::Skipped => lang.pick("Not sent", "No se envía").yellow(),
        Fate::Ignored => lang.pick("Ignored: no record", "Ignorada: no es un registro").yellow(),
        Fate::Unprocessed => lang
            .pick(
                "Valid, but a rule about the whole file stops the run",
                "Válida, pero una regla sobre todo el archivo detiene la ejecución",
            )
            .red(),
    }
    .to_string()
}

fn chain(steps: &[&Step], lang: Lang, color: bool) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    if color {
        table.enforce_styling();
    } else {
        table.force_no_tty();
    }
    table.set_header([
        lang.pick("column", "columna"),
        lang.pick("cell", "celda"),
        lang.pick("rules", "reglas"),
        lang.pick("CRM field", "campo del CRM"),
        lang.pick("payload field", "campo enviado"),
        lang.pick("value", "valor"),
    ]);
    for step in steps {
        table.add_row([
            Cell::new(step.column.as_deref().unwrap_or("–")).add_attribute(Attribute::Bold),
            Cell::new(short(step.cell.as_deref())),
            Cell::new(step.codes.join(" ")),
            Cell::new(step.field.unwrap_or("–")),
            Cell::new(step.payload_field.as_deref().unwrap_or("–")),
            Cell::new(short(step.value.as_deref())),
        ]);
    }
    let text = table.to_string();
    text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}

fn finding(out: &mut impl Write, note: &FindingNote, lang: Lang) {
    let severity = match note.severity {
        "error" => lang.pick("error", "error"),
        "warning" => lang.pick("warning", "aviso"),
        _ => lang.pick("repaired", "reparado"),
    };
    let skipped =
        [Code::E04, Code::R01].iter().any(|code| code.name() == note.code) && note.severity == "info";
    let severity = if skipped { lang.pick("skipped", "omitida") } else { severity };
    let place = note.column.as_deref().or(note.field.as_deref());
    let place = place.map(|place| format!(" {place}:")).unwrap_or_default();
    let code = causes::painted(note);
    writeln!(out, "{code} {severity}{place} {}", note.message.get(lang)).ok();
    if !note.hint.get(lang).is_empty() {
        writeln!(out, "   {} {}", "→".cyan(), note.hint.get(lang)).ok();
    }
}

/// One line, not too long, without signs that a terminal would obey.
fn short(text: Option<&str>) -> String {
    let plain: String =
        text.unwrap_or("").chars().map(|sign| if sign.is_control() { ' ' } else { sign }).collect();
    if plain.chars().count() <= LONGEST {
        return plain;
    }
    plain.chars().take(LONGEST - 1).chain(['…']).collect()
}
