//! Foreign files → ballots and entries. Reading cannot fail: a hopeless file gives an empty batch and a diagnostic.
mod biff;
mod cfb;
mod chunk;
mod delimited;
mod encoding;
mod excel;
mod fingerprint;
mod foreign;
mod gather;
pub mod grid;
mod guard;
#[cfg(test)]
mod hostile;
mod ods;
mod package;
mod record;
mod serial;
mod sheet_marks;
mod source;
mod stream;

pub use chunk::{Chunk, ChunkNotes};
pub use fingerprint::Fingerprint;
pub use record::Record;
pub use source::{Body, Discovered, OpenSheet, Opened, SourceFile, discover, open, read_table};
pub use stream::{Chunks, DelimitedStream};
