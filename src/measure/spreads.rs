//! The relations between published standard errors: their squares add up over independent parts, as scores do (method §6, §8).
//!
//! Published beside most scores is a standard error, and its interval says the same again. A reader who squares them knows
//!
//! ```text
//! Strata    V(u,item) = Σ_c eff(c)²·V(u,item,c)
//! Forms     V(u,node) = f²·(Σ_k eff(k)²·V(u,k) + rest)      (rest: children that share a form, with their covariances)
//! Members   V(parent,node) = Σ_m w(m)²·V(m,node)             (w(m): share of the member)
//! Pooled    V(parent,item) = Σ_c eff(c)²·Σ_m n(m,c)(n(m,c)−1)/(n(c)(n(c)−1))·V(m,item,c) + what lies between the members
//! ```
//!
//! with V the square of the standard error that the interval is made with. What lies between members is granted to the reader.

use super::assessment::{NodeScore, Scorecard};
use super::disclosure::contributors;
use super::relations::{Relations, Value, node};
use super::rollup::{headcounts, method};
use super::self_rating::sensitivity;
use crate::numeric::to_f64;
use crate::survey::{FormId, FormKind, Measure, NodeId, NodeKind, NodeSource, Rollup, Scheme, SubjectId};
use num_traits::Zero;
use rustc_hash::FxHashMap;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// A squared standard error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Spread {
    /// Of a node or of one stratum of an item.
    Of(Value),
    /// Of the children of a node that share a form, taken together: (card, slot).
    Rest(u32, u16),
}

/// Σ coefficient × spread = constant, the node on the left first, with −1.
pub(super) type Sum = Vec<(Spread, f64)>;

/// The relations between the errors of a set of cards, hidden ones included.
pub(super) struct Spreads<'a> {
    pub scheme: &'a Scheme,
    pub cards: &'a [Scorecard],
    scores: Relations<'a>,
    heads: Vec<Option<u64>>,
    /// Ballot forms below each node.
    forms: Vec<BTreeSet<FormId>>,
    /// The cards are persons: nothing is rolled up from them.
    trees_only: bool,
    /// Sums worked out so far; they do not hang on what is hidden.
    known: RefCell<FxHashMap<(u32, u16), Rc<Sum>>>,
}

impl<'a> Spreads<'a> {
    pub(super) fn new(scheme: &'a Scheme, cards: &'a [Scorecard], trees_only: bool) -> Self {
        let scores = if trees_only { Relations::of_persons(scheme) } else { Relations::new(scheme) };
        Self {
            scheme,
            cards,
            scores,
            heads: headcounts(&scheme.frame),
            forms: forms(scheme),
            trees_only,
            known: RefCell::default(),
        }
    }

    pub(super) fn node(&self, card: u32, slot: u16) -> Option<&'a NodeScore> {
        node(self.cards, card, slot)
    }

    /// Respondents behind a score.
    pub(super) fn people(&self, value: Value) -> u64 {
        match value {
            Value::Cell(card, slot, at) => {
                self.node(card, slot).and_then(|node| node.cells.get(usize::from(at))).map_or(0, contributors)
            }
            Value::Node(card, slot) => self.node(card, slot).map_or(0, |node| match node.cells.as_slice() {
                [] => node.n,
                cells => cells.iter().map(contributors).sum(),
            }),
        }
    }

    /// The squared standard error of a part and its degrees of freedom, as its interval has them; `None`: it has none.
    pub(super) fn truth(&self, value: Value) -> Option<(f64, f64)> {
        let error = match value {
            Value::Node(card, slot) => self.node(card, slot)?.error.as_ref()?,
            Value::Cell(card, slot, at) => self.node(card, slot)?.cells.get(usize::from(at))?.error.as_ref()?,
        };
        let (se, df) = error.working();
        Some((se * se, df))
    }

    /// The least and the most that a spread can be: between all of one mind and two halves at the ends of the scale
    /// (T. Popoviciu 1935); always holding the truth.
    pub(super) fn range(&self, spread: Spread) -> (f64, f64) {
        let at = self.at(spread);
        let most = match spread {
            Spread::Of(value) => {
                let (low, high) = self.scores.range(value, self.score(value));
                let half = (high - low) / 2.0;
                #[allow(clippy::cast_precision_loss, reason = "numbers of respondents")]
                let free = self.people(value).saturating_sub(1).max(1) as f64;
                // a member of one respondent counts as uncertain as can be, undivided
                half * half / if self.rolled_up(value) { 1.0 } else { free }
            }
            Spread::Rest(card, slot) => {
                let together: f64 = self.sharing(card, slot).map(|(weight, variance)| weight * libm::sqrt(variance)).sum();
                together * together
            }
        };
        (0.0, most.max(at))
    }

    fn rolled_up(&self, value: Value) -> bool {
        matches!(value, Value::Node(card, slot) if self.node(card, slot).is_some_and(|node| node.rollup.is_some()))
    }

    fn score(&self, value: Value) -> f64 {
        let score = match value {
            Value::Node(card, slot) => self.node(card, slot).and_then(|node| node.score.as_ref()),
            Value::Cell(card, slot, at) => {
                self.node(card, slot).and_then(|node| node.cells.get(usize::from(at))).and_then(|cell| cell.score.as_ref())
            }
        };
        score.map_or(0.0, to_f64)
    }

    /// What a spread really is; 0 where there is none.
    pub(super) fn at(&self, spread: Spread) -> f64 {
        match spread {
            Spread::Of(value) => self.truth(value).map_or(0.0, |(variance, _)| variance),
            Spread::Rest(card, slot) => {
                let Some(factor) = self.node(card, slot).map(|node| self.factor(slot, node)) else { return 0.0 };
                let whole = self.at(Spread::Of(Value::Node(card, slot))) / factor.max(1e-12);
                let alone = self.alone(card, slot).map(|(child, weight)| weight * self.at(Spread::Of(child)));
                (whole - alone.sum::<f64>()).max(0.0)
            }
        }
    }

    /// The nodes whose sums a spread takes part in.
    pub(super) fn sums_with(&self, spread: Spread) -> Vec<(u32, u16)> {
        let mut found = Vec::new();
        match spread {
            Spread::Rest(card, slot) => found.push((card, slot)),
            Spread::Of(Value::Cell(card, slot, _)) => {
                found.push((card, slot));
                if !self.trees_only && (card as usize) < self.scheme.frame.subjects.len() {
                    found.extend(self.scheme.frame.lineage(SubjectId(card)).skip(1).map(|above| (above.0, slot)));
                }
            }
            Spread::Of(Value::Node(card, slot)) => {
                found.push((card, slot));
                found.extend(self.scheme.index.nodes.get(usize::from(slot)).and_then(|rule| rule.parent).map(|up| (card, up.0)));
                let above = self.scheme.frame.subjects.get(card as usize).filter(|_| !self.trees_only);
                found.extend(above.and_then(|subject| subject.parent).map(|parent| (parent.0, slot)));
            }
        }
        found
    }

    /// The sum that a node's spread is; empty where it is none.
    pub(super) fn sum(&self, card: u32, slot: u16) -> Rc<Sum> {
        if let Some(known) = self.known.borrow().get(&(card, slot)) {
            return Rc::clone(known);
        }
        let sum = Rc::new(self.made_of(card, slot));
        self.known.borrow_mut().insert((card, slot), Rc::clone(&sum));
        sum
    }

    fn made_of(&self, card: u32, slot: u16) -> Sum {
        let left = Value::Node(card, slot);
        let Some(node) = self.node(card, slot).filter(|node| node.score.is_some() && !node.imported) else { return Sum::new() };
        if self.truth(left).is_none() {
            return Sum::new();
        }
        let mut sum = vec![(Spread::Of(left), -1.0)];
        let leaf = self.children(slot).is_empty();
        match node.rollup.map(|used| used.method) {
            Some(asked @ (Rollup::Simple | Rollup::Headcount)) => self.members(card, slot, asked, &mut sum),
            Some(Rollup::Pooled) if leaf => self.pooled(card, slot, &mut sum),
            _ if leaf => sum.extend(self.strata(card, slot, node)),
            _ => {
                let factor = self.factor(slot, node);
                sum.extend(self.alone(card, slot).map(|(child, weight)| (Spread::Of(child), weight * factor)));
                if self.sharing(card, slot).next().is_some() {
                    sum.push((Spread::Rest(card, slot), factor));
                }
            }
        }
        if sum.len() > 1 { sum } else { Sum::new() }
    }

    fn strata(&self, card: u32, slot: u16, node: &'a NodeScore) -> impl Iterator<Item = (Spread, f64)> + use<'_, 'a> {
        (0u16..).zip(&node.cells).filter_map(move |(at, cell)| {
            let value = Value::Cell(card, slot, at);
            self.truth(value)?;
            let weight = to_f64(&cell.weight.effective);
            (weight != 0.0).then_some((Spread::Of(value), weight * weight))
        })
    }

    fn members(&self, card: u32, slot: u16, asked: Rollup, sum: &mut Sum) {
        if self.trees_only {
            return;
        }
        let members = self.scheme.frame.children(SubjectId(card));
        let headcount = method(Some(asked), members, &self.heads) == Rollup::Headcount;
        #[allow(clippy::cast_precision_loss, reason = "people of a unit")]
        let people = |member: SubjectId| match self.heads.get(member.0 as usize).copied().flatten() {
            Some(people) if headcount => people as f64,
            _ => 1.0,
        };
        let counted = |member: &&SubjectId| self.node(member.0, slot).is_some_and(|node| node.score.is_some());
        let all: f64 = members.iter().filter(counted).map(|member| people(*member)).sum();
        for member in members.iter().filter(counted).filter(|_| all > 0.0) {
            let value = Value::Node(member.0, slot);
            if self.truth(value).is_some() {
                let share = people(*member) / all;
                sum.push((Spread::Of(value), share * share));
            }
        }
    }

    fn pooled(&self, card: u32, slot: u16, sum: &mut Sum) {
        let (_, weights) = self.scores.pooled_cells(self.cards, card, slot);
        let mut all: BTreeMap<usize, u64> = BTreeMap::new();
        for (_, stratum, _, n) in &weights {
            *all.entry(*stratum).or_default() += n;
        }
        #[allow(clippy::cast_precision_loss, reason = "ballots of a stratum")]
        let pairs = |n: u64| n as f64 * (n.max(2) - 1) as f64;
        for (value, stratum, weight, n) in weights {
            let whole = all.get(&stratum).copied().unwrap_or(n);
            if self.truth(value).is_some() && weight > 0.0 {
                sum.push((Spread::Of(value), weight * weight * pairs(n) / pairs(whole)));
            }
        }
    }

    fn children(&self, slot: u16) -> &'a [NodeId] {
        self.scheme.index.nodes.get(usize::from(slot)).map_or(&[], |rule| &rule.children)
    }

    /// What a self-rating mixed in leaves of the assessed part, squared.
    fn factor(&self, slot: u16, node: &NodeScore) -> f64 {
        let rule = self.scheme.index.nodes.get(usize::from(slot)).filter(|rule| rule.kind == NodeKind::Procedure);
        let factor = rule.map_or(1.0, |rule| to_f64(&sensitivity(rule.self_mix.as_ref(), node)));
        factor * factor
    }

    /// Children that count, with their weights, and whether they share a form with another such.
    fn counted(&self, card: u32, slot: u16) -> impl Iterator<Item = (NodeId, f64, bool)> + use<'_, 'a> {
        let composite = self.scheme.index.nodes.get(usize::from(slot)).is_some_and(|rule| rule.kind == NodeKind::Composite);
        let present = move |child: &NodeId| {
            let part = self.node(card, child.0)?;
            let counts = part.score.is_some() && !part.weight.effective.is_zero();
            counts.then(|| (*child, to_f64(&part.weight.effective)))
        };
        let parts: Vec<(NodeId, f64)> = self.children(slot).iter().filter_map(present).collect();
        let forms = |child: NodeId| self.forms.get(usize::from(child.0));
        let shares = move |child: NodeId, parts: &[(NodeId, f64)]| {
            let others = parts.iter().filter(|(other, _)| *other != child).filter_map(|(other, _)| forms(*other));
            !composite && forms(child).is_some_and(|own| others.into_iter().any(|other| !own.is_disjoint(other)))
        };
        let told: Vec<(NodeId, f64, bool)> =
            parts.iter().map(|(child, weight)| (*child, *weight, shares(*child, &parts))).collect();
        told.into_iter()
    }

    /// Children whose errors are independent of all others', with their squared weights.
    fn alone(&self, card: u32, slot: u16) -> impl Iterator<Item = (Value, f64)> + use<'_, 'a> {
        let own = self.counted(card, slot).filter(|(.., shares)| !shares);
        own.map(move |(child, weight, _)| (Value::Node(card, child.0), weight * weight))
            .filter(|(value, _)| self.truth(*value).is_some())
    }

    /// Weights and squared errors of the children that share a form.
    fn sharing(&self, card: u32, slot: u16) -> impl Iterator<Item = (f64, f64)> + use<'_, 'a> {
        let together = self.counted(card, slot).filter(|(.., shares)| *shares);
        together.map(move |(child, weight, _)| (weight, self.at(Spread::Of(Value::Node(card, child.0)))))
    }

    /// Of children that share a form: value, weight.
    pub(super) fn siblings(&self, card: u32, slot: u16) -> Vec<(Value, f64)> {
        let together = self.counted(card, slot).filter(|(.., shares)| *shares);
        together.map(|(child, weight, _)| (Value::Node(card, child.0), weight)).collect()
    }

    /// A share (not a mean) of one item, whose interval is Wilson's.
    pub(super) fn is_share(&self, slot: u16) -> bool {
        self.scheme.index.nodes.get(usize::from(slot)).is_some_and(|rule| {
            rule.children.is_empty()
                && !matches!(rule.measure, Measure::Mean | Measure::Tiers(_) | Measure::RatioToBest | Measure::RankScore(_))
        })
    }
}

/// Ballot forms below every node.
fn forms(scheme: &Scheme) -> Vec<BTreeSet<FormId>> {
    let mut forms = vec![BTreeSet::new(); scheme.index.nodes.len()];
    for id in scheme.index.all_ids().rev() {
        let rule = scheme.index.node(id);
        let mut own: BTreeSet<FormId> =
            rule.children.iter().filter_map(|child| forms.get(usize::from(child.0))).flatten().copied().collect();
        if let NodeSource::Item { form, .. } = rule.source
            && scheme.form(form).kind == FormKind::Ballot
        {
            own.insert(form);
        }
        if let Some(place) = forms.get_mut(usize::from(id.0)) {
            *place = own;
        }
    }
    forms
}
