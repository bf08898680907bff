//! How far a run is: a bar on a terminal, a plain line every ten seconds elsewhere.

use std::io::Write;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::number::grouped;
use crate::lang::Lang;
use crate::report::event::ProgressNote;

const PLAIN_EVERY: Duration = Duration::from_secs(10);

/// The progress of a run.
pub(super) struct Progress {
    target: Option<ProgressDrawTarget>,
    bar: Option<ProgressBar>,
    started: Instant,
    last_plain: Instant,
    lang: Lang,
}

impl Progress {
    pub(super) fn new(target: ProgressDrawTarget, lang: Lang) -> Self {
        let now = Instant::now();
        Self { target: Some(target), bar: None, started: now, last_plain: now, lang }
    }

    pub(super) fn show(&mut self, note: ProgressNote, err: &mut impl Write) {
        if let Some(target) = self.target.take() {
            self.started = Instant::now();
            self.last_plain = self.started;
            self.bar = (!target.is_hidden()).then(|| bar(target, note.total, self.lang));
        }
        let pace = pace(note, self.lang);
        match &self.bar {
            Some(bar) => {
                bar.set_position(note.done);
                bar.set_message(pace);
            }
            None if self.last_plain.elapsed() >= PLAIN_EVERY => {
                self.last_plain = Instant::now();
                let rate = rate(note.done, self.started.elapsed());
                let (done, total) = (grouped(note.done), grouped(note.total));
                let of = self.lang.pick("of", "de");
                writeln!(err, "{done} {of} {total} · {rate:.0}/s · {pace}").ok();
            }
            None => {}
        }
    }

    /// Writes something else without tearing the bar.
    pub(super) fn suspend<T>(&self, write: impl FnOnce() -> T) -> T {
        match &self.bar {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }

    pub(super) fn finish(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }
}

fn bar(target: ProgressDrawTarget, total: u64, lang: Lang) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(total), target);
    let template = lang.pick(
        "{bar:32.cyan/blue} {human_pos} of {human_len} · {per_sec} · {eta} left · {msg}",
        "{bar:32.cyan/blue} {human_pos} de {human_len} · {per_sec} · faltan {eta} · {msg}",
    );
    // The template is fixed text; were it ever wrong, the default style still shows the progress.
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style.progress_chars("█▉▊▋▌▍▎▏ "));
    }
    bar
}

fn pace(note: ProgressNote, lang: Lang) -> String {
    let mut pace = format!("{} {}", note.jobs, lang.pick("at once", "a la vez"));
    if let Some(rate) = note.rate {
        pace.push_str(&format!(" · {} {rate}/s", lang.pick("at most", "máximo")));
    }
    if note.waiting > 0 {
        let (waiting, seconds) = (grouped(note.waiting), note.next_try.as_secs() + 1);
        pace.push_str(&match lang {
            Lang::En => format!(" · {waiting} failed, next try in {seconds} s"),
            Lang::Es => format!(" · {waiting} sin éxito, próximo intento en {seconds} s"),
        });
    }
    pace
}

#[expect(clippy::cast_precision_loss, reason = "a rate shown to people without decimals")]
fn rate(done: u64, elapsed: Duration) -> f64 {
    done as f64 / elapsed.as_secs_f64().max(0.001)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_that_waits_says_for_what() {
        let note = ProgressNote {
            done: 33,
            total: 34,
            jobs: 1,
            rate: None,
            waiting: 1,
            next_try: Duration::from_millis(37_200),
        };
        assert_eq!(pace(note, Lang::En), "1 at once · 1 failed, next try in 38 s");
        assert_eq!(pace(note, Lang::Es), "1 a la vez · 1 sin éxito, próximo intento en 38 s");
        let going = ProgressNote { waiting: 0, rate: Some(5.0), ..note };
        assert_eq!(pace(going, Lang::En), "1 at once · at most 5/s");
    }
}
