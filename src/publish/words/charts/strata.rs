//! Words of strata against each other 各票种对照.

use super::of;
use crate::diagnostic::Language;
use Language::{En, Zh};

/// The stratum 票种 that rates highest, and where they differ most 分歧最大.
pub fn highest(language: Language, form: &str, stratum: &str, (often, all): (usize, usize), unit: &str, spread: &str) -> String {
    match language {
        Zh => format!("{form}中{stratum}打分普遍最高（{all} 个单位中 {often} 个）；{unit}分歧最大，相差 {spread} 分"),
        En => format!("{form}: {stratum} rates highest in {often} of {all}; furthest apart in {unit}, {spread} points"),
    }
}

/// Where the strata differ most 分歧最大.
pub fn apart(language: Language, form: &str, unit: &str, spread: &str) -> String {
    match language {
        Zh => format!("{form}各票种分歧最大的是{unit}：相差 {spread} 分"),
        En => format!("{form}: the strata are furthest apart in {unit}, {spread} points"),
    }
}

/// How to read it; from which gap on the spread is marked 极差.
pub fn key(language: Language, gap: &str) -> String {
    match language {
        Zh => format!("点＝该票种对该单位全部题目的平均分（合并计票，不加权）；行按极差由大到小；▲＝极差达到 {gap} 分"),
        En => format!(
            "Mark = mean of all answers of the stratum (pooled, unweighted); rows by spread; ▲ = {gap} points or more apart"
        ),
    }
}

/// How many units 单位, and which strata are not shown 不公布.
pub fn units(language: Language, units: usize, least: u64) -> String {
    match language {
        Zh => format!("{units} 个单位；人数不足 {least} 的票种不公布、未画"),
        En => format!("{units} units; strata of fewer than {least} respondents are not shown"),
    }
}

/// Units that are left out 未画.
pub fn left_out(language: Language, units: usize) -> String {
    match language {
        Zh => format!("另有 {units} 个分歧较小的未画"),
        En => format!("{units} more that {} less not drawn", of(units, "differs", "differ")),
    }
}

/// Heads of the columns: spread 极差, answers by stratum 各票种作答数.
pub fn heads(language: Language) -> [&'static str; 2] {
    [language.pick("极差", "spread"), language.pick("各票种作答数", "answers by stratum")]
}

/// The axis: mean score 平均分.
pub fn axis(language: Language) -> &'static str {
    language.pick("平均分", "mean score")
}
