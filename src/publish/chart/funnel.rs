//! Funnel plots: is a score farther from the peers' than chance explains, given how many answered?

use super::canvas::{Anchor, Canvas, Face};
use super::dots::Peers;
use super::marks::{Mark, legend};
use super::page::{Drawing, EDGE, WIDTH, count};
use super::palette::{BLUE, GREY, HATCH, INK, LABEL, RED, SMALL};
use super::plane::{Place, Plane};
use super::view::View;
use crate::measure::{Funnel, FunnelPoint};
use crate::publish::words::charts::{funnel as words, semicolon};
use std::cmp::Reverse;

/// Panels of one drawing, in two columns.
const MOST_PANELS: usize = 6;
const HEIGHT: f64 = 300.0;
/// Names written in one panel.
const MOST_NAMES: usize = 8;
/// Fewer points than this make no funnel.
const FEWEST: usize = 8;
/// z of the two limits: 95 % and 99.8 % of a normal distribution.
const Z: [f64; 2] = [1.959_964, 3.090_232];

/// One funnel, measured.
struct Panel<'a> {
    funnel: &'a Funnel,
    points: Vec<&'a FunnelPoint>,
    /// Standard deviation of one answer: the median of SE·√n, so that n* = (sd / SE)².
    sd: f64,
    /// Points beyond the outer limit, and beyond the inner.
    beyond: [usize; 2],
}

/// Up to six funnels of one peer group, those with most low outliers first; `None` where there are none.
#[must_use]
pub fn draw(view: &View<'_>, peers: &Peers<'_>, name: &str) -> Option<Drawing> {
    let index = &view.scheme.index;
    // The only child of a node has its parent's scores: one of the two is enough.
    let only = |funnel: &Funnel| index.node(funnel.node).parent.is_some_and(|parent| index.node(parent).children.len() == 1);
    let own = |funnel: &&Funnel| (funnel.level, funnel.domain) == (peers.level, peers.domain) && !only(funnel);
    let mut panels: Vec<Panel<'_>> =
        view.assessment.evidence.funnels.iter().filter(own).filter_map(|funnel| Panel::new(view, funnel)).collect();
    panels.sort_by_key(|panel| (Reverse(panel.low()), Reverse(panel.beyond), panel.funnel.node));
    if panels.is_empty() {
        return None;
    }
    // The finding and the count by chance are about all of them, drawn or not.
    let (title, subtitle) = (title(view, peers, &panels), subtitle(view, &panels));
    panels.truncate(MOST_PANELS);
    let (mut drawing, top) = Drawing::start(WIDTH, name.to_owned(), &title, &subtitle);
    plot(view, &mut drawing.canvas, top, &panels);
    Some(drawing)
}

impl<'a> Panel<'a> {
    fn new(view: &View<'_>, funnel: &'a Funnel) -> Option<Self> {
        let shown = |point: &&FunnelPoint| {
            point.se > 0.0 && point.n > 0 && point.score.is_finite() && view.shown(point.subject, funnel.node).score().is_some()
        };
        let points: Vec<&FunnelPoint> = funnel.points.iter().filter(shown).collect();
        let mut sds: Vec<f64> = points.iter().map(|point| point.se * number(point.n).sqrt()).collect();
        sds.sort_by(f64::total_cmp);
        let sd = *sds.get(sds.len() / 2)?;
        let beyond = |z: f64| points.iter().filter(|point| point.z.abs() > z).count();
        let beyond = [beyond(Z[1]), beyond(Z[0])];
        (points.len() >= FEWEST && sd > 0.0).then_some(Self { funnel, points, sd, beyond })
    }

    /// Points below the lower outer limit.
    fn low(&self) -> usize {
        self.points.iter().filter(|point| point.z < -Z[1]).count()
    }

    /// √n*: how far right a point lies.
    fn root(&self, point: &FunnelPoint) -> f64 {
        self.sd / point.se
    }

    fn name<'v>(&self, view: &View<'v>) -> &'v str {
        &view.scheme.index.node(self.funnel.node).name
    }
}

fn number(n: u64) -> f64 {
    u32::try_from(n).map_or(f64::from(u32::MAX), f64::from)
}

fn title(view: &View<'_>, peers: &Peers<'_>, panels: &[Panel<'_>]) -> String {
    match panels.first().filter(|panel| panel.low() > 0) {
        Some(panel) => {
            let all = panels.iter().map(Panel::low).sum();
            words::below(view.language(), &peers.name(view), all, panel.name(view), panel.low())
        }
        None => words::none_below(view.language(), &peers.name(view), panels.len()),
    }
}

fn subtitle(view: &View<'_>, panels: &[Panel<'_>]) -> Vec<String> {
    let language = view.language();
    let points: Vec<usize> = panels.iter().map(|panel| panel.points.len()).collect();
    let (low, high) = (points.iter().min().copied().unwrap_or_default(), points.iter().max().copied().unwrap_or_default());
    let range = super::page::range(low, high);
    let mut facts = vec![words::subjects(language, &range), words::by_chance(language, points.iter().sum())];
    if panels.len() > MOST_PANELS {
        facts.push(words::left_out(language, panels.len() - MOST_PANELS));
    }
    facts.push(words::hidden(language).to_owned());
    vec![words::key(language).to_owned(), facts.join(semicolon(language))]
}

fn plot(view: &View<'_>, canvas: &mut Canvas, top: f64, panels: &[Panel<'_>]) {
    let marks = [Mark::Line(INK), Mark::Line(HATCH), Mark::Dashed(GREY), Mark::Triangle(RED), Mark::Diamond(BLUE)];
    let entries: Vec<(Mark, String)> = marks.into_iter().zip(words::legend(view.language()).map(str::to_owned)).collect();
    let top = legend(canvas, (EDGE, WIDTH - EDGE), top, &entries) + 6.0;
    let columns = if panels.len() == 1 { 1 } else { 2 };
    let gap = 40.0;
    let wide = (WIDTH - 2.0 * EDGE - gap * (count(columns) - 1.0)) / count(columns);
    for (at, panel) in panels.iter().enumerate() {
        let left = EDGE + (wide + gap) * count(at % columns);
        let top = top + (HEIGHT + 84.0) * count(at / columns);
        draw_panel(view, canvas, (left, left + wide, top), panel);
    }
    canvas.height = top + (HEIGHT + 84.0) * count(panels.len().div_ceil(columns)) + 8.0;
}

fn draw_panel(view: &View<'_>, canvas: &mut Canvas, (left, right, top): (f64, f64, f64), panel: &Panel<'_>) {
    let funnel = panel.funnel;
    let note = words::dispersion(view.language(), funnel.dispersion);
    canvas.text(right, top + 16.0, Anchor::End, SMALL, &note);
    let name = super::font::cut(panel.name(view), LABEL.size, LABEL.bold().weight, right - left - SMALL.width(&note) - 16.0);
    canvas.text(left, top + 16.0, Anchor::Start, LABEL.bold(), &name);
    let roots = panel.points.iter().map(|point| panel.root(point));
    let (least, most) = roots.fold((f64::MAX, 0.0f64), |(low, high), root| (low.min(root), high.max(root)));
    let scores = panel.points.iter().map(|point| point.score);
    let (low, high) = scores.fold((funnel.centre, funnel.centre), |(low, high), score| (low.min(score), high.max(score)));
    let area = Place { left: left + 38.0, top: top + 30.0, right: right - 6.0, bottom: top + 30.0 + HEIGHT };
    // A point on the lowest line would be cut in half by it.
    let pad = (high - low) * 0.03;
    let mut plane = Plane::new(area, (0.0, 1.0), (low - pad, (high + pad).min(100.0)));
    (plane.across.low, plane.across.high) = (log(least) - 0.1, log(most) + 0.08);
    plane.grid_up(canvas);
    ticks(canvas, &plane);
    canvas.text(area.right, area.bottom + 34.0, Anchor::End, SMALL, words::axis(view.language()));
    limits(canvas, &plane, panel);
    points(view, canvas, &mut plane, panel);
}

/// Round numbers of respondents on the lower scale, as many as there is room for.
fn ticks(canvas: &mut Canvas, plane: &Plane) {
    const ROUND: &[f64] = &[1.0, 2.0, 5.0];
    const FINE: &[f64] = &[1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0];
    let inside = |n: &f64| (plane.across.low..plane.across.high).contains(&(log(*n) / 2.0));
    let all = |steps: &'static [f64]| {
        let tens = [1.0, 10.0, 100.0, 1e3, 1e4, 1e5];
        let all = tens.into_iter().flat_map(|ten| steps.iter().map(move |step| step * ten));
        all.filter(inside).filter(|n| n.fract() == 0.0).collect::<Vec<f64>>()
    };
    // On a short scale the numbers between are round enough.
    let round = all(ROUND);
    let marks = if round.len() < 4 { all(FINE) } else { round };
    let mut free = f64::MIN;
    for n in marks {
        let x = plane.across.at(log(n) / 2.0);
        if x > free + 40.0 {
            plane.tick_across(canvas, log(n) / 2.0, &format!("{n:.0}"));
            free = x;
        }
    }
}

/// Natural logarithm, the same on every machine.
fn log(value: f64) -> f64 {
    libm::log(value.max(1e-9))
}

/// Centre and limits; what leaves the plane is cut off at its edge.
fn limits(canvas: &mut Canvas, plane: &Plane, panel: &Panel<'_>) {
    let funnel = panel.funnel;
    let y = plane.up.at(funnel.centre);
    canvas.line(&[(plane.across.left, y), (plane.across.right, y)], 1.25, GREY);
    let curve = |z: f64, steps: u32| {
        let point = |at: u32| {
            let x = plane.across.low + (plane.across.high - plane.across.low) * f64::from(at) / f64::from(steps);
            let score = funnel.centre + z * panel.sd / libm::exp(x);
            (plane.up.low..=plane.up.high).contains(&score).then(|| plane.at(x, score))
        };
        (0..=steps).filter_map(point).collect::<Vec<_>>()
    };
    let wide = funnel.dispersion.max(1.0).sqrt();
    for sign in [-1.0, 1.0] {
        for (z, color, stroke) in [(Z[0], HATCH, 1.25), (Z[1], INK, 1.5)] {
            canvas.line(&curve(sign * z * wide, 120), stroke, color);
        }
        if wide > 1.01 {
            canvas.dashed_curve(&curve(sign * Z[1], 121), 1.0, GREY);
        }
    }
}

fn points(view: &View<'_>, canvas: &mut Canvas, plane: &mut Plane, panel: &Panel<'_>) {
    let mut outliers: Vec<&FunnelPoint> = Vec::new();
    for point in &panel.points {
        let (x, y) = plane.at(log(panel.root(point)), point.score);
        let mark = if point.z < -Z[1] {
            Some(Mark::Triangle(RED))
        } else if point.z > Z[1] {
            Some(Mark::Diamond(BLUE))
        } else {
            None
        };
        if let Some(mark) = mark {
            mark.draw(canvas, x, y);
            plane.keep_free(x, y, 6.0);
            outliers.push(point);
        } else {
            canvas.disc(x, y, 2.75, if point.z.abs() > Z[0] { INK } else { (130, 137, 145) });
            plane.keep_free(x, y, 2.0);
        }
    }
    // The lowest are named first.
    outliers.sort_by(|a, b| (a.z > 0.0).cmp(&(b.z > 0.0)).then(b.z.abs().total_cmp(&a.z.abs())).then(a.subject.cmp(&b.subject)));
    let labels = view.labels(&panel.points.iter().map(|point| point.subject).collect::<Vec<_>>());
    let low = outliers.iter().filter(|point| point.z < 0.0).count();
    let high = MOST_NAMES - low.min(MOST_NAMES - 2);
    let named = outliers.iter().take(low.min(MOST_NAMES - 2)).chain(outliers.iter().skip(low).take(high));
    for point in named {
        let dot = plane.at(log(panel.root(point)), point.score);
        let label = labels.get(&point.subject).map_or("", String::as_str);
        plane.name(canvas, dot, Face::new(12.0, INK), label);
    }
}

#[cfg(test)]
mod tests {
    use super::super::dots::peer_groups;
    use super::super::fixture::Made;
    use super::*;

    #[test]
    fn limits_meet_the_points_they_are_for() {
        let mut made = Made::new(10, 1, 0);
        let view = made.view();
        let peers = peer_groups(&view)[0].clone();
        let node = made.scheme.index.by_code("ceping").expect("node");
        let point = |(at, subject): (usize, crate::survey::SubjectId)| FunnelPoint {
            subject,
            score: 80.0,
            se: if at == 0 { 1.0 } else { 2.0 },
            n: if at == 0 { 400 } else { 100 },
            z: if at == 3 { -3.5 } else { 0.2 },
        };
        let points = made.level(1).into_iter().enumerate().map(point).collect();
        let (level, domain) = (peers.level, peers.domain);
        made.assessment.evidence.funnels = vec![Funnel { level, domain, node, centre: 81.0, dispersion: 1.5, tau: 1.0, points }];
        let view = made.view();
        let funnel = &made.assessment.evidence.funnels[0];
        let panel = Panel::new(&view, funnel).expect("a funnel");
        // SE·√n is 20 throughout, so n* is n.
        assert!((panel.root(panel.points[0]) - 20.0).abs() < 1e-12 && (panel.root(panel.points[1]) - 10.0).abs() < 1e-12);
        assert_eq!(panel.beyond, [1, 1]);
        let peers = peer_groups(&view)[0].clone();
        let drawing = draw(&view, &peers, "funnel").expect("a drawing");
        assert_eq!(drawing.title, "师：1 处低到偶然难以解释（99.8% 限以下），如「民主测评」");
    }
}
