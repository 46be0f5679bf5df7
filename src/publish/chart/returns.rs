//! Response rates side by side: returns due and sent, turnout, papers issued and returned, void ballots.

use super::canvas::{Anchor, Canvas, Face, Rgb};
use super::font;
use super::page::{Drawing, EDGE, WIDTH, count};
use super::palette::{BLUE, GREY, INK, LABEL, PALE, RED, SMALL};
use super::pool::percent;
use super::view::View;
use crate::measure::Response;
use crate::numeric::{round_half_up, to_f64};
use crate::publish::words::charts::{NONE, returns as words, semicolon};
use crate::survey::SubjectId;
use std::collections::BTreeMap;

const ROW: f64 = 26.0;
const MOST_UNITS: usize = 40;

/// Sums over the returns of a unit and everyone below it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Sums {
    due: u64,
    sent: u64,
    surplus: u64,
    /// 应到, 实到 where both are known.
    expected: u64,
    present: u64,
    /// 发出, 收回 where both are known.
    issued: u64,
    returned: u64,
    /// All ballots but duplicates, and void or blank ones among them.
    ballots: u64,
    void: u64,
    meeting_void: u64,
}

impl Sums {
    fn add(&mut self, response: &Response) {
        self.due += u64::from(response.due);
        self.sent += u64::from(response.due && response.sources > 0);
        self.surplus += u64::from(response.surplus);
        if let (Some(expected), Some(present)) = (response.attend_due, response.attend_present) {
            self.expected += expected;
            self.present += present;
        }
        if let (Some(issued), Some(returned)) = (response.issued, response.returned) {
            self.issued += issued;
            self.returned += returned;
        }
        self.ballots += response.valid + response.partial + response.blank + response.void;
        self.void += response.blank + response.void;
        self.meeting_void += u64::from(response.meeting_void);
    }

    fn missing(&self) -> u64 {
        self.due - self.sent
    }

    fn any(&self) -> bool {
        self.due + self.ballots > 0
    }
}

/// The two rates of meetings and papers share a colour: they have no verdict of their own.
const LIGHT: Rgb = (86, 160, 211);

/// One of the four rates, in the order of [`words::rates`].
struct Rate {
    of: fn(&Sums) -> (u64, u64),
    /// The full width of the panel, percent; `None`: as much as the data need.
    full: Option<f64>,
    color: Rgb,
    /// Whether this part of this whole wants attention.
    flagged: fn(u64, u64) -> bool,
}

const RATES: [Rate; 4] = [
    Rate { of: |sums| (sums.sent, sums.due), full: Some(100.0), color: BLUE, flagged: |part, whole| part < whole },
    Rate { of: |sums| (sums.present, sums.expected), full: Some(100.0), color: LIGHT, flagged: |_, _| false },
    Rate { of: |sums| (sums.returned, sums.issued), full: Some(100.0), color: LIGHT, flagged: |part, whole| part > whole },
    Rate { of: |sums| (sums.void, sums.ballots), full: None, color: (150, 156, 163), flagged: |_, _| false },
];

/// The rates of these units, most missing returns first. `None` where fewer than two have anything to show.
#[must_use]
pub fn draw(view: &View<'_>, rows: &[SubjectId], name: &str, of: &str) -> Option<Drawing> {
    let labels = view.labels(rows);
    let sums = sums(view);
    let mut units: Vec<(String, Sums)> =
        rows.iter().filter_map(|row| Some((labels[row].clone(), *sums.get(row)?))).filter(|(_, sums)| sums.any()).collect();
    // Where all is sent and nothing void there is nothing to compare.
    let telling = |sums: &Sums| sums.missing() + sums.void + sums.expected + sums.issued > 0;
    if units.len() < 2 || !units.iter().any(|(_, sums)| telling(sums)) {
        return None;
    }
    units.sort_by_cached_key(|(_, sums)| {
        (std::cmp::Reverse(sums.missing()), percent(sums.sent, sums.due), percent(sums.present, sums.expected))
    });
    let left_out = units.len().saturating_sub(MOST_UNITS);
    let (title, subtitle) = (title(view, &units, rows, of), subtitle(view, &units, left_out));
    units.truncate(MOST_UNITS);
    let (mut drawing, top) = Drawing::start(WIDTH, name.to_owned(), &title, &subtitle);
    plot(view, &mut drawing.canvas, top, &units);
    Some(drawing)
}

/// Sums of each subject with everyone below it.
fn sums(view: &View<'_>) -> BTreeMap<SubjectId, Sums> {
    let mut sums: BTreeMap<SubjectId, Sums> = BTreeMap::new();
    for response in &view.assessment.responses {
        for unit in response.unit.into_iter().flat_map(|unit| view.scheme.frame.lineage(unit)) {
            sums.entry(unit).or_default().add(response);
        }
    }
    sums
}

fn title(view: &View<'_>, units: &[(String, Sums)], rows: &[SubjectId], of: &str) -> String {
    let prefix = view.scope(rows, of);
    let sum = |part: fn(&Sums) -> u64| -> u64 { units.iter().map(|(_, sums)| part(sums)).sum() };
    let language = view.language();
    let (due, missing) = (sum(|sums| sums.due), sum(Sums::missing));
    let rest = match units.first() {
        Some((name, most)) if missing > 0 => words::missing(language, due, missing, name, most.missing()),
        _ if due > 0 => words::all_sent(language, due),
        _ => words::void(language, sum(|sums| sums.void), sum(|sums| sums.ballots)),
    };
    format!("{prefix}{rest}")
}

fn subtitle(view: &View<'_>, units: &[(String, Sums)], left_out: usize) -> Vec<String> {
    let sum = |part: fn(&Sums) -> u64| -> u64 { units.iter().map(|(_, sums)| part(sums)).sum() };
    let (ballots, surplus, meeting) = (sum(|sums| sums.ballots), sum(|sums| sums.surplus), sum(|sums| sums.meeting_void));
    let language = view.language();
    let mut facts = vec![words::key(language, ballots)];
    let mut more = Vec::new();
    if surplus > 0 {
        more.push(words::surplus(language, surplus));
    }
    if meeting > 0 {
        more.push(words::meeting_void(language, meeting));
    }
    if left_out > 0 {
        more.push(words::left_out(language, left_out));
    }
    if !more.is_empty() {
        facts.push(more.join(semicolon(language)));
    }
    facts
}

fn plot(view: &View<'_>, canvas: &mut Canvas, top: f64, units: &[(String, Sums)]) {
    let label = |name: &str| font::cut(name, LABEL.size, LABEL.weight, 260.0);
    let widest = units.iter().map(|(name, _)| LABEL.width(&label(name))).fold(40.0, f64::max);
    let left = EDGE + widest + 14.0;
    let known = |(rate, _): &(&Rate, &str)| units.iter().any(|(_, sums)| (rate.of)(sums).1 > 0);
    let drawn: Vec<(&Rate, &str)> = RATES.iter().zip(words::rates(view.language())).filter(known).collect();
    let wide = (WIDTH - EDGE - left) / count(drawn.len().max(1));
    let top = top + 24.0;
    for (row, (name, _)) in units.iter().enumerate() {
        let y = top + ROW * (count(row) + 0.5);
        canvas.text_at(left - 12.0, y, Anchor::End, LABEL, &label(name));
        canvas.line(&[(left, y + ROW / 2.0), (WIDTH - EDGE, y + ROW / 2.0)], 0.5, PALE);
    }
    for (at, (rate, head)) in drawn.into_iter().enumerate() {
        panel(view, canvas, (left + wide * count(at), wide - 20.0, top), (rate, head), units);
    }
    canvas.height = top + ROW * count(units.len()) + 28.0;
}

/// One rate of all units: a bar on a track, and the numbers behind it.
fn panel(
    view: &View<'_>,
    canvas: &mut Canvas,
    (left, wide, top): (f64, f64, f64),
    (rate, head): (&Rate, &str),
    units: &[(String, Sums)],
) {
    let text = |part: u64, whole: u64| {
        let mark = if (rate.flagged)(part, whole) { "▼" } else { "" };
        let share = percent(part, whole);
        // A handful among thousands is not nothing.
        let close = share < crate::numeric::int(10) || share > crate::numeric::int(99);
        let places = u32::from(part > 0 && part < whole && close);
        if part > 0 && share < crate::numeric::ratio(1, 20) {
            return format!("{mark}<0.1%  {part}/{whole}");
        }
        format!("{mark}{}%  {part}/{whole}", round_half_up(&share, places))
    };
    let numbers = units.iter().map(|(_, sums)| (rate.of)(sums));
    let words = numbers.clone().map(|(part, whole)| SMALL.bold().width(&text(part, whole))).fold(0.0, f64::max);
    let bar = (wide - words - 8.0).max(20.0);
    let most = numbers.clone().map(|(part, whole)| to_f64(&percent(part, whole))).fold(1.0, f64::max);
    // Small shares stay small to the eye.
    let full = rate.full.unwrap_or(most.max(5.0).ceil());
    canvas.text(left, top - 8.0, Anchor::Start, SMALL.bold(), head);
    if rate.full.is_none() {
        let words = words::full_width(view.language(), &format!("{full:.0}"));
        let room = wide - SMALL.bold().width(head);
        canvas.text(
            left + SMALL.bold().width(head),
            top - 8.0,
            Anchor::Start,
            SMALL,
            &font::cut(&words, SMALL.size, SMALL.weight, room),
        );
    }
    for (row, (part, whole)) in numbers.enumerate() {
        let y = top + ROW * (count(row) + 0.5);
        if whole == 0 {
            canvas.text_at(left, y, Anchor::Start, SMALL, NONE);
            continue;
        }
        let share = (to_f64(&percent(part, whole)) / full).min(1.0);
        // Where the panel's width is not the whole, a full-width track would read as one.
        match rate.full {
            Some(_) => canvas.fill(left, y - 6.0, bar, 12.0, PALE),
            None => canvas.line(&[(left, y - 8.0), (left, y + 8.0)], 1.0, GREY),
        }
        canvas.fill(left, y - 6.0, bar * share, 12.0, rate.color);
        let flagged = (rate.flagged)(part, whole);
        let face = if flagged { Face::new(12.0, RED).bold() } else { Face::new(12.0, if part == 0 { GREY } else { INK }) };
        canvas.text_at(left + bar + 8.0, y, Anchor::Start, face, &text(part, whole));
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::Made;
    use super::*;

    #[test]
    fn a_division_counts_everyone_below_it() {
        let mut made = Made::new(2, 2, 0);
        let (divisions, regiments) = (made.level(1), made.level(2));
        let response = |unit, due, sources| Response {
            unit: Some(unit),
            due,
            sources,
            attend_due: Some(50),
            attend_present: Some(40),
            issued: Some(40),
            valid: 30,
            void: 2,
            ..Response::default()
        };
        made.assessment.responses =
            vec![response(regiments[0], true, 1), response(regiments[1], true, 0), response(regiments[2], false, 2)];
        let view = made.view();
        let sums = sums(&view);
        let first = sums[&divisions[0]];
        assert_eq!((first.due, first.sent, first.missing()), (2, 1, 1));
        assert_eq!((first.expected, first.present, first.issued, first.ballots, first.void), (100, 80, 0, 64, 4));
        assert_eq!(sums[&divisions[1]].due, 0, "what was not due is not missing");
        let drawing = draw(&view, &divisions, "returns", "").expect("a chart");
        assert_eq!(drawing.title, format!("各师：应报 2 份缺 1 份，缺报最多的是{}（1 份）", view.name(divisions[0])));
    }
}
