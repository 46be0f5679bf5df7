//! 分值 down a score sheet: added up and compared with the form's total. One finding a table, at its first 分值.

use super::super::cells::{key, number};
use super::super::grid::Grid;
use super::super::layout::Role;
use super::super::screen::hundredths;
use super::Job;
use super::fields::Fields;
use super::hundredths_text;
use super::part::Part;
use super::rows::classify;
use super::votes::item_of;
use crate::diagnostic::Diagnostic;
use crate::habits::{Habit, on};

/// Reports a sum that differs although every item of the form has its row.
pub(super) fn check(job: &Job<'_>, grid: &Grid, part: &mut Part) {
    let Some(column) = job.plan.columns_of(|role| role == Role::Full).next().filter(|_| on(Habit::FullMarkSums)) else { return };
    let wanted: i64 = job.form.items.iter().map(|item| hundredths(&item.full)).sum();
    let mut met = vec![false; job.form.items.len()];
    let (mut sum, mut first) = (0, None);
    for row in grid.rows.iter().filter(|row| row.row > job.plan.header_end()) {
        let Some(item) = item_of(job, row).filter(|_| classify(job, row).is_none()) else { continue };
        let known = met.get_mut(usize::from(item.0));
        if known.is_none_or(|met| std::mem::replace(met, true)) || grid.copied_from(row.row, column).is_some() {
            // A second table of the same sheet, or one number for several items: nothing to add up.
            return;
        }
        let Some(full) = number(&key(&row.text(column))) else { return };
        sum += full.hundredths;
        first.get_or_insert(row.row);
    }
    if let Some(row) = first.filter(|_| sum != wanted && met.iter().all(|met| *met)) {
        part.findings.push(
            Diagnostic::new("E133", job.place(row, column))
                .with("found", hundredths_text(sum))
                .with("expected", hundredths_text(wanted))
                .with("form", &job.form.name),
        );
    }
}
