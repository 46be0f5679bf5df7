//! A big text file in chunks of constant memory: read, cut at record boundaries, number the rows; nothing else in order.

use super::chunk::{Chunk, Dialect};
use super::grid::Grid;
use super::record::{WIDE_COMMA, cut};
use super::source::{RawFile, open_bytes};
use crate::diagnostic::{Diagnostic, Place};
use crate::numeric::hex;
use encoding_rs::{Decoder, GB18030, UTF_8};
use sha2::{Digest, Sha256};
use std::io::Read;
use std::path::PathBuf;

/// Bytes read at a time; chunks are about this long.
const CHUNK: usize = 2 << 20;
/// A chunk without a record boundary is cut here all the same, and said so.
const LONGEST_RECORD: usize = 32 << 20;

/// A big delimited file. Its first rows are known as a grid; the whole is read by [`DelimitedStream::chunks`].
#[derive(Clone, Debug)]
pub struct DelimitedStream {
    pub(super) path: PathBuf,
    pub(super) place: Place,
    pub(super) dialect: Dialect,
    /// Bytes of the byte order mark.
    pub(super) skip: usize,
    /// A first line `sep=;` says the delimiter and is no row of the table.
    pub(super) told: bool,
    /// The first 64 records as a grid, to recognise the layout by.
    pub head: Grid,
    /// Bytes of the file (for progress).
    pub size: u64,
}

impl DelimitedStream {
    /// Reads the file from its first byte (may be called again). The iterator does only what must be done in order
    /// (reading, cutting at record boundaries, counting rows); [`Chunk::for_each`] does the rest on any thread.
    #[must_use]
    pub fn chunks(&self) -> Chunks {
        let (file, failed) = match open_bytes(&self.path) {
            Ok(file) => (Some(file), None),
            Err(error) => (None, Some(error.to_string())),
        };
        let Dialect { encoding, delimiter } = self.dialect;
        // where a delimiter may be part of a character or is one, and in UTF-16, the text must be decoded before it can be cut
        let cut_raw = match delimiter {
            WIDE_COMMA => false,
            b'|' => encoding == UTF_8,
            _ => encoding == UTF_8 || encoding == GB18030,
        };
        let decoder = (!cut_raw).then(|| self.dialect.encoding.new_decoder_without_bom_handling());
        let dialect = Dialect { encoding: if cut_raw { self.dialect.encoding } else { UTF_8 }, ..self.dialect };
        Chunks {
            place: self.place.clone(),
            file,
            failed,
            overlong: None,
            decoder,
            dialect,
            skip: self.skip,
            told: self.told,
            carry: Vec::new(),
            rows: 0,
            hasher: None,
        }
    }
}

/// The chunks of a stream, in order. After the last, ask for `diagnostics`, `rows` and `sha256`.
#[derive(Debug)]
pub struct Chunks {
    place: Place,
    file: Option<RawFile>,
    failed: Option<String>,
    overlong: Option<u32>,
    decoder: Option<Decoder>,
    /// As the chunks are written: UTF-8 where decoding comes first.
    dialect: Dialect,
    skip: usize,
    told: bool,
    carry: Vec<u8>,
    rows: u32,
    hasher: Option<Sha256>,
}

impl Iterator for Chunks {
    type Item = Chunk;

    fn next(&mut self) -> Option<Chunk> {
        let mut buffer = std::mem::take(&mut self.carry);
        let mut wanted = CHUNK;
        loop {
            self.fill(&mut buffer, wanted);
            let last = self.file.is_none();
            let mut end = cut(&buffer, self.dialect.delimiter, last);
            if end.end == 0 && buffer.len() >= LONGEST_RECORD {
                self.overlong = self.overlong.or(Some(self.rows));
                end = cut(&buffer, self.dialect.delimiter, true);
            }
            if end.end == 0 && !last {
                wanted = buffer.len() + CHUNK;
                continue;
            }
            if buffer.is_empty() {
                return None;
            }
            self.carry = buffer.split_off(end.end);
            let first_row = self.rows;
            self.rows = self.rows.saturating_add(u32::try_from(end.rows).unwrap_or(u32::MAX));
            if std::mem::take(&mut self.told) {
                blank_first_line(&mut buffer);
            }
            return Some(Chunk { first_row, bytes: buffer, dialect: self.dialect, tidy: end.tidy });
        }
    }
}

impl Chunks {
    /// What went wrong while reading (a disk that failed half-way). Complete once the iterator has ended.
    #[must_use]
    pub fn diagnostics(&self) -> Vec<Diagnostic> {
        let failed = self.failed.as_ref().map(|error| Diagnostic::new("F108", self.place.clone()).with("found", error));
        let overlong = self.overlong.map(|row| Diagnostic::new("F305", self.place.row(row)));
        failed.into_iter().chain(overlong).collect()
    }

    /// Rows met so far, blank ones included.
    #[must_use]
    pub fn rows(&self) -> u32 {
        self.rows
    }

    /// Hashes the file's bytes on the way (about half a second a gigabyte, in the thread that iterates).
    #[must_use]
    pub fn hashing(mut self) -> Self {
        self.hasher = Some(Sha256::new());
        self
    }

    /// SHA-256 of the file's bytes in hex, once the iterator has ended; `None` without [`Chunks::hashing`].
    #[must_use]
    pub fn sha256(&self) -> Option<String> {
        let done = self.file.is_none() && self.failed.is_none();
        self.hasher.clone().filter(|_| done).map(|hasher| hex(&hasher.finalize()))
    }

    /// Reads until the buffer holds `wanted` bytes or the file ends.
    fn fill(&mut self, buffer: &mut Vec<u8>, wanted: usize) {
        let Some(mut file) = self.file.take() else { return };
        while buffer.len() < wanted {
            let from = buffer.len();
            buffer.reserve(wanted + (CHUNK >> 4) - from);
            match file.by_ref().take((wanted - from) as u64).read_to_end(buffer) {
                Ok(0) => return self.end(buffer),
                Ok(_) => {
                    if let Some(hasher) = &mut self.hasher {
                        hasher.update(&buffer[from..]);
                    }
                    let bom = std::mem::take(&mut self.skip).min(buffer.len() - from);
                    buffer.drain(from..from + bom);
                    self.decode_from(buffer, from, false);
                }
                Err(error) => {
                    self.failed = Some(error.to_string());
                    return;
                }
            }
        }
        self.file = Some(file);
    }

    /// The file has ended: a decoder may hold half a character back.
    fn end(&mut self, buffer: &mut Vec<u8>) {
        let from = buffer.len();
        self.decode_from(buffer, from, true);
    }

    /// Replaces the bytes from `from` on by their text, where decoding comes before cutting.
    fn decode_from(&mut self, buffer: &mut Vec<u8>, from: usize, last: bool) {
        let Some(decoder) = &mut self.decoder else { return };
        let raw = buffer.split_off(from);
        let mut text = String::with_capacity(decoder.max_utf8_buffer_length(raw.len()).unwrap_or(raw.len() * 3 + 8));
        let _ = decoder.decode_to_string(&raw, &mut text, last);
        if self.dialect.delimiter == WIDE_COMMA {
            text = text.replace('，', "\u{1f}");
        }
        buffer.extend_from_slice(text.as_bytes());
    }
}

/// Makes the line `sep=;` a blank one, so rows keep their numbers.
pub(super) fn blank_first_line(bytes: &mut Vec<u8>) {
    let length = bytes.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(bytes.len());
    bytes.drain(..length);
}

#[cfg(test)]
mod tests {
    use super::super::source::{Body, open_path};
    use super::*;
    use crate::intake::Fingerprint;
    use encoding_rs::Encoding;
    use std::fmt::Write as _;

    /// Bigger than two chunks, with quoted fields, a quoted line break across the rows, blank lines and odd line ends.
    fn text() -> String {
        let mut text = String::from("单位,题1,题2,备注\r\n");
        let mut row = 1;
        while text.len() < 7 << 19 {
            let tail = ["\r\n", "\n", "\"说,明\n第二行\"\n", "\n\n"][row % 4];
            write!(text, "三师四十一团{}连,优秀,良好,{tail}", row % 97).unwrap();
            row += 1;
        }
        text
    }

    /// The folder goes when it is dropped.
    fn stream(bytes: &[u8]) -> (tempfile::TempDir, DelimitedStream) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("big.csv");
        std::fs::write(&path, bytes).unwrap();
        let (mut sheets, _) = open_path(&path, &Place::file("returns/big.csv"), 0).unwrap();
        let Some(Body::Stream(stream)) = sheets.pop().map(|sheet| sheet.body) else { panic!("no stream") };
        (folder, stream)
    }

    /// (rows, records, last row and its first field, content hash)
    fn walk((_folder, stream): &(tempfile::TempDir, DelimitedStream)) -> (u32, u64, (u32, String), String) {
        let (mut records, mut last, mut print) = (0, (0, String::new()), Fingerprint::default());
        let mut chunks = stream.chunks().hashing();
        for chunk in &mut chunks {
            let notes = chunk.for_each(|row, record| {
                assert!(row >= last.0);
                last = (row, record.text(0).into_owned());
                print.add(row, record);
            });
            records += notes.records;
            assert_eq!(notes.diagnostics(&stream.place), []);
        }
        assert_eq!(chunks.diagnostics(), []);
        assert_eq!(chunks.sha256().map(|hash| hash.len()), Some(64));
        (chunks.rows(), records, last, print.hex())
    }

    #[test]
    fn a_big_file_reads_the_same_in_every_encoding() {
        let text = text();
        let expected = walk(&stream(text.as_bytes()));
        let (records, blank) = {
            let lines = text.matches("连,优秀").count() as u64;
            (lines + 1, text.matches("\n\n").count() as u64)
        };
        assert_eq!(expected.1, records);
        assert_eq!(u64::from(expected.0), records + blank);
        let utf16 = |units: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(units).collect::<Vec<u8>>();
        let gb = |encoding: &'static Encoding| encoding.encode(&text).0.into_owned();
        let bom = [b"\xef\xbb\xbf", text.as_bytes()].concat();
        for bytes in [gb(GB18030), utf16(u16::to_le_bytes), utf16(u16::to_be_bytes), bom] {
            assert_eq!(walk(&stream(&bytes)), expected);
        }
    }

    #[test]
    fn the_head_of_a_stream_is_a_grid_of_its_first_records() {
        let (_folder, stream) = stream(text().as_bytes());
        assert_eq!(stream.head.get(0, 0).text(), "单位");
        assert_eq!(stream.head.get(1, 0).text(), "三师四十一团1连");
        assert_eq!(stream.head.rows.len(), 64);
    }
}
