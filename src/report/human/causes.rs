//! The causes as text: code, what is wrong, a few examples, what to do.

use colored::{ColoredString, Colorize};

use super::number::grouped;
use super::pointer;
use crate::lang::Lang;
use crate::report::causes::{Cause, Causes, Rank, place};
use crate::report::event::FindingNote;

/// All causes, worst first, but those whose code is `left_out`.
pub(super) fn text(causes: &Causes, left_out: &dyn Fn(&str) -> bool, lang: Lang, points: bool) -> String {
    let causes = causes.worst_first().into_iter().filter(|cause| !left_out(cause.code));
    causes.map(|cause| one(cause, lang, points)).collect()
}

fn one(cause: &Cause, lang: Lang, points: bool) -> String {
    let name = cause.name(lang);
    let head = if cause.rank < Rank::Warning { name.red().bold() } else { name.yellow().bold() };
    let times = if cause.count == 1 { String::new() } else { format!("  ({}×)", grouped(cause.count)) };
    // Not by its colour alone: a log has none.
    let grade = if cause.rank == Rank::Warning { lang.pick("warning: ", "aviso: ") } else { "" };
    let mut out = format!("\n{head} {grade}{}{times}\n", cause.message.get(lang));
    for (index, example) in cause.examples.iter().enumerate() {
        out.push_str(&format!("     {}\n", example.get(lang)));
        let first = cause.first.as_ref().filter(|_| points && index == 0);
        if let Some(carets) =
            first.and_then(|note| pointer::under(&format!("     {}", before(note, lang)), note))
        {
            out.push_str(&format!("{}\n", carets.red()));
        }
    }
    let hidden = cause.count.saturating_sub(cause.examples.len() as u64);
    if hidden > 0 {
        out.push_str(&format!("     … {} {}\n", grouped(hidden), lang.pick("more", "más")));
    }
    if !cause.hint.get(lang).is_empty() {
        out.push_str(&format!("   {} {}\n", "→".cyan(), cause.hint.get(lang)));
    }
    out
}

/// The code in the colour of its severity.
pub(super) fn painted(note: &FindingNote) -> ColoredString {
    match note.severity {
        "error" => note.code.red(),
        "warning" => note.code.yellow(),
        _ => note.code.blue(),
    }
}

/// One finding on one line, for `-v`.
pub(super) fn line(note: &FindingNote, lang: Lang) -> String {
    let code = painted(note);
    let place = place(note, lang);
    let message = note.message.get(lang);
    if place.is_empty() { format!("{code} {message}") } else { format!("{code} {place}: {message}") }
}

/// The carets that go under [`line`].
pub(super) fn carets(note: &FindingNote, lang: Lang) -> Option<String> {
    let carets = pointer::under(&format!("{} {}", note.code, before(note, lang)), note)?;
    Some(carets.red().to_string())
}

/// What stands left of the cell in the place of a finding, where the cell comes last.
fn before(note: &FindingNote, lang: Lang) -> String {
    let place = place(note, lang);
    let cell = note.value.as_deref().unwrap_or("");
    place.strip_suffix(cell).unwrap_or(&place).to_owned()
}
