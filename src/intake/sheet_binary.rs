//! The parts of a binary workbook (.xlsb) that calamine does not tell of: marks of a sheet, percent styles, comments, names of sheets.

use super::cfb::{read_u16, read_u32};
use super::grid::Merge;
use super::serial::is_percent_format;
use super::sheet_marks::{MOST_MERGES, Marks};
use std::collections::BTreeMap;
use std::io::{BufRead, Error, Read};

/// Most bytes a record may have.
const LONGEST_RECORD: u64 = 1 << 20;

/// Records of the binary format ([MS-XLSB] 2.1.4): type and length in 7-bit groups.
fn record(part: &mut dyn BufRead, data: &mut Vec<u8>) -> std::io::Result<Option<u32>> {
    let mut group = |most: u32| -> std::io::Result<Option<u32>> {
        let mut value = 0;
        for index in 0..most {
            let mut byte = [0];
            if part.read(&mut byte)? == 0 {
                return Ok(None);
            }
            value |= u32::from(byte[0] & 0x7f) << (7 * index);
            if byte[0] & 0x80 == 0 {
                break;
            }
        }
        Ok(Some(value))
    };
    // the high bit of a type's first byte stays in the type's number
    let Some(kind) = group(2)? else { return Ok(None) };
    let length = group(4)?.ok_or(std::io::ErrorKind::UnexpectedEof)?;
    if u64::from(length) > LONGEST_RECORD {
        return Err(Error::other("record too long"));
    }
    data.clear();
    part.take(length.into()).read_to_end(data)?;
    Ok(Some(kind))
}

/// Marks of a worksheet; `percents`: which cell styles show a percentage. Formulas there always carry a result.
pub(super) fn binary_marks(part: &mut dyn BufRead, percents: &[bool]) -> std::io::Result<Marks> {
    let (mut marks, mut data, mut row) = (Marks::default(), Vec::new(), 0);
    while let Some(kind) = record(part, &mut data)? {
        let word = |at| read_u32(&data, at);
        match kind {
            // BrtRowHdr: bit 4 of the flags is fDyZero
            0 => {
                row = word(0).unwrap_or(row);
                if data.get(11).is_some_and(|flags| flags & 0x10 != 0) {
                    marks.hidden.push(row);
                }
            }
            // cells (BrtCellRk … BrtFmlaError): column, and the style in 24 bits
            2..=11 if !percents.is_empty() => {
                let style = word(4).map(|word| (word & 0x00ff_ffff) as usize);
                if style.and_then(|style| percents.get(style)) == Some(&true) {
                    marks.percents.extend(word(0).map(|column| (row, column)));
                }
            }
            // BrtColInfo: first, last, width, style, flags with fHidden in bit 0
            60 if data.get(16).is_some_and(|flags| flags & 1 != 0) && marks.columns.len() < 1024 => {
                marks.columns.extend(word(0).zip(word(4)));
            }
            // BrtMergeCell
            176 if marks.merges.len() < MOST_MERGES => {
                let corners = word(0).zip(word(4)).zip(word(8).zip(word(12)));
                marks.merges.extend(corners.map(|((top, bottom), (left, right))| Merge { top, left, bottom, right }));
            }
            _ => {}
        }
    }
    Ok(marks)
}

/// Which cell styles show a percentage: the BrtXF between BrtBeginCellXFs and its end, by BrtFmt or the built-in number.
pub(super) fn binary_percents(part: &mut dyn BufRead) -> Vec<bool> {
    let (mut own, mut styles, mut cells, mut data) = (BTreeMap::new(), Vec::new(), false, Vec::new());
    while let Ok(Some(kind)) = record(part, &mut data) {
        match kind {
            44 => own.extend(read_u16(&data, 0).zip(wide_string(&data, 2).map(|(code, _)| code))),
            617 => cells = true,
            618 => cells = false,
            47 if cells => {
                styles.push(read_u16(&data, 2).is_some_and(|id| is_percent_format(id, own.get(&id).map(String::as_str))));
            }
            _ => {}
        }
    }
    styles
}

/// BrtBeginComment: where each comment stands.
pub(super) fn binary_comments(part: &mut dyn BufRead) -> Vec<(u32, u32)> {
    let (mut places, mut data) = (Vec::new(), Vec::new());
    while let Ok(Some(kind)) = record(part, &mut data) {
        if kind == 635 && places.len() < MOST_MERGES {
            // the author's number, then first and last row, first and last column
            places.extend(read_u32(&data, 4).zip(read_u32(&data, 12)));
        }
    }
    places.sort_unstable();
    places
}

/// BrtBundleSh: (name, relationship id) of every sheet.
pub(super) fn binary_sheets(part: &mut dyn BufRead) -> Vec<(String, String)> {
    let (mut sheets, mut data) = (Vec::new(), Vec::new());
    while let Ok(Some(kind)) = record(part, &mut data) {
        if kind != 156 {
            continue;
        }
        let id = wide_string(&data, 8);
        let name = id.as_ref().and_then(|(_, after)| wide_string(&data, *after));
        sheets.extend(name.zip(id).map(|((name, _), (id, _))| (name, id)));
    }
    sheets
}

/// A string of UTF-16 units after its length, and where it ends.
fn wide_string(data: &[u8], at: usize) -> Option<(String, usize)> {
    let length = (read_u32(data, at)? as usize).checked_mul(2)?;
    let bytes = data.get(at + 4..(at + 4).checked_add(length)?)?;
    let units: Vec<u16> = bytes.as_chunks::<2>().0.iter().map(|pair| u16::from_le_bytes(*pair)).collect();
    Some((String::from_utf16_lossy(&units), at + 4 + length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_carry_merges_and_hidden_rows() {
        let mut part = vec![0, 17, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10, 0, 0, 0, 0, 0];
        part.extend([0xb0, 0x01, 16]);
        for word in [1_u32, 3, 0, 2] {
            part.extend(word.to_le_bytes());
        }
        let marks = binary_marks(&mut part.as_slice(), &[]).unwrap();
        assert_eq!(marks.hidden, [6]);
        assert_eq!(marks.merges, [Merge { top: 1, left: 0, bottom: 3, right: 2 }]);
    }

    #[test]
    fn styles_by_their_own_and_by_built_in_formats() {
        let mut part = vec![44, 12, 164, 0, 3, 0, 0, 0, b'0', 0, b'.', 0, b'%', 0];
        // an XF outside the cells' is another list
        part.extend([47, 4, 0, 0, 9, 0, 0xe9, 4, 4, 4, 0, 0, 0]);
        for format in [0, 9, 164, 2] {
            part.extend([47, 4, 0, 0, format, 0]);
        }
        part.extend([0xea, 4, 0]);
        assert_eq!(binary_percents(&mut part.as_slice()), [false, true, true, false]);
    }
}
