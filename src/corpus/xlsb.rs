//! A binary workbook (.xlsb) of drawn sheets: the few records of [MS-XLSB] that values, percentages, merges, hidden rows and
//! columns and comments need.

use super::draw::{Drawn, Value, place};
use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

/// The bytes of an `.xlsb` file.
pub(super) fn workbook(sheets: &[Drawn<'_>]) -> Vec<u8> {
    let head = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>";
    let kind = "application/vnd.ms-excel";
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package = "http://schemas.openxmlformats.org/package/2006";
    let (mut overrides, mut relations) = (String::new(), String::new());
    for n in 1..=sheets.len() {
        let _ = write!(overrides, "<Override PartName=\"/xl/worksheets/sheet{n}.bin\" ContentType=\"{kind}.worksheet\"/>");
        let _ = write!(relations, "<Relationship Id=\"rId{n}\" Type=\"{office}/worksheet\" Target=\"worksheets/sheet{n}.bin\"/>");
    }
    let _ = write!(relations, "<Relationship Id=\"rIdS\" Type=\"{office}/styles\" Target=\"styles.bin\"/>");
    let mut parts: Vec<(String, Vec<u8>)> = vec![
        (
            "[Content_Types].xml".to_owned(),
            format!(
                "{head}<Types xmlns=\"{package}/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"bin\" ContentType=\"{kind}.sheet.binary.macroEnabled.main\"/>{overrides}</Types>"
            )
            .into_bytes(),
        ),
        (
            "_rels/.rels".to_owned(),
            format!("{head}<Relationships xmlns=\"{package}/relationships\"><Relationship Id=\"rId1\" Type=\"{office}/officeDocument\" Target=\"xl/workbook.bin\"/></Relationships>").into_bytes(),
        ),
        (
            "xl/_rels/workbook.bin.rels".to_owned(),
            format!("{head}<Relationships xmlns=\"{package}/relationships\">{relations}</Relationships>").into_bytes(),
        ),
        ("xl/workbook.bin".to_owned(), book(sheets)),
        ("xl/styles.bin".to_owned(), styles()),
    ];
    for (number, sheet) in (1..).zip(sheets) {
        parts.push((format!("xl/worksheets/sheet{number}.bin"), page(sheet)));
        if let Some(comments) = comments(sheet) {
            parts.push((format!("xl/comments{number}.bin"), comments));
            let rels = format!(
                "{head}<Relationships xmlns=\"{package}/relationships\"><Relationship Id=\"rId1\" Type=\"{office}/comments\" Target=\"../comments{number}.bin\"/></Relationships>"
            );
            parts.push((format!("xl/worksheets/_rels/sheet{number}.bin.rels"), rels.into_bytes()));
        }
    }
    let mut packed = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        packed.start_file(name, zip::write::SimpleFileOptions::default()).expect("an entry");
        packed.write_all(&bytes).expect("written");
    }
    packed.finish().expect("a zip").into_inner()
}

fn record(out: &mut Vec<u8>, kind: u16, body: &[u8]) {
    let [low, high] = kind.to_le_bytes();
    out.push(low);
    if low & 0x80 != 0 {
        out.push(high);
    }
    let mut length = body.len();
    loop {
        let group = u8::try_from(length & 0x7f).expect("seven bits");
        length >>= 7;
        out.push(if length > 0 { group | 0x80 } else { group });
        if length == 0 {
            break;
        }
    }
    out.extend(body);
}

fn word(number: usize) -> [u8; 4] {
    u32::try_from(number).expect("small").to_le_bytes()
}

fn wide(text: &str) -> Vec<u8> {
    let units: Vec<u16> = text.encode_utf16().collect();
    let mut out = word(units.len()).to_vec();
    out.extend(units.iter().flat_map(|unit| unit.to_le_bytes()));
    out
}

/// BrtBeginBook, the list of sheets (BrtBundleSh), BrtEndBook.
fn book(sheets: &[Drawn<'_>]) -> Vec<u8> {
    let mut out = Vec::new();
    record(&mut out, 0x0183, &[]);
    record(&mut out, 0x018f, &[]);
    for (number, sheet) in (1..).zip(sheets) {
        let mut body = word(usize::from(sheet.sheet.hidden)).to_vec();
        body.extend(word(number));
        body.extend(wide(&format!("rId{number}")));
        body.extend(wide(&sheet.sheet.name));
        record(&mut out, 0x019c, &body);
    }
    record(&mut out, 0x0190, &[]);
    record(&mut out, 0x0184, &[]);
    out
}

/// BrtBeginStyleSheet, the cell styles (BrtXF): as it is, and the built-in format 0%; BrtEndStyleSheet.
fn styles() -> Vec<u8> {
    let mut out = Vec::new();
    record(&mut out, 0x0296, &[]);
    record(&mut out, 0x04e9, &word(2));
    for format in [0, 9] {
        let mut body = vec![0, 0, format, 0];
        body.resize(16, 0);
        record(&mut out, 0x2f, &body);
    }
    record(&mut out, 0x04ea, &[]);
    record(&mut out, 0x0297, &[]);
    out
}

/// One BrtBeginComment, BrtCommentText and BrtEndComment for each comment.
fn comments(sheet: &Drawn<'_>) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    record(&mut out, 0x04f4, &[]);
    let none = out.len();
    for (row, cells) in sheet.rows.iter().enumerate() {
        for (column, cell) in cells.iter().enumerate() {
            let Some(comment) = &cell.comment else { continue };
            let place = [word(0), word(row), word(row), word(column), word(column)].concat();
            record(&mut out, 0x04fb, &[place, vec![0; 16]].concat());
            record(&mut out, 0x04fd, &[vec![0], wide(comment)].concat());
            record(&mut out, 0x04fc, &[]);
        }
    }
    let any = out.len() > none;
    record(&mut out, 0x04f5, &[]);
    any.then_some(out)
}

/// BrtBeginSheet, extent, hidden columns, rows and cells, merged cells, BrtEndSheet.
fn page(sheet: &Drawn<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    record(&mut out, 0x0181, &[]);
    let (height, width) = (sheet.rows.len().max(1), sheet.width().max(1));
    record(&mut out, 0x0194, &[word(0), word(height - 1), word(0), word(width - 1)].concat());
    if !sheet.sheet.hidden_columns.is_empty() {
        record(&mut out, 0x0386, &[]);
        for column in &sheet.sheet.hidden_columns {
            let column = place(&format!("{column}1")).1;
            let mut body = [word(column), word(column), word(2048), word(0)].concat();
            body.extend([1, 0]);
            record(&mut out, 0x3c, &body);
        }
        record(&mut out, 0x0387, &[]);
    }
    record(&mut out, 0x0191, &[]);
    for (at, cells) in sheet.rows.iter().enumerate() {
        let mut head = word(at).to_vec();
        let hidden = sheet.sheet.hidden_rows.iter().any(|row| *row as usize == at + 1);
        head.extend([0, 0, 0, 0, 0x2c, 1, 0, if hidden { 0x10 } else { 0 }, 0, 0, 0, 0, 0]);
        record(&mut out, 0, &head);
        for (column, cell) in cells.iter().enumerate() {
            let mut body = word(column).to_vec();
            let percent = matches!(&cell.value, Value::Shown(_, shown) if shown.contains('%'));
            body.extend([u8::from(percent), 0, 0, 0]);
            match &cell.value {
                Value::Empty => {}
                Value::Number(number) | Value::Shown(number, _) => {
                    body.extend(number.to_le_bytes());
                    record(&mut out, 5, &body);
                }
                other => {
                    body.extend(wide(&other.text()));
                    record(&mut out, 6, &body);
                }
            }
        }
    }
    record(&mut out, 0x0192, &[]);
    let merges = sheet.merges();
    if !merges.is_empty() {
        record(&mut out, 0x01b1, &word(merges.len()));
        for (top, left, bottom, right) in merges {
            record(&mut out, 0x01b0, &[word(top), word(bottom), word(left), word(right)].concat());
        }
        record(&mut out, 0x01b2, &[]);
    }
    record(&mut out, 0x0182, &[]);
    out
}
