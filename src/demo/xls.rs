//! An Excel 97–2003 workbook (BIFF8 records in an OLE2 container) of made sheets; the format many units still send.
//!
//! Records after [MS-XLS], the container after [MS-CFB]; only what values, merges and hidden sheets need.

use super::formats::real;
use super::sheet::{Sheet, Value};

const SECTOR: usize = 512;
const FREE: u32 = 0xffff_ffff;
const END: u32 = 0xffff_fffe;
const FAT: u32 = 0xffff_fffd;

/// The bytes of an `.xls` file.
pub(super) fn workbook(sheets: &[Sheet]) -> Vec<u8> {
    container(&stream(sheets))
}

/// The workbook stream: globals, then one substream a sheet.
fn stream(sheets: &[Sheet]) -> Vec<u8> {
    let bodies: Vec<Vec<u8>> = sheets.iter().map(sheet_stream).collect();
    let names: Vec<Vec<u8>> = sheets.iter().map(bound_name).collect();
    let mut out = Vec::new();
    record(&mut out, 0x0809, &bof(0x0005));
    record(&mut out, 0x0042, &1200u16.to_le_bytes()); // code page: UTF-16
    record(&mut out, 0x003d, &[0, 0, 0, 0, 0xff, 0x3f, 0xff, 0x1f, 0x38, 0, 0, 0, 0, 0, 1, 0, 0x58, 2]); // one window
    for _ in 0..5 {
        record(&mut out, 0x0031, &font());
    }
    for style in 0..16u8 {
        record(&mut out, 0x00e0, &cell_style(style < 15));
    }
    record(&mut out, 0x0293, &[0x00, 0x80, 0x00, 0xff]); // style 0 is "Normal"
    let list: usize = names.iter().map(|name| 4 + 6 + name.len()).sum();
    let mut start = out.len() + list + 4; // after the list and the end record
    for ((sheet, body), name) in sheets.iter().zip(&bodies).zip(&names) {
        let mut bound = word(start).to_le_bytes().to_vec();
        bound.extend([u8::from(sheet.hidden), 0]);
        bound.extend(name);
        record(&mut out, 0x0085, &bound);
        start += body.len();
    }
    record(&mut out, 0x000a, &[]);
    for body in bodies {
        out.extend(body);
    }
    out
}

fn bound_name(sheet: &Sheet) -> Vec<u8> {
    let units: Vec<u16> = sheet.name.encode_utf16().take(31).collect();
    let mut name = vec![u8::try_from(units.len()).unwrap_or(31), 1];
    name.extend(units.iter().flat_map(|unit| unit.to_le_bytes()));
    name
}

fn sheet_stream(sheet: &Sheet) -> Vec<u8> {
    let mut out = Vec::new();
    record(&mut out, 0x0809, &bof(0x0010));
    let mut extent = Vec::new();
    extent.extend(0u32.to_le_bytes());
    extent.extend(word(sheet.rows.len()).to_le_bytes());
    extent.extend(0u16.to_le_bytes());
    extent.extend(half(sheet.width()).to_le_bytes());
    extent.extend(0u16.to_le_bytes());
    record(&mut out, 0x0200, &extent);
    for (row, cells) in sheet.rows.iter().enumerate() {
        for (column, value) in cells.iter().enumerate() {
            cell(&mut out, row, column, value);
        }
    }
    record(&mut out, 0x023e, &[0xb6, 0x06, 0, 0, 0, 0, 0x40, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]); // its window
    if !sheet.merges.is_empty() {
        let mut merges = half(sheet.merges.len()).to_le_bytes().to_vec();
        for &(top, left, bottom, right) in &sheet.merges {
            merges.extend([top, bottom, left, right].into_iter().flat_map(|edge| half(edge).to_le_bytes()));
        }
        record(&mut out, 0x00e5, &merges);
    }
    record(&mut out, 0x000a, &[]);
    out
}

fn cell(out: &mut Vec<u8>, row: usize, column: usize, value: &Value) {
    let mut body = half(row).to_le_bytes().to_vec();
    body.extend(half(column).to_le_bytes());
    body.extend(15u16.to_le_bytes()); // the first style for cells
    match value {
        Value::Empty => {}
        Value::Hundredths(number) => {
            body.extend(real(*number).to_le_bytes());
            record(out, 0x0203, &body);
        }
        other => {
            let units: Vec<u16> = other.text().encode_utf16().take(2000).collect();
            body.extend(half(units.len()).to_le_bytes());
            body.push(1); // two bytes a character
            body.extend(units.iter().flat_map(|unit| unit.to_le_bytes()));
            record(out, 0x0204, &body);
        }
    }
}

fn bof(kind: u16) -> Vec<u8> {
    let mut body = Vec::new();
    for number in [0x0600, kind, 0x0dbb, 0x07cc] {
        body.extend(number.to_le_bytes());
    }
    body.extend(0x41u32.to_le_bytes());
    body.extend(0x06u32.to_le_bytes());
    body
}

fn font() -> Vec<u8> {
    let mut body = Vec::new();
    for number in [220u16, 0, 0x7fff, 400, 0] {
        body.extend(number.to_le_bytes()); // height in twentieths, no flags, automatic colour, normal weight
    }
    body.extend([0, 0, 0x86, 0]); // Chinese character set
    let name: Vec<u16> = "宋体".encode_utf16().collect();
    body.extend([u8::try_from(name.len()).unwrap_or(0), 1]);
    body.extend(name.iter().flat_map(|unit| unit.to_le_bytes()));
    body
}

fn cell_style(parent: bool) -> Vec<u8> {
    let kind: u16 = if parent { 0xfff5 } else { 0x0001 };
    let mut body = vec![0, 0, 0, 0];
    body.extend(kind.to_le_bytes());
    body.extend([0x20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xc0, 0x20]);
    body
}

fn record(out: &mut Vec<u8>, kind: u16, body: &[u8]) {
    out.extend(kind.to_le_bytes());
    out.extend(half(body.len()).to_le_bytes());
    out.extend(body);
}

/// The OLE2 file: header, stream, directory, allocation table.
fn container(stream: &[u8]) -> Vec<u8> {
    // Streams below 4096 bytes would live in a table of their own; padding avoids it.
    let data = stream.len().max(4096).div_ceil(SECTOR);
    let mut tables = 1;
    while tables * (SECTOR / 4) < data + 1 + tables {
        tables += 1;
    }
    let mut out = header(data, tables);
    out.extend(stream);
    out.resize(SECTOR * (1 + data), 0);
    out.extend(entry("Root Entry", 5, 1, END, 0));
    out.extend(entry("Workbook", 2, FREE, 0, data * SECTOR));
    out.extend(entry("", 0, FREE, 0, 0));
    out.extend(entry("", 0, FREE, 0, 0));
    let mut chain: Vec<u32> = (1..data).map(word).collect();
    chain.extend([END, END]);
    chain.resize(data + 1 + tables, FAT);
    chain.resize(tables * (SECTOR / 4), FREE);
    out.extend(chain.iter().flat_map(|next| next.to_le_bytes()));
    out
}

fn header(data: usize, tables: usize) -> Vec<u8> {
    let mut out = vec![0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
    out.resize(24, 0);
    for number in [0x003eu16, 0x0003, 0xfffe, 9, 6] {
        out.extend(number.to_le_bytes()); // version 3, little-endian, sectors of 2^9, small ones of 2^6
    }
    out.resize(44, 0);
    for number in [word(tables), word(data), 0, 4096, END, 0, END, 0] {
        out.extend(number.to_le_bytes()); // tables, directory, no small streams, no further list of tables
    }
    for table in 0..109 {
        let place = if table < tables { word(data + 1 + table) } else { FREE };
        out.extend(place.to_le_bytes());
    }
    out
}

fn entry(name: &str, kind: u8, child: u32, start: u32, size: usize) -> Vec<u8> {
    let mut out: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let length = if name.is_empty() { 0 } else { half(out.len() + 2) };
    out.resize(64, 0);
    out.extend(length.to_le_bytes());
    out.extend([kind, 1]);
    for link in [FREE, FREE, child] {
        out.extend(link.to_le_bytes());
    }
    out.resize(116, 0);
    out.extend(start.to_le_bytes());
    out.extend(word(size).to_le_bytes());
    out.resize(128, 0);
    out
}

fn word(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn half(number: usize) -> u16 {
    u16::try_from(number).unwrap_or(u16::MAX)
}
