//! Filled too fast: ballots that took less than a third of the form's median time, where exports say how long they took.

use super::excess::{Share, excess};
use super::{Cell, FEWEST_BALLOTS, FEWEST_PEERS};
use crate::measure::evidence::{Forensic, ForensicKind};
use crate::measure::totals::PatternCount;
use crate::survey::{FormId, NodeId, Pace};
use std::collections::BTreeMap;

/// So many of a hundred may be quick in any honest unit.
const LEAST: f64 = 0.01;

/// The median class of every form and procedure, over all ballots that tell.
pub(super) fn medians(rows: &[PatternCount]) -> BTreeMap<(FormId, NodeId), Pace> {
    let mut forms: BTreeMap<(FormId, NodeId), BTreeMap<Pace, u64>> = BTreeMap::new();
    for row in rows {
        let Some(pace) = Pace::of_number(row.bucket) else { continue };
        *forms.entry((row.form, row.procedure)).or_default().entry(pace).or_default() += row.count;
    }
    let median = |paces: &BTreeMap<Pace, u64>| {
        let half = paces.values().sum::<u64>().div_ceil(2);
        let mut below = 0;
        let reached = paces.iter().find(|(_, count)| {
            below += **count;
            below >= half
        });
        reached.map(|(pace, _)| *pace)
    };
    forms.iter().filter_map(|(form, paces)| Some((*form, median(paces)?))).collect()
}

/// Of every cell with enough ballots that tell: how many were too fast.
#[allow(clippy::cast_precision_loss, reason = "ballots of a unit")]
pub(super) fn shares(rows: &[PatternCount]) -> Vec<Share> {
    let medians = medians(rows);
    let mut cells: BTreeMap<Cell, (f64, f64)> = BTreeMap::new();
    for row in rows {
        let (Some(pace), Some(median)) = (Pace::of_number(row.bucket), medians.get(&(row.form, row.procedure))) else { continue };
        let (fast, n) = cells.entry((row.form, row.procedure, row.stratum, row.unit, row.subject)).or_default();
        *n += row.count as f64;
        if pace.is_under_a_third_of(*median) {
            *fast += row.count as f64;
        }
    }
    let enough = |(_, (_, n)): &(Cell, (f64, f64))| *n >= FEWEST_BALLOTS as f64;
    cells.into_iter().filter(enough).map(|(cell, (fast, n))| (cell, fast, n)).collect()
}

/// One test per cell of a group of peers.
pub(super) fn fast_ballots(group: &[Share]) -> Vec<Forensic> {
    if group.len() < FEWEST_PEERS { Vec::new() } else { excess(group, ForensicKind::TooFast, LEAST) }
}
