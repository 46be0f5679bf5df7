//! Web pages saved as `.xls` and XML Spreadsheet 2003: their tables as sheets. A tolerant pass over tags; nothing is
//! fetched, run or expanded.

use super::encoding::{decode_lossy, detect};
use super::excel::Sheet;
use super::gather::Gather;
use super::grid::{Cell, Grid, Merge};
use super::serial::date_text;
use crate::diagnostic::{Diagnostic, Place};
use std::collections::BTreeMap;

/// Most columns a span may cover.
const WIDEST: u32 = 1024;
/// Most rows a span may cover.
const TALLEST: u32 = 65_536;
/// Columns a sheet has.
const LAST_COLUMN: u32 = 16_384;
/// Cells that spans may take before the table is given up.
const MOST_SPANNED: u64 = 20_000_000;

/// Reads the tables of a web page, or (`xml`) the worksheets of an XML Spreadsheet 2003; the error says what is lacking.
pub(super) fn read_markup(bytes: &[u8], xml: bool, place: &Place) -> Result<Vec<Sheet>, String> {
    let Some(found) = detect(bytes, true) else { return Err("binary".to_owned()) };
    let text = decode_lossy(found.encoding, &bytes[found.bom..]);
    let mut page = Page { xml, ..Page::default() };
    page.read(&text);
    let code = if xml { "F231" } else { "F230" };
    let mut sheets: Vec<Sheet> = Vec::new();
    for (nth, table) in page.done.into_iter().enumerate() {
        let name = table.name.unwrap_or_else(|| format!("表{}", nth + 1));
        let place = Place::sheet(place.file.clone(), name.as_str());
        let (grid, mut diagnostics) = match table.gather {
            // What came before the break may lack its last rows, and a cell may lack its last digits.
            _ if table.cut => (Grid::default(), vec![Diagnostic::new("F216", place.clone()).with("found", "</table>")]),
            Some(gather) => gather.finish(&place),
            None => (Grid::default(), vec![Diagnostic::new("F209", place.clone())]),
        };
        if grid.rows.is_empty() && diagnostics.is_empty() {
            continue;
        }
        if sheets.is_empty() {
            diagnostics.insert(0, Diagnostic::new(code, place));
        }
        sheets.push(Sheet { name, hidden: table.hidden, grid, diagnostics });
    }
    if sheets.is_empty() { Err(if xml { "XML 2003" } else { "HTML" }.to_owned()) } else { Ok(sheets) }
}

/// One table as it grows.
struct Table {
    name: Option<String>,
    hidden: bool,
    /// `None`: it held too much.
    gather: Option<Gather>,
    row: u32,
    column: u32,
    /// Columns taken by spans from above, and the first row after.
    taken: BTreeMap<u32, u32>,
    /// Cells taken or passed over because of spans.
    spanned: u64,
    begun: bool,
    /// The file ends within it.
    cut: bool,
}

/// A cell being read.
#[derive(Default)]
struct Open {
    text: String,
    /// Anything but blanks in it.
    filled: bool,
    rows: u32,
    columns: u32,
    /// `ss:Type` of XML 2003.
    kind: String,
}

#[derive(Default)]
struct Page {
    xml: bool,
    done: Vec<Table>,
    table: Option<Table>,
    /// Tables within a cell: their text belongs to the cell.
    nested: u32,
    cell: Option<Open>,
    /// Inside script, style or comment elements.
    mute: Option<String>,
    /// XML: inside `Data`.
    data: bool,
    /// XML: hidden worksheet.
    name: Option<String>,
}

impl Page {
    fn read(&mut self, text: &str) {
        let mut rest = text;
        while let Some(open) = rest.find('<') {
            self.text(&rest[..open]);
            rest = &rest[open..];
            let end = if rest.starts_with("<!--") {
                rest.find("-->").map(|at| at + 3)
            } else if let Some(body) = rest.strip_prefix("<![CDATA[") {
                let end = body.find("]]>").unwrap_or(body.len());
                self.raw(&body[..end]);
                Some((end + 12).min(rest.len()))
            } else {
                tag_end(rest)
            };
            let Some(end) = end.filter(|end| rest.is_char_boundary(*end)) else { break };
            if !rest.starts_with("<!") && !rest.starts_with("<?") {
                self.tag(rest[1..end].trim_end_matches('>'));
            }
            rest = &rest[end..];
        }
        if let Some(table) = &mut self.table {
            table.cut = true;
        }
        self.close_table();
    }

    fn text(&mut self, text: &str) {
        if !text.is_empty() {
            self.raw(&entities(text));
        }
    }

    fn raw(&mut self, text: &str) {
        if let (Some(cell), None) = (&mut self.cell, &self.mute)
            && (!self.xml || self.data)
        {
            cell.filled |= !text.trim_start().is_empty();
            // In a web page line ends are blanks; in XML they are what they are.
            if self.xml {
                cell.text.push_str(text);
            } else {
                cell.text.extend(text.chars().map(|c| if matches!(c, '\n' | '\r') { ' ' } else { c }));
            }
        }
    }

    fn tag(&mut self, tag: &str) {
        let closing = tag.starts_with('/');
        let body = tag.trim_start_matches('/');
        let name = body.split(|c: char| c.is_whitespace() || c == '/').next().unwrap_or_default();
        let name = name.rsplit(':').next().unwrap_or(name).to_ascii_lowercase();
        if let Some(mute) = &self.mute {
            if closing && *mute == name {
                self.mute = None;
            }
            return;
        }
        match (name.as_str(), closing) {
            ("script" | "style" | "comment" | "title" | "select", false) if !tag.ends_with('/') => self.mute = Some(name),
            ("worksheet", false) => self.name = attribute(body, "name"),
            ("table", false) => self.open_table(),
            ("table", true) if self.nested > 0 => self.nested -= 1,
            ("table", true) => self.close_table(),
            _ if self.nested > 0 => {}
            ("tr" | "row", false) => self.open_row(body),
            ("td" | "th" | "cell", false) => self.open_cell(body),
            ("tr" | "row" | "td" | "th" | "cell", true) => self.close_cell(),
            ("data", _) if self.xml => self.open_data(body, closing),
            ("br", _) | ("p" | "div", false) => self.line_break(),
            _ => {}
        }
    }

    fn open_table(&mut self) {
        if self.cell.is_some() {
            self.nested += 1;
            return;
        }
        self.close_table();
        let name = self.name.take();
        self.table = Some(Table {
            name,
            hidden: false,
            gather: Some(Gather::default()),
            row: 0,
            column: 0,
            taken: BTreeMap::new(),
            spanned: 0,
            begun: false,
            cut: false,
        });
    }

    fn close_table(&mut self) {
        self.close_cell();
        self.nested = 0;
        self.done.extend(self.table.take());
    }

    fn open_row(&mut self, body: &str) {
        self.close_cell();
        let index = self.index(body);
        let Some(table) = &mut self.table else { return };
        table.row = index.unwrap_or(if table.begun { table.row.saturating_add(1) } else { 0 }).min(1_048_575);
        table.begun = true;
        table.column = 0;
        let hidden = attribute(body, "hidden").is_some_and(|value| value == "1")
            || attribute(body, "style").is_some_and(|style| style.replace(' ', "").contains("display:none"));
        if let (true, Some(gather)) = (hidden, &mut table.gather) {
            gather.hide_row(table.row);
        }
    }

    /// `ss:Index`, 1-based.
    fn index(&self, body: &str) -> Option<u32> {
        attribute(body, "index").filter(|_| self.xml)?.parse::<u32>().ok()?.checked_sub(1)
    }

    fn open_cell(&mut self, body: &str) {
        self.close_cell();
        let index = self.index(body);
        let Some(table) = &mut self.table else { return };
        if let Some(index) = index {
            table.column = index.min(LAST_COLUMN - 1);
        }
        let row = table.row;
        while table.taken.get(&table.column).is_some_and(|after| *after > row) {
            table.column += 1;
            table.spanned += 1;
        }
        let span = |name: &str, least: u32| attribute(body, name).and_then(|text| text.parse::<u32>().ok()).unwrap_or(least);
        let (rows, columns) = if self.xml {
            (span("mergedown", 0).saturating_add(1), span("mergeacross", 0).saturating_add(1))
        } else {
            (span("rowspan", 1), span("colspan", 1))
        };
        self.cell = Some(Open { rows: rows.clamp(1, TALLEST), columns: columns.clamp(1, WIDEST), ..Open::default() });
        self.data = false;
        if body.ends_with('/') {
            self.close_cell();
        }
    }

    fn open_data(&mut self, body: &str, closing: bool) {
        self.data = !closing && !body.ends_with('/');
        if let (false, Some(cell)) = (closing, &mut self.cell) {
            cell.kind = attribute(body, "type").unwrap_or_default();
        }
    }

    fn line_break(&mut self) {
        if let Some(cell) = self.cell.as_mut().filter(|cell| cell.filled) {
            cell.text.push('\n');
        }
    }

    fn close_cell(&mut self) {
        let (Some(cell), Some(table)) = (self.cell.take(), &mut self.table) else { return };
        let (row, column) = (table.row, table.column);
        if let Some(gather) = &mut table.gather {
            if cell.rows > 1 || cell.columns > 1 {
                gather.merge(Merge {
                    top: row,
                    left: column,
                    bottom: row.saturating_add(cell.rows - 1),
                    right: column.saturating_add(cell.columns - 1),
                });
            }
            if gather.cell(row, column, value(&cell)).is_err() {
                table.gather = None;
            }
        }
        if cell.rows > 1 && column < LAST_COLUMN && table.gather.is_some() {
            table.spanned += u64::from(cell.columns);
            table
                .taken
                .extend((column..column.saturating_add(cell.columns)).map(|column| (column, row.saturating_add(cell.rows))));
        }
        if table.spanned > MOST_SPANNED {
            table.gather = None;
            table.taken.clear();
        }
        table.column = column.saturating_add(cell.columns);
    }
}

fn value(cell: &Open) -> Cell {
    let text = cell.text.trim();
    if text.is_empty() {
        return Cell::Empty;
    }
    match cell.kind.as_str() {
        "Number" => text.parse().map_or_else(|_| Cell::Text(text.into()), Cell::Number),
        "Error" => Cell::Error(text.into()),
        "Boolean" => Cell::Bool(text == "1"),
        "DateTime" => match text.parse::<f64>() {
            Ok(serial) => date_text(serial, false).map_or_else(|| Cell::Text(text.into()), Cell::Date),
            Err(_) => Cell::Date(text.replace('T', " ").trim_end_matches(".000").trim_end_matches(" 00:00:00").into()),
        },
        _ => Cell::Text(text.into()),
    }
}

/// One past the `>` of the tag a text begins with; quotes may hold a `>`.
fn tag_end(text: &str) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in text.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return Some(at + 1),
            (None, b'"' | b'\'') if at > 0 && text.as_bytes().get(at - 1) == Some(&b'=') => quote = Some(byte),
            (Some(open), _) if open == byte => quote = None,
            _ => {}
        }
    }
    None
}

/// An attribute by its local name in any case, unquoted or quoted.
fn attribute(body: &str, name: &str) -> Option<String> {
    let mut rest = body;
    while let Some(equals) = rest.find('=') {
        let key = rest[..equals].trim_end();
        let key = key.rsplit(|c: char| c.is_whitespace() || c == ':' || c == '"' || c == '\'').next().unwrap_or(key);
        let value = rest[equals + 1..].trim_start();
        let (value, after) = match value.chars().next()? {
            quote @ ('"' | '\'') => value[1..].split_once(quote).unwrap_or((&value[1..], "")),
            _ => value.split_once(|c: char| c.is_whitespace()).unwrap_or((value.trim_end_matches('/'), "")),
        };
        if key.eq_ignore_ascii_case(name) {
            return Some(entities(value));
        }
        rest = after;
    }
    None
}

/// `&amp;` and numbers; others stay as they are.
fn entities(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.bytes().take(12).position(|byte| byte == b';');
        let known = end.and_then(|end| Some((entity(&rest[1..end])?, end + 1)));
        let (sign, length) = known.unwrap_or(('&', 1));
        out.push(sign);
        rest = &rest[length..];
    }
    out.push_str(rest);
    out
}

fn entity(name: &str) -> Option<char> {
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => '\u{a0}',
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)?
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, xml: bool) -> Vec<(String, Vec<String>)> {
        let sheets = read_markup(text.as_bytes(), xml, &Place::file("returns/a.xls")).expect("a table");
        let row = |row: &crate::intake::grid::GridRow| {
            let cells: Vec<String> = row.cells.iter().map(|(column, cell)| format!("{column}={}", cell.text())).collect();
            format!("{}:{}", row.row, cells.join(" "))
        };
        sheets.into_iter().map(|sheet| (sheet.name, sheet.grid.rows.iter().map(row).collect())).collect()
    }

    #[test]
    fn pages_with_spans_sloppy_tags_and_entities() {
        let page = "<html><head><style>td{x:1}</style><title>题</title></head><body><TABLE border=1>\n\
            <tr><td colspan=2 align='center'>考核&nbsp;表<td>3&lt;4\n<tr><td rowspan=\"2\">一连</td><td>自评<br>分<td>9\n\
            <tr style='display: none'><td>二</td><td><table><tr><td>内</td></tr></table></td></tr></table>\n\
            <!-- <table><tr><td>旧</td></tr></table> --><script>var a = '<td>';</script>\n\
            <table><tr><td>另</td></tr></table></body></html>";
        let tables = read(page, false);
        assert_eq!(tables.len(), 2, "{tables:?}");
        let expected = ["0:0=考核\u{a0}表 1=考核\u{a0}表 2=3<4", "1:0=一连 1=自评\n分 2=9", "2:0=一连 1=二 2=内"];
        assert_eq!(tables[0].1, expected);
        assert_eq!(tables[1].1, ["0:0=另"]);
    }

    #[test]
    fn xml_2003_with_indexes_types_and_merges() {
        let text = "<?xml version=\"1.0\"?><Workbook xmlns:ss=\"urn:schemas-microsoft-com:office:spreadsheet\">\
            <Styles><Style ss:ID=\"s1\"/></Styles><Worksheet ss:Name=\"A &amp; B\"><Table ss:ExpandedRowCount=\"3\"><Column/>\
            <Row><Cell ss:MergeAcross=\"1\"><Data ss:Type=\"String\">表</Data></Cell></Row>\
            <Row ss:Index=\"3\"><Cell ss:Index=\"2\"><Data ss:Type=\"Number\">9.50</Data></Cell><Cell><Data ss:Type=\"Error\">#REF!</Data></Cell>\
            <Cell><Data ss:Type=\"DateTime\">2026-01-02T00:00:00.000</Data><Comment><ss:Data>注</ss:Data></Comment></Cell></Row>\
            </Table></Worksheet></Workbook>";
        let sheets = read(text, true);
        assert_eq!(sheets, [("A & B".to_owned(), vec!["0:0=表 1=表".to_owned(), "2:1=9.5 2=#REF! 3=2026-01-02".to_owned()])]);
    }

    /// Without bounds either page would take hours.
    #[test]
    fn spans_and_blanks_without_end_cost_little() {
        let started = std::time::Instant::now();
        let spans = format!("<table>{}</table>", "<tr><td rowspan=60000 colspan=1024>一<td rowspan=60000>二".repeat(40_000));
        let sheets = read_markup(spans.as_bytes(), false, &Place::file("a.xls")).expect("a table");
        let codes: Vec<&str> = sheets[0].diagnostics.iter().map(|found| found.code.as_str()).collect();
        assert_eq!((codes, sheets[0].grid.rows.len()), (vec!["F230", "F209"], 0));
        let blanks = format!("<table><tr><td>一<td>{}二</table>", "<br> ".repeat(400_000));
        assert_eq!(read(&blanks, false)[0].1, ["0:0=一 1=二"]);
        assert!(started.elapsed().as_secs() < 60, "{:?}", started.elapsed());
    }

    #[test]
    fn a_page_cut_off_in_a_table_gives_none_of_it() {
        let page = "<table><tr><td>一</td></tr></table><table><tr><td>二</td><td>9";
        let sheets = read_markup(page.as_bytes(), false, &Place::file("a.xls")).expect("tables");
        let codes = |sheet: &Sheet| sheet.diagnostics.iter().map(|found| found.code.clone()).collect::<Vec<_>>();
        assert_eq!((codes(&sheets[0]), sheets[0].grid.rows.len()), (vec!["F230".to_owned()], 1));
        assert_eq!((codes(&sheets[1]), sheets[1].grid.rows.len()), (vec!["F216".to_owned()], 0));
    }

    #[test]
    fn broken_pages_end_quietly() {
        for text in
            ["<table", "<table><tr><td>", "<table><td>一<td colspan=99999999999>", "<html>&#99999999;&;<table>", "<a b=\"<table>"]
        {
            let _ = read_markup(text.as_bytes(), false, &Place::file("a.xls"));
            let _ = read_markup(text.as_bytes(), true, &Place::file("a.xls"));
        }
        assert!(read_markup(b"<html><p>x</p></html>", false, &Place::file("a.xls")).is_err());
    }
}
