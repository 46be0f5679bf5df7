//! Full marks written beside a section of a score sheet (政治引领（25分）) against those of its items.

use super::super::cells::key;
use super::super::grid::Grid;
use super::super::reasons;
use super::super::screen::hundredths;
use super::Job;
use super::fields::Fields;
use super::hundredths_text;
use super::part::Part;
use super::scores::full_in_title;
use crate::diagnostic::Diagnostic;
use crate::survey::{NodeId, NodeKind, NodeSource};

/// Reports each section once, at its first cell.
pub(super) fn check(job: &Job<'_>, grid: &Grid, part: &mut Part) {
    let mut seen: Vec<NodeId> = Vec::new();
    for row in grid.rows.iter().filter(|row| row.row > job.plan.header_end()) {
        for (column, text) in row.texts() {
            let Some(written) = full_in_title(&key(&text)) else { continue };
            let Some((id, computed)) = section(job, &reasons::bare(&text)) else { continue };
            if seen.contains(&id) {
                continue;
            }
            seen.push(id);
            if written != computed {
                let name = &job.sheet.context.scheme.index.node(id).name;
                part.findings.push(
                    Diagnostic::new("E118", job.place(row.row, column))
                        .with("item", name)
                        .with("found", hundredths_text(written))
                        .with("expected", hundredths_text(computed)),
                );
            }
        }
    }
}

/// The indicator of this name that holds items of the sheet's form, and the sum of their full marks in hundredths.
fn section(job: &Job<'_>, name: &str) -> Option<(NodeId, i64)> {
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
        (sum > 0).then_some((id, sum))
    })
}
