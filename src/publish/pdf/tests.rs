//! The sheets say what the page says, in its order; nothing is clipped or overlaps; the bytes are the same every time.

use super::markup::{Element, Node, read};
use super::sheet::{ABOVE, BELOW, HEIGHT, Item, SIDE, Sheets, WIDTH, text_boxes};
use super::{Foot, laid_out, pdf, write};
use crate::measure::Cleared;
use crate::publish::chart::fixture::Made;
use crate::publish::test_fixture::taken;
use crate::publish::unit_reports;
use krilla::SerializeSettings;
use krilla::configure::{Accessibility, ConfigurationBuilder};
use rayon::prelude::*;
use std::fmt::Write as _;

const FOOT: Foot<'_> = Foot { title: "2026年度党建工作责任制考核", run: "0123456789ab" };

/// Pages of a made assessment, every `step`th.
fn pages(made: &Made, step: usize) -> Vec<(String, String)> {
    let cleared = Cleared::assumed(made.assessment.clone());
    let mut pages = taken(|take| unit_reports(&made.scheme, &cleared, take));
    pages.retain(|(path, _)| path.ends_with("report.html"));
    pages.into_iter().step_by(step).collect()
}

fn sheets(page: &str) -> Sheets {
    laid_out(page, FOOT)
}

/// Chinese, English, one with names of forty characters everywhere, one with a cell hidden, all with last year.
fn made() -> Vec<(Made, usize)> {
    let mut long = Made::new(3, 2, 2);
    for (at, subject) in long.scheme.frame.subjects.iter_mut().enumerate() {
        subject.name = format!("新疆生产建设兵团第一师阿拉尔市四十一团基层党建与社会治理工作委员会（经济技术开发区办公室）{at}");
    }
    for node in &mut long.scheme.index.nodes {
        node.name = format!("{}（含意识形态工作责任制落实、党风廉政建设和为基层减负情况的综合评价）", node.name);
    }
    let mut hidden = Made::new(3, 2, 0);
    let division = hidden.level(1)[0];
    hidden.hide(division, "ceping.2", crate::numeric::ratio(1234, 100));
    vec![(Made::new(14, 3, 2), 11), (Made::english(4, 3, 2), 5), (long, 3), (hidden, 2), (Made::one_item(3, 8), 5)]
}

fn without_blanks(text: &str) -> String {
    text.chars().filter(|character| !character.is_whitespace()).collect()
}

/// What the body of a page says.
fn said(element: &Element) -> String {
    let child = |node: &Node| match node {
        Node::Text(text) => text.clone(),
        Node::Element(element) => said(element),
    };
    element.children.iter().map(child).collect()
}

/// What the sheets say, in the order in which they are read aloud.
fn read_aloud(sheets: &Sheets) -> String {
    let text = |item: &Item| match item {
        Item::Text { text, part: Some(part), .. } => Some((*part, text.clone())),
        _ => None,
    };
    let mut all: Vec<(usize, String)> = sheets.pages.iter().flatten().filter_map(text).collect();
    all.sort_by_key(|(part, _)| *part);
    all.into_iter().map(|(_, text)| text).collect()
}

#[test]
fn the_sheets_say_what_the_page_says_and_nothing_else() {
    for (made, step) in made() {
        for (path, page) in pages(&made, step) {
            let tree = read(&page);
            let expected = without_blanks(&said(tree.find("body").expect("a body")));
            let sheets = sheets(&page);
            assert_eq!(without_blanks(&read_aloud(&sheets)), expected, "{path}");
            assert!(expected.len() > 500 && !sheets.title.is_empty());
        }
    }
}

#[test]
fn nothing_leaves_the_sheet_or_overlaps() {
    for (made, step) in made() {
        for (path, page) in pages(&made, step) {
            for items in sheets(&page).pages {
                let boxes = text_boxes(&items);
                let (foot, body) = (HEIGHT - BELOW, (SIDE, ABOVE, WIDTH - SIDE));
                for (at, a) in boxes.iter().enumerate() {
                    let in_foot = a.1 > foot && a.3 < HEIGHT - 10.0;
                    let inside = a.0 >= body.0 - 0.1 && a.2 <= body.2 + 0.1 && a.1 >= body.1 - 0.1;
                    assert!(inside && (a.3 <= foot || in_foot), "{path}: 「{}」 leaves the sheet: {a:?}", a.4);
                    let over =
                        boxes[at + 1..].iter().find(|b| a.0 < b.2 - 0.1 && b.0 < a.2 - 0.1 && a.1 < b.3 - 0.1 && b.1 < a.3 - 0.1);
                    assert!(over.is_none(), "{path}: 「{}」 overlaps {over:?}", a.4);
                }
            }
        }
    }
}

#[test]
fn what_does_not_fit_goes_on_under_its_head() {
    let mut page =
        "<html lang=\"en\"><title>U · T</title><body><h2>Long</h2><table><thead><tr><th>Name</th><th class=\"n\">Score</th>\
                    </tr></thead><tbody>"
            .to_owned();
    for row in 0..300 {
        let _ = write!(page, "<tr><th>row {row}</th><td class=\"n\">{row}.5</td></tr>");
    }
    page.push_str("</tbody></table></body></html>");
    let sheets = laid_out(&page, FOOT);
    assert!(sheets.pages.len() > 3, "{}", sheets.pages.len());
    for (at, items) in sheets.pages.iter().enumerate() {
        let texts: Vec<&str> = text_of(items);
        let head = texts.iter().position(|text| *text == "Name").expect("a head");
        assert_eq!(head, usize::from(at == 0), "sheet {at}: {:?}", &texts[..3]);
        assert!(texts.iter().any(|text| *text == format!("Run mark 0123456789ab · page {} of {}", at + 1, sheets.pages.len())));
    }
    let rows = sheets.pages.iter().flat_map(|items| text_of(items)).filter(|text| text.starts_with("row ")).count();
    assert_eq!(rows, 300, "none is lost or told twice");
}

fn text_of(items: &[Item]) -> Vec<&str> {
    items.iter().filter_map(|item| if let Item::Text { text, .. } = item { Some(text.as_str()) } else { None }).collect()
}

/// Tags, titles, language and fonts satisfy what the writer can check of PDF/UA-1.
#[test]
fn a_screen_reader_can_read_it() {
    let configuration =
        ConfigurationBuilder::new().with_accessibility_validator(Accessibility::UA1).finish().expect("a configuration");
    for (made, step) in made() {
        for (path, page) in pages(&made, step * 3) {
            let how = SerializeSettings { configuration, ..SerializeSettings::default() };
            let written = write::checked(&sheets(&page), how);
            assert!(written.is_ok(), "{path}: {}", written.expect_err("an error"));
        }
    }
}

#[test]
fn every_report_has_a_pdf_of_the_same_bytes_for_any_number_of_threads() {
    let made = Made::new(2, 2, 2);
    let pages = pages(&made, 1);
    let [one, other] = [1, 3].map(|threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        let made = || pages.par_iter().map(|(_, page)| pdf(page, FOOT)).collect::<Result<Vec<_>, _>>();
        pool.install(made).expect("documents")
    });
    assert!(one == other, "threads change nothing");
    assert_eq!(one.len(), pages.len());
    for (pdf, (path, _)) in one.iter().zip(&pages) {
        assert!(pdf.starts_with(b"%PDF-1.7") && pdf.len() < 200_000, "{path}: {} bytes", pdf.len());
        let text = String::from_utf8_lossy(pdf);
        for wanted in ["/StructTreeRoot", "/Lang(zh-CN)", "/ToUnicode", "/FontFile2"] {
            assert!(text.contains(wanted), "{path}: {wanted}");
        }
        assert!(!text.contains("CreationDate") && !text.contains("ModDate"), "{path} has a date");
    }
}
