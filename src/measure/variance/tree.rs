//! Errors up the trees: items → indicators → procedures → composite within a subject, members → parent in a roll-up.

use super::Over;
use super::interval::{Kind, publish};
use super::material::{Materials, Sample};
use super::node::{Lonely, State, Weights, independent, of_form};
use super::prior::Priors;
use crate::measure::assessment::{Cell, NodeScore, Scorecard, WhyMissing};
use crate::measure::estimate::{Counts, Filter, estimate};
use crate::measure::evidence::{NoError, Uncertainty};
use crate::measure::plan::Plan;
use crate::measure::rollup::{descendants, headcounts, people};
use crate::measure::self_rating::sensitivity;
use crate::numeric::to_f64;
use crate::survey::{Index, Measure, NodeId, NodeKind, NodeSource, Rollup, SubjectId};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// The states of one subject's nodes, by node; `None`: not of its tree, or not known yet.
type States = Vec<Option<State>>;

/// Fills the errors of every node and cell of every card: of units, and of the persons whose scores hold their unit's.
pub(super) fn fill(
    plan: &Plan<'_>,
    counts: &Counts<'_>,
    materials: &Materials<'_>,
    (units, persons): (&mut [Scorecard], &mut [Scorecard]),
) -> Vec<Over> {
    let priors = Priors::new(plan, counts, materials);
    let ground = Ground { plan, counts, materials, priors: &priors };
    let own: Vec<(States, Vec<Over>)> = units.par_iter_mut().map(|card| own_states(ground, (card, None))).collect();
    let (states, over): (Vec<_>, Vec<_>) = own.into_iter().unzip();
    let states = Rolled { ground, cards: units, states }.all();
    units.par_iter_mut().zip(&states).for_each(|(card, states)| write_all(plan, card, states));
    let of_persons: Vec<Vec<Over>> = persons
        .par_iter_mut()
        .map(|card| {
            let unit = states.get(plan.scheme.frame.unit_of(card.subject).0 as usize);
            let (states, over) = own_states(ground, (card, unit));
            write_all(plan, card, &states);
            over
        })
        .collect();
    over.into_iter().chain(of_persons).flatten().collect()
}

/// What all errors are made from.
#[derive(Clone, Copy)]
struct Ground<'a> {
    plan: &'a Plan<'a>,
    counts: &'a Counts<'a>,
    materials: &'a Materials<'a>,
    priors: &'a Priors,
}

impl Ground<'_> {
    /// The samples of one subject, or of several pooled (`of`: none), with what the peers say of their spread.
    fn samples(&self, subjects: &[SubjectId], of: Option<SubjectId>) -> Vec<Sample> {
        let mut samples = self.materials.samples(self.counts, subjects);
        self.priors.hand_out(self.plan, of, &mut samples);
        samples
    }
}

fn write_all(plan: &Plan<'_>, card: &mut Scorecard, states: &States) {
    for ((id, node), state) in plan.scheme.index.all_ids().zip(&mut card.nodes).zip(states) {
        write(plan, id, node, state.as_ref());
    }
}

/// The errors of one subject's own nodes, from its own ballots; and of its cells. `unit`: of a person, the states of the unit.
fn own_states(ground: Ground<'_>, (card, unit): (&mut Scorecard, Option<&States>)) -> (States, Vec<Over>) {
    let Ground { plan, counts, materials, .. } = ground;
    let subject = card.subject;
    let samples = if counts.has_any(subject) { ground.samples(&[subject], Some(subject)) } else { Vec::new() };
    let mut states: States = vec![None; card.nodes.len()];
    let view = View { plan, materials, nodes: &card.nodes, samples: &samples, leaves: BTreeMap::new(), unit };
    for id in plan.tree(plan.domain(card.subject)).rev().filter(|id| card.nodes[usize::from(id.0)].rollup.is_none()) {
        states[usize::from(id.0)] = Some(view.state(id, &states));
    }
    for (id, (form, item)) in &materials.leaves {
        let node = &mut card.nodes[usize::from(id.0)];
        if let (Some(sample), Some(kind)) = (samples.get(*form), kind(&plan.scheme.index.node(*id).measure)) {
            node.cells.iter_mut().for_each(|cell| cell.error = cell_error(sample, *item, cell, kind));
        }
    }
    let over = samples.iter().enumerate().flat_map(|(form, sample)| {
        let strata = sample.iter().flatten();
        strata.filter_map(move |stratum| Some((form, stratum.n, stratum.over?)))
    });
    (states, over.map(|(form, found, people)| Over { subject, form, found, people }).collect())
}

/// How the interval of a measure is made; `None`: no mean.
fn kind(measure: &Measure) -> Option<Kind> {
    match measure {
        Measure::Mean => Some(Kind::Mean),
        Measure::Tiers(_) | Measure::RatioToBest | Measure::RankScore(_) => None,
        Measure::ExcellentRate
        | Measure::SatisfiedOnly
        | Measure::SatisfiedBroad
        | Measure::SatisfiedOfAll
        | Measure::Awareness => Some(Kind::Share),
    }
}

fn cell_error(sample: &Sample, item: usize, cell: &Cell, kind: Kind) -> Option<Uncertainty> {
    let score = cell.score.as_ref()?;
    let place = if sample.len() == 1 { 0 } else { usize::from(cell.stratum.0) };
    let mut weights = Weights { share: kind == Kind::Share, ..Weights::default() };
    weights.add(place, item, 1.0, 1.0);
    publish(to_f64(score), &State::Sampled(of_form(sample, &weights)), kind).ok()
}

fn write(plan: &Plan<'_>, id: NodeId, node: &mut NodeScore, state: Option<&State>) {
    let Some(score) = &node.score else {
        (node.error, node.no_error) = (None, Some(NoError::NoScore));
        return;
    };
    let own = node.rollup.is_none_or(|used| used.method == Rollup::Pooled);
    let leaf = plan.scheme.index.node(id).kind == NodeKind::Item && own;
    let kind = if leaf { kind(&plan.scheme.index.node(id).measure).unwrap_or(Kind::Mean) } else { Kind::Mean };
    match publish(to_f64(score), state.unwrap_or(&State::None(NoError::NoScore)), kind) {
        Ok(error) => (node.error, node.no_error) = (Some(error), None),
        Err(why) => (node.error, node.no_error) = (None, Some(why)),
    }
}

/// One subject's nodes and the samples that stand for its items.
struct View<'a> {
    plan: &'a Plan<'a>,
    materials: &'a Materials<'a>,
    nodes: &'a [NodeScore],
    samples: &'a [Sample],
    /// Items whose strata are not on the card (pooled ones).
    leaves: BTreeMap<NodeId, NodeScore>,
    /// Of a person: the states of the unit.
    unit: Option<&'a States>,
}

/// What a node is made of.
#[derive(Default)]
struct Parts {
    forms: BTreeMap<usize, Weights>,
    exact: bool,
    no_mean: bool,
    /// Nodes rolled up from members in another way.
    rolled: Vec<(f64, NodeId)>,
    /// Parts taken over from the unit.
    unit: Vec<(f64, State)>,
}

impl View<'_> {
    fn node(&self, id: NodeId) -> &NodeScore {
        &self.nodes[usize::from(id.0)]
    }

    fn state(&self, id: NodeId, known: &[Option<State>]) -> State {
        let node = self.node(id);
        if node.score.is_none() {
            return State::None(NoError::NoScore);
        }
        if node.imported {
            return State::Exact;
        }
        let index = &self.plan.scheme.index;
        if index.node(id).kind == NodeKind::Composite {
            let weight = |child: &NodeId| to_f64(&self.node(*child).weight.effective);
            let parts = index.node(id).children.iter();
            let parts = parts.filter_map(|child| Some((weight(child), known.get(usize::from(child.0))?.as_ref()?)));
            return independent(parts, Lonely::Any);
        }
        let mut parts = Parts::default();
        self.gather(id, 1.0, &mut parts);
        let state = self.sum(&parts, known);
        let mixed = index.node(id).kind == NodeKind::Procedure && index.node(id).self_mix.is_some();
        let factor = if mixed { to_f64(&sensitivity(index.node(id).self_mix.as_ref(), node)) } else { 1.0 };
        if mixed { independent(std::iter::once((factor, &state)), Lonely::Any) } else { state }
    }

    /// Goes down to the items with the weights they really had.
    fn gather(&self, id: NodeId, weight: f64, parts: &mut Parts) {
        let node = self.node(id);
        if node.score.is_none() || weight == 0.0 {
            return;
        }
        if node.imported {
            parts.exact = true;
            return;
        }
        if node.rollup.is_some_and(|used| used.method != Rollup::Pooled) {
            parts.rolled.push((weight, id));
            return;
        }
        let index = self.plan.scheme.index.node(id);
        for child in &index.children {
            self.gather(*child, weight * to_f64(&self.node(*child).weight.effective), parts);
        }
        if index.children.is_empty() {
            self.item(id, weight, &index.measure, parts);
        }
    }

    fn item(&self, id: NodeId, weight: f64, measure: &Measure, parts: &mut Parts) {
        if let NodeSource::Unit(source) = self.plan.scheme.index.node(id).source {
            let from = source.unwrap_or(Index::ROOT);
            let state = self.unit.and_then(|unit| unit.get(usize::from(from.0))).cloned().flatten();
            parts.unit.extend(state.map(|state| (weight, state)));
            return;
        }
        let Some((form, item)) = self.materials.leaves.get(&id) else {
            parts.exact = true;
            return;
        };
        let Some(kind) = kind(measure) else {
            parts.no_mean = true;
            return;
        };
        let one = self.materials.forms.get(*form).is_some_and(|form| form.strata == 1);
        let cells = self.leaves.get(&id).map_or(&self.node(id).cells, |leaf| &leaf.cells);
        let weights = parts.forms.entry(*form).or_default();
        weights.share = kind == Kind::Share;
        for cell in cells.iter().filter(|cell| cell.score.is_some()) {
            let share = to_f64(&cell.weight.effective);
            if share != 0.0 {
                weights.add(if one { 0 } else { usize::from(cell.stratum.0) }, *item, weight * share, share);
            }
        }
    }

    fn sum(&self, parts: &Parts, known: &[Option<State>]) -> State {
        if parts.no_mean {
            return State::None(NoError::NotAMean);
        }
        let of = |(form, weights): (&usize, &Weights)| {
            let sample = self.samples.get(*form);
            sample.map_or(State::None(NoError::NoScore), |sample| State::Sampled(of_form(sample, weights)))
        };
        let mut states: Vec<(f64, State)> = parts.forms.iter().map(|form| (1.0, of(form))).collect();
        if parts.exact {
            states.push((1.0, State::Exact));
        }
        states.extend(parts.unit.iter().cloned());
        for (weight, id) in &parts.rolled {
            states.extend(known.get(usize::from(id.0)).cloned().flatten().map(|state| (*weight, state)));
        }
        let sum = independent(states.iter().map(|(weight, state)| (*weight, state)), Lonely::Any);
        // Items rolled up in different ways rest on the same ballots: the bound.
        if states.len() > 1 && !parts.rolled.is_empty() {
            return widest(sum, &states);
        }
        sum
    }
}

/// The same with the standard errors added up, as if all moved together.
fn widest(sum: State, parts: &[(f64, State)]) -> State {
    let State::Sampled(mut sum) = sum else { return sum };
    let error = |(weight, state): &(f64, State)| match state {
        State::Sampled(part) => weight.abs() * libm::sqrt(part.variance),
        State::Exact | State::None(_) => 0.0,
    };
    let total: f64 = parts.iter().map(error).sum();
    let fair = |(weight, state): &(f64, State)| match state {
        State::Sampled(part) => weight.abs() * libm::sqrt(part.fair.variance),
        State::Exact | State::None(_) => 0.0,
    };
    let fair: f64 = parts.iter().map(fair).sum();
    (sum.variance, sum.fair.variance) = (total * total, fair * fair);
    sum.bound = true;
    State::Sampled(sum)
}

/// Roll-ups, from the leaves of the organisation to its top.
struct Rolled<'a> {
    ground: Ground<'a>,
    cards: &'a [Scorecard],
    states: Vec<States>,
}

impl Rolled<'_> {
    fn all(mut self) -> Vec<States> {
        let frame = &self.ground.plan.scheme.frame;
        let heads = headcounts(frame);
        for subject in frame.ids().rev().filter(|id| !frame.children(*id).is_empty()) {
            let Some(card) = self.cards.get(subject.0 as usize) else { continue };
            let pooled = card.nodes.iter().any(|node| node.rollup.is_some_and(|used| used.method == Rollup::Pooled));
            let (samples, leaves) = if pooled { self.pool(subject) } else { (Vec::new(), BTreeMap::new()) };
            let view = View {
                plan: self.ground.plan,
                materials: self.ground.materials,
                nodes: &card.nodes,
                samples: &samples,
                leaves,
                unit: None,
            };
            let mut states = std::mem::take(&mut self.states[subject.0 as usize]);
            for id in self.ground.plan.scheme.index.ids().rev() {
                let slot = usize::from(id.0);
                let Some(used) = card.nodes.get(slot).and_then(|node| node.rollup) else { continue };
                states[slot] = Some(match used.method {
                    Rollup::Pooled => view.state(id, &states),
                    method @ (Rollup::Simple | Rollup::Headcount) => self.members(subject, id, method, &heads),
                });
            }
            self.states[subject.0 as usize] = states;
        }
        self.states
    }

    /// The samples of everything below, and the item scores with their strata.
    fn pool(&self, subject: SubjectId) -> (Vec<Sample>, BTreeMap<NodeId, NodeScore>) {
        let below = descendants(&self.ground.plan.scheme.frame, subject);
        let samples = self.ground.samples(&below, None);
        let counts = self.ground.counts.of(&below, Filter::Counted);
        let leaves = estimate(self.ground.plan, self.ground.plan.domain(subject), &counts).leaves;
        (samples, leaves.into_iter().collect())
    }

    /// Members are independent; each counts with the weight it had.
    fn members(&self, subject: SubjectId, id: NodeId, method: Rollup, heads: &[Option<u64>]) -> State {
        let slot = usize::from(id.0);
        let members = self.ground.plan.scheme.frame.children(subject).iter().filter_map(|member| {
            let node = self.cards.get(member.0 as usize)?.nodes.get(slot)?;
            let counts = node.score.is_some() && node.why != Some(WhyMissing::NotApplicable);
            counts.then(|| (to_f64(&people(method, heads, *member)), *member))
        });
        let members: Vec<(f64, SubjectId)> = members.collect();
        let total: f64 = members.iter().map(|(weight, _)| weight).sum();
        let of = |member: SubjectId| self.states.get(member.0 as usize)?.get(slot)?.as_ref();
        independent(members.iter().filter_map(|(weight, member)| Some((weight / total, of(*member)?))), Lonely::All)
    }
}
