//! More ballots of a kind than the peers have: the tails of chance, and the set that may be flagged.

use super::Cell;
use crate::measure::distribution::normal_cdf;
use crate::measure::evidence::{Forensic, ForensicKind};

/// False discovery rate.
const RATE: f64 = 0.05;

/// So many of so many ballots of one cell are of the kind looked for.
pub(super) type Share = (Cell, f64, f64);

/// Each share x of n against the share p of the others, or `least` where that is more: z = (x − n·p) / √(n·p·(1−p)·φ), φ the over-dispersion among the peers
/// (Spiegelhalter 2005); the larger of the normal tail of z and the binomial tail.
pub(super) fn excess(group: &[Share], kind: ForensicKind, least: f64) -> Vec<Forensic> {
    let (n, x) = group.iter().fold((0.0, 0.0), |(n, x), (_, own_x, own_n)| (n + own_n, x + own_x));
    let score = |own_x: f64, own_n: f64| {
        // a unit is held against the others; half a ballot keeps a share of none or all from being certain
        let p = ((x - own_x + 0.5) / (n - own_n + 1.0)).clamp(least.max(1e-6), 1.0 - 1e-6);
        (p, (own_x - own_n * p) / (own_n * p * (1.0 - p)).sqrt())
    };
    let mut squares: Vec<f64> = group.iter().map(|(_, x, n)| score(*x, *n).1).map(|z| z * z).collect();
    squares.sort_by(f64::total_cmp);
    let tenth = squares.len() / 10;
    let limit = squares.get(squares.len().saturating_sub(1 + tenth)).copied().unwrap_or(0.0);
    #[allow(clippy::cast_precision_loss, reason = "units of one level")]
    let dispersion = (squares.iter().map(|square| square.min(limit)).sum::<f64>() / squares.len() as f64).max(1.0);
    let flag = |(cell, x, n): &Share| {
        let (p, z) = score(*x, *n);
        // where the kind is rare the normal tail is too thin, where units differ the binomial one
        let probability = normal_cdf(-z / dispersion.sqrt()).max(binomial_tail(*n, p, *x));
        super::forensic(*cell, kind, (*x, *n), n * p, probability)
    };
    group.iter().map(flag).collect()
}

/// P(X ≥ x) of the binomial distribution.
pub(super) fn binomial_tail(n: f64, p: f64, x: f64) -> f64 {
    if x <= 0.0 || p >= 1.0 {
        return 1.0;
    }
    let (log_p, log_q) = (libm::log(p), libm::log1p(-p));
    let (mut k, mut sum) = (x, 0.0);
    while k <= n {
        let ways = libm::lgamma(n + 1.0) - libm::lgamma(k + 1.0) - libm::lgamma(n - k + 1.0);
        let term = libm::exp(ways + k * log_p + (n - k) * log_q);
        sum += term;
        if k > n * p && term < sum * 1e-12 {
            break;
        }
        k += 1.0;
    }
    sum.min(1.0)
}

/// The largest set whose false discovery rate is at most [`RATE`].
#[allow(clippy::cast_precision_loss, reason = "units of a scheme")]
pub(super) fn discoveries(mut tests: Vec<Forensic>) -> Vec<Forensic> {
    tests.sort_by(|one, other| one.probability.total_cmp(&other.probability));
    let all = tests.len() as f64;
    let passes = |(at, test): &(usize, &Forensic)| test.probability <= RATE * (*at as f64 + 1.0) / all;
    let last = tests.iter().enumerate().filter(passes).map(|(at, _)| at + 1).max();
    tests.truncate(last.unwrap_or(0));
    tests
}
