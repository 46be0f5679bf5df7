//! Reports of odd cells: what was found, what was expected, and a line that mends it.

use super::super::answers::{Odd, Reader};
use super::super::cells::{UNCACHED, clean, key};
use super::super::export::masked;
use super::Job;
use super::fields::Fields;
use super::part::Part;
use crate::diagnostic::Diagnostic;
use crate::survey::{CellFate, Form, ItemId, Shape};

/// Where an odd cell stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cell {
    pub row: u32,
    pub column: u32,
    pub item: ItemId,
}

/// `第 3 题「作风建设」`: number and name as a reader finds them.
pub(in crate::intake) fn item_name(form: &Form, item: ItemId) -> String {
    form.items.get(usize::from(item.0)).map_or_else(String::new, |known| crate::diagnostic::named(&known.code, &known.name))
}

/// Reports one odd cell: in a score sheet with a code of letter E, else of letter B.
pub(super) fn report(
    job: &Job<'_>,
    form: &Form,
    odd: Odd,
    reader: &Reader<'_>,
    cell: Cell,
    fields: &impl Fields,
    part: &mut Part,
) {
    let Some(code) = odd.code(job.plan.shape == Shape::Scores) else { return };
    if odd.spoils() {
        part.books.mark(cell.row, cell.column, CellFate::Void);
    }
    if !part.findings.lists(code) {
        part.findings.count(code);
        return;
    }
    let text = fields.text(cell.column);
    let found = if text == UNCACHED { String::new() } else { masked(&clean(&text)).into_owned() };
    let mut diagnostic = Diagnostic::new(code, job.sheet.place.at(cell.row, cell.column))
        .with("item", item_name(form, cell.item))
        .with("form", &form.name);
    match reader.scale() {
        Some(scale) => {
            diagnostic = diagnostic
                .with("expected", job.sheet.context.option_labels(scale))
                .with("near", nearest_option(job, scale, &found));
        }
        None => diagnostic = diagnostic.with("expected", format!("0–{}", super::hundredths_text(reader.full()))),
    }
    let (cells, marked) = job.excerpt(fields, cell.column);
    part.findings.push(diagnostic.with("found", found).excerpt(cells, marked));
}

/// The option whose label looks most like the text; the first option if none does.
fn nearest_option(job: &Job<'_>, scale: usize, found: &str) -> String {
    let wanted = key(found);
    let choices = job.sheet.context.scheme.scales.get(scale).map_or(&[][..], |scale| &scale.choices);
    let mut best: (f64, &str) = (-1.0, "");
    for choice in choices {
        let likeness = strsim::normalized_levenshtein(&key(&choice.label), &wanted);
        if likeness > best.0 {
            best = (likeness, &choice.label);
        }
    }
    best.1.to_owned()
}
