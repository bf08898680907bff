//! One record: whether it is an event, and if so what would be sent.

use std::borrow::Cow;

use chrono::NaiveDateTime;

use crate::mapping::{EventDecision, Mapping};
use crate::payload::Payload;
use crate::record::{Columns, RawRecord};
use crate::rules::Findings;
use crate::rules::cell::Reading;

/// What a record turned out to be.
#[derive(Debug)]
pub enum Judged<'r> {
    /// No event; counted under its status, nothing else of it is checked.
    Skipped(Cow<'r, str>),
    /// An event with an error.
    Invalid,
    /// An event that can be sent.
    Event(Box<Payload<'r>>, NaiveDateTime),
}

/// Judges records under one mapping.
#[derive(Debug, Clone, Copy)]
pub struct Judge<'m> {
    mapping: &'m Mapping,
    reading: Reading,
}

impl<'m> Judge<'m> {
    /// A judge of records that are read by `reading` and mapped by `mapping`.
    pub fn new(mapping: &'m Mapping, reading: Reading) -> Self {
        Self { mapping, reading }
    }

    /// Judges one record; what is said about it goes to `findings`. `columns` are the cells of its row, or `&()`.
    pub fn judge<'r>(
        &self,
        raw: RawRecord<'r>,
        columns: &'r impl Columns,
        findings: &mut Findings,
    ) -> Judged<'r>
    where
        'm: 'r,
    {
        if let Some(skipped) = self.skip(&raw, columns, findings) {
            return skipped;
        }
        decided(self.mapping.convert_dated(raw, columns, &self.reading, findings), findings)
    }

    /// As [`Self::judge`], with the same findings, but the payload of an event has no texts that nothing is decided by
    /// (its instant, modalidad and notes): for the pass that only asks what is wrong.
    pub fn outline<'r>(
        &self,
        raw: RawRecord<'r>,
        columns: &'r impl Columns,
        findings: &mut Findings,
    ) -> Judged<'r>
    where
        'm: 'r,
    {
        if let Some(skipped) = self.skip(&raw, columns, findings) {
            return skipped;
        }
        decided(self.mapping.outline(raw, columns, &self.reading, findings), findings)
    }

    /// The status of a record that is no event; none for an event, of which nothing is checked here.
    pub(super) fn status<'r>(&self, raw: &'r RawRecord<'_>, columns: &'r impl Columns) -> Option<&'r str>
    where
        'm: 'r,
    {
        match self.mapping.event(raw, columns) {
            EventDecision::Other { status, .. } => Some(status),
            EventDecision::Event => None,
        }
    }

    /// The mapping under which it judges.
    pub(super) fn mapping(&self) -> &'m Mapping {
        self.mapping
    }

    /// The payload of a record, fit to be sent or not.
    pub(super) fn payload<'r>(
        &self,
        raw: RawRecord<'r>,
        columns: &'r impl Columns,
        findings: &mut Findings,
    ) -> Payload<'r>
    where
        'm: 'r,
    {
        self.mapping.convert(raw, columns, &self.reading, findings)
    }

    fn skip<'r>(
        &self,
        raw: &RawRecord<'_>,
        columns: &impl Columns,
        findings: &mut Findings,
    ) -> Option<Judged<'r>> {
        let decision = self.mapping.event(raw, columns);
        let EventDecision::Other { status, .. } = decision else { return None };
        decision.report(findings);
        Some(Judged::Skipped(Cow::Owned(status.to_owned())))
    }
}

fn decided<'r>((payload, at): (Payload<'r>, Option<NaiveDateTime>), findings: &Findings) -> Judged<'r> {
    match at {
        Some(at) if !findings.has_errors() => Judged::Event(Box::new(payload), at),
        _ => Judged::Invalid,
    }
}
