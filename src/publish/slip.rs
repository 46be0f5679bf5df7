//! One returned workbook 退回表: the sender's own sheets as sent, bad cells marked, a column of remarks, and a first sheet with all of it.

mod notes;
mod returned;
mod style;

use super::slips::SlipFile;
use super::workbook::{properties, sheet_name};
use crate::diagnostic::Diagnostic;
use crate::intake::RawSheet;
use crate::survey::{SLIP_NOTES, Scheme};
use returned::Returned;
use rust_xlsxwriter::{Workbook, XlsxError};

/// The workbook as bytes; the same file and findings give the same bytes.
pub(super) fn workbook(scheme: &Scheme, file: &SlipFile<'_>) -> Result<Vec<u8>, XlsxError> {
    let language = scheme.language;
    let notes = language.pick(SLIP_NOTES[0], SLIP_NOTES[1]);
    let mut taken = vec![notes.to_lowercase()];
    let stem = file.file.rsplit('/').next().unwrap_or(&file.file);
    let stem = stem.rsplit_once('.').map_or(stem, |(stem, _)| stem);
    let names: Vec<String> =
        file.sheets.iter().map(|sheet| sheet_name(if sheet.name.is_empty() { stem } else { &sheet.name }, &mut taken)).collect();
    let mut workbook = Workbook::new();
    workbook.set_properties(&properties(&scheme.title)?);
    workbook.push_worksheet(notes::first_sheet(scheme, file, notes, &names)?);
    for (sheet, name) in file.sheets.iter().zip(&names) {
        let source = file.sources.iter().find(|source| source.sheet == sheet.name).copied();
        let findings: Vec<&Diagnostic> = file.findings.iter().copied().filter(|found| is_on(found, sheet)).collect();
        workbook.push_worksheet(Returned::new(sheet, source, &findings, language).write(name)?);
    }
    workbook.save_to_buffer()
}

fn is_on(found: &Diagnostic, sheet: &RawSheet) -> bool {
    found.place.sheet.as_deref().unwrap_or_default() == sheet.name
}
