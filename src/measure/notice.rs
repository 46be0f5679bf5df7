//! What the method had to decide on its way, said subject by subject: missing parts, void meetings, ties, quotas (codes M2xx).

use super::adjust::percent;
use super::assess::Run;
use super::assessment::{NodeScore, QuotaCut, Response, Standing, WhyMissing};
use super::estimate::{Counts, Gap};
use super::plan::Plan;
use super::response::{Heads, Key, MeetingRule};
use super::rollup::{headcounts, share_with_score};
use super::self_rating::only_self;
use crate::diagnostic::{Diagnostic, LIST, Place};
use crate::numeric::{Ratio, round_half_up};
use crate::survey::{
    DomainId, FormKind, Index, LevelId, MissingChild, MissingStratum, NodeId, NodeKind, QuotaRounding, Rollup, Scheme, SubjectId,
};
use std::collections::{BTreeMap, BTreeSet};

/// What the notices are drawn from.
pub(super) struct Facts<'a> {
    pub plan: &'a Plan<'a>,
    pub counts: &'a Counts<'a>,
    pub run: &'a Run,
    pub meetings: &'a BTreeMap<Key, Heads>,
    pub responses: &'a [Response],
}

/// Every notice, in the order of the frame, then the standings.
pub(super) fn notices(facts: &Facts<'_>) -> Vec<Diagnostic> {
    let mut out = Vec::new();
    for (key, heads) in facts.meetings {
        out.extend(meeting(facts, *key, heads));
    }
    out.extend(facts.responses.iter().filter_map(|response| papers(facts.plan.scheme, response)));
    let due: BTreeSet<(SubjectId, NodeId)> =
        facts.responses.iter().filter(|row| row.due).filter_map(|row| Some((row.unit?, row.procedure?))).collect();
    for subject in facts.plan.scheme.frame.ids() {
        let expected: Vec<NodeId> =
            due.range((subject, NodeId(0))..=(subject, NodeId(u16::MAX))).map(|(_, procedure)| *procedure).collect();
        of_subject(facts, subject, &expected, &mut out);
    }
    for quota in &facts.run.ranked.quotas {
        out.extend(of_quota(facts, quota));
    }
    out.extend(super::persons::notices(facts));
    out
}

/// A notice about one subject.
pub(super) fn about(scheme: &Scheme, code: &str, subject: SubjectId) -> Diagnostic {
    Diagnostic::new(code, Place::default())
        .with("unit", scheme.frame.path(subject))
        .with("code", &scheme.frame.subject(subject).code)
}

fn shown(value: &Ratio) -> String {
    round_half_up(value, 2).to_string()
}

fn number(value: Option<u64>) -> String {
    value.map_or_else(|| "—".to_owned(), |value| value.to_string())
}

fn meeting(facts: &Facts<'_>, (unit, form, procedure): Key, heads: &Heads) -> Option<Diagnostic> {
    let scheme = facts.plan.scheme;
    let code = match heads.broken? {
        MeetingRule::ReturnedAboveIssued => "M211",
        MeetingRule::Turnout => "M212",
    };
    let turnout = scheme.form(form).meeting.turnout.as_ref().map(|rule| percent(&rule.value)).unwrap_or_default();
    Some(
        about(scheme, code, unit)
            .with("form", &scheme.form(form).name)
            .with("procedure", &scheme.index.node(procedure).name)
            .with("due", number(heads.due))
            .with("present", number(heads.present))
            .with("issued", number(heads.issued))
            .with("returned", number(heads.returned))
            .with("turnout", turnout),
    )
}

/// 多报, and receipts that disagree with the ballots read.
fn papers(scheme: &Scheme, row: &Response) -> Option<Diagnostic> {
    let (unit, form, procedure) = (row.unit?, row.form?, row.procedure?);
    let notice = |code| {
        about(scheme, code, unit).with("form", &scheme.form(form).name).with("procedure", &scheme.index.node(procedure).name)
    };
    if row.surplus {
        return Some(notice("M225"));
    }
    let read = row.valid + row.partial + row.blank + row.void;
    let ballots = scheme.form(form).kind == FormKind::Ballot && read > 0;
    let returned = row.returned.filter(|returned| ballots && *returned != read)?;
    Some(notice("M226").with("returned", returned).with("count", read))
}

fn of_subject(facts: &Facts<'_>, subject: SubjectId, expected: &[NodeId], out: &mut Vec<Diagnostic>) {
    let slot = subject.0 as usize;
    for (gap, items) in &facts.run.gaps[slot] {
        out.push(stratum(facts, subject, *gap, *items));
    }
    for ((procedure, form), items) in &facts.run.blanks[slot] {
        let scheme = facts.plan.scheme;
        out.push(
            about(scheme, "M228", subject)
                .with("form", &scheme.form(*form).name)
                .with("procedure", &scheme.index.node(*procedure).name)
                .with("count", items),
        );
    }
    procedures(facts, subject, expected, out);
    for id in facts.plan.scheme.index.ids() {
        out.extend(of_node(facts, subject, id));
    }
    adjustments(facts, subject, out);
    out.extend(rolled(facts, subject));
}

pub(super) fn stratum(facts: &Facts<'_>, subject: SubjectId, gap: Gap, items: u64) -> Diagnostic {
    let scheme = facts.plan.scheme;
    let form = scheme.form(gap.form);
    let (code, target) = match &form.missing_stratum {
        MissingStratum::Renormalise => ("M201", ""),
        MissingStratum::Zero => ("M202", ""),
        MissingStratum::GiveTo(target) => ("M203", target.as_str()),
        MissingStratum::Refuse => ("M204", ""),
    };
    let members = scheme.strata_of(form).map(|strata| &strata.members);
    let name = members.and_then(|members| members.get(usize::from(gap.stratum.0))).map(|member| member.name.as_str());
    about(scheme, code, subject)
        .with("form", &form.name)
        .with("procedure", &scheme.index.node(gap.procedure).name)
        .with("stratum", name.unwrap_or_default())
        .with("other", target)
        .with("count", items)
}

/// Procedures that were due and have no score.
fn procedures(facts: &Facts<'_>, subject: SubjectId, expected: &[NodeId], out: &mut Vec<Diagnostic>) {
    let scheme = facts.plan.scheme;
    let card = &facts.run.cards[subject.0 as usize];
    let node = |id: NodeId| &card.nodes[usize::from(id.0)];
    let expected: Vec<NodeId> = expected.iter().copied().filter(|id| !scheme.index.is_of_persons(*id)).collect();
    let expected = expected.as_slice();
    let own: Vec<NodeId> = if expected.is_empty() && facts.counts.has_any(subject) {
        scheme.index.procedures().filter(|id| node(*id).why == Some(WhyMissing::NothingSent)).collect()
    } else {
        expected.to_vec()
    };
    let silent = |id: &NodeId| node(*id).why == Some(WhyMissing::NothingSent) && !only_self(node(*id));
    if !own.is_empty() && own.len() == expected.len() && own.iter().all(silent) {
        out.push(about(scheme, "M209", subject).with("count", own.len()));
        return;
    }
    for id in own {
        let missing = node(id).score.is_none();
        let code = match (missing, node(id).why) {
            _ if node(id).rollup.is_some() => "M231",
            (true, _) if only_self(node(id)) => "M213",
            (true, Some(WhyMissing::NothingSent | WhyMissing::NothingScored)) => match policy(scheme, id) {
                MissingChild::Renormalise => "M205",
                MissingChild::Zero => "M206",
                MissingChild::Floor(_) => "M207",
                MissingChild::Refuse => "M208",
            },
            _ => continue,
        };
        let floor = match policy(scheme, id) {
            MissingChild::Floor(floor) => shown(floor),
            _ => String::new(),
        };
        out.push(
            about(scheme, code, subject)
                .with("procedure", &scheme.index.node(id).name)
                .with("floor", floor)
                .with("self", node(id).self_rated.as_ref().map(shown).unwrap_or_default()),
        );
    }
}

/// The policy of the node above.
fn policy(scheme: &Scheme, id: NodeId) -> &MissingChild {
    let parent = scheme.index.node(id).parent.unwrap_or(Index::ROOT);
    &scheme.index.node(parent).missing
}

/// Coverage, self-rating and imports of one node.
fn of_node(facts: &Facts<'_>, subject: SubjectId, id: NodeId) -> Option<Diagnostic> {
    let scheme = facts.plan.scheme;
    let (node, score) = (scheme.index.node(id), &facts.run.cards[subject.0 as usize].nodes[usize::from(id.0)]);
    let notice = |code| about(scheme, code, subject).with("item", &node.name).with("procedure", &node.name);
    if score.why == Some(WhyMissing::LowCoverage) && node.kind != NodeKind::Item {
        let (coverage, minimum) = (percent_shown(&score.coverage), percent_shown(&node.min_coverage));
        return Some(notice("M210").with("found", coverage).with("minimum", minimum));
    }
    let mixes = node.self_mix.as_ref().is_some_and(|mix| mix.weight > crate::numeric::int(0));
    if mixes && score.score.is_some() && score.self_rated.is_none() && score.rollup.is_none() && !score.imported {
        return Some(notice("M214"));
    }
    let sent = facts.plan.imported[subject.0 as usize].iter().find(|(known, _)| *known == id).map(|(_, value)| value)?;
    if facts.plan.share(facts.plan.domain(subject), id).is_none() {
        return Some(notice("M216").with("found", shown(sent)));
    }
    own_below(facts, subject, id, score).then(|| notice("M215").with("found", shown(sent)))
}

/// Whether an imported score stands in place of counts the node had itself.
fn own_below(facts: &Facts<'_>, subject: SubjectId, id: NodeId, score: &NodeScore) -> bool {
    let nodes = &facts.run.cards[subject.0 as usize].nodes;
    let below = |child: &NodeId| nodes[usize::from(child.0)].score.is_some() && nodes[usize::from(child.0)].rollup.is_none();
    !score.cells.is_empty() || facts.plan.scheme.index.node(id).children.iter().any(below)
}

fn percent_shown(share: &Ratio) -> String {
    format!("{}%", shown(&(share * crate::numeric::int(100))))
}

pub(super) fn adjustments(facts: &Facts<'_>, subject: SubjectId, out: &mut Vec<Diagnostic>) {
    let scheme = facts.plan.scheme;
    let adjusted = &facts.plan.adjusted[subject.0 as usize];
    if adjusted.is_empty() {
        return;
    }
    let lines: Vec<String> = adjusted.rows.iter().map(|row| (row + 1).to_string()).collect();
    let notice = |code| about(scheme, code, subject).with("line", lines.join(LIST));
    if total_of(facts, subject).is_none() {
        out.push(notice("M217"));
        return;
    }
    for achievement in &adjusted.repeated {
        out.push(notice("M218").with("found", achievement));
    }
    if adjusted.capped {
        out.push(notice("M219").with("found", shown(&adjusted.claimed)).with("expected", shown(&adjusted.bonus)));
    }
}

/// The total of a unit or a person.
fn total_of<'a>(facts: &'a Facts<'_>, subject: SubjectId) -> Option<&'a Ratio> {
    let persons = &facts.run.persons.persons.scorecards;
    let card = facts.run.cards.get(subject.0 as usize).or_else(|| persons.iter().find(|card| card.subject == subject));
    card.and_then(|card| card.total.as_ref())
}

/// A roll-up that could not be weighted by people as asked, or that stands on few members.
fn rolled(facts: &Facts<'_>, subject: SubjectId) -> Option<Diagnostic> {
    let scheme = facts.plan.scheme;
    let nodes = &facts.run.cards[subject.0 as usize].nodes;
    let short = scheme.index.ids().find(|id| {
        let asked = scheme.index.node(*id).rollup.or(scheme.rules.rollup);
        let used = nodes[usize::from(id.0)].rollup.as_ref().map(|used| used.method);
        asked == Some(Rollup::Headcount) && used == Some(Rollup::Simple)
    });
    if short.is_some() {
        let heads = headcounts(&scheme.frame);
        let without = |member: &&SubjectId| heads[member.0 as usize].is_none_or(|people| people == 0);
        let names: Vec<&str> = scheme
            .frame
            .children(subject)
            .iter()
            .filter(without)
            .map(|member| scheme.frame.subject(*member).name.as_str())
            .collect();
        return Some(about(scheme, "M224", subject).with("found", names.join(LIST)).with("count", names.len()));
    }
    let used = nodes.first()?.rollup.as_ref()?;
    let thin = used.with_score < used.members;
    thin.then(|| {
        about(scheme, "M230", subject)
            .with("count", used.with_score)
            .with("other", used.members)
            .with("found", percent_shown(&share_with_score(used)))
    })
}

fn of_quota(facts: &Facts<'_>, cut: &QuotaCut) -> Vec<Diagnostic> {
    let scheme = facts.plan.scheme;
    let place = format!("{}·{}", scheme.frame.level(cut.level).name, scheme.frame.domain(cut.domain).name);
    let band = scheme.rules.bands.get(cut.band).map(|band| band.name.as_str()).unwrap_or_default();
    let notice = |code: &str| {
        Diagnostic::new(code, Place::default())
            .with("unit", place.trim_end_matches('·'))
            .with("grade", band)
            .with("base", cut.base)
            .with("share", percent(&cut.share))
            .with("exact", shown(&cut.exact))
            .with("places", cut.places)
            .with("given", cut.given)
            .with("eligible", cut.eligible)
    };
    let mut out = Vec::new();
    let over_by_rounding = Ratio::from_integer(cut.places.into()) > cut.exact;
    if over_by_rounding && rounding(scheme, cut) != QuotaRounding::Floor && cut.eligible >= cut.places {
        out.push(notice("M220"));
    }
    if cut.places == 0 && cut.eligible > 0 {
        out.push(notice("M227"));
    }
    let tied = tied(facts, cut);
    if !tied.is_empty() {
        let code = if cut.given > cut.places { "M222" } else { "M221" };
        out.push(notice(code).with("found", tied.join(LIST)).with("count", tied.len()));
    }
    out
}

/// The rounding of the narrowest quota that speaks of this level, domain and band.
fn rounding(scheme: &Scheme, cut: &QuotaCut) -> QuotaRounding {
    let here = scheme.rules.quotas.iter().filter(|quota| {
        quota.band == cut.band
            && quota.level.is_none_or(|level| level == cut.level)
            && quota.domain.is_none_or(|domain| domain == cut.domain)
    });
    here.max_by_key(|quota| (quota.level.is_some(), quota.domain.is_some())).map_or(QuotaRounding::Floor, |quota| quota.rounding)
}

/// Names of those whose tie at this cut is for the organisation to decide.
fn tied(facts: &Facts<'_>, cut: &QuotaCut) -> Vec<String> {
    let scheme = facts.plan.scheme;
    let band = scheme.rules.bands.get(cut.band).map(|band| band.name.as_str()).unwrap_or_default();
    let here = |standing: &&Standing| {
        standing.level == cut.level
            && standing.domain == cut.domain
            && standing.reasons.iter().any(|(code, args)| {
                (code == "tie-at-cut" || code == "tie-included") && args.first().is_some_and(|name| name == band)
            })
    };
    let standings = facts.run.ranked.standings.iter().filter(here);
    standings.map(|standing| scheme.frame.subject(standing.subject).name.clone()).collect()
}

/// A subject, its rank, and the other rank.
type Moved<'a> = (&'a Standing, u32, u32);

/// Ranks that would be others with screened-out ballots left in: one note per level and domain, the farthest mover named.
pub(super) fn rank_changes(plan: &Plan<'_>, standings: &[Standing]) -> Vec<Diagnostic> {
    let frame = &plan.scheme.frame;
    let mut groups: BTreeMap<(LevelId, DomainId), Vec<Moved<'_>>> = BTreeMap::new();
    for standing in standings {
        if let (Some(rank), Some(other)) = (standing.rank, standing.rank_unscreened) {
            groups.entry((standing.level, standing.domain)).or_default().push((standing, rank, other));
        }
    }
    let note = |((level, domain), moved): (&(LevelId, DomainId), &Vec<Moved<'_>>)| {
        let (farthest, rank, other) =
            moved.iter().max_by_key(|(standing, rank, other)| (rank.abs_diff(*other), std::cmp::Reverse(standing.subject)))?;
        let note = Diagnostic::new("M342", Place::default())
            .with("level", frame.level(*level).name.as_str())
            .with("domain", frame.domain(*domain).name.as_str())
            .with("count", moved.len())
            .with("unit", frame.path(farthest.subject))
            .with("found", rank)
            .with("other", other);
        Some(note)
    };
    groups.iter().filter_map(note).collect()
}

/// Grades that would be others with the screened-out ballots left in.
pub(super) fn grade_changes(plan: &Plan<'_>, standings: &[Standing]) -> Vec<Diagnostic> {
    let name = |band: Option<usize>| {
        band.and_then(|band| plan.scheme.rules.bands.get(band)).map_or_else(|| "—".to_owned(), |band| band.name.clone())
    };
    let changed = standings.iter().filter(|standing| standing.grade_unscreened.is_some());
    changed
        .map(|standing| {
            about(plan.scheme, "M229", standing.subject)
                .with("found", name(standing.grade))
                .with("other", name(standing.grade_unscreened))
        })
        .collect()
}
