//! What intake hands over: blocks of ballots, vote counts, receipts, and the books of every sheet.

use super::books::SheetLedger;
use super::frame::SubjectId;
use super::index::NodeId;
use super::instrument::{FormId, ItemId, StratumId};
use super::pace::Pace;
use crate::diagnostic::Diagnostic;
use serde::{Deserialize, Serialize};

/// Why one answer does not count while the rest of its ballot does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum VoidReason {
    /// Two ticks in one row.
    TwoTicks,
    /// Score below 0 or above full marks.
    OutOfRange,
    /// Neither an option nor a number.
    Unknown,
}

/// One answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Answer {
    /// Not answered. Missing is never 0.
    Missing,
    /// 不涉及: leaves both sums.
    NotApplicable,
    /// Option number in the item's scale.
    Choice(u8),
    /// Points given, in hundredths.
    Score(i32),
    Void(VoidReason),
}

impl Answer {
    /// An option (an abstention too) or a score.
    #[must_use]
    pub fn is_answered(self) -> bool {
        matches!(self, Self::Choice(_) | Self::Score(_))
    }
}

/// How a ballot ended (method §3). `rules` is a set of [`Disposition`] rule bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Disposition {
    /// Every item answered.
    Valid,
    /// Valid, items missing.
    Partial,
    /// Nothing answered.
    Blank,
    /// Broke the rules in the set.
    Void { rules: u8 },
    /// Sent twice.
    Duplicate,
}

impl Disposition {
    pub const ANSWERED_MIN: u8 = 1;
    pub const ALL_SAME: u8 = 2;
    pub const ALL_FULL: u8 = 4;
    pub const TOO_MANY_HIGH: u8 = 8;
    pub const TOO_FEW_LOW: u8 = 16;
    pub const SELF_RATING: u8 = 32;
    /// Every rule bit with its code as written in outputs, in order.
    pub const RULES: [(u8, &'static str); 6] = [
        (Self::ANSWERED_MIN, "answered-min"),
        (Self::ALL_SAME, "all-same"),
        (Self::ALL_FULL, "all-full"),
        (Self::TOO_MANY_HIGH, "too-many-high"),
        (Self::TOO_FEW_LOW, "too-few-low"),
        (Self::SELF_RATING, "self-rating"),
    ];

    /// Whether its answers count.
    #[must_use]
    pub fn counts(self) -> bool {
        matches!(self, Self::Valid | Self::Partial)
    }
}

/// What a column of a [`Block`] answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Column {
    pub item: ItemId,
    /// The subject rated in this column (matrix ballots); else the row's subject.
    pub subject: Option<SubjectId>,
}

/// Some ballots of one form and procedure, screened. All row vectors have one entry a ballot; `answers` is row-major, `columns.len()` wide.
#[derive(Clone, Debug)]
pub struct Block {
    pub form: FormId,
    pub procedure: NodeId,
    pub columns: Vec<Column>,
    /// Unit whose respondents filled the ballot.
    pub units: Vec<SubjectId>,
    /// Subject rated by the ballot where its columns name none.
    pub subjects: Vec<SubjectId>,
    pub strata: Vec<StratumId>,
    pub dispositions: Vec<Disposition>,
    /// Rules broken with `flag` only (counted all the same).
    pub flags: Vec<u8>,
    /// How fast each was filled, where the source tells; may end before the last ballot.
    pub paces: Vec<Option<Pace>>,
    pub answers: Vec<Answer>,
}

impl Block {
    #[must_use]
    pub fn new(form: FormId, procedure: NodeId, columns: Vec<Column>) -> Self {
        Self {
            form,
            procedure,
            columns,
            units: Vec::new(),
            subjects: Vec::new(),
            strata: Vec::new(),
            dispositions: Vec::new(),
            flags: Vec::new(),
            paces: Vec::new(),
            answers: Vec::new(),
        }
    }

    /// Number of ballots.
    #[must_use]
    pub fn len(&self) -> usize {
        self.units.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.units.is_empty()
    }

    /// Says how fast the last ballot was filled.
    pub fn note_pace(&mut self, pace: Pace) {
        let last = self.len();
        self.paces.resize(last.saturating_sub(1), None);
        self.paces.push(Some(pace));
    }

    /// The answers of one ballot.
    #[must_use]
    pub fn row(&self, row: usize) -> &[Answer] {
        &self.answers[row * self.columns.len()..(row + 1) * self.columns.len()]
    }

    /// Forgets the ballots, keeps the columns and the memory.
    pub fn clear(&mut self) {
        self.units.clear();
        self.subjects.clear();
        self.strata.clear();
        self.dispositions.clear();
        self.flags.clear();
        self.paces.clear();
        self.answers.clear();
    }
}

/// One cell of a vote-count table 计票表: so many ballots gave this answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VoteCount {
    pub form: FormId,
    pub procedure: NodeId,
    pub unit: SubjectId,
    pub subject: SubjectId,
    pub stratum: StratumId,
    pub item: ItemId,
    pub answer: Answer,
    pub count: u64,
}

/// Where counted answers go. The tally implements it; intake only knows this.
pub trait Sink {
    /// Takes a block of screened ballots, void and blank ones included.
    fn block(&mut self, block: &Block);
    /// Takes cells of a vote-count table.
    fn votes(&mut self, votes: &[VoteCount]);
}

/// Heads and papers of one meeting 应到/实到/发出/收回, per unit × form × procedure (× stratum).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// Subject code.
    pub unit: String,
    /// Form code.
    pub form: String,
    /// Procedure node code.
    pub procedure: String,
    /// Stratum code, empty: all.
    pub stratum: String,
    /// 应到.
    pub due: Option<u64>,
    /// 实到.
    pub present: Option<u64>,
    /// 发出.
    pub issued: Option<u64>,
    /// 收回.
    pub returned: Option<u64>,
    /// 有效, as the sheet claims.
    pub valid: Option<u64>,
}

/// What a sheet looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Shape {
    /// One ballot a row, one item a column.
    Wide,
    /// One answer a row (ballot, item, answer), or one count a row (item, option, count).
    Long,
    /// One ballot a row, one subject (× item) a column.
    Matrix,
    /// Counts: item × grade, for one or many units.
    Votes,
    /// 评分表: one item a row, points in columns (自评分, 考核分).
    Scores,
    /// 述职评分: one subject a row, one judge a column.
    Judges,
}

/// How one sheet was understood, for `layouts.csv`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Layout {
    pub form: String,
    pub procedure: String,
    pub shape: Option<Shape>,
    /// 0-based header rows.
    pub header_rows: Vec<u32>,
    /// Per used column: (0-based column, header as read, use).
    pub columns: Vec<(u32, String, String)>,
    /// Why this reading.
    pub evidence: String,
    /// The next best reading and what it lacks.
    pub runner_up: String,
    /// A `[[pin]]` table that would fix this reading, ready to paste.
    pub pin: String,
    /// The same for the next best reading, where the sheet was not read because the two are too close.
    #[serde(default)]
    pub other_pin: String,
    /// The sheet was not read: this is the reading that came nearest.
    #[serde(default)]
    pub refused: bool,
}

impl Layout {
    /// The use of a column of a respondent's own data (name, time, address, device), which is dropped at the door.
    pub const PRIVATE: &'static str = "private";
}

/// One sheet of one file and all that is known of it but its counts.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SourceSheet {
    /// Path relative to the assessment folder, `/`-separated.
    pub file: String,
    /// Sheet name (workbooks), else empty.
    pub sheet: String,
    /// Hex SHA-256 of the whole file, for `run.json`; empty where the file could not be read.
    pub sha256: String,
    /// Hex hash of form, procedure, unit, stratum and every cell: equal for the same return saved under two names or formats.
    pub fingerprint: String,
    /// Form, procedure, unit and stratum codes where one of each holds for the whole sheet, else empty.
    pub form: String,
    pub procedure: String,
    pub unit: String,
    pub stratum: String,
    /// Code of the unit that sent it, going by what the sheet, its name, file and folders say; empty: nobody can tell.
    #[serde(default)]
    pub sender: String,
    pub year: Option<i32>,
    pub ledger: SheetLedger,
    pub layout: Option<Layout>,
    pub receipts: Vec<Receipt>,
    pub diagnostics: Vec<Diagnostic>,
    /// A pin says: count it although it looks like a duplicate.
    pub count_anyway: bool,
    /// A score sheet 评分表, of which a unit sends one: a second one with other points is a revision, not more evidence.
    #[serde(default)]
    pub single: bool,
}
