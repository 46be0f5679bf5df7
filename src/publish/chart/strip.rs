//! Strip plot: every subject of a large peer group as a dot, one strip for each ancestor of the overview level.

use super::canvas::{Anchor, Canvas};
use super::dots::Peers;
use super::font;
use super::marks::{Mark, legend, of_grade};
use super::page::{Drawing, EDGE, Scale, WIDTH, band_lines, tick_text, ticks};
use super::palette::{GREY, INK, LABEL, NUMBER, PALE, SMALL};
use super::view::View;
use crate::measure::Standing;
use crate::numeric::{Ratio, median, to_f64};
use crate::publish::words::charts::{score_axis, semicolon, strip as words};
use crate::survey::{LevelId, SubjectId};
use std::collections::BTreeMap;

const ROW: f64 = 40.0;
const RADIUS: f64 = 2.75;

/// One strip: an ancestor and the scores below it.
struct Strip<'a> {
    ancestor: SubjectId,
    members: Vec<(Ratio, &'a Standing)>,
    median: Ratio,
}

/// Draws the group by ancestors of `level`; `None` where there are fewer than two strips or more than 40.
#[must_use]
pub fn draw(view: &View<'_>, peers: &Peers<'_>, level: LevelId, name: &str) -> Option<Drawing> {
    let strips = strips(view, peers, level);
    if !(2..=40).contains(&strips.len()) {
        return None;
    }
    let (first, last) = (strips.first()?, strips.last()?);
    let title = title(view, peers, first, last);
    let drawn: usize = strips.iter().map(|strip| strip.members.len()).sum();
    let mut facts = vec![words::key(view.language(), drawn)];
    if peers.unscored() > 0 {
        facts.push(words::without(view.language(), peers.unscored()));
    }
    let (mut drawing, top) = Drawing::start(WIDTH, name.to_owned(), &title, &[facts.join(semicolon(view.language()))]);
    let top = legend(&mut drawing.canvas, (EDGE, WIDTH - EDGE), top, &grades(view, &strips));
    plot(view, &mut drawing.canvas, top, &strips);
    Some(drawing)
}

fn strips<'a>(view: &View<'a>, peers: &Peers<'a>, level: LevelId) -> Vec<Strip<'a>> {
    let mut groups: BTreeMap<SubjectId, Vec<(Ratio, &'a Standing)>> = BTreeMap::new();
    for subject in peers.subjects() {
        let ancestor = view.scheme.frame.lineage(subject).find(|id| view.scheme.frame.subject(*id).level == level);
        let scored = view.standing(subject).and_then(|standing| Some((standing.score.as_ref()?.to_ratio(), standing)));
        if let (Some(ancestor), Some(scored)) = (ancestor, scored) {
            groups.entry(ancestor).or_default().push(scored);
        }
    }
    let strip = |(ancestor, members): (SubjectId, Vec<(Ratio, &'a Standing)>)| {
        let scores: Vec<Ratio> = members.iter().map(|(score, _)| score.clone()).collect();
        Some(Strip { ancestor, median: median(&scores)?, members })
    };
    let mut strips: Vec<Strip<'a>> = groups.into_iter().filter_map(strip).collect();
    strips.sort_by(|a, b| b.median.cmp(&a.median).then(a.ancestor.cmp(&b.ancestor)));
    strips
}

fn title(view: &View<'_>, peers: &Peers<'_>, first: &Strip<'_>, last: &Strip<'_>) -> String {
    let (best, worst) = (view.name(first.ancestor), view.name(last.ancestor));
    let (high, low) = (view.brief(&first.median).to_string(), view.brief(&last.median).to_string());
    words::title(view.language(), &peers.name(view), (best, &high), (worst, &low))
}

/// The marks of the grades that occur.
fn grades(view: &View<'_>, strips: &[Strip<'_>]) -> Vec<(Mark, String)> {
    let bands = &view.scheme.rules.bands;
    let occurs = |grade: Option<usize>| strips.iter().flat_map(|strip| &strip.members).any(|(_, own)| own.grade == grade);
    let graded = bands.iter().enumerate().map(|(at, band)| (Some(at), band.name.clone()));
    let all = graded.chain([(None, words::no_grade(view.language()).to_owned())]);
    all.filter(|(grade, _)| occurs(*grade)).map(|(grade, name)| (of_grade(grade, bands.len()), name)).collect()
}

fn plot(view: &View<'_>, canvas: &mut Canvas, top: f64, strips: &[Strip<'_>]) {
    let language = view.language();
    let label = |strip: &Strip<'_>| font::cut(view.name(strip.ancestor), LABEL.size, LABEL.weight, 300.0);
    let widest = strips.iter().map(|strip| LABEL.width(&label(strip))).fold(40.0, f64::max);
    let all = strips.iter().flat_map(|strip| strip.members.iter().map(|(score, _)| to_f64(score)));
    let (low, high) = all.fold((f64::MAX, f64::MIN), |(low, high), value| (low.min(value), high.max(value)));
    let (ticks, step) = ticks(low, high, 7.0);
    let (left, right) = (EDGE + widest + 14.0, WIDTH - EDGE - 150.0);
    let scale = Scale { low: ticks[0], high: ticks[ticks.len() - 1], left, right };
    let top = top + 26.0;
    let bottom = top + ROW * u32::try_from(strips.len()).map_or(0.0, f64::from);
    for tick in &ticks {
        let x = scale.at(*tick);
        canvas.line(&[(x, top), (x, bottom)], 1.0, PALE);
        canvas.text(x, bottom + 17.0, Anchor::Middle, SMALL, &tick_text(*tick, step));
    }
    canvas.line(&[(left, bottom), (right, bottom)], 1.0, GREY);
    band_lines(view, canvas, &scale, top, bottom);
    for (x, head) in [right + 20.0, right + 90.0].into_iter().zip(words::heads(language)) {
        canvas.text(x, top - 6.0, Anchor::Start, SMALL, head);
    }
    canvas.text(f64::midpoint(left, right), bottom + 36.0, Anchor::Middle, SMALL, score_axis(language));
    let mut y = top + ROW / 2.0;
    for strip in strips {
        canvas.text_at(left - 10.0, y, Anchor::End, LABEL, &label(strip));
        canvas.line(&[(left, y + ROW / 2.0), (right, y + ROW / 2.0)], 0.5, PALE);
        let x = scale.at(to_f64(&strip.median));
        canvas.line(&[(x, y - ROW / 2.0 + 2.0), (x, y + ROW / 2.0 - 2.0)], 2.5, INK);
        swarm(view, canvas, &scale, y, strip);
        canvas.text_at(right + 20.0, y, Anchor::Start, NUMBER.bold(), &view.brief(&strip.median).to_string());
        canvas.text_at(right + 90.0, y, Anchor::Start, SMALL, &strip.members.len().to_string());
        y += ROW;
    }
    canvas.height = bottom + 54.0;
}

/// Dots of nearly equal scores are stacked around the middle of the row, closer where there are many.
fn swarm(view: &View<'_>, canvas: &mut Canvas, scale: &Scale, y: f64, strip: &Strip<'_>) {
    let bands = view.scheme.rules.bands.len();
    let mut bins: BTreeMap<u32, Vec<&Standing>> = BTreeMap::new();
    for (score, standing) in &strip.members {
        bins.entry(bin(scale.at(to_f64(score)))).or_default().push(standing);
    }
    for (bin, standings) in bins {
        let many = u32::try_from(standings.len()).map_or(1.0, f64::from);
        let gap = (2.0 * RADIUS + 0.5).min((ROW - 4.0 - 2.0 * RADIUS) / (many - 1.0).max(1.0));
        let mut at = y - gap * (many - 1.0) / 2.0;
        for standing in standings {
            of_grade(standing.grade, bands).sized(canvas, (f64::from(bin) * BIN, at), RADIUS / 5.5);
            at += gap;
        }
    }
}

/// Pixels that count as the same place.
const BIN: f64 = 6.0;

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place on the page, never negative")]
fn bin(x: f64) -> u32 {
    (x / BIN).round() as u32
}
