//! What is to be said of persons: missing parts, grades that the unit's grade limits, joint candidates, quotas (codes M29x, M30x).

use super::super::adjust::percent;
use super::super::assessment::WhyMissing;
use super::super::notice::{Facts, about, adjustments, stratum};
use super::super::plan::Plan;
use super::{CapReason, PersonPool, PersonStanding, Persons};
use crate::diagnostic::{Diagnostic, LIST, Place, with_code};
use crate::numeric::{Ratio, round_half_up};
use crate::survey::{CapWhen, NodeId, QuotaRounding, Scheme, SubjectId};

/// Every notice, in the order of the persons table, then of the pools.
pub(in crate::measure) fn notices(facts: &Facts<'_>) -> Vec<Diagnostic> {
    let mut out = Vec::new();
    let run = &facts.run.persons;
    for (number, card) in run.persons.scorecards.iter().enumerate() {
        for (gap, items) in run.gaps.get(number).into_iter().flatten() {
            out.push(stratum(facts, card.subject, *gap, *items));
        }
        for ((procedure, form), items) in run.blanks.get(number).into_iter().flatten() {
            let scheme = facts.plan.scheme;
            out.push(
                about(scheme, "M228", card.subject)
                    .with("form", &scheme.form(*form).name)
                    .with("procedure", &scheme.index.node(*procedure).name)
                    .with("count", items),
            );
        }
        out.extend(parts(facts.plan, card));
        adjustments(facts, card.subject, &mut out);
    }
    for standing in &run.persons.standings {
        out.extend(limited(facts.plan.scheme, standing));
    }
    for pool in &run.persons.pools {
        out.extend(of_pool(facts.plan.scheme, pool));
    }
    out
}

/// Parts of a composite that are missing: one finding a person.
fn parts(plan: &Plan<'_>, card: &super::super::assessment::Scorecard) -> Option<Diagnostic> {
    let index = &plan.scheme.index;
    let applicable = |id: &NodeId| plan.share(plan.domain(card.subject), *id).is_some();
    let why = |id: &NodeId| card.nodes.get(usize::from(id.0)).and_then(|node| node.why);
    let due: Vec<NodeId> =
        index.person_procedures().filter(applicable).filter(|id| why(id) != Some(WhyMissing::NotApplicable)).collect();
    let missing: Vec<&str> = due.iter().filter(|id| why(id).is_some()).map(|id| index.node(*id).name.as_str()).collect();
    if missing.is_empty() {
        return None;
    }
    let code = if missing.len() == due.len() || card.total.is_none() { "M291" } else { "M290" };
    Some(about(plan.scheme, code, card.subject).with("procedure", missing.join(LIST)).with("count", missing.len()))
}

/// A grade that the unit's grade took down.
fn limited(scheme: &Scheme, standing: &PersonStanding) -> Option<Diagnostic> {
    let name = |grade: usize| scheme.persons.grades.get(grade).map(|grade| grade.name.as_str()).unwrap_or_default();
    let by_unit = standing.caps.iter().find(|cap| {
        let rule = if let CapReason::Rule(rule) = cap.why { scheme.persons.caps.get(rule) } else { None };
        cap.bites && rule.is_some_and(|rule| matches!(rule.when, CapWhen::UnitGrade(_)))
    })?;
    let unit_grade = standing.unit_grade.and_then(|band| scheme.rules.bands.get(band)).map_or("", |band| band.name.as_str());
    Some(
        about(scheme, "M292", standing.subject)
            .with("found", standing.grade_by_score.map(name).unwrap_or_default())
            .with("expected", name(by_unit.grade))
            .with("grade", unit_grade)
            .with("other", &scheme.frame.subject(standing.unit).name),
    )
}

fn shown(value: &Ratio) -> String {
    round_half_up(value, 2).to_string()
}

/// Whose places a pool holds: `四十一团·优秀单位·连队`.
pub(in crate::measure) fn pool_name(scheme: &Scheme, pool: &PersonPool) -> String {
    let scope = pool.scope.map_or("", |scope| scheme.frame.subject(scope).name.as_str());
    let grade = pool.unit_grade.and_then(|band| scheme.rules.bands.get(band));
    let units = scheme.language.pick("单位", " units");
    let grade = grade.map_or_else(String::new, |band| format!("{}{units}", band.name));
    let parts = [scope, grade.as_str(), scheme.frame.domain(pool.domain).name.as_str()];
    parts.iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join("·")
}

fn of_pool(scheme: &Scheme, pool: &PersonPool) -> Vec<Diagnostic> {
    let grade = scheme.persons.grades.get(pool.grade).map_or("", |grade| grade.name.as_str());
    let notice = |code: &str| {
        Diagnostic::new(code, Place::default())
            .with("unit", pool_name(scheme, pool))
            .with("grade", grade)
            .with("base", pool.base)
            .with("share", percent(&pool.share))
            .with("exact", shown(&pool.exact))
            .with("places", pool.places)
            .with("given", pool.given)
            .with("eligible", pool.eligible)
    };
    let mut out = Vec::new();
    let names = |ids: &[SubjectId]| {
        let name = |id: &SubjectId| with_code(&scheme.frame.subject(*id).name, &scheme.frame.subject(*id).code);
        ids.iter().map(name).collect::<Vec<_>>().join(LIST)
    };
    let rounding = scheme.persons.quotas.get(pool.quota).map_or(QuotaRounding::Floor, |quota| quota.rounding);
    let above = Ratio::from_integer(pool.places.into()) > pool.exact;
    if above && rounding != QuotaRounding::Floor && pool.eligible >= pool.places {
        out.push(notice("M294"));
    }
    if pool.places == 0 && pool.eligible > 0 {
        out.push(notice("M295"));
    }
    if !pool.tied.is_empty() {
        let code = if pool.given > pool.places { "M296" } else { "M293" };
        let open = pool.places.saturating_sub(pool.given);
        out.push(notice(code).with("found", names(&pool.tied)).with("count", pool.tied.len()).with("other", open));
    }
    out
}

/// Grades that would be others with the screened-out ballots left in.
pub(in crate::measure) fn grade_changes(plan: &Plan<'_>, persons: &Persons) -> Vec<Diagnostic> {
    let name = |grade: Option<usize>| {
        let grade = grade.and_then(|grade| plan.scheme.persons.grades.get(grade));
        grade.map_or_else(|| "—".to_owned(), |grade| grade.name.clone())
    };
    let changed = persons.standings.iter().filter(|standing| standing.grade_unscreened.is_some());
    changed
        .map(|standing| {
            about(plan.scheme, "M297", standing.subject)
                .with("found", name(standing.grade))
                .with("other", name(standing.grade_unscreened))
        })
        .collect()
}
