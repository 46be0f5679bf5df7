//! One fixture built in one format, read by the program, and told in short lines.

use super::draw::Drawn;
use super::files::{self, ending, is_workbook};
use super::fixture::{File, Fixture, Sheet};
use crate::diagnostic::Diagnostic;
use crate::intake::{self, Context};
use crate::measure::{self, Counter, Tally};
use crate::pipeline;
use crate::publish::{self, Material};
use crate::survey::{Answer, AnswerKind, Block, Disposition, ItemId, Scheme, Sink, SourceSheet, VoidReason, VoteCount};
use std::collections::BTreeMap;
use std::path::Path;

/// (file below `returns/`, sheet name) of a built sheet; a text file's sheet has no name.
pub(super) type Key = (String, String);

/// Where each sheet (or file without sheets) of a fixture ended up.
pub(super) struct Built<'f> {
    pub sheets: Vec<(Key, &'f Sheet)>,
    pub others: Vec<(String, &'f File)>,
}

/// What reading gave.
pub(super) struct Reading {
    /// By file and sheet; duplicates settled.
    pub sheets: BTreeMap<Key, SourceSheet>,
    pub taken: BTreeMap<Key, Vec<String>>,
    /// Findings of the run: of files left out, and of the measure.
    pub run: Vec<Diagnostic>,
}

/// Writes scheme, units and returns into a folder.
pub(super) fn build<'f>(fixture: &'f Fixture, format: &str, home: &Path) -> Built<'f> {
    let schemes = super::folder().join("schemes");
    let scheme = std::fs::read_to_string(schemes.join(format!("{}.toml", fixture.scheme))).expect("a scheme");
    std::fs::write(home.join("scheme.toml"), format!("{scheme}\n{}", fixture.scheme_more)).expect("written");
    std::fs::copy(schemes.join(format!("{}.csv", fixture.scheme)), home.join("units.csv")).expect("copied");
    let mut built = Built { sheets: Vec::new(), others: Vec::new() };
    for file in &fixture.file {
        let format = file.format.as_deref().unwrap_or(format);
        let own = file.ending.as_deref().unwrap_or(ending(format));
        let name =
            |part: &str| if own.is_empty() { format!("{}{part}", file.path) } else { format!("{}{part}.{own}", file.path) };
        if file.sheet.is_empty() || file.text.is_some() || file.hex.is_some() {
            let hex = file.hex.as_deref().unwrap_or_default();
            let pair = |at: usize| u8::from_str_radix(&hex[at * 2..at * 2 + 2], 16).expect("hex");
            let bytes = match (&file.text, &file.copy) {
                (Some(text), _) => files::encode(file.encoding.as_deref().unwrap_or("utf-8"), text),
                (None, Some(copy)) => std::fs::read(super::folder().join(copy)).expect("a file to copy"),
                (None, None) => (0..hex.len() / 2).map(pair).collect(),
            };
            write(home, &name(""), &bytes);
            match file.sheet.first() {
                Some(sheet) => built.sheets.push(((name(""), String::new()), sheet)),
                None => built.others.push((name(""), file)),
            }
            continue;
        }
        let drawn: Vec<Drawn<'f>> = file.sheet.iter().map(Drawn::new).collect();
        if is_workbook(format) || ["xml2003", "html"].contains(&format) {
            // What our own writers cannot draw was saved from the drawn xlsx by another program.
            let saved = super::folder().join("formats").join(format!("{}.{format}", fixture.name));
            let bytes = std::fs::read(saved).unwrap_or_else(|_| files::bytes(&drawn, format));
            write(home, &name(""), &bytes);
            built.sheets.extend(file.sheet.iter().map(|sheet| ((name(""), sheet.name.clone()), sheet)));
        } else {
            // Saved sheet by sheet: the sheet's name goes into the file's.
            for sheet in drawn {
                let part = if file.sheet.len() > 1 { format!("-{}", sheet.sheet.name) } else { String::new() };
                write(home, &name(&part), &files::bytes(std::slice::from_ref(&sheet), format));
                built.sheets.push(((name(&part), String::new()), sheet.sheet));
            }
        }
    }
    built
}

fn write(home: &Path, name: &str, bytes: &[u8]) {
    let path = home.join("returns").join(name);
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
    std::fs::write(path, bytes).expect("written");
}

/// Reads the folder as a run does.
pub(super) fn read(home: &Path, whole: bool, outputs: &[String]) -> (Reading, BTreeMap<String, String>) {
    let opened = pipeline::open(home).unwrap_or_else(|cause| panic!("the scheme of a fixture: {cause:?}"));
    let scheme = &opened.scheme;
    let context = Context::new(scheme);
    let found = intake::discover(home);
    let mut tally = Tally::new(scheme);
    let mut taken: BTreeMap<Key, Vec<String>> = BTreeMap::new();
    for file in &found.files {
        for (source, both) in intake::read(file, &context, &|| Both { scheme, counter: Counter::new(), lines: Vec::new() }) {
            assert!(source.ledger.balances(), "the books of {} do not balance: {:?}", source.file, source.ledger);
            let mut lines = both.lines;
            lines.sort();
            taken.insert(key(&source), lines);
            tally.add(source, both.counter);
        }
    }
    let mut run = found.diagnostics;
    run.extend(context.diagnostics());
    let sheets = tally.sheets(scheme).into_iter().map(|source| (key(&source), source)).collect();
    let mut written = BTreeMap::new();
    if whole || !outputs.is_empty() {
        let totals = tally.totals(scheme).expect("totals");
        let assessment = measure::assess(scheme, &totals);
        run.extend(assessment.diagnostics.iter().cloned());
        if !outputs.is_empty() {
            let diagnostics: Vec<Diagnostic> =
                totals.sheets.iter().flat_map(|source| source.diagnostics.clone()).chain(run.iter().cloned()).collect();
            let cleared = measure::clear(assessment, scheme);
            let material = Material {
                scheme,
                cleared: &cleared,
                sources: &totals.sheets,
                diagnostics: &diagnostics,
                inputs: &[],
                exit_status: 0,
            };
            let edition = publish::edition(&material, Vec::new(), &BTreeMap::new()).expect("an edition");
            for name in outputs {
                let (_, bytes) = edition.files.iter().find(|(known, _)| known == name).expect("an output");
                written.insert(name.clone(), String::from_utf8(bytes.clone()).expect("UTF-8"));
            }
        }
    }
    (Reading { sheets, taken, run }, written)
}

fn key(source: &SourceSheet) -> Key {
    (source.file.strip_prefix("returns/").unwrap_or(&source.file).to_owned(), source.sheet.clone())
}

/// Counts for the tally, and everything as short lines.
struct Both<'s> {
    scheme: &'s Scheme,
    counter: Counter,
    lines: Vec<String>,
}

impl Both<'_> {
    fn shown(&self, form: &crate::survey::Form, item: ItemId, answer: Answer) -> String {
        match answer {
            Answer::Missing => "-".to_owned(),
            Answer::NotApplicable => "不涉及".to_owned(),
            Answer::Choice(option) => match form.item(item).answer {
                AnswerKind::Choice { scale } => self.scheme.scales[scale].choices[usize::from(option)].label.clone(),
                AnswerKind::Score => "!".to_owned(),
            },
            Answer::Score(points) => super::draw::plain(f64::from(points) / 100.0),
            Answer::Void(VoidReason::TwoTicks) => "两勾".to_owned(),
            Answer::Void(VoidReason::OutOfRange) => "越界".to_owned(),
            Answer::Void(VoidReason::Unknown) => "不识".to_owned(),
        }
    }

    fn head(&self, form: crate::survey::FormId, procedure: crate::survey::NodeId, ids: [u32; 2], stratum: u16) -> String {
        let known = self.scheme.form(form);
        let mut head = known.code.clone();
        if known.procedures.len() > 1 {
            head = format!("{head}/{}", self.scheme.index.node(procedure).code);
        }
        let code = |id: u32| self.scheme.frame.subjects[id as usize].code.as_str();
        head = format!("{head} {}", code(ids[0]));
        if ids[0] != ids[1] {
            head = format!("{head}>{}", code(ids[1]));
        }
        if let Some(strata) = self.scheme.strata_of(known) {
            head = format!("{head} {}", strata.members[usize::from(stratum)].code);
        }
        head
    }
}

impl Sink for Both<'_> {
    fn block(&mut self, block: &Block) {
        self.counter.block(block);
        let form = self.scheme.form(block.form);
        for row in 0..block.len() {
            let head = self.head(block.form, block.procedure, [block.units[row].0, block.subjects[row].0], block.strata[row].0);
            let cells: Vec<String> = block
                .row(row)
                .iter()
                .zip(&block.columns)
                .map(|(answer, column)| {
                    let shown = self.shown(form, column.item, *answer);
                    column.subject.map_or(shown.clone(), |id| format!("{}={shown}", self.scheme.frame.subject(id).code))
                })
                .collect();
            let end = match block.dispositions[row] {
                Disposition::Valid | Disposition::Partial => "",
                Disposition::Blank => " 空白",
                Disposition::Void { .. } => " 废票",
                Disposition::Duplicate => " 重复",
            };
            self.lines.push(format!("{head}: {}{end}", cells.join(" ")));
        }
    }

    fn votes(&mut self, votes: &[VoteCount]) {
        self.counter.votes(votes);
        for vote in votes {
            let head = self.head(vote.form, vote.procedure, [vote.unit.0, vote.subject.0], vote.stratum.0);
            let form = self.scheme.form(vote.form);
            let shown = self.shown(form, vote.item, vote.answer);
            self.lines.push(format!("{head}: {} {shown}×{}", form.item(vote.item).code, vote.count));
        }
    }
}
