//! Chance that can be repeated: the same seed, draw and purpose give the same number, whatever runs in parallel.
//!
//! A [`Draw`] is a presencia's id and how often it came, not the place in the order of arrival: parallel senders would
//! otherwise meet other faults each time.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// Ids whose sends are counted; beyond that counting begins anew, so that memory stays bounded.
const COUNTED: usize = 200_000;

/// A seeded source of shares.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Chance {
    seed: u64,
}

impl Chance {
    pub(super) fn new(seed: u64) -> Self {
        Self { seed }
    }

    /// A number in 0.0..1.0 for one draw and one `purpose`.
    #[expect(clippy::cast_precision_loss, reason = "53 bits are kept, which is what the type holds")]
    pub(super) fn share(self, draw: u64, purpose: u64) -> f64 {
        let mixed = mix(mix(mix(self.seed) ^ draw) ^ purpose);
        (mixed >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// Numbers the draws: one for each send of each id.
#[derive(Debug, Default)]
pub(super) struct Draws {
    sends: Mutex<HashMap<u64, u64>>,
}

impl Draws {
    /// The draw of the next send of `id`; of the `n`-th request where it has none.
    pub(super) fn next(&self, id: Option<&str>, n: u64) -> u64 {
        let Some(id) = id else { return n };
        let name = name(id);
        let mut sends = self.sends.lock().unwrap_or_else(PoisonError::into_inner);
        if sends.len() >= COUNTED && !sends.contains_key(&name) {
            sends.clear();
        }
        let send = sends.entry(name).or_default();
        *send += 1;
        mix(name ^ *send)
    }

    pub(super) fn clear(&self) {
        self.sends.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

/// A number for a text, the same on every machine and in every version.
fn name(text: &str) -> u64 {
    text.bytes().fold(text.len() as u64, |name, byte| mix(name ^ u64::from(byte)))
}

/// `SplitMix64`'s finaliser.
fn mix(mut z: u64) -> u64 {
    z = z.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(clippy::float_cmp, reason = "repeating is exact")]
    fn repeats_and_spreads() {
        let (one, other) = (Chance::new(7), Chance::new(8));
        assert_eq!(one.share(3, 1), Chance::new(7).share(3, 1));
        assert_ne!(one.share(3, 1), other.share(3, 1));
        let draws = Draws::default();
        let (first, second) = (draws.next(Some("CRM-1"), 1), draws.next(Some("CRM-1"), 2));
        assert_ne!(first, second, "a repeat is another draw");
        assert_ne!(first, draws.next(Some("CRM-2"), 3));
        draws.clear();
        assert_eq!(draws.next(Some("CRM-1"), 9), first, "whenever it comes");
        let mean = (0..10_000).map(|n| one.share(n, 0)).sum::<f64>() / 10_000.0;
        assert!((0.48..0.52).contains(&mean), "{mean}");
    }
}
