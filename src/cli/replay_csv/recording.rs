//! What the journal keeps of a run, so that it can be resumed.

use super::Replay;
use crate::cli::exports::input_files;
use crate::cli::journaling::{mapping_digest, open};
use crate::cli::recorded;
use crate::config::is_nowhere;
use crate::error::{Failure, Kind};
use crate::journal::{JournalFile, NewRun, Target};
use crate::said;
use crate::source::Loaded;

impl Replay<'_> {
    /// Opens the journal, where this run has one, and says what the run is asked to do.
    pub(super) fn journal(&self, inputs: &[Loaded]) -> Result<Option<(JournalFile, NewRun)>, Failure> {
        // What is published is journaled by the workers, in the queue's own bucket.
        let published = self.sending.queue.is_some() && !self.args.send.prints_only();
        if self.embedded || published || is_nowhere(&self.sending.url) {
            return Ok(None);
        }
        let file = open(self.sending.journal.as_deref())?;
        // Whoever only prints need not know later what was printed.
        let prints = self.args.send.prints_only() && self.resumed.is_none();
        let recorded: &[Loaded] = if prints { &[] } else { inputs };
        let asked = self.asked(recorded)?;
        if let Some(record) = self.resumed {
            record.check_files(&asked.files)?;
            record.check_mapping_and_target(asked.mapping, &asked.target)?;
        }
        if !self.args.send.prints_only() {
            // Whoever must wait is told before the file is read, not after.
            drop(file.lock(&asked.target).map_err(|error| error.failure())?);
        }
        Ok(Some((file, asked)))
    }

    /// What the journal keeps of this run, so that it can be resumed.
    fn asked(&self, inputs: &[Loaded]) -> Result<NewRun, Failure> {
        let folder = std::env::current_dir().map_err(|error| {
            Failure::new(
                Kind::Input,
                said!(en: "no current folder", es: "no hay carpeta actual").because(&error),
            )
            .hint(said!(
                en: "run replay-csv in a folder that exists",
                es: "ejecute replay-csv en una carpeta que exista",
            ))
        })?;
        let mapping_file = self.args.export.mapping.as_ref().and_then(|path| std::fs::read(path).ok());
        let sending = self.sending;
        let parts = (
            self.args.export.of_payloads(),
            sending.documento,
            sending.datetime,
            &sending.id_terminator,
            self.args.selection.selection()?,
        );
        Ok(NewRun {
            command: self.command.to_owned(),
            args: recorded::arguments(),
            folder,
            target: Target::of(&sending.url),
            mapping: mapping_digest(&parts, mapping_file.as_deref()),
            files: input_files(inputs)?,
        })
    }
}
