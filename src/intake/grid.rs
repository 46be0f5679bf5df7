//! A sheet as read: sparse rows of cells with their true places, merged cells spread and marked, hidden rows known.

use super::merges::Merges;

/// One cell. Text is as written (normalisation belongs to `names` and `transcribe`).
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Cell {
    #[default]
    Empty,
    Text(Box<str>),
    /// Numbers, and formulas' cached numbers.
    Number(f64),
    Bool(bool),
    /// A date or time cell, as `YYYY-MM-DD` or `YYYY-MM-DD HH:MM:SS`.
    Date(Box<str>),
    /// An error value such as `#REF!`.
    Error(Box<str>),
    /// A formula whose result was never saved.
    Uncached,
}

impl Cell {
    #[must_use]
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Text(text) => text.trim().is_empty(),
            _ => false,
        }
    }

    /// The cell as text, numbers without needless zeros (`95`, `88.5`).
    #[must_use]
    pub fn text(&self) -> std::borrow::Cow<'_, str> {
        use std::borrow::Cow;
        match self {
            Self::Empty | Self::Uncached => Cow::Borrowed(""),
            Self::Text(text) | Self::Date(text) | Self::Error(text) => Cow::Borrowed(text),
            Self::Number(number) => Cow::Owned(format!("{number}")),
            Self::Bool(value) => Cow::Borrowed(if *value { "TRUE" } else { "FALSE" }),
        }
    }
}

/// One row that has at least one cell.
#[derive(Clone, Debug, Default)]
pub struct GridRow {
    /// 0-based row in the sheet.
    pub row: u32,
    pub hidden: bool,
    /// (0-based column, cell), ascending; empty cells are left out.
    pub cells: Vec<(u32, Cell)>,
}

impl GridRow {
    #[must_use]
    pub fn get(&self, column: u32) -> &Cell {
        const EMPTY: &Cell = &Cell::Empty;
        match self.cells.binary_search_by_key(&column, |(known, _)| *known) {
            Ok(found) => &self.cells[found].1,
            Err(_) => EMPTY,
        }
    }

    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.cells.iter().all(|(_, cell)| cell.is_empty())
    }
}

/// A merged region, inclusive, 0-based.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Merge {
    pub top: u32,
    pub left: u32,
    pub bottom: u32,
    pub right: u32,
}

impl Merge {
    #[must_use]
    pub fn contains(&self, row: u32, column: u32) -> bool {
        (self.top..=self.bottom).contains(&row) && (self.left..=self.right).contains(&column)
    }
}

/// A sheet held in memory: cells in sparse rows, bounded by the caps of the reader.
#[derive(Clone, Debug, Default)]
pub struct Grid {
    /// Rows in order; rows without cells are left out.
    pub rows: Vec<GridRow>,
    /// Merged regions; their value has been copied into every cell of the region (within the used columns).
    pub merges: Merges,
    /// One past the last used row.
    pub height: u32,
    /// One past the last used column.
    pub width: u32,
}

impl Grid {
    /// Adds a row of a text file below all others; empty fields are left out.
    pub(super) fn push<'f>(&mut self, row: u32, fields: impl Iterator<Item = &'f [u8]>) {
        let cells: Vec<(u32, Cell)> = (0u32..)
            .zip(fields)
            .filter(|(_, bytes)| !bytes.is_empty())
            .map(|(column, bytes)| (column, Cell::Text(String::from_utf8_lossy(bytes).into())))
            .collect();
        self.width = self.width.max(cells.last().map_or(0, |(column, _)| column + 1));
        self.height = row + 1;
        self.rows.push(GridRow { row, hidden: false, cells });
    }

    #[must_use]
    pub fn row(&self, row: u32) -> Option<&GridRow> {
        self.rows.binary_search_by_key(&row, |known| known.row).ok().map(|found| &self.rows[found])
    }

    #[must_use]
    pub fn get(&self, row: u32, column: u32) -> &Cell {
        const EMPTY: &Cell = &Cell::Empty;
        self.row(row).map_or(EMPTY, |row| row.get(column))
    }

    /// The merged region a cell lies in, if it is not the region's top-left cell (so its text is a copy).
    #[must_use]
    pub fn copied_from(&self, row: u32, column: u32) -> Option<(u32, u32)> {
        self.merges.at(row, column).map(|merge| (merge.top, merge.left)).filter(|corner| *corner != (row, column))
    }
}
