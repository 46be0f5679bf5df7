//! 评分表: one item a row, points given, self-rated or taken off in columns; one unit, or several side by side.

use super::super::answers::{Odd, Reader};
use super::super::cells::{is_missing, key, number, numbering, without_brackets};
use super::super::grid::{Grid, GridRow};
use super::super::layout::{Role, Side};
use super::super::likeness::likeness;
use super::super::names::Found;
use super::super::print::{self, RowPrint};
use super::super::reasons;
use super::super::screen::{Screener, hundredths};
use super::super::words::{Label, is_partial_sum, is_sum, labels};
use super::Job;
use super::fields::Fields;
use super::long::unknown_item;
use super::odd::{self, Cell, item_name};
use super::part::{Part, Who};
use super::rows::{classify, unclaimed};
use super::votes::item_of;
use super::{full_sums, hundredths_text, sections};
use crate::diagnostic::{Diagnostic, LIST};
use crate::habits::{Habit, on};
use crate::survey::{Answer, Block, CellFate, Column, Form, FormId, ItemId, NodeKind, RowFate, StratumId, SubjectId};

/// One column of points (and the deductions beside it): a form's sheet for one unit.
struct Sheet<'j> {
    form_id: FormId,
    form: &'j Form,
    /// The unit named in the header; else the sheet's.
    unit: Option<SubjectId>,
    points: Option<u32>,
    deduction: Option<u32>,
    answers: Vec<Answer>,
    /// Items that have a row.
    met: Vec<bool>,
    /// Items whose cell is blank.
    blank: Vec<ItemId>,
    /// The first of those cells.
    first_blank: Option<(u32, u32)>,
    /// Hundredths taken in all, and since the last 小计.
    total: i64,
    since: i64,
}

/// Reads the whole sheet.
pub(super) fn read(job: &Job<'_>, grid: &Grid, part: &mut Part) {
    let around = if job.form.persons { job.around.subject } else { job.around.unit };
    let mut unit = around.or_else(|| unit_column(job, grid));
    let mut sheets = sheets(job);
    sections::check(job, grid, part);
    full_sums::check(job, grid, part);
    for row in grid.rows.iter().filter(|row| row.row > job.plan.header_end()) {
        part.books.next(row.row);
        if let Some(next) = next_unit(job, row) {
            flush(job, &mut sheets, unit, part);
            unit = Some(next);
            part.fate(RowFate::Title, 1);
            continue;
        }
        match (item_of(job, row), classify(job, row)) {
            (_, Some(fate)) => {
                if fate == RowFate::Subtotal {
                    check_sum(job, row, &mut sheets, part);
                }
                part.fate(fate, 1);
            }
            (Some(item), None) => entry(job, grid, row, item, &mut sheets, part),
            (None, None) => no_item(job, grid, row, &mut sheets, part),
        }
    }
    flush(job, &mut sheets, unit, part);
}

/// A unit column that holds one unit throughout (merged down).
fn unit_column(job: &Job<'_>, grid: &Grid) -> Option<SubjectId> {
    let columns: Vec<u32> = job.plan.columns_of(|role| matches!(role, Role::Unit | Role::Subject)).collect();
    grid.rows.iter().filter(|row| row.row > job.plan.header_end()).find_map(|row| {
        columns.iter().find_map(|column| match whom(job, &row.text(*column)) {
            Found::One(id) => Some(id),
            _ => None,
        })
    })
}

/// Whom a text names: a person where the form rates persons, else a unit.
fn whom(job: &Job<'_>, text: &str) -> Found {
    let context = job.sheet.context;
    if job.form.persons { context.people.find(text, &job.around.hints) } else { context.roster.find(text, &job.around.hints) }
}

fn sheets<'j>(job: &Job<'j>) -> Vec<Sheet<'j>> {
    let scheme = job.sheet.context.scheme;
    let mut out: Vec<(Side, Sheet<'j>)> = Vec::new();
    for known in &job.plan.columns {
        let (side, unit, deducts) = match known.role {
            Role::Points(side, unit) => (side, unit, false),
            Role::Deduction(side, unit) => (side, unit, true),
            _ => continue,
        };
        let form_id = if side == Side::Partner { job.plan.partner.unwrap_or(job.plan.form) } else { job.plan.form };
        let fits = |(other, sheet): &&mut (Side, Sheet<'j>)| {
            *other == side && sheet.unit == unit && if deducts { sheet.deduction.is_none() } else { sheet.points.is_none() }
        };
        let (points, deduction) = if deducts { (None, Some(known.column)) } else { (Some(known.column), None) };
        if let Some((_, sheet)) = out.iter_mut().find(fits) {
            sheet.points = sheet.points.or(points);
            sheet.deduction = sheet.deduction.or(deduction);
        } else if out.iter().any(|(other, sheet)| *other == side && sheet.unit == unit) {
            // A second column of the same kind for the same unit: the first counts, the other is listed as read past.
        } else {
            let form = scheme.form(form_id);
            let count = form.items.len();
            out.push((
                side,
                Sheet {
                    form_id,
                    form,
                    unit,
                    points,
                    deduction,
                    answers: vec![Answer::Missing; count],
                    met: vec![false; count],
                    blank: Vec::new(),
                    first_blank: None,
                    total: 0,
                    since: 0,
                },
            ));
        }
    }
    out.into_iter().map(|(_, sheet)| sheet).collect()
}

/// A line `被考核单位：…` between two tables of one sheet.
fn next_unit(job: &Job<'_>, row: &GridRow) -> Option<SubjectId> {
    let texts = row.texts();
    if texts.len() > 4 || !on(Habit::StackedTables) {
        return None;
    }
    let wanted = if job.form.persons { Label::Subject } else { Label::Unit };
    let (_, value) =
        texts.iter().flat_map(|(_, text)| labels(text)).find(|(label, value)| *label == wanted && !value.is_empty())?;
    match whom(job, &value) {
        Found::One(id) => Some(id),
        _ => None,
    }
}

fn entry(job: &Job<'_>, grid: &Grid, row: &GridRow, item: ItemId, sheets: &mut [Sheet<'_>], part: &mut Part) {
    part.fate(RowFate::Entry, 1);
    check_full(job, row, item, part);
    let mut print = RowPrint::default();
    print.cell(13, u128::from(item.0) + 1);
    for sheet in sheets.iter_mut() {
        let Some(own) = own_item(job, sheet, item) else { continue };
        let at = usize::from(own.0);
        if sheet.met[at] {
            part.findings.push(
                Diagnostic::new("E112", job.sheet.place.row(row.row))
                    .with("item", item_name(sheet.form, own))
                    .with("form", &sheet.form.name),
            );
            for column in [sheet.points, sheet.deduction].into_iter().flatten() {
                part.books.mark(row.row, column, CellFate::Ignored);
            }
            continue;
        }
        sheet.met[at] = true;
        let (answer, told) = points(job, grid, row, own, sheet, part);
        sheet.answers[at] = answer;
        match answer {
            Answer::Score(value) => {
                sheet.total += i64::from(value);
                sheet.since += i64::from(value);
            }
            Answer::Missing if !told => {
                sheet.blank.push(own);
                let column = sheet.points.or(sheet.deduction).unwrap_or(0);
                sheet.first_blank.get_or_insert((row.row, column));
            }
            _ => {}
        }
        let salt = format!("{} {:?}", sheet.form.code, sheet.unit.map(|id| job.sheet.context.subject_print(id)));
        for column in [sheet.points, sheet.deduction].into_iter().flatten() {
            print.cell(
                print::hash(salt.as_bytes()).rotate_left(u32::from(Some(column) == sheet.deduction)),
                print::content(&row.text(column)),
            );
        }
    }
    part.print.row(print);
}

/// The same item in the form of this column (the partner form lists it by its own number).
fn own_item(job: &Job<'_>, sheet: &Sheet<'_>, item: ItemId) -> Option<ItemId> {
    if sheet.form_id == job.plan.form {
        return Some(item);
    }
    let known = job.form.item(item);
    let at = sheet
        .form
        .items
        .iter()
        .position(|other| other.code == known.code && other.name == known.name)
        .or_else(|| sheet.form.items.iter().position(|other| other.name == known.name))?;
    u16::try_from(at).ok().map(ItemId)
}

/// Points given, else full marks less the deductions; and whether the cell has been reported by itself.
fn points(job: &Job<'_>, grid: &Grid, row: &GridRow, item: ItemId, sheet: &Sheet<'_>, part: &mut Part) -> (Answer, bool) {
    let reader = Reader::new(job.sheet.context, sheet.form, item);
    let mut report =
        |odd: Odd, column: u32| odd::report(job, sheet.form, odd, &reader, Cell { row: row.row, column, item }, row, part);
    if let Some(column) = sheet.points {
        if grid.copied_from(row.row, column).is_some() {
            let place = job.place(row.row, column);
            part.books.mark(row.row, column, CellFate::Void);
            part.findings
                .push(Diagnostic::new("E113", place).with("item", item_name(sheet.form, item)).with("found", row.text(column)));
            return (Answer::Missing, true);
        }
        let (answer, odd) = reader.read(&row.text(column));
        if odd != Odd::Nothing {
            report(odd, column);
        }
        if answer != Answer::Missing || odd != Odd::Nothing {
            return (answer, odd != Odd::Nothing);
        }
    }
    let Some(column) = sheet.deduction else { return (Answer::Missing, false) };
    let (answer, odd) = reader.deduction(&row.text(column));
    if odd == Odd::AboveFull {
        part.findings.push(
            Diagnostic::new("E114", job.place(row.row, column))
                .with("item", item_name(sheet.form, item))
                .with("found", row.text(column))
                .with("expected", hundredths_text(reader.full())),
        );
    } else if odd != Odd::Nothing {
        report(odd, column);
    }
    (answer.unwrap_or(Answer::Missing), odd != Odd::Nothing)
}

/// 分值 in the sheet against the scheme's.
fn check_full(job: &Job<'_>, row: &GridRow, item: ItemId, part: &mut Part) {
    let full = hundredths(&job.form.item(item).full);
    let by_column = job
        .plan
        .columns_of(|role| role == Role::Full)
        .find_map(|column| number(&key(&row.text(column))).map(|n| (column, n.hundredths)));
    let by_title = || {
        job.plan
            .columns_of(|role| role == Role::ItemName)
            .find_map(|column| Some((column, full_in_title(&key(&row.text(column)))?)))
    };
    if let Some((column, found)) = by_column.or_else(by_title)
        && found != full
    {
        part.findings.push(
            Diagnostic::new("E111", job.place(row.row, column))
                .with("item", item_name(job.form, item))
                .with("found", hundredths_text(found))
                .with("expected", hundredths_text(full)),
        );
    }
}

/// `(2分)` at the end of a title; `扣0.5分` is none.
pub(super) fn full_in_title(title: &str) -> Option<i64> {
    let (_, inner) = title.strip_suffix(')')?.rsplit_once('(')?;
    let amount = inner.strip_suffix('分')?;
    number(amount).filter(|n| !n.deducted && n.hundredths > 0).map(|n| n.hundredths)
}

/// A row that names no item: a heading, an item in other words, or something nobody claims.
fn no_item(job: &Job<'_>, grid: &Grid, row: &GridRow, sheets: &mut [Sheet<'_>], part: &mut Part) {
    let names: Vec<(u32, String)> = job
        .plan
        .columns_of(|role| role == Role::ItemName)
        .map(|column| (column, row.text(column)))
        .filter(|(_, text)| !text.trim().is_empty())
        .collect();
    let scored = sheets
        .iter()
        .flat_map(|sheet| [sheet.points, sheet.deduction])
        .flatten()
        .any(|column| !is_missing(&key(&row.text(column))));
    let texts = row.texts();
    // The item's own column decides; a section named beside it (一级指标) does not make the row a heading.
    let heading = match names.last() {
        Some((_, text)) => is_indicator(job, text),
        None => texts.iter().any(|(_, text)| is_indicator(job, text)),
    };
    match names.last() {
        _ if heading => {
            for sheet in sheets.iter_mut() {
                sheet.since = 0;
            }
            part.fate(RowFate::Heading, 1);
        }
        Some((column, text)) if scored => {
            if let Some(item) = by_number(job, row, text) {
                let place = job.place(row.row, *column);
                part.findings.push(
                    Diagnostic::new("E110", place)
                        .with("found", super::super::cells::clean(text))
                        .with("near", &job.form.item(item).name)
                        .with("item", item_name(job.form, item))
                        .with("code", &job.form.item(item).code)
                        .with("owner", reasons::owner(job.sheet, job.form, &job.form.item(item).code))
                        .with("line", reasons::alias_line(&job.form.item(item).aliases, &super::super::cells::clean(text))),
                );
                entry(job, grid, row, item, sheets, part);
            } else if !on(Habit::RewordedItems) {
                part.fate(RowFate::Heading, 1);
            } else {
                part.fate(RowFate::SetAside, 1);
                unknown_item(job, "E115", text, row.row, *column, row, part);
            }
        }
        Some(_) => part.fate(RowFate::Heading, 1),
        None if !scored && texts.len() == 1 && numbering(&key(&texts[0].1)).is_some() => part.fate(RowFate::Heading, 1),
        None => unclaimed(job, "E101", row.row, row, part),
    }
}

/// The name of an indicator of the index: a section heading, whatever number stands beside it.
fn is_indicator(job: &Job<'_>, text: &str) -> bool {
    let wanted = reasons::bare(text);
    !wanted.is_empty()
        && job
            .sheet
            .context
            .scheme
            .index
            .nodes
            .iter()
            .any(|node| matches!(node.kind, NodeKind::Indicator | NodeKind::Procedure) && key(&node.name) == wanted)
}

/// A reworded item must be at least so much like its name.
const REWORDED: f64 = 0.5;

/// A reworded item that still carries its number: taken, and said so.
fn by_number(job: &Job<'_>, row: &GridRow, text: &str) -> Option<ItemId> {
    let words = job.sheet.context.words(job.plan.form);
    let in_column = job
        .plan
        .columns_of(|role| matches!(role, Role::ItemCode | Role::Sequence))
        .find_map(|column| words.by_code(&key(&row.text(column))));
    let own = numbering(&key(text)).and_then(|(value, _)| words.by_code(&value.to_string()));
    let item = in_column.or(own)?;
    let alike = likeness(&reasons::bare(&job.form.item(item).name), &reasons::bare(text), REWORDED);
    (alike >= REWORDED).then_some(item)
}

/// 小计/合计 against what was taken.
fn check_sum(job: &Job<'_>, row: &GridRow, sheets: &mut [Sheet<'_>], part: &mut Part) {
    let word = row.texts().into_iter().map(|(_, text)| key(&text)).find(|text| is_sum(text));
    let Some(word) = word.filter(|_| on(Habit::SumCheck)) else { return };
    let partial = is_partial_sum(&word);
    let tolerance = hundredths(&job.sheet.context.scheme.rules.subtotal_tolerance);
    for sheet in sheets.iter_mut() {
        if let Some(column) = sheet.points
            && let Some(found) = number(without_brackets(&key(&row.text(column))))
        {
            let computed = if partial { sheet.since } else { sheet.total };
            let differs = |value: i64| (found.hundredths - value).abs() > tolerance;
            if differs(computed) && (!partial || differs(sheet.total)) {
                part.findings.push(
                    Diagnostic::new("E201", job.place(row.row, column))
                        .with("found", hundredths_text(found.hundredths))
                        .with("expected", hundredths_text(computed))
                        .with("item", word.clone())
                        .with("form", &sheet.form.name),
                );
            }
        }
        if partial {
            sheet.since = 0;
        }
    }
}

/// Makes one block row of each column of points that says anything.
fn flush(job: &Job<'_>, sheets: &mut [Sheet<'_>], unit: Option<SubjectId>, part: &mut Part) {
    let mut lost = false;
    for sheet in sheets.iter_mut() {
        let count = sheet.form.items.len();
        let answers = std::mem::replace(&mut sheet.answers, vec![Answer::Missing; count]);
        let met = std::mem::replace(&mut sheet.met, vec![false; count]);
        let blank = std::mem::take(&mut sheet.blank);
        let first_blank = sheet.first_blank.take();
        (sheet.total, sheet.since) = (0, 0);
        if answers.iter().all(|answer| *answer == Answer::Missing) {
            continue;
        }
        let procedure = job
            .around
            .procedure
            .filter(|id| sheet.form.procedures.contains(id))
            .or_else(|| sheet.form.procedures.first().copied());
        let (Some(unit), Some(procedure)) = (sheet.unit.or(unit), procedure) else {
            lost = true;
            continue;
        };
        let names = |items: &[ItemId]| items.iter().map(|item| item_name(sheet.form, *item)).collect::<Vec<_>>().join(LIST);
        if !blank.is_empty() {
            let place = first_blank.map_or_else(|| job.sheet.place.clone(), |(row, column)| job.place(row, column));
            part.findings.push(
                Diagnostic::new("E102", place)
                    .with("item", names(&blank))
                    .with("count", blank.len())
                    .with("form", &sheet.form.name),
            );
        }
        let absent: Vec<ItemId> = (0..).zip(&met).filter(|(_, met)| !**met).map(|(item, _)| ItemId(item)).collect();
        if !absent.is_empty() {
            let place = job.sheet.place.clone();
            part.findings.push(
                Diagnostic::new("E116", place)
                    .with("item", names(&absent))
                    .with("count", absent.len())
                    .with("form", &sheet.form.name),
            );
        }
        let columns: Vec<Column> = (0..).take(count).map(|item| Column { item: ItemId(item), subject: None }).collect();
        let verdict = Screener::new(job.sheet.context.scheme, sheet.form, &columns).judge(&answers, None);
        let frame = &job.sheet.context.scheme.frame;
        let subject = job.around.subject.filter(|_| sheet.unit.is_none() && !job.form.persons).unwrap_or(unit);
        let unit = frame.unit_of(unit);
        let who = Who { unit, subject, stratum: job.around.stratum.unwrap_or(StratumId(0)), procedure };
        let form_id = sheet.form_id;
        let block = || Block::new(form_id, procedure, columns.clone());
        // A block holds one form: the own form's and the partner's rows never share one.
        part.separate(form_id);
        let _ = part.ballot(block, who, &answers, verdict, None);
    }
    if lost {
        // Nobody to book them to: what was read is set aside after all.
        part.move_fate(RowFate::Entry, RowFate::SetAside);
    }
}
