//! Every word that the command line says of its own, in the reader's language; help texts stand in `args.rs`, findings in the catalogue.

pub(super) mod board;
pub(super) mod person;
pub(super) mod trace;

use crate::diagnostic::{Language, Pair};
use std::fmt::Display;

/// Between the names of a list: 、.
pub(super) fn between_names(language: Language) -> &'static str {
    language.pick("、", ", ")
}

/// Between the parts of a line: ，.
pub(super) fn between_parts(language: Language) -> &'static str {
    language.pick("，", ", ")
}

/// Between sentences of one line: ；.
pub(super) fn between_sentences(language: Language) -> &'static str {
    language.pick("；", "; ")
}

/// Between a name and what is said of it: ：.
pub(super) fn colon(language: Language) -> &'static str {
    language.pick("：", ": ")
}

/// What stops a run, before the cause.
pub(super) const ERROR: Pair = Pair("错误", "error");
/// Before the path of a file that was written.
pub(super) const WRITTEN: Pair = Pair("已写", "written:");
/// Before the path of slips that somebody had edited.
pub(super) const SLIPS_KEPT: Pair = Pair("旧退回表中有人改动，已另存", "the old slips had been edited and were kept:");
/// Before the path of a list that somebody had edited.
pub(super) const LIST_KEPT: Pair = Pair("旧名单中有人改动，已另存", "the old list had been edited and was kept:");
/// Before the path of an edition that somebody had edited.
pub(super) const EDITION_KEPT: Pair = Pair("旧结果中有人改动，已另存", "the old edition had been edited and was kept:");
/// After the path of a file that is there.
pub(super) const EXISTS: Pair = Pair("已存在，不覆盖", "exists and is kept");
/// After the path of a folder with a scheme.
pub(super) const HAS_SCHEME: Pair = Pair("已有方案，不覆盖", "already holds a scheme and is kept");
/// What `init` has done, and what comes next.
pub(super) const BEGUN: Pair = Pair(
    "已写 scheme.toml、units.csv、persons.csv（干部名册，不评干部就删去）；把各单位报来的表放进 returns/，然后 kaoping check",
    "scheme.toml, units.csv and persons.csv (delete it where no persons are assessed) written; put the returned files into returns/, then `kaoping check`",
);
/// A subject that nobody assessed.
pub(super) const NO_SCORE: Pair = Pair("该单位没有得分", "this subject has no score");

/// Parts of the page on a code, in the order of the page: found, expected, why, done, help, of the sender, example.
pub(super) const EXPLAINED: [Pair; 7] = [
    Pair("读到", "found"),
    Pair("应为", "expected"),
    Pair("为什么要紧", "why it matters"),
    Pair("程序怎样处理", "what is done with it"),
    Pair("怎样修正", "how to mend it"),
    Pair("报送单位怎样改", "how the sender mends it"),
    Pair("例", "example"),
];

/// Slips were written, and the list of missing returns.
pub(super) fn slips_written(count: usize, path: impl Display, language: Language) -> String {
    match language {
        Language::Zh => format!("退回表 {count} 份已写入 {path}（另有 missing.csv：缺报清单）"),
        Language::En => format!("{count} returned workbooks written to {path} (and missing.csv, the list of missing returns)"),
    }
}

/// Decisions that do not stand.
pub(super) fn no_list(errors: u64, language: Language) -> String {
    match language {
        Language::Zh => format!("有 {errors} 处错误，最终名单没有写出；改好后再运行一次"),
        Language::En => format!("{errors} errors: no final list was written; mend them and run again"),
    }
}

/// How many were decided on, and how many of them otherwise than suggested.
pub(super) fn decided(persons: usize, departures: usize, language: Language) -> String {
    match language {
        Language::Zh if departures == 0 => format!("评定 {persons} 人，都同建议"),
        Language::En if departures == 0 => format!("{persons} persons decided on, all as suggested"),
        Language::Zh => format!("评定 {persons} 人，其中 {departures} 人与建议不同，都有理由"),
        Language::En => format!("{persons} persons decided on, {departures} of them not as suggested, each with a reason"),
    }
}

/// A code that is not in the catalogue, and codes like it.
pub(super) fn no_code(wanted: &str, near: &[&str], language: Language) -> String {
    let offers = near.join(between_names(language));
    match (language, near.is_empty()) {
        (Language::Zh, true) => format!("没有代码 {wanted}；kaoping explain 列出全部"),
        (Language::En, true) => format!("there is no code {wanted}; `kaoping explain` lists them all"),
        (Language::Zh, false) => format!("没有代码 {wanted}；是否指 {offers}？"),
        (Language::En, false) => format!("there is no code {wanted}; did you mean {offers}?"),
    }
}

/// Demonstration data were written.
pub(super) fn demo_written(dir: impl Display, files: usize, language: Language) -> String {
    match language {
        Language::Zh => format!("已写演示数据 {dir} ({files} 个文件)"),
        Language::En => format!("demonstration data written: {dir} ({files} files)"),
    }
}

/// Files with the same finding that are not listed.
pub(super) fn more_files(code: &str, rest: u64, language: Language) -> String {
    match language {
        Language::Zh => format!("[{code}] 同类还有 {rest} 个文件未列，加 -v 逐条列出"),
        Language::En => format!("[{code}] {rest} more files with the same are not listed; -v lists them all"),
    }
}

/// Findings by severity.
pub(super) fn tally_of_findings(errors: u64, warnings: u64, notes: u64, language: Language) -> String {
    match language {
        Language::Zh => format!("错误 {errors} 处，警告 {warnings} 处，提示 {notes} 处"),
        Language::En => format!("{errors} errors, {warnings} warnings, {notes} notes"),
    }
}

/// A path that could not be read or written.
pub(super) fn disk(path: impl Display, cause: impl Display, language: Language) -> String {
    match language {
        Language::Zh => format!("{path}：无法读写（{cause}）"),
        Language::En => format!("{path}: cannot be read or written ({cause})"),
    }
}

/// A file of counts that cannot be used.
pub(super) fn bad_tally(path: impl Display, cause: impl Display, language: Language) -> String {
    match language {
        Language::Zh => format!("{path}：计票文件不能用（{cause}）"),
        Language::En => format!("{path}: this tally cannot be used ({cause})"),
    }
}

/// Slips would be read as returns.
pub(super) fn slips_among_returns(path: impl Display, language: Language) -> String {
    match language {
        Language::Zh => format!("{path}：退回表不能放在 returns/ 里，否则会被当作报送读进来；请另指定文件夹"),
        Language::En => format!("{path}: slips must not stand among the returns, where they would be read; name another folder"),
    }
}

/// A final list would take the place of the results.
pub(super) fn over_edition(path: impl Display, language: Language) -> String {
    match language {
        Language::Zh => format!("{path}：审定名单不能写在结果文件夹之上，否则会取代它；请用 -o 另指定文件夹"),
        Language::En => format!("{path}: the final list would replace the results it rests on; name another folder with -o"),
    }
}

/// What was read and what came of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Summed {
    pub files: usize,
    pub sheets: usize,
    pub rows: u64,
    pub valid: u64,
    pub void: u64,
    pub blank: u64,
    pub ranked: usize,
}

/// What was read and what came of it, in a line.
pub(super) fn summary(summed: Summed, language: Language) -> String {
    let Summed { files, sheets, rows, valid, void, blank, ranked } = summed;
    match language {
        Language::Zh => format!(
            "读 {files} 个文件，计入 {sheets} 张表、{rows} 行；有效票 {valid}，废票 {void}，空白票 {blank}；{ranked} 个单位有名次"
        ),
        Language::En => format!(
            "{files} files read, {sheets} sheets counted, {rows} rows; {valid} valid ballots, {void} void, {blank} blank; {ranked} subjects ranked"
        ),
    }
}

/// A subject that is not there or not the only one of its name, and some like it.
pub(super) fn no_subject(wanted: &str, offers: &[String], language: Language) -> String {
    let offers = offers.join(between_names(language));
    match language {
        Language::Zh => format!("「{wanted}」不唯一或不存在；相近的有：{offers}"),
        Language::En => format!("subject `{wanted}` is unknown or not unique; near: {offers}"),
    }
}

/// A node that is not there, and those that are.
pub(super) fn no_node(wanted: &str, codes: &[&str], language: Language) -> String {
    let codes = codes.join(between_names(language));
    match language {
        Language::Zh => format!("没有指标「{wanted}」；有：{codes}"),
        Language::En => format!("there is no node `{wanted}`; there are: {codes}"),
    }
}
