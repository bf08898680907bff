//! One record: whether it is an event, and if so what would be sent.

use chrono::NaiveDateTime;

use crate::mapping::{Dated, EventDecision, Mapping};
use crate::payload::{Payload, Text};
use crate::record::{Columns, Field, RawRecord};
use crate::rules::cell::date::{ColumnDecisions, Decision};
use crate::rules::cell::{DateOrder, Reading};
use crate::rules::{Code, Finding, Findings, Severity, payload};

/// What would be sent of an event; without its instant where a rule blocks it.
pub(super) type Judged<'r> = Dated<'r>;

/// Judges records under one mapping.
///
/// `columns` are always the cells of the record's row, or `&()` for a record that has none.
#[derive(Debug, Clone, Copy)]
pub struct Judge<'m> {
    mapping: &'m Mapping,
    reading: Reading,
    guesses_dates: bool,
}

impl<'m> Judge<'m> {
    /// A judge of records that are read by `reading` and mapped by `mapping`.
    pub fn new(mapping: &'m Mapping, reading: Reading) -> Self {
        Self { mapping, reading, guesses_dates: false }
    }

    /// The same, where only a part of the dates was asked in which order they are written: the first pass asks the others.
    #[must_use]
    pub fn guessing(self, guesses_dates: bool) -> Self {
        Self { guesses_dates, ..self }
    }

    /// The orders by which the dates of visits and of sales are read; final once a first pass is over.
    pub fn date_orders(&self) -> [DateOrder; 2] {
        [self.reading.date_order, self.reading.sale_date_order]
    }

    /// The orders by which dates are read, where they are a guess.
    pub(super) fn guess(&self) -> Option<ColumnDecisions> {
        let [visits, sales] = self.date_orders().map(Decision::Decided);
        self.guesses_dates.then_some(ColumnDecisions { visits, sales })
    }

    /// Learns what all the dates say.
    pub(super) fn decide_dates(&mut self, decisions: ColumnDecisions) {
        *self = Self::new(self.mapping, self.reading.decided(decisions));
    }

    /// Whether a record is an event; of one that is none, nothing else is checked.
    pub(super) fn decide<'r>(&self, raw: &'r RawRecord<'_>, columns: &'r impl Columns) -> EventDecision<'r> {
        self.mapping.event(raw, columns)
    }

    /// Judges an event: what would be sent, unless a rule blocks it. What is said about it goes to `findings`.
    pub(super) fn judge<'r>(
        &self,
        raw: &mut RawRecord<'r>,
        columns: &impl Columns,
        findings: &mut Findings,
    ) -> Judged<'r>
    where
        'm: 'r,
    {
        let mut judged = self.mapping.convert_dated(raw, columns, &self.reading, findings);
        block(&mut judged, findings);
        judged
    }

    /// As [`Self::judge`], with the same findings, but the payload has no texts that nothing is decided by (its instant,
    /// modalidad and notes): for the pass that only asks what is wrong. Where a rule is ignored, all of it is asked for.
    pub(super) fn outline<'r>(
        &self,
        raw: &mut RawRecord<'r>,
        columns: &impl Columns,
        findings: &mut Findings,
    ) -> Judged<'r>
    where
        'm: 'r,
    {
        if findings.ignores_any() {
            return self.judge(raw, columns, findings);
        }
        let mut judged = self.mapping.outline(raw, columns, &self.reading, findings);
        block(&mut judged, findings);
        judged
    }

    /// Judges a record that was judged before, and gives what would be sent of it to `take`; nothing of one that is no event
    /// any more.
    pub(super) fn again<'r, T>(
        &self,
        raw: &mut RawRecord<'r>,
        columns: &impl Columns,
        findings: &mut Findings,
        take: impl FnOnce(&mut Payload<'r>, NaiveDateTime) -> T,
    ) -> Option<T>
    where
        'm: 'r,
    {
        if !self.decide(raw, columns).is_event() {
            return None;
        }
        let mut judged = self.judge(raw, columns, findings);
        judged.at.map(|at| take(&mut judged.payload, at))
    }

    /// The mapping under which it judges.
    pub(super) fn mapping(&self) -> &'m Mapping {
        self.mapping
    }

    /// The id of an event that a rule blocks, read again.
    pub(super) fn id<'r>(&self, mut raw: RawRecord<'r>, columns: &impl Columns) -> Text<'r>
    where
        'm: 'r,
    {
        let outline = self.mapping.outline(&mut raw, columns, &self.reading, &mut Findings::default());
        outline.payload.id_presencia_crm
    }

    /// The id of an event, fit to be sent or not, and when it took place, where that can be told.
    pub(super) fn id_and_date<'r>(
        &self,
        mut raw: RawRecord<'r>,
        columns: &impl Columns,
    ) -> (String, Option<NaiveDateTime>)
    where
        'm: 'r,
    {
        let mut unsaid = Findings::default();
        let Dated { payload, at } = self.mapping.outline(&mut raw, columns, &self.reading, &mut unsaid);
        let of_date = |finding: &Finding| {
            finding.severity == Severity::Error && finding.field.as_deref() == Some(Field::FechaHora.name())
        };
        // A date that a rule refuses says nothing, however it can be read.
        let at = at.filter(|_| !unsaid.listed().iter().any(of_date));
        (payload.id_presencia_crm.into_owned(), at)
    }

    /// The payload of a record, fit to be sent or not.
    pub(super) fn payload<'r>(
        &self,
        raw: RawRecord<'r>,
        columns: &impl Columns,
        findings: &mut Findings,
    ) -> Payload<'r>
    where
        'm: 'r,
    {
        self.mapping.convert(raw, columns, &self.reading, findings)
    }
}

/// Takes its instant from an event that a rule blocks.
fn block(judged: &mut Judged<'_>, findings: &mut Findings) {
    // A rule that is ignored may have kept out what the receiver can't take either: nothing excuses that.
    if findings.ignored_errors()
        && !findings.has_errors()
        && let Ok(body) = serde_json::to_value(&judged.payload)
    {
        for finding in payload::check(&body) {
            findings.push(finding);
        }
    }
    if findings.has_errors() {
        judged.at = None;
    }
}

/// The id of an event that a rule blocks, where it can be read.
pub(super) fn blocked_id<'j>(judged: &'j Judged<'_>, findings: &Findings) -> Option<&'j str> {
    let of_id = |finding: &Finding| finding.code == Code::I01;
    let id = &judged.payload.id_presencia_crm;
    (!findings.listed().iter().any(of_id) && !id.is_empty()).then_some(id.as_ref())
}
