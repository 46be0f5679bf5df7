//! Header candidates: one to three rows joined through merges, each column with its levels.

use super::cells::{cell_text, clean, key};
use super::export::Export;
use super::grid::{Grid, GridRow, Merge};
use super::words::{Use, header_use, is_judge};
use crate::habits::{Habit, on};

/// Rows searched for a header, counted from the first used one.
const SEARCHED: usize = 25;
/// Columns looked at.
const WIDEST: usize = 4096;

/// One column of a header.
#[derive(Clone, Debug)]
pub(super) struct Head {
    pub column: u32,
    /// Keys from the top level to the lowest, repeats left out; never empty.
    pub levels: Vec<String>,
    /// As read, levels joined by `/`.
    pub text: String,
    /// What the lowest level announces; and the lowest level that announces anything.
    pub last_used: Option<Use>,
    pub used: Option<Use>,
    /// Whether the lowest level, and any level, names one rater's column.
    pub last_judge: bool,
    pub judge: bool,
}

impl Head {
    /// A head of these levels (keys, never empty), shown as `text`.
    pub(super) fn new(column: u32, levels: Vec<String>, text: String) -> Self {
        let last_used = levels.last().and_then(|level| header_use(level));
        let used = last_used.or_else(|| levels.iter().rev().find_map(|level| header_use(level)));
        // 票号 is the number of a ballot, not the ballot of somebody.
        let judges = |level: &String| is_judge(level) && header_use(level) != Some(Use::Ballot);
        let last_judge = levels.last().is_some_and(judges);
        let judge = last_judge || levels.iter().any(judges);
        Self { column, levels, text, last_used, used, last_judge, judge }
    }

    /// The lowest level.
    pub(super) fn last(&self) -> &str {
        self.levels.last().map_or("", String::as_str)
    }

    /// All levels as one word, without the joints.
    pub(super) fn joined(&self) -> String {
        self.levels.concat()
    }
}

/// A header candidate.
#[derive(Clone, Debug)]
pub(super) struct Header {
    /// 0-based rows, ascending.
    pub rows: Vec<u32>,
    pub heads: Vec<Head>,
    /// The platform whose columns stand here, if one is known by them.
    pub export: Option<Export>,
}

/// Every header candidate of a sheet, from the top, made as they are asked for; `fixed`: the (last) header row as a rule says.
pub(super) fn candidates(grid: &Grid, fixed: Option<u32>) -> impl Iterator<Item = Header> {
    let used: Vec<&GridRow> = grid.rows.iter().filter(|row| !row.is_blank()).take(SEARCHED).collect();
    let searched = if on(Habit::HeaderSearch) { used.len() } else { used.len().min(1) };
    (0..searched).flat_map(move |nth| match fixed {
        Some(fixed) if used[nth].row != fixed => Vec::new(),
        _ => ending_at(grid, &used[..=nth], fixed.is_some()),
    })
}

/// The candidates whose lowest row is the last of these.
fn ending_at(grid: &Grid, used: &[&GridRow], fixed: bool) -> Vec<Header> {
    let mut out = Vec::new();
    let deepest = if on(Habit::HeaderLevels) { 3 } else { 1 };
    for depth in 1..=deepest.min(used.len()) {
        let rows = &used[used.len() - depth..];
        // A number in the lowest of several rows: that row is data (a lone header row may number its items).
        let numbers = || {
            rows.last()
                .is_some_and(|row| row.cells.iter().any(|(_, cell)| super::cells::number(&key(&cell_text(cell))).is_some()))
        };
        let consecutive = rows.windows(2).all(|pair| pair[1].row == pair[0].row + 1);
        if !consecutive || (depth > 1 && numbers()) {
            break;
        }
        if depth < deepest.min(used.len()) && joined_above(grid, rows[0].row) {
            continue; // cells merged downwards belong to the row above as well
        }
        let header = header(grid, rows);
        let mut texts: Vec<&str> = header.heads.iter().map(|head| head.text.as_str()).collect();
        texts.sort_unstable();
        texts.dedup();
        if texts.len() >= 2 || (fixed && !texts.is_empty()) {
            out.push(header);
        }
    }
    out
}

/// Whether at least two columns are merged into this row from above.
fn joined_above(grid: &Grid, row: u32) -> bool {
    let joins = |merge: &&Merge| merge.left == merge.right && merge.top < row && merge.bottom >= row;
    grid.merges.iter().filter(joins).count() >= 2
}

fn header(grid: &Grid, rows: &[&GridRow]) -> Header {
    let mut columns: Vec<u32> =
        rows.iter().flat_map(|row| row.cells.iter().filter(|(_, cell)| !cell.is_empty()).map(|(column, _)| *column)).collect();
    columns.sort_unstable();
    columns.dedup();
    columns.truncate(WIDEST);
    // A text file has no merges: an upper level then reaches right until the next one begins.
    let spread = grid.merges.is_empty() && rows.len() > 1;
    let mut above: Vec<String> = vec![String::new(); rows.len()];
    let mut heads = Vec::with_capacity(columns.len());
    for column in columns {
        let mut words: Vec<String> = Vec::with_capacity(rows.len());
        for (level, row) in rows.iter().enumerate() {
            let own = clean(&cell_text(row.get(column)));
            let lowest = level + 1 == rows.len();
            let below_used = !lowest && !rows[rows.len() - 1].get(column).is_empty();
            let text = if own.is_empty() && spread && below_used { above[level].clone() } else { own.clone() };
            if !own.is_empty() {
                above[level].clone_from(&own);
                // A new group at this level ends the groups beneath it.
                for lower in above.iter_mut().skip(level + 1) {
                    lower.clear();
                }
            } else if !below_used {
                above[level].clear();
            }
            if !text.is_empty() && words.last() != Some(&text) {
                words.push(text);
            }
        }
        if !words.is_empty() {
            heads.push(Head::new(column, words.iter().map(|word| key(word)).collect(), words.join("/")));
        }
    }
    Header { rows: rows.iter().map(|row| row.row).collect(), heads, export: None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::draw;

    #[test]
    fn two_rows_join_with_and_without_merges() {
        let plain =
            draw::grid("单位 | 政治建设 |      | 思想建设 |\n     | 优秀     | 良好 | 优秀     | 良好\n一连 | 3 | 1 | 2 | 2");
        let header = candidates(&plain, Some(1)).find(|header| header.rows.len() == 2).expect("two rows");
        let texts: Vec<&str> = header.heads.iter().map(|head| head.text.as_str()).collect();
        assert_eq!(texts, ["单位", "政治建设/优秀", "政治建设/良好", "思想建设/优秀", "思想建设/良好"]);
        assert_eq!(header.heads[1].levels, ["政治建设", "优秀"]);
    }
}
