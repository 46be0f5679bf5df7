//! How a sheet is understood: each column's role, and the same as a table for `layouts.csv` and a paste-ready pin.

use super::export::{Export, masked};
use super::reasons;
use super::sheet::Sheet;
use super::words::Head;
use crate::survey::{FormId, ItemId, Layout, Scheme, Shape, StratumId, SubjectId};
use std::fmt::Write as _;

/// Which of two paired forms a score column feeds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Own,
    /// The partner form: 自查 beside 考核.
    Partner,
}

/// What a column is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Ballot,
    Sequence,
    Unit,
    UnitPart,
    Subject,
    Stratum,
    Procedure,
    /// An item's answers (wide), of the row's subject or of the subject named in the header (matrix).
    Answer(ItemId, Option<SubjectId>),
    /// A tick in this column is this option (wide, item × option).
    Tick(ItemId, Option<SubjectId>, u8),
    /// Counts of one option; the item stands in the header or else in the row.
    Votes(Option<ItemId>, Option<StratumId>, u8),
    /// One rater's answers, top to bottom.
    Rater,
    /// A tick in this column of a paper ballot is this option for the row's item or subject.
    PaperTick(u8),
    ItemName,
    ItemCode,
    AnswerText,
    Count,
    Full,
    Points(Side, Option<SubjectId>),
    Deduction(Side, Option<SubjectId>),
    Receipt(Head),
    Meta,
    Private,
    Aggregate,
    Unknown,
}

/// One used column.
#[derive(Clone, Debug)]
pub(super) struct PlanColumn {
    pub column: u32,
    /// Header as read, levels joined by `/`.
    pub header: String,
    pub role: Role,
}

/// What the rows stand for where answers run downwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Down {
    /// Rows are ballots, units or answers: nothing runs downwards.
    No,
    Items,
    Subjects,
}

/// A reading of a sheet.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub form: FormId,
    /// The other form of the pair 考核/自查, if the sheet has a column for it.
    pub partner: Option<FormId>,
    pub shape: Shape,
    pub down: Down,
    /// The platform the sheet was downloaded from, and how it gives options.
    pub export: Option<Export>,
    pub header_rows: Vec<u32>,
    pub columns: Vec<PlanColumn>,
    /// 0–1: how much of the form's structure is there.
    pub structure: f64,
    /// `structure` in tenths plus what names say.
    pub score: f64,
    /// Second columns of an item: (column, item).
    pub repeated: Vec<(u32, ItemId)>,
    pub evidence: String,
    pub runner_up: String,
}

impl Plan {
    /// The last header row; data begin below it.
    pub(super) fn header_end(&self) -> u32 {
        self.header_rows.last().copied().unwrap_or(0)
    }

    pub(super) fn columns_of(&self, wanted: impl Fn(Role) -> bool) -> impl Iterator<Item = u32> {
        self.columns.iter().filter(move |column| wanted(column.role)).map(|column| column.column)
    }

    pub(super) fn has(&self, wanted: impl Fn(Role) -> bool) -> bool {
        self.columns.iter().any(|column| wanted(column.role))
    }

    /// Whether the columns, not the rows, say who is rated.
    pub(super) fn names_subjects(&self) -> bool {
        self.has(|role| matches!(role, Role::Answer(_, Some(_)) | Role::Tick(_, Some(_), _)))
    }

    /// For `layouts.csv`.
    pub(super) fn layout(&self, sheet: &Sheet<'_>, procedure: &str) -> Layout {
        let scheme = sheet.context.scheme;
        let form = scheme.form(self.form);
        Layout {
            form: form.code.clone(),
            procedure: procedure.to_owned(),
            shape: Some(self.shape),
            header_rows: self.header_rows.clone(),
            columns: self
                .columns
                .iter()
                .map(|c| (c.column, masked(&c.header).into_owned(), use_name(scheme, self, c.role)))
                .collect(),
            evidence: reasons::why(sheet, self).trim_start_matches(['，', ',', ' ']).to_owned(),
            runner_up: self.runner_up.clone(),
            pin: pin(scheme, self, sheet.file, &sheet.name),
            ..Layout::default()
        }
    }
}

/// The word of a shape in `scheme.toml`.
pub(super) fn shape_word(shape: Shape) -> &'static str {
    match shape {
        Shape::Wide => "wide",
        Shape::Long => "long",
        Shape::Matrix => "matrix",
        Shape::Votes => "votes",
        Shape::Scores => "scores",
        Shape::Judges => "judges",
    }
}

/// A `[[pin]]` table that fixes this reading.
pub(super) fn pin(scheme: &Scheme, plan: &Plan, file: &str, sheet: &str) -> String {
    let below = file.strip_prefix("returns/").unwrap_or(file);
    let mut out = format!("[[pin]]\nfiles = {}\n", quoted(&glob::Pattern::escape(below)));
    if !sheet.is_empty() {
        let _ = writeln!(out, "sheet = {}", quoted(&glob::Pattern::escape(sheet)));
    }
    let _ = writeln!(out, "form = {}", quoted(&scheme.form(plan.form).code));
    let _ = writeln!(out, "shape = \"{}\"\nheader-row = {}", shape_word(plan.shape), plan.header_end() + 1);
    out
}

/// A TOML basic string.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

fn use_name(scheme: &Scheme, plan: &Plan, role: Role) -> String {
    let form = scheme.form(plan.form);
    let item = |id: ItemId| format!("item:{}", form.items.get(usize::from(id.0)).map_or("", |item| item.code.as_str()));
    let subject = |id: Option<SubjectId>| id.map_or_else(String::new, |id| format!(" subject:{}", scheme.frame.subject(id).code));
    let side = |side| match (side, plan.partner) {
        (Side::Partner, Some(partner)) => scheme.form(partner).code.clone(),
        _ => form.code.clone(),
    };
    match role {
        Role::Ballot => "ballot".to_owned(),
        Role::Unit | Role::UnitPart => "unit".to_owned(),
        Role::Subject => "subject".to_owned(),
        Role::Stratum => "stratum".to_owned(),
        Role::Procedure => "procedure".to_owned(),
        Role::Answer(id, of) => format!("{}{}", item(id), subject(of)),
        Role::Tick(id, of, option) => format!("{} option:{option}{}", item(id), subject(of)),
        Role::Votes(Some(id), _, option) => format!("{} count option:{option}", item(id)),
        Role::Votes(None, _, option) => format!("count option:{option}"),
        Role::PaperTick(option) => format!("option:{option}"),
        Role::Rater => "ballot column".to_owned(),
        Role::ItemName | Role::ItemCode => "item".to_owned(),
        Role::AnswerText => "answer".to_owned(),
        Role::Count => "count".to_owned(),
        Role::Full => "full".to_owned(),
        Role::Points(which, of) => format!("points:{}{}", side(which), subject(of)),
        Role::Deduction(which, of) => format!("deduction:{}{}", side(which), subject(of)),
        Role::Receipt(_) => "receipt".to_owned(),
        Role::Private => Layout::PRIVATE.to_owned(),
        Role::Sequence | Role::Meta => "ignore".to_owned(),
        Role::Aggregate => "ignore (sum)".to_owned(),
        Role::Unknown => "ignore (unknown)".to_owned(),
    }
}
