//! A filled decisions file, row by row, as it was read: which column is which, and what stands where.

use super::model::Personnel;
use super::vocabulary::{RUN_DIGITS, headers};
use crate::diagnostic::{Diagnostic, Language, Place};
use crate::publish::words::between_names;
use crate::publish::words::feed::field;
use crate::survey::{Table, TableRow};

/// The columns that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Person,
    Name,
    Suggested,
    Decision,
    Reason,
    Date,
    Run,
}

impl Part {
    /// Those without which nothing can be checked.
    const NEEDED: [Self; 5] = [Self::Person, Self::Decision, Self::Reason, Self::Date, Self::Run];

    fn field(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Name => "name",
            Self::Suggested => "suggested_grade",
            Self::Decision => "decision",
            Self::Reason => "reason",
            Self::Date => "date",
            Self::Run => "run",
        }
    }
}

/// The file with its columns.
pub(super) struct Decisions<'a> {
    pub table: &'a Table,
}

impl<'a> Decisions<'a> {
    pub(super) fn new(table: &'a Table) -> Self {
        Self { table }
    }

    fn column(&self, part: Part) -> Option<usize> {
        self.table.column(&headers(part.field()))
    }

    /// A cell's text; an apostrophe that keeps a spreadsheet from taking it for a formula is taken off.
    pub(super) fn cell<'r>(&self, row: &'r TableRow, part: Part) -> &'r str {
        let text = self.column(part).and_then(|at| row.cells.get(at)).map_or("", |text| text.trim());
        match text.strip_prefix('\'') {
            Some(rest) if rest.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']) => rest,
            _ => text,
        }
    }

    /// Whether a row says anything at all: one with neither id nor decision is a remark below the table.
    pub(super) fn is_row(&self, row: &TableRow) -> bool {
        [Part::Person, Part::Decision, Part::Date].into_iter().any(|part| !self.cell(row, part).is_empty())
    }

    /// The file as a place.
    pub(super) fn place(&self) -> Place {
        match &self.table.sheet {
            Some(sheet) => Place::sheet(self.table.file.clone(), sheet.clone()),
            None => Place::file(self.table.file.clone()),
        }
    }

    /// A finding at a cell, with what stands around it.
    pub(super) fn at(&self, code: &str, row: &TableRow, part: Part) -> Diagnostic {
        let place = match self.column(part).and_then(|at| u32::try_from(at).ok()) {
            Some(column) => self.place().at(row.row, column),
            None => self.place().row(row.row),
        };
        let shown = [Part::Person, Part::Name, Part::Suggested, Part::Decision, Part::Reason, Part::Date];
        let parts: Vec<Part> = shown.into_iter().filter(|part| self.column(*part).is_some()).collect();
        let cells = parts.iter().map(|part| cut(self.cell(row, *part))).collect();
        let found = Diagnostic::new(code, place)
            .with("item", self.cell(row, Part::Name))
            .with("unit", self.cell(row, Part::Person))
            .with("line", row.row + 1)
            .with("found", self.cell(row, part));
        match parts.iter().position(|known| *known == part) {
            Some(marked) => found.excerpt(cells, marked),
            None => found,
        }
    }

    /// Columns that are needed and not there (P126).
    pub(super) fn missing_columns(&self, language: Language) -> Option<Diagnostic> {
        let missing: Vec<&str> = Part::NEEDED
            .into_iter()
            .filter(|part| self.column(*part).is_none())
            .map(|part| field(part.field(), language))
            .collect();
        let comma = between_names(language);
        (!missing.is_empty()).then(|| {
            Diagnostic::new("P126", self.place())
                .with("found", self.table.headers.join(comma))
                .with("expected", missing.join(comma))
        })
    }

    /// Whether a row is of this run.
    pub(super) fn of_run(&self, row: &TableRow, personnel: &Personnel) -> bool {
        let given = self.cell(row, Part::Run).to_ascii_lowercase();
        given.len() >= RUN_DIGITS && personnel.run.run_hash.starts_with(&given)
    }
}

/// A long cell as an excerpt shows it.
fn cut(text: &str) -> String {
    const MOST: usize = 16;
    if text.chars().count() <= MOST { text.to_owned() } else { text.chars().take(MOST).chain(['…']).collect() }
}
