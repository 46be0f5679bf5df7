//! The books of a sheet: what became of every row and of every cell that holds something.

use serde::{Deserialize, Serialize};

/// What became of a row. Every row read has exactly one fate; the books must balance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum RowFate {
    Title,
    Header,
    Subtotal,
    Footer,
    Blank,
    /// A row of meeting numbers 应到/实到/….
    Receipt,
    /// A section heading within a score sheet.
    Heading,
    BallotValid,
    BallotPartial,
    BallotBlank,
    BallotVoid,
    /// A ballot or entry of a sheet that was set aside as sent twice.
    Duplicate,
    /// A row of a score sheet or of a vote-count table, or one answer of a long file, that was taken.
    Entry,
    /// A data row whose unit, subject, stratum or item is unknown; reported.
    SetAside,
    /// A row that no rule claims: an error, not silence.
    Unclaimed,
}

impl RowFate {
    /// Every fate with its column name in `ledger.csv`, in order.
    pub const ALL: [(Self, &'static str); 15] = [
        (Self::Title, "title"),
        (Self::Header, "header"),
        (Self::Subtotal, "subtotal"),
        (Self::Footer, "footer"),
        (Self::Blank, "blank_row"),
        (Self::Receipt, "receipt"),
        (Self::Heading, "heading"),
        (Self::BallotValid, "ballot_valid"),
        (Self::BallotPartial, "ballot_partial"),
        (Self::BallotBlank, "ballot_blank"),
        (Self::BallotVoid, "ballot_void"),
        (Self::Duplicate, "duplicate"),
        (Self::Entry, "entry"),
        (Self::SetAside, "set_aside"),
        (Self::Unclaimed, "unclaimed"),
    ];

    /// Whether the row holds answers that were taken: its cells end by their column. `None`: all of them end alike, with the row.
    #[must_use]
    pub fn cells(self) -> Option<CellFate> {
        Some(match self {
            Self::BallotValid | Self::BallotPartial | Self::BallotBlank | Self::BallotVoid | Self::Entry => return None,
            Self::Title | Self::Heading => CellFate::Title,
            Self::Header => CellFate::Header,
            Self::Subtotal => CellFate::Sum,
            Self::Footer => CellFate::Footer,
            Self::Blank => CellFate::Ignored,
            Self::Receipt => CellFate::Receipt,
            Self::Duplicate => CellFate::Duplicate,
            Self::SetAside => CellFate::SetAside,
            Self::Unclaimed => CellFate::Unclaimed,
        })
    }
}

/// What became of a cell that holds something. Cells below a merged region count as one each, as they are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum CellFate {
    /// An answer, points, a tick (or a mark for "not ticked"), a count: taken.
    Answer,
    /// A word or sign for "not answered" or "does not apply" where an answer could stand.
    Missing,
    /// Stands where an answer should, and could not be taken; reported.
    Void,
    /// Says whom or what its row is about: unit, subject, stratum, procedure, item, number, full marks.
    Key,
    Header,
    /// Titles and headings of sections.
    Title,
    /// Made from other cells: sums, means, ranks.
    Sum,
    Footer,
    /// Numbers of a meeting 应到/实到/….
    Receipt,
    /// A remark, a reason, evidence: read past.
    Remark,
    /// In a column that nobody knows or that has no header, or the number of an unused line: read past.
    Ignored,
    /// Of a respondent: time, address, device, name. Dropped at the door.
    Private,
    /// In a row or sheet that was set aside; reported.
    SetAside,
    /// In a return that was sent twice.
    Duplicate,
    Unclaimed,
}

impl CellFate {
    /// Every fate with its column name in `ledger.csv`, in order.
    pub const ALL: [(Self, &'static str); 15] = [
        (Self::Answer, "cells_answer"),
        (Self::Missing, "cells_missing"),
        (Self::Void, "cells_void"),
        (Self::Key, "cells_key"),
        (Self::Header, "cells_header"),
        (Self::Title, "cells_title"),
        (Self::Sum, "cells_sum"),
        (Self::Footer, "cells_footer"),
        (Self::Receipt, "cells_receipt"),
        (Self::Remark, "cells_remark"),
        (Self::Ignored, "cells_ignored"),
        (Self::Private, "cells_private"),
        (Self::SetAside, "cells_set_aside"),
        (Self::Duplicate, "cells_duplicate"),
        (Self::Unclaimed, "cells_unclaimed"),
    ];
}

/// The books of one sheet, for `ledger.csv`. `rows` and `cells` are counted by the reader, the fates by whoever took the rows:
/// that both agree proves that nothing was lost on the way.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SheetLedger {
    /// Rows read, blank ones between data included.
    pub rows: u64,
    /// Rows by fate; sums to `rows`.
    pub fates: Vec<(RowFate, u64)>,
    /// Cells read that hold something.
    #[serde(default)]
    pub cells: u64,
    /// Cells by fate; sums to `cells`.
    #[serde(default)]
    pub cell_fates: Vec<(CellFate, u64)>,
    /// Answers or points taken, missing, void.
    pub answers: u64,
    pub missing: u64,
    pub void: u64,
    /// Screening rules: ballots voided and flagged, by rule code.
    pub voided: Vec<(String, u64)>,
    pub flagged: Vec<(String, u64)>,
    /// Why the sheet counts or not: `read`, `ignored`, `hidden`, `duplicate`, `other-year`, `unrecognised`, `unreadable`, `empty`.
    pub status: String,
}

impl SheetLedger {
    /// Whether every row and every cell read has one fate.
    #[must_use]
    pub fn balances(&self) -> bool {
        self.claimed() == self.rows && self.cell_fates.iter().map(|(_, count)| count).sum::<u64>() == self.cells
    }

    /// Rows that have a fate.
    #[must_use]
    pub fn claimed(&self) -> u64 {
        self.fates.iter().map(|(_, count)| count).sum()
    }

    /// Rows of one fate.
    #[must_use]
    pub fn rows_of(&self, fate: RowFate) -> u64 {
        self.fates.iter().filter(|(known, _)| *known == fate).map(|(_, count)| count).sum()
    }

    /// Cells of one fate.
    #[must_use]
    pub fn cells_of(&self, fate: CellFate) -> u64 {
        self.cell_fates.iter().filter(|(known, _)| *known == fate).map(|(_, count)| count).sum()
    }

    /// Reads `count` rows that all have this fate.
    pub fn add(&mut self, fate: RowFate, count: u64) {
        self.rows += count;
        self.claim(fate, count);
    }

    /// Gives `count` of the rows read this fate.
    pub fn claim(&mut self, fate: RowFate, count: u64) {
        book(&mut self.fates, fate, count);
    }

    /// Reads `count` cells that all have this fate.
    pub fn add_cells(&mut self, fate: CellFate, count: u64) {
        self.cells += count;
        self.claim_cells(fate, count);
    }

    /// Gives `count` of the cells read this fate.
    pub fn claim_cells(&mut self, fate: CellFate, count: u64) {
        book(&mut self.cell_fates, fate, count);
    }

    /// Books data rows, and the cells of answers in them, as sent twice.
    pub fn set_duplicate(&mut self) {
        use RowFate::{BallotBlank, BallotPartial, BallotValid, BallotVoid, Duplicate, Entry};
        let row = |fate: RowFate| matches!(fate, BallotValid | BallotPartial | BallotBlank | BallotVoid | Entry | Duplicate);
        shift(&mut self.fates, row, Duplicate);
        let cell = |fate: CellFate| matches!(fate, CellFate::Answer | CellFate::Missing | CellFate::Void | CellFate::Duplicate);
        shift(&mut self.cell_fates, cell, CellFate::Duplicate);
    }
}

fn book<F: Copy + PartialEq>(books: &mut Vec<(F, u64)>, fate: F, count: u64) {
    match books.iter_mut().find(|(known, _)| *known == fate) {
        Some((_, total)) => *total += count,
        None if count > 0 => books.push((fate, count)),
        None => {}
    }
}

/// Moves what has one of these fates to another, which then stands last.
fn shift<F: Copy>(books: &mut Vec<(F, u64)>, moved: impl Fn(F) -> bool, to: F) {
    let count: u64 = books.iter().filter(|(fate, _)| moved(*fate)).map(|(_, count)| count).sum();
    books.retain(|(fate, _)| !moved(*fate));
    if count > 0 {
        books.push((to, count));
    }
}
