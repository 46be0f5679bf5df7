//! Foreign files → ballots and entries. Reading cannot fail: a hopeless file gives an empty batch and a diagnostic.
mod answers;
mod cells;
mod context;
mod delimited;
mod encoding;
mod findings;
pub mod grid;
mod heads;
mod layout;
mod names;
mod print;
mod readings;
mod readings_down;
mod recognise;
mod screen;
mod sheet;
mod source;
mod transcribe;
mod words;

#[cfg(test)]
mod draw;
#[cfg(test)]
mod fixture;

pub use delimited::{Chunk, ChunkNotes, Chunks, DelimitedStream, Fingerprint, Record};
pub use context::Context;
pub use names::{Found, Roster};
pub use screen::Screener;
pub use transcribe::read;
pub use source::{Body, Discovered, OpenSheet, Opened, SourceFile, discover, open, read_table};
