//! The nouns of an assessment, and the laws that make them valid: scheme, instrument, frame, index, rules, ballot.

mod ballot;
mod books;
mod frame;
mod index;
mod instrument;
mod pace;
mod person;
mod rules;
mod scheme;
mod slip;
mod table;

pub use ballot::{Answer, Block, Column, Disposition, Layout, Receipt, Shape, Sink, SourceSheet, VoidReason, VoteCount};
pub use books::{CellFate, RowFate, SheetLedger};
pub use frame::{Domain, DomainId, Frame, Level, LevelId, Subject, SubjectId};
pub use index::{Index, Measure, Node, NodeId, NodeKind, NodeSource, SelfMix, TierShare, TierTable};
pub use instrument::{AnswerKind, Choice, ChoiceClass, Form, FormId, FormKind, Item, ItemId, Scale, Strata, Stratum, StratumId};
pub use pace::Pace;
pub use person::{
    CapWhen, Merit, Person, PersonCap, PersonGrade, PersonQuota, PersonRules, Prefer, QuotaPool, Status, Tier, TierId, VoteShare,
    WeightClass, person_key,
};
pub use rules::{
    Abstain, Act, Adjustment, AdjustmentKind, Analysis, Band, Basis, Bound, CountRule, Imported, Interval, Meeting, MissingChild,
    MissingStratum, Previous, PreviousScore, Quota, QuotaRounding, QuotaTies, RankTies, Rollup, Rules, Screening, Threshold,
    Trim, VetoEffect,
};
pub use scheme::{Scheme, SourceRule, UnitFrom};
pub use slip::{SLIP_HIDDEN, SLIP_NOTES, SLIP_REMARKS, SLIP_TITLES};
pub use table::{Table, TableRow};
