//! Where ballots lie among those of their unit: a few histograms of whole ballots, from which no ballot can be read back.
//!
//! A ballot has a level (the mean of its answers) and three contrasts (the first half of the items against the second, every other
//! item against the rest, and the two crossed): how it stands on some items against the others. Each is one number, and each
//! number falls into one of 41 bins. Answers stand as places in the order of the options by value, so that other values of the same
//! order give the same bins. Bins add up like any count.

use crate::measure::worth::{Codes, FormWorth, Worth};
use crate::numeric::to_f64;
use crate::survey::{Answer, Column};
use num_traits::Signed;

/// Histograms of one cell: the level and the contrasts.
pub(in crate::measure) const ASPECTS: usize = 4;
/// Bins of one histogram, at most.
pub(in crate::measure) const BINS: u16 = 64;
/// The last bin in use.
const LAST: i64 = 40;
/// Best minus worst answer.
const SPAN: i64 = 1000;
/// Ballots with fewer answers say too little to lie anywhere.
const FEWEST_ANSWERS: i64 = 4;
const STRIDE: usize = ASPECTS * BINS as usize;

/// What an answer to one item is worth, 0–1000.
#[derive(Debug)]
enum Rule {
    /// By option; `None`: not scored.
    Options(Vec<Option<i64>>),
    /// Points of a thousand for one hundredth given.
    Score(f64),
}

/// Histogram counters, per slot.
#[derive(Debug, Default)]
pub(super) struct Places {
    /// One per column; empty where the columns are not the items of one ballot about one subject, or their worth is unknown.
    rules: Vec<Rule>,
    counts: Vec<u32>,
}

impl Places {
    pub(super) fn new(columns: &[Column], worth: Option<&FormWorth>) -> Self {
        let rule = |column: &Column| {
            let worth = worth?.items.get(usize::from(column.item.0))?;
            column.subject.is_none().then(|| Rule::new(worth))
        };
        let rules: Option<Vec<Rule>> = columns.iter().map(rule).collect();
        Self { rules: rules.unwrap_or_default(), counts: Vec::new() }
    }

    /// Counts one ballot that counts.
    pub(super) fn ballot(&mut self, slot: usize, answers: &[Answer]) {
        let Some(bins) = self.bins(answers) else { return };
        if self.counts.len() < (slot + 1) * STRIDE {
            self.counts.resize((slot + 1) * STRIDE, 0);
        }
        for (aspect, bin) in bins.into_iter().enumerate() {
            if let Some(count) = self.counts.get_mut(slot * STRIDE + aspect * usize::from(BINS) + bin) {
                *count += 1;
            }
        }
    }

    /// The bin of a ballot in each histogram; `None`: too few answers.
    fn bins(&self, answers: &[Answer]) -> Option<[usize; ASPECTS]> {
        let width = self.rules.len();
        if width < usize::try_from(FEWEST_ANSWERS).ok()? {
            return None;
        }
        let (mut n, mut sum) = (0i64, 0i64);
        let (mut signs, mut sums) = ([0i64; ASPECTS - 1], [0i64; ASPECTS - 1]);
        for (at, (rule, answer)) in self.rules.iter().zip(answers).enumerate() {
            let Some(worth) = rule.of(*answer) else { continue };
            n += 1;
            sum += worth;
            let (half, other) = (if 2 * at < width { 1 } else { -1 }, if at % 2 == 0 { 1 } else { -1 });
            for ((signs, sums), sign) in signs.iter_mut().zip(&mut sums).zip([half, other, half * other]) {
                *signs += sign;
                *sums += sign * worth;
            }
        }
        if n < FEWEST_ANSWERS || 2 * n < i64::try_from(width).ok()? {
            return None;
        }
        let mut bins = [bin(sum, n); ASPECTS];
        for (bin_of, (signs, sums)) in bins.iter_mut().skip(1).zip(signs.iter().zip(&sums)) {
            // Σ s·(v − v̄) / n, moved to 0–1000
            *bin_of = bin(sums * n - sum * signs + SPAN / 2 * n * n, n * n);
        }
        Some(bins)
    }

    /// (slot, place, ballots), in order; a place is aspect × [`BINS`] + bin.
    pub(super) fn iter(&self) -> impl Iterator<Item = (usize, u16, u64)> + '_ {
        self.counts.chunks(STRIDE).enumerate().flat_map(|(slot, places)| {
            let filled = places.iter().zip(0u16..).filter(|(count, _)| **count > 0);
            filled.map(move |(count, place)| (slot, place, u64::from(*count)))
        })
    }
}

/// The bin of sum / n, which is 0–1000, to the nearest.
fn bin(sum: i64, n: i64) -> usize {
    let bin = (2 * LAST * sum + SPAN * n).div_euclid(2 * SPAN * n);
    usize::try_from(bin.clamp(0, LAST)).unwrap_or(0)
}

impl Rule {
    fn new(worth: &Worth) -> Self {
        let Codes::Options(codes) = &worth.codes else { return Self::Score(10.0 * to_f64(&worth.slope)) };
        let mut order: Vec<u32> = codes.iter().flatten().copied().collect();
        order.sort_unstable();
        order.dedup();
        let steps = i64::try_from(order.len()).unwrap_or(1) - 1;
        let place = |code: &u32| {
            let at = i64::try_from(order.partition_point(|known| known < code)).unwrap_or(0);
            let at = if worth.slope.is_negative() { steps - at } else { at };
            (steps > 0).then(|| SPAN * at / steps)
        };
        Self::Options(codes.iter().map(|code| code.as_ref().and_then(place)).collect())
    }

    #[inline]
    fn of(&self, answer: Answer) -> Option<i64> {
        match (self, answer) {
            (Self::Options(places), Answer::Choice(option)) => places.get(usize::from(option)).copied().flatten(),
            #[allow(clippy::cast_possible_truncation, reason = "clamped")]
            (Self::Score(by), Answer::Score(score)) => Some((f64::from(score) * by).round().clamp(0.0, 1000.0) as i64),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::fixture::{CADRE, ballots};
    use crate::measure::worth::Worths;
    use crate::survey::ItemId;

    fn places(items: usize) -> Places {
        let small = ballots(&CADRE, &vec!["100"; items]);
        let worths = Worths::new(&small.scheme);
        let columns: Vec<Column> = (0..).take(items).map(|item| Column { item: ItemId(item), subject: None }).collect();
        Places::new(&columns, worths.of(small.form, small.procedure))
    }

    fn choices(options: &[u8]) -> Vec<Answer> {
        options.iter().map(|option| Answer::Choice(*option)).collect()
    }

    #[test]
    fn a_ballot_lies_where_its_answers_put_it() {
        // 优秀 100, 称职 80, 基本称职 60, 不称职 0: four steps, places 1000, 667, 333, 0
        let places = places(4);
        assert_eq!(places.bins(&choices(&[0, 0, 0, 0])), Some([40, 20, 20, 20]));
        assert_eq!(places.bins(&choices(&[3, 3, 3, 3])), Some([0, 20, 20, 20]));
        // halves: (1000 + 1000 − 0 − 0) / 4 = 500, the most a contrast can be
        assert_eq!(places.bins(&choices(&[0, 0, 3, 3])), Some([20, 40, 20, 20]));
        assert_eq!(places.bins(&choices(&[3, 0, 3, 0])), Some([20, 20, 0, 20]));
        assert_eq!(places.bins(&choices(&[0, 3, 3, 0])), Some([20, 20, 20, 40]));
        let mut open = choices(&[0, 0, 3, 3]);
        open[3] = Answer::Missing;
        assert_eq!(places.bins(&open), None, "three answers say too little");
    }

    #[test]
    fn abstentions_and_gaps_leave_the_others_where_they_are() {
        let places = places(6);
        let mut ballot = choices(&[0, 0, 0, 0, 0, 0]);
        (ballot[1], ballot[4]) = (Answer::Missing, Answer::Choice(4));
        assert_eq!(places.bins(&ballot), Some([40, 20, 20, 20]));
    }
}
