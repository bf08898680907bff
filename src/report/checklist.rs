//! The doctor's checks as a checklist for a person, with the hint below each check that needs something done, and one
//! sentence at the end that says whether the integration works.

use std::io::Write;

use colored::{ColoredString, Colorize};

use super::event::{CheckNote, CheckStatus, Event, Observer};
use crate::lang::Lang;

/// Names are padded to the longest one.
const NAME_WIDTH: usize = 8;

/// Where the details begin: sign, name and milliseconds come before.
const INDENT: &str = "                      ";

/// Writes a checklist.
#[derive(Debug)]
pub struct Checklist<W> {
    out: W,
    lang: Lang,
    quiet: bool,
    failed: Vec<&'static str>,
    warned: Vec<&'static str>,
}

impl<W: Write> Checklist<W> {
    /// A renderer to `out`; `quiet` leaves out what is as it should be.
    pub fn new(out: W, lang: Lang, quiet: bool) -> Self {
        Self { out, lang, quiet, failed: Vec::new(), warned: Vec::new() }
    }

    fn check(&mut self, note: &CheckNote) {
        match note.status {
            CheckStatus::Fail => self.failed.push(note.name),
            CheckStatus::Warn => self.warned.push(note.name),
            CheckStatus::Ok | CheckStatus::Skip if self.quiet => return,
            CheckStatus::Ok | CheckStatus::Skip => {}
        }
        let took = note.ms.map_or_else(String::new, |ms| format!("{ms:.1} ms"));
        let head = format!("{} {:NAME_WIDTH$}", sign(note.status), note.name);
        let detail = note.detail.get(self.lang);
        let detail = if note.status == CheckStatus::Skip { detail.dimmed() } else { detail.normal() };
        // Nobody is left to be told when the output is closed.
        writeln!(self.out, "{head} {} {detail}", format!("{took:>10}").dimmed()).ok();
        if let Some(hint) = &note.hint {
            writeln!(self.out, "{INDENT}{} {}", "→".cyan(), hint.get(self.lang)).ok();
        }
    }

    fn verdict(&mut self) {
        let names = |names: &[&str]| names.join(", ");
        let sentence = if let Some(first) = self.failed.first() {
            let text = match self.lang {
                Lang::En => format!("it does not work yet: see {first}"),
                Lang::Es => format!("todavía no funciona: vea {first}"),
            };
            text.red().bold()
        } else if self.warned.is_empty() {
            self.lang.pick("the integration works", "la integración funciona").green().bold()
        } else {
            let warned = names(&self.warned);
            let text = match self.lang {
                Lang::En => format!("the integration works, but see {warned}"),
                Lang::Es => format!("la integración funciona, pero vea {warned}"),
            };
            text.yellow().bold()
        };
        writeln!(self.out, "{sentence}").ok();
        self.out.flush().ok();
        self.failed.clear();
        self.warned.clear();
    }
}

fn sign(status: CheckStatus) -> ColoredString {
    match status {
        CheckStatus::Ok => "✓".green(),
        CheckStatus::Warn => "!".yellow(),
        CheckStatus::Fail => "✗".red(),
        CheckStatus::Skip => "–".dimmed(),
    }
}

impl<W: Write> Observer for Checklist<W> {
    fn observe(&mut self, event: Event) {
        match event {
            Event::Check(note) => self.check(&note),
            Event::Decided(said) => {
                writeln!(self.out, "{}", said.get(self.lang).dimmed()).ok();
            }
            Event::Summary(_) => self.verdict(),
            Event::Finding(_)
            | Event::Plan(_)
            | Event::Asking
            | Event::Payload(_)
            | Event::Delivery(_)
            | Event::Progress(_)
            | Event::BrokenOff(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::Said;

    fn rendered(notes: Vec<CheckNote>, quiet: bool) -> String {
        colored::control::set_override(false);
        let mut out = Vec::new();
        let mut list = Checklist::new(&mut out, Lang::En, quiet);
        for note in notes {
            list.observe(Event::Check(note));
        }
        list.observe(Event::Summary(Box::default()));
        String::from_utf8(out).expect("UTF-8")
    }

    fn note(name: &'static str, status: CheckStatus, hint: Option<&str>) -> CheckNote {
        CheckNote {
            name,
            status,
            ms: Some(1.25),
            detail: Said::same("seen"),
            hint: hint.map(Said::same),
            at: None,
        }
    }

    #[test]
    fn a_failure_is_named_in_the_verdict_and_followed_by_its_hint() {
        let text = rendered(
            vec![note("dns", CheckStatus::Ok, None), note("tcp", CheckStatus::Fail, Some("do it"))],
            false,
        );
        insta::assert_snapshot!(text, @r"
        ✓ dns          1.2 ms seen
        ✗ tcp          1.2 ms seen
                              → do it
        it does not work yet: see tcp
        ");
    }

    #[test]
    fn quiet_leaves_out_what_is_right() {
        let text = rendered(
            vec![note("dns", CheckStatus::Ok, None), note("tls", CheckStatus::Warn, Some("renew"))],
            true,
        );
        assert!(!text.contains("dns"), "{text}");
        assert!(text.ends_with("the integration works, but see tls\n"), "{text}");
    }
}
