//! Ranks of many draws, counted: integers only, so that the parts of the work add up to the same in any order.

use super::field::{Field, Scratch};
use crate::measure::evidence::Spread;

/// Cells of one group's table of ranks. A group too large for a column per rank has columns of several ranks, and its intervals
/// are as much wider.
const MOST_CELLS: usize = 1 << 24;

/// Peers up to which P(rank = r) is kept rank by rank.
pub(super) const LISTED_PEERS: usize = 200;

/// How often each contender of one group had each rank.
#[derive(Clone)]
pub(super) struct Collector {
    columns: usize,
    /// Ranks in one column.
    width: usize,
    counts: Vec<u32>,
    kept: Vec<u32>,
    draws: u32,
}

impl Collector {
    pub(super) fn new(field: &Field) -> Self {
        let peers = field.contenders.len();
        Self::with_cells(peers, MOST_CELLS)
    }

    fn with_cells(peers: usize, most: usize) -> Self {
        let width = (peers * peers).div_ceil(most).max(1);
        let columns = peers.div_ceil(width);
        Self { columns, width, counts: vec![0; peers * columns], kept: vec![0; peers], draws: 0 }
    }

    pub(super) fn cells(&self) -> usize {
        self.counts.len()
    }

    /// Takes one draw.
    pub(super) fn take(&mut self, scratch: &Scratch) {
        self.draws += 1;
        for (number, (rank, kept)) in scratch.ranks.iter().zip(&scratch.kept).enumerate() {
            self.kept[number] += u32::from(*kept);
            if let Some(place) = (*rank as usize).checked_sub(1) {
                self.counts[number * self.columns + place / self.width] += 1;
            }
        }
    }

    pub(super) fn add(&mut self, other: &Self) {
        self.draws += other.draws;
        self.counts.iter_mut().zip(&other.counts).for_each(|(mine, theirs)| *mine += theirs);
        self.kept.iter_mut().zip(&other.kept).for_each(|(mine, theirs)| *mine += theirs);
    }

    /// Where one contender's rank lay. The published rank, and the number of ranks there are.
    pub(super) fn spread(&self, contender: usize, published: u32, of: u32) -> Spread {
        let counts = &self.counts[contender * self.columns..(contender + 1) * self.columns];
        let first = |column: usize| u32::try_from(column * self.width + 1).unwrap_or(u32::MAX).min(of);
        let last = |column: usize| u32::try_from((column + 1) * self.width).unwrap_or(u32::MAX).min(of);
        // at most 2.5 % of the draws below the low end, at most 2.5 % above the high one
        let (low, high) =
            (first(column(counts, self.draws, (25, 1000), true)), last(column(counts, self.draws, (975, 1000), false)));
        let middle = |quarter: u64| first(column(counts, self.draws, (quarter, 4), false));
        let share = |count: u32| f64::from(count) / f64::from(self.draws);
        let listed = self.width == 1 && self.columns <= LISTED_PEERS;
        let ranks = counts.iter().enumerate().filter(|(_, count)| listed && **count > 0);
        Spread {
            low: low.min(published),
            high: high.max(published),
            widened: published < low || published > high,
            quartiles: [middle(1), middle(2), middle(3)],
            grade_kept: share(self.kept[contender]),
            acceptability: ranks.map(|(rank, count)| (first(rank), share(*count))).collect(),
        }
    }
}

/// The first column up to which the draws come to the share `part / whole`; with `over`: to more than it.
fn column(counts: &[u32], draws: u32, (part, whole): (u64, u64), over: bool) -> usize {
    let mut sum = 0u64;
    let reached = counts.iter().position(|count| {
        sum += u64::from(*count);
        let (have, want) = (sum * whole, u64::from(draws) * part);
        if over { have > want } else { have >= want }
    });
    reached.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One contender whose ranks are as given, among so many.
    fn ranks(peers: usize, most: usize, ranks: &[(u32, u32)]) -> Collector {
        let mut collector = Collector::with_cells(peers, most);
        for (rank, times) in ranks {
            let mut scratch = Scratch::default();
            scratch.ranks.resize(peers, 0);
            scratch.kept.resize(peers, false);
            (scratch.ranks[0], scratch.kept[0]) = (*rank, *rank < 3);
            (0..*times).for_each(|_| collector.take(&scratch));
        }
        collector
    }

    #[test]
    fn the_interval_leaves_at_most_a_fortieth_at_either_end() {
        let collector = ranks(9, 1 << 24, &[(1, 25), (2, 40), (3, 900), (6, 10), (9, 25)]);
        let spread = collector.spread(0, 3, 9);
        assert_eq!((spread.low, spread.high, spread.widened, spread.quartiles), (2, 6, false, [3, 3, 3]));
        assert!((spread.grade_kept - 0.065).abs() < 1e-12);
        let listed: Vec<u32> = spread.acceptability.iter().map(|(rank, _)| *rank).collect();
        assert_eq!(listed, [1, 2, 3, 6, 9]);
        assert!((spread.acceptability.iter().map(|(_, share)| share).sum::<f64>() - 1.0).abs() < 1e-12);
        let published_outside = collector.spread(0, 8, 9);
        assert_eq!((published_outside.low, published_outside.high, published_outside.widened), (2, 8, true));
    }

    #[test]
    fn large_groups_have_columns_of_several_ranks_and_wider_intervals() {
        let collector = ranks(10, 40, &[(5, 100)]); // 100 cells asked for, 40 there: 3 ranks in a column
        let spread = collector.spread(0, 5, 10);
        assert_eq!((spread.low, spread.high), (4, 6));
        assert!(spread.acceptability.is_empty());
    }
}
