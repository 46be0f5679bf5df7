//! From a variance to what is published: standard error, interval, basis; or the reason why there is none.

use super::node::{Sampled, State};
use super::sample::float;
use crate::measure::distribution::{normal_quantile, t_975};
use crate::measure::evidence::{ErrorBasis, Moderated, NoError, Uncertainty};

/// Both tails of 95 % intervals leave this out above.
const UPPER: f64 = 0.975;

/// Means have intervals by Student's t, shares by Wilson's score.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Mean,
    Share,
}

/// What is published of a score (points of the 100).
pub(super) fn publish(score: f64, state: &State, kind: Kind) -> Result<Uncertainty, NoError> {
    match state {
        State::None(why) => Err(*why),
        State::Exact => Err(NoError::NotASample),
        State::Sampled(sampled) if sampled.lonely || sampled.df <= 0.0 => Err(NoError::OneRespondent),
        State::Sampled(sampled) => Ok(uncertainty(score, sampled, kind)),
    }
}

fn uncertainty(score: f64, sampled: &Sampled, kind: Kind) -> Uncertainty {
    let se = libm::sqrt(sampled.variance);
    let fair = &sampled.fair;
    let moderated = fair.moderated.then(|| Moderated { se: libm::sqrt(fair.variance), df: fair.df });
    // without peers and with one stratum there is nothing to moderate
    let differs = |one: &Moderated| one.df > 0.0 && ((one.se - se).abs() > 0.0 || (one.df - sampled.df).abs() > 0.0);
    let moderated = moderated.filter(differs);
    let (error, df) = moderated.map_or((se, sampled.df), |moderated| (moderated.se, moderated.df));
    let share = (kind == Kind::Share).then(|| effective(sampled)).flatten();
    let (low, high) = if let Some(ballots) = share {
        wilson(score / 100.0, ballots)
    } else {
        let half = if error > 0.0 { t_975(df) * error } else { 0.0 };
        ((score - half).max(0.0), (score + half).min(100.0))
    };
    Uncertainty {
        se,
        low,
        high,
        df: sampled.df,
        basis: match (sampled.linear, sampled.bound) {
            (_, false) => ErrorBasis::Linearised,
            (false, true) => ErrorBasis::Bound,
            (true, true) => ErrorBasis::Mixed,
        },
        deff: sampled.simple.and_then(|(_, simple)| (simple > 0.0).then(|| sampled.variance / simple)),
        no_spread: !sampled.spread,
        partly_exact: sampled.partly_exact,
        moderated,
        veiled: false,
    }
}

/// Ballots that a simple random sample would need for the same variance: with the strata's shares drawn towards the whole where
/// intervals are moderated; else n / deff as the design has it, without correction for a finite population in the denominator, so
/// that answers of a whole stratum weigh as such.
fn effective(sampled: &Sampled) -> Option<f64> {
    if sampled.effective.is_some() {
        return sampled.effective;
    }
    let (simple, _) = sampled.simple?;
    if !sampled.spread {
        return Some(float(sampled.n));
    }
    Some(float(sampled.n) * simple / sampled.variance)
}

/// Wilson's score interval of a share, in points of the 100 (E. B. Wilson 1927).
pub(in crate::measure) fn wilson(share: f64, trials: f64) -> (f64, f64) {
    if !trials.is_finite() {
        return (100.0 * share, 100.0 * share);
    }
    let z = normal_quantile(UPPER);
    let scale = 1.0 + z * z / trials;
    let centre = (share + z * z / (2.0 * trials)) / scale;
    let half = z * libm::sqrt(share * (1.0 - share) / trials + z * z / (4.0 * trials * trials)) / scale;
    (100.0 * (centre - half).max(0.0), 100.0 * (centre + half).min(1.0))
}
