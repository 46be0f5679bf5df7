//! Words of the ranked scores with intervals 排名与区间.

use crate::diagnostic::Language;
use Language::{En, Zh};

/// First, last, and how far apart 居首、居末、相差.
pub fn title(language: Language, peers: &str, best: (&str, &str), worst: (&str, &str), apart: &str) -> String {
    match language {
        Zh => format!("{peers}排名：{} {} 居首，{} {} 居末，相差 {apart} 分", best.0, best.1, worst.0, worst.1),
        En => format!(
            "{peers} ranked: {} leads with {}, {} is last with {}, {apart} points apart",
            best.0, best.1, worst.0, worst.1
        ),
    }
}

/// How many are ranked 参加排名.
pub fn ranked(language: Language, subjects: usize) -> String {
    match language {
        Zh => format!("{subjects} 个对象参加排名"),
        En => format!("{subjects} ranked"),
    }
}

/// How many have which suggested grade 建议等次.
pub fn grades(language: Language, counts: &str) -> String {
    match language {
        Zh => format!("建议等次：{counts}"),
        En => format!("suggested grades: {counts}"),
    }
}

/// How many are not ranked 不参加排名.
pub fn unranked(language: Language, subjects: usize) -> String {
    match language {
        Zh => format!("另有 {subjects} 个无综合得分或不参加排名"),
        En => format!("{subjects} more without a composite or not ranked"),
    }
}

/// What colour and shape 点 mean.
pub fn dot(language: Language) -> &'static str {
    language.pick("点的颜色与形状＝建议等次", "Colour and shape = suggested grade")
}

/// What a hollow dot 空心 means.
pub fn hollow(language: Language) -> &'static str {
    language.pick("空心＝有缺项", "hollow = something is missing")
}

/// What the thick line 粗线 means.
pub fn interval(language: Language) -> &'static str {
    language.pick("粗线＝95% 区间", "thick line = 95% interval")
}

/// What the dashed line 细虚线 means.
pub fn bounds(language: Language) -> &'static str {
    language.pick(
        "细虚线＝缺失环节按 0 至 100 分计的可能范围（箭头＝超出图幅）",
        "dashed = possible range with the missing part at 0 to 100 (arrow = beyond the picture)",
    )
}

/// What the cross means: a veto 一票否决.
pub fn veto(language: Language) -> &'static str {
    language.pick("×＝一票否决", "× = veto")
}

/// Heads of the columns: score 得分, rank 名次 (with its interval 区间), grade 建议等次.
pub fn heads(language: Language, intervals: bool) -> [&'static str; 3] {
    let rank = if intervals { language.pick("名次〔区间〕", "rank [interval]") } else { language.pick("名次", "rank") };
    [language.pick("得分", "score"), rank, language.pick("建议等次", "grade")]
}

/// A rank 名次 with its interval.
pub fn rank(language: Language, rank: &str, low: u32, high: u32) -> String {
    match language {
        Zh => format!("{rank} 〔{low}–{high}〕"),
        En => format!("{rank} [{low}–{high}]"),
    }
}

/// The best of a large group 前几名.
pub fn first(language: Language, ends: usize) -> String {
    match language {
        Zh => format!("前 {ends} 名"),
        En => format!("First {ends}"),
    }
}

/// The last of a large group 后几名.
pub fn last(language: Language, ends: usize, between: usize) -> String {
    match language {
        Zh => format!("后 {ends} 名（中间 {between} 个见 standings.csv）"),
        En => format!("Last {ends} (the {between} between them: standings.csv)"),
    }
}

/// The distribution 分布 of all scores.
pub fn distribution(language: Language) -> &'static str {
    language.pick("分布（个）", "distribution")
}

/// How many the tallest bar counts 最高一组.
pub fn tallest(language: Language, most: u32) -> String {
    match language {
        Zh => format!("最高一组 {most} 个"),
        En => format!("tallest bar: {most}"),
    }
}
