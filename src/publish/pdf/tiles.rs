//! The boxes at the head of a report: a few numbers, large, each with what it is and a remark.

use super::inline::{Align, Rich, rich, rich_with, set};
use super::markup::{Element, Node};
use super::sheet::{Item, Outline, Role, Slab};
use crate::publish::chart::{BLUE, Face, GREY, INK};

const GAP: f64 = 8.0;
const RULE: (u8, u8, u8) = (223, 227, 232);

/// The boxes side by side, equally wide and high.
pub(super) fn slab(tiles: &Element, base: f64, room: f64, outline: &mut Outline) -> Slab {
    let boxes: Vec<&Element> = tiles.elements().collect();
    let count = u32::try_from(boxes.len().max(1)).map_or(1.0, f64::from);
    let wide = (room - GAP * (count - 1.0)) / count;
    let mut items = Vec::new();
    let mut height: f64 = 0.0;
    let mut left = 0.0;
    for tile in boxes {
        let part = outline.add(Role::Paragraph, None);
        let mut y = base * 0.45;
        for line in tile.elements() {
            let (text, size) = said(line, base);
            let lines = text.wrapped(wide - 3.0 - 1.6 * base);
            let step = size * 1.32;
            items.extend(set(&lines, (left + 3.0 + base * 0.8, wide), y, step, Align::Left, part));
            y += u32::try_from(lines.len()).map_or(0.0, f64::from) * step;
        }
        height = height.max(y + base * 0.45);
        left += wide + GAP;
    }
    let mut left = 0.0;
    let mut frames = Vec::new();
    for _ in tiles.elements() {
        let corners = vec![(left, 0.25), (left + wide, 0.25), (left + wide, height), (left, height), (left, 0.25)];
        frames.push(Item::Line { points: corners, width: 0.5, color: RULE });
        frames.push(Item::Fill { left, top: 0.0, width: 3.0, height, color: BLUE });
        left += wide + GAP;
    }
    frames.append(&mut items);
    Slab { before: base * 0.5, height, items: frames, ..Slab::default() }
}

/// One line of a box: the number large, what stands after it (`<i>`) and the rest small.
fn said(line: &Element, base: f64) -> (Rich, f64) {
    if line.name != "b" {
        return (rich(&line.children, Face::new(base * 0.9, GREY)), base * 0.9);
    }
    let large = base * 1.75;
    // The tail of a number (its rank "of" so many) is set like a remark.
    let tail = |node: &Node| match node {
        Node::Element(element) if element.name == "i" => Node::Element(Element { name: "small".to_owned(), ..element.clone() }),
        other => other.clone(),
    };
    let children: Vec<Node> = line.children.iter().map(tail).collect();
    (rich_with(&children, Face::new(large, INK).bold(), base * 1.1), large)
}
