//! `kaoping check`: the clerk's daily look during collection. Writes nothing but the returned workbooks, on request.

use super::FAILED;
use super::board::Board;
use super::printer::Printer;
use super::session::{read, summary};
use super::trace::find_subject;
use super::words;
use crate::pipeline::{self, Error};
use crate::publish::Written;
use std::path::Path;

/// Reads everything, says who has sent, who has not and what is wrong; with `slips`, writes the workbooks to send back.
pub fn check(dir: &Path, unit: Option<&str>, slips: Option<&Path>, printer: &Printer) -> Result<u8, Error> {
    let opened = pipeline::open(dir)?;
    let only = match unit {
        None => None,
        Some(wanted) => match find_subject(&opened.scheme, wanted, printer) {
            None => return Ok(FAILED),
            found => found,
        },
    };
    let destination = slips.map(|folder| pipeline::prepare_slips(&opened, folder)).transpose()?;
    let tally = read(&opened, printer)?;
    let results = pipeline::assess(&opened, &tally)?;
    let board = Board::new(&opened, &results, only, printer.language);
    let findings = board.findings();
    printer.findings(&findings);
    if printer.json {
        printer.lines(&board.json(printer.verbose).to_string());
    } else {
        printer.lines(&board.text(printer.verbose));
        if only.is_none() {
            printer.remark(&summary(&results, printer.language));
        }
    }
    printer.tally_of_findings(&findings);
    if let Some(destination) = destination {
        let (count, made) = pipeline::write_slips(&opened, &results, &findings, &board.missing(), &destination)?;
        told(count, &made, printer);
    }
    Ok(printer.status(&findings))
}

/// What was written, and what was kept of an older folder.
fn told(count: usize, made: &Written, printer: &Printer) {
    let path = made.path.display();
    if printer.json {
        printer.lines(&serde_json::json!({ "type": "slips", "written": count, "path": made.path }).to_string());
    }
    printer.remark(&words::slips_written(count, path, printer.language));
    if let Some(kept) = &made.kept {
        let text = words::SLIPS_KEPT.said(printer.language);
        printer.remark(&format!("{text} {}", kept.display()));
    }
}
