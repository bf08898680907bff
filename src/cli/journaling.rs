//! The journal of a command that sends: its receipts for the first pass, and the record of its run.

use std::path::Path;

use super::ending::Ending;
use crate::config::{Lookup, SendSettings};
use crate::delivery::{Claim, ContentHash, Delivery};
use crate::error::{Failure, Kind};
use crate::intake::{Known, KnownState};
use crate::journal::{JournalFile, RunJournal, RunStatus, Target};

/// Records the end of this part of the run, with the exit code that the program ends with. `resumed`: the run has earlier
/// parts, so that `ending` takes over what is on record of the whole. What can't be recorded stops the run; what was sent
/// is told all the same.
pub(crate) fn finish(file: &JournalFile, run: RunJournal, ending: &mut Ending, resumed: bool) {
    if resumed {
        match file.find_run(run.id()) {
            Ok(record) => ending.take_record(&record),
            Err(error) => {
                ending.stopped.get_or_insert(error.failure());
            }
        }
    }
    let status = match ending.stopped.as_ref().map(|failure| failure.kind) {
        None | Some(Kind::Rows) => RunStatus::Finished,
        Some(Kind::Interrupted) => RunStatus::Interrupted,
        Some(_) => RunStatus::Stopped,
    };
    if let Err(error) = run.finish(status, ending.exit_code()) {
        // A full disk, mostly.
        ending.stopped.get_or_insert(error.failure());
    }
}

/// Opens a journal file.
pub(crate) fn open(path: Option<&Path>) -> Result<JournalFile, Failure> {
    JournalFile::open(path).map_err(|error| error.failure())
}

/// The receipts of one target, as the first pass asks for them.
#[derive(Debug)]
pub(crate) struct Receipts<'j> {
    known: crate::journal::Known<'j>,
    force: bool,
    lookup: Lookup,
}

impl<'j> Receipts<'j> {
    /// The receipts that `file` holds for the receiver of `settings`.
    pub(crate) fn of(file: &'j JournalFile, settings: &SendSettings) -> Result<Self, Failure> {
        let known = file.known(&Target::of(&settings.url)).map_err(|error| error.failure())?;
        Ok(Self { known, force: settings.force, lookup: settings.lookup })
    }

    /// For the first pass; nothing to ask where there is no receipt, or where everything is sent all the same.
    pub(crate) fn worth_asking(&mut self) -> Option<&mut dyn Known> {
        if self.known.is_empty() || self.force { None } else { Some(self) }
    }
}

impl Known for Receipts<'_> {
    fn known(&mut self, delivery: &Delivery) -> Result<KnownState, Failure> {
        let claim = self.known.look_up(delivery).map_err(|error| error.failure())?;
        Ok(match claim {
            Claim::Done { id_presencia, .. } => KnownState::Delivered(id_presencia),
            Claim::Changed => KnownState::Changed,
            Claim::New if self.lookup == Lookup::Substring => {
                let longer = self.known.longer(&delivery.id).map_err(|error| error.failure())?;
                longer.map_or(KnownState::ToSend, KnownState::Inside)
            }
            // What is left of a sale, and what is in doubt about it, is the dispatcher's to say.
            Claim::New | Claim::VentaMissing { .. } | Claim::Doubtful { .. } => KnownState::ToSend,
        })
    }
}

/// Digest of all that changes payloads, in any order-keeping text form.
pub(crate) fn mapping_digest(parts: &impl std::fmt::Debug, mapping_file: Option<&[u8]>) -> ContentHash {
    let mut text = format!("{parts:?}").into_bytes();
    text.extend_from_slice(mapping_file.unwrap_or_default());
    ContentHash::of(&text)
}
