//! Cells as drawn in a fixture: `95` a number, `"95"` a text with its blanks, `#REF!` an error, `=A1+1` a formula never
//! calculated, `=A1+1 => 9` one with its result, `0.95{95%}` a number as its format shows it, `18{批注:缺会议}` a comment;
//! `⏎` is a line break, `¦` a bar.

use super::fixture::Sheet;
use crate::demo::writers;

/// What a cell holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum Value {
    #[default]
    Empty,
    Text(String),
    Number(f64),
    /// A number and how its format shows it: a percentage or a date.
    Shown(f64, String),
    Error(String),
    /// A formula, and its saved result.
    Formula(String, Option<String>),
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Cell {
    pub value: Value,
    pub comment: Option<String>,
}

/// A drawn sheet.
pub(super) struct Drawn<'f> {
    pub sheet: &'f Sheet,
    pub rows: Vec<Vec<Cell>>,
}

const ERRORS: [&str; 7] = ["#REF!", "#DIV/0!", "#N/A", "#VALUE!", "#NAME?", "#NUM!", "#NULL!"];

fn cell(text: &str) -> Cell {
    let text = text.trim();
    if let Some((before, comment)) = text.strip_suffix('}').and_then(|text| text.split_once("{批注:")) {
        return Cell { comment: Some(comment.to_owned()), ..cell(before) };
    }
    if let Some((number, shown)) = text.strip_suffix('}').and_then(|text| text.split_once('{'))
        && let Ok(number) = number.parse()
    {
        return Cell { value: Value::Shown(number, shown.to_owned()), comment: None };
    }
    let unescaped = |text: &str| text.replace('⏎', "\n").replace('¦', "|");
    let value = if text.is_empty() {
        Value::Empty
    } else if let Some(inner) = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')) {
        Value::Text(unescaped(inner))
    } else if ERRORS.contains(&text) {
        Value::Error(text.to_owned())
    } else if let Some(formula) = text.strip_prefix('=') {
        let (formula, result) = formula.split_once("=>").map_or((formula, None), |(f, r)| (f, Some(r.trim().to_owned())));
        Value::Formula(formula.trim().to_owned(), result)
    } else {
        text.parse().map_or_else(|_| Value::Text(unescaped(text)), Value::Number)
    };
    Cell { value, comment: None }
}

impl<'f> Drawn<'f> {
    pub(super) fn new(sheet: &'f Sheet) -> Self {
        let rows = sheet.rows.lines().map(|line| line.split('|').map(cell).collect()).collect();
        Self { sheet, rows }
    }

    /// (top, left, bottom, right), 0-based.
    pub(super) fn merges(&self) -> Vec<(usize, usize, usize, usize)> {
        let regions = self.sheet.merges.iter().map(|text| {
            let (from, to) = text.split_once(':').expect("A1:B2");
            let ((top, left), (bottom, right)) = (place(from), place(to));
            (top, left, bottom, right)
        });
        regions.collect()
    }

    /// The same as the made data writes it, for the formats it has writers for.
    pub(super) fn made(&self) -> writers::Sheet {
        let mut sheet = writers::Sheet::new(&self.sheet.name);
        for row in &self.rows {
            sheet.push(row.iter().map(|cell| cell.value.made()).collect());
        }
        sheet.merges = self.merges();
        sheet.hidden = self.sheet.hidden;
        sheet.hidden_rows = self.sheet.hidden_rows.iter().map(|row| *row as usize - 1).collect();
        sheet
    }

    pub(super) fn get(&self, row: usize, column: usize) -> &Value {
        self.rows.get(row).and_then(|cells| cells.get(column)).map_or(&Value::Empty, |cell| &cell.value)
    }

    pub(super) fn width(&self) -> usize {
        self.rows.iter().map(Vec::len).max().unwrap_or(0)
    }
}

/// `F17` → (16, 5).
pub(super) fn place(text: &str) -> (usize, usize) {
    let digits = text.find(|sign: char| sign.is_ascii_digit()).unwrap_or(text.len());
    let column = text[..digits].bytes().fold(0, |sum, letter| sum * 26 + usize::from(letter - b'A') + 1);
    (text[digits..].parse::<usize>().expect("a row") - 1, column - 1)
}

/// A number as a person would type it.
pub(super) fn plain(number: f64) -> String {
    format!("{number}")
}

impl Value {
    /// As a text file has it.
    pub(super) fn text(&self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Text(text) | Self::Shown(_, text) | Self::Error(text) => text.clone(),
            Self::Number(number) => plain(*number),
            Self::Formula(_, result) => result.clone().unwrap_or_default(),
        }
    }

    fn made(&self) -> writers::Value {
        #[allow(clippy::cast_possible_truncation, reason = "drawn numbers are small")]
        let hundredths = |number: f64| writers::Value::Hundredths((number * 100.0).round() as i64);
        match self {
            Self::Empty => writers::Value::Empty,
            Self::Number(number) | Self::Shown(number, _) => hundredths(*number),
            other => writers::Value::Text(other.text()),
        }
    }
}
