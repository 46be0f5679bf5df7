//! Persons 干部 on the page: suggested grade, what limits it, and why.

use super::standings::parents;
use crate::measure::PersonStanding;
use crate::publish::chart::View;
use crate::publish::table::persons::grade;
use crate::publish::words::report::{capital, semicolon};
use crate::publish::words::{limit_of, reason};
use crate::survey::{DomainId, LevelId, TierId};
use minijinja::{Value, context};
use std::collections::BTreeMap;

/// Persons listed; the rest is in `persons.csv`.
const MOST_LISTED: usize = 400;

/// One table for those who are ranked together: per level of the unit, category and tier; `None` where the scheme grades no persons.
pub(super) fn section(view: &View<'_>) -> Option<Value> {
    let standings = &view.assessment.persons.standings;
    if standings.is_empty() {
        return None;
    }
    let (frame, pages) = (&view.scheme.frame, super::person::paths(view.scheme));
    let by_tier = view.scheme.persons.rank_by_tier;
    let mut groups: BTreeMap<(LevelId, DomainId, Option<TierId>), Vec<&PersonStanding>> = BTreeMap::new();
    for standing in standings.iter().take(MOST_LISTED) {
        let tier = standing.tier.filter(|_| by_tier);
        groups.entry((standing.unit_level, standing.domain, tier)).or_default().push(standing);
    }
    let table = |((level, domain, tier), rows): (&(LevelId, DomainId, Option<TierId>), &Vec<&PersonStanding>)| {
        context! {
            level => frame.level(*level).name.as_str(),
            domain => frame.domain(*domain).name.as_str(),
            tier => tier.and_then(|tier| view.scheme.persons.tier(tier)).map(|tier| tier.name.as_str()),
            rows => rows.iter().map(|standing| row(view, &pages, standing)).collect::<Vec<_>>(),
        }
    };
    let more = standings.len().saturating_sub(MOST_LISTED);
    Some(context! { count => standings.len(), more, tables => groups.iter().map(table).collect::<Vec<_>>() })
}

fn row(view: &View<'_>, pages: &BTreeMap<u32, String>, standing: &PersonStanding) -> Value {
    let (scheme, language) = (view.scheme, view.language());
    let comma = semicolon(language);
    let bites = standing.caps.iter().filter(|cap| cap.bites);
    let caps: Vec<String> =
        bites.map(|cap| format!("≤ {} · {}", grade(scheme, Some(cap.grade)), limit_of(scheme, cap.why))).collect();
    let told = standing.reasons.iter().filter(|(code, _)| code != "band");
    let reasons: Vec<String> = told.map(|(code, args)| reason(code, args, language)).filter(|text| !text.is_empty()).collect();
    let person = scheme.frame.person(standing.subject);
    context! {
        name => view.name(standing.subject),
        page => pages.get(&standing.subject.0),
        post => person.map(|person| person.post.as_str()),
        unit => view.name(standing.unit),
        parents => parents(view, standing.unit),
        rank => standing.rank.filter(|_| !standing.hidden),
        of => standing.of,
        score => standing.score.as_ref().filter(|_| !standing.hidden).map(ToString::to_string),
        hidden => standing.hidden,
        grade => standing.grade.map(|at| grade(scheme, Some(at))),
        by_score => standing.grade_by_score.filter(|at| Some(*at) != standing.grade && !standing.hidden).map(|at| grade(scheme, Some(at))),
        tied => standing.tied_at_cut,
        caps => caps.join(comma),
        reasons => capital(&reasons.join(comma)),
    }
}
