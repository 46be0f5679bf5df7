//! Ballots that run downwards: one judge a column (述职评分), or one paper ballot a sheet with ticks below options.

use super::super::answers::{Odd, Reader};
use super::super::cells::{is_missing, key, tick};
use super::super::grid::{Grid, GridRow};
use super::super::layout::{Down, Role};
use super::super::print::{self, RowPrint};
use super::super::screen::Screener;
use super::Job;
use super::fields::Fields;
use super::long::unknown_item;
use super::odd::{self, Cell};
use super::part::{Part, Who};
use super::rows::{classify, unclaimed};
use super::votes::item_of;
use super::who::Finder;
use crate::diagnostic::Diagnostic;
use crate::survey::{Answer, Block, Column, ItemId, NodeId, RowFate, StratumId, SubjectId, VoidReason};
use std::collections::BTreeMap;

/// Answers of one procedure: what each row is about, and per rater what was answered.
#[derive(Default)]
struct Table {
    columns: Vec<Column>,
    /// One list per rater, as long as `columns`.
    raters: Vec<Vec<Answer>>,
    subjects: Vec<SubjectId>,
}

pub(super) fn read(job: &Job<'_>, grid: &Grid, part: &mut Part) {
    let mut finder = Finder::new(job);
    let raters: Vec<u32> = job.plan.columns_of(|role| role == Role::Rater).collect();
    let mut tables: BTreeMap<NodeId, Table> = BTreeMap::new();
    for row in grid.rows.iter().filter(|row| row.row > job.plan.header_end()) {
        part.books.next(row.row);
        if let Some(fate) = classify(job, row) {
            part.fate(fate, 1);
            continue;
        }
        let Some((column, who)) = about(job, &mut finder, row, part) else { continue };
        let table = tables.entry(who.procedure).or_default();
        if table.columns.contains(&column) {
            part.fate(RowFate::SetAside, 1);
            let found = column
                .subject
                .map_or_else(|| odd::item_name(job.form, column.item), |id| job.sheet.context.scheme.frame.path(id));
            part.findings.push(Diagnostic::new("B504", job.sheet.place.row(row.row)).with("found", found));
            continue;
        }
        let answers = answers(job, row, column.item, &raters, part);
        table.raters.resize(answers.len(), Vec::new());
        for (rater, answer) in table.raters.iter_mut().zip(answers) {
            rater.resize(table.columns.len(), Answer::Missing);
            rater.push(answer);
        }
        table.columns.push(column);
        table.subjects.push(who.subject);
        part.fate(RowFate::Entry, 1);
        content(job, row, column, who, part);
    }
    for (procedure, table) in tables {
        ballots(job, procedure, &table, &raters, part);
    }
}

/// What a row is about; reports and counts it otherwise.
fn about(job: &Job<'_>, finder: &mut Finder, row: &GridRow, part: &mut Part) -> Option<(Column, Who)> {
    let who = match finder.find(job, row) {
        Ok(who) => who,
        Err(lost) => {
            part.fate(RowFate::SetAside, 1);
            finder.report(job, lost, row.row, row, part);
            return None;
        }
    };
    if job.plan.down == Down::Subjects {
        return Some((Column { item: ItemId(0), subject: Some(who.subject) }, who));
    }
    let Some(item) = item_of(job, row) else {
        let column = job.plan.columns_of(|role| matches!(role, Role::ItemName | Role::ItemCode)).last().unwrap_or(0);
        let text = row.text(column);
        if text.trim().is_empty() {
            unclaimed(job, "B501", row.row, row, part);
        } else {
            part.fate(RowFate::SetAside, 1);
            unknown_item(job, "B502", &text, row.row, column, row, part);
        }
        return None;
    };
    // A column that names persons beside the items: one table rates many.
    let many = job.form.persons && job.plan.has(|role| role == Role::Subject);
    Some((Column { item, subject: many.then_some(who.subject) }, who))
}

/// The row's answers: one a rater, or one from the ticks of a paper ballot.
fn answers(job: &Job<'_>, row: &GridRow, item: ItemId, raters: &[u32], part: &mut Part) -> Vec<Answer> {
    let reader = Reader::new(job.sheet.context, job.form, item);
    if raters.is_empty() {
        return vec![ticked(job, row, item, &reader, part)];
    }
    raters
        .iter()
        .map(|column| {
            let (answer, odd) = reader.read(&row.text(*column));
            if odd != Odd::Nothing {
                odd::report(job, job.form, odd, &reader, Cell { row: row.row, column: *column, item }, row, part);
            }
            answer
        })
        .collect()
}

fn ticked(job: &Job<'_>, row: &GridRow, item: ItemId, reader: &Reader<'_>, part: &mut Part) -> Answer {
    let mut answer = Answer::Missing;
    for known in &job.plan.columns {
        let Role::PaperTick(option) = known.role else { continue };
        let word = key(&row.text(known.column));
        let odd = match tick(&word) {
            Some(true) if answer == Answer::Missing => {
                answer = Answer::Choice(option);
                continue;
            }
            Some(true) => Odd::TwoTicks,
            Some(false) => continue,
            None if is_missing(&word) => continue,
            None => Odd::UnknownOption,
        };
        if odd == Odd::TwoTicks {
            answer = Answer::Void(VoidReason::TwoTicks);
        }
        odd::report(job, job.form, odd, reader, Cell { row: row.row, column: known.column, item }, row, part);
    }
    answer
}

fn content(job: &Job<'_>, row: &GridRow, column: Column, who: Who, part: &mut Part) {
    let mut print = RowPrint::default();
    job.print_who(&mut print, who);
    print.cell(13, u128::from(column.item.0) + 1);
    for known in &job.plan.columns {
        let salt = match known.role {
            Role::Rater => format!("rater {}", key(&known.header)),
            Role::PaperTick(option) => format!("tick {option}"),
            _ => continue,
        };
        let text = row.text(known.column);
        if !text.trim().is_empty() {
            print.cell(print::hash(salt.as_bytes()), print::content(&text));
        }
    }
    part.print.row(print);
}

/// One ballot a rater; a column that says nothing at all is no ballot.
fn ballots(job: &Job<'_>, procedure: NodeId, table: &Table, raters: &[u32], part: &mut Part) {
    let context = job.sheet.context;
    let units: Vec<SubjectId> = table.subjects.iter().map(|id| context.scheme.frame.unit_of(*id)).collect();
    let unit = job.around.unit.or_else(|| context.roster.common(&units)).or_else(|| units.first().copied());
    let Some(unit) = unit else { return };
    let subject = if job.plan.down == Down::Items { job.around.subject.unwrap_or(unit) } else { unit };
    let screener = Screener::new(context.scheme, job.form, &table.columns);
    for (nth, answers) in table.raters.iter().enumerate() {
        if answers.iter().all(|answer| *answer == Answer::Missing) && !raters.is_empty() {
            continue;
        }
        let stratum = rater_stratum(job, raters.get(nth).copied()).or(job.around.stratum).unwrap_or(StratumId(0));
        let verdict = screener.judge(answers, None);
        let who = Who { unit, subject, stratum, procedure };
        let _ = part.ballot(|| Block::new(job.plan.form, procedure, table.columns.clone()), who, answers, verdict, None);
    }
}

/// A judge's column below a stratum's name.
fn rater_stratum(job: &Job<'_>, column: Option<u32>) -> Option<StratumId> {
    let known = job.plan.columns.iter().find(|known| Some(known.column) == column)?;
    known.header.split('/').find_map(|level| job.sheet.context.stratum(job.form, &key(level)))
}
