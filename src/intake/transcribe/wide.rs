//! One ballot a row: items (wide) or subjects × items (matrix) across. The fast path of big files.

use super::super::answers::{Odd, Reader};
use super::super::cells::{self, is_missing, key, tick};
use super::super::export::{self, Clock, Export, Platform};
use super::super::layout::{PlanColumn, Role};
use super::super::print::{self, RowPrint};
use super::super::screen::Screener;
use super::Job;
use super::fields::{Fields, is_filled};
use super::memo::Memo;
use super::odd::{self, Cell};
use super::part::{Part, Who};
use super::rows::{classify, ordinary_start, unclaimed};
use super::sequence;
use super::who::{Finder, Lost};
use crate::habits::{Habit, on};
use crate::survey::{Answer, Block, Column, ItemId, RowFate, Shape, SubjectId, VoidReason};

/// The compiled plan of a wide sheet; shared by all workers.
pub(super) struct Wide<'j> {
    job: &'j Job<'j>,
    columns: Vec<Column>,
    slots: Vec<Slot<'j>>,
    /// Columns that are read past but belong to the content.
    beside: Vec<Beside>,
    /// Columns that show that a row is somebody's: number, names, times.
    identity: Vec<u32>,
    /// The column of 序号.
    sequence: Option<u32>,
    /// A blank here: an answer never handed in (LimeSurvey).
    submitted: Option<u32>,
    /// Where an export says how long a ballot took.
    clock: Option<Clock>,
    first: u32,
    screener: Screener<'j>,
    /// A unit column beside rated subjects says who rates.
    rated: bool,
}

/// A column beside the answers.
struct Beside {
    column: u32,
    salt: u128,
    /// A moment in an export: its digits alone, however it is written.
    moment: bool,
}

/// A column with answers.
struct Slot<'j> {
    column: u32,
    /// Place in the block's columns.
    at: usize,
    item: ItemId,
    reader: Reader<'j>,
    /// A tick here is this option.
    option: Option<u8>,
    /// In an export the content is what was answered, by text or by number.
    export: Option<Export>,
    salt: u128,
}

/// What a cell's bytes mean in one slot.
#[derive(Clone, Copy)]
struct Meaning {
    answer: Answer,
    odd: Odd,
    ticked: bool,
    print: u128,
}

/// A worker's caches and buffers.
pub(super) struct Worker {
    finder: Finder,
    memos: Vec<Memo<Meaning>>,
    beside: Vec<Memo<u128>>,
    row: Vec<Answer>,
    odds: Vec<(usize, Odd)>,
    /// Cells of the row's answers that say nothing, and that could not be taken.
    spoilt: (u64, u64),
}

impl<'j> Wide<'j> {
    pub(super) fn new(job: &'j Job<'j>) -> Self {
        let columns = columns(job);
        let place = |item: ItemId, subject: Option<SubjectId>| {
            columns.iter().position(|known| known.item == item && known.subject == subject)
        };
        let mut slots = Vec::new();
        let (mut beside, mut identity) = (Vec::new(), Vec::new());
        for known in &job.plan.columns {
            let (item, subject, option) = match known.role {
                Role::Answer(item, subject) => (item, subject, None),
                Role::Tick(item, subject, option) => (item, subject, Some(option)),
                role => {
                    beside.extend(Beside::of(job, known));
                    if matches!(role, Role::Ballot | Role::Sequence | Role::Private) {
                        identity.push(known.column);
                    }
                    continue;
                }
            };
            let Some(at) = place(item, subject) else { continue };
            let salt = format!("item:{} {:?} {option:?}", item.0, subject.map(|id| job.sheet.context.subject_print(id)));
            let export = job.plan.export;
            let reader = Reader::new(job.sheet.context, job.form, item).of_export(export);
            slots.push(Slot { column: known.column, at, item, reader, option, export, salt: print::hash(salt.as_bytes()) });
        }
        let rated = columns.iter().any(|column| column.subject.is_some()) && job.plan.has(|role| role == Role::Unit);
        let screener = Screener::new(job.sheet.context.scheme, job.form, &columns);
        let first = job.plan.columns.first().map_or(0, |column| column.column);
        let sequence = job.plan.columns_of(|role| role == Role::Sequence).next();
        let submitted = submitted(job);
        let clock = job.plan.export.and_then(|_| Clock::among(&job.plan.columns));
        Self { job, columns, slots, beside, identity, sequence, submitted, clock, first, screener, rated }
    }

    pub(super) fn worker(&self) -> Worker {
        #[cfg(test)]
        crate::intake::guard::trap(self.job.sheet.file, "rows");
        Worker {
            finder: Finder::new(self.job),
            memos: self.slots.iter().map(|_| Memo::default()).collect(),
            beside: self.beside.iter().map(|_| Memo::default()).collect(),
            row: Vec::with_capacity(self.columns.len()),
            odds: Vec::new(),
            spoilt: (0, 0),
        }
    }

    /// Reads one row below the header.
    pub(super) fn row(&self, worker: &mut Worker, row: u32, fields: &impl Fields, part: &mut Part) {
        let mut print = RowPrint::default();
        let touched = self.answers(worker, fields, &mut print);
        let who = worker.finder.find(self.job, fields);
        let ordinary = touched
            && worker.odds.is_empty()
            && (ordinary_start(&fields.get(self.first)) || worker.finder.columns().any(|column| column == self.first));
        if (!ordinary || who.is_err())
            && let Some(fate) = classify(self.job, fields)
        {
            part.fate(fate, 1);
            return;
        }
        if let Some(number) = self.sequence.and_then(|column| sequence::number(&fields.get(column))) {
            part.sequence.push(number, row);
        }
        if self.submitted.is_some_and(|column| is_missing(&key(&fields.text(column)))) {
            part.unsubmitted += 1;
            part.fate(RowFate::SetAside, 1);
            return;
        }
        match who {
            Ok(who) if touched || self.somebody(worker, fields) => self.ballot(worker, row, who, fields, print, part),
            Ok(_) => unclaimed(self.job, "B501", row, fields, part),
            Err(Lost::Blank(_) | Lost::Sheet) if !touched => self.unnamed(row, fields, part),
            Err(lost) => {
                part.fate(RowFate::SetAside, 1);
                worker.finder.report(self.job, lost, row, fields, part);
            }
        }
    }

    /// Fills the worker's row; `true` if any cell of an item says something.
    fn answers(&self, worker: &mut Worker, fields: &impl Fields, print: &mut RowPrint) -> bool {
        worker.row.clear();
        worker.row.resize(self.columns.len(), Answer::Missing);
        worker.odds.clear();
        worker.spoilt = (0, 0);
        let mut touched = false;
        for (nth, slot) in self.slots.iter().enumerate() {
            let bytes = fields.get(slot.column);
            if bytes.is_empty() {
                continue;
            }
            let memo = &mut worker.memos[nth];
            let meaning = memo.get(&bytes).unwrap_or_else(|| {
                let meaning = slot.meaning(&String::from_utf8_lossy(&bytes));
                memo.put(&bytes, meaning);
                meaning
            });
            print.cell(slot.salt, meaning.print);
            let cell = &mut worker.row[slot.at];
            if slot.option.is_none() {
                *cell = meaning.answer;
                if !meaning.answer.is_answered() && meaning.odd == Odd::Nothing {
                    worker.spoilt.0 += u64::from(is_filled(&bytes));
                }
            } else if meaning.ticked {
                if matches!(*cell, Answer::Choice(_)) && on(Habit::TwoTicks) {
                    *cell = Answer::Void(VoidReason::TwoTicks);
                    worker.odds.push((nth, Odd::TwoTicks));
                    worker.spoilt.1 += 2;
                } else if matches!(*cell, Answer::Void(_)) {
                    worker.spoilt.1 += 1;
                } else if *cell == Answer::Missing {
                    *cell = meaning.answer;
                }
            }
            if meaning.odd != Odd::Nothing {
                worker.odds.push((nth, meaning.odd));
                worker.spoilt.1 += u64::from(meaning.odd.spoils());
            }
            touched |= worker.row[slot.at] != Answer::Missing;
        }
        touched
    }

    /// A row without answers that still is somebody's: a blank ballot.
    fn somebody(&self, worker: &Worker, fields: &impl Fields) -> bool {
        self.identity.iter().copied().chain(worker.finder.columns()).any(|column| !fields.get(column).trim_ascii().is_empty())
    }

    /// A row with neither answers nor a name: a line number of an unused row, or something nobody claims.
    fn unnamed(&self, row: u32, fields: &impl Fields, part: &mut Part) {
        let numbered =
            |column: u32| self.job.plan.columns.iter().any(|known| known.column == column && known.role == Role::Sequence);
        if fields.texts().iter().all(|(column, _)| numbered(*column)) {
            part.fate(RowFate::Blank, 1);
        } else if self.job.lost() {
            part.fate(RowFate::SetAside, 1);
        } else {
            unclaimed(self.job, "B501", row, fields, part);
        }
    }

    fn ballot(&self, worker: &mut Worker, row: u32, who: Who, fields: &impl Fields, mut print: RowPrint, part: &mut Part) {
        let job = self.job;
        part.books.spoilt(worker.spoilt.0, worker.spoilt.1);
        for (nth, odd) in &worker.odds {
            let slot = &self.slots[*nth];
            odd::report(job, job.form, *odd, &slot.reader, Cell { row, column: slot.column, item: slot.item }, fields, part);
        }
        for (known, memo) in self.beside.iter().zip(&mut worker.beside) {
            let bytes = fields.get(known.column);
            if !bytes.is_empty() {
                print.cell(known.salt, if known.moment { moment(&bytes) } else { content(&bytes, memo) });
            }
        }
        job.print_who(&mut print, who);
        part.print.row(print);
        let verdict = self.screener.judge(&worker.row, self.rated.then_some(who.unit));
        let empty = || Block::new(job.plan.form, who.procedure, self.columns.clone());
        let pace = self.clock.and_then(|clock| clock.read(|column| fields.text(column)));
        let fate = part.ballot(empty, who, &worker.row, verdict, pace);
        part.fate(fate, 1);
    }
}

/// The hash of a cell beside the answers; plain numbers, of which every row has another, without a detour.
fn content(bytes: &[u8], memo: &mut Memo<u128>) -> u128 {
    if bytes.iter().all(u8::is_ascii_digit) && bytes.len() <= 15 {
        let value = bytes.iter().fold(0i64, |sum, digit| sum * 10 + i64::from(digit - b'0'));
        return print::number(value * 100);
    }
    memo.get(bytes).unwrap_or_else(|| {
        let found = print::content(&String::from_utf8_lossy(bytes));
        memo.put(bytes, found);
        found
    })
}

impl Beside {
    /// What a column without answers adds to the content of a row. Of an export only the ballot's number and the moment count:
    /// its other columns read differently by text and by number.
    fn of(job: &Job<'_>, known: &PlanColumn) -> Option<Self> {
        let salt = print::hash(key(&known.header).as_bytes());
        let moment = job.plan.export.is_some() && known.role == Role::Private && export::is_moment(&known.header);
        let counts = match job.plan.export {
            Some(_) => moment || matches!(known.role, Role::Sequence | Role::Ballot),
            None => matches!(known.role, Role::Meta | Role::Sequence | Role::Ballot | Role::Unknown),
        };
        counts.then_some(Self { column: known.column, salt, moment })
    }
}

/// The hash of a moment: `2026/9/3 12:00` and `2026-9-3 12:00` are one.
fn moment(bytes: &[u8]) -> u128 {
    let digits: Vec<u8> = bytes.iter().copied().filter(u8::is_ascii_digit).collect();
    print::hash(&digits)
}

/// The column that tells answers handed in from those that were only begun.
fn submitted(job: &Job<'_>) -> Option<u32> {
    job.plan.export.filter(|export| export.platform == Platform::LimeSurvey)?;
    job.plan.columns.iter().find(|known| export::is_submission(&key(&known.header))).map(|known| known.column)
}

/// Wide: every item of the form, found or not. Matrix: what the header names.
fn columns(job: &Job<'_>) -> Vec<Column> {
    if job.plan.shape == Shape::Wide {
        return (0..).zip(&job.form.items).map(|(item, _)| Column { item: ItemId(item), subject: None }).collect();
    }
    let mut columns: Vec<Column> = Vec::new();
    for known in &job.plan.columns {
        if let Role::Answer(item, subject) | Role::Tick(item, subject, _) = known.role {
            let column = Column { item, subject };
            if !columns.contains(&column) {
                columns.push(column);
            }
        }
    }
    columns
}

impl Slot<'_> {
    fn meaning(&self, text: &str) -> Meaning {
        let mut print = print::content(text);
        let Some(option) = self.option else {
            let (answer, odd) = self.reader.read(text);
            if self.export.is_some() {
                print = meant(answer).unwrap_or(print);
            }
            return Meaning { answer, odd, ticked: false, print };
        };
        let word = key(text);
        if self.export.is_some() && matches!(word.as_str(), "-2" | "-3") {
            return Meaning { answer: Answer::Missing, odd: Odd::Nothing, ticked: false, print: 0 };
        }
        let odd = match (tick(&word), is_missing(&word)) {
            (Some(true), _) => return Meaning { answer: Answer::Choice(option), odd: Odd::Nothing, ticked: true, print },
            (Some(false), _) | (_, true) => Odd::Nothing,
            _ if text == cells::UNCACHED => Odd::Uncached,
            _ if cells::is_error(&word) => Odd::ErrorValue,
            _ => Odd::UnknownOption,
        };
        Meaning { answer: Answer::Missing, odd, ticked: false, print }
    }
}

/// The content of an answer whatever it was called; `None`: only its text says.
fn meant(answer: Answer) -> Option<u128> {
    match answer {
        Answer::Missing => Some(0),
        Answer::Choice(option) => Some(print::number(i64::from(option)).rotate_left(5)),
        _ => None,
    }
}
