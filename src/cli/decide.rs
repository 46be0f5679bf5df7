//! `kaoping decide`: the organisation's decisions checked against quotas and rules, and the final list published.

use super::printer::Printer;
use super::session::written;
use crate::diagnostic::{Language, Severity};
use crate::pipeline::{self, Error};
use std::path::{Path, PathBuf};

/// Reads the decisions back; nothing is written while an error stands.
pub fn decide(dir: &Path, decisions: &Path, output: Option<PathBuf>, printer: &Printer) -> Result<u8, Error> {
    let output = output.unwrap_or_else(|| default_output(dir));
    let decided = pipeline::decide(dir, decisions, &output, printer.language)?;
    printer.every_finding(&decided.diagnostics);
    printer.tally_of_findings(&decided.diagnostics);
    if let Some(made) = &decided.written {
        printer.remark(&summary(&decided, printer.language));
        printer.remark(&written(&made.path.join("final.xlsx"), printer.language));
        if let Some(kept) = &made.kept {
            let words = printer.pick("旧名单中有人改动，已另存", "the old list had been edited and was kept:");
            printer.remark(&format!("{words} {}", kept.display()));
        }
    } else {
        let errors = pipeline::count(&decided.diagnostics, Severity::Error);
        printer.remark(&match printer.language {
            Language::Zh => format!("有 {errors} 处错误，最终名单没有写出；改好后再运行一次"),
            Language::En => format!("{errors} errors: no final list was written; mend them and run again"),
        });
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

fn summary(decided: &pipeline::Decided, language: Language) -> String {
    let (persons, departures) = (decided.persons, decided.departures);
    match language {
        Language::Zh if departures == 0 => format!("评定 {persons} 人，都同建议"),
        Language::En if departures == 0 => format!("{persons} persons decided on, all as suggested"),
        Language::Zh => format!("评定 {persons} 人，其中 {departures} 人与建议不同，都有理由"),
        Language::En => format!("{persons} persons decided on, {departures} of them not as suggested, each with a reason"),
    }
}
