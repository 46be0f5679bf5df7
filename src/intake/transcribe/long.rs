//! One answer a row (ballot, item, answer), grouped by ballot wherever its rows stand; or one count a row (item, option, count).

use super::super::answers::{Odd, Reader};
use super::super::cells::{count, is_missing, key};
use super::super::layout::Role;
use super::super::print::{self, RowPrint};
use super::super::reasons;
use super::super::screen::Screener;
use super::Job;
use super::fields::{Fields, is_filled};
use super::memo::Memo;
use super::odd::{self, Cell};
use super::part::{Part, Who};
use super::rows::{classify, unclaimed};
use super::who::Finder;
use crate::diagnostic::Diagnostic;
use crate::survey::{Answer, Block, Column, ItemId, RowFate, VoidReason, VoteCount};
use rustc_hash::FxHashMap;

/// One answer of a ballot.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    /// Hash of the ballot's id and of whom it is about.
    ballot: u128,
    who: Who,
    item: ItemId,
    answer: Answer,
    row: u32,
}

/// The compiled plan of a long sheet.
pub(super) struct Long<'j> {
    job: &'j Job<'j>,
    ballot: Vec<u32>,
    items: Vec<u32>,
    answer: u32,
    count: Option<u32>,
    readers: Vec<Reader<'j>>,
}

/// A worker's caches.
pub(super) struct Worker {
    finder: Finder,
    items: Memo<Option<ItemId>>,
    answers: FxHashMap<u16, Memo<(Answer, Odd, u128)>>,
}

impl<'j> Long<'j> {
    pub(super) fn new(job: &'j Job<'j>) -> Self {
        let readers =
            (0..).zip(&job.form.items).map(|(item, _)| Reader::new(job.sheet.context, job.form, ItemId(item))).collect();
        let mut items: Vec<u32> = job.plan.columns_of(|role| role == Role::ItemName).collect();
        items.reverse();
        items.extend(job.plan.columns_of(|role| role == Role::ItemCode));
        Self {
            job,
            ballot: job.plan.columns_of(|role| role == Role::Ballot).collect(),
            items,
            answer: job.plan.columns_of(|role| role == Role::AnswerText).next().unwrap_or(u32::MAX),
            count: job.plan.columns_of(|role| role == Role::Count).next(),
            readers,
        }
    }

    pub(super) fn worker(&self) -> Worker {
        Worker { finder: Finder::new(self.job), items: Memo::default(), answers: FxHashMap::default() }
    }

    pub(super) fn row(&self, worker: &mut Worker, row: u32, fields: &impl Fields, part: &mut Part) {
        let item = self.item(worker, fields);
        let who = worker.finder.find(self.job, fields);
        let (Some(item), Ok(who)) = (item, who) else {
            return self.not_taken(worker, row, fields, part, item, who.err());
        };
        let Some(reader) = self.readers.get(usize::from(item.0)) else { return unclaimed(self.job, "B501", row, fields, part) };
        let bytes = fields.get(self.answer);
        let memo = worker.answers.entry(item.0).or_default();
        let (answer, odd, answer_print) = memo.get(&bytes).unwrap_or_else(|| {
            let text = String::from_utf8_lossy(&bytes);
            let (answer, odd) = reader.read(&text);
            let meaning = (answer, odd, print::content(&text));
            memo.put(&bytes, meaning);
            meaning
        });
        part.books.spoilt(u64::from(answer == Answer::Missing && !odd.spoils() && is_filled(&bytes)), u64::from(odd.spoils()));
        if odd != Odd::Nothing {
            odd::report(self.job, self.job.form, odd, reader, Cell { row, column: self.answer, item }, fields, part);
        }
        let mut print = RowPrint::default();
        print.cell(11, answer_print);
        print.cell(13, u128::from(item.0) + 1);
        self.job.print_who(&mut print, who);
        if let Some(column) = self.count {
            self.counted(column, item, answer, who, row, fields, print, part);
            return;
        }
        let ballot = self.ballot.iter().fold(0u128, |sum, column| sum.rotate_left(31) ^ ballot_id(&fields.get(*column)));
        print.cell(15, ballot);
        part.print.row(print);
        part.fate(RowFate::Entry, 1);
        part.count_answer(answer);
        let mut whole = [0u8; 32];
        whole[..16].copy_from_slice(&ballot.to_le_bytes());
        whole[16..20].copy_from_slice(&who.unit.0.to_le_bytes());
        whole[20..24].copy_from_slice(&who.subject.0.to_le_bytes());
        whole[24..26].copy_from_slice(&who.stratum.0.to_le_bytes());
        whole[26..28].copy_from_slice(&who.procedure.0.to_le_bytes());
        part.long.push(Entry { ballot: print::hash(&whole), who, item, answer, row });
    }

    fn item(&self, worker: &mut Worker, fields: &impl Fields) -> Option<ItemId> {
        let words = self.job.sheet.context.words(self.job.plan.form);
        self.items.iter().find_map(|column| {
            let bytes = fields.get(*column);
            worker.items.get(&bytes).unwrap_or_else(|| {
                let found = words.item(&key(&String::from_utf8_lossy(&bytes))).map(|(item, _)| item);
                worker.items.put(&bytes, found);
                found
            })
        })
    }

    fn not_taken(
        &self,
        worker: &Worker,
        row: u32,
        fields: &impl Fields,
        part: &mut Part,
        item: Option<ItemId>,
        lost: Option<super::who::Lost>,
    ) {
        if let Some(fate) = classify(self.job, fields) {
            part.fate(fate, 1);
            return;
        }
        let column = self.items.first().copied().unwrap_or(0);
        let text = fields.text(column);
        if item.is_none() && is_missing(&key(&text)) {
            return unclaimed(self.job, "B501", row, fields, part);
        }
        part.fate(RowFate::SetAside, 1);
        match (item, lost) {
            (None, _) => unknown_item(self.job, "B502", &text, row, column, fields, part),
            (_, Some(lost)) => worker.finder.report(self.job, lost, row, fields, part),
            _ => {}
        }
    }

    #[allow(clippy::too_many_arguments, reason = "one row taken apart")]
    fn counted(
        &self,
        column: u32,
        item: ItemId,
        answer: Answer,
        who: Who,
        row: u32,
        fields: &impl Fields,
        mut print: RowPrint,
        part: &mut Part,
    ) {
        let text = fields.text(column);
        let word = key(&text);
        print.cell(17, print::content(&text));
        part.print.row(print);
        part.fate(RowFate::Entry, 1);
        part.who(who);
        match count(&word) {
            Some(0) => {}
            Some(number) => {
                part.answers += number;
                let (form, procedure) = (self.job.plan.form, who.procedure);
                part.votes.push(VoteCount {
                    form,
                    procedure,
                    unit: who.unit,
                    subject: who.subject,
                    stratum: who.stratum,
                    item,
                    answer,
                    count: number,
                });
            }
            None if is_missing(&word) => {
                part.missing += 1;
                part.books.spoilt(u64::from(is_filled(text.as_bytes())), 0);
            }
            None => {
                part.books.spoilt(0, 1);
                super::votes::not_a_count(self.job, row, column, fields, part);
            }
        }
    }
}

/// Reports an item nobody knows, with the nearest known one.
pub(super) fn unknown_item(job: &Job<'_>, code: &str, text: &str, row: u32, column: u32, fields: &impl Fields, part: &mut Part) {
    if !part.findings.lists(code) {
        part.findings.count(code);
        return;
    }
    let wanted = reasons::bare(text);
    let best = job
        .form
        .items
        .iter()
        .map(|item| (strsim::normalized_levenshtein(&reasons::bare(&item.name), &wanted), item))
        .max_by(|a, b| a.0.total_cmp(&b.0));
    let near = best.map(|(_, item)| item);
    let (cells, marked) = job.excerpt(fields, column);
    let found = super::super::cells::clean(text);
    part.findings.push(
        Diagnostic::new(code, job.place(row, column))
            .with("near", near.map_or("", |item| item.name.as_str()))
            .with("code", near.map_or("", |item| item.code.as_str()))
            .with("owner", near.map_or("", |item| reasons::owner(job.sheet, job.form, &item.code)))
            .with("line", near.map(|item| reasons::alias_line(&item.aliases, &found)).unwrap_or_default())
            .with("found", found)
            .with("form", &job.form.name)
            .excerpt(cells, marked),
    );
}

/// A ballot's number as it is compared: two rows that a reader sees as one ballot are one, whatever unseen characters they carry.
fn ballot_id(bytes: &[u8]) -> u128 {
    let bytes = bytes.trim_ascii();
    if bytes.iter().all(|byte| matches!(byte, b'!'..=b'~') && !byte.is_ascii_uppercase()) {
        print::hash(bytes)
    } else {
        print::hash(key(&String::from_utf8_lossy(bytes)).as_bytes())
    }
}

/// Puts answers together to ballots, in the order in which ballots first appear.
pub(super) struct Grouper<'j> {
    job: &'j Job<'j>,
    width: usize,
    index: FxHashMap<u128, u32>,
    whose: Vec<Who>,
    answers: Vec<Answer>,
}

impl<'j> Grouper<'j> {
    pub(super) fn new(job: &'j Job<'j>) -> Self {
        Self { job, width: job.form.items.len(), index: FxHashMap::default(), whose: Vec::new(), answers: Vec::new() }
    }

    /// Takes a part's answers.
    pub(super) fn take(&mut self, part: &mut Part) {
        for entry in std::mem::take(&mut part.long) {
            let new = u32::try_from(self.whose.len()).unwrap_or(u32::MAX);
            let at = *self.index.entry(entry.ballot).or_insert(new);
            if at == new {
                self.whose.push(entry.who);
                self.answers.resize(self.answers.len() + self.width, Answer::Missing);
            }
            let Some(cell) = self.answers.get_mut(at as usize * self.width + usize::from(entry.item.0)) else { continue };
            if *cell == Answer::Missing {
                *cell = entry.answer;
            } else if *cell != entry.answer && entry.answer != Answer::Missing {
                *cell = Answer::Void(VoidReason::TwoTicks);
                let item = odd::item_name(self.job.form, entry.item);
                part.findings.push(Diagnostic::new("B503", self.job.sheet.place.row(entry.row)).with("item", item));
            }
        }
    }

    /// Screens the ballots and makes blocks of them.
    pub(super) fn finish(self, total: &mut Part) {
        let columns: Vec<Column> =
            (0..).zip(&self.job.form.items).map(|(item, _)| Column { item: ItemId(item), subject: None }).collect();
        let screener = Screener::new(self.job.sheet.context.scheme, self.job.form, &columns);
        let counts = (total.answers, total.missing, total.void);
        for (who, answers) in self.whose.iter().zip(self.answers.chunks(self.width.max(1))) {
            let verdict = screener.judge(answers, None);
            let _ = total.ballot(|| Block::new(self.job.plan.form, who.procedure, columns.clone()), *who, answers, verdict, None);
        }
        // Each answer was counted with its row.
        (total.answers, total.missing, total.void) = counts;
    }
}
