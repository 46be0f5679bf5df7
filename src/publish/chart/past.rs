//! Earlier years as far as the scheme names them, for charts of change.

use super::view::View;
use crate::numeric::{Ratio, round_half_up};
use crate::publish::words::charts as words;
use crate::survey::{Index, Scheme, SubjectId};
use std::collections::BTreeMap;

/// Results of an earlier year.
#[derive(Clone, Debug, Default)]
pub struct Past {
    /// What it is called: `2025年`.
    pub label: String,
    /// Published composite by subject number.
    pub scores: Vec<Option<Ratio>>,
    /// Rank among the peers of today that had a composite, by subject number.
    pub ranks: Vec<Option<u32>>,
}

impl Past {
    #[must_use]
    pub fn score(&self, subject: SubjectId) -> Option<&Ratio> {
        self.scores.get(subject.0 as usize)?.as_ref()
    }

    #[must_use]
    pub fn rank(&self, subject: SubjectId) -> Option<u32> {
        self.ranks.get(subject.0 as usize).copied().flatten()
    }
}

/// The years that the scheme knows, the earliest first; those without a composite that can be compared are left out.
#[must_use]
pub fn known(scheme: &Scheme) -> Vec<Past> {
    let Some(previous) = &scheme.rules.analysis.previous else { return Vec::new() };
    let mut scores: Vec<Option<Ratio>> = vec![None; scheme.frame.subjects.len()];
    for score in previous.scores.iter().filter(|score| score.node == Index::ROOT) {
        if let Some(place) = scores.get_mut(score.subject.0 as usize) {
            *place = Some(round_half_up(&score.score, scheme.rules.places).to_ratio());
        }
    }
    if scores.iter().all(Option::is_none) {
        return Vec::new();
    }
    let label = match previous.year {
        Some(year) => words::year(scheme.language, year),
        None => words::last_year(scheme.language).to_owned(),
    };
    vec![Past { label, ranks: ranks(scheme, &scores), scores }]
}

/// Competition ranks (1-2-2-4) within level × domain.
fn ranks(scheme: &Scheme, scores: &[Option<Ratio>]) -> Vec<Option<u32>> {
    let mut groups: BTreeMap<_, Vec<&Ratio>> = BTreeMap::new();
    let peers = |id: SubjectId| (scheme.frame.subject(id).level, scheme.frame.subject(id).domain);
    for (id, score) in scheme.frame.ids().zip(scores) {
        if let Some(score) = score {
            groups.entry(peers(id)).or_default().push(score);
        }
    }
    for group in groups.values_mut() {
        group.sort_by(|a, b| b.cmp(a));
    }
    let rank = |(id, score): (SubjectId, &Option<Ratio>)| {
        let (group, score) = (groups.get(&peers(id))?, score.as_ref()?);
        u32::try_from(group.partition_point(|other| *other > score) + 1).ok()
    };
    scheme.frame.ids().zip(scores).map(rank).collect()
}

impl View<'_> {
    /// What this year is called.
    #[must_use]
    pub fn this_year(&self) -> String {
        match self.scheme.year {
            Some(year) => words::year(self.language(), year),
            None => words::this_year(self.language()).to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::Made;
    use super::*;
    use crate::numeric::ratio;
    use crate::survey::{Previous, PreviousScore};

    #[test]
    fn last_year_is_taken_from_the_scheme_and_ranked_among_peers() {
        let mut made = Made::new(4, 1, 0);
        assert!(known(&made.scheme).is_empty());
        let divisions = made.level(1);
        let score = |(at, score): (usize, i64)| PreviousScore {
            subject: divisions[at],
            node: Index::ROOT,
            score: ratio(score, 1000),
            se: None,
        };
        let scores = [80_004, 90_000, 80_001].into_iter().enumerate().map(score).collect();
        made.scheme.rules.analysis.previous = Some(Previous { year: Some(2025), fingerprint: String::new(), scores });
        let past = known(&made.scheme);
        assert_eq!((past.len(), past[0].label.as_str()), (1, "2025年"));
        let ranks: Vec<Option<u32>> = divisions.iter().map(|id| past[0].rank(*id)).collect();
        assert_eq!(ranks, [Some(2), Some(1), Some(2), None], "80.004 and 80.001 are both published as 80.00");
        assert_eq!(past[0].score(divisions[0]), Some(&ratio(80, 1)));
    }
}
