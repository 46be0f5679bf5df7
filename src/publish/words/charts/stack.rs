//! Words of the stacked contributions of the procedures 各环节得分贡献.

use crate::diagnostic::Language;
use Language::{En, Zh};

/// The procedure 环节 in which most points are lost, beside the weight it has.
pub fn most_lost(language: Language, procedure: &str, lost: &str, share: &str, weight: &str) -> String {
    match language {
        Zh => format!("失分最多的环节是{procedure}：平均失 {lost} 分，占失分的 {share}%（权重占 {weight}%）"),
        En => format!("most points are lost in {procedure}: {lost} on average, {share}% of all (with {weight}% of the weight)"),
    }
}

/// The procedure with the lowest rate of points 得分率; `None`: the one just named.
pub fn lowest_rate(language: Language, procedure: Option<&str>, rate: &str) -> String {
    match (language, procedure) {
        (Zh, Some(procedure)) => format!("；得分率最低的是{procedure}（{rate}%）"),
        (Zh, None) => format!("；其得分率也最低（{rate}%）"),
        (En, Some(procedure)) => format!("; {procedure} gives the smallest part of its points ({rate}%)"),
        (En, None) => format!("; it also gives the smallest part of its points ({rate}%)"),
    }
}

/// Nothing is lost.
pub fn contributions(language: Language) -> &'static str {
    language.pick("各环节得分贡献", "contribution of the procedures")
}

/// How to read the bars.
pub fn key(language: Language) -> &'static str {
    language.pick(
        "每段＝环节得分×实际权重（折成百分制）；斜线＝失分；右列＝公布的综合得分（含加分、扣分），与比各行中位数少得最多的环节",
        "Segment = score × effective weight, in points of 100; hatched = lost; right: published composite (with bonus and deductions) and the procedure furthest behind the median row",
    )
}

/// Why segments and composite may differ 略有出入.
pub fn may_differ(language: Language) -> &'static str {
    language.pick(
        "各段之和可与综合得分略有出入（加减分，或下级权重不同而逐级汇总）",
        "segments may differ a little from the composite (bonus, deductions, or members with different weights)",
    )
}

/// The star: a procedure is missing 缺失.
pub fn star(language: Language) -> &'static str {
    language
        .pick("*＝有环节缺失或不公布，权重由其余环节分担", "* = a procedure is missing or not shown, the others carry its weight")
}

/// Head of the composites 综合得分.
pub fn composite(language: Language) -> &'static str {
    language.pick("综合得分", "composite")
}

/// Head of the procedure furthest behind 比中位数少得最多.
pub fn furthest_behind(language: Language) -> &'static str {
    language.pick("比中位数少得最多", "furthest behind median")
}

/// The axis: points of the composite 综合得分中的分.
pub fn axis(language: Language) -> &'static str {
    language.pick("综合得分中的分（满分 100）", "points of the composite (of 100)")
}
