//! A set of texts that keeps 64 keyed bits of each: 15 to 30 bytes an entry, whatever the texts are long.
//!
//! The key is random and never shown, so that nobody can prepare two texts with the same bits; by chance a million texts
//! collide once in some ten million runs. (Four of the bits are the last digit of a text that ends in one: a million of
//! those are ten times a hundred thousand that could collide in the other sixty.)

use std::hash::BuildHasher;

use foldhash::quality::RandomState;
use hashbrown::HashTable;
use hashbrown::hash_table::Entry;

/// The low half of the bits.
const LOW: u64 = 0xffff_ffff;

/// Texts, each with a number.
#[derive(Debug, Default)]
pub(super) struct Index {
    hasher: RandomState,
    texts: HashTable<Slot>,
}

/// What is kept of a text. In halves, since a whole would leave four bytes of each unused.
#[derive(Debug, Clone, Copy)]
struct Slot {
    bits: [u32; 2],
    number: u32,
}

impl Slot {
    fn new(bits: u64, number: u32) -> Self {
        let halves = [bits >> 32, bits & LOW];
        Self { bits: halves.map(|half| u32::try_from(half).unwrap_or_default()), number }
    }

    fn bits(&self) -> u64 {
        u64::from(self.bits[0]) << 32 | u64::from(self.bits[1])
    }
}

impl Index {
    pub(super) fn len(&self) -> usize {
        self.texts.len()
    }

    /// The bits of a text: the low half says where in the table it stands, the high half tells it from others there. Ids
    /// are mostly numbers that follow one another: those that differ in their last digit only stand side by side, in
    /// memory that the one before has fetched already.
    fn bits(&self, text: &str) -> u64 {
        let [rest @ .., digit @ b'0'..=b'9'] = text.as_bytes() else { return self.hasher.hash_one(text) };
        let (bits, digit) = (self.hasher.hash_one(rest), u64::from(digit - b'0'));
        // Also into the seven highest bits, by which a table chooses what to compare.
        (bits & !LOW | (bits << 4 | digit) & LOW) ^ digit << 59
    }

    pub(super) fn get(&self, text: &str) -> Option<u32> {
        let bits = self.bits(text);
        self.texts.find(bits, |slot| slot.bits() == bits).map(|slot| slot.number)
    }

    /// Adds `text`, unless it is in it.
    pub(super) fn insert(&mut self, text: &str, number: u32) {
        let bits = self.bits(text);
        if let Entry::Vacant(vacant) = self.texts.entry(bits, |slot| slot.bits() == bits, Slot::bits) {
            vacant.insert(Slot::new(bits, number));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_was_put_in_and_nothing_else() {
        let mut index = Index::default();
        assert_eq!(index.get("CRM-1"), None);
        for number in 0..10_000 {
            index.insert(&format!("CRM-{number}"), number);
            index.insert(&format!("CRM-{number}"), 0);
        }
        assert_eq!(index.len(), 10_000);
        for number in 0..10_000 {
            assert_eq!(index.get(&format!("CRM-{number}")), Some(number));
        }
        assert_eq!(index.get("CRM-10000"), None);
    }
}
