//! Where each key of the scheme stands, and the findings gathered on the way; nothing stops at the first.

use crate::diagnostic::{Diagnostic, Place, Severity};
use crate::survey::{Table, TableRow};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A key's place in `scheme.toml` and its name for a reader, such as `form「ceping」.scale`.
#[derive(Clone, Debug, Default)]
pub(super) struct Spot {
    pub row: u32,
    pub column: u32,
    pub label: String,
    /// What is written there, up to the end of the entry.
    pub snippet: String,
}

/// Places of every key, by path (`form[2].items[0].code`).
#[derive(Clone, Debug, Default)]
pub(super) struct Spots {
    pub file: Arc<str>,
    pub spots: BTreeMap<String, Spot>,
}

impl Spots {
    /// The spot of a path, or of the nearest part above it that is written.
    pub(super) fn get(&self, path: &str) -> Option<&Spot> {
        let mut path = path;
        loop {
            if let Some(spot) = self.spots.get(path) {
                return Some(spot);
            }
            path = &path[..path.rfind(['.', '['])?];
        }
    }

    /// The place of a path.
    pub(super) fn place(&self, path: &str) -> Place {
        let file = Place::file(self.file.clone());
        self.get(path).map_or_else(|| file.clone(), |spot| file.at(spot.row, spot.column))
    }

    /// The 1-based line of a path, for lists of offenders.
    pub(super) fn line(&self, path: &str) -> u32 {
        self.get(path).map_or(0, |spot| spot.row + 1)
    }

    /// What a reader calls a path.
    pub(super) fn label(&self, path: &str) -> String {
        let Some(spot) = self.get(path) else { return path.to_owned() };
        if self.spots.contains_key(path) {
            return spot.label.clone();
        }
        let key = path.rsplit('.').next().unwrap_or(path);
        if spot.label.is_empty() { key.to_owned() } else { format!("{}.{key}", spot.label) }
    }
}

/// Gathers findings.
pub(super) struct Findings<'a> {
    pub spots: &'a Spots,
    pub list: Vec<Diagnostic>,
}

/// Arguments of a finding.
pub(super) type Args<'a> = &'a [(&'a str, &'a str)];

impl<'a> Findings<'a> {
    pub(super) fn new(spots: &'a Spots) -> Self {
        Self { spots, list: Vec::new() }
    }

    /// A finding at a key of the scheme.
    pub(super) fn scheme(&mut self, code: &str, path: &str, args: Args<'_>) {
        let mut diagnostic = Diagnostic::new(code, self.spots.place(path)).with("item", self.spots.label(path));
        let found = args.iter().find(|(name, _)| *name == "found").map_or("", |(_, found)| *found);
        let written = self.spots.spots.get(path).filter(|spot| !found.is_empty() && spot.snippet.contains(found));
        if let Some(spot) = written {
            diagnostic = diagnostic.excerpt(vec![spot.snippet.clone()], 0);
        }
        self.push(diagnostic, args);
    }

    /// A finding in a row of a table, at a column where one is meant.
    pub(super) fn table(&mut self, code: &str, table: &Table, row: Option<&TableRow>, column: Option<usize>, args: Args<'_>) {
        let file = match &table.sheet {
            Some(sheet) => Place::sheet(table.file.clone(), sheet.clone()),
            None => Place::file(table.file.clone()),
        };
        let column_number = column.and_then(|column| u32::try_from(column).ok());
        let place = match (row, column_number) {
            (Some(row), Some(column)) => file.at(row.row, column),
            (Some(row), None) => file.row(row.row),
            (None, _) => file,
        };
        let header = column.and_then(|column| table.headers.get(column)).map_or("", String::as_str);
        let mut diagnostic = Diagnostic::new(code, place).with("item", header);
        if let (Some(row), Some(column)) = (row, column)
            && !row.cells.is_empty()
        {
            let from = column.saturating_sub(2);
            let cells: Vec<String> = row.cells.iter().skip(from).take(5).cloned().collect();
            diagnostic = diagnostic.excerpt(cells, column - from);
        }
        self.push(diagnostic, args);
    }

    fn push(&mut self, mut diagnostic: Diagnostic, args: Args<'_>) {
        for (name, value) in args {
            if *name == "item" {
                diagnostic.args.retain(|(known, _)| known != "item");
            }
            diagnostic = diagnostic.with(name, *value);
        }
        self.list.push(diagnostic);
    }

    /// Whether something was found that stops the run.
    pub(super) fn failed(&self) -> bool {
        self.list.iter().any(|diagnostic| diagnostic.severity() == Severity::Error)
    }
}

/// The known word nearest to `found`, or a dash where none is near enough to offer.
pub(super) fn near<'a>(found: &str, known: impl IntoIterator<Item = &'a str>) -> &'a str {
    let mut best = ("—", 0.6);
    for candidate in known {
        let likeness = strsim::jaro_winkler(&found.to_lowercase(), &candidate.to_lowercase());
        if likeness > best.1 {
            best = (candidate, likeness);
        }
    }
    best.0
}

/// A list for a reader, cut after forty.
pub(super) fn listed<'a>(known: impl IntoIterator<Item = &'a str>) -> String {
    let mut all: Vec<&str> = known.into_iter().collect();
    let more = all.len() > 40;
    all.truncate(40);
    let mut text = all.join("｜");
    if more {
        text.push_str("｜…");
    }
    text
}

/// Looks a reference up among codes; reports S110 with the nearest code where it is not there.
pub(super) fn refer<'a>(
    find: &mut Findings<'_>,
    path: &str,
    found: &str,
    codes: impl Iterator<Item = &'a str> + Clone,
) -> Option<usize> {
    let known = codes.clone().position(|code| code == found);
    if known.is_none() {
        let (offer, expected) = (near(found, codes.clone()), listed(codes));
        find.scheme("S110", path, &[("found", found), ("near", offer), ("expected", &expected)]);
    }
    known
}

/// Reports every code that was used before, naming the line of the first (S109).
pub(super) fn unique<'a>(find: &mut Findings<'_>, paths_and_codes: impl Iterator<Item = (String, &'a str)>) {
    let mut first: BTreeMap<&str, String> = BTreeMap::new();
    for (path, code) in paths_and_codes {
        match first.get(code) {
            Some(known) => {
                let line = find.spots.line(known).to_string();
                find.scheme("S109", &path, &[("found", code), ("line", &line)]);
            }
            None => {
                first.insert(code, path);
            }
        }
    }
}
