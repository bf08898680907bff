//! The relay's part of `runs`: its dead letters stand in the outbox of the journal's file, not among a run's rows.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::time::Instant;

use chrono::Utc;
use serde_json::json;

use super::{moment, timestamp};
use crate::cli::Context;
use crate::cli::ending::Ending;
use crate::cli::observers::observer;
use crate::error::Failure;
use crate::journal::RunRecord;
use crate::relay::{DeadLetter, Redrive, Redriven, dead_count, dead_letters, redrive};
use crate::report::event::Counts;
use crate::said;

/// Examples of each cause.
const EXAMPLES: usize = 3;
/// Dead letters that are looked at.
const MOST: u32 = 100_000;

/// Whether `run` is one of a relay.
pub(super) fn is_relay(run: &RunRecord) -> bool {
    run.asked.command == "relay"
}

/// The dead letters of the relay, by cause, the most frequent first, and what to do next.
pub(super) fn text(path: &Path, context: &Context) -> Result<String, Failure> {
    let letters = letters(path, context)?;
    let lang = context.lang;
    let mut out = String::new();
    let mut groups: BTreeMap<&str, Vec<&DeadLetter>> = BTreeMap::new();
    for letter in &letters {
        groups.entry(&letter.class).or_default().push(letter);
    }
    let mut groups: Vec<_> = groups.into_iter().collect();
    groups.sort_by_key(|(_, letters)| std::cmp::Reverse(letters.len()));
    let head = lang.pick("dead letters", "no entregadas");
    writeln!(out, "{head:<12} {}", letters.len()).ok();
    for (class, letters) in groups {
        writeln!(out, "\n{} × {class}: {}", letters.len(), letters[0].message.get(lang)).ok();
        for letter in letters.iter().take(EXAMPLES) {
            writeln!(out, "  {} {}", moment(letter.settled_at), letter.id).ok();
        }
        if letters.len() > EXAMPLES {
            writeln!(out, "  … +{}", letters.len() - EXAMPLES).ok();
        }
    }
    if letters.iter().any(|letter| letter.findings.is_none()) {
        let next = lang.pick(
            "once the cause is gone, the running relay sends them again with",
            "cuando la causa ya no exista, el relay en marcha las envía otra vez con",
        );
        writeln!(out, "\n{next}: crm-bridge runs redrive last --journal {}", path.display()).ok();
    }
    Ok(out)
}

/// The dead letters as lines of JSON.
pub(super) fn json(path: &Path, context: &Context) -> Result<String, Failure> {
    let mut out = String::new();
    for letter in letters(path, context)? {
        let line = json!({
            "kind": "letter",
            "delivery_id": letter.delivery_id,
            "id_presencia_crm": letter.id,
            "outcome": "dead",
            "attempts": letter.attempts,
            "http_status": letter.http_status,
            "at": timestamp(letter.settled_at),
            "error": {"class": letter.class, "message": letter.message.get(context.lang)},
        });
        writeln!(out, "{line}").ok();
    }
    Ok(out)
}

/// Queues dead letters again: a running relay takes them up within seconds, another one when it starts. What a rule
/// forbids and a venta in doubt stay where they are, and so does what was rejected unless `rejected` asks for it.
pub(super) fn requeue(
    path: &Path,
    run: &RunRecord,
    rejected: bool,
    context: &Context,
) -> Result<u8, Failure> {
    let started = Instant::now();
    let which = Redrive { class: None, leave_rejected: !rejected };
    let redriven =
        redrive(path, &which, Utc::now().timestamp_millis()).map_err(|error| error.failure(path))?;
    let Redriven { queued, refused: invalid, doubtful: unknown, rejected } = redriven;
    let rows = queued + invalid + unknown + rejected;
    let counts = Counts { rows, invalid, rejected, unknown, queued, ..Counts::default() };
    let next = (counts.queued > 0).then(|| {
        said!(
            en: "a running relay sends them within seconds; otherwise start it: crm-bridge relay",
            es: "un relay en marcha las envía en segundos; si no, inícielo: crm-bridge relay",
        )
    });
    let ending = Ending {
        command: "runs redrive",
        run: Some(run.id.clone()),
        counts,
        next,
        allow_empty: true,
        ..Ending::default()
    };
    ending.finish(started, observer(context).as_mut())
}

/// The dead letters; says so where there are more than are looked at.
fn letters(path: &Path, context: &Context) -> Result<Vec<DeadLetter>, Failure> {
    let letters = dead_letters(path, MOST).map_err(|error| error.failure(path))?;
    if letters.len() >= MOST as usize {
        let all = dead_count(path).map_err(|error| error.failure(path))?;
        context.warn(&[said!(
            en: "{all} dead letters; these are the oldest {MOST}",
            es: "{all} no entregadas; estas son las {MOST} más antiguas",
        )]);
    }
    Ok(letters)
}
