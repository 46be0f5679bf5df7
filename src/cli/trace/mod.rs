//! `kaoping trace`: one score taken apart as a hand calculator would, down to counts and source sheets. Hidden cells stay hidden.

mod build;
mod person;
mod sheet;
mod text;

use super::printer::Printer;
use super::words;
use super::{CLEAN, FAILED};
use crate::diagnostic::column_letters;
use crate::measure::Tally;
use crate::pipeline::{self, Error, Results};
use crate::survey::{FormId, Index, Layout, NodeId, NodeSource, Scheme, SubjectId, person_key};
use build::Builder;
use sheet::Source;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

pub fn trace(dir: &Path, subject: &str, node: Option<&str>, from: &[PathBuf], printer: &Printer) -> Result<u8, Error> {
    let opened = pipeline::open(dir)?;
    let Some(subject) = find_subject(&opened.scheme, subject, printer) else { return Ok(FAILED) };
    let Some(node) = find_node(&opened.scheme, subject, node, printer) else { return Ok(FAILED) };
    let tally = if from.is_empty() {
        pipeline::count_returns(&opened, &printer.progress())?
    } else {
        pipeline::merge_tallies(&opened.scheme, from)?
    };
    let results = pipeline::assess(&opened, &tally)?;
    let cleared = results.cleared.get();
    let mut cards = cleared.scorecards.iter().chain(&cleared.persons.scorecards);
    let Some(card) = cards.find(|card| card.subject == subject) else {
        return Ok(printer.failure(words::NO_SCORE.said(printer.language)));
    };
    let builder = Builder { scheme: &opened.scheme, results: &results, card, language: printer.language };
    let mut sheet = builder.sheet(node);
    sheet.sources = sources(&opened.scheme, &tally, &results, subject, node);
    if opened.scheme.frame.person(subject).is_some() {
        person::add(&mut sheet, &opened.scheme, &results, subject, printer.language);
        let unit = opened.scheme.frame.unit_of(subject);
        sheet.sources.extend(sources(&opened.scheme, &tally, &results, unit, Index::ROOT));
    }
    if printer.json {
        printer.lines(&serde_json::to_string_pretty(&sheet).unwrap_or_default());
    } else {
        printer.lines(&text::text(&sheet, printer.language));
    }
    Ok(CLEAN)
}

pub(super) fn find_subject(scheme: &Scheme, wanted: &str, printer: &Printer) -> Option<SubjectId> {
    let frame = &scheme.frame;
    if let Some(found) = frame.by_code(wanted) {
        return Some(found);
    }
    let person = person_key(wanted);
    let same = |id: &SubjectId| match frame.person(*id) {
        Some(_) => person_key(&frame.subject(*id).name) == person,
        None => frame.subject(*id).name == wanted || frame.path(*id).ends_with(wanted),
    };
    let named: Vec<SubjectId> = frame.ids().chain(frame.person_ids()).filter(same).collect();
    if let [only] = named[..] {
        return Some(only);
    }
    let mut near: Vec<(usize, SubjectId)> = if named.is_empty() {
        frame.ids().chain(frame.person_ids()).map(|id| (strsim::levenshtein(&frame.subject(id).name, wanted), id)).collect()
    } else {
        named.into_iter().map(|id| (0, id)).collect()
    };
    near.sort();
    let offers: Vec<String> =
        near.iter().take(5).map(|(_, id)| format!("{} ({})", frame.subject(*id).code, frame.path(*id))).collect();
    printer.failure(&words::no_subject(wanted, &offers, printer.language));
    None
}

/// A node of the tree that the subject has.
fn find_node(scheme: &Scheme, subject: SubjectId, wanted: Option<&str>, printer: &Printer) -> Option<NodeId> {
    let index = &scheme.index;
    let persons = scheme.frame.person(subject).is_some();
    let Some(wanted) = wanted else { return if persons { index.persons } else { Some(Index::ROOT) } };
    let tree: Vec<NodeId> = if persons { index.person_ids().collect() } else { index.ids().collect() };
    let by = |name: &dyn Fn(NodeId) -> bool| tree.iter().copied().find(|id| name(*id));
    let found = by(&|id| index.node(id).code == wanted).or_else(|| by(&|id| index.node(id).name == wanted));
    if found.is_none() {
        let codes: Vec<&str> = tree.iter().map(|id| index.node(*id).code.as_str()).collect();
        printer.failure(&words::no_node(wanted, &codes, printer.language));
    }
    found
}

/// The sheets whose answers are in it, with the columns they stand in: those on the subject, or on its members where the score was
/// rolled up.
fn sources(scheme: &Scheme, tally: &Tally, results: &Results, subject: SubjectId, node: NodeId) -> Vec<Source> {
    let index = &scheme.index;
    let procedures = match index.procedure_of(node) {
        Some(procedure) => BTreeSet::from([procedure]),
        None if index.is_of_persons(node) => index.person_procedures().collect(),
        None => index.procedures().collect(),
    };
    let mut found = tally.holding(&BTreeSet::from([subject]), &procedures);
    if found.is_empty() {
        let frame = &scheme.frame;
        let members = frame.ids().filter(|id| frame.lineage(*id).any(|above| above == subject)).collect();
        found = tally.holding(&members, &procedures);
    }
    let counted: BTreeMap<(&str, &str), Option<&Layout>> = results
        .sources
        .iter()
        .filter(|source| source.ledger.status == "read")
        .map(|source| ((source.file.as_str(), source.sheet.as_str()), source.layout.as_ref()))
        .collect();
    let below = items(scheme, node);
    found
        .iter()
        .filter_map(|(file, sheet, form)| {
            let layout = counted.get(&(file.as_str(), sheet.as_str()))?;
            Some(Source {
                form: scheme.form(*form).name.clone(),
                file: file.clone(),
                sheet: sheet.clone(),
                columns: layout.map(|layout| columns(layout, below.get(form), sheet.is_empty())).unwrap_or_default(),
                first_row: layout.and_then(|layout| layout.header_rows.last()).map(|row| row + 2),
            })
        })
        .collect()
}

/// Codes of the items below a node, by form.
fn items(scheme: &Scheme, node: NodeId) -> BTreeMap<FormId, BTreeSet<&str>> {
    let mut items: BTreeMap<FormId, BTreeSet<&str>> = BTreeMap::new();
    let above = |id: NodeId| std::iter::successors(Some(id), |id| scheme.index.node(*id).parent).any(|above| above == node);
    for id in scheme.index.all_ids().filter(|id| above(*id)) {
        if let NodeSource::Item { form, item } = scheme.index.node(id).source {
            items.entry(form).or_default().insert(&scheme.form(form).item(item).code);
        }
    }
    items
}

/// The columns that hold answers to these items. Where items run downwards, the columns of answers, counts or points.
fn columns(layout: &Layout, items: Option<&BTreeSet<&str>>, numbers: bool) -> Vec<String> {
    let holds = |means: &str| {
        let first = means.split_whitespace().next().unwrap_or_default();
        match first.split_once(':') {
            Some(("item", code)) => items.is_none_or(|items| items.contains(code)),
            Some((kind, _)) => ["points", "deduction", "option"].contains(&kind),
            None => ["answer", "count"].contains(&first) || means == "ballot column",
        }
    };
    let name = |column: u32| if numbers { (column + 1).to_string() } else { column_letters(column) };
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for (column, _, _) in layout.columns.iter().filter(|(_, _, means)| holds(means)) {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == *column => *last = *column,
            _ => runs.push((*column, *column)),
        }
    }
    runs.into_iter()
        .map(|(first, last)| if first == last { name(first) } else { format!("{}–{}", name(first), name(last)) })
        .collect()
}
