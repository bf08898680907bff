//! In which order events go: by the file, by the length of their ids, and within one client by date.

use super::entry::Entry;
use super::sorting::sort_by;
use crate::config::{Lookup, Order};

/// Sorts `entries`, which will all be sent, into the order of sending; returns whether it differs from the file's.
///
/// Shorter ids go before longer ones where `ids_inside_ids`, since the receiver finds a short id inside a longer one
/// that it already has. Among a client's events of the same standing the earlier visit goes first, in the places that
/// the client's events have, so that everybody else keeps the file's order.
pub(crate) fn arrange(entries: &mut [Entry], order: Order, lookup: Lookup, ids_inside_ids: bool) -> bool {
    let by_length = match order {
        Order::File => false,
        // Among ids of one length the caller sorts by the ids themselves, which are not packed.
        Order::Id => true,
        Order::Auto => ids_inside_ids && lookup == Lookup::Substring,
    };
    if order != Order::Auto {
        sort_by(entries, |entry| turn(*entry, by_length));
        return !entries.is_sorted_by_key(|entry| entry.row());
    }
    let moved = arrange_clients(entries, by_length);
    moved || !entries.is_sorted_by_key(|entry| entry.row())
}

/// The place of an entry among all.
fn turn(entry: Entry, by_length: bool) -> u64 {
    standing(entry, by_length) << 32 | entry.row()
}

fn standing(entry: Entry, by_length: bool) -> u64 {
    if by_length { entry.id_length() } else { 0 }
}

fn arrange_clients(entries: &mut [Entry], by_length: bool) -> bool {
    let client = |entry: &Entry| (entry.client(), standing(*entry, by_length));
    sort_by(entries, |entry| u128::from(entry.client()) << 64 | u128::from(turn(*entry, by_length)));
    // The turns of clients whose visits are not in order, client by client, as their visits follow one another.
    let mut visits: Vec<u64> = Vec::new();
    for group in entries.chunk_by_mut(|a, b| client(a) == client(b)) {
        if !group.is_sorted_by_key(|entry| entry.minute()) {
            group.sort_unstable_by_key(|entry| (entry.minute(), entry.row()));
            visits.extend(group.iter().map(|entry| turn(*entry, by_length)));
        }
    }
    sort_by(entries, |entry| turn(*entry, by_length));
    // Where each of them is, all found before the first one moves: then the order is no longer theirs.
    for visit in &mut visits {
        *visit = entries.partition_point(|entry| turn(*entry, by_length) < *visit) as u64;
    }
    let at = |visit: &u64| usize::try_from(*visit).unwrap_or(usize::MAX);
    let mut left = visits.as_mut_slice();
    while let Some(first) = left.first() {
        let whose = client(&entries[at(first)]);
        let same = left.iter().take_while(|visit| client(&entries[at(visit)]) == whose).count();
        let (group, others) = left.split_at_mut(same);
        left = others;
        let events: Vec<Entry> = group.iter().map(|visit| entries[at(visit)]).collect();
        group.sort_unstable();
        for (place, event) in group.iter().zip(events) {
            entries[at(place)] = event;
        }
    }
    !visits.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::entry::Seen;

    fn entry(id: &str, document: &str, minute: i64, row: u64) -> Entry {
        Entry::new(Seen { id, name: "", document, phone: "", minute, row })
    }

    fn rows(entries: &[Entry]) -> Vec<u64> {
        entries.iter().map(|entry| entry.row()).collect()
    }

    #[test]
    fn a_client_goes_by_date_and_everybody_else_by_the_file() {
        let mut entries =
            vec![entry("CRM-10", "A", 50, 2), entry("CRM-11", "B", 10, 3), entry("CRM-12", "A", 20, 4)];
        assert!(arrange(&mut entries, Order::Auto, Lookup::Substring, false));
        assert_eq!(rows(&entries), [4, 3, 2]);
    }

    #[test]
    fn clients_keep_their_places_among_one_another() {
        let visits = [("A", 50), ("B", 9), ("A", 20), ("C", 1), ("B", 3), ("A", 30), ("C", 2)];
        let mut entries: Vec<Entry> = (2..)
            .zip(visits)
            .map(|(row, (document, minute))| entry("CRM-10", document, minute, row))
            .collect();
        assert!(arrange(&mut entries, Order::Auto, Lookup::Substring, false));
        assert_eq!(rows(&entries), [4, 6, 7, 5, 3, 2, 8]);
        assert!(!arrange(&mut entries[4..5], Order::Auto, Lookup::Substring, false));
    }

    #[test]
    fn shorter_ids_go_first_where_one_is_inside_another() {
        let mut entries = vec![entry("CRM-12", "A", 10, 2), entry("CRM-1", "A", 20, 3)];
        assert!(arrange(&mut entries, Order::Auto, Lookup::Substring, true));
        assert_eq!(rows(&entries), [3, 2]);
        assert!(!arrange(&mut entries, Order::Auto, Lookup::Exact, true) || rows(&entries) == [2, 3]);
    }

    #[test]
    fn the_files_order_is_never_touched_when_asked() {
        let mut entries = vec![entry("CRM-12", "A", 90, 2), entry("CRM-1", "A", 20, 3)];
        assert!(!arrange(&mut entries, Order::File, Lookup::Substring, true));
        assert_eq!(rows(&entries), [2, 3]);
    }
}
