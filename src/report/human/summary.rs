//! The end of a run in a few lines: what was sent, what was not and why, latency, and what to run next.

use std::fmt::Write;

use colored::{ColoredString, Colorize};

use super::number::{grouped, milliseconds};
use super::{Style, causes};
use crate::lang::Lang;
use crate::report::causes::Causes;
use crate::report::event::{CheckNote, CheckStatus, DeliveryNote, LatencyNote, Outcome, SummaryNote};

const BAR_WIDTH: u64 = 30;

/// The whole summary.
pub(super) fn text(note: &SummaryNote, causes_met: &Causes, style: Style) -> String {
    let lang = style.lang;
    let mut out = causes::text(causes_met, &|_| false, lang, style.points);
    if !out.is_empty() {
        out.push('\n');
    }
    counts(&mut out, note, lang);
    if let Some(latency) = &note.latency_ms {
        histogram(&mut out, latency, lang);
    }
    if note.attempts > 0 {
        let (requests, rate) = (grouped(note.attempts), note.rows_per_s);
        let requests_word = lang.counted(note.attempts, ["request", "requests"], ["petición", "peticiones"]);
        let one = format!("{:.0}", note.rows_per_s) == "1";
        let rows = lang.counted(u64::from(!one) + 1, ["row/s", "rows/s"], ["fila/s", "filas/s"]);
        line(&mut out, &format!("  {requests} {requests_word} · {:.1} s · {rate:.0} {rows}", note.elapsed_s));
    }
    for file in &note.files {
        line(&mut out, &format!("  {} {file}", lang.pick("wrote", "escrito:")));
    }
    if let Some((why, hint)) = &note.stopped {
        line(&mut out, &format!("{} {}", lang.pick("stopped:", "detenido:").red().bold(), why.get(lang)));
        if let Some(hint) = hint {
            line(&mut out, &format!("   {} {}", "→".cyan(), hint.get(lang)));
        }
    }
    if let Some(next) = &note.next {
        line(&mut out, &format!("{} {}", lang.pick("next:", "siguiente:").bold(), next.get(lang)));
    }
    out
}

fn line(out: &mut String, text: &str) {
    out.push_str(text);
    out.push('\n');
}

type CountRow = (u64, &'static str, [&'static str; 2], fn(&str) -> ColoredString);

fn counts(out: &mut String, note: &SummaryNote, lang: Lang) {
    let counts = &note.counts;
    let green: fn(&str) -> ColoredString = |text| text.green();
    let red: fn(&str) -> ColoredString = |text| text.red();
    let rows: [CountRow; 10] = [
        (counts.delivered, "delivered", ["entregada", "entregadas"], green),
        (counts.queued, "handed to the queue", ["puesta en la cola", "puestas en la cola"], green),
        (counts.prepared, "valid", ["válida", "válidas"], green),
        (
            counts.duplicates,
            "already delivered or repeated",
            ["ya entregada o repetida", "ya entregadas o repetidas"],
            |text| text.normal(),
        ),
        (counts.invalid, "invalid", ["inválida", "inválidas"], red),
        (
            counts.rejected,
            "rejected by the receiver",
            ["rechazada por el receptor", "rechazadas por el receptor"],
            red,
        ),
        (counts.failed, "failed", ["fallida", "fallidas"], red),
        (
            counts.collisions,
            lang.counted(
                counts.collisions,
                ["collision: taken for another id", "collisions: taken for another id"],
                [""; 2],
            ),
            ["colisión: confundida con otro id", "colisiones: confundidas con otro id"],
            red,
        ),
        (
            counts.unknown,
            lang.counted(
                counts.unknown,
                ["unknown: look at it in the receiver", "unknown: look at them in the receiver"],
                [""; 2],
            ),
            ["dudosa: revísela en el receptor", "dudosas: revíselas en el receptor"],
            red,
        ),
        (counts.unprocessed, "not tried", ["sin intentar"; 2], |text| text.yellow()),
    ];
    let head = format!("{} · {}", rows_said(counts.rows, lang), events_said(counts.events(), lang));
    line(out, &head.bold().to_string());
    for (count, en, es, color) in rows {
        if count > 0 {
            let shown = format!("{:>10}", grouped(count));
            line(out, &format!("{} {}", color(&shown), lang.counted(count, [en; 2], es)));
        }
    }
    if counts.skipped > 0 {
        let by_status: Vec<String> = note
            .skipped_by_status
            .iter()
            .map(|(status, count)| {
                format!("{} {}", if status.is_empty() { "—" } else { status }, grouped(*count))
            })
            .collect();
        let shown = format!("{:>10}", grouped(counts.skipped));
        let not_events = lang.counted(
            counts.skipped,
            ["not an event", "not events"],
            ["no es un evento", "no son eventos"],
        );
        // A run that goes on with others' rows does not know their statuses.
        let by_status =
            if by_status.is_empty() { String::new() } else { format!(": {}", by_status.join(", ")) };
        line(out, &format!("{} {not_events}{by_status}", shown.dimmed()));
    }
}

/// `1 row`, `1,204 rows`.
pub(super) fn rows_said(count: u64, lang: Lang) -> String {
    format!("{} {}", grouped(count), lang.counted(count, ["row", "rows"], ["fila", "filas"]))
}

/// `1 event`, `1,204 events`.
pub(super) fn events_said(count: u64, lang: Lang) -> String {
    format!("{} {}", grouped(count), lang.counted(count, ["event", "events"], ["evento", "eventos"]))
}

fn histogram(out: &mut String, latency: &LatencyNote, lang: Lang) {
    line(
        out,
        &format!(
            "  {} p50 {} · p90 {} · p99 {} · max {}",
            lang.pick("latency", "latencia"),
            milliseconds(latency.p50),
            milliseconds(latency.p90),
            milliseconds(latency.p99),
            milliseconds(latency.max)
        ),
    );
    let most = latency.buckets.iter().map(|(_, count)| *count).max().unwrap_or(0).max(1);
    for (upper, count) in &latency.buckets {
        let width = (count * BAR_WIDTH).div_ceil(most);
        let bar = "▇".repeat(usize::try_from(width).unwrap_or(0));
        line(out, &format!("  ≤ {:>8} {} {}", milliseconds(*upper), bar.cyan(), grouped(*count)));
    }
}

/// One delivery on one line, for `-v` (not delivered) and `-vv` (each).
pub(super) fn delivery_line(note: &DeliveryNote, lang: Lang) -> String {
    let word = note.outcome.said(lang);
    let word = if note.outcome == Outcome::Delivered { word.green() } else { word.red() };
    let mut out = format!("{} {} · {} · {word}", lang.pick("row", "fila"), note.row, note.id_presencia_crm);
    if let Some(status) = note.http_status {
        write!(out, " · HTTP {status}").ok();
    }
    if let Some(id) = &note.id_presencia {
        write!(out, " · {id}").ok();
    }
    write!(out, " · {} × {}", note.attempts, milliseconds(note.ms)).ok();
    if let Some(error) = &note.error {
        write!(out, " · {}", error.message.get(lang)).ok();
    }
    out
}

/// One check of the doctor.
pub(super) fn check_line(note: &CheckNote, lang: Lang) -> String {
    let sign = match note.status {
        CheckStatus::Ok => "✓".green(),
        CheckStatus::Warn => "!".yellow(),
        CheckStatus::Fail => "✗".red(),
        CheckStatus::Skip => "–".dimmed(),
    };
    let ms = note.ms.map(milliseconds).unwrap_or_default();
    let mut out = format!("{sign} {:<9} {:>9}  {}", note.name, ms, note.detail.get(lang));
    if let Some(hint) = &note.hint {
        write!(out, "\n   {} {}", "→".cyan(), hint.get(lang)).ok();
    }
    out
}
