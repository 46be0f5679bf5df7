//! Cleared results → reports.

mod chart;

pub use chart::{Chart, PictureError, charts, png};
