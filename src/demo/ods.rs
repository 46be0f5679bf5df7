//! An OpenDocument spreadsheet of made sheets: three parts in a zip.

use super::formats::{escape, stamp};
use super::sheet::{Sheet, Value, decimal};
use std::fmt::Write as _;
use std::io::{self, Cursor, Write as _};

const KIND: &str = "application/vnd.oasis.opendocument.spreadsheet";

/// The bytes of an `.ods` file.
pub(super) fn workbook(sheets: &[Sheet]) -> io::Result<Vec<u8>> {
    let mut packed = zip::ZipWriter::new(Cursor::new(Vec::new()));
    // The type must come first and uncompressed, so that programs can tell the file by its first bytes.
    packed.start_file("mimetype", stamp().compression_method(zip::CompressionMethod::Stored))?;
    packed.write_all(KIND.as_bytes())?;
    packed.start_file("META-INF/manifest.xml", stamp())?;
    packed.write_all(manifest().as_bytes())?;
    packed.start_file("content.xml", stamp())?;
    packed.write_all(content(sheets).as_bytes())?;
    Ok(packed.finish()?.into_inner())
}

fn manifest() -> String {
    let space = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0";
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><manifest:manifest xmlns:manifest=\"{space}\" manifest:version=\"1.2\"><manifest:file-entry manifest:full-path=\"/\" manifest:media-type=\"{KIND}\"/><manifest:file-entry manifest:full-path=\"content.xml\" manifest:media-type=\"text/xml\"/></manifest:manifest>"
    )
}

fn content(sheets: &[Sheet]) -> String {
    let space = "urn:oasis:names:tc:opendocument:xmlns";
    let mut xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><office:document-content xmlns:office=\"{space}:office:1.0\" xmlns:style=\"{space}:style:1.0\" xmlns:table=\"{space}:table:1.0\" xmlns:text=\"{space}:text:1.0\" office:version=\"1.2\"><office:automatic-styles><style:style style:name=\"ta1\" style:family=\"table\"><style:table-properties table:display=\"true\"/></style:style><style:style style:name=\"ta2\" style:family=\"table\"><style:table-properties table:display=\"false\"/></style:style></office:automatic-styles><office:body><office:spreadsheet>"
    );
    for sheet in sheets {
        let style = if sheet.hidden { "ta2" } else { "ta1" };
        let _ = write!(xml, "<table:table table:name=\"{}\" table:style-name=\"{style}\">", escape(&sheet.name));
        let _ = write!(xml, "<table:table-column table:number-columns-repeated=\"{}\"/>", sheet.width().max(1));
        for row in 0..sheet.rows.len() {
            xml += "<table:table-row>";
            for column in 0..sheet.width() {
                cell(&mut xml, sheet, row, column);
            }
            xml += "</table:table-row>";
        }
        xml += "</table:table>";
    }
    xml + "</office:spreadsheet></office:body></office:document-content>"
}

fn cell(xml: &mut String, sheet: &Sheet, row: usize, column: usize) {
    let inside =
        |merge: &&(usize, usize, usize, usize)| (merge.0..=merge.2).contains(&row) && (merge.1..=merge.3).contains(&column);
    let span = match sheet.merges.iter().find(inside) {
        Some(merge) if (merge.0, merge.1) == (row, column) => {
            let (rows, columns) = (merge.2 - merge.0 + 1, merge.3 - merge.1 + 1);
            format!(" table:number-rows-spanned=\"{rows}\" table:number-columns-spanned=\"{columns}\"")
        }
        Some(_) => {
            *xml += "<table:covered-table-cell/>";
            return;
        }
        None => String::new(),
    };
    let _ = match sheet.get(row, column) {
        Value::Empty => write!(xml, "<table:table-cell{span}/>"),
        Value::Hundredths(number) => {
            let text = decimal(number);
            write!(
                xml,
                "<table:table-cell{span} office:value-type=\"float\" office:value=\"{text}\"><text:p>{text}</text:p></table:table-cell>"
            )
        }
        other => {
            let text = escape(&other.text()).replace('\n', "</text:p><text:p>");
            write!(xml, "<table:table-cell{span} office:value-type=\"string\"><text:p>{text}</text:p></table:table-cell>")
        }
    };
}
