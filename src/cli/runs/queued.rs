//! The queue's part of `runs`: dead letters shown, ventas in doubt settled, and both published again for the workers.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::ops::ControlFlow;
use std::time::Instant;

use bytes::Bytes;
use clap::Args;
use comfy_table::{CellAlignment, Table, presets};
use reqwest::Url;
use serde_json::{Value, json};

use super::{moment, print, said_outcome, settings_without_receiver, timestamp};
use crate::cli::delivering::runtime;
use crate::cli::ending::Ending;
use crate::cli::observers::observer;
use crate::cli::worker::QueueFlags;
use crate::cli::{Context, SendFlags};
use crate::config::ProcessEnv;
use crate::error::{Failure, Kind};
use crate::queue::backlog::Standing;
use crate::queue::dead::DeadLetter;
use crate::queue::{Options, Queue, QueueError};
use crate::report::causes::class_said;
use crate::report::event::Counts;
use crate::report::human::grouped;
use crate::said;

/// Examples of each cause.
const EXAMPLES: usize = 3;
/// Ventas in doubt that are listed one by one.
const DOUBTS: usize = 20;

/// Which queue.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Queue")]
pub(super) struct QueueAt {
    /// The dead letters of this JetStream server, instead of a run of the journal.
    #[arg(long = "queue", value_name = "URL", value_hint = clap::ValueHint::Url)]
    at: Option<String>,
    #[command(flatten)]
    flags: QueueFlags,
}

/// A queue that can be asked.
struct Asked {
    runtime: tokio::runtime::Runtime,
    queue: Queue,
    /// The receiver that the settings name.
    receiver: Option<Url>,
}

impl QueueAt {
    /// Whether the flag names one: a queue in the settings must not hide the run that was asked for.
    pub(super) fn is_named(&self) -> bool {
        self.at.is_some()
    }

    fn connect(&self, context: &Context) -> Result<Asked, Failure> {
        let flags = SendFlags { queue: self.at.clone(), ..SendFlags::default() };
        let receiver = flags.found(context, &ProcessEnv)?.url;
        let settings = settings_without_receiver(&flags, context)?;
        let options = self.flags.options(&settings);
        let url = settings.queue.ok_or_else(|| QueueError::Address.failure())?;
        let runtime = runtime()?;
        let queue = runtime.block_on(Queue::connect(&url, &options)).map_err(|error| error.failure())?;
        Ok(Asked { runtime, queue, receiver })
    }
}

/// Publishes dead letters again. A venta in doubt stays where it is, and so does what a rule forbids, what was rejected
/// unless `rejected` asks for it, and a message that nobody could read.
pub(super) fn requeue(
    url: &Url,
    options: &Options,
    rejected: bool,
    context: &Context,
) -> Result<u8, Failure> {
    let started = Instant::now();
    let mut counts = Counts::default();
    let redriven = runtime()?
        .block_on(async {
            let queue = Queue::connect(url, options).await?;
            queue
                .redrive(|letter| {
                    counts.rows += 1;
                    match letter.reason.outcome.as_str() {
                        // A rule forbids to send it as it is.
                        "invalid" => counts.invalid += 1,
                        "unknown" => counts.unknown += 1,
                        "rejected" if !rejected => counts.rejected += 1,
                        _ => return true,
                    }
                    false
                })
                .await
        })
        .map_err(|error| error.failure())?;
    counts.queued = redriven.sent;
    // Asked for, and left all the same: unreadable.
    counts.failed = counts.rows - counts.invalid - counts.unknown - counts.rejected - counts.queued;
    let ending = Ending { command: "runs redrive", counts, allow_empty: true, ..Ending::default() };
    ending.finish(started, observer(context).as_mut())
}

/// Lists the dead letters, the newest first, `limit` at most.
pub(super) fn list(at: &QueueAt, limit: usize, context: &Context) -> Result<u8, Failure> {
    let Asked { runtime, queue, .. } = at.connect(context)?;
    let letters = runtime.block_on(queue.latest_dead(limit)).map_err(|error| error.failure())?;
    let letters = letters.iter().rev();
    if context.json {
        for letter in letters {
            print(&format!("{}\n", line(letter)));
        }
        return Ok(0);
    }
    let lang = context.lang;
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_header([
        lang.pick("letter", "número"),
        lang.pick("given up", "abandonada"),
        "id_presencia_crm",
        lang.pick("outcome", "resultado"),
        lang.pick("cause", "causa"),
        "HTTP",
    ]);
    for letter in letters {
        table.add_row([
            letter.sequence.to_string(),
            moment(letter.at.timestamp_millis()),
            letter.id.clone(),
            said_outcome(&letter.reason.outcome, context).to_owned(),
            class_said(&letter.reason.class, lang).to_owned(),
            letter.reason.http_status.map(|status| status.to_string()).unwrap_or_default(),
        ]);
    }
    if let Some(column) = table.column_mut(0) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    print(&format!("{table}\n"));
    Ok(0)
}

/// Shows how the queue stands, its dead letters by cause, and what to do about them.
pub(super) fn show(at: &QueueAt, context: &Context) -> Result<u8, Failure> {
    let Asked { runtime, queue, .. } = at.connect(context)?;
    let standing = runtime.block_on(queue.standing()).map_err(|error| error.failure())?;
    if context.json {
        let oldest = standing.oldest.map_or(Value::Null, |oldest| timestamp(oldest.timestamp_millis()));
        let head = json!({
            "kind": "queue", "queue": queue.address(), "waiting": standing.depth(), "oldest": oldest,
            "dead": standing.dead,
        });
        print(&format!("{head}\n"));
    }
    let mut letters = Vec::new();
    let asked = runtime.block_on(queue.each_dead(1, |letter| {
        if context.json {
            print(&format!("{}\n", line(&letter)));
        } else {
            // Thousands of payloads are not held for what stands beside them.
            letters.push(DeadLetter { message: Bytes::new(), ..letter });
        }
        ControlFlow::Continue(())
    }));
    asked.map_err(|error| error.failure())?;
    if !context.json {
        print(&text(&queue, &standing, &letters, context));
    }
    Ok(0)
}

/// Takes a person's word about the venta of `id`.
pub(super) fn settle(at: &QueueAt, id: &str, arrived: bool, context: &Context) -> Result<u8, Failure> {
    let Asked { runtime, queue, receiver } = at.connect(context)?;
    let settled = runtime.block_on(queue.settle(id, arrived, receiver.as_ref()));
    let letters = settled.map_err(|error| error.failure())?;
    if context.json {
        let outcome = if arrived { "delivered" } else { "queued" };
        let line = json!({
            "kind": "settled", "queue": queue.address(), "id_presencia_crm": id, "outcome": outcome,
            "letters": letters,
        });
        print(&format!("{line}\n"));
        return Ok(0);
    }
    let said = if arrived {
        context.lang.pick("is delivered", "queda como entregada")
    } else {
        context.lang.pick(
            "was not delivered; it is back in the queue, and a worker sends its venta",
            "no se entregó; está de nuevo en la cola y un worker envía su venta",
        )
    };
    print(&format!("{id} {said}\n"));
    Ok(0)
}

/// The run that must be named where no queue is.
pub(super) fn row_is_missing() -> Failure {
    Failure::new(Kind::Usage, said!(en: "ROW is missing", es: "falta ROW, la fila")).hint(said!(
        en: "`crm-bridge runs settle RUN ROW`, as `crm-bridge runs show RUN` names it; or --queue URL and an id",
        es: "`crm-bridge runs settle RUN ROW`, como la nombra `crm-bridge runs show RUN`; o --queue URL y un id",
    ))
}

fn line(letter: &DeadLetter) -> Value {
    let DeadLetter { sequence, at, id, reason, target, .. } = letter;
    json!({
        "kind": "letter",
        "letter": sequence,
        "id_presencia_crm": id,
        "outcome": reason.outcome,
        "attempts": reason.attempts,
        "http_status": reason.http_status,
        "at": timestamp(at.timestamp_millis()),
        "target": target,
        "error": {"class": reason.class, "message": reason.message, "hint": reason.hint},
    })
}

fn text(queue: &Queue, standing: &Standing, letters: &[DeadLetter], context: &Context) -> String {
    let lang = context.lang;
    let mut out = String::new();
    let mut line = |name: &str, value: &str| writeln!(out, "{name:<12} {value}").ok();
    line(lang.pick("queue", "cola"), queue.address());
    line(lang.pick("waiting", "en espera"), &grouped(standing.depth()));
    if let Some(oldest) = standing.oldest {
        line(lang.pick("oldest", "más antigua"), &moment(oldest.timestamp_millis()));
    }
    line(lang.pick("dead letters", "no entregadas"), &grouped(standing.dead));
    causes(&mut out, letters, context);
    doubts(&mut out, queue, letters, context);
    let can_go_again = |letter: &DeadLetter| !matches!(letter.reason.outcome.as_str(), "unknown" | "invalid");
    if letters.iter().any(can_go_again) {
        let next = lang.pick("once the cause is gone", "cuando la causa ya no exista");
        writeln!(out, "\n{next}: crm-bridge runs redrive --queue {}", queue.address()).ok();
    }
    out
}

/// What was given up, by cause, the most frequent first.
fn causes(out: &mut String, letters: &[DeadLetter], context: &Context) {
    let lang = context.lang;
    let mut groups: BTreeMap<(&str, &str), Vec<&DeadLetter>> = BTreeMap::new();
    for letter in letters.iter().filter(|letter| !letter.is_in_doubt()) {
        let reason = &letter.reason;
        // Collisions name their ids, so that each would be a group of its own.
        let words = if reason.outcome == "collision" { "P01" } else { &reason.message };
        groups.entry((&reason.outcome, words)).or_default().push(letter);
    }
    let mut groups: Vec<_> = groups.into_iter().collect();
    groups.sort_by_key(|(_, letters)| std::cmp::Reverse(letters.len()));
    for ((outcome, _), letters) in groups {
        let first = &letters[0].reason;
        let (outcome, class) = (said_outcome(outcome, context), class_said(&first.class, lang));
        writeln!(out, "\n{} × {outcome} ({class}): {}", letters.len(), first.message).ok();
        for letter in letters.iter().take(EXAMPLES) {
            writeln!(out, "  {} {}", moment(letter.at.timestamp_millis()), letter.id).ok();
        }
        if letters.len() > EXAMPLES {
            let more = lang.pick("more", "más");
            writeln!(out, "  … +{} {more}", letters.len() - EXAMPLES).ok();
        }
        if !first.hint.is_empty() {
            writeln!(out, "  → {}", first.hint).ok();
        }
    }
}

/// What a person has to look at, one by one.
fn doubts(out: &mut String, queue: &Queue, letters: &[DeadLetter], context: &Context) {
    let lang = context.lang;
    let doubtful: Vec<_> = letters.iter().filter(|letter| letter.is_in_doubt()).collect();
    if doubtful.is_empty() {
        return;
    }
    let head = lang.pick(
        "in doubt: nobody knows whether these ventas were saved. Look for each presencia in the App Comercial, then say what you saw:",
        "en duda: no se sabe si estas ventas se guardaron. Busque cada presencia en la App Comercial y diga lo que vio:",
    );
    writeln!(out, "\n{head}").ok();
    let what =
        lang.pick("--delivered | --not-delivered", "--delivered (sí está) | --not-delivered (no está)");
    for letter in doubtful.iter().take(DOUBTS) {
        writeln!(out, "  {} {what}", queue.settle_command(&letter.id)).ok();
    }
    if doubtful.len() > DOUBTS {
        writeln!(out, "  … +{}", doubtful.len() - DOUBTS).ok();
    }
}
