//! The hand-over `feed/`: what cadre evaluation takes over of the persons' results, and the organisation's decisions read back.

mod book;
mod build;
mod check;
mod csv;
mod date;
mod decisions;
mod last;
mod last_files;
mod model;
mod schema;
mod template;
mod vocabulary;

use super::edition::EditionError;
use super::manifest::{self, Earlier};
use super::material::Material;
use crate::diagnostic::{Diagnostic, Language, Place};
use crate::survey::Table;
pub(super) use last::Departure;
pub use last::FinalList;
pub use last_files::final_edition;
pub use model::Personnel;
pub use schema::{final_schema, personnel_schema};
use std::collections::BTreeSet;

/// Path of the typed hand-over within an edition.
pub const PERSONNEL: &str = "feed/personnel.json";

/// The files of the hand-over, for an edition that has the given other files.
///
/// # Errors
/// [`EditionError::Workbook`] when the template of decisions cannot be made.
pub(super) fn files(material: &Material<'_>, others: &BTreeSet<&str>) -> Result<Vec<(String, Vec<u8>)>, EditionError> {
    let personnel = build::personnel(material, others);
    let table = csv::table(&personnel);
    let template = template::template(&personnel);
    Ok(vec![
        ("feed/decisions.xlsx".to_owned(), template.map_err(|error| EditionError::Workbook(format!("decisions.xlsx: {error}")))?),
        (table.name.clone(), table.csv()),
        (PERSONNEL.to_owned(), json(&personnel)),
        ("feed/personnel.schema.json".to_owned(), personnel_schema().into_bytes()),
    ])
}

/// A value as JSON text with a final line end.
fn json(value: &impl serde::Serialize) -> Vec<u8> {
    let mut bytes = serde_json::to_vec_pretty(value).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}

/// Reads the hand-over of an edition back, from its `run.json` and its `feed/personnel.json`.
///
/// # Errors
/// What is wrong with it: no edition with a hand-over (P102), changed after the run (P103), another format (P104).
pub fn hand_over(run: Option<&[u8]>, personnel: Option<&[u8]>) -> Result<Personnel, Box<Diagnostic>> {
    let refuse = |code: &str, file: &str| Box::new(Diagnostic::new(code, Place::file(file)));
    let run = run.and_then(Earlier::read).ok_or_else(|| refuse("P102", manifest::NAME))?;
    let bytes = personnel.ok_or_else(|| refuse("P102", PERSONNEL))?;
    if !run.left_so(PERSONNEL, bytes) {
        return Err(refuse("P103", PERSONNEL));
    }
    match serde_json::from_slice::<Personnel>(bytes) {
        Ok(personnel) if personnel.schema_version == model::VERSION => Ok(personnel),
        Ok(other) => {
            Err(Box::new(refuse("P104", PERSONNEL).with("found", other.schema_version).with("expected", model::VERSION)))
        }
        Err(error) => Err(Box::new(refuse("P104", PERSONNEL).with("found", error).with("expected", model::VERSION))),
    }
}

/// Checks the organisation's decisions against the results they were made on. `sha256`: of the decisions file; `language`: of lists
/// within messages. Gives what was noticed, and the final list where no error stands.
#[must_use]
pub fn decide(personnel: &Personnel, table: &Table, sha256: &str, language: Language) -> (Vec<Diagnostic>, Option<FinalList>) {
    let checked = check::check(personnel, table, language);
    let stands = checked.stands();
    let decisions = last::DecisionsFile { file: table.file.to_string(), sha256: sha256.to_owned() };
    let list = stands.then(|| last::final_list(personnel, decisions, &checked.verdicts));
    (checked.found, list)
}
