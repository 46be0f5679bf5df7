//! Rank intervals 名次区间 of one peer group: where each rank may lie, shaded by how probable each rank is.

use super::canvas::{Anchor, Canvas, Rgb};
use super::dots::Peers;
use super::marks::{Mark, interval, legend};
use super::page::{Drawing, EDGE, WIDTH, page_name, pages};
use super::palette::{BLUE, INK, NUMBER, SMALL};
use super::rows::{Block, Line, Plan, ROW, Rows};
use super::view::View;
use crate::measure::{Spread, Standing};
use crate::publish::words::charts::{probability, ranks as words, semicolon};

const MOST_ROWS: usize = 40;
/// Above this many peers only the two ends are drawn.
const MOST_PEERS: usize = 200;
const ENDS: usize = 20;

/// One subject with its spread.
struct Place<'a> {
    standing: &'a Standing,
    rank: u32,
    spread: &'a Spread,
}

/// Pages of at most 40 rows, by rank; empty where no rank interval is known.
#[must_use]
pub fn draw(view: &View<'_>, peers: &Peers<'_>, name: &str) -> Vec<Drawing> {
    let place = |standing: &&Standing| {
        let standing = view.standing(standing.subject)?;
        Some(Place { standing, rank: standing.rank?, spread: standing.stability.sampling.as_ref()? })
    };
    let mut places: Vec<Place<'_>> = peers.ranked().iter().filter_map(place).collect();
    if places.len() < 2 {
        return Vec::new();
    }
    let (title, subtitle) = (title(view, peers, &places), subtitle(view, peers, &places));
    let between = places.len().saturating_sub(2 * ENDS);
    if places.len() > MOST_PEERS {
        places.drain(ENDS..ENDS + between);
    }
    let mut rows = rows(view, &places);
    let pages = pages(&places, MOST_ROWS);
    let mut from = 0;
    let draw = |(page, places): (usize, &[Place<'_>])| {
        let (mut drawing, top) = Drawing::start(WIDTH, page_name(name, page), &title, &subtitle);
        plot(view, &mut drawing.canvas, top, &mut rows, places, from);
        from += places.len();
        drawing
    };
    pages.into_iter().enumerate().map(draw).collect()
}

fn width(place: &Place<'_>) -> u32 {
    place.spread.high.saturating_sub(place.spread.low)
}

fn title(view: &View<'_>, peers: &Peers<'_>, places: &[Place<'_>]) -> String {
    let name = peers.name(view);
    let mut widths: Vec<u32> = places.iter().map(width).collect();
    widths.sort_unstable();
    let median = widths.get(widths.len() / 2).copied().unwrap_or_default() + 1;
    let sure = places.iter().filter(|place| place.spread.low == 1).count();
    let all = places.len();
    words::title(view.language(), &name, median, sure, all)
}

fn subtitle(view: &View<'_>, peers: &Peers<'_>, places: &[Place<'_>]) -> Vec<String> {
    let draws = view.scheme.rules.analysis.draws;
    let language = view.language();
    let mut facts = vec![words::key(language, draws)];
    let mut more = vec![words::overlap(language, places.len())];
    let without = peers.len().saturating_sub(places.len());
    if without > 0 {
        more.push(words::without(language, without));
    }
    if places.len() > MOST_PEERS {
        let between = places.len() - 2 * ENDS;
        more.push(words::ends(language, ENDS, between));
    }
    facts.push(more.join(semicolon(language)));
    facts
}

fn rows(view: &View<'_>, places: &[Place<'_>]) -> Rows {
    let labels = view.labels(&places.iter().map(|place| place.standing.subject).collect::<Vec<_>>());
    let line = |place: &Place<'_>| Line {
        label: labels[&place.standing.subject].clone(),
        cells: vec![
            (NUMBER.bold(), place.rank.to_string()),
            (SMALL, format!("{}–{}", place.spread.low, place.spread.high)),
            (SMALL, probability(place.spread.grade_kept)),
        ],
    };
    let heads = words::heads(view.language()).map(str::to_owned).to_vec();
    let plan =
        Plan { tick: |value, _| if value < 0.5 { String::new() } else { format!("{value:.0}") }, ..Plan::new(heads, (1.0, 2.0)) };
    Rows::new(plan, places.iter().map(line).collect())
}

fn plot(view: &View<'_>, canvas: &mut Canvas, top: f64, rows: &mut Rows, places: &[Place<'_>], from: usize) {
    let halves = places.iter().all(|place| place.spread.acceptability.is_empty());
    let language = view.language();
    let entries = [
        (Mark::Bar(shade(0.5)), words::shading(language, halves).to_owned()),
        (Mark::Interval(BLUE), words::interval(language).to_owned()),
        (Mark::Tick(INK), words::published(language).to_owned()),
    ];
    let mut top = legend(canvas, (EDGE, WIDTH - EDGE), top, &entries) + 20.0;
    let mut from = from;
    // The two ends of a large group lie far apart: each has its own axis.
    for places in ends(places) {
        let first = places.iter().map(|place| place.spread.low.min(place.rank)).min().unwrap_or(1);
        let last = places.iter().map(|place| place.spread.high.max(place.rank)).max().unwrap_or(1);
        rows.whole_numbers(f64::from(first), f64::from(last));
        let block = rows.frame(canvas, top, from..from + places.len());
        for (at, place) in places.iter().enumerate() {
            row(canvas, rows, block, at, place);
        }
        from += places.len();
        top = block.bottom + 54.0;
    }
    let middle = f64::midpoint(rows.scale.left, rows.scale.right);
    canvas.text(middle, top - 18.0, Anchor::Middle, SMALL, words::axis(language));
    canvas.height = top;
}

/// One block, or the two ends where ranks between them are left out.
fn ends<'a, 'b>(places: &'b [Place<'a>]) -> Vec<&'b [Place<'a>]> {
    let gap =
        places.windows(2).position(|pair| pair[1].rank > pair[0].rank + u32::try_from(MOST_PEERS - 2 * ENDS).unwrap_or(u32::MAX));
    match gap.map(|at| places.split_at(at + 1)) {
        Some((first, last)) => vec![first, last],
        None => vec![places],
    }
}

fn row(canvas: &mut Canvas, rows: &Rows, block: Block, at: usize, place: &Place<'_>) {
    let y = block.middle(at);
    let scale = &rows.scale;
    let half = (scale.right - scale.left) / (scale.high - scale.low).max(1.0) / 2.0;
    let most = place.spread.acceptability.iter().map(|(_, share)| *share).fold(0.0, f64::max);
    for (rank, share) in &place.spread.acceptability {
        let x = scale.at(f64::from(*rank));
        let (left, right) = ((x - half).max(scale.left), (x + half).min(scale.right));
        // Shares below one in a hundred are left white.
        if *share >= 0.01 && most > 0.0 {
            canvas.fill(left, y - ROW / 2.0 + 2.0, (right - left).max(1.0), ROW - 4.0, shade(share / most.max(0.1)));
        }
    }
    let [low, _, high] = place.spread.quartiles;
    if place.spread.acceptability.is_empty() && low > 0 {
        let (left, right) = (scale.at(f64::from(low) - 0.5), scale.at(f64::from(high) + 0.5));
        canvas.fill(left, y - ROW / 2.0 + 2.0, (right - left).max(1.0), ROW - 4.0, shade(0.6));
    }
    interval(canvas, (scale.at(f64::from(place.spread.low)), scale.at(f64::from(place.spread.high))), y, BLUE);
    let x = scale.at(f64::from(place.rank));
    Mark::Tick(INK).draw(canvas, x, y);
}

/// From white to a light blue that lines still stand out on.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a mean of two bytes is a byte")]
fn shade(share: f64) -> Rgb {
    let mix = |to: f64| (255.0 + (to - 255.0) * share.clamp(0.0, 1.0)).round() as u8;
    (mix(152.0), mix(190.0), mix(226.0))
}

#[cfg(test)]
mod tests {
    use super::super::dots::peer_groups;
    use super::super::fixture::Made;
    use super::*;

    #[test]
    fn the_title_counts_who_may_be_first() {
        let mut made = Made::new(5, 1, 0);
        let intervals = [(1, 2), (1, 3), (2, 4), (3, 5), (5, 5)];
        let divisions = made.level(1);
        for standing in made.assessment.standings.iter_mut().filter(|standing| divisions.contains(&standing.subject)) {
            let (low, high) = intervals[standing.rank.expect("ranked") as usize - 1];
            standing.stability.sampling = Some(Spread { low, high, grade_kept: 0.9, ..Spread::default() });
        }
        let view = made.view();
        let peers = peer_groups(&view).into_iter().next().expect("divisions");
        let drawn = draw(&view, &peers, "ranks");
        assert_eq!(drawn[0].title, "师名次有多稳：名次区间一般跨 3 位，2 个对象都可能是第一名（共 5 个）");
    }
}
