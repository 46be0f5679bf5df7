//! From cleared results to the sheet of one calculation. Only what may be shown goes in.

use super::sheet::{
    Adjustments, AnswerPart, CellPart, Change, Error, Interval, Number, Part, Rollup, Sheet, Term, Turn, TurningPart, Weight, Who,
};
use crate::cli::words::trace as said;
use crate::diagnostic::Language;
use crate::measure::{
    Cell, Direction, Effective, NodeScore, Pivot, Scorecard, Spread, Stability, Standing, Turning, Uncertainty, turning,
};
use crate::numeric::{Ratio, exact_text, from_hundredths, int, round_float, round_half_up, step_text};
use crate::pipeline::Results;
use crate::publish::{node_kind, rollup_method, why_missing};
use crate::survey::{
    Abstain, AnswerKind, ChoiceClass, Form, FormKind, Frame, Index, Item, Measure, MissingChild, NodeId, NodeSource,
    Rollup as Method, Scheme, SubjectId,
};
use num_traits::Zero;

pub struct Builder<'a> {
    pub scheme: &'a Scheme,
    pub results: &'a Results,
    pub card: &'a Scorecard,
    pub language: Language,
}

impl Builder<'_> {
    pub fn sheet(&self, node: NodeId) -> Sheet {
        let frame = &self.scheme.frame;
        let subject = frame.subject(self.card.subject);
        let cleared = self.results.cleared.get();
        let standing = cleared.standings.iter().find(|standing| standing.subject == self.card.subject);
        Sheet {
            subject: self.who(self.card.subject),
            path: frame.path(self.card.subject),
            level: frame.level(subject.level).name.clone(),
            domain: frame.domain(subject.domain).name.clone(),
            places: self.scheme.rules.places,
            rounded: self.veiled(self.card.subject, self.root()),
            total: self.card.total.as_ref().map(|total| self.number(&self.told(self.root(), total))),
            rank: standing.and_then(|standing| standing.rank),
            of: standing.map_or(0, |standing| standing.of),
            grade: self.band(standing.and_then(|standing| standing.grade)),
            grade_by_score: self.band(standing.and_then(|standing| standing.grade_by_score)),
            adjustments: self.adjustments(),
            bounds: self
                .card
                .bounds
                .as_ref()
                .filter(|(low, high)| low != high)
                .map(|(low, high)| (self.number(&self.told(self.root(), low)), self.number(&self.told(self.root(), high)))),
            vetoed: self.card.vetoed,
            stability: standing.map(|standing| self.stability(standing)).unwrap_or_default(),
            node: self.part(node),
            turning: turning(self.scheme, &self.results.cleared, self.card.subject)
                .zip(standing)
                .map(|(turning, standing)| self.turning(&turning, standing)),
            person: None,
            sources: Vec::new(),
        }
    }

    /// The composite of the subject's tree.
    fn root(&self) -> NodeId {
        let persons = self.scheme.index.persons.filter(|_| self.scheme.frame.person(self.card.subject).is_some());
        persons.unwrap_or(Index::ROOT)
    }

    fn who(&self, id: SubjectId) -> Who {
        let subject = self.scheme.frame.subject(id);
        Who { code: subject.code.clone(), name: subject.name.clone() }
    }

    fn number(&self, value: &Ratio) -> Number {
        Number { exact: exact_text(value), published: round_half_up(value, self.scheme.rules.places).to_string() }
    }

    fn band(&self, band: Option<usize>) -> String {
        band.and_then(|band| self.scheme.rules.bands.get(band)).map_or_else(|| "—".to_owned(), |band| band.name.clone())
    }

    fn adjustments(&self) -> Option<Adjustments> {
        let card = self.card;
        let composite = &self.told(self.root(), card.nodes.get(usize::from(self.root().0))?.score.as_ref()?);
        (!(card.bonus.is_zero() && card.deduction.is_zero())).then(|| Adjustments {
            composite: self.number(composite),
            bonus: exact_text(&card.bonus),
            bonus_claimed: exact_text(&card.bonus_claimed),
            deduction: exact_text(&card.deduction),
        })
    }

    fn stability(&self, standing: &Standing) -> Vec<Interval> {
        let Stability { sampling, weights, options, .. } = &standing.stability;
        let causes = said::CAUSES.map(|cause| cause.said(self.language)).into_iter().zip([sampling, weights, options]);
        let one = |cause: &str, spread: &Spread| Interval {
            cause: cause.to_owned(),
            low: spread.low,
            high: spread.high,
            widened: spread.widened,
            grade_kept: percent(spread.grade_kept),
            probabilities: spread.acceptability.iter().map(|(rank, share)| (*rank, percent(*share))).collect(),
        };
        causes.filter_map(|(cause, spread)| spread.as_ref().map(|spread| one(cause, spread))).collect()
    }

    /// A node and all below it that applies.
    pub fn part(&self, id: NodeId) -> Part {
        let node = self.scheme.index.node(id);
        let score = &self.card.nodes[usize::from(id.0)];
        let domain = self.scheme.frame.class(self.card.subject);
        let applies = |child: &&NodeId| !self.scheme.index.node(**child).weight(domain).is_zero();
        let (terms, cells) = match node.source {
            _ if score.hidden => (Vec::new(), self.cells(node.source, score)),
            NodeSource::Item { .. } => (self.strata_terms(node.source, score), self.cells(node.source, score)),
            _ if score.imported => (Vec::new(), Vec::new()),
            _ => (self.terms(id), Vec::new()),
        };
        let terms = match score.rollup.map(|used| used.method) {
            Some(method @ (Method::Simple | Method::Headcount)) => self.member_terms(id, method),
            _ => terms,
        };
        Part {
            code: node.code.clone(),
            name: node.name.clone(),
            kind: node_kind(node.kind, self.language).to_owned(),
            measure: (node.measure != Measure::Mean).then(|| said::measure(&node.measure, self.language).to_owned()),
            score: score.score.as_ref().map(|value| self.number(&self.told(id, value))),
            missing: score.why.map(|why| why_missing(why, self.language).to_owned()),
            hidden: score.hidden,
            n: score.n,
            weight: weight(&score.weight),
            coverage: round_half_up(&(&score.coverage * int(100)), 1).to_string(),
            incomplete: score.incomplete,
            imported: score.imported,
            rollup: score.rollup.map(|used| Rollup {
                method: rollup_method(used.method, self.language).to_owned(),
                with_score: used.with_score,
                members: used.members,
            }),
            self_rated: score.self_rated.as_ref().map(|value| self.number(value)),
            self_gap: score.self_gap.as_ref().map(|value| self.number(value)),
            error: score.error.as_ref().zip(score.score.as_ref()).map(|(error, value)| self.error(error, value)),
            no_error: score.no_error.filter(|_| score.score.is_some()).map(|why| said::no_error(why, self.language).to_owned()),
            terms,
            cells,
            children: node.children.iter().filter(applies).map(|child| self.part(*child)).collect(),
        }
    }

    /// A number as exactly as it may be told: votes are counts of a few people, so that the exact fraction of an item with hidden
    /// strata can give those counts back. Of everything such an item is part of only the published places are told.
    fn told(&self, id: NodeId, value: &Ratio) -> Ratio {
        self.told_of(self.card.subject, id, value)
    }

    fn told_of(&self, subject: SubjectId, id: NodeId, value: &Ratio) -> Ratio {
        let veiled = self.veiled(subject, id);
        if veiled { round_half_up(value, self.scheme.rules.places).to_ratio() } else { value.clone() }
    }

    /// Whether hidden cells lie below a node of a subject: its own, its members', or those of the unit that a person takes over.
    pub fn veiled(&self, subject: SubjectId, id: NodeId) -> bool {
        let index = &self.scheme.index;
        let below = |leaf: NodeId| std::iter::successors(Some(leaf), |at| index.node(*at).parent).any(|at| at == id);
        let leaf = |(at, node): (usize, &NodeScore)| {
            let Some(at) = u16::try_from(at).ok().map(NodeId).filter(|at| below(*at)) else { return false };
            let taken_over = match (index.node(at).source, self.scheme.frame.person(subject)) {
                (NodeSource::Unit(from), Some(person)) => self.veiled(person.unit, from.unwrap_or(Index::ROOT)),
                _ => false,
            };
            taken_over || node.hidden || node.cells.iter().any(|cell| cell.hidden)
        };
        let own = self.card_of(subject).is_some_and(|card| card.nodes.iter().enumerate().any(leaf));
        own || self.scheme.frame.children(subject).iter().any(|member| self.veiled(*member, id))
    }

    fn card_of(&self, subject: SubjectId) -> Option<&Scorecard> {
        let cleared = self.results.cleared.get();
        let persons = || cleared.persons.scorecards.iter().find(|card| card.subject == subject);
        cleared.scorecards.get(subject.0 as usize).filter(|card| card.subject == subject).or_else(persons)
    }

    /// Score × effective weight of every child that counts, stand-ins included.
    fn terms(&self, id: NodeId) -> Vec<Term> {
        let node = self.scheme.index.node(id);
        let filled = match &node.missing {
            MissingChild::Zero => Some(int(0)),
            MissingChild::Floor(floor) => Some(floor.clone()),
            MissingChild::Renormalise | MissingChild::Refuse => None,
        };
        let children = node.children.iter().map(|child| (*child, &self.card.nodes[usize::from(child.0)]));
        let counted = children.filter(|(_, score)| !score.weight.effective.is_zero() && !score.hidden);
        counted
            .filter_map(|(child, score)| {
                let value = self.told(child, score.score.as_ref().or(filled.as_ref())?);
                Some(term(&self.scheme.index.node(child).name, &value, &score.weight))
            })
            .collect()
    }

    /// Score (of the composite: total) × share of every member; nothing where a member's is hidden.
    fn member_terms(&self, id: NodeId, method: Method) -> Vec<Term> {
        let cards = &self.results.cleared.get().scorecards;
        let members = self.scheme.frame.children(self.card.subject);
        let cards: Vec<&Scorecard> = members.iter().filter_map(|member| cards.get(member.0 as usize)).collect();
        if cards.iter().any(|card| card.nodes.get(usize::from(id.0)).is_some_and(|node| node.hidden)) {
            return Vec::new();
        }
        let value = |card: &Scorecard| {
            let score = card.nodes.get(usize::from(id.0))?.score.clone()?;
            if id == Index::ROOT { card.total.clone() } else { Some(score) }
        };
        let people = |id: SubjectId| match method {
            Method::Headcount => heads(&self.scheme.frame, id).unwrap_or(0),
            _ => 1,
        };
        let counted: Vec<(SubjectId, Ratio, u64)> =
            cards.iter().filter_map(|card| Some((card.subject, value(card)?, people(card.subject)))).collect();
        let all: u64 = counted.iter().map(|(_, _, people)| people).sum();
        if all == 0 {
            return Vec::new();
        }
        let share = |people: u64| Ratio::new(people.into(), all.into());
        counted
            .into_iter()
            .map(|(member, value, people)| {
                let effective = share(people);
                let value = self.told_of(member, id, &value);
                term(&self.scheme.frame.subject(member).name, &value, &Effective { nominal: effective.clone(), effective })
            })
            .collect()
    }

    fn strata_terms(&self, source: NodeSource, score: &NodeScore) -> Vec<Term> {
        let counted = score.cells.iter().filter(|cell| !cell.hidden && !cell.weight.effective.is_zero());
        let terms: Vec<Term> =
            counted.filter_map(|cell| Some(term(&self.stratum(source, cell), cell.score.as_ref()?, &cell.weight))).collect();
        if score.cells.len() > 1 && score.cells.iter().all(|cell| !cell.hidden) { terms } else { Vec::new() }
    }

    fn stratum(&self, source: NodeSource, cell: &Cell) -> String {
        let NodeSource::Item { form, .. } = source else { return String::new() };
        let strata = self.scheme.strata_of(self.scheme.form(form));
        strata.map_or_else(String::new, |strata| strata.member(cell.stratum).name.clone())
    }

    fn cells(&self, source: NodeSource, score: &NodeScore) -> Vec<CellPart> {
        let NodeSource::Item { form, item } = source else { return Vec::new() };
        let form = self.scheme.form(form);
        score.cells.iter().map(|cell| self.cell(form, form.item(item), cell, self.stratum(source, cell))).collect()
    }

    fn cell(&self, form: &Form, item: &Item, cell: &Cell, stratum: String) -> CellPart {
        let given: u64 = cell.counts.iter().map(|(_, count)| count).sum();
        let valued = form.abstain != Abstain::Exclude;
        let kept = if valued { cell.n } else { cell.n + cell.abstained };
        let sum = cell.score.as_ref().map(|score| step_text(&(score * Ratio::from_integer(cell.n.into()))));
        CellPart {
            stratum,
            hidden: cell.hidden,
            weight: weight(&cell.weight),
            n: cell.n,
            abstained: cell.abstained,
            trimmed: given.saturating_sub(kept),
            answers: cell.counts.iter().map(|(answer, count)| self.answer(form, item, *answer, *count)).collect(),
            sum,
            score: cell.score.as_ref().map(step_text),
            error: cell.error.as_ref().zip(cell.score.as_ref()).map(|(error, value)| self.error(error, value)),
        }
    }

    fn answer(&self, form: &Form, item: &Item, answer: i64, count: u64) -> AnswerPart {
        let (text, value) = self.worth(form, item, answer);
        AnswerPart { answer: text, value: value.map(|value| step_text(&value)), count }
    }

    /// An answer in words, and its worth of 100.
    fn worth(&self, form: &Form, item: &Item, answer: i64) -> (String, Option<Ratio>) {
        let AnswerKind::Choice { scale } = item.answer else {
            let marks = from_hundredths(answer);
            let worth = (!item.full.is_zero()).then(|| &marks / &item.full * int(100));
            return (exact_text(&marks), worth);
        };
        let choice = usize::try_from(answer).ok().and_then(|choice| self.scheme.scales.get(scale)?.choices.get(choice));
        let Some(choice) = choice else { return (String::new(), None) };
        let abstained = choice.class == ChoiceClass::Abstain || choice.value.is_none();
        let value = match &form.abstain {
            _ if !abstained => choice.value.clone(),
            Abstain::Exclude => None,
            Abstain::Zero => Some(int(0)),
            Abstain::Value(value) => Some(value.clone()),
        };
        (choice.label.clone(), value)
    }

    fn error(&self, error: &Uncertainty, score: &Ratio) -> Error {
        let (places, middle) = (self.scheme.rules.places, crate::numeric::to_f64(score));
        let show = |value: f64, places: u32| round_float(value, places).map_or_else(String::new, |value| value.to_string());
        let (below, above) = (middle - error.low, error.high - middle);
        let (se, _) = error.working();
        let symmetric = se > 0.0 && (below - above).abs() < 1e-9 * (1.0 + above.abs());
        Error {
            se: show(error.se, places + 2),
            df: show(error.df, 0),
            moderated: error.moderated.map(|moderated| (show(moderated.se, places + 2), show(moderated.df, 1))),
            t: symmetric.then(|| show(above / se, 3)),
            low: show(error.low, places),
            high: show(error.high, places),
            basis: said::basis(error, self.language).to_owned(),
        }
    }

    fn turning(&self, turning: &Turning, standing: &Standing) -> TurningPart {
        let forms = |points: bool| {
            self.scheme.forms.iter().flat_map(|form| &form.items).any(|item| (item.answer == AnswerKind::Score) == points)
        };
        let turn = |direction: Direction, band: Option<usize>, line: Option<usize>| {
            let line = self.scheme.rules.bands.get(line?)?.from.as_ref()?;
            let total = standing.score.as_ref()?.to_ratio();
            Some(Turn {
                grade: self.band(Some(band?)),
                distance: step_text(&num_traits::Signed::abs(&(&line.value - total))),
                option: turning.of(direction, false).and_then(|pivot| self.change(pivot, false)),
                points: turning.of(direction, true).and_then(|pivot| self.change(pivot, true)),
                has_options: forms(false),
                has_points: forms(true),
            })
        };
        let grade = standing.grade_by_score;
        let (better, worse) = (grade.and_then(|grade| grade.checked_sub(1)), grade.map(|grade| grade + 1));
        let worse = worse.filter(|worse| *worse < self.scheme.rules.bands.len());
        TurningPart {
            up: turn(Direction::Up, better, better),
            down: turn(Direction::Down, worse, grade),
            hidden_cells: turning.hidden,
            items_set_aside: turning.set_aside,
        }
    }

    fn change(&self, pivot: &Pivot, points: bool) -> Option<Change> {
        let node = self.scheme.index.node(pivot.node);
        let NodeSource::Item { form, item } = node.source else { return None };
        let form = self.scheme.form(form);
        let words = |answer: i64| {
            let (text, value) = self.worth(form, form.item(item), answer);
            let value = value.filter(|_| !points).map(|value| format!("({})", step_text(&value)));
            format!("{text}{}", value.unwrap_or_default())
        };
        let strata = self.scheme.strata_of(form).filter(|_| form.kind == FormKind::Ballot);
        Some(Change {
            subject: self.who(pivot.subject),
            node: node.code.clone(),
            name: node.name.clone(),
            stratum: strata.map_or_else(String::new, |strata| strata.member(pivot.stratum).name.clone()),
            from: words(pivot.from),
            to: words(pivot.to),
            by: points.then(|| exact_text(&from_hundredths(pivot.to - pivot.from))),
            cell_before: step_text(&pivot.cell.0),
            cell_after: step_text(&pivot.cell.1),
            total: self.number(&self.told(self.root(), &pivot.total)),
            grade: self.band(pivot.grade),
        })
    }
}

/// People a subject stands for: as the frame says, else those of its members.
fn heads(frame: &Frame, id: SubjectId) -> Option<u64> {
    let members = frame.children(id);
    frame.subject(id).headcount.or_else(|| {
        let sum = || members.iter().map(|member| heads(frame, *member)).sum::<Option<u64>>();
        (!members.is_empty()).then(sum).flatten()
    })
}

fn term(name: &str, value: &Ratio, weight: &Effective) -> Term {
    Term {
        name: name.to_owned(),
        value: step_text(value),
        weight: exact_text(&weight.effective),
        product: step_text(&(value * &weight.effective)),
    }
}

fn weight(weight: &Effective) -> Weight {
    Weight { nominal: exact_text(&weight.nominal), effective: exact_text(&weight.effective) }
}

fn percent(share: f64) -> String {
    round_float(share * 100.0, 1).map_or_else(String::new, |share| format!("{share}%"))
}
