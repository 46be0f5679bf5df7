//! The error of one node: a quadratic form of item means in the weights they really had.

use super::effective::effective;
use super::material::Sample;
use super::prior::Prior;
use super::sample::{ItemMean, Stratum, float};
use crate::measure::evidence::NoError;

/// What is known of how far a score is off.
#[derive(Clone, Debug)]
pub(super) enum State {
    Sampled(Sampled),
    /// Points given by a team, or imported: no sample was drawn.
    Exact,
    None(NoError),
}

/// A sampling error, and what it rests on.
#[allow(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
#[derive(Clone, Debug, Default)]
pub(super) struct Sampled {
    pub variance: f64,
    pub df: f64,
    /// What intervals are made with: the same where no stratum is moderated.
    pub fair: Fair,
    /// Some of it is linearised; some of it only bounded.
    pub linear: bool,
    pub bound: bool,
    /// Some two answers differ.
    pub spread: bool,
    pub partly_exact: bool,
    /// A stratum of one respondent: there is no error to publish. For sums over many such subjects the variance then holds the
    /// widest one possible.
    pub lonely: bool,
    /// Variance of a simple random sample of the same size, without and with correction for a finite population.
    pub simple: Option<(f64, f64)>,
    /// Of a share that is moderated: effective ballots.
    pub effective: Option<f64>,
    /// Respondents.
    pub n: u64,
}

/// A variance with strata drawn towards their peers'.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Fair {
    pub variance: f64,
    pub df: f64,
    /// Some stratum is to be drawn towards its peers', where there are any.
    pub moderated: bool,
    /// Σ v²/df over the strata so far.
    spent: f64,
}

impl Fair {
    fn add(&mut self, variance: f64, df: f64) {
        self.variance += variance;
        self.df += df;
        self.spent += if df > 0.0 { variance * variance / df } else { 0.0 };
    }

    /// Satterthwaite's degrees of freedom over parts, never more than all of them together.
    fn satterthwaite(&mut self) {
        if self.spent > 0.0 {
            self.df = self.df.min(self.variance * self.variance / self.spent);
        }
    }
}

/// The weights of the items of one form in a node: (item, stratum, weight), and the item's share of the strata.
#[derive(Clone, Debug, Default)]
pub(super) struct Weights {
    /// By stratum: item, weight in the node, share of the stratum in the item.
    pub strata: Vec<Vec<(usize, f64, f64)>>,
    /// The score is a share, not a mean.
    pub share: bool,
}

impl Weights {
    pub(super) fn add(&mut self, stratum: usize, item: usize, weight: f64, share: f64) {
        if self.strata.len() <= stratum {
            self.strata.resize(stratum + 1, Vec::new());
        }
        self.strata[stratum].push((item, weight, share));
    }
}

/// The error of a weighted sum of the item means of one form.
pub(super) fn of_form(sample: &Sample, weights: &Weights) -> Sampled {
    let mut out = Sampled::default();
    for (stratum, weights) in sample.iter().zip(&weights.strata) {
        if let (Some(stratum), false) = (stratum, weights.is_empty()) {
            of_stratum(stratum, weights, &mut out);
        }
    }
    if out.fair.moderated {
        out.fair.satterthwaite();
        out.effective = weights.share.then(|| effective(sample, weights)).flatten();
    }
    if !out.bound && !out.lonely {
        out.simple = simple(sample, weights);
    }
    out
}

fn of_stratum(stratum: &Stratum, weights: &[(usize, f64, f64)], out: &mut Sampled) {
    let items = || weights.iter().filter_map(|(item, weight, _)| Some((*item, *weight, stratum.items.get(*item)?)));
    let n = items().map(|(_, _, item)| item.n).max().unwrap_or(0);
    out.n += n;
    out.df += float(n.saturating_sub(1));
    out.lonely |= n <= 1;
    let (mut total, mut loose, mut loose_items) = (0.0, 0.0, 0u32);
    for (at, (i, weight, item)) in items().enumerate() {
        out.spread |= item.spread;
        out.bound |= item.trimmed && weights.len() > 1;
        total += weight * weight * item.known;
        for (j, other, _) in items().skip(at + 1) {
            total += 2.0 * weight * other * stratum.covariance(i, j);
            out.bound |= stratum.apart(i, j);
        }
        out.linear |= item.known > 0.0;
        if item.loose > 0.0 {
            loose += weight * item.loose;
            loose_items += 1;
        }
    }
    // A single item needs no covariance: what is known of it from its counts is all there is to know.
    let alone = weights.len() == 1 && n > 1;
    out.linear |= alone;
    out.bound |= loose_items > 0 && !alone;
    let variance = total.max(0.0) + loose * loose;
    out.variance += variance;
    match &stratum.prior {
        Some(prior) if !items().any(|(_, _, item)| item.trimmed) => {
            out.fair.add(drawn(stratum, prior, weights), float(n.saturating_sub(1)) + prior.worth);
        }
        _ => out.fair.add(variance, float(n.saturating_sub(1))),
    }
    out.fair.moderated |= stratum.moderated;
}

/// The variance of one stratum's part with every covariance drawn towards the peers'.
fn drawn(stratum: &Stratum, prior: &Prior, weights: &[(usize, f64, f64)]) -> f64 {
    let items = || weights.iter().filter_map(|(item, weight, _)| Some((*item, *weight, stratum.items.get(*item)?)));
    // variance of an item mean: what is known with its covariances, and what only bounds hold for
    let parts = |i: usize, item: &ItemMean| {
        let own = item.known + item.loose * item.loose;
        let variance = prior.drawn(own, stratum, i, i);
        let share = match item.n {
            0 | 1 => f64::from(u8::from(item.votes)),
            _ if own > 0.0 => item.loose * item.loose / own,
            _ => f64::from(u8::from(item.votes)),
        };
        (variance * (1.0 - share), variance * share)
    };
    let (mut total, mut loose) = (0.0, 0.0);
    for (at, (i, weight, item)) in items().enumerate() {
        let (known, bounded) = parts(i, item);
        total += weight * weight * known;
        loose += weight * libm::sqrt(bounded);
        for (j, other, second) in items().skip(at + 1) {
            let both = if stratum.apart(i, j) {
                libm::sqrt(known * parts(j, second).0)
            } else {
                prior.drawn(stratum.covariance(i, j), stratum, i, j)
            };
            total += 2.0 * weight * other * both;
        }
    }
    total.max(0.0) + loose * loose
}

/// What the same number of ballots, drawn at random from all strata together, would have had for a variance.
fn simple(sample: &Sample, weights: &Weights) -> Option<(f64, f64)> {
    let strata = || sample.iter().zip(&weights.strata).filter_map(|(stratum, weights)| Some((stratum.as_ref()?, weights)));
    let k = strata().map(|(stratum, _)| stratum.items.len()).max()?;
    let (mut n, mut mean, mut share, mut weight) = (vec![0.0; k], vec![0.0; k], vec![0.0; k], vec![0.0; k]);
    for (stratum, weights) in strata() {
        for (item, own, part) in weights {
            let found = stratum.items.get(*item)?;
            if found.trimmed {
                return None;
            }
            n[*item] += float(found.n);
            mean[*item] += part * found.mean;
            share[*item] += part;
            weight[*item] += own;
        }
    }
    let mut total = 0.0;
    for (stratum, weights) in strata() {
        // by item: its weight, scaled as all strata together would have it, and how far the stratum's mean is off theirs
        let item = |(item, _, part): &(usize, f64, f64)| {
            let (item, own) = (*item, float(stratum.items[*item].n) * n[*item]);
            let known = own > 0.0 && share[item] > 0.0;
            let off = stratum.items[item].mean - mean[item] / share[item];
            known.then(|| (item, weight[item] * libm::sqrt(part / share[item] / own), off))
        };
        let items: Vec<(usize, f64, f64)> = weights.iter().filter_map(item).collect();
        for (at, (i, one, off)) in items.iter().enumerate() {
            for (j, other, other_off) in items.iter().skip(at) {
                let (product, both) = stratum.product(*i, *j);
                let times = if i == j { 1.0 } else { 2.0 };
                total += times * one * other * (product + both * off * other_off);
            }
        }
    }
    let ballots: u64 = strata().map(|(stratum, _)| stratum.n).sum();
    let people: Option<u64> = strata().map(|(stratum, _)| stratum.size).sum();
    let rest = people.map_or(1.0, |people| 1.0 - float(ballots) / float(people));
    let variance = if ballots > 1 { total * float(ballots) / float(ballots - 1) } else { return None };
    Some((variance, variance * rest))
}

/// When a sum with a lonely part is lonely itself: parts of one subject, any of them; members of a roll-up, only all of them
/// (the widest error of one among many still says something).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lonely {
    Any,
    All,
}

/// The error of a weighted sum of independent parts. Degrees of freedom: B. L. Welch 1947, F. E. Satterthwaite 1946 (never
/// more than all of them together).
pub(super) fn independent<'a>(parts: impl Iterator<Item = (f64, &'a State)>, lonely: Lonely) -> State {
    let (mut out, mut exact, mut spent, mut all) = (Sampled::default(), false, 0.0, 0.0);
    let (mut sampled, mut lonely_parts) = (0u32, 0u32);
    for (weight, state) in parts.filter(|(weight, _)| *weight != 0.0) {
        let part = match state {
            State::None(why @ NoError::NotAMean) => return State::None(*why),
            State::None(_) => continue,
            State::Exact => {
                exact = true;
                continue;
            }
            State::Sampled(part) => part,
        };
        sampled += 1;
        lonely_parts += u32::from(part.lonely);
        let variance = weight * weight * part.variance;
        out.variance += variance;
        spent += if part.df > 0.0 { variance * variance / part.df } else { 0.0 };
        all += part.df;
        out.fair.add(weight * weight * part.fair.variance, part.fair.df);
        out.fair.moderated |= part.fair.moderated;
        out.simple = part.simple.map(|(with, without)| (with * weight * weight, without * weight * weight));
        out.effective = part.effective;
        out.n = out.n.max(part.n);
        out.linear |= part.linear;
        out.bound |= part.bound;
        out.spread |= part.spread;
        out.partly_exact |= part.partly_exact;
    }
    if sampled == 0 {
        return if exact { State::Exact } else { State::None(NoError::NoScore) };
    }
    if sampled > 1 || exact {
        (out.simple, out.effective) = (None, None);
    }
    out.partly_exact |= exact;
    out.lonely = if lonely == Lonely::Any { lonely_parts > 0 } else { lonely_parts == sampled };
    out.df = if spent > 0.0 { (out.variance * out.variance / spent).min(all) } else { all };
    out.fair.satterthwaite();
    State::Sampled(out)
}
