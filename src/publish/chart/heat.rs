//! Heatmap of subjects × indicators, weak cells marked by frame, sign and weight as well as by colour; what costs most comes first.

use super::canvas::{Anchor, Canvas, Face, Rgb};
use super::font::{self, Weight};
use super::heat_words::{subtitle, title};
use super::page::{Drawing, EDGE, count, page_name, pages};
use super::palette::{GREY, HATCH, INK, LABEL, NUMBER, PALE, RED, SMALL, diverging, ink_on};
use super::view::{Column, Shown, View};
use crate::numeric::{Published, Ratio, median, round_half_up, to_f64};
use crate::publish::words::charts::heat as words;
use crate::survey::{DomainId, Index, SubjectId};
use num_traits::{Signed, Zero};
use std::cmp::Reverse;
use std::collections::BTreeMap;

const ROW: f64 = 28.0;
const MOST_ROWS: usize = 40;
const MOST_COLUMNS: usize = 22;

/// One cell, judged.
pub struct Cell {
    pub shown: Shown,
    /// The number as printed.
    text: String,
    /// Score − median of the peers, points.
    pub gap: Option<Ratio>,
    pub weak: bool,
    /// Points of the composite that it costs: of the weak point, or where none were looked for, of lying below the median.
    pub cost: Ratio,
}

/// A heatmap before it is drawn. Rows and columns are sorted by what they cost, most first.
pub struct Heat {
    pub rows: Vec<SubjectId>,
    /// The composite, then indicators, kept together by procedure.
    pub columns: Vec<Column>,
    /// By domain of the rows: the median of each column over all peers of the level, in the order of `columns`.
    medians: BTreeMap<DomainId, Vec<Option<Ratio>>>,
    pub cells: Vec<Vec<Cell>>,
    /// Weak points could be tested: what is marked was found with evidence. Else marks describe only.
    pub tested: bool,
    /// Rows that are not drawn.
    pub left_out: usize,
}

impl Heat {
    /// Judges every cell against the median of its peers (level × domain). `None` with fewer than 2 rows or 2 columns.
    #[must_use]
    pub fn new(view: &View<'_>, rows: Vec<SubjectId>) -> Option<Self> {
        let level = view.scheme.frame.subject(*rows.first()?).level;
        let peers = view.subjects_of(level);
        let columns = view.columns(&rows);
        if rows.len() < 2 || columns.len() < 2 {
            return None;
        }
        let total = Column { node: Index::ROOT, name: view.scheme.index.node(Index::ROOT).name.clone(), group: String::new() };
        let columns: Vec<Column> = std::iter::once(total).chain(columns).collect();
        let tested = rows.iter().any(|row| view.tested(*row));
        let mut heat = Self { rows, columns, medians: BTreeMap::new(), cells: Vec::new(), tested, left_out: 0 };
        heat.find_medians(view, &peers);
        heat.order_columns(view, &peers);
        heat.cells = heat.rows.iter().map(|row| heat.judge(view, *row)).collect();
        heat.order_rows(view);
        Some(heat)
    }

    fn find_medians(&mut self, view: &View<'_>, peers: &[SubjectId]) {
        let domain = |id: &SubjectId| view.scheme.frame.subject(*id).domain;
        let domains: std::collections::BTreeSet<DomainId> = self.rows.iter().map(domain).collect();
        for own in domains {
            let of = |column: &Column| {
                let scores = peers.iter().filter(|id| domain(id) == own);
                let shown = scores.filter_map(|id| view.shown(*id, column.node).score().map(Published::to_ratio));
                median(&shown.collect::<Vec<Ratio>>())
            };
            let medians = self.columns.iter().map(of).collect();
            self.medians.insert(own, medians);
        }
    }

    fn judge(&self, view: &View<'_>, row: SubjectId) -> Vec<Cell> {
        let medians = self.medians.get(&view.scheme.frame.subject(row).domain);
        let cell = |(at, column): (usize, &Column)| {
            let median = medians.and_then(|medians| medians.get(at)).and_then(Option::as_ref);
            judge(view, row, column, median, self.tested)
        };
        self.columns.iter().enumerate().map(cell).collect()
    }

    /// Procedures and the indicators within them by what they cost all peers, so that every page of a level has one order.
    fn order_columns(&mut self, view: &View<'_>, peers: &[SubjectId]) {
        let mut costs = vec![Ratio::zero(); self.columns.len()];
        let domains = &self.medians;
        for peer in peers.iter().filter(|peer| domains.contains_key(&view.scheme.frame.subject(**peer).domain)) {
            for (sum, cell) in costs.iter_mut().zip(self.judge(view, *peer)) {
                *sum += cell.cost;
            }
        }
        let group_key =
            |column: &Column| if column.group.is_empty() { format!("\u{0}{}", column.name) } else { column.group.clone() };
        let mut groups: BTreeMap<String, Ratio> = BTreeMap::new();
        for (column, cost) in self.columns.iter().zip(&costs).skip(1) {
            *groups.entry(group_key(column)).or_insert_with(Ratio::zero) += cost;
        }
        let mut order: Vec<usize> = (1..self.columns.len()).collect();
        order.sort_by_cached_key(|at| {
            let key = group_key(&self.columns[*at]);
            let first = self.columns.iter().position(|column| group_key(column) == key);
            (Reverse(groups.get(&key).cloned()), first, Reverse(costs[*at].clone()), *at)
        });
        order.insert(0, 0);
        self.columns = order.iter().map(|at| self.columns[*at].clone()).collect();
        for medians in self.medians.values_mut() {
            *medians = order.iter().map(|at| medians[*at].clone()).collect();
        }
    }

    fn order_rows(&mut self, view: &View<'_>) {
        let cells = std::mem::take(&mut self.cells);
        let mut rows: Vec<(SubjectId, Vec<Cell>)> = self.rows.iter().copied().zip(cells).collect();
        rows.sort_by_cached_key(|(row, cells)| {
            let total = view.shown(*row, Index::ROOT).score().cloned();
            (Reverse(cost(cells)), total.is_none(), total, *row)
        });
        (self.rows, self.cells) = rows.into_iter().unzip();
    }

    /// The costliest rows only.
    #[must_use]
    pub fn costliest(mut self, most: usize) -> Self {
        self.left_out = self.rows.len().saturating_sub(most);
        self.rows.truncate(most);
        self.cells.truncate(most);
        self
    }

    /// The median of a column, where all rows have the same peers.
    fn median(&self, column: usize) -> Option<&Ratio> {
        let medians = self.medians.values().next().filter(|_| self.medians.len() == 1)?;
        medians.get(column)?.as_ref()
    }
}

/// What the cells of a row cost together, the composite aside.
pub fn cost(cells: &[Cell]) -> Ratio {
    cells.iter().skip(1).map(|cell| &cell.cost).sum()
}

fn judge(view: &View<'_>, row: SubjectId, column: &Column, median: Option<&Ratio>, tested: bool) -> Cell {
    let shown = view.shown(row, column.node);
    let score = shown.score().map(Published::to_ratio);
    let gap = score.as_ref().zip(median).map(|(score, median)| score - median);
    let text = view.exact(row, column.node).map(|score| view.brief(score).to_string()).unwrap_or_default();
    // The composite is what the indicators make of it, not a weak point of its own.
    let own = column.node != Index::ROOT;
    let below = gap.as_ref().filter(|gap| gap.is_negative() && own).map(|gap| -gap);
    let (weak, cost) = if tested {
        let points = view.weak(row, column.node);
        let cost = points.iter().filter_map(|point| point.cost.clone()).max();
        let cost = cost.filter(|_| score.is_some());
        (own && score.is_some() && !points.is_empty(), cost.unwrap_or_else(Ratio::zero))
    } else {
        let margin = &view.scheme.rules.analysis.margin;
        let line = view.pass_line().map(|(line, _)| line);
        let failed = score.as_ref().zip(line).is_some_and(|(score, line)| score < line);
        let weak = failed || gap.as_ref().is_some_and(|gap| *gap <= -margin.clone());
        (own && weak, below.map_or_else(Ratio::zero, |below| below * view.share(row, column.node)))
    };
    Cell { shown, text, gap, weak, cost }
}

impl Heat {
    /// One drawing per page of rows and block of columns. `of`: whose members these are, empty for the overview.
    #[must_use]
    pub fn draw(&self, view: &View<'_>, name: &str, of: &str) -> Vec<Drawing> {
        let title = title(view, self, of);
        let subtitle = subtitle(view, self);
        let rows: Vec<usize> = (0..self.rows.len()).collect();
        let mut out = Vec::new();
        for columns in self.column_pages() {
            for rows in pages(&rows, MOST_ROWS) {
                let layout = Layout::new(self, view, &columns);
                let page_name = page_name(name, out.len());
                let (mut drawing, top) = Drawing::start(layout.width, page_name, &title, &subtitle);
                let top = layout.header(self, &mut drawing.canvas, top);
                layout.body(self, &mut drawing.canvas, top, rows);
                let bottom = layout.median_row(self, view, &mut drawing.canvas, top + ROW * count(rows.len()));
                layout.legend(self, view, &mut drawing.canvas, bottom);
                out.push(drawing);
            }
        }
        out
    }

    /// Columns by page: the composite on each, broken between procedures where that is possible.
    fn column_pages(&self) -> Vec<Vec<usize>> {
        let mut pages: Vec<Vec<usize>> = vec![vec![0]];
        let mut at = 1;
        while at < self.columns.len() {
            let group = &self.columns[at].group;
            let block =
                if group.is_empty() { 1 } else { self.columns[at..].iter().take_while(|column| column.group == *group).count() };
            for piece in (at..at + block).collect::<Vec<_>>().chunks(MOST_COLUMNS) {
                match pages.last_mut() {
                    Some(page) if page.len() + piece.len() <= MOST_COLUMNS + 1 => page.extend(piece),
                    _ => pages.push(std::iter::once(0).chain(piece.iter().copied()).collect()),
                }
            }
            at += block;
        }
        pages
    }

    /// Points that fill the colour scale, 6 at least, so that nineteen cells of twenty lie within; and whether some lie beyond.
    fn span(&self) -> (f64, bool) {
        let mut gaps: Vec<f64> = self.cells.iter().flatten().filter_map(|cell| Some(to_f64(cell.gap.as_ref()?).abs())).collect();
        // The row in the middle has no gaps; it must not make the others look extreme.
        gaps.retain(|gap| *gap > 0.0);
        gaps.sort_by(f64::total_cmp);
        let usual = gaps.get(gaps.len().saturating_sub(1) * 19 / 20).copied().unwrap_or(0.0);
        let span = [6.0, 8.0, 10.0, 12.0, 16.0, 20.0, 24.0].into_iter().find(|span| *span >= usual).unwrap_or(30.0);
        (span, gaps.last().is_some_and(|most| *most > span))
    }
}

/// Where things stand on one page.
struct Layout {
    width: f64,
    left: f64,
    cell: f64,
    columns: Vec<usize>,
    labels: Vec<String>,
    /// Points at the ends of the colour scale, and whether there are gaps beyond.
    span: (f64, bool),
    cost_head: &'static str,
}

impl Layout {
    fn new(heat: &Heat, view: &View<'_>, columns: &[usize]) -> Self {
        let labels = view.labels(&heat.rows);
        let labels: Vec<String> = heat.rows.iter().map(|row| font::cut(&labels[row], LABEL.size, LABEL.weight, 300.0)).collect();
        let widest = labels
            .iter()
            .map(|label| LABEL.width(label))
            .fold(SMALL.bold().width(words::peers_median(view.language())), f64::max);
        let left = EDGE + widest + 12.0;
        let score = font::width("▼100.00", NUMBER.size, Weight::Bold) + 10.0;
        let cell = ((1240.0 - left - 104.0) / count(columns.len())).clamp(score.max(58.0), 104.0);
        let width = (left + cell * count(columns.len()) + 96.0 + EDGE).max(760.0);
        Self { width, left, cell, columns: columns.to_vec(), labels, span: heat.span(), cost_head: words::cost(view.language()) }
    }

    fn x(&self, at: usize) -> f64 {
        // The composite stands a little apart from its parts.
        self.left + self.cell * count(at) + if at > 0 { 6.0 } else { 0.0 }
    }

    /// Names of procedures and indicators; returns where the cells begin.
    fn header(&self, heat: &Heat, canvas: &mut Canvas, top: f64) -> f64 {
        let names: Vec<Vec<String>> = self
            .columns
            .iter()
            .map(|column| font::wrap_even(&heat.columns[*column].name, 12.0, Weight::Regular, self.cell - 6.0, 5))
            .collect();
        let lines = names.iter().map(Vec::len).max().unwrap_or(1);
        let base = top + 22.0 + count(lines) * 16.0 + 6.0;
        for (at, lines) in names.iter().enumerate() {
            let face = if at == 0 { Face::new(12.0, INK).bold() } else { Face::new(12.0, INK) };
            for (line, text) in lines.iter().rev().enumerate() {
                canvas.text(self.x(at) + self.cell / 2.0, base - 8.0 - count(line) * 16.0, Anchor::Middle, face, text);
            }
        }
        let x = self.x(self.columns.len()) + 8.0;
        if heat.cells.iter().any(|cells| cost(cells).is_positive()) {
            canvas.text(x, base - 8.0, Anchor::Start, SMALL, "▼");
            canvas.text(x + 40.0, base - 8.0, Anchor::Start, SMALL, self.cost_head);
        }
        let mut at = 0;
        while at < self.columns.len() {
            let group = &heat.columns[self.columns[at]].group;
            let end = (at..self.columns.len())
                .find(|next| heat.columns[self.columns[*next]].group != *group)
                .unwrap_or(self.columns.len());
            if !group.is_empty() {
                let (from, to) = (self.x(at) + 2.0, self.x(end - 1) + self.cell - 2.0);
                canvas.line(&[(from, top + 21.0), (from, top + 17.0), (to, top + 17.0), (to, top + 21.0)], 1.0, GREY);
                let text = font::cut(group, SMALL.size, Weight::Bold, to - from);
                canvas.text(f64::midpoint(from, to), top + 11.0, Anchor::Middle, SMALL.bold(), &text);
            }
            at = end;
        }
        base
    }

    fn body(&self, heat: &Heat, canvas: &mut Canvas, top: f64, rows: &[usize]) {
        for (line, row) in rows.iter().enumerate() {
            let y = top + ROW * count(line);
            canvas.text_at(self.left - 10.0, y + ROW / 2.0, Anchor::End, LABEL, &self.labels[*row]);
            for (at, column) in self.columns.iter().enumerate() {
                self.cell(canvas, self.x(at), y, &heat.cells[*row][*column]);
            }
            let weak = heat.cells[*row].iter().skip(1).filter(|cell| cell.weak).count();
            let x = self.x(self.columns.len()) + 8.0;
            if weak > 0 {
                canvas.text_at(x, y + ROW / 2.0, Anchor::Start, Face::new(12.0, RED).bold(), &format!("▼{weak}"));
            }
            let cost = cost(&heat.cells[*row]);
            if cost.is_positive() {
                canvas.text_at(x + 40.0, y + ROW / 2.0, Anchor::Start, NUMBER, &format!("−{}", round_half_up(&cost, 2)));
            }
        }
    }

    fn cell(&self, canvas: &mut Canvas, x: f64, y: f64, cell: &Cell) {
        let (width, height) = (self.cell - 2.0, ROW - 2.0);
        let middle = (x + 1.0 + width / 2.0, y + ROW / 2.0);
        let (Some(_), Some(gap)) = (cell.shown.score(), cell.gap.as_ref()) else {
            canvas.fill(x + 1.0, y + 1.0, width, height, (250, 250, 250));
            if cell.shown == Shown::NotApplicable {
                return canvas.text_at(middle.0, middle.1, Anchor::Middle, SMALL, "/");
            }
            canvas.hatch(x + 1.0, y + 1.0, width, height, HATCH);
            if cell.shown == Shown::Missing {
                canvas.fill(middle.0 - 10.0, middle.1 - 8.0, 20.0, 16.0, (250, 250, 250));
                canvas.text_at(middle.0, middle.1, Anchor::Middle, SMALL, "—");
            }
            return;
        };
        let ground = diverging(to_f64(gap) / self.span.0);
        canvas.fill(x + 1.0, y + 1.0, width, height, ground);
        let face = Face::new(12.0, ink_on(ground));
        if cell.weak {
            canvas.frame(x + 1.0, y + 1.0, width, height, 2.0, (103, 0, 13));
            canvas.text_at(middle.0, middle.1, Anchor::Middle, face.bold(), &format!("▼{}", cell.text));
        } else {
            canvas.text_at(middle.0, middle.1, Anchor::Middle, face, &cell.text);
            notch(canvas, (x + 1.0, y + 1.0, width, height), to_f64(gap) / self.span.0, face.color);
        }
    }

    fn median_row(&self, heat: &Heat, view: &View<'_>, canvas: &mut Canvas, top: f64) -> f64 {
        if heat.medians.len() != 1 {
            return top + 4.0;
        }
        let y = top + 8.0 + ROW / 2.0;
        canvas.line(&[(self.left, top + 4.0), (self.x(self.columns.len()), top + 4.0)], 1.0, PALE);
        canvas.text_at(self.left - 10.0, y, Anchor::End, SMALL.bold(), words::peers_median(view.language()));
        for (at, column) in self.columns.iter().enumerate() {
            let text = heat.median(*column).map(|median| view.brief(median).to_string()).unwrap_or_default();
            canvas.text_at(self.x(at) + self.cell / 2.0, y, Anchor::Middle, SMALL, &text);
        }
        top + 16.0 + ROW
    }

    fn legend(&self, heat: &Heat, view: &View<'_>, canvas: &mut Canvas, top: f64) {
        const STEPS: u32 = 60;
        let (left, bar, top) = (self.left.min(self.width - 680.0), 240.0, top + 26.0);
        canvas.text(left, top - 8.0, Anchor::Start, SMALL, words::scale(view.language()));
        for step in 0..STEPS {
            let share = f64::from(step) / f64::from(STEPS);
            let value = (share + 0.5 / f64::from(STEPS)) * 2.0 - 1.0;
            canvas.fill(left + bar * share, top, bar / f64::from(STEPS) + 0.25, 12.0, diverging(value));
        }
        for (share, value) in [(0.0, -1.0), (0.25, -0.5), (0.5, 0.0), (0.75, 0.5), (1.0, 1.0)] {
            let (full, beyond) = self.span;
            let sign = match value {
                -1.0 if beyond => "≤−",
                1.0 if beyond => "≥+",
                _ if value > 0.0 => "+",
                _ if value < 0.0 => "−",
                _ => "",
            };
            let text = format!("{sign}{}", (value * full).abs());
            canvas.text(left + bar * share, top + 27.0, Anchor::Middle, SMALL, &text);
        }
        Self::marks(heat, view, canvas, left + bar + 28.0, top);
        canvas.height = top + 48.0;
    }

    /// What frame, hatching, `—` and `/` mean, as far as they occur.
    fn marks(heat: &Heat, view: &View<'_>, canvas: &mut Canvas, left: f64, top: f64) {
        let language = view.language();
        let weak = words::weak(language, heat.tested);
        let all = || heat.cells.iter().flatten().map(|cell| &cell.shown);
        let mut notes = vec![];
        let mut x = left;
        canvas.frame(x, top - 2.0, 26.0, 16.0, 2.0, (103, 0, 13));
        canvas.text_at(x + 13.0, top + 6.0, Anchor::Middle, Face::new(11.0, INK).bold(), "▼");
        canvas.text_at(x + 32.0, top + 6.0, Anchor::Start, SMALL, weak);
        x += 44.0 + SMALL.width(weak);
        for (value, text) in [-0.6, 0.6].into_iter().zip(words::far(language)) {
            let ground = diverging(value);
            canvas.fill(x, top - 2.0, 26.0, 16.0, ground);
            notch(canvas, (x, top - 2.0, 26.0, 16.0), value, ink_on(ground));
            canvas.text_at(x + 32.0, top + 6.0, Anchor::Start, SMALL, text);
            x += 44.0 + SMALL.width(text);
        }
        if all().any(|shown| *shown == Shown::Hidden) {
            notes.push(("", words::not_shown(language)));
        }
        if all().any(|shown| *shown == Shown::Missing) {
            notes.push(("—", words::missing(language)));
        }
        for (mark, text) in notes {
            canvas.fill(x, top - 2.0, 26.0, 16.0, (250, 250, 250));
            canvas.hatch(x, top - 2.0, 26.0, 16.0, HATCH);
            if !mark.is_empty() {
                canvas.fill(x + 5.0, top, 16.0, 12.0, (250, 250, 250));
                canvas.text_at(x + 13.0, top + 6.0, Anchor::Middle, SMALL, mark);
            }
            canvas.text_at(x + 32.0, top + 6.0, Anchor::Start, SMALL, text);
            x += 44.0 + SMALL.width(text);
        }
        if all().any(|shown| *shown == Shown::NotApplicable) {
            canvas.text_at(x, top + 6.0, Anchor::Start, SMALL, words::not_applicable(language));
        }
    }
}

/// A corner of a strongly coloured cell, lower left where the score lies below the median and upper right where it lies above:
/// printed in grey, red and blue look alike.
fn notch(canvas: &mut Canvas, (left, top, width, height): (f64, f64, f64, f64), gap: f64, color: Rgb) {
    const SIDE: f64 = 7.0;
    if gap.abs() < 0.5 {
        return;
    }
    let (right, bottom) = (left + width, top + height);
    let corner = if gap < 0.0 {
        [(left, bottom - SIDE), (left, bottom), (left + SIDE, bottom)]
    } else {
        [(right - SIDE, top), (right, top), (right, top + SIDE)]
    };
    canvas.area(&corner, color);
}

#[cfg(test)]
mod tests {
    use super::super::fixture::Made;
    use super::*;
    use crate::measure::{Examined, WeakKind, WeakPoint};
    use crate::numeric::{int, ratio};

    /// Five divisions with these scores in 政治建设 and no evidence.
    fn five(scores: [i64; 5]) -> (Made, Vec<SubjectId>) {
        let mut made = Made::new(5, 2, 0);
        made.assessment.evidence = crate::measure::Evidence::default();
        let divisions: Vec<SubjectId> = made.level(1);
        for (division, score) in divisions.iter().zip(scores) {
            made.set(*division, "ceping.1", Some(ratio(score, 100)));
        }
        (made, divisions)
    }

    #[test]
    fn without_evidence_weak_is_the_margin_below_the_median() {
        let (made, divisions) = five([9000, 8800, 8600, 8301, 8300]);
        let view = made.view();
        let heat = Heat::new(&view, divisions.clone()).expect("a heatmap");
        let column =
            heat.columns.iter().position(|column| view.scheme.index.node(column.node).code == "ceping.1").expect("column");
        assert_eq!(heat.median(column), Some(&int(86)));
        let cell = |id: &SubjectId| &heat.cells[heat.rows.iter().position(|row| row == id).expect("row")][column];
        let weak: Vec<bool> = divisions.iter().map(|id| cell(id).weak).collect();
        assert_eq!(weak, [false, false, false, false, true]);
        // 3 points below, a sixth of a procedure of weight 10 %.
        assert_eq!(cell(&divisions[4]).cost, ratio(3, 60));
        let costs: Vec<Ratio> = heat.cells.iter().map(|cells| cost(cells)).collect();
        assert!(costs.windows(2).all(|pair| pair[0] >= pair[1]));
    }

    #[test]
    fn the_composite_is_never_weak_itself() {
        let (mut made, divisions) = five([9000, 8800, 8600, 8300, 8300]);
        made.assessment.scorecards[divisions[4].0 as usize].total = Some(int(40));
        let heat = Heat::new(&made.view(), divisions.clone()).expect("a heatmap");
        let row = heat.rows.iter().position(|row| *row == divisions[4]).expect("row");
        assert_eq!(heat.columns[0].node, Index::ROOT);
        assert!(heat.cells[row][0].gap.as_ref().is_some_and(|gap| *gap < int(-20)) && !heat.cells[row][0].weak);
    }

    #[test]
    fn with_evidence_only_flagged_points_are_weak_and_their_cost_orders() {
        let (mut made, divisions) = five([9000, 8800, 8600, 4000, 3000]);
        let node = made.scheme.index.by_code("ceping.1").expect("node");
        made.assessment.evidence.examined =
            vec![Examined { tested: 12, ..Examined::default() }; made.scheme.frame.subjects.len()];
        made.assessment.evidence.weak_points = vec![WeakPoint {
            subject: divisions[3],
            node,
            kind: WeakKind::BelowPeers,
            score: int(40),
            reference: int(86),
            gap: int(46),
            cost: Some(ratio(46, 60)),
            probability: Some(0.99),
            n: 60,
            strata: None,
            drivers: Vec::new(),
        }];
        let view = made.view();
        let heat = Heat::new(&view, divisions.clone()).expect("a heatmap");
        assert_eq!(heat.rows[0], divisions[3]);
        assert_eq!(heat.columns[1].node, node, "the costliest column stands next to the composite");
        let weak = heat.cells.iter().flatten().filter(|cell| cell.weak).count();
        assert_eq!(weak, 1, "a low score that was not flagged is not weak");
        let title = title(&view, &heat, "");
        assert!(
            title.starts_with(&format!("各师：{}的「政治建设」代价最大：低于同类中位数 46.0 分", view.name(divisions[3]))),
            "{title}"
        );
        let point = &mut made.assessment.evidence.weak_points[0];
        (point.kind, point.gap) = (WeakKind::Falling, int(50));
        let title = super::title(&made.view(), &Heat::new(&made.view(), divisions).expect("a heatmap"), "");
        assert!(title.contains("比上年低 50.0 分"), "the gap that makes the cost: {title}");
    }

    #[test]
    fn the_title_names_the_lowest_cell() {
        let (mut made, divisions) = five([9000, 8800, 8600, 8600, 8600]);
        made.set(divisions[2], "mindiao.3", Some(ratio(20, 1)));
        let view = made.view();
        let title = title(&view, &Heat::new(&view, divisions.clone()).expect("a heatmap"), "");
        assert!(title.starts_with(&format!("各师：{}的「对解决急难愁盼问题的评价」", view.name(divisions[2]))), "{title}");
    }
}
