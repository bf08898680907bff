//! Faults as they are written: `503:10%`, `429:5%;retry-after=2`, `delay:p50=80ms,p99=2s`, `reset:1%;after`,
//! `timeout;n=3-5`, `truncate;id=CRM-1*`, `garbage;from=5s;until=10s`.

use std::ops::RangeInclusive;
use std::str::FromStr;
use std::time::Duration;

use http::StatusCode;

use super::{Fault, FaultKind};
use crate::lang::Said;
use crate::said;

const KINDS: &str = "503, delay, reset, timeout, truncate, garbage, slow-body, html";

impl FromStr for Fault {
    type Err = Said;

    fn from_str(text: &str) -> Result<Self, Said> {
        read(text).map_err(|problem| of_fault(text, &problem))
    }
}

/// Says which fault it is that something is wrong with.
pub(super) fn of_fault(fault: &str, Said { en, es }: &Said) -> Said {
    said!(en: "fault {fault:?}: {en}", es: "falla {fault:?}: {es}")
}

fn read(text: &str) -> Result<Fault, Said> {
    let at = text.find([':', ';']).unwrap_or(text.len());
    let (name, options) = (text[..at].trim(), text[at..].trim_start_matches([':', ';']));
    let kind = match name {
        "delay" => FaultKind::Delay { p50: Duration::ZERO, p99: Duration::ZERO },
        "reset" => FaultKind::Reset,
        "timeout" => FaultKind::Silence,
        "truncate" => FaultKind::Truncate,
        "garbage" => FaultKind::Garbage,
        "slow-body" => FaultKind::SlowBody,
        "html" => FaultKind::Html,
        status => match status.parse::<u16>().ok().and_then(|code| StatusCode::from_u16(code).ok()) {
            Some(status) if status.as_u16() >= 200 => FaultKind::Status(status, None),
            _ => {
                return Err(said!(
                    en: "{name:?} is neither a status nor one of {KINDS}",
                    es: "{name:?} no es un estado ni uno de {KINDS}"
                ));
            }
        },
    };
    let mut fault = Fault::always(kind);
    let mut median = None;
    let mut tail = None;
    // A list of numbers (`n=3-5,9`) goes on after a comma.
    let mut numbers = false;
    for option in options.split([',', ';']).map(str::trim).filter(|option| !option.is_empty()) {
        if let Some(percent) = option.strip_suffix('%') {
            let percent: f64 = percent
                .parse()
                .map_err(|_| said!(en: "{option:?} is no share", es: "{option:?} no es una parte"))?;
            if !(0.0..=100.0).contains(&percent) {
                return Err(said!(
                    en: "{option:?} is not between 0% and 100%",
                    es: "{option:?} no está entre 0% y 100%"
                ));
            }
            fault.share = percent / 100.0;
            continue;
        }
        if numbers && let Ok(range) = range(option) {
            fault.requests.push(range);
            continue;
        }
        numbers = false;
        let (key, value) = option.split_once('=').unwrap_or((option, ""));
        match (key, &mut fault.kind) {
            ("after", _) if value.is_empty() => fault.after = true,
            ("before", _) if value.is_empty() => fault.after = false,
            ("n", _) => {
                fault.requests.push(range(value)?);
                numbers = true;
            }
            ("from", _) => fault.from = Some(duration(value)?),
            ("until", _) => fault.until = Some(duration(value)?),
            ("id", _) => fault.id = Some(value.to_owned()),
            ("retry-after", FaultKind::Status(_, retry_after)) => *retry_after = Some(value.to_owned()),
            ("p50", FaultKind::Delay { .. }) => median = Some(duration(value)?),
            ("p99", FaultKind::Delay { .. }) => tail = Some(duration(value)?),
            (wait, FaultKind::Delay { .. }) if value.is_empty() => median = Some(duration(wait)?),
            _ => {
                return Err(said!(
                    en: "{option:?} is no option of {name}",
                    es: "{option:?} no es una opción de {name}"
                ));
            }
        }
    }
    if let FaultKind::Delay { p50, p99 } = &mut fault.kind {
        *p50 = median.or(tail).ok_or_else(|| {
            said!(
                en: "a delay needs p50=, p99= or a time such as 200ms",
                es: "delay necesita p50=, p99= o un tiempo como 200ms"
            )
        })?;
        *p99 = tail.unwrap_or(*p50);
        if p99 < p50 {
            return Err(said!(en: "p99 is shorter than p50", es: "p99 es más corto que p50"));
        }
    }
    check_window(&fault)?;
    Ok(fault)
}

/// Refuses a window of time that ends before it begins: its fault would never strike.
pub(super) fn check_window(fault: &Fault) -> Result<(), Said> {
    match (fault.from, fault.until) {
        (Some(from), Some(until)) if until <= from => {
            Err(said!(en: "until= is not after from=", es: "until= no está después de from="))
        }
        _ => Ok(()),
    }
}

/// Reads `7` or `3-5`.
pub(super) fn range(text: &str) -> Result<RangeInclusive<u64>, Said> {
    let (from, to) = text.split_once('-').unwrap_or((text, text));
    match (from.trim().parse::<u64>(), to.trim().parse::<u64>()) {
        (Ok(from), Ok(to)) if 1 <= from && from <= to => Ok(from..=to),
        _ => Err(said!(
            en: "{text:?} is no number or range such as 3-5",
            es: "{text:?} no es un número ni un rango como 3-5"
        )),
    }
}

/// Reads `80ms`, `2s`, `1.5s`, `2m`; fails with what is wrong.
pub fn duration(text: &str) -> Result<Duration, Said> {
    let text = text.trim();
    let at = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(at);
    let factor = match unit {
        "ms" => 0.001,
        "s" => 1.0,
        "m" | "min" => 60.0,
        _ => return Err(no_time(text)),
    };
    let number: f64 = number.parse().map_err(|_| no_time(text))?;
    // A day is longer than any test; more might not fit into a duration at all.
    Ok(Duration::from_secs_f64((number * factor).min(86_400.0)))
}

fn no_time(text: &str) -> Said {
    said!(
        en: "{text:?} is no time such as 80ms, 2s or 1m",
        es: "{text:?} no es un tiempo como 80ms, 2s o 1m"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_the_help_shows() {
        let fault: Fault = "429:5%;retry-after=2".parse().unwrap();
        assert_eq!(fault.kind, FaultKind::Status(StatusCode::TOO_MANY_REQUESTS, Some("2".to_owned())));
        assert!((fault.share - 0.05).abs() < 1e-9 && !fault.after);
        let fault: Fault = "delay:p50=80ms,p99=2s".parse().unwrap();
        let expected = FaultKind::Delay { p50: Duration::from_millis(80), p99: Duration::from_secs(2) };
        assert_eq!(fault.kind, expected);
        let fault: Fault = "reset:1%;after;n=3-5,9;id=CRM-1*".parse().unwrap();
        assert!(fault.after);
        assert_eq!(fault.requests, [3..=5, 9..=9]);
        assert_eq!(fault.id.as_deref(), Some("CRM-1*"));
        assert!("truncate".parse::<Fault>().unwrap().after);
    }

    #[test]
    fn says_what_is_wrong() {
        for (text, part) in [
            ("teapot", "neither"),
            ("99", "neither"),
            ("503:200%", "between"),
            ("503:x%", "share"),
            ("delay", "p50"),
            ("delay:p50=2s,p99=1s", "shorter"),
            ("reset;retry-after=2", "no option"),
            ("503;n=5-3", "range"),
            ("503;from=soon", "no time"),
            ("503;from=10s;until=5s", "not after"),
        ] {
            let error = text.parse::<Fault>().unwrap_err();
            assert!(error.to_string().contains(part), "{text}: {error}");
        }
    }
}
