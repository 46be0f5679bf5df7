//! Error values and unsaved formulas that no answer of the sheet reports: one finding of each kind for the sheet, at the
//! first cell. A cell that is an answer is reported there, once.

use super::super::grid::{Cell, Grid};
use super::super::source::Body;
use super::Job;
use super::part::Part;
use crate::diagnostic::Diagnostic;
use crate::habits::{Habit, on};

/// Cells of one sheet kept to compare; more are not looked at.
const MOST: usize = 100_000;

/// Error cells and unsaved formulas, in order.
#[derive(Default)]
pub(super) struct Broken {
    errors: Vec<(u32, u32)>,
    uncached: Vec<(u32, u32)>,
}

/// Collects them. A text file has neither: an error value there is a text, read where it stands.
pub(super) fn cells(body: &Body) -> Broken {
    match body {
        Body::Grid(grid) => of_grid(grid),
        Body::Stream(_) => Broken::default(),
    }
}

fn of_grid(grid: &Grid) -> Broken {
    let mut broken = Broken::default();
    for row in &grid.rows {
        for (column, cell) in &row.cells {
            match cell {
                Cell::Error(_) if broken.errors.len() < MOST => broken.errors.push((row.row, *column)),
                Cell::Uncached if broken.uncached.len() < MOST => broken.uncached.push((row.row, *column)),
                _ => {}
            }
        }
    }
    broken
}

/// Reports what no answer has reported.
pub(super) fn report(job: &Job<'_>, broken: &Broken, part: &mut Part) {
    for (code, cells) in [("F212", &broken.uncached), ("F213", &broken.errors)] {
        if cells.is_empty() || (code == "F213" && !on(Habit::ErrorCells)) {
            continue;
        }
        let told = part.findings.places(&["B408", "E107"]);
        let left: Vec<(u32, u32)> = cells.iter().copied().filter(|cell| told.binary_search(cell).is_err()).collect();
        if let Some((row, column)) = left.first() {
            let mut diagnostic = Diagnostic::new(code, job.place(*row, *column)).with("count", left.len());
            diagnostic.more = u64::try_from(left.len()).unwrap_or(u64::MAX) - 1;
            part.findings.push(diagnostic);
        }
    }
}
