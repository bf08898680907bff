//! The first pass: every row judged, nothing sent, the plan made.
//!
//! The rows are judged block by block, by all cores ([`Bench`]); here their verdicts are taken in, in the order of the
//! file.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::iter;

use super::dates;
use super::entry::{Entry, Fate};
use super::failures::Failures;
use super::judge::Judge;
use super::plan::{Known, KnownState, PassError, Plan, Settings, inside_delivered};
use super::table::Tables;
use super::teller::{Teller, Voice, Wording};
use super::verdicts::{Bench, Said, Status, Verdicts};
use crate::crew::Crew;
use crate::delivery::Delivery;
use crate::journal::RowSet;
use crate::mask::stray;
use crate::report::event::{Counts, Observer};
use crate::rules::cell::date::ColumnOrders;
use crate::rules::{Code, Finding, Severity};
use crate::source::Position;

/// Statuses that are counted apart; more would be no statuses.
const MOST_STATUSES: usize = 50;

/// Reads all of `tables`, judging each row with the judge of its table. Judges that guess the order of dates are told
/// the right one where later dates differ, and then all rows are judged anew.
pub fn first_pass<'k>(
    mut tables: Tables,
    judges: &mut [Judge<'_>],
    settings: &Settings,
    mut known: Option<&'k mut (dyn Known + 'k)>,
    observer: &mut dyn Observer,
) -> Result<Plan, PassError> {
    if judges.iter().any(|judge| judge.guess().is_some()) {
        let known = known.as_mut().map(|known| &mut **known as &mut dyn Known);
        let mut pass = Pass::new(&tables, judges, settings, known, Voice::holding(observer))?;
        if pass.read(&mut tables)? == Dates::Agree {
            pass.teller.voice.release();
            return pass.finish(tables);
        }
    }
    let findings = dates::ask_all(&tables, judges)?;
    let mut pass = Pass::new(&tables, judges, settings, known, Voice::new(observer))?;
    for (index, finding) in findings {
        pass.teller.tell_column(tables.get(index), finding);
    }
    pass.read(&mut tables)?;
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
    /// Likeness of the id, and row, of each event that a rule blocks.
    pub(super) blocked: Vec<(u64, u64)>,
    /// Rows of the table at hand with an error, by rule.
    error_rows: [u64; Code::COUNT],
    /// What the tables before it had of events and of such rows.
    pub(super) tallies: Vec<Tally>,
    /// Length of an id.
    pub(super) length: Option<u64>,
    pub(super) lengths_differ: bool,
    pub(super) settled: RowSet,
}

impl<'p, 'k, 'o> Pass<'p, 'k, 'o> {
    fn new(
        tables: &Tables,
        judges: &'p [Judge<'p>],
        settings: &'p Settings,
        known: Option<&'k mut (dyn Known + 'k)>,
        voice: Voice<'o>,
    ) -> Result<Self, PassError> {
        let wording = Wording {
            lang: settings.lang,
            show_pii: settings.show_pii,
            list_repairs: settings.policy.list_repairs,
        };
        let teller = Teller {
            voice,
            failures: Failures::new()?,
            by_code: [0; Code::COUNT],
            policy: settings.policy.clone(),
            wording,
            files: tables.names(),
            stopped: None,
        };
        Ok(Self {
            settings,
            judges,
            known,
            teller,
            counts: Counts::default(),
            statuses: BTreeMap::new(),
            entries: Vec::new(),
            blocked: Vec::new(),
            error_rows: [0; Code::COUNT],
            tallies: Vec::new(),
            length: None,
            lengths_differ: false,
            settled: RowSet::new(),
        })
    }

    /// Reads all tables; stops where the dates of one are not in the order that was guessed.
    fn read(&mut self, tables: &mut Tables) -> Result<Dates, PassError> {
        let mut base = 0;
        for index in 0..tables.len() {
            tables.set_base(index, base);
            let mut read = Read::default();
            let events = self.counts.events();
            match self.read_table(index, tables, &mut read) {
                Ok(()) => {}
                Err(Stop::OtherDates) => return Ok(Dates::Differ),
                Err(Stop::Failed(error)) => return Err(error),
            }
            tables.remember(index, read.places);
            let error_rows = std::mem::replace(&mut self.error_rows, [0; Code::COUNT]);
            self.tallies.push(Tally { events: self.counts.events() - events, error_rows });
            base += read.last + 1;
        }
        Ok(Dates::Agree)
    }

    fn read_table(&mut self, index: usize, tables: &Tables, read: &mut Read) -> Result<(), Stop> {
        let (table, judge) = (tables.get(index), self.judges[index]);
        self.counts.ignored += table.source().header_row();
        let bench = Bench {
            table,
            file: u16::try_from(index).unwrap_or(u16::MAX),
            judge,
            settings: self.settings,
            asks_journal: self.known.is_some(),
        };
        let mut orders = ColumnOrders::default();
        Crew::of_this_machine().work(
            table.blocks(),
            || bench.desk(),
            |desk, block| block.map(|block| bench.judge(&block, desk)),
            |verdicts| {
                let mut verdicts = verdicts.map_err(PassError::from).unwrap_or_else(Verdicts::none);
                let failure = verdicts.failure.take();
                read.last = read.last.max(verdicts.last);
                read.places.append(&mut verdicts.places);
                orders.merge(std::mem::take(&mut verdicts.orders));
                self.take(&bench, verdicts).map_err(Stop::Failed)?;
                match failure {
                    Some(failure) => Err(self.broken(failure)),
                    None => self.not_too_much_held(tables),
                }
            },
        )?;
        if judge.guess().is_some_and(|guess| !dates::agree(&orders, guess)) {
            return Err(Stop::OtherDates);
        }
        Ok(())
    }

    /// Says why a table can't be read to its end; of one whose dates were not all asked, nothing else was said.
    fn broken(&mut self, failure: PassError) -> Stop {
        if let PassError::Source(error) = &failure
            && !self.teller.voice.holds()
        {
            self.teller.tell_broken(error);
        }
        Stop::Failed(failure)
    }

    /// Asks all dates now, where so much waits to be said until they were asked that it would fill the memory.
    fn not_too_much_held(&mut self, tables: &Tables) -> Result<(), Stop> {
        if !self.teller.voice.is_full() {
            return Ok(());
        }
        for (table, judge) in tables.iter().zip(self.judges) {
            let Some(guess) = judge.guess() else { continue };
            let orders = dates::all(table).map_err(|error| Stop::Failed(error.into()))?;
            if !dates::agree(&orders, guess) {
                return Err(Stop::OtherDates);
            }
        }
        self.teller.voice.release();
        Ok(())
    }

    /// Takes in the verdicts on the next block of a table.
    fn take(&mut self, bench: &Bench<'_>, verdicts: Verdicts) -> Result<(), PassError> {
        let Verdicts { counts, statuses, settled, error_rows, repaired, events, deliveries, said, .. } =
            verdicts;
        self.counts.rows += counts.rows;
        self.counts.ignored += counts.ignored;
        self.counts.invalid += counts.invalid;
        self.counts.prepared += counts.prepared;
        self.settled.merge(settled);
        self.error_rows.iter_mut().zip(error_rows).for_each(|(count, more)| *count += more);
        self.teller.count(&repaired);
        let mut statuses: Vec<(String, Status)> = statuses.into_iter().collect();
        statuses.sort_unstable_by_key(|(_, status)| status.place);
        for (status, Status { rows, .. }) in statuses {
            self.skipped(&status, rows);
        }
        let mut said = said.into_iter().peekable();
        let deliveries = deliveries.into_iter().map(Some).chain(iter::repeat_with(|| None));
        for (event, delivery) in events.into_iter().zip(deliveries) {
            let row = bench.table.row(event.row());
            while let Some(said) = said.next_if(|said| said.row < row) {
                self.tell(bench, &said)?;
            }
            let said = said.next_if(|said| said.row == row).unwrap_or_else(|| Said::of(row));
            if let Some(said) = self.event(event, delivery, bench.file, said)? {
                self.teller.tell_row(bench.table, &said)?;
            }
        }
        said.try_for_each(|said| self.tell(bench, &said))
    }

    /// Says what is to be said of a row that is no event to send, unless it is an invalid event too many.
    fn tell(&mut self, bench: &Bench<'_>, said: &Said) -> Result<(), PassError> {
        if let Some(codes) = &said.invalid {
            if !self.has_room() {
                self.skipped(self.settings.not_chosen(), 1);
                return Ok(());
            }
            self.counts.invalid += 1;
            for code in codes {
                self.error_rows[*code as usize] += 1;
            }
        }
        self.blocked.extend(said.blocked.map(|id| (id, bench.table.number(said.row))));
        Ok(self.teller.tell_row(bench.table, said)?)
    }

    /// Whether another event is asked for.
    fn has_room(&self) -> bool {
        self.settings.selection.has_room(self.entries.len() as u64 + self.counts.invalid)
    }

    fn skipped(&mut self, status: &str, rows: u64) {
        self.counts.skipped += rows;
        let masked = if self.settings.show_pii { Cow::Borrowed(status) } else { stray(status) };
        let status = masked.as_ref();
        if let Some(count) = self.statuses.get_mut(status) {
            *count += rows;
        } else {
            let known = self.statuses.len() < MOST_STATUSES;
            *self.statuses.entry(if known { status } else { "…" }.to_owned()).or_default() += rows;
        }
    }

    /// Takes in an event; returns what is to be said of its row, unless the run is not about it.
    fn event(
        &mut self,
        mut entry: Entry,
        delivery: Option<Delivery>,
        file: u16,
        mut said: Said,
    ) -> Result<Option<Said>, PassError> {
        if !self.has_room() {
            self.settled.insert(file, said.row);
            self.skipped(self.settings.not_chosen(), 1);
            return Ok(None);
        }
        let length = *self.length.get_or_insert(entry.id_length());
        self.lengths_differ |= length != entry.id_length() || length == Entry::LONGEST_ID;
        if let (Some(known), Some(delivery)) = (&mut self.known, delivery) {
            let id = delivery.id.strip_suffix(self.settings.id_terminator.as_str()).unwrap_or(&delivery.id);
            match known.known(&delivery).map_err(PassError::Known)? {
                KnownState::ToSend => {}
                KnownState::Inside(other) => {
                    self.object(
                        &mut entry,
                        &mut said,
                        inside_delivered(id, &other, self.settings.policy.strict),
                    );
                }
                KnownState::Delivered(id_presencia) => {
                    entry.set_fate(Fate::Duplicate);
                    self.teller.duplicate((file, said.row), id, Some(id_presencia));
                }
                KnownState::Changed => {
                    self.object(&mut entry, &mut said, Finding::new(Code::X05).value(id).arg("id", id));
                }
            }
        }
        self.entries.push(entry);
        Ok(Some(said))
    }

    /// Has `finding` said of an event, under the policy: an error keeps it from being sent.
    fn object(&self, entry: &mut Entry, said: &mut Said, mut finding: Finding) {
        let Some(severity) = self.teller.policy.judge(finding.code, finding.severity) else { return };
        finding.severity = severity;
        said.listed.push(finding);
        if severity == Severity::Error {
            entry.set_fate(Fate::Invalid);
        }
    }
}

/// The events of a table, and its rows with an error, by rule.
pub(super) struct Tally {
    pub(super) events: u64,
    pub(super) error_rows: [u64; Code::COUNT],
}

/// What the dates of tables say to the order that was guessed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Dates {
    Agree,
    Differ,
}

/// Why a table is not read to its end.
enum Stop {
    OtherDates,
    Failed(PassError),
}

/// What is known of a table once it is read.
#[derive(Debug, Default)]
struct Read {
    places: Vec<Position>,
    last: u64,
}
