//! Counts → assessment, purely: tally, estimates, composites, standings, and what may be shown of them.
//! No file, no clock, no thread order reaches the results.

mod adjust;
mod assess;
mod assessment;
mod cell;
mod composite;
mod diagnosis;
mod disclosure;
mod distribution;
mod estimate;
mod evidence;
mod exact;
mod forensics;
mod hidden_traces;
mod influence;
mod notice;
mod persons;
mod pivot;
mod plan;
mod protect;
mod quota;
mod reach;
mod relations;
mod response;
mod rollup;
mod self_rating;
mod spreads;
mod stability;
mod standing;
mod strata;
mod tally;
mod totals;
mod variance;
mod veil;
mod worth;

#[cfg(test)]
mod attack;
#[cfg(test)]
mod examples;
#[cfg(test)]
mod examples_graded;
#[cfg(test)]
mod fixture;
#[cfg(test)]
mod laws;

pub use assess::{assess, assess_returns};
pub use assessment::{
    Assessment, BallotCount, Cell, Cleared, Effective, LeadersQuota, NodeScore, QuotaCut, Response, RollupUsed, Scorecard,
    Standing, WhyMissing,
};
pub use diagnosis::last_year;
pub use disclosure::clear;
pub use evidence::{
    Driver, ErrorBasis, Evidence, Examined, Forensic, ForensicKind, Funnel, FunnelPoint, Influence, ItemReliability, Moderated,
    NoError, Reliability, Spread, Stability, Uncertainty, WeakKind, WeakPoint,
};
pub use persons::{AppliedCap, CapReason, Ladder, PersonPool, PersonStanding, Persons, Queue, Rung, UnitGradeMeans, ladder};
pub use pivot::{Direction, Pivot, Turning, turning};
pub use stability::unsettled;
pub use tally::{Counter, MergeError, Tally, TallyError};
pub use totals::{CountRow, FlagCount, SourceCount, SubjectBallots, Totals};
pub use worth::{Comoments, Worths};
