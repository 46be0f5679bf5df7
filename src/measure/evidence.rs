//! How sure a result is and where it is weak, as plain documented data beside the scores (method §6, §7).

use crate::numeric::Ratio;
use crate::survey::{DomainId, FormId, ItemId, LevelId, NodeId, StratumId, SubjectId};

/// What a standard error rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorBasis {
    /// Taylor-linearised, from co-moments of whole ballots (method §6).
    Linearised,
    /// Vote counts only, so no co-moments: the bound Σ w·SE is used, which is never too small.
    Bound,
    /// Linearised in some parts, bounded in others; or of trimmed means, whose correlations are those of the untrimmed answers.
    Mixed,
}

/// Why a score has no standard error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoError {
    /// One respondent in a stratum: nothing can be said, and nothing is faked.
    OneRespondent,
    /// Points given by an assessing team (考核, 自查), or an imported score: no sample was drawn.
    NotASample,
    /// Tiers, ranks and ratios to the best are no means.
    NotAMean,
    /// There is no score.
    NoScore,
    /// It would tell of answers of fewer respondents than may be shown.
    Withheld,
}

/// The error of one score, in points of 100.
#[derive(Clone, Debug, PartialEq)]
pub struct Uncertainty {
    /// Standard error 标准误.
    pub se: f64,
    /// 95 % interval, kept in 0–100: Student's t with `se` and `df`, or with those `moderated`; Wilson with effective n for shares
    /// (`interval = "moderated"`: with the shares of its strata drawn towards that of all; else n over the design effect).
    pub low: f64,
    pub high: f64,
    /// Degrees of freedom: Σ(n_c − 1) over the strata of one form; of independent parts (forms, procedures, members) together
    /// those of Welch and Satterthwaite, which are never more than their sum.
    pub df: f64,
    pub basis: ErrorBasis,
    /// Design effect: variance over that of a simple random sample of the same size; `None` where that one is 0 or meaningless.
    pub deff: Option<f64>,
    /// Every respondent gave the same answer, so the error is 0 by what was seen, not by what is known.
    pub no_spread: bool,
    /// Some parts (score sheets, imported scores) have no sampling error and count as exact.
    pub partly_exact: bool,
    /// What the interval of a mean is made with where peers were there to draw its variances towards; `None`: `se` and `df`.
    pub moderated: Option<Moderated>,
    /// Something hidden is in it, so one number is told of it: `se` is that of the interval, `df` follows from what is published
    /// and is never more than the true one, design effect and second standard error are left out.
    pub veiled: bool,
}

impl Uncertainty {
    /// Standard error and degrees of freedom that intervals and probabilities are made with.
    #[must_use]
    pub fn working(&self) -> (f64, f64) {
        self.moderated.map_or((self.se, self.df), |moderated| (moderated.se, moderated.df))
    }
}

/// An error in which the variances of the strata are drawn towards those of the peers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moderated {
    /// Points of 100.
    pub se: f64,
    /// Degrees of freedom, Satterthwaite's over the strata; those of each include what the peers are worth.
    pub df: f64,
}

/// Where ranks lie over many draws.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Spread {
    /// 2.5 and 97.5 % of the ranks drawn 名次区间, widened where need be so that the published rank lies within.
    pub low: u32,
    pub high: u32,
    /// The published rank lay outside, so one end was moved to it.
    pub widened: bool,
    /// 25, 50 and 75 % of the ranks drawn.
    pub quartiles: [u32; 3],
    /// Share of draws in which the suggested grade stays what it is, veto and quotas applied in each (0–1).
    pub grade_kept: f64,
    /// Rank acceptability P(rank = r): (rank, share of draws), ascending, ranks never drawn left out. Empty in groups of more
    /// than 200 peers: there the quartiles must do.
    pub acceptability: Vec<(u32, f64)>,
}

/// How far a rank could move, by cause, the causes told apart (method §6). `None`: the cause cannot be drawn for this subject.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stability {
    /// (a) Sampling error of the scores.
    pub sampling: Option<Spread>,
    /// (b) Weights moved by ±20 % (Dirichlet around the scheme's).
    pub weights: Option<Spread>,
    /// (c) Other values for the options.
    pub options: Option<Spread>,
}

/// What leaving one node out does to the order of one peer group.
#[derive(Clone, Debug, PartialEq)]
pub struct Influence {
    pub level: LevelId,
    pub domain: DomainId,
    /// The item or procedure left out.
    pub node: NodeId,
    /// Kendall's τ-b between the order with and without it; 1: it decides nothing.
    pub tau: f64,
    /// Subjects whose rank changes, and of how many.
    pub moved: u32,
    pub of: u32,
    /// Subjects whose grade by score changes.
    pub regraded: u32,
    /// The farthest mover: subject, rank with, rank without.
    pub farthest: Option<(SubjectId, u32, u32)>,
}

/// Reliability of one form as a scale, over all ballots of one procedure that count.
#[derive(Clone, Debug, PartialEq)]
pub struct Reliability {
    pub form: FormId,
    pub procedure: NodeId,
    /// Ballots with co-moments.
    pub ballots: u64,
    /// Cronbach's α; `None`: fewer than two items, fewer ballots than the minimum cell, or no variance.
    pub alpha: Option<f64>,
    pub items: Vec<ItemReliability>,
}

/// How one item hangs together with the rest of its form.
#[derive(Clone, Debug, PartialEq)]
pub struct ItemReliability {
    pub item: ItemId,
    /// Correlation with the mean of the other items.
    pub item_rest: Option<f64>,
    /// α without it.
    pub alpha_without: Option<f64>,
}

/// Kinds of weak point 短板, told apart (method §7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WeakKind {
    /// Below the median of the peers, with evidence.
    BelowPeers,
    /// Below an absolute line of the scheme.
    BelowLine,
    /// Out of the unit's own profile.
    OffProfile,
    /// Falling against last year.
    Falling,
    /// Strata disagree (A far from C).
    StrataDisagree,
    /// Self-rated far above assessed 虚高.
    SelfInflated,
}

/// A member that carries part of a weak point of the subject above it.
#[derive(Clone, Debug, PartialEq)]
pub struct Driver {
    pub member: SubjectId,
    /// The member's own gap to the same reference, points of 100; negative: it lifts.
    pub gap: Ratio,
    /// Share of the subject's gap that it carries; the shares of all members add up to 1.
    pub share: f64,
}

/// A weak point with its evidence. All points are of 100.
#[derive(Clone, Debug, PartialEq)]
pub struct WeakPoint {
    pub subject: SubjectId,
    pub node: NodeId,
    pub kind: WeakKind,
    /// Its score, and what it is held against (median of peers, line, own profile, last year, the other stratum, 考核).
    pub score: Ratio,
    pub reference: Ratio,
    /// reference − score (self-rating: 自评 − 考核); positive.
    pub gap: Ratio,
    /// gap × effective weight of the node in the composite: points of the 100. `None`: it costs nothing (strata, self-rating).
    pub cost: Option<Ratio>,
    /// Probability that the true score lies at least δ below the reference; `None` where no error is known (score sheets):
    /// then the finding is a fact of the sheet, not of a sample.
    pub probability: Option<f64>,
    /// Respondents behind it; 0: a score sheet.
    pub n: u64,
    /// The two strata that disagree.
    pub strata: Option<(StratumId, StratumId)>,
    /// Members that drive it, largest share first.
    pub drivers: Vec<Driver>,
}

/// What was looked at for one subject: "none" and "not testable" are answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Examined {
    /// Nodes that could be tested against the peers.
    pub tested: u32,
    /// Nodes with a score but too few ballots, too few peers or no known error.
    pub not_testable: u32,
    /// Of the tested, flagged below peers.
    pub flagged: u32,
}

/// Funnel limits of one indicator over one peer group (Spiegelhalter; multiplicative over-dispersion on winsorised z).
#[derive(Clone, Debug, PartialEq)]
pub struct Funnel {
    pub level: LevelId,
    pub domain: DomainId,
    pub node: NodeId,
    /// The centre line, points of 100.
    pub centre: f64,
    /// Over-dispersion φ, at least 1: limits are centre ± z·SE·√φ.
    pub dispersion: f64,
    /// Between-subject standard deviation τ (Paule–Mandel), points of 100.
    pub tau: f64,
    pub points: Vec<FunnelPoint>,
}

/// One subject in a funnel.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FunnelPoint {
    pub subject: SubjectId,
    pub score: f64,
    pub se: f64,
    pub n: u64,
    /// Standardised by SE·√φ.
    pub z: f64,
}

/// What a look at the ballots as such brought up. A flag, never a verdict; nothing was taken out for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ForensicKind {
    /// Straight lines: every answer the same.
    StraightLines,
    /// Implausibly many ballots equal to each other.
    EqualBallots,
    /// Answers far from the unit's pattern 与本单位答法相去甚远: level, or contrast between items.
    FarFromPattern,
    /// Filled in less than a third of the form's median time 作答过快.
    TooFast,
}

/// One forensic flag of one unit × form × procedure × stratum.
#[derive(Clone, Debug, PartialEq)]
pub struct Forensic {
    /// The unit whose respondents answered.
    pub unit: SubjectId,
    /// Whom they rated: mostly the unit itself.
    pub subject: SubjectId,
    pub form: FormId,
    pub procedure: NodeId,
    pub stratum: StratumId,
    pub kind: ForensicKind,
    /// Ballots concerned, and of how many.
    pub count: u64,
    pub of: u64,
    /// How many would be expected among the peers, and the probability of so many.
    pub expected: f64,
    pub probability: f64,
}

/// Everything beside the scores themselves.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Evidence {
    pub reliabilities: Vec<Reliability>,
    pub influences: Vec<Influence>,
    pub weak_points: Vec<WeakPoint>,
    /// By subject, in frame order.
    pub examined: Vec<Examined>,
    pub funnels: Vec<Funnel>,
    pub forensics: Vec<Forensic>,
    /// By level, how many flags are not listed because too few ballots carry them or a cell of theirs is hidden; `None`:
    /// of so few units that the number would tell which.
    pub forensics_withheld: Vec<(LevelId, Option<u64>)>,
}
