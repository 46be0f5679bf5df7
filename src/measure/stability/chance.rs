//! Seeded chance by name and number: what is drawn depends on seed, name and number of the draw only, never on threads or order.

use crate::measure::distribution::normal_quantile;

/// Increment of SplitMix64, 2⁶⁴ divided by the golden ratio.
const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

/// The output function of SplitMix64 (Steele, Lea & Flood 2014, variant 13 of Stafford).
fn mix(mut bits: u64) -> u64 {
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

/// A source of chance with a name, from which every draw has a stream of its own.
#[derive(Clone, Copy, Debug)]
pub(super) struct Source(u64);

impl Source {
    /// The source of this name; the parts are told apart ("a", "bc" is not "ab", "c").
    pub(super) fn new(seed: u64, name: &[&str]) -> Self {
        let mut key = mix(seed.wrapping_add(STEP));
        for part in name {
            // FNV-1a over the bytes, then mixed: only has to tell the names apart.
            let hash = part
                .bytes()
                .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
            key = mix(key.wrapping_mul(3) ^ hash);
        }
        Self(key)
    }

    /// The stream of one draw.
    pub(super) fn stream(self, draw: u64) -> Stream {
        Stream(mix(self.0 ^ mix(draw.wrapping_mul(STEP).wrapping_add(1))))
    }
}

/// Numbers one after the other.
#[derive(Clone, Debug)]
pub(super) struct Stream(u64);

impl Stream {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(STEP);
        mix(self.0)
    }

    /// Even in (0, 1), neither end included.
    #[allow(clippy::cast_precision_loss, reason = "53 bits fit a double exactly")]
    pub(super) fn uniform(&mut self) -> f64 {
        ((self.next() >> 11) as f64 + 0.5) / 9_007_199_254_740_992.0
    }

    /// Standard normal, by inversion: one number drawn, one used.
    pub(super) fn normal(&mut self) -> f64 {
        let share = self.uniform();
        normal_quantile(share)
    }

    /// Gamma of this shape (> 0) and scale 1 (Marsaglia & Tsang 2000; below 1 by their boost of a larger one).
    pub(super) fn gamma(&mut self, shape: f64) -> f64 {
        if shape < 1.0 {
            let whole = self.gamma(shape + 1.0);
            return whole * libm::exp(libm::log(self.uniform()) / shape);
        }
        let least = shape - 1.0 / 3.0;
        let scale = 1.0 / (9.0 * least).sqrt();
        loop {
            let bell = self.normal();
            let root = 1.0 + scale * bell;
            if root <= 0.0 {
                continue;
            }
            let cube = root * root * root;
            let (even, square) = (self.uniform(), bell * bell);
            let squeezed = even < 1.0 - 0.0331 * square * square;
            if squeezed || libm::log(even) < 0.5 * square + least * (1.0 - cube + libm::log(cube)) {
                return least * cube;
            }
        }
    }

    /// χ² with so many degrees of freedom (> 0), divided by them.
    pub(super) fn mean_square(&mut self, df: f64) -> f64 {
        2.0 * self.gamma(df / 2.0) / df
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_are_fixed_and_apart() {
        let first = |seed, name: &[&str], draw| {
            let mut stream = Source::new(seed, name).stream(draw);
            (0..4).map(|_| stream.next()).collect::<Vec<_>>()
        };
        assert_eq!(first(1, &["a", "b"], 7), first(1, &["a", "b"], 7));
        for other in [first(2, &["a", "b"], 7), first(1, &["ab"], 7), first(1, &["b", "a"], 7), first(1, &["a", "b"], 8)] {
            assert_ne!(first(1, &["a", "b"], 7), other);
        }
    }

    #[allow(clippy::cast_precision_loss, reason = "a number of draws")]
    fn moments(draws: u64, one: impl Fn(&mut Stream) -> f64) -> (f64, f64) {
        let values: Vec<f64> = (0..draws).map(|draw| one(&mut Source::new(3, &["moments"]).stream(draw))).collect();
        let mean = values.iter().sum::<f64>() / draws as f64;
        (mean, values.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>() / (draws - 1) as f64)
    }

    #[test]
    fn distributions_have_the_moments_they_should() {
        // five standard errors of each estimate of 40,000 draws
        let (mean, variance) = moments(40_000, Stream::normal);
        assert!(mean.abs() < 0.025 && (variance - 1.0).abs() < 0.036, "{mean} {variance}");
        for shape in [0.3, 1.0, 2.4, 12.0] {
            let (mean, variance) = moments(40_000, |stream| stream.gamma(shape));
            let (of_mean, of_variance) = ((shape / 40_000.0).sqrt(), shape * ((2.0 + 6.0 / shape) / 40_000.0).sqrt());
            assert!((mean - shape).abs() < 5.0 * of_mean, "{shape}: {mean}");
            assert!((variance - shape).abs() < 5.0 * of_variance, "{shape}: {variance}");
        }
        let (mean, variance) = moments(40_000, |stream| stream.mean_square(8.0));
        assert!((mean - 1.0).abs() < 0.0125 && (variance - 0.25).abs() < 0.013, "{mean} {variance}");
    }
}
