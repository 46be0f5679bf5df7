//! Words of the bars of answers 作答构成, by item and by unit.

use super::{of, plus};
use crate::diagnostic::Language;
use crate::numeric::{Ratio, round_half_up};
use Language::{En, Zh};
use num_traits::{Signed, Zero};

/// Shares of the good and the bad answers 好评、差评: 满意＋基本满意占 88%，不满意占 12%. `bad` is empty where there are none.
pub fn shares(language: Language, good: &[&str], share: &str, bad: &[&str], bad_share: &str) -> String {
    let (good, bad) = (good.join(plus(language)), bad.join(plus(language)));
    match (language, bad.is_empty()) {
        (Zh, true) => format!("{good}占 {share}%"),
        (Zh, false) => format!("{good}占 {share}%，{bad}占 {bad_share}%"),
        (En, true) => format!("{good}: {share}%"),
        (En, false) => format!("{good}: {share}%, {bad}: {bad_share}%"),
    }
}

/// The item with the lowest answers 评价最低的题.
pub fn lowest_item(language: Language, form: &str, item: &str, shares: &str) -> String {
    match language {
        Zh => format!("{form}中「{item}」评价最低：{shares}"),
        En => format!("\"{item}\" gets the lowest answers in {form} ({shares})"),
    }
}

/// The unit with the lowest answers 评价最低的单位.
pub fn lowest_unit(language: Language, form: &str, unit: &str, shares: &str) -> String {
    match language {
        Zh => format!("{form}中{unit}评价最低：{shares}"),
        En => format!("{unit} gets the lowest answers in {form} ({shares})"),
    }
}

/// What a row is where items 题目 are set side by side.
pub fn row_is_item(language: Language) -> &'static str {
    language.pick("行＝题目", "Row = item")
}

/// What a row is where units 单位 are set side by side.
pub fn row_is_unit(language: Language) -> &'static str {
    language.pick("行＝单位，各题合计", "Row = unit, all items of the form together")
}

/// How to read the bars.
pub fn key(language: Language) -> &'static str {
    language.pick(
        "条＝各选项占计分作答的百分比，中间项居中；好评、差评＝中间项右、左各项之和；由低到高排列；各票种合并，未加权",
        "bar = share of the scored answers, the middle option centred; good and bad = all right and left of it; lowest first; strata together, unweighted",
    )
}

/// Points are grouped by grade 等次.
pub fn points_by_grade(language: Language) -> &'static str {
    language.pick("打分表按等次分段", "points are grouped by grade")
}

/// Cells that are not shown 不公布 and not counted.
pub fn hidden(language: Language, cells: u64, least: u64) -> String {
    match language {
        Zh => format!("另有 {cells} 格（单位×票种×题目）因人数不足 {least} 等原因不公布，未计入"),
        En => format!(
            "{cells} {} of unit × stratum × item not shown (fewer than {least}, or to protect one) and not counted",
            of(usize::try_from(cells).unwrap_or(usize::MAX), "cell", "cells")
        ),
    }
}

/// Rows that are left out 未画.
pub fn left_out(language: Language, rows: usize) -> String {
    match language {
        Zh => format!("另有 {rows} 行较高者未画"),
        En => format!("{rows} higher {} not drawn", of(rows, "row is", "rows are")),
    }
}

/// A share in whole percent; a few among many are not nothing.
pub fn percent(share: &Ratio) -> String {
    let whole = round_half_up(share, 0);
    if share.is_positive() && whole.to_ratio().is_zero() { "<1%".to_owned() } else { format!("{whole}%") }
}

/// Heads of the columns: good 好评 and bad 差评 answers.
pub fn sides(language: Language) -> [&'static str; 2] {
    [language.pick("好评", "good"), language.pick("差评", "bad")]
}
