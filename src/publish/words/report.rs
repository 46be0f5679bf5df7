//! Words of the pages that depend on what was found: rules of the method, cautions, tiles, reasons, the foot of a PDF.

use crate::diagnostic::Language;
use crate::measure::WeakKind;
use crate::survey::{Basis, Interval, QuotaRounding, QuotaTies, RankTies, Scheme, VetoEffect};

/// Between names: 、.
pub(in crate::publish) fn comma(language: Language) -> &'static str {
    language.pick("、", ", ")
}

/// Between remarks: ；.
pub(in crate::publish) fn semicolon(language: Language) -> &'static str {
    language.pick("；", "; ")
}

/// Remarks as a sentence: with its stop, in English with a capital.
pub(in crate::publish) fn sentence(text: &str, language: Language) -> String {
    match language {
        Language::Zh => format!("{text}。"),
        Language::En => capital(text) + ".",
    }
}

/// A text that starts a line: in English with a capital. Nothing else of it changes, so names stay as they are written.
pub(in crate::publish) fn capital(text: &str) -> String {
    let mut rest = text.chars();
    rest.next().map_or_else(String::new, |first| first.to_uppercase().chain(rest).collect())
}

/// The one where there is 1, else the other.
fn plural<'a>(count: u64, one: &'a str, many: &'a str) -> &'a str {
    if count == 1 { one } else { many }
}

/// Rules of the method appendix 方法说明.
#[derive(Clone, Copy, Debug)]
pub(in crate::publish) enum Policy {
    Rounding,
    Ranks,
    TieChain,
    MissingProcedure,
    RollUp,
    BonusCap,
    Veto,
    NotShown,
    Intervals,
    RankIntervals,
    Quota,
}

/// Name of a rule.
pub(in crate::publish) fn policy(policy: Policy, language: Language) -> &'static str {
    match policy {
        Policy::Rounding => language.pick("计算与取整", "Rounding"),
        Policy::Ranks => language.pick("名次", "Ranks"),
        Policy::TieChain => language.pick("并列顺序", "Tie chain"),
        Policy::MissingProcedure => language.pick("缺环节时", "Where a procedure is missing"),
        Policy::RollUp => language.pick("汇总方式", "Roll-up"),
        Policy::BonusCap => language.pick("加分上限", "Bonus cap"),
        Policy::Veto => language.pick("一票否决", "Veto"),
        Policy::NotShown => language.pick("不公布", "Not shown"),
        Policy::Intervals => language.pick("95% 区间", "95% intervals"),
        Policy::RankIntervals => language.pick("名次区间", "Rank intervals"),
        Policy::Quota => language.pick("名额", "Quota"),
    }
}

/// 无.
pub(in crate::publish) fn none(language: Language) -> &'static str {
    language.pick("无", "None")
}

/// Domain 领域 of units that have none.
pub(in crate::publish) fn no_domain(language: Language) -> &'static str {
    language.pick("未分领域", "No domain")
}

/// How numbers are rounded, and which of them decides.
pub(in crate::publish) fn rounding(basis: Basis, places: u32, language: Language) -> String {
    let (zh, en) = match basis {
        Basis::Published => ("公布数", "published number"),
        Basis::Exact => ("精确值", "exact value"),
    };
    match language {
        Language::Zh => format!("精确分数计算，公布时一次四舍五入到 {places} 位；等次、名次按{zh}"),
        Language::En => format!(
            "Exact fractions, rounded half-up once to {places} {}; grades and ranks use the {en}",
            plural(u64::from(places), "place", "places")
        ),
    }
}

/// Among whom ranks are given, and what equal scores get.
pub(in crate::publish) fn ranks(ties: RankTies, language: Language) -> String {
    let ties = match ties {
        RankTies::Competition => language.pick("并列占位（1-2-2-4）", "joint ranks, 1-2-2-4"),
        RankTies::Dense => language.pick("并列不占位（1-2-2-3）", "joint ranks, 1-2-2-3"),
        RankTies::Chain => language.pick("按并列顺序规则分先后", "ties decided by the tie chain"),
    };
    format!("{}{ties}", language.pick("同层级、同领域内排名；", "Within level and domain; "))
}

/// A quota of a grade: `优秀 25%；舍去小数；…`.
pub(in crate::publish) fn quota(
    grade: &str,
    share: &str,
    rounding: QuotaRounding,
    ties: QuotaTies,
    language: Language,
) -> String {
    let between = semicolon(language);
    let rounding = match rounding {
        QuotaRounding::Floor => language.pick("舍去小数", "rounded down"),
        QuotaRounding::HalfUp => language.pick("四舍五入", "rounded half-up"),
        QuotaRounding::Ceil => language.pick("进一", "rounded up"),
    };
    let ties = match ties {
        QuotaTies::Drop => language
            .pick("名额线上并列的都不列入，待组织研究决定", "all tied at the cut drop out, for the organisation to decide"),
        QuotaTies::Include => language.pick("名额线上并列的都列入", "all tied at the cut are included"),
        QuotaTies::Tiebreak => language.pick("名额线上并列的按并列顺序规则取舍", "ties at the cut are decided by the tie chain"),
    };
    format!("{grade} {share}{between}{rounding}{between}{ties}")
}

/// What a veto 一票否决 does.
pub(in crate::publish) fn veto(effect: VetoEffect, scheme: &Scheme) -> String {
    let name = |band: usize| scheme.rules.bands.get(band).map_or("", |band| band.name.as_str());
    match (effect, scheme.language) {
        (VetoEffect::Cap(band), Language::Zh) => format!("不改得分；等次不高于「{}」", name(band)),
        (VetoEffect::Cap(band), Language::En) => format!("Leaves the score; grade at best {}", name(band)),
        (VetoEffect::Set(band), Language::Zh) => format!("不改得分；等次定为「{}」", name(band)),
        (VetoEffect::Set(band), Language::En) => format!("Leaves the score; grade set to {}", name(band)),
        (VetoEffect::OutOfRanking(band), Language::Zh) => format!("不参加排名；等次定为「{}」", name(band)),
        (VetoEffect::OutOfRanking(band), Language::En) => format!("Out of the ranking; grade set to {}", name(band)),
    }
}

/// Which cells are hidden.
pub(in crate::publish) fn not_shown(min_cell: u64, language: Language) -> String {
    match language {
        Language::Zh => format!("少于 {min_cell} 人的格，以及为防反推而一并不公布的格"),
        Language::En => format!("Cells with fewer than {min_cell} respondents, and cells that would give them away"),
    }
}

/// How the intervals of scores are made.
pub(in crate::publish) fn intervals(interval: Interval, language: Language) -> &'static str {
    match interval {
        Interval::Moderated => language.pick(
            "按票种分层的线性化标准误，乘 t 分位数；各票种的方差向同类单位同一票种靠拢，票越少越靠，自由度相应计算（票少时本身的方差多半是偶然，只用它，95% 的区间在 8–15 票时只有 88% 含真值）；占比用 Wilson 区间，按有效票数，其中各票种的占比向全体的占比靠拢。一个票种只有一人作答的，不给区间",
            "Linearised standard errors, stratum by stratum, times a quantile of t; variances of strata are drawn towards those of the same stratum of the peers, the fewer the ballots the more, with degrees of freedom to match (from few ballots a variance is mostly chance: with it alone 95% intervals hold the truth in 88% of cases at 8–15 ballots); shares by Wilson with effective ballots, the shares of the strata drawn towards that of all. A stratum of one respondent gives no interval",
        ),
        Interval::Design => language.pick(
            "按票种分层的线性化标准误，乘 t 分位数，自由度为各票种票数减一之和（方案中 interval = design）；票很少时区间偏窄；占比用 Wilson 区间。一个票种只有一人作答的，不给区间",
            "Linearised standard errors, stratum by stratum, times a quantile of t with Σ(n − 1) degrees of freedom (interval = design in the scheme); too narrow with very few ballots; shares by Wilson. A stratum of one respondent gives no interval",
        ),
    }
}

/// How rank intervals are made.
pub(in crate::publish) fn rank_intervals(draws: u32, language: Language) -> String {
    match language {
        Language::Zh => format!(
            "抽取 {draws} 次：公布分已含一次误差，若围绕公布分再抽，误差就算了两次，名次会挤向中间、区间偏窄；所以从「真分按同类分布、公布分带误差」推得的真分中抽取，取名次的 2.5%–97.5%"
        ),
        Language::En => format!(
            "{draws} draws. Published totals already hold their error once; drawn around them it would count twice, and the intervals would be too narrow. So true totals are drawn from what the published ones, their errors and the spread of the peers say of them; 2.5–97.5% of their ranks"
        ),
    }
}

/// What a weak point is held against.
pub(in crate::publish) fn against(kind: WeakKind, language: Language) -> &'static str {
    match kind {
        WeakKind::BelowPeers => language.pick("同类中位数", "median of the peers"),
        WeakKind::BelowLine => language.pick("及格线", "the scheme's line"),
        WeakKind::OffProfile => language.pick("自身水平", "its own level"),
        WeakKind::Falling => language.pick("上年", "last year"),
        WeakKind::StrataDisagree => language.pick("另一票种", "the other stratum"),
        WeakKind::SelfInflated => language.pick("自评与考核", "self-rating against assessment"),
    }
}

/// What limits the findings of index.html.
#[derive(Clone, Copy, Debug)]
pub(in crate::publish) enum Caution {
    /// Returns that are missing, of this many due.
    Missing(u64),
    /// Subjects whose grade may still change.
    GradesOpen,
    /// Subjects tied at a quota's cut.
    Tied,
    /// Subjects that void ballots would give another grade.
    VoidBallots,
    /// Numbers that disclosure control hid.
    Hidden,
}

/// A caution about this many; `grouped` writes a number with its thousands apart.
pub(in crate::publish) fn caution(caution: Caution, count: u64, grouped: impl Fn(u64) -> String, language: Language) -> String {
    let n = grouped(count);
    let many = |one, other| plural(count, one, other);
    match (caution, language) {
        (Caution::Missing(due), Language::Zh) => format!("应报 {} 份中缺报 {n} 份，有关得分不完整", grouped(due)),
        (Caution::Missing(due), Language::En) => {
            format!("{n} of {} returns {} missing; the scores concerned are incomplete", grouped(due), many("is", "are"))
        }
        (Caution::GradesOpen, Language::Zh) => format!("{n} 个对象因缺环节，建议等次仍可能变化"),
        (Caution::GradesOpen, Language::En) => {
            format!("The suggested grade of {n} {} may still change: a procedure is missing", many("subject", "subjects"))
        }
        (Caution::Tied, Language::Zh) => format!("{n} 个对象在名额线上并列，待组织研究决定"),
        (Caution::Tied, Language::En) => {
            format!("{n} {} tied at a quota's cut, for the organisation to decide", many("subject is", "subjects are"))
        }
        (Caution::VoidBallots, Language::Zh) => format!("{n} 个对象若计入废票，建议等次会改变"),
        (Caution::VoidBallots, Language::En) => {
            format!("{n} {} would get another grade with void ballots left in", many("subject", "subjects"))
        }
        (Caution::Hidden, Language::Zh) => format!("{n} 个数因人数不足（或防反推）不公布"),
        (Caution::Hidden, Language::En) => {
            format!("{n} {} not shown: too few respondents, or to protect such a number", many("number is", "numbers are"))
        }
    }
}

/// Numbers at a glance, with what stands below them.
#[derive(Clone, Copy, Debug)]
pub(in crate::publish) enum Tile<'a> {
    /// Subjects with a composite, of this many.
    Subjects(&'a str),
    /// Valid ballots, beside void and blank ones.
    Ballots(&'a str, &'a str),
    /// Files that counted, of this many, with this many sheets set aside.
    Files(&'a str, u64, &'a str),
    /// Returns sent, with this many missing.
    Returns(&'a str),
    /// Errors, with this many warnings.
    Errors(u64, &'a str),
}

/// Label and note of a tile.
pub(in crate::publish) fn tile(tile: Tile<'_>, language: Language) -> (&'static str, String) {
    let zh = language == Language::Zh;
    match tile {
        Tile::Subjects(all) => (
            language.pick("有综合得分的对象", "Subjects with a composite"),
            if zh { format!("共 {all} 个") } else { format!("Of {all}") },
        ),
        Tile::Ballots(void, blank) => (
            language.pick("有效票", "Valid ballots"),
            if zh { format!("废票 {void}，空白 {blank}") } else { format!("{void} void, {blank} blank") },
        ),
        Tile::Files(all, aside, told) => (
            language.pick("已计入的文件", "Files counted"),
            if zh {
                format!("共 {all} 个；搁置 {told} 张表")
            } else {
                format!("Of {all}; {told} {} set aside", plural(aside, "sheet", "sheets"))
            },
        ),
        Tile::Returns(missing) => {
            (language.pick("报送", "Returns"), if zh { format!("缺报 {missing}") } else { format!("{missing} missing") })
        }
        Tile::Errors(warnings, told) => (
            language.pick("错误", "Errors"),
            if zh { format!("警告 {told}") } else { format!("{told} {}", plural(warnings, "warning", "warnings")) },
        ),
    }
}

/// Returns of units above the level that is listed.
pub(in crate::publish) fn above_level(language: Language) -> &'static str {
    language.pick("（本级以上）", "(above this level)")
}

/// ※ on a score.
pub(in crate::publish) fn too_few(language: Language) -> &'static str {
    language.pick("人数不足，不公布", "too few respondents, not shown")
}

/// 自评−考核 with the gap.
pub(in crate::publish) fn self_gap(gap: &str, language: Language) -> String {
    match language {
        Language::Zh => format!("自评−考核 {gap}"),
        Language::En => format!("self − assessed {gap}"),
    }
}

/// What is shaken to see how firm a rank is.
#[derive(Clone, Copy, Debug)]
pub(in crate::publish) enum Cause {
    Sampling,
    Weights,
    Options,
}

/// Name of what is shaken.
pub(in crate::publish) fn cause(cause: Cause, language: Language) -> &'static str {
    match cause {
        Cause::Sampling => language.pick("抽样", "sampling"),
        Cause::Weights => language.pick("权重浮动", "weights moved"),
        Cause::Options => language.pick("选项分值浮动", "option values moved"),
    }
}

/// Remarks on a grade.
#[derive(Clone, Copy, Debug)]
pub(in crate::publish) enum Remark<'a> {
    /// Members have parts missing.
    MembersIncomplete,
    /// Items or strata have no score.
    PartsMissing,
    /// These procedures have no score.
    Missing(&'a str),
    /// Grades that are still possible.
    StillPossible(&'a str),
    /// The grade with void ballots 废票 left in.
    WithVoid(&'a str),
}

/// A remark in words.
pub(in crate::publish) fn remark(remark: Remark<'_>, language: Language) -> String {
    match remark {
        Remark::MembersIncomplete => language.pick("下级有缺项", "members are incomplete").to_owned(),
        Remark::PartsMissing => language.pick("有题目或票种缺分", "items or strata without a score").to_owned(),
        Remark::Missing(names) => format!("{}{names}", language.pick("缺：", "missing: ")),
        Remark::StillPossible(grades) => format!("{}{grades}", language.pick("仍可能为：", "still possible: ")),
        Remark::WithVoid(grade) => format!("{}{grade}", language.pick("若计入废票则为：", "with void ballots left in: ")),
    }
}

/// Right foot of a sheet of a PDF: mark of the run, page, pages.
pub(in crate::publish) fn foot(run: &str, page: usize, of: usize, language: Language) -> String {
    match language {
        Language::Zh => format!("核对码 {run} · 第 {page} 页，共 {of} 页"),
        Language::En => format!("Run mark {run} · page {page} of {of}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_begin_and_end() {
        assert_eq!(sentence("score 90.00 lies in Good", Language::En), "Score 90.00 lies in Good.");
        assert_eq!(sentence("得分 90.00 属「优秀」段", Language::Zh), "得分 90.00 属「优秀」段。");
        assert_eq!(capital(""), "");
    }

    #[test]
    fn one_is_not_many() {
        let said = |count| caution(Caution::Missing(7), count, |number| number.to_string(), Language::En);
        assert_eq!(said(1), "1 of 7 returns is missing; the scores concerned are incomplete");
        assert_eq!(said(3), "3 of 7 returns are missing; the scores concerned are incomplete");
        assert_eq!(tile(Tile::Errors(1, "1"), Language::En).1, "1 warning");
    }
}
