//! What calamine does not tell of a worksheet, in one light pass over its part: merged regions, hidden rows, formulas
//! whose result was never saved. The pass also inflates the part once, so a false declared size is met here.

use super::grid::Merge;
use super::package::{Package, Tag, Tags};
use super::serial::is_percent_format;
use super::sheet_binary::{binary_comments, binary_percents, binary_sheets};
use crate::habits::{Habit, on};
use std::collections::BTreeMap;
use std::io::BufRead;

/// Most merged regions taken from one sheet.
pub(super) const MOST_MERGES: usize = 100_000;

#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Marks {
    pub merges: Vec<Merge>,
    pub hidden: Vec<u32>,
    /// (row, column) in the order of the file.
    pub uncached: Vec<(u32, u32)>,
    /// Cells whose style shows a percentage, in the order of the file.
    pub percents: Vec<(u32, u32)>,
    /// Ranges of hidden columns.
    pub columns: Vec<(u32, u32)>,
    /// Cells with comments.
    pub comments: Vec<(u32, u32)>,
}

/// Sheet name → part name, by the workbook part and its relations.
pub(super) fn sheet_parts(package: &mut Package<'_>) -> BTreeMap<String, String> {
    let main = main_part(package);
    let (folder, file) = main.rsplit_once('/').unwrap_or(("", &main));
    let relations = package.relations(&format!("{folder}/_rels/{file}.rels"), folder);
    if file.to_lowercase().ends_with(".bin") {
        let sheets = package.part(&main).map(|mut book| binary_sheets(&mut book));
        return resolve(sheets.unwrap_or_default(), &relations);
    }
    let book = package.text(&main).unwrap_or_default();
    let mut tags = Tags::new(book.as_bytes());
    let mut sheets = Vec::new();
    while let Ok(Some(tag)) = tags.next() {
        if tag.name() == b"sheet" && !tag.is_end() {
            let pair = tag.attribute("name").zip(tag.attribute("id"));
            sheets.extend(pair.map(|(name, id)| (name.into_owned(), id.into_owned())));
        }
    }
    resolve(sheets, &relations)
}

/// The workbook part, mostly `xl/workbook.xml`; some programs call it otherwise.
fn main_part(package: &mut Package<'_>) -> String {
    let text = package.text("_rels/.rels").unwrap_or_default();
    let mut tags = Tags::new(text.as_bytes());
    while let Ok(Some(tag)) = tags.next() {
        let is_main = tag.attribute("Type").is_some_and(|kind| kind.ends_with("/officeDocument"));
        if let (true, Some(target)) = (is_main, tag.attribute("Target")) {
            return target.trim_start_matches('/').to_owned();
        }
    }
    let name = if package.has("xl/workbook.bin") { "xl/workbook.bin" } else { "xl/workbook.xml" };
    name.to_owned()
}

fn resolve(sheets: Vec<(String, String)>, relations: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    sheets.into_iter().filter_map(|(name, id)| Some((name, relations.get(&id)?.clone()))).collect()
}

/// Which cell styles show a percentage; empty where none does.
pub(super) fn percent_styles(package: &mut Package<'_>) -> Vec<bool> {
    let main = main_part(package);
    let folder = main.rsplit_once('/').map_or("", |(folder, _)| folder);
    if main.to_lowercase().ends_with(".bin") {
        let styles = package.part(&format!("{folder}/styles.bin")).map(|mut part| binary_percents(&mut part));
        return styles.filter(|styles| styles.contains(&true) && on(Habit::PercentFormats)).unwrap_or_default();
    }
    let text = package.text(&format!("{folder}/styles.xml")).unwrap_or_default();
    let mut tags = Tags::new(text.as_bytes());
    let (mut own, mut styles, mut cells) = (BTreeMap::new(), Vec::new(), false);
    while let Ok(Some(tag)) = tags.next() {
        let number = || tag.attribute("numFmtId").and_then(|text| text.parse::<u16>().ok());
        match tag.name() {
            b"numFmt" => own.extend(number().zip(tag.attribute("formatCode").map(std::borrow::Cow::into_owned))),
            b"cellXfs" => cells = !tag.is_end(),
            b"xf" if cells && !tag.is_end() => {
                styles.push(number().is_some_and(|id| is_percent_format(id, own.get(&id).map(String::as_str))));
            }
            _ => {}
        }
    }
    if styles.contains(&true) && on(Habit::PercentFormats) { styles } else { Vec::new() }
}

/// Where the comments of a sheet stand.
pub(super) fn comments(package: &mut Package<'_>, sheet: &str) -> Vec<(u32, u32)> {
    let (folder, file) = sheet.rsplit_once('/').unwrap_or(("", sheet));
    let relations = package.relations(&format!("{folder}/_rels/{file}.rels"), folder);
    // `comments1.xml` beside `sheet1.xml`, or `comments/comment1.xml`; not the drawing of the comments.
    let is_comments = |part: &&String| {
        let name = part.rsplit('/').next().unwrap_or_default().to_lowercase();
        name.starts_with("comment") && matches!(name.rsplit('.').next(), Some("xml" | "bin"))
    };
    let Some(part) = relations.values().find(is_comments) else { return Vec::new() };
    // `xl/worksheets/../comments1.xml`
    let part = part.split_once("/../").map_or_else(
        || part.clone(),
        |(before, after)| {
            let above = before.rsplit_once('/').map_or("", |(above, _)| above);
            format!("{above}/{after}")
        },
    );
    if part.to_lowercase().ends_with(".bin") {
        return package.part(&part).map(|mut part| binary_comments(&mut part)).unwrap_or_default();
    }
    let text = package.text(&part).unwrap_or_default();
    let mut tags = Tags::new(text.as_bytes());
    let mut places = Vec::new();
    while let Ok(Some(tag)) = tags.next() {
        if tag.name() == b"comment" && !tag.is_end() && places.len() < MOST_MERGES {
            places.extend(tag.attribute("ref").and_then(|text| reference(&text)));
        }
    }
    places.sort_unstable();
    places
}

/// Marks of an XML worksheet; `percents`: which cell styles show a percentage.
pub(super) fn xml_marks(part: &mut dyn BufRead, percents: &[bool]) -> std::io::Result<Marks> {
    let mut pass = XmlPass { percents, ..XmlPass::default() };
    let mut tags = Tags::new(part);
    while let Some(tag) = tags.next()? {
        pass.tag(&tag);
    }
    Ok(pass.marks)
}

/// Where the pass stands. References are parsed only where something is to be marked.
#[derive(Default)]
struct XmlPass<'p> {
    percents: &'p [bool],
    marks: Marks,
    row: u32,
    /// The current cell's tag, or the last one before it that says where it stands …
    anchor: Vec<u8>,
    /// … and how many cells further we are.
    since: u32,
    formula: bool,
    value: bool,
}

impl XmlPass<'_> {
    fn tag(&mut self, tag: &Tag<'_>) {
        match (tag.name(), tag.is_end()) {
            (b"v", true) => self.value |= tag.after_text > 0,
            (b"c", false) => self.cell(tag),
            (b"c", true) if self.formula && !self.value => self.uncached(),
            (b"f", false) => self.formula = true,
            (b"row", false) => self.open_row(tag),
            (b"col", false) => self.column(tag),
            (b"row", true) => self.row += 1,
            (b"mergeCell", false) if self.marks.merges.len() < MOST_MERGES => self.marks.merges.extend(region(tag)),
            _ => {}
        }
    }

    fn open_row(&mut self, tag: &Tag<'_>) {
        let told = tag.attribute("r").and_then(|text| text.parse::<u32>().ok());
        self.row = told.map_or(self.row, |one_based| one_based.saturating_sub(1));
        if tag.attribute("hidden").is_some_and(|text| matches!(text.as_ref(), "1" | "true")) {
            self.marks.hidden.push(self.row);
        }
        self.row += u32::from(tag.is_empty());
        self.anchor.clear();
        self.since = 0;
    }

    fn column(&mut self, tag: &Tag<'_>) {
        let number = |name: &str| tag.attribute(name).and_then(|text| text.parse::<u32>().ok()?.checked_sub(1));
        let hidden = tag.attribute("hidden").is_some_and(|text| matches!(text.as_ref(), "1" | "true"));
        if hidden && self.marks.columns.len() < 1024 {
            self.marks.columns.extend(number("min").zip(number("max")));
        }
    }

    fn cell(&mut self, tag: &Tag<'_>) {
        (self.formula, self.value) = (false, false);
        let raw = tag.raw();
        let placed = raw.starts_with(b"c r=") || tag.attribute("r").is_some();
        if placed {
            self.anchor.clear();
            self.anchor.extend_from_slice(raw);
            self.since = 0;
        } else {
            self.since += 1;
        }
        // a text formula may well have an empty text as its result
        self.value = raw.windows(6).any(|part| part == b"t=\"str");
        if !self.percents.is_empty() {
            let style = tag.attribute("s").and_then(|text| text.parse::<usize>().ok());
            if style.and_then(|style| self.percents.get(style)) == Some(&true) {
                let place = self.place();
                self.marks.percents.push(place);
            }
        }
    }

    fn uncached(&mut self) {
        let place = self.place();
        self.marks.uncached.push(place);
    }

    /// Where the current cell stands.
    fn place(&self) -> (u32, u32) {
        let told = Tag::of(&self.anchor).attribute("r").and_then(|text| reference(&text));
        match told {
            Some((row, column)) => (row, column.saturating_add(self.since)),
            None => (self.row, self.since.saturating_sub(1)),
        }
    }
}

fn region(tag: &Tag<'_>) -> Option<Merge> {
    let text = tag.attribute("ref")?;
    let (from, to) = text.split_once(':')?;
    let ((top, left), (bottom, right)) = (reference(from)?, reference(to)?);
    Some(Merge { top, left, bottom, right })
}

/// `F17` → (16, 5).
fn reference(text: &str) -> Option<(u32, u32)> {
    let digits = text.find(|letter: char| letter.is_ascii_digit())?;
    let mut column = 0_u32;
    for letter in text[..digits].bytes().filter(|letter| *letter != b'$') {
        let value = letter.to_ascii_uppercase().checked_sub(b'A').filter(|value| *value < 26)?;
        column = column.checked_mul(26)?.checked_add(u32::from(value) + 1)?;
    }
    let row: u32 = text[digits..].parse().ok()?;
    Some((row.checked_sub(1)?, column.checked_sub(1)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_pass_finds_merges_hidden_rows_and_formulas_without_a_result() {
        let xml = r#"<worksheet><sheetData><row r="2" hidden="1"><c r="A2"><f>1+1</f></c><c r="B2"><f>A2</f><v>2</v></c>
            <c><f/><v></v></c></row><row hidden="true"/><row><c t="str"><f>""</f><v></v></c><c r="D4"><f>A1</f></c></row></sheetData>
            <mergeCells><mergeCell ref="A1:C1"/><mergeCell ref="$B$2:B4"/></mergeCells></worksheet>"#;
        let marks = xml_marks(&mut xml.as_bytes(), &[]).unwrap();
        assert_eq!(marks.hidden, [1, 2]);
        assert_eq!(marks.uncached, [(1, 0), (1, 2), (3, 3)]);
        let expected = [Merge { top: 0, left: 0, bottom: 0, right: 2 }, Merge { top: 1, left: 1, bottom: 3, right: 1 }];
        assert_eq!(marks.merges, expected);
    }

    #[test]
    fn a_part_cut_off_inside_a_tag_is_an_error() {
        assert!(xml_marks(&mut &b"<worksheet><row r=\"1"[..], &[]).is_err());
    }

    #[test]
    fn references_are_read_and_nonsense_is_not() {
        assert_eq!(reference("XFD1048576"), Some((1_048_575, 16_383)));
        assert_eq!(reference("A0"), None);
        assert_eq!(reference("17"), None);
        assert_eq!(reference("ZZZZZZZZ1"), None);
    }
}
