//! Words of the workbook's first sheet: what came in, and the rules in short.

use super::{Pair, column, workbook};
use crate::diagnostic::Language;

/// What came in and what became of it, counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::publish) struct Counted {
    /// Subjects, and those of them with a rank.
    pub subjects: [usize; 2],
    /// Files, sheets, and those of the sheets that counted.
    pub returns: [usize; 3],
    /// The rows of every sheet add up.
    pub balanced: bool,
    /// Ballots: valid, partial, blank, void, duplicate.
    pub ballots: [u64; 5],
    /// Findings: errors, warnings, notes.
    pub findings: [usize; 3],
    /// Cells hidden for too few respondents, and those hidden to protect them.
    pub hidden: [u64; 2],
}

/// What counted: label and text of each line.
pub(in crate::publish) fn counted(counted: &Counted, language: Language) -> [(&'static str, String); 6] {
    let balance = if counted.balanced {
        language.pick("每张表的行数收支相抵", "the rows of every sheet balance")
    } else {
        language.pick("有表的行数不平，见台账“平账”列", "some sheet does not balance: see the ledger")
    };
    [
        (language.pick("对象", "Subjects"), subjects(counted, language)),
        (language.pick("来件", "Returns"), returns(counted, language)),
        (workbook::LEDGER.name.said(language), balance.to_owned()),
        (column("ballots", language), ballots(counted, language)),
        (language.pick("问题", "Findings"), findings(counted, language)),
        (column("hidden", language), hidden(counted, language)),
    ]
}

fn subjects(counted: &Counted, language: Language) -> String {
    let [all, ranked] = counted.subjects;
    match language {
        Language::Zh => format!("{all} 个，其中有名次 {ranked} 个"),
        Language::En => format!("{all}, of which ranked {ranked}"),
    }
}

fn returns(counted: &Counted, language: Language) -> String {
    let [files, sheets, read] = counted.returns;
    let set_aside = sheets.saturating_sub(read);
    match language {
        Language::Zh => format!("{files} 个文件、{sheets} 张表，计入 {read} 张，未计入 {set_aside} 张（见台账）"),
        Language::En => format!("{files} files, {sheets} sheets: {read} counted, {set_aside} not (see the ledger)"),
    }
}

fn ballots(counted: &Counted, language: Language) -> String {
    let [valid, partial, blank, void, duplicate] = counted.ballots;
    match language {
        Language::Zh => format!("有效 {valid}，部分 {partial}，空白 {blank}，废票 {void}，重复 {duplicate}"),
        Language::En => format!("valid {valid}, partial {partial}, blank {blank}, void {void}, duplicate {duplicate}"),
    }
}

fn findings(counted: &Counted, language: Language) -> String {
    let [errors, warnings, notes] = counted.findings;
    match language {
        Language::Zh => format!("错误 {errors}，警告 {warnings}，提示 {notes}（见诊断）"),
        Language::En => format!("{errors} errors, {warnings} warnings, {notes} notes"),
    }
}

fn hidden(counted: &Counted, language: Language) -> String {
    let [small, complementary] = counted.hidden;
    match language {
        Language::Zh => format!("作答人数过少 {small} 格，为防倒推另隐 {complementary} 格"),
        Language::En => format!("{small} cells with too few respondents, {complementary} more to protect them"),
    }
}

/// Labels of the rules: grades, quotas, missing procedures, rounding, roll-up, hidden cells.
pub(in crate::publish) const RULES: [Pair; 6] = [
    Pair("等次", "Grades"),
    workbook::QUOTAS.name,
    Pair("缺环节", "Missing procedure"),
    Pair("取整", "Rounding"),
    Pair("汇总方式", "Roll-up"),
    Pair("不公布", "Not shown"),
];

/// The grade below all lines.
pub(in crate::publish) const BELOW: Pair = Pair("其余", "below");

/// The roll-up where the scheme names none.
pub(in crate::publish) const ROLLUP_BY_NEED: Pair = Pair(
    "人数齐全时按人数加权，否则简单平均；每个指标分别由成员精确分汇总",
    "headcount-weighted where every member has one, else simple; every node from its members' exact scores",
);

/// How scores are rounded.
pub(in crate::publish) fn rounding(places: u32, language: Language) -> String {
    match language {
        Language::Zh => format!("公布 {places} 位小数，四舍五入一次"),
        Language::En => format!("published with {places} places, rounded half-up once"),
    }
}

/// Which cells are hidden.
pub(in crate::publish) fn min_cell(respondents: u64, language: Language) -> String {
    match language {
        Language::Zh => format!("作答不足 {respondents} 人的格不公布"),
        Language::En => format!("cells with fewer than {respondents} respondents are not shown"),
    }
}
