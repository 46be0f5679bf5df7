//! Counts → assessment, purely: tally, estimates, composites, standings, and what may be shown of them.
//! No file, no clock, no thread order reaches the results.

mod assessment;
mod tally;

pub use assessment::{
    Assessment, BallotCount, Cell, Cleared, Effective, LeadersQuota, NodeScore, QuotaCut, Response, RollupUsed, Scorecard,
    Standing, WhyMissing,
};
pub use tally::{CountRow, Counter, FlagCount, MergeError, SourceCount, SubjectBallots, Tally, TallyError, Totals};
