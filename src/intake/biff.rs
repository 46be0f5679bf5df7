//! Excel 97–2003 workbooks (.xls, BIFF8, [MS-XLS]), read record by record into grids. No allocation trusts the file's claims.

use super::cfb::{read_f64, read_u16, read_u32};
use super::gather::{Gather, TooMuch};
use super::grid::{Cell, Merge};
use super::serial::{date_text, is_date_format, is_percent_format, percent_text};
use crate::habits::{Habit, on};
use std::collections::BTreeMap;

/// One worksheet as gathered.
pub(super) struct BiffSheet {
    pub name: String,
    pub hidden: bool,
    pub gather: Result<Gather, TooMuch>,
}

/// Why a workbook stream cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BiffError {
    Password,
    /// Excel 95 or older.
    Old,
    Damaged,
}

/// The globals of a workbook: what cells refer to.
#[derive(Default)]
struct Globals {
    /// (offset of the sheet's records, hidden, name)
    sheets: Vec<(usize, bool, String)>,
    strings: Vec<Box<str>>,
    /// Own number formats by number.
    formats: BTreeMap<u16, String>,
    /// Number format of each cell style.
    styles: Vec<u16>,
    is_1904: bool,
}

impl Globals {
    fn number(&self, value: f64, style: u16) -> Cell {
        let format = self.styles.get(usize::from(style)).map(|id| (*id, self.formats.get(id).map(String::as_str)));
        if format.is_some_and(|(id, code)| is_percent_format(id, code)) && on(Habit::PercentFormats) {
            return percent_text(value);
        }
        let dated = format.filter(|(id, code)| is_date_format(*id, *code) && on(Habit::DateCells));
        let date = dated.and_then(|_| date_text(value, self.is_1904));
        date.map_or(Cell::Number(value), Cell::Date)
    }
}

/// Reads the `Workbook` stream.
pub(super) fn read_biff(stream: &[u8]) -> Result<Vec<BiffSheet>, BiffError> {
    let globals = read_globals(stream)?;
    let sheets = globals.sheets.iter().map(|(offset, hidden, name)| BiffSheet {
        name: name.clone(),
        hidden: *hidden,
        gather: SheetReader::read(stream.get(*offset..).unwrap_or_default(), &globals),
    });
    Ok(sheets.collect())
}

/// The next record: its type, its data, and the data of the CONTINUE records after it.
struct Records<'a> {
    stream: &'a [u8],
    at: usize,
}

impl<'a> Records<'a> {
    fn next(&mut self) -> Option<(u16, &'a [u8])> {
        let kind = read_u16(self.stream, self.at)?;
        let length = usize::from(read_u16(self.stream, self.at + 2)?);
        let data = self.stream.get(self.at + 4..self.at + 4 + length)?;
        self.at += 4 + length;
        Some((kind, data))
    }

    fn continued(&mut self, first: &'a [u8]) -> Pieces<'a> {
        let mut parts = vec![first];
        while read_u16(self.stream, self.at) == Some(0x003c) {
            let Some((_, data)) = self.next() else { break };
            parts.push(data);
        }
        Pieces { parts, part: 0, at: 0 }
    }
}

fn read_globals(stream: &[u8]) -> Result<Globals, BiffError> {
    let mut records = Records { stream, at: 0 };
    let (kind, data) = records.next().ok_or(BiffError::Damaged)?;
    match (kind, read_u16(data, 0)) {
        (0x0809, Some(0x0600)) => {}
        (0x0809 | 0x0009 | 0x0209 | 0x0409, _) => return Err(BiffError::Old),
        _ => return Err(BiffError::Damaged),
    }
    let mut globals = Globals::default();
    while let Some((kind, data)) = records.next() {
        match kind {
            0x000a => return Ok(globals),
            0x002f => return Err(BiffError::Password),
            0x0022 => globals.is_1904 = read_u16(data, 0) == Some(1),
            0x0085 => globals.sheets.extend(bound_sheet(data)),
            0x041e => {
                let code = data.get(2..).and_then(|rest| Pieces::of(rest).string(false));
                globals.formats.extend(read_u16(data, 0).zip(code));
            }
            0x00e0 => globals.styles.push(read_u16(data, 2).unwrap_or_default()),
            0x00fc => globals.strings = shared_strings(&mut records.continued(data)),
            _ => {}
        }
    }
    Err(BiffError::Damaged)
}

/// BOUNDSHEET8; charts and macro sheets are left out.
fn bound_sheet(data: &[u8]) -> Option<(usize, bool, String)> {
    let offset = read_u32(data, 0)? as usize;
    let (state, kind) = (*data.get(4)?, *data.get(5)?);
    let name = Pieces::of(data.get(6..)?).string(true)?;
    (kind == 0).then_some((offset, state & 3 != 0, name))
}

fn shared_strings(pieces: &mut Pieces<'_>) -> Vec<Box<str>> {
    let mut strings = Vec::new();
    if pieces.take(8).is_some() {
        while let Some(text) = pieces.string(false) {
            strings.push(text.into());
        }
    }
    strings
}

/// A record with its continuations. Strings may break off anywhere; their characters go on after a new width byte.
struct Pieces<'a> {
    parts: Vec<&'a [u8]>,
    part: usize,
    at: usize,
}

impl<'a> Pieces<'a> {
    fn of(data: &'a [u8]) -> Self {
        Self { parts: vec![data], part: 0, at: 0 }
    }

    /// What is left of the current part; goes to the next part where nothing is.
    fn rest(&mut self) -> Option<&'a [u8]> {
        loop {
            let rest = self.parts.get(self.part)?.get(self.at..)?;
            if !rest.is_empty() {
                return Some(rest);
            }
            self.part += 1;
            self.at = 0;
        }
    }

    /// Skips bytes across parts, giving the first eight as a number.
    fn take(&mut self, count: usize) -> Option<u64> {
        let (mut value, mut done) = (0, 0);
        while done < count {
            let rest = self.rest()?;
            let step = rest.len().min(count - done);
            for (index, byte) in rest[..step].iter().enumerate().take(8_usize.saturating_sub(done)) {
                value |= u64::from(*byte) << (8 * (done + index));
            }
            self.at += step;
            done += step;
        }
        Some(value)
    }

    /// A unicode string with its length in two bytes, or in one (`short`).
    fn string(&mut self, short: bool) -> Option<String> {
        let mut left = usize::try_from(self.take(if short { 1 } else { 2 })?).ok()?;
        let flags = self.take(1)?;
        let runs = if flags & 8 == 0 { 0 } else { self.take(2)? };
        let extra = if flags & 4 == 0 { 0 } else { self.take(4)? };
        let mut wide = flags & 1 != 0;
        let mut units: Vec<u16> = Vec::with_capacity(left);
        while left > 0 {
            let part = self.part;
            let mut rest = self.rest()?;
            if self.part != part {
                wide = rest.first()? & 1 != 0;
                self.at = 1;
                rest = &rest[1..];
            }
            let taken = if wide { (rest.len() / 2).min(left) } else { rest.len().min(left) };
            if taken == 0 {
                return None;
            }
            if wide {
                units.extend(rest.as_chunks::<2>().0.iter().take(taken).map(|pair| u16::from_le_bytes(*pair)));
            } else {
                units.extend(rest[..taken].iter().map(|byte| u16::from(*byte)));
            }
            self.at += if wide { taken * 2 } else { taken };
            left -= taken;
        }
        let skipped = usize::try_from(runs * 4 + extra).ok()?;
        if skipped > 0 {
            self.take(skipped)?;
        }
        Some(String::from_utf16_lossy(&units))
    }
}

/// Reads the records of one worksheet.
struct SheetReader<'a> {
    globals: &'a Globals,
    gather: Gather,
    /// A formula whose text stands in the record after it.
    awaiting: Option<(u32, u32)>,
}

impl<'a> SheetReader<'a> {
    fn read(stream: &'a [u8], globals: &'a Globals) -> Result<Gather, TooMuch> {
        let mut records = Records { stream, at: 0 };
        let mut reader = SheetReader { globals, gather: Gather::default(), awaiting: None };
        let mut depth = 0_usize;
        while let Some((kind, data)) = records.next() {
            match kind {
                // charts inside the sheet are sub-streams with records of the same names
                0x0809 => depth += 1,
                0x000a if depth <= 1 => break,
                0x000a => depth -= 1,
                0x0207 if depth == 1 => {
                    let text = records.continued(data).string(false);
                    reader.formula_text(text.unwrap_or_default())?;
                }
                // shared formulas, arrays and tables stand between a formula and its text
                0x04bc | 0x0221 | 0x0236 => {}
                _ if depth == 1 => {
                    reader.lost_text()?;
                    reader.record(kind, data)?;
                }
                _ => {}
            }
        }
        reader.lost_text()?;
        Ok(reader.gather)
    }

    /// A formula with a text result whose text never came: its result was not saved.
    fn lost_text(&mut self) -> Result<(), TooMuch> {
        let lost = self.awaiting.take();
        lost.map_or(Ok(()), |(row, column)| self.gather.cell(row, column, Cell::Uncached))
    }

    fn formula_text(&mut self, text: String) -> Result<(), TooMuch> {
        let place = self.awaiting.take();
        place.map_or(Ok(()), |(row, column)| self.gather.cell(row, column, Cell::Text(text.into())))
    }

    fn record(&mut self, kind: u16, data: &[u8]) -> Result<(), TooMuch> {
        match kind {
            0x0208 => {
                let hidden = read_u16(data, 12).is_some_and(|flags| flags & 0x20 != 0);
                if let (true, Some(row)) = (hidden, read_u16(data, 0)) {
                    self.gather.hide_row(row.into());
                }
                Ok(())
            }
            0x00e5 => {
                self.merges(data);
                Ok(())
            }
            // COLINFO
            0x007d if read_u16(data, 8).is_some_and(|flags| flags & 1 != 0) => {
                if let Some((first, last)) = read_u16(data, 0).zip(read_u16(data, 2)) {
                    self.gather.hide_columns(first.into(), last.into());
                }
                Ok(())
            }
            // NOTE: a comment
            0x001c => {
                if let Some((row, column)) = read_u16(data, 0).zip(read_u16(data, 2)) {
                    self.gather.comment(row.into(), column.into());
                }
                Ok(())
            }
            0x00bd => self.packed_numbers(data),
            _ => self.single(kind, data).unwrap_or(Ok(())),
        }
    }

    /// Records of one cell; `None` for other records and short ones.
    fn single(&mut self, kind: u16, data: &[u8]) -> Option<Result<(), TooMuch>> {
        let (row, column) = (read_u16(data, 0)?.into(), read_u16(data, 2)?.into());
        let style = read_u16(data, 4)?;
        let cell = match kind {
            0x00fd => Cell::Text(self.globals.strings.get(read_u32(data, 6)? as usize)?.clone()),
            0x0204 | 0x00d6 => Cell::Text(Pieces::of(data.get(6..)?).string(false)?.into()),
            0x0203 => self.globals.number(read_f64(data, 6)?, style),
            0x027e => self.globals.number(rk(read_u32(data, 6)?), style),
            0x0205 if *data.get(7)? != 0 => error(*data.get(6)?),
            0x0205 => Cell::Bool(*data.get(6)? != 0),
            0x0006 => return self.formula(data, row, column, style),
            _ => return None,
        };
        Some(self.gather.cell(row, column, cell))
    }

    fn formula(&mut self, data: &[u8], row: u32, column: u32, style: u16) -> Option<Result<(), TooMuch>> {
        let cell = if read_u16(data, 12)? == 0xffff {
            match *data.get(6)? {
                0 => {
                    self.awaiting = Some((row, column));
                    return None;
                }
                1 => Cell::Bool(*data.get(8)? != 0),
                2 => error(*data.get(8)?),
                _ => Cell::Empty,
            }
        } else {
            self.globals.number(read_f64(data, 6)?, style)
        };
        Some(self.gather.cell(row, column, cell))
    }

    /// MULRK: several numbers of one row.
    fn packed_numbers(&mut self, data: &[u8]) -> Result<(), TooMuch> {
        let (Some(row), Some(first)) = (read_u16(data, 0), read_u16(data, 2)) else { return Ok(()) };
        let body = data.get(4..data.len().saturating_sub(2)).unwrap_or_default();
        for (column, part) in (u32::from(first)..).zip(body.as_chunks::<6>().0) {
            let style = u16::from_le_bytes([part[0], part[1]]);
            let value = rk(u32::from_le_bytes([part[2], part[3], part[4], part[5]]));
            self.gather.cell(row.into(), column, self.globals.number(value, style))?;
        }
        Ok(())
    }

    fn merges(&mut self, data: &[u8]) {
        for part in data.get(2..).unwrap_or_default().as_chunks::<8>().0 {
            let at = |index: usize| u32::from(u16::from_le_bytes([part[index], part[index + 1]]));
            self.gather.merge(Merge { top: at(0), bottom: at(2), left: at(4), right: at(6) });
        }
    }
}

/// A packed number: 30 bits, integer or the high part of a float, perhaps in hundredths.
fn rk(raw: u32) -> f64 {
    let value = if raw & 2 == 0 { f64::from_bits(u64::from(raw & !3) << 32) } else { f64::from(raw.cast_signed() >> 2) };
    if raw & 1 == 0 { value } else { value / 100.0 }
}

fn error(code: u8) -> Cell {
    let text = match code {
        0x00 => "#NULL!",
        0x07 => "#DIV/0!",
        0x0f => "#VALUE!",
        0x17 => "#REF!",
        0x1d => "#NAME?",
        0x24 => "#NUM!",
        _ => "#N/A",
    };
    Cell::Error(text.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packed_numbers_unpack() {
        assert!((rk((95 << 2) | 2) - 95.0).abs() < f64::EPSILON);
        assert!((rk((8850 << 2) | 3) - 88.5).abs() < f64::EPSILON);
        assert!((rk(((-3_i32) << 2).cast_unsigned() | 2) + 3.0).abs() < f64::EPSILON);
        assert!((rk(0x3ff8_0000) - 1.5).abs() < f64::EPSILON);
    }

    #[test]
    fn formats_make_dates_and_percentages_of_numbers() {
        let globals =
            Globals { formats: BTreeMap::from([(170, "0.0%".to_owned())]), styles: vec![0, 9, 170, 14], ..Globals::default() };
        assert_eq!(globals.number(0.95, 0), Cell::Number(0.95));
        assert_eq!(globals.number(0.95, 1), Cell::Text("95%".into()));
        assert_eq!(globals.number(0.905, 2), Cell::Text("90.5%".into()));
        assert_eq!(globals.number(45_291.0, 3), Cell::Date("2023-12-31".into()));
    }

    #[test]
    fn a_string_may_break_off_in_the_middle_and_change_its_width() {
        let first = [4, 0, 1, 0x18, 0x4f, 0x40, 0x62];
        let second = [0, b'A', b'B', 2, 0, 0, b'C'];
        let third = [0, b'D'];
        let mut pieces = Pieces { parts: vec![&first, &second, &third], part: 0, at: 0 };
        assert_eq!(pieces.string(false).as_deref(), Some("优所AB"));
        assert_eq!(pieces.string(false).as_deref(), Some("CD"));
        let mut broken = Pieces { parts: vec![&[9, 0, 0, b'x']], part: 0, at: 0 };
        assert_eq!(broken.string(false), None);
    }

    #[test]
    fn hopeless_streams_are_told_apart() {
        assert_eq!(read_biff(&[]).err(), Some(BiffError::Damaged));
        assert_eq!(read_biff(&[9, 8, 4, 0, 0, 5, 5, 0]).err(), Some(BiffError::Old));
        let encrypted = [9, 8, 4, 0, 0, 6, 5, 0, 0x2f, 0, 0, 0];
        assert_eq!(read_biff(&encrypted).err(), Some(BiffError::Password));
    }
}
