//! One row of a sheet, whichever reader it came from.

use super::super::cells::{cell_text, clean};
use super::super::grid::GridRow;
use crate::intake::Record;
use std::borrow::Cow;

/// A row's cells as UTF-8 bytes.
pub(super) trait Fields {
    fn get(&self, column: u32) -> Cow<'_, [u8]>;
    /// One past the last column worth asking for.
    fn width(&self) -> u32;

    /// Calls `each` with the column of every cell that holds something.
    fn each_filled(&self, each: impl FnMut(u32));

    fn text(&self, column: u32) -> String {
        String::from_utf8_lossy(&self.get(column)).into_owned()
    }

    /// Non-empty texts with their columns; merged copies (equal neighbours) once.
    fn texts(&self) -> Vec<(u32, String)> {
        let mut out: Vec<(u32, String)> = Vec::new();
        for column in 0..self.width().min(4096) {
            let text = clean(&self.text(column));
            if !text.is_empty() && out.last().is_none_or(|(_, last)| *last != text) {
                out.push((column, text));
            }
        }
        out
    }
}

/// Whether a field holds more than blanks; most are told by their first byte.
pub(super) fn is_filled(bytes: &[u8]) -> bool {
    match bytes.first() {
        None => false,
        Some(b'!'..=b'~' | 0xe4..=0xe9) => true,
        Some(_) => !String::from_utf8_lossy(bytes).trim().is_empty(),
    }
}

impl Fields for GridRow {
    fn get(&self, column: u32) -> Cow<'_, [u8]> {
        match cell_text(GridRow::get(self, column)) {
            Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
            Cow::Owned(text) => Cow::Owned(text.into_bytes()),
        }
    }

    fn width(&self) -> u32 {
        self.cells.last().map_or(0, |(column, _)| column + 1)
    }

    fn each_filled(&self, mut each: impl FnMut(u32)) {
        for (column, _) in self.cells.iter().filter(|(_, cell)| !cell.is_empty()) {
            each(*column);
        }
    }
}

impl Fields for Record<'_> {
    fn get(&self, column: u32) -> Cow<'_, [u8]> {
        Cow::Borrowed(Record::get(self, column as usize))
    }

    fn width(&self) -> u32 {
        u32::try_from(self.len()).unwrap_or(u32::MAX)
    }

    fn each_filled(&self, mut each: impl FnMut(u32)) {
        for (column, bytes) in (0u32..).zip(self.iter()) {
            if is_filled(bytes) {
                each(column);
            }
        }
    }
}
