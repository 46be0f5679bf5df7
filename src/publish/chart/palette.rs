//! Colours that survive colour blindness: blue against red, and a row of distinct hues.

use super::canvas::{Face, Rgb};

pub const INK: Rgb = (27, 31, 36);
pub const GREY: Rgb = (95, 103, 112);
pub const PALE: Rgb = (224, 227, 231);
pub const HATCH: Rgb = (176, 182, 189);
pub const WHITE: Rgb = (255, 255, 255);
pub const RED: Rgb = (178, 24, 43);
pub const BLUE: Rgb = (33, 102, 172);

pub const TITLE: Face = Face::new(20.0, INK).bold();
pub const SUBTITLE: Face = Face::new(13.0, GREY);
pub const LABEL: Face = Face::new(13.0, INK);
pub const SMALL: Face = Face::new(12.0, GREY);
pub const NUMBER: Face = Face::new(12.0, INK);

/// Red over white to blue (ColorBrewer RdBu, safe for the colour-blind).
const DIVERGING: [Rgb; 9] = [
    (178, 24, 43),
    (214, 96, 77),
    (244, 165, 130),
    (253, 219, 199),
    (247, 247, 247),
    (209, 229, 240),
    (146, 197, 222),
    (67, 147, 195),
    (33, 102, 172),
];

/// The colour of a deviation, −1 (red) over 0 (white) to 1 (blue); beyond is clamped.
#[must_use]
pub fn diverging(value: f64) -> Rgb {
    let place = (value.clamp(-1.0, 1.0) + 1.0) * 4.0;
    let (mut low, mut rest) = (0, place);
    while rest >= 1.0 && low < 7 {
        low += 1;
        rest -= 1.0;
    }
    mix(DIVERGING[low], DIVERGING[low + 1], rest)
}

/// Colour of the grade with this index of so many, best first: blue, light blue, orange, red.
#[must_use]
pub fn grade(index: usize, of: usize) -> Rgb {
    const STEPS: [Rgb; 4] = [BLUE, (86, 160, 211), (226, 140, 51), RED];
    let last = of.saturating_sub(1).max(1);
    STEPS[(index * 3 / last).min(3)]
}

/// Hues that are told apart by the colour-blind too (after Okabe and Ito), for procedures.
#[must_use]
pub fn hue(index: usize) -> Rgb {
    const HUES: [Rgb; 8] = [
        (31, 95, 153),
        (230, 159, 0),
        (0, 138, 104),
        (190, 95, 150),
        (120, 176, 214),
        (150, 75, 20),
        (110, 116, 124),
        (208, 197, 72),
    ];
    HUES[index % HUES.len()]
}

/// Black or white, whichever is read more easily on `ground` (WCAG relative luminance, without the gamma).
#[must_use]
pub fn ink_on(ground: Rgb) -> Rgb {
    let light = 0.299 * f64::from(ground.0) + 0.587 * f64::from(ground.1) + 0.114 * f64::from(ground.2);
    if light > 140.0 { INK } else { WHITE }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a mean of two bytes is a byte")]
fn mix(from: Rgb, to: Rgb, share: f64) -> Rgb {
    let one = |a: u8, b: u8| (f64::from(a) + (f64::from(b) - f64::from(a)) * share).round() as u8;
    (one(from.0, to.0), one(from.1, to.1), one(from.2, to.2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_is_pale_and_the_ends_are_red_and_blue() {
        assert_eq!(diverging(0.0), (247, 247, 247));
        assert_eq!(diverging(-3.0), RED);
        assert_eq!(diverging(1.0), BLUE);
        assert_eq!(grade(0, 4), BLUE);
        assert_eq!(grade(3, 4), RED);
    }
}
