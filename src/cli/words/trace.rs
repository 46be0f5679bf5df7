//! Words of `trace`: one score taken apart.

use crate::diagnostic::{Language, Pair};
use crate::measure::{ErrorBasis, NoError, Uncertainty};
use crate::survey::Measure;

/// Causes for which a rank could move: sampling, weights, option values.
pub(in crate::cli) const CAUSES: [Pair; 3] =
    [Pair("抽样误差", "sampling error"), Pair("权重浮动", "weights moved"), Pair("选项分值浮动", "option values moved")];
/// Why sums may be off by a last place.
pub(in crate::cli) const ROUNDED: Pair = Pair(
    "有格人数过少不公布：含有它的得分只列公布的位数，按它相加，末位可能差 1；计算用的是精确值",
    "some cells are hidden: scores that hold them are told to their published places, so sums may be off by one in the last; the calculation is exact",
);
/// Between which the total lies while a part is missing.
pub(in crate::cli) const BOUNDS: Pair = Pair("缺项界限", "bounds");
/// A veto.
pub(in crate::cli) const VETOED: Pair = Pair("一票否决（得分照列）", "vetoed (the score stands)");
/// After a rank interval that was made wider.
pub(in crate::cli) const WIDENED: Pair = Pair("（已扩到含公布名次）", " (widened to hold the published rank)");
/// Before a weight.
pub(in crate::cli) const WEIGHT: Pair = Pair("权重", "weight");
/// In place of a score of too few respondents.
pub(in crate::cli) const HIDDEN_SCORE: Pair = Pair("（人数过少，不公布）", "(hidden: too few respondents)");
/// A stratum of too few respondents.
pub(in crate::cli) const HIDDEN_CELL: Pair = Pair("人数过少，不公布", "hidden: too few respondents");
/// After an imported score.
pub(in crate::cli) const IMPORTED: Pair = Pair("  引用上级结果", "  imported");
/// Before an interval.
pub(in crate::cli) const INTERVAL: Pair = Pair("95% 区间", "95 % interval");
/// Before the answers that abstained.
pub(in crate::cli) const ABSTAINED: Pair = Pair("，弃权", ", abstained");
/// Before the unit of a person's unit part.
pub(in crate::cli) const UNIT_PART: Pair = Pair("单位部分怎样算出：", "how the unit's part is made: ");
/// Head of the changes that would change the grade.
pub(in crate::cli) const TURNING: Pair = Pair(
    "改变等次的最小改动（只看得分，不计名额和否决）",
    "smallest change that would change the grade (by score; quotas and vetoes aside)",
);
/// The only grade.
pub(in crate::cli) const NO_OTHER_GRADE: Pair = Pair("没有可升可降的等次", "there is no better and no worse grade");
/// No answer of a ballot would do.
pub(in crate::cli) const NO_OPTION: Pair = Pair("选项：没有哪一张票的一个答案能做到", "options: no single answer can");
/// No entry of points would do.
pub(in crate::cli) const NO_POINTS: Pair = Pair("打分：没有哪一个打分能做到", "points: no single entry can");
/// Head of the sources.
pub(in crate::cli) const SOURCES: Pair = Pair("来源", "sources");

/// What an item's score is, of its answers.
pub(in crate::cli) fn measure(measure: &Measure, language: Language) -> &'static str {
    match measure {
        Measure::Mean => language.pick("平均", "mean"),
        Measure::ExcellentRate => language.pick("优秀率", "excellent rate"),
        Measure::SatisfiedOnly => language.pick("满意率（仅满意）", "satisfied only"),
        Measure::SatisfiedBroad => language.pick("满意率（广义，剔除不了解）", "satisfied broadly, of those who know"),
        Measure::SatisfiedOfAll => language.pick("满意率（广义，含不了解）", "satisfied broadly, of all"),
        Measure::Awareness => language.pick("知晓率", "awareness"),
        Measure::Tiers(_) => language.pick("得票率分段", "tiers of vote shares"),
        Measure::RatioToBest => language.pick("按实绩赋分（与同类最高之比）", "ratio to the best peer"),
        Measure::RankScore(_) => language.pick("按排名赋分", "score by rank"),
    }
}

/// Why a score has no error.
pub(in crate::cli) fn no_error(why: NoError, language: Language) -> &'static str {
    match why {
        NoError::OneRespondent => {
            language.pick("某票种只有一人作答，误差无从估计", "one respondent in a stratum: no error can be told")
        }
        NoError::NotASample => {
            language.pick("评分表或引用的得分，不是抽样，无抽样误差", "given or imported points: no sample, no error")
        }
        NoError::NotAMean => language.pick("不是平均数，不给误差", "not a mean: no error is given"),
        NoError::Withheld => {
            language.pick("误差不公布：会透露人数过少的格", "error withheld: it would tell of cells of too few respondents")
        }
        NoError::NoScore => language.pick("没有得分", "no score"),
    }
}

/// What an error rests on.
pub(in crate::cli) fn basis(error: &Uncertainty, language: Language) -> &'static str {
    match (error.no_spread, error.basis) {
        (true, _) => language.pick("所有人答案相同，误差按所见为 0", "all answers equal: 0 by what was seen"),
        (_, ErrorBasis::Linearised) => language.pick("线性化", "linearised"),
        (_, ErrorBasis::Bound) => language.pick("只有计票数，为上界", "vote counts only: a bound"),
        (_, ErrorBasis::Mixed) => language.pick("部分为上界", "partly a bound"),
    }
}

/// Score, rank and suggested grade.
pub(in crate::cli) fn head(score: &str, rank: &str, grade: &str, language: Language) -> String {
    match language {
        Language::Zh => format!("得分 {score}  名次 {rank}  建议等次 {grade}"),
        Language::En => format!("score {score}  rank {rank}  suggested grade {grade}"),
    }
}

/// From the composite to the total: composite, bonus, bonus claimed, deductions, total.
pub(in crate::cli) fn adjusted(numbers: [&str; 5], language: Language) -> String {
    let [composite, bonus, claimed, deduction, total] = numbers;
    match language {
        Language::Zh => format!("{composite} ＋加分 {bonus}（申报 {claimed}） －扣分 {deduction} ＝ {total}"),
        Language::En => format!("{composite} + bonus {bonus} (claimed {claimed}) - deductions {deduction} = {total}"),
    }
}

/// A rank interval of one cause.
pub(in crate::cli) fn ranks(cause: &str, low: u32, high: u32, kept: &str, language: Language) -> String {
    match language {
        Language::Zh => format!("名次区间（{cause}） {low}–{high}，等次保持 {kept}"),
        Language::En => format!("rank interval ({cause}) {low}–{high}, grade kept in {kept}"),
    }
}

/// How likely a rank is.
pub(in crate::cli) fn rank(rank: u32, share: &str, language: Language) -> String {
    match language {
        Language::Zh => format!("第{rank}名 {share}"),
        Language::En => format!("rank {rank} {share}"),
    }
}

/// No score, with the reason if one is known.
pub(in crate::cli) fn missing(why: Option<&str>, language: Language) -> String {
    match (why, language) {
        (None, _) => language.pick("缺", "missing").to_owned(),
        (Some(why), Language::Zh) => format!("缺（{why}）"),
        (Some(why), Language::En) => format!("missing ({why})"),
    }
}

/// A part is missing; so much of the weight is there, in per cent.
pub(in crate::cli) fn incomplete(coverage: &str, language: Language) -> String {
    match language {
        Language::Zh => format!("结果不完整（{coverage}%）"),
        Language::En => format!("incomplete ({coverage}%)"),
    }
}

/// Made of members' scores, so many of so many.
pub(in crate::cli) fn rolled_up(method: &str, with: u32, of: u32, language: Language) -> String {
    match language {
        Language::Zh => format!("由下级汇总 {method}（{with}/{of}）"),
        Language::En => format!("rolled up {method} ({with}/{of})"),
    }
}

/// The self-rating beside the assessment.
pub(in crate::cli) fn self_rated(own: &str, gap: &str, language: Language) -> String {
    match language {
        Language::Zh => format!("自评 {own}，自评－考核 {gap}"),
        Language::En => format!("self-rated {own}, self - assessed {gap}"),
    }
}

/// A sum of more terms than are listed.
pub(in crate::cli) fn many_terms(terms: usize, language: Language) -> String {
    match language {
        Language::Zh => format!("= {terms} 个下级得分按份额相加（逐个列出见 --format json）"),
        Language::En => format!("= the scores of {terms} members by their shares (each is listed with --format json)"),
    }
}

/// The exact score and the published one.
pub(in crate::cli) fn rounded_to(exact: &str, places: u32, published: &str, language: Language) -> String {
    match language {
        Language::Zh => format!("= {exact} → 四舍五入到 {places} 位 {published}"),
        Language::En => format!("= {exact} → rounded half up to {places} places {published}"),
    }
}

/// A standard error, what it rests on, its degrees of freedom.
pub(in crate::cli) fn standard_error(se: &str, basis: &str, df: &str, language: Language) -> String {
    match language {
        Language::Zh => format!("标准误 {se}（{basis}，自由度 {df}）"),
        Language::En => format!("standard error {se} ({basis}, {df} df)"),
    }
}

/// The standard error of the interval, with variances drawn towards the peers'.
pub(in crate::cli) fn moderated(se: &str, df: &str, language: Language) -> String {
    match language {
        Language::Zh => format!("；方差向同类靠拢后 {se}（自由度 {df}）"),
        Language::En => format!("; with variances drawn towards the peers' {se} ({df} df)"),
    }
}

/// A stratum with its weight and answers.
pub(in crate::cli) fn stratum(name: &str, weight: &str, n: u64, language: Language) -> String {
    match language {
        Language::Zh => format!("{name} 权重 {weight}  n={n}"),
        Language::En => format!("{name} weight {weight}  n={n}"),
    }
}

/// Highest and lowest marks that were dropped.
pub(in crate::cli) fn trimmed(marks: u64, language: Language) -> String {
    match language {
        Language::Zh => format!("，另有 {marks} 个最高、最低分已去掉"),
        Language::En => format!(", {marks} highest and lowest dropped"),
    }
}

/// The mean of the marks that are left.
pub(in crate::cli) fn left(sum: &str, n: u64, score: &str, language: Language) -> String {
    match language {
        Language::Zh => format!(" → 去掉后合计 {sum} ÷ {n} = {score}"),
        Language::En => format!(" → {sum} left ÷ {n} = {score}"),
    }
}

/// The grade by score is not the suggested one.
pub(in crate::cli) fn graded_otherwise(by_score: &str, grade: &str, language: Language) -> String {
    match language {
        Language::Zh => format!("按得分为「{by_score}」，建议等次「{grade}」由名额或否决而来"),
        Language::En => format!("by score {by_score}; the suggested {grade} comes from a quota or a veto"),
    }
}

/// Hidden cells in which no change was looked for.
pub(in crate::cli) fn hidden_cells(cells: u64, language: Language) -> String {
    match language {
        Language::Zh => format!("另有 {cells} 处人数过少、不公布，没有在其中寻找"),
        Language::En => format!("{cells} hidden cells (too few respondents) were not looked at"),
    }
}

/// Parts in which one answer cannot be looked at alone.
pub(in crate::cli) fn set_aside(parts: u64, language: Language) -> String {
    match language {
        Language::Zh => {
            format!("另有 {parts} 处由合并计票、相对赋分或虚高扣分而来，一个答案的作用不能单独计算，没有在其中寻找")
        }
        Language::En => {
            format!("{parts} parts that are pooled, relative to peers or punished for self-rating were not looked at")
        }
    }
}

/// How far another grade is.
pub(in crate::cli) fn distance(up: bool, grade: &str, distance: &str, language: Language) -> String {
    match (up, language) {
        (true, Language::Zh) => format!("升为「{grade}」：距等次线 {distance} 分"),
        (true, Language::En) => format!("up to {grade}: {distance} points from the line"),
        (false, Language::Zh) => format!("降为「{grade}」：距等次线 {distance} 分"),
        (false, Language::En) => format!("down to {grade}: {distance} points from the line"),
    }
}

/// What one changed answer, or with `by` one changed entry of points, does.
pub(in crate::cli) struct Changed<'a> {
    pub place: &'a str,
    pub from: &'a str,
    pub to: &'a str,
    pub by: Option<&'a str>,
    pub cell: [&'a str; 2],
    pub total: &'a str,
    pub grade: &'a str,
}

/// What one changed answer does.
pub(in crate::cli) fn changed(change: &Changed<'_>, language: Language) -> String {
    let Changed { place, from, to, by, cell: [before, after], total, grade } = change;
    match (by, language) {
        (None, Language::Zh) => {
            format!("选项：{place} 一张票由「{from}」改为「{to}」：{before} → {after}，总分 {total}，「{grade}」")
        }
        (None, Language::En) => {
            format!("options: {place}: one ballot from {from} to {to}: {before} → {after}, total {total}, {grade}")
        }
        (Some(by), Language::Zh) => {
            format!("打分：{place} 一个打分由 {from} 改为 {to}（{by} 分）：{before} → {after}，总分 {total}，「{grade}」")
        }
        (Some(by), Language::En) => {
            format!("points: {place}: one entry from {from} to {to} ({by}): {before} → {after}, total {total}, {grade}")
        }
    }
}

/// Where the answers stand in a sheet.
pub(in crate::cli) fn columns(columns: &str, row: u32, language: Language) -> String {
    match language {
        Language::Zh => format!("  {columns} 列，第 {row} 行起"),
        Language::En => format!("  columns {columns}, from row {row}"),
    }
}
