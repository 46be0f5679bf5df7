//! `kaoping decide`: the organisation's decisions checked against quotas and rules, and the final list published.

use super::printer::Printer;
use super::session::written;
use super::words;
use crate::diagnostic::Severity;
use crate::pipeline::{self, Error};
use std::path::{Path, PathBuf};

/// Reads the decisions back; nothing is written while an error stands.
pub fn decide(dir: &Path, decisions: &Path, output: Option<PathBuf>, printer: &Printer) -> Result<u8, Error> {
    let output = output.unwrap_or_else(|| default_output(dir));
    let decided = pipeline::decide(dir, decisions, &output, printer.language)?;
    printer.every_finding(&decided.diagnostics);
    printer.tally_of_findings(&decided.diagnostics);
    if let Some(made) = &decided.written {
        printer.remark(&words::decided(decided.persons, decided.departures, printer.language));
        printer.remark(&written(&made.path.join("final.xlsx"), printer.language));
        if let Some(kept) = &made.kept {
            printer.remark(&format!("{} {}", words::LIST_KEPT.said(printer.language), kept.display()));
        }
    } else {
        let errors = pipeline::count(&decided.diagnostics, Severity::Error);
        printer.remark(&words::no_list(errors, printer.language));
    }
    Ok(printer.status(&decided.diagnostics))
}

/// `<edition>-final`, beside the edition.
fn default_output(dir: &Path) -> PathBuf {
    let name = format!("{}-final", pipeline::folder_name(dir));
    match dir.parent().filter(|_| dir.file_name().is_some()) {
        Some(parent) => parent.join(name),
        None => dir.join("..").join(name),
    }
}
