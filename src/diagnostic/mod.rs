//! What is wrong, where, what was done about it, and how to mend it. Data here; words only in `render` and its catalogue.

mod code;
mod place;
mod render;

pub use code::{Entry, Severity, Words, catalogue, entry};
pub use place::{Place, PlaceKind, column_letters};
pub use render::{Rendered, render, render_text, shown};

use serde::{Deserialize, Serialize};

/// Language of what readers get.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Language {
    #[default]
    Zh,
    En,
}

impl Language {
    /// Picks the text of this language.
    #[must_use]
    pub fn pick<'a>(self, zh: &'a str, en: &'a str) -> &'a str {
        match self {
            Self::Zh => zh,
            Self::En => en,
        }
    }
}

/// A Chinese text and its English.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair(pub &'static str, pub &'static str);

impl Pair {
    /// The text in a language.
    #[must_use]
    pub fn said(self, language: Language) -> &'static str {
        language.pick(self.0, self.1)
    }
}

/// Between the parts of a list within an argument of a [`Diagnostic`]: shown as 、 or as a comma, as the reader's language has it.
pub const LIST: &str = "\u{1f}";
/// Around a name and around what stands in brackets, within an argument: as [`LIST`], shown as the reader's language has it.
const QUOTES: [&str; 2] = ["\u{1}", "\u{2}"];
const BRACKETS: [&str; 2] = ["\u{3}", "\u{4}"];

/// A name as an argument of a [`Diagnostic`]: shown as `2「思想建设」` or `2 “Work style”`.
#[must_use]
pub fn named(label: &str, name: &str) -> String {
    let [open, close] = QUOTES;
    format!("{label}{open}{name}{close}")
}

/// A name with a code as an argument of a [`Diagnostic`]: shown as `张三（P1）` or `Ann (P1)`.
#[must_use]
pub fn with_code(name: &str, code: &str) -> String {
    let [open, close] = BRACKETS;
    format!("{name}{open}{code}{close}")
}

/// One finding about the input. `args` fill the `{name}`s of the catalogue's texts; the usual names are
/// `found`, `expected`, `item`, `unit`, `form`, `near`, `count`, `other`, `line`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnostic {
    /// Letter of origin (S scheme, F file, L layout, B ballot, E entry, M measure, P persons and decisions) and number, never reused.
    pub code: String,
    pub place: Place,
    pub args: Vec<(String, String)>,
    /// The row as read (a few cells around the place), and which of the cells is meant.
    pub excerpt: Option<(Vec<String>, usize)>,
    /// How many more of the same were met in this sheet and are not listed one by one.
    pub more: u64,
}

impl Diagnostic {
    #[must_use]
    pub fn new(code: &str, place: Place) -> Self {
        Self { code: code.to_owned(), place, args: Vec::new(), excerpt: None, more: 0 }
    }

    /// Adds one argument for the texts.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "callers hand over numbers and texts alike")]
    pub fn with(mut self, name: &str, value: impl ToString) -> Self {
        self.args.push((name.to_owned(), value.to_string()));
        self
    }

    #[must_use]
    pub fn excerpt(mut self, cells: Vec<String>, marked: usize) -> Self {
        self.excerpt = Some((cells, marked));
        self
    }

    /// The value of one argument, empty if absent.
    #[must_use]
    pub fn arg(&self, name: &str) -> &str {
        self.args.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.as_str())
    }

    /// Severity by its code.
    #[must_use]
    pub fn severity(&self) -> Severity {
        entry(&self.code).map_or(Severity::Error, |entry| entry.severity)
    }
}
