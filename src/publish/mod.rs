//! Cleared results → an edition: tables, workbook, charts, pages, manifest.
//!
//! Nothing but [`crate::measure::Cleared`] comes in, so a cell too small to show cannot reach paper by oversight.

mod chart;
mod edition;
mod manifest;
mod material;
mod report;
mod table;
#[cfg(test)]
mod test_fixture;
mod words;
mod workbook;

pub use chart::{Chart, PictureError, charts, missing_glyphs, png};
pub use edition::{Destination, Edition, EditionError, Written};
pub use material::{Material, edition, tables};
pub use report::index_html;
pub use table::{Field, TableOut};
