//! One sheet in the making: styles, texts that never become formulas, widths for Chinese, print set-up.

use crate::diagnostic::Language;
use crate::publish::table::Field;
use crate::publish::words::workbook as words;
use crate::survey::Scheme;
use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder, Formula, Worksheet, XlsxError};
use unicode_width::UnicodeWidthStr;

/// Columns are made no wider than this many (half-width) characters; longer texts wrap.
const WIDEST: usize = 46;
/// So many characters of width go on one A4 page across, so that print stays readable.
const PAGE: usize = 210;
/// Excel's limit is 32,767 UTF-16 units; longer texts are cut here and stand whole in the CSV.
const LONGEST: usize = 16_000;
/// Excel's last row; what does not fit stands in the CSV.
pub(super) const LAST_ROW: usize = 1_048_576;

/// The cell formats of the workbook.
pub(super) struct Styles {
    pub(super) title: Format,
    pub(super) note: Format,
    pub(super) head: Format,
    pub(super) text: Format,
    pub(super) wrapped: Format,
    pub(super) centred: Format,
    pub(super) count: Format,
    pub(super) score: Format,
    pub(super) share: Format,
    pub(super) plain: Format,
    pub(super) input: Format,
    pub(super) link: Format,
    pub(super) label: Format,
    pub(super) language: Language,
    /// Left part of the printed header.
    pub(super) running: String,
}

/// What every cell of every workbook starts from.
pub(in crate::publish) fn base() -> Format {
    Format::new().set_font_name(words::FONT).set_font_size(10.5).set_align(FormatAlign::VerticalCenter)
}

impl Styles {
    pub(super) fn new(scheme: &Scheme) -> Self {
        let cell = || base().set_border(FormatBorder::Hair).set_border_color(Color::RGB(0xB0_B0B0));
        let places = usize::try_from(scheme.rules.places).unwrap_or(2);
        let score = if places == 0 { "0".to_owned() } else { format!("0.{}", "0".repeat(places)) };
        Self {
            title: base().set_font_size(16).set_bold(),
            note: base().set_font_color(Color::RGB(0x59_5959)),
            head: cell()
                .set_bold()
                .set_text_wrap()
                .set_align(FormatAlign::Center)
                .set_background_color(Color::RGB(0x1F_4E79))
                .set_font_color(Color::White),
            text: cell(),
            wrapped: cell().set_text_wrap(),
            centred: cell().set_align(FormatAlign::Center),
            count: cell().set_num_format("#,##0"),
            score: cell().set_num_format(score),
            share: cell().set_num_format("0.00%"),
            plain: cell(),
            input: cell().set_background_color(Color::RGB(0xFF_F9E5)),
            link: base().set_font_color(Color::RGB(0x05_63C1)).set_underline(rust_xlsxwriter::FormatUnderline::Single),
            label: base().set_bold(),
            language: scheme.language,
            running: scheme.title.replace('&', "&&").chars().take(100).collect(),
        }
    }
}

/// A sheet and the widths its columns will need.
pub(super) struct Page<'a> {
    pub(super) sheet: Worksheet,
    pub(super) styles: &'a Styles,
    pub(super) language: Language,
    /// How many of the columns are printed (at first: all).
    pub(super) printed: usize,
    /// Pages from top to bottom in print; 0: as many as it takes.
    tall: u16,
    widths: Vec<usize>,
}

impl<'a> Page<'a> {
    pub(super) fn new(name: &str, styles: &'a Styles) -> Result<Self, XlsxError> {
        let mut sheet = Worksheet::new();
        sheet.set_name(name)?;
        Ok(Self { sheet, styles, language: styles.language, printed: usize::MAX, tall: 0, widths: Vec::new() })
    }

    /// Title and note in the first two rows.
    pub(super) fn heading(&mut self, title: &str, note: &str) -> Result<(), XlsxError> {
        self.sheet.write_string_with_format(0, 0, cut(title), &self.styles.title)?;
        self.sheet.write_string_with_format(1, 0, cut(note), &self.styles.note)?;
        self.sheet.set_row_height(0, 26)?;
        Ok(())
    }

    /// Header cells of one row; room is left for the filter's arrow.
    pub(super) fn header(&mut self, row: u32, names: &[String]) -> Result<(), XlsxError> {
        for (column, name) in names.iter().enumerate() {
            let Ok(at) = u16::try_from(column) else { break };
            self.sheet.write_string_with_format(row, at, cut(name), &self.styles.head)?;
            // Long headers wrap to two lines.
            let width = name.width();
            self.widen(column, if width > 12 { width.div_ceil(2) + 3 } else { width + 3 });
        }
        self.sheet.set_row_height(row, 32)?;
        Ok(())
    }

    fn widen(&mut self, column: usize, width: usize) {
        if self.widths.len() <= column {
            self.widths.resize(column + 1, 0);
        }
        if let Some(known) = self.widths.get_mut(column) {
            *known = (*known).max(width);
        }
    }

    /// A text, written as a text whatever it begins with.
    pub(super) fn text(&mut self, row: u32, column: u16, text: &str, format: &Format) -> Result<(), XlsxError> {
        let longest_line = text.lines().map(UnicodeWidthStr::width).max().unwrap_or(0);
        self.widen(usize::from(column), longest_line);
        if text.is_empty() {
            self.sheet.write_blank(row, column, format)?;
        } else {
            self.sheet.write_string_with_format(row, column, cut(text), format)?;
        }
        Ok(())
    }

    /// An empty cell for somebody's words.
    pub(super) fn input(&mut self, row: u32, column: u16) -> Result<(), XlsxError> {
        self.widen(usize::from(column), 18);
        self.sheet.write_blank(row, column, &self.styles.input)?;
        Ok(())
    }

    /// A number; `printed` is what a reader will see of it.
    pub(super) fn number(&mut self, row: u32, column: u16, value: f64, printed: usize, format: &Format) -> Result<(), XlsxError> {
        self.widen(usize::from(column), printed);
        self.sheet.write_number_with_format(row, column, value, format)?;
        Ok(())
    }

    /// A formula with the result that a reader without recalculation sees.
    pub(super) fn formula(&mut self, row: u32, column: u16, text: &str, result: &str, format: &Format) -> Result<(), XlsxError> {
        self.widen(usize::from(column), result.width().min(10));
        self.sheet.write_formula_with_format(row, column, Formula::new(text).set_result(result), format)?;
        Ok(())
    }

    /// A field of a table: numbers as numbers.
    pub(super) fn field(&mut self, row: u32, column: u16, field: Field<'_>, format: &Format) -> Result<(), XlsxError> {
        match field.text.parse::<f64>() {
            Ok(value) if field.number => self.number(row, column, value, field.text.width(), format),
            _ => self.text(row, column, field.text, format),
        }
    }

    /// Freezes, filters, fits and sets up printing; `header`: last header row, `rows`: rows below it, `columns` wide.
    pub(super) fn finish(mut self, header: u32, rows: usize, columns: usize, frozen: u16) -> Result<Worksheet, XlsxError> {
        let last = header.saturating_add(u32::try_from(rows).unwrap_or(0));
        let last_column = u16::try_from(columns.saturating_sub(1)).unwrap_or(u16::MAX);
        if columns > 0 {
            self.sheet.autofilter(header, 0, last, last_column)?;
            self.sheet.set_freeze_panes(header + 1, frozen)?;
            self.sheet.set_repeat_rows(0, header)?;
            if frozen > 0 {
                self.sheet.set_repeat_columns(0, frozen - 1)?;
            }
            if self.printed < columns {
                self.sheet.set_print_area(0, 0, last, u16::try_from(self.printed.saturating_sub(1)).unwrap_or(last_column))?;
            }
        }
        self.print()?;
        Ok(self.sheet)
    }

    /// The sheet with widths and print set-up on one page, with neither filter nor frozen rows.
    pub(super) fn finish_plain(mut self) -> Result<Worksheet, XlsxError> {
        self.tall = 1;
        self.print()?;
        Ok(self.sheet)
    }

    fn print(&mut self) -> Result<(), XlsxError> {
        let mut total = 0;
        for (column, width) in self.widths.iter().enumerate() {
            let Ok(at) = u16::try_from(column) else { break };
            let width = (*width).clamp(5, WIDEST) + 2;
            self.sheet.set_column_width(at, f64::from(u32::try_from(width).unwrap_or(10)))?;
            total += if column < self.printed { width } else { 0 };
        }
        let pages = u16::try_from(total.div_ceil(PAGE)).unwrap_or(u16::MAX).max(1);
        self.sheet.set_landscape().set_paper_size(9).set_print_fit_to_pages(pages, self.tall);
        let suggested = words::RUNNING.said(self.language);
        self.sheet.set_margins(0.4, 0.4, 0.6, 0.6, 0.3, 0.3);
        self.sheet.set_header(format!("&L&8 {}&R&8 {suggested}", self.styles.running)).set_footer("&L&A&R&P / &N");
        Ok(())
    }
}

pub(in crate::publish) fn cut(text: &str) -> &str {
    text.char_indices().nth(LONGEST).map_or(text, |(end, _)| &text[..end])
}
