//! Sorting in place by two cores.
//!
//! A million events are sorted several times, and nothing else is to be done meanwhile.

use std::thread;

use crate::crew::Crew;

/// Fewer are sorted before a thread has begun.
const MANY: usize = 50_000;

/// Sorts `items` by `key`, the order of those with one key undefined.
pub(super) fn sort_by<T: Send, K: Ord>(items: &mut [T], key: impl Fn(&T) -> K + Sync) {
    if items.len() < MANY || Crew::of_this_machine().is_alone() {
        items.sort_unstable_by_key(key);
        return;
    }
    let (lower, _, upper) = items.select_nth_unstable_by_key(items.len() / 2, &key);
    thread::scope(|scope| {
        scope.spawn(|| lower.sort_unstable_by_key(&key));
        upper.sort_unstable_by_key(&key);
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_are_sorted_as_few_are() {
        for count in [0, 1, MANY - 1, MANY, 2 * MANY + 1] {
            let mut items: Vec<usize> = (0..count).map(|item| item * 7919 % 4099).collect();
            sort_by(&mut items, |item| *item);
            assert!(items.is_sorted(), "{count}");
            assert_eq!(items.len(), count);
        }
    }
}
