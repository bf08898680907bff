//! The reader of dates: rules A02 to A06.
//!
//! Two steps, because day and month can't be told apart in one cell: pass one collects the [`Evidence`] of a column
//! into [`Orders`], which decide the [`DateOrder`]; pass two reads each cell by it.

mod clock;
mod columns;
mod order;
mod parse;
mod zone;

use chrono::{Days, NaiveDate, NaiveDateTime};

pub use columns::{ColumnDecisions, ColumnOrders};
pub(crate) use order::depends_on_order;
pub use order::{Decision, Evidence, Orders, evidence};
pub use zone::{UnknownZone, Zone};

use crate::record::Field;
use crate::rules::{Code, Finding, Severity};
use crate::said;

/// In which order a date of three numbers is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum DateOrder {
    /// Day, month, year: the custom of Peru.
    #[default]
    Dmy,
    /// Month, day, year.
    Mdy,
    /// Year, month, day, the year of two digits too.
    Ymd,
}

impl DateOrder {
    /// The word on the command line and in mapping files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Dmy => "dmy",
            Self::Mdy => "mdy",
            Self::Ymd => "ymd",
        }
    }

    /// Finds an order by its word.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Dmy, Self::Mdy, Self::Ymd].into_iter().find(|order| order.name() == name)
    }
}

/// A date cell that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DateRead {
    /// The instant, in Lima's local time.
    pub at: NaiveDateTime,
    /// Whether the cell says a time of day; midnight stands for none.
    pub has_time: bool,
    /// Whether it was written for another zone.
    pub converted: bool,
}

/// Reads a date cell, and the time cell beside it where there is one.
///
/// Understands ISO 8601 (with `T` or a space, seconds, fraction, offset), numbers in `order` between `/`, `-` or `.`,
/// Spanish and English names of months, 12-hour clocks (`02:30 p. m.`), Excel's serial numbers, `20240115`, and Unix
/// times in seconds or milliseconds. A time cell counts where the date cell has no time of its own, or midnight.
/// Dates without an offset are of `zone`. Fails with A01 for an empty cell, A02 for what is no date or no time.
///
/// ```
/// use crm_bridge::rules::cell::{DateOrder, Zone, date};
/// let read = |text| date::read(text, None, DateOrder::Dmy, Zone::LIMA).unwrap().at.to_string();
/// assert_eq!(read("15/01/2024 14:30"), "2024-01-15 14:30:00");
/// assert_eq!(read("15 de enero de 2024, 02:30 p. m."), "2024-01-15 14:30:00");
/// assert_eq!(read("2024-01-15T19:30:00Z"), "2024-01-15 14:30:00");
/// assert_eq!(read("45306.604166667"), "2024-01-15 14:30:00");
/// ```
pub fn read(date: &str, time: Option<&str>, order: DateOrder, zone: Zone) -> Result<DateRead, Code> {
    let parsed = match parse::fast(date.as_bytes(), order) {
        Some(parsed) => parsed,
        None if date.trim().is_empty() => return Err(Code::A01),
        None => parse::slow(date, order).ok_or(Code::A02)?,
    };
    let own = parsed.time.filter(|own| *own != chrono::NaiveTime::MIN || time.is_none());
    let time = match (own, time.map(str::trim).filter(|text| !text.is_empty())) {
        (Some(own), _) => Some(own),
        (None, Some(text)) => Some(clock::read(text, order).ok_or(Code::A02)?),
        (None, None) => parsed.time,
    };
    let has_time = time.is_some();
    let local = parsed.date.and_time(time.unwrap_or_default());
    // A day without a time is the same day everywhere.
    let (at, converted) = match (parsed.offset, has_time) {
        (Some(offset), _) => zone::to_lima(local, offset),
        (None, true) => zone.to_lima(local),
        (None, false) => (local, false),
    };
    Ok(DateRead { at, has_time, converted })
}

/// Says whether a visit can't have been at `at` (A06): later than one day after `now` (error), or before 2015
/// (warning). Both in Lima's time.
pub fn implausible(at: NaiveDateTime, now: NaiveDateTime) -> Option<Finding> {
    let latest = now.checked_add_days(Days::new(1)).unwrap_or(now);
    let about = || Finding::new(Code::A06).field(Field::FechaHora);
    if at > latest {
        return Some(about().said("when", said!(en: "in the future", es: "en el futuro")));
    }
    let earliest = NaiveDate::from_ymd_opt(2015, 1, 1)?.and_time(chrono::NaiveTime::MIN);
    (at < earliest).then(|| {
        about().severity(Severity::Warning).said("when", said!(en: "before 2015", es: "anterior a 2015"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Result<String, Code> {
        read(text, None, DateOrder::Dmy, Zone::LIMA).map(|read| read.at.to_string())
    }

    const AFTERNOON: &str = "2024-01-15 14:30:00";

    #[test]
    fn one_instant_in_many_hands() {
        for text in [
            "2024-01-15T14:30:00",
            "2024-01-15T14:30",
            "2024-01-15 14:30:00",
            "2024-01-15T14:30:00.000",
            "2024-01-15T14:30:00-05:00",
            "2024-01-15T14:30:00-0500",
            "2024-01-15 19:30:00+00:00",
            "2024-01-15T19:30:00Z",
            "2024-01-15T19:30:00.123456Z",
            "2024-01-15 14:30:00 UTC-5",
            "2024/01/15 14:30",
            "15/01/2024 14:30",
            "15/01/2024 14:30:00",
            "15-01-2024 14:30",
            "15.01.2024 14:30",
            "15-1-24 14:30",
            "15/1/2024, 14:30",
            "15/01/2024 - 14:30",
            "15/01/2024 14.30",
            "15/01/2024 14h30",
            "15/01/2024 14:30 hrs",
            "15/01/2024 14:30 hrs.",
            "15/01/2024 02:30 p. m.",
            "15/01/2024 02:30 p.m.",
            "15/01/2024 2:30 PM",
            "15/01/2024 2:30PM",
            "15/01/2024 02:30:00 p.\u{a0}m.",
            "15/01/2024 02:30\u{202f}p.\u{a0}m.",
            "15/01/2024\u{a0}14:30",
            "15 ene 2024 14:30",
            "15-ene-2024 14:30",
            "15/ene/24 14:30",
            "15 de enero de 2024 14:30",
            "15 de Enero del 2024 a las 2:30 p. m.",
            "lunes, 15 de enero de 2024, 14:30",
            "Lun 15 ene. 2024 14:30",
            "Jan 15, 2024 02:30 PM",
            "Mon Jan 15 2024 14:30:00 GMT-0500 (hora estándar de Perú)",
            "45306.604166667",
            "45306,6041666667",
            "20240115 14:30",
            "20240115T143000",
            "1705347000",
            "1705347000000",
            " 15/01/2024 14:30 ",
        ] {
            assert_eq!(at(text).as_deref().map(|at| &at[..19]), Ok(AFTERNOON), "{text}");
        }
    }

    #[test]
    fn september_has_two_spanish_abbreviations() {
        assert_eq!(at("3 set 2024 09:00"), Ok("2024-09-03 09:00:00".into()));
        assert_eq!(at("3 sep 2024 09:00"), Ok("2024-09-03 09:00:00".into()));
        assert_eq!(at("3 setiembre 2024 09:00"), Ok("2024-09-03 09:00:00".into()));
    }

    #[test]
    fn noon_and_midnight_on_a_twelve_hour_clock() {
        assert_eq!(at("15/01/2024 12:00 a. m."), Ok("2024-01-15 00:00:00".into()));
        assert_eq!(at("15/01/2024 12:05 p. m."), Ok("2024-01-15 12:05:00".into()));
        assert_eq!(at("15/01/2024 14:30 a. m."), Err(Code::A02));
    }

    #[test]
    fn a_day_alone_has_no_time() {
        for text in ["15/01/2024", "2024-01-15", "45306", "15 de enero de 2024", "15-1-24", "20240115"] {
            let read = read(text, None, DateOrder::Dmy, Zone::LIMA).unwrap();
            assert_eq!(
                (read.at.to_string().as_str(), read.has_time),
                ("2024-01-15 00:00:00", false),
                "{text}"
            );
        }
    }

    #[test]
    fn a_time_cell_completes_a_day() {
        let with = |date: &str, time: &str| {
            read(date, Some(time), DateOrder::Dmy, Zone::LIMA)
                .map(|read| (read.at.to_string(), read.has_time))
        };
        for time in [
            "14:30",
            "2:30 p. m.",
            "14:30:00",
            "0.6041666667",
            "0,604166667",
            ".6041666667",
            "30/12/1899 14:30:00",
        ] {
            assert_eq!(with("15/01/2024", time), Ok((AFTERNOON.into(), true)), "{time}");
            assert_eq!(with("15/01/2024 00:00:00", time), Ok((AFTERNOON.into(), true)), "{time}");
        }
        assert_eq!(with("15/01/2024", " "), Ok(("2024-01-15 00:00:00".into(), false)));
        assert_eq!(with("15/01/2024", "tarde"), Err(Code::A02));
        assert_eq!(with("15/01/2024 10:00", "14:30"), Ok(("2024-01-15 10:00:00".into(), true)));
    }

    #[test]
    fn the_order_decides_what_numbers_mean() {
        let read =
            |text: &str, order| read(text, None, order, Zone::LIMA).map(|read| read.at.date().to_string());
        assert_eq!(read("03/04/2024", DateOrder::Dmy), Ok("2024-04-03".into()));
        assert_eq!(read("03/04/2024", DateOrder::Mdy), Ok("2024-03-04".into()));
        assert_eq!(read("24/04/03", DateOrder::Ymd), Ok("2024-04-03".into()));
        assert_eq!(read("2024-04-03", DateOrder::Mdy), Ok("2024-04-03".into()));
        assert_eq!(read("31/12/2024", DateOrder::Mdy), Err(Code::A02));
    }

    #[test]
    fn what_is_no_date_is_said() {
        assert_eq!(at(" "), Err(Code::A01));
        for text in [
            "mañana",
            "31/02/2024",
            "15/13/2024",
            "15/01/2024 25:00",
            "2024-01-15T14:30:00+99:00",
            "15/01",
            "0",
            "12",
            "99999999",
            "15/01/2024 14:30 x",
            "15 foo 2024",
            "//",
            "1/1/1",
            "2024-01-15T",
            "15/01/20244",
            "é",
        ] {
            assert_eq!(at(text), Err(Code::A02), "{text}");
        }
    }

    #[test]
    fn another_zone_is_converted() {
        let utc: Zone = "UTC".parse().unwrap();
        let converted = read("15/01/2024 19:30", None, DateOrder::Dmy, utc).unwrap();
        assert_eq!((converted.at.to_string().as_str(), converted.converted), (AFTERNOON, true));
        let day = read("15/01/2024", None, DateOrder::Dmy, utc).unwrap();
        assert_eq!((day.at.to_string().as_str(), day.converted), ("2024-01-15 00:00:00", false));
        assert!(!read("2024-01-15T14:30:00-05:00", None, DateOrder::Dmy, utc).unwrap().converted);
    }

    #[test]
    fn visits_are_neither_tomorrow_nor_last_decade() {
        let day = |text: &str| read(text, None, DateOrder::Dmy, Zone::LIMA).unwrap().at;
        let now = day("15/01/2024 12:00");
        let severity = |text: &str| implausible(day(text), now).map(|finding| finding.severity);
        assert_eq!(severity("16/01/2024 11:59"), None);
        assert_eq!(severity("16/01/2024 12:01"), Some(Severity::Error));
        assert_eq!(severity("31/12/2014"), Some(Severity::Warning));
        assert_eq!(severity("01/01/2015"), None);
    }
}
