//! Dates in the hands of people, spreadsheets and systems.

use chrono::{DateTime, Days, NaiveDate, NaiveTime};

use super::DateOrder;
use super::clock::{self, is_digit, number};
use crate::rules::cell::fold::fold;
use crate::rules::cell::text::unwrap;

/// A date cell in parts, before any conversion.
#[derive(Debug, Clone, Copy)]
pub(super) struct Parsed {
    pub(super) date: NaiveDate,
    pub(super) time: Option<NaiveTime>,
    /// Minutes east of UTC, where the cell says so.
    pub(super) offset: Option<i32>,
}

/// Reads the two layouts that nearly all exports have, by place: `dd/mm/yyyy` (in `order`) and `yyyy-mm-dd`, alone or
/// with `HH:MM` or `HH:MM:SS`.
pub(super) fn fast(text: &[u8], order: DateOrder) -> Option<Parsed> {
    let time = match text.len() {
        10 => None,
        16 | 19 if matches!(text[10], b' ' | b'T') && text[13] == b':' => {
            let second = if text.len() == 19 {
                if text[16] != b':' {
                    return None;
                }
                two(text, 17)?
            } else {
                0
            };
            Some(NaiveTime::from_hms_opt(two(text, 11)?, two(text, 14)?, second)?)
        }
        _ => return None,
    };
    let date = if text[4] == b'-' && text[7] == b'-' {
        ymd(two(text, 0)? * 100 + two(text, 2)?, two(text, 5)?, two(text, 8)?)?
    } else if text[2] == text[5] && matches!(text[2], b'/' | b'-' | b'.') {
        let year = two(text, 6)? * 100 + two(text, 8)?;
        by_order(two(text, 0)?, two(text, 3)?, year, order)?
    } else {
        return None;
    };
    Some(Parsed { date, time, offset: None })
}

fn two(text: &[u8], at: usize) -> Option<u32> {
    let (tens, ones) = (text[at].wrapping_sub(b'0'), text[at + 1].wrapping_sub(b'0'));
    (tens < 10 && ones < 10).then(|| u32::from(tens) * 10 + u32::from(ones))
}

fn by_order(first: u32, second: u32, year: u32, order: DateOrder) -> Option<NaiveDate> {
    match order {
        DateOrder::Dmy | DateOrder::Ymd => ymd(year, second, first),
        DateOrder::Mdy => ymd(year, first, second),
    }
}

/// A calendar date of a year that an export can mean.
fn ymd(year: u32, month: u32, day: u32) -> Option<NaiveDate> {
    if !(1900..=9999).contains(&year) && !is_excel_zero(year, month, day) {
        return None;
    }
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)
}

/// The days before Excel's first, as which a time alone is exported.
fn is_excel_zero(year: u32, month: u32, day: u32) -> bool {
    year == 1899 && month == 12 && day >= 30
}

/// Reads any other layout.
pub(super) fn slow(text: &str, order: DateOrder) -> Option<Parsed> {
    folded(unwrap(&fold(text)), order)
}

/// Reads a folded text.
pub(super) fn folded(text: &str, order: DateOrder) -> Option<Parsed> {
    if text.starts_with(is_digit) {
        return numeric(text, order).or_else(|| named_month(text));
    }
    named_month(text).or_else(|| {
        let rest = behind_weekday(text)?;
        if rest.starts_with(is_digit) {
            numeric(rest, order).or_else(|| named_month(rest))
        } else {
            named_month(rest)
        }
    })
}

/// What stands behind the day of the week with which a folded text begins.
pub(super) fn behind_weekday(text: &str) -> Option<&str> {
    let (weekday, rest) = text.split_at(text.find(|c: char| !c.is_alphabetic())?);
    is_weekday(weekday).then(|| rest.trim_start_matches(['.', ',', ' ']))
}

/// Dates made of numbers alone.
fn numeric(text: &str, order: DateOrder) -> Option<Parsed> {
    let digits = text.find(|c: char| !is_digit(c)).unwrap_or(text.len());
    match (digits, &text[digits..]) {
        (5, "") => return serial(text),
        (5, rest) if rest.starts_with(['.', ',']) => return serial(text),
        (10 | 13, "") => return unix(text),
        (8, rest) => {
            let date = ymd(text[..4].parse().ok()?, text[4..6].parse().ok()?, text[6..8].parse().ok()?)?;
            return compact(rest)
                .map(|time| Parsed { date, time: Some(time), offset: None })
                .or_else(|| finish(date, rest));
        }
        _ => {}
    }
    let mut rest = text;
    let first = number(&mut rest, 4)?;
    let separator = rest.chars().next().filter(|c| matches!(c, '/' | '-' | '.'))?;
    rest = &rest[1..];
    let second = number(&mut rest, 2)?;
    rest = rest.strip_prefix(separator)?;
    let before = rest.len();
    let third = number(&mut rest, 4)?;
    let third_digits = before - rest.len();
    let date = match (digits, third_digits) {
        (4, 1 | 2) => ymd(first, second, third)?,
        (1 | 2, 4) => by_order(first, second, third, order)?,
        (1 | 2, 2) if order == DateOrder::Ymd => ymd(2000 + first, second, third)?,
        (1 | 2, 2) => by_order(first, second, 2000 + third, order)?,
        _ => return None,
    };
    finish(date, rest)
}

/// `T143000` or `T1430` after `20240115`.
fn compact(rest: &str) -> Option<NaiveTime> {
    let digits = rest.strip_prefix('t')?;
    if !matches!(digits.len(), 4 | 6) || !digits.chars().all(is_digit) {
        return None;
    }
    let bytes = digits.as_bytes();
    let second = if bytes.len() == 6 { two(bytes, 4)? } else { 0 };
    NaiveTime::from_hms_opt(two(bytes, 0)?, two(bytes, 2)?, second)
}

/// What may come after a date: nothing, or a time behind `t`, spaces, a comma, a dash, *a las*.
fn finish(date: NaiveDate, rest: &str) -> Option<Parsed> {
    if rest.is_empty() {
        return Some(Parsed { date, time: None, offset: None });
    }
    let time = rest.strip_prefix('t').unwrap_or_else(|| {
        let rest = rest.trim_start_matches([' ', ',', '-', '\u{2013}']);
        rest.strip_prefix("a las ")
            .or_else(|| rest.strip_prefix("a la "))
            .or_else(|| rest.strip_prefix("at "))
            .unwrap_or(rest)
    });
    // Something must stand between the day and the hour.
    if time.len() == rest.len() {
        return None;
    }
    let (time, offset) = clock::time_and_offset(time)?;
    Some(Parsed { date, time: Some(time), offset })
}

/// `15 de enero de 2024`, `15-ene-24`, `ene 15, 2024`.
fn named_month(text: &str) -> Option<Parsed> {
    let mut rest = text;
    let (day, month) = if rest.starts_with(is_digit) {
        let day = number(&mut rest, 2)?;
        rest = connect(rest);
        (day, month(&mut rest)?)
    } else {
        let month = month(&mut rest)?;
        rest = connect(rest);
        (number(&mut rest, 2)?, month)
    };
    rest = connect(rest);
    let before = rest.len();
    let year = number(&mut rest, 4)?;
    let year = match before - rest.len() {
        4 => year,
        2 => 2000 + year,
        _ => return None,
    };
    finish(ymd(year, month, day)?, rest)
}

/// Skips what stands between the parts of a date with a month's name.
fn connect(text: &str) -> &str {
    let rest = text.trim_start_matches([' ', '-', '/', '.', ',']);
    rest.strip_prefix("del ").or_else(|| rest.strip_prefix("de ")).unwrap_or(rest).trim_start()
}

fn month(rest: &mut &str) -> Option<u32> {
    const MONTHS: [&[&str]; 12] = [
        &["enero", "ene", "january", "jan"],
        &["febrero", "feb", "february"],
        &["marzo", "mar", "march"],
        &["abril", "abr", "april", "apr"],
        &["mayo", "may"],
        &["junio", "jun", "june"],
        &["julio", "jul", "july"],
        &["agosto", "ago", "august", "aug"],
        &["setiembre", "septiembre", "set", "sep", "sept", "september"],
        &["octubre", "oct", "october"],
        &["noviembre", "nov", "november"],
        &["diciembre", "dic", "december", "dec"],
    ];
    let end = rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
    let word = &rest[..end];
    let found = MONTHS.iter().position(|names| names.contains(&word))?;
    *rest = &rest[end..];
    u32::try_from(found + 1).ok()
}

fn is_weekday(word: &str) -> bool {
    matches!(
        word,
        "lunes"
            | "martes"
            | "miercoles"
            | "jueves"
            | "viernes"
            | "sabado"
            | "domingo"
            | "lun"
            | "mar"
            | "mie"
            | "jue"
            | "vie"
            | "sab"
            | "dom"
            | "monday"
            | "tuesday"
            | "wednesday"
            | "thursday"
            | "friday"
            | "saturday"
            | "sunday"
            | "mon"
            | "tue"
            | "wed"
            | "thu"
            | "fri"
            | "sat"
            | "sun"
    )
}

/// Excel's days since 1899-12-30; five digits are 1927 to 2173, which no other number of a date column is.
fn serial(text: &str) -> Option<Parsed> {
    let value: f64 = text.replace(',', ".").parse().ok()?;
    let days = value.trunc();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "five digits")]
    let date = NaiveDate::from_ymd_opt(1899, 12, 30)?.checked_add_days(Days::new(days as u64))?;
    let fraction = value - days;
    let time = if fraction == 0.0 { None } else { Some(clock::of_day(fraction)?) };
    Some(Parsed { date, time, offset: None })
}

/// Seconds or milliseconds since 1970, in UTC.
fn unix(text: &str) -> Option<Parsed> {
    let number: i64 = text.parse().ok()?;
    let seconds = if text.len() == 13 { number / 1000 } else { number };
    let at = DateTime::from_timestamp(seconds, 0)?.naive_utc();
    Some(Parsed { date: at.date(), time: Some(at.time()), offset: Some(0) })
}
