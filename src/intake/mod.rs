//! Foreign files → ballots and entries. Reading cannot fail: a hopeless file gives an empty batch and a diagnostic.
mod delimited;
mod encoding;
pub mod grid;
mod source;

pub use delimited::{Chunk, ChunkNotes, Chunks, DelimitedStream, Fingerprint, Record};
pub use source::{Body, Discovered, OpenSheet, Opened, SourceFile, discover, open, read_table};
