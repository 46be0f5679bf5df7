//! What the counts of all counting sources add up to: the typed rows the estimator takes.

use super::assessment::BallotCount;
use super::worth::Comoments;
use crate::survey::{Answer, FormId, ItemId, NodeId, Receipt, SourceSheet, StratumId, SubjectId};

/// How many times one answer was given. Rows are sorted by their fields in order, so the rows of one subject stand together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CountRow {
    /// The subject that is rated.
    pub subject: SubjectId,
    /// The unit whose respondents answered (meeting rules void by it).
    pub unit: SubjectId,
    pub procedure: NodeId,
    pub form: FormId,
    pub item: ItemId,
    pub stratum: StratumId,
    /// 0: counted; else the set of [`crate::survey::Disposition`] rule bits that voided the ballot.
    pub part: u8,
    /// Missing, not applicable and void answers are counted too, so that nothing is lost.
    pub answer: Answer,
    pub count: u64,
}

/// Ballots that count, by the subject they rate. Vote-count tables have no ballots, so none are counted here for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SubjectBallots {
    pub subject: SubjectId,
    pub unit: SubjectId,
    pub procedure: NodeId,
    pub form: FormId,
    pub stratum: StratumId,
    /// Ballots of disposition valid or partial; a ballot that rates several subjects counts once for each.
    pub count: u64,
}

/// Ballots that count, by a number that sorts them: what tells blocks of equal, far or hasty ballots, and nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PatternCount {
    pub unit: SubjectId,
    pub procedure: NodeId,
    pub form: FormId,
    pub stratum: StratumId,
    pub subject: SubjectId,
    /// Of patterns: the bucket of the whole answers, 0–255, or 256: every answer the same. Of places: histogram × 64 + bin. Of
    /// paces: the number of the [`crate::survey::Pace`].
    pub bucket: u16,
    pub count: u64,
}

/// Ballots that broke a screening rule with act `flag`: counted, and listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FlagCount {
    pub unit: SubjectId,
    pub form: FormId,
    pub procedure: NodeId,
    pub stratum: StratumId,
    /// One [`crate::survey::Disposition`] rule bit.
    pub rule: u8,
    pub count: u64,
}

/// How many counting sources brought something of one unit × form × procedure 已报.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SourceCount {
    pub unit: SubjectId,
    pub form: FormId,
    pub procedure: NodeId,
    pub sources: u32,
}

/// Everything the counting sources add up to. Every list is sorted and holds each key once.
#[derive(Clone, Debug, Default)]
pub struct Totals {
    pub rows: Vec<CountRow>,
    /// Ballots by how they ended; those of sources set aside as duplicates are `Disposition::Duplicate`.
    pub dispositions: Vec<BallotCount>,
    pub ballots: Vec<SubjectBallots>,
    /// Co-moments of ballots that count.
    pub comoments: Vec<Comoments>,
    pub flags: Vec<FlagCount>,
    pub patterns: Vec<PatternCount>,
    /// Where ballots lie, in a few histograms.
    pub places: Vec<PatternCount>,
    /// How fast ballots were filled, of sources that tell.
    pub paces: Vec<PatternCount>,
    /// One receipt per unit × form × procedure × stratum (empty stratum: all), by codes.
    pub receipts: Vec<Receipt>,
    pub sources: Vec<SourceCount>,
    /// Every source sheet, duplicates settled (as [`crate::measure::Tally::sheets`]).
    pub sheets: Vec<SourceSheet>,
}
