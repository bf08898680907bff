//! How the events of a plan go out: to the receiver, or to a queue.

use super::Replay;
use crate::cli::delivering::{Work, deliver};
use crate::cli::ending::Ending;
use crate::cli::journaling::finish;
use crate::cli::queueing::Publishing;
use crate::cli::settling::{Settling, row_failure};
use crate::config::Lookup;
use crate::error::Failure;
use crate::intake::{Failures, Judge, PassError, Plan, SecondPass};
use crate::journal::{JournalFile, MemoryJournal, NewRun, RowSet};
use crate::queue::Route;
use crate::report::event::Event;
use crate::said;

impl Replay<'_> {
    /// Publishes the plan to the queue; returns the rows that are in it.
    pub(super) fn publish(
        &mut self,
        plan: &Plan,
        judges: &[Judge<'_>],
        failures: &mut Failures,
        ending: &mut Ending,
    ) -> Result<RowSet, Failure> {
        let sending = self.sending;
        let url = sending.queue.as_ref().unwrap_or(&sending.url);
        let in_order =
            plan.ids_inside_ids && sending.lookup == Lookup::Substring && sending.id_terminator.is_empty();
        if in_order {
            self.observer.observe(Event::Decided(said!(
                en: "all go to one partition in id order, since ids contain one another; lookup = \"exact\" or --id-terminator ']' would use all 16",
                es: "todas van a una partición en orden de id, porque unos ids contienen a otros; lookup = \"exact\" o --id-terminator ']' usarían las 16",
            )));
        }
        let mut settling = Settling::new(self.observer, plan.tables(), self.context.lang, failures);
        let publishing = Publishing {
            url,
            options: self.args.queue.options(sending),
            route: if in_order { Route::InOrder } else { Route::ByClient },
            files: plan.tables().names(),
            only: plan.tables().iter().next().map(|table| table.name().to_owned()),
        };
        let feed = SecondPass::new(plan, judges, &sending.id_terminator);
        publishing.publish(feed, plan.to_send(), ending, &mut settling)?;
        Ok(settling.end(ending))
    }

    /// Delivers the plan; returns the rows that came to their end.
    pub(super) fn send(
        &mut self,
        plan: &Plan,
        judges: &[Judge<'_>],
        journal: Option<(JournalFile, NewRun)>,
        failures: &mut Failures,
        ending: &mut Ending,
    ) -> Result<RowSet, Failure> {
        let mut settling = Settling::new(self.observer, plan.tables(), self.context.lang, failures);
        let work =
            |run| Work { run, settings: self.sending, total: plan.to_send(), files: plan.tables().names() };
        let feed = SecondPass::new(plan, judges, &self.sending.id_terminator);
        let Some((file, asked)) = journal else {
            let done = deliver(work(None), feed, &MemoryJournal::new(), &mut settling)?;
            ending.take_end(&done.end, plan.to_send());
            ending.broke_off(done.broke_off);
            return Ok(settling.end(ending));
        };
        let run = match self.resumed {
            Some(record) => file.resume(record),
            None => file.start(&asked),
        }
        .map_err(|error| error.failure())?;
        // A run that was killed before its plan was on disk has none.
        if self.resumed.is_none_or(|record| record.plan.rows == 0) {
            run.plan(&plan.counts, plan.settled.clone()).map_err(|error| error.failure())?;
        }
        ending.run = Some(run.id().to_owned());
        // What earlier parts of the run gave up for good has to be corrected too.
        let earlier = file.letters(run.number()).map_err(|error| error.failure())?;
        let done = deliver(work(Some(run.id())), feed, &run, &mut settling)?;
        ending.take_end(&done.end, plan.to_send());
        ending.broke_off(done.broke_off);
        let ended = settling.end(ending);
        for letter in &earlier {
            let failure = row_failure(letter.outcome, &letter.error, self.context.lang);
            if let Err(error) = failures.add(plan.number((letter.file, letter.row)), &failure) {
                ending.stopped.get_or_insert(PassError::Spool(error).into());
            }
        }
        finish(&file, run, ending, self.resumed.is_some());
        Ok(ended)
    }
}
