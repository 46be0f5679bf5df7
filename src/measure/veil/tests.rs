//! The attack on standard errors: a reader squares what is published, adds and subtracts, and asks how far apart the answers in a
//! hidden cell lie. By other means than those that withheld errors; organisations are made by dice.

#![allow(clippy::cast_precision_loss, reason = "few ballots")]

use crate::measure::assess;
use crate::measure::assessment::{Assessment, Cell, NodeScore};
use crate::measure::attack::{K, Notes, World, extreme, world};
use crate::measure::disclosure::clear_with;
use crate::measure::evidence::{NoError, Uncertainty};
use crate::measure::fixture::{CADRE, Feed, Small, ballots, card, strata, subject};
use crate::measure::rollup::{headcounts, method};
use crate::numeric::{Ratio, to_f64};
use crate::survey::{NodeSource, Rollup, Scheme, SubjectId};
use num_traits::Zero;
use std::collections::BTreeMap;

type Key = (usize, usize, Option<usize>);

/// Squared standard error as published.
fn square(error: Option<&Uncertainty>) -> Option<f64> {
    error.map(|error| error.working().0 * error.working().0)
}

fn contributors(cell: &Cell) -> u64 {
    cell.counts.iter().map(|(_, n)| n).sum::<u64>() - cell.abstained
}

fn people(node: &NodeScore) -> u64 {
    if node.cells.is_empty() { node.n } else { node.cells.iter().map(contributors).sum() }
}

/// What the attacker sees of a spread, and the widest it can be (scale 0–100): half the scale squared over n − 1.
struct Seen<'a> {
    cleared: &'a Assessment,
    truth: &'a Assessment,
}

impl Seen<'_> {
    fn most(&self, key: Key) -> f64 {
        let node = &self.truth.scorecards[key.0].nodes[key.1];
        let n = key.2.map_or_else(|| people(node), |at| contributors(&node.cells[at]));
        let real = square(Self::error(self.truth, key)).unwrap_or(0.0);
        // of members the widest each can be goes into the sum undivided where one of them is alone
        let n = if node.rollup.is_some() { 2 } else { n.max(2) };
        (2500.0 / (n - 1) as f64).max(real)
    }

    fn error(from: &Assessment, key: Key) -> Option<&Uncertainty> {
        let node = &from.scorecards[key.0].nodes[key.1];
        key.2.map_or(node.error.as_ref(), |at| node.cells[at].error.as_ref())
    }

    /// (key, coefficient) → a term for the notes, in parts of the widest.
    fn term(&self, key: Key, weight: f64) -> Option<(Key, f64, Option<f64>)> {
        square(Self::error(self.truth, key))?;
        Some(match square(Self::error(self.cleared, key)) {
            Some(known) => (key, weight, Some(known)),
            None => (key, weight * self.most(key), None),
        })
    }

    fn notes(&self, scheme: &Scheme) -> Notes {
        let mut notes = Notes::default();
        for (unit, card) in self.truth.scorecards.iter().enumerate() {
            for (slot, node) in card.nodes.iter().enumerate().filter(|(_, node)| node.error.is_some()) {
                let parts: Vec<(Key, f64)> = match node.rollup.map(|used| used.method) {
                    Some(Rollup::Pooled) => self.pooled(scheme, card.subject, slot),
                    Some(asked) => self.members(scheme, card.subject, slot, asked),
                    None => Self::own(scheme, (unit, slot), node, card.nodes.as_slice()),
                };
                let all: Vec<(Key, f64)> = std::iter::once(((unit, slot, None), -1.0)).chain(parts).collect();
                let mut terms: Vec<_> = all.iter().filter_map(|(key, weight)| self.term(*key, *weight)).collect();
                if terms.len() > 1 {
                    // a member of one respondent counts as uncertain as can be; that is granted
                    let real = |(key, weight): &(Key, f64)| Some(weight * square(Self::error(self.truth, *key))?);
                    let rest: f64 = all.iter().filter_map(real).sum();
                    let lonely = all.iter().any(|(key, _)| Self::error(self.truth, *key).is_none());
                    // nor is it told how far apart the members of a pool lie, but granted too
                    let pooled = node.rollup.is_some_and(|used| used.method == Rollup::Pooled);
                    assert!(lonely || pooled || rest.abs() < 1e-7, "the attack itself is wrong: {unit} {slot} {rest}");
                    terms.push(((usize::MAX, 0, None), 1.0, Some(-rest)));
                    notes.add(&terms);
                }
            }
        }
        notes
    }

    fn own(scheme: &Scheme, (unit, slot): (usize, usize), node: &NodeScore, nodes: &[NodeScore]) -> Vec<(Key, f64)> {
        let squared = |weight: &Ratio| to_f64(weight) * to_f64(weight);
        let children = &scheme.index.nodes[slot].children;
        let counted = children.iter().map(|child| usize::from(child.0)).filter(|child| !nodes[*child].weight.effective.is_zero());
        let counted: Vec<usize> = counted.filter(|child| nodes[*child].score.is_some()).collect();
        if children.is_empty() {
            let cells = node.cells.iter().enumerate();
            return cells.map(|(at, cell)| ((unit, slot, Some(at)), squared(&cell.weight.effective))).collect();
        }
        // procedures are independent; items of one form are not, but one alone is all there is
        if slot == 0 || counted.len() == 1 {
            return counted.iter().map(|child| ((unit, *child, None), squared(&nodes[*child].weight.effective))).collect();
        }
        Vec::new()
    }

    /// Squares around the means of all that was pooled, by stratum: the strata of the form are weighed as they are there.
    fn pooled(&self, scheme: &Scheme, parent: SubjectId, slot: usize) -> Vec<(Key, f64)> {
        let NodeSource::Item { form, .. } = scheme.index.nodes[slot].source else { return Vec::new() };
        let below: Vec<usize> = scheme
            .frame
            .ids()
            .filter(|id| *id != parent && scheme.frame.lineage(*id).any(|above| above == parent))
            .map(|id| id.0 as usize)
            .collect();
        let cells = |unit: usize| self.truth.scorecards[unit].nodes[slot].cells.iter().enumerate().filter(|(_, cell)| cell.n > 0);
        let mut all: BTreeMap<u16, u64> = BTreeMap::new();
        for (_, cell) in below.iter().flat_map(|unit| cells(*unit)) {
            *all.entry(cell.stratum.0).or_default() += cell.n;
        }
        let weight = |stratum: u16| {
            let strata = scheme.strata_of(scheme.form(form));
            strata.map_or(1.0, |strata| to_f64(&strata.members[usize::from(stratum)].weights[0]))
        };
        let there: f64 = all.keys().map(|stratum| weight(*stratum)).sum();
        let pairs = |n: u64| (n * (n.max(2) - 1)) as f64;
        let of = |unit: usize| {
            cells(unit)
                .map(|(at, cell)| {
                    let share = weight(cell.stratum.0) / there;
                    ((unit, slot, Some(at)), share * share * pairs(cell.n) / pairs(all[&cell.stratum.0]))
                })
                .collect::<Vec<_>>()
        };
        below.into_iter().flat_map(of).collect()
    }

    fn members(&self, scheme: &Scheme, parent: SubjectId, slot: usize, asked: Rollup) -> Vec<(Key, f64)> {
        let heads = headcounts(&scheme.frame);
        let members = scheme.frame.children(parent);
        let by_people = method(Some(asked), members, &heads) == Rollup::Headcount;
        let there = members.iter().map(|member| member.0 as usize);
        let there = there.filter(|member| self.truth.scorecards[*member].nodes[slot].score.is_some());
        let weight = |member: usize| if by_people { heads[member].unwrap_or(0) as f64 } else { 1.0 };
        let parts: Vec<(usize, f64)> = there.map(|member| (member, weight(member))).collect();
        let all: f64 = parts.iter().map(|part| part.1).sum();
        parts.into_iter().map(|(member, weight)| ((member, slot, None), weight * weight / all / all)).collect()
    }
}

/// Small hidden cells and items the spread of whose answers can be told to within ± k points though the scale leaves room, and how
/// many were attacked.
fn told(cleared: &Assessment, truth: &Assessment, scheme: &Scheme) -> (Vec<Key>, usize) {
    let seen = Seen { cleared, truth };
    let notes = seen.notes(scheme);
    let (mut told, mut small) = (Vec::new(), 0);
    for (key, unknown) in &notes.unknowns {
        let node = &truth.scorecards[key.0].nodes[key.1];
        let n = key.2.map_or_else(|| people(node), |at| contributors(&node.cells[at]));
        let leaf = scheme.index.nodes[key.1].children.is_empty();
        if !leaf || !(2..K).contains(&n) {
            continue;
        }
        small += 1;
        let deviation = |part: f64| (n as f64 * part * seen.most(*key)).max(0.0).sqrt();
        let real = square(Seen::error(truth, *key)).expect("it has one") / seen.most(*key);
        let (low, high) = (extreme(&notes, *unknown, -1.0, 0.0, 1.0), extreme(&notes, *unknown, 1.0, 0.0, 1.0));
        assert!(low - 1e-6 <= real && real <= high + 1e-6, "the attack itself is wrong: {low} {real} {high}");
        if deviation(low) >= deviation(real) - K as f64 && deviation(high) <= deviation(real) + K as f64 {
            told.push(*key);
        }
    }
    (told, small)
}

/// The errors of everything that is shown put back as they were before any were withheld.
fn with_errors(cleared: &Assessment, truth: &Assessment) -> Assessment {
    let mut open = cleared.clone();
    for (card, real) in open.scorecards.iter_mut().zip(&truth.scorecards) {
        for (node, real) in card.nodes.iter_mut().zip(&real.nodes).filter(|(node, _)| !node.hidden) {
            node.error.clone_from(&real.error);
        }
    }
    open
}

#[test]
fn no_spread_of_a_small_cell_can_be_told_from_published_errors() {
    let (mut small, mut without) = (0, 0);
    for seed in 0..40 {
        let World { scheme, feed } = world(seed);
        let truth = assess(&scheme, &feed.0);
        let cleared = clear_with(truth.clone(), &scheme, true);
        let (told_now, there) = told(cleared.get(), &truth, &scheme);
        assert!(told_now.is_empty(), "seed {seed}: {told_now:?}");
        small += there;
        if seed < 20 {
            without += told(&with_errors(cleared.get(), &truth), &truth, &scheme).0.len();
        }
    }
    assert!(small > 150, "{small} small cells were attacked");
    assert!(without > 10, "with all errors shown the attack finds {without}");
}

/// Strata A, B, C of one item with these votes for 100, 80, 60, 0; at least five respondents are shown.
fn strata_of(votes: [&[u64]; 3]) -> (Small, SubjectId, Feed) {
    let mut small = ballots(&CADRE, &["100"]);
    let set = strata(&mut small.scheme, &[("A", "", "0.4"), ("B", "", "0.3"), ("C", "", "0.3")]);
    small.scheme.forms[0].strata = Some(set);
    small.scheme.rules.min_cell = 5;
    let unit = subject(&mut small.scheme, "一连", None, 2, None);
    let mut feed = Feed::default();
    for (stratum, votes) in (0u16..).zip(votes) {
        feed.votes(unit, (small.procedure, small.form, 0), stratum, votes);
    }
    (small, unit, feed)
}

#[test]
fn what_a_published_error_leaves_over_is_the_spread_of_the_hidden_strata() {
    // A: 100 80 60, variance of the mean 400/3; B: six alike; C of thirty, shown. se² − 0.09·V(C) = 0.16·400/3 exactly, so that the
    // three answers lie 20 apart: with options of 100, 80, 60 and 0 they are 100 80 60
    let (small, unit, feed) = strata_of([&[1, 1, 1], &[0, 6], &[10, 20]]);
    let truth = assess(&small.scheme, &feed.0);
    let node = &card(&truth, unit).nodes[2];
    let rest = square(node.error.as_ref()).expect("one") - 0.09 * square(node.cells[2].error.as_ref()).expect("one");
    assert!((rest / 0.16 - 400.0 / 9.0 * 3.0).abs() < 1e-9, "{}", rest / 0.16);
    let cleared = clear_with(truth.clone(), &small.scheme, true);
    let node = &card(cleared.get(), unit).nodes[2];
    assert!(node.cells[0].hidden && node.cells[1].hidden && node.score.is_some());
    // B could be the one that differs: what is left over may be either's
    let left = rest / 0.09;
    assert!(left > 0.0 && (node.error.is_some() || node.no_error == Some(NoError::Withheld)));
    assert_eq!(told(cleared.get(), &truth, &small.scheme).0, []);
}

#[test]
fn an_error_with_something_hidden_below_is_one_number() {
    let (small, unit, feed) = strata_of([&[1, 1, 1], &[2, 2, 2], &[10, 20]]);
    let truth = assess(&small.scheme, &feed.0);
    let real = card(&truth, unit).nodes[2].error.clone().expect("an error");
    let cleared = clear_with(truth.clone(), &small.scheme, true);
    for slot in 0..3 {
        let error = card(cleared.get(), unit).nodes[slot].error.clone().expect("still an error");
        assert!(error.veiled && error.deff.is_none() && error.moderated.is_none());
        assert!(error.df <= real.working().1 + 1e-9 && error.low <= real.low + 1e-9 && error.high >= real.high - 1e-9);
    }
    // C alone is known: V²/(v_C²/29 + (v_A + v_B)²/2), by hand
    let error = card(cleared.get(), unit).nodes[2].error.clone().expect("an error");
    let v = |at: usize, weight: f64| weight * weight * square(card(&truth, unit).nodes[2].cells[at].error.as_ref()).expect("one");
    let (a, b, c) = (v(0, 0.4), v(1, 0.3), v(2, 0.3));
    let expected = (a + b + c) * (a + b + c) / (c * c / 29.0 + (a + b) * (a + b) / 2.0);
    assert!((error.df - expected).abs() < 1e-9, "{} {expected}", error.df);
}

#[test]
fn a_member_of_few_is_not_told_from_the_error_of_the_whole() {
    // four companies, the first of three ballots that agree, the second of fifty that agree: 16·se² − the others' is nothing
    let mut small = ballots(&CADRE, &["100"]);
    small.scheme.rules.min_cell = 5;
    small.scheme.rules.rollup = Some(Rollup::Simple);
    let regiment = subject(&mut small.scheme, "团", None, 1, None);
    let mut feed = Feed::default();
    let votes: [&[u64]; 4] = [&[0, 3], &[0, 50], &[20, 40], &[30, 30]];
    let members: Vec<SubjectId> = votes
        .iter()
        .enumerate()
        .map(|(number, votes)| {
            let unit = subject(&mut small.scheme, &format!("{number}连"), Some(regiment), 2, None);
            feed.votes(unit, (small.procedure, small.form, 0), 0, votes);
            unit
        })
        .collect();
    let truth = assess(&small.scheme, &feed.0);
    let of = |assessment: &Assessment, unit: SubjectId| square(card(assessment, unit).nodes[2].error.as_ref());
    let cleared = clear_with(truth.clone(), &small.scheme, true);
    let hidden: Vec<bool> = members.iter().map(|unit| card(cleared.get(), *unit).nodes[2].hidden).collect();
    assert!(hidden[0] && hidden.iter().filter(|hidden| **hidden).count() == 2, "{hidden:?}");
    let whole = of(&truth, regiment).expect("an error");
    let shown: f64 = members.iter().filter_map(|unit| of(cleared.get(), *unit)).sum();
    let second = members.iter().zip(&hidden).skip(1).find(|(_, hidden)| **hidden).map(|(unit, _)| of(&truth, *unit));
    assert!((16.0 * whole - shown - second.flatten().expect("an error")).abs() < 1e-9, "before: nothing is left for the first");
    assert_eq!(told(cleared.get(), &truth, &small.scheme).0, []);
}

#[test]
fn bounds_of_vote_counts_add_up_and_are_not_told_either() {
    // two items of one form, three and thirty votes: se of the procedure is half of each one's, a bound; three alike leave nothing
    let of = |first: &[u64], second: &[u64]| {
        let mut small = ballots(&CADRE, &["100", "100"]);
        small.scheme.rules.min_cell = 5;
        let unit = subject(&mut small.scheme, "一连", None, 2, None);
        let mut feed = Feed::default();
        feed.votes(unit, (small.procedure, small.form, 0), 0, first);
        feed.votes(unit, (small.procedure, small.form, 1), 0, second);
        let truth = assess(&small.scheme, &feed.0);
        let cleared = clear_with(truth.clone(), &small.scheme, true);
        (card(&truth, unit).nodes.clone(), card(cleared.get(), unit).nodes.clone())
    };
    let se = |node: &NodeScore| node.error.as_ref().map(|error| error.working().0);
    let (truth, cleared) = of(&[0, 3], &[0, 28, 2]);
    let (whole, parts) = (se(&truth[1]).expect("one"), [se(&truth[2]).expect("one"), se(&truth[3]).expect("one")]);
    assert!((whole - f64::midpoint(parts[0], parts[1])).abs() < 1e-9, "{whole} {parts:?}");
    // before: no more than 2·se of the whole for the first, so that its three answers lie within two points of each other
    assert!(2.0 * whole * 3.0_f64.sqrt() < K as f64);
    assert!(cleared[2].hidden && cleared[3].hidden && cleared[1].score.is_some());
    assert_eq!([&cleared[0], &cleared[1]].map(|node| (se(node), node.no_error)), [(None, Some(NoError::Withheld)); 2]);
    // where thirty lie far apart the three may be anything
    let (_, cleared) = of(&[0, 3], &[15, 0, 0, 15]);
    assert!(cleared[2].hidden && [&cleared[0], &cleared[1]].iter().all(|node| se(node).is_some()));
}

#[test]
fn the_relations_hold_where_variances_are_drawn_towards_the_peers() {
    // twelve companies of strata of six and twenty: the variances of all of them are moderated
    let mut small = ballots(&CADRE, &["100"]);
    let set = strata(&mut small.scheme, &[("A", "", "0.6"), ("B", "", "0.4")]);
    small.scheme.forms[0].strata = Some(set);
    small.scheme.rules.rollup = Some(Rollup::Simple);
    let regiment = subject(&mut small.scheme, "团", None, 1, None);
    let mut feed = Feed::default();
    let units: Vec<SubjectId> = (0..12u64)
        .map(|number| {
            let unit = subject(&mut small.scheme, &format!("{number}连"), Some(regiment), 2, None);
            for (stratum, n) in [(0, 6), (1, 20)] {
                let good = (number * 5 + n) % n;
                feed.votes(unit, (small.procedure, small.form, 0), stratum, &[good, n - good - 1, 1]);
            }
            unit
        })
        .collect();
    let truth = assess(&small.scheme, &feed.0);
    let error = |unit: SubjectId, slot: usize| square(card(&truth, unit).nodes[slot].error.as_ref()).expect("an error");
    for unit in &units {
        let node = &card(&truth, *unit).nodes[2];
        assert!(node.cells.iter().all(|cell| cell.error.as_ref().is_some_and(|error| error.moderated.is_some())));
        let cell = |at: usize| square(node.cells[at].error.as_ref()).expect("an error");
        assert!((error(*unit, 2) - 0.36 * cell(0) - 0.16 * cell(1)).abs() < 1e-9);
        assert!((error(*unit, 0) - error(*unit, 2)).abs() < 1e-9);
    }
    let all: f64 = units.iter().map(|unit| error(*unit, 2) / 144.0).sum();
    assert!((error(regiment, 2) - all).abs() < 1e-9);
}
