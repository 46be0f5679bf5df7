//! What was answered about a person: votes by option and stratum, judges' marks; cells of few respondents stay hidden.

use super::Ground;
use crate::measure::{Cell, NodeScore, Scorecard};
use crate::numeric::{Published, Ratio, from_hundredths, int, step_text};
use crate::publish::report::unit::strip;
use crate::survey::{AnswerKind, Choice, Form, NodeId, NodeSource, StratumId};
use minijinja::{Value, context};

/// Rows of one table with a row for every stratum; with more, the strata are counted together.
const MOST_ROWS: usize = 18;
/// Left end of the axis of strata.
const FLOOR: f64 = 50.0;

/// One table a form.
pub(super) fn section(ground: &Ground<'_>, card: &Scorecard) -> Vec<Value> {
    let index = &ground.view.scheme.index;
    let mut tables: Vec<(NodeId, crate::survey::FormId, Vec<NodeId>)> = Vec::new();
    for id in index.person_ids() {
        let NodeSource::Item { form, .. } = index.node(id).source else { continue };
        let answered = card.nodes.get(usize::from(id.0)).is_some_and(|node| !node.cells.is_empty());
        let (Some(procedure), true) = (index.procedure_of(id), answered) else { continue };
        match tables.iter_mut().find(|(known, of, _)| (*known, *of) == (procedure, form)) {
            Some((.., items)) => items.push(id),
            None => tables.push((procedure, form, vec![id])),
        }
    }
    tables.iter().map(|(procedure, form, items)| table(ground, card, *procedure, ground.view.scheme.form(*form), items)).collect()
}

fn table(ground: &Ground<'_>, card: &Scorecard, procedure: NodeId, form: &Form, items: &[NodeId]) -> Value {
    let scheme = ground.view.scheme;
    let strata = scheme.strata_of(form);
    let choices = items.first().map_or(&[][..], |id| choices(ground, *id));
    let node = |id: &NodeId| card.nodes.get(usize::from(id.0));
    let cells: usize = items.iter().filter_map(node).map(|node| node.cells.len()).sum();
    let apart = strata.is_some() && cells <= MOST_ROWS;
    let mut rows = Vec::new();
    for id in items {
        let Some(own) = node(id) else { continue };
        let name = if items.len() > 1 { scheme.index.node(*id).name.as_str() } else { "" };
        if apart {
            rows.extend(own.cells.iter().map(|cell| stratum_row(ground, card, *id, cell, choices, name)));
        }
        rows.push(whole_row(ground, card, *id, own, choices, name));
    }
    context! {
        name => scheme.index.node(procedure).name.as_str(),
        form => form.name.as_str(),
        heads => choices.iter().map(|choice| choice.label.clone()).collect::<Vec<_>>(),
        values => choices.iter().map(|choice| choice.value.as_ref().map(step_text)).collect::<Vec<_>>(),
        marks => choices.is_empty(),
        rows,
        floor => format!("{FLOOR:.0}"),
        spread => apart.then(|| spread(ground, items.iter().filter_map(node))).flatten(),
        hidden => items.iter().filter_map(node).flat_map(|node| &node.cells).filter(|cell| cell.hidden).count(),
    }
}

/// The options of an item; none where points are given.
fn choices<'a>(ground: &Ground<'a>, id: NodeId) -> &'a [Choice] {
    let scheme = ground.view.scheme;
    let NodeSource::Item { form, item } = scheme.index.node(id).source else { return &[] };
    match scheme.form(form).item(item).answer {
        AnswerKind::Choice { scale } => scheme.scales.get(scale).map_or(&[], |scale| &scale.choices),
        AnswerKind::Score => &[],
    }
}

fn stratum_row(ground: &Ground<'_>, card: &Scorecard, id: NodeId, cell: &Cell, choices: &[Choice], name: &str) -> Value {
    if cell.hidden {
        return context! { item => name, label => stratum(ground, id, cell.stratum), hidden => true };
    }
    let score = cell.score.as_ref();
    context! {
        item => name, label => stratum(ground, id, cell.stratum),
        weight => crate::publish::report::unit::percent(&cell.weight.nominal),
        counts => counts(&[cell], choices),
        n => cell.n, marks => marks(&[cell]),
        score => score.map(|score| ground.view.publish(score).to_string()),
        beside => beside(ground, card, id, Some(cell.stratum), score),
    }
}

/// All shown strata together, with the item's score.
fn whole_row(ground: &Ground<'_>, card: &Scorecard, id: NodeId, node: &NodeScore, choices: &[Choice], name: &str) -> Value {
    let shown: Vec<&Cell> = node.cells.iter().filter(|cell| !cell.hidden && !node.hidden).collect();
    let score = node.score.as_ref().filter(|_| !node.hidden);
    context! {
        item => name, whole => true, hidden => node.hidden, part => shown.len() < node.cells.len(),
        counts => counts(&shown, choices), marks => marks(&shown),
        n => shown.iter().map(|cell| cell.n).sum::<u64>(),
        score => score.map(|score| ground.view.publish(score).to_string()),
        beside => beside(ground, card, id, None, score),
    }
}

/// Votes by option.
fn counts(cells: &[&Cell], choices: &[Choice]) -> Vec<u64> {
    let of = |option: usize| {
        let votes = cells.iter().flat_map(|cell| &cell.counts);
        votes.filter(|(answer, _)| usize::try_from(*answer) == Ok(option)).map(|(_, votes)| votes).sum()
    };
    (0..choices.len()).map(of).collect()
}

/// Lowest and highest mark, dropped ones included.
fn marks(cells: &[&Cell]) -> Option<String> {
    let all = || cells.iter().flat_map(|cell| &cell.counts).map(|(mark, _)| *mark);
    let text = |mark: i64| step_text(&from_hundredths(mark));
    Some(format!("{}–{}", text(all().min()?), text(all().max()?)))
}

fn stratum(ground: &Ground<'_>, id: NodeId, stratum: StratumId) -> String {
    let scheme = ground.view.scheme;
    let NodeSource::Item { form, .. } = scheme.index.node(id).source else { return String::new() };
    let set = scheme.strata_of(scheme.form(form));
    set.and_then(|set| set.members.get(usize::from(stratum.0))).map(|member| member.name.clone()).unwrap_or_default()
}

fn beside(ground: &Ground<'_>, card: &Scorecard, id: NodeId, stratum: Option<StratumId>, own: Option<&Ratio>) -> Option<Value> {
    let view = ground.view;
    let range = ground.field.of(card.subject, id, stratum)?;
    let own = own.map(|own| view.publish(own));
    let median = view.brief(&range.median).to_string();
    Some(context! { median, strip => strip(range, own.as_ref().map(Published::to_f64), FLOOR) })
}

/// How far the shown strata lie apart at most on one item, and whether that is worth a talk.
fn spread<'a>(ground: &Ground<'_>, nodes: impl Iterator<Item = &'a NodeScore>) -> Option<Value> {
    let gap = |node: &NodeScore| {
        let shown = || node.cells.iter().filter(|cell| !cell.hidden).filter_map(|cell| cell.score.as_ref());
        (shown().count() > 1).then_some(())?;
        Some(shown().max()? - shown().min()?)
    };
    let widest = nodes.filter_map(gap).max().filter(|widest| *widest > int(0))?;
    let line = &ground.view.scheme.rules.analysis.strata_gap;
    Some(
        context! { gap => ground.view.brief(&widest).to_string(), wide => *line > int(0) && widest >= *line, line => step_text(line) },
    )
}
