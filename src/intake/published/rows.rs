//! The rows of a published table: whose each is, which scores it gives, and what became of every row.

use super::super::cells::{cell_text, clean, key};
use super::super::context::Context;
use super::super::grid::{Grid, GridRow};
use super::super::names::Found;
use super::super::sheet::texts;
use super::super::source::OpenSheet;
use super::layout::{Scores, Seen};
use super::value::{Scale, Value, value};
use super::words::NodeWords;
use crate::diagnostic::{Diagnostic, LIST, Place};
use crate::numeric::Ratio;
use crate::survey::{NodeId, SubjectId};
use std::collections::BTreeMap;

/// Rows and cells listed one by one per sheet and code; the rest is counted.
const LISTED: usize = 20;

/// Scores taken so far, each with its 0-based row and where it stands.
#[derive(Debug, Default)]
pub(super) struct Taken {
    scores: BTreeMap<(SubjectId, NodeId), (Ratio, u32, Place)>,
}

impl Taken {
    /// Every score, by subject and node, with the row where it stands.
    pub(super) fn scores(&self) -> impl Iterator<Item = (SubjectId, NodeId, &Ratio, u32)> {
        self.scores.iter().map(|((subject, node), (value, row, _))| (*subject, *node, value, *row))
    }
}

/// What became of the rows of one sheet.
#[derive(Debug, Default)]
struct Books {
    headings: u32,
    notes: u32,
    aside: u32,
    data: u32,
    scores: u32,
    again: u32,
    withheld: u32,
    footnotes: Vec<String>,
    rollups: Vec<SubjectId>,
    /// Codes met and how often.
    met: BTreeMap<&'static str, usize>,
}

struct Sheet<'a> {
    context: &'a Context<'a>,
    words: &'a NodeWords,
    place: &'a Place,
    seen: &'a Seen,
    scale: Scale,
    /// Numbers of the notes below the table.
    notes: Vec<String>,
    books: Books,
    hints: Vec<SubjectId>,
}

pub(super) fn read(
    context: &Context<'_>,
    words: &NodeWords,
    sheet: &OpenSheet,
    grid: &Grid,
    seen: &Seen,
    taken: &mut Taken,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let mut scale = Scale::default();
    let below = || grid.rows.iter().filter(|row| row.row > seen.end() && !row.is_blank());
    for row in below() {
        seen.columns().into_iter().for_each(|column| scale.note(&value(&cell_text(row.get(column)))));
    }
    let notes = below().filter_map(|row| note_number(&texts(row))).collect();
    let mut sheet = Sheet { context, words, place: &sheet.place, seen, scale, notes, books: Books::default(), hints: Vec::new() };
    for row in below() {
        sheet.row(row, taken, diagnostics);
    }
    sheet.conclude(diagnostics);
}

/// `1: Aggregate figures …`, `[note 2] …`, `注1：…` gives the number.
fn note_number(texts: &[String]) -> Option<String> {
    let [only] = texts else { return None };
    let word = key(only);
    let body = word.trim_start_matches(['(', '注', '*']).trim_start_matches("note");
    let end = body.find(|c: char| !c.is_ascii_digit()).unwrap_or(body.len());
    let marked = body[end..].starts_with([':', ')', '.', '、']);
    ((1..=2).contains(&end) && marked).then(|| body[..end].to_owned())
}

impl Sheet<'_> {
    fn row(&mut self, row: &GridRow, taken: &mut Taken, diagnostics: &mut Vec<Diagnostic>) {
        let values: Vec<(u32, Value)> =
            self.seen.columns().into_iter().map(|column| (column, value(&cell_text(row.get(column))))).collect();
        if values.iter().all(|(_, value)| matches!(value, Value::Blank)) {
            self.without_scores(row);
            return;
        }
        match self.subject(row) {
            Ok(subject) => self.scores(subject, row, values, taken, diagnostics),
            Err((code, text, column)) => {
                self.books.aside += 1;
                let place = self.place.at(row.row, column);
                let near = self.context.roster.nearest(&text);
                let found = Diagnostic::new(code, place)
                    .with("found", clean(&text))
                    .with("near", near.join(LIST))
                    .with("first", near.first().map_or("", String::as_str));
                self.push(diagnostics, found);
            }
        }
    }

    /// A heading of the rows below it, or a note.
    fn without_scores(&mut self, row: &GridRow) {
        let label = self.seen.labels.first().map(|column| cell_text(row.get(*column)).into_owned()).unwrap_or_default();
        let texts = texts(row);
        if texts.len() == 1 && !label.trim().is_empty() && note_number(&texts).is_none() && label.chars().count() <= 80 {
            self.books.headings += 1;
            self.hints = match self.context.roster.find(&label, &[]) {
                Found::One(id) => self.context.roster.lineage(id).to_vec(),
                _ => Vec::new(),
            };
        } else {
            self.books.notes += 1;
        }
    }

    /// Whom a row is about. Every column that names a subject must name the same.
    fn subject(&mut self, row: &GridRow) -> Result<SubjectId, (&'static str, String, u32)> {
        let mut found: Option<SubjectId> = None;
        let mut doubtful: Option<(&'static str, String, u32)> = None;
        for column in &self.seen.labels {
            let text = cell_text(row.get(*column)).into_owned();
            let known = match self.context.roster.find(&text, &self.hints) {
                Found::None => self.without_mark(&text),
                known => known,
            };
            match (known, found) {
                (Found::One(id), None) => found = Some(id),
                (Found::One(id), Some(other)) if id != other => return Err(("B455", text, *column)),
                (Found::One(_), _) => {}
                (Found::Many(_), _) => doubtful = Some(("B455", text, *column)),
                (Found::None, _) => doubtful = doubtful.or(Some(("B450", text, *column))),
            }
        }
        found.ok_or_else(|| doubtful.unwrap_or(("B450", String::new(), self.seen.labels.first().copied().unwrap_or(0))))
    }

    /// A name with the mark of a footnote (`…group1`): only where the sheet has a note of that number.
    fn without_mark(&mut self, text: &str) -> Found {
        let name = clean(text);
        let trimmed = name.trim_end_matches([']', ')']);
        let bare = trimmed.trim_end_matches(|c: char| c.is_ascii_digit());
        let mark = &trimmed[bare.len()..];
        if !self.notes.iter().any(|note| note == mark) {
            return Found::None;
        }
        let bare = bare.trim_end_matches("note").trim_end_matches(['[', '(', ' ']);
        let bare = bare.strip_suffix("[note").unwrap_or(bare).trim();
        let found = self.context.roster.find(bare, &self.hints);
        if matches!(found, Found::One(_)) {
            self.books.footnotes.push(name.clone());
        }
        found
    }

    fn scores(
        &mut self,
        subject: SubjectId,
        row: &GridRow,
        values: Vec<(u32, Value)>,
        taken: &mut Taken,
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        self.books.data += 1;
        if !self.context.scheme.frame.children(subject).is_empty() && !self.books.rollups.contains(&subject) {
            self.books.rollups.push(subject);
        }
        for (column, value) in values {
            let Some(node) = self.node(row, column) else {
                let item = match self.seen.scores {
                    Scores::Down(item, _) => item,
                    Scores::Across(_) => column,
                };
                let text = clean(&cell_text(row.get(item)));
                self.push(diagnostics, Diagnostic::new("B456", self.place.at(row.row, item)).with("found", text));
                continue;
            };
            match (self.scale.points(&value), value) {
                (Some(points), _) => self.take((subject, node), points, row.row, column, taken, diagnostics),
                (None, Value::Blank) => {}
                (None, Value::Withheld) => self.books.withheld += 1,
                (None, _) => {
                    let text = clean(&cell_text(row.get(column)));
                    let item = self.context.scheme.index.node(node).name.clone();
                    let found = Diagnostic::new("B452", self.place.at(row.row, column)).with("found", text).with("item", item);
                    self.push(diagnostics, found);
                }
            }
        }
    }

    fn node(&self, row: &GridRow, column: u32) -> Option<NodeId> {
        match &self.seen.scores {
            Scores::Across(nodes) => nodes.iter().find(|(known, _)| *known == column).map(|(_, node)| *node),
            Scores::Down(item, _) => self.words.find(&key(&cell_text(row.get(*item)))),
        }
    }

    fn take(
        &mut self,
        what: (SubjectId, NodeId),
        points: Ratio,
        row: u32,
        column: u32,
        taken: &mut Taken,
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        let place = self.place.at(row, column);
        let Some((known, _, first)) = taken.scores.get(&what) else {
            self.books.scores += 1;
            taken.scores.insert(what, (points, row, place));
            return;
        };
        if *known == points {
            self.books.again += 1;
            return;
        }
        let scheme = self.context.scheme;
        let found = Diagnostic::new("B453", place)
            .with("found", crate::numeric::exact_text(&points))
            .with("expected", crate::numeric::exact_text(known))
            .with("item", &scheme.index.node(what.1).name)
            .with("unit", scheme.frame.path(what.0))
            .with("other", shown(first));
        self.push(diagnostics, found);
    }

    /// Lists the first ones of a code, counts the others with the last listed.
    fn push(&mut self, diagnostics: &mut Vec<Diagnostic>, found: Diagnostic) {
        let code = CODES.iter().find(|code| **code == found.code).copied().unwrap_or_default();
        let met = self.books.met.entry(code).or_default();
        *met += 1;
        if *met <= LISTED {
            diagnostics.push(found);
        } else if let Some(last) = diagnostics.iter_mut().rev().find(|known| known.code == found.code) {
            last.more += 1;
        }
    }

    /// What the sheet as a whole gave.
    fn conclude(self, diagnostics: &mut Vec<Diagnostic>) {
        let scheme = self.context.scheme;
        let books = &self.books;
        let header: Vec<String> = self.seen.rows.iter().map(|row| (row + 1).to_string()).collect();
        let how = match (self.scale.shares(), &self.seen.scores) {
            (true, _) => scheme.language.pick("数值为 0–1，乘以 100", "numbers are shares of 1, times 100"),
            (false, _) => scheme.language.pick("数值为百分制", "numbers are points of 100"),
        };
        let read = Diagnostic::new("L163", self.place.clone())
            .with("found", books.scores)
            .with("rows", books.data)
            .with("header", header.join(LIST))
            .with("other", how)
            .with("headings", books.headings)
            .with("notes", books.notes)
            .with("aside", books.aside)
            .with("again", books.again);
        diagnostics.push(read);
        let note = |code: &str, found: String, count: usize| {
            Diagnostic::new(code, self.place.clone()).with("found", found).with("count", count)
        };
        if books.withheld > 0 {
            diagnostics.push(note("B454", books.withheld.to_string(), books.withheld as usize));
        }
        if !books.rollups.is_empty() {
            let names: Vec<&str> = books.rollups.iter().map(|id| scheme.frame.subject(*id).name.as_str()).collect();
            diagnostics.push(note("B451", names.join(LIST), names.len()));
        }
        if !books.footnotes.is_empty() {
            diagnostics.push(note("L164", books.footnotes.join(LIST), books.footnotes.len()));
        }
        if !self.seen.strangers.is_empty() {
            let names: Vec<&str> = self.seen.strangers.iter().take(8).map(|(_, header)| header.as_str()).collect();
            diagnostics.push(note("L162", names.join(LIST), self.seen.strangers.len()));
        }
    }
}

/// Codes of rows and cells.
const CODES: [&str; 5] = ["B450", "B452", "B453", "B455", "B456"];

fn shown(place: &Place) -> String {
    let sheet = place.sheet.as_deref().unwrap_or_default();
    let row = place.row.map_or(0, |row| row + 1);
    if sheet.is_empty() { row.to_string() } else { format!("{sheet} {row}") }
}
