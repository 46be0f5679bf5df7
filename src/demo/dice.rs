//! Seeded chance in whole numbers only, so that made data are the same bytes on every machine.

use rand_pcg::Pcg64;
use rand_pcg::rand_core::{Rng, SeedableRng};

/// A stream of chance of its own; what one stream draws never moves another.
pub(super) struct Dice(Pcg64);

impl Dice {
    /// The stream named `stream` of the seed.
    pub(super) fn new(seed: u64, stream: &str) -> Self {
        // FNV-1a: only has to tell the streams apart.
        let name =
            stream.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
        Self(Pcg64::seed_from_u64(seed.rotate_left(17) ^ name))
    }

    /// A number from 0 to `n - 1` (0 where `n` is 0).
    pub(super) fn below(&mut self, n: u32) -> u32 {
        let wide = u64::from(self.0.next_u32()) * u64::from(n);
        u32::try_from(wide >> 32).unwrap_or(0)
    }

    /// A position in something of length `len`.
    pub(super) fn index(&mut self, len: usize) -> usize {
        self.below(u32::try_from(len).unwrap_or(u32::MAX)) as usize
    }

    /// One of the things; `things` must not be empty.
    pub(super) fn pick<'a, T>(&mut self, things: &'a [T]) -> &'a T {
        &things[self.index(things.len())]
    }

    /// Bell-shaped around 0 with standard deviation `spread`: the sum of twelve even draws less their mean.
    pub(super) fn bell(&mut self, spread: i64) -> i64 {
        let sum: i64 = (0..12).map(|_| i64::from(self.below(65_536))).sum();
        (sum - 6 * 65_535) * spread / 65_536
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_are_fixed_and_apart() {
        let draw = |seed, stream| {
            let mut dice = Dice::new(seed, stream);
            (0..5).map(|_| dice.below(1000)).collect::<Vec<_>>()
        };
        assert_eq!(draw(1, "a"), draw(1, "a"));
        assert_ne!(draw(1, "a"), draw(1, "b"));
        assert_ne!(draw(1, "a"), draw(2, "a"));
    }

    #[test]
    fn bell_has_the_spread_it_says() {
        let mut dice = Dice::new(7, "bell");
        let draws: Vec<i64> = (0..4000).map(|_| dice.bell(1000)).collect();
        let mean = draws.iter().sum::<i64>() / 4000;
        let variance = draws.iter().map(|x| (x - mean) * (x - mean)).sum::<i64>() / 4000;
        assert!(mean.abs() < 60, "{mean}");
        assert!((900_000..1_100_000).contains(&variance), "{variance}");
    }
}
