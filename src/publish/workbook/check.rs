//! The column 核对: a formula that says 一致 or 不一致, marked by more than colour.

use super::page::Page;
use crate::diagnostic::Language;
use crate::publish::words::workbook::VERDICTS;
use rust_xlsxwriter::{Color, ConditionalFormatCell, ConditionalFormatCellRule, Format, FormatBorder, Worksheet, XlsxError};

/// Compares computed cells with published ones, each pair (computed, published); `—` where there is nothing to compare.
pub(super) fn write(
    page: &mut Page<'_>,
    row: u32,
    column: u16,
    pairs: &[(String, String)],
    places: &str,
    agrees: bool,
) -> Result<(), XlsxError> {
    let styles = page.styles;
    if pairs.is_empty() {
        return page.text(row, column, "—", &styles.centred);
    }
    let [same, other] = VERDICTS.map(|verdict| verdict.said(page.language));
    let one = |(left, right): &(String, String)| format!("(ABS(ROUND(ROUND({left},10),{places})-{right})<0.5*10^-{places})");
    let all: Vec<String> = pairs.iter().map(one).collect();
    let text = format!("=IF({}=1,\"{same}\",\"{other}\")", all.join("*"));
    // One pair alone would compare a truth value with 1, which is false.
    let text = if pairs.len() == 1 { text.replacen("=1,", ",", 1) } else { text };
    page.formula(row, column, &text, if agrees { same } else { other }, &styles.centred)
}

/// What differs stands out: bold in a frame, on yellow.
pub(super) fn mark(sheet: &mut Worksheet, language: Language, first: u32, last: u32, column: u16) -> Result<(), XlsxError> {
    let [_, other] = VERDICTS.map(|verdict| verdict.said(language));
    let loud = Format::new().set_bold().set_border(FormatBorder::Thin).set_background_color(Color::RGB(0xFF_E699));
    let rule = ConditionalFormatCell::new().set_rule(ConditionalFormatCellRule::EqualTo(other)).set_format(loud);
    sheet.add_conditional_format(first, column, last, column, &rule)?;
    Ok(())
}
