//! A small table as a person wrote it (units, adjustments, imported scores): headers, rows, and where each stands.

use std::sync::Arc;

/// A table of text read from a CSV file or from the first sheet of a workbook. Places are 0-based.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// Path relative to the assessment folder, `/`-separated.
    pub file: Arc<str>,
    /// Sheet name when it came from a workbook.
    pub sheet: Option<Arc<str>>,
    /// Column names as written, trimmed.
    pub headers: Vec<String>,
    /// Data rows; blank rows are left out.
    pub rows: Vec<TableRow>,
}

/// One data row of a [`Table`].
#[derive(Clone, Debug, Default)]
pub struct TableRow {
    /// 0-based row in the file.
    pub row: u32,
    /// Cells as text, trimmed, one per header (missing ones are empty).
    pub cells: Vec<String>,
}

impl Table {
    /// Column number of the first header that equals one of `names` (case and outer blanks ignored).
    #[must_use]
    pub fn column(&self, names: &[&str]) -> Option<usize> {
        self.headers.iter().position(|header| names.iter().any(|name| header.trim().eq_ignore_ascii_case(name)))
    }
}
