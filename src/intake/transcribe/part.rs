//! What one stretch of a sheet gave: ballots, counts, findings and the fates of its rows. Parts add up in order.

use super::super::findings::Findings;
use super::super::print::Print;
use crate::survey::{Answer, Block, Disposition, NodeId, Pace, RowFate, SheetLedger, StratumId, SubjectId, VoteCount};

/// Ballots in one block.
const BLOCK: usize = 4096;
const FATES: usize = RowFate::ALL.len();

/// Whom a row is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Who {
    pub unit: SubjectId,
    pub subject: SubjectId,
    pub stratum: StratumId,
    pub procedure: NodeId,
}

/// Whether a value is the same throughout a sheet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Only<T> {
    #[default]
    None,
    One(T),
    Mixed,
}

impl<T: Copy + PartialEq> Only<T> {
    pub(super) fn note(&mut self, value: T) {
        *self = match *self {
            Self::None => Self::One(value),
            Self::One(known) if known == value => Self::One(known),
            _ => Self::Mixed,
        };
    }

    fn merge(&mut self, other: Self) {
        match other {
            Self::None => {}
            Self::One(value) => self.note(value),
            Self::Mixed => *self = Self::Mixed,
        }
    }

    pub(super) fn get(self) -> Option<T> {
        if let Self::One(value) = self { Some(value) } else { None }
    }
}

#[derive(Debug, Default)]
pub(super) struct Part {
    pub blocks: Vec<Block>,
    pub votes: Vec<VoteCount>,
    /// Answers of a long file, to be grouped by ballot.
    pub long: Vec<super::long::Entry>,
    pub findings: Findings,
    pub print: Print,
    /// The books of rows and cells.
    pub books: super::books::Books,
    /// 序号 of the rows, where there is such a column.
    pub sequence: super::sequence::Sequence,
    pub units: Only<SubjectId>,
    pub strata: Only<StratumId>,
    pub procedures: Only<NodeId>,
    /// Blocks before this one take no more ballots.
    sealed: usize,
    fates: [u64; FATES],
    pub answers: u64,
    pub missing: u64,
    pub void: u64,
    /// Answers begun but never handed in.
    pub unsubmitted: u64,
    voided: [u64; 8],
    flagged: [u64; 8],
}

impl Part {
    pub(super) fn fate(&mut self, fate: RowFate, count: u64) {
        self.fates[fate as usize] += count;
        self.books.claim(fate, count);
    }

    /// Books rows of one fate under another.
    pub(super) fn move_fate(&mut self, from: RowFate, to: RowFate) {
        let moved = std::mem::take(&mut self.fates[from as usize]);
        self.fates[to as usize] += moved;
        self.books.moved(from, to);
    }

    pub(super) fn who(&mut self, who: Who) {
        self.units.note(who.unit);
        self.strata.note(who.stratum);
        self.procedures.note(who.procedure);
    }

    pub(super) fn count_answer(&mut self, answer: Answer) {
        match answer {
            Answer::Choice(_) | Answer::Score(_) => self.answers += 1,
            Answer::Missing | Answer::NotApplicable => self.missing += 1,
            Answer::Void(_) => self.void += 1,
        }
    }

    /// Sets the blocks of other forms (or other columns) behind, so that the next ballot opens its own block.
    pub(super) fn separate(&mut self, form: crate::survey::FormId) {
        if self.blocks.last().is_some_and(|block| block.form != form) {
            self.sealed = self.blocks.len();
        }
    }

    /// Adds one screened ballot and says what its row's fate is.
    pub(super) fn ballot(
        &mut self,
        empty: impl FnOnce() -> Block,
        who: Who,
        answers: &[Answer],
        verdict: (Disposition, u8),
        pace: Option<Pace>,
    ) -> RowFate {
        self.who(who);
        for answer in answers {
            self.count_answer(*answer);
        }
        let fits =
            |block: &Block| block.procedure == who.procedure && block.len() < BLOCK && block.columns.len() == answers.len();
        let open = self.blocks.iter().rposition(fits).filter(|at| *at >= self.sealed);
        let at = open.unwrap_or_else(|| {
            self.blocks.push(empty());
            self.blocks.len() - 1
        });
        let (disposition, flags) = verdict;
        let block = &mut self.blocks[at];
        block.units.push(who.unit);
        block.subjects.push(who.subject);
        block.strata.push(who.stratum);
        block.dispositions.push(disposition);
        block.flags.push(flags);
        block.answers.extend_from_slice(answers);
        if let Some(pace) = pace {
            block.note_pace(pace);
        }
        self.screened(disposition, flags);
        match disposition {
            Disposition::Valid => RowFate::BallotValid,
            Disposition::Partial => RowFate::BallotPartial,
            Disposition::Blank => RowFate::BallotBlank,
            Disposition::Void { .. } => RowFate::BallotVoid,
            Disposition::Duplicate => RowFate::Duplicate,
        }
    }

    fn screened(&mut self, disposition: Disposition, flags: u8) {
        let rules = if let Disposition::Void { rules } = disposition { rules } else { 0 };
        if rules | flags == 0 {
            return;
        }
        for bit in 0..8 {
            self.voided[bit] += u64::from(rules >> bit & 1);
            self.flagged[bit] += u64::from(flags >> bit & 1);
        }
    }

    /// Takes in the part that follows.
    pub(super) fn append(&mut self, next: Self) {
        self.blocks.extend(next.blocks);
        self.votes.extend(next.votes);
        self.long.extend(next.long);
        self.findings.append(next.findings);
        self.print.add(next.print);
        self.books.append(next.books);
        self.sequence.append(next.sequence);
        self.units.merge(next.units);
        self.strata.merge(next.strata);
        self.procedures.merge(next.procedures);
        for (mine, theirs) in self.fates.iter_mut().zip(next.fates) {
            *mine += theirs;
        }
        for bit in 0..8 {
            self.voided[bit] += next.voided[bit];
            self.flagged[bit] += next.flagged[bit];
        }
        self.answers += next.answers;
        self.missing += next.missing;
        self.void += next.void;
        self.unsubmitted += next.unsubmitted;
    }

    /// Ballots voided by each rule, in the order of the rules.
    pub(super) fn voided(&self) -> Vec<(String, u64)> {
        by_rule(&self.voided)
    }

    /// The books.
    pub(super) fn ledger(&self, status: &str) -> SheetLedger {
        let mut ledger = SheetLedger { status: status.to_owned(), ..SheetLedger::default() };
        for (fate, _) in RowFate::ALL {
            let count = self.fates[fate as usize];
            if count > 0 {
                ledger.claim(fate, count);
            }
        }
        ledger.answers = self.answers;
        ledger.missing = self.missing;
        ledger.void = self.void;
        ledger.voided = by_rule(&self.voided);
        ledger.flagged = by_rule(&self.flagged);
        ledger
    }
}

fn by_rule(counts: &[u64; 8]) -> Vec<(String, u64)> {
    Disposition::RULES
        .iter()
        .map(|(bit, code)| ((*code).to_owned(), counts[bit.trailing_zeros() as usize]))
        .filter(|(_, count)| *count > 0)
        .collect()
}
