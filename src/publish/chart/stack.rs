//! Stacked contribution of the procedures to the composite, and where points are lost.

use super::canvas::{Anchor, Canvas, Face};
use super::font;
use super::page::{Drawing, EDGE, Scale, WIDTH, page_name, pages, tick_text, ticks};
use super::palette::{GREY, HATCH, INK, LABEL, NUMBER, PALE, SMALL, hue, ink_on};
use super::view::{Shown, View};
use crate::numeric::{Ratio, int, median, round_half_up, to_f64};
use crate::publish::words::charts::{NONE, semicolon, stack as words};
use crate::survey::{Index, NodeId, SubjectId};
use num_traits::{Signed, Zero};
use std::cmp::Reverse;

const ROW: f64 = 30.0;
const MOST_ROWS: usize = 40;

/// One procedure's part in one composite.
struct Part {
    procedure: usize,
    /// Weight × score, points of the 100.
    points: Ratio,
    /// Weight × (100 − score).
    lost: Ratio,
}

/// One bar.
struct Bar {
    subject: SubjectId,
    parts: Vec<Part>,
    /// Procedures that are hidden or missing.
    gaps: Vec<usize>,
    total: Shown,
}

impl Bar {
    fn sum(&self) -> Ratio {
        self.parts.iter().map(|part| part.points.clone()).sum()
    }

    fn new(view: &View<'_>, subject: SubjectId, procedures: &[NodeId]) -> Self {
        let domain = view.scheme.frame.subject(subject).domain;
        let mut scored: Vec<(usize, Ratio, Ratio)> = Vec::new();
        let mut gaps = Vec::new();
        for (at, procedure) in procedures.iter().enumerate() {
            let node = view.card(subject).and_then(|card| card.nodes.get(procedure.0 as usize));
            let own = node.map_or_else(Ratio::zero, |node| node.weight.effective.clone());
            let weight = if own.is_positive() { own } else { view.scheme.index.node(*procedure).weight(domain).clone() };
            match (view.shown(subject, *procedure), node.and_then(|node| node.score.clone())) {
                (Shown::Score(_), Some(score)) if weight.is_positive() => scored.push((at, weight, score)),
                (Shown::Missing | Shown::Hidden, _) if weight.is_positive() => gaps.push(at),
                _ => {}
            }
        }
        let whole: Ratio = scored.iter().map(|(_, weight, _)| weight.clone()).sum();
        let part = |(procedure, weight, score): (usize, Ratio, Ratio)| {
            let weight = weight / &whole;
            Part { procedure, lost: &weight * (int(100) - &score), points: weight * score }
        };
        let parts = if whole.is_zero() { Vec::new() } else { scored.into_iter().map(part).collect() };
        Self { subject, parts, gaps, total: view.shown(subject, Index::ROOT) }
    }
}

/// Draws the bars of `rows`, best composite first. Empty with fewer than two procedures or rows.
#[must_use]
pub fn draw(view: &View<'_>, rows: &[SubjectId], name: &str, of: &str) -> Vec<Drawing> {
    let procedures: Vec<NodeId> = view.scheme.index.procedures().collect();
    let mut bars: Vec<Bar> =
        rows.iter().map(|row| Bar::new(view, *row, &procedures)).filter(|bar| !bar.parts.is_empty()).collect();
    if procedures.len() < 2 || bars.len() < 2 {
        return Vec::new();
    }
    bars.sort_by_cached_key(|bar| Reverse((bar.total.score().cloned(), Reverse(bar.subject))));
    let (title, subtitle) = (title(view, &bars, &procedures, of), subtitle(view, &bars));
    let lost = |at: usize| {
        let parts = bars.iter().flat_map(|bar| &bar.parts).filter(|part| part.procedure == at);
        median(&parts.map(|part| part.lost.clone()).collect::<Vec<_>>())
    };
    let medians: Vec<Option<Ratio>> = (0..procedures.len()).map(lost).collect();
    let page = |(at, bars): (usize, &[Bar])| {
        let (mut drawing, top) = Drawing::start(WIDTH, page_name(name, at), &title, &subtitle);
        let top = legend(view, &mut drawing.canvas, top, &procedures);
        plot(view, &mut drawing.canvas, top, bars, &procedures, &medians);
        drawing
    };
    pages(&bars, MOST_ROWS).into_iter().enumerate().map(page).collect()
}

/// Mean loss per procedure over the bars, and the loss in all.
fn losses(bars: &[Bar], procedures: usize) -> (Vec<Ratio>, Ratio) {
    let mut by = vec![Ratio::zero(); procedures];
    for part in bars.iter().flat_map(|bar| &bar.parts) {
        by[part.procedure] += &part.lost;
    }
    let count = int(i64::try_from(bars.len()).unwrap_or(1));
    let by: Vec<Ratio> = by.into_iter().map(|lost| lost / &count).collect();
    let all = by.iter().sum();
    (by, all)
}

fn title(view: &View<'_>, bars: &[Bar], procedures: &[NodeId], of: &str) -> String {
    let rows: Vec<SubjectId> = bars.iter().map(|bar| bar.subject).collect();
    let prefix = view.scope(&rows, of);
    let (by, all) = losses(bars, procedures.len());
    let most = by.iter().enumerate().max_by(|a, b| a.1.cmp(b.1).then(b.0.cmp(&a.0)));
    let Some((most, lost)) = most.filter(|_| all.is_positive()) else {
        return format!("{prefix}{}", words::contributions(view.language()));
    };
    let name = &view.scheme.index.node(procedures[most]).name;
    // A heavy procedure loses more points than a light one of the same scores: its weight belongs beside its losses.
    let parts = bars.iter().flat_map(|bar| &bar.parts).filter(|part| part.procedure == most);
    let weight = parts.map(|part| &part.points + &part.lost).sum::<Ratio>() / int(i64::try_from(bars.len()).unwrap_or(1));
    let text = |number: &Ratio, places: u32| round_half_up(number, places).to_string();
    let (share, lost) = (text(&(lost / &all * int(100)), 0), text(lost, 1));
    let found = words::most_lost(view.language(), name, &lost, &share, &text(&weight, 0));
    let Some((low, rate)) = lowest_rate(bars, procedures.len()) else { return format!("{prefix}{found}") };
    let low = (low != most).then(|| view.scheme.index.node(procedures[low]).name.as_str());
    format!("{prefix}{found}{}", words::lowest_rate(view.language(), low, &text(&rate, 1)))
}

/// The procedure that gives the smallest part of what it could give, and that part in percent.
fn lowest_rate(bars: &[Bar], procedures: usize) -> Option<(usize, Ratio)> {
    let mut sums = vec![(Ratio::zero(), Ratio::zero()); procedures];
    for part in bars.iter().flat_map(|bar| &bar.parts) {
        let sum = sums.get_mut(part.procedure)?;
        sum.0 += &part.points;
        sum.1 += &part.points + &part.lost;
    }
    let rates = sums.into_iter().enumerate().filter(|(_, (_, whole))| whole.is_positive());
    let rates = rates.map(|(at, (points, whole))| (at, points * int(100) / whole));
    rates.min_by(|a, b| a.1.cmp(&b.1).then(a.0.cmp(&b.0)))
}

fn subtitle(view: &View<'_>, bars: &[Bar]) -> Vec<String> {
    let language = view.language();
    let rows: Vec<SubjectId> = bars.iter().map(|bar| bar.subject).collect();
    let mut lines = vec![words::key(language).to_owned()];
    let mut facts = vec![view.rollup_text(&rows), view.respondents_text(&rows)];
    if bars
        .iter()
        .any(|bar| bar.total.score().is_some_and(|total| (total.to_ratio() - bar.sum()).abs() > crate::numeric::ratio(1, 100)))
    {
        facts.push(words::may_differ(language).to_owned());
    }
    if bars.iter().any(|bar| !bar.gaps.is_empty()) {
        facts.push(words::star(language).to_owned());
    }
    facts.retain(|fact| !fact.is_empty());
    lines.push(facts.join(semicolon(language)));
    lines
}

fn legend(view: &View<'_>, canvas: &mut Canvas, top: f64, procedures: &[NodeId]) -> f64 {
    let (mut x, mut y) = (EDGE, top + 8.0);
    for (at, procedure) in procedures.iter().enumerate() {
        let name = font::cut(&view.scheme.index.node(*procedure).name, LABEL.size, LABEL.weight, 280.0);
        let wide = 20.0 + LABEL.width(&name) + 24.0;
        if x + wide > WIDTH - EDGE {
            (x, y) = (EDGE, y + 22.0);
        }
        canvas.fill(x, y - 7.0, 14.0, 14.0, hue(at));
        canvas.text_at(x + 20.0, y, Anchor::Start, LABEL, &name);
        x += wide;
    }
    y + 20.0
}

fn plot(view: &View<'_>, canvas: &mut Canvas, top: f64, bars: &[Bar], procedures: &[NodeId], medians: &[Option<Ratio>]) {
    let language = view.language();
    let labels = view.labels(&bars.iter().map(|bar| bar.subject).collect::<Vec<_>>());
    let label = |bar: &Bar| {
        let mark = if bar.gaps.is_empty() { "" } else { " *" };
        format!("{}{mark}", font::cut(&labels[&bar.subject], LABEL.size, LABEL.weight, 290.0))
    };
    let widest = bars.iter().map(|bar| LABEL.width(&label(bar))).fold(40.0, f64::max);
    let loss_head = words::furthest_behind(language);
    let losses: Vec<String> = bars.iter().map(|bar| furthest_behind(view, bar, procedures, medians)).collect();
    let loss_room = losses.iter().map(|text| SMALL.width(text)).fold(SMALL.width(loss_head), f64::max);
    let right = WIDTH - EDGE - loss_room - 14.0 - 60.0;
    let scale = Scale { low: 0.0, high: 100.0, left: EDGE + widest + 14.0, right: right - 16.0 };
    let top = top + 22.0;
    let bottom = top + ROW * u32::try_from(bars.len()).map_or(0.0, f64::from);
    let (marks, step) = ticks(0.0, 100.0, 5.0);
    for tick in marks {
        canvas.line(&[(scale.at(tick), top - 2.0), (scale.at(tick), bottom + 2.0)], 1.0, PALE);
        canvas.text(scale.at(tick), bottom + 19.0, Anchor::Middle, SMALL, &tick_text(tick, step));
    }
    canvas.text(f64::midpoint(scale.left, scale.right), bottom + 38.0, Anchor::Middle, SMALL, words::axis(language));
    canvas.text(right, top - 8.0, Anchor::Start, SMALL, words::composite(language));
    canvas.text(right + 74.0, top - 8.0, Anchor::Start, SMALL, loss_head);
    let mut y = top + ROW / 2.0;
    for (bar, loss) in bars.iter().zip(&losses) {
        canvas.text_at(scale.left - 10.0, y, Anchor::End, LABEL, &label(bar));
        segments(canvas, &scale, y, bar);
        let total = view.exact(bar.subject, Index::ROOT).map_or_else(|| NONE.to_owned(), |total| view.brief(total).to_string());
        canvas.text_at(right, y, Anchor::Start, NUMBER.bold(), &total);
        canvas.text_at(right + 74.0, y, Anchor::Start, SMALL, loss);
        y += ROW;
    }
    canvas.height = bottom + 56.0;
}

/// The procedure that costs most more points than at the median of the rows; `—` where none does by 0.1.
fn furthest_behind(view: &View<'_>, bar: &Bar, procedures: &[NodeId], medians: &[Option<Ratio>]) -> String {
    let more = bar.parts.iter().filter_map(|part| Some((part.procedure, &part.lost - medians.get(part.procedure)?.as_ref()?)));
    let most = more.max_by(|a, b| a.1.cmp(&b.1).then(b.0.cmp(&a.0))).filter(|(_, more)| *more >= crate::numeric::ratio(1, 10));
    let Some((procedure, more)) = most else { return NONE.to_owned() };
    let name = font::cut(&view.scheme.index.node(procedures[procedure]).name, SMALL.size, SMALL.weight, 130.0);
    format!("{name} −{}", round_half_up(&more, 1))
}

fn segments(canvas: &mut Canvas, scale: &Scale, y: f64, bar: &Bar) {
    let (top, height) = (y - ROW / 2.0 + 4.0, ROW - 8.0);
    let mut from = 0.0;
    for part in &bar.parts {
        let to = from + to_f64(&part.points);
        let (left, right) = (scale.at(from), scale.at(to));
        let color = hue(part.procedure);
        canvas.fill(left, top, (right - left - 1.0).max(0.5), height, color);
        let text = round_half_up(&part.points, 1).to_string();
        let face = Face::new(11.0, ink_on(color));
        if face.width(&text) + 4.0 <= right - left {
            canvas.text_at(f64::midpoint(left, right), y, Anchor::Middle, face, &text);
        }
        from = to;
    }
    let (left, right) = (scale.at(from), scale.at(100.0));
    if right - left > 2.0 {
        canvas.hatch(left, top, right - left, height, HATCH);
        canvas.frame(left, top, right - left, height, 0.75, HATCH);
        let text = format!("−{}", round_half_up(&(int(100) - bar.sum()), 1));
        let face = Face::new(11.0, GREY);
        if face.width(&text) + 8.0 <= right - left {
            let middle = f64::midpoint(left, right);
            canvas.fill(
                middle - face.width(&text) / 2.0 - 2.0,
                top + 3.0,
                face.width(&text) + 4.0,
                height - 6.0,
                (255, 255, 255),
            );
            canvas.text_at(middle, y, Anchor::Middle, face.color(INK), &text);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::Made;
    use super::*;
    use crate::numeric::ratio;

    #[test]
    fn the_title_sets_losses_beside_weights_and_names_the_lowest_rate() {
        let part = |procedure, points, lost| Part { procedure, points: int(points), lost: int(lost) };
        let bar = |parts| Bar { subject: SubjectId(0), parts, gaps: Vec::new(), total: Shown::Missing };
        let bars = [bar(vec![part(0, 45, 5), part(1, 40, 10)]), bar(vec![part(0, 40, 10), part(1, 46, 4)])];
        // 85 of 100 against 86 of 100.
        assert_eq!(lowest_rate(&bars, 2), Some((0, int(85))));
        assert_eq!(losses(&bars, 2), (vec![ratio(15, 2), int(7)], ratio(29, 2)));
        let made = Made::new(4, 2, 0);
        let drawn = draw(&made.view(), &made.level(1), "stack", "");
        assert!(drawn[0].title.contains("权重占") && drawn[0].title.contains("得分率"), "{}", drawn[0].title);
    }
}
