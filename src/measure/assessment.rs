//! The result of an assessment as plain documented data, and the same cleared for publication.

use super::evidence::{Evidence, NoError, Stability, Uncertainty};
use super::persons::Persons;
use crate::diagnostic::Diagnostic;
use crate::numeric::{Published, Ratio, int};
use crate::survey::{Disposition, DomainId, FormId, LevelId, NodeId, Rollup, StratumId, SubjectId};

/// Why a node has no score.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhyMissing {
    /// Its weight is 0 for the subject's domain, or its sheet marks it 不涉及: not applicable, not missing.
    NotApplicable,
    /// Nothing was sent.
    NothingSent,
    /// A meeting rule voided the form for the unit.
    MeetingVoid,
    /// Policy `refuse` on a missing stratum or child.
    Refused,
    /// Coverage below the scheme's minimum.
    LowCoverage,
    /// Every answer was an abstention, void or not applicable.
    NothingScored,
}

/// How a rolled-up score came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RollupUsed {
    pub method: Rollup,
    /// Members that had a score, and all members.
    pub with_score: u32,
    pub members: u32,
}

/// The weight a part really had after missing siblings were dealt with. Of a nested stratum both are its share of the item
/// (the product down the nest), so that Σ effective × score of the cells is always the item's score.
#[derive(Clone, Debug, PartialEq)]
pub struct Effective {
    /// As the scheme says, normalised among siblings (0–1).
    pub nominal: Ratio,
    /// After renormalisation among siblings (0–1); 0 when the part is missing, unless the policy makes it count as 0 or as a
    /// floor: then it keeps its weight, and the parent's score is Σ effective × (score, or 0, or the floor).
    pub effective: Ratio,
}

/// One stratum's part of an item score.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    pub stratum: StratumId,
    /// `None`: no scored answer.
    pub score: Option<Ratio>,
    /// Answers in the denominator of the score (after trimming: those kept; abstentions too where the form gives them a value).
    pub n: u64,
    /// Abstentions 弃权/不了解.
    pub abstained: u64,
    /// (answer option index or score in hundredths, count), ascending; abstentions included.
    pub counts: Vec<(i64, u64)>,
    pub weight: Effective,
    /// Standard error and 95 % interval of this stratum's score.
    pub error: Option<Uncertainty>,
    /// Fewer respondents than the scheme's minimum, or hidden to protect another cell.
    pub hidden: bool,
}

/// A node's score for one subject.
#[derive(Clone, Debug, PartialEq)]
pub struct NodeScore {
    /// 0–100, exact; `None`: missing, see `why`.
    pub score: Option<Ratio>,
    pub why: Option<WhyMissing>,
    /// Respondents: the largest n of the items below (ballot forms); 0 where scores were given directly.
    pub n: u64,
    pub weight: Effective,
    /// Share of leaf weight (item × stratum) present, multiplied down the tree (0–1). Of a roll-up: the mean of the members',
    /// those without a score counting as 0.
    pub coverage: Ratio,
    /// Something below was missing and dealt with by a policy.
    pub incomplete: bool,
    /// Where the score was rolled up from members.
    pub rollup: Option<RollupUsed>,
    /// Imported score 引用.
    pub imported: bool,
    /// Standard error and 95 % interval, where there is one; else `no_error` says why not.
    pub error: Option<Uncertainty>,
    pub no_error: Option<NoError>,
    /// Strata of an item node; one entry with stratum 0 for forms without strata; empty for inner nodes and roll-ups.
    pub cells: Vec<Cell>,
    /// 自评 on the same items, and the gap 自评 − 考核 (procedure nodes with a self-rated form).
    pub self_rated: Option<Ratio>,
    pub self_gap: Option<Ratio>,
    /// The score with screened-out ballots left in, where it differs.
    pub unscreened: Option<Ratio>,
    /// Not to be shown: too few respondents.
    pub hidden: bool,
}

impl NodeScore {
    /// The 95 % interval in points of 100, where there is one.
    #[must_use]
    pub fn interval(&self) -> Option<(f64, f64)> {
        self.error.as_ref().map(|error| (error.low, error.high))
    }

    /// A node without a score, for this reason; weights and coverage 0.
    #[must_use]
    pub fn missing(why: WhyMissing) -> Self {
        let zero = || int(0);
        Self {
            score: None,
            why: Some(why),
            n: 0,
            weight: Effective { nominal: zero(), effective: zero() },
            coverage: zero(),
            incomplete: false,
            rollup: None,
            imported: false,
            error: None,
            no_error: None,
            cells: Vec::new(),
            self_rated: None,
            self_gap: None,
            unscreened: None,
            hidden: false,
        }
    }
}

/// Everything about one subject, indexed by `NodeId`.
#[derive(Clone, Debug)]
pub struct Scorecard {
    pub subject: SubjectId,
    pub nodes: Vec<NodeScore>,
    /// Bonus points counted (after the cap and after one-award-once), and as claimed.
    pub bonus: Ratio,
    pub bonus_claimed: Ratio,
    pub deduction: Ratio,
    /// Composite after bonus, deductions and the clamp; `None` where the composite is missing. A rolled-up total is the mean of
    /// the members' totals (their bonuses and deductions included) with the subject's own adjustments on top.
    pub total: Option<Ratio>,
    /// The same with missing procedures at 0 and at 100; equal to `total` when none is missing; `None` when all are.
    pub bounds: Option<(Ratio, Ratio)>,
    pub vetoed: bool,
}

/// Place of one subject among its peers (level × domain).
#[derive(Clone, Debug)]
pub struct Standing {
    pub subject: SubjectId,
    pub level: LevelId,
    pub domain: DomainId,
    /// Published total; `None`: not ranked, last in the list.
    pub score: Option<Published>,
    pub rank: Option<u32>,
    /// Peers with a rank.
    pub of: u32,
    /// Index in `Rules::bands`: suggested grade 建议等次.
    pub grade: Option<usize>,
    /// Grade by score alone, before veto and quota.
    pub grade_by_score: Option<usize>,
    /// Rules that led to the suggestion, in order, as message codes with arguments (rendered in `publish`). Bands are given by
    /// name, numbers as published:
    /// `band` [band, score] · `veto-cap` [band, reason] · `veto-set` [band, reason] · `veto-out` [band, reason] ·
    /// `quota-full` [band lost, places, base, share] · `tie-at-cut` [band lost, subjects tied, places left for them] ·
    /// `tie-included` [band, subjects tied, places left] · `tie-broken` [band, subjects tied, places left] ·
    /// `incomplete` [] (a procedure or stratum is missing) · `no-score` [].
    pub reasons: Vec<(String, Vec<String>)>,
    /// Grades that remain possible while a procedure is missing (indices in `Rules::bands`).
    pub grades_possible: Vec<usize>,
    /// Grade with screened-out ballots left in, where it differs.
    pub grade_unscreened: Option<usize>,
    /// Rank with screened-out ballots left in, where it differs.
    pub rank_unscreened: Option<u32>,
    /// Tied at the quota cut: for the organisation to decide.
    pub tied_at_cut: bool,
    /// How far the rank could move.
    pub stability: Stability,
}

/// A quota as it was applied.
#[derive(Clone, Debug)]
pub struct QuotaCut {
    pub level: LevelId,
    pub domain: DomainId,
    pub band: usize,
    /// All subjects with a composite, vetoed ones included.
    pub base: u64,
    pub share: Ratio,
    /// base × share, exact.
    pub exact: Ratio,
    pub places: u64,
    pub eligible: u64,
    pub given: u64,
}

/// Leaders' quota 领导成员优秀名额 of the units of one grade under one parent.
#[derive(Clone, Debug)]
pub struct LeadersQuota {
    /// The unit (pool of one) or the parent under which units of this grade are pooled.
    pub pool: SubjectId,
    pub level: LevelId,
    pub band: usize,
    pub units: u32,
    pub leaders: u64,
    pub share: Ratio,
    pub exact: Ratio,
    pub places: u64,
}

/// Ballots of one unit × form × procedure × stratum by how they ended.
#[derive(Clone, Debug)]
pub struct BallotCount {
    pub unit: SubjectId,
    pub form: FormId,
    pub procedure: NodeId,
    pub stratum: StratumId,
    pub disposition: Disposition,
    pub count: u64,
}

/// 报送情况 of one unit × form × procedure.
#[derive(Clone, Debug, Default)]
pub struct Response {
    pub unit: Option<SubjectId>,
    pub form: Option<FormId>,
    pub procedure: Option<NodeId>,
    /// 应报.
    pub due: bool,
    /// Sources that were counted 已报; 1 where the unit is rated on a sheet that another unit sent.
    pub sources: u32,
    /// 应到/实到/发出/收回 where known.
    pub attend_due: Option<u64>,
    pub attend_present: Option<u64>,
    pub issued: Option<u64>,
    pub returned: Option<u64>,
    pub valid: u64,
    pub partial: u64,
    pub blank: u64,
    pub void: u64,
    /// Void by rule code.
    pub void_by: Vec<(String, u64)>,
    pub duplicate: u64,
    /// A meeting rule voided the form for this unit.
    pub meeting_void: bool,
    /// 多报: sent although the procedure does not apply to the unit, or its level or domain does not owe the form.
    pub surplus: bool,
}

/// The whole result. Scorecards in frame order; standings by level, domain, rank.
#[derive(Clone, Debug, Default)]
pub struct Assessment {
    pub scorecards: Vec<Scorecard>,
    pub standings: Vec<Standing>,
    pub quotas: Vec<QuotaCut>,
    pub leaders: Vec<LeadersQuota>,
    pub responses: Vec<Response>,
    /// The persons, graded after the units; never among the scorecards and standings above.
    pub persons: Persons,
    /// How sure, and where weak.
    pub evidence: Evidence,
    pub diagnostics: Vec<Diagnostic>,
}

/// An assessment from which every cell that must not be shown has been emptied. Only `measure::clear` makes one, and `publish` takes nothing else.
#[derive(Clone, Debug)]
pub struct Cleared {
    assessment: Assessment,
    /// How many cells were hidden, as such and to protect another.
    pub hidden_small: u64,
    pub hidden_complementary: u64,
}

impl Cleared {
    pub(super) fn new(assessment: Assessment, hidden_small: u64, hidden_complementary: u64) -> Self {
        Self { assessment, hidden_small, hidden_complementary }
    }

    /// The cleared results.
    #[must_use]
    pub fn get(&self) -> &Assessment {
        &self.assessment
    }
}

#[cfg(test)]
impl Cleared {
    /// Takes an assessment as cleared, for tests of the rooms above.
    pub(crate) fn assumed(assessment: Assessment) -> Self {
        Self::new(assessment, 0, 0)
    }
}
