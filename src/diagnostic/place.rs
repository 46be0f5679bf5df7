//! Places: 0-based inside, 1-based when shown; `Sheet1!F17` for workbooks, `行 17，列 6` for CSV.

use crate::diagnostic::Language;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// How cells of a file are called.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum PlaceKind {
    /// A workbook: sheet and letter-number cells.
    Workbook,
    /// A text file: line and column numbers.
    #[default]
    Text,
}

/// A place in the input. Everything but the file may be open.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// Path relative to the assessment folder, `/`-separated.
    pub file: Arc<str>,
    pub sheet: Option<Arc<str>>,
    pub row: Option<u32>,
    pub column: Option<u32>,
    pub kind: PlaceKind,
}

impl Place {
    #[must_use]
    pub fn file(file: impl Into<Arc<str>>) -> Self {
        Self { file: file.into(), ..Self::default() }
    }

    #[must_use]
    pub fn sheet(file: impl Into<Arc<str>>, sheet: impl Into<Arc<str>>) -> Self {
        Self { file: file.into(), sheet: Some(sheet.into()), kind: PlaceKind::Workbook, ..Self::default() }
    }

    #[must_use]
    pub fn at(&self, row: u32, column: u32) -> Self {
        Self { row: Some(row), column: Some(column), ..self.clone() }
    }

    #[must_use]
    pub fn row(&self, row: u32) -> Self {
        Self { row: Some(row), column: None, ..self.clone() }
    }

    /// `F17`, `行 17，列 6`, or empty.
    #[must_use]
    pub fn cell(&self, language: Language) -> String {
        match (self.kind, self.row, self.column) {
            (PlaceKind::Workbook, Some(row), Some(column)) => format!("{}{}", column_letters(column), row + 1),
            (PlaceKind::Workbook | PlaceKind::Text, Some(row), None) => match language {
                Language::Zh => format!("行 {}", row + 1),
                Language::En => format!("line {}", row + 1),
            },
            (PlaceKind::Text, Some(row), Some(column)) => match language {
                Language::Zh => format!("行 {}，列 {}", row + 1, column + 1),
                Language::En => format!("line {}, column {}", row + 1, column + 1),
            },
            (_, None, _) => String::new(),
        }
    }
}

/// Spreadsheet letters of a 0-based column: 0 is `A`, 26 is `AA`.
#[must_use]
pub fn column_letters(column: u32) -> String {
    let mut rest = u64::from(column) + 1;
    let mut letters = Vec::new();
    while rest > 0 {
        rest -= 1;
        letters.push(b'A' + u8::try_from(rest % 26).unwrap_or(0));
        rest /= 26;
    }
    letters.reverse();
    String::from_utf8(letters).unwrap_or_default()
}
