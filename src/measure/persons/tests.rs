//! The attack on hidden results of persons: whoever adds and subtracts what is published of one person, with the ranges of scores.

use super::Persons;
use super::clear::clear_with;
use crate::measure::assessment::{Cell, Effective, NodeScore, Scorecard, WhyMissing};
use crate::measure::attack::{K, Notes, extreme};
use crate::measure::fixture::{CADRE, ballots, form, items, node, strata};
use crate::numeric::{Ratio, int, ratio, to_f64};
use crate::survey::{AnswerKind, FormKind, NodeId, NodeSource, Scheme, StratumId, SubjectId};
use num_traits::Zero;
use rand_pcg::Pcg32;
use rand_pcg::rand_core::{Rng, SeedableRng};

/// 单位得分 50, 民主测评 25 (two items, strata A, B, C), 民意 25 (three items, no strata).
fn scheme() -> (Scheme, NodeId) {
    let mut small = ballots(&CADRE, &["100"]);
    let set = strata(&mut small.scheme, &[("A", "", "0.4"), ("B", "", "0.3"), ("C", "", "0.3")]);
    let answer = AnswerKind::Choice { scale: 0 };
    let scheme = &mut small.scheme;
    let root = node(scheme, "个人", None, "1");
    scheme.index.persons = Some(root);
    let unit = node(scheme, "单位得分", Some(root), "50");
    scheme.index.nodes[usize::from(unit.0)].source = NodeSource::Unit(None);
    for (name, fulls, set) in [("个人测评", &["100"; 2][..], Some(set)), ("个人民意", &["100"; 3][..], None)] {
        let procedure = node(scheme, name, Some(root), "25");
        let asked = form(scheme, FormKind::Ballot, &answer, fulls);
        scheme.forms[usize::from(asked.0)].strata = set;
        items(scheme, procedure, asked);
    }
    scheme.rules.min_cell = K;
    (small.scheme, root)
}

struct Maker<'a> {
    scheme: &'a Scheme,
    dice: Pcg32,
    happy: bool,
}

impl Maker<'_> {
    fn roll(&mut self, below: u32) -> u64 {
        u64::from(self.dice.next_u32() % below)
    }

    fn cell(&mut self, stratum: u16, n: u64) -> Cell {
        let best = if self.happy { n } else { self.roll(101) * n / 100 };
        let fair = self.roll(u32::try_from(n - best).expect("few") + 1);
        let counts: Vec<(i64, u64)> =
            [(0, best), (1, fair), (3, n - best - fair)].into_iter().filter(|(_, count)| *count > 0).collect();
        let sum = int(100) * int(i64::try_from(best).expect("few")) + int(80) * int(i64::try_from(fair).expect("few"));
        let score = (n > 0).then(|| sum / int(i64::try_from(n).expect("few")));
        let weight = Effective { nominal: int(0), effective: int(0) };
        Cell { stratum: StratumId(stratum), score, n, abstained: 0, counts, weight, error: None, hidden: false }
    }

    fn scored(score: Ratio, n: u64, cells: Vec<Cell>) -> NodeScore {
        NodeScore { score: Some(score), why: None, n, cells, ..NodeScore::missing(WhyMissing::NothingSent) }
    }

    /// Gives every part its share of the parts that are there, and their mean.
    fn mean<'p>(parts: impl Iterator<Item = (&'p mut Effective, Ratio, Option<Ratio>)>) -> Ratio {
        let parts: Vec<_> = parts.filter_map(|(place, weight, score)| Some((place, weight, score?))).collect();
        let all: Ratio = parts.iter().map(|(_, weight, _)| weight.clone()).sum();
        let mut mean = int(0);
        for (place, weight, score) in parts {
            place.effective = weight / &all;
            mean += &place.effective * score;
        }
        mean
    }

    fn card(&mut self, number: u32, root: NodeId) -> Scorecard {
        let index = &self.scheme.index;
        let mut nodes = vec![NodeScore::missing(WhyMissing::NotApplicable); index.nodes.len()];
        self.happy = self.roll(2) == 0;
        for id in index.person_ids().rev() {
            let rule = index.node(id);
            let made = match rule.source {
                NodeSource::Unit(_) => Self::scored(ratio(8765, 100), 0, Vec::new()),
                NodeSource::Item { form, .. } if self.scheme.form(form).strata.is_some() => {
                    let mut cells: Vec<Cell> = [6, 12, 30]
                        .into_iter()
                        .zip(0..)
                        .map(|(most, stratum)| {
                            let n = self.roll(most);
                            self.cell(stratum, n.max(u64::from(stratum == 2)))
                        })
                        .collect();
                    let weights = [ratio(4, 10), ratio(3, 10), ratio(3, 10)];
                    let parts =
                        cells.iter_mut().zip(weights).map(|(cell, weight)| (&mut cell.weight, weight, cell.score.clone()));
                    let score = Self::mean(parts);
                    Self::scored(score, cells.iter().map(|cell| cell.n).sum(), cells)
                }
                NodeSource::Item { .. } => {
                    let n = 1 + self.roll(12);
                    let mut cell = self.cell(0, n);
                    cell.weight.effective = int(1);
                    Self::scored(cell.score.clone().expect("answers"), n, vec![cell])
                }
                _ => {
                    let below = rule.children.iter().map(|child| nodes[usize::from(child.0)].n).max().unwrap_or(0);
                    let children: Vec<usize> = rule.children.iter().map(|child| usize::from(child.0)).collect();
                    let parts = nodes.iter_mut().enumerate().filter(|(slot, _)| children.contains(slot));
                    let weight = |slot: usize| index.nodes[slot].weights[0].clone();
                    let score = Self::mean(parts.map(|(slot, node)| (&mut node.weight, weight(slot), node.score.clone())));
                    Self::scored(score, if id == root { 0 } else { below }, Vec::new())
                }
            };
            nodes[usize::from(id.0)] = made;
        }
        let total = nodes[usize::from(root.0)].score.clone();
        let subject = SubjectId(1000 + number);
        Scorecard { subject, nodes, bonus: int(0), bonus_claimed: int(0), deduction: int(0), bounds: None, total, vetoed: false }
    }
}

/// Every published sum of every person.
fn study(cards: &[Scorecard], scheme: &Scheme) -> Notes {
    let mut notes = Notes::default();
    let shown = |score: Option<&Ratio>| score.map(to_f64);
    for (number, card) in cards.iter().enumerate() {
        for id in scheme.index.person_ids() {
            let (slot, node) = (usize::from(id.0), &card.nodes[usize::from(id.0)]);
            let mut terms = vec![((number, slot, None), -1.0, shown(node.score.as_ref()))];
            let counts = |weight: &Effective| !weight.effective.is_zero();
            terms.extend(scheme.index.node(id).children.iter().map(|child| usize::from(child.0)).map(|child| {
                let part = &card.nodes[child];
                ((number, child, None), to_f64(&part.weight.effective), shown(part.score.as_ref()))
            }));
            terms.extend(
                node.cells
                    .iter()
                    .enumerate()
                    .filter(|(_, cell)| counts(&cell.weight))
                    .map(|(at, cell)| ((number, slot, Some(at)), to_f64(&cell.weight.effective), shown(cell.score.as_ref()))),
            );
            if terms.len() > 1 {
                notes.add(&terms);
            }
        }
    }
    notes
}

/// How many small results there are, and how many of them can be told to within ± K points.
fn attack(seed: u64, protect: bool) -> (usize, usize) {
    let (scheme, root) = scheme();
    let mut maker = Maker { scheme: &scheme, dice: Pcg32::seed_from_u64(seed), happy: false };
    let truth: Vec<Scorecard> = (0..6).map(|number| maker.card(number, root)).collect();
    let mut persons = Persons { scorecards: truth.clone(), ..Persons::default() };
    clear_with(&mut persons, &[], &scheme, protect);
    let notes = study(&persons.scorecards, &scheme);
    let (mut small, mut told) = (0, 0);
    for (key, unknown) in &notes.unknowns {
        let node = &truth[key.0].nodes[key.1];
        let (n, score) = match key.2 {
            Some(at) => (node.cells[at].n, node.cells[at].score.as_ref()),
            None => (node.n, node.score.as_ref()),
        };
        let Some(score) = score.map(to_f64).filter(|_| n > 0 && n < K) else { continue };
        small += 1;
        let (low, high) = (extreme(&notes, *unknown, -1.0, 0.0, 100.0), extreme(&notes, *unknown, 1.0, 0.0, 100.0));
        assert!(low - 1e-6 <= score && score <= high + 1e-6, "the attack itself is wrong: {low} {score} {high}");
        #[allow(clippy::cast_precision_loss, reason = "a small number")]
        let near = K as f64;
        told += usize::from(low >= score - near && high <= score + near);
    }
    (small, told)
}

#[test]
fn no_small_result_of_a_person_can_be_told_from_what_is_published() {
    let (mut all, mut without) = (0, 0);
    for seed in 0..25 {
        let (small, told) = attack(seed, true);
        assert_eq!(told, 0, "seed {seed}");
        all += small;
        without += attack(seed, false).1;
    }
    assert!(all > 100, "{all} small results were attacked");
    assert!(without > 0, "hiding a second value without reckoning is not enough, and the attack knows");
}
