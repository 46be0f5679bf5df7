//! What a heatmap says: its finding, how to read it, and what it does not show.

use super::heat::{Cell, Heat, cost};
use super::view::{Shown, View};
use crate::diagnostic::Language;
use crate::numeric::{Ratio, round_half_up};

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
        return format!("{prefix}{}", nothing(view, weak));
    };
    let gap = round_half_up(&-gap.clone(), 1);
    let (name, item) = (view.name(heat.rows[row]), &heat.columns[column].name);
    let rest = view.words(
        &format!("{name}的「{item}」差距最大，低于中位数 {gap} 分；共 {weak} 处弱项"),
        &format!("\"{item}\" of {name} is furthest behind, {gap} points below the median; {weak} weak cells in all"),
    );
    format!("{prefix}{rest}")
}

fn found(view: &View<'_>, heat: &Heat, weak: usize) -> String {
    let Some((row, column, worst)) =
        cells(heat).filter(|(.., cell)| cell.weak).max_by(|a, b| a.2.cost.cmp(&b.2.cost).then(b.0.cmp(&a.0)))
    else {
        return view.words("没有证据充分的短板", "no weak point with enough evidence");
    };
    let (name, item, points) = (view.name(heat.rows[row]), &heat.columns[column].name, round_half_up(&worst.cost, 2));
    let gap = worst.gap.as_ref().map(|gap| round_half_up(&-gap.clone(), 1).to_string()).unwrap_or_default();
    view.words(
        &format!("{name}的「{item}」代价最大：低于同类中位数 {gap} 分，影响总分 {points} 分；共 {weak} 处短板"),
        &format!("\"{item}\" of {name} costs most, {points} points of the total ({gap} below the peers' median); {weak} weak points in all"),
    )
}

fn nothing(view: &View<'_>, weak: usize) -> String {
    let margin = View::setting(&view.scheme.rules.analysis.margin);
    let none = view.words(
        &format!("各项指标均不低于同类中位数 {margin} 分以上"),
        &format!("no indicator lies {margin} points or more below its median"),
    );
    match (weak, view.language()) {
        (0, _) => none,
        (_, Language::Zh) => format!("{none}；{weak} 处低于及格线"),
        (_, Language::En) => format!("{none}; {weak} cells lie below the pass line"),
    }
}

/// How to read it; then rows, n and what is hidden.
#[must_use]
pub fn subtitle(view: &View<'_>, heat: &Heat) -> Vec<String> {
    let join = view.language().pick("；", "; ");
    let mut facts = vec![order(view, heat), view.rollup_text(&heat.rows), view.respondents_text(&heat.rows)];
    let hidden = heat.cells.iter().flatten().filter(|cell| cell.shown == Shown::Hidden).count();
    if hidden > 0 {
        let least = view.scheme.rules.min_cell;
        facts.push(view.words(
            &format!("{hidden} 格因人数不足 {least} 等原因不公布（斜线）"),
            &format!("{hidden} cells not shown (fewer than {least} respondents, or to protect one): hatched"),
        ));
    }
    facts.retain(|fact| !fact.is_empty());
    vec![rule(view, heat), facts.join(join)]
}

fn order(view: &View<'_>, heat: &Heat) -> String {
    let rows = heat.rows.len();
    let by = if heat.cells.iter().any(|cells| cost(cells) > Ratio::default()) {
        view.words("行、列按代价由大到小", "rows and columns by cost")
    } else {
        view.words("行按综合得分由低到高", "rows by composite, lowest first")
    };
    match (heat.left_out, view.language()) {
        (0, Language::Zh) => format!("{rows} 行，{by}"),
        (0, Language::En) => format!("{rows} rows; {by}"),
        (left, Language::Zh) => format!("代价最大的 {rows} 行，{by}；另有 {left} 行见各上级的图"),
        (left, Language::En) => format!("the {rows} costliest rows; {by}; {left} more in the charts of their parents"),
    }
}

fn rule(view: &View<'_>, heat: &Heat) -> String {
    if heat.tested {
        return view.words(
            "颜色＝与同类（同层级同领域）中位数之差（分）；▼ 加框＝有证据的短板；代价＝短板差距×在总分中的有效权重（分）",
            "Colour = points above or below the median of the peers (level × domain); ▼ framed = weak point with evidence; cost = its gap × effective weight in the total",
        );
    }
    let margin = View::setting(&view.scheme.rules.analysis.margin);
    let line = view.pass_line().map(|(line, name)| (round_half_up(line, 0), name));
    let (zh, en) = line
        .map(|(line, name)| (format!("，或低于 {line} 分（{name}）"), format!(", or below {line} ({name})")))
        .unwrap_or_default();
    view.words(
        &format!("颜色＝与同类（同层级同领域）中位数之差（分）；▼ 加框＝低于中位数 {margin} 分以上{zh}。同类或票数太少，不能检验，只作描述；代价＝低于中位数的分×有效权重之和"),
        &format!("Colour = points above or below the median of the peers (level × domain); ▼ framed = {margin} points or more below it{en}. Too few peers or ballots to test: the marks describe only; cost = points below the median × effective weight, summed"),
    )
}
