//! Strata that disagree 票种分歧: how far apart two classes of respondents see the same thing.

use super::bayes::{Measured, flagged, posteriors};
use super::column::Column;
use super::ground::{Basis, Ground, Group};
use crate::measure::assessment::NodeScore;
use crate::measure::evidence::{WeakKind, WeakPoint};
use crate::measure::exact::Sum;
use crate::numeric::{Ratio, int, to_f64};
use crate::survey::{NodeId, NodeSource, StratumId, SubjectId};
use num_traits::Zero;
use std::collections::BTreeMap;

/// What two strata said of one subject.
struct Pair {
    subject: SubjectId,
    /// Score of the one less score of the other.
    difference: f64,
    /// Its variance.
    variance: f64,
    n: u64,
}

/// Every pair of strata that is too far apart, per subject the widest. `cells` are the item nodes below the node (itself, if it is
/// one); above items a stratum's score is the mean of its items by their weights, with the bound Σ w·SE for its error.
pub(super) fn disagreements(ground: &Ground<'_>, group: &Group, column: &Column) -> Vec<WeakPoint> {
    let items = items_below(ground, column.node);
    let Some(size) = strata_of(ground, &items) else { return Vec::new() };
    let analysis = &ground.scheme.rules.analysis;
    let (margin, share) = (to_f64(&analysis.strata_gap), to_f64(&analysis.false_flags));
    let mut widest: BTreeMap<SubjectId, WeakPoint> = BTreeMap::new();
    let seen: Vec<(SubjectId, Vec<Option<Seen>>)> = group
        .members
        .iter()
        .zip(&column.readings)
        .filter(|(_, reading)| reading.as_ref().is_some_and(|reading| reading.basis == Basis::Sample))
        .map(|(member, _)| (*member, seen(ground, *member, &items, size)))
        .collect();
    for first in 0..size {
        for second in first + 1..size {
            let pairs: Vec<Pair> = seen.iter().filter_map(|(subject, strata)| pair(*subject, strata, first, second)).collect();
            for (low, high, sign) in [(first, second, 1.0), (second, first, -1.0)] {
                for (pair, probability) in apart(&pairs, sign, margin, share) {
                    let Some(point) = point(ground, (column.node, &items), pair, probability, (low, high)) else { continue };
                    let known = widest.get(&pair.subject);
                    if point.gap > Ratio::zero() && known.is_none_or(|known| known.gap < point.gap) {
                        widest.insert(pair.subject, point);
                    }
                }
            }
        }
    }
    widest.into_values().collect()
}

/// The pairs whose first stratum (`sign` −1: whose second) lies far below the other, with the probability of it.
fn apart(pairs: &[Pair], sign: f64, margin: f64, share: f64) -> Vec<(&Pair, f64)> {
    let measured: Vec<Measured> =
        pairs.iter().map(|pair| Measured { value: sign * pair.difference, variance: pair.variance }).collect();
    let peers = posteriors(&measured);
    let probabilities: Vec<f64> = peers.posteriors.iter().map(|posterior| posterior.at_most(-margin, 0.0)).collect();
    let flags = flagged(&probabilities, share, peers.learned);
    let all = pairs.iter().zip(probabilities).zip(flags);
    all.filter(|(_, flag)| *flag).map(|(found, _)| found).collect()
}

/// The lower stratum's score held against the higher one's, exactly.
fn point(
    ground: &Ground<'_>,
    (node, items): (NodeId, &[NodeId]),
    pair: &Pair,
    probability: f64,
    (low, high): (usize, usize),
) -> Option<WeakPoint> {
    let score = exact_score(ground, pair.subject, items, low)?;
    let reference = exact_score(ground, pair.subject, items, high)?;
    let id = |number: usize| StratumId(u16::try_from(number).unwrap_or(u16::MAX));
    Some(WeakPoint {
        subject: pair.subject,
        node,
        kind: WeakKind::StrataDisagree,
        gap: &reference - &score,
        score,
        reference,
        cost: None,
        probability: Some(probability),
        n: pair.n,
        strata: Some((id(low), id(high))),
        drivers: Vec::new(),
    })
}

fn items_below(ground: &Ground<'_>, node: NodeId) -> Vec<NodeId> {
    let index = &ground.scheme.index;
    let mut items = Vec::new();
    let mut open = vec![node];
    while let Some(id) = open.pop() {
        let node = index.node(id);
        if matches!(node.source, NodeSource::Item { .. }) {
            items.push(id);
        }
        open.extend(node.children.iter().rev());
    }
    items
}

/// Number of strata where all items are of one set of at least two.
fn strata_of(ground: &Ground<'_>, items: &[NodeId]) -> Option<usize> {
    let scheme = ground.scheme;
    let set = |id: &NodeId| match scheme.index.node(*id).source {
        NodeSource::Item { form, .. } => scheme.form(form).strata,
        NodeSource::Children | NodeSource::Imported | NodeSource::Unit(_) => None,
    };
    let first = set(items.first()?)?;
    let size = scheme.strata.get(first)?.members.len();
    (size >= 2 && items.iter().all(|id| set(id) == Some(first))).then_some(size)
}

/// What one stratum said: score, standard error, degrees of freedom and number of answers.
struct Seen {
    score: f64,
    se: f64,
    df: f64,
    n: u64,
}

/// What each stratum said of a subject over some items; `None` where one of the items it was asked has too few answers or no error.
fn seen(ground: &Ground<'_>, subject: SubjectId, items: &[NodeId], size: usize) -> Vec<Option<Seen>> {
    let least = ground.scheme.rules.min_cell.max(2);
    let scored: Vec<(f64, &NodeScore)> = scored(ground, subject, items)
        .map(|(item, node)| (if items.len() == 1 { 1.0 } else { ground.share(subject, item) }, node))
        .filter(|(weight, _)| *weight != 0.0)
        .collect();
    let of = |stratum: usize| {
        let (mut total, mut weights, mut error) = (0.0, 0.0, 0.0);
        let (mut df, mut n) = (f64::INFINITY, u64::MAX);
        for (weight, node) in &scored {
            let cell = node.cells.iter().find(|cell| usize::from(cell.stratum.0) == stratum)?;
            let known = cell.error.as_ref().filter(|_| !cell.hidden && cell.n >= least)?;
            total += weight * to_f64(cell.score.as_ref()?);
            let (se, known_df) = known.working();
            error += weight * se;
            df = df.min(known_df);
            n = n.min(cell.n);
            weights += weight;
        }
        (weights > 0.0).then(|| Seen { se: error / weights, score: total / weights, df, n })
    };
    (0..size).map(of).collect()
}

/// The items that have a score.
fn scored<'a>(ground: &Ground<'a>, subject: SubjectId, items: &[NodeId]) -> impl Iterator<Item = (NodeId, &'a NodeScore)> {
    let node = move |item: &NodeId| Some((*item, ground.node(subject, *item)?));
    items.iter().filter_map(node).filter(|(_, node)| node.score.is_some())
}

/// The score of one stratum over some items, as [`seen`] has it, exactly.
fn exact_score(ground: &Ground<'_>, subject: SubjectId, items: &[NodeId], stratum: usize) -> Option<Ratio> {
    let (mut total, mut weights) = (Sum::new(), Sum::new());
    for (item, node) in scored(ground, subject, items) {
        let weight = if items.len() == 1 { int(1) } else { ground.weight(subject, item).unwrap_or_else(Ratio::zero) };
        if !weight.is_zero() {
            let cell = node.cells.iter().find(|cell| usize::from(cell.stratum.0) == stratum)?;
            total.add_product(&weight, cell.score.as_ref()?);
            weights.add(&weight);
        }
    }
    total.over(&weights)
}

/// Two strata of one subject; their errors are independent, and as uncertain as their degrees of freedom say.
fn pair(subject: SubjectId, strata: &[Option<Seen>], first: usize, second: usize) -> Option<Pair> {
    let (one, other) = (strata.get(first)?.as_ref()?, strata.get(second)?.as_ref()?);
    let wide = |seen: &Seen| (seen.df > 2.0).then(|| seen.se * seen.se * seen.df / (seen.df - 2.0));
    let variance = wide(one)? + wide(other)?;
    (variance > 0.0).then(|| Pair { subject, difference: one.score - other.score, variance, n: one.n.min(other.n) })
}
