//! What hidden results of persons could still be told from: ranges of scores, and numbers in reasons.

use super::super::assessment::{Cell, Scorecard};
use super::super::disclosure::{contributors, raters};
use super::super::protect::Protector;
use super::super::relations::{Relations, Value};
use super::Persons;
use crate::survey::{Scheme, SubjectId};
use std::collections::BTreeMap;

/// Hides more until every small value could be another by more than `min_cell` points; gives how many were hidden for it.
pub(super) fn reckon(persons: &mut Persons, scheme: &Scheme, ballots: &[bool]) -> u64 {
    let least = scheme.rules.min_cell;
    let cards = std::mem::take(&mut persons.scorecards);
    let mut protector = Protector {
        scheme,
        relations: Relations::of_persons(scheme),
        ballots: ballots.to_vec(),
        raters: cards.iter().map(raters).collect(),
        cards,
        #[allow(clippy::cast_precision_loss, reason = "a small number of respondents")]
        need: least as f64,
        hidden_to_protect: 0,
    };
    let mut small = Vec::new();
    for ((card, raters), number) in protector.cards.iter().zip(&protector.raters).zip(0u32..) {
        for id in scheme.index.person_ids().filter(|id| ballots.get(usize::from(id.0)) == Some(&true)) {
            let (Some(node), Some(raters)) = (card.nodes.get(usize::from(id.0)), raters.get(usize::from(id.0))) else { continue };
            let few = |cell: &Cell| !cell.counts.is_empty() && contributors(cell) < least;
            small.extend((0u16..).zip(&node.cells).filter(|(_, cell)| few(cell)).map(|(at, _)| Value::Cell(number, id.0, at)));
            if node.score.is_some() && !node.imported && *raters > 0 && *raters < least {
                small.push(Value::Node(number, id.0));
            }
        }
    }
    protector.protect(&small);
    persons.scorecards = protector.cards;
    protector.hidden_to_protect
}

/// Takes the numbers of hidden nodes out of the reasons; that the rule applied is still said.
pub(super) fn without_numbers(persons: &mut Persons, scheme: &Scheme) {
    let cards: BTreeMap<SubjectId, &Scorecard> = persons.scorecards.iter().map(|card| (card.subject, card)).collect();
    for standing in &mut persons.standings {
        let Some(card) = cards.get(&standing.subject) else { continue };
        let hidden = |name: &String| {
            let mut named = scheme.index.all_ids().filter(|id| scheme.index.node(*id).name == *name);
            named.any(|id| card.nodes.get(usize::from(id.0)).is_some_and(|node| node.hidden))
        };
        for (code, args) in &mut standing.reasons {
            let numbers = match code.as_str() {
                "cap-score" | "note-score" => 2..3,
                "cap-votes" | "note-votes" => 2..4,
                _ => continue,
            };
            if args.get(1).is_some_and(hidden) {
                args.get_mut(numbers).into_iter().flatten().for_each(|number| "—".clone_into(number));
            }
        }
    }
}
