//! Against last year, and over the years: dumbbells of scores and lines of ranks.

use super::canvas::{Anchor, Canvas, Face};
use super::dots::Peers;
use super::font;
use super::marks::{Mark, legend};
use super::page::{Drawing, EDGE, WIDTH, count};
use super::palette::{BLUE, GREY, HATCH, INK, LABEL, NUMBER, PALE, RED, SMALL};
use super::past::Past;
use super::rows::{Line, Plan, ROW, Rows};
use super::view::View;
use crate::numeric::{Ratio, to_f64};
use crate::publish::words::charts::{change as words, score_axis, semicolon};
use crate::survey::SubjectId;
use num_traits::{Signed, Zero};

/// More peers than this: the largest rises and falls only.
const MOST_ROWS: usize = 40;
/// More peers than this are not drawn as lines of ranks.
const MOST_LINES: usize = 45;

/// One subject in both years.
struct Move {
    subject: SubjectId,
    before: Ratio,
    now: Ratio,
}

impl Move {
    fn change(&self) -> Ratio {
        &self.now - &self.before
    }
}

/// This year's scores beside last year's, largest rise first; `None` where fewer than two have both.
#[must_use]
pub fn dumbbell(view: &View<'_>, peers: &Peers<'_>, name: &str) -> Option<Drawing> {
    let last = view.past().last()?;
    let pair = |subject: SubjectId| {
        let now = view.standing(subject)?.score.as_ref()?.to_ratio();
        Some(Move { subject, before: last.score(subject)?.clone(), now })
    };
    let mut moves: Vec<Move> = peers.subjects().into_iter().filter_map(pair).collect();
    if moves.len() < 2 {
        return None;
    }
    moves.sort_by(|a, b| b.change().cmp(&a.change()).then(a.subject.cmp(&b.subject)));
    let (title, subtitle) = (title(view, peers, last, &moves), subtitle(view, peers, last, moves.len()));
    let split = moves.len() > MOST_ROWS;
    if split {
        moves.drain(MOST_ROWS / 2..moves.len() - MOST_ROWS / 2);
    }
    let (mut drawing, top) = Drawing::start(WIDTH, name.to_owned(), &title, &subtitle);
    plot(view, &mut drawing.canvas, top, last, (&moves, split));
    Some(drawing)
}

fn title(view: &View<'_>, peers: &Peers<'_>, last: &Past, moves: &[Move]) -> String {
    let name = peers.name(view);
    let rose = moves.iter().filter(|one| one.change().is_positive()).count();
    let fell = moves.iter().filter(|one| one.change().is_negative()).count();
    let labels = view.labels(&peers.subjects());
    let said = |one: Option<&Move>| one.map(|one| (labels[&one.subject].clone(), view.brief_signed(&one.change())));
    let (Some((up, plus)), Some((down, minus))) = (said(moves.first()), said(moves.last())) else { return name };
    let year = &last.label;
    words::title(view.language(), (&name, year), (rose, fell), (&up, &plus), (&down, &minus))
}

fn subtitle(view: &View<'_>, peers: &Peers<'_>, last: &Past, both: usize) -> Vec<String> {
    let language = view.language();
    let mut facts = vec![words::both(language, both)];
    let without = peers.len().saturating_sub(both);
    if without > 0 {
        facts.push(words::without(language, without, &last.label));
    }
    if both > MOST_ROWS {
        facts.push(words::ends(language, MOST_ROWS / 2));
    }
    let fall = &view.scheme.rules.analysis.fall;
    let mut key = vec![words::no_test(language).to_owned()];
    if !fall.is_zero() {
        key.insert(0, words::fall(language, &View::setting(fall)));
    }
    vec![facts.join(semicolon(language)), key.join(semicolon(language))]
}

/// `split`: the rows are the two ends of more.
fn plot(view: &View<'_>, canvas: &mut Canvas, top: f64, last: &Past, (moves, split): (&[Move], bool)) {
    let labels = view.labels(&moves.iter().map(|one| one.subject).collect::<Vec<_>>());
    let fall = &view.scheme.rules.analysis.fall;
    let line = |one: &Move| {
        let change = one.change();
        let fallen = !fall.is_zero() && -change.clone() >= *fall;
        let face = if fallen { NUMBER.bold().color(RED) } else { NUMBER };
        let sign = if fallen { "▼" } else { "" };
        let number = |value: &Ratio| (SMALL, view.brief(value).to_string());
        Line {
            label: labels[&one.subject].clone(),
            cells: vec![number(&one.before), number(&one.now), (face, format!("{sign}{}", view.brief_signed(&change)))],
        }
    };
    let all = || moves.iter().flat_map(|one| [to_f64(&one.before), to_f64(&one.now)]);
    let range = all().fold((f64::MAX, f64::MIN), |(low, high), value| (low.min(value), high.max(value)));
    let year = view.this_year();
    let heads = vec![last.label.clone(), year.clone(), words::change(view.language()).to_owned()];
    let [higher, lower] = words::moved(view.language(), &year);
    let entries = [(Mark::Ring(GREY), last.label.clone()), (Mark::Disc(BLUE), higher), (Mark::Diamond(RED), lower)];
    let top = legend(canvas, (EDGE, WIDTH - EDGE), top, &entries) + 18.0;
    let rows = Rows::new(Plan::new(heads, range), moves.iter().map(line).collect());
    let block = rows.frame(canvas, top, 0..moves.len());
    for (at, one) in moves.iter().enumerate() {
        let (y, from, to) = (block.middle(at), rows.scale.at(to_f64(&one.before)), rows.scale.at(to_f64(&one.now)));
        let lower = one.change().is_negative();
        canvas.line(&[(from, y), (to, y)], 2.5, if lower { RED } else { BLUE });
        Mark::Ring(GREY).draw(canvas, from, y);
        if lower { Mark::Diamond(RED).draw(canvas, to, y) } else { Mark::Disc(BLUE).draw(canvas, to, y) }
    }
    if split {
        // Between the largest rises and the largest falls others are left out.
        let y = block.middle(moves.len() / 2) - ROW / 2.0;
        canvas.dashed((EDGE, y), (WIDTH - EDGE, y), 1.25, GREY);
    }
    let middle = f64::midpoint(rows.scale.left, rows.scale.right);
    canvas.text(middle, block.bottom + 36.0, Anchor::Middle, SMALL, score_axis(view.language()));
    canvas.height = block.bottom + 54.0;
}

/// One subject's ranks, the earliest year first, this year's last.
struct Track {
    subject: SubjectId,
    ranks: Vec<Option<u32>>,
}

impl Track {
    /// First rank less last: positive is a rise.
    fn rise(&self) -> i64 {
        let known: Vec<u32> = self.ranks.iter().flatten().copied().collect();
        match (known.first(), known.last()) {
            (Some(first), Some(last)) => i64::from(*first) - i64::from(*last),
            _ => 0,
        }
    }
}

/// Ranks over the years of a peer group; `None` without an earlier year, or with too many peers for lines.
#[must_use]
pub fn years(view: &View<'_>, peers: &Peers<'_>, name: &str) -> Option<Drawing> {
    let past: Vec<&Past> = view.past().iter().filter(|past| peers.subjects().iter().any(|id| past.rank(*id).is_some())).collect();
    if past.is_empty() || !(2..=MOST_LINES).contains(&peers.len()) {
        return None;
    }
    let track = |subject: SubjectId| {
        let now = view.standing(subject).and_then(|standing| standing.rank);
        Track { subject, ranks: past.iter().map(|past| past.rank(subject)).chain([now]).collect() }
    };
    let tracks: Vec<Track> = peers.subjects().into_iter().map(track).collect();
    let title = years_title(view, peers, &tracks);
    let mut labels: Vec<String> = past.iter().map(|past| past.label.clone()).collect();
    labels.push(view.this_year());
    let key = words::years_key(view.language(), tracks.len());
    let (mut drawing, top) = Drawing::start(WIDTH, name.to_owned(), &title, &[key]);
    let [up, down] = words::movers(view.language()).map(str::to_owned);
    let top = legend(&mut drawing.canvas, (EDGE, WIDTH - EDGE), top, &[(Mark::Disc(BLUE), up), (Mark::Diamond(RED), down)]);
    slopes(view, &mut drawing.canvas, top, &labels, &tracks);
    Some(drawing)
}

fn years_title(view: &View<'_>, peers: &Peers<'_>, tracks: &[Track]) -> String {
    let name = peers.name(view);
    let labels = view.labels(&peers.subjects());
    let (up, down) = (tracks.iter().max_by_key(|track| track.rise()), tracks.iter().min_by_key(|track| track.rise()));
    match (up, down) {
        (Some(up), Some(down)) if up.rise() > 0 => {
            let (risen, fallen) = ((labels[&up.subject].as_str(), up.rise()), (labels[&down.subject].as_str(), -down.rise()));
            words::years(view.language(), &name, risen, fallen)
        }
        _ => words::no_change(view.language(), &name),
    }
}

/// The three largest rises and the three largest falls.
fn movers(tracks: &[Track]) -> (Vec<SubjectId>, Vec<SubjectId>) {
    let mut by: Vec<&Track> = tracks.iter().collect();
    by.sort_by_key(|track| (track.rise(), track.subject));
    let fallen = by.iter().filter(|track| track.rise() < 0).take(3).map(|track| track.subject).collect();
    let risen = by.iter().rev().filter(|track| track.rise() > 0).take(3).map(|track| track.subject).collect();
    (risen, fallen)
}

fn slopes(view: &View<'_>, canvas: &mut Canvas, top: f64, years: &[String], tracks: &[Track]) {
    const STEP: f64 = 21.0;
    /// Two years are not drawn farther apart than this: lines would look flat.
    const APART: f64 = 460.0;
    let names = view.labels(&tracks.iter().map(|track| track.subject).collect::<Vec<_>>());
    let label = |track: &Track| font::cut(&names[&track.subject], LABEL.size, LABEL.weight, 230.0);
    let room = tracks.iter().map(|track| LABEL.width(&label(track))).fold(60.0, f64::max) + 46.0;
    let wide = (WIDTH - 2.0 * (EDGE + room)).min(APART * count(years.len().saturating_sub(1).max(1)));
    let left = (WIDTH - wide) / 2.0;
    let right = left + wide;
    let x = |year: usize| left + (right - left) * count(year) / count(years.len().saturating_sub(1).max(1));
    let top = top + 34.0;
    let y = |rank: u32| top + STEP * (f64::from(rank) - 0.5);
    let last = tracks.iter().flat_map(|track| track.ranks.iter().flatten()).copied().max().unwrap_or(1);
    for (year, name) in years.iter().enumerate() {
        canvas.line(&[(x(year), top), (x(year), y(last) + STEP / 2.0)], 1.0, PALE);
        canvas.text(x(year), top - 10.0, Anchor::Middle, SMALL.bold(), name);
    }
    let (risen, fallen) = movers(tracks);
    let rank_of = |track: &Track| (risen.contains(&track.subject) || fallen.contains(&track.subject), track.subject);
    let mut order: Vec<&Track> = tracks.iter().collect();
    order.sort_by_key(|track| rank_of(track));
    for track in order {
        let (color, width) = if risen.contains(&track.subject) {
            (BLUE, 3.0)
        } else if fallen.contains(&track.subject) {
            (RED, 3.0)
        } else {
            (HATCH, 1.5)
        };
        for (year, pair) in track.ranks.windows(2).enumerate() {
            if let [Some(from), Some(to)] = pair {
                canvas.line(&[(x(year), y(*from)), (x(year + 1), y(*to))], width, color);
            }
        }
        for (year, rank) in track.ranks.iter().enumerate() {
            let Some(rank) = rank else { continue };
            if fallen.contains(&track.subject) {
                Mark::Diamond(RED).draw(canvas, x(year), y(*rank));
            } else {
                canvas.disc(x(year), y(*rank), 4.0, color);
            }
        }
    }
    ends(canvas, tracks, (left, right), &y, &label);
    canvas.height = y(last) + 44.0;
}

/// Rank and name at both ends; joint ranks share a line, one under the other where there is room.
fn ends(
    canvas: &mut Canvas,
    tracks: &[Track],
    (left, right): (f64, f64),
    y: &dyn Fn(u32) -> f64,
    label: &dyn Fn(&Track) -> String,
) {
    for at_left in [true, false] {
        let end =
            |track: &Track| if at_left { track.ranks.first().copied().flatten() } else { track.ranks.last().copied().flatten() };
        let mut shown: Vec<(u32, &Track)> = tracks.iter().filter_map(|track| Some((end(track)?, track))).collect();
        shown.sort_by_key(|(rank, track)| (*rank, track.subject));
        let mut free = f64::MIN;
        for (rank, track) in shown {
            let place = y(rank).max(free);
            free = place + 16.0;
            let (x, anchor) = if at_left { (left - 12.0, Anchor::End) } else { (right + 12.0, Anchor::Start) };
            let text = if at_left { format!("{} {rank}", label(track)) } else { format!("{rank} {}", label(track)) };
            canvas.text_at(x, place, anchor, Face::new(13.0, INK), &text);
        }
    }
}
