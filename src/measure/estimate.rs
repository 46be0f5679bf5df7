//! Item scores of one subject from its counts: S(u,i,c) per stratum, S(u,i) over the strata that answered (method §4).

use super::assessment::{Cell, Effective, NodeScore, WhyMissing};
use super::cell::{CellScore, Valuation};
use super::exact::Sum;
use super::plan::{LeafPlan, Plan};
use super::strata::{Combination, combine, single};
use super::totals::CountRow;
use crate::numeric::Ratio;
use crate::survey::{Answer, DomainId, FormId, ItemId, Measure, NodeId, StratumId, SubjectId};
use num_traits::Zero;
use std::collections::{BTreeMap, BTreeSet};

/// Which answers are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Filter {
    /// Ballots that count.
    Counted,
    /// The screened-out ballots left in. Item-level voids and meeting rules stay out there too (method §10.5).
    LeftIn,
}

/// Unit × form × procedure voided by a meeting rule.
pub(super) type MeetingVoids = BTreeSet<(SubjectId, FormId, NodeId)>;

/// The counts, by subject.
pub(super) struct Counts<'a> {
    rows: Vec<Vec<&'a CountRow>>,
    /// Forms of a subject some of whose answers a meeting rule took out.
    voided: Vec<BTreeSet<(NodeId, FormId)>>,
}

impl<'a> Counts<'a> {
    pub(super) fn new(subjects: usize, rows: &'a [CountRow], voids: &MeetingVoids) -> Self {
        let mut out = Self { rows: vec![Vec::new(); subjects], voided: vec![BTreeSet::new(); subjects] };
        for row in rows {
            let slot = row.subject.0 as usize;
            if slot >= subjects {
                continue;
            }
            if voids.contains(&(row.unit, row.form, row.procedure)) {
                out.voided[slot].insert((row.procedure, row.form));
            } else {
                out.rows[slot].push(row);
            }
        }
        out
    }

    /// Whether some ballot that rates the subject was screened out.
    pub(super) fn screened(&self, subject: SubjectId) -> bool {
        self.rows[subject.0 as usize].iter().any(|row| row.part != 0)
    }

    pub(super) fn has_any(&self, subject: SubjectId) -> bool {
        let slot = subject.0 as usize;
        !self.rows[slot].is_empty() || !self.voided[slot].is_empty()
    }

    /// Procedures and forms by which the subject was rated.
    pub(super) fn rated_by(&self, subject: SubjectId) -> BTreeSet<(NodeId, FormId)> {
        let slot = subject.0 as usize;
        let counted = self.rows[slot].iter().map(|row| (row.procedure, row.form));
        counted.chain(self.voided[slot].iter().copied()).collect()
    }

    /// The rows of some subjects together: one for its own scores, all below a parent for a pooled roll-up.
    pub(super) fn of(&self, subjects: &[SubjectId], filter: Filter) -> SubjectCounts<'a> {
        let mut counts = SubjectCounts { rows: Vec::new(), voided: BTreeSet::new() };
        for subject in subjects {
            let slot = subject.0 as usize;
            counts.rows.extend(self.rows[slot].iter().filter(|row| filter == Filter::LeftIn || row.part == 0));
            counts.voided.extend(self.voided[slot].iter().copied());
        }
        counts.rows.sort_unstable_by_key(|row| (place(row), row.stratum, row.answer));
        counts
    }
}

/// The rows that make the scores of one subject, by procedure, form, item, stratum, answer.
pub(super) struct SubjectCounts<'a> {
    rows: Vec<&'a CountRow>,
    voided: BTreeSet<(NodeId, FormId)>,
}

fn place(row: &CountRow) -> (NodeId, FormId, ItemId) {
    (row.procedure, row.form, row.item)
}

impl SubjectCounts<'_> {
    /// The rows of one item.
    pub(super) fn item(&self, wanted: (NodeId, FormId, ItemId)) -> &[&CountRow] {
        let from = self.rows.partition_point(|row| place(row) < wanted);
        let to = self.rows.partition_point(|row| place(row) <= wanted);
        &self.rows[from..to]
    }
}

/// A stratum that gave nothing to some items of a form that others answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Gap {
    pub procedure: NodeId,
    pub form: FormId,
    pub stratum: StratumId,
}

/// The item scores of one subject, and what was missing in them.
#[derive(Clone, Debug, Default)]
pub(super) struct Estimate {
    pub leaves: Vec<(NodeId, NodeScore)>,
    /// 自评 points by item node.
    pub self_rated: Vec<(NodeId, Ratio)>,
    /// How many items each gap concerns.
    pub gaps: BTreeMap<Gap, u64>,
    /// Items of a score sheet without points, by procedure and form.
    pub blanks: BTreeMap<(NodeId, FormId), u64>,
}

/// Combinations already worked out for a subject: its strata mostly answer all items or none.
type Known = Vec<(FormId, Vec<bool>, Combination)>;

/// Every item score of a subject of `domain`.
pub(super) fn estimate(plan: &Plan<'_>, domain: DomainId, counts: &SubjectCounts<'_>) -> Estimate {
    let mut out = Estimate::default();
    let mut known = Known::new();
    for leaf in &plan.leaves {
        if plan.share(domain, leaf.node).is_none() {
            continue;
        }
        let rows = counts.item((leaf.procedure, leaf.form, leaf.item));
        let voided = counts.voided.contains(&(leaf.procedure, leaf.form));
        let score = item_score(plan, domain, leaf, rows, voided, (&mut known, &mut out));
        out.leaves.push((leaf.node, score));
    }
    for item in &plan.self_rated {
        let rows = counts.item((item.procedure, item.form, item.item));
        let answers = merged(rows, true).pop().map(|(_, answers)| answers).unwrap_or_default();
        if let Some(score) = item.valuation.score(&answers, &Measure::Mean).score {
            out.self_rated.push((item.node, score));
        }
    }
    out
}

/// Rows of one item, answers added up within each stratum (`one`: over all strata).
fn merged(rows: &[&CountRow], one: bool) -> Vec<(StratumId, Vec<(Answer, u64)>)> {
    let mut groups: Vec<(StratumId, Vec<(Answer, u64)>)> = Vec::new();
    for row in rows {
        let stratum = if one { StratumId(0) } else { row.stratum };
        match groups.last_mut() {
            Some((last, answers)) if *last == stratum => match answers.last_mut() {
                Some((answer, count)) if *answer == row.answer => *count += row.count,
                _ => answers.push((row.answer, row.count)),
            },
            _ => groups.push((stratum, vec![(row.answer, row.count)])),
        }
    }
    if one {
        for (_, answers) in &mut groups {
            add_up(answers);
        }
    }
    groups
}

/// Sorts answers that came from several strata and adds up equal ones.
fn add_up(answers: &mut Vec<(Answer, u64)>) {
    answers.sort_unstable();
    answers.dedup_by(|next, kept| {
        let same = next.0 == kept.0;
        if same {
            kept.1 += next.1;
        }
        same
    });
}

fn item_score(
    plan: &Plan<'_>,
    domain: DomainId,
    leaf: &LeafPlan,
    rows: &[&CountRow],
    voided: bool,
    (known, out): (&mut Known, &mut Estimate),
) -> NodeScore {
    if rows.is_empty() {
        return NodeScore::missing(if voided { WhyMissing::MeetingVoid } else { WhyMissing::NothingSent });
    }
    let form = plan.scheme.form(leaf.form);
    let strata = plan.scheme.strata_of(form);
    let size = strata.map_or(1, |strata| strata.members.len());
    let measure = &plan.scheme.index.node(leaf.node).measure;
    let cells = cells(&leaf.valuation, measure, &merged(rows, strata.is_none()), size);
    let present: Vec<bool> = cells.iter().map(|cell| cell.score.is_some()).collect();
    let at = known.iter().position(|(form, mask, _)| *form == leaf.form && *mask == present).unwrap_or_else(|| {
        let combination = match strata {
            Some(strata) => combine(strata, domain, &present, &form.missing_stratum),
            None => single(present.contains(&true)),
        };
        known.push((leaf.form, present, combination));
        known.len() - 1
    });
    let combination = &known[at].2;
    note(out, leaf, combination, &cells);
    finish(leaf, combination, cells, voided)
}

fn cells(valuation: &Valuation, measure: &Measure, groups: &[(StratumId, Vec<(Answer, u64)>)], size: usize) -> Vec<CellScore> {
    let mut cells = vec![CellScore::default(); size];
    for (stratum, answers) in groups {
        if let Some(cell) = cells.get_mut(usize::from(stratum.0)) {
            *cell = valuation.score(answers, measure);
        }
    }
    cells
}

fn note(out: &mut Estimate, leaf: &LeafPlan, combination: &Combination, cells: &[CellScore]) {
    for stratum in &combination.missing {
        *out.gaps.entry(Gap { procedure: leaf.procedure, form: leaf.form, stratum: *stratum }).or_default() += 1;
    }
    if !leaf.ballots && cells.iter().all(|cell| cell.score.is_none()) && cells.iter().any(|cell| cell.unanswered > 0) {
        *out.blanks.entry((leaf.procedure, leaf.form)).or_default() += 1;
    }
}

/// Puts the strata together.
fn finish(leaf: &LeafPlan, combination: &Combination, cells: Vec<CellScore>, voided: bool) -> NodeScore {
    let mut node = NodeScore::missing(why(combination, &cells));
    if leaf.ballots {
        node.n = cells.iter().map(|cell| cell.n).sum();
    }
    let mut total = Sum::new();
    let mut any = false;
    for (cell, weight) in cells.iter().zip(&combination.weights) {
        if let Some(score) = &cell.score {
            any |= !weight.nominal.is_zero();
            total.add_product(&weight.effective, score);
        }
    }
    if any && !combination.refused {
        node.score = Some(total.ratio());
        node.why = None;
        node.coverage = combination.coverage.clone();
        node.incomplete = voided || !combination.missing.is_empty();
    }
    node.cells = cells.into_iter().zip(&combination.weights).enumerate().filter_map(shown).collect();
    node
}

fn why(combination: &Combination, cells: &[CellScore]) -> WhyMissing {
    let excused = cells.iter().any(|cell| cell.not_applicable > 0);
    let nothing_said = |cell: &CellScore| cell.unanswered == 0 && cell.counts.is_empty();
    if combination.refused {
        WhyMissing::Refused
    } else if combination.not_applicable || (excused && cells.iter().all(nothing_said)) {
        WhyMissing::NotApplicable
    } else {
        WhyMissing::NothingScored
    }
}

/// Cells of strata that apply or answered.
fn shown((number, (cell, weight)): (usize, (CellScore, &Effective))) -> Option<Cell> {
    let counts = !cell.counts.is_empty() || !weight.nominal.is_zero();
    counts.then(|| Cell {
        stratum: StratumId(u16::try_from(number).unwrap_or(u16::MAX)),
        score: cell.score,
        n: cell.n,
        abstained: cell.abstained,
        counts: cell.counts,
        weight: weight.clone(),
        error: None,
        hidden: false,
    })
}
