//! Marks that stand for a value, told apart by shape as well as by colour, and the legend that explains them.

use super::canvas::{Anchor, Canvas, Rgb};
use super::font;
use super::palette::{GREY, LABEL, WHITE, grade};

/// A mark on a place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Mark {
    Disc(Rgb),
    Ring(Rgb),
    Diamond(Rgb),
    /// Point up.
    Triangle(Rgb),
    Square(Rgb),
    /// A piece of a bar.
    Bar(Rgb),
    /// A line, and a dashed one.
    Line(Rgb),
    Dashed(Rgb),
    /// A thick line with ends, as of an interval.
    Interval(Rgb),
    /// A short upright line.
    Tick(Rgb),
}

/// Shapes for the members of a set (strata), in order: told apart without colour.
#[must_use]
pub fn shape(index: usize, color: Rgb) -> Mark {
    match index % 5 {
        0 => Mark::Disc(color),
        1 => Mark::Diamond(color),
        2 => Mark::Triangle(color),
        3 => Mark::Square(color),
        _ => Mark::Ring(color),
    }
}

/// The mark of a grade 等次 (its index of so many, best first): told apart without colour; `None`: no grade.
#[must_use]
pub fn of_grade(index: Option<usize>, of: usize) -> Mark {
    let Some(index) = index else { return Mark::Square(GREY) };
    let color = grade(index, of);
    match index * 3 / of.saturating_sub(1).max(1) {
        0 | 1 => Mark::Disc(color),
        2 => Mark::Diamond(color),
        _ => Mark::Triangle(color),
    }
}

impl Mark {
    /// Draws the mark with its middle on a place.
    pub fn draw(self, canvas: &mut Canvas, x: f64, y: f64) {
        self.sized(canvas, (x, y), 1.0);
    }

    /// The same, larger or smaller; lines and pieces of bars keep their size.
    pub fn sized(self, canvas: &mut Canvas, (x, y): (f64, f64), size: f64) {
        let corner = |right: f64, down: f64| (x + right * size, y + down * size);
        match self {
            Self::Disc(color) => canvas.disc(x, y, 5.5 * size, color),
            Self::Ring(color) => {
                canvas.disc(x, y, 5.5 * size, color);
                canvas.disc(x, y, 3.25 * size, WHITE);
            }
            Self::Diamond(color) => {
                canvas.area(&[corner(0.0, -7.0), corner(7.0, 0.0), corner(0.0, 7.0), corner(-7.0, 0.0)], color);
            }
            Self::Triangle(color) => canvas.area(&[corner(0.0, -6.5), corner(6.5, 5.0), corner(-6.5, 5.0)], color),
            Self::Square(color) => canvas.fill(x - 5.0 * size, y - 5.0 * size, 10.0 * size, 10.0 * size, color),
            Self::Bar(color) => canvas.fill(x - 7.0, y - 7.0, 14.0, 14.0, color),
            Self::Line(color) => canvas.line(&[(x - 8.0, y), (x + 8.0, y)], 1.75, color),
            Self::Dashed(color) => canvas.dashed((x - 8.0, y), (x + 8.0, y), 1.5, color),
            Self::Tick(color) => canvas.line(&[(x, y - 9.0), (x, y + 9.0)], 2.5, color),
            Self::Interval(color) => interval(canvas, (x - 8.0, x + 8.0), y, color),
        }
    }
}

/// A thick line with ends.
pub fn interval(canvas: &mut Canvas, (from, to): (f64, f64), y: f64, color: Rgb) {
    canvas.line(&[(from, y), (to, y)], 2.0, color);
    for end in [from, to] {
        canvas.line(&[(end, y - 4.0), (end, y + 4.0)], 2.0, color);
    }
}

/// One line of marks with their words from `left` on, wrapped at `right`; returns the height that is used up.
pub fn legend(canvas: &mut Canvas, (left, right): (f64, f64), top: f64, entries: &[(Mark, String)]) -> f64 {
    let (mut x, mut y) = (left, top + 10.0);
    for (mark, words) in entries {
        let words = font::cut(words, LABEL.size, LABEL.weight, 300.0);
        let wide = 22.0 + LABEL.width(&words) + 22.0;
        if x > left && x + wide - 22.0 > right {
            (x, y) = (left, y + 22.0);
        }
        mark.draw(canvas, x + 8.0, y);
        canvas.text_at(x + 22.0, y, Anchor::Start, LABEL, &words);
        x += wide;
    }
    y + 14.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grades_below_the_second_have_a_shape_of_their_own() {
        let four: Vec<Mark> = (0..4).map(|grade| of_grade(Some(grade), 4)).collect();
        assert!(matches!(four[..], [Mark::Disc(best), Mark::Disc(next), Mark::Diamond(_), Mark::Triangle(_)] if best != next));
        assert!(matches!(of_grade(Some(2), 3), Mark::Triangle(_)), "the last of three is the last");
        assert!(matches!(of_grade(None, 4), Mark::Square(_)));
    }
}
