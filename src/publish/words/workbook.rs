//! Words of `results.xlsx` alone: its sheets, what each says of itself, and labels.

use super::Pair;
use crate::diagnostic::Language;

/// The typeface of every workbook: 等线 (DengXian), which Excel and WPS have; others take their own.
pub(in crate::publish) const FONT: &str = "等线";

/// Name of a sheet, and one line on what is there.
pub(in crate::publish) struct SheetWords {
    pub name: Pair,
    pub about: Pair,
}

const fn sheet(name: Pair, about: Pair) -> SheetWords {
    SheetWords { name, about }
}

/// The first sheet.
pub(in crate::publish) const OVERVIEW: SheetWords = sheet(Pair("概览", "Overview"), Pair("", ""));
/// A level's ranking; the level's name follows.
pub(in crate::publish) const RANKING: SheetWords = sheet(
    Pair("排名", "Rank"),
    Pair("名次、得分、建议等次与理由；留有组织评定栏", "places, scores, suggested grades with reasons, room for decisions"),
);
/// Persons.
pub(in crate::publish) const PERSONS: SheetWords = sheet(
    Pair("干部", "Persons"),
    Pair("干部得分、建议等次、上限与理由；留有组织评定栏", "persons: scores, suggested grades, limits and reasons"),
);
/// Procedures with weights, and totals as formulas.
pub(in crate::publish) const PROCEDURES: SheetWords = sheet(
    Pair("环节", "Procedures"),
    Pair("各环节得分与权重；总分为可重算的公式", "scores and weights of the procedures; totals as live formulas"),
);
/// Indicators and items.
pub(in crate::publish) const NODES: SheetWords = sheet(
    Pair("指标", "Indicators"),
    Pair("各指标、题目得分；色阶示同列同层级内高低", "scores of indicators and items, coloured within column and level"),
);
/// From items to procedures, as formulas.
pub(in crate::publish) const CHAIN: SheetWords = sheet(
    Pair("重算", "Recomputed"),
    Pair(
        "从题目到指标、环节的活公式，与公布分核对",
        "live formulas from items to indicators and procedures, checked against the published scores",
    ),
);
/// Items by stratum.
pub(in crate::publish) const STRATA: SheetWords = sheet(
    Pair("票种", "Strata"),
    Pair(
        "每道题各票种的得分、权重、票数；题目得分为公式",
        "each item by stratum: score, weight, number of answers; the item as a formula",
    ),
);
/// Weights of the formulas.
pub(in crate::publish) const WEIGHTS: SheetWords =
    sheet(Pair("权重", "Weights"), Pair("公式所用的权重，同级归一", "the weights the formulas take, normalised among siblings"));
/// Weak points.
pub(in crate::publish) const WEAK: SheetWords = sheet(
    Pair("短板", "Weak points"),
    Pair(
        "低于同类、下滑、票种分歧等，附差距、影响总分、概率和来源",
        "below peers, falling, strata that disagree …: gap, cost, probability, drivers",
    ),
);
/// What was looked at to find them.
pub(in crate::publish) const EXAMINED: SheetWords = sheet(
    Pair("短板检查", "Examined"),
    Pair("每个对象查了多少项、多少项不能判断、多少项低于同类", "per subject: nodes tested, not testable, below peers"),
);
/// Who sent what.
pub(in crate::publish) const RECEIPTS: SheetWords =
    sheet(Pair("报送情况", "Receipts"), Pair("应报、已报、缺报、多报；票数", "due, sent, missing, surplus; ballots"));
/// The books.
pub(in crate::publish) const LEDGER: SheetWords =
    sheet(Pair("台账", "Ledger"), Pair("每个文件每张表的每一行去向，收支相抵", "every row of every sheet; the books balance"));
/// Findings about the files.
pub(in crate::publish) const DIAGNOSTICS: SheetWords =
    sheet(Pair("诊断", "Diagnostics"), Pair("问题、已作处理、修正办法", "findings, what was done, how to mend"));
/// How each sheet was understood.
pub(in crate::publish) const LAYOUTS: SheetWords = sheet(
    Pair("读法", "Layouts"),
    Pair("每张表认作哪张表、表头在哪行、各列用途与依据", "which form each sheet is, its header, its columns, and why"),
);
/// Quotas.
pub(in crate::publish) const QUOTAS: SheetWords =
    sheet(Pair("名额", "Quotas"), Pair("优秀名额与班子成员名额的算法", "quotas and how they were worked out"));

/// What the sheet of procedures says of itself.
pub(in crate::publish) const PROCEDURES_NOTE: Pair = Pair(
    "总分列为公式，由同行各环节得分（取自“重算”表）、权重、加分、扣分重算；“核对”与公布分比较。有下级的行（见“来历”）由下级各行汇总：每个环节、综合、总分各自取下级的平均，因下级权重不尽相同，其综合不必等于本行各环节的加权和。内层 ROUND(…,10) 只消除二进制尾差，四舍五入只在最后一次。",
    "The total is a formula over the scores (taken from the sheet “Recomputed”), weights, bonus and deduction of its row; the check compares it with the published one. Rows with members (see the last column) are means of \
     their members' rows, procedure by procedure and for the total; where members' weights differ, the total need not be the weighted sum of the row. \
     The inner ROUND(…,10) only removes binary noise; rounding is done once, at the end.",
);
/// What a ranking says of itself.
pub(in crate::publish) const RANKING_NOTE: Pair = Pair(
    "等次为按方案测算的建议等次，供组织研究决定；名次只在同层级、同领域内。“组织评定”两栏留待填写。",
    "Grades are suggestions for the organisation to decide; ranks are within level and domain. The two decision columns are left to fill in.",
);
/// What the sheet of indicators says of itself.
pub(in crate::publish) const NODES_NOTE: Pair = Pair(
    "单元格为 0–100 分；“—”缺分，“不公布”表示作答人数过少；蓝高橙低，同列同层级内比较。",
    "Cells are 0–100; “—” no score, “not shown” too few respondents; blue high, orange low, within column and level.",
);
/// What the overview says of itself.
pub(in crate::publish) const OVERVIEW_NOTE: Pair = Pair(
    "等次均为建议等次，供组织研究决定。本表由程序按考核方案测算，每个数可在“环节”中重算。",
    "All grades are suggestions for the organisation to decide. Every total can be recomputed on the sheet “Procedures”.",
);
/// What the sheet of formulas says of itself.
pub(in crate::publish) const CHAIN_NOTE: Pair = Pair(
    "每个上级指标都是公式：其下各列的加权平均，权重取自“权重”表（每个对象用其首列所指的一行）；题目得分取自“票种”表或评分表。有下级单位的行是其成员各行的平均。分数未取整；“公布”列为已取整的公布分，“核对”比较两者。含不公布项的不写公式，其上各级的分数只列公布位数。",
    "Every inner node is a formula: the weighted mean of its children's columns, with weights from the sheet “Weights”; items come from the sheet “Strata” or from score sheets. Rows of units with members are means of their members' rows. Scores are unrounded; the published numbers stand at the right with a check. Nothing is computed over a hidden cell, and scores above one have their published places only.",
);
/// What the sheet of strata says of itself.
pub(in crate::publish) const STRATA_NOTE: Pair = Pair(
    "题目得分＝各票种得分×有效权重之和（缺票种时权重已按方案重分）；“不公布”为作答人数过少或防倒推，不写公式。",
    "Item score = Σ score × effective weight over the strata (weights after missing strata were dealt with); “not shown”: too few respondents, no formula.",
);
/// What the sheet of weights says of itself.
pub(in crate::publish) const WEIGHTS_NOTE: Pair = Pair(
    "同级指标间归一的权重（合计 100%），列与“重算”表相同；0 为不适用。同层级、同领域的对象通常共用一行，评分表标“不涉及”的另成一行。",
    "Weights normalised among siblings (100 % together); the columns are those of the sheet “Recomputed”; 0: does not apply. Units of one level and domain usually share a row.",
);

/// What the sheet of weak points says of itself: how many nodes were tested, flagged, not testable; the margin in points, and the
/// share of false flags in per cent.
pub(in crate::publish) fn weak_note(counts: [u64; 3], margin: &str, false_flags: &str, language: Language) -> String {
    let [tested, flagged, not] = counts;
    match language {
        Language::Zh => format!(
            "与同类中位数比了 {tested} 项，{flagged} 项低于同类（真实分低至少 {margin} 分，预期误报不超过 {false_flags}%）；{not} 项票数或同类太少，不能判断，不等于没有短板。概率空白的是评分表上的事实。"
        ),
        Language::En => format!(
            "{tested} nodes were held against the peers' median, {flagged} lie below (true score at least {margin} lower, at most {false_flags} % false flags expected); {not} could not be tested (too few ballots or peers), which does not mean fine. No probability: a fact of a score sheet."
        ),
    }
}

/// What a sheet with a table says of itself: the file that holds the same, or how much of it fits.
pub(in crate::publish) fn same_as(about: &str, file: &str, language: Language) -> String {
    format!("{about}{}{file}", language.pick("；同 ", "; as "))
}

/// The same where only the first rows fit.
pub(in crate::publish) fn first_rows(room: usize, all: usize, file: &str, language: Language) -> String {
    format!("{} {room} / {all}; {file}", language.pick("仅列前", "first"))
}

/// In the printed head of every page.
pub(in crate::publish) const RUNNING: Pair = Pair("建议等次，供组织研究决定", "suggested grades, for the organisation to decide");
/// Head of the links on the overview.
pub(in crate::publish) const SHEETS: Pair = Pair("各表", "Sheets");
/// Head of what came in.
pub(in crate::publish) const COUNTED: Pair = Pair("计入了什么", "What counted");
/// Head of the procedures' weights.
pub(in crate::publish) const PROCEDURE_WEIGHTS: Pair = Pair("环节权重", "Weights");
/// Head of the rules.
pub(in crate::publish) const RULES: Pair = Pair("主要规则", "Rules");
/// In place of a domain where there are none.
pub(in crate::publish) const NO_DOMAIN: Pair = Pair("（不分领域）", "(none)");

/// Decimals of published scores.
pub(in crate::publish) const PLACES: Pair = Pair("公布小数位", "Decimals");
/// The highest total.
pub(in crate::publish) const CEILING: Pair = Pair("总分上限", "Ceiling");
/// No highest total.
pub(in crate::publish) const NO_CEILING: Pair = Pair("无", "none");
/// What a missing procedure counts.
pub(in crate::publish) const MISSING_COUNTS: Pair = Pair("缺项计分", "Missing counts");

/// Over the published columns of the sheet 重算.
pub(in crate::publish) const PUBLISHED: Pair = Pair("公布", "published");
/// After a procedure's name: its weight.
pub(in crate::publish) const OF_WEIGHT: Pair = Pair("权重", "weight");
/// After a procedure's name, and over a stratum's: its effective weight.
pub(in crate::publish) const OF_EFFECTIVE_WEIGHT: Pair = Pair("有效权重", "effective weight");
/// Over a stratum's name: its score.
pub(in crate::publish) const OF_SCORE: Pair = Pair("得分", "score");
/// Over a stratum's name: the answers that were scored.
pub(in crate::publish) const OF_ANSWERS: Pair = Pair("计分票数", "n");

/// Verdicts of the column 核对: computed and published scores agree, or differ.
pub(in crate::publish) const VERDICTS: [Pair; 2] = [Pair("一致", "consistent"), Pair("不一致", "differs")];

/// Where a row comes from: not from members.
pub(in crate::publish) const OWN: Pair = Pair("本级", "own");
/// From the results of the unit above.
pub(in crate::publish) const IMPORTED: Pair = Pair("引用上级结果", "imported");
/// A part is hidden.
pub(in crate::publish) const HAS_HIDDEN: Pair =
    Pair("含不公布的环节，不可由本行重算", "a part is not shown: not to be recomputed from the row");
/// By a rule that the sheet does not follow.
pub(in crate::publish) const OTHER_RULE: Pair =
    Pair("另有规则，不可由本行重算", "by another rule: not to be recomputed from the row");
/// From the procedures of the row, of which some are missing.
pub(in crate::publish) const WEIGHTED_INCOMPLETE: Pair = Pair("环节加权（有缺项）", "weighted procedures (some missing)");
/// From the procedures of the row.
pub(in crate::publish) const WEIGHTED: Pair = Pair("环节加权", "weighted procedures");

/// Where a row comes from, with how many of its inner nodes are plain numbers.
pub(in crate::publish) fn with_plain_numbers(own: &str, plain: u32, language: Language) -> String {
    match language {
        Language::Zh => format!("{own}；{plain} 项含不公布或另有规则，为数值而非公式"),
        Language::En => format!("{own}; {plain} nodes are plain numbers (parts not shown, or another rule)"),
    }
}
