//! In which order events go: by the file, by the length of their ids, and within one client by date.

use super::entry::{Entry, Fate};
use super::sorting::sort_by;
use crate::config::{Lookup, Order};

/// Sorts `entries` into the order of sending; returns whether it differs from the file's.
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
    sort_by(entries, |entry| u128::from(standing(*entry, by_length)) << 64 | u128::from(entry.row()));
    if order != Order::Auto {
        return !entries.is_sorted_by_key(|entry| entry.row());
    }
    let moved = arrange_clients(entries, by_length);
    moved || !entries.is_sorted_by_key(|entry| entry.row())
}

fn standing(entry: Entry, by_length: bool) -> u64 {
    if by_length { entry.id_length() } else { 0 }
}

fn arrange_clients(entries: &mut [Entry], by_length: bool) -> bool {
    // Places of the events that will be sent, client by client, in the order of sending.
    let mut places: Vec<u32> = (0..entries.len())
        .filter(|index| entries[*index].fate() == Fate::Send)
        .filter_map(|index| u32::try_from(index).ok())
        .collect();
    let client = |entries: &[Entry], place: u32| {
        let entry = entries[place as usize];
        u128::from(entry.client()) << 64 | u128::from(standing(entry, by_length)) << 32
    };
    sort_by(&mut places, |place| client(entries, *place) | u128::from(*place));
    let mut moved = false;
    let mut from = 0;
    while from < places.len() {
        let key = client(entries, places[from]);
        let len = places[from..].iter().take_while(|place| client(entries, **place) == key).count();
        let group = &places[from..from + len];
        from += len;
        if group.is_sorted_by_key(|place| entries[*place as usize].minute()) {
            continue;
        }
        let mut events: Vec<Entry> = group.iter().map(|place| entries[*place as usize]).collect();
        events.sort_by_key(|event| (event.minute(), event.row()));
        for (place, event) in group.iter().zip(events) {
            entries[*place as usize] = event;
        }
        moved = true;
    }
    moved
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
