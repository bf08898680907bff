//! The end of the first pass: rules across rows, a column that is wrong, the order of sending.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::across::{self, Reread, Scope};
use super::again::Again;
use super::entry::{Entry, Fate};
use super::first_pass::{Pass, Tally};
use super::order::arrange;
use super::plan::{PassError, Plan};
use super::sorting::sort_by;
use super::table::Tables;
use crate::config::{DocumentoSource, Lookup, Order};
use crate::lang::Said;
use crate::rules::finding::Place;
use crate::rules::{Code, Finding, Severity};
use crate::said;

/// An error rule that speaks of this share of the events says that the column is wrong (X07).
const COLUMN_IS_WRONG: (u64, u64) = (40, 100);
/// Fewer events say nothing about a column.
const ENOUGH_EVENTS: u64 = 20;

impl Pass<'_, '_, '_> {
    /// Makes the plan of all that was read.
    pub(super) fn finish(mut self, tables: Tables) -> Result<Plan, PassError> {
        let tables = Arc::new(tables);
        self.wrong_column(&tables);
        let clashes = self.check_across(&tables)?;
        let stopped = self.teller.stopped.take().or(clashes);
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
            policy: self.settings.policy.clone(),
        })
    }

    /// X07: in each file the rule that says that a column, not its rows, is wrong. Many small files that are wrong in the
    /// same way are told by the one that has most such rows.
    fn wrong_column(&mut self, tables: &Tables) {
        let tallies = std::mem::take(&mut self.tallies);
        let mut told = false;
        for (index, tally) in tallies.iter().enumerate() {
            if let Some((_, finding)) = tally.wrong_column() {
                self.teller.tell_file(tables.get(index), finding);
                told = true;
            }
        }
        let mut all = Tally { events: 0, error_rows: [0; Code::COUNT] };
        for tally in &tallies {
            all.events += tally.events;
            all.error_rows.iter_mut().zip(&tally.error_rows).for_each(|(count, more)| *count += more);
        }
        if let Some((code, finding)) = all.wrong_column().filter(|_| !told) {
            let rows = |index: &usize| tallies[*index].error_rows[code as usize];
            let worst = (0..tallies.len()).rev().max_by_key(rows).unwrap_or(0);
            self.teller.tell_file(tables.get(worst), finding);
        }
    }

    fn check_across(&mut self, tables: &Arc<Tables>) -> Result<Option<(Said, Said)>, PassError> {
        let mut again = Again::new(tables, self.judges, &self.settings.policy);
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
        across::check(&mut self.entries, &self.blocked, scope, &mut again, &mut tell)?;
        debug_assert_eq!(before, self.entries.len());
        if let Some(error) = failed {
            return Err(error.into());
        }
        let clashes = self.teller.by_code[Code::X06 as usize];
        if clashes == 0 {
            return Ok(None);
        }
        let note = Finding::new(Code::X06).note(Place::default(), false);
        let message = said!(
            en: "{clashes} rows would share a document with somebody else (X06)",
            es: "{clashes} filas compartirían el documento con otra persona (X06)",
        );
        Ok((self.teller.policy.judge(Code::X06, Severity::Error) == Some(Severity::Error))
            .then_some((message, note.hint)))
    }

    /// Sorts by length, then by the id. Only who asks for this order pays for it: the ids are read again and held.
    fn sort_by_id(&self, entries: &mut [Entry], tables: &Arc<Tables>) -> Result<(), PassError> {
        let mut again = Again::new(tables, self.judges, &self.settings.policy);
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
        sort_by(entries, |entry| entry.id());
        let present = |id: &str| {
            let wanted = Entry::likeness(id);
            let at = entries.partition_point(|entry| entry.id() < wanted);
            entries.get(at).filter(|entry| entry.id() == wanted).map(|entry| entry.row())
        };
        let shortest = entries.iter().map(|entry| entry.id_length()).min().unwrap_or(0);
        // Half as wide as numbers of rows are elsewhere: there may be as many as there are events.
        let mut rows: Vec<u32> = entries
            .iter()
            .filter(|entry| entry.id_length() > shortest)
            .filter_map(|entry| u32::try_from(entry.row()).ok())
            .collect();
        sort_by(&mut rows, |row| *row);
        let mut again = Again::new(tables, self.judges, &self.settings.policy);
        for number in rows.into_iter().map(u64::from) {
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
                let finding = Finding::new(Code::X04)
                    .value(shorter.id.as_str())
                    .arg("id", &shorter.id)
                    .said(
                        "other",
                        said!(en: "{longer_id}, row {longer_row}", es: "{longer_id}, fila {longer_row}"),
                    )
                    .said(
                        "what",
                        said!(en: ", so the shorter is sent first", es: ", así que el más corto va primero"),
                    )
                    .said("todo", said!(en: "nothing to do now; ", es: "no hay nada que hacer ahora; "));
                let (index, physical) = tables.locate(row);
                self.teller.tell_late(tables.get(index), physical, finding)?;
                return Ok(true);
            }
        }
        Ok(false)
    }
}

impl Tally {
    /// Which rule, and what is said of it. Of dates in two orders (A03) it was said already, and the column is the right one.
    fn wrong_column(&self) -> Option<(Code, Finding)> {
        let most = Code::ALL
            .iter()
            .filter(|code| !code.name().starts_with('X') && **code != Code::A03)
            .map(|code| (*code, self.error_rows[*code as usize]))
            .max_by_key(|(_, rows)| *rows);
        let (share, whole) = COLUMN_IS_WRONG;
        let enough = |rows: u64| self.events >= ENOUGH_EVENTS && rows * whole >= self.events * share;
        let (code, rows) = most.filter(|(_, rows)| enough(*rows))?;
        let percent = rows * 100 / self.events;
        let (what, remedy) = if code == Code::R02 {
            (
                said!(en: "the whole export is broken, not some rows", es: "está mal la exportación entera, no algunas filas"),
                said!(
                    en: "export it again with quotes around the cells that hold the separator, or say the right one with --delimiter ';' (or ',', '|', tab)",
                    es: "expórtelo de nuevo con comillas en las celdas que contienen el separador, o indique el correcto con --delimiter ';' (o ',', '|', tab)",
                ),
            )
        } else {
            (
                said!(en: "the column is wrong, not the rows", es: "la columna está mal, no las filas"),
                said!(
                    en: "check the columns with crm-bridge map FILE, and choose another with --map",
                    es: "revise las columnas con crm-bridge map ARCHIVO, y elija otra con --map",
                ),
            )
        };
        let finding = Finding::new(Code::X07)
            .arg("rule", code.name())
            .arg("share", format!("{percent} %"))
            .said("what", what)
            .said("remedy", remedy);
        Some((code, finding))
    }
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
