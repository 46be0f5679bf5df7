//! Quotas 名额: how many of a level × domain may have a grade, and how many leaders of the units of one grade (method §5, §10.2).

use super::adjust::percent;
use super::assessment::{LeadersQuota, QuotaCut, Standing};
use super::exact::count;
use super::standing::{Peer, by_chain};
use crate::numeric::{Ratio, round_half_up};
use crate::survey::{DomainId, LevelId, Quota, QuotaRounding, QuotaTies, Scheme, SubjectId};
use num_traits::ToPrimitive;
use std::collections::BTreeMap;

/// The quotas that hold for one level × domain, best band first; of several on one band the narrowest.
pub(super) fn in_force(scheme: &Scheme, level: LevelId, domain: DomainId) -> Vec<&Quota> {
    let mut of_band: BTreeMap<usize, &Quota> = BTreeMap::new();
    for quota in &scheme.rules.quotas {
        let here = quota.level.is_none_or(|wanted| wanted == level) && quota.domain.is_none_or(|wanted| wanted == domain);
        let narrow = |quota: &Quota| (quota.level.is_some(), quota.domain.is_some());
        if here && of_band.get(&quota.band).is_none_or(|known| narrow(quota) >= narrow(known)) {
            of_band.insert(quota.band, quota);
        }
    }
    of_band.into_values().collect()
}

/// Applies the quotas of one level × domain, best band first; those over a quota get the next grade, with the reason.
pub(super) fn apply(scheme: &Scheme, level: LevelId, domain: DomainId, peers: &mut [Peer]) -> Vec<QuotaCut> {
    let base = peers.iter().filter(|peer| peer.key.is_some()).count() as u64;
    if base == 0 {
        return Vec::new();
    }
    in_force(scheme, level, domain).into_iter().map(|quota| cut(scheme, quota, (level, domain, base), peers)).collect()
}

/// A number of places from an exact quota.
pub(super) fn round_places(exact: &Ratio, rounding: QuotaRounding) -> u64 {
    let whole = match rounding {
        QuotaRounding::Floor => exact.floor(),
        QuotaRounding::HalfUp => round_half_up(exact, 0).to_ratio(),
        QuotaRounding::Ceil => exact.ceil(),
    };
    whole.to_integer().to_u64().unwrap_or(0)
}

/// base × share, and the places that makes.
pub(super) fn places_of(quota: &Quota, base: u64) -> (Ratio, u64) {
    let exact = count(base) * &quota.share;
    let places = round_places(&exact, quota.rounding);
    (exact, places)
}

fn cut(scheme: &Scheme, quota: &Quota, (level, domain, base): (LevelId, DomainId, u64), peers: &mut [Peer]) -> QuotaCut {
    let (exact, places) = places_of(quota, base);
    let mut eligible: Vec<usize> = (0..peers.len())
        .filter(|at| peers[*at].standing.grade == Some(quota.band) && !peers[*at].locked && peers[*at].key.is_some())
        .collect();
    eligible.sort_by(|a, b| peers[*b].key.cmp(&peers[*a].key).then_with(|| by_chain(&peers[*a], &peers[*b])));
    let mut out = QuotaCut {
        level,
        domain,
        band: quota.band,
        base,
        share: quota.share.clone(),
        exact,
        places,
        eligible: eligible.len() as u64,
        given: eligible.len() as u64,
    };
    if out.eligible > places {
        let names = Names::new(scheme, quota.band);
        out.given = divide(quota, &out, &names, &eligible, peers);
    }
    out
}

/// Words for the reasons.
struct Names {
    band: String,
    next: usize,
}

impl Names {
    fn new(scheme: &Scheme, band: usize) -> Self {
        let bands = &scheme.rules.bands;
        Self {
            band: bands.get(band).map(|band| band.name.clone()).unwrap_or_default(),
            next: (band + 1).min(bands.len().saturating_sub(1)),
        }
    }
}

/// More are eligible than there are places: those above the cut keep the grade, a tie at the cut goes by the policy.
fn divide(quota: &Quota, cut: &QuotaCut, names: &Names, eligible: &[usize], peers: &mut [Peer]) -> u64 {
    let places = usize::try_from(cut.places).unwrap_or(usize::MAX);
    let Some(last) = places.checked_sub(1).and_then(|last| eligible.get(last)).copied() else {
        demote(eligible, "quota-full", &full(cut, names), names.next, peers);
        return 0;
    };
    let joint = |a: &Peer, b: &Peer| a.key == b.key && (quota.ties != QuotaTies::Tiebreak || by_chain(a, b).is_eq());
    let level: Vec<bool> = eligible.iter().map(|at| joint(&peers[*at], &peers[last])).collect();
    let start = level.iter().position(|tied| *tied).unwrap_or(places);
    let end = start + level.iter().skip(start).take_while(|tied| **tied).count();
    if end <= places {
        broken(cut, names, &eligible[..places], &eligible[places..], peers);
        demote(&eligible[places..], "quota-full", &full(cut, names), names.next, peers);
        return cut.places;
    }
    let tied = &eligible[start..end];
    let args = vec![names.band.clone(), tied.len().to_string(), (places - start).to_string()];
    for at in tied {
        peers[*at].standing.tied_at_cut = true;
    }
    demote(&eligible[end..], "quota-full", &full(cut, names), names.next, peers);
    if quota.ties == QuotaTies::Include {
        for at in tied {
            peers[*at].standing.reasons.push(("tie-included".to_owned(), args.clone()));
        }
        return end as u64;
    }
    demote(tied, "tie-at-cut", &args, names.next, peers);
    start as u64
}

/// Says where only the tie chain decided between equal published scores.
fn broken(cut: &QuotaCut, names: &Names, kept: &[usize], lost: &[usize], peers: &mut [Peer]) {
    let Some(key) = kept.last().map(|at| peers[*at].key.clone()) else { return };
    if lost.first().is_none_or(|at| peers[*at].key != key) {
        return;
    }
    let tied: Vec<usize> = kept.iter().chain(lost).copied().filter(|at| peers[*at].key == key).collect();
    let left = kept.iter().filter(|at| peers[**at].key == key).count();
    debug_assert!(cut.places >= left as u64);
    for at in &tied {
        let args = vec![names.band.clone(), tied.len().to_string(), left.to_string()];
        peers[*at].standing.reasons.push(("tie-broken".to_owned(), args));
    }
}

fn full(cut: &QuotaCut, names: &Names) -> Vec<String> {
    vec![names.band.clone(), cut.places.to_string(), cut.base.to_string(), percent(&cut.share)]
}

fn demote(who: &[usize], code: &str, args: &[String], next: usize, peers: &mut [Peer]) {
    for at in who {
        let standing = &mut peers[*at].standing;
        standing.grade = Some(next);
        standing.reasons.push((code.to_owned(), args.to_vec()));
    }
}

/// Level, parent and band of units whose leaders share a quota.
type Pool = (LevelId, Option<SubjectId>, usize);

/// 领导成员优秀名额: the leaders of the units of one grade under one parent, pooled, since one unit's few would always floor to 0.
pub(super) fn leaders(scheme: &Scheme, standings: &[Standing]) -> Vec<LeadersQuota> {
    let mut pools: BTreeMap<Pool, Vec<(SubjectId, u64)>> = BTreeMap::new();
    if scheme.frame.person_ids().next().is_some() {
        return Vec::new(); // the persons themselves are known: their pools say it
    }
    for standing in standings {
        let unit = scheme.frame.subject(standing.subject);
        if let (Some(band), Some(leaders)) = (standing.grade, unit.leaders) {
            pools.entry((unit.level, unit.parent, band)).or_default().push((standing.subject, leaders));
        }
    }
    pools.into_iter().filter_map(|(pool, units)| leaders_of(scheme, pool, &units)).collect()
}

fn leaders_of(scheme: &Scheme, (level, parent, band): Pool, units: &[(SubjectId, u64)]) -> Option<LeadersQuota> {
    let share = scheme.rules.bands.get(band)?.leaders_share.clone()?;
    let leaders: u64 = units.iter().map(|(_, leaders)| leaders).sum();
    let exact = count(leaders) * &share;
    let pool = match (units, parent) {
        ([(only, _)], _) | ([(only, _), ..], None) => *only,
        (_, parent) => parent?,
    };
    Some(LeadersQuota {
        pool,
        level,
        band,
        units: u32::try_from(units.len()).unwrap_or(u32::MAX),
        leaders,
        share,
        places: round_places(&exact, scheme.rules.leaders_rounding),
        exact,
    })
}
