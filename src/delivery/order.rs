//! Order: which deliveries must wait for which.
//!
//! Comes in: deliveries in the order in which they are wanted, and news of their ends. Goes out: the next one that may
//! start. Each waits only for earlier ones, so that no two can wait for each other:
//!
//! - for the one before it in its lane (one client), until that is answered for good;
//! - for each whose id is a proper prefix of its own, case folded, since the receiver looks ids up inside others;
//! - for one with the same id, until that is recorded, so that the repeat is known as one.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::hash::{BuildHasherDefault, Hasher};

/// Number of a delivery in the order in which they were admitted.
pub type Seq = u64;

/// A map whose keys are hashes or numbers already, so that they need no more than a stir.
pub(super) type Stirred<V> = HashMap<u64, V, BuildHasherDefault<Stir>>;

/// Spreads a number over all bits. Keys that somebody chose to clash only cost time: they come from one's own files.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Stir(u64);

impl Hasher for Stir {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }

    fn write_u64(&mut self, number: u64) {
        let stirred = (self.0 ^ number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 = stirred ^ (stirred >> 32);
    }
}

/// The deliveries that have not come to their end, and who waits for whom.
#[derive(Debug, Default)]
pub struct Order {
    exact: bool,
    next: Seq,
    open: Stirred<Open>,
    by_id: Stirred<Seq>,
    by_lane: Stirred<Seq>,
    ready: BinaryHeap<Reverse<Seq>>,
    waiting: usize,
}

#[derive(Debug)]
struct Open {
    id: u64,
    lane: u64,
    waits_for: u32,
    answered: bool,
    after_answer: Vec<Seq>,
    after_record: Vec<Seq>,
}

impl Order {
    /// An empty order; `exact` switches the barriers between ids inside one another off.
    pub fn new(exact: bool) -> Self {
        Self { exact, ..Self::default() }
    }

    /// Takes the next delivery of the feed.
    pub fn admit(&mut self, id: &str, lane: u64) -> Seq {
        let seq = self.next;
        self.next += 1;
        let mut waits_for = 0;
        let whole = prefix_hashes(id, |hash, is_whole| {
            let earlier = self.by_id.get(&hash).copied();
            let Some(earlier) = earlier.and_then(|earlier| Some((earlier, self.open.get_mut(&earlier)?)))
            else {
                return;
            };
            let (_, earlier) = earlier;
            if is_whole {
                earlier.after_record.push(seq);
                waits_for += 1;
            } else if !self.exact && !earlier.answered {
                earlier.after_answer.push(seq);
                waits_for += 1;
            }
        });
        if let Some(earlier) = self.by_lane.insert(lane, seq)
            && let Some(earlier) = self.open.get_mut(&earlier)
        {
            earlier.after_answer.push(seq);
            waits_for += 1;
        }
        self.by_id.insert(whole, seq);
        let open = Open {
            id: whole,
            lane,
            waits_for,
            answered: false,
            after_answer: Vec::new(),
            after_record: Vec::new(),
        };
        self.open.insert(seq, open);
        if waits_for == 0 {
            self.ready.push(Reverse(seq));
        }
        self.waiting += 1;
        seq
    }

    /// Takes the earliest delivery that may start.
    pub fn start(&mut self) -> Option<Seq> {
        let Reverse(seq) = self.ready.pop()?;
        self.waiting -= 1;
        Some(seq)
    }

    /// Whether one may start.
    pub fn has_ready(&self) -> bool {
        !self.ready.is_empty()
    }

    /// Deliveries admitted and not started.
    pub fn waiting(&self) -> usize {
        self.waiting
    }

    /// Notes that no further request of `seq` will be made; returns how many that makes ready.
    pub fn answered(&mut self, seq: Seq) -> usize {
        let Some(open) = self.open.get_mut(&seq) else { return 0 };
        open.answered = true;
        let (lane, dependents) = (open.lane, std::mem::take(&mut open.after_answer));
        if self.by_lane.get(&lane) == Some(&seq) {
            self.by_lane.remove(&lane);
        }
        self.release(&dependents)
    }

    /// Notes that the end of `seq` is recorded; returns how many that makes ready.
    pub fn recorded(&mut self, seq: Seq) -> usize {
        let answered = self.answered(seq);
        let Some(open) = self.open.remove(&seq) else { return answered };
        if self.by_id.get(&open.id) == Some(&seq) {
            self.by_id.remove(&open.id);
        }
        answered + self.release(&open.after_record)
    }

    fn release(&mut self, dependents: &[Seq]) -> usize {
        let mut ready = 0;
        for dependent in dependents {
            if let Some(open) = self.open.get_mut(dependent) {
                open.waits_for -= 1;
                if open.waits_for == 0 {
                    self.ready.push(Reverse(*dependent));
                    ready += 1;
                }
            }
        }
        ready
    }
}

/// Calls `visit` with the hash of each prefix of the folded `id`, ending with the whole (`true`), whose hash it
/// returns. FNV-1a, because it grows letter by letter; two ids with one hash only wait without need.
fn prefix_hashes(id: &str, mut visit: impl FnMut(u64, bool)) -> u64 {
    const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0000_0100_0000_01b3;
    let mut hash = OFFSET;
    let mut letters = id.chars().flat_map(char::to_lowercase).peekable();
    let mut buffer = [0; 4];
    while let Some(letter) = letters.next() {
        for byte in letter.encode_utf8(&mut buffer).bytes() {
            hash = (hash ^ u64::from(byte)).wrapping_mul(PRIME);
        }
        visit(hash, letters.peek().is_none());
    }
    hash
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shorter_id_is_answered_before_the_longer_ones_that_contain_it() {
        let mut order = Order::new(false);
        let short = order.admit("crm-1", 1);
        let long = order.admit("CRM-12", 2);
        let other = order.admit("CRM-2", 3);
        assert_eq!((order.start(), order.start(), order.start()), (Some(short), Some(other), None));
        order.answered(short);
        assert_eq!(order.start(), Some(long));
    }

    #[test]
    fn an_exact_look_up_needs_no_barriers() {
        let mut order = Order::new(true);
        order.admit("CRM-1", 1);
        order.admit("CRM-12", 2);
        assert!(order.start().is_some() && order.start().is_some());
    }

    #[test]
    fn one_client_goes_one_by_one() {
        let mut order = Order::new(false);
        let first = order.admit("A", 7);
        let second = order.admit("B", 7);
        assert_eq!((order.start(), order.start()), (Some(first), None));
        order.answered(first);
        assert_eq!(order.start(), Some(second));
    }

    #[test]
    fn a_repeated_id_waits_for_the_record_even_where_the_look_up_is_exact() {
        let mut order = Order::new(true);
        let first = order.admit("A", 1);
        let second = order.admit("a", 2);
        assert_eq!(order.start(), Some(first));
        order.answered(first);
        assert_eq!(order.start(), None);
        order.recorded(first);
        assert_eq!(order.start(), Some(second));
    }
}
