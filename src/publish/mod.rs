//! Cleared results → an edition: tables, workbook, manifest, charts and the page.
//!
//! Nothing but [`crate::measure::Cleared`] comes in, so a cell too small to show cannot reach paper by oversight.

mod chart;
mod draft;
mod edition;
mod feed;
mod manifest;
mod material;
mod pdf;
mod report;
mod slip;
mod slips;
mod table;
#[cfg(test)]
mod test_fixture;
mod words;
mod workbook;

pub use chart::{About, Chart, Kind, PictureError, charts, missing_glyphs, png};
pub use draft::Draft;
pub use edition::{Destination, Edition, EditionError, Written};
pub use feed::{FinalList, PERSONNEL, Personnel, decide, final_edition, final_schema, hand_over, personnel_schema};
pub use manifest::{run_mark, sha256};
pub use material::{Material, edition, tables};
pub use pdf::{Foot, PdfError, pdf};
pub use report::{index_html, person_reports, unit_reports};
pub use slips::{SlipFile, is_returned, slips};
pub use table::{Field, TableOut};
pub use words::{limit_of, name_of_pool, node_kind, person_grade, reasons_of, rollup_method, why_missing};
