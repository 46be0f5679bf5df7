//! A run of whole records as it stands in the file; decoding and parsing happen here, on any thread.

use super::encoding::{decode, decode_lossy};
use super::record::{Record, WIDE_COMMA, cut, parse_known};
use crate::diagnostic::{Diagnostic, Place};
use encoding_rs::{Encoding, GB18030, UTF_8};
use std::borrow::Cow;

/// How a text file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Dialect {
    pub encoding: &'static Encoding,
    /// One ASCII byte; [`WIDE_COMMA`] stands for `，`.
    pub delimiter: u8,
}

/// A run of whole records (about 2 MB), not yet decoded or parsed. `Send`: parse it on any thread.
#[derive(Clone, Debug)]
pub struct Chunk {
    /// 0-based row of the first record: what Excel shows, less one. Blank lines count; a quoted line break does not.
    pub first_row: u32,
    pub(super) bytes: Vec<u8>,
    pub(super) dialect: Dialect,
    /// See [`super::record::Cut`].
    pub(super) tidy: bool,
}

impl Chunk {
    /// Decodes and parses the chunk: calls `each(row, record)` for every record that is not blank, in order.
    pub fn for_each(&self, mut each: impl FnMut(u32, &Record<'_>)) -> ChunkNotes {
        self.while_true(&mut |row, record| {
            each(row, record);
            true
        })
    }

    /// Bytes of the file in this chunk (for progress).
    #[must_use]
    pub fn size(&self) -> usize {
        self.bytes.len()
    }

    /// Like `for_each`, until `each` says `false`.
    pub(super) fn while_true(&self, each: &mut dyn FnMut(u32, &Record<'_>) -> bool) -> ChunkNotes {
        let (text, broken) = decoded(&self.bytes, self.dialect);
        let first_broken = broken.first().map(|&offset| self.row_at(&text, offset));
        let mut notes = ChunkNotes { broken: broken.len() as u64, first_broken, ..ChunkNotes::default() };
        let unclosed = parse_known(&text, self.first_row, self.dialect.delimiter, self.tidy, &mut |row, record| {
            notes.records += 1;
            each(row, record)
        });
        notes.unclosed = unclosed.len() as u64;
        notes.first_unclosed = unclosed.first().copied();
        notes
    }

    /// The row of the record that holds this offset of the decoded text.
    fn row_at(&self, text: &[u8], offset: usize) -> u32 {
        let before = text.get(..offset).unwrap_or(text);
        let rows = cut(before, self.dialect.delimiter, false).rows;
        self.first_row.saturating_add(u32::try_from(rows).unwrap_or(u32::MAX))
    }
}

/// The text in UTF-8 with its delimiter in one byte, and the offsets of the lines that were not of the encoding.
fn decoded(bytes: &[u8], dialect: Dialect) -> (Cow<'_, [u8]>, Vec<usize>) {
    if dialect.encoding == UTF_8 && dialect.delimiter != WIDE_COMMA && Encoding::utf8_valid_up_to(bytes) == bytes.len() {
        return (Cow::Borrowed(bytes), Vec::new());
    }
    let whole = decode(dialect.encoding, bytes, true).map(|text| (text, Vec::new()));
    let (mut text, broken) = whole.unwrap_or_else(|| mend(bytes, dialect.encoding));
    if dialect.delimiter == WIDE_COMMA {
        text = text.replace('，', "\u{1f}");
    }
    (Cow::Owned(text.into_bytes()), broken)
}

/// Line by line: in the file's encoding, else in the other of UTF-8 and GB18030, else with `�`.
fn mend(bytes: &[u8], encoding: &'static Encoding) -> (String, Vec<usize>) {
    let other = if encoding == UTF_8 { GB18030 } else { UTF_8 };
    let mut text = String::with_capacity(bytes.len() + bytes.len() / 2);
    let mut broken = Vec::new();
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        if let Some(good) = decode(encoding, line, true) {
            text.push_str(&good);
            continue;
        }
        let mended = decode(other, line, true).unwrap_or_else(|| decode_lossy(encoding, line));
        broken.push(text.len());
        text.push_str(&mended);
    }
    (text, broken)
}

/// What parsing a chunk noticed; add those of all chunks together in order, then turn them into diagnostics.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChunkNotes {
    /// Records delivered.
    pub records: u64,
    /// Lines holding bytes that are not of the file's encoding (decoded as the other of UTF-8 and GB18030, or with `�`).
    pub broken: u64,
    /// Rows with an opening quote that never closes, read with that quote as an ordinary character.
    pub unclosed: u64,
    first_broken: Option<u32>,
    first_unclosed: Option<u32>,
}

impl ChunkNotes {
    /// Adds the notes of the next chunk.
    pub fn add(&mut self, next: &Self) {
        self.records += next.records;
        self.broken += next.broken;
        self.unclosed += next.unclosed;
        self.first_broken = self.first_broken.or(next.first_broken);
        self.first_unclosed = self.first_unclosed.or(next.first_unclosed);
    }

    /// At most one diagnostic of each sort, at the first row concerned.
    #[must_use]
    pub fn diagnostics(&self, place: &Place) -> Vec<Diagnostic> {
        let sorts = [("F303", self.broken, self.first_broken), ("F304", self.unclosed, self.first_unclosed)];
        let met = sorts.into_iter().filter(|(_, count, _)| *count > 0);
        met.map(|(code, count, row)| {
            let place = row.map_or_else(|| place.clone(), |row| place.row(row));
            let mut diagnostic = Diagnostic::new(code, place).with("count", count);
            diagnostic.more = count - 1;
            diagnostic
        })
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunk(bytes: &[u8], encoding: &'static Encoding, delimiter: u8) -> Chunk {
        Chunk { first_row: 10, bytes: bytes.to_vec(), dialect: Dialect { encoding, delimiter }, tidy: false }
    }

    fn read(chunk: &Chunk) -> (Vec<String>, ChunkNotes) {
        let mut found = Vec::new();
        let notes = chunk.for_each(|row, record| {
            let fields: Vec<_> = (0..record.len()).map(|column| record.text(column).into_owned()).collect();
            found.push(format!("{row}:{}", fields.join("|")));
        });
        (found, notes)
    }

    #[test]
    fn gb18030_is_decoded_where_the_chunk_is_parsed() {
        let bytes = GB18030.encode("一连,\"优,秀\"\n二连,良好").0;
        let (found, notes) = read(&chunk(&bytes, GB18030, b','));
        assert_eq!(found, ["10:一连|优,秀", "11:二连|良好"]);
        assert_eq!(notes, ChunkNotes { records: 2, ..ChunkNotes::default() });
    }

    #[test]
    fn a_line_in_another_encoding_is_mended_and_named() {
        let gb = GB18030.encode("二连,优秀\n").0;
        let bytes = ["一连,良好\n".as_bytes(), &gb, "三连,一般\n".as_bytes()].concat();
        let (found, notes) = read(&chunk(&bytes, UTF_8, b','));
        assert_eq!(found, ["10:一连|良好", "11:二连|优秀", "12:三连|一般"]);
        let diagnostics = notes.diagnostics(&Place::file("returns/a.csv"));
        assert_eq!(diagnostics.len(), 1);
        assert_eq!((diagnostics[0].code.as_str(), diagnostics[0].place.row), ("F303", Some(11)));
    }

    #[test]
    fn a_full_width_comma_may_be_the_delimiter() {
        let (found, _) = read(&chunk("一连，\"优，秀\"，3\n".as_bytes(), UTF_8, WIDE_COMMA));
        assert_eq!(found, ["10:一连|优，秀|3"]);
    }
}
