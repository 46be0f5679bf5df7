//! Foreign files → ballots and entries. Reading cannot fail: a hopeless file gives an empty batch and a diagnostic.
pub mod grid;
