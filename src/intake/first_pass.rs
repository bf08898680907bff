//! The first pass: every row judged, nothing sent, the plan made.

use std::collections::BTreeMap;
use std::io;

use chrono::{NaiveDate, NaiveDateTime};

use super::again::sent_id;
use super::entry::{Entry, Fate, MAX_ROWS, Seen};
use super::failures::Failures;
use super::judge::{Judge, Judged};
use super::plan::{Known, KnownState, PassError, Plan, Settings};
use super::table::Tables;
use super::teller::{Teller, Wording};
use crate::delivery::Delivery;
use crate::journal::RowSet;
use crate::payload::Payload;
use crate::report::event::{Counts, Observer};
use crate::rules::{Code, Finding, Findings, Severity};
use crate::source::RowKind;

/// Statuses that are counted apart; more would be no statuses.
const MOST_STATUSES: usize = 50;

/// Reads all of `tables`, judging each row with the judge of its table.
pub fn first_pass<'k>(
    tables: Tables,
    judges: &[Judge<'_>],
    settings: &Settings,
    known: Option<&'k mut (dyn Known + 'k)>,
    observer: &mut dyn Observer,
) -> Result<Plan, PassError> {
    let wording = Wording {
        lang: settings.lang,
        show_pii: settings.show_pii,
        list_repairs: settings.policy.list_repairs,
    };
    let teller = Teller {
        observer,
        failures: Failures::new()?,
        by_code: [0; Code::COUNT],
        policy: settings.policy.clone(),
        wording,
        files: tables.names(),
    };
    let mut pass = Pass {
        settings,
        judges,
        known,
        teller,
        counts: Counts::default(),
        statuses: BTreeMap::new(),
        entries: Vec::new(),
        error_rows: [0; Code::COUNT],
        lengths: None,
        lengths_differ: false,
        settled: RowSet::new(),
    };
    let tables = pass.read(tables)?;
    pass.finish(tables)
}

/// A first pass under way.
pub(super) struct Pass<'p, 'k, 'o> {
    pub(super) settings: &'p Settings,
    pub(super) judges: &'p [Judge<'p>],
    pub(super) known: Option<&'k mut (dyn Known + 'k)>,
    pub(super) teller: Teller<'o>,
    pub(super) counts: Counts,
    pub(super) statuses: BTreeMap<String, u64>,
    pub(super) entries: Vec<Entry>,
    pub(super) error_rows: [u64; Code::COUNT],
    pub(super) lengths: Option<usize>,
    pub(super) lengths_differ: bool,
    pub(super) settled: RowSet,
}

impl Pass<'_, '_, '_> {
    fn read(&mut self, mut tables: Tables) -> Result<Tables, PassError> {
        let mut base = 0;
        let mut findings = Findings::new(self.settings.policy.clone());
        for index in 0..tables.len() {
            tables.set_base(index, base);
            let mut last = 0;
            let file = u16::try_from(index).unwrap_or(u16::MAX);
            self.counts.ignored += tables.get(index).source().header_row();
            let mut rows = tables.get(index).rows();
            while let Some(row) = rows.next() {
                let row = match row {
                    Ok(row) => row,
                    Err(error) => {
                        self.teller.tell_broken(&error);
                        return Err(error.into());
                    }
                };
                last = row.number;
                if base + row.number > MAX_ROWS {
                    return Err(PassError::TooManyRows);
                }
                tables.get_mut(index).remember(row.position);
                findings.clear();
                let table = tables.get(index);
                let number = table.number(row.number);
                match row.kind {
                    RowKind::Ignored(why) => {
                        self.counts.ignored += 1;
                        findings.repaired(Code::R01, || Finding::new(Code::R01).said("detail", why.said()));
                        self.teller.tell_row(table, row.number, &findings)?;
                        continue;
                    }
                    RowKind::Ragged { cells } => {
                        self.counts.rows += 1;
                        let width = table.source().width();
                        findings.push(Finding::new(Code::R02).arg("cells", cells).arg("width", width));
                        if findings.has_errors() {
                            self.settled.insert(file, row.number);
                            self.invalid(&findings);
                            self.teller.tell_row(table, row.number, &findings)?;
                            continue;
                        }
                    }
                    RowKind::Record => self.counts.rows += 1,
                }
                let raw = table.binding().read(row.cells);
                let judge = self.judges[index];
                if self.is_over(file, row.number) {
                    match judge.status(&raw, &row.cells) {
                        Some(status) => self.skipped(status),
                        None => self.counts.prepared += 1,
                    }
                    continue;
                }
                // What was delivered before is told by the whole body; everything else here by a few of its places.
                let judged = if self.known.is_some() {
                    judge.judge(raw, &row.cells, &mut findings)
                } else {
                    judge.outline(raw, &row.cells, &mut findings)
                };
                match judged {
                    Judged::Skipped(status) => {
                        self.settled.insert(file, row.number);
                        self.skipped(&status);
                    }
                    Judged::Invalid => {
                        self.settled.insert(file, row.number);
                        self.invalid(&findings);
                    }
                    Judged::Event(payload, at) => {
                        self.event(&payload, at, number, (file, row.number), &mut findings)?;
                    }
                }
                self.teller.tell_row(tables.get(index), row.number, &findings)?;
            }
            base += last + 1;
        }
        Ok(tables)
    }

    /// Whether a row came to its end before, and nothing more is to be said of it.
    fn is_over(&self, file: u16, row: u64) -> bool {
        let finished = self.settings.finished.as_ref().filter(|finished| finished.without_findings);
        finished.is_some_and(|finished| finished.rows.contains(file, row))
    }

    fn skipped(&mut self, status: &str) {
        self.counts.skipped += 1;
        if let Some(count) = self.statuses.get_mut(status) {
            *count += 1;
        } else {
            let known = self.statuses.len() < MOST_STATUSES;
            *self.statuses.entry(if known { status } else { "…" }.to_owned()).or_default() += 1;
        }
    }

    fn invalid(&mut self, findings: &Findings) {
        self.counts.invalid += 1;
        let mut counted = None;
        for finding in findings.listed().iter().filter(|finding| finding.severity == Severity::Error) {
            // A rule may speak twice of one row; X07 is about rows.
            if counted.replace(finding.code) != Some(finding.code) {
                self.error_rows[finding.code as usize] += 1;
            }
        }
    }

    fn event(
        &mut self,
        payload: &Payload<'_>,
        at: NaiveDateTime,
        number: u64,
        place: (u16, u64),
        findings: &mut Findings,
    ) -> Result<(), PassError> {
        let id = payload.id_presencia_crm.as_ref();
        if !self.settings.selection.takes(id, at, self.entries.len() as u64) {
            findings.clear();
            let (index, row) = place;
            self.settled.insert(index, row);
            self.skipped(self.settings.lang.pick("(not chosen)", "(no elegidas)"));
            return Ok(());
        }
        let length = *self.lengths.get_or_insert(id.len());
        self.lengths_differ |= length != id.len();
        let mut entry = Entry::new(Seen {
            id,
            name: &payload.cliente.nombres_completos_razon_social,
            document: &payload.cliente.numero_documento,
            phone: &payload.cliente.telefono_principal,
            minute: minutes(at),
            row: number,
        });
        if let Some(known) = &mut self.known {
            let sent = sent_id(payload.clone(), &self.settings.id_terminator);
            let delivery = Delivery::compose((0, number), sent).map_err(io::Error::from)?;
            let state = known.known(&delivery).map_err(PassError::Known)?;
            match state {
                KnownState::ToSend => {}
                KnownState::Delivered(id_presencia) => {
                    entry.set_fate(Fate::Duplicate);
                    self.teller.duplicate(place, id, Some(id_presencia));
                }
                KnownState::Changed => {
                    findings.push(Finding::new(Code::X05).value(id).arg("id", id));
                    if findings.has_errors() {
                        entry.set_fate(Fate::Invalid);
                    }
                }
            }
        }
        self.entries.push(entry);
        Ok(())
    }
}

fn minutes(at: NaiveDateTime) -> i64 {
    let start = NaiveDate::from_ymd_opt(2000, 1, 1).unwrap_or_default().and_time(chrono::NaiveTime::MIN);
    at.signed_duration_since(start).num_minutes()
}
