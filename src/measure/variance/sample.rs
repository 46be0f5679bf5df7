//! The sample behind one subject's form: per stratum the covariances of its item means (method §6), from counts and co-moments.

use super::both::{Both, pairs, place};
use super::material::{FormMaterial, Group};
use super::prior::Prior;
use crate::measure::worth::{Codes, Worth};
use crate::numeric::to_f64;
use crate::survey::{Answer, Trim};
use std::sync::Arc;

/// Half the range of scores: no spread of answers in 0–100 is wider (T. Popoviciu 1935).
const WIDEST: f64 = 50.0;

/// What the counts say of one item in one stratum, in codes.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Item {
    /// Scored answers, and Σ u, Σ u².
    pub n: i128,
    pub sum: i128,
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
    /// Covariances of item means, by pairs i ≤ j, see [`place`]; i = j is [`ItemMean::known`].
    covariances: Vec<f64>,
    /// By pairs i ≤ j: Σ (v_i − mean_i)(v_j − mean_j) over ballots that score both, points²; and how many those are.
    pub products: Vec<(f64, f64)>,
    /// By pairs, empty where there are none: items never asked on one paper, perhaps of the same people: their covariance is the
    /// widest there can be.
    apart: Vec<bool>,
}

impl Stratum {
    /// Items with their squares and products (by pairs i ≤ j) and nothing else.
    #[cfg(test)]
    pub(super) fn of_items(n: u64, rest: f64, items: Vec<ItemMean>, products: Vec<(f64, f64)>) -> Self {
        let (k, factor) = (items.len(), rest * float(n) / float(n.saturating_sub(1).max(1)));
        let (covariances, apart) = (vec![0.0; pairs(k)], Vec::new());
        let (size, over, moderated, prior) = (None, None, true, None);
        Self { n, size, over, factor, rest, moderated, prior, items, covariances, products, apart }
    }

    pub(super) fn apart(&self, i: usize, j: usize) -> bool {
        self.apart.get(place(self.items.len(), i, j)).copied().unwrap_or(false)
    }

    pub(super) fn covariance(&self, i: usize, j: usize) -> f64 {
        self.covariances.get(place(self.items.len(), i, j)).copied().unwrap_or(0.0)
    }

    pub(super) fn product(&self, i: usize, j: usize) -> (f64, f64) {
        self.products.get(place(self.items.len(), i, j)).copied().unwrap_or_default()
    }
}

#[allow(clippy::cast_precision_loss, reason = "counts of ballots are far below 2^53")]
pub(super) fn float(count: u64) -> f64 {
    count as f64
}

#[allow(clippy::cast_precision_loss, reason = "the nearest double is what is wanted")]
pub(super) fn wide(value: i128) -> f64 {
    // a machine word turns into a double in one step, a longer number in a hundred
    i64::try_from(value).map_or(value as f64, |value| value as f64)
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
    let (covariances, products, apart) = (Vec::with_capacity(pairs(k)), Vec::with_capacity(pairs(k)), Vec::new());
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
        out.covariances.push(out.items[i].known);
        out.products.push((out.items[i].squares, wide(one.n)));
        for (j, other) in counted.iter().enumerate().skip(i + 1) {
            let centred = both.centred((i, one), (j, other)) * (slopes[i] * slopes[j]);
            let covariance = if one.n <= 1 || other.n <= 1 {
                0.0
            } else if both.asked(i, j) {
                out.factor * centred / (wide(one.n) * wide(other.n))
            } else {
                libm::sqrt(out.items[i].known * out.items[j].known)
            };
            out.covariances.push(covariance);
            out.products.push((centred, wide(both.n(i, j))));
            if covariance > 0.0 && !both.asked(i, j) {
                out.apart.resize(pairs(k), false);
                out.apart[place(k, i, j)] = true;
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
        for (j, other) in scales.iter().enumerate().skip(i) {
            out.covariances[place(k, i, j)] *= scale * other;
        }
    }
}
