//! `kaoping` 考评: from a year of returned spreadsheets to graded, ranked, explained results.
//!
//! The house, floor by floor; imports go down only (a test reads every `use crate::…`):
//!
//! ```text
//! 7  main                    opens the door
//! 6  cli                     words into calls, results into exit status
//! 5  pipeline                the only room that knows the order
//! 4  publish                 cleared results -> reports/<assessment>/ (beside it demo: made data for learning and measuring)
//! 3  intake│config│measure   foreign files -> ballots │ scheme.toml -> Scheme │ counts -> Assessment (pure)
//! 2  survey                  the nouns, and the laws that make them valid
//! 1  diagnostic│numeric      what is wrong, where, how to mend │ fractions that agree everywhere (beside them habits: reading rules by name)
//! ```
//!
//! Data walks: source file → grid → layout → ballots → tally ⊕ tally … → estimates → scorecards → standings
//! (together: [`measure::Assessment`]) → [`measure::Cleared`] → edition.

pub mod cli;
pub mod config;
#[cfg(test)]
mod corpus;
pub mod demo;
pub mod diagnostic;
pub mod habits;
pub mod intake;
pub mod measure;
pub mod numeric;
pub mod pipeline;
pub mod publish;
pub mod survey;
