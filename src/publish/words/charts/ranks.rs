//! Words of the rank intervals 名次区间.

use super::of;
use crate::diagnostic::Language;
use Language::{En, Zh};

/// How wide an interval is as a rule, and how many may be first 可能是第一名.
pub fn title(language: Language, peers: &str, width: u32, first: usize, all: usize) -> String {
    match (language, first) {
        (Zh, 0 | 1) => format!("{peers}名次有多稳：名次区间一般跨 {width} 位，第一名没有悬念（共 {all} 个）"),
        (Zh, _) => format!("{peers}名次有多稳：名次区间一般跨 {width} 位，{first} 个对象都可能是第一名（共 {all} 个）"),
        (En, 0 | 1) => {
            format!("{peers}, how sure the ranks are: an interval spans {width} ranks as a rule, the first of {all} is settled")
        }
        (En, _) => {
            format!("{peers}, how sure the ranks are: an interval spans {width} ranks as a rule, {first} of {all} may be first")
        }
    }
}

/// How to read it.
pub fn key(language: Language, draws: u32) -> String {
    match language {
        Zh => format!(
            "线＝按各得分的抽样误差模拟 {draws} 次所得名次的 95% 区间；底色深浅＝得到该名次的概率；竖线＝公布名次；等次不变＝模拟中等次与公布相同的占比"
        ),
        En => format!(
            "Line = 95% of the ranks in {draws} draws from the sampling error; shading = probability of that rank; tick = published rank; grade kept = share of the draws with the published grade"
        ),
    }
}

/// Where intervals overlap the order is not settled 不足以下结论.
pub fn overlap(language: Language, subjects: usize) -> String {
    match language {
        Zh => format!("{subjects} 个对象；区间重叠的两个对象，其先后不足以下结论"),
        En => format!("{subjects} subjects; where intervals overlap the order is not settled"),
    }
}

/// Subjects without an error 无误差 are not drawn.
pub fn without(language: Language, subjects: usize) -> String {
    match language {
        Zh => format!("{subjects} 个无误差可模拟，未画"),
        En => format!("{subjects} without an error {} not drawn", of(subjects, "is", "are")),
    }
}

/// Only the two ends 前后各几名 are drawn.
pub fn ends(language: Language, ends: usize, between: usize) -> String {
    match language {
        Zh => format!("只画前、后各 {ends} 名，中间 {between} 个见 standings.csv"),
        En => format!("first and last {ends} only; the {between} between them: standings.csv"),
    }
}

/// Heads of the columns: rank 名次, interval 名次区间, grade kept 等次不变.
pub fn heads(language: Language) -> [&'static str; 3] {
    [language.pick("名次", "rank"), language.pick("名次区间", "interval"), language.pick("等次不变", "grade kept")]
}

/// What the shading means: ranks by probability 较可能的名次, or the middle half of the draws 中间一半.
pub fn shading(language: Language, halves: bool) -> &'static str {
    if halves {
        language.pick("中间一半的模拟名次", "the middle half of the draws")
    } else {
        language.pick("较可能的名次", "likely ranks")
    }
}

/// The line: 95 % of the ranks 名次区间.
pub fn interval(language: Language) -> &'static str {
    language.pick("95% 名次区间", "95% rank interval")
}

/// The tick: the published rank 公布名次.
pub fn published(language: Language) -> &'static str {
    language.pick("公布名次", "published rank")
}

/// The axis: ranks 名次.
pub fn axis(language: Language) -> &'static str {
    language.pick("名次（1 为最高）", "rank (1 is best)")
}
