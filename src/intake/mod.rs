//! Foreign files → ballots and entries. Reading cannot fail: a hopeless file gives an empty batch and a diagnostic.
mod answers;
mod cells;
mod context;
mod delimited;
mod encoding;
pub mod grid;
mod names;
mod screen;
mod source;
mod words;

#[cfg(test)]
mod fixture;

pub use delimited::{Chunk, ChunkNotes, Chunks, DelimitedStream, Fingerprint, Record};
pub use context::Context;
pub use names::{Found, Roster};
pub use screen::Screener;
pub use source::{Body, Discovered, OpenSheet, Opened, SourceFile, discover, open, read_table};
