//! What may be shown of persons: results of few raters are emptied, and with them the composite they could be told from.

use super::super::assessment::{NodeScore, Scorecard};
use super::super::disclosure::{ballot_nodes, contributors, empty, raters};
use super::reckon::{reckon, without_numbers};
use super::{CapReason, PersonStanding, Persons};
use crate::survey::{CapWhen, DomainId, Index, LevelId, NodeId, NodeKind, NodeSource, Scheme, SubjectId, TierId};
use num_traits::Zero;
use std::collections::{BTreeMap, BTreeSet};

/// Empties every result of a person that fewer than `rules.min_cell` raters gave: cells, items and indicators, and procedures too,
/// since here every number is about one human being. A single hidden part of a shown node takes the one of fewest raters beside it
/// along. Where a procedure is hidden the composite goes as well, with rank and grade: the unit's part of it is public, and a
/// difference of the two would tell; so it does where the unit's part itself is hidden. Then more is hidden until no small value
/// can be told to within ± `min_cell` points ([`super::super::protect`]). What the screened-out ballots said is never shown for a
/// person. `units`: the cards of the units, cleared. Gives how many values were hidden as such, and to protect another.
pub(in crate::measure) fn clear(persons: &mut Persons, units: &[Scorecard], scheme: &Scheme) -> (u64, u64) {
    clear_with(persons, units, scheme, true)
}

/// The same; `protect`: reckon with the ranges of scores too (tests show what happens otherwise).
pub(in crate::measure) fn clear_with(persons: &mut Persons, units: &[Scorecard], scheme: &Scheme, protect: bool) -> (u64, u64) {
    let ballots = ballot_nodes(scheme);
    let mut counts = (0, 0);
    for card in &mut persons.scorecards {
        let mut hider = Hider { scheme, ballots: &ballots, raters: raters(card), card, counts: &mut counts };
        hider.units(units);
        hider.small();
        hider.strata();
        hider.tree();
    }
    if protect {
        counts.1 += reckon(persons, scheme, &ballots);
    }
    super::super::veil::veil(&mut persons.scorecards, scheme, &BTreeSet::new(), true);
    let mut hidden: BTreeSet<SubjectId> = BTreeSet::new();
    for card in &mut persons.scorecards {
        let mut hider = Hider { scheme, ballots: &ballots, raters: raters(card), card, counts: &mut counts };
        if hider.composite() {
            hidden.insert(card.subject);
        }
        for node in &mut card.nodes {
            node.unscreened = None;
            empty(node);
        }
        if hidden.contains(&card.subject) {
            card.total = None;
            card.bounds = None;
        }
    }
    without_numbers(persons, scheme);
    uncount(persons, &hidden);
    unrank(scheme, &mut persons.standings, &hidden);
    let withheld =
        |unit: SubjectId| units.get(unit.0 as usize).and_then(|card| card.nodes.first()).is_some_and(|root| root.hidden);
    for standing in persons.standings.iter_mut().filter(|standing| withheld(standing.unit)) {
        standing.unit_grade = None;
        standing.caps.retain(|cap| !matches!(cap.why, CapReason::Rule(_)));
        standing.reasons.retain(|(code, _)| !matches!(code.as_str(), "cap-unit" | "note-unit"));
    }
    for pool in &mut persons.pools {
        // Joint candidates have the same score: one that is shown would tell the one that is not.
        pool.tied.retain(|person| !hidden.contains(person));
    }
    counts
}

/// Leaves hidden persons out of what their quotas say was given: one count more than grades shown would tell the grade.
fn uncount(persons: &mut Persons, hidden: &BTreeSet<SubjectId>) {
    let standings = &persons.standings;
    for pool in &mut persons.pools {
        let mine = |one: &&PersonStanding| hidden.contains(&one.subject) && pool.members.contains(&one.subject);
        let given = standings.iter().filter(mine).filter(|one| one.grade == Some(pool.grade)).count() as u64;
        let cut =
            |one: &&PersonStanding| one.reasons.iter().any(|(code, _)| matches!(code.as_str(), "quota-full" | "tie-at-cut"));
        let lost = standings.iter().filter(mine).filter(cut).count() as u64;
        pool.given = pool.given.saturating_sub(given);
        pool.eligible = pool.eligible.saturating_sub(given + lost);
    }
}

/// No rank interval where the composite's error is withheld: the one would tell of the other.
pub(in crate::measure) fn drop_intervals(persons: &mut Persons, scheme: &Scheme) {
    let root = |card: &Scorecard| scheme.index.persons.and_then(|root| card.nodes.get(usize::from(root.0)).cloned());
    let told = |card: &&Scorecard| root(card).is_some_and(|root| root.error.is_some());
    let known: BTreeSet<SubjectId> = persons.scorecards.iter().filter(told).map(|card| card.subject).collect();
    persons.standings.iter_mut().filter(|one| !known.contains(&one.subject)).for_each(|one| one.rank_interval = None);
}

struct Hider<'a> {
    scheme: &'a Scheme,
    ballots: &'a [bool],
    raters: Vec<u64>,
    card: &'a mut Scorecard,
    counts: &'a mut (u64, u64),
}

impl Hider<'_> {
    fn ballot_nodes(&self) -> Vec<NodeId> {
        let index = &self.scheme.index;
        let below_root = |id: &NodeId| index.node(*id).kind != NodeKind::Composite;
        index.person_ids().filter(|id| below_root(id) && self.ballots.get(usize::from(id.0)) == Some(&true)).collect()
    }

    fn node(&self, id: NodeId) -> &NodeScore {
        &self.card.nodes[usize::from(id.0)]
    }

    fn small(&mut self) {
        let least = self.scheme.rules.min_cell;
        for id in self.ballot_nodes() {
            let slot = usize::from(id.0);
            let node = &mut self.card.nodes[slot];
            for cell in &mut node.cells {
                if !cell.counts.is_empty() && contributors(cell) < least {
                    cell.hidden = true;
                    self.counts.0 += 1;
                }
            }
            if node.score.is_some() && !node.imported && self.raters[slot] > 0 && self.raters[slot] < least {
                node.hidden = true;
                self.counts.0 += 1;
            }
        }
    }

    /// A single hidden stratum of a shown item is the item's score less the others.
    fn strata(&mut self) {
        for id in self.ballot_nodes() {
            let node = &mut self.card.nodes[usize::from(id.0)];
            if node.hidden || node.imported || node.score.is_none() {
                continue;
            }
            let mut counted: Vec<_> = node.cells.iter_mut().filter(|cell| !cell.weight.effective.is_zero()).collect();
            if counted.iter().filter(|cell| cell.hidden).count() != 1 {
                continue;
            }
            let shown = counted.iter_mut().filter(|cell| !cell.hidden && cell.score.is_some());
            match shown.min_by_key(|cell| contributors(cell)) {
                Some(second) => second.hidden = true,
                None => node.hidden = true,
            }
            self.counts.1 += 1;
        }
    }

    /// What the unit does not show of itself is not shown as a part of its persons' scores.
    fn units(&mut self, units: &[Scorecard]) {
        let index = &self.scheme.index;
        if units.is_empty() {
            return;
        }
        let Some(unit) = units.get(self.scheme.frame.unit_of(self.card.subject).0 as usize) else { return };
        for id in index.person_ids() {
            let NodeSource::Unit(source) = index.node(id).source else { continue };
            let from = unit.nodes.get(usize::from(source.unwrap_or(Index::ROOT).0));
            let Some(node) = self.card.nodes.get_mut(usize::from(id.0)) else { continue };
            if node.score.is_some() && from.is_some_and(|from| from.hidden) {
                node.hidden = true;
                self.counts.1 += 1;
            }
        }
    }

    /// Up the tree, leaves first.
    fn tree(&mut self) {
        let index = &self.scheme.index;
        for id in self.ballot_nodes().into_iter().rev() {
            let slot = usize::from(id.0);
            let counted = |child: &NodeId| {
                let node = self.node(*child);
                node.score.is_some() && !node.weight.effective.is_zero()
            };
            let children: Vec<NodeId> = index.node(id).children.iter().copied().filter(counted).collect();
            let hidden = children.iter().filter(|child| self.node(**child).hidden).count();
            if children.is_empty() || self.node(id).score.is_none() || self.node(id).hidden || hidden != 1 {
                continue;
            }
            let shown = children.iter().filter(|child| !self.node(**child).hidden && self.ballots[usize::from(child.0)]);
            let second = shown.min_by_key(|child| self.raters[usize::from(child.0)]).copied();
            self.card.nodes[second.map_or(slot, |second| usize::from(second.0))].hidden = true;
            self.counts.1 += 1;
        }
        self.composite();
    }

    /// The composite goes with any of its parts; true where it is hidden.
    fn composite(&mut self) -> bool {
        let index = &self.scheme.index;
        let Some(root) = index.persons else { return false };
        let any = index.node(root).children.iter().any(|child| self.node(*child).hidden);
        if any && self.node(root).score.is_some() && !self.node(root).hidden {
            self.card.nodes[usize::from(root.0)].hidden = true;
            self.counts.1 += 1;
        }
        any || self.node(root).hidden
    }
}

/// A limit that tells what was scored or voted; those of the unit's grade, of a status, of a veto do not.
fn tells(scheme: &Scheme, why: CapReason) -> bool {
    let CapReason::Rule(rule) = why else { return false };
    scheme.persons.caps.get(rule).is_none_or(|rule| !matches!(rule.when, CapWhen::UnitGrade(_)))
}

type Group = (LevelId, DomainId, Option<TierId>);

/// Takes hidden persons out of the order, and closes the gap they would leave.
fn unrank(scheme: &Scheme, standings: &mut [PersonStanding], hidden: &BTreeSet<SubjectId>) {
    let by_tier = scheme.persons.rank_by_tier;
    let group = |standing: &PersonStanding| (standing.unit_level, standing.domain, standing.tier.filter(|_| by_tier));
    let mut gone: BTreeMap<Group, Vec<u32>> = BTreeMap::new();
    for standing in standings.iter_mut().filter(|standing| hidden.contains(&standing.subject)) {
        gone.entry(group(standing)).or_default().extend(standing.rank.take());
        standing.hidden = true;
        standing.score = None;
        standing.rank_interval = None;
        standing.grade = None;
        standing.grade_by_score = None;
        standing.grade_unscreened = None;
        standing.grades_possible.clear();
        standing.tied_at_cut = false;
        if standing.gradable {
            standing.result_code.clear();
        }
        standing.caps.retain(|cap| !tells(scheme, cap.why));
        standing.caps.iter_mut().for_each(|cap| cap.bites = false);
        let told = ["status", "cap-status", "cap-unit", "note-unit"];
        standing.reasons.retain(|(code, _)| told.contains(&code.as_str()));
        standing.reasons.insert(0, ("hidden".to_owned(), Vec::new()));
    }
    for standing in standings.iter_mut() {
        let Some(ranks) = gone.get(&group(standing)) else { continue };
        let count = |better: &dyn Fn(u32) -> bool| u32::try_from(ranks.iter().filter(|rank| better(**rank)).count()).unwrap_or(0);
        standing.of = standing.of.saturating_sub(count(&|_| true));
        standing.rank = standing.rank.map(|own| own.saturating_sub(count(&|rank| rank < own)).max(1));
        // The draws still had the hidden ones in them: neither end may lie beyond those that are left.
        standing.rank_interval = standing.rank_interval.zip(standing.rank).map(|((low, high), rank)| {
            let least = low.saturating_sub(count(&|_| true)).max(1);
            (least.min(rank), high.min(standing.of).max(rank))
        });
    }
    // A hidden one keeps no place in the list that would tell its rank.
    standings.sort_by_key(|standing| {
        let (level, domain, tier) = group(standing);
        (level, domain, tier, standing.hidden)
    });
}
