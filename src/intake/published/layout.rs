//! How a published table stands: one subject a row with nodes across, or one score a row with the node beside it.

use super::super::cells::{cell_text, key};
use super::super::context::Context;
use super::super::grid::{Grid, GridRow};
use super::super::heads::{Header, candidates};
use super::super::names::Found;
use super::value::{Value, value};
use super::words::NodeWords;
use crate::survey::NodeId;

/// Rows of the sample by which columns are told.
const SAMPLE: usize = 80;

/// A reading of a sheet.
#[derive(Debug)]
pub(super) struct Seen {
    /// 0-based header rows.
    pub rows: Vec<u32>,
    /// Columns that name the subject, the surest first.
    pub labels: Vec<u32>,
    pub scores: Scores,
    /// Headers over numbers that name no node: (column, header).
    pub strangers: Vec<(u32, String)>,
}

/// Where the scores stand.
#[derive(Debug)]
pub(super) enum Scores {
    /// Columns of nodes.
    Across(Vec<(u32, NodeId)>),
    /// The column of node names, and that of scores.
    Down(u32, u32),
}

impl Seen {
    pub(super) fn end(&self) -> u32 {
        self.rows.last().copied().unwrap_or(0)
    }

    /// Columns that hold scores.
    pub(super) fn columns(&self) -> Vec<u32> {
        match &self.scores {
            Scores::Across(nodes) => nodes.iter().map(|(column, _)| *column).collect(),
            Scores::Down(_, score) => vec![*score],
        }
    }
}

/// The best reading of a sheet: the most nodes in the header, else a long table.
pub(super) fn seen(context: &Context<'_>, words: &NodeWords, grid: &Grid) -> Option<Seen> {
    let mut best: Option<(usize, Seen)> = None;
    let mut long: Option<Seen> = None;
    for header in candidates(grid, None) {
        if let Some((nodes, found)) = across(context, words, grid, &header) {
            if best.as_ref().is_none_or(|(known, _)| nodes > *known) {
                best = Some((nodes, found));
            }
        } else if long.is_none() {
            long = down(context, words, grid, &header);
        }
    }
    best.map(|(_, seen)| seen).or(long)
}

fn below<'g>(grid: &'g Grid, header: &Header) -> impl Iterator<Item = &'g GridRow> + Clone + use<'g> {
    let end = header.rows.last().copied().unwrap_or(0);
    grid.rows.iter().filter(move |row| row.row > end && !row.is_blank()).take(SAMPLE)
}

fn word(row: &GridRow, column: u32) -> String {
    key(&cell_text(row.get(column)))
}

fn is_number(row: &GridRow, column: u32) -> bool {
    matches!(value(&cell_text(row.get(column))), Value::Percent(_) | Value::Plain(_))
}

fn across(context: &Context<'_>, words: &NodeWords, grid: &Grid, header: &Header) -> Option<(usize, Seen)> {
    let mut nodes: Vec<(u32, NodeId)> = Vec::new();
    for head in &header.heads {
        // Only the lowest level names a column: the theme above a question is not the question.
        if let Some(node) = words.find(head.last()).filter(|node| !nodes.iter().any(|(_, known)| known == node)) {
            nodes.push((head.column, node));
        }
    }
    if nodes.is_empty() {
        return None;
    }
    let rows: Vec<&GridRow> = below(grid, header).filter(|row| nodes.iter().any(|(column, _)| is_number(row, *column))).collect();
    let others = || header.heads.iter().filter(|head| !nodes.iter().any(|(column, _)| *column == head.column));
    let labels = labels(context, &rows, others().map(|head| head.column));
    if labels.is_empty() {
        return None;
    }
    let strangers = others().filter(|head| !labels.contains(&head.column) && numbers(&rows, head.column) >= 0.5);
    let strangers = strangers.map(|head| (head.column, head.text.clone())).collect();
    Some((nodes.len(), Seen { rows: header.rows.clone(), labels, scores: Scores::Across(nodes), strangers }))
}

/// Columns at least half of whose cells name somebody of the frame, the surest first.
fn labels(context: &Context<'_>, rows: &[&GridRow], columns: impl Iterator<Item = u32>) -> Vec<u32> {
    let share = |column: u32| {
        let known = rows.iter().filter(|row| {
            let word = word(row, column);
            // A bare number is a count or a score far more often than a code.
            !word.is_empty()
                && !word.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
                && context.roster.find(&word, &[]) != Found::None
        });
        part(known.count(), rows.len())
    };
    let mut found: Vec<(f64, u32)> = columns.map(|column| (share(column), column)).filter(|(share, _)| *share >= 0.5).collect();
    found.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    found.into_iter().map(|(_, column)| column).collect()
}

fn numbers(rows: &[&GridRow], column: u32) -> f64 {
    part(rows.iter().filter(|row| is_number(row, column)).count(), rows.len())
}

#[allow(clippy::cast_precision_loss, reason = "rows of a sample")]
fn part(some: usize, of: usize) -> f64 {
    if of == 0 { 0.0 } else { some as f64 / of as f64 }
}

fn down(context: &Context<'_>, words: &NodeWords, grid: &Grid, header: &Header) -> Option<Seen> {
    const SCORES: [&str; 16] = [
        "score",
        "value",
        "percent",
        "percentage",
        "%",
        "percentpositive",
        "%positive",
        "result",
        "得分",
        "分数",
        "成绩",
        "分值",
        "百分比",
        "比例",
        "数值",
        "结果",
    ];
    let rows: Vec<&GridRow> = below(grid, header).collect();
    let columns = || header.heads.iter().map(|head| head.column);
    let node = columns().find(|column| {
        let known = rows.iter().filter(|row| words.find(&word(row, *column)).is_some()).count();
        part(known, rows.len()) >= 0.6
    })?;
    let labels = labels(context, &rows, columns().filter(|column| *column != node));
    let free = |column: &u32| *column != node && !labels.contains(column);
    let named = header.heads.iter().find(|head| free(&head.column) && SCORES.contains(&head.last())).map(|head| head.column);
    let numeric: Vec<u32> = columns().filter(free).filter(|column| numbers(&rows, *column) >= 0.5).collect();
    let only = if let [only] = numeric[..] { Some(only) } else { None };
    let score = named.or(only)?;
    (!labels.is_empty()).then(|| Seen {
        rows: header.rows.clone(),
        labels,
        scores: Scores::Down(node, score),
        strangers: Vec::new(),
    })
}
