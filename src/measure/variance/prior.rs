//! What the peers say of the spread of one ballot: the variances that those of small strata are drawn towards (method §6).
//!
//! A variance from a handful of ballots is itself mostly chance, and on a scale of few options often 0 by chance alone. Intervals
//! made with it are too short too often: 95 % ones of items hold the truth in 88 % of cases at 8–15 ballots (benches/STUDY.md). So
//! the covariances of a stratum of fewer than [`SMALL`] ballots are drawn towards the pooled ones of the same form and stratum over
//! the peers (level × domain): S̃ = (d₀S₀ + dS)/(d₀ + d), which has d₀ + d degrees of freedom. d₀ is what the peers are worth: the
//! less their own variances differ, the more (G. K. Smyth 2004, SAGMB 3, for single variances; here whole matrices, so that
//! items, indicators and procedures agree). Strata together: F. E. Satterthwaite 1946.

use super::both::place;
use super::material::{Materials, Sample};
use super::sample::{Stratum, float};
use crate::measure::estimate::Counts;
use crate::measure::plan::Plan;
use crate::survey::{DomainId, Interval, LevelId, SubjectId};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Strata of so many ballots speak for themselves.
pub(super) const SMALL: u64 = 30;

/// Most degrees of freedom that the peers are worth, however alike they are. The least, from the moments, is 4.
const MOST_WORTH: f64 = 12.0;

/// Fewest strata of peers from which anything is learned.
const MIN_PEERS: u32 = 5;

/// Subjects whose sums are worked out together; the sums of doubles must not hang on the number of threads.
const CHUNK: usize = 64;

/// Which ballots are alike: form of the material, stratum, level and domain of the subject.
type Key = (usize, usize, LevelId, DomainId);

/// Sums over the strata of the peers.
#[derive(Clone, Default)]
struct Sums {
    peers: u32,
    /// Row by row i ≤ j: Σ of squares and products around each stratum's own means (points²), and their degrees of freedom.
    products: Vec<(f64, f64)>,
    /// By item: Σ d·s⁴/(1 + 2/d) over the strata, d degrees of freedom of each variance s².
    fourths: Vec<f64>,
}

impl Sums {
    fn add(&mut self, stratum: &Stratum) {
        let k = stratum.items.len();
        self.products.resize(stratum.products.len(), (0.0, 0.0));
        self.peers += 1;
        for (slot, (product, both)) in self.products.iter_mut().zip(&stratum.products) {
            if *both > 1.0 {
                *slot = (slot.0 + product, slot.1 + both - 1.0);
            }
        }
        self.fourths.resize(k, 0.0);
        for (item, sum) in self.fourths.iter_mut().enumerate() {
            let (squares, n) = stratum.product(item, item);
            let df = n - 1.0;
            if df > 0.0 {
                *sum += squares / df * squares / (1.0 + 2.0 / df);
            }
        }
    }

    fn merge(&mut self, other: &Self) {
        self.products.resize(other.products.len().max(self.products.len()), (0.0, 0.0));
        self.peers += other.peers;
        self.fourths.resize(other.fourths.len().max(self.fourths.len()), 0.0);
        self.fourths.iter_mut().zip(&other.fourths).for_each(|(mine, theirs)| *mine += theirs);
        for (mine, theirs) in self.products.iter_mut().zip(&other.products) {
            *mine = (mine.0 + theirs.0, mine.1 + theirs.1);
        }
    }
}

/// The pooled covariances of one ballot's answers, points².
#[derive(Debug)]
pub(super) struct Prior {
    k: usize,
    /// d₀.
    pub worth: f64,
    /// Row by row i ≤ j; `None`: no peer had both.
    covariances: Vec<Option<f64>>,
}

impl Prior {
    fn new(sums: &Sums, k: usize) -> Self {
        let mean = |(sum, df): &(f64, f64)| (*df > 0.0).then(|| sum / df);
        let squares = |item: usize| sums.products.get(place(k, item, item)).filter(|(squares, _)| *squares > 0.0);
        let ratios = sums.fourths.iter().enumerate();
        let ratios: Vec<f64> =
            ratios.filter_map(|(item, fourth)| squares(item).map(|(squares, df)| fourth * df / (squares * squares))).collect();
        let worth = worth(&ratios);
        Self { k, worth, covariances: sums.products.iter().map(mean).collect() }
    }

    fn covariance(&self, i: usize, j: usize) -> Option<f64> {
        self.covariances.get(place(self.k, i, j)).copied().flatten()
    }

    /// A covariance of two item means (or the variance of one) of a stratum drawn towards the peers'; `own` is that of the design.
    pub(super) fn drawn(&self, own: f64, stratum: &Stratum, i: usize, j: usize) -> f64 {
        let (one, other) = (stratum.items[i].n, stratum.items[j].n);
        let Some(prior) = self.covariance(i, j).filter(|_| one > 0 && other > 0) else { return own };
        let (_, both) = stratum.product(i, j);
        let (expected, df) = (stratum.rest * prior * both / (float(one) * float(other)), (both - 1.0).max(0.0));
        (self.worth * expected + df * own) / (self.worth + df)
    }
}

/// d₀ from E σ⁴ / (E σ²)² of every item: with σ² scattered over the peers as scaled inverse χ² that is (d₀ − 2)/(d₀ − 4). The mean
/// over the items; no more scatter than chance makes: as much as is allowed.
#[allow(clippy::cast_precision_loss, reason = "a number of items")]
fn worth(ratios: &[f64]) -> f64 {
    let ratio = ratios.iter().sum::<f64>() / ratios.len().max(1) as f64;
    if ratio > 1.0 { ((4.0 * ratio - 2.0) / (ratio - 1.0)).min(MOST_WORTH) } else { MOST_WORTH }
}

/// The priors of all peer groups.
#[derive(Default)]
pub(super) struct Priors {
    /// Whether small strata are drawn towards anything.
    wanted: bool,
    of: BTreeMap<Key, Arc<Prior>>,
}

impl Priors {
    /// From the samples of all subjects; none where the scheme wants none. Strata of fewer respondents than may be shown are left
    /// out, so that no interval tells of them.
    pub(super) fn new(plan: &Plan<'_>, counts: &Counts<'_>, materials: &Materials<'_>) -> Self {
        if plan.scheme.rules.analysis.interval == Interval::Design {
            return Self::default();
        }
        let frame = &plan.scheme.frame;
        let mut subjects: Vec<SubjectId> =
            frame.ids().chain(frame.person_ids()).filter(|subject| counts.has_any(*subject)).collect();
        // the order of the frame must not show in the last digits
        subjects.sort_by_key(|subject| &frame.subject(*subject).code);
        let least = plan.scheme.rules.min_cell.max(2);
        let chunks: Vec<BTreeMap<Key, Sums>> = subjects
            .par_chunks(CHUNK)
            .map(|subjects| {
                let mut sums: BTreeMap<Key, Sums> = BTreeMap::new();
                for subject in subjects {
                    for (key, stratum) in strata(plan, *subject, &materials.samples(counts, &[*subject])) {
                        if stratum.n >= least {
                            sums.entry(key).or_default().add(stratum);
                        }
                    }
                }
                sums
            })
            .collect();
        let mut all: BTreeMap<Key, Sums> = BTreeMap::new();
        for (key, sums) in chunks.iter().flatten() {
            all.entry(*key).or_default().merge(sums);
        }
        let items = |key: &Key| materials.forms.get(key.0).map_or(0, |form| form.worth.items.len());
        let enough = all.into_iter().filter(|(_, sums)| sums.peers >= MIN_PEERS);
        Self { wanted: true, of: enough.map(|(key, sums)| (key, Arc::new(Prior::new(&sums, items(&key))))).collect() }
    }

    /// Marks the small strata of one subject, and gives them what their peers say. Of `None`, several pooled, there are no peers.
    pub(super) fn hand_out(&self, plan: &Plan<'_>, subject: Option<SubjectId>, samples: &mut [Sample]) {
        let group = subject.map(|subject| group(plan, subject));
        for (form, sample) in samples.iter_mut().enumerate().filter(|_| self.wanted) {
            for (number, stratum) in sample.iter_mut().enumerate() {
                if let Some(stratum) = stratum.as_mut().filter(|stratum| stratum.n < SMALL) {
                    stratum.small = true;
                    stratum.prior = group.and_then(|(level, domain)| self.of.get(&(form, number, level, domain)).cloned());
                }
            }
        }
    }
}

fn group(plan: &Plan<'_>, subject: SubjectId) -> (LevelId, DomainId) {
    (plan.scheme.frame.subject(subject).level, plan.domain(subject))
}

fn strata<'a>(plan: &Plan<'_>, subject: SubjectId, samples: &'a [Sample]) -> impl Iterator<Item = (Key, &'a Stratum)> {
    let (level, domain) = group(plan, subject);
    samples.iter().enumerate().flat_map(move |(form, sample)| {
        let strata = sample.iter().enumerate();
        strata.filter_map(move |(number, stratum)| Some(((form, number, level, domain), stratum.as_ref()?)))
    })
}
