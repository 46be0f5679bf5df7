//! The small drawings inside tables (peers' range, diverging answers), taken over from the page's inline SVG.

use super::markup::Element;
use super::sheet::Item;
use crate::publish::chart::Rgb;

/// What the style sheet of the page makes of a drawing: (class of the drawing, class of the shape) → colour and line width in its
/// own units; width 0: filled.
const STYLES: [(&str, &str, Rgb, f64); 5] = [
    ("strip", "a", (223, 227, 232), 1.0),
    ("strip", "r", (184, 192, 200), 6.0),
    ("strip", "m", (27, 31, 36), 2.0),
    ("strip", "o", (33, 102, 172), 0.0),
    ("bar", "z", (27, 31, 36), 1.0),
];

/// Colour of an answer, by the class that the page gives it.
pub(super) fn tone(class: &str) -> Option<Rgb> {
    Some(match class {
        "b0" => (33, 102, 172),
        "b1" => (146, 197, 222),
        "m" => (217, 221, 225),
        "r1" => (244, 165, 130),
        "r0" => (178, 24, 43),
        _ => return None,
    })
}

/// The drawing stretched over a box: left, top, width, height.
pub(super) fn draw(svg: &Element, (left, top, width, height): (f64, f64, f64, f64)) -> Vec<Item> {
    let view: Vec<f64> = svg.attribute("viewBox").map(numbers).unwrap_or_default();
    let &[x0, y0, wide, high] = view.as_slice() else { return Vec::new() };
    if wide <= 0.0 || high <= 0.0 {
        return Vec::new();
    }
    let (across, down) = (width / wide, height / high);
    let place = |(x, y): (f64, f64)| (left + (x - x0) * across, top + (y - y0) * down);
    let shape = |element: &Element| -> Option<Item> {
        if element.name == "rect" {
            let value = |name: &str| element.attribute(name).and_then(|text| text.parse::<f64>().ok());
            let (x, y) = place((value("x").unwrap_or(0.0), value("y").unwrap_or(0.0)));
            let (width, height) = (value("width")? * across, value("height")? * down);
            return Some(Item::Fill { left: x, top: y, width, height, color: tone(element.class())? });
        }
        let style = STYLES.iter().find(|(drawing, shape, ..)| *drawing == svg.class() && *shape == element.class())?;
        let points: Vec<(f64, f64)> = corners(element.attribute("d")?).into_iter().map(place).collect();
        let (color, line) = (style.2, style.3 * down);
        Some(if line > 0.0 { Item::Line { points, width: line.max(0.5), color } } else { Item::Area { points, color } })
    };
    svg.elements().filter_map(shape).collect()
}

/// Corners of a path of the commands `M h v l z`.
fn corners(path: &str) -> Vec<(f64, f64)> {
    let mut out: Vec<(f64, f64)> = Vec::new();
    let mut rest = path;
    while let Some(command) = rest.chars().next() {
        let tail = &rest[command.len_utf8()..];
        let end = tail.find(|character: char| character.is_ascii_alphabetic()).unwrap_or(tail.len());
        let values = numbers(&tail[..end]);
        rest = &tail[end..];
        let (x, y) = out.last().copied().unwrap_or((0.0, 0.0));
        match (command, values.as_slice()) {
            ('M', [x, y, ..]) => out.push((*x, *y)),
            ('h', [dx, ..]) => out.push((x + dx, y)),
            ('v', [dy, ..]) => out.push((x, y + dy)),
            ('l', all) => {
                for step in all.chunks_exact(2) {
                    let (x, y) = out.last().copied().unwrap_or((0.0, 0.0));
                    if let [dx, dy] = step {
                        out.push((x + dx, y + dy));
                    }
                }
            }
            _ => {}
        }
    }
    out
}

/// Numbers parted by blanks, commas, or only by a minus: `5-6`.
fn numbers(text: &str) -> Vec<f64> {
    text.replace('-', " -").split([' ', ',']).filter_map(|part| part.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::super::markup::read;
    use super::*;

    #[test]
    fn a_drawing_is_stretched_over_its_box() {
        let page = read(
            "<svg class=\"bar\" viewBox=\"0 0 200 12\"><rect class=\"b1\" x=\"100.0\" width=\"50\" height=\"12\"/><path class=\"z\" d=\"M100 0v12\"/></svg>",
        );
        let items = draw(page.find("svg").expect("a drawing"), (10.0, 20.0, 100.0, 6.0));
        assert_eq!(
            items,
            [
                Item::Fill { left: 60.0, top: 20.0, width: 25.0, height: 6.0, color: (146, 197, 222) },
                Item::Line { points: vec![(60.0, 20.0), (60.0, 26.0)], width: 0.5, color: (27, 31, 36) },
            ]
        );
        assert_eq!(corners("M1 2l5 6-5 6-5-6z"), [(1.0, 2.0), (6.0, 8.0), (1.0, 14.0), (-4.0, 8.0)]);
    }
}
