//! Workbooks of every kind, told by their content: xlsx, xlsm, xlsb, xls, ods → sheets as sparse grids.

use super::biff::{BiffError, read_biff};
use super::cfb::{Compound, MAGIC};
use super::gather::{Gather, MOST_CELLS, TooMuch};
use super::grid::{Cell, Grid};
use super::ods;
use super::package::{Package, PackageError, PackageKind};
use super::serial::{date_text, percent_text};
use super::sheet_binary::binary_marks;
use super::sheet_marks::{Marks, comments, percent_styles, sheet_parts, xml_marks};
use crate::diagnostic::{Diagnostic, Place};
use crate::habits::{Habit, on};
use calamine::{DataRef, Reader, SheetType, SheetVisible, Xlsb, Xlsx};
use std::collections::BTreeMap;
use std::io::Cursor;

/// One sheet as read.
#[derive(Debug)]
pub(super) struct Sheet {
    pub name: String,
    pub hidden: bool,
    pub grid: Grid,
    pub diagnostics: Vec<Diagnostic>,
}

/// Is this the beginning of a zip file or an OLE2 file?
pub(super) fn is_workbook(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") || bytes.starts_with(&MAGIC)
}

/// Reads all worksheets. `place`: the file. A malformed file is an error; should it panic the readers, whoever opened the file is told.
pub(super) fn read_workbook(bytes: &[u8], place: &Place) -> Result<Vec<Sheet>, Box<Diagnostic>> {
    let sheets = if bytes.starts_with(&MAGIC) { read_ole(bytes, place)? } else { read_package(bytes, place)? };
    if sheets.is_empty() { refuse("F201", place, "0 sheets") } else { Ok(sheets) }
}

fn refuse<T>(code: &str, place: &Place, found: &str) -> Result<T, Box<Diagnostic>> {
    Err(Box::new(Diagnostic::new(code, place.clone()).with("found", found)))
}

/// A sheet's place, so findings name it.
fn sheet_place(place: &Place, name: &str) -> Place {
    Place::sheet(place.file.clone(), name)
}

fn gathered(place: &Place, name: &str, hidden: bool, gather: Result<Gather, TooMuch>) -> Sheet {
    let place = sheet_place(place, name);
    let (grid, diagnostics) = match gather {
        Ok(gather) => gather.finish(&place),
        Err(TooMuch) => (Grid::default(), vec![Diagnostic::new("F209", place).with("expected", MOST_CELLS)]),
    };
    Sheet { name: name.to_owned(), hidden, grid, diagnostics }
}

fn unreadable(place: &Place, name: &str, hidden: bool, found: &str) -> Sheet {
    let finding = Diagnostic::new("F216", sheet_place(place, name)).with("found", found);
    Sheet { name: name.to_owned(), hidden, grid: Grid::default(), diagnostics: vec![finding] }
}

fn read_ole(bytes: &[u8], place: &Place) -> Result<Vec<Sheet>, Box<Diagnostic>> {
    let Some(file) = Compound::open(bytes) else { return refuse("F201", place, "OLE2") };
    if file.has("EncryptedPackage") {
        return refuse("F202", place, "");
    }
    if !file.has("Workbook") {
        let known =
            [("Book", "F205", "Excel 5.0/95"), ("WordDocument", "F106", "Word"), ("PowerPoint Document", "F106", "PowerPoint")];
        let (_, code, found) = known.into_iter().find(|(name, _, _)| file.has(name)).unwrap_or(("", "F106", "OLE2"));
        return refuse(code, place, found);
    }
    let Some(stream) = file.stream("Workbook") else { return refuse("F201", place, "Workbook") };
    match read_biff(&stream) {
        Ok(sheets) => Ok(sheets.into_iter().map(|sheet| gathered(place, &sheet.name, sheet.hidden, sheet.gather)).collect()),
        Err(BiffError::Password) => refuse("F202", place, ""),
        Err(BiffError::Old) => refuse("F205", place, "Excel 5.0/95"),
        Err(BiffError::Damaged) => refuse("F201", place, "BIFF"),
    }
}

fn read_package(bytes: &[u8], place: &Place) -> Result<Vec<Sheet>, Box<Diagnostic>> {
    let weighed = Package::open(bytes).and_then(|mut package| package.weigh().map(|()| package));
    let mut package = match weighed {
        Ok(package) => package,
        Err(PackageError::Damaged(found)) => return refuse("F201", place, &found),
        Err(PackageError::Bomb(inflated, stored)) => {
            let (inflated, stored) = (inflated >> 20, stored >> 10);
            return refuse("F207", place, &format!("{stored} KB → {inflated} MB"));
        }
    };
    match package.kind() {
        PackageKind::Xlsx => read_xlsx(bytes, &mut package, place),
        PackageKind::Xlsb => read_xlsb(bytes, &mut package, place),
        PackageKind::Ods => match package.part("content.xml").map(ods::read_content) {
            Some(Ok(sheets)) => {
                Ok(sheets.into_iter().map(|sheet| gathered(place, &sheet.name, sheet.hidden, sheet.gather)).collect())
            }
            Some(Err(found)) => refuse("F201", place, &found),
            None => refuse("F201", place, "content.xml"),
        },
        PackageKind::Locked => refuse("F202", place, ""),
        PackageKind::Other => {
            let kinds = [("word/", "Word"), ("ppt/", "PowerPoint")];
            let found = kinds.into_iter().find(|(prefix, _)| package.has(prefix)).map_or("ZIP", |(_, found)| found);
            refuse("F106", place, found)
        }
    }
}

fn read_xlsx(bytes: &[u8], package: &mut Package<'_>, place: &Place) -> Result<Vec<Sheet>, Box<Diagnostic>> {
    let mut book = match Xlsx::new(Cursor::new(bytes)) {
        Ok(book) => book,
        Err(calamine::XlsxError::Password) => return refuse("F202", place, ""),
        Err(error) => return refuse("F201", place, &error.to_string()),
    };
    let is_1904 = book.has_1904_epoch();
    let parts = sheet_parts(package);
    let percents = percent_styles(package);
    let mut sheets = Vec::new();
    for (name, hidden) in worksheets(book.sheets_metadata()) {
        let marks = marks_of(package, &parts, &name, |part| xml_marks(part, &percents));
        let gather = marks.and_then(|marks| {
            let reader = book.worksheet_cells_reader(&name).map_err(|error| error.to_string());
            reader.and_then(|mut reader| {
                pour(marks, is_1904, || match reader.next_cell() {
                    Ok(Some(cell)) => Ok(Some((cell.get_position(), cell.get_value().clone()))),
                    Ok(None) => Ok(None),
                    Err(error) => Err(error.to_string()),
                })
            })
        });
        sheets.push(sheet_of(place, &name, hidden, gather));
    }
    Ok(sheets)
}

fn read_xlsb(bytes: &[u8], package: &mut Package<'_>, place: &Place) -> Result<Vec<Sheet>, Box<Diagnostic>> {
    let mut book = match Xlsb::new(Cursor::new(bytes)) {
        Ok(book) => book,
        Err(calamine::XlsbError::Password) => return refuse("F202", place, ""),
        Err(error) => return refuse("F201", place, &error.to_string()),
    };
    let is_1904 = book.has_1904_epoch();
    let parts = sheet_parts(package);
    let percents = percent_styles(package);
    let mut sheets = Vec::new();
    for (name, hidden) in worksheets(book.sheets_metadata()) {
        let marks = marks_of(package, &parts, &name, |part| binary_marks(part, &percents));
        let gather = marks.and_then(|marks| {
            let reader = book.worksheet_cells_reader(&name).map_err(|error| error.to_string());
            reader.and_then(|mut reader| {
                pour(marks, is_1904, || match reader.next_cell() {
                    Ok(Some(cell)) => Ok(Some((cell.get_position(), cell.get_value().clone()))),
                    Ok(None) => Ok(None),
                    Err(error) => Err(error.to_string()),
                })
            })
        });
        sheets.push(sheet_of(place, &name, hidden, gather));
    }
    Ok(sheets)
}

/// Names of the worksheets (charts and macro sheets left out) and whether they are hidden.
fn worksheets(metadata: &[calamine::Sheet]) -> Vec<(String, bool)> {
    let sheets = metadata.iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
    sheets.map(|sheet| (sheet.name.clone(), sheet.visible != SheetVisible::Visible)).collect()
}

fn sheet_of(place: &Place, name: &str, hidden: bool, gather: Result<Result<Gather, TooMuch>, String>) -> Sheet {
    match gather {
        Ok(gather) => gathered(place, name, hidden, gather),
        Err(found) => unreadable(place, name, hidden, &found),
    }
}

/// The marks of one sheet; none where its part is not found (calamine will say why).
fn marks_of(
    package: &mut Package<'_>,
    parts: &BTreeMap<String, String>,
    name: &str,
    read: impl FnOnce(&mut dyn std::io::BufRead) -> std::io::Result<Marks>,
) -> Result<Marks, String> {
    let Some(sheet) = parts.get(name) else { return Ok(Marks::default()) };
    let marks = match package.part(sheet) {
        Some(mut part) => read(&mut part).map_err(|error| error.to_string())?,
        None => Marks::default(),
    };
    Ok(Marks { comments: comments(package, sheet), ..marks })
}

/// Pours calamine's cells and our marks into a grid. Formulas without a result come from calamine as empty cells.
fn pour<'a>(
    marks: Marks,
    is_1904: bool,
    mut next: impl FnMut() -> Result<Option<((u32, u32), DataRef<'a>)>, String>,
) -> Result<Result<Gather, TooMuch>, String> {
    let mut gather = Gather::default();
    marks.merges.into_iter().for_each(|merge| gather.merge(merge));
    marks.hidden.into_iter().for_each(|row| gather.hide_row(row));
    marks.columns.into_iter().for_each(|(first, last)| gather.hide_columns(first, last));
    marks.comments.into_iter().for_each(|(row, column)| gather.comment(row, column));
    let mut percents = marks.percents.into_iter().peekable();
    let mut uncached = marks.uncached.into_iter().peekable();
    while let Some(((row, column), value)) = next()? {
        let empty = matches!(value, DataRef::Empty);
        while percents.next_if(|known| *known < (row, column)).is_some() {}
        let cell = match cell_of(value, is_1904) {
            _ if empty && uncached.next_if_eq(&(row, column)).is_some() && on(Habit::UnsavedFormulas) => Cell::Uncached,
            Cell::Number(number) if percents.peek() == Some(&(row, column)) => percent_text(number),
            cell => cell,
        };
        if gather.cell(row, column, cell).is_err() {
            return Ok(Err(TooMuch));
        }
    }
    let mut rest = uncached.filter(|_| on(Habit::UnsavedFormulas));
    let rest = rest.try_for_each(|(row, column)| gather.cell(row, column, Cell::Uncached));
    Ok(rest.map(|()| gather))
}

fn cell_of(value: DataRef<'_>, is_1904: bool) -> Cell {
    match value {
        DataRef::Empty => Cell::Empty,
        #[allow(clippy::cast_precision_loss, reason = "whole numbers of a spreadsheet stay below 2^53")]
        DataRef::Int(number) => Cell::Number(number as f64),
        DataRef::Float(number) => Cell::Number(number),
        DataRef::String(text) => Cell::Text(text.into()),
        DataRef::SharedString(text) => Cell::Text(text.into()),
        DataRef::Bool(value) => Cell::Bool(value),
        DataRef::DateTime(date) => date_of(date, is_1904),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => Cell::Date(text.replace('T', " ").into()),
        DataRef::Error(error) => Cell::Error(error.to_string().into()),
    }
}

/// A date by its serial; a number no calendar has stays a number, and a length of time its hours.
fn date_of(date: calamine::ExcelDateTime, is_1904: bool) -> Cell {
    let serial = date.as_f64();
    if !on(Habit::DateCells) {
        return Cell::Number(serial);
    }
    if date.is_duration() && serial >= 1.0 {
        let hours = (serial * 24.0).floor();
        let rest = date_text((serial * 24.0 - hours) / 24.0, false);
        return rest.map_or(Cell::Number(serial), |text| Cell::Date(format!("{hours}{}", &text[2..]).into()));
    }
    date_text(serial, is_1904).map_or(Cell::Number(serial), Cell::Date)
}
