//! Zones in which an export's dates may be written.
//!
//! Only fixed offsets: Lima has had no daylight saving time since 1994, and neither have its neighbours' zones that
//! are known by name here since 2015. A zone with summer time is refused rather than guessed.

use std::str::FromStr;

use chrono::{DateTime, Duration, NaiveDateTime, Utc};

use crate::lang::Said;
use crate::said;

/// Lima is five hours behind UTC.
const LIMA_MINUTES: i32 = -5 * 60;

/// Names of zones and their minutes east of UTC.
const NAMED: &[(&str, i32)] = &[
    ("america/lima", LIMA_MINUTES),
    ("america/bogota", -300),
    ("america/guayaquil", -300),
    ("america/panama", -300),
    ("america/la_paz", -240),
    ("america/argentina/buenos_aires", -180),
    ("america/buenos_aires", -180),
    ("utc", 0),
    ("etc/utc", 0),
    ("gmt", 0),
    ("z", 0),
];

/// A fixed distance from UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Zone {
    minutes: i32,
}

impl Default for Zone {
    fn default() -> Self {
        Self::LIMA
    }
}

/// A zone that is not known here.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name:?} is no known time zone")]
pub struct UnknownZone {
    /// The zone as it was written.
    pub name: String,
}

impl UnknownZone {
    /// What is wrong, for people.
    pub fn said(&self) -> Said {
        let name = &self.name;
        said!(en: "{name:?} is no known time zone", es: "{name:?} no es una zona horaria conocida")
    }

    /// What to do, for people.
    pub fn hint(&self) -> Said {
        said!(
            en: "use America/Lima, UTC, or a fixed offset such as --timezone=-05:00",
            es: "use America/Lima, UTC, o un desfase fijo como --timezone=-05:00",
        )
    }
}

impl Zone {
    /// Peru's only zone.
    pub const LIMA: Self = Self { minutes: LIMA_MINUTES };

    /// A zone so many minutes east of UTC; none further than 18 hours.
    pub fn from_minutes(minutes: i32) -> Option<Self> {
        (minutes.abs() <= 18 * 60).then_some(Self { minutes })
    }

    /// The local time of this zone at `moment`.
    pub fn local(self, moment: DateTime<Utc>) -> NaiveDateTime {
        let utc = moment.naive_utc();
        utc.checked_add_signed(Duration::minutes(i64::from(self.minutes))).unwrap_or(utc)
    }

    /// Converts a local time of this zone to Lima's, and says whether they differ.
    pub(super) fn to_lima(self, local: NaiveDateTime) -> (NaiveDateTime, bool) {
        to_lima(local, self.minutes)
    }
}

/// Converts a local time so many minutes east of UTC to Lima's, and says whether they differ.
pub(super) fn to_lima(local: NaiveDateTime, minutes: i32) -> (NaiveDateTime, bool) {
    if minutes == LIMA_MINUTES {
        return (local, false);
    }
    let shift = Duration::minutes(i64::from(LIMA_MINUTES - minutes));
    (local.checked_add_signed(shift).unwrap_or(local), true)
}

impl FromStr for Zone {
    type Err = UnknownZone;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let name = text.trim().to_ascii_lowercase();
        let offset = name.strip_prefix("utc").or_else(|| name.strip_prefix("gmt")).unwrap_or(&name);
        NAMED
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, minutes)| *minutes)
            .or_else(|| super::clock::offset(offset))
            .and_then(Self::from_minutes)
            .ok_or_else(|| UnknownZone { name: text.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_offsets() {
        for text in ["America/Lima", "-05:00", "-0500", "-5", "UTC-5", " america/lima "] {
            assert_eq!(text.parse(), Ok(Zone::LIMA), "{text}");
        }
        assert_eq!("UTC".parse(), Ok(Zone { minutes: 0 }));
        assert_eq!("+05:30".parse(), Ok(Zone { minutes: 330 }));
        for text in ["America/New_York", "", "+25:00", "5", "-05:61"] {
            assert!(text.parse::<Zone>().is_err(), "{text}");
        }
    }
}
