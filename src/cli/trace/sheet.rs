//! The calculation of one score as plain data: what `--format json` prints, and what the text is written from.

use serde::Serialize;

/// The whole calculation.
#[derive(Debug, Serialize)]
pub struct Sheet {
    pub subject: Who,
    pub path: String,
    pub level: String,
    pub domain: String,
    pub places: u32,
    /// Some cells are hidden, so numbers that hold them are told to their published places only.
    pub rounded: bool,
    pub total: Option<Number>,
    pub rank: Option<u32>,
    pub of: u32,
    pub grade: String,
    pub grade_by_score: String,
    /// Composite, bonus, deductions, where there are any.
    pub adjustments: Option<Adjustments>,
    pub bounds: Option<(Number, Number)>,
    pub vetoed: bool,
    pub stability: Vec<Interval>,
    pub node: Part,
    pub turning: Option<TurningPart>,
    /// Of a person: limits, quota, the way to other grades, and the unit's calculation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person: Option<super::person::PersonSheet>,
    pub sources: Vec<Source>,
}

#[derive(Debug, Serialize)]
pub struct Who {
    pub code: String,
    pub name: String,
}

/// A number as it is and as it is published.
#[derive(Clone, Debug, Serialize)]
pub struct Number {
    /// A finite decimal, or a fraction.
    pub exact: String,
    pub published: String,
}

#[derive(Debug, Serialize)]
pub struct Adjustments {
    pub composite: Number,
    pub bonus: String,
    pub bonus_claimed: String,
    pub deduction: String,
}

/// A rank interval by one cause.
#[derive(Debug, Serialize)]
pub struct Interval {
    pub cause: String,
    pub low: u32,
    pub high: u32,
    /// One end was moved so that the published rank lies within.
    pub widened: bool,
    pub grade_kept: String,
    pub probabilities: Vec<(u32, String)>,
}

/// A weight as the scheme says, and as it worked.
#[derive(Clone, Debug, Serialize)]
pub struct Weight {
    pub nominal: String,
    pub effective: String,
}

/// How sure.
#[derive(Debug, Serialize)]
pub struct Error {
    pub se: String,
    pub df: String,
    /// Where small strata are drawn towards their peers': the standard error and the degrees of freedom of the interval.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub moderated: Option<(String, String)>,
    /// The factor of the standard error; none where the interval is not symmetric (shares, ends of the scale).
    pub t: Option<String>,
    pub low: String,
    pub high: String,
    pub basis: String,
}

/// One node with all below it.
#[derive(Debug, Serialize)]
pub struct Part {
    pub code: String,
    pub name: String,
    pub kind: String,
    pub measure: Option<String>,
    pub score: Option<Number>,
    /// Why there is no score.
    pub missing: Option<String>,
    pub hidden: bool,
    pub n: u64,
    pub weight: Weight,
    pub coverage: String,
    pub incomplete: bool,
    pub imported: bool,
    pub rollup: Option<Rollup>,
    pub self_rated: Option<Number>,
    pub self_gap: Option<Number>,
    pub error: Option<Error>,
    pub no_error: Option<String>,
    /// The weighted sum that makes it; empty where it is not made that way.
    pub terms: Vec<Term>,
    pub cells: Vec<CellPart>,
    pub children: Vec<Part>,
}

/// One product of a sum.
#[derive(Debug, Serialize)]
pub struct Term {
    pub name: String,
    pub value: String,
    pub weight: String,
    pub product: String,
}

#[derive(Debug, Serialize)]
pub struct Rollup {
    pub method: String,
    pub with_score: u32,
    pub members: u32,
}

/// One stratum of an item.
#[derive(Debug, Serialize)]
pub struct CellPart {
    pub stratum: String,
    pub hidden: bool,
    pub weight: Weight,
    pub n: u64,
    pub abstained: u64,
    /// Highest and lowest answers dropped.
    pub trimmed: u64,
    pub answers: Vec<AnswerPart>,
    /// Sum of values over the answers that count.
    pub sum: Option<String>,
    pub score: Option<String>,
    pub error: Option<Error>,
}

#[derive(Debug, Serialize)]
pub struct AnswerPart {
    pub answer: String,
    /// What it is worth, of 100; none: not scored.
    pub value: Option<String>,
    pub count: u64,
}

/// What one answer could do to the grade by score.
#[derive(Debug, Serialize)]
pub struct TurningPart {
    pub up: Option<Turn>,
    pub down: Option<Turn>,
    pub hidden_cells: u64,
    pub items_set_aside: u64,
}

/// The way to the next better or worse grade.
#[derive(Debug, Serialize)]
pub struct Turn {
    pub grade: String,
    /// Points the published total is away from it.
    pub distance: String,
    /// None: no single answer can.
    pub option: Option<Change>,
    pub points: Option<Change>,
    pub has_options: bool,
    pub has_points: bool,
}

#[derive(Debug, Serialize)]
pub struct Change {
    pub subject: Who,
    pub node: String,
    pub name: String,
    pub stratum: String,
    pub from: String,
    pub to: String,
    /// Points given more or less.
    pub by: Option<String>,
    pub cell_before: String,
    pub cell_after: String,
    pub total: Number,
    pub grade: String,
}

/// A sheet that holds answers of it.
#[derive(Debug, Serialize)]
pub struct Source {
    pub form: String,
    pub file: String,
    pub sheet: String,
    /// Columns, neighbours together (`C–H`): letters in workbooks, numbers in text files.
    pub columns: Vec<String>,
    /// First row below the header, 1-based.
    pub first_row: Option<u32>,
}
