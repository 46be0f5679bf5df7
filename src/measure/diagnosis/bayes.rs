//! Empirical Bayes over one peer group: true values θ ~ N(μ, τ²), each seen with an error of its own (method §7).
//!
//! τ² by Paule and Mandel (1982, J. Res. NBS 87); means and variances of the posteriors after Morris (1983, JASA 78), which
//! carry the uncertainty of μ and τ² with them; error variances drawn towards those of the peers as in Smyth (2004, SAGMB 3),
//! because a standard error from eight ballots is itself mostly chance.

use crate::measure::distribution::normal_cdf;

/// Fewest peers from which μ and τ² are learned.
pub(super) const MIN_PEERS: usize = 5;

/// A value with the variance of its error.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Measured {
    pub value: f64,
    pub variance: f64,
}

/// What is known of one true value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Posterior {
    pub mean: f64,
    pub variance: f64,
}

impl Posterior {
    /// P(θ ≤ threshold), the threshold itself uncertain by `doubt` (a variance).
    pub(super) fn at_most(self, threshold: f64, doubt: f64) -> f64 {
        let spread = (self.variance + doubt).sqrt();
        let distance = threshold - self.mean;
        if spread > 0.0 { normal_cdf(distance / spread) } else { f64::from(u8::from(distance >= 0.0)) }
    }
}

/// Variances below this (points of 100, squared) are as good as none and would get all the weight.
const LEAST: f64 = 1e-6;

/// Weighted mean under a between-variance, and what is summed along with it.
struct Weighed {
    mean: f64,
    /// Σ 1/(v + τ²).
    weight: f64,
    /// Σ (y − mean)²/(v + τ²).
    q: f64,
    /// Σ (y − mean)²/(v + τ²)².
    slope: f64,
}

fn weigh(values: &[Measured], between: f64) -> Weighed {
    let weight = |one: &Measured| 1.0 / (one.variance.max(LEAST) + between);
    let total: f64 = values.iter().map(weight).sum();
    let mean = values.iter().map(|one| weight(one) * one.value).sum::<f64>() / total;
    let (mut q, mut slope) = (0.0, 0.0);
    for one in values {
        let (w, off) = (weight(one), one.value - mean);
        q += w * off * off;
        slope += w * w * off * off;
    }
    Weighed { mean, weight: total, q, slope }
}

/// τ² by Paule–Mandel: the between-variance under which Σ (y − μ)²/(v + τ²) is what chance makes it, k − 1. The left side falls
/// and is convex in τ², so Newton's steps from 0 never overshoot.
pub(super) fn paule_mandel(values: &[Measured]) -> f64 {
    let Some(wanted) = values.len().checked_sub(1).filter(|free| *free > 0) else { return 0.0 };
    #[allow(clippy::cast_precision_loss, reason = "numbers of peers")]
    let wanted = wanted as f64;
    let mut between = 0.0;
    for _ in 0..200 {
        let at = weigh(values, between);
        let excess = at.q - wanted;
        if excess <= 1e-10 * wanted || at.slope <= 0.0 {
            break;
        }
        between += excess / at.slope;
    }
    between
}

/// The precision-weighted mean of peers under a between-variance.
pub(super) fn centre(values: &[Measured], between: f64) -> f64 {
    weigh(values, between).mean
}

/// Peers seen together.
pub(super) struct Peers {
    pub posteriors: Vec<Posterior>,
    /// Sampling variance of the peers' median about the median of their true values: 2 s̄ √(τ² + s̄²)/k, from its influence
    /// function sign(y − m)/2f(m) (at τ = 0 a little above the textbook (π/2) s̄²/k).
    pub median_variance: f64,
    /// Whether anything was learned from the peers; else each value stands for itself.
    pub learned: bool,
}

/// The posteriors of all peers, in order.
pub(super) fn posteriors(values: &[Measured]) -> Peers {
    if values.len() < MIN_PEERS {
        let own = values.iter().map(|one| Posterior { mean: one.value, variance: one.variance });
        return Peers { posteriors: own.collect(), median_variance: 0.0, learned: false };
    }
    #[allow(clippy::cast_precision_loss, reason = "numbers of peers")]
    let k = values.len() as f64;
    let between = paule_mandel(values);
    let all = weigh(values, between);
    let weight = |one: &Measured| 1.0 / (one.variance.max(LEAST) + between);
    let typical = values.iter().map(|one| weight(one) * one.variance).sum::<f64>() / all.weight;
    let morris = |one: &Measured| {
        let shrink = (k - 3.0) / (k - 1.0) * one.variance * weight(one);
        let leverage = weight(one) / all.weight;
        let doubt = 2.0 / (k - 3.0) * shrink * shrink * (typical + between) * weight(one);
        let off = one.value - all.mean;
        Posterior {
            mean: one.value - shrink * off,
            variance: one.variance * (1.0 - (1.0 - leverage) * shrink) + doubt * off * off,
        }
    };
    let mean_variance = values.iter().map(|one| one.variance).sum::<f64>() / k;
    Peers {
        posteriors: values.iter().map(morris).collect(),
        median_variance: 2.0 * mean_variance.sqrt() * (between + mean_variance).sqrt() / k,
        learned: true,
    }
}

/// The error of one score, before its peers are asked.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Raw {
    /// Squared standard error.
    pub variance: f64,
    pub df: f64,
    /// Ballots.
    pub n: f64,
    /// Share of the people that answered (0–1): in a census nothing is left to chance.
    pub asked: f64,
}

impl Raw {
    /// Variance of one ballot's part, the number of ballots and the finite population taken out.
    fn unit(&self) -> Option<f64> {
        let left = 1.0 - self.asked;
        (left > 0.0 && self.n > 0.0 && self.df > 0.0).then(|| self.variance * self.n / left)
    }
}

/// Error variances drawn towards the peers' and widened for their own uncertainty (t for normal, as variance); `None`: nothing
/// can be said with so few ballots among so few peers.
pub(super) fn moderated(errors: &[Raw]) -> Vec<Option<f64>> {
    let units: Vec<(f64, f64)> = errors.iter().filter_map(|error| Some((error.unit()?, error.df))).collect();
    let (prior, prior_df) = if units.len() < MIN_PEERS { (0.0, 0.0) } else { prior(&units) };
    let one = |error: &Raw| {
        let Some(unit) = error.unit() else { return Some(error.variance) };
        let df = error.df + prior_df;
        let drawn = (prior_df * prior + error.df * unit) / df;
        (df > 2.0).then(|| drawn * (1.0 - error.asked) / error.n * df / (df - 2.0))
    };
    errors.iter().map(one).collect()
}

/// The typical unit variance and how many degrees of freedom it is worth: moments of s² ~ σ² χ²/d with σ² itself scattered as
/// scaled inverse χ². No more scatter than chance makes: worth very many.
fn prior(units: &[(f64, f64)]) -> (f64, f64) {
    const MOST: f64 = 1000.0;
    let df: f64 = units.iter().map(|(_, df)| df).sum();
    let mean = units.iter().map(|(unit, df)| unit * df).sum::<f64>() / df;
    if mean <= 0.0 {
        return (0.0, 0.0);
    }
    // E s⁴ = σ⁴ (1 + 2/d), and E σ⁴ / (E σ²)² = (p − 2)/(p − 4) with p prior degrees of freedom.
    let square = units.iter().map(|(unit, own)| own * unit * unit / (1.0 + 2.0 / own)).sum::<f64>() / df;
    let ratio = square / (mean * mean);
    let worth = if ratio > 1.0 { (4.0 * ratio - 2.0) / (ratio - 1.0) } else { MOST };
    (mean, worth.min(MOST))
}

/// The largest set whose expected share of false flags, the mean of 1 − P, is at most `share`; never one that is more likely
/// fine than weak. Where nothing was learned from peers each must reach 1 − `share` by itself. In the order given.
pub(super) fn flagged(probabilities: &[f64], share: f64, learned: bool) -> Vec<bool> {
    let mut order: Vec<usize> = (0..probabilities.len()).collect();
    let of = |at: &usize| probabilities.get(*at).copied().unwrap_or(0.0);
    order.sort_by(|one, other| of(other).total_cmp(&of(one)));
    let mut flags = vec![false; probabilities.len()];
    let (mut wrong, mut count) = (0.0, 0.0);
    for at in order {
        let p = of(&at);
        wrong += 1.0 - p;
        count += 1.0;
        let holds = if learned { wrong <= share * count } else { 1.0 - p <= share };
        if !holds || p < 0.5 {
            break;
        }
        if let Some(flag) = flags.get_mut(at) {
            *flag = true;
        }
    }
    flags
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(one: f64, other: f64, within: f64) {
        assert!((one - other).abs() <= within, "{one} is not {other}");
    }

    /// The eight schools (Rubin 1981, table 1; Gelman et al., Bayesian Data Analysis, table 5.2).
    const SCHOOLS: [(f64, f64); 8] =
        [(28.0, 15.0), (8.0, 10.0), (-3.0, 16.0), (7.0, 11.0), (-1.0, 9.0), (1.0, 11.0), (18.0, 10.0), (12.0, 18.0)];

    fn measured(values: &[(f64, f64)]) -> Vec<Measured> {
        values.iter().map(|(value, se)| Measured { value: *value, variance: se * se }).collect()
    }

    #[test]
    fn paule_mandel_solves_its_equation() {
        assert!(paule_mandel(&measured(&SCHOOLS)) <= 0.0, "no more scatter than chance makes");
        near(centre(&measured(&SCHOOLS), 0.0), 7.685_617, 1e-6); // pooled effect 7.7, BDA §5.5
        // Equal errors: τ² = s² − v exactly. Values 1…9 have s² = 7.5.
        let equal: Vec<Measured> = (1..10).map(|value| Measured { value: f64::from(value), variance: 2.5 }).collect();
        near(paule_mandel(&equal), 5.0, 1e-8);
        let uneven = measured(&[(10.0, 1.0), (14.0, 0.5), (5.0, 2.0), (9.0, 1.5), (20.0, 3.0)]);
        near(weigh(&uneven, paule_mandel(&uneven)).q, 4.0, 1e-8);
    }

    #[test]
    fn morris_shrinks_by_hand_worked_numbers() {
        // Nine values 1…9, v = 2.5, τ² = 5: B = (6/8)·2.5/7.5 = 1/4; μ = 5. For 1: mean 1 + 4/4 = 2; variance
        // 2.5·(1 − (8/9)/4) + 2/6·(1/16)·16 = 1.9444… + 1/3.
        let equal: Vec<Measured> = (1..10).map(|value| Measured { value: f64::from(value), variance: 2.5 }).collect();
        let peers = posteriors(&equal);
        near(peers.posteriors[0].mean, 2.0, 1e-8);
        near(peers.posteriors[0].variance, 2.5 * (1.0 - 2.0 / 9.0) + 1.0 / 3.0, 1e-8);
        near(peers.posteriors[4].mean, 5.0, 1e-8);
        near(peers.median_variance, 2.0 * (2.5_f64 * 7.5).sqrt() / 9.0, 1e-8);
        assert!(!posteriors(&equal[..4]).learned);
    }

    #[test]
    fn the_flags_are_the_largest_set_that_keeps_the_share() {
        assert_eq!(flagged(&[0.99, 0.10, 0.97, 0.92], 0.05, true), [true, false, true, true]); // (.01+.03+.08)/3 = .04
        assert_eq!(flagged(&[0.99, 0.10, 0.97, 0.88], 0.05, true), [true, false, true, false]); // (.01+.03+.12)/3 > .05
        let mut many = vec![1.0; 30];
        many.push(0.3);
        assert!(!flagged(&many, 0.05, true)[30], "more likely fine than weak");
        assert_eq!(flagged(&[0.99, 0.94, 0.96], 0.05, false), [true, false, true]);
        assert_eq!(flagged(&[], 0.05, true), [false; 0]);
    }

    #[test]
    fn errors_are_drawn_to_the_peers_the_more_the_fewer_ballots_they_rest_on() {
        let error = |variance, df| Raw { variance, df, n: df + 1.0, asked: 0.0 };
        let mut errors = vec![error(1.0, 99.0); 20];
        errors.push(error(0.0, 7.0)); // eight equal answers
        let drawn = moderated(&errors);
        let of = |at: usize| drawn[at].expect("known");
        near(of(0), 1.0, 0.1);
        // its peers' ballots scatter by 100 points²: eight of them cannot be as sure as they look
        assert!(of(20) > 3.0, "{}", of(20));
        // a census has no sampling error, whatever the peers
        errors.push(Raw { variance: 0.0, df: 7.0, n: 8.0, asked: 1.0 });
        assert_eq!(moderated(&errors)[21], Some(0.0));
        assert_eq!(moderated(&[error(1.0, 2.0)]), [None], "three ballots alone say nothing");
    }
}
