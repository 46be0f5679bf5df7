//! Rows with a name at the left, a scale in the middle and columns of text at the right: the frame of most charts.

use super::canvas::{Anchor, Canvas, Face};
use super::font;
use super::page::{EDGE, Scale, WIDTH, count, tick_text, ticks};
use super::palette::{GREY, LABEL, PALE, SMALL};
use std::ops::Range;

/// Height of a row, pixels.
pub const ROW: f64 = 25.0;
/// Names and texts wider than this are cut, where nothing else is asked for.
const NAME_ROOM: f64 = 300.0;
const TEXT_ROOM: f64 = 270.0;

/// One row.
#[derive(Clone, Debug)]
pub struct Line {
    pub label: String,
    /// Texts of the columns at the right.
    pub cells: Vec<(Face, String)>,
}

/// How rows are to be laid out.
pub struct Plan {
    /// Heads of the columns at the right.
    pub heads: Vec<String>,
    /// Numbers the scale must cover.
    pub range: (f64, f64),
    /// About how many steps.
    pub steps: f64,
    /// Pixels between the scale and the columns, for a panel of its own.
    pub side: f64,
    /// Names wider than this are cut.
    pub names: f64,
    /// What a tick says: its value and the step.
    pub tick: fn(f64, f64) -> String,
}

impl Plan {
    #[must_use]
    pub fn new(heads: Vec<String>, range: (f64, f64)) -> Self {
        Self { heads, range, steps: 7.0, side: 0.0, names: NAME_ROOM, tick: tick_text }
    }
}

/// Rows with their scale and columns, the same on every page.
pub struct Rows {
    pub scale: Scale,
    ticks: Vec<f64>,
    step: f64,
    tick: fn(f64, f64) -> String,
    columns: Vec<f64>,
    heads: Vec<String>,
    lines: Vec<Line>,
}

/// Top and bottom of a block of rows.
#[derive(Clone, Copy, Debug)]
pub struct Block {
    pub top: f64,
    pub bottom: f64,
}

impl Block {
    /// The middle of a row of the block.
    #[must_use]
    pub fn middle(&self, row: usize) -> f64 {
        self.top + 2.0 + ROW * (count(row) + 0.5)
    }
}

impl Rows {
    #[must_use]
    pub fn new(plan: Plan, mut lines: Vec<Line>) -> Self {
        for line in &mut lines {
            line.label = font::cut(&line.label, LABEL.size, LABEL.weight, plan.names);
            for (face, text) in &mut line.cells {
                *text = font::cut(text, face.size, face.weight, TEXT_ROOM);
            }
        }
        let name = lines.iter().map(|line| LABEL.width(&line.label)).fold(60.0, f64::max);
        let room = |(at, head): (usize, &String)| {
            let texts = lines.iter().filter_map(|line| line.cells.get(at));
            texts.map(|(face, text)| face.width(text)).fold(SMALL.width(head), f64::max) + 18.0
        };
        let rooms: Vec<f64> = plan.heads.iter().enumerate().map(room).collect();
        let mut at = WIDTH - EDGE + 18.0 - rooms.iter().sum::<f64>();
        let first = at;
        let mut place = |room: &f64| {
            at += room;
            at - room
        };
        let columns = rooms.iter().map(&mut place).collect();
        let (ticks, step) = ticks(plan.range.0, plan.range.1, plan.steps);
        let (low, high) = (ticks.first().copied().unwrap_or(0.0), ticks.last().copied().unwrap_or(1.0));
        let scale = Scale { low, high, left: EDGE + name + 14.0, right: first - 22.0 - plan.side };
        Self { scale, ticks, step, tick: plan.tick, columns, heads: plan.heads, lines }
    }

    /// An axis from nothing to `most` with round steps, for bars.
    pub fn start_at_zero(&mut self, most: f64) {
        const STEPS: [f64; 12] = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0];
        let step = STEPS.into_iter().find(|step| most / step <= 6.0).unwrap_or(100.0);
        let steps = (0..=7u32).map(|at| f64::from(at) * step);
        self.ticks = steps.take_while(|tick| *tick < most + step - 1e-9).collect();
        (self.step, self.scale.low) = (step, 0.0);
        self.scale.high = self.ticks.last().copied().unwrap_or(step).max(step);
    }

    /// An axis of whole numbers, half a number beyond the first and the last; ticks at the first and at round ones.
    pub fn whole_numbers(&mut self, first: f64, last: f64) {
        const STEPS: [f64; 12] = [1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1_000.0, 2_000.0, 5_000.0];
        (self.scale.low, self.scale.high) = (first - 0.5, last + 0.5);
        let step = STEPS.into_iter().find(|step| (last - first) / step <= 20.0).unwrap_or(10_000.0);
        let below = (first / step).floor();
        let rounds = (1..=100u32).map(|at| (below + f64::from(at)) * step).take_while(|tick| *tick <= last);
        self.ticks = std::iter::once(first).chain(rounds.filter(|tick| *tick > first + step * 0.7)).collect();
        self.step = step;
    }

    /// Draws grid, names, heads and texts of these rows; room for two lines above is left for names of lines. Marks are the caller's.
    pub fn frame(&self, canvas: &mut Canvas, top: f64, rows: Range<usize>) -> Block {
        let block = Block { top, bottom: top + ROW * count(rows.len()) + 4.0 };
        for tick in &self.ticks {
            let x = self.scale.at(*tick);
            canvas.line(&[(x, block.top), (x, block.bottom)], 1.0, PALE);
            canvas.text(x, block.bottom + 17.0, Anchor::Middle, SMALL, &(self.tick)(*tick, self.step));
        }
        canvas.line(&[(self.scale.left, block.bottom), (self.scale.right, block.bottom)], 1.0, GREY);
        for (x, head) in self.columns.iter().zip(&self.heads) {
            canvas.text(*x, top - 6.0, Anchor::Start, SMALL, head);
        }
        for (at, line) in self.lines.get(rows).unwrap_or_default().iter().enumerate() {
            let y = block.middle(at);
            canvas.text_at(self.scale.left - 10.0, y, Anchor::End, LABEL, &line.label);
            canvas.line(&[(self.scale.left, y), (self.scale.right, y)], 0.5, PALE);
            for (x, (face, text)) in self.columns.iter().zip(&line.cells) {
                canvas.text_at(*x, y, Anchor::Start, *face, text);
            }
        }
        block
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn late_ranks_are_labelled_as_well_as_early_ones() {
        let mut rows = Rows::new(Plan::new(Vec::new(), (1.0, 2.0)), Vec::new());
        let mut ticks = |first: f64, last: f64| {
            rows.whole_numbers(first, last);
            rows.ticks.clone()
        };
        assert_eq!(ticks(1.0, 12.0), (1..=12).map(f64::from).collect::<Vec<_>>());
        assert_eq!(ticks(981.0, 1000.0), (981..=1000).map(f64::from).collect::<Vec<_>>());
        // 1,010 would stand too close to the first.
        let tens = std::iter::once(1_003.0).chain((102..=112).map(|ten| f64::from(ten) * 10.0));
        assert_eq!(ticks(1_003.0, 1_128.0), tens.collect::<Vec<_>>());
        assert_eq!(ticks(1.0, 40_000.0).last(), Some(&40_000.0));
    }
}
