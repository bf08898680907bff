//! Which of a column's numbers is the day, decided once for all its cells.

use super::{DateOrder, parse};
use crate::lang::Said;
use crate::mask::stray;
use crate::record::Field;
use crate::rules::cell::fold::{fold, is_invisible};
use crate::rules::cell::text::unwrap;
use crate::rules::{Code, Finding, Severity};
use crate::said;

/// What one cell says about the order of its column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Evidence {
    /// It reads the same in every order (ISO 8601, a month's name, a serial number, 05/05/2024), or is no date.
    None,
    /// It can be read in two orders.
    Open,
    /// It can be read in this order alone.
    Only(DateOrder),
}

/// Tells what `text` says about the order of its column.
///
/// ```
/// use crm_bridge::rules::cell::date::{DateOrder, Evidence, evidence};
/// assert_eq!(evidence("31/12/2024"), Evidence::Only(DateOrder::Dmy));
/// assert_eq!(evidence("12/31/2024 10:00"), Evidence::Only(DateOrder::Mdy));
/// assert_eq!(evidence("03/04/2024"), Evidence::Open);
/// assert_eq!(evidence("2024-12-31"), Evidence::None);
/// ```
pub fn evidence(text: &str) -> Evidence {
    let Some([first, second, third]) = three_numbers(text) else { return Evidence::None };
    if first.1 > 2 {
        return Evidence::None;
    }
    let (first, second) = (first.0, second.0);
    let day = |number: u32| (1..=31).contains(&number);
    let month = |number: u32| (1..=12).contains(&number);
    let dmy = day(first) && month(second);
    let mdy = month(first) && day(second);
    let ymd = third.1 <= 2 && month(second) && day(third.0) && !dmy && !mdy;
    match (dmy, mdy, ymd) {
        (true, true, _) if first == second => Evidence::None,
        (true, true, _) => Evidence::Open,
        (true, false, _) => Evidence::Only(DateOrder::Dmy),
        (false, true, _) => Evidence::Only(DateOrder::Mdy),
        (false, false, true) => Evidence::Only(DateOrder::Ymd),
        (false, false, false) => Evidence::None,
    }
}

/// Whether `text` is a date of three numbers whose meaning depends on the order.
pub(crate) fn depends_on_order(text: &str) -> bool {
    three_numbers(text).is_some_and(|[first, ..]| first.1 <= 2)
}

/// The three numbers of a date, between the same `/`, `-` or `.`, and how many digits each has: in front, or where the
/// reader finds them, behind the day of the week or inside `="…"`.
fn three_numbers(text: &str) -> Option<[(u32, usize); 3]> {
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || is_invisible(c) || c == '\'');
    numbers_in_front(text).or_else(|| {
        // Nearly all that is left begins with a digit: ISO 8601, a month's name, a serial number.
        let odd = text.as_bytes().first().is_some_and(|byte| !byte.is_ascii_digit()) || !text.is_ascii();
        if !odd {
            return None;
        }
        let folded = fold(text);
        let text = unwrap(&folded);
        numbers_in_front(parse::behind_weekday(text).unwrap_or(text))
    })
}

fn numbers_in_front(text: &str) -> Option<[(u32, usize); 3]> {
    let bytes = text.as_bytes();
    let mut at = 0;
    let mut numbers = [(0, 0); 3];
    let mut separator = 0;
    for (place, number) in numbers.iter_mut().enumerate() {
        if place > 0 {
            let sign = *bytes.get(at)?;
            if !matches!(sign, b'/' | b'-' | b'.') || (place == 2 && sign != separator) {
                return None;
            }
            separator = sign;
            at += 1;
        }
        let start = at;
        while let Some(byte) = bytes.get(at).filter(|byte| byte.is_ascii_digit()) {
            number.0 = number.0 * 10 + u32::from(byte - b'0');
            at += 1;
            if at - start > 4 {
                return None;
            }
        }
        number.1 = at - start;
        if number.1 == 0 {
            return None;
        }
    }
    Some(numbers)
}

/// What the cells of a column say together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Orders {
    seen: [Option<Example>; 3],
    open: Option<Example>,
}

/// A cell, and the row that it stands in.
type Example = (u64, String);

/// In which order a column is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Cells show it, or none depends on it.
    Decided(DateOrder),
    /// No cell shows it: day first, as Peru writes.
    Assumed(DateOrder),
    /// Both occur; no cell that depends on the order can be trusted.
    Mixed,
}

impl Orders {
    /// Takes a cell of the column, in row `row`, into account.
    pub fn observe(&mut self, row: u64, text: &str) {
        if let Some(place) = self.place(evidence(text)) {
            place.get_or_insert_with(|| (row, text.trim().to_owned()));
        }
    }

    /// Whether an earlier cell said the same, so that another one changes nothing.
    pub fn knows(&self, evidence: Evidence) -> bool {
        match evidence {
            Evidence::None => true,
            Evidence::Open => self.open.is_some(),
            Evidence::Only(order) => self.seen[order as usize].is_some(),
        }
    }

    /// Adds what later cells of the column say.
    pub fn merge(&mut self, later: Self) {
        for (place, later) in self.seen.iter_mut().zip(later.seen) {
            *place = place.take().or(later);
        }
        self.open = self.open.take().or(later.open);
    }

    fn place(&mut self, evidence: Evidence) -> Option<&mut Option<Example>> {
        match evidence {
            Evidence::None => None,
            Evidence::Open => Some(&mut self.open),
            Evidence::Only(order) => Some(&mut self.seen[order as usize]),
        }
    }

    /// Decides the order of the column.
    pub fn decide(&self) -> Decision {
        let mut shown = [DateOrder::Dmy, DateOrder::Mdy, DateOrder::Ymd]
            .into_iter()
            .filter(|order| self.seen[*order as usize].is_some());
        match (shown.next(), shown.next()) {
            (Some(_), Some(_)) => Decision::Mixed,
            (Some(order), None) => Decision::Decided(order),
            (None, _) if self.open.is_some() => Decision::Assumed(DateOrder::Dmy),
            (None, _) => Decision::Decided(DateOrder::Dmy),
        }
    }

    /// Whether no cell says anything.
    pub(super) fn is_silent(&self) -> bool {
        self.open.is_none() && self.seen.iter().all(Option::is_none)
    }

    /// A cell that can be read in two orders.
    pub(super) fn open(&self) -> Option<&str> {
        self.open.as_ref().map(|(_, text)| text.as_str())
    }

    /// What to say about the column of `field`, once a file: A03 as a warning where the order is assumed, as an error,
    /// with an example of each, where several occur; nothing where it is clear.
    pub fn finding(&self, field: Field) -> Option<Finding> {
        let (severity, detail) = match self.decide() {
            Decision::Decided(_) => return None,
            Decision::Assumed(_) => (Severity::Warning, assumed(self.open().unwrap_or_default())),
            Decision::Mixed => (Severity::Error, self.mixed()),
        };
        Some(Finding::new(Code::A03).severity(severity).field(field).said("detail", detail))
    }

    fn mixed(&self) -> Said {
        let mut examples = self.seen.iter().flatten();
        let (Some((row, first)), Some((other, second))) = (examples.next(), examples.next()) else {
            return Said::default();
        };
        let (first, second) = (stray(first), stray(second));
        said!(
            en: "the column has {first} (row {row}) and {second} (row {other})",
            es: "la columna tiene {first} (fila {row}) y {second} (fila {other})",
        )
    }
}

fn assumed(example: &str) -> Said {
    let example = stray(example);
    said!(
        en: "no date of the column shows it; {example} is read as day/month",
        es: "ninguna fecha de la columna lo muestra; {example} se lee como día/mes",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decide(cells: &[&str]) -> (Decision, Option<Severity>) {
        let mut orders = Orders::default();
        for (row, cell) in (2..).zip(cells) {
            orders.observe(row, cell);
        }
        (orders.decide(), orders.finding(Field::FechaHora).map(|finding| finding.severity))
    }

    #[test]
    fn one_clear_cell_decides_the_column() {
        assert_eq!(decide(&["03/04/2024", "13/04/2024"]), (Decision::Decided(DateOrder::Dmy), None));
        assert_eq!(decide(&["03/04/2024", "04/13/2024"]), (Decision::Decided(DateOrder::Mdy), None));
        assert_eq!(decide(&["99/12/31"]), (Decision::Decided(DateOrder::Ymd), None));
    }

    #[test]
    fn a_column_that_shows_nothing_is_read_day_first_with_a_warning() {
        assert_eq!(
            decide(&["03/04/2024", "04/03/2024"]),
            (Decision::Assumed(DateOrder::Dmy), Some(Severity::Warning))
        );
        assert_eq!(decide(&["2024-04-03", "", "x", "5 ene 2024"]), (Decision::Decided(DateOrder::Dmy), None));
    }

    #[test]
    fn a_column_with_both_orders_is_an_error() {
        assert_eq!(decide(&["13/04/2024", "04/13/2024"]), (Decision::Mixed, Some(Severity::Error)));
    }

    #[test]
    fn what_stands_around_a_date_does_not_hide_its_order() {
        for text in [
            "=\"04/15/2024 10:00\"",
            "Mon 04/15/2024",
            "lunes, 04/15/2024",
            "'=\"04/15/2024\"",
            "Lun. 04/15/24",
        ] {
            assert_eq!(evidence(text), Evidence::Only(DateOrder::Mdy), "{text}");
            assert!(depends_on_order(text), "{text}");
        }
        for text in ["=\"04/03/2024 10:00\"", "Wed 04/03/2024 10:00", "mié. 04/03/2024"] {
            assert_eq!(evidence(text), Evidence::Open, "{text}");
        }
        for text in ["=\"2024-04-15\"", "lunes 15 de enero de 2024", "mesa 04/03/2024", "=04/03/2024"] {
            assert!(!matches!(evidence(text), Evidence::Open | Evidence::Only(_)), "{text}");
        }
    }

    #[test]
    fn what_looks_like_numbers_only_from_afar_is_no_evidence() {
        for text in ["192.168.1.1234567", "1/2-2024", "99/99/9999", "12/", "1.5"] {
            assert_eq!(evidence(text), Evidence::None, "{text}");
        }
    }
}
