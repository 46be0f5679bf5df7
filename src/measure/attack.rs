//! The attack on disclosure control: an outsider who solves every linear relation between published values, by other means than
//! those that hid them. Organisations are made by dice; the attacker sees the cleared results, the scheme, and even how many
//! ballots were pooled.

#![allow(clippy::cast_precision_loss, reason = "few ballots")]

use super::assess;
use super::assessment::{Assessment, Cleared, NodeScore};
use super::disclosure::clear_with;
use super::fixture::{CADRE, Feed, ballots, form, items, node, strata, subject};
use super::rollup::{headcounts, method};
use crate::numeric::to_f64;
use crate::survey::{AnswerKind, FormKind, NodeId, NodeSource, Rollup, Scheme, SubjectId};
use num_traits::Zero;
use rand_pcg::Pcg32;
use rand_pcg::rand_core::{Rng, SeedableRng};
use std::collections::BTreeMap;

pub(super) const K: u64 = 5;

/// (subject, slot, stratum position or none).
type Key = (usize, usize, Option<usize>);

/// What the attacker writes down: unknowns and equations Σ a·x = b.
#[derive(Default)]
pub(super) struct Notes {
    pub unknowns: BTreeMap<Key, usize>,
    equations: Vec<(Vec<(usize, f64)>, f64)>,
}

impl Notes {
    /// Adds left = Σ weight × value, known values moved to the other side.
    pub(super) fn add(&mut self, terms: &[(Key, f64, Option<f64>)]) {
        let (mut row, mut constant) = (Vec::new(), 0.0);
        for (key, weight, known) in terms {
            if let Some(value) = known {
                constant -= weight * value;
            } else {
                let next = self.unknowns.len();
                row.push((*self.unknowns.entry(*key).or_insert(next), *weight));
            }
        }
        if !row.is_empty() {
            self.equations.push((row, constant));
        }
    }
}

fn shown(node: &NodeScore) -> Option<f64> {
    node.score.as_ref().map(to_f64)
}

fn exists(node: &NodeScore) -> bool {
    node.score.is_some() || node.hidden
}

fn study(cleared: &Assessment, truth: &Assessment, scheme: &Scheme) -> Notes {
    let mut notes = Notes::default();
    let heads = headcounts(&scheme.frame);
    for card in &cleared.scorecards {
        let unit = card.subject.0 as usize;
        for (slot, node) in card.nodes.iter().enumerate().filter(|(_, node)| exists(node)) {
            let mut terms = vec![((unit, slot, None), -1.0, shown(node))];
            let rule = &scheme.index.nodes[slot];
            let members = scheme.frame.children(card.subject);
            match node.rollup.map(|used| used.method) {
                Some(Rollup::Pooled) if rule.children.is_empty() => {
                    terms.extend(pool(cleared, truth, scheme, (card.subject, slot)));
                }
                Some(asked @ (Rollup::Simple | Rollup::Headcount)) => {
                    let used = method(Some(asked), members, &heads);
                    let part = |member: &SubjectId| {
                        let node = &cleared.scorecards[member.0 as usize].nodes[slot];
                        let people = if used == Rollup::Headcount { heads[member.0 as usize].unwrap_or(0) } else { 1 };
                        exists(node).then(|| ((member.0 as usize, slot, None), people as f64, shown(node)))
                    };
                    let parts: Vec<_> = members.iter().filter_map(part).collect();
                    let all: f64 = parts.iter().map(|part| part.1).sum();
                    terms.extend(parts.into_iter().map(|(key, people, known)| (key, people / all, known)));
                }
                _ => {
                    terms.extend(rule.children.iter().filter_map(|child| {
                        let part = &card.nodes[usize::from(child.0)];
                        let counts = exists(part) && !part.weight.effective.is_zero();
                        counts.then(|| ((unit, usize::from(child.0), None), to_f64(&part.weight.effective), shown(part)))
                    }));
                    terms.extend(node.cells.iter().enumerate().filter(|(_, cell)| !cell.weight.effective.is_zero()).map(
                        |(at, cell)| ((unit, slot, Some(at)), to_f64(&cell.weight.effective), cell.score.as_ref().map(to_f64)),
                    ));
                }
            }
            if terms.len() > 1 {
                notes.add(&terms);
            }
        }
    }
    notes
}

/// Pooled ballots, weighed by how many there are of each member (which the attacker is told), strata by the scheme's weights.
fn pool(
    cleared: &Assessment,
    truth: &Assessment,
    scheme: &Scheme,
    (parent, slot): (SubjectId, usize),
) -> Vec<(Key, f64, Option<f64>)> {
    let NodeSource::Item { form, .. } = scheme.index.nodes[slot].source else { return Vec::new() };
    let weight =
        |stratum: usize| scheme.strata_of(scheme.form(form)).map_or(1.0, |strata| to_f64(&strata.members[stratum].weights[0]));
    let mut parts: Vec<(Key, usize, f64, Option<f64>)> = Vec::new();
    for id in scheme.frame.ids().filter(|id| *id != parent && scheme.frame.lineage(*id).any(|above| above == parent)) {
        let unit = id.0 as usize;
        for (at, cell) in truth.scorecards[unit].nodes[slot].cells.iter().enumerate().filter(|(_, cell)| cell.n > 0) {
            let seen = cleared.scorecards[unit].nodes[slot].cells[at].score.as_ref().map(to_f64);
            parts.push(((unit, slot, Some(at)), usize::from(cell.stratum.0), cell.n as f64, seen));
        }
    }
    let people = |stratum: usize| parts.iter().filter(|part| part.1 == stratum).map(|part| part.2).sum::<f64>();
    let there: f64 = (0..8).filter(|stratum| people(*stratum) > 0.0).map(weight_or_zero(&weight, scheme, form)).sum();
    let share =
        |(key, stratum, n, seen): &(Key, usize, f64, Option<f64>)| (*key, weight(*stratum) / there * n / people(*stratum), *seen);
    parts.iter().map(share).collect()
}

fn weight_or_zero<'a>(
    weight: &'a dyn Fn(usize) -> f64,
    scheme: &'a Scheme,
    form: crate::survey::FormId,
) -> impl Fn(usize) -> f64 + 'a {
    let strata = scheme.strata_of(scheme.form(form)).map_or(1, |strata| strata.members.len());
    move |stratum| if stratum < strata { weight(stratum) } else { 0.0 }
}

/// Largest value of an unknown (smallest, of its negative) within 0…width of each, by the textbook two-phase simplex.
pub(super) fn extreme(notes: &Notes, goal: usize, sign: f64, low: f64, width: f64) -> f64 {
    let unknowns = notes.unknowns.len();
    let rows = notes.equations.len() + unknowns;
    let slack = unknowns;
    let columns = 2 * unknowns + rows;
    let mut table = vec![vec![0.0; columns + 1]; rows];
    for (row, (terms, constant)) in table.iter_mut().zip(&notes.equations) {
        for (at, weight) in terms {
            row[*at] += weight;
            row[columns] -= weight * low;
        }
        row[columns] += constant;
    }
    for unknown in 0..unknowns {
        let row = &mut table[notes.equations.len() + unknown];
        row[unknown] = 1.0;
        row[slack + unknown] = 1.0;
        row[columns] = width;
    }
    let mut basis = Vec::new();
    for (number, row) in table.iter_mut().enumerate() {
        if row[columns] < 0.0 {
            for cell in row.iter_mut() {
                *cell = -*cell;
            }
        }
        row[2 * unknowns + number] = 1.0;
        basis.push(2 * unknowns + number);
    }
    let artificial = |column: usize| column >= 2 * unknowns;
    let first: Vec<f64> = (0..columns).map(|column| if artificial(column) { -1.0 } else { 0.0 }).collect();
    let rest = maximise(&mut table, &mut basis, &first, columns, columns);
    assert!(rest > -1e-6, "the published values contradict each other by {rest}");
    // Artificial variables that stayed at 0 leave the basis, or their row says nothing.
    for number in 0..rows {
        if artificial(basis[number])
            && let Some(column) = (0..2 * unknowns).find(|column| table[number][*column].abs() > 1e-7)
        {
            turn(&mut table, &mut basis, number, column);
        }
    }
    let second: Vec<f64> = (0..columns).map(|column| if column == goal { sign } else { 0.0 }).collect();
    sign * maximise(&mut table, &mut basis, &second, columns, 2 * unknowns) + low
}

fn maximise(table: &mut [Vec<f64>], basis: &mut [usize], goal: &[f64], columns: usize, usable: usize) -> f64 {
    for _ in 0..20_000 {
        let gain = |column: usize| {
            goal[column] - basis.iter().zip(table.iter()).map(|(basic, row)| goal[*basic] * row[column]).sum::<f64>()
        };
        let Some(entering) = (0..usable).find(|column| !basis.contains(column) && gain(*column) > 1e-8) else { break };
        let ratio = |row: &Vec<f64>| row[columns] / row[entering];
        let leaving = (0..table.len())
            .filter(|row| table[*row][entering] > 1e-9)
            .min_by(|a, b| ratio(&table[*a]).total_cmp(&ratio(&table[*b])).then(basis[*a].cmp(&basis[*b])));
        let Some(leaving) = leaving else { break };
        turn(table, basis, leaving, entering);
    }
    basis.iter().zip(table.iter()).map(|(basic, row)| goal[*basic] * row[columns]).sum()
}

fn turn(table: &mut [Vec<f64>], basis: &mut [usize], number: usize, column: usize) {
    let by = table[number][column];
    for cell in &mut table[number] {
        *cell /= by;
    }
    let pivot = table[number].clone();
    for (_, row) in table.iter_mut().enumerate().filter(|(other, _)| *other != number) {
        let by = row[column];
        if by.abs() > 0.0 {
            for (cell, other) in row.iter_mut().zip(&pivot) {
                *cell -= by * other;
            }
        }
    }
    basis[number] = column;
}

/// Small cells that the attacker can tell to within ± k points.
fn told(cleared: &Cleared, truth: &Assessment, scheme: &Scheme) -> (Vec<Key>, usize) {
    let notes = study(cleared.get(), truth, scheme);
    let (mut told, mut small) = (Vec::new(), 0);
    for (key, unknown) in &notes.unknowns {
        let node = &truth.scorecards[key.0].nodes[key.1];
        let raters = |cell: &super::assessment::Cell| cell.counts.iter().map(|(_, n)| n).sum::<u64>() - cell.abstained;
        let (n, score) = match key.2 {
            Some(at) => (raters(&node.cells[at]), node.cells[at].score.as_ref()),
            None if scheme.index.nodes[key.1].children.is_empty() => (node.cells.iter().map(raters).sum(), node.score.as_ref()),
            None => continue,
        };
        let Some(score) = score.map(to_f64).filter(|_| n > 0 && n < K) else { continue };
        small += 1;
        let (low, high) = (extreme(&notes, *unknown, -1.0, 0.0, 100.0), extreme(&notes, *unknown, 1.0, 0.0, 100.0));
        assert!(low - 1e-6 <= score && score <= high + 1e-6, "the attack itself is wrong: {low} {score} {high}");
        if low >= score - K as f64 && high <= score + K as f64 {
            told.push(*key);
        }
    }
    (told, small)
}

pub(super) struct World {
    pub scheme: Scheme,
    pub feed: Feed,
}

/// Two or three regiments of two to four companies; a form of strata (nested in some), one without, one sheet of points.
pub(super) fn world(seed: u64) -> World {
    let mut dice = Pcg32::seed_from_u64(seed);
    let mut roll = |below: u32| dice.next_u32() % below;
    let mut small = ballots(&CADRE, &["100", "100", "60"][..(1 + roll(3)) as usize]);
    let nested = [("A", "", "0.4"), ("B", "", "0.3"), ("C", "", "0.3")];
    let set = strata(&mut small.scheme, &nested);
    if roll(4) > 0 {
        small.scheme.forms[0].strata = Some(set);
    }
    let root = NodeId(0);
    let second = node(&mut small.scheme, "民意调查", Some(root), "60");
    let kind = AnswerKind::Choice { scale: 0 };
    let survey = form(&mut small.scheme, FormKind::Ballot, &kind, &["100", "100"][..(1 + roll(2)) as usize]);
    items(&mut small.scheme, second, survey);
    let third = node(&mut small.scheme, "目标考核", Some(root), "200");
    let sheet = form(&mut small.scheme, FormKind::Assessed, &AnswerKind::Score, &["100"]);
    items(&mut small.scheme, third, sheet);
    small.scheme.rules.min_cell = K;
    small.scheme.rules.rollup = [None, Some(Rollup::Simple), Some(Rollup::Pooled)][roll(3) as usize];
    let mut feed = Feed::default();
    let top = subject(&mut small.scheme, "师", None, 0, None);
    for regiment in 0..=roll(2) {
        let regiment = subject(&mut small.scheme, &format!("{regiment}团"), Some(top), 1, None);
        for company in 0..2 + roll(3) {
            let unit = subject(&mut small.scheme, &format!("{company}连"), Some(regiment), 2, Some(u64::from(50 + roll(200))));
            feed.points(unit, (third, sheet, 0), 0, &["91.5"]);
            let happy = roll(3) == 0;
            let mut vote = |from: (NodeId, crate::survey::FormId, u16), stratum: u16, most: u32| {
                let n = u64::from(roll(most));
                let best = if happy { n } else { n * u64::from(roll(100)) / 100 };
                feed.votes(unit, from, stratum, &[best, n - best, u64::from(roll(2))]);
            };
            for item in 0..u16::try_from(small.items.len()).expect("few") {
                let strata = if small.scheme.forms[0].strata.is_some() { 3 } else { 1 };
                for stratum in 0..strata {
                    vote((small.procedure, small.form, item), stratum, [7, 30, 60][usize::from(stratum)]);
                }
            }
            for item in 0..u16::try_from(small.scheme.form(survey).items.len()).expect("few") {
                vote((second, survey, item), 0, 16);
            }
        }
    }
    feed.0.rows.sort_unstable();
    World { scheme: small.scheme, feed }
}

#[test]
fn no_small_cell_can_be_told_from_what_is_published() {
    let (mut small, mut without) = (0, 0);
    for seed in 0..60 {
        let world = world(seed);
        let truth = assess(&world.scheme, &world.feed.0);
        let (told_now, there) = told(&clear_with(truth.clone(), &world.scheme, true), &truth, &world.scheme);
        assert!(told_now.is_empty(), "seed {seed}: {told_now:?}");
        small += there;
        if seed < 12 {
            without += told(&clear_with(truth.clone(), &world.scheme, false), &truth, &world.scheme).0.len();
        }
    }
    assert!(small > 300, "{small} small cells were attacked");
    assert!(without > 30, "the attack finds {without} where nothing is hidden to protect them");
}
