//! In which order events go: by the file, by the length of their ids, and within one client by date.

use super::alike::out_of_order;
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

/// The events of one client that have one standing. Both fit into one number: a likeness of 30 bits, a length of 6.
fn client(entry: &Entry, by_length: bool) -> u64 {
    entry.client() << 8 | standing(*entry, by_length)
}

fn arrange_clients(entries: &mut [Entry], by_length: bool) -> bool {
    if !entries.is_sorted_by_key(|entry| turn(*entry, by_length)) {
        sort_by(entries, |entry| turn(*entry, by_length));
    }
    let (mut moved, mut events) = (false, Vec::new());
    let arranged = out_of_order(
        entries,
        |entry| client(entry, by_length),
        |entries, places| {
            moved = true;
            events.clear();
            events.extend(places.iter().map(|place| entries[*place]));
            events.sort_unstable_by_key(|entry: &Entry| (entry.minute(), entry.row()));
            for (place, event) in places.iter().zip(&events) {
                entries[*place] = *event;
            }
        },
    );
    if arranged.is_ok() { moved } else { arrange_many_clients(entries, by_length) }
}

/// The same where many clients have visits that are not in order, as in an export that begins with the newest: all entries
/// are sorted, wherever they are by then.
fn arrange_many_clients(entries: &mut [Entry], by_length: bool) -> bool {
    let client = |entry: &Entry| client(entry, by_length);
    sort_by(entries, |entry| u128::from(client(entry)) << 64 | u128::from(turn(*entry, by_length)));
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
    use proptest::prelude::*;

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

    proptest! {
        #[test]
        fn many_clients_are_arranged_as_few_are(
            visits in prop::collection::vec((0u8..20, 0i64..5000, 1usize..4), 0..80), by_length: bool,
        ) {
            let of = |(row, (client, minute, length)): (u64, &(u8, i64, usize))| {
                entry(&"1".repeat(*length), &client.to_string(), *minute, row)
            };
            let mut few: Vec<Entry> = (2..).zip(&visits).map(of).collect();
            let mut many = few.clone();
            prop_assert_eq!(arrange_clients(&mut few, by_length), arrange_many_clients(&mut many, by_length));
            prop_assert_eq!(rows(&few), rows(&many));
        }
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
