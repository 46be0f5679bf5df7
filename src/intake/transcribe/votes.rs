//! 计票表: counts of items × options, one unit (stratum) a row or one item a row.

use super::super::cells::{UNCACHED, clean, count, is_missing, key};
use super::super::grid::{Grid, GridRow};
use super::super::layout::{Down, Role};
use super::super::print::{self, RowPrint};
use super::super::words::Head;
use super::Job;
use super::fields::Fields;
use super::long::unknown_item;
use super::part::{Part, Who};
use super::rows::{classify, unclaimed};
use super::set_head;
use super::who::{Finder, Lost};
use crate::diagnostic::Diagnostic;
use crate::survey::{Act, Answer, CellFate, ItemId, Receipt, RowFate, Screening, StratumId, VoteCount};

/// Reads every row below the header; gives the receipts found in columns 应到, 发出 ….
pub(super) fn read(job: &Job<'_>, grid: &Grid, part: &mut Part) -> Vec<Receipt> {
    let mut finder = Finder::new(job);
    let mut receipts = Vec::new();
    if screens(&job.form.screening) {
        part.findings.push(Diagnostic::new("B604", job.sheet.place.clone()).with("form", &job.form.name));
    }
    let cells: Vec<(u32, Option<ItemId>, Option<StratumId>, u8)> = job
        .plan
        .columns
        .iter()
        .filter_map(|column| match column.role {
            Role::Votes(item, stratum, option) => Some((column.column, item, stratum, option)),
            _ => None,
        })
        .collect();
    for row in grid.rows.iter().filter(|row| row.row > job.plan.header_end()) {
        part.books.next(row.row);
        if let Some(fate) = classify(job, row) {
            part.fate(fate, 1);
            continue;
        }
        let down = job.plan.down == Down::Items;
        let item = if down { item_of(job, row) } else { None };
        let who = finder.find(job, row);
        let counted = cells.iter().any(|(column, ..)| !is_missing(&key(&row.text(*column))));
        match (item, who) {
            (None, _) if down => lost_item(job, row, counted, part),
            (item, Ok(who)) => {
                counts(job, grid, row, &cells, item, who, part);
                receipts.extend(receipt(job, row, who));
            }
            (_, Err(Lost::Blank(_) | Lost::Sheet)) if !counted => unclaimed(job, "B501", row.row, row, part),
            (_, Err(lost)) => {
                part.fate(RowFate::SetAside, 1);
                finder.report(job, lost, row.row, row, part);
            }
        }
    }
    receipts
}

fn screens(rules: &Screening) -> bool {
    rules.answered_min.is_some()
        || rules.all_same.is_some()
        || rules.all_full != Act::Off
        || rules.too_many_high.is_some()
        || rules.too_few_low.is_some()
}

/// The item a row names: by name from the right, else by its number.
pub(super) fn item_of(job: &Job<'_>, row: &GridRow) -> Option<ItemId> {
    let words = job.sheet.context.words(job.plan.form);
    let mut named: Vec<u32> = job.plan.columns_of(|role| role == Role::ItemName).collect();
    named.reverse();
    let certain = named
        .iter()
        .find_map(|column| words.item(&key(&row.text(*column))).filter(|(_, sure)| *sure > super::super::context::Sure::Number));
    let numbered = || {
        let blank = named.iter().all(|column| row.text(*column).trim().is_empty());
        let mut codes = job.plan.columns_of(|role| role == Role::ItemCode);
        blank.then(|| codes.find_map(|column| words.by_code(&key(&row.text(column))))).flatten()
    };
    let own_number = || named.iter().find_map(|column| words.item(&key(&row.text(*column)))).map(|(item, _)| item);
    certain.map(|(item, _)| item).or_else(numbered).or_else(own_number)
}

fn lost_item(job: &Job<'_>, row: &GridRow, counted: bool, part: &mut Part) {
    let column = job.plan.columns_of(|role| matches!(role, Role::ItemName | Role::ItemCode)).last().unwrap_or(0);
    if counted {
        part.fate(RowFate::SetAside, 1);
        unknown_item(job, "B502", &row.text(column), row.row, column, row, part);
    } else if !row.text(column).trim().is_empty() {
        part.fate(RowFate::Heading, 1);
    } else {
        unclaimed(job, "B501", row.row, row, part);
    }
}

fn counts(
    job: &Job<'_>,
    grid: &Grid,
    row: &GridRow,
    cells: &[(u32, Option<ItemId>, Option<StratumId>, u8)],
    row_item: Option<ItemId>,
    who: Who,
    part: &mut Part,
) {
    part.fate(RowFate::Entry, 1);
    part.who(who);
    let mut print = RowPrint::default();
    job.print_who(&mut print, who);
    for (column, item, stratum, option) in cells {
        let Some(item) = item.or(row_item) else { continue };
        if grid.copied_from(row.row, *column).is_some() {
            part.books.mark(row.row, *column, CellFate::Ignored);
            continue;
        }
        let text = row.text(*column);
        let word = key(&text);
        match count(&word) {
            Some(0) => {}
            Some(number) => {
                let stratum = stratum.unwrap_or(who.stratum);
                part.answers += number;
                part.votes.push(VoteCount {
                    form: job.plan.form,
                    procedure: who.procedure,
                    unit: who.unit,
                    subject: who.subject,
                    stratum,
                    item,
                    answer: Answer::Choice(*option),
                    count: number,
                });
            }
            None if is_missing(&word) => {}
            None => not_a_count(job, row.row, *column, row, part),
        }
        if !word.is_empty() {
            let salt = format!("votes {} {stratum:?} {option}", item.0);
            print.cell(print::hash(salt.as_bytes()), print::content(&text));
        }
    }
    part.print.row(print);
}

/// Reports a cell of a count table that is no count.
pub(super) fn not_a_count(job: &Job<'_>, row: u32, column: u32, fields: &impl Fields, part: &mut Part) {
    part.void += 1;
    part.books.mark(row, column, CellFate::Void);
    if !part.findings.lists("B601") {
        part.findings.count("B601");
        return;
    }
    let text = fields.text(column);
    let found = if text == UNCACHED { String::new() } else { clean(&text) };
    let (cells, marked) = job.excerpt(fields, column);
    part.findings.push(Diagnostic::new("B601", job.place(row, column)).with("found", found).excerpt(cells, marked));
}

/// Meeting numbers that stand in columns of the row.
fn receipt(job: &Job<'_>, row: &GridRow, who: Who) -> Option<Receipt> {
    let heads: Vec<(u32, Head)> = job
        .plan
        .columns
        .iter()
        .filter_map(|column| if let Role::Receipt(head) = column.role { Some((column.column, head)) } else { None })
        .collect();
    let mut receipt = job.receipt(who);
    let mut any = false;
    for (column, head) in heads {
        if let Some(value) = count(&key(&row.text(column))) {
            set_head(&mut receipt, head, value);
            any = true;
        }
    }
    any.then_some(receipt)
}
