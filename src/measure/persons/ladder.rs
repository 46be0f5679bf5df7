//! What would have to change for a person's suggested grade to change: score, limits, quota, status, the unit's grade; all else as it is.

use super::super::assessment::{Assessment, Cleared, Scorecard};
use super::super::standing::deciding;
use super::{AppliedCap, CapReason, PersonStanding};
use crate::numeric::{Published, Ratio, int};
use crate::survey::{CapWhen, NodeId, Person, Scheme, SubjectId, Threshold};
use num_traits::{Signed, Zero};

/// The way to other grades.
#[derive(Clone, Debug)]
pub struct Ladder {
    /// Every better grade, the nearest first; from no grade at all: every grade.
    pub up: Vec<Rung>,
    /// Points that may be lost before the grade by score is lost; `None`: there is no worse grade, or something else decides.
    pub margin: Option<Ratio>,
    /// What every grade of the unit would mean for this person, best first.
    pub unit_grades: Vec<UnitGradeMeans>,
}

/// What stands between a person and a grade.
#[derive(Clone, Debug)]
pub struct Rung {
    /// Index in `PersonRules::grades`.
    pub grade: usize,
    /// The line of the score; `None`: the last grade has none.
    pub line: Option<Threshold>,
    /// Points missing to the line; `None`: reached, or the score is not shown.
    pub short: Option<Ratio>,
    /// One part alone would have to come to this score, as far as 100 allows: part, its score, the score needed.
    pub parts: Vec<(NodeId, Ratio, Ratio)>,
    /// Limits that would have to fall away.
    pub caps: Vec<AppliedCap>,
    pub quota: Option<Queue>,
}

/// Where a person stands in the quota of a grade.
#[derive(Clone, Debug)]
pub struct Queue {
    /// Index in `Persons::pools`.
    pub pool: usize,
    /// Eligible by score and limits, and with a higher score.
    pub ahead: usize,
    /// Lowest score that got the grade.
    pub last: Option<Published>,
}

/// One grade of the unit.
#[derive(Clone, Debug)]
pub struct UnitGradeMeans {
    /// Index in `Rules::bands`.
    pub band: usize,
    /// The grade is at best this one.
    pub at_best: Option<usize>,
    /// Share of the best grade among the leaders, where the person is one.
    pub share: Option<Ratio>,
}

/// The ladder of a person; `None`: nobody of this number. What is hidden stays hidden: of a person whose score is not shown only
/// limits and the unit's grades are told.
#[must_use]
pub fn ladder(scheme: &Scheme, cleared: &Cleared, subject: SubjectId) -> Option<Ladder> {
    let assessment = cleared.get();
    let standing = assessment.persons.standings.iter().find(|one| one.subject == subject)?;
    let card = assessment.persons.scorecards.iter().find(|card| card.subject == subject)?;
    let person = scheme.frame.person(subject)?;
    let key = card.total.as_ref().map(|total| deciding(&scheme.rules, total));
    let better = 0..standing.grade.unwrap_or(scheme.persons.grades.len());
    let up = better.rev().map(|grade| rung(scheme, assessment, (standing, card, key.as_ref()), grade)).collect();
    let by_score = standing.grade == standing.grade_by_score && standing.gradable;
    let line = standing.grade.and_then(|grade| scheme.persons.grades.get(grade)).and_then(|grade| grade.from.as_ref());
    let margin = key.zip(line).filter(|_| by_score).map(|(key, line)| key - &line.value);
    Some(Ladder { up, margin, unit_grades: unit_grades(scheme, person) })
}

fn rung(
    scheme: &Scheme,
    assessment: &Assessment,
    (standing, card, key): (&PersonStanding, &Scorecard, Option<&Ratio>),
    grade: usize,
) -> Rung {
    let line = scheme.persons.grades.get(grade).and_then(|grade| grade.from.clone());
    let short = key.zip(line.as_ref()).filter(|(key, line)| !line.holds(key)).map(|(key, line)| &line.value - key);
    let parts = short.as_ref().map(|short| alone(scheme, card, short)).unwrap_or_default();
    let caps = standing.caps.iter().filter(|cap| cap.grade > grade).copied().collect();
    Rung { grade, line, short, parts, caps, quota: queue(assessment, standing, grade) }
}

/// How far each part would have to rise if nothing else did.
fn alone(scheme: &Scheme, card: &Scorecard, short: &Ratio) -> Vec<(NodeId, Ratio, Ratio)> {
    let part = |id: NodeId| {
        let node = card.nodes.get(usize::from(id.0)).filter(|node| !node.hidden && node.weight.effective.is_positive())?;
        let score = node.score.clone()?;
        let needed = &score + short / &node.weight.effective;
        (needed <= int(100)).then_some((id, score, needed))
    };
    scheme.index.person_procedures().filter_map(part).collect()
}

/// The pool of this grade that he or she counts in; the ones of other grades are not kept by person.
fn queue(assessment: &Assessment, standing: &PersonStanding, grade: usize) -> Option<Queue> {
    let number = standing.pool?;
    let pool = assessment.persons.pools.get(number).filter(|pool| pool.grade == grade)?;
    let members =
        || assessment.persons.standings.iter().filter(|other| other.pool == standing.pool && other.subject != standing.subject);
    let eligible = |other: &&PersonStanding| {
        let capped = other.caps.iter().any(|cap| cap.grade > pool.grade);
        other.grade_by_score.is_some_and(|by_score| by_score <= pool.grade) && !capped && other.gradable
    };
    let ahead = members().filter(eligible).filter(|other| other.score > standing.score).count();
    let last = members().filter(|other| other.grade == Some(pool.grade)).filter_map(|other| other.score.clone()).min();
    Some(Queue { pool: number, ahead, last })
}

fn unit_grades(scheme: &Scheme, person: &Person) -> Vec<UnitGradeMeans> {
    let leads = scheme.persons.leads(person);
    let means = |band: usize| {
        let caps = scheme.persons.caps.iter().filter(|cap| {
            let of_tier = cap.tiers.is_empty() || person.tier.is_some_and(|tier| cap.tiers.contains(&tier));
            cap.when == CapWhen::UnitGrade(band) && of_tier && (!cap.principal || person.principal)
        });
        let quota = scheme.persons.quotas.iter().find(|quota| quota.grade == 0 && quota.unit_grade == Some(band));
        UnitGradeMeans {
            band,
            at_best: caps.filter_map(|cap| cap.at_best).max(),
            share: quota.filter(|quota| !quota.leaders || leads).map(|quota| quota.share.clone()),
        }
    };
    (0..scheme.rules.bands.len()).map(means).collect()
}

impl Rung {
    /// Whether nothing but the quota stands in the way.
    #[must_use]
    pub fn only_quota(&self) -> bool {
        self.short.as_ref().is_none_or(Zero::is_zero) && self.caps.is_empty() && self.quota.is_some()
    }

    /// Whether a limit by the unit's grade stands in the way.
    #[must_use]
    pub fn by_unit_grade(&self, scheme: &Scheme) -> bool {
        let rule = |cap: &AppliedCap| if let CapReason::Rule(rule) = cap.why { scheme.persons.caps.get(rule) } else { None };
        self.caps.iter().filter_map(rule).any(|rule| matches!(rule.when, CapWhen::UnitGrade(_)))
    }
}
