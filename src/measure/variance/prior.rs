//! What the peers say of the spread of one ballot: the variances that those of every stratum are drawn towards (method §6).
//!
//! A variance from a handful of ballots is itself mostly chance, and on a scale of few options often 0 by chance alone. Intervals
//! made with it are too short too often: 95 % ones of items hold the truth in 88 % of cases at 8–15 ballots (benches/STUDY.md). So
//! the covariances of a stratum are drawn towards the pooled ones of the same form and stratum over the peers (level × domain):
//! S̃ = (d₀S₀ + dS)/(d₀ + d), which has d₀ + d degrees of freedom. d₀ is what the peers are worth: the less their own variances
//! differ, the more (G. K. Smyth 2004, SAGMB 3, for single variances; here whole matrices, so that items, indicators and
//! procedures agree). Strata together: F. E. Satterthwaite 1946. There is no size from which on a stratum speaks for itself: the
//! peers' part d₀/(d₀ + d) fades as d grows. Where answers crowd at the top of the scale, mean and variance of 30 or 60 ballots are
//! wrong together (few dissatisfied by chance: score too high and error too small), and what the peers add loosens that.

use super::both::place;
use super::material::{Materials, Sample};
use super::sample::{Stratum, float};
use crate::measure::estimate::Counts;
use crate::measure::plan::Plan;
use crate::survey::{DomainId, Interval, LevelId, SubjectId};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Without peers there is nothing to draw towards. Strata of fewer ballots then still lend a sum no more degrees of freedom than
/// F. E. Satterthwaite 1946 gives it, since Σ(n − 1) counts those of small strata in full; with larger ones alone it is as the design
/// and R's `survey` have it.
const SMALL: u64 = 30;

/// Most degrees of freedom that the peers are worth, however alike they are: a unit may be the one that differs. The least, from
/// the moments, is 4.
const MOST_WORTH: f64 = 20.0;

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
    /// Whether strata are drawn towards anything.
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

    /// Marks the strata of one subject, and gives them what their peers say. Of `None`, several pooled, there are no peers.
    pub(super) fn hand_out(&self, plan: &Plan<'_>, subject: Option<SubjectId>, samples: &mut [Sample]) {
        let group = subject.map(|subject| group(plan, subject));
        for (form, sample) in samples.iter_mut().enumerate().filter(|_| self.wanted) {
            for (number, stratum) in sample.iter_mut().enumerate() {
                if let Some(stratum) = stratum {
                    stratum.prior = group.and_then(|(level, domain)| self.of.get(&(form, number, level, domain)).cloned());
                    stratum.moderated = stratum.prior.is_some() || stratum.n < SMALL;
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::assessment::Assessment;
    use crate::measure::evidence::{Moderated, Uncertainty};
    use crate::measure::fixture::{CADRE, Small, ballots, card, change, company};
    use crate::measure::variance::sample::ItemMean;
    use crate::measure::variance::tests::{Ballot, assessed, error, full, near};

    /// One item of `n` ballots with this variance.
    fn one_item(variance: f64, n: u64) -> Stratum {
        let squares = variance * (float(n) - 1.0);
        Stratum::of_items(n, 1.0, vec![ItemMean { n, ..ItemMean::default() }], vec![(squares, float(n))])
    }

    /// The prior of strata given as (variance, ballots).
    fn of(strata: &[(f64, u64)]) -> Prior {
        let mut sums = Sums::default();
        for (variance, n) in strata {
            sums.add(&one_item(*variance, *n));
        }
        Prior::new(&sums, 1)
    }

    /// By hand: Σd = 28, S₀ = Σd·s²/Σd = 13,000/28; Σd·s⁴/(1 + 2/d) over Σd·S₀² = 1.4333871256948179, and
    /// d₀ = (4r − 2)/(r − 1). R 4.2.2: `r <- (sum(d*s2^2/(1+2/d))/sum(d))/(sum(d*s2)/sum(d))^2`.
    #[test]
    fn worth_is_that_of_the_moments() {
        let strata = [(100.0, 5), (100.0, 5), (900.0, 10), (100.0, 10), (1600.0, 3)];
        let prior = of(&strata);
        near(prior.worth, 8.614_811_750_103_435);
        near(prior.covariance(0, 0).expect("peers"), 13_000.0 / 28.0);
        // in two parts, and in another order
        let (mut front, mut back) = (Sums::default(), Sums::default());
        for (at, (variance, n)) in strata.iter().enumerate() {
            let part = if at < 3 { &mut back } else { &mut front };
            part.add(&one_item(*variance, *n));
        }
        front.merge(&back);
        near(Prior::new(&front, 1).worth, prior.worth);
        assert_eq!(front.peers, 5);
    }

    /// Variances as the scaled F has them: 40 evenly spaced quantiles of 150·F(9, d₀), ten ballots each. R 4.2.2:
    /// `signif(150*qf(((1:40)-.5)/40, 9, d0), 6)`, moments as above. Beside them what G. K. Smyth 2004 (SAGMB 3, section 6.2) makes
    /// of the logarithms, which the program cannot take, since variances of 0 occur:
    /// `z <- log(s2); e <- z-digamma(d/2)+log(d/2); v <- var(e)-mean(trigamma(d/2)); d0 <- 2*trigammaInverse(v);
    /// s0sq <- exp(mean(e)+digamma(d0/2)-log(d0/2))`. The tail beyond the last quantile weighs more in fourth powers, so the moments
    /// find the 40 more alike than the logarithms do.
    #[test]
    fn a_scaled_f_is_recovered_about_as_smyth_recovers_it() {
        for (quantiles, [moments, pooled, smyth, scale]) in [
            (F_9_8, [10.056_535_648_307_104, 196.595_172_5, 8.200_419_890_617_3, 150.468_720_911_731_25]),
            (F_9_16, [19.505_962_756_447_065, 170.215_56, 16.576_750_320_284_08, 150.431_316_971_891_76]),
        ] {
            let prior = of(&quantiles.map(|variance| (variance, 10)));
            let found = prior.covariance(0, 0).expect("peers");
            near(prior.worth, moments);
            near(found, pooled);
            assert!((prior.worth / smyth - 1.0).abs() < 0.25, "{} is far from {smyth}", prior.worth);
            // E σ² of the scaled inverse χ² is d₀s₀²/(d₀ − 2)
            let scaled = found * (prior.worth - 2.0) / prior.worth;
            assert!((scaled / scale - 1.0).abs() < 0.06, "{scaled} is far from {scale}");
        }
    }

    #[test]
    fn peers_that_agree_are_worth_the_most_there_is() {
        // d₀ → ∞: variances that differ by less than chance alone would have it, r = 1/(1 + 2/d) < 1
        near(of(&[(400.0, 8); 6]).worth, MOST_WORTH);
        near(of(&[(400.0, 8)]).worth, MOST_WORTH);
        // r = (1/6)·6²/(1 + 2/1000) = 5.988 of six strata of which one alone has any spread
        let lone = of(&[(0.0, 1001), (0.0, 1001), (0.0, 1001), (0.0, 1001), (0.0, 1001), (600.0, 1001)]);
        let ratio = 6.0 / 1.002;
        near(lone.worth, (4.0 * ratio - 2.0) / (ratio - 1.0));
        assert!(lone.worth > 4.0 && lone.worth < 4.5, "hardly worth anything: {}", lone.worth);
    }

    #[test]
    fn nothing_is_learned_where_nothing_is_to_be_seen() {
        // nobody differs anywhere: no ratio to take, and a covariance of 0
        let still = of(&[(0.0, 6); 5]);
        near(still.worth, MOST_WORTH);
        assert_eq!(still.covariance(0, 0), Some(0.0));
        // one ballot has no variance; no peer, no covariance, and what is there stays
        let single = of(&[(0.0, 1); 7]);
        assert_eq!(single.covariance(0, 0), None);
        near(single.drawn(12.5, &one_item(25.0, 2), 0, 0), 12.5);
        // two ballots have one degree of freedom
        let pair = of(&[(200.0, 2); 5]);
        assert_eq!(pair.covariance(0, 0), Some(200.0));
        near(pair.drawn(25.0, &one_item(50.0, 2), 0, 0), (MOST_WORTH * 100.0 + 25.0) / (MOST_WORTH + 1.0));
    }

    /// Of one company: ballots of two items.
    type Answers = Vec<[Option<u8>; 2]>;

    /// Six companies with 6 of 24 ballots, two items (100/80/60/0); the second company is of one opinion in the first.
    fn companies() -> (Small, Vec<SubjectId>, Vec<Answers>) {
        let mut small = ballots(&CADRE, &["100", "100"]);
        let answers: [[[u8; 6]; 2]; 6] = [
            [[0, 0, 0, 1, 1, 2], [0, 1, 0, 1, 2, 2]],
            [[0, 0, 0, 0, 0, 0], [0, 0, 1, 0, 0, 1]],
            [[0, 1, 1, 2, 2, 3], [1, 1, 2, 3, 2, 3]],
            [[0, 0, 1, 1, 2, 2], [0, 1, 1, 0, 2, 1]],
            [[1, 1, 1, 1, 2, 0], [1, 0, 1, 2, 2, 0]],
            [[0, 2, 2, 3, 1, 1], [0, 3, 2, 2, 1, 0]],
        ];
        let units: Vec<SubjectId> =
            ["一连", "二连", "三连", "四连", "五连", "六连"].iter().map(|name| company(&mut small.scheme, name)).collect();
        for unit in &units {
            change(&mut small.scheme, *unit, |subject| subject.headcount = Some(24));
        }
        let pairs = |[one, other]: &[[u8; 6]; 2]| full(&std::array::from_fn::<_, 6, _>(|at| [one[at], other[at]]));
        (small, units, answers.iter().map(pairs).collect())
    }

    fn of_companies(small: &Small, units: &[SubjectId], answers: &[Answers]) -> Assessment {
        let lists = units.iter().zip(answers);
        let list: Vec<Ballot<'_>> =
            lists.flat_map(|(unit, answers)| answers.iter().map(|options| (*unit, 0, &options[..]))).collect();
        assessed(small, &[list])
    }

    fn moderated(error: &Uncertainty) -> Moderated {
        error.moderated.expect("peers")
    }

    /// R 4.2.2: `S <- cov(cbind(one, two))` of each company, `S0 <- Reduce("+", S)/6`, r the mean over both items of
    /// `mean(s2^2/(1+2/5))/S0^2` = 1.2916978789834233, d0 = 10.8564091277251187, `St <- (d0*S0+5*S)/(d0+5)`,
    /// `V <- 0.75/6 * w %*% St %*% w`, `mean ± qt(.975, d0+5)*sqrt(V)`.
    #[test]
    fn six_companies_by_hand() {
        let (mut small, units, answers) = companies();
        let result = of_companies(&small, &units, &answers);
        let wanted = [
            (0, 1, 7.072_635_072_883_969, 68.328_974_392_288_13, 98.337_692_274_378_55),
            (0, 2, 7.417_179_583_652_645, 70.931_368_060_635_75, 100.0),
            (0, 3, 8.127_453_524_864_222, 62.757_878_964_904_65, 97.242_121_035_095_35),
            (1, 1, 6.368_851_520_776_912, 83.155_361_011_108_18, 100.0),
            (1, 2, 6.671_098_568_372_897, 85.847_487_334_003_74, 100.0),
            (2, 1, 9.210_854_683_296_803, 35.459_479_614_344_33, 74.540_520_385_655_67),
            (2, 3, 10.397_090_375_083_54, 24.609_586_904_649_79, 68.723_746_428_683_54),
        ];
        for (unit, node, se, low, high) in wanted {
            let found = error(&card(&result, units[unit]).nodes[node]);
            near(moderated(found).se, se);
            near(moderated(found).df, 15.856_409_127_725_119);
            near(found.low, low);
            near(found.high, high);
            near(found.df, 5.0);
        }
        let alike = error(&card(&result, units[1]).nodes[2]);
        assert!(alike.no_spread && alike.se == 0.0, "what the design has is published beside it");
        // The design's own: t with 5 degrees of freedom, qt(0.975, 5) = 2.570581835636314.
        small.scheme.rules.analysis.interval = Interval::Design;
        let result = of_companies(&small, &units, &answers);
        let found = error(&card(&result, units[0]).nodes[1]);
        assert_eq!(found.moderated, None);
        near(found.low, 250.0 / 3.0 - 2.570_581_835_636_314 * 5.773_502_691_896_258);
    }

    #[test]
    fn four_peers_teach_nothing() {
        let (small, units, answers) = companies();
        let result = of_companies(&small, &units[..MIN_PEERS as usize - 1], &answers[..MIN_PEERS as usize - 1]);
        for unit in &units[..MIN_PEERS as usize - 1] {
            assert!(card(&result, *unit).nodes.iter().all(|node| error(node).moderated.is_none()));
        }
    }

    const F_9_8: [f64; 40] = [
        29.3555, 41.9378, 50.4421, 57.5111, 63.8369, 69.7209, 75.3269, 80.7568, 86.0805, 91.3496, 96.6048, 101.88, 107.205,
        112.607, 118.113, 123.748, 129.538, 135.513, 141.701, 148.137, 154.857, 161.903, 169.324, 177.178, 185.531, 194.467,
        204.084, 214.507, 225.895, 238.452, 252.447, 268.251, 286.384, 307.612, 333.125, 364.909, 406.631, 466.177, 565.702,
        825.006,
    ];
    const F_9_16: [f64; 40] = [
        32.5006, 45.5981, 54.2066, 61.2233, 67.401, 73.0655, 78.3919, 83.4881, 88.4267, 93.2601, 98.0285, 102.764, 107.495,
        112.244, 117.034, 121.887, 126.822, 131.86, 137.024, 142.337, 147.824, 153.513, 159.436, 165.631, 172.139, 179.012,
        186.312, 194.113, 202.511, 211.625, 221.614, 232.69, 245.144, 259.404, 276.116, 296.336, 321.964, 356.948, 411.877,
        539.356,
    ];
}
