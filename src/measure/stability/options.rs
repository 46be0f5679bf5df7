//! (c) Option values: every option between the best and the worst moves up or down, at most half way to its neighbours.
//!
//! The value of an option is drawn evenly between the middle to the next better one and the middle to the next worse one, so
//! the order of the options always holds; the best and the worst stay. The draw is the same for all peers and for every form
//! that uses the scale. A composite is linear in the option values, so it moves by Σ Δ(option) × the share of the composite
//! that this option makes up. Shares such as 优秀率 and tiers do not look at values and stay; so do ratios to the best, scores
//! by rank, imported scores, abstentions and the penalty on inflated self-ratings.

use super::chance::Source;
use super::model::{Model, Part};
use crate::measure::assessment::{Cell, NodeScore, Scorecard};
use crate::measure::estimate::{Counts, Filter, estimate};
use crate::measure::plan::Plan;
use crate::measure::rollup::{descendants, headcounts, people};
use crate::numeric::{Ratio, to_f64};
use crate::survey::{Abstain, AnswerKind, ChoiceClass, Measure, NodeId, NodeSource, Rollup, Scale, Scheme, SubjectId};
use rayon::prelude::*;

/// An option that can move.
struct Movable {
    /// Distances it may go down and up.
    down: f64,
    up: f64,
    chance: Source,
}

/// Moved values of every option.
pub(super) struct Options {
    movable: Vec<Movable>,
    /// Per subject: what a point more of each movable option would add to its composite.
    exposures: Vec<Vec<f64>>,
    pub moves: Vec<bool>,
}

/// Per scale and choice: its number among the movable ones.
type Numbers = Vec<Vec<Option<usize>>>;

impl Options {
    pub(super) fn new(plan: &Plan<'_>, counts: &Counts<'_>, cards: &[Scorecard], model: &Model) -> Self {
        let (movable, numbers) = movable(plan.scheme);
        let heads = headcounts(&plan.scheme.frame);
        let exposer = Exposer { plan, counts, cards, heads: &heads, numbers: &numbers, width: movable.len() };
        let exposures: Vec<Vec<f64>> = cards.par_iter().map(|card| exposer.composite(card, model)).collect();
        let moves = model.reach(|slot, _| exposures[slot].iter().any(|share| *share > 0.0));
        Self { movable, exposures, moves }
    }

    /// The totals of one draw.
    pub(super) fn draw(&self, model: &Model, draw: u64, totals: &mut [f64]) {
        let moved: Vec<f64> = self.movable.iter().map(|option| option.draw(draw)).collect();
        let own = |slot: usize, _: &[Part]| {
            let change: f64 = self.exposures[slot].iter().zip(&moved).map(|(share, by)| share * by).sum();
            model.bases[slot] + change
        };
        model.totals(own, totals);
    }
}

impl Movable {
    fn draw(&self, draw: u64) -> f64 {
        self.chance.stream(draw).uniform() * (self.down + self.up) - self.down
    }
}

/// Options of equal value move together.
fn movable(scheme: &Scheme) -> (Vec<Movable>, Numbers) {
    let (mut movable, mut numbers) = (Vec::new(), Vec::new());
    for scale in &scheme.scales {
        let mut values: Vec<&Ratio> = scored(scale).map(|(_, value)| value).collect();
        values.sort();
        values.dedup();
        let start = movable.len();
        for around in values.windows(3) {
            let [below, value, above] = [around[0], around[1], around[2]].map(to_f64);
            let chance = Source::new(scheme.rules.analysis.seed, &["options", &scale.code, &(movable.len() - start).to_string()]);
            movable.push(Movable { down: (value - below) / 2.0, up: (above - value) / 2.0, chance });
        }
        let mut of_choice = vec![None; scale.choices.len()];
        for (choice, value) in scored(scale) {
            let place = values.binary_search(&value).unwrap_or_default();
            of_choice[choice] = (place > 0 && place + 1 < values.len()).then(|| start + place - 1);
        }
        numbers.push(of_choice);
    }
    (movable, numbers)
}

fn scored(scale: &Scale) -> impl Iterator<Item = (usize, &Ratio)> {
    scale.choices.iter().enumerate().filter_map(|(number, choice)| {
        let value = choice.value.as_ref().filter(|_| choice.class != ChoiceClass::Abstain)?;
        Some((number, value))
    })
}

/// Works out what each option weighs in a composite.
struct Exposer<'a> {
    plan: &'a Plan<'a>,
    counts: &'a Counts<'a>,
    cards: &'a [Scorecard],
    heads: &'a [Option<u64>],
    numbers: &'a Numbers,
    width: usize,
}

/// Item scores of a pooled subject with their cells, worked out when first asked for.
type Pooled = Option<Vec<(NodeId, NodeScore)>>;

impl Exposer<'_> {
    /// Of composites that have procedures of their own; of others nothing (they follow their members, or stay).
    fn composite(&self, card: &Scorecard, model: &Model) -> Vec<f64> {
        let mut out = vec![0.0; self.width];
        if let super::model::Maker::Parts(parts) = &model.makers[card.subject.0 as usize] {
            for part in parts {
                self.add(card, part.node, part.weight, &mut None, &mut out);
            }
        }
        out
    }

    /// Adds `share` of a node of one subject.
    fn add(&self, card: &Scorecard, id: NodeId, share: f64, pooled: &mut Pooled, out: &mut [f64]) {
        let (node, plan) = (self.plan.scheme.index.node(id), self.plan);
        let Some(score) = card.nodes.get(usize::from(id.0)).filter(|score| score.score.is_some() && !score.imported) else {
            return;
        };
        let mixed = node.self_mix.as_ref().filter(|_| score.self_gap.is_some()).map_or(0.0, |mix| to_f64(&mix.weight));
        let share = share * (1.0 - mixed);
        match score.rollup.map(|used| used.method) {
            Some(method @ (Rollup::Simple | Rollup::Headcount)) => self.add_members(card.subject, id, (method, share), out),
            Some(Rollup::Pooled) if node.children.is_empty() => {
                let leaves = pooled.get_or_insert_with(|| self.pooled(card.subject));
                if let Some((_, leaf)) = leaves.iter().find(|(known, _)| *known == id) {
                    self.add_cells(id, &leaf.cells, share, out);
                }
            }
            _ if node.children.is_empty() => self.add_cells(id, &score.cells, share, out),
            _ => {
                for child in &node.children {
                    let weight = card.nodes.get(usize::from(child.0)).map_or(0.0, |child| to_f64(&child.weight.effective));
                    if weight > 0.0 && plan.share(plan.domain(card.subject), *child).is_some() {
                        self.add(card, *child, share * weight, pooled, out);
                    }
                }
            }
        }
    }

    fn pooled(&self, id: SubjectId) -> Vec<(NodeId, NodeScore)> {
        let below = self.counts.of(&descendants(&self.plan.scheme.frame, id), Filter::Counted);
        estimate(self.plan, self.plan.domain(id), &below).leaves
    }

    /// A node that is the mean of the members'.
    fn add_members(&self, parent: SubjectId, id: NodeId, (method, share): (Rollup, f64), out: &mut [f64]) {
        let members = self.plan.scheme.frame.children(parent).iter().map(|member| &self.cards[member.0 as usize]);
        let with_score = members.filter(|card| card.nodes.get(usize::from(id.0)).is_some_and(|node| node.score.is_some()));
        let weighed: Vec<(&Scorecard, f64)> =
            with_score.map(|card| (card, to_f64(&people(method, self.heads, card.subject)))).collect();
        let all: f64 = weighed.iter().map(|(_, people)| people).sum();
        for (card, people) in weighed.into_iter().filter(|_| all > 0.0) {
            self.add(card, id, share * people / all, &mut None, out);
        }
    }

    fn add_cells(&self, id: NodeId, cells: &[Cell], share: f64, out: &mut [f64]) {
        let node = self.plan.scheme.index.node(id);
        let NodeSource::Item { form, item } = node.source else { return };
        let form = self.plan.scheme.form(form);
        let (AnswerKind::Choice { scale }, abstain) = (&form.item(item).answer, &form.abstain) else { return };
        let scale = *scale;
        if node.measure != Measure::Mean {
            return;
        }
        for cell in cells.iter().filter(|cell| cell.n > 0) {
            let within = share * to_f64(&cell.weight.effective);
            let valued = if *abstain == Abstain::Exclude { 0 } else { cell.abstained };
            for (option, kept) in self.kept(scale, cell, valued) {
                if let Some(number) = self.numbers[scale].get(option).copied().flatten() {
                    out[number] += within * kept;
                }
            }
        }
    }

    /// Share of each option in a cell's mean. Trimming takes answers off both ends, and keeps doing so in the same places while
    /// the order of the options holds.
    #[allow(clippy::cast_precision_loss, reason = "counts of ballots")]
    fn kept(&self, scale: usize, cell: &Cell, valued: u64) -> Vec<(usize, f64)> {
        let Some(choices) = self.plan.scheme.scales.get(scale).map(|scale| &scale.choices) else { return Vec::new() };
        let mut answers: Vec<(&Ratio, usize, u64)> = cell
            .counts
            .iter()
            .filter_map(|(option, times)| {
                let option = usize::try_from(*option).ok()?;
                let choice = choices.get(option).filter(|choice| choice.class != ChoiceClass::Abstain)?;
                Some((choice.value.as_ref()?, option, *times))
            })
            .collect();
        answers.sort();
        let given: u64 = answers.iter().map(|(_, _, times)| times).sum();
        // `n` counts abstentions that have a value too
        let each = given.saturating_sub(cell.n.saturating_sub(valued)) / 2;
        let (mut low, mut high) = (each, each);
        for (_, _, times) in &mut answers {
            drop_some(times, &mut low);
        }
        for (_, _, times) in answers.iter_mut().rev() {
            drop_some(times, &mut high);
        }
        answers.into_iter().map(|(_, option, times)| (option, times as f64 / cell.n as f64)).collect()
    }
}

fn drop_some(times: &mut u64, left: &mut u64) {
    let dropped = (*times).min(*left);
    *times -= dropped;
    *left -= dropped;
}
