//! What a row is when it is not data: blank, a repeated header, a sum, a footer, a line of meeting numbers.

use super::super::cells::key;
use super::super::export::masked;
use super::super::layout::Role;
use super::super::sheet::is_aside;
use super::super::words::{heads, is_date_line, is_summary};
use super::Job;
use super::fields::Fields;
use super::part::Part;
use crate::diagnostic::Diagnostic;
use crate::survey::RowFate;

/// The fate of a row that is about the table rather than in it; `None`: it may be data.
pub(super) fn classify(job: &Job<'_>, fields: &impl Fields) -> Option<RowFate> {
    let texts = fields.texts();
    let Some((_, first)) = texts.first() else { return Some(RowFate::Blank) };
    if repeats_header(job, fields) {
        return Some(RowFate::Header);
    }
    if texts.iter().take(4).any(|(column, text)| is_summary(&key(text)) && !is_item_column(job, *column, text)) {
        return Some(RowFate::Subtotal);
    }
    let cells: Vec<String> = texts.iter().map(|(_, text)| text.clone()).collect();
    if is_aside(&cells) && !is_dated(job, &texts) {
        return Some(if heads(&cells.join("|")).is_empty() { RowFate::Footer } else { RowFate::Receipt });
    }
    (texts.len() == 1 && job.titles.contains(&key(first))).then_some(RowFate::Title)
}

/// A row of a table whose first column holds the day of each answer (`2026年9月22日 10:13`) is no line about its making.
fn is_dated(job: &Job<'_>, texts: &[(u32, String)]) -> bool {
    let Some((column, first)) = texts.first() else { return false };
    let known = job.plan.columns.iter().find(|known| known.column == *column);
    texts.len() > 2 && known.is_some_and(|known| known.role == Role::Private) && is_date_line(&key(first))
}

/// A text that names an item is no sum, whatever it is called (an item 总分, a remark).
fn is_item_column(job: &Job<'_>, column: u32, text: &str) -> bool {
    let role = job.plan.columns.iter().find(|known| known.column == column).map(|known| known.role);
    match role {
        Some(Role::ItemName) => job.sheet.context.words(job.plan.form).item(&key(text)).is_some(),
        Some(Role::Meta | Role::Private) => true,
        _ => false,
    }
}

fn repeats_header(job: &Job<'_>, fields: &impl Fields) -> bool {
    let (mut same, mut given) = (0u32, 0u32);
    for column in job.plan.columns.iter().take(64) {
        let text = key(&fields.text(column.column));
        if text.is_empty() {
            continue;
        }
        given += 1;
        same += u32::from(column.header.split('/').any(|level| key(level) == text));
    }
    same >= 2 && same * 2 > given
}

/// Whether the first cell is one that an ordinary data row has: cheap, for the fast path.
pub(super) fn ordinary_start(bytes: &[u8]) -> bool {
    bytes.is_ascii() && !bytes.trim_ascii().eq_ignore_ascii_case(b"total") && !bytes.trim_ascii().eq_ignore_ascii_case(b"average")
}

/// Reports a row that no rule claims.
pub(super) fn unclaimed(job: &Job<'_>, code: &str, row: u32, fields: &impl Fields, part: &mut Part) {
    part.fate(RowFate::Unclaimed, 1);
    if !part.findings.lists(code) {
        part.findings.count(code);
        return;
    }
    let texts = fields.texts();
    let column = texts.iter().find(|(at, _)| !job.hides(*at)).or(texts.first()).map_or(0, |(column, _)| *column);
    let found: Vec<_> = texts.iter().filter(|(at, _)| !job.hides(*at)).take(8).map(|(_, text)| masked(text)).collect();
    let (cells, marked) = job.excerpt(fields, column);
    let diagnostic =
        Diagnostic::new(code, job.sheet.place.at(row, column)).with("found", found.join("｜")).with("form", &job.form.name);
    part.findings.push(diagnostic.excerpt(cells, marked));
}
