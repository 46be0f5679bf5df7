//! Published scores 引用: tables of subject × node made by somebody else, in whatever layout, read into one plain list.
//!
//! They stand in `imported.csv|xlsx|xls|ods` beside the scheme. Rows are found by the names and codes of the frame, columns (or
//! cells of a long table) by the names and codes of nodes and items. Nothing is guessed: what is not known is reported.

mod layout;
mod rows;
mod value;
mod words;

use super::context::Context;
use super::source::{Body, OpenSheet, open_path};
use crate::diagnostic::{Diagnostic, Place};
use crate::numeric::exact_text;
use crate::survey::{Scheme, Table, TableRow};
use rows::Taken;
use std::path::Path;
use words::NodeWords;

/// The scores of a file as a plain list, and what was noticed.
#[derive(Debug, Default)]
pub struct Published {
    /// Codes of subject and node, and points of 100: what `imported.csv` itself may say.
    pub table: Table,
    pub diagnostics: Vec<Diagnostic>,
}

/// The columns of [`Published::table`].
pub const PUBLISHED: [&str; 3] = ["subject", "node", "score"];

/// Reads a file of published scores. `rel` is the path shown in diagnostics. Never fails: the diagnostics say what was not taken.
#[must_use]
pub fn read_published(path: &Path, rel: &str, scheme: &Scheme) -> Published {
    let place = Place::file(rel);
    let mut out = Published { table: list(rel), diagnostics: Vec::new() };
    let sheets = match open_path(path, &place, u64::MAX) {
        Ok((sheets, _)) => sheets,
        Err(why) => {
            out.diagnostics.push(*why);
            return out;
        }
    };
    let context = Context::new(scheme);
    let words = NodeWords::new(scheme);
    let mut taken = Taken::default();
    let mut read = 0u32;
    for sheet in &sheets {
        read += u32::from(read_sheet(&context, &words, sheet, &mut taken, &mut out.diagnostics));
    }
    if read == 0 {
        out.diagnostics.push(Diagnostic::new("L161", place).with("found", words.examples(scheme)));
    }
    out.table.rows = taken
        .scores()
        .map(|(subject, node, value, row)| TableRow {
            row,
            cells: vec![scheme.frame.subject(subject).code.clone(), scheme.index.node(node).code.clone(), exact_text(value)],
        })
        .collect();
    out
}

/// An empty list with the columns that the scheme's own reader knows.
fn list(rel: &str) -> Table {
    Table { file: rel.into(), headers: PUBLISHED.map(str::to_owned).to_vec(), ..Table::default() }
}

/// Reads one sheet; `false` where it holds no table of scores.
fn read_sheet(
    context: &Context<'_>,
    words: &NodeWords,
    sheet: &OpenSheet,
    taken: &mut Taken,
    diagnostics: &mut Vec<Diagnostic>,
) -> bool {
    let Body::Grid(grid) = &sheet.body else { return false };
    if grid.rows.iter().all(super::grid::GridRow::is_blank) {
        return false;
    }
    let seen = if sheet.hidden { None } else { layout::seen(context, words, grid) };
    let Some(seen) = seen else {
        diagnostics.push(Diagnostic::new("L160", sheet.place.clone()));
        return false;
    };
    diagnostics.extend(sheet.diagnostics.iter().cloned());
    rows::read(context, words, sheet, grid, &seen, taken, diagnostics);
    true
}
