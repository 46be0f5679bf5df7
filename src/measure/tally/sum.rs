//! Sums: the counts of all counting sources added up by the table engine, and handed out as typed rows.

use super::counter::settle_comoments;
use super::counts::{Counts, Key, Kind};
use super::settle::{Role, as_duplicates, counting, roles};
use super::{Source, TallyError, receipts};
use crate::measure::totals::PatternCount;
use crate::measure::worth::Comoments;
use crate::measure::{BallotCount, CountRow, FlagCount, SourceCount, SubjectBallots, Totals};
use crate::survey::{Disposition, FormId, Frame, LevelId, NodeId, Scheme, SourceSheet, StratumId, SubjectId};
use polars::prelude::{Column, DataFrame, GroupBy, PolarsError, PolarsResult};
use std::collections::{BTreeMap, BTreeSet};

impl Totals {
    /// The sums over the sources that count; the ballots of duplicates are there as duplicates.
    pub(super) fn of(sources: &[&Source], sheets: Vec<SourceSheet>, scheme: &Scheme) -> Result<Self, TallyError> {
        let mut all: Counts = Vec::with_capacity(sources.iter().map(|source| source.counts.len()).sum());
        for (source, role) in sources.iter().zip(roles(sources)) {
            match role {
                Role::Counts => all.extend_from_slice(&source.counts),
                Role::Duplicate(_) | Role::Revision(_) => all.extend(as_duplicates(&source.counts)),
                // Another reading of the same paper, or no return at all: nothing of it was cast twice.
                Role::Reread(_) | Role::Out => {}
            }
        }
        let counting = counting(sources);
        let mut totals = Self::typed(&sum(&all)?);
        totals.comoments = comoments(&counting);
        totals.receipts = receipts::merge(&counting, scheme).0;
        totals.sources = sent(&counting, scheme);
        totals.sheets = sheets;
        Ok(totals)
    }

    fn typed(counts: &Counts) -> Self {
        let mut totals = Self::default();
        let mut dispositions: BTreeMap<(SubjectId, FormId, NodeId, StratumId, Disposition), u64> = BTreeMap::new();
        let mut flags: BTreeMap<(SubjectId, FormId, NodeId, StratumId, u8), u64> = BTreeMap::new();
        for (key, count) in counts {
            let Key { subject, unit, procedure, form, item, stratum, part, .. } = *key;
            if let Some(answer) = key.answer() {
                totals.rows.push(CountRow { subject, unit, procedure, form, item, stratum, part, answer, count: *count });
            } else if let Some(disposition) = key.disposition() {
                *dispositions.entry((unit, form, procedure, stratum, disposition)).or_default() += count;
                for (rule, _) in Disposition::RULES.iter().filter(|(rule, _)| key.flags & rule != 0) {
                    *flags.entry((unit, form, procedure, stratum, *rule)).or_default() += count;
                }
            } else if key.kind.sorts_ballots() {
                let Ok(bucket) = u16::try_from(key.value) else { continue };
                let list = match key.kind {
                    Kind::Place => &mut totals.places,
                    Kind::Pace => &mut totals.paces,
                    _ => &mut totals.patterns,
                };
                list.push(PatternCount { unit, procedure, form, stratum, subject, bucket, count: *count });
            } else {
                totals.ballots.push(SubjectBallots { subject, unit, procedure, form, stratum, count: *count });
            }
        }
        totals.rows.sort_unstable();
        totals.ballots.sort_unstable();
        totals.patterns.sort_unstable();
        totals.places.sort_unstable();
        totals.paces.sort_unstable();
        totals.dispositions = dispositions
            .into_iter()
            .map(|((unit, form, procedure, stratum, disposition), count)| BallotCount {
                unit,
                form,
                procedure,
                stratum,
                disposition,
                count,
            })
            .collect();
        totals.flags = flags
            .into_iter()
            .map(|((unit, form, procedure, stratum, rule), count)| FlagCount { unit, form, procedure, stratum, rule, count })
            .collect();
        totals
    }

    /// Counts pooled 合并计票 at `level`: those of every subject below it, summed to its ancestor there, which stands as
    /// subject and unit. `keep` leaves out what must not be pooled (the rows of a form that a meeting rule voided).
    ///
    /// # Errors
    /// Only if the table engine fails.
    pub fn pooled(&self, frame: &Frame, level: LevelId, keep: impl Fn(&CountRow) -> bool) -> Result<Vec<CountRow>, TallyError> {
        let above = ancestors_at(frame, level);
        let pooled = self.rows.iter().filter(|row| keep(row)).filter_map(|row| {
            let ancestor = above.get(row.subject.0 as usize).copied().flatten()?;
            let (kind, value) = Key::of_answer(row.answer);
            let CountRow { procedure, form, item, stratum, part, count, .. } = *row;
            let key = Key { subject: ancestor, unit: ancestor, procedure, form, item, stratum, part, flags: 0, kind, value };
            Some((key, count))
        });
        Ok(Self::typed(&sum(&pooled.collect())?).rows)
    }
}

/// The co-moments of the sources that count, added up.
fn comoments(counting: &[(usize, &Source)]) -> Vec<Comoments> {
    settle_comoments(counting.iter().flat_map(|(_, source)| source.comoments.iter().cloned()).collect())
}

/// For every subject its ancestor (not itself) at the level, if it has one.
fn ancestors_at(frame: &Frame, level: LevelId) -> Vec<Option<SubjectId>> {
    let above = |id: SubjectId| frame.lineage(id).skip(1).find(|above| frame.subject(*above).level == level);
    frame.ids().map(above).collect()
}

/// How many counting sources brought something of each unit × form × procedure: counts, or a sheet that says it is theirs.
fn sent(counting: &[(usize, &Source)], scheme: &Scheme) -> Vec<SourceCount> {
    let mut sent: BTreeMap<(SubjectId, FormId, NodeId), u32> = BTreeMap::new();
    for (_, source) in counting {
        let sheet = &source.sheet;
        let said =
            scheme.frame.by_code(&sheet.unit).zip(scheme.form_by_code(&sheet.form)).zip(scheme.index.by_code(&sheet.procedure));
        let counted = source.counts.iter().map(|(key, _)| (key.unit, key.form, key.procedure));
        let brought: BTreeSet<_> = counted.chain(said.map(|((unit, form), procedure)| (unit, form, procedure))).collect();
        for key in brought {
            *sent.entry(key).or_default() += 1;
        }
    }
    sent.into_iter().map(|((unit, form, procedure), sources)| SourceCount { unit, form, procedure, sources }).collect()
}

/// Names of the packed key columns.
const KEY: [&str; 3] = ["who", "what", "how"];

/// Adds up equal keys on all cores. Integers only, then sorted: no order of work can show in the result.
pub(super) fn sum(counts: &Counts) -> Result<Counts, TallyError> {
    let packed: Vec<[u64; 3]> = counts.iter().map(|(key, _)| key.pack()).collect();
    let column = |part: usize| Column::new(KEY[part].into(), packed.iter().map(|key| key[part]).collect::<Vec<_>>());
    let values: Vec<u64> = counts.iter().map(|(_, count)| *count).collect();
    let columns = vec![column(0), column(1), column(2), Column::new("count".into(), values)];
    let frame = DataFrame::new(counts.len(), columns)?;
    let grouped = frame.group_by(KEY)?.select(["count"]);
    Ok(read_sums(&total(&grouped)?)?)
}

/// polars marks its eager sums as superseded by lazy ones; `lazy` with `parquet` would bring an HTTP and TLS stack into an
/// offline tool.
#[allow(deprecated, reason = "the eager engine is the one this program carries")]
fn total(grouped: &GroupBy<'_>) -> PolarsResult<DataFrame> {
    grouped.sum()
}

fn read_sums(frame: &DataFrame) -> Result<Counts, PolarsError> {
    let column = |name: &str| frame.column(name).and_then(|column| column.u64().cloned());
    let (who, what, how, count) = (column(KEY[0])?, column(KEY[1])?, column(KEY[2])?, column("count_sum")?);
    let keys = who.iter().zip(what.iter()).zip(how.iter()).zip(count.iter());
    let mut sums: Counts =
        keys.filter_map(|(((who, what), how), count)| Some((Key::unpack([who?, what?, how?]), count?))).collect();
    sums.sort_unstable();
    Ok(sums)
}
