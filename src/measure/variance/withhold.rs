//! Errors that would tell too much: of two answers, mean and standard error give both back.

use crate::measure::assessment::Scorecard;
use crate::survey::{Index, NodeSource, Scheme};

/// Takes away the errors of scores that stay published although fewer than `min_cell` respondents gave them (procedures of few
/// judges), and of the composite where it would give back the error of the only such procedure. `raters`: respondents by card
/// and node; `ballots`: nodes that respondents feed.
pub(in crate::measure) fn withhold(cards: &mut [Scorecard], raters: &[Vec<u64>], ballots: &[bool], scheme: &Scheme) {
    let least = scheme.rules.min_cell;
    for (card, raters) in cards.iter_mut().zip(raters) {
        let few: Vec<bool> =
            raters.iter().zip(ballots).map(|(raters, ballots)| *ballots && *raters > 0 && *raters < least).collect();
        for (node, few) in card.nodes.iter_mut().zip(&few) {
            if *few {
                (node.error, node.no_error) = (None, None);
                node.cells.iter_mut().for_each(|cell| cell.error = None);
            }
        }
        let parts = &scheme.index.node(Index::ROOT).children;
        if parts.iter().filter(|part| few.get(usize::from(part.0)).copied().unwrap_or(false)).count() == 1
            && let Some(root) = card.nodes.first_mut()
        {
            root.error = None;
        }
    }
}

/// Persons take over what their unit shows: no error of a unit's part that the unit itself does not show, nor of the composite
/// it is in.
pub(in crate::measure) fn withhold_from_persons(persons: &mut [Scorecard], units: &[Scorecard], scheme: &Scheme) {
    let index = &scheme.index;
    for card in persons {
        let unit = units.get(scheme.frame.unit_of(card.subject).0 as usize);
        let mut any = false;
        for id in index.person_ids() {
            let NodeSource::Unit(source) = index.node(id).source else { continue };
            let from = unit.and_then(|unit| unit.nodes.get(usize::from(source.unwrap_or(Index::ROOT).0)));
            let Some(node) = card.nodes.get_mut(usize::from(id.0)) else { continue };
            if node.error.is_some() && from.is_some_and(|from| from.error.is_none()) {
                node.error = None;
                any = true;
            }
        }
        let root = index.persons.and_then(|root| card.nodes.get_mut(usize::from(root.0)));
        if let (Some(root), true) = (root, any) {
            root.error = None;
        }
    }
}
