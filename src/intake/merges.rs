//! Merged regions of a sheet, found by a cell without walking through all of them.

use super::grid::Merge;
use std::collections::{BTreeMap, BTreeSet};

/// Merged regions, from the top, left to right.
#[derive(Clone, Debug, Default)]
pub struct Merges {
    list: Vec<Merge>,
    /// Height and width as powers of two, of the regions there are.
    sizes: BTreeSet<(u32, u32)>,
    /// Regions by size and by the tile of that size in which their top-left cell lies.
    tiles: BTreeMap<(u32, u32, u32, u32), Vec<u32>>,
}

/// The power of two at or below a length.
fn power(first: u32, last: u32) -> u32 {
    (last - first + 1).ilog2()
}

impl Merges {
    pub(super) fn new(mut list: Vec<Merge>) -> Self {
        list.retain(|merge| merge.bottom >= merge.top && merge.right >= merge.left && merge.bottom.max(merge.right) < u32::MAX);
        list.sort_unstable_by_key(|merge| (merge.top, merge.left));
        let (mut sizes, mut tiles) = (BTreeSet::new(), BTreeMap::<_, Vec<u32>>::new());
        for (at, merge) in (0..).zip(&list) {
            let (high, wide) = (power(merge.top, merge.bottom), power(merge.left, merge.right));
            sizes.insert((high, wide));
            tiles.entry((high, wide, merge.top >> high, merge.left >> wide)).or_default().push(at);
        }
        Self { list, sizes, tiles }
    }

    /// The first region a cell lies in. A region less than twice the size of its tile begins in the cell's tile or one of the two before.
    pub(super) fn at(&self, row: u32, column: u32) -> Option<Merge> {
        let mut first: Option<u32> = None;
        for (high, wide) in &self.sizes {
            let (down, right) = (row >> high, column >> wide);
            for tile_row in down.saturating_sub(2)..=down {
                let from = (*high, *wide, tile_row, right.saturating_sub(2));
                for (_, known) in self.tiles.range(from..=(*high, *wide, tile_row, right)) {
                    let holds = |at: &&u32| self.list.get(**at as usize).is_some_and(|merge| merge.contains(row, column));
                    let found = known.iter().find(holds).copied();
                    first = first.into_iter().chain(found).min();
                }
            }
        }
        self.list.get(first? as usize).copied()
    }
}

impl std::ops::Deref for Merges {
    type Target = [Merge];

    fn deref(&self) -> &[Merge] {
        &self.list
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every cell of a sheet full of regions of all sizes, some of them one over another, as a walk through the list finds it.
    #[test]
    fn a_look_finds_what_a_walk_finds() {
        let mut state = 7_u32;
        let mut next = |below: u32| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) % below
        };
        for longest in [1, 3, 8, 40] {
            let regions = (0..120).map(|_| {
                let (top, left) = (next(60), next(60));
                Merge { top, left, bottom: top + next(longest), right: left + next(longest) }
            });
            let merges = Merges::new(regions.collect());
            for (row, column) in (0..100).flat_map(|row| (0..100).map(move |column| (row, column))) {
                let walked = merges.iter().find(|merge| merge.contains(row, column)).copied();
                assert_eq!(merges.at(row, column), walked, "{row} {column}");
            }
        }
    }

    #[test]
    fn regions_to_the_ends_of_the_earth() {
        let all = Merge { top: 0, left: 0, bottom: u32::MAX - 1, right: u32::MAX - 1 };
        let merges = Merges::new(vec![all, Merge { top: 5, left: 0, bottom: 4, right: 0 }]);
        assert_eq!((merges.len(), merges.at(u32::MAX - 1, 17)), (1, Some(all)));
    }
}
