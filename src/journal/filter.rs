//! A filter of ids: says for sure that an id was never seen, so that most look-ups of a first import cost nothing.
//!
//! Twelve bits an id, all of an id's bits within one line of the cache; one id in a hundred that was never seen is
//! looked up all the same.

use std::hash::{BuildHasher, RandomState};

const BITS_PER_ID: u64 = 12;
const PROBES: u32 = 5;
const BLOCK_BITS: u64 = 512;

/// Ids that may have been seen.
#[derive(Debug)]
pub(super) struct Filter {
    blocks: Vec<[u64; 8]>,
    hasher: RandomState,
}

impl Filter {
    /// A filter for about `ids` ids.
    pub(super) fn new(ids: u64) -> Self {
        let blocks = (ids.max(64) * BITS_PER_ID).div_ceil(BLOCK_BITS);
        Self { blocks: vec![[0; 8]; usize::try_from(blocks).unwrap_or(1)], hasher: RandomState::new() }
    }

    /// Adds an id, whatever its case; false where it was surely not there.
    pub(super) fn insert(&mut self, id: &str) -> bool {
        let hash = self.hash(id);
        let blocks = self.blocks.len() as u64;
        // The upper half chooses the block, the lower half and a stir of it the bits in it.
        let index = usize::try_from(((hash >> 32) * blocks) >> 32).unwrap_or(0);
        let block = &mut self.blocks[index];
        let mut bits = hash.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 16;
        let mut seen = true;
        for _ in 0..PROBES {
            // Three bits of the word's number and six of the bit's: within the block whatever they are.
            let word = &mut block[usize::try_from(bits >> 6 & 7).unwrap_or(0)];
            let bit = 1 << (bits & 63);
            seen &= *word & bit != 0;
            *word |= bit;
            bits >>= 9;
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
