//! The second pass: the events of the plan, read again in the order of sending.

use std::sync::Arc;

use super::again::{terminate, unsaid};
use super::entry::Entry;
use super::judge::Judge;
use super::plan::{PassError, Plan};
use super::table::{Reader, Tables};
use crate::crew::Crew;
use crate::delivery::Delivery;
use crate::payload::Payload;
use crate::rules::Findings;
use crate::source::Row;

/// Reads the planned events again, one delivery at a time.
#[derive(Debug)]
pub struct SecondPass<'p> {
    reader: Reader,
    /// Not those of the reader, whose count all threads would change with every row.
    tables: &'p Tables,
    entries: std::slice::Iter<'p, Entry>,
    judges: &'p [Judge<'p>],
    terminator: &'p str,
    findings: Findings,
}

impl<'p> SecondPass<'p> {
    /// The deliveries of `plan`, by the same judges that made it.
    pub fn new(plan: &'p Plan, judges: &'p [Judge<'p>], terminator: &'p str) -> Self {
        Self {
            reader: Reader::new(plan.tables.clone()),
            tables: &plan.tables,
            entries: plan.entries.iter(),
            judges,
            terminator,
            findings: unsaid(&plan.policy),
        }
    }
}

impl Iterator for SecondPass<'_> {
    type Item = Result<Delivery, PassError>;

    fn next(&mut self) -> Option<Self::Item> {
        let entry = *self.entries.next()?;
        let composed = self.read(entry, |place, payload| Delivery::compose(place, payload).ok());
        Some(composed.and_then(|delivery| delivery.ok_or_else(|| self.changed(entry.row()))))
    }
}

impl SecondPass<'_> {
    /// Reads the row of a planned event again, and gives its file, its physical row, and what is sent of it to `make`.
    /// Fails where another event stands there by now: what was planned would be lost, and what was not would be sent.
    fn read<T>(
        &mut self,
        planned: Entry,
        make: impl FnOnce((u16, u64), &mut Payload<'_>) -> T,
    ) -> Result<T, PassError> {
        let Self { reader, tables, judges, terminator, findings, .. } = self;
        let number = planned.row();
        let (index, row) = tables.locate(number);
        let judge = judges[index];
        let binding = tables.get(index).binding();
        let file = u16::try_from(index).unwrap_or(u16::MAX);
        findings.clear();
        let read = reader.read(number, |raw| {
            judge.again(&mut binding.read(raw.cells), &raw.cells, findings, |payload, at| {
                if !Entry::of(payload, at, number).is_of_the_same_event(planned) {
                    return None;
                }
                terminate(payload, terminator);
                Some(make((file, row), payload))
            })
        })?;
        read.flatten().flatten().ok_or_else(|| self.changed(number))
    }

    fn changed(&self, number: u64) -> PassError {
        PassError::Changed(self.tables.label(number))
    }
}

/// Events that one thread reads again at a time: enough rows to read on in the file.
const AT_A_TIME: usize = 1024;

/// Reads the planned events again by all cores. `take` is given what `make` makes of each payload, with its file and row,
/// in the order of sending; ends with the first error.
pub fn each_payload<T: Send, E: From<PassError> + Send>(
    plan: &Plan,
    judges: &[Judge<'_>],
    terminator: &str,
    make: impl Fn(&Payload<'_>) -> Result<T, E> + Sync,
    mut take: impl FnMut((u16, u64), T),
) -> Result<(), E> {
    Crew::of_this_machine().work(
        plan.entries.chunks(AT_A_TIME),
        || SecondPass::new(plan, judges, terminator),
        |pass, entries| {
            let results = entries.iter().map(|entry| {
                let (place, result) = pass.read(*entry, |place, payload| (place, make(payload)))?;
                Ok((place, result?))
            });
            results.collect::<Result<Vec<_>, E>>()
        },
        |results| {
            results?.into_iter().for_each(|(place, result)| take(place, result));
            Ok(())
        },
    )
}

/// Reads rows of the plan again as they stand in their file, for what is written back.
#[derive(Debug)]
pub struct Revisit {
    reader: Reader,
}

impl Revisit {
    pub(super) fn new(tables: Arc<Tables>) -> Self {
        Self { reader: Reader::new(tables) }
    }

    /// The inputs.
    pub fn tables(&self) -> &Tables {
        self.reader.tables()
    }

    /// Gives row `number` of the run to `take`; none where the row is gone.
    pub fn row<T>(&mut self, number: u64, take: impl FnOnce(&Row<'_>) -> T) -> Result<Option<T>, PassError> {
        Ok(self.reader.read(number, take)?)
    }
}
