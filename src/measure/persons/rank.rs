//! Ranks of persons among their peers: level of the unit × category, and tier where ranks are by tier.

use super::grade::Candidate;
use super::quota::by_preference;
use crate::survey::{DomainId, LevelId, RankTies, Scheme, TierId};
use std::collections::BTreeMap;

type Group = (LevelId, DomainId, Option<TierId>);

/// Gives ranks and puts everybody in order: by group, ranked ones first, by score, then by preference, then as in the table.
pub(super) fn rank(scheme: &Scheme, candidates: Vec<Candidate>) -> Vec<Candidate> {
    let mut groups: BTreeMap<Group, Vec<Candidate>> = BTreeMap::new();
    for candidate in candidates {
        let standing = &candidate.standing;
        let tier = standing.tier.filter(|_| scheme.persons.rank_by_tier);
        groups.entry((standing.unit_level, standing.domain, tier)).or_default().push(candidate);
    }
    let mut out = Vec::new();
    for mut group in groups.into_values() {
        group.sort_by(|a, b| {
            b.ranked
                .cmp(&a.ranked)
                .then_with(|| b.key.cmp(&a.key))
                .then_with(|| by_preference(a, b))
                .then_with(|| a.standing.subject.cmp(&b.standing.subject))
        });
        give(scheme, &mut group);
        out.extend(group);
    }
    out
}

fn give(scheme: &Scheme, group: &mut [Candidate]) {
    let of = u32::try_from(group.iter().filter(|one| one.ranked).count()).unwrap_or(u32::MAX);
    let (mut rank, mut listed) = (0, 0);
    for at in 0..group.len() {
        if !group[at].ranked {
            continue;
        }
        listed += 1;
        let joint = at.checked_sub(1).and_then(|before| group.get(before)).is_some_and(|before| {
            before.key == group[at].key
                && (scheme.rules.rank_ties != RankTies::Chain || by_preference(before, &group[at]).is_eq())
        });
        if !joint {
            rank = if scheme.rules.rank_ties == RankTies::Dense { rank + 1 } else { listed };
        }
        group[at].standing.rank = Some(rank);
        group[at].standing.of = of;
    }
}
