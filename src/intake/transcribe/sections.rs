//! Full marks written beside a section of a score sheet (政治引领（25分）) against those of its items.

use super::super::cells::key;
use super::super::grid::{Grid, GridRow};
use super::super::reasons;
use super::super::screen::hundredths;
use super::Job;
use super::fields::Fields;
use super::hundredths_text;
use super::part::Part;
use super::rows::classify;
use super::scores::full_in_title;
use super::votes::item_of;
use crate::diagnostic::Diagnostic;
use crate::habits::{Habit, on};
use crate::survey::{NodeKind, NodeSource};

/// A section as met: its name, where it stands, what is written, and the full marks of the rows under it.
struct Section {
    name: String,
    place: (u32, u32),
    written: i64,
    sum: i64,
}

/// Reports each section once, at its first cell.
pub(super) fn check(job: &Job<'_>, grid: &Grid, part: &mut Part) {
    if !on(Habit::SectionMarks) {
        return;
    }
    let mut sections: Vec<Section> = Vec::new();
    let mut current: Option<usize> = None;
    for row in grid.rows.iter().filter(|row| row.row > job.plan.header_end()) {
        if classify(job, row).is_some() {
            continue;
        }
        if let Some((column, name, written)) = heading(job, row) {
            let known = sections.iter().position(|section| section.name == name);
            current = Some(known.unwrap_or(sections.len()));
            if known.is_none() {
                sections.push(Section { name, place: (row.row, column), written, sum: 0 });
            }
        }
        if let (Some(item), Some(section)) = (item_of(job, row), current.and_then(|at| sections.get_mut(at))) {
            section.sum += hundredths(&job.form.item(item).full);
        }
    }
    for section in sections {
        let computed = of_index(job, &section.name).unwrap_or(section.sum);
        if section.written != computed && computed > 0 {
            part.findings.push(
                Diagnostic::new("E118", job.place(section.place.0, section.place.1))
                    .with("item", &section.name)
                    .with("found", hundredths_text(section.written))
                    .with("expected", hundredths_text(computed)),
            );
        }
    }
}

/// A text with full marks in brackets that names no item: (column, name, hundredths).
fn heading(job: &Job<'_>, row: &GridRow) -> Option<(u32, String, i64)> {
    let words = job.sheet.context.words(job.plan.form);
    row.texts().into_iter().find_map(|(column, text)| {
        let whole = key(&text);
        let written = full_in_title(&whole).filter(|_| words.item(&whole).is_none())?;
        Some((column, reasons::bare(&text), written))
    })
}

/// The sum of the full marks of the items that the scheme puts under an indicator of this name, in hundredths.
fn of_index(job: &Job<'_>, name: &str) -> Option<i64> {
    let index = &job.sheet.context.scheme.index;
    index.ids().find_map(|id| {
        let node = index.node(id);
        if node.kind != NodeKind::Indicator || key(&node.name) != name {
            return None;
        }
        let items = node.children.iter().filter_map(|child| match index.node(*child).source {
            NodeSource::Item { form, item } if form == job.plan.form => Some(hundredths(&job.form.item(item).full)),
            _ => None,
        });
        let sum: i64 = items.sum();
        (sum > 0).then_some(sum)
    })
}
