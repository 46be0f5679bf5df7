//! What may be shown: cells of too few respondents are emptied, and with them a second one where the first could be solved for.

use super::assessment::{Assessment, Cleared, NodeScore, Scorecard};
use super::diagnosis;
use super::evidence::Stability;
use super::exact::count;
use super::protect::Protector;
use super::relations::{Relations, Value};
use crate::survey::{DomainId, FormKind, LevelId, Measure, NodeId, NodeKind, NodeSource, Scheme, SubjectId};
use std::collections::{BTreeMap, BTreeSet};

/// Empties every value that must not be shown (method §8), so that nobody downstream can print it: scores `None`, counts empty,
/// n 0, `hidden`. `rules.min_cell` of 0 or 1 turns this off.
///
/// Hidden for themselves: cells (item × stratum), items and indicators of ballot forms that fewer than `min_cell` respondents
/// scored; abstentions do not make a cell bigger. Hidden to protect another: as little as possible, until no such value can be told
/// to within ± `min_cell` points of 100 from all that stays published — sums over strata, the index tree and the organisation
/// together, and the range of possible scores ([`super::relations`], [`super::protect`]).
///
/// **Choices.** Score sheets (考核, 自查) are acts of the assessing team and of the subject, not answers of respondents: they are
/// shown. A procedure's score is an aggregate and is shown unless a small cell could be told from it; then it goes, and another
/// procedure with it. A composite goes only where nothing else helps (a single procedure of a single item). How many ballots came
/// back (receipts) is no answer and is shown. Scores with screened-out ballots left in would tell what a few voided ballots said:
/// they are kept for procedures and above where at least `min_cell` ballots were voided; that a grade would change is always said.
///
/// Standard errors have relations of their own ([`super::spreads`]): those that would tell how far apart the answers in a small cell
/// lie are withheld, and all others above hidden cells are made coarser ([`super::veil`]). What leaving an item out does to the order
/// is worked out from what is left. Not reckoned with: tiers, and that votes are whole numbers (a sum of two hidden strata of known
/// sizes leaves only some pairs of counts; the exact fraction is never told, only its published places).
#[must_use]
pub fn clear(assessment: Assessment, scheme: &Scheme) -> Cleared {
    clear_with(assessment, scheme, true)
}

/// The same; `protect`: hide more than the small cells themselves (tests show what happens otherwise).
pub(super) fn clear_with(assessment: Assessment, scheme: &Scheme, protect: bool) -> Cleared {
    if scheme.rules.min_cell <= 1 {
        return Cleared::new(assessment, 0, 0);
    }
    let mut assessment = assessment;
    let cards = std::mem::take(&mut assessment.scorecards);
    let mut protector = Protector {
        scheme,
        relations: Relations::new(scheme),
        ballots: ballot_nodes(scheme),
        raters: cards.iter().map(raters).collect(),
        cards,
        #[allow(clippy::cast_precision_loss, reason = "a small number of respondents")]
        need: scheme.rules.min_cell as f64,
        hidden_to_protect: 0,
    };
    let small = hide_small(&mut protector);
    if protect {
        hide_relative(&mut protector, &small);
        protector.protect(&small);
    }
    let counts = (small.len() as u64, protector.hidden_to_protect);
    let ballots = std::mem::take(&mut protector.ballots);
    let raters = std::mem::take(&mut protector.raters);
    assessment.scorecards = protector.cards;
    let few = super::variance::of_few(&assessment.scorecards, &raters, &ballots, scheme);
    if protect {
        super::veil::veil(&mut assessment.scorecards, scheme, &few, false);
    }
    super::hidden_traces::of_reliabilities(&mut assessment, scheme);
    hide_left_in(&mut assessment, scheme, &ballots);
    for card in &mut assessment.scorecards {
        empty_card(card, scheme);
    }
    super::hidden_traces::certainties(&mut assessment.scorecards, scheme);
    super::hidden_traces::errors_withheld(&mut assessment, scheme);
    unrank(&mut assessment);
    super::hidden_traces::of_units(&mut assessment, scheme);
    super::influence::conceal(&mut assessment, scheme);
    // Weak points anew from what is left, so that no median, share or probability was made from a hidden score.
    diagnosis::fill(&mut assessment, scheme);
    let of_persons = super::persons::clear(&mut assessment.persons, &assessment.scorecards, scheme);
    super::variance::withhold_from_persons(&mut assessment.persons.scorecards, &assessment.scorecards, scheme);
    super::persons::drop_intervals(&mut assessment.persons, scheme);
    super::hidden_traces::of_persons(&mut assessment, scheme);
    super::forensics::conceal(&mut assessment, scheme);
    Cleared::new(assessment, counts.0 + of_persons.0, counts.1 + of_persons.1)
}

/// Nodes that some ballot form feeds.
pub(super) fn ballot_nodes(scheme: &Scheme) -> Vec<bool> {
    let mut ballots = vec![false; scheme.index.nodes.len()];
    for id in scheme.index.all_ids().rev() {
        let node = scheme.index.node(id);
        let own = match node.source {
            NodeSource::Item { form, .. } => scheme.form(form).kind == FormKind::Ballot,
            NodeSource::Children | NodeSource::Imported | NodeSource::Unit(_) => false,
        };
        ballots[usize::from(id.0)] = own || node.children.iter().any(|child| ballots[usize::from(child.0)]);
    }
    ballots
}

/// Respondents behind each node: of an item those in its cells, else the n it carries.
pub(super) fn raters(card: &Scorecard) -> Vec<u64> {
    let of = |node: &NodeScore| match node.cells.as_slice() {
        [] => node.n,
        cells => cells.iter().map(contributors).sum(),
    };
    card.nodes.iter().map(of).collect()
}

/// Respondents that scored; trimmed ones too, abstentions not.
pub(super) fn contributors(cell: &super::assessment::Cell) -> u64 {
    cell.counts.iter().map(|(_, n)| n).sum::<u64>().saturating_sub(cell.abstained)
}

/// Hides every value of too few respondents, and lists those that have a score to protect.
fn hide_small(protector: &mut Protector<'_>) -> Vec<Value> {
    let (scheme, least) = (protector.scheme, protector.scheme.rules.min_cell);
    let below_procedures = |id: &NodeId| matches!(scheme.index.node(*id).kind, NodeKind::Item | NodeKind::Indicator);
    let nodes: Vec<u16> =
        scheme.index.ids().filter(|id| protector.ballots[usize::from(id.0)] && below_procedures(id)).map(|id| id.0).collect();
    let mut small = Vec::new();
    for (card, number) in protector.cards.iter_mut().zip(0u32..) {
        for slot in &nodes {
            let raters = protector.raters[number as usize][usize::from(*slot)];
            let node = &mut card.nodes[usize::from(*slot)];
            for (cell, at) in node.cells.iter_mut().zip(0u16..) {
                if !cell.counts.is_empty() && contributors(cell) < least {
                    cell.hidden = true;
                    small.push(Value::Cell(number, *slot, at));
                }
            }
            if node.score.is_some() && !node.imported && raters > 0 && raters < least {
                node.hidden = true;
                small.push(Value::Node(number, *slot));
            }
        }
    }
    small
}

/// Scores relative to the peers (按实绩赋分、按排名赋分) tell of the best of them, and between which two each lies. Where the one of a
/// peer is hidden for itself, those of all its peers go.
fn hide_relative(protector: &mut Protector<'_>, small: &[Value]) {
    let scheme = protector.scheme;
    let relative = |slot: u16| {
        let rule = scheme.index.nodes.get(usize::from(slot));
        rule.is_some_and(|rule| matches!(rule.measure, Measure::RatioToBest | Measure::RankScore(_)))
    };
    let group = |card: u32| scheme.frame.subjects.get(card as usize).map(|subject| (subject.level, subject.domain));
    let told: BTreeSet<(u16, Option<(LevelId, DomainId)>)> = small
        .iter()
        .filter_map(|value| match value {
            Value::Node(card, slot) if relative(*slot) => Some((*slot, group(*card))),
            _ => None,
        })
        .collect();
    for (slot, peers) in told {
        for (card, _) in protector.cards.iter_mut().zip(0u32..).filter(|(_, number)| group(*number) == peers) {
            let node = card.nodes.get_mut(usize::from(slot));
            if let Some(node) = node.filter(|node| node.score.is_some() && !node.hidden && node.rollup.is_none()) {
                node.hidden = true;
                protector.hidden_to_protect += 1;
            }
        }
    }
}

/// Takes away scores with screened-out ballots left in, where they would tell what fewer than `min_cell` voided ballots said:
/// below procedures always, and of the procedures and composites of a unit with few voided ballots and of all above it.
fn hide_left_in(assessment: &mut Assessment, scheme: &Scheme, ballots: &[bool]) {
    let few = few_voided(assessment, scheme);
    for card in &mut assessment.scorecards {
        let few = few.contains(&card.subject);
        for (slot, node) in card.nodes.iter_mut().enumerate() {
            let kind = scheme.index.nodes.get(slot).map(|node| node.kind);
            if few || node.hidden || (ballots[slot] && matches!(kind, Some(NodeKind::Item | NodeKind::Indicator))) {
                node.unscreened = None;
            }
        }
    }
}

/// Units of which fewer than `min_cell` ballots of a form were voided, and all above them.
pub(super) fn few_voided(assessment: &Assessment, scheme: &Scheme) -> BTreeSet<SubjectId> {
    let few = |void: u64| void > 0 && void < scheme.rules.min_cell;
    let units = assessment.responses.iter().filter(|response| few(response.void)).filter_map(|response| response.unit);
    units.flat_map(|unit| scheme.frame.lineage(unit)).collect()
}

/// Takes away every hidden value of a card; with the composite goes what is made from it.
fn empty_card(card: &mut Scorecard, scheme: &Scheme) {
    card.nodes.iter_mut().for_each(empty);
    let composites = scheme.index.nodes.iter().zip(&card.nodes).filter(|(rule, _)| rule.kind == NodeKind::Composite);
    if composites.into_iter().any(|(_, node)| node.hidden) {
        card.total = None;
        card.bounds = None;
    }
}

/// Takes subjects whose composite is hidden out of the order, and closes the gap they would leave.
fn unrank(assessment: &mut Assessment) {
    let hidden: BTreeSet<SubjectId> = assessment
        .scorecards
        .iter()
        .filter(|card| card.total.is_none() && card.nodes.iter().any(|node| node.hidden))
        .map(|card| card.subject)
        .collect();
    let mut gone: BTreeMap<(LevelId, DomainId), Vec<u32>> = BTreeMap::new();
    for standing in assessment.standings.iter_mut().filter(|standing| hidden.contains(&standing.subject)) {
        if standing.score.take().is_some() {
            gone.entry((standing.level, standing.domain)).or_default().extend(standing.rank.take());
        }
        standing.rank = None;
        standing.grade = None;
        standing.grade_by_score = None;
        standing.grade_unscreened = None;
        standing.rank_unscreened = None;
        standing.grades_possible.clear();
        standing.tied_at_cut = false;
        standing.stability = Stability::default();
        standing.reasons = vec![("hidden".to_owned(), Vec::new())];
    }
    for standing in &mut assessment.standings {
        let Some(ranks) = gone.get(&(standing.level, standing.domain)) else { continue };
        let count = |better: &dyn Fn(u32) -> bool| u32::try_from(ranks.iter().filter(|rank| better(**rank)).count()).unwrap_or(0);
        standing.of = standing.of.saturating_sub(count(&|_| true));
        standing.rank = standing.rank.map(|own| own.saturating_sub(count(&|rank| rank < own)).max(1));
    }
    assessment.standings.sort_by_key(|standing| (standing.level, standing.domain, standing.score.is_none()));
}

pub(super) fn empty(node: &mut NodeScore) {
    if node.hidden {
        node.score = None;
        node.n = 0;
        node.error = None;
        node.no_error = None;
        node.self_rated = None;
        node.self_gap = None;
        node.cells.iter_mut().for_each(|cell| cell.hidden = true);
    }
    for cell in node.cells.iter_mut().filter(|cell| cell.hidden) {
        cell.score = None;
        cell.n = 0;
        cell.abstained = 0;
        cell.error = None;
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
    fn a_hidden_best_is_not_told_by_the_ratios_to_it() {
        // means 95 (of few), 80, 70, 80: ratios 100, 84.21, …; 80 and 84.21 would give 95 back
        let mut small = ballots(&CADRE, &["100", "100"]);
        let item = small.items[0];
        small.scheme.index.nodes[usize::from(item.0)].measure = Measure::RatioToBest;
        let mut feed = Feed::default();
        let votes: [&[u64]; 4] = [&[3, 1], &[0, 10], &[0, 5, 5], &[10, 0, 10]];
        let units: Vec<SubjectId> = votes
            .iter()
            .enumerate()
            .map(|(number, votes)| {
                let unit = company(&mut small.scheme, &format!("{number}连"));
                feed.votes(unit, (small.procedure, small.form, 0), 0, votes);
                feed.votes(unit, (small.procedure, small.form, 1), 0, &[10, 10]);
                unit
            })
            .collect();
        let open = assess(&small.scheme, &feed.0);
        let node = |result: &Assessment, unit: usize| card(result, units[unit]).nodes[usize::from(item.0)].clone();
        let second = node(&open, 1);
        let mean = second.cells[0].score.clone().expect("a mean");
        assert_eq!(mean / second.score.expect("a ratio") * count(100), r("95"), "before: told by the second");
        let result = cleared(&mut small, &feed, 5);
        for unit in 0..4 {
            let node = node(result.get(), unit);
            assert!(node.hidden && node.cells.iter().all(empty_cell), "{unit}");
        }
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
