//! A set of texts that keeps 64 keyed bits of each: about 20 bytes an entry, whatever the texts are long.
//!
//! The key is random and never shown, so that nobody can prepare two texts with the same bits; by chance a million texts collide once
//! in about 37 million runs.

use std::hash::BuildHasher;

use foldhash::quality::RandomState;
use hashbrown::HashTable;
use hashbrown::hash_table::Entry;

/// The bits that say where in the table a text stands.
const PLACE: u64 = 0xffff_ffff;

/// Texts, each with a number.
#[derive(Debug, Default)]
pub(super) struct Index {
    hasher: RandomState,
    /// Positions in `hashes` and `values`: most questions are about texts that are not there, which this answers by itself.
    positions: HashTable<u32>,
    hashes: Vec<u64>,
    values: Vec<u32>,
}

impl Index {
    pub(super) fn len(&self) -> usize {
        self.hashes.len()
    }

    /// The bits of a text. Ids are mostly numbers that follow one another: those that differ in their last digit only
    /// stand side by side, in memory that the one before has fetched already.
    fn bits(hasher: &RandomState, text: &str) -> u64 {
        let whole = hasher.hash_one(text);
        let [rest @ .., digit @ b'0'..=b'9'] = text.as_bytes() else { return whole };
        let side = hasher.hash_one(rest) << 4 | u64::from(digit - b'0');
        whole & !PLACE | side & PLACE
    }

    pub(super) fn get(&self, text: &str) -> Option<u32> {
        let hash = Self::bits(&self.hasher, text);
        let position = self.positions.find(hash, |position| self.hashes[*position as usize] == hash)?;
        Some(self.values[*position as usize])
    }

    /// Adds `text`, unless it is in it.
    pub(super) fn insert(&mut self, text: &str, value: u32) {
        let Self { hasher, positions, hashes, values } = self;
        let hash = Self::bits(hasher, text);
        let hash_at = |position: &u32| hashes[*position as usize];
        let Entry::Vacant(vacant) = positions.entry(hash, |at| hash_at(at) == hash, hash_at) else { return };
        vacant.insert(u32::try_from(hashes.len()).unwrap_or(u32::MAX));
        hashes.push(hash);
        values.push(value);
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
