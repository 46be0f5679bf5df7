//! Counts the ballots of one source.

use crate::survey::{Block, Sink, VoteCount};

/// Counts what one source sheet says; ballots are forgotten at once.
#[derive(Debug, Default)]
pub struct Counter {}

impl Counter {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

impl Sink for Counter {
    fn block(&mut self, _block: &Block) {}
    fn votes(&mut self, _votes: &[VoteCount]) {}
}
