//! What may be shown: cells of too few respondents are emptied, and with them a second one where the first could be solved for.

use super::assessment::{Assessment, Cleared, NodeScore, Scorecard, WhyMissing};
use super::diagnosis;
use super::exact::count;
use crate::survey::{FormKind, NodeId, NodeKind, NodeSource, Scheme, SubjectId};
use num_traits::Zero;

/// Empties every value that must not be shown (method §8), so that nobody downstream can print it: scores `None`, counts empty,
/// n 0, `hidden`. `rules.min_cell` of 0 or 1 turns this off.
///
/// Hidden for themselves: cells (item × stratum), items and indicators of ballot forms that fewer than `min_cell` respondents
/// scored; abstentions do not make a cell bigger. Hidden to protect another: where exactly one stratum of a shown item, exactly one
/// child of a shown node, or exactly one member of a shown roll-up is hidden, the next smallest beside it goes too.
///
/// **Choices.** Score sheets (考核, 自查) are acts of the assessing team and of the subject, not answers of respondents: they are
/// shown. The score of a *procedure* and all above it stay published even when few judges gave them (述职评议): careers need
/// them, and they are what those judges meet to publish; only the counts, items and strata beneath are hidden. Where a
/// procedure has a single item, its score therefore is that item's. How many ballots came back (receipts) is no answer and is
/// shown. Scores with screened-out ballots left in are kept for procedures and above only, because beside the score that counts
/// they would tell what the few voided ballots said.
///
/// **Not covered yet**: combinations of several equations (two unknowns in two sums), rounding intervals, last year's tables,
/// and bounds that the 0–100 range itself gives.
#[must_use]
pub fn clear(assessment: Assessment, scheme: &Scheme) -> Cleared {
    if scheme.rules.min_cell <= 1 {
        return Cleared::new(assessment, 0, 0);
    }
    let mut assessment = assessment;
    let mut hider = Hider {
        scheme,
        ballots: ballot_nodes(scheme),
        raters: assessment.scorecards.iter().map(raters).collect(),
        cards: std::mem::take(&mut assessment.scorecards),
        small: 0,
        complementary: 0,
    };
    hider.hide_small();
    while hider.protect() {}
    let (small, complementary) = (hider.small, hider.complementary);
    assessment.scorecards = hider.emptied();
    // Weak points anew from what is left, so that no median, share or probability was made from a hidden score.
    diagnosis::fill(&mut assessment, scheme);
    Cleared::new(assessment, small, complementary)
}

struct Hider<'a> {
    scheme: &'a Scheme,
    /// Per node: fed by respondents.
    ballots: Vec<bool>,
    /// Per card and node: respondents that gave a score.
    raters: Vec<Vec<u64>>,
    cards: Vec<Scorecard>,
    small: u64,
    complementary: u64,
}

/// Nodes that some ballot form feeds.
fn ballot_nodes(scheme: &Scheme) -> Vec<bool> {
    let mut ballots = vec![false; scheme.index.nodes.len()];
    for id in scheme.index.ids().rev() {
        let node = scheme.index.node(id);
        let own = match node.source {
            NodeSource::Item { form, .. } => scheme.form(form).kind == FormKind::Ballot,
            NodeSource::Children | NodeSource::Imported => false,
        };
        ballots[usize::from(id.0)] = own || node.children.iter().any(|child| ballots[usize::from(child.0)]);
    }
    ballots
}

/// Respondents behind each node: of an item those in its cells, else the n it carries.
fn raters(card: &Scorecard) -> Vec<u64> {
    let of = |node: &NodeScore| match node.cells.as_slice() {
        [] => node.n,
        cells => cells.iter().map(contributors).sum(),
    };
    card.nodes.iter().map(of).collect()
}

/// Respondents that scored; trimmed ones too, abstentions not.
fn contributors(cell: &super::assessment::Cell) -> u64 {
    cell.counts.iter().map(|(_, n)| n).sum::<u64>().saturating_sub(cell.abstained)
}

impl Hider<'_> {
    fn ballot_nodes_below_procedures(&self) -> Vec<(NodeId, NodeKind)> {
        let kinds = self.scheme.index.ids().map(|id| (id, self.scheme.index.node(id).kind));
        kinds
            .filter(|(id, kind)| self.ballots[usize::from(id.0)] && matches!(kind, NodeKind::Item | NodeKind::Indicator))
            .collect()
    }

    fn hide_small(&mut self) {
        let least = self.scheme.rules.min_cell;
        let nodes = self.ballot_nodes_below_procedures();
        for (card, raters) in self.cards.iter_mut().zip(&self.raters) {
            for (id, _) in &nodes {
                let slot = usize::from(id.0);
                let node = &mut card.nodes[slot];
                for cell in &mut node.cells {
                    if !cell.counts.is_empty() && contributors(cell) < least {
                        cell.hidden = true;
                        self.small += 1;
                    }
                }
                if node.score.is_some() && !node.imported && raters[slot] > 0 && raters[slot] < least {
                    node.hidden = true;
                    self.small += 1;
                }
            }
        }
    }

    /// One pass over strata, trees and the organisation; true while something more had to be hidden.
    fn protect(&mut self) -> bool {
        let before = (self.small, self.complementary, self.hidden_nodes());
        for card in 0..self.cards.len() {
            self.strata(card);
            self.tree(card);
        }
        self.organisation();
        before != (self.small, self.complementary, self.hidden_nodes())
    }

    fn hidden_nodes(&self) -> usize {
        self.cards.iter().flat_map(|card| &card.nodes).filter(|node| node.hidden).count()
    }

    /// A single hidden stratum of a shown item is the item's score less the others.
    fn strata(&mut self, card: usize) {
        for (id, _) in self.ballot_nodes_below_procedures() {
            let node = &mut self.cards[card].nodes[usize::from(id.0)];
            if node.hidden || node.imported || node.score.is_none() {
                continue;
            }
            let mut counted: Vec<_> = node.cells.iter_mut().filter(|cell| !cell.weight.effective.is_zero()).collect();
            if counted.iter().filter(|cell| cell.hidden).count() != 1 {
                continue;
            }
            let shown = counted.iter_mut().filter(|cell| !cell.hidden && cell.score.is_some());
            if let Some(second) = shown.min_by_key(|cell| contributors(cell)) {
                second.hidden = true;
                self.complementary += 1;
            }
        }
    }

    /// A single hidden child of a shown node is the node's score less the others.
    fn tree(&mut self, card: usize) {
        for id in self.scheme.index.ids().rev() {
            let slot = usize::from(id.0);
            let kind = self.scheme.index.node(id).kind;
            let node = &self.cards[card].nodes[slot];
            if !self.ballots[slot] || node.hidden || node.score.is_none() || kind == NodeKind::Composite {
                continue;
            }
            let children = self.counted_children(card, id);
            if children.iter().filter(|child| self.node(card, **child).hidden).count() != 1 {
                continue;
            }
            if let Some(second) = self.smallest(card, &children) {
                self.hide(card, second);
            } else if kind == NodeKind::Indicator {
                self.hide(card, id);
            }
        }
    }

    fn node(&self, card: usize, id: NodeId) -> &NodeScore {
        &self.cards[card].nodes[usize::from(id.0)]
    }

    /// Children that take part in the score.
    fn counted_children(&self, card: usize, id: NodeId) -> Vec<NodeId> {
        let counted = |child: &NodeId| {
            let node = self.node(card, *child);
            node.score.is_some() && !node.weight.effective.is_zero()
        };
        self.scheme.index.node(id).children.iter().copied().filter(counted).collect()
    }

    /// The shown one of fewest respondents; in frame and scheme order among equals.
    fn smallest(&self, card: usize, nodes: &[NodeId]) -> Option<NodeId> {
        let shown = nodes.iter().copied().filter(|id| self.ballots[usize::from(id.0)] && !self.node(card, *id).hidden);
        shown.min_by_key(|id| self.raters[card][usize::from(id.0)])
    }

    /// Hides a node to protect another. What would give it back goes with it: all its cells, or one of its children.
    fn hide(&mut self, card: usize, id: NodeId) {
        self.cards[card].nodes[usize::from(id.0)].hidden = true;
        self.complementary += 1;
        let children = self.counted_children(card, id);
        if children.iter().all(|child| !self.node(card, *child).hidden)
            && let Some(child) = self.smallest(card, &children)
        {
            self.hide(card, child);
        }
    }

    /// A single hidden member of a shown roll-up is the roll-up less the others.
    fn organisation(&mut self) {
        let nodes = self.ballot_nodes_below_procedures();
        for parent in self.scheme.frame.ids() {
            let card = parent.0 as usize;
            for (id, _) in &nodes {
                let node = self.node(card, *id);
                if node.hidden || node.rollup.is_none() {
                    continue;
                }
                let members = self.members(parent, *id);
                if members.iter().filter(|member| self.node(**member, *id).hidden).count() != 1 {
                    continue;
                }
                let shown = members.iter().copied().filter(|member| !self.node(*member, *id).hidden);
                match shown.min_by_key(|member| self.raters[*member][usize::from(id.0)]) {
                    Some(second) => self.hide(second, *id),
                    None => self.hide(card, *id),
                }
            }
        }
    }

    /// Cards of the direct members whose scores went into the roll-up of a node.
    fn members(&self, parent: SubjectId, id: NodeId) -> Vec<usize> {
        let members = self.scheme.frame.children(parent).iter().map(|member| member.0 as usize);
        members
            .filter(|member| {
                let node = self.node(*member, id);
                node.score.is_some() && node.why != Some(WhyMissing::NotApplicable)
            })
            .collect()
    }

    /// Takes away every hidden value.
    fn emptied(mut self) -> Vec<Scorecard> {
        for card in &mut self.cards {
            for (slot, node) in card.nodes.iter_mut().enumerate() {
                let kind = self.scheme.index.nodes.get(slot).map(|node| node.kind);
                if self.ballots[slot] && matches!(kind, Some(NodeKind::Item | NodeKind::Indicator)) {
                    node.unscreened = None;
                }
                empty(node);
            }
        }
        self.cards
    }
}

fn empty(node: &mut NodeScore) {
    if node.hidden {
        node.score = None;
        node.n = 0;
        node.error = None;
        node.self_rated = None;
        node.self_gap = None;
        node.cells.iter_mut().for_each(|cell| cell.hidden = true);
    }
    for cell in node.cells.iter_mut().filter(|cell| cell.hidden) {
        cell.score = None;
        cell.n = 0;
        cell.abstained = 0;
        cell.counts.clear();
        // the effective weight of a stratum that answered says nothing of what it answered
    }
    debug_assert!(node.coverage <= count(1));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::assess;
    use crate::measure::assessment::Cell;
    use crate::measure::fixture::{CADRE, Feed, Small, ballots, card, company, form, items, node, r, show, strata, subject};
    use crate::survey::AnswerKind;

    fn cleared(small: &mut Small, feed: &Feed, least: u64) -> Cleared {
        small.scheme.rules.min_cell = least;
        clear(assess(&small.scheme, &feed.0), &small.scheme)
    }

    fn empty_cell(cell: &Cell) -> bool {
        cell.hidden && cell.score.is_none() && cell.counts.is_empty() && cell.n == 0 && cell.abstained == 0
    }

    /// Strata of 3, 30 and 40 respondents.
    fn three_strata() -> (Small, SubjectId, Feed) {
        let mut small = ballots(&CADRE, &["100"]);
        let set = strata(&mut small.scheme, &[("A", "", "0.4"), ("B", "", "0.3"), ("C", "", "0.3")]);
        small.scheme.forms[0].strata = Some(set);
        let unit = company(&mut small.scheme, "一连");
        let mut feed = Feed::default();
        for (stratum, votes) in [(0, [2, 1, 0, 0, 4]), (1, [20, 10, 0, 0, 0]), (2, [20, 20, 0, 0, 1])] {
            feed.votes(unit, (small.procedure, small.form, 0), stratum, &votes);
        }
        (small, unit, feed)
    }

    #[test]
    fn a_small_stratum_takes_the_next_smallest_with_it() {
        let (mut small, unit, feed) = three_strata();
        let open = card(&assess(&small.scheme, &feed.0), unit).nodes[2].score.clone();
        let result = cleared(&mut small, &feed, 5);
        let item = &card(result.get(), unit).nodes[2];
        let hidden: Vec<bool> = item.cells.iter().map(empty_cell).collect();
        assert_eq!(hidden, [true, true, false], "four abstentions do not make three answers five");
        assert_eq!((item.hidden, item.score.clone()), (false, open));
        assert_eq!((result.hidden_small, result.hidden_complementary), (1, 1));
    }

    #[test]
    fn off_hides_nothing() {
        let (mut small, unit, feed) = three_strata();
        for least in [0, 1] {
            let result = cleared(&mut small, &feed, least);
            assert!(card(result.get(), unit).nodes[2].cells.iter().all(|cell| !cell.hidden && cell.n > 0));
        }
    }

    #[test]
    fn a_small_item_takes_a_sibling_and_the_procedure_stays() {
        let mut small = ballots(&CADRE, &["100"; 3]);
        let unit = company(&mut small.scheme, "一连");
        let mut feed = Feed::default();
        for (item, n) in [(0, 3), (1, 30), (2, 20)] {
            feed.votes(unit, (small.procedure, small.form, item), 0, &[n, 0, 1]);
        }
        let result = cleared(&mut small, &feed, 5);
        let nodes = &card(result.get(), unit).nodes;
        let hidden: Vec<bool> = nodes.iter().map(|node| node.hidden).collect();
        assert_eq!(hidden, [false, false, true, false, true], "20 is the next smallest");
        assert!(nodes[1].score.is_some() && nodes[4].score.is_none() && nodes[4].n == 0);
        assert!(nodes[4].cells.iter().all(empty_cell), "its cells would give it back");
        assert!(nodes[3].score.is_some());
    }

    #[test]
    fn an_indicator_of_one_hidden_item_goes_and_takes_another() {
        let mut small = ballots(&CADRE, &["100"]);
        small.scheme.index.nodes.truncate(2);
        small.scheme.index.nodes[1].children.clear();
        let answer = AnswerKind::Choice { scale: 0 };
        let two = form(&mut small.scheme, FormKind::Ballot, &answer, &["100", "100"]);
        let first = node(&mut small.scheme, "甲", Some(small.procedure), "1");
        let second = node(&mut small.scheme, "乙", Some(small.procedure), "1");
        let one = items(&mut small.scheme, first, small.form)[0];
        let pair = items(&mut small.scheme, second, two);
        let unit = company(&mut small.scheme, "一连");
        let mut feed = Feed::default();
        feed.votes(unit, (small.procedure, small.form, 0), 0, &[3]);
        feed.votes(unit, (small.procedure, two, 0), 0, &[0, 30]);
        feed.votes(unit, (small.procedure, two, 1), 0, &[0, 20]);
        let result = cleared(&mut small, &feed, 5);
        let nodes = &card(result.get(), unit).nodes;
        let hidden = |id: NodeId| nodes[usize::from(id.0)].hidden;
        assert!(hidden(one) && hidden(first) && hidden(second) && hidden(pair[1]));
        assert!(!hidden(pair[0]) && !hidden(small.procedure));
    }

    #[test]
    fn a_hidden_member_of_a_roll_up_takes_another() {
        let mut small = ballots(&CADRE, &["100"]);
        let regiment = subject(&mut small.scheme, "团", None, 1, None);
        let mut feed = Feed::default();
        let units = [("一连", 4), ("二连", 30), ("三连", 20)].map(|(name, n)| {
            let unit = subject(&mut small.scheme, name, Some(regiment), 2, None);
            feed.votes(unit, (small.procedure, small.form, 0), 0, &[n, n]);
            feed.votes(unit, (small.procedure, small.form, 0), 0, &[0, 0]);
            unit
        });
        let mut few = feed.clone();
        few.0.rows.iter_mut().filter(|row| row.subject == units[0]).for_each(|row| row.count = 2);
        let result = cleared(&mut small, &few, 5);
        let hidden = units.map(|unit| card(result.get(), unit).nodes[2].hidden);
        assert_eq!(hidden, [true, false, true]);
        assert!(card(result.get(), regiment).nodes[2].score.is_some());
        let result = cleared(&mut small, &feed, 5);
        assert!(units.iter().all(|unit| !card(result.get(), *unit).nodes[2].hidden), "8, 60 and 40 are enough");
    }

    #[test]
    fn score_sheets_are_not_respondents() {
        let mut scheme = crate::measure::fixture::scheme(1);
        let sheet = form(&mut scheme, FormKind::Assessed, &AnswerKind::Score, &["100"]);
        let root = node(&mut scheme, "综合", None, "1");
        let procedure = node(&mut scheme, "目标考核", Some(root), "100");
        let items = items(&mut scheme, procedure, sheet);
        let unit = company(&mut scheme, "一连");
        let mut feed = Feed::default();
        feed.points(unit, (procedure, sheet, 0), 0, &["88"]);
        let mut small = Small { scheme, form: sheet, procedure, items };
        let result = cleared(&mut small, &feed, 5);
        let item = &card(result.get(), unit).nodes[2];
        assert_eq!((show(item.score.as_ref()), item.hidden, item.n), ("88.00".to_owned(), false, 0));
    }

    #[test]
    fn what_the_voided_ballots_said_is_not_told_below_procedures() {
        let mut small = ballots(&CADRE, &["100", "100"]);
        let unit = company(&mut small.scheme, "一连");
        let mut feed = Feed::default();
        for item in 0..2 {
            feed.votes(unit, (small.procedure, small.form, item), 0, &[10, 10]);
            feed.row(unit, (small.procedure, small.form, item), 0, 2, crate::survey::Answer::Choice(3), 1);
        }
        let result = cleared(&mut small, &feed, 5);
        let nodes = &card(result.get(), unit).nodes;
        assert_eq!((nodes[2].unscreened.clone(), nodes[3].unscreened.clone()), (None, None));
        assert_eq!(nodes[1].unscreened, Some(r("1800/21")));
    }
}
