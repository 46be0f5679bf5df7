//! The first sheet of a slip 退回说明: how many findings, how to send it back, and each finding with a link to its cell.

use super::is_on;
use super::style::{GREY, colours, height, sign, wrapped};
use crate::diagnostic::{Diagnostic, Language, Rendered, Severity, column_letters, render};
use crate::publish::slips::SlipFile;
use crate::publish::words::{self, slips};
use crate::publish::workbook::{base, cut};
use crate::survey::{SLIP_TITLES, Scheme};
use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder, FormatUnderline, Url, Worksheet, XlsxError};

/// The last column that Excel has.
const LAST_COLUMN: u32 = 16_383;
/// Widths of the columns [`slips::LISTED`].
const WIDTHS: [f64; 9] = [6.0, 10.0, 16.0, 10.0, 30.0, 24.0, 30.0, 28.0, 36.0];
/// 退回说明: how many findings, how to send it back, and each with a link to its cell.
pub(super) fn first_sheet(scheme: &Scheme, file: &SlipFile<'_>, name: &str, names: &[String]) -> Result<Worksheet, XlsxError> {
    let language = scheme.language;
    let mut sheet = Worksheet::new();
    sheet.set_name(name)?;
    let below = file.file.strip_prefix("returns/").unwrap_or(&file.file);
    let title = format!("{}{below}", language.pick(SLIP_TITLES[0], SLIP_TITLES[1]));
    sheet.write_string_with_format(0, 0, cut(&title), &base().set_font_size(16).set_bold())?;
    sheet.set_row_height(0, 28)?;
    let text = base();
    let mut row = 1;
    for line in instructions(scheme, file) {
        sheet.write_string_with_format(row, 0, cut(&line), &text)?;
        row += 1;
    }
    let head = head();
    row += 1;
    for (column, (name, width)) in (0u16..).zip(slips::LISTED.into_iter().zip(WIDTHS)) {
        sheet.write_string_with_format(row, column, words::column(name, language), &head)?;
        sheet.set_column_width(column, width)?;
    }
    sheet.set_freeze_panes(row + 1, 0)?;
    sheet.set_repeat_rows(row, row)?;
    for (number, found) in (1u32..).zip(sorted(&file.findings)) {
        finding(&mut sheet, row + number, number, found, file, names, language)?;
    }
    sheet.set_landscape();
    sheet.set_paper_size(9);
    sheet.set_print_fit_to_pages(1, 0);
    Ok(sheet)
}

/// The format of the list's header.
fn head() -> Format {
    let head = base().set_bold().set_text_wrap().set_border(FormatBorder::Thin).set_align(FormatAlign::Center);
    head.set_background_color(Color::RGB(0x1F_4E79)).set_font_color(Color::White)
}

/// Worst first, then in order of places.
fn sorted<'a>(findings: &[&'a Diagnostic]) -> Vec<&'a Diagnostic> {
    let mut all = findings.to_vec();
    all.sort_by_key(|found| std::cmp::Reverse(found.severity()));
    all
}

fn instructions(scheme: &Scheme, file: &SlipFile<'_>) -> Vec<String> {
    let language = scheme.language;
    let mut lines = vec![sums(scheme, file), slips::signs(language).to_owned()];
    if file.sheets.is_empty() {
        lines.push(slips::unreadable(language).to_owned());
        return lines;
    }
    lines.push(slips::send_back(language).to_owned());
    if file.sheets.iter().any(|sheet| sheet.shortened) {
        lines.push(slips::shortened(language).to_owned());
    }
    if file.sheets.iter().any(|sheet| !sheet.private.is_empty()) {
        lines.push(slips::withheld(language).to_owned());
    }
    lines
}

/// How many findings of each sort.
fn sums(scheme: &Scheme, file: &SlipFile<'_>) -> String {
    let count =
        |severity| -> u64 { file.findings.iter().filter(|found| found.severity() == severity).map(|found| 1 + found.more).sum() };
    slips::sums(&scheme.title, count(Severity::Error), count(Severity::Warning), count(Severity::Note), scheme.language)
}

/// One line of the list.
fn finding(
    sheet: &mut Worksheet,
    row: u32,
    number: u32,
    found: &Diagnostic,
    file: &SlipFile<'_>,
    names: &[String],
    language: Language,
) -> Result<(), XlsxError> {
    let words = render(found, language);
    let cell = base().set_border(FormatBorder::Hair).set_border_color(GREY).set_text_wrap().set_align(FormatAlign::Top);
    let severity = found.severity();
    let coloured = if severity == Severity::Note {
        cell.clone()
    } else {
        let (back, text) = colours(severity);
        cell.clone().set_background_color(back).set_font_color(text)
    };
    sheet.write_number_with_format(row, 0, f64::from(number), &cell)?;
    sheet.write_string_with_format(row, 1, format!("{} {}", sign(severity), words.severity), &coloured)?;
    let target = file.sheets.iter().position(|sheet| is_on(found, sheet)).and_then(|at| names.get(at)).map(String::as_str);
    sheet.write_string_with_format(row, 2, cut(target.unwrap_or(&words.sheet)), &cell)?;
    link(sheet, row, found, target, &cell, language)?;
    let mut lines = 1;
    for ((column, text), width) in (4u16..).zip(texts(found, &words, language)).zip(WIDTHS.iter().skip(4)) {
        sheet.write_string_with_format(row, column, cut(&text), &cell)?;
        lines = lines.max(wrapped(&text, *width));
    }
    sheet.set_row_height(row, height(lines))?;
    Ok(())
}

/// The place of a finding, as a link where the sheet follows.
fn link(
    sheet: &mut Worksheet,
    row: u32,
    found: &Diagnostic,
    target: Option<&str>,
    cell: &Format,
    language: Language,
) -> Result<(), XlsxError> {
    let place = cell_of(found, language);
    let (Some(name), Some(at)) = (target, found.place.row) else {
        return sheet.write_string_with_format(row, 3, &place, cell).map(|_| ());
    };
    let letters = column_letters(found.place.column.unwrap_or(0).min(LAST_COLUMN));
    let link = format!("internal:'{}'!{letters}{}", name.replace('\'', "''"), at + 1);
    let blue = cell.clone().set_font_color(Color::RGB(0x05_63C1)).set_underline(FormatUnderline::Single);
    sheet.write_url_with_format(row, 3, Url::new(link).set_text(&place), &blue).map(|_| ())
}

/// What is wrong, what was read, what was expected, what was done, how to mend it.
fn texts(found: &Diagnostic, words: &Rendered, language: Language) -> [String; 5] {
    let title = if words.item.is_empty() { words.title.clone() } else { format!("{}\n{}", words.title, words.item) };
    let more = slips::more(found.more, language);
    let unsaid = words.sender.is_empty() && found.severity() > Severity::Note;
    let mend = if unsaid { slips::ask(language).to_owned() } else { words.sender.clone() };
    [title, format!("{}{more}", words.found), words.expected.clone(), words.done.clone(), mend]
}

/// Where a finding stands in the slip: letters and number for text files too, since the slip is a workbook.
fn cell_of(found: &Diagnostic, language: Language) -> String {
    match (found.place.row, found.place.column) {
        (Some(row), Some(column)) => format!("{}{}", column_letters(column), row + 1),
        _ => found.place.cell(language),
    }
}
