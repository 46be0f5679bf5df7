//! A page of the report laid out on A4 sheets: blocks to slabs, slabs to sheets, what does not fit on the next one.

use super::inline::{Align, legend, rich, rich_with, set};
use super::markup::{Element, Node, read};
use super::sheet::{ABOVE, BELOW, HEIGHT, Item, OfTable, Outline, Role, SIDE, Sheets, Slab, WIDTH};
use super::table;
use super::tiles;
use crate::publish::chart::{Face, GREY, INK};

/// Sizes of the text that are tried, in points, until the report fits on two sheets.
const SIZES: [f64; 4] = [9.5, 9.0, 8.5, 8.0];
/// The size where it does not: the report takes a further sheet and stays readable.
const LONG: f64 = 8.5;
/// Sheets that a report should take.
const SHEETS: usize = 2;
/// Room between two columns.
const GUTTER: f64 = 18.0;

/// Lays a whole page of the report out.
pub(super) fn sheets(page: &str) -> Sheets {
    let page = read(page);
    let fits = SIZES.iter().map(|size| sized(&page, *size)).find(|sheets| sheets.pages.len() <= SHEETS);
    fits.unwrap_or_else(|| sized(&page, LONG))
}

fn sized(page: &Element, base: f64) -> Sheets {
    let mut maker = Maker { base, outline: Outline::default() };
    let body = page.find("body").map(|body| body.children.as_slice()).unwrap_or_default();
    let mut blocks = Vec::new();
    maker.blocks(body, WIDTH - 2.0 * SIDE, &mut blocks);
    let mut paper = Paper::default();
    let mut at = Cursor { page: 0, y: ABOVE };
    for block in &blocks {
        at = paper.block(block, at);
    }
    Sheets {
        title: page.find("title").map(Element::text).unwrap_or_default(),
        language: page.find("html").and_then(|html| html.attribute("lang")).unwrap_or("zh-CN").to_owned(),
        pages: paper.pages,
        outline: maker.outline,
        bookmarks: paper.bookmarks,
    }
}

/// What follows one another down the page.
enum Block {
    Column(Vec<Slab>),
    /// Columns side by side, each with its left edge.
    Pair(Vec<(f64, Vec<Slab>)>),
}

fn height(slabs: &[Slab]) -> f64 {
    slabs.iter().map(|slab| slab.before + slab.height).sum()
}

impl Block {
    fn height(&self) -> f64 {
        match self {
            Self::Column(slabs) => height(slabs),
            Self::Pair(columns) => columns.iter().map(|(_, slabs)| height(slabs)).fold(0.0, f64::max),
        }
    }
}

/// Makes slabs of elements.
struct Maker {
    base: f64,
    outline: Outline,
}

impl Maker {
    fn blocks(&mut self, nodes: &[Node], room: f64, into: &mut Vec<Block>) {
        for node in nodes {
            let Node::Element(element) = node else { continue };
            if element.is("div", "pair") {
                self.pair(element, room, into);
            } else if matches!(element.name.as_str(), "header" | "main" | "section" | "details" | "body")
                || element.is("div", "wide")
            {
                self.blocks(&element.children, room, into);
            } else {
                // One column, so that a heading stays with what follows it.
                let slabs = self.slabs(element, room);
                match into.last_mut() {
                    Some(Block::Column(column)) => column.extend(slabs),
                    _ => into.push(Block::Column(slabs)),
                }
            }
        }
    }

    /// Side by side, or one below the other where that takes less room.
    fn pair(&mut self, element: &Element, room: f64, into: &mut Vec<Block>) {
        let mut other = Self { base: self.base, outline: self.outline.clone() };
        let columns = self.beside(element, room);
        let mut below = Vec::new();
        other.blocks(&element.children, room, &mut below);
        let side = columns.iter().map(|(_, slabs)| height(slabs)).fold(0.0, f64::max);
        let stacked: f64 = below.iter().map(Block::height).sum();
        if side <= stacked {
            into.push(Block::Pair(columns));
        } else {
            self.outline = other.outline;
            into.append(&mut below);
        }
    }

    fn beside(&mut self, element: &Element, room: f64) -> Vec<(f64, Vec<Slab>)> {
        let columns: Vec<&Element> = element.elements().collect();
        let count = u32::try_from(columns.len().max(1)).map_or(1.0, f64::from);
        let wide = (room - GUTTER * (count - 1.0)) / count;
        let mut left = 0.0;
        let mut out = Vec::new();
        for column in columns {
            let mut inner = Vec::new();
            self.blocks(&column.children, wide, &mut inner);
            let slabs = inner.into_iter().flat_map(|block| match block {
                Block::Column(slabs) => slabs,
                Block::Pair(columns) => columns.into_iter().flat_map(|(_, slabs)| slabs).collect(),
            });
            out.push((left, slabs.collect()));
            left += wide + GUTTER;
        }
        out
    }

    fn slabs(&mut self, element: &Element, room: f64) -> Vec<Slab> {
        let base = self.base;
        match element.name.as_str() {
            "h1" => self.heading(element, 1, Face::new(base * 1.75, INK).bold(), room),
            "h2" => self.heading(element, 2, Face::new(base * 1.2, INK).bold(), room),
            "h3" | "summary" => self.heading(element, 3, Face::new(base, INK).bold(), room),
            "ul" | "ol" => self.list(element, room),
            "table" => table::slabs(element, base, room, &mut self.outline, None),
            "div" if element.class() == "tiles" => vec![tiles::slab(element, base, room, &mut self.outline)],
            "p" | "div" => self.paragraph(element, room),
            _ => Vec::new(),
        }
    }

    fn heading(&mut self, element: &Element, level: u16, face: Face, room: f64) -> Vec<Slab> {
        // The second part of a heading is said in an ordinary size.
        let lines = rich_with(&element.children, face, self.base).wrapped(room);
        let step = face.size * 1.3;
        let mut height = u32::try_from(lines.len()).map_or(1.0, f64::from) * step;
        let part = self.outline.add(Role::Heading(level), None);
        let mut items = set(&lines, (0.0, room), 0.0, step, Align::Left, part);
        if level == 2 {
            items.push(Item::Line { points: vec![(0.0, height + 1.0), (room, height + 1.0)], width: 0.9, color: INK });
            height += 3.0;
        }
        let before = self.base * [0.0, 1.0, 0.55][usize::from(level.clamp(1, 3) - 1)];
        let bookmark = (level <= 2).then(|| element.text());
        vec![Slab { before, height, items, keep: true, bookmark, ..Slab::default() }]
    }

    fn paragraph(&mut self, element: &Element, room: f64) -> Vec<Slab> {
        let (size, color) = match element.class() {
            "note" | "over" | "legend" => (self.base * 0.9, GREY),
            _ => (self.base, INK),
        };
        let face = Face::new(size, color);
        let text = if element.class() == "legend" { legend(element, face) } else { rich(&element.children, face) };
        if text.is_empty() {
            return Vec::new();
        }
        let part = self.outline.add(Role::Paragraph, None);
        let step = size * 1.42;
        let lines = text.wrapped(room);
        let slab = |line: &Vec<_>| Slab {
            height: step,
            items: set(std::slice::from_ref(line), (0.0, room), 0.0, step, Align::Left, part),
            ..Slab::default()
        };
        let mut out: Vec<Slab> = lines.iter().map(slab).collect();
        kept_together(&mut out, self.base * 0.35);
        if element.class() == "legend" {
            for slab in &mut out {
                slab.keep = true;
            }
        }
        out
    }

    fn list(&mut self, element: &Element, room: f64) -> Vec<Slab> {
        let face = Face::new(self.base, INK);
        let (step, indent) = (self.base * 1.38, self.base * 0.95);
        let list = self.outline.add(Role::List, None);
        let mut out = Vec::new();
        for entry in element.elements() {
            let item = self.outline.add(Role::ListItem, list);
            let part = self.outline.add(Role::ListBody, item);
            let lines = rich(&entry.children, face).wrapped(room - indent);
            let slab = |line: &Vec<_>| Slab {
                height: step,
                items: set(std::slice::from_ref(line), (indent, room - indent), 0.0, step, Align::Left, part),
                ..Slab::default()
            };
            let mut slabs: Vec<Slab> = lines.iter().map(slab).collect();
            if let Some(first) = slabs.first_mut() {
                let (size, middle) = (self.base * 0.32, step / 2.0);
                first.items.push(Item::Fill {
                    left: indent * 0.25,
                    top: middle - size / 2.0,
                    width: size,
                    height: size,
                    color: GREY,
                });
            }
            kept_together(&mut slabs, self.base * 0.22);
            out.extend(slabs);
        }
        out
    }
}

/// No first or last line alone on a sheet; some room above the first.
fn kept_together(lines: &mut [Slab], before: f64) {
    let count = lines.len();
    for (at, line) in lines.iter_mut().enumerate() {
        line.keep = at + 1 < count && (at == 0 || at + 2 == count);
    }
    if let Some(first) = lines.first_mut() {
        first.before = before;
    }
}

/// A place where the next thing goes.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Cursor {
    page: usize,
    y: f64,
}

/// The sheets as they fill.
#[derive(Default)]
struct Paper {
    pages: Vec<Vec<Item>>,
    bookmarks: Vec<(String, usize, f64)>,
}

impl Paper {
    fn block(&mut self, block: &Block, at: Cursor) -> Cursor {
        match block {
            Block::Column(slabs) => self.column(slabs, 0.0, at),
            Block::Pair(columns) => {
                let ends: Vec<Cursor> = columns.iter().map(|(left, slabs)| self.column(slabs, *left, at)).collect();
                ends.into_iter().fold(at, |one, other| if (other.page, other.y) > (one.page, one.y) { other } else { one })
            }
        }
    }

    fn column(&mut self, slabs: &[Slab], left: f64, mut at: Cursor) -> Cursor {
        let mut head: Option<&Slab> = None;
        for group in slabs.chunk_by(|one, _| one.keep) {
            let high: f64 = group.iter().map(|slab| slab.before + slab.height).sum();
            let top = at.y <= ABOVE;
            if !top && at.y + high > HEIGHT - BELOW {
                at = Cursor { page: at.page + 1, y: ABOVE };
                let inside = group.first().is_some_and(|slab| slab.of_table == OfTable::Row);
                if let (Some(head), true) = (head, inside) {
                    let repeated = head.items.iter().cloned().map(Item::ornament).collect();
                    at = self.slab(&Slab { before: 0.0, bookmark: None, items: repeated, ..head.clone() }, left, at);
                }
            }
            for slab in group {
                at = self.slab(slab, left, at);
                head = match slab.of_table {
                    OfTable::Head => Some(slab),
                    OfTable::Row => head,
                    OfTable::No => None,
                };
            }
        }
        at
    }

    fn slab(&mut self, slab: &Slab, left: f64, at: Cursor) -> Cursor {
        // A group higher than a sheet is broken after all.
        let before = if at.y <= ABOVE { 0.0 } else { slab.before };
        let over = at.y > ABOVE && at.y + before + slab.height > HEIGHT - BELOW;
        let at = if over { Cursor { page: at.page + 1, y: ABOVE } } else { Cursor { y: at.y + before, ..at } };
        while self.pages.len() <= at.page {
            self.pages.push(Vec::new());
        }
        if let Some(title) = &slab.bookmark {
            self.bookmarks.push((title.clone(), at.page, at.y));
        }
        if let Some(page) = self.pages.get_mut(at.page) {
            page.extend(slab.items.iter().cloned().map(|item| item.moved(SIDE + left, at.y)));
        }
        Cursor { page: at.page, y: at.y + slab.height }
    }
}
