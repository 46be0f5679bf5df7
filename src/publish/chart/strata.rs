//! Strata against each other: how the classes of respondents rate the same units.

use super::canvas::{Anchor, Canvas};
use super::marks::{Mark, legend, shape};
use super::page::{Drawing, EDGE, WIDTH, page_name};
use super::palette::{GREY, NUMBER, RED, SMALL, hue};
use super::pool::{Section, sections};
use super::rows::{Line, Plan, Rows};
use super::view::View;
use crate::numeric::{Ratio, round_half_up, to_f64};
use crate::publish::words::charts::{NONE, semicolon, strata as words};
use crate::survey::{StratumId, SubjectId};
use num_traits::Zero;
use std::collections::{BTreeMap, BTreeSet};

/// Units that differ most are drawn, at most so many of a form.
const MOST_UNITS: usize = 40;

/// One unit with the mean of each stratum.
struct Unit {
    label: String,
    means: BTreeMap<StratumId, (Ratio, u64)>,
    /// Highest less lowest.
    spread: Ratio,
}

/// One form with its units, widest spread first.
struct Panel<'a> {
    section: &'a Section,
    name: String,
    units: Vec<Unit>,
    strata: Vec<StratumId>,
    left_out: usize,
}

/// One drawing per form with strata.
#[must_use]
pub fn draw(view: &View<'_>, rows: &[SubjectId], name: &str, of: &str) -> Vec<Drawing> {
    let sections = sections(view.scheme);
    let panels = sections.iter().filter_map(|section| Panel::new(view, section, &sections, rows));
    let drawing = |(at, panel): (usize, Panel<'_>)| {
        let title = format!("{}{}", view.scope(rows, of), panel.title(view));
        let (mut drawing, top) = Drawing::start(WIDTH, page_name(name, at), &title, &panel.subtitle(view));
        panel.draw(view, &mut drawing.canvas, top);
        drawing
    };
    panels.enumerate().map(drawing).collect()
}

impl<'a> Panel<'a> {
    fn new(view: &View<'_>, section: &'a Section, all: &[Section], rows: &[SubjectId]) -> Option<Self> {
        view.scheme.strata_of(view.scheme.form(section.form))?;
        let labels = view.labels(rows);
        let unit = |row: &SubjectId| {
            let means = section.means(view, *row);
            let scores = || means.values().map(|(mean, _)| mean);
            let spread = scores().max()? - scores().min()?;
            (means.len() >= 2).then(|| Unit { label: labels[row].clone(), spread, means })
        };
        let mut units: Vec<Unit> = rows.iter().filter_map(unit).collect();
        units.sort_by(|a, b| b.spread.cmp(&a.spread));
        let left_out = units.len().saturating_sub(MOST_UNITS);
        units.truncate(MOST_UNITS);
        let strata: BTreeSet<StratumId> = units.iter().flat_map(|unit| unit.means.keys().copied()).collect();
        let strata = strata.into_iter().collect();
        (units.len() >= 2).then(|| Self { section, name: section.name(view, all), units, strata, left_out })
    }

    fn stratum(&self, view: &View<'_>, id: StratumId) -> String {
        view.scheme
            .strata_of(view.scheme.form(self.section.form))
            .map(|strata| strata.member(id).name.clone())
            .unwrap_or_default()
    }

    /// The stratum that most often is the highest (or lowest), and how often.
    fn usual(&self, highest: bool) -> Option<(StratumId, usize)> {
        let end = |unit: &Unit| {
            let by = |a: &(&StratumId, &(Ratio, u64)), b: &(&StratumId, &(Ratio, u64))| a.1.0.cmp(&b.1.0);
            let found = if highest { unit.means.iter().max_by(by) } else { unit.means.iter().min_by(by) };
            found.map(|(id, _)| *id)
        };
        let mut count: BTreeMap<StratumId, usize> = BTreeMap::new();
        for id in self.units.iter().filter_map(end) {
            *count.entry(id).or_default() += 1;
        }
        count.into_iter().max_by(|a, b| a.1.cmp(&b.1).then(b.0.cmp(&a.0)))
    }

    fn title(&self, view: &View<'_>) -> String {
        let (Some(first), Some((high, often)), Some((low, _))) = (self.units.first(), self.usual(true), self.usual(false)) else {
            return self.name.clone();
        };
        let spread = round_half_up(&first.spread, 1).to_string();
        let (high, low, all) = (self.stratum(view, high), self.stratum(view, low), self.units.len());
        if often * 3 >= all * 2 && high != low {
            return words::highest(view.language(), &self.name, &high, (often, all), &first.label, &spread);
        }
        words::apart(view.language(), &self.name, &first.label, &spread)
    }

    fn subtitle(&self, view: &View<'_>) -> Vec<String> {
        let gap = View::setting(&view.scheme.rules.analysis.strata_gap);
        let language = view.language();
        let mut facts = vec![words::units(language, self.units.len(), view.scheme.rules.min_cell)];
        if self.left_out > 0 {
            facts.push(words::left_out(language, self.left_out));
        }
        vec![words::key(language, &gap), facts.join(semicolon(language))]
    }

    fn draw(&self, view: &View<'_>, canvas: &mut Canvas, top: f64) {
        let marks: Vec<(StratumId, Mark)> = self.strata.iter().enumerate().map(|(at, id)| (*id, shape(at, hue(at)))).collect();
        let entries: Vec<(Mark, String)> = marks.iter().map(|(id, mark)| (*mark, self.stratum(view, *id))).collect();
        let top = legend(canvas, (EDGE, WIDTH - EDGE), top, &entries) + 20.0;
        let all = || self.units.iter().flat_map(|unit| unit.means.values()).map(|(mean, _)| to_f64(mean));
        let range = all().fold((f64::MAX, f64::MIN), |(low, high), value| (low.min(value), high.max(value)));
        let heads = words::heads(view.language()).map(str::to_owned).to_vec();
        let rows = Rows::new(Plan::new(heads, range), self.units.iter().map(|unit| self.line(view, unit)).collect());
        let block = rows.frame(canvas, top, 0..self.units.len());
        for (at, unit) in self.units.iter().enumerate() {
            let y = block.middle(at);
            let ends: Vec<f64> = unit.means.values().map(|(mean, _)| rows.scale.at(to_f64(mean))).collect();
            let (from, to) = ends.iter().fold((f64::MAX, f64::MIN), |(low, high), x| (low.min(*x), high.max(*x)));
            canvas.line(&[(from, y), (to, y)], 1.5, GREY);
            for (id, mark) in &marks {
                if let Some((mean, _)) = unit.means.get(id) {
                    mark.draw(canvas, rows.scale.at(to_f64(mean)), y);
                }
            }
        }
        let middle = f64::midpoint(rows.scale.left, rows.scale.right);
        canvas.text(middle, block.bottom + 36.0, Anchor::Middle, SMALL, words::axis(view.language()));
        canvas.height = block.bottom + 54.0;
    }

    fn line(&self, view: &View<'_>, unit: &Unit) -> Line {
        let wide = !unit.spread.is_zero() && unit.spread >= view.scheme.rules.analysis.strata_gap;
        let spread = round_half_up(&unit.spread, 1);
        let spread = if wide { (NUMBER.bold().color(RED), format!("▲{spread}")) } else { (NUMBER, spread.to_string()) };
        let count = |id: &StratumId| unit.means.get(id).map_or_else(|| NONE.to_owned(), |(_, n)| n.to_string());
        let counts = self.strata.iter().map(count).collect::<Vec<_>>().join(" / ");
        Line { label: unit.label.clone(), cells: vec![spread, (SMALL, counts)] }
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::Made;
    use super::*;

    #[test]
    fn the_title_names_who_rates_highest_and_where_they_differ_most() {
        let mut made = Made::new(3, 1, 0);
        let nodes: Vec<_> = (1..=6).map(|at| made.scheme.index.by_code(&format!("ceping.{at}")).expect("node")).collect();
        for (at, regiment) in made.level(2).into_iter().enumerate() {
            for node in &nodes {
                let cells = &mut made.assessment.scorecards[regiment.0 as usize].nodes[node.0 as usize].cells;
                cells[0].counts = vec![(0, 10)];
                cells[1].counts = vec![(1, 10)];
                cells[2].counts = vec![(1, 10), (3, 10 * at as u64)];
            }
        }
        let divisions = made.level(1);
        let view = made.view();
        let drawn = draw(&view, &divisions, "strata", "");
        // A 100; C (80·10 + 40·20) / 30 = 53.33 in the third division.
        let expected =
            format!("各师：民主测评中A票打分普遍最高（3 个单位中 3 个）；{}分歧最大，相差 46.7 分", view.name(divisions[2]));
        assert_eq!(drawn[0].title, expected);
    }
}
