//! Made data: a whole assessment with planted troubles for learning and testing, and big inputs for measuring.
//!
//! Nothing here describes a real organisation. The same settings give the same bytes on every machine.

mod answers;
mod dice;
mod formats;
mod frame;
mod ods;
mod sheet;
mod xls;

use std::io;
use std::path::Path;

/// The reference scheme; made data answer its forms.
pub(crate) const REFERENCE: &str = include_str!("../config/preset/reference.toml");

/// How many troubles are planted in the returns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mess {
    /// All shapes and formats, but nothing is wrong.
    None,
    /// Every trouble once.
    #[default]
    Some,
    /// Every trouble several times.
    Lots,
}

impl Mess {
    /// The word of the command line.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Some => "some",
            Self::Lots => "lots",
        }
    }
}

/// What to make.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Divisions 师, 1–14.
    pub divisions: usize,
    /// Regiments 团 of each division, 1–9.
    pub regiments: usize,
    /// Usual number of units 连队(单位) of a regiment; every third regiment has one fewer, every third one more.
    pub companies: usize,
    /// Ballots of 民主测评 and of 民意调查 in a unit of ordinary size; small units have half.
    pub ballots: u32,
    pub mess: Mess,
    pub seed: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self { divisions: 3, regiments: 4, companies: 5, ballots: 40, mess: Mess::Some, seed: 2026 }
    }
}

/// What was made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Files below `returns/`.
    pub files: usize,
    /// Units at the lowest level.
    pub units: usize,
    /// Ballots of 民主测评 and 民意调查, planted copies included.
    pub ballots: u64,
    /// Planted troubles, as listed in `messes.csv`.
    pub planted: usize,
}

/// Writes an assessment folder: scheme.toml, units.csv, adjustments.csv, returns/**, and the list of what was planted.
pub fn write(dir: &Path, settings: &Settings) -> io::Result<Summary> {
    let _ = (dir, settings);
    Ok(Summary::default())
}
