//! Co-moments while ballots are counted: per slot and rated subject, sums of products of the codes of a ballot's answers.

use crate::measure::worth::{Codes, Comoments, FormWorth, MOST_CODE};
use crate::survey::{Answer, Column, FormId, ItemId, NodeId, StratumId, SubjectId};

/// An answer that is not scored.
const UNSCORED: u32 = u32::MAX;
/// An answer whose code is beyond what sums are sure to hold.
const BEYOND: u32 = u32::MAX - 1;
/// Ballots of one lane beyond which its sums are given up rather than risked.
const MOST_BALLOTS: u64 = 1 << 23;

/// The columns that rate one subject.
#[derive(Debug)]
struct Rated {
    /// `None`: the row's.
    subject: Option<SubjectId>,
    /// Ascending by item; each item once.
    columns: Vec<(usize, ItemId)>,
    codes: Vec<Table>,
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
    spoiled: bool,
}

/// Ballots without gaps.
#[derive(Debug, Default)]
struct Whole {
    n: u64,
    /// Σ u_i.
    sums: Vec<u64>,
    /// Σ u_i u_j, i ≤ j, row by row.
    products: Vec<u64>,
}

/// Ballots with gaps: a is 1 where the item is scored.
#[derive(Debug, Default)]
struct Gaps {
    n: u64,
    /// Σ a_i a_j, i ≤ j.
    both: Vec<u64>,
    /// Σ a_i a_j u_j, all i, j.
    sums: Vec<u64>,
    /// Σ a_i a_j u_i u_j, i ≤ j.
    products: Vec<u64>,
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
                None => rated.push(Rated { subject: column.subject, columns: vec![(at, column.item)], codes: Vec::new() }),
            }
        }
        for known in &mut rated {
            known.columns.sort_by_key(|(_, item)| *item);
            let codes = |(_, item): &(usize, ItemId)| worth.items.get(usize::from(item.0)).map(|item| Table::new(&item.codes));
            known.codes = known.columns.iter().filter_map(codes).collect();
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
            let (mut gaps, mut beyond) = (0u32, false);
            self.codes.clear();
            self.scored.clear();
            for ((column, _), table) in rated.columns.iter().zip(&rated.codes) {
                let code = answers.get(*column).map_or(UNSCORED, |answer| table.code(*answer));
                let scored = code < BEYOND;
                beyond |= code == BEYOND;
                gaps += u32::from(!scored);
                self.codes.push(if scored { code } else { 0 });
                self.scored.push(u32::from(scored));
            }
            if beyond {
                lane.spoiled = true;
            } else if gaps == 0 {
                lane.whole.add(&self.codes);
            } else {
                lane.gaps.add(&self.codes, &self.scored);
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
    pub(super) fn drain(&self, (form, procedure): (FormId, NodeId), worth: u64, whose: &[Whose], out: &mut Vec<Comoments>) {
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

fn joined<const N: usize>(parts: [&Vec<u64>; N]) -> Vec<i64> {
    parts.into_iter().flatten().map(|sum| sum.cast_signed()).collect()
}

impl Whole {
    fn add(&mut self, codes: &[u32]) {
        let k = codes.len();
        if self.sums.is_empty() {
            self.sums.resize(k, 0);
            self.products.resize(k * (k + 1) / 2, 0);
        }
        self.n += 1;
        add_row(&mut self.sums, codes);
        let mut rest = self.products.as_mut_slice();
        for (i, own) in codes.iter().enumerate() {
            let Some((row, below)) = rest.split_at_mut_checked(k - i) else { return };
            add_products(row, codes.get(i..).unwrap_or_default(), *own);
            rest = below;
        }
    }
}

impl Gaps {
    fn add(&mut self, codes: &[u32], scored: &[u32]) {
        let k = codes.len();
        if self.both.is_empty() {
            self.both.resize(k * (k + 1) / 2, 0);
            self.sums.resize(k * k, 0);
            self.products.resize(k * (k + 1) / 2, 0);
        }
        self.n += 1;
        let (mut both, mut products) = (self.both.as_mut_slice(), self.products.as_mut_slice());
        let rows = self.sums.chunks_exact_mut(k).zip(codes.iter().zip(scored)).enumerate();
        for (i, (sums, (own, is_scored))) in rows {
            let Some((both_row, both_below)) = both.split_at_mut_checked(k - i) else { return };
            let Some((products_row, products_below)) = products.split_at_mut_checked(k - i) else { return };
            if *is_scored == 1 {
                add_row(sums, codes);
                add_row(both_row, scored.get(i..).unwrap_or_default());
                add_products(products_row, codes.get(i..).unwrap_or_default(), *own);
            }
            (both, products) = (both_below, products_below);
        }
    }
}

/// Plain loops over two slices: the compiler makes them wide.
fn add_row(sums: &mut [u64], row: &[u32]) {
    for (sum, value) in sums.iter_mut().zip(row) {
        *sum += u64::from(*value);
    }
}

fn add_products(sums: &mut [u64], row: &[u32], own: u32) {
    for (sum, value) in sums.iter_mut().zip(row) {
        *sum += u64::from(own) * u64::from(*value);
    }
}
