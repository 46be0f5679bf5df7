//! A fixture as written: what it is, the sheets drawn as text, and what is expected of them.

use crate::habits::Habit;
use serde::Deserialize;
use std::path::Path;

/// One file `tests/corpus/NN-name.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Fixture {
    /// File name without ending.
    #[serde(skip)]
    pub name: String,
    /// Number in `domain.md` §6.
    pub mess: u32,
    /// What it is, in a few words (zh).
    pub title: String,
    /// What it is and what should be done with it (zh).
    #[allow(dead_code, reason = "for the reader of the fixture")]
    pub about: String,
    /// The action of `domain.md` §6.
    pub act: String,
    /// `tests/corpus/schemes/NAME.toml` with `NAME.csv`.
    #[serde(default = "small")]
    pub scheme: String,
    /// Lines added to the scheme (a `[[source]]`, a `[[pin]]`).
    #[serde(default)]
    pub scheme_more: String,
    /// The habit without which this fixture fails.
    pub habit: String,
    #[serde(default = "three")]
    formats: Vec<String>,
    #[serde(default)]
    pub file: Vec<File>,
    #[serde(default)]
    pub run: Run,
}

/// One file of the returns.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct File {
    /// Below `returns/`, without the ending of the format.
    pub path: String,
    /// Ending that is written instead of the format's own.
    #[serde(default)]
    pub ending: Option<String>,
    /// The format of this file, whatever the others are.
    #[serde(default)]
    pub format: Option<String>,
    /// Bytes instead of sheets: a text, in the encoding named.
    #[serde(default)]
    pub text: Option<String>,
    #[serde(default)]
    pub encoding: Option<String>,
    /// Bytes instead of sheets, as hex digits.
    #[serde(default)]
    pub hex: Option<String>,
    /// Bytes instead of sheets: a file below `tests/corpus/`.
    #[serde(default)]
    pub copy: Option<String>,
    #[serde(default)]
    pub sheet: Vec<Sheet>,
    /// Ledger status and findings where the file has no sheets of its own.
    #[serde(default)]
    pub status: Option<String>,
    #[serde(default)]
    pub said: Vec<String>,
}

/// One sheet and what is expected of it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Sheet {
    #[serde(default = "sheet1")]
    pub name: String,
    /// One line a row, cells parted by `|`; see `draw.rs`.
    pub rows: String,
    #[serde(default)]
    pub merges: Vec<String>,
    #[serde(default)]
    pub hidden: bool,
    /// 1-based.
    #[serde(default)]
    pub hidden_rows: Vec<u32>,
    #[serde(default)]
    pub hidden_columns: Vec<String>,
    /// A far cell that is formatted only: `XFD1048576`.
    #[serde(default)]
    pub far: Option<String>,
    /// Ledger status.
    #[serde(default = "read")]
    pub status: String,
    /// What was taken: `form unit stratum: answers`, one line a ballot or score sheet.
    #[serde(default)]
    pub taken: Vec<String>,
    /// Findings: `[formats:] CODE PLACE [arg=value | arg~part]…`.
    #[serde(default)]
    pub said: Vec<String>,
    /// Rows by fate, `title=1 header=1 …`; unchecked where left out.
    #[serde(default)]
    pub books: Option<String>,
}

/// What is expected of the run as a whole.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Run {
    /// Findings of the measure among others.
    #[serde(default)]
    pub said: Vec<String>,
    #[serde(default)]
    pub output: Vec<Output>,
}

/// One file of the edition.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Output {
    pub name: String,
    #[serde(default)]
    pub starts: String,
    #[serde(default)]
    pub has: Vec<String>,
    #[serde(default)]
    pub lacks: Vec<String>,
}

fn small() -> String {
    "small".to_owned()
}

fn sheet1() -> String {
    "Sheet1".to_owned()
}

fn read() -> String {
    "read".to_owned()
}

fn three() -> Vec<String> {
    ["xlsx", "csv", "gb"].map(str::to_owned).to_vec()
}

impl Fixture {
    pub(super) fn formats(&self) -> Vec<String> {
        self.formats.clone()
    }

    pub(super) fn habit(&self) -> Option<Habit> {
        Habit::ALL.iter().find(|(_, name)| *name == self.habit).map(|(habit, _)| *habit)
    }
}

/// Every fixture, by name.
pub(super) fn all(folder: &Path) -> Vec<Fixture> {
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .expect("tests/corpus")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "toml"))
        .collect();
    paths.sort();
    paths
        .iter()
        .map(|path| {
            let text = std::fs::read_to_string(path).expect("a fixture");
            let mut fixture: Fixture = toml::from_str(&text).unwrap_or_else(|cause| panic!("{}: {cause}", path.display()));
            path.file_stem().expect("a name").to_str().expect("UTF-8").clone_into(&mut fixture.name);
            assert!(fixture.name.starts_with(&format!("{:02}-", fixture.mess)), "{} is not mess {}", fixture.name, fixture.mess);
            fixture
        })
        .collect()
}
