//! What a heatmap says: its finding, how to read it, and what it does not show.

use super::heat::{Cell, Heat, cost};
use super::view::{Shown, View};
use crate::measure::WeakKind;
use crate::numeric::{Ratio, round_half_up};
use crate::publish::words::charts::{heat as words, semicolon};

/// (row, column, gap) of the cell farthest below its median, the composite aside.
fn lowest(heat: &Heat) -> Option<(usize, usize, &Ratio)> {
    let cells = cells(heat).filter_map(|(row, column, cell)| Some((row, column, cell.gap.as_ref()?)));
    cells.min_by(|a, b| a.2.cmp(b.2))
}

/// Every cell with its row and column, the composite aside.
fn cells(heat: &Heat) -> impl Iterator<Item = (usize, usize, &Cell)> {
    heat.cells
        .iter()
        .enumerate()
        .flat_map(|(row, cells)| cells.iter().enumerate().skip(1).map(move |(column, cell)| (row, column, cell)))
}

/// The finding. `of`: whose members these are, empty for a whole level.
#[must_use]
pub fn title(view: &View<'_>, heat: &Heat, of: &str) -> String {
    let prefix = view.scope(&heat.rows, of);
    let weak = cells(heat).filter(|(.., cell)| cell.weak).count();
    if heat.tested {
        return format!("{prefix}{}", found(view, heat, weak));
    }
    let margin = &view.scheme.rules.analysis.margin;
    let Some((row, column, gap)) = lowest(heat).filter(|(_, _, gap)| **gap <= -margin.clone()) else {
        return format!("{prefix}{}", words::nothing_behind(view.language(), &View::setting(margin), weak));
    };
    let gap = round_half_up(&-gap.clone(), 1).to_string();
    let (name, item) = (view.name(heat.rows[row]), &heat.columns[column].name);
    format!("{prefix}{}", words::furthest(view.language(), name, item, &gap, weak))
}

fn found(view: &View<'_>, heat: &Heat, weak: usize) -> String {
    let language = view.language();
    let Some((row, column, worst)) =
        cells(heat).filter(|(.., cell)| cell.weak).max_by(|a, b| a.2.cost.cmp(&b.2.cost).then(b.0.cmp(&a.0)))
    else {
        return words::no_weak_point(language).to_owned();
    };
    let (name, item, points) = (view.name(heat.rows[row]), &heat.columns[column].name, round_half_up(&worst.cost, 2).to_string());
    let text = |gap: &Ratio| round_half_up(gap, 1).to_string();
    // The gap that makes the cost: behind the peers as the cell shows it, or behind what the point was measured against.
    let all = view.weak(heat.rows[row], heat.columns[column].node);
    let gap = match all.into_iter().filter(|point| point.cost.is_some()).max_by(|a, b| a.cost.cmp(&b.cost)) {
        Some(point) if point.kind == WeakKind::Falling => words::fallen(language, &text(&point.gap)),
        Some(point) if point.kind != WeakKind::BelowPeers => words::below_reference(language, &text(&point.gap)),
        _ => words::below_median(language, &worst.gap.as_ref().map(|gap| text(&-gap.clone())).unwrap_or_default()),
    };
    words::costliest(language, name, item, &gap, &points, weak)
}

/// How to read it; then rows, n and what is hidden.
#[must_use]
pub fn subtitle(view: &View<'_>, heat: &Heat) -> Vec<String> {
    let language = view.language();
    let by_cost = heat.cells.iter().any(|cells| cost(cells) > Ratio::default());
    let order = words::order(language, by_cost);
    let rows = words::rows(language, heat.rows.len(), order, heat.left_out);
    let mut facts = vec![rows, view.rollup_text(&heat.rows), view.respondents_text(&heat.rows)];
    let hidden = heat.cells.iter().flatten().filter(|cell| cell.shown == Shown::Hidden).count();
    if hidden > 0 {
        facts.push(words::hidden(language, hidden, view.scheme.rules.min_cell));
    }
    facts.retain(|fact| !fact.is_empty());
    vec![rule(view, heat), facts.join(semicolon(language))]
}

fn rule(view: &View<'_>, heat: &Heat) -> String {
    if heat.tested {
        return words::key_tested(view.language()).to_owned();
    }
    let margin = View::setting(&view.scheme.rules.analysis.margin);
    let line = view.pass_line().map(|(line, grade)| (round_half_up(line, 0).to_string(), grade));
    let line = line.as_ref().map(|(line, grade)| (line.as_str(), *grade));
    words::key_described(view.language(), &margin, line)
}
