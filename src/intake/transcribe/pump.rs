//! Rows in parallel, counts in order: chunks are parsed on all threads while the sink takes those before them.

use super::super::grid::{Grid, GridRow};
use super::super::guard::quiet;
use super::super::layout::Down;
use super::super::source::Body;
use super::Job;
use super::books::filled;
use super::fields::Fields;
use super::long::{Grouper, Long};
use super::part::Part;
use super::wide::Wide;
use super::{down, scores, votes};
use crate::intake::{Chunk, ChunkNotes, Chunks, Record};
use crate::survey::{CellFate, FormKind, Receipt, RowFate, Shape, SheetLedger, Sink};
use rayon::prelude::*;
use std::sync::{Mutex, PoisonError};

/// Rows of a grid parsed at a time.
const ROWS: usize = 8192;

/// What reading a sheet to its end told.
#[derive(Default)]
pub(super) struct Pumped {
    /// Rows of the sheet, blank ones included.
    pub rows: u64,
    /// Receipts that came with rows.
    pub receipts: Vec<Receipt>,
    /// SHA-256 of a streamed file in hex; files read whole are hashed when opened.
    pub sha256: Option<String>,
    /// Of a sheet that was only skimmed: its rows that hold something, and their cells.
    used: u64,
    cells: u64,
}

impl Pumped {
    fn whole(grid: &Grid, receipts: Vec<Receipt>) -> Self {
        Self { rows: u64::from(grid.rows.last().map_or(0, |row| row.row + 1)), receipts, ..Self::default() }
    }

    fn streamed(chunks: &Chunks, receipts: Vec<Receipt>) -> Self {
        Self { rows: u64::from(chunks.rows()), receipts, sha256: chunks.sha256(), ..Self::default() }
    }

    fn look<F: Fields>(&mut self, fields: &F) {
        let cells = filled(fields);
        self.used += u64::from(cells > 0);
        self.cells += cells;
    }

    /// The books of a sheet of which nothing is taken.
    pub(super) fn set_aside(&self, status: &str) -> SheetLedger {
        let mut ledger = SheetLedger { status: status.to_owned(), rows: self.rows, cells: self.cells, ..SheetLedger::default() };
        ledger.claim(RowFate::SetAside, self.used);
        ledger.claim(RowFate::Blank, self.rows.saturating_sub(self.used));
        ledger.claim_cells(CellFate::SetAside, self.cells);
        ledger
    }
}

/// Reads a sheet that is not counted to its end, for its books and its hash.
pub(super) fn skim(body: &Body) -> Pumped {
    let mut looked = Pumped::default();
    match body {
        Body::Grid(grid) => {
            grid.rows.iter().for_each(|row| looked.look(row));
            Pumped { rows: Pumped::whole(grid, Vec::new()).rows, ..looked }
        }
        Body::Stream(stream) => {
            let mut chunks = stream.chunks().hashing();
            for chunk in chunks.by_ref() {
                chunk.for_each(|_, record| looked.look(record));
            }
            Pumped { rows: u64::from(chunks.rows()), sha256: chunks.sha256(), ..looked }
        }
    }
}

/// Transcribes everything below the header.
pub(super) fn run<S: Sink + Send>(job: &Job<'_>, body: Body, part: &mut Part, sink: &mut S) -> Pumped {
    let across = job.plan.down == Down::No && matches!(job.plan.shape, Shape::Wide | Shape::Matrix | Shape::Long);
    match body {
        Body::Grid(grid) => {
            let receipts = if across { rows_of_grid(job, &grid, part, sink) } else { whole(job, &grid, part, sink) };
            Pumped::whole(&grid, receipts)
        }
        Body::Stream(stream) if across => {
            let mut chunks = stream.chunks().hashing();
            let mut notes = ChunkNotes::default();
            stream_rows(job, &mut chunks, &mut notes, part, sink);
            for diagnostic in notes.diagnostics(&job.sheet.place).into_iter().chain(chunks.diagnostics()) {
                part.findings.push(diagnostic);
            }
            Pumped::streamed(&chunks, Vec::new())
        }
        Body::Stream(stream) => {
            let mut chunks = stream.chunks().hashing();
            let grid = gather(&mut chunks);
            let receipts = whole(job, &grid, part, sink);
            Pumped::streamed(&chunks, receipts)
        }
    }
}

/// Shapes that need the sheet as a whole.
fn whole<S: Sink + Send>(job: &Job<'_>, grid: &Grid, part: &mut Part, sink: &mut S) -> Vec<Receipt> {
    let mut receipts = Vec::new();
    part.sheet(job.plan, grid, |part| match job.plan.shape {
        Shape::Votes => receipts = votes::read(job, grid, part),
        Shape::Scores if job.form.kind != FormKind::Ballot || job.plan.down == Down::Items => scores::read(job, grid, part),
        _ => down::read(job, grid, part),
    });
    feed(part, sink);
    receipts
}

fn feed<S: Sink>(part: &mut Part, sink: &mut S) {
    for block in part.blocks.drain(..) {
        sink.block(&block);
    }
    if !part.votes.is_empty() {
        sink.votes(&part.votes);
        part.votes.clear();
    }
}

fn rows_of_grid<S: Sink + Send>(job: &Job<'_>, grid: &Grid, total: &mut Part, sink: &mut S) -> Vec<Receipt> {
    let from = grid.rows.partition_point(|row| row.row <= job.plan.header_end());
    let mut chunks = grid.rows[from..].chunks(ROWS);
    let parse = |rows: &[GridRow], each: &mut dyn FnMut(u32, &GridRow)| {
        for row in rows {
            each(row.row, row);
        }
    };
    if job.plan.shape == Shape::Long {
        let long = Long::new(job);
        let mut grouper = Grouper::new(job);
        let pool = Pool::default();
        pump(
            || chunks.next(),
            |rows| {
                let mut part = Part::default();
                pool.with(
                    || long.worker(),
                    |worker| parse(rows, &mut |at, row| part.row(row, |part| long.row(worker, at, row, part))),
                );
                part
            },
            |mut part| {
                grouper.take(&mut part);
                feed(&mut part, sink);
                total.append(part);
            },
        );
        grouper.finish(total);
        feed(total, sink);
    } else {
        let wide = Wide::new(job);
        let pool = Pool::default();
        pump(
            || chunks.next(),
            |rows| {
                let mut part = Part::default();
                pool.with(
                    || wide.worker(),
                    |worker| parse(rows, &mut |at, row| part.row(row, |part| wide.row(worker, at, row, part))),
                );
                part
            },
            |mut part| {
                feed(&mut part, sink);
                total.append(part);
            },
        );
    }
    Vec::new()
}

fn stream_rows<S: Sink + Send>(
    job: &Job<'_>,
    chunks: &mut (impl Iterator<Item = Chunk> + Send),
    notes: &mut ChunkNotes,
    total: &mut Part,
    sink: &mut S,
) {
    let end = job.plan.header_end();
    if job.plan.shape == Shape::Long {
        let long = Long::new(job);
        let mut grouper = Grouper::new(job);
        let pool = Pool::default();
        let parse =
            |chunk| parsed(&pool, &chunk, end, || long.worker(), |worker, row, record, part| long.row(worker, row, record, part));
        pump(
            || chunks.next(),
            parse,
            |(mut part, next)| {
                notes.add(&next);
                grouper.take(&mut part);
                feed(&mut part, sink);
                total.append(part);
            },
        );
        grouper.finish(total);
        feed(total, sink);
        return;
    }
    let wide = Wide::new(job);
    let pool = Pool::default();
    let parse =
        |chunk| parsed(&pool, &chunk, end, || wide.worker(), |worker, row, record, part| wide.row(worker, row, record, part));
    pump(
        || chunks.next(),
        parse,
        |(mut part, next)| {
            notes.add(&next);
            feed(&mut part, sink);
            total.append(part);
        },
    );
}

/// One chunk read by a worker of the pool: the rows below the header, and what the chunk notes.
fn parsed<W>(
    pool: &Pool<W>,
    chunk: &Chunk,
    end: u32,
    worker: impl FnOnce() -> W,
    read: impl Fn(&mut W, u32, &Record<'_>, &mut Part),
) -> (Part, ChunkNotes) {
    let mut part = Part::default();
    let notes = pool.with(worker, |worker| {
        chunk.for_each(|row, record| {
            if row > end {
                part.row(record, |part| read(worker, row, record, part));
            }
        })
    });
    (part, notes)
}

/// Reads a stream into memory, for the shapes that cannot do otherwise.
fn gather(chunks: &mut impl Iterator<Item = Chunk>) -> Grid {
    let mut grid = Grid::default();
    for chunk in chunks {
        chunk.for_each(|row, record| grid.push(row, record.iter()));
    }
    grid
}

/// Workers' caches, lent to whichever thread parses next. Results do not depend on them.
struct Pool<W> {
    idle: Mutex<Vec<W>>,
}

impl<W> Default for Pool<W> {
    fn default() -> Self {
        Self { idle: Mutex::new(Vec::new()) }
    }
}

impl<W> Pool<W> {
    fn with<R>(&self, new: impl FnOnce() -> W, work: impl FnOnce(&mut W) -> R) -> R {
        let lent = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut worker = lent.unwrap_or_else(new);
        let result = work(&mut worker);
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(worker);
        result
    }
}

/// Parses batches in parallel and hands the results over in order; at most two batches are in memory.
fn pump<C: Send, P: Send>(
    mut next: impl FnMut() -> Option<C> + Send,
    parse: impl Fn(C) -> P + Sync,
    mut take: impl FnMut(P) + Send,
) {
    let width = rayon::current_num_threads().max(1) * 2;
    let mut ready: Vec<P> = Vec::new();
    loop {
        let done = std::mem::take(&mut ready);
        let (batch, ()) = rayon::join(
            || {
                let chunks: Vec<C> = std::iter::from_fn(&mut next).take(width).collect();
                chunks.into_par_iter().map(|chunk| quiet(|| parse(chunk))).collect::<Vec<P>>()
            },
            || quiet(|| done.into_iter().for_each(&mut take)),
        );
        if batch.is_empty() {
            return;
        }
        ready = batch;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hands_over_in_order() {
        let mut numbers = 0..1000;
        let mut got = Vec::new();
        pump(|| numbers.next(), |n| n * 2, |n| got.push(n));
        assert_eq!(got, (0..1000).map(|n| n * 2).collect::<Vec<_>>());
    }
}
