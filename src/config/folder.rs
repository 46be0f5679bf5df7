//! The assessment folder: finds and reads `scheme.toml`, and finds the tables beside it.

use super::parse::{Parsed, parse};
use crate::diagnostic::{Diagnostic, Place};
use std::path::{Path, PathBuf};

/// Where the tables of an assessment are; intake reads them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TablePaths {
    pub units: PathBuf,
    pub persons: Option<PathBuf>,
    pub adjustments: Option<PathBuf>,
    pub imported: Option<PathBuf>,
    /// Last year's results: a table, or a tally where it ends in `.parquet`.
    pub previous: Option<PathBuf>,
}

const SCHEME: &str = "scheme.toml";
const EXTENSIONS: [&str; 4] = ["csv", "xlsx", "xls", "ods"];

/// Opens an assessment folder: the scheme as written, and the paths of its tables. Everything that is missing or wrong is named at once.
pub fn open(dir: &Path) -> Result<(Parsed, TablePaths), Vec<Diagnostic>> {
    let mut found = Vec::new();
    let parsed = read_scheme(dir, &mut found);
    let units = table(dir, "units", &mut found);
    if units.is_none() {
        found.push(Diagnostic::new("S903", Place::file("units.csv")).with("found", dir.display()));
    }
    let persons = table(dir, "persons", &mut found);
    let adjustments = table(dir, "adjustments", &mut found);
    let imported = table(dir, "imported", &mut found);
    let previous = parsed.as_ref().and_then(|parsed| previous(dir, parsed, &mut found));
    match (parsed, units) {
        (Some(parsed), Some(units)) if found.is_empty() => {
            Ok((parsed, TablePaths { units, persons, adjustments, imported, previous }))
        }
        _ => Err(found),
    }
}

fn read_scheme(dir: &Path, found: &mut Vec<Diagnostic>) -> Option<Parsed> {
    let place = Place::file(SCHEME);
    let bytes = match std::fs::read(dir.join(SCHEME)) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            found.push(Diagnostic::new("S901", place).with("found", dir.display()));
            return None;
        }
        Err(error) => {
            found.push(Diagnostic::new("S902", place).with("found", error));
            return None;
        }
    };
    let Ok(text) = String::from_utf8(bytes) else {
        found.push(Diagnostic::new("S902", place).with("found", "UTF-8 ✗"));
        return None;
    };
    parse(&text, SCHEME).map_err(|problems| found.extend(problems)).ok()
}

/// The one file of a table; two of them are refused, since nobody could tell which counts.
fn table(dir: &Path, name: &str, found: &mut Vec<Diagnostic>) -> Option<PathBuf> {
    let there: Vec<PathBuf> =
        EXTENSIONS.iter().map(|extension| dir.join(format!("{name}.{extension}"))).filter(|path| path.is_file()).collect();
    if let [first, second, ..] = there.as_slice() {
        let shown = |path: &Path| path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        let place = Place::file(shown(second));
        found.push(Diagnostic::new("S904", place).with("found", shown(second)).with("other", shown(first)));
    }
    there.into_iter().next()
}

/// Last year's results; of a folder the `scores.csv` in it.
fn previous(dir: &Path, parsed: &Parsed, found: &mut Vec<Diagnostic>) -> Option<PathBuf> {
    let written = &parsed.options.previous.as_ref()?.file;
    let path = dir.join(written);
    let path = if path.is_dir() { path.join("scores.csv") } else { path };
    if path.is_file() {
        return Some(path);
    }
    found.push(Diagnostic::new("S920", parsed.spots.place("previous.file")).with("found", written));
    None
}
