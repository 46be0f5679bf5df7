//! What lies on a page, in points from its upper left corner, and what it is part of.

use crate::publish::chart::{Face, Rgb};

/// A4, in points of 1/72 inch.
pub(super) const WIDTH: f64 = 595.28;
pub(super) const HEIGHT: f64 = 841.89;
/// Room left free at the sides, above, and below; the footer lies in the last.
pub(super) const SIDE: f64 = 40.0;
pub(super) const ABOVE: f64 = 36.0;
pub(super) const BELOW: f64 = 46.0;

/// What a text is part of: a place in [`Outline`]; `None` for footers and repeated heads, which are not read aloud.
pub(super) type Part = Option<usize>;

/// One thing on a page.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Item {
    Text {
        x: f64,
        baseline: f64,
        face: Face,
        text: String,
        part: Part,
    },
    Fill {
        left: f64,
        top: f64,
        width: f64,
        height: f64,
        color: Rgb,
    },
    Line {
        points: Vec<(f64, f64)>,
        width: f64,
        color: Rgb,
    },
    /// A filled shape with these corners.
    Area {
        points: Vec<(f64, f64)>,
        color: Rgb,
    },
}

impl Item {
    /// The same thing elsewhere.
    pub(super) fn moved(mut self, right: f64, down: f64) -> Self {
        match &mut self {
            Self::Text { x, baseline, .. } => (*x, *baseline) = (*x + right, *baseline + down),
            Self::Fill { left, top, .. } => (*left, *top) = (*left + right, *top + down),
            Self::Line { points, .. } | Self::Area { points, .. } => {
                for point in points {
                    *point = (point.0 + right, point.1 + down);
                }
            }
        }
        self
    }

    /// The same thing as ornament: not part of what is read aloud.
    pub(super) fn ornament(mut self) -> Self {
        if let Self::Text { part, .. } = &mut self {
            *part = None;
        }
        self
    }
}

/// What a part of a document is to a reader who cannot see it (PDF 1.7, 14.8.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Heading(u16),
    Paragraph,
    List,
    ListItem,
    ListBody,
    Table,
    Row,
    /// Head of a column.
    ColumnHead,
    /// Head of a row.
    RowHead,
    Cell,
}

/// The logical tree of a document; parts come after what they lie in.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Outline {
    pub parts: Vec<(Role, Part)>,
}

impl Outline {
    /// The new part, to put items and parts into.
    pub(super) fn add(&mut self, role: Role, inside: Part) -> Part {
        let place = self.parts.len();
        self.parts.push((role, inside));
        Part::from(place)
    }
}

/// A strip of a page that is not broken.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Slab {
    /// Room above it, dropped at the head of a page.
    pub before: f64,
    pub height: f64,
    /// Places count from its upper left corner.
    pub items: Vec<Item>,
    /// Stays on one page with the next.
    pub keep: bool,
    pub of_table: OfTable,
    /// A heading that a list of contents names.
    pub bookmark: Option<String>,
}

/// Whether a slab belongs to a table, whose head is repeated on the next page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum OfTable {
    #[default]
    No,
    Head,
    Row,
}

/// A finished document.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Sheets {
    pub title: String,
    /// `zh-CN` or `en`.
    pub language: String,
    pub pages: Vec<Vec<Item>>,
    pub outline: Outline,
    /// Headings with page and height.
    pub bookmarks: Vec<(String, usize, f64)>,
}

/// The box around every text of a page: left, top, right, bottom.
#[cfg(test)]
pub(super) fn text_boxes(page: &[Item]) -> Vec<(f64, f64, f64, f64, String)> {
    let text = |item: &Item| match item {
        Item::Text { x, baseline, face, text, .. } => {
            Some((*x, baseline - face.size * 0.8, x + face.width(text), baseline + face.size * 0.12, text.clone()))
        }
        _ => None,
    };
    page.iter().filter_map(text).collect()
}
