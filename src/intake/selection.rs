//! Which events of an export a run is about: `--only`, `--since`, `--until`, `--sample`.

use chrono::{NaiveDate, NaiveDateTime};

/// A choice among the events; everything by default.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Only these ids, with or without `CRM-`; all where empty.
    pub only: Vec<String>,
    /// Not before this day.
    pub since: Option<NaiveDate>,
    /// Not after this day.
    pub until: Option<NaiveDate>,
    /// Only this many events, the first ones of the file.
    pub sample: Option<u64>,
}

impl Selection {
    /// Whether everything is chosen.
    pub fn is_everything(&self) -> bool {
        self.only.is_empty() && self.since.is_none() && self.until.is_none() && self.sample.is_none()
    }

    /// Whether the event is one of those that were asked for, however many they are.
    pub fn names(&self, id: &str, at: NaiveDateTime) -> bool {
        self.names_id(id)
            && self.since.is_none_or(|since| at.date() >= since)
            && self.until.is_none_or(|until| at.date() <= until)
    }

    /// The same for an event that can't be sent: without a date, it may be any day's.
    pub fn may_name(&self, id: &str, at: Option<NaiveDateTime>) -> bool {
        match at {
            Some(at) => self.names(id, at),
            None => self.names_id(id),
        }
    }

    fn names_id(&self, id: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|only| is_same_id(only, id))
    }

    /// Whether there is room for another event; `chosen` were so far.
    pub fn has_room(&self, chosen: u64) -> bool {
        self.sample.is_none_or(|sample| chosen < sample)
    }
}

fn is_same_id(named: &str, id: &str) -> bool {
    let named = named.trim();
    named.eq_ignore_ascii_case(id)
        || (id.len() > 4 && id[..4].eq_ignore_ascii_case("CRM-") && named.eq_ignore_ascii_case(&id[4..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chooses_by_id_with_or_without_prefix_by_day_and_by_number() {
        let day = NaiveDate::from_ymd_opt(2024, 1, 15).unwrap();
        let at = day.and_hms_opt(23, 59, 0).unwrap();
        let only = Selection { only: vec!["12".into()], ..Selection::default() };
        assert!(only.names("CRM-12", at) && !only.names("CRM-112", at));
        let until = Selection { until: Some(day), ..Selection::default() };
        assert!(until.names("CRM-1", at) && !until.names("CRM-1", at + chrono::TimeDelta::minutes(1)));
        let sample = Selection { sample: Some(2), ..Selection::default() };
        assert!(sample.has_room(1) && !sample.has_room(2));
    }
}
