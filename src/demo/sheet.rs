//! A made sheet before it has a file format: values, merges, hidden rows.

/// One cell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Value {
    #[default]
    Empty,
    Text(String),
    /// A number in hundredths, so that it is exact.
    Hundredths(i64),
    /// A formula and its saved result; `None`: never calculated.
    Formula(String, Option<String>),
    /// An error value such as `#REF!`.
    Error(&'static str),
}

impl Value {
    /// A whole number.
    pub(super) fn int(number: impl Into<i64>) -> Self {
        Self::Hundredths(number.into() * 100)
    }

    /// The cell as a CSV file shows it.
    pub(super) fn text(&self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Text(text) => text.clone(),
            Self::Hundredths(number) => decimal(*number),
            Self::Formula(_, cached) => cached.clone().unwrap_or_default(),
            Self::Error(error) => (*error).to_owned(),
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        if text.is_empty() { Self::Empty } else { Self::Text(text.to_owned()) }
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        if text.is_empty() { Self::Empty } else { Self::Text(text) }
    }
}

/// A number of hundredths without needless zeros: 850 is `8.5`.
pub(super) fn decimal(hundredths: i64) -> String {
    let sign = if hundredths < 0 { "-" } else { "" };
    let (whole, part) = (hundredths.abs() / 100, hundredths.abs() % 100);
    match part {
        0 => format!("{sign}{whole}"),
        part if part % 10 == 0 => format!("{sign}{whole}.{}", part / 10),
        part => format!("{sign}{whole}.{part:02}"),
    }
}

/// The place of a cell as a spreadsheet writes it: `F17`.
pub(super) fn a1(row: usize, column: usize) -> String {
    let mut letters = String::new();
    let mut rest = column + 1;
    while rest > 0 {
        let letter = u8::try_from((rest - 1) % 26).unwrap_or(0);
        letters.insert(0, char::from(b'A' + letter));
        rest = (rest - 1) / 26;
    }
    format!("{letters}{}", row + 1)
}

/// A sheet. Rows and columns are 0-based.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sheet {
    pub(crate) name: String,
    pub(crate) rows: Vec<Vec<Value>>,
    /// (top, left, bottom, right), inclusive.
    pub(crate) merges: Vec<(usize, usize, usize, usize)>,
    pub(crate) hidden: bool,
    pub(crate) hidden_rows: Vec<usize>,
    /// A cell without value that was only formatted, far away.
    pub(super) far: Option<(u32, u16)>,
    /// The last header row.
    pub(super) header: usize,
    /// Rows of data: first, and one past the last.
    pub(super) data: (usize, usize),
}

impl Sheet {
    pub(crate) fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }

    /// Appends a row of texts and numbers.
    pub(crate) fn push(&mut self, row: Vec<Value>) {
        self.rows.push(row);
    }

    /// Appends a title across `width` columns, merged where there is more than one.
    pub(super) fn title(&mut self, text: impl Into<Value>, width: usize) {
        let row = self.rows.len();
        self.rows.push(vec![text.into()]);
        if width > 1 {
            self.merges.push((row, 0, row, width - 1));
        }
    }

    /// Appends the header row(s) and remembers the last of them.
    pub(super) fn header(&mut self, row: Vec<Value>) {
        self.header = self.rows.len();
        self.rows.push(row);
        self.data = (self.rows.len(), self.rows.len());
    }

    /// Appends a row of data.
    pub(super) fn datum(&mut self, row: Vec<Value>) {
        self.rows.push(row);
        self.data.1 = self.rows.len();
    }

    /// The column whose header (last row) is one of `names`, blanks and line breaks ignored.
    pub(super) fn column(&self, names: &[&str]) -> Option<usize> {
        self.rows.get(self.header)?.iter().position(|cell| {
            let text: String = cell.text().chars().filter(|c| !c.is_whitespace()).collect();
            names.contains(&text.as_str())
        })
    }

    pub(super) fn get(&self, row: usize, column: usize) -> Value {
        self.rows.get(row).and_then(|cells| cells.get(column)).cloned().unwrap_or_default()
    }

    /// Writes a cell, widening its row where needed; rows that are not there stay away.
    pub(super) fn set(&mut self, row: usize, column: usize, value: impl Into<Value>) {
        if let Some(cells) = self.rows.get_mut(row) {
            if cells.len() <= column {
                cells.resize(column + 1, Value::Empty);
            }
            cells[column] = value.into();
        }
    }

    pub(super) fn width(&self) -> usize {
        self.rows.iter().map(Vec::len).max().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_and_numbers_are_written_as_people_read_them() {
        assert_eq!(a1(16, 5), "F17");
        assert_eq!(a1(0, 25), "Z1");
        assert_eq!(a1(0, 26), "AA1");
        assert_eq!(a1(1_048_575, 16_383), "XFD1048576");
        assert_eq!(["850", "900", "-5", "1234"].map(|n| decimal(n.parse().unwrap())), ["8.5", "9", "-0.05", "12.34"]);
    }
}
