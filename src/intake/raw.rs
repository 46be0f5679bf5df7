//! The sheets of a file as they were sent, for sending them back; and what we added to them, taken off again.

use super::cells::key;
use super::grid::{Cell, Grid, GridRow};
use super::source::{Body, OpenSheet, SourceFile, open};
use super::words::{Use, header_use};
use crate::survey::{SLIP_NOTES, SLIP_REMARKS, SLIP_TITLES};

/// Rows in which a header is looked for.
const SEARCHED: usize = 25;
/// A sheet of more rows is given back with its first rows and those asked for only.
const MOST_ROWS: usize = 20_000;
/// So many first rows.
const FIRST_ROWS: u32 = 64;

/// One sheet as it was sent.
#[derive(Debug)]
pub struct RawSheet {
    /// Sheet name; empty for text files.
    pub name: String,
    pub hidden: bool,
    /// Its cells, at their true places.
    pub grid: Grid,
    /// Columns of respondents' own data: the header's row, and the column.
    pub private: Vec<(u32, u32)>,
    /// Rows were left out: only the first and those asked for are here.
    pub shortened: bool,
}

/// Reads the sheets of a file. Of big sheets, the first rows and those for which `wanted(sheet, row)` holds. Sheets and columns
/// that this program added to an earlier slip are left out. Never fails: a file that cannot be read has no sheets.
#[must_use]
pub fn read_grids(file: &SourceFile, wanted: &dyn Fn(&str, u32) -> bool) -> Vec<RawSheet> {
    let sheets = open(file).sheets.into_iter().filter(|sheet| !is_notes(sheet));
    sheets.map(|sheet| raw(sheet, wanted)).collect()
}

fn raw(sheet: OpenSheet, wanted: &dyn Fn(&str, u32) -> bool) -> RawSheet {
    let name = sheet.name.as_deref().unwrap_or_default().to_owned();
    let keep = |row: u32| row < FIRST_ROWS || wanted(&name, row);
    let (mut grid, shortened) = match sheet.body {
        Body::Grid(mut grid) if grid.rows.len() > MOST_ROWS => {
            grid.rows.retain(|row| keep(row.row));
            (grid, true)
        }
        Body::Grid(grid) => (grid, false),
        Body::Stream(stream) => {
            let mut grid = Grid::default();
            for chunk in stream.chunks() {
                chunk.for_each(|row, record| {
                    if keep(row) {
                        grid.push(row, record.iter());
                    }
                });
            }
            (grid, true)
        }
    };
    take_off(&mut grid);
    RawSheet { private: private(&grid), name, hidden: sheet.hidden, grid, shortened }
}

/// Columns headed by words for respondents' own data.
fn private(grid: &Grid) -> Vec<(u32, u32)> {
    let mut found: Vec<(u32, u32)> = Vec::new();
    for row in grid.rows.iter().take(SEARCHED) {
        // One word alone in a row (日期: …) heads nothing.
        if row.cells.iter().filter(|(_, cell)| !cell.is_empty()).count() < 2 {
            continue;
        }
        for (column, cell) in &row.cells {
            let is_head = matches!(cell, Cell::Text(text) if header_use(text) == Some(Use::Private));
            if is_head && !found.iter().any(|(_, known)| known == column) {
                found.push((row.row, *column));
            }
        }
    }
    found
}

/// Whether the sheet is the list of findings of a workbook we sent back.
pub(super) fn is_notes(sheet: &OpenSheet) -> bool {
    let named = sheet.name.as_deref().is_some_and(|name| SLIP_NOTES.contains(&name));
    let Body::Grid(grid) = &sheet.body else { return false };
    let first = grid.get(0, 0).text();
    named && SLIP_TITLES.iter().any(|title| first.starts_with(title))
}

/// Takes our column of remarks off a sheet that was sent back, so that it is again the sender's own; gives the cells taken off.
pub(super) fn take_off(grid: &mut Grid) -> u64 {
    let wanted = key(SLIP_REMARKS);
    let head = grid.rows.iter().take(SEARCHED).find_map(|row| {
        let is_ours = |(_, cell): &&(u32, Cell)| matches!(cell, Cell::Text(text) if key(text) == wanted);
        row.cells.iter().rev().find(is_ours).map(|(column, _)| (row.row, *column))
    });
    let Some((top, ours)) = head else { return 0 };
    let mut taken = 0;
    for row in grid.rows.iter_mut().filter(|row| row.row >= top) {
        row.cells.retain(|(column, cell)| {
            taken += u64::from(*column == ours && !cell.is_empty());
            *column != ours
        });
    }
    let last = |row: &GridRow| row.cells.last().map_or(0, |(column, _)| column + 1);
    grid.width = grid.rows.iter().map(last).max().unwrap_or(0);
    taken
}
