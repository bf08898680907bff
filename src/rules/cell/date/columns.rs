//! The columns of dates of one table: the visits' and the sales', each with an order of its own.

use super::{DateOrder, Decision, Orders};
use crate::mask::stray;
use crate::record::Field;
use crate::rules::{Code, Finding};
use crate::said;

/// What the cells of both columns say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ColumnOrders {
    /// The column of the visits.
    pub visits: Orders,
    /// The column of the sales; only of rows that have one.
    pub sales: Orders,
}

/// In which order each column is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ColumnDecisions {
    /// The column of the visits.
    pub visits: Decision,
    /// The column of the sales.
    pub sales: Decision,
}

impl ColumnOrders {
    /// Adds what later cells say.
    pub fn merge(&mut self, later: Self) {
        self.visits.merge(later.visits);
        self.sales.merge(later.sales);
    }

    /// Decides the order of each column by its own cells. Sales whose dates show nothing are read day first, too, but not
    /// beside visits that are written otherwise: then either guess is as good, and a sale is never sent twice.
    pub fn decide(&self) -> ColumnDecisions {
        let visits = self.visits.decide();
        let sales = match (self.sales.decide(), visits) {
            (_, Decision::Decided(order)) if self.sales.is_silent() => Decision::Decided(order),
            (Decision::Assumed(_), Decision::Decided(DateOrder::Mdy | DateOrder::Ymd)) => Decision::Mixed,
            (sales, _) => sales,
        };
        ColumnDecisions { visits, sales }
    }

    /// What to say about the columns, once a file; nothing of one that is clear.
    pub fn findings(&self) -> impl Iterator<Item = Finding> {
        let sales = self.at_odds().or_else(|| self.sales.finding(Field::FechaVenta));
        self.visits.finding(Field::FechaHora).into_iter().chain(sales)
    }

    fn at_odds(&self) -> Option<Finding> {
        let ColumnDecisions { sales: Decision::Mixed, visits: Decision::Decided(order) } = self.decide()
        else {
            return None;
        };
        if !matches!(self.sales.decide(), Decision::Assumed(_)) {
            return None;
        }
        let (example, order) = (stray(self.sales.open()?), order.name());
        let detail = said!(
            en: "no date of the column shows it, and the visits are written {order}: {example} can be read in two ways",
            es: "ninguna fecha de la columna lo muestra, y las visitas están escritas en {order}: {example} se puede leer de dos maneras",
        );
        Some(Finding::new(Code::A03).field(Field::FechaVenta).said("detail", detail))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Severity;

    fn decide(visits: &[&str], sales: &[&str]) -> (Decision, Vec<(String, Severity)>) {
        let mut orders = ColumnOrders::default();
        for cell in visits {
            orders.visits.observe(2, cell);
        }
        for cell in sales {
            orders.sales.observe(2, cell);
        }
        let said = orders
            .findings()
            .map(|finding| (finding.field.unwrap_or_default().into_owned(), finding.severity))
            .collect();
        (orders.decide().sales, said)
    }

    fn of_sales(severity: Severity) -> Vec<(String, Severity)> {
        vec![("sale.fecha_venta".to_owned(), severity)]
    }

    #[test]
    fn each_column_shows_its_own_order() {
        let mdy = Decision::Decided(DateOrder::Mdy);
        assert_eq!(decide(&["15/04/2024"], &["04/15/2024", "03/04/2024"]), (mdy, vec![]));
        assert_eq!(decide(&["2024-04-15"], &["04/15/2024"]), (mdy, vec![]));
        assert_eq!(
            decide(&["2024-04-15"], &["04/15/2024", "15/04/2024"]),
            (Decision::Mixed, of_sales(Severity::Error))
        );
    }

    #[test]
    fn sales_that_show_nothing_are_read_day_first_unless_the_visits_are_not() {
        let assumed = Decision::Assumed(DateOrder::Dmy);
        assert_eq!(decide(&["15/04/2024"], &["03/04/2024"]), (assumed, of_sales(Severity::Warning)));
        assert_eq!(decide(&["2024-04-15"], &["03/04/2024"]), (assumed, of_sales(Severity::Warning)));
        assert_eq!(decide(&["04/15/2024"], &["03/04/2024"]), (Decision::Mixed, of_sales(Severity::Error)));
    }

    #[test]
    fn without_sales_nothing_is_said_of_them() {
        assert_eq!(decide(&["04/15/2024"], &["", "2024-04-15"]), (Decision::Decided(DateOrder::Mdy), vec![]));
    }
}
