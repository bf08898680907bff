//! Dates and times as receivers read them: local times are Lima's (UTC−5, no daylight saving since 1994).

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeZone, Utc};

/// Seconds west of UTC.
const LIMA_WEST: i32 = 5 * 3600;

/// Lima's offset.
pub fn lima() -> FixedOffset {
    FixedOffset::west_opt(LIMA_WEST).unwrap_or_else(|| Utc.fix())
}

/// Reads an ISO 8601 instant, `2024-01-15T14:30[:00[.000000]][Z|±hh:mm]`. `loose` also takes a space for the `T`, and
/// a date alone (midnight), as Django does.
pub fn instant(text: &str, loose: bool) -> Option<DateTime<Utc>> {
    let (date, rest) = (text.get(..10)?, text.get(10..)?);
    let date = day(date)?;
    if rest.is_empty() {
        return if loose { local(date.and_time(NaiveTime::MIN)) } else { None };
    }
    let rest = rest.strip_prefix('T').or_else(|| rest.strip_prefix(' ').filter(|_| loose))?;
    let (clock, offset) = split_offset(rest)?;
    let time = time(clock)?;
    let naive = date.and_time(time);
    match offset {
        None => local(naive),
        Some(minutes) => Some((naive - chrono::TimeDelta::minutes(minutes)).and_utc()),
    }
}

fn local(naive: NaiveDateTime) -> Option<DateTime<Utc>> {
    lima().from_local_datetime(&naive).single().map(|local| local.to_utc())
}

/// Reads `YYYY-MM-DD`.
pub fn day(text: &str) -> Option<NaiveDate> {
    let bytes = text.as_bytes();
    if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
        return None;
    }
    let year = i32::try_from(number(&bytes[..4])?).ok()?;
    NaiveDate::from_ymd_opt(year, number(&bytes[5..7])?, number(&bytes[8..])?)
}

fn time(text: &str) -> Option<NaiveTime> {
    let (clock, fraction) = text.split_once('.').map_or((text, None), |(clock, f)| (clock, Some(f)));
    let bytes = clock.as_bytes();
    if !matches!(bytes.len(), 5 | 8) || bytes[2] != b':' {
        return None;
    }
    let (hour, minute) = (number(&bytes[..2])?, number(&bytes[3..5])?);
    let second = if bytes.len() == 8 {
        if bytes[5] != b':' {
            return None;
        }
        number(&bytes[6..])?
    } else {
        0
    };
    let micros = match fraction {
        None => 0,
        Some(digits) if bytes.len() == 8 && (1..=6).contains(&digits.len()) => {
            number(digits.as_bytes())? * 10_u32.pow(6 - u32::try_from(digits.len()).ok()?)
        }
        Some(_) => return None,
    };
    NaiveTime::from_hms_micro_opt(hour, minute, second, micros)
}

/// Splits the offset off, in minutes east of UTC.
fn split_offset(text: &str) -> Option<(&str, Option<i64>)> {
    if let Some(clock) = text.strip_suffix('Z') {
        return Some((clock, Some(0)));
    }
    let Some(at) = text.rfind(['+', '-']) else { return Some((text, None)) };
    let (clock, offset) = text.split_at(at);
    let digits = &offset.as_bytes()[1..];
    let (hours, minutes) = match digits.len() {
        2 => (number(digits)?, 0),
        4 => (number(&digits[..2])?, number(&digits[2..])?),
        5 if digits[2] == b':' => (number(&digits[..2])?, number(&digits[3..])?),
        _ => return None,
    };
    if hours > 23 || minutes > 59 {
        return None;
    }
    let total = i64::from(hours * 60 + minutes);
    Some((clock, Some(if offset.starts_with('-') { -total } else { total })))
}

fn number(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0_u32, |number, digit| {
        digit.is_ascii_digit().then(|| number * 10 + u32::from(digit - b'0'))
    })
}

/// Writes an instant in Lima's time, `2024-01-15T14:30:00-05:00`.
pub fn show(instant: DateTime<Utc>) -> String {
    instant.with_timezone(&lima()).to_rfc3339_opts(chrono::SecondsFormat::AutoSi, false)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utc(text: &str, loose: bool) -> Option<String> {
        instant(text, loose).map(|at| at.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true))
    }

    #[test]
    fn local_times_are_limas() {
        assert_eq!(utc("2024-01-15T14:30:00", false).as_deref(), Some("2024-01-15T19:30:00Z"));
        assert_eq!(utc("2024-01-15T14:30", false).as_deref(), Some("2024-01-15T19:30:00Z"));
        assert_eq!(utc("2024-01-15T14:30:00-05:00", false).as_deref(), Some("2024-01-15T19:30:00Z"));
        assert_eq!(utc("2024-01-15T19:30:00.250000Z", false).as_deref(), Some("2024-01-15T19:30:00.250Z"));
        assert_eq!(
            instant("2024-01-15T14:30:00", false).map(show).as_deref(),
            Some("2024-01-15T14:30:00-05:00")
        );
    }

    #[test]
    fn only_loose_readers_take_spaces_and_bare_dates() {
        for text in ["2024-01-15 14:30:00", "2024-01-15"] {
            assert_eq!(utc(text, false), None, "{text}");
            assert!(utc(text, true).is_some(), "{text}");
        }
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for text in [
            "15/01/2024 14:30",
            "",
            "2024-13-01T00:00:00",
            "2024-01-15T25:00:00",
            "2024-01-15T14:30:0",
            "ñññññ",
        ] {
            assert_eq!(utc(text, true), None, "{text}");
        }
    }
}
