//! The tally: exact counts by source, merged by union in any order and any split; duplicates are settled when it is read.

#[cfg(test)]
mod cases;
mod comoment_rows;
mod counter;
mod counts;
#[cfg(test)]
mod fixture;
mod lanes;
#[cfg(test)]
mod laws;
mod parquet;
pub(super) mod patterns;
pub(super) mod places;
mod receipts;
mod settle;
mod sum;
mod sums;

pub use counter::Counter;

use super::totals::Totals;
use super::worth::Comoments;
use crate::survey::{FormId, NodeId, Scheme, SourceSheet, SubjectId};
use counts::Counts;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

/// Why two tallies do not merge.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MergeError {
    /// Counts mean different things under different schemes.
    #[error("these tallies were made under different schemes (fingerprints {ours} and {theirs})")]
    OtherScheme { ours: String, theirs: String },
}

/// Why a tally cannot be summed, written or read.
#[derive(Debug, thiserror::Error)]
pub enum TallyError {
    #[error("not a tally: {0}")]
    NotATally(&'static str),
    #[error("the tally is damaged: {0}")]
    Damaged(String),
    #[error("the tally is of format {found}, this program reads format {expected}")]
    OtherFormat { found: String, expected: &'static str },
    #[error("the tally was made under another scheme (fingerprint {theirs}; this scheme: {ours})")]
    OtherScheme { ours: String, theirs: String },
    #[error("the tally names the {what} `{code}`, which this scheme does not have")]
    Unknown { what: &'static str, code: String },
    #[error("table engine: {0}")]
    Engine(#[from] polars::error::PolarsError),
    #[error("cannot write the tally: {0}")]
    Write(#[from] std::io::Error),
}

/// File, sheet and content fingerprint: two entries that share all three are the same return.
type SourceKey = (String, String, String);

/// One source sheet with its counts, as read (duplicates not yet settled).
#[derive(Clone, Debug, PartialEq)]
struct Source {
    sheet: SourceSheet,
    counts: Counts,
    /// Of its ballots that count.
    comoments: Vec<Comoments>,
}

impl Source {
    /// An order of entries with the same key: the one that took more answers first, then by their whole content.
    fn rank(&self) -> (std::cmp::Reverse<u64>, String, &Counts, &[Comoments]) {
        let books = serde_json::to_string(&self.sheet).unwrap_or_default();
        (std::cmp::Reverse(self.sheet.ledger.answers), books, &self.counts, &self.comoments)
    }
}

/// Counts of every source, by source. A set: merging is union, so order and split cannot matter, and the counts of a
/// source that turns out to be a duplicate stay at hand for the day its twin is withdrawn.
#[derive(Clone, Debug)]
pub struct Tally {
    fingerprint: String,
    /// Entries of one key: one, unless the same return was read in two ways.
    sources: BTreeMap<SourceKey, Vec<Source>>,
    /// Entries that were met more than once and kept once. Not written: it tells of this run's inputs.
    repeated: BTreeSet<SourceKey>,
}

/// Two tallies are equal when they hold the same sources, however often each was met.
impl PartialEq for Tally {
    fn eq(&self, other: &Self) -> bool {
        self.fingerprint == other.fingerprint && self.sources == other.sources
    }
}

impl Tally {
    #[must_use]
    pub fn new(scheme: &Scheme) -> Self {
        Self { fingerprint: scheme.tally_fingerprint.clone(), sources: BTreeMap::new(), repeated: BTreeSet::new() }
    }

    /// Adds one source sheet, as intake hands it over, with what its sink counted.
    pub fn add(&mut self, sheet: SourceSheet, counter: Counter) {
        let (counts, comoments) = counter.finish();
        self.insert(Source { sheet, counts, comoments });
    }

    fn insert(&mut self, source: Source) {
        let sheet = &source.sheet;
        let key = (sheet.file.clone(), sheet.sheet.clone(), sheet.fingerprint.clone());
        let entries = self.sources.entry(key.clone()).or_default();
        if entries.contains(&source) {
            self.repeated.insert(key);
            return;
        }
        entries.push(source);
        entries.sort_by(|one, other| one.rank().cmp(&other.rank()));
    }

    /// The union of both. An entry that both hold is kept once and said so (M102); two readings of one return are both
    /// kept and settled when read (M103).
    ///
    /// # Errors
    /// If the tallies were made under different schemes.
    pub fn merge(mut self, other: Self) -> Result<Self, MergeError> {
        if self.fingerprint != other.fingerprint {
            return Err(MergeError::OtherScheme { ours: self.fingerprint, theirs: other.fingerprint });
        }
        self.repeated.extend(other.repeated);
        for source in other.sources.into_values().flatten() {
            self.insert(source);
        }
        Ok(self)
    }

    /// The source sheets that hold answers on one of `subjects` for one of `procedures`: (file, sheet, form).
    #[must_use]
    pub fn holding(&self, subjects: &BTreeSet<SubjectId>, procedures: &BTreeSet<NodeId>) -> BTreeSet<(String, String, FormId)> {
        let mut found = BTreeSet::new();
        for source in self.sources.values().flatten() {
            let wanted = |key: &counts::Key| subjects.contains(&key.subject) && procedures.contains(&key.procedure);
            let forms: BTreeSet<FormId> =
                source.counts.iter().filter(|(key, _)| wanted(key) && key.answer().is_some()).map(|(key, _)| key.form).collect();
            found.extend(forms.into_iter().map(|form| (source.sheet.file.clone(), source.sheet.sheet.clone(), form)));
        }
        found
    }

    /// Fingerprint of the scheme that gives the counts their meaning.
    #[must_use]
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// Number of source sheets, whatever their status.
    #[must_use]
    pub fn len(&self) -> usize {
        self.sources.values().map(Vec::len).sum()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.sources.is_empty()
    }

    /// Every source in (file, sheet, fingerprint) order.
    fn entries(&self) -> Vec<&Source> {
        self.sources.values().flatten().collect()
    }

    /// Every source sheet in (file, sheet, fingerprint) order with duplicates settled: status, row fates, and the
    /// diagnostics M101–M104 beside those of intake. A pure function of the set of sources.
    #[must_use]
    pub fn sheets(&self, scheme: &Scheme) -> Vec<SourceSheet> {
        let entries = self.entries();
        let mut sheets = settle::sheets(&entries, &self.repeated);
        let counting = settle::counting(&entries);
        let (_, conflicts) = receipts::merge(&counting, scheme);
        for (at, diagnostic) in conflicts {
            if let Some(sheet) = sheets.get_mut(at) {
                sheet.diagnostics.push(diagnostic);
            }
        }
        sheets
    }

    /// The sums over all counting sources.
    ///
    /// # Errors
    /// Only if the table engine fails.
    pub fn totals(&self, scheme: &Scheme) -> Result<Totals, TallyError> {
        Totals::of(&self.entries(), self.sheets(scheme), scheme)
    }

    /// Writes the tally as Parquet; the same tally gives the same bytes. Other tools may read it; this program only
    /// takes it back unchanged.
    ///
    /// # Errors
    /// If `scheme` is not the tally's, or writing fails.
    pub fn write_parquet(&self, scheme: &Scheme, out: impl Write) -> Result<(), TallyError> {
        parquet::write(self, scheme, out)
    }

    /// Reads a tally written by [`Tally::write_parquet`] under the same scheme.
    ///
    /// # Errors
    /// If it is no tally, is damaged, belongs to another scheme, or names what the scheme does not have.
    pub fn read_parquet(bytes: &[u8], scheme: &Scheme) -> Result<Self, TallyError> {
        parquet::read(bytes, scheme)
    }
}
