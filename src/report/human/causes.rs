//! The causes as text: code, what is wrong, a few examples, what to do.

use colored::Colorize;

use super::number::grouped;
use crate::lang::Lang;
use crate::report::causes::{Cause, Causes, Rank, place};
use crate::report::event::FindingNote;

/// All causes, worst first.
pub(super) fn text(causes: &Causes, lang: Lang) -> String {
    causes.worst_first().into_iter().map(|cause| one(cause, lang)).collect()
}

fn one(cause: &Cause, lang: Lang) -> String {
    let head = if cause.rank < Rank::Warning { cause.code.red().bold() } else { cause.code.yellow().bold() };
    let times = if cause.count == 1 { String::new() } else { format!("  ({}×)", grouped(cause.count)) };
    let mut out = format!("\n{head} {}{times}\n", cause.message.get(lang));
    for example in &cause.examples {
        out.push_str(&format!("     {}\n", example.get(lang)));
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

/// One finding on one line, for `-v`.
pub(super) fn line(note: &FindingNote, lang: Lang) -> String {
    let code = match note.severity {
        "error" => note.code.red(),
        "warning" => note.code.yellow(),
        _ => note.code.blue(),
    };
    let place = place(note, lang);
    let message = note.message.get(lang);
    if place.is_empty() { format!("{code} {message}") } else { format!("{code} {place}: {message}") }
}
