//! Cleared results → reports.

mod chart;
mod report;

pub use chart::{Chart, PictureError, charts, png};
pub use report::index_html;
