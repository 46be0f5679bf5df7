//! Effective ballots of a share, for Wilson's interval: what a simple random sample with the same chance error would have.

use super::material::Sample;
use super::node::Weights;
use super::sample::float;

/// Ballots that Wilson's interval adds, in effect, to those there are: the square of the normal quantile (A. Agresti & B. A. Coull
/// 1998, The American Statistician 52).
const ADDED: f64 = 3.841_458_820_694_124;

/// p(1 − p) over the variance Σ W² (1 − n/N) p̃(1 − p̃)/n of the strata of one item (E. L. Korn & B. I. Graubard 1998, Survey
/// Methodology 24), each stratum's share drawn towards that of all strata by as many ballots as Wilson's interval adds:
/// p̃ = (n·p_stratum + 3.84·p)/(n + 3.84). With its own share alone a stratum of three ballots that agree by chance has no error at
/// all, and the interval of the whole is too short. Where all answers are the same what remains are the weights: 1/Σ W² (1 − n/N)/n
/// (L. Kish 1965). Infinite where everybody answered. `None`: not of one item alone, or of trimmed means.
pub(super) fn effective(sample: &Sample, weights: &Weights) -> Option<f64> {
    let mut strata = Vec::with_capacity(weights.strata.len());
    for (stratum, weights) in sample.iter().zip(&weights.strata) {
        let Some(stratum) = stratum.as_ref().filter(|_| !weights.is_empty()) else { continue };
        let [(item, weight, _)] = &weights[..] else { return None };
        let found = stratum.items.get(*item).filter(|found| !found.trimmed && found.n > 0)?;
        strata.push((*weight, float(found.n), found.mean / 100.0, stratum.rest, found.spread));
    }
    let whole: f64 = strata.iter().map(|(weight, ..)| weight).sum();
    let share = strata.iter().map(|(weight, _, share, ..)| weight * share).sum::<f64>() / whole;
    let differ = strata.iter().any(|(_, _, own, _, spread)| *spread || (own - share).abs() > 1e-9);
    let error = |chance: &dyn Fn(f64, f64) -> f64| -> f64 {
        let part = |(weight, n, share, rest, _): &(f64, f64, f64, f64, bool)| {
            let weight = weight / whole;
            weight * weight * rest * chance(*n, *share) / n
        };
        strata.iter().map(part).sum()
    };
    let drawn = |n: f64, own: f64| {
        let drawn = (n * own + ADDED * share) / (n + ADDED);
        drawn * (1.0 - drawn)
    };
    let ballots = if differ { share * (1.0 - share) / error(&drawn) } else { 1.0 / error(&|_, _| 1.0) };
    (ballots > 0.0).then_some(ballots)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::variance::interval::wilson;
    use crate::measure::variance::sample::{ItemMean, Stratum};

    fn near(ours: f64, theirs: f64) {
        assert!((ours - theirs).abs() <= 1e-12 * theirs.abs().max(1.0), "{ours} is not {theirs}");
    }

    /// One item, so many of so many in favour, out of a share 1 − `rest` of the people.
    fn stratum(yes: u64, n: u64, rest: f64) -> Stratum {
        let mean = 100.0 * float(yes) / float(n);
        let item = ItemMean { n, mean, spread: yes > 0 && yes < n, ..ItemMean::default() };
        Stratum::of_items(n, rest, vec![item], vec![(0.0, float(n))])
    }

    /// Two strata with weights 0.4 and 0.6.
    fn of(a: Stratum, b: Stratum) -> Option<f64> {
        let mut weights = Weights { share: true, ..Weights::default() };
        weights.add(0, 0, 0.4, 0.4);
        weights.add(1, 0, 0.6, 0.6);
        effective(&vec![Some(a), Some(b)], &weights)
    }

    /// By hand: p = 0.4·1 + 0.6·0.5 = 0.7, p̃ = (4 + 3.8415·0.7)/7.8415 and (3 + 3.8415·0.7)/9.8415; the rest by R 4.2.2:
    /// P*(1-P)/sum(w^2*rest*pt*(1-pt)/n), and Wilson's interval from it.
    #[test]
    fn strata_that_agree_by_chance_still_err() {
        let ballots = of(stratum(4, 4, 0.5), stratum(3, 6, 1.0)).expect("a share");
        near(ballots, 12.250_833_000_866_177);
        let (low, high) = wilson(0.7, ballots);
        near(low, 42.332_624_072_587_54);
        near(high, 88.118_807_300_171);
    }

    /// 1/(0.16·0.5/4 + 0.36/6) = 12.5.
    #[test]
    fn of_one_opinion_the_weights_remain() {
        let ballots = of(stratum(4, 4, 0.5), stratum(6, 6, 1.0)).expect("a share");
        near(ballots, 12.5);
        near(wilson(1.0, ballots).0, 76.492_558_817_151_2);
        near(of(stratum(0, 4, 0.5), stratum(0, 6, 1.0)).expect("a share"), 12.5);
    }

    #[test]
    fn where_everybody_answered_nothing_is_left_to_chance() {
        for (one, other) in [(4, 3), (4, 6)] {
            let ballots = of(stratum(one, 4, 0.0), stratum(other, 6, 0.0)).expect("a share");
            assert!(ballots.is_infinite());
        }
    }

    #[test]
    fn one_stratum_is_its_own_whole() {
        let mut weights = Weights::default();
        weights.add(0, 0, 1.0, 1.0);
        near(effective(&vec![Some(stratum(18, 20, 1.0))], &weights).expect("a share"), 20.0);
        near(effective(&vec![Some(stratum(18, 20, 0.5))], &weights).expect("a share"), 40.0);
        weights.add(0, 1, 1.0, 1.0);
        assert_eq!(effective(&vec![Some(stratum(18, 20, 1.0))], &weights), None, "two items are no share");
    }
}
