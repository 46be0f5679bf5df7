//! Counts → assessment, purely: tally, estimates, composites, standings, and what may be shown of them.
//! No file, no clock, no thread order reaches the results.

mod assessment;
mod tally;
mod totals;

pub use assessment::{
    Assessment, BallotCount, Cell, Cleared, Effective, LeadersQuota, NodeScore, QuotaCut, Response, RollupUsed, Scorecard,
    Standing, WhyMissing,
};
pub use tally::{Counter, MergeError, Tally, TallyError};
pub use totals::{CountRow, FlagCount, SourceCount, SubjectBallots, Totals};
