//! What decides the order: every item and every procedure left out in turn, exactly, and how the ranks of each peer group change.

use super::assessment::{Assessment, NodeScore, Scorecard, Standing};
use super::composite::stand_in;
use super::evidence::{Influence, Stability};
use super::exact::{Sum, weighted_mean};
use super::plan::Plan;
use super::rollup::{headcounts, people};
use super::stability::Field;
use crate::numeric::{Ratio, int};
use crate::survey::{DomainId, Frame, Index, LevelId, Node, NodeId, NodeKind, Rollup, Scheme, SubjectId};
use num_traits::Zero;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// One row per peer group and node, by level, domain and node. Left out means as with weight 0: what remains is renormalised, and
/// a node of which nothing remains is left out too. Of a procedure with a self-rating mixed in, the mix stays and the assessed part
/// moves. Groups of one, and nodes that take no part in any total of the group, have no row.
pub(super) fn influences(plan: &Plan<'_>, cards: &[Scorecard], standings: &[Standing]) -> Vec<Influence> {
    let fields: Vec<Field> = Field::all(plan, cards, standings).into_iter().filter(|field| field.ranked() > 1).collect();
    let heads = headcounts(&plan.scheme.frame);
    let wanted = |id: &NodeId| matches!(plan.scheme.index.node(*id).kind, NodeKind::Item | NodeKind::Procedure);
    let nodes: Vec<NodeId> = plan.scheme.index.ids().filter(wanted).collect();
    let rows = nodes.par_iter().map(|out| {
        let totals = Without::new(plan, cards, &heads, *out).totals();
        fields.iter().filter_map(|field| compare(plan, field, *out, cards, &totals)).collect::<Vec<_>>()
    });
    let mut rows: Vec<Influence> = rows.collect::<Vec<_>>().into_iter().flatten().collect();
    rows.sort_by_key(|row| (row.level, row.domain, row.node));
    rows
}

/// A score, or a total, once a node is left out.
#[derive(Clone, Debug, PartialEq)]
enum After {
    /// The node takes no part in it.
    Same,
    /// Nothing of it remains.
    Gone,
    Now(Ratio),
}

struct Without<'a> {
    plan: &'a Plan<'a>,
    cards: &'a [Scorecard],
    heads: &'a [Option<u64>],
    out: NodeId,
    /// The node and everything above it.
    above: Vec<NodeId>,
}

impl<'a> Without<'a> {
    fn new(plan: &'a Plan<'a>, cards: &'a [Scorecard], heads: &'a [Option<u64>], out: NodeId) -> Self {
        let index = &plan.scheme.index;
        let above = std::iter::successors(Some(out), |id| index.node(*id).parent).collect();
        Self { plan, cards, heads, out, above }
    }

    /// Every total; members stand after their parents in the frame.
    fn totals(&self) -> Vec<After> {
        let mut totals = vec![After::Same; self.cards.len()];
        for slot in (0..self.cards.len()).rev() {
            totals[slot] = self.total(&self.cards[slot], &totals);
        }
        totals
    }

    fn total(&self, card: &Scorecard, totals: &[After]) -> After {
        let (Some(root), Some(_)) = (card.nodes.first(), &card.total) else { return After::Same };
        let composite = match root.rollup.map(|used| used.method) {
            Some(method @ (Rollup::Simple | Rollup::Headcount)) => {
                let members = self.plan.scheme.frame.children(card.subject).iter();
                let with_total = members.filter_map(|member| {
                    let total = self.cards[member.0 as usize].total.as_ref()?;
                    Some((people(method, self.heads, *member), total, &totals[member.0 as usize]))
                });
                mean(with_total)
            }
            _ => self.node(card, Index::ROOT),
        };
        match composite {
            After::Now(composite) => {
                After::Now(self.plan.adjusted[card.subject.0 as usize].apply(&composite, self.plan.scheme.rules.above_100))
            }
            other => other,
        }
    }

    fn node(&self, card: &Scorecard, id: NodeId) -> After {
        let Some(node) = card.nodes.get(usize::from(id.0)) else { return After::Same };
        if id == self.out {
            return After::Gone;
        }
        let (true, Some(score), false) = (self.above.contains(&id), &node.score, node.imported) else { return After::Same };
        match node.rollup.map(|used| used.method) {
            Some(method @ (Rollup::Simple | Rollup::Headcount)) => self.members(card.subject, id, method),
            _ => self.children(card, id, node, score),
        }
    }

    /// A node that is the mean of the members'.
    fn members(&self, parent: SubjectId, id: NodeId, method: Rollup) -> After {
        let members = self.plan.scheme.frame.children(parent).iter();
        let changed: Vec<(Ratio, &Ratio, After)> = members
            .filter_map(|member| {
                let card = &self.cards[member.0 as usize];
                let score = card.nodes.get(usize::from(id.0))?.score.as_ref()?;
                Some((people(method, self.heads, *member), score, self.node(card, id)))
            })
            .collect();
        mean(changed.iter().map(|(weight, score, after)| (weight.clone(), *score, after)))
    }

    /// A node that is the weighted mean of its children, one of which leads to what is left out: S = Σ e·s becomes (S − e·s) / (1 − e)
    /// without it, and S + e·(s′ − s) where it changes.
    fn children(&self, card: &Scorecard, id: NodeId, node: &NodeScore, score: &Ratio) -> After {
        let tree = self.plan.scheme.index.node(id);
        let Some(child) = tree.children.iter().find(|child| self.above.contains(child)) else { return After::Same };
        let filled = stand_in(&tree.missing);
        let part = card.nodes.get(usize::from(child.0)).filter(|part| !part.weight.effective.is_zero());
        let Some((part, own)) = part.and_then(|part| Some((part, part.score.as_ref().or(filled.as_ref())?))) else {
            return After::Same;
        };
        let mix =
            tree.self_mix.as_ref().filter(|mix| node.self_gap.is_some() && !(mix.weight.is_zero() && mix.penalty.is_zero()));
        let assessed = mix.and_then(|_| Self::assessed(card, tree, filled.as_ref()));
        let before = assessed.as_ref().unwrap_or(score);
        let share = &part.weight.effective;
        let (mut sum, mut rest) = (Sum::new(), Sum::new());
        sum.add(before);
        sum.add_product(&-share, own);
        match self.node(card, *child) {
            After::Same => return After::Same,
            After::Gone => {
                rest.add(&int(1));
                rest.add(&-share);
            }
            After::Now(now) => {
                rest.add(&int(1));
                sum.add_product(share, &now);
            }
        }
        match (sum.over(&rest), mix) {
            (None, _) => After::Gone,
            (Some(now), None) => After::Now(now),
            (Some(now), Some(mix)) => After::Now(score + (int(1) - &mix.weight) * (now - before)),
        }
    }

    /// The assessed part of a procedure with a self-rating mixed in.
    fn assessed(card: &Scorecard, tree: &Node, filled: Option<&Ratio>) -> Option<Ratio> {
        let parts = tree.children.iter().filter_map(|child| {
            let part = card.nodes.get(usize::from(child.0)).filter(|part| !part.weight.effective.is_zero())?;
            Some((&part.weight.effective, part.score.as_ref().or(filled)?))
        });
        weighted_mean(parts)
    }
}

/// The mean of what remains: (weight, score before, what becomes of it).
fn mean<'b>(parts: impl Iterator<Item = (Ratio, &'b Ratio, &'b After)>) -> After {
    let (mut total, mut weights, mut touched) = (Sum::new(), Sum::new(), false);
    for (weight, before, after) in parts {
        touched |= *after != After::Same;
        let score = match after {
            After::Gone => continue,
            After::Same => before,
            After::Now(score) => score,
        };
        total.add_product(&weight, score);
        weights.add(&weight);
    }
    match (touched, total.over(&weights)) {
        (false, _) => After::Same,
        (true, Some(score)) => After::Now(score),
        (true, None) => After::Gone,
    }
}

/// The order with and without, among those that have a total both times.
fn compare(plan: &Plan<'_>, field: &Field, node: NodeId, cards: &[Scorecard], totals: &[After]) -> Option<Influence> {
    let rules = &plan.scheme.rules;
    let (mut who, mut with, mut without, mut touched) = (Vec::new(), Vec::new(), Vec::new(), false);
    for (number, peer) in field.contenders.iter().enumerate().filter(|(_, peer)| peer.rank.is_some()) {
        let slot = peer.subject.0 as usize;
        let before = peer.key;
        touched |= totals[slot] != After::Same;
        let after = match &totals[slot] {
            After::Same => before,
            After::Now(total) => super::stability::key(rules, total),
            After::Gone => continue,
        };
        debug_assert!(cards[slot].total.is_some());
        who.push(number);
        with.push(before);
        without.push(after);
    }
    if !touched || who.len() < 2 {
        return None;
    }
    let (before, after) = (field.ranks_of(&who, &with), field.ranks_of(&who, &without));
    let moved = before.iter().zip(&after).filter(|(before, after)| before != after).count();
    let regraded = with.iter().zip(&without).filter(|(before, after)| field.band(**before) != field.band(**after)).count();
    let movers = who.iter().zip(before.iter().zip(&after)).filter(|(_, (before, after))| before != after);
    let farthest = movers.map(|(number, (before, after))| (field.contenders[*number].subject, *before, *after)).min_by_key(
        |(subject, before, after)| {
            (std::cmp::Reverse(before.abs_diff(*after)), *before, &plan.scheme.frame.subject(*subject).code)
        },
    );
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    Some(Influence {
        level: field.level,
        domain: field.domain,
        node,
        tau: tau_b(&before, &after),
        moved: count(moved),
        of: count(who.len()),
        regraded: count(regraded),
        farthest,
    })
}

/// Kendall's τ-b of two rankings with ties, in O(n log n) (Kendall 1945; Knight 1966). Where one of them ties everybody it is not
/// defined: 1 if both do, else 0.
pub(super) fn tau_b(one: &[u32], other: &[u32]) -> f64 {
    let mut pairs: Vec<(u32, u32)> = one.iter().copied().zip(other.iter().copied()).collect();
    pairs.sort_unstable();
    let n = pairs.len() as u64;
    let all = n * n.saturating_sub(1) / 2;
    let ties_one = tied(pairs.iter().map(|(one, _)| *one));
    let ties_both = tied(pairs.iter().copied());
    let mut others: Vec<u32> = pairs.iter().map(|(_, other)| *other).collect();
    let exchanges = sort_counting(&mut others);
    let ties_other = tied(others.iter().copied());
    let (left, right) = (all - ties_one, all - ties_other);
    if left == 0 || right == 0 {
        return f64::from(u8::from(left == right));
    }
    let (gain, loss) = (all + ties_both - ties_one - ties_other, 2 * exchanges);
    #[allow(clippy::cast_precision_loss, reason = "pairs of subjects")]
    let double = |number: u64| number as f64;
    (double(gain) - double(loss)) / (double(left).sqrt() * double(right).sqrt())
}

/// Pairs of equal neighbours in a sorted sequence.
fn tied<T: PartialEq>(sorted: impl Iterator<Item = T>) -> u64 {
    let (mut pairs, mut run, mut last) = (0, 0, None);
    for value in sorted {
        run = if last.as_ref() == Some(&value) { run + 1 } else { 0 };
        pairs += run;
        last = Some(value);
    }
    pairs
}

/// Sorts by merging and says how many pairs stood the wrong way round.
fn sort_counting(values: &mut [u32]) -> u64 {
    if values.len() < 2 {
        return 0;
    }
    let middle = values.len() / 2;
    let (left, right) = values.split_at_mut(middle);
    let mut exchanges = sort_counting(left) + sort_counting(right);
    let mut merged = Vec::with_capacity(left.len() + right.len());
    let (mut at, mut next) = (0, 0);
    while let (Some(one), Some(other)) = (left.get(at), right.get(next)) {
        if one <= other {
            merged.push(*one);
            at += 1;
        } else {
            merged.push(*other);
            next += 1;
            exchanges += (left.len() - at) as u64;
        }
    }
    merged.extend_from_slice(&left[at..]);
    merged.extend_from_slice(&right[next..]);
    values.copy_from_slice(&merged);
    exchanges
}

/// Takes away what would tell of hidden scores: in peer groups from whose order a subject was taken, how far ranks move; the effect of
/// option values on a subject with hidden items. What leaving a node out does is worked out anew from what is left, without the
/// subjects of which the node, or one above it, is hidden, themselves or below them.
pub(super) fn conceal(assessment: &mut Assessment, scheme: &Scheme) {
    let hidden = |subject: SubjectId, id: NodeId| {
        let card = assessment.scorecards.get(subject.0 as usize);
        card.and_then(|card| card.nodes.get(usize::from(id.0))).is_some_and(|node| node.hidden)
    };
    let unranked = |subject: SubjectId| hidden(subject, Index::ROOT);
    let broken: BTreeSet<(LevelId, DomainId)> = assessment
        .standings
        .iter()
        .filter(|standing| unranked(standing.subject))
        .map(|standing| (standing.level, standing.domain))
        .collect();
    let any_hidden = |subject: SubjectId| scheme.index.ids().any(|id| hidden(subject, id));
    let concerned: Vec<bool> = assessment.standings.iter().map(|standing| any_hidden(standing.subject)).collect();
    let influences = shown(assessment, scheme, &broken);
    for (standing, concerned) in assessment.standings.iter_mut().zip(concerned) {
        if broken.contains(&(standing.level, standing.domain)) {
            standing.stability = Stability::default();
        }
        if concerned {
            standing.stability.options = None;
        }
    }
    assessment.evidence.influences = influences;
}

/// The rows that nothing hidden takes part in, as they are; the others worked out from cleared cards.
fn shown(assessment: &Assessment, scheme: &Scheme, broken: &BTreeSet<(LevelId, DomainId)>) -> Vec<Influence> {
    let cards = &assessment.scorecards;
    let peers = peers(&scheme.frame);
    let nodes: BTreeSet<NodeId> = assessment.evidence.influences.iter().map(|row| row.node).collect();
    let veiled: BTreeMap<NodeId, Vec<bool>> = nodes.into_iter().map(|node| (node, veiled(scheme, cards, node))).collect();
    let touched = |row: &Influence| {
        let group = peers.get(&(row.level, row.domain)).map_or(&[][..], Vec::as_slice);
        let of = veiled.get(&row.node);
        let any = |subject: &SubjectId| of.and_then(|of| of.get(subject.0 as usize)).copied().unwrap_or(true);
        broken.contains(&(row.level, row.domain)) || group.iter().any(any)
    };
    let (anew, mut rows): (Vec<Influence>, Vec<Influence>) =
        assessment.evidence.influences.iter().cloned().partition(|row| touched(row));
    if anew.is_empty() {
        return rows;
    }
    let plan = Plan::new(scheme);
    let heads = headcounts(&scheme.frame);
    let fields = Field::all(&plan, cards, &assessment.standings);
    let wanted: BTreeSet<(NodeId, LevelId, DomainId)> = anew.iter().map(|row| (row.node, row.level, row.domain)).collect();
    let nodes: Vec<NodeId> = wanted.iter().map(|(node, ..)| *node).collect::<BTreeSet<_>>().into_iter().collect();
    let of_node = |node: &NodeId| {
        let mut totals = Without::new(&plan, cards, &heads, *node).totals();
        for (total, _) in totals.iter_mut().zip(veiled.get(node).into_iter().flatten()).filter(|(_, veiled)| **veiled) {
            *total = After::Gone;
        }
        let fields = fields.iter().filter(|field| wanted.contains(&(*node, field.level, field.domain)));
        fields.filter_map(|field| compare(&plan, field, *node, cards, &totals)).collect::<Vec<_>>()
    };
    rows.extend(nodes.par_iter().map(of_node).collect::<Vec<_>>().into_iter().flatten());
    rows.sort_by_key(|row| (row.level, row.domain, row.node));
    rows
}

/// Subjects whose total without a node follows from something hidden: the node itself, one above it, a part of a procedure with a
/// self-rating mixed in, or the same of a member.
fn veiled(scheme: &Scheme, cards: &[Scorecard], node: NodeId) -> Vec<bool> {
    let index = &scheme.index;
    let path: Vec<NodeId> = std::iter::successors(Some(node), |id| index.node(*id).parent).collect();
    let mut needed = path.clone();
    needed.extend(path.iter().map(|id| index.node(*id)).filter(|rule| rule.self_mix.is_some()).flat_map(|rule| &rule.children));
    let mut out = vec![false; cards.len()];
    for (number, card) in cards.iter().enumerate().rev() {
        let hidden = |id: &NodeId| card.nodes.get(usize::from(id.0)).is_some_and(|node| node.hidden);
        let rolled = path.iter().any(|id| card.nodes.get(usize::from(id.0)).is_some_and(|node| node.rollup.is_some()));
        let members = scheme.frame.children(card.subject).iter().filter(|_| rolled);
        let below = members.into_iter().any(|member| out.get(member.0 as usize).copied().unwrap_or(false));
        if let Some(place) = out.get_mut(number) {
            *place = below || needed.iter().any(hidden);
        }
    }
    out
}

fn peers(frame: &Frame) -> BTreeMap<(LevelId, DomainId), Vec<SubjectId>> {
    let mut peers: BTreeMap<_, Vec<SubjectId>> = BTreeMap::new();
    for id in frame.ids() {
        let subject = frame.subject(id);
        peers.entry((subject.level, subject.domain)).or_default().push(id);
    }
    peers
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::fixture::*;
    use crate::measure::totals::Totals;
    use crate::measure::{assess, clear};
    use proptest::prelude::*;

    #[test]
    fn tau_b_is_that_of_r() {
        // R 4: cor(c(1,2,2,4,5,6,7,8), c(2,1,2,2,6,5,8,7), method = "kendall") and the same without ties
        let with_ties = tau_b(&[1, 2, 2, 4, 5, 6, 7, 8], &[2, 1, 2, 2, 6, 5, 8, 7]);
        assert!((with_ties - 0.692_820_323_027_551).abs() < 1e-12, "{with_ties}");
        assert!((tau_b(&[1, 2, 3, 4, 5], &[2, 1, 3, 5, 4]) - 0.6).abs() < 1e-12);
        assert!((tau_b(&[1, 1, 1], &[1, 1, 1]) - 1.0).abs() < 1e-12);
        assert!(tau_b(&[1, 1, 1], &[1, 2, 3]).abs() < 1e-12);
    }

    proptest! {
        #[test]
        fn tau_b_counts_pairs(pairs in proptest::collection::vec((0u32..6, 0u32..6), 2..30)) {
            let (one, other): (Vec<u32>, Vec<u32>) = pairs.iter().copied().unzip();
            let (mut score, mut left, mut right) = (0.0, 0.0, 0.0f64);
            for (at, a) in pairs.iter().enumerate() {
                for b in &pairs[..at] {
                    let (x, y) = (f64::from(a.0) - f64::from(b.0), f64::from(a.1) - f64::from(b.1));
                    let sign = |value: f64| if value == 0.0 { 0.0 } else { value.signum() };
                    score += sign(x) * sign(y);
                    left += sign(x) * sign(x);
                    right += sign(y) * sign(y);
                }
            }
            prop_assume!(left > 0.0 && right > 0.0);
            prop_assert!((tau_b(&one, &other) - score / (left * right).sqrt()).abs() < 1e-12);
        }
    }

    /// Three companies of one regiment, two procedures of weights 60 and 40.
    fn made() -> (crate::survey::Scheme, Vec<NodeId>) {
        let mut scheme = scheme(1);
        let root = node(&mut scheme, "综合", None, "1");
        let nodes = vec![node(&mut scheme, "目标考核", Some(root), "60"), node(&mut scheme, "民主测评", Some(root), "40")];
        for (parent, scores) in
            [("一团", [["95", "80"], ["90", "86"], ["85", "99"]]), ("二团", [["88", "88"], ["70", "90"], ["60", "60"]])]
        {
            let parent = subject(&mut scheme, parent, None, 1, None);
            for (number, scores) in scores.iter().enumerate() {
                let company = subject(&mut scheme, &format!("{number}连"), Some(parent), 2, None);
                for (node, score) in nodes.iter().zip(scores) {
                    import(&mut scheme, company, *node, score);
                }
            }
        }
        (scheme, nodes)
    }

    #[test]
    fn leaving_a_procedure_out_moves_ranks_as_worked_by_hand() {
        let (scheme, nodes) = made();
        let result = assess(&scheme, &Totals::default());
        // totals 89.0, 88.4, 90.6, 88.0, 78.0, 60.0: ranks 2 3 1 4 5 6 (subjects 1 2 3 5 6 7)
        let rows = &result.evidence.influences;
        let find = |node: NodeId, level: u8| rows.iter().find(|row| row.node == node && row.level.0 == level).expect("a row");
        // without 目标考核: 80 86 99 88 90 60: ranks 5 4 1 3 2 6; discordant pairs of 15: (1,2) (1,5) (1,6) (2,5) (2,6) (5,6)
        let row = find(nodes[0], 2);
        assert_eq!((row.moved, row.of, row.farthest), (4, 6, Some((SubjectId(1), 2, 5))));
        assert!((row.tau - (15.0 - 12.0) / 15.0).abs() < 1e-12, "{}", row.tau);
        // grades 良 良 优 良 一 一 become 良 良 优 良 优 一
        assert_eq!(row.regraded, 1);
        // without 民主测评: 95 90 85 88 70 60: ranks 1 2 4 3 5 6; discordant: (1,3) (2,3) (3,5)
        let row = find(nodes[1], 2);
        assert_eq!((row.moved, row.farthest, row.regraded), (4, Some((SubjectId(3), 1, 4)), 3));
        assert!((row.tau - (15.0 - 6.0) / 15.0).abs() < 1e-12, "{}", row.tau);
        // regiments: means 89.33 and 75.33, whatever is left out
        assert_eq!((find(nodes[0], 1).moved, find(nodes[0], 1).of), (0, 2));
        assert!(rows.windows(2).all(|pair| (pair[0].level, pair[0].node) < (pair[1].level, pair[1].node)));
    }

    #[test]
    fn an_item_left_out_renormalises_its_siblings_and_roll_ups_follow() {
        let mut small = ballots(&CADRE, &["50", "30", "20"]);
        let regiments = ["一团", "二团"].map(|name| subject(&mut small.scheme, name, None, 1, None));
        let mut feed = Feed::default();
        // 一团 90 80 60 = 81, 二团 70 80 100 = 79; without the first item (80·30 + 60·20)/50 = 72 and 88; without the last 86.25, 73.75
        for (regiment, items) in regiments.into_iter().zip([[[5, 5, 0], [0, 9, 0], [0, 0, 9]], [[0, 5, 5], [0, 9, 0], [9, 0, 0]]])
        {
            let company = subject(&mut small.scheme, "连", Some(regiment), 2, None);
            for (item, votes) in (0u16..).zip(items) {
                feed.votes(company, (small.procedure, small.form, item), 0, &votes);
            }
        }
        let result = assess(&small.scheme, &feed.0);
        for level in [1, 2] {
            let rows: Vec<_> = result.evidence.influences.iter().filter(|row| row.level.0 == level).collect();
            // the only procedure left out leaves no total to compare
            assert_eq!(rows.iter().map(|row| row.node).collect::<Vec<_>>(), small.items);
            assert_eq!(rows.iter().map(|row| (row.moved, row.regraded)).collect::<Vec<_>>(), [(2, 2), (0, 0), (0, 0)]);
            assert!((rows[0].tau + 1.0).abs() < 1e-12);
        }
        small.scheme.rules.min_cell = 10;
        let cleared = clear(result, &small.scheme);
        let left: Vec<NodeId> = cleared.get().evidence.influences.iter().map(|row| row.node).collect();
        assert_eq!(left, [small.items[0]; 2], "nine answers to the other items are hidden");
        assert!(cleared.get().standings.iter().all(|standing| standing.stability.options.is_none()));
    }
}
