//! Roll-up 汇总: what members' scores make of their parent, node by node, beside any score of its own (method §4, §10.9).

use super::adjust::{Adjusted, bounds};
use super::assessment::{NodeScore, RollupUsed, Scorecard, WhyMissing};
use super::composite::{check_coverage, combine, root_weight, weigh};
use super::estimate::{Counts, Filter, estimate};
use super::exact::{Sum, count};
use super::plan::{Plan, part_of};
use crate::numeric::{Ratio, int};
use crate::survey::{Frame, Index, Measure, MissingChild, NodeId, Rollup, SubjectId};
use num_traits::Zero;
use rayon::prelude::*;

/// Item scores from the pooled counts of everything below a subject; empty where no node is pooled.
pub(super) type Pooled = Vec<(NodeId, NodeScore)>;

/// Pools the counts of all descendants, where some node is rolled up that way.
pub(super) fn pool(plan: &Plan<'_>, counts: &Counts<'_>, filter: Filter) -> Vec<Pooled> {
    let frame = &plan.scheme.frame;
    let rules = plan.scheme.rules.rollup == Some(Rollup::Pooled);
    let wanted = rules || plan.scheme.index.nodes.iter().any(|node| node.rollup == Some(Rollup::Pooled));
    let ids: Vec<SubjectId> = frame.ids().collect();
    ids.par_iter()
        .map(|id| {
            if !wanted || frame.children(*id).is_empty() {
                return Pooled::new();
            }
            let below = counts.of(&descendants(frame, *id), filter);
            let mut leaves = estimate(plan, plan.domain(*id), &below).leaves;
            for (_, leaf) in &mut leaves {
                leaf.cells.clear();
            }
            leaves
        })
        .collect()
}

/// The subject and all below it, in frame order.
pub(super) fn descendants(frame: &Frame, id: SubjectId) -> Vec<SubjectId> {
    let mut found = vec![id];
    let mut next = 0;
    while let Some(parent) = found.get(next).copied() {
        found.extend(frame.children(parent));
        next += 1;
    }
    found.sort_unstable();
    found
}

/// Finishes every card from the leaves of the organisation to its top: roll-ups, totals, bounds.
pub(super) fn finish(plan: &Plan<'_>, own: Vec<Vec<NodeScore>>, pooled: &[Pooled]) -> Vec<Scorecard> {
    let mut cards: Vec<Scorecard> =
        own.into_iter().zip(plan.scheme.frame.ids()).map(|(nodes, id)| plan.adjusted[id.0 as usize].card(id, nodes)).collect();
    let heads = headcounts(&plan.scheme.frame);
    for id in plan.scheme.frame.ids().rev() {
        let slot = id.0 as usize;
        let members = plan.scheme.frame.children(id);
        let mut nodes = std::mem::take(&mut cards[slot].nodes);
        if !members.is_empty() {
            let mut parent = Parent::new(plan, id, members, &cards, &heads);
            parent.roll_up(&mut nodes, pooled.get(slot).map_or(&[][..], Vec::as_slice));
        }
        let (total, bounds) = totals(plan, id, &nodes, &cards, &heads);
        let card = &mut cards[slot];
        card.nodes = nodes;
        card.total = total;
        card.bounds = bounds;
    }
    cards
}

/// People each subject stands for: as the frame says, else the sum of its members where every one has a number.
pub(super) fn headcounts(frame: &Frame) -> Vec<Option<u64>> {
    let mut heads: Vec<Option<u64>> = frame.subjects.iter().map(|subject| subject.headcount).collect();
    for id in frame.ids().rev() {
        let members = frame.children(id);
        if heads[id.0 as usize].is_none() && !members.is_empty() {
            heads[id.0 as usize] = members.iter().map(|member| heads[member.0 as usize]).sum();
        }
    }
    heads
}

/// Members' weights in a mean: their people where every one has some, else 1 each. Method by method as asked for.
pub(super) fn method(asked: Option<Rollup>, members: &[SubjectId], heads: &[Option<u64>]) -> Rollup {
    let every_one = members.iter().all(|member| heads[member.0 as usize].is_some_and(|people| people > 0));
    if every_one && asked != Some(Rollup::Simple) { Rollup::Headcount } else { Rollup::Simple }
}

struct Parent<'a> {
    plan: &'a Plan<'a>,
    id: SubjectId,
    members: &'a [SubjectId],
    cards: &'a [Scorecard],
    heads: &'a [Option<u64>],
}

impl<'a> Parent<'a> {
    fn new(
        plan: &'a Plan<'a>,
        id: SubjectId,
        members: &'a [SubjectId],
        cards: &'a [Scorecard],
        heads: &'a [Option<u64>],
    ) -> Self {
        Self { plan, id, members, cards, heads }
    }

    fn roll_up(&mut self, nodes: &mut [NodeScore], pooled: &[(NodeId, NodeScore)]) {
        let index = &self.plan.scheme.index;
        for id in index.ids().rev() {
            let slot = usize::from(id.0);
            if !open(self.plan, id, nodes) {
                continue;
            }
            let asked = index.node(id).rollup.or(self.plan.scheme.rules.rollup);
            let taken = asked == Some(Rollup::Pooled) && self.pooled(id, nodes, pooled);
            if !taken && self.mean(id, asked, &mut nodes[slot]) {
                self.show_weights(id, nodes);
            }
            if nodes[slot].rollup.is_some() {
                check_coverage(&mut nodes[slot], &index.node(id).min_coverage);
            }
        }
        root_weight(nodes);
    }

    /// Members to which the node applies, with their people.
    fn applicable(&self, node: NodeId) -> impl Iterator<Item = (&'a NodeScore, SubjectId)> {
        let (members, cards) = (self.members, self.cards);
        members
            .iter()
            .filter_map(move |member| Some((cards[member.0 as usize].nodes.get(usize::from(node.0))?, *member)))
            .filter(|(score, _)| score.why != Some(WhyMissing::NotApplicable))
    }

    fn used(&self, node: NodeId, method: Rollup) -> RollupUsed {
        let of = |wanted: fn(&NodeScore) -> bool| {
            u32::try_from(self.applicable(node).filter(|(score, _)| wanted(score)).count()).unwrap_or(u32::MAX)
        };
        RollupUsed { method, with_score: of(|score| score.score.is_some()), members: of(|_| true) }
    }

    /// Pooled ballots: items from the counts of all below, other nodes from their pooled children. False where nothing is pooled
    /// (no counts, an import, or a measure relative to peers).
    fn pooled(&self, id: NodeId, nodes: &mut [NodeScore], pooled: &[(NodeId, NodeScore)]) -> bool {
        let node = self.plan.scheme.index.node(id);
        let slot = usize::from(id.0);
        let weight = nodes[slot].weight.clone();
        if node.children.is_empty() {
            let relative = matches!(node.measure, Measure::RatioToBest | Measure::RankScore(_));
            let found = pooled.iter().find(|(known, leaf)| *known == id && leaf.score.is_some() && !relative);
            let Some((_, leaf)) = found else { return false };
            nodes[slot] = NodeScore { weight, ..leaf.clone() };
        } else {
            let before = nodes[slot].clone();
            combine(self.plan, self.plan.domain(self.id), id, nodes);
            if nodes[slot].score.is_none() {
                nodes[slot] = before;
                return false;
            }
        }
        nodes[slot].rollup = Some(self.used(id, Rollup::Pooled));
        true
    }

    /// The mean of the members' exact scores, simple or by people.
    fn mean(&self, id: NodeId, asked: Option<Rollup>, node: &mut NodeScore) -> bool {
        let method = method(asked, self.members, self.heads);
        let (mut total, mut weights, mut all, mut covered) = (Sum::new(), Sum::new(), Sum::new(), Sum::new());
        let (mut n, mut incomplete) = (0, false);
        for (score, member) in self.applicable(id) {
            let weight = people(method, self.heads, member);
            all.add(&weight);
            covered.add_product(&weight, &score.coverage);
            incomplete |= score.incomplete || score.score.is_none();
            if let Some(points) = &score.score {
                total.add_product(&weight, points);
                weights.add(&weight);
                n += score.n;
            }
        }
        let Some(points) = total.over(&weights) else { return false };
        node.score = Some(points);
        node.why = None;
        node.n = n;
        node.coverage = covered.over(&all).unwrap_or_else(Ratio::zero);
        node.incomplete = incomplete;
        node.cells.clear();
        node.rollup = Some(self.used(id, method));
        true
    }

    /// The weights of a rolled-up node's children, those without a score left out.
    fn show_weights(&self, id: NodeId, nodes: &mut [NodeScore]) {
        let domain = self.plan.domain(self.id);
        let children = &self.plan.scheme.index.node(id).children;
        let parts: Vec<(usize, &Ratio)> = children
            .iter()
            .filter_map(|child| Some((usize::from(child.0), self.plan.share(domain, *child)?)))
            .filter(|(child, _)| nodes[*child].why != Some(WhyMissing::NotApplicable))
            .collect();
        weigh(&MissingChild::Renormalise, &parts, nodes);
    }
}

/// The weight of one member in such a mean.
pub(super) fn people(method: Rollup, heads: &[Option<u64>], member: SubjectId) -> Ratio {
    match method {
        Rollup::Headcount => count(heads[member.0 as usize].unwrap_or(0)),
        Rollup::Simple | Rollup::Pooled => int(1),
    }
}

/// A node for which nothing was sent is open to the members' scores, and so is a composite too thin to stand; but not what lies
/// below a procedure the subject has a score of, nor where its own return was void or refused: that is said, not papered over.
fn open(plan: &Plan<'_>, id: NodeId, nodes: &[NodeScore]) -> bool {
    let procedure = plan.scheme.index.procedure_of(id).and_then(|procedure| nodes.get(usize::from(procedure.0)));
    if procedure.is_some_and(|procedure| procedure.score.is_some() && procedure.rollup.is_none()) {
        return false;
    }
    match nodes.get(usize::from(id.0)).and_then(|node| node.why) {
        Some(WhyMissing::NothingSent) => true,
        Some(WhyMissing::LowCoverage) => id == Index::ROOT,
        _ => false,
    }
}

type Bounds = Option<(Ratio, Ratio)>;

/// Total and bounds after adjustments. A composite that is a mean of members takes the mean of their totals.
fn totals(
    plan: &Plan<'_>,
    id: SubjectId,
    nodes: &[NodeScore],
    cards: &[Scorecard],
    heads: &[Option<u64>],
) -> (Option<Ratio>, Bounds) {
    let adjusted = &plan.adjusted[id.0 as usize];
    let above = plan.scheme.rules.above_100;
    let Some(root) = nodes.first() else { return (None, None) };
    let (base, ends) = match root.rollup.as_ref().map(|used| used.method) {
        Some(method @ (Rollup::Simple | Rollup::Headcount)) => members_total(plan, id, cards, heads, method),
        _ => (root.score.clone(), bounds(plan, plan.domain(id), nodes)),
    };
    let total = base.filter(|_| root.score.is_some()).map(|base| adjusted.apply(&base, above));
    (total, ends.map(|ends| both(adjusted, &ends, above)))
}

fn both(adjusted: &Adjusted, (low, high): &(Ratio, Ratio), above: bool) -> (Ratio, Ratio) {
    (adjusted.apply(low, above), adjusted.apply(high, above))
}

fn members_total(
    plan: &Plan<'_>,
    id: SubjectId,
    cards: &[Scorecard],
    heads: &[Option<u64>],
    method: Rollup,
) -> (Option<Ratio>, Bounds) {
    let (mut total, mut low, mut high, mut weights) = (Sum::new(), Sum::new(), Sum::new(), Sum::new());
    for member in plan.scheme.frame.children(id) {
        let card = &cards[member.0 as usize];
        let applies = card.nodes.get(usize::from(Index::ROOT.0)).is_some_and(|root| root.score.is_some());
        let (true, Some(points)) = (applies, &card.total) else { continue };
        let weight = people(method, heads, *member);
        let (least, most) = card.bounds.as_ref().map_or((points, points), |(low, high)| (low, high));
        total.add_product(&weight, points);
        low.add_product(&weight, least);
        high.add_product(&weight, most);
        weights.add(&weight);
    }
    (total.over(&weights), low.over(&weights).zip(high.over(&weights)))
}

/// Share of members with a score, for messages.
pub(super) fn share_with_score(used: &RollupUsed) -> Ratio {
    part_of(u64::from(used.with_score), u64::from(used.members))
}
