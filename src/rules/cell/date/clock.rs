//! Times of day and offsets, inside a date cell and in a cell of their own.

use chrono::NaiveTime;

use super::{DateOrder, parse};
use crate::rules::cell::fold::fold;

/// Reads a time cell: Excel's fraction of a day, `14:30`, `2:30 p. m.`, or a date's time (`30/12/1899 14:30`, as which
/// some libraries export it). `0.25` is six o'clock: whoever means 25 minutes past midnight writes `00.25`.
pub(super) fn read(text: &str, order: DateOrder) -> Option<NaiveTime> {
    let folded = fold(text);
    if let Some(day) = fraction(&folded) {
        return of_day(day);
    }
    if let Some((time, offset)) = time_and_offset(&folded) {
        return offset.is_none().then_some(time);
    }
    parse::folded(&folded, order)?.time
}

/// A number below one, with a point or a comma.
fn fraction(text: &str) -> Option<f64> {
    let digits = text.strip_prefix('0').unwrap_or(text).strip_prefix(['.', ','])?;
    let plain = !digits.is_empty() && digits.chars().all(is_digit);
    plain.then(|| format!("0.{digits}").parse().ok()).flatten()
}

/// The time at a fraction of a day, to the second.
pub(super) fn of_day(fraction: f64) -> Option<NaiveTime> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 86400")]
    let seconds = (fraction.clamp(0.0, 1.0) * 86_400.0).round() as u32;
    NaiveTime::from_num_seconds_from_midnight_opt(seconds.min(86_399), 0)
}

/// Reads all of `text`, which is folded, as a time of day and the minutes east of UTC where it names them.
pub(super) fn time_and_offset(text: &str) -> Option<(NaiveTime, Option<i32>)> {
    let mut rest = text.trim();
    let hour = number(&mut rest, 2)?;
    let mut minute = 0;
    let mut second = 0;
    let mut written = false;
    if let Some(after) = rest.strip_prefix([':', '.', 'h']).filter(|after| after.starts_with(is_digit)) {
        rest = after;
        minute = exactly_two(&mut rest)?;
        written = true;
        if let Some(after) = rest.strip_prefix([':', '.']).filter(|after| after.starts_with(is_digit)) {
            rest = after;
            second = exactly_two(&mut rest)?;
            if let Some(after) = rest.strip_prefix(['.', ',']) {
                // Fractions of a second are nobody's appointment.
                rest = after.trim_start_matches(is_digit);
            }
        }
    }
    rest = rest.trim_start();
    let half = half_of_day(&mut rest);
    if !written && half.is_none() {
        return None;
    }
    for word in ["horas", "hrs", "hs", "hr", "h"] {
        if let Some(after) = rest.strip_prefix(word) {
            rest = after.strip_prefix('.').unwrap_or(after).trim_start();
            break;
        }
    }
    let offset = if rest.is_empty() { None } else { Some(trailing_offset(rest)?) };
    let hour = match (half, hour) {
        (Some(Half::Morning), 12) => 0,
        (Some(Half::Morning), 13..) | (Some(Half::Afternoon), 0) => return None,
        (Some(Half::Afternoon), 1..=11) => hour + 12,
        _ => hour,
    };
    // A leap second is stored as the last one of its minute.
    NaiveTime::from_hms_opt(hour, minute, second.min(59)).filter(|_| second <= 60).map(|time| (time, offset))
}

enum Half {
    Morning,
    Afternoon,
}

/// `a. m.`, `am`, `p.m.`, `pm`, with or without dots and spaces.
fn half_of_day(rest: &mut &str) -> Option<Half> {
    let (half, after) = match rest.as_bytes().first()? {
        b'a' => (Half::Morning, &rest[1..]),
        b'p' => (Half::Afternoon, &rest[1..]),
        _ => return None,
    };
    let after = after.trim_start_matches(['.', ' ']).strip_prefix('m')?;
    if after.starts_with(|c: char| c.is_alphanumeric()) {
        return None;
    }
    *rest = after.trim_start_matches(['.', ' ']);
    Some(half)
}

/// `z`, `utc`, `gmt-0500 (…)`, `-05:00`, `pet`.
fn trailing_offset(text: &str) -> Option<i32> {
    let text = text.split('(').next().unwrap_or(text).trim();
    let named = text.strip_prefix("utc").or_else(|| text.strip_prefix("gmt"));
    match (text, named) {
        ("z", _) | (_, Some("")) => Some(0),
        ("pet", _) => Some(-300),
        (_, Some(rest)) => offset(rest),
        (_, None) => offset(text),
    }
}

/// Minutes east of UTC: `+05:30`, `-0500`, `-5`.
pub(super) fn offset(text: &str) -> Option<i32> {
    let (sign, digits) = match text.trim().split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-" | "\u{2212}", rest) => (-1, rest),
        _ => return None,
    };
    let (hours, minutes) = match digits.split_once(':') {
        Some((hours, minutes)) if minutes.len() == 2 => (hours, minutes),
        Some(_) => return None,
        None if digits.len() == 4 => digits.split_at_checked(2)?,
        None => (digits, "0"),
    };
    if hours.is_empty() || hours.len() > 2 || !hours.chars().chain(minutes.chars()).all(is_digit) {
        return None;
    }
    let (hours, minutes): (i32, i32) = (hours.parse().ok()?, minutes.parse().ok()?);
    (hours <= 18 && minutes < 60).then_some(sign * (hours * 60 + minutes))
}

/// Takes a number of at most `most` digits off the front.
pub(super) fn number(rest: &mut &str, most: usize) -> Option<u32> {
    let end = rest.find(|c: char| !is_digit(c)).unwrap_or(rest.len());
    if end == 0 || end > most {
        return None;
    }
    let number = rest[..end].parse().ok()?;
    *rest = &rest[end..];
    Some(number)
}

fn exactly_two(rest: &mut &str) -> Option<u32> {
    let before = rest.len();
    number(rest, 2).filter(|_| before - rest.len() == 2)
}

pub(super) fn is_digit(c: char) -> bool {
    c.is_ascii_digit()
}
