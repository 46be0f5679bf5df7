//! Complementary suppression: hides as little as it can until no small cell can be told to within ± `need` points.
//!
//! For every small cell the block of hidden values around it is examined: could its value be another by more than `need` while
//! every published sum still holds? Values far off are held fixed, which can only make the answer "no", so "yes" is proof. Where
//! it cannot move, the published value that does least harm in the sum that binds it is hidden too, and the question is put
//! again. Hiding more never lets another hidden value be told, so each small cell is settled once.

use super::assessment::Scorecard;
use super::reach::{Block, moves};
use super::relations::{Relation, Relations, Terms, Value, node};
use crate::numeric::to_f64;
use crate::survey::{NodeKind, Scheme};
use rustc_hash::FxHashSet;
use std::collections::BTreeMap;

/// Which victim comes first: of a binding sum, of least harm, nearest, of fewest respondents, then by place.
type Order = (bool, u8, usize, u64, Value);

/// Sizes of the blocks that are tried, smallest first.
const BLOCKS: [usize; 4] = [12, 48, 160, 400];

/// What is hidden of a set of cards, and what may be.
pub(super) struct Protector<'a> {
    pub scheme: &'a Scheme,
    pub relations: Relations<'a>,
    pub cards: Vec<Scorecard>,
    /// Per node: fed by respondents, so it may be hidden.
    pub ballots: Vec<bool>,
    /// Per card and node: respondents that gave a score.
    pub raters: Vec<Vec<u64>>,
    /// A hidden value must be free to lie more than this many points away.
    pub need: f64,
    /// Values hidden to protect others.
    pub hidden_to_protect: u64,
}

impl Protector<'_> {
    /// Settles every value of the list, in its order.
    pub(super) fn protect(&mut self, small: &[Value]) {
        for value in small {
            self.settle(*value);
        }
    }

    fn settle(&mut self, value: Value) {
        let mut victims: Vec<Value> = Vec::new();
        while !self.safe(value) {
            let Some(victim) = self.victim(value) else { break };
            self.set_hidden(victim, true);
            victims.push(victim);
        }
        // The last one made it safe; of the others some may have become needless.
        for victim in victims.iter().rev().skip(1) {
            self.set_hidden(*victim, false);
            if !self.safe(value) {
                self.set_hidden(*victim, true);
            }
        }
        self.hidden_to_protect += victims.iter().filter(|victim| self.hidden(**victim)).count() as u64;
    }

    pub(super) fn hidden(&self, value: Value) -> bool {
        match value {
            Value::Node(card, slot) => node(&self.cards, card, slot).is_some_and(|node| node.hidden),
            Value::Cell(card, slot, at) => node(&self.cards, card, slot)
                .is_some_and(|node| node.hidden || node.cells.get(usize::from(at)).is_some_and(|cell| cell.hidden)),
        }
    }

    fn set_hidden(&mut self, value: Value, hidden: bool) {
        let (Value::Node(card, slot) | Value::Cell(card, slot, _)) = value;
        let node = self.cards.get_mut(card as usize).and_then(|card| card.nodes.get_mut(usize::from(slot)));
        match (node, value) {
            (Some(node), Value::Node(..)) => node.hidden = hidden,
            (Some(node), Value::Cell(_, _, at)) => {
                if let Some(cell) = node.cells.get_mut(usize::from(at)) {
                    cell.hidden = hidden;
                }
            }
            (None, _) => {}
        }
    }

    fn truth(&self, value: Value) -> f64 {
        let score = match value {
            Value::Node(card, slot) => node(&self.cards, card, slot).and_then(|node| node.score.as_ref()),
            Value::Cell(card, slot, at) => node(&self.cards, card, slot)
                .and_then(|node| node.cells.get(usize::from(at)))
                .and_then(|cell| cell.score.as_ref()),
        };
        score.map_or(0.0, to_f64)
    }

    fn safe(&self, value: Value) -> bool {
        let mut before = 0;
        for most in BLOCKS {
            let (block, size) = self.block(value, most);
            if size > before && moves(&block, self.need) {
                return true;
            }
            if size < most {
                return false;
            }
            before = size;
        }
        false
    }

    /// The hidden values around one, nearest first, at most so many, with every relation that binds them.
    fn block(&self, value: Value, most: usize) -> (Block, usize) {
        let mut values = vec![value];
        let mut column: BTreeMap<Value, usize> = BTreeMap::from([(value, 0)]);
        let mut sums: Vec<Terms> = Vec::new();
        let mut known: FxHashSet<Relation> = FxHashSet::default();
        let mut next = 0;
        while let Some(value) = values.get(next).copied() {
            next += 1;
            for (relation, terms) in self.relations.touching(&self.cards, value) {
                if !known.insert(relation) {
                    continue;
                }
                for (term, _) in &terms {
                    if values.len() < most && self.hidden(*term) && !column.contains_key(term) {
                        column.insert(*term, values.len());
                        values.push(*term);
                    }
                }
                sums.push(terms);
            }
        }
        let row = |terms: &Terms| {
            let mut row = vec![0.0; values.len()];
            for (term, weight) in terms {
                if let Some(cell) = column.get(term).and_then(|at| row.get_mut(*at)) {
                    *cell += weight;
                }
            }
            row
        };
        let at: Vec<f64> = values.iter().map(|value| self.truth(*value)).collect();
        let ranges: Vec<(f64, f64)> = values.iter().zip(&at).map(|(value, at)| self.relations.range(*value, *at)).collect();
        let block = Block {
            low: ranges.iter().map(|range| range.0).collect(),
            high: ranges.iter().map(|range| range.1).collect(),
            rows: sums.iter().map(row).collect(),
            at,
        };
        (block, values.len())
    }

    /// The value whose hiding does least harm, in the nearest sum that holds this one fast; failing that, in the nearest at all.
    fn victim(&self, value: Value) -> Option<Value> {
        let most = BLOCKS.last().copied().unwrap_or(0);
        let (mut values, mut seen) = (vec![value], FxHashSet::from_iter([value]));
        let mut known: FxHashSet<Relation> = FxHashSet::default();
        let mut best: Option<(Order, Value)> = None;
        let mut next = 0;
        while let Some(through) = values.get(next).copied() {
            for (relation, terms) in self.relations.touching(&self.cards, through) {
                if !known.insert(relation) {
                    continue;
                }
                let loose = self.capacity(&terms, through) > 2.0 * self.need;
                for (term, _) in &terms {
                    if self.hidden(*term) {
                        if values.len() < most && seen.insert(*term) {
                            values.push(*term);
                        }
                    } else if let Some((harm, raters)) = self.harm(*term) {
                        let order = (loose, harm, next, raters, *term);
                        if best.as_ref().is_none_or(|(known, _)| order < *known) {
                            best = Some((order, *term));
                        }
                    }
                }
            }
            next += 1;
            // A binding sum close by is settled before farther ones are looked at, unless only a composite could be hidden there.
            if best.as_ref().is_some_and(|((loose, harm, ..), _)| !loose && *harm < COMPOSITE) {
                break;
            }
        }
        best.map(|(_, victim)| victim)
    }

    /// How far the other hidden values of a sum let this one go.
    fn capacity(&self, terms: &[(Value, f64)], through: Value) -> f64 {
        let own = terms.iter().find(|(term, _)| *term == through).map_or(1.0, |(_, weight)| weight.abs());
        let others = terms.iter().filter(|(term, _)| *term != through && self.hidden(*term));
        let room = others.map(|(term, weight)| {
            let at = self.truth(*term);
            let (low, high) = self.relations.range(*term, at);
            weight.abs() * (high - at).max(at - low)
        });
        room.sum::<f64>() / own.max(1e-12)
    }

    /// How much is lost by hiding a value: its kind, then its respondents. `None`: it is not for hiding.
    fn harm(&self, value: Value) -> Option<(u8, u64)> {
        let (Value::Node(card, slot) | Value::Cell(card, slot, _)) = value;
        let fed = self.ballots.get(usize::from(slot)).copied().unwrap_or(false);
        let node = node(&self.cards, card, slot).filter(|node| fed && node.score.is_some() && !node.imported)?;
        match value {
            Value::Cell(_, _, at) => {
                let cell = node.cells.get(usize::from(at)).filter(|cell| cell.score.is_some())?;
                Some((0, cell.n))
            }
            Value::Node(..) => {
                let kind = match self.scheme.index.nodes.get(usize::from(slot))?.kind {
                    NodeKind::Item => 1,
                    NodeKind::Indicator => 2,
                    NodeKind::Procedure => 3,
                    NodeKind::Composite => COMPOSITE,
                };
                let raters = self.raters.get(card as usize).and_then(|raters| raters.get(usize::from(slot)));
                // Of equals the one that others are rolled up from, before the roll-up.
                Some((kind, 2 * raters.copied().unwrap_or(0) + u64::from(node.rollup.is_some())))
            }
        }
    }
}

/// Harm of hiding a composite: the last resort.
const COMPOSITE: u8 = 4;
