//! The reports of units as PDF: the same page, laid out on A4 sheets with the embedded font. Any page of the templates can be given.

mod figure;
mod flow;
mod inline;
mod markup;
mod sheet;
mod table;
#[cfg(test)]
mod tests;
mod tiles;
mod write;

use super::chart::{Face, GREY, Weight, cut};
use super::words::report as words;
use crate::diagnostic::Language;
use sheet::{BELOW, HEIGHT, Item, SIDE, Sheets, WIDTH};

/// Why a page did not become a PDF.
#[derive(Debug, thiserror::Error)]
pub enum PdfError {
    #[error("the embedded font cannot be read")]
    Font,
    #[error("the PDF cannot be written: {0}")]
    Write(String),
}

/// What stands at the foot of every sheet.
#[derive(Clone, Copy, Debug)]
pub struct Foot<'a> {
    /// Title of the assessment.
    pub title: &'a str,
    /// Mark of the run, as `run.json` names it.
    pub run: &'a str,
}

/// A page of the templates as PDF.
///
/// # Errors
/// [`PdfError`] when the writer refuses; no input leads there.
pub fn pdf(page: &str, foot: Foot<'_>) -> Result<Vec<u8>, PdfError> {
    write::document(&laid_out(page, foot))
}

/// The sheets with their feet.
fn laid_out(page: &str, foot: Foot<'_>) -> Sheets {
    let mut sheets = flow::sheets(page);
    let of = sheets.pages.len();
    let language = if sheets.language == "en" { Language::En } else { Language::Zh };
    let subject = sheets.title.split(" · ").next().unwrap_or_default().to_owned();
    for (at, items) in sheets.pages.iter_mut().enumerate() {
        let pages = words::foot(foot.run, at + 1, of, language);
        items.extend(footer(foot.title, &subject, &pages));
    }
    sheets
}

/// Title and unit to the left, run and page to the right; a long title is cut before the unit's name is.
fn footer(title: &str, subject: &str, pages: &str) -> Vec<Item> {
    let face = Face::new(7.5, GREY);
    let (left, right) = (SIDE, WIDTH - SIDE);
    let y = HEIGHT - BELOW + 24.0;
    let room = right - left - face.width(pages) - 20.0;
    let name = cut(&format!(" · {subject}"), face.size, Weight::Regular, room * 0.6);
    let title = cut(title, face.size, Weight::Regular, room - face.width(&name));
    let text = |x: f64, text: String| Item::Text { x, baseline: y, face, text, part: None };
    vec![
        Item::Line { points: vec![(left, y - 11.0), (right, y - 11.0)], width: 0.5, color: (184, 192, 200) },
        text(left, title + &name),
        text(right - face.width(pages), pages.to_owned()),
    ]
}
