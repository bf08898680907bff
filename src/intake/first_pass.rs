//! The first pass: every row judged, nothing sent, the plan made.

use std::collections::BTreeMap;
use std::hash::Hash;
use std::io;
use std::sync::Arc;

use chrono::{NaiveDate, NaiveDateTime};

use super::across::{self, Facts, Reread, Scope};
use super::entry::{Entry, Fate, MAX_ROWS, Seen, hash};
use super::failures::Failures;
use super::judge::{Judge, Judged};
use super::order::arrange;
use super::second_pass::Revisit;
use super::selection::Selection;
use super::table::{Reader, Tables};
use super::teller::{Teller, Wording};
use crate::config::{DocumentoSource, Lookup, Order};
use crate::delivery::Delivery;
use crate::journal::RowSet;
use crate::lang::{Lang, Said};
use crate::payload::Payload;
use crate::report::event::{Counts, Observer};
use crate::rules::{Code, Finding, Findings, Policy, Severity};
use crate::said;
use crate::source::{RowKind, SourceError};

/// An error rule that speaks of this share of the events says that the column is wrong (X07).
const COLUMN_IS_WRONG: (u64, u64) = (40, 100);
/// Fewer events say nothing about a column.
const ENOUGH_EVENTS: u64 = 20;
/// Statuses that are counted apart; more would be no statuses.
const MOST_STATUSES: usize = 50;

/// How the first pass judges.
#[derive(Debug, Clone)]
pub struct Settings {
    /// What `--strict` and `--ignore` change.
    pub policy: Policy,
    /// In which order events go.
    pub order: Order,
    /// How the receiver finds ids.
    pub lookup: Lookup,
    /// What stands for a document.
    pub documento: DocumentoSource,
    /// Appended to ids after all checks.
    pub id_terminator: String,
    /// Which events the run is about.
    pub selection: Selection,
    /// Language of the failures.
    pub lang: Lang,
    /// Personal data unmasked.
    pub show_pii: bool,
    /// Rows that an earlier part of the run brought to their end; only what is left is sent.
    pub finished: Option<Finished>,
}

/// What an earlier part of the run brought to its end.
#[derive(Debug, Clone)]
pub struct Finished {
    /// The rows.
    pub rows: RowSet,
    /// None of them was invalid or repeated: they are not judged again, which would take as long as the first time.
    pub without_findings: bool,
}

/// What earlier runs left about an id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KnownState {
    /// Nothing that keeps it from being sent, or only its venta is left.
    ToSend,
    /// Delivered with the same content, under this `id_presencia`.
    Delivered(String),
    /// Delivered with other content.
    Changed,
}

/// Asks earlier runs.
pub trait Known {
    /// What is known of the delivery's id and content; the error is told to people.
    fn known(&mut self, delivery: &Delivery) -> Result<KnownState, crate::error::Failure>;
}

/// What the first pass found out.
#[derive(Debug)]
pub struct Plan {
    /// What became of each row so far; `prepared` are the ones to send.
    pub counts: Counts,
    /// Findings by code.
    pub by_code: BTreeMap<&'static str, u64>,
    /// Rows that are no events, by status.
    pub skipped_by_status: BTreeMap<String, u64>,
    /// In which order the events go, and why.
    pub order: Said,
    /// Whether an id is a proper prefix of another one.
    pub ids_inside_ids: bool,
    /// What is wrong with which row.
    pub failures: Failures,
    /// Why nothing may be sent, where a rule stops the whole run.
    pub stopped: Option<(Said, Said)>,
    /// Rows that need nothing more: no events, invalid, repeated, or delivered before.
    pub settled: RowSet,
    pub(super) entries: Vec<Entry>,
    pub(super) tables: Arc<Tables>,
}

impl Plan {
    /// The inputs.
    pub fn tables(&self) -> &Tables {
        &self.tables
    }

    /// A way back to any row, for what is written back.
    pub fn revisit(&self) -> Revisit {
        Revisit::new(self.tables.clone())
    }

    /// The number within the run of a row that is named by file and row.
    pub fn number(&self, place: (u16, u64)) -> u64 {
        self.tables.get(usize::from(place.0)).number(place.1)
    }

    /// Deliveries that are left to make.
    pub fn to_send(&self) -> u64 {
        self.entries.len() as u64
    }

    /// The rows to send, as file and row, in the order of sending.
    pub fn rows_to_send(&self) -> impl Iterator<Item = (u16, u64)> {
        self.entries.iter().map(|entry| {
            let (index, row) = self.tables.locate(entry.row());
            (u16::try_from(index).unwrap_or(u16::MAX), row)
        })
    }

    /// Takes what is wrong with which row, to add what goes wrong in delivery.
    pub fn take_failures(&mut self) -> Result<Failures, PassError> {
        Ok(std::mem::replace(&mut self.failures, Failures::new()?))
    }
}

/// Why the first pass could not be finished.
#[derive(Debug, thiserror::Error)]
pub enum PassError {
    /// An input could not be read to its end.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The temporary file for failures could not be written.
    #[error("can't write a temporary file: {0}")]
    Spool(#[from] io::Error),
    /// There are more rows than a run can number.
    #[error("more than {MAX_ROWS} rows in one run")]
    TooManyRows,
    /// A row that was there is gone.
    #[error("row {0} changed while it was read")]
    Changed(String),
    /// The journal could not be asked.
    #[error("{0}")]
    Known(crate::error::Failure),
}

impl From<PassError> for crate::error::Failure {
    fn from(error: PassError) -> Self {
        use crate::error::Kind;
        match error {
            PassError::Source(error) => error.into(),
            PassError::Known(failure) => failure,
            PassError::Spool(error) => {
                Self::new(Kind::Input, said!(en: "can't write a temporary file: {error}", es: "no se puede escribir un archivo temporal: {error}"))
                    .hint(said!(en: "free some space, or point TMPDIR to another folder", es: "libere espacio, o indique otra carpeta en TMPDIR"))
            }
            PassError::TooManyRows => Self::new(
                Kind::Input,
                said!(en: "more than {MAX_ROWS} rows in one run", es: "más de {MAX_ROWS} filas en una ejecución"),
            )
            .hint(said!(en: "split the file, and run replay-csv once for each part", es: "divida el archivo, y ejecute replay-csv una vez por parte")),
            PassError::Changed(row) => Self::new(
                Kind::Input,
                said!(en: "row {row} changed while it was read", es: "la fila {row} cambió mientras se leía"),
            )
            .hint(said!(en: "let nobody edit the file during replay-csv, and run it again", es: "que nadie edite el archivo durante replay-csv, y ejecútelo de nuevo")),
        }
    }
}

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

struct Pass<'p, 'k, 'o> {
    settings: &'p Settings,
    judges: &'p [Judge<'p>],
    known: Option<&'k mut (dyn Known + 'k)>,
    teller: Teller<'o>,
    counts: Counts,
    statuses: BTreeMap<String, u64>,
    entries: Vec<Entry>,
    error_rows: [u64; Code::COUNT],
    lengths: Option<usize>,
    lengths_differ: bool,
    settled: RowSet,
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

    fn finish(mut self, tables: Tables) -> Result<Plan, PassError> {
        let tables = Arc::new(tables);
        let stopped = self.wrong_column(&tables).or(self.check_across(&tables)?);
        let mut entries = std::mem::take(&mut self.entries);
        for entry in &entries {
            match entry.fate() {
                Fate::Send => {
                    self.counts.prepared += 1;
                    continue;
                }
                Fate::Duplicate => self.counts.duplicates += 1,
                Fate::Invalid => self.counts.invalid += 1,
            }
            let (index, row) = tables.locate(entry.row());
            self.settled.insert(u16::try_from(index).unwrap_or(u16::MAX), row);
        }
        entries.retain(|entry| entry.fate() == Fate::Send);
        let inside = if self.lengths_differ && self.settings.lookup == Lookup::Substring {
            self.ids_inside_ids(&mut entries, &tables)?
        } else {
            false
        };
        arrange(&mut entries, self.settings.order, self.settings.lookup, inside);
        if self.settings.order == Order::Id {
            self.sort_by_id(&mut entries, &tables)?;
        }
        if let Some(finished) = &self.settings.finished {
            entries.retain(|entry| {
                let (index, row) = tables.locate(entry.row());
                !finished.rows.contains(u16::try_from(index).unwrap_or(u16::MAX), row)
            });
        }
        let order = order_said(self.settings.order, inside);
        let by_code = Code::ALL
            .iter()
            .map(|code| (code.name(), self.teller.by_code[*code as usize]))
            .filter(|(_, count)| *count > 0)
            .collect();
        Ok(Plan {
            counts: self.counts,
            by_code,
            skipped_by_status: self.statuses,
            order,
            ids_inside_ids: inside,
            failures: self.teller.failures,
            stopped,
            settled: self.settled,
            entries,
            tables,
        })
    }

    /// X07: the rule that says that a column, not its rows, is wrong.
    fn wrong_column(&mut self, tables: &Tables) -> Option<(Said, Said)> {
        let events = self.counts.events();
        if events < ENOUGH_EVENTS {
            return None;
        }
        let (code, rows) = Code::ALL
            .iter()
            .filter(|code| !code.name().starts_with('X'))
            .map(|code| (*code, self.error_rows[*code as usize]))
            .max_by_key(|(_, rows)| *rows)?;
        let (share, whole) = COLUMN_IS_WRONG;
        if rows * whole < events * share {
            return None;
        }
        let percent = rows * 100 / events;
        let finding = Finding::new(Code::X07).arg("rule", code.name()).arg("share", format!("{percent} %"));
        self.stop(tables, finding)
    }

    /// Says a finding that stops the run; none where the policy ignores it.
    fn stop(&mut self, tables: &Tables, finding: Finding) -> Option<(Said, Said)> {
        let severity = self.teller.policy.judge(finding.code, finding.severity)?;
        let note = finding.note(crate::rules::finding::Place::default(), false);
        self.teller.tell_file(tables.get(0), finding);
        (severity == Severity::Error).then_some((note.message, note.hint))
    }

    fn check_across(&mut self, tables: &Arc<Tables>) -> Result<Option<(Said, Said)>, PassError> {
        let mut again = Again { reader: Reader::new(tables.clone()), judges: self.judges };
        let scope = Scope { temp4: self.settings.documento == DocumentoSource::Temp4 };
        let teller = &mut self.teller;
        let mut failed = None;
        let mut tell = |number: u64, finding: Finding| {
            let (index, row) = tables.locate(number);
            if finding.code == Code::X01 && finding.severity == Severity::Info {
                let id = finding.value.clone().unwrap_or_default();
                teller.duplicate((u16::try_from(index).unwrap_or(u16::MAX), row), &id, None);
            }
            teller.tell_late(tables.get(index), row, finding).unwrap_or_else(|error| {
                failed.get_or_insert(error);
                true
            })
        };
        let before = self.entries.len();
        across::check(&mut self.entries, scope, &mut again, &mut tell)?;
        debug_assert_eq!(before, self.entries.len());
        if let Some(error) = failed {
            return Err(error.into());
        }
        let clashes = self.teller.by_code[Code::X06 as usize];
        if clashes == 0 {
            return Ok(None);
        }
        let note = Finding::new(Code::X06).note(crate::rules::finding::Place::default(), false);
        let message = said!(
            en: "{clashes} rows would share a document with somebody else (X06)",
            es: "{clashes} filas compartirían el documento con otra persona (X06)",
        );
        Ok((self.teller.policy.judge(Code::X06, Severity::Error) == Some(Severity::Error))
            .then_some((message, note.hint)))
    }

    /// Sorts by length, then by the id. Only who asks for this order pays for it: the ids are read again and held.
    fn sort_by_id(&self, entries: &mut [Entry], tables: &Arc<Tables>) -> Result<(), PassError> {
        let mut again = Again { reader: Reader::new(tables.clone()), judges: self.judges };
        let mut rows: Vec<u64> = entries.iter().map(|entry| entry.row()).collect();
        rows.sort_unstable();
        let mut ids = BTreeMap::new();
        for row in rows {
            ids.insert(row, again.facts(row)?.id.to_lowercase());
        }
        let key = |entry: &Entry| ids.get(&entry.row()).map(|id| (id.len(), id.as_str()));
        entries.sort_by(|a, b| key(a).cmp(&key(b)).then(a.row().cmp(&b.row())));
        Ok(())
    }

    /// Whether an id is a proper prefix of another one (X04); says so once, with the first example.
    fn ids_inside_ids(&mut self, entries: &mut [Entry], tables: &Arc<Tables>) -> Result<bool, PassError> {
        entries.sort_unstable_by_key(|entry| entry.id());
        let present = |id: &str| {
            let wanted = Entry::likeness(id);
            let at = entries.partition_point(|entry| entry.id() < wanted);
            entries.get(at).filter(|entry| entry.id() == wanted).map(|entry| entry.row())
        };
        let shortest = entries.iter().map(|entry| entry.id_length()).min().unwrap_or(0);
        let mut rows: Vec<u64> =
            entries.iter().filter(|entry| entry.id_length() > shortest).map(|entry| entry.row()).collect();
        rows.sort_unstable();
        let mut again = Again { reader: Reader::new(tables.clone()), judges: self.judges };
        for number in rows {
            let longer = again.facts(number)?;
            let from = usize::try_from(shortest).unwrap_or(0);
            let prefixes = (from..longer.id.len()).filter_map(|end| longer.id.get(..end));
            for prefix in prefixes {
                let Some(row) = present(prefix) else { continue };
                let shorter = again.facts(row)?;
                if !shorter.id.eq_ignore_ascii_case(prefix) {
                    continue;
                }
                let (longer_id, longer_row) = (&longer.id, &longer.label);
                let finding = Finding::new(Code::X04).value(shorter.id.as_str()).arg("id", &shorter.id).said(
                    "other",
                    said!(en: "{longer_id}, row {longer_row}", es: "{longer_id}, fila {longer_row}"),
                );
                let (index, physical) = tables.locate(row);
                self.teller.tell_late(tables.get(index), physical, finding)?;
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// Reads rows a second time, for what the packed entries can't say.
struct Again<'p> {
    reader: Reader,
    judges: &'p [Judge<'p>],
}

impl Reread for Again<'_> {
    type Error = PassError;

    fn facts(&mut self, number: u64) -> Result<Facts, PassError> {
        let tables = self.reader.tables().clone();
        let (index, _) = tables.locate(number);
        let judge = self.judges[index];
        let binding = tables.get(index).binding();
        let label = tables.label(number);
        let mut findings = Findings::default();
        let facts = self.reader.read(number, |row| {
            match judge.judge(binding.read(row.cells), &row.cells, &mut findings) {
                Judged::Event(payload, at) => Some(Facts {
                    id: payload.id_presencia_crm.to_string(),
                    name: payload.cliente.nombres_completos_razon_social.to_string(),
                    phone: payload.cliente.telefono_principal.to_string(),
                    document: payload.cliente.numero_documento.to_string(),
                    at,
                    content: content(&payload),
                    label: label.clone(),
                }),
                Judged::Skipped(_) | Judged::Invalid => None,
            }
        })?;
        facts.flatten().ok_or(PassError::Changed(label))
    }
}

/// The payload with the id that is sent.
pub(super) fn sent_id<'r>(mut payload: Payload<'r>, terminator: &str) -> Payload<'r> {
    if !terminator.is_empty() {
        payload.id_presencia_crm.to_mut().push_str(terminator);
    }
    payload
}

fn content(payload: &Payload<'_>) -> u64 {
    hash(Content(payload))
}

struct Content<'a>(&'a Payload<'a>);

impl Hash for Content<'_> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

fn minutes(at: NaiveDateTime) -> i64 {
    let start = NaiveDate::from_ymd_opt(2000, 1, 1).unwrap_or_default().and_time(chrono::NaiveTime::MIN);
    at.signed_duration_since(start).num_minutes()
}

fn order_said(order: Order, inside: bool) -> Said {
    match order {
        Order::Auto if inside => said!(
            en: "shorter ids first (one id is inside another), each client by date",
            es: "primero los ids más cortos (un id está dentro de otro), cada cliente por fecha",
        ),
        Order::Auto => {
            said!(en: "in the file's order, each client by date", es: "en el orden del archivo, cada cliente por fecha")
        }
        Order::File => said!(en: "in the file's order", es: "en el orden del archivo"),
        Order::Id => {
            said!(en: "by length of the id, then by the id", es: "por longitud del id, luego por id")
        }
    }
}
