//! Scores as the workbook tells them: in full, but those above hidden numbers to their published places only.
//!
//! Votes are whole numbers: from the exact score of a unit, the scores shown below it and the number of people, the votes in a hidden
//! cell could be worked out, where the published places leave room.

use crate::measure::{NodeScore, Scorecard};
use crate::numeric::{Ratio, round_half_up};
use crate::publish::material::Material;
use crate::survey::{Index, NodeId, Scheme, SubjectId};
use num_bigint::BigInt;
use num_traits::{One, Signed};

/// The cards of the units, and which of their nodes have something hidden below.
pub(super) struct Told {
    /// In frame order.
    cards: Vec<Scorecard>,
    /// By subject and node.
    veiled: Vec<Vec<bool>>,
    places: u32,
}

impl Told {
    pub(super) fn new(material: &Material<'_>) -> Self {
        let (scheme, places) = (material.scheme, material.scheme.rules.places);
        let mut cards = material.cleared.get().scorecards.clone();
        let veiled = veiled(scheme, &cards);
        let rounded = |score: &Ratio| round_half_up(score, places).to_ratio();
        for (card, veiled) in cards.iter_mut().zip(&veiled) {
            for (node, _) in card.nodes.iter_mut().zip(veiled).filter(|(_, veiled)| **veiled) {
                node.score = node.score.as_ref().map(rounded);
            }
            if veiled.get(usize::from(Index::ROOT.0)).copied().unwrap_or(false) {
                card.total = card.total.as_ref().map(rounded);
            }
        }
        Self { cards, veiled, places }
    }

    pub(super) fn all(&self) -> &[Scorecard] {
        &self.cards
    }

    pub(super) fn of(&self, subject: SubjectId) -> Option<&Scorecard> {
        self.cards.get(subject.0 as usize).filter(|card| card.subject == subject)
    }

    pub(super) fn veiled(&self, subject: SubjectId, node: NodeId) -> bool {
        self.veiled.get(subject.0 as usize).and_then(|nodes| nodes.get(usize::from(node.0))).copied().unwrap_or(false)
    }

    /// The formula for a score where it gives it: exactly, or, above hidden numbers, to the published places. `given`: what it gives;
    /// `places`: the cell that holds their number.
    pub(super) fn formula(
        &self,
        (subject, node): (SubjectId, NodeId),
        (given, score): (&Ratio, &Ratio),
        places: &str,
        text: impl FnOnce() -> Option<String>,
    ) -> Option<String> {
        let text = if self.agrees((subject, node), (given, score)) { text()? } else { return None };
        let veiled = self.veiled(subject, node);
        Some(if veiled { format!("=ROUND(ROUND({},10),{places})", text.trim_start_matches('=')) } else { text })
    }

    /// Whether it gives the score: exactly, or, above hidden numbers, to the published places.
    pub(super) fn agrees(&self, (subject, node): (SubjectId, NodeId), (given, score): (&Ratio, &Ratio)) -> bool {
        if self.veiled(subject, node) { round_half_up(given, self.places).to_ratio() == *score } else { given == score }
    }
}

impl Told {
    /// Whether it misses a score above hidden numbers by no more than their rounding.
    pub(super) fn nearly(&self, (subject, node): (SubjectId, NodeId), (given, score): (&Ratio, &Ratio)) -> bool {
        let last = Ratio::new(BigInt::one(), BigInt::from(10u8).pow(self.places));
        self.veiled(subject, node) && (given - score).abs() <= last
    }
}

/// By card and node: whether a stratum, a child or a member is hidden, or something below those. Members stand after their parents.
fn veiled(scheme: &Scheme, cards: &[Scorecard]) -> Vec<Vec<bool>> {
    let mut out: Vec<Vec<bool>> = cards.iter().map(|card| vec![false; card.nodes.len()]).collect();
    for (number, card) in cards.iter().enumerate().rev() {
        for id in scheme.index.ids().rev() {
            let slot = usize::from(id.0);
            let Some(node) = card.nodes.get(slot) else { continue };
            let child = |child: &NodeId| is(cards, &out, number, usize::from(child.0));
            let member = |member: &SubjectId| is(cards, &out, member.0 as usize, slot);
            let below = node.cells.iter().any(|cell| cell.hidden)
                || scheme.index.node(id).children.iter().any(child)
                || (node.rollup.is_some() && scheme.frame.children(card.subject).iter().any(member));
            if let Some(place) = out.get_mut(number).and_then(|nodes| nodes.get_mut(slot)) {
                *place = below;
            }
        }
    }
    out
}

fn is(cards: &[Scorecard], veiled: &[Vec<bool>], card: usize, slot: usize) -> bool {
    let hidden = |node: &NodeScore| node.hidden;
    cards.get(card).and_then(|card| card.nodes.get(slot)).is_some_and(hidden)
        || veiled.get(card).and_then(|nodes| nodes.get(slot)).copied().unwrap_or(false)
}
