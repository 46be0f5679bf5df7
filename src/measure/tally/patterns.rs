//! Which ballots are like each other: how many fall into each of a few buckets by their whole answers, never the answers themselves.
//!
//! Buckets add up like any count, so the result is the same however ballots were split over files. A bucket of many ballots means
//! a block of equal ones; strangers share a bucket one time in [`BUCKETS`].

use crate::survey::{Answer, Column, Pace, VoidReason};

/// Buckets of ballots by a hash of their answers.
pub(in crate::measure) const BUCKETS: u16 = 256;
/// Straight lines: every answer the same.
pub(in crate::measure) const STRAIGHT: u16 = BUCKETS;
/// Ballots with fewer items say too little to be compared.
const FEWEST_ITEMS: usize = 4;

/// Bucket counters, per slot.
#[derive(Debug)]
pub(super) struct Patterns {
    /// Whether the columns are the items of one ballot about one subject, and enough of them.
    wanted: bool,
    counts: Vec<u32>,
}

const STRIDE: usize = BUCKETS as usize + 1;

impl Patterns {
    pub(super) fn new(columns: &[Column]) -> Self {
        let wanted = columns.len() >= FEWEST_ITEMS && columns.iter().all(|column| column.subject.is_none());
        Self { wanted, counts: Vec::new() }
    }

    /// Counts one ballot that counts.
    pub(super) fn ballot(&mut self, slot: usize, answers: &[Answer]) {
        if !self.wanted {
            return;
        }
        let place = slot * STRIDE + usize::from(bucket(answers));
        if self.counts.len() <= place {
            self.counts.resize((slot + 1) * STRIDE, 0);
        }
        if let Some(count) = self.counts.get_mut(place) {
            *count += 1;
        }
    }

    /// (slot, bucket, ballots), in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = (usize, u16, u64)> + '_ {
        self.counts.chunks(STRIDE).enumerate().flat_map(|(slot, buckets)| {
            let filled = buckets.iter().zip(0u16..).filter(|(count, _)| **count > 0);
            filled.map(move |(count, bucket)| (slot, bucket, u64::from(*count)))
        })
    }
}

/// Counters of ballots by how fast they were filled, per slot.
#[derive(Debug, Default)]
pub(super) struct Paces {
    counts: Vec<[u32; Pace::COUNT]>,
}

impl Paces {
    /// Counts one ballot that counts.
    pub(super) fn ballot(&mut self, slot: usize, pace: Pace) {
        if self.counts.len() <= slot {
            self.counts.resize(slot + 1, [0; Pace::COUNT]);
        }
        if let Some(count) = self.counts.get_mut(slot).and_then(|paces| paces.get_mut(usize::from(pace.number()))) {
            *count += 1;
        }
    }

    /// (slot, number of the pace, ballots), in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = (usize, u16, u64)> + '_ {
        self.counts.iter().enumerate().flat_map(|(slot, paces)| {
            let filled = paces.iter().zip(0u16..).filter(|(count, _)| **count > 0);
            filled.map(move |(count, pace)| (slot, pace, u64::from(*count)))
        })
    }
}

/// The bucket of a ballot, or [`STRAIGHT`].
fn bucket(answers: &[Answer]) -> u16 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let (mut first, mut same, mut answered) = (0, true, 0);
    for answer in answers {
        let code = code(*answer);
        hash = (hash ^ code).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        if answer.is_answered() {
            if answered == 0 {
                first = code;
            }
            same &= code == first;
            answered += 1;
        }
    }
    if same && answered >= FEWEST_ITEMS {
        return STRAIGHT;
    }
    #[allow(clippy::cast_possible_truncation, reason = "the top byte")]
    let bucket = (hash >> 56) as u16;
    bucket
}

fn code(answer: Answer) -> u64 {
    match answer {
        Answer::Missing => 1,
        Answer::NotApplicable => 2,
        Answer::Void(VoidReason::TwoTicks) => 3,
        Answer::Void(VoidReason::OutOfRange) => 4,
        Answer::Void(VoidReason::Unknown) => 5,
        Answer::Choice(option) => 16 + u64::from(option),
        Answer::Score(score) => (1 << 32) | u64::from(score.cast_unsigned()),
    }
}
