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
mod markup;
mod merges;
mod ods;
mod package;
mod record;
mod serial;
mod sheet_binary;
mod sheet_marks;
mod source;
mod stream;

pub use chunk::{Chunk, ChunkNotes};
pub use fingerprint::Fingerprint;
pub use record::Record;
pub use source::{Body, Discovered, OpenSheet, Opened, SourceFile, discover, open, read_table};
pub use stream::{Chunks, DelimitedStream};

// What the cells mean.
mod answers;
mod cells;
mod context;
mod export;
mod findings;
mod heads;
mod layout;
mod likeness;
mod names;
mod people;
mod print;
mod published;
mod raw;
mod readings;
mod readings_down;
mod reasons;
mod recognise;
mod screen;
mod sheet;
mod traditional;
mod transcribe;
mod tried;
mod vocabulary;
mod words;

pub use context::Context;
pub use names::{Found, Roster};
pub use people::People;
pub use published::{PUBLISHED, Published, read_published};
pub use raw::{RawSheet, read_grids};
pub use screen::Screener;
pub use transcribe::{read, sender};

#[cfg(test)]
mod draw;
#[cfg(test)]
mod fixture;
