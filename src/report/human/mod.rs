//! Events as text for a person: what was decided, a progress bar, and a summary that says what to do next.
//!
//! What a person is told while it runs goes to `err`; the result goes to `out`. Findings are grouped by rule, worst
//! first, with a few examples each, so that memory does not grow with the input.

mod causes;
mod explain;
mod number;
mod pointer;
mod progress;
mod summary;

use std::io::Write;

use indicatif::ProgressDrawTarget;

use super::causes::Causes;
use super::event::{CheckNote, DeliveryNote, Event, FindingNote, Observer, Outcome, PlanNote};
use crate::lang::Lang;
pub use explain::explanation;
pub use number::grouped;
use progress::Progress;

/// How much a person wants to be told.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    /// Language of the texts.
    pub lang: Lang,
    /// 0, 1 (each finding), 2 (each delivery).
    pub verbose: u8,
    /// Only the summary.
    pub quiet: bool,
    /// Carets under the cell that a finding is about.
    pub points: bool,
    /// The result is data for another program, and the summary is none of it.
    pub data: bool,
}

/// Writes text for a person.
pub struct Human<O, E> {
    out: O,
    err: E,
    style: Style,
    causes: Causes,
    progress: Progress,
    /// The causes were told before a question.
    told: bool,
}

impl<O: Write, E: Write> Human<O, E> {
    /// A renderer of results to `out` and of what happens meanwhile to `err`; the bar is drawn on `target`.
    pub fn new(out: O, err: E, target: ProgressDrawTarget, style: Style) -> Self {
        Self {
            out,
            err,
            style,
            causes: Causes::default(),
            progress: Progress::new(target, style.lang),
            told: false,
        }
    }

    fn aside(&mut self, line: &str) {
        if self.style.quiet {
            return;
        }
        let err = &mut self.err;
        // Nobody is left to be told when stderr is closed.
        self.progress.suspend(|| writeln!(err, "{line}").ok());
    }

    fn plan(&mut self, plan: &PlanNote) {
        let lang = self.style.lang;
        let counts = &plan.counts;
        let mut parts =
            vec![summary::rows_said(counts.rows, lang), summary::events_said(counts.events(), lang)];
        let told = [
            (counts.prepared, "to send", ["por enviar"; 2]),
            (counts.invalid, "invalid", ["inválida", "inválidas"]),
            (
                counts.duplicates,
                "already delivered or repeated",
                ["ya entregada o repetida", "ya entregadas o repetidas"],
            ),
        ];
        for (count, en, es) in told {
            if count > 0 {
                parts.push(format!("{} {}", grouped(count), lang.counted(count, [en; 2], es)));
            }
        }
        if !plan.order.get(lang).is_empty() {
            parts.push(plan.order.get(lang).to_owned());
        }
        let mut line = format!("{}: {}", lang.pick("plan", "plan"), parts.join(" · "));
        if !plan.target.is_empty() {
            line.push_str(" → ");
            line.push_str(&plan.target);
        }
        self.aside(&line);
    }

    fn finding(&mut self, note: FindingNote) {
        if self.style.verbose > 0 {
            let line = causes::line(&note, self.style.lang);
            self.aside(&line);
            if self.style.points
                && let Some(carets) = causes::carets(&note, self.style.lang)
            {
                self.aside(&carets);
            }
        }
        self.causes.add(&note);
    }

    fn delivery(&mut self, note: &DeliveryNote) {
        if self.style.verbose > 1 || (self.style.verbose > 0 && note.outcome != Outcome::Delivered) {
            let line = summary::delivery_line(note, self.style.lang);
            self.aside(&line);
        }
        self.causes.add_delivery(note);
    }

    fn check(&mut self, note: &CheckNote) {
        writeln!(self.out, "{}", summary::check_line(note, self.style.lang)).ok();
    }
}

impl<O: Write, E: Write> Observer for Human<O, E> {
    fn observe(&mut self, event: Event) {
        match event {
            Event::Decided(said) => self.aside(said.get(self.style.lang)),
            Event::Finding(note) => self.finding(note),
            Event::Plan(plan) => self.plan(&plan),
            Event::Asking => {
                let causes = causes::text(&self.causes, &|_| false, self.style.lang, self.style.points);
                self.err.write_all(causes.as_bytes()).ok();
                self.told = true;
            }
            Event::Payload(note) => {
                self.out.write_all(&note.body).and_then(|()| self.out.write_all(b"\n")).ok();
            }
            Event::Delivery(note) => self.delivery(&note),
            Event::Progress(note) => {
                if !self.style.quiet {
                    self.progress.show(note, &mut self.err);
                }
            }
            Event::Check(note) => self.check(&note),
            Event::BrokenOff(note) => {
                self.progress.finish();
                // The error itself follows: what it says is not said twice.
                let error = note.stopped.as_ref().map(|(message, _)| message.en.as_str()).unwrap_or_default();
                let told_before = self.told;
                let told = |code: &str| told_before || error.ends_with(&format!("({code})"));
                let causes = causes::text(&self.causes, &told, self.style.lang, self.style.points);
                // Nobody is left to be told when stderr is closed.
                self.err.write_all(causes.as_bytes()).ok();
            }
            Event::Summary(note) => {
                self.progress.finish();
                let text = summary::text(&note, &self.causes, self.style);
                if self.style.data {
                    self.out.flush().ok();
                    self.err.write_all(text.as_bytes()).ok();
                } else {
                    self.out.write_all(text.as_bytes()).ok();
                    self.out.flush().ok();
                }
            }
        }
    }
}
