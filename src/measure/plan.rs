//! The scheme worked out for computing: which rows feed which node, what answers are worth, which weights apply to whom.

use super::adjust::Adjusted;
use super::cell::{Valuation, rank_points};
use super::exact::{Sum, count, hundred};
use crate::numeric::Ratio;
use crate::survey::{DomainId, FormId, FormKind, ItemId, LevelId, Measure, NodeId, NodeSource, Scheme, SubjectId};
use num_traits::{One, Zero};
use std::collections::BTreeMap;

/// One item node and where its answers stand.
pub(super) struct LeafPlan {
    pub node: NodeId,
    pub procedure: NodeId,
    pub form: FormId,
    pub item: ItemId,
    pub valuation: Valuation,
    /// Filled by respondents, not by an assessing team.
    pub ballots: bool,
}

/// One item of a self-rated form, and the item node of the assessed form that has its code.
pub(super) struct SelfPlan {
    pub procedure: NodeId,
    pub form: FormId,
    pub item: ItemId,
    pub node: NodeId,
    pub valuation: Valuation,
}

/// Everything the computation looks up again and again.
pub(super) struct Plan<'a> {
    pub scheme: &'a Scheme,
    pub leaves: Vec<LeafPlan>,
    pub self_rated: Vec<SelfPlan>,
    /// Per domain of units, then per class of persons, and node: weight among its siblings (0–1); `None`: not applicable, by its own weight or an ancestor's.
    shares: Vec<Vec<Option<Ratio>>>,
    /// Per subject: imported scores, relative measures already applied.
    pub imported: Vec<Vec<(NodeId, Ratio)>>,
    /// Per subject: bonus, deductions, veto.
    pub adjusted: Vec<Adjusted>,
}

impl<'a> Plan<'a> {
    pub(super) fn new(scheme: &'a Scheme) -> Self {
        let leaves = leaf_plans(scheme);
        let self_rated = self_plans(scheme, &leaves);
        let classes = u16::try_from(scheme.frame.class_count().max(1)).unwrap_or(u16::MAX);
        Self {
            scheme,
            self_rated,
            leaves,
            shares: (0..classes).map(|class| shares(scheme, DomainId(class))).collect(),
            imported: imported(scheme),
            adjusted: super::adjust::adjusted(scheme),
        }
    }

    /// Which weights apply to a subject: its domain, of a person its class ([`crate::survey::Frame::class`]).
    pub(super) fn domain(&self, subject: SubjectId) -> DomainId {
        self.scheme.frame.class(subject)
    }

    /// The nodes of the tree that subjects of a class have, parents before children.
    pub(super) fn tree(&self, domain: DomainId) -> impl DoubleEndedIterator<Item = NodeId> + use<> {
        let index = &self.scheme.index;
        let persons = self.scheme.frame.is_person_class(domain);
        let root = index.person_ids().next().map_or(index.nodes.len(), |root| usize::from(root.0));
        let range = if persons { root..index.nodes.len() } else { 0..root };
        let number = |at: usize| u16::try_from(at).unwrap_or(u16::MAX);
        (number(range.start)..number(range.end)).map(NodeId)
    }

    /// Weight of a node among its siblings (0–1) for a domain; `None`: not applicable.
    pub(super) fn share(&self, domain: DomainId, node: NodeId) -> Option<&Ratio> {
        self.shares.get(usize::from(domain.0))?.get(usize::from(node.0))?.as_ref()
    }

    pub(super) fn nodes(&self) -> usize {
        self.scheme.index.nodes.len()
    }
}

fn leaf_plans(scheme: &Scheme) -> Vec<LeafPlan> {
    let index = &scheme.index;
    let plan = |node: NodeId| {
        let NodeSource::Item { form: id, item } = index.node(node).source else { return None };
        let procedure = index.procedure_of(node)?;
        let form = scheme.form(id);
        let valuation = Valuation::new(form, form.item(item), &scheme.scales);
        Some(LeafPlan { node, procedure, form: id, item, valuation, ballots: form.kind == FormKind::Ballot })
    };
    index.all_ids().filter_map(plan).collect()
}

fn self_plans(scheme: &Scheme, leaves: &[LeafPlan]) -> Vec<SelfPlan> {
    let mut plans = Vec::new();
    for procedure in scheme.index.all_procedures() {
        let Some(mix) = &scheme.index.node(procedure).self_mix else { continue };
        let form = scheme.form(mix.form);
        for (number, item) in form.items.iter().enumerate() {
            let twin = leaves
                .iter()
                .find(|leaf| leaf.procedure == procedure && scheme.form(leaf.form).item(leaf.item).code == item.code);
            if let (Some(twin), Ok(number)) = (twin, u16::try_from(number)) {
                let valuation = Valuation::new(form, item, &scheme.scales);
                plans.push(SelfPlan { procedure, form: mix.form, item: ItemId(number), node: twin.node, valuation });
            }
        }
    }
    plans
}

fn shares(scheme: &Scheme, domain: DomainId) -> Vec<Option<Ratio>> {
    let index = &scheme.index;
    let weight = |node: NodeId| index.node(node).weights.get(usize::from(domain.0)).cloned().unwrap_or_else(Ratio::zero);
    let mut out: Vec<Option<Ratio>> = vec![None; index.nodes.len()];
    let persons = scheme.frame.is_person_class(domain);
    for id in index.all_ids().filter(|id| index.is_of_persons(*id) == persons) {
        let slot = usize::from(id.0);
        let Some(parent) = index.node(id).parent else {
            out[slot] = Some(Ratio::one());
            continue;
        };
        let own = weight(id);
        if own.is_zero() || out[usize::from(parent.0)].is_none() {
            continue;
        }
        let mut total = Sum::new();
        for sibling in &index.node(parent).children {
            total.add(&weight(*sibling));
        }
        let total = total.ratio();
        out[slot] = (!total.is_zero()).then(|| own / total);
    }
    out
}

/// The last import of a subject and node counts. Ratio to the best and score by rank look at the peers' imports, where the node
/// has no other source.
fn imported(scheme: &Scheme) -> Vec<Vec<(NodeId, Ratio)>> {
    let mut all: BTreeMap<(NodeId, SubjectId), Ratio> = BTreeMap::new();
    for import in &scheme.imported {
        all.insert((import.node, import.subject), import.score.clone());
    }
    let mut out = vec![Vec::new(); scheme.frame.subjects.len()];
    for id in scheme.index.all_ids() {
        let node = scheme.index.node(id);
        let range = all.range((id, SubjectId(0))..=(id, SubjectId(u32::MAX)));
        let mut values: Vec<(SubjectId, Ratio)> = range.map(|((_, subject), score)| (*subject, score.clone())).collect();
        if node.source == NodeSource::Imported {
            relative(scheme, &node.measure, &mut values);
        }
        for (subject, score) in values {
            if let Some(list) = out.get_mut(subject.0 as usize) {
                list.push((id, score));
            }
        }
    }
    out
}

/// 按实绩赋分 and 按排名赋分: absolute scores become scores relative to the peers (level × domain). Other measures stay.
pub(super) fn relative(scheme: &Scheme, measure: &Measure, values: &mut [(SubjectId, Ratio)]) {
    if !matches!(measure, Measure::RatioToBest | Measure::RankScore(_)) {
        return;
    }
    let mut peers: BTreeMap<(LevelId, DomainId), Vec<Ratio>> = BTreeMap::new();
    let group = |subject: SubjectId| (scheme.frame.subject(subject).level, scheme.frame.subject(subject).domain);
    for (subject, score) in values.iter() {
        peers.entry(group(*subject)).or_default().push(score.clone());
    }
    for scores in peers.values_mut() {
        scores.sort();
    }
    for (subject, score) in values.iter_mut() {
        let Some(scores) = peers.get(&group(*subject)) else { continue };
        *score = match (measure, scores.last()) {
            (Measure::RatioToBest, Some(best)) if !best.is_zero() => &*score / best * hundred(),
            (Measure::RankScore(step), _) => {
                let above = scores.len() - scores.partition_point(|other| other <= score);
                rank_points(step, above as u64 + 1)
            }
            _ => Ratio::zero(),
        };
    }
}

/// Of so many, so many: as a fraction; 0 of 0 is 0.
pub(super) fn part_of(part: u64, of: u64) -> Ratio {
    if of == 0 { Ratio::zero() } else { count(part) / count(of) }
}
