//! A unit beside its peers: every procedure and indicator, where it is strong, what changed, and its members.

use super::Ground;
use super::peers::Range;
use crate::measure::NodeScore;
use crate::numeric::{Ratio, exact_text, int, round_half_up, to_f64};
use crate::publish::chart::{Shown, View};
use crate::publish::words::why_missing;
use crate::survey::{Index, NodeId, SubjectId};
use minijinja::{Value, context};
use num_traits::{Signed, Zero};

/// Strong points told.
const MOST_STRONG: usize = 5;
/// Members listed.
const MOST_MEMBERS: usize = 20;
/// Indicators listed below the procedures.
const MOST_INDICATORS: usize = 24;

/// Procedures, and the indicators directly below them where they are few enough to read.
fn nodes(view: &View<'_>) -> Vec<NodeId> {
    let index = &view.scheme.index;
    let below: usize = index.procedures().map(|id| index.node(id).children.len()).sum();
    let mut all = vec![Index::ROOT];
    for procedure in index.procedures() {
        all.push(procedure);
        if below <= MOST_INDICATORS && index.node(procedure).children.len() > 1 {
            all.extend(&index.node(procedure).children);
        }
    }
    all
}

/// The table of scores and the strong points.
pub(super) fn section(ground: &Ground<'_>, subject: SubjectId) -> Value {
    let view = ground.view;
    let all: Vec<NodeId> =
        nodes(view).into_iter().filter(|node| !matches!(view.shown(subject, *node), Shown::NotApplicable)).collect();
    let ends = all.iter().filter_map(|node| ground.field.of(view, subject, *node)).map(|range| range.low.to_f64());
    let own = all.iter().filter_map(|node| view.shown(subject, *node).score().map(crate::numeric::Published::to_f64));
    let floor = (ends.chain(own).fold(100.0, f64::min) / 10.0).floor() * 10.0;
    let floor = floor.clamp(0.0, 90.0);
    context! {
        floor => format!("{floor:.0}"),
        rows => all.iter().map(|node| row(ground, subject, *node, floor)).collect::<Vec<_>>(),
        with_self => all.iter().any(|node| has_self_rating(view, subject, *node)),
        strong => strong(ground, subject),
    }
}

fn has_self_rating(view: &View<'_>, subject: SubjectId, node: NodeId) -> bool {
    let own = view.card(subject).and_then(|card| card.nodes.get(usize::from(node.0)));
    own.is_some_and(|own| !own.hidden && own.self_rated.is_some() && own.self_gap.is_some())
}

fn row(ground: &Ground<'_>, subject: SubjectId, node: NodeId, floor: f64) -> Value {
    let view = ground.view;
    let own = view.card(subject).and_then(|card| card.nodes.get(usize::from(node.0)));
    let shown = view.shown(subject, node);
    let (text, remark) = match &shown {
        Shown::Score(score) => (score.to_string(), None),
        Shown::Hidden => ("※".to_owned(), None),
        Shown::Missing | Shown::NotApplicable => {
            let why = own.and_then(|own| own.why).map(|why| why_missing(why, view.language()).to_owned());
            ("—".to_owned(), why)
        }
    };
    let range = ground.field.of(view, subject, node);
    let depth = std::iter::successors(view.scheme.index.node(node).parent, |id| view.scheme.index.node(*id).parent).count();
    let gap = shown.score().zip(range).map(|(score, range)| view.brief_signed(&(score.to_ratio() - &range.median)));
    // The composite's interval stands above, moved by bonus and deductions.
    let error = own.filter(|own| !own.hidden && node != Index::ROOT).and_then(NodeScore::interval);
    let self_rated = own.filter(|own| !own.hidden).and_then(|own| own.self_rated.as_ref().zip(own.self_gap.as_ref()));
    let share = view.share(subject, node) * int(100);
    context! {
        name => view.scheme.index.node(node).name.as_str(),
        depth,
        text, note => remark,
        share => format!("{}%", round_half_up(&share, 1).to_string().trim_end_matches(".0")),
        n => own.filter(|own| own.n > 0 && !own.hidden).map(|own| own.n),
        interval => error.map(|(low, high)| format!("{low:.1}–{high:.1}")),
        median => range.map(|range| view.brief(&range.median).to_string()),
        gap,
        strip => range.map(|range| strip(range, shown.score().map(crate::numeric::Published::to_f64), floor)),
        self_rated => self_rated.map(|(score, gap)| format!("{} ({})", view.brief(score), view.brief_signed(gap))),
    }
}

/// A line of the peers from lowest to highest with their median, and a mark for the unit, from `floor` to 100.
pub(in crate::publish::report) fn strip(range: &Range, own: Option<f64>, floor: f64) -> Value {
    let place = |value: f64| ((value - floor) / (100.0 - floor) * 160.0).clamp(0.0, 160.0);
    let (low, middle, high) = (place(range.low.to_f64()), place(to_f64(&range.median)), place(range.high.to_f64()));
    let mark = own.map_or_else(String::new, |own| {
        let at = place(own) + 5.0;
        format!("<path class=\"o\" d=\"M{at:.1} 2l5 6-5 6-5-6z\"/>")
    });
    let (from, wide, middle) = (low + 5.0, (high - low).max(1.0), middle + 5.0);
    Value::from_safe_string(format!(
        "<svg class=\"strip\" viewBox=\"0 0 170 16\" aria-hidden=\"true\"><path class=\"a\" d=\"M5 8h160\"/><path class=\"r\" d=\"M{from:.1} 8h{wide:.1}\"/><path class=\"m\" d=\"M{middle:.1} 2v12\"/>{mark}</svg>"
    ))
}

/// Scores above the median of the peers beyond their error; of score sheets, plainly above. By what they bring to the total.
fn strong(ground: &Ground<'_>, subject: SubjectId) -> Vec<Value> {
    let view = ground.view;
    let index = &view.scheme.index;
    let below = |id: NodeId| if index.node(id).children.len() > 1 { index.node(id).children.clone() } else { vec![id] };
    let candidate = |node: NodeId| {
        let score = view.exact(subject, node)?;
        let range = ground.field.of(view, subject, node)?;
        let gap = score - &range.median;
        let own = view.card(subject)?.nodes.get(usize::from(node.0))?;
        let sure = own.interval().is_none_or(|(low, _)| low > to_f64(&range.median));
        let worth = &gap * view.share(subject, node);
        (gap.is_positive() && sure && gap >= view.scheme.rules.analysis.margin).then_some((worth, node, gap, range, own.n))
    };
    let mut found: Vec<_> = index.procedures().flat_map(below).filter_map(candidate).collect();
    found.sort_by(|one, other| other.0.cmp(&one.0).then(one.1.cmp(&other.1)));
    let told = |(worth, node, gap, range, n): (Ratio, NodeId, Ratio, &Range, u64)| {
        let procedure = index.procedure_of(node).filter(|id| *id != node).map(|id| index.node(id).name.as_str());
        context! {
            node => index.node(node).name.as_str(),
            procedure,
            score => view.exact(subject, node).map(|score| view.publish(score).to_string()),
            median => view.publish(&range.median).to_string(),
            gap => view.publish(&gap).to_string(),
            worth => view.publish(&worth).to_string(),
            n => (n > 0).then_some(n),
            of => range.of,
        }
    };
    found.into_iter().take(MOST_STRONG).map(told).collect()
}

/// Against last year: the composite, the procedures and their indicators where both years have them.
pub(super) fn change(ground: &Ground<'_>, subject: SubjectId) -> Option<Value> {
    let view = ground.view;
    let previous = view.scheme.rules.analysis.previous.as_ref()?;
    let row = |node: NodeId| {
        let now = view.shown(subject, node).score()?.to_ratio();
        let before = view.publish(&ground.last.get(&(subject, node))?.score);
        let delta = &now - before.to_ratio();
        let fall = &view.scheme.rules.analysis.fall;
        let fallen = !fall.is_zero() && -delta.clone() >= *fall;
        let name = view.scheme.index.node(node).name.as_str();
        Some(context! {
            name, before => before.to_string(), now => view.publish(&now).to_string(), delta => view.brief_signed(&delta), fallen,
        })
    };
    let rows: Vec<Value> = nodes(view).into_iter().filter_map(row).collect();
    let rank = view.past().last().and_then(|past| past.rank(subject));
    Some(context! { year => previous.year, rows, rank })
}

/// The units directly below, with what they got.
pub(super) fn members(ground: &Ground<'_>, subject: SubjectId) -> Option<Value> {
    let view = ground.view;
    let members = view.members(subject);
    if members.is_empty() {
        return None;
    }
    let row = |id: &SubjectId| {
        let standing = view.standing(*id);
        context! {
            name => view.name(*id),
            page => ground.pages.get(&id.0).map(|path| format!("../{}", path.trim_start_matches("units/"))),
            score => standing.and_then(|standing| standing.score.as_ref()).map(ToString::to_string),
            rank => standing.and_then(|standing| standing.rank),
            of => standing.map(|standing| standing.of),
            headcount => view.scheme.frame.subject(*id).headcount,
            grade => standing.and_then(|standing| view.scheme.rules.bands.get(standing.grade?)).map(|band| band.name.as_str()),
        }
    };
    let headcount = members.iter().any(|id| view.scheme.frame.subject(*id).headcount.is_some());
    Some(context! {
        rows => members.iter().take(MOST_MEMBERS).map(row).collect::<Vec<_>>(),
        more => members.len().saturating_sub(MOST_MEMBERS),
        headcount,
        lines => view.scheme.rules.analysis.line.as_ref().map(exact_text),
    })
}
