//! The instrument: scales 选项, items 题目, forms 表 and strata 票种.

use super::index::NodeId;
use super::rules::{Abstain, Meeting, MissingStratum, Screening, Trim};
use crate::numeric::Ratio;

/// Index of a [`Form`] in [`crate::survey::Scheme::forms`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FormId(pub u16);

/// Index of an [`Item`] in [`Form::items`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ItemId(pub u16);

/// Index of a [`Stratum`] in [`Strata::members`]; 0 for a form without strata.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StratumId(pub u16);

/// What an option says, for shares such as 优秀率 and 满意率 (each named, never one "满意率").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChoiceClass {
    /// 优秀 / 满意: counts in excellent-rate and satisfied-only.
    Top,
    /// 良好 / 基本满意: counts in satisfied-broad.
    Favourable,
    /// Anything else that is scored but neither of the above nor low.
    Middle,
    /// 基本称职, 不称职, 不满意, 较差: counts in the "low" share of vote-share tiers.
    Low,
    /// 弃权 / 不了解: not scored unless the scheme says so.
    Abstain,
}

/// One option 选项 of a scale. Its value belongs to the scheme, never to the tally.
#[derive(Clone, Debug)]
pub struct Choice {
    pub code: String,
    pub label: String,
    pub aliases: Vec<String>,
    /// 0–100; `None` for an abstention.
    pub value: Option<Ratio>,
    pub class: ChoiceClass,
}

/// A set of options, best first.
#[derive(Clone, Debug)]
pub struct Scale {
    pub code: String,
    /// At most 250.
    pub choices: Vec<Choice>,
}

/// How an item is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AnswerKind {
    /// One option of the scale with this index in [`crate::survey::Scheme::scales`].
    Choice { scale: usize },
    /// A score from 0 to the item's full marks, two decimals.
    Score,
}

/// One item 题目 of a form.
#[derive(Clone, Debug)]
pub struct Item {
    pub code: String,
    pub name: String,
    pub aliases: Vec<String>,
    pub answer: AnswerKind,
    /// Full marks 分值 for scored items (100 for options).
    pub full: Ratio,
}

/// What kind of paper a form is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FormKind {
    /// 民主测评表, 民意调查表, 述职评分表: one respondent a sheet or row; tallied, screened, small cells hidden.
    Ballot,
    /// 考核评分表: one sheet of points per subject, filled by the assessing team.
    Assessed,
    /// 自查评分表: the same items, filled by the subject itself.
    SelfRated,
}

/// A form 表.
#[derive(Clone, Debug)]
pub struct Form {
    pub code: String,
    pub name: String,
    pub aliases: Vec<String>,
    pub kind: FormKind,
    pub items: Vec<Item>,
    /// Index in [`crate::survey::Scheme::strata`]; `None`: one class of respondents.
    pub strata: Option<usize>,
    /// Procedure nodes that this form feeds, at least one; more than one (专项述职, 述职评议) need a 环节 column, sheet, file or rule.
    pub procedures: Vec<NodeId>,
    pub abstain: Abstain,
    pub missing_stratum: MissingStratum,
    pub trim: Trim,
    pub screening: Screening,
    pub meeting: Meeting,
    /// Levels of the subjects from which this form is due 应报 (empty: not checked).
    pub due_levels: Vec<super::frame::LevelId>,
    /// Domains from which it is due (empty: all whose weight for the procedure is not 0).
    pub due_domains: Vec<super::frame::DomainId>,
    /// It rates persons: it feeds procedures of the persons' tree, and its subjects are looked up among the persons.
    pub persons: bool,
}

/// A stratum 票种: a class of respondents with its own weight.
#[derive(Clone, Debug)]
pub struct Stratum {
    pub code: String,
    pub name: String,
    pub aliases: Vec<String>,
    pub parent: Option<StratumId>,
    /// Weight among its siblings, by domain of the subject (indexed by `DomainId`), then by class of the person.
    pub weights: Vec<Ratio>,
}

/// A set of strata, possibly nested (A = 0.6·A1 + 0.4·A2). Parents before children; ballots belong to leaves.
#[derive(Clone, Debug)]
pub struct Strata {
    pub code: String,
    pub members: Vec<Stratum>,
}

impl Strata {
    /// Direct members of `parent` (`None`: the top), in scheme order.
    pub fn children(&self, parent: Option<StratumId>) -> impl Iterator<Item = StratumId> + '_ {
        self.members
            .iter()
            .enumerate()
            .filter(move |(_, member)| member.parent == parent)
            .map(|(id, _)| StratumId(u16::try_from(id).unwrap_or(u16::MAX)))
    }

    #[must_use]
    pub fn member(&self, id: StratumId) -> &Stratum {
        &self.members[id.0 as usize]
    }
}

impl Form {
    #[must_use]
    pub fn item(&self, id: ItemId) -> &Item {
        &self.items[id.0 as usize]
    }
}
