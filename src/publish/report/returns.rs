//! 报送情况: what was due, sent, missing and set aside; ballots by how they ended.

use super::numbers::grouped;
use crate::measure::{Assessment, Response};
use crate::publish::chart::View;
use crate::publish::words::report::{above_level, capital};
use crate::publish::words::status;
use crate::survey::{FormId, LevelId, NodeId, Scheme, SourceSheet, SubjectId};
use minijinja::{Value, context};
use std::collections::{BTreeMap, BTreeSet};

/// Missing returns and set-aside sheets beyond this many are left to `receipts.csv` and `ledger.csv`.
const MOST_LISTED: usize = 120;

/// Sums over responses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Sums {
    pub due: u64,
    pub sent: u64,
    pub surplus: u64,
    pub valid: u64,
    pub partial: u64,
    pub blank: u64,
    pub void: u64,
    pub duplicate: u64,
    pub meeting_void: u64,
}

impl Sums {
    fn add(&mut self, response: &Response) {
        let sent = response.sources > 0;
        self.due += u64::from(response.due);
        self.sent += u64::from(response.due && sent);
        self.surplus += u64::from(response.surplus);
        self.valid += response.valid;
        self.partial += response.partial;
        self.blank += response.blank;
        self.void += response.void;
        self.duplicate += response.duplicate;
        self.meeting_void += u64::from(response.meeting_void);
    }

    pub(super) fn of(assessment: &Assessment) -> Self {
        let mut sums = Self::default();
        assessment.responses.iter().for_each(|response| sums.add(response));
        sums
    }

    pub(super) fn missing(self) -> u64 {
        self.due - self.sent
    }

    fn row(self, name: &str) -> Value {
        context! {
            name,
            due => grouped(self.due), sent => grouped(self.sent), missing => grouped(self.missing()), surplus => grouped(self.surplus),
            short => self.missing() > 0,
            valid => grouped(self.valid), partial => grouped(self.partial), blank => grouped(self.blank),
            void => grouped(self.void), duplicate => grouped(self.duplicate), meeting_void => grouped(self.meeting_void),
        }
    }
}

/// How many files and sheets were counted, and which were set aside.
pub(super) struct Files {
    pub all: usize,
    pub read: usize,
    pub set_aside: usize,
}

impl Files {
    pub(super) fn of(sources: &[SourceSheet]) -> Self {
        let all: BTreeSet<&str> = sources.iter().map(|source| source.file.as_str()).collect();
        let read: BTreeSet<&str> =
            sources.iter().filter(|source| source.ledger.status == "read").map(|source| source.file.as_str()).collect();
        Self { all: all.len(), read: read.len(), set_aside: sources.iter().filter(|source| is_set_aside(source)).count() }
    }
}

/// A sheet with data that did not count, and not because the scheme said so.
fn is_set_aside(source: &SourceSheet) -> bool {
    !matches!(source.ledger.status.as_str(), "read" | "ignored" | "hidden" | "empty" | "")
}

/// The section: by form, by unit of the overview level, missing returns, sheets set aside.
pub(super) fn section(view: &View<'_>, sources: &[SourceSheet], overview: Option<LevelId>) -> Value {
    let scheme = view.scheme;
    let mut forms: BTreeMap<(Option<NodeId>, Option<FormId>), Sums> = BTreeMap::new();
    let mut units: BTreeMap<Option<SubjectId>, Sums> = BTreeMap::new();
    let mut missing: Vec<Value> = Vec::new();
    for response in &view.assessment.responses {
        forms.entry((response.procedure, response.form)).or_default().add(response);
        let above = |id| scheme.frame.lineage(id).find(|id| Some(scheme.frame.subject(*id).level) == overview);
        units.entry(response.unit.and_then(above)).or_default().add(response);
        if let (true, 0, Some(unit)) = (response.due, response.sources, response.unit) {
            missing
                .push(context! { unit => scheme.frame.path(unit), form => form_name(scheme, response.procedure, response.form) });
        }
    }
    let set_aside: Vec<Value> = sources.iter().filter(|source| is_set_aside(source)).map(|source| sheet(view, source)).collect();
    let unit_name = |id: Option<SubjectId>| id.map_or(above_level(view.language()), |id| view.name(id));
    let all = Sums::of(view.assessment);
    context! {
        // Columns of nothing but zeros are left out.
        has => context! {
            surplus => all.surplus > 0, partial => all.partial > 0, blank => all.blank > 0,
            duplicate => all.duplicate > 0, meeting_void => all.meeting_void > 0,
        },
        forms => forms.iter().map(|((procedure, form), sums)| sums.row(&form_name(scheme, *procedure, *form))).collect::<Vec<_>>(),
        units => units.iter().map(|(id, sums)| sums.row(unit_name(*id))).collect::<Vec<_>>(),
        level => overview.map(|level| scheme.frame.level(level).name.clone()),
        missing_count => grouped(missing.len() as u64),
        missing_more => missing.len().saturating_sub(MOST_LISTED),
        missing => missing.into_iter().take(MOST_LISTED).collect::<Vec<_>>(),
        set_aside_count => grouped(set_aside.len() as u64),
        set_aside_more => set_aside.len().saturating_sub(MOST_LISTED),
        set_aside => set_aside.into_iter().take(MOST_LISTED).collect::<Vec<_>>(),
    }
}

/// The form's name, with the procedure where the form feeds more than one.
fn form_name(scheme: &Scheme, procedure: Option<NodeId>, form: Option<FormId>) -> String {
    let procedure = procedure.and_then(|id| scheme.index.nodes.get(id.0 as usize)).map_or("", |node| node.name.as_str());
    match form.and_then(|id| scheme.forms.get(id.0 as usize)) {
        Some(form) if form.procedures.len() > 1 && !procedure.is_empty() => format!("{} · {procedure}", form.name),
        Some(form) => form.name.clone(),
        None => procedure.to_owned(),
    }
}

fn sheet(view: &View<'_>, source: &SourceSheet) -> Value {
    context! {
        file => source.file.as_str(),
        sheet => source.sheet.as_str(),
        status => capital(status(&source.ledger.status, view.language())),
        rows => grouped(source.ledger.rows),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_is_due_and_not_sent_and_surplus_is_sent_and_not_due() {
        let mut sums = Sums::default();
        for (due, sources) in [(true, 2), (true, 0), (false, 1), (false, 0)] {
            sums.add(&Response { due, sources, surplus: !due && sources > 0, valid: 3, void: 1, ..Response::default() });
        }
        assert_eq!((sums.due, sums.sent, sums.missing(), sums.surplus), (2, 1, 1, 1));
        assert_eq!((sums.valid, sums.void), (12, 4));
    }

    #[test]
    fn files_with_a_counted_sheet_are_read_and_duplicates_are_set_aside() {
        let sheet = |file: &str, status: &str| {
            let mut source = SourceSheet { file: file.to_owned(), ..SourceSheet::default() };
            source.ledger.status = status.to_owned();
            source
        };
        let files = Files::of(&[sheet("a", "read"), sheet("a", "empty"), sheet("b", "duplicate"), sheet("c", "ignored")]);
        assert_eq!((files.all, files.read, files.set_aside), (3, 1, 1));
    }
}
