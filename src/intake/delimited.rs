//! Text tables: which delimiter, whole into a grid when small, a stream when big.

use super::chunk::{Chunk, ChunkNotes, Dialect};
use super::encoding::{Detected, decode, decode_lossy, detect};
use super::grid::{Cell, Grid, GridRow};
use super::record::{WIDE_COMMA, cut, parse};
use super::stream::{DelimitedStream, blank_first_line};
use crate::diagnostic::{Diagnostic, Place};
use crate::habits::{Habit, on};
use encoding_rs::{BIG5, SHIFT_JIS, UTF_8};
use std::path::Path;

/// Text files up to this size are read whole into a grid.
pub(super) const SMALL: u64 = 8 << 20;
/// Bytes of the beginning by which encoding and delimiter are found.
pub(super) const SAMPLE: usize = 256 << 10;
/// Records in the head of a stream, and looked at to find the delimiter.
const HEAD: usize = 64;

/// What the first bytes say about a text file.
struct Opening {
    detected: Detected,
    delimiter: u8,
    /// The first line is `sep=;`.
    told: bool,
    /// The sample, decoded and cut after its last whole record.
    text: String,
}

impl Opening {
    fn dialect(&self) -> Dialect {
        Dialect { encoding: self.detected.encoding, delimiter: self.delimiter }
    }

    fn diagnostics(&self, place: &Place) -> Vec<Diagnostic> {
        let (unsure, encoding) = (!self.detected.sure, self.detected.encoding);
        if encoding == BIG5 || encoding == SHIFT_JIS {
            return vec![Diagnostic::new("F234", place.clone()).with("found", encoding.name())];
        }
        unsure.then(|| Diagnostic::new("F302", place.clone())).into_iter().collect()
    }
}

/// Looks at the beginning of a file. `None`: not text.
fn look(bytes: &[u8]) -> Option<Opening> {
    let whole = bytes.len() <= SAMPLE;
    let sample = if whole { bytes } else { &bytes[..SAMPLE] };
    let detected = detect(sample, whole)?;
    let body = &sample[detected.bom..];
    let mut text = decode(detected.encoding, body, whole).unwrap_or_else(|| decode_lossy(detected.encoding, body));
    let told = told_delimiter(&text);
    let found = || if on(Habit::Delimiters) { find_delimiter(text.as_bytes()) } else { b',' };
    let delimiter = told.unwrap_or_else(found);
    let end = cut(text.as_bytes(), delimiter, whole).end;
    if end > 0 {
        text.truncate(end);
    }
    Some(Opening { detected, delimiter, told: told.is_some(), text })
}

/// Excel's own hint in the first line.
fn told_delimiter(text: &str) -> Option<u8> {
    let line = text.lines().next()?.trim();
    match line.strip_prefix("sep=")?.as_bytes() {
        [delimiter @ (b',' | b';' | b'\t' | b'|')] => Some(*delimiter),
        [] if line == "sep=" => text.as_bytes().get(4).copied().filter(|byte| *byte == b'\t'),
        _ => None,
    }
}

/// The delimiter by which most records have the same number of fields; commas when nothing splits them.
fn find_delimiter(text: &[u8]) -> u8 {
    let mut best = (0, b',');
    for delimiter in [b',', b'\t', b';', b'|'] {
        let score = consistency(text, delimiter);
        if score > best.0 {
            best = (score, delimiter);
        }
    }
    if best.0 > 0 {
        return best.1;
    }
    let wide = String::from_utf8_lossy(text).replace('，', "\u{1f}");
    // one full-width comma is a sentence; the same number of them in most of several lines is a table
    if consistency(wide.as_bytes(), WIDE_COMMA) >= 800 { WIDE_COMMA } else { b',' }
}

/// Share (in thousandths) of records with the commonest number of fields above one, plus that number (up to 50).
fn consistency(text: &[u8], delimiter: u8) -> usize {
    let mut counts = Vec::with_capacity(HEAD);
    parse(text, 0, delimiter, &mut |_, record| {
        counts.push(record.len());
        counts.len() < HEAD
    });
    let total = counts.len();
    counts.retain(|count| *count > 1);
    counts.sort_unstable();
    let common = counts.chunk_by(|one, other| one == other).max_by_key(|group| (group.len(), group[0]));
    common.map_or(0, |group| group.len() * 1000 / total.max(1) + group[0].min(50))
}

/// Reads a whole file into a grid. `None`: not text.
pub(super) fn read_delimited_grid(bytes: &[u8], place: &Place) -> Option<(Grid, Vec<Diagnostic>)> {
    let opening = look(bytes)?;
    let body = &bytes[opening.detected.bom..];
    let dialect = opening.dialect();
    let needs_text = dialect.encoding.is_single_byte() || !matches!(dialect.encoding.name(), "UTF-8" | "gb18030");
    let mut diagnostics = opening.diagnostics(place);
    let (bytes, dialect) = if needs_text {
        (decode_lossy(dialect.encoding, body).into_bytes(), Dialect { encoding: UTF_8, ..dialect })
    } else {
        (body.to_vec(), dialect)
    };
    let mut chunk = Chunk { first_row: 0, bytes, dialect, tidy: false };
    if opening.told {
        blank_first_line(&mut chunk.bytes);
    }
    let (grid, notes) = grid_of(&chunk, usize::MAX);
    diagnostics.extend(notes.diagnostics(place));
    Some((grid, diagnostics))
}

/// Opens a big file by its first bytes. `None`: not text.
pub(super) fn open_stream(path: &Path, size: u64, sample: &[u8], place: &Place) -> Option<(DelimitedStream, Vec<Diagnostic>)> {
    let opening = look(sample)?;
    let diagnostics = opening.diagnostics(place);
    let mut head = opening.text.clone().into_bytes();
    if opening.told {
        blank_first_line(&mut head);
    }
    let dialect = Dialect { encoding: UTF_8, delimiter: opening.delimiter };
    let (head, _) = grid_of(&Chunk { first_row: 0, bytes: head, dialect, tidy: false }, HEAD);
    let stream = DelimitedStream {
        path: path.to_owned(),
        place: place.clone(),
        dialect: opening.dialect(),
        skip: opening.detected.bom,
        told: opening.told,
        head,
        size,
    };
    Some((stream, diagnostics))
}

/// The first `most` records as a grid of texts; empty fields are left out.
fn grid_of(chunk: &Chunk, most: usize) -> (Grid, ChunkNotes) {
    let mut grid = Grid::default();
    let notes = chunk.while_true(&mut |row, record| {
        let mut cells = Vec::with_capacity(record.len());
        for (column, field) in (0_u32..).zip(record.iter()) {
            if !field.is_empty() {
                cells.push((column, Cell::Text(String::from_utf8_lossy(field).into())));
                grid.width = grid.width.max(column + 1);
            }
        }
        if !cells.is_empty() {
            grid.height = row + 1;
            grid.rows.push(GridRow { row, hidden: false, cells });
        }
        grid.rows.len() < most
    });
    (grid, notes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> (Vec<String>, Vec<String>) {
        let place = Place::file("returns/a.csv");
        let (grid, diagnostics) = read_delimited_grid(bytes, &place).unwrap();
        let shown = grid.rows.iter().map(|row| {
            let cells: Vec<_> = row.cells.iter().map(|(column, cell)| format!("{column}={}", cell.text())).collect();
            format!("{}:{}", row.row, cells.join(" "))
        });
        (shown.collect(), diagnostics.into_iter().map(|found| found.code).collect())
    }

    #[test]
    fn delimiters_are_found_by_consistency() {
        for delimiter in [",", "\t", ";", "|", "，"] {
            let text = ["单位", "评价", "备注\n一连", "优秀", "\n二连", "良好", "a、b"].join(delimiter);
            let (rows, codes) = read(text.as_bytes());
            assert_eq!(rows, ["0:0=单位 1=评价 2=备注", "1:0=一连 1=优秀", "2:0=二连 1=良好 2=a、b"], "{delimiter:?}");
            assert!(codes.is_empty());
        }
    }

    #[test]
    fn a_title_row_and_listed_answers_do_not_turn_the_delimiter() {
        let text = "2025年度测评\n序号,单位,选项\n1,一连,甲;乙;丙\n2,二连,甲;乙\n3,三连,\n";
        assert_eq!(find_delimiter(text.as_bytes()), b',');
    }

    #[test]
    fn excels_hint_is_believed_and_is_no_row() {
        let (rows, _) = read(b"sep=;\r\na,1;b\r\nc,2;d\r\n");
        assert_eq!(rows, ["1:0=a,1 1=b", "2:0=c,2 1=d"]);
    }

    #[test]
    fn ragged_rows_keep_every_field() {
        assert_eq!(read(b"a,b,c\n1\n1,2,3,4\n").0, ["0:0=a 1=b 2=c", "1:0=1", "2:0=1 1=2 2=3 3=4"]);
    }

    #[test]
    fn utf16_and_gb18030_and_hopeless_bytes() {
        let text = "单位\t评价\r\n一连\t优秀\r\n";
        let little: Vec<u8> = b"\xff\xfe".iter().copied().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        let gb = encoding_rs::GB18030.encode(text).0;
        let expected = ["0:0=单位 1=评价", "1:0=一连 1=优秀"];
        assert_eq!(read(&little).0, expected);
        assert_eq!(read(&gb).0, expected);
        let (rows, codes) = read(b"a,b\n\xff\xff,2\n");
        assert_eq!((rows.len(), codes), (2, vec!["F302".to_owned(), "F303".to_owned()]));
    }

    #[test]
    fn an_unclosed_quote_is_said_and_swallows_no_row() {
        let (rows, codes) = read("单位,评价\n\"一连,优秀\n二连,良好\n".as_bytes());
        assert_eq!((rows.len(), codes), (3, vec!["F304".to_owned()]));
    }
}
