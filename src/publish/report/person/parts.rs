//! How a person's composite is made, part by part, beside the peers; and what changed since last year.

use super::Ground;
use crate::measure::{NodeScore, Scorecard, WhyMissing};
use crate::numeric::{Published, Ratio, round_half_up, step_text};
use crate::publish::report::unit::{percent, strip};
use crate::publish::words::why_missing;
use crate::survey::{MissingChild, NodeId, NodeSource};
use minijinja::{Value, context};
use num_traits::{Signed, Zero};

/// Rows of the table, dimensions included.
const MOST_ROWS: usize = 14;

/// The composite, its parts, and the dimensions below a part of several.
fn nodes(ground: &Ground<'_>, card: &Scorecard) -> Vec<(NodeId, usize)> {
    let index = &ground.view.scheme.index;
    let applies = |id: &NodeId| {
        let node = card.nodes.get(usize::from(id.0));
        node.is_some_and(|node| node.why != Some(WhyMissing::NotApplicable))
    };
    let mut all = Vec::new();
    for part in index.person_procedures().filter(applies) {
        all.push((part, 1));
        let below = &index.node(part).children;
        if below.len() > 1 {
            all.extend(below.iter().filter(|id| applies(id)).map(|id| (*id, 2)));
        }
    }
    if all.len() > MOST_ROWS {
        all.retain(|(_, depth)| *depth == 1);
    }
    all
}

/// The table of parts with the steps to the published total.
pub(super) fn section(ground: &Ground<'_>, card: &Scorecard) -> Value {
    let view = ground.view;
    let rows = nodes(ground, card);
    let places = || rows.iter().map(|(id, _)| *id).chain(view.scheme.index.persons);
    let own = |id: NodeId| score(view.scheme.index.persons, card, id);
    let values = places().filter_map(own).map(|score| view.publish(score).to_f64());
    let low = places().filter_map(|id| ground.field.of(card.subject, id, None)).map(|range| range.low.to_f64());
    let floor = ((values.chain(low).fold(100.0, f64::min) / 10.0).floor() * 10.0).clamp(0.0, 90.0);
    let root = view.scheme.index.persons.and_then(|root| card.nodes.get(usize::from(root.0)));
    context! {
        floor => format!("{floor:.0}"),
        rows => rows.iter().map(|(id, depth)| row(ground, card, *id, *depth, floor)).collect::<Vec<_>>(),
        total => root.map(|root| sum(ground, card, root, floor)),
    }
}

/// The number a node shows: of the composite the total.
fn score(root: Option<NodeId>, card: &Scorecard, id: NodeId) -> Option<&Ratio> {
    let node = card.nodes.get(usize::from(id.0)).filter(|node| !node.hidden)?;
    if root == Some(id) { card.total.as_ref() } else { node.score.as_ref() }
}

fn row(ground: &Ground<'_>, card: &Scorecard, id: NodeId, depth: usize, floor: f64) -> Value {
    let view = ground.view;
    let index = &view.scheme.index;
    let Some(node) = card.nodes.get(usize::from(id.0)) else { return Value::UNDEFINED };
    let own = node.score.as_ref().filter(|_| !node.hidden);
    let filled = match index.persons.map(|root| &index.node(root).missing) {
        Some(MissingChild::Floor(floor)) => Some(floor.clone()),
        Some(MissingChild::Zero) => Some(Ratio::zero()),
        _ => None,
    };
    let counted = own.or(filled.as_ref().filter(|_| !node.hidden)).filter(|_| node.weight.effective.is_positive());
    let from_unit = matches!(index.node(id).source, NodeSource::Unit(_));
    context! {
        name => index.node(id).name.as_str(), depth, hidden => node.hidden,
        unit => from_unit.then(|| view.name(view.scheme.frame.unit_of(card.subject))),
        why => own.is_none().then_some(node.why).flatten().map(|why| why_missing(why, view.language())),
        nominal => percent(&node.weight.nominal),
        effective => (node.weight.effective != node.weight.nominal).then(|| percent(&node.weight.effective)),
        score => own.map(|score| view.publish(score).to_string()),
        product => counted.filter(|_| depth == 1).map(|score| told(ground, card, &(score * &node.weight.effective))),
        interval => interval(node),
        n => (node.n > 0 && !node.hidden).then_some(node.n),
        beside => beside(ground, card, id, own, floor),
    }
}

/// Products are shown to four places, so that the column can be added up; where strata are hidden, the person's or
/// below the unit whose score is taken over, to the published places only, for a number that is exact enough could give the hidden
/// votes back.
fn told(ground: &Ground<'_>, card: &Scorecard, value: &Ratio) -> String {
    let view = ground.view;
    let own = card.nodes.iter().any(|node| node.hidden || node.cells.iter().any(|cell| cell.hidden));
    let of_unit = || ground.veiled.contains(&view.scheme.frame.unit_of(card.subject));
    if own || of_unit() { view.publish(value).to_string() } else { step_text(&round_half_up(value, 4).to_ratio()) }
}

fn interval(node: &NodeScore) -> Option<String> {
    let (low, high) = node.interval().filter(|_| !node.hidden)?;
    Some(format!("{low:.1}–{high:.1}"))
}

/// Median of the peers, the gap to it, and the strip.
fn beside(ground: &Ground<'_>, card: &Scorecard, id: NodeId, own: Option<&Ratio>, floor: f64) -> Option<Value> {
    let view = ground.view;
    let range = ground.field.of(card.subject, id, None)?;
    let published = own.map(|own| view.publish(own));
    Some(context! {
        median => view.brief(&range.median).to_string(),
        gap => published.as_ref().map(|own| view.brief_signed(&(own.to_ratio() - &range.median))),
        strip => strip(range, published.as_ref().map(Published::to_f64), floor),
        of => range.of,
    })
}

/// The composite and what was added and taken off.
fn sum(ground: &Ground<'_>, card: &Scorecard, root: &NodeScore, floor: f64) -> Value {
    let view = ground.view;
    let total = card.total.as_ref().filter(|_| !root.hidden);
    let id = view.scheme.index.persons.unwrap_or(NodeId(0));
    context! {
        hidden => root.hidden,
        composite => root.score.as_ref().filter(|_| !root.hidden).map(|score| told(ground, card, score)),
        bonus => (!card.bonus.is_zero()).then(|| step_text(&card.bonus)),
        deduction => (!card.deduction.is_zero()).then(|| step_text(&card.deduction)),
        published => total.map(|total| view.publish(total).to_string()),
        places => view.scheme.rules.places,
        coverage => percent(&root.coverage),
        incomplete => root.incomplete,
        bounds => card.bounds.as_ref().filter(|(low, high)| low != high && !root.hidden).map(|(low, high)| {
            format!("{}–{}", view.publish(low), view.publish(high))
        }),
        beside => beside(ground, card, id, total, floor),
    }
}

/// The published composite's 95 % interval.
pub(super) fn total_interval(ground: &Ground<'_>, card: &Scorecard) -> Option<String> {
    let root = ground.view.scheme.index.persons?;
    // Bonus and deductions move the composite away from its interval.
    (card.bonus.is_zero() && card.deduction.is_zero()).then(|| interval(card.nodes.get(usize::from(root.0))?)).flatten()
}

/// Against last year, where it has the person's scores.
pub(super) fn change(ground: &Ground<'_>, card: &Scorecard) -> Option<Value> {
    let view = ground.view;
    let previous = view.scheme.rules.analysis.previous.as_ref()?;
    let root = view.scheme.index.persons;
    let row = |id: NodeId| {
        let now = view.publish(score(root, card, id)?);
        let before = view.publish(&ground.last.get(&(card.subject, id))?.score);
        let delta = view.brief_signed(&(now.to_ratio() - before.to_ratio()));
        Some(
            context! { name => view.scheme.index.node(id).name.as_str(), before => before.to_string(), now => now.to_string(), delta },
        )
    };
    let rows: Vec<Value> = root.into_iter().chain(nodes(ground, card).into_iter().map(|(id, _)| id)).filter_map(row).collect();
    (!rows.is_empty()).then(|| context! { year => previous.year, rows })
}
