//! The books of cells: each row read is opened, claimed by one rule, and closed; its cells end with it or by their column.

use super::super::cells::{is_missing, key};
use super::super::grid::{Grid, GridRow};
use super::super::layout::{Plan, Role};
use super::fields::Fields;
use super::part::Part;
use crate::survey::{CellFate, RowFate, SheetLedger};
use std::collections::BTreeMap;

/// Columns counted one by one; those further right have no header that is looked at, and count together.
const COLUMNS: usize = 4096;

/// What was read, and what rows and cells were claimed for.
#[derive(Debug, Default)]
pub(super) struct Books {
    /// Rows opened: delivered by the reader, blank or not.
    pub rows: u64,
    /// Cells of those rows that hold something.
    cells: u64,
    /// Fate of the open row.
    open: Option<RowFate>,
    /// Cells of data rows, by column; the last counts all columns beyond.
    columns: Vec<u64>,
    /// Cells of other rows.
    whole: BTreeMap<CellFate, u64>,
    /// Among the cells of answer columns: those that are no answer.
    missing: u64,
    void: u64,
    /// Sheets read as a whole: fates by row, and cells that end otherwise than their column says.
    kept: Option<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    row: u32,
    fates: Vec<(u32, RowFate)>,
    marks: BTreeMap<(u32, u32), CellFate>,
}

impl Books {
    /// Notes the fate of the open row.
    pub(super) fn claim(&mut self, fate: RowFate, count: u64) {
        self.open = Some(fate);
        if let Some(kept) = &mut self.kept {
            kept.fates.extend((0..count).map(|_| (kept.row, fate)));
        }
    }

    /// Rows booked under one fate stand under another after all.
    pub(super) fn moved(&mut self, from: RowFate, to: RowFate) {
        for (_, fate) in self.kept.iter_mut().flat_map(|kept| &mut kept.fates).filter(|(_, fate)| *fate == from) {
            *fate = to;
        }
    }

    /// Cells of answers that say nothing, and cells that could not be taken, in rows read one by one.
    pub(super) fn spoilt(&mut self, missing: u64, void: u64) {
        self.missing += missing;
        self.void += void;
    }

    /// A cell that ends otherwise than its column says, in a sheet read as a whole.
    pub(super) fn mark(&mut self, row: u32, column: u32, fate: CellFate) {
        if let Some(kept) = &mut self.kept {
            kept.marks.insert((row, column), fate);
        }
    }

    /// The next row of a sheet read as a whole.
    pub(super) fn next(&mut self, row: u32) {
        if let Some(kept) = &mut self.kept {
            kept.row = row;
        }
    }

    fn open(&mut self) {
        self.open = None;
        self.rows += 1;
    }

    /// Counts the cells of the row just read. Where nobody claimed it nothing is booked, and the books do not balance.
    fn close(&mut self, fields: &impl Fields) {
        match self.open.take().map(RowFate::cells) {
            Some(None) => {
                let mut cells = 0;
                let columns = &mut self.columns;
                fields.each_filled(|column| {
                    let at = (column as usize).min(COLUMNS);
                    if at >= columns.len() {
                        columns.resize(at + 1, 0);
                    }
                    columns[at] += 1;
                    cells += 1;
                });
                self.cells += cells;
            }
            Some(Some(fate)) => {
                let cells = filled(fields);
                self.cells += cells;
                *self.whole.entry(fate).or_default() += cells;
            }
            None => self.cells += filled(fields),
        }
    }

    pub(super) fn append(&mut self, next: Self) {
        self.rows += next.rows;
        self.cells += next.cells;
        if self.columns.len() < next.columns.len() {
            self.columns.resize(next.columns.len(), 0);
        }
        for (mine, theirs) in self.columns.iter_mut().zip(next.columns) {
            *mine += theirs;
        }
        for (fate, count) in next.whole {
            *self.whole.entry(fate).or_default() += count;
        }
        self.missing += next.missing;
        self.void += next.void;
    }

    /// Writes the cells into the sheet's ledger.
    pub(super) fn enter(&self, plan: &Plan, ledger: &mut SheetLedger) {
        ledger.cells = self.cells;
        let mut fates = self.whole.clone();
        let by_column: BTreeMap<u32, CellFate> = plan.columns.iter().map(|known| (known.column, fate_of(known.role))).collect();
        for (column, count) in (0u32..).zip(&self.columns) {
            let fate = by_column.get(&column).copied().filter(|_| (column as usize) < COLUMNS).unwrap_or(CellFate::Ignored);
            *fates.entry(fate).or_default() += count;
        }
        for (fate, count) in [(CellFate::Missing, self.missing), (CellFate::Void, self.void)] {
            if count > 0 {
                // More than there are would leave the books unbalanced, as they should be.
                let answers = fates.entry(CellFate::Answer).or_default();
                *answers = answers.saturating_sub(count);
                *fates.entry(fate).or_default() += count;
            }
        }
        for (fate, _) in CellFate::ALL {
            ledger.claim_cells(fate, fates.get(&fate).copied().unwrap_or(0));
        }
    }
}

/// What becomes of a cell in a data row, going by its column.
fn fate_of(role: Role) -> CellFate {
    match role {
        Role::Answer(..)
        | Role::Tick(..)
        | Role::Votes(..)
        | Role::Rater
        | Role::PaperTick(_)
        | Role::AnswerText
        | Role::Count
        | Role::Points(..)
        | Role::Deduction(..) => CellFate::Answer,
        Role::Ballot
        | Role::Sequence
        | Role::Unit
        | Role::UnitPart
        | Role::Subject
        | Role::Stratum
        | Role::Procedure
        | Role::ItemName
        | Role::ItemCode
        | Role::Full => CellFate::Key,
        Role::Receipt(_) => CellFate::Receipt,
        Role::Meta => CellFate::Remark,
        Role::Private => CellFate::Private,
        Role::Aggregate => CellFate::Sum,
        Role::Unknown => CellFate::Ignored,
    }
}

/// Cells of a row that hold something.
pub(super) fn filled(fields: &impl Fields) -> u64 {
    let mut cells = 0;
    fields.each_filled(|_| cells += 1);
    cells
}

impl Part {
    /// Reads one row, with its books.
    pub(super) fn row<F: Fields>(&mut self, fields: &F, read: impl FnOnce(&mut Self)) {
        self.books.open();
        read(self);
        self.books.close(fields);
    }

    /// Reads a sheet as a whole; the reader says with [`Books::next`] where it stands.
    pub(super) fn sheet(&mut self, plan: &Plan, grid: &Grid, read: impl FnOnce(&mut Self)) {
        self.books.kept = Some(Kept::default());
        read(self);
        let kept = self.books.kept.take().unwrap_or_default();
        let roles: BTreeMap<u32, CellFate> = plan.columns.iter().map(|known| (known.column, fate_of(known.role))).collect();
        let mut fates: BTreeMap<u32, RowFate> = BTreeMap::new();
        for (row, fate) in kept.fates {
            fates.entry(row).or_insert(fate);
        }
        for row in grid.rows.iter().filter(|row| row.row > plan.header_end()) {
            self.books.rows += 1;
            self.books.cells += filled(row);
            let Some(fate) = fates.get(&row.row) else { continue };
            for (at, column) in columns(row) {
                let own = || roles.get(&column).copied().unwrap_or(CellFate::Ignored);
                let blank = |fate: &CellFate| *fate == CellFate::Answer && is_missing(&key(&row.text(column)));
                let fate = fate.cells().or_else(|| kept.marks.get(&(at, column)).copied()).unwrap_or_else(|| {
                    let own = own();
                    if blank(&own) { CellFate::Missing } else { own }
                });
                *self.books.whole.entry(fate).or_default() += 1;
            }
        }
    }
}

/// Places of the row's cells that hold something.
fn columns(row: &GridRow) -> Vec<(u32, u32)> {
    let mut out = Vec::new();
    Fields::each_filled(row, |column| out.push((row.row, column)));
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::draw;

    /// A row that a reader forgets is missing from the books, and one claimed twice stands there twice: neither balances.
    #[test]
    fn forgotten_and_doubly_claimed_rows_unbalance_the_books() {
        let grid = draw::grid("一连 | 优秀\n二连 | 良好");
        for (claims, balances) in [(0, false), (1, true), (2, false)] {
            let mut part = Part::default();
            for (nth, row) in grid.rows.iter().enumerate() {
                part.row(row, |part| {
                    for _ in 0..(if nth == 0 { claims } else { 1 }) {
                        part.fate(RowFate::Footer, 1);
                    }
                });
            }
            let mut ledger = part.ledger("read");
            ledger.rows = part.books.rows;
            ledger.cells = part.books.cells;
            ledger.claim_cells(CellFate::Footer, 4);
            assert_eq!((ledger.rows, ledger.cells, ledger.balances()), (2, 4, balances), "{claims}");
        }
    }
}
