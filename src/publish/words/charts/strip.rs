//! Words of the distribution of a large peer group 得分分布.

use crate::diagnostic::Language;
use Language::{En, Zh};

/// Where the median 中位数 is highest and lowest.
pub fn title(language: Language, peers: &str, best: (&str, &str), worst: (&str, &str)) -> String {
    match language {
        Zh => format!("{peers}得分分布：{}中位数最高（{}），{}最低（{}）", best.0, best.1, worst.0, worst.1),
        En => format!(
            "{peers}, distribution: the median is highest in {} ({}), lowest in {} ({})",
            best.0, best.1, worst.0, worst.1
        ),
    }
}

/// How to read it; how many subjects 对象 there are.
pub fn key(language: Language, subjects: usize) -> String {
    match language {
        Zh => format!("每点一个对象，共 {subjects} 个；颜色与形状＝建议等次；长竖线＝该行中位数，行按中位数由高到低"),
        En => format!(
            "One dot per subject, {subjects} in all; colour and shape = suggested grade; long tick = median of the row; rows by median"
        ),
    }
}

/// How many have no score 无综合得分 and are not drawn.
pub fn without(language: Language, subjects: usize) -> String {
    match language {
        Zh => format!("另有 {subjects} 个无综合得分，未画"),
        En => format!("{subjects} without a composite not drawn"),
    }
}

/// No grade is suggested 未定等次.
pub fn no_grade(language: Language) -> &'static str {
    language.pick("未定等次", "no grade")
}

/// Heads of the columns: median 中位数, count 个数.
pub fn heads(language: Language) -> [&'static str; 2] {
    [super::median(language), language.pick("个数", "count")]
}
