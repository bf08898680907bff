//! `runs redrive RUN`: the failed rows again, from the payloads in the journal; a relay's dead letters from its outbox,
//! and with `--queue` those of a queue.

use std::time::Instant;

use bytes::Bytes;
use clap::Args;

use super::{outbox, queued};
use crate::cli::consent;
use crate::cli::delivering::{Work, deliver};
use crate::cli::ending::Ending;
use crate::cli::journaling::finish;
use crate::cli::observers::observer;
use crate::cli::on_record::{OnRecord, stopped};
use crate::cli::worker::QueueFlags;
use crate::cli::{Context, SendFlags};
use crate::config::{Found, ProcessEnv, Resolved};
use crate::delivery::{Delivery, JournalError, Stop, terminated};
use crate::error::{Failure, Kind};
use crate::journal::{JournalFile, Letter, RunRecord, Target};
use crate::lang::Said;
use crate::report::event::{Counts, Event, Outcome};
use crate::said;

/// Arguments of `runs redrive`.
#[derive(Debug, Args)]
pub(crate) struct RedriveArgs {
    /// Id of the run or its beginning, or last.
    #[arg(value_name = "RUN", default_value = "last", add = crate::cli::completions::run_id())]
    run: String,
    /// Also the rows whose data the receiver rejected.
    #[arg(long)]
    rejected: bool,
    #[command(flatten)]
    send: SendFlags,
    #[command(flatten)]
    queue: QueueFlags,
}

pub(super) fn run(args: &RedriveArgs, context: &Context) -> Result<u8, Failure> {
    let started = Instant::now();
    let found = args.send.found(context, &ProcessEnv)?;
    let settings = super::settings_without_receiver(&args.send, context)?;
    // Only where the flag names it: a queue in the settings must not hide the run that was asked for.
    if let (Some(_), Some(queue)) = (&args.send.queue, &settings.queue) {
        return queued::requeue(queue, &args.queue.options(&settings), args.rejected, context);
    }
    let journal = JournalFile::open(settings.journal.as_deref()).map_err(|error| error.failure())?;
    let record = journal.find_run(&args.run).map_err(|error| error.failure())?;
    if outbox::is_relay(&record) {
        let how = outbox::Requeue { rejected: args.rejected, terminator: settings.id_terminator.clone() };
        return outbox::requeue(&journal, &record, how, context);
    }
    let resolved = receiver(found, &record)?;
    let sending = &resolved.settings;
    let letters = journal.letters(record.number).map_err(|error| error.failure())?;
    let deliveries = chosen(&letters, args.rejected, &sending.id_terminator)?;
    let total = deliveries.len() as u64;
    consent::before_a_run(
        context,
        &sending.url,
        &Counts { prepared: total, ..Counts::default() },
        args.send.yes,
    )?;
    let run = journal.redrive(&record).map_err(|error| error.failure())?;
    let mut observer = observer(context);
    let onward = OnRecord::here().asked_with(&record.asked.args);
    if total == 0 {
        let collided = letters.iter().any(|letter| letter.outcome == Outcome::Collision);
        observer.observe(Event::Decided(if collided {
            let command = onward.redrive(&record.id, Some("]"));
            said!(
                en: "nothing to send again as it is; what collided is sent with another end of its id: {command}",
                es: "nada que reenviar tal como está; las colisiones se envían con otro final en su id: {command}",
            )
        } else {
            said!(
                en: "nothing to send again: no delivery of this run failed; --rejected takes those that the receiver rejected",
                es: "nada que reenviar: ninguna entrega de esta ejecución falló; --rejected toma las que el receptor rechazó",
            )
        }));
    }
    let work = Work {
        run: Some(run.id()),
        settings: sending,
        total,
        files: if record.asked.files.len() > 1 {
            record.asked.files.iter().map(|file| file.path.clone()).collect()
        } else {
            Vec::new()
        },
    };
    let feed = deliveries.into_iter().map(Ok::<_, Failure>);
    let done = deliver(work, feed, &run, observer.as_mut())?;
    let mut ending = Ending {
        command: "runs redrive",
        run: Some(record.id.clone()),
        stopped: done.end.stop.as_ref().map(|stop| why_stopped(stop, &onward.redrive(&record.id, None))),
        allow_empty: true,
        ..Ending::default()
    };
    finish(&journal, run, &mut ending, true);
    // Of the requests, only those of now.
    (ending.attempts, ending.latency) = (done.end.attempts, done.end.latency_note());
    ending.next = next(&record, &ending.counts, done.end.stop.is_some(), &onward);
    ending.finish(started, observer.as_mut())
}

/// What is left of the run to do: rows that failed, or those that were never tried.
fn next(record: &RunRecord, whole: &Counts, stopped: bool, onward: &OnRecord) -> Option<Said> {
    let RunRecord { id, asked, .. } = record;
    if stopped {
        return Some(Said::same(onward.redrive(id, None)));
    }
    let resumable = matches!(asked.command.as_str(), "replay-csv" | "replay");
    (resumable && whole.unprocessed > 0).then(|| Said::same(onward.resume(id)))
}

/// Why a redrive stopped. Resuming the run is for what it never tried.
fn why_stopped(stop: &Stop, again: &str) -> Failure {
    match stop {
        Stop::WaitTooLong(_)
        | Stop::Circuit(_)
        | Stop::TooManyFailures(_)
        | Stop::Interrupted
        | Stop::Journal(JournalError::Full { .. }) => stop.failure().hint(said!(
            en: "once what stopped it is over: `{again}`",
            es: "cuando pase lo que la detuvo: `{again}`"
        )),
        Stop::Unreachable(_) | Stop::Refused(_) | Stop::Journal(_) => stopped(stop),
    }
}

/// The receiver of the run: another target is another run.
fn receiver(found: Found, record: &RunRecord) -> Result<Resolved, Failure> {
    let target = &record.asked.target;
    match &found.url {
        Some(url) if Target::of(url) == *target => found.demand(),
        Some(url) => {
            let now = Target::of(url);
            Err(Failure::new(
                Kind::Input,
                said!(en: "the run sent to {target}, now the target is {now}", es: "la ejecución enviaba a {target}, ahora el destino es {now}"),
            )
            .hint(said!(en: "--url {target} sends there again", es: "--url {target} envía otra vez allí")))
        }
        None => {
            let url = target.as_str().parse().map_err(|_| {
                Failure::new(Kind::Input, said!(en: "the run's target {target} is no URL", es: "el destino {target} de la ejecución no es una URL"))
            })?;
            let Some(token) = found.token.clone() else { return found.demand() };
            found.refuse_clear_text(&url)?;
            Ok(found.with_receiver(url, token))
        }
    }
}

/// The letters that are worth another try. What is in doubt never is; a collision only under another id.
fn chosen(letters: &[Letter], rejected: bool, terminator: &str) -> Result<Vec<Delivery>, Failure> {
    let worth = |letter: &&Letter| match letter.outcome {
        Outcome::Failed => true,
        Outcome::Rejected => rejected && letter.error.class != "changed",
        Outcome::Collision => !terminator.is_empty(),
        _ => false,
    };
    let mut deliveries = letters
        .iter()
        .filter(worth)
        .filter_map(|letter| letter.body.as_ref().map(|body| (letter, body)))
        .map(|(letter, body)| compose(letter, body, terminator))
        .collect::<Result<Vec<_>, _>>()?;
    // Shorter ids first, as wherever one may be inside another.
    deliveries.sort_by_key(|delivery| delivery.id.chars().count());
    Ok(deliveries)
}

fn compose(letter: &Letter, body: &Bytes, terminator: &str) -> Result<Delivery, Failure> {
    let body = if letter.outcome == Outcome::Collision { terminated(body, terminator) } else { body.clone() };
    Delivery::from_json((letter.file, letter.row), &body).map_err(|error| {
        let id = &letter.id;
        Failure::new(
            Kind::Internal,
            said!(en: "the payload of {id} in the journal can't be sent: {error}", es: "no se puede enviar el contenido de {id} guardado en el registro: {error}"),
        )
    })
}
