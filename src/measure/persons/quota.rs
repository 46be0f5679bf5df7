//! Quotas of persons 名额: by the grade of their unit, pooled over units of one grade under one parent, per category (method §10.2).

use super::super::adjust::percent;
use super::super::exact::count;
use super::super::quota::round_places;
use super::PersonPool;
use super::grade::{Candidate, step_name};
use crate::survey::{DomainId, LevelId, Person, PersonQuota, QuotaPool, QuotaTies, Scheme, SubjectId};
use std::cmp::{Ordering, Reverse};
use std::collections::{BTreeMap, BTreeSet};

/// Rule, scope, level and category: who shares places.
type Key = (usize, Option<SubjectId>, Option<LevelId>, DomainId);

/// Applies the quotas, best grade first; those over a quota get the next grade, with the reason. Gives every pool that has members.
pub(super) fn apply(scheme: &Scheme, candidates: &mut [Candidate]) -> Vec<PersonPool> {
    let mut pools = Vec::new();
    for grade in 0..scheme.persons.grades.len() {
        let mut members: BTreeMap<Key, Vec<usize>> = BTreeMap::new();
        for (at, candidate) in candidates.iter().enumerate() {
            if let Some(key) = pool_of(scheme, grade, candidate) {
                members.entry(key).or_default().push(at);
            }
        }
        for (key, members) in members {
            let number = pools.len();
            if grade == 0 {
                for at in &members {
                    candidates[*at].standing.pool = candidates[*at].in_base.then_some(number);
                }
            }
            pools.extend(cut(scheme, key, &members, candidates));
        }
    }
    pools
}

/// The pool in which a person counts for a grade: that of the rule that says most about him or her; of equals the last.
fn pool_of(scheme: &Scheme, grade: usize, candidate: &Candidate) -> Option<Key> {
    let standing = &candidate.standing;
    let person = scheme.frame.person(standing.subject)?;
    let fits = |(_, quota): &(usize, &PersonQuota)| quota.grade == grade && fits(scheme, quota, candidate, person);
    let says = |quota: &PersonQuota| {
        u8::from(quota.tier.is_some()) * 4 + u8::from(quota.domain.is_some()) * 2 + u8::from(quota.unit_grade.is_some())
    };
    let (number, quota) = scheme.persons.quotas.iter().enumerate().filter(fits).max_by_key(|(_, quota)| says(quota))?;
    let unit = scheme.frame.subject(standing.unit);
    let (scope, level) = match quota.pool {
        QuotaPool::Unit => (Some(standing.unit), Some(unit.level)),
        QuotaPool::Parent => (Some(unit.parent.unwrap_or(standing.unit)), Some(unit.level)),
        QuotaPool::All => (None, None),
    };
    Some((number, scope, level, standing.domain))
}

fn fits(scheme: &Scheme, quota: &PersonQuota, candidate: &Candidate, person: &Person) -> bool {
    let standing = &candidate.standing;
    quota.unit_grade.is_none_or(|grade| standing.unit_grade == Some(grade))
        && quota.domain.is_none_or(|domain| standing.domain == domain)
        && quota.tier.is_none_or(|tier| standing.tier == Some(tier))
        && (!quota.leaders || scheme.persons.leads(person))
}

fn cut(
    scheme: &Scheme,
    (number, scope, level, domain): Key,
    members: &[usize],
    candidates: &mut [Candidate],
) -> Option<PersonPool> {
    let quota = scheme.persons.quotas.get(number)?;
    let base = members.iter().filter(|at| candidates[**at].in_base).count() as u64;
    let eligible = |at: &&usize| {
        let candidate = &candidates[**at];
        candidate.standing.grade == Some(quota.grade) && !candidate.locked && candidate.key.is_some()
    };
    let mut eligible: Vec<usize> = members.iter().filter(eligible).copied().collect();
    eligible.sort_by(|a, b| {
        candidates[*b].key.cmp(&candidates[*a].key).then_with(|| by_preference(&candidates[*a], &candidates[*b]))
    });
    let exact = count(base) * &quota.share;
    let units: BTreeSet<SubjectId> = members.iter().map(|at| candidates[*at].standing.unit).collect();
    let mut pool = PersonPool {
        quota: number,
        scope,
        level,
        domain,
        unit_grade: quota.unit_grade,
        grade: quota.grade,
        units: u32::try_from(units.len()).unwrap_or(u32::MAX),
        base,
        share: quota.share.clone(),
        places: round_places(&exact, quota.rounding),
        exact,
        eligible: eligible.len() as u64,
        given: eligible.len() as u64,
        members: members.iter().map(|at| candidates[*at].standing.subject).collect(),
        tied: Vec::new(),
    };
    if base == 0 {
        return Some(pool);
    }
    if pool.eligible > pool.places {
        divide(scheme, quota, &mut pool, &eligible, candidates);
    }
    Some(pool)
}

/// More are eligible than there are places: those above the cut keep the grade; a tie at the cut goes by the rule.
fn divide(scheme: &Scheme, quota: &PersonQuota, pool: &mut PersonPool, eligible: &[usize], candidates: &mut [Candidate]) {
    let places = usize::try_from(pool.places).unwrap_or(usize::MAX).min(eligible.len());
    let grade = scheme.persons.grades.get(quota.grade).map(|grade| grade.name.clone()).unwrap_or_default();
    let full = vec![grade.clone(), pool.places.to_string(), pool.base.to_string(), percent(&pool.share)];
    let (kept, lost) = eligible.split_at(places);
    let joint = |a: usize, b: usize, candidates: &[Candidate]| {
        candidates[a].key == candidates[b].key
            && (quota.ties != QuotaTies::Tiebreak || by_preference(&candidates[a], &candidates[b]).is_eq())
    };
    let at_the_cut = kept.last().copied().filter(|last| lost.first().is_some_and(|first| joint(*last, *first, candidates)));
    let Some(at_the_cut) = at_the_cut else {
        preferred(scheme, &grade, kept, lost, candidates);
        demote(scheme, quota.grade, lost, "quota-full", &full, candidates);
        pool.given = kept.len() as u64;
        return;
    };
    let tied: Vec<usize> = eligible.iter().copied().filter(|at| joint(at_the_cut, *at, candidates)).collect();
    let start = eligible.iter().position(|at| tied.contains(at)).unwrap_or(places);
    let end = start + tied.len();
    let args = vec![grade, tied.len().to_string(), (places - start).to_string()];
    for at in &tied {
        candidates[*at].standing.tied_at_cut = true;
    }
    pool.tied = tied.iter().map(|at| candidates[*at].standing.subject).collect();
    pool.tied.sort_unstable();
    demote(scheme, quota.grade, &eligible[end..], "quota-full", &full, candidates);
    if quota.ties == QuotaTies::Include {
        for at in &tied {
            candidates[*at].standing.reasons.push(("tie-included".to_owned(), args.clone()));
        }
        pool.given = end as u64;
        return;
    }
    demote(scheme, quota.grade, &tied, "tie-at-cut", &args, candidates);
    pool.given = start as u64;
}

/// Says where only the order of preference decided between equal scores, and on what evidence.
fn preferred(scheme: &Scheme, grade: &str, kept: &[usize], lost: &[usize], candidates: &mut [Candidate]) {
    let (Some(inside), Some(outside)) = (kept.last().copied(), lost.first().copied()) else { return };
    if candidates[inside].key != candidates[outside].key {
        return;
    }
    let key = candidates[inside].key.clone();
    let differs = |a: &Candidate, b: &Candidate| a.prefer.iter().zip(&b.prefer).position(|(a, b)| a != b);
    let says = |at: usize, other: usize, code: &str, candidates: &[Candidate]| {
        let step = differs(&candidates[at], &candidates[other])?;
        let name = step_name(scheme, *scheme.persons.prefer.get(step)?);
        let evidence = candidates[at].evidence.get(step).cloned().unwrap_or_default();
        Some((code.to_owned(), vec![grade.to_owned(), name, evidence]))
    };
    for (group, other, code) in [(kept, outside, "preferred"), (lost, inside, "not-preferred")] {
        for at in group.iter().filter(|at| candidates[**at].key == key).copied().collect::<Vec<_>>() {
            let reason = says(at, other, code, candidates);
            candidates[at].standing.reasons.extend(reason);
        }
    }
}

/// Those who come first in the order of preference; a missing number after every other.
pub(super) fn by_preference(a: &Candidate, b: &Candidate) -> Ordering {
    let links = a.prefer.iter().zip(&b.prefer).map(|(a, b)| Reverse(a).cmp(&Reverse(b)));
    links.fold(Ordering::Equal, Ordering::then)
}

fn demote(scheme: &Scheme, grade: usize, who: &[usize], code: &str, args: &[String], candidates: &mut [Candidate]) {
    let next = (grade + 1).min(scheme.persons.grades.len().saturating_sub(1));
    for at in who {
        let standing = &mut candidates[*at].standing;
        standing.grade = Some(next);
        standing.reasons.push((code.to_owned(), args.to_vec()));
    }
}
