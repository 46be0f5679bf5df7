//! One file read to the end: each sheet recognised, its rows turned into ballots and counts, its books balanced.

mod books;
mod broken;
mod down;
mod fields;
mod full_sums;
mod gaps;
mod long;
mod memo;
mod odd;
mod part;
mod pump;
mod rows;
mod scores;
mod sections;
mod sequence;
mod votes;
mod who;
mod wide;

#[cfg(test)]
mod tests;

use super::cells::key;
use super::context::{Context, scale_of};
use super::export::{half, masked, with_its_text};
use super::findings::Findings;
use super::grid::Grid;
use super::guard::guarded;
use super::layout::{Down, Plan, Role};
use super::print::RowPrint;
use super::raw::{is_notes, take_off};
use super::recognise::{Refused, Verdict, recognise};
use super::sheet::{Sheet, Surroundings, texts};
use super::source::{Body, OpenSheet, SourceFile, failed, open};
use super::words::{Head, heads};
use crate::diagnostic::{Diagnostic, LIST, Place};
use crate::habits::{Habit, on};
use crate::survey::{
    CellFate, Form, FormKind, ItemId, Layout, Receipt, RowFate, Shape, SheetLedger, Sink, SourceSheet, StratumId, SubjectId,
};
pub(in crate::intake) use odd::item_name;
use part::{Part, Who};

/// A recognised sheet about to be transcribed.
pub(super) struct Job<'j> {
    pub sheet: &'j Sheet<'j>,
    pub plan: &'j Plan,
    pub form: &'j Form,
    pub around: Surroundings,
    /// Keys of the title texts, to know them again at the next page.
    pub titles: Vec<String>,
}

/// Reads one file. Never fails. One entry per sheet (at least one per file, so the ledger lists every file), with the sink that took its counts.
pub fn read<S: Sink + Send>(
    file: &SourceFile,
    context: &Context<'_>,
    new_sink: &(dyn Fn() -> S + Sync),
) -> Vec<(SourceSheet, S)> {
    let read = guarded(|| read_whole(file, context, new_sink));
    read.unwrap_or_else(|cause| {
        let trouble = *failed(&Place::file(file.rel.clone()), &cause);
        vec![nothing_of(file, context, new_sink(), vec![trouble])]
    })
}

/// The entry of a file of which nothing is taken.
fn nothing_of<S>(file: &SourceFile, context: &Context<'_>, sink: S, diagnostics: Vec<Diagnostic>) -> (SourceSheet, S) {
    let status = if file.size == 0 { "empty" } else { "unreadable" };
    let ledger = SheetLedger { status: status.to_owned(), ..SheetLedger::default() };
    let sender = sender(context, &file.rel);
    (SourceSheet { file: file.rel.to_string(), sender, ledger, diagnostics, ..SourceSheet::default() }, sink)
}

fn read_whole<S: Sink + Send>(
    file: &SourceFile,
    context: &Context<'_>,
    new_sink: &(dyn Fn() -> S + Sync),
) -> Vec<(SourceSheet, S)> {
    let opened = open(file);
    let alone = opened.sheets.iter().filter(|sheet| !sheet.hidden && !is_notes(sheet)).count() < 2;
    let mut out: Vec<(SourceSheet, S)> = opened
        .sheets
        .into_iter()
        .take(if on(Habit::EverySheet) { usize::MAX } else { 1 })
        .map(|sheet| read_sheet(sheet, &file.rel, alone, context, new_sink()))
        .collect();
    if out.is_empty() {
        out.push(nothing_of(file, context, new_sink(), Vec::new()));
    }
    for diagnostic in out.iter_mut().flat_map(|(source, _)| &mut source.diagnostics) {
        with_its_text(diagnostic, &file.path);
    }
    if let Some(sha256) = &opened.sha256 {
        for (source, _) in &mut out {
            source.sha256.clone_from(sha256);
        }
    }
    if let Some((first, _)) = out.first_mut() {
        let mut all = opened.diagnostics;
        all.append(&mut first.diagnostics);
        first.diagnostics = all;
    }
    out
}

/// Code of the unit that sent a file, going by its path alone; empty: nobody can tell.
#[must_use]
pub fn sender(context: &Context<'_>, file: &str) -> String {
    named_sender(&Sheet::new(context, file, "", Place::file(file), true))
}

fn named_sender(sheet: &Sheet<'_>) -> String {
    sheet.sender.map(|id| sheet.context.scheme.frame.subject(id).code.clone()).unwrap_or_default()
}

/// Reads one sheet.
pub(super) fn read_sheet<S: Sink + Send>(
    mut opened: OpenSheet,
    file: &str,
    alone: bool,
    context: &Context<'_>,
    mut sink: S,
) -> (SourceSheet, S) {
    let notes = is_notes(&opened);
    let ours = if let Body::Grid(grid) = &mut opened.body { take_off(grid) } else { 0 };
    if notes || ours > 0 {
        // The comments in a returned workbook are our own.
        opened.diagnostics.retain(|found| found.code != "F233");
    }
    let name = opened.name.as_deref().unwrap_or_default().to_owned();
    let mut source =
        SourceSheet { file: file.to_owned(), sheet: name.clone(), diagnostics: opened.diagnostics, ..SourceSheet::default() };
    let sheet = Sheet::new(context, file, &name, opened.place, alone);
    source.count_anyway = sheet.rule.count;
    source.sender = named_sender(&sheet);
    let head = match &opened.body {
        Body::Grid(grid) => grid,
        Body::Stream(stream) => &stream.head,
    };
    if notes {
        source.diagnostics.push(Diagnostic::new("L171", sheet.place.clone()).with("found", &name));
        leave(&mut source, &opened.body, "ignored");
    } else if opened.hidden && on(Habit::HiddenSheets) {
        source.diagnostics.push(Diagnostic::new("L109", sheet.place.clone()).with("found", &name));
        leave(&mut source, &opened.body, "hidden");
    } else if head.rows.iter().all(super::grid::GridRow::is_blank) {
        leave(&mut source, &opened.body, "empty");
    } else if sheet.rule.ignore {
        leave(&mut source, &opened.body, "ignored");
    } else if let Some(why) = half(head, &sheet.place).filter(|_| sheet.rule.form.is_none()) {
        source.diagnostics.push(why);
        leave(&mut source, &opened.body, "ignored");
    } else {
        match recognise(&sheet, head) {
            Verdict::Read(plan) => transcribe(&sheet, &plan, opened.body, &mut source, &mut sink),
            Verdict::Ignored(why) => {
                source.diagnostics.push(why);
                leave(&mut source, &opened.body, "ignored");
            }
            Verdict::Unclear(why, readings) => {
                source.diagnostics.extend(why);
                source.layout = readings.map(|readings| not_taken(&sheet, &readings));
                leave(&mut source, &opened.body, "unrecognised");
            }
        }
    }
    source.ledger.add_cells(CellFate::Remark, ours);
    (source, sink)
}

/// The readings of a sheet that was refused, for the list of layouts.
fn not_taken(sheet: &Sheet<'_>, readings: &Refused) -> Layout {
    let other = readings.second.as_ref();
    let pin = |plan| super::layout::pin(sheet.context.scheme, plan, sheet.file, &sheet.name);
    Layout { refused: true, other_pin: other.map(pin).unwrap_or_default(), ..readings.best.layout(sheet, "") }
}

/// The books of a sheet that is not counted.
fn leave(source: &mut SourceSheet, body: &Body, status: &str) {
    let skimmed = pump::skim(body);
    source.ledger = skimmed.set_aside(status);
    source.sha256 = skimmed.sha256.unwrap_or_default();
}

fn transcribe<S: Sink + Send>(sheet: &Sheet<'_>, plan: &Plan, body: Body, source: &mut SourceSheet, sink: &mut S) {
    let scheme = sheet.context.scheme;
    let head = match &body {
        Body::Grid(grid) => grid,
        Body::Stream(stream) => &stream.head,
    };
    let form = scheme.form(plan.form);
    source.form.clone_from(&form.code);
    source.year = sheet.year(head, &plan.header_rows);
    let mut findings = Findings::default();
    let around = sheet.surroundings(head, plan.form, &plan.header_rows, &mut findings);
    let titles = head.rows.iter().take_while(|row| row.row < plan.header_end()).flat_map(texts).map(|text| key(&text)).collect();
    let mut job = Job { sheet, plan, form, around, titles };
    job.complete();
    let procedure = job.around.procedure.map_or("", |id| scheme.index.node(id).code.as_str()).to_owned();
    source.layout = Some(plan.layout(sheet, &procedure));
    if other_year(&job, source, &mut findings) {
        leave(source, &body, "other-year");
        source.diagnostics.extend(findings.finish());
        return;
    }
    gaps::report(&job, &mut findings);
    numbered(&job, &mut findings);
    let mut part = Part::default();
    part.findings = findings;
    above(&job, head, &mut part);
    let broken = broken::cells(&body);
    let pumped = pump::run(&job, body, &mut part, sink);
    broken::report(&job, &broken, &mut part);
    source.sha256 = pumped.sha256.unwrap_or_default();
    finish(&job, part, pumped.rows, pumped.receipts, source);
}

/// Says how the numbers of an export by number were understood.
fn numbered(job: &Job<'_>, findings: &mut Findings) {
    let Some(export) = job.plan.export.filter(|export| export.by_number) else { return };
    let scale = (0..).map(ItemId).take(job.form.items.len()).find_map(|item| scale_of(job.form, item));
    let labels = scale.map(|scale| job.sheet.context.option_labels(scale)).unwrap_or_default();
    let meant: Vec<String> = labels.split('｜').zip(1..).map(|(label, number)| format!("{number}={label}")).collect();
    findings.push(
        Diagnostic::new("L150", job.sheet.place.row(job.plan.header_end()))
            .with("found", export.platform.name(job.sheet.context.scheme.language))
            .with("expected", meant.join(LIST))
            .with("form", &job.form.name),
    );
}

/// Whether the sheet speaks of another year and no pin says to count it.
fn other_year(job: &Job<'_>, source: &SourceSheet, findings: &mut Findings) -> bool {
    let (Some(year), Some(wanted)) = (source.year, job.sheet.context.scheme.year) else { return false };
    if year == wanted || job.sheet.rule.count || !on(Habit::YearCheck) {
        return false;
    }
    let below = job.sheet.file.strip_prefix("returns/").unwrap_or(job.sheet.file);
    let line = super::layout::quoted(&glob::Pattern::escape(below));
    findings
        .push(Diagnostic::new("L107", job.sheet.place.clone()).with("found", year).with("expected", wanted).with("line", line));
    true
}

/// Fates of the rows down to the header, and their content.
fn above(job: &Job<'_>, head: &Grid, part: &mut Part) {
    for row in head.rows.iter().filter(|row| row.row <= job.plan.header_end()) {
        let cells = texts(row);
        let fate = if job.plan.header_rows.contains(&row.row) {
            RowFate::Header
        } else if cells.is_empty() {
            RowFate::Blank
        } else if heads(&cells.join("|")).is_empty() {
            RowFate::Title
        } else {
            RowFate::Receipt
        };
        part.row(row, |part| part.fate(fate, 1));
        if matches!(fate, RowFate::Title | RowFate::Receipt) {
            let mut print = RowPrint::default();
            for text in &cells {
                print.cell(1, super::print::content(text));
            }
            part.print.row(print);
        }
    }
}

fn finish(job: &Job<'_>, mut part: Part, total_rows: u64, receipts: Vec<Receipt>, source: &mut SourceSheet) {
    let scheme = job.sheet.context.scheme;
    part.fate(RowFate::Blank, total_rows.saturating_sub(part.books.rows));
    for (rule, count) in part.voided() {
        let diagnostic = Diagnostic::new("B301", job.sheet.place.clone())
            .with("found", rule)
            .with("count", count)
            .with("form", &job.form.name);
        part.findings.push(diagnostic);
    }
    if part.unsubmitted > 0 {
        let diagnostic =
            Diagnostic::new("B150", job.sheet.place.clone()).with("count", part.unsubmitted).with("form", &job.form.name);
        part.findings.push(diagnostic);
    }
    let column = job.plan.columns_of(|role| role == Role::Sequence).next().unwrap_or(0);
    if let Some(diagnostic) = std::mem::take(&mut part.sequence).report(job, column) {
        part.findings.push(diagnostic);
    }
    source.ledger = part.ledger(if job.lost() { "unrecognised" } else { "read" });
    source.ledger.rows = total_rows;
    part.books.enter(job.plan, &mut source.ledger);
    let code = |id: SubjectId| scheme.frame.subject(id).code.clone();
    source.unit = part.units.get().map(code).unwrap_or_default();
    if let Some(unit) = job.around.unit {
        source.sender = code(unit);
    }
    if !source.unit.is_empty() {
        source.sender.clone_from(&source.unit);
    }
    source.procedure = part.procedures.get().map(|id| scheme.index.node(id).code.clone()).unwrap_or_default();
    let strata = scheme.strata_of(job.form);
    source.stratum =
        part.strata.get().and_then(|id| Some(strata?.members.get(usize::from(id.0))?.code.clone())).unwrap_or_default();
    if on(Habit::ContentPrints) {
        source.fingerprint = part.print.hex(&[&source.form, &source.procedure, &source.unit, &source.stratum]);
    }
    source.single = job.form.kind != FormKind::Ballot && job.plan.shape == Shape::Scores;
    source.receipts = job.receipts(&part, receipts);
    source.diagnostics.extend(part.findings.finish());
}

impl Job<'_> {
    /// Fills in what the shape implies.
    fn complete(&mut self) {
        if self.plan.has(|role| matches!(role, Role::Votes(_, Some(_), _))) && self.around.stratum.is_none() {
            self.around.stratum = Some(StratumId(0)); // each column names its own
        }
        if self.plan.shape == Shape::Matrix
            && self.around.unit.is_none()
            && !self.around.unit_trouble
            && self.plan.down == Down::No
        {
            let rated: Vec<SubjectId> = self
                .plan
                .columns
                .iter()
                .filter_map(|column| match column.role {
                    Role::Answer(_, subject) | Role::Tick(_, subject, _) => subject,
                    _ => None,
                })
                .map(|id| self.sheet.context.scheme.frame.unit_of(id))
                .collect();
            self.around.unit = self.sheet.context.roster.common(&rated);
        }
    }

    /// Nothing says whom the rows are about: not one row can be placed.
    pub(super) fn lost(&self) -> bool {
        let has = |role: Role| self.plan.has(|known| known == role);
        let unit_column = has(Role::Unit)
            || has(Role::UnitPart)
            || has(Role::Subject)
            || self.plan.columns.iter().any(|c| super::readings_down::column_unit(c.role).is_some());
        let unit = unit_column || self.around.unit.is_some() || self.around.subject.is_some();
        let named = self.plan.names_subjects() || self.plan.has(|role| super::readings_down::column_unit(role).is_some());
        let unit = if self.form.persons { named || has(Role::Subject) || self.around.subject.is_some() } else { unit };
        let stratum = has(Role::Stratum) || self.around.stratum.is_some();
        let procedure = has(Role::Procedure) || self.around.procedure.is_some();
        !(unit && stratum && procedure)
    }

    pub(super) fn strata_names(&self) -> String {
        let names: Vec<&str> = self
            .sheet
            .context
            .scheme
            .strata_of(self.form)
            .map_or(&[][..], |set| &set.members)
            .iter()
            .map(|member| member.name.as_str())
            .collect();
        names.join("｜")
    }

    pub(super) fn procedure_names(&self) -> String {
        let names: Vec<&str> =
            self.form.procedures.iter().map(|id| self.sheet.context.scheme.index.node(*id).name.as_str()).collect();
        names.join("｜")
    }

    /// Adds whom a row is about to its content.
    fn print_who(&self, print: &mut RowPrint, who: Who) {
        let context = self.sheet.context;
        print.cell(3, context.subject_print(who.unit));
        print.cell(5, context.subject_print(who.subject).rotate_left(17));
        print.cell(7, u128::from(who.stratum.0) + 1);
        print.cell(9, u128::from(who.procedure.0) + 1);
    }

    /// Receipts of the sheet: lines of meeting numbers, and those that came with rows.
    fn receipts(&self, part: &Part, of_rows: Vec<Receipt>) -> Vec<Receipt> {
        let mut out: Vec<Receipt> = Vec::new();
        let unit = self.around.unit.or(part.units.get());
        if let (Some(unit), Some(procedure)) = (unit, self.around.procedure.or(part.procedures.get())) {
            let whole =
                self.around.stratum.filter(|_| !self.plan.has(|role| matches!(role, Role::Stratum | Role::Votes(_, Some(_), _))));
            for (stratum, numbers) in &self.around.receipts {
                let mut receipt = self.receipt(Who {
                    unit,
                    subject: unit,
                    stratum: stratum.or(whole).unwrap_or(StratumId(u16::MAX)),
                    procedure,
                });
                for (head, value) in numbers {
                    set_head(&mut receipt, *head, *value);
                }
                merge_receipt(&mut out, receipt);
            }
        }
        for receipt in of_rows {
            merge_receipt(&mut out, receipt);
        }
        out
    }

    /// An empty receipt for a unit; a stratum out of range means all.
    fn receipt(&self, who: Who) -> Receipt {
        let scheme = self.sheet.context.scheme;
        let stratum = scheme.strata_of(self.form).and_then(|set| set.members.get(usize::from(who.stratum.0)));
        Receipt {
            unit: scheme.frame.subject(who.unit).code.clone(),
            form: self.form.code.clone(),
            procedure: scheme.index.node(who.procedure).code.clone(),
            stratum: stratum.map(|member| member.code.clone()).unwrap_or_default(),
            ..Receipt::default()
        }
    }

    /// Whether a column may hold what identifies a respondent, or words of theirs: never shown. A column without a header may.
    fn hides(&self, column: u32) -> bool {
        let role = self.plan.columns.iter().find(|known| known.column == column).map(|known| known.role);
        matches!(role, None | Some(Role::Private | Role::Ballot | Role::Meta | Role::Unknown))
    }

    /// A few cells around one, for showing, and which of them it is; what is a respondent's own is left out.
    fn excerpt(&self, fields: &impl fields::Fields, column: u32) -> (Vec<String>, usize) {
        let from = column.saturating_sub(3);
        let to = (column + 2).min(fields.width().max(column + 1));
        let shown = |at: u32| {
            if self.hides(at) {
                "…".to_owned()
            } else {
                masked(&super::cells::clean(&fields.text(at))).chars().take(24).collect()
            }
        };
        ((from..to).map(shown).collect(), (column - from) as usize)
    }

    pub(super) fn place(&self, row: u32, column: u32) -> Place {
        self.sheet.place.at(row, column)
    }
}

pub(super) fn set_head(receipt: &mut Receipt, head: Head, value: u64) {
    let field = match head {
        Head::Due => &mut receipt.due,
        Head::Present => &mut receipt.present,
        Head::Issued => &mut receipt.issued,
        Head::Returned => &mut receipt.returned,
        Head::Valid => &mut receipt.valid,
    };
    *field = Some(value);
}

/// Lines about the same meeting fill each other's gaps; the first number stands.
fn merge_receipt(out: &mut Vec<Receipt>, new: Receipt) {
    let same = |known: &&mut Receipt| {
        known.unit == new.unit && known.form == new.form && known.procedure == new.procedure && known.stratum == new.stratum
    };
    match out.iter_mut().find(same) {
        None => out.push(new),
        Some(known) => {
            known.due = known.due.or(new.due);
            known.present = known.present.or(new.present);
            known.issued = known.issued.or(new.issued);
            known.returned = known.returned.or(new.returned);
            known.valid = known.valid.or(new.valid);
        }
    }
}

/// Hundredths as a person writes them: `100`, `12.5`.
pub(super) fn hundredths_text(value: i64) -> String {
    let (whole, part) = (value / 100, (value % 100).abs());
    let sign = if value < 0 && whole == 0 { "-" } else { "" };
    match part {
        0 => format!("{sign}{whole}"),
        part if part % 10 == 0 => format!("{sign}{whole}.{}", part / 10),
        part => format!("{sign}{whole}.{part:02}"),
    }
}
