//! Standings 排名与建议等次: ranks within level × domain, grades by bands, vetoes, quotas (method §5, §10.1–2).

use super::adjust::strictest;
use super::assessment::{LeadersQuota, QuotaCut, Scorecard, Standing};
use super::evidence::Stability;
use super::plan::Plan;
use super::quota;
use crate::numeric::{Published, Ratio, round_half_up};
use crate::survey::{Basis, DomainId, LevelId, NodeId, RankTies, Rules, SubjectId, VetoEffect};
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// What the standings of one run come to.
#[derive(Clone, Debug, Default)]
pub(super) struct Ranked {
    /// By level, domain, rank.
    pub standings: Vec<Standing>,
    pub quotas: Vec<QuotaCut>,
    pub leaders: Vec<LeadersQuota>,
}

/// One subject among its peers while ranks and grades are decided.
#[derive(Clone, Debug)]
pub(super) struct Peer {
    pub standing: Standing,
    /// The number that decides: published or exact.
    pub key: Option<Ratio>,
    /// Tie chain: a missing score comes after every other.
    pub chain: Vec<Option<Ratio>>,
    pub ranked: bool,
    /// The grade was set by a veto; quotas do not move it.
    pub locked: bool,
}

pub(super) fn rank_all(plan: &Plan<'_>, cards: &[Scorecard]) -> Ranked {
    let mut groups: BTreeMap<(LevelId, DomainId), Vec<Peer>> = BTreeMap::new();
    for card in cards {
        let subject = plan.scheme.frame.subject(card.subject);
        groups.entry((subject.level, subject.domain)).or_default().push(peer(plan, card));
    }
    let mut out = Ranked::default();
    for ((level, domain), mut peers) in groups {
        peers.sort_by(list_order);
        give_ranks(&plan.scheme.rules, &mut peers);
        out.quotas.extend(quota::apply(plan.scheme, level, domain, &mut peers));
        out.standings.extend(peers.into_iter().map(|peer| peer.standing));
    }
    out.leaders = quota::leaders(plan.scheme, &out.standings);
    out
}

/// The number as the scheme's basis sees it.
pub(super) fn deciding(rules: &Rules, exact: &Ratio) -> Ratio {
    match rules.basis {
        Basis::Published => published(rules, exact).to_ratio(),
        Basis::Exact => exact.clone(),
    }
}

fn published(rules: &Rules, exact: &Ratio) -> Published {
    round_half_up(exact, rules.places)
}

/// The scores that break ties, in order.
pub(super) fn chain(rules: &Rules, card: &Scorecard) -> Vec<Option<Ratio>> {
    let node = |id: &NodeId| card.nodes.get(usize::from(id.0)).and_then(|node| node.score.as_ref());
    rules.tie_chain.iter().map(|id| node(id).map(|score| deciding(rules, score))).collect()
}

fn peer(plan: &Plan<'_>, card: &Scorecard) -> Peer {
    let rules = &plan.scheme.rules;
    let subject = plan.scheme.frame.subject(card.subject);
    let key = card.total.as_ref().map(|total| deciding(rules, total));
    let mut peer = Peer {
        chain: chain(rules, card),
        ranked: key.is_some(),
        locked: false,
        standing: Standing {
            subject: card.subject,
            level: subject.level,
            domain: subject.domain,
            score: card.total.as_ref().map(|total| published(rules, total)),
            rank: None,
            of: 0,
            grade: None,
            grade_by_score: key.as_ref().and_then(|key| band(rules, key)),
            reasons: Vec::new(),
            grades_possible: grades_possible(rules, card),
            grade_unscreened: None,
            rank_unscreened: None,
            tied_at_cut: false,
            stability: Stability::default(),
        },
        key,
    };
    grade(plan, card, &mut peer);
    peer
}

/// The first band, best first, whose lower end holds.
pub(super) fn band(rules: &Rules, key: &Ratio) -> Option<usize> {
    rules.bands.iter().position(|band| band.from.as_ref().is_none_or(|from| from.holds(key)))
}

fn grades_possible(rules: &Rules, card: &Scorecard) -> Vec<usize> {
    let Some((low, high)) = card.bounds.as_ref().filter(|(low, high)| low != high) else { return Vec::new() };
    let end = |exact: &Ratio| band(rules, &deciding(rules, exact));
    match (end(high), end(low)) {
        (Some(best), Some(worst)) => (best..=worst).collect(),
        (Some(best), None) => (best..rules.bands.len()).collect(),
        _ => Vec::new(),
    }
}

/// Grade by score, then the veto, with the reasons.
fn grade(plan: &Plan<'_>, card: &Scorecard, peer: &mut Peer) {
    let rules = &plan.scheme.rules;
    let name = |band: usize| rules.bands.get(band).map(|band| band.name.clone()).unwrap_or_default();
    let standing = &mut peer.standing;
    standing.grade = standing.grade_by_score;
    match (&standing.score, standing.grade) {
        (Some(score), Some(grade)) => standing.reasons.push(("band".to_owned(), vec![name(grade), score.to_string()])),
        (None, _) => standing.reasons.push(("no-score".to_owned(), Vec::new())),
        _ => {}
    }
    if card.nodes.first().is_some_and(|root| root.incomplete && root.score.is_some()) {
        standing.reasons.push(("incomplete".to_owned(), Vec::new()));
    }
    let Some((effect, reason)) = strictest(&plan.adjusted[card.subject.0 as usize].vetoes) else { return };
    let (code, band) = match effect {
        VetoEffect::Cap(band) => {
            standing.grade = standing.grade.map(|grade| grade.max(band));
            ("veto-cap", band)
        }
        VetoEffect::Set(band) => {
            standing.grade = Some(band);
            peer.locked = true;
            ("veto-set", band)
        }
        VetoEffect::OutOfRanking(band) => {
            standing.grade = Some(band);
            peer.locked = true;
            peer.ranked = false;
            ("veto-out", band)
        }
    };
    standing.reasons.push((code.to_owned(), vec![name(band), reason]));
}

/// Best first; a missing number after every other.
fn descending(a: Option<&Ratio>, b: Option<&Ratio>) -> Ordering {
    match (a, b) {
        (Some(a), Some(b)) => b.cmp(a),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => Ordering::Equal,
    }
}

/// The tie chain, node by node.
pub(super) fn by_chain(a: &Peer, b: &Peer) -> Ordering {
    compare_chains(&a.chain, &b.chain)
}

/// Best first, link by link.
pub(super) fn compare_chains(a: &[Option<Ratio>], b: &[Option<Ratio>]) -> Ordering {
    let links = a.iter().zip(b).map(|(a, b)| descending(a.as_ref(), b.as_ref()));
    links.fold(Ordering::Equal, Ordering::then)
}

/// Ranked ones first, by score, then by the tie chain, then in frame order.
fn list_order(a: &Peer, b: &Peer) -> Ordering {
    b.ranked
        .cmp(&a.ranked)
        .then_with(|| descending(a.key.as_ref(), b.key.as_ref()))
        .then_with(|| by_chain(a, b))
        .then_with(|| a.standing.subject.cmp(&b.standing.subject))
}

/// 1-2-2-4, 1-2-2-3, or by the chain; equal throughout is joint.
fn give_ranks(rules: &Rules, peers: &mut [Peer]) {
    let of = u32::try_from(peers.iter().filter(|peer| peer.ranked).count()).unwrap_or(u32::MAX);
    let mut rank = 0;
    let mut listed = 0;
    for at in 0..peers.len() {
        peers[at].standing.of = of;
        if !peers[at].ranked {
            continue;
        }
        listed += 1;
        let joint = at.checked_sub(1).and_then(|before| peers.get(before)).is_some_and(|before| {
            before.key == peers[at].key && (rules.rank_ties != RankTies::Chain || by_chain(before, &peers[at]).is_eq())
        });
        if !joint {
            rank = if rules.rank_ties == RankTies::Dense { rank + 1 } else { listed };
        }
        peers[at].standing.rank = Some(rank);
    }
}

/// Where a subject stands, by subject.
pub(super) fn by_subject(standings: &[Standing]) -> BTreeMap<SubjectId, &Standing> {
    standings.iter().map(|standing| (standing.subject, standing)).collect()
}
