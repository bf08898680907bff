//! The rows of one block, judged: what the first pass takes in of them, on whichever thread they were judged.

use std::collections::BTreeMap;
use std::io;

use chrono::NaiveDateTime;

use super::again::terminate;
use super::dates::DateColumns;
use super::entry::{Entry, MAX_ROWS};
use super::judge::{Judge, Judged, blocked_id};
use super::plan::{PassError, Settings};
use super::table::Table;
use crate::config::DocumentoSource;
use crate::delivery::Delivery;
use crate::journal::RowSet;
use crate::mapping::EventDecision;
use crate::payload::Payload;
use crate::record::RawRecord;
use crate::report::event::Counts;
use crate::rules::cell::date::ColumnOrders;
use crate::rules::{Code, Finding, Findings, Severity};
use crate::source::{Block, Position, Row, RowKind, Splitter};

/// How many rows lie between two remembered places.
const STRIDE: u64 = 64;

/// What became of the rows of a block.
pub(super) struct Verdicts {
    /// Its rows by what they are; an event that can be sent is counted by the plan.
    pub(super) counts: Counts,
    /// The statuses of rows that are no events.
    pub(super) statuses: BTreeMap<String, Status>,
    /// Rows that need nothing more.
    pub(super) settled: RowSet,
    /// Rows with an error, by rule: X07 is about rows, and a rule may speak twice of one.
    pub(super) error_rows: [u64; Code::COUNT],
    /// Repairs that are only counted, by rule, but for those in `said`.
    pub(super) repaired: [u64; Code::COUNT],
    /// Events that can be sent.
    pub(super) events: Vec<Entry>,
    /// What would be sent of each, where the journal is to be asked about it.
    pub(super) deliveries: Vec<Delivery>,
    /// What is to be said of rows, in their order.
    pub(super) said: Vec<Said>,
    /// The rules of the invalid event at hand, which may be one too many.
    invalid: Option<Vec<Code>>,
    /// Likeness of its id, where that can be read.
    blocked: Option<u64>,
    /// What its dates say, where their order is a guess.
    pub(super) orders: ColumnOrders,
    /// Places to come back to.
    pub(super) places: Vec<Position>,
    /// The last physical row.
    pub(super) last: u64,
    /// Why it was not read to its end.
    pub(super) failure: Option<PassError>,
}

/// What is to be said of a row.
#[derive(Debug)]
pub(super) struct Said {
    /// The physical row.
    pub(super) row: u64,
    /// Findings to list.
    pub(super) listed: Vec<Finding>,
    /// Repairs to count, of an event that may turn out to be one too many.
    pub(super) repaired: Vec<Code>,
    /// The rules of an invalid event that may be one too many.
    pub(super) invalid: Option<Vec<Code>>,
    /// Likeness of the id of an invalid event, where that can be read.
    pub(super) blocked: Option<u64>,
}

/// A status of rows that are no events.
#[derive(Debug, Clone, Copy)]
pub(super) struct Status {
    /// How many statuses were met before it.
    pub(super) place: usize,
    /// How many rows have it.
    pub(super) rows: u64,
}

/// Judges the blocks of one table.
#[derive(Clone, Copy)]
pub(super) struct Bench<'p> {
    pub(super) table: &'p Table,
    /// Index of the table.
    pub(super) file: u16,
    pub(super) judge: Judge<'p>,
    pub(super) settings: &'p Settings,
    /// Whether the journal is asked about each event, which wants its whole body.
    pub(super) asks_journal: bool,
}

/// What a thread keeps from one block to the next.
pub(super) struct Desk {
    splitter: Splitter,
    findings: Findings,
    /// How many events the last block had.
    events: usize,
}

impl Bench<'_> {
    pub(super) fn desk(&self) -> Desk {
        Desk {
            splitter: self.table.source().splitter(),
            findings: Findings::new(self.settings.policy.clone()),
            events: 0,
        }
    }

    /// Judges the rows of a block.
    pub(super) fn judge(&self, block: &Block, desk: &mut Desk) -> Verdicts {
        let mut verdicts = Verdicts::new();
        // One block has about as many as another: growing step by step copies them several times.
        verdicts.events.reserve(desk.events + desk.events / 8);
        verdicts.failure = self.judge_rows(block, desk, &mut verdicts).err();
        desk.events = verdicts.events.len();
        verdicts
    }

    fn judge_rows(&self, block: &Block, desk: &mut Desk, verdicts: &mut Verdicts) -> Result<(), PassError> {
        let findings = &mut desk.findings;
        let mut rows = block.rows(&mut desk.splitter)?;
        let dates = self.judge.guess().map(|_| DateColumns::of(self.table.binding()));
        let mut until_place = 0;
        while let Some(row) = rows.next() {
            let row = row?;
            verdicts.last = row.number;
            if self.table.number(row.number) > MAX_ROWS {
                return Err(PassError::TooManyRows);
            }
            if until_place == 0 {
                verdicts.places.push(row.position);
                until_place = STRIDE;
            }
            until_place -= 1;
            if let Some(dates) = &dates {
                dates.watch(&row, &mut verdicts.orders);
            }
            let events = verdicts.events.len();
            self.judge_row(&row, findings, verdicts)?;
            let may_be_left_out = self.is_sample() && verdicts.events.len() > events;
            verdicts.take_findings(row.number, findings, may_be_left_out);
        }
        Ok(())
    }

    fn judge_row(
        &self,
        row: &Row<'_>,
        findings: &mut Findings,
        verdicts: &mut Verdicts,
    ) -> Result<(), PassError> {
        match row.kind() {
            RowKind::Ignored(why) => {
                verdicts.counts.ignored += 1;
                findings.repaired(Code::R01, || Finding::new(Code::R01).said("detail", why.said()));
                return Ok(());
            }
            RowKind::Ragged { cells } => {
                verdicts.counts.rows += 1;
                let width = self.table.source().width();
                findings.push(Finding::new(Code::R02).arg("cells", cells).arg("width", width));
            }
            RowKind::Record => {
                verdicts.counts.rows += 1;
                if let Some(codes) = self.uncorrected(row) {
                    if self.is_left_out(row) {
                        verdicts.skipped(self.settings.not_chosen());
                        verdicts.settled.insert(self.file, row.number);
                        return Ok(());
                    }
                    findings.push(Finding::new(Code::X08).arg("codes", codes));
                }
            }
        }
        if findings.has_errors() {
            verdicts.invalid(findings, self.is_sample());
            verdicts.settled.insert(self.file, row.number);
            return Ok(());
        }
        let binding = self.table.binding();
        let by_status = self.judge.mapping().event_by_status(|field| binding.text(field, row.cells));
        if let Some(decision) = by_status
            && !self.goes_on(decision, row, findings, verdicts)
        {
            return Ok(());
        }
        let mut raw = RawRecord::default();
        binding.read_into(row.cells, &mut raw);
        if by_status.is_none() {
            let decision = self.judge.decide(&raw, &row.cells);
            if !self.goes_on(decision, row, findings, verdicts) {
                return Ok(());
            }
        }
        let judged = self.event(&mut raw, row, findings);
        match judged.at {
            Some(at) if self.settings.selection.names(&judged.payload.id_presencia_crm, at) => {
                return self.take_event(&judged.payload, at, row.number, verdicts);
            }
            None if !self.is_left_out(row) => {
                verdicts.blocked = blocked_id(&judged, findings).map(Entry::likeness);
                verdicts.invalid(findings, self.is_sample());
            }
            _ => {
                findings.clear();
                verdicts.skipped(self.settings.not_chosen());
            }
        }
        verdicts.settled.insert(self.file, row.number);
        Ok(())
    }

    /// Whether more is to be asked of a record than what it is: it is an event, and did not come to its end before.
    fn goes_on(
        &self,
        decision: EventDecision<'_>,
        row: &Row<'_>,
        findings: &mut Findings,
        verdicts: &mut Verdicts,
    ) -> bool {
        let is_over = self.is_over(row.number);
        let EventDecision::Other { status, .. } = decision else {
            if is_over {
                findings.clear();
                verdicts.counts.prepared += 1;
            }
            return !is_over;
        };
        if is_over {
            findings.clear();
            verdicts.skipped(status);
            return false;
        }
        decision.report(findings);
        if !findings.has_errors() {
            verdicts.skipped(status);
        } else if self.is_left_out(row) {
            findings.clear();
            verdicts.skipped(self.settings.not_chosen());
        } else {
            verdicts.invalid(findings, self.is_sample());
        }
        verdicts.settled.insert(self.file, row.number);
        false
    }

    /// The rules that still hold for a row which a run gave back and nobody corrected: neither ignored now, nor mended by a
    /// setting.
    fn uncorrected(&self, row: &Row<'_>) -> Option<String> {
        let codes = self.table.uncorrected(row.cells)?;
        let holds = |name: &&str| {
            let code = Code::ALL.iter().find(|code| code.name() == *name);
            code.is_some_and(|code| {
                let mended = *code == Code::X06 && self.settings.documento != DocumentoSource::Temp4;
                !mended && self.settings.policy.judge(*code, Severity::Error) == Some(Severity::Error)
            })
        };
        let codes: Vec<&str> = codes.split(' ').filter(holds).collect();
        (!codes.is_empty()).then(|| codes.join(" "))
    }

    /// Whether only so many events are asked for: which ones is known once all before them are counted.
    fn is_sample(&self) -> bool {
        self.settings.selection.sample.is_some()
    }

    /// Whether an event that can't be sent was not asked for, as far as its id and its date can be told.
    fn is_left_out(&self, row: &Row<'_>) -> bool {
        let selection = &self.settings.selection;
        if selection.is_everything() {
            return false;
        }
        let raw = self.table.binding().read(row.cells);
        let (id, at) = self.judge.id_and_date(raw, &row.cells);
        !selection.may_name(&id, at)
    }

    /// What was delivered before is told by the whole body; everything else by a few of its places.
    fn event<'r>(&self, raw: &mut RawRecord<'r>, row: &Row<'r>, findings: &mut Findings) -> Judged<'r>
    where
        Self: 'r,
    {
        if self.asks_journal {
            self.judge.judge(raw, &row.cells, findings)
        } else {
            self.judge.outline(raw, &row.cells, findings)
        }
    }

    fn take_event(
        &self,
        payload: &Payload<'_>,
        at: NaiveDateTime,
        row: u64,
        verdicts: &mut Verdicts,
    ) -> Result<(), PassError> {
        verdicts.events.push(Entry::of(payload, at, self.table.number(row)));
        if self.asks_journal {
            let mut sent = payload.clone();
            terminate(&mut sent, &self.settings.id_terminator);
            verdicts
                .deliveries
                .push(Delivery::compose((self.file, row), &mut sent).map_err(io::Error::from)?);
        }
        Ok(())
    }

    /// Whether a row came to its end before, and nothing more is to be said of it.
    fn is_over(&self, row: u64) -> bool {
        let finished = self.settings.finished.as_ref().filter(|finished| finished.without_findings);
        finished.is_some_and(|finished| finished.rows.contains(self.file, row))
    }
}

impl Said {
    /// Nothing.
    pub(super) fn of(row: u64) -> Self {
        Self { row, listed: Vec::new(), repaired: Vec::new(), invalid: None, blocked: None }
    }
}

impl Verdicts {
    /// No rows, and why there are none.
    pub(super) fn none(failure: PassError) -> Self {
        Self { failure: Some(failure), ..Self::new() }
    }

    fn new() -> Self {
        Self {
            counts: Counts::default(),
            statuses: BTreeMap::new(),
            settled: RowSet::new(),
            error_rows: [0; Code::COUNT],
            repaired: [0; Code::COUNT],
            events: Vec::new(),
            deliveries: Vec::new(),
            said: Vec::new(),
            invalid: None,
            blocked: None,
            orders: ColumnOrders::default(),
            places: Vec::new(),
            last: 0,
            failure: None,
        }
    }

    fn skipped(&mut self, status: &str) {
        self.counts.skipped += 1;
        let place = self.statuses.len();
        match self.statuses.get_mut(status) {
            Some(known) => known.rows += 1,
            None => drop(self.statuses.insert(status.to_owned(), Status { place, rows: 1 })),
        }
    }

    fn invalid(&mut self, findings: &Findings, may_be_left_out: bool) {
        let mut codes: Vec<Code> = Vec::new();
        for finding in findings.listed().iter().filter(|finding| finding.severity == Severity::Error) {
            if codes.last() != Some(&finding.code) {
                codes.push(finding.code);
            }
        }
        if may_be_left_out {
            self.invalid = Some(codes);
            return;
        }
        self.counts.invalid += 1;
        for code in &codes {
            self.error_rows[*code as usize] += 1;
        }
    }

    fn take_findings(&mut self, row: u64, findings: &mut Findings, may_be_left_out: bool) {
        let (invalid, blocked) = (self.invalid.take(), self.blocked.take());
        let may_be_left_out = may_be_left_out || invalid.is_some();
        if may_be_left_out || !findings.listed().is_empty() {
            let repaired = if may_be_left_out { findings.only_counted().to_vec() } else { Vec::new() };
            self.said.push(Said { row, listed: findings.take_listed(), repaired, invalid, blocked });
        }
        if !may_be_left_out {
            findings.only_counted().iter().for_each(|code| self.repaired[*code as usize] += 1);
        }
        findings.clear();
    }
}
