//! Answers far from the unit's pattern: ballots whose level, or whose contrast between items, lies beyond what the peers' ballots do.
//!
//! In each histogram a ballot is far when it lies more than three standard deviations from the median of its own unit; the
//! deviation is that of the other units' ballots about their own medians, or what the middle half of the unit's own ballots
//! tells where that is more. How many are far is then held against the share of far ballots among the peers. The four histograms
//! are one test: the least likely of them, times four.

use super::excess::{Share, excess};
use super::{Cell, FEWEST_BALLOTS, FEWEST_PEERS};
use crate::measure::evidence::{Forensic, ForensicKind};
use crate::measure::tally::places::{ASPECTS, BINS};
use crate::measure::totals::PatternCount;
use std::collections::BTreeMap;

/// Beyond so many standard deviations a ballot is far.
const FAR: f64 = 3.0;
/// So many of a hundred may be far in any honest unit: an exponential tail has e⁻⁴ beyond three standard deviations. Units differ in
/// shape, and among the peers far ballots may be too rare to show by how much.
const LEAST: f64 = 0.018_315_638_888_734_18;
/// The middle half of a normal distribution is so many standard deviations wide.
const MIDDLE_HALF: f64 = 1.349;
const WIDTH: usize = BINS as usize;

/// Ballots of one cell by bin, in each histogram.
#[derive(Clone, Debug)]
pub(super) struct Places([[f64; WIDTH]; ASPECTS]);

impl Default for Places {
    fn default() -> Self {
        Self([[0.0; WIDTH]; ASPECTS])
    }
}

impl Places {
    fn n(&self) -> f64 {
        self.0[0].iter().sum()
    }
}

/// The places of every cell with enough ballots.
#[allow(clippy::cast_precision_loss, reason = "ballots of a unit")]
pub(super) fn places(rows: &[PatternCount]) -> BTreeMap<Cell, Places> {
    let mut cells: BTreeMap<Cell, Places> = BTreeMap::new();
    for row in rows {
        let (aspect, bin) = (usize::from(row.bucket / BINS), usize::from(row.bucket % BINS));
        let places = cells.entry((row.form, row.procedure, row.stratum, row.unit, row.subject)).or_default();
        if let Some(count) = places.0.get_mut(aspect).and_then(|bins| bins.get_mut(bin)) {
            *count += row.count as f64;
        }
    }
    cells.retain(|_, places| places.n() >= FEWEST_BALLOTS as f64);
    cells
}

/// One test per cell of a group of peers.
pub(super) fn far_ballots(group: &[(Cell, Places)]) -> Vec<Forensic> {
    if group.len() < FEWEST_PEERS {
        return Vec::new();
    }
    let mut best: Vec<Forensic> = Vec::new();
    for aspect in 0..ASPECTS {
        let tests = excess(&shares(group, aspect), ForensicKind::FarFromPattern, LEAST);
        if best.is_empty() {
            best = tests;
            continue;
        }
        for (best, test) in best.iter_mut().zip(tests) {
            if test.probability < best.probability {
                *best = test;
            }
        }
    }
    #[allow(clippy::cast_precision_loss, reason = "four")]
    for test in &mut best {
        test.probability = (test.probability * ASPECTS as f64).min(1.0);
    }
    best
}

/// How many ballots of each cell are far in one histogram.
fn shares(group: &[(Cell, Places)], aspect: usize) -> Vec<Share> {
    let shapes: Vec<Shape<'_>> = group.iter().filter_map(|(_, places)| places.0.get(aspect)).map(Shape::of).collect();
    let (n, squares) = shapes.iter().fold((0.0, 0.0), |(n, squares), shape| (n + shape.n, squares + shape.squares));
    let share = |((cell, _), shape): (&(Cell, Places), &Shape<'_>)| {
        let others = ((squares - shape.squares) / (n - shape.n).max(1.0)).sqrt();
        // half a bin each way is not to be told from none
        let deviation = others.max(shape.middle / MIDDLE_HALF).max(1.0);
        (*cell, shape.beyond(FAR * deviation), shape.n)
    };
    group.iter().zip(&shapes).map(share).collect()
}

/// One histogram summed up.
struct Shape<'a> {
    bins: &'a [f64; WIDTH],
    n: f64,
    median: f64,
    /// From the first quartile to the third, in bins.
    middle: f64,
    /// Squared distances from the median.
    squares: f64,
}

impl<'a> Shape<'a> {
    fn of(bins: &'a [f64; WIDTH]) -> Self {
        let n: f64 = bins.iter().sum();
        let median = quantile(bins, n, 0.5);
        let middle = quantile(bins, n, 0.75) - quantile(bins, n, 0.25);
        let mut shape = Self { bins, n, median, middle, squares: 0.0 };
        shape.squares = shape.distances().map(|(distance, count)| distance * distance * count).sum();
        shape
    }

    fn distances(&self) -> impl Iterator<Item = (f64, f64)> + '_ {
        (0u32..).zip(self.bins).map(|(bin, count)| ((f64::from(bin) - self.median).abs(), *count))
    }

    fn beyond(&self, reach: f64) -> f64 {
        self.distances().filter(|(distance, _)| *distance > reach).map(|(_, count)| count).sum()
    }
}

/// The bin in which a share of the ballots is reached.
fn quantile(bins: &[f64; WIDTH], n: f64, share: f64) -> f64 {
    let mut below = 0.0;
    for (bin, count) in (0u32..).zip(bins) {
        below += count;
        if below >= share * n && *count > 0.0 {
            return f64::from(bin);
        }
    }
    0.0
}
