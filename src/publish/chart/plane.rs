//! A plane of two scales with points, and names beside those that matter, set so that none covers another.

use super::canvas::{Anchor, Canvas, Face};
use super::font;
use super::page::{Scale, tick_text, ticks};
use super::palette::{GREY, PALE, SMALL, WHITE};

/// A plane with its place on the page.
pub struct Plane {
    pub across: Scale,
    /// `left` is the lower end, so that larger numbers lie higher.
    pub up: Scale,
    /// Places of points, names and the lines that lead to them; and of names alone.
    taken: Vec<Box4>,
    names: Vec<Box4>,
    /// Ticks of the lower and of the upright scale, and their steps.
    marks: [(Vec<f64>, f64); 2],
}

/// Left, top, right, bottom.
type Box4 = (f64, f64, f64, f64);

/// Where a plane stands, pixels.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    pub left: f64,
    pub top: f64,
    pub right: f64,
    pub bottom: f64,
}

impl Plane {
    /// A plane over ranges of numbers, widened to round ones.
    #[must_use]
    pub fn new(place: Place, across: (f64, f64), up: (f64, f64)) -> Self {
        Self::over(place, ticks(across.0, across.1, 7.0), ticks(up.0, up.1, 6.0))
    }

    /// A plane with the same scale both ways.
    #[must_use]
    pub fn square(place: Place, range: (f64, f64)) -> Self {
        let own = ticks(range.0, range.1, 7.0);
        Self::over(place, own.clone(), own)
    }

    fn over(place: Place, across: (Vec<f64>, f64), up: (Vec<f64>, f64)) -> Self {
        let scale = |(marks, step): &(Vec<f64>, f64), (left, right): (f64, f64)| {
            let low = marks.first().copied().unwrap_or(0.0);
            Scale { low, high: marks.last().copied().unwrap_or(low + step), left, right }
        };
        Self {
            across: scale(&across, (place.left, place.right)),
            up: scale(&up, (place.bottom, place.top)),
            taken: Vec::new(),
            names: Vec::new(),
            marks: [across, up],
        }
    }

    /// A point of the plane in pixels.
    #[must_use]
    pub fn at(&self, x: f64, y: f64) -> (f64, f64) {
        (self.across.at(x), self.up.at(y))
    }

    /// Grid and numbers of the upright scale.
    pub fn grid_up(&self, canvas: &mut Canvas) {
        let [_, (marks, step)] = &self.marks;
        for tick in marks {
            let y = self.up.at(*tick);
            canvas.line(&[(self.across.left, y), (self.across.right, y)], 1.0, PALE);
            canvas.text_at(self.across.left - 8.0, y, Anchor::End, SMALL, &tick_text(*tick, *step));
        }
        canvas.line(&[(self.across.left, self.up.left), (self.across.right, self.up.left)], 1.0, GREY);
    }

    /// Grid and numbers of the lower scale.
    pub fn grid_across(&self, canvas: &mut Canvas) {
        let [(marks, step), _] = &self.marks;
        for tick in marks {
            self.tick_across(canvas, *tick, &tick_text(*tick, *step));
        }
    }

    /// One upright line of the grid with its number.
    pub fn tick_across(&self, canvas: &mut Canvas, value: f64, text: &str) {
        let x = self.across.at(value);
        canvas.line(&[(x, self.up.left), (x, self.up.right)], 1.0, PALE);
        canvas.text(x, self.up.left + 17.0, Anchor::Middle, SMALL, text);
    }

    /// Keeps names off a place.
    pub fn keep_free(&mut self, x: f64, y: f64, radius: f64) {
        self.taken.push((x - radius, y - radius, x + radius, y + radius));
    }

    /// Writes a name beside a point where it covers nothing, inside the plane; false where there is no such place.
    pub fn name(&mut self, canvas: &mut Canvas, (x, y): (f64, f64), face: Face, text: &str) -> bool {
        let text = font::cut(text, face.size, face.weight, 190.0);
        let (wide, half) = (face.width(&text), face.size * 0.6);
        let aside = [9.0, -9.0 - wide].map(|right| (right, 0.0));
        let ups = [16.0, 32.0, 48.0, 64.0].into_iter().flat_map(|up| [-up, up]);
        let around = ups.flat_map(|up| [6.0, -6.0 - wide, -wide / 2.0, 30.0, -30.0 - wide].map(|right| (right, up)));
        let places = aside.into_iter().chain(around);
        let boxed = |(right, down): (f64, f64)| (x + right, y + down - half, x + right + wide, y + down + half);
        let inside = |place: &Box4| {
            place.0 >= self.across.left
                && place.2 <= self.across.right + 4.0
                && place.1 >= self.up.right
                && place.3 <= self.up.left - 2.0
        };
        let clear = |place: &Box4| {
            let lead = leader((x, y), place);
            self.taken.iter().all(|other| apart(place, other))
                && self.names.iter().all(|other| lead.is_none_or(|lead| apart(&lead, other)))
        };
        let Some(place) = places.map(boxed).find(|place| inside(place) && clear(place)) else { return false };
        if let Some(lead) = leader((x, y), &place) {
            // A thin line leads from a name that stands farther away to its point.
            let (end_x, end_y) = (x.clamp(place.0, place.2), y.clamp(place.1, place.3));
            canvas.line(&[(x, y), (end_x, end_y)], 0.75, GREY);
            self.taken.push(lead);
        }
        // Lines and grid stop behind the name; no point lies there.
        canvas.fill(place.0 - 2.0, place.1 + 1.0, wide + 4.0, 2.0 * half - 2.0, WHITE);
        canvas.text_at(place.0, f64::midpoint(place.1, place.3), Anchor::Start, face, &text);
        self.names.push(place);
        self.taken.push(place);
        true
    }
}

/// Whether two boxes keep clear of each other.
fn apart(a: &Box4, b: &Box4) -> bool {
    a.2 + 2.0 < b.0 || b.2 + 2.0 < a.0 || a.3 < b.1 || b.3 < a.1
}

/// The box of the line from a point to a name; `None` where the name stands close enough.
fn leader((x, y): (f64, f64), name: &Box4) -> Option<Box4> {
    let (end_x, end_y) = (x.clamp(name.0, name.2), y.clamp(name.1, name.3));
    let far = (end_x - x).abs().max((end_y - y).abs()) > 10.0;
    far.then(|| (x.min(end_x), y.min(end_y), x.max(end_x), y.max(end_y)))
}

#[cfg(test)]
mod tests {
    use super::super::palette::LABEL;
    use super::*;

    #[test]
    fn names_keep_clear_of_each_other_and_of_the_edge() {
        let mut canvas = Canvas::new(400.0);
        let mut plane = Plane::new(Place { left: 50.0, top: 20.0, right: 350.0, bottom: 220.0 }, (0.0, 10.0), (0.0, 10.0));
        let (x, y) = plane.at(9.9, 5.0);
        let written = (0..12).filter(|_| plane.name(&mut canvas, (x, y), LABEL, "第十二师（昆玉市）")).count();
        assert!((3..=12).contains(&written), "{written}");
        let boxes = canvas.text_boxes();
        for (at, a) in boxes.iter().enumerate() {
            assert!(a.2 <= 356.0 && a.0 >= 50.0);
            assert!(boxes[at + 1..].iter().all(|b| a.2 <= b.0 || b.2 <= a.0 || a.3 <= b.1 + 1.0 || b.3 <= a.1 + 1.0));
        }
    }
}
