//! How sure and where weak, for the page: weak points by cost, what decides the order, reliability of the forms, flags on ballots.

use crate::measure::{Evidence, Forensic, Influence, Reliability, WeakPoint};
use crate::numeric::{Ratio, exact_text, int, round_half_up};
use crate::publish::chart::View;
use crate::publish::table::findings::{between, drivers, told};
use crate::publish::words::report::{against, capital};
use crate::publish::words::{forensic_kind, weak_kind};
use crate::survey::{DomainId, LevelId};
use minijinja::{Value, context};
use std::collections::{BTreeMap, BTreeSet};

/// Weak points listed per level; the rest is in `findings.csv` and in the reports of the units.
const MOST_WEAK: usize = 30;
/// Nodes listed per peer group, the most decisive first.
const MOST_DECISIVE: usize = 5;
/// Flags on ballots listed.
const MOST_FLAGS: usize = 60;

/// Everything of it; `None` where nothing was looked at.
pub(super) fn section(view: &View<'_>, pages: &BTreeMap<u32, String>) -> Option<Value> {
    let evidence = &view.assessment.evidence;
    let empty = Evidence::default();
    (*evidence != empty).then(|| {
        context! {
            weak => weak(view, pages),
            margin => exact_text(&view.scheme.rules.analysis.margin),
            flags_share => round_half_up(&(&view.scheme.rules.analysis.false_flags * int(100)), 0).to_string(),
            influence => influence(view),
            reliability => evidence.reliabilities.iter().map(|one| reliability(view, one)).collect::<Vec<_>>(),
            forensics => evidence.forensics.iter().take(MOST_FLAGS).map(|one| forensic(view, one)).collect::<Vec<_>>(),
            forensics_more => evidence.forensics.len().saturating_sub(MOST_FLAGS),
        }
    })
}

/// A probability in percent; one that is not certain never reads as 100 % or 0 %.
pub(super) fn percent(share: f64) -> String {
    match Ratio::from_float(share * 100.0).map(|share| round_half_up(&share, 0).to_string()) {
        Some(text) if text == "100" && share < 1.0 => ">99%".to_owned(),
        Some(text) if text == "0" && share > 0.0 => "<1%".to_owned(),
        Some(text) => format!("{text}%"),
        None => String::new(),
    }
}

/// A float of a table of evidence with so many places.
fn float(value: f64, places: u32) -> String {
    Ratio::from_float(value).map_or_else(String::new, |value| round_half_up(&value, places).to_string())
}

/// One table per level: what was found, none, not testable; the costliest points first.
fn weak(view: &View<'_>, pages: &BTreeMap<u32, String>) -> Vec<Value> {
    let frame = &view.scheme.frame;
    let evidence = &view.assessment.evidence;
    let mut sums: BTreeMap<LevelId, [u64; 6]> = BTreeMap::new();
    for (card, examined) in view.assessment.scorecards.iter().zip(&evidence.examined) {
        let sum = sums.entry(frame.subject(card.subject).level).or_default();
        let found = [
            1,
            u64::from(examined.flagged > 0),
            u64::from(examined.flagged == 0 && examined.tested > 0),
            u64::from(examined.tested == 0 && examined.not_testable > 0),
            u64::from(examined.tested),
            u64::from(examined.not_testable),
        ];
        sum.iter_mut().zip(found).for_each(|(sum, one)| *sum += one);
    }
    let mut points: BTreeMap<LevelId, Vec<&WeakPoint>> = BTreeMap::new();
    for point in told(view.scheme, &evidence.weak_points) {
        points.entry(frame.subject(point.subject).level).or_default().push(point);
    }
    let levels: BTreeSet<LevelId> = sums.keys().chain(points.keys()).copied().collect();
    // The highest level that has some stands open.
    let open = points.keys().next().copied();
    let table = |level: &LevelId| {
        let mut own = points.remove(level).unwrap_or_default();
        own.sort_by(|one, other| other.cost.cmp(&one.cost).then_with(|| other.gap.cmp(&one.gap)));
        let [units, found, none, untestable, tested, not] = sums.get(level).copied().unwrap_or_default();
        context! {
            level => frame.level(*level).name.as_str(),
            units, found, none, untestable, tested, not,
            open => open.is_none_or(|open| open == *level),
            count => own.len(),
            more => own.len().saturating_sub(MOST_WEAK),
            rows => own.iter().take(MOST_WEAK).map(|point| weak_row(view, point, pages)).collect::<Vec<_>>(),
        }
    };
    levels.iter().map(table).collect()
}

fn weak_row(view: &View<'_>, point: &WeakPoint, pages: &BTreeMap<u32, String>) -> Value {
    let frame = &view.scheme.frame;
    let parent = frame.subject(point.subject).parent.map(|id| view.name(id));
    context! {
        name => view.name(point.subject),
        page => pages.get(&point.subject.0),
        parent,
        ..weak_facts(view, point)
    }
}

/// The evidence of a weak point in words and published numbers.
pub(super) fn weak_facts(view: &View<'_>, point: &WeakPoint) -> Value {
    let (scheme, language) = (view.scheme, view.language());
    let node = scheme.index.node(point.node);
    let procedure = scheme.index.procedure_of(point.node).filter(|id| *id != point.node);
    context! {
        node => node.name.as_str(),
        procedure => procedure.map(|id| scheme.index.node(id).name.as_str()),
        kind => capital(weak_kind(point.kind, language)),
        against => against(point.kind, language),
        score => view.publish(&point.score).to_string(),
        reference => view.publish(&point.reference).to_string(),
        gap => view.publish(&point.gap).to_string(),
        cost => point.cost.as_ref().map(|cost| view.publish(cost).to_string()),
        probability => point.probability.map(percent),
        n => (point.n > 0).then_some(point.n),
        between => between(scheme, point.node, point.strata),
        drivers => drivers(scheme, &point.drivers),
    }
}

/// By peer group the nodes whose absence would change the order most.
fn influence(view: &View<'_>) -> Vec<Value> {
    let frame = &view.scheme.frame;
    let mut groups: BTreeMap<(LevelId, DomainId), Vec<&Influence>> = BTreeMap::new();
    for row in &view.assessment.evidence.influences {
        groups.entry((row.level, row.domain)).or_default().push(row);
    }
    let row = |row: &&Influence| {
        context! {
            node => view.scheme.index.node(row.node).name.as_str(),
            tau => float(row.tau, 2),
            moved => row.moved, of => row.of, regraded => row.regraded,
            farthest => row.farthest.map(|(subject, with, without)| format!("{} {with} → {without}", view.name(subject))),
        }
    };
    let group = |((level, domain), mut rows): ((LevelId, DomainId), Vec<&Influence>)| {
        rows.sort_by(|one, other| {
            one.tau.total_cmp(&other.tau).then(other.moved.cmp(&one.moved)).then(one.node.cmp(&other.node))
        });
        context! {
            level => frame.level(level).name.as_str(),
            domain => frame.domain(domain).name.as_str(),
            rows => rows.iter().filter(|row| row.moved > 0).take(MOST_DECISIVE).map(row).collect::<Vec<_>>(),
        }
    };
    groups.into_iter().map(group).collect()
}

fn reliability(view: &View<'_>, one: &Reliability) -> Value {
    let form = view.scheme.form(one.form);
    let weakest = one.items.iter().filter_map(|item| Some((item.item_rest?, item.item)));
    let weakest = weakest.min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    context! {
        form => form.name.as_str(),
        procedure => view.scheme.index.node(one.procedure).name.as_str(),
        ballots => one.ballots,
        items => one.items.len(),
        alpha => one.alpha.map(|alpha| float(alpha, 2)),
        weakest => weakest.map(|(share, item)| format!("{} {}", form.item(item).name, float(share, 2))),
    }
}

fn forensic(view: &View<'_>, one: &Forensic) -> Value {
    let scheme = view.scheme;
    let form = scheme.form(one.form);
    let stratum = scheme.strata_of(form).and_then(|set| set.members.get(usize::from(one.stratum.0)));
    context! {
        unit => view.name(one.unit),
        form => form.name.as_str(),
        stratum => stratum.map(|stratum| stratum.name.as_str()),
        kind => capital(forensic_kind(one.kind, view.language())),
        count => one.count, of => one.of,
        expected => float(one.expected, 1),
        probability => percent(one.probability),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_certain_never_reads_as_certain() {
        assert_eq!([0.0, 0.001, 0.5, 0.996, 1.0].map(percent), ["0%", "<1%", "50%", ">99%", "100%"]);
    }
}
