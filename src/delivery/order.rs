//! Order: which deliveries must wait for which.
//!
//! Comes in: deliveries in the order in which they are wanted, and news of their ends. Goes out: the next one that may
//! start. Each waits only for earlier ones, so that no two can wait for each other:
//!
//! - for the one before it in its lane (one client), until that is answered for good;
//! - for each whose id is a proper prefix of its own, case folded, since the receiver looks ids up inside others;
//! - for each whose id its own one is a proper prefix of, until that is recorded: the receiver answers with the receipt of
//!   the longer one, and only who knows that receipt sees the collision;
//! - for one with the same id, until that is recorded, so that the repeat is known as one.
//!
//! A longer id that may be stored and has no receipt leaves a doubt behind: what the receiver answers to an id inside it
//! can't be believed.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, HashMap};
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
    /// How many open ids there are of each length: nearly always there is none longer than the next one.
    lengths: BTreeMap<usize, usize>,
    /// By the hash of each proper prefix: the longer ids that may be stored and have no receipt.
    doubted: Stirred<Vec<Box<str>>>,
    ready: BinaryHeap<Reverse<Seq>>,
    waiting: usize,
}

#[derive(Debug)]
struct Open {
    id: u64,
    /// The id, folded; empty where the look-up is exact.
    folded: Box<str>,
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
        let folded = if self.exact { Box::default() } else { id.to_lowercase().into_boxed_str() };
        waits_for += self.wait_for_longer(seq, &folded);
        if let Some(earlier) = self.by_lane.insert(lane, seq)
            && let Some(earlier) = self.open.get_mut(&earlier)
        {
            earlier.after_answer.push(seq);
            waits_for += 1;
        }
        self.by_id.insert(whole, seq);
        let open = Open {
            id: whole,
            folded,
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

    /// Lets `seq` wait for the record of each open id that its own one is inside of; returns how many there are.
    fn wait_for_longer(&mut self, seq: Seq, folded: &str) -> u32 {
        if self.exact {
            return 0;
        }
        let mut waits_for = 0;
        if self.lengths.range(folded.len() + 1..).next().is_some() {
            let longer =
                |open: &&mut Open| open.folded.len() > folded.len() && open.folded.starts_with(folded);
            for open in self.open.values_mut().filter(longer) {
                open.after_record.push(seq);
                waits_for += 1;
            }
        }
        *self.lengths.entry(folded.len()).or_default() += 1;
        waits_for
    }

    /// Notes that `id` may be stored, and that nobody knows under which receipt.
    pub fn doubt(&mut self, id: &str) {
        if self.exact {
            return;
        }
        prefix_hashes(id, |hash, is_whole| {
            if is_whole {
                return;
            }
            let longer = self.doubted.entry(hash).or_default();
            if !longer.iter().any(|longer| **longer == *id) {
                longer.push(id.into());
            }
        });
    }

    /// Notes that the receipt of `id` is known.
    pub fn believe(&mut self, id: &str) {
        if self.doubted.is_empty() {
            return;
        }
        let folded = id.to_lowercase();
        prefix_hashes(id, |hash, _| {
            if let Some(longer) = self.doubted.get_mut(&hash) {
                longer.retain(|longer| longer.to_lowercase() != folded);
                if longer.is_empty() {
                    self.doubted.remove(&hash);
                }
            }
        });
    }

    /// A longer id that may be stored without a receipt and that the receiver could take `id` for.
    pub fn inside_doubt(&self, id: &str) -> Option<&str> {
        if self.doubted.is_empty() {
            return None;
        }
        let longer = self.doubted.get(&prefix_hashes(id, |_, _| {}))?;
        // Two texts with one hash are no prefix of each other.
        let folded = id.to_lowercase();
        longer.iter().map(|longer| &**longer).find(|longer| longer.to_lowercase().starts_with(&folded))
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
        if let Some(count) = self.lengths.get_mut(&open.folded.len()) {
            *count -= 1;
            if *count == 0 {
                self.lengths.remove(&open.folded.len());
            }
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
    fn a_shorter_id_waits_for_the_record_of_a_longer_one_that_was_first() {
        let mut order = Order::new(false);
        let long = order.admit("CRM-12", 1);
        let short = order.admit("crm-1", 2);
        assert_eq!((order.start(), order.start()), (Some(long), None));
        order.answered(long);
        assert_eq!(order.start(), None);
        order.recorded(long);
        assert_eq!(order.start(), Some(short));
        order.recorded(short);
        assert!(order.lengths.is_empty() && order.open.is_empty());
        // In an exact look-up neither is inside the other.
        let mut order = Order::new(true);
        order.admit("CRM-12", 1);
        order.admit("CRM-1", 2);
        assert!(order.start().is_some() && order.start().is_some());
    }

    #[test]
    fn an_id_without_a_receipt_leaves_doubt_about_those_inside_it() {
        let mut order = Order::new(false);
        order.doubt("CRM-12");
        order.doubt("CRM-123");
        assert_eq!(order.inside_doubt("crm-1"), Some("CRM-12"));
        assert_eq!(order.inside_doubt("CRM-12"), Some("CRM-123"));
        assert_eq!((order.inside_doubt("CRM-2"), order.inside_doubt("CRM-123")), (None, None));
        order.believe("crm-12");
        assert_eq!(order.inside_doubt("CRM-1"), Some("CRM-123"));
        order.believe("CRM-123");
        assert!(order.inside_doubt("CRM-1").is_none() && order.doubted.is_empty());
        let mut exact = Order::new(true);
        exact.doubt("CRM-12");
        assert_eq!(exact.inside_doubt("CRM-1"), None);
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
