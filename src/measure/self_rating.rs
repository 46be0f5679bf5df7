//! 自查 and 考核: the gap 自评 − 考核 on the items both have, and what the scheme makes of it (method §4, domain.md E8b).

use super::assessment::{NodeScore, WhyMissing};
use super::exact::weighted_mean;
use super::plan::Plan;
use crate::numeric::{Ratio, int};
use crate::survey::{DomainId, NodeId, SelfMix};

/// Adds 自评 and the gap to a procedure, and mixes or punishes where the scheme says so. Only 自评 sent: the procedure stays
/// missing, the self-rating is shown.
pub(super) fn join(
    plan: &Plan<'_>,
    domain: DomainId,
    procedure: NodeId,
    self_rated: &[(NodeId, Ratio)],
    nodes: &mut [NodeScore],
) {
    let Some(mix) = &plan.scheme.index.node(procedure).self_mix else { return };
    let own = |id: NodeId| self_rated.iter().find(|(node, _)| *node == id).map(|(_, score)| score.clone());
    let assessed = |id: NodeId| nodes[usize::from(id.0)].score.clone();
    let common = |id: NodeId| assessed(id).and_then(|_| own(id));
    let Some(stated) = mean_of(plan, domain, procedure, &common) else {
        nodes[usize::from(procedure.0)].self_rated = mean_of(plan, domain, procedure, &own);
        return;
    };
    let checked = mean_of(plan, domain, procedure, &|id| own(id).and_then(|_| assessed(id)));
    let gap = checked.map(|checked| &stated - checked);
    let node = &mut nodes[usize::from(procedure.0)];
    node.self_rated = Some(stated.clone());
    node.self_gap.clone_from(&gap);
    let Some(score) = &node.score else { return };
    let mut mixed = (int(1) - &mix.weight) * score + &mix.weight * stated;
    if let (Some(tolerance), Some(gap)) = (&mix.tolerance, gap) {
        mixed -= &mix.penalty * (gap - tolerance).max(int(0));
    }
    node.score = Some(mixed.max(int(0)));
}

/// How far the score of a procedure moves with the mean of its assessed items: 1 where nothing is mixed in.
pub(super) fn sensitivity(mix: Option<&SelfMix>, procedure: &NodeScore) -> Ratio {
    let Some(mix) = mix.filter(|_| procedure.self_rated.is_some() && procedure.score.is_some()) else { return int(1) };
    let share = int(1) - &mix.weight;
    let beyond = mix.tolerance.as_ref().zip(procedure.self_gap.as_ref()).is_some_and(|(tolerance, gap)| gap > tolerance);
    if beyond { share + &mix.penalty } else { share }
}

/// The mean of a node over those items below that `value` knows, by the weights of the tree.
fn mean_of(plan: &Plan<'_>, domain: DomainId, id: NodeId, value: &dyn Fn(NodeId) -> Option<Ratio>) -> Option<Ratio> {
    let node = plan.scheme.index.node(id);
    if node.children.is_empty() {
        return value(id);
    }
    let parts: Vec<(&Ratio, Ratio)> = node
        .children
        .iter()
        .filter_map(|child| Some((plan.share(domain, *child)?, mean_of(plan, domain, *child, value)?)))
        .collect();
    weighted_mean(parts.iter().map(|(weight, score)| (*weight, score)))
}

/// Whether only the self-rated form was sent: 自评 known, nothing assessed.
pub(super) fn only_self(node: &NodeScore) -> bool {
    node.self_rated.is_some() && node.score.is_none() && node.why == Some(WhyMissing::NothingSent)
}
