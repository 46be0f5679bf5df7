//! Words of the returned workbooks 退回表.

use super::{between_sentences, colon};
use crate::diagnostic::{Language, Rendered};

/// Columns of the list of findings, as [`super::column`] knows them: number, severity, sheet, place, finding, found, expected, done,
/// how to mend.
pub(in crate::publish) const LISTED: [&str; 9] =
    ["number", "severity", "sheet", "cell", "message", "found", "expected", "done", "help"];

/// What the signs mean.
pub(in crate::publish) fn signs(language: Language) -> &'static str {
    language.pick(
        "✗ 红底粗框必须改正；△ 黄底虚框请核对，确认无误可以不改；· 只是说明。",
        "✗ red, thick frame: has to be mended. △ amber, dashed frame: check; leave it if it is right. · only for information.",
    )
}

/// Of a file that could not be read.
pub(in crate::publish) fn unreadable(language: Language) -> &'static str {
    language.pick(
        "这个文件没有读进来，后面没有附表。请照下面的办法重新保存，用原文件名发回。",
        "The file could not be read, so no sheets follow. Save it anew as told below and send it back under its own name.",
    )
}

/// How to send the workbook back.
pub(in crate::publish) fn send_back(language: Language) -> &'static str {
    language.pick(
        "退回办法：直接在后面的表里改（点“位置”一栏可跳到该处），存盘后发回，替换原来那份，不要两份都发。本页和“核对意见”一列不必删。",
        "To send back: mend the sheets behind this one (the places below are links), save, and send it in place of the old file, not beside it. This sheet and the column of remarks may stay.",
    )
}

/// Of sheets too long to be copied whole.
pub(in crate::publish) fn shortened(language: Language) -> &'static str {
    language.pick(
        "行数很多的表只附开头和有问题的行，位置与原表相同：请在原表里改，发回原表。",
        "Of very long sheets only the first rows and those with findings are here, at their old places: mend and send back the original.",
    )
}

/// Of columns about respondents.
pub(in crate::publish) fn withheld(language: Language) -> &'static str {
    language.pick(
        "填答人的姓名、时间、IP、设备等列为保密已隐去，汇总也不用，不必补回。",
        "Columns of respondents' names, times, addresses and devices are withheld; they are not used and need not be put back.",
    )
}

/// How many findings of each severity.
pub(in crate::publish) fn sums(title: &str, errors: u64, warnings: u64, notes: u64, language: Language) -> String {
    match language {
        Language::Zh => format!("{title}：{errors} 处错误（✗），{warnings} 处警告（△），{notes} 处提示（·）。"),
        Language::En => format!("{title}: {errors} errors (✗), {warnings} warnings (△), {notes} notes (·)."),
    }
}

/// Further findings of the same sort, if any.
pub(in crate::publish) fn more(count: u64, language: Language) -> String {
    match (count, language) {
        (0, _) => String::new(),
        (more, Language::Zh) => format!("（同类另有 {more} 处未逐条列出）"),
        (more, Language::En) => format!(" ({more} more of the same are not listed)"),
    }
}

/// Where the sender can do nothing alone.
pub(in crate::publish) fn ask(language: Language) -> &'static str {
    language.pick("请与汇总人联系", "ask whoever collects the returns")
}

/// A finding beside its row: what is wrong, what was read, what was expected, what to do.
pub(in crate::publish) fn remark(words: &Rendered, language: Language) -> String {
    let and = between_sentences(language);
    let mut out = words.title.clone();
    let mut with = |before: &str, what: &str, text: &str| {
        if !text.is_empty() {
            out.extend([before, what, text]);
        }
    };
    with(and, language.pick("读到：", "found: "), &words.found);
    with(and, language.pick("应为：", "expected: "), &words.expected);
    with(language.pick("。→ ", ". → "), "", &words.sender);
    if words.item.is_empty() { out } else { format!("{}{}{out}", words.item, colon(language)) }
}
