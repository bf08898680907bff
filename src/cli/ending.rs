//! The end of a run: its summary, and its exit code.

use std::collections::BTreeMap;
use std::time::Instant;

use super::next_command::NextCommand;
use super::on_record::{OnRecord, is_about_the_address, stopped};
use super::run_files::ToCorrect;
use crate::delivery::{RunEnd, Stop};
use crate::error::{Failure, Kind, SOME_ROWS_WENT_WRONG};
use crate::intake::Plan;
use crate::journal::RunRecord;
use crate::lang::Said;
use crate::report::event::{Counts, Event, LatencyNote, Observer, SummaryNote};
use crate::rules::Code;
use crate::said;

/// What a run came to.
#[derive(Debug, Default)]
pub(crate) struct Ending {
    /// Name of the command.
    pub(crate) command: &'static str,
    /// Id of the run, where it has one.
    pub(crate) run: Option<String>,
    /// What became of each row.
    pub(crate) counts: Counts,
    /// Rows that are no events, by status.
    pub(crate) skipped_by_status: BTreeMap<String, u64>,
    /// Findings by code.
    pub(crate) by_code: BTreeMap<&'static str, u64>,
    /// HTTP tries.
    pub(crate) attempts: u64,
    /// Latency, where something was sent.
    pub(crate) latency: Option<LatencyNote>,
    /// Files that were written.
    pub(crate) files: Vec<String>,
    /// Why it stopped before its end.
    pub(crate) stopped: Option<Failure>,
    /// It stopped for an error about a whole file, which no correction of rows mends.
    pub(crate) about_file: bool,
    /// What to run next.
    pub(crate) next: Option<Said>,
    /// No events are no failure (`--allow-empty`).
    pub(crate) allow_empty: bool,
    /// Only some of the events were asked for (`--only`, `--since`, …).
    pub(crate) chosen: bool,
}

impl Ending {
    /// Counts what was said about whole files.
    pub(crate) fn add_said(&mut self, said: &[(Code, u64)]) {
        for (code, count) in said {
            *self.by_code.entry(code.name()).or_default() += count;
        }
    }

    /// Takes over what the first pass found.
    pub(crate) fn take_plan(&mut self, plan: &Plan) {
        self.counts = plan.counts;
        self.skipped_by_status.clone_from(&plan.skipped_by_status);
        for (code, count) in &plan.by_code {
            *self.by_code.entry(code).or_default() += count;
        }
    }

    /// Sends nothing, because of `failure`: what was prepared stays unprocessed.
    pub(crate) fn hold_back(&mut self, failure: Failure) {
        self.counts.unprocessed += std::mem::take(&mut self.counts.prepared);
        self.stopped = Some(failure);
    }

    /// Takes over how the delivery of `prepared` events ended.
    pub(crate) fn take_end(&mut self, end: &RunEnd, prepared: u64) {
        self.counts.prepared = 0;
        let mut settled = 0;
        for (name, count) in end.counts.named() {
            if name != "unprocessed" {
                settled += count;
            }
        }
        self.counts.duplicates += end.counts.duplicates;
        self.counts.delivered += end.counts.delivered;
        self.counts.rejected += end.counts.rejected;
        self.counts.failed += end.counts.failed;
        self.counts.collisions += end.counts.collisions;
        self.counts.unknown += end.counts.unknown;
        self.counts.queued += end.counts.queued;
        self.counts.unprocessed += prepared.saturating_sub(settled);
        self.attempts = end.attempts;
        self.latency = end.latency_note();
        self.stopped = end.stop.as_ref().map(stopped);
        let on_its_way = matches!(
            end.stop,
            Some(Stop::WaitTooLong(_) | Stop::Circuit(_) | Stop::TooManyFailures(_) | Stop::Interrupted)
        );
        if self.command == "send" && on_its_way {
            // A single presencia is no run to be resumed.
            self.stopped = self.stopped.take().map(|failure| {
                failure.hint(said!(
                    en: "run the same command again: what arrived is not sent once more",
                    es: "ejecute el mismo comando otra vez: lo que llegó no se envía de nuevo",
                ))
            });
        }
    }

    /// Takes over the counts of the whole run, whose parts before this one are on record.
    pub(crate) fn take_record(&mut self, record: &RunRecord) {
        self.counts = record.counts();
        self.attempts = record.attempts;
    }

    /// The feed of the run broke off, unless something else had stopped it already.
    pub(crate) fn broke_off(&mut self, why: Option<Failure>) {
        if self.stopped.is_none() {
            self.stopped = why;
        }
    }

    /// Says which command comes next, if one does; `to_correct` are the files with rows to correct.
    pub(crate) fn suggest_next(&mut self, to_correct: &[ToCorrect], next: &NextCommand, record: &OnRecord) {
        let stopped = self.stopped.as_ref().map(|failure| failure.kind);
        let resumable = matches!(
            stopped,
            Some(Kind::Stopped | Kind::Interrupted | Kind::Unreachable | Kind::Refused | Kind::Input)
        );
        let wrong = self.counts.invalid + self.counts.rejected > 0 && !to_correct.is_empty();
        // The good rows were only looked at: corrected rows alone would leave them behind.
        let unsent = stopped == Some(Kind::Rows) || self.counts.prepared > 0;
        self.next = match &self.run {
            Some(_) if resumable && self.is_at_a_wrong_address() => Some(next.elsewhere()),
            Some(run) if resumable && next.reads_stdin() => {
                let resume = record.resume(run);
                Some(said!(
                    en: "{resume}, with the same export on stdin ({resume} < EXPORT)",
                    es: "{resume}, con la misma exportación por stdin ({resume} < EXPORTACIÓN)",
                ))
            }
            Some(run) if resumable => Some(Said::same(record.resume(run))),
            // Its own remedy is the next thing to do.
            _ if self.about_file => None,
            _ if wrong && unsent => {
                let files = to_correct.iter().map(|each| each.file.as_str()).collect::<Vec<_>>().join(", ");
                let (inputs, command) = (next.inputs(), next.whole());
                Some(if next.reads_stdin() {
                    said!(
                        en: "correct the rows of {files} in the export, then {command} < EXPORT",
                        es: "corrija las filas de {files} en la exportación, luego {command} < EXPORTACIÓN",
                    )
                } else {
                    said!(
                        en: "correct the rows of {files} in {inputs}, then {command}",
                        es: "corrija las filas de {files} en {inputs}, luego {command}",
                    )
                })
            }
            _ if wrong => {
                let each = to_correct.iter().map(|each| {
                    let (file, command) = (&each.file, next.sending(each));
                    said!(en: "correct {file}, then {command}", es: "corrija {file}, luego {command}")
                });
                let (en, es): (Vec<_>, Vec<_>) = each.map(|said| (said.en, said.es)).unzip();
                Some(Said { en: en.join("; "), es: es.join("; ") })
            }
            // An event that became invalid by the clock, say, is left of the run all the same.
            Some(run) if self.counts.unprocessed > 0 => Some(Said::same(record.resume(run))),
            Some(run) if self.counts.failed + self.counts.collisions > 0 => {
                let terminator = (self.counts.collisions > 0).then_some("]");
                Some(Said::same(record.redrive(run, terminator)))
            }
            _ => None,
        };
    }

    /// Whether the address of the receiver is what stopped the run, before anything arrived there. With another one it is
    /// another run, and this one can't be resumed.
    fn is_at_a_wrong_address(&self) -> bool {
        let hint = self.stopped.as_ref().and_then(|failure| failure.hint.as_ref());
        let wrong = matches!(self.stopped.as_ref().map(|f| f.kind), Some(Kind::Unreachable | Kind::Refused));
        self.counts.delivered == 0 && wrong && hint.is_some_and(is_about_the_address)
    }

    /// The exit code that the run ends with.
    pub(crate) fn exit_code(&self) -> u8 {
        let counts = &self.counts;
        match &self.stopped {
            Some(failure) => failure.kind.exit_code(),
            None if counts.any_wrong() || (counts.events() == 0 && !self.allow_empty) => SOME_ROWS_WENT_WRONG,
            None => 0,
        }
    }

    /// Why a run that found nothing wrong and nothing to do is no success.
    fn nothing_to_do(&self) -> Option<Said> {
        if self.counts.events() > 0 || self.allow_empty || self.stopped.is_some() {
            return None;
        }
        if self.command == "replay" {
            return self.chosen.then(|| {
                said!(
                    en: "no request has one of these ids: check --only; --allow-empty makes this no failure",
                    es: "ninguna petición tiene uno de estos ids: revise --only; con --allow-empty esto no es una falla",
                )
            });
        }
        if !matches!(self.command, "replay-csv" | "validate") {
            return None;
        }
        Some(if self.chosen {
            said!(
                en: "no event was chosen: check --only, --since, --until and --sample; --allow-empty makes this no failure",
                es: "no se eligió ningún evento: revise --only, --since, --until y --sample; con --allow-empty esto no es una falla",
            )
        } else {
            said!(
                en: "no row is an event: the visits that took place are told by their estado or tipificación, see `crm-bridge map FILE` and --trigger; --allow-empty makes this no failure",
                es: "ninguna fila es un evento: las visitas realizadas se reconocen por su estado o su tipificación, vea `crm-bridge map ARCHIVO` y --trigger; con --allow-empty esto no es una falla",
            )
        })
    }

    fn note(self, started: Instant) -> SummaryNote {
        let elapsed_s = started.elapsed().as_secs_f64();
        #[expect(clippy::cast_precision_loss, reason = "a rate for people")]
        let rows_per_s = self.counts.rows as f64 / elapsed_s.max(1e-6);
        SummaryNote {
            command: self.command,
            run: self.run,
            counts: self.counts,
            skipped_by_status: self.skipped_by_status,
            attempts: self.attempts,
            elapsed_s,
            rows_per_s,
            latency_ms: self.latency,
            by_code: self.by_code,
            files: self.files,
            stopped: self.stopped.map(|failure| (failure.message, failure.hint)),
            next: self.next,
        }
    }

    /// Emits the summary and returns the exit code.
    pub(crate) fn finish(self, started: Instant, observer: &mut dyn Observer) -> Result<u8, Failure> {
        let counts = self.counts;
        if let Some(why) = self.nothing_to_do() {
            observer.observe(Event::Decided(why));
        }
        let add_up = counts.add_up();
        let code = self.exit_code();
        observer.observe(Event::Summary(Box::new(self.note(started))));
        if add_up {
            return Ok(code);
        }
        let (rows, named) = (counts.rows, counts.named());
        Err(Failure::new(
            Kind::Internal,
            said!(en: "the counts don't add up to {rows} rows: {named:?}", es: "los conteos no suman {rows} filas: {named:?}"),
        )
        .hint(said!(
            en: "this is a mistake of the program; runs show last says what was delivered",
            es: "es un error del programa; runs show last dice qué se entregó",
        )))
    }
}

/// Ends a run that could not begin or broke off before its plan: scripts are promised a summary as the last line of
/// every run, and a person is told what was found until then, and once, by the error itself, that it ended.
pub(crate) fn broken_off(
    command: &'static str,
    failure: Failure,
    started: Instant,
    observer: &mut dyn Observer,
) -> Failure {
    let ending = Ending { command, stopped: Some(failure.clone()), ..Ending::default() };
    observer.observe(Event::BrokenOff(Box::new(ending.note(started))));
    failure
}
