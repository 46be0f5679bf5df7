//! `init` and `demo`: first files for a new assessment.

use super::CLEAN;
use super::args::Mess;
use super::printer::Printer;
use super::words;
use crate::{config, demo, pipeline};
use std::path::Path;

/// Writes a first scheme and roster; never over existing files.
pub fn init(dir: &Path, printer: &Printer) -> u8 {
    let units = format!("\u{feff}{}", config::reference_units());
    let persons = format!("\u{feff}{}", config::reference_persons());
    let files = [("scheme.toml", config::REFERENCE_SCHEME), ("units.csv", units.as_str()), ("persons.csv", persons.as_str())];
    if let Some((name, _)) = files.iter().find(|(name, _)| dir.join(name).exists()) {
        return printer.failure(&format!("{} {}", dir.join(name).display(), words::EXISTS.said(printer.language)));
    }
    for (name, text) in files {
        if let Err(trouble) = pipeline::write_file(&dir.join(name), text.as_bytes()) {
            return printer.error(&trouble);
        }
    }
    if let Err(trouble) = pipeline::make_folder(&dir.join("returns")) {
        return printer.error(&trouble);
    }
    printer.remark(words::BEGUN.said(printer.language));
    CLEAN
}

/// Writes a made assessment.
#[expect(clippy::too_many_arguments, reason = "one per flag")]
pub fn demo(
    dir: &Path,
    divisions: usize,
    regiments: usize,
    companies: usize,
    ballots: u32,
    mess: Mess,
    seed: u64,
    printer: &Printer,
) -> u8 {
    let mess = match mess {
        Mess::None => demo::Mess::None,
        Mess::Some => demo::Mess::Some,
        Mess::Lots => demo::Mess::Lots,
    };
    if dir.join("scheme.toml").exists() {
        return printer.failure(&format!("{} {}", dir.display(), words::HAS_SCHEME.said(printer.language)));
    }
    match demo::write(dir, &demo::Settings { divisions, regiments, companies, ballots, mess, seed }) {
        Ok(made) => {
            printer.remark(&words::demo_written(dir.display(), made.files, printer.language));
            CLEAN
        }
        Err(cause) => printer.failure(&format!("{}: {cause}", dir.display())),
    }
}
