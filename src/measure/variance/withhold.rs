//! Errors that would tell too much: of two answers, mean and standard error give both back.

use crate::measure::assessment::Scorecard;
use crate::survey::{Index, Scheme};

/// Takes away the errors of scores that stay published although fewer than `min_cell` respondents gave them (procedures of few
/// judges), and of the composite where it would give back the error of the only such procedure. `raters`: respondents by card
/// and node; `ballots`: nodes that respondents feed.
pub(crate) fn withhold(cards: &mut [Scorecard], raters: &[Vec<u64>], ballots: &[bool], scheme: &Scheme) {
    let least = scheme.rules.min_cell;
    for (card, raters) in cards.iter_mut().zip(raters) {
        let few: Vec<bool> = raters.iter().zip(ballots).map(|(raters, ballots)| *ballots && *raters > 0 && *raters < least).collect();
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
