//! 报送情况: who has sent, who has not, and what is wrong, by unit; for people and for programs.

mod data;
mod page;

use crate::diagnostic::{Diagnostic, Language, Severity};
use crate::measure::Response;
use crate::pipeline::{Opened, Results};
use crate::survey::{FormId, NodeId, Scheme, SourceSheet, SubjectId};
use std::collections::{BTreeMap, BTreeSet};

/// What one unit owes of one form, and what came of it.
#[derive(Clone, Copy, Debug, Default)]
struct Due {
    /// 应报.
    owed: bool,
    sources: u32,
    surplus: bool,
}

impl Due {
    fn missing(self) -> bool {
        self.owed && self.sources == 0
    }
}

/// Errors and warnings, those not listed one by one included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Troubles {
    errors: u64,
    warnings: u64,
}

impl Troubles {
    fn add(&mut self, diagnostic: &Diagnostic) {
        match diagnostic.severity() {
            Severity::Error => self.errors += 1 + diagnostic.more,
            Severity::Warning => self.warnings += 1 + diagnostic.more,
            Severity::Note => {}
        }
    }

    fn any(self) -> bool {
        self != Self::default()
    }
}

#[derive(Debug, Default)]
struct UnitRow {
    returns: BTreeMap<Paper, Due>,
    troubles: Troubles,
    files: BTreeSet<String>,
}

/// A form for one of the procedures it feeds.
type Paper = (NodeId, FormId);

/// The state of the collection.
pub struct Board<'a> {
    scheme: &'a Scheme,
    results: &'a Results,
    language: Language,
    /// Only this unit and those below it.
    only: Option<SubjectId>,
    units: BTreeMap<SubjectId, UnitRow>,
    papers: BTreeSet<Paper>,
    /// Files of which nobody can tell who sent them, and what is wrong with them.
    nobody: BTreeMap<String, Troubles>,
    files: BTreeMap<String, Troubles>,
}

impl<'a> Board<'a> {
    pub fn new(opened: &'a Opened, results: &'a Results, only: Option<SubjectId>, language: Language) -> Self {
        let scheme = &opened.scheme;
        let mut board = Self {
            scheme,
            results,
            language,
            only,
            units: BTreeMap::new(),
            papers: BTreeSet::new(),
            nobody: BTreeMap::new(),
            files: BTreeMap::new(),
        };
        for response in &results.cleared.get().responses {
            board.response(response);
        }
        let senders = Senders::new(scheme, &results.sources);
        for source in &results.sources {
            board.source(source, senders.of(&source.file, &source.sheet));
        }
        for diagnostic in &results.diagnostics {
            let sheet = diagnostic.place.sheet.as_deref().unwrap_or_default();
            board.finding(diagnostic, senders.of(&diagnostic.place.file, sheet));
        }
        board
    }

    fn inside(&self, unit: SubjectId) -> bool {
        self.only.is_none_or(|only| self.scheme.frame.lineage(unit).any(|above| above == only))
    }

    fn response(&mut self, response: &Response) {
        let (Some(unit), Some(form), Some(procedure)) = (response.unit, response.form, response.procedure) else { return };
        if !self.inside(unit) || !(response.due || response.sources > 0) {
            return;
        }
        self.papers.insert((procedure, form));
        let due = Due { owed: response.due, sources: response.sources, surplus: response.surplus };
        self.units.entry(unit).or_default().returns.insert((procedure, form), due);
    }

    fn source(&mut self, source: &SourceSheet, sender: Option<SubjectId>) {
        match sender {
            Some(unit) if self.inside(unit) => {
                self.units.entry(unit).or_default().files.insert(source.file.clone());
                self.files.entry(source.file.clone()).or_default();
            }
            None if self.only.is_none() => {
                self.files.entry(source.file.clone()).or_default();
            }
            _ => {}
        }
    }

    fn finding(&mut self, diagnostic: &Diagnostic, sender: Option<SubjectId>) {
        let file = diagnostic.place.file.to_string();
        if let Some(troubles) = self.files.get_mut(&file) {
            troubles.add(diagnostic);
        } else {
            return;
        }
        match sender {
            Some(unit) if self.inside(unit) => self.units.entry(unit).or_default().troubles.add(diagnostic),
            None => self.nobody.entry(file).or_default().add(diagnostic),
            Some(_) => {}
        }
    }

    /// Units below each child of the root; where nothing lies below those, all units below the root.
    fn divisions(&self) -> BTreeMap<SubjectId, Vec<SubjectId>> {
        let frame = &self.scheme.frame;
        let mut out: BTreeMap<SubjectId, Vec<SubjectId>> = BTreeMap::new();
        for unit in self.units.keys() {
            let line: Vec<SubjectId> = frame.lineage(*unit).collect();
            let below_root = line.len().checked_sub(2).and_then(|at| line.get(at)).copied();
            let division = below_root.filter(|id| !frame.children(*id).is_empty()).or(line.last().copied()).unwrap_or(*unit);
            out.entry(division).or_default().push(*unit);
        }
        out
    }

    /// The findings that this board is about.
    pub fn findings(&self) -> Vec<Diagnostic> {
        let all = self.results.diagnostics.iter();
        all.filter(|found| self.only.is_none() || self.files.contains_key(&*found.place.file)).cloned().collect()
    }

    /// The returns that are due and have not arrived.
    pub fn missing(&self) -> Vec<&'a Response> {
        let all = self.results.cleared.get().responses.iter();
        all.filter(|response| response.due && response.sources == 0 && response.unit.is_some_and(|unit| self.inside(unit)))
            .collect()
    }
}

impl UnitRow {
    fn is_notable(&self) -> bool {
        self.troubles.any() || self.returns.values().any(|due| due.missing() || due.surplus)
    }
}

/// Due, arrived of those, and sent without being due.
fn sums<'r>(rows: impl Iterator<Item = &'r UnitRow>) -> (u64, u64, u64) {
    rows.flat_map(|row| row.returns.values()).fold((0, 0, 0), |(due, sent, surplus), one| {
        let arrived = one.owed && one.sources > 0;
        (due + u64::from(one.owed), sent + u64::from(arrived), surplus + u64::from(one.surplus))
    })
}

/// Who sent each sheet; a file whose sheets are all of one unit is that unit's.
struct Senders {
    sheets: BTreeMap<(String, String), SubjectId>,
    files: BTreeMap<String, Option<SubjectId>>,
}

impl Senders {
    fn new(scheme: &Scheme, sources: &[SourceSheet]) -> Self {
        let mut all = Self { sheets: BTreeMap::new(), files: BTreeMap::new() };
        for source in sources {
            let Some(id) = scheme.frame.by_code(&source.sender) else { continue };
            all.sheets.insert((source.file.clone(), source.sheet.clone()), id);
            let file = all.files.entry(source.file.clone()).or_insert(Some(id));
            if *file != Some(id) {
                *file = common(scheme, *file, id);
            }
        }
        all
    }

    fn of(&self, file: &str, sheet: &str) -> Option<SubjectId> {
        let own = self.sheets.get(&(file.to_owned(), sheet.to_owned())).copied();
        own.or_else(|| self.files.get(file).copied().flatten())
    }
}

/// The lowest unit above both.
fn common(scheme: &Scheme, one: Option<SubjectId>, other: SubjectId) -> Option<SubjectId> {
    let above: Vec<SubjectId> = scheme.frame.lineage(other).collect();
    scheme.frame.lineage(one?).find(|id| above.contains(id))
}
