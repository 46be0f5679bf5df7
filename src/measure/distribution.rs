//! The normal distribution and quantiles of Student's t, the same on every machine: only basic arithmetic and `libm`.

use std::f64::consts::PI;
use std::sync::OnceLock;

/// Φ(x), the normal distribution function.
pub(super) fn normal_cdf(x: f64) -> f64 {
    0.5 * libm::erfc(-x * std::f64::consts::FRAC_1_SQRT_2)
}

/// Φ⁻¹(p) for 0 < p < 1: M. J. Wichura, Algorithm AS 241 (PPND16), Applied Statistics 37 (1988); about 16 digits.
pub(super) fn normal_quantile(p: f64) -> f64 {
    let q = p - 0.5;
    if q.abs() <= 0.425 {
        let r = 0.180_625 - q * q;
        return q * ratio(r, &CENTRE);
    }
    let tail = if q < 0.0 { p } else { 1.0 - p };
    let r = libm::sqrt(-libm::log(tail));
    let x = if r <= 5.0 { ratio(r - 1.6, &MIDDLE) } else { ratio(r - 5.0, &FAR) };
    if q < 0.0 { -x } else { x }
}

/// Numerator and denominator of a rational approximation, highest power first.
type Rational = ([f64; 8], [f64; 8]);

fn ratio(r: f64, (above, below): &Rational) -> f64 {
    let value = |terms: &[f64; 8]| terms.iter().fold(0.0, |sum, term| sum * r + term);
    value(above) / value(below)
}

const CENTRE: Rational = (
    [
        2.509_080_928_730_122_7e3,
        3.343_057_558_358_813e4,
        6.726_577_092_700_87e4,
        4.592_195_393_154_987e4,
        1.373_169_376_550_946e4,
        1.971_590_950_306_551_3e3,
        1.331_416_678_917_843_8e2,
        3.387_132_872_796_366_5,
    ],
    [
        5.226_495_278_852_854e3,
        2.872_908_573_572_194_3e4,
        3.930_789_580_009_271e4,
        2.121_379_430_158_659_7e4,
        5.394_196_021_424_751e3,
        6.871_870_074_920_579e2,
        4.231_333_070_160_091e1,
        1.0,
    ],
);
const MIDDLE: Rational = (
    [
        7.745_450_142_783_414e-4,
        2.272_384_498_926_918_4e-2,
        2.417_807_251_774_506e-1,
        1.270_458_252_452_368_4,
        3.647_848_324_763_204_5,
        5.769_497_221_460_691,
        4.630_337_846_156_546,
        1.423_437_110_749_683_5,
    ],
    [
        1.050_750_071_644_416_9e-9,
        5.475_938_084_995_345e-4,
        1.519_866_656_361_645_7e-2,
        1.481_039_764_274_800_8e-1,
        6.897_673_349_851e-1,
        1.676_384_830_183_803_8,
        2.053_191_626_637_759,
        1.0,
    ],
);
const FAR: Rational = (
    [
        2.010_334_399_292_288_1e-7,
        2.711_555_568_743_487_6e-5,
        1.242_660_947_388_078_4e-3,
        2.653_218_952_657_612_4e-2,
        2.965_605_718_285_048_7e-1,
        1.784_826_539_917_291_3,
        5.463_784_911_164_114,
        6.657_904_643_501_103,
    ],
    [
        2.044_263_103_389_939_8e-15,
        1.421_511_758_316_446e-7,
        1.846_318_317_510_054_7e-5,
        7.868_691_311_456_133e-4,
        1.487_536_129_085_061_5e-2,
        1.369_298_809_227_358e-1,
        5.998_322_065_558_88e-1,
        1.0,
    ],
);

/// Beyond so many degrees of freedom the expansion around the normal quantile is exact to the last digits.
const MANY: f64 = 1000.0;

/// The quantile of Student's t with `df` > 0 degrees of freedom (not necessarily whole), 0 < p < 1.
pub(super) fn t_quantile(p: f64, df: f64) -> f64 {
    if p < 0.5 { -t_upper(p, df) } else { t_upper(1.0 - p, df) }
}

/// Upper end of 95 % intervals: [`t_quantile`] at 0.975. Whole degrees of freedom come again and again, so they are kept.
pub(super) fn t_975(df: f64) -> f64 {
    static KEPT: [OnceLock<f64>; 512] = [const { OnceLock::new() }; 512];
    let whole = |place: &usize| f64::from(u16::try_from(*place).unwrap_or(0)).to_bits() == df.to_bits();
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "compared with the number again")]
    let place = Some(df.clamp(0.0, 600.0) as usize).filter(whole);
    match place.and_then(|place| KEPT.get(place)) {
        Some(kept) => *kept.get_or_init(|| t_quantile(0.975, df)),
        None if df >= SERIES_FROM => t_975_series(df),
        None => t_quantile(0.975, df),
    }
}

/// From so many degrees of freedom the 97.5 % point is read off a series.
const SERIES_FROM: f64 = 3.0;

/// Terms of the series: with 12 it is good to 1e-12 of the quantile, with 16 to the last digits.
const TERMS: usize = 16;

/// The 97.5 % point as a series of Chebyshev polynomials in 1/df, made from its values at their 16 nodes; summed after C. W.
/// Clenshaw (1955, Mathematics of Computation 9).
fn t_975_series(df: f64) -> f64 {
    static SERIES: OnceLock<[f64; TERMS]> = OnceLock::new();
    let series = SERIES.get_or_init(chebyshev);
    let x = 2.0 * SERIES_FROM / df - 1.0;
    let (first, rest) = series.split_first().map_or((0.0, &[][..]), |(first, rest)| (*first, rest));
    let (last, before) = rest.iter().rev().fold((0.0, 0.0), |(one, two), term| (2.0 * x * one - two + term, one));
    x * last - before + first
}

fn chebyshev() -> [f64; TERMS] {
    let index = |at: usize| f64::from(u16::try_from(at).unwrap_or(0));
    let terms = index(TERMS);
    let angle = |node: usize| PI * (index(node) + 0.5) / terms;
    let value = |node: usize| t_quantile(0.975, 2.0 * SERIES_FROM / (1.0 + libm::cos(angle(node))));
    let values: [f64; TERMS] = std::array::from_fn(value);
    std::array::from_fn(|term| {
        let products = values.iter().enumerate().map(|(node, value)| value * libm::cos(index(term) * angle(node)));
        products.sum::<f64>() * if term == 0 { 1.0 } else { 2.0 } / terms
    })
}

/// The x with P(T > x) = tail ≤ ½.
fn t_upper(tail: f64, df: f64) -> f64 {
    let z = -normal_quantile(tail);
    if df >= MANY {
        return expansion(z, df);
    }
    // Newton's steps on the upper tail, kept between bounds that close in.
    let (mut low, mut high) = (0.0f64, f64::INFINITY);
    let mut x = if df < 3.0 { 1.0 } else { expansion(z, df) };
    for _ in 0..200 {
        let excess = t_tail(x, df) - tail;
        if excess > 0.0 {
            low = low.max(x);
        } else {
            high = high.min(x);
        }
        let mut next = x + excess / t_density(x, df);
        if !(next > low && next < high) {
            next = if high.is_finite() { f64::midpoint(low, high) } else { low * 2.0 + 1.0 };
        }
        if (next - x).abs() <= 1e-15 * x.abs() {
            return next;
        }
        x = next;
    }
    x
}

/// Abramowitz & Stegun 26.7.5: the quantile as a series in 1/df around the normal one.
fn expansion(z: f64, df: f64) -> f64 {
    let s = z * z;
    let terms = [
        z * (s + 1.0) / 4.0,
        z * ((5.0 * s + 16.0) * s + 3.0) / 96.0,
        z * (((3.0 * s + 19.0) * s + 17.0) * s - 15.0) / 384.0,
        z * ((((79.0 * s + 776.0) * s + 1482.0) * s - 1920.0) * s - 945.0) / 92_160.0,
    ];
    z + terms.iter().rev().fold(0.0, |sum, term| (sum + term) / df)
}

/// P(T > x) for x ≥ 0: half the incomplete beta function at df / (df + x²).
fn t_tail(x: f64, df: f64) -> f64 {
    0.5 * incomplete_beta(df / (df + x * x), x * x / (df + x * x), df / 2.0, 0.5)
}

fn t_density(x: f64, df: f64) -> f64 {
    libm::exp(log_gamma_step(df / 2.0) - 0.5 * libm::log(df * PI) - (df / 2.0 + 0.5) * libm::log1p(x * x / df))
}

/// ln Γ(a + ½) − ln Γ(a).
fn log_gamma_step(a: f64) -> f64 {
    if a < 20.0 {
        return libm::lgamma(a + 0.5) - libm::lgamma(a);
    }
    // Stirling's series of the difference: lgamma itself loses digits to its size (F. W. J. Olver, DLMF 5.11.13).
    let r = 1.0 / a;
    let series = r * (-1.0 / 8.0 + r * r * (1.0 / 192.0 + r * r * (-1.0 / 640.0 + r * r * (17.0 / 14_336.0))));
    0.5 * libm::log(a) + series
}

/// Regularised incomplete beta function I_x(a, b), y = 1 − x, by Lentz's continued fraction.
fn incomplete_beta(x: f64, y: f64, a: f64, b: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if y <= 0.0 {
        return 1.0;
    }
    if x > (a + 1.0) / (a + b + 2.0) {
        return 1.0 - incomplete_beta(y, x, b, a);
    }
    // One of the two parameters is ½ here; ln B(a, ½) = ½ ln π − (ln Γ(a + ½) − ln Γ(a)).
    let other = if a > b { a } else { b };
    let log_beta = 0.5 * libm::log(PI) - log_gamma_step(other);
    let front = libm::exp(a * libm::log(x) + b * libm::log(y) - log_beta) / a;
    front * fraction(x, a, b)
}

#[allow(clippy::many_single_char_names, reason = "as in the literature")]
fn fraction(x: f64, a: f64, b: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let whole = |value: f64| if value.abs() < TINY { TINY } else { value };
    let mut c = 1.0;
    let mut d = 1.0 / whole(1.0 - (a + b) * x / (a + 1.0));
    let mut total = d;
    for step in 1..2000u32 {
        let m = f64::from(step);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        d = 1.0 / whole(1.0 + even * d);
        c = whole(1.0 + even / c);
        total *= d * c;
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        d = 1.0 / whole(1.0 + odd * d);
        c = whole(1.0 + odd / c);
        let factor = d * c;
        total *= factor;
        if (factor - 1.0).abs() < 1e-16 {
            break;
        }
    }
    total
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(ours: f64, theirs: f64, tolerance: f64) {
        assert!((ours - theirs).abs() <= tolerance * theirs.abs().max(1.0), "{ours} is not {theirs}");
    }

    /// R 4.2.2: qt(0.975, c(1, 1.5, 2, 3, 4.7, 9, 29, 99.5, 197, 198.25, 999, 1000, 73420)), options(digits = 16).
    #[test]
    fn agrees_with_r_at_975() {
        for (df, quantile) in R975 {
            close(t_quantile(0.975, df), quantile, 1e-13);
            close(t_quantile(0.025, df), -quantile, 1e-13);
            close(t_975(df), quantile, 1e-13);
        }
    }

    #[test]
    fn the_series_is_the_quantile_to_the_last_digits() {
        for step in 0..3000 {
            let df = 3.0 * libm::exp(f64::from(step) / 300.0);
            close(t_975(df), t_quantile(0.975, df), 3e-14);
        }
    }

    /// R 4.2.2: qt(p, df) and qnorm(p).
    #[test]
    fn agrees_with_r_elsewhere() {
        for (p, df, quantile) in R_OTHER {
            close(t_quantile(p, df), quantile, 1e-12);
        }
        for (p, quantile) in R_NORMAL {
            close(normal_quantile(p), quantile, 1e-14);
            close(normal_cdf(quantile), p, 1e-14);
        }
    }

    #[allow(clippy::unreadable_literal, reason = "as R prints them")]
    const R975: [(f64, f64); 18] = [
        (1.0, 12.706204736174694),
        (1.5, 6.016663104427929),
        (2.0, 4.302652729749462),
        (2.3, 3.8071632082321307),
        (3.0, 3.1824463052837078),
        (4.7, 2.6207260753531694),
        (9.0, 2.262157162798205),
        (29.0, 2.0452296421327034),
        (39.5, 2.0218726198146086),
        (40.5, 2.0202984281854333),
        (99.5, 1.9840936109906235),
        (197.0, 1.972079033778501),
        (198.25, 1.9720021864642352),
        (500.0, 1.9647198374673673),
        (999.0, 1.9623414611334493),
        (1000.0, 1.9623390808264076),
        (73420.0, 1.9599962960311184),
        (10000000.0, 1.9599642217672049),
    ];
    #[allow(clippy::unreadable_literal, reason = "as R prints them")]
    const R_OTHER: [(f64, f64, f64); 30] = [
        (0.6, 1.0, 0.32491969623290634),
        (0.9, 1.0, 3.0776835371752544),
        (0.999, 1.0, 318.30883898555015),
        (0.9999999, 1.0, 3183098.863513245),
        (1e-06, 1.0, -318309.8861827435),
        (0.6, 2.5, 0.2814595127485475),
        (0.9, 2.5, 1.7302509288071761),
        (0.999, 2.5, 13.822193110866),
        (0.9999999, 2.5, 553.0599831647662),
        (1e-06, 2.5, -220.1734291782375),
        (0.6, 7.0, 0.2631668613520228),
        (0.9, 7.0, 1.4149239276505086),
        (0.999, 7.0, 4.785289628638333),
        (0.9999999, 7.0, 19.93390224944619),
        (1e-06, 7.0, -14.241469651981445),
        (0.6, 60.3, 0.25446777727933273),
        (0.9, 60.3, 1.2957493039217234),
        (0.999, 60.3, 3.230976472321844),
        (0.9999999, 60.3, 5.869341323842185),
        (1e-06, 60.3, -5.260791112601876),
        (0.6, 800.0, 0.25343137234701296),
        (0.9, 800.0, 1.2826106890251623),
        (0.999, 800.0, 3.100450807743262),
        (0.9999999, 800.0, 5.24523360984382),
        (1e-06, 800.0, -4.788700228052612),
        (0.6, 5000.0, 0.25336058396923167),
        (0.9, 5000.0, 1.2817209053357186),
        (0.999, 5000.0, 3.0918631199609816),
        (0.9999999, 5000.0, 5.206634130124091),
        (1e-06, 5000.0, -4.759037953505101),
    ];
    #[allow(clippy::unreadable_literal, reason = "as R prints them")]
    const R_NORMAL: [(f64, f64); 12] = [
        (1e-20, -9.262340089798409),
        (1e-10, -6.361340902404057),
        (6.220960574271785e-16, -8.0),
        (1e-12, -7.034483825301132),
        (1e-06, -4.753424308822899),
        (0.01, -2.3263478740408408),
        (0.025, -1.9599639845400538),
        (0.3, -0.5244005127080407),
        (0.5, 0.0),
        (0.8, 0.8416212335729144),
        (0.975, 1.9599639845400536),
        (0.99999, 4.26489079392384),
    ];
}
