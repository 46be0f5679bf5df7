//! Rank intervals of persons: ranks over seeded draws of the true composites that scores and errors allow (method §6).
//!
//! Each person is drawn alone, although persons of one unit share the error of its part: between them the interval is rather too
//! wide than too narrow. Weights and option values are not moved here.

use super::sampling::Peers;
use crate::measure::persons::Persons;
use crate::measure::plan::Plan;
use crate::numeric::to_f64;
use crate::survey::{DomainId, LevelId, TierId};
use rayon::prelude::*;
use std::collections::BTreeMap;

type Group = (LevelId, DomainId, Option<TierId>);

/// One ranked person of a group.
struct Ranked<'a> {
    standing: usize,
    rank: u32,
    code: &'a str,
    score: f64,
    error: Option<(f64, f64)>,
}

/// Fills the rank intervals of all ranked persons whose error is known.
pub(in crate::measure) fn fill(plan: &Plan<'_>, persons: &mut Persons) {
    let draws = plan.scheme.rules.analysis.draws;
    if draws == 0 {
        return;
    }
    let groups = groups(plan, persons);
    let found: Vec<Vec<(usize, (u32, u32))>> =
        groups.par_iter().map(|(key, group)| intervals(plan, *key, group, draws)).collect();
    for (standing, interval) in found.into_iter().flatten() {
        if let Some(standing) = persons.standings.get_mut(standing) {
            standing.rank_interval = Some(interval);
        }
    }
}

fn groups<'p>(plan: &Plan<'p>, persons: &Persons) -> BTreeMap<Group, Vec<Ranked<'p>>> {
    let scheme = plan.scheme;
    let by_tier = scheme.persons.rank_by_tier;
    let cards: BTreeMap<_, _> = persons.scorecards.iter().map(|card| (card.subject, card)).collect();
    let mut groups: BTreeMap<Group, Vec<Ranked<'p>>> = BTreeMap::new();
    for (number, standing) in persons.standings.iter().enumerate() {
        let card = cards.get(&standing.subject);
        let (Some(rank), Some(total)) = (standing.rank, card.and_then(|card| card.total.as_ref())) else { continue };
        let root = scheme.index.persons.and_then(|root| card?.nodes.get(usize::from(root.0)));
        let error = root.and_then(|root| root.error.as_ref()).map(|error| (error.se, error.df));
        let code = scheme.frame.subject(standing.subject).code.as_str();
        let key = (standing.unit_level, standing.domain, standing.tier.filter(|_| by_tier));
        groups.entry(key).or_default().push(Ranked { standing: number, rank, code, score: to_f64(total), error });
    }
    groups
}

/// 2.5 and 97.5 % of the ranks drawn, widened so that the published rank lies within; of those with an error of their own.
fn intervals(plan: &Plan<'_>, (level, domain, tier): Group, group: &[Ranked<'_>], draws: u32) -> Vec<(usize, (u32, u32))> {
    let scheme = plan.scheme;
    let tier = tier.and_then(|tier| scheme.persons.tier(tier)).map_or("", |tier| tier.code.as_str());
    let name = ["persons", scheme.frame.level(level).code.as_str(), scheme.frame.domain(domain).code.as_str(), tier];
    let known: Vec<_> = group.iter().map(|one| (one.code, one.score, one.error)).collect();
    let peers = Peers::named(scheme.rules.analysis.seed, &name, &known);
    let mut scores: Vec<f64> = group.iter().map(|one| one.score).collect();
    let mut ranks: Vec<Vec<u32>> = vec![Vec::with_capacity(draws as usize); group.len()];
    let mut order: Vec<f64> = Vec::with_capacity(group.len());
    for draw in 0..u64::from(draws) {
        if !peers.put(draw, &mut scores) {
            return Vec::new();
        }
        order.clone_from(&scores);
        order.sort_by(|one, other| other.total_cmp(one));
        for (ranks, score) in ranks.iter_mut().zip(&scores) {
            ranks.push(u32::try_from(order.partition_point(|other| other > score) + 1).unwrap_or(u32::MAX));
        }
    }
    let with_error = group.iter().zip(ranks).filter(|(one, _)| one.error.is_some());
    with_error.filter_map(|(one, ranks)| Some((one.standing, ends(ranks, one.rank)?))).collect()
}

fn ends(mut ranks: Vec<u32>, published: u32) -> Option<(u32, u32)> {
    ranks.sort_unstable();
    let cut = ranks.len() / 40;
    let (low, high) = (ranks.get(cut)?, ranks.get(ranks.len().checked_sub(cut + 1)?)?);
    Some(((*low).min(published), (*high).max(published)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_are_the_quantiles_and_hold_the_published_rank() {
        // of 1..=1000 the 25 lowest and the 25 highest are left out
        assert_eq!(ends((1..=1000).rev().collect(), 500), Some((26, 975)));
        assert_eq!(ends(vec![4; 100], 7), Some((4, 7)));
        assert_eq!(ends(Vec::new(), 1), None);
    }

    #[test]
    fn without_errors_nothing_moves_and_far_apart_ranks_stay() {
        let sure = Peers::named(1, &["a"], &[("p", 80.0, None), ("q", 70.0, None)]);
        assert!(!sure.put(0, &mut [80.0, 70.0]));
        let peers = Peers::named(1, &["a"], &[("p", 90.0, Some((0.5, 30.0))), ("q", 70.0, Some((0.5, 30.0)))]);
        let mut scores = [90.0, 70.0];
        for draw in 0..200 {
            assert!(peers.put(draw, &mut scores) && scores[0] > scores[1], "{draw}: {scores:?}");
        }
    }
}
