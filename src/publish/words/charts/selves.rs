//! Words of self-rating against assessment 自评与考核.

use super::of;
use crate::diagnostic::Language;
use Language::{En, Zh};

/// The usual gap, who is inflated 虚高 by more than the limit, and who most. Gaps carry their signs.
pub fn title(
    language: Language,
    (peers, procedure): (&str, &str),
    usual: &str,
    limit: &str,
    inflated: usize,
    (who, most): (&str, &str),
) -> String {
    match (language, inflated) {
        (Zh, 0) => {
            format!("{peers}{procedure}：自评−考核一般为 {usual} 分；没有虚高超过 {limit} 分的，差距最大的是{who}（{most}）")
        }
        (Zh, _) => {
            format!(
                "{peers}{procedure}：自评−考核一般为 {usual} 分；虚高超过 {limit} 分的 {inflated} 个，最多的是{who}（{most}）"
            )
        }
        (En, 0) => format!(
            "{peers}, {procedure}: self-rating less assessment is usually {usual}; nowhere more than {limit}, widest in {who} ({most})"
        ),
        (En, _) => format!(
            "{peers}, {procedure}: self-rating less assessment is usually {usual}; more than {limit} in {inflated}, most in {who} ({most})"
        ),
    }
}

/// How to read it: only items of both sheets 两张表; the mark of inflation 虚高.
pub fn key(language: Language, limit: &str) -> String {
    match language {
        Zh => format!("只比两张表都有的题目；▲＝自评高出考核 {limit} 分以上（虚高）"),
        En => format!("Items that both sheets have; ▲ = self-rated more than {limit} points above the assessment"),
    }
}

/// How many subjects 对象 have both sheets.
pub fn both(language: Language, subjects: usize) -> String {
    match language {
        Zh => format!("{subjects} 个对象两表俱全"),
        En => format!("{subjects} subjects have both sheets"),
    }
}

/// How many lack a sheet 缺表.
pub fn lacking(language: Language, subjects: usize) -> String {
    match language {
        Zh => format!("另有 {subjects} 个缺自查或考核，未画"),
        En => format!("{subjects} {} one of them and {} not drawn", of(subjects, "lacks", "lack"), of(subjects, "is", "are")),
    }
}

/// Several subjects on one place 同一点.
pub fn sizes(language: Language) -> &'static str {
    language.pick("点越大，同一位置的对象越多", "a larger dot = more subjects on that place")
}

/// The legend of the rows: assessed 考核, self-rated 自评, and inflated 虚高.
pub fn ends(language: Language) -> [&'static str; 3] {
    [language.pick("考核", "assessed"), language.pick("自评", "self-rated"), language.pick("自评虚高", "self-rated, inflated")]
}

/// Heads of the columns: assessed 考核, self-rated 自评, gap 自评−考核.
pub fn heads(language: Language) -> [&'static str; 3] {
    [language.pick("考核", "assessed"), language.pick("自评", "self-rated"), language.pick("自评−考核", "gap")]
}

/// The legend of the plane: inflated 虚高, the line of equality, the limit.
pub fn legend(language: Language) -> [&'static str; 3] {
    [
        language.pick("虚高", "inflated"),
        language.pick("自评＝考核", "self-rated = assessed"),
        language.pick("虚高界限", "limit of inflation"),
    ]
}

/// The axes of the plane: assessed 考核 across, self-rated 自评 up.
pub fn axes(language: Language) -> [&'static str; 2] {
    [language.pick("考核得分 →", "assessed →"), language.pick("↑ 自评得分", "↑ self-rated")]
}

/// Head of the list beside the plane 差距最大的.
pub fn widest(language: Language) -> &'static str {
    language.pick("差距最大的（自评−考核）", "widest gaps (self − assessed)")
}
