//! Drawn sheets → the bytes of a file in one of the formats that units send.

use super::draw::{Drawn, Value, place, plain};
use super::xlsb;
use crate::demo::writers;
use rust_xlsxwriter::{Format, Formula, Note, Workbook, Worksheet, XlsxError};
use std::fmt::Write as _;
use std::io::{Cursor, Read, Write as _};

/// Whether a format holds several sheets.
pub(super) fn is_workbook(format: &str) -> bool {
    ["xlsx", "xls", "ods", "xlsb"].contains(&format)
}

/// The ending a file of a format has.
pub(super) fn ending(format: &str) -> &str {
    match format {
        "xlsx" | "xls" | "ods" | "xlsb" | "txt" => format,
        "html" | "xml2003" => "xls",
        _ => "csv",
    }
}

/// The bytes of a file.
pub(super) fn bytes(sheets: &[Drawn<'_>], format: &str) -> Vec<u8> {
    let made = || sheets.iter().map(Drawn::made).collect::<Vec<_>>();
    let first = sheets.first().expect("a sheet");
    let encoded = |format| writers::encode(&made(), format).expect("a file");
    match format {
        "xlsx" => xlsx(sheets).expect("a workbook"),
        "xlsb" => xlsb::workbook(sheets),
        "xls" => encoded(writers::Format::Xls),
        "ods" => encoded(writers::Format::Ods),
        "html" => encoded(writers::Format::Html),
        "xml2003" => xml2003(sheets).into_bytes(),
        "csv" => delimited(first, ",").into_bytes(),
        "bom" => format!("\u{feff}{}", delimited(first, ",")).into_bytes(),
        "semicolon" => delimited(first, ";").into_bytes(),
        "txt" => format!("\u{feff}{}", delimited(first, "\t")).encode_utf16().flat_map(u16::to_le_bytes).collect(),
        "gb" => encode("gb18030", &delimited(first, ",")),
        other => encode(other, &delimited(first, ",")),
    }
}

/// A text in an encoding by its label.
pub(super) fn encode(label: &str, text: &str) -> Vec<u8> {
    let encoding = encoding_rs::Encoding::for_label(label.as_bytes()).unwrap_or_else(|| panic!("no encoding {label}"));
    let (bytes, _, lossy) = encoding.encode(text);
    assert!(!lossy, "{label} cannot hold this text");
    bytes.into_owned()
}

fn delimited(sheet: &Drawn<'_>, delimiter: &str) -> String {
    let mut out = String::new();
    for row in 0..sheet.rows.len() {
        let cells: Vec<String> = (0..sheet.width()).map(|column| quoted(&sheet.get(row, column).text(), delimiter)).collect();
        out.push_str(&cells.join(delimiter));
        out.push_str("\r\n");
    }
    out
}

fn quoted(text: &str, delimiter: &str) -> String {
    if text.contains(['"', '\n', '\r']) || text.contains(delimiter) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

/// Stands for "no result": the library cannot leave one away.
const NEVER: &str = "never-calculated";

fn xlsx(sheets: &[Drawn<'_>]) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let mut never = false;
    for sheet in sheets {
        never |= page(book.add_worksheet(), sheet)?;
    }
    let bytes = book.save_to_buffer()?;
    Ok(if never { without_results(bytes) } else { bytes })
}

/// Writes a sheet; whether it has formulas without a result.
fn page(page: &mut Worksheet, sheet: &Drawn<'_>) -> Result<bool, XlsxError> {
    page.set_name(&sheet.sheet.name)?;
    page.set_hidden(sheet.sheet.hidden);
    let narrow = |number: usize| (u32::try_from(number).expect("small"), u16::try_from(number).expect("small"));
    let (percent, date, plain_style) =
        (Format::new().set_num_format("0%"), Format::new().set_num_format("m\"月\"d\"日\""), Format::new());
    for (top, left, bottom, right) in sheet.merges() {
        page.merge_range(narrow(top).0, narrow(left).1, narrow(bottom).0, narrow(right).1, "", &plain_style)?;
    }
    let mut never = false;
    for (at, cells) in sheet.rows.iter().enumerate() {
        for (column, cell) in cells.iter().enumerate() {
            let (row, column) = (narrow(at).0, narrow(column).1);
            match &cell.value {
                Value::Empty => {}
                Value::Text(text) => drop(page.write_string(row, column, text)?),
                Value::Number(number) => drop(page.write_number(row, column, *number)?),
                Value::Shown(number, shown) => {
                    let style = if shown.contains('%') { &percent } else { &date };
                    page.write_number_with_format(row, column, *number, style)?;
                }
                Value::Error(error) => drop(page.write_formula(row, column, Formula::new("=0/0").set_result(error))?),
                Value::Formula(formula, result) => {
                    never |= result.is_none();
                    let formula = Formula::new(formula).set_result(result.as_deref().unwrap_or(NEVER));
                    page.write_formula(row, column, formula)?;
                }
            }
            if let Some(comment) = &cell.comment {
                page.insert_note(row, column, &Note::new(comment))?;
            }
        }
    }
    for row in &sheet.sheet.hidden_rows {
        page.set_row_hidden(row - 1)?;
    }
    for column in &sheet.sheet.hidden_columns {
        page.set_column_hidden(narrow(place(&format!("{column}1")).1).1)?;
    }
    if let Some(far) = &sheet.sheet.far {
        let (row, column) = place(far);
        page.write_blank(narrow_row(row), u16::try_from(column).expect("small"), &percent)?;
    }
    Ok(never)
}

fn narrow_row(row: usize) -> u32 {
    u32::try_from(row).expect("a row")
}

/// Takes results out, as programs that do not calculate leave them.
fn without_results(bytes: Vec<u8>) -> Vec<u8> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("a zip");
    let mut packed = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).expect("a part");
        let name = part.name().expect("a name").into_owned();
        let mut text = String::new();
        part.read_to_string(&mut text).expect("text");
        let text = text.replace(&format!("<v>{NEVER}</v>"), "").replace(" t=\"str\"><f>", "><f>");
        packed.start_file(name, options).expect("an entry");
        packed.write_all(text.as_bytes()).expect("written");
    }
    packed.finish().expect("a zip").into_inner()
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\n', "&#10;")
}

/// XML Spreadsheet 2003, as Excel and many web systems write it.
fn xml2003(sheets: &[Drawn<'_>]) -> String {
    let space = "urn:schemas-microsoft-com:office:spreadsheet";
    let mut xml = format!(
        "<?xml version=\"1.0\"?>\r\n<?mso-application progid=\"Excel.Sheet\"?>\r\n<Workbook xmlns=\"{space}\" xmlns:ss=\"{space}\">\r\n"
    );
    for sheet in sheets {
        let _ = write!(xml, "<Worksheet ss:Name=\"{}\"><Table>\r\n", escape(&sheet.sheet.name));
        for row in 0..sheet.rows.len() {
            xml += "<Row>";
            let mut skipped = false;
            for column in 0..sheet.width() {
                let (kind, text) = match sheet.get(row, column) {
                    Value::Empty => {
                        skipped = true;
                        continue;
                    }
                    Value::Number(number) | Value::Shown(number, _) => ("Number", plain(*number)),
                    Value::Error(error) => ("Error", error.clone()),
                    other => ("String", other.text()),
                };
                let index = if skipped { format!(" ss:Index=\"{}\"", column + 1) } else { String::new() };
                skipped = false;
                let spans =
                    sheet.merges().into_iter().find(|merge| (merge.0, merge.1) == (row, column)).map_or_else(String::new, |m| {
                        format!(" ss:MergeDown=\"{}\" ss:MergeAcross=\"{}\"", m.2 - m.0, m.3 - m.1)
                    });
                let _ = write!(xml, "<Cell{index}{spans}><Data ss:Type=\"{kind}\">{}</Data></Cell>", escape(&text));
            }
            xml += "</Row>\r\n";
        }
        xml += "</Table></Worksheet>\r\n";
    }
    xml + "</Workbook>\r\n"
}
