//! The second pass: the events of the plan, read again in the order of sending.

use super::first_pass::{PassError, Plan, sent_id};
use super::judge::{Judge, Judged};
use super::rowset::RowSet;
use super::table::Reader;
use crate::delivery::Delivery;
use crate::rules::Findings;

/// Reads the planned events again, one delivery at a time.
#[derive(Debug)]
pub struct SecondPass<'p> {
    reader: Reader,
    entries: std::slice::Iter<'p, super::entry::Entry>,
    judges: &'p [Judge<'p>],
    terminator: &'p str,
    findings: Findings,
    done: RowSet,
}

impl<'p> SecondPass<'p> {
    /// The deliveries of `plan`, by the same judges that made it.
    pub fn new(plan: &'p Plan, judges: &'p [Judge<'p>], terminator: &'p str) -> Self {
        Self {
            reader: Reader::new(plan.tables.clone()),
            entries: plan.entries.iter(),
            judges,
            terminator,
            findings: Findings::default(),
            done: RowSet::default(),
        }
    }

    /// Leaves out rows that an earlier run settled.
    #[must_use]
    pub fn without(mut self, done: impl Iterator<Item = u64>) -> Self {
        for row in done {
            self.done.insert(row);
        }
        self
    }
}

impl Iterator for SecondPass<'_> {
    type Item = Result<Delivery, PassError>;

    fn next(&mut self) -> Option<Self::Item> {
        let number = loop {
            let number = self.entries.next()?.row();
            if !self.done.contains(number) {
                break number;
            }
        };
        let tables = self.reader.tables().clone();
        let (index, row) = tables.locate(number);
        let judge = self.judges[index];
        let binding = tables.get(index).binding();
        let file = u16::try_from(index).unwrap_or(u16::MAX);
        let (findings, terminator) = (&mut self.findings, self.terminator);
        findings.clear();
        let read = self.reader.read(number, |raw| {
            match judge.judge(binding.read(raw.cells), &raw.cells, findings) {
                Judged::Event(payload, _) => {
                    Delivery::compose((file, row), sent_id(*payload, terminator)).ok()
                }
                Judged::Skipped(_) | Judged::Invalid => None,
            }
        });
        Some(match read {
            Ok(delivery) => delivery.flatten().ok_or_else(|| PassError::Changed(tables.label(number))),
            Err(error) => Err(error.into()),
        })
    }
}
