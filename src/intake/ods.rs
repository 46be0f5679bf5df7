//! OpenDocument spreadsheets (.ods): `content.xml` → sparse grids. Repeated empty rows and cells cost nothing.

use super::gather::{Gather, MOST_CELLS, TooMuch};
use super::grid::{Cell, Merge};
use super::serial::percent_text;
use crate::habits::{Habit, on};
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;
use std::collections::BTreeSet;
use std::io::BufRead;

/// One table as gathered.
pub(super) struct OdsSheet {
    pub name: String,
    pub hidden: bool,
    pub gather: Result<Gather, TooMuch>,
}

/// Reads every table of `content.xml`; the error is the parser's own words.
pub(super) fn read_content(content: impl BufRead) -> Result<Vec<OdsSheet>, String> {
    let mut xml = Reader::from_reader(content);
    let config = xml.config_mut();
    config.expand_empty_elements = true;
    let mut reader = OdsReader::default();
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match xml.read_event_into(&mut buffer).map_err(|error| error.to_string())? {
            Event::Start(tag) => reader.start(&tag),
            Event::End(tag) => reader.end(tag.local_name().as_ref()),
            Event::Text(text) => reader.text(&text.xml10_content()),
            Event::CData(text) => reader.text(&text.xml10_content()),
            Event::GeneralRef(entity) => {
                let text = quick_xml::escape::unescape(&format!("&{};", &*entity)).map(std::borrow::Cow::into_owned);
                reader.text(&text.unwrap_or_default());
            }
            Event::Eof => break,
            _ => {}
        }
    }
    if reader.sheet.is_some() {
        return Err("content.xml: EOF".to_owned());
    }
    Ok(reader.sheets)
}

#[derive(Default)]
struct OdsReader {
    sheets: Vec<OdsSheet>,
    sheet: Option<OdsSheet>,
    /// Styles whose tables are not displayed.
    hidden_styles: BTreeSet<String>,
    style: String,
    row: u32,
    column: u32,
    /// How often the current row stands.
    row_repeat: u32,
    row_hidden: bool,
    /// Cells of the current row, with how often each stands.
    cells: Vec<(u32, u32, Cell)>,
    cell: Option<OdsCell>,
    /// Open elements inside a cell whose text is not the cell's (notes, drawings).
    foreign: u32,
    /// Tables inside tables, and the depth of paragraphs.
    nested: u32,
}

struct OdsCell {
    repeat: u32,
    span: (u32, u32),
    value: Option<Cell>,
    formula: bool,
    paragraphs: u32,
    text: String,
}

impl OdsReader {
    fn start(&mut self, tag: &BytesStart<'_>) {
        let name = tag.local_name();
        let name = name.as_ref();
        if self.foreign > 0 {
            self.foreign += u32::from(is_foreign(name));
            return;
        }
        match name {
            "style" => self.style = attribute(tag, "name").unwrap_or_default(),
            "table-properties" if attribute(tag, "display").as_deref() == Some("false") => {
                self.hidden_styles.insert(self.style.clone());
            }
            "table" if self.sheet.is_some() => self.nested += 1,
            "table" => self.open_table(tag),
            _ if self.nested > 0 => {}
            "table-row" => {
                self.row_repeat = number(tag, "number-rows-repeated");
                self.row_hidden = matches!(attribute(tag, "visibility").as_deref(), Some("collapse" | "filter"));
                self.column = 0;
            }
            "table-cell" | "covered-table-cell" if self.sheet.is_some() => self.cell = Some(open_cell(tag)),
            _ if is_foreign(name) => {
                self.comment(name);
                self.foreign += u32::from(self.cell.is_some());
            }
            "table-column" => self.column_tag(tag),
            "p" | "s" | "tab" | "line-break" => self.space(name, tag),
            _ => {}
        }
    }

    /// A comment of the current cell.
    fn comment(&mut self, name: &str) {
        let (row, column) = (self.row, self.column);
        if let ("annotation", true, Some(Ok(gather))) =
            (name, self.cell.is_some(), self.sheet.as_mut().map(|sheet| sheet.gather.as_mut()))
        {
            gather.comment(row, column);
        }
    }

    /// A run of columns, perhaps hidden.
    fn column_tag(&mut self, tag: &BytesStart<'_>) {
        let (first, repeat) = (self.column, number(tag, "number-columns-repeated"));
        self.column = self.column.saturating_add(repeat);
        let hidden = matches!(attribute(tag, "visibility").as_deref(), Some("collapse" | "filter"));
        if let (true, Some(Ok(gather))) = (hidden, self.sheet.as_mut().map(|sheet| sheet.gather.as_mut())) {
            gather.hide_columns(first, first.saturating_add(repeat.saturating_sub(1)));
        }
    }

    fn open_table(&mut self, tag: &BytesStart<'_>) {
        let hidden = attribute(tag, "style-name").is_some_and(|style| self.hidden_styles.contains(&style));
        let name = attribute(tag, "name").unwrap_or_default();
        self.sheet = Some(OdsSheet { name, hidden, gather: Ok(Gather::default()) });
        (self.row, self.column) = (0, 0);
    }

    fn space(&mut self, name: &str, tag: &BytesStart<'_>) {
        let Some(cell) = &mut self.cell else { return };
        match name {
            "p" => {
                if cell.paragraphs > 0 {
                    cell.text.push('\n');
                }
                cell.paragraphs += 1;
            }
            "s" => cell.text.extend(std::iter::repeat_n(' ', number(tag, "c").min(1000) as usize)),
            "tab" => cell.text.push('\t'),
            _ => cell.text.push('\n'),
        }
    }

    fn text(&mut self, text: &str) {
        if self.foreign > 0 || self.nested > 0 {
            return;
        }
        if let Some(cell) = self.cell.as_mut().filter(|cell| cell.paragraphs > 0) {
            cell.text.push_str(text);
        }
    }

    fn end(&mut self, name: &str) {
        if self.foreign > 0 {
            self.foreign -= u32::from(is_foreign(name));
            return;
        }
        match name {
            "table" if self.nested > 0 => self.nested -= 1,
            "table" => self.sheets.extend(self.sheet.take()),
            _ if self.nested > 0 => {}
            "table-cell" | "covered-table-cell" => self.close_cell(),
            "table-row" => self.close_row(),
            _ => {}
        }
    }

    fn close_cell(&mut self) {
        let Some(cell) = self.cell.take() else { return };
        let (rows, columns) = cell.span;
        if let (true, Some(Ok(gather))) = (rows > 1 || columns > 1, self.sheet.as_mut().map(|sheet| sheet.gather.as_mut())) {
            let (bottom, right) = (self.row.saturating_add(rows - 1), self.column.saturating_add(columns - 1));
            gather.merge(Merge { top: self.row, left: self.column, bottom, right });
        }
        let value = match cell.value {
            Some(Cell::Error(_)) => Cell::Error(cell.text.into()),
            Some(value) => value,
            None if !cell.text.is_empty() => Cell::Text(cell.text.into()),
            None if cell.formula => Cell::Uncached,
            None => Cell::Empty,
        };
        if value != Cell::Empty {
            self.cells.push((self.column, cell.repeat, value));
        }
        self.column = self.column.saturating_add(cell.repeat);
    }

    fn close_row(&mut self) {
        let cells = std::mem::take(&mut self.cells);
        if let Some(sheet) = &mut self.sheet
            && let (Ok(gather), false) = (&mut sheet.gather, cells.is_empty())
        {
            let poured = pour_row(gather, self.row, self.row_repeat, self.row_hidden, &cells);
            if let Err(error) = poured {
                sheet.gather = Err(error);
            }
        }
        self.row = self.row.saturating_add(self.row_repeat);
    }
}

/// A row and its repetitions; only rows with something in them come here.
fn pour_row(gather: &mut Gather, row: u32, repeat: u32, hidden: bool, cells: &[(u32, u32, Cell)]) -> Result<(), TooMuch> {
    let wide: u64 = cells.iter().map(|(_, columns, _)| u64::from(*columns)).sum();
    if wide.saturating_mul(repeat.into()) > MOST_CELLS as u64 {
        return Err(TooMuch);
    }
    for row in row..row.saturating_add(repeat) {
        if hidden {
            gather.hide_row(row);
        }
        for (column, repeat, cell) in cells {
            for column in *column..column.saturating_add(*repeat) {
                gather.cell(row, column, cell.clone())?;
            }
        }
    }
    Ok(())
}

/// Elements whose text does not belong to the cell.
fn is_foreign(name: &str) -> bool {
    matches!(name, "annotation" | "shapes" | "frame" | "custom-shape" | "g" | "object" | "tracked-changes")
}

fn open_cell(tag: &BytesStart<'_>) -> OdsCell {
    let kind = attribute(tag, "value-type").unwrap_or_default();
    let value = || attribute(tag, "value").and_then(|text| text.parse::<f64>().ok()).map(Cell::Number);
    let value = match kind.as_str() {
        "percentage" if on(Habit::PercentFormats) => value().map(|cell| match cell {
            Cell::Number(number) => percent_text(number),
            other => other,
        }),
        "float" | "percentage" | "currency" => value(),
        "boolean" => attribute(tag, "boolean-value").map(|text| Cell::Bool(text == "true")),
        "date" => attribute(tag, "date-value").map(|text| Cell::Date(iso_date(&text).into())),
        "time" => attribute(tag, "time-value").map(|text| Cell::Date(iso_time(&text).into())),
        "string" => attribute(tag, "string-value").map(|text| Cell::Text(text.into())),
        _ => None,
    };
    let is_error = has_error_type(tag);
    OdsCell {
        repeat: number(tag, "number-columns-repeated"),
        span: (number(tag, "number-rows-spanned"), number(tag, "number-columns-spanned")),
        value: if is_error { Some(Cell::Error(Box::default())) } else { value },
        // a formula of kind string with an empty result is cached all the same
        formula: kind.is_empty() && attribute(tag, "formula").is_some(),
        paragraphs: 0,
        text: String::new(),
    }
}

/// LibreOffice says `calcext:value-type="error"` beside a string value type.
fn has_error_type(tag: &BytesStart<'_>) -> bool {
    tag.attributes()
        .flatten()
        .any(|attribute| attribute.key.local_name().as_ref() == "value-type" && attribute.value.as_ref() == "error")
}

/// `2025-01-31T00:00:00` → `2025-01-31`; with a time of day, `2025-01-31 08:30:00`.
fn iso_date(text: &str) -> String {
    let (date, time) = text.split_once('T').unwrap_or((text, ""));
    let time = time.split('.').next().unwrap_or_default();
    if time.is_empty() || time == "00:00:00" { date.to_owned() } else { format!("{date} {time}") }
}

/// `PT08H30M00S` → `08:30:00`.
fn iso_time(text: &str) -> String {
    let digits: Vec<&str> = text.trim_start_matches("PT").split_terminator(['H', 'M', 'S']).collect();
    match digits.as_slice() {
        [hours, minutes, seconds] => format!("{hours}:{minutes}:{}", seconds.split(['.', ',']).next().unwrap_or_default()),
        _ => text.to_owned(),
    }
}

/// A count; 1 where it is not given.
fn number(tag: &BytesStart<'_>, name: &str) -> u32 {
    attribute(tag, name).and_then(|text| text.parse().ok()).unwrap_or(1).max(1)
}

/// The first attribute of this local name.
fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = tag.attributes().flatten().find(|attribute| attribute.key.local_name().as_ref() == name)?;
    Some(quick_xml::escape::unescape(&found.value).ok()?.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Place;
    use crate::intake::grid::Grid;

    fn read(tables: &str) -> Vec<(String, bool, Grid)> {
        let xml = format!(
            "<office:document-content><office:automatic-styles><style:style style:name=\"ta2\">\
             <style:table-properties table:display=\"false\"/></style:style></office:automatic-styles>\
             <office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
        );
        let sheets = read_content(xml.as_bytes()).unwrap();
        let finish = |sheet: OdsSheet| (sheet.name, sheet.hidden, sheet.gather.unwrap().finish(&Place::default()).0);
        sheets.into_iter().map(finish).collect()
    }

    #[test]
    fn repeats_of_nothing_cost_nothing_and_repeats_of_cells_are_cells() {
        let sheets = read(
            "<table:table table:name=\"一\"><table:table-row table:number-rows-repeated=\"1048000\"><table:table-cell \
             table:number-columns-repeated=\"16384\"/></table:table-row><table:table-row table:number-rows-repeated=\"2\">\
             <table:table-cell/><table:table-cell table:number-columns-repeated=\"3\" office:value-type=\"float\" \
             office:value=\"4\"><text:p>4.00</text:p></table:table-cell></table:table-row></table:table>",
        );
        let (name, hidden, grid) = &sheets[0];
        assert_eq!((name.as_str(), *hidden, grid.rows.len(), grid.width), ("一", false, 2, 4));
        assert_eq!(grid.get(1_048_001, 3), &Cell::Number(4.0));
    }

    #[test]
    fn percentages_comments_and_hidden_columns() {
        let xml = "<office:document-content><office:body><office:spreadsheet><table:table table:name=\"A\">\
            <table:table-column/><table:table-column table:number-columns-repeated=\"2\" table:visibility=\"collapse\"/>\
            <table:table-row><table:table-cell office:value-type=\"percentage\" office:value=\"0.905\"><text:p>91%</text:p>\
            </table:table-cell><table:table-cell office:value-type=\"string\"><office:annotation><text:p>注</text:p>\
            </office:annotation><text:p>一</text:p></table:table-cell></table:table-row></table:table></office:spreadsheet>\
            </office:body></office:document-content>";
        let sheet = read_content(xml.as_bytes()).unwrap().remove(0);
        let (grid, found) = sheet.gather.unwrap().finish(&Place::default());
        assert_eq!((grid.get(0, 0).text(), grid.get(0, 1).text()), ("90.5%".into(), "一".into()));
        let shown: Vec<_> = found.iter().map(|d| (d.code.as_str(), d.arg("found"), d.place.column)).collect();
        assert_eq!(shown, [("F232", "B", Some(1)), ("F233", "", Some(1))]);
    }

    #[test]
    fn texts_notes_merges_and_hidden_tables() {
        let sheets = read(
            "<table:table table:name=\"A\" table:style-name=\"ta2\"><table:table-row table:visibility=\"collapse\">\
             <table:table-cell table:number-columns-spanned=\"2\" table:number-rows-spanned=\"1\" \
             office:value-type=\"string\"><office:annotation><text:p>批注</text:p></office:annotation><text:p>一&amp;二</text:p>\
             <text:p>三<text:s text:c=\"2\"/>四</text:p></table:table-cell><table:covered-table-cell/>\
             <table:table-cell table:formula=\"of:=1+1\"/><table:table-cell office:value-type=\"date\" \
             office:date-value=\"2025-01-31\"/></table:table-row></table:table>",
        );
        let (_, hidden, grid) = &sheets[0];
        assert!(*hidden && grid.rows[0].hidden);
        assert_eq!(grid.get(0, 0).text(), "一&二\n三  四");
        assert_eq!(grid.get(0, 1).text(), "一&二\n三  四");
        assert_eq!(grid.get(0, 2), &Cell::Uncached);
        assert_eq!(grid.get(0, 3), &Cell::Date("2025-01-31".into()));
    }

    #[test]
    fn a_bomb_of_repeated_cells_is_refused() {
        let xml = "<t:table t:name=\"b\"><t:table-row t:number-rows-repeated=\"1048576\"><t:table-cell \
                   t:number-columns-repeated=\"16384\" o:value-type=\"float\" o:value=\"1\"/></t:table-row></t:table>";
        let sheets = read_content(xml.as_bytes()).unwrap();
        assert_eq!(sheets[0].gather.as_ref().err(), Some(&TooMuch));
    }
}
