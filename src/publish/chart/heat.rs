//! Heatmap of subjects × indicators, weak cells marked by frame, sign and weight as well as by colour.

use super::canvas::{Anchor, Canvas, Face};
use super::font::{self, Weight};
use super::page::{Drawing, EDGE, page_name, pages};
use super::palette::{GREY, HATCH, INK, LABEL, NUMBER, PALE, RED, SMALL, diverging, ink_on};
use super::view::{Column, Shown, View, median};
use crate::diagnostic::Language;
use crate::numeric::{Ratio, int, round_half_up, to_f64};
use crate::survey::{Index, SubjectId};
use std::cmp::Reverse;

/// This many points below the column's median is weak (method §7, δ).
const WEAK_GAP: i64 = 3;
const ROW: f64 = 28.0;
const MOST_ROWS: usize = 40;
const MOST_COLUMNS: usize = 22;

/// One cell, judged.
struct Cell {
    shown: Shown,
    /// The number as printed.
    text: String,
    /// Score − median of the column, points.
    gap: Option<Ratio>,
    weak: bool,
}

/// A heatmap before it is drawn. Rows are sorted by composite, best first.
pub struct Heat {
    rows: Vec<SubjectId>,
    columns: Vec<Column>,
    medians: Vec<Option<Ratio>>,
    cells: Vec<Vec<Cell>>,
}

impl Heat {
    /// Judges every cell against the median of its column among `rows`. `None` with fewer than 2 rows or 2 columns.
    #[must_use]
    pub fn new(view: &View<'_>, mut rows: Vec<SubjectId>) -> Option<Self> {
        let columns = view.columns(&rows);
        if rows.len() < 2 || columns.len() < 2 {
            return None;
        }
        let total = Column { node: Index::ROOT, name: view.scheme.index.node(Index::ROOT).name.clone(), group: String::new() };
        let columns: Vec<Column> = std::iter::once(total).chain(columns).collect();
        rows.sort_by_cached_key(|row| Reverse(view.shown(*row, Index::ROOT).score().cloned()));
        let mut heat = Self { rows, columns, medians: Vec::new(), cells: Vec::new() };
        heat.judge(view);
        Some(heat)
    }

    fn judge(&mut self, view: &View<'_>) {
        let line = view.pass_line().map(|(line, _)| line.clone());
        let shown = |row: &SubjectId| self.columns.iter().map(|column| view.shown(*row, column.node)).collect::<Vec<_>>();
        let grid: Vec<Vec<Shown>> = self.rows.iter().map(shown).collect();
        let numbers = |column: usize| {
            let cell = |row: &Vec<Shown>| row.get(column).and_then(Shown::score).map(crate::numeric::Published::to_ratio);
            grid.iter().filter_map(cell).collect::<Vec<Ratio>>()
        };
        self.medians = (0..self.columns.len()).map(|column| median(&numbers(column))).collect();
        let text = |row: SubjectId, column: &Column| {
            view.exact(row, column.node).map(|score| view.brief(score).to_string()).unwrap_or_default()
        };
        let cell = |row: SubjectId, shown: Shown, column: &Column, median: &Option<Ratio>| {
            let score = shown.score().map(crate::numeric::Published::to_ratio);
            let gap = score.as_ref().zip(median.as_ref()).map(|(score, median)| score - median);
            let below = score.as_ref().zip(line.as_ref()).is_some_and(|(score, line)| score < line);
            let weak = below || gap.as_ref().is_some_and(|gap| *gap <= int(-WEAK_GAP));
            Cell { text: text(row, column), shown, gap, weak }
        };
        let line_of = |(row, shown): (&SubjectId, Vec<Shown>)| {
            let columns = self.columns.iter().zip(&self.medians);
            shown.into_iter().zip(columns).map(|(shown, (column, median))| cell(*row, shown, column, median)).collect()
        };
        self.cells = self.rows.iter().zip(grid).map(line_of).collect();
    }

    /// (row, column, gap) of the cell farthest below its column's median, the composite aside.
    fn lowest(&self) -> Option<(usize, usize, &Ratio)> {
        let cells = self.cells.iter().enumerate().flat_map(|(row, cells)| {
            cells.iter().enumerate().skip(1).filter_map(move |(column, cell)| Some((row, column, cell.gap.as_ref()?)))
        });
        cells.min_by(|a, b| a.2.cmp(b.2))
    }

    fn title(&self, view: &View<'_>, of: &str) -> String {
        let zh = view.language() == Language::Zh;
        let prefix = view.scope(&self.rows, of);
        let weak = self.cells.iter().flat_map(|row| row.iter().skip(1)).filter(|cell| cell.weak).count();
        let lowest = self.lowest().filter(|(_, _, gap)| **gap <= int(-WEAK_GAP));
        let Some((row, column, gap)) = lowest else {
            let none = if zh {
                format!("各项指标均不低于同列中位数 {WEAK_GAP} 分以上")
            } else {
                format!("no indicator lies {WEAK_GAP} points or more below its median")
            };
            let line = match (weak, zh) {
                (0, _) => String::new(),
                (_, true) => format!("；{weak} 处低于及格线"),
                (_, false) => format!("; {weak} cells lie below the pass line"),
            };
            return format!("{prefix}{none}{line}");
        };
        let gap = round_half_up(&-gap.clone(), 1);
        let (name, item) = (view.name(self.rows[row]), &self.columns[column].name);
        if zh {
            format!("{prefix}{name}的「{item}」差距最大，低于中位数 {gap} 分；共 {weak} 处弱项")
        } else {
            format!("{prefix}\"{item}\" of {name} is furthest behind, {gap} points below the median; {weak} weak cells in all")
        }
    }

    fn subtitle(&self, view: &View<'_>) -> Vec<String> {
        let language = view.language();
        let framed = self.cells.iter().filter_map(|row| row.first()).any(|total| total.weak);
        let hidden = self.cells.iter().flatten().filter(|cell| cell.shown == Shown::Hidden).count();
        let line = view.pass_line().map(|(line, name)| (round_half_up(line, 0), name));
        let rule = match language {
            Language::Zh => {
                let line = line.map(|(line, name)| format!("，或低于 {line} 分（{name}）")).unwrap_or_default();
                format!(
                    "颜色＝与同列中位数之差（分）；▼ 加框＝低于同列中位数 {WEAK_GAP} 分以上{line}。描述性标记，未做显著性检验"
                )
            }
            Language::En => {
                let line = line.map(|(line, name)| format!(", or below {line} ({name})")).unwrap_or_default();
                format!(
                    "Colour = points above or below the column's median; ▼ framed = {WEAK_GAP} points or more below it{line}. \
                     Descriptive marks, no significance test"
                )
            }
        };
        let mut facts = vec![
            match language {
                Language::Zh => format!("{} 行，按综合得分由高到低", self.rows.len()),
                Language::En => format!("{} rows by composite, best first", self.rows.len()),
            },
            view.rollup_text(&self.rows),
            view.respondents_text(&self.rows),
        ];
        if framed {
            facts.push(language.pick("弱项计数不含综合得分", "the composite is not counted among the weak cells").to_owned());
        }
        if self.rows.len() < 4 {
            facts.push(language.pick("行数少，中位数仅供参考", "few rows: the median says little").to_owned());
        }
        if hidden > 0 {
            facts.push(match language {
                Language::Zh => format!("{hidden} 格因人数不足 {} 等原因不公布", view.scheme.rules.min_cell),
                Language::En => {
                    format!("{hidden} cells not shown (fewer than {} respondents, or to protect one)", view.scheme.rules.min_cell)
                }
            });
        }
        facts.retain(|fact| !fact.is_empty());
        vec![rule, facts.join(language.pick("；", "; "))]
    }

    /// One drawing per page of rows and block of columns. `of`: whose members these are, empty for the overview.
    #[must_use]
    pub fn draw(&self, view: &View<'_>, name: &str, of: &str) -> Vec<Drawing> {
        let title = self.title(view, of);
        let subtitle = self.subtitle(view);
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

    /// Points that fill the colour scale: the largest gap in the page, rounded up, 6 at least.
    fn span(&self) -> f64 {
        let largest = self.cells.iter().flatten().filter_map(|cell| Some(to_f64(cell.gap.as_ref()?).abs())).fold(0.0, f64::max);
        [6.0, 8.0, 10.0, 12.0, 16.0, 20.0, 24.0].into_iter().find(|span| *span >= largest * 0.85).unwrap_or(30.0)
    }
}

/// Where things stand on one page.
struct Layout {
    width: f64,
    left: f64,
    cell: f64,
    columns: Vec<usize>,
    labels: Vec<String>,
    span: f64,
}

impl Layout {
    fn new(heat: &Heat, view: &View<'_>, columns: &[usize]) -> Self {
        let labels = view.labels(&heat.rows);
        let labels: Vec<String> = heat.rows.iter().map(|row| font::cut(&labels[row], LABEL.size, LABEL.weight, 300.0)).collect();
        let widest = labels.iter().map(|label| LABEL.width(label)).fold(LABEL.width("同列中位数"), f64::max);
        let left = EDGE + widest + 12.0;
        let score = font::width("▼100.00", NUMBER.size, Weight::Bold) + 10.0;
        let cell = ((1240.0 - left - 60.0) / count(columns.len())).clamp(score.max(58.0), 104.0);
        let width = (left + cell * count(columns.len()) + 52.0 + EDGE).max(760.0);
        Self { width, left, cell, columns: columns.to_vec(), labels, span: heat.span() }
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
            if weak > 0 {
                let x = self.x(self.columns.len()) + 8.0;
                canvas.text_at(x, y + ROW / 2.0, Anchor::Start, Face::new(12.0, RED).bold(), &format!("▼ {weak}"));
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
        let ground = diverging(to_f64(gap) / self.span);
        canvas.fill(x + 1.0, y + 1.0, width, height, ground);
        let face = Face::new(12.0, ink_on(ground));
        if cell.weak {
            canvas.frame(x + 1.0, y + 1.0, width, height, 2.0, (103, 0, 13));
            canvas.text_at(middle.0, middle.1, Anchor::Middle, face.bold(), &format!("▼{}", cell.text));
        } else {
            canvas.text_at(middle.0, middle.1, Anchor::Middle, face, &cell.text);
        }
    }

    fn median_row(&self, heat: &Heat, view: &View<'_>, canvas: &mut Canvas, top: f64) -> f64 {
        let y = top + 8.0 + ROW / 2.0;
        canvas.line(&[(self.left, top + 4.0), (self.x(self.columns.len()), top + 4.0)], 1.0, PALE);
        canvas.text_at(self.left - 10.0, y, Anchor::End, SMALL.bold(), view.language().pick("同列中位数", "median"));
        for (at, column) in self.columns.iter().enumerate() {
            let text = heat.medians[*column].as_ref().map(|median| view.brief(median).to_string()).unwrap_or_default();
            canvas.text_at(self.x(at) + self.cell / 2.0, y, Anchor::Middle, SMALL, &text);
        }
        top + 16.0 + ROW
    }

    fn legend(&self, heat: &Heat, view: &View<'_>, canvas: &mut Canvas, top: f64) {
        const STEPS: u32 = 60;
        let language = view.language();
        let (left, bar, top) = (self.left.min(self.width - 560.0), 240.0, top + 10.0);
        for step in 0..STEPS {
            let share = f64::from(step) / f64::from(STEPS);
            let value = (share + 0.5 / f64::from(STEPS)) * 2.0 - 1.0;
            canvas.fill(left + bar * share, top, bar / f64::from(STEPS) + 0.25, 12.0, diverging(value));
        }
        for (share, value) in [(0.0, -1.0), (0.25, -0.5), (0.5, 0.0), (0.75, 0.5), (1.0, 1.0)] {
            let value = value * self.span;
            let sign = if value > 0.0 {
                "+"
            } else if value < 0.0 {
                "−"
            } else {
                ""
            };
            let text = format!("{sign}{}", value.abs());
            canvas.text(left + bar * share, top + 27.0, Anchor::Middle, SMALL, &text);
        }
        Self::marks(heat, language, canvas, left + bar + 28.0, top);
        canvas.height = top + 48.0;
    }

    /// What frame, hatching, `—` and `/` mean, as far as they occur.
    fn marks(heat: &Heat, language: Language, canvas: &mut Canvas, left: f64, top: f64) {
        let all = || heat.cells.iter().flatten().map(|cell| &cell.shown);
        let mut notes = vec![];
        let mut x = left;
        canvas.frame(x, top - 2.0, 26.0, 16.0, 2.0, (103, 0, 13));
        canvas.text_at(x + 13.0, top + 6.0, Anchor::Middle, Face::new(11.0, INK).bold(), "▼");
        canvas.text_at(x + 32.0, top + 6.0, Anchor::Start, SMALL, language.pick("弱项", "weak"));
        x += 44.0 + SMALL.width(language.pick("弱项", "weak"));
        if all().any(|shown| *shown == Shown::Hidden) {
            notes.push(("", language.pick("不公布", "not shown")));
        }
        if all().any(|shown| *shown == Shown::Missing) {
            notes.push(("—", language.pick("缺", "missing")));
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
            canvas.text_at(x, top + 6.0, Anchor::Start, SMALL, language.pick("/ 不适用", "/ not applicable"));
        }
    }
}

fn count(number: usize) -> f64 {
    u32::try_from(number).map_or(0.0, f64::from)
}

#[cfg(test)]
mod tests {
    use super::super::fixture::Made;
    use super::*;
    use crate::numeric::ratio;

    #[test]
    fn weak_is_three_points_below_the_median_or_below_the_pass_line() {
        let mut made = Made::new(5, 2, 0);
        let divisions: Vec<SubjectId> = made.level(1);
        for (at, score) in [ratio(90, 1), ratio(88, 1), ratio(86, 1), ratio(8301, 100), ratio(83, 1)].into_iter().enumerate() {
            made.set(divisions[at], "ceping.1", Some(score));
        }
        let view = made.view();
        let heat = Heat::new(&view, divisions.clone()).expect("a heatmap");
        let column =
            heat.columns.iter().position(|column| view.scheme.index.node(column.node).code == "ceping.1").expect("column");
        assert_eq!(heat.medians[column], Some(int(86)));
        let weak: Vec<bool> = divisions
            .iter()
            .map(|id| heat.cells[heat.rows.iter().position(|row| row == id).expect("row")][column].weak)
            .collect();
        assert_eq!(weak, [false, false, false, false, true]);
    }

    #[test]
    fn the_title_names_the_lowest_cell() {
        let mut made = Made::new(5, 2, 0);
        let divisions = made.level(1);
        made.set(divisions[2], "mindiao.3", Some(ratio(20, 1)));
        let view = made.view();
        let title = Heat::new(&view, divisions.clone()).expect("a heatmap").title(&view, "");
        assert!(title.starts_with(&format!("各师：{}的「对解决急难愁盼问题的评价」", view.name(divisions[2]))), "{title}");
    }
}
