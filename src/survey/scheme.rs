//! The scheme 考核方案, resolved: nothing optional is left open, every name is an index, every weight exact.

use super::ballot::Shape;
use super::frame::{Frame, SubjectId};
use super::index::{Index, NodeId};
use super::instrument::{Form, FormId, Scale, Strata};
use super::person::PersonRules;
use super::rules::{Adjustment, Imported, Rules};
use crate::diagnostic::Language;

/// Everything decided before the first ballot.
#[derive(Clone, Debug)]
pub struct Scheme {
    /// Short name; the reports go to `reports/<code>/`.
    pub code: String,
    pub title: String,
    /// Year 年度 of the assessment; returns of another year are set aside.
    pub year: Option<i32>,
    pub language: Language,
    pub frame: Frame,
    pub scales: Vec<Scale>,
    pub strata: Vec<Strata>,
    pub forms: Vec<Form>,
    pub index: Index,
    pub rules: Rules,
    /// How persons are graded.
    pub persons: PersonRules,
    /// `[[source]]` then `[[pin]]` tables; the last that matches wins.
    pub sources: Vec<SourceRule>,
    pub adjustments: Vec<Adjustment>,
    pub imported: Vec<Imported>,
    /// Hex SHA-256 of everything that gives counts their meaning: frame codes, forms, items, option codes, strata, procedures.
    /// Option values, weights, bands and policies are left out: they may change between tally and report.
    pub tally_fingerprint: String,
}

impl Scheme {
    #[must_use]
    pub fn form(&self, id: FormId) -> &Form {
        &self.forms[id.0 as usize]
    }

    /// All form ids, in scheme order.
    pub fn form_ids(&self) -> impl Iterator<Item = FormId> + use<> {
        (0..u16::try_from(self.forms.len()).unwrap_or(u16::MAX)).map(FormId)
    }

    #[must_use]
    pub fn form_by_code(&self, code: &str) -> Option<FormId> {
        self.form_ids().find(|id| self.form(*id).code == code)
    }

    /// The strata of a form, if it has any.
    #[must_use]
    pub fn strata_of(&self, form: &Form) -> Option<&Strata> {
        form.strata.map(|set| &self.strata[set])
    }
}

/// Where the unit of a return is written, if the rule must say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UnitFrom {
    /// The folder that holds the file.
    Folder,
    /// The file name.
    File,
    /// The sheet name.
    Sheet,
    /// A column with this header.
    Column(String),
    /// A cell (0-based row, column).
    Cell(u32, u32),
}

/// A `[[source]]` or `[[pin]]`: what recognition cannot or should not decide. Unset fields stay recognised.
#[derive(Clone, Debug, Default)]
pub struct SourceRule {
    /// Glob over the path below `returns/` (`**` crosses folders).
    pub files: String,
    /// Glob over the sheet name.
    pub sheet: Option<String>,
    pub form: Option<FormId>,
    pub procedure: Option<NodeId>,
    /// Stratum code.
    pub stratum: Option<String>,
    pub unit: Option<SubjectId>,
    /// The person a whole sheet rates.
    pub subject: Option<SubjectId>,
    pub unit_from: Option<UnitFrom>,
    pub shape: Option<Shape>,
    /// 0-based row of the (last) header row.
    pub header_row: Option<u32>,
    /// Header text → use: `ballot`, `unit`, `subject`, `stratum`, `procedure`, `item`, `answer`, `count`, `ignore`, `item:<code>`.
    pub columns: Vec<(String, String)>,
    /// Not a return; listed in the ledger as ignored.
    pub ignore: bool,
    /// Count it although it looks like a duplicate or like another year's.
    pub count: bool,
}
