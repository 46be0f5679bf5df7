//! Answers of one unit by item: diverging bars, and the strata beside each other.

use super::Ground;
use crate::numeric::{Ratio, round_half_up};
use crate::publish::chart::{Pool, Section, Shown, Side};
use crate::survey::{NodeId, StratumId, SubjectId};
use minijinja::{Value, context};
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// Items listed in all; those with the fewest good answers come first.
const MOST_ITEMS: usize = 40;

/// One table per form and procedure, and how many cells are hidden in them.
pub(super) fn section(ground: &Ground<'_>, subject: SubjectId) -> (Vec<Value>, u64) {
    let (mut room, mut hidden) = (MOST_ITEMS, 0);
    let mut tables = Vec::new();
    for section in &ground.sections {
        if let Some((found, cells)) = table(ground, subject, section, room) {
            tables.push(found);
            hidden += cells;
            room = room.saturating_sub(section.items.len());
        }
    }
    (tables, hidden)
}

fn table(ground: &Ground<'_>, subject: SubjectId, section: &Section, room: usize) -> Option<(Value, u64)> {
    let view = ground.view;
    let pool = |node: &NodeId| (*node, section.pool(view, subject, &[*node]));
    let mut pools: Vec<(NodeId, Pool)> = section.items.iter().map(pool).collect();
    let hidden: u64 = pools.iter().map(|(_, pool)| pool.hidden).sum();
    pools.retain(|(_, pool)| pool.scored() > 0);
    if pools.is_empty() && hidden == 0 {
        return None;
    }
    pools.sort_by_cached_key(|(node, pool)| (pool.share(section, Side::Good), *node));
    let most = pools.len();
    pools.truncate(room);
    let strata = strata(ground, subject, section);
    let rows: Vec<Value> = pools.iter().map(|(node, pool)| row(ground, subject, section, *node, pool)).collect();
    let legend: Vec<Value> = section
        .classes
        .iter()
        .enumerate()
        .map(|(at, class)| context! { label => class.label.as_str(), tone => tone(section, at) })
        .collect();
    let made = context! {
        name => section.name(view, &ground.sections),
        rows, legend, hidden,
        aside => section.aside.as_deref(),
        more => most - pools.len(),
        strata,
    };
    Some((made, hidden))
}

/// Mean of every stratum over the items of the form, shown ones only.
fn strata(ground: &Ground<'_>, subject: SubjectId, section: &Section) -> Option<Value> {
    let view = ground.view;
    let set = view.scheme.strata_of(view.scheme.form(section.form))?;
    let means = section.means(view, subject);
    let shown: BTreeSet<StratumId> = means.keys().copied().collect();
    let one = |(stratum, (mean, n)): (&StratumId, &(Ratio, u64))| {
        context! { name => set.members.get(usize::from(stratum.0)).map(|member| member.name.as_str()), mean => view.brief(mean).to_string(), answers => *n }
    };
    Some(context! { rows => means.iter().map(one).collect::<Vec<_>>(), without => set.members.len().saturating_sub(shown.len()) })
}

fn row(ground: &Ground<'_>, subject: SubjectId, section: &Section, node: NodeId, pool: &Pool) -> Value {
    let view = ground.view;
    let score = match view.shown(subject, node) {
        Shown::Score(score) => score.to_string(),
        Shown::Hidden => "※".to_owned(),
        Shown::Missing | Shown::NotApplicable => "—".to_owned(),
    };
    let range = ground.field.of(view, subject, node);
    context! {
        name => view.scheme.index.node(node).name.as_str(),
        bar => bar(section, pool),
        good => percent(&pool.share(section, Side::Good)),
        bad => percent(&pool.share(section, Side::Bad)),
        aside => section.aside.as_ref().map(|_| percent(&pool.aside_share())),
        n => pool.scored(),
        score,
        median => range.map(|range| view.brief(&range.median).to_string()),
        hidden => pool.hidden,
    }
}

/// A share of answers, which is one in a hundred: one place is what a few hundred answers can bear.
fn percent(share: &Ratio) -> String {
    format!("{}%", round_half_up(share, 1))
}

/// Colour class of an answer: `b0` best, `b1` other good ones, `m`, `r1` bad, `r0` worst.
fn tone(section: &Section, at: usize) -> &'static str {
    let Some(class) = section.classes.get(at) else { return "m" };
    let first = section.classes.iter().position(|other| other.side == class.side) == Some(at);
    let last = section.classes.iter().rposition(|other| other.side == class.side) == Some(at);
    match (class.side, first, last) {
        (Side::Good, true, _) => "b0",
        (Side::Good, false, _) => "b1",
        (Side::Middle, ..) => "m",
        (Side::Bad, _, true) => "r0",
        (Side::Bad, _, false) => "r1",
    }
}

/// Good answers to the right of the middle, bad ones to the left, the middle class astride; 1 unit is 1 %.
fn bar(section: &Section, pool: &Pool) -> Value {
    let whole = pool.scored().max(1);
    #[expect(clippy::cast_precision_loss, reason = "widths of a drawing")]
    let wide = |count: u64| count as f64 * 100.0 / whole as f64;
    let parts: Vec<(usize, f64)> = pool.counts.iter().map(|count| wide(*count)).enumerate().collect();
    let side = |at: usize| section.classes.get(at).map(|class| class.side);
    let sum = |wanted: Side| parts.iter().filter(|(at, _)| side(*at) == Some(wanted)).map(|(_, wide)| wide).sum::<f64>();
    // Worst first from the left.
    let mut at = 100.0 - sum(Side::Bad) - sum(Side::Middle) / 2.0;
    let mut drawn = String::from("<svg class=\"bar\" viewBox=\"0 0 200 12\" preserveAspectRatio=\"none\" aria-hidden=\"true\">");
    for (class, width) in parts.iter().rev().filter(|(_, width)| *width > 0.0) {
        let _ = write!(drawn, "<rect class=\"{}\" x=\"{at:.1}\" width=\"{width:.1}\" height=\"12\"/>", tone(section, *class));
        at += width;
    }
    drawn.push_str("<path class=\"z\" d=\"M100 0v12\"/></svg>");
    Value::from_safe_string(drawn)
}
