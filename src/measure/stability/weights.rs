//! (b) Weights: procedure weights drawn around the scheme's, the same for all peers of a domain.
//!
//! The weights w of a domain (adding up to 1) become a Dirichlet draw with mean w and concentration κ, κ + 1 =
//! (Σ √(w(1 − w)) / s)²: then the relative standard deviations of the weights, each counted by its weight, come to s on the
//! average (±20 % by default). Of 50/10/10/10/20 the 50 has a standard deviation of 5.6, a 10 of 3.3, the 20 of 4.4. Moving
//! weights is the usual sensitivity analysis of composite indicators (OECD & JRC 2008, step 7; Saisana, Saltelli & Tarantola
//! 2005); Dirichlet draws are those of stochastic multicriteria acceptability analysis (Tervonen & Lahdelma 2007).

use super::chance::Source;
use super::model::{Model, Part};
use crate::measure::plan::Plan;
use crate::numeric::to_f64;
use crate::survey::{DomainId, Index, NodeId, SubjectId};

/// One weight of a domain.
struct Weight {
    /// Parameter of its gamma; 0: the weight is 0.
    shape: f64,
    chance: Source,
}

/// Moved weights of every domain.
pub(super) struct Weights {
    /// By domain, then by place among the children of the root.
    domains: Vec<Vec<Weight>>,
    of_subject: Vec<usize>,
    pub moves: Vec<bool>,
}

impl Weights {
    pub(super) fn new(plan: &Plan<'_>, model: &Model) -> Self {
        let frame = &plan.scheme.frame;
        let domains: Vec<Vec<Weight>> =
            (0..frame.domains.len()).map(|domain| weights(plan, DomainId(u16::try_from(domain).unwrap_or(u16::MAX)))).collect();
        let of_subject: Vec<usize> = frame.ids().map(|id: SubjectId| usize::from(plan.domain(id).0)).collect();
        let can = |slot: usize, parts: &[Part]| {
            let weights = of_subject.get(slot).and_then(|domain| domains.get(*domain));
            parts.len() > 1 && weights.is_some_and(|weights| !weights.is_empty())
        };
        Self { moves: model.reach(can), domains, of_subject }
    }

    /// The totals of one draw.
    pub(super) fn draw(&self, model: &Model, draw: u64, totals: &mut [f64]) {
        let drawn: Vec<Vec<f64>> = self.domains.iter().map(|weights| drawn(weights, draw)).collect();
        let own = |slot: usize, parts: &[Part]| {
            let weights = &drawn[self.of_subject[slot]];
            if weights.is_empty() {
                return model.bases[slot];
            }
            let (sum, all) = parts.iter().fold((0.0, 0.0), |(sum, all), part| {
                let weight = weights[part.place];
                (sum + weight * part.score, all + weight)
            });
            if all > 0.0 { sum / all } else { model.bases[slot] }
        };
        model.totals(own, totals);
    }
}

fn drawn(weights: &[Weight], draw: u64) -> Vec<f64> {
    let one = |weight: &Weight| if weight.shape > 0.0 { weight.chance.stream(draw).gamma(weight.shape) } else { 0.0 };
    weights.iter().map(one).collect()
}

/// Empty: a single procedure, whose weight cannot move.
fn weights(plan: &Plan<'_>, domain: DomainId) -> Vec<Weight> {
    let scheme = plan.scheme;
    let analysis = &scheme.rules.analysis;
    let children = &scheme.index.node(Index::ROOT).children;
    let shares: Vec<f64> = children.iter().map(|id| plan.share(domain, *id).map_or(0.0, to_f64)).collect();
    let Some(concentration) = concentration(&shares, to_f64(&analysis.weight_spread)) else { return Vec::new() };
    let code = &scheme.frame.domain(domain).code;
    let weight = |(share, id): (&f64, &NodeId)| Weight {
        shape: concentration * share,
        chance: Source::new(analysis.seed, &["weights", code, &scheme.index.node(*id).code]),
    };
    shares.iter().zip(children).map(weight).collect()
}

/// κ. A spread larger than a Dirichlet around these weights can have is brought down to κ = 1. `None`: nothing to move.
fn concentration(shares: &[f64], spread: f64) -> Option<f64> {
    let deviations: f64 = shares.iter().map(|share| (share * (1.0 - share)).max(0.0).sqrt()).sum();
    let several = shares.iter().filter(|share| **share > 0.0).count() > 1;
    (several && spread > 0.0).then(|| (deviations / spread * (deviations / spread) - 1.0).max(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_move_by_a_fifth_on_the_average_around_the_scheme() {
        let shares = [0.5, 0.1, 0.1, 0.1, 0.2];
        let concentration = concentration(&shares, 0.2).expect("several");
        assert!((concentration - 80.0).abs() < 1e-9, "(1.8 / 0.2)² − 1");
        let weights: Vec<Weight> = shares
            .iter()
            .enumerate()
            .map(|(number, share)| Weight { shape: concentration * share, chance: Source::new(9, &[&number.to_string()]) })
            .collect();
        let draws: Vec<Vec<f64>> = (0..10_000)
            .map(|draw| {
                let gammas = drawn(&weights, draw);
                let all: f64 = gammas.iter().sum();
                gammas.iter().map(|gamma| gamma / all).collect()
            })
            .collect();
        let mut average = 0.0;
        for (place, share) in shares.iter().enumerate() {
            let mean = draws.iter().map(|draw| draw[place]).sum::<f64>() / 10_000.0;
            let variance = draws.iter().map(|draw| (draw[place] - mean) * (draw[place] - mean)).sum::<f64>() / 10_000.0;
            assert!((mean - share).abs() < 0.003, "{place}: {mean}");
            assert!((variance - share * (1.0 - share) / 81.0).abs() < 0.05 * variance, "{place}: {variance}");
            average += share * (variance.sqrt() / share);
        }
        assert!((average - 0.2).abs() < 0.003, "{average}");
    }

    #[test]
    fn one_procedure_or_no_spread_cannot_move() {
        assert_eq!(concentration(&[1.0, 0.0], 0.2), None);
        assert_eq!(concentration(&[0.5, 0.5], 0.0), None);
        assert_eq!(concentration(&[0.999, 0.001], 0.2), Some(1.0));
    }
}
