//! A filter of ids: says for sure that an id was never seen, so that most look-ups of a first import cost nothing.
//!
//! Ten bits an id; one id in a hundred that was never seen is looked up all the same.

use std::hash::{BuildHasher, RandomState};

const BITS_PER_ID: u64 = 10;
const PROBES: u64 = 5;

/// Ids that may have been seen.
#[derive(Debug)]
pub(super) struct Filter {
    words: Vec<u64>,
    hasher: RandomState,
}

impl Filter {
    /// A filter for about `ids` ids.
    pub(super) fn new(ids: u64) -> Self {
        let words = (ids.max(64) * BITS_PER_ID).div_ceil(64);
        Self { words: vec![0; usize::try_from(words).unwrap_or(1)], hasher: RandomState::new() }
    }

    /// Adds an id, whatever its case; false where it was surely not there.
    pub(super) fn insert(&mut self, id: &str) -> bool {
        let hash = self.hash(id);
        let mut seen = true;
        for probe in 0..PROBES {
            let (word, bit) = self.place(hash, probe);
            seen &= self.words[word] & bit != 0;
            self.words[word] |= bit;
        }
        seen
    }

    fn hash(&self, id: &str) -> u64 {
        if id.is_ascii() {
            let mut folded = [0_u8; 128];
            if let Some(folded) = folded.get_mut(..id.len()) {
                folded.copy_from_slice(id.as_bytes());
                folded.make_ascii_lowercase();
                return self.hasher.hash_one(&*folded);
            }
        }
        self.hasher.hash_one(id.to_lowercase().as_bytes())
    }

    fn place(&self, hash: u64, probe: u64) -> (usize, u64) {
        let step = hash.rotate_left(32) | 1;
        let bit = hash.wrapping_add(probe.wrapping_mul(step)) % (self.words.len() as u64 * 64);
        // The number of words fits an index, so that what is below it does.
        (usize::try_from(bit / 64).unwrap_or(0), 1 << (bit % 64))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_seen_is_never_denied_and_little_else_is_claimed() {
        let mut filter = Filter::new(10_000);
        let mistaken = (0..10_000).filter(|number| filter.insert(&format!("CRM-{number}"))).count();
        assert!(mistaken < 200, "{mistaken}");
        assert!((0..10_000).all(|number| filter.insert(&format!("crm-{number}"))));
        assert!(!filter.insert("CITA-Ñ1") && filter.insert("cita-ñ1"));
        let long = "X".repeat(300);
        assert!(!filter.insert(&long) && filter.insert(&long.to_lowercase()));
    }
}
