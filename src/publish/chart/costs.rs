//! What the weak points cost: bars in points of the 100, split by the members that drive them.

use super::canvas::{Anchor, Canvas, Face, Rgb};
use super::font;
use super::marks::{Mark, legend};
use super::page::{Drawing, EDGE, WIDTH};
use super::palette::{INK, NUMBER, SMALL, ink_on};
use super::rows::{Line, Plan, ROW, Rows};
use super::view::{Shown, View};
use crate::measure::{WeakKind, WeakPoint};
use crate::numeric::{round_half_up, to_f64};
use crate::publish::words::charts::{NONE, comma, costs as words, probability, semicolon};
use crate::survey::{NodeId, SubjectId};
use std::cmp::Reverse;
use std::collections::BTreeSet;

const MOST_ROWS: usize = 30;
/// Members told apart in a bar, largest first; all others together are the last piece.
const MOST_DRIVERS: usize = 3;
const SHADES: [Rgb; 4] = [(140, 24, 36), (205, 92, 76), (238, 160, 128), (222, 222, 224)];

/// The weak points of these subjects that cost something, costliest first. Where an item and the indicator above it are both
/// weak, only the item is drawn, so that nothing is counted twice.
fn points<'a>(view: &View<'a>, rows: &[SubjectId]) -> Vec<&'a WeakPoint> {
    let among: BTreeSet<SubjectId> = rows.iter().copied().collect();
    let all = view.assessment.evidence.weak_points.iter();
    let mut points: Vec<&WeakPoint> = all
        .filter(|point| among.contains(&point.subject) && point.cost.is_some())
        .filter(|point| view.shown(point.subject, point.node).score().is_some())
        .collect();
    points.sort_by_key(|point| (Reverse(point.cost.clone()), point.subject, point.node, point.kind));
    let mut seen = BTreeSet::new();
    points.retain(|point| seen.insert((point.subject, point.node)));
    let above = |point: &WeakPoint| {
        let own = seen.range((point.subject, NodeId(0))..=(point.subject, NodeId(u16::MAX)));
        own.into_iter().any(|(_, node)| *node != point.node && is_below(view, *node, point.node))
    };
    points.into_iter().filter(|point| !above(point)).collect()
}

fn is_below(view: &View<'_>, node: NodeId, above: NodeId) -> bool {
    std::iter::successors(view.scheme.index.node(node).parent, |id| view.scheme.index.node(*id).parent).any(|id| id == above)
}

/// The costs of these subjects; `None` where no weak point was found.
#[must_use]
pub fn draw(view: &View<'_>, rows: &[SubjectId], name: &str, of: &str) -> Option<Drawing> {
    let points = points(view, rows);
    let first = points.first()?;
    let title = title(view, first, &points, rows, of);
    let (mut drawing, top) = Drawing::start(WIDTH, name.to_owned(), &title, &subtitle(view, &points));
    let drawn = points.get(..MOST_ROWS.min(points.len())).unwrap_or_default();
    plot(view, &mut drawing.canvas, top, drawn, rows.len() > 1);
    Some(drawing)
}

fn node_name(view: &View<'_>, node: NodeId) -> String {
    let index = &view.scheme.index;
    let name = &index.node(node).name;
    match index.procedure_of(node) {
        Some(procedure) if procedure != node => words::node(view.language(), name, &index.node(procedure).name),
        _ => name.clone(),
    }
}

fn title(view: &View<'_>, first: &WeakPoint, points: &[&WeakPoint], rows: &[SubjectId], of: &str) -> String {
    let prefix = if rows.len() == 1 { String::new() } else { view.scope(rows, of) };
    let (subject, node) = (view.name(first.subject), &view.scheme.index.node(first.node).name);
    let cost = first.cost.as_ref().map(|cost| round_half_up(cost, 2).to_string()).unwrap_or_default();
    words::title(view.language(), &prefix, subject, node, &cost, points.len())
}

fn subtitle(view: &View<'_>, points: &[&WeakPoint]) -> Vec<String> {
    let language = view.language();
    let mut lines = vec![words::key(language).to_owned()];
    let most = |n: (u64, u64), point: &&WeakPoint| if point.n == 0 { n } else { (n.0.min(point.n), n.1.max(point.n)) };
    let (low, high) = points.iter().fold((u64::MAX, 0), most);
    let mut facts = Vec::new();
    if high > 0 {
        let range = super::page::range(low, high);
        facts.push(words::respondents(language, &range));
    }
    if points.len() > MOST_ROWS {
        facts.push(words::left_out(language, points.len() - MOST_ROWS));
    }
    if points.iter().any(|point| point.kind == WeakKind::Falling) {
        facts.push(words::falling(language, FALLING));
    }
    facts.push(words::hidden(language).to_owned());
    lines.push(facts.join(semicolon(language)));
    lines
}

fn plot(view: &View<'_>, canvas: &mut Canvas, top: f64, points: &[&WeakPoint], named: bool) {
    let most = points.iter().filter_map(|point| point.cost.as_ref()).map(to_f64).fold(0.0, f64::max);
    let language = view.language();
    let heads = words::heads(language).map(str::to_owned).to_vec();
    let plan = Plan { steps: 4.0, names: 400.0, tick: fine_tick, ..Plan::new(heads, (0.0, most)) };
    // The axis begins at nothing: `ticks` widens a range below one point on both sides.
    let mut rows = Rows::new(plan, points.iter().map(|point| line(view, point, named)).collect());
    rows.start_at_zero(most);
    let driven = points.iter().any(|point| !drivers(view, point).is_empty());
    let pieces = words::pieces(language).into_iter().zip(SHADES).map(|(words, color)| (Mark::Bar(color), words.to_owned()));
    let pieces: Vec<(Mark, String)> = pieces.filter(|_| driven).collect();
    let top = if driven { legend(canvas, (EDGE, WIDTH - EDGE), top, &pieces) } else { top };
    let block = rows.frame(canvas, top + 20.0, 0..points.len());
    for (at, point) in points.iter().enumerate() {
        bar(canvas, &rows, block.middle(at), point, &drivers(view, point));
    }
    let middle = f64::midpoint(rows.scale.left, rows.scale.right);
    canvas.text(middle, block.bottom + 36.0, Anchor::Middle, SMALL, words::axis(language));
    canvas.height = block.bottom + 54.0;
}

fn fine_tick(value: f64, step: f64) -> String {
    if step < 0.1 { format!("{value:.2}") } else { super::page::tick_text(value, step) }
}

fn line(view: &View<'_>, point: &WeakPoint, named: bool) -> Line {
    let node = node_name(view, point.node);
    let node = format!("{}{}", kind_mark(point.kind), node);
    let label = if named { format!("{} {node}", view.name(point.subject)) } else { node };
    let cost = point.cost.as_ref().map(|cost| format!("−{}", round_half_up(cost, 2))).unwrap_or_default();
    let sure = point.probability.map_or_else(|| NONE.to_owned(), probability);
    let drivers = drivers(view, point);
    let driver = |(member, share): &(SubjectId, f64)| {
        format!("{} {:.0}%", font::cut(view.name(*member), 12.0, SMALL.weight, 96.0), share * 100.0)
    };
    let most = drivers.iter().take(2).map(driver).collect::<Vec<_>>().join(comma(view.language()));
    Line {
        label,
        cells: vec![
            (NUMBER.bold(), cost),
            (SMALL, format!("{} / {}", round_half_up(&point.score, 1), round_half_up(&point.reference, 1))),
            (SMALL, sure),
            (Face::new(12.0, INK), if most.is_empty() { NONE.to_owned() } else { most }),
        ],
    }
}

/// Before the name of a point that fell against last year.
const FALLING: &str = "↓";

/// Kinds other than "below peers" are marked before the name.
fn kind_mark(kind: WeakKind) -> &'static str {
    match kind {
        WeakKind::Falling => FALLING,
        _ => "",
    }
}

/// Members that pull the score down, largest share first.
fn drivers(view: &View<'_>, point: &WeakPoint) -> Vec<(SubjectId, f64)> {
    let open = |member: SubjectId| view.shown(member, point.node) != Shown::Hidden;
    let low = point.drivers.iter().filter(|driver| driver.share > 0.0 && open(driver.member));
    low.map(|driver| (driver.member, driver.share)).collect()
}

/// One bar: a piece for each of the largest drivers, the rest grey; one piece where nobody drives it.
fn bar(canvas: &mut Canvas, rows: &Rows, y: f64, point: &WeakPoint, drivers: &[(SubjectId, f64)]) {
    let Some(cost) = point.cost.as_ref().map(to_f64) else { return };
    let sum: f64 = drivers.iter().map(|(_, share)| share).sum();
    let mut shares: Vec<f64> = drivers.iter().take(MOST_DRIVERS).map(|(_, share)| share / sum.max(1.0)).collect();
    let rest = 1.0 - shares.iter().sum::<f64>();
    if shares.is_empty() {
        shares.push(1.0);
    } else if rest > 0.005 {
        shares.resize(MOST_DRIVERS, 0.0);
        shares.push(rest);
    }
    let mut from = 0.0;
    for (at, (share, color)) in shares.iter().zip(SHADES).enumerate() {
        let (left, right) = (rows.scale.at(from * cost), rows.scale.at((from + share) * cost));
        from += share;
        if *share <= 0.0 {
            continue;
        }
        canvas.fill(left, y - ROW / 2.0 + 4.0, (right - left - 1.0).max(0.75), ROW - 8.0, color);
        // What is printed is the share of the gap; the piece is its part of the bar.
        let text =
            drivers.get(at).filter(|_| at < MOST_DRIVERS).map(|(_, share)| format!("{:.0}%", share * 100.0)).unwrap_or_default();
        let face = Face::new(10.5, ink_on(color));
        if face.width(&text) + 6.0 < right - left {
            canvas.text_at(f64::midpoint(left, right), y, Anchor::Middle, face, &text);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::Made;
    use super::*;
    use crate::numeric::ratio;

    #[test]
    fn an_indicator_above_a_weak_item_is_not_counted_again() {
        let mut made = Made::new(4, 3, 0);
        let division = made.level(1)[1];
        let [procedure, item] = ["ceping", "ceping.2"].map(|code| made.scheme.index.by_code(code).expect("node"));
        let point = |node, cost| WeakPoint {
            subject: division,
            node,
            kind: WeakKind::BelowPeers,
            score: ratio(70, 1),
            reference: ratio(80, 1),
            gap: ratio(10, 1),
            cost: Some(cost),
            probability: Some(0.99),
            n: 60,
            strata: None,
            drivers: Vec::new(),
        };
        made.assessment.evidence.weak_points = vec![point(procedure, ratio(1, 1)), point(item, ratio(1, 6))];
        let view = made.view();
        let points = points(&view, &made.level(1));
        assert_eq!(points.iter().map(|point| point.node).collect::<Vec<_>>(), [item]);
        let drawing = draw(&view, &made.level(1), "costs", "").expect("a chart");
        assert_eq!(drawing.title, format!("各师：1 处短板中代价最大的是{}的「思想建设」，影响总分 0.17 分", view.name(division)));
    }
}
