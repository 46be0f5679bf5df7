//! Small workbooks of the hand-over: one style, texts that never become formulas, widths for Chinese, print set-up.

use crate::publish::workbook::{base, cut, properties, sheet_name};
use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError};
use unicode_width::UnicodeWidthStr;

/// Widest and narrowest columns, in half-width characters; longer texts wrap.
const WIDEST: usize = 30;
const NARROWEST: usize = 7;
/// Sheets with more columns are printed on A3 (paper size 8), the others on A4 (9).
const A4_COLUMNS: usize = 12;
/// Row of the header: a title and a note stand above it.
pub(super) const HEADER: u32 = 2;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    /// A long text that wraps.
    Long,
    Centred,
    /// A number with so many decimals.
    Number(u32),
    /// To be filled in.
    Input,
    /// To be filled in with a date.
    InputDate,
}

/// A column: its header, and what it holds.
pub(super) struct Column {
    pub name: String,
    pub kind: Kind,
}

/// Columns of these fields, each with its header and kind.
pub(super) fn columns(fields: &[&str], header: impl Fn(&str) -> String, kind: impl Fn(&str) -> Kind) -> Vec<Column> {
    fields.iter().map(|field| Column { name: header(field), kind: kind(field) }).collect()
}

/// One sheet: title, note, header, rows.
pub(super) struct Sheet<'a> {
    pub name: &'a str,
    pub title: &'a str,
    pub note: &'a str,
    pub columns: Vec<Column>,
    pub rows: Vec<Vec<String>>,
    /// Columns at the left that stay when scrolling.
    pub frozen: u16,
}

fn cell() -> Format {
    base().set_border(FormatBorder::Hair).set_border_color(Color::RGB(0xB0_B0B0))
}

fn format_of(kind: Kind) -> Format {
    match kind {
        Kind::Text => cell(),
        Kind::Long => cell().set_text_wrap(),
        Kind::Centred => cell().set_align(FormatAlign::Center),
        Kind::Number(0) => cell().set_num_format("0"),
        Kind::Number(places) => cell().set_num_format(format!("0.{}", "0".repeat(usize::try_from(places).unwrap_or(2)))),
        Kind::Input => cell().set_background_color(Color::RGB(0xFF_F9E5)).set_text_wrap(),
        Kind::InputDate => cell().set_background_color(Color::RGB(0xFF_F9E5)).set_num_format("yyyy-mm-dd"),
    }
}

impl Sheet<'_> {
    /// The sheet as written; numbers are written as numbers, empty cells as empty.
    pub(super) fn write(&self) -> Result<Worksheet, XlsxError> {
        let mut out = Worksheet::new();
        out.set_name(sheet_name(self.name, &mut Vec::new()))?;
        out.write_string_with_format(0, 0, cut(self.title), &base().set_font_size(16).set_bold())?;
        out.write_string_with_format(1, 0, cut(self.note), &base().set_font_color(Color::RGB(0x59_5959)))?;
        let head = cell().set_bold().set_text_wrap().set_align(FormatAlign::Center);
        let head = head.set_background_color(Color::RGB(0x1F_4E79)).set_font_color(Color::White);
        let widths: Vec<usize> = (0..self.columns.len()).map(|at| self.width(at)).collect();
        for ((at, column), width) in (0u16..).zip(&self.columns).zip(&widths) {
            out.write_string_with_format(HEADER, at, cut(&column.name), &head)?;
            let format = format_of(column.kind);
            for (row, cells) in (HEADER + 1..).zip(&self.rows) {
                let text = cells.get(usize::from(at)).map_or("", String::as_str);
                match (column.kind, text.parse::<f64>()) {
                    _ if text.is_empty() => out.write_blank(row, at, &format)?,
                    (Kind::Number(_), Ok(value)) => out.write_number_with_format(row, at, value, &format)?,
                    _ => out.write_string_with_format(row, at, cut(text), &format)?,
                };
            }
            out.set_column_width(at, f64::from(u32::try_from(*width).unwrap_or(10)))?;
        }
        for (row, cells) in (HEADER + 1..).zip(&self.rows) {
            let lines = (0..).zip(&widths).map(|(at, width)| self.lines(at, *width, cells)).max().unwrap_or(1);
            if lines > 1 {
                // Excel's limit is 409 points.
                out.set_row_height(row, f64::from(u16::try_from(lines).unwrap_or(u16::MAX)).mul_add(14.5, 4.0).min(400.0))?;
            }
        }
        self.print(&mut out)?;
        Ok(out)
    }

    /// Lines that a wrapped text takes in its column.
    fn lines(&self, at: usize, width: usize, cells: &[String]) -> usize {
        let wraps = self.columns.get(at).is_some_and(|column| column.kind == Kind::Long);
        let width = width.saturating_sub(2).max(1);
        cells.get(at).filter(|_| wraps).map_or(1, |text| text.width().div_ceil(width).max(1))
    }

    fn width(&self, at: usize) -> usize {
        let header = self.columns.get(at).map_or(0, |column| column.name.width() + 3);
        let texts = self.rows.iter().filter_map(|cells| cells.get(at)).map(|text| text.width() + 2).max().unwrap_or(0);
        header.max(texts).clamp(NARROWEST, WIDEST)
    }

    fn print(&self, out: &mut Worksheet) -> Result<(), XlsxError> {
        let last = HEADER.saturating_add(u32::try_from(self.rows.len()).unwrap_or(0));
        let right = u16::try_from(self.columns.len().saturating_sub(1)).unwrap_or(0);
        out.set_row_height(0, 26)?.set_row_height(HEADER, 32)?;
        out.autofilter(HEADER, 0, last, right)?.set_freeze_panes(HEADER + 1, self.frozen)?.set_repeat_rows(0, HEADER)?;
        let paper = if self.columns.len() > A4_COLUMNS { 8 } else { 9 };
        out.set_landscape().set_paper_size(paper).set_print_fit_to_pages(1, 0);
        out.set_margins(0.4, 0.4, 0.5, 0.6, 0.3, 0.3).set_footer("&L&A&R&P / &N");
        Ok(())
    }
}

/// The workbook of these sheets, with a fixed date: no clock reaches the bytes.
pub(super) fn workbook(title: &str, sheets: Vec<Worksheet>) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    book.set_properties(&properties(title)?);
    for sheet in sheets {
        book.push_worksheet(sheet);
    }
    book.save_to_buffer()
}
