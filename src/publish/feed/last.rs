//! The final list 审定结果 as typed data: what was decided of whom, every departure from the suggestion with its reason, quotas as filled.

use super::check::Verdict;
use super::csv::reasons_text;
use super::model::{Entry, Grade, Named, Personnel, Run, Unit};
use super::vocabulary::NO_GRADE;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// 干部考核审定结果：组织评定的等次，与建议不同之处及其理由，名额使用情况。
/// Final list of persons: grades decided by the organisation, every departure from the suggestion with its reason, quotas as filled.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FinalList {
    /// 格式版本。Version of this format.
    #[schemars(extend("const" = "1.0"))]
    pub schema_version: String,
    /// 评定所依据的结果出自哪次运行。The run whose results were decided on.
    pub run: Run,
    /// 填好的评定文件。The decisions file as filled in.
    pub decisions: DecisionsFile,
    /// 公布的得分保留几位小数。Decimals of published scores.
    pub places: u32,
    /// 干部等次，由高到低。Grades of persons, best first.
    pub grades: Vec<Grade>,
    /// 各等次人数，最后是不定等次的。Persons by grade; last those without one.
    pub counts: Vec<Count>,
    /// 名额使用情况。Quotas as filled.
    pub quotas: Vec<Filled>,
    /// 干部，次序同交接文件。Persons, in the order of the hand-over.
    pub persons: Vec<Decided>,
}

/// 评定文件。A decisions file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DecisionsFile {
    /// 文件名。Name of the file.
    pub file: String,
    /// 文件内容的 SHA-256。SHA-256 of the file.
    #[schemars(regex(pattern = r"^[0-9a-f]{64}$"))]
    pub sha256: String,
}

/// 一个等次的人数。Persons with one grade.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Count {
    /// 等次代码；不定等次为 null。Code of the grade; null: no grade.
    pub grade: Option<String>,
    /// 等次名称。Name of the grade.
    pub name: String,
    /// 建议给此等次的人数。Persons suggested for it.
    pub suggested: u64,
    /// 评定为此等次的人数。Persons decided on for it.
    pub decided: u64,
}

/// 一个名额的使用。A quota as filled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Filled {
    /// 编号，同交接文件。Identifier, as in the hand-over.
    pub id: String,
    /// 范围的名称。Name of the pool.
    pub name: String,
    /// 等次代码。Code of the grade.
    pub grade: String,
    /// 单位等次；不按单位等次的为 null。Grade of the pooled units; null: whatever their grade.
    pub unit_grade: Option<String>,
    /// 基数。Base: persons that count.
    pub base: u64,
    /// 名额数。Places by the scheme.
    pub places: u64,
    /// 可给的人数。How many may be given.
    pub limit: u64,
    /// 建议给出的人数。Persons suggested.
    pub suggested: u64,
    /// 评定给出的人数。Persons decided on.
    pub decided: u64,
    /// 余下的名额。Places left open.
    pub open: u64,
}

/// 一名干部的审定结果。The final result of one person.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(clippy::struct_field_names, reason = "the names are those of the format")]
pub struct Decided {
    /// 干部编号。Identifier of the person.
    pub id: String,
    /// 姓名。Name of the person.
    pub name: String,
    /// 单位。Unit of the person.
    pub unit: Unit,
    /// 职务；未写则为 null。Post; null: not given.
    pub post: Option<String>,
    /// 责任层级；未写则为 null。Duty tier; null: not given.
    pub tier: Option<Named>,
    /// 特殊情况。Special statuses.
    pub statuses: Vec<Named>,
    /// 公布的综合得分；没有或不公开则为 null。Published composite; null: none, or not shown.
    pub score: Option<f64>,
    /// 得分不公开。The score is not shown: too few raters.
    pub hidden: bool,
    /// 名次；不排名则为 null。Rank; null: not ranked.
    pub rank: Option<u32>,
    /// 参加排名的同类人数。Peers with a rank.
    pub of: u32,
    /// 建议等次代码；没有则为 null。Code of the suggested grade; null: none.
    pub suggested: Option<String>,
    /// 建议的理由。Reasons of the suggestion.
    pub suggestion_reasons: String,
    /// 评定等次代码；不定等次为 null。Code of the grade decided; null: no grade.
    pub decided: Option<String>,
    /// 评定等次名称。Name of the grade decided.
    pub decided_name: String,
    /// 年度考核结果代码；方案没有写则为 null。Official result code; null: none declared.
    pub result_code: Option<String>,
    /// 与建议比。Against the suggestion.
    pub departure: Departure,
    /// 写明理由而超过的上限。Limits that were passed with a reason.
    pub passed: Vec<String>,
    /// 评定理由；没有写则为 null。Reason given; null: none.
    pub reason: Option<String>,
    /// 评定日期；不定等次而未评定的为 null。Date of the decision; null: nobody had to decide.
    #[schemars(extend("format" = "date"))]
    pub date: Option<String>,
    /// 在评定文件的第几行。Row in the decisions file, counted from 1.
    pub row: u32,
}

/// 与建议比。A decision against the suggestion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Departure {
    /// 同建议。As suggested.
    None,
    /// 高于建议。Higher than suggested.
    Higher,
    /// 低于建议。Lower than suggested.
    Lower,
    /// 没有建议而定了等次。Graded where nothing was suggested.
    Graded,
    /// 有建议而不定等次。No grade where one was suggested.
    Ungraded,
}

impl FinalList {
    /// How many were not decided on as suggested.
    #[must_use]
    pub fn departures(&self) -> usize {
        self.persons.iter().filter(|one| one.departure != Departure::None).count()
    }
}

/// Official code of a result: of the grade, or of the status under which none is given.
pub(super) fn result_code(personnel: &Personnel, entry: &Entry, grade: Option<usize>) -> Option<String> {
    match grade {
        Some(grade) => personnel.grades.get(grade).and_then(|grade| grade.result_code.clone()),
        None if entry.gradable => None,
        None => entry.suggestion.result_code.clone(),
    }
}

/// The final list; every person has a verdict.
pub(super) fn final_list(personnel: &Personnel, decisions: DecisionsFile, verdicts: &BTreeMap<usize, Verdict>) -> FinalList {
    let persons: Vec<Decided> = personnel
        .persons
        .iter()
        .enumerate()
        .filter_map(|(at, entry)| Some(decided(personnel, entry, verdicts.get(&at)?)))
        .collect();
    FinalList {
        schema_version: "1.0".to_owned(),
        run: personnel.run.clone(),
        decisions,
        places: personnel.places,
        grades: personnel.grades.clone(),
        counts: counts(personnel, &persons),
        quotas: filled(personnel, &persons),
        persons,
    }
}

fn decided(personnel: &Personnel, entry: &Entry, verdict: &Verdict) -> Decided {
    let language = personnel.language();
    let suggested = entry.suggestion.grade.as_deref().and_then(|code| personnel.grade_position(code));
    let grade = verdict.grade.and_then(|grade| personnel.grades.get(grade));
    let departure = match (suggested, verdict.grade) {
        (Some(suggested), Some(decided)) if decided < suggested => Departure::Higher,
        (Some(suggested), Some(decided)) if decided > suggested => Departure::Lower,
        (None, Some(_)) => Departure::Graded,
        (Some(_), None) => Departure::Ungraded,
        _ => Departure::None,
    };
    let passes = |cap: &&super::model::Cap| {
        personnel.grade_position(&cap.grade).zip(verdict.grade).is_some_and(|(best, decided)| decided < best)
    };
    Decided {
        id: entry.id.clone(),
        name: entry.name.clone(),
        unit: entry.unit.clone(),
        post: entry.post.clone(),
        tier: entry.tier.clone(),
        statuses: entry.statuses.clone(),
        score: entry.score.value,
        hidden: entry.score.hidden,
        rank: entry.rank.rank,
        of: entry.rank.of,
        suggested: entry.suggestion.grade.clone(),
        suggestion_reasons: reasons_text(entry, language),
        decided: grade.map(|grade| grade.code.clone()),
        decided_name: grade.map_or_else(|| NO_GRADE.word(language).to_owned(), |grade| grade.name.clone()),
        result_code: result_code(personnel, entry, verdict.grade),
        departure,
        passed: entry.suggestion.caps.iter().filter(passes).map(|cap| cap.rule.clone()).collect(),
        reason: verdict.reason.clone(),
        date: verdict.date.map(|date| date.to_string()),
        row: verdict.row + 1,
    }
}

fn counts(personnel: &Personnel, persons: &[Decided]) -> Vec<Count> {
    let codes = personnel.grades.iter().map(|grade| Some(grade.code.as_str())).chain([None]);
    let count = |code: Option<&str>| {
        let of = |pick: fn(&Decided) -> Option<&str>| persons.iter().filter(|one| pick(one) == code).count() as u64;
        let no_grade = NO_GRADE.word(personnel.language());
        Count {
            grade: code.map(str::to_owned),
            name: code.map_or(no_grade, |code| personnel.grade_name(code)).to_owned(),
            suggested: of(|one| one.suggested.as_deref()),
            decided: of(|one| one.decided.as_deref()),
        }
    };
    codes.map(count).collect()
}

fn filled(personnel: &Personnel, persons: &[Decided]) -> Vec<Filled> {
    let by_id: BTreeMap<&str, &Decided> = persons.iter().map(|one| (one.id.as_str(), one)).collect();
    let filled = |quota: &super::model::Quota| {
        let has = |id: &&String| by_id.get(id.as_str()).is_some_and(|one| one.decided.as_deref() == Some(quota.grade.as_str()));
        let decided = quota.members.iter().filter(has).count() as u64;
        Filled {
            id: quota.id.clone(),
            name: quota.name.clone(),
            grade: quota.grade.clone(),
            unit_grade: quota.unit_grade.clone(),
            base: quota.base,
            places: quota.places,
            limit: quota.limit,
            suggested: quota.suggested,
            decided,
            open: quota.limit.saturating_sub(decided),
        }
    };
    personnel.quotas.iter().map(filled).collect()
}

/// Statuses by name, as in the hand-over.
pub(super) fn status_names(one: &Decided, language: crate::diagnostic::Language) -> String {
    one.statuses
        .iter()
        .map(|status| status.name.as_str())
        .collect::<Vec<_>>()
        .join(crate::publish::words::between_names(language))
}
