//! A table on its way out: columns, rows of texts and numbers, and the one CSV writer.

pub(super) mod errors;
pub(super) mod findings;
pub(super) mod forensics;
pub(super) mod persons;
pub(super) mod results;
pub(super) mod returns;
pub(super) mod stability;

use crate::habits::{Habit, on};
use std::fmt::{Display, Write as _};

/// One field of a [`TableOut`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Field<'a> {
    /// As published; empty: not available.
    pub text: &'a str,
    /// A number (never escaped) rather than a text.
    pub number: bool,
}

/// A table of an edition. Fields stand in one buffer, row after row, so that a hundred thousand rows stay small.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TableOut {
    /// File name within the edition, such as `standings.csv`.
    pub name: String,
    /// English identifiers, unique.
    pub columns: Vec<String>,
    buffer: String,
    /// Where each field ends in `buffer`, and whether it is a number.
    ends: Vec<(usize, bool)>,
}

impl TableOut {
    #[must_use]
    pub fn new(name: &str, columns: Vec<String>) -> Self {
        Self { name: name.to_owned(), columns, ..Self::default() }
    }

    /// An empty table of the same columns, to be filled elsewhere and appended.
    #[must_use]
    pub fn sibling(&self) -> Self {
        Self::new(&self.name, self.columns.clone())
    }

    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len().checked_div(self.columns.len()).unwrap_or(0)
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Position of a column.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column == name)
    }

    /// One field; beyond the table: empty.
    #[must_use]
    pub fn get(&self, row: usize, column: usize) -> Field<'_> {
        if column >= self.columns.len() {
            return Field::default();
        }
        let at = row * self.columns.len() + column;
        let Some(&(end, number)) = self.ends.get(at) else { return Field::default() };
        let start = at.checked_sub(1).and_then(|before| self.ends.get(before)).map_or(0, |(end, _)| *end);
        Field { text: self.buffer.get(start..end).unwrap_or_default(), number }
    }

    /// The fields of one row.
    pub fn row(&self, row: usize) -> impl Iterator<Item = Field<'_>> + '_ {
        (0..self.columns.len()).map(move |column| self.get(row, column))
    }

    /// Adds a text field.
    pub fn text(&mut self, text: &str) -> &mut Self {
        self.buffer.push_str(text);
        self.ends.push((self.buffer.len(), false));
        self
    }

    /// Adds a number as it is to be printed.
    pub fn number(&mut self, number: impl Display) -> &mut Self {
        let _ = write!(self.buffer, "{number}");
        self.ends.push((self.buffer.len(), true));
        self
    }

    /// Adds a number, or an empty field.
    pub fn maybe(&mut self, number: Option<impl Display>) -> &mut Self {
        match number {
            Some(number) => self.number(number),
            None => self.none(),
        }
    }

    /// Adds an empty field.
    pub fn none(&mut self) -> &mut Self {
        self.ends.push((self.buffer.len(), true));
        self
    }

    /// Adds the rows of a table of the same columns.
    pub fn append(&mut self, other: &Self) {
        let before = self.buffer.len();
        self.buffer.push_str(&other.buffer);
        self.ends.extend(other.ends.iter().map(|(end, number)| (end + before, *number)));
    }

    /// The table as CSV: UTF-8 with BOM (Excel needs it to see Chinese), LF, formula-leading texts escaped.
    #[must_use]
    pub fn csv(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.buffer.len() + self.ends.len() + 256);
        if on(Habit::ByteOrderMark) {
            out.extend_from_slice("\u{feff}".as_bytes());
        }
        line(&mut out, self.columns.iter().map(|name| Field { text: name, number: false }));
        for row in 0..self.len() {
            line(&mut out, self.row(row));
        }
        out
    }
}

fn line<'a>(out: &mut Vec<u8>, fields: impl Iterator<Item = Field<'a>>) {
    for (at, field) in fields.enumerate() {
        if at > 0 {
            out.push(b',');
        }
        let escape = !field.number && leads_a_formula(field.text);
        let quote = field.text.contains([',', '"', '\n', '\r']);
        if quote {
            out.push(b'"');
        }
        if escape {
            out.push(b'\'');
        }
        if quote {
            out.extend_from_slice(field.text.replace('"', "\"\"").as_bytes());
            out.push(b'"');
        } else {
            out.extend_from_slice(field.text.as_bytes());
        }
    }
    out.push(b'\n');
}

/// Whether a spreadsheet would take the text for a formula: = + - @, tab, line ends, and the full-width signs that
/// East-Asian editions take for the same.
fn leads_a_formula(text: &str) -> bool {
    on(Habit::FormulaEscapes) && text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn small() -> TableOut {
        let mut table = TableOut::new("t.csv", vec!["name".to_owned(), "score".to_owned()]);
        table.text("一连,\"甲\"").number("-3.20");
        table.text("=HYPERLINK(\"http://x\")").none();
        table.text("-1+1").number(7);
        table
    }

    #[test]
    fn texts_are_escaped_and_numbers_are_not() {
        let text = String::from_utf8(small().csv()).expect("UTF-8");
        let expected = "\u{feff}name,score\n\"一连,\"\"甲\"\"\",-3.20\n\"'=HYPERLINK(\"\"http://x\"\")\",\n'-1+1,7\n";
        assert_eq!(text, expected);
        for lead in ["+1", "@SUM(A1)", "\tx", "\rx", "＝1"] {
            assert!(leads_a_formula(lead), "{lead:?}");
        }
        assert!(!leads_a_formula("—") && !leads_a_formula("") && !leads_a_formula("3-4"));
    }

    #[test]
    fn fields_are_found_again_after_appending() {
        let mut table = small();
        table.append(&small());
        assert_eq!(table.len(), 6);
        assert_eq!(table.get(5, 0).text, "-1+1");
        assert_eq!(table.get(3, 1), Field { text: "-3.20", number: true });
        assert_eq!(table.get(6, 0), Field::default());
        assert_eq!(table.get(0, 2), Field::default());
    }
}
