//! Sums over ballots that answer two items at once: what covariances are made of, exact, one place for each pair of items.

use super::sample::{Item, wide};
use crate::measure::worth::Comoments;
use std::ops::AddAssign;

/// Sums over whole ballots, in codes, over the items of one form.
pub(super) struct Both {
    k: usize,
    /// Pairs i ≤ j asked on one paper, answered or not.
    asked: Vec<bool>,
    sums: Sums,
}

/// In the order of [`Comoments::sums`] of ballots that are not whole, over all items of the form: Σ a_i a_j for each pair i ≤ j,
/// Σ a_i a_j u_j for all i and j, Σ a_i a_j u_i u_j for each pair.
enum Sums {
    /// None of them is farther from 0 than `most`.
    Narrow {
        values: Vec<i64>,
        most: i64,
    },
    Wide(Vec<i128>),
}

/// Where the pair i ≤ j of k items stands: the rows above hold k, k − 1, … places.
pub(super) fn place(k: usize, i: usize, j: usize) -> usize {
    let (i, j) = (i.min(j), i.max(j));
    (i * (2 * k + 1 - i)) / 2 + j - i
}

/// Pairs i ≤ j of k items.
pub(super) fn pairs(k: usize) -> usize {
    k * (k + 1) / 2
}

impl Both {
    pub(super) fn new(k: usize) -> Self {
        let sums = Sums::Narrow { values: vec![0; 2 * pairs(k) + k * k], most: 0 };
        Self { k, asked: vec![false; pairs(k)], sums }
    }

    /// Adds the sums of some ballots; those that do not fit the form count for nothing.
    pub(super) fn add(&mut self, from: &Comoments) {
        let k = self.k;
        let at: Vec<usize> = from.items.iter().map(|item| usize::from(item.0)).filter(|item| *item < k).collect();
        if at.len() != from.items.len() || from.sums.len() != Comoments::size(at.len(), from.whole) {
            return;
        }
        for (first, i) in at.iter().enumerate() {
            at.iter().skip(first).for_each(|j| self.asked[place(k, *i, *j)] = true);
        }
        self.make_room(from);
        match &mut self.sums {
            Sums::Narrow { values, .. } => pour(values, k, &at, from),
            Sums::Wide(values) => pour(values, k, &at, from),
        }
    }

    /// Goes over to longer numbers before the sums could outgrow a machine word.
    fn make_room(&mut self, from: &Comoments) {
        let Sums::Narrow { values, most } = &mut self.sums else { return };
        let sums = from.sums.iter().map(|sum| sum.unsigned_abs()).max().unwrap_or(0);
        let total = i64::try_from(sums.max(from.n)).ok().and_then(|added| most.checked_add(added));
        match total {
            Some(total) => *most = total,
            None => self.sums = Sums::Wide(values.iter().map(|value| i128::from(*value)).collect()),
        }
    }

    fn at(&self, place: usize) -> i128 {
        match &self.sums {
            Sums::Narrow { values, .. } => values.get(place).copied().unwrap_or(0).into(),
            Sums::Wide(values) => values.get(place).copied().unwrap_or(0),
        }
    }

    /// Where n, Σ u_i, Σ u_j and Σ u_i u_j over the ballots that score both stand.
    fn places(&self, i: usize, j: usize) -> [usize; 4] {
        let (k, pairs, place) = (self.k, pairs(self.k), place(self.k, i, j));
        [place, pairs + j * k + i, pairs + i * k + j, pairs + k * k + place]
    }

    fn pair(&self, i: usize, j: usize) -> [i128; 4] {
        self.places(i, j).map(|place| self.at(place))
    }

    /// Ballots that score both items.
    pub(super) fn n(&self, i: usize, j: usize) -> i128 {
        self.at(place(self.k, i, j))
    }

    /// Whether both were asked on one paper.
    pub(super) fn asked(&self, i: usize, j: usize) -> bool {
        self.asked.get(place(self.k, i, j)).copied().unwrap_or(false)
    }

    /// Covariance of codes over the ballots that score both items.
    pub(super) fn covariance(&self, i: usize, j: usize) -> f64 {
        let [n, first, second, product] = self.pair(i, j);
        if n < 2 {
            return 0.0;
        }
        let exact = || Some(wide(product.checked_mul(n)?.checked_sub(first.checked_mul(second)?)?) / wide(n));
        exact().unwrap_or_else(|| wide(product) - wide(first) * wide(second) / wide(n)) / wide(n - 1)
    }

    /// Σ a_i a_j (u_i − m_i)(u_j − m_j) around means given as sum over count; exact up to the last division.
    pub(super) fn centred(&self, (i, one): (usize, &Item), (j, other): (usize, &Item)) -> f64 {
        if one.n == 0 || other.n == 0 {
            return 0.0;
        }
        if let Sums::Narrow { values, .. } = &self.sums
            && let Some(total) = small_total(self.places(i, j).map(|place| values.get(place).copied().unwrap_or(0)), (one, other))
        {
            return total / (wide(one.n) * wide(other.n));
        }
        let [n, first, second, product] = self.pair(i, j);
        let exact = || {
            let whole = product.checked_mul(one.n)?.checked_mul(other.n)?;
            let cross = one.sum.checked_mul(other.n)?.checked_mul(second)?;
            let other_cross = other.sum.checked_mul(one.n)?.checked_mul(first)?;
            let both = one.sum.checked_mul(other.sum)?.checked_mul(n)?;
            let total = whole.checked_sub(cross)?.checked_sub(other_cross)?.checked_add(both)?;
            Some(wide(total) / (wide(one.n) * wide(other.n)))
        };
        exact().unwrap_or_else(|| {
            let (mean, other_mean) = (wide(one.sum) / wide(one.n), wide(other.sum) / wide(other.n));
            wide(product) - mean * wide(second) - other_mean * wide(first) + mean * other_mean * wide(n)
        })
    }
}

/// The numerator of [`Both::centred`] where everything fits a machine word, as it mostly does: several times faster, and the same.
#[allow(clippy::cast_precision_loss, reason = "the nearest double is what is wanted")]
fn small_total([n, first, second, product]: [i64; 4], (one, other): (&Item, &Item)) -> Option<f64> {
    let small = |value: i128| i64::try_from(value).ok();
    let (one_n, one_sum, other_n, other_sum) = (small(one.n)?, small(one.sum)?, small(other.n)?, small(other.sum)?);
    let whole = product.checked_mul(one_n)?.checked_mul(other_n)?;
    let cross = one_sum.checked_mul(other_n)?.checked_mul(second)?;
    let other_cross = other_sum.checked_mul(one_n)?.checked_mul(first)?;
    let both = one_sum.checked_mul(other_sum)?.checked_mul(n)?;
    Some(whole.checked_sub(cross)?.checked_sub(other_cross)?.checked_add(both)? as f64)
}

/// Adds the sums of some ballots in their places; `at`: the items asked.
fn pour<T: Copy + AddAssign + From<i64>>(field: &mut [T], k: usize, at: &[usize], from: &Comoments) {
    let all = at.len() == k && at.iter().enumerate().all(|(place, item)| place == *item);
    if all && !from.whole {
        field.iter_mut().zip(&from.sums).for_each(|(sum, more)| *sum += T::from(*more));
        return;
    }
    let m = at.len();
    let (n, rest) = field.split_at_mut(pairs(k));
    let (sums, products) = rest.split_at_mut(k * k);
    let own = if from.whole { m } else { pairs(m) + m * m };
    let (before, of_pairs) = from.sums.split_at(own);
    let ballots = T::from(i64::try_from(from.n).unwrap_or(i64::MAX));
    let mut place_in_from = 0;
    for (first, i) in at.iter().enumerate() {
        for j in &at[first..] {
            let place = place(k, *i, *j);
            n[place] += if from.whole { ballots } else { T::from(before[place_in_from]) };
            products[place] += T::from(of_pairs[place_in_from]);
            place_in_from += 1;
        }
        let means = if from.whole { before } else { &before[pairs(m) + first * m..] };
        at.iter().zip(means).for_each(|(j, sum)| sums[i * k + j] += T::from(*sum));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::survey::{FormId, ItemId, NodeId, StratumId, SubjectId};

    /// Of two items, so many ballots, the sums in their order.
    fn comoments(items: [u16; 2], whole: bool, n: u64, sums: &[i64]) -> Comoments {
        let (subject, procedure, form, stratum) = (SubjectId(0), NodeId(0), FormId(0), StratumId(0));
        let items = items.map(ItemId).to_vec();
        Comoments { subject, unit: subject, procedure, form, stratum, worth: 0, items, whole, n, sums: sums.to_vec() }
    }

    #[test]
    fn pairs_add_up_whoever_was_asked_what() {
        let mut both = Both::new(3);
        // whole: u = (1, 2) and (3, 4) of items 0 and 2; Σu, then Σu₀², Σu₀u₂, Σu₂²
        both.add(&comoments([0, 2], true, 2, &[4, 6, 10, 14, 20]));
        // not whole: (5, –) of the same, asked of all three papers' first two items
        both.add(&comoments([0, 1], false, 1, &[1, 0, 0, 5, 0, 0, 0, 25, 0, 0]));
        assert_eq!([(0, 0), (0, 1), (0, 2), (2, 0), (2, 2)].map(|(i, j)| both.n(i, j)), [3, 0, 2, 2, 2]);
        assert_eq!(both.pair(0, 0), [3, 9, 9, 35]);
        assert_eq!((both.pair(0, 2), both.pair(2, 0)), ([2, 4, 6, 14], [2, 6, 4, 14]));
        assert_eq!([(0, 1), (0, 2), (1, 2)].map(|(i, j)| both.asked(i, j)), [true, true, false]);
        // (14 − 4·6/2)/(2 − 1)
        assert!((both.covariance(0, 2) - 2.0).abs() < 1e-15);
    }

    #[test]
    fn sums_longer_than_a_machine_word_stay_exact() {
        let mut both = Both::new(2);
        let most = i64::MAX;
        for _ in 0..3 {
            both.add(&comoments([0, 1], true, 1 << 40, &[1 << 41, 1 << 42, most, most, most]));
        }
        assert_eq!(both.pair(0, 1), [3 << 40, 3 << 41, 3 << 42, 3 * i128::from(most)]);
        // (Σuv − ΣuΣv/n)/(n − 1) by hand: (3·(2⁶³ − 1) − 3·2⁴³)/(3·2⁴⁰ − 1)
        let by_hand = (3.0 * 9_223_372_036_854_775_808.0 - 3.0 * 8_796_093_022_208.0) / (3.0 * 1_099_511_627_776.0 - 1.0);
        assert!((both.covariance(0, 1) / by_hand - 1.0).abs() < 1e-15);
    }
}
