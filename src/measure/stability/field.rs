//! One peer group, ready for ranking and grading many times over: the scheme's rules on whole numbers.

use crate::measure::adjust::strictest;
use crate::measure::assessment::{Scorecard, Standing};
use crate::measure::plan::Plan;
use crate::measure::quota::{in_force, places_of};
use crate::measure::standing::{chain, compare_chains};
use crate::numeric::{Ratio, int, round_half_up};
use crate::survey::{Basis, Bound, DomainId, LevelId, QuotaTies, RankTies, Rules, SubjectId, Threshold, VetoEffect};
use num_traits::ToPrimitive;
use std::collections::BTreeMap;

/// Places of a drawn total where the scheme ranks by exact fractions: far beyond any tie that chance could make.
const EXACT_PLACES: u32 = 9;

/// Bits of a packed contender that hold its number; the others hold its total, best first.
const NUMBER_BITS: u32 = 27;

/// The largest total in units of the last place that can be packed (137 points with nine places).
const MOST: i64 = (1 << (64 - NUMBER_BITS)) - 1;

/// What a veto does to a grade.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lock {
    Free,
    AtBest(usize),
    Set(usize),
}

/// One subject of the group with a total.
#[derive(Clone, Debug)]
pub(in crate::measure) struct Contender {
    pub subject: SubjectId,
    /// The published rank; `None`: out of the ranking by a veto.
    pub rank: Option<u32>,
    grade: Option<usize>,
    lock: Lock,
    /// Order by the tie chain; equal where it is equal throughout.
    chain: u32,
    /// Its total as the scheme sees it, in units of the last place.
    pub key: i64,
}

struct Quota {
    band: usize,
    places: usize,
    ties: QuotaTies,
}

/// The lower end of a band on whole numbers: `from` and above, or else below it.
#[derive(Clone, Copy)]
struct Cut {
    above: bool,
    at: i64,
}

/// One level × domain.
pub(in crate::measure) struct Field {
    pub level: LevelId,
    pub domain: DomainId,
    pub contenders: Vec<Contender>,
    scale: f64,
    ties: RankTies,
    cuts: Vec<Option<Cut>>,
    quotas: Vec<Quota>,
}

/// Room for one draw, used again and again.
#[derive(Default)]
pub(super) struct Scratch {
    /// The contenders, packed, best first.
    order: Vec<u64>,
    keys: Vec<i64>,
    grades: Vec<Option<usize>>,
    eligible: Vec<usize>,
    pub ranks: Vec<u32>,
    /// Whether each suggested grade is what it was.
    pub kept: Vec<bool>,
}

fn places(rules: &Rules) -> u32 {
    match rules.basis {
        Basis::Published => rules.places.min(EXACT_PLACES),
        Basis::Exact => EXACT_PLACES,
    }
}

fn whole(value: &Ratio) -> i64 {
    value.to_integer().to_i64().unwrap_or(i64::MAX)
}

/// A total as the scheme sees it, half up, in units of the last place; totals are never negative.
pub(in crate::measure) fn key(rules: &Rules, total: &Ratio) -> i64 {
    let scale = 10i64.pow(places(rules));
    if let (Some(above), Some(below)) = (total.numer().to_i128(), total.denom().to_i128())
        && let Some(doubled) = above.checked_mul(2 * i128::from(scale)).and_then(|above| above.checked_add(below))
        && let Some(below) = below.checked_mul(2)
    {
        return i64::try_from(doubled.div_euclid(below)).unwrap_or(MOST).min(MOST);
    }
    let places = places(rules);
    whole(&(round_half_up(total, places).to_ratio() * power_of_ten(places))).min(MOST)
}

fn power_of_ten(places: u32) -> Ratio {
    int(10i64.pow(places.min(EXACT_PLACES)))
}

fn cut(threshold: &Threshold, places: u32) -> Cut {
    let scaled = &threshold.value * power_of_ten(places);
    let (above, at) = match threshold.bound {
        Bound::AtLeast => (true, whole(&scaled.ceil())),
        Bound::Above => (true, whole(&scaled.floor()) + 1),
        Bound::Below => (false, whole(&scaled.ceil())),
        Bound::AtMost => (false, whole(&scaled.floor()) + 1),
    };
    Cut { above, at }
}

impl Field {
    /// The peer groups with a rank, by level and domain.
    pub(in crate::measure) fn all(plan: &Plan<'_>, cards: &[Scorecard], standings: &[Standing]) -> Vec<Self> {
        let mut groups: BTreeMap<_, Vec<&Standing>> = BTreeMap::new();
        for standing in standings {
            groups.entry((standing.level, standing.domain)).or_default().push(standing);
        }
        let fields = groups.into_values().filter_map(|standings| Self::new(plan, cards, &standings));
        fields.filter(|field| field.ranked() > 0).collect()
    }

    /// The peers of one group with a total.
    pub(super) fn new(plan: &Plan<'_>, cards: &[Scorecard], standings: &[&Standing]) -> Option<Self> {
        let rules = &plan.scheme.rules;
        let (level, domain) = standings.first().map(|standing| (standing.level, standing.domain))?;
        let mut contenders: Vec<Contender> = standings
            .iter()
            .filter_map(|standing| {
                let total = cards.get(standing.subject.0 as usize)?.total.as_ref()?;
                let veto = strictest(&plan.adjusted[standing.subject.0 as usize].vetoes);
                let lock = match veto.map(|(effect, _)| effect) {
                    None => Lock::Free,
                    Some(VetoEffect::Cap(band)) => Lock::AtBest(band),
                    Some(VetoEffect::Set(band) | VetoEffect::OutOfRanking(band)) => Lock::Set(band),
                };
                let (rank, grade) = (standing.rank, standing.grade);
                Some(Contender { subject: standing.subject, rank, grade, lock, chain: 0, key: key(rules, total) })
            })
            .collect();
        chains(plan, cards, &mut contenders);
        let base = contenders.len() as u64;
        let quotas = in_force(plan.scheme, level, domain)
            .into_iter()
            .map(|quota| Quota {
                band: quota.band,
                places: usize::try_from(places_of(quota, base).1).unwrap_or(usize::MAX),
                ties: quota.ties,
            })
            .collect();
        let cuts = rules.bands.iter().map(|band| band.from.as_ref().map(|from| cut(from, places(rules)))).collect();
        #[allow(clippy::cast_precision_loss, reason = "at most 10^12")]
        let scale = 10i64.pow(places(rules)) as f64;
        Some(Self { level, domain, contenders, scale, ties: rules.rank_ties, cuts, quotas })
    }

    /// Subjects with a rank.
    pub(in crate::measure) fn ranked(&self) -> usize {
        self.contenders.iter().filter(|peer| peer.rank.is_some()).count()
    }

    /// Ranks and grades of one draw. Totals that do not move stand as published, to the last place.
    pub(super) fn draw(&self, totals: &[f64], moves: &[bool], scratch: &mut Scratch) {
        scratch.keys.clear();
        scratch.order.clear();
        for (number, peer) in self.contenders.iter().enumerate() {
            let slot = peer.subject.0 as usize;
            let key = if moves[slot] { self.drawn(totals[slot]) } else { peer.key };
            scratch.keys.push(key);
            scratch.order.push((MOST - key).cast_unsigned() << NUMBER_BITS | number as u64);
        }
        scratch.order.sort_unstable();
        self.rank(scratch);
        self.grade(scratch);
    }

    /// Ranks by these totals of some of the contenders among themselves.
    pub(in crate::measure) fn ranks_of(&self, who: &[usize], keys: &[i64]) -> Vec<u32> {
        let place = |at: usize| {
            (std::cmp::Reverse(keys[at]), if self.ties == RankTies::Chain { self.contenders[who[at]].chain } else { 0 })
        };
        let mut order: Vec<usize> = (0..who.len()).collect();
        order.sort_unstable_by_key(|at| place(*at));
        let mut ranks = vec![0; who.len()];
        let (mut rank, mut listed, mut before) = (0, 0, None);
        for at in order {
            listed += 1;
            if before != Some(place(at)) {
                rank = if self.ties == RankTies::Dense { rank + 1 } else { listed };
            }
            before = Some(place(at));
            ranks[at] = rank;
        }
        ranks
    }

    /// A drawn total in units of the last place, half up.
    #[allow(clippy::cast_possible_truncation, reason = "totals are small, and `as` saturates")]
    fn drawn(&self, total: f64) -> i64 {
        ((total * self.scale + 0.5).floor() as i64).clamp(0, MOST)
    }

    fn rank(&self, scratch: &mut Scratch) {
        scratch.ranks.clear();
        scratch.ranks.resize(self.contenders.len(), 0);
        let (mut rank, mut listed, mut before) = (0, 0, None);
        for packed in &scratch.order {
            let number = number(*packed);
            let peer = &self.contenders[number];
            if peer.rank.is_none() {
                continue;
            }
            listed += 1;
            let place = (scratch.keys[number], if self.ties == RankTies::Chain { peer.chain } else { 0 });
            if before != Some(place) {
                rank = if self.ties == RankTies::Dense { rank + 1 } else { listed };
            }
            before = Some(place);
            scratch.ranks[number] = rank;
        }
    }

    /// Bands, vetoes, then the quotas in full, as the standings are made.
    fn grade(&self, scratch: &mut Scratch) {
        let graded = self.contenders.iter().zip(&scratch.keys).map(|(peer, key)| match (self.band(*key), peer.lock) {
            (by_score, Lock::Free) => by_score,
            (by_score, Lock::AtBest(band)) => by_score.map(|grade| grade.max(band)),
            (_, Lock::Set(band)) => Some(band),
        });
        scratch.grades.clear();
        scratch.grades.extend(graded);
        for quota in &self.quotas {
            self.divide(quota, scratch);
        }
        scratch.kept.clear();
        scratch.kept.extend(self.contenders.iter().zip(&scratch.grades).map(|(peer, grade)| peer.grade == *grade));
    }

    /// The band of a total.
    pub(in crate::measure) fn band(&self, key: i64) -> Option<usize> {
        self.cuts.iter().position(|cut| cut.is_none_or(|cut| (key >= cut.at) == cut.above))
    }

    /// Those above the cut keep the grade, a tie at the cut goes by the policy, the others get the next.
    fn divide(&self, quota: &Quota, scratch: &mut Scratch) {
        scratch.eligible.clear();
        for packed in &scratch.order {
            let number = number(*packed);
            let free = !matches!(self.contenders[number].lock, Lock::Set(_));
            if free && scratch.grades[number] == Some(quota.band) {
                scratch.eligible.push(number);
            }
        }
        if scratch.eligible.len() <= quota.places {
            return;
        }
        let keeps = self.keeps(quota, &scratch.eligible, &scratch.keys);
        let next = (quota.band + 1).min(self.cuts.len().saturating_sub(1));
        for number in &scratch.eligible[keeps..] {
            scratch.grades[*number] = Some(next);
        }
    }

    /// How many of those eligible, best first, keep the grade.
    fn keeps(&self, quota: &Quota, eligible: &[usize], keys: &[i64]) -> usize {
        let Some(last) = quota.places.checked_sub(1).and_then(|last| eligible.get(last)) else { return 0 };
        let place =
            |number: usize| (keys[number], if quota.ties == QuotaTies::Tiebreak { self.contenders[number].chain } else { 0 });
        let cut = place(*last);
        let start = eligible.iter().position(|number| place(*number) == cut).unwrap_or(quota.places);
        let end = start + eligible[start..].iter().take_while(|number| place(**number) == cut).count();
        match quota.ties {
            _ if end <= quota.places => quota.places,
            QuotaTies::Include => end,
            QuotaTies::Drop | QuotaTies::Tiebreak => start,
        }
    }
}

fn number(packed: u64) -> usize {
    usize::try_from(packed & ((1 << NUMBER_BITS) - 1)).unwrap_or(0)
}

/// Puts the contenders into the order of the tie chain, and numbers them by it, so that among equal totals the earlier number goes
/// first.
fn chains(plan: &Plan<'_>, cards: &[Scorecard], contenders: &mut [Contender]) {
    if plan.scheme.rules.tie_chain.is_empty() {
        return;
    }
    let links: Vec<Vec<Option<Ratio>>> =
        contenders.iter().map(|peer| chain(&plan.scheme.rules, &cards[peer.subject.0 as usize])).collect();
    let mut order: Vec<usize> = (0..links.len()).collect();
    order.sort_by(|one, other| compare_chains(&links[*one], &links[*other]));
    let mut place = 0;
    for (at, number) in order.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|before| order.get(before));
        place += u32::from(before.is_some_and(|before| compare_chains(&links[*before], &links[*number]).is_ne()));
        contenders[*number].chain = place;
    }
    contenders.sort_by_key(|peer| peer.chain);
}
