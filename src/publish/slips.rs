//! The folder of returned workbooks 退回表: which files get one, under which name, and the list of missing returns beside them.

use super::edition::{Edition, EditionError};
use super::manifest;
use super::slip;
use super::table::TableOut;
use crate::diagnostic::{Diagnostic, Severity};
use crate::intake::RawSheet;
use crate::measure::Response;
use crate::survey::{Scheme, SourceSheet};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Everything one slip is made from.
#[derive(Debug)]
pub struct SlipFile<'a> {
    /// Path below the assessment folder.
    pub file: String,
    /// Its sheets as sent; none where the file could not be read.
    pub sheets: Vec<RawSheet>,
    /// How its sheets were read.
    pub sources: Vec<&'a SourceSheet>,
    /// What is wrong with it, notes included.
    pub findings: Vec<&'a Diagnostic>,
}

/// Whether a file with this finding goes back to its sender.
#[must_use]
pub fn is_returned(finding: &Diagnostic) -> bool {
    finding.severity() >= Severity::Warning
}

/// All slips, `missing.csv` and the manifest.
///
/// # Errors
/// [`EditionError::Workbook`] when a workbook cannot be made.
pub fn slips(scheme: &Scheme, files: Vec<SlipFile<'_>>, missing: &[&Response]) -> Result<Edition, EditionError> {
    let names = names(files.iter().map(|file| file.file.as_str()));
    let made: Result<Vec<(String, Vec<u8>)>, EditionError> = files
        .into_par_iter()
        .zip(names)
        .map(|(file, name)| {
            let bytes = slip::workbook(scheme, &file);
            bytes.map(|bytes| (name, bytes)).map_err(|error| EditionError::Workbook(format!("{}: {error}", file.file)))
        })
        .collect();
    let mut all = made?;
    all.push(("missing.csv".to_owned(), missing_list(scheme, missing).csv()));
    all.sort_by(|one, other| one.0.cmp(&other.0));
    let run = manifest::of_slips(&all);
    all.push((manifest::NAME.to_owned(), run.into_bytes()));
    Ok(Edition { files: all })
}

/// `returns/三师/一连.csv` → `三师/一连.xlsx`; where two files would meet, both keep their endings: `一连.csv.xlsx`.
fn names<'f>(files: impl Iterator<Item = &'f str>) -> Vec<String> {
    let plain = |file: &str| {
        let below = file.strip_prefix("returns/").unwrap_or(file).replace('\\', "_");
        let (folder, name) = below.rsplit_once('/').map_or(("", below.as_str()), |(folder, name)| (folder, name));
        let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        let whole = |name: &str| if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
        (whole(stem), whole(name))
    };
    let all: Vec<(String, String)> = files.map(plain).collect();
    let mut stems: BTreeMap<String, usize> = BTreeMap::from([("missing".to_owned(), 1)]);
    for (stem, _) in &all {
        *stems.entry(stem.to_lowercase()).or_default() += 1;
    }
    let alone = |stem: &str| stems.get(&stem.to_lowercase()).is_none_or(|count| *count < 2);
    all.iter().map(|(stem, name)| format!("{}.xlsx", if alone(stem) { stem } else { name })).collect()
}

/// 缺报清单: what has not arrived.
fn missing_list(scheme: &Scheme, missing: &[&Response]) -> TableOut {
    let columns = ["unit", "path", "form", "form_name", "procedure", "procedure_name"].map(str::to_owned).to_vec();
    let mut table = TableOut::new("missing.csv", columns);
    for response in missing {
        let (Some(unit), Some(form), Some(procedure)) = (response.unit, response.form, response.procedure) else { continue };
        let (form, procedure) = (scheme.form(form), scheme.index.node(procedure));
        table.text(&scheme.frame.subject(unit).code).text(&scheme.frame.path(unit));
        table.text(&form.code).text(&form.name).text(&procedure.code).text(&procedure.name);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn names_follow_the_folders_and_never_meet() {
        let files =
            ["returns/三师/一连.csv", "returns/三师/一连.xlsx", "returns/二连.xls", "returns/说明", "returns/missing.ods"];
        let got = names(files.into_iter());
        assert_eq!(got, ["三师/一连.csv.xlsx", "三师/一连.xlsx.xlsx", "二连.xlsx", "说明.xlsx", "missing.ods.xlsx"]);
    }
}
