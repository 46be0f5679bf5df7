//! From the text of `scheme.toml` to checked options that remember where each key stands.

use super::check::{self, Text};
use super::findings::Spots;
use super::options::Options;
use crate::diagnostic::{Diagnostic, Place};
use serde::Deserialize;
use std::sync::Arc;
use toml::de::DeTable;

/// A scheme as written, every key known and well-typed, and where each key stands.
#[derive(Clone, Debug)]
pub struct Parsed {
    /// What was written.
    pub options: Options,
    pub(super) spots: Spots,
}

/// Reads the text of a scheme. `file` is the path shown in findings, relative to the assessment folder.
/// Every problem is named, not only the first.
pub fn parse(text: &str, file: &str) -> Result<Parsed, Vec<Diagnostic>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let file: Arc<str> = Arc::from(file);
    let lines = Text::new(text);
    let (table, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        return Err(errors.iter().map(|error| refused(&lines, &file, error)).collect());
    }
    let spots = check::spots(&lines, file.clone(), &table);
    let findings = check::check(&spots, &table);
    if !findings.is_empty() {
        return Err(findings);
    }
    let options = Options::deserialize(toml::de::Deserializer::from(table));
    options.map(|options| Parsed { options, spots }).map_err(|error| vec![refused(&lines, &file, &error)])
}

fn refused(lines: &Text<'_>, file: &Arc<str>, error: &toml::de::Error) -> Diagnostic {
    let place = Place::file(file.clone());
    let place = error.span().map_or(place.clone(), |span| {
        let (row, column) = lines.place(span.start);
        place.at(row, column)
    });
    Diagnostic::new("S101", place).with("found", error.message().replace('\n', " "))
}
