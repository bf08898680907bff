//! The second pass: the events of the plan, read again in the order of sending.

use std::sync::Arc;

use super::again::{sent_id, unsaid};
use super::judge::Judge;
use super::plan::{PassError, Plan};
use super::table::{Reader, Tables};
use crate::delivery::Delivery;
use crate::rules::Findings;
use crate::source::Row;

/// Reads the planned events again, one delivery at a time.
#[derive(Debug)]
pub struct SecondPass<'p> {
    reader: Reader,
    entries: std::slice::Iter<'p, super::entry::Entry>,
    judges: &'p [Judge<'p>],
    terminator: &'p str,
    findings: Findings,
}

impl<'p> SecondPass<'p> {
    /// The deliveries of `plan`, by the same judges that made it.
    pub fn new(plan: &'p Plan, judges: &'p [Judge<'p>], terminator: &'p str) -> Self {
        Self {
            reader: Reader::new(plan.tables.clone()),
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
        let number = self.entries.next()?.row();
        let tables = self.reader.tables().clone();
        let (index, row) = tables.locate(number);
        let judge = self.judges[index];
        let binding = tables.get(index).binding();
        let file = u16::try_from(index).unwrap_or(u16::MAX);
        let (findings, terminator) = (&mut self.findings, self.terminator);
        findings.clear();
        let read = self.reader.read(number, |raw| {
            let (payload, _) = judge.again(&mut binding.read(raw.cells), &raw.cells, findings)?;
            Delivery::compose((file, row), sent_id(payload, terminator)).ok()
        });
        Some(match read {
            Ok(delivery) => delivery.flatten().ok_or_else(|| PassError::Changed(tables.label(number))),
            Err(error) => Err(error.into()),
        })
    }
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
