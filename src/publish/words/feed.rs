//! Words of the hand-over to cadre evaluation, of the template of decisions and of the final list.

use super::{Pair, colon, column_of};
use crate::diagnostic::Language;
use crate::publish::feed::Departure;

/// 同意建议: the decision is the suggestion. Written as a choice and read back.
pub(in crate::publish) const AS_SUGGESTED: Pair = Pair("同意建议", "as suggested");
/// 不定等次: no grade is given. Written as a choice and read back.
pub(in crate::publish) const NO_GRADE: Pair = Pair("不定等次", "no grade");

/// Headers of the template and the final list that the tables do not have.
const FIELDS: &[(&str, Pair)] = &[
    ("suggested_grade", Pair("建议等次", "Suggested grade")),
    ("reasons", Pair("建议理由", "Reasons of the suggestion")),
    ("caps", Pair("等次上限", "Limit of the grade")),
    ("quota", Pair("名额范围", "Pool")),
    ("reason", Pair("理由", "Reason")),
    ("date", Pair("日期", "Date")),
    ("run", Pair("运行编号", "Run")),
    ("limit", Pair("可给", "Limit")),
    ("suggested", Pair("建议给出", "Suggested")),
    ("decided", Pair("组织给出", "Decided")),
    ("open", Pair("余额", "Open")),
    ("departure", Pair("与建议比", "Against the suggestion")),
    ("passed", Pair("超过的上限", "Limits passed")),
];

/// The header of a field of persons; written, and read back from a filled template.
pub(in crate::publish) fn field(name: &str, language: Language) -> &str {
    let found = FIELDS.iter().find(|(known, _)| *known == name);
    found.map_or_else(|| column_of("persons.csv", name, language), |(_, pair)| pair.said(language))
}

/// The header of a field of quotas.
pub(in crate::publish) fn quota_field(name: &str, language: Language) -> &str {
    let found = FIELDS.iter().find(|(known, _)| *known == name);
    found.map_or_else(|| column_of("quotas.csv", name, language), |(_, pair)| pair.said(language))
}

/// Why there is no rank, or no interval of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::publish) enum NoInterval {
    /// Made by too few respondents.
    Hidden,
    /// Without a rank.
    Unranked,
    /// Without sampling error.
    NoError,
}

/// Why there is no interval of the rank.
pub(in crate::publish) fn no_interval(why: NoInterval, language: Language) -> &'static str {
    match why {
        NoInterval::Hidden => super::hidden(language),
        NoInterval::Unranked => language.pick("不排名", "not ranked"),
        NoInterval::NoError => language.pick("没有抽样误差可据以推算区间", "no sampling error to draw an interval from"),
    }
}

/// Title and name of the sheet of decisions.
pub(in crate::publish) fn decisions(language: Language) -> &'static str {
    language.pick("组织评定", "Decisions")
}

/// What to do with the sheet of decisions.
pub(in crate::publish) fn decisions_note(language: Language) -> &'static str {
    language.pick(
        "黄格由组织填写：等次从列表选；与建议不同的写明理由；日期如 2026-01-05。填好后运行 kaoping decide 结果文件夹 本文件。",
        "Fill in the yellow cells: grade from the list; a reason where it departs from the suggestion; a date such as 2026-01-05. Then: kaoping decide EDITION THIS-FILE.",
    )
}

/// Where a grade may be given but none is suggested.
pub(in crate::publish) fn no_suggestion(language: Language) -> &'static str {
    language.pick("无建议", "none")
}

/// Shown at a cell with a list of grades.
pub(in crate::publish) fn choose(language: Language) -> &'static str {
    language.pick("从列表选择；「同意建议」即按建议等次", "Choose from the list; \"as suggested\" takes the suggestion")
}

/// Title and name of the sheet of quotas.
pub(in crate::publish) fn quotas(language: Language) -> &'static str {
    super::workbook::QUOTAS.name.said(language)
}

/// What the sheet of quotas of the template says.
pub(in crate::publish) fn quotas_note(language: Language) -> &'static str {
    language.pick(
        "每个范围至多可给的人数；组织评定不得超过「可给」。",
        "How many each pool may have at most; decisions may not exceed the limit.",
    )
}

/// Name and title of the sheet that tells how to fill in the template; then its two headers.
pub(in crate::publish) const NOTES: [Pair; 4] =
    [Pair("说明", "Notes"), Pair("怎样填写", "How to fill it in"), Pair("栏", "Field"), Pair("说明", "What to write")];

/// How to fill in the template: what, and how.
pub(in crate::publish) const HOW_TO: [(Pair, Pair); 7] = [
    (
        Pair("等次", "Grade"),
        Pair(
            "填等次名称；「同意建议」即按建议等次；「不定等次」用于不能定等次的人。有建议的也可另定，写明理由。",
            "The name of a grade; \"as suggested\" takes the suggestion; \"no grade\" for those who get none. Another grade needs a reason.",
        ),
    ),
    (
        Pair("理由", "Reason"),
        Pair(
            "与建议等次不同的必须写明，例如：承担重大专项任务，党委会2026年1月5日研究。「无」「同上」不算理由。",
            "Required where the decision departs from the suggestion. \"None\" or \"as above\" is no reason.",
        ),
    ),
    (
        Pair("日期", "Date"),
        Pair(
            "会议或决定的日期：2026-01-05、2026年1月5日、二〇二六年一月五日都可以。",
            "Of the meeting or decision, such as 2026-01-05.",
        ),
    ),
    (
        Pair("名额", "Quota"),
        Pair(
            "每个范围给出的人数不得超过「名额」表的「可给」；线上并列的由组织取舍，取的写明理由。",
            "No pool may get more than the limit on the sheet of quotas; joint candidates are for you to decide, with a reason.",
        ),
    ),
    (
        Pair("上限", "Limit"),
        Pair(
            "所在单位等次、特殊情况、一票否决等限定的最高等次不得超过；得票率规则写明理由可以超过。",
            "Limits by the unit's grade, by a status or by a veto may not be passed; those by votes may, with a reason.",
        ),
    ),
    (
        Pair("行", "Rows"),
        Pair(
            "每人一行，不删行、不加行、不改编号；可以排序和筛选。",
            "One row a person: do not delete, add or renumber rows; sorting and filtering are fine.",
        ),
    ),
    (
        Pair("运行编号", "Run"),
        Pair(
            "说明这些建议出自哪次运行；结果变了就要用新的表，程序会指出哪些建议变了。",
            "Says which run the suggestions are from; other results need a new template, and the program says which suggestions changed.",
        ),
    ),
];

/// Stands after names of which more were left out.
pub(in crate::publish) fn and_others(language: Language) -> &'static str {
    language.pick("等", " …")
}

/// A person in a row of the decisions, counted from 1.
pub(in crate::publish) fn in_row(who: &str, row: u32, language: Language) -> String {
    match language {
        Language::Zh => format!("{who}第 {row} 行"),
        Language::En => format!("{who} row {row}"),
    }
}

/// A name with what is said of it: `称职：一般单位主要负责人`.
pub(in crate::publish) fn told_of(name: &str, text: &str, language: Language) -> String {
    format!("{name}{}{text}", colon(language))
}

/// How a decision stands to the suggestion.
pub(in crate::publish) fn departure(departure: Departure, language: Language) -> &'static str {
    match departure {
        Departure::None => language.pick("同建议", "as suggested"),
        Departure::Higher => language.pick("高于建议", "higher"),
        Departure::Lower => language.pick("低于建议", "lower"),
        Departure::Graded => language.pick("无建议而评定", "graded without a suggestion"),
        Departure::Ungraded => language.pick("有建议而不定等次", "no grade where one was suggested"),
    }
}

/// A sheet of the final list: its name, the title, and what it says.
pub(in crate::publish) struct FinalSheet {
    pub name: Pair,
    pub title: Pair,
    pub note: Pair,
}

/// Everybody; the note names the run: [`based_on`].
pub(in crate::publish) const EVERYBODY: FinalSheet =
    FinalSheet {
        name: Pair("审定名单", "Final list"), title: Pair("年度考核审定名单", "final list"), note: Pair("", "")
    };

/// Those decided on otherwise than suggested; the note names the run: [`based_on`].
pub(in crate::publish) const DEPARTING: FinalSheet = FinalSheet {
    name: Pair("与建议不同", "Departures"),
    title: Pair("与建议等次不同的评定及理由", "departures and reasons"),
    note: Pair("", ""),
};

/// The quotas as filled.
pub(in crate::publish) const FILLED: FinalSheet = FinalSheet {
    name: super::workbook::QUOTAS.name,
    title: Pair("名额使用情况", "quotas as filled"),
    note: Pair("组织给出的人数都在「可给」以内。", "No pool was given more than its limit."),
};

/// Persons by grade.
pub(in crate::publish) const COUNTS: FinalSheet = FinalSheet {
    name: Pair("各等次人数", "Counts"),
    title: Pair("各等次人数", "persons by grade"),
    note: Pair("建议栏的最后一行是没有建议的人。", "The last row of suggestions counts those without one."),
};

/// What a list of persons rests on, and how many they are.
pub(in crate::publish) fn based_on(run: &str, file: &str, persons: usize, language: Language) -> String {
    match language {
        Language::Zh => format!("依据运行 {run} 的结果；评定文件 {file}；共 {persons} 人"),
        Language::En => format!("on the results of run {run}; decisions: {file}; {persons} persons"),
    }
}
