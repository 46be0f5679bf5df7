//! Cells as they come out of a workbook → a grid: sorted, capped, merged regions spread, oddities noted.

use super::grid::{Cell, Grid, GridRow, Merge};
use super::merges::Merges;
use crate::diagnostic::{Diagnostic, LIST, Place, column_letters};
use crate::habits::{Habit, on};
use std::collections::BTreeSet;

/// More cells than this in one sheet, and it is not read.
pub(super) const MOST_CELLS: usize = 20_000_000;
/// Bytes of text a sheet may hold.
const MOST_TEXT: usize = 512 << 20;
/// Characters a cell may hold in Excel; longer texts are cut.
const LONGEST_TEXT: usize = 32_767;
/// Cells filled from merged regions, and the bytes of text they may take.
const MOST_COPIES: usize = 1_000_000;
const MOST_COPIED_TEXT: usize = 64 << 20;
/// Cells that may be moved for it.
const MOST_MOVED: usize = 500_000_000;
/// Rows at the top into which a merged region is spread even where a row has no cell of its own.
const HEADER_ROWS: u32 = 64;

/// The sheet holds more than the reader takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TooMuch;

/// Collects the cells of one sheet.
#[derive(Debug, Default)]
pub(super) struct Gather {
    rows: Vec<GridRow>,
    unsorted: bool,
    cells: usize,
    text: usize,
    shortened: Tally,
    hidden: BTreeSet<u32>,
    /// Ranges of hidden columns.
    narrow: Vec<(u32, u32)>,
    comments: Tally,
    merges: Vec<Merge>,
}

/// How many, and where the first stands.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    count: u64,
    first: (u32, u32),
}

impl Tally {
    fn add(&mut self, row: u32, column: u32) {
        if self.count == 0 {
            self.first = (row, column);
        }
        self.count += 1;
    }

    fn diagnostic(self, code: &str, place: &Place) -> Option<Diagnostic> {
        let place = place.at(self.first.0, self.first.1);
        (self.count > 0).then(|| {
            let mut diagnostic = Diagnostic::new(code, place).with("count", self.count);
            diagnostic.more = self.count - 1;
            diagnostic
        })
    }
}

impl Gather {
    /// Adds a cell; empty ones are left out.
    pub(super) fn cell(&mut self, row: u32, column: u32, cell: Cell) -> Result<(), TooMuch> {
        let cell = match cell {
            Cell::Empty if on(Habit::RealExtent) => return Ok(()),
            Cell::Text(text) if text.is_empty() => return Ok(()),
            Cell::Text(text) if text.len() > LONGEST_TEXT => self.shorten(text, row, column),
            other => other,
        };
        if let Cell::Text(text) = &cell {
            self.text += text.len();
        }
        self.cells += 1;
        if self.cells > MOST_CELLS || self.text > MOST_TEXT {
            return Err(TooMuch);
        }
        match self.rows.last_mut() {
            Some(last) if last.row == row => {
                self.unsorted |= last.cells.last().is_some_and(|(known, _)| *known >= column);
                last.cells.push((column, cell));
            }
            last => {
                self.unsorted |= last.is_some_and(|last| last.row > row);
                self.rows.push(GridRow { row, hidden: false, cells: vec![(column, cell)] });
            }
        }
        Ok(())
    }

    fn shorten(&mut self, text: Box<str>, row: u32, column: u32) -> Cell {
        let Some((end, _)) = text.char_indices().nth(LONGEST_TEXT) else { return Cell::Text(text) };
        self.shortened.add(row, column);
        Cell::Text(text[..end].into())
    }

    pub(super) fn hide_row(&mut self, row: u32) {
        self.hidden.insert(row);
    }

    /// Columns `first..=last` are hidden.
    pub(super) fn hide_columns(&mut self, first: u32, last: u32) {
        if self.narrow.len() < 1024 {
            self.narrow.push((first, last));
        }
    }

    /// A cell has a comment.
    pub(super) fn comment(&mut self, row: u32, column: u32) {
        self.comments.add(row, column);
    }

    pub(super) fn merge(&mut self, merge: Merge) {
        if merge.bottom >= merge.top && merge.right >= merge.left && (merge.bottom, merge.right) != (merge.top, merge.left) {
            self.merges.push(merge);
        }
    }

    /// The grid, and what a reader should know about it.
    pub(super) fn finish(mut self, place: &Place) -> (Grid, Vec<Diagnostic>) {
        if self.unsorted {
            self.sort();
        }
        let height = self.rows.last().map_or(0, |row| row.row.saturating_add(1));
        let last = |row: &GridRow| row.cells.last().map_or(0, |(column, _)| column.saturating_add(1));
        let width = self.rows.iter().map(last).max().unwrap_or(0);
        let mut hidden = Tally::default();
        for row in &mut self.rows {
            row.hidden = self.hidden.contains(&row.row);
            if row.hidden {
                hidden.add(row.row, 0);
            }
        }
        if !on(Habit::MergedCells) {
            self.merges.clear();
        }
        let narrow = self.hidden_columns(width, place);
        let mut grid = Grid { rows: self.rows, merges: Merges::new(self.merges), height, width };
        let unfilled = spread(&mut grid);
        let found = [
            self.shortened.diagnostic("F210", place),
            unfilled.map(|merge| Diagnostic::new("F211", place.at(merge.top, merge.left))),
            hidden
                .diagnostic("F214", place)
                .map(|found| Diagnostic { place: place.row(hidden.first.0), ..found })
                .filter(|_| on(Habit::HiddenRows)),
            narrow,
            self.comments.diagnostic("F233", place).filter(|_| on(Habit::Comments)),
        ];
        (grid, found.into_iter().flatten().collect())
    }

    /// Hidden columns within the used ones, each as letters.
    fn hidden_columns(&self, width: u32, place: &Place) -> Option<Diagnostic> {
        let ranges = self.narrow.iter().map(|(first, last)| (*first, (*last).min(width.saturating_sub(1))));
        let mut columns: Vec<u32> = ranges.filter(|(first, last)| first <= last && width > 0).flat_map(|(f, l)| f..=l).collect();
        columns.sort_unstable();
        columns.dedup();
        if !on(Habit::HiddenColumns) {
            return None;
        }
        let letters: Vec<String> = columns.iter().take(12).map(|column| column_letters(*column)).collect();
        let first = columns.first()?;
        let place = Place { row: Some(0), column: Some(*first), ..place.clone() };
        Some(Diagnostic::new("F232", place).with("found", letters.join(LIST)).with("count", columns.len()))
    }

    /// Files not written by a spreadsheet program may give cells in any order, and twice: the last one holds.
    fn sort(&mut self) {
        self.rows.sort_by_key(|row| row.row);
        let mut rows: Vec<GridRow> = Vec::with_capacity(self.rows.len());
        for row in self.rows.drain(..) {
            match rows.last_mut() {
                Some(last) if last.row == row.row => last.cells.extend(row.cells),
                _ => rows.push(row),
            }
        }
        for row in &mut rows {
            row.cells.sort_by_key(|(column, _)| *column);
            row.cells.reverse();
            row.cells.dedup_by_key(|(column, _)| *column);
            row.cells.reverse();
        }
        self.rows = rows;
    }
}

/// Copies the value of every merged region into its cells: within the used columns, into rows that exist, and into all used
/// rows of the header area. Gives the region at which the budget ended, if it did.
fn spread(grid: &mut Grid) -> Option<Merge> {
    let (mut copies, mut text, mut moved) = (0, 0, 0);
    for index in 0..grid.merges.len() {
        let merge = grid.merges[index];
        let value = grid.get(merge.top, merge.left).clone();
        if value.is_empty() {
            continue;
        }
        let right = merge.right.min(grid.width.saturating_sub(1));
        if right < merge.left {
            continue;
        }
        header_rows(grid, merge);
        let from = grid.rows.partition_point(|row| row.row < merge.top);
        let to = grid.rows.partition_point(|row| row.row <= merge.bottom);
        for row in &mut grid.rows[from..to] {
            let room = (right + 1 - merge.left) as usize;
            copies += room;
            // Filling a row moves what stands right of it; regions one over another would move it again and again.
            moved += row.cells.len();
            text += room * value.text().len();
            if copies > MOST_COPIES || text > MOST_COPIED_TEXT || moved > MOST_MOVED {
                return Some(merge);
            }
            fill(row, merge.left, right, &value);
        }
    }
    None
}

/// Makes the rows of a region that lie in the header area and have no cell of their own.
fn header_rows(grid: &mut Grid, merge: Merge) {
    let bottom = merge.bottom.min(grid.height.saturating_sub(1)).min(HEADER_ROWS - 1);
    for row in merge.top..=bottom {
        if let Err(at) = grid.rows.binary_search_by_key(&row, |known| known.row) {
            grid.rows.insert(at, GridRow { row, ..GridRow::default() });
        }
    }
}

/// Fills the empty cells `left..=right` of a row.
fn fill(row: &mut GridRow, left: u32, right: u32, value: &Cell) {
    let from = row.cells.partition_point(|(column, _)| *column < left);
    let to = row.cells.partition_point(|(column, _)| *column <= right);
    let known: Vec<(u32, Cell)> = row.cells.drain(from..to).filter(|(_, cell)| !cell.is_empty()).collect();
    let mut known = known.into_iter().peekable();
    let filled: Vec<(u32, Cell)> =
        (left..=right).map(|column| known.next_if(|(at, _)| *at == column).unwrap_or_else(|| (column, value.clone()))).collect();
    row.cells.splice(from..from, filled);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Cell {
        Cell::Text(text.into())
    }

    fn gather(cells: &[(u32, u32, &str)], merges: &[Merge]) -> (Grid, Vec<Diagnostic>) {
        let mut gather = Gather::default();
        for &(row, column, value) in cells {
            gather.cell(row, column, text(value)).unwrap();
        }
        for &merge in merges {
            gather.merge(merge);
        }
        gather.finish(&Place::sheet("returns/a.xlsx", "Sheet1"))
    }

    #[test]
    fn cells_in_any_order_are_sorted_and_the_last_of_two_holds() {
        let (grid, _) = gather(&[(2, 1, "old"), (0, 3, "d"), (2, 0, "a"), (0, 0, "z"), (2, 1, "new")], &[]);
        assert_eq!((grid.height, grid.width, grid.rows.len()), (3, 4, 2));
        assert_eq!(grid.get(2, 1), &text("new"));
        assert_eq!(grid.get(0, 0), &text("z"));
        assert_eq!(grid.rows[1].cells.len(), 2);
    }

    #[test]
    fn a_merged_header_is_spread_within_the_used_columns() {
        let merges = [Merge { top: 0, left: 0, bottom: 1, right: 0 }, Merge { top: 0, left: 1, bottom: 0, right: 9 }];
        let (grid, found) = gather(&[(0, 0, "单位"), (0, 1, "评分"), (1, 1, "自评"), (1, 2, "考核"), (3, 0, "一连")], &merges);
        assert_eq!(grid.width, 3);
        assert_eq!(grid.get(1, 0), &text("单位"));
        assert_eq!((grid.get(0, 2), grid.get(0, 3)), (&text("评分"), &Cell::Empty));
        assert_eq!(grid.copied_from(0, 2), Some((0, 1)));
        assert_eq!(grid.get(3, 1), &Cell::Empty);
        assert_eq!(found, []);
    }

    #[test]
    fn a_merge_over_rows_without_cells_fills_them_in_the_header_only() {
        let region = |top, bottom| Merge { top, left: 0, bottom, right: 0 };
        let cells = [(0, 0, "一师"), (2, 1, "x"), (100, 0, "二师"), (102, 1, "y")];
        let (grid, _) = gather(&cells, &[region(0, 2), region(100, 102)]);
        assert_eq!(grid.get(1, 0), &text("一师"));
        assert!(grid.row(101).is_none());
        assert_eq!(grid.get(102, 0), &text("二师"));
    }

    #[test]
    fn a_region_of_the_whole_sheet_costs_nothing() {
        let all = Merge { top: 0, left: 0, bottom: 1_048_575, right: 16_383 };
        let (grid, found) = gather(&[(0, 0, "题"), (1_048_575, 16_383, "远")], &[all; 50]);
        assert_eq!(found.iter().map(|found| found.code.as_str()).collect::<Vec<_>>(), ["F211"]);
        assert!(grid.rows.len() <= 66);
        assert_eq!(grid.get(1_048_575, 16_383), &text("远"));
    }

    #[test]
    fn regions_right_of_all_cells_and_one_over_another_cost_little() {
        let beside = (0..100_000).map(|top| Merge { top: top % 7, left: 50, bottom: 1_048_575, right: 60 });
        let over = (0..100_000).map(|_| Merge { top: 0, left: 0, bottom: 100_000, right: 1 });
        let cells: Vec<(u32, u32, &str)> = (0..100_000).map(|row| (row, 0, "一")).collect();
        let started = std::time::Instant::now();
        let (grid, found) = gather(&cells, &beside.chain(over).collect::<Vec<_>>());
        assert_eq!(found.iter().map(|found| found.code.as_str()).collect::<Vec<_>>(), ["F211"]);
        assert_eq!((grid.width, grid.rows.len()), (1, 100_000));
        assert!(started.elapsed().as_secs() < 60, "{:?}", started.elapsed());
    }

    #[test]
    fn oddities_are_counted_once_and_placed_at_the_first() {
        let mut gather = Gather::default();
        for row in 5..8 {
            gather.cell(row, 2, Cell::Error("#REF!".into())).unwrap();
            gather.cell(row, 3, Cell::Uncached).unwrap();
        }
        gather.cell(9, 0, text(&"长".repeat(LONGEST_TEXT + 1))).unwrap();
        gather.hide_row(6);
        gather.hide_row(4000);
        let (grid, found) = gather.finish(&Place::sheet("a.xlsx", "S"));
        let shown: Vec<_> = found.iter().map(|d| (d.code.as_str(), d.place.row, d.place.column, d.more)).collect();
        let expected = [("F210", Some(9), Some(0), 0), ("F214", Some(6), None, 0)];
        assert_eq!(shown, expected);
        assert!(grid.rows[1].hidden);
        assert_eq!(grid.get(9, 0).text().chars().count(), LONGEST_TEXT);
    }
}
