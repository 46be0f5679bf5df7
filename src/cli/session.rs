//! `check`, `run`, `tally`, `report`: one session from folder to exit status.

use super::printer::Printer;
use super::{CLEAN, FINDINGS};
use crate::diagnostic::Language;
use crate::measure::Tally;
use crate::pipeline::{self, Error, Opened, Results};
use crate::publish::Destination;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// Reads everything, says what is wrong and who has not sent, writes nothing.
pub fn check(dir: &Path, printer: &Printer) -> Result<u8, Error> {
    let opened = pipeline::open(dir)?;
    let tally = read(&opened, printer)?;
    let results = pipeline::assess(&opened, &tally)?;
    printer.findings(&results.diagnostics);
    if !printer.json {
        printer.lines(&responses(&opened, &results, printer.language));
        printer.remark(&summary(&results, printer.language));
    }
    printer.tally_of_findings(&results.diagnostics);
    Ok(printer.status(&results.diagnostics))
}

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
    let results = pipeline::assess(&opened, &tally)?;
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
    let made = pipeline::publish(opened, &results, own, destination)?;
    printer.findings(&results.diagnostics);
    printer.remark(&summary(&results, printer.language));
    printer.tally_of_findings(&results.diagnostics);
    printer.remark(&written(&made.path.join("index.html"), printer.language));
    if let Some(kept) = made.kept {
        printer.remark(&format!(
            "{} {}",
            printer.pick("旧结果中有人改动，已另存", "the old edition had been edited and was kept:"),
            kept.display()
        ));
    }
    Ok(status)
}

fn read(opened: &Opened, printer: &Printer) -> Result<Tally, Error> {
    pipeline::count_returns(opened, &printer.progress())
}

fn written(path: &Path, language: Language) -> String {
    format!("{} {}", language.pick("已写", "written:"), path.display())
}

/// What was read and what came of it, in one or two lines.
fn summary(results: &Results, language: Language) -> String {
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
    match language {
        Language::Zh => format!(
            "读 {} 个文件，计入 {read} 张表、{rows} 行；有效票 {valid}，废票 {void}，空白票 {blank}；{ranked} 个单位有名次",
            files.len()
        ),
        Language::En => format!(
            "{} files read, {read} sheets counted, {rows} rows; {valid} valid ballots, {void} void, {blank} blank; {ranked} subjects ranked",
            files.len()
        ),
    }
}

/// 报送情况: one line per unit that owes a form or sent too much, nothing for those in order.
fn responses(opened: &Opened, results: &Results, language: Language) -> String {
    let scheme = &opened.scheme;
    let mut out = String::new();
    let (mut due, mut sent) = (0u64, 0u64);
    for response in &results.cleared.get().responses {
        let (Some(unit), Some(form), Some(procedure)) = (response.unit, response.form, response.procedure) else { continue };
        let arrived = response.sources > 0;
        due += u64::from(response.due);
        sent += u64::from(response.due && arrived);
        let word = match (response.due && !arrived, response.surplus) {
            (true, _) => language.pick("缺报", "missing"),
            (false, true) => language.pick("多报", "not due"),
            (false, false) => continue,
        };
        let (unit, form) = (scheme.frame.path(unit), &scheme.form(form).name);
        let _ = writeln!(out, "{word}  {unit}  {form}（{}）", scheme.index.node(procedure).name);
    }
    let _ = match language {
        Language::Zh => writeln!(out, "应报 {due} 份，已报 {sent} 份，缺报 {} 份", due - sent),
        Language::En => writeln!(out, "{due} returns due, {sent} arrived, {} missing", due - sent),
    };
    out
}
