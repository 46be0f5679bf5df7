//! A sheet sent back: values, merged cells and widths as sent, bad cells marked, a column of remarks at the right.

use super::style::{GREY, colours, height, marked, sign, wrapped};
use crate::diagnostic::{Diagnostic, Language, Severity, column_letters, render};
use crate::intake::RawSheet;
use crate::intake::grid::{Cell, Grid, GridRow, Merge};
use crate::publish::workbook::{base, cut};
use crate::survey::{Layout, SLIP_HIDDEN, SLIP_REMARKS, SourceSheet};
use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder, Note, Worksheet, XlsxError};
use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;
use unicode_width::UnicodeWidthStr;

/// Cells that merged regions may cover in one sheet; what lies beyond stays unmerged.
const MOST_MERGED: u64 = 200_000;
/// Rows looked at for the widths of columns.
const MEASURED: usize = 300;
/// Widths of columns, in half-width characters.
const NARROWEST: usize = 7;
const WIDEST: usize = 38;
/// The column of remarks.
const REMARKS: f64 = 64.0;
/// The last column that Excel has.
const LAST_COLUMN: u32 = 16_383;
/// Columns of the table that get a frame where they are empty.
const FRAMED: u32 = 64;

/// One of the sender's sheets in the making.
pub(super) struct Returned<'a> {
    sheet: &'a RawSheet,
    grid: &'a Grid,
    language: Language,
    /// Header rows as they were understood.
    header: Vec<u32>,
    /// Columns that are withheld, with the row of their header.
    private: BTreeMap<u32, u32>,
    /// What stands at a cell: the worst severity, and the remarks.
    cells: BTreeMap<(u32, u32), (Severity, Vec<String>)>,
    /// Remarks by row.
    rows: BTreeMap<u32, (Severity, Vec<String>)>,
    /// Cells of merged regions; their values are written with the region.
    covered: BTreeSet<(u32, u32)>,
    /// Among them, cells of regions wider than one column: they say nothing about widths.
    wide: BTreeSet<(u32, u32)>,
    widths: BTreeMap<u32, usize>,
}

impl<'a> Returned<'a> {
    pub(super) fn new(sheet: &'a RawSheet, source: Option<&SourceSheet>, findings: &[&Diagnostic], language: Language) -> Self {
        let layout = source.and_then(|source| source.layout.as_ref());
        let header = layout.map_or_else(|| likely_header(&sheet.grid), |layout| layout.header_rows.clone());
        let mut private: BTreeMap<u32, u32> = sheet.private.iter().map(|(row, column)| (*column, *row)).collect();
        let end = header.last().copied().unwrap_or(0);
        for (column, ..) in layout.iter().flat_map(|layout| &layout.columns).filter(|(.., means)| means == Layout::PRIVATE) {
            private.entry(*column).or_insert(end);
        }
        let mut made = Self {
            sheet,
            grid: &sheet.grid,
            language,
            header,
            private,
            cells: BTreeMap::new(),
            rows: BTreeMap::new(),
            covered: BTreeSet::new(),
            wide: BTreeSet::new(),
            widths: BTreeMap::new(),
        };
        // What is said of a file's cells in general (an error value) is not said again where more is known.
        let told = |found: &Diagnostic| {
            let more = |other: &&&Diagnostic| other.place == found.place && !other.code.starts_with('F');
            found.code.starts_with('F') && findings.iter().any(|other| more(&other))
        };
        for found in findings.iter().filter(|found| found.severity() > Severity::Note && !told(found)) {
            made.finding(found);
        }
        made
    }

    fn finding(&mut self, found: &Diagnostic) {
        let Some(row) = found.place.row else { return };
        let words = render(found, self.language);
        let text = crate::publish::words::slips::remark(&words, self.language);
        let severity = found.severity();
        let place = found.place.column.filter(|column| *column <= LAST_COLUMN);
        let line = match place {
            Some(column) => format!("{} {}{} {text}", sign(severity), column_letters(column), row + 1),
            None => format!("{} {text}", sign(severity)),
        };
        let entry = self.rows.entry(row).or_insert((severity, Vec::new()));
        entry.0 = entry.0.max(severity);
        entry.1.push(line);
        if let Some(column) = place {
            let entry = self.cells.entry((row, column)).or_insert((severity, Vec::new()));
            entry.0 = entry.0.max(severity);
            entry.1.push(text);
        }
    }

    pub(super) fn write(mut self, name: &str) -> Result<Worksheet, XlsxError> {
        let mut out = Worksheet::new();
        out.set_name(name)?;
        out.set_hidden(self.sheet.hidden);
        self.merges(&mut out)?;
        for row in &self.grid.rows {
            for (column, cell) in &row.cells {
                if !self.covered.contains(&(row.row, *column)) {
                    self.cell(&mut out, row.row, *column, cell)?;
                }
            }
            if row.hidden {
                out.set_row_hidden(row.row)?;
            }
        }
        self.empty_cells(&mut out)?;
        self.measure();
        self.remarks(&mut out)?;
        self.notes(&mut out)?;
        self.dress(&mut out)?;
        Ok(out)
    }

    /// The format of a cell before it is marked.
    fn plain(&self, row: u32) -> Format {
        let end = self.header.last().copied().unwrap_or(0);
        let first = self.header.first().copied().unwrap_or(0);
        if self.header.contains(&row) {
            let head = base().set_border(FormatBorder::Thin).set_border_color(Color::RGB(0x80_8080)).set_text_wrap();
            head.set_bold().set_align(FormatAlign::Center).set_background_color(Color::RGB(0xD9_E1F2))
        } else if row < first {
            base().set_bold()
        } else if row > end && self.grid.row(row).is_some_and(|row| row.cells.len() > 1) {
            base().set_border(FormatBorder::Hair).set_border_color(GREY).set_text_wrap()
        } else {
            base()
        }
    }

    fn format(&self, row: u32, column: u32) -> Format {
        let plain = self.plain(row);
        self.cells.get(&(row, column)).map_or_else(|| plain.clone(), |(severity, _)| marked(&plain, *severity))
    }

    /// Merged regions, each once, as far as they are used.
    fn merges(&mut self, out: &mut Worksheet) -> Result<(), XlsxError> {
        let mut area = 0;
        for merge in self.grid.merges.iter() {
            let bottom = merge.bottom.min(self.grid.height.saturating_sub(1));
            let right = merge.right.min(self.grid.width.saturating_sub(1));
            if bottom < merge.top || right < merge.left || (bottom, right) == (merge.top, merge.left) {
                continue;
            }
            let size = u64::from(bottom - merge.top + 1) * u64::from(right - merge.left + 1);
            let inside = || (merge.top..=bottom).flat_map(|row| (merge.left..=right).map(move |column| (row, column)));
            if area + size > MOST_MERGED || inside().any(|place| self.covered.contains(&place)) {
                continue;
            }
            let (Ok(left), Ok(last)) = (u16::try_from(merge.left), u16::try_from(right)) else { continue };
            let format = self.merged_format(*merge, bottom, right);
            out.merge_range(merge.top, left, bottom, last, "", &format)?;
            let value = self.grid.get(merge.top, merge.left).clone();
            self.value(out, (merge.top, merge.left), &value, &format)?;
            area += size;
            self.covered.extend(inside());
            if right > merge.left {
                self.wide.extend(inside());
            }
        }
        Ok(())
    }

    fn merged_format(&self, merge: Merge, bottom: u32, right: u32) -> Format {
        let worst = self
            .cells
            .range((merge.top, 0)..=(bottom, LAST_COLUMN))
            .filter(|((_, column), _)| (merge.left..=right).contains(column))
            .map(|(_, (severity, _))| *severity)
            .max();
        let plain = self.plain(merge.top).set_align(FormatAlign::Center).set_text_wrap();
        worst.map_or_else(|| plain.clone(), |severity| marked(&plain, severity))
    }

    fn cell(&self, out: &mut Worksheet, row: u32, column: u32, cell: &Cell) -> Result<(), XlsxError> {
        if column > LAST_COLUMN || row >= 1_048_576 {
            return Ok(());
        }
        self.value(out, (row, column), cell, &self.format(row, column))
    }

    /// A value as sent; texts never become formulas or links.
    fn value(&self, out: &mut Worksheet, place: (u32, u32), cell: &Cell, format: &Format) -> Result<(), XlsxError> {
        let (row, Ok(column)) = (place.0, u16::try_from(place.1)) else { return Ok(()) };
        let withheld = self.private.get(&place.1).is_some_and(|head| row > *head) && !cell.is_empty();
        if withheld || is_address(cell) {
            let word = self.language.pick(SLIP_HIDDEN[0], SLIP_HIDDEN[1]);
            let grey = format.clone().set_font_color(Color::RGB(0x80_8080)).set_italic();
            return out.write_string_with_format(row, column, word, &grey).map(|_| ());
        }
        match cell {
            Cell::Empty | Cell::Uncached => out.write_blank(row, column, format).map(|_| ()),
            Cell::Number(number) => out.write_number_with_format(row, column, *number, format).map(|_| ()),
            Cell::Bool(value) => out.write_boolean_with_format(row, column, *value, format).map(|_| ()),
            Cell::Text(text) if text.is_empty() => out.write_blank(row, column, format).map(|_| ()),
            Cell::Text(text) => match plain_number(text).filter(|_| self.sheet.name.is_empty()) {
                // A text file has no numbers of its own: Excel would have shown one here.
                Some(number) => out.write_number_with_format(row, column, number, format).map(|_| ()),
                None => out.write_string_with_format(row, column, cut(text), format).map(|_| ()),
            },
            Cell::Date(text) | Cell::Error(text) => out.write_string_with_format(row, column, cut(text), format).map(|_| ()),
        }
    }

    /// Cells that hold nothing: marked ones, and the others of the table for their frame.
    fn empty_cells(&self, out: &mut Worksheet) -> Result<(), XlsxError> {
        let end = self.header.last().copied().unwrap_or(0);
        let framed = self.grid.rows.iter().filter(|row| row.row >= end && row.cells.len() > 1);
        let framed = framed.flat_map(|row| (0..self.grid.width.min(FRAMED)).map(move |column| (row.row, column)));
        let marked = self.cells.keys().copied();
        for (row, column) in framed.chain(marked) {
            let empty = self.grid.get(row, column) == &Cell::Empty && !self.covered.contains(&(row, column));
            if let (true, Ok(at)) = (empty && row < 1_048_576, u16::try_from(column)) {
                out.write_blank(row, at, &self.format(row, column))?;
            }
        }
        Ok(())
    }

    /// The added column, right of everything; only below the header, where rows are data.
    fn remarks(&self, out: &mut Worksheet) -> Result<(), XlsxError> {
        let Some(column) = u16::try_from(self.grid.width).ok().filter(|column| u32::from(*column) <= LAST_COLUMN) else {
            return Ok(());
        };
        let head = self.header.last().copied().unwrap_or(0);
        if self.rows.range(head..).next().is_none() {
            return Ok(());
        }
        out.write_string_with_format(head, column, SLIP_REMARKS, &self.plain(head))?;
        out.set_column_width(column, REMARKS)?;
        for (row, (severity, lines)) in self.rows.range(head + 1..).filter(|(row, _)| **row < 1_048_576) {
            let (_, colour) = colours(*severity);
            let format = base().set_text_wrap().set_border(FormatBorder::Hair).set_border_color(GREY).set_font_color(colour);
            let text = lines.join("\n");
            out.write_string_with_format(*row, column, cut(&text), &format)?;
            let own = self.grid.row(*row).map_or(1, |row| self.lines(row));
            out.set_row_height(*row, height(own.max(wrapped(&text, REMARKS))))?;
        }
        Ok(())
    }

    /// Lines that the cells of a row need at the widths of their columns.
    fn lines(&self, row: &GridRow) -> usize {
        let needs = |(column, cell): &(u32, Cell)| {
            let width = self.widths.get(column).copied().unwrap_or(NARROWEST).min(WIDEST);
            if row.cells.len() < 2 || self.covered.contains(&(row.row, *column)) {
                1
            } else {
                wrapped(&cell.text(), f64::from(u16::try_from(width).unwrap_or(0)))
            }
        };
        row.cells.iter().map(needs).max().unwrap_or(1)
    }

    /// A comment at each marked cell.
    fn notes(&self, out: &mut Worksheet) -> Result<(), XlsxError> {
        for ((row, column), (_, lines)) in &self.cells {
            if let (true, Ok(column)) = (*row < 1_048_576, u16::try_from(*column)) {
                let text = lines.join("\n");
                let height = 24 + 18 * u32::try_from(text.width() / 36 + lines.len()).unwrap_or(10).min(16);
                let note = Note::new(cut(&text)).set_author(env!("CARGO_PKG_NAME")).add_author_prefix(false);
                out.insert_note(*row, column, &note.set_width(280).set_height(height))?;
            }
        }
        Ok(())
    }

    /// How wide the columns of the table want to be; lines of one cell (a title, a footer) have no say.
    fn measure(&mut self) {
        let first = self.header.first().copied().unwrap_or(0);
        let mut widths: BTreeMap<u32, usize> = BTreeMap::new();
        for row in self.grid.rows.iter().filter(|row| row.row >= first && row.cells.len() > 1).take(MEASURED) {
            for (column, cell) in row.cells.iter().filter(|(column, _)| !self.wide.contains(&(row.row, *column))) {
                let text = cell.text();
                let wide = text.lines().map(UnicodeWidthStr::width).max().unwrap_or(0);
                // A header wraps to two lines.
                let wide = if self.header.contains(&row.row) { wide.div_ceil(2) } else { wide };
                let known = widths.entry(*column).or_insert(NARROWEST);
                *known = (*known).max(wide + 3);
            }
        }
        self.widths = widths;
    }

    /// Widths and heights, frozen header, print.
    fn dress(&self, out: &mut Worksheet) -> Result<(), XlsxError> {
        let first = self.header.first().copied().unwrap_or(0);
        for (column, width) in &self.widths {
            if let (Ok(column), Ok(width)) = (u16::try_from(*column), u16::try_from((*width).min(WIDEST))) {
                out.set_column_width(column, f64::from(width))?;
            }
        }
        for row in self.grid.rows.iter().filter(|row| row.row >= first && !self.rows.contains_key(&row.row)) {
            let lines = self.lines(row);
            if lines > 1 && row.row < 1_048_576 {
                out.set_row_height(row.row, height(lines))?;
            }
        }
        let head = self.header.last().copied().unwrap_or(0);
        if !self.header.is_empty() {
            out.set_freeze_panes(head + 1, 0)?;
            out.set_repeat_rows(first, head)?;
        }
        out.set_landscape();
        out.set_paper_size(9);
        out.set_print_fit_to_pages(1, 0);
        Ok(())
    }
}

/// The first row of several cells, where nobody knows the header.
fn likely_header(grid: &Grid) -> Vec<u32> {
    let several = |row: &&GridRow| row.cells.iter().filter(|(_, cell)| !cell.is_empty()).count() >= 3;
    grid.rows.iter().find(several).map(|row| row.row).into_iter().collect()
}

/// A number as a text file writes it, if Excel would show it the same: no leading zeros, at most 15 digits.
fn plain_number(text: &str) -> Option<f64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let fits = !digits.is_empty() && digits.len() <= 15 && digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let number: f64 = text.parse().ok().filter(|_| fits)?;
    (number.to_string() == text).then_some(number)
}

/// An address of a respondent's machine: `127.0.0.1(本地)`.
fn is_address(cell: &Cell) -> bool {
    let Cell::Text(text) = cell else { return false };
    let bare = text.split(['(', '（']).next().unwrap_or_default().trim();
    bare.parse::<Ipv4Addr>().is_ok()
}
