//! `init` and `demo`: first files for a new assessment.

use super::CLEAN;
use super::args::Mess;
use super::printer::Printer;
use crate::{config, demo, pipeline};
use std::path::Path;

/// Writes a first scheme and roster; never over existing files.
pub fn init(dir: &Path, printer: &Printer) -> u8 {
    let units = format!("\u{feff}{}", config::reference_units());
    let persons = format!("\u{feff}{}", config::reference_persons());
    let files = [("scheme.toml", config::REFERENCE_SCHEME), ("units.csv", units.as_str()), ("persons.csv", persons.as_str())];
    if let Some((name, _)) = files.iter().find(|(name, _)| dir.join(name).exists()) {
        return printer.failure(&format!(
            "{} {}",
            dir.join(name).display(),
            printer.pick("已存在，不覆盖", "exists and is kept")
        ));
    }
    for (name, text) in files {
        if let Err(trouble) = pipeline::write_file(&dir.join(name), text.as_bytes()) {
            return printer.error(&trouble);
        }
    }
    if let Err(trouble) = pipeline::make_folder(&dir.join("returns")) {
        return printer.error(&trouble);
    }
    printer.remark(printer.pick(
        "已写 scheme.toml、units.csv、persons.csv（干部名册，不评干部就删去）；把各单位报来的表放进 returns/，然后 kaoping check",
        "scheme.toml, units.csv and persons.csv (delete it where no persons are assessed) written; put the returned files into returns/, then `kaoping check`",
    ));
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
        return printer.failure(&format!(
            "{} {}",
            dir.display(),
            printer.pick("已有方案，不覆盖", "already holds a scheme and is kept")
        ));
    }
    match demo::write(dir, &demo::Settings { divisions, regiments, companies, ballots, mess, seed }) {
        Ok(made) => {
            printer.remark(&format!(
                "{} {} ({} {})",
                printer.pick("已写演示数据", "demonstration data written:"),
                dir.display(),
                made.files,
                printer.pick("个文件", "files")
            ));
            CLEAN
        }
        Err(cause) => printer.failure(&format!("{}: {cause}", dir.display())),
    }
}
