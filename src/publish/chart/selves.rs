//! Self-rating against assessment 自评与考核: who rates itself far above what the assessing team found.

use super::canvas::{Anchor, Canvas, Face};
use super::dots::Peers;
use super::marks::{Mark, legend};
use super::page::{Drawing, EDGE, WIDTH};
use super::palette::{BLUE, GREY, INK, NUMBER, RED, SMALL};
use super::plane::{Place, Plane};
use super::rows::{Line, Plan, Rows};
use super::view::View;
use crate::numeric::{Ratio, median, to_f64};
use crate::publish::words::charts::{score_axis, selves as words, semicolon};
use crate::survey::{NodeId, SubjectId};
use std::collections::BTreeMap;

/// Up to this many peers are drawn row by row, more as a plane of dots.
const MOST_ROWS: usize = 40;
/// Names beside the plane.
const MOST_NAMES: usize = 12;
const FEW_NAMES: usize = 5;

/// One subject that rated itself and was assessed.
struct Pair {
    subject: SubjectId,
    assessed: Ratio,
    own: Ratio,
    gap: Ratio,
}

/// One drawing per procedure with self-rating of the peer group, widest gap first.
#[must_use]
pub fn draw(view: &View<'_>, peers: &Peers<'_>, name: &str) -> Vec<Drawing> {
    let nodes = view.scheme.index.procedures();
    let drawing = |(at, node): (usize, NodeId)| {
        let pairs = pairs(view, peers, node);
        if pairs.len() < 2 {
            return None;
        }
        let (title, subtitle) = (title(view, peers, node, &pairs), subtitle(view, peers, &pairs));
        let (mut drawing, top) = Drawing::start(WIDTH, super::page::page_name(name, at), &title, &subtitle);
        if pairs.len() > MOST_ROWS {
            scatter(view, &mut drawing.canvas, top, &pairs);
        } else {
            dumbbell(view, &mut drawing.canvas, top, &pairs);
        }
        Some(drawing)
    };
    let own = |node: &NodeId| {
        view.assessment.scorecards.iter().any(|card| card.nodes.get(node.0 as usize).is_some_and(|n| n.self_rated.is_some()))
    };
    nodes.filter(own).enumerate().filter_map(drawing).collect()
}

/// Widest gap first.
fn pairs(view: &View<'_>, peers: &Peers<'_>, node: NodeId) -> Vec<Pair> {
    let pair = |subject: SubjectId| {
        let own = view.card(subject)?.nodes.get(node.0 as usize)?;
        view.shown(subject, node).score()?;
        let (assessed, stated) = (own.score.clone()?, own.self_rated.clone()?);
        let gap = own.self_gap.clone().unwrap_or_else(|| &stated - &assessed);
        Some(Pair { subject, assessed, own: stated, gap })
    };
    let mut pairs: Vec<Pair> = peers.subjects().into_iter().filter_map(pair).collect();
    pairs.sort_by(|a, b| b.gap.cmp(&a.gap).then(a.subject.cmp(&b.subject)));
    pairs
}

fn inflated<'a>(view: &View<'_>, pairs: &'a [Pair]) -> impl Iterator<Item = &'a Pair> + use<'a> {
    let limit = view.scheme.rules.analysis.self_gap.clone();
    pairs.iter().filter(move |pair| pair.gap > limit)
}

fn title(view: &View<'_>, peers: &Peers<'_>, node: NodeId, pairs: &[Pair]) -> String {
    let (name, node) = (peers.name(view), &view.scheme.index.node(node).name);
    let gaps: Vec<Ratio> = pairs.iter().map(|pair| pair.gap.clone()).collect();
    let middle = median(&gaps).map(|gap| view.brief_signed(&gap)).unwrap_or_default();
    let (many, limit) = (inflated(view, pairs).count(), View::setting(&view.scheme.rules.analysis.self_gap));
    let Some(first) = pairs.first() else { return name };
    let (who, most) = (view.labels(&peers.subjects())[&first.subject].clone(), view.brief_signed(&first.gap));
    words::title(view.language(), (&name, node), &middle, &limit, many, (&who, &most))
}

fn subtitle(view: &View<'_>, peers: &Peers<'_>, pairs: &[Pair]) -> Vec<String> {
    let limit = View::setting(&view.scheme.rules.analysis.self_gap);
    let language = view.language();
    let mut facts = vec![words::key(language, &limit), words::both(language, pairs.len())];
    let without = peers.len().saturating_sub(pairs.len());
    if without > 0 {
        facts.push(words::lacking(language, without));
    }
    if pairs.len() > MOST_ROWS {
        facts.push(words::sizes(language).to_owned());
    }
    vec![facts.join(semicolon(language))]
}

fn dumbbell(view: &View<'_>, canvas: &mut Canvas, top: f64, pairs: &[Pair]) {
    let limit = &view.scheme.rules.analysis.self_gap;
    let labels = view.labels(&pairs.iter().map(|pair| pair.subject).collect::<Vec<_>>());
    let line = |pair: &Pair| {
        let high = pair.gap > *limit;
        let gap = format!("{}{}", if high { "▲" } else { "" }, view.brief_signed(&pair.gap));
        let face = if high { NUMBER.bold().color(RED) } else { NUMBER };
        let number = |value: &Ratio| view.brief(value).to_string();
        Line {
            label: labels[&pair.subject].clone(),
            cells: vec![(SMALL, number(&pair.assessed)), (SMALL, number(&pair.own)), (face, gap)],
        }
    };
    let all = || pairs.iter().flat_map(|pair| [to_f64(&pair.assessed), to_f64(&pair.own)]);
    let range = all().fold((f64::MAX, f64::MIN), |(low, high), value| (low.min(value), high.max(value)));
    let heads = words::heads(view.language()).map(str::to_owned).to_vec();
    let marks =
        [Mark::Disc(BLUE), Mark::Ring(INK), Mark::Ring(RED)].into_iter().zip(words::ends(view.language()).map(str::to_owned));
    let marks: Vec<(Mark, String)> = marks.take(if inflated(view, pairs).count() > 0 { 3 } else { 2 }).collect();
    let top = legend(canvas, (EDGE, WIDTH - EDGE), top, &marks) + 18.0;
    let rows = Rows::new(Plan::new(heads, range), pairs.iter().map(line).collect());
    let block = rows.frame(canvas, top, 0..pairs.len());
    for (at, pair) in pairs.iter().enumerate() {
        let (y, from, to) = (block.middle(at), rows.scale.at(to_f64(&pair.assessed)), rows.scale.at(to_f64(&pair.own)));
        let color = if pair.gap > *limit { RED } else { GREY };
        canvas.line(&[(from, y), (to, y)], 2.5, color);
        Mark::Ring(if pair.gap > *limit { RED } else { INK }).draw(canvas, to, y);
        Mark::Disc(BLUE).draw(canvas, from, y);
    }
    let middle = f64::midpoint(rows.scale.left, rows.scale.right);
    canvas.text(middle, block.bottom + 36.0, Anchor::Middle, SMALL, score_axis(view.language()));
    canvas.height = block.bottom + 54.0;
}

/// Dots above the line of equality rate themselves higher; those beyond the tolerance are marked and the widest named.
fn scatter(view: &View<'_>, canvas: &mut Canvas, top: f64, pairs: &[Pair]) {
    let marks = [Mark::Triangle(RED), Mark::Line(GREY), Mark::Dashed(RED)].into_iter();
    let marks: Vec<(Mark, String)> = marks.zip(words::legend(view.language()).map(str::to_owned)).collect();
    let top = legend(canvas, (EDGE, WIDTH - EDGE), top, &marks) + 24.0;
    let all = || pairs.iter().flat_map(|pair| [to_f64(&pair.assessed), to_f64(&pair.own)]);
    let range = all().fold((f64::MAX, f64::MIN), |(low, high), value| (low.min(value), high.max(value)));
    let area = Place { left: EDGE + 44.0, top, right: EDGE + 44.0 + 640.0, bottom: top + 640.0 };
    let mut plane = Plane::square(area, range);
    plane.grid_up(canvas);
    plane.grid_across(canvas);
    let (low, high, limit) = (plane.across.low, plane.across.high, to_f64(&view.scheme.rules.analysis.self_gap));
    canvas.line(&[plane.at(low, low), plane.at(high, high)], 1.5, GREY);
    let slanted: Vec<(f64, f64)> =
        (0..=80u32).map(|at| low + (high - limit - low) * f64::from(at) / 80.0).map(|x| plane.at(x, x + limit)).collect();
    canvas.dashed_curve(&slanted, 1.25, RED);
    let [across, up] = words::axes(view.language());
    canvas.text(area.left, top - 8.0, Anchor::Start, SMALL, up);
    canvas.text(area.right, area.bottom + 36.0, Anchor::End, SMALL, across);
    dots(view, canvas, &mut plane, pairs);
    widest(view, canvas, (area.right + 40.0, top), &mut plane, pairs);
    canvas.height = area.bottom + 54.0;
}

/// Every subject on its place, the widest gaps above the others.
fn dots(view: &View<'_>, canvas: &mut Canvas, plane: &mut Plane, pairs: &[Pair]) {
    let high = inflated(view, pairs).count();
    let mut same: BTreeMap<(&Ratio, &Ratio), usize> = BTreeMap::new();
    for pair in pairs {
        *same.entry((&pair.assessed, &pair.own)).or_default() += 1;
    }
    for (at, pair) in pairs.iter().enumerate().rev() {
        let (x, y) = plane.at(to_f64(&pair.assessed), to_f64(&pair.own));
        if at < high {
            Mark::Triangle(RED).draw(canvas, x, y);
            plane.keep_free(x, y, 7.0);
        } else {
            // Score sheets give round numbers: many subjects stand on one place.
            let same = same.get(&(&pair.assessed, &pair.own)).copied().unwrap_or(1);
            let radius = (2.0 * super::page::count(same).sqrt()).clamp(2.5, 5.0);
            canvas.disc(x, y, radius, (110, 118, 127));
            plane.keep_free(x, y, radius);
        }
    }
}

/// The widest gaps: numbered in the plane, listed beside it.
fn widest(view: &View<'_>, canvas: &mut Canvas, (left, top): (f64, f64), plane: &mut Plane, pairs: &[Pair]) {
    let labels = view.labels(&pairs.iter().map(|pair| pair.subject).collect::<Vec<_>>());
    canvas.text(left, top + 12.0, Anchor::Start, SMALL.bold(), words::widest(view.language()));
    // All inflated ones as far as there is room; a few where there are none.
    let most = inflated(view, pairs).count().clamp(FEW_NAMES, MOST_NAMES);
    for (at, pair) in pairs.iter().take(most).enumerate() {
        let y = top + 36.0 + 22.0 * super::page::count(at);
        let number = (at + 1).to_string();
        let point = plane.at(to_f64(&pair.assessed), to_f64(&pair.own));
        plane.name(canvas, point, Face::new(11.0, INK).bold(), &number);
        canvas.text(left + 18.0, y, Anchor::End, SMALL, &number);
        let gap = view.brief_signed(&pair.gap);
        let name = super::font::cut(&labels[&pair.subject], 12.0, SMALL.weight, 200.0);
        canvas.text(left + 26.0, y, Anchor::Start, Face::new(12.0, INK), &name);
        canvas.text(WIDTH - EDGE, y, Anchor::End, NUMBER.bold(), &gap);
    }
}

#[cfg(test)]
mod tests {
    use super::super::dots::peer_groups;
    use super::super::fixture::Made;
    use super::*;
    use crate::numeric::{int, ratio};

    #[test]
    fn the_title_counts_the_inflated() {
        let mut made = Made::new(3, 1, 0);
        let node = made.scheme.index.by_code("mubiao").expect("node").0 as usize;
        for card in &mut made.assessment.scorecards {
            card.nodes[node].self_rated = None;
            card.nodes[node].self_gap = None;
        }
        let regiments = made.level(2);
        for (regiment, gap) in regiments.iter().zip([ratio(51, 10), int(5), int(-1)]) {
            let own = &mut made.assessment.scorecards[regiment.0 as usize].nodes[node];
            own.score = Some(int(80));
            own.self_rated = Some(int(80) + gap);
        }
        let view = made.view();
        let peers = peer_groups(&view).into_iter().find(|peers| peers.subjects().contains(&regiments[0])).expect("peers");
        let drawn = draw(&view, &peers, "self");
        assert_eq!(drawn.len(), 1);
        let expected =
            format!("团目标考核：自评−考核一般为 +5.00 分；虚高超过 5 分的 1 个，最多的是{}（+5.10）", view.name(regiments[0]));
        assert_eq!(drawn[0].title, expected);
    }
}
