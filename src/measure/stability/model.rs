//! How every total is made, flat and in doubles, so that ten thousand variants of it can be worked out in seconds.

use crate::measure::assessment::{NodeScore, Scorecard, WhyMissing};
use crate::measure::composite::stand_in;
use crate::measure::plan::Plan;
use crate::measure::rollup::{headcounts, people};
use crate::numeric::to_f64;
use crate::survey::{DomainId, Index, NodeId, Rollup, SubjectId};

/// One procedure that takes part in a composite.
#[derive(Clone, Debug)]
pub(super) struct Part {
    pub node: NodeId,
    /// Its place among the children of the root.
    pub place: usize,
    /// Its score, or what stands in for it.
    pub score: f64,
    /// Share of the composite (the parts of one subject add up to 1).
    pub weight: f64,
}

/// What a composite is made of.
#[derive(Clone, Debug)]
pub(super) enum Maker {
    /// There is none.
    Missing,
    /// It was imported.
    Fixed(f64),
    /// The weighted mean of its procedures.
    Parts(Vec<Part>),
    /// The mean of the members' totals, with their shares.
    Members(Vec<(SubjectId, f64)>),
}

/// Every total of the frame.
pub(super) struct Model {
    /// By subject.
    pub makers: Vec<Maker>,
    /// Composite before the subject's own adjustments, by subject; NaN: none.
    pub bases: Vec<f64>,
    /// Bonus less deductions.
    shifts: Vec<f64>,
    above_100: bool,
}

impl Model {
    pub(super) fn new(plan: &Plan<'_>, cards: &[Scorecard]) -> Self {
        let heads = headcounts(&plan.scheme.frame);
        let makers: Vec<Maker> = cards.iter().map(|card| maker(plan, card, cards, &heads)).collect();
        let shifts = cards.iter().map(|card| to_f64(&card.bonus) - to_f64(&card.deduction)).collect();
        let mut model = Self { bases: vec![f64::NAN; makers.len()], makers, shifts, above_100: plan.scheme.rules.above_100 };
        let mut totals = vec![f64::NAN; model.makers.len()];
        let mut bases = vec![f64::NAN; model.makers.len()];
        for slot in (0..model.makers.len()).rev() {
            bases[slot] = match &model.makers[slot] {
                Maker::Missing => f64::NAN,
                Maker::Fixed(score) => *score,
                Maker::Parts(parts) => parts.iter().map(|part| part.weight * part.score).sum(),
                Maker::Members(members) => mean(members, &totals),
            };
            totals[slot] = model.total(slot, bases[slot]);
        }
        model.bases = bases;
        model
    }

    /// Bonus, deductions and the clamp, applied to a composite.
    pub(super) fn total(&self, slot: usize, base: f64) -> f64 {
        let total = (base + self.shifts[slot]).max(0.0);
        if self.above_100 { total } else { total.min(100.0) }
    }

    /// Which totals move when those of `own` do: themselves, and everything rolled up from them.
    pub(super) fn reach(&self, own: impl Fn(usize, &[Part]) -> bool) -> Vec<bool> {
        let mut moves = vec![false; self.makers.len()];
        for slot in (0..self.makers.len()).rev() {
            moves[slot] = match &self.makers[slot] {
                Maker::Missing | Maker::Fixed(_) => false,
                Maker::Parts(parts) => own(slot, parts),
                Maker::Members(members) => members.iter().any(|(member, _)| moves[member.0 as usize]),
            };
        }
        moves
    }

    /// All totals, where `own` gives the composite of those that have procedures of their own. Members stand after their parents
    /// in the frame, so one pass from its end does it.
    pub(super) fn totals(&self, own: impl Fn(usize, &[Part]) -> f64, totals: &mut [f64]) {
        for slot in (0..self.makers.len()).rev() {
            let base = match &self.makers[slot] {
                Maker::Missing => continue,
                Maker::Fixed(score) => *score,
                Maker::Parts(parts) => own(slot, parts),
                Maker::Members(members) => mean(members, totals),
            };
            totals[slot] = self.total(slot, base);
        }
    }
}

fn mean(members: &[(SubjectId, f64)], totals: &[f64]) -> f64 {
    members.iter().map(|(member, share)| share * totals[member.0 as usize]).sum()
}

fn maker(plan: &Plan<'_>, card: &Scorecard, cards: &[Scorecard], heads: &[Option<u64>]) -> Maker {
    let Some(root) = card.nodes.first().filter(|_| card.total.is_some()) else { return Maker::Missing };
    let Some(score) = &root.score else { return Maker::Missing };
    match root.rollup.map(|used| used.method) {
        Some(method @ (Rollup::Simple | Rollup::Headcount)) => Maker::Members(members(plan, card.subject, cards, heads, method)),
        _ if root.imported => Maker::Fixed(to_f64(score)),
        _ => match parts(plan, plan.domain(card.subject), &card.nodes) {
            parts if parts.is_empty() => Maker::Fixed(to_f64(score)),
            parts => Maker::Parts(parts),
        },
    }
}

fn members(plan: &Plan<'_>, id: SubjectId, cards: &[Scorecard], heads: &[Option<u64>], method: Rollup) -> Vec<(SubjectId, f64)> {
    let with_total = plan.scheme.frame.children(id).iter().filter(|member| cards[member.0 as usize].total.is_some());
    let mut members: Vec<(SubjectId, f64)> =
        with_total.map(|member| (*member, to_f64(&people(method, heads, *member)))).collect();
    let all: f64 = members.iter().map(|(_, people)| people).sum();
    for (_, share) in &mut members {
        *share /= all;
    }
    members
}

/// The children of the root that take part, by the weights the scheme gives them.
fn parts(plan: &Plan<'_>, domain: DomainId, nodes: &[NodeScore]) -> Vec<Part> {
    let root = plan.scheme.index.node(Index::ROOT);
    let filled = stand_in(&root.missing);
    let mut parts = Vec::new();
    for (place, id) in root.children.iter().enumerate() {
        let (Some(weight), Some(node)) = (plan.share(domain, *id), nodes.get(usize::from(id.0))) else { continue };
        // a procedure rolled up beside a composite of the subject's own takes no part in it: its effective weight stays 0
        let absent = node.why == Some(WhyMissing::NotApplicable) || num_traits::Zero::is_zero(&node.weight.effective);
        let score = node.score.as_ref().or(filled.as_ref());
        if let (false, Some(score)) = (absent, score) {
            parts.push(Part { node: *id, place, score: to_f64(score), weight: to_f64(weight) });
        }
    }
    let all: f64 = parts.iter().map(|part| part.weight).sum();
    for part in &mut parts {
        part.weight /= all;
    }
    parts
}
