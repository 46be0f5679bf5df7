//! What charts ask of a cleared assessment: who is shown, under which name, with which published number.

use super::past::{self, Past};
use crate::diagnostic::Language;
use crate::measure::{Assessment, Scorecard, Standing, WeakKind, WeakPoint, WhyMissing};
use crate::numeric::{Published, Ratio, exact_text, int, round_half_up};
use crate::publish::words::{charts as words, rollup_method};
use crate::survey::{Index, LevelId, NodeId, Scheme, SubjectId};
use num_traits::{Signed, Zero};
use std::collections::{BTreeMap, BTreeSet};

/// What a cell shows.
#[derive(Clone, Debug, PartialEq)]
pub enum Shown {
    Score(Published),
    /// Too few respondents, or hidden to protect another cell.
    Hidden,
    Missing,
    /// Weight 0 in the subject's domain.
    NotApplicable,
}

impl Shown {
    #[must_use]
    pub fn score(&self) -> Option<&Published> {
        match self {
            Self::Score(score) => Some(score),
            _ => None,
        }
    }
}

/// A column of a heatmap.
#[derive(Clone, Debug)]
pub struct Column {
    pub node: NodeId,
    pub name: String,
    /// Procedure above it; empty where the column is the procedure itself.
    pub group: String,
}

/// A cleared assessment with its scheme, ready for look-ups.
pub struct View<'a> {
    pub scheme: &'a Scheme,
    pub assessment: &'a Assessment,
    cards: Vec<Option<&'a Scorecard>>,
    standings: Vec<Option<&'a Standing>>,
    weak: BTreeMap<(SubjectId, NodeId), Vec<&'a WeakPoint>>,
    past: Vec<Past>,
}

impl<'a> View<'a> {
    #[must_use]
    pub fn new(scheme: &'a Scheme, assessment: &'a Assessment) -> Self {
        let mut cards = vec![None; scheme.frame.subjects.len()];
        let mut standings = vec![None; scheme.frame.subjects.len()];
        for card in &assessment.scorecards {
            if let Some(place) = cards.get_mut(card.subject.0 as usize) {
                *place = Some(card);
            }
        }
        for standing in &assessment.standings {
            if let Some(place) = standings.get_mut(standing.subject.0 as usize) {
                *place = Some(standing);
            }
        }
        let mut weak: BTreeMap<(SubjectId, NodeId), Vec<&WeakPoint>> = BTreeMap::new();
        for point in &assessment.evidence.weak_points {
            weak.entry((point.subject, point.node)).or_default().push(point);
        }
        Self { scheme, assessment, cards, standings, weak, past: past::known(scheme) }
    }

    /// The same with other earlier years, the earliest first.
    #[cfg(test)]
    pub fn with_past(self, past: Vec<Past>) -> Self {
        Self { past, ..self }
    }

    /// Earlier years, the earliest first.
    #[must_use]
    pub fn past(&self) -> &[Past] {
        &self.past
    }

    /// Whether weak points of a subject could be tested, of one node at least: with few peers or few ballots none can.
    #[must_use]
    pub fn tested(&self, subject: SubjectId) -> bool {
        self.assessment.evidence.examined.get(subject.0 as usize).is_some_and(|examined| examined.tested > 0)
    }

    /// The composite of the tree that a subject belongs to.
    #[must_use]
    pub fn root(&self, subject: SubjectId) -> NodeId {
        match self.scheme.frame.subject(subject).person {
            Some(_) => self.scheme.index.persons.unwrap_or(Index::ROOT),
            None => Index::ROOT,
        }
    }

    /// Weak points of a node that say the score is low.
    #[must_use]
    pub fn weak(&self, subject: SubjectId, node: NodeId) -> Vec<&'a WeakPoint> {
        let low = |point: &&&WeakPoint| !matches!(point.kind, WeakKind::StrataDisagree | WeakKind::SelfInflated);
        self.weak.get(&(subject, node)).into_iter().flatten().filter(low).copied().collect()
    }

    /// Units directly below a subject.
    #[must_use]
    pub fn members(&self, subject: SubjectId) -> &'a [SubjectId] {
        self.scheme.frame.children(subject)
    }

    /// Share of a node in the subject's composite (0–1): the effective weights down the tree, the scheme's where a node has none.
    #[must_use]
    pub fn share(&self, subject: SubjectId, node: NodeId) -> Ratio {
        let index = &self.scheme.index;
        let domain = self.scheme.frame.subject(subject).domain;
        let one = |id: NodeId| {
            let own = self.card(subject).and_then(|card| card.nodes.get(id.0 as usize)).map(|node| &node.weight.effective);
            let Some(parent) = index.node(id).parent else { return int(1) };
            if let Some(own) = own.filter(|own| own.is_positive()) {
                return own.clone();
            }
            let all: Ratio = index.node(parent).children.iter().map(|child| index.node(*child).weight(domain).clone()).sum();
            if all.is_zero() { all } else { index.node(id).weight(domain) / all }
        };
        std::iter::successors(Some(node), |id| index.node(*id).parent).map(one).product()
    }

    #[must_use]
    pub fn language(&self) -> Language {
        self.scheme.language
    }

    #[must_use]
    pub fn card(&self, subject: SubjectId) -> Option<&'a Scorecard> {
        self.cards.get(subject.0 as usize).copied().flatten()
    }

    #[must_use]
    pub fn standing(&self, subject: SubjectId) -> Option<&'a Standing> {
        self.standings.get(subject.0 as usize).copied().flatten()
    }

    /// The published number of a node; the composite with bonus and deductions.
    #[must_use]
    pub fn shown(&self, subject: SubjectId, node: NodeId) -> Shown {
        let Some((card, own)) = self.card(subject).and_then(|card| Some((card, card.nodes.get(node.0 as usize)?))) else {
            return Shown::Missing;
        };
        if own.hidden {
            return Shown::Hidden;
        }
        let score = if node == Index::ROOT { card.total.as_ref().or(own.score.as_ref()) } else { own.score.as_ref() };
        match (score, own.why) {
            (Some(score), _) => Shown::Score(self.publish(score)),
            (None, Some(WhyMissing::NotApplicable)) => Shown::NotApplicable,
            (None, _) => Shown::Missing,
        }
    }

    #[must_use]
    pub fn publish(&self, score: &Ratio) -> Published {
        round_half_up(score, self.scheme.rules.places)
    }

    /// A number as charts print it: its published places, two at most (pictures compare, tables give all places).
    #[must_use]
    pub fn brief(&self, score: &Ratio) -> Published {
        round_half_up(score, self.scheme.rules.places.min(2))
    }

    /// A setting as it was written: 3, not 3.00.
    #[must_use]
    pub fn setting(value: &Ratio) -> String {
        exact_text(value)
    }

    /// The same with its sign: +3.2, −0.5, 0.
    #[must_use]
    pub fn brief_signed(&self, score: &Ratio) -> String {
        let text = self.brief(&score.abs()).to_string();
        let nothing = text.chars().all(|c| c == '0' || c == '.');
        match (nothing, score.is_negative()) {
            (true, _) => text,
            (false, true) => format!("−{text}"),
            (false, false) => format!("+{text}"),
        }
    }

    /// The exact number behind [`View::shown`], where a number is shown.
    #[must_use]
    pub fn exact(&self, subject: SubjectId, node: NodeId) -> Option<&'a Ratio> {
        self.shown(subject, node).score()?;
        let card = self.card(subject)?;
        let own = card.nodes.get(node.0 as usize)?.score.as_ref();
        if node == Index::ROOT { card.total.as_ref().or(own) } else { own }
    }

    /// Subjects of a level that have a composite, in frame order.
    pub fn subjects_of(&self, level: LevelId) -> Vec<SubjectId> {
        let scored = |id: &SubjectId| self.scheme.frame.subject(*id).level == level && self.any_score(*id);
        self.scheme.frame.ids().filter(scored).collect()
    }

    /// Whether the subject has any score at all.
    #[must_use]
    pub fn any_score(&self, subject: SubjectId) -> bool {
        self.card(subject).is_some_and(|card| card.nodes.iter().any(|node| node.score.is_some() || node.hidden))
    }

    /// Levels with at least two subjects to compare, from the top.
    #[must_use]
    pub fn levels(&self) -> Vec<LevelId> {
        let all = (0..u8::try_from(self.scheme.frame.levels.len()).unwrap_or(u8::MAX)).map(LevelId);
        all.filter(|level| self.subjects_of(*level).len() >= 2).collect()
    }

    #[must_use]
    pub fn name(&self, subject: SubjectId) -> &'a str {
        &self.scheme.frame.subject(subject).name
    }

    /// Whom a title speaks of: the members of `of`, or everyone on the level of the rows.
    #[must_use]
    pub fn scope(&self, rows: &[SubjectId], of: &str) -> String {
        let level = rows.first().map_or("", |id| self.scheme.frame.level(self.scheme.frame.subject(*id).level).name.as_str());
        if of.is_empty() { words::every(self.language(), level) } else { words::within(self.language(), of) }
    }

    /// `第一师：`; nothing where it is about everyone.
    #[must_use]
    pub fn prefix(&self, of: &str) -> String {
        if of.is_empty() { String::new() } else { words::within(self.language(), of) }
    }

    /// Names to print: with the parent's name before each where a bare name would stand for more than one of them.
    #[must_use]
    pub fn labels(&self, subjects: &[SubjectId]) -> BTreeMap<SubjectId, String> {
        let mut count: BTreeMap<&str, u32> = BTreeMap::new();
        for subject in subjects {
            *count.entry(self.name(*subject)).or_default() += 1;
        }
        let unclear = count.values().any(|count| *count > 1);
        let label = |id: &SubjectId| {
            let name = self.name(*id);
            match self.scheme.frame.subject(*id).parent {
                Some(parent) if unclear => format!("{} {name}", self.name(parent)),
                _ => name.to_owned(),
            }
        };
        subjects.iter().map(|id| (*id, label(id))).collect()
    }

    /// Columns of a heatmap: the children of each procedure; the procedure itself where it has at most one child.
    /// Columns that none of the rows can fill are left out.
    #[must_use]
    pub fn columns(&self, rows: &[SubjectId]) -> Vec<Column> {
        let index = &self.scheme.index;
        let column = |node: NodeId, group: &str| Column { node, name: index.node(node).name.clone(), group: group.to_owned() };
        let mut columns = Vec::new();
        for procedure in index.procedures() {
            let node = index.node(procedure);
            if node.children.len() <= 1 {
                columns.push(column(procedure, ""));
            } else {
                columns.extend(node.children.iter().map(|child| column(*child, &node.name)));
            }
        }
        let filled =
            |column: &Column| rows.iter().any(|row| matches!(self.shown(*row, column.node), Shown::Score(_) | Shown::Hidden));
        columns.retain(filled);
        columns
    }

    /// Lower end of the lowest grade but one: below it is the last grade. With the last grade's name.
    #[must_use]
    pub fn pass_line(&self) -> Option<(&'a Ratio, &'a str)> {
        let bands = &self.scheme.rules.bands;
        let last = bands.last()?;
        let line = bands.iter().rev().find_map(|band| band.from.as_ref())?;
        Some((&line.value, last.name.as_str()))
    }

    /// Smallest and largest number of respondents behind the composites of these subjects, where known.
    #[must_use]
    pub fn respondents(&self, rows: &[SubjectId]) -> Option<(u64, u64)> {
        let most = |id: &SubjectId| self.card(*id)?.nodes.iter().filter(|node| !node.hidden).map(|node| node.n).max();
        let counts: Vec<u64> = rows.iter().filter_map(most).filter(|n| *n > 0).collect();
        Some((*counts.iter().min()?, *counts.iter().max()?))
    }

    /// How many people, in words; empty where unknown.
    #[must_use]
    pub fn respondents_text(&self, rows: &[SubjectId]) -> String {
        let range = self.respondents(rows).map(|(low, high)| super::page::range(low, high));
        range.map(|range| words::respondents(self.language(), &range)).unwrap_or_default()
    }

    /// How the composites of these subjects came about: own, or rolled up and by which method.
    #[must_use]
    pub fn rollup_text(&self, rows: &[SubjectId]) -> String {
        let root = |id: &SubjectId| self.card(*id)?.nodes.first()?.rollup.map(|used| rollup_method(used.method, self.language()));
        let methods: BTreeSet<&str> = rows.iter().filter_map(root).collect();
        let list = methods.into_iter().collect::<Vec<_>>().join(words::comma(self.language()));
        if list.is_empty() { words::own_scores(self.language()).to_owned() } else { words::rolled_up(self.language(), &list) }
    }
}

/// A name made fit for a file: letters (Chinese too), digits, `-` and `_` stay.
#[must_use]
pub fn file_stem(text: &str) -> String {
    text.chars().map(|c| if c.is_alphanumeric() || c == '-' || c == '_' { c } else { '-' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_hold_no_paths() {
        assert_eq!(file_stem("三师/41 团..x"), "三师-41-团--x");
    }
}
