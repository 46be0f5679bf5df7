//! Standard errors that would tell of hidden cells: made coarser, or withheld (method §8).
//!
//! A mean of few votes and their spread give the votes back. So the spread of the answers in a small hidden cell must not be told
//! to within ± `min_cell` points from all errors that stay published ([`super::spreads`] lists the relations): where it would be,
//! the error nearest to it is withheld too, and its interval with it. Every error with something hidden below is published as one
//! number: its degrees of freedom, design effect and second standard error would each be a further equation for the same unknowns.
//! They are taken off, and the interval is made with degrees of freedom that follow from what is published.

#[cfg(test)]
mod tests;

use super::assessment::Scorecard;
use super::evidence::NoError;
use super::reach::{Block, moves_towards};
use super::relations::Value;
use super::spreads::{Spread, Spreads, Sum};
use super::variance::{coarse, stepped};
use crate::numeric::to_f64;
use crate::survey::Scheme;
use rustc_hash::FxHashSet;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// Spreads that are looked at together; those farther off are held fixed, which can only hide more.
const BLOCKS: [usize; 2] = [12, 160];

/// Nodes by (card, slot).
type Places = BTreeSet<(u32, u16)>;

/// Withholds and coarsens the errors of cards on which it is marked what is hidden, before it is emptied. `few`: nodes whose score
/// is shown although few respondents gave it; their errors are not.
pub(super) fn veil(cards: &mut [Scorecard], scheme: &Scheme, few: &Places, trees_only: bool) {
    let below = hidden_below(cards, scheme, few, trees_only);
    if below.iter().flatten().all(|hidden| !hidden) && few.is_empty() {
        return;
    }
    let spreads = Spreads::new(scheme, cards, trees_only);
    let mut veil = Veil { spreads: &spreads, need: least(scheme), withheld: few.clone() };
    for value in veil.small(few) {
        veil.settle(value);
    }
    let withheld = veil.withheld;
    let coarser = |place: (u32, u16)| {
        let node = spreads.node(place.0, place.1).filter(|_| !withheld.contains(&place))?;
        let df = told_df(&spreads, place, &withheld)?;
        Some((place, coarse(node.error.as_ref()?, to_f64(node.score.as_ref()?), df, spreads.is_share(place.1))))
    };
    let coarser: Vec<_> = places(&below).filter_map(coarser).collect();
    for ((card, slot), error) in coarser {
        if let Some(node) = cards.get_mut(card as usize).and_then(|card| card.nodes.get_mut(usize::from(slot))) {
            node.error = Some(error);
        }
    }
    for (card, slot) in &withheld {
        if let Some(node) = cards.get_mut(*card as usize).and_then(|card| card.nodes.get_mut(usize::from(*slot))) {
            (node.error, node.no_error) = (None, Some(NoError::Withheld));
            if few.contains(&(*card, *slot)) {
                node.cells.iter_mut().for_each(|cell| cell.error = None);
            }
        }
    }
}

#[allow(clippy::cast_precision_loss, reason = "a small number of respondents")]
fn least(scheme: &Scheme) -> f64 {
    scheme.rules.min_cell as f64
}

fn places(below: &[Vec<bool>]) -> impl Iterator<Item = (u32, u16)> + '_ {
    let of = |(card, slots): (u32, &Vec<bool>)| {
        let slots: Vec<u16> = (0u16..).zip(slots).filter(|(_, hidden)| **hidden).map(|(slot, _)| slot).collect();
        slots.into_iter().map(move |slot| (card, slot))
    };
    (0u32..).zip(below).flat_map(of)
}

/// By card and node: whether a stratum, a child or a member is hidden or of few respondents, or something below those.
fn hidden_below(cards: &[Scorecard], scheme: &Scheme, few: &Places, trees_only: bool) -> Vec<Vec<bool>> {
    let mut below: Vec<Vec<bool>> = cards.iter().map(|card| vec![false; card.nodes.len()]).collect();
    let is = |below: &[Vec<bool>], card: usize, slot: usize| {
        let there = below.get(card).and_then(|slots| slots.get(slot)).copied().unwrap_or(false);
        let hidden = cards.get(card).and_then(|card| card.nodes.get(slot)).is_some_and(|node| node.hidden);
        let place = u32::try_from(card).ok().zip(u16::try_from(slot).ok());
        there || hidden || place.is_some_and(|place| few.contains(&place))
    };
    for (number, card) in cards.iter().enumerate().rev() {
        let members = if trees_only { &[][..] } else { scheme.frame.children(card.subject) };
        for id in scheme.index.all_ids().rev() {
            let slot = usize::from(id.0);
            let Some(node) = card.nodes.get(slot) else { continue };
            let children = &scheme.index.node(id).children;
            let found = node.cells.iter().any(|cell| cell.hidden)
                || children.iter().any(|child| is(&below, number, usize::from(child.0)))
                || (node.rollup.is_some() && members.iter().any(|member| is(&below, member.0 as usize, slot)));
            if let Some(place) = below.get_mut(number).and_then(|slots| slots.get_mut(slot)) {
                *place = found;
            }
        }
    }
    below
}

/// Degrees of freedom that follow from what is published: those of the parts shown, and for what is hidden together the fewest
/// that any of its parts has. Never more than F. E. Satterthwaite's (1946) of all parts.
fn told_df(spreads: &Spreads<'_>, (card, slot): (u32, u16), withheld: &Places) -> Option<f64> {
    let (_, df) = spreads.truth(Value::Node(card, slot))?;
    let sum = spreads.sum(card, slot);
    let pooled = spreads.node(card, slot)?.rollup.is_some_and(|used| used.method == crate::survey::Rollup::Pooled);
    let rest = sum.is_empty() || sum.iter().any(|(spread, _)| matches!(spread, Spread::Rest(..)));
    if rest || pooled {
        return Some(stepped(df));
    }
    let (mut whole, mut spent, mut hidden, mut fewest) = (0.0, 0.0, 0.0, f64::INFINITY);
    for (spread, weight) in sum.iter().skip(1) {
        let Spread::Of(value) = spread else { continue };
        let Some((variance, own)) = spreads.truth(*value) else { continue };
        let part = weight * variance;
        whole += part;
        if unknown(spreads, withheld, *spread) {
            hidden += part;
            fewest = fewest.min(own);
        } else if own > 0.0 {
            spent += part * part / own;
        }
    }
    if fewest.is_finite() && fewest > 0.0 {
        spent += hidden * hidden / fewest;
    }
    Some(if spent > 0.0 { df.min(whole * whole / spent) } else { df })
}

fn unknown(spreads: &Spreads<'_>, withheld: &Places, spread: Spread) -> bool {
    match spread {
        Spread::Rest(..) => true,
        Spread::Of(Value::Node(card, slot)) => {
            withheld.contains(&(card, slot)) || spreads.node(card, slot).is_some_and(|node| node.hidden)
        }
        Spread::Of(Value::Cell(card, slot, at)) => spreads
            .node(card, slot)
            .is_some_and(|node| node.hidden || node.cells.get(usize::from(at)).is_some_and(|cell| cell.hidden)),
    }
}

struct Veil<'a> {
    spreads: &'a Spreads<'a>,
    need: f64,
    /// Nodes shown without their error.
    withheld: Places,
}

impl Veil<'_> {
    /// What must not be told: the spreads of hidden cells and nodes of too few, and of few that are shown.
    fn small(&mut self, few: &Places) -> Vec<(Value, u64)> {
        let mut small: Vec<Value> = few.iter().map(|(card, slot)| Value::Node(*card, *slot)).collect();
        for (card, number) in self.spreads.cards.iter().zip(0u32..) {
            for (node, slot) in card.nodes.iter().zip(0u16..) {
                if node.hidden {
                    small.push(Value::Node(number, slot));
                }
                let hidden = (0u16..).zip(&node.cells).filter(|(_, cell)| cell.hidden || node.hidden);
                small.extend(hidden.map(|(at, _)| Value::Cell(number, slot, at)));
            }
        }
        let least = self.spreads.scheme.rules.min_cell;
        let counted = small.into_iter().map(|value| (value, self.spreads.people(value)));
        let mut small: Vec<(Value, u64)> =
            counted.filter(|(value, people)| (1..least).contains(people) && self.spreads.truth(*value).is_some()).collect();
        small.sort_unstable();
        small.dedup();
        small.extend(self.bounds(&small));
        small
    }

    /// Errors of vote counts are bounds, and those add up as they are, not squared: Σ w·se over items of one form. Where that would
    /// tell a small item's, the error of the sum is withheld, and is to be protected itself.
    fn bounds(&mut self, small: &[(Value, u64)]) -> Vec<(Value, u64)> {
        let mut more = Vec::new();
        for (value, people) in small {
            let Value::Node(card, slot) = *value else { continue };
            let parent = self.spreads.scheme.index.nodes.get(usize::from(slot)).and_then(|rule| rule.parent);
            let Some(parent) = parent.filter(|parent| !self.withheld.contains(&(card, parent.0))) else { continue };
            let sum = Value::Node(card, parent.0);
            let bound = self.spreads.node(card, parent.0).and_then(|node| node.error.as_ref());
            if bound.is_none_or(|error| error.basis == super::evidence::ErrorBasis::Linearised) {
                continue;
            }
            if !self.loose(*value, *people, &self.spreads.siblings(card, parent.0)) {
                self.withheld.insert((card, parent.0));
                more.push((sum, *people));
            }
        }
        more
    }

    /// Whether a standard error can lie elsewhere while Σ w·se over the hidden siblings stays.
    fn loose(&self, value: Value, people: u64, siblings: &[(Value, f64)]) -> bool {
        let Some((_, own)) = siblings.iter().find(|(sibling, _)| *sibling == value) else { return true };
        let others = siblings.iter().filter(|(sibling, _)| *sibling != value);
        let hidden = others.filter(|(sibling, _)| unknown(self.spreads, &self.withheld, Spread::Of(*sibling)));
        let (mut up, mut down) = (0.0, 0.0);
        for (sibling, weight) in hidden {
            let spread = Spread::Of(*sibling);
            let at = libm::sqrt(self.spreads.at(spread));
            up += weight * at;
            down += weight * (libm::sqrt(self.spreads.range(spread).1) - at);
        }
        let at = libm::sqrt(self.spreads.at(Spread::Of(value)));
        let most = libm::sqrt(self.spreads.range(Spread::Of(value)).1);
        let root = libm::sqrt(double(people));
        let (rises, falls) = ((up / own).min(most - at) * root, (down / own).min(at) * root);
        rises > self.need || falls > self.need
    }

    /// Withholds errors, nearest first, until a spread cannot be told.
    fn settle(&mut self, (value, people): (Value, u64)) {
        if !self.could_move(value, people) {
            return;
        }
        let mut victims = Vec::new();
        while !self.safe(value, people) {
            let Some(victim) = self.victim(value) else { break };
            self.withheld.insert(victim);
            victims.push(victim);
        }
        for victim in victims.iter().rev().skip(1) {
            self.withheld.remove(victim);
            if !self.safe(value, people) {
                self.withheld.insert(*victim);
            }
        }
    }

    /// How far a squared error must go, down and up, for the spread of the answers to move by so many points.
    fn needs(&self, value: Value, people: u64) -> [(f64, f64); 2] {
        let variance = self.spreads.at(Spread::Of(value));
        let n = double(people);
        let deviation = libm::sqrt(n * variance);
        let up = (deviation + self.need) * (deviation + self.need) / n - variance;
        let left = deviation - self.need;
        let down = if left > 0.0 { variance - left * left / n } else { f64::INFINITY };
        [(1.0, up), (-1.0, down)]
    }

    /// Whether the scale itself leaves room: where it does not, nothing is gained by hiding.
    fn could_move(&self, value: Value, people: u64) -> bool {
        let spread = Spread::Of(value);
        let (at, (low, high)) = (self.spreads.at(spread), self.spreads.range(spread));
        let [(_, up), (_, down)] = self.needs(value, people);
        high - at > up || at - low > down
    }

    fn safe(&self, value: Value, people: u64) -> bool {
        let mut before = 0;
        for most in BLOCKS {
            let (block, size) = self.block(value, most);
            let moves = |(direction, need): &(f64, f64)| need.is_finite() && moves_towards(&block, *direction, *need);
            if size > before && self.needs(value, people).iter().any(moves) {
                return true;
            }
            if size < most {
                return false;
            }
            before = size;
        }
        false
    }

    fn block(&self, value: Value, most: usize) -> (Block, usize) {
        let mut parts = vec![Spread::Of(value)];
        let mut column: BTreeMap<Spread, usize> = BTreeMap::from([(Spread::Of(value), 0)]);
        let mut sums: Vec<Rc<Sum>> = Vec::new();
        let mut known: FxHashSet<(u32, u16)> = FxHashSet::default();
        let mut next = 0;
        while let Some(part) = parts.get(next).copied() {
            next += 1;
            for place in self.spreads.sums_with(part) {
                let sum = self.spreads.sum(place.0, place.1);
                if !sum.iter().any(|(known, _)| *known == part) || !known.insert(place) {
                    continue;
                }
                for (term, _) in sum.iter() {
                    if parts.len() < most && unknown(self.spreads, &self.withheld, *term) && !column.contains_key(term) {
                        column.insert(*term, parts.len());
                        parts.push(*term);
                    }
                }
                sums.push(sum);
            }
        }
        let row = |sum: &Rc<Sum>| {
            let mut row = vec![0.0; parts.len()];
            for (term, weight) in sum.iter() {
                if let Some(cell) = column.get(term).and_then(|at| row.get_mut(*at)) {
                    *cell += weight;
                }
            }
            row
        };
        let ranges: Vec<(f64, f64)> = parts.iter().map(|part| self.spreads.range(*part)).collect();
        let block = Block {
            at: parts.iter().map(|part| self.spreads.at(*part)).collect(),
            low: ranges.iter().map(|range| range.0).collect(),
            high: ranges.iter().map(|range| range.1).collect(),
            rows: sums.iter().map(row).collect(),
        };
        (block, parts.len())
    }

    /// The nearest sum whose own error is still shown.
    fn victim(&self, value: Value) -> Option<(u32, u16)> {
        let mut parts = vec![Spread::Of(value)];
        let mut seen: FxHashSet<Spread> = FxHashSet::from_iter([Spread::Of(value)]);
        let most = BLOCKS.last().copied().unwrap_or(0);
        let mut next = 0;
        while let Some(part) = parts.get(next).copied().filter(|_| next < most) {
            next += 1;
            for (card, slot) in self.spreads.sums_with(part) {
                let sum = self.spreads.sum(card, slot);
                if !sum.iter().any(|(known, _)| *known == part) {
                    continue;
                }
                if !unknown(self.spreads, &self.withheld, Spread::Of(Value::Node(card, slot))) {
                    return Some((card, slot));
                }
                let more = sum.iter().map(|(term, _)| *term).filter(|term| unknown(self.spreads, &self.withheld, *term));
                parts.extend(more.filter(|term| seen.insert(*term)));
            }
        }
        None
    }
}

#[allow(clippy::cast_precision_loss, reason = "numbers of respondents")]
fn double(number: u64) -> f64 {
    number as f64
}
