//! `run`, `tally`, `report`: one session from folder to exit status.

use super::printer::Printer;
use super::words;
use super::{CLEAN, FINDINGS};
use crate::diagnostic::Language;
use crate::measure::Tally;
use crate::pipeline::{self, Error, Opened, Results};
use crate::publish::Destination;
use std::path::{Path, PathBuf};

/// The whole way.
pub fn run(dir: &Path, output: &Path, printer: &Printer) -> Result<u8, Error> {
    let opened = pipeline::open(dir)?;
    let destination = pipeline::prepare(output)?;
    let tally = read(&opened, printer)?;
    conclude(&opened, &tally, &destination, printer)
}

/// Merges tallies and publishes.
pub fn report(dir: &Path, from: &[PathBuf], output: &Path, printer: &Printer) -> Result<u8, Error> {
    let opened = pipeline::open(dir)?;
    let destination = pipeline::prepare(output)?;
    let tally = pipeline::merge_tallies(&opened.scheme, from)?;
    conclude(&opened, &tally, &destination, printer)
}

/// Counts and writes the counts.
pub fn tally(dir: &Path, output: &Path, printer: &Printer) -> Result<u8, Error> {
    let opened = pipeline::open(dir)?;
    let tally = read(&opened, printer)?;
    let bytes = pipeline::parquet(&opened, &tally)?;
    pipeline::write_file(output, &bytes)?;
    let results = pipeline::assess_returns(&opened, &tally)?;
    printer.findings(&results.diagnostics);
    printer.remark(&summary(&results, printer.language));
    printer.remark(&written(output, printer.language));
    Ok(printer.status(&results.diagnostics))
}

fn conclude(opened: &Opened, tally: &Tally, destination: &Destination, printer: &Printer) -> Result<u8, Error> {
    let results = pipeline::assess(opened, tally)?;
    let status = printer.status(&results.diagnostics);
    // run.json tells of the results, not of the flags of this call.
    let own = if results.count(crate::diagnostic::Severity::Error) > 0 { FINDINGS } else { CLEAN };
    let made = pipeline::publish(opened, (tally, &results), own, destination)?;
    printer.findings(&results.diagnostics);
    printer.remark(&summary(&results, printer.language));
    printer.tally_of_findings(&results.diagnostics);
    printer.remark(&written(&made.path.join("index.html"), printer.language));
    if let Some(kept) = made.kept {
        printer.remark(&format!("{} {}", words::EDITION_KEPT.said(printer.language), kept.display()));
    }
    Ok(status)
}

pub(super) fn read(opened: &Opened, printer: &Printer) -> Result<Tally, Error> {
    pipeline::count_returns(opened, &printer.progress())
}

pub(super) fn written(path: &Path, language: Language) -> String {
    format!("{} {}", words::WRITTEN.said(language), path.display())
}

/// What was read and what came of it, in one or two lines.
pub(super) fn summary(results: &Results, language: Language) -> String {
    let mut files: Vec<&str> = results.sources.iter().map(|source| source.file.as_str()).collect();
    files.dedup();
    let read = results.sources.iter().filter(|source| source.ledger.status == "read").count();
    let rows: u64 = results.sources.iter().map(|source| source.ledger.rows).sum();
    let assessment = results.cleared.get();
    let (mut valid, mut void, mut blank) = (0, 0, 0);
    for response in &assessment.responses {
        valid += response.valid + response.partial;
        void += response.void;
        blank += response.blank;
    }
    let ranked = assessment.standings.iter().filter(|standing| standing.rank.is_some()).count();
    words::summary(words::Summed { files: files.len(), sheets: read, rows, valid, void, blank, ranked }, language)
}
