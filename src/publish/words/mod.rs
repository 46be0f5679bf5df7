//! Every word that a reader of a table, workbook, slip, hand-over, chart or page sees, in the scheme's language: one place.
//!
//! A Chinese text stands directly before its English, in one call or one row; a test holds the rest of the room to having none.

pub(super) mod charts;
mod columns;
mod edition;
pub(super) mod feed;
pub(super) mod overview;
pub(super) mod pages;
mod persons;
mod reasons;
pub(super) mod report;
pub(super) mod slips;
pub(super) mod tables;
mod terms;
pub(super) mod workbook;

pub(super) use crate::diagnostic::Pair;
pub(super) use columns::{column, column_of};
pub(super) use edition::edition_error;
pub use persons::{limit_of, name_of_pool, person_grade, reasons_of};
pub(super) use reasons::{cap_rule, reason};
pub(super) use terms::{
    between_choices, between_names, between_parts, between_sentences, bracketed, colon, examined, forensic_kind, hidden,
    missing_child, not_applicable, of_rank, rollup, shape, status, up_to_rank, weak_kind, yes_no,
};
pub use terms::{node_kind, rollup_method, why_missing};
