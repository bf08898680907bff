//! The shapes that texts of a payload must have.

use chrono::{NaiveDate, NaiveTime};

use crate::rules::cell;

pub(super) fn is_blank(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || c == '\u{feff}')
}

pub(super) fn is_id(text: &str) -> bool {
    cell::is_id(text.strip_suffix(']').unwrap_or(text))
}

pub(super) fn is_document(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.first().is_some_and(u8::is_ascii_alphanumeric)
        && bytes.last().is_some_and(u8::is_ascii_alphanumeric)
        && bytes
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b'.' | b'_' | b'/' | b'-'))
}

pub(super) fn is_amount(text: &str) -> bool {
    let (whole, cents) = text.split_once('.').unwrap_or((text, "0"));
    let digits =
        |part: &str, most| (1..=most).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    digits(whole, 10) && digits(cents, 2)
}

pub(super) fn is_day(text: &str) -> bool {
    shaped(text, "dddd-dd-dd") && NaiveDate::parse_from_str(text, "%Y-%m-%d").is_ok()
}

/// A day; after `T` or a space HH:MM, seconds with a fraction, an offset, each optional.
pub(super) fn is_instant(text: &str) -> bool {
    let Some((day, rest)) = text.split_at_checked(10) else { return false };
    if !is_day(day) {
        return false;
    }
    let Some(time) = rest.strip_prefix(['T', ' ']) else { return rest.is_empty() };
    let Some((hour_minute, rest)) = time.split_at_checked(5) else { return false };
    let (second, rest) = match rest.split_at_checked(3) {
        Some((second, rest)) if second.starts_with(':') => (second, without_fraction(rest)),
        _ => (":00", Some(rest)),
    };
    let clock = format!("{hour_minute}{second}");
    // chrono would take a leap second, the receiver does not.
    shaped(&clock, "dd:dd:dd")
        && !clock.ends_with("60")
        && NaiveTime::parse_from_str(&clock, "%H:%M:%S").is_ok()
        && rest.is_some_and(is_offset)
}

/// Takes `.5` to `.123456789` off the front; none where a dot has no digits.
fn without_fraction(text: &str) -> Option<&str> {
    let Some(fraction) = text.strip_prefix('.') else { return Some(text) };
    let end = fraction.find(|c: char| !c.is_ascii_digit()).unwrap_or(fraction.len());
    (1..=9).contains(&end).then(|| &fraction[end..])
}

fn is_offset(text: &str) -> bool {
    matches!(text, "" | "Z")
        || text.strip_prefix(['+', '-']).is_some_and(|offset| {
            (shaped(offset, "dd:dd") || shaped(offset, "dddd"))
                && offset[..2] <= *"23"
                && offset[offset.len() - 2..] <= *"59"
        })
}

/// Whether `text` has digits where `shape` has a `d`, and the shape's own sign elsewhere.
fn shaped(text: &str, shape: &str) -> bool {
    text.len() == shape.len()
        && text
            .bytes()
            .zip(shape.bytes())
            .all(|(byte, sign)| if sign == b'd' { byte.is_ascii_digit() } else { byte == sign })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants() {
        for text in [
            "2024-01-15",
            "2024-01-15T14:30",
            "2024-01-15 14:30:00",
            "2024-01-15T14:30:00.5",
            "2024-01-15T14:30:00Z",
            "2024-01-15T14:30-05:00",
            "2024-01-15T14:30:00.123456+0000",
        ] {
            assert!(is_instant(text), "{text}");
        }
        for text in [
            "",
            "2024-01-15T",
            "2024-01-15T14",
            "2024-01-15T24:00",
            "2024-01-15T14:30:60",
            "2024-01-15T14:30.5",
            "2024-01-15T14:30:00+5",
            "2024-01-15T14:30:00+25:00",
            "2024-13-15",
            "2024-01-15T14:30:00 x",
            "é024-01-15",
        ] {
            assert!(!is_instant(text), "{text}");
        }
    }
}
