//! Words of the funnels 漏斗图: is a score farther from the peers' than chance explains?

use super::of;
use crate::diagnostic::Language;
use Language::{En, Zh};

/// How many scores lie below the outer limit 99.8% 限, and of which node most do.
pub fn below(language: Language, peers: &str, all: usize, node: &str, here: usize) -> String {
    match (language, here) {
        // Where no node has two of them, none has most.
        (Zh, 1) => format!("{peers}：{all} 处低到偶然难以解释（99.8% 限以下），如「{node}」"),
        (Zh, _) => format!("{peers}：{all} 处低到偶然难以解释（99.8% 限以下），「{node}」最多，{here} 处"),
        (En, 1) => {
            format!("{peers}: {all} {} below the 99.8% limit, as in \"{node}\"", of(all, "score lies", "scores lie"))
        }
        (En, _) => {
            format!("{peers}: {all} {} below the 99.8% limit, most in \"{node}\" ({here})", of(all, "score lies", "scores lie"))
        }
    }
}

/// No score lies below the outer limit 99.8% 限.
pub fn none_below(language: Language, peers: &str, nodes: usize) -> String {
    match language {
        Zh => format!("{peers}：{nodes} 项得分中没有低于 99.8% 限的（限已计入同类间本有的差异）"),
        En => format!(
            "{peers}: nobody lies below the 99.8% limit in any of {nodes} {} (limits allow for how much peers differ)",
            of(nodes, "score", "scores")
        ),
    }
}

/// How to read it.
pub fn key(language: Language) -> &'static str {
    language.pick(
        "每点一个对象；横轴＝等效人数（精度，越右越准，对数刻度），纵轴＝得分；实线＝计入对象间正常差异（超离散）的 95% 与 99.8% 限，虚线＝只计抽样误差的限",
        "One dot per subject; across = effective number of answers (precision, log scale), up = score; solid = 95% and 99.8% limits with over-dispersion, dashed = sampling error alone",
    )
}

/// How many subjects 对象 stand in a panel.
pub fn subjects(language: Language, range: &str) -> String {
    match language {
        Zh => format!("每图 {range} 个对象"),
        En => format!("{range} subjects in a panel"),
    }
}

/// How many of so many scores chance alone 只凭偶然 would put below the outer limit.
pub fn by_chance(language: Language, scores: usize) -> String {
    // One in a thousand lies below the lower 99.8 % limit.
    let expected = (scores + 500) / 1000;
    match (expected, language) {
        (0, Zh) => format!("{scores} 个得分只凭偶然低于此限的不到 1 处"),
        (0, En) => format!("of {scores} scores chance alone puts less than 1 below it"),
        (_, Zh) => format!("{scores} 个得分只凭偶然约有 {expected} 处低于此限"),
        (_, En) => format!("of {scores} scores chance alone puts about {expected} below it"),
    }
}

/// Nodes that are left out 未画.
pub fn left_out(language: Language, nodes: usize) -> String {
    match language {
        Zh => format!("另有 {nodes} 项离群较少，未画"),
        En => format!("{nodes} {} with fewer outliers not drawn", of(nodes, "indicator", "indicators")),
    }
}

/// Scores that are not shown 不公布 or have no error.
pub fn hidden(language: Language) -> &'static str {
    language.pick("不公布的、无误差的得分未画", "scores that are hidden or have no error are not drawn")
}

/// The legend: limits 限 and outliers 离群.
pub fn legend(language: Language) -> [&'static str; 5] {
    [
        language.pick("99.8% 限", "99.8% limit"),
        language.pick("95% 限", "95% limit"),
        language.pick("不计超离散的 99.8% 限", "99.8% without over-dispersion"),
        language.pick("低于 99.8% 限", "below the 99.8% limit"),
        language.pick("高于 99.8% 限", "above the 99.8% limit"),
    ]
}

/// Over-dispersion 超离散 of a panel.
pub fn dispersion(language: Language, phi: f64) -> String {
    match language {
        Zh => format!("超离散 φ＝{phi:.1}"),
        En => format!("over-dispersion φ = {phi:.1}"),
    }
}

/// The lower axis: effective number of answers 等效人数.
pub fn axis(language: Language) -> &'static str {
    language.pick("等效人数", "effective n")
}
