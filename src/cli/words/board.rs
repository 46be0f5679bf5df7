//! Words of the board of `check`: who sent what.

use crate::diagnostic::{Language, Pair};

/// Returns: due, arrived, not due. Those missing are due and have not arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli) struct Sums {
    pub due: u64,
    pub sent: u64,
    pub surplus: u64,
    /// Files (of a division: findings) with errors, with warnings.
    pub errors: u64,
    pub warnings: u64,
}

/// The head of the board; `errors` and `warnings` count files.
pub(in crate::cli) fn head(title: &str, files: usize, sums: Sums, language: Language) -> String {
    let Sums { due, sent, surplus, errors, warnings } = sums;
    let missing = due.saturating_sub(sent);
    match language {
        Language::Zh => format!(
            "报送情况  {title}\n应报 {due} 份，已报 {sent} 份，缺报 {missing} 份，多报 {surplus} 份；收到 {files} 个文件：有错误的 {errors} 个，只有警告的 {warnings} 个"
        ),
        Language::En => format!(
            "Returns  {title}\n{due} returns due, {sent} arrived, {missing} missing, {surplus} not due; {files} files: {errors} with errors, {warnings} with warnings only"
        ),
    }
}

/// The head of a division; `errors` and `warnings` count findings.
pub(in crate::cli) fn division(name: &str, sums: Sums, language: Language) -> String {
    let Sums { due, sent, surplus, errors, warnings } = sums;
    let missing = due.saturating_sub(sent);
    match language {
        Language::Zh => {
            format!("{name}  应报 {due}，已报 {sent}，缺报 {missing}，多报 {surplus}；错误 {errors} 处，警告 {warnings} 处")
        }
        Language::En => {
            format!(
                "{name}  due {due}, arrived {sent}, missing {missing}, not due {surplus}; {errors} errors, {warnings} warnings"
            )
        }
    }
}

/// Units with something missing or wrong that are not listed.
pub(in crate::cli) fn folded(units: usize, language: Language) -> String {
    match language {
        Language::Zh => format!("另有 {units} 个单位有缺报或问题未列"),
        Language::En => format!("{units} more units with something missing or wrong are not listed"),
    }
}

/// Units with nothing missing and nothing wrong.
pub(in crate::cli) fn fine(units: usize, language: Language) -> String {
    match language {
        Language::Zh => format!("{units} 个单位齐全无误"),
        Language::En => format!("{units} units complete and in order"),
    }
}

/// How to see the units that are not listed.
pub(in crate::cli) const HOW_TO_SEE: Pair = Pair("（-v 全列，--unit 看一个）", " (-v lists all, --unit shows one)");
/// First column: units.
pub(in crate::cli) const UNIT: Pair = Pair("单位", "unit");
/// Last two columns: findings.
pub(in crate::cli) const TROUBLES: [Pair; 2] = [Pair("错误", "errors"), Pair("警告", "warnings")];
/// A return that is due and has not arrived.
pub(in crate::cli) const MISSING: Pair = Pair("缺", "missing");
/// A return that is not due.
pub(in crate::cli) const SURPLUS: Pair = Pair("多报", "not due");
/// A division in its own list.
pub(in crate::cli) const ITSELF: Pair = Pair("（本级）", "(itself)");
/// Where everything has arrived.
pub(in crate::cli) const COMPLETE: Pair = Pair("没有缺报。", "Nothing is missing.");
/// Head of the list of missing returns.
pub(in crate::cli) const MISSING_LIST: Pair = Pair("缺报清单（可直接转发）", "Missing returns (to be sent round)");
/// Head of the files of nobody.
pub(in crate::cli) const OF_NOBODY: Pair =
    Pair("看不出是哪个单位报的、有问题的文件", "Files with findings of which nobody can tell who sent them");
/// Head of the layouts.
pub(in crate::cli) const LAYOUTS: Pair = Pair("每张表是怎样读的", "How each sheet was read");
/// Of a sheet that was not read.
pub(in crate::cli) const NOT_READ: Pair = Pair("（未读）", " (not read)");
/// Before the rows of the header.
pub(in crate::cli) const HEADER_ROWS: Pair = Pair("表头行", "header rows");
/// Lines of a layout: form, columns, evidence, the next reading.
pub(in crate::cli) const LAYOUT: [Pair; 4] =
    [Pair("表", "form"), Pair("各列", "columns"), Pair("依据", "why"), Pair("次选", "next")];

/// A form with its procedure, where it feeds more than one.
pub(in crate::cli) fn form_of(form: &str, procedure: &str, language: Language) -> String {
    match language {
        Language::Zh => format!("{form}（{procedure}）"),
        Language::En => format!("{form} ({procedure})"),
    }
}

/// Units with missing returns that are not listed.
pub(in crate::cli) fn more_missing(units: usize, language: Language) -> String {
    match language {
        Language::Zh => format!("…… 另有 {units} 个单位缺报，-v 全列"),
        Language::En => format!("… {units} more units; -v lists all"),
    }
}

/// A file of nobody with its findings.
pub(in crate::cli) fn file(file: &str, errors: u64, warnings: u64, language: Language) -> String {
    match language {
        Language::Zh => format!("{file}  错误 {errors}，警告 {warnings}"),
        Language::En => format!("{file}  {errors} errors, {warnings} warnings"),
    }
}

/// Files of nobody that are not listed.
pub(in crate::cli) fn more(files: usize, language: Language) -> String {
    match language {
        Language::Zh => format!("…… 另有 {files} 个，-v 全列"),
        Language::En => format!("… {files} more; -v lists all"),
    }
}

/// Between the columns of a layout: ｜.
pub(in crate::cli) fn between_columns(language: Language) -> &'static str {
    language.pick("｜", " | ")
}
