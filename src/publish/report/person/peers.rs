//! Where the peers of a person lie: the shown scores of everybody of the same unit level, category and tier, by node and stratum.

use crate::measure::{Assessment, PersonStanding, Scorecard};
use crate::numeric::{Ratio, median};
use crate::publish::chart::View;
use crate::publish::report::unit::Range;
use crate::survey::{DomainId, LevelId, NodeId, StratumId, SubjectId, TierId};
use std::collections::BTreeMap;

/// Peers fewer than this are not summed up: lowest, median and highest of a few would tell each one's score.
const FEWEST: usize = 5;

/// Who is compared: unit level, category, and tier where ranks are by tier.
type Group = (LevelId, DomainId, Option<TierId>);
/// A node, or one stratum of an item.
type Spot = (Group, NodeId, Option<StratumId>);

/// Ranges by peer group, node and stratum.
pub(super) struct Field {
    groups: BTreeMap<SubjectId, Group>,
    ranges: BTreeMap<Spot, Range>,
}

impl Field {
    pub(super) fn new(view: &View<'_>) -> Self {
        let by_tier = view.scheme.persons.rank_by_tier;
        let group = |one: &PersonStanding| (one.subject, (one.unit_level, one.domain, one.tier.filter(|_| by_tier)));
        let persons = &view.assessment.persons;
        let groups: BTreeMap<SubjectId, Group> = persons.standings.iter().map(group).collect();
        let mut found: BTreeMap<Spot, Vec<Ratio>> = BTreeMap::new();
        for card in &persons.scorecards {
            let Some(group) = groups.get(&card.subject) else { continue };
            for (node, stratum, score) in shown(view, card) {
                found.entry((*group, node, stratum)).or_default().push(score);
            }
        }
        let ranges = found.into_iter().filter_map(|(spot, values)| Some((spot, range(view, &values)?))).collect();
        Self { groups, ranges }
    }

    pub(super) fn of(&self, subject: SubjectId, node: NodeId, stratum: Option<StratumId>) -> Option<&Range> {
        self.ranges.get(&(*self.groups.get(&subject)?, node, stratum))
    }
}

/// The composite is the total, adjustments included.
fn shown(view: &View<'_>, card: &Scorecard) -> Vec<(NodeId, Option<StratumId>, Ratio)> {
    let index = &view.scheme.index;
    let mut all = Vec::new();
    for id in index.person_ids() {
        let Some(node) = card.nodes.get(usize::from(id.0)).filter(|node| !node.hidden) else { continue };
        let score = if index.persons == Some(id) { card.total.as_ref() } else { node.score.as_ref() };
        all.extend(score.map(|score| (id, None, score.clone())));
        let cells = node.cells.iter().filter(|cell| !cell.hidden);
        all.extend(cells.filter_map(|cell| Some((id, Some(cell.stratum), cell.score.clone()?))));
    }
    all
}

fn range(view: &View<'_>, values: &[Ratio]) -> Option<Range> {
    if values.len() < FEWEST {
        return None;
    }
    let published: Vec<_> = values.iter().map(|value| view.publish(value)).collect();
    let exact: Vec<Ratio> = published.iter().map(crate::numeric::Published::to_ratio).collect();
    let (low, high) = (published.iter().min()?.clone(), published.iter().max()?.clone());
    Some(Range { low, median: median(&exact)?, high, of: values.len() })
}

/// The scorecards of persons by subject.
pub(super) fn cards(assessment: &Assessment) -> BTreeMap<SubjectId, &Scorecard> {
    assessment.persons.scorecards.iter().map(|card| (card.subject, card)).collect()
}
