//! Columns of a small table by their English or Chinese headers, and cells read from them.

use super::findings::{Findings, listed, near};
use crate::survey::{Table, TableRow};
use unicode_normalization::UnicodeNormalization;

/// A column: its English name and the other headers under which it may come.
pub(super) struct ColumnSpec {
    pub name: &'static str,
    pub synonyms: &'static [&'static str],
    pub required: bool,
}

/// Shorthand for the lists of columns.
pub(super) const fn column(name: &'static str, required: bool, synonyms: &'static [&'static str]) -> ColumnSpec {
    ColumnSpec { name, synonyms, required }
}

/// The columns found in a table.
pub(super) struct Columns<'a> {
    pub table: &'a Table,
    found: Vec<(&'static str, Option<usize>)>,
}

impl<'a> Columns<'a> {
    /// Finds the columns; reports missing required ones (S202) and headers that mean nothing (S215), save those `known` claims.
    pub(super) fn find(table: &'a Table, specs: &[ColumnSpec], known: impl Fn(&str) -> bool, find: &mut Findings<'_>) -> Self {
        let place = |spec: &ColumnSpec| {
            let names: Vec<&str> = std::iter::once(spec.name).chain(spec.synonyms.iter().copied()).collect();
            table.column(&names)
        };
        let found: Vec<_> = specs.iter().map(|spec| (spec.name, place(spec))).collect();
        for spec in specs.iter().filter(|spec| spec.required) {
            if found.iter().any(|(name, column)| *name == spec.name && column.is_none()) {
                let expected = listed(std::iter::once(spec.name).chain(spec.synonyms.iter().copied()));
                let headers = listed(table.headers.iter().map(String::as_str));
                find.table("S202", table, None, None, &[("item", spec.name), ("expected", &expected), ("found", &headers)]);
            }
        }
        for (number, header) in table.headers.iter().enumerate() {
            let used = found.iter().any(|(_, column)| *column == Some(number));
            if !used && !header.trim().is_empty() && !known(header) {
                let words = || specs.iter().flat_map(|spec| std::iter::once(spec.name).chain(spec.synonyms.iter().copied()));
                let args = [("found", header.as_str()), ("near", near(header, words())), ("expected", &listed(words()))];
                find.table("S215", table, None, Some(number), &args);
            }
        }
        Self { table, found }
    }

    /// The number of a column, if the table has it.
    pub(super) fn number(&self, name: &str) -> Option<usize> {
        self.found.iter().find(|(known, _)| *known == name).and_then(|(_, column)| *column)
    }

    /// The trimmed cell of a row in a column; empty where there is none.
    pub(super) fn cell<'r>(&self, row: &'r TableRow, name: &str) -> &'r str {
        self.number(name).and_then(|column| row.cells.get(column)).map_or("", |cell| cell.trim())
    }

    /// Reports a finding at a row's cell.
    pub(super) fn report(&self, find: &mut Findings<'_>, code: &str, row: &TableRow, name: &str, args: &[(&str, &str)]) {
        find.table(code, self.table, Some(row), self.number(name), args);
    }
}

/// A whole number of heads as people write it: `1200`, `1,200`, `１２００人`, `1200.0`.
pub(super) fn head_count(text: &str) -> Option<u64> {
    let folded: String = text.nfkc().filter(|c| !c.is_whitespace() && *c != ',').collect();
    let folded = folded.trim_end_matches('人');
    let whole = match folded.split_once('.') {
        Some((whole, part)) if part.bytes().all(|digit| digit == b'0') => whole,
        Some(_) => return None,
        None => folded,
    };
    whole.parse().ok()
}

/// Alias lists: `|`, `、` or `;` between them.
pub(super) fn split_list(text: &str) -> Vec<String> {
    text.split(['|', '｜', '、', ';', '；']).map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_heads_as_people_write_them() {
        let read: Vec<Option<u64>> = ["1,200", "１２００人", "310.0", "12.5", "约30", "-1", ""].map(head_count).to_vec();
        assert_eq!(read, [Some(1200), Some(1200), Some(310), None, None, None, None]);
    }
}
