//! Tables of weak points: `findings.csv`, and what was looked at to find them: `examined.csv`.

use super::TableOut;
use crate::measure::{Driver, WeakKind, WeakPoint};
use crate::numeric::{Ratio, round_float, round_half_up};
use crate::publish::material::Material;
use crate::publish::words;
use crate::publish::words::tables::{offsetting_drivers, other_drivers};
use crate::survey::{NodeId, NodeSource, Scheme, StratumId, SubjectId};
use std::collections::BTreeSet;

const FINDINGS: [&str; 16] = [
    "subject",
    "name",
    "node",
    "node_name",
    "kind",
    "score",
    "reference",
    "gap",
    "cost",
    "probability",
    "n",
    "drivers",
    "level",
    "domain",
    "procedure_name",
    "between",
];

/// `findings.csv`: every weak point with its evidence, by subject, node and kind.
pub(in crate::publish) fn findings(material: &Material<'_>) -> TableOut {
    let scheme = material.scheme;
    let mut table = TableOut::new("findings.csv", FINDINGS.iter().map(ToString::to_string).collect());
    for point in &material.cleared.get().evidence.weak_points {
        finding(&mut table, scheme, point);
    }
    table
}

/// The weak points as they are told to people: a node that is the only child of another weak one says the same twice, so the
/// upper one speaks for both. `findings.csv` keeps them all.
pub(in crate::publish) fn told<'a>(scheme: &Scheme, points: &'a [WeakPoint]) -> Vec<&'a WeakPoint> {
    let known: BTreeSet<(SubjectId, NodeId, WeakKind)> =
        points.iter().map(|point| (point.subject, point.node, point.kind)).collect();
    let twin = |point: &&WeakPoint| {
        let parent = scheme.index.node(point.node).parent;
        let lone = parent.filter(|parent| scheme.index.node(*parent).children.len() == 1);
        lone.is_some_and(|parent| known.contains(&(point.subject, parent, point.kind)))
    };
    points.iter().filter(|point| !twin(point)).collect()
}

fn finding(table: &mut TableOut, scheme: &Scheme, point: &WeakPoint) {
    let subject = scheme.frame.subject(point.subject);
    let node = scheme.index.node(point.node);
    let publish = |value: &Ratio| round_half_up(value, scheme.rules.places);
    table.text(&subject.code).text(&subject.name).text(&node.code).text(&node.name);
    table.text(words::weak_kind(point.kind, scheme.language));
    table.number(publish(&point.score)).number(publish(&point.reference)).number(publish(&point.gap));
    table.maybe(point.cost.as_ref().map(publish)).maybe(point.probability.and_then(|value| round_float(value, PROBABILITY)));
    table.maybe((point.n > 0).then_some(point.n)).text(&drivers(scheme, &point.drivers));
    table.text(&scheme.frame.level(subject.level).name).text(&scheme.frame.domain(subject.domain).name);
    table.text(scheme.index.procedure_of(point.node).map_or("", |id| &scheme.index.node(id).name));
    table.text(&between(scheme, point.node, point.strata));
}

/// Places of a probability: more would say more than it deserves.
pub(in crate::publish) const PROBABILITY: u32 = 4;
/// So many members are named; the others are added up.
const NAMED: usize = 5;

/// Members with the share of the gap that each carries: `一连 62%、二连 30%、其余 8%`. Members that lift, and those that must not be
/// shown, are among the others.
pub(in crate::publish) fn drivers(scheme: &Scheme, drivers: &[Driver]) -> String {
    let percent = |share: f64| round_float(share * 100.0, 0).map(|share| share.to_string()).unwrap_or_default();
    let carries = |driver: &&Driver| driver.share >= 0.005;
    let mut told = 0.0;
    let mut parts: Vec<String> = Vec::new();
    for driver in drivers.iter().filter(carries).take(NAMED) {
        told += driver.share;
        parts.push(format!("{} {}%", scheme.frame.subject(driver.member).name, percent(driver.share)));
    }
    let rest = percent(1.0 - told);
    if let Some(lifted) = rest.strip_prefix('-').filter(|lifted| *lifted != "0" && !parts.is_empty()) {
        // More than the whole gap is told: the others lift.
        parts.push(format!("{} {lifted}%", offsetting_drivers(scheme.language)));
    } else if !parts.is_empty() && rest != "0" && rest != "-0" {
        parts.push(format!("{} {rest}%", other_drivers(scheme.language)));
    }
    parts.join(words::between_names(scheme.language))
}

/// The two strata that disagree, the lower first: `C票 < A票`.
pub(in crate::publish) fn between(scheme: &Scheme, node: NodeId, strata: Option<(StratumId, StratumId)>) -> String {
    let Some((low, high)) = strata else { return String::new() };
    let index = &scheme.index;
    let form = |id: NodeId| match index.node(id).source {
        NodeSource::Item { form, .. } => Some(form),
        NodeSource::Children | NodeSource::Imported | NodeSource::Unit(_) => None,
    };
    let first_child = |id: &NodeId| index.node(*id).children.first().copied();
    let item = std::iter::successors(Some(node), first_child).find_map(form);
    let Some(set) = item.and_then(|form| scheme.strata_of(scheme.form(form))) else { return String::new() };
    let name = |id: StratumId| set.members.get(usize::from(id.0)).map_or("", |member| member.name.as_str());
    format!("{} < {}", name(low), name(high))
}

const EXAMINED: [&str; 8] = ["level", "domain", "subject", "name", "tested", "not_testable", "flagged", "answer"];

/// `examined.csv`: per subject how many nodes were held against the peers, how many could not be, how many were flagged. "None"
/// and "not testable" are answers too.
pub(in crate::publish) fn examined(material: &Material<'_>) -> TableOut {
    let scheme = material.scheme;
    let mut table = TableOut::new("examined.csv", EXAMINED.iter().map(ToString::to_string).collect());
    let evidence = &material.cleared.get().evidence;
    for (card, examined) in material.cleared.get().scorecards.iter().zip(&evidence.examined) {
        let subject = scheme.frame.subject(card.subject);
        table.text(&scheme.frame.level(subject.level).name).text(&scheme.frame.domain(subject.domain).name);
        table.text(&subject.code).text(&subject.name);
        table.number(examined.tested).number(examined.not_testable).number(examined.flagged);
        table.text(words::examined(*examined, scheme.language));
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Language;
    use crate::measure::{Assessment, Cleared, Evidence, Examined, WeakKind};
    use crate::numeric::{int, ratio};
    use crate::publish::test_fixture::made;
    use crate::survey::{MissingChild, SubjectId};

    fn lines(table: &TableOut) -> Vec<String> {
        let text = String::from_utf8(table.csv()).expect("UTF-8");
        text.trim_start_matches('\u{feff}').lines().map(ToOwned::to_owned).collect()
    }

    fn point(kind: WeakKind, probability: Option<f64>) -> WeakPoint {
        WeakPoint {
            subject: SubjectId(0),
            node: NodeId(6),
            kind,
            score: ratio(8122, 100),
            reference: int(90),
            gap: ratio(878, 100),
            cost: Some(ratio(878, 1000)),
            probability,
            n: 33,
            strata: None,
            drivers: vec![
                Driver { member: SubjectId(1), gap: int(12), share: 0.7 },
                Driver { member: SubjectId(2), gap: int(-1), share: -0.1 },
            ],
        }
    }

    #[test]
    fn findings_and_what_was_examined_are_printed() {
        let mut made = made(1, 2, MissingChild::Renormalise);
        let mut disagree = point(WeakKind::StrataDisagree, Some(0.981_26));
        disagree.strata = Some((StratumId(1), StratumId(0)));
        (disagree.cost, disagree.drivers) = (None, Vec::new());
        let fact = WeakPoint { n: 0, ..point(WeakKind::SelfInflated, None) };
        let weak_points = vec![point(WeakKind::BelowPeers, Some(0.999_96)), disagree, fact];
        let examined_of = |tested, not_testable, flagged| Examined { tested, not_testable, flagged };
        let examined_all = vec![examined_of(4, 1, 1), examined_of(5, 0, 0), examined_of(0, 3, 0)];
        let assessment: &Assessment = made.cleared.get();
        let evidence = Evidence { weak_points, examined: examined_all, ..Evidence::default() };
        made.cleared = Cleared::assumed(Assessment { evidence, ..assessment.clone() });
        let rows = lines(&findings(&made.material()));
        assert_eq!(rows[1], "d0,第1师,score.1,政治建设,低于同类,81.22,90.00,8.78,0.88,1.0000,33,1连 70%、其余 30%,师,,民主测评,");
        assert_eq!(rows[2], "d0,第1师,score.1,政治建设,票种分歧,81.22,90.00,8.78,,0.9813,33,,师,,民主测评,B票 < A票");
        assert!(rows[3].starts_with("d0,第1师,score.1,政治建设,自评虚高,81.22,90.00,8.78,0.88,,,"), "{}", rows[3]);
        let rows = lines(&examined(&made.material()));
        assert!(rows[1].ends_with(",4,1,1,有短板") && rows[2].ends_with(",5,0,0,未发现"), "{rows:?}");
        assert!(rows[3].ends_with(",0,3,0,不能判断（票数或同类太少）"), "{rows:?}");
        made.scheme.language = Language::En;
        assert!(lines(&findings(&made.material()))[1].contains("1连 70%, others 30%"));
    }
}
