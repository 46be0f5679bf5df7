//! What an appeal of a person needs beside the calculation: unit, limits, quota, and what would have to change for the grade to change.

use super::build::Builder;
use super::sheet::{Part, Sheet};
use crate::cli::words::{self, person as said};
use crate::diagnostic::Language;
use crate::measure::{Ladder, PersonPool, PersonStanding, Rung, ladder};
use crate::numeric::{Ratio, int, round_half_up, step_text};
use crate::pipeline::Results;
use crate::publish::{limit_of, name_of_pool, person_grade, reasons_of};
use crate::survey::{Bound, Index, NodeSource, Scheme, SubjectId, Threshold};
use serde::Serialize;

/// A person's part of the sheet, in words ready to print.
#[derive(Debug, Serialize)]
pub struct PersonSheet {
    pub post: String,
    pub tier: String,
    pub unit: super::sheet::Who,
    pub unit_grade: String,
    pub result_code: String,
    pub statuses: Vec<String>,
    pub rank_interval: Option<(u32, u32)>,
    pub hidden: bool,
    pub tied_at_cut: bool,
    /// The rules that led to the grade, in order.
    pub reasons: Vec<String>,
    pub limits: Vec<Limit>,
    pub quota: Option<Quota>,
    pub up: Vec<Step>,
    /// Points that may be lost before the grade is.
    pub margin: Option<String>,
    /// What every grade of the unit would mean.
    pub unit_grades: Vec<UnitGrade>,
    /// How the unit's part came about.
    pub unit_part: Option<Part>,
}

#[derive(Debug, Serialize)]
pub struct Limit {
    pub at_best: String,
    pub rule: String,
    pub takes_away: bool,
}

/// A quota as it was applied to the person's pool.
#[derive(Debug, Serialize)]
pub struct Quota {
    pub pool: String,
    pub grade: String,
    pub base: u64,
    pub share: String,
    pub exact: String,
    pub places: u64,
    pub eligible: u64,
    pub given: u64,
    pub tied: usize,
}

/// What a better grade would take.
#[derive(Debug, Serialize)]
pub struct Step {
    pub grade: String,
    /// `≥ 90`.
    pub line: Option<String>,
    /// Points missing to the line.
    pub short: Option<String>,
    /// One part alone: name, its score, the score it would need.
    pub parts: Vec<(String, String, String)>,
    pub limits: Vec<String>,
    /// Persons of the pool that are eligible with a higher score, and the lowest score that got the grade.
    pub ahead: Option<usize>,
    pub last: Option<String>,
    pub only_quota: bool,
}

#[derive(Debug, Serialize)]
pub struct UnitGrade {
    pub grade: String,
    pub at_best: Option<String>,
    pub share: Option<String>,
}

/// Puts the person's place, grade and way to other grades on the sheet.
pub fn add(sheet: &mut Sheet, scheme: &Scheme, results: &Results, subject: SubjectId, language: Language) {
    let cleared = results.cleared.get();
    let Some(standing) = cleared.persons.standings.iter().find(|one| one.subject == subject) else { return };
    let Some(ladder) = ladder(scheme, &results.cleared, subject) else { return };
    let frame = &scheme.frame;
    sheet.path = format!("{}/{}", frame.path(standing.unit), frame.subject(subject).name);
    frame.level(frame.subject(subject).level).name.clone_into(&mut sheet.level);
    (sheet.rank, sheet.of) = (standing.rank, standing.of);
    person_grade(scheme, standing.grade).clone_into(&mut sheet.grade);
    person_grade(scheme, standing.grade_by_score).clone_into(&mut sheet.grade_by_score);
    sheet.person = Some(person(scheme, results, standing, &ladder, language));
}

fn person(scheme: &Scheme, results: &Results, standing: &PersonStanding, ladder: &Ladder, language: Language) -> PersonSheet {
    let frame = &scheme.frame;
    let unit = frame.subject(standing.unit);
    let who = frame.person(standing.subject);
    let statuses = who.map_or(&[][..], |person| &person.statuses).iter();
    let pools = &results.cleared.get().persons.pools;
    let limit = |cap: &crate::measure::AppliedCap| Limit {
        at_best: person_grade(scheme, Some(cap.grade)).to_owned(),
        rule: limit_of(scheme, cap.why),
        takes_away: cap.bites,
    };
    // with hidden cells in the total, its distance from a line to the published places only
    let veiled =
        results.cleared.get().persons.scorecards.iter().find(|card| card.subject == standing.subject).is_none_or(|card| {
            let root = scheme.index.persons.unwrap_or(Index::ROOT);
            Builder { scheme, results, card, language }.veiled(standing.subject, root)
        });
    let tell = |points: &Ratio| if veiled { round_half_up(points, scheme.rules.places).to_string() } else { step_text(points) };
    PersonSheet {
        post: who.map(|person| person.post.clone()).unwrap_or_default(),
        tier: standing.tier.and_then(|tier| scheme.persons.tier(tier)).map(|tier| tier.name.clone()).unwrap_or_default(),
        unit: super::sheet::Who { code: unit.code.clone(), name: unit.name.clone() },
        unit_grade: band(scheme, standing.unit_grade),
        result_code: standing.result_code.clone(),
        statuses: statuses.filter_map(|status| Some(scheme.persons.statuses.get(*status)?.name.clone())).collect(),
        rank_interval: standing.rank_interval,
        hidden: standing.hidden,
        tied_at_cut: standing.tied_at_cut,
        reasons: reasons_of(standing, language),
        limits: standing.caps.iter().map(limit).collect(),
        quota: standing.pool.and_then(|pool| pools.get(pool)).map(|pool| quota(scheme, pool)),
        up: ladder.up.iter().map(|rung| step(scheme, rung, &tell)).collect(),
        margin: ladder.margin.as_ref().map(tell),
        unit_grades: ladder.unit_grades.iter().map(|one| unit_grade(scheme, one)).collect(),
        unit_part: unit_part(scheme, results, standing.unit, language),
    }
}

fn band(scheme: &Scheme, band: Option<usize>) -> String {
    band.and_then(|band| scheme.rules.bands.get(band)).map_or_else(|| "—".to_owned(), |band| band.name.clone())
}

fn percent(share: &Ratio) -> String {
    format!("{}%", step_text(&(share * int(100))))
}

fn quota(scheme: &Scheme, pool: &PersonPool) -> Quota {
    Quota {
        pool: name_of_pool(scheme, pool),
        grade: person_grade(scheme, Some(pool.grade)).to_owned(),
        base: pool.base,
        share: percent(&pool.share),
        exact: step_text(&pool.exact),
        places: pool.places,
        eligible: pool.eligible,
        given: pool.given,
        tied: pool.tied.len(),
    }
}

fn step(scheme: &Scheme, rung: &Rung, tell: &dyn Fn(&Ratio) -> String) -> Step {
    let publish = |score: &Ratio| round_half_up(score, scheme.rules.places).to_string();
    let part = |(id, score, needed): &(crate::survey::NodeId, Ratio, Ratio)| {
        (scheme.index.node(*id).name.clone(), publish(score), publish(needed))
    };
    Step {
        grade: person_grade(scheme, Some(rung.grade)).to_owned(),
        line: rung.line.as_ref().map(threshold),
        short: rung.short.as_ref().map(tell),
        parts: rung.parts.iter().map(part).collect(),
        limits: rung.caps.iter().map(|cap| limit_of(scheme, cap.why)).collect(),
        ahead: rung.quota.as_ref().map(|queue| queue.ahead),
        last: rung.quota.as_ref().and_then(|queue| queue.last.as_ref()).map(ToString::to_string),
        only_quota: rung.only_quota(),
    }
}

fn threshold(threshold: &Threshold) -> String {
    let sign = if threshold.bound == Bound::Above { ">" } else { "≥" };
    format!("{sign} {}", step_text(&threshold.value))
}

fn unit_grade(scheme: &Scheme, one: &crate::measure::UnitGradeMeans) -> UnitGrade {
    UnitGrade {
        grade: band(scheme, Some(one.band)),
        at_best: one.at_best.map(|at| person_grade(scheme, Some(at)).to_owned()),
        share: one.share.as_ref().map(percent),
    }
}

/// The unit's own calculation, for the node that the persons' tree takes over.
fn unit_part(scheme: &Scheme, results: &Results, unit: SubjectId, language: Language) -> Option<Part> {
    let from = scheme.index.person_ids().find_map(|id| match scheme.index.node(id).source {
        NodeSource::Unit(node) => Some(node.unwrap_or(Index::ROOT)),
        _ => None,
    })?;
    let card = results.cleared.get().scorecards.iter().find(|card| card.subject == unit)?;
    Some(Builder { scheme, results, card, language }.part(from))
}

/// The person's lines below the calculation.
pub fn lines(person: &PersonSheet, language: Language) -> Vec<(usize, String)> {
    let mut out = Vec::new();
    grade_lines(person, language, &mut out);
    out.push((0, said::WOULD_CHANGE.said(language).to_owned()));
    if person.hidden {
        out.push((1, said::HIDDEN.said(language).to_owned()));
    }
    for step in person.up.iter().filter(|_| !person.hidden) {
        step_lines(person, step, language, &mut out);
    }
    if person.up.is_empty() {
        out.push((1, said::NO_BETTER.said(language).to_owned()));
    }
    if let Some(margin) = &person.margin {
        out.push((1, said::margin(margin, language)));
    }
    let means = |one: &UnitGrade| {
        let best = one.at_best.as_ref().map(|best| format!("≤ {best}"));
        let share = one.share.as_ref().map(|share| format!("{} {share}", said::BEST_QUOTA.said(language)));
        let all: Vec<String> = [share, best].into_iter().flatten().collect();
        let free = said::NO_LIMIT.said(language).to_owned();
        format!("{} → {}", one.grade, if all.is_empty() { free } else { all.join(words::between_parts(language)) })
    };
    let all: Vec<String> = person.unit_grades.iter().map(means).collect();
    out.push((1, format!("{}{}", said::UNIT_GRADES.said(language), all.join(words::between_sentences(language)))));
    out
}

fn grade_lines(person: &PersonSheet, language: Language, out: &mut Vec<(usize, String)>) {
    out.push((0, said::CAME_ABOUT.said(language).to_owned()));
    let unit = &person.unit;
    out.push((1, said::unit([&unit.name, &unit.code, &person.unit_grade, &person.tier, &person.post], language)));
    if let Some((low, high)) = person.rank_interval {
        out.push((1, format!("{} {low}–{high}", said::RANKS.said(language))));
    }
    if !person.statuses.is_empty() {
        out.push((1, format!("{}{}", said::STATUSES.said(language), person.statuses.join(words::between_names(language)))));
    }
    out.extend(person.reasons.iter().enumerate().map(|(at, reason)| (1, format!("{}. {reason}", at + 1))));
    for limit in &person.limits {
        let idle = if limit.takes_away { "" } else { said::IDLE.said(language) };
        out.push((1, format!("{} ≤ {}: {}{idle}", said::LIMIT.said(language), limit.at_best, limit.rule)));
    }
    if let Some(quota) = &person.quota {
        let Quota { pool, grade, base, share, exact, places, eligible, given, tied } = quota;
        let base = base.to_string();
        out.push((1, said::quota([pool, grade, &base, share, exact], [*places, *eligible, *given, *tied as u64], language)));
    }
}

fn step_lines(person: &PersonSheet, step: &Step, language: Language, out: &mut Vec<(usize, String)>) {
    out.push((1, format!("{}{}", said::UP_TO.said(language), step.grade)));
    let line = step.line.as_deref().unwrap_or_default();
    out.push((2, said::line(line, step.short.as_deref(), language)));
    out.extend(step.parts.iter().map(|(name, score, needed)| (3, said::alone(name, score, needed, language))));
    out.extend(step.limits.iter().map(|limit| (2, format!("{}{limit}", said::LIMIT_MUST_FALL.said(language)))));
    if !person.statuses.is_empty() && step.limits.is_empty() && person.quota.is_none() {
        let statuses = person.statuses.join(words::between_names(language));
        out.push((2, format!("{}{statuses}", said::STATUS_MUST_END.said(language))));
    }
    if let (Some(ahead), Some(quota)) = (step.ahead, &person.quota) {
        out.push((2, said::queue(quota.places, ahead, step.last.as_deref().unwrap_or("—"), language)));
    }
    if step.only_quota {
        out.push((2, said::ONLY_QUOTA.said(language).to_owned()));
    }
}
