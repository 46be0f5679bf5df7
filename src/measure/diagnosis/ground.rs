//! What the diagnosis stands on: peer groups, last year, settings, and what a node costs.

use crate::measure::assessment::{NodeScore, Scorecard};
use crate::measure::evidence::NoError;
use crate::measure::rollup::headcounts;
use crate::numeric::{Ratio, int, to_f64};
use crate::survey::{DomainId, Form, FormKind, Index, LevelId, NodeId, NodeKind, NodeSource, PreviousScore, Scheme, SubjectId};
use num_traits::Zero;
use std::collections::BTreeMap;

/// Subjects of one level and domain, in frame order.
pub(super) struct Group {
    pub level: LevelId,
    pub domain: DomainId,
    pub members: Vec<SubjectId>,
}

/// Scheme and scores, and what is looked up in them again and again.
pub(super) struct Ground<'a> {
    pub scheme: &'a Scheme,
    pub cards: &'a [Scorecard],
    /// Per node: fed by respondents; fed by a form with strata.
    ballots: Vec<bool>,
    stratified: Vec<bool>,
    /// People each subject stands for.
    pub heads: Vec<Option<u64>>,
    previous: BTreeMap<(SubjectId, NodeId), &'a PreviousScore>,
}

/// What a score rests on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Basis {
    /// Points given by an assessing team, or taken over: a fact, not a sample.
    Fact,
    /// Enough ballots, and their error.
    Sample,
    /// Too few ballots, or no known error.
    Unknown,
}

impl<'a> Ground<'a> {
    pub(super) fn new(scheme: &'a Scheme, cards: &'a [Scorecard]) -> Self {
        let last = scheme.rules.analysis.previous.iter().flat_map(|previous| &previous.scores);
        Self {
            scheme,
            cards,
            ballots: fed(scheme, |form| form.kind == FormKind::Ballot),
            stratified: fed(scheme, |form| form.strata.is_some()),
            heads: headcounts(&scheme.frame),
            previous: last.map(|score| ((score.subject, score.node), score)).collect(),
        }
    }

    /// Every peer group, by level and domain.
    pub(super) fn groups(&self) -> Vec<Group> {
        let mut groups: BTreeMap<(LevelId, DomainId), Vec<SubjectId>> = BTreeMap::new();
        for card in self.cards {
            let subject = self.scheme.frame.subject(card.subject);
            groups.entry((subject.level, subject.domain)).or_default().push(card.subject);
        }
        groups.into_iter().map(|((level, domain), members)| Group { level, domain, members }).collect()
    }

    /// Procedures, indicators and items.
    pub(super) fn nodes(&self) -> Vec<NodeId> {
        let index = &self.scheme.index;
        index.ids().filter(|id| index.node(*id).kind != NodeKind::Composite).collect()
    }

    pub(super) fn node(&self, subject: SubjectId, node: NodeId) -> Option<&'a NodeScore> {
        self.cards.get(subject.0 as usize)?.nodes.get(usize::from(node.0))
    }

    pub(super) fn last(&self, subject: SubjectId, node: NodeId) -> Option<&'a PreviousScore> {
        self.previous.get(&(subject, node)).copied()
    }

    pub(super) fn basis(&self, id: NodeId, node: &NodeScore) -> Basis {
        let sample = self.ballots.get(usize::from(id.0)).copied().unwrap_or(false);
        if node.imported || !sample || node.no_error == Some(NoError::NotASample) {
            Basis::Fact
        } else if node.error.is_some() && node.n >= self.scheme.rules.min_cell.max(1) {
            Basis::Sample
        } else {
            Basis::Unknown
        }
    }

    /// Share of the people of a subject that answered, where their number is known (0: not known, none taken off): of its strata
    /// where the form has some, else its headcount.
    pub(super) fn asked(&self, subject: SubjectId, node: NodeId, n: u64) -> f64 {
        let sizes = &self.scheme.frame.subject(subject).stratum_sizes;
        let people = if self.stratified.get(usize::from(node.0)).copied().unwrap_or(false) {
            Some(sizes.iter().map(|(_, size)| size).sum())
        } else {
            self.heads.get(subject.0 as usize).copied().flatten()
        };
        match people {
            #[allow(clippy::cast_precision_loss, reason = "numbers of people")]
            Some(people) if people > 0 => (n as f64 / people as f64).min(1.0),
            _ => 0.0,
        }
    }

    /// The weight a node really has in its subject's composite: the effective weights up the tree, multiplied. `None`: it has none.
    pub(super) fn weight(&self, subject: SubjectId, node: NodeId) -> Option<Ratio> {
        let mut weight = int(1);
        for id in self.way_up(node) {
            weight *= &self.node(subject, id)?.weight.effective;
        }
        Some(weight).filter(|weight| self.has_total(subject) && !weight.is_zero())
    }

    /// The same as a double; 0: it has none.
    pub(super) fn share(&self, subject: SubjectId, node: NodeId) -> f64 {
        let weight = |id: NodeId| self.node(subject, id).map_or(0.0, |node| to_f64(&node.weight.effective));
        if self.has_total(subject) { self.way_up(node).map(weight).product() } else { 0.0 }
    }

    /// A node and what it is part of, the composite left out.
    fn way_up(&self, node: NodeId) -> impl Iterator<Item = NodeId> + use<'a> {
        let index = &self.scheme.index;
        std::iter::successors(Some(node), |id| index.node(*id).parent).filter(|id| *id != Index::ROOT)
    }

    fn has_total(&self, subject: SubjectId) -> bool {
        self.node(subject, Index::ROOT).is_some_and(|root| root.score.is_some())
    }
}

/// Nodes that a form of this sort feeds.
fn fed(scheme: &Scheme, sort: impl Fn(&Form) -> bool) -> Vec<bool> {
    let mut out = vec![false; scheme.index.nodes.len()];
    for id in scheme.index.ids().rev() {
        let node = scheme.index.node(id);
        let own = match node.source {
            NodeSource::Item { form, .. } => sort(scheme.form(form)),
            NodeSource::Children | NodeSource::Imported | NodeSource::Unit(_) => false,
        };
        let below = |child: &NodeId| out.get(usize::from(child.0)).copied().unwrap_or(false);
        let fed = own || node.children.iter().any(below);
        if let Some(slot) = out.get_mut(usize::from(id.0)) {
            *slot = fed;
        }
    }
    out
}

/// A score and its double.
#[derive(Clone, Debug)]
pub(super) struct Point {
    pub exact: Ratio,
    pub value: f64,
}

impl Point {
    pub(super) fn new(exact: Ratio) -> Self {
        let value = to_f64(&exact);
        Self { exact, value }
    }
}
