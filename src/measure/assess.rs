//! Counts → assessment: the order in which the method is applied, once for ballots that count and once with the others left in.

use super::assessment::{Assessment, Scorecard};
use super::composite::climb;
use super::diagnosis;
use super::estimate::{Counts, Estimate, Filter, Gap, estimate};
use super::notice::{Facts, notices};
use super::persons::PersonRun;
use super::plan::{Plan, relative};
use super::response::{meetings, responses, voids};
use super::rollup::{finish, pool};
use super::standing::{Ranked, by_subject, rank_all};
use super::totals::Totals;
use crate::numeric::Ratio;
use crate::survey::{FormId, Measure, NodeId, Scheme, SubjectId};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Everything that follows from the counts, and from nothing else: the same totals give the same assessment, in any order of
/// rows and for any number of threads.
#[must_use]
pub fn assess(scheme: &Scheme, totals: &Totals) -> Assessment {
    assess_to(scheme, totals, Depth::Everything)
}

/// Scores, grades and what is to be said of the returns: without errors, simulations, weak points, flags on ballots, and what
/// screened-out ballots would change. The same findings on returns as [`assess`] has, in a fraction of the time.
#[must_use]
pub fn assess_returns(scheme: &Scheme, totals: &Totals) -> Assessment {
    assess_to(scheme, totals, Depth::Returns)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Depth {
    Returns,
    Everything,
}

fn assess_to(scheme: &Scheme, totals: &Totals, depth: Depth) -> Assessment {
    let plan = Plan::new(scheme);
    let meetings = meetings(scheme, totals);
    let voids = voids(&meetings);
    let counts = Counts::new(scheme.frame.subjects.len(), &totals.rows, &voids);
    let estimates = estimates(&plan, &counts, Filter::Counted, None);
    let whole = depth == Depth::Everything;
    let left_in = if whole { left_in(&plan, &counts, &estimates) } else { None };
    let mut run = Run::new(&plan, &counts, Filter::Counted, estimates);
    let cards = (&mut run.cards[..], &mut run.persons.persons.scorecards[..]);
    let (reliabilities, unsure) =
        if whole { super::variance::fill(&plan, &counts, totals, &voids, cards) } else { Default::default() };
    let responses = responses(&plan, totals, &counts, &meetings);
    let facts = Facts { plan: &plan, counts: &counts, run: &run, meetings: &meetings, responses: &responses };
    let mut diagnostics = notices(&facts);
    diagnostics.extend(unsure);
    let mut out = Assessment {
        scorecards: run.cards,
        standings: run.ranked.standings,
        quotas: run.ranked.quotas,
        leaders: run.ranked.leaders,
        responses,
        persons: run.persons.persons,
        evidence: super::evidence::Evidence { reliabilities, ..super::evidence::Evidence::default() },
        diagnostics,
    };
    if !whole {
        return out;
    }
    if let Some(other) = left_in {
        compare(&mut out, &other);
        out.diagnostics.extend(super::notice::grade_changes(&plan, &out.standings));
        out.diagnostics.extend(super::notice::rank_changes(&plan, &out.standings));
        out.diagnostics.extend(super::persons::grade_changes(&plan, &out.persons));
    }
    super::stability::fill(&plan, &counts, &out.scorecards, &mut out.standings);
    super::stability::fill_persons(&plan, &mut out.persons);
    out.evidence.influences = super::influence::influences(&plan, &out.scorecards, &out.standings);
    diagnosis::fill(&mut out, scheme);
    super::forensics::fill(&mut out, scheme, totals);
    out
}

/// One way through the method.
pub(super) struct Run {
    pub cards: Vec<Scorecard>,
    pub ranked: Ranked,
    /// The persons, graded after the units.
    pub persons: PersonRun,
    /// Per subject: strata without answers and how many items they concern.
    pub gaps: Vec<BTreeMap<Gap, u64>>,
    /// Per subject: items of a score sheet without points.
    pub blanks: Vec<BTreeMap<(NodeId, FormId), u64>>,
}

impl Run {
    fn new(plan: &Plan<'_>, counts: &Counts<'_>, filter: Filter, mut estimates: Vec<Estimate>) -> Self {
        relate(plan, &subjects(plan), &mut estimates);
        let gaps = estimates.iter_mut().map(|estimate| std::mem::take(&mut estimate.gaps)).collect();
        let blanks = estimates.iter_mut().map(|estimate| std::mem::take(&mut estimate.blanks)).collect();
        let own = estimates
            .into_par_iter()
            .zip(plan.imported.par_iter())
            .zip(subjects(plan).par_iter())
            .map(|((estimate, imports), subject)| climb(plan, plan.domain(*subject), estimate, imports))
            .collect();
        let cards = finish(plan, own, &pool(plan, counts, filter));
        let ranked = rank_all(plan, &cards);
        let persons = super::persons::run(plan, counts, filter, &cards, &ranked);
        Self { cards, ranked, persons, gaps, blanks }
    }
}

fn subjects(plan: &Plan<'_>) -> Vec<SubjectId> {
    plan.scheme.frame.ids().collect()
}

/// Item scores of every subject. `known`: of those without screened-out ballots the scores are the same, and are taken over.
fn estimates(plan: &Plan<'_>, counts: &Counts<'_>, filter: Filter, known: Option<&[Estimate]>) -> Vec<Estimate> {
    let one = |subject: &SubjectId| match known.and_then(|known| known.get(subject.0 as usize)) {
        Some(same) if !counts.screened(*subject) => same.clone(),
        _ => estimate(plan, plan.domain(*subject), &counts.of(&[*subject], filter)),
    };
    subjects(plan).par_iter().map(one).collect()
}

/// The same with screened-out ballots left in; `None` where none were screened out.
fn left_in(plan: &Plan<'_>, counts: &Counts<'_>, counted: &[Estimate]) -> Option<Run> {
    let frame = &plan.scheme.frame;
    let any = frame.ids().chain(frame.person_ids()).any(|subject| counts.screened(subject));
    any.then(|| {
        let estimates = estimates(plan, counts, Filter::LeftIn, Some(counted));
        Run::new(plan, counts, Filter::LeftIn, estimates)
    })
}

/// Measures relative to the peers need everybody's scores first. One estimate per subject.
pub(super) fn relate(plan: &Plan<'_>, subjects: &[SubjectId], estimates: &mut [Estimate]) {
    for leaf in &plan.leaves {
        let measure = &plan.scheme.index.node(leaf.node).measure;
        if !matches!(measure, Measure::RatioToBest | Measure::RankScore(_)) {
            continue;
        }
        let mut values: Vec<(SubjectId, Ratio)> = Vec::new();
        for (estimate, subject) in estimates.iter().zip(subjects) {
            let own = estimate.leaves.iter().find(|(node, _)| *node == leaf.node);
            values.extend(own.and_then(|(_, score)| score.score.clone()).map(|score| (*subject, score)));
        }
        relative(plan.scheme, measure, &mut values);
        for (subject, score) in values {
            let at = subjects.binary_search(&subject).ok();
            let leaves = at.and_then(|at| estimates.get_mut(at)).map(|estimate| &mut estimate.leaves);
            if let Some((_, node)) = leaves.and_then(|leaves| leaves.iter_mut().find(|(node, _)| *node == leaf.node)) {
                node.score = Some(score);
            }
        }
    }
}

/// Writes down where the other way through comes to something else.
fn compare(out: &mut Assessment, other: &Run) {
    for (card, left) in out.scorecards.iter_mut().zip(&other.cards) {
        for (node, left) in card.nodes.iter_mut().zip(&left.nodes) {
            if node.score != left.score {
                node.unscreened.clone_from(&left.score);
            }
        }
    }
    super::persons::compare(&mut out.persons, other);
    let others = by_subject(&other.ranked.standings);
    for standing in &mut out.standings {
        let Some(left) = others.get(&standing.subject) else { continue };
        if left.grade != standing.grade {
            standing.grade_unscreened = left.grade;
        }
        if left.rank != standing.rank {
            standing.rank_unscreened = left.rank;
        }
    }
}
