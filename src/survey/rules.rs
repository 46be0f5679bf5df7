//! The rules of an assessment: what counts, what happens to what is missing, how grades and quotas are given.

use super::frame::{DomainId, LevelId, SubjectId};
use super::index::NodeId;
use crate::numeric::{Ratio, exact_text, int, ratio};

/// The direction of a comparison: 达到 ≥, 超过 >, 不足 <, 不超过 ≤.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    AtLeast,
    Above,
    Below,
    AtMost,
}

/// A number with its operator, so that "达到三分之一" and "超过三分之一" differ.
#[derive(Clone, Debug, PartialEq)]
pub struct Threshold {
    pub bound: Bound,
    pub value: Ratio,
}

impl Threshold {
    /// Whether `value` satisfies the threshold, exactly.
    #[must_use]
    pub fn holds(&self, value: &Ratio) -> bool {
        match self.bound {
            Bound::AtLeast => *value >= self.value,
            Bound::Above => *value > self.value,
            Bound::Below => *value < self.value,
            Bound::AtMost => *value <= self.value,
        }
    }
}

/// As a reader writes it: `≥ 1/3`.
impl std::fmt::Display for Threshold {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let sign = match self.bound {
            Bound::AtLeast => "≥",
            Bound::Above => ">",
            Bound::Below => "<",
            Bound::AtMost => "≤",
        };
        write!(out, "{sign} {}", exact_text(&self.value))
    }
}

/// What a screening rule does to a ballot that breaks it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Act {
    #[default]
    Off,
    /// Counted, and listed.
    Flag,
    /// The ballot is void 废票.
    Void,
}

/// A rule on how many subjects of one ballot may lie beyond a score.
#[derive(Clone, Debug, PartialEq)]
pub struct CountRule {
    pub act: Act,
    /// The score in hundredths.
    pub score: i64,
    /// At most this many at or above (`too_many_high`), at least this many below (`too_few_low`).
    pub limit: u32,
}

/// Ballot screening, per form (method §3). Looks at answered items only; an abstention is an answer.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Screening {
    /// Answered share below a minimum.
    pub answered_min: Option<(Act, Ratio)>,
    /// Every answer the same, with at least this many answers.
    pub all_same: Option<(Act, u32)>,
    /// Every answer full marks or the best option.
    pub all_full: Act,
    /// More than `limit` subjects at or above `score`.
    pub too_many_high: Option<CountRule>,
    /// Fewer than `limit` subjects below `score`.
    pub too_few_low: Option<CountRule>,
    /// Rating oneself.
    pub self_rating: Act,
}

/// Meeting rules per unit and form, from 应到/实到/发出/收回.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Meeting {
    /// 收回 > 发出 voids the form for that unit.
    pub returned_above_issued: bool,
    /// 实到/应到 must satisfy this.
    pub turnout: Option<Threshold>,
}

/// 弃权/不了解.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Abstain {
    #[default]
    Exclude,
    Zero,
    Value(Ratio),
}

/// Trimming of scores, per item within a stratum, after screening; one of tied extremes only.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Trim {
    #[default]
    None,
    /// Drop one highest and one lowest when n > the number (去掉一个最高分和一个最低分).
    OneEach { when_above: u64 },
    /// Drop k highest and k lowest (where more than 2k are there).
    Each(u64),
    /// Drop this share (floor of n × share) at each end.
    Share(Ratio),
}

/// A stratum without answers.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum MissingStratum {
    #[default]
    Renormalise,
    Zero,
    /// Its weight goes to the stratum of this code.
    GiveTo(String),
    Refuse,
}

/// A child node without a score.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum MissingChild {
    #[default]
    Renormalise,
    Zero,
    Floor(Ratio),
    Refuse,
}

/// How members' scores make their parent's (method §4, §10.9).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rollup {
    Simple,
    Headcount,
    Pooled,
}

/// Which number decides grades, ranks and ties.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Basis {
    #[default]
    Published,
    Exact,
}

/// Ranks of equal published scores.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RankTies {
    /// 1-2-2-4.
    #[default]
    Competition,
    /// 1-2-2-3.
    Dense,
    /// The tie chain decides; still joint where it is equal throughout.
    Chain,
}

/// A grade band 等次, half-open from below.
#[derive(Clone, Debug)]
pub struct Band {
    pub code: String,
    pub name: String,
    /// Lower end with its operator; the last band has none.
    pub from: Option<Threshold>,
    /// Share of this grade among the leaders of a unit that has it (领导成员优秀比例).
    pub leaders_share: Option<Ratio>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum QuotaRounding {
    #[default]
    Floor,
    HalfUp,
    Ceil,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum QuotaTies {
    /// All tied at the cut drop out, listed for decision.
    #[default]
    Drop,
    Include,
    Tiebreak,
}

/// A quota 名额 of the best grade per level × domain (method §5, §10.2).
#[derive(Clone, Debug)]
pub struct Quota {
    /// `None`: every level.
    pub level: Option<LevelId>,
    /// `None`: every domain, each on its own.
    pub domain: Option<DomainId>,
    /// Index in [`Rules::bands`].
    pub band: usize,
    pub share: Ratio,
    pub rounding: QuotaRounding,
    pub ties: QuotaTies,
}

/// 一票否决: never changes the score.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VetoEffect {
    /// The grade is at best the band with this index.
    Cap(usize),
    /// The grade is the band with this index.
    Set(usize),
    /// Out of the ranking, graded as `Set`.
    OutOfRanking(usize),
}

/// What an adjustment does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AdjustmentKind {
    Bonus,
    Deduction,
    Veto,
}

/// One row of `adjustments.csv`.
#[derive(Clone, Debug)]
pub struct Adjustment {
    pub subject: SubjectId,
    pub kind: AdjustmentKind,
    /// Points of the 100 (bonus, deduction).
    pub points: Ratio,
    /// Bonuses for one achievement count only once, the highest.
    pub achievement: String,
    pub award_level: String,
    pub document: String,
    pub reason: String,
    /// A veto may name its own effect; else the scheme's.
    pub effect: Option<VetoEffect>,
    pub row: u32,
}

/// One row of `imported.csv`: a score of another assessment 引用上级结果, rescaled to 100; it stands in place of the node's own.
#[derive(Clone, Debug)]
pub struct Imported {
    pub subject: SubjectId,
    pub node: NodeId,
    /// 0–100 after rescaling.
    pub score: Ratio,
    pub row: u32,
}

/// How results are examined: draws, margins and lines (method §6, §7). All points are of 100.
#[derive(Clone, Debug, PartialEq)]
pub struct Analysis {
    /// Seed of every simulation; the same seed gives the same bytes.
    pub seed: u64,
    /// Draws of the rank simulation.
    pub draws: u32,
    /// δ: a true score at least this far below the peers' median is weak.
    pub margin: Ratio,
    /// Largest expected share of false flags among the flags (0–1).
    pub false_flags: Ratio,
    /// Absolute line 及格线 for items and indicators; `None`: not looked at.
    pub line: Option<Ratio>,
    /// How far weights are moved (0–1; 0.2 is ±20 %).
    pub weight_spread: Ratio,
    /// Two strata this far apart disagree.
    pub strata_gap: Ratio,
    /// 自评 − 考核 above this is inflated 虚高.
    pub self_gap: Ratio,
    /// A fall against last year of at least this much.
    pub fall: Ratio,
    /// How intervals are made.
    pub interval: Interval,
    /// Last year's results 上年结果, where the scheme names them.
    pub previous: Option<Previous>,
}

/// How the intervals of scores are made (method §6). Published standard errors are those of the design in either case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Interval {
    /// Variances of strata are drawn towards those of the same stratum of the peers, the fewer the ballots the more, with degrees
    /// of freedom to match; without peers as `Design`, but with Satterthwaite's degrees of freedom where a stratum has fewer than
    /// 30 ballots. It keeps its 95 % with few ballots too (benches/STUDY.md).
    #[default]
    Moderated,
    /// The subject's own variances, and Σ(n_c − 1) degrees of freedom.
    Design,
}

/// Last year's results.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Previous {
    pub year: Option<i32>,
    /// Fingerprint of a tally of that year under this scheme.
    pub fingerprint: String,
    /// Of nodes that can be compared; by subject and node, each once.
    pub scores: Vec<PreviousScore>,
}

/// One score of last year.
#[derive(Clone, Debug, PartialEq)]
pub struct PreviousScore {
    pub subject: SubjectId,
    pub node: NodeId,
    /// 0–100, as published then, or exact where it was worked out again.
    pub score: Ratio,
    /// Standard error, where it is known.
    pub se: Option<f64>,
}

impl Default for Analysis {
    fn default() -> Self {
        Self {
            seed: 20_260_101,
            draws: 1000,
            margin: int(3),
            false_flags: ratio(5, 100),
            line: None,
            weight_spread: ratio(20, 100),
            strata_gap: int(10),
            self_gap: int(5),
            fall: int(5),
            interval: Interval::Moderated,
            previous: None,
        }
    }
}

/// Everything that is decided before the first ballot and belongs to no single form or node.
#[derive(Clone, Debug)]
pub struct Rules {
    /// Places of published scores.
    pub places: u32,
    pub basis: Basis,
    /// Default roll-up; `None`: headcount where every member has one, else simple.
    pub rollup: Option<Rollup>,
    pub rank_ties: RankTies,
    /// Nodes that break ties, in order.
    pub tie_chain: Vec<NodeId>,
    pub bonus_cap: Option<Ratio>,
    /// Totals may exceed 100.
    pub above_100: bool,
    pub veto: VetoEffect,
    /// Best first.
    pub bands: Vec<Band>,
    pub quotas: Vec<Quota>,
    /// Rounding of the leaders' quota.
    pub leaders_rounding: QuotaRounding,
    /// Fewer respondents than this in a cell: hidden.
    pub min_cell: u64,
    /// Tolerated difference from a subtotal in a sheet, points.
    pub subtotal_tolerance: Ratio,
    pub analysis: Analysis,
}
