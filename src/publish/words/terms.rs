//! Terms that stand in more than one place: kinds, states, policies, and the signs between parts of a list.

use super::Pair;
use crate::diagnostic::Language;
use crate::measure::{Examined, ForensicKind, RollupUsed, WeakKind, WhyMissing};
use crate::survey::{MissingChild, NodeKind, Rollup, Shape};

/// 是 or 否.
pub(in crate::publish) fn yes_no(value: bool, language: Language) -> &'static str {
    if value { language.pick("是", "yes") } else { language.pick("否", "no") }
}

/// P(rank = r).
pub(in crate::publish) fn of_rank(language: Language) -> &'static str {
    language.pick("居此名次", "at this rank")
}

/// P(rank ≤ r).
pub(in crate::publish) fn up_to_rank(language: Language) -> &'static str {
    language.pick("不低于此名次", "at this rank or better")
}

/// A kind of weak point.
pub(in crate::publish) fn weak_kind(kind: WeakKind, language: Language) -> &'static str {
    match kind {
        WeakKind::BelowPeers => language.pick("低于同类", "below peers"),
        WeakKind::BelowLine => language.pick("低于及格线", "below the line"),
        WeakKind::OffProfile => language.pick("偏离自身水平", "off its own profile"),
        WeakKind::Falling => language.pick("比上年下滑", "falling"),
        WeakKind::StrataDisagree => language.pick("票种分歧", "strata disagree"),
        WeakKind::SelfInflated => language.pick("自评虚高", "self-rating inflated"),
    }
}

/// What came of looking at one subject.
pub(in crate::publish) fn examined(examined: Examined, language: Language) -> &'static str {
    match examined {
        Examined { flagged: 1.., .. } => language.pick("有短板", "found"),
        Examined { tested: 1.., .. } => language.pick("未发现", "none"),
        Examined { not_testable: 1.., .. } => {
            language.pick("不能判断（票数或同类太少）", "not testable (too few ballots or peers)")
        }
        _ => language.pick("没有得分", "no scores"),
    }
}

/// What a node is.
#[must_use]
pub fn node_kind(kind: NodeKind, language: Language) -> &'static str {
    match kind {
        NodeKind::Composite => language.pick("综合", "composite"),
        NodeKind::Procedure => language.pick("环节", "procedure"),
        NodeKind::Indicator => language.pick("指标", "indicator"),
        NodeKind::Item => language.pick("题目", "item"),
    }
}

/// Why a node has no score.
#[must_use]
pub fn why_missing(why: WhyMissing, language: Language) -> &'static str {
    match why {
        WhyMissing::NotApplicable => language.pick("不适用（权重为 0）", "not applicable (weight 0)"),
        WhyMissing::NothingSent => language.pick("未报送", "nothing sent"),
        WhyMissing::MeetingVoid => language.pick("会议规则作废", "voided by a meeting rule"),
        WhyMissing::Refused => language.pick("有缺项，方案规定不计分", "a part is missing and the scheme refuses"),
        WhyMissing::LowCoverage => language.pick("覆盖率低于下限", "coverage below the minimum"),
        WhyMissing::NothingScored => language.pick("无有效作答", "no scored answer"),
    }
}

/// How members' scores make their parent's.
#[must_use]
pub fn rollup_method(method: Rollup, language: Language) -> &'static str {
    match method {
        Rollup::Simple => language.pick("简单平均", "simple mean"),
        Rollup::Headcount => language.pick("按人数加权", "headcount-weighted"),
        Rollup::Pooled => language.pick("合并计票", "pooled ballots"),
    }
}

/// The roll-up that was used, with how many members had a score: `按人数加权 12/13`.
pub(in crate::publish) fn rollup(used: RollupUsed, language: Language) -> String {
    format!("{} {}/{}", rollup_method(used.method, language), used.with_score, used.members)
}

/// The policy for missing procedures.
pub(in crate::publish) fn missing_child(policy: &MissingChild, language: Language) -> String {
    match policy {
        MissingChild::Renormalise => {
            language.pick("缺项权重按比例分给其余", "renormalise the weights of those present").to_owned()
        }
        MissingChild::Zero => language.pick("缺项按 0 分", "missing counts 0").to_owned(),
        MissingChild::Floor(floor) => {
            format!("{} {}", language.pick("缺项按保底分", "missing counts"), crate::numeric::exact_text(floor))
        }
        MissingChild::Refuse => language.pick("有缺项则不计总分", "refuse where one is missing").to_owned(),
    }
}

/// What a sheet looks like.
pub(in crate::publish) fn shape(shape: Shape, language: Language) -> &'static str {
    match shape {
        Shape::Wide => language.pick("一行一票", "one ballot a row"),
        Shape::Long => language.pick("一行一答", "one answer a row"),
        Shape::Matrix => language.pick("一票多对象", "one ballot, many subjects"),
        Shape::Votes => language.pick("计票表", "vote counts"),
        Shape::Scores => language.pick("评分表", "score sheet"),
        Shape::Judges => language.pick("评委打分表", "judges' scores"),
    }
}

/// Status of a sheet in the ledger; an unknown one is shown as it is.
pub(in crate::publish) fn status(code: &str, language: Language) -> &str {
    STATUSES.iter().find(|pair| pair.1 == code).map_or(code, |pair| pair.said(language))
}

/// Statuses of sheets; the English is the code.
const STATUSES: [Pair; 8] = [
    Pair("已计入", "read"),
    Pair("按规则忽略", "ignored"),
    Pair("隐藏表，未读", "hidden"),
    Pair("重复报送", "duplicate"),
    Pair("他年", "other-year"),
    Pair("未识别", "unrecognised"),
    Pair("无法读取", "unreadable"),
    Pair("空表", "empty"),
];

/// A flag on ballots, in a word.
pub(in crate::publish) fn forensic_kind(kind: ForensicKind, language: Language) -> &'static str {
    use ForensicKind::{EqualBallots, FarFromPattern, StraightLines, TooFast};
    match kind {
        StraightLines => language.pick("一答到底的票偏多", "many straight lines"),
        EqualBallots => language.pick("雷同票成片", "a block of equal ballots"),
        FarFromPattern => language.pick("与本单位答法相去甚远", "far from the unit's pattern"),
        TooFast => language.pick("作答过快", "filled too fast"),
    }
}

/// Between the names of a list: 、.
pub(in crate::publish) fn between_names(language: Language) -> &'static str {
    language.pick("、", ", ")
}

/// Between the parts of a line: ，.
pub(in crate::publish) fn between_parts(language: Language) -> &'static str {
    language.pick("，", ", ")
}

/// Between sentences of one cell: ；.
pub(in crate::publish) fn between_sentences(language: Language) -> &'static str {
    language.pick("；", "; ")
}

/// Between alternatives: ｜.
pub(in crate::publish) fn between_choices(language: Language) -> &'static str {
    language.pick("｜", " | ")
}

/// Between a name and what is said of it: ：.
pub(in crate::publish) fn colon(language: Language) -> &'static str {
    language.pick("：", ": ")
}

/// 不公布: a number of too few respondents, or one that would give such a number away.
pub(in crate::publish) fn hidden(language: Language) -> &'static str {
    language.pick("不公布", "not shown")
}

/// 不适用: of weight 0.
pub(in crate::publish) fn not_applicable(language: Language) -> &'static str {
    language.pick("不适用", "n/a")
}

/// What a name is followed by in brackets: `张三（P1）`.
pub(in crate::publish) fn bracketed(name: &str, within: &str, language: Language) -> String {
    match language {
        Language::Zh => format!("{name}（{within}）"),
        Language::En => format!("{name} ({within})"),
    }
}
