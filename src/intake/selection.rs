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

    /// Whether the event is chosen; `chosen` were so far.
    pub fn takes(&self, id: &str, at: NaiveDateTime, chosen: u64) -> bool {
        let named = self.only.is_empty() || self.only.iter().any(|only| is_same_id(only, id));
        named
            && self.since.is_none_or(|since| at.date() >= since)
            && self.until.is_none_or(|until| at.date() <= until)
            && self.sample.is_none_or(|sample| chosen < sample)
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
        assert!(only.takes("CRM-12", at, 0) && !only.takes("CRM-112", at, 0));
        let until = Selection { until: Some(day), ..Selection::default() };
        assert!(until.takes("CRM-1", at, 0) && !until.takes("CRM-1", at + chrono::TimeDelta::minutes(1), 0));
        let sample = Selection { sample: Some(2), ..Selection::default() };
        assert!(sample.takes("CRM-1", at, 1) && !sample.takes("CRM-1", at, 2));
    }
}
