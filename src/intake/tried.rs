//! The first rows of a sheet, folded once, and names looked up once: what every reading is tried on.

use super::cells::{UNCACHED, cell_text, key};
use super::grid::Grid;
use super::names::Found;
use super::sheet::Sheet;
use super::words::is_summary;
use rustc_hash::FxHashMap;
use std::cell::RefCell;

/// Rows looked at: the search for a header and a sample below it.
const ROWS: usize = 60;
/// Rows of the sample below a header.
const SAMPLE: usize = 24;

/// One row with its cells as keys.
#[derive(Debug)]
pub(super) struct TriedRow {
    pub row: u32,
    /// Its first cell says that it sums up others.
    pub sums: bool,
    /// It says one thing only: a heading between items, a title, a footer.
    pub lone: bool,
    cells: Vec<(u32, String)>,
}

impl TriedRow {
    /// The key of a cell, empty if there is none.
    pub(super) fn get(&self, column: u32) -> &str {
        self.cells.binary_search_by_key(&column, |(known, _)| *known).map_or("", |at| self.cells[at].1.as_str())
    }
}

/// What readings of one sheet share.
#[derive(Debug)]
pub(super) struct Tried<'s, 'c> {
    sheet: &'s Sheet<'c>,
    rows: Vec<TriedRow>,
    names: RefCell<FxHashMap<String, Found>>,
    people: RefCell<FxHashMap<String, Found>>,
}

impl<'s, 'c> Tried<'s, 'c> {
    pub(super) fn new(sheet: &'s Sheet<'c>, grid: &Grid) -> Self {
        let rows = grid.rows.iter().filter(|row| !row.is_blank()).take(ROWS).map(|row| {
            let fold = |text: &str| if text == UNCACHED { "#n/a".to_owned() } else { key(text) };
            let cells: Vec<(u32, String)> = row
                .cells
                .iter()
                .map(|(column, cell)| (*column, fold(&cell_text(cell))))
                .filter(|(_, word)| !word.is_empty())
                .collect();
            let sums = cells.first().is_some_and(|(_, word)| is_summary(word));
            let lone = cells.windows(2).all(|pair| pair[0].1 == pair[1].1);
            TriedRow { row: row.row, sums, lone, cells }
        });
        Self { sheet, rows: rows.collect(), names: RefCell::default(), people: RefCell::default() }
    }

    /// Rows below a header, sums included.
    pub(super) fn below(&self, end: u32) -> &[TriedRow] {
        let from = self.rows.partition_point(|row| row.row <= end);
        &self.rows[from..(from + SAMPLE).min(self.rows.len())]
    }

    /// Looks a name up in the frame, once.
    pub(super) fn find(&self, word: &str) -> Found {
        if let Some(known) = self.names.borrow().get(word) {
            return known.clone();
        }
        let found = self.sheet.context.roster.find(word, &self.sheet.hints);
        self.names.borrow_mut().insert(word.to_owned(), found.clone());
        found
    }

    /// Looks a name up among the persons, once.
    pub(super) fn find_person(&self, word: &str) -> Found {
        if let Some(known) = self.people.borrow().get(word) {
            return known.clone();
        }
        let found = self.sheet.context.people.find(word, &self.sheet.hints);
        self.people.borrow_mut().insert(word.to_owned(), found.clone());
        found
    }
}
