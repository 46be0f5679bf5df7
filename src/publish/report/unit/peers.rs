//! Where the peers of a unit lie on every node: lowest, median and highest shown score.

use crate::numeric::{Published, Ratio, median};
use crate::publish::chart::View;
use crate::survey::{DomainId, LevelId, NodeId, SubjectId};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Peers fewer than this say nothing about a middle.
const FEWEST: usize = 3;

/// The shown scores of one node over a peer group.
#[derive(Clone, Debug)]
pub(in crate::publish::report) struct Range {
    pub low: Published,
    pub median: Ratio,
    pub high: Published,
    pub of: usize,
}

/// Ranges by peer group and node.
pub(super) struct Field {
    ranges: BTreeMap<(LevelId, DomainId, NodeId), Range>,
}

impl Field {
    pub(super) fn new(view: &View<'_>) -> Self {
        let frame = &view.scheme.frame;
        let mut groups: BTreeMap<(LevelId, DomainId), Vec<SubjectId>> = BTreeMap::new();
        for card in &view.assessment.scorecards {
            let subject = frame.subject(card.subject);
            groups.entry((subject.level, subject.domain)).or_default().push(card.subject);
        }
        let nodes: Vec<NodeId> = view.scheme.index.ids().collect();
        let tasks: Vec<_> = groups.iter().flat_map(|(key, peers)| nodes.iter().map(move |node| (*key, peers, *node))).collect();
        let found = |((level, domain), peers, node): ((LevelId, DomainId), &Vec<SubjectId>, NodeId)| {
            Some(((level, domain, node), range(view, peers, node)?))
        };
        Self { ranges: tasks.into_par_iter().filter_map(found).collect() }
    }

    pub(super) fn of(&self, view: &View<'_>, subject: SubjectId, node: NodeId) -> Option<&Range> {
        let own = view.scheme.frame.subject(subject);
        self.ranges.get(&(own.level, own.domain, node))
    }
}

fn range(view: &View<'_>, peers: &[SubjectId], node: NodeId) -> Option<Range> {
    let shown: Vec<Published> = peers.iter().filter_map(|peer| view.shown(*peer, node).score().cloned()).collect();
    if shown.len() < FEWEST {
        return None;
    }
    let values: Vec<Ratio> = shown.iter().map(Published::to_ratio).collect();
    Some(Range { low: shown.iter().min()?.clone(), median: median(&values)?, high: shown.iter().max()?.clone(), of: shown.len() })
}
