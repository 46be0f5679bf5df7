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

pub(super) use columns::{column, column_of};
pub(super) use edition::edition_error;
pub use persons::{limit_of, name_of_pool, person_grade, reasons_of};
pub(super) use reasons::{cap_rule, reason};
pub(super) use terms::{
    between_choices, between_names, between_parts, between_sentences, bracketed, colon, examined, forensic_kind, hidden,
    missing_child, node_kind, not_applicable, of_rank, rollup, rollup_method, shape, status, up_to_rank, weak_kind, why_missing,
    yes_no,
};

/// A Chinese text and its English.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pair(pub &'static str, pub &'static str);

impl Pair {
    /// The text in a language.
    pub(super) fn said(self, language: crate::diagnostic::Language) -> &'static str {
        language.pick(self.0, self.1)
    }
}
