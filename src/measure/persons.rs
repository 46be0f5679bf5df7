//! Persons 干部: scored from their own forms and their unit's exact result, graded after the units (method §5, §10.2, §10.11).

mod clear;
mod grade;
mod ladder;
mod notice;
mod quota;
mod rank;
mod reckon;
mod score;
#[cfg(test)]
mod tests;

use super::assess::Run;
use super::assessment::Scorecard;
use super::estimate::{Counts, Filter, Gap};
use super::plan::Plan;
use super::standing::Ranked;
use crate::numeric::{Published, Ratio};
use crate::survey::{DomainId, FormId, LevelId, NodeId, SubjectId, TierId};
pub(super) use clear::{clear, drop_intervals};
pub use ladder::{Ladder, Queue, Rung, UnitGradeMeans, ladder};
pub(super) use notice::{grade_changes, notices};
use std::collections::BTreeMap;

/// The results of all persons.
#[derive(Clone, Debug, Default)]
pub struct Persons {
    /// In the order of the persons table; nodes are indexed by `NodeId`, those of the units' tree are not applicable.
    pub scorecards: Vec<Scorecard>,
    /// By unit level, category, tier, rank.
    pub standings: Vec<PersonStanding>,
    /// Every quota as it was applied, by rule and pool.
    pub pools: Vec<PersonPool>,
}

/// Why a grade is limited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CapReason {
    /// Index in `PersonRules::caps`.
    Rule(usize),
    /// Index in `PersonRules::statuses`.
    Status(usize),
    /// 一票否决 in the adjustments.
    Veto,
}

/// A limit on a person's grade that applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AppliedCap {
    /// At best this grade (index in `PersonRules::grades`).
    pub grade: usize,
    pub why: CapReason,
    /// It took something away: by score alone the grade would be better.
    pub bites: bool,
}

/// Place and suggested grade of one person.
#[derive(Clone, Debug)]
pub struct PersonStanding {
    pub subject: SubjectId,
    pub unit: SubjectId,
    /// Peers share level of the unit, category, and tier where ranks are by tier.
    pub unit_level: LevelId,
    /// Category 类别.
    pub domain: DomainId,
    pub tier: Option<TierId>,
    /// The unit's suggested grade, index in `Rules::bands`.
    pub unit_grade: Option<usize>,
    /// Published composite; `None`: missing, or hidden.
    pub score: Option<Published>,
    pub rank: Option<u32>,
    /// Peers with a rank.
    pub of: u32,
    /// 2.5 and 97.5 % of the ranks over draws from the errors of the composites 名次区间; `None`: no rank or no known error.
    pub rank_interval: Option<(u32, u32)>,
    /// Index in `PersonRules::grades`: suggested grade 建议等次; `None`: none is suggested (status, no score).
    pub grade: Option<usize>,
    /// By the score alone, before caps and quotas.
    pub grade_by_score: Option<usize>,
    /// False: a status forbids a grade 不定等次.
    pub gradable: bool,
    /// Official code of the result: of the grade, or of the status that forbids one; empty: none declared.
    pub result_code: String,
    /// Every limit that applies, in the order of the rules.
    pub caps: Vec<AppliedCap>,
    /// Rules that led to the suggestion, in order, as message codes with arguments (rendered in `publish`): those of
    /// [`super::Standing::reasons`], and `status` [status] · `cap-status` [grade, status] · `cap-unit` [grade, unit grade, unit, rule] ·
    /// `cap-score` [grade, node, score, threshold, rule] · `cap-votes` [grade, node, votes, of, threshold, rule] ·
    /// `note-score`, `note-votes`, `note-unit` (the same without effect on the grade) · `preferred` [grade, what, evidence] ·
    /// `not-preferred` [grade, what].
    pub reasons: Vec<(String, Vec<String>)>,
    /// Index in [`Persons::pools`] of the quota of the best grade that he or she counts in.
    pub pool: Option<usize>,
    /// Joint candidate 并列人选 at a quota cut: for the organisation to decide.
    pub tied_at_cut: bool,
    /// Grades that remain possible while a part is missing.
    pub grades_possible: Vec<usize>,
    /// Grade with screened-out ballots left in, where it differs.
    pub grade_unscreened: Option<usize>,
    /// The composite and the rank are not shown: too few raters.
    pub hidden: bool,
}

/// A quota of persons as it was applied to one pool.
#[derive(Clone, Debug, PartialEq)]
pub struct PersonPool {
    /// Index in `PersonRules::quotas`.
    pub quota: usize,
    /// The unit (pool of one), the parent under which units are pooled, or `None`: all.
    pub scope: Option<SubjectId>,
    /// Level of the pooled units; `None` for a pool of all units.
    pub level: Option<LevelId>,
    pub domain: DomainId,
    /// Grade of the pooled units, index in `Rules::bands`.
    pub unit_grade: Option<usize>,
    /// Index in `PersonRules::grades`.
    pub grade: usize,
    /// Units with persons in the pool.
    pub units: u32,
    /// Persons that count in the base.
    pub base: u64,
    pub share: Ratio,
    /// base × share, exact.
    pub exact: Ratio,
    pub places: u64,
    pub eligible: u64,
    pub given: u64,
    /// Everybody who is in the pool, in the order of the persons table.
    pub members: Vec<SubjectId>,
    /// Joint candidates at the cut, in the order of the persons table.
    pub tied: Vec<SubjectId>,
}

/// One way through the method for the persons.
#[derive(Clone, Debug, Default)]
pub(super) struct PersonRun {
    pub persons: Persons,
    /// Per person: strata without answers and how many items they concern.
    pub gaps: Vec<BTreeMap<Gap, u64>>,
    /// Per person: items of a score sheet without points.
    pub blanks: Vec<BTreeMap<(NodeId, FormId), u64>>,
}

/// Scores, grades and ranks the persons, once the units are done.
pub(super) fn run(plan: &Plan<'_>, counts: &Counts<'_>, filter: Filter, cards: &[Scorecard], ranked: &Ranked) -> PersonRun {
    if plan.scheme.frame.person_ids().next().is_none() {
        return PersonRun::default();
    }
    let scored = score::score(plan, counts, filter, cards);
    let ground = grade::Ground::new(plan, cards, ranked);
    let mut candidates: Vec<grade::Candidate> = scored.cards.iter().filter_map(|card| ground.candidate(card)).collect();
    let pools = quota::apply(plan.scheme, &mut candidates);
    let mut standings: Vec<PersonStanding> =
        rank::rank(plan.scheme, candidates).into_iter().map(|candidate| candidate.standing).collect();
    for standing in &mut standings {
        if let Some(grade) = standing.grade.and_then(|grade| plan.scheme.persons.grades.get(grade)) {
            standing.result_code.clone_from(&grade.result_code);
        }
    }
    PersonRun { persons: Persons { scorecards: scored.cards, standings, pools }, gaps: scored.gaps, blanks: scored.blanks }
}

/// Writes down where the screened-out ballots would lead to something else.
pub(super) fn compare(out: &mut Persons, other: &Run) {
    let other = &other.persons.persons;
    for (card, left) in out.scorecards.iter_mut().zip(&other.scorecards) {
        for (node, left) in card.nodes.iter_mut().zip(&left.nodes) {
            if node.score != left.score {
                node.unscreened.clone_from(&left.score);
            }
        }
    }
    let grades: BTreeMap<SubjectId, Option<usize>> = other.standings.iter().map(|one| (one.subject, one.grade)).collect();
    for standing in &mut out.standings {
        let left = grades.get(&standing.subject).copied().flatten();
        if left != standing.grade {
            standing.grade_unscreened = left;
        }
    }
}
