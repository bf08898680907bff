//! Opened and bound inputs, and the way back to any of their rows.

use std::sync::Arc;

use crate::source::{Binding, Blocks, Cells, Position, Returned, Row, Rows, Source, SourceError};

/// One opened input with its columns bound.
#[derive(Debug)]
pub struct Table {
    source: Source,
    binding: Binding,
    /// What is added to a physical row to number it within the run.
    base: u64,
    /// Some places, in the order of the rows.
    places: Vec<Position>,
    returned: Option<Returned>,
}

impl Table {
    /// The input's name as the user wrote it.
    pub fn name(&self) -> &str {
        self.source.name()
    }

    /// The source itself.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// Which column feeds which field.
    pub fn binding(&self) -> &Binding {
        &self.binding
    }

    /// By which rules a row was wrong that a run wrote into `failed.csv`, and that comes again without a correction.
    pub(super) fn uncorrected(&self, cells: Cells<'_>) -> Option<String> {
        self.returned.as_ref()?.uncorrected(cells)
    }

    /// A reader from the first record on.
    pub fn rows(&self) -> Rows {
        self.source.rows(&self.binding)
    }

    /// Its rows from the first record on, in blocks.
    pub(super) fn blocks(&self) -> Blocks {
        self.source.blocks(&self.binding)
    }

    /// The physical row that has this number within the run.
    pub(super) fn row(&self, number: u64) -> u64 {
        number - self.base
    }

    /// The number within the run of physical row `row`.
    pub(super) fn number(&self, row: u64) -> u64 {
        self.base + row
    }
}

/// The inputs of a run, in the order in which they were named.
#[derive(Debug, Default)]
pub struct Tables {
    tables: Vec<Table>,
}

impl Tables {
    /// Adds an opened input with its columns bound.
    pub fn push(&mut self, source: Source, binding: Binding) {
        let returned = source.returned();
        self.tables.push(Table { source, binding, base: 0, places: Vec::new(), returned });
    }

    /// The inputs.
    pub fn iter(&self) -> impl Iterator<Item = &Table> {
        self.tables.iter()
    }

    /// How many inputs there are.
    pub fn len(&self) -> usize {
        self.tables.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.tables.is_empty()
    }

    /// Input `index`.
    pub fn get(&self, index: usize) -> &Table {
        &self.tables[index]
    }

    /// Numbers input `index` from `base` on: rows of several files must not look alike.
    pub(super) fn set_base(&mut self, index: usize, base: u64) {
        self.tables[index].base = base;
    }

    /// Remembers places of input `index`, by which a reader gets near to any of its rows.
    pub(super) fn remember(&mut self, index: usize, places: Vec<Position>) {
        self.tables[index].places = places;
    }

    /// Which input a row of the run belongs to, and its physical row there.
    pub fn locate(&self, number: u64) -> (usize, u64) {
        let index = self.tables.partition_point(|table| table.base <= number).saturating_sub(1);
        (index, number - self.tables[index].base)
    }

    /// The input that an event names, and the number of its row within the run; without a name there is but one.
    pub fn number(&self, file: Option<&str>, row: u64) -> (u16, u64) {
        let index =
            file.and_then(|file| self.tables.iter().position(|table| table.name() == file)).unwrap_or(0);
        let base = self.tables.get(index).map_or(0, |table| table.base);
        (u16::try_from(index).unwrap_or(u16::MAX), base + row)
    }

    /// Names of the inputs, where there are several; one input needs none.
    pub fn names(&self) -> Vec<String> {
        if self.tables.len() < 2 {
            return Vec::new();
        }
        self.tables.iter().map(|table| table.name().to_owned()).collect()
    }

    /// How people name a row of the run: its number, and the file where there are several.
    pub(super) fn label(&self, number: u64) -> String {
        let (index, row) = self.locate(number);
        if self.tables.len() == 1 {
            row.to_string()
        } else {
            format!("{row} ({})", self.tables[index].name())
        }
    }
}

/// Reads rows in any order; cheap where the order is nearly the file's.
#[derive(Debug)]
pub(super) struct Reader {
    tables: Arc<Tables>,
    open: Option<(usize, Rows, u64)>,
}

impl Reader {
    pub(super) fn new(tables: Arc<Tables>) -> Self {
        Self { tables, open: None }
    }

    pub(super) fn tables(&self) -> &Arc<Tables> {
        &self.tables
    }

    /// Reads row `number` of the run and gives it to `take`; `None` where the row is gone.
    pub(super) fn read<T>(
        &mut self,
        number: u64,
        take: impl FnOnce(&Row<'_>) -> T,
    ) -> Result<Option<T>, SourceError> {
        let (index, wanted) = self.tables.locate(number);
        self.approach(index, wanted);
        let Some((_, rows, next)) = &mut self.open else { return Ok(None) };
        let Some(row) = rows.next_from(wanted) else { return Ok(None) };
        let row = row?;
        *next = row.number + 1;
        Ok((row.number == wanted).then(|| take(&row)))
    }

    /// Moves to the last remembered place before the row, unless reading on gets there as soon.
    fn approach(&mut self, index: usize, wanted: u64) {
        let table = self.tables.get(index);
        let place = table.places[..table.places.partition_point(|place| place.row <= wanted)].last().copied();
        let reads_on = matches!(&self.open, Some((open, _, next))
            if *open == index && *next <= wanted && place.is_none_or(|place| place.row <= *next));
        if reads_on {
            return;
        }
        if let (Some((open, rows, next)), Some(place)) = (&mut self.open, place)
            && *open == index
        {
            rows.seek(place);
            *next = place.row;
        } else {
            let rows = match place {
                Some(place) => table.source.rows_at(&table.binding, place),
                None => table.source.rows(&table.binding),
            };
            self.open = Some((index, rows, place.map_or(0, |place| place.row)));
        }
    }
}
