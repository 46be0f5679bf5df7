//! Scores of persons: their own forms as for units, the exact score of their unit beside them, up the persons' tree.

use super::super::assess::relate;
use super::super::assessment::{NodeScore, Scorecard, WhyMissing};
use super::super::composite::climb;
use super::super::estimate::{Counts, Estimate, Filter, Gap, estimate};
use super::super::exact::{Sum, hundred};
use super::super::plan::Plan;
use crate::numeric::{Ratio, int};
use crate::survey::{FormId, NodeId, NodeSource, SubjectId};
use num_traits::{One, Zero};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Scorecards of persons and what was missing in them.
pub(super) struct Scored {
    pub cards: Vec<Scorecard>,
    pub gaps: Vec<BTreeMap<Gap, u64>>,
    pub blanks: Vec<BTreeMap<(NodeId, FormId), u64>>,
}

/// Everybody's scorecard; `units` are the finished scorecards of the units.
pub(super) fn score(plan: &Plan<'_>, counts: &Counts<'_>, filter: Filter, units: &[Scorecard]) -> Scored {
    let ids: Vec<SubjectId> = plan.scheme.frame.person_ids().collect();
    let mut estimates: Vec<Estimate> =
        ids.par_iter().map(|id| estimate(plan, plan.domain(*id), &counts.of(&[*id], filter))).collect();
    relate(plan, &ids, &mut estimates);
    let gaps = estimates.iter_mut().map(|estimate| std::mem::take(&mut estimate.gaps)).collect();
    let blanks = estimates.iter_mut().map(|estimate| std::mem::take(&mut estimate.blanks)).collect();
    let cards = estimates.into_par_iter().zip(ids.par_iter()).map(|(estimate, id)| card(plan, *id, estimate, units)).collect();
    Scored { cards, gaps, blanks }
}

fn card(plan: &Plan<'_>, id: SubjectId, mut estimate: Estimate, units: &[Scorecard]) -> Scorecard {
    let index = &plan.scheme.index;
    let unit = units.get(plan.scheme.frame.unit_of(id).0 as usize);
    for node in index.person_ids() {
        if let NodeSource::Unit(source) = index.node(node).source {
            estimate.leaves.push((node, unit_part(source, unit)));
        }
    }
    let imports = plan.imported.get(id.0 as usize).map_or(&[][..], Vec::as_slice);
    let mut nodes = climb(plan, plan.domain(id), estimate, imports);
    let root = index.persons.and_then(|root| nodes.get_mut(usize::from(root.0)));
    let composite = root.and_then(|root| {
        root.weight.effective = if root.score.is_some() { Ratio::one() } else { Ratio::zero() };
        root.score.clone()
    });
    let adjusted = &plan.adjusted[id.0 as usize];
    let above = plan.scheme.rules.above_100;
    let bounds = bounds(plan, id, &nodes, unit).map(|(low, high)| (adjusted.apply(&low, above), adjusted.apply(&high, above)));
    let total = composite.map(|composite| adjusted.apply(&composite, above));
    Scorecard { total, bounds, ..adjusted.card(id, nodes) }
}

/// The unit's exact score: its total after adjustments, or one of its procedures. It is rounded nowhere on its way.
fn unit_part(source: Option<NodeId>, unit: Option<&Scorecard>) -> NodeScore {
    let Some(unit) = unit else { return NodeScore::missing(WhyMissing::NothingSent) };
    let from = unit.nodes.get(source.map_or(0, |node| usize::from(node.0)));
    let score = match source {
        None => unit.total.clone(),
        Some(_) => from.and_then(|node| node.score.clone()),
    };
    let why = if score.is_some() { None } else { Some(from.and_then(|node| node.why).unwrap_or(WhyMissing::NothingSent)) };
    let mut part = NodeScore::missing(WhyMissing::NothingSent);
    (part.score, part.why) = (score, why);
    if let (Some(from), true) = (from, part.score.is_some()) {
        part.coverage = from.coverage.clone();
        part.incomplete = from.incomplete;
    }
    part
}

/// The composite with missing parts at 0 and at 100; a unit whose own total is open passes its ends on. `None` where all is missing.
fn bounds(plan: &Plan<'_>, id: SubjectId, nodes: &[NodeScore], unit: Option<&Scorecard>) -> Option<(Ratio, Ratio)> {
    let index = &plan.scheme.index;
    let root = index.persons?;
    let whole = nodes.get(usize::from(root.0))?;
    if whole.imported {
        return whole.score.clone().map(|score| (score.clone(), score));
    }
    let (mut low, mut high, mut all) = (Sum::new(), Sum::new(), Sum::new());
    let mut present = false;
    for child in &index.node(root).children {
        let (Some(weight), Some(part)) = (plan.share(plan.domain(id), *child), nodes.get(usize::from(child.0))) else { continue };
        if part.why == Some(WhyMissing::NotApplicable) {
            continue;
        }
        all.add(weight);
        let of_unit =
            if index.node(*child).source == NodeSource::Unit(None) { unit.and_then(|unit| unit.bounds.clone()) } else { None };
        present |= part.score.is_some();
        let (least, most) = match (&part.score, of_unit) {
            (Some(_), Some(ends)) if !part.imported => ends,
            (Some(score), _) => (score.clone(), score.clone()),
            (None, _) => (int(0), hundred()),
        };
        low.add_product(weight, &least);
        high.add_product(weight, &most);
    }
    if present { low.over(&all).zip(high.over(&all)) } else { None }
}
