//! The sample behind one subject's form: per stratum the covariances of its item means (method §6), from counts and co-moments.

use super::material::{FormMaterial, Group};
use super::prior::Prior;
use crate::measure::worth::{Codes, Comoments, Worth};
use crate::numeric::to_f64;
use crate::survey::{Answer, Trim};
use std::sync::Arc;

/// Half the range of scores: no spread of answers in 0–100 is wider (T. Popoviciu 1935).
const WIDEST: f64 = 50.0;

/// What the counts say of one item in one stratum, in codes.
#[derive(Clone, Copy, Debug, Default)]
struct Item {
    /// Scored answers, and Σ u, Σ u².
    n: i128,
    sum: i128,
    squares: i128,
}

impl Item {
    fn add(&mut self, code: u32, times: u64) {
        let (code, times) = (i128::from(code), i128::from(times));
        self.n += times;
        self.sum += code * times;
        self.squares += code * code * times;
    }
}

/// One item mean of a stratum.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct ItemMean {
    /// Scored answers; after trimming those kept.
    pub n: u64,
    /// Points of the 100.
    pub mean: f64,
    /// Variance of the mean that is known with its covariances.
    pub known: f64,
    /// Standard error of the part of the mean whose covariances are not known.
    pub loose: f64,
    /// Whether any two answers differ.
    pub spread: bool,
    /// Σ (v − mean)² over the answers (before trimming), points².
    pub squares: f64,
    /// Half-trimmed: the correlations are those of the untrimmed answers.
    pub trimmed: bool,
    /// Some answers came without their ballots, as counts of votes.
    pub votes: bool,
}

/// One stratum of the sample.
#[derive(Clone, Debug)]
pub(super) struct Stratum {
    /// Respondents.
    pub n: u64,
    /// People they were drawn from, where known and not fewer.
    pub size: Option<u64>,
    /// The frame says fewer people than answered.
    pub over: Option<u64>,
    /// (1 − n/N) · n/(n − 1); 0 where n is 1.
    pub factor: f64,
    /// 1 − n/N.
    pub rest: f64,
    /// Intervals are made with covariances drawn towards the peers', or the stratum is small and has none (`interval = "moderated"`).
    pub moderated: bool,
    /// What its peers say of the spread of a ballot.
    pub prior: Option<Arc<Prior>>,
    pub items: Vec<ItemMean>,
    /// Covariances of item means, row by row; the diagonal is [`ItemMean::known`].
    covariances: Vec<f64>,
    /// Σ (v_i − mean_i)(v_j − mean_j) over ballots that score both, points²; and how many those are.
    products: Vec<(f64, f64)>,
    /// Pairs of items never asked on one paper, perhaps of the same people: their covariance is the widest there can be.
    apart: Vec<bool>,
}

impl Stratum {
    /// Items with their squares and products (row by row) and nothing else.
    #[cfg(test)]
    pub(super) fn of_items(n: u64, rest: f64, items: Vec<ItemMean>, products: Vec<(f64, f64)>) -> Self {
        let (k, factor) = (items.len(), rest * float(n) / float(n.saturating_sub(1).max(1)));
        let (covariances, apart) = (vec![0.0; k * k], vec![false; k * k]);
        let (size, over, moderated, prior) = (None, None, true, None);
        Self { n, size, over, factor, rest, moderated, prior, items, covariances, products, apart }
    }

    pub(super) fn apart(&self, i: usize, j: usize) -> bool {
        self.apart.get(i * self.items.len() + j).copied().unwrap_or(false)
    }

    pub(super) fn covariance(&self, i: usize, j: usize) -> f64 {
        self.covariances.get(i * self.items.len() + j).copied().unwrap_or(0.0)
    }

    pub(super) fn product(&self, i: usize, j: usize) -> (f64, f64) {
        self.products.get(i * self.items.len() + j).copied().unwrap_or_default()
    }
}

/// Sums over whole ballots, in codes: full matrices over the items of the form.
pub(super) struct Both {
    k: usize,
    n: Vec<i128>,
    /// Pairs asked on one paper, answered or not.
    asked: Vec<bool>,
    /// At (i, j): Σ a_i a_j u_j.
    sums: Vec<i128>,
    products: Vec<i128>,
}

impl Both {
    pub(super) fn new(k: usize) -> Self {
        Self { k, n: vec![0; k * k], asked: vec![false; k * k], sums: vec![0; k * k], products: vec![0; k * k] }
    }

    fn put(field: &mut [i128], at: usize, value: i64) {
        if let Some(sum) = field.get_mut(at) {
            *sum += i128::from(value);
        }
    }

    fn symmetric(field: &mut [i128], (k, i, j): (usize, usize, usize), value: i64) {
        Self::put(field, i * k + j, value);
        if i != j {
            Self::put(field, j * k + i, value);
        }
    }

    pub(super) fn add(&mut self, from: &Comoments) {
        let at: Vec<usize> = from.items.iter().map(|item| usize::from(item.0)).filter(|item| *item < self.k).collect();
        let m = at.len();
        if m != from.items.len() || from.sums.len() != Comoments::size(m, from.whole) {
            return;
        }
        let k = self.k;
        for i in &at {
            for j in &at {
                self.asked[i * k + j] = true;
            }
        }
        let mut sums = from.sums.iter().copied();
        let pairs = |field: &mut Vec<i128>, sums: &mut dyn Iterator<Item = i64>| {
            for (first, i) in at.iter().enumerate() {
                for (j, value) in at.iter().skip(first).zip(&mut *sums) {
                    Self::symmetric(field, (k, *i, *j), value);
                }
            }
        };
        if from.whole {
            let n = i64::try_from(from.n).unwrap_or(i64::MAX);
            pairs(&mut self.n, &mut std::iter::repeat(n));
            let own: Vec<i64> = sums.by_ref().take(m).collect();
            for i in &at {
                at.iter().zip(&own).for_each(|(j, sum)| Self::put(&mut self.sums, i * k + j, *sum));
            }
        } else {
            pairs(&mut self.n, &mut sums);
            for i in &at {
                at.iter().zip(&mut sums).for_each(|(j, sum)| Self::put(&mut self.sums, i * k + j, sum));
            }
        }
        pairs(&mut self.products, &mut sums);
    }

    fn at(field: &[i128], at: usize) -> i128 {
        field.get(at).copied().unwrap_or(0)
    }

    fn n(&self, i: usize, j: usize) -> i128 {
        Self::at(&self.n, i * self.k + j)
    }

    /// Covariance of codes over the ballots that score both items.
    pub(super) fn covariance(&self, i: usize, j: usize) -> f64 {
        let k = self.k;
        let n = self.n(i, j);
        if n < 2 {
            return 0.0;
        }
        let (first, second) = (Self::at(&self.sums, j * k + i), Self::at(&self.sums, i * k + j));
        let product = Self::at(&self.products, i * k + j);
        let exact = || Some(wide(product.checked_mul(n)?.checked_sub(first.checked_mul(second)?)?) / wide(n));
        exact().unwrap_or_else(|| wide(product) - wide(first) * wide(second) / wide(n)) / wide(n - 1)
    }

    /// Σ a_i a_j (u_i − m_i)(u_j − m_j) around means given as sum over count; exact up to the last division.
    fn centred(&self, (i, one): (usize, &Item), (j, other): (usize, &Item)) -> f64 {
        let k = self.k;
        let [n, first, second, product] = [
            Self::at(&self.n, i * k + j),
            Self::at(&self.sums, j * k + i),
            Self::at(&self.sums, i * k + j),
            Self::at(&self.products, i * k + j),
        ];
        if one.n == 0 || other.n == 0 {
            return 0.0;
        }
        if let Some(total) = small_total([n, first, second, product], (one, other)) {
            return total / (wide(one.n) * wide(other.n));
        }
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
fn small_total(sums: [i128; 4], (one, other): (&Item, &Item)) -> Option<f64> {
    let small = |value: i128| i64::try_from(value).ok();
    let [n, first, second, product] = [small(sums[0])?, small(sums[1])?, small(sums[2])?, small(sums[3])?];
    let (one_n, one_sum, other_n, other_sum) = (small(one.n)?, small(one.sum)?, small(other.n)?, small(other.sum)?);
    let whole = product.checked_mul(one_n)?.checked_mul(other_n)?;
    let cross = one_sum.checked_mul(other_n)?.checked_mul(second)?;
    let other_cross = other_sum.checked_mul(one_n)?.checked_mul(first)?;
    let both = one_sum.checked_mul(other_sum)?.checked_mul(n)?;
    Some(whole.checked_sub(cross)?.checked_sub(other_cross)?.checked_add(both)? as f64)
}

#[allow(clippy::cast_precision_loss, reason = "counts of ballots are far below 2^53")]
pub(super) fn float(count: u64) -> f64 {
    count as f64
}

#[allow(clippy::cast_precision_loss, reason = "the nearest double is what is wanted")]
fn wide(value: i128) -> f64 {
    value as f64
}

/// Everything known of one stratum of a form: `n` ballots or more of `size` people.
pub(super) fn stratum(form: &FormMaterial<'_>, group: &Group<'_>) -> Stratum {
    let k = form.worth.items.len();
    let counted: Vec<Item> = (0..k).map(|item| counted(&form.worth.items[item].codes, group.answers(item))).collect();
    let mut both = Both::new(k);
    for comoments in &group.comoments {
        both.add(comoments);
    }
    // Co-moments that count more than the counts do are not of the same answers.
    if (0..k).zip(&counted).any(|(item, counted)| both.n(item, item) > counted.n) {
        both = Both::new(k);
    }
    let answered = counted.iter().map(|item| u64::try_from(item.n).unwrap_or(0)).max().unwrap_or(0);
    let n = group.ballots.max(answered);
    let over = group.size.filter(|size| *size < n);
    let size = group.size.filter(|size| *size >= n);
    let rest = size.map_or(1.0, |size| 1.0 - float(n) / float(size));
    let factor = if n > 1 { rest * float(n) / float(n - 1) } else { 0.0 };
    let (covariances, products, apart) = (vec![0.0; k * k], vec![(0.0, 0.0); k * k], vec![false; k * k]);
    let (items, moderated, prior) = (Vec::new(), false, None);
    let mut out = Stratum { n, size, over, factor, rest, moderated, prior, items, covariances, products, apart };
    let slopes: Vec<f64> = form.worth.items.iter().map(|item| to_f64(&item.slope)).collect();
    out.items = (0..k).map(|item| item_mean(&form.worth.items[item], (item, &counted[item]), &both, factor)).collect();
    fill(&mut out, &counted, &both, &slopes);
    if *form.trim != Trim::None {
        trim(&mut out, form, group, rest);
    }
    out
}

fn counted(codes: &Codes, answers: &[(Answer, u64)]) -> Item {
    let mut item = Item::default();
    for (answer, times) in answers {
        if let Some(code) = code(codes, *answer) {
            item.add(code, *times);
        }
    }
    item
}

fn code(codes: &Codes, answer: Answer) -> Option<u32> {
    match (codes, answer) {
        (Codes::Options(codes), Answer::Choice(option)) => codes.get(usize::from(option)).copied().flatten(),
        (Codes::Score, Answer::Score(hundredths)) => u32::try_from(hundredths).ok(),
        _ => None,
    }
}

fn item_mean(worth: &Worth, (at, counted): (usize, &Item), both: &Both, factor: f64) -> ItemMean {
    let mut out = ItemMean { n: u64::try_from(counted.n).unwrap_or(0), ..ItemMean::default() };
    if counted.n == 0 {
        return out;
    }
    let (slope, n) = (to_f64(&worth.slope), wide(counted.n));
    out.mean = to_f64(&worth.base) + slope * wide(counted.sum) / n;
    let numerator = counted.n * counted.squares - counted.sum * counted.sum;
    out.spread = numerator > 0 && slope != 0.0;
    let all = wide(numerator) / n;
    let known = both.centred((at, counted), (at, counted));
    // The rest of the squares belongs to answers that came without their ballots.
    let rest = if both.n(at, at) == counted.n { 0.0 } else { (all - known).max(0.0) };
    out.squares = all * slope * slope;
    out.votes = both.n(at, at) != counted.n;
    out.known = factor * (all - rest) * slope * slope / (n * n);
    out.loose = libm::sqrt(factor * rest) * slope.abs() / n;
    if counted.n == 1 {
        (out.known, out.loose) = (0.0, WIDEST);
    }
    out
}

fn fill(out: &mut Stratum, counted: &[Item], both: &Both, slopes: &[f64]) {
    let k = counted.len();
    for (i, one) in counted.iter().enumerate() {
        for (j, other) in counted.iter().enumerate().skip(i) {
            let slope = slopes[i] * slopes[j];
            let shared = both.n(i, j);
            let centred = if i == j { out.items[i].squares } else { both.centred((i, one), (j, other)) * slope };
            let covariance = if i == j {
                out.items[i].known
            } else if one.n == 0 || other.n == 0 || one.n == 1 || other.n == 1 {
                0.0
            } else if !both.asked[i * k + j] {
                libm::sqrt(out.items[i].known * out.items[j].known)
            } else {
                out.factor * centred / (wide(one.n) * wide(other.n))
            };
            let count = if i == j { wide(one.n) } else { wide(shared) };
            for at in [i * k + j, j * k + i] {
                out.covariances[at] = covariance;
                out.products[at] = (centred, count);
                out.apart[at] = covariance > 0.0 && !both.asked[i * k + j];
            }
        }
    }
}

/// Puts the errors of trimmed means in place of those of plain means: the winsorised variance (J. W. Tukey & D. H. McLaughlin
/// 1963), SE² = n/(n−1) · Σ(w − w̄)² / h² with h answers kept; correlations stay those of the untrimmed answers.
fn trim(out: &mut Stratum, form: &FormMaterial<'_>, group: &Group<'_>, rest: f64) {
    let k = out.items.len();
    let mut scales = vec![1.0; k];
    for (at, scale) in scales.iter_mut().enumerate() {
        let valuation = form.valuations.get(at).copied().flatten();
        let Some(winsorised) = valuation.and_then(|valuation| valuation.winsorised(group.answers(at))) else { continue };
        let item = &mut out.items[at];
        let plain = item.known + item.loose * item.loose;
        let variance = rest * winsorised.variance;
        *scale = if plain > 0.0 { libm::sqrt(variance / plain) } else { 0.0 };
        (item.n, item.mean, item.trimmed) = (winsorised.kept, winsorised.mean, true);
        item.known *= *scale * *scale;
        item.loose *= *scale;
    }
    for (i, scale) in scales.iter().enumerate() {
        for (j, other) in scales.iter().enumerate() {
            out.covariances[i * k + j] *= scale * other;
        }
    }
}
