//! Standings per level and domain: rank, score, suggested grade with its reasons, procedures, coverage, what remains possible.

use super::evidence::percent;
use crate::measure::{Spread, Standing};
use crate::numeric::{Ratio, int};
use crate::publish::chart::{Shown, View};
use crate::publish::table::errors::total_error;
use crate::publish::words::report::{self as words, Cause, Remark};
use crate::publish::words::{reason, why_missing};
use crate::survey::{DomainId, LevelId, NodeId, SubjectId};
use minijinja::{Value, context};
use std::collections::BTreeMap;

/// The tables of a level with more rows than this start closed.
const LONG: usize = 200;

/// One table per level and domain, and what can be chosen from.
pub(super) fn section(view: &View<'_>, pages: &BTreeMap<u32, String>) -> Value {
    let frame = &view.scheme.frame;
    let mut groups: BTreeMap<(LevelId, DomainId), Vec<&Standing>> = BTreeMap::new();
    for standing in &view.assessment.standings {
        groups.entry((standing.level, standing.domain)).or_default().push(standing);
    }
    let long = |level: LevelId| view.assessment.standings.iter().filter(|one| one.level == level).count() > LONG;
    let tables = groups.iter().map(|(key, standings)| context! { open => !long(key.0), ..table(view, *key, standings, pages) });
    let tables: Vec<Value> = tables.collect();
    let unique = |names: Vec<String>| {
        let mut seen: Vec<String> = Vec::new();
        for name in names.into_iter().filter(|name| !name.is_empty()) {
            if !seen.contains(&name) {
                seen.push(name);
            }
        }
        seen
    };
    context! {
        tables,
        sure => view.assessment.standings.iter().any(|standing| standing.stability.sampling.is_some()),
        levels => unique(groups.keys().map(|(level, _)| frame.level(*level).name.clone()).collect()),
        domains => unique(groups.keys().map(|(_, domain)| frame.domain(*domain).name.clone()).collect()),
        grades => view.scheme.rules.bands.iter().map(|band| band.name.clone()).collect::<Vec<_>>(),
    }
}

fn table(view: &View<'_>, (level, domain): (LevelId, DomainId), standings: &[&Standing], pages: &BTreeMap<u32, String>) -> Value {
    let frame = &view.scheme.frame;
    let procedures: Vec<NodeId> = view.scheme.index.procedures().collect();
    let applies = |node: &NodeId| standings.iter().any(|standing| view.shown(standing.subject, *node) != Shown::NotApplicable);
    let procedures: Vec<NodeId> = procedures.into_iter().filter(applies).collect();
    let with = |test: &dyn Fn(&Standing) -> bool| standings.iter().any(|standing| test(standing));
    let adjusted = with(&|standing| adjustment(view, standing).is_some());
    let incomplete = with(&|standing| {
        bounds(view, standing).is_some() || coverage(view, standing).as_deref().is_some_and(|text| text != "100")
    });
    let head = |node: &NodeId| view.scheme.index.node(*node).name.clone();
    context! {
        level => frame.level(level).name.as_str(),
        domain => frame.domain(domain).name.as_str(),
        count => standings.len(),
        ranked => standings.iter().filter(|standing| standing.rank.is_some()).count(),
        procedures => procedures.iter().map(head).collect::<Vec<_>>(),
        adjusted,
        incomplete,
        noted => with(&|standing| !notes(view, standing).is_empty()),
        rollup => view.rollup_text(&standings.iter().map(|standing| standing.subject).collect::<Vec<_>>()),
        interval => with(&|standing| interval(view, standing.subject).is_some()),
        spread => with(&|standing| standing.stability.sampling.is_some()),
        rows => standings.iter().map(|standing| context! {
            page => pages.get(&standing.subject.0),
            sure => sureness(view, standing),
            ..row(view, standing, &procedures, adjusted, incomplete)
        }).collect::<Vec<_>>(),
    }
}

fn row(view: &View<'_>, standing: &Standing, procedures: &[NodeId], adjusted: bool, incomplete: bool) -> Value {
    let bands = &view.scheme.rules.bands;
    let card = view.card(standing.subject);
    let grade = standing.grade.and_then(|band| Some((band, &bands.get(band)?.name)));
    let frame = &view.scheme.frame;
    context! {
        name => view.name(standing.subject),
        parents => parents(view, standing.subject),
        code => frame.subject(standing.subject).code.as_str(),
        rank => standing.rank,
        of => standing.of,
        score => standing.score.as_ref().map(ToString::to_string),
        grade => grade.map(|(_, name)| name.clone()),
        tone => grade.map(|(band, _)| tone(band, bands.len())),
        cells => procedures.iter().map(|node| cell(view, standing, *node)).collect::<Vec<_>>(),
        adjusted => adjusted.then(|| adjustment(view, standing).unwrap_or_default()),
        coverage => incomplete.then(|| coverage(view, standing).unwrap_or_default()),
        bounds => incomplete.then(|| bounds(view, standing).unwrap_or_default()),
        partial => card.and_then(|card| card.nodes.first()).is_some_and(|root| root.incomplete),
        vetoed => card.is_some_and(|card| card.vetoed),
        tied => standing.tied_at_cut,
        notes => words::capital(&notes(view, standing)),
    }
}

/// Where a subject belongs: `第二师 / 五十二团`.
pub(super) fn parents(view: &View<'_>, subject: SubjectId) -> String {
    let frame = &view.scheme.frame;
    // A single top of the organisation says nothing about where a subject belongs.
    let lone = frame.subjects.iter().filter(|subject| subject.parent.is_none()).count() == 1;
    let above = frame.lineage(subject).skip(1).filter(|id| !lone || frame.subject(*id).parent.is_some());
    let mut parents: Vec<&str> = above.map(|id| view.name(id)).collect();
    parents.reverse();
    parents.join(" / ")
}

/// Step of the colour of a grade, 0 best to 3.
fn tone(band: usize, of: usize) -> usize {
    (band * 3 / of.saturating_sub(1).max(1)).min(3)
}

fn cell(view: &View<'_>, standing: &Standing, node: NodeId) -> Value {
    let language = view.language();
    let own = view.card(standing.subject).and_then(|card| card.nodes.get(node.0 as usize));
    let (shown, why) = match view.shown(standing.subject, node) {
        Shown::Score(score) => (score.to_string(), own.and_then(|own| own.self_gap.as_ref()).map(|gap| self_gap(view, gap))),
        Shown::Hidden => ("※".to_owned(), Some(words::capital(words::too_few(language)))),
        Shown::Missing => ("—".to_owned(), own.and_then(|own| own.why).map(|why| words::capital(why_missing(why, language)))),
        Shown::NotApplicable => {
            ("/".to_owned(), Some(words::capital(why_missing(crate::measure::WhyMissing::NotApplicable, language))))
        }
    };
    context! { text => shown, note => why }
}

fn self_gap(view: &View<'_>, gap: &Ratio) -> String {
    words::capital(&words::self_gap(&view.publish(gap).to_string(), view.language()))
}

/// `+1.50 −0.20`, where there is a bonus or a deduction.
fn adjustment(view: &View<'_>, standing: &Standing) -> Option<String> {
    let card = view.card(standing.subject)?;
    let zero = int(0);
    let mut parts = Vec::new();
    if card.bonus != zero {
        parts.push(format!("+{}", view.publish(&card.bonus)));
    }
    if card.deduction != zero {
        parts.push(format!("−{}", view.publish(&card.deduction)));
    }
    (!parts.is_empty()).then(|| parts.join(" "))
}

/// Share of the weights that is present, in percent, rounded down so that 99.6 % is not read as whole.
fn coverage(view: &View<'_>, standing: &Standing) -> Option<String> {
    let root = view.card(standing.subject)?.nodes.first()?;
    root.score.as_ref()?;
    Some((&root.coverage * int(100)).floor().to_integer().to_string())
}

fn bounds(view: &View<'_>, standing: &Standing) -> Option<String> {
    let (low, high) = view.card(standing.subject)?.bounds.as_ref()?;
    (low != high).then(|| format!("{}–{}", view.publish(low), view.publish(high)))
}

/// How sure score, rank and grade are.
fn sureness(view: &View<'_>, standing: &Standing) -> Value {
    let stability = &standing.stability;
    let language = view.language();
    let others = [(Cause::Weights, &stability.weights), (Cause::Options, &stability.options)].into_iter();
    let others =
        others.filter_map(|(cause, spread)| Some(format!("{} {}", words::cause(cause, language), ranks(spread.as_ref()?))));
    context! {
        interval => interval(view, standing.subject),
        spread => stability.sampling.as_ref().map(ranks),
        kept => stability.sampling.as_ref().map(|spread| percent(spread.grade_kept)),
        spread_note => words::capital(&others.collect::<Vec<_>>().join(words::semicolon(language))),
    }
}

/// `3–7`; a range of one rank is that rank.
pub(super) fn ranks(spread: &Spread) -> String {
    span(&spread.low, &spread.high)
}

/// `3–7`, or `3` where both ends are the same.
pub(super) fn span<T: PartialEq + std::fmt::Display>(low: &T, high: &T) -> String {
    if low == high { low.to_string() } else { format!("{low}–{high}") }
}

/// `90.1–93.2`: the 95 % interval of the total, where there is one.
pub(super) fn interval(view: &View<'_>, subject: SubjectId) -> Option<String> {
    let error = total_error(view.scheme, view.card(subject).filter(|card| card.nodes.first().is_some_and(|root| !root.hidden)))?;
    Some(format!("{:.1}–{:.1}", error.low, error.high))
}

/// Why this grade, and what could change it.
pub(super) fn notes(view: &View<'_>, standing: &Standing) -> String {
    let language = view.language();
    let name = |band: &usize| view.scheme.rules.bands.get(*band).map_or("", |band| band.name.as_str());
    // That the score lies in its band is said once, above the tables.
    let told = standing.reasons.iter().filter(|(code, _)| code != "band");
    let root = view.card(standing.subject).and_then(|card| card.nodes.first());
    let rolled_up = root.is_some_and(|root| root.rollup.is_some());
    let told_as = |(code, args): &(String, Vec<String>)| match (code.as_str(), rolled_up) {
        ("no-score", _) => root
            .and_then(|root| root.why)
            .map_or_else(|| reason(code, args, language), |why| why_missing(why, language).to_owned()),
        ("incomplete", true) => words::remark(Remark::MembersIncomplete, language),
        ("incomplete", false) => incomplete(view, standing),
        _ => reason(code, args, language),
    };
    let mut notes: Vec<String> = told.map(told_as).collect();
    if standing.grades_possible.len() > 1 {
        let names = standing.grades_possible.iter().map(name).collect::<Vec<_>>().join(words::comma(language));
        notes.push(words::remark(Remark::StillPossible(&names), language));
    }
    if let Some(band) = &standing.grade_unscreened {
        notes.push(words::remark(Remark::WithVoid(name(band)), language));
    }
    notes.join(words::semicolon(language))
}

/// What is missing: the procedures without a score, or parts of those that have one.
fn incomplete(view: &View<'_>, standing: &Standing) -> String {
    let language = view.language();
    let missing = |node: &NodeId| view.shown(standing.subject, *node) == Shown::Missing;
    let names: Vec<&str> =
        view.scheme.index.procedures().filter(missing).map(|id| view.scheme.index.node(id).name.as_str()).collect();
    if names.is_empty() {
        return words::remark(Remark::PartsMissing, language);
    }
    words::remark(Remark::Missing(&names.join(words::comma(language))), language)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tones_run_from_best_to_worst() {
        assert_eq!([0, 1, 2, 3].map(|band| tone(band, 4)), [0, 1, 2, 3]);
        assert_eq!([0, 1].map(|band| tone(band, 2)), [0, 3]);
        assert_eq!(tone(0, 1), 0);
    }
}
