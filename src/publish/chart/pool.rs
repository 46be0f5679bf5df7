//! Answers counted together: the shown counts of a subject's own cells, or of its members where it has none.

use super::view::View;
use crate::measure::{Cell, NodeScore};
use crate::numeric::{Ratio, int, ratio};
use crate::survey::{Abstain, AnswerKind, ChoiceClass, FormId, FormKind, Item, NodeId, NodeSource, Scheme, StratumId, SubjectId};
use num_traits::Zero;
use std::collections::BTreeMap;

/// On which side of the middle an answer lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Good,
    Middle,
    Bad,
}

/// One class of answers: an option, or the scores of one grade.
#[derive(Clone, Debug)]
pub struct Class {
    pub label: String,
    pub side: Side,
}

/// The items of one form as sent for one procedure that are answered alike.
#[derive(Clone, Debug)]
pub struct Section {
    pub procedure: NodeId,
    pub form: FormId,
    pub items: Vec<NodeId>,
    /// Best first, abstentions left out.
    pub classes: Vec<Class>,
    /// What an abstention is called; `None`: there is none.
    pub aside: Option<String>,
    kind: AnswerKind,
}

/// Answers of one or more items, counted together.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pool {
    /// By class.
    pub counts: Vec<u64>,
    /// Abstentions.
    pub aside: u64,
    /// Most answers, abstentions included, that any one item got: about how many people answered.
    pub people: u64,
    /// Cells that may not be shown and are not in the counts.
    pub hidden: u64,
}

impl Pool {
    #[must_use]
    pub fn scored(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// Share of the scored answers that lie on a side, percent.
    #[must_use]
    pub fn share(&self, section: &Section, side: Side) -> Ratio {
        let of = self.counts.iter().zip(&section.classes).filter(|(_, class)| class.side == side);
        percent(of.map(|(count, _)| count).sum(), self.scored())
    }

    /// Share of abstentions among all answers, percent.
    #[must_use]
    pub fn aside_share(&self) -> Ratio {
        percent(self.aside, self.scored() + self.aside)
    }
}

/// `part` of `whole` in percent; 0 of nothing.
#[must_use]
pub fn percent(part: u64, whole: u64) -> Ratio {
    let number = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    if whole == 0 { Ratio::zero() } else { ratio(number(part), number(whole)) * int(100) }
}

/// Every section of the ballot forms, in scheme order.
#[must_use]
pub fn sections(scheme: &Scheme) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    for node in scheme.index.ids() {
        let NodeSource::Item { form, item } = scheme.index.node(node).source else { continue };
        let Some(procedure) = scheme.index.procedure_of(node) else { continue };
        if scheme.form(form).kind != FormKind::Ballot {
            continue;
        }
        let kind = scheme.form(form).item(item).answer.clone();
        let same = |section: &&mut Section| (section.procedure, section.form) == (procedure, form) && section.kind == kind;
        if let Some(section) = sections.iter_mut().find(same) {
            section.items.push(node);
        } else {
            let (classes, aside) = classes(scheme, &kind);
            sections.push(Section { procedure, form, items: vec![node], classes, aside, kind });
        }
    }
    sections
}

/// The options of a scale, or the grades where scores are given; and the name of an abstention.
fn classes(scheme: &Scheme, kind: &AnswerKind) -> (Vec<Class>, Option<String>) {
    match kind {
        AnswerKind::Choice { scale } => {
            let choices = scheme.scales.get(*scale).map(|scale| scale.choices.as_slice()).unwrap_or_default();
            let class = |choice: &crate::survey::Choice| match choice.class {
                ChoiceClass::Top | ChoiceClass::Favourable => Some(Side::Good),
                ChoiceClass::Middle => Some(Side::Middle),
                ChoiceClass::Low => Some(Side::Bad),
                ChoiceClass::Abstain => None,
            };
            let scored =
                choices.iter().filter_map(|choice| Some(Class { label: choice.label.clone(), side: class(choice)? })).collect();
            (scored, choices.iter().find(|choice| class(choice).is_none()).map(|choice| choice.label.clone()))
        }
        AnswerKind::Score => {
            let bands = &scheme.rules.bands;
            let side = |at: usize| match bands.len() - at {
                1 => Side::Bad,
                2 if at > 0 => Side::Middle,
                _ => Side::Good,
            };
            (bands.iter().enumerate().map(|(at, band)| Class { label: band.name.clone(), side: side(at) }).collect(), None)
        }
    }
}

impl Section {
    /// What it is called: the procedure, with the form where the procedure has several.
    #[must_use]
    pub fn name(&self, view: &View<'_>, all: &[Self]) -> String {
        let procedure = &view.scheme.index.node(self.procedure).name;
        let many = all.iter().filter(|section| section.procedure == self.procedure).count() > 1;
        if many { format!("{procedure} · {}", view.scheme.form(self.form).name) } else { procedure.clone() }
    }

    /// Whether points are given instead of options chosen.
    #[must_use]
    pub fn scores(&self) -> bool {
        self.kind == AnswerKind::Score
    }

    fn item(scheme: &Scheme, node: NodeId) -> Option<&Item> {
        match scheme.index.node(node).source {
            NodeSource::Item { form, item } => Some(scheme.form(form).item(item)),
            NodeSource::Children | NodeSource::Imported | NodeSource::Unit(_) => None,
        }
    }

    /// Class of an answer; `None`: an abstention.
    fn class(&self, scheme: &Scheme, full: &Ratio, answer: i64) -> Option<usize> {
        match self.kind {
            AnswerKind::Choice { scale } => {
                let choices = &scheme.scales.get(scale)?.choices;
                let at = usize::try_from(answer).ok()?;
                let own = choices.get(at).filter(|choice| choice.class != ChoiceClass::Abstain);
                own.map(|_| choices.iter().take(at).filter(|choice| choice.class != ChoiceClass::Abstain).count())
            }
            AnswerKind::Score => {
                let score = ratio(answer, 100) * int(100) / full;
                scheme.rules.bands.iter().position(|band| band.from.as_ref().is_none_or(|from| from.holds(&score)))
            }
        }
    }

    /// Points of 100 that an answer gives; `None`: it does not count.
    fn value(&self, scheme: &Scheme, full: &Ratio, answer: i64) -> Option<Ratio> {
        match self.kind {
            AnswerKind::Choice { scale } => {
                let choice = scheme.scales.get(scale)?.choices.get(usize::try_from(answer).ok()?)?;
                match (choice.class, &scheme.form(self.form).abstain) {
                    (ChoiceClass::Abstain, Abstain::Exclude) => None,
                    (ChoiceClass::Abstain, Abstain::Zero) => Some(Ratio::zero()),
                    (ChoiceClass::Abstain, Abstain::Value(value)) => Some(value.clone()),
                    _ => choice.value.clone(),
                }
            }
            AnswerKind::Score => Some(ratio(answer, 1) / full),
        }
    }

    /// Answers of these items for a subject.
    #[must_use]
    pub fn pool(&self, view: &View<'_>, subject: SubjectId, items: &[NodeId]) -> Pool {
        let mut pool = Pool { counts: vec![0; self.classes.len()], ..Pool::default() };
        for node in items {
            let Some(item) = Self::item(view.scheme, *node) else { continue };
            let mut people = 0;
            each_cell(view, subject, *node, &mut |cell| {
                pool.hidden += u64::from(cell.hidden);
                for (answer, count) in shown_counts(cell) {
                    people += count;
                    match self.class(view.scheme, &item.full, answer).and_then(|class| pool.counts.get_mut(class)) {
                        Some(place) => *place += count,
                        None => pool.aside += count,
                    }
                }
            });
            pool.people = pool.people.max(people);
        }
        pool
    }

    /// Mean value of the answers of each stratum, with how many they are; strata without shown answers left out.
    #[must_use]
    pub fn means(&self, view: &View<'_>, subject: SubjectId) -> BTreeMap<StratumId, (Ratio, u64)> {
        let mut sums: BTreeMap<StratumId, (Ratio, u64)> = BTreeMap::new();
        for node in &self.items {
            let Some(item) = Self::item(view.scheme, *node) else { continue };
            let mut counts: BTreeMap<(StratumId, i64), u64> = BTreeMap::new();
            each_cell(view, subject, *node, &mut |cell| {
                for (answer, count) in shown_counts(cell) {
                    *counts.entry((cell.stratum, answer)).or_default() += count;
                }
            });
            for ((stratum, answer), count) in counts {
                let Some(value) = self.value(view.scheme, &item.full, answer) else { continue };
                let sum = sums.entry(stratum).or_insert_with(|| (Ratio::zero(), 0));
                sum.0 += value * int(i64::try_from(count).unwrap_or(i64::MAX));
                sum.1 += count;
            }
        }
        let mean = |(sum, n): (Ratio, u64)| (sum / int(i64::try_from(n).unwrap_or(i64::MAX).max(1)), n);
        sums.into_iter().map(|(stratum, sum)| (stratum, mean(sum))).collect()
    }
}

/// Counts of a cell, unless it is hidden.
fn shown_counts(cell: &Cell) -> impl Iterator<Item = (i64, u64)> + '_ {
    cell.counts.iter().copied().filter(|_| !cell.hidden)
}

/// The subject's own cells of a node, or those of its members where it has none. A hidden node hides its cells.
fn each_cell(view: &View<'_>, subject: SubjectId, node: NodeId, see: &mut impl FnMut(&Cell)) {
    let own = view.card(subject).and_then(|card| card.nodes.get(node.0 as usize));
    let cells = own.map(|node| node.cells.as_slice()).unwrap_or_default();
    if own.is_some_and(|node| node.hidden && !node.cells.is_empty()) {
        let emptied = |cell: &Cell| Cell { hidden: true, counts: Vec::new(), score: None, ..cell.clone() };
        return cells.iter().map(emptied).for_each(|cell| see(&cell));
    }
    cells.iter().for_each(&mut *see);
    if cells.is_empty() && own.is_none_or(|own| own.score.is_none() || rolled_up(own)) {
        for member in view.members(subject) {
            each_cell(view, *member, node, see);
        }
    }
}

fn rolled_up(node: &NodeScore) -> bool {
    node.rollup.is_some()
}

#[cfg(test)]
mod tests {
    use super::super::fixture::Made;
    use super::*;

    #[test]
    fn members_are_counted_together_and_hidden_cells_left_out() {
        let mut made = Made::new(2, 2, 0);
        let division = made.level(1)[0];
        let node = made.scheme.index.by_code("ceping.1").expect("node");
        let sections = sections(&made.scheme);
        let section = sections.iter().find(|section| section.items.contains(&node)).expect("section").clone();
        let labels: Vec<&str> = section.classes.iter().map(|class| class.label.as_str()).collect();
        assert_eq!((labels, section.aside.as_deref()), (vec!["优秀", "良好", "一般", "较差"], Some("不了解")));
        let members = made.level(2)[..2].to_vec();
        for (member, counts) in members.iter().zip([vec![(0, 6), (2, 3), (4, 1)], vec![(0, 10), (3, 2)]]) {
            let cells = &mut made.assessment.scorecards[member.0 as usize].nodes[node.0 as usize].cells;
            cells.truncate(1);
            cells[0].counts = counts;
        }
        let pool = section.pool(&made.view(), division, &[node]);
        assert_eq!((pool.counts.clone(), pool.aside, pool.people, pool.hidden), (vec![16, 0, 3, 2], 1, 22, 0));
        assert_eq!(pool.share(&section, Side::Good), int(1600) / int(21));
        made.assessment.scorecards[members[1].0 as usize].nodes[node.0 as usize].cells[0].hidden = true;
        let pool = section.pool(&made.view(), division, &[node]);
        assert_eq!((pool.counts, pool.hidden), (vec![6, 0, 3, 0], 1));
    }

    #[test]
    fn means_are_of_values_and_abstentions_do_not_count() {
        let mut made = Made::new(2, 2, 0);
        let node = made.scheme.index.by_code("mindiao.1").expect("node");
        let sections = sections(&made.scheme);
        let mut section = sections.iter().find(|section| section.items.contains(&node)).expect("section").clone();
        section.items = vec![node];
        let regiment = made.level(2)[0];
        let cells = &mut made.assessment.scorecards[regiment.0 as usize].nodes[node.0 as usize].cells;
        cells.truncate(1);
        cells[0].counts = vec![(0, 3), (1, 1), (2, 1), (3, 9)];
        let means = section.means(&made.view(), regiment);
        assert_eq!(means.into_values().collect::<Vec<_>>(), [(int(380) / int(5), 5)]);
    }
}
