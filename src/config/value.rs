//! Values as people write them: durations, rates, counts, shares.
//!
//! Comes in: text. Goes out: a typed value, or what would have been right, in both languages. Pure.

use std::time::Duration;

use super::send::{DateTimeFormat, DocumentoSource, Jobs, Lookup, MaxFailures, Order};
use crate::lang::Said;
use crate::said;

/// Reads a duration such as `30s`, `500ms`, `1m 30s`; a number without a unit is refused, since seconds and
/// milliseconds are too easily mistaken.
///
/// ```
/// use crm_bridge::config::value::duration;
/// use std::time::Duration;
/// assert_eq!(duration("1m30s"), Ok(Duration::from_secs(90)));
/// assert!(duration("30").is_err());
/// ```
pub fn duration(text: &str) -> Result<Duration, Said> {
    // `humantime` has no dependencies and knows the spellings that people use; `jiff` and `chrono` read ISO 8601.
    humantime::parse_duration(text.trim()).map_err(
        |_| said!(en: "a duration such as 30s, 500ms or 5m", es: "una duración como 30s, 500ms o 5m"),
    )
}

/// Reads a duration that must not be zero.
pub fn positive_duration(text: &str) -> Result<Duration, Said> {
    duration(text).and_then(|length| {
        if length.is_zero() {
            Err(said!(en: "a duration above zero", es: "una duración mayor que cero"))
        } else {
            Ok(length)
        }
    })
}

/// Reads a rate such as `5/s`, `300/m`, `5`; the result is a second's share.
///
/// ```
/// use crm_bridge::config::value::rate;
/// assert_eq!(rate("300/m"), Ok(5.0));
/// assert!(rate("0/s").is_err());
/// ```
pub fn rate(text: &str) -> Result<f64, Said> {
    let (count, unit) = text.split_once('/').unwrap_or((text, "s"));
    let seconds = match unit.trim() {
        "s" | "sec" | "second" => 1.0,
        "m" | "min" | "minute" => 60.0,
        "h" | "hour" => 3600.0,
        _ => 0.0,
    };
    count
        .trim()
        .parse::<f64>()
        .ok()
        .map(|count| count / seconds)
        .filter(|rate| rate.is_finite() && *rate > 0.0)
        .ok_or_else(
            || said!(en: "a rate such as 5/s, 300/m or 1000/h", es: "una tasa como 5/s, 300/m o 1000/h"),
        )
}

/// Reads a number of further attempts.
pub fn retries(text: &str) -> Result<u32, Said> {
    text.trim().parse().map_err(|_| said!(en: "a number such as 4", es: "un número como 4"))
}

/// Reads `auto` or a number of requests, 1 to 1024.
pub fn jobs(text: &str) -> Result<Jobs, Said> {
    if text.trim() == "auto" {
        return Ok(Jobs::Auto);
    }
    text.trim()
        .parse()
        .ok()
        .filter(|jobs| (1..=1024).contains(jobs))
        .map(Jobs::Fixed)
        .ok_or_else(|| said!(en: "auto, or a number from 1 to 1024", es: "auto, o un número de 1 a 1024"))
}

/// Reads a number of failures, or a share of the deliveries (`5%`).
///
/// ```
/// use crm_bridge::config::{MaxFailures, value::max_failures};
/// assert_eq!(max_failures("5%"), Ok(MaxFailures::Percent(5.0)));
/// assert_eq!(max_failures("10"), Ok(MaxFailures::Count(10)));
/// ```
pub fn max_failures(text: &str) -> Result<MaxFailures, Said> {
    let wanted = || said!(en: "a number such as 10, or a share such as 5%", es: "un número como 10, o un porcentaje como 5%");
    match text.trim().strip_suffix('%') {
        Some(share) => share
            .trim()
            .parse()
            .ok()
            .filter(|share| (0.0..=100.0).contains(share))
            .map(MaxFailures::Percent)
            .ok_or_else(wanted),
        None => text.trim().parse().map(MaxFailures::Count).map_err(|_| wanted()),
    }
}

/// Reads `true` or `false` (also `1`, `0`, `yes`, `no`, as variables are often written).
pub fn switch(text: &str) -> Result<bool, Said> {
    match text.trim().to_ascii_lowercase().as_str() {
        "true" | "1" | "yes" | "si" | "sí" => Ok(true),
        "false" | "0" | "no" | "" => Ok(false),
        _ => Err(said!(en: "true or false", es: "true o false")),
    }
}

/// Reads an order of deliveries.
pub fn order(text: &str) -> Result<Order, Said> {
    choice(text, &[("auto", Order::Auto), ("file", Order::File), ("id", Order::Id)])
}

/// Reads a kind of look-up.
pub fn lookup(text: &str) -> Result<Lookup, Said> {
    choice(text, &[("substring", Lookup::Substring), ("exact", Lookup::Exact)])
}

/// Reads how dates are sent.
pub fn datetime(text: &str) -> Result<DateTimeFormat, Said> {
    choice(text, &[("local", DateTimeFormat::Local), ("offset", DateTimeFormat::Offset)])
}

/// Reads what stands for a missing document.
pub fn documento(text: &str) -> Result<DocumentoSource, Said> {
    choice(text, &[("celular", DocumentoSource::Celular), ("temp4", DocumentoSource::Temp4)])
}

fn choice<T: Copy>(text: &str, choices: &[(&str, T)]) -> Result<T, Said> {
    choices.iter().find(|(name, _)| *name == text.trim()).map(|(_, value)| *value).ok_or_else(|| {
        let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
        let (last, first) =
            names.split_last().map_or(("", String::new()), |(last, first)| (*last, first.join(", ")));
        said!(en: "{first} or {last}", es: "{first} o {last}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_read_by_unit() {
        assert_eq!(rate("5"), Ok(5.0));
        assert_eq!(rate(" 7200 / h "), Ok(2.0));
        for wrong in ["", "x/s", "5/d", "-1/s", "nan/s", "inf"] {
            assert!(rate(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn jobs_have_bounds() {
        assert_eq!(jobs("auto"), Ok(Jobs::Auto));
        assert_eq!(jobs("32"), Ok(Jobs::Fixed(32)));
        for wrong in ["0", "-1", "1025", "many"] {
            assert!(jobs(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn shares_have_bounds() {
        assert_eq!(max_failures("0"), Ok(MaxFailures::Count(0)));
        for wrong in ["101%", "-1%", "nan%", "x"] {
            assert!(max_failures(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_wrong_choice_is_answered_with_all_of_them() {
        assert_eq!(order("backwards").map_err(|said| said.en), Err("auto, file or id".to_owned()));
    }
}
