//! (a) Sampling error: true totals drawn from what the scores, their errors and the spread of the peers say of them.
//!
//! Drawing each total from its own error alone counts the error twice: the totals as published are already spread by it, and
//! the draws are spread once more, so that ranks are drawn towards the middle. With errors as large as the true differences
//! such intervals hold the true rank in 89 % of cases, not in 95 %. The true totals are therefore drawn from their posterior
//! under θ ~ N(μ, τ²), the model of method §7, with μ and τ drawn too (flat priors; Gelman et al., Bayesian Data Analysis,
//! §5.4; ranks: Laird & Louis 1989, Goldstein & Spiegelhalter 1996). Fewer than three peers say nothing of τ: there each
//! total is drawn from its own error.

use super::chance::Source;
use super::field::Field;
use super::model::{Maker, Model};
use crate::measure::assessment::Scorecard;
use crate::measure::evidence::{NoError, Uncertainty};
use crate::survey::Scheme;

/// From so many degrees of freedom on, Student's t is taken for normal (its 97.5 % point is 1.972 instead of 1.960).
const LARGE_DF: f64 = 200.0;

/// Steps of the grid over τ.
const STEPS: usize = 400;

/// No standard deviation of numbers from 0 to 100 is larger.
const LARGEST_TAU: f64 = 50.0;

/// One total that is drawn.
struct Drawn {
    slot: usize,
    /// Composite, before the subject's own adjustments.
    score: f64,
    se: f64,
    df: f64,
    chance: Source,
}

/// One value of τ, with what follows from it.
struct Step {
    /// Posterior probability of this and all smaller values.
    up_to: f64,
    tau: f64,
    /// Posterior of μ given τ.
    centre: f64,
    centre_se: f64,
}

/// Code, score, and standard error with its degrees of freedom where there is one.
pub(super) type Known<'a> = (&'a str, f64, Option<(f64, f64)>);

/// The peers of one group.
pub(super) struct Peers {
    chance: Source,
    drawn: Vec<Drawn>,
    /// Empty: too few peers to learn from.
    steps: Vec<Step>,
}

/// Sampling error of every group.
pub(super) struct Sampling {
    groups: Vec<Peers>,
    pub moves: Vec<bool>,
    /// Subjects whose own error is not known, so that nothing is said of their own interval.
    pub unknown: Vec<bool>,
}

impl Sampling {
    pub(super) fn new(scheme: &Scheme, cards: &[Scorecard], model: &Model, fields: &[Field]) -> Self {
        let mut moves = vec![false; cards.len()];
        let mut groups = Vec::new();
        for field in fields {
            let peers = Peers::new(scheme, cards, model, field);
            peers.drawn.iter().for_each(|drawn| moves[drawn.slot] = true);
            groups.push(peers);
        }
        let unknown = cards.iter().map(|card| {
            let root = card.nodes.first();
            root.is_some_and(|root| {
                root.error.is_none() && matches!(root.no_error, Some(NoError::OneRespondent | NoError::NotAMean))
            })
        });
        Self { groups, moves, unknown: unknown.collect() }
    }

    /// The totals of one draw, of those that move.
    pub(super) fn draw(&self, model: &Model, draw: u64, totals: &mut [f64]) {
        for group in &self.groups {
            let step = group.step(draw);
            for drawn in &group.drawn {
                totals[drawn.slot] = model.total(drawn.slot, drawn.truth(step, draw));
            }
        }
    }
}

impl Peers {
    fn new(scheme: &Scheme, cards: &[Scorecard], model: &Model, field: &Field) -> Self {
        let (mut drawn, mut known) = (Vec::new(), Vec::new());
        for peer in &field.contenders {
            let slot = peer.subject.0 as usize;
            let score = model.bases[slot];
            let error = cards[slot].nodes.first().and_then(|root| root.error.as_ref()).filter(|error| error.working().0 > 0.0);
            if !score.is_finite() || matches!(model.makers[slot], Maker::Missing) {
                continue;
            }
            let (se, df) = error.map_or((0.0, 0.0), Uncertainty::working);
            known.push((score, se));
            if error.is_some() {
                let chance = Source::new(scheme.rules.analysis.seed, &["sampling", &scheme.frame.subject(peer.subject).code]);
                drawn.push(Drawn { slot, score, se, df, chance });
            }
        }
        let (level, domain) = (&scheme.frame.level(field.level).code, &scheme.frame.domain(field.domain).code);
        let chance = Source::new(scheme.rules.analysis.seed, &["peers", level, domain]);
        // sums of doubles must not hang on the order of the frame
        known.sort_by(|one, other| one.0.total_cmp(&other.0).then(one.1.total_cmp(&other.1)));
        let steps = if known.len() < 3 || drawn.is_empty() { Vec::new() } else { steps(&known) };
        Self { chance, drawn, steps }
    }

    /// Peers known by name.
    pub(super) fn named(seed: u64, name: &[&str], all: &[Known<'_>]) -> Self {
        let error = |error: Option<(f64, f64)>| error.filter(|(se, _)| *se > 0.0);
        let mut known: Vec<(f64, f64)> =
            all.iter().map(|(_, score, own)| (*score, error(*own).map_or(0.0, |own| own.0))).collect();
        known.sort_by(|one, other| one.0.total_cmp(&other.0).then(one.1.total_cmp(&other.1)));
        let one = |(slot, (code, score, own)): (usize, &Known<'_>)| {
            let (se, df) = error(*own)?;
            Some(Drawn { slot, score: *score, se, df, chance: Source::new(seed, &["sampling", code]) })
        };
        let drawn: Vec<Drawn> = all.iter().enumerate().filter_map(one).collect();
        let steps = if known.len() < 3 || drawn.is_empty() { Vec::new() } else { steps(&known) };
        Self { chance: Source::new(seed, name), drawn, steps }
    }

    /// Puts the true scores of one draw in the place of those that move; gives whether any does.
    pub(super) fn put(&self, draw: u64, scores: &mut [f64]) -> bool {
        let step = self.step(draw);
        for drawn in &self.drawn {
            if let Some(place) = scores.get_mut(drawn.slot) {
                *place = drawn.truth(step, draw);
            }
        }
        !self.drawn.is_empty()
    }

    /// τ and μ of one draw; `None`: nothing is learnt from the peers.
    fn step(&self, draw: u64) -> Option<(f64, f64)> {
        let last = self.steps.last()?;
        let mut stream = self.chance.stream(draw);
        let share = stream.uniform();
        let at = self.steps.partition_point(|step| step.up_to < share);
        let step = self.steps.get(at).unwrap_or(last);
        Some((step.tau, step.centre + step.centre_se * stream.normal()))
    }
}

impl Drawn {
    /// A true composite that the data allow. With t errors the variance is drawn first: σ² = se² · df / χ²(df).
    fn truth(&self, step: Option<(f64, f64)>, draw: u64) -> f64 {
        let mut stream = self.chance.stream(draw);
        let bell = stream.normal();
        let variance = if self.df < LARGE_DF {
            self.se * self.se / stream.mean_square(self.df.max(1.0)).max(f64::MIN_POSITIVE)
        } else {
            self.se * self.se
        };
        let Some((tau, centre)) = step else { return self.score + variance.sqrt() * bell };
        let trust = tau * tau / (tau * tau + variance);
        // 1 − trust in this form also where the variance is beyond all bounds
        let towards = if trust > 0.0 { centre + trust * (self.score - centre) } else { centre };
        towards + tau * (1.0 - trust).sqrt() * bell
    }
}

/// The posterior of τ on a grid that is finer towards 0, from (score, standard error) of every peer.
fn steps(known: &[(f64, f64)]) -> Vec<Step> {
    let mut steps: Vec<(f64, Step)> = (0..STEPS).map(|number| step(known, number)).collect();
    let most = steps.iter().map(|(log, _)| *log).fold(f64::NEG_INFINITY, f64::max);
    let mut sum = 0.0;
    for (log, step) in &mut steps {
        sum += libm::exp(*log - most);
        step.up_to = sum;
    }
    steps
        .into_iter()
        .map(|(_, mut step)| {
            step.up_to /= sum;
            step
        })
        .collect()
}

/// One value of τ and the logarithm of its posterior, up to a constant.
#[allow(clippy::cast_precision_loss, reason = "small whole numbers")]
fn step(known: &[(f64, f64)], number: usize) -> (f64, Step) {
    let place = (number as f64 + 0.5) / STEPS as f64;
    let tau = LARGEST_TAU * place * place;
    let (mut weights, mut sum, mut logs) = (0.0, 0.0, 0.0);
    for (score, se) in known {
        let variance = se * se + tau * tau;
        weights += 1.0 / variance;
        sum += score / variance;
        logs += libm::log(variance);
    }
    let centre = sum / weights;
    let misfit: f64 = known.iter().map(|(score, se)| (score - centre) * (score - centre) / (se * se + tau * tau)).sum();
    // the last term is the width of this step of the grid: dτ = 2 · place · LARGEST_TAU / STEPS
    let log = -0.5 * (libm::log(weights) + logs + misfit) + libm::log(place);
    (log, Step { up_to: 0.0, tau, centre, centre_se: (1.0 / weights).sqrt() })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Posterior mean and standard deviation of τ.
    fn tau(known: &[(f64, f64)]) -> (f64, f64) {
        let (mut before, mut mean, mut square) = (0.0, 0.0, 0.0);
        for step in steps(known) {
            let share = step.up_to - before;
            before = step.up_to;
            mean += share * step.tau;
            square += share * step.tau * step.tau;
        }
        (mean, (square - mean * mean).sqrt())
    }

    #[test]
    fn the_eight_schools_are_shrunk_as_in_the_book() {
        // Gelman et al., Bayesian Data Analysis, table 5.2 (effects and errors) and 5.3: posterior medians of the effects
        // 10, 8, 7, 8, 5, 6, 10, 8 (simulated there with 200 draws)
        let schools =
            [(28.0, 15.0), (8.0, 10.0), (-3.0, 16.0), (7.0, 11.0), (-1.0, 9.0), (1.0, 11.0), (18.0, 10.0), (12.0, 18.0)];
        let (mean, spread) = tau(&schools);
        assert!((5.5..7.5).contains(&mean) && (4.5..7.0).contains(&spread), "{mean} {spread}");
        let peers = Peers { chance: Source::new(1, &["schools"]), drawn: Vec::new(), steps: steps(&schools) };
        let expected = [10.0, 8.0, 7.0, 8.0, 5.0, 6.0, 10.0, 8.0];
        for (number, ((score, se), median)) in schools.into_iter().zip(expected).enumerate() {
            let school = Drawn { slot: 0, score, se, df: 1e9, chance: Source::new(1, &[&number.to_string()]) };
            let mut draws: Vec<f64> = (0..4001).map(|draw| school.truth(peers.step(draw), draw)).collect();
            draws.sort_by(f64::total_cmp);
            assert!((draws[2000] - median).abs() < 1.2, "{number}: {} for {median}", draws[2000]);
        }
    }

    #[test]
    fn alone_a_total_is_drawn_from_its_own_t() {
        let only = Drawn { slot: 0, score: 80.0, se: 2.0, df: 4.0, chance: Source::new(5, &["t"]) };
        let beyond = (0..20_000).filter(|draw| (only.truth(None, *draw) - 80.0).abs() > 2.0 * 2.776_445).count();
        // qt(0.975, 4) = 2.776445: 1,000 expected, standard deviation 31
        assert!((880..1120).contains(&beyond), "{beyond}");
    }
}
