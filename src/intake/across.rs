//! Rules across rows: repeated ids (in [`repeats`](super::repeats)), phones of several people, one client twice at one
//! instant, documents that clash.
//!
//! Comes in: the packed events of the first pass, and a way to read a row again. Goes out: findings by row, and the
//! fate of each event. Memory stays at 24 bytes an event.

use chrono::NaiveDateTime;

use super::alike::{groups, unlike};
use super::entry::{Entry, Fate};
use super::repeats::{blocked_twins, repeated_ids};
use crate::rules::{Code, Finding, Severity};

/// What a row says, read again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Facts {
    /// `id_presencia_crm`.
    pub(crate) id: String,
    /// The client's name.
    pub(crate) name: String,
    /// The client's phone.
    pub(crate) phone: String,
    /// The client's document as it is sent.
    pub(crate) document: String,
    /// When the visit took place.
    pub(crate) at: NaiveDateTime,
    /// Hash of all that would be sent.
    pub(crate) content: u64,
    /// How people name the row.
    pub(crate) label: String,
}

/// Reads rows again; fails only where the file changed or can't be read any more.
pub(crate) trait Reread {
    /// Why a row can't be read again.
    type Error;
    /// Reads the row with this number in the run.
    fn facts(&mut self, row: u64) -> Result<Facts, Self::Error>;
    /// Reads the id of an event that a rule blocks, and how people name its row.
    fn blocked(&mut self, row: u64) -> Result<(String, String), Self::Error>;
}

/// Which rules across rows apply.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scope {
    /// Documents are `TEMP-` and four digits, so that two people can share one.
    pub(crate) temp4: bool,
}

/// Names that are less alike than this belong to two people.
const SAME_PERSON: f64 = 0.6;

/// Checks all events; `tell` is given each finding with the row that it is about, and returns whether it blocks. Of the
/// events that a rule blocks already, only the likeness of the id and the row are known.
pub(crate) fn check<R: Reread>(
    entries: &mut [Entry],
    blocked: &[(u64, u64)],
    scope: Scope,
    reread: &mut R,
    tell: &mut dyn FnMut(u64, Finding) -> bool,
) -> Result<(), R::Error> {
    repeated_ids(entries, reread, tell)?;
    blocked_twins(entries, blocked, reread, tell)?;
    same_instant(entries, reread, tell)?;
    if scope.temp4 {
        shared_documents(entries, reread, tell)?;
    }
    shared_phones(entries, reread, tell)
}

fn same_instant<R: Reread>(
    entries: &mut [Entry],
    reread: &mut R,
    tell: &mut dyn FnMut(u64, Finding) -> bool,
) -> Result<(), R::Error> {
    groups(
        entries,
        |entry| entry.client_and_minute(),
        |group| group.iter().filter(|entry| entry.fate() == Fate::Send).count() > 1,
        |group| {
            let mut kept: Vec<Facts> = Vec::new();
            for entry in group.iter_mut().filter(|entry| entry.fate() == Fate::Send) {
                let facts = reread.facts(entry.row())?;
                let twin = kept.iter().find(|other| other.document == facts.document && other.at == facts.at);
                match twin {
                    Some(twin) => {
                        let finding =
                            Finding::new(Code::X03).value(facts.at.to_string()).arg("other", &twin.label);
                        if tell(entry.row(), finding) {
                            entry.set_fate(Fate::Invalid);
                        }
                    }
                    None => kept.push(facts),
                }
            }
            Ok(())
        },
    )
}

fn shared_documents<R: Reread>(
    entries: &mut [Entry],
    reread: &mut R,
    tell: &mut dyn FnMut(u64, Finding) -> bool,
) -> Result<(), R::Error> {
    groups(
        entries,
        |entry| entry.client(),
        |group| group.iter().any(|entry| entry.phone() != group[0].phone()),
        |group| {
            let first = reread.facts(group[0].row())?;
            for entry in &mut group[1..] {
                let facts = reread.facts(entry.row())?;
                if facts.document == first.document && facts.phone != first.phone {
                    let finding =
                        Finding::new(Code::X06).arg("document", &facts.document).arg("other", &first.label);
                    if tell(entry.row(), finding) {
                        entry.set_fate(Fate::Invalid);
                    }
                }
            }
            Ok(())
        },
    )
}

fn shared_phones<R: Reread>(
    entries: &mut [Entry],
    reread: &mut R,
    tell: &mut dyn FnMut(u64, Finding) -> bool,
) -> Result<(), R::Error> {
    unlike(
        entries,
        |entry| entry.phone(),
        |entry| u16::try_from(entry.name()).unwrap_or_default(),
        |group| {
            let first = reread.facts(group[0].row())?;
            for entry in &mut group[1..] {
                if entry.fate() != Fate::Send {
                    continue;
                }
                let facts = reread.facts(entry.row())?;
                if facts.phone != first.phone {
                    continue;
                }
                let alike = strsim::jaro_winkler(&folded(&first.name), &folded(&facts.name));
                if alike < 1.0 {
                    let severity = if alike < SAME_PERSON { Severity::Error } else { Severity::Warning };
                    let finding = Finding::new(Code::X02)
                        .value(facts.phone.as_str())
                        .arg("other", &first.label)
                        .severity(severity);
                    if tell(entry.row(), finding) {
                        entry.set_fate(Fate::Invalid);
                    }
                }
            }
            Ok(())
        },
    )
}

/// A name as two people would write it: no accents, no case, the words in one order.
fn folded(name: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    use unicode_normalization::char::is_combining_mark;
    let plain: String =
        name.nfd().filter(|sign| !is_combining_mark(*sign)).flat_map(char::to_lowercase).collect();
    let mut words: Vec<&str> = plain.split_whitespace().collect();
    words.sort_unstable();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::convert::Infallible;

    use super::*;
    use crate::intake::entry::Seen;

    struct Table(BTreeMap<u64, Facts>);

    impl Reread for Table {
        type Error = Infallible;
        fn facts(&mut self, row: u64) -> Result<Facts, Infallible> {
            Ok(self.0[&row].clone())
        }
        fn blocked(&mut self, row: u64) -> Result<(String, String), Infallible> {
            Ok((self.0[&row].id.clone(), self.0[&row].label.clone()))
        }
    }

    fn table(rows: &[(&str, &str, &str, u32, u64)]) -> Vec<(u64, Code, Severity, Fate)> {
        beside(rows, &[])
    }

    /// The same, where the rows with these numbers are blocked by rules of their own.
    fn beside(rows: &[(&str, &str, &str, u32, u64)], blocked: &[u64]) -> Vec<(u64, Code, Severity, Fate)> {
        let (mut entries, mut others) = (Vec::new(), Vec::new());
        let mut facts = BTreeMap::new();
        for (index, (id, name, phone, minute, content)) in rows.iter().enumerate() {
            let row = index as u64 + 2;
            let at = NaiveDateTime::parse_from_str("2024-01-15 10:00", "%Y-%m-%d %H:%M").unwrap()
                + chrono::TimeDelta::minutes(i64::from(*minute));
            let seen = Seen { id, name, document: phone, phone, minute: i64::from(*minute), row };
            if blocked.contains(&row) {
                others.push((Entry::likeness(id), row));
            } else {
                entries.push(Entry::new(seen));
            }
            facts.insert(
                row,
                Facts {
                    id: (*id).into(),
                    name: (*name).into(),
                    phone: (*phone).into(),
                    document: (*phone).into(),
                    at,
                    content: *content,
                    label: row.to_string(),
                },
            );
        }
        let mut found = Vec::new();
        let mut tell = |row, finding: Finding| {
            found.push((row, finding.code, finding.severity));
            finding.severity == Severity::Error
        };
        check(&mut entries, &others, Scope { temp4: false }, &mut Table(facts), &mut tell).unwrap();
        let fate =
            |row| entries.iter().find(|entry| entry.row() == row).map_or(Fate::Invalid, |entry| entry.fate());
        found.into_iter().map(|(row, code, severity)| (row, code, severity, fate(row))).collect()
    }

    #[test]
    fn a_repeat_with_the_same_content_is_sent_once() {
        let found = table(&[("CRM-1", "Ana", "1", 0, 7), ("crm-1", "Ana", "1", 0, 7)]);
        assert_eq!(found, [(3, Code::X01, Severity::Info, Fate::Duplicate)]);
    }

    #[test]
    fn a_repeat_with_other_content_blocks_both() {
        let found =
            table(&[("CRM-1", "Ana", "1", 0, 7), ("CRM-1", "Ana", "1", 9, 8), ("CRM-2", "Bo", "2", 0, 1)]);
        assert_eq!(
            found,
            [(2, Code::X01, Severity::Error, Fate::Invalid), (3, Code::X01, Severity::Error, Fate::Invalid)]
        );
    }

    #[test]
    fn a_repeat_that_another_rule_blocks_blocks_the_good_row_too() {
        let rows = [("CRM-1", "Ana", "1", 0, 7), ("CRM-2", "Bo", "2", 0, 1), ("crm-1", "Otra", "3", 9, 8)];
        let error = |row| (row, Code::X01, Severity::Error, Fate::Invalid);
        assert_eq!(beside(&rows, &[4]), [error(2), error(4)]);
        let rows = [("CRM-1", "Ana", "1", 0, 7), ("CRM-1", "Ana", "1", 0, 7), ("CRM-1", "Ana", "1", 0, 7)];
        let repeat = (3, Code::X01, Severity::Info, Fate::Duplicate);
        assert_eq!(beside(&rows, &[4]), [repeat, error(2), error(4)]);
        assert_eq!(beside(&rows, &[2, 3, 4]), []);
    }

    #[test]
    fn findings_of_a_rule_come_in_the_order_of_the_rows() {
        let ids: Vec<String> = (0..60).map(|number| format!("CRM-{}", number % 30)).collect();
        let phones: Vec<String> = (0..60).map(|number| number.to_string()).collect();
        let rows: Vec<_> = ids
            .iter()
            .zip(&phones)
            .enumerate()
            .map(|(number, (id, phone))| (id.as_str(), "Ana", phone.as_str(), 0, number as u64))
            .collect();
        let rows: Vec<u64> = table(&rows).into_iter().map(|(row, ..)| row).collect();
        let expected: Vec<u64> = (2..32).flat_map(|first| [first, first + 30]).collect();
        assert_eq!(rows, expected);
    }

    #[test]
    fn one_client_twice_at_one_instant_blocks_the_later_row() {
        let found = table(&[("CRM-1", "Ana", "1", 0, 7), ("CRM-2", "Ana", "1", 0, 8)]);
        assert_eq!(found, [(3, Code::X03, Severity::Error, Fate::Invalid)]);
    }

    #[test]
    fn one_phone_with_two_names_warns_where_they_are_alike_and_blocks_where_not() {
        let found = table(&[
            ("CRM-1", "Rosa Quispe Mamani", "1", 0, 7),
            ("CRM-2", "QUISPE ROSA", "1", 5, 8),
            ("CRM-3", "Wu Chi", "1", 9, 9),
        ]);
        assert_eq!(
            found,
            [(3, Code::X02, Severity::Warning, Fate::Send), (4, Code::X02, Severity::Error, Fate::Invalid)]
        );
    }
}
