//! The hand-over `feed/`: what cadre evaluation takes over of the persons' results, typed, documented and versioned.

mod build;
mod csv;
mod model;
mod schema;

use super::edition::EditionError;
use super::material::Material;
pub use model::Personnel;
pub use schema::personnel_schema;
use std::collections::BTreeSet;

/// Path of the typed hand-over within an edition.
pub const PERSONNEL: &str = "feed/personnel.json";

/// The files of the hand-over, for an edition that has the given other files.
///
/// # Errors
/// [`EditionError::Workbook`] when the template of decisions cannot be made.
pub(super) fn files(material: &Material<'_>, others: &[(String, Vec<u8>)]) -> Result<Vec<(String, Vec<u8>)>, EditionError> {
    let names: BTreeSet<&str> = others.iter().map(|(name, _)| name.as_str()).collect();
    let personnel = build::personnel(material, &names);
    let table = csv::table(&personnel);
    Ok(vec![
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
