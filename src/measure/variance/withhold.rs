//! Errors that would tell too much: of two answers, mean and standard error give both back.

use super::interval::wilson;
use crate::measure::assessment::Scorecard;
use crate::measure::distribution::t_975;
use crate::measure::evidence::{NoError, Uncertainty};
use crate::numeric::to_f64;
use crate::survey::{Index, NodeSource, Scheme};
use std::collections::BTreeSet;

/// Scores that stay published although fewer than `min_cell` respondents gave them (procedures of few judges), by (card, slot).
/// `raters`: respondents by card and node; `ballots`: nodes that respondents feed.
pub(in crate::measure) fn of_few(
    cards: &[Scorecard],
    raters: &[Vec<u64>],
    ballots: &[bool],
    scheme: &Scheme,
) -> BTreeSet<(u32, u16)> {
    let least = scheme.rules.min_cell;
    let mut few = BTreeSet::new();
    for ((card, raters), number) in cards.iter().zip(raters).zip(0u32..) {
        for (((node, raters), ballots), slot) in card.nodes.iter().zip(raters).zip(ballots).zip(0u16..) {
            if *ballots && *raters > 0 && *raters < least && !node.hidden && node.score.is_some() {
                few.insert((number, slot));
            }
        }
    }
    few
}

/// What degrees of freedom of ballots that share a form are rounded down to: the next of these, then tens.
const STEPS: [f64; 12] = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0, 12.0, 15.0, 20.0, 30.0];

/// Degrees of freedom rounded down so far that they say little of how a variance is divided over its parts.
pub(in crate::measure) fn stepped(df: f64) -> f64 {
    let step = STEPS.iter().rev().find(|step| **step <= df).copied().unwrap_or(df);
    if df >= 40.0 { 10.0 * libm::floor(df / 10.0) } else { step }
}

/// An error with hidden parts as it may be published: the standard error of its interval, and an interval that follows from that and
/// from these degrees of freedom. Of a share Wilson's, with as many ballots as would have the same standard error.
pub(in crate::measure) fn coarse(error: &Uncertainty, score: f64, df: f64, share: bool) -> Uncertainty {
    let (se, _) = error.working();
    let (low, high) = match () {
        () if se <= 0.0 => (error.low, error.high),
        () if share => {
            let part = score / 100.0;
            wilson(part, part * (1.0 - part) / (se * se / 10_000.0))
        }
        () => {
            let half = t_975(df) * se;
            ((score - half).max(0.0), (score + half).min(100.0))
        }
    };
    Uncertainty { se, low, high, df, deff: None, moderated: None, veiled: true, ..error.clone() }
}

/// Persons take over what their unit shows: no error of a unit's part that the unit itself does not show, nor of the composite
/// it is in; and where the unit's has hidden parts, no more of it than the unit shows.
pub(in crate::measure) fn withhold_from_persons(persons: &mut [Scorecard], units: &[Scorecard], scheme: &Scheme) {
    let index = &scheme.index;
    for card in persons {
        let unit = units.get(scheme.frame.unit_of(card.subject).0 as usize);
        let (mut any, mut veiled) = (false, false);
        for id in index.person_ids() {
            let NodeSource::Unit(source) = index.node(id).source else { continue };
            let from = unit.and_then(|unit| unit.nodes.get(usize::from(source.unwrap_or(Index::ROOT).0)));
            let Some(node) = card.nodes.get_mut(usize::from(id.0)) else { continue };
            if node.error.is_some() && from.is_some_and(|from| from.error.is_none()) {
                (node.error, node.no_error) = (None, Some(NoError::Withheld));
                any = true;
            } else if let (Some(own), Some(from)) = (&mut node.error, from.and_then(|from| from.error.as_ref()))
                && from.veiled
            {
                // the unit's own, as the unit shows it
                own.clone_from(from);
                veiled = true;
            }
        }
        let root = index.persons.and_then(|root| card.nodes.get_mut(usize::from(root.0)));
        let Some(root) = root.filter(|root| root.error.is_some()) else { continue };
        if any {
            (root.error, root.no_error) = (None, Some(NoError::Withheld));
        } else if let (true, Some(error), Some(score)) = (veiled, &root.error, &root.score) {
            root.error = Some(coarse(error, to_f64(score), stepped(error.working().1), false));
        }
    }
}
