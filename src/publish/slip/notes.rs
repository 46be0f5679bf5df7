//! The first sheet of a slip 退回说明: how many findings, how to send it back, and each finding with a link to its cell.

use super::is_on;
use super::style::{GREY, base, colours, height, sign, wrapped};
use crate::diagnostic::{Diagnostic, Language, Rendered, Severity, column_letters, render};
use crate::publish::slips::SlipFile;
use crate::publish::workbook::cut;
use crate::survey::{SLIP_TITLES, Scheme};
use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder, FormatUnderline, Url, Worksheet, XlsxError};

/// The last column that Excel has.
const LAST_COLUMN: u32 = 16_383;
/// Columns of the first sheet: Chinese, English, width.
const COLUMNS: [(&str, &str, f64); 9] = [
    ("序号", "No.", 6.0),
    ("程度", "Severity", 10.0),
    ("工作表", "Sheet", 16.0),
    ("单元格", "Cell", 10.0),
    ("问题", "Finding", 30.0),
    ("读到", "Found", 24.0),
    ("应为", "Expected", 30.0),
    ("已作处理", "Done with it", 28.0),
    ("怎样改", "How to mend", 36.0),
];
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
    for (column, (zh, en, width)) in (0u16..).zip(COLUMNS) {
        sheet.write_string_with_format(row, column, language.pick(zh, en), &head)?;
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
    let say = |zh: &str, en: &str| language.pick(zh, en).to_owned();
    let mut lines = vec![
        sums(scheme, file),
        say(
            "✗ 红底粗框必须改正；△ 黄底虚框请核对，确认无误可以不改；· 只是说明。",
            "✗ red, thick frame: has to be mended. △ amber, dashed frame: check; leave it if it is right. · only for information.",
        ),
    ];
    if file.sheets.is_empty() {
        lines.push(say(
            "这个文件没有读进来，后面没有附表。请照下面的办法重新保存，用原文件名发回。",
            "The file could not be read, so no sheets follow. Save it anew as told below and send it back under its own name.",
        ));
        return lines;
    }
    lines.push(say(
        "退回办法：直接在后面的表里改（点“单元格”一栏可跳到该处），存盘后发回，替换原来那份，不要两份都发。本页和“核对意见”一列不必删。",
        "To send back: mend the sheets behind this one (the cells below are links), save, and send it in place of the old file, not beside it. This sheet and the column of remarks may stay.",
    ));
    if file.sheets.iter().any(|sheet| sheet.shortened) {
        lines.push(say(
            "行数很多的表只附开头和有问题的行，位置与原表相同：请在原表里改，发回原表。",
            "Of very long sheets only the first rows and those with findings are here, at their old places: mend and send back the original.",
        ));
    }
    if file.sheets.iter().any(|sheet| !sheet.private.is_empty()) {
        lines.push(say(
            "填答人的姓名、时间、IP、设备等列为保密已隐去，汇总也不用，不必补回。",
            "Columns of respondents' names, times, addresses and devices are withheld; they are not used and need not be put back.",
        ));
    }
    lines
}

/// How many findings of each sort.
fn sums(scheme: &Scheme, file: &SlipFile<'_>) -> String {
    let count =
        |severity| -> u64 { file.findings.iter().filter(|found| found.severity() == severity).map(|found| 1 + found.more).sum() };
    let (errors, warnings, notes) = (count(Severity::Error), count(Severity::Warning), count(Severity::Note));
    match scheme.language {
        Language::Zh => format!("{}：{errors} 处错误（✗），{warnings} 处警告（△），{notes} 处提示（·）。", scheme.title),
        Language::En => format!("{}: {errors} errors (✗), {warnings} warnings (△), {notes} notes (·).", scheme.title),
    }
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
    for ((column, text), (_, _, width)) in (4u16..).zip(texts(found, &words, language)).zip(COLUMNS.iter().skip(4)) {
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
    let more = match (found.more, language) {
        (0, _) => String::new(),
        (more, Language::Zh) => format!("（同类另有 {more} 处未逐条列出）"),
        (more, Language::En) => format!(" ({more} more of the same are not listed)"),
    };
    let clerk = language.pick("请与汇总人联系", "ask whoever collects the returns");
    let unsaid = words.sender.is_empty() && found.severity() > Severity::Note;
    let mend = if unsaid { clerk.to_owned() } else { words.sender.clone() };
    [title, format!("{}{more}", words.found), words.expected.clone(), words.done.clone(), mend]
}

/// Where a finding stands in the slip: letters and number for text files too, since the slip is a workbook.
fn cell_of(found: &Diagnostic, language: Language) -> String {
    match (found.place.row, found.place.column) {
        (Some(row), Some(column)) => format!("{}{}", column_letters(column), row + 1),
        _ => found.place.cell(language),
    }
}
