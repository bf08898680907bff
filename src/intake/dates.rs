//! In which order the columns of dates write day and month.
//!
//! No row can be judged before that is known, and the one date that shows it may stand in the last row. A long table
//! whose beginning shows it is not read twice for that: its rows are judged by what the beginning shows, while somebody
//! watches whether the others agree ([`Judge::guessing`]).

use super::judge::Judge;
use super::table::{Table, Tables};
use crate::crew::Crew;
use crate::record::Field;
use crate::rules::Finding;
use crate::rules::cell::date::{ColumnDecisions, ColumnOrders, Orders, evidence};
use crate::source::{Binding, Block, Row, RowKind, Source, SourceError, Splitter};

/// How many blocks are the beginning of a table.
const BEGINNING: usize = 2;

/// What the dates of a table say together, and whether all of them were asked, as `all` demands; fails where it can't be
/// read.
pub fn date_orders(
    source: &Source,
    binding: &Binding,
    all: bool,
) -> Result<(ColumnOrders, bool), SourceError> {
    if all {
        return Ok((of_all_blocks(source, binding)?, true));
    }
    let columns = &DateColumns::of(binding);
    let mut blocks = source.blocks(binding);
    let mut splitter = source.splitter();
    let mut orders = ColumnOrders::default();
    for block in blocks.by_ref().take(BEGINNING) {
        orders.merge(of_block(&block?, &mut splitter, columns)?);
    }
    if blocks.next().transpose()?.is_none() {
        return Ok((orders, true));
    }
    let clear = orders.findings().next().is_none();
    if clear { Ok((orders, false)) } else { Ok((of_all_blocks(source, binding)?, true)) }
}

/// Lets every judge that guessed know what all the dates of its table say; what is to be said about which table.
pub(super) fn ask_all(
    tables: &Tables,
    judges: &mut [Judge<'_>],
) -> Result<Vec<(usize, Finding)>, SourceError> {
    let mut findings = Vec::new();
    for (index, (table, judge)) in tables.iter().zip(judges).enumerate() {
        if judge.guess().is_some() {
            let orders = all(table)?;
            judge.decide_dates(orders.decide());
            findings.extend(orders.findings().map(|finding| (index, finding)));
        }
    }
    Ok(findings)
}

/// What all the dates of a table say together.
pub(super) fn all(table: &Table) -> Result<ColumnOrders, SourceError> {
    of_all_blocks(table.source(), table.binding())
}

fn of_all_blocks(source: &Source, binding: &Binding) -> Result<ColumnOrders, SourceError> {
    let columns = &DateColumns::of(binding);
    let mut orders = ColumnOrders::default();
    Crew::of_this_machine().work(
        source.blocks(binding),
        || source.splitter(),
        |splitter, block| of_block(&block?, splitter, columns),
        |block| {
            orders.merge(block?);
            Ok(())
        },
    )?;
    Ok(orders)
}

fn of_block(
    block: &Block,
    splitter: &mut Splitter,
    columns: &DateColumns<'_>,
) -> Result<ColumnOrders, SourceError> {
    let mut orders = ColumnOrders::default();
    let mut rows = block.rows(splitter)?;
    while let Some(row) = rows.next() {
        columns.watch(&row?, &mut orders);
    }
    Ok(orders)
}

/// The columns that feed the dates of a table, and those by which a row has a sale.
pub(super) struct DateColumns<'b> {
    visits: &'b [usize],
    sales: &'b [usize],
    /// The lot's and the value's.
    sold: [&'b [usize]; 2],
}

impl<'b> DateColumns<'b> {
    pub(super) fn of(binding: &'b Binding) -> Self {
        Self {
            visits: binding.columns(Field::FechaHora),
            sales: binding.columns(Field::FechaVenta),
            sold: [Field::Lote, Field::ValorLote].map(|field| binding.columns(field)),
        }
    }

    /// Takes into account what the dates of a row say.
    pub(super) fn watch(&self, row: &Row<'_>, orders: &mut ColumnOrders) {
        watch(row, self.visits, &mut orders.visits);
        // A date that is filled in without a sale is not read, and so says nothing.
        let filled = |columns: &[usize]| columns.iter().any(|column| row.cells.filled(*column));
        if !self.sales.is_empty() && self.sold.iter().all(|columns| columns.is_empty() || filled(columns)) {
            watch(row, self.sales, &mut orders.sales);
        }
    }
}

/// Takes into account what the date of a row says, which stands in the first of `columns` that is filled.
fn watch(row: &Row<'_>, columns: &[usize], orders: &mut Orders) {
    let Some(column) = columns.iter().find(|column| row.cells.filled(**column)) else { return };
    let cell = row.cells.get(*column).unwrap_or_default();
    // Most dates say what others said before, whatever their row is.
    if !orders.knows(evidence(cell)) && row.kind() == RowKind::Record {
        orders.observe(row.number, cell);
    }
}

/// Whether dates that say this are all read rightly by what their beginning decided.
pub(super) fn agree(orders: &ColumnOrders, guessed: ColumnDecisions) -> bool {
    orders.decide() == guessed && orders.findings().next().is_none()
}
