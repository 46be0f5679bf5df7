//! Grades of persons before quotas: by the score, then what limits them — the unit's grade, marks and votes, statuses, a veto.

use super::super::adjust::strictest;
use super::super::assessment::Scorecard;
use super::super::exact::count;
use super::super::plan::Plan;
use super::super::standing::{Ranked, by_subject, deciding};
use super::{AppliedCap, CapReason, PersonStanding};
use crate::numeric::{Ratio, round_half_up};
use crate::survey::{
    CapWhen, ChoiceClass, Index, NodeId, NodeSource, Person, PersonCap, PersonRules, Prefer, Scheme, SubjectId, VetoEffect,
    VoteShare,
};
use std::collections::BTreeMap;

/// One person while ranks and grades are decided.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    pub standing: PersonStanding,
    /// The number that decides: published or exact.
    pub key: Option<Ratio>,
    /// One per step of the order of preference; higher comes first, missing last.
    pub prefer: Vec<Option<Ratio>>,
    /// Evidence of each step, for the reasons.
    pub evidence: Vec<String>,
    pub ranked: bool,
    /// Set by a veto: quotas do not move it.
    pub locked: bool,
    /// Counts in the base of quotas.
    pub in_base: bool,
}

/// What grading looks at.
pub(super) struct Ground<'a> {
    pub plan: &'a Plan<'a>,
    /// Finished scorecards and standings of the units.
    pub units: &'a [Scorecard],
    pub grades: BTreeMap<SubjectId, Option<usize>>,
}

impl<'a> Ground<'a> {
    pub(super) fn new(plan: &'a Plan<'a>, units: &'a [Scorecard], ranked: &Ranked) -> Self {
        let grades = by_subject(&ranked.standings).into_iter().map(|(unit, standing)| (unit, standing.grade)).collect();
        Self { plan, units, grades }
    }

    pub(super) fn candidate(&self, card: &Scorecard) -> Option<Candidate> {
        let scheme = self.plan.scheme;
        let subject = scheme.frame.subject(card.subject);
        let person = subject.person.as_ref()?;
        let (rules, persons) = (&scheme.rules, &scheme.persons);
        let key = card.total.as_ref().map(|total| deciding(rules, total));
        let grade_by_score = key.as_ref().and_then(|key| band(persons, key));
        let statuses = || person.statuses.iter().filter_map(|status| persons.statuses.get(*status));
        let gradable = statuses().all(|status| status.gradable);
        let standing = PersonStanding {
            subject: card.subject,
            unit: person.unit,
            unit_level: scheme.frame.subject(person.unit).level,
            domain: subject.domain,
            tier: person.tier,
            unit_grade: self.grades.get(&person.unit).copied().flatten(),
            score: card.total.as_ref().map(|total| round_half_up(total, rules.places)),
            rank: None,
            of: 0,
            rank_interval: None,
            grade: grade_by_score,
            grade_by_score,
            gradable,
            result_code: String::new(),
            caps: Vec::new(),
            reasons: Vec::new(),
            pool: None,
            tied_at_cut: false,
            grades_possible: grades_possible(scheme, card),
            grade_unscreened: None,
            hidden: false,
        };
        let mut candidate = Candidate {
            prefer: persons.prefer.iter().map(|step| self.preference(*step, card, person)).collect(),
            evidence: persons.prefer.iter().map(|step| evidence(scheme, *step, card, person)).collect(),
            ranked: key.is_some() && gradable,
            locked: false,
            in_base: key.is_some() && statuses().all(|status| status.in_base),
            standing,
            key,
        };
        self.grade(card, person, &mut candidate);
        Some(candidate)
    }

    fn preference(&self, step: Prefer, card: &Scorecard, person: &Person) -> Option<Ratio> {
        match step {
            Prefer::Merit(merit) => Some(count(u64::from(person.merits.iter().any(|(known, _)| *known == merit)))),
            Prefer::Node(node) => {
                let score = card.nodes.get(usize::from(node.0)).and_then(|node| node.score.as_ref());
                score.map(|score| deciding(&self.plan.scheme.rules, score))
            }
        }
    }

    /// Score, caps, statuses, veto, in this order, with the reasons.
    fn grade(&self, card: &Scorecard, person: &Person, candidate: &mut Candidate) {
        let persons = &self.plan.scheme.persons;
        let name = |grade: usize| persons.grades.get(grade).map(|grade| grade.name.clone()).unwrap_or_default();
        let standing = &mut candidate.standing;
        match (&standing.score, standing.grade) {
            (Some(score), Some(grade)) => standing.reasons.push(("band".to_owned(), vec![name(grade), score.to_string()])),
            (None, _) => standing.reasons.push(("no-score".to_owned(), Vec::new())),
            _ => {}
        }
        let root = self.plan.scheme.index.persons.and_then(|root| card.nodes.get(usize::from(root.0)));
        if root.is_some_and(|root| root.incomplete && root.score.is_some()) {
            standing.reasons.push(("incomplete".to_owned(), Vec::new()));
        }
        for (number, cap) in persons.caps.iter().enumerate() {
            if let Some((code, mut args)) = self.applies(cap, card, person, standing.unit_grade) {
                args.push(cap.name.clone());
                let best = cap.at_best.map(name).unwrap_or_default();
                let code = if cap.at_best.is_some() { format!("cap-{code}") } else { format!("note-{code}") };
                args.insert(0, best);
                standing.reasons.push((code, args));
                if let Some(grade) = cap.at_best {
                    limit(standing, grade, CapReason::Rule(number));
                }
            }
        }
        for number in &person.statuses {
            let Some(status) = persons.statuses.get(*number) else { continue };
            if let Some(grade) = status.at_best {
                standing.reasons.push(("cap-status".to_owned(), vec![name(grade), status.name.clone()]));
                limit(standing, grade, CapReason::Status(*number));
            }
        }
        self.veto(card, candidate, &name);
        for number in &person.statuses {
            let Some(status) = persons.statuses.get(*number).filter(|status| !status.gradable) else { continue };
            let standing = &mut candidate.standing;
            standing.grade = None;
            standing.reasons.push(("status".to_owned(), vec![status.name.clone()]));
            if standing.result_code.is_empty() {
                standing.result_code.clone_from(&status.result_code);
            }
        }
    }

    fn veto(&self, card: &Scorecard, candidate: &mut Candidate, name: &impl Fn(usize) -> String) {
        let last = self.plan.scheme.persons.grades.len().saturating_sub(1);
        let Some((effect, reason)) = strictest(&self.plan.adjusted[card.subject.0 as usize].vetoes) else { return };
        let standing = &mut candidate.standing;
        let (code, grade) = match effect {
            VetoEffect::Cap(grade) => ("veto-cap", grade.min(last)),
            VetoEffect::Set(grade) => ("veto-set", grade.min(last)),
            VetoEffect::OutOfRanking(grade) => ("veto-out", grade.min(last)),
        };
        if code == "veto-cap" {
            limit(standing, grade, CapReason::Veto);
        } else {
            let bites = standing.grade_by_score.is_some_and(|by_score| by_score < grade);
            standing.caps.push(AppliedCap { grade, why: CapReason::Veto, bites });
            standing.grade = Some(grade);
            candidate.locked = true;
            candidate.ranked &= code == "veto-set";
        }
        candidate.standing.reasons.push((code.to_owned(), vec![name(grade), reason]));
    }

    /// Whether a rule applies: the code of its reason and the arguments between the grade and the rule's name.
    fn applies(
        &self,
        cap: &PersonCap,
        card: &Scorecard,
        person: &Person,
        grade: Option<usize>,
    ) -> Option<(&'static str, Vec<String>)> {
        let of_tier = cap.tiers.is_empty() || person.tier.is_some_and(|tier| cap.tiers.contains(&tier));
        if (cap.principal && !person.principal) || !of_tier {
            return None;
        }
        let scheme = self.plan.scheme;
        match &cap.when {
            CapWhen::UnitGrade(wanted) => {
                let band = scheme.rules.bands.get(*wanted).map(|band| band.name.clone()).unwrap_or_default();
                (grade == Some(*wanted)).then(|| ("unit", vec![band, scheme.frame.subject(person.unit).name.clone()]))
            }
            CapWhen::Score { node, threshold } => {
                let score = self.score_of(*node, card, person)?;
                let key = deciding(&scheme.rules, &score);
                let shown = round_half_up(&score, scheme.rules.places).to_string();
                threshold
                    .holds(&key)
                    .then(|| ("score", vec![scheme.index.node(*node).name.clone(), shown, threshold.to_string()]))
            }
            CapWhen::Votes(votes) => {
                let (part, of) = tallied(scheme, votes, card);
                let holds = of > 0 && votes.share.holds(&(count(part) / count(of)));
                let name = scheme.index.node(votes.node).name.clone();
                holds.then(|| ("votes", vec![name, part.to_string(), of.to_string(), votes.share.to_string()]))
            }
        }
    }

    /// The score of a node: the person's own, or the unit's for a node of the units' tree.
    fn score_of(&self, node: NodeId, card: &Scorecard, person: &Person) -> Option<Ratio> {
        if self.plan.scheme.index.is_of_persons(node) {
            return card.nodes.get(usize::from(node.0)).and_then(|node| node.score.clone());
        }
        let unit = self.units.get(person.unit.0 as usize)?;
        if node == Index::ROOT {
            unit.total.clone()
        } else {
            unit.nodes.get(usize::from(node.0)).and_then(|node| node.score.clone())
        }
    }
}

/// Lowers a grade to at best this one.
fn limit(standing: &mut PersonStanding, grade: usize, why: CapReason) {
    let bites = standing.grade_by_score.is_some_and(|by_score| by_score < grade);
    standing.caps.push(AppliedCap { grade, why, bites });
    standing.grade = standing.grade.map(|known| known.max(grade));
}

/// The first grade, best first, whose lower end holds.
fn band(persons: &PersonRules, key: &Ratio) -> Option<usize> {
    persons.grades.iter().position(|grade| grade.from.as_ref().is_none_or(|from| from.holds(key)))
}

fn grades_possible(scheme: &Scheme, card: &Scorecard) -> Vec<usize> {
    let Some((low, high)) = card.bounds.as_ref().filter(|(low, high)| low != high) else { return Vec::new() };
    let end = |exact: &Ratio| band(&scheme.persons, &deciding(&scheme.rules, exact));
    match (end(high), end(low)) {
        (Some(best), Some(worst)) => (best..=worst).collect(),
        (Some(best), None) => (best..scheme.persons.grades.len()).collect(),
        _ => Vec::new(),
    }
}

/// What speaks for a person in one step of the order of preference.
fn evidence(scheme: &Scheme, step: Prefer, card: &Scorecard, person: &Person) -> String {
    match step {
        Prefer::Merit(merit) => {
            let texts = person.merits.iter().filter(|(known, _)| *known == merit).map(|(_, evidence)| evidence.as_str());
            texts.filter(|text| !text.is_empty()).collect::<Vec<_>>().join(crate::diagnostic::LIST)
        }
        Prefer::Node(node) => {
            let score = card.nodes.get(usize::from(node.0)).and_then(|node| node.score.as_ref());
            score.map(|score| round_half_up(score, scheme.rules.places).to_string()).unwrap_or_default()
        }
    }
}

/// What a step of the order of preference is called.
pub(super) fn step_name(scheme: &Scheme, step: Prefer) -> String {
    match step {
        Prefer::Merit(merit) => scheme.persons.merits.get(merit).map(|merit| merit.name.clone()).unwrap_or_default(),
        Prefer::Node(node) => scheme.index.node(node).name.clone(),
    }
}

/// Votes for the options of a rule, and the votes they are a share of, over the items and strata below its node: votes are counted,
/// not weighted.
fn tallied(scheme: &Scheme, votes: &VoteShare, card: &Scorecard) -> (u64, u64) {
    let (mut part, mut of) = (0, 0);
    let mut stack = vec![votes.node];
    while let Some(id) = stack.pop() {
        let node = scheme.index.node(id);
        stack.extend(&node.children);
        let (NodeSource::Item { form, item }, Some(score)) = (node.source, card.nodes.get(usize::from(id.0))) else { continue };
        let crate::survey::AnswerKind::Choice { scale } = scheme.form(form).item(item).answer else { continue };
        let choices = scheme.scales.get(scale).map_or(&[][..], |scale| &scale.choices);
        for (answer, n) in score.cells.iter().flat_map(|cell| &cell.counts) {
            let Some(choice) = usize::try_from(*answer).ok().and_then(|answer| choices.get(answer)) else { continue };
            if votes.of_all || choice.class != ChoiceClass::Abstain {
                of += n;
            }
            if votes.options.contains(&choice.code) {
                part += n;
            }
        }
    }
    (part, of)
}
