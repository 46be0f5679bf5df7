//! Ranked dot plot of one peer group (level × domain): score, interval, grade; and the two ends with the distribution of a large one.

use super::canvas::{Anchor, Canvas, Face};
use super::font;
use super::marks::of_grade;
use super::page::{Drawing, EDGE, Scale, WIDTH, band_lines, page_name, pages, tick_text, ticks};
use super::palette::{BLUE, GREY, INK, LABEL, NUMBER, PALE, RED, SMALL, WHITE, grade};
use super::view::View;
use crate::measure::Standing;
use crate::numeric::{Published, Ratio, median, to_f64};
use crate::publish::words::charts::{self as common, NONE, dots as words};
use crate::survey::{DomainId, LevelId, SubjectId};
use std::collections::BTreeMap;

const ROW: f64 = 25.0;
const MOST_ROWS: usize = 40;
/// Above this many peers the two ends and the distribution are drawn instead of every row.
const MOST_PEERS: usize = 200;
const ENDS: usize = 18;

/// Peers of one level and domain.
#[derive(Clone)]
pub struct Peers<'a> {
    pub level: LevelId,
    pub domain: DomainId,
    /// With a score, by rank.
    ranked: Vec<&'a Standing>,
    /// Without one, or out of the ranking.
    unranked: usize,
}

/// Every peer group of at least two ranked subjects, by level and domain.
#[must_use]
pub fn peer_groups<'a>(view: &View<'a>) -> Vec<Peers<'a>> {
    let mut groups: BTreeMap<(LevelId, DomainId), Vec<&'a Standing>> = BTreeMap::new();
    for standing in &view.assessment.standings {
        groups.entry((standing.level, standing.domain)).or_default().push(standing);
    }
    let group = |((level, domain), standings): ((LevelId, DomainId), Vec<&'a Standing>)| {
        let all = standings.len();
        let mut ranked: Vec<&Standing> = standings.into_iter().filter(|standing| standing.score.is_some()).collect();
        ranked.sort_by_key(|standing| (standing.rank.unwrap_or(u32::MAX), standing.subject));
        Peers { level, domain, unranked: all - ranked.len(), ranked }
    };
    groups.into_iter().map(group).filter(|peers| peers.ranked.len() >= 2).collect()
}

impl Peers<'_> {
    /// Level and domain as a reader calls them; the unnamed domain has no name.
    #[must_use]
    pub fn name(&self, view: &View<'_>) -> String {
        let frame = &view.scheme.frame;
        match frame.domain(self.domain).name.as_str() {
            "" => frame.level(self.level).name.clone(),
            domain => common::peers(view.language(), &frame.level(self.level).name, domain),
        }
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.ranked.len()
    }

    /// Those with a score, by rank.
    #[must_use]
    pub fn ranked(&self) -> &[&Standing] {
        &self.ranked
    }

    /// How many of the group have no score or stand outside the ranking.
    #[must_use]
    pub fn unscored(&self) -> usize {
        self.unranked
    }

    #[must_use]
    pub fn subjects(&self) -> Vec<SubjectId> {
        self.ranked.iter().map(|standing| standing.subject).collect()
    }

    fn scores(&self) -> impl Iterator<Item = &Published> {
        self.ranked.iter().filter_map(|standing| standing.score.as_ref())
    }

    fn title(&self, view: &View<'_>) -> String {
        let place = |standing: Option<&&Standing>| {
            standing.and_then(|s| Some((view.labels(&self.subjects())[&s.subject].clone(), s.score.as_ref()?.to_ratio())))
        };
        let by_score = |a: &&&Standing, b: &&&Standing| a.score.cmp(&b.score);
        let (best, worst) = (place(self.ranked.iter().rev().max_by(by_score)), place(self.ranked.iter().min_by(by_score)));
        let name = self.name(view);
        let (Some((best, high)), Some((worst, low))) = (best, worst) else { return name };
        let text = |score: &Ratio| view.brief(score).to_string();
        words::title(view.language(), &name, (&best, &text(&high)), (&worst, &text(&low)), &text(&(&high - &low)))
    }

    fn subtitle(&self, view: &View<'_>) -> Vec<String> {
        let language = view.language();
        let subjects = self.subjects();
        let bands = &view.scheme.rules.bands;
        let grades: Vec<String> = bands
            .iter()
            .enumerate()
            .map(|(band, grade)| (self.ranked.iter().filter(|standing| standing.grade == Some(band)).count(), &grade.name))
            .map(|(count, name)| format!("{name} {count}"))
            .collect();
        let grades = words::grades(language, &grades.join(common::comma(language)));
        let mut facts = vec![words::ranked(language, self.ranked.len()), grades];
        if self.unranked > 0 {
            facts.push(words::unranked(language, self.unranked));
        }
        facts.push(view.rollup_text(&subjects));
        facts.push(view.respondents_text(&subjects));
        facts.retain(|fact| !fact.is_empty());
        vec![facts.join(common::semicolon(language)), self.key(view)]
    }

    /// What the marks mean: only those that are drawn.
    fn key(&self, view: &View<'_>) -> String {
        let drawn = |test: &dyn Fn(&Standing) -> bool| self.ranked.iter().any(|standing| test(standing));
        let language = view.language();
        let marks = [
            (true, words::dot(language)),
            (drawn(&|standing| incomplete(view, standing)), words::hollow(language)),
            (drawn(&|standing| interval(view, standing).is_some()), words::interval(language)),
            (drawn(&|standing| bounds(view, standing).is_some()), words::bounds(language)),
            (drawn(&|standing| vetoed(view, standing)), words::veto(language)),
        ];
        let said = marks.iter().filter(|(drawn, _)| *drawn).map(|(_, words)| *words);
        said.collect::<Vec<_>>().join(common::semicolon(language))
    }

    /// All rows on pages of 40, or for a very large group the distribution and the two ends.
    #[must_use]
    pub fn draw(&self, view: &View<'_>, name: &str) -> Vec<Drawing> {
        let (title, subtitle) = (self.title(view), self.subtitle(view));
        let plot = Plot::new(self, view);
        if self.ranked.len() > MOST_PEERS {
            let (mut drawing, top) = Drawing::start(WIDTH, name.to_owned(), &title, &subtitle);
            plot.ends(self, view, &mut drawing.canvas, top);
            return vec![drawing];
        }
        let pages = pages(&self.ranked, MOST_ROWS);
        let draw = |(page, rows): (usize, &[&Standing])| {
            let (mut drawing, top) = Drawing::start(WIDTH, page_name(name, page), &title, &subtitle);
            let bottom = plot.rows(view, &mut drawing.canvas, top, rows);
            drawing.canvas.height = bottom + 20.0;
            drawing
        };
        pages.into_iter().enumerate().map(draw).collect()
    }
}

/// Axis and columns shared by the pages of one group.
struct Plot {
    labels: BTreeMap<SubjectId, String>,
    scale: Scale,
    ticks: Vec<f64>,
    step: f64,
    median: Option<Ratio>,
    /// Left edges of the columns at the right: score, rank, grade.
    columns: [f64; 3],
    /// Somebody has a rank interval, shown beside the rank.
    intervals: bool,
}

impl Plot {
    fn new(peers: &Peers<'_>, view: &View<'_>) -> Self {
        let labels = view.labels(&peers.subjects());
        let labels: BTreeMap<_, _> =
            labels.into_iter().map(|(id, label)| (id, font::cut(&label, LABEL.size, LABEL.weight, 300.0))).collect();
        let widest = labels.values().map(|label| LABEL.width(label)).fold(60.0, f64::max);
        let shown = peers.scores().map(|score| to_f64(&score.to_ratio()));
        let ends = peers.ranked.iter().filter_map(|standing| interval(view, standing)).flat_map(|(low, high)| [low, high]);
        let (low, high) = shown.chain(ends).fold((f64::MAX, f64::MIN), |(low, high), value| (low.min(value), high.max(value)));
        // An interval may reach beyond what can be scored; the axis need not.
        let most = peers.scores().map(|score| to_f64(&score.to_ratio())).fold(100.0, f64::max);
        let (ticks, step) = ticks(low.max(0.0), high.min(most), 7.0);
        let intervals = peers.ranked.iter().any(|standing| rank_interval(standing).is_some());
        let heads = words::heads(view.language(), intervals).map(|head| SMALL.width(head));
        let grade = view.scheme.rules.bands.iter().map(|band| NUMBER.width(&band.name)).fold(heads[2].max(38.0), f64::max) + 14.0;
        let right = WIDTH - EDGE;
        let score = peers.scores().map(|score| NUMBER.bold().width(&score.to_string())).fold(heads[0].max(46.0), f64::max) + 16.0;
        let ranks =
            peers.ranked.iter().map(|standing| SMALL.width(&rank_text(view, standing))).fold(heads[1].max(52.0), f64::max) + 18.0;
        let columns = [right - grade - ranks - score, right - grade - ranks, right - grade];
        let (left, end) = (EDGE + widest + 14.0, columns[0] - 18.0);
        let scale = Scale { low: ticks[0], high: ticks[ticks.len() - 1], left, right: end };
        let scores: Vec<Ratio> = peers.scores().map(Published::to_ratio).collect();
        Self { labels, scale, ticks, step, median: median(&scores), columns, intervals }
    }

    /// Grid, grade lines and median over a height.
    fn grid(&self, view: &View<'_>, canvas: &mut Canvas, top: f64, bottom: f64) {
        for tick in &self.ticks {
            let x = self.scale.at(*tick);
            canvas.line(&[(x, top), (x, bottom)], 1.0, PALE);
            canvas.text(x, bottom + 17.0, Anchor::Middle, SMALL, &tick_text(*tick, self.step));
        }
        canvas.line(&[(self.scale.left, bottom), (self.scale.right, bottom)], 1.0, GREY);
        let taken = band_lines(view, canvas, &self.scale, top, bottom);
        if let Some(median) = &self.median {
            let x = self.scale.at(to_f64(median));
            canvas.dashed((x, top), (x, bottom), 1.25, BLUE);
            let text = format!("{} {}", common::median(view.language()), view.brief(median));
            let (from, to) = self.scale.label(x, SMALL.width(&text));
            let free = taken.iter().all(|(left, right)| to + 6.0 < *left || from - 6.0 > *right);
            canvas.text(from, top - if free { 6.0 } else { 22.0 }, Anchor::Start, SMALL.color(BLUE), &text);
        }
    }

    /// Names of the columns at the right.
    fn heads(&self, view: &View<'_>, canvas: &mut Canvas, top: f64) {
        for (x, head) in self.columns.iter().zip(words::heads(view.language(), self.intervals)) {
            canvas.text(*x, top - 6.0, Anchor::Start, SMALL, head);
        }
    }

    /// Draws one block of rows with its own grid; returns the height that is used up.
    fn rows(&self, view: &View<'_>, canvas: &mut Canvas, top: f64, rows: &[&Standing]) -> f64 {
        let top = top + 34.0;
        let bottom = top + ROW * u32::try_from(rows.len()).map_or(0.0, f64::from) + 4.0;
        self.grid(view, canvas, top, bottom);
        self.heads(view, canvas, top);
        let mut y = top + 2.0 + ROW / 2.0;
        for standing in rows {
            canvas.text_at(
                self.scale.left - 10.0,
                y,
                Anchor::End,
                LABEL,
                self.labels.get(&standing.subject).map_or("", String::as_str),
            );
            self.row(view, canvas, y, standing);
            y += ROW;
        }
        let middle = f64::midpoint(self.scale.left, self.scale.right);
        canvas.text(middle, bottom + 36.0, Anchor::Middle, SMALL, common::score_axis(view.language()));
        bottom + 40.0
    }

    fn row(&self, view: &View<'_>, canvas: &mut Canvas, y: f64, standing: &Standing) {
        let Some(score) = &standing.score else { return };
        let x = self.scale.at(to_f64(&score.to_ratio()));
        let bands = &view.scheme.rules.bands;
        let color = standing.grade.map_or(GREY, |band| grade(band, bands.len()));
        canvas.line(&[(self.scale.left, y), (self.scale.right, y)], 0.5, PALE);
        if let Some((low, high)) = bounds(view, standing) {
            canvas.dashed((self.scale.at(low), y), (self.scale.at(high), y), 1.0, GREY);
            for (beyond, end, inward) in
                [(low < self.scale.low, self.scale.left, 7.0), (high > self.scale.high, self.scale.right, -7.0)]
            {
                if beyond {
                    canvas.line(&[(end + inward, y - 4.0), (end, y), (end + inward, y + 4.0)], 1.25, GREY);
                }
            }
        }
        if let Some((low, high)) = interval(view, standing) {
            let (from, to) = (self.scale.at(low), self.scale.at(high));
            canvas.line(&[(from, y), (to, y)], 2.0, color);
            for end in [from, to] {
                canvas.line(&[(end, y - 4.0), (end, y + 4.0)], 2.0, color);
            }
        }
        if vetoed(view, standing) {
            canvas.line(&[(x - 5.0, y - 5.0), (x + 5.0, y + 5.0)], 2.5, RED);
            canvas.line(&[(x - 5.0, y + 5.0), (x + 5.0, y - 5.0)], 2.5, RED);
        } else {
            of_grade(standing.grade, bands.len()).draw(canvas, x, y);
        }
        if incomplete(view, standing) {
            canvas.disc(x, y, 3.0, WHITE);
        }
        canvas.text_at(self.columns[0], y, Anchor::Start, NUMBER.bold(), &score.to_string());
        canvas.text_at(self.columns[1], y, Anchor::Start, SMALL, &rank_text(view, standing));
        let name = standing.grade.and_then(|band| bands.get(band)).map_or(NONE, |band| band.name.as_str());
        canvas.text_at(self.columns[2], y, Anchor::Start, Face::new(12.0, INK), name);
    }

    /// Distribution of all scores, then the best and the last.
    fn ends(&self, peers: &Peers<'_>, view: &View<'_>, canvas: &mut Canvas, top: f64) {
        let language = view.language();
        let bottom = self.histogram(peers, view, canvas, top + 6.0);
        let head = LABEL.bold();
        let (first, last) = (&peers.ranked[..ENDS], &peers.ranked[peers.ranked.len() - ENDS..]);
        let between = peers.ranked.len() - 2 * ENDS;
        canvas.text(EDGE, bottom + 18.0, Anchor::Start, head, &words::first(language, ENDS));
        let bottom = self.rows(view, canvas, bottom + 8.0, first);
        canvas.text(EDGE, bottom + 18.0, Anchor::Start, head, &words::last(language, ENDS, between));
        canvas.height = self.rows(view, canvas, bottom + 8.0, last) + 20.0;
    }

    /// How many peers have which score, a bar per half tick, coloured by grade where one grade fills it.
    fn histogram(&self, peers: &Peers<'_>, view: &View<'_>, canvas: &mut Canvas, top: f64) -> f64 {
        const HEIGHT: f64 = 130.0;
        let wide = self.step / 5.0;
        let bands = &view.scheme.rules.bands;
        let mut bars: BTreeMap<(i64, usize), u32> = BTreeMap::new();
        for standing in &peers.ranked {
            let Some(score) = &standing.score else { continue };
            let bar = bar_of(to_f64(&score.to_ratio()) - self.scale.low, wide);
            *bars.entry((bar, standing.grade.unwrap_or(usize::MAX))).or_default() += 1;
        }
        let mut totals: BTreeMap<i64, u32> = BTreeMap::new();
        for ((bar, _), count) in &bars {
            *totals.entry(*bar).or_default() += count;
        }
        let most = totals.values().copied().max().unwrap_or(1);
        let (top, bottom) = (top + 34.0, top + 34.0 + HEIGHT);
        self.grid(view, canvas, top, bottom);
        let (right, language) = (self.scale.left - 10.0, view.language());
        canvas.text_at(right, top + 8.0, Anchor::End, SMALL, words::distribution(language));
        canvas.text_at(right, top + 26.0, Anchor::End, SMALL, &words::tallest(language, most));
        let mut height: BTreeMap<i64, f64> = BTreeMap::new();
        for ((bar, band), count) in &bars {
            let below = height.entry(*bar).or_default();
            let color = if *band < bands.len() { grade(*band, bands.len()) } else { GREY };
            let place = self.scale.low + wide * small(*bar);
            let (from, to) = (self.scale.at(place), self.scale.at(place + wide));
            let tall = f64::from(*count) / f64::from(most) * (HEIGHT - 6.0);
            canvas.fill(from + 0.5, bottom - *below - tall, (to - from - 1.0).max(1.0), tall, color);
            *below += tall;
        }
        bottom + 30.0
    }
}

/// Where the composite may lie with the missing procedures at 0 and at 100, if one is missing.
fn bounds(view: &View<'_>, standing: &Standing) -> Option<(f64, f64)> {
    let (low, high) = view.card(standing.subject)?.bounds.as_ref()?;
    (low != high).then(|| (to_f64(low), to_f64(high)))
}

fn incomplete(view: &View<'_>, standing: &Standing) -> bool {
    view.card(standing.subject)
        .and_then(|card| card.nodes.get(view.root(standing.subject).0 as usize))
        .is_some_and(|root| root.incomplete)
}

fn vetoed(view: &View<'_>, standing: &Standing) -> bool {
    view.card(standing.subject).is_some_and(|card| card.vetoed)
}

/// The 95 % interval of the composite, if there is one. Bonus and deductions are known exactly: they move it with the score.
fn interval(view: &View<'_>, standing: &Standing) -> Option<(f64, f64)> {
    let card = view.card(standing.subject)?;
    let root = card.nodes.get(view.root(standing.subject).0 as usize)?;
    let (low, high) = root.interval()?;
    let moved = card.total.as_ref().zip(root.score.as_ref()).map_or(0.0, |(total, score)| to_f64(&(total - score)));
    Some(((low + moved).max(0.0), high + moved))
}

/// 95 % of the ranks drawn from the sampling error.
fn rank_interval(standing: &Standing) -> Option<(u32, u32)> {
    standing.stability.sampling.as_ref().map(|spread| (spread.low, spread.high))
}

/// `3/41 [2–7]`, in Chinese brackets for Chinese readers.
fn rank_text(view: &View<'_>, standing: &Standing) -> String {
    let rank = standing.rank.map_or_else(|| NONE.to_owned(), |rank| format!("{rank}/{}", standing.of));
    match rank_interval(standing) {
        Some((low, high)) => words::rank(view.language(), &rank, low, high),
        None => rank,
    }
}

#[allow(clippy::cast_possible_truncation, reason = "a score over a bar width is a small number")]
fn bar_of(distance: f64, wide: f64) -> i64 {
    (distance / wide + 1e-9).floor() as i64
}

fn small(number: i64) -> f64 {
    i32::try_from(number).map_or(0.0, f64::from)
}

#[cfg(test)]
mod tests {
    use super::super::fixture::Made;
    use super::*;
    use crate::numeric::int;

    #[test]
    fn a_deduction_moves_the_interval_with_the_score() {
        let mut made = Made::new(3, 2, 0);
        let division = made.level(1)[0];
        let before = interval(&made.view(), made.view().standing(division).expect("a standing")).expect("an interval");
        let card = &mut made.assessment.scorecards[division.0 as usize];
        card.total = card.total.as_ref().map(|total| total - int(2));
        let view = made.view();
        let after = interval(&view, view.standing(division).expect("a standing")).expect("an interval");
        assert!((before.0 - after.0 - 2.0).abs() < 1e-9 && (before.1 - after.1 - 2.0).abs() < 1e-9);
    }
}
