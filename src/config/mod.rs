//! `scheme.toml` and the tables beside it → [`crate::survey::Scheme`]: parsed, checked whole, resolved.

mod amendments;
mod analysis;
mod check;
mod classes;
mod columns;
mod findings;
mod fingerprint;
mod folder;
mod forms;
mod frame;
mod index;
mod instrument;
mod measures;
mod options;
mod parse;
mod persons;
mod policies;
mod resolve;
mod roster;
mod rules;
mod schema;
mod sources;
mod tree_weights;
mod values;
mod weights;

#[cfg(test)]
mod tests;

pub use amendments::lists_imported;
pub use folder::{TablePaths, open};
pub use options::Options;
pub use parse::{Parsed, parse};
pub use resolve::{Outcome, Tables, resolve};
pub use schema::json_schema;

/// The reference scheme 参考方案, which `kaoping init` writes as the first `scheme.toml`.
pub const REFERENCE_SCHEME: &str = include_str!("preset/reference.toml");

/// A small units table to go with the reference scheme.
#[must_use]
pub fn reference_units() -> &'static str {
    include_str!("preset/units.csv")
}

/// A small persons table 干部名册 to go with the reference scheme; the names are made up.
#[must_use]
pub fn reference_persons() -> &'static str {
    include_str!("preset/persons.csv")
}
