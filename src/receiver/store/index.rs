//! A set of texts that keeps 64 keyed bits of each: 18 bytes an entry, whatever the texts are long.
//!
//! The key is random, so that nobody can prepare two texts with the same bits; by chance a million texts collide once
//! in about 37 million runs.

use std::hash::{BuildHasher, RandomState};

const FREE: u32 = u32::MAX;

/// Texts, each with a number.
#[derive(Debug, Default)]
pub(super) struct Index {
    hasher: RandomState,
    /// Open addressing: positions in `hashes`.
    slots: Vec<u32>,
    hashes: Vec<u64>,
    values: Vec<u32>,
}

impl Index {
    pub(super) fn len(&self) -> usize {
        self.hashes.len()
    }

    pub(super) fn get(&self, text: &str) -> Option<u32> {
        if self.slots.is_empty() {
            return None;
        }
        let hash = self.hasher.hash_one(text);
        let mut slot = self.home(hash);
        loop {
            let position = self.slots[slot];
            if position == FREE {
                return None;
            }
            if self.hashes[position as usize] == hash {
                return Some(self.values[position as usize]);
            }
            slot = (slot + 1) & (self.slots.len() - 1);
        }
    }

    /// Adds `text`, which must not be in it.
    pub(super) fn insert(&mut self, text: &str, value: u32) {
        // Three quarters full at most: probes stay short.
        if (self.hashes.len() + 1) * 4 > self.slots.len() * 3 {
            self.grow();
        }
        let hash = self.hasher.hash_one(text);
        self.place(hash, u32::try_from(self.hashes.len()).unwrap_or(FREE));
        self.hashes.push(hash);
        self.values.push(value);
    }

    #[expect(clippy::cast_possible_truncation, reason = "only the low bits choose a slot")]
    fn home(&self, hash: u64) -> usize {
        hash as usize & (self.slots.len() - 1)
    }

    fn place(&mut self, hash: u64, position: u32) {
        let mut slot = self.home(hash);
        while self.slots[slot] != FREE {
            slot = (slot + 1) & (self.slots.len() - 1);
        }
        self.slots[slot] = position;
    }

    fn grow(&mut self) {
        let size = (self.slots.len() * 2).max(64);
        self.slots = Vec::new();
        self.slots.resize(size, FREE);
        for position in 0..self.hashes.len() {
            self.place(self.hashes[position], u32::try_from(position).unwrap_or(FREE));
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
        }
        assert_eq!(index.len(), 10_000);
        for number in 0..10_000 {
            assert_eq!(index.get(&format!("CRM-{number}")), Some(number));
        }
        assert_eq!(index.get("CRM-10000"), None);
    }
}
