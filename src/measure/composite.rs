//! Up the index tree: items → indicators → procedures → composite, each the weighted mean of the row beneath it (method §4).

use super::assessment::{NodeScore, WhyMissing};
use super::estimate::Estimate;
use super::exact::{Sum, weighted_mean};
use super::plan::Plan;
use super::self_rating;
use crate::numeric::{Ratio, int};
use crate::survey::{DomainId, MissingChild, NodeId, NodeKind};
use num_traits::{One, Zero};

/// Every node of one subject from its item scores and imports. Nodes of the other tree (units, persons) are not applicable.
pub(super) fn climb(plan: &Plan<'_>, domain: DomainId, estimate: Estimate, imports: &[(NodeId, Ratio)]) -> Vec<NodeScore> {
    let index = &plan.scheme.index;
    let mut nodes = vec![NodeScore::missing(WhyMissing::NotApplicable); plan.nodes()];
    for id in plan.tree(domain) {
        nodes[usize::from(id.0)] = NodeScore::missing(WhyMissing::NothingSent);
    }
    for (id, score) in estimate.leaves {
        nodes[usize::from(id.0)] = score;
    }
    for id in plan.tree(domain).rev() {
        let slot = usize::from(id.0);
        let Some(share) = plan.share(domain, id) else {
            nodes[slot] = NodeScore::missing(WhyMissing::NotApplicable);
            continue;
        };
        nodes[slot].weight.nominal = share.clone();
        if !index.node(id).children.is_empty() {
            combine(plan, domain, id, &mut nodes);
        }
        if index.node(id).kind == NodeKind::Procedure {
            self_rating::join(plan, domain, id, &estimate.self_rated, &mut nodes);
        }
        match imports.iter().find(|(node, _)| *node == id) {
            Some((_, score)) => import(&mut nodes[slot], score),
            None => check_coverage(&mut nodes[slot], &index.node(id).min_coverage),
        }
    }
    root_weight(&mut nodes);
    nodes
}

/// The root is all of itself, if it is there.
pub(super) fn root_weight(nodes: &mut [NodeScore]) {
    if let Some(root) = nodes.first_mut() {
        root.weight.effective = if root.score.is_some() { Ratio::one() } else { Ratio::zero() };
    }
}

/// 引用上级结果: stands in place of the node's own score, whatever lies below.
fn import(node: &mut NodeScore, score: &Ratio) {
    node.score = Some(score.clone());
    node.why = None;
    node.imported = true;
    node.incomplete = false;
    node.coverage = int(1);
}

/// Thin data cannot pass as whole.
pub(super) fn check_coverage(node: &mut NodeScore, minimum: &Ratio) {
    if node.score.is_some() && node.coverage < *minimum {
        node.score = None;
        node.why = Some(WhyMissing::LowCoverage);
        node.incomplete = true;
    }
}

/// The weighted mean of the children, missing ones by the node's policy.
pub(super) fn combine(plan: &Plan<'_>, domain: DomainId, id: NodeId, nodes: &mut [NodeScore]) {
    let node = plan.scheme.index.node(id);
    let parts: Vec<(usize, &Ratio)> = node
        .children
        .iter()
        .filter_map(|child| Some((usize::from(child.0), plan.share(domain, *child)?)))
        .filter(|(child, _)| nodes[*child].why != Some(WhyMissing::NotApplicable))
        .collect();
    let slot = usize::from(id.0);
    let mut out = NodeScore::missing(WhyMissing::NotApplicable);
    out.weight = nodes[slot].weight.clone();
    if !parts.is_empty() {
        mean(&node.missing, &parts, nodes, &mut out);
        weigh(&node.missing, &parts, nodes);
    }
    nodes[slot] = out;
}

fn mean(policy: &MissingChild, parts: &[(usize, &Ratio)], nodes: &[NodeScore], out: &mut NodeScore) {
    let (mut all, mut covered) = (Sum::new(), Sum::new());
    for (child, weight) in parts {
        all.add(weight);
        covered.add_product(weight, &nodes[*child].coverage);
    }
    out.n = parts.iter().map(|(child, _)| nodes[*child].n).max().unwrap_or(0);
    let missing = parts.iter().filter(|(child, _)| nodes[*child].score.is_none()).count();
    if missing == parts.len() {
        out.why = worst(parts.iter().filter_map(|(child, _)| nodes[*child].why));
        return;
    }
    out.coverage = covered.over(&all).unwrap_or_else(Ratio::zero);
    out.incomplete = missing > 0 || parts.iter().any(|(child, _)| nodes[*child].incomplete);
    if missing > 0 && *policy == MissingChild::Refuse {
        out.why = Some(WhyMissing::Refused);
        return;
    }
    let filled = stand_in(policy);
    out.score = weighted_mean(
        parts.iter().filter_map(|(child, weight)| Some((*weight, nodes[*child].score.as_ref().or(filled.as_ref())?))),
    );
    out.why = None;
}

/// What a missing child counts as; `None`: it is left out.
pub(super) fn stand_in(policy: &MissingChild) -> Option<Ratio> {
    match policy {
        MissingChild::Zero => Some(int(0)),
        MissingChild::Floor(floor) => Some(floor.clone()),
        MissingChild::Renormalise | MissingChild::Refuse => None,
    }
}

/// Writes the weights the children really had.
pub(super) fn weigh(policy: &MissingChild, parts: &[(usize, &Ratio)], nodes: &mut [NodeScore]) {
    let keeps = stand_in(policy).is_some();
    let mut total = Sum::new();
    for (child, weight) in parts {
        if keeps || nodes[*child].score.is_some() {
            total.add(weight);
        }
    }
    let total = total.ratio();
    for (child, weight) in parts {
        let node = &mut nodes[*child];
        node.weight.effective = match (keeps || node.score.is_some(), total.is_one()) {
            (false, _) => Ratio::zero(),
            (true, true) => (*weight).clone(),
            (true, false) => *weight / &total,
        };
    }
}

/// Of several reasons the one a reader must hear first.
fn worst(reasons: impl Iterator<Item = WhyMissing>) -> Option<WhyMissing> {
    reasons.max_by_key(|why| match why {
        WhyMissing::NotApplicable => 0,
        WhyMissing::NothingSent => 1,
        WhyMissing::NothingScored => 2,
        WhyMissing::LowCoverage => 3,
        WhyMissing::Refused => 4,
        WhyMissing::MeetingVoid => 5,
    })
}
