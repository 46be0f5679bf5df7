//! Which members drive a weak point that was rolled up from them, and how much of the gap each carries.

use super::ground::Ground;
use crate::measure::assessment::NodeScore;
use crate::measure::evidence::{Driver, WeakKind};
use crate::measure::exact::count;
use crate::numeric::{Ratio, int, to_f64};
use crate::survey::{NodeId, Rollup, SubjectId};
use num_traits::Signed;

/// The members behind a gap, largest share first. The shares of all members add up to 1; members that must not be shown are
/// left out, and what is missing to 1 is theirs. Empty where the score is the subject's own, and where pooled ballots of hidden
/// members leave the weights unknown.
pub(super) fn drivers(
    ground: &Ground<'_>,
    (subject, node, kind): (SubjectId, NodeId, WeakKind),
    reference: &Ratio,
    gap: &Ratio,
) -> Vec<Driver> {
    let Some(used) = ground.node(subject, node).and_then(|score| score.rollup) else { return Vec::new() };
    let members: Vec<(SubjectId, &NodeScore)> = ground
        .scheme
        .frame
        .children(subject)
        .iter()
        .filter_map(|member| Some((*member, ground.node(*member, node)?)))
        .filter(|(_, score)| score.score.is_some() || score.hidden)
        .collect();
    let weight = |member: SubjectId, score: &NodeScore| match used.method {
        Rollup::Simple => int(1),
        Rollup::Headcount => count(ground.heads.get(member.0 as usize).copied().flatten().unwrap_or(0)),
        Rollup::Pooled => count(score.n),
    };
    let own = |member: SubjectId, score: &Ratio| match kind {
        WeakKind::Falling => ground.last(member, node).map(|last| &last.score - score),
        _ => Some(reference - score),
    };
    let hidden = members.iter().any(|(_, score)| score.hidden);
    let total: Ratio = members.iter().map(|(member, score)| weight(*member, score)).sum();
    if !total.is_positive() || (hidden && used.method == Rollup::Pooled) {
        return Vec::new();
    }
    let parts: Vec<(SubjectId, Ratio, Ratio)> = members
        .iter()
        .filter(|(_, score)| !score.hidden)
        .filter_map(|(member, score)| {
            let gap = own(*member, score.score.as_ref()?)?;
            let part = weight(*member, score) * &gap / &total;
            Some((*member, gap, part))
        })
        .collect();
    // Of means the parts add up to the gap; of pooled ballots and of falls of a changed membership only nearly.
    let whole = if hidden { gap.clone() } else { parts.iter().map(|(_, _, part)| part.clone()).sum() };
    if !whole.is_positive() {
        return Vec::new();
    }
    let mut out: Vec<Driver> =
        parts.into_iter().map(|(member, gap, part)| Driver { member, gap, share: to_f64(&(part / &whole)) }).collect();
    out.sort_by(|one, other| other.share.total_cmp(&one.share).then(one.member.cmp(&other.member)));
    out
}
