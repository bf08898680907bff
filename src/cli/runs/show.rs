//! `runs show RUN`: what was sent, what was not and why, and what to do next; with `--queue` the same of a queue.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use clap::Args;
use serde_json::json;

use super::queued::{self, QueueAt};
use super::{RunArgs, json, moment, outbox, print, said_status, status, timestamp};
use crate::cli::Context;
use crate::cli::next_command::{elsewhere, line as words};
use crate::cli::on_record::{OnRecord, is_about_the_address};
use crate::error::Failure;
use crate::journal::{Letter, RunRecord};
use crate::report::event::Outcome;
use crate::report::human::grouped;

/// Examples of each cause.
const EXAMPLES: usize = 3;
/// Rows in doubt that are listed one by one.
const DOUBTS: usize = 20;

/// Arguments of `runs show`.
#[derive(Debug, Args)]
pub(crate) struct ShowArgs {
    #[command(flatten)]
    run: RunArgs,
    #[command(flatten)]
    queue: QueueAt,
}

pub(super) fn run(args: &ShowArgs, context: &Context) -> Result<u8, Failure> {
    if args.queue.is_named() {
        return queued::show(&args.queue, context);
    }
    let (journal, run) = args.run.open(context)?;
    let mut letters = journal.letters(run.number).map_err(|error| error.failure())?;
    if outbox::is_relay(&run) {
        // Its outbox knows the others, also those that were never sent.
        letters.retain(|letter| letter.outcome == Outcome::Unknown);
    }
    let status = status(&journal, &run);
    if context.json {
        print(&format!("{}\n", json(&run, status)));
        for letter in &letters {
            print(&format!("{}\n", letter_json(&run, letter, context)));
        }
        if outbox::is_relay(&run) {
            print(&outbox::json(journal.path(), context)?);
        }
        return Ok(0);
    }
    let record = OnRecord::here().asked_with(&run.asked.args);
    print(&text(&run, status, &letters, &record, context));
    if outbox::is_relay(&run) {
        print(&outbox::text(journal.path(), context)?);
    }
    Ok(0)
}

fn letter_json(run: &RunRecord, letter: &Letter, context: &Context) -> serde_json::Value {
    let lang = context.lang;
    let file = run.asked.files.get(usize::from(letter.file)).map(|file| file.path.as_str());
    json!({
        "kind": "letter",
        "file": file,
        "row": letter.row,
        "id_presencia_crm": letter.id,
        "outcome": letter.outcome.name(),
        "attempts": letter.attempts,
        "http_status": letter.http_status,
        "id_presencia": letter.id_presencia,
        "at": timestamp(letter.at),
        "error": {
            "class": letter.error.class,
            "message": letter.error.message.get(lang),
            "hint": letter.error.hint.get(lang),
        },
    })
}

fn text(
    run: &RunRecord,
    status: &'static str,
    letters: &[Letter],
    record: &OnRecord,
    context: &Context,
) -> String {
    let lang = context.lang;
    let mut out = String::new();
    let counts = run.counts();
    let mut line = |name: &str, value: &str| writeln!(out, "{name:<12} {value}").ok();
    line(lang.pick("run", "ejecución"), &run.id);
    line(lang.pick("command", "comando"), &words(run.asked.args.iter().map(String::as_str)));
    line(lang.pick("folder", "carpeta"), &run.asked.folder.display().to_string());
    line(lang.pick("target", "destino"), run.asked.target.as_str());
    line(lang.pick("started", "inicio"), &moment(run.started));
    if let Some(ended) = run.ended {
        line(lang.pick("ended", "fin"), &moment(ended));
    }
    line(lang.pick("status", "estado"), said_status(status, context));
    line(lang.pick("rows", "filas"), &grouped(counts.rows));
    for (name, count) in counts.named() {
        if count > 0 {
            line(said_count(name, count, context), &grouped(count));
        }
    }
    line(lang.pick("attempts", "intentos"), &grouped(run.attempts));
    causes(&mut out, letters, record, context);
    doubts(&mut out, run, letters, record, context);
    if !outbox::is_relay(run) {
        next(&mut out, run, letters, record, context);
    }
    out
}

fn said_count(name: &'static str, count: u64, context: &Context) -> &'static str {
    let said = |en, es| context.lang.counted(count, [en; 2], es);
    match name {
        "skipped" => said("skipped", ["no es un evento", "no son eventos"]),
        "invalid" => said("invalid", ["inválida", "inválidas"]),
        "duplicates" => context.lang.counted(count, ["duplicate", "duplicates"], ["duplicada", "duplicadas"]),
        "delivered" => said("delivered", ["entregada", "entregadas"]),
        "rejected" => said("rejected", ["rechazada", "rechazadas"]),
        "failed" => said("failed", ["fallida", "fallidas"]),
        "collisions" => context.lang.counted(count, ["collision", "collisions"], ["colisión", "colisiones"]),
        "unknown" => said("in doubt", ["dudosa", "dudosas"]),
        "queued" => said("queued", ["en cola"; 2]),
        "unprocessed" => said("left", ["sin intentar"; 2]),
        other => other,
    }
}

/// What did not go well, by cause, the most frequent first.
fn causes(out: &mut String, letters: &[Letter], record: &OnRecord, context: &Context) {
    let lang = context.lang;
    let mut groups: BTreeMap<(&str, &str), Vec<&Letter>> = BTreeMap::new();
    for letter in letters.iter().filter(|letter| letter.outcome != Outcome::Unknown) {
        // Collisions name their ids, so that each would be a group of its own.
        let words = if letter.outcome == Outcome::Collision { "P01" } else { letter.error.message.get(lang) };
        groups.entry((letter.outcome.said(lang), words)).or_default().push(letter);
    }
    let mut groups: Vec<_> = groups.into_iter().collect();
    groups.sort_by_key(|(_, letters)| std::cmp::Reverse(letters.len()));
    for ((outcome, _), letters) in groups {
        let first = letters[0];
        writeln!(out, "\n{} × {outcome}: {}", letters.len(), first.error.message.get(lang)).ok();
        for letter in letters.iter().take(EXAMPLES) {
            let fields: Vec<String> =
                letter.error.fields.iter().map(|(field, text)| format!("{field}: {text}")).collect();
            let row = lang.pick("row", "fila");
            writeln!(out, "  {row} {} {} {}", letter.row, letter.id, fields.join("; ")).ok();
        }
        if letters.len() > EXAMPLES {
            writeln!(out, "  … +{}", letters.len() - EXAMPLES).ok();
        }
        writeln!(out, "  → {}", record.complete(first.error.hint.clone()).get(lang)).ok();
    }
}

/// What a person has to look at, one by one.
fn doubts(out: &mut String, run: &RunRecord, letters: &[Letter], record: &OnRecord, context: &Context) {
    let lang = context.lang;
    let doubtful: Vec<_> = letters.iter().filter(|letter| letter.outcome == Outcome::Unknown).collect();
    if doubtful.is_empty() {
        return;
    }
    let head = lang.pick(
        "in doubt: nobody knows whether these ventas were saved. Look for each presencia in the App Comercial, then say what you saw:",
        "en duda: no se sabe si estas ventas se guardaron. Busque cada presencia en la App Comercial y diga lo que vio:",
    );
    writeln!(out, "\n{head}").ok();
    let several = run.asked.files.len() > 1;
    for letter in doubtful.iter().take(DOUBTS) {
        let presencia = letter.id_presencia.as_deref().unwrap_or("-");
        let settle = record.settle(&run.id, letter.row, several.then_some(letter.file));
        let what =
            lang.pick("--delivered | --not-delivered", "--delivered (sí está) | --not-delivered (no está)");
        writeln!(out, "  {} ({presencia}): {settle} {what}", letter.id).ok();
    }
    if doubtful.len() > DOUBTS {
        writeln!(out, "  … +{}", doubtful.len() - DOUBTS).ok();
    }
}

fn next(out: &mut String, run: &RunRecord, letters: &[Letter], record: &OnRecord, context: &Context) {
    let lang = context.lang;
    let (id, counts) = (&run.id, run.counts());
    let is_wrong =
        |letter: &Letter| letter.outcome == Outcome::Failed && is_about_the_address(&letter.error.hint);
    // With another address it is another run.
    let elsewhere_again = counts.delivered == 0 && letters.iter().any(is_wrong);
    let next = if run.asked.command == "send" && (counts.unprocessed > 0 || elsewhere_again) {
        lang.pick("the same command again", "el mismo comando otra vez").to_owned()
    } else if elsewhere_again {
        elsewhere(&run.asked.args).get(lang).to_owned()
    } else if counts.unprocessed > 0 {
        record.resume(id)
    } else if counts.failed + counts.collisions > 0 {
        record.redrive(id, (counts.collisions > 0).then_some("]"))
    } else {
        return;
    };
    writeln!(out, "\n{}: {next}", lang.pick("next", "siguiente")).ok();
}
