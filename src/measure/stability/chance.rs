//! Seeded chance by name and number: what is drawn depends on seed, name and number of the draw only, never on threads or order.

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

/// c₀ + c₁x + c₂x² + …
fn polynomial(x: f64, coefficients: &[f64; 8]) -> f64 {
    coefficients.iter().rev().fold(0.0, |sum, coefficient| sum * x + coefficient)
}

/// Quantile of the standard normal distribution, to 16 digits (Wichura 1988, algorithm AS 241, PPND16).
pub(super) fn normal_quantile(share: f64) -> f64 {
    let centred = share - 0.5;
    if centred.abs() <= 0.425 {
        let inner = 0.180_625 - centred * centred;
        return centred * polynomial(inner, &CENTRE.0) / polynomial(inner, &CENTRE.1);
    }
    let tail = if centred < 0.0 { share } else { 1.0 - share };
    let depth = (-libm::log(tail)).sqrt();
    let size = if depth <= 5.0 {
        polynomial(depth - 1.6, &SIDE.0) / polynomial(depth - 1.6, &SIDE.1)
    } else {
        polynomial(depth - 5.0, &FAR.0) / polynomial(depth - 5.0, &FAR.1)
    };
    if centred < 0.0 { -size } else { size }
}

type Fraction = ([f64; 8], [f64; 8]);

const CENTRE: Fraction = (
    [
        3.387_132_872_796_366_5,
        133.141_667_891_784_38,
        1_971.590_950_306_551_3,
        13_731.693_765_509_46,
        45_921.953_931_549_87,
        67_265.770_927_008_7,
        33_430.575_583_588_13,
        2_509.080_928_730_122_7,
    ],
    [
        1.0,
        42.313_330_701_600_91,
        687.187_007_492_057_9,
        5_394.196_021_424_751,
        21_213.794_301_586_597,
        39_307.895_800_092_71,
        28_729.085_735_721_943,
        5_226.495_278_852_854,
    ],
);

const SIDE: Fraction = (
    [
        1.423_437_110_749_683_5,
        4.630_337_846_156_546,
        5.769_497_221_460_691,
        3.647_848_324_763_204_5,
        1.270_458_252_452_368_4,
        0.241_780_725_177_450_6,
        0.022_723_844_989_269_184,
        7.745_450_142_783_414e-4,
    ],
    [
        1.0,
        2.053_191_626_637_759,
        1.676_384_830_183_803_8,
        0.689_767_334_985_1,
        0.148_103_976_427_480_07,
        0.015_198_666_563_616_457,
        5.475_938_084_995_345e-4,
        1.050_750_071_644_416_9e-9,
    ],
);

const FAR: Fraction = (
    [
        6.657_904_643_501_103,
        5.463_784_911_164_114,
        1.784_826_539_917_291_3,
        0.296_560_571_828_504_87,
        0.026_532_189_526_576_124,
        1.242_660_947_388_078_4e-3,
        2.711_555_568_743_487_6e-5,
        2.010_334_399_292_288_1e-7,
    ],
    [
        1.0,
        0.599_832_206_555_888,
        0.136_929_880_922_735_8,
        0.014_875_361_290_850_615,
        7.868_691_311_456_133e-4,
        1.846_318_317_510_054_8e-5,
        1.421_511_758_316_446e-7,
        2.044_263_103_389_939_8e-15,
    ],
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_normal_quantile_is_that_of_r() {
        // R 4: format(qnorm(c(0.5, 0.6, 0.925, 0.975, 0.999, 1e-10, 1e-20)), digits = 17)
        let known = [
            (0.5, 0.0),
            (0.6, 0.253_347_103_135_799_7),
            (0.925, 1.439_531_470_938_456_4),
            (0.975, 1.959_963_984_540_053_6),
            (0.999, 3.090_232_306_167_813),
            (1e-10, -6.361_340_902_404_057),
            (1e-20, -9.262_340_089_798_409),
        ];
        for (share, quantile) in known {
            assert!((normal_quantile(share) - quantile).abs() < 2e-15 * (1.0 + quantile.abs()), "{share}");
        }
    }

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
