//! Chance that can be repeated: the same seed, request and purpose give the same number, whatever runs in parallel.

/// A seeded source of shares.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Chance {
    seed: u64,
}

impl Chance {
    pub(super) fn new(seed: u64) -> Self {
        Self { seed }
    }

    /// A number in 0.0..1.0 for the `n`-th request and one `purpose`.
    #[expect(clippy::cast_precision_loss, reason = "53 bits are kept, which is what the type holds")]
    pub(super) fn share(self, n: u64, purpose: u64) -> f64 {
        let mixed = mix(mix(mix(self.seed) ^ n) ^ purpose);
        (mixed >> 11) as f64 / (1_u64 << 53) as f64
    }
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
        let mean = (0..10_000).map(|n| one.share(n, 0)).sum::<f64>() / 10_000.0;
        assert!((0.48..0.52).contains(&mean), "{mean}");
    }
}
