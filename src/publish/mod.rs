//! Cleared results → reports.

mod chart;
mod report;

pub use chart::{Chart, PictureError, charts, missing_glyphs, png};
pub use report::index_html;
