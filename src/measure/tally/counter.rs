//! Counts the ballots of one source: dense counters per row key, column and option; a ballot is forgotten once counted.

use super::counts::{Counts, Key, Kind, MOST, REASONS, settle_counts};
use super::lanes::{Lanes, Whose};
use super::patterns::{Paces, Patterns};
use super::places::Places;
use crate::measure::worth::{Comoments, Worths};
use crate::survey::{
    Answer, Block, Column, Disposition, FormId, ItemId, NodeId, Sink, StratumId, SubjectId, VoidReason, VoteCount,
};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// Counters of one column: missing, not applicable, three void reasons, then options.
const STRIDE: usize = 16;
const FIRST_OPTION: usize = 5;
/// Options beyond these are counted sparsely.
const DENSE_OPTIONS: usize = STRIDE - FIRST_OPTION;

/// Nearly all scores are whole or half points: such scores up to 100 have dense counters, half a point apart.
const HALF_POINT: u32 = 50;
const HALF_POINTS: usize = 201;
/// Cells that may have dense score counters (3 MiB); beyond them scores are counted sparsely.
const PAGES: usize = 4096;

/// Counts what one source sheet says. Counters are of 32 bits where each row adds at most one (a file has fewer rows
/// than that), of 64 for vote counts. Beside them stand the co-moments of ballots that count (method §6), where it is known
/// what answers are worth.
#[derive(Debug, Default)]
pub struct Counter {
    groups: Vec<Group>,
    votes: Counts,
    worths: Option<Arc<Worths>>,
}

impl Counter {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A counter that sums co-moments too.
    #[must_use]
    pub fn weighing(worths: &Arc<Worths>) -> Self {
        Self { worths: Some(Arc::clone(worths)), ..Self::default() }
    }

    /// Whether nothing was counted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.groups.iter().all(|group| group.rows.is_empty()) && self.votes.is_empty()
    }

    /// The counts and the co-moments in their one order.
    pub(super) fn finish(self) -> (Counts, Vec<Comoments>) {
        let (mut counts, mut comoments) = (self.votes, Vec::new());
        for mut group in self.groups {
            group.drain(&mut counts);
            group.drain_comoments(&mut comoments);
        }
        let mut counts = settle_counts(counts);
        for (_, count) in &mut counts {
            *count = (*count).min(MOST);
        }
        (counts, settle_comoments(comoments))
    }
}

impl Sink for Counter {
    fn block(&mut self, block: &Block) {
        // Blocks of one sheet nearly always share their columns: the last group is tried first.
        let known = self.groups.iter().rposition(|group| group.fits(block));
        let at = known.unwrap_or(self.groups.len());
        if known.is_none() {
            self.groups.push(Group::new(block, self.worths.as_deref()));
        }
        if let Some(group) = self.groups.get_mut(at) {
            group.count(block);
        }
    }

    fn votes(&mut self, votes: &[VoteCount]) {
        self.votes.extend(votes.iter().map(|vote| {
            let (kind, value) = Key::of_answer(vote.answer);
            let key = Key {
                subject: vote.subject,
                unit: vote.unit,
                procedure: vote.procedure,
                form: vote.form,
                item: vote.item,
                stratum: vote.stratum,
                part: 0,
                flags: 0,
                kind,
                value,
            };
            (key, vote.count.min(MOST))
        }));
    }
}

/// What ballots of one kind have in common: their number is what a source says of its ballots.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct RowKey {
    unit: SubjectId,
    subject: SubjectId,
    stratum: StratumId,
    disposition: Disposition,
    flags: u8,
}

/// What the counters of answers are kept apart by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct SlotKey {
    unit: SubjectId,
    subject: SubjectId,
    stratum: StratumId,
    part: u8,
}

/// Ballots of one row key, and the slot of their answers (blank and duplicate ballots have none).
#[derive(Debug)]
struct Row {
    key: RowKey,
    ballots: u64,
    slot: Option<usize>,
}

/// Sparse counters of rare options and of uneven scores, by (cell, value).
#[derive(Debug, Default)]
struct Sparse {
    index: FxHashMap<u64, u32>,
    counts: Vec<(u64, u32)>,
}

impl Sparse {
    fn add(&mut self, cell: usize, value: u32) {
        let key = ((cell as u64) << 32) | u64::from(value);
        let next = u32::try_from(self.counts.len()).unwrap_or(u32::MAX);
        let at = *self.index.entry(key).or_insert(next);
        match self.counts.get_mut(at as usize) {
            Some((_, count)) => *count += 1,
            None => self.counts.push((key, 1)),
        }
    }

    /// (cell, value, count), in order of first meeting.
    fn iter(&self) -> impl Iterator<Item = (usize, u32, u64)> + '_ {
        self.counts.iter().map(|(key, count)| {
            let cell = usize::try_from(key >> 32).unwrap_or(usize::MAX);
            (cell, u32::try_from(key & u64::from(u32::MAX)).unwrap_or(0), u64::from(*count))
        })
    }
}

/// Counters of scores by cell: a page of half points where there is room, the rest sparse.
#[derive(Debug, Default)]
struct Scores {
    /// Page of each cell, one up; 0: none yet.
    page_of: Vec<u32>,
    /// Cells that have a page, in order of pages.
    cells: Vec<usize>,
    pages: Vec<[u32; HALF_POINTS]>,
    odd: Sparse,
}

impl Scores {
    fn add(&mut self, cell: usize, score: i32) {
        let score = score.cast_unsigned();
        let half_points = (score / HALF_POINT) as usize;
        if half_points < HALF_POINTS
            && score.is_multiple_of(HALF_POINT)
            && let Some(page) = self.page(cell)
        {
            page[half_points] += 1;
        } else {
            self.odd.add(cell, score);
        }
    }

    fn page(&mut self, cell: usize) -> Option<&mut [u32; HALF_POINTS]> {
        match self.page_of.get(cell) {
            Some(1..) => {}
            _ if self.pages.len() >= PAGES => return None,
            _ => self.open(cell),
        }
        let page = *self.page_of.get(cell)? as usize;
        self.pages.get_mut(page.checked_sub(1)?)
    }

    #[cold]
    fn open(&mut self, cell: usize) {
        if self.page_of.len() <= cell {
            self.page_of.resize(cell + 1, 0);
        }
        self.pages.push([0; HALF_POINTS]);
        self.cells.push(cell);
        if let Some(page) = self.page_of.get_mut(cell) {
            *page = u32::try_from(self.pages.len()).unwrap_or(0);
        }
    }

    /// (cell, score, count).
    fn iter(&self) -> impl Iterator<Item = (usize, u32, u64)> + '_ {
        let paged = self.cells.iter().zip(&self.pages).flat_map(|(cell, page)| {
            let counted = (0u32..).zip(page).filter(|(_, count)| **count > 0);
            counted.map(|(half_points, count)| (*cell, half_points * HALF_POINT, u64::from(*count)))
        });
        paged.chain(self.odd.iter())
    }
}

/// Counters of all blocks with the same form, procedure and columns.
#[derive(Debug)]
struct Group {
    form: FormId,
    procedure: NodeId,
    columns: Vec<Column>,
    /// Whether some column rates the row's subject (else every column names its own, and rows differ by unit only).
    rates_rows: bool,
    row_index: FxHashMap<RowKey, usize>,
    rows: Vec<Row>,
    slot_index: FxHashMap<SlotKey, usize>,
    slots: Vec<SlotKey>,
    /// Slot × column × answer.
    cells: Vec<u32>,
    rare: Sparse,
    scores: Scores,
    lanes: Lanes,
    patterns: Patterns,
    places: Places,
    paces: Paces,
    /// Fingerprint of what the co-moments are made with.
    worth: u64,
}

impl Group {
    fn new(block: &Block, worths: Option<&Worths>) -> Self {
        let worth = worths.and_then(|worths| worths.of(block.form, block.procedure));
        Self {
            lanes: Lanes::new(&block.columns, worth),
            patterns: Patterns::new(&block.columns),
            places: Places::new(&block.columns, worth),
            paces: Paces::default(),
            worth: worth.map_or(0, |worth| worth.fingerprint),
            form: block.form,
            procedure: block.procedure,
            columns: block.columns.clone(),
            rates_rows: block.columns.iter().any(|column| column.subject.is_none()),
            row_index: FxHashMap::default(),
            rows: Vec::new(),
            slot_index: FxHashMap::default(),
            slots: Vec::new(),
            cells: Vec::new(),
            rare: Sparse::default(),
            scores: Scores::default(),
        }
    }

    fn fits(&self, block: &Block) -> bool {
        self.form == block.form && self.procedure == block.procedure && self.columns == block.columns
    }

    fn count(&mut self, block: &Block) {
        let width = block.columns.len();
        let mut last: Option<(RowKey, usize)> = None;
        let heads = block.units.iter().zip(&block.subjects).zip(&block.strata).zip(&block.dispositions).enumerate();
        for (number, (((unit, subject), stratum), disposition)) in heads {
            let subject = if self.rates_rows { *subject } else { *unit };
            let flags = block.flags.get(number).copied().unwrap_or(0);
            let key = RowKey { unit: *unit, subject, stratum: *stratum, disposition: *disposition, flags };
            let at = match last {
                Some((known, at)) if known == key => at,
                _ => self.row(key),
            };
            last = Some((key, at));
            let Some(row) = self.rows.get_mut(at) else { continue };
            row.ballots += 1;
            if let (Some(slot), Some(answers)) = (row.slot, block.answers.get(number * width..(number + 1) * width)) {
                self.answers(slot, answers);
                if key.disposition.counts() {
                    self.lanes.ballot(slot, answers);
                    self.patterns.ballot(slot, answers);
                    self.places.ballot(slot, answers);
                    if let Some(pace) = block.paces.get(number).copied().flatten() {
                        self.paces.ballot(slot, pace);
                    }
                }
            }
        }
    }

    /// The hot loop: a counter per answer.
    fn answers(&mut self, slot: usize, answers: &[Answer]) {
        let width = self.columns.len();
        let first = slot * width;
        let Some(cells) = self.cells.get_mut(first * STRIDE..(first + width) * STRIDE) else { return };
        for (column, (answer, cells)) in answers.iter().zip(cells.as_chunks_mut::<STRIDE>().0).enumerate() {
            let code = match *answer {
                Answer::Choice(choice) if usize::from(choice) < DENSE_OPTIONS => FIRST_OPTION + usize::from(choice),
                Answer::Score(score) => {
                    self.scores.add(first + column, score);
                    continue;
                }
                Answer::Missing => 0,
                Answer::NotApplicable => 1,
                Answer::Void(VoidReason::TwoTicks) => 2,
                Answer::Void(VoidReason::OutOfRange) => 3,
                Answer::Void(VoidReason::Unknown) => 4,
                Answer::Choice(choice) => {
                    self.rare.add(first + column, u32::from(choice));
                    continue;
                }
            };
            cells[code] += 1;
        }
    }

    /// The row of a key, made at first sight.
    fn row(&mut self, key: RowKey) -> usize {
        if let Some(at) = self.row_index.get(&key) {
            return *at;
        }
        let slot = match key.disposition {
            Disposition::Blank | Disposition::Duplicate => None,
            disposition => {
                let part = Key::of_disposition(disposition).1;
                Some(self.slot(SlotKey { unit: key.unit, subject: key.subject, stratum: key.stratum, part }))
            }
        };
        self.rows.push(Row { key, ballots: 0, slot });
        self.row_index.insert(key, self.rows.len() - 1);
        self.rows.len() - 1
    }

    fn slot(&mut self, key: SlotKey) -> usize {
        let next = self.slots.len();
        let at = *self.slot_index.entry(key).or_insert(next);
        if at == next {
            self.slots.push(key);
            self.cells.resize((next + 1) * self.columns.len() * STRIDE, 0);
        }
        at
    }

    fn drain(&self, counts: &mut Counts) {
        self.drain_ballots(counts);
        self.drain_patterns(counts);
        let width = self.columns.len();
        for (cell, codes) in self.cells.as_chunks::<STRIDE>().0.iter().enumerate() {
            for (code, count) in codes.iter().enumerate().filter(|(_, count)| **count > 0) {
                let (kind, value) = Key::of_answer(answer_of(code));
                counts.extend(self.key(cell, width, kind, value).map(|key| (key, u64::from(*count))));
            }
        }
        let rare = self.rare.iter().map(|cell| (Kind::Choice, cell));
        for (kind, (cell, value, count)) in rare.chain(self.scores.iter().map(|cell| (Kind::Score, cell))) {
            counts.extend(self.key(cell, width, kind, value.cast_signed()).map(|key| (key, count)));
        }
    }

    fn drain_patterns(&self, counts: &mut Counts) {
        let patterns = self.patterns.iter().map(|sorted| (Kind::Pattern, sorted));
        let spread = self.places.iter().map(|sorted| (Kind::Place, sorted));
        let timed = self.paces.iter().map(|sorted| (Kind::Pace, sorted));
        counts.extend(patterns.chain(spread).chain(timed).filter_map(|(kind, (slot, bucket, count))| {
            let slot = self.slots.get(slot)?;
            let key = Key {
                subject: slot.subject,
                unit: slot.unit,
                procedure: self.procedure,
                form: self.form,
                item: ItemId(0),
                stratum: slot.stratum,
                part: 0,
                flags: 0,
                kind,
                value: i32::from(bucket),
            };
            Some((key, count))
        }));
    }

    fn drain_comoments(&mut self, comoments: &mut Vec<Comoments>) {
        let whose = |slot: &SlotKey| Whose { subject: slot.subject, unit: slot.unit, stratum: slot.stratum };
        let whose: Vec<Whose> = self.slots.iter().map(whose).collect();
        self.lanes.drain((self.form, self.procedure), self.worth, &whose, comoments);
    }

    fn key(&self, cell: usize, width: usize, kind: Kind, value: i32) -> Option<Key> {
        let (slot, column) = (self.slots.get(cell / width.max(1))?, self.columns.get(cell % width.max(1))?);
        Some(Key {
            subject: column.subject.unwrap_or(slot.subject),
            unit: slot.unit,
            procedure: self.procedure,
            form: self.form,
            item: column.item,
            stratum: slot.stratum,
            part: slot.part,
            flags: 0,
            kind,
            value,
        })
    }

    /// Ballots by disposition, and ballots that count by the subjects they rate.
    fn drain_ballots(&self, counts: &mut Counts) {
        let mut rated: Vec<SubjectId> = self.columns.iter().filter_map(|column| column.subject).collect();
        rated.sort_unstable();
        rated.dedup();
        for Row { key, ballots, .. } in &self.rows {
            let (value, part) = Key::of_disposition(key.disposition);
            let ballot = Key {
                subject: key.unit,
                unit: key.unit,
                procedure: self.procedure,
                form: self.form,
                item: ItemId(0),
                stratum: key.stratum,
                part,
                flags: key.flags,
                kind: Kind::Ballot,
                value,
            };
            counts.push((ballot, *ballots));
            if !key.disposition.counts() {
                continue;
            }
            let own = (self.rates_rows && !rated.contains(&key.subject)).then_some(key.subject);
            counts.extend(rated.iter().copied().chain(own).map(|subject| {
                let rating = Key { subject, flags: 0, kind: Kind::Rating, value: 0, ..ballot };
                (rating, *ballots)
            }));
        }
    }
}

/// Sorts, and adds up what has one key; sums that are too large for that are left out, as if there were none.
pub(super) fn settle_comoments(mut comoments: Vec<Comoments>) -> Vec<Comoments> {
    comoments.sort_unstable();
    let mut out: Vec<Comoments> = Vec::with_capacity(comoments.len());
    let mut lost = false;
    for next in comoments {
        match out.last_mut().filter(|last| last.key() == next.key()) {
            Some(_) if lost => {}
            Some(kept) => lost = !kept.add(&next),
            None => {
                drop_lost(&mut out, lost);
                lost = false;
                out.push(next);
            }
        }
    }
    drop_lost(&mut out, lost);
    out
}

fn drop_lost(out: &mut Vec<Comoments>, lost: bool) {
    if lost {
        out.pop();
    }
}

/// The answer of a dense counter.
fn answer_of(code: usize) -> Answer {
    match code {
        0 => Answer::Missing,
        1 => Answer::NotApplicable,
        _ => match REASONS.get(code - 2) {
            Some((reason, _)) => Answer::Void(*reason),
            None => Answer::Choice(u8::try_from(code - FIRST_OPTION).unwrap_or(u8::MAX)),
        },
    }
}
