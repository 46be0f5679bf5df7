//! Words of the heatmap 热力图 of units × indicators.

use super::of;
use crate::diagnostic::Language;
use Language::{En, Zh};

/// The weak point 短板 that costs most, found with evidence. `gap`: how far it lies below what it was measured against.
pub fn costliest(language: Language, name: &str, item: &str, gap: &str, cost: &str, weak: usize) -> String {
    match language {
        Zh => format!("{name}的「{item}」代价最大：{gap}，影响总分 {cost} 分；共 {weak} 处短板"),
        En => format!(
            "\"{item}\" of {name} costs most, {cost} points of the total ({gap}); {weak} weak {} in all",
            of(weak, "point", "points")
        ),
    }
}

/// A gap behind the median of the peers 低于同类中位数.
pub fn below_median(language: Language, gap: &str) -> String {
    match language {
        Zh => format!("低于同类中位数 {gap} 分"),
        En => format!("{gap} below the peers' median"),
    }
}

/// A fall 下滑 since last year.
pub fn fallen(language: Language, gap: &str) -> String {
    match language {
        Zh => format!("比上年低 {gap} 分"),
        En => format!("{gap} below last year"),
    }
}

/// A gap behind another reference 参照: the line, or the unit's own profile.
pub fn below_reference(language: Language, gap: &str) -> String {
    match language {
        Zh => format!("比参照低 {gap} 分"),
        En => format!("{gap} below the reference"),
    }
}

/// No weak point 短板 was found.
pub fn no_weak_point(language: Language) -> &'static str {
    language.pick("没有证据充分的短板", "no weak point with enough evidence")
}

/// The cell farthest below its median 差距最大, where nothing could be tested.
pub fn furthest(language: Language, name: &str, item: &str, gap: &str, weak: usize) -> String {
    match language {
        Zh => format!("{name}的「{item}」差距最大，低于中位数 {gap} 分；共 {weak} 处弱项"),
        En => format!(
            "\"{item}\" of {name} is furthest behind, {gap} points below the median; {weak} weak {} in all",
            of(weak, "cell", "cells")
        ),
    }
}

/// Nothing lies far below the median; some may lie below the pass line 及格线.
pub fn nothing_behind(language: Language, margin: &str, failed: usize) -> String {
    let none = match language {
        Zh => format!("各项指标均不低于同类中位数 {margin} 分以上"),
        En => format!("no indicator lies {margin} points or more below its median"),
    };
    match (failed, language) {
        (0, _) => none,
        (_, Zh) => format!("{none}；{failed} 处低于及格线"),
        (_, En) => format!("{none}; {failed} {} below the pass line", of(failed, "cell lies", "cells lie")),
    }
}

/// How to read it where weak points were tested 有证据.
pub fn key_tested(language: Language) -> &'static str {
    language.pick(
        "颜色＝与同类（同层级同领域）中位数之差；▼ 加框＝有证据的短板；代价＝短板差距×在总分中的有效权重（分）",
        "Colour = points above or below the median of the peers (level × domain); ▼ framed = weak point with evidence; cost = its gap × effective weight, in points of the total",
    )
}

/// How to read it where nothing could be tested 不能检验. `line`: the pass line and the grade below it.
pub fn key_described(language: Language, margin: &str, line: Option<(&str, &str)>) -> String {
    let line = match (line, language) {
        (None, _) => String::new(),
        (Some((line, grade)), Zh) => format!("，或低于 {line} 分（{grade}）"),
        (Some((line, grade)), En) => format!(", or below {line} ({grade})"),
    };
    match language {
        Zh => format!(
            "颜色＝与同类（同层级同领域）中位数之差；▼ 加框＝低于中位数 {margin} 分以上{line}；代价＝低于中位数的分×有效权重之和；同类或票数太少，不能检验，只作描述"
        ),
        En => format!(
            "Colour = points above or below the median of the peers (level × domain); ▼ framed = {margin} points or more below it{line}; cost = points below the median × effective weight, summed; too few peers or ballots to test: the marks describe only"
        ),
    }
}

/// How rows and columns are ordered 排列.
pub fn order(language: Language, by_cost: bool) -> &'static str {
    if by_cost {
        language.pick("行、列按代价由大到小", "rows and columns by cost")
    } else {
        language.pick("行按综合得分由低到高", "rows by composite, lowest first")
    }
}

/// How many rows 行 are drawn, in which order, and how many are not.
pub fn rows(language: Language, rows: usize, order: &str, left_out: usize) -> String {
    match (left_out, language) {
        (0, Zh) => format!("{rows} 行，{order}"),
        (0, En) => format!("{rows} rows, {order}"),
        (left, Zh) => format!("代价最大的 {rows} 行，{order}；另有 {left} 行见各上级的图"),
        (left, En) => format!("The {rows} costliest rows, {order}; {left} more in the charts of their parents"),
    }
}

/// Cells that are not shown 不公布.
pub fn hidden(language: Language, cells: usize, least: u64) -> String {
    match language {
        Zh => format!("{cells} 格因人数不足 {least} 等原因不公布（斜线）"),
        En => format!(
            "{cells} {} not shown (fewer than {least} respondents, or to protect one): hatched",
            of(cells, "cell", "cells")
        ),
    }
}

/// Foot of the table 同类中位数.
pub fn peers_median(language: Language) -> &'static str {
    language.pick("同类中位数", "peers' median")
}

/// Head of the column of costs 代价.
pub fn cost(language: Language) -> &'static str {
    language.pick("代价", "cost")
}

/// What the colours measure 与中位数之差.
pub fn scale(language: Language) -> &'static str {
    language.pick("与同类中位数之差（分）", "points from the peers' median")
}

/// The frame: a weak point 短板 where it was tested, else a weak cell 弱项.
pub fn weak(language: Language, tested: bool) -> &'static str {
    if tested { language.pick("短板", "weak point") } else { language.pick("弱项", "weak") }
}

/// Corners of strongly coloured cells: far below 偏低 and far above 偏高.
pub fn far(language: Language) -> [&'static str; 2] {
    [language.pick("明显偏低", "far below"), language.pick("明显偏高", "far above")]
}

/// Hatched: not shown 不公布.
pub fn not_shown(language: Language) -> &'static str {
    language.pick("不公布", "not shown")
}

/// A dash: missing 缺.
pub fn missing(language: Language) -> &'static str {
    language.pick("缺", "missing")
}

/// A stroke: not applicable 不适用.
pub fn not_applicable(language: Language) -> &'static str {
    language.pick("/ 不适用", "/ not applicable")
}
