//! The commands of `runs` about a run, as they work when they are pasted: in the journal of the run, for its receiver.
//!
//! Comes in: the arguments of this process, and those that the run has on record. Goes out: command lines, and hints of
//! the core whose commands were completed, since the core knows no journal.

use std::path::Path;

use super::next_command::line;
use super::recorded;
use crate::delivery::Stop;
use crate::error::Failure;
use crate::lang::Said;
use crate::report::event::{Event, Observer};

const JOURNAL: &str = "--journal";
/// Flags that say which settings hold; the journal may be one of them.
const OF_SETTINGS: [&str; 2] = ["--config", "--profile"];
/// Flags with a value, and those without, that say which receiver is meant and how it is reached.
const OF_RECEIVER: [&str; 6] = ["--cacert", "--config", "--profile", "--proxy", "--token-file", "--url"];
const OF_RECEIVER_ALONE: [&str; 1] = ["--allow-http"];

/// How the record of a run is found, and its receiver.
#[derive(Debug, Default)]
pub(crate) struct OnRecord {
    journal: Vec<String>,
    receiver: Vec<String>,
}

impl OnRecord {
    /// By the arguments of this process.
    pub(crate) fn here() -> Self {
        let given = recorded::arguments();
        Self { journal: flags(&given, &[JOURNAL], &[]), receiver: receiver(&given) }
    }

    /// The same, where a profile or a named file of settings may have chosen the journal at `path`: `runs` reads neither.
    pub(crate) fn in_journal(mut self, path: Option<&Path>) -> Self {
        let chosen = !flags(&recorded::arguments(), &OF_SETTINGS, &[]).is_empty();
        if let Some(path) = path.filter(|_| chosen && self.journal.is_empty()) {
            self.journal = vec![JOURNAL.to_owned(), path.display().to_string()];
        }
        self
    }

    /// The same for a run that was asked for with `args`.
    pub(crate) fn asked_with(mut self, args: &[String]) -> Self {
        if self.receiver.is_empty() {
            self.receiver = receiver(args);
        }
        self
    }

    /// Goes on with the run.
    pub(crate) fn resume(&self, run: &str) -> String {
        self.line(&["resume", run], &[])
    }

    /// Sends what failed in the run again; what collided, too, under ids with a `terminator`.
    pub(crate) fn redrive(&self, run: &str, terminator: Option<&str>) -> String {
        let terminator: Vec<String> =
            terminator.into_iter().flat_map(|sign| ["--id-terminator", sign]).map(str::to_owned).collect();
        self.line(&["redrive", run], &[terminator.as_slice(), &self.receiver].concat())
    }

    /// Settles a row in doubt; the answer is still to be added.
    pub(crate) fn settle(&self, run: &str, row: u64, file: Option<u16>) -> String {
        let file: Vec<String> =
            file.into_iter().flat_map(|file| ["--file".to_owned(), file.to_string()]).collect();
        self.line(&["settle", run, &row.to_string()], &file)
    }

    fn line(&self, what: &[&str], flags: &[String]) -> String {
        let words = ["crm-bridge", "runs"].iter().chain(what).copied();
        line(words.chain(flags.iter().chain(&self.journal).map(String::as_str)))
    }

    /// A hint of the core, whose commands about the last run name its journal.
    pub(crate) fn complete(&self, hint: Said) -> Said {
        if self.journal.is_empty() {
            return hint;
        }
        let journal = line(self.journal.iter().map(String::as_str));
        let complete = |mut text: String| {
            for verb in ["resume", "redrive", "show", "settle"] {
                let command = format!("crm-bridge runs {verb} last");
                text = text.replace(&command, &format!("{command} {journal}"));
            }
            text
        };
        Said { en: complete(hint.en), es: complete(hint.es) }
    }
}

/// The stop of a run for people.
pub(crate) fn stopped(stop: &Stop) -> Failure {
    let mut failure = stop.failure();
    failure.hint = failure.hint.map(|hint| OnRecord::here().complete(hint));
    failure
}

/// An observer whose hints about deliveries work when they are pasted.
pub(crate) struct Completed<'o> {
    next: &'o mut dyn Observer,
    record: OnRecord,
}

impl<'o> Completed<'o> {
    pub(crate) fn new(next: &'o mut dyn Observer) -> Self {
        Self { next, record: OnRecord::here() }
    }
}

impl Observer for Completed<'_> {
    fn observe(&mut self, mut event: Event) {
        if let Event::Delivery(note) = &mut event
            && let Some(error) = &mut note.error
        {
            error.hint = self.record.complete(std::mem::take(&mut error.hint));
        }
        self.next.observe(event);
    }
}

/// Whether a hint tells to correct the address of the receiver: another address is another run.
pub(crate) fn is_about_the_address(hint: &Said) -> bool {
    hint.en.contains("--url")
}

fn receiver(given: &[String]) -> Vec<String> {
    flags(given, &OF_RECEIVER, &OF_RECEIVER_ALONE)
}

/// The flags of these names among the arguments, with their values.
fn flags(given: &[String], valued: &[&str], alone: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    let mut given = given.iter();
    while let Some(argument) = given.next() {
        let name = argument.split('=').next().unwrap_or(argument);
        if alone.contains(&name) || (valued.contains(&name) && name != argument) {
            found.push(argument.clone());
        } else if valued.contains(&name) {
            found.push(argument.clone());
            found.extend(given.next().cloned());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &[&str]) -> Vec<String> {
        text.iter().map(|word| (*word).to_owned()).collect()
    }

    #[test]
    fn a_run_is_found_again_in_its_journal_and_sent_to_its_receiver() {
        let given =
            words(&["replay-csv", "a.csv", "--profile", "prod", "--journal=mis envíos.db", "--allow-http"]);
        let record = OnRecord { journal: flags(&given, &[JOURNAL], &[]), receiver: receiver(&given) };
        assert_eq!(record.resume("0190"), "crm-bridge runs resume 0190 '--journal=mis envíos.db'");
        assert_eq!(
            record.redrive("0190", Some("]")),
            "crm-bridge runs redrive 0190 --id-terminator ']' --profile prod --allow-http '--journal=mis envíos.db'"
        );
        let hint = record.complete(Said::same("`crm-bridge runs resume last` later"));
        assert_eq!(hint.en, "`crm-bridge runs resume last '--journal=mis envíos.db'` later");
    }
}
