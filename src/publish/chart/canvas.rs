//! A page to draw on: shapes in pixels, written out as SVG by plotters.

use super::font::{self, FAMILY, Weight};
use super::subset::font_faces;
use crate::diagnostic::Language;
use plotters::prelude::{Circle, DrawingArea, IntoDrawingArea, PathElement, Polygon, RGBColor, Rectangle, SVGBackend, Text};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color as _, FontStyle, IntoFont, ShapeStyle, TextStyle};
use std::collections::BTreeSet;

/// Plotters draws on whole pixels; drawn this much larger, curves and hairlines keep quarter pixels.
const FINE: f64 = 4.0;

/// Red, green, blue.
pub type Rgb = (u8, u8, u8);

/// Which point of a text its place names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    Start,
    Middle,
    End,
}

/// How a text looks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Face {
    pub size: f64,
    pub weight: Weight,
    pub color: Rgb,
}

impl Face {
    #[must_use]
    pub const fn new(size: f64, color: Rgb) -> Self {
        Self { size, weight: Weight::Regular, color }
    }

    #[must_use]
    pub const fn bold(self) -> Self {
        Self { weight: Weight::Bold, ..self }
    }

    #[must_use]
    pub const fn color(self, color: Rgb) -> Self {
        Self { color, ..self }
    }

    #[must_use]
    pub fn width(self, text: &str) -> f64 {
        font::width(text, self.size, self.weight)
    }
}

#[derive(Clone, Debug)]
enum Shape {
    Fill { left: f64, top: f64, right: f64, bottom: f64, color: Rgb },
    Line { points: Vec<(f64, f64)>, color: Rgb, width: f64 },
    Disc { x: f64, y: f64, radius: f64, color: Rgb },
    Area { points: Vec<(f64, f64)>, color: Rgb },
    Text { x: f64, baseline: f64, anchor: Anchor, face: Face, text: String },
}

/// A chart being drawn. Later shapes lie above earlier ones.
#[derive(Clone, Debug, Default)]
pub struct Canvas {
    pub width: f64,
    pub height: f64,
    shapes: Vec<Shape>,
}

impl Canvas {
    /// An empty page of a fixed width; the height is set when all is drawn.
    #[must_use]
    pub fn new(width: f64) -> Self {
        Self { width, height: 0.0, shapes: Vec::new() }
    }

    pub fn fill(&mut self, left: f64, top: f64, width: f64, height: f64, color: Rgb) {
        self.shapes.push(Shape::Fill { left, top, right: left + width, bottom: top + height, color });
    }

    pub fn line(&mut self, points: &[(f64, f64)], width: f64, color: Rgb) {
        self.shapes.push(Shape::Line { points: points.to_vec(), color, width });
    }

    /// A dashed straight line, horizontal or vertical.
    pub fn dashed(&mut self, from: (f64, f64), to: (f64, f64), width: f64, color: Rgb) {
        let length = (to.0 - from.0).abs() + (to.1 - from.1).abs();
        let mut at = 0.0;
        while at < length {
            let (start, end) = (at / length, ((at + 4.0) / length).min(1.0));
            let point = |share: f64| (from.0 + (to.0 - from.0) * share, from.1 + (to.1 - from.1) * share);
            self.line(&[point(start), point(end)], width, color);
            at += 7.0;
        }
    }

    /// The outline of a box, inside its edges.
    pub fn frame(&mut self, left: f64, top: f64, width: f64, height: f64, stroke: f64, color: Rgb) {
        let half = stroke / 2.0;
        let (x0, y0, x1, y1) = (left + half, top + half, left + width - half, top + height - half);
        self.line(&[(x0 - half, y0), (x1, y0), (x1, y1), (x0, y1), (x0, y0 - half)], stroke, color);
    }

    /// Diagonal hatching of a box: nothing to show here.
    pub fn hatch(&mut self, left: f64, top: f64, width: f64, height: f64, color: Rgb) {
        let mut shift = 6.0;
        while shift < width + height {
            let from = if shift <= height { (left, top + shift) } else { (left + shift - height, top + height) };
            let to = if shift <= width { (left + shift, top) } else { (left + width, top + shift - width) };
            self.line(&[from, to], 0.75, color);
            shift += 6.0;
        }
    }

    pub fn disc(&mut self, x: f64, y: f64, radius: f64, color: Rgb) {
        self.shapes.push(Shape::Disc { x, y, radius, color });
    }

    /// A filled shape with these corners.
    pub fn area(&mut self, points: &[(f64, f64)], color: Rgb) {
        self.shapes.push(Shape::Area { points: points.to_vec(), color });
    }

    /// A curve through many points, every other piece left out.
    pub fn dashed_curve(&mut self, points: &[(f64, f64)], width: f64, color: Rgb) {
        for pieces in points.windows(2).step_by(2) {
            self.line(pieces, width, color);
        }
    }

    /// One line of text; `baseline` is the foot of its letters.
    pub fn text(&mut self, x: f64, baseline: f64, anchor: Anchor, face: Face, text: &str) {
        if !text.is_empty() {
            self.shapes.push(Shape::Text { x, baseline, anchor, face, text: text.to_owned() });
        }
    }

    /// One line of text, centred on a height.
    pub fn text_at(&mut self, x: f64, middle: f64, anchor: Anchor, face: Face, text: &str) {
        self.text(x, middle + face.size * 0.36, anchor, face, text);
    }

    /// Boxes of every text: left, top, right, bottom, the text.
    #[cfg(test)]
    pub fn text_boxes(&self) -> Vec<(f64, f64, f64, f64, &str)> {
        let place = |shape| match shape {
            &Shape::Text { x, baseline, anchor, face, ref text } => {
                let width = face.width(text);
                let left = x - width * [0.0, 0.5, 1.0][anchor as usize];
                Some((left, baseline - face.size * 0.8, left + width, baseline + face.size * 0.12, text.as_str()))
            }
            _ => None,
        };
        self.shapes.iter().filter_map(place).collect()
    }

    fn characters(&self, weight: Weight) -> BTreeSet<char> {
        let texts = self.shapes.iter().filter_map(|shape| match shape {
            Shape::Text { face, text, .. } if face.weight == weight => Some(text),
            _ => None,
        });
        texts.flat_map(|text| text.chars()).collect()
    }

    /// The page as a standalone SVG with the font it needs inside; title and description serve readers who cannot see it.
    #[must_use]
    pub fn svg(&self, language: Language, title: &str, description: &str) -> String {
        let size = (fine_size(self.width), fine_size(self.height));
        let mut drawn = String::new();
        {
            let root = SVGBackend::with_string(&mut drawn, size).into_drawing_area();
            self.draw(&root);
            // Writing to a string cannot fail.
            let _ = root.present();
        }
        let body = drawn.split_once('\n').map_or("", |(_, body)| body);
        let body = body.replace(&format!(" font-family=\"{FAMILY}\""), "").replace(" opacity=\"1\"", "");
        let body =
            body.replace(" stroke=\"none\"", "").replace(" \"/>", "\"/>").replace(">\n", ">").replace("\n</text>", "</text>");
        let faces = font_faces(&self.characters(Weight::Regular), &self.characters(Weight::Bold));
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" xml:lang=\"{}\" width=\"{}\" height=\"{}\" viewBox=\"0 0 {} {}\" font-family=\"{FAMILY}\">\
             <title>{}</title><desc>{}</desc>{STYLE_OPEN}{faces}{STYLE_CLOSE}\n{}\n",
            language.pick("zh-CN", "en"),
            self.width,
            self.height,
            size.0,
            size.1,
            escape(title),
            escape(description),
            body.replace("/>", "/>\n").replace("</text>", "</text>\n").trim_end()
        )
    }

    fn draw(&self, root: &DrawingArea<SVGBackend<'_>, plotters::coord::Shift>) {
        let _ = root.fill(&RGBColor(255, 255, 255));
        for shape in &self.shapes {
            // Writing to a string cannot fail.
            let _ = match shape {
                Shape::Fill { left, top, right, bottom, color } => {
                    root.draw(&Rectangle::new([fine(*left, *top), fine(*right, *bottom)], rgb(*color).filled()))
                }
                Shape::Line { points, color, width } => root.draw(&PathElement::new(fine_all(points), stroke(*color, *width))),
                Shape::Disc { x, y, radius, color } => {
                    root.draw(&Circle::new(fine(*x, *y), fine_size(*radius), rgb(*color).filled()))
                }
                Shape::Area { points, color } => root.draw(&Polygon::new(fine_all(points), rgb(*color).filled())),
                Shape::Text { x, baseline, anchor, face, text } => {
                    // The backend sets the baseline 0.76 em below the place and the font size to size / 1.24.
                    let place = fine(*x, *baseline - face.size * 0.76);
                    root.draw(&Text::new(text.as_str(), place, text_style(*face, *anchor)))
                }
            };
        }
    }
}

const STYLE_OPEN: &str = "<defs><style>";
const STYLE_CLOSE: &str = "</style></defs>";

/// The SVG without its embedded font, for a page that carries one font for everything.
#[must_use]
pub fn without_font(svg: &str) -> String {
    match (svg.find(STYLE_OPEN), svg.find(STYLE_CLOSE)) {
        (Some(open), Some(close)) if open < close => [&svg[..open], &svg[close + STYLE_CLOSE.len()..]].concat(),
        _ => svg.to_owned(),
    }
}

fn text_style(face: Face, anchor: Anchor) -> TextStyle<'static> {
    let style = if face.weight == Weight::Bold { FontStyle::Bold } else { FontStyle::Normal };
    let across = match anchor {
        Anchor::Start => HPos::Left,
        Anchor::Middle => HPos::Center,
        Anchor::End => HPos::Right,
    };
    let font = (FAMILY, face.size * FINE * 1.24, style).into_font();
    let mut style = TextStyle::from(font);
    style.color = rgb(face.color).to_backend_color();
    style.pos = Pos::new(across, VPos::Top);
    style
}

fn rgb(color: Rgb) -> RGBColor {
    RGBColor(color.0, color.1, color.2)
}

fn stroke(color: Rgb, width: f64) -> ShapeStyle {
    rgb(color).stroke_width(fine_size(width))
}

#[allow(clippy::cast_possible_truncation, reason = "places on a page are far below 2^31; plotters wants whole pixels")]
fn fine(x: f64, y: f64) -> (i32, i32) {
    ((x * FINE).round() as i32, (y * FINE).round() as i32)
}

fn fine_all(points: &[(f64, f64)]) -> Vec<(i32, i32)> {
    points.iter().map(|(x, y)| fine(*x, *y)).collect()
}

fn fine_size(size: f64) -> u32 {
    u32::try_from(fine(size, 0.0).0).unwrap_or(1).max(1)
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
