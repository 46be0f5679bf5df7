//! 100 % stacked diverging bars of answers, by item and by unit; abstentions stand in a panel of their own.

use super::canvas::{Anchor, Canvas, Face, Rgb};
use super::marks::{Mark, legend};
use super::page::{Drawing, EDGE, WIDTH, page_name, tick_text};
use super::palette::{GREY, HATCH, INK, LABEL, NUMBER, PALE, SMALL, diverging, ink_on};
use super::pool::{Pool, Section, Side, percent, sections};
use super::rows::{Block, Line, Plan, ROW, Rows};
use super::view::View;
use crate::numeric::{round_half_up, to_f64};
use crate::publish::words::charts::{answers as words, respondents, semicolon};
use crate::survey::{NodeId, SubjectId};
use num_traits::Zero;
use std::ops::Range;

/// At most this many bars on a page, and of one section.
const MOST_BARS: usize = 72;
const MOST_UNITS: usize = 40;
/// Width of the panel of abstentions, pixels.
const SIDE: f64 = 110.0;

/// One bar.
struct Bar {
    label: String,
    pool: Pool,
}

/// The bars of one section.
struct Panel<'a> {
    section: &'a Section,
    name: String,
    bars: Vec<Bar>,
    /// Bars beyond the most that are drawn.
    left_out: usize,
}

/// Answers by item, over everyone below these subjects.
#[must_use]
pub fn by_item(view: &View<'_>, subjects: &[SubjectId], name: &str, of: &str) -> Vec<Drawing> {
    let sections = sections(view.scheme);
    let panel = |section: &Section| {
        let bar = |item: &NodeId| {
            let pools = subjects.iter().map(|subject| section.pool(view, *subject, &[*item]));
            Bar {
                label: view.scheme.index.node(*item).name.clone(),
                pool: pools.fold(Pool::default(), |sum, pool| join(sum, &pool)),
            }
        };
        section.items.iter().map(bar).collect()
    };
    let panels: Vec<Panel<'_>> =
        sections.iter().filter_map(|section| Panel::new(view, section, &sections, panel(section))).collect();
    // A single bar compares nothing.
    if panels.iter().map(|panel| panel.bars.len()).sum::<usize>() < 2 {
        return Vec::new();
    }
    let prefix = view.prefix(of);
    let title = |panels: &[Panel<'_>]| format!("{prefix}{}", item_title(view, panels));
    draw(view, panels, name, &title, words::row_is_item(view.language()))
}

/// Answers by unit, all items of a form together.
#[must_use]
pub fn by_unit(view: &View<'_>, rows: &[SubjectId], name: &str, of: &str) -> Vec<Drawing> {
    let sections = sections(view.scheme);
    let labels = view.labels(rows);
    let panel = |section: &Section| {
        let bar = |row: &SubjectId| Bar { label: labels[row].clone(), pool: section.pool(view, *row, &section.items) };
        rows.iter().map(bar).collect()
    };
    let panels: Vec<Panel<'_>> = sections
        .iter()
        .filter_map(|section| Panel::new(view, section, &sections, panel(section)))
        .filter(|panel| panel.bars.len() >= 2)
        .collect();
    let prefix = view.scope(rows, of);
    let title = |panels: &[Panel<'_>]| format!("{prefix}{}", unit_title(view, panels));
    draw(view, panels, name, &title, words::row_is_unit(view.language()))
}

fn join(mut sum: Pool, pool: &Pool) -> Pool {
    sum.counts.resize(pool.counts.len(), 0);
    sum.counts.iter_mut().zip(&pool.counts).for_each(|(sum, count)| *sum += count);
    Pool { aside: sum.aside + pool.aside, people: sum.people + pool.people, hidden: sum.hidden + pool.hidden, ..sum }
}

impl<'a> Panel<'a> {
    /// Lowest share of good answers first; bars without a scored answer are left out.
    fn new(view: &View<'_>, section: &'a Section, all: &[Section], mut bars: Vec<Bar>) -> Option<Self> {
        bars.retain(|bar| bar.pool.scored() > 0);
        bars.sort_by_cached_key(|bar| bar.pool.share(section, Side::Good));
        let left_out = bars.len().saturating_sub(MOST_UNITS);
        bars.truncate(MOST_UNITS);
        (!bars.is_empty()).then(|| Self { section, name: section.name(view, all), bars, left_out })
    }

    fn lowest(&self) -> Option<&Bar> {
        self.bars.first()
    }
}

/// Panels by page: as many whole panels as fit.
fn paged(panels: Vec<Panel<'_>>) -> Vec<Vec<Panel<'_>>> {
    let mut pages: Vec<Vec<Panel<'_>>> = Vec::new();
    let mut room = 0;
    for panel in panels {
        match pages.last_mut() {
            Some(page) if panel.bars.len() + 3 <= room => {
                room -= panel.bars.len() + 3;
                page.push(panel);
            }
            _ => {
                room = MOST_BARS.saturating_sub(panel.bars.len() + 3);
                pages.push(vec![panel]);
            }
        }
    }
    pages
}

fn draw(view: &View<'_>, panels: Vec<Panel<'_>>, name: &str, title: &dyn Fn(&[Panel<'_>]) -> String, what: &str) -> Vec<Drawing> {
    let page = |(at, panels): (usize, Vec<Panel<'_>>)| {
        let subtitle = subtitle(view, &panels, what);
        let (mut drawing, top) = Drawing::start(WIDTH, page_name(name, at), &title(&panels), &subtitle);
        Chart::new(view, &panels).draw(&mut drawing.canvas, top);
        drawing
    };
    paged(panels).into_iter().enumerate().map(page).collect()
}

/// The panel and bar with the smallest share of good answers; panels of options before panels of points.
fn lowest<'a, 'b>(panels: &'b [Panel<'a>]) -> Option<(&'b Panel<'a>, &'b Bar)> {
    let bars = panels.iter().filter_map(|panel| Some((panel, panel.lowest()?)));
    bars.min_by_key(|(panel, bar)| (panel.section.scores(), bar.pool.share(panel.section, Side::Good)))
}

fn shares(view: &View<'_>, panel: &Panel<'_>, bar: &Bar) -> String {
    let share = |side| round_half_up(&bar.pool.share(panel.section, side), 0).to_string();
    let (good, bad) = (labels(panel.section, Side::Good), labels(panel.section, Side::Bad));
    words::shares(view.language(), &good, &share(Side::Good), &bad, &share(Side::Bad))
}

fn labels(section: &Section, side: Side) -> Vec<&str> {
    section.classes.iter().filter(|class| class.side == side).map(|class| class.label.as_str()).collect()
}

fn item_title(view: &View<'_>, panels: &[Panel<'_>]) -> String {
    let Some((panel, bar)) = lowest(panels) else { return String::new() };
    let shares = shares(view, panel, bar);
    words::lowest_item(view.language(), &panel.name, &bar.label, &shares)
}

fn unit_title(view: &View<'_>, panels: &[Panel<'_>]) -> String {
    let Some((panel, bar)) = lowest(panels) else { return String::new() };
    let shares = shares(view, panel, bar);
    words::lowest_unit(view.language(), &panel.name, &bar.label, &shares)
}

fn subtitle(view: &View<'_>, panels: &[Panel<'_>], what: &str) -> Vec<String> {
    let language = view.language();
    let mut key = vec![what, words::key(language)];
    if panels.iter().any(|panel| panel.section.scores()) {
        key.push(words::points_by_grade(language));
    }
    let people = panels.iter().flat_map(|panel| &panel.bars).map(|bar| bar.pool.people);
    let (low, high) = people.fold((u64::MAX, 0), |(low, high), n| (low.min(n), high.max(n)));
    let range = super::page::range(low, high);
    let mut facts = vec![respondents(language, &range)];
    let hidden: u64 = panels.iter().flat_map(|panel| &panel.bars).map(|bar| bar.pool.hidden).sum();
    if hidden > 0 {
        facts.push(words::hidden(language, hidden, view.scheme.rules.min_cell));
    }
    let left: usize = panels.iter().map(|panel| panel.left_out).sum();
    if left > 0 {
        facts.push(words::left_out(language, left));
    }
    vec![key.join(semicolon(language)), facts.join(semicolon(language))]
}

/// The colours of the classes of a section, best first.
fn colors(section: &Section) -> Vec<Rgb> {
    let of = |side| section.classes.iter().filter(|class| class.side == side).count();
    let (good, bad) = (of(Side::Good), of(Side::Bad));
    let mut seen = (0, 0);
    let color = |side: Side| match side {
        Side::Good => {
            seen.0 += 1;
            diverging(STEPS[good.clamp(1, 3) - 1][(seen.0 - 1).min(2)])
        }
        Side::Middle => (222, 224, 227),
        Side::Bad => {
            seen.1 += 1;
            diverging(-STEPS[bad.clamp(1, 3) - 1][bad.saturating_sub(seen.1).min(2)])
        }
    };
    section.classes.iter().map(|class| class.side).map(color).collect()
}

/// Places in the diverging scale of one, two or three classes of a side, the extreme first.
const STEPS: [[f64; 3]; 3] = [[0.85, 0.85, 0.85], [1.0, 0.5, 0.5], [1.0, 0.7, 0.4]];

/// Where the pieces of a bar begin and end, in percent left and right of the middle: by class.
fn pieces(section: &Section, pool: &Pool) -> Vec<(f64, f64)> {
    let shares: Vec<f64> = pool.counts.iter().map(|count| to_f64(&percent(*count, pool.scored()))).collect();
    let sum = |side| -> f64 {
        shares.iter().zip(&section.classes).filter(|(_, class)| class.side == side).map(|(share, _)| share).sum()
    };
    let mut at = -sum(Side::Bad) - sum(Side::Middle) / 2.0;
    let next = |share: &f64| {
        let from = at;
        at += share;
        (from, at)
    };
    let mut pieces: Vec<(f64, f64)> = shares.iter().rev().map(next).collect();
    pieces.reverse();
    pieces
}

/// All panels on one scale.
struct Chart<'a> {
    panels: &'a [Panel<'a>],
    rows: Rows,
    /// Largest share of abstentions, percent; 0: none anywhere.
    aside: f64,
}

impl<'a> Chart<'a> {
    fn new(view: &View<'_>, panels: &'a [Panel<'a>]) -> Self {
        let bars = || panels.iter().flat_map(|panel| panel.bars.iter().map(move |bar| (panel, bar)));
        let extents = bars().flat_map(|(panel, bar)| pieces(panel.section, &bar.pool));
        let (low, high) = extents.fold((0.0f64, 0.0f64), |(low, high), (from, to)| (low.min(from), high.max(to)));
        let aside = bars().map(|(_, bar)| to_f64(&bar.pool.aside_share())).fold(0.0, f64::max);
        let share = |panel: &Panel<'_>, bar: &Bar, side| words::percent(&bar.pool.share(panel.section, side));
        let line = |(panel, bar): (&Panel<'_>, &Bar)| Line {
            label: bar.label.clone(),
            cells: vec![
                (NUMBER.bold(), share(panel, bar, Side::Good)),
                (NUMBER, share(panel, bar, Side::Bad)),
                (SMALL, bar.pool.people.to_string()),
            ],
        };
        let heads = words::sides(view.language()).into_iter().chain(["n"]).map(str::to_owned).collect();
        let plan = Plan {
            side: if aside > 0.0 { SIDE + 24.0 } else { 0.0 },
            tick: |value, step| format!("{}%", tick_text(value.abs(), step)),
            ..Plan::new(heads, (low, high))
        };
        Self { panels, rows: Rows::new(plan, bars().map(line).collect()), aside }
    }

    fn draw(&self, canvas: &mut Canvas, top: f64) {
        let mut top = top;
        let mut from = 0;
        for panel in self.panels {
            let to = from + panel.bars.len();
            top = self.panel(canvas, top, panel, from..to);
            from = to;
        }
        canvas.height = top + 4.0;
    }

    fn panel(&self, canvas: &mut Canvas, top: f64, panel: &Panel<'_>, rows: Range<usize>) -> f64 {
        let colors = colors(panel.section);
        canvas.text(EDGE, top + 16.0, Anchor::Start, LABEL.bold(), &panel.name);
        let entries: Vec<(Mark, String)> = panel
            .section
            .classes
            .iter()
            .zip(&colors)
            .rev()
            .map(|(class, color)| (Mark::Bar(*color), class.label.clone()))
            .collect();
        let left = self.rows.scale.left.max(EDGE + LABEL.bold().width(&panel.name) + 20.0);
        let top = legend(canvas, (left, self.rows.scale.right), top, &entries) + 18.0;
        let block = self.rows.frame(canvas, top, rows);
        let x = self.rows.scale.at(0.0);
        canvas.line(&[(x, block.top), (x, block.bottom)], 1.0, INK);
        for (at, bar) in panel.bars.iter().enumerate() {
            self.bar(canvas, block.middle(at), panel.section, &bar.pool, &colors);
        }
        if let Some(name) = panel.section.aside.as_ref().filter(|_| self.aside > 0.0) {
            self.asides(canvas, block, panel, name);
        }
        block.bottom + 34.0
    }

    fn bar(&self, canvas: &mut Canvas, y: f64, section: &Section, pool: &Pool, colors: &[Rgb]) {
        let (top, height) = (y - ROW / 2.0 + 3.0, ROW - 6.0);
        for (((from, to), color), count) in pieces(section, pool).into_iter().zip(colors).zip(&pool.counts) {
            let (left, right) = (self.rows.scale.at(from), self.rows.scale.at(to));
            if *count == 0 {
                continue;
            }
            canvas.fill(left + 0.5, top, (right - left - 1.0).max(0.75), height, *color);
            let text = round_half_up(&percent(*count, pool.scored()), 0).to_string();
            let face = Face::new(11.0, ink_on(*color));
            if face.width(&text) + 6.0 <= right - left {
                canvas.text_at(f64::midpoint(left, right), y, Anchor::Middle, face, &text);
            }
        }
    }

    /// The panel of abstentions: grey bars with their share of all answers.
    fn asides(&self, canvas: &mut Canvas, block: Block, panel: &Panel<'_>, name: &str) {
        let left = self.rows.scale.right + 24.0;
        let room = SIDE - 38.0;
        canvas.text(left, block.top - 6.0, Anchor::Start, SMALL, &super::font::cut(name, SMALL.size, SMALL.weight, SIDE - 8.0));
        canvas.line(&[(left, block.top), (left, block.bottom)], 1.0, GREY);
        for (at, bar) in panel.bars.iter().enumerate() {
            let share = bar.pool.aside_share();
            let wide = to_f64(&share) / self.aside * room;
            let y = block.middle(at);
            if !share.is_zero() {
                canvas.fill(left, y - 6.0, wide.max(1.0), 12.0, HATCH);
            }
            let text = format!("{}%", round_half_up(&share, 0));
            canvas.text_at(left + wide + 5.0, y, Anchor::Start, SMALL, &text);
        }
        canvas.line(&[(left, block.bottom), (left + room, block.bottom)], 1.0, PALE);
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::Made;
    use super::*;

    #[test]
    fn the_middle_option_is_centred_and_the_bar_is_a_hundred_wide() {
        let made = Made::new(2, 1, 0);
        let sections = sections(&made.scheme);
        let section = sections.iter().find(|section| section.classes.len() == 4).expect("a scale of four");
        let pool = Pool { counts: vec![50, 20, 20, 10], aside: 25, people: 125, hidden: 0 };
        assert_eq!(pieces(section, &pool), [(30.0, 80.0), (10.0, 30.0), (-10.0, 10.0), (-20.0, -10.0)]);
        assert_eq!(pool.aside_share(), crate::numeric::int(20));
    }

    #[test]
    fn the_title_names_the_lowest_item() {
        let mut made = Made::new(3, 2, 0);
        let node = made.scheme.index.by_code("mindiao.3").expect("node");
        for regiment in made.level(2) {
            let cells = &mut made.assessment.scorecards[regiment.0 as usize].nodes[node.0 as usize].cells;
            cells.truncate(1);
            cells[0].counts = vec![(0, 5), (1, 5), (2, 30), (3, 2)];
        }
        let drawn = by_item(&made.view(), &[SubjectId(0)], "items", "");
        assert_eq!(drawn[0].title, "民意调查中「对解决急难愁盼问题的评价」评价最低：满意＋基本满意占 25%，不满意占 75%");
    }
}
