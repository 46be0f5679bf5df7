//! Words of the bars of what weak points cost 短板代价.

use super::of;
use crate::diagnostic::Language;
use Language::{En, Zh};

/// The weak point 短板 that costs most.
pub fn title(language: Language, prefix: &str, subject: &str, node: &str, cost: &str, points: usize) -> String {
    match language {
        Zh => format!("{prefix}{points} 处短板中代价最大的是{subject}的「{node}」，影响总分 {cost} 分"),
        En => format!(
            "{prefix}\"{node}\" of {subject} costs most of {points} weak {}: {cost} points of the total",
            of(points, "point", "points")
        ),
    }
}

/// A node with the procedure 环节 above it.
pub fn node(language: Language, node: &str, procedure: &str) -> String {
    match language {
        Zh => format!("{node}（{procedure}）"),
        En => format!("{node} ({procedure})"),
    }
}

/// How to read the bars; why there may be more than on the heatmap 热力图.
pub fn key(language: Language) -> &'static str {
    language.pick(
        "代价＝差距×在总分中的有效权重（分）；百分数＝该下级所占差距（合计超过 100% 的由拉高的下级抵消）；概率＝真实得分确实低于参照的概率，「—」为评分表所载事实；指标与其下题目同弱的只列题目",
        "Cost = gap × effective weight (points of the total); percent = a member's share of the gap (above 100% where others lift); prob. = that the true score is below the reference, — = a fact of the score sheet; of an indicator and its item only the item is listed",
    )
}

/// How many people stand behind the points 答题人数.
pub fn respondents(language: Language, range: &str) -> String {
    match language {
        Zh => format!("答题人数 n＝{range}"),
        En => format!("Respondents n = {range}"),
    }
}

/// Points that are left out 未画.
pub fn left_out(language: Language, points: usize) -> String {
    match language {
        Zh => format!("另有 {points} 处代价较小，见 findings.csv"),
        En => format!("{points} that cost less: findings.csv"),
    }
}

/// The mark of a point that fell 比上年下滑: its reference is last year's score.
pub fn falling(language: Language, mark: &str) -> String {
    match language {
        Zh => format!("{mark}＝比上年下滑（参照＝上年得分）"),
        En => format!("{mark} = fell against last year (reference = last year's score)"),
    }
}

/// Hidden cells take no part 不公布的不参与.
pub fn hidden(language: Language) -> &'static str {
    language.pick("不公布的格不参与", "cells that are not shown take no part")
}

/// Heads of the columns: cost 代价, score and reference 得分与参照, probability 概率, drivers 主要来自.
pub fn heads(language: Language) -> [&'static str; 4] {
    [
        language.pick("代价", "cost"),
        language.pick("得分 / 参照", "score / reference"),
        language.pick("概率", "prob."),
        language.pick("主要来自", "driven by"),
    ]
}

/// The pieces of a bar: the three members that pull down most 拉低最多的下级, and the others.
pub fn pieces(language: Language) -> [&'static str; 4] {
    [
        language.pick("拉低最多的下级", "member that pulls down most"),
        language.pick("第二", "second"),
        language.pick("第三", "third"),
        language.pick("其余", "all others"),
    ]
}

/// The axis: points of the total 影响总分.
pub fn axis(language: Language) -> &'static str {
    language.pick("影响总分（分）", "points of the total")
}
