//! The linear relations between published scores: what a reader with a pencil can add up and subtract (method §8).
//!
//! One place enumerates them, for the suppressor to reckon with. Published are, of every subject: nodes with their effective
//! weights, strata of items with theirs, members of a roll-up with their people, and the n of pooled cells. So a reader knows
//!
//! ```text
//! Tree      S(u,item) = Σ_c eff(c)·S(u,item,c)      S(u,node) = Σ_k eff(k)·S(u,k)
//! Members   S(parent,node) = Σ_m w(m)·S(m,node) / Σ_m w(m)          (simple: 1, headcount: people)
//! Pooled    S(parent,item) = Σ_c eff(c)·Σ_m n(m,c)·S(m,item,c) / Σ_m n(m,c)
//! ```
//!
//! The total after bonus and deductions is the composite plus published points, so it is the same unknown as the root. Bounds of a
//! total are linear in the same procedures and go with it. What stands in for a missing part is a constant. Measures that are
//! not linear in their strata (tiers, score by rank) give no relation; a ratio to the best is a multiple of the mean.

use super::assessment::{Cell, NodeScore, Scorecard};
use super::rollup::{headcounts, method};
use super::strata::{combine, single};
use crate::numeric::to_f64;
use crate::survey::{Abstain, AnswerKind, FormId, Measure, NodeId, NodeSource, Rollup, Scheme, SubjectId};
use num_traits::Zero;

/// A published or hidden value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Value {
    /// Score of a node: (card, slot).
    Node(u32, u16),
    /// Score of one stratum of an item: (card, slot, position among the cells).
    Cell(u32, u16, u16),
}

/// Which sum a relation states, of the node (card, slot) on its left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Relation {
    Tree(u32, u16),
    Members(u32, u16),
    Pooled(u32, u16),
}

/// A cell below a pooled item: its stratum, the weight of that, its ballots.
pub(super) type PooledCell = (Value, usize, f64, u64);

/// Σ coefficient × value = constant. The node on the left comes first, with −1.
pub(super) type Terms = Vec<(Value, f64)>;

/// Answers the relations of a set of cards.
pub(super) struct Relations<'a> {
    scheme: &'a Scheme,
    heads: Vec<Option<u64>>,
    /// Lowest and highest possible score per node: what every reader of the scheme knows.
    ranges: Vec<(f64, f64)>,
    /// Only sums within a card: the cards are persons, whose numbers are no places in the frame.
    trees_only: bool,
}

impl<'a> Relations<'a> {
    pub(super) fn new(scheme: &'a Scheme) -> Self {
        Self { scheme, heads: headcounts(&scheme.frame), ranges: ranges(scheme), trees_only: false }
    }

    /// Of persons: nothing is rolled up from them.
    pub(super) fn of_persons(scheme: &'a Scheme) -> Self {
        Self { trees_only: true, ..Self::new(scheme) }
    }

    /// The range a value can lie in, widened to the truth where an adjustment or a floor put it outside.
    pub(super) fn range(&self, value: Value, truth: f64) -> (f64, f64) {
        let (Value::Node(_, slot) | Value::Cell(_, slot, _)) = value;
        let (low, high) = self.ranges.get(usize::from(slot)).copied().unwrap_or((0.0, 100.0));
        (low.min(truth), high.max(truth))
    }

    /// Every relation in which a value takes part, with its terms.
    pub(super) fn touching(&self, cards: &[Scorecard], value: Value) -> Vec<(Relation, Terms)> {
        let mut found = Vec::new();
        match value {
            Value::Cell(card, slot, _) => {
                found.push(Relation::Tree(card, slot));
                let known = !self.trees_only && (card as usize) < self.scheme.frame.subjects.len();
                let above = known.then(|| self.scheme.frame.lineage(SubjectId(card)).skip(1)).into_iter().flatten();
                found.extend(above.filter(|id| pooled_leaf(cards, id.0, slot)).map(|id| Relation::Pooled(id.0, slot)));
            }
            Value::Node(card, slot) => {
                if let Some(parent) = self.scheme.index.nodes.get(usize::from(slot)).and_then(|node| node.parent) {
                    found.push(Relation::Tree(card, parent.0));
                }
                found.extend([Relation::Tree(card, slot), Relation::Members(card, slot), Relation::Pooled(card, slot)]);
                if let Some(parent) = self.scheme.frame.subjects.get(card as usize).and_then(|subject| subject.parent) {
                    found.push(Relation::Members(parent.0, slot));
                }
            }
        }
        found.retain(|relation| !self.trees_only || matches!(relation, Relation::Tree(..)));
        let with_terms = found.into_iter().map(|relation| (relation, self.terms(cards, relation)));
        with_terms.filter(|(_, terms)| terms.iter().any(|(known, _)| *known == value)).collect()
    }

    /// The terms of a relation; empty where it does not hold.
    fn terms(&self, cards: &[Scorecard], relation: Relation) -> Terms {
        match relation {
            Relation::Tree(card, slot) => self.tree(cards, card, slot),
            Relation::Members(card, slot) => self.members(cards, card, slot),
            Relation::Pooled(card, slot) => self.pooled(cards, card, slot),
        }
    }

    fn tree(&self, cards: &[Scorecard], card: u32, slot: u16) -> Terms {
        let Some(node) = node(cards, card, slot).filter(|node| node.score.is_some() && !node.imported) else {
            return Terms::new();
        };
        let Some(rule) = self.scheme.index.nodes.get(usize::from(slot)) else { return Terms::new() };
        let means_of_members = node.rollup.is_some_and(|used| used.method != Rollup::Pooled);
        if means_of_members || matches!(rule.measure, Measure::Tiers(_) | Measure::RankScore(_)) {
            return Terms::new();
        }
        let mut terms = vec![(Value::Node(card, slot), -1.0)];
        if rule.children.is_empty() {
            let scale = Self::scale(node, &rule.measure);
            terms.extend(node.cells.iter().enumerate().filter_map(|(at, cell)| {
                let weight = present(cell)? * scale;
                Some((Value::Cell(card, slot, u16::try_from(at).ok()?), weight))
            }));
        } else {
            terms.extend(rule.children.iter().filter_map(|child| {
                let part = self::node(cards, card, child.0)?;
                let counts = part.score.is_some() && !part.weight.effective.is_zero();
                counts.then(|| (Value::Node(card, child.0), to_f64(&part.weight.effective)))
            }));
        }
        if terms.len() > 1 { terms } else { Terms::new() }
    }

    /// What the strata's mean is multiplied with to make the item's score: 1, except for a ratio to the best.
    fn scale(node: &NodeScore, measure: &Measure) -> f64 {
        if !matches!(measure, Measure::RatioToBest) {
            return 1.0;
        }
        let mean: f64 = node.cells.iter().filter_map(|cell| Some(present(cell)? * to_f64(cell.score.as_ref()?))).sum();
        node.score.as_ref().map_or(1.0, |score| if mean > 0.0 { to_f64(score) / mean } else { 1.0 })
    }

    fn members(&self, cards: &[Scorecard], card: u32, slot: u16) -> Terms {
        let used = node(cards, card, slot).filter(|node| node.score.is_some()).and_then(|node| node.rollup);
        let Some(used) = used.filter(|used| used.method != Rollup::Pooled) else { return Terms::new() };
        let members = self.scheme.frame.children(SubjectId(card));
        let method = method(Some(used.method), members, &self.heads);
        let people = |member: SubjectId| match method {
            #[allow(clippy::cast_precision_loss, reason = "people of a unit")]
            Rollup::Headcount => self.heads.get(member.0 as usize).copied().flatten().unwrap_or(0) as f64,
            Rollup::Simple | Rollup::Pooled => 1.0,
        };
        let counted = |member: &&SubjectId| node(cards, member.0, slot).is_some_and(|node| node.score.is_some());
        let weights: Vec<(Value, f64)> =
            members.iter().filter(counted).map(|member| (Value::Node(member.0, slot), people(*member))).collect();
        let total: f64 = weights.iter().map(|(_, weight)| weight).sum();
        if total <= 0.0 {
            return Terms::new();
        }
        let mut terms = vec![(Value::Node(card, slot), -1.0)];
        terms.extend(weights.into_iter().filter(|(_, weight)| *weight > 0.0).map(|(value, weight)| (value, weight / total)));
        terms
    }

    fn pooled(&self, cards: &[Scorecard], card: u32, slot: u16) -> Terms {
        let (people, cells) = self.pooled_cells(cards, card, slot);
        let mut terms = vec![(Value::Node(card, slot), -1.0)];
        terms.extend(cells.into_iter().filter_map(|(value, stratum, weight, n)| {
            #[allow(clippy::cast_precision_loss, reason = "ballots of a stratum")]
            let weight = weight * n as f64 / people.get(stratum)?;
            (weight > 0.0).then_some((value, weight))
        }));
        if terms.len() > 1 { terms } else { Terms::new() }
    }

    /// Ballots by stratum of what a pooled item was made from, and its cells: stratum, weight of the stratum, ballots. Empty where
    /// it was not pooled.
    pub(super) fn pooled_cells(&self, cards: &[Scorecard], card: u32, slot: u16) -> (Vec<f64>, Vec<PooledCell>) {
        let form = self.form_of(slot).filter(|_| pooled_leaf(cards, card, slot));
        let Some((form, strata)) = form else { return (Vec::new(), Vec::new()) };
        let mut below: Vec<(Value, usize, u64)> = Vec::new();
        let mut people = vec![0.0; strata];
        for member in self.below(card) {
            let Some(part) = node(cards, member, slot) else { continue };
            for (at, cell) in part.cells.iter().enumerate().filter(|(_, cell)| cell.score.is_some()) {
                let stratum = usize::from(cell.stratum.0);
                if let (Some(total), Ok(at)) = (people.get_mut(stratum), u16::try_from(at)) {
                    #[allow(clippy::cast_precision_loss, reason = "ballots of a stratum")]
                    let n = cell.n as f64;
                    *total += n;
                    below.push((Value::Cell(member, slot, at), stratum, cell.n));
                }
            }
        }
        let weights = self.stratum_weights(card, form, &people);
        let weighed =
            below.into_iter().map(|(value, stratum, n)| (value, stratum, weights.get(stratum).copied().unwrap_or(0.0), n));
        (people, weighed.collect())
    }

    fn form_of(&self, slot: u16) -> Option<(FormId, usize)> {
        let NodeSource::Item { form, .. } = self.scheme.index.nodes.get(usize::from(slot))?.source else { return None };
        Some((form, self.scheme.strata_of(self.scheme.form(form)).map_or(1, |strata| strata.members.len())))
    }

    /// Cards strictly below, members of members included.
    fn below(&self, card: u32) -> Vec<u32> {
        let mut found = vec![SubjectId(card)];
        let mut next = 0;
        while let Some(parent) = found.get(next).copied() {
            found.extend(self.scheme.frame.children(parent));
            next += 1;
        }
        found.into_iter().skip(1).map(|id| id.0).collect()
    }

    fn stratum_weights(&self, card: u32, form: FormId, people: &[f64]) -> Vec<f64> {
        let form = self.scheme.form(form);
        let there: Vec<bool> = people.iter().map(|n| *n > 0.0).collect();
        let domain = self.scheme.frame.subject(SubjectId(card)).domain;
        let combination = match self.scheme.strata_of(form) {
            Some(strata) => combine(strata, domain, &there, &form.missing_stratum),
            None => single(there.contains(&true)),
        };
        combination.weights.iter().map(|weight| to_f64(&weight.effective)).collect()
    }
}

/// The effective weight of a stratum that has a score.
fn present(cell: &Cell) -> Option<f64> {
    (cell.score.is_some() && !cell.weight.effective.is_zero()).then(|| to_f64(&cell.weight.effective))
}

pub(super) fn node(cards: &[Scorecard], card: u32, slot: u16) -> Option<&NodeScore> {
    cards.get(card as usize)?.nodes.get(usize::from(slot))
}

/// Whether an item was scored from the pooled ballots of everything below.
fn pooled_leaf(cards: &[Scorecard], card: u32, slot: u16) -> bool {
    let pooled = |node: &NodeScore| node.score.is_some() && node.rollup.is_some_and(|used| used.method == Rollup::Pooled);
    node(cards, card, slot).is_some_and(pooled)
}

/// Lowest and highest score of every node: the option values of its items, else 0–100.
fn ranges(scheme: &Scheme) -> Vec<(f64, f64)> {
    let mut ranges = vec![(0.0, 100.0); scheme.index.nodes.len()];
    for id in scheme.index.all_ids().rev() {
        let found = match scheme.index.node(id).source {
            NodeSource::Item { form, item } => option_range(scheme, id, form, item),
            NodeSource::Children => hull(scheme, id, &ranges),
            NodeSource::Imported | NodeSource::Unit(_) => None,
        };
        if let (Some(found), Some(range)) = (found, ranges.get_mut(usize::from(id.0))) {
            *range = found;
        }
    }
    ranges
}

fn hull(scheme: &Scheme, id: NodeId, ranges: &[(f64, f64)]) -> Option<(f64, f64)> {
    let children = &scheme.index.node(id).children;
    let parts = children.iter().filter_map(|child| ranges.get(usize::from(child.0)).copied());
    parts.reduce(|one, other| (one.0.min(other.0), one.1.max(other.1)))
}

fn option_range(scheme: &Scheme, id: NodeId, form: FormId, item: crate::survey::ItemId) -> Option<(f64, f64)> {
    let form = scheme.form(form);
    let AnswerKind::Choice { scale } = form.item(item).answer else { return None };
    if scheme.index.node(id).measure != Measure::Mean || form.abstain != Abstain::Exclude {
        return None;
    }
    let values = scheme.scales.get(scale)?.choices.iter().filter_map(|choice| choice.value.as_ref().map(to_f64));
    values.map(|value| (value, value)).reduce(|one, other| (one.0.min(other.0), one.1.max(other.1)))
}
