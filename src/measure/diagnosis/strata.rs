//! Strata that disagree 票种分歧: how far apart two classes of respondents see the same thing.

use super::bayes::{Measured, flagged, posteriors};
use super::column::Column;
use super::ground::{Basis, Ground, Group};
use crate::measure::evidence::{WeakKind, WeakPoint};
use crate::numeric::{Ratio, to_f64};
use crate::survey::{NodeId, NodeSource, StratumId, SubjectId};
use num_traits::Zero;
use std::collections::BTreeMap;

/// What two strata said of one subject.
struct Pair {
    subject: SubjectId,
    one: Ratio,
    other: Ratio,
    /// Variance of the difference.
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
            for (low, high, of_first) in [(first, second, true), (second, first, false)] {
                for (pair, probability) in apart(&pairs, of_first, margin, share) {
                    let point = point(column.node, pair, probability, (low, high), of_first);
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

/// The pairs whose first (or second) stratum lies far below the other, with the probability of it.
fn apart(pairs: &[Pair], of_first: bool, margin: f64, share: f64) -> Vec<(&Pair, f64)> {
    let difference = |pair: &Pair| to_f64(&if of_first { &pair.one - &pair.other } else { &pair.other - &pair.one });
    let measured: Vec<Measured> =
        pairs.iter().map(|pair| Measured { value: difference(pair), variance: pair.variance }).collect();
    let peers = posteriors(&measured);
    let probabilities: Vec<f64> = peers.posteriors.iter().map(|posterior| posterior.at_most(-margin, 0.0)).collect();
    let flags = flagged(&probabilities, share, peers.learned);
    let all = pairs.iter().zip(probabilities).zip(flags);
    all.filter(|(_, flag)| *flag).map(|(found, _)| found).collect()
}

fn point(node: NodeId, pair: &Pair, probability: f64, (low, high): (usize, usize), of_first: bool) -> WeakPoint {
    let (score, reference) = if of_first { (&pair.one, &pair.other) } else { (&pair.other, &pair.one) };
    let id = |number: usize| StratumId(u16::try_from(number).unwrap_or(u16::MAX));
    WeakPoint {
        subject: pair.subject,
        node,
        kind: WeakKind::StrataDisagree,
        gap: reference - score,
        score: score.clone(),
        reference: reference.clone(),
        cost: None,
        probability: Some(probability),
        n: pair.n,
        strata: Some((id(low), id(high))),
        drivers: Vec::new(),
    }
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
    score: Ratio,
    se: f64,
    df: f64,
    n: u64,
}

/// What each stratum said of a subject over some items; `None` where one of the items it was asked has too few answers or no error.
fn seen(ground: &Ground<'_>, subject: SubjectId, items: &[NodeId], size: usize) -> Vec<Option<Seen>> {
    let least = ground.scheme.rules.min_cell.max(2);
    let of = |stratum: usize| {
        let (mut total, mut weights, mut error) = (Ratio::zero(), Ratio::zero(), 0.0);
        let (mut df, mut n) = (f64::INFINITY, u64::MAX);
        for item in items {
            let Some(node) = ground.node(subject, *item) else { continue };
            let weight =
                if items.len() == 1 { crate::numeric::int(1) } else { ground.weight(subject, *item).unwrap_or_else(Ratio::zero) };
            if node.score.is_none() || weight.is_zero() {
                continue;
            }
            let cell = node.cells.iter().find(|cell| usize::from(cell.stratum.0) == stratum)?;
            let known = cell.error.as_ref().filter(|_| !cell.hidden && cell.n >= least)?;
            total += &weight * cell.score.as_ref()?;
            let (se, known_df) = known.working();
            error += to_f64(&weight) * se;
            df = df.min(known_df);
            n = n.min(cell.n);
            weights += weight;
        }
        (!weights.is_zero()).then(|| Seen { se: error / to_f64(&weights), score: total / weights, df, n })
    };
    (0..size).map(of).collect()
}

/// Two strata of one subject; their errors are independent, and as uncertain as their degrees of freedom say.
fn pair(subject: SubjectId, strata: &[Option<Seen>], first: usize, second: usize) -> Option<Pair> {
    let (one, other) = (strata.get(first)?.as_ref()?, strata.get(second)?.as_ref()?);
    let wide = |seen: &Seen| (seen.df > 2.0).then(|| seen.se * seen.se * seen.df / (seen.df - 2.0));
    let variance = wide(one)? + wide(other)?;
    (variance > 0.0).then(|| Pair {
        subject,
        one: one.score.clone(),
        other: other.score.clone(),
        variance,
        n: one.n.min(other.n),
    })
}
