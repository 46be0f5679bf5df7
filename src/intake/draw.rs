//! Sheets drawn as text, for the tests of this room: one line a row, cells parted by `|`, numbers as numbers.

use super::grid::{Cell, Grid, GridRow};

/// The grid of a drawing. An empty line is a blank row.
pub(super) fn grid(drawing: &str) -> Grid {
    let mut grid = Grid::default();
    for (row, line) in (0u32..).zip(drawing.lines()) {
        let cells: Vec<(u32, Cell)> = (0u32..)
            .zip(line.split('|'))
            .map(|(column, text)| (column, text.trim()))
            .filter(|(_, text)| !text.is_empty())
            .map(|(column, text)| (column, text.parse::<f64>().map_or_else(|_| Cell::Text(text.into()), Cell::Number)))
            .collect();
        grid.height = row + 1;
        grid.width = grid.width.max(cells.last().map_or(0, |(column, _)| column + 1));
        if !cells.is_empty() {
            grid.rows.push(GridRow { row, hidden: false, cells });
        }
    }
    grid
}
