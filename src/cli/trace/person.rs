//! What an appeal of a person needs beside the calculation: unit, limits, quota, and what would have to change for the grade to change.

use super::build::{Builder, plain};
use super::sheet::{Part, Sheet};
use crate::diagnostic::Language;
use crate::measure::{Ladder, PersonPool, PersonStanding, Rung, ladder};
use crate::numeric::{Ratio, int, round_half_up};
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
    let tell = |points: &Ratio| if veiled { round_half_up(points, scheme.rules.places).to_string() } else { plain(points) };
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
    format!("{}%", plain(&(share * int(100))))
}

fn quota(scheme: &Scheme, pool: &PersonPool) -> Quota {
    Quota {
        pool: name_of_pool(scheme, pool),
        grade: person_grade(scheme, Some(pool.grade)).to_owned(),
        base: pool.base,
        share: percent(&pool.share),
        exact: plain(&pool.exact),
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
    format!("{sign} {}", plain(&threshold.value))
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
    out.push((
        0,
        language
            .pick("改变建议等次所需的条件（其余不变）", "what would change the suggested grade (all else as it is)")
            .to_owned(),
    ));
    if person.hidden {
        out.push((
            1,
            language
                .pick(
                    "得分由过少的人评出，不公布，不作推算",
                    "too few raters: the score is not shown, and nothing is worked out from it",
                )
                .to_owned(),
        ));
    }
    for step in person.up.iter().filter(|_| !person.hidden) {
        step_lines(person, step, language, &mut out);
    }
    if person.up.is_empty() {
        out.push((1, language.pick("没有更高的等次", "there is no better grade").to_owned()));
    }
    if let Some(margin) = &person.margin {
        out.push((
            1,
            match language {
                Language::Zh => format!("降一等次：得分再低于现在 {margin} 分以上"),
                Language::En => format!("one grade down: a score lower by more than {margin}"),
            },
        ));
    }
    let means = |one: &UnitGrade| {
        let best = one.at_best.as_ref().map(|best| format!("≤ {best}"));
        let share = one.share.as_ref().map(|share| format!("{} {share}", language.pick("优秀名额", "quota")));
        let all: Vec<String> = [share, best].into_iter().flatten().collect();
        let free = language.pick("无限制", "no limit").to_owned();
        format!("{} → {}", one.grade, if all.is_empty() { free } else { all.join(language.pick("，", ", ")) })
    };
    let all: Vec<String> = person.unit_grades.iter().map(means).collect();
    out.push((
        1,
        format!("{}{}", language.pick("单位等次若为：", "were the unit graded: "), all.join(language.pick("；", "; "))),
    ));
    out
}

fn grade_lines(person: &PersonSheet, language: Language, out: &mut Vec<(usize, String)>) {
    out.push((0, language.pick("建议等次的由来", "how the suggested grade came about").to_owned()));
    let unit = &person.unit;
    out.push((
        1,
        match language {
            Language::Zh => {
                format!("所在单位 {} [{}] 等次 {}；{} {}", unit.name, unit.code, person.unit_grade, person.tier, person.post)
            }
            Language::En => {
                format!("unit {} [{}] graded {}; {} {}", unit.name, unit.code, person.unit_grade, person.tier, person.post)
            }
        },
    ));
    if let Some((low, high)) = person.rank_interval {
        out.push((
            1,
            format!("{} {low}–{high}", language.pick("名次区间（抽样误差，95%）", "rank interval (sampling error, 95 %)")),
        ));
    }
    if !person.statuses.is_empty() {
        out.push((1, format!("{}{}", language.pick("特殊情况：", "status: "), person.statuses.join(language.pick("、", ", ")))));
    }
    out.extend(person.reasons.iter().enumerate().map(|(at, reason)| (1, format!("{}. {reason}", at + 1))));
    for limit in &person.limits {
        let idle = if limit.takes_away { "" } else { language.pick("（未起作用）", " (takes nothing away)") };
        out.push((1, format!("{} ≤ {}: {}{idle}", language.pick("封顶", "limit"), limit.at_best, limit.rule)));
    }
    if let Some(quota) = &person.quota {
        let Quota { pool, grade, base, share, exact, places, eligible, given, tied } = quota;
        out.push((1, match language {
            Language::Zh => format!("名额 {pool}「{grade}」：基数 {base} × {share} = {exact} → {places} 个；够格 {eligible} 人，给出 {given} 个，并列人选 {tied} 人"),
            Language::En => format!("quota {pool}, {grade}: {base} × {share} = {exact} → {places} places; {eligible} eligible, {given} given, {tied} joint candidates"),
        }));
    }
}

fn step_lines(person: &PersonSheet, step: &Step, language: Language, out: &mut Vec<(usize, String)>) {
    out.push((1, format!("{}{}", language.pick("升为：", "up to: "), step.grade)));
    let line = step.line.as_deref().unwrap_or_default();
    out.push((
        2,
        match (&step.short, language) {
            (None, Language::Zh) => format!("得分：已达 {line}"),
            (None, Language::En) => format!("score: has reached {line}"),
            (Some(short), Language::Zh) => format!("得分：须 {line}，还差 {short} 分"),
            (Some(short), Language::En) => format!("score: {line} is needed, {short} points are missing"),
        },
    ));
    for (name, score, needed) in &step.parts {
        out.push((
            3,
            match language {
                Language::Zh => format!("单靠「{name}」：由 {score} 到 {needed}"),
                Language::En => format!("by {name} alone: from {score} to {needed}"),
            },
        ));
    }
    for limit in &step.limits {
        out.push((2, format!("{}{limit}", language.pick("封顶须不再适用：", "a limit would have to fall away: "))));
    }
    if !person.statuses.is_empty() && step.limits.is_empty() && person.quota.is_none() {
        out.push((
            2,
            format!("{}{}", language.pick("特殊情况须解除：", "the status would have to end: "), person.statuses.join("、")),
        ));
    }
    if let (Some(ahead), Some(quota)) = (step.ahead, &person.quota) {
        let places = quota.places;
        let last = step.last.as_deref().unwrap_or("—");
        out.push((
            2,
            match language {
                Language::Zh => format!("名额：{places} 个；同范围够格且得分更高的 {ahead} 人；已得此等次的最低分 {last}"),
                Language::En => {
                    format!("quota: {places} places; {ahead} eligible with a higher score; lowest score with this grade {last}")
                }
            },
        ));
    }
    if step.only_quota {
        out.push((
            2,
            language
                .pick("得分和封顶都已够格，只差名额", "score and limits allow it: only the quota stands in the way")
                .to_owned(),
        ));
    }
}
