//! The relay's part of `runs`: its dead letters stand in the outbox of the journal's file, not among a run's rows.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::path::Path;
use std::time::Instant;

use chrono::Utc;
use serde_json::json;

use super::{moment, timestamp};
use crate::cli::Context;
use crate::cli::ending::Ending;
use crate::cli::next_command::line;
use crate::cli::observers::observer;
use crate::delivery::VentaState;
use crate::delivery::verdict::settle_hint;
use crate::error::Failure;
use crate::journal::{JournalFile, RunRecord};
use crate::lang::Said;
use crate::relay::{DeadLetter, Redrive, Redriven, dead_count, dead_letters, redrive};
use crate::report::causes::class_said;
use crate::report::event::Counts;
use crate::rules::Code;
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
        let (name, message) = (class_said(class, lang), letters[0].message.get(lang));
        writeln!(out, "\n{} × {name}: {message}", letters.len()).ok();
        for letter in letters.iter().take(EXAMPLES) {
            writeln!(out, "  {} {}", moment(letter.settled_at), letter.id).ok();
        }
        if letters.len() > EXAMPLES {
            writeln!(out, "  … +{}", letters.len() - EXAMPLES).ok();
        }
        if let Some(hint) = hint(class, letters[0].http_status) {
            writeln!(out, "  → {}", hint.get(lang)).ok();
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

/// What to do about dead letters of a cause: a rule, or the class of an error.
fn hint(class: &str, status: Option<u16>) -> Option<Said> {
    if let Some(code) = Code::from_name(class) {
        let Said { en, es } = Said::from(code.rule().hint?);
        return Some(said!(
            en: "in the CRM: {en}; then let the CRM send it again",
            es: "en el CRM: {es}; luego haga que el CRM la envíe otra vez",
        ));
    }
    Some(match (class, status) {
        ("unknown", _) => settle_hint(),
        ("rejected", _) => said!(
            en: "correct the record in the CRM, then let the CRM send it again",
            es: "corrija el registro en el CRM, luego haga que el CRM lo envíe otra vez",
        ),
        ("refused", Some(401 | 403)) => said!(
            en: "COMERCIAL_WEBHOOK_TOKEN of the relay and CRM_WEBHOOK_TOKEN of the App Comercial must be the same; crm-bridge test tells",
            es: "COMERCIAL_WEBHOOK_TOKEN del relay y CRM_WEBHOOK_TOKEN de la App Comercial deben ser iguales; crm-bridge test lo dice",
        ),
        ("refused", _) => said!(
            en: "check COMERCIAL_WEBHOOK_URL of the relay; crm-bridge test shows what answers there",
            es: "revise COMERCIAL_WEBHOOK_URL del relay; crm-bridge test muestra quién responde allí",
        ),
        ("rate_limited", _) => said!(en: "lower --rate of the relay", es: "baje --rate del relay"),
        ("server" | "timeout" | "transport", _) => said!(
            en: "look into the App Comercial and its log; crm-bridge test checks each step on the way there",
            es: "revise la App Comercial y su log; crm-bridge test revisa cada paso hasta allí",
        ),
        _ => return None,
    })
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

/// What is sent again.
pub(super) struct Requeue {
    /// Also what the receiver rejected.
    pub(super) rejected: bool,
    /// What is appended to ids that collided.
    pub(super) terminator: String,
}

/// Queues dead letters again: a running relay takes them up within seconds, another one when it starts. What a rule
/// forbids stays where it is, and so does a venta in doubt until `runs settle` says what became of it.
pub(super) fn requeue(
    journal: &JournalFile,
    run: &RunRecord,
    how: Requeue,
    context: &Context,
) -> Result<u8, Failure> {
    let started = Instant::now();
    let path = journal.path();
    let said = said_of_ventas(journal, run, context)?;
    let which = Redrive { class: None, leave_rejected: !how.rejected, said, terminator: how.terminator };
    let redriven =
        redrive(path, &which, Utc::now().timestamp_millis()).map_err(|error| error.failure(path))?;
    let Redriven {
        queued,
        refused: invalid,
        doubtful: unknown,
        rejected,
        collided: collisions,
        arrived: delivered,
    } = redriven;
    let rows = queued + invalid + unknown + rejected + collisions + delivered;
    let counts =
        Counts { rows, invalid, delivered, rejected, collisions, unknown, queued, ..Counts::default() };
    let next = (counts.queued > 0).then(|| {
        // As it was started: with its journal, and where it listens.
        let relay = line(std::iter::once("crm-bridge").chain(run.asked.args.iter().map(String::as_str)));
        said!(
            en: "a running relay sends them within seconds; otherwise start it: {relay}",
            es: "un relay en marcha las envía en segundos; si no, inícielo: {relay}",
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

/// What persons said, by `runs settle`, of the ventas of letters in doubt.
fn said_of_ventas(
    journal: &JournalFile,
    run: &RunRecord,
    context: &Context,
) -> Result<HashMap<String, bool>, Failure> {
    let known = journal.known(&run.asked.target).map_err(|error| error.failure())?;
    let mut said = HashMap::new();
    for letter in letters(journal.path(), context)?.into_iter().filter(|letter| letter.class == "unknown") {
        match known.venta(&letter.id).map_err(|error| error.failure())? {
            Some(VentaState::Delivered) => said.insert(letter.id.to_lowercase(), true),
            Some(VentaState::Missing) => said.insert(letter.id.to_lowercase(), false),
            _ => None,
        };
    }
    Ok(said)
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
