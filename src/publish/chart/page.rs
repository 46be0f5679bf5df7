//! What every chart has: head, foot, scales of numbers.

use super::canvas::{Anchor, Canvas};
use super::font;
use super::palette::{HATCH, SMALL, SUBTITLE, TITLE};
use super::view::View;
use crate::numeric::{exact_text, to_f64};
use crate::survey::Bound;

/// Blank on the left and right of a page, pixels.
pub const EDGE: f64 = 28.0;

/// Width of most charts, pixels.
pub const WIDTH: f64 = 1180.0;

/// A finished drawing before it becomes an SVG.
pub struct Drawing {
    /// File stem.
    pub name: String,
    pub title: String,
    pub subtitle: String,
    pub canvas: Canvas,
}

impl Drawing {
    /// Starts a page: title and subtitle, wrapped; returns it and the height that is used up.
    pub fn start(width: f64, name: String, title: &str, subtitle: &[String]) -> (Self, f64) {
        let mut canvas = Canvas::new(width);
        let title = capital(title);
        let mut y = 18.0;
        for line in headline(&title, width - 2.0 * EDGE) {
            y += 26.0;
            canvas.text(EDGE, y - 6.0, Anchor::Start, TITLE, &line);
        }
        y += 4.0;
        let subtitle: Vec<String> = subtitle.iter().map(|line| capital(line)).collect();
        for line in subtitle.iter().flat_map(|line| clauses(line, width - 2.0 * EDGE)) {
            y += 20.0;
            canvas.text(EDGE, y - 5.0, Anchor::Start, SUBTITLE, &line);
        }
        (Self { name, title, subtitle: subtitle.join(" "), canvas }, y + 14.0)
    }
}

/// A title in lines: one, or two broken after a mark near the middle, or as many as it takes.
fn headline(text: &str, room: f64) -> Vec<String> {
    let whole = TITLE.width(text);
    if whole <= room {
        return vec![text.to_owned()];
    }
    let marks = text.char_indices().filter(|(_, mark)| "，；：,;:".contains(*mark)).map(|(at, mark)| at + mark.len_utf8());
    // A mark inside a number (94.00, 3:1) is followed by no blank, a Chinese one needs none.
    let open =
        marks.filter(|at| text[..*at].chars().next_back().is_some_and(|mark| !mark.is_ascii()) || text[*at..].starts_with(' '));
    let halves = open.map(|at| (text[..at].trim_end(), text[at..].trim_start()));
    let fitting = halves.filter(|(first, second)| TITLE.width(first) <= room && TITLE.width(second) <= room);
    // Two sentences part before two clauses do.
    let key = |(first, second): &(&str, &str)| (!first.ends_with(['；', ';']), TITLE.width(first).max(TITLE.width(second)));
    let best = fitting.min_by(|a, b| key(a).0.cmp(&key(b).0).then(key(a).1.total_cmp(&key(b).1)));
    match best {
        Some((first, second)) => vec![first.to_owned(), second.to_owned()],
        None => font::wrap_even(text, TITLE.size, TITLE.weight, room, 3),
    }
}

/// A note in lines, broken between its facts where that is possible.
fn clauses(text: &str, room: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for clause in text.split_inclusive(['；', ';']) {
        match lines.last_mut() {
            Some(line) if SUBTITLE.width(&format!("{line}{}", clause.trim_end())) <= room => line.push_str(clause),
            _ => lines.push(clause.trim_start().to_owned()),
        }
    }
    lines.iter().flat_map(|line| font::wrap(line.trim_end(), SUBTITLE.size, SUBTITLE.weight, room, 3)).collect()
}

/// The text with a capital first letter (English level names are written small).
fn capital(text: &str) -> String {
    let mut rest = text.chars();
    rest.next().map(|first| first.to_uppercase().chain(rest).collect()).unwrap_or_default()
}

/// Round numbers that cover `low..=high` with about `wanted` steps, and the step.
#[must_use]
pub fn ticks(low: f64, high: f64, wanted: f64) -> (Vec<f64>, f64) {
    const STEPS: [f64; 9] = [0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0];
    // Scores that are all but equal still get an axis to stand on.
    let (low, high) = if high - low < 1.0 { (low - 0.5, high + 0.5) } else { (low, high) };
    let room = (high - low) / wanted;
    let step = STEPS.into_iter().find(|step| *step >= room).unwrap_or(100.0);
    let (mut at, end) = ((low / step).floor() * step, (high / step).ceil() * step);
    let mut all = vec![at];
    while at + step / 2.0 < end {
        at += step;
        all.push(at);
    }
    (all, step)
}

/// A tick as printed: decimals only where the step has them.
#[must_use]
pub fn tick_text(value: f64, step: f64) -> String {
    if step < 1.0 { format!("{value:.1}") } else { format!("{value:.0}") }
}

/// Splits rows into pages of at most `most`, as even as can be.
#[must_use]
pub fn pages<T>(rows: &[T], most: usize) -> Vec<&[T]> {
    let count = rows.len().div_ceil(most.max(1)).max(1);
    rows.chunks(rows.len().div_ceil(count).max(1)).collect()
}

/// `3–8`, or one number where both are the same.
#[must_use]
pub fn range<T: Copy + PartialEq + std::fmt::Display>(low: T, high: T) -> String {
    if low == high { low.to_string() } else { format!("{low}–{high}") }
}

/// A count as a number to draw with.
#[must_use]
pub fn count(number: usize) -> f64 {
    u32::try_from(number).map_or(0.0, f64::from)
}

/// `name`, `name-2`, `name-3` …
#[must_use]
pub fn page_name(name: &str, page: usize) -> String {
    if page == 0 { name.to_owned() } else { format!("{name}-{}", page + 1) }
}

/// A linear scale from numbers to pixels.
#[derive(Clone, Copy, Debug)]
pub struct Scale {
    pub low: f64,
    pub high: f64,
    pub left: f64,
    pub right: f64,
}

impl Scale {
    /// The pixel of a number, kept within the axis.
    #[must_use]
    pub fn at(&self, value: f64) -> f64 {
        let share = (value - self.low) / (self.high - self.low).max(1e-9);
        self.left + (self.right - self.left) * share.clamp(0.0, 1.0)
    }

    /// Left and right end of a label of this width around a place, kept within the axis.
    #[must_use]
    pub fn label(&self, x: f64, width: f64) -> (f64, f64) {
        let from = (x - width / 2.0).min(self.right - width).max(self.left);
        (from, from + width)
    }
}

/// A line at the lower end of each grade that lies on the axis, named where there is room; returns the places of the names.
pub fn band_lines(view: &View<'_>, canvas: &mut Canvas, scale: &Scale, top: f64, bottom: f64) -> Vec<(f64, f64)> {
    let mut taken: Vec<(f64, f64)> = Vec::new();
    for band in &view.scheme.rules.bands {
        let Some(from) = &band.from else { continue };
        let value = to_f64(&from.value);
        if value <= scale.low || value >= scale.high {
            continue;
        }
        let x = scale.at(value);
        canvas.line(&[(x, top), (x, bottom)], 1.25, HATCH);
        let sign = if from.bound == Bound::Above { ">" } else { "≥" };
        let text = format!("{}{sign}{}", band.name, exact_text(&from.value));
        let (left, right) = scale.label(x, SMALL.width(&text));
        if taken.iter().all(|(from, to)| right + 6.0 < *from || left - 6.0 > *to) {
            canvas.text(left, top - 6.0, Anchor::Start, SMALL, &text);
            taken.push((left, right));
        }
    }
    taken
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_cover_the_range() {
        assert_eq!(ticks(71.3, 94.8, 6.0), (vec![70.0, 75.0, 80.0, 85.0, 90.0, 95.0], 5.0));
        assert_eq!(ticks(100.0, 100.0, 5.0).0.len(), 7); // 99.4, 99.6 … 100.6
    }

    #[test]
    fn titles_and_notes_break_between_their_clauses() {
        let title = "连队与2025年相比：618 升 514 降；变化最好的是四连（+25.34），最差的是八连（−25.91）";
        assert_eq!(headline(title, 900.0), [title]);
        let halves = headline(title, 600.0);
        assert_eq!(halves, ["连队与2025年相比：618 升 514 降；", "变化最好的是四连（+25.34），最差的是八连（−25.91）"]);
        let [first, second] = [headline("up 1,500 and 3:1, down 2", 190.0), headline("nowhere to break here at all", 150.0)];
        assert_eq!(first, ["up 1,500 and 3:1,", "down 2"], "a mark inside a number is none");
        assert!(second.len() > 1 && second.iter().all(|line| TITLE.width(line) <= 150.0), "{second:?}");
        assert_eq!(clauses("点＝均值；行按极差；线＝区间", 140.0), ["点＝均值；行按极差；", "线＝区间"]);
    }

    #[test]
    fn labels_stay_within_the_axis() {
        let scale = Scale { low: 0.0, high: 10.0, left: 100.0, right: 200.0 };
        assert_eq!(scale.label(150.0, 20.0), (140.0, 160.0));
        assert_eq!(scale.label(198.0, 20.0), (180.0, 200.0));
        assert_eq!(scale.label(101.0, 20.0), (100.0, 120.0));
    }

    #[test]
    fn pages_are_even() {
        let rows: Vec<u32> = (0..45).collect();
        let sizes: Vec<usize> = pages(&rows, 40).iter().map(|page| page.len()).collect();
        assert_eq!(sizes, [23, 22]);
        assert_eq!(pages(&rows[..40], 40).len(), 1);
    }
}
