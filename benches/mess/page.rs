//! One messy worksheet and its bytes.

use rust_xlsxwriter::{Format, Note, Workbook, XlsxError};

/// What a cell holds.
#[derive(Clone, Debug)]
pub enum Cell {
    Empty,
    Text(String),
    Number(f64),
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        if text.is_empty() { Self::Empty } else { Self::Text(text.to_owned()) }
    }
}

impl Cell {
    /// Whether it is exactly this text.
    pub fn is(&self, wanted: &str) -> bool {
        matches!(self, Self::Text(text) if text == wanted)
    }

    /// Changes a text.
    pub fn change(&mut self, change: impl FnOnce(String) -> String) {
        if let Self::Text(text) = self {
            *text = change(std::mem::take(text));
        }
    }

    /// Turns a number into a text.
    pub fn change_number(&mut self, change: impl FnOnce(f64) -> String) {
        if let Self::Number(number) = self {
            *self = Self::Text(change(*number));
        }
    }
}

/// A sheet about to be written.
#[derive(Default)]
pub struct Page {
    pub rows: Vec<Vec<Cell>>,
    /// Row, first and last column.
    pub merges: Vec<(usize, usize, usize)>,
    /// A row to hide; its first column and a sheet of notes are hidden with it.
    pub hidden: Option<usize>,
    pub comments: Vec<(usize, usize)>,
    /// Formats the last cell of the sheet.
    pub extent: bool,
}

fn row_of(row: usize) -> u32 {
    u32::try_from(row).unwrap_or(u32::MAX)
}

fn column_of(column: usize) -> u16 {
    u16::try_from(column).unwrap_or(u16::MAX)
}

impl Page {
    /// The bytes of an `.xlsx` file.
    pub fn bytes(&self) -> Result<Vec<u8>, XlsxError> {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        sheet.set_name("民主测评")?;
        for (row, first, last) in &self.merges {
            sheet.merge_range(row_of(*row), column_of(*first), row_of(*row), column_of(*last), "", &Format::new())?;
        }
        for (row, cells) in self.rows.iter().enumerate() {
            for (column, cell) in cells.iter().enumerate() {
                let (row, column) = (row_of(row), column_of(column));
                match cell {
                    Cell::Empty => {}
                    Cell::Text(text) => drop(sheet.write_string(row, column, text)?),
                    Cell::Number(number) => drop(sheet.write_number(row, column, *number)?),
                }
            }
        }
        for (row, column) in &self.comments {
            sheet.insert_note(row_of(*row), column_of(*column), &Note::new("核对过"))?;
        }
        if self.extent {
            sheet.write_blank(1_048_575, 16_383, &Format::new().set_bold())?;
        }
        if let Some(row) = self.hidden {
            sheet.set_row_hidden(row_of(row))?;
            sheet.set_column_hidden(0)?;
            book.add_worksheet().set_name("填表说明")?.set_hidden(true).write_string(0, 0, "每人一票，不记名。")?;
        }
        book.save_to_buffer()
    }
}
