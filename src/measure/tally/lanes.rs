//! Co-moments while ballots are counted: per slot and rated subject, sums of products of the codes of a ballot's answers.

use super::sums::{Gaps, MOST_ITEMS, MOST_NARROW, NarrowGaps, NarrowWhole, Row, Whole};
use crate::measure::worth::{Codes, Comoments, FormWorth, MOST_CODE};
use crate::survey::{Answer, Column, FormId, ItemId, NodeId, StratumId, SubjectId};

/// An answer that is not scored.
const UNSCORED: u32 = u32::MAX;
/// An answer whose code is beyond what sums are sure to hold.
const BEYOND: u32 = u32::MAX - 1;
/// Ballots of one lane beyond which its sums are given up rather than risked.
const MOST_BALLOTS: u64 = 1 << 23;

/// The columns that rate one subject.
#[derive(Debug, Default)]
struct Rated {
    /// `None`: the row's.
    subject: Option<SubjectId>,
    /// Ascending by item; each item once.
    columns: Vec<(usize, ItemId)>,
    codes: Vec<Table>,
    /// The columns are those of the ballot, one after another.
    in_order: bool,
    /// Where all codes are small: the same by column, and the ballots that narrow sums hold.
    narrow: Option<(Vec<Small>, u32)>,
}

/// Small codes by option; options beyond the table, and those without a code, are not scored.
type Small = [u16; 16];
const NONE: u16 = u16::MAX;

/// The small codes of some columns and how many ballots fill a sum of 16 bits; `None` where a code is too large for that.
fn narrow(codes: &[Table]) -> Option<(Vec<Small>, u32)> {
    if codes.len() > MOST_ITEMS {
        return None;
    }
    let mut most = 1u32;
    let mut small = |table: &Table| -> Option<Small> {
        let Table::Options(codes) = table else { return None };
        let mut out = [NONE; 16];
        for (option, code) in codes.iter().enumerate().filter(|(_, code)| **code != UNSCORED) {
            most = most.max(*code);
            *out.get_mut(option)? = u16::try_from(*code).ok().filter(|code| *code <= MOST_NARROW)?;
        }
        Some(out)
    };
    let tables: Option<Vec<Small>> = codes.iter().map(&mut small).collect();
    Some((tables?, u32::from(u16::MAX) / (most * most)))
}

/// Codes by option, unscored where there is none.
#[derive(Debug)]
enum Table {
    Options(Vec<u32>),
    Score,
}

impl Table {
    fn new(codes: &Codes) -> Self {
        match codes {
            Codes::Score => Self::Score,
            Codes::Options(codes) => Self::Options(codes.iter().map(|code| code.unwrap_or(UNSCORED)).collect()),
        }
    }

    fn code(&self, answer: Answer) -> u32 {
        match (self, answer) {
            (Self::Options(codes), Answer::Choice(option)) => codes.get(usize::from(option)).copied().unwrap_or(UNSCORED),
            (Self::Score, Answer::Score(hundredths)) => {
                u32::try_from(hundredths).ok().filter(|code| *code <= MOST_CODE).unwrap_or(BEYOND)
            }
            (Self::Options(_), Answer::Score(_)) => BEYOND,
            _ => UNSCORED,
        }
    }
}

/// The sums of one slot and rated subject; empty until the first ballot.
#[derive(Debug, Default)]
struct Lane {
    whole: Whole,
    gaps: Gaps,
    narrow: NarrowWhole,
    narrow_gaps: NarrowGaps,
    spoiled: bool,
}

impl Lane {
    /// One ballot of small codes.
    fn add(&mut self, k: usize, row: &Row, gaps: bool, fill: u32) {
        if gaps {
            self.narrow_gaps.add(k, row);
            if self.narrow_gaps.n >= fill {
                self.narrow_gaps.pour(k, &mut self.gaps);
            }
        } else {
            self.narrow.add(k, row);
            if self.narrow.n >= fill {
                self.narrow.pour(k, &mut self.whole);
            }
        }
    }

    fn pour(&mut self, k: usize) {
        self.narrow.pour(k, &mut self.whole);
        self.narrow_gaps.pour(k, &mut self.gaps);
    }
}

/// The lanes of one group of blocks. Without worth there are none.
#[derive(Debug, Default)]
pub(super) struct Lanes {
    rated: Vec<Rated>,
    /// By slot: its first lane, one up; 0: none. The lanes of the other rated subjects follow.
    first: Vec<u32>,
    kept: Vec<Lane>,
    /// Codes of the row in hand, 0 where unscored; and 1 where scored.
    codes: Vec<u32>,
    scored: Vec<u32>,
    row: Row,
}

/// Whom the ballots of a slot are about and whose they are.
#[derive(Clone, Copy, Debug)]
pub(super) struct Whose {
    pub subject: SubjectId,
    pub unit: SubjectId,
    pub stratum: StratumId,
}

impl Lanes {
    /// Lanes for ballots with these columns. A subject rated by a single column needs none (its counts say it all), and where an
    /// item stands twice it is not known which answer goes with which.
    pub(super) fn new(columns: &[Column], worth: Option<&FormWorth>) -> Self {
        let Some(worth) = worth.filter(|worth| worth.exact()) else { return Self::default() };
        let mut rated: Vec<Rated> = Vec::new();
        for (at, column) in columns.iter().enumerate() {
            match rated.iter_mut().find(|known| known.subject == column.subject) {
                Some(known) => known.columns.push((at, column.item)),
                None => rated.push(Rated { subject: column.subject, columns: vec![(at, column.item)], ..Rated::default() }),
            }
        }
        for known in &mut rated {
            known.columns.sort_by_key(|(_, item)| *item);
            let codes = |(_, item): &(usize, ItemId)| worth.items.get(usize::from(item.0)).map(|item| Table::new(&item.codes));
            known.codes = known.columns.iter().filter_map(codes).collect();
            known.narrow = narrow(&known.codes);
            known.in_order = known.columns.iter().enumerate().all(|(at, (column, _))| at == *column);
        }
        let once = |known: &Rated| known.columns.windows(2).all(|pair| pair[0].1 < pair[1].1);
        rated.retain(|known| known.columns.len() > 1 && known.codes.len() == known.columns.len() && once(known));
        Self { rated, ..Self::default() }
    }

    /// Adds one ballot that counts.
    pub(super) fn ballot(&mut self, slot: usize, answers: &[Answer]) {
        if self.rated.is_empty() {
            return;
        }
        let first = self.first_lane(slot);
        for (at, rated) in self.rated.iter().enumerate() {
            let Some(lane) = self.kept.get_mut(first + at) else { return };
            if let Some((tables, fill)) = &rated.narrow {
                let k = rated.columns.len();
                let gaps = small_codes(&mut self.row, rated, tables, answers);
                lane.add(k, &self.row, gaps, *fill);
            } else {
                wide_codes(lane, rated, answers, (&mut self.codes, &mut self.scored));
            }
        }
    }

    fn first_lane(&mut self, slot: usize) -> usize {
        match self.first.get(slot) {
            Some(first @ 1..) => *first as usize - 1,
            _ => self.open(slot),
        }
    }

    #[cold]
    fn open(&mut self, slot: usize) -> usize {
        if self.first.len() <= slot {
            self.first.resize(slot + 1, 0);
        }
        let first = self.kept.len();
        self.kept.resize_with(first + self.rated.len(), Lane::default);
        if let Some(known) = self.first.get_mut(slot) {
            *known = u32::try_from(first + 1).unwrap_or(0);
        }
        first
    }

    /// What was summed. `whose`: by slot.
    pub(super) fn drain(&mut self, (form, procedure): (FormId, NodeId), worth: u64, whose: &[Whose], out: &mut Vec<Comoments>) {
        for first in self.first.iter().filter(|first| **first > 0) {
            for (rated, lane) in self.rated.iter().zip(self.kept.iter_mut().skip(*first as usize - 1)) {
                lane.pour(rated.columns.len());
            }
        }
        for (first, whose) in self.first.iter().zip(whose).filter(|(first, _)| **first > 0) {
            for (rated, lane) in self.rated.iter().zip(self.kept.iter().skip(*first as usize - 1)) {
                if lane.spoiled || lane.whole.n + lane.gaps.n > MOST_BALLOTS {
                    continue;
                }
                let comoments = |whole: bool, n: u64, sums: Vec<i64>| Comoments {
                    subject: rated.subject.unwrap_or(whose.subject),
                    unit: whose.unit,
                    procedure,
                    form,
                    stratum: whose.stratum,
                    worth,
                    items: rated.columns.iter().map(|(_, item)| *item).collect(),
                    whole,
                    n,
                    sums,
                };
                if lane.whole.n > 0 {
                    out.push(comoments(true, lane.whole.n, joined([&lane.whole.sums, &lane.whole.products])));
                }
                if lane.gaps.n > 0 {
                    let gaps = &lane.gaps;
                    out.push(comoments(false, gaps.n, joined([&gaps.both, &gaps.sums, &gaps.products])));
                }
            }
        }
    }
}

/// Writes a ballot's small codes; true where an item is not scored. Columns nearly always stand in the order of their items.
fn small_codes(row: &mut Row, rated: &Rated, tables: &[Small], answers: &[Answer]) -> bool {
    if rated.in_order && answers.len() == tables.len() {
        return write_codes(row, answers.iter().zip(tables));
    }
    let picked = rated.columns.iter().map(|(column, _)| answers.get(*column).unwrap_or(&Answer::Missing));
    write_codes(row, picked.zip(tables))
}

fn write_codes<'a>(row: &mut Row, answers: impl Iterator<Item = (&'a Answer, &'a Small)>) -> bool {
    let mut gaps = 0u16;
    for ((answer, table), (place, scored)) in answers.zip(row.codes.iter_mut().zip(&mut row.scored)) {
        let code = match answer {
            Answer::Choice(option) if *option < 16 => table[usize::from(*option & 15)],
            _ => NONE,
        };
        let known = u16::from(code != NONE);
        gaps |= known ^ 1;
        *place = code & known.wrapping_neg();
        *scored = known;
    }
    gaps != 0
}

/// One ballot of codes of any size.
fn wide_codes(lane: &mut Lane, rated: &Rated, answers: &[Answer], (codes, is_scored): (&mut Vec<u32>, &mut Vec<u32>)) {
    let (mut gaps, mut beyond) = (0u32, false);
    codes.clear();
    is_scored.clear();
    for ((column, _), table) in rated.columns.iter().zip(&rated.codes) {
        let code = answers.get(*column).map_or(UNSCORED, |answer| table.code(*answer));
        let scored = code < BEYOND;
        beyond |= code == BEYOND;
        gaps += u32::from(!scored);
        codes.push(if scored { code } else { 0 });
        is_scored.push(u32::from(scored));
    }
    if beyond {
        lane.spoiled = true;
    } else if gaps == 0 {
        lane.whole.add(codes);
    } else {
        lane.gaps.add(codes, is_scored);
    }
}

fn joined<const N: usize>(parts: [&Vec<u64>; N]) -> Vec<i64> {
    parts.into_iter().flatten().map(|sum| sum.cast_signed()).collect()
}
