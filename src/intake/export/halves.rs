//! The other halves of 问卷网: a file of numbers under codes (`Q1`, `Q2_A1`, `Q3_R1`) and a file of labels. The file by text says it all.

use super::super::cells::{cell_text, key};
use super::super::grid::{Grid, GridRow};
use super::super::source::is_beside;
use super::platform::question_code;
use crate::diagnostic::{Diagnostic, Place};
use std::path::Path;

/// A note or warning where the grid is one of the halves without item texts; it is not read, so that no ballot counts twice.
pub(in crate::intake) fn half(grid: &Grid, place: &Place) -> Option<Diagnostic> {
    let first = grid.rows.iter().find(|row| !row.is_blank())?;
    if labels(grid) {
        return Some(Diagnostic::new("L151", place.clone()));
    }
    if !numbers(first) {
        return None;
    }
    Some(Diagnostic::new("L153", place.row(first.row)))
}

/// Softens the warning where the file by text lies beside this one, under the platform's name or the same name changed alike.
pub(in crate::intake) fn with_its_text(found: &mut Diagnostic, path: &Path) {
    let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let renamed = name.replace("Original", "Readable");
    if found.code == "L153" && ((renamed != name && is_beside(path, &renamed)) || is_beside(path, "All_Data_Readable.csv")) {
        "L152".clone_into(&mut found.code);
    }
}

/// Every question column is a bare code, and the platform's own column stands beside them.
fn numbers(header: &GridRow) -> bool {
    let words: Vec<String> = header.cells.iter().map(|(_, cell)| key(&cell_text(cell))).collect();
    let codes = words.iter().filter(|word| question_code(word).is_some()).count();
    let bare = words.iter().all(|word| question_code(word).is_none_or(is_part));
    codes >= 2 && bare && words.iter().any(|word| word == "答题时长")
}

/// Nothing, `_a1` or `_r1`.
fn is_part(rest: &str) -> bool {
    let part = rest.trim_start_matches('_');
    let number = part.trim_start_matches(['a', 'r', 's', 'c']);
    rest.is_empty() || (number.len() < part.len() && number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_'))
}

/// `Q1,题干,单选题` and below it `,1,优秀`: at least two questions, and nothing else in the first column.
fn labels(grid: &Grid) -> bool {
    let used = || grid.rows.iter().filter(|row| !row.is_blank()).take(200);
    let word = |row: &GridRow, column: u32| key(&cell_text(row.get(column)));
    let question = |row: &GridRow| question_code(&word(row, 0)) == Some("");
    // One look at the first cell is all that a sheet of another kind costs.
    if !used().next().is_some_and(question) {
        return false;
    }
    let option = |row: &GridRow| word(row, 0).is_empty() && !word(row, 2).is_empty();
    let narrow = used().all(|row| row.cells.iter().all(|(column, _)| *column < 3));
    narrow && used().filter(|row| option(row)).count() >= 2 && used().all(|row| question(row) || word(row, 0).is_empty())
}
