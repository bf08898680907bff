//! Events that share something with another one, found without sorting all of them.
//!
//! Comes in: the packed events, in the order of their rows, and what is to be shared. Goes out: groups of those that
//! share it. One look at every event leaves a mark for it; whoever finds a mark there already is a suspect, as is whoever
//! left it. Few events are, and only they are sorted. Marks of different things may fall together, which makes a suspect
//! too many, and never one too few.

mod marks;

use super::entry::{Entry, MAX_ROWS};
use super::sorting::sort_by;
use marks::{Last, MET, Marks, Seen};

/// Events whose marks are left at once: so many stay in a core's cache, and the memory is the same for any file.
const AT_ONCE: usize = 1 << 20;

/// Suspects that are held beside the events; where there are more, all events are sorted after all, in place.
const MOST: usize = 1 << 18;

/// Calls `each` with every group of at least two entries that are alike by `key` and `worth` a look, in the order of their
/// first rows, since that is how a person reads what is said of them; within a group the order is by row, too.
pub(super) fn groups<E>(
    entries: &mut [Entry],
    key: impl Fn(&Entry) -> u64 + Sync,
    worth: impl Fn(&[Entry]) -> bool,
    each: impl FnMut(&mut [Entry]) -> Result<(), E>,
) -> Result<(), E> {
    let mut found = Groups::default();
    let take = |entries: &mut [Entry], places: &[usize]| found.take(entries, places, &worth);
    match for_each(entries, (AT_ONCE, MOST), &key, Seen::default(), take) {
        Ok(()) => found.in_order(entries, each),
        Err(TooMany) => by_sorting(entries, key, worth, each),
    }
}

/// As [`groups`], of entries that are alike by `key` and differ in what `other` says of them.
pub(super) fn unlike<E>(
    entries: &mut [Entry],
    key: impl Fn(&Entry) -> u64 + Sync,
    other: impl Fn(&Entry) -> u16,
    each: impl FnMut(&mut [Entry]) -> Result<(), E>,
) -> Result<(), E> {
    let differ = |group: &[Entry]| group.iter().any(|entry| other(entry) != other(&group[0]));
    let marks = Last::new(&other, |before, other| before != other);
    let mut found = Groups::default();
    let take = |entries: &mut [Entry], places: &[usize]| found.take(entries, places, differ);
    match for_each(entries, (AT_ONCE, MOST), &key, marks, take) {
        Ok(()) => found.in_order(entries, each),
        Err(TooMany) => by_sorting(entries, key, differ, each),
    }
}

/// The same by sorting all entries, and back into the order of their rows.
fn by_sorting<E>(
    entries: &mut [Entry],
    key: impl Fn(&Entry) -> u64 + Sync,
    worth: impl Fn(&[Entry]) -> bool,
    mut each: impl FnMut(&mut [Entry]) -> Result<(), E>,
) -> Result<(), E> {
    // One number is compared faster than two.
    sort_by(entries, |entry| u128::from(key(entry)) << 64 | u128::from(entry.row()));
    // Where groups begin. Half as wide as an index, since there may be half as many as there are events.
    let mut starts: Vec<u32> = Vec::new();
    let mut at = 0;
    for group in entries.chunk_by(|a, b| key(a) == key(b)) {
        if group.len() > 1 && worth(group) {
            starts.extend(u32::try_from(at));
        }
        at += group.len();
    }
    starts.sort_unstable_by_key(|start| entries[*start as usize].row());
    for start in starts {
        let from = &mut entries[start as usize..];
        let alike = from.iter().take_while(|entry| key(entry) == key(&from[0])).count();
        each(&mut from[..alike])?;
    }
    sort_by(entries, |entry| entry.row());
    Ok(())
}

/// Gives `each` the places of all entries that are alike by `key`, wherever their minutes fall; fails where there are many
/// such, after some of them.
pub(super) fn out_of_order(
    entries: &mut [Entry],
    key: impl Fn(&Entry) -> u64,
    mut each: impl FnMut(&mut [Entry], &[usize]),
) -> Result<(), TooMany> {
    let rank = |entry: &Entry| entry.minute();
    // Half a day more or less: whoever comes twice within it is looked at.
    let day = |entry: &Entry| u16::try_from(rank(entry) >> 10).unwrap_or(u16::MAX).min(MET - 1);
    let marks = Last::new(day, |before, day| before >= day);
    for_each(entries, (AT_ONCE, MOST), key, marks, |entries, places| {
        if !places.is_sorted_by_key(|place| rank(&entries[*place])) {
            each(entries, places);
        }
    })
}

/// There are more suspects than are held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TooMany;

/// Gives `each` the places of all entries that are alike by `key` and came to be suspects by their `marks`, group by group
/// and in no order; within a group they rise. Looks at `at_once` entries at once, and fails where more than `most` of them
/// are suspects.
fn for_each(
    entries: &mut [Entry],
    (at_once, most): (usize, usize),
    key: impl Fn(&Entry) -> u64,
    mut marks: impl Marks,
    mut each: impl FnMut(&mut [Entry], &[usize]),
) -> Result<(), TooMany> {
    let parts = entries.len().div_ceil(at_once).max(1) as u64;
    marks.make_room(entries.len().min(at_once));
    let mut suspects: Vec<(u64, usize)> = Vec::new();
    let mut places = Vec::new();
    for part in 0..parts {
        // Keys are hashes, or two of them side by side: one multiplication mixes them enough.
        let spot = |entry: &Entry| {
            let mixed = key(entry).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            let high = mixed >> 32;
            ((high * parts) >> 32 == part).then_some(mixed ^ high)
        };
        marks.clear();
        for entry in entries.iter() {
            if let Some(spot) = spot(entry) {
                marks.leave(spot, entry);
            }
        }
        suspects.clear();
        let met = |entry: &Entry| spot(entry).is_some_and(|spot| marks.met(spot));
        let places_met = entries.iter().enumerate().filter(|(_, entry)| met(entry));
        suspects.extend(places_met.map(|(place, entry)| (key(entry), place)).take(most + 1));
        if suspects.len() > most {
            return Err(TooMany);
        }
        sort_by(&mut suspects, |(key, place)| u128::from(*key) << 64 | *place as u128);
        for group in suspects.chunk_by(|a, b| a.0 == b.0).filter(|group| group.len() > 1) {
            places.clear();
            places.extend(group.iter().map(|(_, place)| *place));
            each(entries, &places);
        }
    }
    Ok(())
}

/// Groups that wait for their turn.
#[derive(Default)]
struct Groups {
    /// The places of their entries, half as wide as an index; the last one of each group is told by [`LAST`].
    members: Vec<u32>,
    /// The place of the first entry of each, and where among `members` it stands.
    starts: Vec<(u32, u32)>,
    group: Vec<Entry>,
}

const LAST: u32 = 1 << 31;
const _: () = assert!(MAX_ROWS < LAST as u64);

impl Groups {
    fn take(&mut self, entries: &[Entry], places: &[usize], worth: impl Fn(&[Entry]) -> bool) {
        self.group.clear();
        self.group.extend(places.iter().map(|place| entries[*place]));
        if !worth(&self.group) {
            return;
        }
        let narrow = |place: usize| u32::try_from(place).unwrap_or(u32::MAX);
        self.starts.push((narrow(places[0]), narrow(self.members.len())));
        self.members.extend(places.iter().map(|place| narrow(*place)));
        if let Some(last) = self.members.last_mut() {
            *last |= LAST;
        }
    }

    /// Calls `each` with one group after the other; what it decides about their entries is kept.
    fn in_order<E>(
        mut self,
        entries: &mut [Entry],
        mut each: impl FnMut(&mut [Entry]) -> Result<(), E>,
    ) -> Result<(), E> {
        self.starts.sort_unstable();
        for (_, start) in self.starts {
            let members = &self.members[start as usize..];
            let count = members.iter().take_while(|member| **member & LAST == 0).count() + 1;
            let places = members[..count].iter().map(|member| (member & !LAST) as usize);
            self.group.clear();
            self.group.extend(places.clone().map(|place| entries[place]));
            each(&mut self.group)?;
            for (place, entry) in places.zip(&self.group) {
                entries[place] = *entry;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::convert::Infallible;

    use proptest::prelude::*;

    use super::*;
    use crate::intake::entry::{Fate, Seen as Packed};

    fn entries(clients: &[(u8, u8, u8)]) -> Vec<Entry> {
        let packed = |(row, (id, phone, minute)): (u64, &(u8, u8, u8))| {
            let (id, phone) = (id.to_string(), phone.to_string());
            let name = format!("{}", minute % 3);
            let minute = i64::from(*minute) * 700;
            Entry::new(Packed { id: &id, name: &name, document: &phone, phone: &phone, minute, row })
        };
        (2..).zip(clients).map(packed).collect()
    }

    /// The rows of every group, as sorting all of them would tell.
    fn expected_groups(entries: &[Entry], key: impl Fn(&Entry) -> u64) -> Vec<Vec<u64>> {
        let mut groups: BTreeMap<u64, Vec<u64>> = BTreeMap::new();
        for entry in entries {
            groups.entry(key(entry)).or_default().push(entry.row());
        }
        let mut groups: Vec<_> = groups.into_values().filter(|group| group.len() > 1).collect();
        groups.sort_by_key(|group| group[0]);
        groups
    }

    fn rows(group: &[Entry]) -> Vec<u64> {
        group.iter().map(|entry| entry.row()).collect()
    }

    proptest! {
        #[test]
        fn all_groups_are_found(clients in prop::collection::vec(any::<(u8, u8, u8)>(), 0..300), sorting: bool) {
            let mut all = entries(&clients);
            let mut found = Vec::new();
            let keep = |group: &mut [Entry]| {
                found.push(rows(group));
                group[1].set_fate(Fate::Invalid);
                Ok::<_, Infallible>(())
            };
            if sorting {
                by_sorting(&mut all, |entry| entry.id(), |_| true, keep).unwrap();
            } else {
                groups(&mut all, |entry| entry.id(), |_| true, keep).unwrap();
            }
            prop_assert_eq!(&found, &expected_groups(&all, |entry| entry.id()));
            for entry in &all {
                let second = found.iter().any(|group| group[1] == entry.row());
                prop_assert_eq!(entry.fate() == Fate::Invalid, second);
            }
            prop_assert!(all.is_sorted_by_key(|entry| entry.row()));
        }

        #[test]
        fn those_that_differ_are_found(clients in prop::collection::vec(any::<(u8, u8, u8)>(), 0..300)) {
            let mut all = entries(&clients);
            let mut found = Vec::new();
            let name = |entry: &Entry| u16::try_from(entry.name()).unwrap();
            unlike(&mut all, |entry| entry.phone(), name, |group| {
                found.push(rows(group));
                Ok::<_, Infallible>(())
            }).unwrap();
            let mut expected = expected_groups(&all, |entry| entry.phone());
            let of = |row: &u64| name(&all[usize::try_from(*row - 2).unwrap()]);
            expected.retain(|group| group.iter().any(|row| of(row) != of(&group[0])));
            prop_assert_eq!(found, expected);
        }

        #[test]
        fn those_out_of_order_are_found(clients in prop::collection::vec(any::<(u8, u8, u8)>(), 0..300)) {
            let mut all = entries(&clients);
            let minute = |entry: &Entry| entry.minute();
            let mut found = Vec::new();
            let keep = |entries: &mut [Entry], places: &[usize]| {
                found.push(places.iter().map(|place| entries[*place].row()).collect::<Vec<u64>>());
            };
            out_of_order(&mut all, |entry| entry.client(), keep).unwrap();
            found.sort();
            let mut expected = expected_groups(&all, |entry| entry.client());
            let of = |row: &u64| minute(&all[usize::try_from(*row - 2).unwrap()]);
            expected.retain(|rows| !rows.is_sorted_by_key(of));
            prop_assert_eq!(found, expected);
        }

        #[test]
        fn it_is_the_same_part_by_part(clients in prop::collection::vec(any::<(u8, u8, u8)>(), 0..300)) {
            let mut all = entries(&clients);
            let mut found = Vec::new();
            let keep = |entries: &mut [Entry], places: &[usize]| {
                found.push(places.iter().map(|place| entries[*place].row()).collect::<Vec<u64>>());
            };
            for_each(&mut all, (16, 300), |entry| entry.id(), Seen::default(), keep).unwrap();
            found.sort();
            prop_assert_eq!(found, expected_groups(&all, |entry| entry.id()));
        }
    }

    #[test]
    fn more_suspects_than_are_held_are_told() {
        let mut all = entries(&[(1, 0, 0), (1, 0, 0), (1, 0, 0)]);
        let mut look = |most| for_each(&mut all, (16, most), |entry| entry.id(), Seen::default(), |_, _| ());
        assert_eq!((look(2), look(3)), (Err(TooMany), Ok(())));
    }
}
