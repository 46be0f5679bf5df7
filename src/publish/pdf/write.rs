//! Sheets written as PDF 1.7: real text in embedded subsets of the two fonts, tagged, with a table of contents; no date, no chance.

use super::PdfError;
use super::sheet::{HEIGHT, Item, Part, Role, SIDE, Sheets, WIDTH};
use crate::publish::chart::{Face, Rgb, Weight, font_bytes, glyph};
use krilla::color::rgb;
use krilla::destination::XyzDestination;
use krilla::geom::{Path, PathBuilder, Point, Rect};
use krilla::metadata::Metadata;
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::{Fill, Stroke};
use krilla::surface::Surface;
use krilla::tagging::{Artifact, ArtifactType, ContentTag, Identifier, ListNumbering, Node, SpanTag, TableHeaderScope};
use krilla::tagging::{Tag, TagGroup, TagKind, TagTree};
use krilla::text::{Font, GlyphId, KrillaGlyph};
use krilla::{Document, SerializeSettings};
use std::num::NonZeroU16;
use std::sync::OnceLock;

/// The bytes of the document.
pub(super) fn document(sheets: &Sheets) -> Result<Vec<u8>, PdfError> {
    checked(sheets, SerializeSettings::default())
}

/// The bytes of the document, held against what the settings ask for.
pub(super) fn checked(sheets: &Sheets, how: SerializeSettings) -> Result<Vec<u8>, PdfError> {
    let settings = PageSettings::from_wh(narrow(WIDTH), narrow(HEIGHT)).ok_or(PdfError::Font)?;
    let fonts = fonts().ok_or(PdfError::Font)?;
    let mut document = Document::new_with(how);
    // What was drawn of every part, in reading order.
    let mut drawn: Vec<Vec<Identifier>> = vec![Vec::new(); sheets.outline.parts.len()];
    for items in &sheets.pages {
        let mut page = document.start_page_with(settings.clone());
        let mut surface = page.surface();
        for run in items.chunk_by(|one, next| part(one) == part(next)) {
            let part = run.first().and_then(part);
            let tag = if part.is_some() { ContentTag::Span(SpanTag::empty()) } else { ornament() };
            let identifier = surface.start_tagged(tag);
            for item in run {
                draw(item, &mut surface, fonts);
            }
            surface.end_tagged();
            if let Some(drawn) = part.and_then(|part| drawn.get_mut(part)) {
                drawn.push(identifier);
            }
        }
        surface.finish();
        page.finish();
    }
    document.set_outline(contents(sheets));
    document.set_tag_tree(tree(sheets, drawn));
    let metadata = Metadata::new().title(sheets.title.clone()).language(sheets.language.clone());
    document.set_metadata(metadata.creator(env!("CARGO_PKG_NAME").to_owned()));
    document.finish().map_err(|error| PdfError::Write(format!("{error:?}")))
}

fn ornament() -> ContentTag<'static> {
    ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout))
}

fn part(item: &Item) -> Part {
    if let Item::Text { part, .. } = item { *part } else { None }
}

/// The two weights of the embedded font, read once.
fn fonts() -> Option<&'static [Font; 2]> {
    static FONTS: OnceLock<Option<[Font; 2]>> = OnceLock::new();
    let load = |weight| Font::new(font_bytes(weight).into(), 0);
    FONTS.get_or_init(|| Some([load(Weight::Regular)?, load(Weight::Bold)?])).as_ref()
}

/// Draws a path where there is one.
fn fill(surface: &mut Surface<'_>, path: Option<Path>) {
    if let Some(path) = path {
        surface.draw_path(&path);
    }
}

fn draw(item: &Item, surface: &mut Surface<'_>, fonts: &[Font; 2]) {
    match item {
        Item::Text { x, baseline, face, text, .. } => {
            paint(surface, Some(face.color), None);
            let [regular, bold] = fonts;
            let font = if face.weight == Weight::Bold { bold } else { regular };
            let start = Point::from_xy(narrow(*x), narrow(*baseline));
            surface.draw_glyphs(start, &glyphs(text, *face), font.clone(), text, narrow(face.size), false);
        }
        Item::Fill { left, top, width, height, color } => {
            let area = Rect::from_xywh(narrow(*left), narrow(*top), narrow(*width), narrow(*height));
            let path = area.and_then(|area| {
                let mut path = PathBuilder::new();
                path.push_rect(area);
                path.finish()
            });
            paint(surface, Some(*color), None);
            fill(surface, path);
        }
        Item::Line { points, width, color } => {
            paint(surface, None, Some((*color, *width)));
            fill(surface, along(points, false));
        }
        Item::Area { points, color } => {
            paint(surface, Some(*color), None);
            fill(surface, along(points, true));
        }
    }
}

fn paint(surface: &mut Surface<'_>, fill: Option<Rgb>, line: Option<(Rgb, f64)>) {
    let color = |color: Rgb| rgb::Color::new(color.0, color.1, color.2).into();
    surface.set_fill(fill.map(|fill| Fill { paint: color(fill), ..Fill::default() }));
    surface.set_stroke(line.map(|(line, width)| Stroke { paint: color(line), width: narrow(width), ..Stroke::default() }));
}

fn along(points: &[(f64, f64)], closed: bool) -> Option<Path> {
    let mut path = PathBuilder::new();
    for (at, (x, y)) in points.iter().enumerate() {
        if at == 0 { path.move_to(narrow(*x), narrow(*y)) } else { path.line_to(narrow(*x), narrow(*y)) }
    }
    if closed {
        path.close();
    }
    path.finish()
}

/// One glyph for each character, as wide as it was measured; a character the font lacks shows its empty box and can still be found.
fn glyphs(text: &str, face: Face) -> Vec<KrillaGlyph> {
    let unit = Face { size: 1.0, ..face };
    let glyph = |(at, character): (usize, char)| {
        let end = at + character.len_utf8();
        let number = u32::from(glyph(face.weight, character).unwrap_or(0));
        let advance = text.get(at..end).map_or(0.0, |own| unit.width(own));
        KrillaGlyph::new(GlyphId::new(number), narrow(advance), 0.0, 0.0, 0.0, at..end, None)
    };
    text.char_indices().map(glyph).collect()
}

fn contents(sheets: &Sheets) -> Outline {
    let mut outline = Outline::new();
    for (title, page, y) in &sheets.bookmarks {
        let place = XyzDestination::new(*page, Point::from_xy(narrow(SIDE), narrow(*y)));
        outline.push_child(OutlineNode::new(title.clone(), place));
    }
    outline
}

/// The logical tree. Parts are taken from the last to the first, so that each is whole before it goes into the one around it.
fn tree(sheets: &Sheets, drawn: Vec<Vec<Identifier>>) -> TagTree {
    let parts = &sheets.outline.parts;
    let mut open: Vec<(TagGroup, Vec<Node>)> = Vec::new();
    for ((at, (role, _)), drawn) in parts.iter().enumerate().zip(drawn) {
        let title = || text_of(sheets, at);
        open.push((TagGroup::new(tag(*role, title)), drawn.into_iter().map(Node::from).collect()));
    }
    let mut roots: Vec<Node> = Vec::new();
    for (_, inside) in parts.iter().rev() {
        let Some((mut group, children)) = open.pop() else { break };
        // Children were added last first.
        let (own, below): (Vec<Node>, Vec<Node>) = children.into_iter().partition(|node| matches!(node, Node::Leaf(_)));
        own.into_iter().chain(below.into_iter().rev()).for_each(|node| group.push(node));
        match inside.and_then(|inside| open.get_mut(inside)) {
            Some((_, children)) => children.push(group.into()),
            None => roots.push(group.into()),
        }
    }
    let mut tree = TagTree::new().with_lang(Some(sheets.language.clone()));
    roots.into_iter().rev().for_each(|node| tree.push(node));
    tree
}

/// All text of one part.
fn text_of(sheets: &Sheets, wanted: usize) -> String {
    let text = |item: &Item| match item {
        Item::Text { text, part: Some(part), .. } if *part == wanted => Some(text.clone()),
        _ => None,
    };
    sheets.pages.iter().flatten().filter_map(text).collect()
}

fn tag(role: Role, title: impl Fn() -> String) -> TagKind {
    match role {
        Role::Heading(level) => Tag::Hn(NonZeroU16::new(level).unwrap_or(NonZeroU16::MIN), Some(title())).into(),
        Role::Paragraph => Tag::P.into(),
        Role::List => Tag::L(ListNumbering::Disc).into(),
        Role::ListItem => Tag::LI.into(),
        Role::ListBody => Tag::LBody.into(),
        Role::Table => Tag::Table.into(),
        Role::Row => Tag::TR.into(),
        Role::ColumnHead => Tag::TH(TableHeaderScope::Column).into(),
        Role::RowHead => Tag::TH(TableHeaderScope::Row).into(),
        Role::Cell => Tag::TD.into(),
    }
}

#[allow(clippy::cast_possible_truncation, reason = "places on a sheet; PDF keeps no more digits")]
fn narrow(value: f64) -> f32 {
    value as f32
}
