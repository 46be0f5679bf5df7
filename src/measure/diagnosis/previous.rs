//! Last year's scores from last year's counts.

use crate::measure::assessment::Cleared;
use crate::survey::{NodeId, PreviousScore};

/// Every score that may be shown, as [`crate::survey::Previous`] keeps them: by subject and node.
#[must_use]
pub fn last_year(cleared: &Cleared) -> Vec<PreviousScore> {
    let mut scores = Vec::new();
    for card in &cleared.get().scorecards {
        for (node, score) in (0u16..).zip(&card.nodes) {
            let Some(points) = score.score.clone().filter(|_| !score.hidden) else { continue };
            let se = score.error.as_ref().map(|error| error.se);
            scores.push(PreviousScore { subject: card.subject, node: NodeId(node), score: points, se });
        }
    }
    scores.sort_unstable_by_key(|score| (score.subject, score.node));
    scores
}
